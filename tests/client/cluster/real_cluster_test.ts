/** The client of a cluster against a real one of six nodes. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Client, type ClusterClient, RedisError } from "../../../client.ts";
import { slotOfKey } from "../../../resp/key_slot.ts";
import { hasRedis } from "../../_redis.ts";
import { type Cluster, startCluster } from "../_cluster.ts";

function clientOf(cluster: Cluster, protocol: 2 | 3 = 3): ClusterClient {
  const seeds = cluster.nodes.map(({ port }) => ({ hostname: "127.0.0.1", port }));
  return Client.cluster(seeds, { protocol, commandTimeoutMs: 20_000 });
}

Deno.test({
  name: "The client of a cluster uses all of a real one, in RESP2 and RESP3",
  ignore: !hasRedis,
  fn: async (t) => {
    await using cluster = await startCluster();
    for (const protocol of [2, 3] as const) {
      await t.step(`RESP${protocol}`, () => useAll(cluster, protocol));
    }
    await t.step("A slot moves while it is read and written", () => moveWhileInUse(cluster));
    await t.step("A primary and its replica change roles while writes go on", () => failOverWhileInUse(cluster));
  },
});

async function useAll(cluster: Cluster, protocol: 2 | 3): Promise<void> {
  await using client = clientOf(cluster, protocol);
  assertEquals(
    (await client.primaries()).map(({ id }) => id).sort(),
    (await cluster.primaries()).map(({ id }) => id).sort(),
  );
  assertEquals((await client.nodes()).length, 6);
  await client.flushall();

  const keys = Array.from({ length: 1_000 }, (_, i) => `key:${i}`);
  assertEquals(await client.mset(...keys.flatMap((key, i) => [key, i])), 1_000);
  assertEquals(await client.mget(...keys, "none"), [...keys.map((_, i) => `${i}`), null]);
  assertEquals(await Promise.all(keys.map((key) => client.get(key))), keys.map((_, i) => `${i}`));
  assertEquals(await client.dbsize(), 1_000);
  assertEquals((await client.keys("*")).sort(), keys.toSorted());
  assertEquals(await client.exists(...keys, "none"), 1_000);
  assertEquals(await client.delete(...keys.slice(0, 10)), 10);

  const [written, replicas, read] = await client.pipeline((p) => [p.set("k", 1), p.wait(1, 5_000), p.incr("k")]);
  assertEquals([written, replicas, read], [1, 1, 2]);
  assertEquals(await client.transaction((t) => [t.incr("{t}a"), t.hset("{t}h", { f: 1 }), t.hgetall("{t}h")]), [1, 1, {
    f: "1",
  }]);
  const increment = () =>
    client.watch(["watched"], async (tx) => {
      const n = Number(await tx.get("watched"));
      return await tx.commit((t) => [t.set("watched", n + 1)]);
    });
  await Promise.all([increment(), increment(), increment()]);
  assertEquals(await client.get("watched"), "3");

  const popped = client.blpop("list", 10);
  await client.rpush("list", "item");
  assertEquals(await popped, ["list", "item"]);
  const sha = await client.scriptLoad("return redis.call('GET', KEYS[1])");
  assertEquals(await client.send(["EVALSHA", sha, 1, "watched"]), "3");
  assertEquals(await client.send(["SCRIPT", "EXISTS", sha]), [1]);
  assertEquals(await client.ping(), "PONG");
  await assertRejects(() => client.sinter("a", "b"), RedisError, "CROSSSLOT");
  assertEquals(await client.flush(), 990 + 4); // k, {t}a, {t}h, watched
}

/** Moves slots to and fro while they are in use; what was counted must be what was acknowledged. */
async function moveWhileInUse(cluster: Cluster): Promise<void> {
  await using client = clientOf(cluster);
  const tag = "moving", slot = slotOfKey(tag);
  const keys = Array.from({ length: 200 }, (_, i) => `{${tag}}${i}`);
  await client.mset(...keys.flatMap((key) => [key, 0]));
  const owner = await cluster.ownerOf(slot);
  const other = (await cluster.primaries()).find(({ id }) => id !== owner.id)!;
  let isDone = false;
  const acknowledged = new Map<string, number>();
  const loop = async (mine: number): Promise<void> => {
    for (let i = mine; !isDone; i += 7) {
      const key = keys[i % keys.length]!, next = keys[(i + 1) % keys.length]!;
      if (i % 3 === 0) {
        await client.transaction((t) => [t.incr(key), t.exists(key)]);
        acknowledged.set(key, (acknowledged.get(key) ?? 0) + 1);
      } else if (i % 3 === 1) {
        await client.incr(key);
        acknowledged.set(key, (acknowledged.get(key) ?? 0) + 1);
      } else {
        for (const value of await client.mget(key, next)) assert(value !== null);
      }
    }
  };
  const watcher = async (): Promise<void> => {
    while (!isDone) {
      const key = keys[0]!;
      await client.watch([key], async (tx) => {
        const n = Number(await tx.get(key));
        return await tx.commit((t) => [t.set(key, n + 1)]);
      }, { attempts: Infinity });
      acknowledged.set(key, (acknowledged.get(key) ?? 0) + 1);
    }
  };
  const popped = client.blpop(`{${tag}}queue`, 30);
  const loops = Promise.all([...Array.from({ length: 20 }, (_, i) => loop(i)), watcher()]);
  for (let round = 0; round < 4; round++) {
    await cluster.moveSlot(slot, owner.id, other.id);
    await cluster.moveSlot(slot, other.id, owner.id);
  }
  await cluster.moveSlot(slot, owner.id, other.id);
  await client.rpush(`{${tag}}queue`, "item");
  assertEquals(await popped, [`{${tag}}queue`, "item"]);
  isDone = true;
  await loops;
  assertEquals(await client.mget(...keys), keys.map((key) => String(acknowledged.get(key) ?? 0)));
}

async function failOverWhileInUse(cluster: Cluster): Promise<void> {
  await using client = clientOf(cluster);
  const key = "counter", owner = await cluster.ownerOf(slotOfKey(key));
  let acknowledged = 0, isDone = false;
  const loop = async (): Promise<void> => {
    while (!isDone) {
      await client.incr(key);
      acknowledged++;
    }
  };
  const loops = Promise.all([loop(), loop(), loop(), loop()]);
  const heir = await cluster.failover(owner.id);
  isDone = true;
  await loops;
  assertEquals(await client.get(key), String(acknowledged));
  assert(acknowledged > 0);
  assertEquals((await cluster.ownerOf(slotOfKey(key))).id, heir.id);
}
