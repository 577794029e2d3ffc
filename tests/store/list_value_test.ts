import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Arguments, type Database, NONE } from "../../store/database.ts";
import { Element } from "../../store/element.ts";
import { StoreMemoryError, WrongTypeError } from "../../store/errors.ts";
import { Keyspace } from "../../store/keyspace.ts";
import { listpackCount } from "../../store/listpack.ts";
import { ListCursor, ListValue } from "../../store/list_value.ts";
import { copyEntry } from "../../store/moving_keys.ts";
import { encodingName, LIST } from "../../store/types.ts";
import { Random } from "../resp/_frames.ts";

function newDatabase(listSize = -2, listPlainBytes = 2 ** 30, arenaBytes?: number): Database {
  const random = new Random(1);
  const draw = () => random.int(2 ** 32) / 2 ** 32;
  const keyspace = new Keyspace({ databases: 2, random: draw, ...(arenaBytes === undefined ? {} : { arenaBytes }) });
  keyspace.limits.listSize = listSize;
  keyspace.limits.listPlainBytes = listPlainBytes;
  return keyspace.databases[0]!;
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

/** A key as the only argument. */
function key(text: string): Arguments {
  const bytes = latin1(text);
  return { bytes, isHashed: false, keyHash: 0, start: () => 0, end: () => bytes.length };
}

/** A list of texts, one character a byte; they stand somewhere in a buffer. */
class Texts {
  readonly list = new ListValue();
  readonly #cursor = new ListCursor();
  readonly #element = new Element();

  constructor(db: Database, name: string) {
    if (!this.list.findForWrite(db, key(name), 0)) this.list.create(db, key(name), 0);
  }

  push(text: string, atTail: boolean): void {
    this.list.push(latin1(`<${text}>`), 1, text.length + 1, atTail);
  }

  insert(index: number, text: string): void {
    this.list.insert(index, latin1(`<${text}>`), 1, text.length + 1);
  }

  replace(index: number, text: string): void {
    this.list.replace(index, latin1(`<${text}>`), 1, text.length + 1);
  }

  removeEqual(text: string, max: number, fromTail: boolean): number {
    return this.list.removeEqual(latin1(`<${text}>`), 1, text.length + 1, max, fromTail);
  }

  get(index: number): string | null {
    return this.list.get(index, this.#element) ? this.#text() : null;
  }

  #text(): string {
    return String.fromCharCode(...this.#element.copy());
  }

  /** The elements from an index on, to the tail or to the head. */
  from(index: number, isForward: boolean): string[] {
    if (this.list.size === 0) return [];
    const texts: string[] = [];
    const cursor = this.#cursor.set(this.list, index, isForward);
    while (cursor.next()) {
      cursor.read(this.#element);
      const text = this.#text();
      assert(cursor.equals(latin1(text), 0, text.length));
      assert(!cursor.equals(latin1(`${text}!`), 0, text.length + 1));
      texts.push(text);
    }
    return texts;
  }
}

const SETTINGS: [listSize: number, listPlainBytes: number][] = [];
for (const size of [-1, -2, -5, 0, 1, 2, 7, 100, 5000]) SETTINGS.push([size, 2 ** 30]);
SETTINGS.push([-2, 1], [-2, 4], [20, 50]);

for (const [listSize, plainBytes] of SETTINGS) {
  Deno.test(`ListValue does what an array does: list-max-listpack-size ${listSize}, plain from ${plainBytes} bytes`, () => {
    const random = new Random(1000 + listSize);
    const db = newDatabase(listSize, plainBytes);
    const usedBytes = () => db.arena.usedBytes;
    new Texts(db, "other").push("elsewhere", true);
    const before = usedBytes();
    let largest = 0;
    for (let round = 0; round < 6; round++) { // from nothing to nothing
      let texts = new Texts(db, "list");
      const model: string[] = [];
      for (let i = 0; i < 500; i++) {
        randomStep(random, texts, model, i < 250 + 50 * round);
        if (model.length === 0) {
          assert(texts.list.deleteIfEmpty());
          assertEquals(db.peek(key("list"), 0), NONE);
          texts = new Texts(db, "list");
        }
        if (i % 25 === 0) check(random, texts, model);
        if (random.int(40) === 0) texts = new Texts(db, "list"); // finds it again
      }
      check(random, texts, model);
      largest = Math.max(largest, texts.list.nodeCount);
      checkCopy(db, texts, model);
      db.delete(key("list"), 0);
      assertEquals(usedBytes(), before, "its memory has come back");
    }
    assert(largest > 1 || listSize === -5, `${largest} nodes`);
    assertEquals(new Texts(db, "other").from(0, true), ["elsewhere"]);
  });
}

function randomStep(random: Random, texts: Texts, model: string[], grows: boolean): void {
  const text = random.pick([
    `e${random.int(9)}`,
    `e${random.int(9)}`,
    "",
    String(random.int(1 << random.int(31)) - 5000),
    "9223372036854775807",
    "z".repeat(random.int(400)),
    random.int(8) === 0 ? "long".repeat(random.int(3000)) : "9",
  ]);
  const { size } = texts.list;
  if (grows ? random.int(4) > 0 : random.int(4) === 0) {
    const index = random.pick([0, size, random.int(size + 1)]);
    if (index === size || (index === 0 && random.int(2) === 0)) texts.push(text, index === size);
    else texts.insert(index, text);
    model.splice(index, 0, text);
    return;
  }
  if (size === 0) return;
  const index = random.int(size);
  const count = 1 + random.int(Math.min(size - index, 5));
  switch (random.int(4)) {
    case 0:
      texts.list.remove(index, count);
      model.splice(index, count);
      break;
    case 1:
      texts.list.remove(random.int(2) * (size - 1), 0);
      texts.list.remove(size - 1, 1);
      model.pop();
      break;
    case 2: {
      const [needle, max, fromTail] = [model[index]!, random.pick([1, 3, Infinity]), random.int(2) === 0];
      let removed = 0;
      for (let at = 0; removed < max; removed++) {
        at = fromTail ? model.lastIndexOf(needle) : model.indexOf(needle);
        if (at < 0) break;
        model.splice(at, 1);
      }
      assertEquals(texts.removeEqual(needle, max, fromTail), removed);
      break;
    }
    default:
      texts.replace(index, text);
      model[index] = text;
  }
}

function check(random: Random, texts: Texts, model: readonly string[]): void {
  const { list } = texts, { length } = model;
  assertEquals(list.size, length);
  assertEquals(texts.from(0, true), model);
  const index = random.int(length || 1);
  assertEquals(texts.from(index, false), model.slice(0, index + 1).reverse());
  for (const at of [index, index - length, length, -length - 1, -1, 0, 2 ** 63, -(2 ** 63)]) {
    assertEquals(texts.get(at), model.at(at < -length ? length : at) ?? null, `${at} of ${length}`);
  }
  const { db, entry } = list;
  assertEquals(encodingName(db.type(entry), db.encoding(entry)), "quicklist");
  let counted = 0;
  for (let n = 0; n < list.nodeCount; n++) {
    counted += list.isPlainNode(n) ? 1 : listpackCount(db.bytes, list.nodeStart(n));
    if (list.isPlainNode(n)) assert(list.nodeEnd(n) - list.nodeStart(n) >= db.keyspace.limits.listPlainBytes);
  }
  assertEquals(counted, length);
}

/** A copy in another database has the same nodes, and goes on by itself. */
function checkCopy(db: Database, texts: Texts, model: readonly string[]): void {
  const target = db.keyspace.databases[1]!;
  copyEntry(db, texts.list.entry, target, key("copy"), 0);
  const copy = new Texts(target, "copy");
  assertEquals(copy.from(0, true), model);
  assertEquals(copy.list.nodeCount, texts.list.nodeCount);
  const { list } = texts;
  const rebuilt = new Texts(target, "rebuilt"); // as a file is loaded
  for (let n = 0; n < list.nodeCount; n++) {
    if (list.isPlainNode(n)) rebuilt.list.appendPlain(db.bytes, list.nodeStart(n), list.nodeEnd(n));
    else if (model.length > 0) rebuilt.list.appendListpack(db.bytes, list.nodeStart(n), list.nodeEnd(n));
  }
  assertEquals(rebuilt.from(0, true), model);
  assertEquals(model.length === 0 || rebuilt.list.nodeCount === list.nodeCount, true);
  copy.push("more", true);
  assertEquals(list.size, model.length);
  target.clear();
}

Deno.test("a list is one listpack in its entry until a node is full", () => {
  const nodes = (listSize: number, element: string) => {
    const texts = new Texts(newDatabase(listSize), "list");
    let count = 0;
    for (; texts.list.nodeCount === 1; count++) {
      assert(!texts.list.db.isLarge(texts.list.entry));
      texts.push(element, true);
    }
    return count - 1;
  };
  assertEquals(nodes(5, "x"), 5);
  assertEquals(nodes(128, "x".repeat(50)), 128);
  assertEquals(nodes(1000, "x".repeat(50)), Math.floor((8192 - 7 - 58) / 52) + 1);
  assertEquals(nodes(-1, "x".repeat(50)), Math.floor((4096 - 7 - 58) / 52) + 1);
  assertEquals(nodes(-2, "1"), Math.floor((8192 - 7 - 9) / 2) + 1);
  assertEquals(nodes(-5, "x".repeat(500)), Math.floor((65536 - 7 - 508) / 504) + 1);
  assertEquals(nodes(-2, "x".repeat(100_000)), 1, "a first element may be of any size");
});

Deno.test("elements from another list of the same database may be pushed where they stand", () => {
  for (const listSize of [-2, 2]) {
    const db = newDatabase(listSize);
    const source = new Texts(db, "source"), target = new Texts(db, "target");
    const model = Array.from({ length: 300 }, (_, i) => i % 3 === 0 ? String(i) : `element ${i}`);
    for (const text of model) source.push(text, true);
    const element = new Element();
    while (source.list.size > 0) {
      source.list.get(-1, element);
      target.list.push(element.bytes, element.start, element.end, false);
      source.list.remove(source.list.size - 1, 1);
    }
    assertEquals(target.from(0, true), model);
  }
});

Deno.test("a key of another type is no list", () => {
  const db = newDatabase();
  db.setString(key("s"), 0, latin1("text"), 0, 4);
  const list = new ListValue();
  assertThrows(() => list.find(db, key("s"), 0), WrongTypeError);
  assertThrows(() => list.findForWrite(db, key("s"), 0), WrongTypeError);
  assert(!list.find(db, key("missing"), 0));
  assert(!list.findForWrite(db, key("missing"), 0));
  list.create(db, key("s"), 0);
  assertEquals([db.type(list.entry), list.size, list.nodeCount], [LIST, 0, 1]);
});

Deno.test("where memory ends, a list of either form keeps its elements", () => {
  const db = newDatabase(-1, 2 ** 30, 2 ** 20);
  const packed = new Texts(db, "packed"), large = new Texts(db, "large");
  const fill = (texts: Texts, text: string) => {
    const model = texts.from(0, true);
    assertThrows(() => {
      while (true) {
        texts.push(text, true);
        model.push(text);
      }
    }, StoreMemoryError);
    assertEquals(texts.from(0, true), model);
    return model;
  };
  for (let i = 0; i < 20; i++) packed.push(`element ${i}`, true);
  fill(large, "x".repeat(900));
  const model = fill(packed, "y".repeat(40));
  assertEquals(packed.list.nodeCount, 1);
  assert(large.list.nodeCount > 20, `${large.list.nodeCount}`);
  assertThrows(() => packed.replace(0, "z".repeat(5000)), StoreMemoryError);
  assertThrows(() => packed.insert(1, "z".repeat(5000)), StoreMemoryError);
  assertEquals(packed.from(0, true), model);
  large.list.remove(0, large.list.size);
  assert(large.list.deleteIfEmpty());
  packed.replace(0, "z".repeat(5000));
  assertEquals(packed.get(0), "z".repeat(5000));
});
