/**
 * A node of a stream: a listpack of entries, packed as Redis packs them, so that files have the same bytes. It begins with a
 * master entry, whose fields are those of the first entry that was added; entries with the same fields have values only.
 *
 * ```text
 *   master   | count | deleted | number of fields | field ... | 0 |
 *   entry    | flags | ms | sequence | (number of fields) | (field) value ... | how many elements before this one |
 * ```
 *
 * `ms` and `sequence` are distances from the node's id, modulo 2^64. The number at the end of an entry leads to its beginning
 * when a node is read backwards, and the 0 of the master entry says that there is nothing before. Entries are not taken out
 * but marked as deleted; a node whose last valid entry is deleted goes as a whole.
 */
import {
  firstElement,
  integerElement,
  integerElementHigh,
  integerElementLow,
  isEnd,
  listpackEnd,
  nextElement,
  previousElement,
} from "./listpack.ts";
import { StreamId } from "./stream_id.ts";

/** Flags of an entry. */
export const DELETED = 1, SAME_FIELDS = 2;
/** Elements of an entry beside its fields and values: flags, two numbers of its id, the number at the end. */
export const ENTRY_OVERHEAD = 4;

const WORD = 2 ** 32;

/** How many valid entries there are in the node at `at`. */
export function validCount(bytes: Uint8Array, at: number): number {
  return integerElement(bytes, firstElement(at));
}

/** How many entries of the node are marked as deleted. */
export function deletedCount(bytes: Uint8Array, at: number): number {
  return integerElement(bytes, nextElement(bytes, firstElement(at)));
}

/** Goes over the entries of one node, deleted ones among them. The node must not move meanwhile. */
export class NodeReader {
  /** The entry's id, flags and number of fields. */
  readonly id: StreamId = new StreamId();
  flags = 0;
  fieldCount = 0;
  /** Where the entry begins, and where its fields and values do, or only its values with SAME_FIELDS. */
  entryAt = 0;
  dataAt = 0;
  /** Where the fields of the master entry begin. */
  masterAt = 0;
  masterFieldCount = 0;

  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  readonly #master: StreamId = new StreamId();
  /** Where the first entry begins. */
  #entriesAt = 0;

  /** Goes on with the node at `at`, whose id is `master`. */
  open(bytes: Uint8Array, at: number, master: StreamId): this {
    this.#bytes = bytes;
    this.#at = at;
    this.#master.copyFrom(master);
    let p = nextElement(bytes, nextElement(bytes, firstElement(at)));
    this.masterFieldCount = integerElement(bytes, p);
    p = this.masterAt = nextElement(bytes, p);
    for (let i = this.masterFieldCount; i >= 0; i--) p = nextElement(bytes, p); // and the 0 behind them
    this.#entriesAt = p;
    return this;
  }

  /** Goes on with the same node where its memory has another view now. */
  renew(bytes: Uint8Array): void {
    this.#bytes = bytes;
  }

  get isDeleted(): boolean {
    return (this.flags & DELETED) !== 0;
  }

  get hasSameFields(): boolean {
    return (this.flags & SAME_FIELDS) !== 0;
  }

  /** Reads the first entry; false when there is none. */
  first(): boolean {
    if (isEnd(this.#bytes, this.#entriesAt)) return false;
    this.#read(this.#entriesAt);
    return true;
  }

  /** Reads the next entry; false at the end. */
  next(): boolean {
    const p = this.entryEnd();
    if (isEnd(this.#bytes, p)) return false;
    this.#read(p);
    return true;
  }

  /** Where the entry ends. */
  entryEnd(): number {
    const bytes = this.#bytes;
    let p = this.dataAt;
    const elements = this.hasSameFields ? this.fieldCount : 2 * this.fieldCount;
    for (let i = elements; i >= 0; i--) p = nextElement(bytes, p); // and the number at the end
    return p;
  }

  /** Reads the last entry; false when there is none. */
  last(): boolean {
    return this.#readBefore(listpackEnd(this.#bytes, this.#at));
  }

  /** Reads the entry before; false at the beginning. */
  previous(): boolean {
    return this.#readBefore(this.entryAt);
  }

  #readBefore(end: number): boolean {
    const bytes = this.#bytes, at = this.#at;
    let p = previousElement(bytes, at, end);
    let elements = integerElement(bytes, p);
    if (elements === 0) return false;
    while (elements-- > 0) p = previousElement(bytes, at, p);
    this.#read(p);
    return true;
  }

  #read(p: number): void {
    const bytes = this.#bytes, master = this.#master, { id } = this;
    this.entryAt = p;
    this.flags = integerElement(bytes, p);
    p = nextElement(bytes, p);
    const msLow = master.msLow + integerElementLow(bytes, p);
    id.msLow = msLow % WORD;
    id.msHigh = (master.msHigh + integerElementHigh(bytes, p) + (msLow >= WORD ? 1 : 0)) % WORD;
    p = nextElement(bytes, p);
    const seqLow = master.seqLow + integerElementLow(bytes, p);
    id.seqLow = seqLow % WORD;
    id.seqHigh = (master.seqHigh + integerElementHigh(bytes, p) + (seqLow >= WORD ? 1 : 0)) % WORD;
    p = nextElement(bytes, p);
    if (this.hasSameFields) this.fieldCount = this.masterFieldCount;
    else {
      this.fieldCount = integerElement(bytes, p);
      p = nextElement(bytes, p);
    }
    this.dataAt = p;
  }
}
