/**
 * One run of `redis-benchmark`: its rate, read from its CSV, or a percentile of its latencies, which its CSV has not.
 *
 * @module
 */
import type { ServerProcess } from "../tests/_redis.ts";
import { benchmarkPercentile } from "./_percentiles.ts";

const RUN_TIMEOUT_MS = 120_000; // it waits for ever on a server that does not answer
const END_NOTICE_MS = 200; // a run may end before it is known that the server has

/** What a run sends. */
export interface Load {
  /** A test of redis-benchmark's own: `set`, `get`, `lrange_100`; or what to call the command. */
  readonly test: string;
  /** A command to send in its place, where `__rand_int__` stands for twelve random digits. */
  readonly command?: readonly string[];
  /** Commands in flight on each connection. */
  readonly pipeline: number;
  /** Connections. */
  readonly clients: number;
  /** Random keys are drawn from this many. */
  readonly keyspace: number;
  /** Bytes of a value. */
  readonly size: number;
}

/** The server has ended, or does not answer any more: nothing further can be measured on it. */
export class ServerLostError extends Error {
  override name = "ServerLostError";
}

/**
 * Runs one test.
 *
 * @param server The server.
 * @param load What to send.
 * @param requests How many commands.
 * @returns Requests per second.
 * @throws {ServerLostError} When the server ends meanwhile, or the run takes longer than two minutes.
 * @throws {Error} When no rate is reported, with what was written: the server lacks the command, say.
 */
export async function requestsPerSecond(server: ServerProcess, load: Load, requests: number): Promise<number> {
  const read = (output: string) => {
    // lrange tests print the row of their own LPUSH first
    const row = output.trim().split("\n").findLast((line) => line.startsWith('"') && !line.startsWith('"test"'));
    const rate = Number(row?.split('","')[1]);
    if (!(rate > 0)) throw new Error(`${load.test}: no rate from redis-benchmark ${row ?? ""}`.trim());
    return rate;
  };
  return await run(server, load, requests, ["--csv"], read);
}

/**
 * Runs one test.
 *
 * @param server The server.
 * @param load What to send.
 * @param requests How many commands.
 * @param share Which percentile, from 0 to 1.
 * @returns The latency that this share of requests did not exceed, in milliseconds.
 * @throws {ServerLostError} When the server ends meanwhile, or the run takes longer than two minutes.
 * @throws {Error} When no latencies are reported.
 */
export async function latencyMs(server: ServerProcess, load: Load, requests: number, share: number): Promise<number> {
  return await run(server, load, requests, ["--precision", "3"], (output) => benchmarkPercentile(output, share));
}

/** Runs one test and reads a figure from what is printed. */
async function run(
  server: ServerProcess,
  { test, command, pipeline, clients, keyspace, size }: Load,
  requests: number,
  format: readonly string[],
  read: (output: string) => number,
): Promise<number> {
  // deno-fmt-ignore
  const args = [
    "-h", "127.0.0.1", "-p", server.port, "-P", pipeline, "-c", clients, "-n", requests, "-r", keyspace, "-d", size,
    ...format, ...(command ?? ["-t", test]),
  ];
  const stop = new AbortController();
  const lost = (why: string) => stop.abort(new ServerLostError(`${test} on port ${server.port}: ${why}`));
  const ended = server.ended.then((stderr) => lost(endedWith(stderr)));
  const timer = setTimeout(lost, RUN_TIMEOUT_MS, `no end after ${RUN_TIMEOUT_MS / 1_000} s`);
  const { stdout, stderr } = await new Deno.Command("redis-benchmark", { args: args.map(String), signal: stop.signal })
    .output().finally(() => clearTimeout(timer));
  const decoder = new TextDecoder();
  try {
    const figure = read(decoder.decode(stdout));
    if (!stop.signal.aborted) return figure;
  } catch (error) {
    await within(END_NOTICE_MS, ended); // the run may end before it is known that the server has
    if (!stop.signal.aborted) {
      throw new Error(`${(error as Error).message} ${decoder.decode(stderr).slice(-200)}`.trim());
    }
  }
  throw stop.signal.reason;
}

/**
 * Why a run has failed, for the load generators that are not redis-benchmark.
 *
 * @param server The server.
 * @param what What has failed.
 * @returns The error to throw: a {@link ServerLostError} when the server has ended.
 */
export async function failure(server: ServerProcess, what: string): Promise<Error> {
  let error: Error | undefined;
  const lost = (stderr: string) => error = new ServerLostError(`${what} on port ${server.port}: ${endedWith(stderr)}`);
  await within(END_NOTICE_MS, server.ended.then(lost));
  return error ?? new Error(what);
}

function endedWith(stderr: string): string {
  return `the server has ended ${stderr.slice(-200)}`.trim();
}

/** Waits for something, but not for long. */
async function within(ms: number, event: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([event, promise]);
  clearTimeout(timer);
}
