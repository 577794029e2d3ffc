/**
 * Writes the RDB file: at once (SAVE), or as a snapshot in slices of about a millisecond between which commands run (BGSAVE,
 * save points). Nothing is copied for it and no process is made: what a slice reads goes to the file.
 *
 * ```text
 *   begin ─► slice ─► slice ─► … ─► on disk ─► renamed
 *              │ a key about to change is written before, by the command that changes it
 * ```
 *
 * The file is written under another name and renamed when it is whole and on disk. A slice is a timer of the server's clock.
 */
import { type Config, ConfigError } from "../engine/config.ts";
import { DataFileError, type DataFiles } from "../engine/data_files.ts";
import type { Log } from "../engine/log.ts";
import { usedMemoryBytes } from "../engine/memory.ts";
import type { Saver } from "../engine/saver.ts";
import type { SaveState } from "../engine/save_state.ts";
import type { Clock, TimerId } from "../store/clock.ts";
import { StoreMemoryError } from "../store/errors.ts";
import type { Keyspace } from "../store/keyspace.ts";
import { Snapshot } from "../store/snapshot.ts";
import { stall, stallsMs } from "./delays.ts";
import { type RdbFileOptions, RdbFileWriter, savedUse } from "./rdb_file_writer.ts";
import type { ByteSink } from "./rdb_writer.ts";
import { TempFile } from "./temp_file.ts";

/** Longest that a slice takes, a bucket of keys more aside, in milliseconds. */
const SLICE_MS = 1;
/** Seconds until the next try after a save has failed. */
const RETRY_SECONDS = 5;

/** What saving needs of a server. */
export interface SaverParts {
  readonly keyspace: Keyspace;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly files: DataFiles | null;
  readonly saves: SaveState;
}

/** Changes and seconds after which to save. */
interface SavePoint {
  readonly seconds: number;
  readonly changes: number;
}

/** A save under way. */
interface Job {
  readonly file: TempFile;
  readonly writer: RdbFileWriter;
  readonly snapshot: Snapshot;
  readonly changes: number;
  /** Keys written when the last slice ended, for `rdb-key-save-delay`. */
  keysBefore: number;
  hasAll: boolean;
}

/** How an RDB file of this moment is written. */
export function rdbFileOptions({ config, clock, keyspace }: SaverParts, isAofBase: boolean): RdbFileOptions {
  return {
    compresses: config.flag("rdbcompression"),
    hasChecksum: config.flag("rdbchecksum"),
    use: savedUse(config.text("maxmemory-policy")),
    nowMs: clock.now(),
    usedBytes: usedMemoryBytes(keyspace),
    isAofBase,
  };
}

/** Writes a file of all keys into a sink, at once. */
export function writeRdb(parts: SaverParts, sink: ByteSink): void {
  const writer = new RdbFileWriter(rdbFileOptions(parts, false), sink);
  const delayMs = stallsMs(parts.config, "rdb-key-save-delay");
  for (const db of parts.keyspace.databases) {
    if (db.size > 0) {
      db.eachEntry((entry) => {
        writer.key(db.index, db, entry);
        stall(delayMs);
      });
    }
  }
  writer.end();
}

export class RdbSaver implements Saver {
  readonly #parts: SaverParts;
  #job: Job | null = null;
  #timer: TimerId | null = null;
  /** Resolves when no file is being synchronised any more. */
  #syncing: Promise<void> = Promise.resolve();

  constructor(parts: SaverParts) {
    this.#parts = parts;
    const { config } = parts;
    config.on("save", () => {
      if (!this.hasFiles && config.text("save") !== "") {
        throw new ConfigError("this server keeps no files: its configuration names no dir");
      }
    });
  }

  get hasFiles(): boolean {
    return this.#parts.files !== null;
  }

  get keepsFiles(): boolean {
    const { config } = this.#parts;
    return this.hasFiles && (config.text("save") !== "" || config.isGiven("dir") || config.isGiven("dbfilename"));
  }

  get isSaving(): boolean {
    return this.#job !== null;
  }

  saveNow(): boolean {
    const { clock, saves } = this.#parts;
    const file = this.#open(`temp-${Deno.pid}.rdb`);
    if (file === null) return false;
    try {
      writeRdb(this.#parts, (bytes) => file.write(bytes));
      file.finishNow(this.#parts.config.path("dbfilename"));
    } catch (error) {
      this.#giveUp(file, error);
      return false;
    }
    this.#log("notice", "DB saved on disk");
    saves.noteSaved(saves.changes, clock.now());
    return true;
  }

  begin(): void {
    const { clock, saves, keyspace } = this.#parts;
    const nowMs = clock.now();
    saves.saves++;
    saves.triedAtMs = nowMs;
    this.#log("notice", `Background saving started by pid ${Deno.pid}`);
    const file = this.#open(`temp-bg-${Deno.pid}.rdb`);
    if (file === null) return this.#ended(nowMs, false);
    let job: Job;
    try {
      const writer = new RdbFileWriter(rdbFileOptions(this.#parts, false), (bytes) => file.write(bytes));
      const snapshot = new Snapshot(keyspace, (index, db, entry) => writer.key(index, db, entry));
      job = { file, writer, snapshot, changes: saves.changes, keysBefore: 0, hasAll: false };
    } catch (error) {
      this.#giveUp(file, error);
      return this.#ended(nowMs, false);
    }
    this.#job = job;
    const keysTotal = keyspace.databases.reduce((sum, db) => sum + db.size, 0);
    saves.progress = {
      beganAtMs: nowMs,
      keysTotal,
      get keysWritten(): number {
        return job.writer.keys;
      },
    };
    this.#schedule(0);
  }

  #schedule(delayMs: number): void {
    this.#timer = this.#parts.clock.defer(() => {
      this.#timer = null;
      this.#slice(performance.now() + SLICE_MS);
    }, delayMs);
  }

  /** Goes on until then, and has what is left done later. */
  #slice(untilMs: number): void {
    const job = this.#job!;
    const { config, keyspace, clock } = this.#parts;
    try {
      if (!job.hasAll) {
        keyspace.setNow(clock.now());
        job.hasAll = job.snapshot.step(untilMs);
        const delayMs = (job.writer.keys - job.keysBefore) * stallsMs(config, "rdb-key-save-delay");
        job.keysBefore = job.writer.keys;
        if (untilMs !== Infinity && (!job.hasAll || delayMs > 0)) return this.#schedule(Math.floor(delayMs));
      }
      job.writer.end();
    } catch (error) {
      return this.#failed(job, error);
    }
    this.#syncing = job.file.sync().then(() => this.#finish(job), (error) => this.#failed(job, error));
  }

  /** The file is on disk, unless the save has been cancelled meanwhile. */
  #finish(job: Job): void {
    if (this.#job !== job) return;
    const { config, saves, clock } = this.#parts;
    try {
      job.file.rename(config.path("dbfilename"));
    } catch (error) {
      return this.#failed(job, error);
    }
    this.#log("notice", "DB saved on disk");
    saves.noteSaved(job.changes, clock.now());
    this.#ended(saves.progress!.beganAtMs, true);
  }

  #failed(job: Job, error: unknown): void {
    if (this.#job !== job) return;
    job.snapshot.cancel();
    this.#giveUp(job.file, error);
    this.#ended(this.#parts.saves.progress!.beganAtMs, false);
  }

  #ended(beganAtMs: number, isGood: boolean): void {
    const { saves, clock } = this.#parts;
    this.#job = null;
    saves.progress = null;
    saves.lastSeconds = Math.floor((clock.now() - beganAtMs) / 1000);
    if (isGood) this.#log("notice", "Background saving terminated with success");
    else {
      this.#log("warning", "Background saving error");
      saves.isLastGood = false;
    }
  }

  cancel(): void {
    const job = this.#job;
    if (job === null) return;
    const { saves, clock } = this.#parts;
    if (this.#timer !== null) clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#job = null;
    job.snapshot.cancel();
    saves.lastSeconds = Math.floor((clock.now() - saves.progress!.beganAtMs) / 1000);
    saves.progress = null;
    this.#log("warning", "Background saving terminated before its end");
    this.#discard(job.file);
  }

  complete(): Promise<void> {
    if (this.#timer !== null) { // else it is being synchronised, if there is one
      this.#parts.clock.clearTimeout(this.#timer);
      this.#timer = null;
      this.#slice(Infinity);
    }
    return this.#syncing;
  }

  flushed(): void {
    if (this.hasFiles && this.#parts.config.text("save") !== "") this.saveNow();
  }

  tick(): void {
    const { keyspace, saves, clock } = this.#parts;
    if (keyspace.snapshot !== null || this.#job !== null || !this.hasFiles) return;
    if (clock.now() < this.#retryAtMs) return;
    const due = this.#reached().find((point) => this.#dueAtMs(point) <= clock.now());
    if (due !== undefined) {
      this.#log("notice", `${due.changes} changes in ${due.seconds} seconds. Saving...`);
      this.begin();
    } else if (saves.isScheduled) {
      saves.isScheduled = false;
      this.begin();
    }
  }

  get nextDueMs(): number {
    const { keyspace } = this.#parts;
    if (keyspace.snapshot !== null || this.#job !== null || !this.hasFiles) return Infinity;
    const dueAtMs = this.#reached().map((point) => this.#dueAtMs(point));
    return Math.max(Math.min(...dueAtMs), this.#retryAtMs);
  }

  /** The save points of whose changes there are enough. */
  #reached(): SavePoint[] {
    const { config, saves } = this.#parts;
    const numbers = config.words("save").map(Number);
    return Array.from({ length: numbers.length / 2 }, (_, i) => ({
      seconds: numbers[2 * i]!,
      changes: numbers[2 * i + 1]!,
    })).filter(({ changes }) => saves.changesSinceSave >= changes);
  }

  /** Redis counts in whole seconds, and saves when more than those asked for have passed. */
  #dueAtMs({ seconds }: SavePoint): number {
    return secondsAfter(this.#parts.saves.savedAtMs, seconds + 1);
  }

  get #retryAtMs(): number {
    const { saves } = this.#parts;
    return saves.isLastGood ? 0 : secondsAfter(saves.triedAtMs, RETRY_SECONDS + 1);
  }

  settled(): Promise<void> {
    return this.#syncing;
  }

  #open(name: string): TempFile | null {
    const { files, config } = this.#parts;
    try {
      return new TempFile(files!, name);
    } catch (error) {
      if (!(error instanceof DataFileError)) throw error;
      const folder = config.path("dir");
      this.#log(
        "warning",
        `Failed opening the temp RDB file ${name} (in server root dir ${folder}) for saving: ${error.message}`,
      );
      return null;
    }
  }

  /** Says what went wrong; what is no failure of files or memory is a bug, and told with its stack. */
  #giveUp(file: TempFile, error: unknown): void {
    const isExpected = error instanceof DataFileError || error instanceof StoreMemoryError;
    const reason = isExpected || !(error instanceof Error) ? String(error) : error.stack ?? error.message;
    this.#log("warning", `Write error saving DB on disk: ${isExpected ? (error as Error).message : reason}`);
    this.#discard(file);
  }

  #discard(file: TempFile): void {
    try {
      file.discard();
    } catch (error) {
      if (!(error instanceof DataFileError)) throw error;
      this.#log("warning", `Failed to remove a temp file: ${error.message}`);
    }
  }

  #log(level: "notice" | "warning", text: string): void {
    this.#parts.log.log(level, text);
  }
}

/** When the clock, read in seconds, will have gone on by so many. */
function secondsAfter(atMs: number, seconds: number): number {
  return (Math.floor(atMs / 1000) + seconds) * 1000;
}
