import { assert, assertEquals, assertThrows } from "@std/assert";
import { Arena } from "../../store/arena.ts";
import { Element } from "../../store/element.ts";
import { StoreMemoryError } from "../../store/errors.ts";
import { firstElement, isEnd, listpackBytes, listpackCount, nextElement, readElement } from "../../store/listpack.ts";
import { NodeRing } from "../../store/node_ring.ts";
import { hasRoom, type ListLimits, Quicklist } from "../../store/quicklist.ts";
import { Random } from "../resp/_frames.ts";

const element = new Element();

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

function fromLatin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** A quicklist of texts, one character a byte; they stand somewhere in a buffer. */
class Texts {
  readonly quicklist: Quicklist;

  constructor(quicklist: Quicklist) {
    this.quicklist = quicklist;
  }

  push(text: string, atTail: boolean): void {
    this.quicklist.push(latin1(`<${text}>`), 1, text.length + 1, atTail);
  }

  insert(index: number, text: string): void {
    this.quicklist.insert(index, latin1(`<${text}>`), 1, text.length + 1);
  }

  replace(index: number, text: string): void {
    this.quicklist.replace(index, latin1(`<${text}>`), 1, text.length + 1);
  }

  removeEqual(text: string, max: number, fromTail: boolean): number {
    return this.quicklist.removeEqual(latin1(`<${text}>`), 1, text.length + 1, max, fromTail);
  }

  /** All elements, read node by node; asserts what must be so of each node. */
  toArray(): string[] {
    const { quicklist } = this, { bytes } = quicklist.arena;
    const texts: string[] = [];
    for (let n = 0; n < quicklist.size; n++) {
      const start = quicklist.start(n);
      if (quicklist.isPlain(n)) {
        texts.push(fromLatin1(bytes.subarray(start, quicklist.end(n))));
        continue;
      }
      assertEquals(quicklist.end(n) - start, listpackBytes(bytes, start));
      assertEquals(quicklist.count(n), listpackCount(bytes, start));
      assert(quicklist.count(n) > 0, "no node is empty");
      for (let p = firstElement(start); !isEnd(bytes, p); p = nextElement(bytes, p)) {
        readElement(bytes, p, element);
        texts.push(fromLatin1(element.copy()));
      }
    }
    assertEquals(texts.length, quicklist.length);
    return texts;
  }
}

function newTexts({ limits = limitsOf(-2), arena = new Arena() }: { limits?: ListLimits; arena?: Arena } = {}): Texts {
  return new Texts(new Quicklist(arena, limits));
}

function limitsOf(listSize: number, listPlainBytes = 2 ** 30): ListLimits {
  return { listSize, listPlainBytes };
}

/** An element: a number, or text of a few or of many bytes. */
function randomText(random: Random): string {
  switch (random.int(8)) {
    case 0:
      return String(random.int(2 ** 31) - 2 ** 30);
    case 1:
      return "x".repeat(random.int(200));
    case 2:
      return random.int(20) === 0 ? "y".repeat(random.int(9000)) : "";
    default:
      return `e${random.int(12)}`;
  }
}

const SETTINGS: [name: string, limits: ListLimits][] = [
  ...[-1, -2, -5, -9].map((size): [string, ListLimits] => [`nodes limited by bytes, ${size}`, limitsOf(size)]),
  ...[0, 1, 2, 3, 16, 128, 40_000].map((size): [string, ListLimits] => [`nodes of ${size} elements`, limitsOf(size)]),
  ["every element a plain node", limitsOf(-2, 1)],
  ["elements of 3 bytes and more in plain nodes", limitsOf(-2, 3)],
  ["elements of 100 bytes and more in plain nodes of 5", limitsOf(5, 100)],
];

for (const [name, limits] of SETTINGS) {
  Deno.test(`Quicklist does what an array does: ${name}`, () => {
    const random = new Random(1 + limits.listSize + limits.listPlainBytes);
    const arena = new Arena();
    const list = newTexts({ limits, arena });
    const model: string[] = [];
    for (let i = 0; i < 3000; i++) {
      randomStep(random, list, model);
      if (i % 50 === 0) assertEquals(list.toArray(), model);
      if (model.length > 0) {
        const index = random.int(model.length);
        list.quicklist.seek(index);
        const counts = Array.from({ length: list.quicklist.node }, (_, n) => list.quicklist.count(n));
        assertEquals(counts.reduce((sum, count) => sum + count, 0) + list.quicklist.rank, index);
      }
    }
    assertEquals(list.toArray(), model);
    while (!list.quicklist.release(3));
    assertEquals(arena.usedBytes, 0);
  });
}

/** Does something random to a list and to an array. */
function randomStep(random: Random, list: Texts, model: string[]): void {
  const text = randomText(random);
  const grows = model.length < 400 || (model.length < 1500 && random.int(3) > 0);
  if (grows && random.int(3) > 0) {
    const at = random.int(3) === 0 ? random.int(model.length + 1) : random.int(2) * model.length;
    if (at === 0 || at === model.length) list.push(text, at > 0 || (model.length === 0 && random.int(2) === 0));
    else list.insert(at, text);
    model.splice(at, 0, text);
    return;
  }
  if (model.length === 0) return;
  const index = random.int(model.length);
  switch (random.int(6)) {
    case 0: {
      const count = 1 + random.int(Math.min(model.length - index, random.int(30) === 0 ? 1000 : 6));
      list.quicklist.remove(index, count);
      model.splice(index, count);
      return;
    }
    case 1:
    case 2: {
      const atTail = random.int(2) === 0;
      list.quicklist.remove(atTail ? model.length - 1 : 0, 1);
      if (atTail) model.pop();
      else model.shift();
      return;
    }
    case 3: {
      const [needle, max, fromTail] = [model[index]!, random.pick([1, 2, 5, Infinity]), random.int(2) === 0];
      assertEquals(list.removeEqual(needle, max, fromTail), removeEqual(model, needle, max, fromTail));
      return;
    }
    default:
      list.replace(index, text);
      model[index] = text;
  }
}

function removeEqual(model: string[], needle: string, max: number, fromTail: boolean): number {
  let removed = 0;
  while (removed < max) {
    const index = fromTail ? model.lastIndexOf(needle) : model.indexOf(needle);
    if (index < 0) break;
    model.splice(index, 1);
    removed++;
  }
  return removed;
}

Deno.test("a node takes another element by Redis' rules: bytes or elements, and 8 KiB in any case", () => {
  const fits = (size: number, bytes: number, count: number, length: number) =>
    hasRoom(limitsOf(size), bytes, count, length);
  for (const [size, most] of [[-1, 4096], [-2, 8192], [-3, 16384], [-4, 32768], [-5, 65536], [-77, 65536]] as const) {
    assert(fits(size, most - 18, 5, 10));
    assert(!fits(size, most - 17, 5, 10));
    assert(fits(size, most - 18, 60_000, 10), "however many there are");
  }
  assert(fits(3, 100, 2, 10));
  assert(!fits(3, 100, 3, 10));
  assert(fits(1000, 8192 - 18, 5, 10));
  assert(!fits(1000, 8192 - 17, 5, 10));
  assert(!fits(0, 7, 1, 0));
  assert(fits(0, 7, 0, 100_000), "the first one always");
  assert(!hasRoom(limitsOf(-2, 10), 7, 0, 10), "but not a plain one");
  assert(hasRoom(limitsOf(-2, 10), 7, 0, 9));
});

Deno.test("a queue of many elements keeps its memory near what the elements take, and gives it back", () => {
  const arena = new Arena();
  const list = newTexts({ arena });
  for (let i = 0; i < 50_000; i++) list.push(`element-${String(i).padStart(6, "0")}`, true);
  const taken = 50_000 * 16;
  assert(arena.usedBytes < taken * 1.03, `${arena.usedBytes} of ${taken}`);
  assert(list.quicklist.tableBytes < taken / 100);
  list.quicklist.remove(0, 49_900);
  assert(arena.usedBytes < 100 * 16 * 3, `${arena.usedBytes}`);
  assert(list.quicklist.tableBytes <= 64, `${list.quicklist.tableBytes}`);
  for (let i = 0; i < 60_000; i++) { // and as it goes on
    list.push(`element-${String(i).padStart(6, "0")}`, true);
    list.quicklist.remove(0, 1);
  }
  assert(arena.usedBytes < 3 * 8192, `${arena.usedBytes}`);
});

Deno.test("nodes that have become small are merged: after LREM, LTRIM, and insertions in between", () => {
  for (const size of [-2, 50]) {
    const arena = new Arena();
    const list = newTexts({ arena, limits: limitsOf(size) });
    for (let i = 0; i < 20_000; i++) list.push(i % 20 === 0 ? `rare ${i % 7} in between` : "often", true);
    const model = list.toArray().filter((text) => text !== "often");
    assertEquals(list.removeEqual("often", Infinity, false), 19_000);
    assertEquals(list.toArray(), model);
    const most = size < 0 ? 8 : 40;
    assert(list.quicklist.size <= most, `${list.quicklist.size} nodes`);
    assert(arena.usedBytes < 1000 * 21 * 1.2, `${arena.usedBytes}`);
    for (let i = 0; i < 3000; i++) list.insert(500 + (i % 3), "inserted into the middle");
    assert(arena.usedBytes < (1000 * 21 + 3000 * 26) * 2, `${arena.usedBytes}`);
    while (list.quicklist.length > 300) list.quicklist.remove(list.quicklist.length >> 1, 10);
    assert(list.quicklist.size <= (size < 0 ? 3 : 14), `${list.quicklist.size} nodes`);
  }
});

Deno.test("a copy holds the same elements, in the same arena and in another", () => {
  for (const isSame of [true, false]) {
    const arena = new Arena(), target = isSame ? arena : new Arena();
    const list = newTexts({ arena, limits: limitsOf(-2, 500) });
    const random = new Random(5);
    for (let i = 0; i < 2000; i++) list.push(i % 100 === 0 ? "z".repeat(700) : randomText(random), i % 3 > 0);
    const before = list.toArray();
    const copy = new Texts(list.quicklist.copyTo(target));
    list.quicklist.remove(0, 1000);
    list.replace(3, "changed");
    assertEquals(copy.toArray(), before);
    while (!copy.quicklist.release(1));
    while (!list.quicklist.release(1000));
    assertEquals([arena.usedBytes, target.usedBytes], [0, 0]);
  }
});

Deno.test("listpacks and plain nodes from a file are nodes as they are", () => {
  const source = newTexts();
  for (let i = 0; i < 300; i++) source.push(`e${i}`, true);
  const { bytes } = source.quicklist.arena;
  const [start, end] = [source.quicklist.start(0), source.quicklist.end(0)];
  const list = newTexts({ limits: limitsOf(4) });
  list.quicklist.appendListpack(bytes, start, end, 300);
  list.quicklist.appendPlain(latin1("plain"), 0, 5);
  list.quicklist.appendListpack(bytes, start, end, 300);
  assertEquals([0, 1, 2].map((n) => [list.quicklist.isPlain(n), list.quicklist.count(n)]), [
    [false, 300],
    [true, 1],
    [false, 300],
  ]);
  assertEquals(list.toArray(), [...source.toArray(), "plain", ...source.toArray()]);
});

Deno.test("where memory ends, a list keeps its elements and removing goes on", () => {
  for (const listSize of [-1, 10]) {
    const random = new Random(11);
    const arena = new Arena(2 ** 18);
    const list = newTexts({ arena, limits: limitsOf(listSize, 5000) });
    const model: string[] = [];
    let refused = 0;
    for (let i = 0; i < 2000; i++) {
      const text = random.int(4) === 0 ? "y".repeat(random.int(7000)) : `e${random.int(9)}`;
      const index = random.int(model.length + 1);
      const step = random.int(5);
      const max = 1 + random.int(2);
      try {
        if (step === 0 && index < model.length) {
          list.replace(index, text);
          model[index] = text;
        } else if (step === 1 && index < model.length) {
          list.quicklist.remove(index, 1);
          model.splice(index, 1);
        } else if (step === 2) assertEquals(list.removeEqual("e1", max, false), removeEqual(model, "e1", max, false));
        else {
          list.insert(index, text);
          model.splice(index, 0, text);
        }
      } catch (error) {
        if (!(error instanceof StoreMemoryError)) throw error;
        if (refused++ % 10 === 0) assertEquals(list.toArray(), model);
      }
    }
    assert(refused > 20, `${refused}`);
    assertEquals(list.toArray(), model);
    assertThrows(() => list.quicklist.copyTo(arena), StoreMemoryError);
    const { usedBytes } = arena;
    assertThrows(() => list.quicklist.copyTo(arena), StoreMemoryError);
    assertEquals(arena.usedBytes, usedBytes, "a copy that failed leaves nothing");
    while (!list.quicklist.release(100));
    assertEquals(arena.usedBytes, 0);
  }
});

Deno.test("NodeRing inserts and removes as an array does, and does not stay large", () => {
  const random = new Random(3);
  const ring = new NodeRing();
  const model: [number, number, number][] = [];
  for (let i = 0; i < 5000; i++) {
    const at = random.int(model.length + 1);
    if (random.int(2 + (i >> 11)) === 0) {
      const to = at + random.int(Math.min(model.length - at + 1, 4));
      ring.remove(at, to);
      model.splice(at, to - at);
    } else {
      ring.insert(at, i, i % 7);
      ring.setGap(at, i % 5);
      model.splice(at, 0, [i, i % 7, i % 5]);
    }
    assertEquals(ring.length, model.length);
    if (i % 40 === 0) {
      const nodes = Array.from({ length: ring.length }, (_, n) => [ring.address(n), ring.count(n), ring.gap(n)]);
      assertEquals(nodes, model);
    }
  }
  ring.remove(1, ring.length - 1);
  assertEquals([ring.address(0), ring.address(1)], [model[0]![0], model.at(-1)![0]]);
  assertEquals(ring.tableBytes, 48);
});
