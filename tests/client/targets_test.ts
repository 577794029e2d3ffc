/** One suite, three targets: every scenario with miniredis, with redis-server and with a Redis Cluster. */
import { Client, type ClientOptions } from "../../client.ts";
import { Server } from "../../server.ts";
import { hasRedis, startRedis } from "../_redis.ts";
import { startCluster } from "./_cluster.ts";
import { SCENARIOS, type Target } from "./_scenarios.ts";

/** Runs all scenarios, each with no keys at its beginning. */
async function runScenarios(t: Deno.TestContext, target: Target): Promise<void> {
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    await t.step(name, async () => {
      await using client = target.connect();
      await client.flush();
      await scenario(client, target);
    });
  }
}

function single(url: string, protocol: 2 | 3, hasScripts: boolean): Target {
  const connect = (options?: ClientOptions) => new Client({ url, protocol, retry: { minMs: 1 }, ...options });
  return {
    connect,
    hasScripts,
    isCluster: false,
    async killClients() {
      await using killer = connect();
      await killer.clientKill({ type: "NORMAL" });
    },
  };
}

for (const protocol of [3, 2] as const) {
  Deno.test(`Every scenario, miniredis, RESP${protocol}`, async (t) => {
    await using server = await Server.start({ port: 0 });
    await runScenarios(t, single(server.url, protocol, false));
  });

  Deno.test({
    name: `Every scenario, redis-server, RESP${protocol}${hasRedis ? "" : " (skipped: it is not installed)"}`,
    ignore: !hasRedis,
    fn: async (t) => {
      await using redis = await startRedis();
      await runScenarios(t, single(`redis://127.0.0.1:${redis.port}`, protocol, true));
    },
  });

  Deno.test({
    name: `Every scenario, a Redis Cluster, RESP${protocol}${
      hasRedis ? "" : " (skipped: redis-server is not installed)"
    }`,
    ignore: !hasRedis,
    fn: async (t) => {
      await using cluster = await startCluster();
      const seeds = cluster.nodes.map(({ port }) => `redis://127.0.0.1:${port}`);
      await runScenarios(t, {
        connect: (options) => Client.cluster(seeds, { protocol, retry: { minMs: 1 }, ...options }),
        hasScripts: true,
        isCluster: true,
        async killClients() {
          await Promise.all(cluster.nodes.map(({ port }) => cluster.send(port, "CLIENT", "KILL", "TYPE", "NORMAL")));
        },
      });
    },
  });
}
