/** Waiting until nothing happens any more (Host.settle in server/host.ts), as tests of clients in the same process need it. */
import { assert, assertEquals } from "@std/assert";
import { turn } from "../../server/turns.ts";
import { encodeCommand } from "../_harness.ts";
import { TestHost } from "../_host.ts";

/** Sends a PING and reads the reply; what it returns tells whether that is there. */
function ping(conn: Deno.Conn): () => boolean {
  let hasReply = false;
  const exchange = async () => {
    await conn.write(encodeCommand(["PING"]));
    await conn.read(new Uint8Array(100));
    hasReply = true;
  };
  exchange();
  return () => hasReply;
}

Deno.test("a client has its reply when nobody listens any more", async () => {
  await using t = new TestHost();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  t.host.serveListener(listener);
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  await t.host.settle();
  t.host.stopListening(listener);
  for (let i = 0; i < 10; i++) {
    const hasReply = ping(conn);
    await t.host.settle();
    assert(hasReply());
  }
});

Deno.test("a client has all of a large reply, which its socket takes in parts", async () => {
  await using t = new TestHost();
  const size = 40_000_000;
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: t.port });
  await t.line(`SETRANGE large ${size - 1} x`);
  let read = 0;
  const receive = async () => {
    const buffer = new Uint8Array(16 * 1024);
    for (; read < size; await turn()) read += await conn.read(buffer) ?? size; // not all that is there at once
  };
  await conn.write(encodeCommand(["GET", "large"]));
  const received = receive();
  await t.host.settle();
  assertEquals(read, `$${size}\r\n\r\n`.length + size);
  await received;
});

Deno.test("a client that goes on for ever is not waited for as long", async () => {
  await using t = new TestHost();
  const raw = await t.open("TCP");
  let isOver = false;
  const goOn = async () => {
    while (!isOver) await raw.send("PING");
  };
  const going = goOn();
  await t.host.settle();
  isOver = true;
  await going;
  assert(t.host.engine.statistics.commandsProcessed > 100);
  await raw.close();
});
