/** Streams as values of keys. All are large: a stream may be empty, and its key stays. */
import type { Arguments, Database, Entry } from "./database.ts";
import { NONE } from "./database.ts";
import { Stream } from "./stream.ts";
import { STREAM } from "./types.ts";

/** The stream that an entry holds. */
export function streamOf(db: Database, entry: Entry): Stream {
  return db.large(entry) as Stream;
}

/**
 * The stream at a key, to read it; null when there is no such key.
 *
 * @throws {WrongTypeError} The key holds something else.
 */
export function findStream(db: Database, args: Arguments, i: number): Stream | null {
  const entry = db.findTyped(args, i, STREAM);
  return entry === NONE ? null : streamOf(db, entry);
}

/** As {@linkcode findStream}, for changing it. */
export function findStreamForWrite(db: Database, args: Arguments, i: number): Stream | null {
  const entry = db.findTypedForWrite(args, i, STREAM);
  return entry === NONE ? null : streamOf(db, entry);
}

/** As {@linkcode findStream}, which counts as reading the key, for commands that change the stream all the same. */
export function findStreamToChange(db: Database, args: Arguments, i: number): Stream | null {
  const entry = db.findTyped(args, i, STREAM);
  if (entry === NONE) return null;
  db.willChange(entry);
  return streamOf(db, entry);
}

/** Makes a key, whatever it held, an empty stream. */
export function createStream(db: Database, args: Arguments, i: number): Stream {
  const stream = new Stream(db.arena, db.keyspace.limits);
  db.setLarge(args, i, STREAM, stream);
  return stream;
}
