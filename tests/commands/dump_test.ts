/** DUMP and RESTORE: expiry, use, events and propagation. What is in payloads has its tests in tests/persistence. */
import { assertEquals } from "@std/assert";
import { TypedArgument } from "../../resp/command_batch.ts";
import { newCaller } from "../_call.ts";
import { concat, payload } from "../persistence/_old_encodings.ts";

const HELLO = payload(concat([0, 5], "Hello"));
const NOW = 1_700_000_000_000;

/** A caller, and what is heard of events and of writes to be repeated; payloads show as `<payload>`. */
function newListener() {
  const caller = newCaller();
  const events: string[] = [], writes: string[] = [];
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  caller.engine.hooks.keyTouched.add((_db, bytes, start, end, _class, event) => {
    events.push(`${event} ${text(bytes.subarray(start, end))}`);
  });
  caller.engine.hooks.propagated.add((_db, args) => {
    const words = args.map((arg) => arg instanceof TypedArgument ? arg.bytes : arg);
    writes.push(words.map((word) => word.length === HELLO.length ? "<payload>" : text(word)).join(" "));
  });
  const heard = (...command: (string | Uint8Array)[]) => {
    events.length = writes.length = 0;
    const reply = caller.raw(...command).trimEnd();
    return [reply, events.join(), writes.join()];
  };
  return { ...caller, heard };
}

Deno.test("RESTORE makes a key and says so; a relative time to live is repeated as an absolute one", () => {
  const { heard, raw } = newListener();
  assertEquals(heard("RESTORE", "k", "0", HELLO), ["+OK", "restore k", "RESTORE k 0 <payload>"]);
  assertEquals(raw("GET", "k"), "$5\r\nHello\r\n");
  assertEquals(raw("PTTL", "k"), ":-1\r\n");
  assertEquals(heard("RESTORE", "k", "5000", HELLO, "REPLACE"), [
    "+OK",
    "restore k",
    `RESTORE k ${NOW + 5000} <payload> REPLACE ABSTTL`,
  ]);
  assertEquals(raw("PTTL", "k"), ":5000\r\n");
  assertEquals(heard("RESTORE", "k", `${NOW + 1}`, HELLO, "ABSTTL", "REPLACE"), [
    "+OK",
    "restore k",
    `RESTORE k ${NOW + 1} <payload> ABSTTL REPLACE`,
  ]);
  assertEquals(raw("PEXPIRETIME", "k"), `:${NOW + 1}\r\n`);
});

Deno.test("RESTORE of what has expired deletes what REPLACE would have replaced, or does nothing", () => {
  const { heard, raw } = newListener();
  assertEquals(heard("RESTORE", "k", `${NOW}`, HELLO, "ABSTTL"), ["+OK", "", ""]);
  raw("SET", "k", "old");
  assertEquals(heard("RESTORE", "k", `${NOW}`, HELLO, "ABSTTL", "REPLACE"), ["+OK", "del k", "DEL k"]);
  assertEquals(raw("EXISTS", "k"), ":0\r\n");
  assertEquals(heard("RESTORE", "k", `${NOW}`, HELLO, "ABSTTL", "REPLACE"), ["+OK", "", ""]);
  assertEquals(heard("RESTORE", "k", "9223372036854775807", HELLO), ["+OK", "", ""], "out of 64 bits");
});

Deno.test("RESTORE over a key that has just expired needs no REPLACE", () => {
  const { clock, heard, raw } = newListener();
  raw("SET", "k", "old", "PX", "10");
  assertEquals(heard("RESTORE", "k", "0", HELLO)[0], "-BUSYKEY Target key name already exists.");
  clock.advance(11);
  assertEquals(heard("RESTORE", "k", "0", HELLO)[0], "+OK");
  assertEquals(raw("PTTL", "k"), ":-1\r\n");
});

Deno.test("a RESTORE that is refused changes nothing and is not repeated", () => {
  const { heard, raw } = newListener();
  raw("SET", "k", "old", "PX", "1000");
  const refused = ["RESTORE", "k", "0", payload(concat([1, 0])), "REPLACE"];
  assertEquals(heard(...refused), ["-ERR Bad data format", "", ""]);
  assertEquals(heard("RESTORE", "k", "0", HELLO.with(3, 0), "REPLACE"), [
    "-ERR DUMP payload version or checksum are wrong",
    "",
    "",
  ]);
  assertEquals(raw("GET", "k"), "$3\r\nold\r\n");
  assertEquals(raw("PTTL", "k"), ":1000\r\n");
});

Deno.test("RESTORE tells of a key that is new though it replaces one", () => {
  const { engine, raw } = newListener();
  const added: string[] = [];
  engine.hooks.keyAdded.add((_db, bytes, start, end) =>
    added.push(new TextDecoder().decode(bytes.subarray(start, end)))
  );
  raw("RESTORE", "k", "0", HELLO);
  raw("RESTORE", "k", "0", HELLO, "REPLACE");
  assertEquals(added, ["k", "k"]);
});

Deno.test("RESTORE sets the idle time, under an LFU policy the frequency, and the other one never", () => {
  const { raw } = newListener();
  raw("RESTORE", "k", "0", HELLO, "IDLETIME", "1000");
  assertEquals(raw("OBJECT", "IDLETIME", "k"), ":1000\r\n");
  raw("RESTORE", "k", "0", HELLO, "FREQ", "100", "REPLACE");
  assertEquals(raw("OBJECT", "IDLETIME", "k"), ":0\r\n");
  raw("CONFIG", "SET", "maxmemory-policy", "allkeys-lfu");
  raw("RESTORE", "k", "0", HELLO, "FREQ", "100", "REPLACE");
  assertEquals(raw("OBJECT", "FREQ", "k"), ":100\r\n");
  raw("RESTORE", "k", "0", HELLO, "IDLETIME", "1000", "REPLACE");
  assertEquals(raw("OBJECT", "FREQ", "k"), ":5\r\n", "as a new key");
});

Deno.test("DUMP leaves a key as it is and counts as a use of it", () => {
  const { clock, heard, raw } = newListener();
  raw("SET", "k", "Hello", "PX", "100000");
  clock.advance(5_000);
  const [reply, ...rest] = heard("DUMP", "k");
  assertEquals(reply!.length > HELLO.length, true);
  assertEquals(rest, ["", ""]);
  assertEquals(raw("PTTL", "k"), ":95000\r\n");
  assertEquals(raw("OBJECT", "IDLETIME", "k"), ":0\r\n");
  assertEquals(raw("DUMP", "nosuch"), "$-1\r\n");
});
