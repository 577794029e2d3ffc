/** node-redis with its defaults, RESP3 among them: connecting, pipelines, bytes, options, errors, and the end without a leak. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Buffer } from "node:buffer";
import { createClient, createClientPool, ErrorReply, RESP_TYPES } from "redis";
import { Client } from "../../client.ts";
import { startQuiet } from "./_servers.ts";

/** A client with everything typed as the package's defaults have it. */
type NodeRedis = ReturnType<typeof newClient>;

function newClient(url: string) {
  return createClient({ url });
}

/** Runs a test with a client that ends as programs end it, and waits for its `end` event. */
async function withRedis(client: NodeRedis, fn: (client: NodeRedis) => Promise<void>): Promise<void> {
  const errors: Error[] = [];
  client.on("error", (error: Error) => errors.push(error));
  await client.connect();
  try {
    await fn(client);
  } finally {
    const ended = new Promise((resolve) => client.once("end", resolve));
    await client.close();
    await ended;
  }
  assertEquals(errors, []);
}

function redisTest(name: string, fn: (client: NodeRedis, url: string) => Promise<void>): void {
  Deno.test(`node-redis ${name} (RESP3)`, async () => {
    await using quiet = await startQuiet();
    const { url } = quiet.server;
    await withRedis(newClient(url), (client) => fn(client, url));
  });
  Deno.test(`node-redis ${name} (RESP2)`, async () => {
    await using quiet = await startQuiet();
    const { url } = quiet.server;
    // its types follow the protocol; what these tests read has one shape in both
    await withRedis(createClient({ url, RESP: 2 }) as unknown as NodeRedis, (client) => fn(client, url));
  });
}

Deno.test("node-redis connects by a URL with password and database, speaks RESP3 and says what it is", async () => {
  await using quiet = await startQuiet({ port: 0, config: { requirepass: "secret" } });
  const url = quiet.server.url.replace("//", "//default:secret@");
  await withRedis(newClient(`${url}/2`), async (client) => {
    assertEquals(await client.set("name", "Alice"), "OK");
    const { db, resp, user, libName, libVer } = await client.clientInfo();
    assertEquals({ db, resp, user, libName }, { db: 2, resp: 3, user: "default", libName: "node-redis" });
    assert(/^\d+\.\d+\.\d+$/.test(libVer!));
    assertEquals((await client.hello()).proto, 3);
  });
  const named = createClient({ url, name: "worker" });
  await withRedis(named, async (client) => {
    assertEquals(await client.clientGetName(), "worker");
    assertEquals(await client.get("name"), null); // it is in database 2
    await client.select(2);
    assertEquals(await client.get("name"), "Alice");
  });
});

Deno.test("node-redis is told of a wrong password, and a client without one of the need", async () => {
  await using quiet = await startQuiet({ port: 0, config: { requirepass: "secret" } });
  const { url } = quiet.server;
  for (const [login, code] of [["//:wrong@", "WRONGPASS"], ["//", "NOAUTH"]] as const) {
    const client = createClient({ url: url.replace("//", login), socket: { reconnectStrategy: false } });
    const errors: string[] = [];
    client.on("error", (error: Error) => errors.push(error.message));
    const error = await assertRejects(() => client.connect(), Error);
    assert([error.message, ...errors].some((message) => message.includes(code)), errors.join());
    if (client.isOpen) client.destroy();
  }
});

redisTest("has 1,000 commands of one moment answered in order", async (client) => {
  const indexes = Array.from({ length: 1_000 }, (_, i) => i);
  const replies = await Promise.all(indexes.flatMap((i) => [client.set(`key:${i}`, i), client.get(`key:${i}`)]));
  assertEquals(replies, indexes.flatMap((i) => ["OK", `${i}`]));
  const pipeline = client.multi();
  for (let i = 0; i < 1_000; i++) pipeline.incr("n");
  assertEquals(await pipeline.execAsPipeline() as unknown, indexes.map((i) => i + 1));
  assertEquals(await client.mSet(indexes.map((i): [string, string] => [`m:${i}`, `${i}`])), "OK");
  assertEquals(await client.mGet(indexes.map((i) => `m:${i}`)), indexes.map(String));
  assertEquals(await client.dbSize(), 2_001);
});

redisTest("keeps every byte of keys and values", async (client) => {
  const all = Buffer.from(Uint8Array.from({ length: 256 }, (_, i) => i));
  const large = Buffer.alloc(1_000_000, "\r\n");
  const bytes = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  assertEquals(await client.set(all, all), "OK");
  assertEquals(await client.set("large", large), "OK");
  assert(all.equals((await bytes.get(all))!));
  assert(large.equals((await bytes.get("large"))!));
  const [none, same] = await bytes.mGet(["none", all]);
  assertEquals(none, null);
  assert(all.equals(same!));
  assertEquals(await client.strLen(all), 256);
  assert(Buffer.from([254, 255]).equals((await bytes.getRange(all, -2, -1))!));
  assert(all.equals(await bytes.echo(all)));
  assertEquals(await client.set("text", "caf\u00e9 \u{1f600}"), "OK");
  assertEquals(await client.get("text"), "caf\u00e9 \u{1f600}");
});

redisTest("knows the options of SET and the commands around it", async (client) => {
  const expiration = { type: "EX", value: 100 } as const;
  assertEquals(await client.set("k", "1", { expiration, condition: "NX" }), "OK");
  assertEquals(await client.set("k", "2", { condition: "NX" }), null);
  assertEquals(await client.set("k", "2", { expiration: "KEEPTTL" }), "OK");
  assertEquals(await client.ttl("k"), 100);
  assertEquals(await client.set("k", "3", { condition: "XX", GET: true }), "2");
  assertEquals(await client.set("none", "3", { condition: "XX", GET: true }), null);
  assertEquals(await client.ttl("k"), -1);
  assertEquals(await client.set("k", "4", { expiration: { type: "PXAT", value: 4_102_444_800_000 } }), "OK");
  assertEquals(await client.pExpireTime("k"), 4_102_444_800_000);
  assertEquals(await client.getEx("k", { type: "PERSIST" }), "4");
  assertEquals(await client.expire("k", 10, "XX"), 0);
  assertEquals(await client.setEx("e", 10, "v"), "OK");
  assertEquals(await client.setNX("e", "w"), 0);
  assertEquals(await client.getSet("e", "w"), "v");
  assertEquals(await client.getDel("e"), "w");
  assertEquals(await client.incrBy("k", 38), 42);
  assertEquals(await client.decr("k"), 41);
  assertEquals(await client.incrByFloat("k", 0.5), "41.5");
  assertEquals(await client.append("k", "!"), 5);
  assertEquals(await client.mSetNX({ k: "1", l: "2" }), 0);
  assertEquals(await client.mSet({ a: "ohmytext", b: "mynewtext" }), "OK");
  assertEquals(await client.lcs("a", "b"), "mytext");
  assertEquals(await client.lcsLen("a", "b"), 6);
  const { matches, len } = await client.lcsIdx("a", "b");
  assertEquals([matches.length, Number(len)], [2, 6]);
  assertEquals(await client.copy("a", "c"), 1);
  assertEquals(await client.rename("c", "d"), "OK");
  assertEquals(await client.move("d", 1), 1);
  assertEquals(await client.swapDb(0, 1), "OK");
  assertEquals(await client.type("d"), "string");
  assertEquals(await client.objectEncoding("d"), "embstr");
  assertEquals(await client.exists(["a", "b", "c", "d"]), 1);
  assertEquals(await client.unlink("d"), 1);
  assertEquals(await client.flushAll(), "OK");
});

redisTest("asks the server about itself", async (client) => {
  assert((await client.info()).includes("redis_version:7.0.15"));
  assert((await client.info("clients")).includes("connected_clients:1"));
  assertEquals({ ...await client.configGet("maxclients") }, { maxclients: "10000" });
  assertEquals(await client.configSet("maxclients", "100"), "OK");
  assertEquals((await client.time()).length, 2);
  assert(Number(await client.commandCount()) > 60);
  const [get, none] = await client.commandInfo(["get", "nosuch"]);
  assertEquals([get!.name, get!.arity, get!.firstKeyIndex, none], ["get", 2, 1, null]);
  assertEquals(await client.commandGetKeys(["MSET", "a", "1", "b", "2"]), ["a", "b"]);
  const [{ key, flags }] = await client.commandGetKeysAndFlags(["SET", "a", "1"]) as [{ key: string; flags: string[] }];
  assertEquals([key, ...flags], ["a", "OW", "update"]);
  assert((await client.commandList()).includes("get"));
  assert((await client.command()).some(({ name }) => name === "set"));
  assertEquals(await client.ping(), "PONG");
  const [me] = await client.clientList();
  assertEquals([me!.id, me!.libName], [await client.clientId(), "node-redis"]);
});

redisTest("goes through the keys with a scan iterator", async (client) => {
  const keys = Array.from({ length: 1_000 }, (_, i) => `key:${String(i).padStart(4, "0")}`);
  await client.mSet(Object.fromEntries([...keys, "other"].map((key) => [key, "v"])));
  const found = new Set<string>();
  for await (const some of client.scanIterator({ MATCH: "key:*", COUNT: 100, TYPE: "string" })) {
    for (const key of some) found.add(key);
  }
  assertEquals([...found].sort(), keys);
  assertEquals((await client.keys("key:000?")).sort(), keys.slice(0, 10));
  assert((await client.randomKey()) !== null);
});

redisTest("gets errors in Redis' words, each at its own command", async (client) => {
  await client.set("text", "abc");
  await assertRejects(() => client.incr("text"), ErrorReply, "ERR value is not an integer or out of range");
  await assertRejects(
    () => client.sendCommand(["NOSUCH", "a"]),
    ErrorReply,
    "ERR unknown command 'NOSUCH', with args beginning with: 'a'",
  );
  await assertRejects(() => client.sendCommand(["GET"]), ErrorReply, "ERR wrong number of arguments for 'get' command");
  const replies = await Promise.allSettled([client.set("a", "1"), client.incr("text"), client.get("a")]);
  assertEquals(replies.map((reply) => reply.status), ["fulfilled", "rejected", "fulfilled"]);
});

redisTest("reads the structures that our client stores, where its protocol has them", async (client, url) => {
  await using writer = new Client(url);
  await writer.set("s", ["v2-0", 1, [null, "x"]]);
  assertEquals(await client.type("s"), "structure");
  const { resp } = await client.clientInfo();
  if (resp === 3) {
    assertEquals(await client.get("s") as unknown, ["v2-0", 1, [null, "x"]]);
  } else {
    assertEquals(await client.mGet(["s"]), [null]);
    await assertRejects(() => client.get("s"), ErrorReply, "WRONGTYPE");
  }
});

Deno.test("node-redis comes back after the server has closed its connection", async () => {
  await using quiet = await startQuiet();
  const client = newClient(quiet.server.url);
  const errors: string[] = [];
  client.on("error", (error: Error) => errors.push(error.message));
  await client.connect();
  assertEquals(await client.set("k", "v"), "OK");
  const ready = new Promise((resolve) => client.once("ready", resolve));
  await using other = new Client(quiet.server.url);
  assertEquals(await other.send(["CLIENT", "KILL", "ID", await client.clientId()]), 1);
  await ready;
  assertEquals(await client.get("k"), "v");
  assertEquals(errors, ["Socket closed unexpectedly"]);
  await client.close();
});

Deno.test("node-redis ends by destroy() and by quit() too", async () => {
  await using quiet = await startQuiet();
  for (const end of [(client: NodeRedis) => client.destroy(), (client: NodeRedis) => client.quit()]) {
    const client = newClient(quiet.server.url);
    await client.connect();
    const ended = new Promise((resolve) => client.once("end", resolve));
    assertEquals(await client.ping(), "PONG");
    await end(client);
    await ended;
    assertEquals(client.isOpen, false);
  }
});

Deno.test("node-redis close() answers what was sent before it", async () => {
  await using quiet = await startQuiet();
  const client = newClient(quiet.server.url);
  await client.connect();
  const replies = Array.from({ length: 1_000 }, () => client.incr("n"));
  await client.close();
  assertEquals((await Promise.all(replies)).at(-1), 1_000);
});

Deno.test("node-redis takes a pool of clients", async () => {
  await using quiet = await startQuiet();
  const pool = createClientPool({ url: quiet.server.url }, { minimum: 4, maximum: 8 });
  pool.on("error", (error: Error) => {
    throw error;
  });
  await pool.connect();
  const counts = await Promise.all(Array.from({ length: 200 }, () => pool.incr("n")));
  assertEquals(counts.toSorted((a, b) => a - b), Array.from({ length: 200 }, (_, i) => i + 1));
  await pool.close();
});
