/** DEBUG: who may run it, and what it does to keys, clients and the log. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Config } from "../../engine/config.ts";
import type { LogLevel } from "../../engine/log.ts";
import { Periodic } from "../../server/periodic.ts";
import { newCaller } from "../_call.ts";

function newDebugger(protocol: 2 | 3 = 2) {
  const config = new Config();
  config.set([["enable-debug-command", "local"]], "start");
  const logged: string[] = [];
  const log = { log: (level: LogLevel, text: string) => void logged.push(`${level}: ${text}`) };
  const caller = newCaller({ config, protocol, log });
  return {
    ...caller,
    logged,
    send: (line: string) => caller.raw(...line.split(" ")).trimEnd().replaceAll("\r\n", " "),
  };
}

Deno.test("DEBUG is for those whom enable-debug-command lets", () => {
  const { raw, client } = newDebugger();
  assertEquals(raw("DEBUG", "SLEEP", "0"), "+OK\r\n");
  Object.defineProperty(client, "connection", { value: { ...client.connection, isLocal: false } });
  assertMatch(raw("DEBUG", "SLEEP", "0"), /^-ERR DEBUG command not allowed\./);
});

Deno.test("DEBUG SLEEP stops the server for so many seconds", () => {
  const { raw } = newDebugger();
  const began = performance.now();
  assertEquals(raw("DEBUG", "SLEEP", "0.02"), "+OK\r\n");
  assert(performance.now() - began >= 19);
  assertEquals(raw("DEBUG", "SLEEP", "-1"), "+OK\r\n");
  assertEquals(raw("DEBUG", "SLEEP", "x"), "+OK\r\n");
});

Deno.test("DEBUG SET-ACTIVE-EXPIRE 0 leaves expired keys until they are asked for", () => {
  const { raw, engine, clock } = newDebugger();
  const periodic = new Periodic(engine);
  const turns = () => {
    while (!periodic.turn());
    for (let i = 0; i < 100; i++) periodic.turn();
  };
  assertEquals(raw("DEBUG", "SET-ACTIVE-EXPIRE", "0"), "+OK\r\n");
  raw("SET", "k", "v", "PX", "10");
  clock.advance(1_000);
  turns();
  assertEquals(raw("DBSIZE"), ":1\r\n");
  assertEquals(raw("DEBUG", "SET-ACTIVE-EXPIRE", "1"), "+OK\r\n");
  turns();
  assertEquals(raw("DBSIZE"), ":0\r\n");
});

Deno.test("DEBUG lists what it can do and refuses the rest", () => {
  const { raw } = newDebugger();
  const lines = raw("DEBUG", "HELP").trimEnd().split("\r\n").slice(1);
  assertEquals(lines[0], "+DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
  const names = lines.slice(1).filter((line) => !line.startsWith("+ ")).map((line) => line.slice(1).split(" ")[0]!);
  assert(names.includes("DIGEST") && names.includes("HELP"));
  for (const name of names) {
    const replies = [[], ["0"], ["0", "0"]].map((words) => raw("DEBUG", name, ...words));
    assert(replies.some((reply) => !reply.startsWith("-ERR unknown subcommand")), name);
  }
  const wrong = [["NOSUCH"], ["SLEEP"], ["HELP", "x"], ["SET-ACTIVE-EXPIRE"], ["STRUCTSIZE"], ["CHANGE-REPL-ID"]];
  for (const words of wrong) {
    assertEquals(
      raw("DEBUG", ...words),
      `-ERR unknown subcommand or wrong number of arguments for '${words[0]}'. Try DEBUG HELP.\r\n`,
    );
  }
});

Deno.test("DEBUG RELOAD keeps keys of every database with their expiries, and drops those that have expired", () => {
  const { send, clock } = newDebugger();
  send("SET a 1 PX 100");
  send("SET b 2 PX 1000");
  send("SELECT 3");
  send("SADD s 1 x");
  send("SREM s x");
  assertEquals(send("OBJECT ENCODING s"), "$9 hashtable");
  send("SELECT 0");
  clock.advance(101);
  assertEquals(send("DEBUG RELOAD"), "+OK");
  assertEquals(send("DBSIZE"), ":1");
  assertEquals(send("PTTL b"), ":899");
  clock.advance(900);
  assertEquals(send("GET b"), "$-1");
  send("SELECT 3");
  assertEquals(send("SMEMBERS s"), "*1 $1 1");
  assertEquals(send("OBJECT ENCODING s"), "$6 intset");
});

Deno.test("DEBUG RELOAD keeps structures", () => {
  const { wire, send } = newDebugger(3);
  assertEquals(wire("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n*2\r\n:1\r\n_\r\n"), "+OK\r\n");
  const digest = send("DEBUG DIGEST-VALUE k");
  assertEquals(send("DEBUG RELOAD"), "+OK");
  assertEquals(send("GET k"), "*2 :1 _");
  assertEquals(send("DEBUG DIGEST-VALUE k"), digest);
});

Deno.test("DEBUG RELOAD forgets last uses unless the policy for evicting keys asks for them", () => {
  const { send, clock } = newDebugger();
  for (
    const [policy, question, answer] of [
      ["noeviction", "IDLETIME", ":0"],
      ["allkeys-lru", "IDLETIME", ":60"],
      ["volatile-lfu", "FREQ", ":4"],
    ]
  ) {
    send("CONFIG SET maxmemory-policy noeviction");
    if (policy!.endsWith("lfu")) send(`CONFIG SET maxmemory-policy ${policy}`);
    send("SET k text");
    clock.advance(60_000);
    send(`CONFIG SET maxmemory-policy ${policy}`);
    assertEquals(send("DEBUG RELOAD"), "+OK");
    assertEquals(send(`OBJECT ${question} k`), answer, policy);
  }
});

Deno.test("DEBUG RELOAD is a flush to those who watch, no news to those who wait, and is not repeated", () => {
  const { send, connect, engine } = newDebugger();
  const told: string[] = [];
  engine.hooks.databaseChanges.add((change) => void told.push(change));
  engine.hooks.keyAdded.add(() => void told.push("added"));
  engine.hooks.propagated.add(() => void told.push("propagated"));
  send("LPUSH l a");
  told.length = 0;
  const waiting = connect();
  assertEquals(waiting.raw("BLPOP", "other", "0"), "");
  assertEquals(send("DEBUG RELOAD"), "+OK");
  assertEquals(told, ["flush"]);
  assertEquals(send("DEBUG RELOAD NOFLUSH MERGE"), "+OK");
  assertEquals(told, ["flush"]);
  assertEquals(send("LPUSH other b"), ":1");
  assertEquals(waiting.received(), "*2\r\n$5\r\nother\r\n$1\r\nb\r\n");
});

Deno.test("DEBUG RELOAD refuses what would lose keys, and keeps them", () => {
  const { send, logged } = newDebugger();
  assertEquals(send("DEBUG RELOAD NOFLUSH"), "+OK"); // nothing is in the way of nothing
  send("SET k v");
  assertMatch(send("DEBUG RELOAD NOFLUSH"), /^-ERR DEBUG RELOAD NOFLUSH without MERGE/);
  assertEquals(send("DEBUG RELOAD NOSAVE"), "-ERR Error trying to load the RDB dump");
  assertEquals(send("GET k"), "$1 v");
  assertEquals(logged.filter((line) => line.startsWith("warning")), [
    "warning: DB reloaded by DEBUG RELOAD",
    "warning: DEBUG RELOAD failed: This server keeps no files",
  ]);
});

Deno.test("DEBUG QUICKLIST-PACKED-THRESHOLD makes larger elements nodes of their own", () => {
  const { send } = newDebugger();
  assertEquals(send("DEBUG QUICKLIST-PACKED-THRESHOLD 10b"), "+OK");
  send("RPUSH l a 0123456789 b 012345678");
  assertMatch(
    send("DEBUG OBJECT l"),
    / ql_nodes:3 ql_avg_node:1\.33 ql_listpack_max:-2 ql_compressed:0 ql_uncompressed_size:\d+$/,
  );
  assertEquals(send("DEBUG QUICKLIST-PACKED-THRESHOLD 0"), "+OK");
  send("RPUSH m a 0123456789");
  assertMatch(send("DEBUG OBJECT m"), / ql_nodes:1 ql_avg_node:2\.00 /);
});

Deno.test("DEBUG OBJECT rounds the average of nodes as C does", () => {
  const { send } = newDebugger();
  send("CONFIG SET list-max-listpack-size 2");
  send("RPUSH l 1 2 3 4 5 6 7 8 9 10 11 12 13");
  assertMatch(send("DEBUG OBJECT l"), / ql_nodes:7 ql_avg_node:1\.86 /);
  send("CONFIG SET list-max-listpack-size 4");
  send("RPUSH m 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29");
  send("LREM m 0 1");
  send("LREM m 0 5");
  send("LREM m 0 9");
  send("LREM m 0 13");
  assertMatch(send("DEBUG OBJECT m"), / ql_nodes:8 ql_avg_node:3\.12 /); // 25 / 8
});

Deno.test("DEBUG writes structures and messages to the log", () => {
  const { send, raw, logged } = newDebugger();
  send("RPUSH l a");
  send("HSET h f -70000");
  assertEquals(send("DEBUG QUICKLIST l"), "+Quicklist structure printed on stdout");
  assertEquals(logged.splice(0), [
    "warning: quicklist: 1 nodes, 1 elements",
    "warning: listpack: 10 bytes, 1 elements",
  ]);
  send("DEBUG QUICKLIST-PACKED-THRESHOLD 4");
  raw("RPUSH", "l", "\xff".repeat(200));
  send("DEBUG QUICKLIST l 1");
  assertEquals(logged.splice(0).slice(2), [
    'warning:   "a"',
    "warning: plain node: 400 bytes",
    `warning:   "${"\xc3\xbf".repeat(64)}" ... 400 bytes`,
  ]);
  assertEquals(send("DEBUG LISTPACK h"), "+Listpack structure printed on stdout");
  assertEquals(logged.splice(0).slice(1), ['warning:   "f"', 'warning:   "-70000"']);
  assertEquals(send("DEBUG LOG hello"), "+OK");
  assertEquals(logged, ["warning: DEBUG LOG: hello"]);
});

Deno.test("DEBUG SDSLEN tells what key and text take, and what is left", () => {
  const { send } = newDebugger();
  const numbers = (reply: string) => [...reply.matchAll(/\w+: ?(\d+)/g)].map(([, digits]) => Number(digits));
  send(`SET long ${"x".repeat(2000)}`);
  send("SET short text");
  for (const [key, length] of [["long", 2000], ["short", 4]] as const) {
    const [keyLength, keyLeft, keyBytes, textLength, textLeft, textBytes] = numbers(send(`DEBUG SDSLEN ${key}`));
    assertEquals([keyLength, textLength], [key.length, length]);
    assert(keyBytes! >= keyLength! + keyLeft! && textBytes! >= textLength! + textLeft!);
  }
  const left = () => numbers(send("DEBUG SDSLEN long"))[4]!;
  send("APPEND long y");
  const before = left();
  send("APPEND long yy");
  assertEquals(left(), before - 2);
});

Deno.test("DEBUG HTSTATS and HTSTATS-KEY tell how many elements tables have", () => {
  const { raw, send } = newDebugger();
  raw("SADD", "s", ...Array.from({ length: 1000 }, (_, i) => `m${i}`));
  raw("ZADD", "z", ...Array.from({ length: 200 }, (_, i) => [`${i}`, `m${i}`]).flat());
  send("EXPIRE s 100");
  assertMatch(
    raw("DEBUG", "HTSTATS", "0"),
    /\[Dictionary HT\]\n.*\n table size: \d+\n number of elements: 2\n[^]* elements: 1\n/,
  );
  assertMatch(raw("DEBUG", "HTSTATS-KEY", "s"), / number of elements: 1000\n/);
  assertMatch(raw("DEBUG", "HTSTATS-KEY", "z"), / number of elements: 200\n/);
});

Deno.test("DEBUG POPULATE changes keys for those who watch, and is not repeated", () => {
  const { send, engine } = newDebugger();
  let touched = 0, added = 0, propagated = 0;
  engine.hooks.keyTouched.add(() => void touched++);
  engine.hooks.keyAdded.add(() => void added++);
  engine.hooks.propagated.add(() => void propagated++);
  assertEquals(send("DEBUG POPULATE 1000 p 10"), "+OK");
  assertEquals([touched, added, propagated], [1000, 1000, 0]);
  assertEquals(send("GET p:999"), "$10 value:999\0");
});

Deno.test("DEBUG ERROR answers a text as it stands, STRINGMATCH-TEST passes", () => {
  const { raw } = newDebugger();
  assertEquals(raw("DEBUG", "ERROR", Uint8Array.of(0x45, 0xff, 10, 13, 0x21)), "-E\xff  !\r\n");
  assertEquals(raw("DEBUG", "STRINGMATCH-TEST"), "+Apparently Redis did not crash: test passed\r\n");
});
