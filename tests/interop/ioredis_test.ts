/** ioredis with its defaults, RESP3 among them: connecting, pipelines, bytes, options, errors, and the end without a leak. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { Redis } from "ioredis";
import { Client } from "../../client.ts";
import { startQuiet } from "./_servers.ts";

interface Options {
  readonly protocol?: 2 | 3;
  readonly connectionName?: string;
}

/** Runs a test with a client that ends by QUIT, as programs do, and waits for its `end` event. */
async function withRedis(url: string, options: Options, fn: (redis: Redis) => Promise<void>): Promise<void> {
  const redis = new Redis(url, options);
  try {
    await fn(redis);
  } finally {
    const ended = once(redis, "end");
    assertEquals(await redis.quit(), "OK");
    await ended;
  }
}

function redisTest(name: string, fn: (redis: Redis, url: string) => Promise<void>): void {
  for (const protocol of [3, 2] as const) {
    Deno.test(`ioredis ${name} (RESP${protocol})`, async () => {
      await using quiet = await startQuiet();
      const { url } = quiet.server;
      await withRedis(url, protocol === 3 ? {} : { protocol }, (redis) => fn(redis, url));
    });
  }
}

/** The fields of CLIENT INFO. */
async function clientInfo(redis: Redis): Promise<Record<string, string>> {
  const line = await redis.client("INFO");
  return Object.fromEntries(line.trim().split(" ").map((field) => field.split("=", 2)));
}

Deno.test("ioredis connects by a URL with password and database, speaks RESP3 and says what it is", async () => {
  await using quiet = await startQuiet({ port: 0, config: { requirepass: "secret" } });
  const url = quiet.server.url.replace("//", "//:secret@");
  await withRedis(`${url}/2`, {}, async (redis) => {
    assertEquals(await redis.set("name", "Alice"), "OK");
    const { db, resp, user, "lib-name": library, "lib-ver": version } = await clientInfo(redis);
    assertEquals({ db, resp, user, library }, { db: "2", resp: "3", user: "default", library: "ioredis" });
    assert(/^\d+\.\d+\.\d+$/.test(version!));
  });
  await withRedis(url.replace(":secret", "default:secret"), { connectionName: "worker" }, async (redis) => {
    assertEquals((await clientInfo(redis)).name, "worker");
    assertEquals(await redis.get("name"), null); // it is in database 2
    assertEquals(await redis.select(2), "OK");
    assertEquals(await redis.get("name"), "Alice");
  });
});

Deno.test("ioredis is told of a wrong password, and a client without one of the need", async () => {
  await using quiet = await startQuiet({ port: 0, config: { requirepass: "secret" } });
  const { url } = quiet.server;
  for (const [login, code] of [["//:wrong@", "WRONGPASS"], ["//", "NOAUTH"]] as const) {
    const redis = new Redis(url.replace("//", login), { retryStrategy: null, lazyConnect: true });
    const errors: string[] = [];
    redis.on("error", (error: Error) => errors.push(error.message));
    const ended = new Promise((resolve) => redis.once("end", resolve)); // events.once() would reject at the error
    await assertRejects(() => redis.get("k"), Error);
    redis.disconnect();
    await ended;
    assert(errors.some((message) => message.includes(code)), errors.join());
  }
});

redisTest("has 1,000 pipelined commands answered in order", async (redis) => {
  const pipeline = redis.pipeline();
  for (let i = 0; i < 500; i++) pipeline.set(`key:${i}`, i).get(`key:${i}`);
  const results = await pipeline.exec();
  assertEquals(results!.length, 1_000);
  assertEquals(results, Array.from({ length: 1_000 }, (_, i) => [null, i % 2 === 0 ? "OK" : `${i >> 1}`]));
  const alone = await Promise.all(Array.from({ length: 1_000 }, () => redis.incr("n")));
  assertEquals(alone, Array.from({ length: 1_000 }, (_, i) => i + 1));
  assertEquals(await redis.mset(Object.fromEntries(alone.map((n) => [`m:${n}`, n]))), "OK");
  assertEquals(await redis.mget(alone.map((n) => `m:${n}`)), alone.map(String));
  assertEquals(await redis.dbsize(), 1_501);
});

redisTest("keeps every byte of keys and values", async (redis) => {
  const all = Buffer.from(Uint8Array.from({ length: 256 }, (_, i) => i));
  const large = Buffer.alloc(1_000_000, "\r\n");
  assertEquals(await redis.set(all, all), "OK");
  assertEquals(await redis.set("large", large), "OK");
  assert(all.equals((await redis.getBuffer(all))!));
  assert(large.equals((await redis.getBuffer("large"))!));
  const [none, same] = await redis.mgetBuffer("none", all);
  assertEquals(none, null);
  assert(all.equals(same!));
  assertEquals(await redis.strlen(all), 256);
  assert(Buffer.from([254, 255]).equals(await redis.getrangeBuffer(all, -2, -1)));
  assert(all.equals(await redis.echoBuffer(all)));
  assertEquals(await redis.set("text", "caf\u00e9 \u{1f600}"), "OK");
  assertEquals(await redis.get("text"), "caf\u00e9 \u{1f600}");
});

redisTest("knows the options of SET and the commands around it", async (redis) => {
  assertEquals(await redis.set("k", "1", "EX", 100, "NX"), "OK");
  assertEquals(await redis.set("k", "2", "NX"), null);
  assertEquals(await redis.set("k", "2", "KEEPTTL"), "OK");
  assertEquals(await redis.ttl("k"), 100);
  assertEquals(await redis.set("k", "3", "XX", "GET"), "2");
  assertEquals(await redis.set("none", "3", "XX", "GET"), null);
  assertEquals(await redis.ttl("k"), -1);
  assertEquals(await redis.set("k", "4", "PXAT", 4_102_444_800_000), "OK");
  assertEquals(await redis.pexpiretime("k"), 4_102_444_800_000);
  assertEquals(await redis.getex("k", "PERSIST"), "4");
  assertEquals(await redis.expire("k", 10, "XX"), 0);
  assertEquals(await redis.setex("e", 10, "v"), "OK");
  assertEquals(await redis.setnx("e", "w"), 0);
  assertEquals(await redis.getset("e", "w"), "v");
  assertEquals(await redis.getdel("e"), "w");
  assertEquals(await redis.incrby("k", 38), 42);
  assertEquals(await redis.decr("k"), 41);
  assertEquals(await redis.incrbyfloat("k", "0.5"), "41.5");
  assertEquals(await redis.append("k", "!"), 5);
  assertEquals(await redis.msetnx("k", "1", "l", "2"), 0);
  assertEquals(await redis.mset("a", "ohmytext", "b", "mynewtext"), "OK");
  assertEquals(await redis.lcs("a", "b"), "mytext");
  assertEquals(await redis.copy("a", "c"), 1);
  assertEquals(await redis.rename("c", "d"), "OK");
  assertEquals(await redis.type("d"), "string");
  assertEquals(await redis.object("ENCODING", "d"), "embstr");
  assertEquals(await redis.exists("a", "b", "c", "d"), 3);
  assertEquals(await redis.del("a", "b", "d"), 3);
  assertEquals(await redis.unlink("k"), 1);
  assertEquals(await redis.flushdb(), "OK");
});

redisTest("asks the server about itself", async (redis) => {
  assert((await redis.info()).includes("redis_version:7.0.15"));
  assert((await redis.info("clients")).includes("connected_clients:1"));
  assertEquals(await redis.config("GET", "maxclients"), ["maxclients", "10000"]);
  assertEquals(await redis.config("SET", "maxclients", "100"), "OK");
  assertEquals((await redis.time()).length, 2);
  assert(Number(await redis.command("COUNT")) > 60);
  assertEquals(await redis.command("GETKEYS", "MSET", "a", "1", "b", "2"), ["a", "b"]);
  assertEquals(await redis.ping(), "PONG");
  assertEquals(await redis.ping("hello"), "hello");
  assert(String(await redis.client("LIST")).includes(" lib-name=ioredis "));
});

redisTest("goes through the keys with a scan stream", async (redis) => {
  const keys = Array.from({ length: 1_000 }, (_, i) => `key:${String(i).padStart(4, "0")}`);
  await redis.mset(Object.fromEntries([...keys, "other"].map((key) => [key, "v"])));
  const found = new Set<string>();
  for await (const some of redis.scanStream({ match: "key:*", count: 100 })) {
    for (const key of some as string[]) found.add(key);
  }
  assertEquals([...found].sort(), keys);
  assertEquals((await redis.keys("key:000?")).sort(), keys.slice(0, 10));
});

redisTest("gets errors in Redis' words, each at its own command", async (redis) => {
  await redis.set("text", "abc");
  const error = await assertRejects(() => redis.incr("text"), Error, "ERR value is not an integer or out of range");
  assertEquals(error.name, "ReplyError");
  await assertRejects(
    () => redis.call("NOSUCH", "a"),
    Error,
    "ERR unknown command 'NOSUCH', with args beginning with: 'a'",
  );
  await assertRejects(() => redis.call("GET"), Error, "ERR wrong number of arguments for 'get' command");
  const results = await redis.pipeline().set("a", "1").incr("text").get("a").exec();
  assertEquals(results!.map(([failure, reply]) => failure?.message ?? reply), [
    "OK",
    "ERR value is not an integer or out of range",
    "1",
  ]);
});

redisTest("reads the structures that our client stores, where its protocol has them", async (redis, url) => {
  await using client = new Client(url);
  await client.set("s", ["v2-0", 1, [null, "x"]]);
  assertEquals(await redis.type("s"), "structure");
  assertEquals(await redis.mget("none"), [null]);
  const { resp } = await clientInfo(redis);
  if (resp === "3") {
    assertEquals(await redis.call("GET", "s"), ["v2-0", 1, [null, "x"]]);
  } else {
    assertEquals(await redis.mget("s"), [null]);
    await assertRejects(() => redis.get("s"), Error, "WRONGTYPE");
  }
});

redisTest("comes back after the server has closed its connection", async (redis, url) => {
  await using client = new Client(url);
  assertEquals(await redis.set("k", "v"), "OK");
  const ready = once(redis, "ready");
  assertEquals(await client.send(["CLIENT", "KILL", "ID", await redis.client("ID")]), 1);
  await ready;
  assertEquals(await redis.get("k"), "v");
});

Deno.test("ioredis pipelines by itself what is sent in one moment, and ends by disconnect() too", async () => {
  await using quiet = await startQuiet();
  const redis = new Redis(quiet.server.url, { enableAutoPipelining: true });
  const values = await Promise.all(Array.from({ length: 1_000 }, (_, i) => redis.set("k", i, "GET")));
  assertEquals(values, Array.from({ length: 1_000 }, (_, i) => i === 0 ? null : `${i - 1}`));
  const ended = once(redis, "end");
  redis.disconnect();
  await ended;
  assertEquals(redis.status, "end");
});

Deno.test("ioredis takes many clients at once, each with a database of its own", async () => {
  await using quiet = await startQuiet();
  await Promise.all(Array.from({ length: 16 }, (_, db) =>
    withRedis(`${quiet.server.url}/${db}`, {}, async (redis) => {
      assertEquals(await redis.set("db", db), "OK");
      assertEquals(await redis.get("db"), `${db}`);
      assertEquals(await redis.dbsize(), 1);
    })));
});
