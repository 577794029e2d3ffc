/**
 * Changing the listpack that an entry holds. Elements are addressed by their offset from the beginning of the value, which
 * stays right when the entry moves; every function returns the entry to go on with.
 *
 * What is written may stand anywhere but in the collection that is being changed.
 */
import type { Database, Entry } from "./database.ts";
import { elementBytes, nextElement, resizeGap, writeElement } from "./listpack.ts";

/**
 * Puts `source[start, end)` as an element before the one at `offset`, which may be the end.
 *
 * @throws {StoreMemoryError} Nothing has changed.
 */
export function insertElement(
  db: Database,
  entry: Entry,
  offset: number,
  source: Uint8Array,
  start: number,
  end: number,
): Entry {
  return replaceRange(db, entry, offset, offset, source, start, end, 1);
}

/**
 * Puts `source[start, end)` in place of the element at `offset`.
 *
 * @throws {StoreMemoryError} Nothing has changed.
 */
export function replaceElement(
  db: Database,
  entry: Entry,
  offset: number,
  source: Uint8Array,
  start: number,
  end: number,
): Entry {
  const at = db.valueStart(entry);
  return replaceRange(db, entry, offset, nextElement(db.bytes, at + offset) - at, source, start, end, 0);
}

function replaceRange(
  db: Database,
  entry: Entry,
  from: number,
  to: number,
  source: Uint8Array,
  start: number,
  end: number,
  elements: number,
): Entry {
  const added = elementBytes(source, start, end);
  const growth = added - (to - from);
  const length = db.valueLength(entry);
  if (growth > 0) entry = db.splicePacked(entry, length, 0, growth); // room behind the listpack, then the gap within it
  const at = db.valueStart(entry), bytes = db.bytes;
  resizeGap(bytes, at, at + from, at + to, added, elements);
  writeElement(bytes, at + from, db.arena.renewed(source), start, end);
  return growth < 0 ? db.splicePacked(entry, length + growth, -growth, 0) : entry;
}

/** Takes the bytes from offset `from` to offset `to` out, which are so many elements. */
export function removeElements(db: Database, entry: Entry, from: number, to: number, elements: number): Entry {
  const at = db.valueStart(entry), length = db.valueLength(entry);
  resizeGap(db.bytes, at, at + from, at + to, 0, -elements);
  return db.splicePacked(entry, length - (to - from), to - from, 0);
}
