/** Integers in text, as Redis takes and stores them: canonical decimal, 64-bit. */

export const MIN_INT64: bigint = -(2n ** 63n), MAX_INT64: bigint = 2n ** 63n - 1n;

const MINUS = 0x2d, ZERO = 0x30;
/** -2^63 and 2^63-1 in text, for comparing digits. */
const LARGEST = [..."9223372036854775807"].map((c) => c.charCodeAt(0));

/** `parseInt32` returns it for anything that is not a canonical 32-bit integer; not itself a 32-bit integer. */
export const NOT_INT32 = 0x1_0000_0000;

/** The number that `bytes[start, end)` is the canonical decimal form of, when it has 32 bits; else NOT_INT32. */
export function parseInt32(bytes: Uint8Array, start: number, end: number): number {
  const isNegative = bytes[start] === MINUS;
  let i = isNegative ? start + 1 : start;
  if (end - i > 10 || i >= end) return NOT_INT32;
  let n = bytes[i]! - ZERO;
  if (n < 0 || n > 9) return NOT_INT32;
  if (n === 0) return end - start === 1 ? 0 : NOT_INT32;
  while (++i < end) {
    const digit = bytes[i]! - ZERO;
    if (digit < 0 || digit > 9) return NOT_INT32;
    n = n * 10 + digit;
  }
  if (isNegative) n = -n;
  return n === (n | 0) ? n : NOT_INT32;
}

/** Is `bytes[start, end)` a canonical signed 64-bit integer? (Redis' string2ll) */
export function isInt64(bytes: Uint8Array, start: number, end: number): boolean {
  const isNegative = bytes[start] === MINUS;
  const from = isNegative ? start + 1 : start;
  const digits = end - from;
  if (digits < 1 || digits > 19) return false;
  if (bytes[from] === ZERO) return digits === 1 && !isNegative;
  for (let i = from; i < end; i++) if (bytes[i]! < ZERO || bytes[i]! > 0x39) return false;
  if (digits < 19) return true;
  for (let i = 0; i < 19; i++) {
    const difference = bytes[from + i]! - (LARGEST[i]! + (i === 18 && isNegative ? 1 : 0));
    if (difference !== 0) return difference < 0;
  }
  return true;
}
