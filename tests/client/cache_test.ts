/** The client's cache: what it answers, what it drops and when, and that nobody reads back less than was written. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Client, type ClientOptions, ConnectionError, RedisError } from "../../client.ts";
import { CACHEABLE } from "../../client/command_info.ts";
import { commandInfo } from "../../client/command_table.ts";
import type { Reply } from "../../resp.ts";
import { Server } from "../../server.ts";
import { Random } from "../resp/_frames.ts";
import { hasRedis, startRedis } from "../_redis.ts";
import { fakeServer, FakeTransport, GREETING, HELLO, request } from "./_fake_server.ts";

const TRACKING = request("CLIENT", "TRACKING", "ON");
const SOON = { minMs: 1, maxMs: 2 };

/** Makes clients of one server. */
type Connect = (options?: Omit<ClientOptions, "transport">) => Client;

/** The same test on our server and on Redis. */
function cacheTest(name: string, fn: (connect: Connect) => Promise<void>): void {
  Deno.test(`${name}: miniredis`, async () => {
    await using server = await Server.start();
    await fn((options) => server.client(options));
  });
  const redis = `${name}: redis-server`;
  Deno.test({
    name: hasRedis ? redis : `${redis} (skipped: it is not installed)`,
    ignore: !hasRedis,
    fn: async () => {
      await using server = await startRedis();
      await fn((options) => new Client({ ...options, port: server.port }));
    },
  });
}

/** How often the server has executed a command. */
async function calls(client: Client, command: string): Promise<number> {
  const info = await client.send(["INFO", "commandstats"]) as string;
  return Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, "m").exec(info)?.[1] ?? 0);
}

/** Waits until a client has read all the messages that the server has sent to it so far. */
async function catchUp(client: Client): Promise<void> {
  await client.send(["PING"]);
}

function stats(client: Client): number[] {
  const { hits, misses, invalidations, entries } = client.cacheStats!;
  return [hits, misses, invalidations, entries];
}

cacheTest("What was read before is answered without the server", async (connect) => {
  await using other = connect();
  await using client = connect({ cache: true });
  await other.send(["MSET", "a", "1", "b", "2"]);
  await other.send(["HSET", "h", "f", "v", "__proto__", "w"]);
  const read = () =>
    Promise.all([
      client.get("a"),
      client.mget("a", "b", "none"),
      client.hgetall("h"),
      client.hget("h", "f"),
      client.get("none"),
      client.strlen("a"),
      client.send(["GET", "a"]),
      client.get("a", { decode: "bytes" }),
    ]);
  const first = await read();
  const sent = [await calls(other, "get"), await calls(other, "mget"), await calls(other, "hgetall")];
  for (let i = 0; i < 3; i++) assertEquals(await read(), first);
  assertEquals([await calls(other, "get"), await calls(other, "mget"), await calls(other, "hgetall")], sent);
  assertEquals(Object.keys(first[2]), ["f", "__proto__"]);
  assertEquals(first[7], Uint8Array.of(49));
  assertEquals(stats(client), [24, 8, 0, 7]); // the same request was on its way already: one reply of the two is kept
});

cacheTest("What is not cacheable is always sent", async (connect) => {
  await using client = connect({ cache: true });
  await client.sadd("s", "a");
  for (let i = 0; i < 3; i++) {
    await client.send(["SRANDMEMBER", "s"]);
    await client.ttl("s");
    await client.dbsize();
  }
  assertEquals(stats(client), [0, 0, 0, 0]);
  assertEquals(await calls(client, "srandmember"), 3);
});

cacheTest("What others write is dropped when the server says so", async (connect) => {
  await using other = connect();
  await using client = connect({ cache: true });
  await other.set("a", "1");
  assertEquals(await client.mget("a", "b"), ["1", null]);
  assertEquals(await client.get("b"), null);
  assertEquals(await client.get("c"), null);
  await other.set("b", "2");
  await catchUp(client);
  assertEquals(stats(client), [0, 3, 2, 1]);
  assertEquals(await client.mget("a", "b"), ["1", "2"]);
  assertEquals(await client.get("b"), "2");
  assertEquals(await client.get("c"), null);
  assertEquals(stats(client), [1, 5, 2, 3]);
});

cacheTest("What a client writes it reads, in whatever way both are given", async (connect) => {
  await using client = connect({ cache: true });
  await client.set("k", "0");
  await client.get("k");
  assertEquals(await Promise.all([client.get("k"), client.set("k", "1"), client.get("k")]), ["0", 1, "1"]);
  await client.get("k");
  assertEquals(await client.pipeline((p) => [p.get("k"), p.set("k", "2"), p.get("k")]), ["1", 1, "2"]);
  await client.get("k");
  const [[, inside], after] = await Promise.all([
    client.transaction((t) => [t.set("k", "3"), t.get("k")]),
    client.get("k"),
  ]);
  assertEquals([inside, after], ["3", "3"]);
  await client.get("k");
  await client.watch(["k"], (tx) => tx.commit((t) => [t.set("k", "4")]));
  assertEquals(await client.get("k"), "4");
  await client.watch(["k"], (tx) => tx.set("k", "5"));
  assertEquals(await client.get("k"), "5");
  await client.send(["EVAL", "return redis.call('SET', KEYS[1], '6')", 1, "k"]).catch((error: unknown) => {
    assert(error instanceof RedisError && error.message.startsWith("ERR unknown command")); // has no scripts
    return client.set("k", "6");
  });
  assertEquals(await client.get("k"), "6");
  await client.rpush("list", "a", "b");
  assertEquals(await client.llen("list"), 2);
  await client.blpop("list", 0);
  assertEquals(await client.llen("list"), 1);
  const popped = client.blpop(["none", "list"], 0);
  assertEquals(await client.exists("none"), 0);
  await popped;
  assertEquals(await client.llen("list"), 0);
});

cacheTest("Commands that change all keys, or nobody knows which, drop everything", async (connect) => {
  await using client = connect({ cache: true });
  const commands = [["FLUSHALL"], ["FLUSHDB"], ["SWAPDB", "0", "1"], ["NO.SUCH.COMMAND"], ["XGROUP", "NONE"], [
    "SELECT",
    "1",
  ]];
  for (const command of commands) {
    await Promise.all([client.get("a"), client.get("b")]);
    assertEquals(client.cacheStats!.entries, 2, command.join(" "));
    await client.send(command).catch((error: unknown) => assert(error instanceof RedisError));
    assertEquals(client.cacheStats!.entries, 0, command.join(" "));
  }
  await client.get("a");
  await client.flush();
  assertEquals(client.cacheStats!.entries, 0);
  await client.get("a");
  for (const command of [["PING"], ["ECHO", "x"], ["CONFIG", "GET", "port"], ["PUBLISH", "ch", "m"], ["TTL", "a"]]) {
    await client.send(command);
  }
  assertEquals(client.cacheStats!.entries, 1);
});

cacheTest("What Redis tells nobody of is not kept: the groups of a stream", async (connect) => {
  await using other = connect();
  await using client = connect({ cache: true });
  await other.send(["XADD", "s", "1-1", "f", "v"]);
  await other.send(["XGROUP", "CREATE", "s", "g", "0"]);
  const pending = async () => (await client.xinfoGroups("s"))[0]!.pending;
  assertEquals(await pending(), 0);
  await other.send(["XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">"]);
  await catchUp(client);
  assertEquals(await pending(), 1);
  await other.send(["XACK", "s", "g", "1-1"]);
  await catchUp(client);
  assertEquals(await pending(), 0);
});

cacheTest("FLUSHALL by another client drops everything", async (connect) => {
  await using other = connect();
  await using client = connect({ cache: true });
  await other.send(["MSET", "a", "1", "b", "2"]);
  assertEquals(await client.mget("a", "b"), ["1", "2"]);
  await other.send(["FLUSHALL"]);
  await catchUp(client);
  assertEquals(stats(client), [0, 1, 1, 0]);
  assertEquals(await client.mget("a", "b"), [null, null]);
});

cacheTest("A key that expires is dropped when the server notices", async (connect) => {
  await using other = connect();
  await using client = connect({ cache: true });
  await client.set("k", "v", { px: 20 });
  assertEquals(await client.get("k"), "v");
  while (await other.send(["EXISTS", "k"]) === 1);
  await catchUp(client);
  assertEquals(await client.get("k"), null);
});

cacheTest("Another database has other values", async (connect) => {
  await using client = connect({ cache: true });
  await client.set("k", "zero");
  assertEquals(await client.get("k"), "zero");
  await client.select(1);
  assertEquals(await client.get("k"), null);
  await client.set("k", "one");
  const [, before, , after] = await client.pipeline([["GET", "k"], ["GET", "k"], ["SELECT", 0], ["GET", "k"]]);
  assertEquals([before, after], ["one", "zero"]);
  assertEquals(await client.get("k"), "zero");
});

cacheTest("Replies may be changed by those who get them", async (connect) => {
  await using client = connect({ cache: true });
  await client.send(["HSET", "h", "f", "v"]);
  await client.rpush("l", "a", "b");
  await client.set("b", Uint8Array.of(1, 2));
  for (let i = 0; i < 3; i++) {
    const hash = await client.hgetall("h"), list = await client.lrange("l", 0, -1);
    const bytes = (await client.get("b", { decode: "bytes" }))!;
    const map = await client.send(["HGETALL", "h"], { decode: "bytes" }) as Record<string, Uint8Array>;
    assertEquals([hash, list, bytes, map["f"]], [{ f: "v" }, ["a", "b"], Uint8Array.of(1, 2), Uint8Array.of(118)]);
    hash["f"] = "changed";
    list.push("changed");
    bytes[0] = 9;
    map["f"]![0] = 9;
  }
  assertEquals(client.cacheStats!.hits, 8);
});

cacheTest("Errors are not kept", async (connect) => {
  await using other = connect();
  await using client = connect({ cache: true });
  await other.rpush("k", "a");
  await assertRejects(() => client.get("k"), RedisError, "WRONGTYPE");
  assertEquals(client.cacheStats!.entries, 0);
  await assertRejects(() => client.get("k"), RedisError, "WRONGTYPE");
  assertEquals(stats(client), [0, 2, 0, 0]);
});

cacheTest("Keys of any bytes are found and dropped, strings read as text or as bytes", async (connect) => {
  const keys = [
    Uint8Array.of(0xff),
    Uint8Array.of(0xfe),
    Uint8Array.of(0xef, 0xbb, 0xbf, 0x61),
    "é",
    "a\nb",
    "\ud800",
    12n,
  ];
  for (const decode of ["string", "bytes"] as const) {
    await using other = connect({ decode });
    await using client = connect({ decode, cache: true });
    const read = () => Promise.all(keys.map((key) => client.get(key, { decode: "string" })));
    for (const [i, key] of keys.entries()) await other.set(key, i);
    const expected = keys.map((_, i) => String(i));
    assertEquals([await read(), await read()], [expected, expected]);
    assertEquals(client.cacheStats!.hits, keys.length);
    for (const [i, key] of keys.entries()) {
      await other.set(key, `${i}!`);
      expected[i] = `${i}!`;
      await catchUp(client);
      assertEquals(await read(), expected, `${decode} ${i}`);
    }
  }
});

cacheTest("No more is kept than was allowed, and what was used last stays", async (connect) => {
  await using client = connect({ cache: { maxEntries: 3 } });
  for (const key of ["a", "b", "c", "a", "d"]) await client.get(key);
  assertEquals(stats(client), [1, 4, 0, 3]);
  for (const key of ["a", "c", "d"]) await client.get(key);
  assertEquals(stats(client), [4, 4, 0, 3]);
  await Promise.all(Array.from({ length: 1_000 }, (_, i) => client.get(`key:${i}`)));
  assertEquals(client.cacheStats!.entries, 3);

  await using small = connect({ cache: { maxBytes: 20_000 } });
  for (let i = 0; i < 10; i++) await client.set(`v${i}`, "x".repeat(5_000));
  await client.set("large", "x".repeat(50_000));
  for (let i = 0; i < 10; i++) assertEquals((await small.get(`v${i}`))!.length, 5_000);
  const { entries, bytes } = small.cacheStats!;
  assertEquals(entries, 3);
  assert(bytes > 15_000 && bytes <= 20_000);
  assertEquals((await small.get("large"))!.length, 50_000);
  assertEquals(small.cacheStats!.entries, 3);
});

cacheTest("Nothing is kept for longer than maxAgeMs", async (connect) => {
  await using client = connect({ cache: { maxAgeMs: 1_000 } });
  const now = Date.now, begin = now();
  try {
    Date.now = () => begin;
    await client.get("k");
    Date.now = () => begin + 999;
    await client.get("k");
    assertEquals(stats(client), [1, 1, 0, 1]);
    Date.now = () => begin + 1_000;
    await client.get("k");
    assertEquals(stats(client), [1, 2, 0, 1]);
    Date.now = () => begin;
    await client.get("k");
    assertEquals(stats(client), [1, 3, 0, 1]);
  } finally {
    Date.now = now;
  }
});

cacheTest("A closed client answers nothing from memory, and an aborted call neither", async (connect) => {
  const client = connect({ cache: true });
  await client.get("k");
  const reason = new Error("enough");
  assertEquals(await assertRejects(() => client.get("k", { signal: AbortSignal.abort(reason) })), reason);
  assertEquals(await client.get("k", { signal: new AbortController().signal, timeoutMs: 1_000 }), null);
  assertEquals(stats(client), [1, 1, 0, 1]);
  await client.close();
  await assertRejects(() => client.get("k"), ConnectionError);
  assertEquals(stats(client), [1, 1, 0, 0]);
});

for (const seed of [1, 2, 3]) {
  cacheTest(`Random reads and writes of two clients are never stale (seed ${seed})`, async (connect) => {
    const source = new Random(seed), random = (below: number): number => source.int(below);
    await using plain = connect();
    const keys = Array.from({ length: 6 }, (_, i) => `n${i}`);
    await using one = connect({ cache: { maxEntries: 8 } });
    await using two = connect({ cache: true });
    const use = async (client: Client): Promise<void> => {
      const seen = new Map(keys.map((key) => [key, 0])); // counters only grow: less than this is stale
      const see = (key: string, value: number): void => {
        assert(value >= seen.get(key)!, `${key}: ${value} after ${seen.get(key)}`);
        seen.set(key, value);
      };
      for (let i = 0; i < 400; i++) {
        const a = keys[random(keys.length)]!, b = keys[random(keys.length)]!;
        switch (random(12)) {
          case 0:
            see(a, await client.incr(a));
            break;
          case 1: {
            const [n, text] = await Promise.all([client.incr(a), client.get(a)]);
            see(a, n);
            see(a, Number(text));
            break;
          }
          case 2: {
            const [n, text] = await client.pipeline((p) => [p.incr(a), p.get(a)]);
            see(a, n);
            see(a, Number(text));
            break;
          }
          case 3: {
            const [n] = await client.transaction((t) => [t.incr(a), t.incr(b)]);
            see(a, n);
            break;
          }
          case 4: {
            const [n] = await client.watch([a], (tx) => tx.commit((t) => [t.incr(a)]));
            see(a, n);
            break;
          }
          case 5: {
            const values = await client.mget(a, b);
            see(a, Number(values[0]));
            see(b, Number(values[1]));
            break;
          }
          default:
            see(a, Number(await client.get(a)));
        }
      }
    };
    await Promise.all([use(one), use(two), use(two)]);
    assert(one.cacheStats!.hits > 0 && two.cacheStats!.hits > 0 && two.cacheStats!.invalidations > 0);
    for (const client of [one, two]) {
      await catchUp(client);
      for (const key of keys) assertEquals(await client.get(key), await plain.get(key));
    }
  });
}

/** Reads of every kind, `%` standing for a key; PFCOUNT has its own, for it changes the value that it reads. */
const READS = [
  "GET %, STRLEN %, GETRANGE % 0 -1, SUBSTR % 0 2, GETBIT % 1, BITCOUNT %, BITPOS % 1, BITFIELD_RO % GET u8 0, LCS % %",
  "EXISTS % %, TYPE %, EXPIRETIME %, PEXPIRETIME %, MGET % % %, PFCOUNT h%",
  "HGET % a, HMGET % a b, HGETALL %, HKEYS %, HVALS %, HLEN %, HEXISTS % a, HSTRLEN % a",
  "LLEN %, LRANGE % 0 -1, LINDEX % 0, LPOS % a",
  "SCARD %, SMEMBERS %, SISMEMBER % a, SMISMEMBER % a b, SUNION % %, SINTER % %, SDIFF % %, SINTERCARD 2 % %",
  "ZCARD %, ZRANGE % 0 -1 WITHSCORES, ZSCORE % a, ZMSCORE % a b, ZRANK % a, ZCOUNT % 0 9, ZRANGEBYSCORE % 0 9, ZUNION 2 % %",
  "GEOPOS % a, GEODIST % a b, GEOHASH % a, XLEN %, XRANGE % - +, XREVRANGE % + -",
].flatMap((line) => line.split(", "));

/** Writes of every kind, `%` standing for a key, `#` for a small number. */
const WRITES = [
  "SET % #, SETRANGE % # x, APPEND % x, INCR %, SETBIT % # 1, BITFIELD % SET u8 0 #, BITOP NOT % %, GETSET % #, GETDEL %",
  "MSET % # % #, MSETNX % # % #, SETNX % #, DEL % %, UNLINK %, RENAME % %, RENAMENX % %, COPY % % REPLACE, MOVE % 1",
  "EXPIRE % 1000, PERSIST %, GETEX % EX 500, PEXPIREAT % 1, PFADD h% #, PFMERGE h% h%, FLUSHDB, SORT % BY nosort STORE %",
  "HSET % a # b #, HDEL % a, HINCRBY % b 1, HSETNX % a 1, RPUSH % a #, LPUSH % b, LPOP %, RPOP %, LSET % 0 z, LREM % 0 a",
  "LTRIM % 0 1, LINSERT % BEFORE a y, LMOVE % % LEFT RIGHT, LMPOP 2 % % LEFT, BLMOVE % % LEFT RIGHT 0.001, BLPOP % 0.001",
  "SADD % a #, SREM % a, SPOP %, SMOVE % % a, SUNIONSTORE % % %, SINTERSTORE % % %, ZADD % # a 2 b, ZREM % a, ZINCRBY % 1 a",
  "ZPOPMIN %, ZUNIONSTORE % 2 % %, ZRANGESTORE % % 0 -1, ZREMRANGEBYRANK % 0 0, ZMPOP 1 % MAX, GEOADD % 1 2 a 3 4 b",
  "GEOSEARCHSTORE % % FROMMEMBER a BYRADIUS 9 m, XADD % * f #, XDEL % 1-1, XTRIM % MAXLEN 1, XGROUP CREATE % g 0 MKSTREAM",
].flatMap((line) => line.split(", "));

cacheTest("Whatever is written, by whomever, what is read from memory is what the server has", async (connect) => {
  const source = new Random(7), random = (below: number): number => source.int(below);
  const fill = (command: string): string[] =>
    command.replaceAll("%", () => `k${random(4)}`).replaceAll("#", () => String(random(9))).split(" ");
  await using plain = connect();
  await using client = connect({ cache: true });
  for (const read of READS) assert((commandInfo(read.split(" ")[0]!)!.flags & CACHEABLE) !== 0, read);
  const messages = (replies: (Reply | Error)[]) =>
    replies.map((reply) => reply instanceof Error ? reply.message : reply);
  for (let i = 0; i < 300; i++) {
    const write = fill(WRITES[random(WRITES.length)]!);
    const author = random(4) === 0 ? client : plain;
    await author.send(write).catch((error: unknown) => assert(error instanceof RedisError));
    await catchUp(client);
    const reads = Array.from({ length: 60 }, () => fill(READS[random(READS.length)]!));
    const expected = messages(await plain.pipeline(reads, { settle: true }));
    const read = messages(await client.pipeline(reads, { settle: true }));
    for (const [n, command] of reads.entries()) {
      assertEquals(read[n], expected[n], `${command.join(" ")} after ${write.join(" ")}`);
    }
  }
  const { hits, misses, invalidations } = client.cacheStats!;
  assert(hits > 1_000 && misses > 1_000 && invalidations > 1_000, `${hits} ${misses} ${invalidations}`);
});

Deno.test("A structured value is answered from memory as a copy too", async () => {
  await using server = await Server.start();
  await using client = server.client({ cache: true, map: "map" });
  const value = ["a", 1, new Map<string, null | boolean[]>([["x", null], ["y", [true]]])];
  await client.set("k", value);
  for (let i = 0; i < 3; i++) {
    const reply = await client.get<Reply[]>("k");
    assertEquals<unknown>(reply, value);
    (reply[2] as Map<Reply, Reply>).clear();
  }
  assertEquals(client.cacheStats!.hits, 2);
});

Deno.test("A change that is heard of before the reply keeps it from being kept", async () => {
  const fake = new FakeTransport();
  await using client = new Client({ transport: fake.transport, cache: true });
  const first = client.get("k");
  assertEquals(await fake.nextWrite(), HELLO + TRACKING);
  await fake.send(GREETING, "+OK\r\n");
  assertEquals(await fake.nextWrite(), request("GET", "k"));
  await fake.send(">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n", "$3\r\nold\r\n");
  assertEquals(await first, "old");
  assertEquals([...stats(client), client.cacheStats!.bytes], [0, 1, 1, 0, 0]);
  const second = client.get("k");
  assertEquals(await fake.nextWrite(), request("GET", "k"));
  await fake.send("$3\r\nnew\r\n", ">2\r\n$10\r\ninvalidate\r\n_\r\n");
  assertEquals(await second, "new");
  assertEquals(stats(client), [0, 2, 2, 0]);
  assertEquals(client.cacheStats!.bytes, 0);
  await fake.end();
});

Deno.test("What a blocking command took is not read from memory, though no message has come yet", async () => {
  const popped = Promise.withResolvers<void>();
  await using server = fakeServer(async (peer) => {
    await peer.expect(HELLO, TRACKING);
    await peer.send(GREETING, "+OK\r\n");
    for (const n of [1, 2]) {
      await peer.expect(request("LLEN", "q"));
      await peer.send(`:${n}\r\n`);
    }
    await peer.expect(request("LLEN", "q"));
    await peer.send(":0\r\n");
    await peer.closed();
  }, async (peer) => {
    await peer.greet();
    await peer.expect(request("BLPOP", "q", "0"));
    await popped.promise;
    await peer.send("*2\r\n$1\r\nq\r\n$1\r\na\r\n");
    await peer.closed();
  });
  await using client = new Client({ port: server.port, cache: true });
  assertEquals(await client.llen("q"), 1);
  const pop = client.blpop("q", 0); // drops what is known
  assertEquals(await client.llen("q"), 2);
  assertEquals(await client.llen("q"), 2); // from memory
  popped.resolve();
  assertEquals(await pop, ["q", "a"]);
  assertEquals(await client.llen("q"), 0);
  await client.close();
});

Deno.test("What a transaction on watched keys wrote is not read from memory, though no message has come yet", async () => {
  const written = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await using server = fakeServer(async (peer) => {
    await peer.expect(HELLO, TRACKING);
    await peer.send(GREETING, "+OK\r\n");
    for (const n of [1, 2, 3, 4, 5]) {
      await peer.expect(request("GET", "k"));
      await peer.send(`$1\r\n${n}\r\n`);
    }
    await peer.closed();
  }, async (peer) => {
    await peer.greet();
    await peer.expect(request("WATCH", "k"));
    await peer.send("+OK\r\n");
    await peer.expect(request("SET", "k", "a"));
    await written[0]!.promise;
    await peer.send("+OK\r\n");
    await peer.expect(request("MULTI"), request("SET", "k", "b"), request("EXEC"));
    await written[1]!.promise;
    await peer.send("+OK\r\n", "+QUEUED\r\n", "*1\r\n+OK\r\n");
    await peer.closed();
  });
  await using client = new Client({ port: server.port, cache: true });
  const read = async (value: string) => {
    assertEquals([await client.get("k"), await client.get("k")], [value, value]);
  };
  await read("1");
  await client.watch(["k"], async (tx) => {
    const set = tx.set("k", "a"); // drops what is known
    await read("2");
    written[0]!.resolve();
    await set;
    await read("3");
    let inside: Promise<void> | undefined;
    const committed = tx.commit((t) => [t.set("k", "b").then(() => inside = read("5"))]); // the first to hear of it
    await read("4");
    written[1]!.resolve();
    await committed;
    await inside;
  });
  assertEquals(client.cacheStats!.hits, 5);
  await client.close();
});

Deno.test("A request that was given up does not keep the next one like it from being kept", async () => {
  const fake = new FakeTransport();
  await using client = new Client({ transport: fake.transport, cache: true });
  const controller = new AbortController();
  const unsent = assertRejects(() => client.get("k", { signal: controller.signal }));
  assertEquals(await fake.nextWrite(), HELLO + TRACKING);
  controller.abort();
  await unsent;
  assertEquals([client.cacheStats!.entries, client.cacheStats!.bytes], [0, 0]);
  await fake.send(GREETING, "+OK\r\n");
  const sent = client.get("k");
  assertEquals(await fake.nextWrite(), request("GET", "k"));
  await fake.send("$1\r\n1\r\n");
  assertEquals([await sent, await client.get("k")], ["1", "1"]);
  await fake.end();
});

Deno.test("What a client knows goes with the connection", async () => {
  const lose = Promise.withResolvers<void>();
  await using server = fakeServer(async (peer) => {
    await peer.expect(HELLO, TRACKING);
    await peer.send(GREETING, "+OK\r\n");
    await peer.expect(request("GET", "a"));
    await peer.send("$1\r\n1\r\n");
    await peer.expect(request("GET", "b"));
    await lose.promise;
  }, async (peer) => {
    await peer.expect(HELLO, TRACKING);
    await peer.send(GREETING, "+OK\r\n");
    await peer.expect(request("GET", "a"));
    await peer.send("$1\r\n2\r\n");
    await peer.closed();
  });
  await using client = new Client({ port: server.port, cache: true, retry: SOON });
  assertEquals([await client.get("a"), await client.get("a")], ["1", "1"]);
  const lost = assertRejects(() => client.get("b"), ConnectionError);
  lose.resolve();
  await lost;
  assertEquals(client.cacheStats!.entries, 0);
  assertEquals([await client.get("a"), await client.get("a")], ["2", "2"]);
  assertEquals(stats(client), [2, 3, 0, 1]);
  await client.close();
});

Deno.test("Nobody reconnects for the sake of an empty cache", async () => {
  await using server = fakeServer(async (peer) => {
    await peer.expect(HELLO, TRACKING);
    await peer.send(GREETING, "+OK\r\n");
    await peer.expect(request("GET", "a"));
  });
  await using client = new Client({ port: server.port, cache: true, retry: { minMs: 0, maxMs: 0 } });
  await assertRejects(() => client.get("a"), ConnectionError);
  await client.close(); // a second connection would fail the fake server
});

Deno.test("A server without RESP3, or one that refuses to track, is always asked", async () => {
  const unknown = "-ERR unknown command\r\n";
  for (
    const greeting of [
      unknown + unknown,
      `${GREETING}-NOPERM this user has no permissions to run 'client|tracking'\r\n`,
    ]
  ) {
    await using server = fakeServer(async (peer) => {
      await peer.expect(HELLO, TRACKING);
      await peer.send(greeting);
      for (let i = 0; i < 3; i++) {
        await peer.expect(request("GET", "a"));
        await peer.send(`$1\r\n${i}\r\n`);
      }
      await peer.closed();
    });
    await using client = new Client({ port: server.port, cache: true });
    assertEquals([await client.get("a"), await client.get("a"), await client.get("a")], ["0", "1", "2"]);
    assertEquals([client.cacheStats!.hits, client.cacheStats!.entries], [0, 0]);
    await client.close();
  }
});

Deno.test("The options of a cache are checked, and without them there is none", async () => {
  assertThrows(() => new Client({ cache: true, protocol: 2 }), TypeError, "Cannot use a cache");
  assertThrows(() => new Client({ cache: { maxEntries: 0 } }), RangeError, "cache.maxEntries");
  assertThrows(() => new Client({ cache: { maxBytes: 0 } }), RangeError, "cache.maxBytes");
  assertThrows(() => new Client({ cache: { maxAgeMs: -1 } }), RangeError, "cache.maxAgeMs");
  await using client = new Client();
  assertEquals(client.cacheStats, null);
});
