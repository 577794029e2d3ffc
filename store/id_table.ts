/**
 * Rows in the order of the ids they begin with, at most one for each id: pending entries. They are in chunks of up to 4 KiB
 * in the arena, found by a directory of the ids that chunks begin with.
 *
 * ```text
 *   directory   | chunk, count, id | chunk, count, id |
 *                     ▼
 *   chunk       | id, 2 units | what else there is of the row | id | ... |
 * ```
 *
 * Search: O(log n). Insertion and removal: that, and at most 4 KiB move; at the end, nothing does. Chunks that are filled
 * from one end are full, and two neighbours that fit in half a chunk become one.
 */
import type { Arena } from "./arena.ts";
import { NONE } from "./arena.ts";
import { StoreMemoryError } from "./errors.ts";
import { IdDirectory } from "./id_directory.ts";
import { StreamId } from "./stream_id.ts";

const CHUNK_UNITS = 512;
const SMALLEST_ROWS = 4;

export class IdTable {
  readonly arena: Arena;
  /** How many rows there are. */
  size = 0;
  readonly #rowUnits: number;
  readonly #mostRows: number;
  readonly #chunks: IdDirectory = new IdDirectory();
  /** Where {@linkcode seek} has come to: a chunk, and a row of it. */
  #chunk = 0;
  #row = 0;

  /** @param rowUnits Units of a row, of 8 bytes each; the first two are its id. */
  constructor(arena: Arena, rowUnits: number) {
    this.arena = arena;
    this.#rowUnits = rowUnits;
    this.#mostRows = Math.floor(CHUNK_UNITS / rowUnits);
  }

  get tableBytes(): number {
    return this.#chunks.tableBytes;
  }

  /** Bytes of all chunks. */
  get blockBytes(): number {
    let bytes = 0;
    for (let c = 0; c < this.#chunks.length; c++) bytes += this.arena.blockBytes(this.#chunks.address(c));
    return bytes;
  }

  // ---- Reading ----

  /** Moves to the first row whose id is not before this one; false when there is none. */
  seek(id: StreamId): boolean {
    const chunks = this.#chunks;
    const c = Math.max(chunks.find(id), 0);
    this.#chunk = c;
    this.#row = chunks.length === 0 ? 0 : this.#rowOf(c, id);
    return this.#settle();
  }

  /** Moves to the last row; false when there is none. */
  seekLast(): boolean {
    this.#chunk = this.#chunks.length - 1;
    if (this.#chunk < 0) return false;
    this.#row = this.#chunks.count(this.#chunk) - 1;
    return true;
  }

  /** Moves to the next row; false at the end. */
  next(): boolean {
    this.#row++;
    return this.#settle();
  }

  /** Behind the last row of a chunk is the first one of the next. */
  #settle(): boolean {
    const chunks = this.#chunks;
    if (this.#chunk >= chunks.length) return false;
    if (this.#row < chunks.count(this.#chunk)) return true;
    this.#row = 0;
    return ++this.#chunk < chunks.length;
  }

  /** Address of the row that was moved to, in units. */
  get address(): number {
    return this.#addressOf(this.#chunk, this.#row);
  }

  /** The id of the row that was moved to. */
  readId(into: StreamId): StreamId {
    return this.#readId(this.address, into);
  }

  /** Address of the row with this id, or NONE. */
  find(id: StreamId): number {
    if (!this.seek(id)) return NONE;
    const { address } = this;
    return this.#compare(address, id) === 0 ? address : NONE;
  }

  #addressOf(c: number, row: number): number {
    return this.#chunks.address(c) + row * this.#rowUnits;
  }

  #readId(address: number, into: StreamId): StreamId {
    const { words } = this.arena, at = address * 2;
    return into.set(words[at]! >>> 0, words[at + 1]! >>> 0, words[at + 2]! >>> 0, words[at + 3]! >>> 0);
  }

  #compare(address: number, id: StreamId): number {
    const { words } = this.arena, at = address * 2;
    if (words[at]! >>> 0 !== id.msHigh) return (words[at]! >>> 0) - id.msHigh;
    if (words[at + 1]! >>> 0 !== id.msLow) return (words[at + 1]! >>> 0) - id.msLow;
    if (words[at + 2]! >>> 0 !== id.seqHigh) return (words[at + 2]! >>> 0) - id.seqHigh;
    return (words[at + 3]! >>> 0) - id.seqLow;
  }

  /** The first row of a chunk that is not before an id; its count when there is none. */
  #rowOf(c: number, id: StreamId): number {
    let low = 0, high = this.#chunks.count(c);
    if (high > 0 && this.#compare(this.#addressOf(c, high - 1), id) < 0) return high; // most are added at the end
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(this.#addressOf(c, middle), id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // ---- Changing ----

  /**
   * Adds a row for an id that has none; all but the id is the caller's to write.
   *
   * @returns Its address.
   * @throws {StoreMemoryError} Nothing has changed.
   */
  insert(id: StreamId): number {
    const chunks = this.#chunks;
    if (chunks.length === 0) this.#addChunk(0, id);
    let c = Math.max(chunks.find(id), 0);
    let row = this.#rowOf(c, id);
    const count = chunks.count(c);
    if (count === this.#mostRows) {
      if (row === count && c === chunks.length - 1) {
        this.#addChunk(++c, id);
        row = 0;
      } else {
        const half = this.#split(c);
        if (row > half) {
          c++;
          row -= half;
        }
      }
    } else this.#reserve(c, count + 1);
    const units = this.#rowUnits, address = this.#addressOf(c, row);
    const { words } = this.arena, at = address * 2;
    const moved = (chunks.count(c) - row) * units * 2;
    if (moved > 0) words.copyWithin(at + units * 2, at, at + moved);
    words[at] = id.msHigh;
    words[at + 1] = id.msLow;
    words[at + 2] = id.seqHigh;
    words[at + 3] = id.seqLow;
    chunks.setCount(c, chunks.count(c) + 1);
    if (row === 0) chunks.setId(c, id);
    this.size++;
    return address;
  }

  /** Removes the row with this id; false when there is none. */
  remove(id: StreamId): boolean {
    if (this.find(id) === NONE) return false;
    const chunks = this.#chunks, c = this.#chunk, row = this.#row;
    const count = chunks.count(c) - 1;
    this.size--;
    if (count === 0) {
      this.#removeChunk(c);
      return true;
    }
    const words = this.#rowUnits * 2, at = this.#addressOf(c, row) * 2;
    this.arena.words.copyWithin(at, at + words, at + (count - row + 1) * words);
    chunks.setCount(c, count);
    if (!this.#absorbNext(c) && !this.#absorbNext(c - 1)) this.#shrink(c);
    return true;
  }

  #addChunk(c: number, id: StreamId): void {
    this.#chunks.insert(c, this.arena.allocate(SMALLEST_ROWS * this.#rowUnits * 8), 0, id);
  }

  #removeChunk(c: number): void {
    this.arena.free(this.#chunks.address(c));
    this.#chunks.remove(c);
  }

  /** Moves the second half of a full chunk to a new one behind it, where it has room; returns how many rows stay. */
  #split(c: number): number {
    const { arena } = this, chunks = this.#chunks;
    const half = this.#mostRows >>> 1, rest = this.#mostRows - half;
    const added = arena.allocate(CHUNK_UNITS * 8);
    const from = this.#addressOf(c, half);
    arena.bytes.copyWithin(added * 8, from * 8, (from + rest * this.#rowUnits) * 8);
    chunks.insert(c + 1, added, rest, this.#readId(added, ID));
    chunks.setCount(c, half);
    return half;
  }

  /** Sees to it that a chunk has room for so many rows. */
  #reserve(c: number, rows: number): void {
    if (rows * this.#rowUnits * 8 <= this.arena.blockBytes(this.#chunks.address(c))) return;
    this.#move(c, Math.min(2 * rows, this.#mostRows));
  }

  /** Gives room back when most of it is unused and there is memory for moving. */
  #shrink(c: number): void {
    const count = this.#chunks.count(c), rowBytes = this.#rowUnits * 8;
    if (count < SMALLEST_ROWS || 4 * count * rowBytes > this.arena.blockBytes(this.#chunks.address(c))) return;
    this.#tryMove(c, 2 * count);
  }

  #tryMove(c: number, rows: number): boolean {
    try {
      this.#move(c, rows);
      return true;
    } catch (error) {
      if (!(error instanceof StoreMemoryError)) throw error;
      return false;
    }
  }

  #move(c: number, rows: number): void {
    const { arena } = this, chunks = this.#chunks;
    const had = chunks.address(c), bytes = chunks.count(c) * this.#rowUnits * 8;
    const chunk = arena.allocate(rows * this.#rowUnits * 8);
    arena.bytes.copyWithin(chunk * 8, had * 8, had * 8 + bytes);
    arena.free(had);
    chunks.setAddress(c, chunk);
  }

  /** Joins a chunk and the one behind it, if there are such and they fit in half a chunk. */
  #absorbNext(c: number): boolean {
    const { arena } = this, chunks = this.#chunks;
    if (c < 0 || c + 1 >= chunks.length) return false;
    const count = chunks.count(c), more = chunks.count(c + 1), rowBytes = this.#rowUnits * 8;
    if (2 * (count + more) > this.#mostRows) return false;
    if ((count + more) * rowBytes > arena.blockBytes(chunks.address(c)) && !this.#tryMove(c, this.#mostRows)) {
      return false;
    }
    const from = chunks.address(c + 1) * 8;
    arena.bytes.copyWithin(this.#addressOf(c, count) * 8, from, from + more * rowBytes);
    chunks.setCount(c, count + more);
    this.#removeChunk(c + 1);
    return true;
  }

  // ---- As a whole ----

  copyTo(arena: Arena): IdTable {
    const copy = new IdTable(arena, this.#rowUnits);
    const chunks = this.#chunks;
    try {
      for (let c = 0; c < chunks.length; c++) {
        const bytes = chunks.count(c) * this.#rowUnits * 8, from = chunks.address(c) * 8;
        const chunk = arena.allocate(bytes);
        if (arena === this.arena) arena.bytes.copyWithin(chunk * 8, from, from + bytes);
        else arena.bytes.set(this.arena.bytes.subarray(from, from + bytes), chunk * 8);
        copy.#chunks.insert(c, chunk, chunks.count(c), chunks.readId(c, ID));
        copy.size += chunks.count(c);
      }
    } catch (error) {
      copy.release(Infinity);
      throw error;
    }
    return copy;
  }

  /** Frees up to so many chunks; returns how many more it could have freed, 0 unless none is left. */
  release(blocks: number): number {
    let left = blocks;
    for (; left > 0 && this.#chunks.length > 0; left--) {
      const last = this.#chunks.length - 1;
      this.size -= this.#chunks.count(last);
      this.#removeChunk(last);
    }
    return this.#chunks.length > 0 ? 0 : left;
  }
}

// Scratch space.
const ID = new StreamId();
