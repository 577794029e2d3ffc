import { assert, assertEquals } from "@std/assert";
import { lzfCompress, lzfDecompress, lzfLength } from "../../persistence/lzf.ts";
import { Random } from "../resp/_frames.ts";
import { bytesOf, concat } from "./_old_encodings.ts";

function compress(text: Uint8Array): Uint8Array {
  const into = new Uint8Array(text.length * 2 + 16);
  const end = lzfCompress(text, 0, text.length, into, 3, into.length);
  assert(end >= 0, "there is room for everything");
  return into.slice(3, end);
}

function decompress(packed: Uint8Array): Uint8Array | null {
  const length = lzfLength(packed, 0, packed.length);
  if (length < 0) return null;
  const text = new Uint8Array(length + 2).fill(0xee);
  lzfDecompress(packed, 0, packed.length, text, 1);
  assertEquals([text[0], text[length + 1]], [0xee, 0xee], "nothing is written around the text");
  return text.slice(1, length + 1);
}

/** Texts that compress well, badly and not at all. */
function samples(): Uint8Array[] {
  const random = new Random(7);
  const noise = random.bytes(20_000);
  const words = Array.from({ length: 5_000 }, () => random.pick(["alpha ", "beta ", "gamma ", "delta "]));
  return [
    ...[0, 1, 2, 3, 4, 31, 32, 33, 263, 264, 265, 300, 8191, 8192, 8193].flatMap((n) => [
      new Uint8Array(n).fill(97),
      noise.slice(0, n),
    ]),
    bytesOf(words.join("")),
    concat(noise.slice(0, 8192), noise.slice(0, 8192)), // a match at the window's far edge
    concat(noise.slice(0, 8193), noise.slice(0, 8193)),
    Uint8Array.from({ length: 10_000 }, (_, i) => i % 251),
  ];
}

Deno.test("what is compressed decompresses to what it was", () => {
  for (const text of samples()) assertEquals(decompress(compress(text)), text);
});

Deno.test("compression makes repetition short, and says when there is no room", () => {
  assert(compress(new Uint8Array(10_000).fill(97)).length < 130);
  for (const text of samples()) {
    const packed = compress(text);
    const into = new Uint8Array(packed.length + 8).fill(0xee);
    assertEquals(lzfCompress(text, 0, text.length, into, 0, packed.length), packed.length);
    for (const short of [1, 2, 3]) {
      const limit = packed.length - short;
      if (limit >= 0) assertEquals(lzfCompress(text, 0, text.length, into.fill(0xee), 0, limit), -1);
      assertEquals(into.subarray(Math.max(limit, 0)).every((byte) => byte === 0xee), true, "it stays inside");
    }
  }
});

Deno.test("earlier texts do not show in what is compressed later", () => {
  const one = bytesOf("abcabcabcabcabcabc"), other = bytesOf("abcdefghijklmnopqrstuvwxyz");
  const first = compress(one);
  compress(other);
  assertEquals(compress(one), first);
  assertEquals(decompress(compress(other)), other);
});

Deno.test("truncated and impossible streams are refused", () => {
  const text = bytesOf("abcdabcdabcdabcd, and so on, and so on, and so on");
  const packed = compress(text);
  for (let end = 0; end < packed.length; end++) {
    const cut = decompress(packed.slice(0, end));
    if (cut !== null) assertEquals(cut, text.slice(0, cut.length), "only at the end of a run can it be whole");
  }
  assertEquals(decompress(Uint8Array.of(0x20, 0x00)), null, "a copy of what is not there");
  assertEquals(decompress(Uint8Array.of(0x00, 0x61, 0x20, 0x01)), null, "one byte too far back");
  assertEquals(decompress(Uint8Array.of(0x00, 0x61, 0x20)), null, "no offset");
  assertEquals(decompress(Uint8Array.of(0x00, 0x61, 0xe0)), null, "no length");
  assertEquals(decompress(Uint8Array.of(0x00, 0x61, 0xe0, 0x01)), null, "a length and no offset");
  assertEquals(decompress(Uint8Array.of(0x00, 0x61, 0x20, 0x00)), bytesOf("aaaa"), "a copy that overlaps itself");
});

Deno.test("random bytes are refused or decompressed, never read or written outside", () => {
  const random = new Random(11);
  for (let round = 0; round < 20_000; round++) {
    decompress(Uint8Array.from({ length: random.int(24) }, () => random.int(random.pick([40, 256]))));
  }
});
