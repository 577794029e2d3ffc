/** Keys read and written without a connection, and the dump of all of them. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { RespError, Server } from "../../mod.ts";

Deno.test("every type is read back as it was written, and is what clients see", async () => {
  await using server = await Server.start();
  await using client = server.client();
  const db = server.db(0);
  db.set("string", "héllo");
  db.set("number", 12.5);
  db.set("bytes", Uint8Array.of(0, 255));
  db.setList("list", ["a", 2, "a"]);
  db.setHash("hash", { b: 2, a: "1", __proto__x: "y" });
  db.setSet("set", new Set(["b", "a"]));
  db.setSortedSet("zset", { bob: 2, alice: 1.5, carol: Infinity });
  db.setStream("stream", [["1-1", [["f", "v"], ["f", "w"]]], ["5-*", [["g", "x"]]]]);
  db.setStructure("structure", ["a", { b: null }, true]);
  assertEquals(db.keys(), ["bytes", "hash", "list", "number", "set", "stream", "string", "structure", "zset"]);
  assertEquals(db.keys("s?t"), ["set"]);
  assertEquals([db.get("string"), db.get("number")], ["héllo", "12.5"]);
  assertEquals(db.send(["GET", "bytes"], { decode: "bytes" }), Uint8Array.of(0, 255));
  assertEquals(db.getList("list"), ["a", "2", "a"]);
  assertEquals(Object.entries(db.getHash("hash")), [["__proto__x", "y"], ["a", "1"], ["b", "2"]]);
  assertEquals(db.getSet("set"), ["a", "b"]);
  assertEquals(db.getSortedSet("zset"), [["alice", 1.5], ["bob", 2], ["carol", Infinity]]);
  assertEquals(db.getStream("stream"), [["1-1", [["f", "v"], ["f", "w"]]], ["5-0", [["g", "x"]]]]);
  assertEquals(db.getStructure("structure"), ["a", { b: null }, true]);
  assertEquals(db.keys().map((key) => db.type(key)), [
    ...["string", "hash", "list", "string", "set", "stream", "string", "structure", "zset"],
  ]);

  assertEquals(await client.lrange("list", 0, -1), ["a", "2", "a"]);
  assertEquals(await client.hgetall("hash"), { b: "2", a: "1", __proto__x: "y" });
  assertEquals(await client.zscore("zset", "alice"), 1.5);
  assertEquals(await client.xlen("stream"), 2);
  assertEquals(await client.get("structure"), ["a", { b: null }, true]);
});

Deno.test("what is not there reads as in Redis, and another type is an error", async () => {
  await using server = await Server.start();
  const db = server.db(0);
  assertEquals(
    [db.get("k"), db.getList("k"), db.getHash("k"), db.getSet("k"), db.getSortedSet("k"), db.getStream("k")],
    [null, [], {}, [], [], []],
  );
  assertEquals([db.type("k"), db.has("k"), db.ttlMs("k"), db.expire("k", 5), db.delete("k"), db.delete()], [
    ...["none", false, null, false, 0, 0],
  ]);
  db.setList("list", ["a"]);
  assertThrows(() => db.get("list"), RespError, "WRONGTYPE");
  assertThrows(() => db.getHash("list"), RespError, "WRONGTYPE");
});

Deno.test("a write takes the place of whatever was there, and an empty value deletes it", async () => {
  await using server = await Server.start();
  const db = server.db(3);
  db.setHash("k", { a: 1 }, { ttlMs: 5000 });
  db.setList("k", ["x"]);
  assertEquals([db.type("k"), db.ttlMs("k")], ["list", null]);
  db.setSortedSet("k", {});
  assertEquals(db.keys(), []);
  db.setStream("k", []);
  db.setSet("k", []);
  assertEquals([db.keys(), server.db(0).keys()], [[], []]);
});

Deno.test("keys get a time to live, lose it and reach it", async () => {
  await using server = await Server.start({ clock: "manual" });
  const db = server.db(0);
  db.set("a", 1, { ttlMs: 1000 });
  db.setSet("b", ["x"], { ttlMs: 1 });
  db.setStructure("c", [], { ttlMs: 500 });
  assertEquals([db.ttlMs("a"), db.expire("a", null), db.ttlMs("a")], [1000, true, null]);
  assertEquals([db.expire("a", 2000), db.ttlMs("a")], [true, 2000]);
  await server.clock.tick(500);
  assertEquals([db.keys(), server.stats().expiredKeys], [["a"], 2]);
});

Deno.test("clients that wait, watch, track and listen hear of what is written directly", async () => {
  await using server = await Server.start({ config: { "notify-keyspace-events": "KEA" } });
  await using client = server.client();
  await using cached = server.client({ cache: true });
  const db = server.db(0);
  const events = await client.subscribe("__keyevent@0__:rpush");
  const job = client.blpop("jobs", 0);
  assertEquals(await cached.get("k"), null);
  let attempts = 0;
  await client.watch(["w"], async (tx) => {
    if (await tx.get("w") === null) db.set("w", "directly");
    attempts++;
    return await tx.commit((t) => [t.set("after", "1")]);
  });
  assertEquals(attempts, 2);
  db.setList("jobs", ["a", "b"]);
  assertEquals(await job, ["jobs", "a"]);
  db.set("k", "v");
  await client.send(["PING"]); // the invalidation is on its way
  assertEquals([await cached.get("k"), db.getList("jobs")], ["v", ["b"]]);
  for await (const { message } of events) {
    assertEquals(message, "jobs");
    break;
  }
});

Deno.test("any command that needs no connection can be sent; one that would wait does as if its time were over", async () => {
  await using server = await Server.start();
  await using client = server.client();
  const db = server.db(0);
  assertEquals(db.send(["SET", "k", "v", "EX", 10]), "OK");
  assertEquals(db.send(["BLPOP", "q", 0]), null);
  assertEquals(db.send(["XREAD", "BLOCK", 0, "STREAMS", "s", "$"]), null);
  assertEquals(db.send(["publish", "news", "hi"]), 0);
  assertEquals((await client.send(["CLIENT", "LIST"]) as string).trim().split("\n").length, 1);
  for (const name of ["MULTI", "subscribe", "CLIENT", "SELECT", "monitor", "WATCH"]) {
    assertThrows(() => db.send([name, "x"]), TypeError, `Cannot send ${name.toUpperCase()}: it is about a connection`);
  }
  assertThrows(() => db.send([]), TypeError, "no name");
  assertThrows(() => db.send(["NOPE"]), RespError, "ERR unknown command 'NOPE'");
  assertThrows(() => db.send(["GET"]), RespError, "ERR wrong number of arguments for 'get' command");
  assertThrows(() => db.send(["CONFIG", "NOPE"]), RespError, "ERR unknown subcommand");
});

Deno.test("neither a password, a pause, a fault nor a full server keeps a test from its keys", async () => {
  await using server = await Server.start({ config: { requirepass: "secret", maxclients: "1" }, record: "all" });
  server.failNext("GET", "ERR no");
  server.pause();
  const db = server.db(0);
  db.set("k", "v");
  assertEquals([db.get("k"), server.commands, server.stats().commands], ["v", [], 0]);
});

Deno.test("there is no such database, or no server any more", async () => {
  const server = await Server.start({ config: { databases: "4" } });
  for (const index of [-1, 4, 1.5]) {
    assertThrows(() => server.db(index), RangeError, `Cannot find database ${index}: there are 4`);
  }
  const db = server.db(3);
  await server.close();
  assertThrows(() => db.get("k"), TypeError, "Cannot send GET: the server is closed");
  await assertRejects(() => server.restart(), TypeError, "the server is closed");
});

Deno.test("dump shows every type in a stable form", async () => {
  const build = async (seed: number, reversed: boolean): Promise<string> => {
    await using server = await Server.start({ clock: "manual", seed });
    const zero = server.db(0);
    const order = <T>(items: T[]): T[] => reversed ? items.reverse() : items;
    for (
      const write of order([
        () => zero.set("string", 'say "hé"\n'),
        () => zero.set("binary", Uint8Array.of(0x00, 0xff, 0x61)),
        () => zero.setHash("hash", Object.fromEntries(order([["b", "2"], ["a", "1"]]))),
        () => zero.setSet("set", order(["x", "10", "9"])),
        () => zero.setSet("ints", order(["2", "1"])),
        () => zero.setList("list", ["z", "a"], { ttlMs: 1500 }),
        () => zero.setSortedSet("zset", { low: -1.5, high: 3 }),
        () => zero.setStructure("structure", [1, { a: null }, 2n ** 70n]),
        () => server.db(2).set("other", "db"),
      ])
    ) write();
    zero.setStream("stream", [["1-1", [["f", "v"]]], ["1-2", [["f", "w"], ["g", "x"]]], ["1-3", [["f", "y"]]]]);
    zero.send(["XGROUP", "CREATE", "stream", "workers", "0"]);
    zero.send(["XREADGROUP", "GROUP", "workers", "alice", "COUNT", 1, "STREAMS", "stream", ">"]);
    zero.send(["XREADGROUP", "GROUP", "workers", "bob", "COUNT", 1, "STREAMS", "stream", ">"]);
    zero.send(["XACK", "stream", "workers", "1-2"]);
    return server.dump();
  };
  const dump = await build(1, false);
  assertEquals(
    dump,
    `# db 0
"binary" string
  "\\x00\\xffa"
"hash" hash
  "a" "1"
  "b" "2"
"ints" set
  "1"
  "2"
"list" list, expires in 1500 ms
  "z"
  "a"
"set" set
  "10"
  "9"
  "x"
"stream" stream
  1-1 "f" "v"
  1-2 "f" "w" "g" "x"
  1-3 "f" "y"
  group "workers" last 1-2
    consumer "alice"
      pending 1-1, deliveries 1
    consumer "bob"
"string" string
  "say \\"hé\\"\\n"
"structure" structure
  [1,{"a":null},"1180591620717411303424n"]
"zset" zset
  "low" -1.5
  "high" 3
# db 2
"other" string
  "db"
`,
  );
  assertEquals(await build(99, true), dump);
});

Deno.test("dump of nothing is nothing, and keys that have expired are not in it", async () => {
  await using server = await Server.start({ clock: "manual" });
  assertEquals(server.dump(), "");
  server.db(1).set("k", "v", { ttlMs: 5 });
  await server.clock.tick(5);
  assertEquals(server.dump(), "");
});
