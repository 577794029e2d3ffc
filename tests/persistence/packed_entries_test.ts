import { assertEquals, assertThrows } from "@std/assert";
import { RdbFormatError } from "../../persistence/errors.ts";
import { IntsetEntries } from "../../persistence/intset_entries.ts";
import { ListpackEntries } from "../../persistence/listpack_entries.ts";
import type { PackedEntries } from "../../persistence/packed_entries.ts";
import { ZiplistEntries } from "../../persistence/ziplist_entries.ts";
import { ZipmapEntries } from "../../persistence/zipmap_entries.ts";
import { Element } from "../../store/element.ts";
import { elementBytes, writeElement } from "../../store/listpack.ts";
import { Random } from "../resp/_frames.ts";
import { bytesOf, concat, intset, little, ziplist, zipmap } from "./_old_encodings.ts";

type Reader = new (bytes: Uint8Array, start: number, end: number) => PackedEntries;

const LATIN1 = new TextDecoder("latin1");

/** All entries as text, of bytes that stand in the middle of others. */
function entries(reader: Reader, bytes: Uint8Array): string[] {
  const element = new Element();
  const found: string[] = [];
  const packed = new reader(concat("before", bytes, "after"), 6, 6 + bytes.length);
  while (packed.next(element)) found.push(LATIN1.decode(element.copy()));
  return found;
}

/** Numbers at the edges of all sizes. */
const EDGES = [7, 8, 12, 13, 15, 16, 23, 24, 31, 32, 53, 63].flatMap((bits) => {
  const edge = 2n ** BigInt(bits);
  return [edge - 1n, edge, -edge, -edge - 1n].filter((n) => BigInt.asIntN(64, n) === n);
});

/** A listpack of elements in their shortest form. */
function listpack(...texts: (string | Uint8Array)[]): Uint8Array {
  const elements = texts.map((text) => {
    const bytes = bytesOf(text);
    const element = new Uint8Array(elementBytes(bytes, 0, bytes.length));
    writeElement(element, 0, bytes, 0, bytes.length);
    return element;
  });
  return rawListpack(texts.length, ...elements);
}

/** A listpack of elements as they are given, sizes after them and all. */
function rawListpack(count: number, ...elements: (Uint8Array | readonly number[])[]): Uint8Array {
  const body = concat(...elements, [255]);
  return concat(little(6 + body.length, 4), little(count, 2), body);
}

/** Every way of cutting bytes off must be refused, and so must bytes too many. */
function assertWhole(reader: Reader, bytes: Uint8Array): void {
  for (let end = 0; end < bytes.length; end++) {
    assertThrows(() => entries(reader, bytes.slice(0, end)), RdbFormatError, undefined, `cut after ${end}`);
  }
  assertThrows(() => entries(reader, concat(bytes, [0])), RdbFormatError);
  assertThrows(() => entries(reader, concat(bytes, [255])), RdbFormatError);
}

/** Changed bytes are refused or read; nothing else is thrown. */
function assertMutationsBehave(reader: Reader, bytes: Uint8Array, seed: number): void {
  const random = new Random(seed);
  let refused = 0;
  for (let round = 0; round < 5_000; round++) {
    const mutated = bytes.slice();
    for (let n = random.int(3); n >= 0; n--) {
      mutated[random.int(bytes.length)] = random.pick([0, 255, 254, random.int(256)]);
    }
    try {
      entries(reader, mutated);
    } catch (error) {
      if (!(error instanceof RdbFormatError)) throw error;
      refused++;
    }
  }
  assertEquals(refused > 500 && refused < 5_000, true, `${refused} of 5000 were refused`);
}

const TEXTS = ["", "a", "007", "x".repeat(63), "y".repeat(64), "z".repeat(254), "w".repeat(4095), "v".repeat(4096)];

Deno.test("a listpack's elements are read in every encoding", () => {
  const texts = [...TEXTS, ...EDGES.map(String), "0", "-1", "u".repeat(16380), "t".repeat(16381)];
  assertEquals(entries(ListpackEntries, listpack(...texts)), texts);
  assertEquals(entries(ListpackEntries, listpack()), []);
  assertEquals(entries(ListpackEntries, listpack("s".repeat(2_097_150))).length, 1);
});

Deno.test("a listpack of more elements than it can count", () => {
  const texts = Array.from({ length: 65_536 }, (_, i) => String(i % 100));
  assertEquals(entries(ListpackEntries, rawListpack(65_535, texts.flatMap((text) => [Number(text), 1]))), texts);
});

Deno.test("a listpack's elements need not be in their shortest form", () => {
  const long = rawListpack(
    6,
    [0x81, 0x35, 2],
    [0xc0, 5, 2],
    [0xf4, 5, 0, 0, 0, 0, 0, 0, 0, 9],
    [0xe0, 1, 0x61, 3],
    [0xf0, 1, 0, 0, 0, 0x61, 6],
    [0xf2, 0xfe, 0xff, 0xff, 4],
  );
  assertEquals(entries(ListpackEntries, long), ["5", "5", "5", "a", "a", "-2"]);
});

Deno.test("a listpack that is not whole is refused", () => {
  assertWhole(ListpackEntries, listpack("a", "300", "-70000", "x".repeat(70), "9223372036854775807"));
  const bad: [string, Uint8Array][] = [
    ["one more counted", rawListpack(2, [1, 1])],
    ["one less counted", rawListpack(1, [1, 1], [1, 1])],
    ["a wrong size behind", rawListpack(1, [1, 2])],
    ["a marked size", rawListpack(1, [1, 0x81])],
    ["an unknown encoding", rawListpack(1, [0xf5, 1])],
    ["a string beyond the end", rawListpack(1, [0x83, 0x61, 2])],
    ["a string over the end", rawListpack(1, [0x82, 0x61, 3])],
    ["a size of 4 GB", rawListpack(1, [0xf0, 255, 255, 255, 255, 0x61, 6])],
    ["an end inside", rawListpack(1, [255], [1, 1])],
    ["an element over the end", rawListpack(1, [0xf4, 0, 0])],
  ];
  for (const [what, bytes] of bad) assertThrows(() => entries(ListpackEntries, bytes), RdbFormatError, undefined, what);
  assertMutationsBehave(ListpackEntries, listpack("a", "300", "-70000", "b", "9223372036854775807", "cdefg"), 1);
});

Deno.test("a ziplist's entries are read in every encoding", () => {
  const texts = [...TEXTS, "q".repeat(16383), "p".repeat(16384), "12"];
  assertEquals(entries(ZiplistEntries, ziplist(...texts)), texts);
  const numbers = [...EDGES, ...Array.from({ length: 30 }, (_, i) => BigInt(i) - 15n)];
  assertEquals(entries(ZiplistEntries, ziplist(...numbers)), numbers.map(String));
  assertEquals(entries(ZiplistEntries, ziplist()), []);
  assertEquals(entries(ZiplistEntries, ziplist("a", new Uint8Array([0, 255, 128]), 5)), ["a", "\0ÿ€", "5"]);
});

Deno.test("a size before an entry may take five bytes though one would do", () => {
  const body = concat([0, 1], "a", [254, 3, 0, 0, 0, 1], "b", [255]);
  assertEquals(entries(ZiplistEntries, concat(little(10 + body.length, 4), little(13, 4), little(2, 2), body)), [
    "a",
    "b",
  ]);
});

Deno.test("a ziplist that is not whole is refused", () => {
  const sample = ziplist("a", 300, -70000, "x".repeat(300), 2n ** 60n, 5, -3);
  assertWhole(ZiplistEntries, sample);
  const changed = (at: number, byte: number) => {
    const bytes = sample.slice();
    bytes[at] = byte;
    return bytes;
  };
  for (const at of [0, 4, 8, 10, 13]) {
    assertThrows(() => entries(ZiplistEntries, changed(at, sample[at]! + 1)), RdbFormatError, undefined, `byte ${at}`);
  }
  assertThrows(() => entries(ZiplistEntries, changed(11, 0xc1)), RdbFormatError, undefined, "an unknown encoding");
  assertMutationsBehave(ZiplistEntries, sample, 2);
});

Deno.test("a zipmap's fields and values are read, unused bytes passed", () => {
  const texts = ["a", "1", "", "", "x".repeat(253), "y".repeat(254), "z".repeat(300), "w".repeat(70_000)];
  for (const unused of [0, 1, 4, 255]) assertEquals(entries(ZipmapEntries, zipmap(unused, ...texts)), texts);
  assertEquals(entries(ZipmapEntries, zipmap(0)), []);
  const many = Array.from({ length: 600 }, (_, i) => `${i}`);
  assertEquals(entries(ZipmapEntries, zipmap(0, ...many)), many);
});

Deno.test("a zipmap that is not whole is refused", () => {
  const sample = zipmap(2, "field", "value", "x".repeat(260), "y".repeat(300));
  assertWhole(ZipmapEntries, sample);
  const bad: [string, Uint8Array][] = [
    ["a field without a value", concat([1, 1], "a", [255])],
    ["a wrong count", concat([2, 1], "a", [1, 0], "b", [255])],
    ["a short length in five bytes", concat([1, 254, 1, 0, 0, 0], "a", [1, 0], "b", [255])],
    ["no count of unused bytes", concat([1, 1], "a", [1, 255])],
    ["more unused bytes than there are", concat([1, 1], "a", [1, 9], "b", [255])],
    ["the end where a value's length should be", concat([1, 1], "a", [255, 0, 0, 0, 0, 255])],
  ];
  for (const [what, bytes] of bad) assertThrows(() => entries(ZipmapEntries, bytes), RdbFormatError, undefined, what);
  assertMutationsBehave(ZipmapEntries, zipmap(2, "field", "value", "f", "v", "another", "one more"), 3);
});

Deno.test("an intset's integers are read in every size", () => {
  assertEquals(entries(IntsetEntries, intset(2, -32768, -1, 0, 32767)), ["-32768", "-1", "0", "32767"]);
  assertEquals(entries(IntsetEntries, intset(4, -(2 ** 31), 5, 2 ** 31 - 1)), ["-2147483648", "5", "2147483647"]);
  const long = [-(2n ** 63n), -1n, 2n ** 63n - 1n];
  assertEquals(entries(IntsetEntries, intset(8, ...long)), long.map(String));
  assertEquals(entries(IntsetEntries, intset(2)), []);
});

Deno.test("an intset that is not whole or out of order is refused", () => {
  for (const size of [2, 4, 8] as const) {
    assertWhole(IntsetEntries, intset(size, 1, 2, 3));
    for (const integers of [[1, 1], [2, 1], [-1, -2], [1, 2, 3, 3]]) {
      assertThrows(() => entries(IntsetEntries, intset(size, ...integers)), RdbFormatError);
    }
  }
  for (const size of [0, 1, 3, 16]) {
    assertThrows(() => entries(IntsetEntries, concat(little(size, 4), little(0, 4))), RdbFormatError);
  }
  assertThrows(() => entries(IntsetEntries, concat(little(8, 4), little(2 ** 29, 4))), RdbFormatError);
  assertMutationsBehave(IntsetEntries, intset(4, -5, 1, 70_000, 80_000), 4);
});
