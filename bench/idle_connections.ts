/**
 * What idle connections cost: throughput of 50 busy ones before and while 10,000 others are held open by a process of
 * their own, in turn, with the median of the pairwise ratios; and the memory each idle one takes (Linux).
 *
 * @module
 */
import { positive, readOptions } from "./_options.ts";
import { type Load, requestsPerSecond } from "./_redis_benchmark.ts";
import {
  type Contestant,
  helper,
  median,
  REFERENCE,
  requireFiles,
  requireRedis,
  residentBytes,
  rest,
  subject,
} from "./_servers.ts";
import { ask } from "./_wire.ts";

const SPARE_FILES = 1_000; // for the busy connections and what a process has open anyway
const OPENING_AT_ONCE = 100; // stays below the servers' listen backlog
const PROBE_REQUESTS = 20_000;
const WARM_UP_ROUNDS = 4;
const REST_MS = 1_000;
/** Connections are idle when they have said nothing for some seconds: both servers take their buffers back then. */
const IDLE_MS = 5_000;

const options = readOptions("Measures 50 busy connections without and with 10,000 idle ones, on both servers.", {
  idle: ["10000", "idle connections"],
  tests: ["set,get", "tests of redis-benchmark"],
  pipeline: ["1", "pipeline depth"],
  rounds: ["5", "pairs of runs a row"],
  clients: ["50", "busy connections"],
  seconds: ["1", "length of a run"],
  server: ["", "measure this command line instead, with {port} for its port"],
  hold: ["", "only hold --idle connections to this port until standard input ends"],
});

/** The other process: opens the connections, says so with one line, and waits. */
async function hold(port: number, count: number): Promise<void> {
  const conns: Deno.Conn[] = [];
  while (conns.length < count) {
    const opening = Math.min(OPENING_AT_ONCE, count - conns.length);
    conns.push(
      ...await Promise.all(Array.from({ length: opening }, () => Deno.connect({ hostname: "127.0.0.1", port }))),
    );
    for (const conn of conns.slice(-opening)) await ask(conn, "PING"); // served, not only queued by the kernel
  }
  console.log("holding");
  for await (const _ of Deno.stdin.readable);
  for (const conn of conns) conn.close();
}

/** Opens idle connections in another process; disposing of it closes them. */
async function openIdle(port: number, count: number): Promise<AsyncDisposable> {
  const child = helper(import.meta.filename!, "--hold", `${port}`, "--idle", `${count}`);
  const reader = child.stdout.getReader();
  const { done } = await reader.read();
  if (done) throw new Error(`Cannot hold ${count} connections: the process that opens them has ended`);
  return {
    [Symbol.asyncDispose]: async () => {
      await reader.cancel();
      await child.stdin.close();
      await child.status;
    },
  };
}

async function measure(
  contestant: Contestant,
  load: Load,
  idle: number,
  rounds: number,
  seconds: number,
): Promise<void> {
  await using server = await contestant.start("--maxclients", `${idle + SPARE_FILES / 2}`);
  const [alone, beside, taken]: [number[], number[], number[]] = [[], [], []];
  let requests = PROBE_REQUESTS;
  for (let round = 0; round < WARM_UP_ROUNDS; round++) { // a server without its code compiled would be the slower "alone"
    const rate = await requestsPerSecond(server, load, requests);
    requests = Math.max(PROBE_REQUESTS, Math.floor(rate * seconds));
  }
  for (let round = 0; round < rounds; round++) {
    if (round > 0) await rest(REST_MS); // the idle ones of the round before are still being closed
    alone.push(await requestsPerSecond(server, load, requests));
    const before = residentBytes(server.pid);
    await using _held = await openIdle(server.port, idle);
    await rest(IDLE_MS);
    taken.push((residentBytes(server.pid) - before) / idle);
    beside.push(await requestsPerSecond(server, load, requests));
  }
  const ratio = median(beside.map((rate, i) => rate / alone[i]!));
  const rates = `${median(alone).toFixed(0)}/s alone, ${median(beside).toFixed(0)}/s beside ${idle} idle`;
  // later rounds reuse what the first one took
  console.log(
    `${contestant.name.padEnd(14)}${load.test.padEnd(6)}${rates}, ratio ${ratio.toFixed(2)}, ${
      taken[0]!.toFixed(0)
    } bytes an idle one`,
  );
}

async function main(): Promise<void> {
  const idle = positive("idle", options.idle);
  if (options.hold !== "") return await hold(positive("hold", options.hold), idle);
  requireRedis();
  requireFiles(idle + SPARE_FILES);
  const clients = positive("clients", options.clients);
  const pipeline = positive("pipeline", options.pipeline);
  for (const test of options.tests.split(",")) {
    for (const contestant of [subject(options.server === "" ? undefined : options.server), REFERENCE]) {
      const load = { test, pipeline, clients, keyspace: 100_000, size: 3 };
      await measure(contestant, load, idle, positive("rounds", options.rounds), positive("seconds", options.seconds));
    }
  }
}

if (import.meta.main) await main();
