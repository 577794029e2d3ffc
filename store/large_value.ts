/**
 * The large forms of collections (a dictionary of fields, a quicklist, a sorted set with its index …), which are objects with
 * tables of their own; their elements are in the arena of their database. An entry holds the number of its object.
 */
import type { Arena } from "./arena.ts";
import type { Dictionary } from "./dictionary.ts";

/** What a database must know of a large value. */
export interface LargeValue {
  /** How many elements, or nodes: decides whether freeing it is deferred. */
  readonly size: number;
  /** What finds an element by its bytes; not of lists and streams. */
  readonly dictionary?: Dictionary;
  /** Bytes outside the arena. */
  readonly tableBytes: number;
  /** Bytes of all of it, estimated from so many elements or nodes; Infinity looks at all. */
  memoryBytes(samples: number): number;
  /** Makes a copy whose elements are in `arena`, which may be the same. */
  copyTo(arena: Arena): LargeValue;
  /** Frees up to about so many of its blocks; true when none is left. Nothing else is done with it afterwards. */
  release(blocks: number): boolean;
}

/** Stands for the bytes of a value that has to be looked at again. */
const UNKNOWN = -1;

/**
 * The large values of a database by number. What their tables take is known at any time: only a value that was handed out
 * since can have changed, so that asking costs no more than the accesses since it was last asked.
 */
export class LargeValues {
  readonly #values: (LargeValue | null)[] = [];
  readonly #free: number[] = [];
  /** Bytes of each value's tables, or UNKNOWN. */
  readonly #bytes: number[] = [];
  /** Sum of those that are known. */
  #knownBytes = 0;
  /** The numbers, each once, of those that are not. */
  readonly #unknown: number[] = [];

  /** Gives the value a number. */
  add(value: LargeValue): number {
    const number = this.#free.pop() ?? this.#values.length;
    this.#values[number] = value;
    if (this.#bytes[number] === undefined) this.#bytes[number] = 0;
    if (this.#bytes[number] !== UNKNOWN) this.#doubt(number);
    return number;
  }

  get(number: number): LargeValue {
    if (this.#bytes[number] !== UNKNOWN) this.#doubt(number);
    return this.#values[number]!;
  }

  /** Takes a value out; its number will be another's. */
  remove(number: number): LargeValue {
    const value = this.#values[number]!;
    this.#values[number] = null;
    this.#free.push(number);
    if (this.#bytes[number] !== UNKNOWN) this.#doubt(number);
    return value;
  }

  /** The value may change now. */
  #doubt(number: number): void {
    this.#knownBytes -= this.#bytes[number]!;
    this.#bytes[number] = UNKNOWN;
    this.#unknown.push(number);
  }

  /** Bytes of all values' tables. */
  get tableBytes(): number {
    const unknown = this.#unknown;
    for (let i = 0; i < unknown.length; i++) {
      const number = unknown[i]!;
      const bytes = this.#values[number]?.tableBytes ?? 0;
      this.#bytes[number] = bytes;
      this.#knownBytes += bytes;
    }
    unknown.length = 0;
    return this.#knownBytes;
  }
}
