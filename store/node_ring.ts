/**
 * The order of a quicklist's nodes: of each, the address of its block, how many elements it has, and how many bytes of the
 * block are before them, in a ring that grows at both ends.
 *
 * ```text
 *                      first
 *                        ▼
 *   | 4: address, count, gap | 0: address, count, gap | 1 ... | 2 ... | 3 ... |
 * ```
 *
 * Reading, and adding or removing at an end: O(1). In the middle the shorter side moves by 12 bytes a node: 0.1 ms for a list of
 * ten million elements.
 */

const NODE_WORDS = 3;
/** Fewest nodes there is room for. */
const SMALLEST_ROOM = 4;

export class NodeRing {
  /** How many nodes there are. */
  length = 0;
  /** Room for a power of two of nodes. */
  #words: Int32Array = new Int32Array(NODE_WORDS * SMALLEST_ROOM);
  #mask = SMALLEST_ROOM - 1;
  #first = 0;

  /** Address of the block of node `n`. */
  address(n: number): number {
    return this.#words[this.#at(n)]!;
  }

  /** Elements of node `n`. */
  count(n: number): number {
    return this.#words[this.#at(n) + 1]!;
  }

  /** Bytes of node `n` before its listpack. */
  gap(n: number): number {
    return this.#words[this.#at(n) + 2]!;
  }

  set(n: number, address: number, count: number, gap = 0): void {
    const at = this.#at(n);
    this.#words[at] = address;
    this.#words[at + 1] = count;
    this.#words[at + 2] = gap;
  }

  setGap(n: number, gap: number): void {
    this.#words[this.#at(n) + 2] = gap;
  }

  setCount(n: number, count: number): void {
    this.#words[this.#at(n) + 1] = count;
  }

  /** Puts a node before node `n`, which may be the end. */
  insert(n: number, address: number, count: number): void {
    if (this.length > this.#mask) this.#resize(2 * this.length);
    const last = this.length++;
    if (n < last - n) {
      this.#first = (this.#first - 1) & this.#mask;
      for (let k = 0; k < n; k++) this.#move(k + 1, k);
    } else for (let k = last; k > n; k--) this.#move(k - 1, k);
    this.set(n, address, count);
  }

  /** Takes the nodes `[from, to)` out. */
  remove(from: number, to: number): void {
    const removed = to - from;
    if (removed === 0) return;
    if (from < this.length - to) {
      for (let k = to - 1; k >= removed; k--) this.#move(k - removed, k);
      this.#first = (this.#first + removed) & this.#mask;
    } else for (let k = to; k < this.length; k++) this.#move(k, k - removed);
    this.length -= removed;
    const room = this.#mask + 1;
    if (this.length * 4 <= room && room > SMALLEST_ROOM) this.#resize(Math.max(this.length * 2, SMALLEST_ROOM));
  }

  /** Bytes that the ring takes. */
  get tableBytes(): number {
    return this.#words.byteLength;
  }

  #at(n: number): number {
    return ((this.#first + n) & this.#mask) * NODE_WORDS;
  }

  #move(from: number, to: number): void {
    const source = this.#at(from), target = this.#at(to);
    this.#words[target] = this.#words[source]!;
    this.#words[target + 1] = this.#words[source + 1]!;
    this.#words[target + 2] = this.#words[source + 2]!;
  }

  /** Makes room for at least so many nodes and no more than twice that. */
  #resize(least: number): void {
    let room = SMALLEST_ROOM;
    while (room < least) room *= 2;
    const words = new Int32Array(NODE_WORDS * room);
    for (let n = 0; n < this.length; n++) {
      const at = this.#at(n);
      for (let k = 0; k < NODE_WORDS; k++) words[NODE_WORDS * n + k] = this.#words[at + k]!;
    }
    this.#words = words;
    this.#mask = room - 1;
    this.#first = 0;
  }
}
