/** Where the subscriptions of a cluster's client go when nodes send them away, leave, or cannot be reached. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Client, ConnectionError, RedisError, TimeoutError } from "../../../client.ts";
import {
  array,
  bulk,
  error,
  type FakeCluster,
  fakeCluster,
  type FakeConnection,
  type FakeNode,
  integer,
  OK,
  range,
  until,
} from "./_fake_cluster.ts";

// of two nodes, b belongs to the first, a to the second
const SLOT_OF_B = 3300;
const RETRY = { minMs: 1, maxMs: 4, jitter: 0, attempts: 50 };

function seed({ port }: { port: number }): { hostname: string; port: number } {
  return { hostname: "127.0.0.1", port };
}

function push(...items: string[]): string {
  return array(...items).replace("*", ">");
}

/** Has a node confirm subscriptions, and returns where messages for each name are to be sent. */
function serve(node: FakeNode): Map<string, FakeConnection> {
  const listeners = new Map<string, FakeConnection>();
  node.answer = ([command = "", ...names], peer) => {
    if (command === "PING") return "+PONG\r\n";
    if (!/^[SP]?(UN)?SUBSCRIBE$/.test(command)) return OK;
    for (const name of names) {
      if (command.includes("UN")) listeners.delete(name);
      else listeners.set(name, peer);
    }
    return names.map((name) => push(bulk(command.toLowerCase()), bulk(name), integer(1))).join("");
  };
  return listeners;
}

function onlyOwner(cluster: FakeCluster, owner: FakeNode): void {
  const map = array(range(0, 16_383, owner));
  for (const node of cluster.nodes) node.slots = () => map;
}

Deno.test("A shard channel whose slot has moved is followed to where the node says, also without retry", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  const listeners = serve(second);
  first.answer = ([command]) => command === "PING" ? OK : error(`MOVED ${SLOT_OF_B} 127.0.0.1:${second.port}`);
  await using client = Client.cluster([seed(first)], { retry: false });
  await using orders = await client.subscribe("b", { shard: true });
  await listeners.get("b")!.send(push(bulk("smessage"), bulk("b"), bulk("new")));
  assertEquals((await orders[Symbol.asyncIterator]().next()).value?.message, "new");
  assertEquals(orders.gaps, 0);
});

Deno.test("A shard channel that is sent in circles rejects with the redirection", async () => {
  await using cluster = fakeCluster(1);
  const [node] = cluster.nodes as [FakeNode];
  node.answer = ([command]) => command === "PING" ? OK : error(`MOVED ${SLOT_OF_B} 127.0.0.1:${node.port}`);
  await using client = Client.cluster([seed(node)], { retry: false, maxRedirections: 5 });
  await assertRejects(() => client.subscribe("b", { shard: true }), RedisError, "MOVED");
  assertEquals(node.got.filter((command) => command === "SSUBSCRIBE b").length, 6);
});

Deno.test("A node that ends shard channels by itself has them served by the next owner, behind one gap", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  const before = serve(first), after = serve(second);
  await using client = Client.cluster([seed(first)], { retry: RETRY });
  await using orders = await client.subscribe(["b", "{b}2"], { shard: true });
  const messages = orders[Symbol.asyncIterator]();
  onlyOwner(cluster, second);
  const peer = before.get("b")!;
  await peer.send(push(bulk("smessage"), bulk("b"), bulk("last")));
  await peer.send(["b", "{b}2"].map((name) => push(bulk("sunsubscribe"), bulk(name), integer(0))).join(""));
  assertEquals((await messages.next()).value?.message, "last");
  await until(() => after.has("{b}2"));
  assertEquals(orders.gaps, 0); // not before the message behind it
  await after.get("{b}2")!.send(push(bulk("smessage"), bulk("{b}2"), bulk("first")));
  assertEquals((await messages.next()).value?.message, "first");
  assertEquals([orders.gaps, second.got.filter((command) => command.startsWith("SSUBSCRIBE"))], [1, [
    "SSUBSCRIBE b {b}2",
  ]]);
});

Deno.test("The node that carries ordinary channels is cut: another serves all of them", async () => {
  await using cluster = fakeCluster(2);
  const served = cluster.nodes.map(serve);
  await using client = Client.cluster(cluster.nodes.map(seed), { retry: RETRY });
  await using news = await client.subscribe("news");
  await using users = await client.subscribe("user:*", { patterns: true });
  const carrier = served.findIndex((listeners) => listeners.has("news"));
  assert(served[carrier]!.has("user:*"));
  const other = 1 - carrier;
  onlyOwner(cluster, cluster.nodes[other]!);
  cluster.nodes[carrier]!.stop();
  await until(() => served[other]!.has("news") && served[other]!.has("user:*"));
  const peer = served[other]!.get("news")!;
  assertEquals(served[other]!.get("user:*"), peer);
  await peer.send(push(bulk("message"), bulk("news"), bulk("hello")));
  await peer.send(push(bulk("pmessage"), bulk("user:*"), bulk("user:1"), bulk("there")));
  assertEquals((await news[Symbol.asyncIterator]().next()).value?.message, "hello");
  assertEquals((await users[Symbol.asyncIterator]().next()).value?.channel, "user:1");
  assertEquals([news.gaps, users.gaps], [1, 1]);
});

Deno.test("The node that carries ordinary channels leaves the cluster, though it still answers: another serves them", async () => {
  await using cluster = fakeCluster(2);
  const served = cluster.nodes.map(serve);
  await using client = Client.cluster(cluster.nodes.map(seed), { retry: RETRY });
  await using news = await client.subscribe("news");
  const carrier = served.findIndex((listeners) => listeners.has("news")), other = 1 - carrier;
  const owner = cluster.nodes[other]!, serving = owner.answer, gone = cluster.nodes[carrier]!;
  onlyOwner(cluster, owner);
  const key = carrier === 0 ? "b" : "a", slot = carrier === 0 ? SLOT_OF_B : 15_495;
  const stillServing = gone.answer;
  gone.answer = (command, peer) =>
    command[0] === "GET" ? error(`MOVED ${slot} 127.0.0.1:${owner.port}`) : stillServing(command, peer);
  owner.answer = (command, peer) => command[0] === "GET" ? bulk("v") : serving(command, peer);
  assertEquals(await client.get(key), "v"); // hints that the map is old
  await until(() => served[other]!.has("news"));
  await served[other]!.get("news")!.send(push(bulk("message"), bulk("news"), bulk("hello")));
  assertEquals((await news[Symbol.asyncIterator]().next()).value?.message, "hello");
  assertEquals(news.gaps, 1);
  await until(() => gone.open === 0);
});

Deno.test("A shard channel that cannot be had leaves the ordinary channels where they are", async () => {
  await using cluster = fakeCluster(8);
  const served = cluster.nodes.map(serve);
  await using client = Client.cluster(cluster.nodes.map(seed), { retry: { ...RETRY, attempts: 2 } });
  await using _news = await client.subscribe("news");
  const carrier = served.findIndex((listeners) => listeners.has("news"));
  const names = ["b", "c", "k", "bar", "a", "d", "e", "foo"]; // at several nodes
  for (const [i, node] of cluster.nodes.entries()) {
    if (i !== carrier) node.answer = ([command]) => command === "PING" ? OK : error("CLUSTERDOWN");
  }
  const outcomes = await Promise.allSettled(names.map((name) => client.subscribe(name, { shard: true })));
  assert(outcomes.some(({ status }) => status === "rejected"));
  await using _users = await client.subscribe("user:*", { patterns: true });
  assert(served[carrier]!.has("user:*"));
});

Deno.test("A deadline or a signal ends the wait for a subscription wherever it is", async () => {
  await using cluster = fakeCluster(1);
  const [node] = cluster.nodes as [FakeNode];
  const slots = node.slots;
  node.slots = () => null; // no map
  await using early = Client.cluster([seed(node)], { connectTimeoutMs: 60_000 });
  await assertRejects(() => early.subscribe("b", { timeoutMs: 20 }), TimeoutError);
  const soon = AbortSignal.timeout(20);
  await assertRejects(() => early.subscribe("b", { signal: soon }), DOMException, "timeout");

  node.slots = slots; // a slot that nobody serves
  node.answer = ([command]) => command === "PING" ? OK : error("CLUSTERDOWN The cluster is down");
  await using client = Client.cluster([seed(node)], { retry: { minMs: 60_000, maxMs: 60_000, jitter: 0 } });
  await assertRejects(() => client.subscribe("b", { shard: true, timeoutMs: 20 }), TimeoutError);
  const end = new AbortController(), waiting = client.subscribe("b", { shard: true, signal: end.signal });
  const seen = node.got.length;
  await until(() => node.got.length > seen);
  end.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
});

for (const way of ["close", "dispose"] as const) {
  Deno.test(`A subscription that waits to be tried again rejects when the client ends, by ${way}`, async () => {
    await using cluster = fakeCluster(1);
    const [node] = cluster.nodes as [FakeNode];
    node.answer = ([command]) => command === "PING" ? OK : error("CLUSTERDOWN The cluster is down");
    const client = Client.cluster([seed(node)], { retry: { minMs: 60_000, maxMs: 60_000, jitter: 0 } });
    const waiting = client.subscribe("b", { shard: true });
    const rejected = assertRejects(() => waiting);
    await until(() => node.got.includes("PING"));
    await until(() => node.open === 1); // it has let go of the connection, and waits
    if (way === "close") await client.close();
    else client[Symbol.dispose]();
    await rejected;
  });
}

Deno.test("A subscription that has ended while it was being moved is not tried again", async () => {
  await using cluster = fakeCluster(1);
  const [node] = cluster.nodes as [FakeNode];
  const served = serve(node);
  await using client = Client.cluster([seed(node)], { retry: { ...RETRY, attempts: Infinity } });
  const orders = await client.subscribe("b", { shard: true });
  const serving = node.answer;
  node.answer = ([command]) => command === "PING" ? OK : error("CLUSTERDOWN The cluster is down");
  await served.get("b")!.send(push(bulk("sunsubscribe"), bulk("b"), integer(0)));
  const tries = (): number => node.got.filter((command) => command === "SSUBSCRIBE b").length;
  await until(() => tries() > 3);
  await orders.close();
  await until(() => node.open === 1); // the connection for commands
  const then = [tries(), cluster.asked];
  await new Promise((resolve) => setTimeout(resolve, 30)); // seven times as long as it would wait at most
  assert(tries() <= then[0]! + 1, `${tries()} tries after ${then[0]}`);
  assert(cluster.asked <= then[1]! + 1);
  node.answer = serving;
});

Deno.test("A subscription that a node's greeting refuses for good fails, and is not tried for ever", async () => {
  await using cluster = fakeCluster(1);
  const [node] = cluster.nodes as [FakeNode];
  serve(node);
  await using client = Client.cluster([seed(node)], { retry: { ...RETRY, attempts: Infinity } });
  await using news = await client.subscribe("news");
  const next = news[Symbol.asyncIterator]().next();
  node.greeting = error("WRONGPASS invalid username-password pair or user is disabled.");
  node.cut();
  const failure = await assertRejects(() => next, ConnectionError);
  assert(failure.cause instanceof RedisError);
});

Deno.test("A new owner that does not answer is given up, and the next is asked", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  const before = serve(first), after = serve(second);
  await using client = Client.cluster([seed(first)], { retry: RETRY, connectTimeoutMs: 50 });
  await using orders = await client.subscribe("b", { shard: true });
  const serving = second.answer;
  second.answer = () => null;
  onlyOwner(cluster, second);
  await before.get("b")!.send(push(bulk("sunsubscribe"), bulk("b"), integer(0)));
  await until(() => second.got.includes("SSUBSCRIBE b"));
  second.answer = serving;
  await until(() => after.has("b"));
  await after.get("b")!.send(push(bulk("smessage"), bulk("b"), bulk("hello")));
  assertEquals((await orders[Symbol.asyncIterator]().next()).value?.message, "hello");
});

Deno.test("A node that cuts every subscriber is not asked without a pause", async () => {
  await using cluster = fakeCluster(1);
  const [node] = cluster.nodes as [FakeNode];
  serve(node);
  const serving = node.answer;
  await using client = Client.cluster([seed(node)], { retry: { minMs: 20, maxMs: 100, jitter: 0, attempts: 1_000 } });
  await using _news = await client.subscribe("news");
  node.answer = (command, peer) => {
    if (command[0] === "PING") setTimeout(() => node.cut(), 1); // just confirmed
    return serving(command, peer);
  };
  const startMs = performance.now(), asked = cluster.asked, made = node.connections;
  node.cut();
  await until(() => node.connections > made + 6);
  assert(performance.now() - startMs > 60, "seven connections in no time");
  assert(cluster.asked - asked < 40);
  node.answer = serving;
});
