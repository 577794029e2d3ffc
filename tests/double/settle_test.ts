/** What `tick`, `set`, `reset` and `dropConnections` wait for before they resolve. */
import { assertEquals } from "@std/assert";
import { Client, Server } from "../../mod.ts";

/** Longer than a connection may go on before others have their turn. */
const BUSY_MS = 3;

function beBusy(): void {
  for (const endMs = performance.now() + BUSY_MS; performance.now() < endMs;);
}

Deno.test("tick() waits for connections that have to give way to others", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using slow = server.client();
  await using quick = server.client();
  await Promise.all([slow.ping(), quick.ping()]);
  using _ = server.intercept(({ name }) => name === "GET" ? beBusy() : undefined);
  for (let step = 1; step <= 40; step++) {
    await slow.pipeline((p) => [p.get("k"), p.get("k")]);
    let count = 0;
    const counting = quick.incr("n").then(() => quick.incr("n")).then((n) => count = n);
    for (let i = 0; i < step; i++) await null; // the request is on its way, or there already, and has not been executed
    await server.clock.tick(0);
    assertEquals(count, 2 * step);
    await counting;
  }
});

Deno.test("reset() waits until clients that keep replies in memory have dropped them", async () => {
  await using server = await Server.start();
  await using client = server.client({ cache: true });
  await client.set("k", "before");
  for (let i = 0; i < 2; i++) assertEquals(await client.get("k"), "before");
  await server.reset();
  assertEquals(await client.get("k"), null);
});

Deno.test("the first tick of a server with a port waits for clients that connect as every other does", async () => {
  for (let round = 0; round < 5; round++) {
    await using server = await Server.start({ port: 0, clock: "manual" });
    await using client = new Client(server.url);
    const replies: unknown[] = [];
    const popped = client.blpop("jobs", 1).then(async (job) => replies.push(job, await client.incr("n")));
    await server.clock.tick(1000);
    assertEquals(replies, [null, 1]);
    await popped;
  }
});

Deno.test("who is dropped for being idle has noticed when the tick is over", async () => {
  await using server = await Server.start({ clock: "manual", config: { timeout: "10" } });
  const { readable } = server.dial();
  let isOver = false;
  const ended = new Response(readable).text().then(() => isOver = true);
  await server.clock.tick(10_000);
  assertEquals([isOver, server.stats().connections], [false, 1]);
  await server.clock.tick(1_000);
  assertEquals([isOver, server.stats().connections], [true, 0]);
  await ended;
});

Deno.test("a long pipeline is waited for though nothing comes or goes meanwhile", async () => {
  await using server = await Server.start({ clock: "manual" });
  const db = server.db(0);
  for (let i = 0; i < 20_000; i++) db.set(`k${i}`, i);
  const { readable, writable } = server.dial();
  const writer = writable.getWriter();
  await writer.write(
    new TextEncoder().encode("CLIENT REPLY OFF\r\n" + "KEYS *none*\r\n".repeat(20) + "SET done 1\r\n"),
  ); // a turn after each
  await server.clock.tick(0);
  assertEquals(db.get("done"), "1");
  await Promise.all([writer.close(), new Response(readable).text()]);
});
