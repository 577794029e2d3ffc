/**
 * A hash table from bytes to values, in an arena: keys of a database today, fields and members of large hashes and sets
 * as well. The table itself is {@linkcode Buckets}.
 *
 * An entry is one block:
 *
 * ```text
 *   word 0     1            2      3            then
 *   | hash | key length | meta | value word | key bytes | payload |
 * ```
 *
 * 49 bytes per key of 16 bytes with 3 bytes of payload, its share of the table included; Redis 7.0.15 takes 115, a `Map`
 * 480 (`bench/memory.ts`). What meta, value word and payload mean is the owner's.
 *
 * find, insert, unlink: O(1). Resizing moves one bucket with each insertion or removal: no operation ever pauses for all
 * of it. While it lasts, entries are in two tables.
 */
import { type Arena, NONE } from "./arena.ts";
import { Buckets, ENTRIES_PER_BUCKET, LAYOUT, tagOf } from "./buckets.ts";
import { StoreMemoryError } from "./errors.ts";
import { hashBytes, type HashSeed } from "./hash.ts";

/** Words of an entry before its key. */
export const HASH = 0, KEY_LENGTH = 1, META = 2, VALUE = 3;
/** Bytes of an entry before its key. */
export const HEADER_BYTES = 16;

/** A random place is one of so many in a bucket; more entries than this are in none. */
const RANDOM_PLACES = 24;
/** Buckets without an entry that one step of a resize may pass. */
const EMPTY_BUCKETS_PER_STEP = 10;

/** Where memory is short, a table grows only when buckets hold more than this on average (1.6 times as much, as in Redis). */
const MOST_PER_BUCKET = 13;

const { BUCKET_WORDS, TAG_WORD, SLOT_WORD } = LAYOUT;
const ONES = 0x01010101;
const HIGH_BITS = 0x80808080 | 0;

export class Dictionary {
  readonly arena: Arena;
  readonly seed: HashSeed;
  /** How many entries there are. */
  size = 0;

  #table: Buckets = new Buckets(1);
  /** The smaller or larger table being emptied into `#table`; null when nothing is. */
  #old: Buckets | null = null;
  /** Buckets of the old table below this one are empty. */
  #moved = 0;
  #paused = 0;
  /** Buckets that {@linkcode release} has emptied. */
  #released = 0;
  /** Kept so that the loads of {@linkcode prefetch} are not optimised away. */
  #touched = 0;
  /** Scratch space for the entries of a bucket. */
  readonly #entries: number[] = [];
  readonly #mayTake: ((bytes: number) => boolean) | null;

  /** @param mayTake Whether there may be a table of so many bytes more; where not, buckets hold somewhat more entries. */
  constructor(arena: Arena, seed: HashSeed, mayTake: ((bytes: number) => boolean) | null = null) {
    this.arena = arena;
    this.seed = seed;
    this.#mayTake = mayTake;
  }

  /** The hash that {@linkcode find} and {@linkcode insert} take. */
  hash(bytes: Uint8Array, start: number, end: number): number {
    return hashBytes(this.seed, bytes, start, end);
  }

  /** The entry whose key is `bytes[start, end)`, or {@linkcode NONE}. */
  find(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const old = this.#old;
    if (old !== null && (hash & old.mask) >= this.#moved) {
      const entry = this.#findIn(old, hash, bytes, start, end);
      if (entry !== NONE) return entry;
    }
    return this.#findIn(this.#table, hash, bytes, start, end);
  }

  #findIn(table: Buckets, hash: number, bytes: Uint8Array, start: number, end: number): number {
    const slots = table.words;
    const pattern = Math.imul(tagOf(hash), ONES);
    let bucket = hash & table.mask;
    do {
      const at = bucket * BUCKET_WORDS;
      for (let t = 0; t < 3; t++) {
        const x = slots[at + TAG_WORD + t]! ^ pattern; // a byte of x is 0 where the tag is the one looked for
        let matches = (x - ONES) & ~x & HIGH_BITS;
        while (matches !== 0) {
          const lowest = matches & -matches;
          const entry = slots[at + SLOT_WORD + t * 4 + 3 - (Math.clz32(lowest) >> 3)]!;
          if (this.#isKey(entry, hash, bytes, start, end)) return entry;
          matches ^= lowest;
        }
      }
      bucket = slots[at]!;
    } while (bucket !== 0);
    return NONE;
  }

  #isKey(entry: number, hash: number, bytes: Uint8Array, start: number, end: number): boolean {
    const words = this.arena.words;
    if (words[entry * 2 + HASH] !== hash || words[entry * 2 + KEY_LENGTH] !== end - start || entry === NONE) {
      return false;
    }
    const keys = this.arena.bytes;
    let k = entry * 8 + HEADER_BYTES;
    for (let i = start; i < end; i++) if (keys[k++] !== bytes[i]) return false;
    return true;
  }

  /**
   * Brings what {@linkcode find} will need for these hashes into the cache: loads that do not depend on each other, so
   * that the processor has many under way at once. First all buckets, then the first entry with the right tag.
   */
  prefetch(hashes: Int32Array, count: number): void {
    const { words: slots, mask } = this.#table;
    const words = this.arena.words;
    let touched = 0;
    for (let i = 0; i < count; i++) touched ^= slots[(hashes[i]! & mask) * BUCKET_WORDS]!;
    for (let i = 0; i < count; i++) {
      const at = (hashes[i]! & mask) * BUCKET_WORDS;
      const pattern = Math.imul(tagOf(hashes[i]!), ONES);
      for (let t = 0; t < 3; t++) {
        const x = slots[at + TAG_WORD + t]! ^ pattern;
        const matches = (x - ONES) & ~x & HIGH_BITS;
        if (matches === 0) continue;
        touched ^= words[slots[at + SLOT_WORD + t * 4 + 3 - (Math.clz32(matches & -matches) >> 3)]! * 2]!;
        break;
      }
    }
    this.#touched = touched;
  }

  /**
   * Makes an entry for a key that is not there yet, with room for `payloadBytes`; the caller fills meta, value word and
   * payload at once.
   *
   * @throws {StoreMemoryError} Nothing has changed.
   */
  insert(hash: number, bytes: Uint8Array, start: number, end: number, payloadBytes: number): number {
    const size = end - start;
    const entry = this.arena.allocate(HEADER_BYTES + size + payloadBytes);
    const words = this.arena.words, at = entry * 2;
    words[at + HASH] = hash;
    words[at + KEY_LENGTH] = size;
    const keys = this.arena.bytes;
    bytes = this.arena.renewed(bytes);
    let k = entry * 8 + HEADER_BYTES;
    if (size <= 64) { for (let i = start; i < end; i++) keys[k++] = bytes[i]!; }
    else keys.set(bytes.subarray(start, end), k);
    this.#add(hash, entry);
    if (this.#old !== null) this.#step();
    else if (this.size > (this.#table.mask + 1) * ENTRIES_PER_BUCKET) this.#double();
    return entry;
  }

  /** Adds an entry to the table; without memory for that its block is freed. */
  #add(hash: number, entry: number): void {
    try {
      this.#table.add(hash, entry);
    } catch (error) {
      this.arena.free(entry);
      throw error;
    }
    this.size++;
  }

  /** Takes an entry out of the table; its block stays the caller's. */
  unlink(entry: number): void {
    const hash = this.arena.words[entry * 2 + HASH]!;
    const table = this.#tableOf(hash, entry);
    table.remove(table.find(hash, entry));
    if (table.words[(hash & table.mask) * BUCKET_WORDS] !== 0) table.trim(hash);
    this.size--;
    if (this.#old !== null) this.#step();
    else if (this.#table.mask > 0 && this.size * 10 < (this.#table.mask + 1) * ENTRIES_PER_BUCKET) {
      this.#resize(bucketsFor(this.size));
    }
  }

  /** The hash of an entry's key. */
  hashOf(entry: number): number {
    return this.arena.words[entry * 2 + HASH]!;
  }

  /** Is there an entry at this address, and in the bucket of this hash? It may have been another key's before. */
  hasEntry(hash: number, entry: number): boolean {
    return this.#table.find(hash, entry) >= 0 || (this.#old !== null && this.#old.find(hash, entry) >= 0);
  }

  /** The table that `entry` is in. */
  #tableOf(hash: number, entry: number): Buckets {
    if (this.#old !== null && this.#old.find(hash, entry) >= 0) return this.#old;
    return this.#table;
  }

  /**
   * Puts an entry in a block with room for `payloadBytes` of payload, keeping key, meta and value word. The old block is
   * freed; up to `keepBytes` of the payload go along.
   *
   * @returns The new address.
   * @throws {StoreMemoryError} Nothing has changed.
   */
  resizeEntry(entry: number, payloadBytes: number, keepBytes: number): number {
    const { arena } = this;
    const hash = arena.words[entry * 2 + HASH]!;
    const keyBytes = arena.words[entry * 2 + KEY_LENGTH]!;
    const moved = arena.allocate(HEADER_BYTES + keyBytes + payloadBytes);
    const from = entry * 8;
    arena.bytes.copyWithin(moved * 8, from, from + HEADER_BYTES + keyBytes + Math.min(keepBytes, payloadBytes));
    const table = this.#tableOf(hash, entry);
    table.words[table.find(hash, entry)] = moved;
    arena.free(entry);
    return moved;
  }

  /**
   * Visits the entries of one or more buckets and returns the cursor for the next call, 0 at the end. Redis' guarantee: an
   * entry that is there from the first call to the last is visited at least once, however the table is resized between.
   * The cursor counts with its bits reversed, so that the buckets a bucket is split into, or joined with, are next
   * to it in order. `visit` must not change the table.
   */
  scan(cursor: number, visit: (entry: number) => void): number {
    this.#paused++;
    try {
      const old = this.#old;
      if (old === null) {
        this.#visit(this.#table, cursor & this.#table.mask, visit);
        return nextCursor(cursor, this.#table.mask);
      }
      const small = old.mask < this.#table.mask ? old : this.#table;
      const large = small === old ? this.#table : old;
      this.#visit(small, cursor & small.mask, visit);
      do { // every bucket of the large table that the small one's bucket expands to
        this.#visit(large, cursor & large.mask, visit);
        cursor = nextCursor(cursor, large.mask);
      } while ((cursor & (small.mask ^ large.mask)) !== 0);
      return cursor;
    } finally {
      this.#paused--;
    }
  }

  #visit(table: Buckets, bucket: number, visit: (entry: number) => void): void {
    const entries: number[] = [];
    table.collect(bucket, entries);
    for (const entry of entries) visit(entry);
  }

  /** Any entry, each as likely as any other; {@linkcode NONE} when there is none. `random` gives 0 up to 1. */
  randomEntry(random: () => number): number {
    if (this.size === 0) return NONE;
    const own = this.#table.mask + 1;
    const buckets = own + (this.#old === null ? 0 : this.#old.mask + 1);
    while (true) {
      const choice = Math.floor(random() * buckets * RANDOM_PLACES);
      const bucket = Math.floor(choice / RANDOM_PLACES), place = choice % RANDOM_PLACES;
      // most places are empty: were one taken from every bucket, those in full buckets would come up less often
      const entry = bucket < own ? this.#table.entryAt(bucket, place) : this.#old!.entryAt(bucket - own, place);
      if (entry !== NONE) return entry;
    }
  }

  /** The large form of a hash or a set is a dictionary. */
  get dictionary(): this {
    return this;
  }

  /** Makes the table large enough for so many entries at once, when it is to be filled. */
  reserve(size: number): void {
    if (this.#old === null && bucketsFor(size) > this.#table.mask + 1) this.#resize(bucketsFor(size));
    while (this.#old !== null && this.#paused === 0) this.#step();
  }

  /**
   * A copy whose entries are copied to `arena`, blocks as they are.
   *
   * @throws {StoreMemoryError} Nothing has changed.
   */
  copyTo(arena: Arena): Dictionary {
    const copy = new Dictionary(arena, this.seed);
    copy.reserve(this.size);
    try {
      const entries = new DictionaryIterator(this);
      for (let entry = entries.next(); entry !== NONE; entry = entries.next()) copy.#addCopy(this.arena, entry);
    } catch (error) {
      while (!copy.release(2 ** 30));
      throw error;
    }
    return copy;
  }

  #addCopy(from: Arena, entry: number): void {
    const { arena } = this;
    const bytes = from.blockBytes(entry);
    const block = arena.allocate(bytes);
    if (arena === from) arena.bytes.copyWithin(block * 8, entry * 8, entry * 8 + bytes);
    else arena.bytes.set(from.bytes.subarray(entry * 8, entry * 8 + bytes), block * 8);
    this.#add(arena.words[block * 2 + HASH]!, block);
  }

  /** Frees the blocks of up to about so many entries; true when none is left. The table is of no use afterwards. */
  release(blocks: number): boolean {
    const entries = this.#entries;
    for (let left = blocks; left > 0;) {
      const table = this.#old ?? this.#table;
      if (this.#released > table.mask) {
        if (this.#old === null) return true;
        this.#old = null;
        this.#released = 0;
        continue;
      }
      entries.length = 0;
      table.collect(this.#released++, entries);
      for (let i = 0; i < entries.length; i++) this.arena.free(entries[i]!);
      left -= entries.length + 1;
    }
    entries.length = 0;
    return false;
  }

  /** The tables to walk over: the one being emptied, and the one in use. */
  get tables(): readonly Buckets[] {
    return this.#old === null ? [this.#table] : [this.#old, this.#table];
  }

  /** Is a resize under way? */
  get isResizing(): boolean {
    return this.#old !== null;
  }

  /** Bytes of both tables. */
  get tableBytes(): number {
    return this.#table.words.byteLength + (this.#old?.words.byteLength ?? 0);
  }

  /** Bytes of the tables and all entries, estimated from so many of these. */
  memoryBytes(samples: number): number {
    const entries = new DictionaryIterator(this);
    let bytes = 0, seen = 0;
    for (let entry = NONE; seen < samples && (entry = entries.next()) !== NONE; seen++) {
      bytes += this.arena.blockBytes(entry);
    }
    return this.tableBytes + (seen === 0 ? 0 : Math.round(bytes / seen * this.size));
  }

  /** Moves up to `steps` buckets of a resize under way; for idle moments. */
  advanceResize(steps: number): void {
    while (steps-- > 0 && this.#old !== null) this.#step();
  }

  /** Makes the table twice as large, unless there is to be none so large and it can still do without. */
  #double(): void {
    const buckets = (this.#table.mask + 1) * 2;
    const isUrgent = this.size > buckets / 2 * MOST_PER_BUCKET;
    if (isUrgent || this.#mayTake === null || this.#mayTake(Buckets.bytesOf(buckets))) this.#resize(buckets);
  }

  #resize(buckets: number): void {
    if (this.#paused > 0 || buckets === this.#table.mask + 1) return;
    const table = Buckets.tryMake(buckets);
    if (table === null) return; // no memory now: buckets hold more than they should, and the next change tries again
    this.#old = this.#table;
    this.#table = table;
    this.#moved = 0;
  }

  /** Moves one bucket of the old table. */
  #step(): void {
    if (this.#paused > 0) return;
    const old = this.#old!;
    let empty = EMPTY_BUCKETS_PER_STEP;
    while (this.#moved <= old.mask && old.isEmpty(this.#moved)) {
      this.#moved++;
      if (--empty === 0) break;
    }
    if (empty > 0 && this.#moved <= old.mask) {
      const entries = this.#entries;
      old.collect(this.#moved, entries);
      const isMoved = this.#addAll(entries);
      entries.length = 0;
      if (!isMoved) return; // they stay where they are until there is memory
      old.clear(this.#moved);
      this.#moved++;
    }
    if (this.#moved > old.mask) this.#old = null;
  }

  /** Adds entries to the table, all or none of them. */
  #addAll(entries: readonly number[]): boolean {
    const table = this.#table, words = this.arena.words;
    let added = 0;
    try {
      for (; added < entries.length; added++) table.add(words[entries[added]! * 2 + HASH]!, entries[added]!);
      return true;
    } catch (error) {
      if (!(error instanceof StoreMemoryError)) throw error;
      while (added-- > 0) table.remove(table.find(words[entries[added]! * 2 + HASH]!, entries[added]!));
      return false;
    }
  }
}

/** Goes through all entries of a dictionary, which must not change meanwhile; values may. */
export class DictionaryIterator {
  readonly #tables: readonly Buckets[];
  #table = 0;
  #bucket = 0;
  readonly #entries: number[] = [];

  constructor(dictionary: Dictionary) {
    this.#tables = dictionary.tables;
  }

  /** The next entry; {@linkcode NONE} after the last. */
  next(): number {
    while (this.#entries.length === 0) {
      const table = this.#tables[this.#table];
      if (table === undefined) return NONE;
      if (this.#bucket > table.mask) {
        this.#table++;
        this.#bucket = 0;
      } else table.collect(this.#bucket++, this.#entries);
    }
    return this.#entries.pop()!;
  }
}

/** The smallest number of buckets for so many entries. */
function bucketsFor(size: number): number {
  let buckets = 1;
  while (buckets * ENTRIES_PER_BUCKET < size) buckets *= 2;
  return buckets;
}

/**
 * Where a hash stands in the order in which {@linkcode Dictionary.scan} visits entries, whatever the size of the table: all
 * those of a rank below `scanRank(cursor)` have been visited when it returns that cursor, and no others.
 */
export function scanRank(hash: number): number {
  return reversed(hash) >>> 0;
}

/** Increments the bits below the mask as if the highest were the lowest. */
function nextCursor(cursor: number, mask: number): number {
  return reversed((reversed(cursor | ~mask) + 1) | 0) >>> 0;
}

function reversed(v: number): number {
  v = ((v >>> 1) & 0x55555555) | ((v & 0x55555555) << 1);
  v = ((v >>> 2) & 0x33333333) | ((v & 0x33333333) << 2);
  v = ((v >>> 4) & 0x0f0f0f0f) | ((v & 0x0f0f0f0f) << 4);
  v = ((v >>> 8) & 0x00ff00ff) | ((v & 0x00ff00ff) << 8);
  return (v >>> 16) | (v << 16);
}
