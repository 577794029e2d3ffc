/**
 * Zipmaps: small hashes in files of Redis 2.4 and before.
 *
 * ```text
 *   | count, 1 | field length | field | value length | unused, 1 | value | unused bytes | ... | 0xff |
 * ```
 *
 * Lengths are one byte, or 0xfe and four. A count of 0xfe means that it is not known.
 */
import type { Element } from "../store/element.ts";
import { readWord } from "../store/words.ts";
import { RdbFormatError } from "./errors.ts";
import type { PackedEntries } from "./packed_entries.ts";

const END = 0xff;
const LONG_LENGTH = 0xfe, UNKNOWN_COUNT = 0xfe;

/** Fields and values in turn. */
export class ZipmapEntries implements PackedEntries {
  readonly #bytes: Uint8Array;
  readonly #start: number;
  /** Where the final 0xff must be. */
  readonly #last: number;
  #p: number;
  #isValue = false;
  #count = 0;

  /**
   * Of the zipmap `bytes[start, end)`.
   *
   * @throws {RdbFormatError} It cannot be one.
   */
  constructor(bytes: Uint8Array, start: number, end: number) {
    if (end - start < 2 || bytes[end - 1] !== END) throw new RdbFormatError("a zipmap without an end");
    this.#bytes = bytes;
    this.#start = start;
    this.#last = end - 1;
    this.#p = start + 1;
  }

  next(into: Element): boolean {
    const bytes = this.#bytes;
    if (!this.#isValue && bytes[this.#p] === END) {
      this.#checkEnd();
      return false;
    }
    const length = this.#length();
    const unused = this.#isValue ? this.#unused() : 0;
    const start = this.#p;
    if (start + length + unused > this.#last) throw new RdbFormatError("a zipmap entry cut short");
    into.point(bytes, start, start + length);
    this.#p = start + length + unused;
    if (this.#isValue) this.#count++;
    this.#isValue = !this.#isValue;
    return true;
  }

  #length(): number {
    const bytes = this.#bytes, p = this.#p;
    const first = bytes[p]!;
    if (first < LONG_LENGTH) {
      this.#p = p + 1;
      return first;
    }
    if (first === END || p + 5 > this.#last) throw new RdbFormatError("a zipmap entry cut short");
    const length = readWord(bytes, p + 1) >>> 0;
    if (length < LONG_LENGTH) throw new RdbFormatError("a zipmap length in more bytes than it needs");
    this.#p = p + 5;
    return length;
  }

  #unused(): number {
    if (this.#p >= this.#last) throw new RdbFormatError("a zipmap entry cut short");
    return this.#bytes[this.#p++]!;
  }

  #checkEnd(): void {
    if (this.#p !== this.#last) throw new RdbFormatError("a zipmap that ends too early");
    const expected = this.#bytes[this.#start]!;
    if (expected !== UNKNOWN_COUNT && expected !== this.#count) {
      throw new RdbFormatError("a zipmap with another number of fields than it says");
    }
  }
}
