/**
 * Keys that change their name or their database: RENAME, COPY, MOVE. A value in a block of its own is not copied where only
 * its key is another.
 */
import { type Arguments, type Database, type Entry, NONE } from "./database.ts";
import { releaseNow } from "./detached_values.ts";
import { META, VALUE } from "./dictionary.ts";
import { HAS_EXPIRY, LRU_SHIFT } from "./types.ts";
import { HAS_BLOCK } from "./value_bytes.ts";

/**
 * Copies an entry, its expiry and last use too, to the key `(args, i)` of `target`, which may be the same database; what that
 * key held is replaced. The entry copied from stays good.
 */
export function copyEntry(db: Database, entry: Entry, target: Database, args: Arguments, i: number): Entry {
  const meta = db.arena.words[entry * 2 + META]!;
  const atMs = db.expireAt(entry);
  const isReplaced = target.peek(args, i) !== NONE;
  const copy = copyValue(db, entry, target, args, i);
  const words = target.arena.words, at = copy * 2 + META;
  words[at] = (words[at]! & 0xff) | ((meta >>> LRU_SHIFT) << LRU_SHIFT);
  if (atMs >= 0) target.setExpire(copy, atMs);
  if (isReplaced) tellAdded(target, args, i);
  return copy;
}

function copyValue(db: Database, entry: Entry, target: Database, args: Arguments, i: number): Entry {
  const type = db.type(entry);
  if (db.isInt(entry)) return target.setInt(args, i, db.intValue(entry));
  if (!db.isLarge(entry)) {
    // The copy may make this database's memory grow, or be in it: bytes are read where they stand.
    return target.setBytes(args, i, type, db.encoding(entry), db.bytes, db.valueStart(entry), db.valueEnd(entry));
  }
  const value = db.large(entry).copyTo(target.arena);
  try {
    return target.setLarge(args, i, type, value);
  } catch (error) {
    releaseNow(value);
    throw error;
  }
}

/**
 * Gives an entry another key, `(args, i)`, which must not be the one it has. Value and expiry go along; what the new key held
 * is gone.
 *
 * @throws {StoreMemoryError} Nothing has changed.
 */
export function renameEntry(db: Database, entry: Entry, args: Arguments, i: number): Entry {
  const { arena, keys, slots } = db;
  const bytes = args.bytes, start = args.start(i), end = args.end(i);
  const hash = keys.hash(bytes, start, end);
  let replaced = keys.find(hash, bytes, start, end);
  if (replaced !== NONE && !db.isLive(replaced)) replaced = db.expireNow(replaced); // its place is needed
  if (db.watcher !== null) {
    db.watcher.beforeChange(entry);
    if (replaced !== NONE) db.watcher.beforeChange(replaced);
    else db.watcher.beforeAdd(hash, bytes, start, end);
  }
  const meta = arena.words[entry * 2 + META]!, value = arena.words[entry * 2 + VALUE]!;
  const isInline = (meta & HAS_BLOCK) === 0 && !db.isInt(entry) && !db.isLarge(entry);
  const renamed = keys.insert(hash, bytes, start, end, isInline ? value : 0);
  slots?.delete(entry);
  slots?.add(renamed);
  const words = arena.words;
  words[renamed * 2 + META] = meta;
  words[renamed * 2 + VALUE] = value;
  if (isInline) arena.bytes.copyWithin(db.valueStart(renamed), db.valueStart(entry), db.valueEnd(entry));
  if ((meta & HAS_EXPIRY) !== 0) db.expiryIndex.move(entry, renamed);
  if (replaced !== NONE) db.deleteEntry(replaced);
  keys.unlink(entry); // the value is the other entry's now
  arena.free(entry);
  tellAdded(db, args, i);
  return renamed;
}

/** Redis replaces a key by deleting it: what takes its place is new. */
function tellAdded(db: Database, args: Arguments, i: number): void {
  db.keyspace.onAdded?.(db, args.bytes, args.start(i), args.end(i));
}
