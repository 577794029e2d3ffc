/**
 * What the comparisons share: the two servers, a look at their memory, and the statistics.
 *
 * @module
 */
import { freePort, hasRedis, hasRedisTools, type ServerProcess, startRedis, startServer } from "../tests/_redis.ts";

const PAGE_BYTES = 4096;
const START_ATTEMPTS = 3;
const ROOT = `${import.meta.dirname}/../`;
/** As `deno task start` does it. */
const MINIREDIS = [Deno.execPath(), "run", "-A", `--import-map=${ROOT}npm.json`, `${ROOT}mod.ts`, "--port", "{port}"];

/** One of the two servers of a comparison. */
export interface Contestant {
  /** What the tables call it. */
  readonly name: string;
  /** Starts it on a free port, with further directives. */
  start(...directives: string[]): Promise<ServerProcess>;
}

/**
 * The server under test.
 *
 * @param command Another server to measure in its place: a command line where `{port}` stands for its port.
 * @returns How to start it.
 */
export function subject(command?: string): Contestant {
  const words = command?.split(" ") ?? MINIREDIS;
  return {
    name: command === undefined ? "miniredis" : words[0]!,
    start: (...directives) =>
      started(() => {
        const port = freePort();
        const [program, ...args] = words.map((word) => word.replace("{port}", `${port}`));
        return startServer(port, program!, [...args, ...directives]);
      }),
  };
}

/** The server to compare with. */
export const REFERENCE: Contestant = {
  name: "redis-server",
  start: (...directives) => started(() => startRedis(...directives)),
};

/** A port found free may be taken before the server listens on it: then with another one. */
async function started(start: () => Promise<ServerProcess>): Promise<ServerProcess> {
  for (let attempt = 1;; attempt++) {
    try {
      return await start();
    } catch (error) {
      if (attempt === START_ATTEMPTS) throw error;
    }
  }
}

/**
 * Starts a program of this folder as a process of its own, so that what it does does not slow the measuring down. It is
 * told things, and tells them, by standard input and output.
 *
 * @param file Its `import.meta.filename`.
 * @param args Its arguments.
 * @returns The process.
 */
export function helper(file: string, ...args: string[]): Deno.ChildProcess {
  const own = ["run", "-A", `--import-map=${ROOT}npm.json`, file, ...args];
  return new Deno.Command(Deno.execPath(), { args: own, stdin: "piped", stdout: "piped" }).spawn();
}

/** Ends the program with one line where the tools of a comparison are missing. */
export function requireRedis(): void {
  if (hasRedis && hasRedisTools) return;
  console.error("This bench needs redis-server and redis-benchmark on the PATH (Debian: redis-server, redis-tools).");
  Deno.exit(1);
}

/**
 * Ends the program where a process may not open as many files; Deno itself and redis-server raise the soft limit.
 *
 * @param count Files that one process will have open.
 */
export function requireFiles(count: number): void {
  const [, soft] = /^Max open files\s+(\d+)/m.exec(Deno.readTextFileSync("/proc/self/limits")) ?? [];
  if (soft === undefined || Number(soft) >= count) return; // "unlimited" is no number
  console.error(
    `This bench opens ${count} files in a process and may open ${soft}: run it after "ulimit -n ${count}".`,
  );
  Deno.exit(1);
}

/**
 * The memory a process has in use.
 *
 * @param pid Its id.
 * @returns Resident set size in bytes, from `/proc/PID/statm` (Linux).
 */
export function residentBytes(pid: number): number {
  return Number(Deno.readTextFileSync(`/proc/${pid}/statm`).split(" ")[1]) * PAGE_BYTES;
}

/**
 * The middle value.
 *
 * @param values At least one number, in any order.
 * @returns The median; the mean of the middle two where their count is even.
 */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/**
 * The mean of ratios.
 *
 * @param ratios At least one positive number.
 * @returns Their geometric mean.
 */
export function geometricMean(ratios: readonly number[]): number {
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}

/**
 * A size for people.
 *
 * @param bytes The size.
 * @returns It in MiB with one decimal.
 */
export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** Waits; only between a load and a reading of memory, never to let a server get ready. */
export function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
