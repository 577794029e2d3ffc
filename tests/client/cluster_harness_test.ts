/** The helper that starts a real Redis Cluster (_cluster.ts), and the tiny client it is asked with. */
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { hasRedis, startRedis } from "../_redis.ts";
import { type ClusterNode, startCluster } from "./_cluster.ts";
import { faultOf, ownerOf, readView } from "./_cluster_view.ts";
import { RawError, RawRedis, sendRaw } from "./_raw_redis.ts";

function redisTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: hasRedis ? name : `${name} (skipped: redis-server is not installed)`, ignore: !hasRedis, fn });
}

const [A, B] = ["a".repeat(40), "b".repeat(40)];
const SEEN = [
  `${A} 127.0.0.1:7001@8001 myself,master - 0 0 1 connected 0-5 7 [6->-${B}]`,
  `${B} 127.0.0.1:7002@8002 slave ${A} 0 1 1 connected`,
].join("\n") + "\n";

function viewOfA(nodes: string, state = "ok", replication = "slave0:ip=127.0.0.1,port=7002,state=online,lag=0") {
  return readView(A, 7001, nodes, `cluster_state:${state}\r\n`, replication);
}

function viewOfB(nodes: string, link = "up") {
  const swapped = nodes.replace("myself,master", "master").replace(" slave", " myself,slave");
  return readView(B, 7002, swapped, "cluster_state:ok\r\n", `role:slave\r\nmaster_link_status:${link}\r\n`);
}

Deno.test("readView() knows who owns a slot, and takes one that is announced as moving for no range", () => {
  const view = viewOfA(SEEN);
  assertEquals([0, 5, 6, 7, 8].map((slot) => ownerOf(view, slot)), [A, A, null, A, null]);
  assertEquals(view.nodes.map((node) => [node.port, node.primaryId]), [[7001, null], [7002, A]]);
});

Deno.test("faultOf() finds each way in which a cluster is not settled", () => {
  assertEquals(faultOf([viewOfA(SEEN), viewOfB(SEEN)]), null);
  const faults = [
    [viewOfA(SEEN, "fail"), viewOfB(SEEN)],
    [viewOfA(SEEN.replace("slave", "slave,fail?")), viewOfB(SEEN)],
    [viewOfA(SEEN), viewOfB(SEEN.replace("0-5", "0-4"))],
    [viewOfA(SEEN), viewOfB(SEEN, "down")],
    [viewOfA(SEEN, "ok", ""), viewOfB(SEEN)],
    [viewOfB(SEEN)], // the primary does not run any more
  ].map((views) => faultOf(views)?.reason ?? "none");
  assertEquals(faults, [
    "its cluster_state is fail",
    `it misses ${B}`,
    "it sees not what 7001 sees",
    "it has no link to its primary",
    "it streams to 0 replicas, not to 1",
    `it waits for ${A}`,
  ]);
});

redisTest("sendRaw() reads every kind of reply, and throws errors", async () => {
  await using redis = await startRedis();
  assertEquals(await sendRaw(redis.port, "RPUSH", "list", "é", "", 3), 3);
  assertEquals(await sendRaw(redis.port, "LRANGE", "list", 0, -1), ["é", "", "3"]);
  assertEquals(await sendRaw(redis.port, "GET", "none"), null);
  await assertRejects(() => sendRaw(redis.port, "GET", "list"), RawError, "WRONGTYPE");
  using conn = await RawRedis.connect(redis.port);
  const long = "x".repeat(20_000);
  assertEquals(await conn.send("SET", "long", long), "OK");
  assertEquals(await conn.send("GET", "long"), long);
  assertEquals(await conn.send("MULTI"), "OK");
  await conn.send("GET", "list");
  const replies = await conn.send("EXEC");
  assert(Array.isArray(replies) && replies[0] instanceof RawError);
});

redisTest("startCluster() makes three primaries with a replica each, and leaves nothing behind", async () => {
  let nodes: readonly ClusterNode[], dir: string;
  {
    await using cluster = await startCluster("--maxmemory", "123mb");
    nodes = cluster.nodes;
    const primaries = await cluster.primaries();
    const replicas = await Promise.all(primaries.map(({ id }) => cluster.replicaOf(id)));
    assertEquals(primaries.length, 3);
    assertEquals(new Set([...primaries, ...replicas].map((node) => node.port)).size, 6);
    assertEquals(await Promise.all(replicas.map((node) => node.role())), ["replica", "replica", "replica"]);
    for (const { port } of nodes) {
      assert(String(await cluster.send(port, "CLUSTER", "INFO")).includes("cluster_slots_ok:16384"));
      assertEquals(await cluster.send(port, "CONFIG", "GET", "maxmemory"), ["maxmemory", `${123 * 2 ** 20}`]);
    }
    [, dir] = await cluster.send(nodes[0]!.port, "CONFIG", "GET", "dir") as [string, string];

    const owner = await cluster.ownerOf(Number(await cluster.send(nodes[0]!.port, "CLUSTER", "KEYSLOT", "k")));
    using primary = await RawRedis.connect(owner.port);
    assertEquals(await primary.send("SET", "k", "v"), "OK");
    assertEquals(await primary.send("WAIT", 1, 5_000), 1);
    using conn = await RawRedis.connect((await cluster.replicaOf(owner.id)).port);
    assertEquals(await conn.send("READONLY"), "OK");
    assertEquals(await conn.send("GET", "k"), "v");
  }
  for (const { port } of nodes) await assertRejects(() => sendRaw(port, "PING"), Deno.errors.ConnectionRefused);
  await assertRejects(() => Deno.stat(dir), Deno.errors.NotFound);
});

redisTest("startCluster() says what redis-server said when it does not start, and leaves nothing behind", async () => {
  const dir = await Deno.makeTempDir();
  const before = Deno.env.get("TMPDIR");
  Deno.env.set("TMPDIR", dir);
  try {
    await assertRejects(() => startCluster("--no-such-directive", "1"), Error, "Bad directive");
    assertEquals(await Array.fromAsync(Deno.readDir(dir)), []);
  } finally {
    if (before === undefined) Deno.env.delete("TMPDIR");
    else Deno.env.set("TMPDIR", before);
    await Deno.remove(dir, { recursive: true });
  }
});

redisTest("A cluster moves a slot with its keys, fails over, promotes and takes nodes back", async () => {
  await using cluster = await startCluster();
  const slot = Number(await cluster.send(cluster.nodes[0]!.port, "CLUSTER", "KEYSLOT", "{2}"));
  const from = await cluster.ownerOf(slot);
  const to = (await cluster.primaries()).find((node) => node.id !== from.id)!;
  for (let i = 0; i < 250; i++) await cluster.send(from.port, "SET", `{2}${i}`, i);
  await cluster.moveSlot(slot, from.id, to.id);
  assertEquals((await cluster.ownerOf(slot)).id, to.id);
  assertEquals(await cluster.send(to.port, "CLUSTER", "COUNTKEYSINSLOT", slot), 250);
  assertEquals(await cluster.send(to.port, "GET", "{2}249"), "249");
  await assertRejects(
    () => cluster.send(from.port, "GET", "{2}1"),
    RawError,
    `MOVED ${slot} 127.0.0.1:${to.port}`,
  );

  const promoted = await cluster.failover(to.id);
  assertEquals([await promoted.role(), await to.role()], ["primary", "replica"]);
  assertEquals((await cluster.replicaOf(promoted.id)).id, to.id);
  assertEquals(await cluster.send(promoted.port, "GET", "{2}249"), "249");

  await cluster.kill(promoted.id);
  assert(!promoted.isRunning);
  await assertRejects(() => cluster.send(promoted.port, "PING"), Deno.errors.ConnectionRefused);
  const heir = await cluster.untilPromoted(promoted.id);
  assertEquals([heir.id, await heir.role()], [to.id, "primary"]);
  assertNotEquals(heir.id, promoted.id);
  assertEquals(await cluster.send(heir.port, "GET", "{2}249"), "249");
  await assertRejects(() => cluster.replicaOf(heir.id), Error, "No running node replicates");

  await cluster.restart(promoted.port);
  assertEquals((await cluster.replicaOf(heir.id)).id, promoted.id);
  assertEquals(await cluster.send(promoted.port, "DBSIZE"), 250); // its data came with it
});
