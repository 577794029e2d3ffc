/**
 * Log lines in Redis' format, to standard output or to a file:
 *
 * ```text
 * 4711:M 22 Nov 2026 07:34:19.123 * Ready to accept connections
 * │    │ │                        └ the level: . debug, - verbose, * notice, # warning
 * │    │ └ local time
 * │    └ M for a master, S for a replica, C before the server has started
 * └ process id
 * ```
 */
import { type Log, LOG_LEVELS, type LogLevel } from "../engine/log.ts";

const LEVEL_CHARACTERS: Readonly<Record<LogLevel, string>> = { debug: ".", verbose: "-", notice: "*", warning: "#" };
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const encoder = new TextEncoder();

/** Who a log line comes from, as Redis marks it: a master, a replica, or a process that does not serve yet. */
export type LogRole = "M" | "S" | "C";

/**
 * One log line.
 *
 * @param pid The process id.
 * @param role Who writes it.
 * @param time When, shown in local time.
 * @param level How much it matters.
 * @param text What there is to say.
 * @returns The line, without line end.
 */
export function formatLogLine(pid: number, role: LogRole, time: Date, level: LogLevel, text: string): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const date = `${two(time.getDate())} ${MONTHS[time.getMonth()]} ${time.getFullYear()}`;
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  const millis = String(time.getMilliseconds()).padStart(3, "0");
  return `${pid}:${role} ${date} ${clock}.${millis} ${LEVEL_CHARACTERS[level]} ${text}`;
}

/** A log that writes lines in Redis' format. */
export class LineLog implements Log {
  /** Who the lines come from. */
  role: LogRole = "C";
  /** The least that is written. */
  level: LogLevel = "notice";
  readonly #write: (bytes: Uint8Array) => void;

  /** @param write Takes each line, with its line end; {@linkcode toStdout} or {@linkcode toFile}. */
  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }

  log(level: LogLevel, text: string): void {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(this.level)) return;
    const line = formatLogLine(Deno.pid, this.role, new Date(), level, text.replace(/[\r\n]+/g, " "));
    this.#write(encoder.encode(`${line}\n`));
  }
}

/**
 * Writes to standard output. A reader that went away (`| head`) must not stop the server, and there is nowhere left to
 * tell: the line is dropped, as by Redis.
 *
 * @param bytes What to write.
 */
export function toStdout(bytes: Uint8Array): void {
  try {
    for (let written = 0; written < bytes.length;) written += Deno.stdout.writeSync(bytes.subarray(written));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/**
 * Writes to the end of a file, which is opened anew for each line, so that it may be moved away at any time.
 *
 * @param path The file.
 * @returns The function that writes. What it cannot write it drops, as Redis does: a full disk must not stop the server.
 */
export function toFile(path: string): (bytes: Uint8Array) => void {
  return (bytes) => {
    try {
      Deno.writeFileSync(path, bytes, { append: true });
    } catch (error) {
      if (!(error instanceof Error && "code" in error)) throw error; // no error of the file system, so a bug
    }
  };
}
