/**
 * Collects a list that is being read, node by node or element by element. The first node, if it is a listpack, waits outside
 * the arena: a list of one such node is held packed.
 */
import type { Arguments, Database, Entry } from "../store/database.ts";
import type { Element } from "../store/element.ts";
import { hasRoom, Quicklist } from "../store/quicklist.ts";
import { LIST } from "../store/types.ts";
import { RdbEmptyError } from "./errors.ts";
import { ListpackBuilder } from "./listpack_builder.ts";
import { LoadedLarge, LoadedPacked, type LoadedValue } from "./loaded_value.ts";

export class ListBuilder implements LoadedValue {
  readonly #db: Database;
  /** The node that elements go to. */
  readonly #last: ListpackBuilder = new ListpackBuilder();
  /** The nodes before it. */
  #quicklist: Quicklist | null = null;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Adds an element, as if it were pushed: to the last node while that has room. */
  push(element: Element): void {
    const { limits } = this.#db.keyspace;
    const last = this.#last;
    if (!hasRoom(limits, last.size + 1, last.count, element.length)) {
      this.endNode();
      element.bytes = this.#db.arena.renewed(element.bytes);
    }
    if (element.length >= limits.listPlainBytes) this.addPlain(element);
    else last.append(element);
  }

  /** Adds an element to the node being read, however large that is. */
  append(element: Element): void {
    this.#last.append(element);
  }

  /** Adds an element as a node of its own. */
  addPlain({ bytes, start, end }: Element): void {
    this.endNode();
    this.#nodes().appendPlain(bytes, start, end);
  }

  /** What is added from here on goes to another node. */
  endNode(): void {
    const last = this.#last;
    if (last.count === 0) return;
    const listpack = last.finish();
    this.#nodes().appendListpack(listpack, 0, listpack.length, last.count);
    last.clear();
  }

  #nodes(): Quicklist {
    return this.#quicklist ??= new Quicklist(this.#db.arena, this.#db.keyspace.limits);
  }

  /** @throws {RdbEmptyError} There are no elements. */
  checkNotEmpty(): void {
    if (this.#quicklist === null && this.#last.count === 0) throw new RdbEmptyError("a list of nothing");
  }

  place(args: Arguments, i: number): Entry {
    const db = this.#db;
    if (this.#quicklist === null) return new LoadedPacked(db, LIST, this.#last.finish()).place(args, i);
    try {
      this.endNode();
    } catch (error) {
      this.release();
      throw error;
    }
    return new LoadedLarge(db, LIST, this.#quicklist).place(args, i);
  }

  release(): void {
    if (this.#quicklist !== null) new LoadedLarge(this.#db, LIST, this.#quicklist).release();
  }
}
