/**
 * The table of a {@linkcode Dictionary}: buckets of one cache line each, with room for twelve entries.
 *
 * ```text
 *   word 0    1 2 3                    4 ... 15
 *   | spill | 12 tags of one byte    | 12 entry addresses |
 * ```
 *
 * A tag is eight bits of the entry's hash, 0 where the slot is free. A lookup reads one line, compares four tags at a
 * time and then, nearly always, one entry: two cache misses, where every entry of a chain costs one (an eighth less time
 * at a million keys; bench/store_bench.ts). A bucket that is full spills over into another, behind the buckets proper.
 */

import { StoreMemoryError } from "./errors.ts";

/** Words of a bucket. */
const BUCKET_WORDS = 16;
const TAG_WORD = 1;
const SLOT_WORD = 4;
const SLOTS = 12;

/** On average, buckets hold at most this many entries: then one in twenty spills over. */
export const ENTRIES_PER_BUCKET = 8;

const ONES = 0x01010101;
const HIGH_BITS = 0x80808080 | 0;

export class Buckets {
  /** Number of buckets proper minus one; their number is a power of two. */
  readonly mask: number;
  words: Int32Array;

  /** First bucket that was never used to spill into. */
  #fresh: number;
  /** First of the spill buckets given back, linked through their first words; 0: none. */
  #free = 0;

  constructor(count: number) {
    this.mask = count - 1;
    this.words = new Int32Array(Buckets.bytesOf(count) / 4);
    this.#fresh = count;
  }

  /** Bytes of a table of so many buckets, with its first buckets to spill into. */
  static bytesOf(count: number): number {
    return (count + Math.max(1, count >> 3)) * BUCKET_WORDS * 4;
  }

  /** As the constructor; null when there is no memory for so many. */
  static tryMake(count: number): Buckets | null {
    try {
      return new Buckets(count);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return null;
    }
  }

  /**
   * Adds an entry that is not there yet.
   *
   * @throws {StoreMemoryError} Nothing has changed.
   */
  add(hash: number, entry: number): void {
    let bucket = hash & this.mask;
    while (true) {
      const at = bucket * BUCKET_WORDS;
      const words = this.words;
      for (let t = 0; t < 3; t++) {
        const tags = words[at + TAG_WORD + t]!;
        const free = (tags - ONES) & ~tags & HIGH_BITS; // the lowest byte set is exactly the lowest tag that is 0
        if (free !== 0) {
          const shift = lowestByte(free);
          words[at + TAG_WORD + t] = tags | (tagOf(hash) << shift);
          words[at + SLOT_WORD + t * 4 + (shift >> 3)] = entry;
          return;
        }
      }
      bucket = words[at] || this.#spill(at);
    }
  }

  #spill(at: number): number {
    let bucket = this.#free;
    if (bucket !== 0) {
      this.#free = this.words[bucket * BUCKET_WORDS]!;
      this.words[bucket * BUCKET_WORDS] = 0;
    } else {
      bucket = this.#fresh;
      if ((bucket + 1) * BUCKET_WORDS > this.words.length) this.#grow(bucket + Math.max(1, bucket - this.mask - 1));
      this.#fresh++;
    }
    return this.words[at] = bucket;
  }

  #grow(buckets: number): void {
    try {
      const grown = new Int32Array(buckets * BUCKET_WORDS);
      grown.set(this.words);
      this.words = grown;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new StoreMemoryError("the table cannot grow");
    }
  }

  /** The word that holds `entry`, or -1 when it is not in this table. */
  find(hash: number, entry: number): number {
    const words = this.words;
    let bucket = hash & this.mask;
    do {
      const at = bucket * BUCKET_WORDS;
      for (let slot = SLOT_WORD; slot < BUCKET_WORDS; slot++) if (words[at + slot] === entry) return at + slot;
      bucket = words[at]!;
    } while (bucket !== 0);
    return -1;
  }

  /** Frees the slot at a word that {@linkcode find} gave. */
  remove(word: number): void {
    const words = this.words;
    const at = word - (word % BUCKET_WORDS);
    const slot = word - at - SLOT_WORD;
    words[at + TAG_WORD + (slot >> 2)]! &= ~(0xff << ((slot & 3) * 8));
    words[word] = 0;
  }

  /** Gives the spill buckets of a bucket back that have become empty. */
  trim(hash: number): void {
    const words = this.words;
    let at = (hash & this.mask) * BUCKET_WORDS;
    while (words[at] !== 0) {
      const bucket = words[at]!, spill = bucket * BUCKET_WORDS;
      if (words[spill + TAG_WORD] === 0 && words[spill + TAG_WORD + 1] === 0 && words[spill + TAG_WORD + 2] === 0) {
        words[at] = words[spill]!;
        words[spill] = this.#free;
        this.#free = bucket;
      } else at = spill;
    }
  }

  /** Forgets all entries of a bucket, giving its spill buckets back. */
  clear(bucket: number): void {
    const words = this.words;
    let next = words[bucket * BUCKET_WORDS]!;
    words.fill(0, bucket * BUCKET_WORDS, (bucket + 1) * BUCKET_WORDS);
    while (next !== 0) {
      const following = words[next * BUCKET_WORDS]!;
      words.fill(0, next * BUCKET_WORDS, (next + 1) * BUCKET_WORDS);
      words[next * BUCKET_WORDS] = this.#free;
      this.#free = next;
      next = following;
    }
  }

  /** Adds the entries of a bucket to `into`. */
  collect(bucket: number, into: number[]): void {
    const words = this.words;
    do {
      const at = bucket * BUCKET_WORDS;
      for (let slot = SLOT_WORD; slot < BUCKET_WORDS; slot++) if (words[at + slot] !== 0) into.push(words[at + slot]!);
      bucket = words[at]!;
    } while (bucket !== 0);
  }

  /**
   * The entry at one of the first 12 places of a bucket, which are its own, or at one of those that follow, which are
   * filled by all it has spilled; 0: none.
   */
  entryAt(bucket: number, place: number): number {
    const words = this.words, at = bucket * BUCKET_WORDS;
    if (place < SLOTS) return words[at + SLOT_WORD + place]!;
    if (words[at] === 0) return 0;
    const spilled: number[] = [];
    this.collect(words[at]!, spilled);
    return spilled[place - SLOTS] ?? 0;
  }

  /** Is there no entry in the bucket? */
  isEmpty(bucket: number): boolean {
    const words = this.words, at = bucket * BUCKET_WORDS;
    return words[at] === 0 && words[at + TAG_WORD] === 0 && words[at + TAG_WORD + 1] === 0 &&
      words[at + TAG_WORD + 2] === 0;
  }
}

/** Word 0 of a bucket is its spill bucket, then tags, then entries: what {@linkcode Dictionary.find} walks over. */
export const LAYOUT = { BUCKET_WORDS, TAG_WORD, SLOT_WORD, SLOTS } as const;

/** The eight bits of a hash that stand in its bucket; never 0. */
export function tagOf(hash: number): number {
  return (hash >>> 24) || 1;
}

/** Bits below the lowest byte that has its high bit set. */
function lowestByte(high: number): number {
  return 24 - (Math.clz32(high & -high) & ~7);
}
