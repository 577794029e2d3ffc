/** BITFIELD and BITFIELD_RO without sockets. */
import { assertEquals } from "@std/assert";
import { newKeysCaller } from "./_keys.ts";

const WRONG_TYPE = "-WRONGTYPE Operation against a key holding the wrong kind of value";
const NOT_AN_INTEGER = "-ERR value is not an integer or out of range";
const INVALID_OFFSET = "-ERR bit offset is not an integer or out of range";
const INVALID_TYPE =
  "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.";
const SYNTAX = "-ERR syntax error";
const STRUCTURE = "*3 $3 SET $1 s *1 :5";
const MAX = "9223372036854775807", MIN = "-9223372036854775808";

Deno.test("BITFIELD carries out a list of operations in turn", () => {
  const { send } = newKeysCaller();
  assertEquals(send("BITFIELD k SET i8 0 100 GET u4 0 INCRBY u2 102 1 GET i64 0"), "*4 :0 :6 :1 :7205759403792793600");
  assertEquals(send("STRLEN k"), ":13");
  assertEquals(send("BITFIELD k"), "*0");
  assertEquals(send("BITFIELD none OVERFLOW SAT"), "*0");
  assertEquals(send("BITFIELD k set U8 0 1"), INVALID_TYPE, "types are in small letters");
  assertEquals(send("bitfield k Set u8 0 1 gEt u8 0"), "*2 :100 :1");
});

Deno.test("BITFIELD takes offsets in bits, or as #n fields of the same width", () => {
  const { send } = newKeysCaller();
  send("BITFIELD k SET u8 #0 65 SET u8 #1 66 SET u8 #2 67 SET u16 #2 17477");
  assertEquals(send("GET k"), "$6 ABC\0DE");
  assertEquals(send("BITFIELD k GET u16 #2 GET u16 32 GET u5 #1 GET u5 5"), "*4 :17477 :17477 :5 :5");
  assertEquals(send("BITFIELD k GET u8 #2305843009213693953"), "*1 :66", "the product keeps 64 bits, as in Redis");
  const wrong = [
    "#",
    "##1",
    "# 1",
    "#-1",
    "#01",
    "#+1",
    "-1",
    "x",
    "#536870912",
    `#${MAX}`,
    "4294967296",
    "#9223372036854775808",
  ];
  for (const offset of wrong) {
    assertEquals(send(`BITFIELD k GET u8 ${offset.replace(" ", "\t")}`), INVALID_OFFSET, offset);
  }
});

Deno.test("BITFIELD refuses types but i1 to i64 and u1 to u63", () => {
  const { send, sendWords } = newKeysCaller();
  for (
    const type of ["", "u", "i", "u0", "i0", "u64", "i65", "u-1", "u08", "u 8", "8", "x8", "I8", "u8x", "i4294967304"]
  ) {
    assertEquals(sendWords("BITFIELD", "k", "GET", type, "0"), INVALID_TYPE, type);
  }
  for (const type of ["u1", "u63", "i1", "i64"]) assertEquals(send(`BITFIELD k GET ${type} 0`), "*1 :0");
});

Deno.test("OVERFLOW says what becomes of values that do not fit, from there on", () => {
  const { send } = newKeysCaller();
  const fields = (line: string) => {
    send("DEL k");
    return send(`BITFIELD k ${line}`);
  };
  assertEquals(fields("SET u8 0 250 INCRBY u8 0 10 INCRBY u8 0 -5"), "*3 :0 :4 :255");
  assertEquals(fields("SET i8 0 120 INCRBY i8 0 10 INCRBY i8 0 -5"), "*3 :0 :-126 :125");
  assertEquals(fields("OVERFLOW SAT SET u8 0 250 INCRBY u8 0 10 INCRBY u8 0 -300"), "*3 :0 :255 :0");
  assertEquals(fields("OVERFLOW SAT INCRBY i8 0 300 INCRBY i8 0 -300"), "*2 :127 :-128");
  assertEquals(fields("OVERFLOW FAIL SET u8 0 256 INCRBY u8 0 -1 GET u8 0"), "*3 $-1 $-1 :0");
  assertEquals(fields("OVERFLOW SAT SET u8 0 -1 GET u8 0"), "*2 :0 :255", "negative is too large without a sign");
  assertEquals(
    fields(`OVERFLOW SAT SET i8 0 ${MIN} GET i8 0`),
    "*2 :0 :127",
    "and one that is very far too small, as in Redis",
  );
  assertEquals(fields("OVERFLOW SAT SET i8 0 -9223372036854775680 GET i8 0"), "*2 :0 :-128");
  assertEquals(fields(`OVERFLOW SAT INCRBY i8 0 ${MIN}`), "*1 :-128");
  assertEquals(fields("OVERFLOW FAIL OVERFLOW wrap SET u8 0 257 GET u8 0"), "*2 :0 :1");
  assertEquals(newKeysCaller(3).send("BITFIELD k OVERFLOW FAIL SET u8 0 256"), "*1 _");
});

Deno.test("values of 63 and 64 bits are exact", () => {
  const { send } = newKeysCaller();
  assertEquals(
    send(`BITFIELD k SET i64 3 ${MIN} GET i64 3 INCRBY i64 3 -1 INCRBY i64 3 1`),
    `*4 :0 :${MIN} :${MAX} :${MIN}`,
  );
  assertEquals(
    send(`BITFIELD k OVERFLOW SAT INCRBY i64 3 -1 SET i64 3 ${MAX} INCRBY i64 3 1`),
    `*3 :${MIN} :${MIN} :${MAX}`,
  );
  assertEquals(send(`BITFIELD k OVERFLOW FAIL INCRBY i64 3 ${MAX} INCRBY i64 3 ${MIN} GET i64 3`), "*3 $-1 :-1 :-1");
  assertEquals(send(`BITFIELD k SET u63 100 ${MAX} INCRBY u63 100 1 INCRBY u63 100 -1`), `*3 :0 :0 :${MAX}`);
  assertEquals(send(`BITFIELD k OVERFLOW SAT INCRBY u63 100 ${MAX} INCRBY u63 100 ${MIN}`), `*2 :${MAX} :0`);
});

Deno.test("BITFIELD reads the whole list before it does anything", () => {
  const { send, sendWire } = newKeysCaller();
  sendWire(STRUCTURE);
  assertEquals(send("BITFIELD k SET u8 0 1 GET"), SYNTAX);
  assertEquals(send("BITFIELD k SET u8 0 1 SET u8 0"), SYNTAX);
  assertEquals(send("BITFIELD k SET u8 0 1 NOPE u8 0"), SYNTAX);
  assertEquals(send("BITFIELD k SET u8 0 1 OVERFLOW"), SYNTAX);
  assertEquals(send("BITFIELD k SET u8 0 1 OVERFLOW NOPE"), "-ERR Invalid OVERFLOW type specified");
  assertEquals(send("BITFIELD s SET u8 0 x"), NOT_AN_INTEGER);
  assertEquals(send("BITFIELD s SET u8 x x"), INVALID_OFFSET);
  assertEquals(send("BITFIELD s SET x x x"), INVALID_TYPE);
  for (const line of ["BITFIELD s SET u8 0 1", "BITFIELD s GET u8 0", "BITFIELD s", "BITFIELD_RO s"]) {
    assertEquals(send(line), WRONG_TYPE, line);
  }
  assertEquals(send("EXISTS k"), ":0");
});

Deno.test("BITFIELD tells of a change once, and counts each", () => {
  const { send, heard, changes } = newKeysCaller();
  const line = "BITFIELD k SET u8 0 1 SET u8 8 2 SET u8 16 0";
  assertEquals(heard(line), { events: ["0: setbit k"], writes: [`0: ${line}`] });
  assertEquals(heard(line), { events: [], writes: [] });
  assertEquals(heard("BITFIELD k GET u8 0 GET i64 1000"), { events: [], writes: [] });
  assertEquals(heard("BITFIELD none GET u8 0"), { events: [], writes: [] });
  assertEquals(send("EXISTS none"), ":0");
  assertEquals(changes("BITFIELD k SET u8 0 3 INCRBY u8 8 1 SET u8 16 0"), 2);
  assertEquals(changes("BITFIELD k SET u8 0 3"), 0);
  assertEquals(changes("BITFIELD k SET u8 24 0 SET u8 0 3"), 2, "in a string that became longer all count");
  assertEquals(changes("BITFIELD new OVERFLOW FAIL SET u8 0 256"), 0);
  assertEquals(send("STRLEN new"), ":1", "room is made before the write fails");
});

Deno.test("BITFIELD turns numbers into raw text when it writes, reads their digits else, and keeps the expiry", () => {
  const { send } = newKeysCaller();
  send("SET n 12 EX 100");
  assertEquals(send("BITFIELD n GET u8 0 GET u16 #1"), "*2 :49 :0");
  assertEquals(send("OBJECT ENCODING n"), "$3 int");
  assertEquals(send("BITFIELD n SET u8 8 51 GET u16 0"), "*2 :50 :12595");
  assertEquals([send("GET n"), send("OBJECT ENCODING n"), send("TTL n")], ["$2 13", "$3 raw", ":100"]);
  send("BITFIELD n SET u8 #5000 1");
  assertEquals([send("STRLEN n"), send("TTL n")], [":5001", ":100"]);
});

Deno.test("BITFIELD may write past the last offset allowed, as far as its field reaches", () => {
  const { send } = newKeysCaller();
  send("CONFIG SET proto-max-bulk-len 1mb");
  assertEquals(send("BITFIELD k SET i64 8388608 1"), INVALID_OFFSET);
  assertEquals(send("BITFIELD k SET i64 8388607 -1 GET i64 8388607"), "*2 :0 :-1");
  assertEquals([send("STRLEN k"), send("BITCOUNT k")], [":1048584", ":64"]);
});

Deno.test("BITFIELD_RO takes GETs only", () => {
  const { send, sendWire, heard } = newKeysCaller();
  sendWire(STRUCTURE);
  send("SET k AB");
  const refused = "-ERR BITFIELD_RO only supports the GET subcommand";
  assertEquals(send("BITFIELD_RO k GET u8 0 GET u8 #1 OVERFLOW SAT"), "*2 :65 :66");
  assertEquals(send("BITFIELD_RO k GET u8 0 SET u8 0 1"), refused);
  assertEquals(send("BITFIELD_RO s INCRBY u8 0 1"), refused);
  assertEquals(send("BITFIELD_RO k SET u8 0 1 NOPE"), SYNTAX);
  assertEquals(heard("BITFIELD_RO k GET u8 0"), { events: [], writes: [] });
});

Deno.test("COMMAND GETKEYSANDFLAGS tells a list of GETs from one that writes", () => {
  const { send } = newKeysCaller();
  const flags = (line: string) => send(`COMMAND GETKEYSANDFLAGS ${line}`);
  const read = "*1 *2 $1 k *2 +RO +access", written = "*1 *2 $1 k *3 +RW +access +update";
  assertEquals(flags("BITFIELD k GET u8 0 GET u8 8"), read);
  assertEquals(flags("BITFIELD k OVERFLOW SAT GET u8 0"), read);
  assertEquals(flags("BITFIELD k"), read);
  assertEquals(flags("BITFIELD k GET u8 0 SET u8 0 1"), written);
  assertEquals(flags("BITFIELD k GET u8"), written);
  assertEquals(flags("BITFIELD k NOPE"), written);
});
