/** A clock with timers that stands still until it is moved: for tests of what a server does by itself. */
import type { Clock } from "../store/clock.ts";

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

export class TimerClock implements Clock {
  #nowMs: number;
  readonly #timers: Set<Timer> = new Set();

  constructor(nowMs = 1_700_000_000_000) {
    this.#nowMs = nowMs;
  }

  now(): number {
    return this.#nowMs;
  }

  setTimeout(run: () => void, delayMs: number): Timer {
    const timer = { atMs: this.#nowMs + delayMs, run };
    this.#timers.add(timer);
    return timer;
  }

  defer(run: () => void, delayMs: number): Timer {
    return this.setTimeout(run, delayMs);
  }

  clearTimeout(id: unknown): void {
    this.#timers.delete(id as Timer);
  }

  /** Delays of the timers now running, in milliseconds. */
  get delays(): number[] {
    return [...this.#timers].map(({ atMs }) => atMs - this.#nowMs);
  }

  /** Moves on, calling what becomes due at its time. */
  advance(ms: number): void {
    const until = this.#nowMs + ms;
    while (true) {
      const [next] = [...this.#timers].filter(({ atMs }) => atMs <= until).sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
    }
    this.#nowMs = until;
  }
}
