/** Streams: events, what is repeated elsewhere, times, and what is not left behind. (Replies are in tests/compat.) */
import { assertEquals } from "@std/assert";
import { newCaller } from "../_call.ts";

/** A server, what it told of and what it had repeated since it was last asked. */
function newServer() {
  const caller = newCaller();
  let events: string[] = [], repeated: string[] = [];
  caller.engine.hooks.keyTouched.add((_db, bytes, start, end, _class, event) => {
    events.push(`${event} ${new TextDecoder().decode(bytes.subarray(start, end))}`);
  });
  caller.engine.hooks.propagated.add((_db, args) => {
    repeated.push(args.map((arg) => new TextDecoder().decode(arg instanceof Uint8Array ? arg : arg.bytes)).join(" "));
  });
  return {
    ...caller,
    send: (line: string) => caller.raw(...line.split(" ")).replaceAll("\r\n", " ").trim(),
    told: () => {
      const last = events;
      events = [];
      return last;
    },
    repeated: () => {
      const last = repeated;
      repeated = [];
      return last;
    },
  };
}

const NOW = 1_700_000_000_000;

Deno.test("XADD and XTRIM are repeated with the ids given and as exact trims", () => {
  const { send, told, repeated } = newServer();
  send("CONFIG SET stream-node-max-entries 2");
  assertEquals([send("XADD s * f v"), send("XADD s * f v")], [`$15 ${NOW}-0`, `$15 ${NOW}-1`]);
  send("XADD s 1800000000000-* f v");
  send("XADD s 1800000000000-5 f v");
  send("XADD s MAXLEN ~ 3 * f v");
  send("XADD s MAXLEN ~ 100 LIMIT 5 * f v");
  send("XADD s MINID ~ 1800000000000-6 * f v");
  send("XADD s NOMKSTREAM MAXLEN = 3 1900000000000-1 f v");
  send("XTRIM s MAXLEN ~ 100");
  send("XTRIM s MAXLEN ~ 1 LIMIT 2");
  send("XDEL s 1-1");
  send("XDEL s 1900000000000-1");
  assertEquals(repeated(), [
    `XADD s ${NOW}-0 f v`,
    `XADD s ${NOW}-1 f v`,
    "XADD s 1800000000000-0 f v",
    "XADD s 1800000000000-5 f v",
    "XADD s MAXLEN = 3 1800000000000-6 f v",
    "XADD s MAXLEN = 4 1800000000000-7 f v",
    "XADD s MINID = 1800000000000-6 1800000000000-8 f v",
    "XADD s NOMKSTREAM MAXLEN = 3 1900000000000-1 f v",
    "XTRIM s MAXLEN = 2",
    "XDEL s 1900000000000-1",
  ]);
  assertEquals(told().filter((event) => event !== "xadd s"), ["xtrim s", "xtrim s", "xtrim s", "xtrim s", "xdel s"]);
});

Deno.test("what groups do is repeated as XCLAIM and XGROUP SETID", () => {
  const { send, told, repeated, clock } = newServer();
  for (const id of ["1-1", "2-2", "3-3", "4-4"]) send(`XADD s ${id} f v`);
  send("XGROUP CREATE s g 0");
  repeated();
  told();
  send("XREADGROUP GROUP g a COUNT 2 STREAMS s >");
  send("XREADGROUP GROUP g a STREAMS s 0");
  send("XREADGROUP GROUP g b NOACK COUNT 1 STREAMS s >");
  clock.advance(5);
  send("XCLAIM s g b 0 1-1 JUSTID");
  send("XCLAIM s g b 0 9-9 LASTID 3-5");
  send("XDEL s 2-2");
  send("XAUTOCLAIM s g c 0 0 COUNT 5");
  send("XACK s g 1-1 1-1");
  send("XACK s g 1-1");
  const claim = (consumer: string, id: string, at: number, count: number, last: string) =>
    `XCLAIM s g ${consumer} 0 ${id} TIME ${at} RETRYCOUNT ${count} FORCE JUSTID LASTID ${last}`;
  assertEquals(repeated(), [
    "MULTI",
    claim("a", "1-1", NOW, 1, "1-1"),
    claim("a", "2-2", NOW, 1, "2-2"),
    "EXEC",
    "MULTI",
    "XGROUP CREATECONSUMER s g b",
    "XGROUP SETID s g 3-3 ENTRIESREAD 3",
    "EXEC",
    claim("b", "1-1", NOW + 5, 2, "3-3"),
    "XGROUP SETID s g 3-5 ENTRIESREAD 3",
    "XDEL s 2-2",
    "MULTI",
    claim("c", "1-1", NOW + 5, 3, "3-5"),
    claim("a", "2-2", NOW, 2, "3-5"),
    "EXEC",
    "XACK s g 1-1 1-1",
  ]);
  assertEquals(told(), ["xgroup-createconsumer s", "xgroup-createconsumer s", "xdel s", "xgroup-createconsumer s"]);
});

Deno.test("every change of a group has its event, and only entries are changes to WATCH", () => {
  const { send, told, connect } = newServer();
  const other = connect();
  send("XADD s 1-1 f v");
  send("WATCH s");
  other.raw("XGROUP", "CREATE", "s", "g", "0");
  for (
    const line of ["XGROUP SETID s g $", "XGROUP CREATECONSUMER s g c", "XGROUP DELCONSUMER s g c", "XSETID s 9-9"]
  ) {
    other.raw(...line.split(" "));
  }
  other.raw("XGROUP", "DESTROY", "s", "g");
  assertEquals([send("MULTI"), send("EXEC")], ["+OK", "*0"]);
  send("WATCH s");
  other.raw("XADD", "s", "10-1", "f", "v");
  assertEquals([send("MULTI"), send("EXEC")], ["+OK", "*-1"]);
  send("WATCH t");
  other.raw("XGROUP", "CREATE", "t", "g", "0", "MKSTREAM");
  assertEquals([send("MULTI"), send("EXEC")], ["+OK", "*-1"]);
  assertEquals(told(), [
    "xadd s",
    "xgroup-create s",
    "xgroup-setid s",
    "xgroup-createconsumer s",
    "xgroup-delconsumer s",
    "xsetid s",
    "xgroup-destroy s",
    "xadd s",
    " t",
    "xgroup-create t",
  ]);
});

Deno.test("times of consumers and deliveries follow the clock", () => {
  const { send, clock } = newServer();
  send("XADD s 1-1 f v");
  send("XGROUP CREATE s g 0");
  send("XREADGROUP GROUP g c STREAMS s >");
  clock.advance(70);
  assertEquals(send("XPENDING s g - + 5"), "*1 *4 $3 1-1 $1 c :70 :1");
  assertEquals(send("XPENDING s g IDLE 71 - + 5"), "*0");
  assertEquals(send("XINFO CONSUMERS s g"), "*1 *6 $4 name $1 c $7 pending :1 $4 idle :70");
  assertEquals([send("XCLAIM s g d 71 1-1 JUSTID"), send("XCLAIM s g d 70 1-1 JUSTID")], ["*0", "*1 $3 1-1"]);
  send("XCLAIM s g d 0 1-1 JUSTID IDLE 30");
  assertEquals(send("XPENDING s g - + 5"), "*1 *4 $3 1-1 $1 d :30 :1");
});

Deno.test("the memory of streams and groups comes back", () => {
  const { send, engine } = newServer();
  const db = engine.keyspace.databases[0]!;
  send("SET other v");
  send("XADD warm 1-1 f v");
  send("DEL warm");
  const before = db.usedBytes;
  for (let round = 0; round < 3; round++) {
    for (let i = 1; i <= 2000; i++) send(`XADD s ${i} field${i % 3} value-${i}`);
    send("XGROUP CREATE s g 0");
    for (const consumer of ["a", "b", "c"]) send(`XREADGROUP GROUP g ${consumer} COUNT 500 STREAMS s >`);
    send("COPY s t");
    send("XGROUP DELCONSUMER s g b");
    send("XTRIM s MAXLEN 10");
    send("XTRIM t MAXLEN 0");
    send("XGROUP DESTROY t g");
    send(["DEL s t", "FLUSHALL", "UNLINK s t"][round]!);
    while (engine.keyspace.releaseDetached(1_000));
    if (round === 1) send("SET other v");
    assertEquals(db.usedBytes, before, `round ${round}`);
  }
});
