/** How a client comes back: what waits, what is rejected, what the next connection is told, and when it gives up. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { CHANNELS, Client, ConnectionError, RedisError } from "../../client.ts";
import { fakeServer, FakeTransport, GREETING, HELLO, request, type Script } from "./_fake_server.ts";

const SOON = { minMs: 1, maxMs: 2 };

/** A greeting, these requests in, these replies out, and the end that the client makes. */
function answering(requests: string[], replies: string[]): Script {
  return async (peer) => {
    await peer.greet();
    await peer.expect(...requests);
    await peer.send(...replies);
    await peer.closed();
  };
}

/** Takes these requests, answers nothing, and goes away. */
function dying(...requests: string[]): Script {
  return async (peer) => {
    await peer.greet();
    await peer.expect(...requests);
  };
}

/** Waits for something to be told on a diagnostics channel. */
function once(name: string): Promise<void> {
  return new Promise((resolve) => {
    const listener = (): void => {
      unsubscribe(name, listener);
      resolve();
    };
    subscribe(name, listener);
  });
}

/** Goes away before it has said anything. */
async function hangUp(): Promise<void> {}

Deno.test("Commands that were not sent when the connection was lost are sent by the next, in order", async () => {
  const transports = [new FakeTransport(), new FakeTransport()];
  const dialled = [...transports];
  await using client = new Client({ transport: () => dialled.shift()!.transport, retry: SOON });
  const connected = client.send(["PING"]);
  await transports[0]!.greet();
  await transports[0]!.nextWrite();
  await transports[0]!.send("+PONG\r\n");
  await connected;
  const value = "x".repeat(64 * 1024); // fills a write, which nobody reads
  const sent = assertRejects(() => client.set("k", value), ConnectionError, "Lost the connection");
  const unsent = [client.get("a"), client.get("b")];
  await transports[0]!.end();
  assertEquals((await sent).sent, true);
  await transports[1]!.greet();
  assertEquals(await transports[1]!.nextWrite(), request("GET", "a") + request("GET", "b"));
  await transports[1]!.send("$1\r\n1\r\n$1\r\n2\r\n");
  assertEquals(await Promise.all(unsent), ["1", "2"]);
});

Deno.test("Commands given while the connection is away wait for it, however often it fails to come back", async () => {
  await using server = fakeServer(
    dying(request("INCR", "n")),
    hangUp,
    hangUp,
    answering([request("GET", "a"), request("GET", "b")], ["$1\r\n1\r\n", "$1\r\n2\r\n"]),
  );
  await using client = new Client({ port: server.port, retry: SOON });
  const lost = await assertRejects(() => client.incr("n"), ConnectionError);
  assertEquals(lost.sent, true);
  assertEquals(await Promise.all([client.get("a"), client.get("b")]), ["1", "2"]);
  await client.close();
});

Deno.test("A line gives up after so many attempts, and begins anew with the next command", async () => {
  await using server = fakeServer(
    dying(request("GET", "a")),
    hangUp,
    hangUp,
    hangUp,
    answering([request("GET", "c")], [":3\r\n"]),
  );
  await using client = new Client({ port: server.port, retry: { ...SOON, attempts: 2 } });
  await assertRejects(() => client.get("a"), ConnectionError);
  const error = await assertRejects(() => client.get("b"), ConnectionError, "Cannot connect to");
  assertEquals(error.sent, false);
  assertEquals(await client.get("c"), 3 as unknown);
  await client.close();
});

Deno.test("With retry: false nothing waits for a lost connection, and the next command makes one", async () => {
  await using server = fakeServer(
    dying(request("GET", "a")),
    hangUp,
    answering([request("GET", "c")], [":3\r\n"]),
  );
  await using client = new Client({ port: server.port, retry: false });
  await assertRejects(() => client.get("a"), ConnectionError);
  await assertRejects(() => client.get("b"), ConnectionError, "Cannot connect to");
  assertEquals(await client.get<number>("c"), 3);
  await client.close();
});

Deno.test("No more commands wait for a lost connection than offlineQueue says, and withdrawn ones do not count", async () => {
  await using server = fakeServer(dying(request("GET", "a")), hangUp, answering([request("GET", "b")], [":2\r\n"]));
  await using client = new Client({ port: server.port, retry: { minMs: 20 }, offlineQueue: 1 });
  await assertRejects(() => client.get("a"), ConnectionError);
  const abort = new AbortController();
  const withdrawn = client.get("x", { signal: abort.signal });
  const error = await assertRejects(() => client.get("y"), ConnectionError, "1 commands wait for the connection");
  assertEquals(error.sent, false);
  abort.abort("no longer");
  assertEquals(await withdrawn.catch((reason) => reason), "no longer");
  assertEquals(await client.get<number>("b"), 2);
  await client.close();
});

Deno.test("The next connection is told the name and the database that were set meanwhile", async () => {
  await using server = fakeServer(
    async (peer) => {
      await peer.greet();
      await peer.expect(request("SELECT", "3"), request("CLIENT", "SETNAME", "me"), request("GET", "a"));
      await peer.send("+OK\r\n", "+OK\r\n");
    },
    async (peer) => {
      await peer.expect(request("HELLO", "3", "SETNAME", "me"), request("SELECT", "3"));
      await peer.send(GREETING, "+OK\r\n");
      await peer.expect(request("GET", "b"));
      await peer.send("+B\r\n");
      await peer.closed();
    },
  );
  await using client = new Client({ port: server.port, retry: SOON });
  const [, , a] = await Promise.allSettled([
    client.select(3),
    client.send(["CLIENT", "SETNAME", "me"]),
    client.get("a"),
  ]);
  assertEquals(a.status, "rejected");
  assertEquals(await client.get("b"), "B");
  await client.close();
});

Deno.test("The next connection is told what was set by commands whose replies came too late", async () => {
  const transports = [new FakeTransport(), new FakeTransport()];
  const dialled = [...transports];
  await using client = new Client({ transport: () => dialled.shift()!.transport, retry: SOON });
  const abort = new AbortController();
  const { signal } = abort;
  const late = Promise.allSettled([
    client.transaction([["SELECT", 2]], { signal }),
    client.pipeline([["CLIENT", "SETNAME", "late"]], { signal }),
    client.select(3, { signal }),
  ]);
  await transports[0]!.greet();
  await transports[0]!.nextWrite();
  abort.abort("too late");
  assertEquals((await late).map(({ status }) => status), ["rejected", "rejected", "rejected"]);
  const reply = client.get("a");
  await transports[0]!.nextWrite();
  await transports[0]!.send("+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n", "+OK\r\n", "+OK\r\n", ":1\r\n");
  assertEquals<unknown>(await reply, 1);
  await transports[0]!.end();
  const next = client.get("b");
  assertEquals(await transports[1]!.nextWrite(), request("HELLO", "3", "SETNAME", "late") + request("SELECT", "3"));
  await transports[1]!.send(GREETING, "+OK\r\n");
  await transports[1]!.nextWrite();
  await transports[1]!.send(":2\r\n");
  assertEquals<unknown>(await next, 2);
});

Deno.test("A server that no longer accepts the password is not asked again", async () => {
  await using server = fakeServer(dying(request("GET", "a")), async (peer) => {
    await peer.greet("-WRONGPASS invalid username-password pair or user is disabled.\r\n");
    await peer.closed();
  });
  await using client = new Client({ port: server.port, retry: SOON });
  await assertRejects(() => client.get("a"), ConnectionError);
  const error = await assertRejects(() => client.get("b"), ConnectionError, "WRONGPASS");
  assert(error.cause instanceof RedisError);
  await client.close();
});

Deno.test("A server that is loading its data is asked again", async () => {
  await using server = fakeServer(
    dying(request("GET", "a")),
    async (peer) => {
      await peer.greet("-LOADING Redis is loading the dataset in memory\r\n");
      await peer.closed();
    },
    answering([request("GET", "b")], ["+B\r\n"]),
  );
  await using client = new Client({ port: server.port, retry: SOON });
  await assertRejects(() => client.get("a"), ConnectionError);
  assertEquals(await client.get("b"), "B");
  await client.close();
});

Deno.test("The wait before an attempt doubles up to its limit, and is never the same for all", async () => {
  const random = Math.random, timeout = globalThis.setTimeout;
  const waits: number[] = [];
  Math.random = () => 0.75; // half of the jitter on top
  globalThis.setTimeout = ((callback: () => void, ms = 0) => {
    if (ms === 10_000) return timeout(callback, ms); // the time for connecting
    waits.push(ms);
    return timeout(callback, 0);
  }) as typeof setTimeout;
  try {
    await using server = fakeServer(dying(request("GET", "a")), hangUp, hangUp, hangUp, hangUp, hangUp);
    await using client = new Client({ port: server.port, retry: { minMs: 10, maxMs: 40, jitter: 0.2, attempts: 4 } });
    await assertRejects(() => client.get("a"), ConnectionError);
    await assertRejects(() => client.get("b"), ConnectionError);
    await client.close();
  } finally {
    Math.random = random;
    globalThis.setTimeout = timeout;
  }
  // the first connection after the loss is made at once, by the command
  assertEquals(waits, [11, 22, 44, 44]);
});

Deno.test("Closing a client that waits for its connection rejects what waits, and leaves no timer", async () => {
  for (const end of ["close", "dispose"] as const) {
    await using server = fakeServer(dying(request("GET", "a")), hangUp);
    const client = new Client({ port: server.port, retry: { minMs: 60_000, maxMs: 60_000 } });
    await assertRejects(() => client.get("a"), ConnectionError);
    const first = client.get("b").catch((error) => error);
    // until the second connection has failed, of which nothing is to be seen from outside
    for (let i = 0; i < 20; i++) assertEquals(await Promise.race([first, tick()]), undefined);
    if (end === "close") await client.close();
    else client[Symbol.dispose]();
    const error = await first as ConnectionError;
    assertEquals([error.name, error.sent], ["ConnectionError", false]);
  }
});

Deno.test("A connection made by a function is made again, one that was given is not", async () => {
  const transports = [new FakeTransport(), new FakeTransport()];
  let dials = 0;
  await using client = new Client({ transport: () => Promise.resolve(transports[dials++]!.transport), retry: SOON });
  for (const transport of transports) {
    const reply = client.send(["PING"]);
    assertEquals(await transport.nextWrite(), HELLO);
    await transport.send(GREETING);
    await transport.nextWrite();
    await transport.send("+PONG\r\n");
    assertEquals(await reply, "PONG");
    if (transport === transports[0]) await transport.end();
  }
  assertEquals(dials, 2);
});

function tick(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, 0, undefined));
}

Deno.test("With offlineQueue: 0 nothing waits for a lost connection, and the client comes back all the same", async () => {
  await using server = fakeServer(
    async (peer) => {
      await peer.greet();
      await peer.expect(request("PING"));
      await peer.send("+PONG\r\n");
    },
    async (peer) => {
      await peer.greet();
      await peer.expect(request("GET", "b"));
      await peer.send(":2\r\n");
      await peer.closed();
    },
  );
  await using client = new Client({ port: server.port, offlineQueue: 0, retry: SOON });
  const lost = once(CHANNELS.lost);
  await client.ping();
  await lost;
  const ready = once(CHANNELS.ready);
  await assertRejects(() => client.get("a"), ConnectionError, "0 commands wait");
  await ready;
  assertEquals(await client.send(["GET", "b"]), 2);
});

Deno.test("A line gives up a server that greets and then talks nonsense", async () => {
  const nonsense: Script = async (peer) => {
    await peer.greet(GREETING + "+a reply too many\r\n");
    await peer.closed();
  };
  await using server = fakeServer(nonsense, nonsense, nonsense);
  await using client = new Client({ port: server.port, retry: { ...SOON, attempts: 2 } });
  const error = await assertRejects(() => client.get("a"), ConnectionError, "a reply without a command");
  assertEquals(error.sent, false);
});

Deno.test("A function that makes no connection, and too late, harms nobody", async () => {
  const late = Promise.withResolvers<never>();
  await using client = new Client({ transport: () => late.promise, connectTimeoutMs: 5 });
  await assertRejects(() => client.get("a"), ConnectionError, "no answer within 5 ms");
  late.resolve(undefined as never);
  await new Promise((resolve) => setTimeout(resolve)); // Deno ends the test where a rejection is left
});
