/**
 * Values as RDB files and DUMP payloads have them: a byte that says the type and form, then the value. Written is the form
 * of Redis 7.0 that is nearest to how the value is held; read is every form since the first version of Redis.
 */
import { ProtocolError } from "../resp/errors.ts";
import { TypedValueScanner } from "../resp/typed_value.ts";
import type { Database, Entry } from "../store/database.ts";
import { Element } from "../store/element.ts";
import { HashValue } from "../store/hash_value.ts";
import { ListValue } from "../store/list_value.ts";
import { SetValue } from "../store/set_value.ts";
import { SortedSetValue } from "../store/sorted_set_value.ts";
import { streamOf } from "../store/stream_value.ts";
import { HASH_TYPE, LIST, SET, SORTED_SET, STREAM, STRING, STRUCTURE } from "../store/types.ts";
import { RdbFormatError } from "./errors.ts";
import { ListpackEntries } from "./listpack_entries.ts";
import { LoadedString, LoadedStructure, type LoadedValue } from "./loaded_value.ts";
import {
  readHash,
  readIntset,
  readList,
  readPackedHash,
  readPackedList,
  readPackedSortedSet,
  readQuicklist,
  readSet,
  readSortedSet,
} from "./rdb_collections.ts";
import { readStream, writeStream } from "./rdb_stream.ts";
import type { RdbReader } from "./rdb_reader.ts";
import {
  NODE_PACKED,
  NODE_PLAIN,
  RDB_HASH,
  RDB_HASH_LISTPACK,
  RDB_HASH_ZIPLIST,
  RDB_HASH_ZIPMAP,
  RDB_LIST,
  RDB_LIST_QUICKLIST,
  RDB_LIST_QUICKLIST_2,
  RDB_LIST_ZIPLIST,
  RDB_SET,
  RDB_SET_INTSET,
  RDB_STREAM_LISTPACKS,
  RDB_STREAM_LISTPACKS_2,
  RDB_STRING,
  RDB_STRUCTURE,
  RDB_ZSET,
  RDB_ZSET_2,
  RDB_ZSET_LISTPACK,
  RDB_ZSET_ZIPLIST,
} from "./rdb_types.ts";
import type { RdbWriter } from "./rdb_writer.ts";
import { ZiplistEntries } from "./ziplist_entries.ts";
import { ZipmapEntries } from "./zipmap_entries.ts";

// ---- Writing ----

/** Writes the type and the value of an entry. */
export function writeValue(writer: RdbWriter, db: Database, entry: Entry): void {
  writer.byte(rdbTypeOf(db, entry));
  writeBody(writer, db, entry);
}

/** Writes the type of an entry, its key and its value, as files have them. */
export function writeKeyAndValue(writer: RdbWriter, db: Database, entry: Entry): void {
  writer.byte(rdbTypeOf(db, entry));
  writer.string(db.bytes, db.keyStart(entry), db.keyEnd(entry));
  writeBody(writer, db, entry);
}

/** The RDB type in which an entry's value is written. */
function rdbTypeOf(db: Database, entry: Entry): number {
  const type = db.type(entry);
  switch (type) {
    case STRING:
      return RDB_STRING;
    case STRUCTURE:
      return RDB_STRUCTURE;
    case LIST:
      return RDB_LIST_QUICKLIST_2;
    case SET:
      return db.isLarge(entry) ? RDB_SET : RDB_SET_INTSET;
    case SORTED_SET:
      return db.isLarge(entry) ? RDB_ZSET_2 : RDB_ZSET_LISTPACK;
    case HASH_TYPE:
      return db.isLarge(entry) ? RDB_HASH : RDB_HASH_LISTPACK;
    case STREAM:
      return RDB_STREAM_LISTPACKS_2;
    default:
      throw new TypeError(`Cannot write a value of type ${type}`);
  }
}

function writeBody(writer: RdbWriter, db: Database, entry: Entry): void {
  const type = db.type(entry);
  if (type === LIST) return writeList(writer, db, entry);
  if (type === STREAM) return writeStream(writer, streamOf(db, entry));
  if (type === STRING && db.isInt(entry)) return writer.integer(db.intValue(entry));
  if (!db.isLarge(entry)) return writeBytes(writer, db, entry);
  if (type === SET) writeSet(writer, db, entry);
  else if (type === SORTED_SET) writeSortedSet(writer, db, entry);
  else writeHash(writer, db, entry);
}

function writeBytes(writer: RdbWriter, db: Database, entry: Entry): void {
  writer.string(db.bytes, db.valueStart(entry), db.valueEnd(entry));
}

function writeElement(writer: RdbWriter, { bytes, start, end }: Element): void {
  writer.string(bytes, start, end);
}

function writeList(writer: RdbWriter, db: Database, entry: Entry): void {
  const list = new ListValue().open(db, entry);
  writer.length(list.nodeCount);
  for (let n = 0; n < list.nodeCount; n++) {
    writer.length(list.isPlainNode(n) ? NODE_PLAIN : NODE_PACKED);
    writer.string(db.bytes, list.nodeStart(n), list.nodeEnd(n));
  }
}

function writeSet(writer: RdbWriter, db: Database, entry: Entry): void {
  const set = new SetValue().open(db, entry);
  writer.length(set.size);
  set.rewind();
  while (set.next()) writeElement(writer, set.element);
}

function writeHash(writer: RdbWriter, db: Database, entry: Entry): void {
  const hash = new HashValue().open(db, entry);
  writer.length(hash.size);
  hash.each((position) => {
    hash.moveTo(position);
    writeElement(writer, hash.field);
    writeElement(writer, hash.value);
  });
}

/** From the greatest to the smallest, as Redis does: what loads it then inserts at the head only. */
function writeSortedSet(writer: RdbWriter, db: Database, entry: Entry): void {
  const set = new SortedSetValue().open(db, entry);
  writer.length(set.size);
  for (let more = set.seek(set.size - 1); more; more = set.previous()) {
    writeElement(writer, set.member);
    writer.double(set.currentScore);
  }
}

// ---- Reading ----

/**
 * Reads a value of an RDB type.
 *
 * @throws {RdbFormatError} There is no such type, or the bytes are no such value.
 * @throws {StoreMemoryError} There is no room for it.
 */
export function readValue(reader: RdbReader, type: number, db: Database): LoadedValue {
  switch (type) {
    case RDB_LIST:
      return readList(reader, db);
    case RDB_SET:
      return readSet(reader, db);
    case RDB_ZSET:
    case RDB_ZSET_2:
      return readSortedSet(reader, db, type === RDB_ZSET_2);
    case RDB_HASH:
      return readHash(reader, db);
    case RDB_LIST_QUICKLIST:
    case RDB_LIST_QUICKLIST_2:
      return readQuicklist(reader, db, type === RDB_LIST_QUICKLIST);
    case RDB_STREAM_LISTPACKS:
    case RDB_STREAM_LISTPACKS_2:
      return readStream(reader, db, type === RDB_STREAM_LISTPACKS);
  }
  const text = new Element();
  reader.string(text); // all others are one string
  const { bytes, start, end } = text;
  switch (type) {
    case RDB_STRING:
      return new LoadedString(db, text);
    case RDB_STRUCTURE:
      checkStructure(text);
      return new LoadedStructure(db, text);
    case RDB_SET_INTSET:
      return readIntset(text, db);
    case RDB_LIST_ZIPLIST:
      return readPackedList(new ZiplistEntries(bytes, start, end), db);
    case RDB_HASH_LISTPACK:
      return readPackedHash(new ListpackEntries(bytes, start, end), db, Infinity);
    case RDB_HASH_ZIPLIST:
      return readPackedHash(new ZiplistEntries(bytes, start, end), db, Infinity);
    case RDB_HASH_ZIPMAP:
      return readPackedHash(new ZipmapEntries(bytes, start, end), db, db.keyspace.limits.hashValueBytes);
    case RDB_ZSET_LISTPACK:
      return readPackedSortedSet(new ListpackEntries(bytes, start, end), db);
    case RDB_ZSET_ZIPLIST:
      return readPackedSortedSet(new ZiplistEntries(bytes, start, end), db);
    default:
      throw new RdbFormatError(`a value of the unknown type ${type}`);
  }
}

/** A structure is sent to clients as it stands, so it must be one typed RESP value and nothing else. */
function checkStructure({ bytes, start, end }: Element): void {
  let scanned: number;
  try {
    scanned = new TypedValueScanner(end - start).scan(bytes, start, end);
  } catch (error) {
    if (error instanceof ProtocolError) throw new RdbFormatError("no RESP value");
    throw error;
  }
  if (scanned !== end) throw new RdbFormatError("no RESP value");
}
