/** Rows of bits against the same in strings of 0 and 1, at every alignment and around the edges of a piece. */
import { assertEquals } from "@std/assert";
import { countBits, findBit, Piece, PIECE_BYTES, readField, writeField } from "../../store/bits.ts";
import { Random } from "../resp/_frames.ts";

/** Bytes as their bits in text. */
function bitsOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
}

/** Mostly long runs of equal bits, so that searching has to pass over them. */
function patchyBytes(random: Random, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size;) {
    const end = Math.min(size, at + 1 + random.int(random.int(4) === 0 ? 20_000 : 60));
    const kind = random.int(3);
    if (kind === 2) bytes.set(random.bytes(end - at), at);
    else bytes.fill(kind === 1 ? 0xff : 0, at, end);
    at = end;
  }
  return bytes;
}

Deno.test("countBits() and findBit() agree with a search in text, for any range at any alignment", () => {
  const random = new Random(7001);
  for (let round = 0; round < 400; round++) {
    const size = round % 8 === 0 ? PIECE_BYTES * 2 + random.int(100) - 50 : random.int(200);
    const start = random.int(9);
    const memory = random.bytes(start + size + 40); // what is around the row must not matter
    memory.set(patchyBytes(random, size), start);
    const text = bitsOf(memory.subarray(start, start + size));
    for (let k = 0; k < 12; k++) {
      const from = random.int(size * 8 + 1), to = random.int(4) === 0 ? size * 8 : random.int(size * 8 + 1);
      const range = text.slice(from, to);
      assertEquals(countBits(memory, start, from, to), range.replaceAll("0", "").length, `count [${from}, ${to})`);
      for (const bit of [0, 1] as const) {
        const index = range.indexOf(String(bit));
        assertEquals(
          findBit(memory, start, from, to, bit),
          index < 0 ? -1 : from + index,
          `${bit} in [${from}, ${to})`,
        );
      }
    }
  }
});

Deno.test("countBits() counts rows of all ones, where every adder carries", () => {
  for (const size of [1, 31, 32, 33, 4096, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 100_000]) {
    const bytes = new Uint8Array(size).fill(0xff);
    assertEquals(countBits(bytes, 0, 0, size * 8), size * 8);
    assertEquals(countBits(bytes, 0, 3, size * 8 - 2), size * 8 - 5);
  }
});

Deno.test("a Piece combines with another byte by byte; what a shorter row lacks is zero", () => {
  const random = new Random(7002);
  const result = new Piece(), operand = new Piece();
  for (let round = 0; round < 100; round++) {
    const size = round % 10 === 0 ? PIECE_BYTES : 1 + random.int(100);
    const a = random.bytes(size), b = random.bytes(random.int(size + 1));
    const memory = new Uint8Array(3 + b.length + 50).fill(0xaa);
    memory.set(b, 3);
    const after = (work: () => void) => {
      result.load(a, 0, a.length, size);
      operand.load(memory, 3, 3 + b.length, size);
      work();
      return Array.from(result.bytes.subarray(0, size));
    };
    const expected = (combine: (x: number, y: number) => number) =>
      Array.from(a, (byte, i) => combine(byte, b[i] ?? 0) & 0xff);
    assertEquals(after(() => result.and(operand)), expected((x, y) => x & y));
    assertEquals(after(() => result.or(operand)), expected((x, y) => x | y));
    assertEquals(after(() => result.xor(operand)), expected((x, y) => x ^ y));
    assertEquals(after(() => result.invert()), expected((x) => ~x));
  }
});

Deno.test("a Piece is zero throughout when the row ends before it", () => {
  const piece = new Piece();
  piece.load(new Uint8Array(40).fill(0xff), 0, 40, 40);
  assertEquals(piece.count(), 320);
  piece.load(new Uint8Array(40).fill(0xff), 50, 40, 40);
  assertEquals([piece.count(), piece.find(1), piece.find(0)], [0, -1, 0]);
});

Deno.test("readField() and writeField() keep integers of 1 to 64 bits at any offset, and the bits around them", () => {
  const random = new Random(7003);
  for (let bits = 1; bits <= 64; bits++) {
    for (let offset = 0; offset < 20; offset++) {
      const bytes = random.bytes(14);
      const before = bitsOf(bytes.subarray(2));
      const value = BigInt(`0b${bitsOf(random.bytes(8)).slice(0, bits)}`);
      assertEquals(readField(bytes, 2, 14, offset, bits), BigInt(`0b${before.slice(offset, offset + bits)}`));
      writeField(bytes, 2, offset, bits, value);
      assertEquals(readField(bytes, 2, 14, offset, bits), value, `${bits} bits at ${offset}`);
      const after = value.toString(2).padStart(bits, "0");
      assertEquals(bitsOf(bytes.subarray(2)), before.slice(0, offset) + after + before.slice(offset + bits));
      writeField(bytes, 2, offset, bits, -1n);
      assertEquals(
        readField(bytes, 2, 14, offset, bits),
        (1n << BigInt(bits)) - 1n,
        "negative values keep their low bits",
      );
    }
  }
});

Deno.test("readField() finds zeros after the end of a row, whatever stands there", () => {
  const bytes = new Uint8Array(20).fill(0xff);
  assertEquals(readField(bytes, 0, 2, 12, 8), 0xf0n);
  assertEquals(readField(bytes, 0, 2, 10, 64), 0x3fn << 58n);
  assertEquals(readField(bytes, 0, 2, 16, 63), 0n);
  assertEquals(readField(bytes, 0, 2, 2 ** 33, 33), 0n);
});
