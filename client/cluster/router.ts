/**
 * The nodes of a cluster, who owns which slot, and where commands go when a node sends them away.
 *
 * ```text
 *               slot ► node ► its line
 *    command ──────────────────────────► reply
 *        ▲                                MOVED, ASK ───────► at once to the node that is named
 *        │      after a back-off,         TRYAGAIN, CLUSTERDOWN, LOADING …
 *        └──── with a new map ◄────────── not sent, since there is no connection
 * ```
 *
 * A command that a node has refused was not executed, and one that was not sent neither: both may be sent again. One that
 * was sent and not answered is never sent again. The map is asked for by one question at a time, whoever needs it; what
 * has to wait, waits in a few heaps with a timer each.
 */
import { SLOTS } from "../../resp/key_slot.ts";
import type { RespError } from "../../resp/reply.ts";
import { ConnectionError, RedisError } from "../errors.ts";
import { isFinal } from "../line.ts";
import type { Pending } from "../pending.ts";
import { backOffMs, holdTimer, jittered, startTimer, stopTimer, type Timer } from "../timers.ts";
import { ClusterNode } from "./node.ts";
import { type ClusterSettings, settingsOf } from "./options.ts";
import { ANY, type Route, type Traffic } from "./route.ts";
import { addressOf, type NodeAddress, readRedirection, type SlotRange } from "./slot_map.ts";

/** A node that has not told the slots for so long is not waited for alone. */
const IMPATIENCE_MS = 1_000;
/** Hints that the map is old have it read anew at most that often; commands find their way without. */
const MIN_REFRESH_MS = 1_000;
const CLOSED = "the client is closed";

/** Commands that wait together. */
interface Heap {
  readonly routes: Route[];
  readonly timer: Timer;
}

/** A command that came before the map. */
interface Early {
  readonly run: () => void;
  readonly fail: (reason: unknown) => void;
  /** What waits, where it may be abandoned. */
  readonly pending: Pending | null;
}

/** Finds the way for commands. */
export class Router implements Traffic {
  readonly #settings: ClusterSettings;
  readonly #nodes = new Map<string, ClusterNode>();
  /** The owner of each slot; empty until a map has come. */
  #slots: (ClusterNode | undefined)[] = [];
  #primaries: ClusterNode[] = [];
  #replicas: ClusterNode[] = [];
  #turn = 0;
  #early: Early[] = [];
  #refreshing: Promise<void> | null = null;
  #refreshedAt = -Infinity;
  #refreshTimer: Timer | undefined;
  /** By how long their commands wait: few, however long some have waited. */
  readonly #heaps = new Map<number, Heap>();
  #waiting = 0;
  /** Nodes that have left, until their connections are closed. */
  readonly #leaving = new Map<ClusterNode, Promise<void>>();
  #isHeld = true;
  /** No new commands are taken. */
  #isClosing = false;
  /** None is sent again. */
  #isOver = false;

  /** @param settings The seeds, and how to connect. */
  constructor(settings: ClusterSettings) {
    this.#settings = settings;
  }

  /** Whether a map has come. */
  get isKnown(): boolean {
    return this.#slots.length > 0;
  }

  /** Hears that a new map has come. */
  onMap: () => void = () => {};

  /** Whether commands can be sent at once. */
  get isOpen(): boolean {
    return this.isKnown && !this.#isClosing;
  }

  /** Whether connections keep the process alive. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** All owners of slots. */
  get primaries(): readonly ClusterNode[] {
    return this.#primaries;
  }

  /** All replicas that can be reached. */
  get replicas(): readonly ClusterNode[] {
    return this.#replicas;
  }

  /** Has something done as soon as there is a map, which may be now; closing does not wait for what was abandoned. */
  whenKnown(run: () => void, fail: (reason: unknown) => void, pending: Pending | null = null): void {
    if (this.#isClosing) return fail(this.#closed());
    if (this.isKnown) return attempt(run, fail);
    this.#early.push({ run, fail, pending });
    if (this.#early.length === 1) this.#begin();
  }

  /** Sends a command to the owner of its slot. */
  issue(route: Route): void {
    if (route.pending.isAbandoned) return;
    const node = route.isPinned
      ? this.#standing(route.node!)
      : route.slot === ANY
      ? this.#any()
      : this.#slots[route.slot];
    if (node !== undefined) return this.issueTo(node, route, false);
    if (route.isPinned) {
      return route.pending.fail(new ConnectionError(`Cannot send to ${route.node!.address}: it has left the cluster`));
    }
    if (this.#wait(route)) return;
    route.pending.fail(new RedisError("CLUSTERDOWN Hash slot not served", route.pending.command));
  }

  /** Sends a command to a node. */
  issueTo(node: ClusterNode, route: Route, isAsking: boolean): void {
    route.node = node;
    route.send(node, isAsking);
  }

  /** The owner of a slot, as far as is known. */
  ownerOf(slot: number): ClusterNode | undefined {
    return this.#slots[slot];
  }

  /** Whether a node is part of the cluster, as far as is known. */
  has(node: ClusterNode): boolean {
    return this.#primaries.includes(node) || this.#replicas.includes(node);
  }

  /**
   * A node says that a slot has moved.
   *
   * @param message MOVED, as it came.
   * @param from The node that says so.
   * @returns The owner from now on; null where the node does not say who that is.
   */
  moved(message: string, from: ClusterNode): ClusterNode | null {
    const to = readRedirection(message, from.hostname);
    if (to === null) return null;
    const node = this.#slots[to.slot] = this.#node(to);
    this.#refreshSoon(node);
    return node;
  }

  /** A slot that a node owns, as far as is known; {@linkcode ANY} for none. */
  slotOwnedBy(node: ClusterNode): number {
    return this.#slots.indexOf(node); // -1 is ANY
  }

  refused(route: Route, error: RespError): boolean {
    switch (error.code) {
      case "MOVED":
      case "ASK":
        return this.#redirect(route, error);
      case "TRYAGAIN":
      case "CLUSTERDOWN":
      case "LOADING":
      case "MASTERDOWN":
      case "READONLY": // a primary that has become a replica, and a command without keys
        return this.#wait(route);
      default:
        return false;
    }
  }

  failed(route: Route, reason: unknown): boolean {
    if (route.isPinned && this.#standing(route.node!) === undefined) return false; // it will not come back
    return reason instanceof ConnectionError && !reason.sent && !isFinal(reason) && this.#wait(route);
  }

  /** Reads the map anew. Whoever asks meanwhile shares the answer. */
  refresh(first?: ClusterNode): Promise<void> {
    if (this.#isOver) return Promise.reject(this.#closed());
    return this.#refreshing ??= this.#refresh(first).finally(() => this.#refreshing = null);
  }

  /** Waits for the replies to all that was sent, then lets go. */
  async close(): Promise<void> {
    this.#isClosing = true;
    // whatever is wrong with the map is told to those who wait for it
    if (this.#early.some(({ pending }) => pending === null || !pending.isAbandoned)) {
      await this.#refreshing?.catch(() => {});
    }
    this.#end();
    const refreshing = this.#refreshing?.catch(() => {});
    await Promise.all([...this.#nodes.values()].map((node) => node.close()));
    await refreshing;
    await Promise.all(this.#leaving.values());
  }

  /** Lets go at once. */
  drop(why: string): void {
    this.#isClosing = true;
    this.#end();
    for (const node of [...this.#nodes.values(), ...this.#leaving.keys()]) node.drop(why);
  }

  /** Whether connections, and waiting for them, keep the process alive. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    for (const node of [...this.#nodes.values(), ...this.#leaving.keys()]) node.hold(isHeld);
    for (const { timer } of this.#heaps.values()) holdTimer(timer, isHeld);
  }

  #end(): void {
    this.#isOver = true;
    stopTimer(this.#refreshTimer);
    const early = this.#early, heaps = [...this.#heaps.values()];
    this.#early = [];
    this.#heaps.clear();
    for (const { fail } of early) fail(this.#closed());
    for (const { timer, routes } of heaps) {
      stopTimer(timer);
      for (const { pending } of routes) pending.fail(this.#closed());
    }
  }

  #closed(): ConnectionError {
    return new ConnectionError(`Cannot send to the cluster: ${CLOSED}`);
  }

  // ---- Redirections ----

  /** MOVED and ASK: at once to the node that is named. */
  #redirect(route: Route, error: RespError): boolean {
    const isAsk = error.code === "ASK";
    if (this.#isOver || route.redirections >= this.#settings.maxRedirections) return false;
    const to = readRedirection(error.message, route.node!.hostname);
    if (to === null || (isAsk && !route.canAsk)) return this.#wait(route);
    route.redirections++;
    const node = isAsk ? this.#node(to) : this.moved(error.message, route.node!)!;
    if (!isAsk) route.slot = to.slot;
    this.issueTo(node, route, isAsk);
    return true;
  }

  /** Has a command wait, and tries again with a new map; false where it has waited often enough. */
  #wait(route: Route): boolean {
    const { retry, node: { offlineQueue } } = this.#settings;
    if (this.#isOver || retry === null || route.attempts >= retry.attempts || this.#waiting >= offlineQueue) {
      return false;
    }
    const attempt = ++route.attempts;
    this.#waiting++;
    const baseMs = backOffMs(retry, attempt);
    const heap = this.#heaps.get(baseMs);
    if (heap !== undefined) {
      heap.routes.push(route);
      return true;
    }
    const timer = startTimer(() => this.#resume(baseMs), jittered(baseMs, retry), this.#isHeld);
    this.#heaps.set(baseMs, { routes: [route], timer });
    return true;
  }

  async #resume(baseMs: number): Promise<void> {
    const { routes } = this.#heaps.get(baseMs)!;
    this.#heaps.delete(baseMs);
    let failure: unknown = null;
    if (routes.some(({ pending }) => !pending.isAbandoned)) {
      try {
        await this.refresh();
      } catch (error) {
        failure = error;
      }
    }
    this.#waiting -= routes.length;
    for (const route of routes) {
      if (failure === null) this.issue(route);
      else route.pending.fail(failure); // it may wait once more
    }
  }

  // ---- The map ----

  async #begin(): Promise<void> {
    let failure: unknown = null;
    try {
      await this.refresh();
    } catch (error) {
      failure = error;
    }
    const early = this.#early;
    this.#early = [];
    for (const { run, fail } of early) {
      if (failure === null) attempt(run, fail);
      else fail(failure);
    }
  }

  /** Something hints that the map is old. */
  #refreshSoon(first?: ClusterNode): void {
    if (this.#isOver || !this.isKnown || this.#refreshing !== null || this.#refreshTimer !== undefined) return;
    const refresh = (): void => {
      this.#refreshTimer = undefined;
      this.refresh(first).catch(() => {}); // the next command that needs it reads it again, and hears why not
    };
    const waitMs = this.#refreshedAt + MIN_REFRESH_MS - performance.now();
    if (waitMs <= 0) return refresh();
    this.#refreshTimer = startTimer(refresh, waitMs, false);
  }

  async #refresh(first: ClusterNode | undefined): Promise<void> {
    try {
      this.#adopt(await this.#ask(this.#sources(first)));
    } finally {
      this.#refreshedAt = performance.now();
    }
  }

  /** Whom to ask, one after the other: who has just told something new, who is connected, the others, the seeds. */
  #sources(first: ClusterNode | undefined): NodeAddress[] {
    const nodes = shuffled([...this.#nodes.values()]);
    const sources: NodeAddress[] = first === undefined || first.line.isOver ? [] : [first];
    sources.push(...nodes.filter(({ line }) => line.isReady), ...nodes.filter(({ line }) => !line.isReady));
    sources.push(...this.#settings.seeds);
    const byAddress = new Map(sources.map((source) => [addressOf(source.hostname, source.port), source]));
    return [...byAddress.values()];
  }

  /** Asks for the slots until one answers; who is slow is not given up while the next is asked. */
  #ask(sources: readonly NodeAddress[]): Promise<SlotRange[]> {
    const { promise, resolve, reject } = Promise.withResolvers<SlotRange[]>();
    let next = 0, asked = 0, isDone = false, timer: Timer | undefined;
    const done = (): void => {
      isDone = true;
      stopTimer(timer);
    };
    const answered = (ranges: SlotRange[]): void => {
      done();
      resolve(ranges);
    };
    const failed = (reason: unknown): void => {
      asked--;
      if (this.#isOver || (next >= sources.length && asked === 0)) {
        done();
        reject(this.#isOver ? this.#closed() : unknownCluster(reason));
      } else if (!isDone) askNext();
    };
    const askNext = (): void => {
      stopTimer(timer);
      if (this.#isOver || next >= sources.length) return;
      asked++;
      this.#at(sources[next++]!).slots(this.#settings.node.connectTimeoutMs, this.#isHeld).then(answered, failed);
      if (next >= sources.length) return;
      timer = startTimer(askNext, IMPATIENCE_MS, this.#isHeld);
    };
    askNext();
    return promise;
  }

  #adopt(ranges: readonly SlotRange[]): void {
    if (this.#isOver) return;
    const slots: (ClusterNode | undefined)[] = new Array(SLOTS).fill(undefined);
    const primaries = new Set<ClusterNode>(), replicas = new Set<ClusterNode>();
    for (const { first, last, primary: told, replicas: others } of ranges) {
      const primary = this.#node(told);
      primary.id = told.id;
      primaries.add(primary);
      slots.fill(primary, first, last + 1);
      for (const other of others) {
        const replica = this.#node(other);
        replica.id = other.id;
        replicas.add(replica);
      }
    }
    this.#slots = slots;
    this.#primaries = [...primaries];
    this.#replicas = [...replicas].filter((replica) => !primaries.has(replica));
    for (const node of this.#nodes.values()) if (!primaries.has(node) && !replicas.has(node)) this.#dismiss(node);
    this.onMap();
  }

  // ---- Nodes ----

  /** The node that others call by this address. */
  #node(told: NodeAddress): ClusterNode {
    return this.#at(this.#settings.addresses.get(addressOf(told.hostname, told.port)) ?? told);
  }

  /** The node that is reached by this address. */
  #at(address: NodeAddress): ClusterNode {
    const key = addressOf(address.hostname, address.port);
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const onLost = (): void => {
      if (this.#standing(node) !== undefined) this.#refreshSoon();
    };
    const node = new ClusterNode(address, settingsOf(this.#settings, address), this.#isHeld, onLost);
    this.#nodes.set(key, node);
    return node;
  }

  #standing(node: ClusterNode): ClusterNode | undefined {
    return this.#nodes.get(node.address) === node ? node : undefined;
  }

  /** The primaries by turns. */
  #any(): ClusterNode | undefined {
    return this.#primaries[this.#turn++ % this.#primaries.length];
  }

  /**
   * A node that is in no map any more: what was not sent goes elsewhere, what was sent is waited for, but not for ever. Its
   * machine may be gone without a word.
   */
  #dismiss(node: ClusterNode): void {
    this.#nodes.delete(node.address);
    if (!node.line.isReady) return node.drop("it is not part of the cluster");
    const { connectTimeoutMs } = this.#settings.node;
    const giveUp = (): void => node.drop("it has left the cluster, and does not answer");
    // its connections hold the process
    const timer = connectTimeoutMs === 0 ? undefined : startTimer(giveUp, connectTimeoutMs, false);
    const ended = (): void => {
      stopTimer(timer);
      this.#leaving.delete(node);
    };
    this.#leaving.set(node, node.close().finally(ended));
  }
}

/** What cannot be sent at all keeps nothing else from being sent. */
function attempt(run: () => void, fail: (reason: unknown) => void): void {
  try {
    run();
  } catch (error) {
    fail(error);
  }
}

function unknownCluster(cause: unknown): ConnectionError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  // what a client cannot be helped with, a wrong password, stays recognisable
  const underneath = cause instanceof ConnectionError && cause.cause instanceof RedisError ? cause.cause : cause;
  return new ConnectionError(`Cannot find the cluster: ${reason}`, { cause: underneath });
}

function shuffled<T>(items: T[]): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}
