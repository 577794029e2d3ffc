/**
 * The arguments of the command being run: offsets into the bytes of a batch. Argument 0 is the name.
 *
 * There is one object, moved from command to command. Readers either name an argument by its index, or walk over
 * the rest with a cursor:
 *
 * ```ts ignore
 * args.from(3);
 * while (args.more()) {
 *   if (args.option("EX")) seconds = args.nextInt();
 *   else if (args.option("NX")) isNew = true;
 *   else throw SYNTAX_ERROR;
 * }
 * ```
 */
import { ARGC_MASK, type CommandBatch, TYPED, TypedArgument } from "../resp/command_batch.ts";
import { NOT_AN_INTEGER, SYNTAX_ERROR } from "./errors.ts";
import { parseDouble } from "./numbers.ts";
import { isInt64 } from "../store/integers.ts";

const TEXT = new TextDecoder();
const NO_BYTES = new Uint8Array(0), NO_WORDS = new Int32Array(1);

export class Args {
  bytes: Uint8Array = NO_BYTES;
  words: Int32Array = NO_WORDS;
  /** Index in words of the command's first word. */
  base = 0;
  /** Number of arguments, the name included. */
  count = 0;
  /** Is one of them a typed RESP value? */
  isTyped = false;
  /** Has argument 1, the key of most commands, been hashed in advance? Then this is the result. */
  isHashed = false;
  keyHash = 0;
  /** Index of the argument the cursor is before. */
  at = 0;

  /** Moves to the command whose first word is `words[base]`. */
  reset(batch: CommandBatch, base: number): void {
    this.bytes = batch.bytes;
    this.words = batch.words;
    this.base = base;
    const argc = batch.words[base]!;
    this.count = argc & ARGC_MASK;
    this.isTyped = (argc & TYPED) !== 0;
  }

  /** Lets go of the batch, whose bytes may be many. */
  release(): void {
    this.bytes = NO_BYTES;
    this.words = NO_WORDS;
  }

  /** Index in words of the command after this one. */
  get next(): number {
    return this.base + 1 + 2 * this.count;
  }

  start(i: number): number {
    return this.words[this.base + 1 + 2 * i]!;
  }

  end(i: number): number {
    const end = this.words[this.base + 2 + 2 * i]!;
    return end < 0 ? -end : end;
  }

  length(i: number): number {
    return this.end(i) - this.start(i);
  }

  /** Bytes of all arguments, the name's among them. */
  get totalBytes(): number {
    let bytes = 0;
    for (let i = 0; i < this.count; i++) bytes += this.length(i);
    return bytes;
  }

  /** Is argument `i` a typed RESP value? Its bytes are then the whole value, type byte and all. */
  isTypedAt(i: number): boolean {
    return this.words[this.base + 2 + 2 * i]! < 0;
  }

  /** Is argument `i` this word, in any case? `word` is in capitals. */
  is(i: number, word: string): boolean {
    const start = this.start(i);
    if (this.end(i) - start !== word.length) return false;
    for (let k = 0; k < word.length; k++) {
      const byte = this.bytes[start + k]!;
      if ((byte >= 0x61 && byte <= 0x7a ? byte & 0xdf : byte) !== word.charCodeAt(k)) return false;
    }
    return true;
  }

  /** Are the bytes of two arguments the same? */
  same(i: number, j: number): boolean {
    const length = this.length(i);
    if (length !== this.length(j)) return false;
    const a = this.start(i), b = this.start(j);
    for (let k = 0; k < length; k++) if (this.bytes[a + k] !== this.bytes[b + k]) return false;
    return true;
  }

  /**
   * A 64-bit integer, in canonical decimal form. Beyond 2^53 it is rounded: right for indexes, counts and times, not for
   * arithmetic, see {@linkcode bigint}.
   */
  int(i: number, error: Error = NOT_AN_INTEGER): number {
    const { bytes } = this;
    const start = this.start(i), end = this.end(i);
    const isNegative = bytes[start] === 0x2d;
    let k = isNegative ? start + 1 : start;
    if (end - k > 15 || end <= k || (bytes[k] === 0x30 && end - start > 1)) return this.#longInt(i, error);
    let n = 0;
    for (; k < end; k++) {
      const digit = bytes[k]! - 0x30;
      if (digit < 0 || digit > 9) throw error;
      n = n * 10 + digit;
    }
    return isNegative ? -n : n;
  }

  #longInt(i: number, error: Error): number {
    return Number(this.bigint(i, error));
  }

  /** A 64-bit integer, exactly. */
  bigint(i: number, error: Error = NOT_AN_INTEGER): bigint {
    const start = this.start(i), end = this.end(i);
    if (!isInt64(this.bytes, start, end)) throw error;
    return BigInt(this.text(i));
  }

  /** A double, `inf` and `-inf` among them; not NaN. */
  double(i: number, error?: Error): number {
    return parseDouble(this.bytes, this.start(i), this.end(i), error);
  }

  /** The text of an argument, read as UTF-8: for names and messages, not for data. */
  text(i: number): string {
    return TEXT.decode(this.bytes.subarray(this.start(i), this.end(i)));
  }

  /**
   * An argument for an error text, one character a byte: the peer gets the bytes back that it sent. As C prints a string,
   * up to a zero byte and so many bytes.
   */
  quoted(i: number, maxBytes = Infinity): string {
    const end = Math.min(this.end(i), this.start(i) + maxBytes);
    let text = "";
    for (let k = this.start(i); k < end && this.bytes[k] !== 0; k++) text += String.fromCharCode(this.bytes[k]!);
    return text;
  }

  /** The bytes of an argument, copied. */
  copy(i: number): Uint8Array {
    return this.bytes.slice(this.start(i), this.end(i));
  }

  /** Argument `i` to keep: its bytes copied, marked when they are a typed value. */
  own(i: number): Uint8Array | TypedArgument {
    return this.isTypedAt(i) ? new TypedArgument(this.copy(i)) : this.copy(i);
  }

  // ---- Cursor ----

  /** Sets the cursor before argument `i`. */
  from(i: number): this {
    this.at = i;
    return this;
  }

  /** Is there an argument after the cursor? */
  more(): boolean {
    return this.at < this.count;
  }

  /** Passes the next argument when it is this word. `word` is in capitals. */
  option(word: string): boolean {
    if (this.at >= this.count || !this.is(this.at, word)) return false;
    this.at++;
    return true;
  }

  /** Passes the next argument and returns its index; a syntax error when there is none. */
  nextIndex(): number {
    if (this.at >= this.count) throw SYNTAX_ERROR;
    return this.at++;
  }

  /** The next argument as an integer. */
  nextInt(error: Error = NOT_AN_INTEGER): number {
    return this.int(this.nextIndex(), error);
  }

  /** Leftovers are a syntax error. */
  done(): void {
    if (this.at < this.count) throw SYNTAX_ERROR;
  }
}
