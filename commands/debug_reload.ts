/**
 * DEBUG RELOAD: all keys into an RDB file and back, as if the server had saved and started again; in memory where files were
 * not asked for, by the same writer and reader.
 */
import type { Context } from "../engine/context.ts";
import { ALL_DATABASES } from "../engine/hooks.ts";
import { hasRdbFile, LoadError, loadRdbFile, loadRdbFrom } from "../persistence/rdb_load.ts";
import { keysInMemory } from "../persistence/memory_file.ts";

/** How to reload. */
export interface ReloadOptions {
  /** Is the file written before? Where it is not, it is read as it is. */
  readonly saves: boolean;
  /** Are the databases emptied before it is read? */
  readonly flushes: boolean;
  /** May keys be there already? They are replaced. */
  readonly merges: boolean;
}

/**
 * Reloads all keys. As in Redis, those that have expired are not read back, and those that are read are no news to clients
 * that wait for them.
 *
 * @returns False when nothing could be saved; then nothing has changed.
 * @throws {LoadError} There is no file, and nothing has changed, or it cannot be read: the keys before the fault are there.
 * @throws {RdbFormatError} The latter, in memory: a bug.
 */
export function reload(ctx: Context, { saves, flushes, merges }: ReloadOptions): boolean {
  const { engine } = ctx;
  const { saver } = engine;
  if (saver.keepsFiles || (!saves && saver.hasFiles)) {
    if (saves && !saver.saveNow()) return false;
    if (!hasRdbFile(engine)) throw new LoadError("There is no file to load");
    if (flushes) flush(ctx);
    return loadRdbFile(engine, merges);
  }
  if (!saves) throw new LoadError("This server keeps no files");
  const saved = keysInMemory(engine);
  if (flushes) flush(ctx);
  loadRdbFrom(saved, engine, merges);
  return true;
}

function flush(ctx: Context): void {
  ctx.databasesChange("flush", ALL_DATABASES, ALL_DATABASES);
  for (const db of ctx.keyspace.databases) db.clear();
}
