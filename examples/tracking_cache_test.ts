import { assertEquals, assertRejects } from "@std/assert";
import { Client, RedisError, Server } from "../mod.ts"; // "@x/miniredis" in a program of your own
import { hasRedis, startRedis } from "../tests/_redis.ts";
import { ReadThroughCache, type Source } from "./tracking_cache.ts";

const OPTIONS = { prefix: "product:", ttlMs: 60_000 };

interface Product {
  readonly name: string;
  readonly price: number;
}

/** Something slow, in place of a database: what it holds, and what it was asked for. */
class Products implements Source<Product> {
  readonly products = new Map<string, Product>([["1", { name: "lamp", price: 20 }], ["2", {
    name: "chair",
    price: 50,
  }]]);
  readonly asked: string[] = [];

  async load(id: string): Promise<Product | null> {
    this.asked.push(id);
    return await Promise.resolve(this.products.get(id) ?? null);
  }

  async save(id: string, product: Product): Promise<void> {
    this.products.set(id, product);
    await Promise.resolve();
  }
}

Deno.test("A value is read from the source once, from Redis once in each process, then from memory", async () => {
  await using server = await Server.start({ clock: "manual", record: true });
  await using one = server.client({ cache: true });
  await using two = server.client({ cache: true });
  const source = new Products();
  for (const client of [one, two]) {
    const cache = new ReadThroughCache(client, source, OPTIONS);
    for (let i = 0; i < 5; i++) assertEquals(await cache.get("1"), { name: "lamp", price: 20 });
  }
  assertEquals(source.asked, ["1"]);
  // the first one asks again after it has written
  assertEquals(server.commands.map(({ name }) => name), ["GET", "SET", "GET", "GET"]);
  assertEquals([one.cacheStats?.hits, two.cacheStats?.hits], [3, 4]);
});

Deno.test("What one process writes, another reads when it has been told", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using one = server.client({ cache: true });
  await using two = server.client({ cache: true });
  const source = new Products();
  const reader = new ReadThroughCache(one, source, OPTIONS), writer = new ReadThroughCache(two, source, OPTIONS);
  await reader.get("1");
  await reader.get("1");
  await reader.get("2");
  await writer.set("1", { name: "lamp", price: 25 });
  await server.clock.tick(0); // the message is there
  assertEquals(await reader.get("1"), { name: "lamp", price: 25 });
  assertEquals(await reader.get("2"), { name: "chair", price: 50 });
  assertEquals(one.cacheStats?.invalidations, 1);
  assertEquals(source.asked, ["1", "2"]);
});

Deno.test({
  name: `The same with redis-server${hasRedis ? "" : " (skipped: it is not installed)"}`,
  ignore: !hasRedis,
  fn: async () => {
    await using redis = await startRedis();
    await using one = new Client({ port: redis.port, cache: true });
    await using two = new Client({ port: redis.port, cache: true });
    const source = new Products();
    const reader = new ReadThroughCache(one, source, OPTIONS), writer = new ReadThroughCache(two, source, OPTIONS);
    assertEquals([await reader.get("1"), await reader.get("1"), await reader.get("1")].map((p) => p?.price), [
      20,
      20,
      20,
    ]);
    assertEquals(one.cacheStats?.hits, 1);
    await writer.set("1", { name: "lamp", price: 25 });
    await one.ping(); // the message came before this reply
    assertEquals(await reader.get("1"), { name: "lamp", price: 25 });
  },
});

Deno.test("A value that has expired, or was forgotten, is read from the source again", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client({ cache: true });
  const source = new Products();
  const cache = new ReadThroughCache(client, source, OPTIONS);
  await cache.get("1");
  source.products.set("1", { name: "lamp", price: 30 }); // past the cache
  await server.clock.tick(OPTIONS.ttlMs - 1);
  assertEquals((await cache.get("1"))?.price, 20);
  await server.clock.tick(1);
  assertEquals((await cache.get("1"))?.price, 30);
  source.products.set("1", { name: "lamp", price: 40 });
  await cache.forget("1");
  assertEquals((await cache.get("1"))?.price, 40);
  assertEquals(source.asked, ["1", "1", "1"]);
});

Deno.test("Many who ask at once have the source asked once; for what there is not, too", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client({ cache: true });
  const source = new Products();
  const cache = new ReadThroughCache(client, source, OPTIONS);
  for (let i = 0; i < 2; i++) {
    const products = await Promise.all(["1", "1", "9", "1", "9"].map((id) => cache.get(id)));
    assertEquals(products.map((product) => product?.name), ["lamp", "lamp", undefined, "lamp", undefined]);
  }
  assertEquals(source.asked, ["1", "9"]);
  assertEquals(server.db(0).get("product:9"), "null");
});

Deno.test("What was written while a value was on its way from the source is not overwritten by it", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client({ cache: true });
  await using other = server.client();
  const source = new Products();
  const cache = new ReadThroughCache(client, source, OPTIONS), writer = new ReadThroughCache(other, source, OPTIONS);
  using _ = server.intercept(async ({ name, args }) => { // the old value is about to be written
    if (name === "SET" && args.includes("NX")) await writer.set("1", { name: "lamp", price: 25 });
  });
  assertEquals((await cache.get("1"))?.price, 20, "it was so when it was read");
  assertEquals((await cache.get("1"))?.price, 25);
});

Deno.test("Without its connection nothing is answered from memory, as nothing is heard of changes", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client({ cache: true });
  const cache = new ReadThroughCache(client, new Products(), OPTIONS);
  await cache.get("1");
  await cache.get("1");
  await server.dropConnections();
  server.db(0).set("product:1", `{"name":"lamp","price":35}`);
  assertEquals((await cache.get("1"))?.price, 35);
  await server.clock.tick(0);
  server.db(0).set("product:1", `{"name":"lamp","price":45}`); // the new connection hears of changes too
  await server.clock.tick(0);
  assertEquals((await cache.get("1"))?.price, 45);
});

Deno.test("What is in memory is answered while Redis answers errors", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client({ cache: true });
  const cache = new ReadThroughCache(client, new Products(), OPTIONS);
  await cache.get("1");
  await cache.get("1");
  using _ = server.failNext("GET", "LOADING Redis is loading the dataset in memory");
  assertEquals((await cache.get("1"))?.price, 20);
  await assertRejects(() => cache.get("2"), RedisError, "LOADING");
});
