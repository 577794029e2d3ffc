import { assert, assertEquals } from "@std/assert";
import { Crc64 } from "../../persistence/crc64.ts";
import { bytesOf } from "./_old_encodings.ts";

function checksum(bytes: Uint8Array): string {
  const written = new Uint8Array(8);
  new Crc64().update(bytes, 0, bytes.length).write(written, 0);
  return [...written].reverse().map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Bit by bit, with BigInt, as the polynomial is defined. */
function naiveChecksum(bytes: Uint8Array): string {
  const reversed = BigInt(`0b${[...(0xad93d23594c935a9n).toString(2).padStart(64, "0")].reverse().join("")}`);
  let crc = 0n;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1n) === 1n ? (crc >> 1n) ^ reversed : crc >> 1n;
  }
  return crc.toString(16).padStart(16, "0");
}

Deno.test("the checksum of 123456789 is the published one", () => {
  assertEquals(checksum(bytesOf("123456789")), "e9c6d914c4b8d9ca");
  assertEquals(checksum(new Uint8Array(0)), "0000000000000000");
});

Deno.test("eight bytes at a time give what single bits give, at every length and alignment", () => {
  const bytes = Uint8Array.from({ length: 300 }, (_, i) => (i * 167 + (i >> 3)) & 0xff);
  for (let length = 0; length < 70; length++) {
    for (const start of [0, 1, 7]) {
      const piece = bytes.subarray(start, start + length);
      assertEquals(checksum(piece), naiveChecksum(piece), `${length} bytes from ${start}`);
    }
  }
  assertEquals(checksum(bytes), naiveChecksum(bytes));
});

Deno.test("a checksum may be taken in pieces, and is recognised", () => {
  const bytes = Uint8Array.from({ length: 100 }, (_, i) => i * 3);
  const expected = new Uint8Array(10);
  new Crc64().update(bytes, 0, 100).write(expected, 1);
  for (let cut = 0; cut <= 100; cut++) {
    assert(new Crc64().update(bytes, 0, cut).update(bytes, cut, 100).matches(expected, 1), `cut at ${cut}`);
  }
  for (let i = 1; i < 9; i++) {
    expected[i]! ^= 0x10;
    assert(!new Crc64().update(bytes, 0, 100).matches(expected, 1), `byte ${i} differs`);
    expected[i]! ^= 0x10;
  }
});
