/** Waits that are longer than timers can be, shorter than a millisecond, or begun before somebody changed the date. */
import { assertEquals } from "@std/assert";
import { Server } from "../../mod.ts";

Deno.test("a delay of weeks is one by both clocks", async () => {
  const delayMs = 40 * 24 * 3600 * 1000;
  for (const clock of ["real", "manual"] as const) {
    await using server = await Server.start({ clock });
    await using client = server.client();
    await client.ping();
    let isAnswered = false;
    using _ = server.intercept(({ name }) => name === "GET" ? { delayMs } : undefined);
    const answered = client.get("k").then(() => isAnswered = true, () => {});
    if (clock === "manual") await server.clock.tick(delayMs - 1);
    else await new Promise((resolve) => setTimeout(resolve, 5));
    assertEquals(isAnswered, false);
    if (clock === "manual") await server.clock.tick(1);
    else await server.dropConnections();
    await answered;
    assertEquals(isAnswered, clock === "manual");
  }
});

Deno.test("the time has no fractions while something waits for a part of a millisecond", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  await server.clock.set(1_000_000);
  using _ = server.intercept(({ name }) => name === "GET" ? { delayMs: 0.5 } : undefined);
  const times: number[] = [];
  const asked = client.get("k").then(() => times.push(server.clock.now()));
  await server.clock.tick(10);
  await asked;
  assertEquals(times, [1_000_001]);
});

Deno.test("who waits gives up in time though the date was set back by years meanwhile", async () => {
  await using server = await Server.start();
  await using client = server.client();
  await using other = server.client();
  const popped = client.blpop("jobs", 0.05);
  while (server.stats().blockedClients === 0) await other.ping();
  await other.clientPause(50);
  const { now } = Date;
  try {
    Date.now = () => 0;
    assertEquals([await popped, await other.incr("n")], [null, 1]);
  } finally {
    Date.now = now;
  }
});
