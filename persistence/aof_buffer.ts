/**
 * Requests as an append-only file has them, in a buffer that grows: `*<arguments>`, then each of them as `$<length>` and its
 * bytes. A typed value stands as it came.
 */
import { TypedArgument } from "../resp/command_batch.ts";
import type { PropagatedArgument } from "../engine/hooks.ts";
import type { Element } from "../store/element.ts";

const STAR = 0x2a, DOLLAR = 0x24, CR = 0x0d, LF = 0x0a, ZERO = 0x30;
const SMALLEST_BYTES = 256;
/** A larger buffer is given up once it is empty. */
const KEPT_BYTES = 64 * 1024;
/** Type, sixteen digits and CRLF. */
const HEADER_BYTES = 20;
const ASCII = new TextEncoder();
const SELECT = ASCII.encode("SELECT");

export class AofBuffer {
  /** What is written: `bytes[0, length)`. Replaced when it grows. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(SMALLEST_BYTES);
  length = 0;

  /** A whole request. */
  request(args: readonly PropagatedArgument[]): void {
    this.begin(args.length);
    for (const arg of args) {
      if (arg instanceof TypedArgument) this.typed(arg.bytes, 0, arg.bytes.length);
      else this.bulk(arg, 0, arg.length);
    }
  }

  /** Begins a request of so many arguments, which follow. */
  begin(count: number): void {
    this.#header(STAR, count);
  }

  /** An argument `bytes[start, end)`. */
  bulk(bytes: Uint8Array, start: number, end: number): void {
    this.#header(DOLLAR, end - start);
    this.#raw(bytes, start, end, 2);
    this.bytes[this.length++] = CR;
    this.bytes[this.length++] = LF;
  }

  element({ bytes, start, end }: Element): void {
    this.bulk(bytes, start, end);
  }

  /** A typed value. */
  typed(bytes: Uint8Array, start: number, end: number): void {
    this.#raw(bytes, start, end, 0);
  }

  text(text: string): void {
    const bytes = ASCII.encode(text);
    this.bulk(bytes, 0, bytes.length);
  }

  select(db: number): void {
    this.begin(2);
    this.bulk(SELECT, 0, SELECT.length);
    this.text(String(db));
  }

  /** A line that says when what follows was written; whoever loads the file passes over it. */
  timestamp(seconds: number): void {
    const line = ASCII.encode(`#TS:${seconds}\r\n`);
    this.#raw(line, 0, line.length, 0);
  }

  clear(): void {
    this.length = 0;
    if (this.bytes.length > KEPT_BYTES) this.bytes = new Uint8Array(SMALLEST_BYTES);
  }

  /** Forgets the first bytes, which are in the file. */
  drop(count: number): void {
    this.bytes.copyWithin(0, count, this.length);
    this.length -= count;
  }

  #header(type: number, count: number): void {
    this.#reserve(HEADER_BYTES);
    const { bytes } = this;
    bytes[this.length++] = type;
    let digits = 1;
    for (let rest = count; rest >= 10; rest = Math.floor(rest / 10)) digits++;
    const end = this.length + digits;
    for (let at = end, rest = count; at > this.length; rest = Math.floor(rest / 10)) bytes[--at] = ZERO + rest % 10;
    this.length = end;
    bytes[this.length++] = CR;
    bytes[this.length++] = LF;
  }

  /** Copies bytes, with room for `more` behind them. */
  #raw(bytes: Uint8Array, start: number, end: number, more: number): void {
    this.#reserve(end - start + more);
    this.bytes.set(bytes.subarray(start, end), this.length);
    this.length += end - start;
  }

  #reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}
