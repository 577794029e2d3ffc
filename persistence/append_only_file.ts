/**
 * The append-only file: every write, as its result, added to the last file of a manifest before the reply to it is sent; and
 * rewriting, which makes the files short again.
 *
 * ```text
 *   off ── appendonly yes ──► waiting ── first base written ──► on ── appendonly no ──► off
 *                             writes go to a temporary file      at start: load, then on
 * ```
 */
import { type AppendOnly, AppendOnlyError, type AppendOnlyFigures } from "../engine/append_only.ts";
import { reportBug } from "../engine/bugs.ts";
import { ConfigError } from "../engine/config_values.ts";
import type { Engine } from "../engine/context.ts";
import { DataFileError, type DataFiles } from "../engine/data_files.ts";
import { ALL_DATABASES, type PropagationListener } from "../engine/hooks.ts";
import { StoreMemoryError } from "../store/errors.ts";
import { AofLoader } from "./aof_loader.ts";
import type { AofManifest } from "./aof_manifest.ts";
import { readManifest, writeManifest } from "./aof_manifest_file.ts";
import { AofRewrite } from "./aof_rewrite.ts";
import { stallsMs } from "./delays.ts";
import { AofWriter } from "./aof_writer.ts";
import { RewriteLimit } from "./aof_rewrite_limit.ts";

/** Longest that one turn of rewriting takes, in milliseconds. */
const REWRITE_SLICE_MS = 5;
const TURN_ON_FAILED = "Unable to turn on AOF. Check server logs.";

export class AppendOnlyFile implements AppendOnly {
  readonly #engine: Engine;
  readonly #files: DataFiles;
  readonly #folder: string;
  readonly #fileName: string;
  #state: "off" | "waiting" | "on" = "off";
  /** Null until it is needed: nothing is read while the append-only file is off. */
  #manifest: AofManifest | null = null;

  readonly #writer: AofWriter;

  // Rewriting.
  #rewrite: AofRewrite | null = null;
  #rewriteBegan = 0;
  /** No key is written before (`rdb-key-save-delay`). */
  #restsUntilMs = 0;
  /** All of it is written, and only the disk is waited for. */
  #isFinishing = false;
  #isScheduled = false;
  #lastRewriteSeconds = -1;
  #isLastRewriteGood = true;
  #rewrites = 0;
  readonly #limit: RewriteLimit;
  /** Bytes of all files but the one being written, and those of all after the last rewrite. */
  #closedSize = 0;
  #baseSize = 0;

  /** What is going on elsewhere, and has to end before the server has. */
  readonly #running: Set<Promise<void>> = new Set();
  readonly #onWrite: PropagationListener = (db, args, isForReplicasOnly) => {
    // before the first base has been begun with, all there is will be in that
    const isKept = this.#state === "on" || this.#rewrite !== null;
    if (isKept && !isForReplicasOnly) this.#writer.add(db, args);
  };
  readonly #onBatchEnd = (): void => this.#writer.flush(false);

  constructor(engine: Engine, files: DataFiles) {
    const { config } = engine;
    this.#engine = engine;
    this.#files = files;
    this.#folder = config.path("appenddirname");
    this.#fileName = config.path("appendfilename");
    this.#limit = new RewriteLimit(engine.log);
    this.#writer = new AofWriter(engine, () => this.#rewrite !== null || this.#isBusyElsewhere());
    config.on("appendonly", () => this.#follow());
    config.on("aof-disable-auto-gc", () => this.#removeHistory());
  }

  get figures(): AppendOnlyFigures {
    return {
      isEnabled: this.#state !== "off",
      isRewriting: this.#rewrite !== null,
      isScheduled: this.#isScheduled,
      lastRewriteSeconds: this.#lastRewriteSeconds,
      currentRewriteSeconds: this.#rewrite === null ? -1 : this.#seconds - this.#rewriteBegan,
      isLastRewriteGood: this.#isLastRewriteGood,
      rewrites: this.#rewrites,
      consecutiveFailures: this.#limit.failures,
      isLastWriteGood: this.#writer.isGood,
      currentSize: this.#currentSize,
      baseSize: this.#baseSize,
      bufferLength: this.#writer.bufferLength,
      pendingSyncs: this.#writer.isSyncing ? 1 : 0,
      delayedSyncs: this.#writer.delayedSyncs,
    };
  }

  set writeDelayMicroseconds(microseconds: number) {
    this.#writer.delayMicroseconds = microseconds;
  }

  get #currentSize(): number {
    return this.#closedSize + this.#writer.size;
  }

  get isRewriting(): boolean {
    return this.#rewrite !== null;
  }

  /** The time of this batch. */
  get #seconds(): number {
    return Math.floor(this.#engine.keyspace.now / 1000);
  }

  #warn(text: string): void {
    this.#engine.log.log("warning", text);
  }

  #note(text: string): void {
    this.#engine.log.log("notice", text);
  }

  #path(name: string): string {
    return `${this.#folder}/${name}`;
  }

  // ---- Starting and stopping ----

  start(): void {
    this.#start(true);
  }

  startAnew(): void {
    this.#start(false);
  }

  #start(isLoaded: boolean): void {
    const { log, keyspace, clock } = this.#engine;
    keyspace.setNow(clock.now());
    const began = performance.now();
    try {
      const manifest = this.#manifest = readManifest(this.#engine.log, this.#files, this.#folder, this.#fileName);
      if (isLoaded && this.#load(manifest)) {
        const seconds = ((performance.now() - began) / 1000).toFixed(3);
        log.log("notice", `DB loaded from append only file: ${seconds} seconds`);
      }
      this.#open(manifest, !isLoaded);
    } catch (error) {
      if (!(error instanceof DataFileError)) throw error;
      const text = `Can't open or create append-only dir ${this.#folder}: ${error.message}`;
      this.#warn(text);
      throw new AppendOnlyError(text);
    }
    this.#turnOn("on");
    this.#removeHistory();
  }

  /** Loads what there is; false: there is no file. */
  #load(manifest: AofManifest): boolean {
    this.#adoptOldFile(manifest);
    if (manifest.parts.length === 0) return false;
    const sizes = new AofLoader(this.#engine, this.#files, this.#folder, this.#fileName).load(manifest);
    if (sizes !== null) {
      this.#closedSize = sizes.total;
      this.#baseSize = sizes.base;
    }
    return true;
  }

  /** A server of before version 7 had one file, beside the folder: it becomes the base. */
  #adoptOldFile(manifest: AofManifest): void {
    const name = this.#fileName;
    if (!this.#files.exists(name)) return;
    const { base, parts } = manifest;
    const isInterrupted = parts.length === 1 && base?.name === name && !this.#files.exists(this.#path(name));
    if (parts.length > 0 && !isInterrupted) return;
    this.#files.makeFolder(this.#folder);
    manifest.setBase(name, 1);
    this.#save(manifest);
    this.#files.rename(name, this.#path(name));
    this.#note(
      `Successfully migrated an old-style AOF file (${name}) into the AOF directory (${this.#folder}).`,
    );
  }

  /** Opens the file to be written, and makes a base where there is nothing, or what is there counts no more. */
  #open(manifest: AofManifest, isAnew: boolean): void {
    this.#files.makeFolder(this.#folder);
    if (isAnew || manifest.parts.length === 0) {
      const rewrite = new AofRewrite(this.#engine, this.#files, this.#tempBase());
      try {
        while (!rewrite.step(Infinity));
      } catch (error) {
        this.#giveUp(rewrite);
        throw error;
      }
      rewrite.finishNow();
      const name = manifest.addBase(this.#fileName, rewrite.isRdb);
      manifest.retireIncrements(0);
      this.#files.rename(rewrite.tempName, this.#path(name));
      this.#note(`Creating AOF base file ${name} on server start`);
    }
    const last = manifest.increments.at(-1);
    const name = last?.name ?? manifest.addIncrement(this.#fileName);
    this.#writer.use(this.#files.open(this.#path(name), "append"));
    this.#closedSize = Math.max(0, this.#closedSize - this.#writer.size);
    this.#save(manifest);
    this.#note(`${last === undefined ? "Creating" : "Opening"} AOF incr file ${name} on server start`);
  }

  /** `appendonly` has changed. */
  #follow(): void {
    const isWanted = this.#engine.config.flag("appendonly");
    if (isWanted === (this.#state !== "off")) return;
    if (!isWanted) return this.#turnOff();
    this.#turnOn("waiting");
    if (this.#rewrite === null && this.#isBusyElsewhere()) {
      this.#isScheduled = true;
      this.#warn(
        "AOF was enabled but there is already another background operation. An AOF background was scheduled to start when " +
          "possible.",
      );
    } else if (this.#engine.hooks.together !== null) {
      this.#isScheduled = true;
      this.#warn("AOF was enabled during a transaction. An AOF background was scheduled to start when possible.");
    } else {
      if (this.#rewrite !== null) {
        this.#warn(
          "AOF was enabled but there is already an AOF rewriting in background. Stopping background AOF and starting a " +
            "rewrite now.",
        );
        this.#cancelRewrite();
      }
      if (!this.#beginRewrite()) {
        this.#forget();
        this.#warn(
          "Redis needs to enable the AOF but can't trigger a background AOF rewrite operation. Check the above logs for " +
            "more info about the error.",
        );
        throw new ConfigError(TURN_ON_FAILED);
      }
    }
  }

  #turnOn(state: "waiting" | "on"): void {
    const { hooks } = this.#engine;
    this.#state = state;
    hooks.propagated.add(this.#onWrite);
    hooks.batchEnded.add(this.#onBatchEnd);
  }

  /** Nothing is written any more. */
  #forget(): void {
    const { hooks } = this.#engine;
    this.#state = "off";
    hooks.propagated.remove(this.#onWrite);
    hooks.batchEnded.remove(this.#onBatchEnd);
    this.#writer.drop();
    this.#isScheduled = false;
  }

  #turnOff(): void {
    this.#writer.finish();
    this.#cancelRewrite();
    if (this.#state === "waiting") this.#removeTempIncrement();
    this.#forget();
  }

  prepareEnd(force: boolean): boolean {
    if (this.#rewrite !== null) {
      if (this.#state === "waiting") {
        this.#warn(`Writing initial AOF${force ? ". Exit anyway." : ", can't exit."}`);
        if (!force) return false;
      }
      this.#warn("There is a child rewriting the AOF. Killing it!");
      this.#cancelRewrite();
      if (this.#state === "waiting") this.#isScheduled = true; // should the server not end after all
    }
    if (this.#state !== "off") {
      this.#note("Calling fsync() on the AOF file.");
      this.#writer.finish();
    }
    return true;
  }

  async close(): Promise<void> {
    if (this.#state === "off") this.#cancelRewrite();
    else this.#turnOff();
    await this.settled();
  }

  /** Resolves when nothing is going on in the background that would end by itself. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
    await this.#writer.settled();
  }

  #track(running: Promise<void>): void {
    const tracked = running.finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }

  reload(): void {
    const { keyspace, hooks, log } = this.#engine;
    this.#writer.flush(true);
    hooks.databaseChanges.tell("flush", ALL_DATABASES, ALL_DATABASES);
    for (const db of keyspace.databases) db.clear();
    try {
      this.#manifest = readManifest(this.#engine.log, this.#files, this.#folder, this.#fileName);
      this.#removeHistory();
      if (!this.#load(this.#manifest)) throw new AppendOnlyError("There is no append-only file");
      this.#writer.noteSize(); // its end may have been cut
      this.#closedSize = Math.max(0, this.#closedSize - this.#writer.size);
    } catch (error) {
      if (!(error instanceof AppendOnlyError || error instanceof DataFileError)) throw error;
      log.log("warning", `DEBUG LOADAOF failed, exiting: ${error.message}`);
      return this.#engine.abort();
    }
    log.log("warning", "Append Only File loaded by DEBUG LOADAOF");
  }

  tick(): void {
    const now = this.#seconds;
    this.#writer.tick();
    this.#continueRewrite();
    if (this.#rewrite !== null || this.#isBusyElsewhere()) return;
    if (this.#isScheduled) {
      if (!this.#limit.forbids(now)) this.#beginRewrite();
    } else if (this.#state === "on") this.#rewriteWhenGrown(now);
  }

  // ---- Rewriting ----

  /** Is something else being written in the background? One thing at a time is enough. */
  #isBusyElsewhere(): boolean {
    const { keyspace, saver } = this.#engine;
    return this.#rewrite === null && (saver.isSaving || keyspace.snapshot !== null);
  }

  rewrite(): "started" | "scheduled" | "running" | "failed" {
    if (this.#rewrite !== null) return "running";
    if (this.#isBusyElsewhere() || this.#engine.hooks.together !== null) {
      this.#isScheduled = true;
      this.#limit.reset();
      return "scheduled";
    }
    return this.#beginRewrite() ? "started" : "failed";
  }

  #rewriteWhenGrown(now: number): void {
    const { config } = this.#engine;
    const percentage = config.number("auto-aof-rewrite-percentage");
    if (percentage === 0 || this.#currentSize <= config.number("auto-aof-rewrite-min-size")) return;
    const growth = Math.trunc(this.#currentSize * 100 / (this.#baseSize || 1)) - 100;
    if (growth < percentage || this.#limit.forbids(now)) return;
    this.#note(`Starting automatic rewriting of AOF on ${growth}% growth`);
    this.#beginRewrite();
  }

  /** Always the same, so what a crash leaves behind is overwritten; servers that share a folder differ in `appendfilename`. */
  #tempBase(): string {
    return `temp-rewriteaof-bg-${this.#fileName}`;
  }

  #tempIncrement(): string {
    return `temp-${this.#fileName}.incr`;
  }

  #beginRewrite(): boolean {
    let rewrite: AofRewrite | null = null;
    try {
      this.#manifest ??= readManifest(this.#engine.log, this.#files, this.#folder, this.#fileName);
      this.#files.makeFolder(this.#folder);
      this.#writer.flush(true);
      // what is still to be written would be in the base, and a second time in the file after it
      if (this.#writer.bufferLength > 0) throw new AppendOnlyError("the file in use cannot be written");
      rewrite = new AofRewrite(this.#engine, this.#files, this.#tempBase());
      if (this.#state !== "off") this.#openIncrement(this.#manifest);
    } catch (error) {
      if (!(error instanceof DataFileError || error instanceof AppendOnlyError)) throw error;
      if (rewrite !== null) this.#giveUp(rewrite);
      this.#isLastRewriteGood = false;
      this.#limit.failed();
      this.#warn(`Can't rewrite append only file in background: ${error.message}`);
      return false;
    }
    this.#rewrite = rewrite;
    this.#restsUntilMs = 0;
    this.#rewrites++;
    this.#isScheduled = false;
    this.#rewriteBegan = this.#seconds;
    this.#note("Background append only file rewriting started");
    return true;
  }

  /** Has writes go to a new file from now on. Before there is a base that is a temporary one. */
  #openIncrement(current: AofManifest): void {
    const manifest = current.copy();
    const name = this.#state === "waiting" ? this.#tempIncrement() : manifest.addIncrement(this.#fileName);
    this.#files.open(this.#path(name), "create").close();
    const file = this.#files.open(this.#path(name), "append");
    try {
      this.#save(manifest);
    } catch (error) {
      file.close();
      throw error;
    }
    this.#note(`Creating AOF incr file ${name} on background rewrite`);
    this.#closedSize += this.#writer.size;
    this.#writer.use(file);
    this.#manifest = manifest;
  }

  #continueRewrite(): void {
    const rewrite = this.#rewrite;
    const { clock, config } = this.#engine;
    if (rewrite === null || this.#isFinishing || clock.now() < this.#restsUntilMs) return;
    try {
      const { keys } = rewrite;
      const hasAll = rewrite.step(performance.now() + REWRITE_SLICE_MS);
      this.#restsUntilMs = clock.now() + (rewrite.keys - keys) * stallsMs(config, "rdb-key-save-delay");
      if (!hasAll) return;
    } catch (error) {
      return this.#rewriteFailed(rewrite, error);
    }
    this.#isFinishing = true;
    this.#track(this.#finishRewrite(rewrite));
  }

  async #finishRewrite(rewrite: AofRewrite): Promise<void> {
    try {
      await rewrite.finish();
      if (this.#rewrite !== rewrite) return; // given up meanwhile
      this.#note(`Successfully created the temporary AOF base file ${rewrite.tempName}`);
      this.#note("Background AOF rewrite terminated with success");
      this.#takeBase(rewrite);
    } catch (error) {
      if (this.#rewrite === rewrite) this.#rewriteFailed(rewrite, error);
      return;
    }
    this.#endRewrite(true);
  }

  /**
   * The base is written: the files in use are now that one and the last. Should it fail, what has been renamed stays: the
   * manifest that names it may be in place and only its folder not synchronised, and the next rewrite uses the names again.
   */
  #takeBase(rewrite: AofRewrite): void {
    const manifest = this.#manifest!.copy();
    const base = manifest.addBase(this.#fileName, rewrite.isRdb);
    this.#rename(rewrite.tempName, base, "base");
    if (this.#state === "waiting") {
      const increment = manifest.addIncrement(this.#fileName);
      this.#rename(this.#path(this.#tempIncrement()), increment, "incr");
    }
    manifest.retireIncrements(this.#state === "off" ? 0 : 1);
    this.#save(manifest);
    this.#manifest = manifest;
    if (this.#state !== "off") {
      this.#closedSize = this.#sizeOf(base);
      this.#baseSize = this.#currentSize;
      this.#state = "on";
    }
    this.#removeHistory();
    this.#note("Background AOF rewrite finished successfully");
  }

  #rename(from: string, name: string, what: string): void {
    this.#files.rename(from, this.#path(name));
    this.#note(`Successfully renamed the temporary AOF ${what} file ${from} into ${name}`);
  }

  #sizeOf(name: string): number {
    const file = this.#files.open(this.#path(name), "read");
    try {
      return file.size();
    } finally {
      file.close();
    }
  }

  #rewriteFailed(rewrite: AofRewrite, error: unknown): void {
    if (!(error instanceof DataFileError || error instanceof StoreMemoryError)) {
      reportBug(this.#engine, "Unexpected error in a rewrite", error);
    } else this.#warn(`Write error writing append only file on disk: ${error.message}`);
    this.#warn("Background AOF rewrite terminated with error");
    this.#giveUp(rewrite);
    this.#endRewrite(false);
  }

  #endRewrite(isGood: boolean): void {
    this.#isLastRewriteGood = isGood;
    if (isGood) this.#limit.reset();
    else this.#limit.failed();
    this.#rewrite = null;
    this.#isFinishing = false;
    this.#lastRewriteSeconds = Math.max(0, this.#seconds - this.#rewriteBegan);
    if (this.#state !== "waiting") return;
    // it is tried again, and all there is by then will be in that base
    this.#writer.drop();
    this.#removeTempIncrement();
    this.#isScheduled = true;
  }

  #cancelRewrite(): void {
    const rewrite = this.#rewrite;
    if (rewrite === null) return;
    this.#note("Stopping the AOF rewrite under way");
    this.#giveUp(rewrite);
    this.#rewrite = null;
    this.#isFinishing = false;
  }

  /** Leaves nothing of a rewrite behind; one that is finishing closes its file itself. */
  #giveUp(rewrite: AofRewrite): void {
    if (!this.#isFinishing) this.#track(rewrite.cancel());
    this.#removeQuietly(rewrite.tempName);
  }

  // ---- Files ----

  #save(manifest: AofManifest): void {
    writeManifest(this.#files, this.#folder, this.#fileName, manifest);
  }

  #removeTempIncrement(): void {
    this.#removeQuietly(this.#path(this.#tempIncrement()));
  }

  #removeQuietly(path: string): void {
    try {
      this.#files.remove(path);
    } catch (error) {
      if (!(error instanceof DataFileError)) throw error;
      this.#warn(`Failed to remove ${path}: ${error.message}`);
    }
  }

  /** Deletes the files that a rewrite has made superfluous. A failure does no harm: they are in nobody's way. */
  #removeHistory(): void {
    const manifest = this.#manifest;
    if (manifest === null || manifest.history.length === 0 || this.#engine.config.flag("aof-disable-auto-gc")) return;
    for (const { name } of manifest.history) {
      this.#note(`Removing the history file ${name} in the background`);
      this.#removeQuietly(this.#path(name));
    }
    manifest.history = [];
    manifest.isDirty = true;
    try {
      this.#save(manifest);
    } catch (error) {
      if (!(error instanceof DataFileError)) throw error;
      this.#warn(`Error trying to write the AOF manifest file: ${error.message}`);
    }
  }
}
