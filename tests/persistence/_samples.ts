/** Keys of every type and encoding, as the commands that make them, and how to read all that is in them. */
import { Random } from "../resp/_frames.ts";
import { bytesOf } from "./_old_encodings.ts";

/** A command as its words. */
export type Command = (string | Uint8Array)[];

/** What a key named `k` holds, how it comes about, and what OBJECT ENCODING says of it. */
export interface Sample {
  readonly name: string;
  readonly type: string;
  readonly encoding: string;
  readonly commands: readonly Command[];
}

const random = new Random(42);
const NOISE = random.bytes(300);

function numbers(count: number, from = 0, step = 1): string[] {
  return Array.from({ length: count }, (_, i) => String(from + i * step));
}

/** Commands of at most 500 elements each. */
function inParts(name: string, words: readonly (string | Uint8Array)[]): Command[] {
  const commands: Command[] = [];
  for (let i = 0; i < words.length; i += 500) commands.push([name, "k", ...words.slice(i, i + 500)]);
  return commands;
}

function pairs(count: number, value: (i: number) => string): string[] {
  return numbers(count).flatMap((_, i) => [`field:${i}`, value(i)]);
}

function sample(name: string, type: string, encoding: string, ...commands: Command[]): Sample {
  return { name, type, encoding, commands };
}

const string = (name: string, encoding: string, value: string | Uint8Array) =>
  sample(`string: ${name}`, "string", encoding, ["SET", "k", value]);
const collection = (type: string, command: string) =>
(
  name: string,
  encoding: string,
  ...words: (string | Uint8Array)[]
) => sample(`${type}: ${name}`, type, encoding, ...inParts(command, words));
const list = collection("list", "RPUSH");
const set = collection("set", "SADD");
const hash = collection("hash", "HSET");
const sortedSet = collection("zset", "ZADD");

/** Entries with ids of their own, then whatever else is done with them. */
function stream(name: string, count: number, fields: (i: number) => string[], ...commands: Command[]): Sample {
  const entries = numbers(count).map((n, i) => ["XADD", "k", `${i * 7 + 1}-${i % 3}`, ...fields(Number(n))]);
  return sample(`stream: ${name}`, "stream", "stream", ...entries, ...commands);
}

/** Every type and encoding of Redis 7.0. */
export const SAMPLES: readonly Sample[] = [
  string("zero", "int", "0"),
  string("of 8 bits", "int", "-128"),
  string("of 16 bits", "int", "32767"),
  string("of 32 bits", "int", "-2147483648"),
  string("of more than 32 bits", "int", "2147483648"),
  string("the smallest integer", "int", "-9223372036854775808"),
  string("empty", "embstr", ""),
  string("short", "embstr", "Hello"),
  string("digits that are no integer", "embstr", "007"),
  string("too large an integer", "embstr", "9223372036854775808"),
  string("of 44 bytes", "embstr", "x".repeat(44)),
  string("of 45 bytes", "raw", "x".repeat(45)),
  string("repeating itself", "raw", "abc ".repeat(10_000)),
  string("that cannot be compressed", "raw", NOISE),
  string("long", "raw", new Uint8Array(100_000).fill(0)),
  list("of one", "quicklist", "a"),
  list("of numbers and text", "quicklist", "1", "-70000", "text", "", "9223372036854775807", NOISE),
  list("of many numbers", "quicklist", ...numbers(3_000, 0, 37)),
  list("of many texts", "quicklist", ...numbers(1_500).map((n) => `element number ${n} of many`)),
  list("of large elements", "quicklist", "a", "b".repeat(9_000), "c", bytesOf("d".repeat(20_000)), "e"),
  set("of 16-bit integers", "intset", "1", "2", "-3"),
  set("of 32-bit integers", "intset", "1", "70000"),
  set("of 64-bit integers", "intset", "1", "-9223372036854775808", "9223372036854775807"),
  set("of 512 integers", "intset", ...numbers(512)),
  set("of 513 integers", "hashtable", ...numbers(513)),
  set("of texts", "hashtable", "a", "b", "", "1", NOISE),
  set("of many texts", "hashtable", ...numbers(2_000).map((n) => `member ${n}`)),
  hash("of one", "listpack", "field", "value"),
  hash("of numbers and texts", "listpack", "1", "2", "-70000", "", "", "x".repeat(64)),
  hash("of 512 fields", "listpack", ...pairs(512, String)),
  hash("of 513 fields", "hashtable", ...pairs(513, String)),
  hash("with a long value", "hashtable", "field", "x".repeat(65), "other", "1"),
  hash("with a long field", "hashtable", "x".repeat(65), "1"),
  hash("of many fields", "hashtable", ...pairs(1_500, (i) => `value ${i}`.repeat(i % 9))),
  sortedSet("of one", "listpack", "1", "a"),
  sortedSet(
    "of all kinds of scores",
    "listpack",
    "-inf",
    "a",
    "+inf",
    "b",
    "0.1",
    "c",
    "-0",
    "d",
    "3e100",
    "5",
    "7",
    "6",
  ),
  sortedSet("of equal scores", "listpack", ...["b", "a", "c", "", "10", "9"].flatMap((member) => ["2.5", member])),
  sortedSet("of 128 members", "listpack", ...numbers(128).flatMap((n) => [n, `member ${n}`])),
  sortedSet("of 129 members", "skiplist", ...numbers(129).flatMap((n) => [n, `member ${n}`])),
  sortedSet("with a long member", "skiplist", "1", "x".repeat(65), "inf", "y", "-inf", "z"),
  stream("of a few entries", 3, (i) => ["field", `value ${i}`]),
  stream("of entries with other fields", 30, (i) => [`f${i % 4}`, String(i), "x".repeat(i), ""], [
    "XDEL",
    "k",
    "8",
    "22-0",
  ]),
  stream("without entries", 2, () => ["f", "v"], ["XTRIM", "k", "MAXLEN", "0"]),
  stream(
    "with groups",
    12,
    () => ["f", "v"],
    ["XGROUP", "CREATE", "k", "g", "0"],
    ["XGROUP", "CREATE", "k", "empty", "$", "ENTRIESREAD", "5"],
    ["XREADGROUP", "GROUP", "g", "one", "COUNT", "5", "STREAMS", "k", ">"],
    ["XREADGROUP", "GROUP", "g", "two", "COUNT", "2", "STREAMS", "k", ">"],
    ["XACK", "k", "g", "8-1"],
    ["XDEL", "k", "15-2"],
  ),
  stream("of many entries", 2_000, (i) => [`f${i % 2}`, `value ${i}`]),
  sortedSet("of many members", "skiplist", ...numbers(2_000).flatMap((n) => [`${Math.sin(Number(n))}`, `m${n}`])),
];

/** The commands that read everything of key `k`, by its type. */
export const READERS: Readonly<Record<string, readonly Command[]>> = {
  string: [["GET", "k"], ["STRLEN", "k"], ["GETRANGE", "k", "1", "3"]],
  list: [["LRANGE", "k", "0", "-1"], ["LLEN", "k"], ["LINDEX", "k", "0"], ["LINDEX", "k", "-1"], [
    "LRANGE",
    "k",
    "-5",
    "-2",
  ]],
  set: [["SMEMBERS", "k"], ["SCARD", "k"], ["SISMEMBER", "k", "1"]],
  hash: [["HGETALL", "k"], ["HLEN", "k"], ["HKEYS", "k"], ["HVALS", "k"], ["HGET", "k", "field"]],
  zset: [
    ["ZRANGE", "k", "0", "-1", "WITHSCORES"],
    ["ZCARD", "k"],
    ["ZRANGE", "k", "-inf", "+inf", "BYSCORE", "WITHSCORES"],
    ["ZREVRANGE", "k", "0", "-1", "WITHSCORES"],
    ["ZRANK", "k", "a"],
    ["ZSCORE", "k", "member 5"],
  ],
  stream: [
    ["XRANGE", "k", "-", "+"],
    ["XREVRANGE", "k", "+", "-"],
    ["XLEN", "k"],
    ["XINFO", "STREAM", "k"],
    ["XINFO", "GROUPS", "k"],
  ],
  structure: [["GET", "k"]],
};

/** Commands whose replies come in any order. */
export const UNORDERED: ReadonlySet<string> = new Set(["SMEMBERS", "HGETALL", "HKEYS", "HVALS"]);
