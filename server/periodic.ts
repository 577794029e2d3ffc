/**
 * What a server does by itself, `hz` times a second: deletes keys whose time has come, goes on with resizes, frees values
 * deleted before and gives memory back, drops idle clients and fits the buffers of the others, begins to save, looks after the
 * append-only file. Each turn is bounded, and what is left over waits for the next. Eviction goes on by a timer of its own.
 */
import { type ClientState, GATE_PUBSUB } from "../engine/client_state.ts";
import { reportBug } from "../engine/bugs.ts";
import type { Engine } from "../engine/context.ts";
import { usedMemoryBytes } from "../engine/memory.ts";
import type { TimerId } from "../store/clock.ts";
import { ClientBuffers } from "./client_buffers.ts";
import { collectGarbage, SpareMemory } from "./garbage.ts";

/** Longest that one turn may take for all of it, a step or two more aside, in milliseconds. */
const BUDGET_MS = 5;
/** What each step of `active-expire-effort` above 1 adds to it. */
const EFFORT_MS = 2;
/** Next turn when there was more to do than the budget allowed, in milliseconds. */
const BUSY_DELAY_MS = 20;
const RESIZE_STEPS = 100;
/** Blocks of deleted values that one turn frees: about a millisecond's work. */
const RELEASED_BLOCKS = 10_000;
/** Next turn while there are such blocks, in milliseconds. */
const RELEASE_DELAY_MS = 3;
/** Until eviction that a command had no time for goes on, in milliseconds: sockets are looked at in between. */
const EVICTION_DELAY_MS = 1;

export class Periodic {
  readonly #engine: Engine;
  #timer: TimerId | null = null;
  #evictionTimer: TimerId | null = null;
  #dueAtMs = 0;
  /** The database whose keys are next to expire. */
  #nextDb = 0;

  readonly #buffers: ClientBuffers;
  readonly #spareMemory: SpareMemory;
  /** Serves clients that wait for keys which have expired. */
  readonly #serveWaiting: () => void;

  constructor(engine: Engine, serveWaiting: () => void = () => {}) {
    this.#engine = engine;
    this.#buffers = new ClientBuffers(engine);
    this.#spareMemory = new SpareMemory(engine.keyspace, () => {
      collectGarbage().catch((error) => engine.log.log("verbose", `No garbage collected: ${error}`));
    });
    this.#serveWaiting = serveWaiting;
  }

  start(): void {
    this.#schedule(this.#periodMs());
    this.#engine.eviction.onUnfinished = () => this.#scheduleEviction();
  }

  stop(): void {
    const { clock, eviction } = this.#engine;
    if (this.#timer !== null) clock.clearTimeout(this.#timer);
    if (this.#evictionTimer !== null) clock.clearTimeout(this.#evictionTimer);
    this.#timer = this.#evictionTimer = null;
    eviction.onUnfinished = null;
  }

  #periodMs(): number {
    return Math.max(1, Math.floor(1000 / this.#engine.config.number("hz")));
  }

  #schedule(delayMs: number): void {
    this.#dueAtMs = performance.now() + delayMs;
    this.#timer = this.#engine.clock.defer(() => this.#run(), delayMs);
  }

  #scheduleEviction(): void {
    this.#evictionTimer ??= this.#engine.clock.defer(() => {
      this.#evictionTimer = null;
      this.#evict();
    }, EVICTION_DELAY_MS);
  }

  /** Deletes keys because of `maxmemory` for some time, and has itself called again when that was not enough. */
  #evict(): void {
    const { keyspace, clock, eviction, hooks, tracking } = this.#engine;
    try {
      keyspace.setNow(clock.now());
      eviction.run();
      this.#serveWaiting();
      tracking.turn();
      hooks.batchEnded.tell();
    } catch (error) {
      reportBug(this.#engine, "Unexpected error in eviction", error);
    }
  }

  #run(): void {
    const { statistics } = this.#engine;
    let isDone = true;
    try {
      const now = performance.now();
      statistics.longestStallMs = Math.max(statistics.longestStallMs, now - this.#dueAtMs);
      statistics.sample(now, usedMemoryBytes(this.#engine.keyspace));
      isDone = this.turn();
    } catch (error) {
      reportBug(this.#engine, "Unexpected error in periodic work", error);
    }
    if (this.#engine.keyspace.detached > 0) this.#schedule(RELEASE_DELAY_MS);
    else this.#schedule(isDone ? this.#periodMs() : Math.min(BUSY_DELAY_MS, this.#periodMs()));
  }

  /** One turn; false when there is more to do. */
  turn(): boolean {
    const { keyspace, clock, config, latency, saver, statistics, tracking } = this.#engine;
    if (this.#engine.debug.isPeriodicPaused) return true;
    keyspace.setNow(clock.now());
    this.#checkClients();
    this.#buffers.turn();
    const endsAt = performance.now() + BUDGET_MS + (config.number("active-expire-effort") - 1) * EFFORT_MS;
    // each of these does something even when there is no time left: none waits for the others for ever
    const began = performance.now();
    const isExpired = this.#expire(endsAt);
    const expireMs = performance.now() - began;
    statistics.expireMs += expireMs;
    latency.add("expire-cycle", expireMs);
    this.#serveWaiting();
    tracking.turn();
    saver.tick();
    const isResized = this.#resize(endsAt);
    keyspace.releaseDetached(RELEASED_BLOCKS);
    this.#spareMemory.turn();
    this.#engine.hooks.batchEnded.tell();
    this.#engine.appendOnly?.tick();
    return isExpired && isResized && this.#engine.appendOnly?.isRewriting !== true;
  }

  /** When the next key expires, nobody asking for it; `Infinity`: there is none. It may be that nothing does at this time. */
  get nextExpiryMs(): number {
    const { keyspace, debug } = this.#engine;
    if (!keyspace.expiresActively || debug.isPeriodicPaused) return Infinity;
    if (keyspace.expiryPaused || keyspace.keepsExpired) return Infinity;
    return keyspace.databases.reduce((earliest, db) => Math.min(earliest, db.nextExpiryMs), Infinity);
  }

  /** When a turn will have something else to do because of the time: to drop a client, or to save. */
  get nextTurnMs(): number {
    const { config, clients, debug, outputLimits, saver } = this.#engine;
    if (debug.isPeriodicPaused) return Infinity;
    const seconds = config.number("timeout");
    let nextMs = saver.nextDueMs;
    for (const client of clients.values()) {
      nextMs = Math.min(nextMs, outputLimits.overAtMs(client));
      if (seconds > 0 && mayBeIdle(client)) nextMs = Math.min(nextMs, client.lastInteractionMs + seconds * 1000 + 1);
    }
    return nextMs;
  }

  /** Deletes all that is due by the clock, however long it takes, and has everybody told of it. */
  expireDue(): void {
    const { keyspace, clock, debug, hooks, tracking } = this.#engine;
    keyspace.setNow(clock.now());
    if (!keyspace.expiresActively || debug.isPeriodicPaused) return;
    for (const db of keyspace.databases) while (db.sweep());
    this.#serveWaiting();
    tracking.turn();
    hooks.batchEnded.tell();
  }

  /** Deletes what is due; false when there is more. The next turn begins with another database. */
  #expire(endsAt: number): boolean {
    const { keyspace, statistics } = this.#engine;
    if (!keyspace.expiresActively) return true;
    const { databases } = keyspace;
    for (let i = 0; i < databases.length; i++) {
      const db = databases[this.#nextDb % databases.length]!;
      this.#nextDb = (this.#nextDb + 1) % databases.length;
      while (db.sweep()) {
        if (performance.now() < endsAt) continue;
        statistics.expiredTimeCapReached++;
        return false;
      }
    }
    return true;
  }

  /** Where the keys are decides what random choices and SCAN come to: with a seed, commands alone move them. */
  #resize(endsAt: number): boolean {
    if (!this.#engine.config.flag("activerehashing") || this.#engine.dice.isSeeded) return true;
    for (const db of this.#engine.keyspace.databases) {
      while (db.isResizing) {
        db.advanceResize(RESIZE_STEPS);
        if (performance.now() >= endsAt) return false;
      }
    }
    return true;
  }

  /** `timeout`: clients that have sent nothing for so many seconds; and output that has been piling up for too long. */
  #checkClients(): void {
    const { config, clients, keyspace, log, outputLimits, pubsub } = this.#engine;
    const seconds = config.number("timeout");
    for (const client of outputLimits.isNormalLimited ? clients.values() : pubsub.clients) {
      client.connection.checkOutput();
    }
    if (seconds === 0) return;
    for (const client of clients.values()) {
      if (!mayBeIdle(client) || keyspace.now - client.lastInteractionMs <= seconds * 1000) continue;
      log.log("verbose", "Closing idle client");
      client.connection.close();
    }
  }
}

/** Does `timeout` count for a client? One that is blocked or subscribed may be so for as long as it likes. */
function mayBeIdle(client: ClientState): boolean {
  return (!client.isHalted || client.isClosing) && (client.gates & GATE_PUBSUB) === 0;
}
