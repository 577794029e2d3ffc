/**
 * Writes the elements that RDB values are made of: lengths, strings, doubles. They are collected in a buffer that grows, or,
 * where there is a sink, in one of a fixed size that goes there whenever it is full, and long strings past it.
 *
 * A length is 1 to 9 bytes, the highest first. A string is a length and its bytes, or shorter: digits that are a 32-bit
 * integer become that (2 to 5 bytes), and what LZF makes smaller is compressed.
 */
import { NOT_INT32, parseInt32 } from "../store/integers.ts";
import { lzfCompress } from "./lzf.ts";
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

/** -2147483648 has as many characters. */
const INT32_MAX_BYTES = 11;
/** Shorter strings are not worth a try, and one has to become shorter by more than this for LZF's two lengths. */
const LZF_MIN_BYTES = 21, LZF_MIN_GAIN = 4;
/** The longest length, its first byte included. */
const LENGTH_MAX_BYTES = 9;
const SMALLEST_BUFFER_BYTES = 64;
/** What goes to a sink at a time, about. */
const CHUNK_BYTES = 64 * 1024;

/** Takes bytes that are good only during the call. */
export type ByteSink = (bytes: Uint8Array) => void;

export class RdbWriter {
  /** What is written, or not yet with the sink: `bytes[0, size)`. Replaced when it grows. */
  bytes: Uint8Array<ArrayBuffer>;
  size = 0;

  readonly #compresses: boolean;
  readonly #sink: ByteSink | null;
  #view: DataView;

  /**
   * @param compresses Are strings compressed? (`rdbcompression`)
   * @param sink Where it is written to; without one all of it stays in {@linkcode bytes}.
   */
  constructor(compresses: boolean, sink: ByteSink | null = null) {
    this.#compresses = compresses;
    this.#sink = sink;
    this.bytes = new Uint8Array(sink === null ? SMALLEST_BUFFER_BYTES : CHUNK_BYTES);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** Gives what has been collected to the sink. */
  flush(): void {
    if (this.#sink === null || this.size === 0) return;
    const { size } = this;
    this.size = 0;
    this.#sink(this.bytes.subarray(0, size));
  }

  byte(value: number): void {
    this.#reserve(1);
    this.bytes[this.size++] = value;
  }

  /** A length or count, up to 2^53. */
  length(value: number): void {
    this.#reserve(LENGTH_MAX_BYTES);
    const { bytes } = this;
    if (value < 1 << 6) bytes[this.size++] = value;
    else if (value < 1 << 14) {
      bytes[this.size++] = LENGTH_14_BITS | (value >>> 8);
      bytes[this.size++] = value & 0xff;
    } else if (value < 2 ** 32) {
      bytes[this.size] = LENGTH_32_BITS;
      this.#view.setUint32(this.size + 1, value);
      this.size += 5;
    } else {
      bytes[this.size] = LENGTH_64_BITS;
      this.#view.setBigUint64(this.size + 1, BigInt(value));
      this.size += 9;
    }
  }

  /** A length of 64 bits, unsigned. */
  length64(value: bigint): void {
    if (value <= Number.MAX_SAFE_INTEGER) return this.length(Number(value));
    this.#reserve(LENGTH_MAX_BYTES);
    this.bytes[this.size] = LENGTH_64_BITS;
    this.#view.setBigUint64(this.size + 1, value);
    this.size += 9;
  }

  /** A time in milliseconds. */
  time(ms: number): void {
    this.#reserve(8);
    this.#view.setBigInt64(this.size, BigInt(ms), true);
    this.size += 8;
  }

  /** The string `bytes[start, end)`. */
  string(bytes: Uint8Array, start: number, end: number): void {
    const size = end - start;
    if (size <= INT32_MAX_BYTES) {
      const n = parseInt32(bytes, start, end);
      if (n !== NOT_INT32) return this.integer(n);
    } else if (size >= LZF_MIN_BYTES && this.#compresses && this.#compressed(bytes, start, end)) return;
    this.length(size);
    this.raw(bytes, start, end);
  }

  /** The string of a 32-bit integer's digits. */
  integer(n: number): void {
    this.#reserve(5);
    const at = this.size;
    if (n === n << 24 >> 24) {
      this.bytes[at] = STRING_FORM | FORM_INT8;
      this.#view.setInt8(at + 1, n);
      this.size += 2;
    } else if (n === n << 16 >> 16) {
      this.bytes[at] = STRING_FORM | FORM_INT16;
      this.#view.setInt16(at + 1, n, true);
      this.size += 3;
    } else {
      this.bytes[at] = STRING_FORM | FORM_INT32;
      this.#view.setInt32(at + 1, n, true);
      this.size += 5;
    }
  }

  #compressed(bytes: Uint8Array, start: number, end: number): boolean {
    const size = end - start;
    const most = size - LZF_MIN_GAIN;
    // The length of what is compressed stands before it and takes more or fewer bytes: it is compressed behind, then moved.
    this.#reserve(1 + 2 * LENGTH_MAX_BYTES + most);
    const from = this.size + 1 + 2 * LENGTH_MAX_BYTES;
    const to = lzfCompress(bytes, start, end, this.bytes, from, from + most);
    if (to < 0) return false;
    this.byte(STRING_FORM | FORM_LZF);
    this.length(to - from);
    this.length(size);
    this.bytes.copyWithin(this.size, from, to);
    this.size += to - from;
    return true;
  }

  /** A double as its eight bytes. */
  double(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.size, value, true);
    this.size += 8;
  }

  /** Bytes as they are, without a length. */
  raw(bytes: Uint8Array, start: number, end: number): void {
    if (this.#sink !== null && end - start > CHUNK_BYTES) {
      this.flush();
      return this.#sink(bytes.subarray(start, end));
    }
    this.#reserve(end - start);
    this.bytes.set(bytes.subarray(start, end), this.size);
    this.size += end - start;
  }

  /** Makes sure that `count` more bytes fit. */
  #reserve(count: number): void {
    if (this.size + count <= this.bytes.length) return;
    this.flush();
    const needed = this.size + count;
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.size));
    this.bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
