/** The monitor: what it says of each command, and how it ends. */
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Client, ConnectionError, type Monitor, RedisError, SlowReaderError } from "../../client.ts";
import type { MonitoredCommand } from "../../client.ts";
import { parseLine } from "../../client/monitor.ts";
import { ProtocolError } from "../../resp.ts";
import { Server } from "../../server.ts";
import { hasRedis, startRedis } from "../_redis.ts";
import { fakeServer, request } from "./_fake_server.ts";
import { onServers } from "./_servers.ts";

/** Reads up to a command of this name. */
async function until(monitor: Monitor, name: string): Promise<MonitoredCommand> {
  const iterator = monitor[Symbol.asyncIterator]();
  while (true) {
    const { value } = await iterator.next();
    if (value === undefined) throw new Error("the monitor has ended");
    if (value.command[0] === name) return value;
  }
}

/** How many connections watch. */
async function watchers(client: Client): Promise<number> {
  return String(await client.send(["CLIENT", "LIST"])).split("\n").filter((line) => / flags=\S*O/.test(line)).length;
}

onServers(
  "A monitor gives every command with its time, database, sender and arguments, byte for byte",
  async (connect) => {
    await using client = connect({ db: 3, decode: "bytes" });
    await using monitor = await client.monitor();
    const before = Date.now();
    const args = ['quo"te', "back\\slash", "new\r\nline", "tab\t\x07\b", "Gruß 🦀", "", '] "x', "\\x41"];
    await client.send(["RPUSH", "list", ...args]);
    const { timeMs, db, address, command } = await until(monitor, "RPUSH");
    assertEquals([db, command], [3, ["RPUSH", "list", ...args]]);
    assert(/^127\.0\.0\.1:\d+$/.test(address), address);
    assertAlmostEquals(timeMs, before, 60_000);
  },
);

onServers(
  "A monitor ends with its loop, its block, its signal and its client, and leaves no connection",
  async (connect) => {
    await using client = connect();
    await using other = connect();
    const abort = new AbortController();
    const looped = await client.monitor();
    {
      await using disposed = await client.monitor();
      assertEquals(await watchers(other), 2);
      assert(disposed !== looped);
    }
    while (await watchers(other) !== 1);
    await other.set("k", "v");
    for await (const { command } of looped) if (command[0] === "SET") break;
    while (await watchers(other) !== 0);

    const aborted = await client.monitor({ signal: abort.signal });
    const reading = assertRejects(() => until(aborted, "NEVER"), RangeError, "enough");
    abort.abort(new RangeError("enough"));
    await reading;
    await aborted.close();
    await assertRejects(() => client.monitor({ signal: abort.signal }), RangeError, "enough");

    const slow = await client.monitor({ buffer: 1 });
    await other.mset("a", 1, "b", 2);
    await other.get("a");
    const read: string[] = [];
    while (await watchers(other) !== 0);
    await assertRejects(async () => {
      for await (const { command } of slow) read.push(command[0]!);
    }, SlowReaderError);
    assertEquals(read, ["MSET"]);

    const last = await client.monitor();
    const ended = (async () => {
      for await (const _ of last);
      return "ended";
    })();
    await client.close();
    assertEquals(await ended, "ended");
    await assertRejects(() => client.monitor(), ConnectionError, "closed");
    const disposed = connect();
    const open = await disposed.monitor();
    disposed[Symbol.dispose]();
    for await (const _ of open);
    await open.close();
  },
);

Deno.test("A monitor whose connection is lost gives what has come, then says so", async () => {
  await using server = fakeServer(async (peer) => {
    await peer.greet();
    await peer.expect(request("MONITOR"));
    await peer.send("+OK\r\n", '+1700000000.000001 [0 lua] "get" "k"\r\n');
  });
  await using client = new Client({ port: server.port });
  const monitor = await client.monitor();
  const read: MonitoredCommand[] = [];
  const error = await assertRejects(async () => {
    for await (const command of monitor) read.push(command);
  }, ConnectionError);
  assertEquals(error.sent, true);
  assertEquals(read, [{ timeMs: 1700000000000.001, db: 0, address: "lua", command: ["get", "k"] }]);
});

Deno.test("A refused monitor, and one that cannot connect, reject and leave nothing open", async () => {
  await using server = fakeServer(async (peer) => {
    await peer.greet();
    await peer.expect(request("MONITOR"));
    await peer.send("-NOPERM no\r\n");
    await peer.closed();
  }, async (peer) => {
    await peer.greet();
    await peer.expect(request("MONITOR"));
    await peer.closed();
  });
  await using client = new Client({ port: server.port });
  const error = await assertRejects(() => client.monitor(), RedisError, "NOPERM no");
  assertEquals(error.command, "MONITOR");
  await assertRejects(() => client.monitor({ timeoutMs: 50 }), Error, "No reply to MONITOR within 50 ms");
  await assertRejects(() => client.monitor({ buffer: 0.5 }), RangeError, "buffer");
  await using nowhere = new Client({ port: 1 });
  await assertRejects(() => nowhere.monitor(), ConnectionError);
  await using memory = await Server.start();
  await using given = new Client({ transport: memory.dial() });
  await assertRejects(() => given.monitor(), TypeError, "give a function instead");
});

Deno.test("Lines of MONITOR are read, whoever sent the command", () => {
  const rest = { timeMs: 1700000000123.456, db: 15, command: ["PING"] };
  for (const address of ["lua", "unix:/tmp/a [b] c.sock", "[::1]:6379", "127.0.0.1:1"]) {
    assertEquals(parseLine(`1700000000.123456 [15 ${address}] "PING"`), { ...rest, address });
  }
  const { command } = parseLine(
    '1.000000 [0 lua] "a\\"b" "" "\\\\" "\\xc3\\xa9\\x00\\xff" "\\n\\r\\t\\a\\b" "(redacted)"',
  );
  assertEquals(command, ['a"b', "", "\\", "é\0\ufffd", "\n\r\t\x07\b", "(redacted)"]);
  for (const line of ["", "OK", '1.0 [0 lua] "PING"', "1.000000 [0 lua]"]) {
    assertThrows(() => parseLine(line), ProtocolError);
  }
});

Deno.test({
  name: `A monitor sees what a script does, redis-server${hasRedis ? "" : " (skipped: it is not installed)"}`,
  ignore: !hasRedis,
  fn: async () => {
    await using redis = await startRedis();
    await using client = new Client({ port: redis.port });
    await using monitor = await client.monitor();
    await client.eval("return redis.call('SET', KEYS[1], ARGV[1])", ["k"], "é");
    assertEquals((await until(monitor, "EVAL")).command.at(-1), "é");
    const { address, command } = await until(monitor, "SET");
    assertEquals([address, command], ["lua", ["SET", "k", "é"]]);
  },
});
