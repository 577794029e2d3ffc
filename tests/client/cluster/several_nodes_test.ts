/** Commands that are cut into parts, that go to several nodes, that stay together or block, in a cluster. */
import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { Client, ConnectionError, PipelineError, RedisError } from "../../../client.ts";
import { Server } from "../../../server.ts";
import { array, bulk, error, fakeCluster, type FakeNode, integer, OK, range, until } from "./_fake_cluster.ts";

// of two nodes, b, c, k and bar belong to the first, a, d, e, foo and x to the second
const RETRY = { minMs: 1, maxMs: 4, jitter: 0, attempts: 50 };
const SLOT_OF_B = 3300;
const QUEUED = "+QUEUED\r\n";

function seed({ port }: { port: number }): { hostname: string; port: number } {
  return { hostname: "127.0.0.1", port };
}

function moved(to: FakeNode): string {
  return error(`MOVED ${SLOT_OF_B} 127.0.0.1:${to.port}`);
}

/** Nodes that keep strings. */
function keeping(nodes: FakeNode[]): void {
  const values = new Map<string, string>();
  for (const node of nodes) {
    node.answer = ([name, ...args]) => {
      if (name === "MGET") return array(...args.map((key) => bulk(values.get(key) ?? null)));
      if (name === "MSET") { for (let i = 0; i < args.length; i += 2) values.set(args[i]!, args[i + 1]!); }
      return name === "MSET" ? OK : integer(args.filter((key) => values.delete(key)).length);
    };
  }
}

Deno.test("MGET, MSET and DEL with keys of several slots are cut by slots, and their replies joined in order", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  keeping(cluster.nodes);
  await using client = Client.cluster([seed(first)]);
  assertEquals(await client.mset("a", 1, "b", 2, "{a}2", 3, "c", 4), 4);
  assertEquals(await client.mget("c", "{a}2", "none", "b", "a", "b"), ["4", "3", null, "2", "1", "2"]);
  assertEquals(await client.delete("a", "b", "none"), 2);
  assertEquals(await client.unlink("c", "{a}2"), 2);
  assertEquals(await client.send(["MGET", "a", "b"]), [null, null]);
  assertEquals(first.got.slice(0, 3), ["MSET b 2", "MSET c 4", "MGET c"]);
  assertEquals(second.got.slice(0, 2), ["MSET a 1 {a}2 3", "MGET {a}2 a"]);
  assertEquals(await client.mget("{b}1", "{b}2"), [null, null]);
  assertEquals(first.got.at(-1), "MGET {b}1 {b}2"); // one slot, one command
});

Deno.test("A part that fails rejects the whole after all parts have been answered", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  const late = Promise.withResolvers<string>();
  first.answer = () => error("OOM no");
  second.answer = () => late.promise;
  await using client = Client.cluster([seed(first)]);
  let isSettled = false;
  const whole = client.mset("a", 1, "b", 2).finally(() => isSettled = true);
  const failure = assertRejects(() => whole, RedisError, "OOM no");
  await until(() => second.got.length > 0);
  assertEquals(isSettled, false);
  late.resolve(OK);
  assertEquals((await failure).command, "MSET");
});

Deno.test("Parts find their way one by one", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  first.answer = () => moved(second);
  second.answer = ([, ...keys]) => array(...keys.map((key) => bulk(`value of ${key}`)));
  await using client = Client.cluster([seed(first)]);
  assertEquals(await client.mget("a", "b"), ["value of a", "value of b"]);
});

Deno.test("Other commands with keys in several slots reject in Redis' words, and are not sent", async () => {
  await using cluster = fakeCluster(2);
  await using client = Client.cluster([seed(cluster.nodes[0]!)]);
  const crossing = [["SINTER", "a", "b"], ["MSETNX", "a", "1", "b", "2"], ["RENAME", "a", "b"], [
    "BLPOP",
    "a",
    "b",
    "0",
  ]];
  for (const command of crossing) {
    const failure = await assertRejects(() => client.send(command), RedisError, "CROSSSLOT Keys in request don't hash");
    assertEquals(failure.command, command[0]);
  }
  await assertRejects(() => client.transaction((t) => [t.get("a"), t.get("b")]), RedisError, "CROSSSLOT");
  await assertRejects(() => client.watch(["a", "b"], () => Promise.resolve()), RedisError, "CROSSSLOT");
  await assertRejects(() => client.send(["SELECT", 0]), TypeError, "one connection");
  await assertRejects(() => client.transaction([["SELECT", 0]]), TypeError, "one connection");
  await assertRejects(() => client.clientSetname("name"), TypeError, "one connection");
  assertEquals(cluster.nodes.flatMap(({ got }) => got), []);
});

Deno.test("Commands about the whole go to all primaries, or all nodes, and their replies are joined", async () => {
  await using cluster = fakeCluster(3);
  const [first, second, replica] = cluster.nodes as [FakeNode, FakeNode, FakeNode];
  const slots = array(range(0, 8191, first, replica), range(8192, 16_383, second));
  for (const node of cluster.nodes) {
    node.slots = () => slots;
    const mark = cluster.nodes.indexOf(node);
    node.answer = ([name, next]) => {
      if (name === "DBSIZE" || name === "FLUSHDB" || name === "FLUSH") return integer(10 + mark);
      if (name === "KEYS") return array(bulk(`key of ${mark}`));
      if (name === "WAIT") return integer(3 - mark);
      if (name === "SCRIPT" && next === "EXISTS") return array(integer(1), integer(mark));
      if (name === "SCRIPT" && next === "KILL") return mark === 0 ? error("NOTBUSY no") : OK;
      if (name === "EXEC") return array(integer(10 + mark), OK);
      return name === "MULTI" ? OK : "+PONG\r\n";
    };
  }
  await using client = Client.cluster([seed(replica)]);
  assertEquals(await client.dbsize(), 21);
  assertEquals(await client.flush(), 21);
  assertEquals((await client.keys("*")).sort(), ["key of 0", "key of 1"]);
  assertEquals(await client.wait(1, 0), 2);
  assertEquals(await client.send(["SCRIPT", "EXISTS", "x", "y"]), [1, 0]);
  assertEquals(await client.send(["SCRIPT", "KILL"]), "OK");
  assertEquals(await client.ping(), "PONG");
  assertEquals(replica.got, []);
  await client.send(["CONFIG", "SET", "a", "b"]);
  assertEquals(replica.got, ["CONFIG SET a b"]);
  assertEquals((await client.nodes()).map(({ port, isPrimary, id }) => [port, isPrimary, id]), [
    [first.port, true, `id-${first.port}`],
    [second.port, true, `id-${second.port}`],
    [replica.port, false, `id-${replica.port}`],
  ]);
  assertEquals((await client.primaries()).length, 2);
});

Deno.test("A primary that has become a replica: its part goes to who owns its slots now", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  first.answer = () => error("READONLY You can't write against a read only replica.");
  second.answer = () => OK;
  await using client = Client.cluster([seed(second)], { retry: RETRY });
  await client.nodes();
  const slots = array(range(0, 16_383, second, first));
  first.slots = second.slots = () => slots;
  assertEquals(await client.flushall(), "OK");
  assertEquals([first.got, second.got], [["FLUSHALL"], ["FLUSHALL", "FLUSHALL"]]);
});

Deno.test("A pipeline sends each command to its node, and waits for all replies", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  first.answer = ([name]) => name === "INCR" ? integer(1) : bulk("first");
  second.answer = ([name]) =>
    name === "INCR" ? error("ERR not an integer") : name === "DBSIZE" ? integer(2) : bulk("2nd");
  await using client = Client.cluster([seed(first)]);
  const replies = await client.pipeline((p) => [p.get("a"), p.incr("b"), p.echo("x"), p.incr("a"), p.mget("b")], {
    settle: true,
  });
  assertInstanceOf(replies[3], RedisError);
  assertEquals(replies.toSpliced(3, 1), ["2nd", 1, "first", ["first"]].with(3, replies[4] as never));
  const failure = await assertRejects(() => client.pipeline([["GET", "b"], ["INCR", "a"]]), PipelineError);
  assertEquals(failure.results[0], "first");
  assertEquals(await client.pipeline(() => []), []);
  await assertRejects(() => client.pipeline([["BLPOP", "a", 0]]), TypeError, "in a pipeline");
  await assertRejects(
    () => client.pipeline((p) => [p.sinter("a", "b")]),
    PipelineError,
    "CROSSSLOT",
  );
});

Deno.test("WAIT goes to the node of the command before it, and along with it when that is sent on", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  first.answer = ([name]) => name === "WAIT" ? integer(99) : moved(second);
  second.answer = ([name]) => name === "WAIT" ? integer(1) : OK;
  await using client = Client.cluster([seed(first)]);
  assertEquals(await client.pipeline((p) => [p.set("b", 1), p.wait(1, 0)]), [1, 1]);
  assertEquals([first.got, second.got], [["SET b 1", "WAIT 1 0"], ["SET b 1", "WAIT 1 0"]]);
  // a command that is asked elsewhere takes it along too
  first.answer = () => error(`ASK 15495 127.0.0.1:${second.port}`);
  second.answer = ([name]) => {
    if (name === "WAIT") return integer(2);
    return second.got.at(-2) === "ASKING" || name === "ASKING" ? OK : error(`ASK 15495 127.0.0.1:${second.port}`);
  };
  assertEquals(await client.pipeline((p) => [p.set("a", 1), p.wait(1, 0), p.wait(1, 0)]), [1, 2, 2]);
});

Deno.test("WAIT behind a command that was lost rejects with it; a deadline ends both", async () => {
  await using cluster = fakeCluster(1);
  const [node] = cluster.nodes as [FakeNode];
  node.answer = () => undefined;
  await using client = Client.cluster([seed(node)], { retry: RETRY });
  await assertRejects(
    () => client.pipeline((p) => [p.set("b", 1), p.wait(1, 0)]),
    ConnectionError,
    "Lost the connection",
  );
  node.answer = () => null;
  const outcomes = await client.pipeline((p) => [p.set("b", 1), p.wait(1, 0)], { timeoutMs: 20, settle: true });
  assertEquals(outcomes.map((outcome) => outcome instanceof Error && outcome.message), [
    "No reply to SET within 20 ms",
    "No reply to WAIT within 20 ms",
  ]);
  client[Symbol.dispose]();
});

Deno.test("A transaction goes to the owner of its slot, and as a whole to another when that has moved", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  first.answer = ([name]) => name === "MULTI" ? OK : name === "EXEC" ? error("EXECABORT discarded") : moved(second);
  second.answer = ([name]) => name === "MULTI" ? OK : name === "EXEC" ? array(integer(1), bulk("x")) : QUEUED;
  await using client = Client.cluster([seed(first)]);
  assertEquals(await client.transaction((t) => [t.incr("b"), t.get("{b}2")]), [1, "x"]);
  assertEquals(second.got, ["MULTI", "INCR b", "GET {b}2", "EXEC"]);
});

Deno.test("A transaction whose slot is just moving waits until it has moved; EXEC itself may say so", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  let left = 3;
  first.answer = ([name]) => {
    if (name === "MULTI") return OK;
    if (name !== "EXEC") return left > 1 ? error(`ASK ${SLOT_OF_B} 127.0.0.1:${second.port}`) : QUEUED;
    return --left > 0 ? error("EXECABORT discarded") : moved(second);
  };
  second.answer = ([name]) => name === "MULTI" ? OK : name === "EXEC" ? array(integer(1)) : QUEUED;
  await using client = Client.cluster([seed(first)], { retry: RETRY });
  assertEquals(await client.transaction((t) => [t.incr("b")]), [1]);
  assertEquals(first.got.filter((command) => command === "EXEC").length, 3);
});

Deno.test("A command that the server will not queue rejects the transaction, with the reason", async () => {
  await using cluster = fakeCluster(1);
  const [node] = cluster.nodes as [FakeNode];
  node.answer = ([name]) => name === "MULTI" ? OK : name === "EXEC" ? error("EXECABORT discarded") : error("ERR no");
  await using client = Client.cluster([seed(node)]);
  const failure = await assertRejects(() => client.transaction((t) => [t.incr("b")]), RedisError, "EXECABORT");
  assertEquals(String(failure.cause), "RedisError: ERR no");
});

Deno.test("A blocking command has a connection of its own, and moves when its slot does", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  const waits = Promise.withResolvers<string>();
  first.answer = ([name]) => name === "BLPOP" ? waits.promise : bulk("value");
  second.answer = () => array(bulk("b"), bulk("item"));
  await using client = Client.cluster([seed(first)]);
  const popped = client.blpop("b", 0);
  await until(() => first.got.length > 0);
  assertEquals(await client.get("c"), "value");
  waits.resolve(moved(second));
  assertEquals(await popped, ["b", "item"]);
  assertEquals([first.connections, second.connections], [2, 1]);
});

Deno.test("A blocking command that is given up closes its connection", async () => {
  await using cluster = fakeCluster(1);
  const [node] = cluster.nodes as [FakeNode];
  node.answer = () => null;
  await using client = Client.cluster([seed(node)]);
  await client.nodes();
  const controller = new AbortController();
  const popped = assertRejects(() => client.with({ signal: controller.signal }).blpop("b", 0), Error, "enough");
  await until(() => node.got.length > 0);
  assertEquals(node.open, 2);
  controller.abort(new Error("enough"));
  await popped;
  await until(() => node.open === 1);
});

Deno.test("A transaction that watches keys begins anew where they are, and never after it was executed", async () => {
  await using cluster = fakeCluster(2);
  const [first, second] = cluster.nodes as [FakeNode, FakeNode];
  first.answer = ([name]) => name === "UNWATCH" ? OK : moved(second);
  second.answer = ([name]) => {
    if (name === "GET") return bulk("1");
    return name === "EXEC" ? array(OK) : name === "SET" ? QUEUED : OK;
  };
  await using client = Client.cluster([seed(first)]);
  let runs = 0;
  const increment = await client.watch(["b"], async (tx) => {
    runs++;
    const n = Number(await tx.get("b"));
    return await tx.commit((t) => [t.set("b", n + 1)]);
  });
  assertEquals([increment, runs], [[1], 1]);
  assertEquals(second.got, ["WATCH b", "GET b", "MULTI", "SET b 2", "EXEC"]);
  const late = client.watch(["b"], async (tx) => {
    await tx.commit((t) => [t.set("b", 1)]);
    throw new RedisError("MOVED 3300 127.0.0.1:1", "GET"); // of another client, say
  });
  await assertRejects(() => late, RedisError, "MOVED");
  assertEquals(second.got.filter((command) => command === "EXEC").length, 2);
  await assertRejects(() => client.watch(["b"], () => Promise.reject(new Error("mine"))), Error, "mine");
});

Deno.test("A cluster of one node of ours takes every command", async () => {
  await using server = await Server.start({ port: 0, config: { "cluster-enabled": "yes" } });
  await using client = Client.cluster([server.url]);
  assertEquals(await client.mset("a", [1, { x: null }], "b", 2), 2); // typed values too: it is miniredis
  assertEquals(await client.mget("a", "b"), [[1, { x: null }], "2"] as never);
  assertEquals(await client.pipeline((p) => [p.set("n", 1), p.incr("n"), p.wait(0, 10), p.dbsize()]), [1, 2, 0, 3]);
  assertEquals(await client.transaction((t) => [t.incr("{t}1"), t.incr("{t}2")]), [1, 1]);
  const popped = client.blpop("list", 5);
  await client.rpush("list", "item");
  assertEquals(await popped, ["list", "item"]);
  assertEquals(await client.watch(["n"], (tx) => tx.commit((t) => [t.incr("n")])), [3]);
  assertEquals(await client.flush(), 5);
  await assertRejects(() => client.sinter("a", "b"), RedisError, "CROSSSLOT");
});

Deno.test("A wrong password is reported at once", async () => {
  await using server = await Server.start({ port: 0, config: { "cluster-enabled": "yes", requirepass: "secret" } });
  await using client = Client.cluster([{ hostname: "127.0.0.1", port: server.port }], { password: "wrong" });
  const failure = await assertRejects(() => client.get("a"), ConnectionError);
  assertEquals((failure.cause as RedisError).code, "WRONGPASS");
  await using knowing = Client.cluster([`redis://:secret@127.0.0.1:${server.port}`]);
  assertEquals(await knowing.get("a"), null);
});
