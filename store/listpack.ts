/**
 * The listpack of Redis 7.0: a list of byte strings and 64-bit integers in one run of bytes, read in either direction. Small
 * lists, hashes and sorted sets are held so, and files hold the same bytes.
 *
 * ```text
 *   | total bytes, 4 | count, 2 | element ... | 0xff |
 *
 *   element:  | encoding and data | size of that, 1 to 5 bytes, read backwards |
 *
 *   0nnnnnnn                    an integer, 0 to 127
 *   10llllll  bytes             a string of up to 63 bytes
 *   110nnnnn nnnnnnnn           an integer of 13 bits
 *   1110llll llllllll  bytes    a string of up to 4095 bytes
 *   11110000 l l l l   bytes    a longer string
 *   11110001 .. 11110100        an integer of 16, 24, 32, 64 bits
 * ```
 *
 * The functions here work on bytes where they stand. `at` is where the listpack begins, `p` where an element (or the
 * final 0xff) begins, both as indexes into `bytes`. Bytes from outside must have been checked before: here they are
 * trusted. (source: the format's description in Redis' repository, "listpack.md")
 */
import type { Element } from "./element.ts";
import { isInt64 } from "./integers.ts";
import { readWord, writeWord } from "./words.ts";

/** Bytes before the first element. */
export const LISTPACK_HEADER_BYTES = 6;
/** Bytes of a listpack without elements. */
export const EMPTY_LISTPACK_BYTES = LISTPACK_HEADER_BYTES + 1;
/** No listpack grows beyond this, whatever the limits say (Redis' LISTPACK_MAX_SAFETY_SIZE). */
export const MAX_LISTPACK_BYTES: number = 2 ** 30;

/** The last byte. */
export const LISTPACK_END = 0xff;
/** The count when there are too many to be counted in two bytes. */
export const UNKNOWN_COUNT = 0xffff;
const STRING_32 = 0xf0, INT_16 = 0xf1, INT_24 = 0xf2, INT_32 = 0xf3, INT_64 = 0xf4;
/** Integers of more digits than this have 64 bits for sure. */
const MAX_SAFE_DIGITS = 15;
const MAX_INT_DIGITS = 20;
const MINUS = 0x2d, ZERO = 0x30;

/** Makes an empty listpack. */
export function writeEmptyListpack(bytes: Uint8Array, at: number): void {
  writeWord(bytes, at, EMPTY_LISTPACK_BYTES);
  setCount(bytes, at, 0);
  bytes[at + LISTPACK_HEADER_BYTES] = LISTPACK_END;
}

/** Bytes of the whole listpack. */
export function listpackBytes(bytes: Uint8Array, at: number): number {
  return readWord(bytes, at) >>> 0;
}

/** How many elements there are; beyond 65,534 they are counted one by one. */
export function listpackCount(bytes: Uint8Array, at: number): number {
  const count = bytes[at + 4]! | (bytes[at + 5]! << 8);
  if (count !== UNKNOWN_COUNT) return count;
  let counted = 0;
  for (let p = firstElement(at); !isEnd(bytes, p); p = nextElement(bytes, p)) counted++;
  return counted;
}

function setCount(bytes: Uint8Array, at: number, count: number): void {
  bytes[at + 4] = count;
  bytes[at + 5] = count >>> 8;
}

// ---- Walking ----

/** The first element, or the end. */
export function firstElement(at: number): number {
  return at + LISTPACK_HEADER_BYTES;
}

/** Is `p` behind the last element? */
export function isEnd(bytes: Uint8Array, p: number): boolean {
  return bytes[p] === LISTPACK_END;
}

/** Where the final 0xff is. */
export function listpackEnd(bytes: Uint8Array, at: number): number {
  return at + listpackBytes(bytes, at) - 1;
}

/** The element after the one at `p`, or the end. */
export function nextElement(bytes: Uint8Array, p: number): number {
  const size = encodedSize(bytes, p);
  return p + size + backlengthSize(size);
}

/**
 * The length of the string at `p` if it is one of less than 64 bytes, else -1: its bytes are those behind `p`, and behind them
 * is one more before the next element. For those who go through many.
 */
export function shortStringLength(bytes: Uint8Array, p: number): number {
  const first = bytes[p]!;
  return (first & 0xc0) === 0x80 ? first & 0x3f : -1;
}

/** The element before `p`, which may be the end; -1 when `p` is the first. */
export function previousElement(bytes: Uint8Array, at: number, p: number): number {
  if (p <= at + LISTPACK_HEADER_BYTES) return -1;
  let size = 0, shift = 0, k = p - 1;
  while (true) {
    size |= (bytes[k]! & 0x7f) << shift;
    if ((bytes[k]! & 0x80) === 0) break;
    shift += 7;
    k--;
  }
  return k - size;
}

/** The element at `index`, counted from the end when negative; -1 when there is none. */
export function elementAt(bytes: Uint8Array, at: number, index: number): number {
  const count = bytes[at + 4]! | (bytes[at + 5]! << 8);
  if (count !== UNKNOWN_COUNT) {
    if (index < 0) index += count;
    if (index < 0 || index >= count) return -1;
    if (index > count >> 1) index -= count; // from the nearer end
  }
  if (index >= 0) {
    let p = firstElement(at);
    while (index > 0 && !isEnd(bytes, p)) {
      p = nextElement(bytes, p);
      index--;
    }
    return isEnd(bytes, p) ? -1 : p;
  }
  let p = listpackEnd(bytes, at);
  while (index < 0 && p >= 0) {
    p = previousElement(bytes, at, p);
    index++;
  }
  return p;
}

/** Bytes of encoding and data of the element at `p`. */
function encodedSize(bytes: Uint8Array, p: number): number {
  const first = bytes[p]!;
  if (first < 0x80) return 1;
  if (first < 0xc0) return 1 + (first & 0x3f);
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 2 + (((first & 0x0f) << 8) | bytes[p + 1]!);
  switch (first) {
    case STRING_32:
      return 5 + length32(bytes, p);
    case INT_16:
      return 3;
    case INT_24:
      return 4;
    case INT_32:
      return 5;
    default: // INT_64
      return 9;
  }
}

function length32(bytes: Uint8Array, p: number): number {
  return readWord(bytes, p + 1) >>> 0;
}

/** Bytes that the size after an element takes. As Redis has it: 16383 would fit in two bytes and takes three, and so on. */
export function backlengthSize(size: number): number {
  return size < 128 ? 1 : size < 16383 ? 2 : size < 2097151 ? 3 : size < 268435455 ? 4 : 5;
}

// ---- Reading ----

/** Is the element at `p` held as a number? */
export function isIntegerElement(bytes: Uint8Array, p: number): boolean {
  const first = bytes[p]!;
  return first < 0x80 || (first >= 0xc0 && first < 0xe0) || first > STRING_32;
}

/** The number that the element at `p` is held as; rounded beyond 2^53. Not for strings. */
export function integerElement(bytes: Uint8Array, p: number): number {
  const first = bytes[p]!;
  if (first < 0x80) return first;
  if (first < 0xe0) return ((((first & 0x1f) << 8) | bytes[p + 1]!) << 19) >> 19;
  switch (first) {
    case INT_16:
      return ((bytes[p + 1]! | (bytes[p + 2]! << 8)) << 16) >> 16;
    case INT_24:
      return ((bytes[p + 1]! | (bytes[p + 2]! << 8) | (bytes[p + 3]! << 16)) << 8) >> 8;
    case INT_32:
      return readWord(bytes, p + 1);
    default:
      return readWord(bytes, p + 5) * 2 ** 32 + (readWord(bytes, p + 1) >>> 0);
  }
}

/** The lower 32 bits of the integer element at `p`, unsigned. */
export function integerElementLow(bytes: Uint8Array, p: number): number {
  return (bytes[p] === INT_64 ? readWord(bytes, p + 1) : integerElement(bytes, p)) >>> 0;
}

/** The upper 32 bits of the integer element at `p`, unsigned. */
export function integerElementHigh(bytes: Uint8Array, p: number): number {
  if (bytes[p] === INT_64) return readWord(bytes, p + 5) >>> 0;
  return integerElement(bytes, p) < 0 ? 0xffff_ffff : 0;
}

/** Reads the element at `p`. */
export function readElement(bytes: Uint8Array, p: number, into: Element): void {
  const first = bytes[p]!;
  if (first < 0x80) into.spell(first);
  else if (first < 0xc0) into.point(bytes, p + 1, p + 1 + (first & 0x3f));
  else if (first < 0xe0 || first > STRING_32) {
    const n = integerElement(bytes, p);
    if (Number.isSafeInteger(n)) into.spell(n);
    else into.spellBig((BigInt(readWord(bytes, p + 5)) << 32n) | BigInt(readWord(bytes, p + 1) >>> 0));
  } else if (first < 0xf0) {
    into.point(bytes, p + 2, p + 2 + (((first & 0x0f) << 8) | bytes[p + 1]!));
  } else into.point(bytes, p + 5, p + 5 + length32(bytes, p));
}

/** Is `needle[start, end)` the element at `p`? */
export function isElement(bytes: Uint8Array, p: number, needle: Uint8Array, start: number, end: number): boolean {
  return isElementOf(bytes, p, needle, start, end, safeInteger(needle, start, end));
}

/** As {@linkcode isElement}; `n` is what {@linkcode safeInteger} says of the needle. */
function isElementOf(
  bytes: Uint8Array,
  p: number,
  needle: Uint8Array,
  start: number,
  end: number,
  n: number,
): boolean {
  const first = bytes[p]!;
  const size = end - start;
  let from: number;
  if (first < 0x80) return first === n;
  if (first < 0xc0) {
    if ((first & 0x3f) !== size) return false;
    from = p + 1;
  } else if (first < 0xe0) return integerElement(bytes, p) === n;
  else if (first < 0xf0) {
    if ((((first & 0x0f) << 8) | bytes[p + 1]!) !== size) return false;
    from = p + 2;
  } else if (first === STRING_32) {
    if (length32(bytes, p) !== size) return false;
    from = p + 5;
  } else if (first !== INT_64 || n === n) return integerElement(bytes, p) === n;
  else return isInt64(needle, start, end) && sameInt64(bytes, p + 1, needle, start, end);
  for (let i = start; i < end; i++) if (bytes[from++] !== needle[i]) return false;
  return true;
}

function sameInt64(bytes: Uint8Array, p: number, needle: Uint8Array, start: number, end: number): boolean {
  const n = bigintOf(needle, start, end);
  return Number(BigInt.asIntN(32, n)) === readWord(bytes, p) && Number(n >> 32n) === readWord(bytes, p + 4);
}

/**
 * Looks for an element from `p` on, passing `skip` elements after each that is compared: 1 looks at the fields of a hash
 * only. -1 when it is not there.
 */
export function findElement(
  bytes: Uint8Array,
  p: number,
  needle: Uint8Array,
  start: number,
  end: number,
  skip: number,
): number {
  const n = safeInteger(needle, start, end);
  while (!isEnd(bytes, p)) {
    if (isElementOf(bytes, p, needle, start, end, n)) return p;
    p = nextElement(bytes, p);
    for (let k = 0; k < skip && !isEnd(bytes, p); k++) p = nextElement(bytes, p);
  }
  return -1;
}

// ---- Writing ----

/** Bytes that `source[start, end)` takes as an element. */
export function elementBytes(source: Uint8Array, start: number, end: number): number {
  const n = safeInteger(source, start, end);
  if (n === n) return integerBytes(n);
  const length = end - start;
  if (length <= MAX_INT_DIGITS && isInt64(source, start, end)) return 10;
  const size = length + (length < 64 ? 1 : length < 4096 ? 2 : 5);
  return size + backlengthSize(size);
}

/** Bytes that an integer takes as an element: any of 64 bits that a double can be. */
export function integerBytes(n: number): number {
  if (n >= 0 && n < 128) return 2;
  if (n >= -4096 && n < 4096) return 3;
  if (n >= -0x8000 && n < 0x8000) return 4;
  if (n >= -0x80_0000 && n < 0x80_0000) return 5;
  return n === (n | 0) ? 6 : 10;
}

/**
 * Writes `source[start, end)` as an element at `p`, where there must be room for {@linkcode elementBytes}. Integers in
 * canonical form become numbers. Returns where the next element begins.
 */
export function writeElement(bytes: Uint8Array, p: number, source: Uint8Array, start: number, end: number): number {
  const n = safeInteger(source, start, end);
  if (n === n) return writeInteger(bytes, p, n);
  const length = end - start;
  if (length <= MAX_INT_DIGITS && isInt64(source, start, end)) {
    const big = bigintOf(source, start, end);
    return writeInt64(bytes, p, Number(BigInt.asIntN(32, big)), Number(big >> 32n));
  }
  let to = p;
  if (length < 64) bytes[to++] = 0x80 | length;
  else if (length < 4096) {
    bytes[to++] = 0xe0 | (length >> 8);
    bytes[to++] = length;
  } else {
    bytes[to++] = STRING_32;
    writeWord(bytes, to, length);
    to += 4;
  }
  if (length <= 64) { for (let i = start; i < end; i++) bytes[to++] = source[i]!; }
  else {
    bytes.set(source.subarray(start, end), to);
    to += length;
  }
  return writeBacklength(bytes, to, to - p);
}

/** Writes an integer as an element at `p`; see {@linkcode integerBytes}. Returns where the next element begins. */
export function writeInteger(bytes: Uint8Array, p: number, n: number): number {
  if (n >= 0 && n < 128) {
    bytes[p] = n;
    bytes[p + 1] = 1;
    return p + 2;
  }
  if (n >= -4096 && n < 4096) {
    bytes[p] = 0xc0 | ((n >> 8) & 0x1f);
    bytes[p + 1] = n;
    bytes[p + 2] = 2;
    return p + 3;
  }
  if (n !== (n | 0)) return writeInt64(bytes, p, n | 0, Math.floor(n / 2 ** 32));
  const size = integerBytes(n) - 2; // of the number itself
  bytes[p] = size === 2 ? INT_16 : size === 3 ? INT_24 : INT_32;
  for (let i = 1; i <= size; i++, n >>= 8) bytes[p + i] = n;
  bytes[p + size + 1] = size + 1;
  return p + size + 2;
}

/** Bytes that an integer of 64 bits, given as its halves, takes as an element. */
export function integer64Bytes(low: number, high: number): number {
  return (high | 0) === (low | 0) >> 31 ? integerBytes(low | 0) : 10;
}

/** Writes an integer of 64 bits as an element at `p`; see {@linkcode integer64Bytes}. Returns where the next one begins. */
export function writeInteger64(bytes: Uint8Array, p: number, low: number, high: number): number {
  return (high | 0) === (low | 0) >> 31 ? writeInteger(bytes, p, low | 0) : writeInt64(bytes, p, low, high);
}

function writeInt64(bytes: Uint8Array, p: number, low: number, high: number): number {
  bytes[p] = INT_64;
  writeWord(bytes, p + 1, low);
  writeWord(bytes, p + 5, high);
  bytes[p + 9] = 9;
  return p + 10;
}

/** Seven bits a byte, the last ones first, so that they can be read backwards; all bytes but the first are marked. */
function writeBacklength(bytes: Uint8Array, p: number, size: number): number {
  const count = backlengthSize(size);
  for (let i = count - 1; i >= 0; i--) {
    bytes[p + i] = (size & 0x7f) | (i === 0 ? 0 : 0x80);
    size = Math.floor(size / 128);
  }
  return p + count;
}

/**
 * Makes the bytes `[from, to)` of a listpack `added` bytes long, moving what follows, and notes the new total. The elements
 * in them count for `elements` more, or less. There must be room.
 */
export function resizeGap(
  bytes: Uint8Array,
  at: number,
  from: number,
  to: number,
  added: number,
  elements: number,
): void {
  const total = listpackBytes(bytes, at), end = at + total;
  if (to === end - 1) bytes[from + added] = LISTPACK_END; // most are added at the end; a call for one byte takes 30 ns
  else if (from + added !== to) bytes.copyWithin(from + added, to, end);
  writeWord(bytes, at, total - (to - from) + added);
  if (elements !== 0) addCount(bytes, at, elements);
}

/**
 * Moves the header of a listpack `added` bytes towards the front, for one more element between it and the others, or by a
 * negative number to the back, over the first element: so elements come and go at the front without moving the rest.
 *
 * @returns Where the listpack begins now.
 */
export function moveHeader(bytes: Uint8Array, at: number, added: number, elements: number): number {
  const to = at - added, count = bytes[at + 4]! | (bytes[at + 5]! << 8);
  writeWord(bytes, to, listpackBytes(bytes, at) + added);
  setCount(bytes, to, count === UNKNOWN_COUNT ? count : Math.min(count + elements, UNKNOWN_COUNT));
  return to;
}

/** As Redis: once unknown, the count stays so until somebody counts. */
function addCount(bytes: Uint8Array, at: number, elements: number): void {
  const count = bytes[at + 4]! | (bytes[at + 5]! << 8);
  if (count !== UNKNOWN_COUNT) setCount(bytes, at, Math.min(count + elements, UNKNOWN_COUNT));
}

/** The integer whose canonical form this is, of up to 15 digits; else NaN. */
function safeInteger(bytes: Uint8Array, start: number, end: number): number {
  const isNegative = bytes[start] === MINUS && end > start;
  let i = isNegative ? start + 1 : start;
  if (end - i > MAX_SAFE_DIGITS || i >= end) return NaN;
  let n = bytes[i]! - ZERO;
  if (n < 0 || n > 9) return NaN;
  if (n === 0) return end - start === 1 ? 0 : NaN;
  while (++i < end) {
    const digit = bytes[i]! - ZERO;
    if (digit < 0 || digit > 9) return NaN;
    n = n * 10 + digit;
  }
  return isNegative ? -n : n;
}

function bigintOf(bytes: Uint8Array, start: number, end: number): bigint {
  return BigInt(String.fromCharCode(...bytes.subarray(start, end)));
}
