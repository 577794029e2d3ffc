/** Commands given together: pipelines and transactions, over a script, miniredis in both protocols, and redis-server. */
import { assert, assertEquals, assertInstanceOf, assertRejects, assertStrictEquals } from "@std/assert";
import { Client, ConnectionError, defineScript, PipelineError, RedisError } from "../../client.ts";
import { Server } from "../../server.ts";
import { hasRedis, startRedis } from "../_redis.ts";
import { fakeServer, request } from "./_fake_server.ts";

const TWO_KEYS = defineScript({ keys: 2, lua: "return 1" });

/** Runs a test with a client of miniredis and of redis-server, in both protocols. */
function onServers(name: string, fn: (client: Client) => Promise<void>): void {
  for (const protocol of [3, 2] as const) {
    Deno.test(`${name}, RESP${protocol}`, async () => {
      await using server = await Server.start();
      await using client = server.client({ protocol });
      await fn(client);
    });
    Deno.test({
      name: `${name}, RESP${protocol}, redis-server${hasRedis ? "" : " (skipped: it is not installed)"}`,
      ignore: !hasRedis,
      fn: async () => {
        await using redis = await startRedis();
        await using client = new Client({ port: redis.port, protocol });
        await fn(client);
      },
    });
  }
}

onServers("A pipeline gives its values in order, each with its own type", async (client) => {
  const [set, name, visits, fields] = await client.pipeline((p) => [
    p.set("name", "Alice"),
    p.get("name"),
    p.incr("visits"),
    p.hset("h", { f: "v", g: 1 }),
  ]);
  assertEquals([set, name?.length, visits + 1, fields], [1, 5, 2, 2]);
  assertEquals(await client.pipeline([]), []);
  assertEquals(await client.pipeline(() => []), []);
});

onServers("A pipeline with errors reads all replies, and rejects with what became of each", async (client) => {
  await client.set("text", "x");
  const error = await assertRejects(
    () => client.pipeline((p) => [p.get("text"), p.incr("text"), p.lpush("text", "a"), p.set("after", 1)]),
    PipelineError,
    "2 of 4 commands failed, the first with: ERR value is not an integer or out of range",
  );
  assertEquals([error.results[0], error.results[3]], ["x", 1]);
  assertEquals((error.results[1] as RedisError).command, "INCR");
  assertEquals((error.results[2] as RedisError).code, "WRONGTYPE");
  assertStrictEquals(error.cause, error.results[1]);
  assertEquals(await client.get("after"), "1");

  const settled = await client.pipeline((p) => [p.get("text"), p.incr("text")], { settle: true });
  assertEquals(settled[0], "x");
  assertInstanceOf(settled[1], RedisError);
  const replies = await client.pipeline([["GET", "text"], ["NOSUCH"], ["GET", "text"]], { settle: true });
  assertEquals([replies[0], replies[2]], ["x", "x"]);
  assertInstanceOf(replies[1], RedisError);
});

onServers("A pipeline gives what the function wants, though it waits for all", async (client) => {
  const result = await client.pipeline((p) => {
    p.set("a", 1);
    const joined = Promise.all([p.get("a"), p.get("b")]);
    p.incr("a");
    return [joined, "constant"];
  });
  assertEquals(result, [["1", null], "constant"]);
  assertEquals(await client.get("a"), "2");
  // nobody hears of an error that nobody has asked for
  assertEquals(await client.pipeline((p) => (p.lpush("a", 1), [p.get("a")])), ["2"]);
});

onServers("A transaction is executed as a whole, and answers as its commands would", async (client) => {
  const [set, old, members, scored, nothing] = await client.transaction((t) => [
    t.set("k", "v"),
    t.set("k", "w", { get: true }),
    t.hset("h", { f: "1" }),
    t.zadd("z", { a: 1.5 }),
    t.set("k", "x", { nx: true }),
  ]);
  assertEquals([set, old, members, scored, nothing], [1, "v", 1, 1, 0]);
  const [hash, range] = await client.transaction((t) => [t.hgetall("h"), t.zrange("z", 0, -1, { withscores: true })]);
  assertEquals([hash, range], [{ f: "1" }, [["a", 1.5]]]);
  assertEquals(await client.transaction(() => []), []);
});

onServers("A command that fails in a transaction fails alone; one that is not queued fails all", async (client) => {
  await client.set("text", "x");
  const error = await assertRejects(
    () => client.transaction((t) => [t.incr("text"), t.set("done", 1)]),
    PipelineError,
    "1 of 2 commands failed",
  );
  assertInstanceOf(error.results[0], RedisError);
  assertEquals([error.results[1], await client.get("done")], [1, "1"]);
  const settled = await client.transaction((t) => [t.incr("text"), t.get("text")], { settle: true });
  assertEquals([settled[0] instanceof RedisError, settled[1]], [true, "x"]);

  const refused = await assertRejects(
    () => client.transaction([["SET", "done", "2"], ["NOSUCH", "a"], ["GET"]]),
    RedisError,
    "EXECABORT Transaction discarded because of previous errors.",
  );
  assertInstanceOf(refused.cause, RedisError);
  assertEquals([refused.command, refused.cause.command], ["EXEC", "NOSUCH"]);
  assert(refused.cause.message.startsWith("ERR unknown command 'NOSUCH'"));
  assertEquals(await client.get("done"), "1");
});

onServers("Bytes and text can be read in one transaction", async (client) => {
  const bytes = Uint8Array.of(0, 255);
  await client.pipeline((p) => [p.set("b", bytes), p.set("t", "text"), p.hset("h", { f: "v" })]);
  const replies = await client.transaction((t) => [t.get("b", { decode: "bytes" }), t.get("t"), t.hgetall("h")]);
  assertEquals(replies, [bytes, "text", { f: "v" }]);
});

Deno.test("Transactions and pipelines travel in one write, between the commands given before and after", async () => {
  await using server = fakeServer(async (peer) => {
    await peer.greet();
    await peer.expect(
      request("GET", "a"),
      request("MULTI") + request("SET", "b", "1") + request("EXEC"),
      request("GET", "c") + request("GET", "d"),
      request("GET", "e"),
    );
    await peer.send("+A\r\n+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n+C\r\n+D\r\n+E\r\n");
    await peer.closed();
  });
  await using client = new Client({ port: server.port });
  const replies = await Promise.all([
    client.get("a"),
    client.transaction((t) => [t.set("b", 1)]),
    client.pipeline((p) => [p.get("c"), p.get("d")]),
    client.get("e"),
  ]);
  assertEquals(replies, ["A", [1], ["C", "D"], "E"]);
  await client.close();
});

Deno.test("Structured values stand in transactions of miniredis, and are refused elsewhere as a whole", async () => {
  await using server = await Server.start();
  await using client = server.client();
  assertEquals(await client.transaction((t) => [t.set("k", [1, { a: null }]), t.get("k")]), [
    1,
    [1, { a: null }] as unknown as string,
  ]);
  await using other = fakeServer(async (peer) => {
    await peer.greet();
    await peer.expect(request("GET", "k"));
    await peer.send("+V\r\n");
    await peer.closed();
  });
  await using elsewhere = new Client({ port: other.port });
  const early = elsewhere.transaction((t) => [t.set("k", [1]), t.get("k")]); // the server is not known yet
  const get = elsewhere.get("k");
  await assertRejects(() => early, TypeError, "is not miniredis");
  assertEquals(await get, "V");
  await assertRejects(() => elsewhere.transaction((t) => [t.set("k", [1])]), TypeError, "is not miniredis");
  await assertRejects(() => elsewhere.pipeline((p) => [p.set("k", [1])]), PipelineError, "is not miniredis");
  await elsewhere.close();
});

Deno.test("Nothing of a pipeline is sent that waits, blocks, throws or goes on after it was sent", async () => {
  await using server = await Server.start();
  await using client = server.client();
  const commands = async () => Number(/total_commands_processed:(\d+)/.exec(String(await client.info("stats")))?.[1]);
  const before = await commands();
  for (const together of ["pipeline", "transaction"] as const) {
    // deno-lint-ignore require-await
    const late = async (p: { incr(key: string): Promise<number> }) => [p.incr("n")];
    await assertRejects(() => client[together](late as never), TypeError, `Cannot build a ${together}`);
    await assertRejects(() => client[together]((p) => (p.incr("n"), null as never)), TypeError, "must return an array");
    await assertRejects(
      () =>
        client[together]((p) => {
          p.incr("n");
          throw new RangeError("of the caller");
        }),
      RangeError,
      "of the caller",
    );
    let kept: { incr(key: string): Promise<number> } | undefined;
    await client[together]((p) => (kept = p, []));
    await assertRejects(() => kept!.incr("n"), TypeError, `Cannot add INCR: the ${together} has been sent already`);
  }
  await assertRejects(() => client.pipeline((p) => [p.incr("n"), p.blpop(["l"], 0)]), TypeError, "BLPOP in a pipeline");
  await assertRejects(() => client.transaction((t) => [t.flush()]), TypeError, "use flushdb");
  assertEquals([await client.get("n"), await commands() - before], [null, 4]); // INFO, an empty transaction's MULTI and EXEC, GET
});

Deno.test("A lost connection rejects a pipeline and a transaction, as sent", async () => {
  for (const together of ["pipeline", "transaction"] as const) {
    await using server = fakeServer(async (peer) => {
      await peer.greet();
      const commands = request("INCR", "n") + request("INCR", "n");
      await peer.expect(together === "pipeline" ? commands : request("MULTI") + commands + request("EXEC"));
    });
    await using client = new Client({ port: server.port, retry: false });
    const error = await assertRejects(() => client[together]((p) => [p.incr("n"), p.incr("n")]), ConnectionError);
    assertEquals(error.sent, true);
    await client.close();
  }
});

Deno.test("A pipeline that was cut short says what became of each command", async () => {
  await using server = fakeServer(async (peer) => {
    await peer.greet();
    await peer.expect(request("INCR", "n") + request("INCR", "n"));
    await peer.send(":1\r\n");
  });
  await using client = new Client({ port: server.port, retry: false });
  const error = await assertRejects(() => client.pipeline((p) => [p.incr("n"), p.incr("n")]), PipelineError);
  assertEquals([error.results[0], (error.results[1] as ConnectionError).sent], [1, true]);
  await client.close();
});

Deno.test("What does not look like the answer to a transaction rejects it, and keeps the replies in their places", async () => {
  const answers = ["-NOPERM no multi\r\n+OK\r\n-ERR EXEC without MULTI\r\n", "+OK\r\n+QUEUED\r\n*2\r\n+OK\r\n+OK\r\n"];
  for (const answer of answers) {
    await using server = fakeServer(async (peer) => {
      await peer.greet();
      await peer.expect(request("MULTI"), request("SET", "a", "1"), request("EXEC"), request("GET", "b"));
      await peer.send(answer, "+B\r\n");
      await peer.closed();
    });
    await using client = new Client({ port: server.port });
    const [transaction, get] = await Promise.allSettled([client.transaction((t) => [t.set("a", 1)]), client.get("b")]);
    assert(transaction.status === "rejected" && transaction.reason instanceof RedisError, String(transaction.status));
    assertEquals(get, { status: "fulfilled", value: "B" });
    await client.close();
  }
});

Deno.test("No rejection of a pipeline or transaction is left to end the process, whatever was returned", async () => {
  await using server = await Server.start();
  await using client = server.client();
  const closed = server.client();
  await closed.close();
  for (const together of ["pipeline", "transaction"] as const) {
    const waiting = async (p: { get(key: string): Promise<string | null> }) => [await p.get("a")];
    await assertRejects(() => client[together](waiting as never), TypeError, "must not be async");
    const derived = (p: { get(key: string): Promise<string | null> }) => [p.get("a").then(String)] as const;
    await assertRejects(() => closed[together](derived));
    await assertRejects(() => client[together]((p) => [p.get("a"), p.send(["MULTI"])]));
    await assertRejects(() => client[together]((p) => [p.get("a"), p.mset("a")]));
    await client[together]((p) => (p.send(["WATCH", "a"]), [p.get("a")])).catch(() => {});
    await client[together]((p) => (p.run(TWO_KEYS, "a"), [p.get("a")])).catch(() => {});
  }
  await assertRejects(() => client.pipeline([["MULTI"], ["BLPOP", "l", 0]]), TypeError, "BLPOP");
  await assertRejects(() => client.watch(["a"], (tx) => tx.commit((t) => [t.send(["MULTI"])])), TypeError, "MULTI");
  await new Promise((resolve) => setTimeout(resolve)); // Deno ends the test where a rejection is left
});

Deno.test("Nothing of a transaction is executed when one of its commands cannot be sent", async () => {
  await using server = await Server.start();
  await using client = server.client();
  const incr = ["INCR", "n"];
  await assertRejects(() => client.transaction([incr, ["MULTI"]]), TypeError, "Cannot send MULTI");
  await assertRejects(() => client.transaction([incr, ["HSET", "h", "f", null]]), TypeError, "argument 3 is null");
  await assertRejects(() => client.transaction((t) => [t.incr("n"), t.mset("a")]), TypeError, "in pairs");
  await assertRejects(() => client.transaction((t) => (t.send(["WATCH", "a"]), [t.incr("n")])), TypeError, "WATCH");
  await assertRejects(() => client.transaction((t) => [t.incr("n"), t.run(TWO_KEYS, "a")]), TypeError, "takes 2 keys");
  await assertRejects(
    () => client.watch(["n"], (tx) => tx.commit((t) => [t.incr("n"), t.send(["MULTI"])])),
    TypeError,
    "Cannot send MULTI",
  );
  assertEquals(await client.get("n"), null);
});

Deno.test("A value that is no string rejects its transaction, and costs no connection", async () => {
  await using server = await Server.start();
  await using client = server.client();
  const id = await client.clientId();
  const values = [null, true, ["a"], { a: 1 }] as unknown as string[];
  for (const value of values) {
    for (const other of ["text", ["structured"]]) {
      await assertRejects(() => client.transaction((t) => [t.set("k", other), t.hset("h", "f", value)]), TypeError);
    }
  }
  assertEquals([await client.clientId(), await client.get("k")], [id, null]);
});

onServers("Strings in a transaction are read as the client's options say, or as each command does", async (client) => {
  await client.hset("h", "f", "x");
  await client.set("k", "v");
  const bytes = client.duplicate({ decode: "bytes" });
  try {
    const v = new TextEncoder().encode("v");
    assertEquals(await bytes.transaction((t) => [t.hget("h", "f"), t.get("k")]), ["x", v]);
    assertEquals(await bytes.transaction((t) => [t.get("k"), t.hget("h", "f")]), [v, "x"]);
    assertEquals(await bytes.transaction([["GET", "k"]]), [v]);
    assertEquals(await bytes.watch(["k"], (tx) => tx.commit((t) => [t.hgetall("h"), t.get("k")])), [{ f: "x" }, v]);
  } finally {
    await bytes.close();
  }
  assertEquals(
    await client.transaction((t) => [t.send(["GET", "k"]), t.get("k", { decode: "bytes" })]),
    ["v", Uint8Array.of(118)],
  );
});

Deno.test("A command of a pipeline may have a signal of its own; one of a transaction may not", async () => {
  await using server = fakeServer(async (peer) => {
    await peer.greet();
    await peer.expect(request("GET", "a") + request("GET", "c"));
    await peer.send("+A\r\n+C\r\n");
    await peer.closed();
  });
  await using client = new Client({ port: server.port });
  const signal = AbortSignal.abort(new RangeError("of this one"));
  const replies = await client.pipeline((p) => [p.get("a"), p.get("b", { signal }), p.get("c")], { settle: true });
  assertEquals([replies[0], replies[1] instanceof RangeError, replies[2]], ["A", true, "C"]);
  const alone = client.transaction((t) => [t.set("k", 1), t.get("b", { timeoutMs: 5 })]);
  await assertRejects(() => alone, TypeError, "Cannot wait for GET alone");
  await client.close();
});
