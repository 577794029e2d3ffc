/**
 * A program that has a hundred servers do what goes well and what does not, run by `start_test.ts`, which looks at whether
 * anything of that is printed.
 *
 * @module
 */
import { type Client, Server } from "../../mod.ts";

async function use(server: Server, client: Client, i: number): Promise<void> {
  await client.configSet({ "notify-keyspace-events": "KEA", "slowlog-log-slower-than": "0", loglevel: "debug" });
  await client.set("k", "v", { px: 10 });
  await client.send(["NOPE"]).catch(() => {});
  await client.send(["INCRBY", "k", "x"]).catch(() => {});
  await client.send(["DEBUG", "LOG", "heard by nobody"]).catch(() => {});
  await client.send(["CONFIG", "SET", "maxmemory", "1"]);
  await client.rpush("l", "v").catch(() => {});
  await client.send(["CONFIG", "SET", "maxmemory", "0"]);
  using _ = server.intercept(({ name }) => {
    if (name === "GET") throw new Error("an interceptor's own failure");
  });
  await client.get("k").catch(() => {});
  const job = client.blpop("jobs", 1);
  await server.clock.tick(5000);
  await job;
  const { writable } = server.dial();
  await writable.getWriter().write(new TextEncoder().encode("*1\r\n!nonsense\r\n"));
  if (i % 3 === 0) await server.restart();
  if (i % 3 === 1) await server.reset();
  if (i % 3 === 2) await server.dropConnections();
  if (i % 10 === 0) await client.send(["SHUTDOWN", "NOSAVE"]).catch(() => {});
}

const servers: Server[] = [];
for (let i = 0; i < 100; i++) {
  const server = await Server.start({ clock: "manual", config: { "enable-debug-command": "yes" } });
  await using client = server.client();
  await use(server, client, i);
  servers.push(server);
}
for (const server of servers) await server.close();
