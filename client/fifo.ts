/**
 * A queue in a ring: adding and taking cost the same however long it is, where an array's `shift` moves all that is left.
 *
 * ```
 *   items:  [ g h . . c d e f ]     mask = 7, length = 6
 *                 ▲   ▲
 *              next   head
 * ```
 */

const MIN_CAPACITY = 16;
/** A larger ring is let go of once it is empty: a burst does not hold its memory for ever. */
const MAX_IDLE_CAPACITY = 4096;

export class Fifo<T> {
  /** Its length is a power of two, so that `& mask` takes a position around the end. */
  #items: (T | undefined)[] = new Array(MIN_CAPACITY).fill(undefined);
  #mask = MIN_CAPACITY - 1;
  #head = 0;
  #length = 0;

  /** How many items wait. */
  get length(): number {
    return this.#length;
  }

  /** Adds an item at the end. */
  push(item: T): void {
    if (this.#length > this.#mask) this.#resize(this.#items.length * 2);
    this.#items[(this.#head + this.#length) & this.#mask] = item;
    this.#length++;
  }

  /** The item that has waited longest, or undefined where none waits. */
  peek(): T | undefined {
    return this.#items[this.#head];
  }

  /** Takes out the item that has waited longest; undefined where none waits. */
  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head = (this.#head + 1) & this.#mask;
    if (--this.#length === 0 && this.#mask >= MAX_IDLE_CAPACITY) this.#resize(MIN_CAPACITY);
    return item;
  }

  #resize(capacity: number): void {
    const items: (T | undefined)[] = new Array(capacity).fill(undefined);
    for (let i = 0; i < this.#length; i++) items[i] = this.#items[(this.#head + i) & this.#mask];
    this.#items = items;
    this.#mask = capacity - 1;
    this.#head = 0;
  }
}
