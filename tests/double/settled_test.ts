/** What `tick`, `set` and `dropConnections` wait for before they resolve. */
import { assertEquals } from "@std/assert";
import { Client, Server } from "../../mod.ts";

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
