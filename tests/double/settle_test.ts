/** What a double waits for: when it says that something is done, clients in the same process have heard of it too. */
import { assertEquals } from "@std/assert";
import { Server } from "../../server.ts";

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
