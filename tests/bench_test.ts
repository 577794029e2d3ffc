/** The arithmetic of the benches, and the load they fill a server with. */
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { requestsPerSecond, ServerLostError } from "../bench/_redis_benchmark.ts";
import { DATA_SETS } from "../bench/_loads.ts";
import { geometricMean, median } from "../bench/_servers.ts";
import { ask, fill } from "../bench/_wire.ts";
import { Server } from "../server.ts";
import { hasRedis, hasRedisTools, startRedis } from "./_redis.ts";

Deno.test("median() takes the middle of any order, or the mean of the middle two", () => {
  assertEquals(median([3]), 3);
  assertEquals(median([10, 1, 2]), 2);
  assertEquals(median([10, 1, 2, 4]), 3);
});

Deno.test("geometricMean() of ratios makes half and double even out", () => {
  assertAlmostEquals(geometricMean([0.5, 2]), 1);
  assertAlmostEquals(geometricMean([4, 1, 2]), 2);
});

Deno.test("fill() leaves keys of 16 bytes, counted from 0, with values of 3", async () => {
  await using server = await Server.start({ port: 0 });
  await fill(server.port, 2_345);
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  assertEquals(await ask(conn, "DBSIZE"), ":2345");
  assertEquals(await ask(conn, "EXISTS key:000000000000 key:000000002344 key:000000002345"), ":2");
  assertEquals(await ask(conn, "STRLEN key:000000002344"), ":3");
});

Deno.test("fill() makes any data set, one element a number", async () => {
  await using server = await Server.start({ port: 0 });
  for (const { command } of Object.values(DATA_SETS)) await fill(server.port, 1_234, command);
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  for (const command of ["SCARD set", "HLEN hash", "ZCARD zset", "LLEN list", "XLEN stream"]) {
    assertEquals(await ask(conn, command), ":1234");
  }
});

Deno.test("fill() rejects with the error of the server", async () => {
  await using server = await Server.start({ port: 0 });
  await assertRejects(() => fill(server.port, 1, ["NO-SUCH"]), Error, "Cannot fill the server: -ERR unknown command");
});

Deno.test("ask() rejects with the error of the server", async () => {
  await using server = await Server.start({ port: 0 });
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await assertRejects(() => ask(conn, "NO-SUCH"), Error, "NO-SUCH: -ERR unknown command");
});

const NO_SERVER = hasRedis && hasRedisTools ? "" : " (needs redis-server and redis-benchmark)";
const LOAD = { test: "get", pipeline: 1, clients: 2, keyspace: 10, size: 3 };

Deno.test({
  name: `requestsPerSecond() rejects when the server ends during the run${NO_SERVER}`,
  ignore: NO_SERVER !== "",
  fn: async () => {
    await using server = await startRedis();
    const run = requestsPerSecond(server, LOAD, 100_000_000);
    await Promise.all([
      assertRejects(() => run, ServerLostError, "the server has ended"),
      shutDown(server.port),
    ]);
  },
});

Deno.test({
  name: `requestsPerSecond() rejects when the server lacks the command${NO_SERVER}`,
  ignore: NO_SERVER !== "",
  fn: async () => {
    await using server = await startRedis("--rename-command", "GET", "");
    const error = await assertRejects(() => requestsPerSecond(server, LOAD, 100), Error, "get: no rate");
    assert(!(error instanceof ServerLostError));
  },
});

/** Ends a server that answers nothing to it. */
async function shutDown(port: number): Promise<void> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await assertRejects(() => ask(conn, "SHUTDOWN NOSAVE"), Error, "the connection was closed");
}
