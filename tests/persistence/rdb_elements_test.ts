import { assert, assertEquals, assertThrows } from "@std/assert";
import { RdbFormatError } from "../../persistence/errors.ts";
import { RdbReader } from "../../persistence/rdb_reader.ts";
import { RdbWriter } from "../../persistence/rdb_writer.ts";
import { Element } from "../../store/element.ts";
import { Random } from "../resp/_frames.ts";
import { bytesOf, concat, little } from "./_old_encodings.ts";

function written(write: (writer: RdbWriter) => void, compresses = true): Uint8Array {
  const writer = new RdbWriter(compresses);
  write(writer);
  return writer.bytes.slice(0, writer.size);
}

function readerOf(...pieces: (string | Uint8Array | readonly number[])[]): RdbReader {
  const bytes = concat(...pieces);
  return new RdbReader(bytes, 0, bytes.length);
}

function readString(reader: RdbReader): Uint8Array {
  const text = new Element();
  reader.string(text);
  return text.copy();
}

/** Reading all but the last bytes must fail, wherever they are cut off. */
function assertTruncationsRefused(bytes: Uint8Array, read: (reader: RdbReader) => void): void {
  for (let end = 0; end < bytes.length; end++) {
    assertThrows(() => read(new RdbReader(bytes, 0, end)), RdbFormatError, undefined, `cut after ${end}`);
  }
  const reader = new RdbReader(bytes, 0, bytes.length);
  read(reader);
  assertEquals(reader.remaining, 0);
}

Deno.test("lengths take 1, 2, 5 or 9 bytes, the highest first", () => {
  const forms: [number, number[]][] = [
    [0, [0]],
    [63, [63]],
    [64, [0x40, 64]],
    [16383, [0x7f, 0xff]],
    [16384, [0x80, 0, 0, 0x40, 0]],
    [2 ** 32 - 1, [0x80, 255, 255, 255, 255]],
    [2 ** 32, [0x81, 0, 0, 0, 1, 0, 0, 0, 0]],
    [2 ** 53 - 1, [0x81, 0, 0x1f, 255, 255, 255, 255, 255, 255]],
  ];
  for (const [length, bytes] of forms) {
    assertEquals([...written((writer) => writer.length(length))], bytes);
    assertTruncationsRefused(Uint8Array.from(bytes), (reader) => assertEquals(reader.length(), length));
  }
});

Deno.test("what is no length is refused", () => {
  for (const first of [0x82, 0xbf, 0xc0, 0xff]) assertThrows(() => readerOf([first, 0, 0, 0]).length(), RdbFormatError);
});

Deno.test("a count that the bytes left cannot hold is refused before anything is read", () => {
  assertEquals(readerOf([3, 0, 0, 0]).count(1), 3);
  assertThrows(() => readerOf([4, 0, 0, 0]).count(1), RdbFormatError);
  assertThrows(() => readerOf([2, 0, 0, 0]).count(2), RdbFormatError);
});

Deno.test("digits of 32-bit integers become integers, all other digits stay text", () => {
  const forms: [string, number[]][] = [
    ["0", [0xc0, 0]],
    ["127", [0xc0, 127]],
    ["-128", [0xc0, 0x80]],
    ["128", [0xc1, 128, 0]],
    ["-32768", [0xc1, 0, 0x80]],
    ["32768", [0xc2, 0, 0x80, 0, 0]],
    ["2147483647", [0xc2, 255, 255, 255, 127]],
    ["-2147483648", [0xc2, 0, 0, 0, 128]],
    ["2147483648", [10, ...bytesOf("2147483648")]],
    ["-2147483649", [11, ...bytesOf("-2147483649")]],
    ["007", [3, ...bytesOf("007")]],
    ["-0", [2, ...bytesOf("-0")]],
    ["", [0]],
  ];
  for (const [text, bytes] of forms) {
    assertEquals([...written((writer) => writer.string(bytesOf(text), 0, text.length))], bytes);
    assertTruncationsRefused(
      Uint8Array.from(bytes),
      (reader) => assertEquals(readString(reader), bytesOf(text)),
    );
  }
});

Deno.test("strings above 20 bytes are compressed where that makes them shorter and is asked for", () => {
  const text = bytesOf("a".repeat(21));
  const packed = written((writer) => writer.string(text, 0, 21));
  assertEquals(packed[0], 0xc3);
  assert(packed.length < 12);
  assertTruncationsRefused(packed, (reader) => assertEquals(readString(reader), text));
  assertEquals(written((writer) => writer.string(text, 0, 20)), concat([20], text.slice(0, 20)));
  assertEquals(written((writer) => writer.string(text, 0, 21), false), concat([21], text));
  const noise = new Random(3).bytes(5_000);
  assertEquals(written((writer) => writer.string(noise, 0, 5_000)), concat([0x40 | 0x13, 0x88], noise));
});

Deno.test("many strings, one after the other, are read as they were written", () => {
  const random = new Random(5);
  const texts = Array.from({ length: 2_000 }, () => {
    const size = random.int(random.pick([4, 30, 300, 40_000]));
    return random.int(2) === 0 ? random.bytes(size) : new Uint8Array(size).fill(random.int(256));
  });
  const bytes = written((writer) => texts.forEach((text) => writer.string(text, 0, text.length)));
  const reader = new RdbReader(bytes, 0, bytes.length);
  let text = new Element(), before = new Element();
  for (const [i, expected] of texts.entries()) {
    [text, before] = [before, text];
    reader.string(text);
    assertEquals(text.copy(), expected);
    if (i > 0) assertEquals(before.copy(), texts[i - 1], "the one before is still good");
  }
  assertEquals(reader.remaining, 0);
});

Deno.test("compressed strings that are not what they say are refused", () => {
  const stream = [2, 97, 98, 99]; // literals: abc
  assertEquals(readString(readerOf([0xc3, 4, 3], stream)), bytesOf("abc"));
  for (const length of [0, 2, 4, 63]) {
    assertThrows(() => readString(readerOf([0xc3, 4, length], stream)), RdbFormatError);
  }
  assertThrows(() => readString(readerOf([0xc3, 3, 3], stream)), RdbFormatError, undefined, "cut inside");
  assertThrows(() => readString(readerOf([0xc3, 5, 3], stream)), RdbFormatError, undefined, "not all there");
  const huge = concat([0x81], little(2 ** 40, 8).reverse());
  assertThrows(() => readString(readerOf([0xc3, 4], huge, stream)), RdbFormatError, undefined, "announces a terabyte");
  assertThrows(() => readString(readerOf(huge, stream)), RdbFormatError, undefined, "announces a terabyte as it is");
});

Deno.test("strings of unknown forms are refused", () => {
  for (let form = 4; form < 64; form++) {
    assertThrows(() => readString(readerOf([0xc0 | form, 0, 0, 0, 0])), RdbFormatError);
  }
});

Deno.test("doubles are read in binary and in text", () => {
  for (const value of [0, -0, 1.5, -1e300, 5e-324, Infinity, -Infinity, NaN]) {
    const bytes = written((writer) => writer.double(value));
    assertEquals(bytes.length, 8);
    assertTruncationsRefused(bytes, (reader) => assertEquals(reader.double(), value));
  }
  const texts: [string, number][] = [["3", 3], ["-2.5", -2.5], ["1.7976931348623157e+308", Number.MAX_VALUE], [
    "inf",
    Infinity,
  ]];
  for (const [text, value] of texts) {
    assertTruncationsRefused(
      concat([text.length], text),
      (reader) => assertEquals(reader.doubleText(), value),
    );
  }
  assertEquals(readerOf([253]).doubleText(), NaN);
  assertEquals(readerOf([254]).doubleText(), Infinity);
  assertEquals(readerOf([255]).doubleText(), -Infinity);
  for (const text of ["", "x", "nan", "1e999"]) {
    assertThrows(() => readerOf([text.length], text).doubleText(), RdbFormatError);
  }
});
