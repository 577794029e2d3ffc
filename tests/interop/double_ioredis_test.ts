/**
 * ioredis as a client of the double: time moved by hand, faults, drops and restarts as it sees them, and the end without a
 * leak.
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { once } from "node:events";
import { Redis, type RedisOptions } from "ioredis";
import type { Interception, Server } from "../../server.ts";
import { CLOCKS, earlyTicks, until, watch, whileBusy } from "./_double.ts";
import { startQuiet } from "./_servers.ts";

const LOADING = "LOADING Redis is loading the dataset in memory";

/** Those that are used here; `replyMapping` would make another type of the client. */
type Options = Omit<RedisOptions, "replyMapping">;

/** Comes back without much of a pause. */
const AT_ONCE: Options = { retryStrategy: () => 1 };

/** A client that is ready, and has ended at the end of its scope. */
async function connected(server: Server, options: Options = {}): Promise<Redis & AsyncDisposable> {
  const redis = new Redis(server.url, options);
  await once(redis, "ready");
  return Object.assign(redis, { [Symbol.asyncDispose]: () => ended(redis, () => redis.disconnect()) });
}

/** Ends a client, and waits until it has ended. */
async function ended(redis: Redis, end: () => unknown): Promise<void> {
  if (redis.status === "reconnecting") await once(redis, "ready"); // it would neither end nor give back a timer of two seconds
  if (redis.status === "end") return;
  const event = once(redis, "end");
  await end();
  await event;
}

/** Names of the commands that were sent, in their order. */
function sent(server: Server): string[] {
  return server.commands.map(({ name }) => name);
}

for (const clock of CLOCKS) {
  Deno.test(`ioredis connects to a double with password, database and name (${clock} clock)`, async () => {
    await using quiet = await startQuiet({ port: 0, clock, record: "all", config: { requirepass: "secret" } });
    const { server } = quiet;
    {
      await using redis = await connected(server, { password: "secret", db: 2, connectionName: "worker" });
      assertEquals(await redis.set("k", "v"), "OK");
      assertEquals([server.db(2).get("k"), server.db(0).has("k")], ["v", false]);
      assertEquals(sent(server), [
        "HELLO",
        "SELECT",
        "CLIENT SETNAME",
        "CLIENT SETINFO",
        "CLIENT SETINFO",
        "INFO",
        "SET",
      ]);
      assertEquals(server.commands[0]!.args, ["3", "AUTH", "default", "secret"]);
      const { name, db, protocol, address } = server.commands.at(-1)!.connection;
      assertEquals([name, db, protocol], ["worker", 2, 3]);
      assert(address.startsWith("127.0.0.1:"));
    }
    await until(() => server.stats().connections === 0);
  });

  Deno.test(`ioredis has a double answer pipelines and transactions (${clock} clock)`, async () => {
    await using quiet = await startQuiet({ port: 0, clock, record: true });
    const { server } = quiet;
    for (const enableAutoPipelining of [false, true]) {
      await using redis = await connected(server, { enableAutoPipelining });
      await server.reset();
      assertEquals(await redis.pipeline().set("a", "1").incr("a").get("a").lpush("a", "x").exec().then(replies), [
        "OK",
        2,
        "2",
        "WRONGTYPE Operation against a key holding the wrong kind of value",
      ]);
      assertEquals(await redis.multi().incr("a").get("a").exec().then(replies), [3, "3"]);
      await redis.watch("a");
      server.db(0).set("a", "elsewhere");
      assertEquals(await redis.multi().set("a", "mine").exec(), null);
      assertEquals(await Promise.all([redis.get("a"), redis.get("b"), redis.del("a")]), ["elsewhere", null, 1]);
      assertEquals(sent(server), [
        ...["SET", "INCR", "GET", "LPUSH", "MULTI", "INCR", "GET", "EXEC"],
        ...["WATCH", "MULTI", "SET", "EXEC", "GET", "GET", "DEL"],
      ]);
    }
  });

  Deno.test(`ioredis hears the messages of a double (${clock} clock)`, async () => {
    await using quiet = await startQuiet({ port: 0, clock });
    const { server } = quiet;
    for (const protocol of [3, 2] as const) {
      await using sub = await connected(server, { protocol });
      await using redis = await connected(server, { protocol });
      const heard: string[][] = [];
      for (const event of ["message", "pmessage", "smessage"]) {
        sub.on(event, (...parts) => heard.push([event, ...parts]));
      }
      assertEquals([await sub.subscribe("news", "sport"), await sub.psubscribe("n*"), await sub.ssubscribe("s")], [
        2,
        3,
        1,
      ]);
      assertEquals(await redis.publish("news", "one"), 2);
      server.db(0).send(["SPUBLISH", "s", "two"]);
      assertEquals(await sub.unsubscribe("news"), 2);
      assertEquals([
        await redis.publish("news", "three"),
        await sub.punsubscribe("n*"),
        await redis.publish("news", ""),
      ], [1, 1, 0]);
      assertEquals(heard, [
        ["message", "news", "one"],
        ["pmessage", "n*", "news", "one"],
        ["smessage", "s", "two"],
        ["pmessage", "n*", "news", "three"],
      ]);
      assertEquals([await sub.unsubscribe("sport"), await sub.sunsubscribe("s")], [0, 0]);
    }
  });

  Deno.test(`ioredis is woken by what arrives at a double (${clock} clock)`, async () => {
    await using quiet = await startQuiet({ port: 0, clock });
    const { server } = quiet;
    await using redis = await connected(server);
    await using other = await connected(server);
    for (const from of ["a client", "the test"]) {
      const send = async (...command: string[]) => {
        if (from === "the test") return void server.db(0).send(command);
        await other.call(command[0]!, ...command.slice(1));
      };
      const blocked = async () => {
        await server.settle();
        assertEquals(server.stats().blockedClients, 1);
      };
      const job = redis.blpop("jobs", 0);
      await blocked();
      await send("RPUSH", "jobs", "a");
      assertEquals(await job, ["jobs", "a"]);
      const entry = redis.xread("BLOCK", 0, "STREAMS", "log", "$");
      await blocked();
      await send("XADD", "log", "9-1", "f", "v");
      assertEquals(await entry, [["log", [["9-1", ["f", "v"]]]]]);
      const first = redis.bzpopmin("scores", 0);
      await blocked();
      await send("ZADD", "scores", "1.5", "m");
      assertEquals(await first, ["scores", "m", "1.5"]);
      await send("FLUSHALL");
    }
  });
}

/** What a pipeline was answered, errors as their text. */
function replies(results: [error: Error | null, result: unknown][] | null): unknown[] {
  return results!.map(([error, reply]) => error?.message ?? reply);
}

Deno.test("ioredis stops waiting when the clock of a double is moved, and not before", async () => {
  await using quiet = await startQuiet({ port: 0, clock: "manual" });
  const { server } = quiet;
  for (const options of [{}, { protocol: 2 }, { enableAutoPipelining: true }] as Options[]) {
    await using redis = await connected(server, options);
    const commands: (() => Promise<unknown>)[] = [
      () => redis.blpop("jobs", 60),
      () => redis.xread("BLOCK", 60_000, "STREAMS", "log", "$"),
      () => redis.bzpopmin("scores", 60),
      () => redis.wait(1, 60_000).then((replicas) => replicas === 0 ? null : replicas),
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

Deno.test("ioredis has its reply when a tick has been awaited, whatever else goes on", async () => {
  await using quiet = await startQuiet({ port: 0, clock: "manual" });
  const { server } = quiet;
  for (const options of [{}, { enableAutoPipelining: true }]) {
    await using redis = await connected(server, options);
    const block = () => redis.blpop("jobs", 1);
    assertEquals(await earlyTicks(server, block, 300), 0);
    assertEquals(await whileBusy(() => earlyTicks(server, block, 100)), 0);
  }
});

Deno.test("ioredis goes on within one tick, and from one blocking command to the next", async () => {
  await using quiet = await startQuiet({ port: 0, clock: "manual" });
  const { server } = quiet;
  await using redis = await connected(server);
  const before = server.clock.now();
  const work = watch((async () => {
    const times: number[] = [];
    for (let i = 0; i < 5; i++) {
      await redis.blpop("jobs", 1);
      const [seconds, microseconds] = await redis.time();
      times.push(Number(seconds) * 1000 + Number(microseconds) / 1000 - before);
      await redis.incr("rounds");
    }
    return times;
  })());
  await server.clock.tick(5000);
  assertEquals([work.isSettled, server.db(0).get("rounds")], [true, "5"]);
  assertEquals(await work.promise, [1000, 2000, 3000, 4000, 5000]);
});

Deno.test("a tick waits for an ioredis that has only begun to connect", async () => {
  for (let i = 0; i < 10; i++) {
    await using quiet = await startQuiet({ port: 0, clock: "manual" });
    const { server } = quiet;
    const redis = new Redis(server.url);
    const reply = watch(redis.blpop("jobs", 1));
    await server.clock.tick(1000);
    assertEquals([reply.isSettled, await reply.promise], [true, null]);
    await ended(redis, () => redis.disconnect());
  }
});

Deno.test("ioredis sees keys expire as the clock of a double is moved, and hears of it", async () => {
  await using quiet = await startQuiet({ port: 0, clock: "manual", config: { "notify-keyspace-events": "Ex" } });
  const { server } = quiet;
  await using redis = await connected(server);
  const expired: string[] = [];
  redis.on("message", (_, key) => expired.push(key));
  await redis.subscribe("__keyevent@0__:expired");
  await redis.set("hour", "v", "EX", 3600);
  await redis.set("minute", "v", "PX", 60_000);
  await redis.set("date", "v", "PXAT", server.clock.now() + 90_000);
  redis.hset("hash", { a: 1 }).then(() => redis.expire("hash", 70)); // sent before the tick, so at the time before it
  await server.clock.tick(59_999);
  assertEquals([await redis.get("minute"), await redis.pttl("minute"), expired], ["v", 1, []]);
  await server.clock.tick(1);
  assertEquals([expired, await redis.get("minute"), await redis.ttl("hour")], [["minute"], null, 3540]);
  await server.clock.tick(3_540_000);
  assertEquals([expired, await redis.dbsize()], [["minute", "hash", "date", "hour"], 0]);
  await server.clock.set("2040-01-01T00:00:00Z");
  assertEquals(await redis.time(), [2_208_988_800, 0].map(String));
  assertEquals(await redis.xadd("log", "*", "f", "v"), "2208988800000-0");
});

Deno.test("ioredis comes back after dropConnections, with its database, name and subscriptions", async () => {
  for (const clock of CLOCKS) {
    await using quiet = await startQuiet({ port: 0, clock });
    const { server } = quiet;
    await using redis = await connected(server, { ...AT_ONCE, db: 3, connectionName: "worker" });
    await using sub = await connected(server, { ...AT_ONCE, protocol: 2 });
    const heard: string[] = [];
    sub.on("message", (_, text) => heard.push(text));
    sub.on("pmessage", (_, __, text) => heard.push(text));
    await sub.subscribe("news");
    await sub.psubscribe("n?ws");
    await redis.set("n", 1);
    let drops = 0;
    for (const client of [redis, sub]) client.on("close", () => drops++);
    const job = watch(redis.blpop("jobs", 0)); // sent again by itself
    await until(() => server.stats().blockedClients === 1);
    for (let i = 0; i < 3; i++) {
      assertEquals([await server.dropConnections(), drops], [2, 2 * (i + 1)]);
      await until(() => server.stats().blockedClients === 1 && server.stats().calls.PSUBSCRIBE === i + 2);
      server.db(3).send(["PUBLISH", "news", `${i}`]);
      await until(() => heard.length === 2 * (i + 1));
    }
    server.db(3).setList("jobs", ["a"]);
    assertEquals([await job.promise, await redis.get("n"), await redis.client("GETNAME")], [
      ["jobs", "a"],
      "1",
      "worker",
    ]);
    assertEquals(heard, ["0", "0", "1", "1", "2", "2"]);
  }
});

Deno.test("what ioredis is asked while it has no connection waits in its queue, or fails without one", async () => {
  await using quiet = await startQuiet({ port: 0 });
  const { server } = quiet;
  await using redis = await connected(server, AT_ONCE);
  await server.dropConnections();
  const late = Promise.all([
    redis.incr("n"),
    redis.incr("n"),
    redis.pipeline().incr("n").get("n").exec().then(replies),
  ]);
  assertEquals(server.db(0).has("n"), false);
  assertEquals(await late, [1, 2, [3, "3"]]);
  await using strict = await connected(server, { ...AT_ONCE, enableOfflineQueue: false });
  const refused = Promise.withResolvers<void>();
  strict.once("close", () => {
    const reply = assertRejects(() => strict.get("n"), Error, "enableOfflineQueue options is false");
    refused.resolve(reply.then(() => {}));
  });
  const ready = once(strict, "ready");
  await server.dropConnections();
  await Promise.all([refused.promise, ready]);
  assertEquals(await strict.get("n"), "3");
});

Deno.test("ioredis finds the data of a double where it was after a restart", async () => {
  for (const clock of CLOCKS) {
    await using quiet = await startQuiet({ port: 0, clock });
    const { server } = quiet;
    await using redis = await connected(server, AT_ONCE);
    const heard: string[] = [];
    redis.on("message", (_, text) => heard.push(text));
    await redis.subscribe("news");
    await redis.mset("a", "1", "b", "2");
    await redis.hset("h", { f: "v" });
    await redis.pexpire("b", 10_000_000);
    const { port } = server;
    await server.restart();
    assertEquals([await redis.mget("a", "b"), await redis.hgetall("h")], [["1", "2"], { f: "v" }]);
    assert(await redis.pttl("b") > 9_000_000);
    assertEquals([server.port, redis.options.port], [port, port]);
    await until(() => server.stats().subscribers === 1);
    await redis.publish("news", "again");
    assertEquals(heard, ["again"]);
  }
});

Deno.test("ioredis gives up on a double that is paused, and gets what it waits for when that ends", async () => {
  await using quiet = await startQuiet({ port: 0 });
  const { server } = quiet;
  await using redis = await connected(server);
  await using hasty = await connected(server, { commandTimeout: 20 });
  server.pause();
  const patient = watch(redis.incr("n"));
  await assertRejects(() => hasty.incr("n"), Error, "Command timed out");
  assertEquals([patient.isSettled, server.db(0).has("n")], [false, false]);
  server.resume();
  assertEquals(await patient.promise, 1);
  await until(() => server.db(0).get("n") === "2"); // it had been sent, and its reply is nobody's
  assertEquals(await hasty.get("n"), "2");
});

Deno.test("ioredis gets the errors that were asked for, each once", async () => {
  await using quiet = await startQuiet({ port: 0, record: true });
  const { server } = quiet;
  await using redis = await connected(server);
  server.failNext("GET", LOADING, { times: 2 });
  const failures = await Promise.allSettled([redis.get("k"), redis.ping(), redis.get("k"), redis.get("k")]);
  assertEquals(failures.map((result) => result.status === "fulfilled" ? result.value : result.reason.message), [
    LOADING,
    "PONG",
    LOADING,
    null,
  ]);
  server.failNext("INCR", "OOM command not allowed when used memory > 'maxmemory'.");
  const transaction = redis.multi().set("a", "1").incr("n").exec();
  await assertRejects(() => transaction, Error, "EXECABORT Transaction discarded because of previous errors.");
  assertEquals(server.db(0).keys(), []);
  // a primary that has become a replica: the client connects anew and sends its command again
  const readOnly = "READONLY You can't write against a read only replica.";
  await using moving = await connected(server, {
    ...AT_ONCE,
    reconnectOnError: ({ message }) => message === readOnly && 2,
  });
  const before = server.stats().connectionsReceived;
  server.failNext("SET", readOnly);
  assertEquals([await moving.set("k", "v"), server.stats().connectionsReceived - before], ["OK", 1]);
});

Deno.test("ioredis waits until a double says that it has loaded its data", async () => {
  await using quiet = await startQuiet({ port: 0 });
  const { server } = quiet;
  let asked = 0;
  using _ = server.intercept(({ name }) => {
    if (name === "INFO" && ++asked < 3) return { reply: "# Persistence\r\nloading:1\r\nloading_eta_seconds:0.001\r\n" };
  });
  await using redis = await connected(server);
  assertEquals([asked, await redis.ping()], [3, "PONG"]);
});

Deno.test("a command of ioredis that is delayed takes as long as the clock of the double says", async () => {
  await using quiet = await startQuiet({ port: 0, clock: "manual" });
  const { server } = quiet;
  await using redis = await connected(server);
  await using other = await connected(server);
  using _ = server.intercept(({ name }) => name === "GET" ? { delayMs: 500 } : undefined);
  const slow = watch(redis.get("k")), behind = watch(redis.set("k", "v"));
  await server.clock.tick(499);
  assertEquals([slow.isSettled, behind.isSettled, await other.dbsize()], [false, false, 0]);
  await server.clock.tick(1);
  assertEquals([slow.isSettled, behind.isSettled], [true, true]);
  assertEquals([await slow.promise, await behind.promise], [null, "OK"]);
});

/** What happens to an INCR, and how often it has been executed when ioredis has sent it again on its next connection. */
const LOST: readonly (readonly [fault: Interception, executed: number])[] = [
  [{ drop: true }, 1],
  [{ cutAfterBytes: 0 }, 2],
  [{ cutAfterBytes: 2 }, 2],
];

Deno.test("ioredis sends again what was lost with its connection, executed or not, unless told otherwise", async () => {
  for (const [fault, executed] of LOST) {
    await using quiet = await startQuiet({ port: 0, clock: "manual" });
    const { server } = quiet;
    await using redis = await connected(server, AT_ONCE);
    await using careful = await connected(server, { ...AT_ONCE, maxRetriesPerRequest: 0 });
    let faults = 2;
    using _ = server.intercept(({ name, args }, from) => {
      if (name === "INCR" && args[0] === `${from.id}` && faults-- > 0) return fault;
    });
    const [n, m] = [await redis.client("ID"), await careful.client("ID")];
    assertEquals([await redis.incr(`${n}`), server.db(0).get(`${n}`)], [executed, `${executed}`]);
    await assertRejects(() => careful.incr(`${m}`), Error, "Reached the max retries per request limit");
    assertEquals(await careful.get(`${m}`), executed === 1 ? null : "1");
  }
});

Deno.test("ioredis has a reply that is just whole when its connection is cut", async () => {
  await using quiet = await startQuiet({ port: 0, clock: "manual" });
  const { server } = quiet;
  await using redis = await connected(server, AT_ONCE);
  using _ = server.intercept(({ name }) => name === "INCR" ? { cutAfterBytes: 4 } : undefined);
  const closed = once(redis, "close");
  assertEquals(await redis.incr("n"), 1);
  await closed;
  assertEquals(await redis.get("n"), "1");
});

Deno.test("ioredis waits for a command that hangs until its own time is up, and its connection is lost", async () => {
  await using quiet = await startQuiet({ port: 0, clock: "manual" });
  const { server } = quiet;
  await using redis = await connected(server, { ...AT_ONCE, commandTimeout: 20 });
  {
    using _ = server.intercept(({ name }) => name === "GET" ? { hang: true } : undefined);
    const hung = assertRejects(() => redis.get("k"), Error, "Command timed out");
    await server.clock.tick(3_600_000);
    await hung;
    await assertRejects(() => redis.ping(), Error, "Command timed out"); // it is behind
  }
  const ready = once(redis, "ready");
  assertEquals(await server.dropConnections(), 1);
  await ready;
  assertEquals(await redis.ping(), "PONG");
});

Deno.test("ioredis is told of the version that a double was started with", async () => {
  await using quiet = await startQuiet({ port: 0, version: "6.2" });
  const { server } = quiet;
  await using redis = await connected(server);
  assert((await redis.info("server")).includes("redis_version:6.2.0\r\n"));
  assertEquals(await redis.hello().then((reply) => Object.fromEntries(pairs(reply)).version), "6.2.0");
  await assertRejects(() => redis.lmpop(1, "k", "LEFT"), Error, "unknown command");
  await assertRejects(() => redis.client("NO-TOUCH", "ON"), Error, "unknown subcommand");
  assertEquals([await redis.set("k", "v", "GET"), await redis.getex("k", "EX", 10)], [null, "v"]);
});

/** A flat list of names and values. */
function pairs(flat: unknown): [unknown, unknown][] {
  const list = flat as unknown[];
  return Array.from({ length: list.length / 2 }, (_, i) => [list[2 * i], list[2 * i + 1]]);
}

Deno.test("ioredis leaves nothing behind, however it ends and whatever it was at", async () => {
  await using quiet = await startQuiet({ port: 0, clock: "manual" });
  const { server } = quiet;
  const ends: readonly ((redis: Redis) => unknown)[] = [(redis) => redis.quit(), (redis) => redis.disconnect()];
  for (const [i, end] of ends.entries()) {
    const redis = await connected(server);
    const last = redis.incr("n"); // both let it have its reply
    await ended(redis, () => end(redis));
    assertEquals(await last, i + 1);
    await until(() => server.stats().connections === 0);
  }
  const blocked = await connected(server);
  const job = assertRejects(() => blocked.blpop("jobs", 0), Error, "Connection is closed.");
  await until(() => server.stats().blockedClients === 1);
  await Promise.all([job, ended(blocked, () => blocked.disconnect())]);
  await until(() => server.stats().blockedClients === 0);
});

Deno.test("a double that is closed ends its ioredis clients, or they look for it in vain", async () => {
  for (const clock of CLOCKS) {
    const { server } = await startQuiet({ port: 0, clock });
    await using settled = await connected(server, { retryStrategy: null });
    await using stubborn = await connected(server, { retryStrategy: (times) => times <= 3 ? 1 : null });
    const refusals: string[] = [];
    stubborn.on("error", (error) => refusals.push(codeOf(error)));
    const blocked = assertRejects(() => settled.blpop("jobs", 0), Error, "Connection is closed.");
    const end = once(settled, "end");
    await server.close();
    await Promise.all([blocked, end]);
    await assertRejects(() => stubborn.get("k"), Error, "Connection is closed.");
    assertEquals(refusals, ["ECONNREFUSED", "ECONNREFUSED", "ECONNREFUSED"]);
  }
});

function codeOf(error: unknown): string {
  return (error as { code: string }).code;
}
