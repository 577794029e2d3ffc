/**
 * Memory beside `redis-server`: how much the process grows by a million small keys. Each round starts both servers
 * afresh, warms them up with 100,000 SETs and FLUSHALL, and reads the resident set two seconds after each step (Linux).
 *
 * @module
 */
import { positive, readOptions } from "./_options.ts";
import {
  type Contestant,
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

const options = readOptions("Compares the memory of keys of 16 bytes and values of 3 with redis-server.", {
  keys: ["1000000", "keys to load"],
  rounds: ["3", "fresh starts of each server"],
  server: ["", "measure this command line instead, with {port} for its port"],
});

/** Bytes the process grows by. */
async function growth(contestant: Contestant, keys: number): Promise<number> {
  await using server = await contestant.start();
  await fill(server.port, WARM_UP_KEYS);
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await ask(conn, "FLUSHALL");
  await rest(REST_MS);
  const before = residentBytes(server.pid);
  await fill(server.port, keys);
  await rest(REST_MS);
  return residentBytes(server.pid) - before;
}

async function main(): Promise<void> {
  requireRedis();
  const keys = positive("keys", options.keys);
  const rounds = positive("rounds", options.rounds);
  const contestants = [subject(options.server === "" ? undefined : options.server), REFERENCE];
  const grown = contestants.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, contestant] of contestants.entries()) {
      const bytes = await growth(contestant, keys);
      grown[i]!.push(bytes);
      console.log(`${contestant.name.padEnd(14)}+${mebibytes(bytes)}  ${(bytes / keys).toFixed(1)} bytes a key`);
    }
  }
  const [ours, theirs] = grown.map(median) as [number, number];
  console.log(
    `${keys} keys, median of ${rounds}: ${mebibytes(ours)} and ${mebibytes(theirs)}, ratio ${
      (ours / theirs).toFixed(2)
    }`,
  );
}

if (import.meta.main) await main();
