/** Errors that nobody expected: bugs. Each is counted, and goes to the log with its stack. */
import type { Log } from "./log.ts";
import type { Statistics } from "./statistics.ts";

/** Where bugs are told of; an engine has both. */
interface Reporting {
  readonly statistics: Statistics;
  readonly log: Log;
}

/** Tells of a bug. `what` begins the line: "Unexpected error in periodic work". */
export function reportBug({ statistics, log }: Reporting, what: string, error: unknown): void {
  statistics.unexpectedErrors++;
  log.log("warning", `${what}: ${error instanceof Error ? error.stack ?? error : error}`);
}
