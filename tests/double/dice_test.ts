/** Seeded dice: whatever is chosen at random is the same with the same seed, and another with another. */
import { assert, assertEquals } from "@std/assert";
import { COMMANDS } from "../../commands/mod.ts";
import { CommandTable } from "../../engine/command_table.ts";
import { Server } from "../../mod.ts";
import { TIME_PLAYS } from "./_time_plays.ts";
import { TIME_ROWS } from "./_time_rows.ts";
import { RawConnection } from "../_harness.ts";

/** Something that dice decide. */
interface DiceRow {
  /** What it is, as a sentence. */
  readonly name: string;
  /** The commands that show it, in lower case. */
  readonly of: readonly string[];
  readonly config?: Readonly<Record<string, string>>;
  /** Does so, and returns what has come of it. */
  readonly roll: (send: Send) => Promise<unknown>;
}

/** Sends a command, its words cut at spaces, and returns the reply. */
type Send = (line: string) => Promise<string>;

const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const pairs = (count: number) => names("f", count).map((field, i) => `${field} ${i}`).join(" ");
const scored = (count: number) => names("m", count).map((member, i) => `${i} ${member}`).join(" ");

/** Replies to the same lines, sent so often. */
async function repeat(send: Send, times: number, ...lines: string[]): Promise<string[]> {
  const replies: string[] = [];
  for (let i = 0; i < times; i++) for (const line of lines) replies.push(await send(line));
  return replies;
}

/** Makes keys `k0` … of a few hundred bytes. */
async function fill(send: Send, count: number, option = ""): Promise<void> {
  for (const key of names("k", count)) await send(`SET ${key} ${"v".repeat(300)} ${option}`.trim());
}

/** A collection of each size: packed, and large. */
const SIZES = [10, 2000];

/** Keys that are left when a third of memory has to be given up. */
async function evicted(send: Send): Promise<string> {
  const [, used] = /used_memory:(\d+)/.exec(await send("INFO memory"))!;
  await send(`CONFIG SET maxmemory ${Math.floor(Number(used) * 2 / 3)}`);
  await send("PING");
  await send("CONFIG SET maxmemory 0");
  const there = await repeat(send, 1, ...names("k", 300).map((key) => `EXISTS ${key}`));
  assert(there.includes(":0") && there.includes(":1"));
  return there.join("");
}

const EVICTION_ROWS: readonly DiceRow[] = [
  "allkeys-random",
  "volatile-random",
  "allkeys-lru",
  "allkeys-lfu",
  "volatile-ttl",
]
  .map((policy) => ({
    name: `the victims of ${policy}`,
    of: [],
    config: { "maxmemory-policy": policy },
    roll: async (send) => {
      await fill(send, 300, "EX 1000");
      return await evicted(send);
    },
  }));

const ROWS: readonly DiceRow[] = [
  {
    name: "RANDOMKEY",
    of: ["randomkey"],
    roll: async (send) => {
      await fill(send, 500);
      return await repeat(send, 20, "RANDOMKEY");
    },
  },
  ...SIZES.flatMap((size): DiceRow[] => [
    {
      name: `SPOP and SRANDMEMBER of ${size} members`,
      of: ["spop", "srandmember"],
      roll: async (send) => {
        await send(`SADD s ${names("m", size).join(" ")}`);
        await send(`SADD numbers ${names("", size).join(" ")}`);
        const lines = ["SRANDMEMBER s", "SRANDMEMBER s 3", "SRANDMEMBER s -3", "SPOP s", "SPOP s 1", "SPOP numbers"];
        return await repeat(send, 5, ...lines);
      },
    },
    {
      name: `HRANDFIELD of ${size} fields`,
      of: ["hrandfield"],
      roll: async (send) => {
        await send(`HSET h ${pairs(size)}`);
        return await repeat(send, 5, "HRANDFIELD h", "HRANDFIELD h 3 WITHVALUES", "HRANDFIELD h -3");
      },
    },
    {
      name: `ZRANDMEMBER of ${size} members`,
      of: ["zrandmember"],
      roll: async (send) => {
        await send(`ZADD z ${scored(size)}`);
        return await repeat(send, 5, "ZRANDMEMBER z", "ZRANDMEMBER z 3 WITHSCORES", "ZRANDMEMBER z -3");
      },
    },
  ]),
  {
    name: "the order in which tables are walked through",
    of: [
      "keys",
      "scan",
      "hscan",
      "sscan",
      "zscan",
      "hgetall",
      "hkeys",
      "hvals",
      "smembers",
      "sinter",
      "sunion",
      "sdiff",
    ],
    roll: async (send) => {
      await fill(send, 500);
      await send(`HSET h ${pairs(2000)}`);
      await send(`SADD s ${names("m", 2000).join(" ")}`);
      await send(`ZADD z ${scored(2000)}`);
      const lines = [
        "KEYS *",
        "SCAN 0 COUNT 50",
        "HSCAN h 0",
        "SSCAN s 0",
        "ZSCAN z 0",
        "HGETALL h",
        "HKEYS h",
        "HVALS h",
      ];
      return await repeat(send, 1, ...lines, "SMEMBERS s", "SINTER s s", "SUNION s", "SDIFF s none");
    },
  },
  {
    name: "counters of use",
    of: ["object|freq"],
    config: { "maxmemory-policy": "allkeys-lfu" },
    roll: async (send) => {
      await fill(send, 20);
      await repeat(send, 50, ...names("GET k", 20));
      return await repeat(send, 1, ...names("OBJECT FREQ k", 20));
    },
  },
  ...EVICTION_ROWS,
  {
    name: "which keys are forgotten that clients have read, where they are too many",
    of: ["client|tracking"],
    config: { "tracking-table-max-keys": "100" },
    roll: async (send) => {
      await send("HELLO 3");
      await send("CLIENT TRACKING ON");
      // what a client is told of comes before the reply to what made too many of them
      return (await repeat(send, 1, ...names("GET k", 200))).filter((reply) => reply.startsWith(">")).join("");
    },
  },
  {
    name: "the names of a run, of its history and of a node",
    of: ["info", "cluster|myid"],
    config: { "cluster-enabled": "yes" },
    roll: async (send) => {
      const info = await send("INFO everything");
      return [...info.matchAll(/(run_id|master_replid):(\w{40})/g)].map(([field]) => field).concat(
        await send("CLUSTER MYID"),
      );
    },
  },
  { name: "a picture of LOLWUT", of: ["lolwut"], roll: (send) => send("LOLWUT VERSION 5") },
];

/** What comes of a row on a server of its own; `isBusy`: which is also used by others, and has other things to do. */
async function rolled({ config = {}, roll }: DiceRow, seed: number, isBusy = false): Promise<string> {
  await using server = await Server.start({ seed, clock: "manual", config: { ...config } });
  await using raw = await RawConnection.connect(server.dial());
  await using other = server.client();
  let sent = 0;
  return JSON.stringify(
    await roll(async (line) => {
      if (isBusy && ++sent % 100 === 0) await Promise.all([other.ping(), server.clock.tick(0)]);
      return await raw.send(...line.split(" "));
    }),
  );
}

for (const row of ROWS) {
  Deno.test(`dice of the same seed decide the same, others something else: ${row.name}`, async () => {
    const first = await rolled(row, 1);
    assertEquals(await rolled(row, 1, true), first);
    const others: string[] = [];
    for (let seed = 2; seed < 6; seed++) others.push(await rolled(row, seed));
    assert(others.some((other) => other !== first), "all seeds decide the same");
  });
}

Deno.test("what there is to choose from does not depend on how far the periodic work has come", async () => {
  for (let keys = 10; keys < 3000; keys = Math.ceil(keys * 1.1)) {
    const outcomes: unknown[] = [];
    for (const turns of [0, 5]) {
      await using server = await Server.start({ seed: 1, clock: "manual" });
      const db = server.db(0);
      for (let i = 0; i < keys; i++) db.set(`k${i}`, "v");
      for (let i = 0; i < turns; i++) await server.clock.tick(0);
      outcomes.push([db.send(["SCAN", "0"]), ...Array.from({ length: 10 }, () => db.send(["RANDOMKEY"]))]);
    }
    assertEquals(outcomes[0], outcomes[1], `${keys} keys`);
  }
});

Deno.test("a restart begins with the same dice, and a server without a seed with others", async () => {
  await using server = await Server.start({ seed: 5 });
  const runId = () => server.db(0).send(["INFO", "server"])?.toString().match(/run_id:\w+/)?.[0];
  const before = runId();
  await server.restart();
  assertEquals([runId(), before?.length], [before, 47]);
  await using first = await Server.start();
  await using second = await Server.start();
  const ids = [first, second].map((each) => each.db(0).send(["INFO", "server"])?.toString().match(/run_id:\w+/)?.[0]);
  assert(ids[0] !== ids[1]);
});

// ---- Completeness ----

/** Commands whose replies are said to differ from call to call, though no dice are thrown for them: why they are. */
const UNROLLED: Readonly<Record<string, string>> = {
  "cluster|bumpepoch": "state of the cluster",
  "cluster|count-failure-reports": "state of the cluster",
  "cluster|getkeysinslot": "the order in which keys came",
  "cluster|info": "state of the cluster",
  "cluster|links": "state of the cluster",
  "cluster|nodes": "CLUSTER MYID, and state of the cluster",
  "cluster|replicas": "state of the cluster",
  "cluster|shards": "CLUSTER MYID, and state of the cluster",
  "cluster|slaves": "state of the cluster",
  "cluster|slots": "CLUSTER MYID, and state of the cluster",
  "command": "the order of the table",
  "command|docs": "the order of the table",
  "command|info": "the order of the table",
  "command|list": "the order of the table",
  "dump": "versions of Redis",
  "latency|histogram": "how fast the machine is",
  "memory|doctor": "memory",
  "memory|malloc-stats": "memory",
  "memory|stats": "memory",
  "module|list": "there are none",
  "object|encoding": "versions of Redis",
  "object|refcount": "whether small integers are shared",
  "slowlog|len": "how fast the machine is",
  "xtrim": "where nodes of a stream end",
};

Deno.test("every command that may answer the same differently is in a row of dice or of time", () => {
  const covered = new Set([...ROWS, ...TIME_ROWS, ...TIME_PLAYS].flatMap(({ of }) => of));
  const uncertain = [...new CommandTable(COMMANDS).all()]
    .flatMap((command) => [command, ...command.sub?.values() ?? []])
    .filter(({ spec }) => spec.tips?.some((tip) => tip.startsWith("nondeterministic_output")))
    .map(({ name }) => name);
  assert(uncertain.length > 50);
  assertEquals(uncertain.filter((name) => !covered.has(name) && UNROLLED[name] === undefined), []);
  assertEquals(Object.keys(UNROLLED).filter((name) => covered.has(name) || !uncertain.includes(name)), []);
});

/** Files that throw dice, each with a part of the name of the row in which that shows; in parentheses, why in none. */
const THROWING: Readonly<Record<string, string>> = {
  "commands/debug.ts": "(DEBUG STRINGMATCH-TEST answers the same, unless it finds a fault)",
  "commands/hyperloglog_selftest.ts": "(PFSELFTEST answers the same, unless it finds a fault)",
  "commands/lolwut.ts": "a picture of LOLWUT",
  "engine/context.ts": "(holds them)",
  "engine/dice.ts": "(they are the dice)",
  "engine/eviction.ts": "the victims of",
  "engine/eviction_pool.ts": "the victims of",
  "engine/tracked_keys.ts": "which keys are forgotten",
  "engine/tracking.ts": "which keys are forgotten",
  "server/engine.ts": "the names of a run",
  "server/host.ts": "(has them begin anew)",
  "server/periodic.ts": "(asks whether there is a seed)",
  "store/database.ts": "counters of use",
  "store/dictionary.ts": "RANDOMKEY",
  "store/expiry_index.ts": "the victims of volatile-random",
  "store/hash_value.ts": "HRANDFIELD",
  "store/keyspace.ts": "the order in which tables are walked through",
  "store/random_positions.ts": "SRANDMEMBER",
  "store/set_value.ts": "SPOP",
  "store/sorted_set_value.ts": "ZRANDMEMBER",
};

const DICE = /\.random\b|\{ random \}|\brandom\(\)|\brandom: \(\) =>|\bdice\b/i;
const OTHER_DICE = /Math\.random|getRandomValues|randomUUID|randomBytes/;

Deno.test("every file that throws dice is named above, with the row in which that shows; there are no other dice", () => {
  const root = new URL("../../", import.meta.url);
  const read = (path: string) => Deno.readTextFileSync(new URL(path, root)).replace(/\/\*[^]*?\*\/|\/\/.*$/gm, "");
  const files = ["commands", "engine", "persistence", "store", "server", "resp"].flatMap((folder) =>
    [...Deno.readDirSync(new URL(folder, root))].map(({ name }) => `${folder}/${name}`)
  );
  assertEquals(files.filter((path) => DICE.test(read(path))).toSorted(), Object.keys(THROWING).toSorted());
  assertEquals(files.filter((path) => OTHER_DICE.test(read(path))), ["engine/dice.ts"]);
  const isShown = (where: string) => where.startsWith("(") || ROWS.some(({ name }) => name.includes(where));
  assertEquals(Object.entries(THROWING).filter(([, where]) => !isShown(where)), []);
});
