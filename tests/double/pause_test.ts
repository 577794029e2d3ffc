/** Servers that freeze, and networks that fail: what clients and connections come to. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Client, ConnectionError, Server, TimeoutError } from "../../mod.ts";
import { RawConnection } from "../_harness.ts";

Deno.test("a paused server answers nothing, connects, and goes on where it was", async () => {
  await using server = await Server.start({ port: 0 });
  await using client = new Client(server.url);
  await using listener = new Client(server.url);
  const messages = await listener.subscribe("news");
  assertEquals(await client.incr("n"), 1);
  server.pause();
  const late = client.incr("n");
  await assertRejects(() => client.incr("n", { timeoutMs: 20 }), TimeoutError);
  const raw = await RawConnection.connect(server.port);
  await raw.write("INCR n\r\nPUBLISH news hi\r\n");
  server.db(0).send(["PUBLISH", "news", "directly"]);
  assertEquals([server.db(0).get("n"), server.stats().connections >= 2], ["1", true]);
  server.resume();
  assertEquals([await late, await raw.readReply(), await raw.readReply()], [2, ":4", ":1"]);
  const heard: string[] = [];
  for await (const { message } of messages) if (heard.push(message) === 2) break;
  assertEquals(heard, ["directly", "hi"]);
  await raw.close();
});

Deno.test("a paused server can be closed, and clients can go away from it", async () => {
  await using server = await Server.start();
  const client = server.client();
  await client.ping();
  server.pause();
  const lost = assertRejects(() => client.ping(), ConnectionError);
  const raw = await RawConnection.connect(server.dial());
  await raw.write("PING\r\n");
  await raw.close();
  await server.close();
  await lost;
  await client.close();
});

Deno.test("dropConnections ends all of them, and clients come back with what they had", async () => {
  await using server = await Server.start({ port: 0 });
  await using tcp = new Client({ url: server.url, name: "tcp" });
  await using memory = server.client({ db: 2 });
  const messages = (await tcp.subscribe("news"))[Symbol.asyncIterator]();
  await memory.set("k", "v");
  assert(await server.dropConnections() >= 2);
  assertEquals([await tcp.clientGetname(), await memory.get("k")], ["tcp", "v"]);
  while (server.stats().subscribers === 0) await tcp.ping();
  await memory.publish("news", "again");
  assertEquals((await messages.next()).value?.message, "again");
  await messages.return?.(undefined);
});

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
