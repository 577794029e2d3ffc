/** What is known about saving: the count of changes, how the last save went. INFO shows it, the periodic work goes by it. */
import type { Config } from "./config.ts";
import { CommandError } from "./errors.ts";
import type { WriteGuard } from "./write_guard.ts";

const UNABLE_TO_SAVE = new CommandError(
  "MISCONF",
  "Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands that may modify the " +
    "data set are disabled, because this instance is configured to report errors during writes if RDB snapshotting fails " +
    "(stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error.",
);

/** A background save under way. */
export interface SaveProgress {
  readonly beganAtMs: number;
  /** Keys written so far, and how many there were when it began. */
  readonly keysWritten: number;
  readonly keysTotal: number;
}

export class SaveState {
  /** Changes to the data set since the server started; commands count them. */
  changes = 0;
  /** How many of them the last good file has. */
  #savedChanges = 0;
  /** When a file was last completed; at first, when the server started. */
  savedAtMs: number;
  /** When a save in the background was last begun. */
  triedAtMs = -Infinity;
  /** Seconds that the last save in the background took; -1: there was none. */
  lastSeconds = -1;
  /** SAVE and BGSAVE so far. */
  saves = 0;
  /** Begin a save in the background when nothing else is under way (BGSAVE SCHEDULE). */
  isScheduled = false;
  progress: SaveProgress | null = null;
  /** Of the last file that was read. */
  keysLoaded = 0;
  keysExpired = 0;

  readonly #config: Config;
  readonly #guard: WriteGuard;
  #isLastGood = true;

  /** @param guard Refuses writes while the last save has failed and `stop-writes-on-bgsave-error` is set. */
  constructor(config: Config, nowMs: number, guard: WriteGuard) {
    this.#config = config;
    this.#guard = guard;
    this.savedAtMs = nowMs;
    for (const name of ["save", "stop-writes-on-bgsave-error"]) config.on(name, () => this.#refreshGate());
  }

  /** Did the last save go well? */
  get isLastGood(): boolean {
    return this.#isLastGood;
  }

  set isLastGood(isGood: boolean) {
    this.#isLastGood = isGood;
    this.#refreshGate();
  }

  #refreshGate(): void {
    const config = this.#config;
    const refuses = !this.#isLastGood && config.flag("stop-writes-on-bgsave-error") && config.text("save") !== "";
    this.#guard.set("rdb", refuses ? UNABLE_TO_SAVE : null);
  }

  get changesSinceSave(): number {
    return this.changes - this.#savedChanges;
  }

  /** A file is complete that has the first `changes` changes. */
  noteSaved(changes: number, nowMs: number): void {
    this.#savedChanges = changes;
    this.savedAtMs = nowMs;
    this.isLastGood = true;
  }
}
