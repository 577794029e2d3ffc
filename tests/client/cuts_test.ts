/**
 * A proxy cuts the connection in every state a client can be in, two thousand times. Whatever happens: every promise
 * settles; none resolves with another's reply; nothing is sent twice, and what is said not to have been sent was not.
 */
import { assert, assertEquals } from "@std/assert";
import { Client, ConnectionError, PipelineError } from "../../client.ts";
import { Server } from "../../server.ts";
import { hasRedis, startRedis } from "../_redis.ts";
import { arrival } from "./_arrival.ts";
import { type CutRule, type CuttingProxy, cuttingProxy, randomRules } from "./_cutting_proxy.ts";

const CUTS = 2_000;
/** A round that takes longer has a promise that does not settle. */
const ROUND_MS = 10_000;
/** So many rounds share a client. */
const ROUNDS_OF_A_CLIENT = 50;

/** What is known of the counters, each of which is incremented once. */
class Ledger {
  /** Whether it was incremented: yes, no, or nobody knows. */
  readonly #outcomes = new Map<string, boolean | null>();
  #next = 0;
  /** How often each kind of outcome came. */
  readonly counts = { done: 0, unsent: 0, unknown: 0 };

  /** The name of a counter that nobody has used. */
  fresh(): string {
    return `counter:${this.#next++}`;
  }

  /** Notes what became of the one increment of a counter. */
  async watch(name: string, reply: Promise<unknown>): Promise<void> {
    try {
      assertEquals(await reply, 1, `${name} was incremented twice, or this is another's reply`);
      this.#note(name, true);
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      this.#note(name, error.sent ? null : false);
    }
  }

  #note(name: string, isDone: boolean | null): void {
    this.#outcomes.set(name, isDone);
    this.counts[isDone === null ? "unknown" : isDone ? "done" : "unsent"]++;
  }

  /** Compares with what the server has. */
  async check(client: Client): Promise<void> {
    const names = [...this.#outcomes.keys()];
    for (let i = 0; i < names.length; i += 1_000) {
      const some = names.slice(i, i + 1_000);
      const values = await client.mget(...some);
      for (const [j, name] of some.entries()) {
        const isDone = this.#outcomes.get(name), value = values[j] ?? null;
        if (isDone === true) assertEquals(value, "1", name);
        else if (isDone === false) assertEquals(value, null, `${name} was sent, though its error says that it was not`);
        else assert(value === null || value === "1", `${name} is ${value}: it was sent twice`);
      }
    }
  }
}

/** Reads of known values: whoever gets another's reply sees it. */
async function read(client: Client, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, async (_, i) => {
    try {
      assertEquals(await client.get(`known:${i}`), `value ${i}`);
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
    }
  }));
}

/** A transaction of two increments: both or none. */
async function increaseTogether(client: Client, ledger: Ledger): Promise<void> {
  const [a, b] = [ledger.fresh(), ledger.fresh()];
  const both = client.transaction((t) => [t.incr(a), t.incr(b)]);
  await Promise.all([ledger.watch(a, both.then(([n]) => n)), ledger.watch(b, both.then(([, n]) => n))]);
}

/** A pipeline, whose increments may be cut apart. */
async function pipe(client: Client, ledger: Ledger): Promise<void> {
  const names = Array.from({ length: 5 }, () => ledger.fresh());
  const replies: Promise<unknown>[] = [];
  const pipeline = client.pipeline((p) => {
    for (const name of names) replies.push(p.incr(name));
    return [p.get("known:0"), ...replies];
  });
  await Promise.all([
    ...names.map((name, i) => ledger.watch(name, Promise.resolve().then(() => replies[i]))),
    pipeline.then(
      ([known]) => assertEquals(known, "value 0"),
      (error) => assert(error instanceof ConnectionError || error instanceof PipelineError, String(error)),
    ),
  ]);
}

/** Commands of all kinds, given at once. */
async function work(client: Client, ledger: Ledger): Promise<void> {
  await Promise.all([
    read(client, 10),
    ...Array.from({ length: 5 }, () => {
      const name = ledger.fresh();
      return ledger.watch(name, client.incr(name));
    }),
    pipe(client, ledger),
    increaseTogether(client, ledger),
    read(client, 10),
  ]);
}

/** Watches a key while its connection is cut: the counter is set once or not at all. */
async function watchAndIncrease(client: Client, ledger: Ledger): Promise<void> {
  const name = ledger.fresh();
  await ledger.watch(
    name,
    client.watch([name], async (tx) => {
      assertEquals(await tx.get("known:1"), "value 1");
      return (await tx.commit((t) => [t.incr(name)]))[0];
    }),
  );
}

/** The states, each with what is done in it. A rule holds for the connections that are open, or for the next one. */
type State = (client: Client, proxy: CuttingProxy, rule: CutRule, ledger: Ledger, direct: Client) => Promise<void>;

const STATES: Readonly<Record<string, State>> = {
  /** The connection is gone, and the next ones are cut before the server hears of them. */
  async dialling(client, proxy, { how = "close" }, ledger) {
    proxy.cutNext({ when: "accept", how });
    proxy.cutNext({ when: "accept", how });
    await proxy.cutAll();
    await work(client, ledger);
  },
  /** Cut within the greeting, or the answer to it. */
  async handshake(client, proxy, rule, ledger) {
    const bytes = "bytes" in rule ? rule.bytes % 160 : 0;
    proxy.cutNext(rule.when === "request" ? { ...rule, bytes: bytes % 22 } : { when: "reply", bytes, how: rule.how! });
    await proxy.cutAll();
    await work(client, ledger);
  },
  /** Cut anywhere in what is said both ways. */
  async talking(client, proxy, rule, ledger) {
    await client.get("known:0").catch(() => {});
    if (rule.when !== "accept") proxy.cutOpen(rule);
    else proxy.cutAll(rule.how);
    await work(client, ledger);
  },
  /** Cut within MULTI … EXEC, or between WATCH and EXEC. */
  async transaction(client, proxy, rule, ledger) {
    const bytes = "bytes" in rule ? rule.bytes % 120 : 60;
    await client.get("known:0").catch(() => {});
    proxy.cutOpen({ when: rule.when === "request" ? "request" : "reply", bytes, how: rule.how! });
    const first = increaseTogether(client, ledger);
    proxy.cutNext({ when: rule.when === "request" ? "request" : "reply", bytes: bytes * 3, how: rule.how! });
    await Promise.all([first, watchAndIncrease(client, ledger)]);
  },
  /** Cut while a command waits in the server. */
  async blocked(client, proxy, { how = "close" }, ledger) {
    const popped = Promise.allSettled([client.blpop(["none"], 30), client.brpop(["none", "none too"], 30)]);
    const waiting = async () => /blocked_clients:(\d+)/.exec(String(await client.info("clients").catch(() => "")))?.[1];
    while (await waiting() !== "2");
    const busy = work(client, ledger);
    await proxy.cutAll(how);
    for (const outcome of await popped) {
      if (outcome.status !== "rejected") throw new Error(`It was answered with ${outcome.value}`);
      assertEquals([outcome.reason instanceof ConnectionError, outcome.reason.sent], [true, true]);
    }
    await busy;
  },
  /** Cut while messages come, or while the subscription is made. */
  async subscribed(client, proxy, rule, ledger, direct) {
    const { how = "close" } = rule, channel = ledger.fresh();
    if (rule.when === "request") proxy.cutOpen({ ...rule, bytes: rule.bytes % 80 });
    const subscription = await client.subscribe(channel);
    const messages = subscription[Symbol.asyncIterator]();
    let published = 0, last = -1;
    const receive = async () => {
      const value = await arrival(messages, () => direct.publish(channel, published++));
      assertEquals(value?.channel, channel);
      assert(Number(value?.message) > last, `message ${value?.message} after ${last}`);
      last = Number(value?.message);
    };
    await receive();
    const busy = work(client, ledger);
    await proxy.cutAll(how);
    await receive();
    await Promise.all([busy, receive()]);
    await subscription.close();
  },
};

/** Rejects when something takes too long to be true. */
async function inTime(what: string, promise: Promise<void>): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${what}: a promise does not settle`)), ROUND_MS);
  try {
    await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function cutAndCut(port: number, seed: number): Promise<void> {
  await using proxy = await cuttingProxy(port);
  await using direct = new Client({ port });
  await direct.flush();
  await direct.mset(...Array.from({ length: 10 }, (_, i) => [`known:${i}`, `value ${i}`]).flat());
  const ledger = new Ledger(), nextRule = randomRules(seed, 700);
  const states = Object.entries(STATES);
  const cutsIn = new Map<string, number>();
  for (let round = 0; proxy.cuts < CUTS;) {
    await using client = new Client({
      port: proxy.port,
      retry: { minMs: 1, maxMs: 4 },
      protocol: round % 3 === 0 ? 2 : 3,
    });
    const end = round + ROUNDS_OF_A_CLIENT;
    for (; round < end && proxy.cuts < CUTS; round++) {
      const [name, state] = states[round % states.length]!;
      const before = proxy.cuts;
      await inTime(`Round ${round}, ${name}`, state(client, proxy, nextRule(), ledger, direct));
      cutsIn.set(name, (cutsIn.get(name) ?? 0) + proxy.cuts - before);
    }
  }
  await ledger.check(direct);
  for (const [name] of states) assert(cutsIn.get(name)! >= CUTS / 20, `${name}: ${cutsIn.get(name)} cuts`);
  for (const [outcome, count] of Object.entries(ledger.counts)) assert(count > 20, `${outcome}: ${count}`);
}

Deno.test("Two thousand cuts leave no promise pending, mix up no replies and repeat no command, miniredis", async () => {
  await using server = await Server.start({ port: 0 });
  await cutAndCut(server.port, 1);
});

Deno.test({
  name: "Two thousand cuts leave no promise pending, mix up no replies and repeat no command, redis-server" +
    (hasRedis ? "" : " (skipped: it is not installed)"),
  ignore: !hasRedis,
  fn: async () => {
    await using redis = await startRedis();
    await cutAndCut(redis.port, 2);
  },
});
