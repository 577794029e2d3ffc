/**
 * Collects the fields of a hash that is being read: in a listpack while they are few and short, so that they keep their
 * order, then in a dictionary.
 */
import type { Arguments, Database, Entry } from "../store/database.ts";
import { Dictionary } from "../store/dictionary.ts";
import { Element } from "../store/element.ts";
import { putField } from "../store/hash_value.ts";
import { MAX_LISTPACK_BYTES } from "../store/listpack.ts";
import { HASH_TYPE } from "../store/types.ts";
import { RdbFormatError } from "./errors.ts";
import { ListpackBuilder } from "./listpack_builder.ts";
import { LoadedLarge, LoadedPacked, type LoadedValue } from "./loaded_value.ts";
import { TextSet } from "./text_set.ts";

export class HashBuilder implements LoadedValue {
  readonly #db: Database;
  readonly #maxFields: number;
  readonly #maxBytes: number;
  readonly #packed: ListpackBuilder = new ListpackBuilder();
  /** The fields in the listpack. */
  readonly #fields: TextSet = new TextSet();
  #table: Dictionary | null = null;

  /** Packed are hashes of at most `maxFields`, no field or value being longer than `maxBytes`. */
  constructor(db: Database, maxFields: number, maxBytes: number) {
    this.#db = db;
    this.#maxFields = maxFields;
    this.#maxBytes = maxBytes;
  }

  /** @throws {RdbFormatError} The field is there already. */
  add(field: Element, value: Element): void {
    const packed = this.#packed;
    if (
      this.#table === null &&
      (packed.count >= this.#maxFields * 2 || field.length > this.#maxBytes || value.length > this.#maxBytes ||
        packed.size + field.length + value.length > MAX_LISTPACK_BYTES)
    ) this.#enlarge();
    if (this.#table !== null) return addTo(this.#table, field, value);
    if (!this.#fields.add(field)) throw new RdbFormatError("a field twice");
    packed.append(field);
    packed.append(value);
  }

  #enlarge(): void {
    const table = this.#table = new Dictionary(this.#db.arena, this.#db.keyspace.seed);
    const field = new Element(), value = new Element();
    const entries = this.#packed.entries();
    while (entries.next(field) && entries.next(value)) addTo(table, field, value);
  }

  get isEmpty(): boolean {
    return this.#table === null && this.#packed.count === 0;
  }

  place(args: Arguments, i: number): Entry {
    const db = this.#db;
    const value = this.#table === null
      ? new LoadedPacked(db, HASH_TYPE, this.#packed.finish())
      : new LoadedLarge(db, HASH_TYPE, this.#table);
    return value.place(args, i);
  }

  release(): void {
    if (this.#table !== null) new LoadedLarge(this.#db, HASH_TYPE, this.#table).release();
  }
}

function addTo(table: Dictionary, field: Element, value: Element): void {
  const isNew = putField(table, field.bytes, field.start, field.end, value.bytes, value.start, value.end);
  if (!isNew) throw new RdbFormatError("a field twice");
}
