/**
 * Keys as the commands that make them: an append-only file's base where `aof-use-rdb-preamble` is no. Collections come in
 * groups of 64, so that no request is long; the commands and their options are those that Redis writes.
 */
import type { Database, Entry } from "../store/database.ts";
import { formatDouble } from "../store/doubles.ts";
import { Element } from "../store/element.ts";
import { HashValue } from "../store/hash_value.ts";
import { ListCursor, ListValue } from "../store/list_value.ts";
import { SetValue } from "../store/set_value.ts";
import { SortedSetValue } from "../store/sorted_set_value.ts";
import type { Stream } from "../store/stream.ts";
import { StreamCursor } from "../store/stream_cursor.ts";
import type { StreamConsumer, StreamGroup } from "../store/stream_group.ts";
import { StreamId } from "../store/stream_id.ts";
import { streamOf } from "../store/stream_value.ts";
import { HASH_TYPE, LIST, SET, SORTED_SET, STREAM, STRING, STRUCTURE } from "../store/types.ts";
import type { AofBuffer } from "./aof_buffer.ts";

/** Elements of one request (Redis' AOF_REWRITE_ITEMS_PER_CMD). */
const GROUP = 64;

/** A key being written. */
class KeyWriter {
  readonly buffer: AofBuffer;
  readonly db: Database;
  readonly entry: Entry;
  /** Called between requests: the buffer may be emptied. */
  readonly #onRequest: () => void;
  /** Elements still to come, and those of the request that has begun. */
  #left = 0;
  #inGroup = 0;

  constructor(buffer: AofBuffer, db: Database, entry: Entry, onRequest: () => void) {
    this.buffer = buffer;
    this.db = db;
    this.entry = entry;
    this.#onRequest = onRequest;
  }

  /** Begins a request: its name, a subcommand if it has one, the key; `count` further arguments follow. */
  begin(names: readonly string[], count: number): void {
    this.#onRequest();
    const { buffer, db, entry } = this;
    buffer.begin(names.length + 1 + count);
    for (const name of names) buffer.text(name);
    buffer.bulk(db.bytes, db.keyStart(entry), db.keyEnd(entry));
  }

  /** So many elements follow, each announced by {@linkcode element}. */
  elements(count: number): void {
    this.#left = count;
    this.#inGroup = 0;
  }

  /** Begins a request if the one before is full; an element has so many arguments. */
  element(name: string, argumentsEach: number): void {
    if (this.#inGroup === 0) this.begin([name], Math.min(this.#left, GROUP) * argumentsEach);
    this.#inGroup = (this.#inGroup + 1) % GROUP;
    this.#left--;
  }
}

/** Writes what makes a key, its expiry included. */
export function writeCommands(buffer: AofBuffer, db: Database, entry: Entry, onRequest: () => void): void {
  const key = new KeyWriter(buffer, db, entry, onRequest);
  switch (db.type(entry)) {
    case STRING:
      key.begin(["SET"], 1);
      if (db.isInt(entry)) buffer.text(String(db.intValue(entry)));
      else buffer.bulk(db.bytes, db.valueStart(entry), db.valueEnd(entry));
      break;
    case STRUCTURE:
      key.begin(["SET"], 1);
      buffer.typed(db.bytes, db.valueStart(entry), db.valueEnd(entry));
      break;
    case LIST:
      writeList(key);
      break;
    case SET:
      writeSet(key);
      break;
    case SORTED_SET:
      writeSortedSet(key);
      break;
    case HASH_TYPE:
      writeHash(key);
      break;
    case STREAM:
      writeStream(key, streamOf(db, entry));
      break;
    default:
      throw new TypeError(`Cannot write commands for a value of type ${db.type(entry)}`);
  }
  const expireAtMs = db.expireAt(entry);
  if (expireAtMs < 0) return;
  key.begin(["PEXPIREAT"], 1);
  buffer.text(String(expireAtMs));
}

function writeList(key: KeyWriter): void {
  const list = new ListValue().open(key.db, key.entry);
  const cursor = new ListCursor().set(list, 0, true);
  const element = new Element();
  key.elements(list.size);
  while (cursor.next()) {
    key.element("RPUSH", 1);
    cursor.read(element);
    key.buffer.element(element);
  }
}

function writeSet(key: KeyWriter): void {
  const set = new SetValue().open(key.db, key.entry);
  key.elements(set.size);
  set.rewind();
  while (set.next()) {
    key.element("SADD", 1);
    key.buffer.element(set.element);
  }
}

function writeSortedSet(key: KeyWriter): void {
  const set = new SortedSetValue().open(key.db, key.entry);
  key.elements(set.size);
  for (let more = set.seek(0); more; more = set.next()) {
    key.element("ZADD", 2);
    key.buffer.text(formatDouble(set.currentScore));
    key.buffer.element(set.member);
  }
}

function writeHash(key: KeyWriter): void {
  const hash = new HashValue().open(key.db, key.entry);
  key.elements(hash.size);
  hash.each((position) => {
    key.element("HMSET", 2);
    hash.moveTo(position);
    key.buffer.element(hash.field);
    key.buffer.element(hash.value);
  });
}

// ---- Streams ----

function writeStream(key: KeyWriter, stream: Stream): void {
  const { buffer } = key;
  const cursor = new StreamCursor().set(stream, new StreamId(), new StreamId().setMax(), true);
  while (cursor.next()) {
    key.begin(["XADD"], 1 + 2 * cursor.fieldCount);
    buffer.text(cursor.id.toString());
    while (cursor.nextField()) {
      buffer.element(cursor.field);
      buffer.element(cursor.value);
    }
  }
  if (stream.length === 0) { // an entry that does not stay leaves an empty stream
    key.begin(["XADD"], 5);
    for (const word of ["MAXLEN", "0", "0-1", "x", "y"]) buffer.text(word);
  }
  key.begin(["XSETID"], 5);
  buffer.text(stream.lastId.toString());
  buffer.text("ENTRIESADDED");
  buffer.text(String(stream.entriesAdded.value));
  buffer.text("MAXDELETEDID");
  buffer.text(stream.maxDeletedId.toString());
  for (const group of stream.groups) writeGroup(key, group);
}

function writeGroup(key: KeyWriter, group: StreamGroup): void {
  const { buffer } = key;
  const { name } = group;
  key.begin(["XGROUP", "CREATE"], 4);
  buffer.bulk(name, 0, name.length);
  buffer.text(group.lastId.toString());
  buffer.text("ENTRIESREAD");
  buffer.text(String(group.entriesRead ?? -1));
  for (const consumer of group.consumers) {
    if (consumer.pending.size > 0) writePending(key, group, consumer);
    else {
      key.begin(["XGROUP", "CREATECONSUMER"], 2);
      buffer.bulk(name, 0, name.length);
      buffer.bulk(consumer.name, 0, consumer.name.length);
    }
  }
}

function writePending(key: KeyWriter, group: StreamGroup, { name, pending }: StreamConsumer): void {
  const { buffer } = key;
  const id = new StreamId();
  for (let more = pending.seek(id.setZero()); more; more = pending.next()) {
    const row = group.pending.find(pending.readId(id));
    key.begin(["XCLAIM"], 10);
    buffer.bulk(group.name, 0, group.name.length);
    buffer.bulk(name, 0, name.length);
    buffer.text("0");
    buffer.text(id.toString());
    buffer.text("TIME");
    buffer.text(String(group.deliveredAt(row)));
    buffer.text("RETRYCOUNT");
    buffer.text(String(group.deliveries(row)));
    buffer.text("JUSTID");
    buffer.text("FORCE");
  }
}
