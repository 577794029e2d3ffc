/**
 * An element of a collection, as bytes: where they stand in the arena, or, for one that is held as a number, spelled out
 * in scratch space. So whoever reads a collection sees bytes, however it is encoded.
 */

const MINUS = 0x2d, ZERO = 0x30;
/** Digits of the longest 64-bit integer, with its sign. */
const MAX_DIGITS = 20;

/** A place for one element: `bytes[start, end)`, good until the collection or the element read into changes. */
export class Element {
  bytes: Uint8Array;
  start = 0;
  end = 0;
  readonly #digits: Uint8Array = new Uint8Array(MAX_DIGITS);

  constructor() {
    this.bytes = this.#digits;
  }

  get length(): number {
    return this.end - this.start;
  }

  /** Points at bytes that stand somewhere. */
  point(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  /** Spells an integer out; exact up to 2^53. */
  spell(n: number): void {
    const digits = this.#digits;
    let at = MAX_DIGITS;
    let rest = n < 0 ? -n : n;
    do {
      const tenth = rest < 0x8000_0000 ? (rest / 10) | 0 : Math.floor(rest / 10);
      digits[--at] = ZERO + (rest - tenth * 10); // in this order: exact up to 2^53
      rest = tenth;
    } while (rest > 0);
    if (n < 0) digits[--at] = MINUS;
    this.point(digits, at, MAX_DIGITS);
  }

  /** Spells any 64-bit integer out. */
  spellBig(n: bigint): void {
    const text = n.toString();
    for (let i = 0; i < text.length; i++) this.#digits[i] = text.charCodeAt(i);
    this.point(this.#digits, 0, text.length);
  }

  /** Are these the element's bytes? */
  equals(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start !== this.end - this.start) return false;
    for (let i = start, k = this.start; i < end; i++, k++) if (bytes[i] !== this.bytes[k]) return false;
    return true;
  }

  /** The bytes, copied. */
  copy(): Uint8Array {
    return this.bytes.slice(this.start, this.end);
  }
}
