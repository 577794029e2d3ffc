/**
 * What the server has to say to whoever runs it. The engine only knows this interface: the command line writes lines in
 * Redis' format (server/log.ts), an embedded server is silent unless it is given a log of its own.
 */

/** How much a line matters, in Redis' words; the `loglevel` directive names the least that is written. */
export type LogLevel = "debug" | "verbose" | "notice" | "warning";

/** The levels from least to most important. */
export const LOG_LEVELS: readonly LogLevel[] = ["debug", "verbose", "notice", "warning"];

/** Takes the server's log lines. */
export interface Log {
  /**
   * Takes one line. It is called in the middle of serving clients, so it neither waits nor throws.
   *
   * @param level How much the line matters.
   * @param text The line, without time and line end.
   */
  log(level: LogLevel, text: string): void;
}

/** A log that keeps nothing: the default of an embedded server. */
export const SILENT_LOG: Log = { log(): void {} };
