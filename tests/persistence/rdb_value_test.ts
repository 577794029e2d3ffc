import { assertEquals, assertThrows } from "@std/assert";
import { isPayload, readPayload } from "../../persistence/dump_payload.ts";
import { RdbFormatError } from "../../persistence/errors.ts";
import type { LoadedValue } from "../../persistence/loaded_value.ts";
import { RdbReader } from "../../persistence/rdb_reader.ts";
import { readValue } from "../../persistence/rdb_value.ts";
import { batchOf } from "../../resp/command_batch.ts";
import { Args } from "../../engine/args.ts";
import { StoreMemoryError } from "../../store/errors.ts";
import { Keyspace } from "../../store/keyspace.ts";
import { newCaller } from "../_call.ts";
import { Random } from "../resp/_frames.ts";
import { fuzz } from "./_fuzz.ts";
import { concat, little, payload, zipmap } from "./_old_encodings.ts";
import { READERS, SAMPLES, UNORDERED } from "./_samples.ts";

type Caller = ReturnType<typeof newCaller>;

/** The bytes of a bulk string. */
function bulk(reply: string): Uint8Array {
  return Uint8Array.from(reply.slice(reply.indexOf("\r\n") + 2, -2), (character) => character.charCodeAt(0));
}

function contents({ raw }: Caller, type: string): string[] {
  const replies = READERS[type]!.map((command) => {
    const reply = raw(...command);
    return UNORDERED.has(String(command[0])) ? [...reply].toSorted().join("") : reply;
  });
  return [raw("TYPE", "k"), raw("OBJECT", "ENCODING", "k"), ...replies];
}

function filled({ commands }: { commands: readonly (string | Uint8Array)[][] }): Caller {
  const caller = newCaller();
  for (const command of commands) caller.raw(...command);
  return caller;
}

Deno.test("values of every type and encoding are what they were after DUMP and RESTORE", () => {
  for (const sample of SAMPLES) {
    const caller = filled(sample);
    const before = contents(caller, sample.type);
    assertEquals(before[1], `$${sample.encoding.length}\r\n${sample.encoding}\r\n`, sample.name);
    for (const compression of ["yes", "no"]) {
      caller.raw("CONFIG", "SET", "rdbcompression", compression);
      const dumped = bulk(caller.raw("DUMP", "k"));
      assertEquals(caller.raw("RESTORE", "k", "0", dumped, "REPLACE"), "+OK\r\n", sample.name);
      assertEquals(contents(caller, sample.type), before, sample.name);
    }
  }
});

Deno.test("values cut short at any point are refused and leave nothing behind", () => {
  const random = new Random(9);
  for (const sample of SAMPLES) {
    const caller = filled(sample);
    const value = bulk(caller.raw("DUMP", "k")).slice(0, -10);
    const db = caller.engine.keyspace.databases[0]!;
    const before = db.usedBytes;
    const isLong = value.length > 200;
    for (let i = 1; i < Math.min(value.length, 200); i++) {
      const end = isLong ? 1 + random.int(value.length - 1) : i;
      const read = () => readValue(new RdbReader(value, 1, end), value[0]!, db);
      assertThrows(read, RdbFormatError, undefined, `${sample.name}, cut after ${end}`);
      assertEquals(db.usedBytes, before, `${sample.name}, cut after ${end}`);
    }
    readValue(new RdbReader(value, 1, value.length), value[0]!, db).release();
    assertEquals(db.usedBytes, before, sample.name);
  }
});

Deno.test("a payload is known by its version and its checksum", () => {
  const whole = payload(concat([0, 1], "a"));
  assertEquals(isPayload(concat("xx", whole, "xx"), 2, 2 + whole.length), true);
  for (let i = 0; i < whole.length; i++) {
    for (const bit of [1, 128]) assertEquals(isPayload(whole.with(i, whole[i]! ^ bit), 0, whole.length), false);
  }
  for (let end = 0; end < whole.length; end++) assertEquals(isPayload(whole, 0, end), false);
  assertEquals(isPayload(payload(concat([0, 0]), 11), 0, 12), false, "a version to come");
  assertEquals(isPayload(payload(concat([0, 0]), 256), 0, 12), false, "one far away");
  assertEquals(isPayload(payload(concat([0, 0]), 1), 0, 12), true);
});

Deno.test("a value gets the encoding that the limits of the day ask for", () => {
  const limits: [string, string, string, string][] = [
    ["hash: of 512 fields", "hash-max-listpack-entries", "511", "hashtable"],
    ["hash: of 513 fields", "hash-max-listpack-entries", "513", "listpack"],
    ["hash: with a long value", "hash-max-listpack-value", "65", "listpack"],
    ["hash: of numbers and texts", "hash-max-listpack-value", "5", "listpack"], // packed forms are only counted
    ["set: of 512 integers", "set-max-intset-entries", "511", "hashtable"],
    ["set: of 513 integers", "set-max-intset-entries", "513", "intset"],
    ["zset: of 128 members", "zset-max-listpack-entries", "127", "skiplist"],
    ["zset: of 129 members", "zset-max-listpack-entries", "129", "listpack"],
    ["zset: with a long member", "zset-max-listpack-value", "65", "listpack"],
    ["zset: of all kinds of scores", "zset-max-listpack-value", "0", "listpack"],
  ];
  for (const [name, directive, limit, encoding] of limits) {
    const sample = SAMPLES.find((sample) => sample.name === name)!;
    const caller = filled(sample);
    const found = contents(caller, sample.type).slice(2).map((reply) => [...reply].toSorted().join(""));
    const dumped = bulk(caller.raw("DUMP", "k"));
    assertEquals(caller.raw("CONFIG", "SET", directive, limit), "+OK\r\n");
    caller.raw("RESTORE", "k", "0", dumped, "REPLACE");
    assertEquals(caller.raw("OBJECT", "ENCODING", "k"), `$${encoding.length}\r\n${encoding}\r\n`, name);
    assertEquals(contents(caller, sample.type).slice(2).map((reply) => [...reply].toSorted().join("")), found, name);
  }
});

Deno.test("a sorted set whose listpack is out of order is put in order", () => {
  const caller = newCaller();
  const elements = [[0x81, 0x62, 2], [2, 1], [0x81, 0x63, 2], [1, 1], [0x81, 0x61, 2], [2, 1]];
  const body = concat(...elements, [255]);
  const listpack = concat(little(6 + body.length, 4), little(6, 2), body);
  assertEquals(caller.raw("RESTORE", "k", "0", payload(concat([17, listpack.length], listpack))), "+OK\r\n");
  assertEquals(caller.raw("ZRANGE", "k", "0", "-1"), "*3\r\n$1\r\nc\r\n$1\r\na\r\n$1\r\nb\r\n");
  assertEquals(caller.raw("ZRANK", "k", "b"), ":2\r\n");
});

Deno.test("what a listpack has in a longer form than need be is found all the same", () => {
  const caller = newCaller();
  const body = concat([0x81, 0x35, 2], [0xc0, 6, 2], [0xf4, 7, 0, 0, 0, 0, 0, 0, 0, 9], [0xe0, 1, 0x61, 3], [255]);
  const listpack = concat(little(6 + body.length, 4), little(65_535, 2), body);
  caller.raw("RESTORE", "k", "0", payload(concat([16, listpack.length], listpack)));
  assertEquals(caller.raw("HGET", "k", "5"), "$1\r\n6\r\n");
  assertEquals(caller.raw("HGET", "k", "7"), "$1\r\na\r\n");
  assertEquals(caller.raw("HLEN", "k"), ":2\r\n");
});

Deno.test("a structure goes through DUMP and RESTORE, anything else under its type is refused", () => {
  const caller = newCaller({ protocol: 3 });
  const structure = "%2\r\n+a\r\n*2\r\n:1\r\n_\r\n$1\r\nb\r\n#t\r\n";
  caller.wire(`*3\r\n$3\r\nSET\r\n$1\r\nk\r\n${structure}`);
  const dumped = bulk(caller.raw("DUMP", "k"));
  assertEquals(dumped[0], 240);
  assertEquals(caller.raw("RESTORE", "other", "0", dumped), "+OK\r\n");
  assertEquals(caller.raw("GET", "other"), structure);
  assertEquals(caller.raw("TYPE", "other"), "+structure\r\n");
  for (const bad of ["", "x", ":1", ":1\r\n:2\r\n", "*2\r\n:1\r\n", "*1\r\n".repeat(200) + ":1\r\n", "$5\r\nab\r\n"]) {
    const value = concat([240, 0x80], little(bad.length, 4).reverse(), bad);
    assertEquals(caller.raw("RESTORE", "bad", "0", payload(value)), "-ERR Bad data format\r\n", bad);
  }
});

Deno.test("where memory runs out while a value is read, what has been read is freed", () => {
  const keyspace = new Keyspace({ databases: 1, random: () => 0.5, arenaBytes: 1024 * 1024 });
  const db = keyspace.databases[0]!;
  const args = new Args();
  args.reset(batchOf(["RESTORE", "k"]), 0);
  for (const sample of SAMPLES.filter(({ name }) => name.includes("many"))) {
    const caller = filled(sample);
    const dumped = bulk(caller.raw("DUMP", "k"));
    const before = db.usedBytes;
    const values: LoadedValue[] = [];
    assertThrows(() => {
      while (true) values.push(readPayload(dumped, 0, dumped.length, db));
    }, StoreMemoryError);
    for (const value of values) value.release();
    assertEquals(db.usedBytes, before, sample.name);
    const entry = readPayload(dumped, 0, dumped.length, db).place(args, 1);
    db.deleteEntry(entry);
    assertEquals(db.usedBytes, before, sample.name);
  }
});

Deno.test("a count of elements that cannot be there is refused at once", () => {
  const db = newCaller().engine.keyspace.databases[0]!;
  for (const type of [1, 2, 3, 4, 5, 14, 18]) {
    const value = payload(concat([type, 0x80, 255, 255, 255, 255], new Uint8Array(100)));
    assertThrows(() => readPayload(value, 0, value.length, db), RdbFormatError);
  }
});

Deno.test("a zipmap that knows not its count is read", () => {
  const caller = newCaller();
  const bytes = zipmap(1, "a", "b").with(0, 254);
  caller.raw("RESTORE", "k", "0", payload(concat([9, bytes.length], bytes)));
  assertEquals(caller.raw("HGETALL", "k"), "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
});

Deno.test("damaged values are refused or make good keys", () => {
  const counts = fuzz(4_000, 1);
  assertEquals(
    counts.loaded > 400 && counts.refused > 1_000,
    true,
    `${counts.loaded} loaded, ${counts.refused} refused`,
  );
  assertEquals(counts.kinds.size >= 10, true, [...counts.kinds.keys()].join());
});
