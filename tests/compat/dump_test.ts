/** DUMP and RESTORE, with redis-server 7.0 at the other end. */
import { assert, assertEquals } from "@std/assert";
import { startBoth } from "../_both.ts";
import { compareTranscript, type RawConnection } from "../_harness.ts";
import { hasReference } from "../_redis.ts";
import { RDB_STRUCTURE } from "../../persistence/rdb_types.ts";
import { damagedPayloads } from "../persistence/_fuzz.ts";
import { bytesOf, concat, intset, little, payload, ziplist, zipmap } from "../persistence/_old_encodings.ts";
import { READERS, SAMPLES, UNORDERED } from "../persistence/_samples.ts";

/** The bytes of a string as {@linkcode RawConnection.readReply} prints it. */
function bytesOfReply(reply: string): Uint8Array {
  const [, size, text] = /^\$(\d+) (.*)$/.exec(reply)!;
  const bytes: number[] = [];
  for (const [character, escape] of text!.matchAll(/\\(x..|.)|./g)) {
    if (escape === undefined) bytes.push(character.charCodeAt(0));
    else if (escape.startsWith("x")) bytes.push(parseInt(escape.slice(1), 16));
    else bytes.push(({ r: 13, n: 10 } as Record<string, number>)[escape] ?? escape.charCodeAt(0));
  }
  assertEquals(bytes.length, Number(size));
  return Uint8Array.from(bytes);
}

/** What a key of this type holds, read in every way. */
async function contents(conn: RawConnection, type: string): Promise<string[]> {
  const replies = [await conn.send("TYPE", "k"), await conn.send("OBJECT", "ENCODING", "k")];
  for (const command of READERS[type]!) {
    const reply = await conn.send(...command);
    replies.push(UNORDERED.has(String(command[0])) ? sorted(reply, command[0] === "HGETALL" ? 2 : 1) : reply);
  }
  return replies;
}

/** An array's elements in groups of `size`, in order. */
function sorted(reply: string, size: number): string {
  const elements = reply.slice(reply.indexOf("[") + 1, -1).split(", ");
  const groups = elements.flatMap((_, i) => i % size === 0 ? [elements.slice(i, i + size).join()] : []);
  return groups.toSorted().join(" ");
}

async function fill(conn: RawConnection, commands: readonly (string | Uint8Array)[][]): Promise<void> {
  assertEquals(await conn.send("FLUSHALL"), "+OK");
  for (const command of commands) assert(!(await conn.send(...command)).startsWith("-"), `${command[0]} succeeds`);
}

Deno.test({
  name: "values of every type and encoding go to redis-server and come from it unchanged (skipped where there is none)",
  ignore: !hasReference,
  fn: async (t) => {
    await using both = await startBoth();
    const { ours, theirs } = both;
    for (const { name, type, encoding, commands } of SAMPLES) {
      for (const compression of ["yes", "no"]) {
        for (const [who, from, to] of [["from", theirs, ours], ["to", ours, theirs]] as const) {
          await t.step(`${name}, ${who} redis-server, rdbcompression ${compression}`, async () => {
            assertEquals(await from.send("CONFIG", "SET", "rdbcompression", compression), "+OK");
            await fill(from, commands);
            const wanted = await contents(from, type);
            assertEquals(wanted[1], `$${encoding.length} ${encoding}`);
            const dumped = bytesOfReply(await from.send("DUMP", "k"));
            await fill(to, []);
            assertEquals(await to.send("RESTORE", "k", "0", dumped), "+OK");
            assertEquals(await contents(to, type), wanted);
          });
        }
      }
    }
  },
});

const MANY = Array.from({ length: 600 }, (_, i) => i);

/** Values as old versions of Redis wrote them, and some that none did. */
const OLD: Readonly<Record<string, readonly [type: string, value: Uint8Array]>> = {
  "a list, element by element": ["list", concat([1, 3], [1], "a", [0xc0, 5], [3], "xyz")],
  "a set, element by element": ["set", concat([2, 2], [1], "a", [0xc0, 5])],
  "a set of integers, element by element": ["set", concat([2, 2], [0xc0, 7], [0xc0, 5])],
  "a set of integers, then a text": ["set", concat([2, 3], [0xc0, 7], [0xc0, 5], [1], "a")],
  "a hash, field by field": ["hash", concat([4, 2], [1], "a", [0xc0, 5], [5], "field", [1], "v")],
  "a hash with a long value in the middle": [
    "hash",
    concat([4, 3], [1], "a", [1], "b", [5], "field", [0x40, 70], "x".repeat(70), [1], "z", [0]),
  ],
  "a sorted set with scores in text": [
    "zset",
    concat([3, 4], [1], "a", [3], "1.5", [1], "b", [254], [1], "c", [255], [0], [1], "2"),
  ],
  "a sorted set with binary scores, not in order": [
    "zset",
    concat(
      [5, 3],
      [1],
      "b",
      new Uint8Array(new Float64Array([2]).buffer),
      [1],
      "a",
      new Uint8Array(8),
      [
        1,
      ],
      "c",
      new Uint8Array(new Float64Array([-0.5]).buffer),
    ),
  ],
  "a zipmap": ["hash", packed(9, zipmap(3, "field", "value", "a", "5", "", ""))],
  "a zipmap with a long value": ["hash", packed(9, zipmap(0, "field", "x".repeat(65)))],
  "a zipmap of many fields": ["hash", packed(9, zipmap(0, ...MANY.flatMap((n) => [`f${n}`, String(n)])))],
  "a ziplist as a list": ["list", packed(10, ziplist("a", 5, -70_000, "5", "x".repeat(300), 2n ** 62n))],
  "a ziplist as a sorted set": ["zset", packed(12, ziplist("a", 1, "b", "1.5", "c", "inf"))],
  "a ziplist as a sorted set of many": ["zset", packed(12, ziplist(...MANY.flatMap((n) => [`m${n}`, n])))],
  "a ziplist as a hash": ["hash", packed(13, ziplist("field", "value", 5, 6, "", "x".repeat(100)))],
  "a ziplist as a hash of many": ["hash", packed(13, ziplist(...MANY.flatMap((n) => [n, `v${n}`])))],
  "an intset": ["set", packed(11, intset(2, -5, 1, 300))],
  "an intset of wide integers that are small": ["set", packed(11, intset(8, -5, 1, 300))],
  "an intset of many": ["set", packed(11, intset(4, ...MANY))],
  "a quicklist of ziplists": [
    "list",
    concat([14, 3], string(ziplist("a", 1)), string(ziplist()), string(ziplist("b", "c", 70_000))),
  ],
  "a quicklist of listpacks and large elements": [
    "list",
    concat([18, 4], [2], string(listpack([0x81, 0x61, 2])), [1], string(bytesOf("plain")), [2], string(listpack()), [
      2,
    ], string(listpack([5, 1], [0x80, 1]))),
  ],
  "a listpack with numbers as text": ["hash", packed(16, listpack([0x81, 0x35, 2], [0xc0, 5, 2]))],
  "a listpack with an unknown count": ["hash", packed(16, withCount(listpack([1, 1], [2, 1]), 65_535))],
  "a string of a known length in 64 bits": ["string", concat([0], [0x81, 0, 0, 0, 0, 0, 0, 0, 3], "abc")],
  "a string followed by bytes of no meaning": ["string", concat([0, 3], "abc", "rubbish")],
};

/** A string as it stands, with a length of 32 bits. */
function string(bytes: Uint8Array): Uint8Array {
  return concat([0x80], little(bytes.length, 4).reverse(), bytes);
}

function packed(type: number, bytes: Uint8Array): Uint8Array {
  return concat([type], string(bytes));
}

function listpack(...elements: number[][]): Uint8Array {
  const body = concat(...elements, [255]);
  return concat(little(6 + body.length, 4), little(elements.length, 2), body);
}

function withCount(bytes: Uint8Array, count: number): Uint8Array {
  return concat(bytes.subarray(0, 4), little(count, 2), bytes.subarray(6));
}

/** Values that are refused. */
const BAD: Readonly<Record<string, Uint8Array>> = {
  "nothing": concat(),
  "an unknown type": concat([8, 1], "a"),
  "a type to come": concat([20, 1], "a"),
  "an opcode": concat([255]),
  "a module": concat([7, 1, 0]),
  "an empty list": concat([1, 0]),
  "an empty set": concat([2, 0]),
  "an empty hash": concat([4, 0]),
  "an empty sorted set": concat([5, 0]),
  "an empty quicklist": concat([18, 0]),
  "a quicklist of empty listpacks": concat([18, 1, 2], string(listpack())),
  "a quicklist with an empty large element": concat([18, 1, 1, 0]),
  "a quicklist of nodes of an unknown kind": concat([18, 1, 3, 1], "a"),
  "an empty listpack as a hash": packed(16, listpack()),
  "an empty listpack as a sorted set": packed(17, listpack()),
  "an empty ziplist as a hash": packed(13, ziplist()),
  "an empty ziplist as a list": packed(10, ziplist()),
  "an empty intset": packed(11, intset(2)),
  "an intset out of order": packed(11, intset(2, 2, 1)),
  "a field twice": concat([4, 2], [1], "a", [1], "b", [1], "a", [1], "b"),
  "a field twice in a listpack": packed(16, listpack([1, 1], [2, 1], [1, 1], [3, 1])),
  "a field twice in a listpack, once as text": packed(16, listpack([5, 1], [2, 1], [0x81, 0x35, 2], [3, 1])),
  "a field without a value in a listpack": packed(16, listpack([1, 1], [2, 1], [3, 1])),
  "a field twice in a zipmap": packed(9, zipmap(0, "a", "b", "a", "c")),
  "a member twice": concat([2, 2], [1], "a", [1], "a"),
  "an integer twice": concat([2, 2], [0xc0, 5], [0xc0, 5]),
  "a member twice in a sorted set": concat([5, 2], [1], "a", new Uint8Array(8), [1], "a", new Uint8Array(8)),
  "a member twice in a ziplist": packed(12, ziplist("a", 1, "a", 2)),
  "a score that is no number": concat([5, 1], [1], "a", new Uint8Array(new Float64Array([NaN]).buffer)),
  "a score in text that is no number": concat([3, 1], [1], "a", [253]),
  "fewer elements than announced": concat([1, 5], [1], "a"),
  "very many elements announced": concat([2], [0x80, 0, 0x10, 0, 0], [1], "a"),
};

/** Sends the payloads to both, and reads back what they made of them. */
Deno.test({
  name: "old encodings are taken and bad ones refused as redis-server does (skipped where there is none)",
  ignore: !hasReference,
  fn: async (t) => {
    await using both = await startBoth({ redisConfig: { "sanitize-dump-payload": "yes" } });
    const { ours, theirs } = both;
    for (const [name, [type, value]] of Object.entries(OLD)) {
      await t.step(name, async () => {
        const found: string[][] = [];
        for (const conn of [ours, theirs]) {
          await fill(conn, []);
          assertEquals(await conn.send("RESTORE", "k", "0", payload(value, 6)), "+OK");
          found.push(await contents(conn, type));
        }
        assertEquals(found[0], found[1]);
      });
    }
    for (const [name, value] of Object.entries(BAD)) {
      await t.step(`refused: ${name}`, async () => {
        for (const conn of [theirs, ours]) {
          await fill(conn, [["SET", "k", "old"]]);
          assertEquals(await conn.send("RESTORE", "k", "0", payload(value), "REPLACE"), "-ERR Bad data format");
          assertEquals(await conn.send("GET", "k"), "$3 old");
        }
      });
    }
  },
});

Deno.test({
  name: "damaged values mean the same to redis-server, or are refused (skipped where there is none)",
  ignore: !hasReference,
  fn: async () => {
    await using both = await startBoth({ redisConfig: { "sanitize-dump-payload": "yes" } });
    const { ours, theirs } = both;
    const PAYLOADS = 2_000;
    let loaded = 0, refusedByUs = 0;
    for (const damaged of damagedPayloads(PAYLOADS, 2)) {
      if (damaged[0] === RDB_STRUCTURE) continue; // ours alone
      const mine = await ours.send("RESTORE", "k", "0", damaged);
      const other = await theirs.send("RESTORE", "k", "0", damaged);
      const shown = [...damaged].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      if (mine === "+OK") {
        assertEquals(other, mine, shown);
        const type = (await theirs.send("TYPE", "k")).slice(1);
        assertEquals(await insides(ours, type), await insides(theirs, type), shown);
        loaded++;
      } else if (other === "+OK") refusedByUs++;
      await ours.send("DEL", "k");
      await theirs.send("DEL", "k");
    }
    assert(loaded > PAYLOADS / 10, `${loaded} were loaded`);
    // redis-server takes a string's form for a length, text behind a score, and anything for a compressed string of 0 bytes
    assert(refusedByUs < PAYLOADS / 100, `${refusedByUs} were refused by us alone`);
  },
});

/** What is in a key, in no order: redis-server believes in that of a packed sorted set, miniredis sorts it. */
async function insides(conn: RawConnection, type: string): Promise<string> {
  const [reader] = READERS[type]!;
  const reply = await conn.send(...reader!);
  return type === "string" || type === "list" ? reply : sorted(reply, type === "set" ? 1 : 2);
}

Deno.test({
  name: "redis-server refuses a structure, miniredis takes it (skipped where there is none)",
  ignore: !hasReference,
  fn: async () => {
    await using both = await startBoth();
    const { ours, theirs } = both;
    await ours.write("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n*2\r\n:1\r\n$3\r\ntwo\r\n");
    assertEquals(await ours.readReply(), "+OK");
    const dumped = bytesOfReply(await ours.send("DUMP", "k"));
    assertEquals(await theirs.send("RESTORE", "k", "0", dumped), "-ERR Bad data format");
    assertEquals(await ours.send("RESTORE", "k2", "0", dumped), "+OK");
    assertEquals(await ours.send("TYPE", "k2"), "+structure");
    assertEquals(await ours.send("GET", "k2"), await ours.send("GET", "k"));
  },
});

const HELLO = payload(concat([0, 5], "Hello"));
const BAD_CHECKSUM = HELLO.with(0, 1);
const EMPTY_LIST = payload(concat([1, 0]));

compareTranscript("DUMP and RESTORE: arguments, errors and their order", [
  "DUMP",
  "DUMP a b",
  "DUMP nosuch",
  "RESTORE",
  "RESTORE k 0",
  ["RESTORE", "k", "0", HELLO],
  "GET k",
  "TTL k",
  "DUMP k",
  ["RESTORE", "k", "0", HELLO],
  ["RESTORE", "k", "x", BAD_CHECKSUM],
  ["RESTORE", "k", "x", BAD_CHECKSUM, "REPLACE"],
  ["RESTORE", "k", "-1", BAD_CHECKSUM, "REPLACE"],
  ["RESTORE", "k", "0", BAD_CHECKSUM, "REPLACE"],
  ["RESTORE", "k", "0", EMPTY_LIST, "REPLACE"],
  ["RESTORE", "k", "0", "", "REPLACE"],
  ["RESTORE", "k", "0", "123456789", "REPLACE"],
  ["RESTORE", "k", "0", "1234567890", "REPLACE"],
  ["RESTORE", "k", "0", payload(concat([0, 1], "a"), 11), "REPLACE"],
  ["RESTORE", "k", "0", payload(concat([0, 1], "a"), 1), "REPLACE"],
  "GET k",
  ["RESTORE", "k", "0", HELLO, "NOSUCH"],
  ["RESTORE", "k", "0", HELLO, "IDLETIME"],
  ["RESTORE", "k", "0", HELLO, "FREQ"],
  ["RESTORE", "k", "0", HELLO, "IDLETIME", "x"],
  ["RESTORE", "k", "0", HELLO, "IDLETIME", "-1"],
  ["RESTORE", "k", "0", HELLO, "FREQ", "-1"],
  ["RESTORE", "k", "0", HELLO, "FREQ", "256"],
  ["RESTORE", "k", "0", HELLO, "FREQ", "5", "IDLETIME", "5"],
  ["RESTORE", "k", "0", HELLO, "IDLETIME", "5", "FREQ", "5"],
  ["RESTORE", "k", "0", HELLO, "IDLETIME", "5", "IDLETIME", "6", "replace", "AbsTTL"],
  ["RESTORE", "k", "0", HELLO, "FREQ", "255", "REPLACE"],
  ["RESTORE", "k", "9223372036854775807", HELLO, "REPLACE"],
  "EXISTS k",
  ["RESTORE", "k", "9223372036854775808", HELLO, "REPLACE"],
  ["RESTORE", "k", "1", HELLO, "REPLACE", "ABSTTL"],
  "EXISTS k",
  ["RESTORE", "k", "1", HELLO, "ABSTTL"],
  "EXISTS k",
  ["RESTORE", "k", "4000000000000", HELLO, "ABSTTL"],
  "PEXPIRETIME k",
  ["RESTORE", "k", "100000", HELLO, "REPLACE"],
  "TTL k",
  ["RESTORE", "k", "0", HELLO, "REPLACE"],
  "TTL k",
  ["RESTORE", "i", "0", HELLO, "IDLETIME", "1000"],
  "OBJECT IDLETIME i",
  "OBJECT ENCODING i",
  ["SET", "n", "1000"],
  "DUMP n",
  ["SET", "n", "12345678901"],
  "DUMP n",
  ["SET", "e", ""],
  "DUMP e",
  ["RPUSH", "l", "a", "1", "text"],
  "DUMP l",
  ["HSET", "h", "a", "1"],
  "DUMP h",
  ["SADD", "s", "1", "2"],
  "DUMP s",
  ["SADD", "t", "a"],
  "DUMP t",
  ["ZADD", "z", "1", "a", "2.5", "b"],
  "DUMP z",
]);
