/**
 * The large forms of collections (a dictionary of fields, a quicklist, a sorted set with its index …), which are objects with
 * tables of their own; their elements are in the arena of their database. An entry holds the number of its object.
 */
import type { Arena } from "./arena.ts";

/** What a database must know of a large value. */
export interface LargeValue {
  /** How many elements, or nodes: decides whether freeing it is deferred. */
  readonly size: number;
  /** Bytes outside the arena. */
  readonly tableBytes: number;
  /** Bytes of all of it, estimated from so many elements or nodes; Infinity looks at all. */
  memoryBytes(samples: number): number;
  /** Makes a copy whose elements are in `arena`, which may be the same. */
  copyTo(arena: Arena): LargeValue;
  /** Frees up to about so many of its blocks; true when none is left. Nothing else is done with it afterwards. */
  release(blocks: number): boolean;
}

/** The large values of a database by number. */
export class LargeValues {
  readonly #values: (LargeValue | null)[] = [];
  readonly #free: number[] = [];

  /** Gives the value a number. */
  add(value: LargeValue): number {
    const number = this.#free.pop() ?? this.#values.length;
    this.#values[number] = value;
    return number;
  }

  get(number: number): LargeValue {
    return this.#values[number]!;
  }

  /** Takes a value out; its number will be another's. */
  remove(number: number): LargeValue {
    const value = this.#values[number]!;
    this.#values[number] = null;
    this.#free.push(number);
    return value;
  }

  get tableBytes(): number {
    let bytes = 0;
    for (const value of this.#values) if (value !== null) bytes += value.tableBytes;
    return bytes;
  }
}
