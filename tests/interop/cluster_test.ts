/** Clients of Redis Cluster against an embedded server in cluster mode: ioredis, node-redis, redis-cli. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { once } from "node:events";
import { Cluster } from "ioredis";
import { createCluster } from "redis";
import { Server } from "../../server.ts";
import { hasRedisTools } from "../_redis.ts";
import { type QuietServer, startQuiet } from "./_servers.ts";

function startNode(config: Record<string, string> = {}): Promise<QuietServer> {
  return startQuiet({ port: 0, config: { "cluster-enabled": "yes", ...config } });
}

// ---- ioredis ----

for (const protocol of [3, 2] as const) {
  Deno.test(`ioredis' Cluster finds its way by slots (RESP${protocol})`, async () => {
    await using quiet = await startNode();
    const { port } = quiet.server;
    const cluster = new Cluster([{ host: "127.0.0.1", port }], {
      redisOptions: protocol === 3 ? {} : { protocol },
    });
    try {
      assertEquals(await cluster.set("name", "Alice"), "OK");
      assertEquals(await cluster.get("name"), "Alice");
      assertEquals(await cluster.mset("{user:1}:a", "1", "{user:1}:b", "2"), "OK");
      assertEquals(await cluster.mget("{user:1}:a", "{user:1}:b", "{user:1}:c"), ["1", "2", null]);
      await assertRejects(() => cluster.mget("a", "b"), Error, "CROSSSLOT");
      const replies = await cluster.pipeline().incr("{n}1").incr("{n}1").get("{n}1").exec();
      assertEquals(replies, [[null, 1], [null, 2], [null, "2"]]);
      assertEquals(await cluster.multi().set("{m}a", "1").get("{m}a").exec(), [[null, "OK"], [null, "1"]]);
      assertEquals(cluster.nodes("master").length, 1);
      assertEquals(cluster.nodes("slave").length, 0);
    } finally {
      const ended = once(cluster, "end");
      assertEquals(await cluster.quit(), "OK");
      await ended;
    }
  });
}

Deno.test("ioredis' Cluster publishes and subscribes", async () => {
  await using quiet = await startNode();
  const cluster = new Cluster([{ host: "127.0.0.1", port: quiet.server.port }]);
  try {
    const message = once(cluster, "message");
    assertEquals(await cluster.subscribe("news"), 1);
    assertEquals(await cluster.publish("news", "hello"), 1);
    assertEquals(await message, ["news", "hello"]);
  } finally {
    const ended = once(cluster, "end");
    assertEquals(await cluster.quit(), "OK");
    await ended;
  }
});

// ---- node-redis ----

for (const RESP of [3, 2] as const) {
  Deno.test(`node-redis' cluster finds its way by slots (RESP${RESP})`, async () => {
    await using quiet = await startNode();
    const cluster = createCluster({ rootNodes: [{ url: quiet.server.url }], RESP });
    const errors: Error[] = [];
    cluster.on("error", (error: Error) => errors.push(error));
    await cluster.connect();
    try {
      assertEquals(await cluster.set("name", "Alice"), "OK");
      assertEquals(await cluster.get("name"), "Alice");
      assertEquals(await cluster.mSet({ "{user:1}:a": "1", "{user:1}:b": "2" }), "OK");
      assertEquals(await cluster.mGet(["{user:1}:a", "{user:1}:b", "{user:1}:c"]), ["1", "2", null]);
      assertEquals(await cluster.mGet(["a", "name"]), [null, "Alice"]); // it asks for each slot by itself
      await assertRejects(() => cluster.rename("name", "other"), Error, "CROSSSLOT");
      assertEquals(
        await Promise.all(Array.from({ length: 100 }, (_, i) => cluster.set(`key:${i}`, `${i}`))),
        new Array(100).fill("OK"),
      );
      assertEquals(await cluster.get("key:42"), "42");
      const replies = await cluster.multi().set("{m}a", "1").get("{m}a").exec();
      assertEquals<unknown[]>(replies, ["OK", "1"]);
      assertEquals(cluster.masters.length, 1);
      assertEquals(cluster.masters[0]!.port, quiet.server.port);
    } finally {
      await cluster.close();
    }
    assertEquals(errors, []);
  });
}

Deno.test("node-redis' cluster publishes and subscribes, to shard channels too", async () => {
  await using quiet = await startNode();
  const cluster = createCluster({ rootNodes: [{ url: quiet.server.url }] });
  const errors: Error[] = [];
  cluster.on("error", (error: Error) => errors.push(error));
  await cluster.connect();
  try {
    const { promise: message, resolve } = Promise.withResolvers<string[]>();
    await cluster.subscribe("news", (text, channel) => resolve([channel, text]));
    await cluster.publish("news", "hello");
    assertEquals(await message, ["news", "hello"]);
    const { promise: shardMessage, resolve: resolveShard } = Promise.withResolvers<string[]>();
    await cluster.sSubscribe("shard", (text, channel) => resolveShard([channel, text]));
    assertEquals(await cluster.sPublish("shard", "hello"), 1);
    assertEquals(await shardMessage, ["shard", "hello"]);
    await cluster.unsubscribe("news");
    await cluster.sUnsubscribe("shard");
  } finally {
    await cluster.close();
  }
  assertEquals(errors, []);
});

// ---- Our own client, and redis-cli ----

Deno.test("the library's client talks to a node in memory, which needs no port", async () => {
  await using server = await Server.start({ config: { "cluster-enabled": "yes" }, seed: 5 });
  await using client = server.client();
  assertEquals(await client.mset("{t}a", "1", "{t}b", "2"), 2);
  await assertRejects(() => client.mget("a", "b"), Error, "CROSSSLOT");
  assertMatch(
    String(await client.send(["CLUSTER", "NODES"])),
    /^[\da-f]{40} :0@0 myself,master - 0 0 0 connected 0-16383\n$/,
  );
});

function cliTest(name: string, fn: (cli: (...args: string[]) => Promise<string>, port: number) => Promise<void>): void {
  Deno.test({
    name: hasRedisTools ? name : `${name} (skipped: redis-cli is not installed)`,
    ignore: !hasRedisTools,
    fn: async () => {
      await using quiet = await startNode();
      const { port } = quiet.server;
      await fn(async (...args) => {
        const { code, stdout, stderr } = await new Deno.Command("redis-cli", { args }).output();
        const text = new TextDecoder();
        assertEquals({ code, stderr: text.decode(stderr) }, { code: 0, stderr: "" });
        return text.decode(stdout);
      }, port);
    },
  });
}

cliTest("redis-cli -c runs commands on a cluster", async (cli, port) => {
  assertEquals(await cli("-c", "-p", `${port}`, "set", "name", "Alice"), "OK\n");
  assertEquals(await cli("-c", "-p", `${port}`, "get", "name"), "Alice\n");
});

cliTest("redis-cli --cluster check, info and call find the cluster in order", async (cli, port) => {
  const address = `127.0.0.1:${port}`;
  await cli("-p", `${port}`, "mset", "{t}a", "1", "{t}b", "2");
  const check = await cli("--cluster", "check", address);
  for (
    const line of [
      " -> 2 keys | 16384 slots | 0 slaves.",
      "slots:[0-16383] (16384 slots) master",
      "[OK] All nodes agree about slots configuration.",
      "[OK] All 16384 slots covered.",
    ]
  ) assert(check.includes(line), check);
  assert(!/ERR|WARNING/.test(check), check);
  const info = await cli("--cluster", "info", address);
  assert(info.includes("[OK] 2 keys in 1 masters."), info);
  assertMatch(await cli("--cluster", "call", address, "dbsize"), new RegExp(`${address}: 2\n`));
});
