/**
 * A stream: entries in the order of their ids, packed in nodes ({@linkcode NodeReader} has the drawing), with its consumer
 * groups. Nodes are blocks of the arena, found by the id they begin with.
 *
 * append: O(1). Finding an entry: O(log n), then at most one node is read. A node that entries are added to has room for more,
 * one that is full fits its block.
 *
 * What throws a StoreMemoryError has changed nothing.
 */
import { Arena } from "./arena.ts";
import type { Arguments } from "./database.ts";
import { StoreMemoryError } from "./errors.ts";
import { IdDirectory } from "./id_directory.ts";
import type { CollectionLimits } from "./keyspace.ts";
import type { LargeValue } from "./large_value.ts";
import {
  elementBytes,
  EMPTY_LISTPACK_BYTES,
  firstElement,
  integer64Bytes,
  integerBytes,
  integerElement,
  isElement,
  listpackBytes,
  listpackEnd,
  MAX_LISTPACK_BYTES,
  nextElement,
  resizeGap,
  writeElement,
  writeEmptyListpack,
  writeInteger,
  writeInteger64,
} from "./listpack.ts";
import { NameList } from "./name_list.ts";
import type { StreamGroup } from "./stream_group.ts";
import { ID_BYTES, StreamId } from "./stream_id.ts";
import { DELETED, deletedCount, ENTRY_OVERHEAD, NodeReader, SAME_FIELDS, validCount } from "./stream_node.ts";

/** The limits of a stream's nodes. */
export type StreamLimits = Pick<CollectionLimits, "streamNodeBytes" | "streamNodeEntries">;

/** Bytes that a new node has room for, and those it may have before it is needed. */
const FIRST_NODE_BYTES = 128, SPARE_NODE_BYTES = 4096;
/** Bytes that a count may take more than before. */
const COUNT_GROWTH = 4;

/** What is to be trimmed from the beginning of a stream. */
export interface Trim {
  /** Down to so many entries; null: those before {@linkcode minId}. */
  readonly maxLength: number | null;
  readonly minId: StreamId;
  /** Only whole nodes. */
  readonly isApproximate: boolean;
  /** At most so many entries; 0: any number. */
  readonly limit: number;
}

/** A counter of 64 bits that mostly goes up by one. */
export class Counter {
  #base = 0n;
  #more = 0;

  get value(): bigint {
    return this.#base + BigInt(this.#more);
  }

  set value(value: bigint) {
    this.#base = value;
    this.#more = 0;
  }

  increment(): void {
    this.#more++;
  }
}

export class Stream implements LargeValue {
  readonly arena: Arena;
  readonly limits: StreamLimits;
  /** How many entries there are. */
  length = 0;
  /** Id of the first entry; 0-0 when there is none. */
  readonly firstId: StreamId = new StreamId();
  /** The greatest id ever given. */
  readonly lastId: StreamId = new StreamId();
  /** The greatest id ever deleted by XDEL; 0-0: none. */
  readonly maxDeletedId: StreamId = new StreamId();
  /** How many entries there have ever been. */
  readonly entriesAdded: Counter = new Counter();
  readonly nodes: IdDirectory = new IdDirectory();
  readonly groups: NameList<StreamGroup> = new NameList();

  constructor(arena: Arena, limits: StreamLimits) {
    this.arena = arena;
    this.limits = limits;
  }

  // ---- Figures ----

  /**
   * About what Redis takes for the effort of freeing it: a leaf of its radix tree and the edge to it for each node, and all
   * groups as the first.
   */
  get size(): number {
    const groups = this.groups.size;
    return 2 * this.nodes.length + (groups === 0 ? 0 : groups * (1 + this.groups.at(0).pending.size));
  }

  get tableBytes(): number {
    let bytes = this.nodes.tableBytes;
    for (const group of this.groups) bytes += group.tableBytes;
    return bytes;
  }

  memoryBytes(samples: number): number {
    const { nodes } = this, { length } = nodes;
    const seen = Math.min(samples, length);
    let bytes = 0;
    for (let n = 0; n < seen; n++) bytes += this.arena.blockBytes(nodes.address(n));
    // the last node mostly is not full, so it is no part of the average
    if (seen < length) bytes = Math.round(bytes / Math.max(seen, 1) * (length - 1)) + this.#blockBytes(length - 1);
    for (const group of this.groups) bytes += group.blockBytes;
    return bytes + this.tableBytes;
  }

  #blockBytes(n: number): number {
    return this.arena.blockBytes(this.nodes.address(n));
  }

  /** Where the listpack of a node begins in the arena. */
  nodeStart(n: number): number {
    return this.nodes.address(n) * 8;
  }

  nodeEnd(n: number): number {
    const at = this.nodeStart(n);
    return at + listpackBytes(this.arena.bytes, at);
  }

  /** How many nodes Redis' radix tree of the same nodes has. */
  get radixNodes(): number {
    const { length } = this.nodes;
    const keys = new Uint8Array(length * ID_BYTES);
    for (let n = 0; n < length; n++) this.nodes.readId(n, ID).writeBytes(keys, n * ID_BYTES);
    return length === 0 ? 1 : countRadixNodes(keys, 0, length, 0);
  }

  // ---- Adding ----

  /** Adds an entry of the arguments from `first` on, fields and values in turn; its id must be after the last one. */
  append(id: StreamId, args: Arguments, first: number, fieldCount: number): void {
    const { nodes } = this;
    let n = nodes.length - 1;
    if (n >= 0 && this.#isFull(n, args, first, fieldCount)) {
      this.#fit(n);
      n = -1;
    }
    if (n < 0) this.#addNode(id, args, first, fieldCount);
    else this.#appendTo(n, id, args, first, fieldCount);
    if (this.length++ === 0) this.firstId.copyFrom(id);
    this.lastId.copyFrom(id);
    this.entriesAdded.increment();
  }

  #isFull(n: number, args: Arguments, first: number, fieldCount: number): boolean {
    const { bytes } = this.arena, { streamNodeEntries } = this.limits;
    const at = this.nodeStart(n);
    let length = listpackBytes(bytes, at);
    for (let i = first; i < first + 2 * fieldCount; i++) length += args.end(i) - args.start(i);
    if (length >= this.#mostBytes) return true;
    return streamNodeEntries > 0 && validCount(bytes, at) + deletedCount(bytes, at) >= streamNodeEntries;
  }

  get #mostBytes(): number {
    const { streamNodeBytes } = this.limits;
    return streamNodeBytes === 0 ? MAX_LISTPACK_BYTES : Math.min(streamNodeBytes, MAX_LISTPACK_BYTES);
  }

  #addNode(id: StreamId, args: Arguments, first: number, fieldCount: number): void {
    const { arena, nodes } = this;
    let size = EMPTY_LISTPACK_BYTES + 3 * integerBytes(0) + integerBytes(fieldCount);
    for (let i = first; i < first + 2 * fieldCount; i += 2) {
      size += elementBytes(args.bytes, args.start(i), args.end(i));
    }
    const entryBytes = this.#entryBytes(id, id, SAME_FIELDS, args, first, fieldCount);
    const block = arena.allocate(Math.max(size + entryBytes, FIRST_NODE_BYTES));
    const { bytes } = arena, at = block * 8;
    writeEmptyListpack(bytes, at);
    let p = firstElement(at);
    resizeGap(bytes, at, p, p, size - EMPTY_LISTPACK_BYTES, fieldCount + 4);
    p = writeInteger(bytes, p, 1);
    p = writeInteger(bytes, p, 0);
    p = writeInteger(bytes, p, fieldCount);
    for (let i = first; i < first + 2 * fieldCount; i += 2) {
      p = writeElement(bytes, p, args.bytes, args.start(i), args.end(i));
    }
    writeInteger(bytes, p, 0);
    this.#writeEntry(at, id, id, SAME_FIELDS, args, first, fieldCount, entryBytes);
    nodes.insert(nodes.length, block, 0, id);
  }

  #appendTo(n: number, id: StreamId, args: Arguments, first: number, fieldCount: number): void {
    const master = this.nodes.readId(n, ID);
    const flags = this.#hasMasterFields(n, args, first, fieldCount) ? SAME_FIELDS : 0;
    const entryBytes = this.#entryBytes(id, master, flags, args, first, fieldCount);
    this.#reserve(n, entryBytes + 1); // the count may take a byte more
    const at = this.nodeStart(n);
    this.#setInteger(n, firstElement(at), validCount(this.arena.bytes, at) + 1);
    this.#writeEntry(at, id, master, flags, args, first, fieldCount, entryBytes);
  }

  #hasMasterFields(n: number, args: Arguments, first: number, fieldCount: number): boolean {
    const { bytes } = this.arena;
    let p = nextElement(bytes, nextElement(bytes, firstElement(this.nodeStart(n))));
    if (integerElement(bytes, p) !== fieldCount) return false;
    for (let i = first; i < first + 2 * fieldCount; i += 2) {
      p = nextElement(bytes, p);
      if (!isElement(bytes, p, args.bytes, args.start(i), args.end(i))) return false;
    }
    return true;
  }

  #entryBytes(
    id: StreamId,
    master: StreamId,
    flags: number,
    args: Arguments,
    first: number,
    fieldCount: number,
  ): number {
    const { bytes } = args;
    const step = flags === SAME_FIELDS ? 2 : 1;
    let size = integerBytes(flags) + integerBytes(elementCount(flags, fieldCount) - 1);
    size += integer64Bytes(id.msLow - master.msLow, differenceHigh(id.msHigh, id.msLow, master.msHigh, master.msLow));
    size += integer64Bytes(
      id.seqLow - master.seqLow,
      differenceHigh(id.seqHigh, id.seqLow, master.seqHigh, master.seqLow),
    );
    if (flags !== SAME_FIELDS) size += integerBytes(fieldCount);
    for (let i = first + step - 1; i < first + 2 * fieldCount; i += step) {
      size += elementBytes(bytes, args.start(i), args.end(i));
    }
    return size;
  }

  /** Writes an entry at the end of the node at `at`; there is room. */
  #writeEntry(
    at: number,
    id: StreamId,
    master: StreamId,
    flags: number,
    args: Arguments,
    first: number,
    fieldCount: number,
    entryBytes: number,
  ): void {
    const { bytes } = this.arena;
    const step = flags === SAME_FIELDS ? 2 : 1;
    const elements = elementCount(flags, fieldCount);
    let p = listpackEnd(bytes, at);
    resizeGap(bytes, at, p, p, entryBytes, elements);
    p = writeInteger(bytes, p, flags);
    p = writeInteger64(
      bytes,
      p,
      id.msLow - master.msLow,
      differenceHigh(id.msHigh, id.msLow, master.msHigh, master.msLow),
    );
    p = writeInteger64(
      bytes,
      p,
      id.seqLow - master.seqLow,
      differenceHigh(id.seqHigh, id.seqLow, master.seqHigh, master.seqLow),
    );
    if (flags !== SAME_FIELDS) p = writeInteger(bytes, p, fieldCount);
    for (let i = first + step - 1; i < first + 2 * fieldCount; i += step) {
      p = writeElement(bytes, p, args.bytes, args.start(i), args.end(i));
    }
    writeInteger(bytes, p, elements - 1);
  }

  /** Adds a whole node, `source[start, end)`: how streams come out of files. False when there is one with this id. */
  addListpack(id: StreamId, source: Uint8Array, start: number, end: number): boolean {
    const { arena, nodes } = this;
    const before = nodes.find(id);
    if (before >= 0 && nodes.readId(before, ID).compare(id) === 0) return false;
    const block = arena.allocate(end - start);
    arena.bytes.set(arena.renewed(source).subarray(start, end), block * 8);
    nodes.insert(before + 1, block, 0, id);
    return true;
  }

  // ---- Removing ----

  /** Deletes the entry with this id; false when there is none. */
  delete(id: StreamId): boolean {
    const n = this.nodes.find(id);
    if (n < 0) return false;
    const reader = this.#open(n);
    for (let more = reader.first(); more; more = reader.next()) {
      const order = reader.id.compare(id);
      if (order > 0) return false;
      if (order < 0 || reader.isDeleted) continue;
      this.#markDeleted(n, reader.entryAt - this.nodeStart(n));
      if (id.compare(this.firstId) === 0) this.refreshFirstId();
      if (id.compare(this.maxDeletedId) > 0) this.maxDeletedId.copyFrom(id);
      return true;
    }
    return false;
  }

  #markDeleted(n: number, entryOffset: number): void {
    const valid = validCount(this.arena.bytes, this.nodeStart(n));
    if (valid === 1) this.#removeNode(n);
    else {
      this.#reserve(n, 1); // the number of deleted ones may take a byte more
      this.#addFlag(n, entryOffset);
      this.#setCounts(n, valid - 1, deletedCount(this.arena.bytes, this.nodeStart(n)) + 1);
    }
    this.length--;
  }

  /** Flags are one byte, whatever they are. */
  #addFlag(n: number, entryOffset: number): void {
    this.arena.bytes[this.nodeStart(n) + entryOffset]! |= DELETED;
  }

  #setCounts(n: number, valid: number, deleted: number): void {
    const { bytes } = this.arena, at = this.nodeStart(n);
    this.#setInteger(n, firstElement(at), valid);
    this.#setInteger(n, nextElement(bytes, firstElement(at)), deleted);
  }

  #removeNode(n: number): void {
    this.arena.free(this.nodes.address(n));
    this.nodes.remove(n);
  }

  /**
   * Removes entries from the beginning.
   *
   * @returns How many.
   */
  trim(trim: Trim): number {
    const { nodes, arena } = this, { maxLength, limit } = trim;
    const had = this.length;
    while (nodes.length > 0 && (maxLength === null || this.length > maxLength)) {
      const valid = validCount(arena.bytes, this.nodeStart(0));
      if (limit > 0 && had - this.length + valid > limit) break;
      if (maxLength === null ? this.#endsBefore(0, trim.minId) : this.length - valid >= maxLength) {
        this.#removeNode(0);
        this.length -= valid;
      } else {
        if (!trim.isApproximate) this.#trimNode(trim);
        break;
      }
    }
    if (this.length < had) this.refreshFirstId();
    return had - this.length;
  }

  /** Are all entries of a node, deleted ones too, before an id? */
  #endsBefore(n: number, id: StreamId): boolean {
    const reader = this.#open(n);
    return !reader.last() || reader.id.compare(id) < 0;
  }

  /** Trims within the first node. */
  #trimNode({ maxLength, minId }: Trim): void {
    this.#reserve(0, COUNT_GROWTH);
    const at = this.nodeStart(0), reader = this.#open(0);
    let removed = 0;
    for (let more = reader.first(); more; more = reader.next()) {
      if (maxLength === null ? reader.id.compare(minId) >= 0 : this.length - removed <= maxLength) break;
      if (reader.isDeleted) continue;
      this.#addFlag(0, reader.entryAt - at);
      removed++;
    }
    const { bytes } = this.arena;
    this.#setCounts(0, validCount(bytes, at) - removed, deletedCount(bytes, at) + removed);
    this.length -= removed;
  }

  /** Makes {@linkcode firstId} that of the first entry. */
  refreshFirstId(): void {
    if (this.length === 0) this.firstId.setZero();
    else this.readFirstId(false, this.firstId);
  }

  /** Sets `into` to the id of the first entry, `orDeleted` also of one marked so; to the greatest id when there is none. */
  readFirstId(orDeleted: boolean, into: StreamId): StreamId {
    for (let n = 0; n < this.nodes.length; n++) {
      const reader = this.#open(n);
      for (let more = reader.first(); more; more = reader.next()) {
        if (orDeleted || !reader.isDeleted) return into.copyFrom(reader.id);
      }
    }
    return into.setMax();
  }

  /** Sets `into` to the id of the last entry, 0-0 when there is none. */
  readLastId(into: StreamId): StreamId {
    for (let n = this.nodes.length - 1; n >= 0; n--) {
      const reader = this.#open(n);
      for (let more = reader.last(); more; more = reader.previous()) {
        if (!reader.isDeleted) return into.copyFrom(reader.id);
      }
    }
    return into.setZero();
  }

  /** Is there an entry with this id? */
  has(id: StreamId): boolean {
    const n = this.nodes.find(id);
    if (n < 0) return false;
    const reader = this.#open(n);
    for (let more = reader.first(); more; more = reader.next()) {
      const order = reader.id.compare(id);
      if (order >= 0) return order === 0 && !reader.isDeleted;
    }
    return false;
  }

  #open(n: number): NodeReader {
    return READER.open(this.arena.bytes, this.nodeStart(n), this.nodes.readId(n, ID));
  }

  // ---- What groups have read ----

  /** May an entry between an id and the end have been deleted? */
  #hasDeletedAfter(id: StreamId): boolean {
    const { maxDeletedId } = this;
    if (this.length === 0 || maxDeletedId.isZero || this.firstId.compare(maxDeletedId) > 0) return false;
    return id.compare(maxDeletedId) <= 0;
  }

  /** How many entries were added up to the one with an id; null where that cannot be told. */
  entriesUpTo(id: StreamId): bigint | null {
    const added = this.entriesAdded.value;
    if (added === 0n) return 0n;
    const order = id.compare(this.lastId);
    if (order === 0 || (this.length === 0 && order < 0)) return added;
    if (order > 0) return null;
    const { maxDeletedId, firstId } = this;
    if (!maxDeletedId.isZero && maxDeletedId.compare(firstId) >= 0) return null;
    const fromFirst = id.compare(firstId);
    if (fromFirst > 0) return null;
    const before = added - BigInt(this.length);
    return fromFirst < 0 ? before : before + 1n;
  }

  /** How many entries a group has still to read; null where that cannot be told. */
  lag(group: StreamGroup): bigint | null {
    const added = this.entriesAdded.value;
    if (added === 0n) return 0n;
    const read = group.entriesRead !== null && !this.#hasDeletedAfter(group.lastId)
      ? group.entriesRead
      : this.entriesUpTo(group.lastId);
    return read === null ? null : added - read;
  }

  /** A group has read on, up to the entry with an id. */
  advance(group: StreamGroup, id: StreamId): void {
    if (group.entriesRead !== null && !this.#hasDeletedAfter(id)) group.entriesRead++;
    else if (this.entriesAdded.value !== 0n) group.entriesRead = this.entriesUpTo(id);
    group.lastId.copyFrom(id);
  }

  // ---- Nodes ----

  /** Puts another number in place of the integer element at `p` of a node that has room for it. */
  #setInteger(n: number, p: number, value: number): void {
    const { bytes } = this.arena;
    resizeGap(bytes, this.nodeStart(n), p, nextElement(bytes, p), integerBytes(value), 0);
    writeInteger(bytes, p, value);
  }

  /** Sees to it that a node can get `added` bytes longer. */
  #reserve(n: number, added: number): void {
    const at = this.nodeStart(n);
    const used = listpackBytes(this.arena.bytes, at), wanted = used + added;
    if (wanted <= this.#blockBytes(n)) return;
    this.#move(n, Math.max(wanted, Math.min(2 * used, Math.max(SPARE_NODE_BYTES, this.limits.streamNodeBytes))));
  }

  /** Gives unused room back, if it is worth moving and there is memory for it. */
  #fit(n: number): void {
    const used = listpackBytes(this.arena.bytes, this.nodeStart(n));
    if (Arena.unitsFor(used) * 8 >= this.#blockBytes(n)) return;
    try {
      this.#move(n, used);
    } catch (error) {
      if (!(error instanceof StoreMemoryError)) throw error;
    }
  }

  #move(n: number, size: number): void {
    const { arena, nodes } = this;
    const had = nodes.address(n);
    const used = listpackBytes(arena.bytes, had * 8);
    const block = arena.allocate(size);
    arena.bytes.copyWithin(block * 8, had * 8, had * 8 + used);
    arena.free(had);
    nodes.setAddress(n, block);
  }

  // ---- As a whole ----

  copyTo(arena: Arena): Stream {
    const copy = new Stream(arena, this.limits);
    copy.length = this.length;
    copy.firstId.copyFrom(this.firstId);
    copy.lastId.copyFrom(this.lastId);
    copy.maxDeletedId.copyFrom(this.maxDeletedId);
    copy.entriesAdded.value = this.entriesAdded.value;
    try {
      for (let n = 0; n < this.nodes.length; n++) {
        copy.addListpack(this.nodes.readId(n, COPIED_ID), this.arena.bytes, this.nodeStart(n), this.nodeEnd(n));
      }
      for (const group of this.groups) copy.groups.add(group.copyTo(arena));
    } catch (error) {
      while (!copy.release(Infinity));
      throw error;
    }
    return copy;
  }

  release(blocks: number): boolean {
    const { nodes, groups } = this;
    let left = blocks;
    for (; left > 0 && nodes.length > 0; left--) this.#removeNode(nodes.length - 1);
    while (left > 0 && groups.size > 0) {
      left = groups.at(groups.size - 1).release(left);
      if (left > 0) groups.removeAt(groups.size - 1);
    }
    return nodes.length === 0 && groups.size === 0;
  }
}

/** Elements of an entry, the number at its end included. */
function elementCount(flags: number, fieldCount: number): number {
  return ENTRY_OVERHEAD + (flags === SAME_FIELDS ? fieldCount : 2 * fieldCount + 1);
}

/** The upper word of a difference of 64-bit numbers. */
function differenceHigh(high: number, low: number, otherHigh: number, otherLow: number): number {
  return high - otherHigh - (low < otherLow ? 1 : 0);
}

/**
 * Nodes of a radix tree of the sorted keys `[from, to)`, which have `depth` bytes in common: one for the bytes in which they
 * do not differ, one where they part, one at each end.
 */
function countRadixNodes(keys: Uint8Array, from: number, to: number, depth: number): number {
  if (depth === ID_BYTES) return 1;
  const first = from * ID_BYTES, last = (to - 1) * ID_BYTES;
  let shared = depth;
  while (shared < ID_BYTES && keys[first + shared] === keys[last + shared]) shared++;
  if (shared > depth) return 1 + countRadixNodes(keys, from, to, shared);
  let count = 1;
  for (let start = from, k = from; k < to; k++) {
    if (k + 1 < to && keys[(k + 1) * ID_BYTES + depth] === keys[k * ID_BYTES + depth]) continue;
    count += countRadixNodes(keys, start, k + 1, depth + 1);
    start = k + 1;
  }
  return count;
}

// Scratch space.
const READER = new NodeReader();
const ID = new StreamId(), COPIED_ID = new StreamId();
