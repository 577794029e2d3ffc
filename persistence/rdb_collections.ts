/**
 * Reads lists, hashes, sets and sorted sets, from any form that any version of Redis has written. What comes packed is checked
 * entry by entry and written anew, so that the store finds its listpacks as it would have made them itself.
 *
 * Which encoding a value gets is decided by the same rules as when Redis loads it: the limits of the day, not those under
 * which it was written; in packed forms only the number of elements is looked at, not their length.
 */
import type { Database } from "../store/database.ts";
import { readDoublePrefix } from "../store/doubles.ts";
import { Element } from "../store/element.ts";
import { compareBytes } from "../store/score_tree.ts";
import { SetBuilder } from "../store/set_value.ts";
import { SortedSetBuilder } from "../store/sorted_set_builder.ts";
import { SET, SORTED_SET } from "../store/types.ts";
import { RdbEmptyError, RdbFormatError } from "./errors.ts";
import { HashBuilder } from "./hash_builder.ts";
import { IntsetEntries } from "./intset_entries.ts";
import { ListBuilder } from "./list_builder.ts";
import { ListpackBuilder } from "./listpack_builder.ts";
import { ListpackEntries } from "./listpack_entries.ts";
import { LoadedBuilder, LoadedPacked, type LoadedValue } from "./loaded_value.ts";
import type { PackedEntries } from "./packed_entries.ts";
import type { RdbReader } from "./rdb_reader.ts";
import { NODE_PACKED, NODE_PLAIN } from "./rdb_types.ts";
import { TextSet } from "./text_set.ts";
import { ZiplistEntries } from "./ziplist_entries.ts";

/** The fewest bytes that a string takes, and a score. */
const STRING_MIN_BYTES = 1, DOUBLE_BYTES = 8, DOUBLE_TEXT_MIN_BYTES = 1;

/** Gives a value up when filling it fails. */
function filled<T extends { release(): void }>(value: T, fill: (value: T) => void): T {
  try {
    fill(value);
  } catch (error) {
    value.release();
    throw error;
  }
  return value;
}

/** A count of elements of which there must be some. */
function countSome(reader: RdbReader, elementBytes: number): number {
  const count = reader.count(elementBytes);
  if (count === 0) throw new RdbEmptyError("a collection of nothing");
  return count;
}

/** Reads the second entry of a pair. */
function readOther(entries: PackedEntries, into: Element): void {
  if (!entries.next(into)) throw new RdbFormatError("half a pair");
}

// ---- Lists ----

/** A list that is written element by element. */
export function readList(reader: RdbReader, db: Database): LoadedValue {
  const count = countSome(reader, STRING_MIN_BYTES);
  return filled(new ListBuilder(db), (list) => {
    const element = new Element();
    for (let i = 0; i < count; i++) {
      reader.string(element);
      list.push(element);
    }
  });
}

/** A list in one run of entries, to be distributed among nodes. */
export function readPackedList(entries: PackedEntries, db: Database): LoadedValue {
  return filled(new ListBuilder(db), (list) => {
    const element = new Element();
    while (entries.next(element)) list.push(element);
    list.checkNotEmpty();
  });
}

/** A list in nodes, which stay as they are; those of old versions are ziplists. */
export function readQuicklist(reader: RdbReader, db: Database, isOld: boolean): LoadedValue {
  const count = countSome(reader, STRING_MIN_BYTES);
  return filled(new ListBuilder(db), (list) => {
    const node = new Element();
    for (let i = 0; i < count; i++) {
      const kind = isOld ? NODE_PACKED : reader.length();
      if (kind !== NODE_PACKED && kind !== NODE_PLAIN) throw new RdbFormatError("a node of an unknown kind");
      reader.string(node);
      if (node.length === 0) throw new RdbFormatError("a node of nothing");
      if (kind === NODE_PLAIN) list.addPlain(node);
      else readNode(new (isOld ? ZiplistEntries : ListpackEntries)(node.bytes, node.start, node.end), list);
    }
    list.checkNotEmpty();
  });
}

function readNode(entries: PackedEntries, list: ListBuilder): void {
  list.endNode();
  const element = new Element();
  while (entries.next(element)) list.append(element);
}

// ---- Hashes ----

/** A hash that is written field by field. */
export function readHash(reader: RdbReader, db: Database): LoadedValue {
  const count = countSome(reader, 2 * STRING_MIN_BYTES);
  const { hashEntries, hashValueBytes } = db.keyspace.limits;
  return filled(new HashBuilder(db, count > hashEntries ? 0 : hashEntries, hashValueBytes), (hash) => {
    const field = new Element(), value = new Element();
    for (let i = 0; i < count; i++) {
      reader.string(field);
      reader.string(value);
      hash.add(field, value);
    }
  });
}

/** A packed hash; `maxBytes`: the length of fields and values above which it becomes large. */
export function readPackedHash(entries: PackedEntries, db: Database, maxBytes: number): LoadedValue {
  return filled(new HashBuilder(db, db.keyspace.limits.hashEntries, maxBytes), (hash) => {
    const field = new Element(), value = new Element();
    while (entries.next(field)) {
      readOther(entries, value);
      hash.add(field, value);
    }
    if (hash.isEmpty) throw new RdbEmptyError("a hash of nothing");
  });
}

// ---- Sets ----

/** A set that is written member by member. */
export function readSet(reader: RdbReader, db: Database): LoadedValue {
  const count = countSome(reader, STRING_MIN_BYTES);
  const set = filled(new SetBuilder(db), (set) => {
    const member = new Element();
    for (let i = 0; i < count; i++) {
      reader.string(member);
      if (!set.add(member.bytes, member.start, member.end)) throw new RdbFormatError("a member twice");
    }
  });
  return new LoadedBuilder(set);
}

/** An intset. */
export function readIntset(text: Element, db: Database): LoadedValue {
  const member = new Element();
  const entries = new IntsetEntries(text.bytes, text.start, text.end);
  if (entries.count === 0) throw new RdbEmptyError("a set of nothing");
  if (entries.count <= db.keyspace.limits.setIntsetEntries) {
    while (entries.next(member)); // to check it
    return new LoadedPacked(db, SET, text.bytes.subarray(text.start, text.end));
  }
  const set = filled(new SetBuilder(db), (set) => {
    while (entries.next(member)) set.add(member.bytes, member.start, member.end);
  });
  return new LoadedBuilder(set);
}

// ---- Sorted sets ----

/** A sorted set that is written member by member, in any order. */
export function readSortedSet(reader: RdbReader, db: Database, isBinary: boolean): LoadedValue {
  const count = countSome(reader, STRING_MIN_BYTES + (isBinary ? DOUBLE_BYTES : DOUBLE_TEXT_MIN_BYTES));
  const set = filled(new SortedSetBuilder(db), (set) => {
    const member = new Element();
    for (let i = 0; i < count; i++) {
      reader.string(member);
      addScored(set, member, isBinary ? reader.double() : reader.doubleText());
    }
  });
  return new LoadedBuilder(set);
}

function addScored(set: SortedSetBuilder, member: Element, score: number): void {
  if (Number.isNaN(score)) throw new RdbFormatError("a score that is no number");
  if (!set.set(member.bytes, member.start, member.end, score)) throw new RdbFormatError("a member twice");
}

/** A packed sorted set: members and scores in turn. */
export function readPackedSortedSet(entries: PackedEntries, db: Database): LoadedValue {
  const packed = new ListpackBuilder();
  const isInOrder = repackScored(entries, packed);
  const count = packed.count / 2;
  if (count === 0) throw new RdbEmptyError("a sorted set of nothing");
  if (isInOrder && count <= db.keyspace.limits.sortedSetEntries) {
    return new LoadedPacked(db, SORTED_SET, packed.finish());
  }
  const set = filled(new SortedSetBuilder(db), (set) => {
    const member = new Element(), score = new Element();
    const pairs = packed.entries();
    while (pairs.next(member) && pairs.next(score)) addScored(set, member, scoreOf(score));
  });
  return new LoadedBuilder(set);
}

/** Copies members and scores, each member once; false when they are not in order, which Redis would not notice. */
function repackScored(entries: PackedEntries, into: ListpackBuilder): boolean {
  const members = new TextSet();
  const score = new Element();
  let member = new Element(), previous = new Element();
  let previousScore = -Infinity;
  let isInOrder = true;
  while (entries.next(member)) {
    readOther(entries, score);
    if (!members.add(member)) throw new RdbFormatError("a member twice");
    into.append(member);
    into.append(score);
    const value = scoreOf(score);
    if (value < previousScore || (value === previousScore && into.count > 2 && isBefore(member, previous))) {
      isInOrder = false;
    }
    previousScore = value;
    [member, previous] = [previous, member];
  }
  return isInOrder;
}

function isBefore(a: Element, b: Element): boolean {
  return compareBytes(a.bytes, a.start, a.end, b.bytes, b.start, b.end) < 0;
}

function scoreOf(text: Element): number {
  return readDoublePrefix(text.bytes, text.start, text.end);
}
