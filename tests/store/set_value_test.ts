import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Database, NONE } from "../../store/database.ts";
import { StoreMemoryError, WrongTypeError } from "../../store/errors.ts";
import { SetBuilder, SetValue } from "../../store/set_value.ts";
import { encodingName, SET } from "../../store/types.ts";
import { Random } from "../resp/_frames.ts";
import { args, latin1, newDatabase, textOf } from "./_database.ts";

const MAX_INTEGERS = 32;

function newSets(seed = 1, arenaBytes?: number): Database {
  const db = newDatabase(seed, arenaBytes);
  db.keyspace.limits.setIntsetEntries = MAX_INTEGERS;
  return db;
}

function add(set: SetValue, db: Database, member: string): boolean {
  const bytes = latin1(`<${member}>`);
  if (!set.findForWrite(db, args("key"), 0)) set.create(db, args("key"), 0, bytes, 1, bytes.length - 1);
  return set.add(bytes, 1, bytes.length - 1);
}

function members(set: SetValue): string[] {
  const found: string[] = [];
  set.rewind();
  while (set.next()) found.push(textOf(set.element));
  return found;
}

function encoding(db: Database): string {
  const entry = db.findUnseen(args("key"), 0);
  return entry === NONE ? "none" : encodingName(db.type(entry), db.encoding(entry));
}

/** Members of every width of an intset; words make it a dictionary. */
function randomMember(random: Random, hasWords: boolean): string {
  switch (random.int(hasWords ? 6 : 5)) {
    case 0:
      return `${random.int(20) - 10}`;
    case 1:
      return `${random.int(100_000) - 50_000}`;
    case 2:
      return `${(random.int(2 ** 31) - 2 ** 30) * 2}`;
    case 3:
      return `${
        BigInt(random.int(40)) - 20n + random.pick([2n ** 31n, 2n ** 53n, 2n ** 63n - 21n, -(2n ** 63n) + 21n])
      }`;
    case 4:
      return `${random.int(7)}`;
    default:
      return `w${random.int(60)}`;
  }
}

for (const seed of [1, 2, 3, 4]) {
  for (const hasWords of [false, true]) {
    Deno.test(`a set does as a Set would, of ${hasWords ? "words" : "integers"} (seed ${seed})`, () => {
      const random = new Random(seed);
      const db = newSets(seed);
      const set = new SetValue();
      const model = new Set<string>();
      let isLarge = false;
      for (let step = 0; step < 5_000; step++) {
        const member = randomMember(random, hasWords);
        const bytes = latin1(member);
        if (random.int(100) < (step % 1_000 < 500 ? 60 : 25)) {
          assertEquals(add(set, db, member), !model.has(member));
          model.add(member);
          isLarge ||= /w/.test(member) || model.size > MAX_INTEGERS;
        } else if (set.findForWrite(db, args("key"), 0)) {
          assertEquals(set.has(bytes, 0, bytes.length), model.has(member));
          assertEquals(set.remove(bytes, 0, bytes.length), model.delete(member));
          if (set.deleteIfEmpty()) isLarge = false;
        }
        set.find(db, args("key"), 0);
        assertEquals(set.size, model.size);
        if (model.size > 0) assertEquals(encoding(db), isLarge ? "hashtable" : "intset");
        if (step % 25 !== 0) continue;
        const found = members(set);
        if (!isLarge) assertEquals(found, [...model].sort((a, b) => BigInt(a) < BigInt(b) ? -1 : 1));
        assertEquals(found.toSorted(), [...model].sort());
      }
      if (set.findForWrite(db, args("key"), 0)) db.deleteEntry(set.entry);
      assertEquals(db.arena.usedBytes, 0);
    });
  }
}

Deno.test("a random member is each of them, equally often, and removing it leaves the others", () => {
  for (const prefix of ["", "w"]) {
    const db = newSets();
    const set = new SetValue();
    for (let i = 0; i < 16; i++) add(set, db, `${prefix}${i}`);
    const counts = new Map<string, number>();
    for (let i = 0; i < 16_000; i++) {
      set.moveTo(set.randomPosition());
      counts.set(textOf(set.element), (counts.get(textOf(set.element)) ?? 0) + 1);
    }
    assertEquals(counts.size, 16);
    for (const count of counts.values()) assert(count > 800 && count < 1_200);
    set.moveTo(set.randomPosition());
    const removed = textOf(set.element);
    set.moveTo(set.randomPosition());
    const position = [...set.positions()].find((position) => (set.moveTo(position), textOf(set.element) === removed))!;
    set.removeAt(position);
    assertEquals([set.size, members(set).includes(removed)], [15, false]);
  }
});

Deno.test("a builder makes what adding one by one would have made", () => {
  const random = new Random(9);
  for (let round = 0; round < 60; round++) {
    const db = newSets(round);
    const set = new SetValue(), builder = new SetBuilder(db);
    const model = new Set<string>();
    for (let i = random.int(50) + 1; i > 0; i--) {
      const member = randomMember(random, round % 3 === 0);
      const bytes = latin1(member);
      assertEquals(builder.add(bytes, 0, bytes.length), !model.has(member));
      add(set, db, member);
      model.add(member);
    }
    const added = [encoding(db), members(set).toSorted()];
    const entry = builder.store(args("key"), 0);
    builder.release();
    set.open(db, entry);
    assertEquals([encoding(db), members(set).toSorted()], added);
    db.deleteEntry(entry);
    assertEquals(db.arena.usedBytes, 0);
  }
});

Deno.test("a builder that stores nothing gives its memory back", () => {
  const db = newSets();
  const builder = new SetBuilder(db);
  const bytes = latin1("member");
  builder.add(bytes, 0, bytes.length);
  builder.release();
  builder.release();
  assertEquals(db.arena.usedBytes, 0);
});

Deno.test("another type is not taken for a set, and a missing key is an empty one", () => {
  const db = newSets();
  const set = new SetValue();
  db.setInt(args("number"), 0, 7);
  assertThrows(() => set.find(db, args("number"), 0), WrongTypeError);
  assertEquals([set.find(db, args("nosuch"), 0), set.size, set.has(latin1("x"), 0, 1)], [false, 0, false]);
});

Deno.test("where memory ends, a set is what it was and goes on working", () => {
  const db = newSets(1, 256 * 1024);
  const set = new SetValue();
  let count = 0;
  assertThrows(() => {
    for (;; count++) add(set, db, `member number ${count}`);
  }, StoreMemoryError);
  set.find(db, args("key"), 0);
  assertEquals([set.size, members(set).length], [count, count]);
  const bytes = latin1("member number 0");
  assertEquals([set.remove(bytes, 0, bytes.length), set.add(bytes, 0, bytes.length)], [true, true]);
  const other = args("a key that finds no room any more, however long one looks for it ".repeat(20));
  assertThrows(() => set.create(db, other, 0, bytes, 0, bytes.length), StoreMemoryError);
  assertEquals(db.findUnseen(other, 0), NONE);
  assertEquals(db.type(db.findUnseen(args("key"), 0)), SET);
});
