/** What a server does by itself, with a clock moved by hand. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ClientState } from "../../engine/client_state.ts";
import { Config } from "../../engine/config.ts";
import { ReplyWriter } from "../../resp/reply_writer.ts";
import { createEngine } from "../../server/engine.ts";
import { collectGarbage, SpareMemory } from "../../server/garbage.ts";
import { Periodic } from "../../server/periodic.ts";
import type { Arguments, Database } from "../../store/database.ts";
import { TimerClock } from "../_clock.ts";

function newPeriodic(directives: Record<string, string> = {}, { seed }: { seed: number | undefined } = { seed: 1 }) {
  const config = new Config();
  config.set(Object.entries(directives), "start");
  const clock = new TimerClock();
  const lines: string[] = [];
  const engine = createEngine({ config, clock, seed, log: { log: (_level, text) => void lines.push(text) } });
  const [zero, one] = engine.keyspace.databases as [Database, Database];
  return { engine, clock, zero, one, lines, periodic: new Periodic(engine) };
}

/** A key as an argument. */
function key(name: string): Arguments {
  const bytes = new TextEncoder().encode(name);
  return { bytes, isHashed: false, keyHash: 0, start: () => 0, end: () => bytes.length };
}

/** Sets keys `<prefix>0`, `<prefix>1` … that live so long. */
function fill(db: Database, count: number, liveMs: number, prefix = "k"): void {
  for (let i = 0; i < count; i++) db.setExpire(db.setInt(key(`${prefix}${i}`), 0, i), db.keyspace.now + liveMs);
}

Deno.test("the periodic work runs hz times a second, and not after its end", () => {
  const { periodic, clock, engine, zero } = newPeriodic({ hz: "20" });
  periodic.start();
  assertEquals(clock.delays, [50]);
  fill(zero, 10, 120);
  clock.advance(149);
  assertEquals(zero.size, 10);
  clock.advance(1); // at 150 ms
  assertEquals([zero.size, clock.delays], [0, [50]]);
  engine.config.set([["hz", "100"]], "runtime");
  clock.advance(50);
  assertEquals(clock.delays, [10]);
  periodic.stop();
  assertEquals(clock.delays, []);
});

Deno.test("DEBUG PAUSE-CRON stops the periodic work, which then goes on in its own time", () => {
  const { periodic, clock, engine, zero } = newPeriodic();
  periodic.start();
  fill(zero, 10, 120);
  engine.debug.isPeriodicPaused = true;
  clock.advance(1_000);
  assertEquals([zero.size, clock.delays], [10, [100]]);
  engine.debug.isPeriodicPaused = false;
  clock.advance(100);
  assertEquals([zero.size, clock.delays], [0, [100]]);
  periodic.stop();
});

Deno.test("active expiry deletes what is due in all databases, and nothing else", () => {
  const { periodic, clock, engine, zero, one } = newPeriodic();
  fill(zero, 2_000, 1_000, "a");
  fill(zero, 1_000, 5_000, "b");
  fill(one, 500, 1_000);
  zero.setInt(key("stays"), 0, 1);
  clock.advance(999);
  assertEquals([periodic.turn(), zero.size, one.size], [true, 3_001, 500]);
  clock.advance(1);
  while (!periodic.turn());
  assertEquals([zero.size, zero.expires, one.size, engine.keyspace.expired], [1_001, 1_000, 0, 2_500]);
});

Deno.test("DEBUG SET-ACTIVE-EXPIRE 0 leaves keys to those who ask for them", () => {
  const { periodic, clock, engine, zero } = newPeriodic();
  fill(zero, 10, 1);
  clock.advance(2);
  engine.keyspace.expiresActively = false;
  assertEquals([periodic.turn(), zero.size], [true, 10]);
  engine.keyspace.expiresActively = true;
  assertEquals([periodic.turn(), zero.size], [true, 0]);
});

Deno.test("DEBUG PAUSE-CRON 1 leaves all of it undone", () => {
  const { periodic, clock, engine, zero } = newPeriodic();
  fill(zero, 10, 1);
  clock.advance(2);
  engine.debug.isPeriodicPaused = true;
  assertEquals([periodic.turn(), zero.size], [true, 10]);
  engine.debug.isPeriodicPaused = false;
  assertEquals([periodic.turn(), zero.size], [true, 0]);
});

Deno.test("a turn is bounded: what is left waits for the next, which comes soon and begins with another database", () => {
  const { periodic, clock, engine, zero, one } = newPeriodic({ hz: "10" });
  fill(zero, 20_000, 1);
  fill(one, 20_000, 1);
  // a listener that takes long stands for a machine that is slow
  const seen = [0, 0];
  engine.hooks.keyTouched.add((db) => {
    seen[db.index]!++;
    const ends = performance.now() + 0.01;
    while (performance.now() < ends);
  });
  periodic.start();
  clock.advance(100);
  const [first, second] = seen as [number, number];
  assert(first > 0 && first < 20_000 && second === 0, `${first} and ${second} keys in the first turn`);
  assertEquals(clock.delays, [20]);
  assertEquals(engine.statistics.expiredTimeCapReached, 1);
  clock.advance(20);
  assert(seen[0] === first && seen[1]! > 0, "the second turn went on with the second database");
  while (zero.size + one.size > 0) clock.advance(20);
  assertEquals([seen, clock.delays.length], [[20_000, 20_000], 1]);
  periodic.stop();
});

Deno.test("active-expire-effort allows a turn more time", () => {
  const { now } = performance;
  let elapsedMs = 0;
  performance.now = () => elapsedMs;
  try {
    const deleted = ["1", "10"].map((effort) => {
      const { periodic, clock, engine, zero } = newPeriodic({ "active-expire-effort": effort });
      fill(zero, 20_000, 1);
      clock.advance(2);
      engine.hooks.keyTouched.add(() => elapsedMs += 0.01); // what a key takes
      periodic.turn();
      return 20_000 - zero.size;
    });
    assert(deleted[1]! > 2 * deleted[0]!, `${deleted.join(" and ")} keys`);
  } finally {
    performance.now = now;
  }
});

Deno.test("resizes of the key table go on in quiet times, unless activerehashing is off, or random choices repeat", () => {
  for (const [activerehashing, seed] of [["yes", undefined], ["yes", 1], ["no", undefined]] as const) {
    const { periodic, zero } = newPeriodic({ activerehashing }, { seed });
    let i = 0;
    while (!zero.isResizing || i < 100_000) zero.setInt(key(`k${i++}`), 0, i);
    for (let turns = 0; turns < 200; turns++) periodic.turn();
    assertEquals(zero.isResizing, activerehashing === "no" || seed !== undefined);
  }
});

Deno.test("an empty database keeps its memory for two seconds; then it is let go of, and garbage collected", () => {
  const { keyspace } = newPeriodic().engine;
  const [zero, one, two] = keyspace.databases as [Database, Database, Database];
  let collections = 0;
  const spare = new SpareMemory(keyspace, () => collections++);
  const turnAt = (ms: number) => {
    keyspace.setNow(ms);
    spare.turn();
    return [zero, one, two].map((db) => db.spareBytes > 0);
  };
  const large = new Uint8Array(1_000_000);
  for (const db of [zero, one]) for (let i = 0; i < 30; i++) db.setString(key(`k${i}`), 0, large, 0, large.length);
  two.setInt(key("k"), 0, 1);
  zero.clear();
  two.clear();
  assertEquals(turnAt(1_000), [true, false, true]);
  for (let i = 0; i < 30; i++) one.delete(key(`k${i}`), 0);
  assertEquals(turnAt(2_000), [true, true, true]);
  zero.setInt(key("k"), 0, 1);
  assertEquals(turnAt(3_500), [false, true, true], "one is in use again");
  zero.clear();
  assertEquals([turnAt(4_000), collections], [[true, false, true], 1], "the other has been empty for long");
  assertEquals([turnAt(5_999), collections], [[true, false, true], 1]);
  assertEquals([turnAt(6_000), collections], [[false, false, true], 2], "what is little stays");
});

Deno.test("garbage can be collected", async () => {
  const gone = new WeakRef(new Uint8Array(1_000_000));
  await new Promise((resolve) => setTimeout(resolve, 0)); // a weak reference holds to the end of its turn
  await collectGarbage();
  assertEquals(gone.deref(), undefined);
});

Deno.test("clients that have sent nothing for `timeout` seconds are dropped, those that wait for something are not", () => {
  const { periodic, clock, engine, lines } = newPeriodic({ timeout: "10" });
  const closed: string[] = [];
  const connect = (name: string, id: number) => {
    const client = new ClientState(id, {
      ...{ address: "", localAddress: "", isLocal: true },
      ...{ queryBufferBytes: 0, queryBufferFreeBytes: 0, pendingOutputBytes: 0 },
      ...{
        flush() {},
        checkOutput() {},
        trim() {},
        resume() {},
        wake() {},
        inputMemoryBytes: 0,
        close: () => void closed.push(name),
      },
    }, clock.now());
    engine.clients.set(id, client);
    return client;
  };
  connect("idle", 1);
  const busy = connect("busy", 2);
  connect("blocked", 3).isHalted = true;
  connect("closing, but its replies are never read", 4).closeAfterReply();
  clock.advance(10_000);
  busy.lastInteractionMs = clock.now();
  periodic.turn();
  assertEquals(closed, []);
  clock.advance(1);
  periodic.turn();
  assertEquals(closed, ["idle", "closing, but its replies are never read"]);
  assertEquals(lines, ["Closing idle client", "Closing idle client"]);
  engine.config.set([["timeout", "0"]], "runtime");
  clock.advance(100_000);
  periodic.turn();
  assertEquals(closed.length, 2);
});

Deno.test("output that has been past the soft limit for too long is noticed though its client does nothing", () => {
  const { periodic, engine } = newPeriodic({ "client-output-buffer-limit": "normal 0 1mb 5" });
  let checks = 0;
  const connection = { checkOutput: () => checks++, trim() {} };
  engine.clients.set(1, { connection, out: new ReplyWriter() } as unknown as ClientState);
  periodic.turn();
  engine.config.set([["client-output-buffer-limit", "normal 0 0 0"]], "runtime");
  periodic.turn();
  assertEquals(checks, 1);
});

Deno.test("what goes wrong in the periodic work is logged, and it goes on", () => {
  const { periodic, clock, engine, lines, zero } = newPeriodic();
  const sweep = zero.sweep.bind(zero);
  zero.sweep = () => {
    throw new Error("boom");
  };
  periodic.start();
  clock.advance(100);
  assertEquals([lines.length, engine.statistics.unexpectedErrors], [1, 1]);
  assertStringIncludes(lines[0]!, "Unexpected error in periodic work: Error: boom");
  assertStringIncludes(lines[0]!, "periodic_test.ts");
  zero.sweep = sweep;
  fill(zero, 1, 1);
  clock.advance(100);
  assertEquals([zero.size, lines.length], [0, 1]);
  periodic.stop();
});

Deno.test("rates, the peak of memory and the longest stall are noted", () => {
  const { periodic, clock, engine } = newPeriodic();
  periodic.start();
  clock.advance(100);
  const { statistics } = engine;
  assert(statistics.peakMemoryBytes > 0);
  const ends = performance.now() + 120;
  while (performance.now() < ends); // the next turn was due 100 ms after the last
  clock.advance(100);
  assert(statistics.longestStallMs >= 15, `${statistics.longestStallMs} ms`);
  periodic.stop();
});
