/** What a cluster's client tells on diagnostics channels. */
import { assertEquals } from "@std/assert";
import { tracingChannel } from "node:diagnostics_channel";
import { CHANNELS, Client, type CommandContext } from "../../../client.ts";
import { Server } from "../../../server.ts";

Deno.test("Every command of a cluster's client is told of, with the node that owns its keys", async () => {
  await using server = await Server.start({ port: 0, config: { "cluster-enabled": "yes" } });
  const told: string[] = [];
  const ports = new Set<number | undefined>();
  const handlers = {
    start: (context: object) => {
      const { args, batchMode, serverPort } = context as CommandContext;
      ports.add(serverPort);
      told.push(`${batchMode ?? "alone"}: ${args.join(" ")}`);
    },
    end: () => {},
    asyncStart: () => {},
    asyncEnd: (context: object) => void told.push(`done: ${(context as CommandContext).command}`),
    error: (context: object) => void told.push(`failed: ${(context as CommandContext).command}`),
  };
  const channel = tracingChannel(CHANNELS.command);
  channel.subscribe(handlers);
  try {
    await using cluster = Client.cluster([server.url]);
    await cluster.set("k", "secret");
    await cluster.lpush("k", "secret").catch(() => {});
    await cluster.mget("a", "b");
    await cluster.pipeline((p) => [p.get("k"), p.dbsize()]);
    await cluster.transaction((t) => [t.incr("n")]);
    await cluster.watch(["n"], (tx) => tx.commit((t) => [t.incr("n")]));
  } finally {
    channel.unsubscribe(handlers);
  }
  assertEquals(ports, new Set([server.port]));
  assertEquals(told, [
    ...["alone: SET k ?", "done: SET"],
    ...["alone: LPUSH k ?", "failed: LPUSH", "done: LPUSH"],
    ...["alone: MGET a b", "done: MGET"],
    ...["PIPELINE: GET k", "PIPELINE: DBSIZE", "done: GET", "done: DBSIZE"],
    ...["MULTI: INCR n", "done: INCR"],
    ...["alone: WATCH n", "done: WATCH", "MULTI: INCR n", "done: INCR"],
  ]);
});
