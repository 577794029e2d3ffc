/**
 * What becomes of speed as data grows, beside `redis-server`: throughput with 10,000,000 keys as a part of that with
 * 100,000; the longest stall of the event loop while filling and under load; the latency that one command in a thousand
 * exceeds; and how long a start takes. Four servers run at once, one of each size and kind, so that figures which are
 * compared are taken in turn; ten million keys take some 2 GB in both large ones together.
 *
 * @module
 */
import type { ServerProcess } from "../tests/_redis.ts";
import { positive, readOptions } from "./_options.ts";
import { latencyMs, type Load, requestsPerSecond } from "./_redis_benchmark.ts";
import { type Contestant, median, REFERENCE, requireRedis, rest, subject } from "./_servers.ts";
import { stallDuring } from "./_stall.ts";
import { type Figure, figureLine, heading, type Target, writeFigures } from "./_targets.ts";
import { ask, fill } from "./_wire.ts";

const WARM_UP_KEYS = 100_000;
const WARM_UP_ROUNDS = 3;
const PROBE_REQUESTS = 20_000;
const IDLE_MS = 2_000;
const DEEP = 16;
const SHARE = 0.999;
const PARTS = ["startup", "stall", "throughput", "latency"];

const THROUGHPUT_KEPT: Target = { atLeast: 0.7 };
const STALL_MS: Target = { atMost: 20 };
const LATENCY_RATIO: Target = { atMost: 2 };
const STARTUP_S: Target = { atMost: 0.3 };

const options = readOptions("Measures how speed holds as data grows, and how long a start takes.", {
  parts: [PARTS.join(","), "what to measure"],
  small: ["100000", "keys of the small servers"],
  keys: ["10000000", "keys of the large servers"],
  tests: ["get,set", "tests of redis-benchmark"],
  rounds: ["5", "runs a row, of all servers in turn"],
  clients: ["50", "connections"],
  seconds: ["2", "length of a run"],
  server: ["", "measure this command line instead, with {port} for its port"],
  json: ["", "also write the figures to this file"],
});
const parts = options.parts.split(",");
const small = positive("small", options.small), large = positive("keys", options.keys);
const tests = options.tests.split(",");
const rounds = positive("rounds", options.rounds);
const clients = positive("clients", options.clients);
const seconds = positive("seconds", options.seconds);
const figures: Figure[] = [];

/** A server with so many keys. */
interface Filled {
  readonly server: ServerProcess;
  readonly keys: number;
}

/** Both servers in both sizes. */
interface Servers {
  readonly ours: { readonly small: Filled; readonly large: Filled };
  readonly theirs: { readonly small: Filled; readonly large: Filled };
}

function report(figure: Figure): void {
  figures.push(figure);
  console.log(figureLine(figure));
}

function load(test: string, pipeline: number, keys: number): Load {
  return { test, pipeline, clients, keyspace: keys, size: 3 };
}

function count(keys: number): string {
  return `${keys.toLocaleString("en")} keys`;
}

/** From before the process is there to its first reply. */
async function startUp(contestant: Contestant): Promise<void> {
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round <= rounds; round++) {
    for (const [one, taken] of [[contestant, ours], [REFERENCE, theirs]] as const) {
      const began = performance.now();
      await using _server = await one.start();
      if (round > 0) taken.push((performance.now() - began) / 1_000); // the first start warms the module cache
    }
  }
  report({ figure: "start to first reply", unit: "s", ours: median(ours), theirs: median(theirs), target: STARTUP_S });
}

/** Fills a server whose code has been compiled by filling it before. */
async function fillWarm({ server, keys }: Filled): Promise<number | null> {
  await fill(server.port, WARM_UP_KEYS);
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await ask(conn, "FLUSHALL");
  return await stallDuring(server.port, () => fill(server.port, keys));
}

function reportStall(when: string, ours: number | null, target?: Target): void {
  if (ours === null) return; // another server than miniredis does not tell
  const figure = `longest stall, ${when}`;
  report({ figure, unit: "ms", ours, theirs: null, ...(target !== undefined && { target }) });
}

/** Stalls while idle and under load, when the keys are there. */
async function stalls({ server, keys }: Filled): Promise<void> {
  reportStall(`idle at ${count(keys)}`, await stallDuring(server.port, () => rest(IDLE_MS)));
  for (const test of tests) {
    const deep = load(test, DEEP, keys);
    const requests = await enough(server, deep);
    const work = async () => {
      for (let round = 0; round < rounds; round++) await requestsPerSecond(server, deep, requests);
    };
    reportStall(`${test} at ${count(keys)}`, await stallDuring(server.port, work), STALL_MS);
  }
}

/** How many requests fill the length of a run. */
async function enough(server: ServerProcess, load: Load): Promise<number> {
  const rate = await requestsPerSecond(server, load, PROBE_REQUESTS);
  return Math.max(PROBE_REQUESTS, Math.floor(rate * seconds));
}

async function throughput({ ours, theirs }: Servers, test: string): Promise<void> {
  const order = [ours.small, ours.large, theirs.small, theirs.large];
  const rates = order.map((): number[] => []);
  const requests = await enough(theirs.small.server, load(test, DEEP, small));
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const [i, { server, keys }] of order.entries()) {
      const rate = await requestsPerSecond(server, load(test, DEEP, keys), requests);
      if (round >= 0) rates[i]!.push(rate);
    }
  }
  const [ourSmall, ourLarge, theirSmall, theirLarge] = rates as [number[], number[], number[], number[]];
  const name = `${test} at depth ${DEEP}`;
  report({ figure: `${name}, ${count(small)}`, unit: "/s", ours: median(ourSmall), theirs: median(theirSmall) });
  report({ figure: `${name}, ${count(large)}`, unit: "/s", ours: median(ourLarge), theirs: median(theirLarge) });
  report({
    figure: `${name}, large to small`,
    unit: "",
    ours: pairwise(ourLarge, ourSmall),
    theirs: pairwise(theirLarge, theirSmall),
    target: THROUGHPUT_KEPT,
  });
}

async function latency({ ours, theirs }: Servers, test: string): Promise<void> {
  const order = [ours.large, theirs.large];
  const latencies = order.map((): number[] => []);
  const one = load(test, 1, large);
  const requests = await enough(theirs.large.server, one);
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const [i, { server }] of order.entries()) {
      const value = await latencyMs(server, one, requests, SHARE);
      if (round >= 0) latencies[i]!.push(value);
    }
  }
  const [our, their] = latencies as [number[], number[]];
  const name = `${test} at depth 1, p99.9`;
  report({ figure: `${name}, ${count(large)}`, unit: "ms", ours: median(our), theirs: median(their) });
  report({
    figure: `${name}, to redis-server's`,
    unit: "",
    ours: pairwise(our, their),
    theirs: null,
    target: LATENCY_RATIO,
  });
}

/** The median of the ratios of runs that were taken in turn. */
function pairwise(values: readonly number[], others: readonly number[]): number {
  return median(values.map((value, i) => value / others[i]!));
}

async function main(): Promise<void> {
  requireRedis();
  const unknown = parts.find((part) => !PARTS.includes(part));
  if (unknown !== undefined) {
    console.error(`--parts takes ${PARTS.join(", ")}, with commas between, not "${unknown}"`);
    Deno.exit(1);
  }
  const contestant = subject(options.server === "" ? undefined : options.server);
  console.log(heading(contestant.name, REFERENCE.name));
  if (parts.includes("startup")) await startUp(contestant);
  if (parts.some((part) => part !== "startup")) await withKeys(contestant);
  await writeFigures(options.json, figures);
}

/** All that needs servers with keys in them. */
async function withKeys(contestant: Contestant): Promise<void> {
  await using ourLarge = await contestant.start();
  const ours = { server: ourLarge, keys: large };
  const fillingStall = await fillWarm(ours);
  if (parts.includes("stall")) {
    reportStall(`filling from 0 to ${count(large)}`, fillingStall, STALL_MS);
    await stalls(ours);
  }
  if (!parts.includes("throughput") && !parts.includes("latency")) return;
  await using theirLarge = await REFERENCE.start();
  await using ourSmall = await contestant.start();
  await using theirSmall = await REFERENCE.start();
  const servers: Servers = {
    ours: { small: { server: ourSmall, keys: small }, large: ours },
    theirs: { small: { server: theirSmall, keys: small }, large: { server: theirLarge, keys: large } },
  };
  for (const { server, keys } of [servers.theirs.large, servers.ours.small, servers.theirs.small]) {
    await fill(server.port, keys);
  }
  if (parts.includes("throughput")) { for (const test of tests) await throughput(servers, test); }
  if (parts.includes("latency")) { for (const test of tests) await latency(servers, test); }
}

if (import.meta.main) await main();
