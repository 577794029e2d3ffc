/** Clients that wait for entries of streams: XREAD and XREADGROUP with BLOCK. */
import { assertEquals } from "@std/assert";
import { newWaitingServer } from "../_waiting.ts";

/** A server with three clients; `received` tells what two of them were sent since. */
function newServer(protocol: 2 | 3 = 2) {
  const server = newWaitingServer(protocol);
  return { ...server, received: () => [server.receivedA(), server.receivedB()] };
}

const ENTRY = "*1 *2 $3 1-1 *2 $1 f $1 v";
const GONE = "-UNBLOCKED the stream key no longer exists";
const NO_GROUP = "-NOGROUP the consumer group this client was blocked on no longer exists";

for (const protocol of [2, 3] as const) {
  Deno.test(`XREAD BLOCK is served by who adds an entry, to a stream that is there or not (RESP${protocol})`, () => {
    const { send, sendA, sendB, received, engine } = newServer(protocol);
    const reply = (key: string, entry: string) => protocol === 2 ? `*1 *2 $1 ${key} ${entry}` : `%1 $1 ${key} ${entry}`;
    assertEquals([sendA("XREAD BLOCK 0 STREAMS s t $ $"), sendB("XREAD BLOCK 0 STREAMS s 0")], ["", ""]);
    send("XADD s 1-1 f v");
    assertEquals(received(), [reply("s", ENTRY), reply("s", ENTRY)]);
    sendA("XREAD BLOCK 0 STREAMS s t $ $");
    assertEquals(sendB("XREAD BLOCK 0 STREAMS s 1-0"), reply("s", ENTRY), "what is there is read at once");
    send("XADD s 1-2 f w");
    assertEquals(received(), [reply("s", "*1 *2 $3 1-2 *2 $1 f $1 w"), ""]);
    assertEquals([engine.blocking.count, engine.hooks.keyTouched.count, engine.hooks.keyAdded.count], [0, 0, 0]);
  });
}

Deno.test("`$` is the last id at the time of asking", () => {
  const { send, sendA, received } = newServer();
  send("XADD s 5-5 f v");
  sendA("XREAD BLOCK 0 STREAMS s $");
  send("XGROUP CREATE s g 0");
  send("XDEL s 5-5");
  send("EXPIRE s 100");
  assertEquals(received(), ["", ""], "nothing of that is an entry");
  send("XADD s 6-0 f v");
  assertEquals(received()[0], "*1 *2 $1 s *1 *2 $3 6-0 *2 $1 f $1 v");
});

Deno.test("entries that are gone again, or a key of another type, leave XREAD waiting", () => {
  const { send, sendA, received, engine } = newServer();
  sendA("XREAD BLOCK 0 STREAMS s $");
  for (const line of ["MULTI", "XADD s 1-1 f v", "DEL s", "EXEC", "SET s v", "DEL s", "FLUSHALL"]) send(line);
  assertEquals([received()[0], engine.blocking.count], ["", 1]);
  send("XADD s 1-1 f v");
  assertEquals(received()[0], `*1 *2 $1 s ${ENTRY}`);
});

Deno.test("a time-out is in milliseconds and has a null reply", () => {
  const { sendA, sendB, send, clock, received, engine } = newServer();
  send("XGROUP CREATE s g 0 MKSTREAM");
  sendA("XREAD BLOCK 20 STREAMS s 0");
  sendB("XREADGROUP GROUP g c BLOCK 30 STREAMS s >");
  clock.advance(20);
  assertEquals(received(), ["*-1", ""]);
  clock.advance(10);
  assertEquals([received(), engine.blocking.count, clock.delays], [["", "*-1"], 0, []]);
});

Deno.test("consumers of a group that wait are served in turn, each with entries of its own", () => {
  const { send, sendA, sendB, received } = newServer();
  send("XGROUP CREATE s g $ MKSTREAM");
  sendA("XREADGROUP GROUP g a BLOCK 0 COUNT 1 STREAMS s >");
  sendB("XREADGROUP GROUP g b BLOCK 0 NOACK STREAMS s >");
  send("XADD s 1-1 f v");
  assertEquals(received(), [`*1 *2 $1 s ${ENTRY}`, ""]);
  send("XADD s 2-2 f v");
  assertEquals(received(), ["", "*1 *2 $1 s *1 *2 $3 2-2 *2 $1 f $1 v"]);
  assertEquals(send("XPENDING s g"), "*4 :1 $3 1-1 $3 1-1 *1 *2 $1 a $1 1");
});

const ENDS: readonly (readonly [lines: readonly string[], error: string])[] = [
  [["DEL s"], GONE],
  [["UNLINK s"], GONE],
  [["FLUSHDB"], GONE],
  [["FLUSHALL"], GONE],
  [["SET s v"], GONE],
  [["MULTI", "DEL s", "SADD s v", "EXEC"], GONE],
  [["RENAME s other"], GONE],
  [["MOVE s 1"], GONE],
  [["SWAPDB 0 1"], GONE],
  [["PEXPIREAT s 1"], GONE],
  [["XGROUP DESTROY s g"], NO_GROUP],
  [["MULTI", "DEL s", "XADD s 1 f v", "EXEC"], NO_GROUP],
  [["XADD other 1 f v", "RENAME other s"], NO_GROUP],
  [["XADD other 1 f v", "COPY other s REPLACE"], NO_GROUP],
];
for (const [lines, error] of ENDS) {
  Deno.test(`XREADGROUP BLOCK ends with an error, but XREAD waits on, after ${lines.join(", ")}`, () => {
    const { send, sendA, sendB, received, engine } = newServer();
    send("XGROUP CREATE s g $ MKSTREAM");
    sendA("XREADGROUP GROUP g a BLOCK 0 STREAMS s >");
    sendB("XREAD BLOCK 0 STREAMS s 9");
    for (const line of lines) send(line);
    assertEquals([received(), engine.blocking.count], [[error, ""], 1]);
    const code = error.slice(1, error.indexOf(" "));
    assertEquals(engine.statistics.errors.get(code), 1);
  });
}

Deno.test("a stream renamed to the key waited for serves its group", () => {
  const { send, sendA, received } = newServer();
  send("XGROUP CREATE s g $ MKSTREAM");
  sendA("XREADGROUP GROUP g a BLOCK 0 STREAMS s >");
  send("XADD other 1-1 f v");
  send("XGROUP CREATE other g 0");
  send("RENAME other s");
  assertEquals(received()[0], `*1 *2 $1 s ${ENTRY}`);
});

Deno.test("no more than a thousand entries come after a wait without COUNT", () => {
  const { send, sendA, received } = newServer();
  sendA("XREAD BLOCK 0 STREAMS s 0");
  send("MULTI");
  for (let i = 1; i <= 1100; i++) send(`XADD s ${i} f v`);
  send("EXEC");
  assertEquals(received()[0]!.startsWith("*1 *2 $1 s *1000 *2 $3 1-0 "), true);
});

Deno.test("within a transaction nobody waits", () => {
  const { sendA, send } = newServer();
  send("XGROUP CREATE s g $ MKSTREAM");
  for (const line of ["MULTI", "XREAD BLOCK 0 STREAMS s $", "XREADGROUP GROUP g a BLOCK 0 STREAMS s >"]) sendA(line);
  assertEquals(sendA("EXEC"), "*2 *-1 *-1");
});
