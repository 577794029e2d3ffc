/** The wall clock, while others replace `Date` and `setTimeout`. */
import { assert, assertEquals } from "@std/assert";
import { setTimeout as setRealTimeout } from "node:timers";
import { SystemClock } from "../../store/clock.ts";
import { ManualClock } from "../../store/manual_clock.ts";
import { FakeTime } from "../_fake_time.ts";

const DAY = 86_400_000;
const START_MS = Date.UTC(2030, 0, 1);

/** A clock, and what its timers have called: their name and the time then, in milliseconds since the start. */
function newClock(clock = new SystemClock()) {
  const rung: string[] = [];
  const ring = (name: string, delayMs: number) =>
    clock.setTimeout(() => rung.push(`${name} ${clock.now() - START_MS}`), delayMs);
  return { clock, rung, ring };
}

/** Lets happen what is to happen at once. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await null;
}

/** Resolves when a condition has come true in real time. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setRealTimeout(resolve, 1));
}

Deno.test("timers set under fake ones ring by these, in their order, and can be taken back", () => {
  using time = new FakeTime(START_MS);
  const { clock, rung, ring } = newClock();
  assertEquals(clock.now(), START_MS);
  ring("second", 20);
  ring("first", 10);
  const never = ring("never", 15);
  ring("at once", -5);
  assertEquals([clock.timers, time.timers], [4, 4]);
  clock.clearTimeout(never);
  clock.clearTimeout(never);
  time.tick(100);
  assertEquals(rung, ["at once 0", "first 10", "second 20"]);
  assertEquals([clock.timers, time.timers], [0, 0]);
});

Deno.test("timers that are older than fake ones go over to them when anybody asks for the time", () => {
  const { clock, rung, ring } = newClock();
  {
    using time = new FakeTime(START_MS);
    ring("hour", 3_600_000);
    ring("day", DAY);
    time.tick(1_000);
    { // fake timers in place of fake timers
      using other = new FakeTime(START_MS + 2_000);
      assertEquals([clock.now(), time.timers, other.timers], [START_MS + 2_000, 0, 2]);
      other.tick(3_598_000);
      assertEquals(rung, ["hour 3600000"]);
    }
    assertEquals([clock.now(), time.timers, clock.timers], [START_MS + 1_000, 1, 1]);
    time.tick(DAY);
    assertEquals(rung, ["hour 3600000", `day ${DAY}`]);
  }
  assertEquals(clock.timers, 0);
});

Deno.test("what is due when the timers change is called, in the order of its time, though no timer rings any more", async () => {
  using _ = new FakeTime(START_MS);
  const { clock, rung, ring } = newClock();
  ring("later", 5_000);
  ring("sooner", 4_000);
  const never = ring("never", 4_500);
  ring("not yet", 10_000);
  using time = new FakeTime(START_MS);
  time.tick(5_000);
  assertEquals(clock.now(), START_MS + 5_000);
  assertEquals(rung, [], "not in the middle of whoever asks");
  clock.clearTimeout(never);
  await settle();
  assertEquals(rung, ["sooner 5000", "later 5000"]);
  assertEquals([clock.timers, time.timers], [1, 1]);
  time.tick(5_000);
  assertEquals(rung.length, 3);
});

Deno.test("a clock that changes by years with the timers keeps none of them longer than it was asked for", async () => {
  const { clock, rung, ring } = newClock();
  using _ = new FakeTime(START_MS);
  ring("a", 1_000);
  {
    using time = new FakeTime(0);
    assertEquals(clock.now(), 0);
    time.tick(999);
    assertEquals(rung, []);
    time.tick(1);
    assertEquals(rung, [`a ${1_000 - START_MS}`]);
  }
  clock.now();
  ring("b", 1_000);
  {
    using _later = new FakeTime(START_MS + 1000 * DAY);
    clock.now();
    await settle();
    assertEquals(rung.slice(1), [`b ${1000 * DAY}`]);
  }
});

Deno.test("timers that have outlived fake ones ring in real time, though nobody asks for the time", async () => {
  const { clock, rung, ring } = newClock();
  {
    using time = new FakeTime(START_MS);
    ring("a", 5);
    ring("long", DAY);
    assertEquals(time.timers, 2);
  }
  await until(() => rung.length > 0);
  assertEquals(clock.timers, 1);
  {
    using time = new FakeTime(START_MS);
    clock.now();
    time.tick(DAY);
  }
  assertEquals([rung.length, clock.timers], [2, 0]);
});

Deno.test("a real timer that rings under fake ones waits for these, unless its time is over by them", async () => {
  for (const [tickMs, isOver] of [[0, false], [10, true]] as const) {
    const { clock, rung, ring } = newClock();
    ring("a", 10);
    {
      using time = new FakeTime();
      time.tick(tickMs);
      await until(() => isOver ? rung.length > 0 : time.timers > 0);
      assertEquals([rung.length, time.timers, clock.timers], isOver ? [1, 0, 0] : [0, 1, 1]);
      time.tick(10);
      assertEquals([rung.length, time.timers, clock.timers], [1, 0, 0]);
    }
  }
});

Deno.test("a delay longer than any timer is waited for in parts, and can be taken back in each", () => {
  const longest = 2 ** 31 - 1;
  for (const clearedAtMs of [0, longest - 1, longest, 2 * longest, Infinity]) {
    using time = new FakeTime(START_MS);
    const { clock, rung, ring } = newClock();
    const timer = ring("a", 2 * longest + 5);
    for (const ms of [longest - 1, 1, longest, 4, 1]) {
      if (time.nowMs - START_MS === clearedAtMs) clock.clearTimeout(timer);
      assertEquals(rung, []);
      time.tick(ms);
    }
    assertEquals(rung, clearedAtMs === Infinity ? [`a ${2 * longest + 5}`] : []);
    assertEquals([clock.timers, time.timers], [0, 0]);
  }
});

Deno.test("a manual clock shows whole milliseconds, whatever timers are set to", () => {
  const clock = new ManualClock(1000);
  clock.setTimeout(() => {}, 0.1);
  assertEquals(clock.nextAtMs, 1001);
});

Deno.test("a manual clock calls timers when it is moved past them, and work in slices all the while", async () => {
  const clock = new ManualClock(START_MS);
  const rung: string[] = [];
  clock.setTimeout(() => rung.push("b"), 20);
  clock.setTimeout(() => rung.push("a"), 10);
  const never = clock.setTimeout(() => rung.push("never"), 10);
  clock.clearTimeout(never);
  let isDone = false;
  clock.defer(() => isDone = true, 1);
  await until(() => isDone);
  clock.clearTimeout(clock.defer(() => rung.push("never"), DAY));
  assertEquals([clock.nextAtMs, clock.runDue(), rung], [START_MS + 10, 0, []]);
  clock.moveTo(START_MS + 20);
  assertEquals([clock.runDue(), rung, clock.nextAtMs], [2, ["b", "a"], Infinity]);
  assert(clock.now() === START_MS + 20);
});
