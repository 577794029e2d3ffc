/** The commands on keys, without sockets: what only a clock moved by hand, listeners or typed values show. */
import { assert, assertEquals } from "@std/assert";
import { Random } from "../resp/_frames.ts";
import { newKeysCaller } from "./_keys.ts";

for (const protocol of [2, 3] as const) {
  const none = protocol === 2 ? "$-1" : "_";

  Deno.test(`RANDOMKEY and OBJECT answer null where there is no key (RESP${protocol})`, () => {
    const { send } = newKeysCaller(protocol);
    for (const line of ["RANDOMKEY", "OBJECT ENCODING k", "OBJECT REFCOUNT k", "OBJECT IDLETIME k", "OBJECT FREQ k"]) {
      assertEquals(send(line), none, line);
    }
    send("SET k v");
    assertEquals(send("RANDOMKEY"), "$1 k");
  });
}

Deno.test("DEL and UNLINK tell of each key they delete, and propagate when there was one", () => {
  const { send, heard, sendWords } = newKeysCaller();
  for (const name of ["DEL", "UNLINK"]) {
    send("MSET a 1 b 2");
    assertEquals(heard(`${name} a nosuch b a`), {
      events: ["0: del a", "0: del b"],
      writes: [`0: ${name} a nosuch b a`],
    });
    assertEquals(heard(`${name} a b`), { events: [], writes: [] });
  }
  sendWords("SET", "", "empty key");
  assertEquals([sendWords("EXISTS", "", ""), sendWords("DEL", "")], [":2", ":1"]);
});

Deno.test("no command finds a key whose time has come", () => {
  const { clock, send, keyspace } = newKeysCaller();
  const commands = ["DEL k", "UNLINK k", "EXISTS k", "TOUCH k", "EXPIRE k 10", "PERSIST k", "MOVE k 1", "COPY k c"];
  for (const line of commands) {
    send("SET k v PX 10");
    clock.advance(11);
    assertEquals(send(line), ":0", line);
    assertEquals(send("DBSIZE"), ":0", line);
  }
  for (const [line, reply] of [["TYPE k", "+none"], ["TTL k", ":-2"], ["RENAME k c", "-ERR no such key"]] as const) {
    send("SET k v PX 10");
    clock.advance(11);
    assertEquals(send(line), reply);
  }
  assertEquals(keyspace.expired, commands.length + 3);
});

Deno.test("KEYS, SCAN and RANDOMKEY pass over expired keys; SCAN and RANDOMKEY delete what they come upon", () => {
  const { clock, send, strings, scanAll } = newKeysCaller();
  const fill = () => {
    for (let i = 0; i < 30; i++) send(i % 3 === 0 ? `SET lasting:${i} v` : `SET short:${i} v PX 5`);
    clock.advance(6);
  };
  fill();
  const lasting = Array.from({ length: 10 }, (_, i) => `lasting:${i * 3}`).sort();
  assertEquals(strings(send("KEYS *")).sort(), lasting);
  assertEquals([strings(send("KEYS short:*")), send("DBSIZE")], [[], ":30"]);
  assertEquals(scanAll("MATCH nosuch:*"), []);
  assertEquals(send("DBSIZE"), ":30", "a key that the pattern leaves out is not looked at");
  assertEquals(scanAll().sort(), lasting);
  assertEquals(send("DBSIZE"), ":10");
  fill();
  for (let i = 0; i < 200; i++) assert(send("RANDOMKEY").includes("lasting:"));
  assertEquals(send("DBSIZE"), ":10");
  for (const key of lasting) send(`PEXPIRE ${key} 5`);
  clock.advance(6);
  assertEquals([send("RANDOMKEY"), send("DBSIZE")], ["$-1", ":0"]);
});

Deno.test("SCAN returns what is there from beginning to end, whatever else comes and goes", () => {
  const { send, strings } = newKeysCaller();
  const random = new Random(1);
  const stable = Array.from({ length: 150 }, (_, i) => `stable:${i}`);
  for (const key of stable) send(`SET ${key} v`);
  let made = 0, deleted = 0;
  let isGrowing = true;
  for (let round = 0; round < 15; round++) {
    const missing = new Set(stable);
    let cursor = "0";
    do {
      const [next, ...keys] = strings(send(`SCAN ${cursor} COUNT ${1 + random.int(40)}`));
      for (const key of keys) missing.delete(key);
      cursor = next!;
      if (random.int(6) === 0) isGrowing = !isGrowing;
      for (let i = random.int(400); i > 0; i--) {
        if (isGrowing && made - deleted < 3_000) send(`SET other:${made++} v`);
        else if (deleted < made) send(`DEL other:${deleted++}`);
      }
    } while (cursor !== "0");
    assertEquals([...missing], [], `round ${round}`);
  }
  assert(made > 5_000, `${made} other keys came`);
});

Deno.test("SCAN returns about COUNT keys a call, each once while nothing changes", () => {
  const { send, strings, scanAll } = newKeysCaller();
  for (let i = 0; i < 5_000; i++) send(`SET key:${i} v`);
  for (const count of [1, 10, 100, 1_000]) {
    const keys = strings(send(`SCAN 0 COUNT ${count}`)).length - 1;
    assert(keys >= count && keys < count + 60, `${keys} keys for COUNT ${count}`);
  }
  const all = scanAll("COUNT 300");
  assertEquals([all.length, new Set(all).size], [5_000, 5_000]);
  assertEquals(scanAll("COUNT 500 MATCH key:12?").length, 10);
});

Deno.test("structures are renamed, copied, moved, expired, found and deleted like any value", () => {
  const { send, sendWire, strings, clock } = newKeysCaller();
  const structure = "*2 :1 %1 $1 x _"; // [1, { x: null }]
  const set = (key: string) => assertEquals(sendWire(`*3 $3 SET $1 ${key} ${structure}`), "+OK");
  set("s");
  send("SET t text");
  assertEquals([send("TYPE s"), send("OBJECT ENCODING s"), send("OBJECT REFCOUNT s")], ["+structure", "$4 resp", ":1"]);
  assertEquals([send("EXISTS s"), send("TOUCH s"), strings(send("KEYS s"))], [":1", ":1", ["s"]]);
  assertEquals([strings(send("SCAN 0 TYPE structure")), strings(send("SCAN 0 TYPE Structure"))], [["0", "s"], [
    "0",
    "s",
  ]]);
  assertEquals(strings(send("SCAN 0 TYPE string")), ["0", "t"]);
  assertEquals([send("EXPIRE s 100"), send("RENAME s r"), send("TTL r")], [":1", "+OK", ":100"]);
  assertEquals([send("COPY r c"), send("TTL c"), send("TYPE c")], [":1", ":100", "+structure"]);
  assertEquals([send("MOVE r 1"), send("EXISTS r"), send("SELECT 1"), send("TTL r")], [":1", ":0", "+OK", ":100"]);
  assertEquals(send("GET r"), structure);
  assertEquals([send("PERSIST r"), send("DEL r"), send("DBSIZE")], [":1", ":1", ":0"]);
  send("SELECT 0");
  clock.advance(100_001);
  assertEquals([send("EXISTS c"), send("UNLINK t")], [":0", ":1"]);
});

Deno.test("RENAME tells of both keys", () => {
  const { send, heard, keyspace } = newKeysCaller();
  send("SET a v EX 100");
  assertEquals(heard("RENAME a b"), { events: ["0: rename_from a", "0: rename_to b"], writes: ["0: RENAME a b"] });
  assertEquals(heard("RENAMENX b c"), { events: ["0: rename_from b", "0: rename_to c"], writes: ["0: RENAMENX b c"] });
  assertEquals(heard("RENAME c c"), { events: [], writes: [] });
  assertEquals(heard("RENAMENX c c"), { events: [], writes: [] });
  assertEquals(heard("RENAME nosuch c"), { events: [], writes: [] });
  assertEquals([send("TTL c"), keyspace.databases[0]!.expires], [":100", 1]);
});

Deno.test("RENAMENX, MOVE and COPY take the place of an expired key", () => {
  const { send, clock } = newKeysCaller();
  for (const line of ["RENAMENX a b", "COPY a b"]) {
    send("SET a new");
    send("SET b old PX 5");
    clock.advance(6);
    assertEquals([send(line), send("GET b"), send("TTL b")], [":1", "$3 new", ":-1"]);
  }
  send("SELECT 1");
  send("SET a old PX 5");
  send("SELECT 0");
  send("SET a new");
  clock.advance(6);
  assertEquals([send("MOVE a 1"), send("SELECT 1"), send("GET a")], [":1", "+OK", "$3 new"]);
});

Deno.test("COPY and MOVE tell of keys in their databases", () => {
  const { send, heard } = newKeysCaller();
  send("SET a v");
  assertEquals(heard("COPY a b"), { events: ["0: copy_to b"], writes: ["0: COPY a b"] });
  assertEquals(heard("COPY a b"), { events: [], writes: [] });
  assertEquals(heard("COPY a a DB 2"), { events: ["2: copy_to a"], writes: ["0: COPY a a DB 2"] });
  assertEquals(heard("MOVE a 3"), { events: ["0: move_from a", "3: move_to a"], writes: ["0: MOVE a 3"] });
  assertEquals(heard("MOVE a 3"), { events: [], writes: [] });
});

Deno.test("a copy has its own value", () => {
  const { send } = newKeysCaller();
  for (const text of ["7", "text", "x".repeat(2_000)]) {
    send(`SET a ${text}`);
    send("COPY a b REPLACE");
    send("APPEND a more");
    assertEquals(send("GET b"), `$${text.length} ${text}`);
    send("SETRANGE b 0 other");
    assertEquals(send("STRLEN a"), `:${text.length + 4}`);
  }
});

Deno.test("OBJECT IDLETIME counts from the last use; asking about a key is none", () => {
  const { send, clock } = newKeysCaller();
  send("SET k v");
  clock.advance(50_000);
  for (
    const line of ["TYPE k", "EXISTS k", "TTL k", "PTTL k", "EXPIRETIME k", "OBJECT ENCODING k", "KEYS *", "SCAN 0"]
  ) {
    send(line);
    assertEquals(send("OBJECT IDLETIME k"), ":50", line);
  }
  for (const line of ["TOUCH k", "GET k", "EXPIRE k 1000", "PERSIST k", "RENAME k k", "COPY k c"]) {
    clock.advance(20_000);
    send(line);
    assertEquals(send("OBJECT IDLETIME k"), ":0", line);
  }
});

Deno.test("reading a key counts as a hit or a miss, writing it does not", () => {
  const { send, keyspace } = newKeysCaller();
  send("SET k v");
  const reads = ["EXISTS k", "TOUCH k", "TYPE k", "TTL k", "PEXPIRETIME k", "OBJECT ENCODING k", "OBJECT IDLETIME k"];
  for (const line of reads) send(line);
  assertEquals([keyspace.hits, keyspace.misses], [reads.length, 0]);
  for (const line of reads) send(line.replace(/k$/, "nosuch"));
  assertEquals([keyspace.hits, keyspace.misses], [reads.length, reads.length]);
  for (const line of ["DEL nosuch", "EXPIRE k 5", "EXPIRE nosuch 5", "PERSIST k", "RENAME k l", "MOVE l 1", "SCAN 0"]) {
    send(line);
  }
  assertEquals([keyspace.hits, keyspace.misses], [reads.length, reads.length]);
});

Deno.test("OBJECT FREQ counts uses under an LFU policy, ever more slowly, and loses one a minute without", () => {
  const { send, clock } = newKeysCaller();
  const freq = (key: string) => Number(send(`OBJECT FREQ ${key}`).slice(1));
  send("SET k v");
  assert(
    send("OBJECT FREQ k").startsWith("-ERR An LFU maxmemory policy is not selected, access frequency not tracked."),
  );
  send("CONFIG SET maxmemory-policy volatile-lfu lfu-log-factor 0");
  send("SET new v");
  assertEquals(freq("new"), 5);
  for (let i = 0; i < 10; i++) send("GET new");
  assertEquals(freq("new"), 15);
  clock.advance(3 * 60_000);
  assertEquals(freq("new"), 12);
  send("CONFIG SET lfu-decay-time 0");
  assertEquals(freq("new"), 15);
  send("CONFIG SET lfu-log-factor 1000");
  for (let i = 0; i < 100; i++) send("GET new");
  assert(freq("new") < 20);
  assert(send("OBJECT IDLETIME k").startsWith("-ERR An LFU maxmemory policy is selected, idle time not tracked."));
});

Deno.test("DELETE answers how many keys there were, and propagates as DEL", () => {
  const { send, heard } = newKeysCaller();
  send("MSET a 1 b 2 c 3");
  assertEquals([send("DELETE a nosuch"), send("DELETE a"), send("DELETE")], [
    ":1",
    ":0",
    "-ERR wrong number of arguments for 'delete' command",
  ]);
  assertEquals(heard("DELETE b c"), { events: ["0: del b", "0: del c"], writes: ["0: DEL b c"] });
  assertEquals(heard("DELETE b c"), { events: [], writes: [] });
  assertEquals(heard("SET d 1").writes, ["0: SET d 1"], "nothing is left over");
});

Deno.test("what a command changes is counted as Redis counts it", () => {
  const { send, changes } = newKeysCaller();
  send("MSET a 1 b 2 c 3 d 4");
  const counts = [
    ["RENAME a e", 1],
    ["RENAME e e", 0],
    ["COPY e f", 1],
    ["COPY e f", 0],
    ["MOVE f 1", 1],
    ["EXPIRE b 100", 1],
    ["EXPIRE b 100 NX", 0],
    ["PERSIST b", 1],
    ["EXPIRE b -1", 1],
    ["DEL c d nosuch", 2],
    ["TOUCH e", 0],
    ["SWAPDB 0 1", 1],
    ["FLUSHALL", 2],
    ["FLUSHDB", 0],
  ] as const;
  for (const [line, count] of counts) assertEquals(changes(line), count, line);
});
