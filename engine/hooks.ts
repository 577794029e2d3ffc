/**
 * Where the rest of a server listens to commands: each point is one integer test while nobody does.
 *
 * - touched keys: WATCH, client-side caching, keyspace events
 * - propagation: append-only file, replicas
 * - each command before it runs: MONITOR
 * - each command that took long: the slow log
 */
import type { Database } from "../store/database.ts";
import type { Args } from "./args.ts";
import type { ClientState } from "./client_state.ts";

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

/** A key has changed. `bytes[start, end)` is the key; it is good only during the call. */
export type KeyListener = (
  db: Database,
  bytes: Uint8Array,
  start: number,
  end: number,
  eventClass: number,
  event: string,
) => void;

/** A write to be repeated elsewhere, as arguments; they are good only during the call. */
export type PropagationListener = (db: number, args: readonly Uint8Array[]) => void;

/** A command about to run. */
export type CommandListener = (client: ClientState, args: Args) => void;

/** A command that took at least the slow log's threshold. */
export type SlowListener = (client: ClientState, args: Args, microseconds: number) => void;

/** A list of listeners that can be tested by one integer. */
export class Listeners<L> {
  #listeners: readonly L[] = [];
  /** How many there are. */
  count = 0;

  add(listener: L): void {
    this.#listeners = [...this.#listeners, listener];
    this.count = this.#listeners.length;
  }

  remove(listener: L): void {
    this.#listeners = this.#listeners.filter((other) => other !== listener);
    this.count = this.#listeners.length;
  }

  [Symbol.iterator](): Iterator<L> {
    return this.#listeners[Symbol.iterator]();
  }
}

export class Hooks {
  readonly keyTouched: Listeners<KeyListener> = new Listeners();
  readonly propagated: Listeners<PropagationListener> = new Listeners();
  readonly commandStarts: Listeners<CommandListener> = new Listeners();
  readonly commandWasSlow: Listeners<SlowListener> = new Listeners();
}
