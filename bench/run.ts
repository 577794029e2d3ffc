/**
 * Throughput beside `redis-server`, as `deno task bench` shows it: redis-benchmark runs against both servers in turn
 * (A B A B …), and each row gives the median of the pairwise ratios, so that what slows the machine down slows both. Runs
 * to warm up come before the table and before each row, and do not count.
 *
 * @module
 */
import { positive, readOptions } from "./_options.ts";
import { type Load, requestsPerSecond, ServerLostError } from "./_redis_benchmark.ts";
import type { ServerProcess } from "../tests/_redis.ts";
import { geometricMean, median, REFERENCE, requireRedis, subject } from "./_servers.ts";

const PROBE_REQUESTS = 20_000;
const WARM_UP_ROUNDS = 3;
const FAILED_RATIO = 0.01; // what a test that failed counts in the mean

interface Row {
  readonly test: string;
  readonly pipeline: number;
  /** Median requests per second of the server under test. */
  readonly ours: number;
  /** The same of redis-server. */
  readonly theirs: number;
  /** Median of the ratios of each pair of runs. */
  readonly ratio: number;
  readonly error?: string;
}

const options = readOptions("Compares throughput with redis-server.", {
  tests: [
    "ping_inline,ping_mbulk,set,get,incr,lpush,rpush,lpop,rpop,sadd,hset,spop,zadd,zpopmin,lrange_100,lrange_300," +
    "lrange_500,lrange_600,mset",
    "tests of redis-benchmark",
  ],
  pipeline: ["1,16,64", "pipeline depths"],
  rounds: ["5", "pairs of runs a row"],
  clients: ["50", "connections"],
  seconds: ["1", "length of a run"],
  keyspace: ["100000", "random keys"],
  size: ["3", "bytes of a value"],
  server: ["", "measure this command line instead, with {port} for its port"],
  json: ["", "also write the rows to this file"],
});
const tests = options.tests.split(",");
const depths = options.pipeline.split(",").map((depth) => positive("pipeline", depth));
const rounds = positive("rounds", options.rounds);
const seconds = positive("seconds", options.seconds);
const load = {
  clients: positive("clients", options.clients),
  keyspace: positive("keyspace", options.keyspace),
  size: positive("size", options.size),
};

/** Runs that count for nothing: the first seconds of a server are those of code not compiled yet. */
async function warmUp(ours: ServerProcess, theirs: ServerProcess): Promise<void> {
  const first = { ...load, test: tests[0]!, pipeline: depths[0]! };
  try {
    const rate = await requestsPerSecond(theirs, first, PROBE_REQUESTS);
    for (let round = 0; round < WARM_UP_ROUNDS; round++) {
      await requestsPerSecond(ours, first, Math.max(PROBE_REQUESTS, Math.floor(rate * seconds)));
    }
  } catch (error) {
    if (error instanceof ServerLostError) throw error;
    // its row will say what is wrong with the test
  }
}

async function compare(ours: ServerProcess, theirs: ServerProcess, load: Load): Promise<Row> {
  const { test, pipeline } = load;
  const rates: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  const probe = await requestsPerSecond(theirs, load, PROBE_REQUESTS);
  const requests = Math.max(PROBE_REQUESTS, Math.floor(probe * seconds));
  await requestsPerSecond(ours, load, requests >> 1); // warm the code of this test
  await requestsPerSecond(theirs, load, requests >> 1);
  for (let round = 0; round < rounds; round++) {
    rates.ours.push(await requestsPerSecond(ours, load, requests));
    rates.theirs.push(await requestsPerSecond(theirs, load, requests));
  }
  const ratio = median(rates.ours.map((rate, i) => rate / rates.theirs[i]!));
  return { test, pipeline, ours: median(rates.ours), theirs: median(rates.theirs), ratio };
}

function print({ test, pipeline, ours, theirs, ratio, error }: Row): void {
  const rate = (value: number) => `${value.toFixed(0).padStart(9)}/s`;
  console.log(`${test.padEnd(12)} P=${String(pipeline).padEnd(4)}${rate(ours)}${rate(theirs)}  ${ratio.toFixed(2)}`);
  if (error !== undefined) console.log(`  ${error}`);
}

async function main(): Promise<void> {
  requireRedis();
  const contestant = subject(options.server === "" ? undefined : options.server);
  await using ours = await contestant.start();
  await using theirs = await REFERENCE.start();
  console.log(`${contestant.name} and ${REFERENCE.name} in turn, ${rounds} pairs a row`);
  console.log(`${"test".padEnd(19)}${contestant.name.padStart(11)}${REFERENCE.name.padStart(13)}  ratio`);
  await warmUp(ours, theirs);
  const rows: Row[] = [];
  for (const pipeline of depths) {
    for (const test of tests) {
      let row: Row;
      try {
        row = await compare(ours, theirs, { ...load, test, pipeline });
      } catch (error) {
        if (error instanceof ServerLostError) throw error;
        // a command that is missing is a row that fell short, not the end of the table
        row = {
          test,
          pipeline,
          ours: 0,
          theirs: 0,
          ratio: 0,
          error: error instanceof Error ? error.message : `${error}`,
        };
      }
      rows.push(row);
      print(row);
    }
  }
  for (const pipeline of depths) {
    const ratios = rows.filter((row) => row.pipeline === pipeline).map((row) => row.ratio);
    const mean = geometricMean(ratios.map((ratio) => Math.max(ratio, FAILED_RATIO)));
    console.log(`P=${pipeline}: geometric mean ${mean.toFixed(2)}, lowest ${Math.min(...ratios).toFixed(2)}`);
  }
  if (options.json !== "") await Deno.writeTextFile(options.json, JSON.stringify(rows, null, 1) + "\n");
}

if (import.meta.main) await main();
