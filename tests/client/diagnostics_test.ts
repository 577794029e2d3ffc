/** What a client tells on diagnostics channels: of each command and connection, once, and nothing that is secret. */
import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { channel, tracingChannel } from "node:diagnostics_channel";
import {
  CHANNELS,
  Client,
  type CommandContext,
  ConnectionError,
  type LostContext,
  PipelineError,
  type ReadyContext,
  RedisError,
  type RetryContext,
  TimeoutError,
} from "../../client.ts";
import { Server } from "../../server.ts";
import { fakeServer, FakeTransport, HELLO, request } from "./_fake_server.ts";

const EVENTS = ["start", "end", "asyncStart", "asyncEnd", "error"] as const;

type Handlers = Record<typeof EVENTS[number], (context: object) => void>;

/** What was told on a tracing channel; listens until it is disposed of. */
class Listener<C extends object> implements Disposable {
  /** In order: `start GET k`. */
  readonly lines: string[] = [];
  /** Of every `start`. */
  readonly contexts: C[] = [];
  readonly #name: string;
  readonly #handlers: Handlers;

  constructor(name: string, what: (context: C) => string) {
    this.#name = name;
    const handler = (event: string) => (context: object): void => {
      this.lines.push(`${event} ${what(context as C)}`);
      if (event === "start") this.contexts.push(context as C);
    };
    this.#handlers = Object.fromEntries(EVENTS.map((event) => [event, handler(event)])) as Handlers;
    tracingChannel(name).subscribe(this.#handlers);
  }

  /** What was told since the last call. */
  take(): string[] {
    return this.lines.splice(0);
  }

  [Symbol.dispose](): void {
    tracingChannel(this.#name).unsubscribe(this.#handlers);
  }
}

/** What was told on a channel; listens until it is disposed of. */
class Messages<C> implements Disposable {
  readonly all: C[] = [];
  readonly #name: string;
  readonly #handler = (message: unknown): void => void this.all.push(message as C);

  constructor(name: string) {
    this.#name = name;
    channel(name).subscribe(this.#handler);
  }

  [Symbol.dispose](): void {
    channel(this.#name).unsubscribe(this.#handler);
  }
}

function commands(): Listener<CommandContext> {
  return new Listener<CommandContext>(CHANNELS.command, ({ args }) => args.join(" "));
}

function lifeOf(what: string, isFailed = false): string[] {
  const end = isFailed ? ["error", "asyncStart", "asyncEnd"] : ["asyncStart", "asyncEnd"];
  return ["start", "end", ...end].map((event) => `${event} ${what}`);
}

Deno.test("A command is told of from when it is given until it is answered", async () => {
  await using server = await Server.start({ port: 0 });
  using heard = commands();
  await using client = new Client({ port: server.port, db: 3 });
  assertEquals(await client.set("name", "Alice", { ex: 10 }), 1);
  assertEquals(heard.take(), lifeOf("SET name ? ? ?"));
  assertEquals({ ...heard.contexts[0]! }, {
    command: "SET",
    args: ["SET", "name", "?", "?", "?"],
    database: 3,
    serverAddress: "127.0.0.1",
    serverPort: server.port,
  });
  const error = await assertRejects(() => client.send(["INCR", "name"]), RedisError);
  assertEquals(heard.take(), lifeOf("INCR name", true));
  assertEquals(heard.contexts[1]!.error, error);
  await client.select(4);
  await client.with({ timeoutMs: 1_000 }).get("name");
  assertEquals(heard.take(), [...lifeOf("SELECT ?"), ...lifeOf("GET name")]);
  assertEquals(heard.contexts.map(({ database }) => database), [3, 3, 3, 4]);
});

Deno.test("Keys are told of, and no other argument, no reply and no password", async () => {
  await using server = await Server.start({ port: 0 });
  const told: unknown[] = [];
  const tell = (message: unknown): void => void told.push(message);
  const all = [
    ...EVENTS.flatMap((event) => [`tracing:${CHANNELS.command}:${event}`, `tracing:${CHANNELS.connect}:${event}`]),
  ];
  all.push(CHANNELS.ready, CHANNELS.lost, CHANNELS.retry);
  for (const name of all) channel(name).subscribe(tell);
  try {
    await using client = new Client({ port: server.port });
    await client.mset("key:1", "SECRET", "key:2", ["SECRET"]);
    await client.set(Uint8Array.of(0xff, 0x61), "SECRET");
    await client.get("key:1");
    await client.pipeline((p) => [p.hset("key:3", { SECRET: "SECRET" }), p.hgetall("key:3"), p.echo("SECRET")]);
    await client.transaction((t) => [t.rpush("key:4", "SECRET"), t.get("key:1")]);
    await client.watch(["key:5"], (tx) => tx.commit((t) => [t.set("key:5", "SECRET"), t.get("key:5")]));
    await client.send(["COMMAND", "GETKEYS", "SET", "SECRET", "1"]);
    await client.configSet({ requirepass: "SECRET" });
    await client.send(["AUTH", "SECRET"]);
    await client.send(["AUTH", "default", "SECRET"]);
    await using second = new Client({ port: server.port, password: "SECRET" });
    await second.get("key:1");
    await using refused = new Client({ port: server.port, password: "SECRET2" });
    await assertRejects(() => refused.get("key:1"), ConnectionError);
  } finally {
    for (const name of all) channel(name).unsubscribe(tell);
  }
  const text = told.map((message) =>
    Deno.inspect(message, { depth: 10, iterableLimit: 100, strAbbreviateSize: 10_000 })
  )
    .join("\n");
  for (const key of ["key:1", "key:2", "key:3", "key:4", "key:5", "\ufffda"]) assert(text.includes(key), key);
  assertEquals(text.match(/.*SECRET.*/), null);
});

Deno.test("Every command of a pipeline and of a transaction is told of", async () => {
  await using server = await Server.start();
  using heard = commands();
  await using client = server.client();
  await assertRejects(() => client.pipeline((p) => [p.set("k", "a"), p.incr("k")]), PipelineError);
  assertEquals(heard.take().filter((line) => /^(start|error|asyncEnd)/.test(line)), [
    "start SET k ?",
    "start INCR k",
    "asyncEnd SET k ?",
    "error INCR k",
    "asyncEnd INCR k",
  ]);
  await client.transaction((t) => [t.set("k", "1"), t.incr("k")]);
  await client.watch(["w"], (tx) => tx.commit((t) => [t.incr("k")]));
  assertEquals(heard.take().filter((line) => /^(start|error|asyncEnd)/.test(line)), [
    "start SET k ?",
    "start INCR k",
    "asyncEnd SET k ?",
    "asyncEnd INCR k",
    "start WATCH w",
    "asyncEnd WATCH w",
    "start INCR k",
    "asyncEnd INCR k",
  ]);
  const batches = heard.contexts.map(({ batchMode, batchSize }) =>
    batchMode === undefined ? 0 : [batchMode, batchSize]
  );
  assertEquals(batches, [["PIPELINE", 2], ["PIPELINE", 2], ["MULTI", 2], ["MULTI", 2], 0, ["MULTI", 1]]);
  await assertRejects(() => client.transaction([["SET", "k"], ["INCR", "k"]]), RedisError, "EXECABORT");
  assertEquals(heard.take().filter((line) => /^(start|error|asyncEnd)/.test(line)).sort(), [
    "asyncEnd INCR k",
    "asyncEnd SET k",
    "error INCR k",
    "error SET k",
    "start INCR k",
    "start SET k",
  ]);
});

Deno.test("Blocking commands are told of, and what is answered from memory is not", async () => {
  await using server = await Server.start();
  await using client = server.client({ cache: true });
  await client.rpush("q", "a");
  assertEquals(await client.llen("q"), 1);
  using heard = commands();
  assertEquals([await client.llen("q"), ...await client.pipeline((p) => [p.llen("q")])], [1, 1]);
  assertEquals(heard.take(), []);
  await client.blpop("q", 0);
  await client.llen("q");
  assertEquals(heard.take(), [...lifeOf("BLPOP q ?"), ...lifeOf("LLEN q")]);
});

Deno.test("A command that is aborted, times out or loses its connection is told of as failed", async () => {
  const fake = new FakeTransport();
  using heard = commands();
  await using client = new Client({ transport: fake.transport });
  const controller = new AbortController(), reason = new Error("enough");
  const aborted = assertRejects(() => client.get("a", { signal: controller.signal }));
  controller.abort(reason);
  assertEquals(await aborted, reason);
  assertEquals(await assertRejects(() => client.get("b", { signal: controller.signal })), reason);
  await assertRejects(() => client.get("c", { timeoutMs: 1 }), TimeoutError);
  assertEquals(heard.take(), ["a", "b", "c"].flatMap((key) => lifeOf(`GET ${key}`, true)));
  assertEquals(heard.contexts.slice(0, 2).map(({ error }) => error), [reason, reason]);
  const lost = assertRejects(() => client.get("d"), ConnectionError);
  await fake.greet();
  assertEquals(await fake.nextWrite(), request("GET", "d"));
  await fake.end();
  assertEquals(heard.contexts[3]!.error, await lost);
  assertEquals(heard.contexts[3]!.serverPort, undefined);
});

Deno.test("Connections are told of: attempts, those that stand, those that end, and the waits between", async () => {
  const lose = Promise.withResolvers<void>();
  await using server = fakeServer(async (peer) => {
    await peer.greet();
    await peer.expect(request("GET", "a"));
    await lose.promise;
  }, async (peer) => {
    await peer.expect(HELLO); // and hangs up
  }, async (peer) => {
    await peer.greet();
    await peer.expect(request("GET", "b"));
    await peer.send("$1\r\n1\r\n");
    await peer.closed();
  });
  using attempts = new Listener(CHANNELS.connect, () => "");
  using ready = new Messages<ReadyContext>(CHANNELS.ready);
  using lost = new Messages<LostContext>(CHANNELS.lost);
  using retries = new Messages<RetryContext>(CHANNELS.retry);
  await using client = new Client({ port: server.port, db: 0, retry: { minMs: 1, maxMs: 2, jitter: 0 } });
  const first = client.get("a");
  const second = first.catch((error) => {
    assertInstanceOf(error, ConnectionError);
    return client.get("b");
  });
  while (ready.all.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  lose.resolve();
  assertEquals(await second, "1");
  await client.close();
  const where = { serverAddress: "127.0.0.1", serverPort: server.port, database: 0 };
  const events = attempts.lines.map((line) => line.trim());
  const life = ["start", "end", "asyncStart", "asyncEnd"];
  assertEquals(events, [...life, "start", "end", "error", "asyncStart", "asyncEnd", ...life]);
  assertEquals(ready.all, [
    { ...where, protocol: 3, isReconnect: false },
    { ...where, protocol: 3, isReconnect: true },
  ]);
  assertEquals(lost.all.map(({ wasReady }) => wasReady), [true, false, true]);
  assert(lost.all.every(({ error }) => error instanceof ConnectionError));
  assertEquals(retries.all.map(({ attempt, waitMs }) => [attempt, waitMs]), [[1, 1]]);
});

Deno.test("Nothing is told once nobody listens any more", async () => {
  await using server = await Server.start();
  await using client = server.client();
  {
    using heard = commands();
    await client.get("a");
    assertEquals(heard.lines.length, 4);
  }
  for (const name of [CHANNELS.command, CHANNELS.connect]) assertEquals(tracingChannel(name).hasSubscribers, false);
  assertEquals(await client.get("a"), null);
  const [a, b] = await client.pipeline((p) => [p.incr("n"), p.incr("n")]);
  assertEquals([a, b], [1, 2]);
});

Deno.test("A failed command that is told of is still rejected once, where its caller can catch it", async () => {
  await using server = await Server.start();
  using _heard = commands();
  await using client = server.client();
  const results = await client.pipeline([["SET", "k", "v"], ["INCR", "k"]], { settle: true });
  assertEquals(results[0], "OK");
  assertInstanceOf(results[1], RedisError);
  await assertRejects(() => client.blpop("k", 0), RedisError, "WRONGTYPE");
  await assertRejects(() => client.watch(["k"], (tx) => tx.incr("k")), RedisError);
});
