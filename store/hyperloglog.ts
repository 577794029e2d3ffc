/**
 * HyperLogLog: how many different elements were added, estimated within 0.81 %, in at most 12 KiB. An element's hash picks
 * one of 16384 registers and offers it a rank: 1 + the zero bits that the rest of the hash ends in. A register keeps the
 * highest rank it was offered, 0 before the first.
 *
 * It is a string, in Redis' format byte for byte, so that values can be read by either server and compare equal:
 *
 * ```text
 *   0      4   5      8                16
 *   | HYLL | E | 0 0 0 | estimate, LE  | registers …          E: 0 dense, 1 sparse
 *
 *   dense    6 bits a register, the lowest bits of a byte first:   |11000000|22221111|33333322| …      12288 bytes
 *   sparse   runs of registers    00nnnnnn            n + 1 zeros       (1–64)
 *                                 01nnnnnn nnnnnnnn   n + 1 zeros       (1–16384)
 *                                 1vvvvvnn            n + 1 times rank v + 1 (1–4 times 1–32)
 * ```
 *
 * The top bit of the estimate says that registers have changed since it was made. A sparse value becomes dense when it
 * would outgrow a limit, or when a rank above 32 comes; never the other way.
 *
 * Adding to a dense value: O(1). To a sparse one: O(runs), at most the limit's 3000 bytes. Estimating: O(registers).
 * Sparse values may come from anybody (SET, APPEND): runs that do not make 16384 registers are found wherever they
 * are read in full.
 */
import { readWord, writeWord } from "./words.ts";

/** How many registers there are. */
export const REGISTERS = 16384;
export const HEADER_BYTES = 16;
export const DENSE_BYTES: number = HEADER_BYTES + REGISTERS * 6 / 8;

const MAGIC = 0x4c4c5948; // "HYLL"
const ENCODING = 4;
const ESTIMATE = 8;
const DENSE = 0, SPARSE = 1;
/** In the last byte of the estimate. */
const IS_STALE = 0x80;

const INDEX_BITS = 14;
/** The highest rank of all: the 50 bits that are left of a hash are all zero. */
const MAX_RANK = 64 - INDEX_BITS + 1;
/** The highest rank that the dense encoding has room for. */
const MAX_REGISTER = 63;

// Runs of the sparse encoding.
const IS_VALUE = 0x80, IS_LONG_ZEROS = 0x40;
const MAX_SPARSE_RANK = 32;
const MAX_VALUE_RUN = 4;
const MAX_SHORT_ZEROS = 64;

/** A string being changed, as its owner has it. */
export interface GrowingText {
  /** The memory that the text is in, which may be another after each change of the length. */
  readonly bytes: Uint8Array;
  /** Where in it the text begins; may change as well. */
  readonly start: number;
  readonly length: number;
  /** Cuts the text off, or appends zeros. */
  resize(length: number): void;
  /** Puts another text in place of this one; it will not grow any more. */
  replace(bytes: Uint8Array): void;
}

/** Bytes of a value in which nothing has been counted. */
export const EMPTY: Readonly<Uint8Array> = Uint8Array.of(
  ...[0x48, 0x59, 0x4c, 0x4c, SPARSE, 0, 0, 0],
  ...[0, 0, 0, 0, 0, 0, 0, 0],
  ...[IS_LONG_ZEROS | (REGISTERS - 1) >> 8, (REGISTERS - 1) & 0xff],
);

/** A text in memory of its own. */
export class OwnText implements GrowingText {
  bytes: Uint8Array;
  readonly start = 0;
  length: number;

  constructor(bytes: Readonly<Uint8Array>) {
    this.bytes = bytes.slice();
    this.length = bytes.length;
  }

  resize(length: number): void {
    const { bytes } = this;
    if (length > bytes.length) {
      this.bytes = new Uint8Array(2 * length);
      this.bytes.set(bytes.subarray(0, this.length));
    } else if (length > this.length) bytes.fill(0, this.length, length);
    this.length = length;
  }

  replace(bytes: Uint8Array): void {
    this.bytes = bytes.slice();
    this.length = bytes.length;
  }
}

/** Can `bytes[start, end)` be a HyperLogLog? The runs of a sparse one are not looked at. */
export function isHyperLogLog(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < HEADER_BYTES || readWord(bytes, start) !== MAGIC) return false;
  const encoding = bytes[start + ENCODING]!;
  return encoding === SPARSE || (encoding === DENSE && end - start === DENSE_BYTES);
}

export function isDense(bytes: Uint8Array, start: number): boolean {
  return bytes[start + ENCODING] === DENSE;
}

// ---- The estimate in the header ----

/** Is the estimate in the header that of the registers? */
export function hasEstimate(bytes: Uint8Array, start: number): boolean {
  return (bytes[start + ESTIMATE + 7]! & IS_STALE) === 0;
}

/** The estimate in the header; it may be any number of 63 bits. */
export function storedEstimate(bytes: Uint8Array, start: number): number | bigint {
  const low = readWord(bytes, start + ESTIMATE) >>> 0, high = readWord(bytes, start + ESTIMATE + 4) >>> 0;
  return high < 0x20_0000 ? high * 2 ** 32 + low : BigInt(high) << 32n | BigInt(low);
}

export function storeEstimate(bytes: Uint8Array, start: number, estimate: number): void {
  writeWord(bytes, start + ESTIMATE, estimate >>> 0);
  writeWord(bytes, start + ESTIMATE + 4, Math.floor(estimate / 2 ** 32) >>> 0);
}

/** Says that registers have changed. */
export function dropEstimate(bytes: Uint8Array, start: number): void {
  bytes[start + ESTIMATE + 7]! |= IS_STALE;
}

// ---- Hash ----

/** MurmurHash64A's multiplier, as two words. */
const FACTOR_LOW = 0x5bd1e995, FACTOR_HIGH = 0xc6a4a793 | 0;
const SEED = 0xadc83b19 | 0;

/** The upper word of `word * FACTOR_LOW`, by halves of 16 bits: a product of words does not fit a double. */
function upperProduct(word: number): number {
  const low = word & 0xffff, high = word >>> 16;
  const middle = (Math.imul(high, FACTOR_LOW & 0xffff) >>> 0) + (Math.imul(low, FACTOR_LOW & 0xffff) >>> 16);
  const other = Math.imul(low, FACTOR_LOW >>> 16) + (middle & 0xffff);
  return Math.imul(high, FACTOR_LOW >>> 16) + (middle >>> 16) + (other >>> 16) | 0;
}

/** The upper word of `(high, low) * FACTOR`; the lower one is `Math.imul(low, FACTOR_LOW)`. */
function upperOfProduct(high: number, low: number): number {
  return upperProduct(low) + Math.imul(low, FACTOR_HIGH) + Math.imul(high, FACTOR_LOW) | 0;
}

/**
 * Which register an element belongs to, and the rank it offers: `index | rank << 14`. The hash is MurmurHash64A, 64 bits in
 * two words: several times as fast as with BigInt.
 */
export function hashElement(bytes: Uint8Array, start: number, end: number): number {
  const size = end - start;
  let low = SEED ^ Math.imul(size, FACTOR_LOW), high = upperOfProduct(0, size);
  let at = start;
  for (const blocksEnd = end - (size & 7); at < blocksEnd; at += 8) {
    const first = readWord(bytes, at), second = readWord(bytes, at + 4);
    let mixedHigh = upperOfProduct(second, first), mixedLow = Math.imul(first, FACTOR_LOW);
    mixedLow ^= mixedHigh >>> 15; // ^= itself >> 47
    mixedHigh = upperOfProduct(mixedHigh, mixedLow);
    mixedLow = Math.imul(mixedLow, FACTOR_LOW);
    high = upperOfProduct(high ^ mixedHigh, low ^ mixedLow);
    low = Math.imul(low ^ mixedLow, FACTOR_LOW);
  }
  if (at < end) {
    for (let shift = 0; at < end; at++, shift += 8) {
      if (shift < 32) low ^= bytes[at]! << shift;
      else high ^= bytes[at]! << shift; // shifts count modulo 32
    }
    high = upperOfProduct(high, low);
    low = Math.imul(low, FACTOR_LOW);
  }
  low ^= high >>> 15;
  high = upperOfProduct(high, low);
  low = Math.imul(low, FACTOR_LOW);
  low ^= high >>> 15;
  return low & (REGISTERS - 1) | firstOne(high, low) << INDEX_BITS;
}

/** The rank of a hash: where the first one bit above the index is, counted from 1. */
function firstOne(high: number, low: number): number {
  const rest = low >>> INDEX_BITS;
  if (rest !== 0) return trailingZeros(rest) + 1;
  return high === 0 ? MAX_RANK : 32 - INDEX_BITS + trailingZeros(high) + 1;
}

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/** The register in a result of {@linkcode hashElement}. */
export function hashedIndex(hashed: number): number {
  return hashed & (REGISTERS - 1);
}

/** The rank that it offers. */
export function hashedRank(hashed: number): number {
  return hashed >>> INDEX_BITS;
}

// ---- Changing a value ----

export const CORRUPTED = -1, UNCHANGED = 0, CHANGED = 1;

/**
 * Offers a register a rank.
 *
 * @param text A HyperLogLog.
 * @param sparseMaxBytes A sparse value that would be longer becomes dense.
 * @returns CORRUPTED when the runs of a sparse value make no sense; it is as it was.
 */
export function offer(text: GrowingText, index: number, rank: number, sparseMaxBytes: number): number {
  rewind();
  return offerNext(text, index, rank, sparseMaxBytes);
}

/** Offers each register the rank in `registers`: as so many calls of {@linkcode offer}, but in one way through the runs. */
export function offerAll(text: GrowingText, registers: Uint8Array, sparseMaxBytes: number): number {
  let result = UNCHANGED;
  rewind();
  for (let i = 0; i < REGISTERS; i++) {
    if (registers[i] === 0) continue;
    const one = offerNext(text, i, registers[i]!, sparseMaxBytes);
    if (one === CORRUPTED) return CORRUPTED;
    result |= one;
  }
  return result;
}

function offerNext(text: GrowingText, index: number, rank: number, sparseMaxBytes: number): number {
  if (isDense(text.bytes, text.start)) {
    return offerDense(text.bytes, text.start + HEADER_BYTES, index, rank) ? CHANGED : UNCHANGED;
  }
  if (rank > MAX_SPARSE_RANK) return offerAsDense(text, index, rank);
  return offerSparse(text, index, rank, sparseMaxBytes);
}

function offerAsDense(text: GrowingText, index: number, rank: number): number {
  if (!makeDense(text)) return CORRUPTED;
  return offerDense(text.bytes, text.start + HEADER_BYTES, index, rank) ? CHANGED : UNCHANGED;
}

/** Turns a sparse value into a dense one, the header's estimate kept; false when its runs make no sense. */
export function makeDense(text: GrowingText): boolean {
  const { bytes, start, length } = text;
  if (isDense(bytes, start)) return true;
  const registers = new Uint8Array(REGISTERS);
  if (!mergeSparse(registers, bytes, start + HEADER_BYTES, start + length)) return false;
  const dense = new Uint8Array(DENSE_BYTES);
  dense.set(bytes.subarray(start, start + HEADER_BYTES));
  dense[ENCODING] = DENSE;
  for (let i = 0; i < REGISTERS; i++) if (registers[i] !== 0) setDense(dense, HEADER_BYTES, i, registers[i]!);
  text.replace(dense);
  return true;
}

// ---- Dense ----

/** Register `index` of those from `at` on. */
export function getDense(bytes: Uint8Array, at: number, index: number): number {
  const bit = index * 6, shift = bit & 7;
  const byte = at + (bit >>> 3);
  const both = shift > 2 ? bytes[byte]! | bytes[byte + 1]! << 8 : bytes[byte]!;
  return both >>> shift & MAX_REGISTER;
}

export function setDense(bytes: Uint8Array, at: number, index: number, rank: number): void {
  const bit = index * 6, shift = bit & 7;
  const byte = at + (bit >>> 3);
  bytes[byte] = bytes[byte]! & ~(MAX_REGISTER << shift) | rank << shift;
  if (shift > 2) bytes[byte + 1] = bytes[byte + 1]! & ~(MAX_REGISTER >>> 8 - shift) | rank >>> 8 - shift;
}

function offerDense(bytes: Uint8Array, at: number, index: number, rank: number): boolean {
  if (rank <= getDense(bytes, at, index)) return false;
  setDense(bytes, at, index, rank);
  return true;
}

// ---- Sparse ----

/** Registers in the run at `at`. A second byte beyond the end counts as zero, as the end of a C string does. */
function runLength(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at]!;
  if ((first & IS_VALUE) !== 0) return (first & 3) + 1;
  if ((first & IS_LONG_ZEROS) === 0) return first + 1;
  return ((first & 0x3f) << 8 | (at + 1 < end ? bytes[at + 1]! : 0)) + 1;
}

/** Bytes of the run that begins with this one. */
function runBytes(first: number): number {
  return (first & (IS_VALUE | IS_LONG_ZEROS)) === IS_LONG_ZEROS ? 2 : 1;
}

/** The rank in the registers of the run that begins with this byte. */
function runRank(first: number): number {
  return (first & IS_VALUE) === 0 ? 0 : (first >>> 2 & 0x1f) + 1;
}

/** What takes the place of a run: at most many zeros, a rank, many zeros. */
const replacement = new Uint8Array(5);

/** Appends a run of a rank, none when it is empty; returns the end of the replacement. */
function putRun(at: number, rank: number, length: number): number {
  if (length === 0) return at;
  if (rank > 0) replacement[at++] = IS_VALUE | rank - 1 << 2 | length - 1;
  else if (length <= MAX_SHORT_ZEROS) replacement[at++] = length - 1;
  else {
    replacement[at++] = IS_LONG_ZEROS | length - 1 >> 8;
    replacement[at++] = length - 1;
  }
  return at;
}

/** Registers in the run that begins with a byte, by that byte; 0 for a run of many zeros. */
const RUN_LENGTHS: Uint8Array = Uint8Array.from(
  { length: 256 },
  (_, first) => (first & IS_VALUE) !== 0 ? (first & 3) + 1 : (first & IS_LONG_ZEROS) === 0 ? first + 1 : 0,
);

/**
 * Where the next search for a register begins: at the run two before the one last found, counted from the header. A change
 * reaches one run back, so a search for a later register finds there what it would find from the beginning.
 */
let resumeAt = 0, resumeFirst = 0;

/** Searches again from the beginning. */
function rewind(): void {
  resumeAt = resumeFirst = 0;
}

/** Splits the run that has the register: what is before it, the register by itself, what is after it. */
function offerSparse(text: GrowingText, index: number, rank: number, sparseMaxBytes: number): number {
  let { bytes, start, length } = text;
  let end = start + length;
  let at = start + HEADER_BYTES + resumeAt, previous = at, beforePrevious = at;
  let first = resumeFirst, run = 0; // the run at `at` has the registers from `first` on
  let previousFirst = first, beforePreviousFirst = first;
  while (at < end) { // most of the time goes by here, in one branch that can be foreseen
    run = RUN_LENGTHS[bytes[at]!]!;
    const isLong = run === 0;
    if (isLong) run = runLength(bytes, at, end);
    if (index < first + run) break;
    beforePrevious = previous;
    beforePreviousFirst = previousFirst;
    previous = at;
    previousFirst = first;
    at += isLong ? 2 : 1;
    first += run;
  }
  if (at >= end) return CORRUPTED;
  resumeAt = beforePrevious - start - HEADER_BYTES;
  resumeFirst = beforePreviousFirst;
  const old = runRank(bytes[at]!);
  if (old >= rank) return UNCHANGED;

  const before = putRun(0, old, index - first);
  const size = putRun(putRun(before, rank, 1), old, first + run - 1 - index);
  const replaced = Math.min(runBytes(bytes[at]!), end - at);
  const growth = size - replaced;
  if (growth > 0) {
    if (length + growth > sparseMaxBytes) return offerAsDense(text, index, rank);
    const offset = at - start, previousOffset = previous - start;
    text.resize(length + growth);
    ({ bytes, start } = text);
    at = start + offset;
    previous = start + previousOffset;
    end = start + length;
  }
  if (growth !== 0) bytes.copyWithin(at + size, at + replaced, end);
  for (let i = 0; i < size; i++) bytes[at + i] = replacement[i]!;
  end = joinRuns(bytes, previous, end + growth);
  length = end - start;
  if (length !== text.length) text.resize(length);
  dropEstimate(text.bytes, text.start);
  return CHANGED;
}

/** Runs looked at after a change, from the one before it on: no more, since values are to be those of Redis. */
const JOINED_RUNS = 5;

/** Joins neighbouring runs of the same rank where one has room for both; returns the end of the last run. */
function joinRuns(bytes: Uint8Array, at: number, end: number): number {
  for (let looks = JOINED_RUNS; looks > 0 && at < end; looks--) {
    const run = bytes[at]!, next = at + 1 < end ? bytes[at + 1]! : 0;
    const length = (run & 3) + (next & 3) + 2;
    // alike but for their lengths
    if ((run & IS_VALUE) !== 0 && ((run ^ next) & ~3) === 0 && length <= MAX_VALUE_RUN) {
      bytes[at] = run & ~3 | length - 1;
      bytes.copyWithin(at + 1, at + 2, end);
      end--; // and the longer run may be joined with the one after
    } else at += runBytes(run);
  }
  return end;
}

/** The runs of a sparse value as PFDEBUG DECODE shows them: `z:` zeros, `Z:` many zeros, `v:rank,times`. */
export function describeRuns(bytes: Uint8Array, start: number, end: number): string {
  const runs: string[] = [];
  for (let at = start + HEADER_BYTES; at < end; at += runBytes(bytes[at]!)) {
    const first = bytes[at]!, length = runLength(bytes, at, end);
    if ((first & IS_VALUE) !== 0) runs.push(`v:${runRank(first)},${length}`);
    else runs.push(`${runBytes(first) === 1 ? "z" : "Z"}:${length}`);
  }
  return runs.join(" ");
}

// ---- Reading all registers ----

/** Raises each of 16384 registers to what a HyperLogLog has there; false when the runs of a sparse one make no sense. */
export function mergeInto(registers: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (!isDense(bytes, start)) return mergeSparse(registers, bytes, start + HEADER_BYTES, end);
  for (let i = 0; i < REGISTERS; i++) {
    const rank = getDense(bytes, start + HEADER_BYTES, i);
    if (rank > registers[i]!) registers[i] = rank;
  }
  return true;
}

function mergeSparse(registers: Uint8Array, bytes: Uint8Array, at: number, end: number): boolean {
  let index = 0;
  while (at < end) {
    const first = bytes[at]!;
    const next = index + runLength(bytes, at, end), rank = runRank(first);
    if (next > REGISTERS) return false;
    if (rank === 0) index = next;
    else for (; index < next; index++) if (rank > registers[index]!) registers[index] = rank;
    at += runBytes(first);
  }
  return index === REGISTERS;
}

/** How many registers hold each rank. */
const histogram = new Int32Array(MAX_REGISTER + 1);

/** How many elements were counted by these registers, a byte each. */
export function estimateRegisters(registers: Uint8Array): number {
  histogram.fill(0);
  for (let i = 0; i < REGISTERS; i++) histogram[registers[i]!]!++;
  return estimate();
}

/** How many elements a HyperLogLog has counted; CORRUPTED when the runs of a sparse one make no sense. */
export function estimateValue(bytes: Uint8Array, start: number, end: number): number {
  histogram.fill(0);
  const at = start + HEADER_BYTES;
  if (isDense(bytes, start)) countDense(bytes, at, end);
  else if (!countSparse(bytes, at, end)) return CORRUPTED;
  return estimate();
}

/** Four registers are three bytes. */
function countDense(bytes: Uint8Array, at: number, end: number): void {
  for (; at < end; at += 3) {
    const four = bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16;
    histogram[four & MAX_REGISTER]!++;
    histogram[four >>> 6 & MAX_REGISTER]!++;
    histogram[four >>> 12 & MAX_REGISTER]!++;
    histogram[four >>> 18]!++;
  }
}

function countSparse(bytes: Uint8Array, at: number, end: number): boolean {
  let index = 0;
  while (at < end) {
    const first = bytes[at]!, length = runLength(bytes, at, end);
    index += length;
    if (index > REGISTERS) return false;
    histogram[runRank(first)]! += length;
    at += runBytes(first);
  }
  return index === REGISTERS;
}

/** 1 / (2 ln 2): what the harmonic mean is off by as registers become many. */
const ALPHA = 0.5 / Math.LN2;
/** What Redis makes of an estimate beyond 64 bits, which needs registers that no element can set. */
const OUT_OF_RANGE = -(2 ** 63);

/**
 * The estimate from the histogram, after Otmar Ertl, "New cardinality estimation algorithms for HyperLogLog sketches"
 * (arXiv:1702.01284), algorithm 6. All operations and their order are those of Redis, so that estimates are the same.
 */
function estimate(): number {
  let sum = REGISTERS * tau((REGISTERS - histogram[MAX_RANK]!) / REGISTERS);
  for (let rank = MAX_RANK - 1; rank >= 1; rank--) sum = (sum + histogram[rank]!) * 0.5;
  sum += REGISTERS * sigma(histogram[0]! / REGISTERS);
  const count = Math.round(ALPHA * REGISTERS * REGISTERS / sum);
  return count < 2 ** 63 ? count : OUT_OF_RANGE;
}

/** x + the sum of x^(2^k) * 2^(k-1) for k from 1 on. */
function sigma(x: number): number {
  if (x === 1) return Infinity;
  let sum = x, last: number;
  let weight = 1;
  do {
    x *= x;
    last = sum;
    sum += x * weight;
    weight += weight;
  } while (sum !== last);
  return sum;
}

/** (1 - x - the sum of (1 - x^(2^-k))^2 * 2^-k for k from 1 on) / 3. */
function tau(x: number): number {
  if (x === 0 || x === 1) return 0;
  let sum = 1 - x, last: number;
  let weight = 1;
  do {
    x = Math.sqrt(x);
    last = sum;
    weight *= 0.5;
    sum -= (1 - x) * (1 - x) * weight;
  } while (sum !== last);
  return sum / 3;
}
