/**
 * A value that has been read and checked, and is not yet any key's. Until then nothing of what is there is touched: a payload
 * that turns out to be bad in its last byte leaves no trace.
 */
import type { Arguments, Database, Entry } from "../store/database.ts";
import type { Element } from "../store/element.ts";
import type { LargeValue } from "../store/large_value.ts";

/** Blocks that are freed at once when a value is given up: all. */
const ALL_BLOCKS = 2 ** 30;

export interface LoadedValue {
  /**
   * Makes the key `(args, i)` this value, whatever it held, without expiry. Done once.
   *
   * @throws {StoreMemoryError} There is no room; the value is given up.
   */
  place(args: Arguments, i: number): Entry;
  /** Gives the value up: frees what it takes in the database. */
  release(): void;
}

/** A string, whose digits become a number as in Redis; or a structure, typed RESP bytes. */
export class LoadedText implements LoadedValue {
  readonly #db: Database;
  readonly #text: Element;
  readonly #isStructure: boolean;

  constructor(db: Database, text: Element, isStructure: boolean) {
    this.#db = db;
    this.#text = text;
    this.#isStructure = isStructure;
  }

  place(args: Arguments, i: number): Entry {
    const { bytes, start, end } = this.#text;
    if (this.#isStructure) return this.#db.setStructure(args, i, bytes, start, end);
    return this.#db.setString(args, i, bytes, start, end);
  }

  release(): void {}
}

/** A collection in one run of bytes. */
export class LoadedPacked implements LoadedValue {
  readonly #db: Database;
  readonly #type: number;
  readonly #bytes: Uint8Array;

  constructor(db: Database, type: number, bytes: Uint8Array) {
    this.#db = db;
    this.#type = type;
    this.#bytes = bytes;
  }

  place(args: Arguments, i: number): Entry {
    const db = this.#db;
    const entry = db.setPacked(args, i, this.#type, this.#bytes.length);
    db.bytes.set(this.#bytes, db.valueStart(entry));
    return entry;
  }

  release(): void {}
}

/** A collection in its large form, which is in the arena already. */
export class LoadedLarge implements LoadedValue {
  readonly #db: Database;
  readonly #type: number;
  readonly #value: LargeValue;

  constructor(db: Database, type: number, value: LargeValue) {
    this.#db = db;
    this.#type = type;
    this.#value = value;
  }

  place(args: Arguments, i: number): Entry {
    try {
      return this.#db.setLarge(args, i, this.#type, this.#value);
    } catch (error) {
      this.release();
      throw error;
    }
  }

  release(): void {
    while (!this.#value.release(ALL_BLOCKS));
  }
}

/** What collects elements and makes a key of them in the encoding it finds right. */
interface Builder {
  store(args: Arguments, i: number): Entry;
  release(): void;
}

/** A collection that a builder of the store has. */
export class LoadedBuilder implements LoadedValue {
  readonly #builder: Builder;

  constructor(builder: Builder) {
    this.#builder = builder;
  }

  place(args: Arguments, i: number): Entry {
    try {
      return this.#builder.store(args, i);
    } catch (error) {
      this.#builder.release();
      throw error;
    }
  }

  release(): void {
    this.#builder.release();
  }
}
