/** Snapshots: whatever happens between the slices, what is visited is what was there when they began. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { RdbWriter } from "../../persistence/rdb_writer.ts";
import { writeKeyAndValue } from "../../persistence/rdb_value.ts";
import type { Database, Entry } from "../../store/database.ts";
import { StoreMemoryError } from "../../store/errors.ts";
import { Keyspace } from "../../store/keyspace.ts";
import { KeyText } from "../../store/key_text.ts";
import { Snapshot } from "../../store/snapshot.ts";
import { newCaller } from "../_call.ts";
import { GENERATORS } from "../compat/random/rounds.ts";
import { Random } from "../resp/_frames.ts";
import { isHarmless, randomCommand } from "../server/_random_commands.ts";

/** A key, its value as a file has it, and its expiry. */
function record(db: Database, entry: Entry): [key: string, value: string] {
  const writer = new RdbWriter(false);
  writeKeyAndValue(writer, db, entry);
  return [db.keyBytes(entry).toHex(), `${writer.bytes.subarray(0, writer.size).toHex()} ${db.expireAt(entry)}`];
}

/** What all databases hold, by database and key. */
class Contents {
  readonly keys: Map<string, string> = new Map();

  add(index: number, db: Database, entry: Entry): void {
    const [key, value] = record(db, entry);
    assert(!this.keys.has(`${index} ${key}`), `key ${key} of database ${index} twice`);
    this.keys.set(`${index} ${key}`, value);
  }

  /** Says which keys are others than those of `expected`. */
  assertSame(expected: Contents): void {
    const names = new Set([...this.keys.keys(), ...expected.keys.keys()]);
    const others = [...names].filter((name) => this.keys.get(name) !== expected.keys.get(name));
    assertEquals(
      others.map((name) => [name, this.keys.get(name)]),
      others.map((name) => [name, expected.keys.get(name)]),
    );
  }

  static of(keyspace: Keyspace): Contents {
    const contents = new Contents();
    for (const db of keyspace.databases) {
      let cursor = 0;
      const seen = new Set<string>();
      do {
        cursor = db.scan(cursor, (entry) => {
          const key = db.keyBytes(entry).toHex();
          if (seen.has(key)) return;
          seen.add(key);
          contents.add(db.index, db, entry);
        });
      } while (cursor !== 0);
    }
    return contents;
  }
}

/** A snapshot of what there is now, into contents of its own. */
function snapshotOf(keyspace: Keyspace): { snapshot: Snapshot; expected: Contents; visited: Contents } {
  const expected = Contents.of(keyspace);
  const visited = new Contents();
  return { snapshot: new Snapshot(keyspace, (index, db, entry) => visited.add(index, db, entry)), expected, visited };
}

const SMALL = {
  "hash-max-listpack-entries": "8",
  "set-max-intset-entries": "8",
  "zset-max-listpack-entries": "8",
  "list-max-listpack-size": "4",
  "stream-node-max-entries": "4",
};

for (let seed = 1; seed <= 12; seed++) {
  Deno.test(`random commands of all types between the slices do not show (seed ${seed})`, () => {
    const random = new Random(seed);
    const { engine, raw, clock } = newCaller({ seed });
    for (const [name, value] of Object.entries(SMALL)) if (seed % 2 === 0) raw("CONFIG", "SET", name, value);
    const generators = Object.values(GENERATORS);
    const run = (commands: number): void => {
      for (let i = 0; i < commands; i++) {
        const command = random.int(400) === 0
          ? random.pick([["FLUSHDB"], ["SWAPDB", "0", "1"], ["FLUSHALL"], ["SELECT", "1"]])
          : random.pick(generators)(random);
        raw(...command);
        if (random.int(10) === 0) clock.advance(random.int(2000));
      }
    };
    raw("DEBUG", "SET-ACTIVE-EXPIRE", "0");
    for (let round = 0; round < 12; round++) {
      run(300);
      for (let i = random.int(3) * 100; i > 0; i--) raw("SET", `filler:${random.int(2000)}`, `${i}`);
      const { snapshot, expected, visited } = snapshotOf(engine.keyspace);
      while (!snapshot.step(0)) run(random.int(12));
      visited.assertSame(expected);
      assertEquals(engine.keyspace.snapshot, null);
      for (const db of engine.keyspace.databases) assertEquals(db.watcher, null);
    }
  });
}

for (let seed = 1; seed <= 4; seed++) {
  Deno.test(`no command of any kind changes a key before it has been visited (seed ${seed})`, () => {
    const random = new Random(seed);
    const lines: string[] = [];
    const { engine, raw, clock } = newCaller({ seed, log: { log: (_l, t) => void lines.push(t) } });
    raw("CONFIG", "SET", "proto-max-bulk-len", "1mb");
    raw("DEBUG", "SET-ACTIVE-EXPIRE", "0");
    const generators = Object.values(GENERATORS);
    for (let i = 0; i < 800; i++) {
      const command = random.int(2) === 0 ? random.pick(generators)(random) : randomCommand(random);
      const name = String(command[0]).toLowerCase();
      const isEmptying = name.startsWith("flush") && random.int(10) > 0;
      const mayWait = /^b(?!it)/.test(name) || command.some((word) => /^block$/i.test(String(word))); // nor BGSAVE
      if (isEmptying || mayWait || !isHarmless(command)) continue;
      const { snapshot, expected, visited } = snapshotOf(engine.keyspace);
      raw(...command);
      while (!snapshot.step(0));
      visited.assertSame(expected);
      if (random.int(10) === 0) clock.advance(random.int(2000));
    }
    assert(engine.keyspace.databases[0]!.size > 0);
    assertEquals(engine.statistics.unexpectedErrors, 0, lines.join("\n"));
  });
}

Deno.test("a table that grows and shrinks under a snapshot loses and repeats nothing", () => {
  for (const [before, during] of [[1500, "add"], [1500, "delete"], [40, "add"]] as const) {
    const { engine, raw } = newCaller();
    for (let i = 0; i < before; i++) raw("SET", `k${i}`, `${i}`);
    const { snapshot, expected, visited } = snapshotOf(engine.keyspace);
    for (let i = 0; !snapshot.step(0); i++) {
      for (let k = 0; k < 30; k++) raw(...during === "add" ? ["SET", `new${i}:${k}`, ""] : ["DEL", `k${i * 30 + k}`]);
    }
    visited.assertSame(expected);
  }
});

Deno.test("keys already visited are not visited again when the table shrinks around them", () => {
  for (let steps = 1; steps < 30; steps += 2) {
    const { engine, raw } = newCaller();
    for (let i = 0; i < 600; i++) raw("SET", `k${i}`, `${i}`);
    const { snapshot, expected, visited } = snapshotOf(engine.keyspace);
    for (let i = 0; i < steps; i++) snapshot.step(0);
    for (let i = 0; i < 570; i++) raw("DEL", `k${i}`);
    if (steps % 3 > 0) engine.keyspace.databases[0]!.advanceResize(1000);
    while (!snapshot.step(0));
    visited.assertSame(expected);
  }
});

Deno.test("commands that count as reading, but change a value in place, have it visited before", () => {
  const rows: [command: string, ...setting: string[]][] = [
    ["PFCOUNT k", "PFADD k a b c"],
    ["SORT k", "ZADD k 1 1 2 2"], // which Redis turns into a skiplist, and so do we
    ["XACK k g 1-1", "XADD k 1-1 f v", "XGROUP CREATE k g 0", "XREADGROUP GROUP g c STREAMS k >"],
    ["XCLAIM k g other 0 1-1", "XADD k 1-1 f v", "XGROUP CREATE k g 0", "XREADGROUP GROUP g c STREAMS k >"],
    ["XAUTOCLAIM k g other 0 0", "XADD k 1-1 f v", "XGROUP CREATE k g 0", "XREADGROUP GROUP g c STREAMS k >"],
    ["XREADGROUP GROUP g other STREAMS k >", "XADD k 1-1 f v", "XGROUP CREATE k g 0"],
    ["XREADGROUP GROUP g new STREAMS k 0", "XADD k 1-1 f v", "XGROUP CREATE k g 0"],
    ["XGROUP CREATECONSUMER k g new", "XADD k 1-1 f v", "XGROUP CREATE k g 0"],
    ["GETEX k PERSIST", "SET k v EX 100"],
    ["GETEX k EX 7", "SET k v"],
    ["GETDEL k", "SET k v"],
    ["BITOP NOT k k", "SETRANGE k 300000 v"], // long results are worked out where they will stand
  ];
  for (const [command, ...setting] of rows) {
    const { engine, raw } = newCaller();
    for (const each of setting) raw(...each.split(" "));
    const { snapshot, expected, visited } = snapshotOf(engine.keyspace);
    const reply = raw(...command.split(" "));
    assert(!reply.startsWith("-"), reply);
    assert(Contents.of(engine.keyspace).keys.get("0 6b") !== expected.keys.get("0 6b"), `${command} changes nothing`);
    while (!snapshot.step(0));
    visited.assertSame(expected);
  }
});

Deno.test("a database emptied under a snapshot is visited to its end, and its memory freed", () => {
  for (const flush of ["FLUSHALL", "FLUSHDB"]) {
    const { engine, raw } = newCaller();
    for (let i = 0; i < 200; i++) raw("SADD", "large", `member ${i}`);
    for (let i = 0; i < 5000; i++) raw("SET", `k${i}`, "x".repeat(500));
    const { snapshot, expected, visited } = snapshotOf(engine.keyspace);
    snapshot.step(0);
    raw("UNLINK", "large");
    raw(flush);
    assertEquals(raw("DBSIZE"), ":0\r\n");
    raw("SET", "k1", "another");
    while (!snapshot.step(0)) raw("APPEND", "k1", "!");
    visited.assertSame(expected);
    assertEquals(engine.keyspace.detached, 0);
    assert(engine.keyspace.databases[0]!.usedBytes < 10_000 && engine.keyspace.garbageBytes > 2_500_000);
  }
});

Deno.test("databases exchanged under a snapshot keep their numbers in it", () => {
  const { engine, raw } = newCaller();
  for (let i = 0; i < 100; i++) raw("SET", `a${i}`, "0");
  raw("SELECT", "3");
  for (let i = 0; i < 100; i++) raw("SET", `b${i}`, "3");
  const { snapshot, expected, visited } = snapshotOf(engine.keyspace);
  snapshot.step(0);
  raw("SWAPDB", "0", "3");
  raw("SET", "a5", "changed");
  raw("SET", "b5", "new");
  while (!snapshot.step(0));
  visited.assertSame(expected);
});

Deno.test("keys that expire under a snapshot are in it, with their expiry", () => {
  const { engine, raw, clock } = newCaller();
  for (let i = 0; i < 100; i++) raw("SET", `k${i}`, `${i}`, "PX", "10");
  const { snapshot, expected, visited } = snapshotOf(engine.keyspace);
  clock.advance(20);
  for (let i = 0; i < 50; i++) assertEquals(raw("GET", `k${i}`), "$-1\r\n");
  assertEquals(engine.keyspace.databases[0]!.sweep(), true);
  assertEquals(raw("DBSIZE"), ":0\r\n");
  while (!snapshot.step(0));
  visited.assertSame(expected);
});

Deno.test("a visit that fails before a command ends the snapshot, and the command goes on", () => {
  const { engine, raw } = newCaller();
  for (let i = 0; i < 1000; i++) raw("SET", `k${i}`, `${i}`);
  const snapshot = new Snapshot(engine.keyspace, () => {
    throw new Error("disk full");
  });
  assertEquals(raw("MSET", "k1", "a", "k2", "b"), "+OK\r\n");
  assertEquals(engine.keyspace.snapshot, null);
  assertThrows(() => snapshot.step(0), Error, "disk full");
  assertEquals(engine.keyspace.databases[0]!.watcher, null);
});

Deno.test("a snapshot for which there is no memory any more ends, and the commands go on", () => {
  const keyspace = new Keyspace({ databases: 1, random: () => 0.5, arenaBytes: 256 * 1024 });
  const db = keyspace.databases[0]!;
  const key = new KeyText(), name = new Uint8Array(500);
  const setKey = (i: number): void => {
    new DataView(name.buffer).setUint32(0, i);
    db.setInt(key.clear().append(name, 0, name.length), 0, i);
  };
  for (let i = 0; i < 100; i++) setKey(i);
  const snapshot = new Snapshot(keyspace, () => {});
  for (let i = 100; keyspace.snapshot !== null; i++) {
    setKey(i);
    assertEquals(db.delete(key, 0), true);
  }
  assertEquals(db.size, 100);
  assertThrows(() => snapshot.step(0), StoreMemoryError);
  assertEquals(keyspace.snapshot, null);
});

Deno.test("there is one snapshot at a time, and one cancelled leaves nothing behind", () => {
  const { engine, raw } = newCaller();
  for (let i = 0; i < 1000; i++) raw("SET", `k${i}`, `${i}`);
  const { snapshot } = snapshotOf(engine.keyspace);
  assertThrows(() => new Snapshot(engine.keyspace, () => {}), TypeError, "another one is under way");
  snapshot.step(0);
  raw("FLUSHALL");
  raw("SET", "k", "v");
  snapshot.cancel();
  assertEquals(engine.keyspace.snapshot, null);
  const { snapshot: second, expected, visited } = snapshotOf(engine.keyspace);
  assertEquals(second.step(0), true);
  visited.assertSame(expected);
});
