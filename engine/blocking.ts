/**
 * Clients that wait for a key: BLPOP, BZPOPMIN and their like.
 *
 * A blocking command that finds nothing leaves a wait behind ({@linkcode Blocking.block}) and no reply. When one of its keys
 * comes into being with the type it waits for, or changes where the wait asks for that, the command is run again, after the
 * command that did it has ended, and before any other: whoever has waited longest for a key is served first. Nothing here
 * runs commands: dispatch does, in {@linkcode Blocking.serve}.
 *
 * Waits belong to a database's number, not to its keys: SWAPDB leaves clients where they are.
 *
 * Clients stand in one queue for each key. Blocking and leaving again cost O(1) a key, and so does every key that is added
 * while somebody waits.
 */
import type { CommandBatch } from "../resp/command_batch.ts";
import { batchOf } from "../resp/command_batch.ts";
import type { ReplyWriter } from "../resp/reply_writer.ts";
import type { Clock, TimerId } from "../store/clock.ts";
import { NONE } from "../store/database.ts";
import type { Keyspace } from "../store/keyspace.ts";
import { TYPE_NAMES } from "../store/types.ts";
import type { Args } from "./args.ts";
import type { ClientState } from "./client_state.ts";
import type { Command } from "./command.ts";
import { CommandError, NOT_A_FLOAT } from "./errors.ts";
import { type KeyGroup, KeyTable } from "./key_table.ts";
import { LongDouble } from "./long_double.ts";
import { ALL_DATABASES, type DatabaseListener, EVENT_STREAM, type Hooks, type KeyListener } from "./hooks.ts";
import type { Statistics } from "./statistics.ts";

/** What a blocking command waits for. */
export interface Wait {
  /** Arguments that are its keys, from `first` to `last`. */
  readonly first: number;
  readonly last: number;
  /** The type that such a key must have (`LIST`, `SORTED_SET`). */
  readonly type: number;
  /** How long it waits, in milliseconds; 0: for ever. */
  readonly timeoutMs: number;
  /** Its reply when the time is over. */
  readonly replyTimeout: (out: ReplyWriter) => void;
  /** Is it served as well when a key that is there changes? Streams grow. */
  readonly waitsForChanges?: boolean;
  /** Ends the wait when one of the keys is deleted or gets another type; without it, the client waits on. */
  readonly goneError?: CommandError;
  /** Arguments that the command is run again with in place of its own (XREAD's `$` is an id by then). */
  readonly resolved?: ReadonlyMap<number, Uint8Array>;
}

/** A client that waits, with the command it will be served by. */
export class BlockedClient {
  readonly client: ClientState;
  readonly command: Command;
  /** The command's arguments, copied. */
  readonly batch: CommandBatch;
  readonly argumentBytes: number;
  readonly wait: Wait;
  /** Where it stands, each with the argument that is the key. */
  readonly queues: Map<WaitQueue, number> = new Map();
  timer: TimerId | null = null;

  constructor(client: ClientState, command: Command, args: Args, wait: Wait) {
    this.client = client;
    this.command = command;
    this.wait = wait;
    this.argumentBytes = args.totalBytes;
    this.batch = batchOf(Array.from({ length: args.count }, (_, i) => wait.resolved?.get(i) ?? args.own(i)));
  }
}

/** Those who wait for one key, longest first. */
type WaitQueue = KeyGroup<BlockedClient>;

/** Runs the command of a client that waits, for the key at an argument; true when it was served. */
export type ServeFunction = (blocked: BlockedClient, readyKey: number) => boolean;

/** Of what happens to a stream, that which clients wait for: an entry, or the end of their group. */
const WAKING_EVENTS: ReadonlySet<string> = new Set(["xadd", "xgroup-destroy"]);
const UNBLOCKED = new CommandError("UNBLOCKED", "client unblocked via CLIENT UNBLOCK");

export class Blocking {
  readonly #keyspace: Keyspace;
  readonly #hooks: Hooks;
  readonly #clock: Clock;
  readonly #statistics: Statistics;
  readonly #queues: KeyTable<BlockedClient>;
  readonly #blocked: Map<ClientState, BlockedClient> = new Map();
  /** How many clients wait for each type. */
  readonly #waitingFor: number[] = TYPE_NAMES.map(() => 0);
  /** Queues whose keys have come into being, of whatever type. */
  readonly #added: Set<WaitQueue> = new Set();
  /** Those of them whose keys were of a type that somebody waits for, or that have changed while somebody waits for that. */
  #ready: Set<WaitQueue> = new Set();
  /** How many wait for changes. */
  #waitingForChanges = 0;
  // listened with only while somebody waits
  readonly #onAdded: KeyListener;
  readonly #onTouched: KeyListener;
  readonly #onChange: DatabaseListener;

  constructor(keyspace: Keyspace, hooks: Hooks, clock: Clock, statistics: Statistics) {
    this.#keyspace = keyspace;
    this.#hooks = hooks;
    this.#clock = clock;
    this.#statistics = statistics;
    this.#queues = new KeyTable(keyspace.seed);
    this.#onAdded = (db, bytes, start, end) => {
      const queue = this.#queues.find(db.index, bytes, start, end);
      if (queue !== null) this.#added.add(queue);
    };
    this.#onTouched = (db, bytes, start, end, eventClass, event) => {
      if (eventClass === EVENT_STREAM && !WAKING_EVENTS.has(event)) return;
      const queue = this.#queues.find(db.index, bytes, start, end);
      if (queue !== null) this.#ready.add(queue);
    };
    this.#onChange = (change, first, second) => {
      if (change === "swap") this.#markAll([first, second]);
      else if (this.#waitingForChanges === 0) return;
      else this.#markAll(first === ALL_DATABASES ? keyspace.databases.keys() : [first]);
    };
  }

  /** How many clients wait. */
  get count(): number {
    return this.#blocked.size;
  }

  /** How many keys they wait for. */
  get keyCount(): number {
    return this.#queues.size;
  }

  /** How many of them have a time-out. */
  get timedCount(): number {
    return this.#blocked.values().reduce((sum, { wait }) => sum + (wait.timeoutMs > 0 ? 1 : 0), 0);
  }

  /** May there be a key to serve somebody from? */
  get hasReady(): boolean {
    return this.#added.size > 0 || this.#ready.size > 0;
  }

  isBlocked(client: ClientState): boolean {
    return this.#blocked.has(client);
  }

  /** Bytes of the arguments that a client waits with; 0 when it does not wait. */
  argumentBytes(client: ClientState): number {
    return this.#blocked.get(client)?.argumentBytes ?? 0;
  }

  /** Has a client wait. One that waits already, whose command has been run again in vain, keeps its place. */
  block(client: ClientState, command: Command, args: Args, wait: Wait): void {
    if (this.#blocked.has(client)) return;
    const blocked = new BlockedClient(client, command, args, wait);
    this.#blocked.set(client, blocked);
    this.#waitingFor[wait.type]!++;
    client.isHalted = true;
    if (this.#blocked.size === 1) {
      this.#hooks.keyAdded.add(this.#onAdded);
      this.#hooks.databaseChanges.add(this.#onChange);
    }
    if (wait.waitsForChanges === true && this.#waitingForChanges++ === 0) this.#hooks.keyTouched.add(this.#onTouched);
    for (let i = wait.first; i <= wait.last; i++) this.#queueUp(blocked, args, i);
    if (wait.timeoutMs > 0) {
      blocked.timer = this.#clock.setTimeout(() => this.#end(blocked, blocked.wait.replyTimeout), wait.timeoutMs);
    }
  }

  /** Puts a client at the end of the queue for the key at an argument, unless an argument before was the same. */
  #queueUp(blocked: BlockedClient, args: Args, i: number): void {
    const queue = this.#queues.findOrAdd(blocked.client.db, args.bytes, args.start(i), args.end(i));
    if (blocked.queues.has(queue)) return;
    queue.members.add(blocked);
    blocked.queues.set(queue, i);
  }

  /** Lets a client go that will not be served any more: its connection has ended. */
  forget(client: ClientState): void {
    const blocked = this.#blocked.get(client);
    if (blocked !== undefined) this.#remove(blocked);
  }

  /**
   * CLIENT UNBLOCK: as if its time were over, or with an error; false when the client does not wait. Its call counts as
   * failed either way, as in Redis.
   */
  unblock(client: ClientState, asError: boolean): boolean {
    const blocked = this.#blocked.get(client);
    if (blocked === undefined) return false;
    if (asError) this.#fail(blocked, UNBLOCKED);
    else {
      blocked.command.failedCalls++;
      this.#end(blocked, blocked.wait.replyTimeout);
    }
    return true;
  }

  #fail(blocked: BlockedClient, error: CommandError): void {
    blocked.command.failedCalls++;
    this.#statistics.countError(error.code);
    this.#end(blocked, (out) => out.error(error.reply));
  }

  /**
   * Serves those who wait for keys that have become ready, and for those that become so meanwhile: BLMOVE makes the next one
   * ready.
   */
  serve(run: ServeFunction): void {
    for (this.settle(); this.#ready.size > 0; this.settle()) {
      const ready = this.#ready;
      this.#ready = new Set();
      for (const queue of ready) this.#serveQueue(queue, run);
    }
  }

  /**
   * A command has ended: keys it has made are ready if they have a type that somebody waits for, be it for another key. That
   * settles it for the rest of a transaction: as in Redis, a key that is overwritten later becomes ready by that no more.
   */
  settle(): void {
    for (const queue of this.#added) {
      const type = this.#typeOf(queue);
      if (type >= 0 && this.#waitingFor[type]! > 0) this.#ready.add(queue);
    }
    this.#added.clear();
  }

  #serveQueue(queue: WaitQueue, run: ServeFunction): void {
    for (const blocked of queue.members) { // whose number shrinks meanwhile
      const type = this.#typeOf(queue);
      if (type === blocked.wait.type) {
        if (run(blocked, blocked.queues.get(queue)!)) this.#release(blocked);
      } else if (blocked.wait.goneError !== undefined) this.#fail(blocked, blocked.wait.goneError);
      else if (type < 0 && this.#waitingForChanges === 0) return; // there is nothing left for those behind
    }
  }

  /** The type of a key waited for, -1 when it is not there. */
  #typeOf({ db: index, key }: WaitQueue): number {
    const db = this.#keyspace.databases[index]!;
    const entry = db.peekBytes(key, 0, key.length);
    return entry === NONE ? -1 : db.type(entry);
  }

  /** Databases have been exchanged or emptied: every key that is waited for may be there now, or gone. */
  #markAll(databases: Iterable<number>): void {
    for (const db of databases) {
      for (const queue of this.#queues.of(db)) {
        this.#added.add(queue);
        if (this.#waitingForChanges > 0) this.#ready.add(queue);
      }
    }
  }

  /** Replies to a client, outside of any command, and lets it go. */
  #end(blocked: BlockedClient, reply: (out: ReplyWriter) => void): void {
    const { client } = blocked;
    const mark = client.out.length;
    reply(client.out);
    client.cutReply(mark);
    client.silence(mark);
    this.#release(blocked);
  }

  /** The client has its reply: it goes on. */
  #release(blocked: BlockedClient): void {
    const { client } = blocked;
    if (!this.#blocked.has(client)) return; // its output has passed a limit: the connection is closed
    this.#remove(blocked);
    client.isHalted = client.isClosing;
    client.lastInteractionMs = this.#clock.now(); // `timeout` does not count the time it waited
    client.connection.flush();
    client.connection.resume();
  }

  #remove(blocked: BlockedClient): void {
    if (blocked.timer !== null) this.#clock.clearTimeout(blocked.timer);
    blocked.timer = null;
    this.#blocked.delete(blocked.client);
    this.#waitingFor[blocked.wait.type]!--;
    for (const queue of blocked.queues.keys()) this.#queues.leave(queue, blocked);
    if (blocked.wait.waitsForChanges === true && --this.#waitingForChanges === 0) {
      this.#hooks.keyTouched.remove(this.#onTouched);
    }
    if (this.#blocked.size > 0) return;
    this.#hooks.keyAdded.remove(this.#onAdded);
    this.#hooks.databaseChanges.remove(this.#onChange);
  }
}

const NOT_MILLISECONDS = new CommandError("ERR", "timeout is not an integer or out of range");
const NOT_A_TIMEOUT = new CommandError("ERR", "timeout is not a float or out of range");
const NEGATIVE_TIMEOUT = new CommandError("ERR", "timeout is negative");

/**
 * The time-out of a blocking command, argument `i`: seconds, with a fraction if need be.
 *
 * @returns Milliseconds, rounded up; 0: for ever.
 * @throws {CommandError} It is no number, or negative.
 */
export function blockingTimeout(args: Args, i: number): number {
  const ms = Math.ceil(secondsOf(args, i) * 1000);
  if (ms < 0 || ms >= 2 ** 63) throw NEGATIVE_TIMEOUT; // a time that 64 bits cannot hold is a negative one in Redis
  return ms;
}

/**
 * The time-out of a command that takes whole milliseconds (XREAD, WAIT, CLIENT PAUSE), argument `i`.
 *
 * @returns Milliseconds; 0: for ever.
 * @throws {CommandError} It is no integer, or negative.
 */
export function blockingMilliseconds(args: Args, i: number): number {
  const ms = args.int(i, NOT_MILLISECONDS);
  if (ms < 0) throw NEGATIVE_TIMEOUT;
  return ms;
}

/** Redis reads a `long double`, which holds numbers that are infinite to us. */
function secondsOf(args: Args, i: number): number {
  try {
    return args.double(i);
  } catch (error) {
    if (error !== NOT_A_FLOAT) throw error;
    const isNumber = LongDouble.parse(args.bytes, args.start(i), args.end(i)) !== null;
    throw isNumber ? NEGATIVE_TIMEOUT : NOT_A_TIMEOUT;
  }
}
