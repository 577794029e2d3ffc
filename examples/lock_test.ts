import { assertEquals, assertGreater, assertNotEquals, assertRejects } from "@std/assert";
import { ConnectionError, Server } from "../mod.ts"; // "@x/miniredis" in a program of your own
import { onServers } from "../tests/client/_servers.ts";
import { Lock } from "./lock.ts";

const TTL_MS = 10_000;

onServers("A lock is held by one, and free when it is given back", async (connect) => {
  await using alice = connect();
  await using bob = connect();
  const lock = await Lock.acquire(alice, "door", { ttlMs: TTL_MS });
  assertEquals(await Lock.acquire(bob, "door", { ttlMs: TTL_MS }), null);
  assertNotEquals(await Lock.acquire(bob, "window", { ttlMs: TTL_MS }), null);
  assertEquals(await lock!.renew(), true);
  assertEquals(await lock!.release(), true);
  assertEquals(await lock!.release(), false);
  const next = await Lock.acquire(bob, "door", { ttlMs: TTL_MS });
  assertGreater(next!.fence, lock!.fence);
});

onServers("Of many who want a lock each has it once, and no two at the same time", async (connect) => {
  const clients = [connect(), connect(), connect()];
  let inside = 0, most = 0;
  const fences: number[] = [];
  const enter = async (i: number) => {
    await using lock = await Lock.acquire(clients[i % 3]!, "door", { ttlMs: TTL_MS, waitMs: 60_000 });
    most = Math.max(most, ++inside);
    fences.push(lock!.fence);
    await clients[i % 3]!.ping(); // others may go on meanwhile
    inside--;
  };
  await Promise.all(Array.from({ length: 12 }, (_, i) => enter(i)));
  assertEquals([most, fences.length], [1, 12]);
  assertEquals(fences, fences.toSorted((a, b) => a - b));
  await Promise.all(clients.map((client) => client.close()));
});

Deno.test("A lock that is not given back is free when its time is over, and not before", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  await Lock.acquire(client, "door", { ttlMs: TTL_MS });
  assertEquals(server.db(0).ttlMs("lock:door"), TTL_MS);
  await server.clock.tick(TTL_MS - 1);
  assertEquals(await Lock.acquire(client, "door", { ttlMs: TTL_MS }), null);
  await server.clock.tick(1);
  assertNotEquals(await Lock.acquire(client, "door", { ttlMs: TTL_MS }), null);
});

Deno.test("A lock is held for as long as it is renewed in time", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  const lock = await Lock.acquire(client, "door", { ttlMs: TTL_MS });
  for (let i = 0; i < 100; i++) {
    await server.clock.tick(TTL_MS - 1);
    assertEquals(await lock!.renew(), true);
  }
  await server.clock.tick(TTL_MS);
  assertEquals([await lock!.renew(), server.db(0).keys()], [false, ["lock:door:fence"]]);
});

Deno.test("A holder that is too slow neither renews nor gives back the lock of the next one", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  const slow = await Lock.acquire(client, "door", { ttlMs: TTL_MS });
  await server.clock.tick(TTL_MS);
  const next = await Lock.acquire(client, "door", { ttlMs: TTL_MS });
  await server.clock.tick(1000);
  assertEquals([await slow!.renew(), await slow!.release()], [false, false]);
  assertEquals(server.db(0).ttlMs("lock:door"), TTL_MS - 1000);
  assertGreater(next!.fence, slow!.fence);
  assertEquals(await next!.release(), true);
});

Deno.test("What is protected can tell a holder that is too slow by its number", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  let seen = 0;
  const written: string[] = [];
  const write = (text: string, fence: number) => {
    if (fence < seen) return;
    seen = fence;
    written.push(text);
  };
  const slow = await Lock.acquire(client, "file", { ttlMs: TTL_MS });
  await server.clock.tick(TTL_MS);
  const next = await Lock.acquire(client, "file", { ttlMs: TTL_MS });
  write("of the next", next!.fence);
  write("too late", slow!.fence);
  assertEquals(written, ["of the next"]);
});

Deno.test("A lock that expires between the look at it and its return is not taken from the next one", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  await using other = server.client();
  const slow = await Lock.acquire(client, "door", { ttlMs: TTL_MS });
  let next: Lock | null = null;
  const once = server.intercept(async ({ name }) => { // MULTI: the token has been read
    if (name !== "MULTI" || next !== null) return;
    once[Symbol.dispose]();
    await server.clock.tick(TTL_MS);
    next = await Lock.acquire(other, "door", { ttlMs: TTL_MS });
  });
  assertEquals(await slow!.release(), false);
  assertEquals(server.db(0).ttlMs("lock:door"), TTL_MS);
});

Deno.test("Who waits has the lock the moment it is given back, without asking meanwhile", async () => {
  await using server = await Server.start({ clock: "manual", record: true });
  await using client = server.client();
  const lock = await Lock.acquire(client, "door", { ttlMs: TTL_MS });
  const waiting = Lock.acquire(client, "door", { ttlMs: TTL_MS, waitMs: 60_000 });
  await server.clock.tick(0);
  const { length } = server.commands;
  await server.clock.tick(TTL_MS - 1);
  assertEquals(server.commands.length, length);
  await lock!.release();
  assertGreater((await waiting)!.fence, lock!.fence);
});

Deno.test("Who waits has the lock when that of a holder that has died expires", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  await Lock.acquire(client, "door", { ttlMs: TTL_MS });
  const waiting = Lock.acquire(client, "door", { ttlMs: TTL_MS, waitMs: 60_000 });
  await server.clock.tick(TTL_MS);
  assertNotEquals(await waiting, null);
  assertEquals(server.db(0).ttlMs("lock:door"), TTL_MS);
});

Deno.test("Who waits too long gives up", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  await Lock.acquire(client, "door", { ttlMs: TTL_MS });
  let isOver = false;
  const waiting = Lock.acquire(client, "door", { ttlMs: TTL_MS, waitMs: 5000 }).finally(() => isOver = true);
  await server.clock.tick(4999);
  assertEquals(isOver, false);
  await server.clock.tick(1);
  assertEquals(await waiting, null);
});

Deno.test("A lock whose holder has not heard that it has it is free when its time is over", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  {
    using _ = server.intercept(({ name }) => name === "EXEC" ? { cutAfterBytes: 0 } : undefined);
    await assertRejects(() => Lock.acquire(client, "door", { ttlMs: TTL_MS }), ConnectionError);
  }
  assertEquals(await Lock.acquire(client, "door", { ttlMs: TTL_MS }), null);
  await server.clock.tick(TTL_MS);
  assertNotEquals(await Lock.acquire(client, "door", { ttlMs: TTL_MS }), null);
});
