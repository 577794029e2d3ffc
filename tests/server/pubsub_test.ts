/** Publish/subscribe over real connections: many receivers, receivers that do not read, and the ways in which they go. */
import { assert, assertEquals } from "@std/assert";
import { TimerClock } from "../_clock.ts";
import { TestHost, type Way } from "../_host.ts";
import { CLOSED, encodeCommand, type RawConnection } from "../_harness.ts";

/** A connection that has subscribed. */
async function subscribed(server: TestHost, way: Way, channel = "c", protocol: 2 | 3 = 2): Promise<RawConnection> {
  const client = await server.open(way);
  if (protocol === 3) assert((await client.send("HELLO", "3")).startsWith("%"));
  const told = await client.send("SUBSCRIBE", channel);
  assert(told.endsWith(`[$9 subscribe, $${channel.length} ${channel}, :1]`), told);
  return client;
}

/** Asserts that nothing of any subscription is left. */
function assertNoneLeft({ host }: TestHost): void {
  const { channels, patterns, shardChannels, clients } = host.engine.pubsub;
  assertEquals([channels.size, patterns.size, shardChannels.size, clients.size], [0, 0, 0, 0]);
}

for (const way of ["TCP", "memory"] as const) {
  Deno.test(`every subscriber gets every message, in the order in which they were published (${way})`, async () => {
    await using server = new TestHost();
    const clients: RawConnection[] = [];
    for (let i = 0; i < 100; i++) clients.push(await subscribed(server, way, "c", i % 2 === 0 ? 2 : 3));
    const sizes = [1, 100, 16_384, 3, 200_000, 0, 7];
    await (await server.control).write(
      Uint8Array.from(sizes.flatMap((size, i) => [...encodeCommand(["PUBLISH", "c", `${i}`.repeat(size)])])),
    );
    for (const _ of sizes) assertEquals(await (await server.control).readReply(), ":100");
    for (const [i, client] of clients.entries()) {
      const type = i % 2 === 0 ? "*" : ">";
      for (const [n, size] of sizes.entries()) {
        const text = `${n}`.repeat(size);
        assertEquals(await client.readReply(), `${type}3[$7 message, $1 c, $${size} ${text}]`);
      }
    }
    await Promise.all(clients.map((client) => client.close()));
    await server.subscribers(0);
    assertNoneLeft(server);
  });

  Deno.test(`messages come between the replies of a client, never inside one (${way})`, async () => {
    await using server = new TestHost();
    await using client = await subscribed(server, way, "c", 3);
    const count = 2_000;
    const requests = Uint8Array.from(
      Array.from({ length: count }, (_, i) => [...encodeCommand(["ECHO", `${i}`])]).flat(),
    );
    const messages = Uint8Array.from(
      Array.from({ length: count }, (_, i) => [...encodeCommand(["PUBLISH", "c", `${i}`])]).flat(),
    );
    await Promise.all([client.write(requests), (await server.control).write(messages)]);
    let echoed = 0, received = 0;
    while (echoed + received < 2 * count) {
      const reply = await client.readReply();
      if (reply.startsWith("$")) assertEquals(reply, `$${`${echoed}`.length} ${echoed++}`);
      else assertEquals(reply, `>3[$7 message, $1 c, $${`${received}`.length} ${received++}]`);
    }
    for (let i = 0; i < count; i++) assertEquals(await (await server.control).readReply(), ":1");
  });

  Deno.test(`a subscriber that does not read is dropped at its limit, and nobody else is (${way})`, async () => {
    await using server = new TestHost({ "client-output-buffer-limit": "pubsub 4mb 0 0" });
    await using _slow = await subscribed(server, way);
    await using quick = await subscribed(server, way);
    const text = "x".repeat(500_000);
    let sent = 0;
    for (let receivers = ":2"; receivers === ":2"; sent++) {
      receivers = await server.send("PUBLISH", "c", text);
      assertEquals((await quick.readReply()).length, text.length + "*3[$7 message, $1 c, $500000 ]".length);
      assert(sent < 200, "dropped sooner or later");
    }
    assert(sent > 8, "not before the limit");
    assertEquals(await server.send("PUBSUB", "NUMSUB", "c"), "*2[$1 c, :1]");
    assertEquals(server.host.engine.statistics.outputBufferLimitDisconnections, 1);
    assertEquals(await quick.send("PING"), "*2[$4 pong, $0 ]");
  });

  Deno.test(`a subscription ends with its connection, however that ends (${way})`, async () => {
    await using server = new TestHost();
    const ends: Record<string, (client: RawConnection) => Promise<unknown>> = {
      close: (client) => client.close(),
      end: (client) => client.end(),
      QUIT: async (client) => assertEquals(await client.send("QUIT"), "+OK"),
      kill: async (client) => {
        assertEquals(await server.send("CLIENT", "KILL", "TYPE", "pubsub"), ":1");
        assertEquals(await client.readReply(), CLOSED);
      },
      "protocol error": async (client) => {
        await client.write("*x\r\n");
        assertEquals(await client.readReply(), "-ERR Protocol error: invalid multibulk length");
      },
    };
    for (const [way2, end] of Object.entries(ends)) {
      const client = await subscribed(server, way);
      assert((await client.send("PSUBSCRIBE", "*")).startsWith("*3"));
      assert((await client.send("SSUBSCRIBE", "c")).startsWith("*3"));
      assertEquals(server.host.engine.pubsub.clients.size, 1, way2);
      await end(client);
      await server.subscribers(0);
      assertNoneLeft(server);
      assertEquals(await server.send("PUBLISH", "c", "x"), ":0");
      await client.close();
    }
  });
}

Deno.test("past the soft limit a subscriber is dropped after a while, though nothing is sent any more", async () => {
  const clock = new TimerClock();
  await using server = new TestHost({ "client-output-buffer-limit": "pubsub 0 1mb 10" }, clock);
  await using slow = await subscribed(server, "memory");
  // the connection takes the first one, however large
  for (let i = 0; i < 2; i++) assertEquals(await server.send("PUBLISH", "c", "x".repeat(2_000_000)), ":1");
  for (const [ms, left] of [[9_000, 1], [1_000, 1], [1_001, 0]] as const) {
    clock.advance(ms);
    server.host.turn();
    await server.subscribers(left);
  }
  assertNoneLeft(server);
  await slow.close();
});

Deno.test("a subscriber may be silent for as long as it likes", async () => {
  const clock = new TimerClock();
  await using server = new TestHost({ timeout: "10" }, clock);
  await using subscriber = await subscribed(server, "memory");
  await using idle = await server.open("memory");
  assertEquals(await idle.send("PING"), "+PONG");
  clock.advance(11_000);
  assertEquals(await idle.readReply(), CLOSED);
  await using publisher = await server.open("memory");
  assertEquals(await publisher.send("PUBLISH", "c", "x"), ":1");
  assertEquals(await subscriber.readReply(), "*3[$7 message, $1 c, $1 x]");
});

Deno.test("keys that expire by themselves are told of without a command", async () => {
  const clock = new TimerClock();
  await using server = new TestHost({ "notify-keyspace-events": "Ex" }, clock);
  await using listener = await subscribed(server, "TCP", "__keyevent@0__:expired");
  assertEquals(await server.send("SET", "k", "v", "PX", "100"), "+OK");
  clock.advance(150);
  server.host.turn();
  assertEquals(await listener.readReply(), "*3[$7 message, $22 __keyevent@0__:expired, $1 k]");
});

Deno.test("of a thousand subscribers nothing is left when they have gone", async () => {
  await using server = new TestHost();
  const clients = await Promise.all(Array.from({ length: 1_000 }, () => subscribed(server, "memory")));
  assertEquals(await server.send("PUBLISH", "c", "hi"), ":1000");
  for (const client of clients) assertEquals(await client.readReply(), "*3[$7 message, $1 c, $2 hi]");
  await Promise.all(clients.map((client) => client.close()));
  await server.subscribers(0);
  assertNoneLeft(server);
});
