/**
 * A table of the few keys that somebody waits for or watches, in all databases. Looked at for each key that is added or
 * changed while there is such a key, so it is found by the hash of its bytes, without making a string. O(1). Channels and
 * patterns that clients subscribe to are found in the same way.
 */
import { hashBytes, type HashSeed } from "../store/hash.ts";

/** Those who are interested in one key, in the order in which they came. */
export class KeyGroup<T> {
  readonly hash: number;
  /** Number of the database, and the key there. */
  readonly db: number;
  readonly key: Uint8Array;
  readonly members: Set<T> = new Set();

  constructor(hash: number, db: number, key: Uint8Array) {
    this.hash = hash;
    this.db = db;
    this.key = key;
  }

  isFor(db: number, bytes: Uint8Array, start: number, end: number): boolean {
    const { key } = this;
    if (this.db !== db || key.length !== end - start) return false;
    for (let i = 0; i < key.length; i++) if (key[i] !== bytes[start + i]) return false;
    return true;
  }
}

export class KeyTable<T> {
  readonly #seed: HashSeed;
  /** Groups by the hashes of their keys. */
  readonly #groups: Map<number, readonly KeyGroup<T>[]> = new Map();
  /** How many keys somebody is interested in. */
  size = 0;

  constructor(seed: HashSeed) {
    this.#seed = seed;
  }

  /** The group of a key; null when nobody is interested in it. */
  find(db: number, bytes: Uint8Array, start: number, end: number): KeyGroup<T> | null {
    return this.#find(hashBytes(this.#seed, bytes, start, end), db, bytes, start, end);
  }

  #find(hash: number, db: number, bytes: Uint8Array, start: number, end: number): KeyGroup<T> | null {
    const groups = this.#groups.get(hash);
    if (groups === undefined) return null;
    for (const group of groups) if (group.isFor(db, bytes, start, end)) return group;
    return null;
  }

  /** The group of a key, to put somebody in. */
  findOrAdd(db: number, bytes: Uint8Array, start: number, end: number): KeyGroup<T> {
    const hash = hashBytes(this.#seed, bytes, start, end);
    const found = this.#find(hash, db, bytes, start, end);
    if (found !== null) return found;
    const group = new KeyGroup<T>(hash, db, bytes.slice(start, end));
    this.#groups.set(hash, [...this.#groups.get(hash) ?? [], group]);
    this.size++;
    return group;
  }

  /** Takes somebody out of a group, and the group out of the table when nobody is left in it. */
  leave(group: KeyGroup<T>, member: T): void {
    group.members.delete(member);
    if (group.members.size > 0) return;
    this.size--;
    const others = this.#groups.get(group.hash)!.filter((other) => other !== group);
    if (others.length === 0) this.#groups.delete(group.hash);
    else this.#groups.set(group.hash, others);
  }

  /** All groups of a database. */
  *of(db: number): Generator<KeyGroup<T>> {
    for (const groups of this.#groups.values()) for (const group of groups) if (group.db === db) yield group;
  }
}
