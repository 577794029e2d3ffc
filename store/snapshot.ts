/**
 * A snapshot: every key as it was at one moment, visited a slice of time at a time, while commands run between the slices.
 *
 * The keys of each database are visited in the order of SCAN, which is that of their hashes with the bits reversed: what lies
 * before the frontier has been visited, however the table is resized meanwhile.
 *
 * ```text
 *   hashes, bits reversed   0 ─────────────────────── frontier ───────────────────── 2^32
 *                             visited: may change        still to be visited, but for those handled
 * ```
 *
 * A key beyond the frontier that is about to change for the first time, to be deleted or to be replaced is visited first; a key
 * about to be added is left out. Either way its name goes into a table of those handled: whatever becomes of it then is no
 * part of the snapshot. So a snapshot costs the memory of the names changed while it lasts, 49 bytes for one of 16 bytes.
 *
 * - A database that is emptied hands its keys over: the walk goes on over them, and frees them when it is done.
 * - Databases that are exchanged keep the numbers they had.
 * - A key is visited in one go. One with a million elements takes as long as it takes, within the slice or the command.
 *
 * Commands pay for one test of a pointer while there is no snapshot.
 */
import { Arena, NONE } from "./arena.ts";
import type { Database, Entry, KeyWatcher } from "./database.ts";
import { Dictionary, scanRank } from "./dictionary.ts";
import type { Keyspace } from "./keyspace.ts";

/** Takes an entry of the database that had the number `index` when the snapshot began. It may not change anything. */
export type SnapshotVisitor = (index: number, db: Database, entry: Entry) => void;

export class Snapshot {
  readonly #keyspace: Keyspace;
  readonly #visit: SnapshotVisitor;
  /** One for each database that has keys still to be visited; the first is being walked over. */
  #walks: Walk[];
  /** Holds the names of keys that have been handled. */
  readonly #names: Arena;
  /** What a visit has thrown: the snapshot is over then. */
  #failure: { readonly error: unknown } | null = null;

  /**
   * Begins a snapshot of all databases.
   *
   * @throws {TypeError} There is one under way.
   */
  constructor(keyspace: Keyspace, visit: SnapshotVisitor) {
    if (keyspace.snapshot !== null) throw new TypeError("Cannot begin a snapshot: another one is under way");
    this.#keyspace = keyspace;
    this.#visit = visit;
    this.#names = new Arena(keyspace.arenaBytes);
    this.#walks = keyspace.databases.filter((db) => db.size > 0).map((db) => new Walk(db, this.#names, this));
    for (const walk of this.#walks) walk.db.watcher = walk;
    keyspace.snapshot = this;
  }

  /**
   * Goes on until `performance.now()` says `untilMs`, by one bucket of keys at least.
   *
   * @returns Whether all keys have been visited.
   * @throws What a visit has thrown, in this step or before a command since the last: the snapshot has ended.
   */
  step(untilMs: number): boolean {
    while (this.#walks.length > 0) {
      const walk = this.#walks[0]!;
      if (walk.advance()) {
        walk.end();
        this.#walks.shift();
      }
      if (performance.now() >= untilMs) break;
    }
    const failure = this.#failure;
    if (failure !== null) {
      this.#failure = null;
      throw failure.error;
    }
    if (this.#walks.length > 0) return false;
    this.cancel();
    return true;
  }

  /** Ends it, whether all keys have been visited or not. */
  cancel(): void {
    for (const walk of this.#walks) walk.end();
    this.#walks = [];
    if (this.#keyspace.snapshot !== this) return;
    this.#keyspace.snapshot = null;
    this.#keyspace.retire(this.#names);
  }

  /** Visits an entry; a visit that fails ends the snapshot, and not the command that was about to change the key. */
  visit(index: number, db: Database, entry: Entry): void {
    this.guard(() => this.#visit(index, db, entry));
  }

  /** Does what may end the snapshot, and nothing else, by throwing. */
  guard(action: () => void): void {
    if (this.#failure !== null) return;
    try {
      action();
    } catch (error) {
      this.cancel();
      this.#failure = { error };
    }
  }
}

/** The way over the keys of one database. */
class Walk implements KeyWatcher {
  /** Whose keys they are; after the database has been emptied, one that nobody else knows. */
  db: Database;
  readonly #snapshot: Snapshot;
  /** The number that the database had. */
  readonly #index: number;
  /** Keys beyond the frontier that have been visited, or were not there. */
  readonly #handled: Dictionary;
  #cursor = 0;
  #frontier = 0;
  #isDone = false;
  /** Are the keys ours alone? */
  #isOwner = false;

  constructor(db: Database, names: Arena, snapshot: Snapshot) {
    this.db = db;
    this.#snapshot = snapshot;
    this.#index = db.index;
    this.#handled = new Dictionary(names, db.keyspace.seed); // the seed of the keys themselves: their hashes are known
  }

  /** Visits the keys of a bucket; true when there is none left. */
  advance(): boolean {
    const { db } = this;
    this.#cursor = db.scan(this.#cursor, (entry) => {
      if (this.#isDone || this.#isPassed(db.hashOf(entry))) return; // the bucket may begin before the frontier
      if (!this.#hasHandled(entry)) this.#snapshot.visit(this.#index, db, entry);
    });
    this.#frontier = scanRank(this.#cursor);
    return this.#cursor === 0;
  }

  #isPassed(hash: number): boolean {
    return scanRank(hash) < this.#frontier;
  }

  #hasHandled(entry: Entry): boolean {
    const handled = this.#handled, db = this.db;
    return handled.size > 0 &&
      handled.find(db.hashOf(entry), db.bytes, db.keyStart(entry), db.keyEnd(entry)) !== NONE;
  }

  beforeChange(entry: Entry): void {
    const { db } = this;
    const hash = db.hashOf(entry);
    if (this.#isPassed(hash) || this.#hasHandled(entry)) return;
    this.#snapshot.visit(this.#index, db, entry);
    if (!this.#isDone) this.#note(hash, db.bytes, db.keyStart(entry), db.keyEnd(entry));
  }

  beforeAdd(hash: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.#isPassed(hash) || this.#handled.find(hash, bytes, start, end) !== NONE) return;
    this.#note(hash, bytes, start, end);
  }

  /** There may be no memory for the name, which ends the snapshot. */
  #note(hash: number, bytes: Uint8Array, start: number, end: number): void {
    this.#snapshot.guard(() => this.#handled.insert(hash, bytes, start, end, 0));
  }

  handOver(keys: Database): void {
    this.db.watcher = null;
    this.db = keys;
    this.#isOwner = true;
  }

  end(): void {
    this.#isDone = true;
    this.db.watcher = null;
    if (!this.#isOwner) return;
    this.db.clear();
    this.db.dropMemory();
  }
}
