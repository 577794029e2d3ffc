/** The append-only file of a server with connections: no reply goes out before what it says is true; embedded servers. */
import { assertEquals, assertRejects } from "@std/assert";
import { Server } from "../../server.ts";
import { DataFileError } from "../../engine/data_files.ts";
import { configOf } from "../../engine/config.ts";
import { Host } from "../../server/host.ts";
import { CLOSED, encodeCommand, RawConnection } from "../_harness.ts";
import { MemoryFiles } from "../persistence/_memory_files.ts";

const FULL = new DataFileError("ENOSPC", "No space left on device");

function newHost(files: MemoryFiles, directives: Record<string, string> = {}): Host {
  const host = new Host({ config: configOf({ appendonly: "yes", appendfsync: "always", ...directives }), files });
  host.load();
  return host;
}

Deno.test("a write that does not get to disk is not replied to: the server ends", async () => {
  const files = new MemoryFiles();
  const host = newHost(files);
  await using conn = await RawConnection.connect(host.dial());
  assertEquals(await conn.send("SET", "a", "1"), "+OK");
  files.failure = FULL;
  await conn.write(encodeCommand(["SET", "a", "2"])).catch(() => {}); // it may be gone by then
  assertEquals(await conn.readReply(), CLOSED);
  await host.closed;
  assertEquals(files.openFiles, 0);
});

Deno.test("nor is it told to those who waited for it, or listen", async () => {
  const files = new MemoryFiles();
  const host = newHost(files, { "notify-keyspace-events": "KEA" });
  await using writer = await RawConnection.connect(host.dial());
  await using waiter = await RawConnection.connect(host.dial());
  await using listener = await RawConnection.connect(host.dial());
  await listener.send("PSUBSCRIBE", "*");
  await waiter.write(encodeCommand(["BLPOP", "list", "0"]));
  while (!(await writer.send("INFO", "clients")).includes("blocked_clients:1")); // it is on its way
  files.syncFailure = FULL;
  await writer.write(encodeCommand(["RPUSH", "list", "x"])).catch(() => {});
  for (const conn of [writer, waiter, listener]) assertEquals(await conn.readReply(), CLOSED);
  await host.closed;
});

Deno.test("whoever waited for a write gets it once it is in the file", async () => {
  const files = new MemoryFiles();
  const host = newHost(files);
  await using writer = await RawConnection.connect(host.dial());
  await using waiter = await RawConnection.connect(host.dial());
  await waiter.write(encodeCommand(["BLPOP", "list", "0"]));
  while (!(await writer.send("INFO", "clients")).includes("blocked_clients:1"));
  await writer.send("RPUSH", "list", "x", "y");
  assertEquals(await waiter.readReply(), "*2[$4 list, $1 x]");
  const again = newHost(files.copy("on disk"));
  await using reader = await RawConnection.connect(again.dial());
  assertEquals(await reader.send("LRANGE", "list", "0", "-1"), "*1[$1 y]");
  await again.close();
  await host.close();
});

Deno.test("a server in this process keeps its writes in the folder of its configuration", async () => {
  const dir = await Deno.makeTempDir({ prefix: "miniredis_embedded_" });
  const config = { dir, appendonly: "yes" };
  try {
    for (const expected of [1, 2, 3]) {
      await using server = await Server.start({ config });
      await using client = server.client();
      assertEquals(await client.send(["INCR", "starts"]), expected);
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("a server in this process without a folder has no append-only file", async () => {
  await assertRejects(() => Server.start({ config: { appendonly: "yes" } }), TypeError, "no dir");
  await using server = await Server.start();
  await using client = server.client();
  await assertRejects(
    () => client.send(["CONFIG", "SET", "appendonly", "yes"]),
    Error,
    "this server keeps its data in memory only",
  );
  await assertRejects(() => client.send(["BGREWRITEAOF"]), Error, "Can't execute an AOF background rewriting");
});
