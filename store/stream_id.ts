/**
 * Ids of stream entries: two unsigned numbers of 64 bits, milliseconds and a sequence, written `<ms>-<seq>`.
 *
 * They are right up to 2^64-1, which no double is, and made and compared for every entry that is passed, which is no work for
 * bigints: so each is four words of 32 bits. An id is an object to be set again and again.
 */

const WORD = 2 ** 32;
const LARGEST_WORD = WORD - 1;
const MINUS = 0x2d, PLUS = 0x2b, ZERO = 0x30, STAR = 0x2a;
/** Text that is longer is no id. */
const LONGEST_TEXT_BYTES = 127;
/** Bytes that the longest id takes as text. */
export const ID_TEXT_BYTES = 41;
/** Bytes of an id in binary. */
export const ID_BYTES = 16;

/** What {@linkcode StreamId.parse} takes beside `<ms>-<seq>`. */
export const SPECIAL_IDS = 1, AUTO_SEQUENCE = 2;
/** What it has found: no id, an id, or `<ms>-*`. */
export const NO_ID = 0, WHOLE_ID = 1, TIME_ALONE = 2;

export class StreamId {
  msHigh = 0;
  msLow = 0;
  seqHigh = 0;
  seqLow = 0;

  set(msHigh: number, msLow: number, seqHigh: number, seqLow: number): this {
    this.msHigh = msHigh;
    this.msLow = msLow;
    this.seqHigh = seqHigh;
    this.seqLow = seqLow;
    return this;
  }

  copyFrom(other: StreamId): this {
    return this.set(other.msHigh, other.msLow, other.seqHigh, other.seqLow);
  }

  /** 0-0, the least. */
  setZero(): this {
    return this.set(0, 0, 0, 0);
  }

  /** 18446744073709551615-18446744073709551615, the greatest. */
  setMax(): this {
    return this.set(LARGEST_WORD, LARGEST_WORD, LARGEST_WORD, LARGEST_WORD);
  }

  /** The first id of a millisecond. */
  setTime(ms: number): this {
    return this.set(Math.floor(ms / WORD), ms >>> 0, 0, 0);
  }

  /** The first id of a time unless it is not after the last id that there is; then the one after that, which may be 0-0. */
  setAfter(last: StreamId, nowMs: number): this {
    this.setTime(nowMs);
    if (this.msHigh === last.msHigh ? this.msLow > last.msLow : this.msHigh > last.msHigh) return this;
    this.copyFrom(last).increment();
    return this;
  }

  /** As the milliseconds and the sequence say. */
  setBig(ms: bigint, seq: bigint): this {
    return this.set(Number(ms >> 32n), Number(ms & 0xffffffffn), Number(seq >> 32n), Number(seq & 0xffffffffn));
  }

  get ms(): bigint {
    return (BigInt(this.msHigh) << 32n) | BigInt(this.msLow);
  }

  get seq(): bigint {
    return (BigInt(this.seqHigh) << 32n) | BigInt(this.seqLow);
  }

  get isZero(): boolean {
    return this.msHigh === 0 && this.msLow === 0 && this.seqHigh === 0 && this.seqLow === 0;
  }

  get isMax(): boolean {
    return this.msHigh === LARGEST_WORD && this.msLow === LARGEST_WORD && this.isLastOfTime;
  }

  /** Is there no further id with these milliseconds? */
  get isLastOfTime(): boolean {
    return this.seqHigh === LARGEST_WORD && this.seqLow === LARGEST_WORD;
  }

  hasTimeOf(other: StreamId): boolean {
    return this.msHigh === other.msHigh && this.msLow === other.msLow;
  }

  /** Below, at or above 0 when this id comes before the other, is the same, or comes after it. */
  compare(other: StreamId): number {
    if (this.msHigh !== other.msHigh) return this.msHigh - other.msHigh;
    if (this.msLow !== other.msLow) return this.msLow - other.msLow;
    if (this.seqHigh !== other.seqHigh) return this.seqHigh - other.seqHigh;
    return this.seqLow - other.seqLow;
  }

  /** Moves to the next id; false at the last one, which becomes 0-0. */
  increment(): boolean {
    this.seqLow = (this.seqLow + 1) % WORD;
    if (this.seqLow !== 0) return true;
    this.seqHigh = (this.seqHigh + 1) % WORD;
    if (this.seqHigh !== 0) return true;
    this.msLow = (this.msLow + 1) % WORD;
    if (this.msLow !== 0) return true;
    this.msHigh = (this.msHigh + 1) % WORD;
    return this.msHigh !== 0;
  }

  /** Moves to the id before; false at 0-0, which becomes the last one. */
  decrement(): boolean {
    if (this.seqLow-- > 0) return true;
    this.seqLow = LARGEST_WORD;
    if (this.seqHigh-- > 0) return true;
    this.seqHigh = LARGEST_WORD;
    if (this.msLow-- > 0) return true;
    this.msLow = LARGEST_WORD;
    if (this.msHigh-- > 0) return true;
    this.msHigh = LARGEST_WORD;
    return false;
  }

  // ---- Text ----

  /**
   * Reads an id from text, as liberally as C's `strtoull`, which Redis has read it; what follows a zero byte does not count.
   *
   * @param missingSeq Each half of the sequence where the text has none: 0 or 2^32-1.
   * @param takes What else is taken: `-` and `+` for the least and greatest id, `<ms>-*`.
   * @returns {@linkcode NO_ID}, {@linkcode WHOLE_ID} or {@linkcode TIME_ALONE}.
   */
  parse(bytes: Uint8Array, start: number, end: number, missingSeq: number, takes: number): number {
    if (end - start > LONGEST_TEXT_BYTES) return NO_ID;
    for (let i = start; i < end; i++) if (bytes[i] === 0) end = i;
    if (end - start === 1 && (bytes[start] === MINUS || bytes[start] === PLUS)) {
      if ((takes & SPECIAL_IDS) === 0) return NO_ID;
      if (bytes[start] === MINUS) this.setZero();
      else this.setMax();
      return WHOLE_ID;
    }
    let dash = start;
    while (dash < end && bytes[dash] !== MINUS) dash++;
    if (!parseWords(bytes, start, dash)) return NO_ID;
    const msHigh = HALVES.high, msLow = HALVES.low;
    if (dash === end) HALVES.high = HALVES.low = missingSeq;
    else if ((takes & AUTO_SEQUENCE) !== 0 && end - dash === 2 && bytes[dash + 1] === STAR) {
      this.set(msHigh, msLow, 0, 0);
      return TIME_ALONE;
    } else if (!parseWords(bytes, dash + 1, end)) return NO_ID;
    this.set(msHigh, msLow, HALVES.high, HALVES.low);
    return WHOLE_ID;
  }

  /** Writes the id as text, `separator` between its numbers; returns where it ends. */
  write(bytes: Uint8Array, at: number, separator = MINUS): number {
    at = writeNumber(bytes, at, this.msHigh, this.msLow);
    bytes[at++] = separator;
    return writeNumber(bytes, at, this.seqHigh, this.seqLow);
  }

  toString(): string {
    return `${this.ms}-${this.seq}`;
  }

  // ---- Binary ----

  /** Writes the sixteen bytes of the id, highest first, so that they sort as ids do. */
  writeBytes(bytes: Uint8Array, at: number): void {
    at = writeWord(bytes, at, this.msHigh);
    at = writeWord(bytes, at, this.msLow);
    at = writeWord(bytes, at, this.seqHigh);
    writeWord(bytes, at, this.seqLow);
  }

  /** Reads what {@linkcode writeBytes} has written. */
  readBytes(bytes: Uint8Array, at: number): this {
    return this.set(
      readWord(bytes, at),
      readWord(bytes, at + 4),
      readWord(bytes, at + 8),
      readWord(bytes, at + 12),
    );
  }
}

/** What {@linkcode parseWords} has read. */
const HALVES = { high: 0, low: 0 };

/**
 * Reads an unsigned number of 64 bits. As `strtoull` does, it passes spaces and a sign, and takes a minus sign for the
 * distance to 2^64; but Redis refuses negative numbers that are spelled as they should be.
 */
function parseWords(bytes: Uint8Array, start: number, end: number): boolean {
  let i = start;
  while (i < end && (bytes[i] === 0x20 || (bytes[i]! >= 0x09 && bytes[i]! <= 0x0d))) i++;
  const isNegative = bytes[i] === MINUS && i < end;
  if (i < end && (isNegative || bytes[i] === PLUS)) i++;
  if (i === end) return false;
  const first = i;
  let high = 0, low = 0;
  for (; i < end; i++) {
    const digit = bytes[i]! - ZERO;
    if (digit < 0 || digit > 9) return false;
    low = low * 10 + digit;
    high = high * 10 + Math.floor(low / WORD);
    if (high > LARGEST_WORD) return false;
    low %= WORD;
  }
  if (isNegative) {
    const isCanonical = first === start + 1 && bytes[first] !== ZERO &&
      (high < 2 ** 31 || (high === 2 ** 31 && low === 0));
    if (isCanonical) return false;
    const borrow = low === 0 ? 0 : 1;
    low = (WORD - low) % WORD;
    high = (2 * WORD - high - borrow) % WORD;
  }
  HALVES.high = high;
  HALVES.low = low;
  return true;
}

/** Digits that are written as one small integer. */
const CHUNK = 1e7, CHUNK_DIGITS = 7;

function writeNumber(bytes: Uint8Array, at: number, high: number, low: number): number {
  const n = high * WORD + low;
  if (n < CHUNK) return writeDigits(bytes, at, n, 0);
  if (n > Number.MAX_SAFE_INTEGER) {
    const digits = ((BigInt(high) << 32n) | BigInt(low)).toString();
    for (let i = 0; i < digits.length; i++) bytes[at++] = digits.charCodeAt(i);
    return at;
  }
  const upper = Math.floor(n / CHUNK);
  at = upper < CHUNK
    ? writeDigits(bytes, at, upper, 0)
    : writeDigits(bytes, writeDigits(bytes, at, Math.floor(upper / CHUNK), 0), upper % CHUNK, CHUNK_DIGITS);
  return writeDigits(bytes, at, n - upper * CHUNK, CHUNK_DIGITS);
}

/** Writes a number below 10^7 with at least so many digits. */
function writeDigits(bytes: Uint8Array, at: number, n: number, least: number): number {
  let size = 1;
  for (let limit = 10; n >= limit; limit *= 10) size++;
  if (size < least) size = least;
  for (let i = at + size - 1; i >= at; i--) {
    const tenth = (n / 10) | 0;
    bytes[i] = ZERO + n - tenth * 10;
    n = tenth;
  }
  return at + size;
}

function writeWord(bytes: Uint8Array, at: number, word: number): number {
  bytes[at] = word >>> 24;
  bytes[at + 1] = word >>> 16;
  bytes[at + 2] = word >>> 8;
  bytes[at + 3] = word;
  return at + 4;
}

function readWord(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
