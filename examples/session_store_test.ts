import { assertEquals, assertNotEquals } from "@std/assert";
import { Server } from "../mod.ts"; // "@x/miniredis" in a program of your own
import { onServers } from "../tests/client/_servers.ts";
import { SessionStore } from "./session_store.ts";

const MINUTE_MS = 60_000;
const TTL_MS = 30 * MINUTE_MS;
const EVENTS = { "notify-keyspace-events": "Ex" };

onServers("A session is there from login to logout", async (connect) => {
  await using client = connect();
  const store = new SessionStore(client);
  const id = await store.create("alice", { theme: "dark" });
  assertEquals(await store.find(id), { id, user: "alice", data: { theme: "dark" } });
  assertEquals(await store.update(id, { theme: "light", page: "7" }), true);
  assertEquals(await store.find(id), { id, user: "alice", data: { theme: "light", page: "7" } });
  assertEquals(await store.end(id), true);
  assertEquals(await store.find(id), null);
  assertEquals([await store.end(id), await store.update(id, { theme: "dark" })], [false, false]);
  assertEquals(await client.dbsize(), 0);
});

onServers("A user's sessions are listed, and ended together", async (connect) => {
  await using client = connect();
  const store = new SessionStore(client);
  const phone = await store.create("alice"), laptop = await store.create("alice"), other = await store.create("bob");
  assertEquals((await store.list("alice")).sort(), [phone, laptop].sort());
  assertEquals(await store.endAll("alice"), 2);
  assertEquals([await store.find(phone), await store.find(laptop)], [null, null]);
  assertEquals([await store.list("alice"), await store.list("bob")], [[], [other]]);
  assertEquals(await store.endAll("alice"), 0);
});

Deno.test("A session ends half an hour after it was last asked for", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  const store = new SessionStore(client, { ttlMs: TTL_MS });
  const id = await store.create("alice");
  for (let i = 0; i < 10; i++) { // five hours in all
    await server.clock.tick(TTL_MS - 1);
    assertNotEquals(await store.find(id), null);
  }
  assertEquals(server.db(0).ttlMs(`session:${id}`), TTL_MS);
  await server.clock.tick(TTL_MS);
  assertEquals(await store.find(id), null);
  assertEquals(server.dump(), "");
});

Deno.test("What expires is no longer listed, and what was used meanwhile is", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  const store = new SessionStore(client, { ttlMs: TTL_MS });
  const left = await store.create("alice"), used = await store.create("alice");
  await server.clock.tick(20 * MINUTE_MS);
  await store.find(used);
  await server.clock.tick(20 * MINUTE_MS);
  assertEquals(await store.list("alice"), [used]);
  assertEquals(server.db(0).getSet("sessions:alice"), [used]);
  assertEquals(await store.find(left), null);
});

Deno.test("Sessions that expire are told of in the order of their expiry", async () => {
  await using server = await Server.start({ clock: "manual", config: EVENTS });
  await using client = server.client();
  const store = new SessionStore(client, { ttlMs: TTL_MS });
  const expired = await store.watchExpiry();
  const first = await store.create("alice");
  await server.clock.tick(MINUTE_MS);
  const second = await store.create("bob"), third = await store.create("alice");
  await server.clock.tick(MINUTE_MS);
  await store.find(second); // it has the most time left now
  server.db(0).set("some other key", "", { ttlMs: 1 });
  await server.clock.tick(60 * MINUTE_MS);
  const ids = [];
  for await (const id of expired) {
    ids.push(id);
    if (ids.length === 3) break; // ends the subscription
  }
  assertEquals(ids, [first, third, second]);
});

Deno.test("Who logs out is not told of as expired", async () => {
  await using server = await Server.start({ clock: "manual", config: EVENTS });
  await using client = server.client();
  const store = new SessionStore(client, { ttlMs: TTL_MS });
  const expired = await store.watchExpiry();
  await store.end(await store.create("alice"));
  const stays = await store.create("bob");
  await server.clock.tick(TTL_MS);
  assertEquals((await expired.next()).value, stays);
  await expired.return();
});

Deno.test("A session that expires while it is changed does not come back", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  const store = new SessionStore(client, { ttlMs: TTL_MS });
  const id = await store.create("alice", { theme: "dark" });
  using _ = server.intercept(async ({ name }) => {
    if (name === "MULTI") await server.clock.tick(TTL_MS); // it was read, and is not written yet
  });
  assertEquals(await store.update(id, { theme: "light" }), false);
  assertEquals(server.dump(), "");
});

Deno.test("Sessions outlast a lost connection and a restart of the server", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  const store = new SessionStore(client, { ttlMs: TTL_MS });
  const id = await store.create("alice");
  assertEquals(await server.dropConnections(), 1);
  assertNotEquals(await store.find(id), null);
  await server.restart();
  assertEquals((await store.find(id))?.user, "alice");
});
