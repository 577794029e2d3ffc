/**
 * Which entries of a database are in which hash slot, kept in cluster mode alone.
 *
 * A set of entry addresses for each slot that has any, so that a slot's keys are counted in O(1) and listed in O(number
 * listed). Adding, removing and moving an entry are O(1) besides the checksum of its key. The sets take about 40 bytes an entry
 * (29 to 49 measured, at a million keys and at 100,000). Without it (cluster mode off) a database tests one field for null
 * where a key is added or goes.
 */
import { keySlot } from "../resp/key_slot.ts";
import type { Arena } from "./arena.ts";
import { HEADER_BYTES, KEY_LENGTH } from "./dictionary.ts";

/** What an entry takes of its set, about: how a `Set` lays itself out is not ours to know. */
const ENTRY_BYTES = 40;

const NOTHING: ReadonlySet<number> = new Set();

export class SlotIndex {
  readonly #arena: Arena;
  readonly #slots: Map<number, Set<number>> = new Map();
  #size = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** Bytes that the sets take, estimated. */
  get tableBytes(): number {
    return this.#size * ENTRY_BYTES;
  }

  /** The entries of a slot, in the order in which they came to where they are. */
  of(slot: number): ReadonlySet<number> {
    return this.#slots.get(slot) ?? NOTHING;
  }

  /** Takes note of a new entry, whose key is in place. */
  add(entry: number): void {
    const slot = this.#slotOf(entry);
    const entries = this.#slots.get(slot);
    if (entries === undefined) this.#slots.set(slot, new Set([entry]));
    else entries.add(entry);
    this.#size++;
  }

  /** Forgets an entry whose key is still in place. */
  delete(entry: number): void {
    this.#delete(this.#slotOf(entry), entry);
    this.#size--;
  }

  /** The entry has another address now, where its key is in place. */
  move(from: number, to: number): void {
    const slot = this.#slotOf(to);
    this.#slots.get(slot)!.add(to);
    this.#delete(slot, from);
  }

  #delete(slot: number, entry: number): void {
    const entries = this.#slots.get(slot)!;
    entries.delete(entry);
    if (entries.size === 0) this.#slots.delete(slot);
  }

  #slotOf(entry: number): number {
    const { bytes, words } = this.#arena;
    const start = entry * 8 + HEADER_BYTES;
    return keySlot(bytes, start, start + words[entry * 2 + KEY_LENGTH]!);
  }
}
