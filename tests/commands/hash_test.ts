/** Hashes, without sockets: what replies alone do not show (events, propagation, changes), and what is random. */
import { assert, assertEquals } from "@std/assert";
import { StoreMemoryError } from "../../store/errors.ts";
import { newKeysCaller } from "./_keys.ts";

const ENCODINGS = ["listpack", "hashtable"] as const;
const WRONG_TYPE = "-WRONGTYPE Operation against a key holding the wrong kind of value";

/** A caller whose hashes are of one encoding. */
function newHashCaller(encoding: "listpack" | "hashtable" = "listpack", protocol: 2 | 3 = 2) {
  const caller = newKeysCaller(protocol);
  if (encoding === "hashtable") caller.send("CONFIG SET hash-max-listpack-entries 0");
  /** A hash of the fields f0, f1 … with the values v0, v1 … */
  const fill = (count: number) => {
    const pairs = Array.from({ length: count }, (_, i) => `f${i} v${i}`);
    assertEquals(caller.send(`HSET h ${pairs.join(" ")}`), `:${count}`);
    const [found] = caller.strings(caller.send("OBJECT ENCODING h"));
    assertEquals(found, encoding);
  };
  return { ...caller, fill };
}

/** Has the next allocations but the first `allowed` fail, until it is called to let them be. */
function withoutMemory(caller: ReturnType<typeof newHashCaller>, allowed: number): () => void {
  const { arena } = caller.keyspace.databases[0]!;
  const allocate = arena.allocate;
  arena.allocate = (bytes) => {
    if (allowed-- <= 0) throw new StoreMemoryError("none left");
    return allocate.call(arena, bytes);
  };
  return () => arena.allocate = allocate;
}

// ---- Shapes ----

Deno.test("HGETALL answers a map in RESP3 and a flat array in RESP2", () => {
  const { send: send2 } = newHashCaller("listpack", 2);
  assertEquals(send2("HGETALL h"), "*0");
  send2("HSET h a 1 b 2");
  assertEquals(send2("HGETALL h"), "*4 $1 a $1 1 $1 b $1 2");
  const { send: send3 } = newHashCaller("listpack", 3);
  assertEquals(send3("HGETALL h"), "%0");
  send3("HSET h a 1 b 2");
  assertEquals(send3("HGETALL h"), "%2 $1 a $1 1 $1 b $1 2");
  assertEquals(send3("HMGET h a x"), "*2 $1 1 _");
});

Deno.test("HRANDFIELD WITHVALUES nests its pairs in RESP3", () => {
  for (const encoding of ENCODINGS) {
    const { send, fill } = newHashCaller(encoding, 3);
    fill(1);
    assertEquals(send("HRANDFIELD h 1 WITHVALUES"), "*1 *2 $2 f0 $2 v0");
    assertEquals(send("HRANDFIELD h -2 withvalues"), "*2 *2 $2 f0 $2 v0 *2 $2 f0 $2 v0");
    assertEquals(send("HRANDFIELD h 1"), "*1 $2 f0");
    assertEquals(send("HRANDFIELD h"), "$2 f0");
    assertEquals(send("HRANDFIELD nosuch"), "_");
    send("HELLO 2");
    assertEquals(send("HRANDFIELD h -2 WITHVALUES"), "*4 $2 f0 $2 v0 $2 f0 $2 v0");
    assertEquals(send("HRANDFIELD nosuch"), "$-1");
  }
});

// ---- Events, propagation, changes ----

for (const encoding of ENCODINGS) {
  Deno.test(`each write to a ${encoding} tells of one event, and of the key's end`, () => {
    const { send, heard } = newHashCaller(encoding);
    const events = (line: string) => heard(line).events;
    assertEquals(events("HSET h a 1 b 2 a 3"), ["0: hset h"]);
    assertEquals(events("HMSET h a 1"), ["0: hset h"]);
    assertEquals(events("HSETNX h n 1"), ["0: hset h"]);
    assertEquals(events("HSETNX h n 2"), []);
    assertEquals(events("HINCRBY h a 5"), ["0: hincrby h"]);
    assertEquals(events("HINCRBYFLOAT h a 1.5"), ["0: hincrbyfloat h"]);
    assertEquals(events("HDEL h nosuch"), []);
    assertEquals(events("HDEL h a n nosuch"), ["0: hdel h"]);
    assertEquals(events("HDEL h b"), ["0: hdel h", "0: del h"]);
    assertEquals(events("HDEL h b"), []);
    send("HSET h f text");
    for (const line of ["HINCRBY h f 1", "HINCRBYFLOAT h f 1", "HSET h f", "HGETALL h", "HRANDFIELD h", "HSCAN h 0"]) {
      assertEquals(heard(line), { events: [], writes: [] }, line);
    }
  });

  Deno.test(`writes to a ${encoding} are propagated as they came, HINCRBYFLOAT as what it computed`, () => {
    const { send, heard } = newHashCaller(encoding);
    const writes = (line: string) => heard(line).writes;
    assertEquals(writes("HSET h a 1 b 2"), ["0: HSET h a 1 b 2"]);
    assertEquals(writes("hmset h a 1"), ["0: hmset h a 1"]);
    assertEquals(writes("HSETNX h a 2"), []);
    assertEquals(writes("HINCRBY h a 2"), ["0: HINCRBY h a 2"]);
    assertEquals(writes("HINCRBYFLOAT h a 0.5"), ["0: HSET h a 3.5"]);
    assertEquals(writes("HINCRBYFLOAT h new 1e2"), ["0: HSET h new 100"]);
    assertEquals(writes("HDEL h nosuch"), []);
    assertEquals(writes("HDEL h a b nosuch"), ["0: HDEL h a b nosuch"]);
    assertEquals(send("HGETALL h"), "*2 $3 new $3 100");
  });
}

Deno.test("each field set or deleted counts as a change", () => {
  const { changes } = newHashCaller();
  assertEquals(changes("HSET h a 1 b 2 a 3"), 3);
  assertEquals(changes("HSETNX h a 1"), 0);
  assertEquals(changes("HINCRBY h n 1"), 1);
  assertEquals(changes("HDEL h nosuch"), 0);
  assertEquals(changes("HDEL h a b nosuch n n"), 3);
});

// ---- Keys ----

Deno.test("no command finds a hash whose time has come", () => {
  const { clock, send } = newHashCaller();
  const replies: [string, string][] = [
    ["HGET h a", "$-1"],
    ["HMGET h a", "*1 $-1"],
    ["HGETALL h", "*0"],
    ["HLEN h", ":0"],
    ["HDEL h a", ":0"],
    ["HSCAN h 0", "*2 $1 0 *0"],
    ["HRANDFIELD h 5", "*0"],
    ["HSETNX h a 2", ":1"],
    ["HINCRBY h a 1", ":1"],
    ["HSET h b 1", ":1"],
  ];
  for (const [line, reply] of replies) {
    send("DEL h");
    send("HSET h a 1");
    send("PEXPIRE h 10");
    clock.advance(11);
    assertEquals(send(line), reply, line);
    assertEquals(send("TTL h"), reply === ":1" ? ":-1" : ":-2", "a new hash has no expiry");
  }
});

Deno.test("a hash is refused by commands of strings, and a string by those of hashes", () => {
  const { send, fill } = newHashCaller();
  fill(3);
  for (const line of ["GET h", "APPEND h x", "INCR h", "GETRANGE h 0 1", "SET h x GET"]) {
    assertEquals(send(line), WRONG_TYPE, line);
  }
  assertEquals(send("HLEN h"), ":3");
  send("SET h text");
  assertEquals(send("HSET h a 1"), WRONG_TYPE);
  assertEquals(send("GET h"), "$4 text");
});

// ---- Without memory ----

Deno.test("an HSET that runs out of memory keeps what it has set and tells of it", () => {
  const caller = newHashCaller("hashtable");
  const { send, heard, fill } = caller;
  fill(20);
  let giveBack = withoutMemory(caller, 2);
  assertEquals(heard("HSET h a 1 b 2 c 3").events, ["0: hset h"]);
  giveBack();
  assertEquals(send("HMGET h a b c"), "*3 $1 1 $1 2 $-1");
  giveBack = withoutMemory(caller, 0);
  assertEquals(send("HSET h d 1"), "-OOM command not allowed when used memory > 'maxmemory'.");
  assertEquals(heard("HSET h d 1"), { events: [], writes: [] });
  giveBack();
  assertEquals(send("HLEN h"), ":22");
});

Deno.test("a hash that cannot be made leaves no key behind", () => {
  const field = "f".repeat(60); // more than is left in the block of an empty hash
  for (const name of ["HSET", "HSETNX", "HINCRBY", "HINCRBYFLOAT"]) {
    const line = `${name} new ${field} 1`;
    for (const encoding of ENCODINGS) {
      const caller = newHashCaller(encoding);
      const { send } = caller;
      send("SET other x");
      for (const allowed of [0, 1]) { // no entry for the key; no room for the field
        const giveBack = withoutMemory(caller, allowed);
        assertEquals(send(line).slice(0, 4), "-OOM", `${line} (${encoding})`);
        giveBack();
        assertEquals([send("EXISTS new"), send("DBSIZE")], [":0", ":1"]);
      }
      assert(!send(line).startsWith("-"), line);
    }
  }
});

// ---- HSCAN ----

Deno.test("HSCAN finds every field that stays, whatever comes and goes meanwhile", () => {
  const { send, strings, fill } = newHashCaller("hashtable");
  fill(600);
  const found = new Map<string, string>();
  let cursor = "0", calls = 0;
  do {
    const [next, ...pairs] = strings(send(`HSCAN h ${cursor} COUNT 20`));
    for (let i = 0; i < pairs.length; i += 2) found.set(pairs[i]!, pairs[i + 1]!);
    cursor = next!;
    for (let i = 0; i < 100; i++) send(calls < 10 ? `HSET h more${calls}:${i} x` : `HDEL h more${calls - 10}:${i}`);
    calls++;
  } while (cursor !== "0");
  assert(calls > 10, `${calls} calls`);
  for (let i = 0; i < 600; i++) assertEquals(found.get(`f${i}`), `v${i}`);
});

Deno.test("HSCAN answers about as many fields as COUNT asks for; MATCH may leave few of them", () => {
  const { send, strings, fill } = newHashCaller("hashtable");
  fill(1_000);
  for (const count of [1, 10, 100, 500]) {
    const pairs = (strings(send(`HSCAN h 0 COUNT ${count}`)).length - 1) / 2;
    assert(pairs >= count && pairs < count + 24, `${pairs} of ${count}`); // a bucket may hold more than its twelve
  }
  assertEquals(strings(send("HSCAN h 0 COUNT 100000")).length, 2_001);
  assertEquals(strings(send("HSCAN h 0 COUNT 100000 MATCH f99?")).length, 21);
  assertEquals(send("HSCAN h 0 COUNT 100000 MATCH v*"), "*2 $1 0 *0", "values are not matched");
});

// ---- HRANDFIELD ----

for (const encoding of ENCODINGS) {
  Deno.test(`HRANDFIELD answers different fields for a count, any for a negative one (${encoding})`, () => {
    const { send, strings, fill } = newHashCaller(encoding);
    fill(60);
    for (const count of [1, 2, 19, 20, 21, 59, 60, 61, 1_000]) {
      const fields = strings(send(`HRANDFIELD h ${count}`));
      assertEquals([fields.length, new Set(fields).size], [Math.min(count, 60), Math.min(count, 60)]);
      const pairs = strings(send(`HRANDFIELD h ${count} WITHVALUES`));
      assertEquals(pairs.length, Math.min(count, 60) * 2);
      for (let i = 0; i < pairs.length; i += 2) assertEquals(pairs[i + 1], pairs[i]!.replace("f", "v"));
    }
    const fields = strings(send("HRANDFIELD h -3000"));
    assertEquals([fields.length, new Set(fields).size], [3_000, 60]);
  });
}

Deno.test("HRANDFIELD with an absurd count ends when its client has to go", () => {
  for (const encoding of ENCODINGS) {
    const { client, raw, fill } = newHashCaller(encoding);
    fill(5);
    client.connection.checkOutput = () => client.isHalted = client.out.length > 100_000;
    const reply = raw("HRANDFIELD", "h", "-9223372036854775807");
    assert(reply.length > 100_000 && reply.length < 200_000, `${reply.length} bytes`);
  }
});
