/** Whole RDB files: what is written is read again, and what is no such file is refused. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { digestOfKeyspace } from "../../commands/debug_digest.ts";
import { Crc64 } from "../../persistence/crc64.ts";
import { RdbFormatError } from "../../persistence/errors.ts";
import { loadRdb, type RdbLoadOptions, type RdbLoadReport } from "../../persistence/rdb_file_reader.ts";
import { type RdbFileOptions, RdbFileWriter } from "../../persistence/rdb_file_writer.ts";
import type { ByteSource } from "../../persistence/rdb_reader.ts";
import type { Keyspace } from "../../store/keyspace.ts";
import { type Caller, newCaller } from "../_call.ts";
import { Random } from "../resp/_frames.ts";
import { concat as joined } from "./_old_encodings.ts";
import { SAMPLES } from "./_samples.ts";

/** Bytes, given as numbers, texts and bytes. */
function concat(...parts: (number | string | Uint8Array)[]): Uint8Array {
  return joined(...parts.map((part) => typeof part === "number" ? [part] : part));
}

const NOW = 1_700_000_000_000;

const WRITING: RdbFileOptions = {
  compresses: true,
  hasChecksum: true,
  use: "nothing",
  nowMs: NOW,
  usedBytes: 12345,
  isAofBase: false,
};

/** A file of all keys, and the largest chunk it was written in. */
function fileOf(keyspace: Keyspace, options: Partial<RdbFileOptions> = {}): { file: Uint8Array; largest: number } {
  const chunks: Uint8Array[] = [];
  const writer = new RdbFileWriter({ ...WRITING, ...options }, (bytes) => chunks.push(bytes.slice()));
  for (const db of keyspace.databases) db.eachEntry((entry) => writer.key(db.index, db, entry));
  writer.end();
  assertEquals(writer.written, chunks.reduce((sum, { length }) => sum + length, 0));
  return { file: concat(...chunks), largest: Math.max(...chunks.map(({ length }) => length)) };
}

/** A source that gives so many bytes at a time at most, and may end before it said. */
function sourceOf(file: Uint8Array, said = file.length): ByteSource {
  let at = 0;
  return {
    size: () => said,
    read(into) {
      const part = file.subarray(at, at + into.length);
      into.set(part);
      at += part.length;
      return part.length;
    },
  };
}

interface Loaded extends RdbLoadReport {
  readonly caller: ReturnType<typeof newCaller>;
  readonly logged: string[];
}

function load(file: Uint8Array | ByteSource, options: Partial<RdbLoadOptions> = {}, caller = newCaller()): Loaded {
  const logged: string[] = [];
  const log = { log: (level: string, text: string) => void logged.push(`${level}: ${text}`) };
  const source = file instanceof Uint8Array ? sourceOf(file) : file;
  const reading = { checks: true, keepsExpired: false, merges: false, log };
  return { ...loadRdb(source, caller.engine.keyspace, { ...reading, ...options }), caller, logged };
}

/** Every type and encoding, in several databases, some with an expiry. */
function filled(): ReturnType<typeof newCaller> {
  const caller = newCaller();
  SAMPLES.forEach(({ name, commands }, i) => {
    caller.raw("SELECT", String(i % 3 * 5));
    for (const command of commands) caller.raw(...command.map((word) => word === "k" ? name : word));
    if (i % 4 === 0) caller.raw("PEXPIREAT", name, String(NOW + 1000 * (i + 1)));
  });
  caller.wire("*3\r\n$3\r\nSET\r\n$9\r\nstructure\r\n*2\r\n:1\r\n_\r\n");
  caller.raw("SELECT", "0");
  return caller;
}

function expiries({ raw }: Caller): string[] {
  return SAMPLES.map(({ name }, i) => raw("SELECT", String(i % 3 * 5)) + raw("PEXPIRETIME", name));
}

for (const [compresses, hasChecksum] of [[true, true], [false, false]] as const) {
  const how = `${compresses ? "" : "not "}compressed, with${hasChecksum ? "" : "out"} a checksum`;
  Deno.test(`a file has every type, database and expiry (${how})`, () => {
    const caller = filled();
    const { file } = fileOf(caller.engine.keyspace, { compresses, hasChecksum });
    const { caller: other, logged, keysLoaded, keysExpired, bytesRead } = load(file);
    assertEquals(digestOfKeyspace(other.engine.keyspace), digestOfKeyspace(caller.engine.keyspace));
    assertEquals(expiries(other), expiries(caller));
    assertEquals([keysLoaded, keysExpired, bytesRead], [SAMPLES.length + 1, 0, file.length]);
    assertEquals(logged, [
      "notice: Loading RDB produced by version 7.0.15",
      "notice: RDB age 0 seconds",
      "notice: RDB memory usage when created 0.01 Mb",
      ...hasChecksum ? [] : ["warning: RDB file was saved with checksum disabled: no check performed."],
      `notice: Done loading RDB, keys loaded: ${SAMPLES.length + 1}, keys expired: 0.`,
    ]);
  });
}

Deno.test("a file begins and ends as Redis' own", () => {
  const { engine, raw } = newCaller();
  const { file } = fileOf(engine.keyspace);
  const aux = (name: string, value: (string | number)[]) => concat(0xfa, name.length, name, ...value);
  const head = concat(
    "REDIS0010",
    aux("redis-ver", [6, "7.0.15"]),
    aux("redis-bits", [0xc0, 64]),
    aux("ctime", [0xc2, 0x00, 0xf1, 0x53, 0x65]),
    aux("used-mem", [0xc1, 0x39, 0x30]),
    aux("aof-base", [0xc0, 0]),
  );
  const whole = concat(head, 0xff, new Uint8Array(8));
  new Crc64().update(whole, 0, whole.length - 8).write(whole, whole.length - 8);
  assertEquals(file, whole);
  raw("SELECT", "7");
  raw("SET", "k", "v", "PXAT", String(NOW + 1));
  raw("SET", "other", "1");
  const { file: some } = fileOf(engine.keyspace, { hasChecksum: false });
  const keys = some.subarray(head.length);
  assertEquals(keys.subarray(0, 5), concat(0xfe, 7, 0xfb, 2, 1));
  assertEquals(keys.subarray(-9), concat(0xff, new Uint8Array(8)));
  const expiring = concat(0xfc, 0x01, 0x68, 0xe5, 0xcf, 0x8b, 0x01, 0x00, 0x00, 0x00, 0x01, "k", 0x01, "v");
  assert(keys.toHex().includes(expiring.toHex()));
});

Deno.test("what is known of a key's use is in the file where the policy for evicting keys asks for it", () => {
  for (const [use, policy, command] of [["idle", "allkeys-lru", "IDLETIME"], ["frequency", "volatile-lfu", "FREQ"]]) {
    const caller = newCaller();
    caller.raw("CONFIG", "SET", "maxmemory-policy", policy!);
    caller.raw("SET", "k", "v");
    for (let i = 0; i < 50; i++) caller.raw("GET", "k");
    if (use === "idle") caller.clock.advance(100_000);
    const known = caller.raw("OBJECT", command!, "k");
    const { file } = fileOf(caller.engine.keyspace, { use: use as "idle" | "frequency" });
    const other = newCaller({ clock: caller.clock });
    other.raw("CONFIG", "SET", "maxmemory-policy", policy!);
    load(file, {}, other);
    assertEquals(other.raw("OBJECT", command!, "k"), known);
    assert(known !== ":0\r\n" && known !== ":5\r\n");
  }
});

Deno.test("nothing but a chunk waits while a file is written, and values may be larger than what is read at a time", () => {
  const caller = newCaller();
  const random = new Random(7);
  const noise = random.bytes(1_000_000);
  caller.raw("SET", "noise", noise);
  for (let i = 0; i < 10_000; i += 100) {
    const numbers = Array.from({ length: 100 }, (_, k) => String(i + k));
    caller.raw("HSET", "hash", ...numbers.flatMap((n) => [`field ${n}`, `value ${n}`]));
    caller.raw("ZADD", "zset", ...numbers.flatMap((n) => [n, `member ${n}`]));
    caller.raw("RPUSH", "list", ...numbers);
  }
  const { file, largest } = fileOf(caller.engine.keyspace, { compresses: false });
  assert(file.length > 1_400_000, String(file.length));
  assertEquals(largest, noise.length); // which is given on as it stands in memory
  const { caller: other } = load(file);
  assertEquals(digestOfKeyspace(other.engine.keyspace), digestOfKeyspace(caller.engine.keyspace));
});

Deno.test("a file is read the same wherever a window ends", () => {
  const caller = filled();
  const digest = digestOfKeyspace(caller.engine.keyspace);
  for (const [compresses, sizes] of [[true, [1, 2, 1000]], [false, [1, 13, 64, 10_000]]] as const) {
    const { file } = fileOf(caller.engine.keyspace, { compresses });
    for (const windowBytes of sizes) {
      const { caller: other, bytesRead } = load(file, { windowBytes });
      assertEquals([digestOfKeyspace(other.engine.keyspace), bytesRead], [digest, file.length]);
      assertEquals(expiries(other), expiries(caller));
    }
  }
});

Deno.test("keys that have expired are left out as by a primary, unless a log of commands counts on them", () => {
  const caller = newCaller();
  caller.raw("SET", "gone", "1", "PXAT", String(NOW + 10));
  caller.raw("RPUSH", "list", ...Array.from({ length: 1000 }, String));
  caller.raw("PEXPIREAT", "list", String(NOW + 10));
  caller.raw("SET", "there", "2", "PXAT", String(NOW + 11));
  const { file } = fileOf(caller.engine.keyspace);
  const at = (ms: number) => {
    const other = newCaller();
    other.clock.advance(ms);
    other.engine.keyspace.setNow(NOW + ms);
    return other;
  };
  const { caller: other, keysLoaded, keysExpired } = load(file, {}, at(10));
  assertEquals([keysLoaded, keysExpired, other.raw("KEYS", "*")], [1, 2, "*1\r\n$5\r\nthere\r\n"]);
  assert(other.engine.keyspace.databases[0]!.usedBytes < 1000);
  const kept = load(file, { keepsExpired: true }, at(10));
  assertEquals([kept.keysLoaded, kept.keysExpired, kept.caller.raw("DBSIZE")], [3, 0, ":3\r\n"]);
});

Deno.test("every prefix of a file is refused, and every byte that is another", () => {
  const caller = newCaller();
  caller.raw("SET", "k", "value", "PX", "1000");
  caller.raw("RPUSH", "list", "a", "b", "x".repeat(30));
  caller.raw("SADD", "set", "a", "b");
  caller.raw("SELECT", "1");
  caller.raw("XADD", "stream", "1-1", "f", "v");
  const { file } = fileOf(caller.engine.keyspace);
  const other = newCaller(); // for all of them: to make one takes longer than to load such a file
  const tryTo = (file: Uint8Array | ByteSource, checks = true) => load(file, { merges: true, checks }, other);
  for (let size = 0; size < file.length; size++) {
    const prefix = file.subarray(0, size);
    assertThrows(() => tryTo(prefix), RdbFormatError, "truncated", `the first ${size} bytes`);
    assertThrows(() => tryTo(sourceOf(prefix, file.length)), RdbFormatError, "truncated", "a file that became shorter");
  }
  for (let i = 0; i < file.length; i++) {
    for (const bit of [1, 16, 128]) {
      const damaged = file.with(i, file[i]! ^ bit);
      assertThrows(() => tryTo(damaged), RdbFormatError, undefined, `byte ${i} as ${damaged[i]}`);
      try {
        tryTo(damaged, false); // may be a good file, of something else
      } catch (error) {
        if (!(error instanceof RdbFormatError)) throw error;
      }
    }
  }
});

/** A file of these parts, of a version without a checksum. */
function handmade(...parts: (number | string | Uint8Array)[]): Uint8Array {
  return concat("REDIS0004", ...parts);
}

Deno.test("old files, with expiries in seconds and fields that nobody knows, are read", () => {
  const key = [0, 1, "k", 1, "v"];
  for (const version of ["0001", "0002", "0003", "0004"]) {
    const { caller } = load(concat(`REDIS${version}`, 0xfe, 2, 0xfd, 0x01, 0xf1, 0x53, 0x65, ...key, 0xff));
    caller.raw("SELECT", "2");
    assertEquals(caller.raw("EXPIRETIME", "k"), ":1700000001\r\n");
  }
  const aux = (name: string, value: string) => concat(0xfa, name.length, name, value.length, value);
  const { logged } = load(
    handmade(
      aux("%note", "text"),
      aux("what", "1"),
      aux("repl-id", "0123"),
      aux("lua", "return 1"),
      aux("aof-base", "1"),
      aux("ctime", "1699999000"),
      0xff,
    ),
  );
  assertEquals(logged, [
    "notice: RDB '%note': text",
    "debug: Unrecognized RDB AUX field: 'what'",
    "notice: RDB is base AOF",
    "notice: RDB age 1000 seconds",
    "notice: Done loading RDB, keys loaded: 0, keys expired: 0.",
  ]);
});

Deno.test("what cannot be read is named", () => {
  const rows: [reason: string, file: Uint8Array][] = [
    ["Wrong signature trying to load DB from file", concat("RADIS0010xxxx")],
    ["Can't handle RDB format version 11", concat("REDIS0011", 0xff)],
    ["Can't handle RDB format version 0", concat("REDIS0000", 0xff)],
    ["Can't handle RDB format version 0", concat("REDIS-001", 0xff)],
    ["configured to handle more than 16 databases", handmade(0xfe, 16, 0xff)],
    ["RDB has duplicated key 'k' in DB 0", handmade(0, 1, "k", 1, "v", 0, 1, "k", 1, "w", 0xff)],
    ["The RDB file contains functions, which are not supported yet", handmade(0xf5, 3, "#!x", 0xff)],
    ["The RDB file contains functions, which are not supported yet", handmade(0xf6, 3, "#!x", 0xff)],
    ["The RDB file contains AUX module data I can't load", handmade(0xf7, 1, 0xff)],
    ["The RDB file contains module data I can't load", handmade(7, 1, "k", 1, 0xff)],
    ["a value of the unknown type 99", handmade(99, 1, "k", 1, "v", 0xff)],
    ["RDB CRC error", concat("REDIS0009", 0xff, 1, 0, 0, 0, 0, 0, 0, 0)],
  ];
  for (const [reason, file] of rows) assertThrows(() => load(file), RdbFormatError, reason);
  assertEquals(load(concat("REDIS0009", 0xff, 1, 0, 0, 0, 0, 0, 0, 0), { checks: false }).keysLoaded, 0);
});

Deno.test("keys may be there already when told so, and empty collections are passed over", () => {
  const caller = newCaller();
  caller.raw("RPUSH", "k", "a");
  caller.raw("SET", "other", "1");
  const { keysLoaded, logged } = load(
    handmade(0xfb, 40, 0, 0, 1, "k", 1, "v", 2, 5, "empty", 0, 4, 2, "e2", 0, 0, 1, "l", 1, "w", 0xff),
    { merges: true },
    caller,
  );
  assertEquals(keysLoaded, 2);
  assertEquals([caller.raw("GET", "k"), caller.raw("GET", "l"), caller.raw("DBSIZE")], [
    "$1\r\nv\r\n",
    "$1\r\nw\r\n",
    ":3\r\n",
  ]);
  assertEquals(logged, [
    "warning: rdbLoadObject skipping empty key: empty",
    "warning: rdbLoadObject skipping empty key: e2",
    "warning: Done loading RDB, keys loaded: 2, keys expired: 0, empty keys skipped: 2.",
  ]);
});

Deno.test("a table is made for as many keys as the file can have, not for as many as it announces", () => {
  const { caller } = load(handmade(0xfb, 0x80, 0x7f, 0xff, 0xff, 0xff, 0, 0, 1, "k", 1, "v", 0xff));
  assert(caller.engine.keyspace.databases[0]!.keys.tableBytes < 1000);
});
