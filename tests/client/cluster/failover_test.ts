/**
 * A real Redis Cluster that changes while fifty loops write to it: a slot moves, a replica takes over on command, a primary
 * is killed. Nothing that was acknowledged may be missing where Redis promises that, nothing may be written twice, and
 * every promise must settle within its deadline.
 */
import { assert, assertEquals } from "@std/assert";
import { Client, ConnectionError, PipelineError, RedisError, TimeoutError } from "../../../client.ts";
import { hasRedis } from "../../_redis.ts";
import { type Cluster, startCluster } from "../_cluster.ts";

const LOOPS = 50;
const DEADLINE_MS = 3_000;
/** How long WAIT may wait; those behind it on the same connection wait too. */
const WAIT_MS = 20;
/** How much later than its deadline a promise may be seen to settle, on a busy machine. */
const SLACK_MS = 1_500;

/** The client under test; its writes are watched. */
type ClusterClient = ReturnType<typeof Client.cluster>;

/** One loop: a counter, and keys that are set to what it was. */
class Loop {
  readonly counter: string;
  /** What the counter was when a write was last acknowledged. */
  acknowledged = 0;
  /** Increments of which nobody knows whether they were executed. */
  unknown = 0;
  /** The count of the last write that a replica has confirmed. */
  confirmed = 0;
  failures = 0;
  longestMs = 0;

  constructor(readonly index: number) {
    this.counter = `{loop:${index}}:counter`;
  }

  /** Increments the counter once. */
  async write(client: ClusterClient, isConfirmed: boolean): Promise<void> {
    const startMs = performance.now();
    try {
      let count: number, replicas = 0;
      if (isConfirmed) {
        const results = await client.pipeline((p) => [p.incr(this.counter), p.wait(1, WAIT_MS)], { settle: true });
        if (results[0] instanceof Error) throw results[0];
        count = results[0];
        if (!(results[1] instanceof Error)) replicas = results[1];
      } else {
        count = await client.incr(this.counter);
      }
      this.check(count);
      this.acknowledged = count;
      this.unknown = 0;
      if (replicas > 0) this.confirmed = count;
    } catch (error) {
      this.failures++;
      if (error instanceof TimeoutError || (error instanceof ConnectionError && error.sent)) this.unknown++;
      else if (!(error instanceof RedisError || error instanceof ConnectionError)) throw error;
    } finally {
      this.longestMs = Math.max(this.longestMs, performance.now() - startMs);
    }
  }

  /** A count that is too high was written twice; one that is too low has lost a write. */
  check(count: number): void {
    const { acknowledged, unknown } = this;
    assert(count > acknowledged, `${this.counter}: ${count} after ${acknowledged}: an acknowledged write is lost`);
    assert(
      count <= acknowledged + unknown + 1,
      `${this.counter}: ${count} after ${acknowledged}, with ${unknown} unknown: a write was repeated`,
    );
  }
}

/** Fifty loops that write until they are told to stop, or their test has failed. */
class Load implements AsyncDisposable {
  readonly loops: readonly Loop[] = Array.from({ length: LOOPS }, (_, i) => new Loop(i));
  readonly #client: ClusterClient;
  readonly #isConfirmed: boolean;
  #isOver = false;
  readonly #running: Promise<void>[];

  constructor(client: ClusterClient, isConfirmed: boolean) {
    this.#client = client;
    this.#isConfirmed = isConfirmed;
    this.#running = this.loops.map((loop) => this.#run(loop));
  }

  async #run(loop: Loop): Promise<void> {
    while (!this.#isOver) await loop.write(this.#client, this.#isConfirmed);
  }

  /** Until every loop has been acknowledged so many more writes. */
  async progress(writes: number): Promise<void> {
    const goals = this.loops.map((loop) => loop.acknowledged + writes);
    const endMs = performance.now() + 30_000;
    while (this.loops.some((loop, i) => loop.acknowledged < goals[i]!)) {
      const behind = this.loops.filter((loop, i) => loop.acknowledged < goals[i]!).length;
      assert(performance.now() < endMs, `${behind} of ${LOOPS} loops do not get on`);
      await Promise.race([new Promise((resolve) => setTimeout(resolve, 10)), ...this.#running]);
    }
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#running);
    for (const { longestMs, counter } of this.loops) {
      assert(longestMs <= DEADLINE_MS + SLACK_MS, `${counter}: a promise took ${Math.round(longestMs)} ms`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await Promise.allSettled(this.#running);
  }

  get failures(): number {
    return this.loops.reduce((sum, loop) => sum + loop.failures, 0);
  }
}

function connect(cluster: Cluster): ClusterClient {
  return Client.cluster([`redis://127.0.0.1:${cluster.nodes[0]!.port}`], {
    commandTimeoutMs: DEADLINE_MS,
    retry: { minMs: 10, maxMs: 200, attempts: 100 },
  });
}

/** The id of the primary that has a key. */
async function ownerOf(cluster: Cluster, key: string): Promise<string> {
  return (await cluster.ownerOf(Number(await cluster.send(cluster.nodes[0]!.port, "CLUSTER", "KEYSLOT", key)))).id;
}

Deno.test({
  name: "While fifty loops write, slots move and primaries fail over without losing or repeating a write" +
    (hasRedis ? "" : " (skipped: redis-server is not installed)"),
  ignore: !hasRedis,
  fn: async (t) => {
    await using cluster = await startCluster();

    await t.step("moving slots costs no write, and no error", async () => {
      await using client = connect(cluster);
      await using load = new Load(client, false);
      await load.progress(20);
      const primaries = await cluster.primaries();
      for (const index of [0, 17, 33]) {
        const { counter } = load.loops[index]!;
        const slot = Number(await cluster.send(cluster.nodes[0]!.port, "CLUSTER", "KEYSLOT", counter));
        const from = await ownerOf(cluster, counter);
        await cluster.moveSlot(slot, from, primaries.find(({ id }) => id !== from)!.id);
        await load.progress(20);
      }
      await load.stop();
      assertEquals(load.failures, 0);
      for (const loop of load.loops) assertEquals(await client.get(loop.counter), `${loop.acknowledged}`);
      await client.flush();
    });

    await t.step("CLUSTER FAILOVER loses no acknowledged write", async () => {
      await using client = connect(cluster);
      await using load = new Load(client, false);
      await load.progress(20);
      const before = await ownerOf(cluster, load.loops[0]!.counter);
      await cluster.failover(before);
      await load.progress(20);
      assert(await ownerOf(cluster, load.loops[0]!.counter) !== before);
      await load.stop();
      for (const loop of load.loops) {
        const count = Number(await client.get(loop.counter));
        const { acknowledged, unknown } = loop;
        assert(
          count >= acknowledged && count <= acknowledged + unknown,
          `${loop.counter}: ${count} of ${acknowledged}`,
        );
      }
      await client.flush();
    });

    await t.step(
      "killing a primary loses no write that WAIT has confirmed, and every promise settles in time",
      async () => {
        await using client = connect(cluster);
        await using load = new Load(client, true);
        await load.progress(10);
        const doomed = await ownerOf(cluster, load.loops[0]!.counter);
        const confirmed = new Map<string, number>();
        await cluster.kill(doomed);
        for (const loop of load.loops) confirmed.set(loop.counter, loop.confirmed);
        for (const loop of load.loops) { // what only the dead primary had may be lost: it was not confirmed
          if (loop.acknowledged > loop.confirmed) loop.acknowledged = loop.confirmed;
        }
        await cluster.untilPromoted(doomed);
        await load.progress(3);
        await load.stop();
        for (const [counter, count] of confirmed) {
          const now = Number(await client.get(counter));
          assert(now >= count, `${counter}: ${now}, though ${count} was confirmed`);
        }
        assert(load.failures > 0, "no write has noticed that a primary was killed");
        assert([...confirmed.values()].every((count) => count > 0));
      },
    );
  },
});

Deno.test({
  name: "A pipeline through a cluster of which a part is gone says what became of each command" +
    (hasRedis ? "" : " (skipped: redis-server is not installed)"),
  ignore: !hasRedis,
  fn: async () => {
    await using cluster = await startCluster("--cluster-require-full-coverage", "no");
    await using client = connect(cluster);
    const keys = Array.from({ length: 30 }, (_, i) => `k${i}`);
    await Promise.all(keys.map((key) => client.set(key, key)));
    const doomed = await ownerOf(cluster, keys[0]!);
    const owners = await Promise.all(keys.map((key) => ownerOf(cluster, key)));
    const replica = await cluster.replicaOf(doomed);
    await cluster.kill(doomed);
    await cluster.kill(replica.id); // nobody can take over
    const startMs = performance.now();
    const error = await client.pipeline((p) => keys.map((key) => p.get(key)), { timeoutMs: 1_000 })
      .then(() => null, (reason) => reason as PipelineError);
    assert(performance.now() - startMs < 1_000 + SLACK_MS);
    if (!(error instanceof PipelineError)) throw error ?? new Error("no command of the pipeline failed");
    for (const [i, key] of keys.entries()) {
      if (owners[i] === doomed) assert(error.results[i] instanceof Error, key);
      else assertEquals(error.results[i], key);
    }
  },
});
