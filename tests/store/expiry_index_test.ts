import { assert, assertEquals } from "@std/assert";
import { ExpiryIndex } from "../../store/expiry_index.ts";
import { Random } from "../resp/_frames.ts";

/** All entries due, each once: several parts of the directory may lead to one segment. */
function due(index: ExpiryIndex, nowMs: number): number[] {
  const found: number[] = [];
  for (let part = 0; (part = nextFrom(index, part, nowMs)) >= 0; part++) index.collectDue(part, nowMs, found);
  return [...new Set(found)].sort((a, b) => a - b);
}

/** The first part from `from` to the last in which something may be due, or -1. */
function nextFrom(index: ExpiryIndex, from: number, nowMs: number): number {
  if (from >= index.parts) return -1;
  const part = index.nextDue(from, nowMs);
  return part < from ? -1 : part;
}

/** What {@linkcode due} should find. */
function expectedDue(model: ReadonlyMap<number, number>, nowMs: number): number[] {
  return [...model].filter(([, atMs]) => atMs <= nowMs).map(([entry]) => entry).sort((a, b) => a - b);
}

for (
  const [how, address] of [
    ["spread over all 31 bits", (random: Random) => 1 + random.int(2 ** 31 - 2)],
    ["packed closely, as an arena hands them out", (random: Random) => 2048 + 6 * random.int(40_000)],
  ] as const
) {
  Deno.test(`the expiry index does as a Map would, with addresses ${how}`, () => {
    const random = new Random(5);
    const index = new ExpiryIndex();
    const model = new Map<number, number>();
    const known: number[] = [];
    for (let i = 0; i < 150_000; i++) {
      const growing = Math.sin(i / 15_000) > -0.3;
      const entry = random.int(3) === 0 || known.length === 0 ? address(random) : random.pick(known);
      switch (random.int(growing ? 4 : 3)) {
        case 0:
          index.delete(entry);
          model.delete(entry);
          break;
        case 1:
          assertEquals(index.get(entry), model.get(entry) ?? -1);
          break;
        case 2: {
          const target = address(random);
          if (!model.has(entry) || model.has(target)) break;
          index.move(entry, target);
          model.set(target, model.get(entry)!);
          model.delete(entry);
          known[random.int(known.length)] = target;
          break;
        }
        default: {
          const atMs = random.int(1_000_000);
          index.set(entry, atMs);
          model.set(entry, atMs);
          if (known.length < 30_000) known.push(entry);
          else known[random.int(known.length)] = entry;
        }
      }
      assertEquals(index.size, model.size);
      if (i % 15_000 === 0) {
        const nowMs = random.int(1_000_000);
        assertEquals(due(index, nowMs), expectedDue(model, nowMs));
      }
    }
    assert(index.parts > 8, "it has grown");
    for (const [entry, atMs] of model) assertEquals(index.get(entry), atMs);
    assertEquals(due(index, Infinity), expectedDue(model, Infinity));
    for (const entry of model.keys()) index.delete(entry);
    assertEquals([index.size, due(index, Infinity)], [0, []]);
    assertEquals([index.parts, index.tableBytes], [1, new ExpiryIndex().tableBytes]);
  });
}

Deno.test("times keep every millisecond, however far away", () => {
  const index = new ExpiryIndex();
  const times = [1, 1_700_000_000_123, 2 ** 53 - 1, 2 ** 53, 2 ** 63 - 1024];
  times.forEach((atMs, i) => index.set(i + 1, atMs));
  times.forEach((atMs, i) => assertEquals(index.get(i + 1), atMs));
});

Deno.test("an entry is due when its time is reached", () => {
  const index = new ExpiryIndex();
  index.set(7, 1000);
  assertEquals([index.earliestMs, due(index, 999), due(index, 1000)], [1000, [], [7]]);
});

Deno.test("the average time to live is that of a sample, and none is below zero", () => {
  const index = new ExpiryIndex();
  assertEquals(index.averageTtl(0), 0);
  index.set(1, 1000);
  index.set(2, 3000);
  assertEquals([index.averageTtl(0), index.averageTtl(1000), index.averageTtl(9000)], [2000, 1000, 0]);
  const many = new ExpiryIndex();
  for (let entry = 1; entry <= 20_000; entry++) many.set(entry, 5000);
  assertEquals(many.averageTtl(1000), 4000);
});

Deno.test("a sweep passes over parts in which nothing is due, and comes to all in which something is", () => {
  const random = new Random(3);
  const index = new ExpiryIndex();
  for (let entry = 1; entry <= 50_000; entry++) index.set(entry, 1_000_000);
  assertEquals(index.nextDue(5, 999_999), -1);
  const early = new Set<number>();
  while (early.size < 20) early.add(1 + random.int(50_000));
  for (const entry of early) index.set(entry, 500);
  let looks = 0;
  const found: number[] = [];
  for (let part = 0; (part = index.nextDue(part, 500)) >= 0; looks++) {
    const before = found.length;
    index.collectDue(part, 500, found);
    for (const entry of found.slice(before)) index.delete(entry);
  }
  assertEquals(new Set(found), early);
  assert(looks <= 2 * early.size, `${looks} looks at parts for ${early.size} entries`);
});

Deno.test("memory follows the number of entries, up and down, whatever the order they go in", () => {
  const random = new Random(4);
  const index = new ExpiryIndex();
  assert(index.tableBytes < 500, "an index of nothing takes nearly nothing");
  const entries: number[] = [];
  const check = () => {
    const most = 200 + 100 * index.size;
    assert(index.tableBytes <= most, `${index.tableBytes} bytes for ${index.size} entries`);
    assert(index.parts <= Math.max(1, index.size / 10), `${index.parts} parts for ${index.size} entries`);
  };
  for (let i = 0; i < 100_000; i++) {
    const entry = 1 + random.int(2 ** 31 - 2);
    if (index.get(entry) >= 0) continue;
    entries.push(entry);
    index.set(entry, i);
    if (i % 1_000 === 0) check();
  }
  while (entries.length > 0) {
    const at = random.int(entries.length);
    const entry = entries[at]!;
    entries[at] = entries.at(-1)!;
    entries.pop();
    index.delete(entry);
    if (entries.length % 1_000 === 0) {
      assertEquals(index.size, entries.length);
      for (let k = 0; k < Math.min(entries.length, 50); k++) assert(index.get(entries[k]!) >= 0);
    }
    if (entries.length % 10_000 === 0) check();
  }
  assertEquals([index.parts, index.tableBytes], [1, new ExpiryIndex().tableBytes]);
});

Deno.test("a random entry is any of them, each as likely as any other, however they are spread over segments", () => {
  const random = new Random(6);
  const draw = () => random.int(2 ** 32) / 2 ** 32;
  for (const [size, deleted] of [[1, 0], [50, 0], [3_000, 0], [3_000, 2_900], [20_000, 19_000]] as const) {
    const index = new ExpiryIndex();
    const entries = Array.from({ length: size }, (_, i) => 1 + i * 5);
    for (const entry of entries) index.set(entry, entry);
    for (const entry of entries.splice(0, deleted)) index.delete(entry);
    assertEquals([...index.entries()].sort((a, b) => a - b), entries);
    const counts = new Map(entries.map((entry) => [entry, 0]));
    const draws = entries.length * 20;
    for (let i = 0; i < draws; i++) {
      const entry = index.randomEntry(draw);
      counts.set(entry, counts.get(entry)! + 1);
    }
    // a sum of squares as large as chance would have it: one for each entry
    const spread = counts.values().reduce((sum, count) => sum + (count - 20) ** 2 / 20, 0) / entries.length;
    assertEquals(counts.size, entries.length);
    assert(spread < 1.4, `${spread} with ${entries.length} entries`);
  }
});
