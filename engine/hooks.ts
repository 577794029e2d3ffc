/**
 * Where the rest of a server listens to commands: each point is one integer test while nobody does.
 *
 * - keys that change, WATCH, client-side caching, keyspace events: `keyTouched`
 * - keys that appear (blocked clients, the event `new`) and keys looked for in vain (`keymiss`): `keyAdded`, `keyMissed`
 * - databases emptied or exchanged as a whole: `databaseChanges`
 * - writes to be repeated elsewhere, append-only file and replicas: `propagated`
 * - each command after it has run: `commandRan` (MONITOR)
 * - each command that took long: `commandWasSlow`
 * - a batch of commands, before its replies go out: `batchEnded`
 *
 * A listener is told in the middle of a command: it may not change the keyspace. What it throws is a bug that goes to the
 * log, and keeps neither the command nor the other listeners from going on.
 */
import type { TypedArgument } from "../resp/command_batch.ts";
import type { Database } from "../store/database.ts";
import type { Args } from "./args.ts";
import type { ClientState } from "./client_state.ts";
import type { Command } from "./command.ts";

// Classes of keyspace events, as bits (redis.io, "Keyspace notifications").
export const EVENT_GENERIC = 1 << 2;
export const EVENT_STRING = 1 << 3;
export const EVENT_LIST = 1 << 4;
export const EVENT_SET = 1 << 5;
export const EVENT_HASH = 1 << 6;
export const EVENT_SORTED_SET = 1 << 7;
export const EVENT_EXPIRED = 1 << 8;
export const EVENT_EVICTED = 1 << 9;
export const EVENT_STREAM = 1 << 10;
export const EVENT_KEY_MISS = 1 << 11;
export const EVENT_NEW = 1 << 14;

/**
 * Something happened to a key, of a class and with a name as in Redis' keyspace events. `bytes[start, end)` is the key; it
 * is good only during the call.
 */
export type KeyListener = (
  db: Database,
  bytes: Uint8Array,
  start: number,
  end: number,
  eventClass: number,
  event: string,
) => void;

/** Events of streams that are no change to whoever watches the key or keeps a copy of its value, as in Redis. */
const UNSEEN_EVENTS: ReadonlySet<string> = new Set([
  "xgroup-create",
  "xgroup-createconsumer",
  "xgroup-delconsumer",
  "xgroup-destroy",
  "xgroup-setid",
  "xsetid",
]);

/** Is an event one that WATCH and client-side caching take for a change of the key? */
export function isSeenAsChange(eventClass: number, event: string): boolean {
  return eventClass !== EVENT_STREAM || !UNSEEN_EVENTS.has(event);
}

/**
 * An argument of a write to be repeated: a bulk string, or a typed RESP value (the value of `SET k *2…`). In a file or to a
 * replica the latter goes as its bytes are, without `$<length>`, and repeating it makes the same structure.
 */
export type PropagatedArgument = Uint8Array | TypedArgument;

/**
 * A write to be repeated elsewhere, in the database of this number: the result of a command, in the order of the changes. A
 * key that expires is a DEL (UNLINK with `lazyfree-lazy-expire`), ahead of the command that came upon it. The arguments
 * are the listener's to keep. Messages (PUBLISH) are for replicas alone: an append-only file has no use for them.
 */
export type PropagationListener = (
  db: number,
  args: readonly PropagatedArgument[],
  isForReplicasOnly: boolean,
) => void;

/** A write as a {@linkcode PropagationListener} is told of it. */
export interface PropagatedWrite {
  readonly db: number;
  readonly args: readonly PropagatedArgument[];
  readonly isForReplicasOnly: boolean;
}

const ASCII = new TextEncoder();
const MULTI = ASCII.encode("MULTI"), EXEC = ASCII.encode("EXEC");

/** Stands for the number of a database where all of them are meant. */
export const ALL_DATABASES = -1;

/**
 * All keys of a database are about to be deleted (`second` is the same number; {@linkcode ALL_DATABASES} for FLUSHALL), or
 * two databases to be exchanged: all is still as it was.
 */
export type DatabaseListener = (change: "flush" | "swap", first: number, second: number) => void;

/** A command has run, whether it succeeded or failed. Those that EXEC runs are told of before EXEC. */
export type CommandListener = (client: ClientState, command: Command, args: Args) => void;

/** A command that took at least the slow log's threshold. */
export type SlowListener = (client: ClientState, command: Command, args: Args, microseconds: number) => void;

/** Takes what a listener throws. */
export type ListenerErrorHandler = (error: unknown) => void;

/** A list of listeners that can be tested by one integer. `A`: what they are told. */
export class Listeners<A extends unknown[]> {
  #listeners: readonly ((...args: A) => void)[] = [];
  readonly #onError: ListenerErrorHandler;
  /** How many there are. */
  count = 0;
  /** Called with that number when it changes. */
  onCount: ((count: number) => void) | null = null;
  #isMuted = false;

  constructor(onError: ListenerErrorHandler) {
    this.#onError = onError;
  }

  add(listener: (...args: A) => void): void {
    this.#set([...this.#listeners, listener]);
  }

  remove(listener: (...args: A) => void): void {
    this.#set(this.#listeners.filter((other) => other !== listener));
  }

  #set(listeners: readonly ((...args: A) => void)[]): void {
    this.#listeners = listeners;
    this.#count();
  }

  #count(): void {
    this.count = this.#isMuted ? 0 : this.#listeners.length;
    this.onCount?.(this.count);
  }

  /** As if there were no listeners, until it is ended. */
  mute(isMuted: boolean): void {
    this.#isMuted = isMuted;
    this.#count();
  }

  /** Calls all of them, in the order they were added. */
  tell(...args: A): void {
    if (this.#isMuted) return;
    for (const listener of this.#listeners) {
      try {
        listener(...args);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}

export class Hooks {
  /** A key has changed, or a further event is told of one that has. */
  readonly keyTouched: Listeners<Parameters<KeyListener>>;
  /** A key is there that was not, `new`; its value may not be there yet. `keyTouched` follows. */
  readonly keyAdded: Listeners<Parameters<KeyListener>>;
  /** A key was to be read and is not there, `keymiss`: no change, so it is apart from `keyTouched`. */
  readonly keyMissed: Listeners<Parameters<KeyListener>>;
  readonly databaseChanges: Listeners<Parameters<DatabaseListener>>;
  readonly propagated: Listeners<Parameters<PropagationListener>>;
  /** The writes of a transaction that is under way, to be told together when it has ended; null outside of one. */
  together: PropagatedWrite[] | null = null;
  readonly commandRan: Listeners<Parameters<CommandListener>>;
  readonly commandWasSlow: Listeners<Parameters<SlowListener>>;
  /** Do keys come from a file just now? See {@linkcode quietly}. */
  isQuiet = false;
  /** Commands have run, or keys have expired; no reply to any of them, or message of it, has been sent yet. */
  readonly batchEnded: Listeners<[]>;

  constructor(onError: ListenerErrorHandler) {
    this.keyTouched = new Listeners(onError);
    this.keyAdded = new Listeners(onError);
    this.keyMissed = new Listeners(onError);
    this.databaseChanges = new Listeners(onError);
    this.propagated = new Listeners(onError);
    this.commandRan = new Listeners(onError);
    this.commandWasSlow = new Listeners(onError);
    this.batchEnded = new Listeners(onError);
  }

  /** Does something to keys that is no news: they come from a file. */
  quietly(action: () => void): void {
    const silenced = [this.keyTouched, this.keyAdded, this.keyMissed, this.databaseChanges, this.propagated];
    for (const listeners of silenced) listeners.mute(true);
    this.isQuiet = true;
    try {
      action();
    } finally {
      this.isQuiet = false;
      for (const listeners of silenced) listeners.mute(false);
    }
  }

  /** Tells of a write, now or with the rest of its transaction. */
  propagate(db: number, args: readonly PropagatedArgument[], isForReplicasOnly = false): void {
    if (this.together === null) this.propagated.tell(db, args, isForReplicasOnly);
    else this.together.push({ db, args, isForReplicasOnly });
  }

  /** Tells of what one command, or one transaction, has written: as a transaction when there are several writes. */
  propagateTogether(writes: readonly PropagatedWrite[]): void {
    const isGroup = writes.length > 1 && this.together === null;
    if (isGroup) this.propagate(writes[0]!.db, [MULTI]);
    for (const { db, args, isForReplicasOnly } of writes) this.propagate(db, args, isForReplicasOnly);
    if (isGroup) this.propagate(writes.at(-1)!.db, [EXEC]);
  }
}
