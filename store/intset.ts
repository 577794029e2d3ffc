/**
 * The intset of Redis: a sorted array of integers, all of the width that the widest of them needs. Small sets of integers are
 * held so, and files hold the same bytes.
 *
 * ```text
 *   | bytes of each, 4 | how many, 4 | integer | integer | ...        little-endian; 2, 4 or 8 bytes each
 * ```
 *
 * `at` is where the intset begins. Values are 64-bit integers in two halves ({@linkcode Int64}), since a JavaScript number
 * holds only 53 bits. Finding one: O(log N); adding and removing: O(N), as the rest is moved.
 */
import type { Element } from "./element.ts";
import { isInt64 } from "./integers.ts";
import { readWord, writeWord } from "./words.ts";

export const INTSET_HEADER_BYTES = 8;

const MAX_SAFE_DIGITS = 15;
const MINUS = 0x2d, ZERO = 0x30;

/** A signed 64-bit integer: `high * 2^32 + (low as unsigned)`. */
export class Int64 {
  high = 0;
  low = 0;

  /** Reads the canonical decimal form of an integer; false when it is none. */
  parse(bytes: Uint8Array, start: number, end: number): boolean {
    const isNegative = bytes[start] === MINUS && end > start;
    let i = isNegative ? start + 1 : start;
    if (i >= end || (bytes[i] === ZERO && end - start > 1)) return false;
    if (end - i > MAX_SAFE_DIGITS) return this.#parseLong(bytes, start, end);
    let n = 0;
    for (; i < end; i++) {
      const digit = bytes[i]! - ZERO;
      if (digit < 0 || digit > 9) return false;
      n = n * 10 + digit;
    }
    if (isNegative) n = -n;
    this.high = Math.floor(n / 2 ** 32);
    this.low = n | 0;
    return true;
  }

  #parseLong(bytes: Uint8Array, start: number, end: number): boolean {
    if (!isInt64(bytes, start, end)) return false;
    const n = BigInt(String.fromCharCode(...bytes.subarray(start, end)));
    this.high = Number(n >> 32n);
    this.low = Number(BigInt.asIntN(32, n));
    return true;
  }

  /** Its decimal form. */
  spell(into: Element): void {
    const n = this.high * 2 ** 32 + (this.low >>> 0);
    if (Number.isSafeInteger(n)) into.spell(n);
    else into.spellBig((BigInt(this.high) << 32n) | BigInt(this.low >>> 0));
  }

  /** Bytes that it needs: 2, 4 or 8. */
  get width(): number {
    const { high, low } = this;
    if (high !== low >> 31) return 8;
    return low >= -0x8000 && low < 0x8000 ? 2 : 4;
  }
}

/** Bytes of an intset of so many integers of a width. */
export function intsetBytes(width: number, count: number): number {
  return INTSET_HEADER_BYTES + width * count;
}

/** Writes the header; the integers are the caller's to write. */
export function writeIntsetHeader(bytes: Uint8Array, at: number, width: number, count: number): void {
  writeWord(bytes, at, width);
  writeWord(bytes, at + 4, count);
}

export function intsetWidth(bytes: Uint8Array, at: number): number {
  return bytes[at]!;
}

export function intsetCount(bytes: Uint8Array, at: number): number {
  return readWord(bytes, at + 4) >>> 0;
}

const read = new Int64();

/** Reads integer `i` in its decimal form. */
export function readInteger(bytes: Uint8Array, at: number, i: number, into: Element): void {
  loadInteger(bytes, at, i, read);
  read.spell(into);
}

/** Writes integer `i` where the intset's width is `width`, which is enough for it. */
export function writeInteger(bytes: Uint8Array, at: number, width: number, i: number, value: Int64): void {
  const p = at + INTSET_HEADER_BYTES + i * width;
  if (width === 2) {
    bytes[p] = value.low;
    bytes[p + 1] = value.low >> 8;
    return;
  }
  writeWord(bytes, p, value.low);
  if (width === 8) writeWord(bytes, p + 4, value.high);
}

/** Reads integer `i` as it is. */
export function loadInteger(bytes: Uint8Array, at: number, i: number, into: Int64): void {
  const width = bytes[at]!;
  const p = at + INTSET_HEADER_BYTES + i * width;
  into.low = width === 2 ? short(bytes, p) : readWord(bytes, p);
  into.high = width === 8 ? readWord(bytes, p + 4) : into.low >> 31;
}

/** The index of an integer; when it is not there, `-1 - i` of the place where it belongs. */
export function findInteger(bytes: Uint8Array, at: number, value: Int64): number {
  const width = bytes[at]!;
  let low = 0, high = intsetCount(bytes, at) - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const order = compare(bytes, at + INTSET_HEADER_BYTES + middle * width, width, value);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1 - low;
}

/** Is the integer at `p` less than, the same as, or greater than a value: -1, 0, 1. */
function compare(bytes: Uint8Array, p: number, width: number, value: Int64): number {
  const low = width === 2 ? short(bytes, p) : readWord(bytes, p);
  const high = width === 8 ? readWord(bytes, p + 4) : low >> 31;
  if (high !== value.high) return high < value.high ? -1 : 1;
  if (low === value.low) return 0;
  return low >>> 0 < value.low >>> 0 ? -1 : 1;
}

/**
 * Widens the integers in place, from the last to the first; there must be room. A value that needs the new width lies below or
 * above all that are there: `shift` 1 leaves the first place free for it, 0 none.
 */
export function widen(bytes: Uint8Array, at: number, width: number, shift: number): void {
  const count = intsetCount(bytes, at);
  const value = new Int64();
  for (let i = count - 1; i >= 0; i--) {
    loadInteger(bytes, at, i, value);
    writeInteger(bytes, at, width, i + shift, value);
  }
  writeWord(bytes, at, width);
}

function short(bytes: Uint8Array, p: number): number {
  return ((bytes[p]! | (bytes[p + 1]! << 8)) << 16) >> 16;
}
