/**
 * Reads the elements that RDB values are made of, {@linkcode RdbWriter}'s other half. Nothing is believed: every length is
 * compared with what is there before a byte is read or memory taken.
 */
import { readDouble } from "../store/doubles.ts";
import type { Element } from "../store/element.ts";
import { RdbFormatError } from "./errors.ts";
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

export class RdbReader {
  readonly bytes: Uint8Array;
  /** The next byte to be read. */
  pos: number;
  readonly #end: number;
  readonly #view: DataView;

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

  /** How many bytes are left. */
  get remaining(): number {
    return this.#end - this.pos;
  }

  byte(): number {
    return this.bytes[this.#take(1)]!;
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
    if (count * elementBytes > this.remaining) throw new RdbFormatError("truncated");
    return count;
  }

  #length(first: number): number {
    if (first < LENGTH_14_BITS) return first;
    if (first < LENGTH_32_BITS) return ((first & 0x3f) << 8) | this.byte();
    if (first === LENGTH_32_BITS) return this.#view.getUint32(this.#take(4));
    if (first !== LENGTH_64_BITS) throw new RdbFormatError("no length");
    return Number(this.#view.getBigUint64(this.#take(8)));
  }

  /** A length of 64 bits, exactly. */
  length64(): bigint {
    const first = this.byte();
    if (first >= STRING_FORM) throw new RdbFormatError("a string where a length should be");
    return first === LENGTH_64_BITS ? this.#view.getBigUint64(this.#take(8)) : BigInt(this.#length(first));
  }

  /** A time in milliseconds. */
  time(): number {
    return Number(this.#view.getBigInt64(this.#take(8), true));
  }

  /** Bytes as they are; where they begin. */
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
        return this.#integer(this.#view.getInt8(this.#take(1)), into);
      case FORM_INT16:
        return this.#integer(this.#view.getInt16(this.#take(2), true), into);
      case FORM_INT32:
        return this.#integer(this.#view.getInt32(this.#take(4), true), into);
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
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** A double in text, as files up to version 7 have it. */
  doubleText(): number {
    const size = this.byte();
    if (size === NAN) return NaN;
    if (size === POSITIVE_INFINITY) return Infinity;
    if (size === NEGATIVE_INFINITY) return -Infinity;
    const value = readDouble(this.bytes, this.#take(size), this.pos);
    if (Number.isNaN(value)) throw new RdbFormatError("a double that is no number");
    return value;
  }

  /** Passes `size` bytes; where they begin. */
  #take(size: number): number {
    if (size > this.remaining) throw new RdbFormatError("truncated");
    const start = this.pos;
    this.pos = start + size;
    return start;
  }
}

/** Memory for a text whose compressed form is there. */
function allocate(size: number): Uint8Array {
  try {
    return new Uint8Array(size);
  } catch (error) {
    if (error instanceof RangeError) throw new RdbFormatError("a string too long for memory");
    throw error;
  }
}
