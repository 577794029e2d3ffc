/**
 * DEBUG DIGEST: a signature of keys and values that is Redis' own, so that two servers can be compared by it, whatever
 * order and encoding their collections have.
 *
 * SHA-1 of each part goes into a state of 20 bytes in one of two ways: `xor` combines parts that have no order, `mix` also
 * hashes the state, so that parts have one.
 */
import { createHash } from "node:crypto";
import { type Database, type Entry, NONE } from "../store/database.ts";
import { formatDouble } from "../store/doubles.ts";
import { Element } from "../store/element.ts";
import { HashValue } from "../store/hash_value.ts";
import type { Keyspace } from "../store/keyspace.ts";
import { ListCursor, ListValue } from "../store/list_value.ts";
import { SetValue } from "../store/set_value.ts";
import { SortedSetValue } from "../store/sorted_set_value.ts";
import type { Stream } from "../store/stream.ts";
import { StreamCursor } from "../store/stream_cursor.ts";
import { ID_TEXT_BYTES, StreamId } from "../store/stream_id.ts";
import { streamOf } from "../store/stream_value.ts";
import { HASH_TYPE, LIST, SET, SORTED_SET, STREAM, STRING, STRUCTURE } from "../store/types.ts";

const STATE_BYTES = 20;
/** Between the numbers of an id. */
const DOT = 0x2e;
const ASCII = new TextEncoder();
/** A key with an expiry has this among its parts, whenever it expires. */
const EXPIRES = ASCII.encode("!!expire!!");
/** Types whose number differs from Redis'. It has no structures: they have the number they have in files. */
const TYPE_NUMBERS: ReadonlyMap<number, number> = new Map([[STREAM, 6], [STRUCTURE, 240]]);

/** A digest in the making. */
class Digest {
  readonly state: Uint8Array = new Uint8Array(STATE_BYTES);

  clear(): this {
    this.state.fill(0);
    return this;
  }

  xor(bytes: Uint8Array, start: number, end: number): this {
    const { state } = this;
    const hash = sha1(bytes.subarray(start, end));
    for (let i = 0; i < STATE_BYTES; i++) state[i]! ^= hash[i]!;
    return this;
  }

  mix(bytes: Uint8Array, start: number, end: number): this {
    this.xor(bytes, start, end);
    this.state.set(sha1(this.state));
    return this;
  }

  /** Mixes a number of 32 bits in. */
  mixNumber(n: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, n);
    return this.mix(bytes, 0, 4);
  }

  toString(): string {
    return this.state.toHex();
  }
}

function sha1(bytes: Uint8Array): Uint8Array {
  return createHash("sha1").update(bytes).digest();
}

/** The digest of all keys of all databases, also of those that have expired and are not deleted yet. */
export function digestOfKeyspace(keyspace: Keyspace): string {
  const all = new Digest(), one = new Digest();
  for (const db of keyspace.databases) {
    if (db.size === 0) continue;
    all.mixNumber(db.index);
    let cursor = 0;
    do {
      cursor = db.scan(cursor, (entry) => {
        one.clear().mix(db.bytes, db.keyStart(entry), db.keyEnd(entry));
        addValue(one, db, entry);
        all.xor(one.state, 0, STATE_BYTES);
      });
    } while (cursor !== 0);
  }
  return all.toString();
}

/** The digest of one value and of whether it expires; of NONE, zeros. */
export function digestOfValue(db: Database, entry: Entry): string {
  const digest = new Digest();
  if (entry !== NONE) addValue(digest, db, entry);
  return digest.toString();
}

function addValue(digest: Digest, db: Database, entry: Entry): void {
  const type = db.type(entry);
  digest.mixNumber(TYPE_NUMBERS.get(type) ?? type);
  switch (type) {
    case STRING:
    case STRUCTURE:
      addText(digest, db, entry);
      break;
    case LIST:
      addList(digest, new ListValue().open(db, entry));
      break;
    case SET:
      addSet(digest, new SetValue().open(db, entry));
      break;
    case SORTED_SET:
      addSortedSet(digest, new SortedSetValue().open(db, entry));
      break;
    case HASH_TYPE:
      addHash(digest, new HashValue().open(db, entry));
      break;
    case STREAM:
      addStream(digest, streamOf(db, entry));
      break;
    default:
      throw new TypeError(`Cannot compute the digest of a value of type ${type}`);
  }
  if (db.expireAt(entry) >= 0) digest.xor(EXPIRES, 0, EXPIRES.length);
}

function addText(digest: Digest, db: Database, entry: Entry): void {
  if (!db.isInt(entry)) digest.mix(db.bytes, db.valueStart(entry), db.valueEnd(entry));
  else {
    const digits = ASCII.encode(String(db.intValue(entry)));
    digest.mix(digits, 0, digits.length);
  }
}

function addList(digest: Digest, list: ListValue): void {
  const cursor = new ListCursor().set(list, 0, true);
  const element = new Element();
  while (cursor.next()) {
    cursor.read(element);
    digest.mix(element.bytes, element.start, element.end);
  }
}

function addSet(digest: Digest, set: SetValue): void {
  set.rewind();
  while (set.next()) digest.xor(set.element.bytes, set.element.start, set.element.end);
}

function addSortedSet(digest: Digest, set: SortedSetValue): void {
  const { member } = set;
  for (let more = set.seek(0); more; more = set.next()) {
    const score = ASCII.encode(formatDouble(set.currentScore));
    addPair(digest, member, score, 0, score.length);
  }
}

function addHash(digest: Digest, hash: HashValue): void {
  const { field, value } = hash;
  hash.each((position) => {
    hash.moveTo(position);
    addPair(digest, field, value.bytes, value.start, value.end);
  });
}

/** Entries and their fields; groups have no part in it. */
function addStream(digest: Digest, stream: Stream): void {
  const cursor = new StreamCursor().set(stream, new StreamId(), new StreamId().setMax(), true);
  const { field, value } = cursor;
  const text = new Uint8Array(ID_TEXT_BYTES);
  while (cursor.next()) {
    digest.mix(text, 0, cursor.id.write(text, 0, DOT));
    while (cursor.nextField()) digest.mix(field.bytes, field.start, field.end).mix(value.bytes, value.start, value.end);
  }
}

const PAIR = new Digest();

function addPair(digest: Digest, { bytes, start, end }: Element, other: Uint8Array, from: number, to: number): void {
  PAIR.clear().mix(bytes, start, end).mix(other, from, to);
  digest.xor(PAIR.state, 0, STATE_BYTES);
}
