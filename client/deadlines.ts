/**
 * How long commands are waited for: what a call says goes before what the client's options say.
 */
import { MAX_TIMER_MS, milliseconds, type Settings } from "./options.ts";
import type { Pending } from "./pending.ts";
import type { CallOptions } from "./vocabulary.ts";

/** What `CommandInfo.blockingMs` answers for a request that does not block. */
export const NOT_BLOCKING = -1;

/** Gives a command its deadline and its signal; abandons it where they make no sense. */
export function guardCall(
  pending: Pending,
  options: CallOptions | undefined,
  settings: Settings,
  isHeld: boolean,
): void {
  const timeoutMs = options?.timeoutMs ?? settings.commandTimeoutMs;
  const signal = options?.signal ?? null;
  if (timeoutMs === 0 && signal === null) return;
  try {
    pending.guard(signal, milliseconds("timeoutMs", timeoutMs), isHeld);
  } catch (error) {
    pending.abandon(error);
  }
}

/** Gives a command that may wait in the server its deadline and its signal; `waitMs` is what it asks the server for. */
export function guardBlocking(
  pending: Pending,
  waitMs: number,
  options: CallOptions | undefined,
  settings: Settings,
  isHeld: boolean,
): void {
  const timeoutMs = options?.timeoutMs ?? (waitMs === 0 ? 0 : Math.ceil(waitMs) + settings.blockingGraceMs);
  guardCall(pending, { ...options, timeoutMs: Math.min(timeoutMs, MAX_TIMER_MS) }, settings, isHeld);
}
