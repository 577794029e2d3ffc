/** Requests from bytes (resp/command_decoder.ts), with Redis' own error texts. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { CommandDecoder, UnauthenticatedError } from "../../resp/command_decoder.ts";
import { hasReference, startRedis } from "../_redis.ts";
import { commandsOf, cutAt, cutRandomly, decodeCommands, joined, Random, wire } from "./_frames.ts";

/** A request as clients send it. */
function request(...args: string[]): string {
  return `*${args.length}\r\n` + args.map((arg) => `$${arg.length}\r\n${arg}\r\n`).join("");
}

/** Requests, with the commands they are. */
const REQUESTS: [text: string, commands: unknown[]][] = [
  [request("GET", "k"), [["GET", "k"]]],
  [request("SET", "a\r\nb", "", "\0\xff"), [["SET", "a\r\nb", "", "\0\xff"]]],
  [request("x"), [["x"]]],
  ["*0\r\n", []],
  ["*-1\r\n", []],
  ["*-10\r\n", []],
  ["*-9223372036854775808\r\n", []],
  ["*1\r\n$4\r\nPINGxx", [["PING"]]], // the two bytes after a body are not looked at
  ["PING\r\n", [["PING"]]],
  ["PING\n", [["PING"]]],
  ["\r\n", []],
  ["\n", []],
  ["  \t \r\n", []],
  ["  SET\tk  v \r\n", [["SET", "k", "v"]]],
  [`SET "a b" 'c d' "" ''\r\n`, [["SET", "a b", "c d", "", ""]]],
  [`ECHO "\\x41\\x0a\\n\\r\\t\\b\\a\\"\\\\\\q\\xzz"\n`, [["ECHO", 'A\n\n\r\t\b\x07"\\qxzz']]],
  [`ECHO 'it\\'s \\n'\n`, [["ECHO", "it's \\n"]]],
  [`a"b c"\r\n`, [["ab c"]]],
  [request("SET", "k").replace("*2", "*3") + "*2\r\n:1\r\n$1\r\na\r\n", [["SET", "k", [
    "typed",
    "*2\r\n:1\r\n$1\r\na\r\n",
  ]]]],
  [request("set", "k").replace("*2", "*5") + "_\r\n$2\r\nEX\r\n$1\r\n9\r\n", [[
    "set",
    "k",
    ["typed", "_\r\n"],
    "EX",
    "9",
  ]]],
  [
    request("MSET", "a").replace("*2", "*5") + "%1\r\n+a\r\n#t\r\n$1\r\nb\r\n,0.5\r\n",
    [["MSET", "a", ["typed", "%1\r\n+a\r\n#t\r\n"], "b", ["typed", ",0.5\r\n"]]],
  ],
];

Deno.test("CommandDecoder reads multi-bulk and inline requests", () => {
  for (const [text, entries] of REQUESTS) {
    for (const usesRoom of [false, true]) {
      assertEquals(decodeCommands([wire(text)], undefined, usesRoom), { entries, error: null, isInside: false }, text);
    }
  }
});

/** All requests and some long ones, as one stream. */
function longTranscript(): Uint8Array {
  const long = request("SET", "key".repeat(30), "value\r\n".repeat(40)) + `ECHO "${"a b ".repeat(50)}"\r\n`;
  return wire(REQUESTS.map(([text]) => text).join("") + long + REQUESTS.map(([text]) => text).join(""));
}

Deno.test("CommandDecoder gives the same commands wherever the bytes are split", () => {
  const bytes = longTranscript();
  const whole = decodeCommands([bytes]);
  assertEquals([whole.error, whole.isInside], [null, false]);
  assertEquals(whole.entries.length, 2 * REQUESTS.flatMap(([, commands]) => commands).length + 2);
  const expected = JSON.stringify(whole);
  for (const usesRoom of [false, true]) {
    for (let i = 1; i < bytes.length; i++) {
      assert(JSON.stringify(decodeCommands(cutAt(bytes, i), undefined, usesRoom)) === expected, `split at ${i}`);
    }
    for (const size of [1, 2, 3, 7]) {
      const places = Array.from({ length: Math.ceil(bytes.length / size) - 1 }, (_, i) => (i + 1) * size);
      assertEquals(decodeCommands(cutAt(bytes, ...places), undefined, usesRoom), whole, `in pieces of ${size}`);
    }
  }
});

const MAX_BULK = 512 * 1024 * 1024;
const LINE = 64 * 1024;

/** Malformed requests, with Redis' error. */
const MALFORMED: [text: string, message: string][] = [
  ["*a\r\n", "invalid multibulk length"],
  ["*\r\n", "invalid multibulk length"],
  ["*+1\r\n", "invalid multibulk length"],
  ["*01\r\n", "invalid multibulk length"],
  ["*1 \r\n", "invalid multibulk length"],
  ["*-0\r\n", "invalid multibulk length"],
  ["*-\r\n", "invalid multibulk length"],
  ["*2147483648\r\n", "invalid multibulk length"],
  ["*99999999999999999999\r\n", "invalid multibulk length"],
  [`*${"1".repeat(LINE)}`, "too big mbulk count string"],
  ["*1\r\nx\r\n", "expected '$', got 'x'"],
  ["*1\r\n\xff\r\n", "expected '$', got '\xff'"],
  ["*1\r\n\r\n", "expected '$', got '\r'"],
  ["*2\r\n$3\r\nGET\r\n*1\r\n", "expected '$', got '*'"],
  ["*1\r\n:1\r\n", "expected '$', got ':'"],
  ["*1\r\n+PING\r\n", "expected '$', got '+'"],
  ["*1\r\n$\r\n", "invalid bulk length"],
  ["*1\r\n$-1\r\n", "invalid bulk length"],
  ["*1\r\n$01\r\n", "invalid bulk length"],
  ["*1\r\n$1x\r\n", "invalid bulk length"],
  [`*1\r\n$${MAX_BULK + 1}\r\n`, "invalid bulk length"],
  ["*1\r\n$9223372036854775808\r\n", "invalid bulk length"],
  [`*1\r\n$${"1".repeat(LINE)}`, "too big bulk count string"],
  [`*1\r\n${"x".repeat(LINE + 1)}`, "too big bulk count string"],
  ["x".repeat(LINE + 1), "too big inline request"],
  [`"a\r\n`, "unbalanced quotes in request"],
  ["'a\n", "unbalanced quotes in request"],
  [`"a"b\r\n`, "unbalanced quotes in request"],
  [`'a'"b"\r\n`, "unbalanced quotes in request"],
  [`"a\\"\r\n`, "unbalanced quotes in request"],
];

Deno.test("CommandDecoder refuses malformed requests in Redis' words, after giving the good ones before", () => {
  for (const [text, message] of MALFORMED) {
    const outcome = { entries: [["PING"]], error: message, isInside: false };
    const bytes = wire(`PING\r\n${text}`);
    const shortened = JSON.stringify(text.slice(0, 40));
    assertEquals(decodeCommands([bytes]), outcome, shortened);
    const places = Array.from({ length: Math.min(bytes.length, 100) - 1 }, (_, i) => i + 1);
    assertEquals(decodeCommands(cutAt(bytes, ...places), undefined, true), outcome, `${shortened}, byte by byte`);
  }
});

Deno.test({
  name: "CommandDecoder gives the errors that redis-server gives, for malformed requests and good ones (needs 7.0)",
  ignore: !hasReference,
  fn: async () => {
    await using redis = await startRedis();
    for (const [text, message] of MALFORMED) {
      const expected = `-ERR Protocol error: ${message.replace(/[\r\n]/g, " ")}\r\n`; // as every error is written
      assertEquals(await answer(redis.port, text), expected, JSON.stringify(text.slice(0, 40)));
    }
    for (const [text, commands] of REQUESTS) {
      if (JSON.stringify(commands).includes('"typed"')) continue; // miniredis' own
      const reply = await answer(redis.port, `${text}QUIT\r\n`);
      const replies = commands.length === 0 ? /^\+OK\r\n$/ : /^[^]+\r\n\+OK\r\n$/;
      assert(replies.test(reply) && !reply.includes("Protocol error"), `${JSON.stringify(text)}: ${reply}`);
    }
  },
});

Deno.test({
  name: "CommandDecoder splits inline requests as redis-server does (needs 7.0)",
  ignore: !hasReference,
  fn: async () => {
    await using redis = await startRedis();
    const random = new Random(21);
    const alphabet = [
      "a",
      "b",
      " ",
      '"',
      "'",
      "\\",
      "\\x4",
      "\\n",
      '" ',
      "' ",
      "\t",
      "\v",
      "\x1f",
      "\xa0",
      "\xff",
    ];
    for (let i = 0; i < 300; i++) {
      const text = Array.from({ length: random.int(12) }, () => random.pick(alphabet)).join("");
      const line = `ECHO ${text}\r\n`;
      const { entries: [command], error } = decodeCommands([wire(line)]);
      const reply = await answer(redis.port, `${line}QUIT\r\n`);
      const words = command as string[];
      const expected = error !== null
        ? `-ERR Protocol error: ${error}\r\n`
        : words.length === 2
        ? `$${words[1]!.length}\r\n${words[1]}\r\n+OK\r\n`
        : "-ERR wrong number of arguments for 'echo' command\r\n+OK\r\n";
      assertEquals(escape(reply), escape(expected), JSON.stringify(line));
    }
  },
});

function escape(text: string): string {
  return JSON.stringify([...text].map((character) => character.charCodeAt(0)));
}

/** All that a server sends until it closes the connection. */
async function answer(port: number, text: string): Promise<string> {
  using conn = await Deno.connect({ port });
  const bytes = wire(text);
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
  await conn.closeWrite();
  let reply = "";
  const buffer = new Uint8Array(1_024);
  while (true) {
    let size: number | null;
    try {
      size = await conn.read(buffer);
    } catch (error) { // closed with some of our bytes unread
      if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
      return reply;
    }
    if (size === null) return reply;
    reply += String.fromCharCode(...buffer.subarray(0, size));
  }
}

Deno.test("CommandDecoder gives empty batches after an error, and keeps the error", () => {
  const decoder = new CommandDecoder();
  assertEquals(commandsOf(decoder.decode(wire("PING\r\n*x\r\nPING\r\n"))), [["PING"]]);
  const error = decoder.batch.error;
  const after = decoder.decode(wire("PING\r\n"));
  assertEquals([after.count, after.size], [0, 0]);
  assertStrictEquals(after.error, error);
});

Deno.test("CommandDecoder holds only what belongs to no complete command", () => {
  const decoder = new CommandDecoder();
  decoder.decode(wire("PING\r\n*2\r\n$3\r\nGET\r\n$5\r\nab"));
  assertEquals(decoder.pendingBytes, 19);
  assertEquals(commandsOf(decoder.decode(wire("cde\r\nPI"))), [["GET", "abcde"]]);
  assertEquals(decoder.pendingBytes, 2);
  decoder.decode(wire("NG\r\n"));
  assertEquals(decoder.pendingBytes, 0);
});

Deno.test("CommandDecoder takes no memory for what is only announced", () => {
  const announcements = ["*1000000000\r\n", `*1\r\n$${MAX_BULK}\r\n`, "*2147483647\r\n$1\r\na\r\n"];
  const set = request("SET", "k").replace("*2", "*3");
  announcements.push(`${set}*100000000\r\n`, `${set}$${MAX_BULK}\r\nabc`, `${set}*1\r\n$400000000\r\n`);
  const decoders: CommandDecoder[] = [];
  const before = Deno.memoryUsage();
  for (const text of announcements) {
    const decoder = new CommandDecoder();
    assertEquals([decoder.decode(wire(text)).count, decoder.batch.error], [0, null], text);
    const room = decoder.room();
    assert(room.length > 0 && decoder.capacity <= 128 * 1024, text);
    decoders.push(decoder);
  }
  assert(Deno.memoryUsage().external - before.external < 2 ** 20);
  assertEquals(decoders.length, announcements.length);
});

Deno.test("CommandDecoder reads a large body in a buffer that grows with it, and shrinks afterwards", () => {
  const body = "x".repeat(3_000_000);
  const decoder = new CommandDecoder();
  const bytes = wire(request("SET", "k", body) + "PING\r\n");
  let sent = 0, count = 0;
  while (sent < bytes.length) {
    const room = decoder.room();
    const size = Math.min(room.length, bytes.length - sent, 50_000);
    assert(decoder.capacity <= Math.max(128 * 1024, 4 * sent), `${decoder.capacity} bytes for ${sent}`);
    room.set(bytes.subarray(sent, sent + size));
    sent += size;
    const batch = decoder.decode(room.subarray(0, size));
    assertEquals(batch.error, null);
    count += batch.count;
  }
  assertEquals(count, 2);
  assert(decoder.room().length <= 64 * 1024);
});

Deno.test("CommandDecoder neither reads nor copies again and again what arrives in small pieces", () => {
  const piece = wire("x".repeat(32));
  const size = 4 * 2 ** 20; // work for each piece that grows with what came before would take minutes
  for (const usesRoom of [false, true]) {
    const decoder = new CommandDecoder();
    const before = performance.now();
    decoder.decode(wire(`*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$${size}\r\n`));
    for (let sent = 0; sent < size; sent += piece.length) {
      const room = usesRoom ? decoder.room() : null;
      room?.set(piece);
      assertEquals(decoder.decode(room?.subarray(0, piece.length) ?? piece).count, 0);
    }
    assertEquals(decoder.decode(wire("\r\n")).count, 1);
    assert(performance.now() - before < 10_000);
  }
});

Deno.test("CommandDecoder gives the room of a large batch back", () => {
  const decoder = new CommandDecoder();
  const send = (text: string) => {
    const bytes = wire(text);
    for (let sent = 0; sent < bytes.length;) {
      const room = decoder.room();
      const size = Math.min(room.length, bytes.length - sent);
      room.set(bytes.subarray(sent, sent + size));
      decoder.decode(room.subarray(0, size));
      sent += size;
    }
  };
  const held = () => decoder.memoryBytes + 4 * decoder.batch.words.length;
  assert(held() <= 2_048, "an idle connection holds little");
  send("a\n".repeat(200_000));
  assert(decoder.capacity === 64 * 1024 && decoder.batch.words.length > 10_000);
  send(request("MSET", ...Array.from({ length: 100_000 }, (_, i) => `${i}`)));
  assert(decoder.batch.words.length > 200_000);
  send("PING\r\n".repeat(3));
  decoder.room();
  assert(decoder.batch.words.length <= decoder.capacity / 4, `${decoder.batch.words.length} words`);
  send("PING\r\n");
  decoder.room();
  decoder.trim(true);
  assert(held() <= 2_048);
});

Deno.test("CommandDecoder keeps its buffer while requests come, and gives it back when they do not", () => {
  const decoder = new CommandDecoder();
  const send = (text: string) => {
    const room = decoder.room();
    room.set(wire(text));
    return commandsOf(decoder.decode(room.subarray(0, text.length)));
  };
  assertEquals(decoder.capacity, 0, "who has said nothing needs none");
  assertEquals(send("PING\r\n"), [["PING"]]);
  assertEquals([decoder.capacity, decoder.room().length], [16 * 1024, 1024], "waiting takes a window alone");
  decoder.trim(false);
  assertEquals(decoder.capacity, 16 * 1024);
  decoder.trim(true);
  assertEquals([decoder.capacity, send("PING\r\nECHO"), decoder.heldBytes], [0, [["PING"]], 10]);
  assert(decoder.room().length > 1024, "what is incomplete is completed in the buffer");
  decoder.trim(true);
  assertEquals(decoder.capacity, 16 * 1024, "which nothing can be taken from while it is read into");
  assertEquals(commandsOf(decoder.decode(wire(" a\r\n"))), [["ECHO", "a"]]);
  decoder.trim(true);
  assertEquals([decoder.capacity, decoder.batch.bytes.length], [8, 8], "what is being executed stays where it is");
  assertEquals(commandsOf(decoder.batch), [["ECHO", "a"]]);
  decoder.room();
  assertEquals(send("PING\r\n"), [["PING"]]);
  assertEquals(decoder.capacity, 16 * 1024);
});

Deno.test("CommandDecoder has a large buffer shrink once requests are small again", () => {
  const decoder = new CommandDecoder();
  const send = (bytes: Uint8Array) => {
    for (let sent = 0; sent < bytes.length;) {
      const room = decoder.room(), size = Math.min(room.length, bytes.length - sent);
      room.set(bytes.subarray(sent, sent + size));
      decoder.decode(room.subarray(0, size));
      sent += size;
    }
    decoder.room();
  };
  send(wire(request("SET", "k", "x".repeat(400_000))));
  assertEquals(decoder.capacity, 64 * 1024);
  decoder.trim(false);
  assertEquals(decoder.capacity, 64 * 1024, "it was full since the last look");
  send(wire("PING\r\n"));
  decoder.trim(false);
  assertEquals(decoder.capacity, 16 * 1024);
});

Deno.test("CommandDecoder reads large batches into the buffer when they keep coming, until a small one comes", () => {
  const decoder = new CommandDecoder();
  const large = wire("PING\r\n".repeat(1_000)), small = wire("PING\r\n");
  /** How many reads a batch takes. */
  const reads = (bytes: Uint8Array): number => {
    let count = 0;
    for (let sent = 0; sent < bytes.length; count++) {
      const room = decoder.room(), size = Math.min(room.length, bytes.length - sent);
      room.set(bytes.subarray(sent, sent + size));
      decoder.decode(room.subarray(0, size));
      sent += size;
    }
    return count;
  };
  assertEquals(Array.from({ length: 10 }, () => reads(large)), [2, 2, 2, 2, 2, 2, 2, 2, 1, 1]);
  assertEquals([reads(small), reads(small), reads(large)], [1, 1, 2]);
});

Deno.test("CommandDecoder lets a client that has not authenticated send little, and goes on when it has", () => {
  for (
    const [text, message, commands] of [
      [request(..."abcdefghijk"), "unauthenticated multibulk length", [[..."abcdefghijk"]]],
      ["*3\r\n$3\r\nSET\r\n$1\r\nk\r\n*1\r\n:1\r\n", "unauthenticated typed value", [
        ["SET", "k", ["typed", "*1\r\n:1\r\n"]],
      ]],
      [request("SET", "x".repeat(16_385)), "unauthenticated bulk length", [["SET", "x".repeat(16_385)]]],
    ] as const
  ) {
    const decoder = new CommandDecoder(undefined, true);
    const first = decoder.decode(wire(request("AUTH", "p") + text + "PING\r\n"));
    assertEquals([commandsOf(first), first.error?.message], [[["AUTH", "p"]], message]);
    assert(first.error instanceof UnauthenticatedError);
    const second = decoder.resume();
    assertEquals([commandsOf(second), second.error], [[...commands, ["PING"]], null]);
  }
  const most = request(..."abcdefghij") + request("SET", "x".repeat(16_384));
  assertEquals(new CommandDecoder(undefined, true).decode(wire(most)).error, null);
});

/** Typed values that SET may carry. */
const TYPED_VALUES = [
  ...[
    "*0\r\n",
    "%0\r\n",
    "~0\r\n",
    "_\r\n",
    "$-1\r\n".padStart(9, "*1\r\n"),
    "*-1\r\n",
    "#t\r\n",
    "#f\r\n",
    ":-5\r\n",
    ",1e5\r\n",
  ],
  ...[":9223372036854775807\r\n", ":-9223372036854775808\r\n", ",-0\r\n", ",5e-324\r\n", "(0\r\n"],
  ...[
    ",-inf\r\n",
    ",nan\r\n",
    "(123456789012345678901234567890\r\n",
    "+OK\r\n",
    "-ERR x\r\n",
    "!3\r\na\r\n\r\n",
    "=5\r\ntxt:a\r\n",
  ],
  ...["*2\r\n$4\r\n\r\n\r\n\r\n%1\r\n*1\r\n:1\r\n~1\r\n$0\r\n\r\n", "*1\r\n".repeat(128) + "_\r\n"],
];

Deno.test("CommandDecoder takes one typed value as the value of SET, at every split point", () => {
  for (const value of TYPED_VALUES) {
    const bytes = wire(request("SET", "k").replace("*2", "*3") + value + "PING\r\n");
    const outcome = { entries: [["SET", "k", ["typed", value]], ["PING"]], error: null, isInside: false };
    for (let i = 1; i < Math.min(bytes.length, 80); i++) assertEquals(decodeCommands(cutAt(bytes, i)), outcome, value);
    assertEquals(decodeCommands(cutRandomly(new Random(1), bytes), undefined, true), outcome, value);
  }
});

/** Typed values that nothing may carry. */
const MALFORMED_VALUES: [text: string, message: string][] = [
  [":x\r\n", "invalid typed value"],
  [":\r\n", "invalid typed value"],
  [",1.\u00e9\r\n", "invalid typed value"],
  ["(\r\n", "invalid typed value"],
  // legal to write, but not what every client reads
  ...[":+5", ":05", ":-0", ":9223372036854775808", ":-9223372036854775809", `:${"9".repeat(30)}`]
    .map((text): [string, string] => [`${text}\r\n`, "invalid typed value"]),
  ...["(+5", "(05", ",+1.5", ",.5", ",1.", ",+inf", ",-nan", ",1e"]
    .map((text): [string, string] => [`${text}\r\n`, "invalid typed value"]),
  ["*1\r\n$01\r\na\r\n", "invalid bulk length"],
  ["*01\r\n:1\r\n", "invalid multibulk length"],
  ["#x\r\n", "invalid typed value"],
  ["_x\r\n", "invalid typed value"],
  ["=3\r\nabc\r\n", "invalid typed value"],
  ["=5\r\nabcde\r\n", "invalid typed value"],
  ["+a\nb\r\n", "invalid typed value"],
  ["*1\r\n$1\r\nabc", "invalid typed value"],
  ["*1\r\n$x\r\n", "invalid bulk length"],
  ["*x\r\n", "invalid multibulk length"],
  ["*1\r\n>1\r\n+x\r\n", "expected '$', got '>'"],
  ["|1\r\n+a\r\n:1\r\n:2\r\n", "expected '$', got '|'"],
  ["*1\r\n".repeat(129), "nesting too deep"],
  [`*1\r\n$${MAX_BULK}\r\n`, "invalid bulk length"],
];

Deno.test("CommandDecoder refuses malformed typed values, and typed values anywhere but in SET and MSET", () => {
  for (const [value, message] of MALFORMED_VALUES) {
    const text = request("SET", "k").replace("*2", "*3") + value;
    assertEquals(decodeCommands([wire(text)]).error, message, JSON.stringify(value.slice(0, 30)));
  }
  const misplaced = [
    "*2\r\n$3\r\nGET\r\n:1\r\n",
    "*3\r\n$6\r\nAPPEND\r\n$1\r\nk\r\n:1\r\n",
    "*2\r\n$3\r\nSET\r\n:1\r\n",
  ];
  misplaced.push("*4\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n:1\r\n", "*4\r\n$4\r\nMSET\r\n$1\r\nk\r\n:1\r\n:2\r\n");
  for (const text of misplaced) {
    assertEquals(decodeCommands([wire(text)]).error, "expected '$', got ':'", JSON.stringify(text));
  }
});

Deno.test("CommandDecoder offsets point into the batch's bytes, which the next chunk may overwrite", () => {
  const decoder = new CommandDecoder();
  const first = decoder.decode(joined(wire(request("GET", "a")), wire("*2\r\n$3\r\nG")));
  assertEquals(commandsOf(first), [["GET", "a"]]);
  const second = decoder.decode(wire("ET\r\n$1\r\nb\r\n"));
  assertStrictEquals(second, first);
  assertEquals(commandsOf(second), [["GET", "b"]]);
});
