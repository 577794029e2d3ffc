/**
 * Servers with a real clock in tests that replace `Date` and `setTimeout` after the module has loaded: started before that,
 * under the fake timers, and outliving them.
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { clearInterval as clearRealInterval, setInterval as setRealInterval } from "node:timers";
import { Client, Server, TimeoutError } from "../../mod.ts";
import { FakeTime } from "../_fake_time.ts";

const HOUR = 3_600_000;

type Way = "memory" | "TCP";

/** A server and two clients of it; `expired()` is the next key of which one of them is told that it has expired. */
class Party implements AsyncDisposable {
  readonly server: Server;
  readonly client: Client;
  readonly worker: Client;
  readonly #stack: AsyncDisposableStack;
  #events: AsyncIterator<{ message: unknown }> | null = null;

  private constructor(server: Server, way: Way, stack: AsyncDisposableStack) {
    const connect = () => stack.use(way === "memory" ? server.client() : new Client(server.url));
    this.server = server;
    this.#stack = stack;
    this.client = connect();
    this.worker = connect();
  }

  static async start(way: Way): Promise<Party> {
    const stack = new AsyncDisposableStack();
    const server = stack.use(await Server.start(way === "memory" ? {} : { port: 0 }));
    // a server in memory does not keep the process alive that waits for it
    stack.adopt(setRealInterval(() => {}, HOUR), (id) => clearRealInterval(id));
    const party = new Party(server, way, stack);
    await party.client.configSet({ "notify-keyspace-events": "Ex" });
    party.#events = (await party.client.subscribe("__keyevent@0__:expired"))[Symbol.asyncIterator]();
    return party;
  }

  async expired(): Promise<unknown> {
    return (await this.#events!.next()).value.message;
  }

  /** Has the worker wait for a job. */
  async work(seconds: number): Promise<{ job: Promise<unknown> }> {
    const job = this.worker.blpop("jobs", seconds);
    while (this.server.stats().blockedClients === 0) await this.client.ping();
    return { job };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#events?.return?.(undefined);
    await this.#stack.disposeAsync();
  }
}

for (const way of ["memory", "TCP"] as const) {
  Deno.test(`a server that is older than fake timers goes by them (${way})`, async () => {
    await using party = await Party.start(way);
    const { client } = party;
    await client.set("k", "v", { ex: 3600 });
    await client.set("other", "v", { ex: 60 });
    const before = await party.work(60);
    using time = new FakeTime();
    time.tick(60_000); // before the server has noticed anything
    assertEquals([await before.job, await party.expired()], [null, "other"]);
    const under = await party.work(60);
    time.tick(60_000);
    assertEquals([await under.job, await client.ttl("k")], [null, 3480]);
    time.tick(3_480_000);
    assertEquals([await party.expired(), await client.get("k")], ["k", null]);
  });

  Deno.test(`a server that is started under fake timers goes by them (${way})`, async () => {
    using time = new FakeTime(Date.UTC(2030, 0, 1));
    await using party = await Party.start(way);
    const { client } = party;
    assertEquals(await client.time(), [1_893_456_000, 0]);
    await client.set("k", "v", { px: 1000 });
    const { job } = await party.work(0.5);
    time.tick(499);
    assertEquals([await client.pttl("k"), party.server.stats().blockedClients], [501, 1]);
    time.tick(1);
    assertEquals([await job, await client.pttl("k")], [null, 500]);
    time.tick(600); // keys that nobody asks for are looked for ten times a second
    assertEquals([await party.expired(), await client.xadd("s", "*", { f: "v" })], ["k", "1893456001100-0"]);
  });

  Deno.test(`a server that outlives fake timers goes on in real time (${way})`, async () => {
    let time = new FakeTime();
    await using party = await Party.start(way);
    const { client } = party;
    await client.set("k", "v", { px: 30 });
    const { job } = await party.work(0.03);
    time.restore(); // and nobody sends anything any more
    assertEquals([await party.expired(), await job], ["k", null]);
    assert(Math.abs((await client.time())[0] - Date.now() / 1000) < 2);
    for (let i = 0; i < 3; i++) { // one after the other
      time = new FakeTime();
      await client.set("k", "v", { px: 1000 });
      time.tick(500);
      assertEquals(await client.pttl("k"), 500);
      time.tick(600);
      time.restore();
      assertEquals(await party.expired(), "k");
    }
    assertEquals(await (await party.work(0.03)).job, null);
  });

  Deno.test(`an hour that passes at once gives nobody up whose reply was sent in it (${way})`, async () => {
    using time = new FakeTime();
    await using party = await Party.start(way);
    const { job } = await party.work(60); // the client would wait for a second longer
    time.tick(HOUR);
    assertEquals(await job, null);
    party.server.pause();
    const late = assertRejects(() => party.client.get("k", { timeoutMs: 1000 }), TimeoutError);
    time.tick(HOUR);
    await late;
    party.server.resume();
  });
}

Deno.test("clients that are older than fake timers, and those that outlive them, leave nothing behind", async () => {
  await using server = await Server.start({ port: 0 });
  const connect = () => [server.client(), new Client({ url: server.url, commandTimeoutMs: 5000 })];
  const before = connect();
  for (const client of before) await client.blpop("jobs", 0.001);
  const time = new FakeTime();
  const under = connect();
  for (const client of under) {
    const job = client.blpop("jobs", 1);
    while (server.stats().blockedClients === 0) await client.ping();
    time.tick(1000);
    assertEquals(await job, null);
  }
  for (const client of before) await client.close();
  time.restore();
  for (const client of under) await client.close();
});

Deno.test("a server that is closed under fake timers, or after them, leaves none behind", async () => {
  const before = await Server.start();
  const time = new FakeTime();
  const under = await Server.start(), after = await Server.start();
  assert(time.timers > 0);
  await before.close();
  await under.close();
  time.restore();
  await after.close();
  assertEquals(time.timers, 0);
});
