/** RESP as TransformStreams (resp/streams.ts). */
import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../resp/errors.ts";
import { type Reply, SimpleString } from "../../resp/reply.ts";
import {
  type RespBatch,
  type RespDecoderOptions,
  RespDecoderStream,
  type RespEncoderInput,
  type RespEncoderOptions,
  RespEncoderStream,
  type RespRole,
} from "../../resp/streams.ts";
import { comparable, joined, Random, randomValue, shown, wire } from "./_frames.ts";

/** The batches a decoder stream makes of chunks. */
async function batches<Role extends RespRole = "replies">(
  chunks: Uint8Array[],
  options?: RespDecoderOptions<Role>,
): Promise<RespBatch<Role>[]> {
  return await Array.fromAsync(ReadableStream.from(chunks).pipeThrough(new RespDecoderStream(options)));
}

/** The text an encoder stream makes of values. */
async function sent<Role extends RespRole = "replies">(
  values: RespEncoderInput<Role>[],
  options?: RespEncoderOptions<Role>,
): Promise<string> {
  const chunks = await Array.fromAsync(ReadableStream.from(values).pipeThrough(new RespEncoderStream(options)));
  return shown(joined(...chunks));
}

Deno.test("RespDecoderStream gives one batch per chunk, an empty one if nothing is complete", async () => {
  const replies = await batches(["+OK\r\n:1\r\n$5\r\nhe", "ll", "", "o\r\n", "*1\r\n_\r\n"].map(wire));
  assertEquals(replies.map((batch) => [...batch]), [["OK", 1], [], [], ["hello"], [[null]]]);
  const chunks = ["*1\r\n$4\r\nPING\r\nEC", "HO x", "\r", "\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"].map(wire);
  const commands = await batches(chunks, { role: "commands", decode: "string" });
  assertEquals(commands.map((batch) => [...batch]), [[["PING"]], [], [], [["ECHO", "x"], ["GET", "k"]]]);
});

Deno.test("RespDecoderStream passes malformed input on as the last entry of its batch, and reads nothing after it", async () => {
  for (const [role, first] of [["replies", "+OK\r\n"], ["commands", "*1\r\n$2\r\nOK\r\n"]] as const) {
    const [before, with_, after, more, ...rest] = await batches(
      [first, `${first}*x\r\n${first}`, first, "*"].map(wire),
      { role },
    );
    assertEquals([before!.error, after!.error, more!.error, rest], [null, null, null, []]);
    assertEquals([before, with_, after, more].map((batch) => batch!.entries.length), [1, 1, 0, 0]);
    const entries = [...with_!];
    assertEquals(entries.length, 2);
    assertStrictEquals(entries[1], with_!.error);
    assertEquals(with_!.error instanceof ProtocolError, true);
    assertEquals([...after!, ...more!], []);
  }
});

Deno.test("RespDecoderStream ends with an error if the input ends inside an entry, and quietly between two", async () => {
  for (const text of ["+OK\r\n$3\r\nab", "+OK\r\n*1\r\n", "+OK\r\n:", "+OK\r\n|1\r\n+a\r\n:1\r\n"]) {
    const [first, last, ...rest] = await batches([wire(text)]);
    assertEquals([[...first!], rest], [["OK"], []]);
    assertEquals([last!.entries, last!.error?.message], [[], "unexpected end of input"]);
  }
  const [, last] = await batches([wire("PING\r\n*1\r\n$1\r\n")], { role: "commands" });
  assertEquals(last!.error?.message, "unexpected end of input");
  assertEquals((await batches([wire("+OK\r\n")])).length, 1);
  assertEquals((await batches([wire("PING\r\n")], { role: "commands" })).length, 1);
  assertEquals((await batches([])).length, 0);
});

Deno.test("RespBatch owns what it holds and can be iterated twice", async () => {
  const chunk = wire("$3\r\nabc\r\n*1\r\n$40\r\n" + "x".repeat(40) + "\r\n");
  for (const options of [{ decode: "bytes" }, { decode: "string" }] as const) {
    const stream = new RespDecoderStream(options);
    const writer = stream.writable.getWriter(), reader = stream.readable.getReader();
    const bytes = chunk.slice();
    const [{ value: batch }] = await Promise.all([reader.read(), writer.write(bytes)]);
    const before = comparable([...batch!]);
    bytes.fill(0);
    assertEquals(comparable([...batch!]), before);
    assertEquals([...batch!].length, 2);
    await Promise.all([reader.read(), writer.close()]);
  }
  const commands = new RespDecoderStream({ role: "commands" });
  const writer = commands.writable.getWriter(), reader = commands.readable.getReader();
  const bytes = wire("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n");
  const [{ value: first }] = await Promise.all([reader.read(), writer.write(bytes)]);
  bytes.fill(0);
  await Promise.all([reader.read(), writer.write(wire("*2\r\n$3\r\nSET\r\n$1\r\nx\r\n"))]);
  assertEquals([...first!], [[wire("GET"), wire("k")]]);
  await Promise.all([reader.read(), writer.close()]);
});

Deno.test("RespDecoderStream commands gives typed values of SET and MSET as values", async () => {
  const text = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n*2\r\n$1\r\na\r\n%1\r\n$1\r\nx\r\n_\r\n" +
    "*5\r\n$4\r\nMSET\r\n$1\r\na\r\n:5\r\n$1\r\nb\r\n$1\r\n6\r\n";
  const [batch] = await batches([wire(text)], { role: "commands", decode: "string" });
  assertEquals([...batch!], [["SET", "k", ["a", { x: null }]], ["MSET", "a", 5, "b", "6"]]);
  const [raw] = await batches([wire(text)], { role: "commands" });
  assertEquals(raw!.entries[0], [wire("SET"), wire("k"), [wire("a"), { x: null }]]);
});

Deno.test("RespDecoderStream keeps to its limits in both roles", async () => {
  const limits = { maxBulkBytes: 3, maxDepth: 1 };
  const error = async (text: string, role: RespRole) =>
    (await batches([wire(text)], { ...limits, role }))[0]!.error?.message;
  assertEquals(await error("$4\r\n", "replies"), "invalid bulk length");
  assertEquals(await error("*1\r\n*1\r\n", "replies"), "nesting too deep");
  assertEquals(await error("*2\r\n$3\r\nGET\r\n$4\r\n", "commands"), "invalid bulk length");
});

Deno.test("RespDecoderStream and RespEncoderStream undo each other in both roles", async () => {
  const commands = [["SET", "k", [1, { a: null }, true]], ["GET", "k"], ["x", "", "\r\n", "é"]];
  const back = ReadableStream.from(commands)
    .pipeThrough(new RespEncoderStream({ role: "commands" }))
    .pipeThrough(new RespDecoderStream({ role: "commands", decode: "string" }));
  assertEquals((await Array.fromAsync(back)).flatMap((batch) => [...batch]), commands);
  const random = new Random(9);
  const decoder = () => new RespDecoderStream({ map: "map", attributes: true });
  const encodedOnce = ReadableStream.from(Array.from({ length: 300 }, () => randomValue(random, 3)))
    .pipeThrough(new RespEncoderStream()).pipeThrough(decoder());
  const replies = (await Array.fromAsync(encodedOnce)).flatMap((batch) => [...batch]) as Reply[];
  assertEquals(replies.length, 300);
  const encodedAgain = ReadableStream.from(replies).pipeThrough(new RespEncoderStream()).pipeThrough(decoder());
  const again = (await Array.fromAsync(encodedAgain)).flatMap((batch) => [...batch]);
  assertEquals(again.map(comparable), replies.map(comparable));
});

Deno.test("RespEncoderStream encodes replies in the protocol it is told, RESP3 by default", async () => {
  const values = [new SimpleString("OK"), null, { a: true }];
  assertEquals(await sent(values), "+OK\r\n_\r\n%1\r\n$1\r\na\r\n#t\r\n");
  assertEquals(await sent(values, { protocol: 2 }), "+OK\r\n$-1\r\n*2\r\n$1\r\na\r\n:1\r\n");
  assertEquals(
    await sent([["SET", "k", 1]], { role: "commands", protocol: 2 }),
    "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\n1\r\n",
  );
});

Deno.test("RespEncoderStream gives every chunk a buffer of its own", async () => {
  const values = Array.from({ length: 20 }, (_, i) => "x".repeat(i * 100));
  const chunks = await Array.fromAsync(ReadableStream.from(values).pipeThrough(new RespEncoderStream()));
  assertEquals(new Set(chunks.map((chunk) => chunk.buffer)).size, 20);
  assertEquals(chunks.map((chunk, i) => shown(chunk) === `$${i * 100}\r\n${values[i]}\r\n`), values.map(() => true));
});

Deno.test("the streams report a wrong chunk on the readable side, and leave no rejection unhandled", async () => {
  const streams: [TransformStream<never, unknown>, unknown, string][] = [
    [new RespDecoderStream() as TransformStream, "text", "it is no Uint8Array"],
    [new RespDecoderStream({ role: "commands" }) as TransformStream, null, "it is no Uint8Array"],
    [new RespEncoderStream() as TransformStream, undefined, "RESP has no type for undefined"],
    [new RespEncoderStream() as TransformStream, [new Date(0)], "RESP has no type for an instance of Date"],
    [new RespEncoderStream({ role: "commands" }) as TransformStream, [], "it has no name"],
    [new RespEncoderStream({ role: "commands" }) as TransformStream, "PING", "it is no array"],
  ];
  for (const [stream, chunk, message] of streams) {
    const writer = stream.writable.getWriter(), reader = stream.readable.getReader();
    const read = reader.read();
    writer.write(chunk as never); // not awaited: a rejection would be unhandled and fail this test
    await assertRejects(() => read, TypeError, message);
    await assertRejects(() => writer.closed, TypeError, message);
    await assertRejects(() => writer.write(chunk as never), TypeError, message);
  }
});

Deno.test("the streams refuse roles and protocols that do not exist", () => {
  assertThrows(() => new RespDecoderStream({ role: "x" as RespRole }), TypeError, "role must be");
  assertThrows(() => new RespEncoderStream({ role: "x" as RespRole }), TypeError, "role must be");
  assertThrows(() => new RespEncoderStream({ protocol: 4 as 3 }), TypeError, "protocol must be 2 or 3");
});

Deno.test("a stream of replies narrows by type", async () => {
  const [batch] = await batches([wire("+OK\r\n$1")]);
  for (const entry of batch!) {
    if (entry instanceof ProtocolError) throw entry;
    const reply: Reply = entry;
    assert(reply === "OK");
  }
});
