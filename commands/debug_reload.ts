/**
 * DEBUG RELOAD: all keys through the format of RDB files and back, as if the server had saved and started again, in memory.
 *
 * ```text
 *   | key, a string | expiry, a double | last use or frequency, a length | type | value |        for each key
 * ```
 */
import type { Context } from "../engine/context.ts";
import { ALL_DATABASES } from "../engine/hooks.ts";
import { RdbReader } from "../persistence/rdb_reader.ts";
import { readValue, writeValue } from "../persistence/rdb_value.ts";
import { RdbWriter } from "../persistence/rdb_writer.ts";
import type { Database } from "../store/database.ts";
import { Element } from "../store/element.ts";
import { KeyText } from "../store/key_text.ts";

/** What of a key's use is saved: that which the policy for evicting keys asks for. */
type SavedUse = "idle" | "frequency" | "nothing";

/**
 * Writes all databases, empties them if `flushes`, and reads them back. As in Redis, keys that have expired are not read
 * back, and keys that are read are no news to clients that wait for them.
 *
 * @throws {RdbFormatError} A value cannot be read back, which is a bug; those before it are there.
 */
export function reload(ctx: Context, flushes: boolean): void {
  const { databases } = ctx.keyspace;
  const compresses = ctx.engine.config.flag("rdbcompression");
  const use = savedUse(ctx.engine.config.text("maxmemory-policy"));
  const saved = databases.map((db) => save(db, new RdbWriter(compresses), use));
  if (flushes) {
    ctx.databasesChange("flush", ALL_DATABASES, ALL_DATABASES);
    for (const db of databases) db.clear();
  }
  const { onAdded } = ctx.keyspace;
  ctx.keyspace.onAdded = null;
  try {
    databases.forEach((db, i) => load(db, saved[i]!, use));
  } finally {
    ctx.keyspace.onAdded = onAdded;
  }
}

function savedUse(policy: string): SavedUse {
  return policy.endsWith("-lfu") ? "frequency" : policy.endsWith("-lru") ? "idle" : "nothing";
}

function save(db: Database, writer: RdbWriter, use: SavedUse): RdbWriter {
  let cursor = 0;
  do {
    cursor = db.scan(cursor, (entry) => {
      writer.string(db.bytes, db.keyStart(entry), db.keyEnd(entry));
      writer.double(db.expireAt(entry));
      writer.length(use === "idle" ? db.idleSeconds(entry) : use === "frequency" ? db.frequency(entry) : 0);
      writeValue(writer, db, entry);
    });
  } while (cursor !== 0);
  return writer;
}

function load(db: Database, { bytes, size }: RdbWriter, use: SavedUse): void {
  const reader = new RdbReader(bytes, 0, size);
  const name = new Element(), key = new KeyText();
  while (reader.remaining > 0) {
    reader.string(name);
    key.clear().append(name.bytes, name.start, name.end);
    const expireAtMs = reader.double();
    const used = reader.length();
    const value = readValue(reader, reader.byte(), db);
    if (expireAtMs >= 0 && expireAtMs < db.keyspace.now) {
      value.release();
      continue;
    }
    const entry = value.place(key, 0);
    if (expireAtMs >= 0) db.setExpire(entry, expireAtMs);
    if (use === "idle") db.setIdleSeconds(entry, used);
    else if (use === "frequency") db.setFrequency(entry, used);
  }
}
