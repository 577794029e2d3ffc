/** SETBIT, GETBIT, BITCOUNT, BITPOS and BITOP without sockets: what replies alone do not show, too. */
import { assertEquals } from "@std/assert";
import { newKeysCaller } from "./_keys.ts";

const WRONG_TYPE = "-WRONGTYPE Operation against a key holding the wrong kind of value";
const NOT_AN_INTEGER = "-ERR value is not an integer or out of range";
const INVALID_OFFSET = "-ERR bit offset is not an integer or out of range";
const INVALID_BIT = "-ERR bit is not an integer or out of range";
const SYNTAX = "-ERR syntax error";

/** A key of another type than string: a typed RESP value. */
const STRUCTURE = "*3 $3 SET $1 s *1 :5";

/** Bytes as text, a character each. */
function text(...bytes: number[]): string {
  return String.fromCharCode(...bytes);
}

Deno.test("SETBIT returns what the bit was and makes the string longer with zeros", () => {
  const { send } = newKeysCaller();
  assertEquals(send("SETBIT k 7 1"), ":0");
  assertEquals(send("SETBIT k 7 1"), ":1");
  assertEquals(send("SETBIT k 7 0"), ":1");
  assertEquals(send("SETBIT k 0 1"), ":0");
  assertEquals(send("GET k"), `$1 ${text(0x80)}`);
  assertEquals(send("SETBIT k 35 0"), ":0");
  assertEquals(send("GET k"), `$5 ${text(0x80, 0, 0, 0, 0)}`);
  assertEquals(send("SETBIT k 8191 1"), ":0");
  assertEquals([send("STRLEN k"), send("BITCOUNT k"), send("GETBIT k 8191")], [":1024", ":2", ":1"]);
  assertEquals(send("SETBIT k 100000 1"), ":0");
  assertEquals([send("STRLEN k"), send("BITCOUNT k"), send("GETBIT k 0")], [":12501", ":3", ":1"]);
});

Deno.test("SETBIT turns a number into its text, raw, also where it changes nothing, and keeps the expiry", () => {
  const { send } = newKeysCaller();
  send("SET n 12 EX 100");
  assertEquals(send("OBJECT ENCODING n"), "$3 int");
  assertEquals(send("SETBIT n 3 1"), ":1"); // "1" is 0011 0001
  assertEquals(send("OBJECT ENCODING n"), "$3 raw");
  assertEquals([send("GET n"), send("TTL n")], ["$2 12", ":100"]);
  assertEquals(send("SETBIT n 6 1"), ":0");
  assertEquals([send("GET n"), send("TTL n")], ["$2 32", ":100"]);
  assertEquals(send("SETBIT n 200000 1"), ":0");
  assertEquals([send("STRLEN n"), send("TTL n")], [":25001", ":100"]);
  send("SET long 12345678901");
  assertEquals(send("SETBIT long 0 0"), ":0");
  assertEquals([send("OBJECT ENCODING long"), send("GET long")], ["$3 raw", "$11 12345678901"]);
});

Deno.test("SETBIT tells of a change only where there is one", () => {
  const { heard, changes } = newKeysCaller();
  const change = { events: ["0: setbit k"], writes: ["0: SETBIT k 5 0"] };
  assertEquals(heard("SETBIT k 5 0"), change, "a new key");
  assertEquals(heard("SETBIT k 5 0"), { events: [], writes: [] });
  assertEquals(heard("SETBIT k 5 1").events, ["0: setbit k"]);
  assertEquals(heard("SETBIT k 5 1").events, []);
  assertEquals(heard("SETBIT k 15 0").events, ["0: setbit k"], "a longer string");
  assertEquals(changes("SETBIT k 5 0"), 1);
  assertEquals(changes("SETBIT k 5 0"), 0);
});

Deno.test("SETBIT and GETBIT check offset, then bit, then type", () => {
  const { send, sendWords, sendWire } = newKeysCaller();
  sendWire(STRUCTURE);
  for (const offset of ["-1", "x", "", "01", "1.0", "#1", "4294967296", "9223372036854775807", "9223372036854775808"]) {
    assertEquals(sendWords("SETBIT", "s", offset, "x"), INVALID_OFFSET, offset);
    assertEquals(sendWords("GETBIT", "s", offset), INVALID_OFFSET, offset);
  }
  for (const bit of ["2", "-1", "x", "", "01", "9223372036854775807", "-9223372036854775808"]) {
    assertEquals(sendWords("SETBIT", "s", "0", bit), INVALID_BIT, bit);
  }
  assertEquals(send("SETBIT s 0 1"), WRONG_TYPE);
  assertEquals(send("GETBIT s 0"), WRONG_TYPE);
  assertEquals(send("EXISTS k"), ":0");
});

Deno.test("offsets are limited by proto-max-bulk-len", () => {
  const { send } = newKeysCaller();
  assertEquals(send("CONFIG SET proto-max-bulk-len 1mb"), "+OK");
  assertEquals(send("SETBIT k 8388607 1"), ":0");
  assertEquals(send("SETBIT k 8388608 1"), INVALID_OFFSET);
  assertEquals(send("GETBIT k 8388608"), INVALID_OFFSET);
  assertEquals(send("STRLEN k"), ":1048576");
  assertEquals(send("BITPOS k 1"), ":8388607");
  assertEquals(send("GETBIT k 8388607"), ":1");
});

Deno.test("GETBIT reads numbers by their digits, and 0 after the end", () => {
  const { send } = newKeysCaller();
  send("SET n 1");
  assertEquals([..."01234567"].map((bit) => send(`GETBIT n ${bit}`)).join(""), ":0:0:1:1:0:0:0:1");
  assertEquals([send("GETBIT n 8"), send("GETBIT n 4294967295"), send("GETBIT none 0")], [":0", ":0", ":0"]);
  assertEquals(send("OBJECT ENCODING n"), "$3 int");
});

Deno.test("BITCOUNT counts a string, a range of bytes or one of bits", () => {
  const { send } = newKeysCaller();
  send("SET k foobar");
  send("SET n -7");
  const counts = (ranges: string[], key = "k") => ranges.map((range) => send(`BITCOUNT ${key} ${range}`.trimEnd()));
  assertEquals(
    counts(["", "0 0", "1 1", "0 -1", "1 1 BYTE", "5 30 BIT", "-9 -1 bit"]),
    [26, 4, 6, 26, 6, 17, 5].map((n) => `:${n}`),
  );
  assertEquals(counts(["-1 -2", "3 2", "6 10", "48 100 BIT", "-1 -100"]), Array(5).fill(":0"));
  assertEquals(counts(["-100 -50"]), [":4"], "both before the beginning: the first byte");
  assertEquals(counts(["-9223372036854775807 -9223372036854775808"]), [":0"], "exact beyond 2^53");
  assertEquals(counts(["-9223372036854775808 -9223372036854775807"]), [":4"]);
  assertEquals(counts(["", "0 0", "-3 -1 BIT"], "n"), [":9", ":4", ":3"]); // 2d 37
});

Deno.test("BITCOUNT looks at the key first, and at the unit last", () => {
  const { send, sendWire } = newKeysCaller();
  sendWire(STRUCTURE);
  send("SET k foobar");
  assertEquals(send("BITCOUNT none a"), ":0");
  assertEquals(send("BITCOUNT none a b c d"), ":0");
  assertEquals(send("BITCOUNT s a"), WRONG_TYPE);
  assertEquals(
    [send("BITCOUNT k 0"), send("BITCOUNT k 0 1 BIT x"), send("BITCOUNT k 0 1 BITS")],
    Array(3).fill(SYNTAX),
  );
  assertEquals(send("BITCOUNT k 0 b NOPE"), NOT_AN_INTEGER);
  assertEquals(send("BITCOUNT k -1 -2 NOPE"), ":0");
});

Deno.test("BITPOS finds the first bit; zeros follow a string whose end was not given", () => {
  const { send, raw } = newKeysCaller();
  raw("SET", "k", Uint8Array.of(0xff, 0xf0, 0x00));
  raw("SET", "ones", Uint8Array.of(0xff, 0xff, 0xff));
  raw("SET", "zeros", new Uint8Array(3));
  raw("SET", "empty", "");
  const find = (...lines: string[]) => lines.map((line) => send(`BITPOS ${line}`)).join(" ");
  assertEquals(find("k 1", "k 0", "k 1 1", "k 0 2", "k 1 2", "k 1 2 -1"), ":0 :12 :8 :16 :-1 :-1");
  assertEquals(find("ones 0", "ones 0 1", "ones 0 0 -1", "ones 0 3", "ones 0 0 -1 BIT"), ":24 :24 :-1 :-1 :-1");
  assertEquals(find("zeros 1", "zeros 1 0 -1", "zeros 0 1", "zeros 0 2 1"), ":-1 :-1 :8 :-1");
  assertEquals(
    find("k 0 7 11 BIT", "k 0 7 12 bit", "k 1 9 10 BIT", "k 1 12 -1 BIT", "k 0 -3 -1 BYTE"),
    ":-1 :12 :9 :-1 :12",
  );
  assertEquals(find("empty 0", "empty 1", "none 0", "none 1"), ":-1 :-1 :0 :-1");
});

Deno.test("BITPOS looks at the bit, then at the key, then at start, unit and end", () => {
  const { send, sendWire } = newKeysCaller();
  sendWire(STRUCTURE);
  send("SET k foobar");
  assertEquals(send("BITPOS s x"), NOT_AN_INTEGER);
  assertEquals(send("BITPOS s 2"), "-ERR The bit argument must be 1 or 0.");
  assertEquals(send("BITPOS s -1 a b"), "-ERR The bit argument must be 1 or 0.");
  assertEquals(send("BITPOS s 1 a b"), WRONG_TYPE);
  assertEquals(send("BITPOS none 0 a b c d"), ":0");
  assertEquals(send("BITPOS k 0 0 1 BIT x"), SYNTAX);
  assertEquals(send("BITPOS k 0 a b c"), NOT_AN_INTEGER);
  assertEquals(send("BITPOS k 0 0 b c"), SYNTAX);
  assertEquals(send("BITPOS k 0 0 b BIT"), NOT_AN_INTEGER);
});

Deno.test("BITOP combines strings as if the shorter ones ended in zeros, and its result is raw", () => {
  const { send, raw } = newKeysCaller();
  raw("SET", "a", Uint8Array.of(0xf0, 0xff, 0x01));
  raw("SET", "b", Uint8Array.of(0x33, 0x0f));
  const result = (line: string) => `${send(`BITOP ${line}`)} ${send("GET d")}`;
  assertEquals(result("AND d a b"), `:3 $3 ${text(0x30, 0x0f, 0)}`);
  assertEquals(result("or d a b"), `:3 $3 ${text(0xf3, 0xff, 1)}`);
  assertEquals(result("Xor d a b none"), `:3 $3 ${text(0xc3, 0xf0, 1)}`);
  assertEquals(result("NOT d b"), `:2 $2 ${text(0xcc, 0xf0)}`);
  assertEquals(result("AND d a none"), `:3 $3 ${text(0, 0, 0)}`);
  assertEquals(result("OR d a"), `:3 $3 ${text(0xf0, 0xff, 1)}`);
  assertEquals(send("OBJECT ENCODING d"), "$3 raw");
  send("MSET n 12 m 3");
  assertEquals(result("OR d n m"), ":2 $2 32", "numbers by their digits");
  assertEquals(send("OBJECT ENCODING d"), "$3 raw", "and digits stay text");
});

Deno.test("BITOP combines long strings as short ones, whatever the destination was", () => {
  const size = 40_000;
  const bytes = (step: number, length: number) => Uint8Array.from({ length }, (_, i) => (i * step) >>> 3);
  const a = bytes(7, size), b = bytes(13, size - 20_001), c = bytes(29, 17_000);
  const expected = (combine: (x: number, y: number) => number, rows: Uint8Array[]) =>
    Uint8Array.from({ length: size }, (_, i) => rows.map((row) => row[i] ?? 0).reduce(combine));
  const cases = [
    ["AND", (x: number, y: number) => x & y],
    ["OR", (x: number, y: number) => x | y],
    ["XOR", (x: number, y: number) => x ^ y],
  ] as const;
  for (const [name, combine] of cases) {
    for (const target of ["new", "old", "number", "s", "a", "b", "c", "n"]) {
      const { raw, send, sendWire } = newKeysCaller();
      for (const [key, value] of Object.entries({ a, b, c, old: c })) raw("SET", key, value, "EX", "100");
      send("MSET number 5 n 12");
      sendWire(STRUCTURE);
      assertEquals(send(`BITOP ${name} ${target} c a b n`), `:${size}`, `${name} into ${target}`);
      const want = expected(combine, [c, a, b, Uint8Array.of(0x31, 0x32)]);
      raw("SET", "want", want);
      assertEquals(raw("GET", target) === raw("GET", "want"), true, `${name} into ${target}`);
      assertEquals([send(`TTL ${target}`), send(`OBJECT ENCODING ${target}`)], [":-1", "$3 raw"], target);
      for (const [key, value] of Object.entries({ a, b, c })) {
        if (key !== target) assertEquals(send(`STRLEN ${key}`), `:${value.length}`, `${key} is as it was`);
      }
    }
  }
  const { raw } = newKeysCaller();
  raw("SET", "a", a);
  raw("BITOP", "NOT", "a", "a");
  raw("BITOP", "NOT", "d", "a");
  raw("SET", "a", a);
  assertEquals(raw("GET", "d") === raw("GET", "a"), true, "twice NOT is what it was");
});

Deno.test("BITOP with an empty result deletes the destination", () => {
  const { send, heard } = newKeysCaller();
  send("MSET k v a 1");
  assertEquals(heard("BITOP AND k x y"), { events: ["0: del k"], writes: ["0: BITOP AND k x y"] });
  assertEquals(send("EXISTS k"), ":0");
  assertEquals(heard("BITOP NOT k x"), { events: [], writes: [] });
  assertEquals(send("BITOP OR k x"), ":0");
  assertEquals(heard("BITOP OR k x a"), { events: ["0: set k"], writes: ["0: BITOP OR k x a"] });
});

Deno.test("BITOP takes the destination's expiry away and replaces any type, but reads strings only", () => {
  const { send, sendWire } = newKeysCaller();
  send("MSET a 1 b 2");
  send("SET k v EX 100");
  send("BITOP OR k a b k");
  assertEquals([send("TTL k"), send("GET k")], [":-1", `$1 ${text(0x77)}`]);
  sendWire(STRUCTURE);
  assertEquals(send("BITOP OR k a s"), WRONG_TYPE);
  assertEquals(send("BITOP NOPE k s"), SYNTAX);
  assertEquals(send("BITOP NOT k s a"), "-ERR BITOP NOT must be called with a single source key.");
  assertEquals(send("BITOP OR s a"), ":1");
  assertEquals([send("TYPE s"), send("GET s")], ["+string", "$1 1"]);
});

Deno.test("reads count as hits and misses, a destination as neither", () => {
  const { send, keyspace } = newKeysCaller();
  send("SET a 1");
  const counts = (line: string) => {
    const { hits, misses } = keyspace;
    send(line);
    return [keyspace.hits - hits, keyspace.misses - misses];
  };
  assertEquals(counts("BITOP OR d a none none"), [1, 2]);
  assertEquals(counts("BITCOUNT none"), [0, 1]);
  assertEquals(counts("BITPOS a 1"), [1, 0]);
  assertEquals(counts("GETBIT a 1"), [1, 0]);
  assertEquals(counts("SETBIT a 1 1"), [0, 0]);
});
