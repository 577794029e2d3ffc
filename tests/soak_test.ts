/** A short soak: two seconds of clients that do everything and go away at any moment. `deno task soak` takes its time. */
import { assert, assertEquals } from "@std/assert";
import { leaks } from "../tools/soak/figures.ts";
import { soak } from "../tools/soak/run.ts";
import { startEmbedded } from "../tools/soak/target.ts";

const OPTIONS = { seconds: 2, leastStories: 500, clients: 20, seed: 7, sampleMs: 50 };

Deno.test("of clients that go away at any moment nothing stays behind", async () => {
  await using target = startEmbedded();
  const { failures, before, most, connections, stories } = await soak(target, OPTIONS);
  assertEquals(failures, []);
  assert(connections > 40 && stories >= OPTIONS.leastStories, `${connections} connections, ${stories} stories`);
  for (const name of ["clients", "blocked", "watches", "subscribers", "channels", "timers"]) {
    assert(most[name]! > before[name]!, `there were some ${name}`);
  }
});

Deno.test("a figure that is not back where it was is a leak, the size of the process is none", () => {
  const before = { clients: 1, timers: 1, rss: 10, keys: 0, commands: 5 };
  assertEquals(leaks(before, { clients: 1, timers: 1, rss: 99, keys: 3, commands: 500 }), []);
  assertEquals(leaks(before, { clients: 1, timers: 3, rss: 10, keys: 0, commands: 5 }), ["timers: 1, then 3"]);
  assertEquals(leaks(before, { ...before, clients: 0 }), ["clients: 1, then 0"]);
});
