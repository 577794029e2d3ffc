/** Saving and loading the data set, as the rest of a server asks for it. */

/** Flags of SHUTDOWN, and of `shutdown-on-sigint` and `-sigterm`. */
export interface ShutdownFlags {
  /** Saves even without save points, or does not save in spite of them. */
  readonly save?: boolean;
  readonly nosave?: boolean;
  /** Goes on though saving fails. */
  readonly force?: boolean;
}

export interface Saver {
  /** Can there be files at all? An embedded server has none unless its configuration names a `dir`. */
  readonly hasFiles: boolean;
  /** Were files asked for? In memory by default, a server leaves the file of another in its folder alone. */
  readonly keepsFiles: boolean;
  /** Is a save under way in the background? */
  readonly isSaving: boolean;
  /** Writes the file now, while all others wait; false when it failed, which the log tells more about. */
  saveNow(): boolean;
  /** Begins to write it while others run; whether it goes well is known later. Nothing else may be under way. */
  begin(): void;
  /** Gives up what is under way. */
  cancel(): void;
  /** All databases have been emptied: saved is what is left, nothing, where there are save points. */
  flushed(): void;
  /** Saves where save points or BGSAVE SCHEDULE ask for it; called by the periodic work. */
  tick(): void;
  /** When the time will have come for it to do so; `Infinity`: it will not, as things are. */
  readonly nextDueMs: number;
  /** Ends what is under way without letting others run; resolves when the file is there, or has failed to be. */
  complete(): Promise<void>;
  /** Resolves when nothing is under way any more; what was has to be cancelled before. */
  settled(): Promise<void>;
}
