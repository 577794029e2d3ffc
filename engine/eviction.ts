/**
 * `maxmemory`: while keys and values take more than that, keys are deleted as `maxmemory-policy` says, and where that does
 * not help, commands that need memory are refused. Before each command, once it has passed the gates before this one, as in
 * Redis.
 *
 * What counts is {@linkcode Keyspace.usedBytes}, INFO's `used_memory`: what the databases hold. Buffers of clients and the
 * JavaScript heap do not, as deleting keys would not make them smaller.
 *
 * A command waits for a bounded time only (`maxmemory-eviction-tenacity`); with what is left to do, the periodic work goes
 * on. Values that were deleted before and are still to be freed come first, since no more keys need to go for these.
 */
import type { Clock } from "../store/clock.ts";
import type { Database, Entry } from "../store/database.ts";
import type { Keyspace } from "../store/keyspace.ts";
import type { ClientState } from "./client_state.ts";
import { type Command, DENYOOM } from "./command.ts";
import type { Config } from "./config.ts";
import type { Dice } from "./dice.ts";
import { OUT_OF_MEMORY } from "./errors.ts";
import { EvictionPool, randomKey, type Score, type Victim } from "./eviction_pool.ts";
import { EVENT_EVICTED, type Hooks } from "./hooks.ts";
import type { LatencyMonitor } from "./latency.ts";
import type { Log } from "./log.ts";
import { type Pause, PAUSE_OFF } from "./pause.ts";
import { SERVER_LIMITED, type ServerGates } from "./server_gates.ts";
import type { Statistics } from "./statistics.ts";

/** What eviction works with. */
export interface EvictionParts {
  readonly keyspace: Keyspace;
  readonly config: Config;
  readonly clock: Clock;
  readonly dice: Dice;
  readonly hooks: Hooks;
  readonly gates: ServerGates;
  readonly pause: Pause;
  readonly latency: LatencyMonitor;
  readonly statistics: Statistics;
  readonly log: Log;
}

/** `enough`: memory is within its limit. `unfinished`: there was no more time. `failed`: nothing more may be deleted. */
export type EvictionResult = "enough" | "unfinished" | "failed";

/** Between two looks at the clock: keys deleted, and blocks of values freed that were deleted before (0.1 ms). */
const KEYS_PER_LOOK = 16;
const RELEASED_BLOCKS = 1000;
/** Commands that a client in a transaction may run though there is no memory: those that lead out of it. */
const ENDS_TRANSACTION: ReadonlySet<string> = new Set(["exec", "discard", "quit", "reset"]);

const ASCII = new TextEncoder();
const DEL = ASCII.encode("DEL"), UNLINK = ASCII.encode("UNLINK");

const SCORES: Readonly<Record<string, Score>> = {
  // idle time, but as of a fixed time: it must not grow while a key waits to be chosen
  lru: (db, entry) => db.idleSeconds(entry) - Math.floor(db.keyspace.now / 1000),
  lfu: (db, entry) => -db.frequency(entry),
  ttl: (db, entry) => -db.expireAt(entry),
};

export class Eviction {
  readonly #parts: EvictionParts;
  /** Was nothing left to delete when the latest command was about to run? Then no command may take memory. */
  isOutOfMemory = false;
  /** Had something to be deleted then? Commands take longer as long as that goes on. */
  isAtLimit = false;
  /** Is told that there was no time to go on deleting: it has {@linkcode run} called again soon. */
  onUnfinished: (() => void) | null = null;

  // The directives.
  #deletesNothing = true;
  #isVolatile = false;
  #isLazy = false;
  #samples = 0;
  #timeLimitMs = 0;
  /** Null for the policies that choose at random. */
  #pool: EvictionPool | null = null;
  /** For these: the database whose turn it was. */
  #lastDb = 0;

  constructor(parts: EvictionParts) {
    this.#parts = parts;
    const { config, dice } = parts;
    config.follow(["maxmemory-policy"], () => this.#readPolicy());
    config.follow(["maxmemory-samples"], () => this.#samples = config.number("maxmemory-samples"));
    config.follow(["lazyfree-lazy-eviction"], () => this.#isLazy = config.flag("lazyfree-lazy-eviction"));
    config.follow(["maxmemory-eviction-tenacity"], () => {
      this.#timeLimitMs = dice.isSeeded ? Infinity : timeLimitMs(config.number("maxmemory-eviction-tenacity"));
    });
    config.follow(["maxmemory"], () => this.#readLimit());
  }

  #readPolicy(): void {
    const policy = this.#parts.config.text("maxmemory-policy");
    const [keys, order = ""] = policy.split("-");
    this.#deletesNothing = policy === "noeviction";
    this.#isVolatile = keys === "volatile";
    const score = SCORES[order];
    this.#pool = score === undefined ? null : new EvictionPool(score, this.#isVolatile);
    this.#noteSharing();
  }

  #readLimit(): void {
    const { config, gates, keyspace, log } = this.#parts;
    const limit = config.number("maxmemory");
    gates.set(SERVER_LIMITED, limit !== 0);
    keyspace.limitBytes = limit === 0 ? Infinity : limit;
    this.#noteSharing();
    if (limit === 0) {
      this.isOutOfMemory = this.isAtLimit = false;
      return this.#noteTime("enough");
    }
    const { usedBytes } = keyspace;
    if (usedBytes <= limit) return;
    log.log(
      "warning",
      `maxmemory (${limit}) is less than the memory in use (${usedBytes}): keys will be evicted, or commands that need ` +
        "memory refused, as maxmemory-policy says.",
    );
    this.onUnfinished?.();
  }

  /** Redis stores no shared objects when each is to remember its own last use. */
  #noteSharing(): void {
    const { config, gates, keyspace } = this.#parts;
    keyspace.sharesIntegers = !gates.has(SERVER_LIMITED) || !/-(lru|lfu)$/.test(config.text("maxmemory-policy"));
  }

  /**
   * Has memory freed if need be, before a command runs.
   *
   * @throws {CommandError} There is none, and the command may take some; in a transaction whatever is to be queued does.
   */
  admit(client: ClientState, command: Command): void {
    this.isOutOfMemory = this.run() === "failed";
    if (this.isOutOfMemory && mayTakeMemory(client, command)) throw OUT_OF_MEMORY;
  }

  /** Deletes keys until memory is within its limit, or the time is over. While clients are paused, nothing is deleted. */
  run(): EvictionResult {
    const { keyspace, pause } = this.#parts;
    if (pause.mode !== PAUSE_OFF) return "enough";
    this.isAtLimit = keyspace.usedBytes > keyspace.limitBytes;
    const result = this.isAtLimit ? this.#free() : "enough";
    this.#noteTime(result);
    if (result === "unfinished") this.onUnfinished?.();
    return result;
  }

  #free(): EvictionResult {
    const { keyspace, latency } = this.#parts;
    const began = performance.now();
    let result: EvictionResult | null = null;
    for (let steps = 1; result === null; steps++) {
      let isTimeToLook = steps % KEYS_PER_LOOK === 0;
      if (keyspace.detached > 0) {
        this.#release();
        isTimeToLook = true;
      } else if (this.#deletesNothing) result = "failed";
      else {
        const victim = this.#choose();
        if (victim === null) result = "failed";
        else this.#evict(victim.db, victim.entry);
      }
      if (keyspace.usedBytes <= keyspace.limitBytes) result = "enough";
      else if (isTimeToLook && performance.now() - began > this.#timeLimitMs) result ??= "unfinished";
    }
    if (latency.thresholdMs > 0) latency.add("eviction-cycle", performance.now() - began);
    return result === "unfinished" && this.#deletesNothing ? "failed" : result;
  }

  /** Frees some of what was deleted before. */
  #release(): void {
    const { keyspace, latency } = this.#parts;
    const began = latency.thresholdMs > 0 ? performance.now() : 0;
    keyspace.releaseDetached(RELEASED_BLOCKS);
    if (latency.thresholdMs > 0) latency.add("eviction-lazyfree", performance.now() - began);
  }

  /** The key to go next, as the policy says; null when there is none. */
  #choose(): Victim | null {
    const { databases } = this.#parts.keyspace;
    if (this.#pool !== null) return this.#pool.next(databases, this.#samples);
    for (let i = 0; i < databases.length; i++) {
      this.#lastDb = (this.#lastDb + 1) % databases.length;
      const db = databases[this.#lastDb]!;
      if ((this.#isVolatile ? db.expires : db.size) > 0) return { db, entry: randomKey(db, this.#isVolatile) };
    }
    return null;
  }

  /** Deletes a key and tells of it: a change for whoever watches it, a deletion for whoever repeats our writes. */
  #evict(db: Database, entry: Entry): void {
    const { hooks, latency, statistics } = this.#parts;
    const isToldOf = hooks.keyTouched.count + hooks.propagated.count > 0;
    const key = isToldOf ? db.keyBytes(entry) : null;
    const began = latency.thresholdMs > 0 ? performance.now() : 0;
    if (this.#isLazy) db.unlinkEntry(entry);
    else db.deleteEntry(entry);
    if (latency.thresholdMs > 0) latency.add("eviction-del", performance.now() - began);
    statistics.evictedKeys++;
    if (key === null) return;
    if (hooks.keyTouched.count !== 0) hooks.keyTouched.tell(db, key, 0, key.length, EVENT_EVICTED, "evicted");
    if (hooks.propagated.count !== 0) hooks.propagate(db.index, [this.#isLazy ? UNLINK : DEL, key]);
  }

  /** Keeps count of how long memory has been beyond its limit. */
  #noteTime(result: EvictionResult): void {
    const { statistics, clock } = this.#parts;
    if (result !== "enough") {
      if (statistics.overMemorySinceMs === 0) statistics.overMemorySinceMs = clock.now();
    } else if (statistics.overMemorySinceMs !== 0) {
      statistics.overMemoryMs += clock.now() - statistics.overMemorySinceMs;
      statistics.overMemorySinceMs = 0;
    }
  }
}

/** EXEC takes memory if one of its commands does; queueing does always. */
function mayTakeMemory({ transaction }: ClientState, command: Command): boolean {
  if ((command.flags & DENYOOM) !== 0) return true;
  if (transaction === null) return false;
  if (command.name === "exec") return transaction.commands.some(({ command: { flags } }) => (flags & DENYOOM) !== 0);
  return !ENDS_TRANSACTION.has(command.name);
}

/** How long one command may be kept waiting: as in Redis, 0.5 ms at 10, 15 % more for each step above, no limit at 100. */
function timeLimitMs(tenacity: number): number {
  if (tenacity <= 10) return tenacity * 0.05;
  return tenacity === 100 ? Infinity : 0.5 * 1.15 ** (tenacity - 10);
}
