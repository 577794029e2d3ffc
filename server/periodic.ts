/**
 * What a server does by itself, `hz` times a second: deletes keys whose time has come, goes on with resizes, drops idle
 * clients. Each turn is bounded, and what is left over waits for the next.
 */
import type { Engine } from "../engine/context.ts";
import { usedMemoryBytes } from "../engine/memory.ts";
import type { TimerId } from "../store/clock.ts";

/** Longest that one turn may take for expiry and resizes together, in milliseconds. */
const BUDGET_MS = 5;
/** What each step of `active-expire-effort` above 1 adds to it. */
const EFFORT_MS = 2;
/** Next turn when there was more to do than the budget allowed, in milliseconds. */
const BUSY_DELAY_MS = 20;
const RESIZE_STEPS = 100;

export class Periodic {
  readonly #engine: Engine;
  #timer: TimerId | null = null;
  #dueAtMs = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  start(): void {
    this.#schedule(this.#periodMs());
  }

  stop(): void {
    if (this.#timer !== null) this.#engine.clock.clearTimeout(this.#timer);
    this.#timer = null;
  }

  #periodMs(): number {
    return Math.max(1, Math.floor(1000 / this.#engine.config.number("hz")));
  }

  #schedule(delayMs: number): void {
    this.#dueAtMs = performance.now() + delayMs;
    this.#timer = this.#engine.clock.setTimeout(() => this.#run(), delayMs);
  }

  #run(): void {
    const { statistics, log } = this.#engine;
    const now = performance.now();
    statistics.longestStallMs = Math.max(statistics.longestStallMs, now - this.#dueAtMs);
    statistics.sample(now, usedMemoryBytes(this.#engine.keyspace));
    let isDone = true;
    try {
      isDone = this.turn();
    } catch (error) {
      statistics.unexpectedErrors++;
      log.log("warning", `Unexpected error in periodic work: ${error instanceof Error ? error.stack : error}`);
    }
    this.#schedule(isDone ? this.#periodMs() : Math.min(BUSY_DELAY_MS, this.#periodMs()));
  }

  /** One turn; false when there is more to do. */
  turn(): boolean {
    const { keyspace, clock, config } = this.#engine;
    keyspace.setNow(clock.now());
    this.#dropIdleClients();
    const endsAt = performance.now() + BUDGET_MS + (config.number("active-expire-effort") - 1) * EFFORT_MS;
    const resizes = config.flag("activerehashing");
    let isDone = true;
    for (const db of keyspace.databases) {
      for (let steps = keyspace.expiresActively ? db.sweepSteps : 0; steps > 0; steps--) {
        db.sweep();
        if (performance.now() < endsAt) continue;
        this.#engine.statistics.expiredTimeCapReached++;
        return false;
      }
      while (resizes && db.isResizing && isDone) {
        db.advanceResize(RESIZE_STEPS);
        isDone = performance.now() < endsAt;
      }
    }
    return isDone;
  }

  /** `timeout`: clients that have sent nothing for so many seconds. */
  #dropIdleClients(): void {
    const { config, clients, keyspace, log } = this.#engine;
    const seconds = config.number("timeout");
    if (seconds === 0) return;
    for (const client of clients.values()) {
      if (client.isHalted || keyspace.now - client.lastInteractionMs <= seconds * 1000) continue;
      log.log("verbose", "Closing idle client");
      client.connection.close();
    }
  }
}
