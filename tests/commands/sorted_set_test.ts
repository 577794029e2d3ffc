/**
 * Sorted sets, without sockets: events, propagation, counts of changes, random members, scanning, the end of memory. Replies
 * are in tests/compat.
 */
import { assert, assertEquals } from "@std/assert";
import { StoreMemoryError } from "../../store/errors.ts";
import { newKeysCaller } from "./_keys.ts";

/** `zset-max-listpack-entries` for packed sets, and for large ones. */
const LIMITS = { packed: 128, large: 0 } as const;

function newSortedSetCaller(limit: number, protocol: 2 | 3 = 2) {
  const caller = newKeysCaller(protocol);
  caller.send(`CONFIG SET zset-max-listpack-entries ${limit}`);
  return caller;
}

/** `count` members from `m0` on, each with its number as its score. */
function numbered(count: number): string {
  return Array.from({ length: count }, (_, i) => `${i} m${i}`).join(" ");
}

for (const [form, limit] of Object.entries(LIMITS)) {
  Deno.test(`each command tells of its events in Redis' order (${form})`, () => {
    const { send, heard } = newSortedSetCaller(limit);
    const events = (line: string) => heard(line).events;
    assertEquals(events("ZADD k 1 a 2 b"), ["0: zadd k"]);
    assertEquals(events("ZADD k 1 a 2 b"), []);
    assertEquals(events("ZADD k XX 3 c"), []);
    assertEquals(events("ZADD missing XX 3 c"), []);
    assertEquals(events("ZADD k GT 0 a"), []);
    assertEquals(events("ZADD k INCR 1 a"), ["0: zincr k"]);
    assertEquals(events("ZADD k NX INCR 1 a"), []);
    assertEquals(events("ZINCRBY k 0 a"), []);
    assertEquals(events("ZINCRBY k 2 new"), ["0: zincr k"]);
    assertEquals(events("ZADD k inf a"), ["0: zadd k"]);
    assertEquals(events("ZINCRBY k -inf a"), []);
    assertEquals(events("ZREM k none"), []);
    assertEquals(events("ZREM k a none new"), ["0: zrem k"]);
    assertEquals(events("ZREM k b"), ["0: zrem k", "0: del k"]);
    for (
      const [line, event] of [
        ["ZREMRANGEBYRANK k", "zremrangebyrank"],
        ["ZREMRANGEBYSCORE k", "zremrangebyscore"],
      ] as const
    ) {
      send(`ZADD k ${numbered(10)}`);
      assertEquals(events(`${line} 10 20`), []);
      assertEquals(events(`${line} 0 1`), [`0: ${event} k`]);
      assertEquals(events(`${line} 0 100`), [`0: ${event} k`, "0: del k"]);
    }
    send("ZADD k 0 a 0 b");
    assertEquals(events("ZREMRANGEBYLEX k - [a"), ["0: zremrangebylex k"]);
    assertEquals(events("ZREMRANGEBYLEX k - +"), ["0: zremrangebylex k", "0: del k"]);
    send(`ZADD k ${numbered(10)}`);
    assertEquals(events("ZPOPMIN k 0"), []);
    assertEquals(events("ZPOPMIN k"), ["0: zpopmin k"]);
    assertEquals(events("ZPOPMAX k 3"), ["0: zpopmax k"]);
    assertEquals(events("ZMPOP 2 missing k MAX COUNT 2"), ["0: zpopmax k"]);
    assertEquals(events("BZPOPMIN missing k 0"), ["0: zpopmin k"]);
    assertEquals(events("BZMPOP 0 1 k MAX COUNT 100"), ["0: zpopmax k", "0: del k"]);
    send("ZADD k 1 a 2 b");
    assertEquals(events("ZRANGESTORE d k 0 -1"), ["0: zrangestore d"]);
    assertEquals(events("ZRANGESTORE d k 5 6"), ["0: del d"]);
    assertEquals(events("ZRANGESTORE d k 5 6"), []);
    for (const command of ["zunionstore", "zinterstore", "zdiffstore"]) {
      assertEquals(events(`${command} d 1 k`), [`0: ${command} d`]);
      assertEquals(events(`${command} d 1 missing`), ["0: del d"]);
      assertEquals(events(`${command} d 1 missing`), []);
    }
    for (const line of ["ZRANGE k 0 -1", "ZUNION 1 k", "ZSCORE k a", "ZRANDMEMBER k 2", "ZCOUNT k 0 1"]) {
      assertEquals(events(line), []);
    }
  });

  Deno.test(`changes are counted by members, stored results as one (${form})`, () => {
    const { send, changes } = newSortedSetCaller(limit);
    assertEquals(changes(`ZADD k ${numbered(10)}`), 10);
    assertEquals(changes("ZADD k 5 m0 1 m1 7 new"), 2);
    assertEquals(changes("ZADD k 5 m0"), 0);
    assertEquals(changes("ZINCRBY k 1 m0"), 1);
    assertEquals(changes("ZINCRBY k 0 m0"), 0);
    assertEquals(changes("ZREM k m0 m1 none"), 2);
    assertEquals(changes("ZPOPMIN k 3"), 3);
    assertEquals(changes("ZRANGESTORE d k 0 -1"), 1);
    assertEquals(changes("ZUNIONSTORE d 2 d k"), 1);
    assertEquals(changes("ZREMRANGEBYRANK k 0 1"), 2);
    assertEquals(changes("ZMPOP 1 k MAX COUNT 10"), 4);
    send("ZADD k 1 a");
    assertEquals(changes("ZINTERSTORE k 1 missing"), 1);
    assertEquals(changes("ZINTERSTORE k 1 missing"), 0);
  });

  Deno.test(`every member is picked at random as often as any other, alone or with others (${form})`, () => {
    const size = 12, rounds = 6000;
    const { send, strings } = newSortedSetCaller(limit);
    send(`ZADD k ${numbered(size)}`);
    for (const count of ["", "1", "3", "7", "11", "-2"]) {
      const seen = new Map<string, number>();
      for (let i = 0; i < rounds; i++) {
        const members = strings(send(`ZRANDMEMBER k ${count}`.trimEnd()));
        if (!count.startsWith("-")) assertEquals(new Set(members).size, members.length, "none comes twice");
        for (const member of members) seen.set(member, (seen.get(member) ?? 0) + 1);
      }
      const expected = rounds * Math.abs(Number(count || "1")) / size;
      assertEquals(seen.size, size);
      for (const [member, times] of seen) {
        assert(
          Math.abs(times - expected) < 6 * Math.sqrt(expected),
          `${member} ${times} of ${expected}, count ${count}`,
        );
      }
    }
  });

  Deno.test(`any choice of two is as likely as any other, so that members do not go together (${form})`, () => {
    const rounds = 10_000;
    const { send, strings } = newSortedSetCaller(limit);
    send("ZADD k 1 a 2 b 3 c 4 d 5 e");
    const seen = new Map<string, number>();
    for (let i = 0; i < rounds; i++) {
      const pair = strings(send("ZRANDMEMBER k 2")).sort().join("");
      seen.set(pair, (seen.get(pair) ?? 0) + 1);
    }
    assertEquals(seen.size, 10);
    for (const [pair, times] of seen) assert(Math.abs(times - 1000) < 200, `${pair} ${times}`);
  });

  Deno.test(`where memory ends, a command has changed nothing but what it tells of (${form})`, () => {
    for (
      const line of [
        "ZADD k 1 new 2 newer 3 a",
        "ZADD fresh 1 a 2 b",
        `ZADD k 1 ${"x".repeat(3000)}`,
        "ZINCRBY fresh 1 a",
        "ZINCRBY k 1.25 a",
        "ZUNIONSTORE d 2 k other",
        "ZINTERSTORE d 2 k other",
        "ZDIFFSTORE k 2 k other",
        "ZRANGESTORE d k 0 5",
      ]
    ) {
      let failed = 0;
      for (let allowed = 0, isDone = false; !isDone; allowed++) {
        const caller = newSortedSetCaller(limit);
        const { send, keyspace } = caller;
        send(`ZADD k ${numbered(20)} 1 a`);
        send("ZADD other 1 m1 2 m2");
        const { arena } = keyspace.databases[0]!;
        const state = () => ["k", "other", "d", "fresh"].map((key) => send(`ZRANGE ${key} 0 -1 WITHSCORES`)).join();
        const before = state(), usedBefore = arena.usedBytes;
        let left = allowed;
        const { allocate } = arena;
        arena.allocate = (bytes) => {
          if (left-- <= 0) throw new StoreMemoryError("none left");
          return allocate.call(arena, bytes);
        };
        const { events } = caller.heard(line);
        arena.allocate = allocate;
        isDone = left >= 0;
        if (isDone) break;
        failed++;
        if (events.length === 0) {
          assertEquals(state(), before, `${line} after ${allowed} blocks`);
          if (!line.startsWith("ZADD") && !line.startsWith("ZINCRBY")) {
            assertEquals(arena.usedBytes, usedBefore, `${line} after ${allowed} blocks leaves nothing behind`);
          }
        }
        assert(!send(line).startsWith("-"), "it works once there is memory again");
      }
      assert(failed > 0 || line.includes("1.25"), `${line.slice(0, 30)} needs memory`);
    }
  });
}

Deno.test("writes are propagated as they come, pops of one key among several as what they did", () => {
  const { send, heard } = newSortedSetCaller(128);
  const writes = (line: string) => heard(line).writes;
  const verbatim = [
    "ZADD k NX CH 1 a 2 b",
    "ZADD k INCR 1.5 a",
    "ZINCRBY k 2 c",
    "ZREM k c none",
    "ZPOPMIN k",
    "ZADD k 3 x",
  ];
  verbatim.push("ZPOPMAX k 1", "ZRANGESTORE d k 0 -1", "ZUNIONSTORE d 2 k d WEIGHTS 1 2", "ZINTERSTORE d 1 d");
  verbatim.push("ZDIFFSTORE d 1 d", "ZREMRANGEBYRANK d 0 0", "ZRANGESTORE k none 0 1");
  for (const line of verbatim) assertEquals(writes(line), [`0: ${line}`]);
  for (
    const line of ["ZADD k XX 1 none", "ZREM k none", "ZPOPMIN none", "ZMPOP 1 none MIN", "ZUNIONSTORE none 1 none"]
  ) {
    assertEquals(writes(line), [], line);
  }
  send(`ZADD k ${numbered(10)}`);
  assertEquals(writes("ZMPOP 2 missing k min"), ["0: ZPOPMIN k 1"]);
  assertEquals(writes("ZMPOP 1 k MAX COUNT 2"), ["0: ZPOPMAX k 2"]);
  assertEquals(writes("BZMPOP 0 2 missing k MIN COUNT 3"), ["0: ZPOPMIN k 3"]);
  assertEquals(writes("BZPOPMIN missing k 0"), ["0: ZPOPMIN k"]);
  assertEquals(writes("BZPOPMAX k 0"), ["0: ZPOPMAX k"]);
  assertEquals(writes("ZMPOP 1 k MAX COUNT 100"), ["0: ZPOPMAX k 2"], "as many as there were");
});

Deno.test("reads count as hits or misses, writes do not; of several sources each counts", () => {
  const { send, keyspace } = newSortedSetCaller(128);
  send("ZADD k 1 a 2 b 3 c");
  for (
    const line of ["ZCARD k", "ZSCORE k a", "ZRANGE k 0 -1", "ZRANK k a", "ZCOUNT k 0 1", "ZRANDMEMBER k", "ZSCAN k 0"]
  ) {
    const { hits, misses } = keyspace;
    send(line);
    send(line.replace(" k", " missing"));
    assertEquals([keyspace.hits - hits, keyspace.misses - misses], [1, 1], line);
  }
  for (const line of ["ZADD k 1 x", "ZPOPMIN k", "ZPOPMIN missing", "ZREM k none", "ZREMRANGEBYRANK missing 0 1"]) {
    const { hits, misses } = keyspace;
    send(line);
    assertEquals([keyspace.hits, keyspace.misses], [hits, misses], line);
  }
  const { hits, misses } = keyspace;
  send("ZUNIONSTORE d 3 k k missing");
  assertEquals([keyspace.hits - hits, keyspace.misses - misses], [2, 1]);
});

Deno.test("ZSCAN shows a large set with its scores, whatever comes and goes meanwhile", () => {
  const size = 1000;
  const { send, strings } = newSortedSetCaller(128);
  send(`ZADD k ${numbered(size)}`);
  const seen = new Map<string, string>();
  let cursor = "0", calls = 0;
  do {
    const [next, ...pairs] = strings(send(`ZSCAN k ${cursor} COUNT 20`));
    assert(pairs.length >= 40 || next === "0", "as many as asked for");
    for (let i = 0; i < pairs.length; i += 2) seen.set(pairs[i]!, pairs[i + 1]!);
    cursor = next!;
    calls++;
    send(`ZADD k ${calls} added${calls}`);
    send(`ZREM k m${size - calls}`);
  } while (cursor !== "0");
  for (let i = 0; i < size - calls; i++) assertEquals(seen.get(`m${i}`), `${i}`);
  assertEquals(strings(send("ZSCAN k 0 MATCH m5? COUNT 100000")).length, 21, "the cursor, and ten pairs");
});

Deno.test("a ZADD of more pairs than usual has room for all of their scores", () => {
  const { send } = newSortedSetCaller(128);
  assertEquals(send(`ZADD k ${numbered(5000)}`), ":5000");
  assertEquals(send("ZRANGE k 4998 -1 WITHSCORES"), "*4 $5 m4998 $4 4998 $5 m4999 $4 4999");
  assertEquals(send(`ZADD k ${numbered(200)} x last`), "-ERR value is not a valid float");
  assertEquals(send("ZCARD k"), ":5000");
});

Deno.test("a reply of random members ends when its client is dropped for it", () => {
  const { send, client } = newSortedSetCaller(128);
  send("ZADD k 1 a");
  let checks = 0;
  client.connection.checkOutput = () => {
    if (++checks === 3) client.isHalted = true;
  };
  send("ZRANDMEMBER k -1000000");
  assertEquals(checks, 3);
});

Deno.test("a destination may be a source, and is replaced whatever it was", () => {
  const { send } = newSortedSetCaller(128);
  for (const [form, limit] of Object.entries(LIMITS)) {
    send(`CONFIG SET zset-max-listpack-entries ${limit}`);
    send("DEL a b");
    send("ZADD a 1 x 2 y 3 z");
    send("ZADD b 10 y 20 w");
    assertEquals(send("ZRANGESTORE a a 1 2 REV"), ":2");
    assertEquals(send("ZRANGE a 0 -1 WITHSCORES"), "*4 $1 x $1 1 $1 y $1 2", form);
    assertEquals(send("ZUNIONSTORE a 3 a b a"), ":3");
    assertEquals(send("ZRANGE a 0 -1 WITHSCORES"), "*6 $1 x $1 2 $1 y $2 14 $1 w $2 20", form);
    assertEquals(send("ZINTERSTORE b 2 a b AGGREGATE MAX"), ":2");
    assertEquals(send("ZRANGE b 0 -1 WITHSCORES"), "*4 $1 y $2 14 $1 w $2 20", form);
    assertEquals(send("ZDIFFSTORE a 2 a a"), ":0");
    assertEquals(send("EXISTS a"), ":0");
    send("SET s text EX 100");
    assertEquals(send("ZUNIONSTORE s 1 b"), ":2");
    assertEquals(send("TTL s"), ":-1");
  }
});

Deno.test("the difference of a large set and many smaller ones is the same whichever way is taken", () => {
  const { send, strings } = newSortedSetCaller(128);
  send(`ZADD big ${numbered(300)}`);
  for (let i = 0; i < 10; i++) send(`ZADD small${i} 1 m${i} 2 other${i}`);
  const many = Array.from({ length: 10 }, (_, i) => `small${i}`).join(" ");
  const left = Array.from({ length: 290 }, (_, i) => `m${i + 10}`);
  assertEquals(strings(send(`ZDIFF 11 big ${many}`)), left, "taken out of a copy");
  assertEquals(strings(send("ZDIFF 2 big small0")), ["m1", "m2", ...strings(send("ZRANGE big 3 -1"))], "asked for");
  assertEquals(strings(send(`ZDIFF 12 small0 big ${many.slice("small0 ".length)} none`)), ["other0"]);
});
