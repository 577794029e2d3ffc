/** The folder that `dir` names, looked at before anything is kept in it. */
import { type Config, ConfigError, configOf } from "../engine/config.ts";
import type { DataFiles } from "../engine/data_files.ts";
import { isGranted, isSystemError, systemReason } from "./config_files.ts";
import { FolderFiles } from "./data_files.ts";

/** What is the program's business: directives that would do nothing for an embedded server, and what it has instead. */
const PROGRAM_DIRECTIVES = {
  port: "the option port says where it listens",
  bind: "the option hostname says where it listens",
  unixsocket: "it listens on TCP or in memory",
  unixsocketperm: "it listens on TCP or in memory",
  logfile: "the option log takes its lines",
  pidfile: "it is no process of its own",
};

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

/**
 * The configuration of an embedded server, and the files of one whose configuration names a `dir`.
 *
 * @throws {TypeError} A directive is unknown, refused or would do nothing, or the folder cannot be used.
 */
export function dataOptions(directives: Readonly<Record<string, string>>): { config: Config; files?: DataFiles } {
  const config = configOf(directives);
  for (const [name, instead] of Object.entries(PROGRAM_DIRECTIVES)) {
    if (!config.isGiven(name) || ["", "0"].includes(config.get(name))) continue;
    throw new TypeError(`Cannot set directive ${name} of an embedded server: ${instead}`);
  }
  for (const name of ["port", "bind"] as const) { // CONFIG SET refuses the others everywhere
    config.on(name, () => {
      throw new ConfigError(`this server is embedded: ${PROGRAM_DIRECTIVES[name]}`);
    });
  }
  if (config.isGiven("dir")) {
    try {
      return { config, files: openDataFolder(config) };
    } catch (error) {
      throw error instanceof DataFolderError ? new TypeError(`Cannot start: ${error.message}`) : error;
    }
  }
  if (config.text("save") !== "") {
    throw new TypeError("Cannot start: the configuration has save points, but no dir to save to");
  }
  if (config.flag("appendonly")) {
    throw new TypeError("Cannot start: the configuration has an append-only file, but no dir for it");
  }
  return { config };
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
