/**
 * Latency of 10,000 connections that send one command a second each, GETs and SETs of small random keys, on both servers
 * in turn. The load comes from a process of its own (`_many_connections_load.ts`), which counts from the moment a command
 * was due, and not the first second.
 *
 * @module
 */
import type { LoadResult } from "./_many_connections_load.ts";
import { positive, readOptions } from "./_options.ts";
import { type Contestant, helper, median, REFERENCE, requireFiles, requireRedis, subject } from "./_servers.ts";
import { type Figure, figureLine, heading, writeFigures } from "./_targets.ts";
import { fill } from "./_wire.ts";

const KEYSPACE = 100_000;
const SPARE_FILES = 1_000; // what a process has open anyway
const WANTED_P99_MS = 50;

/** One run against a server of its own. */
async function measure(contestant: Contestant, connections: number, seconds: number): Promise<LoadResult> {
  await using server = await contestant.start("--maxclients", `${connections + SPARE_FILES / 2}`);
  await fill(server.port, KEYSPACE);
  // deno-fmt-ignore
  const args = ["--port", server.port, "--connections", connections, "--seconds", seconds, "--keyspace", KEYSPACE];
  const load = helper(`${import.meta.dirname}/_many_connections_load.ts`, ...args.map(String));
  const { success, stdout } = await load.output();
  if (!success) throw new Error(`The load on ${contestant.name} has failed: what it says stands above`);
  const result: LoadResult = JSON.parse(new TextDecoder().decode(stdout));
  const latencies = `p50 ${ms(result.p50)}, p99 ${ms(result.p99)}, p99.9 ${ms(result.p999)}, max ${ms(result.max)}`;
  const late = `sent late by p99 ${ms(result.lateP99)}, max ${ms(result.lateMax)}`;
  console.log(`${contestant.name.padEnd(14)}${result.requests} commands: ${latencies}; ${late}`);
  return result;
}

/** Medians of all runs. */
function figures(ours: readonly LoadResult[], theirs: readonly LoadResult[]): Figure[] {
  const row = (figure: string, key: keyof LoadResult): Figure => {
    const of = (results: readonly LoadResult[]) => median(results.map((result) => result[key]));
    return { figure, unit: "ms", ours: of(ours), theirs: of(theirs) };
  };
  return [
    row("p50", "p50"),
    { ...row("p99", "p99"), target: { below: WANTED_P99_MS } },
    row("p99.9", "p999"),
    row("max", "max"),
    row("sent late by the load itself, p99", "lateP99"),
    row("sent late by the load itself, max", "lateMax"),
  ];
}

function ms(value: number): string {
  return `${value.toFixed(2)} ms`;
}

async function main(): Promise<void> {
  const options = readOptions("Measures the latency of many connections with one command a second each.", {
    connections: ["10000", "connections"],
    seconds: ["10", "length of a run, without its first second"],
    rounds: ["3", "runs on each server, in turn"],
    server: ["", "measure this command line instead, with {port} for its port"],
    json: ["", "also write the medians to this file"],
  });
  requireRedis();
  const connections = positive("connections", options.connections), seconds = positive("seconds", options.seconds);
  const rounds = positive("rounds", options.rounds);
  requireFiles(connections + SPARE_FILES);
  const contestant = subject(options.server === "" ? undefined : options.server);
  const [ours, theirs]: [LoadResult[], LoadResult[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    ours.push(await measure(contestant, connections, seconds));
    theirs.push(await measure(REFERENCE, connections, seconds));
  }
  console.log(heading(contestant.name, REFERENCE.name));
  const rows = figures(ours, theirs);
  for (const row of rows) console.log(figureLine(row));
  await writeFigures(options.json, rows);
}

if (import.meta.main) await main();
