/** The tests' own RESP reader and the tolerances of their transcripts (tests/_harness.ts). */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { CLOSED, encodeCommand, inAnyOrder, numbersWithin, RawConnection, sameType } from "./_harness.ts";

/** A connection that reads these chunks, then the end, and keeps what is written. */
function scripted(chunks: readonly string[]): { conn: Promise<RawConnection>; written: string[] } {
  const written: string[] = [];
  const readable = ReadableStream.from(chunks.map((chunk) => Uint8Array.from(chunk, (c) => c.charCodeAt(0))));
  const writable = new WritableStream<Uint8Array>({ write: (chunk) => void written.push(decode(chunk)) });
  return { conn: RawConnection.connect({ readable, writable }), written };
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

const REPLIES: readonly [wire: string, text: string][] = [
  ["+OK\r\n", "+OK"],
  ["-ERR no\r\n", "-ERR no"],
  [":-5\r\n", ":-5"],
  ["$3\r\nabc\r\n", "$3 abc"],
  ["$0\r\n\r\n", "$0 "],
  ["$8\r\na\r\n\t\0\\\xffb\r\n", "$8 a\\r\\n\\x09\\x00\\\\\\xffb"],
  ["$-1\r\n", "$-1"],
  ["*-1\r\n", "*-1"],
  ["*0\r\n", "*0[]"],
  ["*2\r\n:1\r\n*1\r\n$1\r\na\r\n", "*2[:1, *1[$1 a]]"],
  ["_\r\n", "_"],
  ["#t\r\n", "#t"],
  [",1.5\r\n", ",1.5"],
  ["(123456789012345678901\r\n", "(123456789012345678901"],
  ["!5\r\nERR x\r\n", "!5 ERR x"],
  ["=7\r\ntxt:abc\r\n", "=7 txt:abc"],
  ["~1\r\n:1\r\n", "~1[:1]"],
  [">2\r\n+message\r\n:1\r\n", ">2[+message, :1]"],
  ["%2\r\n+a\r\n:1\r\n+b\r\n_\r\n", "%2{+a: :1, +b: _}"],
  ["|1\r\n+ttl\r\n:9\r\n+v\r\n", "|1{+ttl: :9} +v"],
];

Deno.test("RawConnection reads every RESP type, whatever the chunks", async () => {
  const wire = REPLIES.map(([bytes]) => bytes).join("");
  for (let cut = 0; cut <= wire.length; cut++) {
    await using conn = await scripted([wire.slice(0, cut), wire.slice(cut)]).conn;
    for (const [, text] of REPLIES) assertEquals(await conn.readReply(), text);
    assertEquals(await conn.readReply(), CLOSED);
  }
  await using conn = await scripted([...wire]).conn;
  for (const [, text] of REPLIES) assertEquals(await conn.readReply(), text);
});

Deno.test("RawConnection takes a body larger than its buffer", async () => {
  const body = "x".repeat(100_000);
  await using conn = await scripted(["+a\r\n$100000\r\n", body.slice(0, 70_000), body.slice(70_000), "\r\n+b\r\n"])
    .conn;
  assertEquals(await conn.readReply(), "+a");
  assertEquals(await conn.readReply(), `$100000 ${body}`);
  assertEquals(await conn.readReply(), "+b");
});

Deno.test("RawConnection refuses what is no RESP, and an end inside a reply", async () => {
  for (
    const wire of ["?1\r\n", "#x\r\n", "_1\r\n", "$x\r\n", "$01\r\na\r\n", "*-2\r\n", "$1\r\nabc\r\n", "+a\rb\r\n"]
  ) {
    await using conn = await scripted([wire]).conn;
    await assertRejects(() => conn.readReply(), Error, "Cannot read a reply");
  }
  for (const wire of ["+OK", "+OK\r", "$3\r\nab", "*2\r\n:1\r\n"]) {
    await using conn = await scripted([wire]).conn;
    await assertRejects(() => conn.readReply(), Error, "closed inside it");
  }
});

Deno.test("RawConnection sends commands as arrays of bulk strings, and any bytes as they are", async () => {
  const { conn: opening, written } = scripted(["+OK\r\n"]);
  await using conn = await opening;
  assertEquals(await conn.send("SET", "é", new Uint8Array([13, 10])), "+OK");
  await conn.write("PING\r\n");
  assertEquals(written, ["*3\r\n$3\r\nSET\r\n$2\r\né\r\n$2\r\n\r\n\r\n", "PING\r\n"]);
  assertEquals(decode(encodeCommand([])), "*0\r\n");
});

Deno.test("numbersWithin() compares numbers, not the text around them", () => {
  const near = numbersWithin(10);
  assert(near(":995", ":1000"));
  assert(!near(":989", ":1000"));
  assert(!near("$3 995", ":1000"));
  assert(near("*2[$3 999, $-1]", "*2[$4 1000, $-1]"));
  assert(!near("*2[:1, :2]", "*3[:1, :2]"));
  assert(!near("*1[:1]", "*2[:1, :1]"));
  assert(!near("-ERR a", ":1"));
});

Deno.test("inAnyOrder() compares elements, each as often as it occurs", () => {
  assert(inAnyOrder("*3[$1 a, $1 b, $1 b]", "*3[$1 b, $1 a, $1 b]"));
  assert(!inAnyOrder("*3[$1 a, $1 a, $1 b]", "*3[$1 b, $1 a, $1 b]"));
  assert(!inAnyOrder("~1[$1 a]", "*1[$1 a]"));
});

Deno.test("sameType() lets values differ, but not types and not null", () => {
  assert(sameType(":5", ":7"));
  assert(!sameType(":5", "$1 7"));
  assert(!sameType("$-1", "$1 a"));
  assert(!sameType("*-1", "*0[]"));
});
