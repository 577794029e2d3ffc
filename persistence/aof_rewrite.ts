/**
 * Writes the base of an append-only file: all keys as they were at one moment, as an RDB file or as the commands that make
 * them, a slice of time at a time.
 */
import type { Engine } from "../engine/context.ts";
import type { DataFile, DataFiles } from "../engine/data_files.ts";
import type { Database, Entry } from "../store/database.ts";
import { Snapshot } from "../store/snapshot.ts";
import { AofBuffer } from "./aof_buffer.ts";
import { writeCommands } from "./aof_commands.ts";
import { RdbFileWriter } from "./rdb_file_writer.ts";
import { rdbFileOptions } from "./rdb_saver.ts";

/** What is written at a time, about. */
const CHUNK_BYTES = 64 * 1024;
/** With `aof-rewrite-incremental-fsync`, so much goes to disk at a time (Redis' REDIS_AUTOSYNC_BYTES). */
const SYNC_BYTES = 4 * 1024 * 1024;

/** Takes keys and writes them in one of the two forms. */
interface BaseWriter {
  key(index: number, db: Database, entry: Entry): void;
  end(): void;
}

/** A base being written. */
export class AofRewrite {
  /** Its name until it is done. */
  readonly tempName: string;
  readonly isRdb: boolean;
  /** Keys written so far. */
  keys = 0;
  readonly #file: DataFile;
  readonly #snapshot: Snapshot;
  readonly #writer: BaseWriter;
  readonly #syncsOnTheWay: boolean;
  /** Bytes written since the last synchronisation was begun. */
  #unsynced = 0;
  #sync: Promise<void> | null = null;
  #syncError: { readonly error: unknown } | null = null;

  /**
   * Begins one with the keys as they are now.
   *
   * @throws {DataFileError} The file cannot be written.
   */
  constructor(engine: Engine, files: DataFiles, tempName: string) {
    const { config, keyspace, clock } = engine;
    this.tempName = tempName;
    this.isRdb = config.flag("aof-use-rdb-preamble");
    this.#syncsOnTheWay = config.flag("aof-rewrite-incremental-fsync");
    this.#file = files.open(tempName, "create");
    const sink = (bytes: Uint8Array): void => this.#write(bytes);
    try {
      this.#writer = this.isRdb
        ? new RdbFileWriter(rdbFileOptions(engine, true), sink)
        : new CommandWriter(sink, config.flag("aof-timestamp-enabled") ? Math.floor(clock.now() / 1000) : null);
      this.#snapshot = new Snapshot(keyspace, (index, db, entry) => {
        this.#writer.key(index, db, entry);
        this.keys++;
      });
    } catch (error) {
      this.#file.close();
      files.remove(tempName);
      throw error;
    }
  }

  /**
   * Goes on until `performance.now()` says `untilMs`; true when all is written.
   *
   * @throws {DataFileError} The file cannot be written.
   */
  step(untilMs: number): boolean {
    if (this.#syncError !== null) throw this.#syncError.error;
    if (!this.#snapshot.step(untilMs)) return false;
    this.#writer.end();
    return true;
  }

  /** Has all of it on disk: the last thing to be done. */
  async finish(): Promise<void> {
    await this.#sync;
    try {
      if (this.#syncError !== null) throw this.#syncError.error; // the disk tells of it once
      await this.#file.sync();
    } finally {
      this.#file.close();
    }
  }

  /** As {@linkcode finish}, while everything waits. */
  finishNow(): void {
    try {
      this.#file.syncNow();
    } finally {
      this.#file.close();
    }
  }

  /** Gives it up; what it has written is the caller's to remove. */
  async cancel(): Promise<void> {
    this.#snapshot.cancel();
    await this.#sync;
    this.#file.close();
  }

  #write(bytes: Uint8Array): void {
    this.#file.write(bytes);
    this.#unsynced += bytes.length;
    if (!this.#syncsOnTheWay || this.#unsynced < SYNC_BYTES || this.#sync !== null) return;
    this.#unsynced = 0;
    this.#sync = this.#file.sync().catch((error) => {
      this.#syncError = { error };
    }).finally(() => this.#sync = null);
  }
}

/** Writes keys as commands. */
class CommandWriter implements BaseWriter {
  readonly #buffer: AofBuffer = new AofBuffer();
  readonly #sink: (bytes: Uint8Array) => void;
  #selected = -1;
  readonly #onRequest: () => void = () => {
    if (this.#buffer.length >= CHUNK_BYTES) this.#flush();
  };

  constructor(sink: (bytes: Uint8Array) => void, timestamp: number | null) {
    this.#sink = sink;
    if (timestamp !== null) this.#buffer.timestamp(timestamp);
  }

  key(index: number, db: Database, entry: Entry): void {
    if (index !== this.#selected) this.#buffer.select(index);
    this.#selected = index;
    writeCommands(this.#buffer, db, entry, this.#onRequest);
  }

  end(): void {
    this.#flush();
  }

  #flush(): void {
    if (this.#buffer.length > 0) this.#sink(this.#buffer.bytes.subarray(0, this.#buffer.length));
    this.#buffer.clear();
  }
}
