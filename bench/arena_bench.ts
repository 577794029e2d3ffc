/**
 * The arena beside the JavaScript heap, in mixes of sizes, and what growing costs. Apart from `store_bench.ts`, whose `Map`
 * of a million objects would make each garbage collection long.
 *
 * ```sh
 * deno bench -A --import-map=npm.json bench/arena_bench.ts
 * ```
 *
 * @module
 */
import { Arena } from "../store/arena.ts";
import { seededRandom } from "./_random.ts";

/** What benches make goes here, so that it has to be made. */
let sink = 0;

/** Sizes and victims are drawn in advance, and then used again and again. */
const TURNS = 65_536;

/** Warms a bench up: a slow first turn would have Deno time each iteration by itself. */
function warmed(fn: () => void): () => void {
  for (let i = 0; i < TURNS; i++) fn();
  return fn;
}

for (
  const { name, live, smallest, largest } of [
    { name: "entries of 40 bytes", live: 100_000, smallest: 40, largest: 40 },
    { name: "strings of 16 to 512 bytes", live: 100_000, smallest: 16, largest: 512 },
    { name: "values of 4 to 64 KiB", live: 1_000, smallest: 4_096, largest: 65_536 },
  ]
) {
  const random = seededRandom();
  const sizes = Int32Array.from({ length: TURNS }, () => smallest + Math.floor(random() * (largest - smallest + 1)));
  const victims = Int32Array.from({ length: TURNS }, () => Math.floor(random() * live));
  const arena = new Arena();
  const blocks = Int32Array.from({ length: live }, (_, i) => arena.allocate(sizes[i % TURNS]!));
  const arrays = Array.from({ length: live }, (_, i) => new Uint8Array(sizes[i % TURNS]!));

  let turn = 0;
  Deno.bench({
    name: `arena: ${name}, one freed, one allocated`,
    group: name,
    baseline: true,
    fn: warmed(() => {
      const i = turn++ % TURNS, victim = victims[i]!;
      arena.free(blocks[victim]!);
      blocks[victim] = arena.allocate(sizes[i]!);
    }),
  });
  Deno.bench({
    name: `new Uint8Array(): ${name}, one dropped, one made`,
    group: name,
    fn: () => {
      const i = turn++ % TURNS;
      arrays[victims[i]!] = new Uint8Array(sizes[i]!);
    },
  });
}

// ---- The kinds of memory ----

/** What a command does to an entry: writes and reads words, copies a key, hashes and compares it. */
function touchEntries(bytes: Uint8Array, words: Int32Array, key: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < ENTRY_BYTES * 1_000; at += ENTRY_BYTES) {
    words[at >> 2] = at;
    words[(at >> 2) + 1] = sum;
    for (let i = 0; i < key.length; i++) bytes[at + 16 + i] = key[i]!;
    for (let i = 0; i < key.length; i++) sum = Math.imul(sum ^ bytes[at + 16 + i]!, 0x0100_0193);
    if (words[at >> 2] === at) sum++;
  }
  return sum;
}

const ENTRY_BYTES = 64;
const KEY = new Uint8Array(16).fill(7);
const MEMORIES: Readonly<Record<string, ArrayBuffer>> = {
  "WebAssembly": new WebAssembly.Memory({ initial: 16, maximum: 65_536 }).buffer as ArrayBuffer,
  "fixed": new ArrayBuffer(2 ** 20),
  "resizable": new ArrayBuffer(2 ** 20, { maxByteLength: 2 ** 34 }),
};
for (const [name, memory] of Object.entries(MEMORIES)) {
  // a function of its own for each: one that has seen two kinds is slow for both
  const touch = new Function(`return ${touchEntries}`.replaceAll("ENTRY_BYTES", String(ENTRY_BYTES)))();
  const bytes = new Uint8Array(memory), words = new Int32Array(memory);
  Deno.bench({
    name: `1,000 entries touched: ${name}`,
    group: "memory",
    baseline: name === "WebAssembly",
    fn: () => {
      sink += touch(bytes, words, KEY);
    },
  });
}

// ---- Growing ----

const STEP_BYTES = 16 * 2 ** 20, STEP_PAGES = STEP_BYTES / 65_536;
const FULL_BYTES = 128 * 2 ** 20;

// The pages of what is new are taken one by one when they are first touched, as blocks are made in them.
let growing = new WebAssembly.Memory({ initial: FULL_BYTES / 65_536, maximum: 65_536 });
Deno.bench({
  name: "16 MiB more, in place",
  group: "growth",
  baseline: true,
  n: 16,
  warmup: 1,
  fn: (bench) => {
    if (growing.buffer.byteLength >= 4 * FULL_BYTES) {
      growing = new WebAssembly.Memory({ initial: FULL_BYTES / 65_536, maximum: 65_536 });
    }
    bench.start();
    growing.grow(STEP_PAGES);
    bench.end();
  },
});

const full = new Uint8Array(FULL_BYTES).fill(1);
Deno.bench({
  name: "16 MiB more, by copying 128 MiB",
  group: "growth",
  n: 2,
  warmup: 1,
  fn: () => {
    const grown = new Uint8Array(FULL_BYTES + STEP_BYTES);
    grown.set(full);
    sink += grown.length;
  },
});
