/** Keys read and written without a connection, also at odd moments. */
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

Deno.test("keys can be read, written and dumped while CLIENT PAUSE holds all clients", async () => {
  for (const mode of ["ALL", "WRITE"]) {
    await using server = await Server.start({ clock: "manual" });
    await using client = server.client();
    await client.send(["CLIENT", "PAUSE", 1000, mode]);
    const db = server.db(0);
    const written = client.set("k", "by the client");
    await server.clock.tick(999);
    db.set("k", "directly");
    assertEquals([db.get("k"), server.dump()], ["directly", '# db 0\n"k" string\n  "directly"\n']);
    await server.clock.tick(1);
    assertEquals([await written, db.get("k")], [1, "by the client"]);
  }
});

Deno.test("an interceptor that swaps or empties databases decides where the command finds its keys", async () => {
  await using server = await Server.start();
  await using client = server.client();
  const [zero, one] = [server.db(0), server.db(1)];
  zero.set("k", "zero");
  one.set("k", "one");
  {
    using _ = server.intercept(({ name }) => void (name === "APPEND" && zero.send(["SWAPDB", 0, 1])));
    assertEquals(await client.pipeline((p) => [p.append("k", "!"), p.get("k")]), [4, "one!"]);
  }
  assertEquals([zero.get("k"), one.get("k")], ["one!", "zero"]);
  using _ = server.intercept(({ name }) => void (name === "APPEND" && zero.send(["FLUSHALL"])));
  assertEquals(await client.pipeline((p) => [p.append("k", "!"), p.get("k")]), [1, "!"]);
});

Deno.test("a write that makes no sense is refused before the key has lost its value", async () => {
  await using server = await Server.start();
  const db = server.db(0);
  db.setSortedSet("k", { a: 1 });
  assertThrows(() => db.setSortedSet("k", { a: 2, b: NaN }), TypeError, "Cannot take NaN for a score");
  for (const ttlMs of [1.5, NaN, Infinity]) {
    const text = `Cannot let a key live for ${ttlMs} milliseconds`;
    assertThrows(() => db.set("k", "v", { ttlMs }), TypeError, text);
    assertThrows(() => db.setList("k", ["v"], { ttlMs }), TypeError, text);
    assertThrows(() => db.expire("k", ttlMs), TypeError, text);
  }
  assertEquals([db.getSortedSet("k"), db.ttlMs("k")], [[["a", 1]], null]);
});

Deno.test("a server can be shut down directly; what is about connections is refused however it is written", async () => {
  const server = await Server.start();
  const db = server.db(0);
  for (const name of ["multi", new TextEncoder().encode("Multi")]) {
    assertThrows(() => db.send([name]), TypeError, "Cannot send MULTI: it is about a connection");
  }
  assertEquals(db.send(["SHUTDOWN", "NOSAVE"]), null);
  await server.closed;
});
