import { assert, assertEquals, assertThrows } from "@std/assert";
import { Arena, NONE } from "../../store/arena.ts";
import { Dictionary, HEADER_BYTES, KEY_LENGTH, META, VALUE } from "../../store/dictionary.ts";
import { StoreMemoryError } from "../../store/errors.ts";
import { Random } from "../resp/_frames.ts";

/** A dictionary of texts, one character a byte; its payload is a text too, the value word its length. */
class Texts {
  readonly arena: Arena;
  readonly dictionary: Dictionary;
  readonly #hash: ((key: string) => number) | null;

  /** @param hash In place of the real one. */
  constructor({ arena = new Arena(), hash }: { arena?: Arena; hash?: (key: string) => number } = {}) {
    this.arena = arena;
    this.dictionary = new Dictionary(arena, { k0: 1, k1: 2 });
    this.#hash = hash ?? null;
  }

  #hashOf(key: Uint8Array): number {
    return this.#hash?.(text(key)) ?? this.dictionary.hash(key, 0, key.length);
  }

  find(key: string): number {
    const bytes = latin1(`<${key}>`); // keys stand somewhere in a buffer
    return this.dictionary.find(this.#hashOf(latin1(key)), bytes, 1, bytes.length - 1);
  }

  set(key: string, value: string): void {
    let entry = this.find(key);
    if (entry !== NONE) entry = this.dictionary.resizeEntry(entry, value.length, 0);
    else {
      const bytes = latin1(key);
      entry = this.dictionary.insert(this.#hashOf(bytes), bytes, 0, bytes.length, value.length);
    }
    this.arena.words[entry * 2 + META] = 0x5eed;
    this.arena.words[entry * 2 + VALUE] = value.length;
    this.arena.bytes.set(latin1(value), entry * 8 + HEADER_BYTES + key.length);
  }

  delete(key: string): boolean {
    const entry = this.find(key);
    if (entry === NONE) return false;
    this.dictionary.unlink(entry);
    this.arena.free(entry);
    return true;
  }

  key(entry: number): string {
    const start = entry * 8 + HEADER_BYTES;
    return text(this.arena.bytes.subarray(start, start + this.arena.words[entry * 2 + KEY_LENGTH]!));
  }

  value(entry: number): string {
    assertEquals(this.arena.words[entry * 2 + META], 0x5eed);
    const start = entry * 8 + HEADER_BYTES + this.arena.words[entry * 2 + KEY_LENGTH]!;
    return text(this.arena.bytes.subarray(start, start + this.arena.words[entry * 2 + VALUE]!));
  }

  /** Asserts that a scan without changes finds what the model holds, each entry once. */
  assertHolds(model: ReadonlyMap<string, string>): void {
    const found = this.all();
    assertEquals(found.size, model.size);
    for (const [key, value] of model) if (found.get(key) !== value) assertEquals(found.get(key), value, key);
  }

  /** All that a scan without changes finds. */
  all(): Map<string, string> {
    const found = new Map<string, string>();
    let cursor = 0;
    do {
      cursor = this.dictionary.scan(cursor, (entry) => {
        assert(!found.has(this.key(entry)), "a scan without changes finds each entry once");
        found.set(this.key(entry), this.value(entry));
      });
    } while (cursor !== 0);
    return found;
  }
}

function latin1(s: string): Uint8Array {
  return Uint8Array.from(s, (c) => c.charCodeAt(0));
}

function text(bytes: Uint8Array): string {
  let s = "";
  for (const byte of bytes) s += String.fromCharCode(byte);
  return s;
}

const hashes = {
  "HalfSipHash": undefined,
  "a hash that knows six values": (key: string) => (key.charCodeAt(0) % 6) << 28 | key.charCodeAt(0) % 2,
};

for (const [name, hash] of Object.entries(hashes)) {
  Deno.test(`the dictionary does as a Map would, through growth and shrinkage (${name})`, () => {
    const random = new Random(6);
    const texts = new Texts(hash === undefined ? {} : { hash });
    const model = new Map<string, string>();
    const [waves, most] = hash === undefined ? [4, 6_000] : [2, 300];
    const keys = Array.from({ length: most }, (_, i) => {
      const padding = text(random.bytes(random.int(random.int(20) === 0 ? 300 : 20)));
      return i === 0 ? "" : `${String.fromCharCode(i & 255)}${padding}${i}`;
    });
    const wasResizing = { up: false, down: false };
    for (let wave = 0; wave < waves; wave++) {
      for (const isGrowing of [true, false]) {
        for (let i = 0; i < most * 3; i++) {
          const key = random.pick(keys);
          switch (random.int(6)) {
            case 0:
            case 1:
            case 2:
              if (isGrowing) {
                const value = text(random.bytes(random.int(30)));
                texts.set(key, value);
                model.set(key, value);
              } else assertEquals(texts.delete(key), model.delete(key));
              break;
            case 3:
              if (isGrowing) assertEquals(texts.delete(key), model.delete(key));
              break;
            default: {
              const entry = texts.find(key);
              assertEquals(entry === NONE ? undefined : texts.value(entry), model.get(key));
            }
          }
          assertEquals(texts.dictionary.size, model.size);
          if (texts.dictionary.isResizing) wasResizing[isGrowing ? "up" : "down"] = true;
          if (i % most === 7) texts.assertHolds(model);
        }
      }
      for (const key of [...model.keys()].slice(random.int(30))) {
        assertEquals(texts.delete(key), model.delete(key));
        if (texts.dictionary.isResizing) wasResizing.down = true;
      }
      texts.assertHolds(model);
      if (wave % 2 === 1) {
        texts.dictionary.advanceResize(Infinity);
        assert(!texts.dictionary.isResizing);
        texts.assertHolds(model);
      }
      const { tableBytes } = texts.dictionary;
      assert(tableBytes < 10_000, `${tableBytes} bytes of table for ${model.size} entries`);
    }
    assertEquals(wasResizing, { up: true, down: true });
    for (const key of model.keys()) texts.delete(key);
    assertEquals([texts.dictionary.size, texts.arena.usedBytes], [0, 0]);
  });
}

Deno.test("a resize goes on in small steps, one with each insertion", () => {
  const texts = new Texts();
  let made = 0, began = 0, longest = 0;
  while (made < 40_000 || texts.dictionary.isResizing) {
    const wasResizing = texts.dictionary.isResizing;
    texts.set(`key:${made++}`, "");
    if (!wasResizing) began = made;
    else if (!texts.dictionary.isResizing) longest = Math.max(longest, made - began);
  }
  // every step moves one bucket, which holds a dozen entries or so
  assert(longest >= 32_768 / 16, `the longest resize took ${longest} insertions`);
  while (!texts.dictionary.isResizing) texts.set(`key:${made++}`, "");
  texts.dictionary.advanceResize(100);
  assert(texts.dictionary.isResizing);
  texts.dictionary.advanceResize(made);
  assert(!texts.dictionary.isResizing);
  assertEquals(texts.all().size, made);
});

Deno.test("entries that crowd in one bucket and leave again leave no memory behind", () => {
  // "c:3:…" is for bucket 3 as long as there are at least 64
  const texts = new Texts({ hash: (key) => Number(key.split(":")[1]) | (key.length << 24) });
  for (let i = 0; i < 100; i++) texts.set(`s:${i}:`, "");
  const sizes: number[] = [];
  for (let round = 0; round < 60; round++) {
    const crowd = Array.from({ length: 150 }, (_, i) => `c:${round}:${i}`);
    for (const key of crowd) texts.set(key, "");
    sizes.push(texts.dictionary.tableBytes);
    for (const key of crowd) assert(texts.delete(key));
  }
  assertEquals(texts.all().size, 100);
  assertEquals(sizes.at(-1), sizes[10]);
});

Deno.test("resizeEntry() keeps key, meta, value word and as much of the payload as is asked for", () => {
  for (const [room, keep] of [[100, 5], [100, 3], [2, 5], [5_000, 5], [0, 0]] as const) {
    const texts = new Texts();
    for (const other of ["a", "b", "c"]) texts.set(other, "other");
    texts.set("key", "12345");
    const entry = texts.dictionary.resizeEntry(texts.find("key"), room, keep);
    assertEquals(texts.find("key"), entry);
    assertEquals([texts.arena.words[entry * 2 + META], texts.arena.words[entry * 2 + VALUE]], [0x5eed, 5]);
    const kept = Math.min(room, keep);
    assertEquals(texts.value(entry).slice(0, kept), "12345".slice(0, kept));
    assert(texts.arena.blockBytes(entry) >= HEADER_BYTES + 3 + room);
    assertEquals(texts.all().size, 4);
  }
});

for (const seed of [7, 8, 9, 10]) {
  Deno.test(`SCAN finds every key that is there throughout, however the table changes meanwhile (seed ${seed})`, () => {
    const random = new Random(seed);
    const texts = new Texts();
    const stable = new Set(Array.from({ length: 1 + random.int(400) }, (_, i) => `stable:${i}`));
    for (const key of stable) texts.set(key, "s");
    const others: string[] = [];
    const sizes = new Set<number>();
    let made = 0;
    let isGrowing = true;
    const changeOne = () => {
      if (isGrowing && others.length < 8_000) {
        others.push(`other:${made++}`);
        texts.set(others.at(-1)!, "o");
      } else if (others.length > 0) {
        const at = random.int(others.length);
        assert(texts.delete(others[at]!));
        others[at] = others.at(-1)!;
        others.pop();
      }
    };
    for (let round = 0; round < 60; round++) {
      const missing = new Set(stable);
      let cursor = 0;
      do {
        for (let calls = random.int(20); calls >= 0; calls--) {
          cursor = texts.dictionary.scan(cursor, (entry) => {
            const key = texts.key(entry);
            assert(texts.find(key) === entry, "what a scan finds is there");
            missing.delete(key);
          });
          if (cursor === 0) break;
        }
        if (random.int(8) === 0) isGrowing = !isGrowing;
        for (let i = random.int(random.int(5) === 0 ? 3_000 : 50); i > 0; i--) changeOne();
        if (random.int(5) === 0) texts.dictionary.advanceResize(random.int(300));
        sizes.add(texts.dictionary.tableBytes);
      } while (cursor !== 0);
      assertEquals([...missing], [], `missed in round ${round}`);
    }
    assert(sizes.size > 10, `${sizes.size} sizes were seen`);
  });
}

Deno.test("any cursor, of a table of another size or of none, leads to the end", () => {
  const random = new Random(11);
  const texts = new Texts();
  for (let i = 0; i < 1_000 || !texts.dictionary.isResizing; i++) texts.set(`${i}`, "");
  for (let i = 0; i < 100; i++) {
    let cursor = random.int(2 ** 32);
    let calls = 0;
    do cursor = texts.dictionary.scan(cursor, () => {}); while (cursor !== 0 && ++calls < 5_000);
    assertEquals(cursor, 0);
  }
});

Deno.test("randomEntry() draws every entry often enough, also during a resize", () => {
  const random = new Random(12);
  const draw = () => random.int(2 ** 32) / 2 ** 32;
  assertEquals(new Texts().dictionary.randomEntry(draw), NONE);
  for (const [least, resizes] of [[1, false], [2, false], [40, false], [40, true]] as const) {
    const texts = new Texts();
    let size = 0;
    while (size < least || texts.dictionary.isResizing !== resizes) texts.set(`${size++}`, "");
    const counts = new Map<string, number>();
    for (let i = 0; i < size * 500; i++) {
      const key = texts.key(texts.dictionary.randomEntry(draw));
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    assertEquals(counts.size, size);
    for (const [key, count] of counts) assert(count > 50, `${key} of ${size} was drawn ${count} times`);
  }
});

Deno.test("an insertion or move for which there is no memory changes nothing", () => {
  const texts = new Texts({ arena: new Arena(300_000) });
  const model = new Map<string, string>();
  const value = "x".repeat(100);
  assertThrows(() => {
    for (let i = 0;; i++) {
      texts.set(`key:${i}`, value);
      model.set(`key:${i}`, value);
    }
  }, StoreMemoryError);
  const used = texts.arena.usedBytes;
  texts.assertHolds(model);
  assertThrows(() => texts.set("one more", value), StoreMemoryError);
  assertThrows(() => texts.dictionary.resizeEntry(texts.find("key:5"), 1_000, 100), StoreMemoryError);
  assertEquals([texts.dictionary.size, texts.arena.usedBytes, texts.find("one more")], [model.size, used, NONE]);
  texts.assertHolds(model);
  texts.delete("key:5");
  texts.set("one more", value);
});

/** Runs something while tables of more than so many words cannot be had. */
function withTablesUpTo(words: number, run: () => void): void {
  const real = globalThis.Int32Array;
  globalThis.Int32Array = new Proxy(real, {
    construct(target, given: [number]) {
      if (typeof given[0] === "number" && given[0] > words) throw new RangeError("Array buffer allocation failed");
      return new target(...given);
    },
  });
  try {
    run();
  } finally {
    globalThis.Int32Array = real;
  }
}

Deno.test("entries stay where they are while there is no memory for a larger table, and move when there is", () => {
  const model = new Map<string, string>();
  const texts = new Texts();
  const set = (i: number) => {
    texts.set(`key ${i}`, `value ${i}`);
    model.set(`key ${i}`, `value ${i}`);
  };
  for (let i = 0; i < 500; i++) set(i);
  withTablesUpTo(8_000, () => {
    for (let i = 500; i < 3_000; i++) set(i);
    assertEquals(texts.dictionary.isResizing, false);
    texts.assertHolds(model);
  });
  for (let i = 3_000; i < 3_010; i++) set(i);
  assert(texts.dictionary.isResizing);
  for (let i = 3_010; i < 6_000; i++) set(i);
  texts.assertHolds(model);
});

Deno.test("a key for which its bucket has no room and no memory is refused, and nothing has changed", () => {
  const model = new Map<string, string>();
  const texts = new Texts({ hash: (key) => (Number(key) % 7) << 24 }); // all of them in one bucket
  withTablesUpTo(2_000, () => {
    let refused = 0;
    for (let i = 0; i < 3_000; i++) {
      const used = texts.arena.usedBytes;
      try {
        texts.set(`${i}`, "v");
        model.set(`${i}`, "v");
      } catch (error) {
        assert(error instanceof StoreMemoryError);
        assertEquals([texts.arena.usedBytes, texts.dictionary.size], [used, model.size]);
        refused++;
      }
    }
    assert(refused > 1_000 && model.size > 100, `${refused} refused, ${model.size} there`);
    texts.assertHolds(model);
  });
  for (let i = 3_000; i < 3_500; i++) {
    texts.set(`${i}`, "v");
    model.set(`${i}`, "v");
  }
  texts.assertHolds(model);
});

Deno.test("a resize for which memory runs out stands still, loses nothing, and goes on later", () => {
  const random = new Random(9);
  const model = new Map<string, string>();
  const texts = new Texts({ hash: (key) => (Number(key) * 0x01000193) & ~0x3f }); // crowded: every bucket spills
  const step = (i: number) => {
    const key = `${random.int(4_000)}`;
    if (random.int(3) === 0) assertEquals(texts.delete(key), model.delete(key));
    else {
      try {
        texts.set(key, `${i}`);
        model.set(key, `${i}`);
      } catch (error) {
        if (!(error instanceof StoreMemoryError)) throw error;
        if (model.has(key)) throw error; // only what is new may be refused
      }
    }
  };
  for (let i = 0; i < 30; i++) {
    withTablesUpTo([500, 3_000, 1e9][i % 3]!, () => {
      for (let k = 0; k < 500; k++) step(i * 500 + k);
    });
    texts.assertHolds(model);
  }
});

Deno.test("an address is that of an entry as long as the entry is there, also during a resize", () => {
  const texts = new Texts();
  const seen = new Map<string, number>();
  const { dictionary } = texts;
  for (let i = 0; i < 3_000; i++) {
    texts.set(`${i}`, "value");
    seen.set(`${i}`, texts.find(`${i}`));
    if (i % 3 === 0) texts.delete(`${i >> 1}`);
    if (i % 100 !== 0) continue;
    for (const [key, entry] of seen) {
      const bytes = latin1(key);
      const hash = dictionary.hash(bytes, 0, bytes.length);
      const found = texts.find(key);
      if (found !== NONE) assertEquals([dictionary.hasEntry(hash, entry), dictionary.hashOf(entry)], [true, hash]);
      else if (dictionary.hasEntry(hash, entry)) assert(texts.key(entry) !== key); // the place is another key's now
    }
  }
});
