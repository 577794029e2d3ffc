import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ConnectionError, RedisError, Server } from "../mod.ts"; // "@x/miniredis" in a program of your own
import { onServers } from "../tests/client/_servers.ts";
import { FixedWindowLimiter, SlidingWindowLimiter } from "./rate_limiter.ts";

const LIMIT = { requests: 3, windowMs: 1000 };
const OUT_OF_MEMORY = "OOM command not allowed when used memory > 'maxmemory'.";

for (const Limiter of [FixedWindowLimiter, SlidingWindowLimiter]) {
  Deno.test(`${Limiter.name} allows so many requests, and again when time has passed`, async () => {
    await using server = await Server.start({ clock: "manual" });
    await using client = server.client();
    const limiter = new Limiter(client, LIMIT);
    for (let window = 0; window < 5; window++) {
      for (const remaining of [2, 1, 0]) {
        assertEquals(await limiter.request("alice"), { isAllowed: true, remaining, retryAfterMs: 0 });
      }
      await server.clock.tick(400);
      assertEquals(await limiter.request("alice"), { isAllowed: false, remaining: 0, retryAfterMs: 600 });
      await server.clock.tick(599);
      assertEquals(await limiter.request("alice"), { isAllowed: false, remaining: 0, retryAfterMs: 1 });
      await server.clock.tick(1);
    }
  });

  Deno.test(`${Limiter.name} counts each user apart, and leaves nothing behind`, async () => {
    await using server = await Server.start({ clock: "manual" });
    await using client = server.client();
    const limiter = new Limiter(client, LIMIT);
    const users = Array.from({ length: 100 }, (_, i) => `user${i}`);
    for (const remaining of [2, 1, 0]) {
      const verdicts = await Promise.all(users.map((user) => limiter.request(user)));
      assert(verdicts.every((verdict) => verdict.isAllowed && verdict.remaining === remaining));
    }
    assertEquals(server.db(0).keys().length, 100);
    await server.clock.tick(LIMIT.windowMs);
    assertEquals(server.dump(), "");
  });

  onServers(`${Limiter.name} allows no request too many, and none too few, when all come at once`, async (connect) => {
    const clients = [connect(), connect(), connect(), connect()];
    const limit = { requests: 10, windowMs: 60_000 };
    const requests = Array.from({ length: 40 }, (_, i) => new Limiter(clients[i % 4]!, limit).request("alice"));
    const allowed = (await Promise.all(requests)).filter(({ isAllowed }) => isAllowed);
    assertEquals(allowed.map(({ remaining }) => remaining).sort((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await Promise.all(clients.map((client) => client.close()));
  });
}

Deno.test("Around the end of a window the fixed one lets twice as many through, the sliding one does not", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  const allowed = [];
  for (const Limiter of [FixedWindowLimiter, SlidingWindowLimiter]) {
    const limiter = new Limiter(client, LIMIT);
    const verdicts = [await limiter.request("alice")];
    await server.clock.tick(950); // the window has 50 ms left
    for (let i = 0; i < 3; i++) verdicts.push(await limiter.request("alice"));
    await server.clock.tick(100);
    for (let i = 0; i < 3; i++) verdicts.push(await limiter.request("alice"));
    allowed.push(verdicts.slice(1).filter(({ isAllowed }) => isAllowed).length); // within 100 ms
  }
  assertEquals(allowed, [5, 3]);
});

Deno.test("What the sliding window refuses does not count", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  const limiter = new SlidingWindowLimiter(client, LIMIT);
  for (let i = 0; i < 20; i++) await limiter.request("alice");
  assertEquals(server.db(0).getSortedSet("rate:sliding:alice").length, LIMIT.requests);
});

Deno.test("A counter never stays without an expiry, though the server fails in between", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  const limiter = new FixedWindowLimiter(client, LIMIT);
  server.failNext("PEXPIRE", OUT_OF_MEMORY);
  const error = await assertRejects(() => limiter.request("alice"), RedisError, "EXECABORT");
  assertMatch(String(error.cause), /OOM/);
  assertEquals(server.db(0).keys(), []);
  assertEquals((await limiter.request("alice")).remaining, 2);
});

Deno.test("A request whose verdict is lost on the way is counted", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  const limiter = new FixedWindowLimiter(client, LIMIT);
  {
    using _ = server.intercept(({ name }) => name === "EXEC" ? { cutAfterBytes: 0 } : undefined);
    await assertRejects(() => limiter.request("alice"), ConnectionError);
  }
  assertEquals(server.db(0).get("rate:fixed:alice"), "1");
  assertEquals((await limiter.request("alice")).remaining, 1);
});

Deno.test("A fixed window costs one round trip, a sliding one two", async () => {
  await using server = await Server.start({ clock: "manual", record: true });
  await using client = server.client();
  await new FixedWindowLimiter(client, LIMIT).request("alice");
  assertEquals(server.commands.map(({ name }) => name), ["MULTI", "INCR", "PEXPIRE", "PTTL", "EXEC"]);
  await server.reset();
  await new SlidingWindowLimiter(client, LIMIT).request("alice");
  assertEquals(server.commands.map(({ name }) => name).slice(0, 2), ["TIME", "MULTI"]);
});
