/** Replies from bytes (resp/reply_decoder.ts). */
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../resp/errors.ts";
import { Attributed, Push, type Reply, RespError } from "../../resp/reply.ts";
import { INCOMPLETE, ReplyDecoder, type ReplyDecoderOptions } from "../../resp/reply_decoder.ts";
import {
  comparable,
  cutAt,
  decodedOf,
  decodeReplies,
  drain,
  encoded,
  joined,
  Random,
  randomValue,
  wire,
} from "./_frames.ts";

/** The one reply that the text of a wire holds. */
function decode(text: string, options?: ReplyDecoderOptions): Reply {
  const decoder = new ReplyDecoder(options);
  decoder.push(wire(text));
  const reply = decoder.next();
  if (reply === INCOMPLETE) throw new Error(`${JSON.stringify(text)} is not complete`);
  assertStrictEquals(decoder.next(), INCOMPLETE);
  assert(!decoder.isInsideReply);
  return reply;
}

/** Every kind, with what it is decoded as. */
const KINDS: [text: string, reply: Reply][] = [
  ["+OK\r\n", "OK"],
  ["+\r\n", ""],
  ["+caf\xc3\xa9\r\n", "café"],
  ["$5\r\nhello\r\n", "hello"],
  ["$0\r\n\r\n", ""],
  ["$6\r\nab\r\ncd\r\n", "ab\r\ncd"],
  ["$4\r\n\r\n\r\n\r\n", "\r\n\r\n"],
  [`$40\r\n${"\xc3\xa9".repeat(20)}\r\n`, "é".repeat(20)],
  ["$4\r\n\xef\xbb\xbfa\r\n", "\ufeffa"],
  ["$1\r\n\xff\r\n", "\ufffd"],
  ["$-1\r\n", null],
  ["*-1\r\n", null],
  ["_\r\n", null],
  ["#t\r\n", true],
  ["#f\r\n", false],
  [":0\r\n", 0],
  [":-0\r\n", 0],
  [":+7\r\n", 7],
  [":-12\r\n", -12],
  [":9007199254740991\r\n", Number.MAX_SAFE_INTEGER],
  [":9007199254740992\r\n", 9007199254740992n],
  [":9223372036854775807\r\n", 2n ** 63n - 1n],
  [":-9223372036854775808\r\n", -(2n ** 63n)],
  [",1.5\r\n", 1.5],
  [",10\r\n", 10],
  [",-0\r\n", -0],
  [",1.5e-7\r\n", 1.5e-7],
  [",-1E+3\r\n", -1000],
  [",inf\r\n", Infinity],
  [",+inf\r\n", Infinity],
  [",-inf\r\n", -Infinity],
  [",nan\r\n", NaN],
  [",-nan\r\n", NaN],
  ["(3492890328409238509324850943850943825024385\r\n", 3492890328409238509324850943850943825024385n],
  ["(-5\r\n", -5n],
  ["(+5\r\n", 5n],
  ["=15\r\ntxt:Some string\r\n", "Some string"],
  ["=4\r\nmkd:\r\n", ""],
  ["-ERR no such thing\r\n", new RespError("ERR no such thing")],
  ["!8\r\nERR a\r\nb\r\n", new RespError("ERR a\r\nb")],
  ["*0\r\n", []],
  ["*3\r\n:1\r\n$1\r\na\r\n-ERR x\r\n", [1, "a", new RespError("ERR x")]],
  ["*2\r\n*1\r\n*0\r\n*-1\r\n", [[[]], null]],
  ["~2\r\n+a\r\n+b\r\n", ["a", "b"]],
  ["~0\r\n", []],
  ["%0\r\n", {}],
  ["%2\r\n$1\r\na\r\n:1\r\n+b\r\n%1\r\n+c\r\n_\r\n", { a: 1, b: { c: null } }],
  ["%1\r\n:1\r\n+one\r\n", new Map([[1, "one"]])],
  [">3\r\n$7\r\nmessage\r\n+ch\r\n$2\r\nhi\r\n", new Push("message", ["ch", "hi"])],
  [">1\r\n+pong\r\n", new Push("pong", [])],
  ["|1\r\n+ttl\r\n:3600\r\n*2\r\n:1\r\n|0\r\n:2\r\n", [1, 2]],
];

Deno.test("ReplyDecoder reads every kind of RESP2 and RESP3", () => {
  for (const [text, reply] of KINDS) assertEquals(comparable(decode(text)), comparable(reply), JSON.stringify(text));
});

Deno.test("ReplyDecoder gives an error reply its code", () => {
  const codes = ["-ERR x y\r\n", "-LOADING\r\n", "-\r\n", "!12\r\nNOSCRIPT a b\r\n"].map((text) => {
    const reply = decode(text);
    return reply instanceof RespError ? reply.code : "no error";
  });
  assertEquals(codes, ["ERR", "LOADING", "", "NOSCRIPT"]);
});

Deno.test("ReplyDecoder decode bytes gives bulk and verbatim strings as bytes with buffers of their own", () => {
  const text = "*6\r\n$2\r\n\xff\r\r\n=5\r\ntxt:\xfe\r\n+a\r\n$0\r\n\r\n!3\r\nERR\r\n%1\r\n$1\r\nk\r\n$1\r\nv\r\n";
  const reply = decode(text, { decode: "bytes" });
  const bytes = (...values: number[]) => new Uint8Array(values);
  assertEquals(
    comparable(reply),
    comparable([bytes(255, 13), bytes(254), "a", bytes(), new RespError("ERR"), { k: bytes(118) }]),
  );
  for (const item of reply as Reply[]) {
    if (item instanceof Uint8Array) assertEquals(item.buffer.byteLength, item.length);
  }
});

Deno.test("ReplyDecoder next() decodes the reply that begins with it as told, and pushes as the decoder is told", () => {
  const decoder = new ReplyDecoder();
  const text = "$1\r\na\r\n";
  decoder.push(wire(`${text}>2\r\n+message\r\n${text}*2\r\n${text}`));
  assertEquals(decoder.next("bytes"), wire("a"));
  assertEquals(decoder.next("bytes"), new Push("message", ["a"]));
  assertEquals(decoder.next("bytes"), INCOMPLETE);
  decoder.push(wire(`${text}${text}`));
  assertEquals(decoder.next("string"), [wire("a"), wire("a")], "begun as bytes");
  assertEquals(decoder.next(), "a");
});

Deno.test("ReplyDecoder next() that has not begun a reply does not bind the next call", () => {
  const decoder = new ReplyDecoder({ decode: "bytes" });
  assertEquals(decoder.next("bytes"), INCOMPLETE);
  decoder.push(wire("$1"));
  assertEquals(decoder.next("bytes"), INCOMPLETE);
  decoder.push(wire("\r\na\r\n$1\r\nb\r\n"));
  assertEquals(decoder.next("string"), "a");
  assertEquals(decoder.next(), wire("b"));
});

Deno.test("ReplyDecoder makes objects that any field name is safe in", () => {
  const reply = decode("%3\r\n+__proto__\r\n%1\r\n+x\r\n:1\r\n+toString\r\n:2\r\n+constructor\r\n:3\r\n");
  assertEquals(Object.entries(reply as object), [["__proto__", { x: 1 }], ["toString", 2], ["constructor", 3]]);
  assertStrictEquals(Object.getPrototypeOf(reply), Object.prototype);
});

Deno.test("ReplyDecoder map: map makes a Map of every map, with keys as they are decoded", () => {
  const text = "%2\r\n$1\r\na\r\n%0\r\n_\r\n:1\r\n";
  assertEquals(decode(text, { map: "map" }), new Map<Reply, Reply>([["a", new Map()], [null, 1]]));
  const [key] = [...decode("%1\r\n$1\r\na\r\n:1\r\n", { map: "map", decode: "bytes" }) as Map<Reply, Reply>][0]!;
  assertEquals(key, wire("a"));
});

Deno.test("ReplyDecoder attributes gives them with the reply they precede, at any depth", () => {
  const options = { attributes: true };
  assertEquals(
    comparable(decode("|1\r\n+ttl\r\n:9\r\n$1\r\na\r\n", options)),
    comparable(new Attributed({ ttl: 9 }, "a")),
  );
  assertEquals(
    comparable(decode("*2\r\n|1\r\n+a\r\n*1\r\n:0\r\n:1\r\n|0\r\n|0\r\n:2\r\n", options)),
    comparable([new Attributed({ a: [0] }, 1), new Attributed({}, new Attributed({}, 2))]),
  );
});

Deno.test("ReplyDecoder is inside a reply from its first byte to its last, dropped attributes included", () => {
  const text = "|1\r\n+a\r\n:1\r\n*2\r\n$1\r\na\r\n$-1\r\n";
  const decoder = new ReplyDecoder();
  for (let i = 0; i < text.length; i++) {
    assertEquals(decoder.isInsideReply, i > 0, `before byte ${i}`);
    decoder.push(wire(text[i]!));
    const reply = decoder.next();
    if (i < text.length - 1) assertStrictEquals(reply, INCOMPLETE, `after byte ${i}`);
    else assertEquals(reply, ["a", null]);
  }
  assert(!decoder.isInsideReply);
});

/** One reply after the other: every kind, some long bodies and lines, and random values. */
function longTranscript(): Uint8Array {
  const random = new Random(7);
  const kinds = wire(KINDS.map(([text]) => text).join(""));
  const long = [`$90\r\n${"long\r\n \xc3\xa9".repeat(10)}\r\n`, `+${"simple ".repeat(20)}\r\n`].map(wire);
  return joined(kinds, ...long, ...Array.from({ length: 20 }, () => encoded(randomValue(random, 3))), kinds);
}

Deno.test("ReplyDecoder gives the same replies wherever the bytes are split", () => {
  const bytes = longTranscript();
  for (const options of [{}, { decode: "bytes", map: "map", attributes: true } as const]) {
    const whole = decodeReplies([bytes], options);
    assertEquals([whole.error, whole.isInside], [null, false]);
    assert(whole.entries.length >= 2 * KINDS.length + 22);
    const expected = JSON.stringify(whole, printable);
    for (let i = 1; i < bytes.length; i++) {
      const outcome = decodeReplies(cutAt(bytes, i), options);
      assert(JSON.stringify(outcome, printable) === expected, `split at ${i}`);
    }
    for (const size of [1, 2, 3, 7]) {
      const places = Array.from({ length: Math.ceil(bytes.length / size) - 1 }, (_, i) => (i + 1) * size);
      assertEquals(decodeReplies(cutAt(bytes, ...places), options), whole, `in pieces of ${size}`);
    }
  }
});

function printable(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : Number.isFinite(value) ? value : String(value);
}

Deno.test("ReplyDecoder takes chunks that nobody drained in between", () => {
  const decoder = new ReplyDecoder();
  const bytes = longTranscript();
  for (let i = 0; i < bytes.length; i += 5) decoder.push(bytes.subarray(i, i + 5));
  const replies: Reply[] = [];
  assertEquals(drain(decoder, replies), null);
  assertEquals(replies.map(comparable), decodeReplies([bytes]).entries);
});

Deno.test("ReplyDecoder reads back what encodeValue() writes", () => {
  const random = new Random(11);
  for (let i = 0; i < 3_000; i++) {
    const value = randomValue(random, 4);
    const { entries, error } = decodeReplies([encoded(value)], { attributes: true });
    assertEquals([entries, error], [[comparable(decodedOf(value))], null]);
  }
});

Deno.test("ReplyDecoder gives a body that arrives in many pieces a buffer of exactly its size", () => {
  const body = new Random(3).bytes(300_000);
  const bytes = joined(wire(`$${body.length}\r\n`), body, wire("\r\n+next\r\n"));
  const decoder = new ReplyDecoder({ decode: "bytes" });
  const replies: Reply[] = [];
  for (let i = 0; i < bytes.length; i += 1_000) {
    decoder.push(bytes.subarray(i, i + 1_000));
    assertEquals(drain(decoder, replies), null);
  }
  assertEquals(replies, [body, "next"]);
  assertEquals((replies[0] as Uint8Array).buffer.byteLength, body.length);
});

Deno.test("ReplyDecoder does not look twice at a line or body that arrives in small pieces", () => {
  const size = 4 * 2 ** 20; // scanned anew for each piece this would take minutes
  for (const [head, decoder] of [["+", new ReplyDecoder()], [`$${size}\r\n`, new ReplyDecoder()]] as const) {
    decoder.push(wire(head));
    const piece = wire("x".repeat(32));
    const before = performance.now();
    for (let sent = 0; sent < size; sent += piece.length) {
      decoder.push(piece);
      assertStrictEquals(decoder.next(), INCOMPLETE);
    }
    decoder.push(wire("\r\n"));
    assertEquals((decoder.next() as string).length, size);
    assert(performance.now() - before < 10_000);
  }
});

/** Malformed replies, with the error they get. */
const MALFORMED: [text: string, message: string][] = [
  ["x", "expected a reply, got 'x'"],
  ["\r\n", "expected a reply, got byte 0x0d"],
  ["*1\r\n ", "expected a reply, got byte 0x20"],
  ["$-2\r\n", "invalid length"],
  ["$\r\n", "invalid length"],
  ["$+1\r\n", "invalid length"],
  ["$1x\r\n", "invalid length"],
  ["$1\n", "invalid length"],
  ["$1\rx", "invalid length"],
  ["$-1\rx", "invalid length"],
  ["$-1x", "invalid length"],
  ["$000000000000000000001", "invalid length"],
  ["%-1\r\n", "invalid length"],
  ["~-1\r\n", "invalid length"],
  [">-1\r\n", "invalid length"],
  ["=-1\r\n", "invalid length"],
  ["!-1\r\n", "invalid length"],
  ["$?\r\n", "streamed types are not supported"],
  ["*?\r\n", "streamed types are not supported"],
  ["%?\r\n", "streamed types are not supported"],
  ["$536870913\r\n", "invalid bulk length"],
  ["$999999999999\r\n", "invalid bulk length"],
  ["*2147483648\r\n", "invalid multibulk length"],
  ["$1\r\nab\r\n", "no CRLF after a body"],
  ["$1\r\na\rx", "no CRLF after a body"],
  ["$0\r\n\n\r", "no CRLF after a body"],
  ["+a\nb\r\n", "line break inside a line"],
  ["+a\rb\r\n", "line break inside a line"],
  ["-ERR\n", "line break inside a line"],
  [":\r\n", "invalid integer"],
  [":-\r\n", "invalid integer"],
  [":1.5\r\n", "invalid integer"],
  [":--1\r\n", "invalid integer"],
  [":1\rx", "invalid integer"],
  [":111111111111111111111", "invalid integer"],
  ["_x\r\n", "invalid null"],
  ["#x\r\n", "invalid boolean"],
  ["#\r\n", "invalid boolean"],
  ["#true\r\n", "invalid boolean"],
  [",\r\n", "invalid double"],
  [",.\r\n", "invalid double"],
  [",1e\r\n", "invalid double"],
  [", 1\r\n", "invalid double"],
  [",0x1\r\n", "invalid double"],
  [",Infinity\r\n", "invalid double"],
  ["(\r\n", "invalid big number"],
  ["(0x1\r\n", "invalid big number"],
  ["(1.5\r\n", "invalid big number"],
  [`(${"1".repeat(65_537)}`, "line too long"],
  ["=3\r\nabc\r\n", "invalid verbatim string"],
  ["=5\r\nabcde\r\n", "invalid verbatim string"],
  [">0\r\n", "push without a kind"],
  [">1\r\n:1\r\n", "push without a kind"],
  ["*1\r\n".repeat(1_025), "nesting too deep"],
];

Deno.test("ReplyDecoder refuses malformed replies, however they arrive, after giving the good ones before", () => {
  for (const [text, message] of MALFORMED) {
    const bytes = wire(`:1\r\n${text}`);
    const outcome = { entries: [1], error: message, isInside: false };
    assertEquals(decodeReplies([bytes]), outcome, JSON.stringify(text.slice(0, 40)));
    const places = Array.from({ length: Math.min(bytes.length, 100) - 1 }, (_, i) => i + 1);
    assertEquals(decodeReplies(cutAt(bytes, ...places)), outcome, `${JSON.stringify(text.slice(0, 40))}, byte by byte`);
  }
});

Deno.test("ReplyDecoder stays failed with the same error", () => {
  const decoder = new ReplyDecoder();
  decoder.push(wire("*2\r\n:1\r\n?+OK\r\n"));
  const first = assertThrows(() => decoder.next(), ProtocolError);
  decoder.push(wire("+OK\r\n"));
  assertStrictEquals(assertThrows(() => decoder.next(), ProtocolError), first);
  assert(!decoder.isInsideReply);
});

Deno.test("ReplyDecoder keeps to the limits it is given", () => {
  const limits = { maxBulkBytes: 10, maxElements: 3, maxDepth: 2 };
  for (
    const good of ["$10\r\n0123456789\r\n", "+0123456789\r\n", "*3\r\n:1\r\n:2\r\n:3\r\n", "*1\r\n%1\r\n+a\r\n:1\r\n"]
  ) {
    assertEquals(decodeReplies([wire(good)], limits).error, null, good);
  }
  for (
    const bad of [
      "$11\r\n",
      "!11\r\n",
      "=11\r\n",
      "+0123456789a",
      "-0123456789a\r\n",
      "*4\r\n",
      "%4\r\n",
      "*1\r\n*1\r\n*1\r\n",
    ]
  ) {
    assert(decodeReplies([wire(bad)], limits).error !== null, bad);
  }
});

Deno.test("ReplyDecoder reads nesting up to its limit, however deep that is", () => {
  const depth = 100_000;
  const text = "*1\r\n".repeat(depth);
  let reply = decode(`${text}:7\r\n`, { maxDepth: depth });
  for (let i = 0; i < depth; i++) reply = (reply as Reply[])[0]!;
  assertEquals(reply, 7);
  assertEquals(decodeReplies([wire(text)]).error, "nesting too deep");
});

Deno.test("ReplyDecoder takes no memory for what is only announced", () => {
  const announcements = ["*1000000000\r\n", "%1000000000\r\n", "~2147483647\r\n", ">1000000000\r\n", "|1000000000\r\n"];
  announcements.push("$536870912\r\nabc", "!536870912\r\n", "=536870912\r\n", "$999999999999\r\n");
  announcements.push("*1000000000\r\n".repeat(1_024));
  const decoders: ReplyDecoder[] = [];
  const before = Deno.memoryUsage();
  for (const text of announcements) {
    const decoder = new ReplyDecoder();
    decoder.push(wire(text));
    const replies: Reply[] = [];
    drain(decoder, replies);
    assertEquals(replies, []);
    decoders.push(decoder);
  }
  const after = Deno.memoryUsage();
  assertEquals(decoders.length, announcements.length);
  assert(after.external - before.external < 2 ** 20, "outside the heap");
  assert(after.heapTotal - before.heapTotal < 32 * 2 ** 20, "on the heap");
});
