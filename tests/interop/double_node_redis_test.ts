/**
 * node-redis as a client of the double: time moved by hand, faults, drops and restarts as it sees them, and the end without a
 * leak.
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { createClient, ErrorReply, type RedisClientOptions, SocketTimeoutError, WatchError } from "redis";
import type { Interception, Server } from "../../server.ts";
import { CLOCKS, earlyTicks, until, watch, whileBusy } from "./_double.ts";
import { startQuiet } from "./_servers.ts";

const LOADING = "LOADING Redis is loading the dataset in memory";
/** What it says of a connection that the server has ended. */
const CLOSED = "Socket closed unexpectedly";
/** And of what it has no connection for, and no queue. */
const OFFLINE = "The client is offline";
/** And of a server that there is not. */
const REFUSED = "ECONNREFUSED";

type Options = Pick<RedisClientOptions, "password" | "database" | "name" | "disableOfflineQueue" | "commandOptions"> & {
  readonly RESP?: 2 | 3;
  readonly socket?: {
    readonly socketTimeout?: number;
    readonly reconnectStrategy?: false | ((retries: number) => number | false);
  };
};

/** A client with everything typed as the package's defaults have it; what these tests read has one shape in both protocols. */
type NodeRedis = ReturnType<typeof withDefaults>;

function withDefaults(url: string) {
  return createClient({ url });
}

/** A client that keeps the errors it is told of. The end of its scope is its own. */
type Connected = NodeRedis & AsyncDisposable & { readonly errors: string[] };

/** A client that has not begun to connect. */
function newClient(server: Server, { socket, ...options }: Options = {}): Connected {
  const client = createClient({
    url: server.url,
    ...options,
    socket: { reconnectStrategy: () => 1, ...socket },
  }) as unknown as NodeRedis;
  const errors: string[] = [];
  client.on("error", (error: Error) => errors.push(error.message));
  return Object.assign(client, { errors, [Symbol.asyncDispose]: () => ended(client, () => client.destroy()) });
}

/** A client that is ready. */
async function connected(server: Server, options: Options = {}): Promise<Connected> {
  const client = newClient(server, options);
  await client.connect();
  return client;
}

/** Ends a client, and waits until it has ended. */
async function ended(client: NodeRedis, end: () => unknown): Promise<void> {
  if (!client.isOpen) return;
  const event = new Promise((resolve) => client.once("end", resolve));
  await end();
  await event;
}

/** Resolves when an event has come. */
function next(client: NodeRedis, event: "ready" | "reconnecting" | "error"): Promise<unknown> {
  return new Promise((resolve) => client.once(event, resolve));
}

/** Names of the commands that were sent, in their order. */
function sent(server: Server): string[] {
  return server.commands.map(({ name }) => name);
}

for (const clock of CLOCKS) {
  Deno.test(`node-redis connects to a double with password, database and name (${clock} clock)`, async () => {
    await using quiet = await startQuiet({ port: 0, clock, record: "all", config: { requirepass: "secret" } });
    const { server } = quiet;
    {
      await using client = await connected(server, { password: "secret", database: 2, name: "worker" });
      assertEquals(await client.set("k", "v"), "OK");
      assertEquals([server.db(2).get("k"), server.db(0).has("k")], ["v", false]);
      const names = sent(server);
      assertEquals([names[0], names.at(-1), names.includes("SELECT")], ["HELLO", "SET", true]);
      assertEquals(server.commands[0]!.args, ["3", "AUTH", "default", "secret", "SETNAME", "worker"]);
      const { name, db, protocol, address } = server.commands.at(-1)!.connection;
      assertEquals([name, db, protocol], ["worker", 2, 3]);
      assert(address.startsWith("127.0.0.1:"));
      assertEquals(client.errors, []);
    }
    await until(() => server.stats().connections === 0);
  });

  Deno.test(`node-redis has a double answer pipelines and transactions (${clock} clock)`, async () => {
    await using quiet = await startQuiet({ port: 0, clock, record: true });
    const { server } = quiet;
    await using client = await connected(server);
    assertEquals(await Promise.all([client.set("a", "1"), client.incr("a"), client.get("a")]), ["OK", 2, "2"]);
    assertEquals(await client.multi().incr("a").get("a").exec() as unknown[], [3, "3"]);
    assertEquals(await client.multi().incr("a").get("a").execAsPipeline() as unknown[], [4, "4"]);
    await client.watch("a");
    server.db(0).set("a", "elsewhere");
    await assertRejects(() => client.multi().set("a", "mine").exec(), WatchError);
    const failed = await assertRejects(() => client.multi().incr("a").get("a").exec(), Error, "1 commands failed");
    assertEquals((failed as unknown as { replies: unknown[] }).replies[1], "elsewhere");
    assertEquals(sent(server), [
      ...["SET", "INCR", "GET", "MULTI", "INCR", "GET", "EXEC", "INCR", "GET"],
      ...["WATCH", "MULTI", "SET", "EXEC", "MULTI", "INCR", "GET", "EXEC"],
    ]);
  });

  Deno.test(`node-redis hears the messages of a double (${clock} clock)`, async () => {
    await using quiet = await startQuiet({ port: 0, clock });
    const { server } = quiet;
    for (const RESP of [3, 2] as const) {
      await using sub = await connected(server, { RESP });
      await using client = await connected(server, { RESP });
      const heard: string[] = [];
      const listener = (kind: string) => (text: string, channel: string) =>
        void heard.push(`${kind} ${channel} ${text}`);
      await sub.subscribe(["news", "sport"], listener("channel"));
      await sub.pSubscribe("n*", listener("pattern"));
      await sub.sSubscribe("s", listener("shard"));
      assertEquals(await client.publish("news", "one"), 2);
      server.db(0).send(["SPUBLISH", "s", "two"]);
      await sub.unsubscribe("news");
      assertEquals(await client.publish("news", "three"), 1);
      await Promise.all([sub.unsubscribe(), sub.pUnsubscribe("n*"), sub.sUnsubscribe("s")]);
      assertEquals([await client.publish("news", "four")], [0]);
      assertEquals(heard, ["channel news one", "pattern news one", "shard s two", "pattern news three"]);
    }
  });

  Deno.test(`node-redis is woken by what arrives at a double (${clock} clock)`, async () => {
    await using quiet = await startQuiet({ port: 0, clock });
    const { server } = quiet;
    await using client = await connected(server);
    await using other = await connected(server);
    for (const from of ["a client", "the test"]) {
      const send = async (...command: string[]) => {
        if (from === "the test") return void server.db(0).send(command);
        await other.sendCommand(command);
      };
      const blocked = async () => {
        await server.settle();
        assertEquals(server.stats().blockedClients, 1);
      };
      const job = client.blPop("jobs", 0);
      await blocked();
      await send("RPUSH", "jobs", "a");
      assertEquals({ ...await job }, { key: "jobs", element: "a" });
      const entry = client.xRead({ key: "log", id: "$" }, { BLOCK: 0 });
      await blocked();
      await send("XADD", "log", "9-1", "f", "v");
      assertEquals(JSON.stringify(await entry), '[{"name":"log","messages":[{"id":"9-1","message":{"f":"v"}}]}]');
      const first = client.bzPopMin("scores", 0);
      await blocked();
      await send("ZADD", "scores", "1.5", "m");
      assertEquals({ ...await first }, { key: "scores", value: "m", score: 1.5 });
      await send("FLUSHALL");
    }
  });
}

Deno.test("node-redis stops waiting when the clock of a double is moved, and not before", async () => {
  await using quiet = await startQuiet({ port: 0, clock: "manual" });
  const { server } = quiet;
  for (const RESP of [3, 2] as const) {
    await using client = await connected(server, { RESP });
    const commands: (() => Promise<unknown>)[] = [
      () => client.blPop("jobs", 60),
      () => client.xRead({ key: "log", id: "$" }, { BLOCK: 60_000 }),
      () => client.bzPopMin("scores", 60),
      () => client.wait(1, 60_000).then((replicas) => replicas === 0 ? null : replicas),
    ];
    for (const block of commands) {
      const reply = watch(block());
      await server.clock.tick(59_999);
      assertEquals([reply.isSettled, server.stats().blockedClients], [false, 1]);
      await server.clock.tick(1);
      assertEquals([reply.isSettled, await reply.promise], [true, null]);
    }
  }
});

Deno.test("node-redis has its reply when a tick has been awaited, whatever else goes on", async () => {
  await using quiet = await startQuiet({ port: 0, clock: "manual" });
  const { server } = quiet;
  await using client = await connected(server);
  const block = () => client.blPop("jobs", 1);
  assertEquals(await earlyTicks(server, block, 300), 0);
  assertEquals(await whileBusy(() => earlyTicks(server, block, 100)), 0);
});

Deno.test("node-redis goes on within one tick, and from one blocking command to the next", async () => {
  await using quiet = await startQuiet({ port: 0, clock: "manual" });
  const { server } = quiet;
  await using client = await connected(server);
  const before = server.clock.now();
  const work = watch((async () => {
    const times: number[] = [];
    for (let i = 0; i < 5; i++) {
      await client.blPop("jobs", 1);
      const [seconds, microseconds] = await client.time();
      times.push(Number(seconds) * 1000 + Number(microseconds) / 1000 - before);
      await client.incr("rounds");
    }
    return times;
  })());
  await server.clock.tick(5000);
  assertEquals([work.isSettled, server.db(0).get("rounds")], [true, "5"]);
  assertEquals(await work.promise, [1000, 2000, 3000, 4000, 5000]);
});

Deno.test("a tick waits for a node-redis that has only begun to connect", async () => {
  for (let i = 0; i < 3; i++) {
    await using quiet = await startQuiet({ port: 0, clock: "manual" });
    const { server } = quiet;
    await using client = newClient(server);
    const connecting = client.connect();
    const reply = watch(client.blPop("jobs", 1));
    await server.clock.tick(1000);
    assertEquals([reply.isSettled, await reply.promise], [true, null]);
    await connecting;
  }
});

Deno.test("node-redis sees keys expire as the clock of a double is moved, and hears of it", async () => {
  await using quiet = await startQuiet({ port: 0, clock: "manual", config: { "notify-keyspace-events": "Ex" } });
  const { server } = quiet;
  await using client = await connected(server);
  const expired: string[] = [];
  await client.subscribe("__keyevent@0__:expired", (key) => void expired.push(key));
  await client.set("hour", "v", { expiration: { type: "EX", value: 3600 } });
  await client.set("minute", "v", { expiration: { type: "PX", value: 60_000 } });
  await client.set("date", "v", { expiration: { type: "PXAT", value: server.clock.now() + 90_000 } });
  client.hSet("hash", { a: 1 }).then(() => client.expire("hash", 70)); // sent before the tick, so at the time before it
  await server.clock.tick(59_999);
  assertEquals([await client.get("minute"), await client.pTTL("minute"), expired], ["v", 1, []]);
  await server.clock.tick(1);
  assertEquals([expired, await client.get("minute"), await client.ttl("hour")], [["minute"], null, 3540]);
  await server.clock.tick(3_540_000);
  assertEquals([expired, await client.dbSize()], [["minute", "hash", "date", "hour"], 0]);
  await server.clock.set("2040-01-01T00:00:00Z");
  assertEquals((await client.time()).map(Number), [2_208_988_800, 0]);
  assertEquals(await client.xAdd("log", "*", { f: "v" }), "2208988800000-0");
});

Deno.test("node-redis comes back after dropConnections, with its database, name and subscriptions", async () => {
  for (const clock of CLOCKS) {
    await using quiet = await startQuiet({ port: 0, clock });
    const { server } = quiet;
    await using client = await connected(server, { database: 3, name: "worker" });
    await using sub = await connected(server, { RESP: 2 });
    const heard: string[] = [];
    await sub.subscribe("news", (text) => void heard.push(text));
    await sub.pSubscribe("n?ws", (text) => void heard.push(text));
    await client.set("n", 1);
    for (let i = 0; i < 3; i++) {
      const blocked = assertRejects(() => client.blPop("jobs", 0), Error, CLOSED); // it had been sent
      await until(() => server.stats().blockedClients === 1);
      assertEquals(await server.dropConnections(), 2);
      assertEquals([client.errors.length, sub.errors.length], [i + 1, i + 1], "they have noticed");
      await blocked;
      await until(() => server.stats().calls.PSUBSCRIBE === i + 2);
      assertEquals([await client.get("n"), await client.clientGetName()], ["1", "worker"]);
      server.db(3).send(["PUBLISH", "news", `${i}`]);
      await until(() => heard.length === 2 * (i + 1));
    }
    assertEquals(heard, ["0", "0", "1", "1", "2", "2"]);
    assertEquals(new Set([...client.errors, ...sub.errors]), new Set([CLOSED]));
  }
});

Deno.test("what node-redis is asked while it has no connection waits in its queue, or fails without one", async () => {
  await using quiet = await startQuiet({ port: 0 });
  const { server } = quiet;
  await using client = await connected(server);
  await using strict = await connected(server, { disableOfflineQueue: true });
  const outcomes = [client, strict].map(async (client) => {
    await next(client, "reconnecting");
    return await Promise.allSettled([client.incr("n"), client.incr("n")]);
  });
  const ready = next(strict, "ready");
  await server.dropConnections();
  const [late, refused] = await Promise.all(outcomes);
  assertEquals(late!.map((result) => result.status === "fulfilled" && result.value), [1, 2]);
  assertEquals(refused!.map((result) => result.status === "rejected" && result.reason.message), [OFFLINE, OFFLINE]);
  await ready;
  assertEquals(await strict.get("n"), "2");
});

Deno.test("node-redis finds the data of a double where it was after a restart", async () => {
  for (const clock of CLOCKS) {
    await using quiet = await startQuiet({ port: 0, clock });
    const { server } = quiet;
    await using client = await connected(server);
    const heard: string[] = [];
    await client.subscribe("news", (text) => void heard.push(text));
    await client.mSet({ a: "1", b: "2" });
    await client.hSet("h", { f: "v" });
    await client.pExpire("b", 10_000_000);
    const { port } = server;
    await server.restart();
    assertEquals([await client.mGet(["a", "b"]), { ...await client.hGetAll("h") }], [["1", "2"], { f: "v" }]);
    assert(await client.pTTL("b") > 9_000_000);
    assertEquals([server.port, client.options.socket && "port" in client.options.socket], [port, true]);
    await until(() => server.stats().subscribers === 1);
    await client.publish("news", "again");
    assertEquals(heard, ["again"]);
  }
});

Deno.test("node-redis gives up on a double that is paused, and gets what it waits for when that ends", async () => {
  await using quiet = await startQuiet({ port: 0 });
  const { server } = quiet;
  await using patient = await connected(server);
  await using hasty = await connected(server, { socket: { socketTimeout: 30 } });
  server.pause();
  const late = watch(patient.incr("n"));
  await assertRejects(() => hasty.incr("n"), SocketTimeoutError, "didn't receive any in 30ms");
  assertEquals([late.isSettled, server.db(0).has("n")], [false, false]);
  server.resume();
  assertEquals(await late.promise, 1);
  await until(() => server.db(0).get("n") === "2"); // it had been sent, though its connection is gone
  assertEquals(await hasty.get("n"), "2");
});

Deno.test("node-redis gets the errors that were asked for, each once", async () => {
  await using quiet = await startQuiet({ port: 0 });
  const { server } = quiet;
  await using client = await connected(server);
  server.failNext("GET", LOADING, { times: 2 });
  const results = await Promise.allSettled([client.get("k"), client.ping(), client.get("k"), client.get("k")]);
  assertEquals(results.map((result) => result.status === "fulfilled" ? result.value : result.reason.message), [
    LOADING,
    "PONG",
    LOADING,
    null,
  ]);
  server.failNext("INCR", "OOM command not allowed when used memory > 'maxmemory'.");
  await assertRejects(() => client.multi().set("a", "1").incr("n").exec(), ErrorReply, "OOM command");
  assertEquals(server.db(0).keys(), []);
  assertEquals(client.errors, []);
});

Deno.test("a node-redis whose greeting fails tries again", async () => {
  await using quiet = await startQuiet({ port: 0, record: "all" });
  const { server } = quiet;
  server.failNext("HELLO", LOADING, { times: 2 });
  await using client = await connected(server);
  assertEquals([await client.ping(), client.errors], ["PONG", [LOADING, LOADING]]);
  assertEquals(sent(server).filter((name) => name === "HELLO").length, 3);
});

Deno.test("a command of node-redis that is delayed takes as long as the clock of the double says", async () => {
  await using quiet = await startQuiet({ port: 0, clock: "manual" });
  const { server } = quiet;
  await using client = await connected(server);
  await using other = await connected(server);
  using _ = server.intercept(({ name }) => name === "GET" ? { delayMs: 500 } : undefined);
  const slow = watch(client.get("k")), behind = watch(client.set("k", "v"));
  await server.clock.tick(499);
  assertEquals([slow.isSettled, behind.isSettled, await other.dbSize()], [false, false, 0]);
  await server.clock.tick(1);
  assertEquals([slow.isSettled, behind.isSettled], [true, true]);
  assertEquals([await slow.promise, await behind.promise], [null, "OK"]);
});

/** What happens to an INCR, and whether it has been executed. */
const LOST: readonly (readonly [fault: Interception, executed: string | null])[] = [
  [{ drop: true }, null],
  [{ cutAfterBytes: 0 }, "1"],
  [{ cutAfterBytes: 2 }, "1"],
];

Deno.test("node-redis does not send again what was lost with its connection, executed or not", async () => {
  for (const [fault, executed] of LOST) {
    await using quiet = await startQuiet({ port: 0, clock: "manual" });
    const { server } = quiet;
    await using client = await connected(server);
    let faults = 1;
    using _ = server.intercept(({ name }) => name === "INCR" && faults-- > 0 ? fault : undefined);
    const results = await Promise.allSettled([client.set("before", "v"), client.incr("n"), client.set("behind", "v")]);
    assertEquals(results.map(({ status }) => status), ["fulfilled", "rejected", "rejected"]);
    assertEquals(await client.mGet(["n", "before", "behind"]), [executed, "v", null]);
    assertEquals(client.errors, [CLOSED]);
  }
});

Deno.test("node-redis has a reply that is just whole when its connection is cut", async () => {
  await using quiet = await startQuiet({ port: 0, clock: "manual" });
  const { server } = quiet;
  await using client = await connected(server);
  using _ = server.intercept(({ name }) => name === "INCR" ? { cutAfterBytes: 4 } : undefined);
  const ready = next(client, "ready");
  assertEquals(await client.incr("n"), 1);
  await ready;
  assertEquals([await client.get("n"), client.errors], ["1", [CLOSED]]);
});

Deno.test("node-redis waits for a command that hangs until its connection is lost", async () => {
  await using quiet = await startQuiet({ port: 0, clock: "manual" });
  const { server } = quiet;
  await using client = await connected(server);
  using _ = server.intercept(({ name }) => name === "GET" ? { hang: true } : undefined);
  const hung = watch(client.get("k")), behind = watch(client.ping());
  await server.clock.tick(3_600_000);
  assertEquals([hung.isSettled, behind.isSettled], [false, false]);
  assertEquals(await server.dropConnections(), 1);
  assertEquals([hung.isSettled, behind.isSettled], [true, true]);
  await assertRejects(() => hung.promise, Error, CLOSED);
  await assertRejects(() => behind.promise, Error, CLOSED);
  assertEquals(await client.ping(), "PONG");
});

Deno.test("node-redis is told of the version that a double was started with", async () => {
  await using quiet = await startQuiet({ port: 0, version: "6.2" });
  const { server } = quiet;
  await using client = await connected(server);
  assert((await client.info("server")).includes("redis_version:6.2.0\r\n"));
  assertEquals((await client.hello()).version, "6.2.0");
  await assertRejects(() => client.lmPop("k", "LEFT"), ErrorReply, "unknown command");
  await assertRejects(() => client.clientNoTouch(true), ErrorReply, "unknown subcommand");
  assertEquals([await client.set("k", "v", { GET: true }), await client.getEx("k", { type: "EX", value: 10 })], [
    null,
    "v",
  ]);
});

Deno.test("node-redis leaves nothing behind, however it ends and whatever it was at", async () => {
  await using quiet = await startQuiet({ port: 0, clock: "manual" });
  const { server } = quiet;
  const ends: readonly ((client: NodeRedis) => unknown)[] = [
    (client) => client.close(),
    async (client) => assertEquals(await client.quit(), "OK"),
  ];
  for (const [i, end] of ends.entries()) {
    const client = await connected(server);
    const last = client.incr("n"); // both let it have its reply
    await ended(client, () => end(client));
    assertEquals(await last, i + 1);
    await until(() => server.stats().connections === 0);
  }
  const destroyed = await connected(server);
  const blocked = assertRejects(() => destroyed.blPop("jobs", 0), Error, "Disconnects client");
  await until(() => server.stats().blockedClients === 1);
  await Promise.all([blocked, ended(destroyed, () => destroyed.destroy())]);
  await until(() => server.stats().blockedClients === 0);
});

Deno.test("a double that is closed ends its node-redis clients, or they look for it in vain", async () => {
  for (const clock of CLOCKS) {
    const { server } = await startQuiet({ port: 0, clock });
    await using settled = await connected(server, { socket: { reconnectStrategy: false } });
    const reconnectStrategy = (retries: number) => retries < 3 ? 1 : false;
    await using stubborn = await connected(server, { socket: { reconnectStrategy } });
    const blocked = assertRejects(() => settled.blPop("jobs", 0), Error, CLOSED);
    const waiting = next(stubborn, "reconnecting").then(() => assertRejects(() => stubborn.get("k"), Error, REFUSED));
    await server.close();
    await Promise.all([blocked, waiting]);
    assertEquals([settled.isOpen, settled.errors], [false, [CLOSED]]);
    assertEquals(stubborn.errors.map((message) => message.includes(REFUSED)), [false, true, true, true]);
  }
});
