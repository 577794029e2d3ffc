/**
 * The store without a server: the key table beside a chained one and a `Map`, what looking ahead saves, and the hash. An
 * iteration is one operation; keys are met in random order, so that with many of them each lookup misses the cache as it
 * does in a server. (What the tables take in memory shows `memory.ts`.)
 *
 * ```sh
 * deno bench -A --import-map=npm.json bench/store_bench.ts
 * ```
 *
 * @module
 */
import { textOf } from "../resp/text.ts";
import { Arena } from "../store/arena.ts";
import { Dictionary, HASH, HEADER_BYTES, KEY_LENGTH } from "../store/dictionary.ts";
import { hashBytes } from "../store/hash.ts";
import { seededRandom } from "./_random.ts";

const SEED = { k0: 0x01234567, k1: 0x089abcde };
const KEY_BYTES = 16;
const VALUE_BYTES = 3;
/** Keys looked at together, as `engine/lookahead.ts` does. */
const GROUP = 32;

/** What benches make goes here, so that it has to be made. */
let sink = 0;

/** `key:000000000042` and so on, one behind the other, in random order. */
function shuffledKeys(count: number): Uint8Array {
  const random = seededRandom();
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const other = order[j]!;
    order[j] = order[i]!;
    order[i] = other;
  }
  const keys = new Uint8Array(count * KEY_BYTES);
  for (let i = 0; i < count; i++) {
    keys.set([0x6b, 0x65, 0x79, 0x3a], i * KEY_BYTES); // "key:"
    for (let at = i * KEY_BYTES + 15, rest = order[i]!; at >= i * KEY_BYTES + 4; at--, rest = Math.floor(rest / 10)) {
      keys[at] = 0x30 + rest % 10;
    }
  }
  return keys;
}

// ---- The tables ----

/** What a table of buckets was chosen over: a head for each bucket, entries linked through their first word. */
class ChainedTable {
  readonly #arena: Arena = new Arena();
  readonly #heads: Int32Array;
  readonly #mask: number;

  constructor(count: number) {
    let heads = 1;
    while (heads < count) heads *= 2; // at most one entry a chain on average, as in Redis
    this.#heads = new Int32Array(heads);
    this.#mask = heads - 1;
  }

  insert(hash: number, bytes: Uint8Array, start: number, end: number): void {
    const entry = this.#arena.allocate(4 + HEADER_BYTES + end - start + VALUE_BYTES);
    const words = this.#arena.words, at = entry * 2;
    words[at] = this.#heads[hash & this.#mask]!;
    words[at + 1 + HASH] = hash;
    words[at + 1 + KEY_LENGTH] = end - start;
    this.#arena.bytes.set(bytes.subarray(start, end), entry * 8 + 4 + HEADER_BYTES);
    this.#heads[hash & this.#mask] = entry;
  }

  find(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const words = this.#arena.words, keys = this.#arena.bytes;
    let entry = this.#heads[hash & this.#mask]!;
    search: for (; entry !== 0; entry = words[entry * 2]!) {
      if (words[entry * 2 + 1 + HASH] !== hash || words[entry * 2 + 1 + KEY_LENGTH] !== end - start) continue;
      let k = entry * 8 + 4 + HEADER_BYTES;
      for (let i = start; i < end; i++) if (keys[k++] !== bytes[i]) continue search;
      return entry;
    }
    return 0;
  }
}

for (const count of [1_000, 100_000, 1_000_000]) {
  const group = `find one of ${count.toLocaleString("en")} keys`;
  const keys = shuffledKeys(count);
  const dictionary = new Dictionary(new Arena(), SEED);
  const chained = new ChainedTable(count);
  const map = new Map<string, Uint8Array>();
  for (let i = 0; i < count; i++) {
    const start = i * KEY_BYTES, end = start + KEY_BYTES;
    const hash = hashBytes(SEED, keys, start, end);
    dictionary.insert(hash, keys, start, end, VALUE_BYTES);
    chained.insert(hash, keys, start, end);
    map.set(textOf(keys, start, end), new Uint8Array(VALUE_BYTES));
  }
  dictionary.advanceResize(count);

  // another order than that of insertion, in which neighbours in memory would be met together
  const asked = new Uint8Array(keys.length);
  const step = 611_953; // a prime: every key is met once in a round
  for (let i = 0, from = 0; i < count; i++, from = (from + step) % count) {
    asked.set(keys.subarray(from * KEY_BYTES, (from + 1) * KEY_BYTES), i * KEY_BYTES);
  }

  let at = 0;
  const next = (): number => at = at + KEY_BYTES < asked.length ? at + KEY_BYTES : 0;

  Deno.bench({
    name: `buckets, ${count}`,
    group,
    baseline: true,
    fn: () => {
      const start = next(), end = start + KEY_BYTES;
      sink += dictionary.find(hashBytes(SEED, asked, start, end), asked, start, end);
    },
  });

  const hashes = new Int32Array(GROUP);
  let seen = GROUP;
  Deno.bench({
    name: `buckets, looking ahead, ${count}`,
    group,
    fn: () => {
      if (seen === GROUP) {
        for (let i = 0, start = at; i < GROUP; i++) {
          start = start + KEY_BYTES < asked.length ? start + KEY_BYTES : 0;
          hashes[i] = hashBytes(SEED, asked, start, start + KEY_BYTES);
        }
        dictionary.prefetch(hashes, GROUP);
        seen = 0;
      }
      const start = next();
      sink += dictionary.find(hashes[seen++]!, asked, start, start + KEY_BYTES);
    },
  });

  Deno.bench({
    name: `chains, ${count}`,
    group,
    fn: () => {
      const start = next(), end = start + KEY_BYTES;
      sink += chained.find(hashBytes(SEED, asked, start, end), asked, start, end);
    },
  });

  Deno.bench({
    name: `Map<string, Uint8Array>, ${count}`,
    group,
    fn: () => {
      const start = next();
      sink += map.get(textOf(asked, start, start + KEY_BYTES))!.length;
    },
  });
}

// ---- The hash ----

const letters = new TextEncoder().encode("The quick brown fox jumps over the lazy dog. ".repeat(2));

for (const size of [8, 16, 64]) {
  Deno.bench({
    name: `hash of ${size} bytes`,
    group: "hash",
    baseline: size === 16,
    fn: () => void (sink += hashBytes(SEED, letters, 0, size)),
  });
}
