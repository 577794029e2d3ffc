/** The first few of many in order are those that sorting all of them would put first. */
import { assertEquals } from "@std/assert";
import { firstInOrder } from "../../commands/first_in_order.ts";
import { Random } from "../resp/_frames.ts";

for (const values of [1, 3, 1_000_000]) {
  Deno.test(`the first in order, among ${values} different values, are the beginning of all in order`, () => {
    const random = new Random(values);
    for (const count of [0, 1, 2, 7, 100, 1000]) {
      const numbers = Float64Array.from({ length: count }, () => random.int(values));
      const compare = (i: number, k: number) => numbers[i]! - numbers[k]!;
      const all = Array.from(numbers.keys()).sort(compare);
      for (const wanted of [0, 1, 2, 10, count >> 3, (count >> 3) + 1, count - 1, count]) {
        if (wanted >= 0 && wanted <= count) {
          assertEquals([...firstInOrder(count, wanted, compare)], all.slice(0, wanted), `${wanted} of ${count}`);
        }
      }
    }
  });
}

Deno.test("few of many are found without sorting the rest", () => {
  const count = 100_000;
  let comparisons = 0;
  const compare = (i: number, k: number) => {
    comparisons++;
    return i - k;
  };
  assertEquals([...firstInOrder(count, 3, compare)], [0, 1, 2]);
  assertEquals(comparisons < count * 1.1, true, `${comparisons} comparisons`);
  comparisons = 0;
  assertEquals([...firstInOrder(count, 3, (i, k) => compare(k, i))], [count - 1, count - 2, count - 3]);
  assertEquals(comparisons < count * 5, true, `${comparisons} comparisons`);
});
