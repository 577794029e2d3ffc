import { assert, assertEquals } from "@std/assert";
import { type Database, type Entry, NONE } from "../../store/database.ts";
import { Element } from "../../store/element.ts";
import {
  elementAt,
  elementBytes,
  EMPTY_LISTPACK_BYTES,
  findElement,
  firstElement,
  isElement,
  isEnd,
  isIntegerElement,
  listpackBytes,
  listpackCount,
  listpackEnd,
  nextElement,
  previousElement,
  readElement,
  writeElement,
} from "../../store/listpack.ts";
import { insertElement, removeElements, replaceElement } from "../../store/packed_value.ts";
import { LIST } from "../../store/types.ts";
import { Random } from "../resp/_frames.ts";
import { args, latin1, newDatabase, textOf } from "./_database.ts";

const element = new Element();

/** Integers at the borders of every width, and what only looks like one. */
const INTEGERS = [
  "0 1 127 128 -1 4095 4096 -4096 -4097 32767 32768 -32768 -32769 8388607 8388608 -8388608 -8388609",
  "2147483647 2147483648 -2147483648 -2147483649 999999999999999 1000000000000000 9007199254740991",
  "-9007199254740993 9223372036854775807 -9223372036854775808",
].join(" ").split(" ");
const LIKE_INTEGERS = ["", "-", "-0", "00", "01", "+1", "1.0", " 1", "9223372036854775808", "-9223372036854775809"];
/** Texts around the borders of every length. */
const TEXTS = [1, 63, 64, 126, 127, 4095, 4096, 16_378, 16_384].map((length) => "t".repeat(length));

class Pack {
  readonly db: Database;
  entry: Entry;

  constructor(db = newDatabase()) {
    this.db = db;
    this.entry = db.setListpack(args("key"), 0, LIST);
  }

  get at(): number {
    return this.db.valueStart(this.entry);
  }

  insert(index: number, text: string): void {
    const p = elementAt(this.db.bytes, this.at, index);
    const offset = (p < 0 ? listpackEnd(this.db.bytes, this.at) : p) - this.at;
    const bytes = latin1(`<${text}>`);
    this.entry = insertElement(this.db, this.entry, offset, bytes, 1, bytes.length - 1);
  }

  replace(index: number, text: string): void {
    const bytes = latin1(text);
    const offset = elementAt(this.db.bytes, this.at, index) - this.at;
    this.entry = replaceElement(this.db, this.entry, offset, bytes, 0, bytes.length);
  }

  remove(index: number, count: number): void {
    const from = elementAt(this.db.bytes, this.at, index);
    let to = from;
    for (let i = 0; i < count; i++) to = nextElement(this.db.bytes, to);
    this.entry = removeElements(this.db, this.entry, from - this.at, to - this.at, count);
  }

  /** All elements, read forwards. */
  forwards(): string[] {
    const { bytes } = this.db;
    const found: string[] = [];
    for (let p = firstElement(this.at); !isEnd(bytes, p); p = nextElement(bytes, p)) {
      readElement(bytes, p, element);
      found.push(textOf(element));
    }
    return found;
  }

  backwards(): string[] {
    const { bytes } = this.db;
    const found: string[] = [];
    let p = listpackEnd(bytes, this.at);
    while ((p = previousElement(bytes, this.at, p)) >= 0) {
      readElement(bytes, p, element);
      found.push(textOf(element));
    }
    return found.reverse();
  }
}

Deno.test("every integer and every length of text is read as it was written, forwards and backwards", () => {
  const pack = new Pack();
  const all = [...INTEGERS, ...LIKE_INTEGERS, ...TEXTS];
  for (const text of all) pack.insert(Infinity, text);
  assertEquals([pack.forwards(), pack.backwards()], [all, all]);
  all.forEach((text, i) => {
    const p = elementAt(pack.db.bytes, pack.at, i);
    assertEquals(isIntegerElement(pack.db.bytes, p), i < INTEGERS.length, text.slice(0, 30));
    for (const other of all) {
      const bytes = latin1(other);
      assertEquals(isElement(pack.db.bytes, p, bytes, 0, bytes.length), text === other);
    }
  });
});

Deno.test("an element takes the bytes it is said to take", () => {
  const into = new Uint8Array(20_000);
  for (const text of [...INTEGERS, ...LIKE_INTEGERS, ...TEXTS]) {
    const bytes = latin1(text);
    const size = elementBytes(bytes, 0, bytes.length);
    assertEquals([writeElement(into, 7, bytes, 0, bytes.length), nextElement(into, 7)], [7 + size, 7 + size]);
  }
});

Deno.test("bytes are those of Redis: what its server dumps of a small list", () => {
  const pack = new Pack();
  for (const text of ["hello", "1", "-5000", "128"]) pack.insert(Infinity, text);
  const end = pack.at + listpackBytes(pack.db.bytes, pack.at);
  const hex = [...pack.db.bytes.subarray(pack.at, end)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  assertEquals(hex, "170000000400" + "8568656c6c6f06" + "0101" + "f178ec03" + "c08002" + "ff");
});

Deno.test("finding an element passes those between, as a hash passes values", () => {
  const pack = new Pack();
  for (const text of ["a", "b", "b", "1", "1", "a"]) pack.insert(Infinity, text);
  const find = (text: string, skip: number) => {
    const p = findElement(pack.db.bytes, firstElement(pack.at), latin1(text), 0, text.length, skip);
    let index = 0;
    for (let q = firstElement(pack.at); q < p; q = nextElement(pack.db.bytes, q)) index++;
    return p < 0 ? -1 : index;
  };
  assertEquals([find("b", 0), find("b", 1), find("1", 1), find("a", 1), find("1", 0), find("c", 1)], [
    1,
    2,
    4,
    0,
    3,
    -1,
  ]);
});

for (const seed of [1, 2, 3]) {
  Deno.test(`a listpack does as an array would, inline and in a block (seed ${seed})`, () => {
    const random = new Random(seed);
    const pack = new Pack(newDatabase(seed));
    const empty = pack.db.arena.usedBytes;
    const model: string[] = [];
    const text = () => random.pick([...INTEGERS, ...LIKE_INTEGERS, ...TEXTS.slice(0, 6), "x".repeat(random.int(300))]);
    for (let step = 0; step < 4_000; step++) {
      const grows = step % 1_000 < 600;
      if (model.length === 0 || random.int(10) < (grows ? 6 : 3)) {
        const index = random.int(model.length + 1), added = text();
        pack.insert(index, added);
        model.splice(index, 0, added);
      } else if (random.int(2) === 0) {
        const index = random.int(model.length), changed = text();
        pack.replace(index, changed);
        model[index] = changed;
      } else {
        const index = random.int(model.length), count = Math.min(1 + random.int(3), model.length - index);
        pack.remove(index, count);
        model.splice(index, count);
      }
      assertEquals(listpackCount(pack.db.bytes, pack.at), model.length);
      assertEquals(listpackBytes(pack.db.bytes, pack.at), pack.db.valueLength(pack.entry));
      if (step % 50 === 0) assertEquals([pack.forwards(), pack.backwards()], [model, model]);
      if (model.length > 0) {
        const index = random.int(2 * model.length) - model.length;
        readElement(pack.db.bytes, elementAt(pack.db.bytes, pack.at, index), element);
        assertEquals(textOf(element), model.at(index));
      }
    }
    while (model.length > 0) {
      pack.remove(0, 1);
      model.pop();
    }
    assertEquals(pack.db.valueLength(pack.entry), EMPTY_LISTPACK_BYTES);
    assert(pack.db.arena.usedBytes <= empty + 64, "room that is not needed is given back");
    pack.db.deleteEntry(pack.entry);
    assertEquals(pack.db.arena.usedBytes, 0);
  });
}

Deno.test("beyond 65,534 elements are counted one by one", () => {
  const pack = new Pack();
  for (let i = 0; i < 65_600; i++) pack.insert(Infinity, "7");
  assertEquals(listpackCount(pack.db.bytes, pack.at), 65_600);
  assertEquals(elementAt(pack.db.bytes, pack.at, 65_600), -1);
  assert(elementAt(pack.db.bytes, pack.at, 65_599) > 0 && elementAt(pack.db.bytes, pack.at, -65_600) > 0);
  pack.remove(0, 100);
  assertEquals(listpackCount(pack.db.bytes, pack.at), 65_500);
  assert(pack.db.findUnseen(args("key"), 0) !== NONE);
});
