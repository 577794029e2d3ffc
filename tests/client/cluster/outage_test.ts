/** What is left of a cluster that is down, or changes while nobody looks: no storm of questions, no promise for ever. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Client, ConnectionError, TimeoutError } from "../../../client.ts";
import { array, bulk, error, fakeCluster, type FakeNode, integer, OK, range, until } from "./_fake_cluster.ts";

// of two nodes, b belongs to the first, a to the second
const SLOT_OF_B = 3300;

function seed({ port }: { port: number }): { hostname: string; port: number } {
  return { hostname: "127.0.0.1", port };
}

Deno.test("However many commands wait for a cluster that is down, it is asked for its slots at a steady pace", async () => {
  await using cluster = fakeCluster(1);
  const [node] = cluster.nodes as [FakeNode];
  node.answer = () => error("CLUSTERDOWN The cluster is down");
  const client = Client.cluster([seed(node)], { retry: { minMs: 8, maxMs: 16, jitter: 0, attempts: Infinity } });
  const waiting: Promise<unknown>[] = [];
  for (let i = 0; i < 60; i++) {
    waiting.push(client.get("b").catch(() => {}));
    const got = node.got.length;
    await until(() => node.got.length > got);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const startMs = performance.now(), asked = cluster.asked;
  await new Promise((resolve) => setTimeout(resolve, 320));
  const periods = (performance.now() - startMs) / 16;
  assert(cluster.asked - asked <= 2 * periods, `${cluster.asked - asked} questions in ${periods} periods`);
  await client.close();
  await Promise.all(waiting);
});

Deno.test("A scan through a node that leaves the cluster rejects at once", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  first.answer = ([command]) => command === "SCAN" ? array(bulk("7"), array(bulk("b"))) : OK;
  second.answer = ([command]) => command === "SCAN" ? array(bulk("7"), array(bulk("a"))) : OK;
  const retry = { minMs: 60_000, maxMs: 60_000, jitter: 0 };
  await using client = Client.cluster([seed(first)], { retry });
  const keys = client.scan()[Symbol.asyncIterator]();
  assertEquals((await keys.next()).value, "b");
  first.slots = second.slots = () => array(range(0, 16_383, second));
  first.answer = ([command]) => command === "GET" ? error(`MOVED ${SLOT_OF_B} 127.0.0.1:${second.port}`) : OK;
  await client.get("b");
  await until(() => first.open === 0);
  await assertRejects(() => keys.next(), ConnectionError);
});

Deno.test("A transaction waits for a slot that is being moved as often as retry allows", async () => {
  await using cluster = fakeCluster(1);
  const [node] = cluster.nodes as [FakeNode];
  let refusals = 20;
  node.answer = ([command]) => {
    if (command === "SET") return refusals-- > 0 ? error(`ASK ${SLOT_OF_B} 127.0.0.1:${node.port}`) : "+QUEUED\r\n";
    if (command === "EXEC") return refusals >= 0 ? error("EXECABORT Transaction discarded") : array(OK);
    return OK;
  };
  const retry = { minMs: 1, maxMs: 2, jitter: 0, attempts: 50 };
  await using client = Client.cluster([seed(node)], { retry, maxRedirections: 3 });
  assertEquals((await client.transaction((t) => [t.send(["SET", "b", 1])])).length, 1);
  assertEquals(refusals, -1);
});

Deno.test("Disposing of a client lets go of nodes that have left the cluster, too", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  first.answer = () => null;
  let isMoved = false;
  second.answer = () => isMoved ? OK : (isMoved = true, error(`MOVED 15495 127.0.0.1:${second.port}`));
  const client = Client.cluster([seed(first)]);
  await client.nodes();
  const lost = assertRejects(() => client.get("b"), ConnectionError); // sent, and never answered
  await until(() => first.got.length === 1);
  second.slots = () => array(range(0, 16_383, second));
  assertEquals(await client.get("a"), "OK");
  await until(() => second.asked > 0);
  assertEquals(await client.get("c"), "OK"); // the new map has come
  client[Symbol.dispose]();
  await lost;
  await until(() => first.open === 0 && second.open === 0);
});

Deno.test("What a node that has left the cluster never answers rejects after the time for a connection", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  first.answer = () => null;
  let isMoved = false;
  second.answer = () => isMoved ? OK : (isMoved = true, error(`MOVED 15495 127.0.0.1:${second.port}`));
  await using client = Client.cluster([seed(first)], { connectTimeoutMs: 50 });
  await client.nodes();
  const lost = client.get("b");
  await until(() => first.got.length === 1);
  second.slots = () => array(range(0, 16_383, second));
  assertEquals(await client.get("a"), "OK");
  const failure = await assertRejects(() => lost, ConnectionError, "has left the cluster");
  assert(failure.sent);
});

Deno.test("A scan hears its signal and its deadline before there is a map", async () => {
  await using cluster = fakeCluster(1);
  const [node] = cluster.nodes as [FakeNode];
  node.slots = () => null;
  await using client = Client.cluster([seed(node)], { connectTimeoutMs: 60_000 });
  await assertRejects(() => client.scan({ timeoutMs: 20 }).next(), TimeoutError);
  const end = new AbortController(), waiting = client.scan({ signal: end.signal }).next();
  await until(() => node.asked > 0);
  end.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
});

Deno.test("A command that cannot be sent rejects, and keeps no other from being sent", async () => {
  await using cluster = fakeCluster(1);
  const [node] = cluster.nodes as [FakeNode];
  node.answer = () => integer(1);
  await using client = Client.cluster([seed(node)]);
  for (const _ of ["without a map", "with one"]) {
    const broken = client.get(Object.create(null)); // no text can be made of it
    const sound = client.incr("n");
    await assertRejects(() => broken, TypeError);
    assertEquals(await sound, 1);
  }
});

Deno.test("Closing does not wait for a map that nobody waits for any more", async () => {
  await using cluster = fakeCluster(1);
  const [node] = cluster.nodes as [FakeNode];
  node.slots = () => null;
  const client = Client.cluster([seed(node)], { connectTimeoutMs: 60_000, commandTimeoutMs: 20 });
  await assertRejects(() => client.get("b"), TimeoutError);
  await assertRejects(() => client.transaction((t) => [t.get("b")]), TimeoutError);
  const startMs = performance.now();
  await client.close();
  assert(performance.now() - startMs < 30_000);
});
