/** Subscriptions of a cluster's client, which follow their slot and outlive their node. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Client, ConnectionError, RedisError, type Subscription } from "../../../client.ts";
import { Server } from "../../../server.ts";
import { hasRedis } from "../../_redis.ts";
import { arrival } from "../_arrival.ts";
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
    const message = await arrival(this.#messages, () => this.publish(this.#next++).catch(() => {})); // the cluster is changing
    const number = Number(message?.message);
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
  name: "Subscriptions follow a slot that moves, a failover, and a primary that is killed" +
    (hasRedis ? "" : " (skipped: redis-server is not installed)"),
  ignore: !hasRedis,
  fn: async () => {
    await using cluster = await startCluster();
    await using client = Client.cluster(cluster.nodes.map(({ port }) => `redis://127.0.0.1:${port}`), { retry: SOON });
    await using news = await client.subscribe("news");
    const ordinary = new Line(news, (n) => client.publish("news", n));
    await ordinary.arrival();
    const listeners = (port: number) =>
      cluster.send(port, "PUBSUB", "NUMSUB", "news").then((reply) => (reply as unknown[])[1]);
    const carriers = await Promise.all(
      (await cluster.primaries()).map(async (node) => await listeners(node.port) === 1 ? [node] : []),
    );
    const carrier = carriers.flat()[0]!;

    let name = "", slot = -1, from = carrier; // a shard channel of another node
    for (let i = 0; from.id === carrier.id; i++) {
      name = `orders ${i}`;
      slot = Number(await cluster.send(carrier.port, "CLUSTER", "KEYSLOT", name));
      from = await cluster.ownerOf(slot);
    }
    await using orders = await client.subscribe(name, { shard: true });
    const sharded = new Line(orders, (n) => client.spublish(name, n));
    await sharded.arrival();

    const promoted = await cluster.failover(from.id);
    await Promise.all([sharded.arrival(), ordinary.arrival()]);
    await sharded.arrival();
    assertEquals([orders.gaps, news.gaps], [1, 0]);

    await cluster.moveSlot(slot, promoted.id, carrier.id);
    await sharded.arrival();
    await sharded.arrival();
    assertEquals([orders.gaps, news.gaps], [2, 0]);

    await cluster.kill(carrier.id); // now it serves both
    await cluster.untilPromoted(carrier.id);
    await Promise.all([sharded.arrival(), ordinary.arrival()]);
    await Promise.all([sharded.arrival(), ordinary.arrival()]);
    assert(orders.gaps >= 3);
    assert(news.gaps >= 1);
    const counts = await Promise.all((await cluster.primaries()).map(({ port }) => listeners(port)));
    assertEquals(counts.map(Number).reduce((sum, count) => sum + count), 1);
  },
});
