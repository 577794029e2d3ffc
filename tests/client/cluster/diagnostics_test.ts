/** What a cluster's client tells on diagnostics channels. */
import { assertEquals } from "@std/assert";
import { tracingChannel } from "node:diagnostics_channel";
import { CHANNELS, Client, type CommandContext } from "../../../client.ts";
import { Server } from "../../../server.ts";
import { array, bulk, fakeCluster, OK } from "./_fake_cluster.ts";

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

Deno.test("Each page of a cluster's scan is told of, with the node it comes from", async () => {
  await using nodes = fakeCluster(2);
  const ports = nodes.nodes.map(({ port }) => port);
  for (const node of nodes.nodes) {
    node.answer = ([name, cursor]) => name === "SCAN" ? array(bulk(cursor === "0" ? "7" : "0"), array(bulk("k"))) : OK;
  }
  const told: unknown[] = [];
  const start = (context: unknown): void => {
    const { command, serverPort } = context as CommandContext;
    told.push([command, serverPort]);
  };
  const channel = tracingChannel(CHANNELS.command).start;
  await using cluster = Client.cluster([{ hostname: "127.0.0.1", port: ports[0]! }]);
  await cluster.nodes();
  channel.subscribe(start);
  try {
    await cluster.set("b", 1);
    await cluster.set("a", 1);
    assertEquals((await Array.fromAsync(cluster.scan())).length, 4);
  } finally {
    channel.unsubscribe(start);
  }
  const [first, second] = ports;
  assertEquals(told, [
    ["SET", first],
    ["SET", second],
    ...[first, first, second, second].map((port) => ["SCAN", port]),
  ]);
});
