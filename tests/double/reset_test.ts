/** What the test before may have left in a server, and `reset` takes away. */
import { assertEquals, assertRejects } from "@std/assert";
import { RedisError, Server } from "../../mod.ts";
import { RawConnection } from "../_harness.ts";

Deno.test("reset sets every counter back, hits and misses too", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  await client.set("k", "v", { px: 1 });
  await client.mget("k", "k", "other");
  await server.clock.tick(1);
  await client.incr("k");
  await server.reset();
  const { hits, misses, expiredKeys, evictedKeys, errors, commands, calls } = server.stats();
  assertEquals([hits, misses, expiredKeys, evictedKeys, errors, commands, calls], [0, 0, 0, 0, 0, 0, {}]);
  await client.get("k");
  server.db(0).send(["CONFIG", "RESETSTAT"]);
  assertEquals(server.stats().misses, 0);
});

Deno.test("reset takes back what DEBUG has switched", async () => {
  await using server = await Server.start({ clock: "manual", config: { "enable-debug-command": "yes" } });
  await using client = server.client();
  await client.set("k", "v");
  const payload = await client.send(["DUMP", "k"], { decode: "bytes" }) as Uint8Array;
  payload[payload.length - 1]! ^= 1;
  await client.send(["DEBUG", "SET-ACTIVE-EXPIRE", 0]);
  await client.send(["DEBUG", "SET-SKIP-CHECKSUM-VALIDATION", 1]);
  assertEquals(await client.send(["RESTORE", "copy", 0, payload]), "OK");
  await server.reset();
  await client.set("k", "v", { px: 10 });
  await server.clock.tick(10);
  assertEquals([server.stats().keys, server.stats().expiredKeys], [0, 1]);
  await assertRejects(() => client.send(["RESTORE", "copy", 0, payload]), RedisError, "checksum");
});

Deno.test("reset works for versions that do not know all of its commands", async () => {
  for (const version of ["1.2", "2.4", "2.8"]) {
    await using server = await Server.start({ version });
    server.db(0).set("k", "v");
    await server.reset();
    assertEquals(server.db(0).keys(), []);
  }
});

Deno.test("reset tells those who track keys that all have changed, and breaks transactions that watch one", async () => {
  await using server = await Server.start();
  await using raw = await RawConnection.connect(server.dial());
  await raw.send("HELLO", "3");
  await raw.send("CLIENT", "TRACKING", "ON");
  await raw.send("SET", "k", "v");
  await raw.send("GET", "k");
  await raw.send("WATCH", "k");
  await server.reset();
  assertEquals(await raw.readReply(), ">2[$10 invalidate, _]");
  await raw.send("MULTI");
  await raw.send("SET", "k", "w");
  assertEquals(await raw.send("EXEC"), "_");
});
