/** Long doubles, against what redis-server 7.0.15 on x86-64 answers to SET k `a`, INCRBYFLOAT k `b`. */
import { assert, assertEquals } from "@std/assert";
import { LongDouble } from "../../engine/long_double.ts";

function parse(text: string): LongDouble | null {
  const bytes = new TextEncoder().encode(text);
  return LongDouble.parse(bytes, 0, bytes.length);
}

/** `a + b` as text; null where one of them is no number. */
function sum(a: string, b: string): string | null {
  const left = parse(a), right = parse(b);
  return left === null || right === null ? null : left.plus(right).toString();
}

const SUMS: readonly (readonly [a: string, b: string, sum: string])[] = [
  ["0.1", "0.2", "0.3"],
  ["10.5", "0.1", "10.6"],
  ["1.1", "2.2", "3.3"],
  ["100.1", "-100", "0.1"],
  ["5.0e3", "2.0e2", "5200"],
  ["3", "0", "3"],
  ["1.", ".5", "1.5"],
  ["+1", "+1", "2"],
  ["3.14159265358979323846", "2.71828182845904523536", "5.85987448204883847"],
  ["0.30000000000000004", "0", "0.30000000000000004"],
  ["0.333333333333333333333", "0.666666666666666666667", "1"],
  ["17179869184.123456789", "0.000000001", "17179869184.12345679104328156"],
  ["123456789012345678", "0.1", "123456789012345678.1015625"],
  // zero, and what is shown as zero
  ["0", "-0.0", "0"],
  ["1", "-1.00000000000000000001", "0"],
  ["-0.000000000000000001", "0", "0"],
  ["0.00000000000000000499", "0", "0"],
  ["0.000000000000000006", "0", "0.00000000000000001"],
  // 64 bits of mantissa: all of int64 and uint64, then every second number, ties to even
  ["9223372036854775807", "1", "9223372036854775808"],
  ["18446744073709551615", "0", "18446744073709551615"],
  ["18446744073709551617", "0", "18446744073709551616"],
  ["18446744073709551619", "0", "18446744073709551620"],
  ["18446744073709551616", "1", "18446744073709551616"],
  ["1e20", "1", "100000000000000000000"],
  // hexadecimal
  ["0x1p63", "0x1p-1", "9223372036854775808"],
  ["0x1.8p3", "-0x.8", "11.5"],
  ["0XFF", "0", "255"],
  ["0x0p99999999", "1", "1"],
  // the ends of the range
  ["1e-4950", "0", "0"],
  ["2e-4951", "0", "0"],
  ["0e99999999999", "1", "1"],
  ["1.1e4932", "1.1e4932", "inf"],
  ["-1.1e4932", "-1.1e4932", "-inf"],
  ["inf", "1", "inf"],
  ["1", "-Infinity", "-inf"],
];

for (const [a, b, expected] of SUMS) {
  Deno.test(`LongDouble: ${a} + ${b} is ${expected}`, () => {
    assertEquals(sum(a, b), expected);
    assertEquals(sum(b, a), expected);
  });
}

Deno.test("LongDouble shows the largest finite value with all its digits", () => {
  const largest = ((2n ** 64n - 1n) * 2n ** 16320n).toString();
  assertEquals(parse("1.189731495357231765e4932")?.toString(), largest);
  assertEquals(parse("0xFFFFFFFFFFFFFFFFp16320")?.toString(), largest);
  assertEquals(parse("0xFFFFFFFFFFFFFFFF.8p16320"), null); // it would be rounded up, to infinity
});

Deno.test("LongDouble.parse() refuses what is no number, NaN, and what rounding would make infinite or zero", () => {
  const refused = ["", " 1", "1 ", "1\0", "\t1", ".", "+", "-", "--1", "1e", "1e+", "1e5e", "1_0", "1,5", "e5", "0x"];
  refused.push("0xp1", "0x.p1", "0x1p", "0x1g", "nan", "-nan", "nan(1)", "infinit", "in", "1\n", "١");
  refused.push("1.19e4932", "-1.19e4932", "1e99999999999", "1e-4951", "1e-4952", "1e-99999999999", "0x1p16384");
  refused.push("0x1p-16446", "0x1p-99999999");
  for (const text of refused) assertEquals(parse(text), null, JSON.stringify(text));
});

Deno.test("LongDouble.parse() takes up to 5119 bytes", () => {
  assertEquals(parse(`0.${"0".repeat(5116)}1`), null); // zero after rounding
  assertEquals(parse(`1.${"0".repeat(5116)}1`)?.toString(), "1");
  assertEquals(parse(`1.${"0".repeat(5117)}1`), null);
});

Deno.test("LongDouble.parse() rounds to the nearest value however many digits decide", () => {
  // half way between two neighbours above 2^64: to the even one; anything beyond it: up
  const tie = "18446744073709551617";
  assertEquals(parse(tie)?.toString(), "18446744073709551616");
  assertEquals(parse(`${tie}.${"0".repeat(4000)}1`)?.toString(), "18446744073709551618");
});

Deno.test("LongDouble knows finite from infinite, and reads integers of 64 bits exactly", () => {
  assert(parse("1e4932")!.isFinite);
  assert(!parse("inf")!.isFinite);
  assert(!parse("1e4932")!.plus(parse("-inf")!).isFinite);
  assertEquals(LongDouble.fromInteger(-(2n ** 63n)).toString(), "-9223372036854775808");
  assertEquals(LongDouble.fromInteger(-7).plus(parse("0.5")!).toString(), "-6.5");
});
