/**
 * Looks ahead in a batch: hashes the keys of the next commands and touches their entries, so that the processor waits
 * for all of these cache misses at once and not for each in turn. At 100,000 keys that wait is more than half of what
 * finding one takes, at a million four fifths; looking ahead saves a fifth and half of the whole (bench/store_bench.ts).
 * What a command then finds out is the same with or without it.
 */
import { ARGC_MASK, type CommandBatch } from "../resp/command_batch.ts";
import type { Database } from "../store/database.ts";
import type { Args } from "./args.ts";

/** Commands looked at together: enough misses to overlap, few enough that the lines are still there when needed. */
const GROUP = 32;
/** With fewer keys the table is in the cache anyway. */
const SMALLEST_DATABASE = 2048;
/** Longer keys are hashed when their command comes. */
const LONGEST_KEY_BYTES = 64;

export class Lookahead {
  readonly #hashes: Int32Array = new Int32Array(GROUP);
  readonly #elementHashes: Int32Array = new Int32Array(GROUP);
  readonly #isHashed: Uint8Array = new Uint8Array(GROUP);
  #count = 0;
  #next = 0;

  /** Elements of the commands before this word have been looked at. */
  #elementsTo = 0;

  /** Forgets what it has seen: another batch begins. */
  reset(): void {
    this.#count = this.#next = this.#elementsTo = 0;
  }

  /** Tells the arguments of the next command the hash of its key (argument 1), if it pays to have it in advance. */
  pass(args: Args, db: Database, batch: CommandBatch): void {
    if (this.#next === this.#count) {
      args.isHashed = false;
      if (db.size < SMALLEST_DATABASE || args.next >= batch.size) return;
      this.#look(db, batch, args.base);
    }
    const i = this.#next++;
    args.isHashed = this.#isHashed[i] === 1;
    args.keyHash = this.#hashes[i]!;
  }

  /**
   * Does for the elements of a large collection what is done for keys: for those that this command and the ones behind it
   * name at argument `elementAt`, as long as these are about the same key.
   */
  passElements(args: Args, db: Database, batch: CommandBatch, elementAt: number): void {
    if (args.base < this.#elementsTo || args.next >= batch.size) return;
    const { bytes, words, size } = batch;
    const table = db.elementsOf(args, 1);
    if (table === null || table.size < SMALLEST_DATABASE) {
      this.#elementsTo = size;
      return;
    }
    const keyStart = args.start(1), keyEnd = args.end(1);
    let at = args.base, count = 0;
    for (let left = GROUP; left > 0 && at < size; left--) {
      const argc = words[at]! & ARGC_MASK;
      if (argc <= elementAt || !isSame(bytes, words[at + 3]!, words[at + 4]!, keyStart, keyEnd)) break;
      const start = words[at + 1 + 2 * elementAt]!, end = words[at + 2 + 2 * elementAt]!;
      if (end - start <= LONGEST_KEY_BYTES) this.#elementHashes[count++] = table.hash(bytes, start, end);
      at += 1 + 2 * argc;
    }
    this.#elementsTo = Math.max(at, args.next);
    table.prefetch(this.#elementHashes, count);
  }

  #look(db: Database, batch: CommandBatch, at: number): void {
    const { bytes, words, size } = batch;
    let count = 0;
    let lastStart = 0, lastEnd = -1; // the key before, with this hash: many pipelines are about one key
    for (; count < GROUP && at < size; count++) {
      const argc = words[at]! & ARGC_MASK;
      const start = argc < 2 ? 0 : words[at + 3]!, end = argc < 2 ? -1 : words[at + 4]!;
      const isShort = end >= start && end - start <= LONGEST_KEY_BYTES;
      this.#isHashed[count] = isShort ? 1 : 0;
      if (isShort && isSame(bytes, start, end, lastStart, lastEnd)) this.#hashes[count] = this.#hashes[count - 1]!;
      else this.#hashes[count] = isShort ? db.hash(bytes, start, end) : 0;
      lastStart = start;
      lastEnd = isShort ? end : -1;
      at += 1 + 2 * argc;
    }
    this.#count = count;
    this.#next = 0;
    db.prefetch(this.#hashes, count);
  }
}

/** Are `bytes[start, end)` the same as those from `other` to `otherEnd`? Keys that differ mostly do so at their end. */
function isSame(bytes: Uint8Array, start: number, end: number, other: number, otherEnd: number): boolean {
  if (end - start !== otherEnd - other) return false;
  for (let i = end - 1, k = otherEnd - 1; i >= start; i--, k--) if (bytes[i] !== bytes[k]) return false;
  return true;
}
