/** The folder that `dir` names, looked at before anything is kept in it. */
import { type Config, ConfigError } from "../engine/config.ts";
import type { DataFiles } from "../engine/data_files.ts";
import { isGranted, isSystemError, systemReason } from "./config_files.ts";
import { FolderFiles } from "./data_files.ts";

/** The folder cannot be used; the message is one line. */
export class DataFolderError extends Error {
  override readonly name = "DataFolderError";
}

/**
 * The files in `dir`, which CONFIG SET may change.
 *
 * @throws {DataFolderError} `dir` names no folder, or one that may not be read; or there are save points or an append-only
 * file, and it may not be written to.
 */
export function openDataFolder(config: Config): DataFiles {
  const folder = (): string => config.path("dir");
  if (config.isGiven("dir")) {
    const reason = faultOf(folder());
    if (reason !== null) throw new DataFolderError(`Can't chdir to '${folder()}': ${reason}`);
  }
  const isWritten = config.text("save") !== "" || config.flag("appendonly");
  if (isWritten && !isGranted({ name: "write", path: folder() })) {
    throw new DataFolderError(`Can't save to '${folder()}': no permission, run with --allow-write`);
  }
  config.on("dir", () => {
    const reason = faultOf(folder());
    if (reason !== null) throw new ConfigError(reason);
  });
  return new FolderFiles(folder);
}

/** Why a path is no folder to keep data in; null when it is one. */
function faultOf(path: string): string | null {
  if (!isGranted({ name: "read", path })) return "no permission, run with --allow-read";
  try {
    return Deno.statSync(path).isDirectory ? null : "Not a directory";
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return systemReason(error);
  }
}
