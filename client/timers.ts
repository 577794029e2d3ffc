/**
 * Timers that keep the process alive only while their client is to, and the waits between attempts.
 */
import { MAX_TIMER_MS, type RetryOptions } from "./options.ts";

/** A timer that was started. */
export type Timer = ReturnType<typeof setTimeout>;

/**
 * Starts a timer.
 *
 * @param run What to do then.
 * @param ms When: in so many milliseconds, or in the most that a timer can be set to (24.8 days).
 * @param isHeld Whether it keeps the process alive.
 * @returns The timer, for `clearTimeout` and {@linkcode holdTimer}.
 */
export function startTimer(run: () => void, ms: number, isHeld: boolean): Timer {
  const timer = setTimeout(run, Math.min(ms, MAX_TIMER_MS)); // what is more would be over at once
  if (!isHeld) Deno.unrefTimer(timer);
  return timer;
}

/** Has a timer keep the process alive, or not any more. */
export function holdTimer(timer: Timer, isHeld: boolean): void {
  if (isHeld) Deno.refTimer(timer);
  else Deno.unrefTimer(timer);
}

/** The wait before an attempt, counted from 1, without the jitter: doubled each time, up to its limit. */
export function backOffMs({ minMs, maxMs }: Required<RetryOptions>, attempt: number): number {
  return Math.min(maxMs, minMs * 2 ** (attempt - 1));
}

/** A wait, made longer or shorter at random by the part that the options say. */
export function jittered(ms: number, { jitter }: Required<RetryOptions>): number {
  return ms * (1 + jitter * (2 * Math.random() - 1));
}
