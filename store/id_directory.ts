/**
 * Blocks in the order of the ids that their contents begin with: the nodes of a stream, the chunks of a list of pending
 * entries. Of each block it knows its address, how many rows are in it (for whoever counts them), and its first id.
 *
 * ```text
 *               first                    first + length
 *                 ▼                            ▼
 *   | unused ... | address, count, id in four words | ... | unused |
 * ```
 *
 * Search: O(log n). Adding at the end and removing at the beginning: O(1), as the rest is only moved when most of the table
 * is unused; elsewhere 24 bytes a block move.
 */
import type { StreamId } from "./stream_id.ts";

/** Words of an item, and where they stand. */
const ITEM = 6, ADDRESS = 0, COUNT = 1, ID = 2;
const SMALLEST_ROOM = 2;

export class IdDirectory {
  /** How many blocks there are. */
  length = 0;
  #words: Uint32Array = new Uint32Array(SMALLEST_ROOM * ITEM);
  /** Word of the first item. */
  #first = 0;

  get tableBytes(): number {
    return this.#words.byteLength;
  }

  address(n: number): number {
    return this.#words[this.#first + n * ITEM + ADDRESS]!;
  }

  setAddress(n: number, address: number): void {
    this.#words[this.#first + n * ITEM + ADDRESS] = address;
  }

  count(n: number): number {
    return this.#words[this.#first + n * ITEM + COUNT]!;
  }

  setCount(n: number, count: number): void {
    this.#words[this.#first + n * ITEM + COUNT] = count;
  }

  /** The id that block `n` begins with. */
  readId(n: number, into: StreamId): StreamId {
    const words = this.#words, at = this.#first + n * ITEM + ID;
    return into.set(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!);
  }

  setId(n: number, { msHigh, msLow, seqHigh, seqLow }: StreamId): void {
    const words = this.#words, at = this.#first + n * ITEM + ID;
    words[at] = msHigh;
    words[at + 1] = msLow;
    words[at + 2] = seqHigh;
    words[at + 3] = seqLow;
  }

  /** The last block that does not begin after an id; -1 when all do. */
  find(id: StreamId): number {
    let low = 0, high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isAfter(middle, id)) high = middle;
      else low = middle + 1;
    }
    return low - 1;
  }

  #isAfter(n: number, id: StreamId): boolean {
    const words = this.#words, at = this.#first + n * ITEM + ID;
    if (words[at] !== id.msHigh) return words[at]! > id.msHigh;
    if (words[at + 1] !== id.msLow) return words[at + 1]! > id.msLow;
    if (words[at + 2] !== id.seqHigh) return words[at + 2]! > id.seqHigh;
    return words[at + 3]! > id.seqLow;
  }

  /** Puts a block before block `n`, which may be the end. */
  insert(n: number, address: number, count: number, id: StreamId): void {
    if (this.#first + (this.length + 1) * ITEM > this.#words.length) this.#makeRoom();
    const at = this.#first + n * ITEM, end = this.#first + this.length * ITEM;
    if (at < end) this.#words.copyWithin(at + ITEM, at, end);
    this.length++;
    this.#words[at + ADDRESS] = address;
    this.#words[at + COUNT] = count;
    this.setId(n, id);
  }

  /** Takes block `n` out. */
  remove(n: number): void {
    const at = this.#first + n * ITEM;
    if (n < this.length >>> 1) {
      this.#words.copyWithin(this.#first + ITEM, this.#first, at);
      this.#first += ITEM;
    } else this.#words.copyWithin(at, at + ITEM, this.#first + this.length * ITEM);
    this.length--;
    if (this.length === 0) this.#first = 0;
    const room = this.#words.length / ITEM;
    if (room > SMALLEST_ROOM && this.length * 4 <= room) this.#resize(Math.max(SMALLEST_ROOM, this.length * 2));
  }

  /** There is no room behind the last block: perhaps before the first. */
  #makeRoom(): void {
    const room = this.#words.length / ITEM;
    if (this.#first / ITEM > room / 2) {
      this.#words.copyWithin(0, this.#first, this.#first + this.length * ITEM);
      this.#first = 0;
    } else this.#resize(Math.max(SMALLEST_ROOM, this.length * 2));
  }

  #resize(room: number): void {
    const words = new Uint32Array(room * ITEM);
    words.set(this.#words.subarray(this.#first, this.#first + this.length * ITEM));
    this.#words = words;
    this.#first = 0;
  }
}
