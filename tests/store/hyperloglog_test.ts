import { assert, assertEquals } from "@std/assert";
import {
  CHANGED,
  CORRUPTED,
  DENSE_BYTES,
  describeRuns,
  dropEstimate,
  EMPTY,
  estimateRegisters,
  estimateValue,
  getDense,
  hasEstimate,
  hashedIndex,
  hashedRank,
  hashElement,
  HEADER_BYTES,
  isDense,
  isHyperLogLog,
  makeDense,
  mergeInto,
  offer,
  offerAll,
  OwnText,
  REGISTERS,
  setDense,
  storedEstimate,
  storeEstimate,
  UNCHANGED,
} from "../../store/hyperloglog.ts";
import { Random } from "../resp/_frames.ts";

const MAX_BYTES = 3000;

/** MurmurHash64A by the book, then register and rank, with BigInt. */
function slowHash(bytes: Uint8Array): { index: number; rank: number } {
  const factor = 0xc6a4a7935bd1e995n;
  const times = (a: bigint) => BigInt.asUintN(64, a * factor);
  let hash = 0xadc83b19n ^ times(BigInt(bytes.length));
  const word = (from: number, to: number) => {
    let sum = 0n;
    for (let i = from; i < to; i++) sum |= BigInt(bytes[i]!) << BigInt(8 * (i - from));
    return sum;
  };
  const whole = bytes.length & ~7;
  for (let i = 0; i < whole; i += 8) {
    let mixed = times(word(i, i + 8));
    mixed = times(mixed ^ mixed >> 47n);
    hash = times(hash ^ mixed);
  }
  if (whole < bytes.length) hash = times(hash ^ word(whole, bytes.length));
  hash = times(hash ^ hash >> 47n);
  hash ^= hash >> 47n;
  let rank = 1;
  for (let rest = hash >> 14n; rank <= 50 && (rest & 1n) === 0n; rest >>= 1n) rank++;
  return { index: Number(hash & 0x3fffn), rank };
}

/** The registers that runs stand for, read from their description; null where they are not 16384. */
function registersOf(text: OwnText): Uint8Array | null {
  const registers: number[] = [];
  if (isDense(text.bytes, 0)) {
    const bits = Array.from(text.bytes.subarray(HEADER_BYTES, text.length), (b) => b.toString(2).padStart(8, "0"));
    const line = bits.reverse().join("");
    for (let end = line.length; end > 0; end -= 6) registers.push(parseInt(line.slice(end - 6, end), 2));
  } else {
    for (const run of describeRuns(text.bytes, 0, text.length).split(" ")) {
      const [kind, rest] = run.split(":") as [string, string];
      const [first, second] = rest.split(",").map(Number) as [number, number];
      if (kind === "v") { for (let i = 0; i < second; i++) registers.push(first); }
      else for (let i = 0; i < first; i++) registers.push(0);
    }
  }
  return registers.length === REGISTERS ? Uint8Array.from(registers) : null;
}

/** A sparse value of these bytes. */
function sparse(...runs: number[]): OwnText {
  const bytes = new Uint8Array(HEADER_BYTES + runs.length);
  bytes.set(EMPTY.subarray(0, HEADER_BYTES));
  bytes.set(runs, HEADER_BYTES);
  return new OwnText(bytes);
}

function add(text: OwnText, element: string, maxBytes = MAX_BYTES): number {
  const bytes = new TextEncoder().encode(element);
  const hashed = hashElement(bytes, 0, bytes.length);
  return offer(text, hashedIndex(hashed), hashedRank(hashed), maxBytes);
}

Deno.test("elements of every length hash as by MurmurHash64A with BigInt", () => {
  const random = new Random(1);
  for (let round = 0; round < 4_000; round++) {
    const bytes = random.bytes(round % 41 + 3);
    const hashed = hashElement(bytes, 2, bytes.length - 1);
    const { index, rank } = slowHash(bytes.subarray(2, bytes.length - 1));
    assertEquals([hashedIndex(hashed), hashedRank(hashed)], [index, rank], String(bytes));
  }
});

Deno.test("a long element hashes as by MurmurHash64A with BigInt", () => {
  const bytes = new Random(2).bytes(100_003);
  const hashed = hashElement(bytes, 0, bytes.length);
  assertEquals({ index: hashedIndex(hashed), rank: hashedRank(hashed) }, slowHash(bytes));
});

Deno.test("dense registers keep their ranks whatever their neighbours are set to", () => {
  const random = new Random(3);
  const bytes = new Uint8Array(DENSE_BYTES + 1).fill(0xaa);
  const ranks = new Uint8Array(REGISTERS);
  for (let i = 0; i < REGISTERS; i++) setDense(bytes, HEADER_BYTES, i, 0);
  for (let round = 0; round < 50_000; round++) {
    const i = random.int(REGISTERS);
    ranks[i] = random.int(64);
    setDense(bytes, HEADER_BYTES, i, ranks[i]!);
  }
  for (let i = 0; i < REGISTERS; i++) assertEquals(getDense(bytes, HEADER_BYTES, i), ranks[i], `register ${i}`);
  assertEquals([bytes[HEADER_BYTES - 1], bytes[DENSE_BYTES]], [0xaa, 0xaa], "nothing around them is touched");
});

for (
  const [name, indexes, ranks, maxBytes] of [
    ["few ranks, so that runs join", REGISTERS, 2, MAX_BYTES],
    ["neighbouring registers", 300, 5, MAX_BYTES],
    ["registers at the end", -40, 32, MAX_BYTES],
    ["a high limit", REGISTERS, 32, 100_000],
    ["a low limit", REGISTERS, 32, 100],
    ["ranks that no run can hold", REGISTERS, 51, MAX_BYTES],
  ] as const
) {
  Deno.test(`random offers are kept as in an array of registers: ${name}`, () => {
    for (let seed = 0; seed < 4; seed++) {
      const random = new Random(seed);
      const text = new OwnText(EMPTY);
      const model = new Uint8Array(REGISTERS);
      for (let round = 0; round < 3_000; round++) {
        const index = indexes < 0 ? REGISTERS + indexes + random.int(-indexes) : random.int(indexes);
        const rank = 1 + random.int(ranks);
        const wasDense = isDense(text.bytes, 0);
        const hadEstimate = round % 3 === 0;
        if (hadEstimate) storeEstimate(text.bytes, 0, 1);
        const result = offer(text, index, rank, maxBytes);
        assertEquals(result, rank > model[index]! ? CHANGED : UNCHANGED, `${seed}: ${round}`);
        if (result === CHANGED && !isDense(text.bytes, 0)) assert(!hasEstimate(text.bytes, 0));
        model[index] = Math.max(model[index]!, rank);
        const mustBeDense = wasDense || (rank > 32 && result === CHANGED);
        if (mustBeDense) assert(isDense(text.bytes, 0));
        if (!isDense(text.bytes, 0)) assert(text.length <= maxBytes, `${text.length} bytes`);
        if (round % 100 === 0 || isDense(text.bytes, 0) !== wasDense) assertEquals(registersOf(text), model);
      }
      assertEquals(registersOf(text), model);
      const merged = new Uint8Array(REGISTERS);
      assert(mergeInto(merged, text.bytes, 0, text.length));
      assertEquals(merged, model);
      assertEquals(estimateValue(text.bytes, 0, text.length), estimateRegisters(model));
      assert(makeDense(text) && isHyperLogLog(text.bytes, 0, text.length));
      assertEquals(registersOf(text), model);
    }
  });
}

Deno.test("offerAll() leaves the same bytes as single offers in ascending order", () => {
  for (let seed = 0; seed < 60; seed++) {
    const random = new Random(seed);
    const one = new OwnText(EMPTY);
    const span = random.pick([40, 500, REGISTERS]), ranks = random.pick([1, 2, 32, 40]);
    for (let i = random.int(400); i > 0; i--) {
      offer(one, random.int(span), 1 + random.int(Math.min(ranks, 32)), MAX_BYTES);
    }
    const all = new OwnText(one.bytes.subarray(0, one.length));
    const registers = new Uint8Array(REGISTERS);
    for (let i = random.int(600); i > 0; i--) registers[random.int(span)] = 1 + random.int(ranks);
    let expected = UNCHANGED;
    registers.forEach((rank, i) => expected |= rank === 0 ? UNCHANGED : offer(one, i, rank, MAX_BYTES));
    assertEquals(offerAll(all, registers, MAX_BYTES), expected);
    assertEquals(all.bytes.subarray(0, all.length), one.bytes.subarray(0, one.length), `seed ${seed}`);
  }
});

Deno.test("elements make the value that they make in Redis", async () => {
  const text = new OwnText(EMPTY);
  for (const element of ["a", "b", "c", "foo", "bar"]) assertEquals(add(text, element), CHANGED);
  assertEquals(
    describeRuns(text.bytes, 0, text.length),
    "Z:7348 v:5,1 Z:1087 v:1,1 Z:1570 v:1,1 Z:2703 v:2,1 Z:3068 v:1,1 Z:603",
  );
  assertEquals(estimateValue(text.bytes, 0, text.length), 5);

  for (
    const [count, length, estimate, digest] of [
      [400, 893, 403, "4788f7c718cb9c10e22a601d66f75a100aa90721"],
      [2000, 12304, 2000, "11106b55e2d5ac5cf16b754722dbb04ac1eaeca4"],
    ] as const
  ) {
    const many = new OwnText(EMPTY);
    for (let i = 1; i <= count; i++) add(many, `e${i}`);
    assertEquals(many.length, length);
    assertEquals(estimateValue(many.bytes, 0, many.length), estimate);
    storeEstimate(many.bytes, 0, estimate);
    const sha1 = await crypto.subtle.digest("SHA-1", many.bytes.slice(0, many.length));
    assertEquals(Array.from(new Uint8Array(sha1), (byte) => byte.toString(16).padStart(2, "0")).join(""), digest);
  }
});

Deno.test("estimates stay within six standard errors up to a million elements, the same in both encodings", () => {
  const text = new OwnText(EMPTY), dense = new OwnText(EMPTY);
  makeDense(dense);
  let at = 1;
  for (let count = 1; count <= 1_000_000; count++) {
    const element = Uint8Array.of(count, count >>> 8, count >>> 16, 0x55);
    const hashed = hashElement(element, 0, 4);
    for (const value of [text, dense]) offer(value, hashedIndex(hashed), hashedRank(hashed), MAX_BYTES);
    if (count !== at) continue;
    const estimate = estimateValue(text.bytes, 0, text.length);
    assertEquals(estimate, estimateValue(dense.bytes, 0, dense.length));
    assert(Math.abs(estimate - count) <= Math.ceil(6 * 1.04 / 128 * count), `${estimate} for ${count}`);
    at *= 10;
  }
});

Deno.test("estimates at their limits: no element, and registers that no element can set", () => {
  const registers = new Uint8Array(REGISTERS);
  assertEquals(estimateRegisters(registers), 0);
  for (const [rank, estimate] of [[50, -(2 ** 63)], [51, -(2 ** 63)], [63, -(2 ** 63)]] as const) {
    assertEquals(estimateRegisters(registers.fill(rank)), estimate, `all ${rank}`);
  }
  assertEquals(estimateRegisters(registers.fill(30)), Math.round(0.5 / Math.LN2 * REGISTERS * 2 ** 30));
});

Deno.test("estimates are kept in the header, up to 63 bits", () => {
  const { bytes } = new OwnText(EMPTY);
  for (const estimate of [0, 1, 300, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1]) {
    dropEstimate(bytes, 0);
    assert(!hasEstimate(bytes, 0));
    storeEstimate(bytes, 0, estimate);
    assert(hasEstimate(bytes, 0));
    assertEquals(storedEstimate(bytes, 0), estimate);
  }
  storeEstimate(bytes, 0, 2 ** 62);
  assertEquals(storedEstimate(bytes, 0), 2n ** 62n);
  storeEstimate(bytes, 0, -(2 ** 63));
  assert(!hasEstimate(bytes, 0), "what does not fit is never believed");
});

Deno.test("runs that do not make 16384 registers are found, and nothing is changed then", () => {
  for (
    const runs of [
      [],
      [0x3f],
      [0x7f, 0xfe],
      [0x7f, 0xff, 0x00],
      [0x7f, 0xff, 0x80],
      [0x83, 0x7f, 0xff],
      Array.from({ length: 5_000 }, () => 0x83),
      Array.from({ length: 5_000 }, () => 0xff),
    ]
  ) {
    const text = sparse(...runs);
    assertEquals(estimateValue(text.bytes, 0, text.length), CORRUPTED);
    assert(!mergeInto(new Uint8Array(REGISTERS), text.bytes, 0, text.length));
    assert(!makeDense(text));
    assertEquals(offer(text, 0, 33, MAX_BYTES), CORRUPTED);
    assertEquals(text.bytes, sparse(...runs).bytes);
  }
  const short = sparse(0x3f);
  assertEquals([offer(short, 63, 1, MAX_BYTES), offer(short, 64, 1, MAX_BYTES)], [CHANGED, CORRUPTED]);
  assertEquals(describeRuns(short.bytes, 0, short.length), "z:63 v:1,1");
  const many = new Uint8Array(REGISTERS).fill(1);
  assertEquals(offerAll(short, many, MAX_BYTES), CORRUPTED);
});

Deno.test("a last run that lacks its second byte counts as if it were zero, and what is behind the value stays", () => {
  const bytes = new Uint8Array(64).fill(0xff);
  const { bytes: value } = sparse(0x3f, 0x3f, 0x3f, 0x3e, 0x7f); // 255 + 16129 registers
  bytes.set(value, 8);
  const end = 8 + value.length;
  assertEquals(estimateValue(bytes, 8, end), 0);
  assertEquals(describeRuns(bytes, 8, end), "z:64 z:64 z:64 z:63 Z:16129");
  const text = new OwnText(value);
  assertEquals(offer(text, 1000, 7, MAX_BYTES), CHANGED);
  assertEquals(describeRuns(text.bytes, 0, text.length), "z:64 z:64 z:64 z:63 Z:745 v:7,1 Z:15383");
});

Deno.test("isHyperLogLog() looks at magic, encoding and length", () => {
  assert(isHyperLogLog(EMPTY as Uint8Array, 0, EMPTY.length));
  assert(isHyperLogLog(EMPTY as Uint8Array, 0, HEADER_BYTES), "runs are read later");
  assert(!isHyperLogLog(EMPTY as Uint8Array, 0, HEADER_BYTES - 1));
  const dense = new OwnText(EMPTY);
  makeDense(dense);
  assert(isHyperLogLog(dense.bytes, 0, DENSE_BYTES));
  assert(!isHyperLogLog(dense.bytes, 0, DENSE_BYTES - 1));
  for (const [at, byte] of [[0, 0x68], [3, 0], [4, 2], [4, 255]] as const) {
    const wrong = EMPTY.slice();
    wrong[at] = byte;
    assert(!isHyperLogLog(wrong, 0, wrong.length), `byte ${at}`);
  }
});
