/** What a test may ask of a server while it restarts, or when it has ended. */
import { assertEquals, assertRejects } from "@std/assert";
import { Server, TimeoutError } from "../../mod.ts";
import { inFolder } from "../_program.ts";

Deno.test("reset during a restart happens after it: no file brings keys back", () =>
  inFolder(async (dir) => {
    for (const config of [{ dir, appendonly: "yes" }, { dir, save: "60 1000" }, { dir }]) {
      await using server = await Server.start({ config });
      for (let i = 0; i < 3; i++) {
        await using client = server.client();
        await client.set("k", "v");
        const restarted = server.restart();
        for (let turns = 0; turns < i; turns++) await null;
        await server.reset();
        await restarted;
        assertEquals(server.db(0).keys(), []);
      }
    }
  }));

Deno.test("a restart ends a pause; one that begins meanwhile holds the new server", async () => {
  await using server = await Server.start();
  await using client = server.client();
  server.pause();
  await server.restart();
  assertEquals(await client.incr("n"), 1);
  const restarted = server.restart();
  server.pause();
  await restarted;
  await assertRejects(() => client.incr("n", { timeoutMs: 20 }), TimeoutError);
  server.resume();
  assertEquals(await client.incr("n"), 2, "nobody has executed the other one");
});

Deno.test("a manual clock moves when a restart under way is over", async () => {
  await using server = await Server.start({ clock: "manual" });
  const db = server.db(0);
  db.set("k", "v", { ttlMs: 1000 });
  const restarted = server.restart();
  await server.clock.tick(1000);
  await restarted;
  assertEquals([db.has("k"), server.stats().expiredKeys], [false, 1]);
});

Deno.test("a closed server refuses reset, restart and direct access in their own words", async () => {
  const server = await Server.start();
  const db = server.db(0);
  await server.close();
  await assertRejects(() => server.reset(), TypeError, "Cannot reset: the server is closed");
  await assertRejects(() => server.restart(), TypeError, "Cannot restart: the server is closed");
  assertEquals(
    (await assertRejects(async () => await db.get("k"), TypeError)).message,
    "Cannot send GET: the server is closed",
  );
});
