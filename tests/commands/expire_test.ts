/** The commands on keys' time to live, with a clock moved by hand. */
import { assertEquals } from "@std/assert";
import { newKeysCaller } from "./_keys.ts";

const START_MS = 1_700_000_000_000;

Deno.test("a key expires after its time, to the millisecond", () => {
  const cases = [
    ["EXPIRE k 10", 10_000],
    ["PEXPIRE k 1500", 1_500],
    ["EXPIREAT k 1700000007", 7_000],
    ["PEXPIREAT k 1700000000123", 123],
  ] as const;
  for (const [line, ms] of cases) {
    const { send, clock, keyspace } = newKeysCaller();
    send("SET k v");
    assertEquals([send(line), send("PTTL k"), send("PEXPIRETIME k")], [":1", `:${ms}`, `:${START_MS + ms}`], line);
    clock.advance(ms - 1);
    assertEquals([send("GET k"), send("PTTL k"), send("TTL k")], ["$1 v", ":1", ":0"], line);
    clock.advance(1);
    assertEquals([send("GET k"), send("PTTL k"), send("DBSIZE"), keyspace.expired], ["$-1", ":-2", ":0", 1], line);
  }
});

Deno.test("TTL and EXPIRETIME round to the nearest second", () => {
  const { send } = newKeysCaller();
  send("SET k v");
  for (const [ms, seconds] of [[1, 0], [499, 0], [500, 1], [1_499, 1], [1_500, 2], [99_500, 100]] as const) {
    send(`PEXPIRE k ${ms}`);
    assertEquals([send("TTL k"), send("EXPIRETIME k")], [`:${seconds}`, `:${START_MS / 1_000 + seconds}`], `${ms} ms`);
  }
});

Deno.test("GT and LT take a key that never expires as one that expires after all time", () => {
  const { send } = newKeysCaller();
  send("SET k v");
  assertEquals([send("EXPIRE k 100 GT"), send("EXPIRE k 100 XX LT"), send("TTL k")], [":0", ":0", ":-1"]);
  assertEquals([send("EXPIRE k 100 LT"), send("TTL k")], [":1", ":100"]);
  assertEquals([send("EXPIRE k 100 LT"), send("EXPIRE k 100 GT")], [":0", ":0"], "equal is neither");
  assertEquals([send("EXPIRE k 101 GT"), send("EXPIRE k 99 LT"), send("TTL k")], [":1", ":1", ":99"]);
  assertEquals([send("EXPIRE k 5 NX"), send("PERSIST k"), send("EXPIRE k 5 NX"), send("TTL k")], [
    ":0",
    ":1",
    ":1",
    ":5",
  ]);
  assertEquals([send("EXPIRE k -1 GT"), send("EXISTS k")], [":0", ":1"]);
  assertEquals([send("EXPIRE k -1 LT"), send("EXISTS k")], [":1", ":0"]);
});

Deno.test("a time that is not after now deletes the key, and propagates as that", () => {
  const { send, heard, clock, keyspace } = newKeysCaller();
  for (
    const line of ["EXPIRE k 0", "PEXPIRE k -5", "EXPIREAT k 1700000000", "PEXPIREAT k 1700000000000", "EXPIREAT k -1"]
  ) {
    send("SET k v");
    assertEquals(heard(line), { events: ["0: del k"], writes: ["0: DEL k"] }, line);
    assertEquals(send("EXISTS k"), ":0");
  }
  assertEquals(keyspace.expired, 0, "deleted, not expired");
  send("CONFIG SET lazyfree-lazy-expire yes");
  send("SET k v");
  clock.advance(1);
  assertEquals(heard("PEXPIREAT k 1700000000001"), { events: ["0: del k"], writes: ["0: UNLINK k"] });
});

Deno.test("an expiry propagates as the moment it means, with its conditions", () => {
  const { send, heard, clock } = newKeysCaller();
  send("SET k v");
  clock.advance(5);
  const events = ["0: expire k"];
  assertEquals(heard("EXPIRE k 10"), { events, writes: ["0: PEXPIREAT k 1700000010005"] });
  assertEquals(heard("PEXPIRE k 10 xx LT"), { events, writes: ["0: PEXPIREAT k 1700000000015 xx LT"] });
  assertEquals(heard("EXPIREAT k 1800000000"), { events, writes: ["0: PEXPIREAT k 1800000000000"] });
  assertEquals(heard("PEXPIREAT k 1800000000001"), { events, writes: ["0: PEXPIREAT k 1800000000001"] });
  assertEquals(heard("EXPIREAT k 9000000000001"), { events, writes: ["0: PEXPIREAT k 9000000000001000"] });
  assertEquals(heard("PEXPIRE k 9223370000000000000").writes, ["0: PEXPIREAT k 9223371700000000000"]);
  for (const line of ["EXPIRE k 10 NX", "EXPIRE nosuch 10", "EXPIRE k x", "EXPIRE k 10 NX XX"]) {
    assertEquals(heard(line), { events: [], writes: [] }, line);
  }
  assertEquals(heard("PERSIST k"), { events: ["0: persist k"], writes: ["0: PERSIST k"] });
  assertEquals(heard("PERSIST k"), { events: [], writes: [] });
});

Deno.test("a moment that 64 bits cannot hold is refused by the name of the command", () => {
  const { send, clock } = newKeysCaller();
  const refused = [
    "EXPIRE k 9223372036854776",
    "EXPIRE k -9223372036854776",
    "EXPIRE k 9223370336854776", // in 64 bits by itself, but not after now
    "PEXPIRE k 9223370336854775808",
    "EXPIREAT k 9223372036854776",
    "EXPIREAT k -9223372036854776",
  ];
  for (const line of refused) {
    const name = line.split(" ")[0]!.toLowerCase();
    assertEquals(send(line), `-ERR invalid expire time in '${name}' command`, line);
  }
  send("SET k v");
  const accepted = ["EXPIRE k 9223370336854775", "PEXPIRE k 9223370336854775807", "PEXPIREAT k 9223372036854775807"];
  for (const line of accepted) assertEquals(send(line), ":1", line);
  clock.advance(2 ** 40);
  assertEquals(send("GET k"), "$1 v");
  assertEquals(send("PEXPIRE k -9223372036854775808"), ":1");
  assertEquals(send("EXISTS k"), ":0");
});
