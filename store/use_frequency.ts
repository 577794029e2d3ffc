/**
 * How often an entry is used, as Redis counts under an LFU policy: a counter of 8 bits that is the less likely to grow the
 * larger it is, and loses one for each minute without use. (source: redis.io, "Key eviction")
 *
 * ```text
 *   24 bits:  | minutes of the last loss, 16 | counter, 8 |
 * ```
 */

/** New entries begin with this, so that they are not the first to go. */
const INITIAL_COUNT = 5;
const MAX_COUNT = 255;

/** What a new entry remembers. */
export function freshUse(minutes: number): number {
  return ((minutes & 0xffff) << 8) | INITIAL_COUNT;
}

/** The counter now, losses since the last use taken off. `decayMinutes` 0: it never loses anything. */
export function frequencyNow(use: number, minutes: number, decayMinutes: number): number {
  const count = use & MAX_COUNT;
  if (decayMinutes === 0) return count;
  const elapsed = ((minutes & 0xffff) - (use >>> 8)) & 0xffff; // minutes wrap around every 45 days
  return Math.max(0, count - Math.floor(elapsed / decayMinutes));
}

/** What an entry remembers after one more use. `chance` is random, from 0 up to 1. */
export function usedAgain(
  use: number,
  minutes: number,
  decayMinutes: number,
  logFactor: number,
  chance: number,
): number {
  let count = frequencyNow(use, minutes, decayMinutes);
  const above = Math.max(0, count - INITIAL_COUNT);
  if (count < MAX_COUNT && chance < 1 / (above * logFactor + 1)) count++;
  return ((minutes & 0xffff) << 8) | count;
}

/** What an entry remembers that is given this counter. */
export function useWithFrequency(count: number, minutes: number): number {
  return ((minutes & 0xffff) << 8) | count;
}
