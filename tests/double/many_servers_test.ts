/** A hundred servers in one process, in memory and behind ports, that do not see each other. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { Client, Server } from "../../mod.ts";

const COUNT = 100;
const START_MS = Date.UTC(2030, 0, 1);

/** One of them. Every tenth listens on a port, every other one has a clock of its own. */
interface Party {
  readonly i: number;
  readonly isManual: boolean;
  readonly server: Server;
  readonly client: Client;
  /** What came for the channel `news` and for the key `k`, of which each is told that it has expired. */
  readonly heard: string[];
  readonly listening: Promise<void>;
}

async function startParty(i: number, stack: AsyncDisposableStack): Promise<Party> {
  const isManual = i % 2 === 0, isListening = i % 10 === 0;
  const server = stack.use(
    await Server.start({
      seed: i % 25,
      clock: isManual ? "manual" : "real",
      config: { "notify-keyspace-events": "Ex" },
      ...(isListening ? { port: 0 } : {}),
    }),
  );
  if (isManual) await server.clock.set(START_MS + i);
  const client = stack.use(isListening ? new Client(server.url) : server.client());
  const messages = stack.use(await client.subscribe(["news", "__keyevent@0__:expired"]));
  const heard: string[] = [];
  const listening = (async () => {
    for await (const { message } of messages) if (heard.push(message) === 2) break;
  })();
  return { i, isManual, server, client, heard, listening };
}

Deno.test("a hundred servers in one process have nothing in common", async (t) => {
  await using stack = new AsyncDisposableStack();
  const parties: Party[] = [];
  for (let i = 0; i < COUNT; i++) parties.push(await startParty(i, stack));
  const all = <T>(ask: (party: Party) => Promise<T>): Promise<T[]> => Promise.all(parties.map(ask));
  const numbers = parties.map(({ i }) => i);

  await t.step("keys", async () => {
    await all(async ({ i, client }) => {
      await client.set("mine", i);
      await client.rpush(`list ${i}`, "a");
    });
    assertEquals(await all(({ client }) => client.get("mine")), numbers.map(String));
    assertEquals(await all(({ client }) => client.keys("list *")), numbers.map((i) => [`list ${i}`]));
    assertEquals(parties.map(({ server }) => server.db(0).keys().length), numbers.map(() => 2));
  });

  await t.step("configuration", async () => {
    await all(({ i, client }) => client.configSet({ maxclients: `${1000 + i}`, "hash-max-listpack-entries": `${i}` }));
    const given = await all(({ client }) => client.configGet("maxclients", "hash-max-listpack-entries"));
    assertEquals(given, numbers.map((i) => ({ maxclients: `${1000 + i}`, "hash-max-listpack-entries": `${i}` })));
    await all(({ client }) => client.hset("h", { a: 1, b: 2 }));
    const encodings = await all(({ client }) => client.objectEncoding("h"));
    assertEquals(encodings, numbers.map((i) => i < 2 ? "hashtable" : "listpack"));
  });

  await t.step("statistics, clients and slow logs", async () => {
    await all(async ({ i, client }) => {
      await client.configResetstat();
      await client.configSet({ "slowlog-log-slower-than": i === 7 ? "0" : "-1" });
      await client.slowlogReset(); // of what was slow because the machine is busy
      for (let n = 0; n < i; n++) await client.incr("n");
      if (i % 3 === 0) await client.send(["NOPE"]).catch(() => {});
    });
    assertEquals(parties.map(({ server }) => server.stats().calls.INCR ?? 0), numbers);
    assertEquals(parties.map(({ server }) => server.stats().errors), numbers.map((i) => i % 3 === 0 ? 1 : 0));
    const logged = await all(({ client }) => client.slowlogLen());
    assertEquals(logged.map((length) => length > 0), numbers.map((i) => i === 7));
    assertEquals(parties.map(({ server }) => server.stats().connections), numbers.map(() => 1));
  });

  await t.step("messages, expiry and clocks", async () => {
    assertEquals(await all(({ i, client }) => client.publish("news", `of ${i}`)), numbers.map(() => 1));
    await all(({ i, isManual, client }) => client.set(`k ${i}`, "v", { px: isManual ? 60_000 : 1 }));
    const moved = parties.filter(({ isManual }) => isManual);
    assertEquals(moved.map(({ server }) => server.clock.now() - START_MS), moved.map(({ i }) => i));
    const before = await Promise.all(moved.map(({ client, i }) => client.pttl(`k ${i}`)));
    assertEquals(before, moved.map(() => 60_000));
    for (const { server, i } of moved) await server.clock.tick(60_000 + i);
    assertEquals(moved.map(({ server, i }) => server.clock.now() - START_MS - 2 * i), moved.map(() => 60_000));
    await all(({ listening }) => listening);
    assertEquals(parties.map(({ heard }) => heard), numbers.map((i) => [`of ${i}`, `k ${i}`]));
  });

  await t.step("dice: those of the same seed fall alike, whatever others throw", async () => {
    const members = Array.from({ length: 1000 }, (_, n) => `m${n}`);
    await all(({ client }) => client.sadd("dice", ...members));
    const rolls = await all(async ({ i, server, client }) => {
      await server.reset(); // the dice as they were at the beginning
      await client.sadd("dice", ...members);
      if (i < 25) await client.ping(); // which throws none
      return await client.srandmember("dice", 10);
    });
    for (const { i } of parties) assertEquals(rolls[i], rolls[i % 25], `servers ${i} and ${i % 25}`);
    assertEquals(new Set(rolls.map(String)).size, 25);
  });

  await t.step("faults, pauses and ends", async () => {
    const [first, second, third, ...others] = parties as [Party, Party, Party, ...Party[]];
    first.server.failNext("GET", "ERR first only");
    second.server.pause();
    await third.server.close();
    await Promise.all(others.map(({ client }) => client.get("mine")));
    assertNotEquals(await first.client.get("mine").catch(String), null);
    const late = second.client.set("late", 1);
    second.server.resume();
    assertEquals(await late, 1);
    assert(others.every(({ server }) => server.stats().errors === 0));
  });
});
