/** Clients that keep a server busy do not keep it from others, nor make it hold more than it must. */
import { assert, assertEquals } from "@std/assert";
import { TestHost } from "../_host.ts";
import { encodeCommand, RawConnection } from "../_harness.ts";

function repeated(commands: readonly (readonly string[])[], times: number): Uint8Array<ArrayBuffer> {
  const once = commands.map((command) => encodeCommand(command));
  const length = once.reduce((sum, bytes) => sum + bytes.length, 0);
  const all = new Uint8Array(length * times);
  for (let at = 0; at < all.length;) {
    for (const bytes of once) {
      all.set(bytes, at);
      at += bytes.length;
    }
  }
  return all;
}

Deno.test("others are answered between the slow commands of a batch", async () => {
  await using server = new TestHost({ "enable-debug-command": "yes" });
  await using slow = await RawConnection.connect(server.port);
  await using quick = await RawConnection.connect(server.port);
  await slow.write(repeated([["INCR", "n"], ["DEBUG", "SLEEP", "0.005"]], 200)); // a second of them
  assertEquals(await slow.readReply(), ":1");
  let asked = 0;
  for (let n = 0; n < 100; asked++) n = Number(/ (\d+)$/.exec(await quick.send("GET", "n"))![1]);
  assert(asked >= 20, `${asked} questions were answered during half a second`);
  for (let i = 1; i < 400; i++) await slow.readReply();
  assertEquals(await quick.send("GET", "n"), "$3 200");
});

Deno.test("others are answered while one client sends without end", async () => {
  await using server = new TestHost();
  await using quick = await RawConnection.connect(server.port);
  assertEquals(await quick.send("SET", "k", "v"), "+OK");
  using flood = await Deno.connect({ port: server.port });
  const requests = repeated([["INCR", "n"]], 3_000);
  let isOver = false, received = 0;
  const sending = (async () => {
    while (!isOver) {
      for (let at = 0; at < requests.length;) at += await flood.write(requests.subarray(at));
    }
    await flood.closeWrite();
  })();
  const receiving = (async () => {
    const bytes = new Uint8Array(64 * 1024);
    for (let count: number | null = 0; count !== null; count = await flood.read(bytes)) received += count;
  })();
  while (received === 0) assertEquals(await quick.send("GET", "k"), "$1 v");
  const counts: number[] = [];
  for (let i = 0; i < 50; i++) counts.push(Number(/ (\d+)$/.exec(await quick.send("GET", "n"))![1]));
  isOver = true;
  await Promise.all([sending, receiving]);
  const most = Math.max(...counts.slice(1).map((count, i) => count - counts[i]!));
  assert(most < 300_000, `${most} commands were executed before a question was answered`);
});

Deno.test("requests that wait for their turn take little more memory than their bytes", async () => {
  await using server = new TestHost();
  await using connection = await RawConnection.connect(server.port);
  await connection.send("SET", "k", "x".repeat(100_000));
  await connection.write(repeated([["GET", "k"]], 100)); // ten megabytes of replies that nobody reads yet
  const [client] = server.host.engine.clients.values();
  const line = new TextEncoder().encode("a\n".repeat(32 * 1024));
  for (let i = 0; i < 200; i++) await connection.write(line);
  await using other = await RawConnection.connect(server.port);
  const waiting = () => client!.connection.queryBufferBytes;
  while (waiting() < 200 * line.length - 100_000) assertEquals(await other.send("PING"), "+PONG");
  for (let i = 0; i < 100; i++) assertEquals((await connection.readReply()).length, "$100000 ".length + 100_000);
  assertEquals(await connection.readReply(), "-ERR unknown command 'a', with args beginning with: ");
  // 32,768 words of three numbers each would be there at once for every 64 KiB, if all were decoded together
  assert(client!.connection.queryBufferFreeBytes <= 64 * 1024);
});
