/** The arithmetic of the benches, and the load they fill a server with. */
import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { geometricMean, median } from "../bench/_servers.ts";
import { ask, fill } from "../bench/_wire.ts";
import { Server } from "../server.ts";

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

Deno.test("ask() rejects with the error of the server", async () => {
  await using server = await Server.start({ port: 0 });
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await assertRejects(() => ask(conn, "NO-SUCH"), Error, "NO-SUCH: -ERR unknown command");
});
