/** A file that takes the place of another when it is whole and on disk: whoever reads sees the old one or the new one. */
import type { DataFile, DataFiles } from "../engine/data_files.ts";

export class TempFile {
  readonly #files: DataFiles;
  readonly #name: string;
  readonly #file: DataFile;
  #isOpen = true;

  /** @throws {DataFileError} It cannot be made. */
  constructor(files: DataFiles, name: string) {
    this.#files = files;
    this.#name = name;
    this.#file = files.open(name, "create");
  }

  write(bytes: Uint8Array): void {
    this.#file.write(bytes);
  }

  /** Has all of it on disk, while others wait, and puts it in the place of `name`. */
  finishNow(name: string): void {
    this.#file.syncNow();
    this.rename(name);
  }

  /** Has all of it on disk, while others run. */
  sync(): Promise<void> {
    return this.#file.sync();
  }

  /** Puts what {@linkcode sync} has had on disk in the place of `name`. */
  rename(name: string): void {
    this.#close();
    this.#files.rename(this.#name, name);
  }

  #close(): void {
    if (this.#isOpen) this.#file.close();
    this.#isOpen = false;
  }

  /** Gives it up. */
  discard(): void {
    this.#close();
    this.#files.remove(this.#name);
  }
}
