/** MONITOR: what is shown, of what, to whom, and in which order. */
import { assertEquals, assertMatch } from "@std/assert";
import { newCaller } from "../_call.ts";

function newWatched() {
  const caller = newCaller();
  const watcher = caller.connect();
  const send = (line: string) => caller.raw(...line.split(" "));
  assertEquals(watcher.raw("MONITOR"), "+OK\r\n");
  /** The lines that the watcher got, without their times. */
  const seen = () => watcher.received().split("\r\n").filter((line) => line !== "").map((line) => line.slice(19));
  return { ...caller, send, watcher, seen };
}

Deno.test("MONITOR shows time, database, client and arguments of each command", () => {
  const { send, raw, watcher, clock, seen } = newWatched();
  clock.advance(7);
  send("SET k v");
  assertEquals(watcher.received(), '+1700000000.007000 [0 127.0.0.1:50000] "SET" "k" "v"\r\n');
  send("SELECT 3");
  raw("set", '"\\', "\n\r\t\x07\b", Uint8Array.of(0, 32, 126, 127, 255), "");
  assertEquals(seen(), [
    '[3 127.0.0.1:50000] "SELECT" "3"',
    '[3 127.0.0.1:50000] "set" "\\"\\\\" "\\n\\r\\t\\a\\b" "\\x00 ~\\x7f\\xff" ""',
  ]);
});

Deno.test("MONITOR shows failed commands, but none that were refused, unknown or administrative", () => {
  const { send, seen } = newWatched();
  for (const line of ["SET k v", "INCR k", "GET", "NOSUCH", "CONFIG GET port", "CLIENT ID", "SLOWLOG LEN", "DEBUG x"]) {
    send(line);
  }
  assertEquals(seen().map((line) => line.slice(20)), ['"SET" "k" "v"', '"INCR" "k"', '"CLIENT" "ID"']);
});

Deno.test("MONITOR shows what EXEC runs before EXEC, and queued commands once", () => {
  const { send, seen } = newWatched();
  for (const line of ["MULTI", "SET k v", "EXEC", "MULTI", "NOSUCH", "EXEC"]) send(line);
  const expected = ['"MULTI"', '"SET" "k" "v"', '"EXEC"', '"MULTI"', '"EXEC"'];
  assertEquals(seen().map((line) => line.slice(20)), expected);
});

Deno.test("MONITOR shows no secrets", () => {
  const { send, seen } = newWatched();
  for (const line of ["AUTH a", "AUTH a b", "HELLO 2 AUTH a b", "HELLO"]) send(line);
  assertEquals(seen().map((line) => line.slice(20)), [
    '"AUTH" "(redacted)"',
    '"AUTH" "(redacted)" "(redacted)"',
    '"HELLO" "2" "AUTH" "(redacted)" "(redacted)"',
    '"HELLO"',
  ]);
});

Deno.test("who watches sees its own commands after their replies, may not touch keys, and stops by RESET", () => {
  const { send, watcher, engine } = newWatched();
  assertEquals(watcher.raw("MONITOR"), "", "no reply to a second one, as in Redis");
  assertMatch(watcher.raw("PING"), /^\+PONG\r\n\+\d+\.\d{6} \[0 127\.0\.0\.1:50000\] "PING"\r\n$/);
  for (const line of ["GET k", "SET k v", "DEL k"]) {
    assertEquals(watcher.raw(...line.split(" ")), "-ERR Replica can't interact with the keyspace\r\n");
  }
  assertMatch(send("CLIENT LIST TYPE normal"), / flags=O /);
  assertEquals(watcher.raw("RESET"), "+RESET\r\n");
  assertEquals([watcher.raw("GET", "k"), engine.hooks.commandRan.count], ["$-1\r\n", 0]);
});

Deno.test("several watch independently; one that gets no replies gets no lines", () => {
  const { connect, send, watcher } = newWatched();
  const second = connect(3), silent = connect();
  second.raw("MONITOR");
  silent.raw("MONITOR");
  silent.raw("CLIENT", "REPLY", "OFF");
  watcher.received();
  second.received();
  send("PING");
  assertMatch(watcher.received(), /"PING"\r\n$/);
  assertMatch(second.received(), /^\+\d+\.\d{6} \[0 [^\]]+\] "PING"\r\n$/, "no push in RESP3");
  assertEquals(silent.received(), "");
});

Deno.test("MONITOR is refused in a transaction", () => {
  const { send } = newWatched();
  for (const line of ["MULTI", "MONITOR"]) send(line);
  assertEquals(send("EXEC"), "*1\r\n-ERR MONITOR isn't allowed for DENY BLOCKING client\r\n");
});
