/** `maxmemory-clients`, over connections in memory: nothing but the server decides what is read when. */
import { assert, assertEquals } from "@std/assert";
import { Config } from "../../engine/config.ts";
import type { Log } from "../../engine/log.ts";
import { Host } from "../../server/host.ts";
import { TimerClock } from "../_clock.ts";
import { CLOSED, encodeCommand, RawConnection } from "../_harness.ts";
import { TestHost as ClockedHost } from "../_host.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

/** A host, and a connection that is never evicted to look at the others with. */
class TestHost implements AsyncDisposable {
  readonly lines: string[] = [];
  readonly host: Host;
  control!: RawConnection;

  private constructor(directives: Record<string, string>) {
    const config = new Config();
    config.set(Object.entries(directives), "start");
    const log: Log = { log: (_level, text) => void this.lines.push(text) };
    this.host = new Host({ config, log, seed: 1 });
  }

  static async start(directives: Record<string, string> = {}): Promise<TestHost> {
    const server = new TestHost(directives);
    server.control = await server.dial("control");
    assertEquals(await server.control.send("CLIENT", "NO-EVICT", "ON"), "+OK");
    return server;
  }

  async dial(name: string): Promise<RawConnection> {
    const conn = await RawConnection.connect(this.host.dial());
    assertEquals(await conn.send("CLIENT", "SETNAME", name), "+OK");
    return conn;
  }

  /** A field of a client's line in CLIENT LIST; null when it is gone. */
  async field(name: string, field: string): Promise<number | null> {
    const line = (await this.control.send("CLIENT", "LIST")).split("\\n").find((line) =>
      line.includes(` name=${name} `)
    );
    return line === undefined ? null : Number(new RegExp(` ${field}=(-?\\d+) `).exec(line)![1]);
  }

  /** Sends the beginning of a command, and waits until the server holds so much of it, or has closed the connection. */
  async hold(conn: RawConnection, name: string, bytes: number): Promise<void> {
    const text = `*2\r\n$4\r\nECHO\r\n$${bytes + 1}\r\n${"x".repeat(bytes)}`;
    const sent = conn.write(new TextEncoder().encode(text)).catch(() => {}); // it may be closed meanwhile
    for (let held: number | null = 0; held !== null && held < bytes;) held = await this.field(name, "qbuf");
    await sent;
  }

  set(value: string): Promise<string> {
    return this.control.send("CONFIG", "SET", "maxmemory-clients", value);
  }

  /** Who is there, beside the one that looks; in the order they came. */
  async names(): Promise<string[]> {
    const list = await this.control.send("CLIENT", "LIST");
    return [...list.matchAll(/ name=(\S+) /g)].map(([, name]) => name!).filter((name) => name !== "control");
  }

  get evicted(): number {
    return this.host.engine.statistics.evictedClients;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.control[Symbol.asyncDispose]();
    await this.host.close();
  }
}

Deno.test("a client that sends a request too large is evicted, others are not", async () => {
  await using server = await TestHost.start({ "maxmemory-clients": "2mb" });
  await using small = await server.dial("small");
  await using large = await server.dial("large");
  await server.hold(large, "large", 3 * MIB);
  assertEquals([await large.readReply(), await server.names(), server.evicted], [CLOSED, ["small"], 1]);
  assertEquals(await small.send("PING"), "+PONG");
  assert(server.lines.some((line) => /^Evicting client: id=\d+ addr=\S+ name=large tot-mem=\d{7}$/.test(line)));
});

Deno.test("a lower limit evicts the largest clients, and no more of them than it takes", async () => {
  await using server = await TestHost.start();
  await using a = await server.dial("a");
  await using b = await server.dial("b");
  await using c = await server.dial("c");
  await using d = await server.dial("d");
  const sizes = [[a, "a", 200], [b, "b", 900], [c, "c", 100], [d, "d", 1800]] as const;
  for (const [conn, name, kib] of sizes) await server.hold(conn, name, kib * KIB);
  assertEquals(await server.set("8mb"), "+OK");
  assertEquals([await server.names(), server.evicted], [["a", "b", "c", "d"], 0]);
  assertEquals(await server.set("2mb"), "+OK");
  assertEquals(await server.names(), ["a", "b", "c"]);
  assertEquals(await server.set("1mb"), "+OK");
  assertEquals([await server.names(), server.evicted], [["a", "c"], 2]);
  assertEquals(await server.set("0"), "+OK");
  assertEquals(await server.names(), ["a", "c"]);
});

Deno.test("CLIENT NO-EVICT keeps a client, though it counts", async () => {
  await using server = await TestHost.start({ "maxmemory-clients": "1mb" });
  await using safe = await server.dial("safe");
  await using other = await server.dial("other");
  assertEquals(await safe.send("CLIENT", "NO-EVICT", "ON"), "+OK");
  await server.hold(safe, "safe", 2 * MIB);
  assertEquals([await other.readReply(), await server.names(), server.evicted], [CLOSED, ["safe"], 1]);
  assert(server.lines.includes("Over client maxmemory after evicting all evictable clients"));
});

Deno.test("a client is evicted for replies that it does not read, and for messages", async () => {
  await using server = await TestHost.start({
    "maxmemory-clients": "4mb",
    "client-output-buffer-limit": "pubsub 0 0 0",
  });
  const value = "x".repeat(100 * KIB);
  await server.control.send("SET", "k", value);
  {
    await using reader = await server.dial("reader");
    for (let i = 0; i < 200 && server.evicted === 0; i++) {
      await reader.write(encodeCommand(["GET", "k"])).catch(() => {});
      await server.control.send("PING");
    }
    assertEquals([await server.names(), server.evicted], [[], 1]);
  }
  await using subscriber = await server.dial("subscriber");
  await subscriber.send("SUBSCRIBE", "channel");
  for (let i = 0; i < 200 && server.evicted === 1; i++) await server.control.send("PUBLISH", "channel", value);
  assertEquals([await server.names(), server.evicted], [[], 2]);
});

for (
  const [what, commands] of [
    ["queued commands", (i: number) => i === 0 ? ["MULTI"] : ["SET", "k", "x".repeat(10_000)]],
    ["watched keys", (i: number) => ["WATCH", `${i}`]],
    ["channels", (i: number) => ["SUBSCRIBE", `${i}`]],
    ["patterns", (i: number) => ["PSUBSCRIBE", `${i}`]],
    ["shard channels", (i: number) => ["SSUBSCRIBE", `${i}`]],
    ["prefixes", (i: number) => ["CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", `${i}.`]],
  ] as const
) {
  Deno.test(`a client is evicted for its ${what}`, async () => {
    await using server = await TestHost.start({ "maxmemory-clients": "200000" });
    await using conn = await server.dial("greedy");
    let reply = "";
    for (let i = 0; i < 5_000 && reply !== CLOSED; i++) reply = await conn.send(...commands(i)).catch(() => CLOSED);
    assertEquals([reply, server.evicted], [CLOSED, 1]);
  });
}

Deno.test("a client is evicted for the arguments that it waits with, whose buffer it has given back", async () => {
  await using server = await TestHost.start();
  await using conn = await server.dial("waiting");
  await conn.write(encodeCommand(["BLPOP", "x".repeat(MIB), "0"]));
  const { blocking, clients } = server.host.engine;
  while (blocking.count === 0) assertEquals(await server.control.send("PING"), "+PONG");
  for (const { connection } of clients.values()) connection.trim(true);
  assertEquals([await server.set("1mb"), await server.names(), server.evicted], ["+OK", [], 1]);
});

Deno.test("maxmemory-clients may be a part of maxmemory, and is never less than 128 KiB", async () => {
  await using server = await TestHost.start();
  await using conn = await server.dial("some");
  await server.hold(conn, "some", 300 * KIB);
  const limits = async (maxmemory: string, clients: string) => {
    assertEquals(
      await server.control.send("CONFIG", "SET", "maxmemory", maxmemory, "maxmemory-clients", clients),
      "+OK",
    );
    return await server.names();
  };
  assertEquals(await limits("0", "1%"), ["some"], "a part of no limit");
  assertEquals(await limits("100mb", "1%"), ["some"]);
  assertEquals(await limits("10mb", "10%"), ["some"]);
  assertEquals(await limits("10mb", "1%"), []);
  assertEquals(await limits("0", "0"), []);
  await using little = await server.dial("little");
  assertEquals(await limits("0", "1"), ["little"]);
  assertEquals(await little.send("PING"), "+PONG");
});

Deno.test("what clients take is forgotten when they go", async () => {
  await using server = await TestHost.start({ "maxmemory-clients": "1mb" });
  for (let i = 0; i < 10; i++) {
    await using conn = await server.dial("passing");
    await server.hold(conn, "passing", 500 * KIB);
    assertEquals(server.evicted, 0);
  }
});

Deno.test("buffers that silent clients have given back count no more", async () => {
  const clock = new TimerClock();
  await using server = new ClockedHost({ "maxmemory-clients": "1mb" }, clock);
  const { clientMemory, clients, statistics } = server.host.engine;
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 30; i++) assertEquals(await (await server.open("memory")).send("PING"), "+PONG"); // 16 KiB each
    clock.advance(4_000);
    for (let i = 0; i < 30; i++) server.host.turn();
  }
  assertEquals([clients.size, statistics.evictedClients], [90, 0]);
  for (const client of clients.values()) assertEquals(client.notedBytes, clientMemory.bytesOf(client));
});
