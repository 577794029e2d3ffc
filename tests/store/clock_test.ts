/** Clocks: delays longer than a timer can have, and whole milliseconds. */
import { assertEquals } from "@std/assert";
import { SystemClock } from "../../store/clock.ts";
import { ManualClock } from "../../store/manual_clock.ts";

/** Has `setTimeout` and `clearTimeout` be others for a while. */
function withTimers(test: (pending: Map<number, { run: () => void; delayMs: number }>) => void): void {
  const { setTimeout, clearTimeout } = globalThis;
  const pending = new Map<number, { run: () => void; delayMs: number }>();
  let id = 1_000_000; // no timer of Deno's
  Object.assign(globalThis, {
    setTimeout(run: () => void, delayMs: number): number {
      pending.set(++id, { run, delayMs });
      return id;
    },
    clearTimeout: (id: number) => void pending.delete(id),
  });
  try {
    test(pending);
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout });
  }
}

Deno.test("a delay longer than any timer is waited for in parts, and can be taken back in each", () => {
  const longest = 2 ** 31 - 1;
  for (const cleared of [0, 1, 2, Infinity]) {
    withTimers((pending) => {
      const clock = new SystemClock();
      let calls = 0;
      const timer = clock.setTimeout(() => calls++, 2 * longest + 5);
      const delays: number[] = [];
      for (let part = 0; pending.size > 0; part++) {
        if (part === cleared) clock.clearTimeout(timer);
        for (const [id, { run, delayMs }] of [...pending]) {
          pending.delete(id);
          delays.push(delayMs);
          run();
        }
      }
      assertEquals(delays, [longest, longest, 5].slice(0, cleared));
      assertEquals([calls, clock.timers], [cleared === Infinity ? 1 : 0, 0]);
    });
  }
});

Deno.test("a manual clock shows whole milliseconds, whatever timers are set to", () => {
  const clock = new ManualClock(1000);
  clock.setTimeout(() => {}, 0.1);
  assertEquals(clock.nextAtMs, 1001);
});
