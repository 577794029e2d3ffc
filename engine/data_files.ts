/**
 * The files that a server keeps its data in, as persistence needs them. Names are relative to the directive `dir`, as of the
 * moment a file is opened. All but {@linkcode DataFile.sync} are done when they return: what must not be interrupted is not.
 */

/** A file system call failed. The message is the operating system's reason alone: `No space left on device`. */
export class DataFileError extends Error {
  override readonly name = "DataFileError";
  /** The operating system's code, `ENOENT` and the like. */
  readonly code: string;

  constructor(code: string, reason: string) {
    super(reason);
    this.code = code;
  }
}

/** An open file. */
export interface DataFile {
  /** How many bytes it has. */
  size(): number;
  /** Reads on from where it was, into all of `into` if there is that much; returns how many bytes came, 0 at the end. */
  read(into: Uint8Array): number;
  /** Writes all bytes behind those written before. */
  write(bytes: Uint8Array): void;
  /** Has everything on disk before it returns. */
  syncNow(): void;
  /** Has everything that was written so far on disk, meanwhile others run. */
  sync(): Promise<void>;
  /** Cuts it to its first `size` bytes; writing goes on behind them. */
  truncate(size: number): void;
  close(): void;
}

/**
 * A folder of files. Everything throws {@linkcode DataFileError}, also where a permission is missing: nothing prompts.
 */
export interface DataFiles {
  /**
   * @param how `read` a file that is there; `append` behind what there is, if anything; `create` it anew, empty.
   */
  open(name: string, how: "read" | "append" | "create"): DataFile;
  exists(name: string): boolean;
  /** Makes a folder, unless it is there. */
  makeFolder(name: string): void;
  /** Puts a file in the place of another, at once and for good: the folder is synchronised too. */
  rename(from: string, to: string): void;
  /** Removes a file, if it is there. */
  remove(name: string): void;
}
