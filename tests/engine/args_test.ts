/** Arguments as handlers read them. */
import { assertEquals, assertThrows } from "@std/assert";
import { Args } from "../../engine/args.ts";
import { NOT_AN_INTEGER } from "../../engine/errors.ts";
import { batchOf } from "../../resp/command_batch.ts";

function argsOf(...words: string[]): Args {
  const args = new Args();
  args.reset(batchOf(words), 0);
  return args;
}

Deno.test("an integer is read up to the end of its argument, whatever follows it", () => {
  const args = argsOf("NAME", "", "-5", "-", "1", "12", "-0", "9223372036854775807", "00");
  assertEquals([args.int(2), args.int(4), args.int(5), args.int(7)], [-5, 1, 12, 2 ** 63]);
  assertEquals(args.bigint(7), 2n ** 63n - 1n);
  for (const i of [0, 1, 3, 6, 8]) {
    assertThrows(() => args.int(i), Error, NOT_AN_INTEGER.message);
    assertThrows(() => args.bigint(i), Error, NOT_AN_INTEGER.message);
  }
});
