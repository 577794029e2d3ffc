/** SORT and SORT_RO: events, propagation, memory, and what depends on the clock. */
import { assertEquals } from "@std/assert";
import { newKeysCaller } from "./_keys.ts";

Deno.test("SORT without STORE tells nobody, SORT STORE tells of the list it makes", () => {
  const { send, heard, changes } = newKeysCaller();
  send("RPUSH list 3 1 2");
  assertEquals(heard("SORT list"), { events: [], writes: [] });
  assertEquals(heard("SORT list STORE dst"), {
    events: ["0: sortstore dst"],
    writes: ["0: SORT list STORE dst"],
  });
  assertEquals(changes("SORT list STORE dst"), 3);
  assertEquals(changes("SORT list GET # GET none STORE dst"), 6);
  assertEquals(heard("SORT missing STORE dst"), { events: ["0: del dst"], writes: ["0: SORT missing STORE dst"] });
  assertEquals(heard("SORT missing STORE dst"), { events: [], writes: [] });
  assertEquals(changes("SORT missing STORE dst"), 0);
});

Deno.test("SORT STORE serves a client that waits for the list", () => {
  const { send, connect } = newKeysCaller();
  const waiting = connect();
  assertEquals(waiting.raw("BLPOP", "dst", "0"), "");
  send("RPUSH list 2 1");
  assertEquals(send("SORT list STORE dst"), ":2");
  assertEquals(waiting.received(), "*2\r\n$3\r\ndst\r\n$1\r\n1\r\n");
  assertEquals(send("LRANGE dst 0 -1"), "*1 $1 2");
});

Deno.test("SORT sees no keys that have expired, neither the one sorted nor those looked up", () => {
  const { send, clock } = newKeysCaller();
  send("RPUSH list a b");
  send("SET w_a 2 PX 10");
  send("SET w_b 1");
  assertEquals(send("SORT list BY w_* GET # GET w_*"), "*4 $1 b $1 1 $1 a $1 2");
  clock.advance(11);
  assertEquals(send("SORT list BY w_* GET # GET w_*"), "*4 $1 a $-1 $1 b $1 1");
  send("PEXPIRE list 10");
  clock.advance(11);
  assertEquals(send("SORT list ALPHA"), "*0");
});

Deno.test("SORT counts the keys it looks up as hits and misses", () => {
  const { send, keyspace } = newKeysCaller();
  send("RPUSH list a b c");
  send("MSET w_a 1 w_b 1");
  const { hits, misses } = keyspace;
  send("SORT list BY w_* GET w_* GET # GET constant");
  assertEquals([keyspace.hits - hits, keyspace.misses - misses], [1 + 2 + 2, 1 + 1]);
});

Deno.test("SORT may store over what it sorts and looks up", () => {
  const { send } = newKeysCaller();
  send("RPUSH 1 1 2");
  send("SET 2 two");
  assertEquals(send("SORT 1 DESC GET * STORE 2"), ":2");
  assertEquals(send("LRANGE 2 0 -1"), "*2 $3 two $0 "); // 1 is a list, so it holds no string
  assertEquals(send("SORT 1 DESC STORE 1"), ":2");
  assertEquals(send("LRANGE 1 0 -1"), "*2 $1 2 $1 1");
});

Deno.test("SORT puts a hundred thousand elements in order, by themselves and by other keys", () => {
  const { raw, sendWords } = newKeysCaller();
  const count = 100_000;
  const words = Array.from({ length: count }, (_, i) => String((i * 7919) % count));
  for (let i = 0; i < count; i += 10_000) {
    const part = words.slice(i, i + 10_000);
    raw("RPUSH", "list", ...part);
    raw("MSET", ...part.flatMap((word) => [`w_${word}`, String(count - Number(word))]));
  }
  assertEquals(sendWords("SORT", "list", "LIMIT", "99998", "5"), "*2 $5 99998 $5 99999");
  assertEquals(sendWords("SORT", "list", "BY", "w_*", "LIMIT", "0", "2"), "*2 $5 99999 $5 99998");
  assertEquals(sendWords("SORT", "list", "ALPHA", "DESC", "STORE", "list"), `:${count}`);
  assertEquals(sendWords("LRANGE", "list", "0", "1"), "*2 $5 99999 $5 99998");
  assertEquals(sendWords("LLEN", "list"), `:${count}`);
});
