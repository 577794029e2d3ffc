/** The data folder of this machine's file system. Nothing here ever prompts for a permission that is missing. */
import { type DataFile, DataFileError, type DataFiles } from "../engine/data_files.ts";
import { isGranted, isSystemError, systemReason } from "./config_files.ts";

/** How files are opened; those made anew can be read again. */
const HOW = {
  read: { read: true },
  append: { append: true, create: true },
  create: { write: true, create: true, truncate: true },
} as const satisfies Record<string, Deno.OpenOptions>;

/** Files in a folder that may change (`CONFIG SET dir`). */
export class FolderFiles implements DataFiles {
  readonly #folder: () => string;

  /** @param folder Path of the folder, asked for each time. */
  constructor(folder: () => string) {
    this.#folder = folder;
  }

  #path(name: string, ...permissions: ("read" | "write")[]): string {
    const folder = this.#folder();
    const path = folder.endsWith("/") ? folder + name : `${folder}/${name}`;
    for (const permission of permissions) {
      if (!isGranted({ name: permission, path })) {
        throw new DataFileError("EACCES", `no permission, run with --allow-${permission}`);
      }
    }
    return path;
  }

  open(name: string, how: "read" | "append" | "create"): DataFile {
    const path = this.#path(name, how === "read" ? "read" : "write");
    return new OpenFile(attempt(() => Deno.openSync(path, HOW[how])));
  }

  exists(name: string): boolean {
    const path = this.#path(name, "read");
    try {
      return attempt(() => Deno.statSync(path)).isFile;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  makeFolder(name: string): void {
    const path = this.#path(name, "write");
    attempt(() => Deno.mkdirSync(path, { recursive: true }));
  }

  rename(from: string, to: string): void {
    const source = this.#path(from, "read", "write"), target = this.#path(to, "read", "write");
    const slash = to.lastIndexOf("/");
    const folder = this.#path(slash < 0 ? "." : to.slice(0, slash), "read"); // which the file alone may have been granted
    attempt(() => Deno.renameSync(source, target));
    this.#syncFolder(folder);
  }

  /** A new name is only safe when its folder is on disk; where folders cannot be opened (Windows), there is no such call. */
  #syncFolder(path: string): void {
    if (Deno.build.os === "windows") return;
    attempt(() => {
      using folder = Deno.openSync(path, { read: true });
      folder.syncSync();
    });
  }

  remove(name: string): void {
    const path = this.#path(name, "write");
    try {
      attempt(() => Deno.removeSync(path));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
}

class OpenFile implements DataFile {
  readonly #file: Deno.FsFile;

  constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  size(): number {
    return attempt(() => this.#file.statSync().size);
  }

  read(into: Uint8Array): number {
    let size = 0;
    while (size < into.length) {
      const read = attempt(() => this.#file.readSync(into.subarray(size)));
      if (read === null || read === 0) break;
      size += read;
    }
    return size;
  }

  write(bytes: Uint8Array): void {
    let written = 0;
    while (written < bytes.length) written += attempt(() => this.#file.writeSync(bytes.subarray(written)));
  }

  syncNow(): void {
    attempt(() => this.#file.syncDataSync());
  }

  async sync(): Promise<void> {
    try {
      await this.#file.syncData();
    } catch (error) {
      throw dataFileError(error);
    }
  }

  truncate(size: number): void {
    attempt(() => {
      this.#file.truncateSync(size);
      this.#file.seekSync(size, Deno.SeekMode.Start);
    });
  }

  close(): void {
    this.#file.close();
  }
}

function attempt<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw dataFileError(error);
  }
}

/** What was thrown, as the reader of a log knows it; bugs stay what they are. */
function dataFileError(error: unknown): unknown {
  return isSystemError(error) ? new DataFileError(error.code, systemReason(error)) : error;
}

function isMissing(error: unknown): boolean {
  return error instanceof DataFileError && error.code === "ENOENT";
}
