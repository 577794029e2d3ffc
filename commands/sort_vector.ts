/**
 * What SORT puts in order: copies of elements, and what they are compared by. Sorting moves indexes, not elements.
 *
 * Ties are broken by the bytes of the elements where numbers are compared; elements of equal weights under ALPHA stay in
 * the order they came in.
 */
import { readDouble } from "../store/doubles.ts";
import { compareBytes } from "../store/score_tree.ts";
import { firstInOrder } from "./first_in_order.ts";
import { endOfText } from "./sort_pattern.ts";

const BYTES_PER_TEXT = 16;
/** End of a text that is not there. */
const MISSING = -1;

/** Texts, copied into one buffer. */
export class Texts {
  bytes: Uint8Array;
  #length = 0;
  #count = 0;
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  /** Where the texts end to {@linkcode compare}. */
  #compared: Float64Array;

  /** @param capacity The most there will be. */
  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity * BYTES_PER_TEXT);
    this.#starts = new Float64Array(capacity);
    this.#ends = this.#compared = new Float64Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  start(i: number): number {
    return this.#starts[i]!;
  }

  end(i: number): number {
    return this.#ends[i]!;
  }

  add(bytes: Uint8Array, start: number, end: number): void {
    const length = this.#length + end - start;
    if (length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(length, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.#length));
      this.bytes = grown;
    }
    this.bytes.set(bytes.subarray(start, end), this.#length);
    this.#starts[this.#count] = this.#length;
    this.#ends[this.#count++] = this.#length = length;
  }

  /** Adds a text that is less than all others. */
  addMissing(): void {
    this.#starts[this.#count] = this.#length;
    this.#ends[this.#count++] = MISSING;
  }

  /** From now on texts are compared up to their first byte 0, as C compares its strings. */
  compareAsStrings(): void {
    this.#compared = this.#ends.map((end, i) => end === MISSING ? end : endOfText(this.bytes, this.#starts[i]!, end));
  }

  /** Compares two texts byte by byte. */
  compare(i: number, k: number): number {
    const end = this.#compared[i]!, otherEnd = this.#compared[k]!;
    if (end === MISSING || otherEnd === MISSING) return Math.sign(end + 1) - Math.sign(otherEnd + 1);
    return compareBytes(this.bytes, this.#starts[i]!, end, this.bytes, this.#starts[k]!, otherEnd);
  }
}

/** The indexes of the first `wanted` elements in the order of their numbers. */
export function orderByNumber(
  numbers: Float64Array,
  elements: Texts,
  isDescending: boolean,
  wanted: number,
): Int32Array {
  const sign = isDescending ? -1 : 1;
  // two equal infinities differ by NaN, which is falsy too
  const compare = (i: number, k: number) => sign * (numbers[i]! - numbers[k]! || elements.compare(i, k));
  return firstInOrder(elements.count, wanted, compare);
}

/** The indexes of the first `wanted` texts in their order. */
export function orderByText(texts: Texts, isDescending: boolean, wanted: number): Int32Array {
  const sign = isDescending ? -1 : 1;
  return firstInOrder(texts.count, wanted, (i, k) => sign * texts.compare(i, k));
}

// ---- Numbers ----

const SMALLEST_NORMAL = 2 ** -1022;
const BLANK = /^[ \t\n\v\f\r]+/;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const HEXADECIMAL = /^[+-]?0[xX]/;

/**
 * The number that a text is to SORT: what C's strtod takes whole. Space before it, or nothing at all, is no error here as it
 * is elsewhere; numbers too large or too small are one. NaN for what is no number.
 */
export function sortingNumber(bytes: Uint8Array, start: number, end: number): number {
  const value = readDouble(bytes, start, end);
  if (value === 0 || Math.abs(value) >= SMALLEST_NORMAL) return value;
  const text = latin1(bytes, start, endOfText(bytes, start, end));
  if (text === "") return 0;
  const digits = text.replace(BLANK, "");
  if (DECIMAL.test(digits)) return inRange(Number(digits), digits);
  const word = Uint8Array.from(digits, (c) => c.charCodeAt(0));
  return HEXADECIMAL.test(digits) || /^[+-]?inf/i.test(digits) ? readDouble(word, 0, word.length) : NaN;
}

/** A decimal number unless it is none of those that doubles hold to full precision. */
function inRange(value: number, digits: string): number {
  const isZero = !/^[^eE]*[1-9]/.test(digits);
  return isZero || (Number.isFinite(value) && Math.abs(value) >= SMALLEST_NORMAL) ? value : NaN;
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}
