/** SORT and SORT_RO, compared with redis-server 7.0 where it is installed. */
import { compareTranscript, inAnyOrder, type TranscriptLine } from "../_harness.ts";

/** Lists, sets and sorted sets of texts and of numbers, in every encoding, and keys to look up. */
const KEYS: readonly TranscriptLine[] = [
  "RPUSH list 3 1 10 2 -5 1 07 1e1 0x10 +4",
  ["RPUSH", "words", "b", "a", "", "B", "ab", "a\0z", "a\0b", "ä", "10", "9"],
  ["RPUSH", "large", ...Array.from({ length: 200 }, (_, i) => `${(i * 7919) % 200} ${"x".repeat(i)}`)],
  "SADD ints 5 3 100 -2 70000",
  "SADD texts b a c 10 9",
  "SADD single a",
  "ZADD zset 3 a 1 b 2 c 2 d -1 10 5 9",
  ["ZADD", "skiplist", ...Array.from({ length: 140 }, (_, i) => [`${(i * 31) % 140}`, `${i}`]).flat()],
  "MSET w_3 1 w_1 30 w_10 30 w_2 -5 w_a 2 w_b 1.5 w_c 2 w_ 0 w_9 text",
  ["MSET", "t_a", "y", "t_b", "x", "t_c", "", "t_1", "b\0c", "t_3", "b\0d", "t_10", "b"],
  "HSET h_3 f 10 g x",
  "HSET h_1 f 2 g -> g:* 7",
  "HSET h_a f 1",
  ["HSET", "h_10", "f", "2", "", "empty"],
  "MSET h_1-> arrow h_1->x nested o_a->f 1 constant value",
  "SET str 1",
  "HSET hash a 1",
];
const SOURCES = ["list", "words", "large", "ints", "texts", "zset", "skiplist", "missing"];

function all(lines: readonly string[]): TranscriptLine[] {
  return [...KEYS, ...lines.map((line) => line.split(" "))];
}

compareTranscript(
  "SORT of every type: orders and limits",
  all(
    SOURCES.flatMap((key) =>
      [
        "",
        "DESC",
        "ALPHA",
        "alpha desc",
        "ASC ALPHA DESC ASC",
        "BY w_*",
        "BY w_* DESC",
        "BY h_*->f",
        "BY t_* ALPHA GET t_*",
      ]
        .flatMap((order) =>
          ["", "LIMIT 0 3", "LIMIT 2 2", "LIMIT -1 2", "LIMIT 3 -1", "LIMIT 3 -7", "LIMIT 100 10", "LIMIT 1 0"]
            // there is no order between equal weights but that of a list
            .filter((limit) => !order.startsWith("BY t_*") || (limit === "" && key !== "skiplist"))
            .map((limit) => `SORT ${key} ${order} ${limit}`.replaceAll("  ", " ").trimEnd())
        )
    ),
  ),
);

compareTranscript(
  "a constant BY keeps the order that lists and sorted sets have",
  all(
    ["list", "words", "large", "zset", "skiplist", "ints", "missing"].flatMap((key) =>
      ["", "DESC", "ALPHA", "DESC GET # GET w_*"].flatMap((order) =>
        ["", "LIMIT 0 3", "LIMIT 2 2", "LIMIT 3 -1", "LIMIT 100 10", "LIMIT 1 0", "LIMIT 9223372036854775807 1"].map((
          limit,
        ) => `SORT_RO ${key} BY nosort ${order} ${limit}`.replaceAll("  ", " ").trimEnd())
      )
    ),
  ),
);

compareTranscript(
  "a set that need not be sorted comes in any order",
  all(["SORT texts BY nosort", "SORT texts BY x ALPHA"]),
  {
    tolerate: { "SORT": inAnyOrder },
  },
);

compareTranscript(
  "SORT shows sorted sets as skiplists from then on",
  all([
    "OBJECT ENCODING zset",
    "SORT_RO zset BY nosort LIMIT 0 0",
    "OBJECT ENCODING zset",
    "ZRANGE zset 0 -1 WITHSCORES",
  ]),
);

const PATTERNS = [
  "#",
  "##",
  "w_*",
  "*",
  "w_",
  "",
  "h_*->f",
  "h_*->",
  "h_*->g",
  "h_*->none",
  "h_*->*",
  "o_*->f",
  "h_1->*",
];
PATTERNS.push("w_*->f", "h_*", "->f", "*->f", "h_*->->", "h_*->g:*", "#*", "constant");

compareTranscript("GET of every kind of pattern", [
  ...KEYS,
  ...PATTERNS.flatMap((pattern): TranscriptLine[] => [
    ["SORT", "list", "GET", pattern, "LIMIT", "0", "4"],
    ["SORT", "zset", "ALPHA", "GET", pattern, "GET", "#", "GET", pattern],
    ["SORT", "list", "GET", pattern, "STORE", "dst"],
    "LRANGE dst 0 -1",
    ["SORT", "words", "BY", "nosort", "get", pattern],
  ]),
]);

compareTranscript("patterns with a byte 0", [
  ...KEYS,
  ["MSET", "w_a\0x", "key", "p\0*", "star"],
  ["HSET", "h_a", "f\0g", "field", "\0f", "zero"],
  ...["#\0", "p\0*", "w_*\0x", "h_*->f\0g", "h_*->\0f", "h_*\0->f", "\0", "\0*"].flatMap((
    pattern,
  ): TranscriptLine[] => [
    ["SORT", "single", "BY", pattern, "GET", pattern, "ALPHA"],
  ]),
]);

compareTranscript("BY of every kind of pattern", [
  ...KEYS,
  ...PATTERNS.flatMap((pattern): TranscriptLine[] => [
    ["SORT", "list", "BY", pattern],
    ["SORT", "list", "BY", pattern, "DESC", "LIMIT", "1", "3"],
    ["SORT", "ints", "BY", pattern, "STORE", "dst"],
    "LRANGE dst 0 -1",
    ["SORT", "words", "BY", pattern],
  ]),
]);

// Numbers out of range come last: Redis does not forget them until something else fails.
const NUMBERS = [
  "",
  " 5",
  "\t5",
  "5 ",
  " ",
  "5\0x",
  "\0",
  "+5",
  "+",
  "-",
  ".",
  ".5",
  "5.",
  "1e3",
  "1e",
  "0x1p3",
  "0x",
  "inf",
];
NUMBERS.push(
  "-Infinity",
  "nan",
  "NaN(1)",
  "infinit",
  "--1",
  "1_000",
  "0b1",
  "١",
  "1".repeat(300),
  `0.${"0".repeat(280)}1`,
);
NUMBERS.push("9007199254740993", "-0", "00", "0e999", "1e-300", "1e-400", "1e-310", "1e400", "x");

compareTranscript("texts that are numbers, and texts that are none", [
  ...KEYS,
  ...NUMBERS.flatMap((text): TranscriptLine[] => [
    ["DEL", "l"],
    ["RPUSH", "l", "7", text, "-1", "3"],
    ["SORT", "l"],
    ["SET", "w_7", text],
    ["SORT", "l", "BY", "w_*"],
    ["SORT", "l", "ALPHA"],
    "SET w_7 1",
  ]),
]);

compareTranscript("STORE makes a list, replaces what was there, and deletes when nothing is left", [
  ...KEYS,
  ...["list", "str", "zset", "ints", "new", "hash"].flatMap((target): TranscriptLine[] => [
    ["EXPIRE", target, "1000"],
    ["SORT", "list", "STORE", target],
    ["TYPE", target],
    ["OBJECT", "ENCODING", target],
    ["TTL", target],
    ["LRANGE", target, "0", "-1"],
  ]),
  ...KEYS,
  "SORT large ALPHA DESC STORE dst",
  "LRANGE dst 0 -1",
  "SORT dst ALPHA STORE dst",
  "LRANGE dst 0 -1",
  "SORT texts BY nosort STORE dst",
  "LRANGE dst 0 -1",
  "SORT texts BY nosort DESC LIMIT 1 2 STORE dst",
  "LRANGE dst 0 -1",
  "SORT words ALPHA STORE dst",
  "LRANGE dst 0 -1",
  "SORT words BY t_* ALPHA STORE dst",
  "SORT zset BY nosort DESC LIMIT 1 3 STORE dst STORE other",
  "EXISTS dst",
  "LRANGE other 0 -1",
  "SORT list GET w_* GET none GET # STORE w_3",
  "LRANGE w_3 0 -1",
  "SORT missing STORE other",
  "EXISTS other",
  "SORT missing STORE other",
  "SORT list LIMIT 100 1 STORE dst",
  "EXISTS dst",
  "SORT words STORE dst",
]);

compareTranscript("arguments, errors and their order", [
  ...KEYS,
  ...[
    "SORT",
    "SORT_RO",
    "SORT str",
    "SORT hash",
    "SORT str NOPE",
    "SORT hash STORE dst",
    "SORT list NOPE",
    "SORT list BY",
    "SORT list GET",
    "SORT list STORE",
    "SORT list LIMIT",
    "SORT list LIMIT 1",
    "SORT list LIMIT x",
    "SORT list LIMIT x 1",
    "SORT list LIMIT 1 x NOPE",
    "SORT list NOPE LIMIT 1 x",
    "SORT list LIMIT 9223372036854775808 1",
    "SORT list LIMIT 9223372036854775807 9223372036854775807",
    "SORT list LIMIT -9223372036854775808 9223372036854775807",
    "SORT list LIMIT 2 -9223372036854775808",
    "SORT list LIMIT 1 1 LIMIT 0 2 BY nosort BY w_* GET #",
    "SORT words LIMIT 0 0",
    "SORT words LIMIT 0 0 STORE dst",
    "SORT words BY nosort LIMIT 0 1",
    "SORT_RO list STORE dst",
    "SORT_RO list LIMIT 0 2",
    "SORT_RO missing",
    "SORT ALPHA ALPHA",
    "COMMAND GETKEYS SORT abc",
    "COMMAND GETKEYS SORT abc STORE def",
    "COMMAND GETKEYS SORT abc STORE a STORE b STORE def",
    "COMMAND GETKEYS SORT abc BY STORE def",
    "COMMAND GETKEYS SORT abc LIMIT STORE a GET x",
    "COMMAND GETKEYS SORT abc STORE",
    "COMMAND GETKEYS SORT abc STORE STORE",
    "COMMAND GETKEYS SORT_RO abc STORE def",
    "COMMAND GETKEYSANDFLAGS SORT abc STORE def",
    "COMMAND GETKEYSANDFLAGS SORT abc ALPHA",
    "COMMAND GETKEYSANDFLAGS SORT_RO abc ALPHA",
  ],
]);
