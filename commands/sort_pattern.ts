/**
 * The patterns of SORT's BY and GET: each element to be sorted takes the place of the first `*`, and what is looked up is
 * the string at that key, or, behind an arrow, the field of the hash at that key.
 *
 * ```text
 *   user:*:name->first
 *   prefix * suffix -> field
 * ```
 *
 * As in C, the byte 0 ends the text in which `#`, `*` and `->` are looked for, though not the key or the field.
 */
import { type Database, NONE } from "../store/database.ts";
import { Element } from "../store/element.ts";
import { HashValue } from "../store/hash_value.ts";
import { HASH_TYPE, STRING } from "../store/types.ts";
import { KeyText } from "../store/key_text.ts";

const STAR = 0x2a, SHARP = 0x23, MINUS = 0x2d, GREATER = 0x3e;

/** A pattern, `bytes[start, end)`, whose bytes must stay where they are. */
export class SortPattern {
  /** `#`: the element itself. */
  readonly isElement: boolean;
  /** Has it no `*`? Then there is nothing to look up, for any element. */
  readonly isConstant: boolean;
  /** What {@linkcode find} has found, good until anything is looked up or changed. */
  readonly found: Element = new Element();

  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #star: number;
  /** Where the suffix ends, and the arrow begins if there is one. */
  readonly #suffixEnd: number;
  readonly #hasField: boolean;
  readonly #end: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    const textEnd = endOfText(bytes, start, end);
    this.isElement = textEnd === start + 1 && bytes[start] === SHARP;
    const star = bytes.subarray(start, textEnd).indexOf(STAR);
    this.isConstant = star < 0;
    this.#star = this.isConstant ? textEnd : start + star;
    const arrow = this.isConstant ? -1 : indexOfArrow(bytes, this.#star + 1, textEnd);
    this.#hasField = arrow >= 0 && arrow + 2 < textEnd; // a field of no characters is none: the arrow belongs to the key
    this.#suffixEnd = this.#hasField ? arrow : end;
  }

  /**
   * Looks up what the pattern means for the element `bytes[start, end)`. A key of another type counts as missing.
   *
   * @returns Whether there is such a thing; it is {@linkcode found} then.
   */
  find(db: Database, bytes: Uint8Array, start: number, end: number): boolean {
    const { found } = this;
    if (this.isElement) {
      found.point(bytes, start, end);
      return true;
    }
    if (this.isConstant) return false;
    const pattern = this.#bytes;
    KEY.clear().append(pattern, this.#start, this.#star).append(bytes, start, end);
    KEY.append(pattern, this.#star + 1, this.#suffixEnd);
    const entry = db.find(KEY, 0);
    if (entry === NONE || db.type(entry) !== (this.#hasField ? HASH_TYPE : STRING)) return false;
    if (this.#hasField) {
      if (!HASH.open(db, entry).get(pattern, this.#suffixEnd + 2, this.#end)) return false;
      found.point(HASH.value.bytes, HASH.value.start, HASH.value.end);
    } else if (db.isInt(entry)) found.spell(db.intValue(entry));
    else found.point(db.bytes, db.valueStart(entry), db.valueEnd(entry));
    return true;
  }
}

/** Where C would see the text end: at its first byte 0. */
export function endOfText(bytes: Uint8Array, start: number, end: number): number {
  const zero = bytes.subarray(start, end).indexOf(0);
  return zero < 0 ? end : start + zero;
}

function indexOfArrow(bytes: Uint8Array, start: number, end: number): number {
  for (let i = start; i + 1 < end; i++) if (bytes[i] === MINUS && bytes[i + 1] === GREATER) return i;
  return -1;
}

// Scratch space.
const KEY = new KeyText();
const HASH = new HashValue();
