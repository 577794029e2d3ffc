/**
 * Time, as everything in a server sees it: TTLs, TIME, idle times, blocked time-outs and the periodic work all ask one
 * injected clock, so that a test can move it.
 */

/** Timers take no longer delays: what is left then is waited for by another one. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** What {@linkcode Clock.setTimeout} and {@linkcode Clock.defer} return and {@linkcode Clock.clearTimeout} takes. */
export type TimerId = unknown;

/** A source of time. Times are milliseconds since 1970-01-01 UTC. */
export interface Clock {
  /** Milliseconds since the epoch, a whole number. */
  now(): number;
  /** Calls `run` once, `delayMs` from now, be that years: for what somebody waits for, so it keeps the process alive. */
  setTimeout(run: () => void, delayMs: number): TimerId;
  /**
   * Calls `run` once, after about `delayMs` in which others have their turn: for work that goes on in slices, and does so
   * though a clock may stand still. It keeps no process alive.
   */
  defer(run: () => void, delayMs: number): TimerId;
  /** Forgets a call that has not happened yet. */
  clearTimeout(id: TimerId): void;
}

/** A call that has not happened yet. */
interface Timer {
  readonly run: () => void;
  readonly delayMs: number;
  readonly dueAtMs: number;
  /** Does it keep the process alive? */
  readonly isHeld: boolean;
  id: unknown;
}

/**
 * The wall clock. `Date.now` and `setTimeout` are looked up at each use, never captured, so that fake timers installed
 * after this module was loaded work. Timers belong to whoever `setTimeout` is: when that changes, those which are left
 * are set anew. Else a server that is older than a test's fake timers would wait for its own, and one that has outlived
 * them for theirs.
 */
export class SystemClock implements Clock {
  readonly #timers: Set<Timer> = new Set();
  #setBy: unknown = setTimeout;
  #clearBy: (id: number) => void = clearTimeout;

  /** How many timers have been set and neither rung nor been taken back. */
  get timers(): number {
    return this.#timers.size;
  }

  now(): number {
    if (setTimeout !== this.#setBy) this.#setAnew();
    return Date.now();
  }

  setTimeout(run: () => void, delayMs: number): TimerId {
    return this.#set(run, delayMs, true);
  }

  defer(run: () => void, delayMs: number): TimerId {
    return this.#set(run, delayMs, false);
  }

  #set(run: () => void, delayMs: number, isHeld: boolean): TimerId {
    const delay = Math.max(delayMs, 0); // it may be over already
    const timer: Timer = { run, delayMs: delay, dueAtMs: this.now() + delay, isHeld, id: null };
    this.#timers.add(timer);
    this.#start(timer, delay);
    return timer;
  }

  clearTimeout(id: TimerId): void {
    const timer = id as Timer;
    if (this.#timers.delete(timer)) this.#clearBy(timer.id as number);
  }

  #start(timer: Timer, delayMs: number): void {
    const stepMs = Math.min(delayMs, LONGEST_DELAY_MS);
    const id: unknown = setTimeout(() => {
      if (delayMs > stepMs) this.#start(timer, delayMs - stepMs);
      else if (this.#timers.delete(timer)) timer.run();
    }, stepMs);
    timer.id = id;
    if (timer.isHeld) return;
    // A forgotten server must not keep its process alive. (Timers are numbers or objects, and fake ones may be anything.)
    if (typeof id === "number") Deno.unrefTimer(id);
    else if (hasUnref(id)) id.unref();
  }

  #setAnew(): void {
    const clearBefore = this.#clearBy;
    this.#setBy = setTimeout;
    this.#clearBy = clearTimeout;
    for (const timer of this.#timers) {
      clearBefore(timer.id as number);
      // what the clock says may have changed with the timers, by years: it is never longer than it was at first
      this.#start(timer, Math.min(timer.delayMs, Math.max(timer.dueAtMs - Date.now(), 0)));
    }
  }
}

function hasUnref(id: unknown): id is { unref(): void } {
  return typeof id === "object" && id !== null && "unref" in id && typeof id.unref === "function";
}
