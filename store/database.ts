/**
 * One database: the door to its keys. Every command comes in through {@linkcode Database.find} and its companions, and
 * there alone is decided whether a key has expired.
 *
 * A key is addressed as an argument of a request, `(args, i)`: bytes in a buffer, never a string. What comes back is
 * an entry, an address in the arena: good until the key is removed or its value outgrows its block, so a handler must
 * go on with the entry that a writing method returns.
 */
import { Arena, NONE } from "./arena.ts";
import { DetachedValues, releaseNow } from "./detached_values.ts";
import { Dictionary, DictionaryIterator, HASH, HEADER_BYTES, KEY_LENGTH, META, VALUE } from "./dictionary.ts";
import { WrongTypeError } from "./errors.ts";
import { ExpiryIndex } from "./expiry_index.ts";
import { isInt64, NOT_INT32, parseInt32 } from "./integers.ts";
import type { Keyspace } from "./keyspace.ts";
import { type LargeValue, LargeValues } from "./large_value.ts";
import { EMPTY_LISTPACK_BYTES, writeEmptyListpack } from "./listpack.ts";
import { SlotIndex } from "./slot_index.ts";
import {
  EMBSTR,
  EMBSTR_MAX_BYTES,
  ENCODING_MASK,
  ENCODING_SHIFT,
  HAS_EXPIRY,
  IN_BLOCK,
  INT,
  INT_TEXT,
  LARGE,
  LRU_SHIFT,
  PACKED,
  RAW,
  RESP,
  STRING,
  STRUCTURE,
  TYPE_MASK,
} from "./types.ts";
import { BLOCK_HEADER_BYTES, HAS_BLOCK, INLINE_MAX_BYTES, ValueBytes } from "./value_bytes.ts";
import { frequencyNow, usedAgain, useWithFrequency } from "./use_frequency.ts";

export { NONE };

/** Address of a key with its value. */
export type Entry = number;

/** Arguments, as the store needs to see them: argument `i` is `bytes[start(i), end(i))`. */
export interface Arguments {
  readonly bytes: Uint8Array;
  /** Has argument 1 been hashed in advance ({@linkcode Database.hash})? Then this is the result. */
  readonly isHashed: boolean;
  readonly keyHash: number;
  start(i: number): number;
  end(i: number): number;
}

/** Is told of keys before they change (a snapshot), and changes nothing. What it is told of twice, it may pass over. */
export interface KeyWatcher {
  /** The key or its value may be about to change, or to go. */
  beforeChange(entry: Entry): void;
  /** `bytes[start, end)`, which has this hash, is about to be a key. */
  beforeAdd(hash: number, bytes: Uint8Array, start: number, end: number): void;
  /** All keys are about to go: they are in `keys` now, to be freed by the watcher when it has done with them. */
  handOver(keys: Database): void;
}

/** A meta word with these bits is that of a large value. */
const LARGE_MASK = ENCODING_MASK & ~HAS_BLOCK, LARGE_BITS = LARGE << ENCODING_SHIFT;
/** Keys that RANDOMKEY looks at before it gives up, where those that have expired stay. */
const MAX_TRIES = 100;

export class Database {
  readonly keyspace: Keyspace;
  /** Number of the database, which SWAPDB changes. */
  index: number;
  /** Has it had keys since it was last cleared? The keyspace knows. */
  isInUse = false;

  /** Who wants to know what changes; null: nobody. */
  watcher: KeyWatcher | null = null;

  #arena: Arena;
  #keys: Dictionary;
  #expiries: ExpiryIndex = new ExpiryIndex();
  #values: ValueBytes;
  /** Keys by hash slot, in cluster mode. */
  #slots: SlotIndex | null;
  /** Part of the index that the next sweep begins with. */
  #sweepAt = 0;
  #large: LargeValues = new LargeValues();
  /** Scratch space for a sweep. */
  readonly #due: Entry[] = [];
  readonly #detached: DetachedValues;

  constructor(keyspace: Keyspace, index: number) {
    this.keyspace = keyspace;
    this.index = index;
    this.#detached = new DetachedValues(keyspace);
    this.#arena = new Arena(keyspace.arenaBytes);
    this.#keys = this.#newDictionary();
    this.#slots = keyspace.hasSlots ? new SlotIndex(this.#arena) : null;
    this.#values = new ValueBytes(this.#arena, this.#keys, this.#expiries, this.#slots);
  }

  #newDictionary(): Dictionary {
    return new Dictionary(this.#arena, this.keyspace.seed, (bytes) => this.keyspace.mayTake(bytes));
  }

  /** The memory that entries and values are in: `db.bytes[db.valueStart(e), db.valueEnd(e))`. */
  get bytes(): Uint8Array {
    return this.#arena.bytes;
  }

  /** How many keys there are, expired ones not yet deleted among them, as DBSIZE counts. */
  get size(): number {
    return this.#keys.size;
  }

  /** How many keys have an expiry. */
  get expires(): number {
    return this.#expiries.size;
  }

  /** The entries that have an expiry, for those who look at all of them. */
  get expiryIndex(): ExpiryIndex {
    return this.#expiries;
  }

  /** Bytes that keys, values and tables take; values whose memory is still to be freed count without their tables. */
  get usedBytes(): number {
    const slotBytes = this.#slots === null ? 0 : this.#slots.tableBytes;
    return this.#arena.usedBytes + this.#keys.tableBytes + this.#expiries.tableBytes + this.#large.tableBytes +
      slotBytes;
  }

  /** Bytes of the arena up to its last block, the gaps between blocks included. */
  get capacityBytes(): number {
    return this.#arena.capacityBytes;
  }

  // ---- The door ----

  /** The key's entry for reading, or NONE. Counts a hit or a miss, and marks the key as used. */
  find(args: Arguments, i: number): Entry {
    const entry = this.peek(args, i);
    if (entry === NONE) return this.#missed(args, i);
    this.keyspace.hits++;
    this.#touch(entry);
    return entry;
  }

  /** As {@linkcode find}, but leaves the key's last use alone (TYPE, TTL, OBJECT … ask about a key, they do not use it). */
  findUntouched(args: Arguments, i: number): Entry {
    const entry = this.peek(args, i);
    if (entry === NONE) return this.#missed(args, i);
    this.keyspace.hits++;
    return entry;
  }

  /** As {@linkcode findUntouched}, but nobody is told of a miss: OBJECT looks at a key from outside. */
  findUnseen(args: Arguments, i: number): Entry {
    const entry = this.peek(args, i);
    if (entry === NONE) this.keyspace.misses++;
    else this.keyspace.hits++;
    return entry;
  }

  #missed(args: Arguments, i: number): Entry {
    this.keyspace.misses++;
    this.keyspace.onMissed?.(this, args.bytes, args.start(i), args.end(i));
    return NONE;
  }

  /** The key's entry for changing it, or NONE. Marks the key as used. */
  findForWrite(args: Arguments, i: number): Entry {
    const entry = this.peek(args, i);
    if (entry !== NONE) {
      if (this.watcher !== null) this.watcher.beforeChange(entry);
      this.#touch(entry);
    }
    return entry;
  }

  /** Has to be said of an entry found for reading before anything of its value is changed in place. */
  willChange(entry: Entry): void {
    if (this.watcher !== null) this.watcher.beforeChange(entry);
  }

  /** The key's entry, or NONE, without marking it as used nor counting. */
  peek(args: Arguments, i: number): Entry {
    const bytes = args.bytes, start = args.start(i), end = args.end(i);
    const hash = this.#hashOfArgument(args, i, bytes, start, end);
    return this.#peekHash(hash, bytes, start, end);
  }

  /** The hash of the key at argument `i`, which is `bytes[start, end)`: it may have been taken in advance. */
  #hashOfArgument(args: Arguments, i: number, bytes: Uint8Array, start: number, end: number): number {
    return i === 1 && args.isHashed ? args.keyHash : this.#keys.hash(bytes, start, end);
  }

  /** As {@linkcode peek}, for a key that is no argument. */
  peekBytes(bytes: Uint8Array, start: number, end: number): Entry {
    return this.#peekHash(this.#keys.hash(bytes, start, end), bytes, start, end);
  }

  /** Is there such a key, expired or not? Deletes nothing. */
  hasKey(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#keys.find(this.#keys.hash(bytes, start, end), bytes, start, end) !== NONE;
  }

  /** Has the key expired, though it is still there? Deletes nothing. */
  isExpiredKey(bytes: Uint8Array, start: number, end: number): boolean {
    const entry = this.#keys.find(this.#keys.hash(bytes, start, end), bytes, start, end);
    return entry !== NONE && !this.isLive(entry);
  }

  #peekHash(hash: number, bytes: Uint8Array, start: number, end: number): Entry {
    const entry = this.#keys.find(hash, bytes, start, end);
    if (entry === NONE || (this.#arena.words[entry * 2 + META]! & HAS_EXPIRY) === 0) return entry;
    return this.#isExpired(entry) ? this.#expire(entry) : entry;
  }

  /**
   * A key is gone as soon as its time is reached. (In Redis it stays for the rest of that millisecond, which nobody can tell
   * from outside; with a clock that stands still it would stay.)
   */
  #isExpired(entry: Entry): boolean {
    return this.#expiries.get(entry) <= this.keyspace.now && !this.keyspace.expiryPaused;
  }

  /** Deletes an entry whose time has come, unless such entries are to stay. */
  #expire(entry: Entry): Entry {
    return this.keyspace.keepsExpired ? NONE : this.expireNow(entry);
  }

  /** Deletes an entry whose time has come. Nobody has asked for that, so nobody waits for its memory. */
  expireNow(entry: Entry): Entry {
    this.keyspace.expired++;
    this.keyspace.onExpired?.(this, entry);
    this.unlinkEntry(entry);
    return NONE;
  }

  #touch(entry: Entry): void {
    const words = this.#arena.words, at = entry * 2 + META;
    const meta = words[at]!;
    const lru = this.keyspace.tracksFrequency ? this.#usedAgain(meta >>> LRU_SHIFT) : this.keyspace.lruClock;
    if (meta >>> LRU_SHIFT !== lru) words[at] = (meta & 0xff) | (lru << LRU_SHIFT);
  }

  #usedAgain(use: number): number {
    const { lruClock, lfuDecayMinutes, lfuLogFactor, random } = this.keyspace;
    return usedAgain(use, lruClock >>> 8, lfuDecayMinutes, lfuLogFactor, random());
  }

  /** The hash of a key, for {@linkcode prefetch} and for arguments that carry it. */
  hash(bytes: Uint8Array, start: number, end: number): number {
    return this.#keys.hash(bytes, start, end);
  }

  /** What finds the elements of the large collection at a key; null when there is no such. Nothing counts as used by that. */
  elementsOf(args: Arguments, i: number): Dictionary | null {
    const bytes = args.bytes, start = args.start(i), end = args.end(i);
    const hash = this.#hashOfArgument(args, i, bytes, start, end);
    const entry = this.#keys.find(hash, bytes, start, end);
    return entry !== NONE && this.isLarge(entry) ? this.large(entry).dictionary ?? null : null;
  }

  /** See {@linkcode Dictionary.prefetch}. */
  prefetch(hashes: Int32Array, count: number): void {
    this.#keys.prefetch(hashes, count);
  }

  // ---- Facts about an entry ----

  type(entry: Entry): number {
    return this.#arena.words[entry * 2 + META]! & TYPE_MASK;
  }

  /** Encoding without IN_BLOCK. */
  encoding(entry: Entry): number {
    return ((this.#arena.words[entry * 2 + META]! & ENCODING_MASK) >> ENCODING_SHIFT) & ~IN_BLOCK;
  }

  keyStart(entry: Entry): number {
    return entry * 8 + HEADER_BYTES;
  }

  keyEnd(entry: Entry): number {
    return entry * 8 + HEADER_BYTES + this.#arena.words[entry * 2 + KEY_LENGTH]!;
  }

  /** The hash of the entry's key. */
  hashOf(entry: Entry): number {
    return this.#arena.words[entry * 2 + HASH]!;
  }

  /** The key's bytes, copied. */
  keyBytes(entry: Entry): Uint8Array {
    return this.bytes.slice(this.keyStart(entry), this.keyEnd(entry));
  }

  /** Seconds since the key was last used. */
  idleSeconds(entry: Entry): number {
    const lru = this.#arena.words[entry * 2 + META]! >>> LRU_SHIFT;
    return (this.keyspace.lruClock - lru) & 0xffffff;
  }

  /** Bytes that the key and its value take, a large value estimated from so many of its elements. */
  memoryBytes(entry: Entry, samples: number): number {
    const { words } = this.#arena;
    const meta = words[entry * 2 + META]!;
    let bytes = this.#arena.blockBytes(entry) + Math.round(this.#keys.tableBytes / this.size);
    if ((meta & HAS_BLOCK) !== 0) bytes += this.#arena.blockBytes(words[entry * 2 + VALUE]!);
    else if ((meta & LARGE_MASK) === LARGE_BITS) bytes += this.large(entry).memoryBytes(samples);
    return bytes;
  }

  setIdleSeconds(entry: Entry, seconds: number): void {
    this.#setUse(entry, (this.keyspace.lruClock - seconds) & 0xffffff);
  }

  /** How often the key is used, 0 to 255, under an LFU policy. */
  frequency(entry: Entry): number {
    const { lruClock, lfuDecayMinutes } = this.keyspace;
    return frequencyNow(this.#arena.words[entry * 2 + META]! >>> LRU_SHIFT, lruClock >>> 8, lfuDecayMinutes);
  }

  setFrequency(entry: Entry, count: number): void {
    this.#setUse(entry, useWithFrequency(count, this.keyspace.lruClock >>> 8));
  }

  #setUse(entry: Entry, lru: number): void {
    const at = entry * 2 + META;
    this.#arena.words[at] = (this.#arena.words[at]! & 0xff) | (lru << LRU_SHIFT);
  }

  // ---- Strings ----

  /**
   * The entry of a string, NONE when there is no such key.
   *
   * @throws {WrongTypeError} The key holds something else.
   */
  findString(args: Arguments, i: number): Entry {
    return this.findTyped(args, i, STRING);
  }

  /** As {@linkcode findString}, for changing it. */
  findStringForWrite(args: Arguments, i: number): Entry {
    return this.findTypedForWrite(args, i, STRING);
  }

  /** Is the string held as a 32-bit number? Then {@linkcode intValue} has it, and it has no text. */
  isInt(entry: Entry): boolean {
    return (this.#arena.words[entry * 2 + META]! & ENCODING_MASK) === INT << ENCODING_SHIFT;
  }

  intValue(entry: Entry): number {
    return this.#arena.words[entry * 2 + VALUE]!;
  }

  /**
   * Where the bytes of a string, structure or packed collection begin in {@linkcode bytes}; not for strings held as a number
   * and collections in their large form.
   */
  valueStart(entry: Entry): number {
    return this.#values.start(entry);
  }

  valueEnd(entry: Entry): number {
    return this.#values.start(entry) + this.#values.length(entry);
  }

  valueLength(entry: Entry): number {
    return this.#values.length(entry);
  }

  /** Sets a key to a string, whatever it held, with no expiry. Integers become numbers, as in Redis. */
  setString(args: Arguments, key: number, bytes: Uint8Array, start: number, end: number): Entry {
    const size = end - start;
    if (size <= 20) {
      const n = parseInt32(bytes, start, end);
      if (n !== NOT_INT32) return this.setInt(args, key, n);
      if (isInt64(bytes, start, end)) return this.setBytes(args, key, STRING, INT_TEXT, bytes, start, end);
    }
    return this.setBytes(args, key, STRING, size <= EMBSTR_MAX_BYTES ? EMBSTR : RAW, bytes, start, end);
  }

  /** As {@linkcode setString}, but digits stay text, as Redis leaves what it computed with fractions. */
  setText(args: Arguments, key: number, bytes: Uint8Array, start: number, end: number): Entry {
    return this.setBytes(args, key, STRING, end - start <= EMBSTR_MAX_BYTES ? EMBSTR : RAW, bytes, start, end);
  }

  /** Sets a key to a typed RESP value, given as its bytes. */
  setStructure(args: Arguments, key: number, bytes: Uint8Array, start: number, end: number): Entry {
    return this.setBytes(args, key, STRUCTURE, RESP, bytes, start, end);
  }

  /** Sets a key to a 32-bit number, whatever it held, with no expiry. */
  setInt(args: Arguments, key: number, n: number): Entry {
    const entry = this.#place(args, key, 0);
    const words = this.#arena.words;
    words[entry * 2 + META] = STRING | (INT << ENCODING_SHIFT) | (this.keyspace.lruClock << LRU_SHIFT);
    words[entry * 2 + VALUE] = n;
    return entry;
  }

  /** Changes a string held as a number to another 32-bit number, keeping its expiry. */
  updateInt(entry: Entry, n: number): void {
    this.#arena.words[entry * 2 + VALUE] = n;
  }

  /** Sets a key to these bytes as a value of a type, in an encoding that keeps bytes as they are, with no expiry. */
  setBytes(
    args: Arguments,
    key: number,
    type: number,
    encoding: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Entry {
    const size = end - start;
    const arena = this.#arena;
    const lru = this.keyspace.lruClock << LRU_SHIFT;
    if (size > INLINE_MAX_BYTES) {
      const block = arena.allocate(BLOCK_HEADER_BYTES + size);
      arena.words[block * 2] = size;
      arena.bytes.set(arena.renewed(bytes).subarray(start, end), block * 8 + BLOCK_HEADER_BYTES);
      let entry: Entry;
      try {
        entry = this.#place(args, key, 0);
      } catch (error) {
        arena.free(block);
        throw error;
      }
      arena.words[entry * 2 + META] = type | ((encoding | IN_BLOCK) << ENCODING_SHIFT) | lru;
      arena.words[entry * 2 + VALUE] = block;
      return entry;
    }
    const entry = this.#place(args, key, size);
    const words = arena.words, at = entry * 2;
    words[at + META] = type | (encoding << ENCODING_SHIFT) | lru;
    words[at + VALUE] = size;
    const into = arena.bytes;
    bytes = arena.renewed(bytes);
    let to = entry * 8 + HEADER_BYTES + words[at + KEY_LENGTH]!;
    if (size <= 64) { for (let i = start; i < end; i++) into[to++] = bytes[i]!; }
    else into.set(bytes.subarray(start, end), to);
    return entry;
  }

  /** The entry of a key, old or new, with room for `payloadBytes` and nothing else kept: no value, no expiry. */
  #place(args: Arguments, i: number, payloadBytes: number): Entry {
    const keys = this.#keys;
    const bytes = args.bytes, start = args.start(i), end = args.end(i);
    const hash = this.#hashOfArgument(args, i, bytes, start, end);
    const arena = this.#arena;
    const entry = keys.find(hash, bytes, start, end);
    const isThere = entry !== NONE &&
      ((arena.words[entry * 2 + META]! & HAS_EXPIRY) === 0 || !this.#isExpired(entry) ||
        this.expireNow(entry) !== NONE); // its place is needed, also while expired keys stay
    if (!isThere) {
      if (this.watcher !== null) this.watcher.beforeAdd(hash, bytes, start, end);
      const added = keys.insert(hash, bytes, start, end, payloadBytes);
      this.#slots?.add(added);
      if (!this.isInUse) this.keyspace.use(this);
      this.keyspace.onAdded?.(this, arena.renewed(bytes), start, end);
      return added;
    }
    if (this.watcher !== null) this.watcher.beforeChange(entry);
    const wanted = Arena.unitsFor(HEADER_BYTES + end - start + payloadBytes);
    if (wanted === arena.blockBytes(entry) >>> 3) {
      this.#dropValue(entry);
      return entry;
    }
    const moved = keys.resizeEntry(entry, payloadBytes, 0);
    this.#slots?.move(entry, moved);
    this.#dropMovedValue(entry, moved, this.keyspace.lazy.serverDel);
    return moved;
  }

  /** Frees what an entry's value word leads to, and its expiry. */
  #dropValue(entry: Entry): void {
    this.#dropMovedValue(entry, entry, this.keyspace.lazy.serverDel);
  }

  #dropMovedValue(indexed: Entry, entry: Entry, isLazy: boolean): void {
    const words = this.#arena.words;
    const meta = words[entry * 2 + META]!;
    if ((meta & HAS_EXPIRY) !== 0) this.#expiries.delete(indexed);
    if ((meta & HAS_BLOCK) !== 0) this.#arena.free(words[entry * 2 + VALUE]!);
    else if ((meta & LARGE_MASK) === LARGE_BITS) {
      const value = this.#large.remove(words[entry * 2 + VALUE]!);
      if (isLazy) this.#detached.add(value);
      else releaseNow(value);
    }
  }

  /** Makes a string's text longer or shorter, see {@linkcode ValueBytes.resizeText}. */
  resizeText(entry: Entry, length: number): Entry {
    return this.#values.resizeText(entry, length);
  }

  // ---- Collections ----

  /** The arena, for structures that live in it. */
  get arena(): Arena {
    return this.#arena;
  }

  /**
   * The entry of a value of this type, NONE when there is no such key.
   *
   * @throws {WrongTypeError} The key holds something else.
   */
  findTyped(args: Arguments, i: number, type: number): Entry {
    const entry = this.find(args, i);
    if (entry !== NONE && (this.#arena.words[entry * 2 + META]! & TYPE_MASK) !== type) throw new WrongTypeError();
    return entry;
  }

  /** As {@linkcode findTyped}, for changing it. */
  findTypedForWrite(args: Arguments, i: number, type: number): Entry {
    const entry = this.findForWrite(args, i);
    if (entry !== NONE && (this.#arena.words[entry * 2 + META]! & TYPE_MASK) !== type) throw new WrongTypeError();
    return entry;
  }

  /** Is the collection in its large form? Then {@linkcode large} has it, else its bytes are from {@linkcode valueStart}. */
  isLarge(entry: Entry): boolean {
    return (this.#arena.words[entry * 2 + META]! & LARGE_MASK) === LARGE_BITS;
  }

  /** The large form of a collection; the caller knows which class it is by the type of the entry. */
  large(entry: Entry): LargeValue {
    return this.#large.get(this.#arena.words[entry * 2 + VALUE]!);
  }

  /**
   * Makes a key, whatever it held, a packed collection of `length` bytes, undefined as yet: the caller writes them from
   * {@linkcode valueStart}. No expiry.
   *
   * @throws {StoreMemoryError} Nothing has changed.
   */
  setPacked(args: Arguments, i: number, type: number, length: number): Entry {
    const arena = this.#arena;
    const isInline = length <= INLINE_MAX_BYTES;
    const block = isInline ? NONE : arena.allocate(BLOCK_HEADER_BYTES + length);
    let entry: Entry;
    try {
      entry = this.#place(args, i, isInline ? length : 0);
    } catch (error) {
      if (!isInline) arena.free(block);
      throw error;
    }
    const words = arena.words, at = entry * 2;
    const encoding = isInline ? PACKED : PACKED | IN_BLOCK;
    words[at + META] = type | (encoding << ENCODING_SHIFT) | (this.keyspace.lruClock << LRU_SHIFT);
    words[at + VALUE] = block;
    this.#values.setLength(entry, length);
    return entry;
  }

  /** Makes a key, whatever it held, a collection that is an empty listpack. */
  setListpack(args: Arguments, i: number, type: number): Entry {
    const entry = this.setPacked(args, i, type, EMPTY_LISTPACK_BYTES);
    writeEmptyListpack(this.bytes, this.valueStart(entry));
    return entry;
  }

  /** Makes a key, whatever it held, a collection in its large form, which must be in this database's arena. No expiry. */
  setLarge(args: Arguments, i: number, type: number, value: LargeValue): Entry {
    const entry = this.#place(args, i, 0);
    const words = this.#arena.words, at = entry * 2;
    words[at + META] = type | LARGE_BITS | (this.keyspace.lruClock << LRU_SHIFT);
    words[at + VALUE] = this.#large.add(value);
    return entry;
  }

  /** Changes the bytes of a packed collection, see {@linkcode ValueBytes.splice}. */
  splicePacked(entry: Entry, offset: number, removed: number, added: number): Entry {
    return this.#values.splice(entry, offset, removed, added);
  }

  /** Replaces the packed form of a collection by its large one. Key, expiry and last use stay. */
  enlarge(entry: Entry, value: LargeValue): Entry {
    this.willChange(entry); // reading may enlarge a value too: SORT
    const number = this.#large.add(value);
    const arena = this.#arena;
    if ((arena.words[entry * 2 + META]! & HAS_BLOCK) !== 0) arena.free(arena.words[entry * 2 + VALUE]!);
    else {
      this.#values.setLength(entry, 0);
      entry = this.#values.shrink(entry);
    }
    const { words } = arena;
    words[entry * 2 + META] = (words[entry * 2 + META]! & ~ENCODING_MASK) | LARGE_BITS;
    words[entry * 2 + VALUE] = number;
    return entry;
  }

  // ---- Expiry ----

  /** When the key expires, in milliseconds since the epoch, or -1. */
  expireAt(entry: Entry): number {
    return (this.#arena.words[entry * 2 + META]! & HAS_EXPIRY) === 0 ? -1 : this.#expiries.get(entry);
  }

  setExpire(entry: Entry, atMs: number): void {
    this.willChange(entry);
    this.#expiries.set(entry, atMs);
    this.#arena.words[entry * 2 + META]! |= HAS_EXPIRY;
  }

  /** Takes the expiry away; false when there was none. */
  persist(entry: Entry): boolean {
    const at = entry * 2 + META;
    if ((this.#arena.words[at]! & HAS_EXPIRY) === 0) return false;
    this.willChange(entry);
    this.#arena.words[at]! &= ~HAS_EXPIRY;
    this.#expiries.delete(entry);
    return true;
  }

  /** No key expires before this time, in milliseconds since the epoch; `Infinity`: none does. */
  get nextExpiryMs(): number {
    return this.#expiries.size === 0 ? Infinity : this.#expiries.earliestMs;
  }

  /**
   * One step of active expiry: deletes what is due in the next part of the index that may hold such; fewer than 1024 keys.
   *
   * @returns Whether there was such a part; there may be more.
   */
  sweep(): boolean {
    if (this.#expiries.size === 0 || this.keyspace.expiryPaused || this.keyspace.keepsExpired) return false;
    const { now } = this.keyspace;
    const part = this.#expiries.nextDue(this.#sweepAt, now);
    if (part < 0) return false;
    this.#sweepAt = part + 1;
    const due = this.#due;
    this.#expiries.collectDue(part, now, due);
    for (let i = 0; i < due.length; i++) this.#expire(due[i]!);
    due.length = 0;
    return true;
  }

  // ---- Keys as a whole ----

  /** Deletes a key; false when there was none. `isLazy`: the memory of a large value is freed later. */
  delete(args: Arguments, i: number, isLazy = false): boolean {
    const entry = this.peek(args, i);
    if (entry === NONE) return false;
    this.#delete(entry, isLazy);
    return true;
  }

  deleteEntry(entry: Entry): void {
    this.#delete(entry, false);
  }

  /** As {@linkcode deleteEntry}, but the memory of a large value is freed later. */
  unlinkEntry(entry: Entry): void {
    this.#delete(entry, true);
  }

  #delete(entry: Entry, isLazy: boolean): void {
    this.willChange(entry);
    this.#dropMovedValue(entry, entry, isLazy);
    this.#slots?.delete(entry);
    this.#keys.unlink(entry);
    this.#arena.free(entry);
  }

  /** See {@linkcode Dictionary.scan}. Expired entries are visited too: ask {@linkcode isLive}. */
  scan(cursor: number, visit: (entry: Entry) => void): number {
    return this.#keys.scan(cursor, visit);
  }

  /** Visits every entry once, expired ones too. `visit` must not change the table. */
  eachEntry(visit: (entry: Entry) => void): void {
    const entries = new DictionaryIterator(this.#keys);
    for (let entry = entries.next(); entry !== NONE; entry = entries.next()) visit(entry);
  }

  /** Has the entry not expired? Deletes nothing. */
  isLive(entry: Entry): boolean {
    return (this.#arena.words[entry * 2 + META]! & HAS_EXPIRY) === 0 || !this.#isExpired(entry);
  }

  /** Deletes an entry that a scan has come upon when its time has come; true when the entry is still there. */
  keepLive(entry: Entry): boolean {
    return this.isLive(entry) || this.#expire(entry) !== NONE;
  }

  /** Keys by hash slot, for those who move entries; null outside of cluster mode. */
  get slots(): SlotIndex | null {
    return this.#slots;
  }

  /**
   * The entries in a hash slot, expired ones not yet deleted among them; good until the next change.
   *
   * @throws {TypeError} The keyspace was made without `hasSlots`.
   */
  inSlot(slot: number): ReadonlySet<Entry> {
    if (this.#slots === null) throw new TypeError("Cannot list the keys of a slot: the keyspace has no slots");
    return this.#slots.of(slot);
  }

  /** Any key that has not expired, or NONE. */
  randomEntry(): Entry {
    const { keepsExpired } = this.keyspace;
    for (let tries = 0; this.size > 0; tries++) {
      if (keepsExpired && tries === MAX_TRIES) break; // all that is left may have expired
      const entry = this.#keys.randomEntry(this.keyspace.random);
      if (this.keepLive(entry)) return entry;
    }
    return NONE;
  }

  /** Forgets everything, in constant time. The memory stays, for what comes next. */
  clear(): void {
    this.keyspace.disuse(this);
    if (this.#arena.isUnused) return;
    if (this.watcher !== null) return this.watcher.handOver(this.#moveOut());
    this.#arena.reset();
    this.#keys = this.#newDictionary();
    this.#expiries = new ExpiryIndex();
    if (this.#slots !== null) this.#slots = new SlotIndex(this.#arena);
    this.#values = new ValueBytes(this.#arena, this.#keys, this.#expiries, this.#slots);
    this.#sweepAt = 0;
    this.#large = new LargeValues();
    this.#detached.forget();
  }

  /** Moves all keys to a database of their own, in constant time; this one is empty then. */
  #moveOut(): Database {
    const moved = new Database(this.keyspace, this.index);
    [moved.#arena, this.#arena] = [this.#arena, moved.#arena];
    [moved.#keys, this.#keys] = [this.#keys, moved.#keys];
    [moved.#expiries, this.#expiries] = [this.#expiries, moved.#expiries];
    [moved.#values, this.#values] = [this.#values, moved.#values];
    [moved.#large, this.#large] = [this.#large, moved.#large];
    [moved.#slots, this.#slots] = [this.#slots, moved.#slots];
    this.#sweepAt = 0;
    this.#detached.forget();
    return moved;
  }

  /** Frees up to about so many blocks of values deleted before, see {@linkcode DetachedValues.release}. */
  releaseDetached(blocks: number): number {
    return this.#detached.release(blocks);
  }

  /** Bytes of memory that it holds without having anything in it. */
  get spareBytes(): number {
    return this.#arena.spareBytes;
  }

  /** Lets go of its memory, if nothing is in it. */
  dropMemory(): void {
    if (this.spareBytes > 0) this.keyspace.retire(this.#arena);
  }

  /** Goes on with a resize of the key table, in an idle moment. */
  advanceResize(steps: number): void {
    this.#keys.advanceResize(steps);
  }

  /** The table of keys, for those who look at its figures. */
  get keys(): Dictionary {
    return this.#keys;
  }

  get isResizing(): boolean {
    return this.#keys.isResizing;
  }
}
