/** Signals, deadlines, blocking commands and watched keys: what waits, for how long, on which connection. */
import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { Client, ConnectionError, TimeoutError, WatchError } from "../../client.ts";
import { addDeadline } from "../../client/deadline_queue.ts";
import { Outbox } from "../../client/outbox.ts";
import { Pending } from "../../client/pending.ts";
import { Server } from "../../server.ts";
import { hasRedis, startRedis } from "../_redis.ts";
import { fakeServer, FakeTransport, GREETING, HELLO, request } from "./_fake_server.ts";

/** Runs a test with clients of miniredis and of redis-server. */
function onServers(name: string, fn: (connect: () => Client) => Promise<void>): void {
  Deno.test(name, async () => {
    await using server = await Server.start();
    await fn(() => server.client());
  });
  Deno.test({
    name: `${name}, redis-server${hasRedis ? "" : " (skipped: it is not installed)"}`,
    ignore: !hasRedis,
    fn: async () => {
      await using redis = await startRedis();
      await fn(() => new Client({ port: redis.port }));
    },
  });
}

/** How many connections the server has, and which commands they ran last. */
async function connections(client: Client): Promise<string[]> {
  return String(await client.send(["CLIENT", "LIST"])).trim().split("\n").map((line) => / cmd=(\S+)/.exec(line)![1]!);
}

Deno.test("A signal that was aborted before rejects at once, and nothing is sent", async () => {
  await using client = new Client({ port: 1 });
  const reason = new Error("no more");
  const signal = AbortSignal.abort(reason);
  const calls = [
    () => client.get("k", { signal }),
    () => client.send(["PING"], { signal }),
    () => client.blpop(["q"], 0, { signal }),
    () => client.with({ signal }).del("a", "b"),
    () => client.pipeline((p) => [p.get("k")], { signal }),
    () => client.transaction((t) => [t.get("k")], { signal }),
    () => client.watch(["k"], () => Promise.resolve(1), { signal }),
  ];
  for (const call of calls) assertStrictEquals(await call().then(() => null, (error) => error), reason);
});

Deno.test("A command that is aborted before it was sent is withdrawn, the others are sent", async () => {
  const transport = new FakeTransport();
  await using client = new Client({ transport: transport.transport });
  const abort = new AbortController();
  const replies = Promise.allSettled([
    client.get("a"),
    client.get("b", { signal: abort.signal }),
    client.set("c", "x".repeat(300), { signal: abort.signal }),
    client.get("d"),
    client.transaction((t) => [t.get("e")], { signal: abort.signal }),
    client.get("f", { signal: AbortSignal.any([]) }),
  ]);
  abort.abort("withdrawn"); // the greeting is not answered yet
  await transport.greet();
  assertEquals(await transport.nextWrite(), request("GET", "a") + request("GET", "d") + request("GET", "f"));
  await transport.send("+A\r\n+D\r\n+F\r\n");
  const outcomes = (await replies).map((reply) => reply.status === "fulfilled" ? reply.value : reply.reason);
  assertEquals(outcomes, ["A", "withdrawn", "withdrawn", "D", "withdrawn", "F"]);
});

Deno.test("Deadlines come due in order, each at its time, also where timers are fake", () => {
  const { setTimeout, clearTimeout } = globalThis;
  const timers = new Map<number, [callback: () => void, ms: number]>();
  let id = 0;
  globalThis.setTimeout = ((callback: () => void, ms: number) => (timers.set(++id, [callback, ms]), id)) as never;
  globalThis.clearTimeout = ((id: number) => timers.delete(id)) as never;
  try {
    const expired: string[] = [];
    const deadline = (name: string) => {
      const expiring = { expire: () => (expired.push(name), queue.delete(expiring)) };
      const queue = addDeadline(expiring, 60_000, true);
      return () => queue.delete(expiring);
    };
    const fire = () => {
      const [[id, [callback]]] = timers as unknown as [[number, [() => void]]];
      timers.delete(id);
      callback();
    };
    const end = deadline("a");
    const startMs = performance.now();
    while (performance.now() === startMs);
    deadline("b");
    deadline("c")(); // is answered in time
    assertEquals([...timers.values()].map(([, ms]) => Math.round(ms)), [60_000]);
    fire();
    assertEquals(expired, ["a"]);
    end(); // has no effect any more
    assert(timers.size === 1 && [...timers.values()][0]![1] < 60_000);
    fire();
    assertEquals([expired, timers.size], [["a", "b"], 0]);
    deadline("d")();
    assertEquals(timers.size, 0);
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout });
  }
});

Deno.test("Withdrawn commands take no room, however many there are", () => {
  const outbox = new Outbox("nowhere"), abort = new AbortController();
  const add = (signal: AbortSignal | null) => {
    const pending = new Pending("GET", undefined);
    pending.promise.catch(() => {});
    pending.guard(signal, 0, true);
    outbox.add(pending, ["GET", "k"], false);
  };
  add(null);
  const bytes = outbox.bytes;
  for (let i = 0; i < 1_000; i++) add(abort.signal);
  add(null);
  abort.abort();
  assertEquals(outbox.length, 2);
  assert(outbox.bytes < 70 * bytes, `${outbox.bytes} bytes`);
  outbox.compact();
  assertEquals(outbox.bytes, 2 * bytes);
});

Deno.test("A command that is aborted after it was sent keeps its place, and its reply is nobody else's", async () => {
  const sent = Promise.withResolvers<void>(), aborted = Promise.withResolvers<void>();
  await using server = fakeServer(async (peer) => {
    await peer.greet();
    await peer.expect(request("GET", "a"), request("GET", "b"), request("GET", "c"));
    sent.resolve();
    await aborted.promise;
    await peer.send("+A\r\n+B\r\n+C\r\n");
    await peer.closed();
  });
  await using client = new Client({ port: server.port });
  const abort = new AbortController();
  const replies = [client.get("a"), client.get("b", { signal: abort.signal }), client.get("c")];
  await sent.promise;
  abort.abort(new Error("enough"));
  await assertRejects(() => replies[1]!, Error, "enough");
  aborted.resolve();
  assertEquals(await Promise.all([replies[0], replies[2]]), ["A", "C"]);
  await client.close();
});

Deno.test("A command that is not answered in its time rejects, by the client's option or the call's", async () => {
  await using server = fakeServer(async (peer) => {
    await peer.greet();
    await peer.expect(request("GET", "a"), request("GET", "b"), request("PING"));
    await peer.send("+A\r\n+B\r\n+PONG\r\n");
    await peer.closed();
  });
  await using client = new Client({ port: server.port, commandTimeoutMs: 30 });
  const replies = [client.get("a"), client.get("b", { timeoutMs: 20 })];
  const errors = await Promise.allSettled(replies); // before the greeting, or before the replies: both is the server's delay
  const ping = client.send(["PING"], { timeoutMs: 0 });
  for (const [i, outcome] of errors.entries()) {
    if (outcome.status === "fulfilled") continue; // the machine was quick enough
    assert(outcome.reason instanceof TimeoutError);
    assertEquals([outcome.reason.command, outcome.reason.timeoutMs], ["GET", [30, 20][i]]);
  }
  assertEquals(await ping, "PONG");
  await client.close();
});

Deno.test("A deadline rejects what a silent server does not answer", async () => {
  const done = Promise.withResolvers<void>();
  await using server = fakeServer(async (peer) => {
    await peer.greet();
    await peer.expect(request("GET", "a"), request("MULTI") + request("GET", "b") + request("EXEC"));
    await done.promise;
  });
  await using client = new Client({ port: server.port, commandTimeoutMs: 10, retry: false });
  const [get, transaction] = [client.get("a"), client.transaction((t) => [t.get("b")])];
  const error = await assertRejects(() => get, TimeoutError, "No reply to GET within 10 ms");
  assertEquals([error.command, error.timeoutMs], ["GET", 10]);
  await assertRejects(() => transaction, TimeoutError, "No reply to EXEC within 10 ms");
  for (const timeoutMs of [-1, 0.5, NaN, 2 ** 31]) {
    await assertRejects(() => client.get("k", { timeoutMs }), RangeError, "Cannot use timeoutMs");
  }
  done.resolve();
  client[Symbol.dispose]();
});

onServers("A blocking command waits on a connection of its own, which serves the next", async (connect) => {
  await using client = connect();
  await client.flush();
  const popped = client.blpop(["q"], 0);
  assertEquals(await client.set("k", "v"), 1); // does not wait behind it
  while (!(await connections(client)).includes("blpop"));
  await client.rpush("q", "a");
  assertEquals(await popped, ["q", "a"]);
  await client.rpush("q", "b");
  assertEquals(await client.blpop(["q"], 0), ["q", "b"]);
  assertEquals((await connections(client)).length, 2);
  const both = [client.blpop(["q"], 0), client.brpop(["r"], 0)];
  while ((await connections(client)).filter((name) => /^b[lr]pop$/.test(name)).length < 2);
  await client.pipeline((p) => [p.rpush("r", "2"), p.rpush("q", "1")]);
  assertEquals(await Promise.all(both), [["q", "1"], ["r", "2"]]);
  assertEquals(await client.blpop(["q"], 0.01), null);
  assertEquals(
    await client.send(["BLPOP", "q", "x"]).catch((error) => error.message),
    "ERR timeout is not a float or out of range",
  );
  assertEquals(await client.xread({ s: "$" }, { block: 1 }), null);
  assertEquals(await client.xread({ s: "0" }), null);
});

onServers("A blocking command that is aborted takes nothing from the list", async (connect) => {
  await using client = connect();
  await client.flush();
  const abort = new AbortController();
  const popped = client.blpop(["q"], 0, { signal: abort.signal });
  while (!(await connections(client)).includes("blpop"));
  abort.abort("stop");
  assertEquals(await popped.catch((reason) => reason), "stop");
  while ((await connections(client)).includes("blpop"));
  await client.rpush("q", "a");
  assertEquals(await client.lpop("q"), "a");
});

onServers("A blocking command selects the database of its client", async (connect) => {
  await using client = connect();
  await client.flush();
  await client.select(3);
  await client.rpush("q", "a");
  assertEquals(await client.blpop(["q"], 0), ["q", "a"]);
  await client.select(0);
  assertEquals(await client.blpop(["q"], 0.01), null);
});

Deno.test("A blocking command whose server falls silent ends after its own time and a grace", async () => {
  const ended = Promise.withResolvers<void>();
  await using server = fakeServer(async (peer) => {
    await peer.greet();
    await peer.expect(request("BLPOP", "q", "0.01"));
    await peer.closed(); // the client lets go, since the server might still take something from the list
    ended.resolve();
  });
  await using client = new Client({ port: server.port, blockingGraceMs: 20 });
  const error = await assertRejects(() => client.blpop(["q"], 0.01), TimeoutError);
  assertEquals(error.timeoutMs, 30);
  await ended.promise;
  await client.close();
});

Deno.test("A client that was given its one connection blocks on that, and cannot watch", async () => {
  const transport = new FakeTransport();
  await using client = new Client({ transport: transport.transport });
  const popped = client.blpop(["q"], 1);
  assertEquals(await transport.nextWrite(), HELLO);
  await transport.send(GREETING);
  assertEquals(await transport.nextWrite(), request("BLPOP", "q", "1"));
  await transport.send("*2\r\n$1\r\nq\r\n$1\r\na\r\n");
  assertEquals(await popped, ["q", "a"]);
  await assertRejects(() => client.watch(["k"], () => Promise.resolve()), TypeError, "give a function that makes them");
  assert((() => {
    try {
      client.duplicate();
    } catch (error) {
      return error instanceof TypeError;
    }
  })());
});

onServers("Fifty transactions that watch the same key lose no increment", async (connect) => {
  await using client = connect();
  await client.flush();
  const increments = Array.from({ length: 50 }, () =>
    client.watch(["n"], async (tx) => {
      const n = Number(await tx.get("n") ?? 0);
      const [written] = await tx.commit((t) => [t.set("n", n + 1)]);
      return written;
    }));
  assertEquals(await Promise.all(increments), new Array(50).fill(1));
  assertEquals(await client.get("n"), "50");
});

onServers(
  "A transaction gives up after its attempts, ends without a commit, and passes on what the body throws",
  async (connect) => {
    await using client = connect();
    await client.flush();
    let runs = 0;
    const error = await assertRejects(
      () =>
        client.watch(["n"], async (tx) => {
          runs++;
          await client.incr("n");
          return await tx.commit((t) => [t.set("n", 0)]);
        }, { attempts: 3 }),
      WatchError,
      "in 3 of 3 attempts",
    );
    assertEquals([runs, error.attempts, await client.get("n")], [3, 3, "3"]);
    assertEquals(await client.watch(["n"], async (tx) => Number(await tx.get("n"))), 3);
    await assertRejects(() => client.watch(["n"], () => Promise.reject(new RangeError("mine"))), RangeError, "mine");
    let late: (() => Promise<unknown>) | undefined;
    await client.watch(["n"], async (tx) => {
      late = () => tx.get("n");
      await tx.commit((t) => [t.set("n", 4)]);
      await assertRejects(() => tx.commit((t) => [t.set("n", 5)]), TypeError, "has ended");
    });
    await assertRejects(late!, TypeError, "the transaction has ended");
    assertEquals(await client.get("n"), "4");
    assertEquals((await connections(client)).length, 2); // one connection was enough for all of them
    await assertRejects(() => client.watch(["n"], () => Promise.resolve(), { attempts: 0 }), RangeError);
  },
);

Deno.test("A connection that may still watch keys is not used again", async () => {
  const ends: ((client: Client) => Promise<unknown>)[] = [
    // EXEC is not answered in time
    (client) => client.watch(["n"], (tx) => tx.commit((t) => [t.set("n", 1)]), { timeoutMs: 20 }),
    // the transaction cannot be sent
    (client) => client.watch(["n"], (tx) => tx.commit((t) => [t.send(["SET", "n", { no: 1 }])])),
  ];
  for (const end of ends) {
    const requests = end === ends[0] ? [request("MULTI"), request("SET", "n", "1"), request("EXEC")] : [];
    await using server = fakeServer(
      async (peer) => {
        await peer.greet();
        await peer.expect(request("WATCH", "n"));
        await peer.send("+OK\r\n");
        await peer.expect(...requests);
        await peer.closed();
      },
      async (peer) => {
        await peer.greet();
        await peer.expect(request("WATCH", "m"));
        await peer.send("+OK\r\n");
        await peer.expect(request("UNWATCH"));
        await peer.send("+OK\r\n");
        await peer.closed();
      },
    );
    await using client = new Client({ port: server.port });
    await assertRejects(() => end(client), Error);
    assertEquals(await client.watch(["m"], () => Promise.resolve("done")), "done");
    await client.close();
  }
});

Deno.test("A transaction does not go on on another connection when its own is lost", async () => {
  await using server = fakeServer(
    async (peer) => {
      await peer.greet();
      await peer.expect(request("WATCH", "n"));
      await peer.send("+OK\r\n");
      await peer.expect(request("GET", "n"));
      await peer.send("+1\r\n");
    },
  );
  await using client = new Client({ port: server.port, retry: { minMs: 1 } });
  await assertRejects(
    () =>
      client.watch(["n"], async (tx) => {
        await tx.get("n");
        await tx.send(["ECHO", "until the end is seen"]).catch(() => {});
        return await tx.commit((t) => [t.set("n", 2)]);
      }),
    ConnectionError,
    "the connection was lost",
  );
  await client.close();
});

Deno.test("Closing a client ends its side connections too", async () => {
  await using server = await Server.start({ port: 0 });
  const client = new Client(server.url);
  await client.set("k", "v");
  const popped = client.blpop(["q"], 0);
  const watching = client.watch(["k"], async (tx) => await tx.get("k"));
  assertEquals(await watching, "v");
  while (!(await connections(client)).includes("blpop"));
  client[Symbol.dispose]();
  await assertRejects(() => popped, ConnectionError);
  await assertRejects(() => client.blpop(["q"], 0), ConnectionError, "the client is closed");
  await assertRejects(() => client.watch(["k"], () => Promise.resolve()), ConnectionError, "the client is closed");
  const waiting = new Client(server.url);
  const later = waiting.blpop(["q"], 0);
  await waiting.rpush("q", "a");
  await waiting.close(); // waits for the reply
  assertEquals(await later, ["q", "a"]);
});

Deno.test("A blocking command may wait for any part of a second", async () => {
  await using server = await Server.start();
  await using client = server.client();
  for (const seconds of [0.0005, 0.0015, 0.01]) assertEquals(await client.blpop("q", seconds), null);
});

Deno.test("Client.close does not wait for replies that nobody waits for", async () => {
  await using server = fakeServer(
    async (peer) => {
      await peer.greet();
      await peer.expect(request("GET", "a"), request("GET", "b"));
      await peer.closed();
    },
    async (peer) => {
      await peer.greet();
      await peer.expect(request("GET", "a"));
      await peer.closed();
    },
    async (peer) => {
      await peer.expect(HELLO);
      await peer.closed();
    },
  );
  const before = new Client({ port: server.port, commandTimeoutMs: 20 });
  await Promise.all([assertRejects(() => before.get("a"), TimeoutError), assertRejects(() => before.get("b"))]);
  await before.close();

  const meanwhile = new Client({ port: server.port, connectTimeoutMs: 0 });
  const reply = assertRejects(() => meanwhile.get("a", { timeoutMs: 20 }), TimeoutError);
  await meanwhile.close();
  await reply;

  const greeting = new Client({ port: server.port, connectTimeoutMs: 0 });
  const unsent = assertRejects(() => greeting.get("a", { timeoutMs: 20 }), TimeoutError);
  await greeting.close();
  await unsent;
});

Deno.test("Client.close waits for the replies to other commands, though some were given up", async () => {
  const transport = new FakeTransport();
  const client = new Client({ transport: transport.transport });
  const abort = new AbortController();
  const { signal } = abort;
  const replies = Promise.allSettled([client.get("a", { signal }), client.get("b"), client.get("c", { signal })]);
  await transport.greet();
  assertEquals(await transport.nextWrite(), ["a", "b", "c"].map((key) => request("GET", key)).join(""));
  abort.abort("no more");
  const closed = client.close();
  await transport.send("$1\r\n1\r\n");
  await transport.send("$1\r\n2\r\n"); // now only one is left that nobody waits for
  assertEquals(await transport.nextWrite(), "");
  await closed;
  assertEquals((await replies).map((reply) => reply.status === "fulfilled" ? reply.value : reply.reason), [
    "no more",
    "2",
    "no more",
  ]);
});

Deno.test("The longest of all time-outs is not over at once", async () => {
  await using server = await Server.start();
  await using client = server.client({ blockingGraceMs: 2 ** 31 - 1 });
  const waiting = client.blpop("q", 1000);
  assertEquals(await client.rpush("q", "a"), 1);
  assertEquals(await waiting, ["q", "a"]);
});
