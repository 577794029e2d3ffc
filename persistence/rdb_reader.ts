/**
 * Reads the elements that RDB values are made of, {@linkcode RdbWriter}'s other half: of bytes in memory, or of a source, a
 * window at a time. Nothing is believed: every length is compared with what is there before a byte is read or memory taken.
 *
 * ```text
 *   file     ........|.................................|..................
 *                    | passed     ▲ pos    not yet read|  still in the source
 *                    └──────────── window ─────────────┘
 * ```
 *
 * A window is never written to again once it has been read from: the next one is another buffer, which begins with what was
 * left of the last. So what was handed out stays good. A string longer than a window gets one that it fits in.
 */
import { readDouble } from "../store/doubles.ts";
import type { Element } from "../store/element.ts";
import type { Crc64 } from "./crc64.ts";
import { RdbFormatError, RdbTruncatedError } from "./errors.ts";
import { lzfDecompress, lzfLength } from "./lzf.ts";
import {
  FORM_INT16,
  FORM_INT32,
  FORM_INT8,
  FORM_LZF,
  LENGTH_14_BITS,
  LENGTH_32_BITS,
  LENGTH_64_BITS,
  STRING_FORM,
} from "./rdb_types.ts";

/** A text of this length is the longest that the store takes. */
const LONGEST_TEXT_BYTES = 2 ** 31 - 2 ** 21;

// What stands in place of the length of a double in text.
const NAN = 253, POSITIVE_INFINITY = 254, NEGATIVE_INFINITY = 255;

const SCRATCH_BYTES = 32;
/** What is read from a source at a time, unless more is needed. */
export const WINDOW_BYTES = 256 * 1024;

/** Bytes that come one after the other; an open file is one. */
export interface ByteSource {
  /** How many bytes there are in all. */
  size(): number;
  /** Reads on into all of `into` if there is that much; returns how many bytes came. */
  read(into: Uint8Array): number;
}

export class RdbReader {
  /** The bytes being read; of a source, the window. */
  bytes: Uint8Array;
  /** The next byte to be read. */
  pos: number;
  #end: number;
  #view: DataView;

  #source: ByteSource | null = null;
  #windowBytes = 0;
  /** Bytes that are still in the source. */
  #left = 0;
  /** Bytes of the source before the window. */
  #passed = 0;
  /** The checksum of what has been read, up to a place in the window. */
  #checksum: Crc64 | null = null;
  #checkedTo = 0;

  /** Holds a text that is not in `bytes` as it stands; the other one holds the text read before. */
  #scratch: Uint8Array = new Uint8Array(SCRATCH_BYTES);
  #otherScratch: Uint8Array = new Uint8Array(SCRATCH_BYTES);

  /** Reads `bytes[start, end)`. */
  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.pos = start;
    this.#end = end;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /**
   * Reads a source.
   *
   * @param checksum Takes all that is read, unless it is null; see {@linkcode check}.
   * @param windowBytes What is read at a time, unless more is needed.
   */
  static of(source: ByteSource, checksum: Crc64 | null, windowBytes: number): RdbReader {
    const reader = new RdbReader(new Uint8Array(0), 0, 0);
    reader.#source = source;
    reader.#left = source.size();
    reader.#checksum = checksum;
    reader.#windowBytes = windowBytes;
    return reader;
  }

  /** How many bytes are left. */
  get remaining(): number {
    return this.#end - this.pos + this.#left;
  }

  /** How many bytes have been read. */
  get position(): number {
    return this.#passed + this.pos;
  }

  /** Brings the checksum up to here. */
  check(): void {
    this.#checksum?.update(this.bytes, this.#checkedTo, this.pos);
    this.#checkedTo = this.pos;
  }

  byte(): number {
    const at = this.#take(1);
    return this.bytes[at]!;
  }

  /** A length or count. */
  length(): number {
    const first = this.byte();
    if (first >= STRING_FORM) throw new RdbFormatError("a string where a length should be");
    return this.#length(first);
  }

  /** A count of elements that take at least `elementBytes` each: one that cannot be true is not worth beginning with. */
  count(elementBytes: number): number {
    const count = this.length();
    if (count * elementBytes > this.remaining) throw new RdbTruncatedError();
    return count;
  }

  #length(first: number): number {
    if (first < LENGTH_14_BITS) return first;
    if (first < LENGTH_32_BITS) return ((first & 0x3f) << 8) | this.byte();
    if (first === LENGTH_32_BITS) return this.#uint32();
    if (first !== LENGTH_64_BITS) throw new RdbFormatError("no length");
    return Number(this.#uint64());
  }

  /** A length of 64 bits, exactly. */
  length64(): bigint {
    const first = this.byte();
    if (first >= STRING_FORM) throw new RdbFormatError("a string where a length should be");
    return first === LENGTH_64_BITS ? this.#uint64() : BigInt(this.#length(first));
  }

  // Taking bytes may bring another window, so the place comes first and the view after it.

  #uint32(): number {
    const at = this.#take(4);
    return this.#view.getUint32(at);
  }

  #uint64(): bigint {
    const at = this.#take(8);
    return this.#view.getBigUint64(at);
  }

  /** A time in milliseconds. */
  time(): number {
    const at = this.#take(8);
    return Number(this.#view.getBigInt64(at, true));
  }

  /** A time in seconds, as files of the first versions have it. */
  seconds(): number {
    const at = this.#take(4);
    return this.#view.getInt32(at, true);
  }

  /** Bytes as they are; where they begin in {@linkcode bytes}, which may be another buffer than before. */
  raw(size: number): number {
    return this.#take(size);
  }

  /** A string; it stays good until the one after the next is read. */
  string(into: Element): void {
    const first = this.byte();
    if (first < STRING_FORM) {
      const start = this.#take(this.#length(first));
      return into.point(this.bytes, start, this.pos);
    }
    switch (first & ~STRING_FORM) {
      case FORM_INT8:
        return this.#integer((this.byte() << 24) >> 24, into);
      case FORM_INT16: {
        const at = this.#take(2);
        return this.#integer(this.#view.getInt16(at, true), into);
      }
      case FORM_INT32: {
        const at = this.#take(4);
        return this.#integer(this.#view.getInt32(at, true), into);
      }
      case FORM_LZF:
        return this.#compressed(into);
      default:
        throw new RdbFormatError("a string of an unknown form");
    }
  }

  #integer(n: number, into: Element): void {
    const digits = String(n);
    const scratch = this.#nextScratch(digits.length);
    for (let i = 0; i < digits.length; i++) scratch[i] = digits.charCodeAt(i);
    into.point(scratch, 0, digits.length);
  }

  #compressed(into: Element): void {
    const size = this.length();
    const length = this.length();
    const start = this.#take(size);
    if (length > LONGEST_TEXT_BYTES) throw new RdbFormatError("a string too long");
    if (lzfLength(this.bytes, start, this.pos) !== length) throw new RdbFormatError("badly compressed");
    const scratch = this.#nextScratch(length);
    lzfDecompress(this.bytes, start, this.pos, scratch, 0);
    into.point(scratch, 0, length);
  }

  #nextScratch(size: number): Uint8Array {
    const scratch = this.#otherScratch;
    this.#otherScratch = this.#scratch;
    return this.#scratch = scratch.length >= size ? scratch : allocate(size);
  }

  /** A double as its eight bytes. */
  double(): number {
    const at = this.#take(8);
    return this.#view.getFloat64(at, true);
  }

  /** A double in text, as files up to version 7 have it. */
  doubleText(): number {
    const size = this.byte();
    if (size === NAN) return NaN;
    if (size === POSITIVE_INFINITY) return Infinity;
    if (size === NEGATIVE_INFINITY) return -Infinity;
    const at = this.#take(size);
    const value = readDouble(this.bytes, at, this.pos);
    if (Number.isNaN(value)) throw new RdbFormatError("a double that is no number");
    return value;
  }

  /** Passes `size` bytes; where they begin. */
  #take(size: number): number {
    if (size > this.#end - this.pos) this.#advance(size);
    const start = this.pos;
    this.pos = start + size;
    return start;
  }

  /** Moves the window on, so that `size` bytes are in it. */
  #advance(size: number): void {
    if (size > this.remaining) throw new RdbTruncatedError();
    this.check();
    const kept = this.#end - this.pos;
    const window = allocate(Math.max(size, Math.min(this.#windowBytes, this.remaining)));
    window.set(this.bytes.subarray(this.pos, this.#end));
    const read = this.#source!.read(window.subarray(kept));
    this.#left = read < window.length - kept ? 0 : this.#left - read; // a file may have become shorter
    this.#passed += this.pos;
    this.bytes = window;
    this.#view = new DataView(window.buffer);
    this.pos = this.#checkedTo = 0;
    this.#end = kept + read;
    if (size > this.#end) throw new RdbTruncatedError();
  }
}

/** Memory for a text that is there, or its compressed form is. */
function allocate(size: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(size);
  } catch (error) {
    if (error instanceof RangeError) throw new RdbFormatError("a string too long for memory");
    throw error;
  }
}
