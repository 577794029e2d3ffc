/**
 * Timers that keep the process alive only while their client is to, and the waits between attempts.
 */
import { clearTimeout as clearRealTimeout, setTimeout as setRealTimeout } from "node:timers"; // what nobody has replaced
import { MAX_TIMER_MS, type RetryOptions } from "./options.ts";

/** A timer that was started. It is taken back from whom it was set with: tests replace `setTimeout` and put it back. */
export interface Timer {
  readonly id: ReturnType<typeof setTimeout>;
  readonly clear: typeof clearTimeout;
  /** Is it one of Deno's, which alone keep a process alive? */
  readonly isReal: boolean;
}

/**
 * Starts a timer.
 *
 * @param run What to do then.
 * @param ms When: in so many milliseconds, or in the most that a timer can be set to (24.8 days).
 * @param isHeld Whether it keeps the process alive.
 * @returns The timer, for {@linkcode stopTimer} and {@linkcode holdTimer}.
 */
export function startTimer(run: () => void, ms: number, isHeld: boolean): Timer {
  const id = setTimeout(run, Math.min(ms, MAX_TIMER_MS)); // what is more would be over at once
  return heldIf(isHeld, { id, clear: clearTimeout, isReal: !areTimersFake() });
}

/** As {@linkcode startTimer}, in real time whatever has become of `setTimeout`. */
export function startRealTimer(run: () => void, ms: number, isHeld: boolean): Timer {
  return heldIf(isHeld, { id: setRealTimeout(run, ms), clear: clearRealTimeout, isReal: true });
}

/** Has somebody replaced `setTimeout`? */
export function areTimersFake(): boolean {
  return setTimeout !== setRealTimeout;
}

function heldIf(isHeld: boolean, timer: Timer): Timer {
  if (!isHeld) holdTimer(timer, false);
  return timer;
}

/** Takes a timer back that may not have been called yet. */
export function stopTimer(timer: Timer | undefined): void {
  timer?.clear(timer.id);
}

/** Has a timer keep the process alive, or not any more. */
export function holdTimer({ id, isReal }: Timer, isHeld: boolean): void {
  if (!isReal) return; // its id may be that of a real one
  if (isHeld) Deno.refTimer(id);
  else Deno.unrefTimer(id);
}

/** The wait before an attempt, counted from 1, without the jitter: doubled each time, up to its limit. */
export function backOffMs({ minMs, maxMs }: Required<RetryOptions>, attempt: number): number {
  return Math.min(maxMs, minMs * 2 ** (attempt - 1));
}

/** A wait, made longer or shorter at random by the part that the options say. */
export function jittered(ms: number, { jitter }: Required<RetryOptions>): number {
  return ms * (1 + jitter * (2 * Math.random() - 1));
}
