/** Reads the RDB file of a server, and says in one line why it cannot be read. */
import type { Config } from "../engine/config.ts";
import { DataFileError, type DataFiles } from "../engine/data_files.ts";
import type { Log } from "../engine/log.ts";
import type { SaveState } from "../engine/save_state.ts";
import { StoreMemoryError } from "../store/errors.ts";
import type { Keyspace } from "../store/keyspace.ts";
import { hasKeysOfOtherDatabases, OTHER_DATABASES, RdbFormatError, RdbTruncatedError } from "./errors.ts";
import { loadRdb } from "./rdb_file_reader.ts";
import type { ByteSource } from "./rdb_reader.ts";
import { stallsMs } from "./delays.ts";

/** The data set cannot be read; the message is the one line that is shown. */
export class LoadError extends Error {
  override readonly name = "LoadError";
}

/** What loading needs of a server. */
export interface LoaderParts {
  readonly keyspace: Keyspace;
  readonly config: Config;
  readonly log: Log;
  readonly files: DataFiles | null;
  readonly saves: SaveState;
}

/**
 * Reads `dbfilename` in `dir` into the databases.
 *
 * @param merges May keys be there already? They are replaced.
 * @returns False when there is no such file.
 * @throws {LoadError} It cannot be read to its end; some of its keys may be there.
 */
export function loadRdbFile(parts: LoaderParts, merges = false): boolean {
  const { files, config } = parts;
  try {
    const file = files!.open(config.path("dbfilename"), "read");
    try {
      loadRdbFrom(file, parts, merges);
    } finally {
      file.close();
    }
    if (hasKeysOfOtherDatabases(parts.keyspace)) throw new LoadError(OTHER_DATABASES);
    return true;
  } catch (error) {
    if (error instanceof DataFileError && error.code === "ENOENT") return false;
    const reason = reasonOf(error);
    if (reason === null) throw error;
    throw new LoadError(`Fatal error loading the DB: ${reason}. Exiting.`);
  }
}

/** Is there such a file? One that may not be looked at counts as none. */
export function hasRdbFile({ files, config }: LoaderParts): boolean {
  try {
    return files!.exists(config.path("dbfilename"));
  } catch (error) {
    if (error instanceof DataFileError) return false;
    throw error;
  }
}

/** Reads the keys of a file that is open. */
export function loadRdbFrom(source: ByteSource, { keyspace, config, log, saves }: LoaderParts, merges: boolean): void {
  const options = {
    checks: config.flag("rdbchecksum"),
    keepsExpired: false,
    merges,
    log,
    stallMs: stallsMs(config, "key-load-delay"),
  };
  const { keysLoaded, keysExpired } = loadRdb(source, keyspace, options);
  saves.keysLoaded = keysLoaded;
  saves.keysExpired = keysExpired;
}

/** Why a file could not be read; null for what is a bug. */
function reasonOf(error: unknown): string | null {
  if (error instanceof RdbTruncatedError) return "Unexpected EOF reading RDB file";
  if (error instanceof RdbFormatError || error instanceof DataFileError) return error.message;
  return error instanceof StoreMemoryError ? "out of memory" : null;
}
