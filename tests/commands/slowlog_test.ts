/** SLOWLOG: what is kept of slow commands, and for how long. */
import { assert, assertEquals } from "@std/assert";
import { configOf } from "../../engine/config.ts";
import { newCaller } from "../_call.ts";

function newSlow(directives: Record<string, string> = {}) {
  const caller = newCaller({ config: configOf({ "slowlog-log-slower-than": "0", ...directives }) });
  const send = (line: string) => caller.raw(...line.split(" "));
  /** The commands in the log, newest first, each with its arguments. */
  const commands = () =>
    [...caller.engine.slowLog.latest(Infinity)].map(({ args }) =>
      args.map((arg) => new TextDecoder("latin1").decode(arg)).join(" ")
    );
  return { ...caller, send, commands };
}

Deno.test("SLOWLOG GET answers number, time, duration, arguments, address and name of the latest commands", () => {
  const { raw, send, clock } = newSlow();
  send("CLIENT SETNAME me");
  clock.advance(1_500);
  raw("SET", "k", "a b");
  send("GET k");
  const reply = raw("SLOWLOG", "GET", "2").replace(/\r\n:\d+\r\n\*/g, "\r\n:us\r\n*");
  const entry = (id: number, args: string) =>
    `*6\r\n:${id}\r\n:1700000001\r\n:us\r\n${args}$15\r\n127.0.0.1:50000\r\n$2\r\nme\r\n`;
  assertEquals(
    reply,
    `*2\r\n${entry(2, "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n")}${entry(1, "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3\r\na b\r\n")}`,
  );
  assertEquals([send("SLOWLOG LEN"), send("SLOWLOG GET 0")], [":4\r\n", "*0\r\n"]);
  assertEquals(send("SLOWLOG RESET"), "+OK\r\n");
  assertEquals(send("SLOWLOG LEN"), ":1\r\n");
  assert(send("SLOWLOG GET 1").includes("*6\r\n:7\r\n"), "numbers go on");
});

Deno.test("SLOWLOG GET answers ten commands, as many as asked for, or all", () => {
  const { send } = newSlow();
  for (let i = 0; i < 20; i++) send("PING");
  const count = (rest: string) => Number(/^\*(\d+)/.exec(send(`SLOWLOG GET${rest}`))![1]);
  assertEquals([count(""), count(" 3"), count(" -1"), count(" 9000")], [10, 3, 22, 23]);
  for (const wrong of ["-2", "x", "1.5"]) {
    assertEquals(send(`SLOWLOG GET ${wrong}`), "-ERR count should be greater than or equal to -1\r\n");
  }
});

Deno.test("slowlog-max-len bounds the log, whichever way it changes", () => {
  const { send, commands } = newSlow({ "slowlog-max-len": "3" });
  const echo = (from: number, to: number) => {
    for (let i = from; i <= to; i++) send(`ECHO ${i}`);
  };
  echo(1, 2);
  assertEquals(commands(), ["ECHO 2", "ECHO 1"]);
  echo(3, 8);
  assertEquals(commands(), ["ECHO 8", "ECHO 7", "ECHO 6"]);
  send("CONFIG SET slowlog-max-len 5");
  echo(9, 10);
  assertEquals(commands(), ["ECHO 10", "ECHO 9", "CONFIG SET slowlog-max-len 5", "ECHO 8", "ECHO 7"]);
  echo(11, 11);
  send("CONFIG SET slowlog-max-len 2");
  assertEquals(commands(), ["CONFIG SET slowlog-max-len 2", "ECHO 11"]);
  send("CONFIG SET slowlog-max-len 0");
  echo(12, 12);
  assertEquals(commands(), []);
});

Deno.test("the threshold decides what is slow: each command below a millisecond, none below zero", () => {
  const { send, wire, commands } = newSlow({ "slowlog-log-slower-than": "-1" });
  wire("PING\r\nPING\r\n");
  assertEquals(commands(), []);
  send("CONFIG SET slowlog-log-slower-than 0");
  wire("PING a\r\nGET k\r\nSCAN 0\r\n");
  assertEquals(commands().slice(0, 3), ["SCAN 0", "GET k", "PING a"]);
  send("CONFIG SET slowlog-log-slower-than 100000000");
  const { length } = commands();
  send("PING");
  assertEquals(commands().length, length);
});

Deno.test("long commands are kept in part, as in Redis", () => {
  const { raw, commands } = newSlow();
  const members = (count: number) => Array.from({ length: count }, (_, i) => `${i}`);
  raw("SADD", "k", ...members(30));
  assertEquals(commands()[0], `SADD k ${members(30).join(" ")}`);
  raw("SADD", "k", ...members(31));
  assertEquals(commands()[0], `SADD k ${members(29).join(" ")} ... (2 more arguments)`);
  raw("SET", "k", "x".repeat(128), "EX", "y".repeat(129));
  assertEquals(commands()[0], `SET k ${"x".repeat(128)} EX ${"y".repeat(128)}... (1 more bytes)`);
});

Deno.test("what is secret is not kept", () => {
  const { send, commands } = newSlow();
  send("AUTH secret");
  send("AUTH me secret");
  send("HELLO 2 SETNAME x AUTH me secret");
  send("HELLO 2 NOSUCH AUTH me secret");
  send("CONFIG SET timeout 7 MasterAuth secret maxclients 100");
  send("CONFIG SET nosuch 1 masterauth secret");
  assertEquals(commands(), [
    "CONFIG SET nosuch 1 masterauth (redacted)",
    "CONFIG SET timeout 7 MasterAuth (redacted) maxclients 100",
    "HELLO 2 NOSUCH AUTH me secret",
    "HELLO 2 SETNAME x AUTH (redacted) (redacted)",
    "AUTH (redacted) (redacted)",
    "AUTH (redacted)",
  ]);
});

Deno.test("EXEC is not logged, but what it runs", () => {
  const { send, commands } = newSlow();
  for (const line of ["MULTI", "INCR k", "GET k", "EXEC"]) send(line);
  assertEquals(commands(), ["GET k", "INCR k", "MULTI"]);
});
