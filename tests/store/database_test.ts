import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Arguments, type Database, type Entry, NONE } from "../../store/database.ts";
import { Dictionary } from "../../store/dictionary.ts";
import { StoreMemoryError, WrongTypeError } from "../../store/errors.ts";
import { Keyspace } from "../../store/keyspace.ts";
import { copyEntry, renameEntry } from "../../store/moving_keys.ts";
import { encodingName, LIST, SET, STRING, STRUCTURE } from "../../store/types.ts";
import { Random } from "../resp/_frames.ts";

const START_MS = 1_700_000_000_000;

function newKeyspace(arenaBytes?: number): Keyspace {
  const random = new Random(1);
  const draw = () => random.int(2 ** 32) / 2 ** 32;
  const keyspace = new Keyspace({ databases: 2, random: draw, ...(arenaBytes === undefined ? {} : { arenaBytes }) });
  keyspace.setNow(START_MS);
  return keyspace;
}

/** Texts as arguments, one byte a character. */
function args(...texts: string[]): Arguments {
  const bytes = latin1(texts.join(""));
  const ends = texts.map((_, i) => texts.slice(0, i + 1).join("").length);
  return { bytes, isHashed: false, keyHash: 0, start: (i) => ends[i]! - texts[i]!.length, end: (i) => ends[i]! };
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

function fromLatin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function setText(db: Database, key: string, text: string): Entry {
  return db.setString(args(key), 0, latin1(text), 0, text.length);
}

function textOf(db: Database, entry: Entry): string {
  if (db.type(entry) === STRING && db.isInt(entry)) return String(db.intValue(entry));
  return fromLatin1(db.bytes.subarray(db.valueStart(entry), db.valueEnd(entry)));
}

/** Text of a key as GET would answer it; null when there is none. */
function get(db: Database, key: string): string | null {
  const entry = db.find(args(key), 0);
  return entry === NONE ? null : textOf(db, entry);
}

function encoding(db: Database, entry: Entry): string {
  return encodingName(db.type(entry), db.encoding(entry));
}

// ---- Against a Map ----

interface Value {
  readonly type: number;
  readonly text: string;
  /** -1: never. */
  readonly expireAtMs: number;
}

/** A keyspace of two databases beside two Maps that should hold the same. */
class Twins {
  readonly keyspace: Keyspace;
  readonly #random: Random;
  readonly #models: [Map<string, Value>, Map<string, Value>] = [new Map(), new Map()];
  readonly #keys: readonly string[];
  refusals = 0;
  expiredKeys = 0;

  constructor(random: Random, arenaBytes?: number) {
    this.keyspace = newKeyspace(arenaBytes);
    this.#random = random;
    this.#keys = Array.from({ length: 50 }, (_, i) => i === 0 ? "" : fromLatin1(random.bytes(random.int(60))) + i);
    this.keyspace.onExpired = (db, entry) => {
      const value = this.#models[db.index]!.get(fromLatin1(db.keyBytes(entry)));
      assert(value !== undefined && this.#isExpired(value), "only what has expired is reported so");
      this.expiredKeys++;
    };
  }

  #isExpired(value: Value): boolean {
    return value.expireAtMs !== -1 && value.expireAtMs <= this.keyspace.now;
  }

  #live(which: number, key: string): Value | undefined {
    const value = this.#models[which]!.get(key);
    return value === undefined || this.#isExpired(value) ? undefined : value;
  }

  /** A random change or question; both sides are asked. */
  step(): void {
    const random = this.#random;
    const which = random.int(2);
    const db = this.keyspace.databases[which]!, model = this.#models[which]!;
    const key = random.pick(this.#keys);
    const before = this.#live(which, key);
    try {
      switch (random.int(16)) {
        case 0:
        case 1:
        case 2:
        case 3: {
          const text = this.#text();
          setText(db, key, text);
          model.set(key, { type: STRING, text, expireAtMs: -1 });
          break;
        }
        case 4: {
          const text = `*1\r\n$${random.int(1_500)}\r\n`.repeat(1 + random.int(200));
          db.setStructure(args(key), 0, latin1(text), 0, text.length);
          model.set(key, { type: STRUCTURE, text, expireAtMs: -1 });
          break;
        }
        case 5: {
          const n = random.int(2 ** 32) - 2 ** 31;
          const entry = db.setInt(args(key), 0, n);
          db.updateInt(entry, ~n);
          model.set(key, { type: STRING, text: String(~n), expireAtMs: -1 });
          break;
        }
        case 6:
        case 7:
          if (before?.type === STRING) this.#append(db, model, key, before);
          break;
        case 8: {
          db.findForWrite(args(key), 0);
          if (before?.type !== STRING) break;
          const text = this.#text();
          db.setString(args(key), 0, latin1(text), 0, text.length);
          model.set(key, { ...before, text, expireAtMs: -1 });
          break;
        }
        case 9:
        case 10: {
          const entry = db.findForWrite(args(key), 0);
          if (before === undefined) break;
          const expireAtMs = this.keyspace.now + random.int(3_000);
          db.setExpire(entry, expireAtMs);
          model.set(key, { ...before, expireAtMs });
          break;
        }
        case 11: {
          const entry = db.findForWrite(args(key), 0);
          if (before === undefined) break;
          assertEquals(db.persist(entry), before.expireAtMs !== -1);
          model.set(key, { ...before, expireAtMs: -1 });
          break;
        }
        case 12:
          assertEquals(db.delete(args(key), 0), before !== undefined);
          model.delete(key);
          break;
        case 13: {
          const target = random.pick(this.#keys);
          const entry = db.findForWrite(args(key), 0);
          if (before === undefined || target === key) break;
          const renamed = renameEntry(db, entry, args(target), 0);
          assertEquals(db.peek(args(target), 0), renamed);
          model.delete(key);
          model.set(target, before);
          break;
        }
        case 14: {
          const target = random.pick(this.#keys), other = random.int(2);
          const entry = db.find(args(key), 0);
          if (before === undefined || (target === key && other === which)) break;
          copyEntry(db, entry, this.keyspace.databases[other]!, args(target), 0);
          this.#models[other]!.set(target, before);
          break;
        }
        default:
          this.keyspace.setNow(this.keyspace.now + random.int(200));
      }
    } catch (error) {
      if (!(error instanceof StoreMemoryError)) throw error;
      this.refusals++;
    }
    this.#compareKey(which, key);
  }

  /** Values around all the sizes at which something changes. */
  #text(): string {
    const random = this.#random;
    switch (random.int(8)) {
      case 0:
        return String(random.int(2 ** 32) - 2 ** 31);
      case 1:
        return String(BigInt(random.int(2 ** 32)) * 2_000_000_011n);
      case 2:
        return fromLatin1(random.bytes(1_000 + random.int(50)));
      case 3:
        return fromLatin1(random.bytes(random.int(20_000)));
      case 4:
        return fromLatin1(random.bytes(40 + random.int(10)));
      default:
        return fromLatin1(random.bytes(random.int(300)));
    }
  }

  #append(db: Database, model: Map<string, Value>, key: string, before: Value): void {
    const gap = this.#random.int(4) === 0 ? this.#random.int(2_000) : 0;
    const more = this.#text();
    const length = before.text.length + gap + more.length;
    const entry = db.resizeText(db.findForWrite(args(key), 0), length);
    assertEquals([db.valueLength(entry), encoding(db, entry)], [length, "raw"]);
    db.bytes.set(latin1(more), db.valueEnd(entry) - more.length);
    model.set(key, { ...before, text: before.text + "\0".repeat(gap) + more });
  }

  #compareKey(which: number, key: string): void {
    const db = this.keyspace.databases[which]!;
    const value = this.#live(which, key);
    const entry = db.peek(args(key), 0);
    if (value === undefined) return assertEquals(entry, NONE);
    assert(entry !== NONE, "it is there");
    assert(textOf(db, entry) === value.text, "it has the value it should have");
    assertEquals([db.type(entry), db.expireAt(entry)], [value.type, value.expireAtMs]);
    assert(fromLatin1(db.keyBytes(entry)) === key);
  }

  /** Has all expire that should, and compares all keys and counts. */
  compareAll(): void {
    this.keyspace.databases.forEach((db, which) => {
      while (db.sweep());
      const model = this.#models[which]!;
      for (const [key, value] of model) if (this.#isExpired(value)) model.delete(key);
      for (const key of this.#keys) this.#compareKey(which, key);
      const values = [...model.values()];
      const withExpiry = values.filter(({ expireAtMs }) => expireAtMs !== -1).length;
      assertEquals([db.size, db.expires], [values.length, withExpiry]);
      const drawn = db.randomEntry();
      if (model.size === 0) assertEquals(drawn, NONE);
      else assert(model.has(fromLatin1(db.keyBytes(drawn))));
    });
    assertEquals(this.keyspace.expired, this.expiredKeys);
  }

  deleteAll(): void {
    for (const db of this.keyspace.databases) {
      for (const key of this.#keys) db.delete(args(key), 0);
      db.advanceResize(1_000);
      assertEquals([db.size, db.expires], [0, 0]);
      assert(db.usedBytes < 1_000, `${db.usedBytes} bytes are left of nothing`);
    }
  }
}

for (const seed of [1, 2, 3]) {
  Deno.test(`databases do as Maps would, over 10,000 random steps (seed ${seed})`, () => {
    const twins = new Twins(new Random(seed));
    for (let i = 1; i <= 10_000; i++) {
      twins.step();
      if (i % 500 === 0) twins.compareAll();
    }
    assertEquals(twins.refusals, 0);
    assert(twins.expiredKeys > 100, `${twins.expiredKeys} keys expired`);
    twins.deleteAll();
  });

  Deno.test(`a change for which there is no memory changes nothing, over 10,000 random steps (seed ${seed})`, () => {
    const twins = new Twins(new Random(seed), 100_000);
    for (let i = 1; i <= 10_000; i++) {
      twins.step();
      if (i % 500 === 0) twins.compareAll();
    }
    assert(twins.refusals > 500, `${twins.refusals} changes were refused`);
    twins.deleteAll();
  });
}

// ---- One thing at a time ----

Deno.test("strings get Redis' encodings, by their text", () => {
  const db = newKeyspace().databases[0]!;
  const cases: readonly (readonly [string, string])[] = [
    ["0", "int"],
    ["-2147483648", "int"],
    ["2147483648", "int"],
    ["9223372036854775807", "int"],
    ["9223372036854775808", "embstr"],
    ["01", "embstr"],
    ["1.5", "embstr"],
    ["", "embstr"],
    ["x".repeat(44), "embstr"],
    ["x".repeat(45), "raw"],
    ["x".repeat(5_000), "raw"],
  ];
  for (const [text, name] of cases) {
    const entry = setText(db, "k", text);
    assertEquals([encoding(db, entry), textOf(db, entry)], [name, text]);
    assertEquals(encoding(db, copyEntry(db, entry, db, args("copy"), 0)), name);
    assertEquals(encoding(db, renameEntry(db, db.peek(args("copy"), 0), args("renamed"), 0)), name);
  }
  const structure = db.setStructure(args("s"), 0, latin1("_\r\n"), 0, 3);
  assertEquals(encoding(db, structure), "resp");
  assertThrows(() => db.findString(args("s"), 0), WrongTypeError);
  assertThrows(() => db.findStringForWrite(args("s"), 0), WrongTypeError);
});

Deno.test("a key is there until its time is reached", () => {
  const keyspace = newKeyspace();
  const db = keyspace.databases[0]!;
  db.setExpire(setText(db, "k", "v"), START_MS + 100);
  assertEquals(db.nextExpiryMs, START_MS + 100);
  keyspace.setNow(START_MS + 99);
  assertEquals([get(db, "k"), db.sweep()], ["v", false]);
  keyspace.setNow(START_MS + 100);
  assertEquals([db.size, get(db, "k"), db.size, keyspace.expired], [1, null, 0, 1]);
});

Deno.test("nothing expires while expiry is paused", () => {
  const keyspace = newKeyspace();
  const db = keyspace.databases[0]!;
  db.setExpire(setText(db, "k", "v"), START_MS + 100);
  keyspace.setNow(START_MS + 200);
  keyspace.expiryPaused = true;
  assertEquals([get(db, "k"), db.sweep(), db.isLive(db.randomEntry())], ["v", false, true]);
  keyspace.expiryPaused = false;
  assertEquals(db.randomEntry(), NONE);
});

Deno.test("an expired key that is overwritten has expired first", () => {
  const keyspace = newKeyspace();
  const db = keyspace.databases[0]!;
  const reported: string[] = [];
  keyspace.onExpired = (_, entry) => reported.push(fromLatin1(db.keyBytes(entry)));
  for (const write of [() => setText(db, "k", "v"), () => copyEntry(db, setText(db, "a", "v"), db, args("k"), 0)]) {
    db.setExpire(setText(db, "k", "old"), keyspace.now + 1);
    keyspace.setNow(keyspace.now + 2);
    write();
    assertEquals([get(db, "k"), db.expires], ["v", 0]);
  }
  db.setExpire(setText(db, "k", "old"), keyspace.now + 1);
  keyspace.setNow(keyspace.now + 2);
  renameEntry(db, setText(db, "a", "v"), args("k"), 0);
  assertEquals([get(db, "k"), get(db, "a"), reported], ["v", null, ["k", "k", "k"]]);
});

Deno.test("a sweep deletes what is due in its part, and all parts together all that is due", () => {
  const keyspace = newKeyspace();
  const db = keyspace.databases[0]!;
  assertEquals(db.sweep(), false);
  for (let i = 0; i < 5_000; i++) db.setExpire(setText(db, `k${i}`, "v"), START_MS + 1 + i);
  assertEquals(db.sweep(), false);
  keyspace.setNow(START_MS + 3_000);
  let steps = 0;
  for (let left = db.size; db.sweep(); left = db.size) {
    assert(left - db.size < 1_024);
    steps++;
  }
  assert(steps > 4);
  assertEquals([db.size, db.expires, keyspace.expired], [2_000, 2_000, 3_000]);
});

Deno.test("finding a key marks it as used, asking about it does not", () => {
  const keyspace = newKeyspace();
  const db = keyspace.databases[0]!;
  setText(db, "k", "v");
  const k = args("k");
  const idle = () => db.idleSeconds(db.peek(k, 0));
  keyspace.setNow(START_MS + 10_000);
  assertEquals([idle(), db.findUntouched(k, 0) !== NONE, idle()], [10, true, 10]);
  copyEntry(db, db.peek(k, 0), keyspace.databases[1]!, args("copy"), 0);
  renameEntry(db, db.peek(k, 0), args("renamed"), 0);
  assertEquals(keyspace.databases[1]!.idleSeconds(keyspace.databases[1]!.peek(args("copy"), 0)), 10);
  assertEquals(db.idleSeconds(db.peek(args("renamed"), 0)), 10);
  renameEntry(db, db.peek(args("renamed"), 0), k, 0);
  assertEquals([db.find(k, 0) !== NONE, idle()], [true, 0]);
  db.setIdleSeconds(db.peek(k, 0), 77);
  assertEquals(idle(), 77);
  db.findForWrite(k, 0);
  assertEquals(idle(), 0);
  assertEquals([keyspace.hits, keyspace.misses], [2, 0]);
  db.find(args("none"), 0);
  db.findUntouched(args("none"), 0);
  db.findForWrite(args("none"), 0);
  assertEquals([keyspace.hits, keyspace.misses], [2, 2]);
});

Deno.test("a text longer than lengths can be is refused, and nothing has changed", () => {
  const db = newKeyspace().databases[0]!;
  const entry = setText(db, "k", "text");
  for (const length of [2 ** 31, 2 ** 32 + 8, 2 ** 40]) {
    assertThrows(() => db.resizeText(entry, length), StoreMemoryError);
    assertEquals([get(db, "k"), encoding(db, entry)], ["text", "embstr"]);
  }
});

Deno.test("a value in a block of its own changes its key without being copied", () => {
  const keyspace = newKeyspace(2_000_000);
  const db = keyspace.databases[0]!;
  const text = "x".repeat(1_500_000); // two of them would not fit
  const entry = setText(db, "a", text);
  const start = db.valueStart(entry);
  const renamed = renameEntry(db, entry, args("b"), 0);
  assertEquals([db.valueStart(renamed), db.valueLength(renamed), get(db, "a")], [start, text.length, null]);
  assertThrows(() => copyEntry(db, renamed, db, args("c"), 0), StoreMemoryError);
  assertEquals(db.size, 1);
});

for (const size of [1, 30]) {
  Deno.test(`clear() forgets everything, and the memory serves what comes next (values of up to ${size} KB)`, () => {
    const keyspace = newKeyspace();
    const db = keyspace.databases[0]!;
    let taken = 0;
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 1_000; i++) db.setExpire(setText(db, `k${i}`, "x".repeat(i * size)), START_MS + 1);
      assertEquals(db.spareBytes, 0);
      if (round > 0) assertEquals(db.bytes.length, taken);
      taken = db.bytes.length;
      db.clear();
      assertEquals([db.size, db.expires, db.randomEntry(), db.sweep(), db.spareBytes], [0, 0, NONE, false, taken]);
      assert(db.usedBytes < 1_000);
    }
    db.dropMemory();
    assertEquals([db.spareBytes, db.bytes.length, keyspace.garbageBytes], [0, 0, taken]);
    setText(db, "k", "v");
    assertEquals([get(db, "k"), get(db, "k1")], ["v", null]);
  });
}

Deno.test("a database whose keys have been deleted one by one can let go of its memory, too", () => {
  const db = newKeyspace().databases[0]!;
  for (let i = 0; i < 5_000; i++) setText(db, `k${i}`, `${"x".repeat(1_000)}${i}`);
  for (let i = 1; i < 5_000; i++) db.delete(args(`k${i}`), 0);
  db.dropMemory();
  assert(db.spareBytes === 0 && get(db, "k0") !== null, "not as long as there is one");
  db.delete(args("k0"), 0);
  assert(db.spareBytes > 5_000_000);
  db.dropMemory();
  assertEquals([db.spareBytes, db.bytes.length], [0, 0]);
  for (let i = 0; i < 5_000; i++) setText(db, `k${i}`, `${i}`);
  for (let i = 0; i < 5_000; i++) assertEquals(get(db, `k${i}`), `${i}`);
});

Deno.test("a database cleared in place hands its pages out anew", () => {
  const random = new Random(6);
  const db = newKeyspace().databases[0]!;
  for (let round = 0; round < 50; round++) {
    const model = new Map<string, string>();
    for (let i = 0; i < 300; i++) {
      const key = `k${random.int(100)}`;
      if (random.int(3) === 0) {
        assertEquals(db.delete(args(key), 0), model.delete(key));
        continue;
      }
      const text = fromLatin1(random.bytes(random.int(9_000)));
      setText(db, key, text);
      model.set(key, text);
    }
    for (const [key, text] of model) assert(get(db, key) === text);
    db.clear();
  }
});

Deno.test("a key added is told of, and so is one looked for in vain", () => {
  const keyspace = newKeyspace();
  const [db, other] = keyspace.databases as [Database, Database];
  const told: string[] = [];
  const tell = (what: string) => (in_: Database, bytes: Uint8Array, start: number, end: number) => {
    told.push(`${what} ${in_.index} ${fromLatin1(bytes.subarray(start, end))}`);
  };
  const hear = (run: () => void): string[] => {
    run();
    return told.splice(0);
  };
  keyspace.onAdded = tell("added");
  keyspace.onMissed = tell("missed");
  keyspace.onExpired = (in_, entry) => told.push(`expired ${in_.index} ${fromLatin1(in_.keyBytes(entry))}`);
  assertEquals(hear(() => setText(db, "k", "v")), ["added 0 k"]);
  assertEquals(hear(() => setText(db, "k", "v".repeat(5_000))), []);
  assertEquals(hear(() => db.setInt(args("n"), 0, 5)), ["added 0 n"]);
  assertEquals(hear(() => get(db, "none")), ["missed 0 none"]);
  assertEquals(hear(() => db.findUntouched(args("none"), 0)), ["missed 0 none"]);
  assertEquals(hear(() => db.findUnseen(args("none"), 0)), []);
  assertEquals(hear(() => db.findForWrite(args("none"), 0)), []);
  assertEquals(keyspace.misses, 3);
  // what replaces a key is new, as in Redis, which deletes the one before; but not what overwrites it
  assertEquals(hear(() => renameEntry(db, db.peek(args("n"), 0), args("k"), 0)), ["added 0 k"]);
  assertEquals(hear(() => copyEntry(db, db.peek(args("k"), 0), other, args("k"), 0)), ["added 1 k"]);
  assertEquals(hear(() => copyEntry(db, db.peek(args("k"), 0), other, args("k"), 0)), ["added 1 k"]);
  db.setExpire(db.peek(args("k"), 0), START_MS + 1);
  keyspace.setNow(START_MS + 2);
  assertEquals(hear(() => setText(db, "k", "v")), ["expired 0 k", "added 0 k"]);
  db.setExpire(db.peek(args("k"), 0), START_MS + 3);
  keyspace.setNow(START_MS + 4);
  assertEquals(hear(() => get(db, "k")), ["expired 0 k", "missed 0 k"]);
});

Deno.test("an expired key for whose new value there is no memory is gone, and was told of once", () => {
  const keyspace = newKeyspace(300_000);
  const db = keyspace.databases[0]!;
  let told = 0;
  keyspace.onExpired = () => told++;
  db.setExpire(setText(db, "k", "v"), START_MS + 1);
  keyspace.setNow(START_MS + 2);
  for (let i = 0; i < 3; i++) assertThrows(() => setText(db, "k", "x".repeat(1_000_000)), StoreMemoryError);
  assertEquals([get(db, "k"), told, keyspace.expired], [null, 1, 1]);
});

Deno.test("swap() exchanges what two numbers mean", () => {
  const keyspace = newKeyspace();
  setText(keyspace.databases[0]!, "k", "zero");
  keyspace.swap(0, 1);
  assertEquals(keyspace.databases.map((db) => [db.index, get(db, "k")]), [[0, null], [1, "zero"]]);
});

Deno.test("a scan comes upon expired keys too, and can have them deleted", () => {
  const keyspace = newKeyspace();
  const db = keyspace.databases[0]!;
  setText(db, "stays", "v");
  db.setExpire(setText(db, "goes", "v"), START_MS + 1);
  keyspace.setNow(START_MS + 2);
  const found: Entry[] = [];
  for (let cursor = 0;;) {
    cursor = db.scan(cursor, (entry) => found.push(entry));
    if (cursor === 0) break;
  }
  assertEquals(found.length, 2);
  assertEquals(found.filter((entry) => db.isLive(entry)).length, 1);
  assertEquals(db.size, 2);
  assertEquals(found.filter((entry) => db.keepLive(entry)).length, 1);
  assertEquals([db.size, keyspace.expired], [1, 1]);
});

Deno.test("a collection that finds no memory leaves what its key held", () => {
  const db = newKeyspace(64 * 1024).databases[0]!;
  setText(db, "key", "text");
  assertThrows(() => db.setPacked(args("key"), 0, LIST, 100_000), StoreMemoryError);
  assertEquals(get(db, "key"), "text");
});

Deno.test("where a copy of a large value finds no memory for its key, nothing of it stays", () => {
  const db = newKeyspace(64 * 1024).databases[0]!;
  const members = new Dictionary(db.arena, db.keyspace.seed);
  members.insert(1, latin1("member"), 0, 6, 0);
  const entry = db.setLarge(args("key"), 0, SET, members);
  const { usedBytes } = db.arena;
  assertThrows(() => copyEntry(db, entry, db, args("k".repeat(70_000)), 0), StoreMemoryError);
  assertEquals([db.arena.usedBytes, db.size], [usedBytes, 1]);
});

Deno.test("many small values are freed in few slices, of all databases together", () => {
  const keyspace = newKeyspace();
  for (const db of keyspace.databases) {
    for (let k = 0; k < 50; k++) {
      const members = new Dictionary(db.arena, keyspace.seed);
      for (let m = 0; m < 99; m++) members.insert(m, latin1(`${m}`), 0, `${m}`.length, 0);
      db.unlinkEntry(db.setLarge(args(`key${k}`), 0, SET, members));
    }
  }
  assertEquals(keyspace.detached, 100);
  let slices = 1;
  for (let had = 100; keyspace.releaseDetached(3_000); had = keyspace.detached, slices++) {
    assert(had - keyspace.detached <= 31, "a slice is bounded");
  }
  assertEquals([slices, keyspace.detached, keyspace.lazyFreed], [4, 0, 100]);
  assertEquals(keyspace.databases.map((db) => db.arena.usedBytes), [0, 0]);
});
