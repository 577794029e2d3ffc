/**
 * A program that starts servers in memory and says how long that took, run by `start_test.ts` in a process of its own that
 * has no permissions. Its argument: how many.
 *
 * @module
 */
import { cpuUsage } from "node:process";
import { Server } from "../../mod.ts";

const count = Number(Deno.args[0]);
const servers: AsyncDisposable[] = [];
const before = cpuUsage(), began = performance.now();
for (let i = 0; i < count; i++) {
  const server = await Server.start();
  const client = server.client();
  servers.push(client, server);
  if (await client.set("k", i) !== 1) throw new Error("SET is answered otherwise");
}
const ms = performance.now() - began, { user, system } = cpuUsage(before);
for (const server of servers) await server[Symbol.asyncDispose]();
console.log(Math.min(ms, (user + system) / 1000)); // other processes may have had the processor
