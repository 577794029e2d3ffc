/**
 * Ziplists, what Redis had before listpacks: small lists, hashes and sorted sets in files up to RDB version 9.
 *
 * ```text
 *   | total bytes, 4 | offset of the last entry, 4 | count, 2 | entry ... | 0xff |
 *
 *   entry:  | size of the entry before: 1 byte, or 0xfe and 4 | encoding | data |
 *
 *   00llllll  bytes             a string of up to 63 bytes
 *   01llllll llllllll  bytes    a string of up to 16383 bytes
 *   10...... l l l l   bytes    a longer string, its length highest byte first
 *   11000000  11010000  11100000  11110000  11111110      an integer of 16, 32, 64, 24, 8 bits follows
 *   1111nnnn                    0 to 12 as 1 to 13
 * ```
 */
import type { Element } from "../store/element.ts";
import { RdbFormatError } from "./errors.ts";
import type { PackedEntries } from "./packed_entries.ts";

const HEADER_BYTES = 10;
const END = 0xff;
/** Before a size that takes four bytes. */
const LONG_SIZE = 0xfe;
const UNKNOWN_COUNT = 0xffff;

export class ZiplistEntries implements PackedEntries {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #start: number;
  /** Where the final 0xff must be. */
  readonly #last: number;
  #p: number;
  /** Where the entry before begins; -1: there is none. */
  #previous = -1;
  #count = 0;

  /**
   * Of the ziplist `bytes[start, end)`.
   *
   * @throws {RdbFormatError} Its header is wrong already.
   */
  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#start = start;
    this.#last = end - 1;
    this.#p = start + HEADER_BYTES;
    if (end - start < HEADER_BYTES + 1 || this.#view.getUint32(start, true) !== end - start) {
      throw new RdbFormatError("a ziplist of another size than it says");
    }
    if (bytes[this.#last] !== END) throw new RdbFormatError("a ziplist without an end");
    if (start + this.#lastOffset > this.#last) throw new RdbFormatError("a ziplist whose last entry is outside");
  }

  get #lastOffset(): number {
    return this.#view.getUint32(this.#start + 4, true);
  }

  next(into: Element): boolean {
    const bytes = this.#bytes;
    let p = this.#p;
    if (bytes[p] === END) {
      this.#checkEnd();
      return false;
    }
    const entry = p;
    const sizeBytes = bytes[p]! < LONG_SIZE ? 1 : 5;
    this.#need(p + sizeBytes);
    const sizeBefore = sizeBytes === 1 ? bytes[p]! : this.#view.getUint32(p + 1, true);
    if (sizeBefore !== (this.#previous < 0 ? 0 : entry - this.#previous)) {
      throw new RdbFormatError("a ziplist entry that is mistaken about the one before");
    }
    p = this.#read(p + sizeBytes, into);
    this.#previous = entry;
    this.#p = p;
    this.#count++;
    return true;
  }

  /** Reads the entry whose encoding is at `p`; where it ends. */
  #read(p: number, into: Element): number {
    const first = this.#bytes[p]!;
    switch (first >> 6) {
      case 0:
        return this.#string(p + 1, first & 0x3f, into);
      case 1:
        this.#need(p + 2);
        return this.#string(p + 2, ((first & 0x3f) << 8) | this.#bytes[p + 1]!, into);
      case 2:
        this.#need(p + 5);
        return this.#string(p + 5, this.#view.getUint32(p + 1), into);
    }
    return this.#integer(p + 1, first, into);
  }

  #string(start: number, length: number, into: Element): number {
    this.#need(start + length);
    into.point(this.#bytes, start, start + length);
    return start + length;
  }

  #integer(p: number, encoding: number, into: Element): number {
    const view = this.#view;
    switch (encoding) {
      case 0xfe:
        this.#need(p + 1);
        into.spell(view.getInt8(p));
        return p + 1;
      case 0xc0:
        this.#need(p + 2);
        into.spell(view.getInt16(p, true));
        return p + 2;
      case 0xf0:
        this.#need(p + 3);
        into.spell(view.getUint16(p, true) + view.getInt8(p + 2) * 0x1_0000);
        return p + 3;
      case 0xd0:
        this.#need(p + 4);
        into.spell(view.getInt32(p, true));
        return p + 4;
      case 0xe0:
        this.#need(p + 8);
        into.spellBig(view.getBigInt64(p, true));
        return p + 8;
    }
    if (encoding < 0xf1 || encoding > 0xfd) throw new RdbFormatError("a ziplist entry of an unknown encoding");
    into.spell((encoding & 0x0f) - 1);
    return p;
  }

  /** What is read must end before the final 0xff, or there. */
  #need(end: number): void {
    if (end > this.#last) throw new RdbFormatError("a ziplist entry cut short");
  }

  #checkEnd(): void {
    if (this.#p !== this.#last) throw new RdbFormatError("a ziplist that ends too early");
    if (this.#previous >= 0 && this.#previous !== this.#start + this.#lastOffset) {
      throw new RdbFormatError("a ziplist whose last entry is elsewhere");
    }
    const expected = this.#view.getUint16(this.#start + 8, true);
    if (expected !== UNKNOWN_COUNT && expected !== this.#count) {
      throw new RdbFormatError("a ziplist with another number of entries than it says");
    }
  }
}
