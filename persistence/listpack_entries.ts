/**
 * Checks a listpack from outside while going over it: the sizes of elements before and after them, their number, the total.
 * (The drawing is in `store/listpack.ts`, which trusts what it works on.)
 */
import type { Element } from "../store/element.ts";
import {
  backlengthSize,
  firstElement,
  LISTPACK_END,
  LISTPACK_HEADER_BYTES,
  listpackBytes,
  readElement,
  UNKNOWN_COUNT,
} from "../store/listpack.ts";
import { readWord } from "../store/words.ts";
import { RdbFormatError } from "./errors.ts";
import type { PackedEntries } from "./packed_entries.ts";

export class ListpackEntries implements PackedEntries {
  /** How many have been passed. */
  count = 0;

  readonly #bytes: Uint8Array;
  readonly #countExpected: number;
  /** Where the final 0xff must be. */
  readonly #last: number;
  #p: number;

  /**
   * Of the listpack `bytes[start, end)`.
   *
   * @throws {RdbFormatError} Its header is wrong already.
   */
  constructor(bytes: Uint8Array, start: number, end: number) {
    if (end - start < LISTPACK_HEADER_BYTES + 1 || listpackBytes(bytes, start) !== end - start) {
      throw new RdbFormatError("a listpack of another size than it says");
    }
    if (bytes[end - 1] !== LISTPACK_END) throw new RdbFormatError("a listpack without an end");
    this.#bytes = bytes;
    this.#countExpected = bytes[start + 4]! | (bytes[start + 5]! << 8);
    this.#last = end - 1;
    this.#p = firstElement(start);
  }

  /** Where the next one begins. */
  get position(): number {
    return this.#p;
  }

  next(into: Element): boolean {
    const bytes = this.#bytes, p = this.#p;
    if (bytes[p] === LISTPACK_END) {
      if (p !== this.#last) throw new RdbFormatError("a listpack that ends too early");
      if (this.#countExpected !== UNKNOWN_COUNT && this.#countExpected !== this.count) {
        throw new RdbFormatError("a listpack with another number of elements than it says");
      }
      return false;
    }
    const size = this.#sizeOf(p);
    const backlength = backlengthSize(size);
    const next = p + size + backlength;
    if (next > this.#last || !isBacklength(bytes, p + size, backlength, size)) {
      throw new RdbFormatError("a listpack element of a wrong size");
    }
    readElement(bytes, p, into);
    this.#p = next;
    this.count++;
    return true;
  }

  /** Bytes of encoding and data of the element at `p`, which may reach too far. */
  #sizeOf(p: number): number {
    const bytes = this.#bytes, first = bytes[p]!;
    if (first < 0x80) return 1;
    if (first < 0xc0) return 1 + (first & 0x3f);
    if (first < 0xe0) return 2;
    const headerBytes = first < 0xf0 ? 2 : first === 0xf0 ? 5 : 1;
    if (p + headerBytes > this.#last) throw new RdbFormatError("a listpack element cut short");
    if (first < 0xf0) return 2 + (((first & 0x0f) << 8) | bytes[p + 1]!);
    switch (first) {
      case 0xf0:
        return 5 + (readWord(bytes, p + 1) >>> 0);
      case 0xf1:
        return 3;
      case 0xf2:
        return 4;
      case 0xf3:
        return 5;
      case 0xf4:
        return 9;
      default:
        throw new RdbFormatError("a listpack element of an unknown encoding");
    }
  }
}

/** Is `size` written in the `count` bytes at `p`, to be read backwards, all but the first marked? */
function isBacklength(bytes: Uint8Array, p: number, count: number, size: number): boolean {
  for (let i = count - 1; i >= 0; i--) {
    if (bytes[p + i] !== ((size & 0x7f) | (i === 0 ? 0 : 0x80))) return false;
    size = Math.floor(size / 128);
  }
  return true;
}
