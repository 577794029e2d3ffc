/**
 * A program that starts servers in memory, run by `start_test.ts` in a process of its own that has no permissions. Its
 * argument: how many. It prints how long loading the module took, and how long it was from then to the last one's first
 * reply, in milliseconds; other processes may have had the processor, which does not count.
 *
 * @module
 */
import { cpuUsage } from "node:process";

/** What an action takes. */
async function measured<T>(run: () => Promise<T>): Promise<[result: T, ms: number]> {
  const before = cpuUsage(), began = performance.now();
  const result = await run();
  const ms = performance.now() - began, { user, system } = cpuUsage(before);
  return [result, Math.min(ms, (user + system) / 1000)];
}

const [{ Server }, loadMs] = await measured(() => import("../../mod.ts"));
const count = Number(Deno.args[0]);
const servers: AsyncDisposable[] = [];
const [, startMs] = await measured(async () => {
  for (let i = 0; i < count; i++) {
    const server = await Server.start();
    const client = server.client();
    servers.push(client, server);
    if (await client.set("k", i) !== 1) throw new Error("SET is answered otherwise");
  }
});
for (const server of servers) await server[Symbol.asyncDispose]();
console.log(JSON.stringify({ loadMs, startMs }));
