/**
 * A sorted set in the making: what Z*STORE, ZUNION, GEOSEARCHSTORE, RESTORE … compute. Members come in any order and may come
 * again; in the end it becomes a key, or is read in order.
 *
 * Members go at once where they will stay when the result is large, in a dictionary in the arena of the database; only a
 * result that is small is copied, into a listpack. O(1) for each addition, O(n log n) in the end.
 */
import type { Arguments, Database, Entry } from "./database.ts";
import { NONE } from "./database.ts";
import { Dictionary, DictionaryIterator } from "./dictionary.ts";
import { Element } from "./element.ts";
import { LargeSortedSet, ScoredMembers } from "./large_sorted_set.ts";
import {
  elementBytes,
  EMPTY_LISTPACK_BYTES,
  firstElement,
  resizeGap,
  writeElement,
  writeEmptyListpack,
} from "./listpack.ts";
import { PackedScore } from "./packed_sorted_set.ts";
import { sortByScore } from "./score_sort.ts";
import { MAX_LISTPACK_BYTES } from "./sorted_set_value.ts";
import { SORTED_SET } from "./types.ts";

const PACKED_SCORE = new PackedScore();

/**
 * Collects members with their scores. Its memory is the arena's: it has to be stored or released.
 *
 *     const result = new SortedSetBuilder(db);
 *     try { … result.set(…) …; if (result.size > 0) result.store(args, 1); } finally { result.release(); }
 */
export class SortedSetBuilder {
  /** The member under the cursor. */
  readonly member: Element = new Element();

  readonly #db: Database;
  readonly #members: ScoredMembers;
  #large: LargeSortedSet | null = null;
  #isGone = false;
  #isSorted = false;
  #scores: Float64Array = new Float64Array(0);
  #elements: Int32Array = new Int32Array(0);
  #rank = 0;

  /**
   * @param db The database of the key to be.
   * @param expected How many members there will be, as far as known.
   */
  constructor(db: Database, expected: number = 0) {
    this.#db = db;
    const dictionary = new Dictionary(db.arena, db.keyspace.seed);
    dictionary.reserve(expected);
    this.#members = new ScoredMembers(dictionary);
  }

  get size(): number {
    return this.#members.size;
  }

  /** The score of a member; NaN when it is not there. */
  score(bytes: Uint8Array, start: number, end: number): number {
    const entry = this.#members.find(bytes, start, end);
    return entry === NONE ? NaN : this.#members.score(entry);
  }

  /** Adds a member, or gives it another score, which is no NaN; true when it was added. */
  set(bytes: Uint8Array, start: number, end: number, score: number): boolean {
    const members = this.#members;
    const entry = members.find(bytes, start, end);
    this.#isSorted = false;
    if (entry === NONE) members.add(bytes, start, end, score);
    else members.setScore(entry, score);
    return entry === NONE;
  }

  /** Removes a member; false when it was not there. */
  remove(bytes: Uint8Array, start: number, end: number): boolean {
    const entry = this.#members.find(bytes, start, end);
    if (entry === NONE) return false;
    this.#isSorted = false;
    this.#members.remove(entry);
    return true;
  }

  // ---- Reading in order ----

  /** Puts the cursor on a rank; false when there is none. */
  seek(rank: number): boolean {
    if (rank < 0 || rank >= this.size) return false;
    if (!this.#isSorted) this.#sort();
    this.#rank = rank;
    this.#members.read(this.#elements[rank]!, this.member);
    return true;
  }

  /** Moves the cursor to the next rank; false when it is at the last. */
  next(): boolean {
    return this.seek(this.#rank + 1);
  }

  /** Moves the cursor to the rank before; false when it is at the first. */
  previous(): boolean {
    return this.seek(this.#rank - 1);
  }

  /** The score of the member under the cursor. */
  get currentScore(): number {
    return this.#scores[this.#rank]!;
  }

  #sort(): void {
    const { size } = this;
    const members = this.#members;
    this.#scores = new Float64Array(size);
    this.#elements = new Int32Array(size);
    const entries = new DictionaryIterator(members.dictionary);
    for (let i = 0; i < size; i++) {
      const entry = entries.next();
      this.#elements[i] = entry;
      this.#scores[i] = members.score(entry);
    }
    sortByScore(members.arena, this.#scores, this.#elements, size);
    this.#isSorted = true;
  }

  // ---- The end ----

  /**
   * Makes the key `(args, i)`, whatever it held, a sorted set of these members, of which there is at least one: packed when
   * all limits allow, as in Redis. There is nothing left to release then.
   *
   * @throws {StoreMemoryError} The key is what it was, or is gone.
   */
  store(args: Arguments, i: number): Entry {
    if (!this.#isSorted) this.#sort();
    return this.#fitsListpack() ? this.#storePacked(args, i) : this.#storeLarge(args, i);
  }

  #fitsListpack(): boolean {
    const { limits } = this.#db.keyspace;
    if (this.size > limits.sortedSetEntries) return false;
    let longest = 0, total = 0;
    for (let rank = 0; rank < this.size; rank++) {
      const length = this.#members.length(this.#elements[rank]!);
      longest = Math.max(longest, length);
      total += length;
    }
    return longest <= limits.sortedSetValueBytes && total <= MAX_LISTPACK_BYTES;
  }

  #storePacked(args: Arguments, i: number): Entry {
    const db = this.#db, { member } = this;
    let length = 0;
    for (let more = this.seek(0); more; more = this.next()) {
      length += elementBytes(member.bytes, member.start, member.end) + PACKED_SCORE.prepare(this.currentScore);
    }
    const entry = db.setPacked(args, i, SORTED_SET, EMPTY_LISTPACK_BYTES + length);
    const { bytes } = db, at = db.valueStart(entry);
    writeEmptyListpack(bytes, at);
    let p = firstElement(at);
    resizeGap(bytes, at, p, p, length, this.size * 2);
    for (let more = this.seek(0); more; more = this.next()) {
      p = writeElement(bytes, p, member.bytes, member.start, member.end);
      PACKED_SCORE.prepare(this.currentScore);
      p = PACKED_SCORE.write(bytes, p);
    }
    this.release();
    return entry;
  }

  #storeLarge(args: Arguments, i: number): Entry {
    this.#large = new LargeSortedSet(this.#members);
    this.#large.tree.build(this.#scores, this.#elements, this.size);
    const entry = this.#db.setLarge(args, i, SORTED_SET, this.#large);
    this.#isGone = true;
    return entry;
  }

  /** Frees everything; does nothing when it has been stored or released. */
  release(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    if (this.#large !== null) this.#large.releaseAll();
    else while (!this.#members.dictionary.release(2 ** 30));
  }
}
