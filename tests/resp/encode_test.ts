/** Commands and values to bytes (resp/encode.ts). */
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  ByteWriter,
  type CommandArgument,
  encodeCommand,
  encodeStructure,
  encodeStructuredCommand,
  encodeValue,
  type ReplyValue,
  type StructuredValue,
} from "../../resp/encode.ts";
import { Attributed, Push, RespError, SimpleString, Verbatim } from "../../resp/reply.ts";
import { encoded, Random, shown } from "./_frames.ts";

const UTF8 = new TextEncoder();

/** Each kind of value: in RESP3, and in RESP2 where that differs. */
const VALUES: [value: ReplyValue, resp3: string, resp2?: string][] = [
  ["hello", "$5\r\nhello\r\n"],
  ["", "$0\r\n\r\n"],
  ["a\r\nb", "$4\r\na\r\nb\r\n"],
  [new Uint8Array([0, 13, 10, 127]), "$4\r\n\0\r\n\x7f\r\n"],
  [42, ":42\r\n"],
  [-1, ":-1\r\n"],
  [0, ":0\r\n"],
  [Number.MAX_SAFE_INTEGER, ":9007199254740991\r\n"],
  [Number.MIN_SAFE_INTEGER, ":-9007199254740991\r\n"],
  [2_147_483_648, ":2147483648\r\n"],
  [1.5, ",1.5\r\n", "$3\r\n1.5\r\n"],
  [-0, ",-0\r\n", "$2\r\n-0\r\n"],
  [1e21, ",1e+21\r\n", "$5\r\n1e+21\r\n"],
  [2 ** 53, ",9007199254740992\r\n", "$16\r\n9007199254740992\r\n"],
  [Infinity, ",inf\r\n", "$3\r\ninf\r\n"],
  [-Infinity, ",-inf\r\n", "$4\r\n-inf\r\n"],
  [NaN, ",nan\r\n", "$3\r\nnan\r\n"],
  [5n, ":5\r\n"],
  [-(2n ** 63n), ":-9223372036854775808\r\n"],
  [2n ** 63n, "(9223372036854775808\r\n", "$19\r\n9223372036854775808\r\n"],
  [null, "_\r\n", "$-1\r\n"],
  [true, "#t\r\n", ":1\r\n"],
  [false, "#f\r\n", ":0\r\n"],
  [[], "*0\r\n"],
  [[1, ["a", null]], "*2\r\n:1\r\n*2\r\n$1\r\na\r\n_\r\n", "*2\r\n:1\r\n*2\r\n$1\r\na\r\n$-1\r\n"],
  [{ a: 1, b: true }, "%2\r\n$1\r\na\r\n:1\r\n$1\r\nb\r\n#t\r\n", "*4\r\n$1\r\na\r\n:1\r\n$1\r\nb\r\n:1\r\n"],
  [{}, "%0\r\n", "*0\r\n"],
  [Object.assign(Object.create(null), { a: 1 }), "%1\r\n$1\r\na\r\n:1\r\n", "*2\r\n$1\r\na\r\n:1\r\n"],
  [new Map<ReplyValue, ReplyValue>([[1, "x"]]), "%1\r\n:1\r\n$1\r\nx\r\n", "*2\r\n:1\r\n$1\r\nx\r\n"],
  [new Set(["a"]), "~1\r\n$1\r\na\r\n", "*1\r\n$1\r\na\r\n"],
  [new RespError("ERR no"), "-ERR no\r\n"],
  [new RespError("ERR a\r\nb"), "!8\r\nERR a\r\nb\r\n", "-ERR a  b\r\n"],
  [new SimpleString("OK"), "+OK\r\n"],
  [new Verbatim("txt", "a\nb"), "=7\r\ntxt:a\nb\r\n", "$3\r\na\nb\r\n"],
  [
    new Push("message", ["c", 1]),
    ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n:1\r\n",
    "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n:1\r\n",
  ],
  [new Attributed({ ttl: 9 }, "v"), "|1\r\n$3\r\nttl\r\n:9\r\n$1\r\nv\r\n", "$1\r\nv\r\n"],
  [new Attributed(new Map(), [1]), "|0\r\n*1\r\n:1\r\n", "*1\r\n:1\r\n"],
];

Deno.test("encodeValue() writes every kind of value in RESP3 and RESP2", () => {
  for (const [value, resp3, resp2 = resp3] of VALUES) {
    assertEquals(shown(encoded(value, 3)), resp3);
    assertEquals(shown(encoded(value, 2)), resp2);
  }
});

Deno.test("encodeValue() writes what only looks like two kinds as one", () => {
  class Bytes extends Uint8Array {}
  assertEquals(shown(encoded(Bytes.of(65))), "$1\r\nA\r\n");
  assertEquals(shown(encoded({ ["__proto__"]: 1 })), "%1\r\n$9\r\n__proto__\r\n:1\r\n");
});

/** Values RESP has no type for, as untyped callers pass them. */
const IMPOSSIBLE: [value: unknown, message: string][] = [
  [undefined, "undefined"],
  [() => 1, "a function"],
  [Symbol("s"), "a symbol"],
  [new Date(0), "an instance of Date"],
  [new ArrayBuffer(1), "an instance of ArrayBuffer"],
  [new Error("x"), "an instance of Error"],
];

Deno.test("encodeValue() and encodeStructure() refuse what RESP has no type for, and write nothing of it", () => {
  for (const [value, message] of IMPOSSIBLE) {
    for (const nested of [value, [1, value], { a: { b: value } }, new Map([[value, 1]])]) {
      const writer = new ByteWriter();
      writer.ascii("before");
      assertThrows(() => encodeValue(writer, nested as ReplyValue, 3), TypeError, message);
      assertThrows(() => encodeValue(writer, nested as ReplyValue, 2), TypeError, message);
      assertThrows(() => encodeStructure(writer, nested as StructuredValue), TypeError, message);
      assertEquals(shown(writer.take()), "before");
    }
  }
});

Deno.test("encodeValue() refuses a value that contains itself, not one that contains another twice", () => {
  const ring: ReplyValue[] = [1];
  ring.push({ again: [ring, ring] });
  const loop = new Map<ReplyValue, ReplyValue>();
  loop.set("self", new Push("x", [loop as never]));
  for (const value of [ring, loop]) {
    const writer = new ByteWriter();
    assertThrows(() => encodeValue(writer, value, 3), TypeError, "contains itself");
    assertEquals(writer.length, 0);
  }
  const twin = [1];
  assertEquals(shown(encoded([twin, twin])), "*2\r\n*1\r\n:1\r\n*1\r\n:1\r\n");
});

function nest(depth: number): StructuredValue {
  let value: StructuredValue = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

Deno.test("encodeValue() nests up to 1,024 levels, encodeStructure() up to 128", () => {
  assertEquals(shown(encoded(nest(1_024))), "*1\r\n".repeat(1_024) + ":1\r\n");
  const writer = new ByteWriter();
  encodeStructure(writer, nest(128));
  assertEquals(shown(writer.take()), "*1\r\n".repeat(128) + ":1\r\n");
  assertThrows(() => encodeValue(writer, nest(1_025), 3), TypeError, "deeper than 1024");
  assertThrows(() => encodeStructure(writer, nest(129)), TypeError, "deeper than 128");
  assertThrows(() => encodeStructure(writer, nest(100_000)), TypeError, "deeper than 128");
  assertEquals(writer.length, 0);
});

Deno.test("encodeStructure() writes a typed RESP3 value, and refuses messages", () => {
  const writer = new ByteWriter();
  encodeStructure(writer, ["v2-0", 1, { x: null }, [true, 0.5, new Uint8Array([65])]]);
  const text = "*4\r\n$4\r\nv2-0\r\n:1\r\n%1\r\n$1\r\nx\r\n_\r\n*3\r\n#t\r\n,0.5\r\n$1\r\nA\r\n";
  assertEquals(shown(writer.take()), text);
  for (const message of [new Push("x", []), new Attributed({}, 1)]) {
    assertThrows(() => encodeStructure(writer, [message] as never), TypeError, "RESP has no type for");
  }
});

Deno.test("encodeCommand() writes every argument as a bulk string", () => {
  const writer = new ByteWriter();
  encodeCommand(writer, ["SET", "é", new Uint8Array([255]), 1.5, -0, -7, 10n ** 20n, Infinity]);
  const rest =
    "$2\r\n\xc3\xa9\r\n$1\r\n\xff\r\n$3\r\n1.5\r\n$1\r\n0\r\n$2\r\n-7\r\n$21\r\n100000000000000000000\r\n$3\r\ninf\r\n";
  assertEquals([...writer.take()], [...`*8\r\n$3\r\nSET\r\n${rest}`].map((c) => c.charCodeAt(0)));
});

Deno.test("A command for which there is no memory leaves nothing of itself in the buffer", () => {
  class Endless extends Uint8Array {
    override get length(): number {
      return 2 ** 52;
    }
  }
  const writer = new ByteWriter();
  encodeCommand(writer, ["PING"]);
  const before = writer.length;
  assertThrows(() => encodeCommand(writer, ["SET", "k", new Endless(1)]), RangeError);
  assertEquals(writer.length, before);
});

Deno.test("encodeCommand() refuses what is no bulk string, and a command without a name, and writes nothing of it", () => {
  const writer = new ByteWriter();
  encodeCommand(writer, ["PING"]);
  for (const bad of [null, undefined, true, [], {}, new Date(0)]) {
    assertThrows(
      () => encodeCommand(writer, ["SET", "k", bad as CommandArgument]),
      TypeError,
      "argument 2 of a command",
    );
  }
  assertThrows(() => encodeCommand(writer, []), TypeError, "it has no name");
  assertEquals(shown(writer.take()), "*1\r\n$4\r\nPING\r\n");
});

Deno.test("encodeStructuredCommand() writes arrays, objects, booleans and null as typed arguments", () => {
  const writer = new ByteWriter();
  encodeStructuredCommand(writer, ["MSET", "a", [1], "b", { c: true }, "d", null, 1, 2n]);
  const values = "$1\r\na\r\n*1\r\n:1\r\n$1\r\nb\r\n%1\r\n$1\r\nc\r\n#t\r\n$1\r\nd\r\n_\r\n$1\r\n1\r\n$1\r\n2\r\n";
  assertEquals(shown(writer.take()), `*9\r\n$4\r\nMSET\r\n${values}`);
  assertThrows(() => encodeStructuredCommand(writer, ["SET", "k", [undefined as never]]), TypeError);
  assertEquals(writer.length, 0);
});

Deno.test("SimpleString and Verbatim refuse what cannot be sent", () => {
  for (const text of ["a\r\nb", "a\r", "\nb"]) assertThrows(() => new SimpleString(text), TypeError, "CR or LF");
  for (const format of ["", "tx", "text", "t\rt", "a:b"]) {
    assertThrows(() => new Verbatim(format, ""), TypeError, "three printable characters");
  }
});

Deno.test("ByteWriter writes text of any length as TextEncoder does, with the length before it", () => {
  const random = new Random(5);
  const alphabets = ["abc", "ab\u00e9", "\u4e16\ufeff\u{1f600}", "a\ud800"];
  const writer = new ByteWriter();
  for (const alphabet of alphabets) {
    for (
      const length of [0, 1, 3, 9, 10, 33, 34, 63, 64, 65, 99, 100, 333, 334, 999, 1_000, 5_000, 16_384, 16_385, 50_000]
    ) {
      const text = Array.from({ length }, () => random.pick(alphabet)).join("");
      const body = UTF8.encode(text);
      writer.bulkText(text);
      assertEquals(shown(writer.take()), `$${body.length}\r\n${shown(body)}\r\n`);
      writer.utf8(text);
      assertEquals(shown(writer.take()), shown(body));
    }
  }
});

Deno.test("ByteWriter decimal() writes every integer a length or a reply can be", () => {
  const writer = new ByteWriter();
  for (const n of [0, 9, 10, 99, 100, 2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1, -1, -10, -(2 ** 53 - 1)]) {
    writer.decimal(n);
    assertEquals(shown(writer.take()), String(n));
  }
  writer.decimal(1e21);
  assertEquals(shown(writer.take()), "1000000000000000000000");
});

Deno.test("ByteWriter take() hands over bytes that no later write changes", () => {
  const writer = new ByteWriter();
  const taken: Uint8Array[] = [];
  for (const size of [1, 10, 1_000, 3_000, 5, 100_000, 2]) {
    writer.raw(new Uint8Array(size).fill(taken.length));
    taken.push(writer.take());
    assertEquals(writer.length, 0);
  }
  assertEquals(new Set(taken.map((bytes) => bytes.buffer)).size, taken.length);
  taken.forEach((bytes, i) => assert(bytes.every((byte) => byte === i)));
});
