/**
 * What the server has to say to whoever runs it. The engine only knows this interface: the command line writes lines in
 * Redis' format (server/log.ts), an embedded server is silent unless it is given a log of its own.
 */

/**
 * How much a line matters, in Redis' words; the `loglevel` directive names the least that is written.
 *
 * @example Lines of each level
 * ```ts
 * import { type LogLevel, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const counts: Record<LogLevel, number> = { debug: 0, verbose: 0, notice: 0, warning: 0 };
 * await using server = await Server.start({ log: { log: (level) => void counts[level]++ } });
 * await using client = server.client();
 * await client.ping();
 * assertEquals(counts.warning, 0);
 * ```
 */
export type LogLevel = "debug" | "verbose" | "notice" | "warning";

/** The levels from least to most important. */
export const LOG_LEVELS: readonly LogLevel[] = ["debug", "verbose", "notice", "warning"];

/**
 * Takes the server's log lines.
 *
 * @example Lines in an array
 * ```ts
 * import { type Log, Server } from "@x/miniredis";
 * import { assertEquals, assertMatch } from "@std/assert";
 *
 * const lines: string[] = [];
 * const log: Log = { log: (level, text) => void lines.push(`${level}: ${text}`) };
 * await using server = await Server.start({ log });
 * const { readable, writable } = server.dial();
 * await new Blob(["*x\r\n"]).stream().pipeTo(writable);
 * assertEquals(await new Response(readable).text(), "-ERR Protocol error: invalid multibulk length\r\n");
 * assertEquals(lines.length, 1);
 * assertMatch(lines[0]!, /^verbose: Protocol error /);
 * ```
 */
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
