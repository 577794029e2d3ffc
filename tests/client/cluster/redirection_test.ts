/** Where commands go in a cluster, and what becomes of them when nodes send them away or cannot be reached. */
import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { Client, ConnectionError, RedisError, TimeoutError } from "../../../client.ts";
import { array, bulk, error, fakeCluster, type FakeNode, integer, OK, range, until } from "./_fake_cluster.ts";

// of two nodes, b, c, k and bar belong to the first, a, d, e, foo and x to the second
const RETRY = { minMs: 1, maxMs: 4, jitter: 0, attempts: 50 };
const SLOT_OF_B = 3300;

function seed({ port }: { port: number }): { hostname: string; port: number } {
  return { hostname: "127.0.0.1", port };
}

Deno.test("Each command goes to the owner of its key, over a connection opened when it is first needed", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  await using client = Client.cluster([seed(first)]);
  await Promise.all([client.set("b", 1), client.set(new TextEncoder().encode("c"), 2), client.get("{b}ü")]);
  assertEquals([first.got, second.got, second.connections], [["SET b 1", "SET c 2", "GET {b}Ã¼"], [], 0]);
  await client.set("a", 1);
  await client.send(["NOBODY.KNOWS", "foo", "b"]);
  await client.send(["SPUBLISH", "a", "message"]);
  await client.send(["EVAL", "return 1", 1, "x", "b"]);
  await client.send(["OBJECT", "ENCODING", "e"]);
  assertEquals(second.got, [
    "SET a 1",
    "NOBODY.KNOWS foo b",
    "SPUBLISH a message",
    "EVAL return 1 1 x b",
    "OBJECT ENCODING e",
  ]);
  assertEquals([cluster.asked, first.connections, second.connections], [1, 1, 1]);
});

Deno.test("Commands of one moment travel together to each node, and their replies find them", async () => {
  await using cluster = fakeCluster(3);
  for (const node of cluster.nodes) node.answer = ([, key]) => bulk(`value of ${key}`);
  await using client = Client.cluster([seed(cluster.nodes[1]!)]);
  const keys = Array.from({ length: 500 }, (_, i) => `key ${i}`);
  assertEquals(await Promise.all(keys.map((key) => client.get(key))), keys.map((key) => `value of ${key}`));
  assertEquals(cluster.asked, 1);
});

Deno.test("MOVED is followed at once, and the next command goes there without a detour", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  first.answer = () => error(`MOVED ${SLOT_OF_B} 127.0.0.1:${second.port}`);
  second.answer = () => bulk("there");
  const moved = array(range(0, 16_383, second));
  await using client = Client.cluster([seed(first)]);
  await client.get("a"); // knows the map
  first.slots = second.slots = () => moved;
  assertEquals(await Promise.all([client.get("b"), client.get("b")]), ["there", "there"]);
  assertEquals(await client.get("b"), "there");
  assertEquals(first.got, ["GET b", "GET b"]);
});

Deno.test("MOVED to a node that was not known opens a connection to it", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  first.slots = () => array(range(0, 16_383, first));
  first.answer = ([, key]) => key === "b" ? error(`MOVED ${SLOT_OF_B} 127.0.0.1:${second.port}`) : bulk("here");
  second.answer = () => bulk("there");
  await using client = Client.cluster([seed(first)]);
  assertEquals([await client.get("a"), await client.get("b")], ["here", "there"]);
});

Deno.test("MOVED without a host means the host of the node that says so; so does an empty host in the map", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  const slots = array(
    range(0, 8191, { host: "", port: first.port }),
    range(8192, 16_383, { host: null, port: second.port }),
  );
  first.slots = second.slots = () => slots;
  first.answer = () => error(`MOVED ${SLOT_OF_B} :${second.port}`);
  second.answer = () => bulk("there");
  await using client = Client.cluster([{ hostname: "localhost", port: first.port }]);
  assertEquals([await client.get("b"), await client.get("a")], ["there", "there"]);
  assertEquals((await client.nodes()).map(({ hostname, port }) => `${hostname}:${port}`), [
    `localhost:${first.port}`,
    `localhost:${second.port}`,
  ]);
});

Deno.test("ASK sends ASKING and the command to the other node, this time only", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  first.answer = () => first.got.length === 1 ? error(`ASK ${SLOT_OF_B} 127.0.0.1:${second.port}`) : bulk("here");
  second.answer = ([name]) => name === "ASKING" ? OK : bulk("there");
  await using client = Client.cluster([seed(first)]);
  assertEquals([await client.get("b"), await client.get("b")], ["there", "here"]);
  assertEquals([first.got, second.got], [["GET b", "GET b"], ["ASKING", "GET b"]]);
});

Deno.test("A command that is sent in circles rejects with the last redirection", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  first.answer = () => error(`MOVED ${SLOT_OF_B} 127.0.0.1:${second.port}`);
  second.answer = () => error(`MOVED ${SLOT_OF_B} 127.0.0.1:${first.port}`);
  await using client = Client.cluster([seed(first)], { maxRedirections: 5 });
  const failure = await assertRejects(() => client.get("b"), RedisError);
  assertEquals([failure.code, failure.command], ["MOVED", "GET"]);
  assertEquals(first.got.length + second.got.length, 6);
  assert(cluster.asked <= 3, `${cluster.asked} maps`);
});

for (const reply of ["TRYAGAIN later", "CLUSTERDOWN no", "LOADING all", "MASTERDOWN no", "MOVED 3300 ?:6379"]) {
  Deno.test(`A command that is answered ${reply} is sent again after a while`, async () => {
    await using cluster = fakeCluster(1);
    const [node] = cluster.nodes as [FakeNode];
    node.answer = () => node.got.length <= 3 ? error(reply) : integer(7);
    await using client = Client.cluster([seed(node)], { retry: RETRY });
    assertEquals(await client.incr("b"), 7);
    assertEquals(node.got.length, 4);
  });
}

Deno.test("A command that is refused for ever rejects with the error, after as many attempts as were asked for", async () => {
  await using cluster = fakeCluster(1);
  const [node] = cluster.nodes as [FakeNode];
  node.answer = () => error("TRYAGAIN later");
  await using client = Client.cluster([seed(node)], { retry: { ...RETRY, attempts: 3 } });
  assertEquals((await assertRejects(() => client.get("b"), RedisError)).code, "TRYAGAIN");
  assertEquals(node.got.length, 4);
  await using hasty = Client.cluster([seed(node)], { retry: false });
  assertEquals((await assertRejects(() => hasty.get("b"), RedisError)).code, "TRYAGAIN");
  assertEquals(node.got.length, 5);
});

Deno.test("Errors that are no redirections reject, and nothing is sent again", async () => {
  await using cluster = fakeCluster(1);
  const [node] = cluster.nodes as [FakeNode];
  node.answer = () => error("WRONGTYPE no");
  await using client = Client.cluster([seed(node)]);
  assertEquals((await assertRejects(() => client.incr("b"), RedisError)).message, "WRONGTYPE no");
  assertEquals(node.got, ["INCR b"]);
});

Deno.test("Commands for a slot without an owner wait until it has one", async () => {
  await using cluster = fakeCluster(1);
  const [node] = cluster.nodes as [FakeNode];
  node.slots = () => array(range(0, node.asked < 3 ? 8191 : 16_383, node));
  node.answer = () => bulk("value");
  await using client = Client.cluster([seed(node)], { retry: RETRY });
  assertEquals(await client.get("a"), "value");
  assertEquals(node.asked, 3);
  node.slots = () => array(range(0, 8191, node));
  await using other = Client.cluster([seed(node)], { retry: { ...RETRY, attempts: 2 } });
  assertEquals((await assertRejects(() => other.get("a"), RedisError)).code, "CLUSTERDOWN");
});

Deno.test("When a node is lost, what was sent rejects, what was not goes to the next owner; the map is read once", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  second.answer = () => integer(1);
  first.answer = () => null; // says nothing
  await using client = Client.cluster([seed(second)], { retry: RETRY });
  await client.get("a");
  const sent = client.incr("b");
  await until(() => first.got.length > 0);
  const all = array(range(0, 16_383, second));
  second.slots = () => all;
  const asked = cluster.asked;
  first.stop();
  const failure = await assertRejects(() => sent, ConnectionError);
  assertEquals(failure.sent, true);
  assertEquals(await Promise.all(Array.from({ length: 200 }, () => client.incr("b"))), new Array(200).fill(1));
  assert(cluster.asked - asked <= 2, `${cluster.asked - asked} maps`);
  assertEquals(second.got.filter((command) => command === "INCR b").length, 200);
});

Deno.test("A node that comes back is used again", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  first.answer = second.answer = () => integer(1);
  await using client = Client.cluster([seed(second)], { retry: RETRY });
  assertEquals(await client.incr("b"), 1);
  first.stop();
  const waiting = Promise.all([client.incr("b").catch((error) => error), client.incr("k").catch((error) => error)]);
  await first.start();
  for (const outcome of await waiting) {
    if (outcome !== 1) assertInstanceOf(outcome, ConnectionError); // it was sent before the connection was cut
  }
  assertEquals(await client.incr("b"), 1);
});

Deno.test("A node that is gone for good: what waits for it rejects after as many attempts as were asked for", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  await using client = Client.cluster([seed(second)], { retry: { ...RETRY, attempts: 3 } });
  await client.get("a");
  first.stop();
  const failure = await assertRejects(() => client.get("b"), ConnectionError);
  assertEquals(failure.sent, false);
});

Deno.test("The seed that can be reached is enough; without any, commands reject at once", async () => {
  await using cluster = fakeCluster(1);
  const [node] = cluster.nodes as [FakeNode];
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const nobody = { hostname: "127.0.0.1", port: free.addr.port };
  free.close();
  await using client = Client.cluster([nobody, `redis://127.0.0.1:${node.port}`, new URL("redis://127.0.0.1:1")]);
  assertEquals(await client.set("b", 1), 1);
  await using lost = Client.cluster([nobody]);
  const failure = await assertRejects(() => lost.get("b"), ConnectionError);
  assertEquals(
    failure.message.startsWith("Cannot find the cluster: Cannot connect to 127.0.0.1:"),
    true,
    failure.message,
  );
});

Deno.test("A seed that does not answer does not keep the client from asking the next", async () => {
  await using cluster = fakeCluster(2);
  const [silent, node] = cluster.nodes as [FakeNode, FakeNode];
  const all = array(range(0, 16_383, node));
  silent.slots = () => null;
  node.slots = () => all;
  await using client = Client.cluster([seed(silent), seed(node)]);
  assertEquals(await client.set("b", 1), 1);
});

Deno.test("A server that is no cluster is reported with its own words", async () => {
  await using cluster = fakeCluster(1);
  const [node] = cluster.nodes as [FakeNode];
  node.slots = () => error("ERR This instance has cluster support disabled");
  await using client = Client.cluster([seed(node)]);
  const failure = await assertRejects(() => client.get("b"), ConnectionError);
  assertInstanceOf(failure.cause, RedisError);
  assertEquals(failure.message, "Cannot find the cluster: ERR This instance has cluster support disabled");
});

Deno.test("Nodes that speak RESP2 give the same replies", async () => {
  await using cluster = fakeCluster(2);
  for (const node of cluster.nodes) {
    node.greeting = error("ERR unknown command 'HELLO'");
    node.answer = ([name]) => name === "HGETALL" ? array(bulk("field"), bulk("value")) : bulk("1.5");
  }
  await using client = Client.cluster([seed(cluster.nodes[0]!)]);
  assertEquals(await client.hgetall("a"), { field: "value" });
  assertEquals(await client.zscore("b", "m"), 1.5);
});

Deno.test("Addresses that cannot be reached from here are replaced", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  const slots = array(
    range(0, 8191, { host: "10.255.0.1", port: 7000 }),
    range(8192, 16_383, { host: "fd00::1", port: 7001 }),
  );
  first.slots = second.slots = () => slots;
  first.answer = () => error("MOVED 3300 fd00::1:7001");
  second.answer = () => bulk("there");
  await using client = Client.cluster([seed(first)], {
    addresses: { "10.255.0.1:7000": `127.0.0.1:${first.port}`, "[fd00::1]:7001": `127.0.0.1:${second.port}` },
  });
  assertEquals([await client.get("b"), await client.get("a")], ["there", "there"]);
});

Deno.test("A signal or a deadline ends the wait wherever the command is", async () => {
  await using cluster = fakeCluster(1);
  const [node] = cluster.nodes as [FakeNode];
  node.answer = () => error("TRYAGAIN later");
  await using client = Client.cluster([seed(node)], { retry: { minMs: 10_000, maxMs: 10_000 } });
  const controller = new AbortController();
  const waiting = client.with({ signal: controller.signal }).incr("b");
  const late = client.with({ timeoutMs: 20 }).incr("b");
  await assertRejects(() => late, TimeoutError);
  controller.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
  assertEquals(node.got, ["INCR b", "INCR b"]);

  node.slots = () => null;
  await using unknowing = Client.cluster([seed(node)]);
  await assertRejects(() => unknowing.with({ timeoutMs: 10 }).get("b"), TimeoutError);
  await assertRejects(() => unknowing.with({ signal: AbortSignal.abort(new Error("no")) }).get("b"), Error, "no");
  await assertRejects(() => unknowing.with({ timeoutMs: 10 }).mget("a", "b"), TimeoutError);
  await assertRejects(() => unknowing.pipeline([["GET", "a"]], { timeoutMs: 10 }), Error);
  await assertRejects(() => unknowing.transaction([["GET", "a"]], { timeoutMs: 10 }), TimeoutError);
  await assertRejects(() => unknowing.with({ timeoutMs: 10 }).blpop("b", 0), TimeoutError);
  unknowing[Symbol.dispose]();
});

Deno.test("commandTimeoutMs settles every command, whatever the nodes do", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  first.answer = () => null;
  second.answer = () => error("LOADING for ever");
  const client = Client.cluster([seed(first)], { commandTimeoutMs: 50 });
  const outcomes = await Promise.allSettled([client.get("a"), client.get("b"), client.mget("a", "b"), client.dbsize()]);
  assertEquals(outcomes.map((outcome) => outcome.status === "rejected" && outcome.reason.name), [
    "TimeoutError",
    "TimeoutError",
    "TimeoutError",
    "TimeoutError",
  ]);
  client[Symbol.dispose]();
});

Deno.test("close() answers what was sent, rejects what waits and what comes later, and leaves nothing open", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  first.answer = () => bulk("value");
  second.answer = () => error("TRYAGAIN later");
  const client = Client.cluster([seed(first)], { retry: { minMs: 10_000, maxMs: 10_000 } });
  const early = client.get("b");
  await client.close();
  assertEquals(await early, "value");
  await assertRejects(() => client.get("b"), ConnectionError, "closed");

  const other = Client.cluster([seed(first)], { retry: { minMs: 10_000, maxMs: 10_000 } });
  const waiting = assertRejects(() => other.get("a"), ConnectionError, "closed");
  await other.get("b");
  await until(() => second.got.length > 0);
  const last = other.get("b");
  await other.close();
  assertEquals(await last, "value");
  await waiting;
  await assertRejects(() => other.pipeline([["GET", "a"]]), ConnectionError);
  await assertRejects(() => other.transaction([["GET", "a"]]), ConnectionError);
  await assertRejects(() => other.watch(["a"], () => Promise.resolve()), ConnectionError);
  await assertRejects(() => other.nodes(), ConnectionError);

  first.slots = second.slots = () => null;
  const third = Client.cluster([seed(first), seed(second)]);
  const pending = third.get("b");
  third[Symbol.dispose]();
  await assertRejects(() => pending, ConnectionError);
  await Client.cluster([seed(first)]).close(); // never used
});

Deno.test("Client.cluster() refuses what makes no sense", () => {
  assertThrows(() => Client.cluster([]), TypeError, "give the address");
  assertThrows(() => Client.cluster(["redis://h/1"]), TypeError, "no databases");
  assertThrows(() => Client.cluster(["unix:/tmp/socket"]), TypeError, "hosts and ports");
  assertThrows(() => Client.cluster([{ hostname: "h", port: 0 }]), RangeError, "port");
  assertThrows(() => Client.cluster(["redis://h"], { maxRedirections: -1 }), RangeError, "maxRedirections");
  assertThrows(() => Client.cluster(["redis://h"], { addresses: { a: "b" } }), TypeError, "addresses");
});
