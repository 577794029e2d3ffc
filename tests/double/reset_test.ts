/** What the test before may have left in a server, and `reset` takes away. */
import { assertEquals, assertRejects } from "@std/assert";
import { type Client, ConnectionError, RedisError, Server } from "../../mod.ts";
import { RawConnection } from "../_harness.ts";

Deno.test("reset makes the server as it was at the start, and connections stay", async () => {
  await using server = await Server.start({ clock: "manual", seed: 3, record: true, config: { maxclients: "500" } });
  await using client = server.client({ name: "stays" });
  const id = await client.clientId();
  const first = await rolls(client);
  server.db(4).set("k", "v");
  await client.configSet({ maxclients: "5", "notify-keyspace-events": "KEA" });
  server.failNext("PING", "ERR left behind");
  await client.clientPause(1000);
  await server.reset();
  assertEquals([server.db(4).keys(), server.db(0).keys(), server.commands, server.dump()], [[], [], [], ""]);
  assertEquals(await client.configGet("maxclients", "notify-keyspace-events"), {
    maxclients: "500",
    "notify-keyspace-events": "",
  });
  assertEquals([await client.ping(), await client.clientId(), await client.clientGetname()], ["PONG", id, "stays"]);
  assertEquals(server.stats().commands, 4);
  assertEquals(await rolls(client), first, "the dice fall as they did at the start");
});

Deno.test("reset executes what was sent before, ends pauses, and closes those who wait for an interceptor", async () => {
  await using server = await Server.start();
  await using client = server.client();
  await using hung = server.client();
  await client.ping();
  let asked = 0;
  server.intercept(({ name }) => name === "GET" && ++asked > 0 ? { hang: true } : undefined);
  const lost = assertRejects(() => hung.get("k"), ConnectionError);
  while (asked === 0) await client.ping();
  server.pause();
  const written = client.set("k", "v");
  await server.reset();
  assertEquals([await written, server.db(0).keys()], [1, []]);
  await lost;
  assertEquals(await hung.get("k"), null);
});

Deno.test("reset leaves clients waiting, and subscribers subscribed", async () => {
  await using server = await Server.start();
  await using client = server.client();
  const messages = (await client.subscribe("news"))[Symbol.asyncIterator]();
  const job = client.blpop("jobs", 0);
  await server.reset();
  server.db(0).setList("jobs", ["a"]);
  server.db(0).send(["PUBLISH", "news", "hi"]);
  assertEquals([await job, (await messages.next()).value?.message], [["jobs", "a"], "hi"]);
  await messages.return?.(undefined);
});

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

/** What dice decide. */
async function rolls(client: Client): Promise<unknown> {
  const members = Array.from({ length: 100 }, (_, i) => `m${i}`);
  await client.sadd("dice", ...members);
  const rolled = [await client.srandmember("dice", 10), await client.spop("dice", 10), await client.randomkey()];
  await client.delete("dice");
  return rolled;
}
