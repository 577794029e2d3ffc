/** What clients may do to a paused server that does not answer them. */
import { assertEquals } from "@std/assert";
import { Server } from "../../mod.ts";
import { RawConnection } from "../_harness.ts";

const REQUESTS = new TextEncoder().encode("SET k v\r\nGET k\r\n");
const REPLIES = "+OK\r\n$1\r\nv\r\n";

/** Timers run, which they would not if a session waited in a busy loop. */
async function timersRun(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve, 1));
}

Deno.test("who ends its requests in memory while the server is paused has its replies afterwards", async () => {
  await using server = await Server.start();
  server.pause();
  const { readable, writable } = server.dial();
  const writer = writable.getWriter();
  await writer.write(REQUESTS);
  await writer.close();
  await timersRun();
  server.resume();
  assertEquals(await new Response(readable).text(), REPLIES);
});

Deno.test("who ends its requests over TCP while the server is paused has its replies afterwards", async () => {
  await using server = await Server.start({ port: 0 });
  server.pause();
  const conn = await Deno.connect({ port: server.port });
  await conn.write(REQUESTS);
  await conn.closeWrite();
  await timersRun();
  server.resume();
  assertEquals(await new Response(conn.readable).text(), REPLIES);
});

Deno.test("who goes away while the server is paused leaves it free to go on, and to end", async () => {
  for (const isResumed of [true, false]) {
    await using server = await Server.start({ port: 0 });
    server.pause();
    for (const target of [server.port, server.dial()]) {
      const raw = await RawConnection.connect(target);
      await raw.write(REQUESTS);
      await raw.close();
    }
    await timersRun();
    if (!isResumed) continue;
    server.resume();
    await using client = server.client();
    assertEquals(await client.get("k"), "v");
  }
});
