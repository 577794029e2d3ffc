/**
 * Streams in Redis' file format: nodes as they are in memory, what the stream remembers, then its groups, each with its pending
 * entries and its consumers, each with the ids of those that are its own.
 *
 * ```text
 *   nodes:   count | id, 16 bytes, as a string | listpack as a string | ...
 *   stream:  length | last id | first id | greatest id deleted | entries added        (old: the first two)
 *   groups:  count | name | last id | entries read (not in old) | pending | consumers | ...
 *   pending:    count | id, 16 bytes | delivered at, 8 bytes | deliveries | ...
 *   consumers:  count | name | seen at, 8 bytes | count | id, 16 bytes | ... | ...
 * ```
 *
 * What is read is checked: nodes entry by entry, their counts, that ids rise; that every pending entry has one consumer.
 */
import { NONE } from "../store/arena.ts";
import type { Database } from "../store/database.ts";
import { Element } from "../store/element.ts";
import type { IdTable } from "../store/id_table.ts";
import { StreamGroup } from "../store/stream_group.ts";
import { ID_BYTES, StreamId } from "../store/stream_id.ts";
import { NodeReader } from "../store/stream_node.ts";
import { Stream } from "../store/stream.ts";
import { STREAM } from "../store/types.ts";
import { RdbFormatError } from "./errors.ts";
import { LoadedLarge, type LoadedValue } from "./loaded_value.ts";
import type { RdbReader } from "./rdb_reader.ts";
import type { RdbWriter } from "./rdb_writer.ts";
import { checkStreamNode } from "./stream_node_check.ts";

/** A count that is not known, as Redis has it in files. */
const UNKNOWN = 2n ** 64n - 1n;
/** The fewest bytes that things of which there is a count take. */
const NODE_MIN_BYTES = 2, GROUP_MIN_BYTES = 5, PENDING_MIN_BYTES = ID_BYTES + 9, CONSUMER_MIN_BYTES = 10;

// ---- Writing ----

/** Writes a stream, its type not included. */
export function writeStream(writer: RdbWriter, stream: Stream): void {
  const { nodes, arena, groups } = stream;
  const id = new StreamId(), key = new Uint8Array(ID_BYTES);
  writer.length(nodes.length);
  for (let n = 0; n < nodes.length; n++) {
    nodes.readId(n, id).writeBytes(key, 0);
    writer.string(key, 0, ID_BYTES);
    writer.string(arena.bytes, stream.nodeStart(n), stream.nodeEnd(n));
  }
  writer.length(stream.length);
  writeId(writer, stream.lastId);
  writeId(writer, stream.firstId);
  writeId(writer, stream.maxDeletedId);
  writer.length64(BigInt.asUintN(64, stream.entriesAdded.value));
  writer.length(groups.size);
  for (const group of groups) writeGroup(writer, group);
}

function writeId(writer: RdbWriter, { ms, seq }: StreamId): void {
  writer.length64(ms);
  writer.length64(seq);
}

function writeGroup(writer: RdbWriter, group: StreamGroup): void {
  const { name, pending, consumers } = group;
  writer.string(name, 0, name.length);
  writeId(writer, group.lastId);
  writer.length64(group.entriesRead === null ? UNKNOWN : BigInt.asUintN(64, group.entriesRead));
  writePending(writer, pending, (row) => {
    writer.time(group.deliveredAt(row));
    writer.length64(group.deliveries(row));
  });
  writer.length(consumers.size);
  for (const { name, seenAtMs, pending } of consumers) {
    writer.string(name, 0, name.length);
    writer.time(seenAtMs);
    writePending(writer, pending, null);
  }
}

function writePending(writer: RdbWriter, pending: IdTable, writeMore: ((row: number) => void) | null): void {
  const id = new StreamId(), bytes = new Uint8Array(ID_BYTES);
  writer.length(pending.size);
  for (let more = pending.seek(id); more; more = pending.next()) {
    const row = pending.address;
    pending.readId(id).writeBytes(bytes, 0);
    writer.raw(bytes, 0, ID_BYTES);
    writeMore?.(row);
  }
}

// ---- Reading ----

/**
 * Reads a stream; `isOld`: one of Redis 5 or 6.
 *
 * @throws {RdbFormatError} The bytes are no stream.
 */
export function readStream(reader: RdbReader, db: Database, isOld: boolean): LoadedValue {
  const stream = new Stream(db.arena, db.keyspace.limits);
  try {
    const length = readNodes(reader, stream);
    if (reader.length() !== length) throw new RdbFormatError("a stream with another number of entries than it says");
    stream.length = length;
    readId(reader, stream.lastId);
    if (isOld) {
      stream.entriesAdded.value = BigInt(length);
      stream.refreshFirstId();
    } else {
      readId(reader, stream.firstId);
      readId(reader, stream.maxDeletedId);
      stream.entriesAdded.value = reader.length64();
    }
    for (let left = reader.count(GROUP_MIN_BYTES); left > 0; left--) readGroup(reader, stream, isOld);
  } catch (error) {
    stream.release(Infinity);
    throw error;
  }
  return new LoadedLarge(db, STREAM, stream);
}

function readId(reader: RdbReader, into: StreamId): void {
  const ms = reader.length64();
  into.setBig(ms, reader.length64());
}

/** Reads the nodes; returns how many entries they have. */
function readNodes(reader: RdbReader, stream: Stream): number {
  const key = new Element(), node = new Element();
  const id = new StreamId(), previous = new StreamId();
  const entries = new NodeReader();
  let length = 0, hasPrevious = false;
  for (let left = reader.count(NODE_MIN_BYTES); left > 0; left--) {
    reader.string(key);
    if (key.length !== ID_BYTES) throw new RdbFormatError("a node of a stream without an id");
    id.readBytes(key.bytes, key.start);
    reader.string(node);
    length += checkStreamNode(node.bytes, node.start, node.end);
    entries.open(node.bytes, node.start, id);
    for (let more = entries.first(); more; more = entries.next()) {
      if (hasPrevious && entries.id.compare(previous) <= 0) throw new RdbFormatError("entries that are not in order");
      previous.copyFrom(entries.id);
      hasPrevious = true;
    }
    if (!stream.addListpack(id, node.bytes, node.start, node.end)) throw new RdbFormatError("a node twice");
  }
  return length;
}

function readGroup(reader: RdbReader, stream: Stream, isOld: boolean): void {
  const name = new Element();
  reader.string(name);
  if (stream.groups.find(name.bytes, name.start, name.end) !== null) throw new RdbFormatError("a group twice");
  const group = new StreamGroup(stream.arena, name.copy());
  stream.groups.add(group);
  readId(reader, group.lastId);
  if (isOld) group.entriesRead = stream.entriesUpTo(group.lastId);
  else {
    const read = reader.length64();
    group.entriesRead = read === UNKNOWN ? null : read;
  }
  const deliveries = readDeliveries(reader);
  for (let left = reader.count(CONSUMER_MIN_BYTES); left > 0; left--) readConsumer(reader, group, deliveries);
  if (group.pending.size !== deliveries.size) throw new RdbFormatError("a pending entry without a consumer");
}

/** When and how often an entry was delivered. */
interface Delivery {
  readonly atMs: number;
  readonly count: bigint;
}

/** Reads the pending entries of a group: whose they are is said later. */
function readDeliveries(reader: RdbReader): Map<string, Delivery> {
  const deliveries = new Map<string, Delivery>();
  const id = new StreamId();
  for (let left = reader.count(PENDING_MIN_BYTES); left > 0; left--) {
    const key = readRawId(reader, id).toString();
    if (deliveries.has(key)) throw new RdbFormatError("a pending entry twice");
    const atMs = reader.time();
    deliveries.set(key, { atMs, count: reader.length64() });
  }
  return deliveries;
}

/** An id as its 16 bytes. */
function readRawId(reader: RdbReader, into: StreamId): StreamId {
  const at = reader.raw(ID_BYTES);
  return into.readBytes(reader.bytes, at);
}

function readConsumer(reader: RdbReader, group: StreamGroup, deliveries: ReadonlyMap<string, Delivery>): void {
  const name = new Element(), id = new StreamId();
  reader.string(name);
  if (group.consumers.find(name.bytes, name.start, name.end) !== null) throw new RdbFormatError("a consumer twice");
  const consumer = group.addConsumer(name.copy(), reader.time());
  for (let left = reader.count(ID_BYTES); left > 0; left--) {
    const delivery = deliveries.get(readRawId(reader, id).toString());
    if (delivery === undefined) throw new RdbFormatError("a consumer's entry that is not pending");
    if (group.pending.find(id) !== NONE) throw new RdbFormatError("a pending entry of two consumers");
    const row = group.deliver(id, consumer, delivery.atMs);
    group.setDeliveries(row, delivery.count);
  }
}
