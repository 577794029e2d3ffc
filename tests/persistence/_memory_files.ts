/**
 * A folder in memory, of which is known what is on disk and what is only on its way there, and which fails when it is told to:
 * for tests of what survives a crash.
 */
import { type DataFile, DataFileError, type DataFiles } from "../../engine/data_files.ts";

class Contents {
  bytes: Uint8Array = new Uint8Array(0);
  /** How many of them are on disk. */
  synced = 0;
}

/** A folder in memory. */
export class MemoryFiles implements DataFiles {
  readonly #contents: Map<string, Contents> = new Map();
  /** Why writing fails, if it does; of which files; and after how many more bytes. */
  failure: DataFileError | null = null;
  failingNames = /^/;
  failsAfterBytes = 0;
  /** Why synchronising fails, making files, cutting them. */
  syncFailure: DataFileError | null = null;
  openFailure: DataFileError | null = null;
  truncateFailure: DataFileError | null = null;
  /** Do synchronisations in the background wait for {@linkcode endSyncs}? */
  holdsSyncs = false;
  /** Synchronisations so far: at once, in the background. */
  syncs = 0;
  backgroundSyncs = 0;
  /** How many writes there were. */
  writes = 0;
  /** Files that have been opened and not closed yet. */
  openFiles = 0;
  #held: (() => void)[] = [];

  /** The folder as it is; or as it would be after a crash of the machine, where only what is on disk remains. */
  copy(what: "all" | "on disk" = "all"): MemoryFiles {
    const copy = new MemoryFiles();
    for (const [name, { bytes, synced }] of this.#contents) {
      copy.put(name, what === "all" ? bytes.slice() : bytes.slice(0, synced));
    }
    return copy;
  }

  put(name: string, bytes: Uint8Array | string): void {
    const contents = new Contents();
    contents.bytes = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
    contents.synced = contents.bytes.length;
    this.#contents.set(name, contents);
  }

  get(name: string): Uint8Array {
    return this.#find(name).bytes;
  }

  /** A file as text, a character per byte. */
  text(name: string): string {
    return Array.from(this.get(name), (byte) => String.fromCharCode(byte)).join("");
  }

  get names(): string[] {
    return [...this.#contents.keys()].sort();
  }

  /** Lets the synchronisations that wait come to their end. */
  endSyncs(): void {
    for (const end of this.#held.splice(0)) end();
  }

  #find(name: string): Contents {
    const contents = this.#contents.get(name);
    if (contents === undefined) throw new DataFileError("ENOENT", "No such file or directory");
    return contents;
  }

  open(name: string, how: "read" | "append" | "create"): DataFile {
    if (how !== "read" && this.openFailure !== null) throw this.openFailure;
    if (how === "create" || (how === "append" && !this.#contents.has(name))) this.#contents.set(name, new Contents());
    const file = this.#file(name, this.#find(name), how);
    this.openFiles++;
    return file;
  }

  #file(name: string, contents: Contents, how: "read" | "append" | "create"): DataFile {
    let at = 0, isOpen = true;
    const sync = (size: number): void => {
      if (this.syncFailure !== null) throw this.syncFailure;
      contents.synced = Math.min(size, contents.bytes.length);
    };
    return {
      size: () => contents.bytes.length,
      read: (into) => {
        const part = contents.bytes.subarray(at, at + into.length);
        into.set(part);
        at += part.length;
        return part.length;
      },
      write: (bytes) => {
        if (how === "read") throw new TypeError("Cannot write a file that is read");
        this.writes++;
        const failure = this.failingNames.test(name) ? this.failure : null;
        const count = failure === null ? bytes.length : Math.min(bytes.length, this.failsAfterBytes);
        const longer = new Uint8Array(contents.bytes.length + count);
        longer.set(contents.bytes);
        longer.set(bytes.subarray(0, count), contents.bytes.length);
        contents.bytes = longer;
        if (failure !== null) throw failure;
      },
      syncNow: () => {
        this.syncs++;
        sync(contents.bytes.length);
      },
      sync: async () => {
        this.backgroundSyncs++;
        const size = contents.bytes.length;
        if (this.holdsSyncs) await new Promise<void>((resolve) => this.#held.push(resolve));
        else await null;
        sync(size);
      },
      truncate: (size) => {
        if (this.truncateFailure !== null) throw this.truncateFailure;
        contents.bytes = contents.bytes.slice(0, size);
        contents.synced = Math.min(contents.synced, size);
      },
      close: () => {
        if (!isOpen) throw new TypeError("Cannot close a file twice");
        isOpen = false;
        this.openFiles--;
      },
    };
  }

  exists(name: string): boolean {
    return this.#contents.has(name);
  }

  list(folder: string): string[] {
    return this.names.filter((name) => name.startsWith(`${folder}/`)).map((name) => name.slice(folder.length + 1));
  }

  makeFolder(): void {
    if (this.openFailure !== null) throw this.openFailure;
  }

  rename(from: string, to: string): void {
    this.#contents.set(to, this.#find(from));
    this.#contents.delete(from);
  }

  remove(name: string): void {
    this.#contents.delete(name);
  }
}
