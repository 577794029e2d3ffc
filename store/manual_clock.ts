/** A clock that stands still until it is moved. */
import { type Clock, SystemClock, type TimerId } from "./clock.ts";

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

/** A clock moved by hand. Who moves it calls what becomes due: {@linkcode nextAtMs}, {@linkcode moveTo}, {@linkcode runDue}. */
export class ManualClock implements Clock {
  /** Work in slices goes on while the clock stands still. */
  readonly #work: SystemClock = new SystemClock();
  /** In the order in which they were set. */
  readonly #timers: Set<Timer> = new Set();
  #nowMs: number;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  now(): number {
    return this.#nowMs;
  }

  setTimeout(run: () => void, delayMs: number): TimerId {
    const timer: Timer = { atMs: this.#nowMs + Math.ceil(Math.max(delayMs, 0)), run }; // it shows whole milliseconds only
    this.#timers.add(timer);
    return timer;
  }

  defer(run: () => void, delayMs: number): TimerId {
    return this.#work.defer(run, delayMs);
  }

  clearTimeout(id: TimerId): void {
    if (!this.#timers.delete(id as Timer)) this.#work.clearTimeout(id);
  }

  /** When the next timer is due; `Infinity`: there is none. */
  get nextAtMs(): number {
    let atMs = Infinity;
    for (const timer of this.#timers) if (timer.atMs < atMs) atMs = timer.atMs; // a double has few timers
    return atMs;
  }

  /** Sets the time, and calls nothing. */
  moveTo(nowMs: number): void {
    this.#nowMs = nowMs;
  }

  /** Calls what is due by now, in the order in which it was set; how many that was. What sets a new timer waits for that. */
  runDue(): number {
    let count = 0;
    for (const timer of [...this.#timers]) {
      if (timer.atMs > this.#nowMs || !this.#timers.delete(timer)) continue; // one may clear another
      timer.run();
      count++;
    }
    return count;
  }
}
