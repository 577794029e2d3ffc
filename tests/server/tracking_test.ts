/** Client-side caching over real connections: messages between replies, and clients that go or do not read. */
import { assert, assertEquals } from "@std/assert";
import { Config } from "../../engine/config.ts";
import { Host } from "../../server/host.ts";
import { CLOSED, encodeCommand, RawConnection } from "../_harness.ts";

/** A host, and connections to it. */
class TestHost implements AsyncDisposable {
  readonly host: Host;
  readonly #port: number;
  readonly #way: "TCP" | "memory";

  constructor(way: "TCP" | "memory", directives: Record<string, string> = {}) {
    const config = new Config();
    config.set(Object.entries(directives), "start");
    this.host = new Host({ config, seed: 1 });
    this.#port = this.host.listen("127.0.0.1", 0).port;
    this.#way = way;
  }

  open(): Promise<RawConnection> {
    return RawConnection.connect(this.#way === "TCP" ? this.#port : this.host.dial());
  }

  /** A connection in RESP3 that tracks. */
  async tracking(...how: string[]): Promise<RawConnection> {
    const client = await this.open();
    assert((await client.send("HELLO", "3")).startsWith("%"));
    assertEquals(await client.send("CLIENT", "TRACKING", "ON", ...how), "+OK");
    return client;
  }

  /** Waits until so many clients are connected. */
  async connected(count: number): Promise<void> {
    await using control = await this.open();
    while (this.host.engine.clients.size !== count + 1) assertEquals(await control.send("PING"), "+PONG");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.close();
  }
}

function repeated(count: number, command: (i: number) => string[]): Uint8Array {
  return Uint8Array.from(Array.from({ length: count }, (_, i) => [...encodeCommand(command(i))]).flat());
}

for (const way of ["TCP", "memory"] as const) {
  Deno.test(`messages come between the replies of a client, never inside one (${way})`, async () => {
    await using server = new TestHost(way);
    await using reader = await server.tracking();
    await using writer = await server.open();
    const count = 2_000;
    await Promise.all([
      reader.write(repeated(count, () => ["MGET", "a", "b"])),
      writer.write(repeated(count, (i) => ["MSET", "a", `${i}`, "b", `${i}`])),
    ]);
    for (let i = 0; i < count; i++) assertEquals(await writer.readReply(), "+OK");
    await reader.write(encodeCommand(["ECHO", "end"]));
    const told = { a: 0, b: 0 };
    let replies = 0, last = "";
    for (let reply = await reader.readReply(); reply !== "$3 end"; reply = await reader.readReply()) {
      const [, key] = /^>2\[\$10 invalidate, \*1\[\$1 ([ab])\]\]$/.exec(reply) ?? [];
      if (key === "a" || key === "b") told[key]++;
      else {
        assert(/^\*2\[(_, _|\$\d (\d+), \$\d \2)\]$/.test(reply), reply);
        replies++;
        last = reply;
      }
    }
    assertEquals(replies, count);
    // what it read last is either what there is, or it was told of the change
    const isNew = last.includes(` ${count - 1}`);
    assertEquals(told.a, told.b);
    assert(isNew || told.a > 0);
  });

  Deno.test(`a client in BCAST mode hears of every key, idle as it is (${way})`, async () => {
    await using server = new TestHost(way);
    await using reader = await server.tracking("BCAST", "PREFIX", "k");
    await using writer = await server.open();
    await writer.write(repeated(1_000, (i) => ["SET", `k${i}`, "v"]));
    const keys = new Set<string>();
    while (keys.size < 1_000) {
      const told = await reader.readReply();
      assert(told.startsWith(">2[$10 invalidate, *"));
      for (const [, key] of told.matchAll(/\$\d (k\d+)/g)) keys.add(key!);
    }
    for (let i = 0; i < 1_000; i++) assertEquals(await writer.readReply(), "+OK");
  });

  Deno.test(`tracking ends with its connection, however that ends (${way})`, async () => {
    await using server = new TestHost(way);
    const { tracking } = server.host.engine;
    const ends: Record<string, (client: RawConnection) => Promise<unknown>> = {
      close: (client) => client.close(),
      end: (client) => client.end(),
      QUIT: async (client) => assertEquals(await client.send("QUIT"), "+OK"),
      kill: async (client) => {
        const id = (await client.send("CLIENT", "ID")).slice(1);
        await using killer = await server.open();
        assertEquals(await killer.send("CLIENT", "KILL", "ID", id), ":1");
        assertEquals(await client.readReply(), CLOSED);
      },
    };
    for (const how of [[], ["BCAST", "PREFIX", "a", "PREFIX", "b"]]) {
      for (const [name, end] of Object.entries(ends)) {
        await using client = await server.tracking(...how);
        await client.send("MGET", "a", "b");
        assertEquals([tracking.clientCount, tracking.keyCount + tracking.prefixCount], [1, 2], name);
        await end(client);
        await server.connected(0);
        assertEquals([tracking.clientCount, tracking.keyCount, tracking.prefixCount], [0, 0, 0], name);
      }
    }
  });

  Deno.test(`a client whose receiver has gone hears of that (${way})`, async () => {
    await using server = new TestHost(way);
    await using receiver = await server.open();
    const id = (await receiver.send("CLIENT", "ID")).slice(1);
    await using reader = await server.tracking("REDIRECT", id);
    await using writer = await server.open();
    await reader.send("GET", "k");
    assertEquals(await receiver.send("QUIT"), "+OK");
    await server.connected(2);
    assertEquals(await writer.send("SET", "k", "v"), "+OK");
    assertEquals(await reader.readReply(), `>2[$21 tracking-redir-broken, :${id}]`);
    assertEquals(
      await reader.send("CLIENT", "TRACKINGINFO"),
      `%3{$5 flags: ~2[$2 on, $15 broken_redirect], $8 redirect: :${id}, $8 prefixes: *0[]}`,
    );
  });

  Deno.test(`a receiver that does not read is dropped at its limit (${way})`, async () => {
    await using server = new TestHost(way, { "client-output-buffer-limit": "pubsub 4mb 0 0" });
    await using receiver = await server.open();
    const id = (await receiver.send("CLIENT", "ID")).slice(1);
    await receiver.send("SUBSCRIBE", "__redis__:invalidate");
    await using reader = await server.tracking("BCAST", "REDIRECT", id);
    await using writer = await server.open();
    const key = "k".repeat(300_000);
    for (let sent = 0; server.host.engine.statistics.outputBufferLimitDisconnections === 0; sent++) {
      assert((await writer.send("SET", key, `${sent}`)) === "+OK" && sent < 200);
    }
    await server.connected(2);
    await writer.send("SET", "k", "v");
    assertEquals(await reader.readReply(), `>2[$21 tracking-redir-broken, :${id}]`);
  });
}

Deno.test("a receiver that only waits for its last replies has gone", async () => {
  await using server = new TestHost("memory");
  await using receiver = await server.open();
  const id = Number((await receiver.send("CLIENT", "ID")).slice(1));
  await using reader = await server.tracking("REDIRECT", `${id}`);
  await using writer = await server.open();
  await reader.send("GET", "k");
  await writer.send("SET", "large", "x".repeat(1024 * 1024));
  await receiver.write(encodeCommand(["GET", "large"]));
  await receiver.end();
  const { clients } = server.host.engine;
  while (!clients.get(id)!.isGone) assertEquals(await writer.send("PING"), "+PONG");
  assertEquals(await writer.send("SET", "k", "v"), "+OK");
  assertEquals(await reader.readReply(), `>2[$21 tracking-redir-broken, :${id}]`);
  const refused = await writer.send("CLIENT", "TRACKING", "ON", "REDIRECT", `${id}`);
  assertEquals(refused, "-ERR The client ID you want redirect to does not exist");
});
