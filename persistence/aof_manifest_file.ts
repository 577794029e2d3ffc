/** The manifest of an append-only file on disk: read at start, replaced as a whole whenever it changes. */
import { AppendOnlyError } from "../engine/append_only.ts";
import type { DataFiles } from "../engine/data_files.ts";
import type { Log } from "../engine/log.ts";
import { AofManifest, ManifestError } from "./aof_manifest.ts";

const UTF8 = new TextEncoder();

function manifestName(fileName: string): string {
  return `${fileName}.manifest`;
}

/**
 * Reads the manifest in a folder; an empty one where there is none.
 *
 * @throws {AppendOnlyError} It is no manifest; why is in the log, in Redis' lines.
 * @throws {DataFileError} It cannot be read.
 */
export function readManifest(log: Log, files: DataFiles, folder: string, fileName: string): AofManifest {
  const path = `${folder}/${manifestName(fileName)}`;
  if (!files.exists(path)) return new AofManifest();
  try {
    return AofManifest.parse(contents(files, path));
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    log.log("warning", "*** FATAL AOF MANIFEST FILE ERROR ***");
    if (error.line !== null) {
      log.log("warning", `Reading the manifest file, at line ${error.line.number}`);
      log.log("warning", `>>> '${error.line.text}'`);
    }
    log.log("warning", error.message);
    const line = error.line === null ? "" : ` at line ${error.line.number}`;
    throw new AppendOnlyError(`*** FATAL AOF MANIFEST FILE ERROR *** ${path}${line}: ${error.message}`);
  }
}

function contents(files: DataFiles, path: string): Uint8Array {
  const file = files.open(path, "read");
  try {
    const bytes = new Uint8Array(file.size());
    return bytes.subarray(0, file.read(bytes));
  } finally {
    file.close();
  }
}

/**
 * Writes the manifest, if there is anything new in it.
 *
 * @throws {DataFileError} It cannot be written; the one before is still there.
 */
export function writeManifest(files: DataFiles, folder: string, fileName: string, manifest: AofManifest): void {
  if (!manifest.isDirty) return;
  const path = `${folder}/${manifestName(fileName)}`, temp = `${folder}/temp-${manifestName(fileName)}`;
  const file = files.open(temp, "create");
  try {
    file.write(UTF8.encode(manifest.toString()));
    file.syncNow();
  } finally {
    file.close();
  }
  files.rename(temp, path);
  manifest.isDirty = false;
}
