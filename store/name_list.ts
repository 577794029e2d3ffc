/**
 * Things with names, in the order of the bytes of these: the groups of a stream, the consumers of a group. There are few of
 * them, compared with entries. Search: O(log n); adding and removing move what is behind.
 */
import { compareBytes } from "./score_tree.ts";

export class NameList<T extends { readonly name: Uint8Array }> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  at(index: number): T {
    return this.#items[index]!;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#items[Symbol.iterator]();
  }

  /** The one with this name, or null. */
  find(bytes: Uint8Array, start: number, end: number): T | null {
    const index = this.#indexOf(bytes, start, end);
    const item = this.#items[index];
    return item !== undefined && hasName(item, bytes, start, end) ? item : null;
  }

  /** Adds one whose name is not there yet. */
  add(item: T): void {
    this.#items.splice(this.#indexOf(item.name, 0, item.name.length), 0, item);
  }

  remove(item: T): void {
    this.removeAt(this.#indexOf(item.name, 0, item.name.length));
  }

  removeAt(index: number): void {
    this.#items.splice(index, 1);
  }

  /** Where a name is, or would have to be. */
  #indexOf(bytes: Uint8Array, start: number, end: number): number {
    let low = 0, high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1, { name } = this.#items[middle]!;
      if (compareBytes(name, 0, name.length, bytes, start, end) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function hasName({ name }: { readonly name: Uint8Array }, bytes: Uint8Array, start: number, end: number): boolean {
  return compareBytes(name, 0, name.length, bytes, start, end) === 0;
}
