/**
 * Small sorted sets: a listpack of members and scores in turn, in order, byte for byte as Redis has it.
 *
 * ```text
 *   | header | member | score | member | score | ... | 0xff |
 * ```
 *
 * A score is an integer element where it can be one, else the text that `%.17g` makes of it. So -0 becomes 0, which is what
 * happens to it in Redis too.
 *
 * `p` is where a member begins, as an index into `bytes`.
 */
import { formatDouble, readDoublePrefix } from "./doubles.ts";
import { Element } from "./element.ts";
import {
  elementBytes,
  integerBytes,
  integerElement,
  isIntegerElement,
  nextElement,
  readElement,
  writeElement,
  writeInteger,
} from "./listpack.ts";
import { compareBytes } from "./score_tree.ts";

/** Integers of more than 62 bits are written as text. */
const LARGEST_INTEGER = 2 ** 62;

/** Does a score stand as an integer in a listpack? */
export function isIntegerScore(score: number): boolean {
  return Number.isInteger(score) && Math.abs(score) <= LARGEST_INTEGER;
}

/** `-2.2250738585072014e-308` is the longest. */
const MAX_TEXT_BYTES = 32;

const ELEMENT = new Element();

/** The score of the member at `p`. */
export function pairScore(bytes: Uint8Array, p: number): number {
  return scoreElement(bytes, nextElement(bytes, p));
}

/** The score whose element is at `p`, behind its member. */
export function scoreElement(bytes: Uint8Array, p: number): number {
  if (isIntegerElement(bytes, p)) return integerElement(bytes, p);
  readElement(bytes, p, ELEMENT);
  return readDoublePrefix(ELEMENT.bytes, ELEMENT.start, ELEMENT.end);
}

/** The member behind the one at `p`, or the end. */
export function nextPair(bytes: Uint8Array, p: number): number {
  return nextElement(bytes, nextElement(bytes, p));
}

/** Compares the member at `p` with `other[start, end)`; see {@linkcode compareBytes}. */
export function comparePair(bytes: Uint8Array, p: number, other: Uint8Array, start: number, end: number): number {
  readElement(bytes, p, ELEMENT);
  return compareBytes(ELEMENT.bytes, ELEMENT.start, ELEMENT.end, other, start, end);
}

/** A score about to be written: its text is made once, to be measured and then written. */
export class PackedScore {
  readonly #text: Uint8Array = new Uint8Array(MAX_TEXT_BYTES);
  /** 0: the score is an integer. */
  #length = 0;
  #score = 0;

  /** Takes a score; returns how many bytes its element has. */
  prepare(score: number): number {
    this.#score = score;
    this.#length = 0;
    if (isIntegerScore(score)) return integerBytes(score);
    const text = formatDouble(score);
    for (let i = 0; i < text.length; i++) this.#text[i] = text.charCodeAt(i);
    this.#length = text.length;
    return elementBytes(this.#text, 0, this.#length);
  }

  /** Writes it at `p`; returns where the next element begins. */
  write(bytes: Uint8Array, p: number): number {
    return this.#length === 0
      ? writeInteger(bytes, p, this.#score)
      : writeElement(bytes, p, this.#text, 0, this.#length);
  }
}
