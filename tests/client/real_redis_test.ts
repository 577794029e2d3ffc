import { assertEquals, assertRejects } from "@std/assert";
import { Client, ConnectionError, type RedisError } from "../../client.ts";
import { hasRedis, startRedis } from "../_redis.ts";

function redisTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: hasRedis ? name : `${name} (skipped: redis-server is not installed)`, ignore: !hasRedis, fn });
}

redisTest("Client speaks the original vocabulary to a real Redis, in RESP3 and in RESP2", async () => {
  await using redis = await startRedis();
  for (const protocol of [3, 2] as const) {
    await using client = new Client({ port: redis.port, protocol });
    assertEquals(await client.set("name", "Alice"), 1);
    assertEquals(await client.get("name"), "Alice");
    assertEquals(await client.delete("name"), 1);
    assertEquals(await client.get("name"), null);
    assertEquals(await client.mset("a", "1", "b", "2"), 2);
    assertEquals(await client.mget("a", "b", "c"), ["1", "2", null]);
    assertEquals(await client.set("a", "3", { nx: true }), 0);
    assertEquals(await client.set("a", "3", { xx: true, px: 60_000 }), 1);
    assertEquals(await client.set("a", "4", { get: true, keepttl: true }), "3");
    assertEquals(await client.send(["TTL", "a"]), 60);
    assertEquals(await client.set("n", 41), 1);
    assertEquals(await client.send(["INCR", "n"]), 42);
    assertEquals(await client.flush(), 3);
    assertEquals(await client.flush(), 0);
    await assertRejects(() => client.set("k", ["v2-0"]), TypeError, "is not miniredis");
    assertEquals(await client.send(["DBSIZE"]), 0);
  }
});

redisTest("Client brings every byte to a real Redis and back", async () => {
  await using redis = await startRedis();
  await using client = new Client({ port: redis.port, decode: "bytes" });
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  const large = new Uint8Array(1_000_000).fill(13); // over many reads
  assertEquals(await client.set(all, all), 1);
  assertEquals(await client.set("large", large), 1);
  assertEquals(await client.get(all), all);
  assertEquals(await client.get("large"), large);
  assertEquals(await client.mget("none", all), [null, all]);
});

redisTest("Replies have the same shapes in RESP2 as in RESP3", async () => {
  await using redis = await startRedis();
  const commands: (string | number)[][] = [
    ["HSET", "h", "f", "1", "__proto__", "2"],
    ["HGETALL", "h"],
    ["HGETALL", "none"],
    ["HMGET", "h", "f", "none"],
    ["HRANDFIELD", "h"],
    ["HRANDFIELD", "one", 2, "WITHVALUES"],
    ["ZADD", "z", 1.5, "a", "inf", "b", "-inf", "c", 1e300, "d"],
    ["ZADD", "z", "INCR", 1, "a"],
    ["ZADD", "z", "NX", "INCR", 1, "a"],
    ["ZSCORE", "z", "a"],
    ["ZSCORE", "z", "none"],
    ["ZMSCORE", "z", "a", "none", "b"],
    ["ZINCRBY", "z", "0.1", "a"],
    ["ZRANGE", "z", 0, -1],
    ["ZRANGE", "z", 0, -1, "withscores"],
    ["ZRANGE", "z", "(1", "+inf", "BYSCORE", "LIMIT", 0, 5, "WITHSCORES"],
    ["ZRANGEBYSCORE", "z", "-inf", "+inf", "WITHSCORES", "LIMIT", 1, 1],
    ["ZREVRANGE", "z", 0, -1, "WITHSCORES"],
    ["ZREVRANGEBYSCORE", "z", "+inf", "-inf", "WITHSCORES"],
    ["ZRANGE", "withscores", 0, -1],
    ["ZRANDMEMBER", "z"],
    ["ZRANDMEMBER", "zone", 1, "WITHSCORES"],
    ["ZUNION", 2, "z", "zone", "WITHSCORES"],
    ["ZINTER", 1, "z", "WITHSCORES"],
    ["ZDIFF", 2, "z", "withscores"],
    ["ZDIFF", 2, "z", "withscores", "WITHSCORES"],
    ["ZPOPMIN", "z"],
    ["ZPOPMAX", "z", 1],
    ["ZPOPMIN", "none"],
    ["BZPOPMIN", "z", 1],
    ["ZMPOP", 1, "z", "MIN"],
    ["ZMPOP", 1, "z", "MIN"],
    ["ZADD", "z", 1, "a", 2, "b"],
    ["BZMPOP", 1, 1, "z", "MAX", "COUNT", 2],
    ["ZRANK", "zone", "a"],
    ["GEOADD", "g", 13.361389, 38.115556, "Palermo", 15.087269, 37.502669, "Catania"],
    ["GEOPOS", "g", "Palermo", "none"],
    ["GEODIST", "g", "Palermo", "Catania"],
    ["GEOSEARCH", "g", "FROMLONLAT", 15, 37, "BYRADIUS", 200, "km", "ASC"],
    ["GEOSEARCH", "g", "FROMLONLAT", 15, 37, "BYRADIUS", 200, "km", "ASC", "WITHCOORD", "WITHDIST", "WITHHASH"],
    ["GEORADIUS_RO", "g", 15, 37, 200, "km", "WITHDIST", "ASC"],
    ["GEORADIUSBYMEMBER", "g", "Palermo", 200, "km", "WITHCOORD", "ASC"],
    ["XADD", "s", "1-1", "f", "v"],
    ["XADD", "s2", "1-1", "f", "v"],
    ["XREAD", "STREAMS", "s", "s2", 0, 0],
    ["XREAD", "STREAMS", "s", 5],
    ["XRANGE", "s", "-", "+"],
    ["XGROUP", "CREATE", "s", "grp", 0],
    ["XREADGROUP", "GROUP", "grp", "me", "STREAMS", "s", ">"],
    ["LCS", "la", "lb"],
    ["LCS", "la", "lb", "LEN"],
    ["LCS", "la", "lb", "IDX", "WITHMATCHLEN"],
    ["CONFIG", "GET", "maxmemory*"],
    ["CONFIG", "RESETSTAT"],
    ["SADD", "set", "a"],
    ["SMEMBERS", "set"],
    ["SISMEMBER", "set", "a"],
    ["EXISTS", "set"],
    ["INCRBYFLOAT", "float", "1.5"],
    ["HINCRBYFLOAT", "h", "f", "1.5"],
    ["SCAN", 0, "MATCH", "set"],
    ["OBJECT", "ENCODING", "set"],
    ["BLPOP", "none", "0.01"],
  ];
  for (const read of [{}, { decode: "bytes" }, { map: "map" }] as const) {
    const replies: unknown[] = [];
    for (const protocol of [3, 2] as const) {
      await using client = new Client({ port: redis.port, protocol, ...read });
      await client.flush();
      await client.mset("la", "ohmytext", "lb", "mynewtext");
      await client.send(["HSET", "one", "f", "v"]);
      await client.send(["ZADD", "zone", 1, "a"]);
      const results: unknown[] = [];
      for (const command of commands) {
        const random = command[0] === "HRANDFIELD" && command[1] === "h" ||
          command[0] === "ZRANDMEMBER" && command[1] === "z";
        const reply = await client.send(command);
        results.push([command.join(" "), random ? typeof reply : reply]);
      }
      replies.push(results);
    }
    assertEquals(replies[1], replies[0]);
  }
});

redisTest("Client logs in, names itself and selects its database, in RESP3 and in RESP2", async () => {
  await using redis = await startRedis("--requirepass", "secret");
  for (const protocol of [3, 2] as const) {
    const url = `redis://:secret@127.0.0.1:${redis.port}/2`;
    await using client = new Client({ url, name: "worker", protocol });
    assertEquals(await client.send(["CLIENT", "GETNAME"]), "worker");
    const info = String(await client.send(["CLIENT", "INFO"]));
    assertEquals([/db=(\d+)/.exec(info)?.[1], /resp=(\d+)/.exec(info)?.[1]], ["2", `${protocol}`]);
    await using wrong = new Client({ port: redis.port, password: "wrong-one", protocol });
    const error = await assertRejects(() => wrong.get("k"), ConnectionError, "WRONGPASS");
    assertEquals([(error.cause as RedisError).code, error.message.includes("wrong-one")], ["WRONGPASS", false]);
    await using none = new Client({ port: redis.port, protocol });
    await assertRejects(() => none.get("k"), ConnectionError, "NOAUTH");
  }
});

redisTest("A client that a real Redis kills comes back", async () => {
  await using redis = await startRedis();
  await using client = new Client({ port: redis.port });
  await using other = new Client({ port: redis.port });
  const id = await client.send(["CLIENT", "ID"]) as number;
  const blocked = assertRejects(() => client.send(["BLPOP", "queue", 0]), ConnectionError, "Lost the connection");
  let waiting: string | undefined; // has a connection of its own
  while (waiting === undefined) {
    waiting = /id=(\d+) [^\n]* cmd=blpop /.exec(String(await other.send(["CLIENT", "LIST"])))?.[1];
  }
  assertEquals(await other.send(["CLIENT", "KILL", "ID", waiting]), 1);
  assertEquals((await blocked).sent, true);
  assertEquals(await other.send(["CLIENT", "KILL", "ID", id]), 1);
  assertEquals(await client.set("k", "v"), 1);
});

redisTest("100,000 commands at once are all answered in order", async () => {
  await using redis = await startRedis();
  await using client = new Client({ port: redis.port });
  const numbers = Array.from({ length: 100_000 }, (_, i) => i);
  const replies = await Promise.all(numbers.map((i) => client.send(["ECHO", i])));
  assertEquals(replies.findIndex((reply, i) => reply !== String(i)), -1);
});
