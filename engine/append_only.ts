/** What the rest of a server must know of its append-only file (persistence/append_only_file.ts). */

/** INFO's figures, under its names less `aof_`; sizes and what follows them are shown only while it is on. */
export interface AppendOnlyFigures {
  readonly isEnabled: boolean;
  readonly isRewriting: boolean;
  readonly isScheduled: boolean;
  /** How long the last rewrite took, and the one under way is taking; -1: there was none, there is none. */
  readonly lastRewriteSeconds: number;
  readonly currentRewriteSeconds: number;
  readonly isLastRewriteGood: boolean;
  readonly rewrites: number;
  readonly consecutiveFailures: number;
  readonly isLastWriteGood: boolean;
  readonly currentSize: number;
  readonly baseSize: number;
  readonly bufferLength: number;
  readonly pendingSyncs: number;
  readonly delayedSyncs: number;
}

/** The append-only file of a server. */
export interface AppendOnly {
  readonly figures: AppendOnlyFigures;
  /** Is it being rewritten? There is more to do then with each turn of the periodic work. */
  readonly isRewriting: boolean;
  /**
   * Loads the file, if there is one, and has it written from now on: at start, with `appendonly yes`.
   *
   * @throws {AppendOnlyError} It cannot be loaded or written.
   */
  start(): void;
  /**
   * As {@linkcode AppendOnly.start}, but what is in memory takes the place of what the file holds.
   *
   * @throws {AppendOnlyError} It cannot be written.
   */
  startAnew(): void;
  /** BGREWRITEAOF. */
  rewrite(): "started" | "scheduled" | "running" | "failed";
  /** DEBUG LOADAOF: what is in memory gives way to what is in the file; the server ends if that cannot be loaded. */
  reload(): void;
  /** DEBUG AOF-FLUSH-SLEEP: each write takes so much longer. */
  set writeDelayMicroseconds(microseconds: number);
  /** What has to be done even when nothing is written; part of the periodic work. */
  tick(): void;
  /**
   * Writes and synchronises what there is, since the server is about to end; a rewrite is given up.
   *
   * @param force Is there no way back?
   * @returns Whether it may end; false while all data is in memory only, the first base being written.
   */
  prepareEnd(force: boolean): boolean;
  /** Writes and synchronises what there is, for good. */
  close(): Promise<void>;
}

/** The append-only file cannot be used; the message is one line for whoever runs the server. */
export class AppendOnlyError extends Error {
  override readonly name = "AppendOnlyError";
}
