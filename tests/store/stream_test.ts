/** Streams and tables of ids, compared with naive models; memory comes back. */
import { assert, assertEquals } from "@std/assert";
import { Arena } from "../../store/arena.ts";
import { StoreMemoryError } from "../../store/errors.ts";
import { IdTable } from "../../store/id_table.ts";
import { Stream } from "../../store/stream.ts";
import { StreamCursor } from "../../store/stream_cursor.ts";
import { SPECIAL_IDS, StreamId, WHOLE_ID } from "../../store/stream_id.ts";
import { Random } from "../resp/_frames.ts";

const TEXT = new TextEncoder();
const MAX = 2n ** 64n - 1n;
const FIRST = new StreamId(), LAST = new StreamId().setMax();

function idOf(text: string): StreamId {
  const [ms, seq] = text.split("-").map(BigInt);
  return new StreamId().setBig(ms!, seq!);
}

/** Words as arguments of a command. */
function argumentsOf(words: readonly string[]) {
  const parts = words.map((word) => TEXT.encode(word));
  const ends = parts.reduce<number[]>((list, part) => [...list, (list.at(-1) ?? 0) + part.length], []);
  return {
    bytes: TEXT.encode(words.join("")),
    isHashed: false,
    keyHash: 0,
    start: (i: number) => ends[i - 1] ?? 0,
    end: (i: number) => ends[i]!,
  };
}

/** All of a stream, as text. */
function contents(stream: Stream, isForward = true): string[] {
  const cursor = new StreamCursor().set(stream, FIRST, LAST, isForward);
  const list: string[] = [];
  while (cursor.next()) {
    const words = [cursor.id.toString()];
    while (cursor.nextField()) {
      words.push(...[cursor.field, cursor.value].map((element) => new TextDecoder().decode(element.copy())));
    }
    list.push(words.join(" "));
  }
  return list;
}

Deno.test("ids are read, written, compared and counted on up to 2^64-1", () => {
  const bytes = new Uint8Array(64), id = new StreamId();
  const numbers = [
    0n,
    1n,
    9n,
    10n,
    9_999_999n,
    10_000_000n,
    99_999_999_999_999n,
    2n ** 53n - 1n,
    2n ** 53n,
    2n ** 53n + 1n,
  ];
  numbers.push(2n ** 32n - 1n, 2n ** 32n, 2n ** 63n, MAX - 1n, MAX);
  for (const ms of numbers) {
    for (const seq of numbers) {
      const text = `${ms}-${seq}`, given = TEXT.encode(text);
      assertEquals(id.parse(given, 0, given.length, 0, SPECIAL_IDS), WHOLE_ID);
      assertEquals([id.ms, id.seq, id.toString()], [ms, seq, text]);
      assertEquals(new TextDecoder().decode(bytes.subarray(0, id.write(bytes, 0))), text);
      id.writeBytes(bytes, 3);
      assertEquals(new StreamId().readBytes(bytes, 3).toString(), text);
      const value = (ms << 64n) | seq, next = new StreamId().copyFrom(id);
      assertEquals(next.increment(), value < 2n ** 128n - 1n);
      assertEquals((next.ms << 64n) | next.seq, BigInt.asUintN(128, value + 1n));
      assertEquals(Math.sign(next.compare(id)), value < 2n ** 128n - 1n ? 1 : -1);
      assertEquals(next.decrement(), value < 2n ** 128n - 1n);
      assertEquals(next.compare(id), 0);
    }
  }
});

for (const [bytes, entries] of [[4096, 100], [120, 0], [4096, 3], [0, 1], [0, 400]] as const) {
  Deno.test(`a stream with nodes of ${bytes} bytes and ${entries} entries is as its model`, () => {
    const random = new Random(bytes * 1000 + entries);
    const arena = new Arena();
    const stream = new Stream(arena, { streamNodeBytes: bytes, streamNodeEntries: entries });
    let model: { id: string; text: string }[] = [];
    let ms = 0, seq = 0;
    for (let step = 0; step < 3000; step++) {
      const kind = random.int(20);
      if (kind < 13) {
        if (random.int(3) === 0) ms += random.int(random.pick([2, 300, 70_000, 2 ** 31]));
        seq = random.int(4) === 0 ? seq + random.int(2 ** 31) : seq + 1;
        const names = random.int(4) === 0 ? ["x", `f${random.int(3)}`] : ["f"];
        const words = names.flatMap((
          name,
        ) => [name, String(random.int(2) === 0 ? random.int(99_999) : "v".repeat(random.int(90)))]);
        stream.append(idOf(`${ms}-${seq}`), argumentsOf(words), 0, names.length);
        model.push({ id: `${ms}-${seq}`, text: `${ms}-${seq} ${words.join(" ")}` });
      } else if (kind < 19 && model.length > 0) {
        const { id } = random.pick(model);
        assertEquals(stream.delete(idOf(id)), true);
        assertEquals([stream.delete(idOf(id)), stream.has(idOf(id))], [false, false]);
        model = model.filter((entry) => entry.id !== id);
      } else if (random.int(10) === 0) {
        const maxLength = random.int(model.length + 1);
        const trimmed = stream.trim({ maxLength, minId: FIRST, isApproximate: false, limit: 0 });
        assertEquals(trimmed, model.length - maxLength);
        model = model.slice(trimmed);
      } else if (model.length > 0) {
        const at = random.int(Math.min(model.length, 30));
        const minId = idOf(model[at]!.id);
        assertEquals(stream.trim({ maxLength: null, minId, isApproximate: false, limit: 0 }), at);
        model = model.slice(at);
      }
      if (step % 100 > 0) continue;
      assertEquals(stream.length, model.length);
      assertEquals(contents(stream), model.map(({ text }) => text));
      assertEquals(contents(stream, false), model.map(({ text }) => text).reverse());
      assertEquals(stream.firstId.toString(), model[0]?.id ?? "0-0");
      assertEquals(stream.readLastId(new StreamId()).toString(), model.at(-1)?.id ?? "0-0");
      for (const { id } of model.slice(0, 20)) assert(stream.has(idOf(id)));
    }
    const copy = stream.copyTo(arena);
    assertEquals(contents(copy), contents(stream));
    while (!stream.release(7));
    assertEquals(contents(copy).length, model.length);
    while (!copy.release(7));
    assertEquals(arena.usedBytes, 0);
  });
}

Deno.test("a table of ids is as its model, and gives its memory back", () => {
  const random = new Random(77);
  const arena = new Arena();
  for (const rowUnits of [2, 5]) {
    const table = new IdTable(arena, rowUnits);
    const model = new Map<number, number>(); // milliseconds and what is in the last word of the row
    for (let step = 0; step < 30_000; step++) {
      const isGrowing = step % 10_000 < 6_000;
      const n = random.int(4) === 0 ? step : random.int(5_000);
      const id = new StreamId().setTime(n);
      if (random.int(10) < (isGrowing ? 8 : 1)) {
        if (model.has(n)) continue;
        const row = table.insert(id);
        arena.words[(row + rowUnits) * 2 - 1] = rowUnits === 2 ? 0 : step;
        model.set(n, rowUnits === 2 ? 0 : step);
      } else assertEquals(table.remove(id), model.delete(n));
      if (step % 1_000 !== 0) continue;
      const found: [number, number][] = [];
      for (let more = table.seek(FIRST); more; more = table.next()) {
        found.push([Number(table.readId(id).ms), arena.words[(table.address + rowUnits) * 2 - 1]!]);
      }
      assertEquals([found, table.size], [[...model].toSorted(([a], [b]) => a - b), model.size]);
      const from = random.int(6_000), next = [...model.keys()].filter((key) => key >= from).sort((a, b) => a - b)[0];
      assertEquals(table.seek(id.setTime(from)) ? Number(table.readId(id).ms) : undefined, next);
    }
    const copy = table.copyTo(arena);
    for (const n of model.keys()) assert(table.remove(new StreamId().setTime(n)));
    assertEquals([table.size, copy.size], [0, model.size]);
    copy.release(Infinity);
    assertEquals(arena.usedBytes, 0);
  }
});

Deno.test("where memory ends, streams and groups are as they were", () => {
  const arena = new Arena();
  const stream = new Stream(arena, { streamNodeBytes: 4096, streamNodeEntries: 10 });
  const allocate = arena.allocate.bind(arena), random = new Random(5);
  arena.allocate = (bytes) => {
    if (random.int(3) === 0) throw new StoreMemoryError("no memory, says the test");
    return allocate(bytes);
  };
  const model: string[] = [];
  let failures = 0;
  for (let i = 1; i < 2_000; i++) {
    try {
      if (random.int(5) > 0) {
        stream.append(idOf(`${i}-0`), argumentsOf(["f", String(i)]), 0, 1);
        model.push(`${i}-0 f ${i}`);
      } else if (model.length > 0) {
        const at = random.int(model.length);
        assert(stream.delete(idOf(model[at]!.split(" ")[0]!)));
        model.splice(at, 1);
      }
    } catch (error) {
      if (!(error instanceof StoreMemoryError)) throw error;
      failures++;
    }
    if (i % 100 === 0) assertEquals(contents(stream), model);
  }
  assert(failures > 20);
  while (!stream.release(100));
  assertEquals(arena.usedBytes, 0);
});

Deno.test("entries take little more than their listpacks", () => {
  const arena = new Arena();
  const stream = new Stream(arena, { streamNodeBytes: 4096, streamNodeEntries: 100 });
  const count = 100_000;
  for (let i = 0; i < count; i++) {
    stream.append(
      new StreamId().setTime(1_700_000_000_000 + i),
      argumentsOf(["sensor", `${i % 100}`, "value", "20.5"]),
      0,
      2,
    );
  }
  let packed = 0;
  for (let n = 0; n < stream.nodes.length; n++) packed += stream.nodeEnd(n) - stream.nodeStart(n);
  assert(arena.usedBytes + stream.tableBytes < 1.15 * packed, `${arena.usedBytes + stream.tableBytes} of ${packed}`);
  assert(packed < 25 * count);
});
