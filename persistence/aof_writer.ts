/**
 * Writes the last file of an append-only file: collects writes in a buffer while a batch of commands runs, writes them in one
 * go when it has ended, and has them on disk as `appendfsync` says.
 *
 * ```text
 *   add ─► buffer ── end of the batch ──► file ── always: at once; everysec: within a second, on another thread ──► disk
 *            └─ everysec: waits for a synchronisation under way, for up to two seconds
 * ```
 *
 * Where writing fails, clients may not write until it works again. With `always` there is no such way out, since what has been
 * done cannot be undone: the server ends before it replies.
 */
import type { Engine } from "../engine/context.ts";
import { type DataFile, DataFileError } from "../engine/data_files.ts";
import { CommandError } from "../engine/errors.ts";
import type { PropagatedArgument } from "../engine/hooks.ts";
import { AofBuffer } from "./aof_buffer.ts";
import { stall } from "./delays.ts";

/** How long a write may wait for a synchronisation under way, in seconds. */
const MAX_WAIT_SECONDS = 2;
/** Seconds between two lines about writes that fail. */
const ERROR_LOG_SECONDS = 30;

export class AofWriter {
  /** What each write takes longer, for tests. */
  delayMicroseconds = 0;
  /** Writes that did not wait for a synchronisation, which took too long. */
  delayedSyncs = 0;
  /** Is a synchronisation under way? */
  isSyncing = false;
  /** Bytes of the file. */
  size = 0;

  readonly #engine: Engine;
  /** Is something else being written in the background? */
  readonly #isBusy: () => boolean;
  #file: DataFile | null = null;
  readonly #buffer: AofBuffer = new AofBuffer();
  #selectedDb = -1;
  #timestamp = 0;
  /** How many bytes of the file are on disk or on their way there. */
  #syncedSize = 0;
  /** The second of the last synchronisation, of the first write that waits for one, of the last write tried. */
  #syncedAt = 0;
  #waitingSince = 0;
  #triedAt = 0;
  #writeError: string | null = null;
  #syncError: string | null = null;
  #errorLoggedAt = -Infinity;
  /** `appendfsync`, `no-appendfsync-on-rewrite`, `aof-timestamp-enabled`: asked for with each batch, each write. */
  #policy = "";
  #pausesSyncs = false;
  #hasTimestamps = false;
  /** Synchronisations, and files being closed. */
  readonly #running: Set<Promise<void>> = new Set();

  constructor(engine: Engine, isBusy: () => boolean) {
    const { config } = engine;
    this.#engine = engine;
    this.#isBusy = isBusy;
    config.follow(["appendfsync", "no-appendfsync-on-rewrite", "aof-timestamp-enabled"], () => {
      this.#policy = config.text("appendfsync");
      this.#pausesSyncs = config.flag("no-appendfsync-on-rewrite");
      this.#hasTimestamps = config.flag("aof-timestamp-enabled");
    });
  }

  get bufferLength(): number {
    return this.#buffer.length;
  }

  /** Has the last write gone well, and the last synchronisation? */
  get isGood(): boolean {
    return this.#writeError === null && this.#syncError === null;
  }

  get #seconds(): number {
    return Math.floor(this.#engine.keyspace.now / 1000);
  }

  #warn(text: string): void {
    this.#engine.log.log("warning", text);
  }

  // ---- The file ----

  /** Writes to this file from now on, behind what there is; the one before is closed. */
  use(file: DataFile): void {
    this.#closeFile();
    this.#file = file;
    this.noteSize();
    this.#syncedAt = this.#seconds;
    this.selectAnew();
  }

  /** Somebody else has changed the size of the file. */
  noteSize(): void {
    this.size = this.#syncedSize = this.#file?.size() ?? 0;
  }

  /** The next write says which database it is for. */
  selectAnew(): void {
    this.#selectedDb = -1;
  }

  /** Closes the file and forgets all that is still to be written to it, and what has gone wrong. */
  drop(): void {
    this.#closeFile();
    this.#buffer.clear();
    this.size = this.#syncedSize = 0;
    this.#waitingSince = 0;
    this.forgive();
  }

  /** Forgets what has gone wrong. */
  forgive(): void {
    this.#writeError = this.#syncError = null;
    this.#guard();
  }

  /** Closes the file when nobody is busy with it any more; what is in it goes to disk before. */
  #closeFile(): void {
    const file = this.#file;
    this.#file = null;
    if (file === null) return;
    const others = [...this.#running];
    this.#track(async () => {
      await Promise.all(others);
      try {
        await file.sync();
      } catch (error) {
        this.#noteSyncFailure(error);
      } finally {
        file.close();
      }
    });
  }

  #track(run: () => Promise<void>): void {
    const running = run().finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when nothing is synchronised or closed any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  // ---- Writing ----

  /** Takes a write. */
  add(db: number, args: readonly PropagatedArgument[]): void {
    const buffer = this.#buffer;
    if (this.#hasTimestamps && this.#timestamp < this.#seconds) {
      this.#timestamp = this.#seconds;
      buffer.timestamp(this.#timestamp);
    }
    if (db !== this.#selectedDb) {
      this.#selectedDb = db;
      buffer.select(db);
    }
    buffer.request(args);
  }

  /** Writes the buffer to the file; `isForced`: even while a synchronisation is under way. */
  flush(isForced: boolean): void {
    const file = this.#file;
    if (file === null) return;
    if (this.#buffer.length > 0) {
      if (this.#policy === "everysec" && !isForced && this.isSyncing && this.#mayWait()) return;
      if (!this.#write(file)) return;
    } else if (this.size === this.#syncedSize) return;
    this.#synchronise(file);
  }

  /** What has to be done when nothing more is written; a write that has failed is tried again once a second. */
  tick(): void {
    if (this.#writeError === null || this.#seconds > this.#triedAt) this.flush(false);
  }

  /** May a write wait for the synchronisation under way? It has been waiting for less than two seconds then. */
  #mayWait(): boolean {
    const now = this.#seconds;
    if (this.#waitingSince === 0) this.#waitingSince = now;
    if (now - this.#waitingSince < MAX_WAIT_SECONDS) return true;
    this.delayedSyncs++;
    this.#engine.log.log(
      "notice",
      "Asynchronous AOF fsync is taking too long (disk is busy?). Writing the AOF buffer without waiting for fsync to " +
        "complete, this may slow down Redis.",
    );
    return false;
  }

  /** Writes the buffer; false: it could not be written. */
  #write(file: DataFile): boolean {
    const buffer = this.#buffer;
    const began = performance.now();
    this.#waitingSince = 0;
    this.#triedAt = this.#seconds;
    stall(this.delayMicroseconds / 1000);
    try {
      file.write(buffer.bytes.subarray(0, buffer.length));
    } catch (error) {
      this.#writeFailed(file, error);
      return false;
    }
    this.#noteLatency(performance.now() - began);
    if (this.#writeError !== null) {
      this.#warn("AOF write error looks solved, Redis can write again.");
      this.#writeError = null;
      this.#guard();
    }
    this.size += buffer.length;
    buffer.clear();
    return true;
  }

  #noteLatency(ms: number): void {
    const { latency } = this.#engine;
    const state = this.isSyncing ? "pending-fsync" : this.#isBusy() ? "active-child" : "alone";
    latency.add(`aof-write-${state}`, ms);
    latency.add("aof-write", ms);
  }

  /** Takes back what has been written of the buffer, so that the file does not end in the middle of a command. */
  #writeFailed(file: DataFile, error: unknown): void {
    const reason = reasonOf(error);
    const isLogged = this.#seconds - this.#errorLoggedAt > ERROR_LOG_SECONDS;
    const log = (text: string): void => {
      if (isLogged) this.#warn(text);
    };
    if (isLogged) this.#errorLoggedAt = this.#seconds;
    const written = this.#writtenTo(file);
    if (written === 0) log(`Error writing to the AOF file: ${reason}`);
    else {
      const expected = this.#buffer.length;
      log(`Short write while writing to the AOF file: (nwritten=${written}, expected=${expected}): ${reason}`);
      this.#takeBack(file, written, log);
    }
    if (this.#policy === "always") {
      this.#warn("Can't recover from AOF write error when the AOF fsync policy is 'always'. Exiting...");
      return this.#engine.abort();
    }
    this.#writeError = reason;
    this.#guard();
  }

  /** How many bytes of the buffer are in the file. */
  #writtenTo(file: DataFile): number {
    try {
      return Math.max(0, file.size() - this.size);
    } catch (error) {
      reasonOf(error);
      return 0; // nothing can be found out, so nothing is done about it
    }
  }

  #takeBack(file: DataFile, written: number, log: (text: string) => void): void {
    try {
      file.truncate(this.size);
    } catch (error) {
      log(
        "Could not remove short write from the append-only file.  Redis may refuse to load the AOF the next time it starts.  " +
          `ftruncate: ${reasonOf(error)}`,
      );
      this.size += written;
      this.#buffer.drop(written);
    }
  }

  /** Clients may not write while the file cannot be written. */
  #guard(): void {
    const reason = this.#writeError ?? this.#syncError;
    const refusal = reason === null ? null : new CommandError("MISCONF", `Errors writing to the AOF file: ${reason}`);
    this.#engine.writeGuard.set("aof", refusal);
  }

  // ---- On disk ----

  /** Has what is in the file on disk, now or soon, as `appendfsync` says. */
  #synchronise(file: DataFile): void {
    if (this.#pausesSyncs && this.#isBusy()) return;
    if (this.#policy === "always") this.#synchroniseAtOnce(file);
    else if (this.#policy === "everysec" && this.#seconds > this.#syncedAt && !this.isSyncing) {
      this.#noteSynced();
      this.isSyncing = true;
      this.#track(() => this.#syncInBackground(file));
    }
  }

  #noteSynced(): void {
    this.#syncedSize = this.size;
    this.#syncedAt = this.#seconds;
  }

  #synchroniseAtOnce(file: DataFile): void {
    const began = performance.now();
    try {
      file.syncNow();
    } catch (error) {
      this.#warn(
        `Can't persist AOF for fsync error when the AOF fsync policy is 'always': ${reasonOf(error)}. Exiting...`,
      );
      return this.#engine.abort();
    }
    this.#engine.latency.add("aof-fsync-always", performance.now() - began);
    this.#noteSynced();
  }

  async #syncInBackground(file: DataFile): Promise<void> {
    let problem: string | null = null;
    try {
      await file.sync();
    } catch (error) {
      problem = reasonOf(error);
    }
    this.isSyncing = false;
    if (problem !== null && this.#syncError === null) this.#warn(`Fail to fsync the AOF file: ${problem}`);
    if (this.#syncError === problem || this.#file === null) return;
    this.#syncError = problem;
    if (problem !== null) this.#syncedSize = -1; // to be tried again
    this.#guard();
  }

  /** Writes what there is and has it on disk: the file is about to be closed. */
  finish(): void {
    this.flush(true);
    try {
      this.#file?.syncNow();
    } catch (error) {
      this.#noteSyncFailure(error);
    }
    this.#noteSynced();
  }

  #noteSyncFailure(error: unknown): void {
    this.#warn(`Fail to fsync the AOF file: ${reasonOf(error)}`);
  }
}

/** The reason of a file system call that failed; anything else is a bug and goes on its way. */
function reasonOf(error: unknown): string {
  if (error instanceof DataFileError) return error.message;
  throw error;
}
