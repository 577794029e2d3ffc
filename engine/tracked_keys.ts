/**
 * Which clients have read which keys: the table of client-side caching.
 *
 * There may be a million keys in it, each of them looked for at every write, so they are entries of a {@linkcode Dictionary}
 * in an arena of their own: found by their bytes without making a string, and no object for a key that one client has read
 * (what a `Map` takes instead is told there). A dictionary also knows how to choose a random entry, which a `Map` does not.
 * Numbers of databases are no part of it: as in Redis, a key stands for those of its name in all of them.
 *
 * ```text
 *   meta            value word                   then
 *   id, low word  | id, high word              | key |     one client has read it
 *   unused        | -1 - index in #groups      | key |     several have: a set of ids
 * ```
 *
 * Clients are known by their ids, which are never used twice. When one goes, its ids stay until the keys change; a set is
 * rid of them when it has grown to twice its size. All operations: O(1), or O(clients of the key).
 */
import { Arena, NONE } from "../store/arena.ts";
import { Dictionary, HEADER_BYTES, KEY_LENGTH, META, VALUE } from "../store/dictionary.ts";
import type { HashSeed } from "../store/hash.ts";

const TWO_TO_32 = 2 ** 32;
/** Sets of fewer ids are not looked through. */
const SMALLEST_SWEPT = 16;
/** An empty table keeps so much memory. */
const KEPT_BYTES = 1024 * 1024;

/** The ids of those who have read one key. */
interface Group {
  readonly ids: Set<number>;
  /** Look for ids of clients that are gone when there are so many. */
  sweepAt: number;
}

export class TrackedKeys {
  readonly #seed: HashSeed;
  readonly #isConnected: (id: number) => boolean;
  readonly #arena: Arena;
  #keys: Dictionary;
  /** Sets of ids; those at the indexes of `#free` are not in use. */
  readonly #groups: Group[] = [];
  readonly #free: number[] = [];
  /** Ids in all of the table. */
  items = 0;

  /**
   * @param seed Of the hash of keys.
   * @param isConnected Whether there is a client of this id.
   * @param maxBytes What keys may take; by default all that an arena reaches.
   */
  constructor(seed: HashSeed, isConnected: (id: number) => boolean, maxBytes?: number) {
    this.#seed = seed;
    this.#isConnected = isConnected;
    this.#arena = new Arena(maxBytes);
    this.#keys = new Dictionary(this.#arena, seed);
  }

  /** How many keys there are. */
  get size(): number {
    return this.#keys.size;
  }

  /**
   * Notes that a client has read the key `bytes[start, end)`.
   *
   * @throws {StoreMemoryError} There is no room; nothing has changed.
   */
  add(bytes: Uint8Array, start: number, end: number, id: number): void {
    const keys = this.#keys;
    const hash = keys.hash(bytes, start, end);
    const entry = keys.find(hash, bytes, start, end);
    if (entry === NONE) {
      this.#setId(keys.insert(hash, bytes, start, end, 0), id);
      this.items++;
    } else if (this.#isShared(entry)) this.#addTo(this.#group(entry), id);
    else if (this.#id(entry) !== id) {
      this.#share(entry, [this.#id(entry), id]);
      this.items++;
    }
  }

  /** Takes a key out; returns the ids of those who have read it, null when nobody has. */
  take(bytes: Uint8Array, start: number, end: number): Iterable<number> | null {
    const entry = this.#keys.find(this.#keys.hash(bytes, start, end), bytes, start, end);
    return entry === NONE ? null : this.#take(entry);
  }

  /** Takes out any key, each as likely as any other; null when there is none. */
  takeRandom(random: () => number): { readonly key: Uint8Array; readonly ids: Iterable<number> } | null {
    const entry = this.#keys.randomEntry(random);
    if (entry === NONE) return null;
    const at = entry * 8 + HEADER_BYTES;
    const key = this.#arena.bytes.slice(at, at + this.#arena.words[entry * 2 + KEY_LENGTH]!);
    return { key, ids: this.#take(entry) };
  }

  /** Takes out all keys. */
  clear(): void {
    this.#arena.reset();
    if (this.#arena.spareBytes > KEPT_BYTES) this.#arena.dropMemory();
    this.#keys = new Dictionary(this.#arena, this.#seed);
    this.#groups.length = this.#free.length = 0;
    this.items = 0;
  }

  #take(entry: number): Iterable<number> {
    let ids: Iterable<number>;
    if (this.#isShared(entry)) {
      const index = this.#groupIndex(entry);
      const group = this.#groups[index]!;
      this.#groups[index] = NO_GROUP;
      this.#free.push(index);
      this.items -= group.ids.size;
      ids = group.ids;
    } else {
      ids = [this.#id(entry)];
      this.items--;
    }
    this.#keys.unlink(entry);
    this.#arena.free(entry);
    return ids;
  }

  #isShared(entry: number): boolean {
    return this.#arena.words[entry * 2 + VALUE]! < 0;
  }

  /** The one client that has read a key. */
  #id(entry: number): number {
    const { words } = this.#arena;
    return words[entry * 2 + VALUE]! * TWO_TO_32 + (words[entry * 2 + META]! >>> 0);
  }

  #setId(entry: number, id: number): void {
    const { words } = this.#arena;
    words[entry * 2 + META] = id; // its lower 32 bits
    words[entry * 2 + VALUE] = Math.floor(id / TWO_TO_32);
  }

  #groupIndex(entry: number): number {
    return -1 - this.#arena.words[entry * 2 + VALUE]!;
  }

  #group(entry: number): Group {
    return this.#groups[this.#groupIndex(entry)]!;
  }

  #share(entry: number, ids: readonly number[]): void {
    const index = this.#free.pop() ?? this.#groups.length;
    this.#groups[index] = { ids: new Set(ids), sweepAt: SMALLEST_SWEPT };
    this.#arena.words[entry * 2 + VALUE] = -1 - index;
  }

  #addTo(group: Group, id: number): void {
    const { ids } = group;
    this.items -= ids.size;
    ids.add(id);
    if (ids.size >= group.sweepAt) {
      for (const other of ids) if (!this.#isConnected(other)) ids.delete(other);
      group.sweepAt = Math.max(SMALLEST_SWEPT, 2 * ids.size);
    }
    this.items += ids.size;
  }
}

/** At indexes that are free. */
const NO_GROUP: Group = { ids: new Set(), sweepAt: 0 };
