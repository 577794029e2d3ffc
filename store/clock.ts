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
  /** Takes it back from whoever it was set with. */
  cancel: () => void;
}

/** What they were when this module was loaded: real ones, as a rule. */
const realTimeout = setTimeout, realInterval = setInterval, clearRealInterval = clearInterval;
/** How often is looked whether fake timers are gone. */
const WATCH_MS = 50;

/**
 * The wall clock. `Date.now` and `setTimeout` are looked up at each use, never captured, so that fake timers installed
 * after this module was loaded work. Timers belong to whoever `setTimeout` is: when that changes, those which are left
 * are set anew. Else a server that is older than a test's fake timers would wait for its own, and one that has outlived
 * them for theirs.
 *
 * A change is seen by whoever asks for the time and by every timer that rings. Fake timers that are gone never ring, so
 * while they are there, an interval of the real ones looks.
 */
export class SystemClock implements Clock {
  readonly #timers: Set<Timer> = new Set();
  #setBy: unknown = setTimeout;
  #watch: ReturnType<typeof setInterval> | null = null;

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
    const timer: Timer = { run, delayMs: delay, dueAtMs: this.now() + delay, isHeld, cancel };
    this.#timers.add(timer);
    this.#start(timer, delay);
    this.#watchFakes();
    return timer;
  }

  clearTimeout(id: TimerId): void {
    const timer = id as Timer;
    if (this.#timers.delete(timer)) timer.cancel();
    this.#watchFakes();
  }

  #start(timer: Timer, delayMs: number): void {
    const stepMs = Math.min(delayMs, LONGEST_DELAY_MS);
    const clear = clearTimeout;
    const id: unknown = setTimeout(() => {
      if (setTimeout !== this.#setBy) this.#setAnew(); // which says whether this one is due
      else if (delayMs > stepMs) this.#start(timer, delayMs - stepMs);
      else this.#ring(timer);
    }, stepMs);
    timer.cancel = () => clear(id as number);
    if (!timer.isHeld) unref(id, setTimeout === realTimeout);
  }

  #ring(timer: Timer): void {
    if (!this.#timers.delete(timer)) return;
    try {
      timer.run();
    } finally {
      this.#watchFakes(); // most timers set another one
    }
  }

  #setAnew(): void {
    this.#setBy = setTimeout;
    const nowMs = Date.now();
    const due: Timer[] = [];
    for (const timer of this.#timers) {
      timer.cancel();
      timer.cancel = cancel;
      if (timer.dueAtMs <= nowMs) due.push(timer);
      // what the clock says may have changed with the timers, by years: it is never longer than it was at first
      else this.#start(timer, Math.min(timer.delayMs, timer.dueAtMs - nowMs));
    }
    this.#watchFakes();
    // not at once, in the middle of whoever has asked for the time; nor by a timer, for fake ones may have been moved already
    due.sort((a, b) => a.dueAtMs - b.dueAtMs);
    for (const timer of due) Promise.resolve().then(() => this.#ring(timer));
  }

  #watchFakes(): void {
    const isNeeded = this.#timers.size > 0 && this.#setBy !== realTimeout;
    if (isNeeded && this.#watch === null) {
      this.#watch = realInterval(() => this.now(), WATCH_MS);
      unref(this.#watch, true);
    } else if (!isNeeded && this.#watch !== null) {
      clearRealInterval(this.#watch);
      this.#watch = null;
    }
  }
}

/** There is nothing to take back. */
function cancel(): void {}

/** A forgotten server must not keep its process alive. Timers are numbers or objects, and fake ones may be anything. */
function unref(id: unknown, isReal: boolean): void {
  if (hasUnref(id)) id.unref();
  else if (typeof id === "number" && isReal) Deno.unrefTimer(id);
}

function hasUnref(id: unknown): id is { unref(): void } {
  return typeof id === "object" && id !== null && "unref" in id && typeof id.unref === "function";
}
