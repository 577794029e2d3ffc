/** From batch to replies: gates, counting, timing, where a batch is cut, what happens when a handler fails. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { GATE_AUTH } from "../../engine/client_state.ts";
import type { Command } from "../../engine/command.ts";
import { Config } from "../../engine/config.ts";
import { Dispatcher } from "../../engine/dispatch.ts";
import type { CommandBatch } from "../../resp/command_batch.ts";
import { CommandDecoder } from "../../resp/command_decoder.ts";
import { StoreMemoryError, WrongTypeError } from "../../store/errors.ts";
import { newCaller } from "../_call.ts";

function newDispatch(directives: Record<string, string> = {}) {
  const config = new Config();
  config.set(Object.entries(directives), "start");
  const lines: string[] = [];
  const caller = newCaller({ config, log: { log: (_level, text) => void lines.push(text) } });
  return { ...caller, dispatcher: new Dispatcher(caller.engine), lines };
}

/** All commands of a text as one batch. */
function batch(text: string): CommandBatch {
  const decoded = new CommandDecoder().decode(new TextEncoder().encode(text));
  assertEquals(decoded.error, null);
  return decoded;
}

function command({ engine }: ReturnType<typeof newCaller>, name: string): Command {
  return engine.table.get(name)!;
}

/** Has a command do something else. */
function replace(caller: ReturnType<typeof newCaller>, name: string, run: NonNullable<Command["run"]>): void {
  Object.assign(command(caller, name), { run });
}

// ---- Where a batch is cut ----

Deno.test("a batch gives way after a millisecond, and goes on where it was", () => {
  const { dispatcher, client } = newDispatch({ "enable-debug-command": "yes" });
  const slow = batch("DEBUG SLEEP 0.002\r\n".repeat(5));
  let at = 0, turns = 0;
  while (at < slow.size) {
    const before = at;
    at = dispatcher.execute(client, slow, at);
    assertEquals(at - before, 7, "one command a turn");
    turns++;
  }
  assertEquals([turns, client.out.length], [5, 5 * "+OK\r\n".length]);
  assert(dispatcher.busyMs >= 10, `${dispatcher.busyMs} ms`);
});

Deno.test("a batch of quick commands is executed at once", () => {
  const { dispatcher, client } = newDispatch();
  const quick = batch("INCR n\r\n".repeat(200));
  dispatcher.execute(client, quick, 0);
  client.out.take();
  // the first time the code is cold; within a millisecond there is room for 200 of them afterwards
  let at = 0, turns = 0;
  for (; at < quick.size; turns++) at = dispatcher.execute(client, quick, at);
  assert(turns <= 4, `${turns} turns`);
});

Deno.test("a batch is cut when its replies pass a megabyte", () => {
  const { dispatcher, client, raw } = newDispatch();
  raw("SET", "k", "x".repeat(600_000));
  const gets = batch("GET k\r\n".repeat(5));
  const lengths: number[] = [];
  for (let at = 0; at < gets.size;) {
    at = dispatcher.execute(client, gets, at);
    lengths.push(Math.floor(client.out.take().length / 600_000));
  }
  assertEquals(lengths, [2, 2, 1]);
});

Deno.test("long commands of constant time are looked at one by one", () => {
  const { dispatcher, client } = newDispatch();
  const value = "x".repeat(1_000_000);
  const sets = batch(`*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1000000\r\n${value}\r\n`.repeat(60));
  let turns = 0;
  for (let at = 0; at < sets.size; turns++) at = dispatcher.execute(client, sets, at);
  assert(turns > 2, `60 copies of a megabyte took ${turns} turns`);
});

Deno.test("a client that is halted executes nothing more of its batch", () => {
  const { dispatcher, client, engine } = newDispatch();
  const commands = batch("SET k before\r\nQUIT\r\nSET k after\r\n");
  const at = dispatcher.execute(client, commands, 0);
  assert(at < commands.size && client.isHalted && client.isClosing);
  assertEquals(text(client.out.take()), "+OK\r\n+OK\r\n");
  assertEquals(engine.statistics.commandsProcessed, 2);
});

Deno.test("commands of one batch may select databases, and look ahead into large ones", () => {
  const { dispatcher, client, wire } = newDispatch();
  const keys = Array.from({ length: 3_000 }, (_, i) => `key:${i}`);
  for (const db of [0, 1]) wire(`SELECT ${db}\r\n${keys.map((key) => `SET ${key} ${key}-${db}\r\n`).join("")}`);
  wire("SELECT 0\r\n");
  // every command finds its own key, whatever stands before it in the batch: other databases, no keys, long ones, none
  const lines: string[] = [], expected: string[] = [];
  const long = "long".repeat(30);
  for (let i = 0, db = 0; i < 1_000; i++) {
    const key = keys[(i * 37) % keys.length]!;
    if (i % 50 === 49) {
      db = 1 - db;
      lines.push(`SELECT ${db}`);
      expected.push("+OK");
    }
    if (i === 500) {
      lines.push("FLUSHDB");
      expected.push("+OK");
      for (const each of keys) {
        lines.push(`SET ${each} ${each}-${db}`);
        expected.push("+OK");
      }
    }
    lines.push(...[`GET ${key}`, "PING", `GET ${long}`, `EXISTS ${key} ${key} none`, `OBJECT ENCODING ${key}`]);
    const value = `${key}-${db}`;
    expected.push(`$${value.length}`, value, "+PONG", "$-1", ":2", "$6", "embstr");
  }
  const all = batch(`${lines.join("\r\n")}\r\n`);
  let replies = "";
  for (let at = 0; at < all.size;) {
    at = dispatcher.execute(client, all, at);
    replies += text(client.out.take());
  }
  assertEquals(replies, `${expected.join("\r\n")}\r\n`);
});

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

// ---- Gates ----

Deno.test("an unknown command, a wrong number of arguments, a missing password: in this order", () => {
  const { raw, client } = newDispatch({ requirepass: "secret" });
  client.isAuthenticated = false;
  client.gates |= GATE_AUTH;
  assertStringIncludes(raw("NOSUCH", "a"), "-ERR unknown command 'NOSUCH', with args beginning with: 'a' ");
  assertEquals(raw("GET"), "-ERR wrong number of arguments for 'get' command\r\n");
  assertEquals(raw("GET", "k"), "-NOAUTH Authentication required.\r\n");
  assertEquals(raw("CONFIG", "GET", "port"), "-NOAUTH Authentication required.\r\n");
  assertEquals([raw("AUTH", "secret"), raw("GET", "k"), client.gates], ["+OK\r\n", "$-1\r\n", 0]);
});

Deno.test("protected commands ask the directive that is about them", () => {
  const refused = '-ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", ';
  assertStringIncludes(newDispatch().raw("DEBUG", "HELP"), refused);
  assertEquals(newDispatch({ "enable-debug-command": "local" }).raw("DEBUG", "HELP")[0], "*");
});

Deno.test("CLIENT REPLY SKIP silences one command, OFF all, errors and unknown commands among them", () => {
  const { wire, client } = newDispatch();
  assertEquals(wire("CLIENT REPLY SKIP\r\nSET k v\r\nGET k\r\n"), "$1\r\nv\r\n");
  assertEquals(wire("CLIENT REPLY SKIP\r\nNOSUCH\r\nGET k\r\n"), "$1\r\nv\r\n");
  assertEquals(wire("CLIENT REPLY SKIP\r\nCLIENT REPLY SKIP\r\nPING\r\nPING\r\n"), "+PONG\r\n");
  assertEquals(wire("CLIENT REPLY SKIP\r\nCLIENT REPLY ON\r\nPING\r\n"), "+OK\r\n+PONG\r\n");
  assertEquals(
    wire("PING\r\nCLIENT REPLY OFF\r\nNOSUCH\r\nGET\r\nSET k w\r\nCLIENT REPLY SKIP\r\nPING\r\n"),
    "+PONG\r\n",
  );
  assertEquals(wire("GET k\r\n"), "");
  assertEquals(client.out.bytes.length, 0, "a client that is told nothing holds no buffer");
  assertEquals(wire("CLIENT REPLY ON\r\nGET k\r\n"), "+OK\r\n$1\r\nw\r\n");
});

// ---- Errors ----

Deno.test("what a handler throws is answered by its kind, with nothing of what it had replied before", () => {
  const caller = newDispatch();
  const { raw, engine, lines } = caller;
  const failing = (error: unknown) => {
    replace(caller, "echo", (ctx) => {
      ctx.out.array(2);
      ctx.out.bulkText("half");
      throw error;
    });
    return raw("ECHO", "x");
  };
  const WRONG_TYPE = "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n";
  assertEquals(failing(new WrongTypeError()), WRONG_TYPE);
  assertStringIncludes(failing(new StoreMemoryError("full")), "-OOM command not allowed");
  assertEquals([lines.length, caller.client.isClosing, command(caller, "echo").failedCalls], [0, false, 2]);
  assertEquals(failing(new RangeError("a bug")), "-ERR internal error, see the server's log\r\n");
  assertEquals(failing("a string"), "-ERR internal error, see the server's log\r\n");
  assertEquals([caller.client.isClosing, engine.statistics.unexpectedErrors], [true, 2]);
  assertStringIncludes(lines[0]!, "Unexpected error in 'echo' of client 1: RangeError: a bug");
  assertStringIncludes(lines[0]!, "dispatch_test.ts");
  assertEquals(Object.fromEntries(engine.statistics.errors), { WRONGTYPE: 1, OOM: 1, ERR: 2 });
});

Deno.test("a request of HTTP ends the connection, whatever its body", () => {
  const { wire, client, lines } = newDispatch();
  let closed = 0;
  Object.assign(client.connection, { close: () => closed++ });
  wire("POST / HTTP/1.1\r\n");
  wire("Host: localhost\r\n");
  assertEquals(closed, 2);
  assertStringIncludes(lines[0]!, "HTTP instead of Redis commands");
});

// ---- Counting ----

Deno.test("calls, failures and refusals are counted, of subcommands by themselves", () => {
  const caller = newDispatch();
  const { raw, wire, engine } = caller;
  raw("SET", "s", "text");
  wire("GET s\r\nGET s\r\nINCR s\r\nGET\r\nMGET s s\r\nCLIENT GETNAME\r\nCLIENT NOSUCH\r\nNOSUCH\r\n");
  raw("INCR", "s");
  raw("GET");
  const counts = (name: string) => {
    const { calls, failedCalls, rejectedCalls } = command(caller, name);
    return [calls, failedCalls, rejectedCalls];
  };
  assertEquals(counts("get"), [2, 0, 2]);
  assertEquals(counts("incr"), [2, 2, 0]);
  assertEquals(counts("mget"), [1, 0, 0]);
  assertEquals([counts("client"), counts("client|getname")], [[0, 0, 0], [1, 0, 0]]);
  const { statistics } = engine;
  assertEquals([statistics.commandsProcessed, statistics.totalErrorReplies], [7, 6]);
});

Deno.test("time is counted for commands of every kind, alone or in a batch", () => {
  const caller = newDispatch({ "enable-debug-command": "yes" });
  const busy = (us: number) => {
    const ends = performance.now() + us / 1000;
    while (performance.now() < ends);
  };
  replace(caller, "echo", (ctx) => {
    busy(100);
    ctx.out.ok();
  });
  const echo = command(caller, "echo");
  assertEquals(echo.constantUpTo, Infinity);
  caller.raw("ECHO", "alone");
  assert(echo.microseconds >= 100);
  for (let i = 1; i < 20; i++) caller.raw("ECHO", "alone"); // most are not timed, and count as the last that was
  assert(echo.calls === 20 && echo.microseconds >= 20 * 100, `${echo.microseconds} us for ${echo.calls} calls`);
  caller.wire("ECHO x\r\n".repeat(100));
  assertEquals([echo.calls, echo.runCalls], [120, 0]);
  assert(echo.microseconds >= 120 * 100);
  caller.wire("DEBUG SLEEP 0.003\r\nPING\r\n");
  assert(command(caller, "debug").microseconds >= 3_000 && command(caller, "ping").microseconds < 3_000);
});

Deno.test("only what is of constant time without any condition is timed together with others", () => {
  const caller = newCaller();
  const constantUpTo = (name: string) => command(caller, name).constantUpTo;
  assertEquals(["get", "set", "incr", "ping", "ttl"].map(constantUpTo), Array(5).fill(Infinity));
  assertEquals(["mget", "sadd", "lpush", "hset", "lpop"].map(constantUpTo), [10, 10, 10, 10, 2]);
  assertEquals(["scan", "setrange", "append", "unlink", "getrange", "smembers"].map(constantUpTo), Array(6).fill(0));
  assertEquals(["client", "object", "info", "dbsize"].map(constantUpTo), Array(4).fill(0));
});

Deno.test("time goes on between the slow commands of a batch", () => {
  const { wire, clock, engine } = newDispatch({ "enable-debug-command": "yes" });
  engine.hooks.commandRan.add((_client, _command, args) => {
    if (args.is(0, "SCAN")) clock.advance(50);
  });
  // a command that took more than a millisecond has the clock read again
  const slow = engine.table.get("scan")!;
  const run = slow.run!;
  Object.assign(slow, {
    run: (...given: Parameters<typeof run>) => {
      const ends = performance.now() + 2;
      while (performance.now() < ends);
      run(...given);
    },
  });
  assertEquals(wire("SET k v PX 40\r\nSCAN 0\r\nGET k\r\n"), "+OK\r\n*2\r\n$1\r\n0\r\n*1\r\n$1\r\nk\r\n$-1\r\n");
});
