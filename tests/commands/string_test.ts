/** The string family, without sockets: what replies alone do not show, too (events, propagation, encodings). */
import { assertEquals } from "@std/assert";
import type { PropagatedArgument } from "../../engine/hooks.ts";
import { TypedArgument } from "../../resp/command_batch.ts";
import { encodingName } from "../../store/types.ts";
import { NONE } from "../../store/database.ts";
import { newCaller } from "../_call.ts";

const NULL = { 2: "$-1\r\n", 3: "_\r\n" } as const;
const PROTOCOLS = [2, 3] as const;
const WRONG_TYPE = "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n";
const NOT_AN_INTEGER = "-ERR value is not an integer or out of range\r\n";
const NOT_A_FLOAT = "-ERR value is not a valid float\r\n";
const SYNTAX = "-ERR syntax error\r\n";

function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}

/** A caller that takes a line, cut at its spaces, and can look into the store. */
function newStringCaller(protocol: 2 | 3 = 2) {
  const caller = newCaller({ protocol });
  const send = (line: string) => caller.raw(...line.split(" "));
  const find = (key: string) => {
    const bytes = new TextEncoder().encode(key);
    const db = caller.engine.keyspace.databases[0]!;
    return { db, entry: db.peekBytes(bytes, 0, bytes.length) };
  };
  const encoding = (key: string) => {
    const { db, entry } = find(key);
    return entry === NONE ? "none" : encodingName(db.type(entry), db.encoding(entry));
  };
  /** Milliseconds the key has to live; -1: for ever, -2: there is none. */
  const ttl = (key: string) => {
    const { db, entry } = find(key);
    if (entry === NONE) return -2;
    const atMs = db.expireAt(entry);
    return atMs < 0 ? -1 : atMs - caller.clock.now();
  };
  return { ...caller, send, encoding, ttl };
}

/** What listeners hear: keyspace events with the database's changes, and propagated commands. */
function listen(caller: ReturnType<typeof newStringCaller>) {
  const events: string[] = [];
  const writes: string[] = [];
  const { hooks } = caller.engine;
  hooks.keyTouched.add((_db, bytes, start, end, _class, event) => {
    events.push(`${event} ${new TextDecoder().decode(bytes.subarray(start, end))}`);
  });
  hooks.propagated.add((db, args) => {
    const text = (arg: PropagatedArgument) => new TextDecoder().decode(arg instanceof TypedArgument ? arg.bytes : arg);
    writes.push([`${db}:`, ...args.map(text)].join(" "));
  });
  const heard = (line: string) => {
    events.length = writes.length = 0;
    caller.send(line);
    return { events: [...events], writes: [...writes] };
  };
  return heard;
}

for (const protocol of PROTOCOLS) {
  Deno.test(`SET and GET keep any bytes, and a missing key is null (RESP${protocol})`, () => {
    const { raw, send } = newStringCaller(protocol);
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    assertEquals(send("GET k"), NULL[protocol]);
    assertEquals(raw("SET", "k", bytes), "+OK\r\n");
    assertEquals(send("GET k"), bulk(String.fromCharCode(...bytes)));
    assertEquals(raw("SET", "", ""), "+OK\r\n");
    assertEquals(raw("GET", ""), bulk(""));
  });

  Deno.test(`SET NX and XX answer null when they keep the key from being written (RESP${protocol})`, () => {
    const { send } = newStringCaller(protocol);
    assertEquals(send("SET k a XX"), NULL[protocol]);
    assertEquals(send("SET k a NX"), "+OK\r\n");
    assertEquals(send("SET k b NX"), NULL[protocol]);
    assertEquals(send("SET k b XX"), "+OK\r\n");
    assertEquals(send("GET k"), bulk("b"));
  });

  Deno.test(`SET GET answers the old value, whether it writes or not (RESP${protocol})`, () => {
    const { send } = newStringCaller(protocol);
    assertEquals(send("SET k a XX GET"), NULL[protocol]);
    assertEquals(send("GET k"), NULL[protocol]);
    assertEquals(send("SET k a GET"), NULL[protocol]);
    assertEquals(send("SET k b NX GET"), bulk("a"));
    assertEquals(send("SET k c GET EX 10"), bulk("a"));
    assertEquals(send("GETSET k 5"), bulk("c"));
    assertEquals(send("GETDEL k"), bulk("5"));
    assertEquals(send("GETDEL k"), NULL[protocol]);
  });

  Deno.test(`LCS IDX answers a map of matches and length (RESP${protocol})`, () => {
    const { send } = newStringCaller(protocol);
    send("MSET a ohmytext b mynewtext");
    const head = protocol === 3 ? "%2\r\n" : "*4\r\n";
    const match = (a: string, b: string) => `*2\r\n*2\r\n${a}*2\r\n${b}`;
    assertEquals(
      send("LCS a b IDX"),
      `${head}$7\r\nmatches\r\n*2\r\n${match(":4\r\n:7\r\n", ":5\r\n:8\r\n")}` +
        `${match(":2\r\n:3\r\n", ":0\r\n:1\r\n")}$3\r\nlen\r\n:6\r\n`,
    );
  });
}

Deno.test("SET takes options in any order and case, repeated ones too, and refuses those that exclude each other", () => {
  const { send, ttl } = newStringCaller();
  assertEquals(send("SET k v get ex 5 xX Ex 7 XX"), "$-1\r\n");
  assertEquals(send("SET k v ex 5 NX Ex 7 nx"), "+OK\r\n");
  assertEquals(ttl("k"), 7000);
  const pairs = ["EX 1", "PX 1", "EXAT 1", "PXAT 1", "KEEPTTL"];
  for (const a of pairs) {
    for (const b of pairs) if (a !== b) assertEquals(send(`SET k v ${a} ${b}`), SYNTAX, `${a} ${b}`);
    if (a !== "KEEPTTL") assertEquals(send(`GETEX k ${a} PERSIST`), SYNTAX, a);
    if (a !== "KEEPTTL") assertEquals(send(`SET k v ${a.split(" ")[0]}`), SYNTAX, a);
  }
  for (const options of ["NX XX", "XX NX", "PERSIST", "NOPE", "EX"]) assertEquals(send(`SET k v ${options}`), SYNTAX);
  for (const options of ["NX", "XX", "GET", "KEEPTTL", "EX"]) assertEquals(send(`GETEX k ${options}`), SYNTAX);
});

Deno.test("SET, SETEX, PSETEX and GETEX set expiries from now or for a moment; a plain SET drops them", () => {
  const { send, ttl, clock } = newStringCaller();
  const now = clock.now();
  send("SET k v EX 10");
  assertEquals(ttl("k"), 10_000);
  send("SET k v PX 1500");
  assertEquals(ttl("k"), 1500);
  send(`SET k v EXAT ${now / 1000 + 20}`);
  assertEquals(ttl("k"), 20_000);
  send(`SET k v PXAT ${now + 123}`);
  assertEquals(ttl("k"), 123);
  send("SETEX k 3 v");
  assertEquals(ttl("k"), 3000);
  send("PSETEX k 3 v");
  assertEquals(ttl("k"), 3);
  assertEquals(send("GETEX k"), bulk("v"));
  assertEquals(ttl("k"), 3);
  send("GETEX k EX 4");
  assertEquals(ttl("k"), 4000);
  send("GETEX k PXAT " + (now + 9));
  assertEquals(ttl("k"), 9);
  send("GETEX k PERSIST");
  assertEquals(ttl("k"), -1);
  send("SET k v EX 10");
  send("SET k v");
  assertEquals(ttl("k"), -1);
});

Deno.test("SET KEEPTTL, APPEND, SETRANGE and arithmetic keep the expiry; GETSET and MSET drop it", () => {
  const { send, ttl } = newStringCaller();
  const keeps = [
    "SET k 1 KEEPTTL",
    `SET k ${"x".repeat(2000)} KEEPTTL`,
    "SET k 1 KEEPTTL XX GET",
    "INCR k",
    "INCRBY k 5000000000",
    "DECRBY k 5000000000",
    "INCRBYFLOAT k 1.5",
    "SETRANGE k 1000 xyz",
    `APPEND k ${"y".repeat(5000)}`,
  ];
  send("SET k 1 PX 777");
  for (const line of keeps) {
    send(line);
    assertEquals(ttl("k"), 777, line.slice(0, 30));
  }
  for (const line of ["GETSET k v", "MSET k v", "SET k v"]) {
    send("SET k 1 PX 777");
    send(line);
    assertEquals(ttl("k"), -1, line);
  }
});

Deno.test("SET to a moment in the past answers OK, and the key is gone at the next look", () => {
  const { send, engine } = newStringCaller();
  assertEquals(send("SET k v PXAT 1"), "+OK\r\n");
  assertEquals(engine.keyspace.databases[0]!.size, 1);
  assertEquals(send("GET k"), "$-1\r\n");
  assertEquals(engine.keyspace.databases[0]!.size, 0);
  send("SET k v");
  assertEquals(send("GETEX k EXAT 1"), bulk("v"));
  assertEquals(engine.keyspace.databases[0]!.size, 0);
});

Deno.test("an expired key counts as missing for every write", () => {
  const { send, clock, ttl } = newStringCaller();
  const replies: [line: string, reply: string][] = [
    ["SET k new NX", "+OK\r\n"],
    ["SET k new XX", "$-1\r\n"],
    ["SET k new KEEPTTL", "+OK\r\n"],
    ["SETNX k new", ":1\r\n"],
    ["MSETNX k new l new", ":1\r\n"],
    ["APPEND k new", ":3\r\n"],
    ["INCR k", ":1\r\n"],
    ["SETRANGE k 2 x", ":3\r\n"],
    ["GETDEL k", "$-1\r\n"],
    ["GETEX k PERSIST", "$-1\r\n"],
  ];
  for (const [line, reply] of replies) {
    send("DEL l");
    send("SET k 10 PX 5");
    clock.advance(5);
    assertEquals(send(line), reply, line);
    assertEquals(ttl("k") < 0, true, line);
  }
});

Deno.test("expiry times must be positive and fit in 64 bits, and the command's name is in the error", () => {
  const { send, ttl } = newStringCaller();
  const invalid = (name: string) => `-ERR invalid expire time in '${name}' command\r\n`;
  for (const time of ["0", "-1", "-9223372036854775808", "9223372036854776", "9223372036854775807"]) {
    assertEquals(send(`SET k v EX ${time}`), invalid("set"), time);
    assertEquals(send(`SETEX k ${time} v`), invalid("setex"), time);
    assertEquals(send(`GETEX k EX ${time}`), "$-1\r\n", "a missing key is looked at first");
  }
  assertEquals(send("SET k v PX 9223372036854775807"), invalid("set"));
  assertEquals(send("PSETEX k 0 v"), invalid("psetex"));
  assertEquals(send("PSETEX k 9223370336854775808 v"), invalid("psetex"), "now is 1700000000000");
  for (const time of ["", "1.5", "x", " 1", "01", "9223372036854775808"]) {
    assertEquals(send(`SET k v EX ${time}`), time === " 1" ? SYNTAX : NOT_AN_INTEGER, time);
  }
  send("SET k v");
  assertEquals(send("GETEX k PX 0"), invalid("getex"));
  assertEquals(ttl("k"), -1);
  assertEquals(send("SET k v PX 9000000000001"), "+OK\r\n");
  assertEquals(ttl("k"), 9_000_000_000_001);
  assertEquals(send("SET k v PXAT 9223372036854775807"), "+OK\r\n");
});

Deno.test("MSET writes all, MSETNX all or nothing, and both want pairs", () => {
  const { send } = newStringCaller();
  assertEquals(send("MSET a 1 b 2 a 3"), "+OK\r\n");
  assertEquals(send("MGET a b c a"), "*4\r\n$1\r\n3\r\n$1\r\n2\r\n$-1\r\n$1\r\n3\r\n");
  assertEquals(send("MSETNX c 1 b 2"), ":0\r\n");
  assertEquals(send("GET c"), "$-1\r\n");
  assertEquals(send("MSETNX c 1 c 2"), ":1\r\n");
  assertEquals(send("GET c"), bulk("2"));
  assertEquals(send("MSET a 1 b"), "-ERR wrong number of arguments for 'mset' command\r\n");
  assertEquals(send("MSETNX a 1 b"), "-ERR wrong number of arguments for 'msetnx' command\r\n");
});

Deno.test("OBJECT ENCODING's facts: int for canonical 64-bit integers, embstr to 44 bytes, raw once changed in place", () => {
  const { send, encoding } = newStringCaller();
  const written: [value: string, encoding: string][] = [
    ["0", "int"],
    ["-1", "int"],
    ["2147483648", "int"],
    ["-9223372036854775808", "int"],
    ["9223372036854775807", "int"],
    ["9223372036854775808", "embstr"],
    ["-0", "embstr"],
    ["01", "embstr"],
    ["+1", "embstr"],
    ["1.0", "embstr"],
    ["x".repeat(44), "embstr"],
    ["x".repeat(45), "raw"],
    ["x".repeat(5000), "raw"],
  ];
  for (const [value, expected] of written) {
    for (const line of [`SET k ${value}`, `MSET k ${value}`, `GETSET k ${value}`, `SETEX k 9 ${value}`]) {
      send(line);
      assertEquals(encoding("k"), expected, line);
      assertEquals(send("GET k"), bulk(value));
      assertEquals(send("STRLEN k"), `:${value.length}\r\n`);
    }
  }
  const changed: [start: string, line: string, encoding: string, value: string][] = [
    ["1", "APPEND k 2", "raw", "12"],
    ["1", "APPEND k ", "raw", "1"],
    ["9223372036854775807", "APPEND k 2", "raw", "92233720368547758072"],
    ["-12", "SETRANGE k 0 x", "raw", "x12"],
    ["abc", "SETRANGE k 1 x", "raw", "axc"],
    ["abc", "INCRBYFLOAT j 3", "embstr", "abc"],
    ["1.5", "INCRBYFLOAT k 1.5", "embstr", "3"],
    ["7", "INCRBYFLOAT k 1", "embstr", "8"],
    ["2147483647", "INCR k", "int", "2147483648"],
    ["2147483648", "DECR k", "int", "2147483647"],
  ];
  for (const [start, line, expected, value] of changed) {
    send(`SET k ${start}`);
    send(line);
    assertEquals(encoding("k"), expected, line);
    assertEquals(send("GET k"), bulk(value), line);
  }
  send("APPEND new 12");
  assertEquals(encoding("new"), "int");
  send("SETRANGE gap 0 12");
  assertEquals(encoding("gap"), "raw");
  assertEquals(send("INCR gap"), ":13\r\n");
  assertEquals(encoding("gap"), "int");
});

Deno.test("INCR and its relatives work in 64 bits and refuse to leave them", () => {
  const { send } = newStringCaller();
  const overflow = "-ERR increment or decrement would overflow\r\n";
  assertEquals(send("DECR k"), ":-1\r\n");
  assertEquals(send("INCRBY k 9223372036854775807"), ":9223372036854775806\r\n");
  assertEquals(send("INCR k"), ":9223372036854775807\r\n");
  assertEquals(send("INCR k"), overflow);
  assertEquals(send("INCRBY k 9223372036854775807"), overflow);
  assertEquals(send("GET k"), bulk("9223372036854775807"));
  assertEquals(send("DECRBY k 9223372036854775807"), ":0\r\n");
  assertEquals(send("INCRBY k -9223372036854775808"), ":-9223372036854775808\r\n");
  assertEquals(send("DECR k"), overflow);
  assertEquals(send("DECRBY k -9223372036854775808"), "-ERR decrement would overflow\r\n");
  assertEquals(send("DECRBY k -9223372036854775807"), ":-1\r\n");
  assertEquals(send("DECRBY j 0"), ":0\r\n");
  assertEquals(send("INCRBY k 9007199254740993"), ":9007199254740992\r\n");
  for (const value of ["", "x", "1.0", "01", "+1", "-0", "9223372036854775808", "1\0"]) {
    send(`SET s ${value}`);
    assertEquals(send("INCR s"), NOT_AN_INTEGER, value);
    assertEquals(send(`INCRBY k ${value}`), NOT_AN_INTEGER, value);
    assertEquals(send(`DECRBY k ${value}`), NOT_AN_INTEGER, value);
  }
});

Deno.test("INCRBYFLOAT counts in long doubles and refuses infinity", () => {
  const { send, raw } = newStringCaller();
  assertEquals(send("INCRBYFLOAT k 0.1"), bulk("0.1"));
  assertEquals(send("INCRBYFLOAT k 0.2"), bulk("0.3"));
  assertEquals(send("INCRBYFLOAT k -0.3"), bulk("0"));
  assertEquals(send("SET k 9223372036854775807"), "+OK\r\n");
  assertEquals(send("INCRBYFLOAT k 1"), bulk("9223372036854775808"));
  const infinity = "-ERR increment would produce NaN or Infinity\r\n";
  assertEquals(send("INCRBYFLOAT k inf"), infinity);
  send("SET k -inf");
  assertEquals(send("INCRBYFLOAT k inf"), infinity);
  assertEquals(send("INCRBYFLOAT k nan"), NOT_A_FLOAT);
  assertEquals(raw("INCRBYFLOAT", "k", " 1"), NOT_A_FLOAT);
  send("SET k 1x");
  assertEquals(send("INCRBYFLOAT k 1"), NOT_A_FLOAT);
});

Deno.test("GETRANGE and SUBSTR count from both ends", () => {
  const { send } = newStringCaller();
  const ranges: [range: string, part: string][] = [
    ["0 -1", "Hello"],
    ["1 2", "el"],
    ["-3 -2", "ll"],
    ["-100 100", "Hello"],
    ["3 2", ""],
    ["-2 -3", ""],
    ["5 9", ""],
    ["-9 -8", "H"],
    ["-9223372036854775808 9223372036854775807", "Hello"],
    ["-9223372036854775807 -9223372036854775808", ""],
    ["-9223372036854775808 -9223372036854775807", "H"],
  ];
  send("SET k Hello");
  for (const [range, part] of ranges) {
    assertEquals(send(`GETRANGE k ${range}`), bulk(part), range);
    assertEquals(send(`SUBSTR k ${range}`), bulk(part), range);
  }
  send("SET n -1234");
  assertEquals(send("GETRANGE n 0 1"), bulk("-1"));
  assertEquals(send("GETRANGE missing 0 -1"), bulk(""));
  assertEquals(send("GETRANGE k 0 x"), NOT_AN_INTEGER);
});

Deno.test("SETRANGE fills gaps with zero bytes, and strings keep below proto-max-bulk-len", () => {
  const { send, raw, engine } = newStringCaller();
  assertEquals(raw("SETRANGE", "k", "3", ""), ":0\r\n");
  assertEquals(send("GET k"), "$-1\r\n");
  assertEquals(send("SETRANGE k 3 xy"), ":5\r\n");
  assertEquals(send("GET k"), bulk("\0\0\0xy"));
  assertEquals(raw("SETRANGE", "k", "536870912", ""), ":5\r\n");
  const tooLong = "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n";
  assertEquals(send("SETRANGE k 536870911 xy"), tooLong);
  assertEquals(send("SETRANGE new 9223372036854775807 xy"), tooLong);
  assertEquals(send("GET new"), "$-1\r\n");
  assertEquals(send("SETRANGE k -1 xy"), "-ERR offset is out of range\r\n");
  assertEquals(send("SETRANGE k 9223372036854775808 xy"), NOT_AN_INTEGER);
  engine.config.set([["proto-max-bulk-len", "1048576"]], "runtime");
  assertEquals(send("SETRANGE k 1048574 xy"), ":1048576\r\n");
  assertEquals(send("APPEND k z"), tooLong);
  assertEquals(raw("APPEND", "k", ""), ":1048576\r\n");
});

Deno.test("APPEND grows a string through every size, inline and in blocks, and keeps its bytes", () => {
  const { send } = newStringCaller();
  let expected = "";
  for (let i = 0; expected.length < 40_000; i++) {
    const part = `<${i}${"-".repeat(i % 97)}>`;
    expected += part;
    assertEquals(send(`APPEND k ${part}`), `:${expected.length}\r\n`);
    send(`SET other${i} ${part}`); // a neighbour that would be overwritten
  }
  assertEquals(send("GET k"), bulk(expected));
  assertEquals(send("GET other5"), bulk("<5----->"));
});

Deno.test("LCS finds the longest common subsequence of strings and numbers", () => {
  const { send } = newStringCaller();
  send("MSET a ohmytext b mynewtext n 12345 m 1x3y5");
  assertEquals(send("LCS a b"), bulk("mytext"));
  assertEquals(send("LCS a b LEN"), ":6\r\n");
  assertEquals(send("LCS n m"), bulk("135"));
  assertEquals(send("LCS a missing"), bulk(""));
  assertEquals(send("LCS a missing LEN"), ":0\r\n");
  assertEquals(send("LCS a missing IDX"), "*4\r\n$7\r\nmatches\r\n*0\r\n$3\r\nlen\r\n:0\r\n");
  const long = "*4\r\n$7\r\nmatches\r\n*1\r\n*3\r\n*2\r\n:4\r\n:7\r\n*2\r\n:5\r\n:8\r\n:4\r\n$3\r\nlen\r\n:6\r\n";
  assertEquals(send("LCS a b IDX MINMATCHLEN 3 WITHMATCHLEN"), long);
  assertEquals(
    send("LCS a b LEN IDX"),
    "-ERR If you want both the length and indexes, please just use IDX.\r\n",
  );
  for (const options of ["NOPE", "MINMATCHLEN", "LEN x"]) assertEquals(send(`LCS a b ${options}`), SYNTAX);
  assertEquals(send("LCS a b MINMATCHLEN x"), NOT_AN_INTEGER);
});

Deno.test("LCS refuses a table larger than proto-max-bulk-len, counted as Redis does", () => {
  const { send, engine } = newStringCaller();
  engine.config.set([["proto-max-bulk-len", "1048576"]], "runtime");
  send(`SET a ${"x".repeat(511)}`);
  send(`SET b ${"x".repeat(511)}`);
  send(`SET c ${"x".repeat(512)}`);
  assertEquals(send("LCS a b LEN"), ":511\r\n");
  assertEquals(
    send("LCS a c LEN"),
    "-ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len\r\n",
  );
});

Deno.test("structures: SET and MSET store typed values, with options too, and their client reads them as they came", () => {
  for (const protocol of PROTOCOLS) {
    const { wire, send, encoding, ttl } = newStringCaller(protocol);
    const list = "*2\r\n:1\r\n%1\r\n$1\r\nx\r\n_\r\n";
    assertEquals(wire(`*3\r\n$3\r\nSET\r\n$1\r\nk\r\n${list}`), "+OK\r\n");
    assertEquals(send("GET k"), list);
    assertEquals(encoding("k"), "resp");
    assertEquals(wire("*5\r\n$4\r\nMSET\r\n$1\r\na\r\n:5\r\n$1\r\nb\r\n$1\r\n6\r\n"), "+OK\r\n");
    assertEquals(send("MGET a b k missing"), `*4\r\n:5\r\n$1\r\n6\r\n${list}${NULL[protocol]}`);
    assertEquals(wire("*6\r\n$3\r\nSET\r\n$1\r\nk\r\n#t\r\n$2\r\nPX\r\n$2\r\n50\r\n$2\r\nXX\r\n"), "+OK\r\n");
    assertEquals(ttl("k"), 50);
    assertEquals(wire("*4\r\n$3\r\nSET\r\n$1\r\nk\r\n_\r\n$7\r\nKEEPTTL\r\n"), "+OK\r\n");
    assertEquals(ttl("k"), 50);
    assertEquals(send("GET k"), "_\r\n");
    assertEquals(wire("*4\r\n$3\r\nSET\r\n$1\r\nk\r\n#t\r\n$2\r\nNX\r\n"), NULL[protocol]);
  }
});

Deno.test("structures are WRONGTYPE to GET, and null to MGET, of a RESP2 client that never sent one", () => {
  const { wire, send, client } = newStringCaller();
  wire("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n*0\r\n");
  client.sendsTyped = false;
  assertEquals(send("GET k"), WRONG_TYPE);
  assertEquals(send("MGET k"), "*1\r\n$-1\r\n");
  client.out.protocol = 3;
  assertEquals(send("GET k"), "*0\r\n");
  assertEquals(send("MGET k"), "*1\r\n*0\r\n");
});

Deno.test("structures are WRONGTYPE to all other string commands, which leave them alone; plain writes replace them", () => {
  const { wire, send, encoding } = newStringCaller(3);
  const lines = [
    "SET k v GET",
    "GETSET k v",
    "GETDEL k",
    "GETEX k",
    "GETEX k PX 1",
    "APPEND k v",
    "STRLEN k",
    "INCR k",
  ];
  lines.push("DECRBY k 1", "INCRBYFLOAT k 1", "GETRANGE k 0 -1", "SUBSTR k 0 -1", "SETRANGE k 0 x", "SETRANGE k 0 ");
  wire("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n*0\r\n");
  for (const line of lines) assertEquals(send(line), WRONG_TYPE, line);
  assertEquals(send("LCS k other"), "-ERR The specified keys must contain string values\r\n");
  assertEquals(send("SETNX k v"), ":0\r\n");
  assertEquals(send("MSETNX k v"), ":0\r\n");
  assertEquals(send("GET k"), "*0\r\n");
  assertEquals(send("SET k v"), "+OK\r\n");
  assertEquals(encoding("k"), "embstr");
});

Deno.test("typed values are taken by SET and MSET only", () => {
  const { wire } = newStringCaller();
  for (const request of ["*3\r\n$5\r\nSETNX\r\n$1\r\nk\r\n:5\r\n", "*3\r\n$3\r\nSET\r\n:5\r\n$1\r\nv\r\n"]) {
    assertEquals(wire(request), "-ERR Protocol error: expected '$', got ':'\r\n");
  }
});

Deno.test("listeners hear Redis' events, each write once and as its result", () => {
  const caller = newStringCaller();
  const now = caller.clock.now();
  const heard = listen(caller);
  const expected: [line: string, events: string[], writes: string[]][] = [
    ["SET k v", ["set k"], ["0: SET k v"]],
    ["SET k v XX", ["set k"], ["0: SET k v XX"]],
    ["SET k v NX", [], []],
    ["SET k v get XX GET", ["set k"], ["0: SET k v XX"]],
    ["SET k v EX 1 GET", ["set k", "expire k"], [`0: SET k v PXAT ${now + 1000}`]],
    ["SET k w KEEPTTL", ["set k"], ["0: SET k w KEEPTTL"]],
    ["SETEX k 1 v", ["set k", "expire k"], [`0: SET k v PXAT ${now + 1000}`]],
    ["PSETEX k 1 v", ["set k", "expire k"], [`0: SET k v PXAT ${now + 1}`]],
    ["GET k", [], []],
    ["GETEX k", [], []],
    ["GETEX k PX 5", ["expire k"], [`0: PEXPIREAT k ${now + 5}`]],
    ["GETEX k PERSIST", ["persist k"], ["0: PERSIST k"]],
    ["GETEX k PERSIST", [], []],
    ["GETEX k PXAT 1", ["del k"], ["0: DEL k"]],
    ["GETDEL k", [], []],
    ["SETNX k 10", ["set k"], ["0: SETNX k 10"]],
    ["SETNX k 10", [], []],
    ["GETSET k 11", ["set k"], ["0: SET k 11"]],
    ["INCR k", ["incrby k"], ["0: INCR k"]],
    ["DECRBY k 3", ["incrby k"], ["0: DECRBY k 3"]],
    ["INCRBY k 9000000000", ["incrby k"], ["0: INCRBY k 9000000000"]],
    ["INCRBYFLOAT k 0.5", ["incrbyfloat k"], ["0: SET k 9000000009.5 KEEPTTL"]],
    ["INCR k", [], []],
    ["APPEND k x", ["append k"], ["0: APPEND k x"]],
    ["SETRANGE k 1 x", ["setrange k"], ["0: SETRANGE k 1 x"]],
    ["SETRANGE k 1 ", [], []],
    ["MSET a 1 b 2", ["set a", "set b"], ["0: MSET a 1 b 2"]],
    ["MSETNX a 1 c 2", [], []],
    ["GETDEL k", ["del k"], ["0: DEL k"]],
    ["LCS a b", [], []],
  ];
  for (const [line, events, writes] of expected) assertEquals(heard(line), { events, writes }, line);
});

Deno.test("reads count hits and misses, writes do not", () => {
  const { send, engine } = newStringCaller();
  const counted = (line: string) => {
    engine.keyspace.hits = engine.keyspace.misses = 0;
    send(line);
    return [engine.keyspace.hits, engine.keyspace.misses];
  };
  for (const line of ["SET k 1", "INCR k", "APPEND k 1", "SETRANGE k 0 1", "SETNX k 1", "SET k 1 XX", "MSET k 1"]) {
    assertEquals(counted(line), [0, 0], line);
  }
  for (const line of ["GET k", "STRLEN k", "GETRANGE k 0 0", "SET k 1 GET", "GETSET k 1", "GETEX k"]) {
    assertEquals(counted(line), [1, 0], line);
  }
  assertEquals(counted("MGET k x k y"), [2, 2]);
  assertEquals(counted("LCS k x"), [1, 1]);
  assertEquals(counted("GETDEL k"), [1, 0]);
  assertEquals(counted("GETDEL k"), [0, 1]);
});
