/**
 * What a client must do whatever it talks to: miniredis, redis-server, a cluster. Keys that belong together have a hash
 * tag, as a program has to write them that is to run on a cluster one day; all else is the same.
 */
import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import {
  type Client,
  type Commands,
  defineScript,
  PipelineError,
  RedisError,
  TimeoutError,
  WatchError,
} from "../../client.ts";
import { arrival } from "./_arrival.ts";

/** What all kinds of clients have. */
export type AnyClient =
  & Commands
  & Pick<Client, "pipeline" | "transaction" | "watch" | "with" | "subscribe" | "close" | "ref" | "unref">;

/** What is special about a target. */
export interface Target {
  /** A client of it, to be closed by the scenario. */
  connect(options?: { commandTimeoutMs?: number; decode?: "string" | "bytes" }): AnyClient & AsyncDisposable;
  /** Ends all connections of all clients. */
  killClients(): Promise<void>;
  /** Whether keys without a hash tag in common may be used together. */
  readonly isCluster: boolean;
  /** Whether the server runs scripts. */
  readonly hasScripts: boolean;
}

/** A scenario; it begins with no keys. */
export type Scenario = (client: AnyClient, target: Target) => Promise<void>;

/** All scenarios, by what they show. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  async "the vocabulary"(client) {
    assertEquals(await client.set("name", "Alice"), 1);
    assertEquals(await client.get("name"), "Alice");
    assertEquals(await client.set("name", "Bob", { nx: true }), 0);
    assertEquals(await client.set("name", "Bob", { get: true }), "Alice");
    assertEquals(await client.mset("a", "1", "b", "2", "c", "3"), 3);
    assertEquals(await client.mget("a", "none", "b", "c"), ["1", null, "2", "3"]);
    assertEquals(await client.delete("a", "b", "none"), 2);
    assertEquals(await client.flush(), 2);
    assertEquals(await client.flush(), 0);
  },

  async "values of every type"(client) {
    assertEquals(await client.append("string", "abc"), 3);
    assertEquals(await client.incrby("number", 41), 41);
    assertEquals(await client.hset("hash", { f: "v", n: 1, __proto__x: "safe" }), 3);
    assertEquals(await client.hgetall("hash"), { f: "v", n: "1", __proto__x: "safe" });
    assertEquals(await client.rpush("list", "a", "b", "c"), 3);
    assertEquals(await client.lrange("list", 0, -1), ["a", "b", "c"]);
    assertEquals(await client.lpop("list", 2), ["a", "b"]);
    assertEquals(await client.sadd("set", "a", "b"), 2);
    assertEquals((await client.smembers("set")).sort(), ["a", "b"]);
    assertEquals(await client.zadd("zset", { a: 1.5, b: 2 }), 2);
    assertEquals(await client.zrange("zset", 0, -1, { withscores: true }), [["a", 1.5], ["b", 2]]);
    assertEquals(await client.zscore("zset", "a"), 1.5);
    assertEquals(await client.zscore("zset", "none"), null);
    assertEquals(await client.setbit("bits", 7, 1), 0);
    assertEquals(await client.bitcount("bits"), 1);
    assertEquals(await client.pfadd("hll", "a", "b"), 1);
    assertEquals(await client.pfcount("hll"), 2);
    assertEquals(await client.geoadd("geo", { Palermo: [13.361389, 38.115556], Catania: [15.087269, 37.502669] }), 2);
    assertEquals(Math.round(await client.geodist("geo", "Palermo", "Catania", "km") ?? 0), 166);
    const id = await client.xadd("stream", "*", { f: "v" });
    assert(/^\d+-\d+$/.test(id ?? ""));
    assertEquals(await client.xlen("stream"), 1);
  },

  async "bytes travel unharmed, as keys and as values"(client) {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    await client.set(bytes, bytes);
    assertEquals(await client.get(bytes, { decode: "bytes" }), bytes);
    assertEquals(await client.send(["MGET", bytes, "none"], { decode: "bytes" }), [bytes, null]);
    assertEquals(await client.delete(bytes), 1);
  },

  async "ten thousand commands at once are answered in order"(client) {
    const numbers = Array.from({ length: 10_000 }, (_, i) => i);
    assertEquals((await Promise.all(numbers.map((i) => client.set(`k${i}`, i)))).length, 10_000);
    const values = await Promise.all(numbers.map((i) => client.get(`k${i}`)));
    assertEquals(values.findIndex((value, i) => value !== String(i)), -1);
    assertEquals(await client.mget(...numbers.map((i) => `k${i}`)), values);
    assertEquals(await client.dbsize(), 10_000);
    assertEquals(await client.delete(...numbers.map((i) => `k${i}`)), 10_000);
  },

  async "large values"(client) {
    const large = "0123456789abcdef".repeat(1 << 16);
    await Promise.all(["a", "b", "c"].map((key) => client.set(key, large)));
    const values = await Promise.all(["a", "b", "c", "d"].map((key) => client.get(key)));
    assertEquals(values.map((value) => value === large), [true, true, true, false]);
  },

  async "errors reject with their code, and harm no other command"(client) {
    await client.set("text", "x");
    const outcomes = await Promise.allSettled([
      client.incr("text"),
      client.get("text"),
      client.lpush("text", "a"),
      client.send(["NOSUCH", "x"]),
      client.get("text"),
    ]);
    assertEquals(
      outcomes.map((outcome) => outcome.status === "fulfilled" ? outcome.value : (outcome.reason as RedisError).code),
      ["ERR", "x", "WRONGTYPE", "ERR", "x"],
    );
  },

  async "a pipeline gives its values, or says what became of each"(client) {
    const [set, value, count] = await client.pipeline((p) => [p.set("a", 1), p.get("a"), p.incrby("b", 5)]);
    assertEquals([set, value, count], [1, "1", 5]);
    const error = await assertRejects(() => client.pipeline((p) => [p.lpush("a", 1), p.get("a")]), PipelineError);
    assertEquals(error.results[1], "1");
    const settled = await client.pipeline([["INCR", "a"], ["LPUSH", "a", "1"]], { settle: true });
    assertEquals(settled[0], 2);
    assertInstanceOf(settled[1], RedisError);
  },

  async "a transaction is executed as a whole or not at all"(client) {
    const transfer = client.transaction((t) => [t.decrby("{bank}:alice", 5), t.incrby("{bank}:bob", 5)]);
    assertEquals(await transfer, [-5, 5]);
    await assertRejects(
      () => client.transaction([["SET", "{bank}:alice", "0"], ["GET"]]),
      RedisError,
    );
    assertEquals(await client.mget("{bank}:alice", "{bank}:bob"), ["-5", "5"]);
  },

  async "transactions that watch a key lose no increment"(client) {
    const increment = () =>
      client.watch(["n"], async (tx) => {
        const n = Number(await tx.get("n") ?? 0);
        return await tx.commit((t) => [t.set("n", n + 1)]);
      });
    await Promise.all(Array.from({ length: 20 }, increment));
    assertEquals(await client.get("n"), "20");
    const hopeless = client.watch(["n"], async (tx) => {
      await client.incr("n");
      return await tx.commit((t) => [t.set("n", 0)]);
    }, { attempts: 2 });
    await assertRejects(() => hopeless, WatchError);
  },

  async "blocking commands wait for others of the same client"(client) {
    const popped = client.blpop(["queue"], 0);
    assertEquals(await client.set("k", "v"), 1);
    await client.rpush("queue", "job");
    assertEquals(await popped, ["queue", "job"]);
    assertEquals(await client.brpop(["queue"], 0.01), null);
    const read = client.xread({ stream: "0" }, { block: 0 });
    await client.xadd("stream", "1-1", { f: "v" });
    assertEquals(Object.keys(await read ?? {}), ["stream"]);
  },

  async "signals and deadlines end the wait"(client) {
    const abort = new AbortController();
    const popped = client.blpop(["none"], 0, { signal: abort.signal });
    await client.set("k", "v");
    abort.abort("enough");
    assertEquals(await popped.catch((reason) => reason), "enough");
    await assertRejects(() => client.blpop(["none"], 0, { timeoutMs: 5 }), TimeoutError);
    await assertRejects(() => client.get("k", { signal: AbortSignal.abort(new RangeError("before")) }), RangeError);
    assertEquals(await client.with({ timeoutMs: 10_000 }).get("k"), "v");
  },

  async "messages reach those who listen, also when their connection was cut"(client, target) {
    await using news = await client.subscribe("news", { patterns: "user:*" });
    const messages = news[Symbol.asyncIterator]();
    const arrivalOn = (channel: string) => arrival(messages, () => client.publish(channel, "hello").catch(() => {})); // which is cut too
    assertEquals(await arrivalOn("news"), { channel: "news", pattern: null, message: "hello" });
    await client.publish("user:1", Uint8Array.of(65));
    let message = (await messages.next()).value;
    while (message?.channel === "news") message = (await messages.next()).value; // published once too often
    assertEquals(message, { channel: "user:1", pattern: "user:*", message: "A" });
    await target.killClients();
    while ((await arrivalOn("user:2"))?.channel !== "user:2");
    await news.close();
    assertEquals((await messages.next()).done, true);
  },

  async "shard channels"(client) {
    const orders = await client.subscribe(["{o}1", "{o}2"], { shard: true, decode: "bytes" });
    assertEquals(await client.spublish("{o}2", "new"), 1);
    for await (const { channel, message } of orders) {
      assertEquals([channel, message], ["{o}2", new TextEncoder().encode("new")]);
      break; // leaves them
    }
    assertEquals(await client.spublish("{o}2", "nobody"), 0);
  },

  async "keys expire"(client) {
    await client.set("k", "v", { px: 60_000 });
    const left = await client.pttl("k");
    assert(left > 50_000 && left <= 60_000);
    assertEquals(await client.expire("k", 0), 1);
    assertEquals(await client.exists("k", "none"), 0);
  },

  async "scans give every element once or more"(client) {
    const names = Array.from({ length: 500 }, (_, i) => `k${i}`).sort();
    await Promise.all(names.map((name) => client.set(name, "v")));
    await client.hset("hash", names.map((name) => [name, "v"] as const));
    for (const commands of [client, client.with({ timeoutMs: 10_000 })]) {
      const found = new Set<string>(), fields = new Set<string>();
      for await (const key of commands.scan({ match: "k*", count: 50 })) found.add(key);
      for await (const [field] of commands.hscan("hash")) fields.add(field);
      assertEquals([[...found].sort(), [...fields].sort()], [names, names]);
    }
    for await (const key of client.scan({ type: "hash" })) assertEquals(key, "hash");
  },

  async "scripts run, by their hash too"(client, target) {
    if (!target.hasScripts) return;
    const script = defineScript({ lua: `return redis.call("INCRBY", KEYS[1], ARGV[1])`, keys: 1 });
    for (let i = 1; i <= 3; i++) assertEquals(await client.run(script, "n", 5), i * 5);
    await Promise.all(["a", "b", "c", "d"].map((key) => client.run(script, key, 1))); // on nodes that do not know it
    assertEquals(await client.mget("a", "b", "c", "d"), ["1", "1", "1", "1"]);
    assertEquals(await client.pipeline((p) => [p.run(script, "n", 5), p.get("n")]), [20, "20"]);
  },

  async "a client comes back when its connections are cut"(client, target) {
    await client.set("k", "v");
    await target.killClients();
    for (let tries = 0;; tries++) { // until it has noticed
      const value = await client.get("k").catch((error) => error);
      if (value === "v") break;
      assert(tries < 100, String(value));
    }
    assertEquals(await client.incr("n"), 1);
  },

  async "a client that is closed waits for its replies, and takes nothing more"(_client, target) {
    const client = target.connect();
    const replies = Array.from({ length: 100 }, (_, i) => client.set(`k${i}`, i));
    await client.close();
    assertEquals(await Promise.all(replies), new Array(100).fill(1));
    await assertRejects(() => client.get("k1"), Error, "closed");
  },
};
