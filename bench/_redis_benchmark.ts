/**
 * One run of `redis-benchmark`, read from its CSV.
 *
 * @module
 */

const RUN_TIMEOUT_MS = 120_000; // it waits for ever on a server that does not answer

/** What a run sends. */
export interface Load {
  /** A test of redis-benchmark's own: `set`, `get`, `lrange_100`. */
  readonly test: string;
  /** Commands in flight on each connection. */
  readonly pipeline: number;
  /** Connections. */
  readonly clients: number;
  /** Random keys are drawn from this many. */
  readonly keyspace: number;
  /** Bytes of a value. */
  readonly size: number;
}

/**
 * Runs one test.
 *
 * @param port The server's port on 127.0.0.1.
 * @param load What to send.
 * @param requests How many commands.
 * @returns Requests per second.
 * @throws {Error} When it reports none, with what it wrote: the server lacks the command, say.
 */
export async function requestsPerSecond(port: number, load: Load, requests: number): Promise<number> {
  const { test, pipeline, clients, keyspace, size } = load;
  // deno-fmt-ignore
  const args = [
    "-h", "127.0.0.1", "-p", port, "-t", test, "-P", pipeline, "-c", clients, "-n", requests, "-r", keyspace, "-d", size,
    "--csv",
  ];
  const { stdout, stderr } = await new Deno.Command("redis-benchmark", {
    args: args.map(String),
    signal: AbortSignal.timeout(RUN_TIMEOUT_MS),
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
  // lrange tests print the row of their own LPUSH first
  const row = out!.split("\n").findLast((line) => line.startsWith('"') && !line.startsWith('"test"'));
  const rate = Number(row?.split('","')[1]);
  if (!(rate > 0)) throw new Error(`${test}: no rate from redis-benchmark ${row ?? err!.slice(-200)}`.trim());
  return rate;
}
