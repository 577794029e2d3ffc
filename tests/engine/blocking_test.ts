/** Clients that wait for keys: order, time-outs, what makes a key ready, what ends a wait. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { newWaitingServer } from "../_waiting.ts";

Deno.test("a client that finds its list empty waits, and is served by who pushes", () => {
  const { send, sendA, a, engine, receivedA } = newWaitingServer();
  assertEquals([sendA("BLPOP list 0"), engine.blocking.count, a.client.isHalted], ["", 1, true]);
  assertEquals(send("RPUSH list x y"), ":2", "the push is answered with what it made");
  assertEquals(receivedA(), "*2 $4 list $1 x");
  assertEquals([send("LRANGE list 0 -1"), engine.blocking.count, a.client.isHalted], ["*1 $1 y", 0, false]);
  assertEquals(sendA("BLPOP list 0"), "*2 $4 list $1 y", "what is there is taken at once");
});

Deno.test("who has waited longest is served first, as far as the elements go", () => {
  const { send, sendA, sendB, engine, receivedA, receivedB } = newWaitingServer();
  sendA("BLPOP list 0");
  sendB("BRPOP list 0");
  send("RPUSH list 1");
  assertEquals([receivedA(), receivedB()], ["*2 $4 list $1 1", ""]);
  sendA("BLPOP list 0");
  send("RPUSH list 2 3");
  assertEquals([receivedB(), receivedA(), engine.blocking.count], ["*2 $4 list $1 3", "*2 $4 list $1 2", 0]);
});

Deno.test("of several keys, the first that becomes ready serves; a key named twice counts once", () => {
  const { send, sendA, receivedA } = newWaitingServer();
  sendA("BLPOP one two one 0");
  send("RPUSH two 2");
  assertEquals(receivedA(), "*2 $3 two $1 2");
  send("RPUSH one 1");
  assertEquals([receivedA(), send("LLEN one")], ["", ":1"]);
});

Deno.test("a time-out is in seconds of the injected clock and has the reply of its command", () => {
  const { sendA, sendB, clock, engine, receivedA, receivedB } = newWaitingServer();
  sendA("BLPOP list 0.5");
  sendB("BLMOVE list other LEFT RIGHT 1");
  assertEquals(engine.blocking.timedCount, 2);
  clock.advance(499);
  assertEquals([receivedA(), receivedB()], ["", ""]);
  clock.advance(1);
  assertEquals([receivedA(), receivedB()], ["*-1", ""]);
  clock.advance(500);
  assertEquals([receivedB(), engine.blocking.count, clock.delays], ["*-1", 0, []]);
  sendA("BLPOP list 5000000"); // longer than any timer
  clock.advance(4_999_999_999);
  assertEquals(receivedA(), "");
  clock.advance(1);
  assertEquals([receivedA(), clock.delays], ["*-1", []]);
});

Deno.test("a key that becomes something else leaves its clients waiting", () => {
  const { send, sendA, engine, receivedA } = newWaitingServer();
  sendA("BLPOP key 0");
  send("SET key v");
  send("DEL key");
  send("SADD key m");
  send("DEL key");
  assertEquals([receivedA(), engine.blocking.count], ["", 1]);
  send("RPUSH key 1");
  assertEquals(receivedA(), "*2 $3 key $1 1");
});

Deno.test("a key that was made with a type nobody waits for, and then overwritten, serves nobody", () => {
  const { send, sendA, sendB, receivedA, receivedB } = newWaitingServer();
  send("RPUSH source x");
  sendA("BLPOP key 0");
  for (const line of ["MULTI", "SADD key m", "SORT source ALPHA STORE key", "EXEC"]) send(line);
  assertEquals([receivedA(), send("TYPE key")], ["", "+list"]);
  send("DEL key");
  for (const line of ["MULTI", "ZADD key 1 m", "SORT source ALPHA STORE key", "EXEC"]) send(line);
  assertEquals(receivedA(), "", "sorted sets are waited for by nobody");
  send("DEL key");
  sendB("BZPOPMIN other 0");
  for (const line of ["MULTI", "ZADD key 1 m", "SORT source ALPHA STORE key", "EXEC"]) send(line);
  assertEquals([receivedA(), receivedB()], ["*2 $3 key $1 x", ""], "by somebody, whatever the key: as in Redis");
});

Deno.test("RENAME, COPY, MOVE, SWAPDB and RESTORE make a key ready too", () => {
  const { send, sendA, c, receivedA } = newWaitingServer();
  send("RPUSH source 1 2 3 4 5");
  const dump = c.raw("DUMP", "source").replace(/^\$\d+\r\n/, "").slice(0, -2);
  for (const command of ["COPY source list", "RENAME source list"]) {
    sendA("BLPOP list 0");
    send(command);
    assertEquals(receivedA(), "*2 $4 list $1 1", command);
    send("DEL list");
  }
  sendA("BLPOP list 0");
  c.raw("RESTORE", "list", "0", Uint8Array.from(dump, (char) => char.charCodeAt(0)));
  assertEquals([receivedA(), send("DEL list")], ["*2 $4 list $1 1", ":1"]);
  send("SELECT 1");
  send("RPUSH list 7");
  sendA("BLPOP list 0");
  send("MOVE list 0");
  assertEquals(receivedA(), "*2 $4 list $1 7");
  send("RPUSH list 8");
  sendA("BLPOP list 0");
  send("SWAPDB 0 1");
  assertEquals(receivedA(), "*2 $4 list $1 8");
});

Deno.test("a move that serves one client makes the next key ready", () => {
  const { send, sendA, sendB, receivedA, receivedB } = newWaitingServer();
  sendA("BLMOVE one two LEFT LEFT 0");
  sendB("BLPOP two 0");
  send("RPUSH one x");
  assertEquals([receivedA(), receivedB()], ["$1 x", "*2 $3 two $1 x"]);
  assertEquals(send("EXISTS one two"), ":0");
});

Deno.test("a command that fails when it is served ends the wait with its error, and takes nothing", () => {
  const { send, sendA, engine, receivedA } = newWaitingServer();
  send("SET target v");
  sendA("BLMOVE source target LEFT LEFT 0");
  send("RPUSH source x");
  assertEquals(receivedA(), "-WRONGTYPE Operation against a key holding the wrong kind of value");
  assertEquals([send("LLEN source"), engine.blocking.count], [":1", 0]);
});

Deno.test("CLIENT UNBLOCK ends a wait as if its time were over, or with an error", () => {
  const { send, sendA, a, receivedA } = newWaitingServer();
  const { id } = a.client;
  assertEquals(send(`CLIENT UNBLOCK ${id}`), ":0");
  sendA("BLPOP list 0");
  assertEquals([send(`CLIENT UNBLOCK ${id}`), receivedA()], [":1", "*-1"]);
  sendA("BLPOP list 0");
  assertEquals([send(`CLIENT UNBLOCK ${id} TIMEOUT`), receivedA()], [":1", "*-1"]);
  sendA("BLPOP list 0");
  assertEquals(send(`CLIENT UNBLOCK ${id} ERROR`), ":1");
  assertEquals(receivedA(), "-UNBLOCKED client unblocked via CLIENT UNBLOCK");
  assertEquals([send("CLIENT UNBLOCK 999"), send(`CLIENT UNBLOCK ${id} x`)], [
    ":0",
    "-ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR",
  ]);
});

Deno.test("CLIENT UNBLOCK counts the call as failed, and its error", () => {
  const { send, sendA, a } = newWaitingServer();
  for (const reason of ["TIMEOUT", "ERROR"]) {
    sendA("BLPOP list 0");
    send(`CLIENT UNBLOCK ${a.client.id} ${reason}`);
  }
  assertStringIncludes(send("INFO commandstats").split("cmdstat_blpop:")[1]!, "rejected_calls=0,failed_calls=2");
  assertStringIncludes(send("INFO errorstats"), "errorstat_UNBLOCKED:count=1");
  assertEquals(
    send("CLIENT UNBLOCK 1 TIMEOUT x"),
    "-ERR unknown subcommand or wrong number of arguments for 'UNBLOCK'. Try CLIENT HELP.",
  );
});

Deno.test("a client that has gone is served nothing", () => {
  const { send, sendA, a, engine } = newWaitingServer();
  sendA("BLPOP list 10");
  engine.blocking.forget(a.client);
  assertEquals([send("RPUSH list x"), send("LLEN list"), engine.blocking.count], [":1", ":1", 0]);
});

Deno.test("what was sent after a blocking command is executed once it has been served, and not before", () => {
  const { send, a, receivedA } = newWaitingServer();
  assertEquals(a.wire("BLPOP list 0\r\n"), "");
  assertEquals(a.client.isHalted, true);
  send("RPUSH list x");
  assertEquals([receivedA(), a.client.isHalted], ["*2 $4 list $1 x", false]);
});

Deno.test("CLIENT REPLY SKIP silences a blocking command whenever its reply comes", () => {
  const { send, a, clock, receivedA } = newWaitingServer();
  a.wire("CLIENT REPLY SKIP\r\nBLPOP list 0\r\n");
  send("RPUSH list x");
  assertEquals([receivedA(), a.wire("PING\r\n")], ["", "+PONG\r\n"]);
  a.wire("CLIENT REPLY SKIP\r\nBLPOP list 1\r\n");
  clock.advance(1_000);
  assertEquals([receivedA(), a.wire("PING\r\n")], ["", "+PONG\r\n"]);
});

Deno.test("clients that wait show in INFO and CLIENT LIST, and nobody listens when none does", () => {
  const { send, sendA, a, engine } = newWaitingServer();
  sendA("BLPOP list 1");
  assertEquals(send("INFO clients").includes("blocked_clients:1 tracking_clients:0 clients_in_timeout_table:1"), true);
  assertEquals(send(`CLIENT LIST ID ${a.client.id}`).includes(" flags=b "), true);
  assertEquals([engine.hooks.keyAdded.count, engine.hooks.databaseChanges.count], [1, 1]);
  send("RPUSH list x");
  assertEquals([engine.hooks.keyAdded.count, engine.hooks.databaseChanges.count], [0, 0]);
});

Deno.test("what a client is served with is propagated as what was done, after the push", () => {
  const { send, sendA, engine } = newWaitingServer();
  const heard: string[] = [];
  engine.hooks.propagated.add((_db, args) =>
    heard.push(args.map((arg) => new TextDecoder().decode(arg as Uint8Array)).join(" "))
  );
  sendA("BRPOP list 0");
  send("RPUSH list x y");
  assertEquals(heard, ["RPUSH list x y", "RPOP list"]);
});

Deno.test("keys of any bytes and of millions of them are waited for", () => {
  const { a, b, c, engine, receivedA, receivedB } = newWaitingServer();
  const long = new Uint8Array(4 * 1024 * 1024).fill(0xfe);
  const { heapUsed } = Deno.memoryUsage();
  a.raw("BLPOP", long, "0");
  const taken = Deno.memoryUsage().heapUsed - heapUsed;
  assert(taken < 16 * 1024 * 1024, `${taken} bytes of heap`);
  b.raw("BLPOP", Uint8Array.of(0, 0xff, 0xfe), "0");
  c.raw("RPUSH", Uint8Array.of(0, 0xff, 0xff), "x");
  assertEquals(engine.blocking.count, 2);
  c.raw("RPUSH", Uint8Array.of(0, 0xff, 0xfe), "x");
  assertEquals(receivedB(), "*2 $3 \0\xff\xfe $1 x");
  c.raw("RPUSH", long, "x");
  assertEquals([receivedA().slice(-4), engine.blocking.count], ["$1 x", 0]);
});

Deno.test("the slow log hears of a blocking command when it is served", () => {
  const { send, sendA, engine } = newWaitingServer();
  engine.config.set([["slowlog-log-slower-than", "0"]], "runtime");
  const heard: string[] = [];
  engine.hooks.commandWasSlow.add((client, _command, args) => heard.push(`${client.id} ${args.text(0)}`));
  sendA("BLPOP list 0");
  assertEquals(heard, []);
  send("RPUSH list x");
  assertEquals(heard, ["2 BLPOP", "1 RPUSH"]);
});

Deno.test("time-outs that are none are refused in Redis' words", () => {
  const { send } = newWaitingServer();
  assertEquals(["x", "-1", "nan", "1e400", "inf", "-0.0001"].map((timeout) => send(`BLPOP list ${timeout}`)), [
    "-ERR timeout is not a float or out of range",
    "-ERR timeout is negative",
    "-ERR timeout is not a float or out of range",
    "-ERR timeout is negative",
    "-ERR timeout is negative",
    "",
  ]);
});
