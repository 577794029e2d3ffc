/** Subscriptions of a cluster's client, which follow their slot and outlive their node. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Client, ConnectionError, RedisError, type Subscription } from "../../../client.ts";
import { Server } from "../../../server.ts";
import { hasRedis } from "../../_redis.ts";
import { startCluster } from "../_cluster.ts";

const SOON = { minMs: 5, maxMs: 100, attempts: 200 };

/** Publishes numbers until one arrives, and later ones than before. */
class Line {
  #next = 0;
  #last = -1;
  readonly #messages: AsyncIterator<{ message: string }, undefined>;

  constructor(subscription: Subscription, readonly publish: (message: number) => Promise<unknown>) {
    this.#messages = subscription[Symbol.asyncIterator]();
  }

  async arrival(): Promise<void> {
    let isThere = false;
    const arriving = this.#messages.next().finally(() => isThere = true);
    const endMs = performance.now() + 30_000;
    while (!isThere) {
      assert(performance.now() < endMs, "no message arrives any more");
      await this.publish(this.#next++).catch(() => {}); // the cluster is changing
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const number = Number((await arriving).value?.message);
    assert(number > this.#last, `${number} after ${this.#last}`);
    this.#last = number;
  }
}

for (const protocol of [3, 2] as const) {
  Deno.test(`A cluster's client listens to channels, patterns and shard channels, RESP${protocol}`, async () => {
    await using server = await Server.start({ port: 0, config: { "cluster-enabled": "yes" } });
    await using cluster = Client.cluster([server.url], { protocol });
    await using news = await cluster.subscribe("news", { patterns: ["n?ws"] });
    await using orders = await cluster.subscribe(["{o}1", "{o}2"], { shard: true });
    assertEquals(await cluster.publish("news", "a"), 2);
    assertEquals(await cluster.spublish("{o}2", "b"), 1);
    const both = news[Symbol.asyncIterator]();
    assertEquals([(await both.next()).value?.pattern, (await both.next()).value?.pattern], [null, "n?ws"]);
    assertEquals((await orders[Symbol.asyncIterator]().next()).value?.channel, "{o}2");
    await assertRejects(() => cluster.subscribe(["a", "b"], { shard: true }), RedisError, "CROSSSLOT");
    await assertRejects(() => cluster.subscribe([]), TypeError, "no channel is named");
    await news.close();
    await orders.close();
    assertEquals(await cluster.publish("news", "c"), 0);
    // those who have left hold no connection
    const clients = String(await cluster.send(["CLIENT", "LIST"])).trim().split("\n");
    assert(clients.length <= 2, clients.join("\n"));
  });

  Deno.test(`Closing a cluster's client ends its subscriptions without an error, RESP${protocol}`, async () => {
    await using server = await Server.start({ port: 0, config: { "cluster-enabled": "yes" } });
    const cluster = Client.cluster([server.url], { protocol });
    const news = await cluster.subscribe("news");
    const looped = (async () => {
      for await (const _ of news);
      return "ended";
    })();
    await cluster.close();
    assertEquals(await looped, "ended");
    await assertRejects(() => cluster.subscribe("news"), ConnectionError, "the client is closed");
    const other = Client.cluster([server.url], { protocol });
    const messages = (await other.subscribe("news"))[Symbol.asyncIterator]().next();
    other[Symbol.dispose]();
    assertEquals((await messages).done, true);
  });
}

Deno.test("A subscription of a cluster whose nodes are gone fails when trying is over", async () => {
  const server = await Server.start({ port: 0, config: { "cluster-enabled": "yes" } });
  await using cluster = Client.cluster([server.url], { retry: { minMs: 1, maxMs: 2, attempts: 3 } });
  await using news = await cluster.subscribe("news");
  const next = news[Symbol.asyncIterator]().next();
  await server.close();
  await assertRejects(() => next, ConnectionError);
});

Deno.test({
  name: "Subscriptions follow a slot that moves, and a primary that is killed" +
    (hasRedis ? "" : " (skipped: redis-server is not installed)"),
  ignore: !hasRedis,
  fn: async () => {
    await using cluster = await startCluster();
    await using client = Client.cluster(cluster.nodes.map(({ port }) => `redis://127.0.0.1:${port}`), { retry: SOON });
    await using orders = await client.subscribe("orders", { shard: true });
    await using news = await client.subscribe("news");
    const sharded = new Line(orders, (n) => client.spublish("orders", n));
    const ordinary = new Line(news, (n) => client.publish("news", n));
    await Promise.all([sharded.arrival(), ordinary.arrival()]);

    const slot = Number(await cluster.send(cluster.nodes[0]!.port, "CLUSTER", "KEYSLOT", "orders"));
    const from = await cluster.ownerOf(slot);
    const to = (await cluster.primaries()).find(({ id }) => id !== from.id)!;
    await cluster.moveSlot(slot, from.id, to.id);
    await sharded.arrival();
    await sharded.arrival();
    assertEquals(orders.gaps, 1);

    // whichever node carries the ordinary channels, it is among those that are killed in turn
    await cluster.kill(to.id);
    await cluster.untilPromoted(to.id);
    await Promise.all([sharded.arrival(), ordinary.arrival()]);
    await sharded.arrival();
    assert(orders.gaps >= 2);
    const names = (await Promise.all((await cluster.primaries()).map(({ port }) =>
      cluster.send(port, "PUBSUB", "NUMSUB", "news")
    ))).map((reply) => Number((reply as unknown[])[1]));
    assertEquals(names.reduce((sum, count) => sum + count), 1);
  },
});
