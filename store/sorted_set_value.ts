/**
 * Sorted sets, whatever their encoding: a listpack in the entry while they are small (`packed_sorted_set.ts`), then a
 * dictionary with a tree beside it (`large_sorted_set.ts`, Redis' skiplist). Handlers use nothing else.
 *
 * Ranks are the common currency: a range of scores or members is turned into a range of ranks, and what is at a rank is
 * read through the cursor. All of that is O(log n) in the large form; the packed one is gone through.
 *
 * Building one from members in any order, as results of commands are: `sorted_set_builder.ts`.
 */
import type { Arguments, Database, Entry } from "./database.ts";
import { NONE } from "./database.ts";
import { Dictionary, DictionaryIterator } from "./dictionary.ts";
import { Element } from "./element.ts";
import { LargeSortedSet, ScoredMembers } from "./large_sorted_set.ts";
import {
  elementAt,
  elementBytes,
  findElement,
  firstElement,
  isEnd,
  listpackBytes,
  listpackCount,
  listpackEnd,
  nextElement,
  previousElement,
  readElement,
  resizeGap,
  writeElement,
} from "./listpack.ts";
import { comparePair, nextPair, PackedScore, pairScore, scoreElement } from "./packed_sorted_set.ts";
import { removeElements } from "./packed_value.ts";
import { anyPositions, differentPositions, type Positioned } from "./random_positions.ts";
import { sortByScore } from "./score_sort.ts";
import { compareBytes } from "./score_tree.ts";
import { SORTED_SET } from "./types.ts";

/** What {@linkcode SortedSetValue.set} has done. */
export const UNCHANGED = 0, ADDED = 1, UPDATED = 2;

/** Redis makes no listpack larger than this, whatever its limits say. */
export const MAX_LISTPACK_BYTES: number = 1 << 30;

const PACKED_SCORE = new PackedScore();

/** A sorted set that is looked at: one at a time, so that commands with one key share an instance. */
export class SortedSetValue implements Positioned {
  /** The member under the cursor, good until the next change. */
  readonly member: Element = new Element();

  #db: Database | null = null;
  #entry: Entry = NONE;
  /** Null: packed. */
  #large: LargeSortedSet | null = null;
  /** The cursor: offset of the member from the beginning of a listpack; entry of the dictionary. */
  #position = 0;
  /** Where in the tree it is; for {@linkcode next} and {@linkcode previous}. */
  #leaf = NONE;
  #slot = 0;

  // ---- The key ----

  /** Looks at the sorted set of an entry. */
  open(db: Database, entry: Entry): this {
    this.#db = db;
    this.#entry = entry;
    this.#large = db.isLarge(entry) ? db.large(entry) as LargeSortedSet : null;
    return this;
  }

  /**
   * Opens the key `(args, i)` for reading; false when there is none.
   *
   * @throws {WrongTypeError} The key holds something else.
   */
  find(db: Database, args: Arguments, i: number): boolean {
    const entry = db.findTyped(args, i, SORTED_SET);
    if (entry !== NONE) this.open(db, entry);
    return entry !== NONE;
  }

  /** As {@linkcode find}, for changing it. */
  findForWrite(db: Database, args: Arguments, i: number): boolean {
    const entry = db.findTypedForWrite(args, i, SORTED_SET);
    if (entry !== NONE) this.open(db, entry);
    return entry !== NONE;
  }

  /** Makes the key an empty sorted set, whatever it held. Members have to be added at once. */
  create(db: Database, args: Arguments, i: number): void {
    this.open(db, db.setListpack(args, i, SORTED_SET));
  }

  /** Deletes the key when no member is left; true when it did. */
  deleteIfEmpty(): boolean {
    if (this.size > 0) return false;
    this.db.deleteEntry(this.#entry);
    return true;
  }

  /** The database of the key. */
  get db(): Database {
    return this.#db!;
  }

  /** The key; every change may move it. */
  get entry(): Entry {
    return this.#entry;
  }

  /** How many members there are. */
  get size(): number {
    return this.#large === null ? listpackCount(this.db.bytes, this.#at) >> 1 : this.#large.size;
  }

  /** Is it what Redis calls a skiplist? */
  get isLarge(): boolean {
    return this.#large !== null;
  }

  /** Where the listpack begins. */
  get #at(): number {
    return this.db.valueStart(this.#entry);
  }

  // ---- Members ----

  /** The score of a member; NaN when it is not there. */
  score(bytes: Uint8Array, start: number, end: number): number {
    const large = this.#large;
    if (large !== null) {
      const entry = large.members.find(bytes, start, end);
      return entry === NONE ? NaN : large.members.score(entry);
    }
    const p = this.#findPair(bytes, start, end);
    return p < 0 ? NaN : pairScore(this.db.bytes, p);
  }

  /**
   * Gives a member a score, which is no NaN. A member that makes a listpack too large turns it into the large form.
   *
   * @returns {@linkcode UNCHANGED}, {@linkcode ADDED} or {@linkcode UPDATED}.
   * @throws {StoreMemoryError} Nothing has changed, but a set that had just been created is gone again.
   */
  set(bytes: Uint8Array, start: number, end: number, score: number): number {
    try {
      return this.#large === null
        ? this.#setPacked(bytes, start, end, score)
        : this.#setLarge(this.#large, bytes, start, end, score);
    } catch (error) {
      this.deleteIfEmpty();
      throw error;
    }
  }

  #setLarge(large: LargeSortedSet, bytes: Uint8Array, start: number, end: number, score: number): number {
    const entry = large.members.find(bytes, start, end);
    if (entry === NONE) {
      large.add(bytes, start, end, score);
      return ADDED;
    }
    if (large.members.score(entry) === score) return UNCHANGED;
    large.update(entry, score);
    return UPDATED;
  }

  #setPacked(bytes: Uint8Array, start: number, end: number, score: number): number {
    const p = this.#findPair(bytes, start, end);
    if (p >= 0) {
      if (pairScore(this.db.bytes, p) === score) return UNCHANGED;
      this.#writePair(p, nextPair(this.db.bytes, p), bytes, start, end, score);
      return UPDATED;
    }
    const { limits } = this.db.keyspace;
    const length = end - start;
    if (
      this.size + 1 > limits.sortedSetEntries || length > limits.sortedSetValueBytes ||
      listpackBytes(this.db.bytes, this.#at) + length > MAX_LISTPACK_BYTES
    ) return this.#setLarge(this.enlarge(), this.db.arena.renewed(bytes), start, end, score);
    const at = this.#at;
    this.#writePair(at, at, bytes, start, end, score);
    return ADDED;
  }

  /** Removes a member; false when it was not there. The key stays even when it was the last: {@linkcode deleteIfEmpty}. */
  remove(bytes: Uint8Array, start: number, end: number): boolean {
    const large = this.#large;
    if (large !== null) {
      const entry = large.members.find(bytes, start, end);
      if (entry === NONE) return false;
      large.remove(entry);
      return true;
    }
    const p = this.#findPair(bytes, start, end);
    if (p < 0) return false;
    const at = this.#at;
    this.#entry = removeElements(this.db, this.#entry, p - at, nextPair(this.db.bytes, p) - at, 2);
    return true;
  }

  /** Removes up to `count` members from rank `from` on; returns how many. The key stays: {@linkcode deleteIfEmpty}. */
  removeRange(from: number, count: number): number {
    const removed = Math.min(count, this.size - from);
    if (removed <= 0) return 0;
    if (this.#large !== null) this.#large.removeRange(from, removed);
    else {
      const { bytes } = this.db, at = this.#at;
      const first = elementAt(bytes, at, from * 2);
      let p = first;
      for (let i = 0; i < removed; i++) p = nextPair(bytes, p);
      this.#entry = removeElements(this.db, this.#entry, first - at, p - at, removed * 2);
    }
    return removed;
  }

  // ---- Ranks ----

  /** The rank of a member; -1 when it is not there. */
  rank(bytes: Uint8Array, start: number, end: number): number {
    const large = this.#large;
    if (large !== null) {
      const entry = large.members.find(bytes, start, end);
      return entry === NONE ? -1 : large.tree.rank(large.members.score(entry), entry);
    }
    const found = this.#findPair(bytes, start, end);
    if (found < 0) return -1;
    let rank = 0;
    for (let p = firstElement(this.#at); p < found; p = nextPair(this.db.bytes, p)) rank++;
    return rank;
  }

  /**
   * The first rank whose score is at least `min`, or, `isExclusive`, above it; {@linkcode size} when there is none. A range
   * ends before `firstRankByScore(max, !isMaxExclusive)`.
   */
  firstRankByScore(min: number, isExclusive: boolean): number {
    if (this.#large !== null) return this.#large.tree.countBelowScore(min, isExclusive);
    const { bytes } = this.db;
    let rank = 0;
    for (let p = firstElement(this.#at); !isEnd(bytes, p); rank++) {
      const at = nextElement(bytes, p), score = scoreElement(bytes, at);
      if (score > min || (score === min && !isExclusive)) break;
      p = nextElement(bytes, at);
    }
    return rank;
  }

  /**
   * The first rank, not below `from`, whose member is not smaller than `bytes[start, end)`, or, `isExclusive`, larger;
   * {@linkcode size} when there is none. A range is
   *
   *     first = firstRankByLex(min, isMinExclusive), end = firstRankByLex(max, !isMaxExclusive, first)
   *
   * This is meant for equal scores. With different ones a packed set answers as Redis does, which goes through it and
   * stops at the first member that does not fit; of a large one the answer is any, in Redis as well.
   */
  firstRankByLex(bytes: Uint8Array, start: number, end: number, isExclusive: boolean, from: number = 0): number {
    if (this.#large !== null) {
      return Math.max(this.#large.tree.countBelowBytes(bytes, start, end, isExclusive), from);
    }
    for (let more = this.seek(from), rank = from; more; more = this.next(), rank++) {
      const { member } = this;
      const order = compareBytes(member.bytes, member.start, member.end, bytes, start, end);
      if (order > 0 || (order === 0 && !isExclusive)) return rank;
    }
    return this.size;
  }

  /**
   * The last rank, not above `from`, whose member is not larger than `bytes[start, end)`, or, `isExclusive`, smaller; -1 when
   * there is none. A range walked backwards is
   *
   *     last = lastRankByLex(max, isMaxExclusive), before = lastRankByLex(min, !isMinExclusive, last)
   */
  lastRankByLex(
    bytes: Uint8Array,
    start: number,
    end: number,
    isExclusive: boolean,
    from: number = this.size - 1,
  ): number {
    if (this.#large !== null) {
      return Math.min(this.#large.tree.countBelowBytes(bytes, start, end, !isExclusive) - 1, from);
    }
    for (let more = this.seek(from), rank = from; more; more = this.previous(), rank--) {
      const { member } = this;
      const order = compareBytes(member.bytes, member.start, member.end, bytes, start, end);
      if (order < 0 || (order === 0 && !isExclusive)) return rank;
    }
    return -1;
  }

  // ---- The cursor ----

  /**
   * Puts the cursor on a rank; false when there is none. It is good until the next change; `firstRankByLex` and
   * `lastRankByLex` move it.
   *
   *     for (let more = set.seek(first); more; more = set.next()) ... set.member, set.currentScore
   */
  seek(rank: number): boolean {
    const large = this.#large;
    if (large !== null) {
      if (!large.tree.seek(rank)) return false;
      this.#leaf = large.tree.leaf;
      this.#slot = large.tree.slot;
      return this.#pointInTree(large);
    }
    const p = rank < 0 ? -1 : elementAt(this.db.bytes, this.#at, rank * 2);
    return p >= 0 && this.#pointAt(p);
  }

  /** Moves the cursor to the next rank; false when it is at the last. */
  next(): boolean {
    const large = this.#large;
    if (large === null) {
      const p = nextPair(this.db.bytes, this.#at + this.#position);
      return !isEnd(this.db.bytes, p) && this.#pointAt(p);
    }
    if (this.#slot + 1 < large.tree.leafSize(this.#leaf)) this.#slot++;
    else {
      const leaf = large.tree.nextLeaf(this.#leaf);
      if (leaf === NONE) return false;
      this.#leaf = leaf;
      this.#slot = 0;
    }
    return this.#pointInTree(large);
  }

  /** Moves the cursor to the rank before; false when it is at the first. */
  previous(): boolean {
    const large = this.#large;
    if (large === null) {
      const { bytes } = this.db, at = this.#at;
      const score = previousElement(bytes, at, at + this.#position);
      return score >= 0 && this.#pointAt(previousElement(bytes, at, score));
    }
    if (this.#slot > 0) this.#slot--;
    else {
      const leaf = large.tree.previousLeaf(this.#leaf);
      if (leaf === NONE) return false;
      this.#leaf = leaf;
      this.#slot = large.tree.leafSize(leaf) - 1;
    }
    return this.#pointInTree(large);
  }

  /** The score of the member under the cursor. */
  get currentScore(): number {
    return this.#large === null
      ? pairScore(this.db.bytes, this.#at + this.#position)
      : this.#large.members.score(this.#position);
  }

  #pointAt(p: number): boolean {
    this.#position = p - this.#at;
    readElement(this.db.bytes, p, this.member);
    return true;
  }

  #pointInTree({ members, tree }: LargeSortedSet): boolean {
    this.#position = tree.elementAt(this.#leaf, this.#slot);
    members.read(this.#position, this.member);
    return true;
  }

  // ---- Members in no order ----

  /** The member under the cursor. */
  get element(): Element {
    return this.member;
  }

  /**
   * Puts the cursor on a member by its position: of a packed set the offset of the member, of a large one the address of its
   * entry. It cannot move to the next rank or the one before from there.
   */
  moveTo(position: number): void {
    this.#position = position;
    if (this.#large === null) readElement(this.db.bytes, this.#at + position, this.member);
    else this.#large.members.read(position, this.member);
  }

  /** Visits the positions that a cursor stands for, see {@linkcode Dictionary.scan}; of a packed set, all. */
  scan(cursor: number, visit: (position: number) => void): number {
    if (this.#large !== null) return this.#large.members.dictionary.scan(cursor, visit);
    for (const position of this.positions()) visit(position);
    return 0;
  }

  /** A listpack is gone through for every pick. */
  get hasFastPicks(): boolean {
    return this.#large !== null;
  }

  /** The position of any member, each as likely as any other. There must be one. */
  randomPosition(): number {
    const { random } = this.db.keyspace;
    if (this.#large !== null) return this.#large.members.dictionary.randomEntry(random);
    return elementAt(this.db.bytes, this.#at, 2 * Math.floor(random() * this.size)) - this.#at;
  }

  /** Positions of `count` members, any, the same one as often as chance has it. */
  randomPositions(count: number): Iterable<number> {
    return anyPositions(this, count, this.db.keyspace.random);
  }

  /** Positions of `count` different members, any, or of all when there are fewer. */
  distinctPositions(count: number): Int32Array {
    return differentPositions(this, count, this.db.keyspace.random);
  }

  /** The positions of all members. */
  positions(): Int32Array {
    const positions = new Int32Array(this.size);
    if (this.#large !== null) {
      const entries = new DictionaryIterator(this.#large.members.dictionary);
      return positions.map(() => entries.next());
    }
    const { bytes } = this.db, at = this.#at;
    let p = firstElement(at);
    for (let i = 0; i < positions.length; i++, p = nextPair(bytes, p)) positions[i] = p - at;
    return positions;
  }

  // ---- The listpack ----

  /** Where a member is in the listpack; -1 when it is not. */
  #findPair(bytes: Uint8Array, start: number, end: number): number {
    return findElement(this.db.bytes, firstElement(this.#at), bytes, start, end, 1);
  }

  /**
   * Writes a member with its score in its place, instead of the pair `[from, to)` of the listpack, which may be none at all.
   *
   * @throws {StoreMemoryError} Nothing has changed.
   */
  #writePair(from: number, to: number, bytes: Uint8Array, start: number, end: number, score: number): void {
    const { db } = this;
    const removed = to - from, offset = from - this.#at;
    const added = elementBytes(bytes, start, end) + PACKED_SCORE.prepare(score);
    const length = db.valueLength(this.#entry);
    if (added > removed) this.#entry = db.splicePacked(this.#entry, length, 0, added - removed);
    const at = this.#at, listpack = db.bytes;
    bytes = db.arena.renewed(bytes);
    if (removed > 0) resizeGap(listpack, at, at + offset, at + offset + removed, 0, -2);
    const p = this.#placeOf(bytes, start, end, score);
    resizeGap(listpack, at, p, p, added, 2);
    PACKED_SCORE.write(listpack, writeElement(listpack, p, bytes, start, end));
    if (added < removed) this.#entry = db.splicePacked(this.#entry, length - removed + added, removed - added, 0);
  }

  /** Where in the listpack a member that is not there belongs. */
  #placeOf(bytes: Uint8Array, start: number, end: number, score: number): number {
    const listpack = this.db.bytes, at = this.#at;
    const last = listpackEnd(listpack, at), lastScore = previousElement(listpack, at, last);
    if (lastScore < 0) return last;
    if (pairScore(listpack, previousElement(listpack, at, lastScore)) < score) return last; // scores often grow
    for (let p = firstElement(at); p < last;) {
      const scoreAt = nextElement(listpack, p), other = scoreElement(listpack, scoreAt);
      if (other > score || (other === score && comparePair(listpack, p, bytes, start, end) > 0)) return p;
      p = nextElement(listpack, scoreAt);
    }
    return last;
  }

  /**
   * Turns a listpack into the large form, as SORT does in Redis; one that is large already stays as it is.
   *
   * @throws {StoreMemoryError} Nothing has changed.
   */
  enlarge(): LargeSortedSet {
    if (this.#large !== null) return this.#large;
    const { db, size } = this;
    const members = new ScoredMembers(new Dictionary(db.arena, db.keyspace.seed));
    const large = new LargeSortedSet(members);
    try {
      const scores = new Float64Array(size), elements = new Int32Array(size);
      let count = 0;
      for (let more = this.seek(0); more; more = this.next()) {
        const { member } = this;
        // a listpack out of a file may hold anything: a member twice, or members out of order
        if (members.find(member.bytes, member.start, member.end) !== NONE) continue;
        scores[count] = this.currentScore;
        elements[count] = members.add(member.bytes, member.start, member.end, scores[count]!);
        count++;
      }
      sortByScore(db.arena, scores, elements, count);
      large.tree.build(scores, elements, count);
      this.#entry = db.enlarge(this.#entry, large);
    } catch (error) {
      large.releaseAll();
      throw error;
    }
    this.#large = large;
    return large;
  }
}
