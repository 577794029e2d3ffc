/**
 * Time, as everything in a server sees it: TTLs, TIME, idle times, blocked time-outs and the periodic work all ask one
 * injected clock, so that a test can move it.
 */

/** What {@linkcode Clock.setTimeout} returns and {@linkcode Clock.clearTimeout} takes. */
export type TimerId = unknown;

/** A source of time. Times are milliseconds since 1970-01-01 UTC. */
export interface Clock {
  /** Milliseconds since the epoch, a whole number. */
  now(): number;
  /** Calls `run` once, `delayMs` from now. */
  setTimeout(run: () => void, delayMs: number): TimerId;
  /** Forgets a call that has not happened yet. */
  clearTimeout(id: TimerId): void;
}

/**
 * The wall clock. `Date.now` and `setTimeout` are looked up at each use, never captured, so that fake timers installed
 * after this module was loaded work.
 */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  setTimeout(run: () => void, delayMs: number): TimerId {
    const id: TimerId = setTimeout(run, Math.max(delayMs, 0)); // it may be over already
    // A forgotten server must not keep its process alive. (Timers are numbers or objects, and fake ones may be anything.)
    if (typeof id === "number") Deno.unrefTimer(id);
    else if (hasUnref(id)) id.unref();
    return id;
  }

  clearTimeout(id: TimerId): void {
    clearTimeout(id as number);
  }
}

function hasUnref(id: TimerId): id is { unref(): void } {
  return typeof id === "object" && id !== null && "unref" in id && typeof id.unref === "function";
}
