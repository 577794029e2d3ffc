import { assertEquals } from "@std/assert";
import { isInt64, NOT_INT32, parseInt32 } from "../../store/integers.ts";
import { Random } from "../resp/_frames.ts";

const CANONICAL = /^(0|-?[1-9][0-9]*)$/;

/** What both functions should say, by the slow way. */
function expected(text: string): { int32: number; isInt64: boolean } {
  if (!CANONICAL.test(text)) return { int32: NOT_INT32, isInt64: false };
  const n = BigInt(text);
  return { int32: BigInt.asIntN(32, n) === n ? Number(n) : NOT_INT32, isInt64: BigInt.asIntN(64, n) === n };
}

/** Both functions, with the text in the middle of other digits. */
function actual(text: string): { int32: number; isInt64: boolean } {
  const bytes = Uint8Array.from(`12${text}34`, (c) => c.charCodeAt(0));
  const end = bytes.length - 2;
  return { int32: parseInt32(bytes, 2, end), isInt64: isInt64(bytes, 2, end) };
}

Deno.test("integers are taken in canonical form only, up to the last one that fits", () => {
  const limits = [
    0n,
    2n ** 31n,
    2n ** 32n,
    2n ** 53n,
    2n ** 63n,
    2n ** 64n,
    10n ** 9n,
    10n ** 10n,
    10n ** 18n,
    10n ** 19n,
  ];
  const near = limits.flatMap((limit) => [-2n, -1n, 0n, 1n, 2n].flatMap((d) => [`${limit + d}`, `${-limit + d}`]));
  const odd = [
    "",
    "-",
    "+",
    "+1",
    "-0",
    "00",
    "01",
    "-01",
    " 1",
    "1 ",
    "1.0",
    "1e3",
    "0x10",
    "--1",
    "1-",
    "\0",
    "1\0",
    "a",
    "/",
    ":",
  ];
  for (const text of [...near, ...odd]) assertEquals(actual(text), expected(text), JSON.stringify(text));
});

Deno.test("random digits, some of them spoilt, are taken as BigInt would take them", () => {
  const random = new Random(1);
  for (let i = 0; i < 50_000; i++) {
    const digits = Array.from({ length: random.int(22) }, () => random.int(10)).join("");
    let text = `${random.int(2) === 0 ? "-" : ""}${digits}`;
    if (random.int(8) === 0) {
      const at = random.int(text.length + 1);
      text = text.slice(0, at) + String.fromCharCode(random.int(128)) + text.slice(at + random.int(2));
    }
    assertEquals(actual(text), expected(text), JSON.stringify(text));
  }
});
