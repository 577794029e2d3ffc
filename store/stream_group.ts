/**
 * A consumer group of a stream: how far it has read, its consumers, and the entries that were delivered to one of them and
 * not acknowledged yet, the pending ones.
 *
 * ```text
 *   group's row      | id, 2 units | delivered at, a double | deliveries, 64 bits | number of the consumer, unused |
 *   consumer's row   | id, 2 units |
 * ```
 *
 * A pending entry takes 56 bytes: one row of each kind. Groups and consumers are objects.
 */
import { type Arena, NONE } from "./arena.ts";
import { IdTable } from "./id_table.ts";
import { NameList } from "./name_list.ts";
import { StreamId } from "./stream_id.ts";

/** Units of the rows; where things stand in that of a group, in units. */
const GROUP_ROW = 5, CONSUMER_ROW = 2;
const DELIVERED_AT = 2, DELIVERIES = 3, CONSUMER = 4;
const WORD = 2 ** 32;

export class StreamConsumer {
  readonly name: Uint8Array;
  /** What rows of the group have of it. */
  readonly number: number;
  /** When it was last asked for. */
  seenAtMs: number;
  /** Ids of its pending entries. */
  readonly pending: IdTable;

  constructor(name: Uint8Array, number: number, seenAtMs: number, pending: IdTable) {
    this.name = name;
    this.number = number;
    this.seenAtMs = seenAtMs;
    this.pending = pending;
  }
}

export class StreamGroup {
  readonly name: Uint8Array;
  /** The greatest id delivered. */
  readonly lastId: StreamId = new StreamId();
  /** How many entries of the stream it has read; null: it cannot be told. */
  entriesRead: bigint | null = null;
  readonly consumers: NameList<StreamConsumer> = new NameList();
  readonly pending: IdTable;
  readonly #arena: Arena;
  /** Consumers by number, and the numbers that are free. */
  readonly #byNumber: (StreamConsumer | null)[] = [];
  readonly #freeNumbers: number[] = [];

  constructor(arena: Arena, name: Uint8Array, pending: IdTable = new IdTable(arena, GROUP_ROW)) {
    this.#arena = arena;
    this.name = name;
    this.pending = pending;
  }

  get tableBytes(): number {
    let bytes = this.pending.tableBytes;
    for (const { pending } of this.consumers) bytes += pending.tableBytes;
    return bytes;
  }

  /** Bytes in the arena. */
  get blockBytes(): number {
    let bytes = this.pending.blockBytes;
    for (const { pending } of this.consumers) bytes += pending.blockBytes;
    return bytes;
  }

  // ---- Consumers ----

  /** Adds a consumer whose name is not there yet. */
  addConsumer(name: Uint8Array, nowMs: number): StreamConsumer {
    const number = this.#freeNumbers.pop() ?? this.#byNumber.length;
    const consumer = new StreamConsumer(name, number, nowMs, new IdTable(this.#arena, CONSUMER_ROW));
    this.#byNumber[number] = consumer;
    this.consumers.add(consumer);
    return consumer;
  }

  /** Deletes a consumer and its pending entries. */
  deleteConsumer(consumer: StreamConsumer): void {
    const { pending } = consumer;
    for (let more = pending.seek(ID.setZero()); more; more = pending.next()) this.pending.remove(pending.readId(ID));
    pending.release(Infinity);
    this.consumers.remove(consumer);
    this.#byNumber[consumer.number] = null;
    this.#freeNumbers.push(consumer.number);
  }

  // ---- Pending entries: rows are addresses in units, good until one is added or removed ----

  /** The consumer that a pending entry was delivered to. */
  consumerOf(row: number): StreamConsumer {
    return this.#byNumber[this.#arena.words[(row + CONSUMER) * 2]!]!;
  }

  /** When the entry was delivered, in milliseconds. */
  deliveredAt(row: number): number {
    return this.#arena.doubles[row + DELIVERED_AT]!;
  }

  setDeliveredAt(row: number, ms: number): void {
    this.#arena.doubles[row + DELIVERED_AT] = ms;
  }

  /** How often it was delivered. */
  deliveries(row: number): bigint {
    const { words } = this.#arena, at = (row + DELIVERIES) * 2;
    return (BigInt(words[at + 1]! >>> 0) << 32n) | BigInt(words[at]! >>> 0);
  }

  setDeliveries(row: number, count: bigint): void {
    const { words } = this.#arena, at = (row + DELIVERIES) * 2;
    words[at] = Number(BigInt.asIntN(32, count));
    words[at + 1] = Number(BigInt.asIntN(32, count >> 32n));
  }

  addDelivery(row: number): void {
    const { words } = this.#arena, at = (row + DELIVERIES) * 2;
    const low = (words[at]! >>> 0) + 1;
    words[at] = low;
    if (low === WORD) words[at + 1]!++;
  }

  /** Adds a pending entry of a consumer, or makes one of whomever it is its own: as delivered once, now. */
  deliver(id: StreamId, consumer: StreamConsumer, nowMs: number): number {
    const row = this.give(id, consumer);
    this.setDeliveredAt(row, nowMs);
    this.setDeliveries(row, 1n);
    return row;
  }

  /**
   * Makes an entry, pending or not, a pending one of a consumer; one that was not is delivered at no time, never.
   *
   * @returns The row of the entry.
   * @throws {StoreMemoryError} Nothing has changed.
   */
  give(id: StreamId, consumer: StreamConsumer): number {
    const had = this.pending.find(id);
    const owner = had === NONE ? null : this.consumerOf(had);
    if (owner === consumer) return had;
    consumer.pending.insert(id);
    let row = had;
    if (owner === null) row = this.#addRow(id, consumer);
    else owner.pending.remove(id);
    this.#arena.words[(row + CONSUMER) * 2] = consumer.number;
    return row;
  }

  #addRow(id: StreamId, consumer: StreamConsumer): number {
    let row: number;
    try {
      row = this.pending.insert(id);
    } catch (error) {
      consumer.pending.remove(id);
      throw error;
    }
    this.setDeliveredAt(row, 0);
    this.setDeliveries(row, 0n);
    return row;
  }

  /** An entry is not pending any more; false when it was not. */
  acknowledge(id: StreamId): boolean {
    const row = this.pending.find(id);
    if (row === NONE) return false;
    this.consumerOf(row).pending.remove(id);
    return this.pending.remove(id);
  }

  // ---- As a whole ----

  copyTo(arena: Arena): StreamGroup {
    const copy = new StreamGroup(arena, this.name, this.pending.copyTo(arena));
    copy.lastId.copyFrom(this.lastId);
    copy.entriesRead = this.entriesRead;
    try {
      for (const { name, number, seenAtMs, pending } of this.consumers) {
        const consumer = new StreamConsumer(name, number, seenAtMs, pending.copyTo(arena));
        copy.#byNumber[number] = consumer;
        copy.consumers.add(consumer);
      }
    } catch (error) {
      copy.release(Infinity);
      throw error;
    }
    for (const number of this.#freeNumbers) copy.#byNumber[number] = null;
    copy.#freeNumbers.push(...this.#freeNumbers);
    return copy;
  }

  /** Frees up to so many blocks; returns how many more it could have freed, 0 unless none is left. */
  release(blocks: number): number {
    let left = this.pending.release(blocks);
    for (const { pending } of this.consumers) if (left > 0) left = pending.release(left);
    return left;
  }
}

// Scratch space.
const ID = new StreamId();
