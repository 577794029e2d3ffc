/** Subscriptions: what comes, to whom, in which order; how they end, and how they outlive a connection. */
import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { Client, ConnectionError, RedisError, SlowReaderError } from "../../client.ts";
import type { Message, Subscription, TimeoutError } from "../../client.ts";
import { Server } from "../../server.ts";
import { hasRedis, startRedis } from "../_redis.ts";
import { cuttingProxy, randomRules } from "./_cutting_proxy.ts";
import { fakeServer, FakeTransport, HELLO, request } from "./_fake_server.ts";
import { onServers as onAllServers } from "./_servers.ts";

const SOON = { minMs: 1, maxMs: 2 };
const PING = request("PING");

/** Runs a test on every server, with clients that come back soon. */
function onServers(name: string, fn: Parameters<typeof onAllServers>[1]): void {
  onAllServers(name, fn, { retry: SOON });
}

/** Reads so many messages, and leaves the subscription open. */
async function take<T extends string | Uint8Array>(
  subscription: Subscription<T>,
  count: number,
): Promise<Message<T>[]> {
  const messages: Message<T>[] = [], iterator = subscription[Symbol.asyncIterator]();
  while (messages.length < count) {
    const { done, value } = await iterator.next();
    if (done) break;
    messages.push(value);
  }
  return messages;
}

/** Reads to the end. */
async function all<T extends string | Uint8Array>(subscription: Subscription<T>): Promise<T[]> {
  const messages: T[] = [];
  for await (const { message } of subscription) messages.push(message);
  return messages;
}

/** A push message. */
function pushed(kind: string, ...items: (string | number)[]): string {
  const encoded = [kind, ...items].map((item) =>
    typeof item === "number" ? `:${item}\r\n` : `$${new TextEncoder().encode(item).length}\r\n${item}\r\n`
  );
  return `>${encoded.length}\r\n${encoded.join("")}`;
}

/** A client of a pair of streams, whose connection stands. */
async function connected(): Promise<{ client: Client; transport: FakeTransport }> {
  const transport = new FakeTransport();
  const client = new Client({ transport: transport.transport });
  const pong = client.send(["PING"]);
  await transport.greet();
  await transport.nextWrite();
  await transport.send("+PONG\r\n");
  await pong;
  return { client, transport };
}

onServers("A subscription gives the messages of its channels and patterns, in order", async (connect) => {
  await using client = connect();
  await using publisher = connect();
  await using subscription = await client.subscribe(["news", "sport"], { patterns: "user:*" });
  const receivers = [
    await publisher.publish("news", "one"),
    await publisher.publish("user:é", "two"),
    await publisher.publish("nobody's", "lost"),
    await publisher.publish("sport", "three"),
  ];
  assertEquals(receivers, [1, 1, 0, 1]);
  assertEquals(await take(subscription, 3), [
    { channel: "news", pattern: null, message: "one" },
    { channel: "user:é", pattern: "user:*", message: "two" },
    { channel: "sport", pattern: null, message: "three" },
  ]);
  assertEquals(subscription.gaps, 0);
  assertEquals(await client.set("commands", "still work"), 1);
});

onServers("Patterns alone, a channel by its bytes, shard channels, messages as bytes", async (connect) => {
  await using client = connect({ decode: "bytes" });
  const binary = Uint8Array.of(0xff, 13, 10), other = Uint8Array.of(0xfe, 13, 10); // the same when read as text
  await using patterns = await client.subscribe("n?ws", { patterns: true });
  await using bytes = await client.subscribe(binary, { decode: "bytes" });
  await using again = await client.subscribe([binary], { decode: "bytes" });
  await using others = await client.subscribe(other);
  await client.publish("news", "text");
  await client.publish(other, "to others");
  await client.publish(binary, binary);
  assertEquals((await take(patterns, 1))[0], { channel: "news", pattern: "n?ws", message: "text" });
  const [first] = await take(bytes, 1), [second] = await take(again, 1);
  assertEquals(first, { channel: "\ufffd\r\n", pattern: null, message: binary });
  assertEquals(second, first);
  assert(first!.message.buffer !== second!.message.buffer, "each reader has its own bytes");
  assertEquals((await take(others, 1))[0]!.message, "to others");

  await using shard = await client.subscribe(["{s}1", "{s}2"], { shard: true });
  await using channel = await client.subscribe("{s}1");
  assertEquals(await client.spublish("{s}1", "shard"), 1);
  await client.publish("{s}1", "channel");
  assertEquals((await take(shard, 1))[0], { channel: "{s}1", pattern: null, message: "shard" });
  assertEquals((await take(channel, 1))[0]!.message, "channel");
});

onServers("A channel is left when the last of its subscriptions ends, however it does", async (connect) => {
  await using client = connect();
  await using other = connect();
  const abort = new AbortController();
  const first = await client.subscribe(["a", "b"]);
  const second = await client.subscribe("a", { patterns: ["p*"], signal: abort.signal });
  const count = () => other.send(["PUBSUB", "NUMSUB", "a", "b"]);
  assertEquals(await count(), ["a", 1, "b", 1]);
  await first.close();
  assertEquals(await count(), ["a", 1, "b", 0]);
  assertEquals(await other.publish("a", "to the second"), 1);
  assertEquals(await all(first), []);
  assertEquals((await take(second, 1))[0]!.message, "to the second");
  const third = await client.subscribe("a");
  const reading = assertRejects(() => all(second), RangeError, "enough");
  abort.abort(new RangeError("enough"));
  await reading;
  await second.close();
  assertEquals(await other.pubsubNumpat(), 0);
  assertEquals(await count(), ["a", 1, "b", 0]);
  await other.publish("a", "last");
  for await (const { message } of third) {
    assertEquals(message, "last");
    break;
  }
  assertEquals(await count(), ["a", 0, "b", 0]);
  {
    await using fourth = await client.subscribe("a");
    assertEquals(await count(), ["a", 1, "b", 0]);
    assertEquals(fourth.gaps, 0);
  }
  assertEquals(await count(), ["a", 0, "b", 0]);
});

onServers("A connection that is killed comes back with its subscriptions, and the gap is counted", async (connect) => {
  await using client = connect({ name: "listener", db: 1 });
  await using other = connect();
  await using subscription = await client.subscribe(["news", "sport"], { patterns: ["n*"] });
  await using second = await client.subscribe("news");
  const closed = await client.subscribe("closed");
  await other.publish("news", "before");
  const list = async () =>
    String(await other.send(["CLIENT", "LIST"])).split("\n").filter((line) => / sub=[1-9]/.test(line));
  const [line] = await list();
  assert(line?.includes("name=listener"), line);
  const killed = closed.close();
  assertEquals(await other.send(["CLIENT", "KILL", "ID", /id=(\d+)/.exec(line!)![1]!]), 1);
  await killed;
  let back: string[] = [];
  while (back.length === 0 || !/ sub=2 psub=1/.test(back[0]!)) back = await list();
  assert(back[0]!.includes("name=listener"), back[0]);
  assertEquals(await other.publish("closed", "nobody"), 0);
  assertEquals(await other.publish("news", "after"), 2);
  assertEquals((await take(subscription, 2)).map(({ message }) => message), ["before", "before"]);
  assertEquals(subscription.gaps, 0);
  assertEquals((await take(subscription, 2)).map(({ pattern }) => pattern), [null, "n*"]);
  assertEquals(subscription.gaps, 1);
  assertEquals((await take(second, 2)).map(({ message }) => message), ["before", "after"]);
  assertEquals(second.gaps, 1);
});

onServers("Closing the client ends loops over messages, and what is subscribed meanwhile", async (connect) => {
  for (const end of ["close", "dispose"] as const) {
    const client = connect();
    const subscription = await client.subscribe("a");
    const reading = all(subscription);
    const another = client.subscribe("b").then(all).catch((error) => error.name);
    if (end === "close") await client.close();
    else client[Symbol.dispose]();
    assertEquals(await reading, []);
    assertEquals(subscription.gaps, 0);
    const what = await another;
    assert(Array.isArray(what) || what === "ConnectionError", String(what));
    await assertRejects(() => client.subscribe("c"), ConnectionError, "closed");
    await subscription.close();
    await client.close();
  }
});

onServers("A slow reader is given what was kept, then an error; others miss nothing", async (connect) => {
  await using client = connect();
  const slow = await client.subscribe("a", { buffer: 2 });
  const quick = await client.subscribe("a");
  for (const message of ["1", "2", "3", "4"]) await client.publish("a", message);
  assertEquals((await take(quick, 4)).length, 4);
  const read: string[] = [];
  const error = await assertRejects(async () => {
    for await (const { message } of slow) read.push(message);
  }, SlowReaderError);
  assertEquals([read, error.buffer], [["1", "2"], 2]);
  assertEquals(await all(slow), []); // said once
  await slow.close();
  assertEquals(await client.send(["PUBSUB", "NUMSUB", "a"]), ["a", 1]);
  await quick.close();
});

Deno.test("Subscribing sends one write, and takes errors, messages and other replies for what they are", async () => {
  const { client, transport } = await connected();
  await using _client = client;
  const results = Promise.all([
    client.get("before"),
    client.subscribe(["a", "b", "a"], { patterns: ["p*"] }),
    assertRejects(() => client.subscribe("secret"), RedisError),
    assertRejects(() => client.subscribe("c", { patterns: ["secret*"] }), RedisError),
    client.get("after"),
  ]);
  assertEquals(
    await transport.nextWrite(),
    request("GET", "before") +
      request("SUBSCRIBE", "a", "b", "a") + request("PSUBSCRIBE", "p*") + PING +
      request("SUBSCRIBE", "secret") + PING +
      request("SUBSCRIBE", "c") + request("PSUBSCRIBE", "secret*") + PING +
      request("GET", "after"),
  );
  await transport.send(
    "$1\r\nB\r\n",
    ...["a", "b", "a"].map((name) => pushed("subscribe", name, 1)),
    pushed("message", "a", "early"),
    pushed("psubscribe", "p*", 3) + "+PONG\r\n",
    "-NOPERM secret\r\n-NOPERM no permission to run 'ping'\r\n",
    pushed("subscribe", "c", 4) + "-NOPERM secret too\r\n-NOPERM no permission to run 'ping'\r\n",
    "$1\r\nA\r\n",
  );
  assertEquals(
    await transport.nextWrite(),
    request("UNSUBSCRIBE", "c") + request("PUNSUBSCRIBE", "secret*") + PING,
  );
  await transport.send(pushed("unsubscribe", "c", 3), pushed("punsubscribe", "secret*", 3), "+PONG\r\n");
  const [before, good, bad, half, after] = await results;
  assertEquals([before, after], ["B", "A"]);
  assertEquals([bad.message, bad.command], ["NOPERM secret", "SUBSCRIBE"]);
  assertEquals([half.message, half.command], ["NOPERM secret too", "PSUBSCRIBE"]);
  assertEquals((await take(good, 1))[0]!.message, "early");
  const closing = good.close();
  assertEquals(
    await transport.nextWrite(),
    request("UNSUBSCRIBE", "a", "b") + request("PUNSUBSCRIBE", "p*") + PING,
  );
  await transport.send(
    pushed("unsubscribe", "a", 2),
    pushed("unsubscribe", "b", 1),
    pushed("punsubscribe", "p*", 0),
    "+PONG\r\n",
  );
  await closing;
});

Deno.test("Subscribing that is aborted or takes too long is undone", async () => {
  const { client, transport } = await connected();
  await using _client = client;
  const reason = new Error("no more");
  assertStrictEquals(
    await client.subscribe("x", { signal: AbortSignal.abort(reason) }).catch((error) => error),
    reason,
  );

  const abort = new AbortController();
  const sent = client.subscribe("a", { signal: abort.signal }).catch((error) => error);
  assertEquals(await transport.nextWrite(), request("SUBSCRIBE", "a") + PING);
  abort.abort(reason);
  assertStrictEquals(await sent, reason);
  const late = client.subscribe("b", { timeoutMs: 1 }).catch((error) => error);
  assertEquals(await transport.nextWrite(), request("UNSUBSCRIBE", "a") + PING);
  assertEquals(await transport.nextWrite(), request("SUBSCRIBE", "b") + PING);
  assertEquals((await late as TimeoutError).command, "SUBSCRIBE");
  assertEquals(await transport.nextWrite(), request("UNSUBSCRIBE", "b") + PING);
  await transport.send(
    pushed("subscribe", "a", 1) + "+PONG\r\n" + pushed("unsubscribe", "a", 0) + "+PONG\r\n",
    pushed("subscribe", "b", 1) + "+PONG\r\n" + pushed("unsubscribe", "b", 0) + "+PONG\r\n",
  );
  const reply = client.get("k");
  assertEquals(await transport.nextWrite(), request("GET", "k"));
  await transport.send("$1\r\nv\r\n");
  assertEquals(await reply, "v");
});

Deno.test("A signal ends a subscription at once, also what was not read", async () => {
  await using server = await Server.start();
  await using client = server.client();
  const abort = new AbortController();
  const subscription = await client.subscribe("a", { signal: abort.signal });
  await client.publish("a", "unread");
  abort.abort("enough");
  assertEquals(await all(subscription).catch((error) => error), "enough");
  assertEquals(await all(subscription), []);
});

Deno.test("What cannot be subscribed to is refused before anything is sent", async () => {
  await using client = new Client({ port: 1 });
  await assertRejects(() => client.subscribe([]), TypeError, "no channel is named");
  await assertRejects(() => client.subscribe([], { patterns: [] }), TypeError, "no channel is named");
  await assertRejects(() => client.subscribe("a", { shard: true, patterns: ["b"] }), TypeError, "no patterns of shard");
  await assertRejects(() => client.subscribe("a", { shard: true, patterns: true }), TypeError, "no patterns of shard");
  await assertRejects(() => client.subscribe("a", { buffer: 0 }), RangeError, "buffer");
  await assertRejects(() => client.subscribe("a"), ConnectionError, "Cannot connect");
});

Deno.test("A new connection is told all subscriptions in its greeting, without any command waiting", async () => {
  await using server = fakeServer(
    async (peer) => {
      await peer.greet();
      await peer.expect(PING);
      await peer.send("+PONG\r\n");
      await peer.expect(request("SUBSCRIBE", "a", "b"), request("PSUBSCRIBE", "p*"), PING);
      await peer.send(
        pushed("subscribe", "a", 1),
        pushed("subscribe", "b", 2),
        pushed("psubscribe", "p*", 3),
        "+PONG\r\n",
      );
      await peer.expect(request("SSUBSCRIBE", "s"), PING);
      await peer.send(pushed("ssubscribe", "s", 1), "+PONG\r\n");
      await peer.send(pushed("message", "a", "one"));
    },
    async () => {},
    async (peer) => {
      await peer.expect(HELLO, request("SUBSCRIBE", "a", "b"), request("PSUBSCRIBE", "p*"), request("SSUBSCRIBE", "s"));
      await peer.send("%1\r\n+proto\r\n:3\r\n", pushed("subscribe", "a", 1), pushed("message", "a", "two"));
      await peer.send(pushed("subscribe", "b", 2), pushed("psubscribe", "p*", 3), pushed("ssubscribe", "s", 1));
      await peer.send(pushed("pmessage", "p*", "p1", "three"), pushed("smessage", "s", "four"));
      await peer.closed();
    },
  );
  await using client = new Client({ port: server.port, retry: SOON });
  const subscription = await client.subscribe(["a", "b"], { patterns: ["p*"] });
  const shard = await client.subscribe("s", { shard: true });
  assertEquals((await take(subscription, 3)).map(({ message }) => message), ["one", "two", "three"]);
  assertEquals((await take(shard, 1))[0]!.message, "four");
  assertEquals([subscription.gaps, shard.gaps], [1, 1]);
  await client.close();
});

Deno.test("What a new connection is no longer allowed ends with the server's reason, the rest goes on", async () => {
  await using server = fakeServer(
    async (peer) => {
      await peer.greet();
      await peer.expect(PING);
      await peer.send("+PONG\r\n");
      await peer.expect(request("SUBSCRIBE", "a"), PING, request("SUBSCRIBE", "b"), request("PSUBSCRIBE", "p*"), PING);
      await peer.send(pushed("subscribe", "a", 1), "+PONG\r\n");
      await peer.send(
        pushed("subscribe", "b", 2),
        pushed("psubscribe", "p*", 3),
        "+PONG\r\n",
        pushed("message", "b", "kept"),
      );
    },
    async (peer) => {
      await peer.expect(HELLO, request("SUBSCRIBE", "a"), request("SUBSCRIBE", "b"), request("PSUBSCRIBE", "p*"));
      await peer.send(
        "%1\r\n+proto\r\n:3\r\n",
        pushed("subscribe", "a", 1),
        pushed("subscribe", "b", 2),
        "-NOPERM p\r\n",
      );
      await peer.expect(request("UNSUBSCRIBE", "b"), request("PUNSUBSCRIBE", "p*"), PING);
      await peer.send(pushed("unsubscribe", "b", 1), pushed("punsubscribe", "p*", 1), "+PONG\r\n");
      await peer.send(pushed("message", "b", "nobody's"), pushed("message", "a", "goes on"));
      await peer.closed();
    },
  );
  await using client = new Client({ port: server.port, retry: SOON });
  await client.send(["PING"]);
  const [a, b] = await Promise.all([client.subscribe("a"), client.subscribe("b", { patterns: ["p*"] })]);
  assertEquals((await take(b, 1))[0]!.message, "kept");
  const error = await assertRejects(() => all(b), RedisError, "NOPERM p");
  assertEquals(error.command, "PSUBSCRIBE");
  assertEquals((await take(a, 1))[0]!.message, "goes on");
  await client.close();
});

Deno.test("When the client gives up coming back, loops throw after what was kept", async () => {
  for (const retry of [false, { ...SOON, attempts: 2 }] as const) {
    const gone = async () => {};
    await using server = fakeServer(async (peer) => {
      await peer.greet();
      await peer.expect(PING);
      await peer.send("+PONG\r\n");
      await peer.expect(request("SUBSCRIBE", "a"), PING);
      await peer.send(pushed("subscribe", "a", 1), "+PONG\r\n", pushed("message", "a", "kept"));
    }, ...(retry === false ? [] : [gone, gone]));
    await using client = new Client({ port: server.port, retry });
    const subscription = await client.subscribe("a");
    const read: string[] = [];
    await assertRejects(async () => {
      for await (const { message } of subscription) read.push(message);
    }, ConnectionError);
    assertEquals(read, ["kept"]);
    await subscription.close();
  }
});

Deno.test("A shard channel that the server leaves by itself ends its subscriptions", async () => {
  const { client, transport } = await connected();
  await using _client = client;
  const subscribing = client.subscribe(["s", "t"], { shard: true });
  await transport.nextWrite();
  await transport.send(pushed("ssubscribe", "s", 1), pushed("ssubscribe", "t", 2), "+PONG\r\n");
  const moved = await subscribing;
  const reading = assertRejects(() => all(moved), ConnectionError, 'Lost the shard channel "s"');
  await transport.send(pushed("sunsubscribe", "s", 1));
  await reading;
  assertEquals(await transport.nextWrite(), request("SUNSUBSCRIBE", "s", "t") + PING);
  await transport.send("-MOVED 1 127.0.0.1:7001\r\n+PONG\r\n");
  await moved.close();

  // left by us, and wanted again before the server has said so
  const resubscribed = async () => {
    const first = client.subscribe("s", { shard: true });
    await transport.nextWrite();
    await transport.send(pushed("ssubscribe", "s", 1), "+PONG\r\n");
    return await first;
  };
  const old = await resubscribed();
  const closing = old.close(), again = client.subscribe("s", { shard: true });
  assertEquals(
    await transport.nextWrite(),
    request("SUNSUBSCRIBE", "s") + PING + request("SSUBSCRIBE", "s") + PING,
  );
  await transport.send(pushed("sunsubscribe", "s", 0), "+PONG\r\n", pushed("ssubscribe", "s", 1), "+PONG\r\n");
  await closing;
  await transport.send(pushed("smessage", "s", "still here"));
  assertEquals((await take(await again, 1))[0]!.message, "still here");
});

Deno.test("A client that was given one connection cannot subscribe in RESP2, and says so", async () => {
  await using server = await Server.start();
  await using client = new Client({ transport: server.dial(), protocol: 2 });
  await assertRejects(() => client.subscribe("a"), TypeError, "give a function instead");
  await using many = new Client({ transport: () => server.dial(), protocol: 2 });
  await using subscription = await many.subscribe("a");
  await many.publish("a", "hello");
  assertEquals((await take(subscription, 1))[0]!.message, "hello");
});

Deno.test("A server that knows no HELLO is listened to on a connection of its own, which comes back", async () => {
  const unknown = "-ERR unknown command 'HELLO'\r\n";
  const old = (text: string) => text.replace(/^>/, "*");
  await using server = fakeServer(
    async (peer) => {
      await peer.expect(request("HELLO", "3", "SETNAME", "me"));
      await peer.send(unknown);
      await peer.expect(request("CLIENT", "SETNAME", "me"));
      await peer.send("+OK\r\n");
      await peer.expect(PING);
      await peer.send("+PONG\r\n");
      await peer.closed();
    },
    async (peer) => {
      await peer.expect(request("HELLO", "3", "SETNAME", "me"));
      await peer.send(unknown);
      await peer.expect(request("CLIENT", "SETNAME", "me"));
      await peer.send("+OK\r\n");
      await peer.expect(request("SUBSCRIBE", "a"), PING);
      await peer.send(
        old(pushed("subscribe", "a", 1)),
        "*2\r\n$4\r\npong\r\n$0\r\n\r\n",
        old(pushed("message", "a", "one")),
      );
    },
    async (peer) => {
      await peer.expect(request("HELLO", "3", "SETNAME", "me"));
      await peer.send(unknown);
      await peer.expect(request("CLIENT", "SETNAME", "me"));
      await peer.send("+OK\r\n");
      await peer.expect(request("SUBSCRIBE", "a"));
      await peer.send(old(pushed("subscribe", "a", 1)), old(pushed("message", "a", "two")));
      await peer.closed();
    },
  );
  await using client = new Client({ port: server.port, name: "me", retry: SOON });
  const subscription = await client.subscribe("a");
  assertEquals((await take(subscription, 2)).map(({ message }) => message), ["one", "two"]);
  await client.close();
});

Deno.test({
  name: `A user who may not subscribe is told so, redis-server${hasRedis ? "" : " (skipped: it is not installed)"}`,
  ignore: !hasRedis,
  fn: async () => {
    await using redis = await startRedis();
    await using admin = new Client({ port: redis.port });
    await admin.send(["ACL", "SETUSER", "u", "on", ">pw", "+@all", "-ping", "~*", "resetchannels", "&open*"]);
    for (const protocol of [3, 2] as const) {
      await using client = new Client({ port: redis.port, username: "u", password: "pw", protocol, retry: SOON });
      const error = await assertRejects(() => client.subscribe(["open", "secret"]), RedisError, "NOPERM");
      assertEquals(error.command, "SUBSCRIBE");
      await assertRejects(() => client.subscribe("open", { patterns: ["*"] }), RedisError, "NOPERM");
      await using subscription = await client.subscribe("open", { patterns: ["open*"] });
      while ((await admin.send(["PUBSUB", "NUMSUB", "open"]) as unknown[])[1] !== 1);
      await admin.publish("open", "hello");
      assertEquals((await take(subscription, 2)).map(({ message }) => message), ["hello", "hello"]);
      if (protocol === 3) assertEquals(await client.get("k"), null);
    }
  },
});

/** Cuts connections while messages come: none is given twice or in another's place, none is missed without a gap. */
async function cutWhileSubscribed(port: number, protocol: 2 | 3, seed: number): Promise<void> {
  await using proxy = await cuttingProxy(port);
  await using publisher = new Client({ port });
  await using client = new Client({ port: proxy.port, protocol, retry: { minMs: 1, maxMs: 4 } });
  const nextRule = randomRules(seed, 400);
  const subscription = await client.subscribe("n", { patterns: ["other*"] });
  let published = 0, last = 0, lastGaps = 0, given = 0;
  const reading = (async () => {
    for await (const { channel, message } of subscription) {
      if (channel !== "n") continue;
      const n = Number(message);
      assert(n > last, `${n} after ${last}`);
      assert(n === last + 1 || subscription.gaps > lastGaps, `${last + 1} is missing, and no gap was counted`);
      [last, lastGaps] = [n, subscription.gaps];
      given++;
    }
  })();
  while (proxy.cuts < 150) {
    const rule = nextRule();
    if (rule.when === "accept") {
      proxy.cutNext(rule);
      await proxy.cutAll(rule.how);
    } else {
      const cuts = proxy.cuts;
      proxy.cutOpen(rule); // of none, should the client be on its way back
      for (let round = 0; round < 20 && proxy.cuts === cuts; round++) {
        const publishing = Array.from({ length: 5 }, () => publisher.publish("n", ++published));
        const passing = client.subscribe(["other1", "other2"]).then((other) => other.close());
        const outcomes = await Promise.allSettled([passing, client.get("k"), ...publishing]);
        for (const outcome of outcomes) {
          if (outcome.status === "rejected") assert(outcome.reason instanceof ConnectionError, String(outcome.reason));
        }
      }
    }
  }
  while (await publisher.publish("n", ++published) !== 1) await client.get("k").catch(() => {}); // until it is back
  while (last < published) await new Promise((resolve) => setTimeout(resolve, 1));
  assert(given > 100 && subscription.gaps > 50, `${given} messages, ${subscription.gaps} gaps`);
  await subscription.close();
  await reading;
  assertEquals(await publisher.send(["PUBSUB", "NUMSUB", "n", "other1", "other2"]), ["n", 0, "other1", 0, "other2", 0]);
}

for (const protocol of [3, 2] as const) {
  Deno.test(`Messages are in order and gaps are counted, wherever the connection is cut, RESP${protocol}`, async () => {
    await using server = await Server.start({ port: 0 });
    await cutWhileSubscribed(server.port, protocol, protocol);
  });
}
