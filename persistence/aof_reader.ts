/**
 * Reads the requests of an append-only file one after the other, by parts: a file may be larger than memory.
 *
 * Numbers are read as leniently as Redis reads them, digits up to whatever follows; lines end at LF.
 */
import { CommandBatch, TYPED } from "../resp/command_batch.ts";
import { ProtocolError } from "../resp/errors.ts";
import { TypedValueScanner } from "../resp/typed_value.ts";
import type { DataFile } from "../engine/data_files.ts";

/**
 * What has been found: a request; the end, after a request; the end in the middle of one; something that is no request.
 */
export type AofFinding = "request" | "end" | "cut" | "bad";

const STAR = 0x2a, DOLLAR = 0x24, HASH = 0x23, LF = 0x0a, ZERO = 0x30, MINUS = 0x2d;
const FIRST_BYTES = 256 * 1024;
/** Lines that are longer are none (Redis' AOF_ANNOTATION_LINE_MAX_LEN). */
const MAX_LINE_BYTES = 1024;
const MAX_NUMBER = 2 ** 31 - 1;
/** What typed values begin with. */
const TYPES: ReadonlySet<number> = new Set(Array.from("*~%_#,(=!:+-", (type) => type.charCodeAt(0)));
// Instead of where something ends, or of its size: it is not all there; it is not what it should be.
const MORE = -1, BAD = -2;

export class AofReader {
  /** The request that was found, until the next one is looked for. */
  readonly batch: CommandBatch = new CommandBatch();

  readonly #file: DataFile;
  /** What has been read of the file and not passed yet: `[#at, #filled)`. */
  #bytes: Uint8Array = new Uint8Array(FIRST_BYTES);
  #at = 0;
  #filled = 0;
  /** Offset in the file of the first byte of `#bytes`. */
  #base: number;

  /** @param from Where the file has been read up to. */
  constructor(file: DataFile, from: number) {
    this.#file = file;
    this.#base = from;
  }

  /** Where in the file the next request begins. */
  get offset(): number {
    return this.#base + this.#at;
  }

  /** Goes on to the next request. */
  next(): AofFinding {
    for (;;) {
      if (this.#at === this.#filled && !this.#fill()) return "end";
      const isAnnotation = this.#bytes[this.#at] === HASH;
      const end = isAnnotation ? this.#lineEnd(this.#at) : this.#request();
      if (end === BAD) return "bad";
      if (end === MORE) {
        if (!this.#fill()) return "cut";
        continue;
      }
      this.#at = end;
      if (!isAnnotation) return "request";
    }
  }

  /** Reads more; false when there is nothing more. */
  #fill(): boolean {
    const rest = this.#filled - this.#at;
    if (this.#at > 0) {
      this.#bytes.copyWithin(0, this.#at, this.#filled);
      this.#base += this.#at;
      this.#at = 0;
    } else if (rest === this.#bytes.length) {
      const larger = new Uint8Array(rest * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    const read = this.#file.read(this.#bytes.subarray(rest));
    this.#filled = rest + read;
    return read > 0;
  }

  /** Reads a request into the batch; returns where it ends, or that there is more to come, or that it is none. */
  #request(): number {
    const { batch } = this, bytes = this.#bytes;
    if (bytes[this.#at] !== STAR) return BAD;
    let at = this.#lineEnd(this.#at);
    if (at < 0) return at;
    const count = this.#number(this.#at + 1);
    if (count < 1 || count > MAX_NUMBER) return BAD;
    batch.bytes = bytes;
    batch.count = 1;
    batch.size = 1;
    batch.words[0] = count;
    for (let i = 0; i < count; i++) {
      if (at >= this.#filled) return MORE;
      batch.reserve(batch.size, 2);
      const isTyped = bytes[at] !== DOLLAR;
      if (isTyped && (i < 2 || !TYPES.has(bytes[at]!))) return BAD;
      const start = isTyped ? at : this.#lineEnd(at);
      if (start < 0) return start;
      const size = isTyped ? this.#typedSize(at) : this.#number(at + 1);
      if (size === MORE) return MORE;
      if (size < 0 || size > MAX_NUMBER) return BAD;
      const end = start + size;
      at = isTyped ? end : end + 2; // the CRLF after a body is counted, not checked, as in Redis
      if (at > this.#filled) return MORE;
      if (isTyped) batch.words[0] = count | TYPED;
      batch.words[batch.size++] = start;
      batch.words[batch.size++] = isTyped ? -end : end;
    }
    return at;
  }

  /** Where the line that begins here ends, its LF included. */
  #lineEnd(at: number): number {
    const end = this.#bytes.subarray(0, Math.min(this.#filled, at + MAX_LINE_BYTES)).indexOf(LF, at);
    if (end >= 0) return end + 1;
    return this.#filled - at < MAX_LINE_BYTES ? MORE : BAD;
  }

  /** The number that the digits from here on make. */
  #number(at: number): number {
    const bytes = this.#bytes;
    let n = 0;
    for (let i = at; n <= MAX_NUMBER; i++) {
      const digit = bytes[i]! - ZERO;
      if (digit < 0 || digit > 9) return i === at && bytes[i] === MINUS ? BAD : n;
      n = n * 10 + digit;
    }
    return n;
  }

  /** How many bytes the typed value takes that begins here. */
  #typedSize(at: number): number {
    try {
      const end = new TypedValueScanner(MAX_NUMBER).scan(this.#bytes, at, this.#filled);
      return end < 0 ? MORE : end - at;
    } catch (error) {
      if (error instanceof ProtocolError) return BAD;
      throw error;
    }
  }
}
