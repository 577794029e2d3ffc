/**
 * Memory beside `redis-server`: how much the process grows by a million small keys, or elements of one key. Each round
 * starts both servers afresh, warms them up with 100,000 SETs, the first 100,000 commands of the load and FLUSHALL, and
 * reads the resident set two seconds after each step (Linux). Without the load's own commands (`--warm sets`) the figure
 * has what the engine needs to compile their code in it, some 2 to 10 MiB once and for all. For strings, a `Map<string, Uint8Array>` in a process of its own goes through the same once.
 *
 * @module
 */
import { textOf } from "../resp/text.ts";
import { DATA_SETS, type DataSet, dataSets } from "./_loads.ts";
import { positive, readOptions } from "./_options.ts";
import {
  type Contestant,
  helper,
  mebibytes,
  median,
  REFERENCE,
  requireRedis,
  residentBytes,
  rest,
  subject,
} from "./_servers.ts";
import { ask, fill } from "./_wire.ts";

const WARM_UP_KEYS = 100_000;
const REST_MS = 2_000; // garbage collection and lazy freeing have their turn

const options = readOptions("Compares the memory of data sets with redis-server.", {
  loads: ["strings", `what to load, of ${Object.keys(DATA_SETS).join(", ")}; several with commas between`],
  keys: ["1000000", "keys to load, or elements"],
  warm: ["load", "warm up with SETs and the load's own commands; `sets`: with SETs alone"],
  rounds: ["3", "fresh starts of each server"],
  server: ["", "measure this command line instead, with {port} for its port"],
  map: ["", "only fill a Map with so many keys and tell what the process grows by"],
});

/** Bytes the process grows by. */
async function growth(contestant: Contestant, { command }: DataSet, keys: number): Promise<number> {
  await using server = await contestant.start();
  await fill(server.port, WARM_UP_KEYS);
  if (options.warm === "load") await fill(server.port, WARM_UP_KEYS, command);
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await ask(conn, "FLUSHALL");
  await rest(REST_MS);
  const before = residentBytes(server.pid);
  await fill(server.port, keys, command);
  await rest(REST_MS);
  return residentBytes(server.pid) - before;
}

/** The keys and values of {@linkcode fill} in a Map, as a server would keep them that made a string of each key. */
async function mapGrowth(count: number): Promise<number> {
  const map = new Map<string, Uint8Array>();
  const fillMap = (keys: number) => {
    for (let i = 0; i < keys; i++) {
      const key = new TextEncoder().encode(`key:${String(i).padStart(12, "0")}`);
      map.set(textOf(key, 0, key.length), new TextEncoder().encode("xyz"));
    }
  };
  fillMap(WARM_UP_KEYS);
  map.clear();
  await rest(REST_MS);
  const before = residentBytes(Deno.pid);
  fillMap(count);
  await rest(REST_MS);
  const grown = residentBytes(Deno.pid) - before;
  if (map.size !== count) throw new Error(`Cannot fill the Map: it holds ${map.size} keys, not ${count}`);
  return grown;
}

function print(name: string, bytes: number, keys: number): void {
  console.log(`${name.padEnd(14)}+${mebibytes(bytes)}  ${(bytes / keys).toFixed(1)} bytes a key`);
}

async function compare(dataSet: DataSet, keys: number, rounds: number): Promise<void> {
  console.log(dataSet.title);
  const contestants = [subject(options.server === "" ? undefined : options.server), REFERENCE];
  const grown = contestants.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, contestant] of contestants.entries()) {
      const bytes = await growth(contestant, dataSet, keys);
      grown[i]!.push(bytes);
      print(contestant.name, bytes, keys);
    }
  }
  if (dataSet === DATA_SETS["strings"]) {
    const map = await helper(import.meta.filename!, "--map", `${keys}`).output();
    print("Map", Number(new TextDecoder().decode(map.stdout)), keys);
  }
  const [ours, theirs] = grown.map(median) as [number, number];
  const ratio = (ours / theirs).toFixed(2);
  console.log(`${keys}, median of ${rounds}: ${mebibytes(ours)} and ${mebibytes(theirs)}, ratio ${ratio}`);
}

async function main(): Promise<void> {
  if (options.map !== "") return console.log(await mapGrowth(positive("map", options.map)));
  requireRedis();
  const keys = positive("keys", options.keys), rounds = positive("rounds", options.rounds);
  for (const dataSet of dataSets(options.loads)) await compare(dataSet, keys, rounds);
}

if (import.meta.main) await main();
