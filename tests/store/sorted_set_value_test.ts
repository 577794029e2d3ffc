import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Arguments, Database } from "../../store/database.ts";
import { NONE } from "../../store/database.ts";
import { StoreMemoryError, WrongTypeError } from "../../store/errors.ts";
import { Keyspace } from "../../store/keyspace.ts";
import { listpackBytes } from "../../store/listpack.ts";
import { copyEntry } from "../../store/moving_keys.ts";
import { compareBytes } from "../../store/score_tree.ts";
import { SortedSetBuilder } from "../../store/sorted_set_builder.ts";
import { ADDED, SortedSetValue, UNCHANGED, UPDATED } from "../../store/sorted_set_value.ts";
import { SORTED_SET } from "../../store/types.ts";
import { Random, shown, wire } from "../resp/_frames.ts";

interface Item {
  readonly member: string;
  readonly score: number;
}

/** Arguments as a request has them: somewhere in a buffer. */
function argsOf(...texts: string[]): Arguments {
  const starts: number[] = [];
  let all = "*";
  for (const text of texts) {
    starts.push(all.length);
    all += text;
  }
  return {
    bytes: wire(all),
    isHashed: false,
    keyHash: 0,
    start: (i) => starts[i]!,
    end: (i) => starts[i]! + texts[i]!.length,
  };
}

function newDatabase(arenaBytes?: number): Database {
  const random = new Random(7);
  const keyspace = new Keyspace({
    databases: 2,
    random: () => random.int(2 ** 30) / 2 ** 30,
    ...(arenaBytes === undefined ? {} : { arenaBytes }),
  });
  return keyspace.databases[0]!;
}

function order(a: Item, b: Item): number {
  if (a.score !== b.score) return a.score < b.score ? -1 : 1;
  return compareTexts(a.member, b.member);
}

function compareTexts(a: string, b: string): number {
  return compareBytes(wire(a), 0, a.length, wire(b), 0, b.length);
}

/** A sorted set of a key, with a naive one beside it. */
class CheckedSet {
  readonly db: Database;
  readonly key: Arguments;
  readonly value: SortedSetValue = new SortedSetValue();
  items: Item[] = [];
  isLarge = false;

  constructor(db: Database = newDatabase(), name = "key") {
    this.db = db;
    this.key = argsOf("", name);
  }

  set(member: string, score: number): number {
    const bytes = wire(`<${member}>`);
    if (!this.value.findForWrite(this.db, this.key, 1)) {
      this.value.create(this.db, this.key, 1);
      this.isLarge = false;
    }
    const done = this.value.set(bytes, 1, bytes.length - 1, score);
    const at = this.items.findIndex((item) => item.member === member);
    const { limits } = this.db.keyspace;
    if (at < 0) {
      this.isLarge ||= this.items.length + 1 > limits.sortedSetEntries || member.length > limits.sortedSetValueBytes;
    } else if (this.items[at]!.score === score) {
      assertEquals(done, UNCHANGED);
      return done;
    } else this.items.splice(at, 1);
    assertEquals(done, at < 0 ? ADDED : UPDATED);
    this.items.push({ member, score: !this.isLarge && score === 0 ? 0 : score });
    this.items.sort(order);
    return done;
  }

  remove(member: string): void {
    if (!this.value.findForWrite(this.db, this.key, 1)) return assertEquals(this.items, []);
    const bytes = wire(`<${member}>`);
    const left = this.items.filter((item) => item.member !== member);
    assertEquals(this.value.remove(bytes, 1, bytes.length - 1), left.length < this.items.length);
    this.items = left;
    this.#deleteIfEmpty();
  }

  removeRange(from: number, count: number): void {
    if (!this.value.findForWrite(this.db, this.key, 1)) return assertEquals(this.items, []);
    assertEquals(this.value.removeRange(from, count), this.items.splice(from, count).length);
    this.#deleteIfEmpty();
  }

  #deleteIfEmpty(): void {
    assertEquals(this.value.deleteIfEmpty(), this.items.length === 0);
    if (this.items.length === 0) this.isLarge = false;
    assertEquals(this.db.peek(this.key, 1) === NONE, this.items.length === 0);
  }

  /** What the cursor meets from rank `from` on. */
  walk(from: number, direction: 1 | -1 = 1): Item[] {
    const { value } = this, items: Item[] = [];
    for (let more = value.seek(from); more; more = direction === 1 ? value.next() : value.previous()) {
      items.push({ member: shown(value.member.copy()), score: value.currentScore });
    }
    return items;
  }

  check(random: Random): void {
    const { value, items } = this;
    assertEquals(value.find(this.db, this.key, 1), items.length > 0);
    if (items.length === 0) return;
    assertEquals(value.size, items.length);
    assertEquals(value.isLarge, this.isLarge);
    assertEquals(this.walk(0), items);
    assertEquals(this.walk(items.length - 1, -1), items.toReversed());
    const from = random.int(items.length);
    assertEquals(this.walk(from), items.slice(from));
    assertEquals([value.seek(-1), value.seek(items.length)], [false, false]);
    assertEquals(this.scanned(), items);
    this.checkMember(random.pick(items).member);
    this.checkMember("not there");
    for (const score of [random.pick(items).score, random.int(100) - 50.5, Infinity, -Infinity]) {
      const below = items.filter((item) => item.score < score).length;
      const notAbove = items.filter((item) => item.score <= score).length;
      assertEquals([value.firstRankByScore(score, false), value.firstRankByScore(score, true)], [below, notAbove]);
    }
  }

  checkMember(member: string): void {
    const bytes = wire(`<${member}>`), rank = this.items.findIndex((item) => item.member === member);
    assertEquals(this.value.rank(bytes, 1, bytes.length - 1), rank);
    assertEquals(this.value.score(bytes, 1, bytes.length - 1), this.items[rank]?.score ?? NaN);
  }

  /** All that a scan visits, in order, each once. */
  scanned(): Item[] {
    const found = new Map<string, number>();
    let cursor = 0;
    do {
      cursor = this.value.scan(cursor, (position) => {
        this.value.moveTo(position);
        const text = shown(this.value.element.copy());
        assert(!found.has(text));
        found.set(text, this.value.currentScore);
      });
    } while (cursor !== 0);
    return [...found].map(([member, score]) => ({ member, score })).sort(order);
  }

  /** Naive: the range of ranks that Redis would answer in a listpack. */
  checkLex(min: string, isMinExclusive: boolean, max: string, isMaxExclusive: boolean): void {
    const { value, items } = this;
    const isAboveMin = (item: Item) => compareTexts(item.member, min) > (isMinExclusive ? 0 : -1);
    const isBelowMax = (item: Item) => compareTexts(item.member, max) < (isMaxExclusive ? 0 : 1);
    const low = wire(`<${min}>`), high = wire(`<${max}>`);
    const forward: Item[] = [];
    for (const item of items.slice(Math.max(items.findIndex(isAboveMin), 0))) {
      if (!items.some(isAboveMin) || !isBelowMax(item)) break;
      forward.push(item);
    }
    const first = value.firstRankByLex(low, 1, low.length - 1, isMinExclusive);
    const end = value.firstRankByLex(high, 1, high.length - 1, !isMaxExclusive, first);
    assertEquals(items.slice(first, end), forward);
    const backward: Item[] = [];
    for (const item of items.slice(0, items.findLastIndex(isBelowMax) + 1).toReversed()) {
      if (!isAboveMin(item)) break;
      backward.push(item);
    }
    const last = value.lastRankByLex(high, 1, high.length - 1, isMaxExclusive);
    const before = value.lastRankByLex(low, 1, low.length - 1, !isMinExclusive, last);
    assertEquals(items.slice(before + 1, last + 1).toReversed(), backward);
  }
}

/** Members of all kinds: integers, texts, bytes; `length` for a long one. */
function randomMember(random: Random, kinds: number): string {
  switch (random.int(6)) {
    case 0:
      return String(random.int(kinds));
    case 1:
      return String(-random.int(kinds) * 1e13);
    case 2:
      return `\xff${random.int(kinds)}\0`;
    default:
      return `member:${random.int(kinds)}`;
  }
}

function randomScore(random: Random): number {
  switch (random.int(6)) {
    case 0:
      return random.pick([0, -0, 1, -1, Infinity, -Infinity, 2 ** 62, -(2 ** 62), 2 ** 63, 2 ** 53 + 2, 1e300, 5e-324]);
    case 1:
      return random.int(1000) / 7;
    case 2:
      return (random.int(2 ** 30) - 2 ** 29) * random.pick([1, 2 ** 10, 2 ** 30]);
    default:
      return random.int(20);
  }
}

for (const entries of [0, 1, 8, 128]) {
  Deno.test(`a sorted set with listpacks of up to ${entries} members is what a sorted array is`, () => {
    const random = new Random(100 + entries);
    const db = newDatabase();
    db.keyspace.limits.sortedSetEntries = entries;
    const checked = new CheckedSet(db);
    const kinds = entries < 100 ? 40 : 300;
    let larges = 0;
    for (let step = 0; step < 6000; step++) {
      const wasLarge = checked.isLarge;
      const what = random.int(100);
      if (what < 60) checked.set(randomMember(random, kinds), randomScore(random));
      else if (what < 90) checked.remove(randomMember(random, kinds));
      else if (what < 92) checked.removeRange(random.int(kinds), random.int(10));
      else if (what === 92 && random.int(4) === 0) checked.removeRange(0, 2 ** 30); // begin anew, packed
      else if (what === 93 && random.int(8) === 0) checked.set("long ".repeat(13), 1);
      if (checked.isLarge && !wasLarge) larges++;
      if (step % 16 === 0 || checked.isLarge !== wasLarge) checked.check(random);
    }
    assert(larges > 3, `${larges} times`);
    checked.removeRange(0, 2 ** 30);
    assertEquals(db.size, 0);
    assertEquals(db.arena.usedBytes, 0);
  });
}

Deno.test("ranges of members are those of a walk through the set, packed and large", () => {
  for (const isLarge of [false, true]) {
    const random = new Random(8);
    const checked = new CheckedSet();
    for (let i = 0; i < 100; i++) checked.set(randomMember(random, 200), 0);
    if (isLarge) checked.value.enlarge();
    assertEquals(checked.value.isLarge, isLarge);
    for (let i = 0; i < 400; i++) {
      const [a, b] = [random.pick(checked.items).member, randomMember(random, 300)].sort(compareTexts);
      const isBackwards = random.int(8) === 0; // nothing is in such a range
      checked.checkLex(isBackwards ? b! : a!, random.int(2) === 0, isBackwards ? a! : b!, random.int(2) === 0);
    }
  }
});

Deno.test("ranges of members in a listpack of different scores end where a walk ends", () => {
  const random = new Random(9);
  for (let round = 0; round < 300; round++) {
    const checked = new CheckedSet();
    for (let i = 0; i < 12; i++) checked.set(randomMember(random, 20), random.int(3));
    checked.checkLex(randomMember(random, 20), random.int(2) === 0, randomMember(random, 20), random.int(2) === 0);
  }
});

Deno.test("a sorted set becomes large at the limits of zset-max-listpack, and stays so", () => {
  const checked = new CheckedSet();
  for (let i = 0; i < 128; i++) checked.set(`${i}`, i);
  assertEquals(checked.value.isLarge, false);
  checked.set("17", 0.5); // no new member
  assertEquals(checked.value.isLarge, false);
  checked.set("128", 0);
  assertEquals(checked.value.isLarge, true);
  checked.removeRange(0, 128);
  assertEquals([checked.value.isLarge, checked.value.size], [true, 1]);

  const long = new CheckedSet();
  long.set("x".repeat(64), 1);
  assertEquals(long.value.isLarge, false);
  long.db.keyspace.limits.sortedSetValueBytes = 8;
  long.set("x".repeat(64), 2); // it is there already
  assertEquals(long.value.isLarge, false);
  long.set("123456789", 2);
  assertEquals(long.value.isLarge, true);
  long.check(new Random(1));
});

Deno.test("the listpack of a sorted set has the bytes that Redis' has", () => {
  const checked = new CheckedSet();
  for (const [member, score] of [["a", 1], ["7", -2.5], ["b", -0], ["c", Infinity], ["d", 2 ** 62], ["e", 2 ** 63]]) {
    checked.set(String(member), Number(score));
  }
  const { db, value } = checked;
  const packed = shown(db.bytes.subarray(db.valueStart(value.entry), db.valueEnd(value.entry)));
  assertEquals(listpackBytes(wire(packed), 0), packed.length);
  const elements = [
    "\x07\x01", // 7
    "\x84-2.5\x05",
    "\x81b\x02",
    "\x00\x01", // -0 is 0
    "\x81a\x02",
    "\x01\x01",
    "\x81d\x02",
    "\xf4\0\0\0\0\0\0\0\x40\x09",
    "\x81e\x02",
    "\x969.2233720368547758e+18\x17",
    "\x81c\x02",
    "\x83inf\x04",
  ];
  assertEquals(packed.slice(4), `\x0c\0${elements.join("")}\xff`);
});

Deno.test("a packed zero has no sign, a large one has", () => {
  for (const entries of [128, 0]) {
    const checked = new CheckedSet();
    checked.db.keyspace.limits.sortedSetEntries = entries;
    checked.set("a", -0);
    assert(Object.is(checked.value.score(wire("a"), 0, 1), entries === 0 ? -0 : 0));
    assertEquals(checked.set("a", 0), UNCHANGED);
  }
});

Deno.test("a key of another type is refused", () => {
  const db = newDatabase(), key = argsOf("", "key", "text");
  db.setString(key, 1, key.bytes, key.start(2), key.end(2));
  const value = new SortedSetValue();
  assertThrows(() => value.find(db, key, 1), WrongTypeError);
  assertThrows(() => value.findForWrite(db, key, 1), WrongTypeError);
  assertEquals(value.find(db, argsOf("", "other"), 1), false);
});

Deno.test("a listpack with a member twice, out of order and with odd scores becomes a sound large set", () => {
  const db = newDatabase(), key = argsOf("", "key");
  const elements = "\x81b\x02\x09\x01\x81a\x02\x01\x01\x81b\x02\x05\x01\x81c\x02\x83abc\x04\x81d\x02\x83nan\x04";
  const packed = wire(`${String.fromCharCode(7 + elements.length)}\0\0\0\x0a\0${elements}\xff`);
  const entry = db.setPacked(key, 1, SORTED_SET, packed.length);
  db.bytes.set(packed, db.valueStart(entry));
  const checked = new CheckedSet(db);
  checked.value.open(db, entry).enlarge();
  checked.isLarge = true;
  checked.items = [["c", 0], ["d", 0], ["a", 1], ["b", 9]].map(([member, score]) => ({
    member: String(member),
    score: Number(score),
  }));
  checked.check(new Random(2));
  for (const member of ["d", "b", "a", "c"]) checked.remove(member);
  assertEquals(db.arena.usedBytes, 0);
});

Deno.test("a large sorted set is copied whole, into its own database and another", () => {
  const random = new Random(12);
  for (const size of [130, 5000]) {
    const db = newDatabase(), other = db.keyspace.databases[1]!;
    const source = new CheckedSet(db);
    fill(source, random, size);
    const used = db.arena.usedBytes;
    for (const target of [db, other]) {
      const copy = new CheckedSet(target, "copy");
      target.setExpire(copyEntry(db, source.value.entry, target, copy.key, 1), 1e15);
      copy.items = [...source.items];
      copy.isLarge = true;
      copy.check(random);
      copy.set("new", 1);
      copy.remove(random.pick(copy.items).member);
      copy.check(random);
      source.check(random);
      target.delete(copy.key, 1);
      assertEquals(target.arena.usedBytes, target === db ? used : 0);
    }
  }
});

/** Fills an empty set by way of a builder, which is quicker than a model that sorts after each change. */
function fill(checked: CheckedSet, random: Random, size: number): void {
  const { db } = checked, builder = new SortedSetBuilder(db);
  for (let i = 0; i < size; i++) {
    const member = `member:${i}`, score = random.int(size / 2) / 4;
    builder.set(wire(member), 0, member.length, score);
    checked.items.push({ member, score });
  }
  checked.items.sort(order);
  checked.isLarge = size > db.keyspace.limits.sortedSetEntries;
  checked.value.open(db, builder.store(checked.key, 1));
}

Deno.test("a large sorted set is freed in slices", () => {
  const random = new Random(13);
  const db = newDatabase();
  const checked = new CheckedSet(db);
  fill(checked, random, 10_000);
  checked.check(random);
  db.unlinkEntry(checked.value.entry);
  assertEquals(db.size, 0);
  let slices = 0, used = db.arena.usedBytes;
  while (db.keyspace.releaseDetached(100)) {
    assert(used - db.arena.usedBytes <= 200 * 768);
    used = db.arena.usedBytes;
    slices++;
  }
  assert(slices > 50);
  assertEquals(db.arena.usedBytes, 0);
  assertEquals(db.keyspace.detached, 0);
});

Deno.test("a sorted set without memory is what it was", () => {
  const random = new Random(14);
  for (let pages = 8; pages < 40; pages += 3) {
    const db = newDatabase(pages * 8192);
    const checked = new CheckedSet(db);
    let refused = 0;
    for (let i = 0; i < 3000 && refused < 30; i++) {
      try {
        checked.set(i % 50 === 49 ? `${i}`.repeat(200) : `${random.int(600)}:${i % 3}`, random.int(1000) / 3);
      } catch (error) {
        assert(error instanceof StoreMemoryError);
        refused++;
      }
      if (checked.value.find(db, checked.key, 1)) checked.isLarge = checked.value.isLarge;
      if (i % 20 === 0 || refused > 0) checked.check(random);
    }
    assert(refused > 0);
    checked.removeRange(0, 2 ** 30);
    assertEquals(db.arena.usedBytes, 0);
  }
});

Deno.test("a new sorted set whose first member finds no memory is gone again", () => {
  const db = newDatabase(8 * 8192);
  const checked = new CheckedSet(db);
  assertThrows(() => checked.set("x".repeat(100_000), 1), StoreMemoryError);
  assertEquals(db.size, 0);
  assertEquals(db.arena.usedBytes, 0);
});

// ---- The builder ----

for (const [kind, count] of [["packed", 100], ["large", 3000]] as const) {
  Deno.test(`what is built in any order becomes a ${kind} sorted set`, () => {
    const random = new Random(count);
    const db = newDatabase(), checked = new CheckedSet(db);
    checked.set("was there", 1);
    checked.items = [];
    const builder = new SortedSetBuilder(db, 10);
    const model = new Map<string, number>();
    for (let i = 0; i < count * 2; i++) {
      const member = randomMember(random, count), bytes = wire(`<${member}>`), score = randomScore(random);
      assertEquals(builder.score(bytes, 1, bytes.length - 1), model.get(member) ?? NaN);
      if (random.int(10) === 0) assertEquals(builder.remove(bytes, 1, bytes.length - 1), model.delete(member));
      else {
        assertEquals(builder.set(bytes, 1, bytes.length - 1, score), !model.has(member));
        model.set(member, score);
      }
      if (kind === "packed" && model.size === count) break;
      if (i % 500 === 0) checkBuilder(builder, model, random);
    }
    const inOrder = checkBuilder(builder, model, random);
    checked.value.open(db, builder.store(checked.key, 1));
    builder.release();
    checked.isLarge = kind === "large";
    checked.items = inOrder.map(({ member, score }) => ({
      member,
      score: !checked.isLarge && score === 0 ? 0 : score,
    }));
    checked.check(random);
    for (let i = 0; i < 50; i++) checked.set(randomMember(random, count), randomScore(random));
    checked.check(random);
    checked.removeRange(0, 2 ** 30);
    assertEquals(db.arena.usedBytes, 0);
  });
}

/** Asserts that a builder is read in order; returns what is in it. */
function checkBuilder(builder: SortedSetBuilder, model: ReadonlyMap<string, number>, random: Random): Item[] {
  const items = [...model].map(([member, score]) => ({ member, score })).sort(order);
  assertEquals(builder.size, items.length);
  const from = random.int(items.length + 1);
  const walked: Item[] = [];
  for (let more = builder.seek(from); more; more = builder.next()) {
    walked.push({ member: shown(builder.member.copy()), score: builder.currentScore });
  }
  assertEquals(walked, items.slice(from));
  if (items.length === 0) return items;
  walked.length = 0;
  for (let more = builder.seek(items.length - 1); more; more = builder.previous()) {
    walked.push({ member: shown(builder.member.copy()), score: builder.currentScore });
  }
  assertEquals(walked, items.toReversed());
  return items;
}

Deno.test("a builder packs what is within all limits", () => {
  const db = newDatabase(), value = new SortedSetValue();
  const isLarge = (members: readonly string[]): boolean => {
    const builder = new SortedSetBuilder(db);
    for (const [i, member] of members.entries()) builder.set(wire(member), 0, member.length, i);
    const key = argsOf("", "key");
    return value.open(db, builder.store(key, 1)).isLarge;
  };
  const many = Array.from({ length: 129 }, (_, i) => `${i}`);
  assertEquals(isLarge(many.slice(0, 128)), false);
  assertEquals(isLarge(many), true);
  assertEquals(isLarge(["a", "x".repeat(64)]), false);
  assertEquals(isLarge(["a", "x".repeat(65), "b"]), true);
  db.delete(argsOf("", "key"), 1);
  assertEquals(db.arena.usedBytes, 0);
});

Deno.test("a builder that is not stored leaves nothing behind", () => {
  const db = newDatabase();
  for (const size of [0, 10, 1000]) {
    const builder = new SortedSetBuilder(db);
    for (let i = 0; i < size; i++) builder.set(wire(`${i}`), 0, `${i}`.length, -i);
    builder.seek(0);
    builder.release();
    builder.release();
    assertEquals(db.arena.usedBytes, 0);
  }
});

Deno.test("a builder without memory for its result can be released", () => {
  for (const isLarge of [false, true]) {
    const db = newDatabase(20 * 8192);
    db.keyspace.limits.sortedSetEntries = isLarge ? 0 : 10_000;
    const builder = new SortedSetBuilder(db);
    try {
      for (let i = 0;; i++) builder.set(wire(`member:${i}`), 0, `member:${i}`.length, i);
    } catch (error) {
      assert(error instanceof StoreMemoryError);
    }
    assert(builder.size > 1000);
    assertThrows(() => builder.store(argsOf("", "key"), 1), StoreMemoryError);
    builder.release();
    assertEquals([db.size, db.arena.usedBytes], [0, 0]);
  }
});
