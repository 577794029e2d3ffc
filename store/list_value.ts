/**
 * Lists, whatever they are held as: one listpack in their entry while they fit in one node of a quicklist, a
 * {@linkcode Quicklist} from then on. OBJECT ENCODING says `quicklist` of both, as Redis 7.0 does.
 *
 * A listpack is treated as a list of one node here, so that whoever writes lists to a file or shows their nodes need not know.
 */
import { type Arguments, type Database, type Entry, NONE } from "./database.ts";
import { Element } from "./element.ts";
import {
  elementAt,
  EMPTY_LISTPACK_BYTES,
  firstElement,
  isElement,
  isEnd,
  LISTPACK_HEADER_BYTES,
  listpackBytes,
  listpackCount,
  listpackEnd,
  nextElement,
  previousElement,
  readElement,
} from "./listpack.ts";
import { insertElement, removeElements, replaceElement } from "./packed_value.ts";
import { hasRoom, Quicklist, removeEqualElements } from "./quicklist.ts";
import { LIST } from "./types.ts";

/**
 * A list to work on; to be used for one key after another.
 *
 * Elements come as `(source, start, end)`, which may stand in the same arena but not in this list. What throws a
 * StoreMemoryError has changed nothing that can be seen; of a list that was empty nothing is left but the empty key.
 */
export class ListValue {
  db!: Database;
  entry: Entry = NONE;
  /** What {@linkcode seek} has found: a node, and where in the database's bytes the element begins. */
  soughtNode = 0;
  soughtPosition = 0;
  /** The large form; null: a listpack. */
  #quicklist: Quicklist | null = null;

  /** Goes on with a list that has been found. */
  open(db: Database, entry: Entry): this {
    this.db = db;
    this.entry = entry;
    this.#quicklist = db.isLarge(entry) ? db.large(entry) as Quicklist : null;
    return this;
  }

  /**
   * Finds the list at a key, to read it; false when there is no such key.
   *
   * @throws {WrongTypeError} The key holds something else.
   */
  find(db: Database, args: Arguments, i: number): boolean {
    return this.#found(db, db.findTyped(args, i, LIST));
  }

  /** As {@linkcode find}, for changing it. */
  findForWrite(db: Database, args: Arguments, i: number): boolean {
    return this.#found(db, db.findTypedForWrite(args, i, LIST));
  }

  #found(db: Database, entry: Entry): boolean {
    if (entry !== NONE) this.open(db, entry);
    return entry !== NONE;
  }

  /** Makes a key, whatever it held, a list without elements: the caller adds some, or deletes it again. */
  create(db: Database, args: Arguments, i: number): void {
    this.open(db, db.setListpack(args, i, LIST));
  }

  /** How many elements there are. */
  get size(): number {
    const { db } = this;
    return this.#quicklist?.length ?? listpackCount(db.bytes, db.valueStart(this.entry));
  }

  /** Deletes the key of a list that has no elements left; true when it was so. */
  deleteIfEmpty(): boolean {
    if (this.size > 0) return false;
    this.db.deleteEntry(this.entry);
    return true;
  }

  // ---- One element ----

  /** Reads the element at an index, counted from the end when negative; false when there is none. */
  get(index: number, into: Element): boolean {
    const { size } = this;
    if (index < 0) index += size;
    if (index < 0 || index >= size) return false;
    CURSOR.set(this, index, true).read(into);
    return true;
  }

  /** Sets {@linkcode soughtNode} and {@linkcode soughtPosition} to the element at an index from 0, which must be there. */
  seek(index: number): void {
    const quicklist = this.#quicklist;
    if (quicklist === null) {
      this.soughtNode = 0;
      this.soughtPosition = this.db.valueStart(this.entry) + this.#offset(index);
      return;
    }
    quicklist.seek(index);
    this.soughtNode = quicklist.node;
    this.soughtPosition = quicklist.position;
  }

  /** Adds an element at the head or the tail. */
  push(source: Uint8Array, start: number, end: number, atTail: boolean): void {
    const { db } = this;
    if (this.#quicklist === null && this.#hasRoom(this.size, 0, end - start)) {
      const offset = atTail ? db.valueLength(this.entry) - 1 : LISTPACK_HEADER_BYTES;
      this.entry = insertElement(db, this.entry, offset, source, start, end);
    } else this.#large().push(db.arena.renewed(source), start, end, atTail);
  }

  /** Inserts an element before the one at an index from 0, which may be the end. */
  insert(index: number, source: Uint8Array, start: number, end: number): void {
    const { db } = this;
    if (this.#quicklist === null && this.#hasRoom(this.size, 0, end - start)) {
      this.entry = insertElement(db, this.entry, this.#offset(index), source, start, end);
    } else this.#large().insert(index, db.arena.renewed(source), start, end);
  }

  /** Puts an element in place of the one at an index from 0, which must be there. */
  replace(index: number, source: Uint8Array, start: number, end: number): void {
    const { db } = this;
    const removed = this.#quicklist === null ? this.#offset(index + 1) - this.#offset(index) : 0;
    if (this.#quicklist === null && this.#hasRoom(this.size - 1, removed, end - start)) {
      this.entry = replaceElement(db, this.entry, this.#offset(index), source, start, end);
    } else this.#large().replace(index, db.arena.renewed(source), start, end);
  }

  /** Where an element begins in the listpack, in bytes; the end counts as one. */
  #offset(index: number): number {
    const { db } = this;
    const at = db.valueStart(this.entry);
    const p = elementAt(db.bytes, at, index);
    return (p < 0 ? listpackEnd(db.bytes, at) : p) - at;
  }

  /** Has the listpack, once so many bytes are out of it and `count` elements left, room for another of `length` bytes? */
  #hasRoom(count: number, removedBytes: number, length: number): boolean {
    const { db } = this;
    return hasRoom(db.keyspace.limits, db.valueLength(this.entry) - removedBytes, count, length);
  }

  /** The large form, which the list takes on if need be. */
  #large(): Quicklist {
    if (this.#quicklist !== null) return this.#quicklist;
    const { db } = this;
    const quicklist = new Quicklist(db.arena, db.keyspace.limits);
    const start = db.valueStart(this.entry), count = this.size;
    if (count > 0) quicklist.appendListpack(db.bytes, start, db.valueEnd(this.entry), count);
    this.entry = db.enlarge(this.entry, quicklist);
    return this.#quicklist = quicklist;
  }

  /** Reads the element at an end, one being there. */
  readEnd(atTail: boolean, into: Element): void {
    if (this.#quicklist !== null) this.#quicklist.readEnd(atTail, into);
    else this.get(atTail ? -1 : 0, into);
  }

  /** Removes the element at an end, one being there. */
  pop(atTail: boolean): void {
    if (this.#quicklist !== null) this.#quicklist.pop(atTail);
    else this.remove(atTail ? this.size - 1 : 0, 1);
  }

  // ---- Several elements ----

  /** Removes `count` elements from an index on, all of which must be there. */
  remove(index: number, count: number): void {
    if (count === 0) return;
    if (this.#quicklist !== null) return this.#quicklist.remove(index, count);
    this.entry = removeElements(this.db, this.entry, this.#offset(index), this.#offset(index + count), count);
  }

  /**
   * Removes up to `max` elements that equal `needle[start, end)`, the first or the last ones.
   *
   * @returns How many there were.
   */
  removeEqual(needle: Uint8Array, start: number, end: number, max: number, fromTail: boolean): number {
    if (this.#quicklist !== null) return this.#quicklist.removeEqual(needle, start, end, max, fromTail);
    const { db } = this;
    const { bytes } = db, at = db.valueStart(this.entry), length = db.valueLength(this.entry);
    const from = fromTail ? this.#findBackwards(needle, start, end, max) : firstElement(at);
    const removed = removeEqualElements(bytes, at, from, needle, start, end, max);
    const left = listpackBytes(bytes, at);
    if (removed > 0) this.entry = db.splicePacked(this.entry, left, length - left, 0);
    return removed;
  }

  /** The first of the last `max` elements that equal the needle, or the first element where there are fewer. */
  #findBackwards(needle: Uint8Array, start: number, end: number, max: number): number {
    const { bytes } = this.db, at = this.db.valueStart(this.entry);
    let p = previousElement(bytes, at, listpackEnd(bytes, at));
    for (let left = max; p >= 0; p = previousElement(bytes, at, p)) {
      if (isElement(bytes, p, needle, start, end) && --left === 0) return p;
    }
    return firstElement(at);
  }

  // ---- Nodes: for files, and for those who look at the structure ----

  get nodeCount(): number {
    return this.#quicklist?.size ?? 1;
  }

  /** Is the node a single element, its bytes as they are, instead of a listpack? */
  isPlainNode(n: number): boolean {
    return this.#quicklist?.isPlain(n) ?? false;
  }

  /** Where the listpack or the only element of a node begins in the database's bytes. */
  nodeStart(n: number): number {
    return this.#quicklist?.start(n) ?? this.db.valueStart(this.entry);
  }

  nodeEnd(n: number): number {
    return this.#quicklist?.end(n) ?? this.db.valueEnd(this.entry);
  }

  /** Adds a listpack with elements, whose bytes have been checked, at the tail as it is. */
  appendListpack(source: Uint8Array, start: number, end: number): void {
    const { db } = this;
    if (this.#quicklist !== null || this.size > 0) {
      const count = listpackCount(source, start);
      return this.#large().appendListpack(db.arena.renewed(source), start, end, count);
    }
    this.entry = db.splicePacked(this.entry, 0, EMPTY_LISTPACK_BYTES, end - start);
    db.bytes.set(db.arena.renewed(source).subarray(start, end), db.valueStart(this.entry));
  }

  /** Adds an element at the tail as a plain node, however small it is. */
  appendPlain(source: Uint8Array, start: number, end: number): void {
    this.#large().appendPlain(this.db.arena.renewed(source), start, end);
  }
}

/** Walks over a list in either direction; good until the list changes. */
export class ListCursor {
  #list: ListValue | null = null;
  #isForward = true;
  /** Before the element it was set to, so that `next()` comes upon that one. */
  #isBefore = false;
  #node = 0;
  #isPlain = false;
  #position = 0;

  /** Sets it before the element at an index from 0, which must be there, to go on to the tail or to the head. */
  set(list: ListValue, index: number, isForward: boolean): this {
    list.seek(index);
    this.#list = list;
    this.#isForward = isForward;
    this.#isBefore = true;
    this.#node = list.soughtNode;
    this.#isPlain = list.isPlainNode(this.#node);
    this.#position = list.soughtPosition;
    return this;
  }

  /** Goes on to the next element; false when there is none. */
  next(): boolean {
    if (this.#isBefore) {
      this.#isBefore = false;
      return true;
    }
    return (!this.#isPlain && this.#step()) || this.#nextNode();
  }

  /** Reads the element it is at. */
  read(into: Element): void {
    const list = this.#list!, { bytes } = list.db;
    if (this.#isPlain) into.point(bytes, this.#position, list.nodeEnd(this.#node));
    else readElement(bytes, this.#position, into);
  }

  /** Is `needle[start, end)` the element it is at? */
  equals(needle: Uint8Array, start: number, end: number): boolean {
    const list = this.#list!, { bytes } = list.db;
    if (!this.#isPlain) return isElement(bytes, this.#position, needle, start, end);
    this.read(PLAIN);
    return PLAIN.equals(needle, start, end);
  }

  /** Goes on within a listpack. */
  #step(): boolean {
    const list = this.#list!, { bytes } = list.db;
    if (this.#isForward) {
      this.#position = nextElement(bytes, this.#position);
      return !isEnd(bytes, this.#position);
    }
    this.#position = previousElement(bytes, list.nodeStart(this.#node), this.#position);
    return this.#position >= 0;
  }

  #nextNode(): boolean {
    const list = this.#list!;
    const node = this.#isForward ? this.#node + 1 : this.#node - 1;
    if (node < 0 || node >= list.nodeCount) return false;
    const at = list.nodeStart(node), { bytes } = list.db;
    this.#node = node;
    this.#isPlain = list.isPlainNode(node);
    if (this.#isPlain) this.#position = at;
    else this.#position = this.#isForward ? firstElement(at) : previousElement(bytes, at, listpackEnd(bytes, at));
    return true;
  }
}

// Scratch space.
const CURSOR = new ListCursor();
const PLAIN = new Element();
