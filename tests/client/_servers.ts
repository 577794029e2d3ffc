/** Tests that run with every server there is, in both protocols. */
import { Client, type ClientOptions } from "../../client.ts";
import { Server } from "../../server.ts";
import { hasRedis, startRedis } from "../_redis.ts";

/**
 * Runs a test with clients of miniredis and of redis-server, over TCP, in RESP3 and in RESP2.
 *
 * @param name What it shows.
 * @param fn The test; it closes the clients that it makes.
 * @param common Options of all clients.
 */
export function onServers(
  name: string,
  fn: (connect: (options?: ClientOptions) => Client) => Promise<void>,
  common: ClientOptions = {},
): void {
  for (const protocol of [3, 2] as const) {
    Deno.test(`${name}, RESP${protocol}`, async () => {
      await using server = await Server.start({ port: 0 });
      await fn((options) => new Client({ url: server.url, protocol, ...common, ...options }));
    });
    Deno.test({
      name: `${name}, RESP${protocol}, redis-server${hasRedis ? "" : " (skipped: it is not installed)"}`,
      ignore: !hasRedis,
      fn: async () => {
        await using redis = await startRedis();
        await fn((options) => new Client({ port: redis.port, protocol, ...common, ...options }));
      },
    });
  }
}
