/**
 * One node of a cluster as the client has it: a connection for all commands, and those beside it. None is opened before it
 * is used.
 */
import type { Reply } from "../../resp/reply.ts";
import { ConnectionError } from "../errors.ts";
import { Line, type LineUser } from "../line.ts";
import type { Settings } from "../options.ts";
import { Pending } from "../pending.ts";
import { SideLines } from "../side_lines.ts";
import { addressOf, type NodeAddress, readSlots, type SlotRange } from "./slot_map.ts";

/** A node and the connections to it. */
export class ClusterNode implements NodeAddress {
  readonly hostname: string;
  readonly port: number;
  /** Host and port. */
  readonly address: string;
  /** Its id in the cluster; empty until a map tells. */
  id = "";
  /** For all commands that do not block. */
  readonly line: Line;
  /** For commands that block. */
  readonly blocking: SideLines;
  /** For transactions that watch keys. */
  readonly watching: SideLines;
  /** Questions for the slots that have not been answered, though they may have been given up. */
  #questions = 0;

  /**
   * Makes a node. Nothing is sent yet.
   *
   * @param address Where it is.
   * @param settings How to connect there.
   * @param isHeld Whether connections keep the process alive.
   * @param onLost Hears that the connection could not be made, or was lost.
   */
  constructor({ hostname, port }: NodeAddress, settings: Settings, isHeld: boolean, onLost: () => void) {
    this.hostname = hostname;
    this.port = port;
    this.address = addressOf(hostname, port);
    this.line = new Line(settings, new Watcher(onLost), { isHeld });
    this.blocking = new SideLines(settings, false, isHeld);
    this.watching = new SideLines(settings, true, isHeld);
  }

  /** Asks it for the slots. */
  async slots(timeoutMs: number, isHeld: boolean): Promise<SlotRange[]> {
    const question = new Question(() => this.#questions--);
    if (timeoutMs > 0) question.guard(null, timeoutMs, isHeld);
    this.#questions++;
    this.line.request(question, ["CLUSTER", "SLOTS"], false);
    const ranges = readSlots(await question.promise, this.hostname);
    if (ranges.length === 0) throw new Error(`${this.address} knows of no slots`);
    return ranges;
  }

  /** Waits for the replies to all that was sent, then lets go. */
  async close(): Promise<void> {
    if (this.line.unanswered <= this.#questions) this.line.drop("nobody waits for its answer"); // it may never come
    await Promise.all([this.line.close(), this.blocking.close(), this.watching.close()]);
  }

  /** Lets go at once. */
  drop(why: string): void {
    this.line.drop(why);
    this.blocking.drop(why);
    this.watching.drop(why);
  }

  /** Whether connections keep the process alive. */
  hold(isHeld: boolean): void {
    this.line.hold(isHeld);
    this.blocking.hold(isHeld);
    this.watching.hold(isHeld);
  }
}

/** CLUSTER SLOTS. */
class Question extends Pending {
  readonly #onEnd: () => void;
  #hasEnded = false;

  constructor(onEnd: () => void) {
    super("CLUSTER SLOTS", "string");
    this.#onEnd = onEnd;
  }

  override take(reply: Reply, protocol: 2 | 3, asMap: boolean): boolean {
    this.#end();
    return super.take(reply, protocol, asMap);
  }

  /** Given up, its place in the queue remains: its reply may still come, or the connection end. */
  override fail(reason: unknown): void {
    if (!this.isAbandoned || reason instanceof ConnectionError) this.#end();
    super.fail(reason);
  }

  #end(): void {
    if (!this.#hasEnded) this.#onEnd();
    this.#hasEnded = true;
  }
}

class Watcher implements LineUser {
  readonly #onLost: () => void;

  constructor(onLost: () => void) {
    this.#onLost = onLost;
  }

  replay(): null {
    return null;
  }

  greeted(): void {}

  pushed(): void {}

  lost(_reason: ConnectionError): void {
    this.#onLost();
  }

  gaveUp(): void {}
}
