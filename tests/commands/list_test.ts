/** Lists, without sockets: events, propagation, counts of changes, both forms, waiting. Replies are in tests/compat. */
import { assert, assertEquals } from "@std/assert";
import { StoreMemoryError } from "../../store/errors.ts";
import { newWaitingServer } from "../_waiting.ts";
import { newKeysCaller } from "./_keys.ts";

/** `list-max-listpack-size` for lists of one listpack, and for lists of many nodes. */
const SIZES = [-2, 2] as const;

function newListCaller(size: number) {
  const caller = newKeysCaller();
  caller.send(`CONFIG SET list-max-listpack-size ${size}`);
  return caller;
}

/** Has the next allocations but the first `allowed` fail, until it is called to let them be. */
function withoutMemory({ keyspace }: ReturnType<typeof newListCaller>, allowed: number): () => void {
  const { arena } = keyspace.databases[0]!;
  const allocate = arena.allocate;
  arena.allocate = (bytes) => {
    if (allowed-- <= 0) throw new StoreMemoryError("none left");
    return allocate.call(arena, bytes);
  };
  return () => arena.allocate = allocate;
}

for (const size of SIZES) {
  Deno.test(`each command tells of its events in Redis' order, list-max-listpack-size ${size}`, () => {
    const { send, heard } = newListCaller(size);
    const events = (line: string) => heard(line).events;
    assertEquals(events("LPUSH k a b"), ["0: lpush k"]);
    assertEquals(events("RPUSH k c d e f"), ["0: rpush k"]);
    assertEquals(events("LPUSHX missing a"), []);
    assertEquals(events("RPUSHX k g"), ["0: rpush k"]);
    assertEquals(events("LINSERT k BEFORE a x"), ["0: linsert k"]);
    assertEquals(events("LINSERT k BEFORE none x"), []);
    assertEquals(events("LSET k 0 y"), ["0: lset k"]);
    assertEquals(events("LSET k 100 y"), []);
    assertEquals(events("LRANGE k 0 -1"), []);
    assertEquals(events("LREM k 0 none"), []);
    assertEquals(events("LREM k 0 y"), ["0: lrem k"]);
    assertEquals(events("LTRIM k 0 -1"), ["0: ltrim k"], "though nothing has changed");
    assertEquals(events("LTRIM k 1 -1"), ["0: ltrim k"]);
    assertEquals(events("LTRIM missing 0 1"), []);
    assertEquals(events("LPOP k"), ["0: lpop k"]);
    assertEquals(events("RPOP k 2"), ["0: rpop k"]);
    assertEquals(events("RPOP k 0"), []);
    assertEquals(events("LMOVE k k LEFT RIGHT"), ["0: rpush k", "0: lpop k"]);
    assertEquals(events("RPOPLPUSH k j"), ["0: lpush j", "0: rpop k"]);
    assertEquals(events("LMPOP 2 missing k LEFT COUNT 10"), ["0: lpop k", "0: del k"]);
    assertEquals(events("RPOPLPUSH j k"), ["0: lpush k", "0: rpop j", "0: del j"]);
    assertEquals(events("LMOVE k k LEFT LEFT"), ["0: lpush k", "0: lpop k"]);
    assertEquals(events("LREM k 0 d"), []);
    assertEquals(events("LTRIM k 5 1"), ["0: ltrim k", "0: del k"]);
    send("RPUSH k a a");
    assertEquals(events("LREM k 2 a"), ["0: lrem k", "0: del k"]);
    send("RPUSH k a");
    assertEquals(events("RPOP k"), ["0: rpop k", "0: del k"]);
    send("RPUSH k a b");
    assertEquals(events("BLMPOP 0 1 k RIGHT"), ["0: rpop k"]);
    assertEquals(events("BLMOVE k j LEFT LEFT 0"), ["0: lpush j", "0: lpop k", "0: del k"]);
    assertEquals(events("BLPOP j 0"), ["0: lpop j", "0: del j"]);
  });
}

Deno.test("writes are propagated as they come, pops of one key among several and blocking ones as what they did", () => {
  const { send, heard } = newListCaller(-2);
  const writes = (line: string) => heard(line).writes;
  const verbatim = ["LPUSH k a b c", "RPUSH k 1 2 3 4 5 6", "LINSERT k AFTER a x", "LSET k 0 y", "LPOP k", "RPOP k 2"];
  verbatim.push("LREM k 1 a", "LTRIM k 1 -1", "LMOVE k k LEFT RIGHT", "RPOPLPUSH k k");
  for (const line of verbatim) assertEquals(writes(line), [`0: ${line}`]);
  for (const line of ["LPUSHX no a", "LREM k 0 none", "LTRIM k 0 -1", "LPOP no", "LMPOP 1 no LEFT", "LPOP k 0"]) {
    assertEquals(writes(line), [], line);
  }
  send("DEL k");
  send("RPUSH k 1 2 3 4 5 6 7 8 9");
  assertEquals(writes("LMPOP 2 missing k LEFT"), ["0: LPOP k 1"]);
  assertEquals(writes("LMPOP 2 missing k RIGHT COUNT 2"), ["0: RPOP k 2"]);
  assertEquals(writes("BLMPOP 0 2 missing k LEFT COUNT 2"), ["0: LPOP k 2"]);
  assertEquals(writes("BLPOP missing k 0"), ["0: LPOP k"]);
  assertEquals(writes("BRPOP k missing 0"), ["0: RPOP k"]);
  assertEquals(writes("BRPOPLPUSH k j 0"), ["0: RPOPLPUSH k j"]);
  assertEquals(writes("BLMOVE k j left Right 0"), ["0: LMOVE k j left Right"]);
  assertEquals(writes("LMPOP 1 j RIGHT COUNT 100"), ["0: RPOP j 2"], "as many as there were");
});

Deno.test("changes are counted by elements, moves as one", () => {
  const { send, changes } = newListCaller(-2);
  assertEquals(changes("RPUSH k a b c d e f"), 6);
  assertEquals(changes("LPOP k"), 1);
  assertEquals(changes("RPOP k 2"), 2);
  assertEquals(changes("LMOVE k j LEFT LEFT"), 1);
  assertEquals(changes("LTRIM k 0 0"), 1);
  assertEquals(changes("LTRIM k 0 0"), 0);
  send("RPUSH k a a a");
  assertEquals(changes("LREM k 0 a"), 3);
  assertEquals(changes("LREM k 0 a"), 0);
  send("RPUSH k a a a");
  assertEquals(changes("LMPOP 1 k LEFT COUNT 3"), 3);
});

Deno.test("reads count as hits or misses, writes do not", () => {
  const { send, keyspace } = newListCaller(-2);
  send("RPUSH k a b c");
  for (const line of ["LLEN k", "LINDEX k 0", "LRANGE k 0 0", "LPOS k a"]) {
    const { hits, misses } = keyspace;
    send(line);
    send(line.replace(" k", " missing"));
    assertEquals([keyspace.hits - hits, keyspace.misses - misses], [1, 1], line);
  }
  const { hits, misses } = keyspace;
  for (const line of ["LPUSH k a", "LPOP k", "LPOP missing", "LREM k 0 x", "LTRIM k 0 1", "LMOVE k j LEFT LEFT"]) {
    send(line);
  }
  assertEquals([keyspace.hits, keyspace.misses], [hits, misses]);
});

Deno.test("where memory ends, a command has changed nothing", () => {
  for (const size of SIZES) {
    for (
      const [line, key] of [
        ["RPUSH k 1 2 3 4 5 6", "k"],
        [`LPUSH k ${"x".repeat(3000)} ${"y".repeat(9000)} 1`, "k"],
        [`RPUSH new a ${"x".repeat(3000)} b ${"y".repeat(9000)}`, "new"],
        [`LINSERT k AFTER c ${"x".repeat(9000)}`, "k"],
        [`LSET k 2 ${"x".repeat(9000)}`, "k"],
        ["LMOVE k new LEFT LEFT", "new"],
        [`LMOVE long new LEFT LEFT`, "new"],
        [`LMOVE long k LEFT LEFT`, "k"],
        [`LMOVE long long LEFT RIGHT`, "long"],
      ] as const
    ) {
      let allowed = 0;
      for (let isDone = false; !isDone; allowed++) {
        const caller = newListCaller(size);
        const { send } = caller;
        for (const setup of ["a b c d e f g", "0 1 2"]) send(`RPUSH k ${setup}`);
        send(`RPUSH long ${"z".repeat(5000)} 2 ${"z".repeat(4000)}`);
        const state = () => ["k", "long", "new"].map((name) => send(`LRANGE ${name} 0 -1`)).join();
        const before = state();
        const restore = withoutMemory(caller, allowed);
        const { events, writes } = caller.heard(line);
        restore();
        isDone = events.length > 0;
        if (isDone) continue;
        assertEquals([state(), send("EXISTS new"), writes], [before, ":0", []], `${line} with ${allowed} blocks`);
        assert(!send(line).startsWith("-"), "it works once there is memory again");
        assertEquals(send(`EXISTS ${key}`), ":1");
      }
      assert(allowed > 1, `${line.slice(0, 20)} needs memory`);
    }
  }
});

Deno.test("the memory of a list comes back, however it goes", () => {
  const caller = newListCaller(4);
  const { send, keyspace } = caller;
  const fill = () => send(`RPUSH k ${Array.from({ length: 300 }, (_, i) => `element-${i % 10}`).join(" ")}`);
  send("SET other v");
  const db = keyspace.databases[0]!;
  const before = db.arena.usedBytes;
  const ways = [
    "DEL k",
    "UNLINK k",
    "SET k v",
    "LTRIM k 1 0",
    "LPOP k 300",
    "RENAME other k",
    "LMPOP 1 k LEFT COUNT 999",
  ];
  for (const way of ways) {
    fill();
    assert(db.arena.usedBytes > before + 3000);
    send(way);
    while (keyspace.releaseDetached(10));
    send("DEL k");
    send("SET other v");
    assertEquals(db.arena.usedBytes, before, way);
  }
});

// ---- Waiting ----

Deno.test("each blocking command waits, and is served as if it had come after the push", () => {
  for (
    const [blocking, push, reply, left] of [
      ["BLPOP a k 0", "RPUSH k 1 2 3", "*2 $1 k $1 1", "*2 $1 2 $1 3"],
      ["BRPOP a k 0", "RPUSH k 1 2 3", "*2 $1 k $1 3", "*2 $1 1 $1 2"],
      ["BLMPOP 0 2 a k LEFT", "RPUSH k 1 2 3", "*2 $1 k *1 $1 1", "*2 $1 2 $1 3"],
      ["BLMPOP 0 2 a k RIGHT COUNT 2", "RPUSH k 1 2 3", "*2 $1 k *2 $1 3 $1 2", "*1 $1 1"],
      ["BLMPOP 0 1 k LEFT COUNT 9", "LPUSH k 1", "*2 $1 k *1 $1 1", "*0"],
      ["BRPOPLPUSH k j 0", "RPUSH k 1 2", "$1 2", "*1 $1 1"],
      ["BLMOVE k j LEFT RIGHT 0", "RPUSH k 1 2", "$1 1", "*1 $1 2"],
      ["BLMOVE k k LEFT RIGHT 0", "RPUSH k 1 2", "$1 1", "*2 $1 2 $1 1"],
      ["BRPOPLPUSH k k 0", "RPUSH k 1 2", "$1 2", "*2 $1 2 $1 1"],
      ["BLPOP a k 0", "LMOVE s k LEFT LEFT", "*2 $1 k $1 0", "*0"],
    ] as const
  ) {
    const { send, sendA: wait, receivedA: received, engine } = newWaitingServer();
    send("RPUSH s 0");
    assertEquals([wait(blocking), engine.blocking.count], ["", 1], blocking);
    send(push);
    assertEquals([received(), send("LRANGE k 0 -1"), engine.blocking.count], [reply, left, 0], blocking);
  }
});

Deno.test("a client served later tells of the same events, and propagates the same", () => {
  for (
    const [blocking, events, write] of [
      ["BLPOP a k 0", ["lpop k", "del k"], "LPOP k"],
      ["BRPOP k 0", ["rpop k", "del k"], "RPOP k"],
      ["BLMPOP 0 2 a k RIGHT COUNT 5", ["rpop k", "del k"], "RPOP k 1"],
      ["BRPOPLPUSH k j 0", ["lpush j", "rpop k", "del k"], "RPOPLPUSH k j"],
      ["BLMOVE k j LEFT RIGHT 0", ["rpush j", "lpop k", "del k"], "LMOVE k j LEFT RIGHT"],
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
    send("RPUSH k x");
    assertEquals(heard, ["rpush k", ...events], blocking);
    assertEquals(writes, ["RPUSH k x", write], blocking);
  }
});

Deno.test("arguments are looked at before a command waits, and a key of another type is refused at once", () => {
  const { send, sendA: wait, engine } = newWaitingServer();
  send("SET s v");
  const wrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value";
  for (const line of ["BLPOP missing s 0", "BLMPOP 0 2 missing s LEFT", "BLMOVE s k LEFT LEFT 0", "BRPOPLPUSH s k 0"]) {
    assertEquals(wait(line), wrongType, line);
  }
  assertEquals(wait("BLMOVE missing k LEFT UP 0"), "-ERR syntax error");
  assertEquals(wait("BLMPOP x 1 k LEFT"), "-ERR timeout is not a float or out of range");
  assertEquals(wait("BLPOP k -1"), "-ERR timeout is negative");
  assertEquals(engine.blocking.count, 0);
  assertEquals(
    wait("BLMOVE missing s LEFT LEFT 0"),
    "",
    "what it moves to is looked at when there is something to move",
  );
});
