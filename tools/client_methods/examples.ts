/**
 * An example for each options interface: a title, and a call of its method with some of the options.
 *
 * Commands that miniredis answers are called on a client of one in memory, named `client`; what comes before the call makes
 * the data it needs. Of the others (`SENT`) the example shows what the client sends.
 */

/** The lines of an example: its title, and the program. */
export type Example = readonly [title: string, ...lines: string[]];

/** A call for which nothing answers: its title, the call as a method of a client, and the request. */
export type SentExample = readonly [title: string, call: string, sent: readonly (string | number | Uint8Array)[]];

const CITIES = 'await client.geoadd("cities", { Oslo: [10.75, 59.91], Bergen: [5.32, 60.39] });';
const SCORES = 'await client.zadd("scores", { alice: 3, bob: 1, carol: 2 });';
const NAMES = 'await client.zadd("names", { alice: 0, bob: 0, carol: 0 });';
const TWO_SCORES =
  'await client.zadd("may", { alice: 3, bob: 1 });\nawait client.zadd("june", { alice: 2, carol: 5 });';
const NEWS =
  'await client.xadd("news", "1-0", { title: "Hello" });\nawait client.xadd("news", "2-0", { title: "Goodbye" });';
const READ_NEWS = `${NEWS}\nawait client.xgroupCreate("news", "readers", "0");\n` +
  'await client.xreadgroup("readers", "alice", { news: ">" });';
const YEAR_3000 = "32_503_680_000";

/** By the name of the method. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  // ---- Strings and bitmaps ----
  bitcount: [
    "The bits of the first byte",
    'await client.set("word", "foobar");',
    'assertEquals(await client.bitcount("word", { start: 0, end: 0 }), 4);',
    'assertEquals(await client.bitcount("word", { start: 0, end: 3, bit: true }), 2);',
  ],
  bitpos: [
    "From the second byte on, and from the seventh bit on",
    'await client.set("bits", Uint8Array.of(0, 255, 240));',
    'assertEquals(await client.bitpos("bits", 0, { start: 1 }), 20);',
    'assertEquals(await client.bitpos("bits", 1, { start: 7, end: 15, bit: true }), 8);',
  ],
  getex: [
    "Reads a value, and has it expire in a minute",
    'await client.set("session", "Alice");',
    'assertEquals(await client.getex("session", { ex: 60 }), "Alice");',
    'assertEquals(await client.ttl("session"), 60);',
  ],
  lcs: [
    "Where the common pieces are, if they are long enough",
    'await client.mset("a", "market", "b", "carpet");',
    'assertEquals(await client.lcs("a", "b", { len: true }), 4); // of "aret"',
    'const { matches } = await client.lcs("a", "b", { idx: true, minmatchlen: 2 });',
    "assertEquals(matches, [[[4, 5], [4, 5]], [[1, 2], [1, 2]]]);",
  ],

  // ---- Keys ----
  copy: [
    "Over a key that exists",
    'await client.mset("from", "new", "to", "old");',
    'assertEquals(await client.copy("from", "to"), 0);',
    'assertEquals(await client.copy("from", "to", { replace: true }), 1);',
  ],
  expire: [
    "Only later, never sooner",
    'await client.set("session", "Alice", { ex: 60 });',
    'assertEquals(await client.expire("session", 10, { gt: true }), 0);',
    'assertEquals(await client.expire("session", 90, { gt: true }), 1);',
  ],
  expireat: [
    "Only a key that does not expire yet",
    'await client.set("session", "Alice");',
    `assertEquals(await client.expireat("session", ${YEAR_3000}, { nx: true }), 1);`,
    `assertEquals(await client.expireat("session", ${YEAR_3000}, { nx: true }), 0);`,
  ],
  pexpire: [
    "Only sooner, never later",
    'await client.set("session", "Alice", { px: 60_000 });',
    'assertEquals(await client.pexpire("session", 90_000, { lt: true }), 0);',
    'assertEquals(await client.pexpire("session", 30_000, { lt: true }), 1);',
  ],
  pexpireat: [
    "Only a key that expires already",
    'await client.set("session", "Alice");',
    `assertEquals(await client.pexpireat("session", ${YEAR_3000}_000, { xx: true }), 0);`,
  ],
  restore: [
    "Over a key that exists, as if it had not been used for an hour",
    'await client.mset("from", "new", "to", "old");',
    'const dump = (await client.dump("from"))!;',
    'assertEquals(await client.restore("to", 0, dump, { replace: true, idletime: 3_600 }), "OK");',
    'assertEquals(await client.get("to"), "new");',
  ],
  sort: [
    "By weights in other keys, and what else is in others",
    'await client.rpush("ids", 1, 2);',
    'await client.mset("weight:1", 20, "weight:2", 10, "name:1", "Alice", "name:2", "Bob");',
    'assertEquals(await client.sort("ids", { by: "weight:*", get: "name:*" }), ["Bob", "Alice"]);',
  ],
  sortRo: [
    "The last two words",
    'await client.rpush("words", "b", "c", "a");',
    'assertEquals(await client.sortRo("words", { alpha: true, desc: true, limit: [0, 2] }), ["c", "b"]);',
  ],

  // ---- Lists, sets and hashes ----
  blmpop: [
    "Up to two elements, waiting for at most a second",
    'await client.rpush("tasks", "a", "b", "c");',
    'assertEquals(await client.blmpop(1, "tasks", "LEFT", { count: 2 }), ["tasks", ["a", "b"]]);',
  ],
  lmpop: [
    "Up to two elements of the first list that has any",
    'await client.rpush("later", "a", "b", "c");',
    'assertEquals(await client.lmpop(["urgent", "later"], "RIGHT", { count: 2 }), ["later", ["c", "b"]]);',
  ],
  lpos: [
    "The second place, and all places",
    'await client.rpush("letters", "a", "b", "a", "a");',
    'assertEquals(await client.lpos("letters", "a", { rank: 2 }), 2);',
    'assertEquals(await client.lpos("letters", "a", { count: 0 }), [0, 2, 3]);',
  ],
  sintercard: [
    "Are there two, at least?",
    'await client.sadd("a", 1, 2, 3, 4);',
    'await client.sadd("b", 2, 3, 4, 5);',
    'assertEquals(await client.sintercard(["a", "b"], { limit: 2 }), 2);',
  ],
  hrandfield: [
    "With its value",
    'await client.hset("user:1", { name: "Alice" });',
    'assertEquals(await client.hrandfield("user:1", 1, { withvalues: true }), [["name", "Alice"]]);',
  ],

  // ---- Sorted sets ----
  bzmpop: [
    "The two with the lowest scores, waiting for at most a second",
    SCORES,
    'assertEquals(await client.bzmpop(1, "scores", "MIN", { count: 2 }), ["scores", [["bob", 1], ["carol", 2]]]);',
  ],
  zadd: [
    "Only higher scores, counting those that changed",
    'await client.zadd("scores", { alice: 2, bob: 5 });',
    'assertEquals(await client.zadd("scores", { alice: 3, bob: 4 }, { gt: true, ch: true }), 1);',
  ],
  zdiff: [
    "With their scores",
    TWO_SCORES,
    'assertEquals(await client.zdiff(["may", "june"], { withscores: true }), [["bob", 1]]);',
  ],
  zinter: [
    "The higher score counts",
    TWO_SCORES,
    'assertEquals(await client.zinter(["may", "june"], { aggregate: "MAX", withscores: true }), [["alice", 3]]);',
  ],
  zintercard: [
    "Is there one, at least?",
    TWO_SCORES,
    'assertEquals(await client.zintercard(["may", "june"], { limit: 1 }), 1);',
  ],
  zinterstore: [
    "Scores in June count twice",
    TWO_SCORES,
    'assertEquals(await client.zinterstore("both", ["may", "june"], { weights: [1, 2] }), 1);',
    'assertEquals(await client.zscore("both", "alice"), 7);',
  ],
  zmpop: [
    "The two with the highest scores",
    SCORES,
    'assertEquals(await client.zmpop("scores", "MAX", { count: 2 }), ["scores", [["alice", 3], ["carol", 2]]]);',
  ],
  zrandmember: [
    "With its score",
    'await client.zadd("scores", { alice: 3 });',
    'assertEquals(await client.zrandmember("scores", 1, { withscores: true }), [["alice", 3]]);',
  ],
  zrange: [
    "The best, and those from 2 up",
    SCORES,
    'assertEquals(await client.zrange("scores", 0, 0, { rev: true, withscores: true }), [["alice", 3]]);',
    'assertEquals(await client.zrange("scores", 2, "+inf", { byscore: true }), ["carol", "alice"]);',
  ],
  zrangebylex: [
    "The second one",
    NAMES,
    'assertEquals(await client.zrangebylex("names", "-", "+", { limit: [1, 1] }), ["bob"]);',
  ],
  zrangebyscore: [
    "The first one above 1",
    SCORES,
    'const first = await client.zrangebyscore("scores", "(1", "+inf", { withscores: true, limit: [0, 1] });',
    'assertEquals(first, [["carol", 2]]);',
  ],
  zrangestore: [
    "The two best",
    SCORES,
    'assertEquals(await client.zrangestore("best", "scores", 0, 1, { rev: true }), 2);',
    'assertEquals(await client.zrange("best", 0, -1), ["carol", "alice"]);',
  ],
  zrevrange: [
    "The best and the score",
    SCORES,
    'assertEquals(await client.zrevrange("scores", 0, 0, { withscores: true }), [["alice", 3]]);',
  ],
  zrevrangebylex: [
    "The last one",
    NAMES,
    'assertEquals(await client.zrevrangebylex("names", "+", "-", { limit: [0, 1] }), ["carol"]);',
  ],
  zrevrangebyscore: [
    "The next below 3",
    SCORES,
    'assertEquals(await client.zrevrangebyscore("scores", "(3", "-inf", { limit: [0, 1] }), ["carol"]);',
  ],
  zunion: [
    "The lower score counts",
    TWO_SCORES,
    'const all = await client.zunion(["may", "june"], { aggregate: "MIN", withscores: true });',
    'assertEquals(all, [["bob", 1], ["alice", 2], ["carol", 5]]);',
  ],
  zunionstore: [
    "Scores in May count half",
    TWO_SCORES,
    'assertEquals(await client.zunionstore("all", ["may", "june"], { weights: [0.5, 1] }), 3);',
    'assertEquals(await client.zscore("all", "alice"), 3.5);',
  ],

  // ---- Places ----
  geoadd: [
    "Only new members",
    CITIES,
    'assertEquals(await client.geoadd("cities", { Oslo: [0, 0], Narvik: [17.43, 68.44] }, { nx: true }), 1);',
  ],
  georadius: [
    "The nearest, and how far it is",
    CITIES,
    'const [nearest] = await client.georadius("cities", 11, 60, 500, "km", { withdist: true, count: 1, asc: true });',
    'assertEquals([nearest!.member, Math.round(nearest!.distance)], ["Oslo", 17]);',
  ],
  georadiusRo: [
    "From far to near",
    CITIES,
    'assertEquals(await client.georadiusRo("cities", 11, 60, 500, "km", { desc: true }), ["Bergen", "Oslo"]);',
  ],
  georadiusbymember: [
    "Stored by distance",
    CITIES,
    'assertEquals(await client.georadiusbymember("cities", "Oslo", 500, "km", { storedist: "near" }), 2);',
    'assertEquals(await client.zrange("near", 0, -1), ["Oslo", "Bergen"]);',
  ],
  georadiusbymemberRo: [
    "The farthest",
    CITIES,
    'const found = await client.georadiusbymemberRo("cities", "Oslo", 500, "km", { desc: true, count: 1 });',
    'assertEquals(found, ["Bergen"]);',
  ],
  geosearch: [
    "What lies in a box, and how far it is",
    CITIES,
    'const options = { fromlonlat: [11, 60], bybox: [100, 100, "km"], withdist: true } as const;',
    'const found = await client.geosearch("cities", options);',
    'assertEquals(found.map(({ member, distance }) => [member, Math.round(distance)]), [["Oslo", 17]]);',
  ],
  geosearchstore: [
    "What is near a member",
    CITIES,
    'const options = { frommember: "Oslo", byradius: [500, "km"], storedist: true } as const;',
    'assertEquals(await client.geosearchstore("near", "cities", options), 2);',
    'assertEquals(await client.zscore("near", "Oslo"), 0);',
  ],

  // ---- Streams ----
  xadd: [
    "Keeping the last two entries",
    NEWS,
    'assertEquals(await client.xadd("news", "3-0", { title: "Still here" }, { maxlen: 2 }), "3-0");',
    'assertEquals(await client.xlen("news"), 2);',
  ],
  xautoclaim: [
    "One at a time, ids only",
    READ_NEWS,
    "const options = { count: 1, justid: true } as const;",
    'const [cursor, ids] = await client.xautoclaim("news", "readers", "bob", 0, "0", options);',
    'assertEquals([cursor, ids], ["2-0", ["1-0"]]);',
  ],
  xclaim: [
    "As if it had been delivered twice",
    READ_NEWS,
    'assertEquals(await client.xclaim("news", "readers", "bob", 0, "1-0", { retrycount: 2, justid: true }), ["1-0"]);',
  ],
  xgroupCreate: [
    "For a stream that may not be there yet",
    'assertEquals(await client.xgroupCreate("news", "readers", "$", { mkstream: true }), "OK");',
    'assertEquals(await client.xlen("news"), 0);',
  ],
  xgroupSetid: [
    "Begins anew: nothing was read",
    READ_NEWS,
    'assertEquals(await client.xgroupSetid("news", "readers", "0", { entriesread: 0 }), "OK");',
    'const [group] = await client.xinfoGroups("news");',
    "assertEquals(group?.lag, 2);",
  ],
  xinfoStream: [
    "With its first entry",
    NEWS,
    'const info = await client.xinfoStream("news", { full: true, count: 1 });',
    'assertEquals(info.entries, [["1-0", [["title", "Hello"]]]]);',
  ],
  xrange: [
    "The first entry",
    NEWS,
    'assertEquals(await client.xrange("news", "-", "+", { count: 1 }), [["1-0", [["title", "Hello"]]]]);',
  ],
  xread: [
    "The next entry, waiting for at most a second",
    NEWS,
    'const streams = await client.xread({ news: "1-0" }, { count: 1, block: 1_000 });',
    'assertEquals(streams, { news: [["2-0", [["title", "Goodbye"]]]] });',
  ],
  xreadgroup: [
    "One entry that needs no XACK",
    NEWS,
    'await client.xgroupCreate("news", "readers", "0");',
    'const streams = await client.xreadgroup("readers", "alice", { news: ">" }, { count: 1, noack: true });',
    'assertEquals(streams, { news: [["1-0", [["title", "Hello"]]]] });',
  ],
  xrevrange: [
    "The last entry",
    NEWS,
    'assertEquals(await client.xrevrange("news", "+", "-", { count: 1 }), [["2-0", [["title", "Goodbye"]]]]);',
  ],
  xsetid: [
    "As if five entries had been there",
    NEWS,
    'assertEquals(await client.xsetid("news", "5-0", { entriesadded: 5, maxdeletedid: "4-0" }), "OK");',
  ],
  xtrim: [
    "Keeping the last entry",
    NEWS,
    'assertEquals(await client.xtrim("news", { maxlen: 1 }), 1);',
  ],

  // ---- The server and its clients ----
  clientKill: [
    "By its id",
    "await using other = server.client();",
    "assertEquals(await client.clientKill({ id: await other.clientId() }), 1);",
  ],
  clientList: [
    "Of these ids",
    'await client.clientSetname("worker");',
    "const list = await client.clientList({ id: [await client.clientId()] });",
    'assert(list.includes(" name=worker "));',
  ],
  clientPause: [
    "Commands that write wait; others do not",
    'assertEquals(await client.clientPause(1_000, { write: true }), "OK");',
    'assertEquals(await client.get("name"), null);',
  ],
  clientUnblock: [
    "As if the time were over",
    "assertEquals(await client.clientUnblock(1_234, { timeout: true }), 0); // no such client is blocked",
  ],
  commandList: [
    "By a pattern",
    'assertEquals(await client.commandList({ filterby: ["PATTERN", "hstr*"] }), ["hstrlen"]);',
  ],
  flushall: [
    "The memory is freed later",
    'await client.set("name", "Alice");',
    'assertEquals(await client.flushall({ async: true }), "OK");',
    "assertEquals(await client.dbsize(), 0);",
  ],
  flushdb: [
    "Answered when the memory is free",
    'await client.set("name", "Alice");',
    'assertEquals(await client.flushdb({ sync: true }), "OK");',
    "assertEquals(await client.dbsize(), 0);",
  ],
  lolwut: [
    "The picture of an older version",
    "assert((await client.lolwut({ version: 5 })).length > 0);",
  ],
  memoryUsage: [
    "Every element is looked at",
    'await client.rpush("list", "a", "b");',
    'const bytes = await client.memoryUsage("list", { samples: 0 });',
    "assert(bytes !== null && bytes > 0);",
  ],
};

/** Commands (or options) that miniredis lacks, and those that need another server, a folder or a module. By the name of the method. */
export const SENT: Readonly<Record<string, SentExample>> = {
  bgsave: ["After the save that is going on", "bgsave({ schedule: true })", ["BGSAVE", "SCHEDULE"]],
  clusterFailover: [
    "Without asking the others",
    "clusterFailover({ takeover: true })",
    ["CLUSTER", "FAILOVER", "TAKEOVER"],
  ],
  clusterReset: ["With a new id", "clusterReset({ hard: true })", ["CLUSTER", "RESET", "HARD"]],
  failover: [
    "To one replica, waiting for at most a second",
    'failover({ to: ["10.0.0.2", 6379], timeout: 1_000 })',
    ["FAILOVER", "TO", "10.0.0.2", 6379, "TIMEOUT", 1_000],
  ],
  functionFlush: ["The memory is freed later", "functionFlush({ async: true })", ["FUNCTION", "FLUSH", "ASYNC"]],
  functionList: [
    "Libraries of some names, with their code",
    'functionList({ libraryname: "my*", withcode: true })',
    ["FUNCTION", "LIST", "LIBRARYNAME", "my*", "WITHCODE"],
  ],
  functionLoad: [
    "Over a library of the same name",
    'functionLoad("#!lua name=mylib", { replace: true })',
    ["FUNCTION", "LOAD", "REPLACE", "#!lua name=mylib"],
  ],
  functionRestore: [
    "In place of what is there",
    "functionRestore(Uint8Array.of(1, 2), { flush: true })",
    ["FUNCTION", "RESTORE", Uint8Array.of(1, 2), "FLUSH"],
  ],
  hexpire: [
    "Only later, never sooner",
    'hexpire("user:1", 60, "name", { gt: true })',
    ["HEXPIRE", "user:1", 60, "GT", "FIELDS", 1, "name"],
  ],
  hexpireat: [
    "Only fields that do not expire yet",
    `hexpireat("user:1", ${YEAR_3000}, ["name", "mail"], { nx: true })`,
    ["HEXPIREAT", "user:1", 32_503_680_000, "NX", "FIELDS", 2, "name", "mail"],
  ],
  hgetex: [
    "Reads a field, and has it expire in a minute",
    'hgetex("user:1", "name", { ex: 60 })',
    ["HGETEX", "user:1", "EX", 60, "FIELDS", 1, "name"],
  ],
  hpexpire: [
    "Only sooner, never later",
    'hpexpire("user:1", 500, "name", { lt: true })',
    ["HPEXPIRE", "user:1", 500, "LT", "FIELDS", 1, "name"],
  ],
  hpexpireat: [
    "Only fields that expire already",
    `hpexpireat("user:1", ${YEAR_3000}_000, "name", { xx: true })`,
    ["HPEXPIREAT", "user:1", 32_503_680_000_000, "XX", "FIELDS", 1, "name"],
  ],
  hsetex: [
    "Only if none of the fields exists, for a minute",
    'hsetex("user:1", { name: "Alice" }, { fnx: true, ex: 60 })',
    ["HSETEX", "user:1", "FNX", "EX", 60, "FIELDS", 1, "name", "Alice"],
  ],
  migrate: [
    "A copy of two keys, to a server with a password",
    'migrate("10.0.0.2", 6379, ["a", "b"], 0, 1_000, { copy: true, auth: "secret" })',
    ["MIGRATE", "10.0.0.2", 6379, "", 0, 1_000, "COPY", "AUTH", "secret", "KEYS", "a", "b"],
  ],
  moduleLoadex: [
    "With a setting and an argument",
    'moduleLoadex("/lib/m.so", { config: { "m.size": 10 }, args: "fast" })',
    ["MODULE", "LOADEX", "/lib/m.so", "CONFIG", "m.size", 10, "ARGS", "fast"],
  ],
  scriptFlush: ["Answered when the memory is free", "scriptFlush({ sync: true })", ["SCRIPT", "FLUSH", "SYNC"]],
  zrank: [
    "With its score (Redis 7.2 and later)",
    'zrank("scores", "carol", { withscore: true })',
    ["ZRANK", "scores", "carol", "WITHSCORE"],
  ],
  zrevrank: [
    "With its score (Redis 7.2 and later)",
    'zrevrank("scores", "carol", { withscore: true })',
    ["ZREVRANK", "scores", "carol", "WITHSCORE"],
  ],
};

/**
 * The example for the options of a method, as it stands in their documentation.
 *
 * @param method The name of the method.
 * @returns The lines.
 * @throws {TypeError} There is none.
 */
export function exampleOf(method: string): string[] {
  const example = EXAMPLES[method], sent = SENT[method];
  if (example !== undefined) {
    const [title, ...lines] = example;
    return block(title, ["Server"], [
      "await using server = await Server.start();",
      "await using client = server.client();",
      ...lines.flatMap((line) => line.split("\n")),
    ]);
  }
  if (sent === undefined) throw new TypeError(`${method}: there is no example of its options`);
  const [title, call, request] = sent;
  return block(title, ["type CommandInfo", "CommandMethods", "type Reply", "type StructuredValue"], [
    "class Sent extends CommandMethods {",
    "  override execute(_info: CommandInfo, args: readonly StructuredValue[]): Promise<Reply> {",
    "    return Promise.resolve([...args] as Reply[]);",
    "  }",
    "}",
    `const sent: unknown = await new Sent().${call};`,
    `assertEquals(sent, [${request.map(literal).join(", ")}]);`,
  ]);
}

function block(title: string, names: readonly string[], lines: readonly string[]): string[] {
  const asserts = ["assert", "assertEquals"].filter((name) =>
    lines.some((line) => new RegExp(`\\b${name}[(<]`).test(line))
  );
  return [
    `@example ${title}`,
    "```ts",
    `import { ${names.join(", ")} } from "@x/miniredis";`,
    `import { ${asserts.join(", ")} } from "@std/assert";`,
    "",
    ...lines,
    "```",
  ];
}

function literal(value: string | number | Uint8Array): string {
  return value instanceof Uint8Array ? `Uint8Array.of(${value.join(", ")})` : JSON.stringify(value);
}
