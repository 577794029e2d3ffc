/** Connections in memory end as those of sockets do, whatever the peer does with its two streams. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { toText } from "@std/streams";
import { type DuplexStreams, Server } from "../../server.ts";

const UTF8 = new TextEncoder();
const LARGE = UTF8.encode(`SET k ${"x".repeat(60_000)}\r\n${"GET k\r\n".repeat(200)}`);

/** A server, and whatever it has logged. */
async function start(): Promise<{ server: Server; lines: string[] }> {
  const lines: string[] = [];
  return { server: await Server.start({ log: { log: (_level, text) => void lines.push(text) } }), lines };
}

/** Until the server has noticed that its other clients are gone. */
async function alone(server: Server): Promise<void> {
  await using client = server.client();
  while (!String(await client.send(["INFO", "clients"])).includes("connected_clients:1\r\n"));
}

/** Ways to go away, before or after the replies. */
const WAYS: Record<string, (streams: DuplexStreams) => Promise<unknown>> = {
  "cancels its replies": (streams) => cancelled(streams),
  "cancels its replies with a reason": (streams) => cancelled(streams, new Error("enough")),
  "aborts its requests": ({ writable }) => writable.abort(),
  "aborts its requests with a reason": ({ writable }) => writable.abort(new Error("enough")),
  "ends its requests and cancels its replies": async ({ readable, writable }) => {
    await writable.close();
    await readable.cancel();
  },
};

/** As with a socket, a server notices with the next reply that nobody reads any more. */
async function cancelled({ readable, writable }: DuplexStreams, reason?: Error): Promise<void> {
  await readable.cancel(reason);
  const writer = writable.getWriter();
  writer.closed.catch(() => {});
  await writer.write(UTF8.encode("b\r\nPING\r\n")).catch(() => {}); // which it has noticed already where replies were due
}

for (const [way, goAway] of Object.entries(WAYS)) {
  Deno.test(`a client in memory that ${way} has gone away, and is no error of the server's`, async () => {
    const { server, lines } = await start();
    for (
      const requests of [new Uint8Array(), UTF8.encode("PING\r\n"), UTF8.encode("*2\r\n$3\r\nGET\r\n$3\r\nab"), LARGE]
    ) {
      const streams = server.dial();
      const writer = streams.writable.getWriter();
      await writer.write(requests);
      writer.releaseLock();
      await goAway(streams);
      await alone(server);
    }
    await server.close();
    assertEquals(lines, []);
  });
}

Deno.test("a client in memory may write on after the server has ended the connection, and then read why", async () => {
  const { server } = await start();
  for (
    const [last, reply] of [["*1\r\n!3\r\n", "-ERR Protocol error: expected '$', got '!'\r\n"], ["QUIT\r\n", "+OK\r\n"]]
  ) {
    const { readable, writable } = server.dial();
    const writer = writable.getWriter();
    writer.closed.catch(() => {});
    await writer.write(UTF8.encode(`SET k v\r\n${last}`));
    for (let i = 0; i < 100; i++) await writer.write(UTF8.encode("PING\r\n")).catch(() => {}); // nobody takes it any more
    assertEquals(await toText(readable), `+OK\r\n${reply}`);
  }
  await alone(server);
  await server.close();
});

Deno.test("a client in memory that writes anything but bytes is told so", async () => {
  const { server, lines } = await start();
  const { writable } = server.dial();
  const writer = writable.getWriter() as WritableStreamDefaultWriter<unknown>;
  const error = await assertRejects(() => writer.write("PING\r\n"), TypeError);
  assert(error.message.includes("bytes"));
  await alone(server);
  await server.close();
  assertEquals(lines, []);
});
