/**
 * Clients that wait for a key: BLPOP, BZPOPMIN and their like.
 *
 * A blocking command that finds nothing leaves a wait behind ({@linkcode Blocking.block}) and no reply. When one of its keys
 * comes into being with the type it waits for, the command is run again, after the command that made the key has ended,
 * and before any other: whoever has waited longest for a key is served first. Nothing here runs commands: dispatch does, in
 * {@linkcode Blocking.serve}.
 *
 * Waits belong to a database's number, not to its keys: SWAPDB leaves clients where they are.
 */
import type { CommandBatch } from "../resp/command_batch.ts";
import { batchOf } from "../resp/command_batch.ts";
import type { ReplyWriter } from "../resp/reply_writer.ts";
import type { Clock, TimerId } from "../store/clock.ts";
import { NONE } from "../store/database.ts";
import type { Keyspace } from "../store/keyspace.ts";
import type { Args } from "./args.ts";
import type { ClientState } from "./client_state.ts";
import type { Command } from "./command.ts";
import { CommandError, NOT_A_FLOAT } from "./errors.ts";
import { LongDouble } from "./long_double.ts";
import type { DatabaseListener, Hooks, KeyListener } from "./hooks.ts";

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
}

/** A client that waits, with the command it will be served by. */
export class BlockedClient {
  readonly client: ClientState;
  readonly command: Command;
  /** The command's arguments, copied. */
  readonly batch: CommandBatch;
  readonly wait: Wait;
  /** The keys waited for, each once, as {@linkcode nameOf} writes them. */
  readonly names: readonly string[];
  /** Index of the argument of each. */
  readonly arguments: readonly number[];
  timer: TimerId | null = null;
  deadlineMs = 0;

  constructor(client: ClientState, command: Command, args: Args, wait: Wait) {
    this.client = client;
    this.command = command;
    this.wait = wait;
    this.batch = batchOf(Array.from({ length: args.count }, (_, i) => args.own(i)));
    const names = new Map<string, number>();
    for (let i = wait.first; i <= wait.last; i++) {
      const name = nameOf(client.db, args.bytes, args.start(i), args.end(i));
      if (!names.has(name)) names.set(name, i);
    }
    this.names = [...names.keys()];
    this.arguments = [...names.values()];
  }
}

/** Runs the command of a client that waits, for the key at an argument; true when it was served. */
export type ServeFunction = (blocked: BlockedClient, readyKey: number) => boolean;

const UNBLOCKED = new CommandError("UNBLOCKED", "client unblocked via CLIENT UNBLOCK");
/** Timers take no longer delays. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;
/** Lengths of names, modulo this, that are waited for are counted. */
const LENGTHS = 64;

export class Blocking {
  readonly #keyspace: Keyspace;
  readonly #hooks: Hooks;
  readonly #clock: Clock;
  /** Who waits for a key, longest first. */
  readonly #queues: Map<string, Set<BlockedClient>> = new Map();
  readonly #blocked: Map<ClientState, BlockedClient> = new Map();
  /** How many queues there are for keys of each length: most keys that are added need no look at `#queues`. */
  readonly #lengths: Int32Array = new Int32Array(LENGTHS);
  /** Keys that have come into being and are waited for. */
  #ready: Set<string> = new Set();
  // listened with only while somebody waits
  readonly #onAdded: KeyListener;
  readonly #onChange: DatabaseListener;

  constructor(keyspace: Keyspace, hooks: Hooks, clock: Clock) {
    this.#keyspace = keyspace;
    this.#hooks = hooks;
    this.#clock = clock;
    this.#onAdded = (db, bytes, start, end) => {
      if (this.#lengths[(end - start) % LENGTHS] === 0) return;
      const name = nameOf(db.index, bytes, start, end);
      if (this.#queues.has(name)) this.#ready.add(name);
    };
    this.#onChange = (change, first, second) => {
      if (change === "swap") this.#markAll(first, second);
    };
  }

  /** How many clients wait. */
  get count(): number {
    return this.#blocked.size;
  }

  /** How many of them have a time-out. */
  get timedCount(): number {
    return this.#blocked.values().reduce((sum, { wait }) => sum + (wait.timeoutMs > 0 ? 1 : 0), 0);
  }

  /** Is there a key to serve somebody from? */
  get hasReady(): boolean {
    return this.#ready.size > 0;
  }

  isBlocked(client: ClientState): boolean {
    return this.#blocked.has(client);
  }

  /** Has a client wait. One that waits already, whose command has been run again in vain, keeps its place. */
  block(client: ClientState, command: Command, args: Args, wait: Wait): void {
    if (this.#blocked.has(client)) return;
    const blocked = new BlockedClient(client, command, args, wait);
    this.#blocked.set(client, blocked);
    client.isHalted = true;
    if (this.#blocked.size === 1) {
      this.#hooks.keyAdded.add(this.#onAdded);
      this.#hooks.databaseChanges.add(this.#onChange);
    }
    blocked.names.forEach((name, k) => {
      let queue = this.#queues.get(name);
      if (queue === undefined) {
        this.#queues.set(name, queue = new Set());
        this.#lengths[args.length(blocked.arguments[k]!) % LENGTHS]!++;
      }
      queue.add(blocked);
    });
    if (wait.timeoutMs > 0) {
      blocked.deadlineMs = this.#clock.now() + wait.timeoutMs;
      this.#arm(blocked);
    }
  }

  /** Lets a client go that will not be served any more: its connection has ended. */
  forget(client: ClientState): void {
    const blocked = this.#blocked.get(client);
    if (blocked !== undefined) this.#remove(blocked);
  }

  /** CLIENT UNBLOCK: as if its time were over, or with an error; false when the client does not wait. */
  unblock(client: ClientState, asError: boolean): boolean {
    const blocked = this.#blocked.get(client);
    if (blocked === undefined) return false;
    if (asError) this.#end(blocked, (out) => out.error(UNBLOCKED.reply));
    else this.#end(blocked, blocked.wait.replyTimeout);
    return true;
  }

  /**
   * Serves those who wait for keys that have become ready, and for those that become so meanwhile: BLMOVE makes the next one
   * ready.
   */
  serve(run: ServeFunction): void {
    while (this.#ready.size > 0) {
      const ready = this.#ready;
      this.#ready = new Set();
      for (const name of ready) this.#serveKey(name, run);
    }
  }

  #serveKey(name: string, run: ServeFunction): void {
    const queue = this.#queues.get(name);
    if (queue === undefined) return;
    for (const blocked of queue) { // which shrinks meanwhile
      const readyKey = blocked.arguments[blocked.names.indexOf(name)]!;
      const type = this.#typeOf(blocked, readyKey);
      if (type < 0) return; // there is nothing left for those behind
      if (type === blocked.wait.type && run(blocked, readyKey)) this.#release(blocked);
    }
  }

  /** The type of a key waited for, -1 when it is not there. */
  #typeOf(blocked: BlockedClient, readyKey: number): number {
    const { words, bytes } = blocked.batch;
    const db = this.#keyspace.databases[blocked.client.db]!;
    const entry = db.peekBytes(bytes, words[1 + 2 * readyKey]!, words[2 + 2 * readyKey]!);
    return entry === NONE ? -1 : db.type(entry);
  }

  /** Databases have been exchanged: every key that is waited for may be there now. */
  #markAll(first: number, second: number): void {
    for (const name of this.#queues.keys()) {
      const index = Number(name.slice(0, name.indexOf(":")));
      if (index === first || index === second) this.#ready.add(name);
    }
  }

  #arm(blocked: BlockedClient): void {
    const delayMs = Math.min(blocked.deadlineMs - this.#clock.now(), LONGEST_DELAY_MS);
    blocked.timer = this.#clock.setTimeout(() => {
      if (this.#clock.now() < blocked.deadlineMs) this.#arm(blocked);
      else this.#end(blocked, blocked.wait.replyTimeout);
    }, Math.max(delayMs, 0));
  }

  /** Replies to a client, outside of any command, and lets it go. */
  #end(blocked: BlockedClient, reply: (out: ReplyWriter) => void): void {
    const { client } = blocked;
    const mark = client.out.length;
    reply(client.out);
    client.silence(mark);
    this.#release(blocked);
  }

  /** The client has its reply: it goes on. */
  #release(blocked: BlockedClient): void {
    this.#remove(blocked);
    blocked.client.isHalted = blocked.client.isClosing;
    blocked.client.connection.flush();
    blocked.client.connection.resume();
  }

  #remove(blocked: BlockedClient): void {
    if (blocked.timer !== null) this.#clock.clearTimeout(blocked.timer);
    blocked.timer = null;
    this.#blocked.delete(blocked.client);
    const { words } = blocked.batch;
    blocked.names.forEach((name, k) => {
      const queue = this.#queues.get(name)!;
      queue.delete(blocked);
      if (queue.size > 0) return;
      this.#queues.delete(name);
      const i = blocked.arguments[k]!;
      this.#lengths[(words[2 + 2 * i]! - words[1 + 2 * i]!) % LENGTHS]!--;
    });
    if (this.#blocked.size > 0) return;
    this.#hooks.keyAdded.remove(this.#onAdded);
    this.#hooks.databaseChanges.remove(this.#onChange);
  }
}

/** A key of a database as a string, one character a byte. */
function nameOf(db: number, bytes: Uint8Array, start: number, end: number): string {
  let name = `${db}:`;
  for (let i = start; i < end; i++) name += String.fromCharCode(bytes[i]!);
  return name;
}

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
