/** Buffers that connections read into: lent, given back, and freed. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { CommandDecoder } from "../../resp/command_decoder.ts";
import { READ_BUFFER_BYTES, ReadBuffers, readBuffers } from "../../resp/read_buffers.ts";
import { Random } from "./_frames.ts";

const SLAB_BYTES = 32 * READ_BUFFER_BYTES;

Deno.test("ReadBuffers lends each buffer to one at a time, and frees memory that nobody uses", () => {
  const buffers = new ReadBuffers();
  const taken = Array.from({ length: 70 }, () => buffers.take());
  for (const [i, buffer] of taken.entries()) buffer.fill(i);
  assert(taken.every((buffer, i) => buffer.length === READ_BUFFER_BYTES && buffer.every((byte) => byte === i)));
  assertEquals([buffers.used, buffers.memoryBytes], [70, 3 * SLAB_BYTES]);
  for (const buffer of taken.slice(32)) buffers.give(buffer);
  assertEquals([buffers.used, buffers.memoryBytes], [32, SLAB_BYTES]);
  for (const buffer of taken.slice(0, 32)) buffers.give(buffer);
  assertEquals([buffers.used, buffers.memoryBytes], [0, SLAB_BYTES], "one slab stays");
  assertStrictEquals(buffers.take().buffer, taken[0]!.buffer);
  assertEquals(taken[69]!.length, 0, "what has been freed cannot be read");
});

Deno.test("ReadBuffers takes back nothing that it has not lent", () => {
  const buffers = new ReadBuffers();
  buffers.give(new Uint8Array(READ_BUFFER_BYTES));
  buffers.give(new Uint8Array(0));
  assertEquals([buffers.used, buffers.memoryBytes], [0, 0]);
});

Deno.test("ReadBuffers holds no more than it needs, whoever comes and goes", () => {
  const buffers = new ReadBuffers();
  const random = new Random(8);
  const held = new Set<Uint8Array>();
  let marks = 0;
  for (let i = 0; i < 20_000; i++) {
    const wanted = i < 10_000 ? 300 : 5;
    if (random.int(2 * wanted) > held.size) {
      const buffer = buffers.take();
      assert(!held.has(buffer));
      held.add(buffer);
      buffer[0] = marks++;
    } else {
      const [buffer] = held;
      if (buffer === undefined) continue;
      held.delete(buffer);
      buffers.give(buffer);
    }
    assertEquals(buffers.used, held.size);
  }
  for (const buffer of held) buffers.give(buffer);
  assertEquals([buffers.used, buffers.memoryBytes], [0, SLAB_BYTES]);
});

Deno.test("CommandDecoder gives its buffer back when it grows out of it, when it is trimmed, and in the end", () => {
  const before = readBuffers.used;
  const used = () => readBuffers.used - before;
  const decoder = new CommandDecoder();
  const send = (text: string) => {
    const bytes = new TextEncoder().encode(text);
    for (let sent = 0; sent < bytes.length;) {
      const room = decoder.room(), size = Math.min(room.length, bytes.length - sent);
      room.set(bytes.subarray(sent, sent + size));
      decoder.decode(room.subarray(0, size));
      sent += size;
    }
  };
  assertEquals(used(), 0);
  send("PING\r\n");
  assertEquals(used(), 1);
  decoder.room();
  decoder.trim(true);
  assertEquals(used(), 0);
  send(`*2\r\n$4\r\nECHO\r\n$100000\r\n${"x".repeat(100_000)}\r\n`);
  assertEquals(used(), 0, "a larger one is its own");
  decoder.room();
  for (let i = 0; i < 2; i++) decoder.trim(false);
  assertEquals([used(), decoder.capacity], [1, READ_BUFFER_BYTES]);
  send("*2\r\n$4\r\nECHO\r\n$3\r\nab");
  decoder.release();
  assertEquals([used(), decoder.capacity, decoder.heldBytes, decoder.batch.bytes.length], [0, 0, 0, 0]);
});

Deno.test("CommandDecoder believes no announcement when it is trimmed", () => {
  const decoder = new CommandDecoder();
  const text = (text: string) => new TextEncoder().encode(text);
  decoder.decode(text(`*2\r\n$4\r\nECHO\r\n$100000\r\n${"x".repeat(100_000)}\r\n`));
  decoder.decode(text("PING\r\n"));
  decoder.trim(false);
  const before = decoder.capacity;
  decoder.decode(text("*2\r\n$4\r\nECHO\r\n$500000000\r\nx")); // behind a command that waits, say
  decoder.trim(false);
  assert(decoder.capacity <= before, `${decoder.capacity} bytes`);
  decoder.release();
});
