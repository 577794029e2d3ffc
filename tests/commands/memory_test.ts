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
