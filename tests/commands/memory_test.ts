/** MEMORY, without a connection. */
import { assert, assertEquals } from "@std/assert";
import { newCaller } from "../_call.ts";

function newMemory() {
  const caller = newCaller();
  const send = (line: string) => caller.raw(...line.split(" "));
  const usage = (rest: string) => Number(send(`MEMORY USAGE ${rest}`).slice(1));
  return { ...caller, send, usage };
}

Deno.test("MEMORY USAGE grows with the value, whatever its type and form", () => {
  const { send, usage } = newMemory();
  const words = (count: number) => Array.from({ length: count }, (_, i) => `element-number-${i}`);
  for (const [add, pair] of [["RPUSH", ""], ["SADD", ""], ["HSET", "v"], ["ZADD", "1"]]) {
    const elements = (count: number) =>
      words(count).map((word) => pair === "" ? word : add === "ZADD" ? `${pair} ${word}` : `${word} ${pair}`).join(" ");
    let last = 0;
    for (const count of [1, 10, 1_000, 20_000]) {
      send("DEL k");
      send(`${add} k ${elements(count)}`);
      const bytes = usage("k");
      assert(bytes > last && bytes > count * 10 && bytes < count * 150 + 400, `${add} of ${count}: ${bytes}`);
      last = bytes;
    }
  }
  for (const size of [1, 100, 10_000]) {
    send(`SET k ${"x".repeat(size)}`);
    assert(usage("k") >= size && usage("k") < size * 2 + 200);
  }
});

Deno.test("MEMORY USAGE with SAMPLES 0 looks at every element", () => {
  const { send, usage, engine } = newMemory();
  send("SET other v");
  const before = engine.keyspace.databases[0]!.usedBytes;
  for (let i = 0; i < 2_000; i++) send(`HSET k field${i} ${"x".repeat(i)}`);
  const real = engine.keyspace.databases[0]!.usedBytes - before;
  assert(Math.abs(usage("k SAMPLES 0") - real) < real / 20, `${usage("k SAMPLES 0")} of ${real}`);
});

Deno.test("MEMORY USAGE refuses what it does not know, and has nothing to say of a missing key", () => {
  const { send } = newMemory();
  send("SET k v");
  assertEquals(send("MEMORY USAGE nosuch"), "$-1\r\n");
  for (const rest of ["SAMPLES", "SAMPLES -1", "NOSUCH 1"]) {
    assertEquals(send(`MEMORY USAGE k ${rest}`), "-ERR syntax error\r\n");
  }
  assertEquals(send("MEMORY USAGE k SAMPLES x"), "-ERR value is not an integer or out of range\r\n");
});

Deno.test("MEMORY STATS tells of keys, tables and clients", () => {
  const { send, engine } = newMemory();
  const figures = () => {
    const reply = send("MEMORY STATS");
    return Object.fromEntries(
      [...reply.matchAll(/\r\n([a-z.-]+)\r\n:(-?\d+)/g)].map(([, name, value]) => [name!, Number(value)]),
    );
  };
  const empty = figures();
  assertEquals([empty["keys.count"], empty["keys.bytes-per-key"], empty["replication.backlog"]], [0, 0, 0]);
  for (let i = 0; i < 1000; i++) send(`SET key:${i} v PX 100000`);
  const full = figures();
  assertEquals(full["keys.count"], 1000);
  const perKey = Math.floor((full["total.allocated"]! - full["startup.allocated"]!) / 1000);
  assert(full["dataset.bytes"]! >= 24_000 && full["keys.bytes-per-key"] === perKey);
  assert(full["overhead.hashtable.main"]! > 4000 && full["overhead.hashtable.expires"]! > 4000);
  assert(full["peak.allocated"]! >= full["total.allocated"]! && full["total.allocated"]! > full["dataset.bytes"]!);
  assert(full["startup.allocated"]! > 0 && full["startup.allocated"] === engine.statistics.startupMemoryBytes);
});

Deno.test("MEMORY DOCTOR says what is unusual, if there is enough to say something of", () => {
  const { send, raw, engine } = newMemory();
  assert(send("MEMORY DOCTOR").includes("too little data"));
  raw("SET", "k", "x".repeat(8 * 1024 * 1024));
  assert(send("MEMORY DOCTOR").includes("Nothing is unusual"));
  engine.statistics.peakMemoryBytes = 2 ** 40;
  const report = send("MEMORY DOCTOR");
  assert(report.includes("- Peak memory") && !report.includes("- Large clients"));
});

Deno.test("MEMORY PURGE gives back what deleted keys have left, and MALLOC-STATS shows it", () => {
  const { send, raw } = newMemory();
  const taken = () => Number(/db0: \d+ (\d+)/.exec(send("MEMORY MALLOC-STATS"))?.[1] ?? 0);
  raw("SET", "small", "v"); // what lies behind the large one would keep it from being given back
  raw("SET", "k", "x".repeat(32 * 1024 * 1024));
  const full = taken();
  raw("DEL", "k");
  assertEquals(send("MEMORY PURGE"), "+OK\r\n");
  assert(full > 32 * 1024 * 1024 && taken() < full / 4, `${full} ${taken()}`);
});
