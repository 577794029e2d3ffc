/** Commands that wait for a sorted set: what serves them, what they tell of then, and what their replies look like. */
import { assertEquals } from "@std/assert";
import { newWaitingServer } from "../_waiting.ts";

Deno.test("each blocking command waits, and is served as if it had come after the members", () => {
  for (
    const [blocking, write, reply, left] of [
      ["BZPOPMIN a k 0", "ZADD k 1 x 2 y 3 z", "*3 $1 k $1 x $1 1", "*2 $1 y $1 z"],
      ["BZPOPMAX a k 0", "ZADD k 1 x 2 y 3 z", "*3 $1 k $1 z $1 3", "*2 $1 x $1 y"],
      ["BZMPOP 0 2 a k MIN", "ZADD k 1 x 2 y 3 z", "*2 $1 k *1 *2 $1 x $1 1", "*2 $1 y $1 z"],
      ["BZMPOP 0 2 a k MAX COUNT 2", "ZADD k 1 x 2 y 3 z", "*2 $1 k *2 *2 $1 z $1 3 *2 $1 y $1 2", "*1 $1 x"],
      ["BZMPOP 0 1 k MIN COUNT 9", "ZADD k 1.5 x", "*2 $1 k *1 *2 $1 x $3 1.5", "*0"],
      ["BZPOPMIN k 0", "ZINCRBY k 5 x", "*3 $1 k $1 x $1 5", "*0"],
      ["BZPOPMIN k 0", "ZUNIONSTORE k 1 s", "*3 $1 k $1 m $1 7", "*0"],
      ["BZPOPMAX k 0", "ZRANGESTORE k s 0 -1", "*3 $1 k $1 m $1 7", "*0"],
      ["BZPOPMAX k 0", "RENAME s k", "*3 $1 k $1 m $1 7", "*0"],
    ] as const
  ) {
    const { send, sendA: wait, receivedA: received, engine } = newWaitingServer();
    send("ZADD s 7 m");
    assertEquals([wait(blocking), engine.blocking.count], ["", 1], blocking);
    send(write);
    assertEquals([received(), send("ZRANGE k 0 -1"), engine.blocking.count], [reply, left, 0], blocking);
  }
});

Deno.test("in RESP3 scores are doubles, and only BZMPOP has pairs", () => {
  for (
    const [blocking, reply] of [
      ["BZPOPMIN k 0", "*3 $1 k $1 x ,1.5"],
      ["BZMPOP 0 1 k MIN", "*2 $1 k *1 *2 $1 x ,1.5"],
    ] as const
  ) {
    const { send, sendA: wait, receivedA: received } = newWaitingServer(3);
    wait(blocking);
    send("ZADD k 1.5 x");
    assertEquals(received(), reply);
    send("ZADD k 1.5 x");
    assertEquals(wait(blocking), reply, "as when there is no need to wait");
  }
});

Deno.test("a client served later tells of the same events, and propagates the same", () => {
  for (
    const [blocking, events, write] of [
      ["BZPOPMIN a k 0", ["zpopmin k", "del k"], "ZPOPMIN k"],
      ["BZPOPMAX k 0", ["zpopmax k", "del k"], "ZPOPMAX k"],
      ["BZMPOP 0 2 a k MAX COUNT 5", ["zpopmax k", "del k"], "ZPOPMAX k 1"],
      ["BZMPOP 0 1 k MIN", ["zpopmin k", "del k"], "ZPOPMIN k 1"],
    ] as const
  ) {
    const { send, sendA: wait, engine } = newWaitingServer();
    wait(blocking);
    const heard: string[] = [], writes: string[] = [];
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    engine.hooks.keyTouched.add((_db, bytes, start, end, _class, event) => {
      heard.push(`${event} ${text(bytes.subarray(start, end))}`);
    });
    engine.hooks.propagated.add((_db, args) => {
      writes.push(args.map((arg) => arg instanceof Uint8Array ? text(arg) : "typed").join(" "));
    });
    send("ZADD k 1 x");
    assertEquals(heard, ["zadd k", ...events], blocking);
    assertEquals(writes, ["ZADD k 1 x", write], blocking);
  }
});

Deno.test("who has waited longest is served first, as far as the members go", () => {
  const { send, sendA: wait, sendB: waitNext, receivedA: received, receivedB: receivedNext, engine } =
    newWaitingServer();
  wait("BZPOPMAX k 0");
  waitNext("BZMPOP 0 2 k other MIN COUNT 10");
  send("ZADD k 1 a 2 b 3 c");
  assertEquals([received(), receivedNext()], ["*3 $1 k $1 c $1 3", "*2 $1 k *2 *2 $1 a $1 1 *2 $1 b $1 2"]);
  wait("BZPOPMIN k 0");
  waitNext("BZPOPMIN k 0");
  send("ZADD k 1 a");
  assertEquals([received(), receivedNext(), engine.blocking.count], ["*3 $1 k $1 a $1 1", "", 1]);
});

Deno.test("a key of another type serves nobody, and neither do arguments that are no keys", () => {
  const { send, sendA: wait, receivedA: received, engine } = newWaitingServer();
  wait("BZMPOP 0 1 k MIN COUNT 10");
  for (const key of ["0", "1", "MIN", "COUNT", "10"]) send(`ZADD ${key} 1 x`);
  send("RPUSH k x");
  assertEquals([received(), engine.blocking.count], ["", 1]);
  send("DEL k");
  send("ZADD k 1 x");
  assertEquals(received(), "*2 $1 k *1 *2 $1 x $1 1");
});

Deno.test("arguments are looked at before a command waits, and a key of another type is refused at once", () => {
  const { send, sendA: wait, engine } = newWaitingServer();
  send("SET s v");
  const wrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value";
  for (const line of ["BZPOPMIN missing s 0", "BZPOPMAX s 0", "BZMPOP 0 2 missing s MIN"]) {
    assertEquals(wait(line), wrongType, line);
  }
  assertEquals(wait("BZMPOP x 1 k LEFT"), "-ERR syntax error", "the time-out is looked at last");
  assertEquals(wait("BZMPOP x 1 k MIN"), "-ERR timeout is not a float or out of range");
  assertEquals(wait("BZPOPMIN k -1"), "-ERR timeout is negative");
  assertEquals(engine.blocking.count, 0);
});
