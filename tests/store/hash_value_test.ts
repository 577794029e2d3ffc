import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Database, NONE } from "../../store/database.ts";
import { StoreMemoryError, WrongTypeError } from "../../store/errors.ts";
import { HashValue } from "../../store/hash_value.ts";
import { copyEntry, renameEntry } from "../../store/moving_keys.ts";
import { encodingName } from "../../store/types.ts";
import { Random } from "../resp/_frames.ts";
import { args, latin1, newDatabase, textOf } from "./_database.ts";

const MAX_FIELDS = 24, MAX_BYTES = 64;

/** A database with low limits for packed hashes. */
function newHashes(arenaBytes?: number): Database {
  const db = newDatabase(1, arenaBytes);
  db.keyspace.limits.hashEntries = MAX_FIELDS;
  db.keyspace.limits.hashValueBytes = MAX_BYTES;
  return db;
}

function set(hash: HashValue, field: string, value: string): boolean {
  const bytes = latin1(`${field}<>${value}`);
  return hash.set(bytes, 0, field.length, bytes, field.length + 2, bytes.length);
}

function get(hash: HashValue, field: string): string | null {
  return hash.get(latin1(`<${field}>`), 1, field.length + 1) ? textOf(hash.value) : null;
}

function remove(hash: HashValue, field: string): boolean {
  return hash.remove(latin1(`<${field}>`), 1, field.length + 1);
}

/** The hash at a key; a new one where there is none. */
function open(db: Database, key: string): HashValue {
  const hash = new HashValue();
  hash.findOrCreate(db, args(key), 0);
  return hash;
}

/** All pairs, in their order. */
function pairs(hash: HashValue): [string, string][] {
  const found: [string, string][] = [];
  hash.each((position) => {
    hash.moveTo(position);
    found.push([textOf(hash.field), textOf(hash.value)]);
  });
  return found;
}

function encoding(db: Database, key: string): string {
  const entry = db.peek(args(key), 0);
  return entry === NONE ? "none" : encodingName(db.type(entry), db.encoding(entry));
}

// ---- Against a Map ----

const INTEGERS = ["0", "-1", "127", "128", "4095", "-4096", "32767", "-32769", "8388607", "2147483648", "-0", "01"];
INTEGERS.push("9007199254740993", "-9223372036854775808", "9223372036854775807", "9223372036854775808", "", "1e3");

/** A hash beside a Map that should hold the same. */
class Twins {
  readonly db: Database;
  readonly #random: Random;
  readonly #hash: HashValue = new HashValue();
  readonly #key = "the hash";
  #model: Map<string, string> = new Map();
  #isLarge = false;
  conversions = 0;
  deletions = 0;

  constructor(seed: number) {
    this.db = newHashes();
    this.#random = new Random(seed);
  }

  /** A text that is seldom too long for a packed hash. */
  #text(): string {
    const random = this.#random;
    switch (random.int(8)) {
      case 0:
        return random.pick(INTEGERS);
      case 1:
        return String(random.int(2 ** 32) - 2 ** 31);
      case 2:
        return "v".repeat(random.int(MAX_BYTES + 1));
      case 3:
        return random.int(100) === 0 ? "long".repeat(random.int(2_000)) : "short";
      default:
        return String.fromCharCode(...random.bytes(random.int(12)));
    }
  }

  #field(): string {
    const random = this.#random;
    return random.int(200) === 0 ? this.#text() : `${random.pick(["f", "", "-"])}${random.int(40)}`;
  }

  step(): void {
    const model = this.#model;
    switch (this.#random.int(10)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return this.#set();
      case 4:
      case 5:
      case 6:
        return this.#delete(this.#random.int(2) === 0 ? this.#field() : [...model.keys()][0] ?? "");
      case 7:
        if (this.#random.int(30) === 0) this.#deleteAll();
        return;
      case 8:
        return this.#copy();
      default:
        return this.#ask();
    }
  }

  #find(): boolean {
    const isThere = this.#hash.findForWrite(this.db, args(this.#key), 0);
    assertEquals(isThere, this.#model.size > 0);
    return isThere;
  }

  #set(): void {
    const hash = this.#hash;
    const pairs = Array.from({ length: 1 + this.#random.int(3) }, () => [this.#field(), this.#text()] as const);
    hash.findOrCreate(this.db, args(this.#key), 0);
    const all = args(...pairs.flat());
    if (this.#random.int(2) === 0) {
      hash.prepare(all, 0, pairs.length * 2);
      this.#note(pairs.flat());
      assertEquals(hash.isLarge, this.#isLarge);
    }
    for (const [i, [field, value]] of pairs.entries()) {
      const isNew = hash.set(
        all.bytes,
        all.start(i * 2),
        all.end(i * 2),
        all.bytes,
        all.start(i * 2 + 1),
        all.end(i * 2 + 1),
      );
      assertEquals(isNew, !this.#model.has(field));
      this.#model.set(field, value);
      this.#note([field, value]);
    }
  }

  /** What a hash becomes by these texts, by the rule in Redis' redis.conf. */
  #note(texts: readonly string[]): void {
    if (this.#isLarge) return;
    this.#isLarge = this.#model.size > MAX_FIELDS || texts.some((text) => text.length > MAX_BYTES);
    if (this.#isLarge) this.conversions++;
  }

  #delete(field: string): void {
    if (!this.#find()) return;
    assertEquals(remove(this.#hash, field), this.#model.delete(field));
    const isEmpty = this.#hash.deleteIfEmpty();
    assertEquals(isEmpty, this.#model.size === 0);
    if (isEmpty) this.#isGone();
  }

  #deleteAll(): void {
    this.db.delete(args(this.#key), 0);
    this.#model.clear();
    this.#isGone();
  }

  #isGone(): void {
    this.#isLarge = false;
    this.deletions++;
    assertEquals([this.db.size, this.db.arena.usedBytes], [0, 0], "the arena is empty again");
  }

  /** Has the hash go on as its own copy. */
  #copy(): void {
    if (!this.#find()) return;
    const copied = copyEntry(this.db, this.#hash.entry, this.db, args("copy"), 0);
    this.db.delete(args(this.#key), 0);
    renameEntry(this.db, copied, args(this.#key), 0);
  }

  #ask(): void {
    const field = this.#field();
    const bytes = latin1(field);
    if (!this.#find()) return;
    assertEquals(get(this.#hash, field), this.#model.get(field) ?? null);
    assertEquals(this.#hash.has(bytes, 0, bytes.length), this.#model.has(field));
  }

  check(): void {
    const model = this.#model, hash = this.#hash;
    assertEquals(encoding(this.db, this.#key), model.size === 0 ? "none" : this.#isLarge ? "hashtable" : "listpack");
    if (!this.#find()) return;
    assertEquals(hash.size, model.size);
    const found = pairs(hash);
    if (this.#isLarge) assertEquals(new Map(found), model);
    else assertEquals(found, [...model], "a packed hash keeps the order of insertion");
    for (const [field, value] of model) assertEquals(get(hash, field), value);
    const scanned = new Map<string, string>();
    let cursor = 0;
    do {
      cursor = hash.scan(cursor, (position) => {
        hash.moveTo(position);
        scanned.set(textOf(hash.field), textOf(hash.value));
      });
    } while (cursor !== 0);
    assertEquals(scanned, model);
    hash.moveTo(hash.randomPosition());
    assertEquals(model.get(textOf(hash.field)), textOf(hash.value));
  }
}

Deno.test("HashValue holds what a Map holds, through changes of encoding and copies", () => {
  let conversions = 0, deletions = 0;
  for (let seed = 1; seed <= 8; seed++) {
    const twins = new Twins(seed);
    for (let i = 0; i < 4_000; i++) {
      twins.step();
      if (i % 20 === 0) twins.check();
    }
    twins.check();
    conversions += twins.conversions;
    deletions += twins.deletions;
  }
  assert(conversions > 100, `${conversions} hashes became large`);
  assert(deletions > 100, `${deletions} hashes were deleted`);
});

Deno.test("a packed hash is a listpack as Redis writes it", () => {
  const db = newHashes();
  const hash = open(db, "h");
  set(hash, "ab", "1000");
  set(hash, "7", "x");
  const bytes = db.bytes.slice(db.valueStart(hash.entry), db.valueEnd(hash.entry));
  // total, count, "ab", 1000 in 13 bits, 7 in 7 bits, "x", end; each element with its length behind it
  assertEquals([...bytes], [
    ...[19, 0, 0, 0, 4, 0],
    ...[0x82, 0x61, 0x62, 3, 0xc3, 0xe8, 2],
    ...[7, 1, 0x81, 0x78, 2],
    0xff,
  ]);
});

Deno.test("the number of fields and their lengths decide when a hash becomes large, and it stays so", () => {
  const long = "x".repeat(MAX_BYTES), tooLong = `${long}x`;
  for (const [field, value] of [[tooLong, "v"], ["f", tooLong]] as const) {
    const db = newHashes();
    const hash = open(db, "h");
    set(hash, long, long);
    assertEquals(hash.isLarge, false);
    set(hash, field, value);
    assertEquals(hash.isLarge, true);
    assertEquals(remove(hash, field), true);
    assertEquals(encoding(db, "h"), "hashtable");
    assertEquals(pairs(hash), [[long, long]]);
  }
  const db = newHashes();
  const hash = open(db, "h");
  for (let i = 0; i < MAX_FIELDS; i++) set(hash, `${i}`, "v");
  set(hash, "3", "w");
  assertEquals(hash.isLarge, false);
  set(hash, "one more", "v");
  assertEquals([hash.isLarge, hash.size], [true, MAX_FIELDS + 1]);
});

Deno.test("a limit lowered later shows at the next change, of an old field too", () => {
  const db = newHashes();
  const hash = open(db, "h");
  for (const field of ["a", "b", "c"]) set(hash, field, "1");
  db.keyspace.limits.hashEntries = 2;
  assertEquals(remove(hash, "nosuch"), false);
  assertEquals(hash.isLarge, false);
  assertEquals(set(hash, "a", "2"), false);
  assertEquals(hash.isLarge, true);
  assertEquals(new Map(pairs(hash)), new Map([["a", "2"], ["b", "1"], ["c", "1"]]));
});

Deno.test("a large hash takes values of any length, in place and moved, and frees all they took", () => {
  const db = newHashes();
  const hash = open(db, "h");
  const random = new Random(5);
  const model = new Map<string, string>();
  for (let i = 0; i < 400; i++) {
    const field = `field ${random.int(30)}`, value = String(i).repeat(random.pick([0, 1, 10, 300, 5_000]));
    set(hash, field, value);
    model.set(field, value);
  }
  assertEquals(new Map(pairs(hash)), model);
  db.unlinkEntry(hash.entry);
  while (db.keyspace.releaseDetached(8));
  assertEquals([db.size, db.arena.usedBytes], [0, 0]);
});

Deno.test("a large hash that is unlinked is freed in slices", () => {
  const db = newHashes();
  const hash = open(db, "h");
  for (let i = 0; i < 1_000; i++) set(hash, `${i}`, "v");
  db.unlinkEntry(hash.entry);
  assertEquals([db.size, db.keyspace.detached], [0, 1]);
  let slices = 1;
  while (db.keyspace.releaseDetached(100)) slices++;
  assert(slices >= 10, `${slices} slices`);
  assertEquals([db.arena.usedBytes, db.keyspace.detached], [0, 0]);
});

Deno.test("a key of another type is no hash", () => {
  const db = newHashes();
  db.setString(args("s"), 0, latin1("text"), 0, 4);
  const hash = new HashValue();
  assertThrows(() => hash.find(db, args("s"), 0), WrongTypeError);
  assertThrows(() => hash.findForWrite(db, args("s"), 0), WrongTypeError);
  assertThrows(() => hash.findOrCreate(db, args("s"), 0), WrongTypeError);
  assertEquals(hash.find(db, args("nosuch"), 0), false);
  assertEquals(db.size, 1);
});

// ---- Without memory ----

Deno.test("with the arena full, a hash stays what it was and can still be emptied", () => {
  for (const maxFields of [1_000_000, MAX_FIELDS]) { // packed all the time; large
    const db = newHashes(2 ** 20);
    const { limits } = db.keyspace;
    limits.hashEntries = maxFields;
    limits.hashValueBytes = maxFields === MAX_FIELDS ? MAX_BYTES : 2 ** 20;
    const hash = open(db, "h");
    const model = new Map<string, string>();
    const random = new Random(3);
    let refusals = 0;
    for (let i = 0; refusals < 50; i++) {
      const field = `field ${random.int(i + 1)}`, value = "v".repeat(random.int(60_000));
      try {
        set(hash, field, value);
        model.set(field, value);
      } catch (error) {
        if (!(error instanceof StoreMemoryError)) throw error;
        refusals++;
        assertEquals(new Map(pairs(hash)), model);
      }
    }
    for (const field of model.keys()) assertEquals(remove(hash, field), true);
    assertEquals(hash.deleteIfEmpty(), true);
    assertEquals([db.size, db.arena.usedBytes], [0, 0]);
  }
});

/** Sets keys to texts of this size until no more will fit. */
function fill(db: Database, size: number): void {
  const text = latin1("t".repeat(size));
  try {
    for (let i = 0;; i++) db.setString(args(`${size} ${i}`), 0, text, 0, size);
  } catch (error) {
    if (!(error instanceof StoreMemoryError)) throw error;
  }
}

Deno.test("a hash that cannot become large stays packed", () => {
  const db = newHashes(2 ** 20);
  db.keyspace.limits.hashEntries = 1_000;
  const hash = open(db, "h");
  for (let i = 0; i < 1_000; i++) set(hash, `${i}`, "v");
  for (const size of [50_000, 5_000, 500, 50, 10]) fill(db, size);
  assertThrows(() => set(hash, "f", "v".repeat(MAX_BYTES + 1)), StoreMemoryError);
  const { usedBytes } = db.arena;
  assertThrows(() => hash.prepare(args("f".repeat(MAX_BYTES + 1)), 0, 1), StoreMemoryError);
  assertEquals([hash.isLarge, hash.size, db.arena.usedBytes], [false, 1_000, usedBytes]);
  assertEquals(set(hash, "0", "w"), false);
  assertEquals(get(hash, "0"), "w");
});

Deno.test("a hash whose first field cannot be stored leaves no key", () => {
  for (const maxBytes of [MAX_BYTES, 2 ** 21]) { // large, packed
    const db = newHashes(2 ** 20);
    db.keyspace.limits.hashValueBytes = maxBytes;
    const hash = open(db, "h");
    assertThrows(() => set(hash, "f", "v".repeat(2 ** 20)), StoreMemoryError);
    assertEquals([db.size, db.arena.usedBytes], [0, 0]);
  }
});

// ---- At random ----

/** Counts how often each field was chosen. */
function count(hash: HashValue, positions: Iterable<number>, counts: Map<string, number>): void {
  for (const position of positions) {
    hash.moveTo(position);
    const field = textOf(hash.field);
    counts.set(field, (counts.get(field) ?? 0) + 1);
  }
}

/** Asserts that all of `size` fields were chosen about equally often. */
function assertFair(counts: ReadonlyMap<string, number>, size: number, name: string): void {
  const expected = [...counts.values()].reduce((sum, n) => sum + n, 0) / size;
  assertEquals(counts.size, size, name);
  let chiSquare = 0;
  for (const n of counts.values()) chiSquare += (n - expected) ** 2 / expected;
  // mean size-1, variance 2(size-1): six deviations off is no chance
  assert(chiSquare < size - 1 + 6 * Math.sqrt(2 * (size - 1)), `${name}: chi-square ${chiSquare} of ${size} fields`);
}

for (const size of [5, 20, 200]) {
  Deno.test(`every way to choose from ${size} fields is fair`, () => {
    const hash = open(newHashes(), "h");
    for (let i = 0; i < size; i++) set(hash, `${i}`, "v");
    assertEquals(hash.isLarge, size > MAX_FIELDS);
    const single = new Map<string, number>();
    for (let i = 0; i < size * 100; i++) count(hash, [hash.randomPosition()], single);
    assertFair(single, size, "one");
    const repeated = new Map<string, number>();
    count(hash, hash.randomPositions(size * 100), repeated);
    assertFair(repeated, size, "repeated");
    for (const share of [0.2, 0.6]) { // few of them, most of them
      const distinct = new Map<string, number>();
      for (let i = 0; i < 100 / share; i++) {
        const positions = [...hash.distinctPositions(size * share)];
        assertEquals(new Set(positions).size, size * share);
        count(hash, positions, distinct);
      }
      assertFair(distinct, size, `${share} of them`);
    }
    assertEquals(new Set(hash.distinctPositions(size)).size, size);
    assertEquals([...hash.distinctPositions(size * 5)].length, size);
    assertEquals([[...hash.distinctPositions(0)], [...hash.randomPositions(0)]], [[], []]);
  });
}
