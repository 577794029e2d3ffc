/** What a primary without replicas answers: ROLE, REPLICAOF, FAILOVER, WAIT; and LOLWUT. */
import { assertEquals, assertMatch } from "@std/assert";
import { TimerClock } from "../_clock.ts";
import { newCaller } from "../_call.ts";

function newPrimary() {
  const caller = newCaller({ clock: new TimerClock() });
  return { ...caller, send: (line: string) => caller.raw(...line.split(" ")) };
}

Deno.test("ROLE tells of a primary without replicas", () => {
  assertEquals(newPrimary().send("ROLE"), "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n");
});

Deno.test("REPLICAOF NO ONE changes nothing, and a primary cannot be followed yet", () => {
  const { send } = newPrimary();
  assertEquals(["REPLICAOF no one", "SLAVEOF NO ONE"].map(send), ["+OK\r\n", "+OK\r\n"]);
  assertEquals(send("REPLICAOF localhost 6379"), "-ERR REPLICAOF is not supported yet, only REPLICAOF NO ONE is\r\n");
  for (const port of ["x", "-1", "65536"]) {
    assertEquals(send(`REPLICAOF localhost ${port}`), "-ERR Invalid master port\r\n");
  }
});

Deno.test("WAIT answers 0: at once where nothing is to be waited for, else when its time is over", () => {
  const { send, clock, received } = newPrimary();
  assertEquals([send("WAIT 0 0"), send("WAIT -1 1000")], [":0\r\n", ":0\r\n"]);
  assertEquals(send("WAIT 1 100"), "");
  clock.advance(99);
  assertEquals(received(), "");
  clock.advance(1);
  assertEquals(received(), ":0\r\n");
  for (const line of ["MULTI", "WAIT 1 0"]) send(line);
  assertEquals(send("EXEC"), "*1\r\n:0\r\n");
});

Deno.test("WAIT without a time-out ends by CLIENT UNBLOCK", () => {
  const { send, connect, engine } = newPrimary();
  const other = connect();
  assertEquals([other.raw("WAIT", "1", "0"), engine.blocking.count], ["", 1]);
  assertEquals([send("CLIENT UNBLOCK 2"), other.received()], [":1\r\n", ":0\r\n"]);
  assertEquals([other.raw("WAIT", "1", "0"), send("CLIENT UNBLOCK 2 ERROR")], ["", ":1\r\n"]);
  assertEquals(other.received(), "-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n");
  assertEquals(engine.blocking.count, 0);
});

Deno.test("LOLWUT tells the version, and draws a picture of the size asked for", () => {
  const { send } = newPrimary();
  assertMatch(send("LOLWUT"), /^\$18\r\nRedis ver\. 7\.0\.15\n\r\n$/);
  const rows = (rest: string) => {
    const bytes = Uint8Array.from(send(`LOLWUT VERSION 5${rest}`), (c) => c.charCodeAt(0));
    return new TextDecoder().decode(bytes).split("\n").filter((line) => /^[\u2800-\u28ff]+$/.test(line));
  };
  assertEquals([rows("").length, rows("")[0]!.length], [49, 66]);
  assertEquals([rows(" 10 2 1")[0]!.length, rows(" 0 1 1").length], [10, 1]);
  assertEquals(rows(" 40 4 4")[0]!.replaceAll("\u2800", "").length > 30, true, "the upper edge of the squares");
  assertEquals(send("LOLWUT VERSION x"), "-ERR value is not an integer or out of range\r\n");
});
