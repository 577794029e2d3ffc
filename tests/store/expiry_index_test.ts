import { assert, assertEquals } from "@std/assert";
import { ExpiryIndex } from "../../store/expiry_index.ts";
import { Random } from "../resp/_frames.ts";

/** All entries that a whole sweep finds due, each once: several parts of the directory may lead to one segment. */
function due(index: ExpiryIndex, nowMs: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < index.segments; i++) index.collectDue(i, nowMs, found);
  return [...new Set(found)].sort((a, b) => a - b);
}

/** What {@linkcode due} should find. */
function expectedDue(model: ReadonlyMap<number, number>, nowMs: number): number[] {
  return [...model].filter(([, atMs]) => atMs < nowMs).map(([entry]) => entry).sort((a, b) => a - b);
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
    assert(index.segments > 8, "it has grown");
    for (const [entry, atMs] of model) assertEquals(index.get(entry), atMs);
    assertEquals(due(index, Infinity), expectedDue(model, Infinity));
    for (const entry of model.keys()) index.delete(entry);
    assertEquals([index.size, due(index, Infinity)], [0, []]);
  });
}

Deno.test("times keep every millisecond, however far away", () => {
  const index = new ExpiryIndex();
  const times = [1, 1_700_000_000_123, 2 ** 53 - 1, 2 ** 53, 2 ** 63 - 1024];
  times.forEach((atMs, i) => index.set(i + 1, atMs));
  times.forEach((atMs, i) => assertEquals(index.get(i + 1), atMs));
});

Deno.test("an entry is due after its millisecond, not in it", () => {
  const index = new ExpiryIndex();
  index.set(7, 1000);
  assertEquals([due(index, 999), due(index, 1000), due(index, 1001)], [[], [], [7]]);
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
