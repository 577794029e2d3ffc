/**
 * Sets, whatever their encoding: an intset while all members are integers and few, a dictionary of members in the arena
 * otherwise. Never back, as in Redis.
 *
 * Dictionary form: the key of an entry is the member, there is no value. add, has, remove: O(1); for intsets O(N) and
 * O(log N), with N at most `set-max-intset-entries`.
 */
import { type Arguments, type Database, type Entry, NONE } from "./database.ts";
import { Dictionary, DictionaryIterator, HEADER_BYTES, KEY_LENGTH, META, VALUE } from "./dictionary.ts";
import { Element } from "./element.ts";
import {
  findInteger,
  Int64,
  INTSET_HEADER_BYTES,
  intsetBytes,
  intsetCount,
  intsetWidth,
  readInteger,
  widen,
  writeInteger,
  writeIntsetHeader,
} from "./intset.ts";
import { differentPositions, type Positioned } from "./random_positions.ts";
import { SET } from "./types.ts";

/** However large the directive, an intset has at most this many members. */
const MOST_INTEGERS = 2 ** 30;

/** How many integers an intset may have. */
function mostIntegers(db: Database): number {
  return Math.min(db.keyspace.limits.setIntsetEntries, MOST_INTEGERS);
}

export class SetValue implements Positioned {
  db!: Database;
  /** The key; it moves with changes. */
  entry: Entry = NONE;
  /** The member that {@linkcode next}, {@linkcode random} or {@linkcode moveTo} has come to, good until the next change. */
  readonly element: Element = new Element();

  #dictionary: Dictionary | null = null;
  /** Next integer to visit. */
  #index = 0;
  #iterator: DictionaryIterator | null = null;
  readonly #integer: Int64 = new Int64();

  /** Looks at the set that an entry holds. */
  open(db: Database, entry: Entry): this {
    this.db = db;
    this.entry = entry;
    this.#dictionary = entry !== NONE && db.isLarge(entry) ? db.large(entry) as Dictionary : null;
    return this;
  }

  /**
   * Looks at the set of a key, for reading; false when there is no such key.
   *
   * @throws {WrongTypeError} It holds something else.
   */
  find(db: Database, args: Arguments, i: number): boolean {
    return this.open(db, db.findTyped(args, i, SET)).entry !== NONE;
  }

  /** As {@linkcode find}, for changing it. */
  findForWrite(db: Database, args: Arguments, i: number): boolean {
    return this.open(db, db.findTypedForWrite(args, i, SET)).entry !== NONE;
  }

  /** Makes the key an empty set, whatever it held, to be given a member at once: an intset when that is an integer. */
  create(db: Database, args: Arguments, i: number, bytes: Uint8Array, start: number, end: number): void {
    if (!this.#integer.parse(bytes, start, end)) {
      this.open(db, db.setLarge(args, i, SET, new Dictionary(db.arena, db.keyspace.seed)));
      return;
    }
    const entry = db.setPacked(args, i, SET, INTSET_HEADER_BYTES);
    writeIntsetHeader(db.bytes, db.valueStart(entry), 2, 0);
    this.open(db, entry);
  }

  /** Deletes the key when no member is left; true when it did. */
  deleteIfEmpty(): boolean {
    if (this.size > 0) return false;
    this.db.deleteEntry(this.entry);
    this.open(this.db, NONE);
    return true;
  }

  get size(): number {
    if (this.#dictionary !== null) return this.#dictionary.size;
    return this.entry === NONE ? 0 : intsetCount(this.db.bytes, this.db.valueStart(this.entry));
  }

  get hasFastPicks(): boolean {
    return true;
  }

  has(bytes: Uint8Array, start: number, end: number): boolean {
    const dictionary = this.#dictionary;
    if (dictionary !== null) return dictionary.find(dictionary.hash(bytes, start, end), bytes, start, end) !== NONE;
    if (this.entry === NONE || !this.#integer.parse(bytes, start, end)) return false;
    return findInteger(this.db.bytes, this.db.valueStart(this.entry), this.#integer) >= 0;
  }

  /**
   * Adds a member; false when it was there.
   *
   * @throws {StoreMemoryError} Nothing has changed, or the encoding only; a set that was empty is gone.
   */
  add(bytes: Uint8Array, start: number, end: number): boolean {
    try {
      if (this.#dictionary === null) {
        const { size } = this;
        if (this.#integer.parse(bytes, start, end)) {
          const found = findInteger(this.db.bytes, this.db.valueStart(this.entry), this.#integer);
          if (found >= 0) return false;
          if (size < mostIntegers(this.db)) {
            this.#insertInteger(-1 - found);
            return true;
          }
        }
        this.#enlarge(size + 1);
      }
      return addMember(this.#dictionary!, this.db.arena.renewed(bytes), start, end);
    } catch (error) {
      this.deleteIfEmpty();
      throw error;
    }
  }

  /** Puts the integer just parsed where it belongs. */
  #insertInteger(place: number): void {
    const { db } = this;
    const integer = this.#integer;
    const at = db.valueStart(this.entry);
    const count = intsetCount(db.bytes, at), had = intsetWidth(db.bytes, at);
    const width = Math.max(had, integer.width);
    const length = db.valueLength(this.entry);
    if (width === had) {
      this.entry = db.splicePacked(this.entry, INTSET_HEADER_BYTES + place * width, 0, width);
    } else {
      this.entry = db.splicePacked(this.entry, length, 0, intsetBytes(width, count + 1) - length);
      widen(db.bytes, db.valueStart(this.entry), width, place === 0 ? 1 : 0);
    }
    const moved = db.valueStart(this.entry);
    writeInteger(db.bytes, moved, width, place, integer);
    writeIntsetHeader(db.bytes, moved, width, count + 1);
  }

  /** Turns an intset into a dictionary with room for so many members. */
  #enlarge(size: number): void {
    const { db } = this;
    const dictionary = new Dictionary(db.arena, db.keyspace.seed);
    dictionary.reserve(size);
    try {
      const count = this.size;
      const { element } = this;
      for (let i = 0; i < count; i++) {
        readInteger(db.bytes, db.valueStart(this.entry), i, element);
        addMember(dictionary, element.bytes, element.start, element.end);
      }
    } catch (error) {
      while (!dictionary.release(size + 1));
      throw error;
    }
    this.open(db, db.enlarge(this.entry, dictionary));
  }

  /** Removes a member; false when it was not there. An empty set stays: see {@linkcode deleteIfEmpty}. */
  remove(bytes: Uint8Array, start: number, end: number): boolean {
    const dictionary = this.#dictionary;
    if (dictionary !== null) {
      const entry = dictionary.find(dictionary.hash(bytes, start, end), bytes, start, end);
      if (entry === NONE) return false;
      removeMember(dictionary, entry);
      return true;
    }
    if (this.entry === NONE || !this.#integer.parse(bytes, start, end)) return false;
    const index = findInteger(this.db.bytes, this.db.valueStart(this.entry), this.#integer);
    if (index < 0) return false;
    this.#removeIntegers([index]);
    return true;
  }

  /** Removes the integers at these indexes, which are in order. */
  #removeIntegers(indexes: ArrayLike<number>): void {
    const { db } = this;
    const { bytes } = db;
    const at = db.valueStart(this.entry), length = db.valueLength(this.entry);
    const width = intsetWidth(bytes, at), count = intsetCount(bytes, at);
    let to = at + intsetBytes(width, indexes[0]!);
    for (let i = 0; i < indexes.length; i++) { // what is between this one and the next moves down
      const from = at + intsetBytes(width, indexes[i]! + 1), end = at + intsetBytes(width, indexes[i + 1] ?? count);
      bytes.copyWithin(to, from, end);
      to += end - from;
    }
    writeIntsetHeader(bytes, at, width, count - indexes.length);
    this.entry = db.splicePacked(this.entry, to - at, at + length - to, 0);
  }

  // ---- Going through ----

  /** Puts the cursor before the first member. The set must not change until the last {@linkcode next}. */
  rewind(): void {
    this.#index = 0;
    this.#iterator = this.#dictionary === null ? null : new DictionaryIterator(this.#dictionary);
  }

  /** Goes on to the next member; false after the last. */
  next(): boolean {
    if (this.#iterator !== null) {
      const entry = this.#iterator.next();
      if (entry === NONE) return false;
      this.#point(entry);
      return true;
    }
    if (this.#index >= this.size) return false;
    this.moveTo(this.#index++);
    return true;
  }

  /** SSCAN: shows positions of members for {@linkcode moveTo}, those of an intset all at once; returns the next cursor. */
  scan(cursor: number, visit: (position: number) => void): number {
    if (this.#dictionary !== null) return this.#dictionary.scan(cursor, visit);
    for (let i = 0, { size } = this; i < size; i++) visit(i);
    return 0;
  }

  /** Moves to a member by its position. */
  moveTo(position: number): void {
    if (this.#dictionary !== null) this.#point(position);
    else readInteger(this.db.bytes, this.db.valueStart(this.entry), position, this.element);
  }

  #point(entry: number): void {
    pointAtMember(this.db, entry, this.element);
  }

  /** The position of a random member, each as likely as any other; the set is not empty. */
  randomPosition(): number {
    const { random } = this.db.keyspace;
    return this.#dictionary !== null ? this.#dictionary.randomEntry(random) : Math.floor(random() * this.size);
  }

  /** The positions of all members. */
  positions(): Int32Array {
    const { size } = this;
    const positions = new Int32Array(size);
    if (this.#dictionary === null) return positions.map((_, i) => i);
    const entries = new DictionaryIterator(this.#dictionary);
    for (let i = 0; i < size; i++) positions[i] = entries.next();
    return positions;
  }

  /** Positions of `count` different members, any, or of all when there are fewer. */
  distinctPositions(count: number): Int32Array {
    return differentPositions(this, count, this.db.keyspace.random);
  }

  /** Removes the member at a position. */
  removeAt(position: number): void {
    if (this.#dictionary !== null) removeMember(this.#dictionary, position);
    else this.#removeIntegers([position]);
  }

  /** Removes the members at different positions; O(size) for an intset, however many they are. */
  removeAllAt(positions: Int32Array): void {
    if (this.#dictionary === null) this.#removeIntegers(positions.toSorted());
    else for (const position of positions) removeMember(this.#dictionary, position);
  }
}

/** Points at the member that an entry of a dictionary holds. */
function pointAtMember(db: Database, entry: number, into: Element): void {
  const start = entry * 8 + HEADER_BYTES;
  into.point(db.bytes, start, start + db.arena.words[entry * 2 + KEY_LENGTH]!);
}

function addMember(dictionary: Dictionary, bytes: Uint8Array, start: number, end: number): boolean {
  const hash = dictionary.hash(bytes, start, end);
  if (dictionary.find(hash, bytes, start, end) !== NONE) return false;
  const entry = dictionary.insert(hash, bytes, start, end, 0);
  const { words } = dictionary.arena;
  words[entry * 2 + META] = words[entry * 2 + VALUE] = 0;
  return true;
}

function removeMember(dictionary: Dictionary, entry: number): void {
  dictionary.unlink(entry);
  dictionary.arena.free(entry);
}

/**
 * Collects members in any order, for results of SUNION and its like: they become a key ({@linkcode SetBuilder.store}), or are
 * gone through and freed.
 */
export class SetBuilder {
  readonly element: Element = new Element();
  readonly #db: Database;
  readonly #dictionary: Dictionary;
  readonly #integer: Int64 = new Int64();
  #areIntegers = true;
  /** How many members there were at most: an intset would have become a dictionary then. */
  #mostMembers = 0;
  #iterator: DictionaryIterator | null = null;
  #integers: readonly Int64[] | null = null;
  #index = 0;
  #isReleased = false;

  /** Its memory is in the arena of `db`, the database of the key to be. */
  constructor(db: Database) {
    this.#db = db;
    this.#dictionary = new Dictionary(db.arena, db.keyspace.seed);
  }

  get size(): number {
    return this.#dictionary.size;
  }

  /** Adds a member; false when it was there. */
  add(bytes: Uint8Array, start: number, end: number): boolean {
    this.#areIntegers = this.#areIntegers && this.#integer.parse(bytes, start, end);
    if (!addMember(this.#dictionary, bytes, start, end)) return false;
    this.#mostMembers = Math.max(this.#mostMembers, this.size);
    return true;
  }

  remove(bytes: Uint8Array, start: number, end: number): boolean {
    const dictionary = this.#dictionary;
    const entry = dictionary.find(dictionary.hash(bytes, start, end), bytes, start, end);
    if (entry === NONE) return false;
    removeMember(dictionary, entry);
    return true;
  }

  /** Would the members be an intset? */
  get #isIntset(): boolean {
    return this.#areIntegers && this.#mostMembers <= mostIntegers(this.#db);
  }

  /** Puts the cursor before the first member. An intset's are in order. */
  rewind(): void {
    this.#integers = this.#isIntset ? this.#sorted() : null;
    this.#iterator = new DictionaryIterator(this.#dictionary);
    this.#index = 0;
  }

  /** Goes on to the next member; false after the last. */
  next(): boolean {
    if (this.#integers !== null) {
      const integer = this.#integers[this.#index++];
      integer?.spell(this.element);
      return integer !== undefined;
    }
    const entry = this.#iterator!.next();
    if (entry === NONE) return false;
    pointAtMember(this.#db, entry, this.element);
    return true;
  }

  #sorted(): Int64[] {
    const { element } = this;
    const integers: Int64[] = [];
    const entries = new DictionaryIterator(this.#dictionary);
    for (let entry = entries.next(); entry !== NONE; entry = entries.next()) {
      pointAtMember(this.#db, entry, element);
      const integer = new Int64();
      integer.parse(element.bytes, element.start, element.end);
      integers.push(integer);
    }
    return integers.sort((a, b) => a.high - b.high || (a.low >>> 0) - (b.low >>> 0));
  }

  /**
   * Makes the key a set of these members, in the encoding it would have if they had been added one by one. Not empty. The
   * builder is of no use afterwards.
   */
  store(args: Arguments, i: number): Entry {
    if (this.#isIntset) return this.#storeIntset(args, i);
    const entry = this.#db.setLarge(args, i, SET, this.#dictionary);
    this.#isReleased = true;
    return entry;
  }

  #storeIntset(args: Arguments, i: number): Entry {
    const db = this.#db;
    const integers = this.#sorted();
    const width = integers.reduce((widest, integer) => Math.max(widest, integer.width), 2);
    const entry = db.setPacked(args, i, SET, intsetBytes(width, integers.length));
    const at = db.valueStart(entry);
    writeIntsetHeader(db.bytes, at, width, integers.length);
    integers.forEach((integer, k) => writeInteger(db.bytes, at, width, k, integer));
    this.release();
    return entry;
  }

  /** Frees all, unless it has become a key. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    while (!this.#dictionary.release(2 ** 20));
  }
}
