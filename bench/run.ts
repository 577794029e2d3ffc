/**
 * Throughput beside `redis-server`, as `deno task bench` shows it: redis-benchmark runs against both servers in turn
 * (A B A B …), and each row gives the median of the pairwise ratios, so that what slows the machine down slows both. Runs
 * to warm up come before the table and before each row, and do not count.
 *
 * @module
 */
import { positive, readOptions } from "./_options.ts";
import { type Load, ServerLostError } from "./_redis_benchmark.ts";
import { type Row, writeResults } from "./_results.ts";
import type { ServerProcess } from "../tests/_redis.ts";
import { geometricMean, median, REFERENCE, requireRedis, subject } from "./_servers.ts";
import { empty, prepare, WORKLOAD_NAMES } from "./_workloads.ts";

const PROBE_REQUESTS = 20_000;
const WARM_UP_ROUNDS = 3;
const FAILED_RATIO = 0.01; // what a test that failed counts in the mean

const REDIS_BENCHMARK_TESTS =
  "ping_inline,ping_mbulk,set,get,incr,lpush,rpush,lpop,rpop,sadd,hset,spop,zadd,zpopmin,lrange_100," +
  "lrange_300,lrange_500,lrange_600,mset";
const RESULTS = `${import.meta.dirname}/results/throughput`;

const OPTIONS = {
  tests: [`${REDIS_BENCHMARK_TESTS},${WORKLOAD_NAMES.join(",")}`, "tests of redis-benchmark, and loads of our own"],
  pipeline: ["1,16,64", "pipeline depths"],
  rounds: ["5", "pairs of runs a row"],
  clients: ["50", "connections"],
  seconds: ["1", "length of a run"],
  keyspace: ["100000", "random keys of redis-benchmark's tests"],
  keys: ["1000000", "keys of the mixed load"],
  size: ["3", "bytes of a value"],
  server: ["", "measure this command line instead, with {port} for its port"],
  json: ["", "write the rows to this file; without any other option, bench/results/throughput.json"],
  svg: ["", "write the chart to this file; without any other option, bench/results/throughput.svg"],
} as const;

const options = readOptions("Compares throughput with redis-server.", OPTIONS);
const tests = options.tests.split(",");
const depths = options.pipeline.split(",").map((depth) => positive("pipeline", depth));
const rounds = positive("rounds", options.rounds);
const seconds = positive("seconds", options.seconds);
const keys = positive("keys", options.keys);
const load = {
  clients: positive("clients", options.clients),
  keyspace: positive("keyspace", options.keyspace),
  size: positive("size", options.size),
};
/** Only the run that anybody would repeat replaces the figures that are shown. */
const isWholeRun = (Object.keys(OPTIONS) as (keyof typeof OPTIONS)[]).every((name) =>
  options[name] === OPTIONS[name][0]
);

/** Runs that count for nothing: the first seconds of a server are those of code not compiled yet. */
async function warmUp(ours: ServerProcess, theirs: ServerProcess): Promise<void> {
  const first = { ...load, test: tests[0]!, pipeline: depths[0]! };
  try {
    await using there = await prepare(theirs, first, keys);
    await using here = await prepare(ours, first, keys);
    const requests = Math.max(PROBE_REQUESTS, Math.floor(await there.rate(PROBE_REQUESTS) * seconds));
    for (let round = 0; round < WARM_UP_ROUNDS; round++) await here.rate(requests);
  } catch (error) {
    if (error instanceof ServerLostError) throw error;
    // its row will say what is wrong with the test
  }
}

async function compare(ours: ServerProcess, theirs: ServerProcess, load: Load): Promise<Row> {
  const { test, pipeline } = load;
  const rates: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  await using here = await prepare(ours, load, keys);
  await using there = await prepare(theirs, load, keys);
  const requests = Math.max(PROBE_REQUESTS, Math.floor(await there.rate(PROBE_REQUESTS) * seconds));
  await here.rate(requests >> 1); // warm the code of this test
  await there.rate(requests >> 1);
  for (let round = 0; round < rounds; round++) {
    rates.ours.push(await here.rate(requests));
    rates.theirs.push(await there.rate(requests));
  }
  const ratio = median(rates.ours.map((rate, i) => rate / rates.theirs[i]!));
  return { test, pipeline, ours: median(rates.ours), theirs: median(rates.theirs), ratio };
}

function print({ test, pipeline, ours, theirs, ratio, error }: Row): void {
  const rate = (value: number) => `${value.toFixed(0).padStart(9)}/s`;
  console.log(`${test.padEnd(13)} P=${String(pipeline).padEnd(4)}${rate(ours)}${rate(theirs)}  ${ratio.toFixed(2)}`);
  if (error !== undefined) console.log(`  ${error}`);
}

function summarize(what: string, rows: readonly Row[]): void {
  if (rows.length === 0) return;
  const mean = geometricMean(rows.map(({ ratio }) => Math.max(ratio, FAILED_RATIO)));
  const lowest = rows.reduce((low, row) => row.ratio < low.ratio ? row : low);
  console.log(`${what}: geometric mean ${mean.toFixed(2)}, lowest ${lowest.ratio.toFixed(2)} (${lowest.test})`);
}

async function main(): Promise<void> {
  requireRedis();
  const contestant = subject(options.server === "" ? undefined : options.server);
  await using ours = await contestant.start();
  await using theirs = await REFERENCE.start();
  console.log(`${contestant.name} and ${REFERENCE.name} in turn, ${rounds} pairs a row`);
  console.log(`${"test".padEnd(20)}${contestant.name.padStart(11)}${REFERENCE.name.padStart(13)}  ratio`);
  await warmUp(ours, theirs);
  const rows: Row[] = [];
  for (const pipeline of depths) {
    for (const server of [ours, theirs]) await empty(server); // each depth finds the same
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
    const atDepth = rows.filter((row) => row.pipeline === pipeline);
    summarize(`P=${pipeline}, redis-benchmark's tests`, atDepth.filter(({ test }) => !WORKLOAD_NAMES.includes(test)));
    summarize(`P=${pipeline}, loads of our own`, atDepth.filter(({ test }) => WORKLOAD_NAMES.includes(test)));
  }
  await writeResults(
    rows,
    options.json || (isWholeRun ? `${RESULTS}.json` : ""),
    options.svg || (isWholeRun ? `${RESULTS}.svg` : ""),
  );
}

if (import.meta.main) await main();
