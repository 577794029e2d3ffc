/**
 * A hash: fields with values, whichever way they are held. A small one is a listpack, field and value by turns; a large one is
 * a {@linkcode Dictionary} with fields for keys.
 *
 * ```text
 *   packed   | listpack header | field | value | field | value | ... | 0xff |
 *
 *   large    an entry of the dictionary:  | hash | field length | - | value length | field bytes | value bytes |
 * ```
 *
 * As in Redis, a hash becomes large when it has more than `hash-max-listpack-entries` fields, or when a field or value is
 * longer than `hash-max-listpack-value`, and stays so. Finding and changing a field is O(1) in a large hash, O(n) in a packed
 * one.
 */
import { Arena } from "./arena.ts";
import { type Arguments, type Database, type Entry, NONE } from "./database.ts";
import { Dictionary, DictionaryIterator, HEADER_BYTES, KEY_LENGTH, META, VALUE } from "./dictionary.ts";
import { Element } from "./element.ts";
import {
  elementAt,
  elementBytes,
  findElement,
  firstElement,
  isEnd,
  listpackCount,
  MAX_LISTPACK_BYTES,
  nextElement,
  readElement,
  resizeGap,
  writeElement,
} from "./listpack.ts";
import { removeElements, replaceElement } from "./packed_value.ts";
import { anyPositions, differentPositions, type Positioned } from "./random_positions.ts";
import { HASH_TYPE } from "./types.ts";

/**
 * A hash opened for work. {@linkcode field} and {@linkcode value} show the field that was moved to last; they are good until
 * the hash changes.
 */
export class HashValue implements Positioned {
  readonly field: Element = new Element();
  readonly value: Element = new Element();

  #db!: Database;
  #entry: Entry = NONE;
  /** The large form; null when packed. */
  #table: Dictionary | null = null;

  /** Opens the hash that an entry holds. */
  open(db: Database, entry: Entry): this {
    this.#db = db;
    this.#entry = entry;
    this.#table = db.isLarge(entry) ? db.large(entry) as Dictionary : null;
    return this;
  }

  /**
   * Opens the hash at the key `(args, i)` for reading; false when there is no such key.
   *
   * @throws {WrongTypeError} The key holds something else.
   */
  find(db: Database, args: Arguments, i: number): boolean {
    const entry = db.findTyped(args, i, HASH_TYPE);
    if (entry === NONE) return false;
    this.open(db, entry);
    return true;
  }

  /** As {@linkcode find}, for changing it. */
  findForWrite(db: Database, args: Arguments, i: number): boolean {
    const entry = db.findTypedForWrite(args, i, HASH_TYPE);
    if (entry === NONE) return false;
    this.open(db, entry);
    return true;
  }

  /**
   * Opens the hash at the key, one without fields where there is no such key: {@linkcode set} must follow, which takes the
   * key away again should there be no memory.
   */
  findOrCreate(db: Database, args: Arguments, i: number): void {
    if (!this.findForWrite(db, args, i)) this.open(db, db.setListpack(args, i, HASH_TYPE));
  }

  /** The entry of the key, which changes move. */
  get entry(): Entry {
    return this.#entry;
  }

  /** How many fields there are. */
  get size(): number {
    return this.#table === null ? listpackCount(this.#db.bytes, this.#start) >> 1 : this.#table.size;
  }

  get isLarge(): boolean {
    return this.#table !== null;
  }

  /** What {@linkcode Scannable} calls it: the field. */
  get element(): Element {
    return this.field;
  }

  get #start(): number {
    return this.#db.valueStart(this.#entry);
  }

  // ---- One field ----

  /** Has {@linkcode value} show the value of the field `bytes[start, end)`; false when there is no such field. */
  get(bytes: Uint8Array, start: number, end: number): boolean {
    const position = this.#position(bytes, start, end);
    if (position < 0) return false;
    this.#readValue(position);
    return true;
  }

  has(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#position(bytes, start, end) >= 0;
  }

  /** Position of a field, see {@linkcode moveTo}; -1 when it is not there. */
  #position(bytes: Uint8Array, start: number, end: number): number {
    const table = this.#table;
    if (table === null) {
      const at = this.#start;
      const p = findElement(this.#db.bytes, firstElement(at), bytes, start, end, 1);
      return p < 0 ? -1 : p - at;
    }
    const found = table.find(table.hash(bytes, start, end), bytes, start, end);
    return found === NONE ? -1 : found;
  }

  /**
   * Gives a field a value; neither may stand in this hash.
   *
   * @returns Whether the field is new.
   * @throws {StoreMemoryError} The field is what it was; a hash without fields is gone with its key.
   */
  set(
    field: Uint8Array,
    fieldStart: number,
    fieldEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
  ): boolean {
    try {
      if (this.#table === null) {
        const { hashValueBytes } = this.#db.keyspace.limits;
        if (fieldEnd - fieldStart <= hashValueBytes && valueEnd - valueStart <= hashValueBytes) {
          return this.#setPacked(field, fieldStart, fieldEnd, value, valueStart, valueEnd);
        }
        this.#table = this.#enlarge();
        field = this.#db.arena.renewed(field);
        value = this.#db.arena.renewed(value);
      }
      return putField(this.#table, field, fieldStart, fieldEnd, value, valueStart, valueEnd);
    } catch (error) {
      this.deleteIfEmpty();
      throw error;
    }
  }

  #setPacked(
    field: Uint8Array,
    fieldStart: number,
    fieldEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
  ): boolean {
    const db = this.#db;
    const at = this.#start;
    const p = findElement(db.bytes, firstElement(at), field, fieldStart, fieldEnd, 1);
    const isNew = p < 0;
    // The limit may have been lowered: then a hash of any size goes over it.
    if (this.size + (isNew ? 1 : 0) > db.keyspace.limits.hashEntries) {
      this.#table = this.#enlarge();
      const { arena } = db;
      return putField(
        this.#table,
        arena.renewed(field),
        fieldStart,
        fieldEnd,
        arena.renewed(value),
        valueStart,
        valueEnd,
      );
    }
    if (isNew) this.#append(field, fieldStart, fieldEnd, value, valueStart, valueEnd);
    else {
      const offset = nextElement(db.bytes, p) - at;
      this.#entry = replaceElement(db, this.#entry, offset, value, valueStart, valueEnd);
    }
    return isNew;
  }

  /** Adds a pair to the end of the listpack, both or none of it. */
  #append(
    field: Uint8Array,
    fieldStart: number,
    fieldEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
  ): void {
    const db = this.#db;
    const length = db.valueLength(this.#entry);
    const added = elementBytes(field, fieldStart, fieldEnd) + elementBytes(value, valueStart, valueEnd);
    this.#entry = db.splicePacked(this.#entry, length, 0, added);
    const at = this.#start, bytes = db.bytes;
    const end = at + length - 1;
    resizeGap(bytes, at, end, end, added, 2);
    const next = writeElement(bytes, end, db.arena.renewed(field), fieldStart, fieldEnd);
    writeElement(bytes, next, db.arena.renewed(value), valueStart, valueEnd);
  }

  /** Deletes a field; false when it was not there. The last one leaves a hash for {@linkcode deleteIfEmpty}. */
  remove(bytes: Uint8Array, start: number, end: number): boolean {
    const position = this.#position(bytes, start, end);
    if (position < 0) return false;
    const db = this.#db;
    if (this.#table === null) {
      const at = this.#start;
      const after = nextElement(db.bytes, nextElement(db.bytes, at + position)) - at;
      this.#entry = removeElements(db, this.#entry, position, after, 2);
    } else {
      this.#table.unlink(position);
      db.arena.free(position);
    }
    return true;
  }

  /** Deletes the key when no field is left; whether it did. */
  deleteIfEmpty(): boolean {
    if (this.size > 0) return false;
    this.#db.deleteEntry(this.#entry);
    this.#entry = NONE;
    this.#table = null;
    return true;
  }

  // ---- Becoming large ----

  /**
   * Makes a packed hash large at once when what is to be set, the arguments from `first` to the last, will make it so:
   * when one of them is long, or all together are.
   */
  prepare(args: Arguments, first: number, count: number): void {
    if (this.#table !== null) return;
    const { hashValueBytes } = this.#db.keyspace.limits;
    let sum = this.#db.valueLength(this.#entry);
    for (let i = first; i < count; i++) {
      const length = args.end(i) - args.start(i);
      sum += length;
      if (length <= hashValueBytes && sum <= MAX_LISTPACK_BYTES) continue;
      this.#table = this.#enlarge();
      return;
    }
  }

  /**
   * The large form of a packed hash, which it now has.
   *
   * @throws {StoreMemoryError} Nothing has changed.
   */
  #enlarge(): Dictionary {
    const db = this.#db;
    const table = new Dictionary(db.arena, db.keyspace.seed);
    const { field, value } = this;
    try {
      table.reserve(this.size);
      this.#eachPacked((position) => {
        this.moveTo(position);
        putField(table, field.bytes, field.start, field.end, value.bytes, value.start, value.end);
      });
    } catch (error) {
      while (!table.release(2 ** 30));
      throw error;
    }
    this.#entry = db.enlarge(this.#entry, table);
    return table;
  }

  // ---- All fields ----

  /**
   * Has {@linkcode field} and {@linkcode value} show the pair at a position, which {@linkcode each}, {@linkcode scan} or
   * {@linkcode randomPosition} gave: of a packed hash the offset of the field, of a large one the address of the entry.
   */
  moveTo(position: number): void {
    const { bytes } = this.#db;
    if (this.#table === null) readElement(bytes, this.#start + position, this.field);
    else {
      const start = position * 8 + HEADER_BYTES;
      this.field.point(bytes, start, start + this.#db.arena.words[position * 2 + KEY_LENGTH]!);
    }
    this.#readValue(position);
  }

  #readValue(position: number): void {
    const { bytes } = this.#db;
    if (this.#table === null) return readElement(bytes, nextElement(bytes, this.#start + position), this.value);
    const words = this.#db.arena.words, at = position * 2;
    const start = position * 8 + HEADER_BYTES + words[at + KEY_LENGTH]!;
    this.value.point(bytes, start, start + words[at + VALUE]!);
  }

  /** Visits the position of each field; the hash must not change meanwhile. A packed one is in the order of insertion. */
  each(visit: (position: number) => void): void {
    if (this.#table === null) return this.#eachPacked(visit);
    const entries = new DictionaryIterator(this.#table);
    for (let entry = entries.next(); entry !== NONE; entry = entries.next()) visit(entry);
  }

  #eachPacked(visit: (position: number) => void): void {
    const db = this.#db;
    const at = this.#start;
    let p = firstElement(at);
    while (!isEnd(db.bytes, p)) {
      const after = nextElement(db.bytes, nextElement(db.bytes, p));
      visit(p - at);
      p = after;
    }
  }

  /** Visits the positions that a cursor stands for, see {@linkcode Dictionary.scan}; of a packed hash, all. */
  scan(cursor: number, visit: (position: number) => void): number {
    if (this.#table !== null) return this.#table.scan(cursor, visit);
    this.#eachPacked(visit);
    return 0;
  }

  // ---- Any fields ----

  /** The position of any field, each as likely as any other. There must be one. */
  randomPosition(): number {
    const { random } = this.#db.keyspace;
    if (this.#table !== null) return this.#table.randomEntry(random);
    const at = this.#start;
    return elementAt(this.#db.bytes, at, 2 * Math.floor(random() * this.size)) - at;
  }

  /** Positions of `count` fields, any, the same field as often as chance has it. */
  randomPositions(count: number): Iterable<number> {
    return anyPositions(this, count, this.#db.keyspace.random);
  }

  /** Positions of `count` different fields, any, or of all when there are fewer. */
  distinctPositions(count: number): Int32Array {
    return differentPositions(this, count, this.#db.keyspace.random);
  }

  /** A listpack is walked through for every pick. */
  get hasFastPicks(): boolean {
    return this.#table !== null;
  }

  /** The positions of all fields. */
  positions(): Int32Array {
    const positions = new Int32Array(this.size);
    let i = 0;
    this.each((position) => positions[i++] = position);
    return positions;
  }
}

/**
 * Gives a field of a large hash a value.
 *
 * @returns Whether the field is new.
 * @throws {StoreMemoryError} Nothing has changed.
 */
export function putField(
  table: Dictionary,
  field: Uint8Array,
  fieldStart: number,
  fieldEnd: number,
  value: Uint8Array,
  valueStart: number,
  valueEnd: number,
): boolean {
  const { arena } = table;
  const length = valueEnd - valueStart;
  const hash = table.hash(field, fieldStart, fieldEnd);
  let entry = table.find(hash, field, fieldStart, fieldEnd);
  const isNew = entry === NONE;
  if (isNew) entry = table.insert(hash, field, fieldStart, fieldEnd, length);
  else if (Arena.unitsFor(HEADER_BYTES + fieldEnd - fieldStart + length) !== arena.blockBytes(entry) >>> 3) {
    entry = table.resizeEntry(entry, length, 0);
  }
  const words = arena.words, at = entry * 2;
  words[at + META] = 0;
  words[at + VALUE] = length;
  const bytes = arena.bytes;
  value = arena.renewed(value);
  let to = entry * 8 + HEADER_BYTES + fieldEnd - fieldStart;
  if (length <= 64) { for (let i = valueStart; i < valueEnd; i++) bytes[to++] = value[i]!; }
  else bytes.set(value.subarray(valueStart, valueEnd), to);
  return isNew;
}
