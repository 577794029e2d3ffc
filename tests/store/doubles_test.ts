import { assert, assertEquals } from "@std/assert";
import { formatDouble, readDouble, readDoublePrefix } from "../../store/doubles.ts";
import { Random, wire } from "../resp/_frames.ts";

function read(text: string): number {
  const bytes = wire(`9${text}9`);
  return readDouble(bytes, 1, bytes.length - 1);
}

Deno.test("doubles are printed as C's %.17g prints them", () => {
  const printed: [number, string][] = [
    [0, "0"],
    [-0, "-0"],
    [1, "1"],
    [-17, "-17"],
    [0.1, "0.10000000000000001"],
    [-2.5, "-2.5"],
    [1e16, "10000000000000000"],
    [66757804409957848, "66757804409957848"],
    [-(2 ** 53) - 2, "-9007199254740994"],
    [1e17, "1e+17"],
    [123456789012345680, "1.2345678901234568e+17"],
    [0.0001, "0.0001"],
    [0.00012345, "0.00012344999999999999"],
    [0.00001, "1.0000000000000001e-05"],
    [1e300, "1.0000000000000001e+300"],
    [5e-324, "4.9406564584124654e-324"],
    [Number.MAX_VALUE, "1.7976931348623157e+308"],
    [2 ** 63, "9.2233720368547758e+18"],
    [Infinity, "inf"],
    [-Infinity, "-inf"],
    [NaN, "nan"],
    // In the middle between two texts: the even one.
    [1.00000762939453125, "1.0000076293945312"],
    [-1.00000762939453125, "-1.0000076293945312"],
    [1.00002288818359375, "1.0000228881835938"],
    [2251799813685247.25, "2251799813685247.2"],
    [2251799813685247.75, "2251799813685247.8"],
  ];
  for (const [value, text] of printed) assertEquals(formatDouble(value), text);
});

Deno.test("what is printed is read as the same double", () => {
  const random = new Random(21);
  const view = new DataView(new ArrayBuffer(8));
  for (let i = 0; i < 20_000; i++) {
    view.setInt32(0, (random.int(2 ** 16) << 16) | random.int(2 ** 16));
    view.setInt32(4, (random.int(2 ** 16) << 16) | random.int(2 ** 16));
    const value = i % 2 === 0 ? view.getFloat64(0) : random.int(2 ** 30) / 10 ** random.int(12);
    if (!Number.isFinite(value)) continue;
    assert(Object.is(read(formatDouble(value)), value), String(value));
    assert(Object.is(read(String(value)), value), String(value));
  }
});

Deno.test("doubles are read as strtod reads them, whole texts only", () => {
  const good: [string, number][] = [
    ["1", 1],
    ["+1", 1],
    ["-1.", -1],
    [".5", 0.5],
    ["-.5", -0.5],
    ["-0", -0],
    ["00012.50", 12.5],
    ["123456789012345", 123456789012345],
    ["1234567890123456", 1234567890123456],
    ["0.3", 0.3],
    ["1234567.12345678", 1234567.12345678],
    ["1e3", 1000],
    ["1.5E-3", 0.0015],
    ["0e-999", 0],
    ["inf", Infinity],
    ["-Infinity", -Infinity],
    ["+INF", Infinity],
    ["0x10", 16],
    ["-0x1.8p1", -3],
    ["4.9406564584124654e-324", 5e-324],
  ];
  for (const [text, value] of good) assert(Object.is(read(text), value), text);
  const bad = [
    "",
    "-",
    "+",
    ".",
    "-.",
    "1.2.3",
    " 1",
    "1 ",
    "1a",
    "e5",
    "1e",
    "nan",
    "infin",
    "0x",
    "0xg",
    "1e400",
    "1e-400",
  ];
  for (const text of [...bad, "0x1p9999", "0x1p-9999", "--1", "1_0", "1,5", "1".repeat(400)]) {
    assertEquals(read(text), NaN, text);
  }
});

Deno.test("of a text that is no number the beginning is read, and never as NaN", () => {
  const read: [string, number][] = [["", 0], ["abc", 0], ["nan", 0], ["1.5abc", 1.5], ["1e999", Infinity], ["-2", -2]];
  for (const [text, value] of read) assertEquals(readDoublePrefix(wire(text), 0, text.length), value, text);
});
