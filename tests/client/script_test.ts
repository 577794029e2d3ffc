/** Scripts: as a whole, by their hash, and as a whole again where that is not known. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Client, defineScript, RedisError } from "../../client.ts";
import { hasRedis, startRedis } from "../_redis.ts";
import { FakeTransport, request } from "./_fake_server.ts";

const LUA = "return 1";
/** The SHA-1 of the above, by `sha1sum`. */
const HASH = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";

function redisTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: hasRedis ? name : `${name} (skipped: redis-server is not installed)`, ignore: !hasRedis, fn });
}

Deno.test("A script is sent as a whole first, then by its hash, and as a whole where that is not known", async () => {
  const script = defineScript({ lua: LUA });
  assertEquals(script, { lua: LUA, keys: null, readonly: false });
  const transport = new FakeTransport();
  await using client = new Client({ transport: transport.transport });
  const first = Promise.all([client.set("before", 1), client.run(script, ["a", "b"], [1, "x"]), client.get("after")]);
  await transport.greet();
  assertEquals(
    await transport.nextWrite(),
    request("SET", "before", "1") + request("EVAL", LUA, "2", "a", "b", "1", "x") + request("GET", "after"),
  );
  await transport.send("+OK\r\n:1\r\n+A\r\n");
  assertEquals(await first, [1, 1, "A"]);

  const second = client.run(script, "a");
  assertEquals(await transport.nextWrite(), request("EVALSHA", HASH, "1", "a"));
  await transport.send(":2\r\n");
  assertEquals(await second, 2);

  const third = client.run(script, [], Uint8Array.of(65), { decode: "bytes" });
  assertEquals(await transport.nextWrite(), request("EVALSHA", HASH, "0", "A"));
  await transport.send("-NOSCRIPT No matching script. Please use EVAL.\r\n");
  assertEquals(await transport.nextWrite(), request("EVAL", LUA, "0", "A"));
  await transport.send("$1\r\nB\r\n");
  assertEquals(await third, Uint8Array.of(66));

  const failed = client.run(script, []).catch((error) => error);
  assertEquals(await transport.nextWrite(), request("EVALSHA", HASH, "0"));
  await transport.send("-ERR user_script:1: no\r\n");
  assertEquals((await failed as RedisError).command, "EVALSHA");
});

Deno.test("A script that fails at once is sent by its hash the next time; one that only reads says so", async () => {
  const script = defineScript({ lua: LUA, keys: 0, readonly: true });
  const transport = new FakeTransport();
  await using client = new Client({ transport: transport.transport });
  const failed = client.run(script, []).catch((error) => error);
  await transport.greet();
  assertEquals(await transport.nextWrite(), request("EVAL_RO", LUA, "0"));
  await transport.send("-WRONGTYPE no\r\n");
  const error = await failed as RedisError;
  assertEquals([error.code, error.command], ["WRONGTYPE", "EVAL_RO"]);
  const second = client.run(script, []);
  assertEquals(await transport.nextWrite(), request("EVALSHA_RO", HASH, "0"));
  await transport.send(":1\r\n");
  assertEquals(await second, 1);
});

Deno.test("A script in a pipeline or a transaction is always sent as a whole", async () => {
  const script = defineScript({ lua: LUA, keys: 1 });
  const transport = new FakeTransport();
  await using client = new Client({ transport: transport.transport });
  const first = client.run(script, "k");
  await transport.greet();
  await transport.nextWrite();
  await transport.send(":1\r\n");
  await first;
  const pipeline = client.pipeline((p) => [p.get("a"), p.run(script, "k", "x"), p.get("b")]);
  assertEquals(
    await transport.nextWrite(),
    request("GET", "a") + request("EVAL", LUA, "1", "k", "x") + request("GET", "b"),
  );
  await transport.send("+A\r\n:2\r\n+B\r\n");
  assertEquals(await pipeline, ["A", 2, "B"]);
  const transaction = client.transaction((t) => [t.run(script, ["k"])]);
  assertEquals(await transport.nextWrite(), request("MULTI") + request("EVAL", LUA, "1", "k") + request("EXEC"));
  await transport.send("+OK\r\n+QUEUED\r\n*1\r\n:3\r\n");
  assertEquals(await transaction, [3]);
});

Deno.test("A script takes as many keys as it says", async () => {
  await using client = new Client({ port: 1 });
  const script = defineScript({ lua: LUA, keys: 2 });
  await assertRejects(() => client.run(script, "k"), TypeError, "it takes 2 keys, but 1 were given");
  for (const keys of [-1, 1.5, NaN]) assertThrows(() => defineScript({ lua: LUA, keys }), RangeError, "keys must be");
});

redisTest("A real Redis runs scripts, also after it has forgotten them", async () => {
  await using redis = await startRedis();
  const script = defineScript({
    keys: 1,
    lua: `redis.call("SET", KEYS[1], ARGV[1]) return {KEYS[1], redis.call("GET", KEYS[1]), "é"}`,
  });
  const reader = defineScript({ keys: 1, lua: `return redis.call("GET", KEYS[1])`, readonly: true });
  for (const protocol of [3, 2] as const) {
    await using client = new Client({ port: redis.port, protocol });
    const calls = async () => {
      const stats = await client.info("commandstats");
      return ["eval", "evalsha"].map((name) => Number(RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0));
    };
    await client.configResetstat();
    assertEquals(await client.run(script, "k", "v"), ["k", "v", "é"]);
    const before = await calls();
    assertEquals(await client.run(script, ["k"], ["w"]), ["k", "w", "é"]);
    const by = await calls();
    assertEquals([by[0]! - before[0]!, by[1]! - before[1]!], [0, 1]);
    await client.scriptFlush();
    assertEquals(await client.run(script, "k", "x"), ["k", "x", "é"]);
    assertEquals(await client.run(reader, "k"), "x");
    assertEquals(await client.run(reader, "k", [], { decode: "bytes" }), Uint8Array.of(120));
    assertEquals(await client.pipeline((p) => [p.run(script, "k", "y"), p.get("k")]), [["k", "y", "é"], "y"]);
    assertEquals(await client.transaction((t) => [t.run(script, "k", "z"), t.get("k")]), [["k", "z", "é"], "z"]);
    await assertRejects(() => client.run(defineScript({ lua: "return nope(" }), []), RedisError, "ERR");
    const bad = defineScript({ lua: `return redis.call("LPUSH", KEYS[1], 1)` });
    for (let i = 0; i < 2; i++) await assertRejects(() => client.run(bad, "k"), RedisError, "WRONGTYPE");
  }
});
