/**
 * Where the bytes of a value stand, and how they grow: those of strings, structures and packed collections.
 *
 * ```text
 *   inline:    | header, value word = length | key | value ... |
 *   in block:  | header, value word = block  | key |       block: | length, 4 | 4 | value ... |
 * ```
 *
 * Short values follow their key and move with it when they outgrow their block; longer ones have a block of their own, and
 * keep it. A value in place costs nothing to find, one in a block a cache miss.
 */
import type { Arena } from "./arena.ts";
import { type Dictionary, HEADER_BYTES, KEY_LENGTH, META, VALUE } from "./dictionary.ts";
import { StoreMemoryError } from "./errors.ts";
import type { ExpiryIndex } from "./expiry_index.ts";
import type { SlotIndex } from "./slot_index.ts";
import { ENCODING_MASK, ENCODING_SHIFT, HAS_EXPIRY, IN_BLOCK, INT, RAW } from "./types.ts";

/** Longer values have a block of their own, so that their key need not move when they grow. */
export const INLINE_MAX_BYTES = 1024;
/** Bytes of a block before the value: its length. */
export const BLOCK_HEADER_BYTES = 8;
/** In the meta word of an entry whose value has a block. */
export const HAS_BLOCK = IN_BLOCK << ENCODING_SHIFT;
/** Less unused room than this is not worth moving an entry for. */
const SMALLEST_SHRUNK_BYTES = 64;
/** A growing string gets twice the room it needs, but never more than this much extra (Redis' SDS_MAX_PREALLOC). */
const MAX_SPARE_BYTES = 1024 * 1024;
/** Lengths are signed words; with `proto-max-bulk-len` raised, SETRANGE could ask for more. */
const LONGEST_TEXT_BYTES = 2 ** 31 - 2 * MAX_SPARE_BYTES;

export class ValueBytes {
  readonly #arena: Arena;
  readonly #keys: Dictionary;
  readonly #expiries: ExpiryIndex;
  readonly #slots: SlotIndex | null;

  constructor(arena: Arena, keys: Dictionary, expiries: ExpiryIndex, slots: SlotIndex | null) {
    this.#arena = arena;
    this.#keys = keys;
    this.#expiries = expiries;
    this.#slots = slots;
  }

  start(entry: number): number {
    const words = this.#arena.words;
    return (words[entry * 2 + META]! & HAS_BLOCK) === 0
      ? entry * 8 + HEADER_BYTES + words[entry * 2 + KEY_LENGTH]!
      : words[entry * 2 + VALUE]! * 8 + BLOCK_HEADER_BYTES;
  }

  length(entry: number): number {
    const words = this.#arena.words;
    const value = words[entry * 2 + VALUE]!;
    return (words[entry * 2 + META]! & HAS_BLOCK) === 0 ? value : words[value * 2]!;
  }

  setLength(entry: number, length: number): void {
    const words = this.#arena.words;
    if ((words[entry * 2 + META]! & HAS_BLOCK) === 0) words[entry * 2 + VALUE] = length;
    else words[words[entry * 2 + VALUE]! * 2] = length;
  }

  /** Bytes that the value can have without being moved. */
  room(entry: number): number {
    const arena = this.#arena, words = arena.words;
    return (words[entry * 2 + META]! & HAS_BLOCK) === 0
      ? arena.blockBytes(entry) - HEADER_BYTES - words[entry * 2 + KEY_LENGTH]!
      : arena.blockBytes(words[entry * 2 + VALUE]!) - BLOCK_HEADER_BYTES;
  }

  /**
   * Gives a value room for `bytes`, and keeps the first `keepBytes`, which become its length.
   *
   * @returns The entry to go on with.
   * @throws {StoreMemoryError} Nothing has changed.
   */
  move(entry: number, bytes: number, keepBytes: number): number {
    const arena = this.#arena;
    const hasBlock = (arena.words[entry * 2 + META]! & HAS_BLOCK) !== 0;
    if (bytes <= INLINE_MAX_BYTES && !hasBlock) {
      entry = this.moveEntry(entry, bytes, keepBytes);
      arena.words[entry * 2 + VALUE] = keepBytes;
      return entry;
    }
    const block = arena.allocate(BLOCK_HEADER_BYTES + bytes);
    const from = this.start(entry);
    arena.bytes.copyWithin(block * 8 + BLOCK_HEADER_BYTES, from, from + keepBytes);
    try {
      if (hasBlock) arena.free(arena.words[entry * 2 + VALUE]!);
      else entry = this.moveEntry(entry, 0, 0);
    } catch (error) {
      arena.free(block);
      throw error;
    }
    const words = arena.words;
    words[entry * 2 + META]! |= HAS_BLOCK;
    words[entry * 2 + VALUE] = block;
    words[block * 2] = keepBytes;
    return entry;
  }

  /** Puts an entry in a block with room for `payloadBytes` behind its key. */
  moveEntry(entry: number, payloadBytes: number, keepBytes: number): number {
    const moved = this.#keys.resizeEntry(entry, payloadBytes, keepBytes);
    if ((this.#arena.words[moved * 2 + META]! & HAS_EXPIRY) !== 0) this.#expiries.move(entry, moved);
    this.#slots?.move(entry, moved);
    return moved;
  }

  /** Gives the room of a value that there is much of back; where there is no memory for that, it stays. */
  shrink(entry: number): number {
    const length = this.length(entry), room = this.room(entry);
    if (length * 2 >= room || room <= SMALLEST_SHRUNK_BYTES) return entry;
    try {
      return this.move(entry, length, length);
    } catch (error) {
      if (!(error instanceof StoreMemoryError)) throw error;
      return entry;
    }
  }

  /**
   * Makes `removed` bytes at `offset` `added` bytes, moving what follows them; the added bytes are the caller's to write. The
   * room is a little more than needed when it grows, and given back when half of it is unused.
   *
   * @returns The entry to go on with.
   * @throws {StoreMemoryError} Nothing has changed.
   */
  splice(entry: number, offset: number, removed: number, added: number): number {
    const had = this.length(entry);
    const length = had - removed + added;
    if (length > had && length > this.room(entry)) entry = this.move(entry, length + (length >> 3), had);
    const start = this.start(entry) + offset;
    if (removed !== added) this.#arena.bytes.copyWithin(start + added, start + removed, start - offset + had);
    this.setLength(entry, length);
    return length < had ? this.shrink(entry) : entry;
  }

  /**
   * Makes a string's text `length` bytes long, keeping what fits and its expiry, for APPEND and SETRANGE: the caller writes
   * to it in place. New bytes are zero. The encoding becomes raw.
   *
   * @returns The entry to go on with.
   * @throws {StoreMemoryError} The text is what it was.
   */
  resizeText(entry: number, length: number): number {
    if (length > LONGEST_TEXT_BYTES) throw new StoreMemoryError("the text is too long");
    if ((this.#arena.words[entry * 2 + META]! & ENCODING_MASK) === INT << ENCODING_SHIFT) entry = this.#spellOut(entry);
    const had = this.length(entry);
    if (length > this.room(entry)) entry = this.move(entry, length + Math.min(length, MAX_SPARE_BYTES), had);
    const { words, bytes } = this.#arena;
    const meta = words[entry * 2 + META]!;
    words[entry * 2 + META] = (meta & (~ENCODING_MASK | HAS_BLOCK)) | (RAW << ENCODING_SHIFT);
    this.setLength(entry, length);
    if (length > had) bytes.fill(0, this.start(entry) + had, this.start(entry) + length);
    return entry;
  }

  /** Turns a string held as a number into its text. */
  #spellOut(entry: number): number {
    const digits = String(this.#arena.words[entry * 2 + VALUE]!);
    entry = this.moveEntry(entry, digits.length, 0);
    const { words, bytes } = this.#arena;
    words[entry * 2 + META] = (words[entry * 2 + META]! & ~ENCODING_MASK) | (RAW << ENCODING_SHIFT);
    words[entry * 2 + VALUE] = digits.length;
    const start = this.start(entry);
    for (let i = 0; i < digits.length; i++) bytes[start + i] = digits.charCodeAt(i);
    return entry;
  }
}
