/** The files that are written from the table of commands, and what the client knows of commands. */
import { assert, assertEquals } from "@std/assert";
import { Client } from "../../client.ts";
import { BLOCKS, CACHEABLE, type CommandInfo, CONNECTION, READS, WRITES } from "../../client/command_info.ts";
import { allCommandInfos, commandInfo } from "../../client/command_table.ts";
import { COMMANDS } from "../../commands/mod.ts";
import { Server } from "../../server.ts";
import { allMethods, generate } from "../../tools/client_methods.ts";
import { ELSEWHERE } from "../../tools/client_methods/elsewhere.ts";
import { allRows, isContainer, NO_METHODS } from "../../tools/client_methods/rows.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("The typed methods are those of the table of commands; if not, run deno task methods", async () => {
  for (const [path, text] of Object.entries(await generate())) {
    const committed = await Deno.readTextFile(new URL(path, ROOT));
    assert(text === committed, `${path} is not what tools/client_methods.ts writes`);
  }
});

Deno.test("Every command is a method of the client, or there is a reason", () => {
  const methods = new Set(allMethods().map(({ row }) => row.name));
  const missing = allRows().filter((row) => !isContainer(row) && !methods.has(row.name) && !NO_METHODS.has(row.name));
  assertEquals(missing.map(({ name }) => name), []);
  for (const { row: { name, method } } of allMethods()) {
    assertEquals(typeof Reflect.get(Client.prototype, method), "function", name);
    assert(!NO_METHODS.has(name), name);
  }
});

Deno.test("Rows of commands from elsewhere are none of the table's", () => {
  const own = new Set(Object.values(COMMANDS).flatMap((rows) => Object.keys(rows)));
  const others = Object.values(ELSEWHERE).flatMap((rows) => Object.keys(rows));
  assertEquals(others.filter((name) => own.has(name)), []);
});

/** Requests whose keys stand in every way there is. */
const REQUESTS: readonly (readonly (string | number)[])[] = [
  ["GET", "k"],
  ["MSET", "a", 1, "b", 2, "c", 3],
  ["MGET", "a", "b"],
  ["RENAME", "a", "b"],
  ["BITOP", "AND", "d", "a", "b"],
  ["OBJECT", "ENCODING", "k"],
  ["object", "freq", "k"],
  ["MEMORY", "USAGE", "k"],
  ["BLPOP", "a", "b", 0],
  ["LMPOP", 2, "a", "b", "LEFT"],
  ["LMPOP", "1", "a", "LEFT", "COUNT", 3],
  ["BLMPOP", 0, 2, "a", "b", "LEFT"],
  ["SINTERCARD", 2, "a", "b", "LIMIT", 1],
  ["ZUNIONSTORE", "d", 2, "a", "b", "WEIGHTS", 1, 2],
  ["ZDIFF", 1, "a", "WITHSCORES"],
  ["ZRANGESTORE", "d", "s", 0, -1],
  ["GEORADIUS", "k", 1, 1, 1, "km", "STORE", "d"],
  ["GEORADIUS", "k", 1, 1, 1, "km", "withdist", "storedist", "d"],
  ["GEORADIUSBYMEMBER", "k", "m", 1, "km", "STORE", "d", "STOREDIST", "e"],
  ["GEOSEARCHSTORE", "d", "s", "FROMMEMBER", "m", "BYRADIUS", 1, "km"],
  ["XREAD", "COUNT", 1, "STREAMS", "a", "b", 0, 0],
  ["XREAD", "streams", "streams", "$"],
  ["XREADGROUP", "GROUP", "g", "c", "NOACK", "STREAMS", "a", ">"],
  ["XGROUP", "CREATE", "k", "g", "$"],
  ["XADD", "k", "*", "f", "v"],
  ["SORT", "k", "BY", "w_*", "ALPHA"],
  ["SORT", "k", "LIMIT", 0, 1, "STORE", "d"],
  ["SORT", "k", "store", "d", "DESC"],
  ["SORT_RO", "k", "GET", "v_*"],
  ["LCS", "a", "b", "LEN"],
  ["PFMERGE", "d", "a", "b"],
  ["COPY", "a", "b", "DB", 1],
  ["WATCH", "a", "b"],
  ["SET", "k", "v", "EX", 1],
];

function infoOf(request: readonly (string | number)[]): CommandInfo {
  return commandInfo(`${request[0]}`.toUpperCase(), `${request[1]}`.toUpperCase())!;
}

Deno.test("CommandInfo finds the keys that COMMAND GETKEYS finds", async () => {
  await using server = await Server.start();
  await using client = server.client();
  for (const request of REQUESTS) {
    const [command, ...rest] = request;
    const keys = await client.commandGetkeys(command!, ...rest);
    const indexes = infoOf(request).keyIndexes(request);
    assertEquals(indexes.map((i) => `${request[i]}`), keys, request.join(" "));
    assertEquals(infoOf(request).firstKey(request), indexes[0], request.join(" "));
    const asBytes = request.map((arg) => new TextEncoder().encode(`${arg}`));
    assertEquals(infoOf(request).keyIndexes(asBytes), indexes, request.join(" "));
  }
});

Deno.test("CommandInfo finds no keys where there are none, or where the request makes no sense", () => {
  for (
    const request of [
      ["PING", "x"],
      ["GET"],
      ["LMPOP", 5, "a", "LEFT"],
      ["LMPOP", "x", "a", "LEFT"],
      ["LMPOP", -1, "a"],
      ["LMPOP"],
      ["XREAD", "COUNT", 1],
      ["CONFIG", "GET", "x"],
      ["EVAL", "return 1", 0, "x"],
      ["FLUSHALL"],
    ]
  ) {
    assertEquals(infoOf(request).firstKey(request), 0, request.join(" "));
    assertEquals(infoOf(request).keyIndexes(request), [], request.join(" "));
  }
});

Deno.test("CommandInfo knows keys that COMMAND GETKEYS does not tell, and shard channels", () => {
  const keysOf = (...request: (string | number)[]) => infoOf(request).keyIndexes(request);
  assertEquals(keysOf("EVAL", "return 1", 2, "a", "b", "c"), [3, 4]);
  assertEquals(keysOf("FCALL_RO", "f", "1", "a", "c"), [3]);
  assertEquals(keysOf("MIGRATE", "host", 1, "k", 0, 10), [3]);
  assertEquals(keysOf("MIGRATE", "host", 1, "", 0, 10, "REPLACE", "KEYS", "a", "b"), [8, 9]);
  assertEquals(infoOf(["MIGRATE"]).firstKey(["MIGRATE", "host", 1, "", 0, 10, "KEYS", "a"]), 7);
  assertEquals(keysOf("PFMERGE", "d"), [1]);
  assertEquals(keysOf("SPUBLISH", "ch", "hi"), []);
  assertEquals(infoOf(["SPUBLISH"]).firstKey(["SPUBLISH", "ch", "hi"]), 1);
  assertEquals(infoOf(["PUBLISH"]).firstKey(["PUBLISH", "ch", "hi"]), 0);
});

Deno.test("CommandInfo knows how long a request may block", () => {
  const blocking = (...request: (string | number)[]) => infoOf(request).blockingMs(request);
  assertEquals(blocking("BLPOP", "a", "b", 1.5), 1_500);
  assertEquals(blocking("BLPOP", "a", 0), 0);
  assertEquals(blocking("BLMOVE", "a", "b", "LEFT", "LEFT", "2"), 2_000);
  assertEquals(blocking("BZMPOP", 3, 1, "a", "MIN"), 3_000);
  assertEquals(blocking("XREAD", "BLOCK", 20, "STREAMS", "a", "$"), 20);
  assertEquals(blocking("XREADGROUP", "GROUP", "g", "c", "block", 0, "STREAMS", "a", ">"), 0);
  assertEquals(blocking("XREAD", "STREAMS", "a", "$"), -1);
  assertEquals(blocking("XREAD", "STREAMS", "BLOCK", "0"), -1);
  assertEquals(blocking("BLPOP", "a", "x"), -1);
  assertEquals(blocking("GET", "a"), -1);
});

Deno.test("CommandInfo tells what kind a command is", () => {
  const flags = (name: string, sub?: string) => commandInfo(name, sub)!.flags;
  assertEquals(flags("GET"), READS | CACHEABLE);
  assertEquals(flags("HGETALL"), READS | CACHEABLE);
  assertEquals(flags("TTL"), READS);
  assertEquals(flags("SRANDMEMBER"), READS);
  assertEquals(flags("SORT_RO"), READS);
  assertEquals(flags("DBSIZE"), READS);
  assertEquals(flags("XREAD"), READS | BLOCKS);
  assertEquals(flags("SET"), WRITES);
  assertEquals(flags("BLPOP"), WRITES | BLOCKS);
  assertEquals(flags("SELECT"), CONNECTION);
  assertEquals(flags("CLIENT", "TRACKING"), CONNECTION);
  assertEquals(flags("CLIENT", "ID"), 0);
  assertEquals(commandInfo("CLIENT", "NONE"), undefined);
  assertEquals(commandInfo("NONE"), undefined);
  assertEquals(commandInfo("COMMAND")!.name, "COMMAND");
  assertEquals(commandInfo("COMMAND", "DOCS")!.name, "COMMAND DOCS");
  for (const info of allCommandInfos()) {
    assertEquals(info.flags & READS & (info.flags >> 1), 0, `${info.name} reads or writes`);
    if ((info.flags & CACHEABLE) !== 0) assert(info.reads && !info.writes && info.hasKeys, info.name);
  }
});
