/**
 * The way of a command through a cluster: which slot decides, where it was sent last, how often it was sent on. A route is
 * what the command's `Pending` asks for help when a node refuses it or cannot be reached.
 */
import type { StructuredValue } from "../../resp/encode.ts";
import { type Reply, RespError } from "../../resp/reply.ts";
import type { CommandInfo } from "../command_info.ts";
import { type Entry, issue } from "../issue.ts";
import type { Line } from "../line.ts";
import { Pending, type Rescuer } from "../pending.ts";
import type { SideLines } from "../side_lines.ts";
import { sendTransaction, type TransactionPending } from "../transaction.ts";
import { hasStructure } from "../vocabulary.ts";
import type { ClusterNode } from "./node.ts";

/** In place of a slot: any primary will do. */
export const ANY = -1;

const ASKING: readonly string[] = ["ASKING"];

/** Sends commands on. */
export interface Traffic {
  /** A node has refused a command. Answers whether it goes elsewhere, or again. */
  refused(route: Route, error: RespError): boolean;
  /** A command failed. Answers whether it goes elsewhere, or again. */
  failed(route: Route, reason: unknown): boolean;
}

/** The way of one command, or of several that stay together. */
export abstract class Route implements Rescuer {
  /** What is to be settled. */
  readonly pending: Pending;
  /** The slot of its keys, or {@linkcode ANY}. */
  slot: number;
  /** Where it was sent last. */
  node: ClusterNode | null = null;
  /** It is for this node and no other. */
  isPinned = false;
  /** How often a node has sent it on. */
  redirections = 0;
  /** How often it has waited to be sent again. */
  attempts = 0;
  readonly #traffic: Traffic;

  /**
   * @param traffic Sends it on.
   * @param pending What is to be settled.
   * @param slot The slot of its keys, or {@linkcode ANY}.
   */
  constructor(traffic: Traffic, pending: Pending, slot: number) {
    this.#traffic = traffic;
    this.pending = pending;
    this.slot = slot;
    pending.rescuer = this;
  }

  /** Whether it can be sent to a node that has part of the slot only; otherwise it waits until the slot has moved. */
  get canAsk(): boolean {
    return true;
  }

  /** Sends it to a node; with `isAsking` although the slot is not the node's yet. */
  abstract send(node: ClusterNode, isAsking: boolean): void;

  refused(error: RespError): boolean {
    return this.#traffic.refused(this, error);
  }

  failed(reason: unknown): boolean {
    return this.#traffic.failed(this, reason);
  }
}

/** The way of a command. */
export class CommandRoute extends Route {
  readonly #info: CommandInfo;
  readonly #args: readonly StructuredValue[];

  /**
   * @param traffic Sends it on.
   * @param entry The command.
   * @param slot The slot of its keys, or {@linkcode ANY}.
   */
  constructor(traffic: Traffic, { info, args, pending }: Entry, slot: number) {
    super(traffic, pending, slot);
    this.#info = info;
    this.#args = args;
  }

  override send(node: ClusterNode, isAsking: boolean): void {
    this.sendOver(node.line, isAsking);
  }

  protected sendOver(line: Line, isAsking: boolean): void {
    const info = this.#info, args = this.#args;
    this.pending.again(isAsking ? 2 : 1);
    if (isAsking) line.requestAll(this.pending, [ASKING, args], hasStructure(info, args));
    else issue(line, info, args, this.pending);
  }
}

/** The way of a command that may wait in the server: over connections that it has for itself. */
export class BlockingRoute extends CommandRoute {
  #lines: SideLines | null = null;
  #line: Line | null = null;

  constructor(traffic: Traffic, entry: Entry, slot: number) {
    super(traffic, entry, slot);
    this.pending.onAbandon = () => this.#discard(); // the server would go on waiting, and take what comes
    this.pending.promise.then(() => this.#release(), () => this.#release());
  }

  override send(node: ClusterNode, isAsking: boolean): void {
    this.#lines = node.blocking;
    this.#line = node.blocking.acquire(0, { hasStood: true });
    this.sendOver(this.#line, isAsking);
  }

  override refused(error: RespError): boolean {
    this.#release();
    return super.refused(error);
  }

  override failed(reason: unknown): boolean {
    this.#discard();
    return super.failed(reason);
  }

  #release(): void {
    if (this.#line !== null) this.#lines!.release(this.#line);
    this.#line = null;
  }

  #discard(): void {
    if (this.#line !== null) this.#lines!.discard(this.#line);
    this.#line = null;
  }
}

/** The way of a transaction. */
export class TransactionRoute extends Route {
  readonly #transaction: TransactionPending;
  readonly #entries: readonly Entry[];

  constructor(traffic: Traffic, pending: TransactionPending, entries: readonly Entry[], slot: number) {
    super(traffic, pending, slot);
    this.#transaction = pending;
    this.#entries = entries;
  }

  override get canAsk(): boolean {
    return false; // ASKING is for one command, and MULTI would be that
  }

  override send(node: ClusterNode): void {
    sendTransaction(node.line, this.#transaction, this.#entries);
  }
}

/** A command, and others that are about it: when it is sent elsewhere, they go along. */
export class TrainRoute extends Route {
  readonly #train: TrainPending;
  readonly #entries: readonly Entry[];

  constructor(traffic: Traffic, entries: readonly Entry[], slot: number) {
    const train = new TrainPending(entries);
    super(traffic, train, slot);
    this.#train = train;
    this.#entries = entries;
  }

  override send(node: ClusterNode, isAsking: boolean): void {
    const commands = this.#entries.map(({ args }) => args);
    const [{ info, args }] = this.#entries as [Entry];
    if (isAsking) commands.unshift(ASKING);
    this.#train.again(commands.length);
    node.line.requestAll(this.#train, commands, hasStructure(info, args));
  }
}

/** Waits for the replies to a train, and hands them out when it has all of them. */
class TrainPending extends Pending {
  readonly #entries: readonly Entry[];
  #replies: Reply[] = [];

  constructor(entries: readonly Entry[]) {
    const [first] = entries as [Entry];
    super(first.info.name, first.pending.decode);
    this.#entries = entries;
    first.pending.onAbandon = () => this.abandon(undefined);
    this.promise.catch(() => {}); // every command hears of it
  }

  override get isGuarded(): boolean {
    return this.#entries[0]!.pending.isGuarded;
  }

  override again(replies: number): void {
    super.again(replies);
    this.#replies = [];
  }

  override take(reply: Reply, protocol: 2 | 3, asMap: boolean): boolean {
    this.#replies.push(reply);
    if (--this.replies > 0) return false;
    const replies = this.#replies.slice(-this.#entries.length); // without that to ASKING
    const [first] = replies;
    if (first instanceof RespError && this.isRescued(first)) return true;
    this.#entries.forEach(({ pending }, i) => pending.settle(replies[i]!, protocol, asMap));
    this.settle(null, protocol, asMap);
    return true;
  }

  protected override reject(reason: unknown): void {
    // abandoned: each of them has the same deadline and signal, and says so itself
    if (!this.isAbandoned) { for (const { pending } of this.#entries) pending.fail(reason); }
    super.reject(reason);
  }
}
