import { assertEquals } from "@std/assert";
import { Fifo } from "../../client/fifo.ts";

Deno.test("Fifo gives back in order what was put in, through growing and shrinking", () => {
  const fifo = new Fifo<number>();
  const model: number[] = [];
  let seed = 42, next = 0;
  const random = (n: number): number => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff) % n;
  for (let round = 0; round < 60; round++) {
    const bursts = round % 20 === 0 ? 10_000 : 40; // beyond the capacity that an empty ring keeps
    for (let i = random(bursts); i > 0; i--) {
      fifo.push(next);
      model.push(next++);
    }
    assertEquals(fifo.length, model.length);
    assertEquals(fifo.peek(), model[0]);
    const left = round % 3 === 0 ? 0 : random(model.length + 1);
    const expected = model.splice(0, model.length - left);
    const taken: (number | undefined)[] = [];
    while (fifo.length > left) taken.push(fifo.shift());
    assertEquals(taken, expected);
  }
  while (fifo.length > 0) fifo.shift();
  assertEquals(fifo.shift(), undefined);
  assertEquals(fifo.peek(), undefined);
});
