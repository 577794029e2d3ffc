/** Databases as a whole, without sockets. */
import { assert, assertEquals } from "@std/assert";
import { newKeysCaller } from "./_keys.ts";

function fill(send: (line: string) => string, keys: number): void {
  for (let i = 0; i < keys; i++) send(`SET key:${i} ${"v".repeat(i)} EX 100`);
}

for (
  const line of ["FLUSHDB", "FLUSHDB ASYNC", "FLUSHDB SYNC", "FLUSHALL", "FLUSHALL ASYNC", "FLUSHALL SYNC", "FLUSH"]
) {
  Deno.test(`${line} deletes keys and their expiries, and their memory can be used again`, () => {
    const { send, keyspace } = newKeysCaller();
    const zero = keyspace.databases[0]!, one = keyspace.databases[1]!;
    fill(send, 500);
    send("SELECT 1");
    fill(send, 300);
    assert(one.usedBytes > 50_000);
    assertEquals(send(line), line === "FLUSH" ? ":300" : "+OK");
    assertEquals([one.size, one.expires, one.spareBytes], [0, 0, one.bytes.length]);
    assertEquals([zero.size, zero.expires], line.startsWith("FLUSHALL") ? [0, 0] : [500, 500]);
    fill(send, 10);
    assertEquals([send("DBSIZE"), send("TTL key:9")], [":10", ":100"]);
  });
}

Deno.test("flushing propagates as it came, FLUSH as FLUSHDB, and tells of no single key", () => {
  const { send, heard } = newKeysCaller();
  send("SELECT 3");
  for (const line of ["FLUSHDB", "FLUSHDB ASYNC", "FLUSHALL SYNC", "FLUSH"]) {
    send("SET k v");
    const write = line === "FLUSH" ? "FLUSHDB" : line;
    assertEquals(heard(line), { events: [], writes: [`3: ${write}`] });
  }
  // that of an empty database too: a replica's need not be empty
  assertEquals([send("FLUSH"), heard("FLUSH").writes, heard("SET k v").writes], [":0", ["3: FLUSHDB"], ["3: SET k v"]]);
});

Deno.test("SWAPDB shows at once, to the command after it in the same batch too", () => {
  const { send, heard, wire, keyspace } = newKeysCaller();
  send("SET k zero");
  assertEquals(
    wire("SWAPDB 0 5\r\nGET k\r\nSET k new\r\nSWAPDB 5 0\r\nGET k\r\n"),
    "+OK\r\n$-1\r\n+OK\r\n+OK\r\n$4\r\nzero\r\n",
  );
  assertEquals(keyspace.databases.map((db) => db.index), Array.from({ length: 16 }, (_, i) => i));
  assertEquals([send("SELECT 5"), send("GET k")], ["+OK", "$3 new"]);
  assertEquals(heard("SWAPDB 5 0"), { events: [], writes: ["5: SWAPDB 5 0"] });
  assertEquals(heard("SET k v").events, ["5: set k"]);
});

Deno.test("DBSIZE counts keys that have expired until they are deleted", () => {
  const { send, clock, keyspace } = newKeysCaller();
  for (let i = 0; i < 100; i++) send(`SET key:${i} v PX 10`);
  clock.advance(11);
  assertEquals(send("DBSIZE"), ":100");
  const db = keyspace.databases[0]!;
  while (db.sweep());
  assertEquals(send("DBSIZE"), ":0");
});
