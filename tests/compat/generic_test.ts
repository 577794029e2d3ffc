/** The commands on keys and databases, compared with redis-server 7.0 where it is installed. */
import {
  compareTranscript,
  inAnyOrder,
  numbersWithin,
  sameType,
  type Tolerance,
  type TranscriptLine,
} from "../_harness.ts";

/** SCAN: the same keys in any order, cursors that are both at the end or both not. */
const scanReply: Tolerance = (ours, theirs) => {
  const parts = (reply: string) => /^(\*2\[\$\d+ )(\d+), \*(\d+)\[(.*)\]\]$/.exec(reply);
  const mine = parts(ours), other = parts(theirs);
  if (mine === null || other === null) return false;
  const keys = (list: string) => list.split(", ").toSorted().join(", ");
  return (mine[2] === "0") === (other[2] === "0") && mine[3] === other[3] && keys(mine[4]!) === keys(other[4]!);
};

/** HELP: the same subcommands, explained in other words. */
const helpReply: Tolerance = (ours, theirs) => {
  const names = (reply: string) =>
    reply.slice(reply.indexOf("[") + 1, -1).split(", ").filter((line) => /^\+[A-Z]/.test(line));
  const plain = (name: string) => name.replace(/ <?key>?$/, "");
  return names(ours).map(plain).toSorted().join() === names(theirs).map(plain).toSorted().join();
};

/** Every command of a line's first word, on a few keys that show each case. */
const KEYS: readonly TranscriptLine[] = ["SET a 1", "SET b text", "SETEX c 1000 v", ["SET", "", "empty"], [
  "SET",
  "d d",
  "x",
]];

compareTranscript("DEL, UNLINK, EXISTS and TOUCH count keys, each as often as it is named", [
  ...["DEL", "UNLINK"].flatMap((name): TranscriptLine[] => [
    ...KEYS,
    "EXISTS a b c d",
    "EXISTS a a a nosuch a",
    ["EXISTS", "", "d d"],
    "TOUCH a a nosuch b",
    `${name} nosuch`,
    `${name} a a b nosuch`,
    "EXISTS a b c",
    [name, "", "d d"],
    "DBSIZE",
    `${name} c`,
    "DBSIZE",
    name,
  ]),
  "EXISTS",
  "TOUCH",
  ["SET", "bin\0\r\nary", "v"],
  ["EXISTS", "bin\0\r\nary", "bin\0", "bin"],
  ["DEL", "bin\0\r\nary"],
]);

compareTranscript("TYPE tells the type of a value", ["TYPE nosuch", ...KEYS, "TYPE a", "TYPE b", "TYPE", "TYPE a b"]);

const GLOBS = [
  "*",
  "a*",
  "?",
  "??",
  "*b*",
  "[ab]",
  "[^ab]",
  "[a-c]",
  "[c-a]",
  "[",
  "[a",
  "[^",
  "\\*",
  "\\",
  "a\\",
  "",
  "**",
  "*?*",
];
const GLOB_KEYS = ["", "a", "b", "c", "ab", "aab", "abc", "*", "a*", "\\", "[", "]", "-", "A", "^", "hello", "a\\"];

compareTranscript(
  "KEYS and SCAN MATCH find keys by pattern",
  [
    "KEYS *",
    ...GLOB_KEYS.map((key) => ["SET", key, "v"]),
    ...GLOBS.flatMap((glob) => [["KEYS", glob], ["SCAN", "0", "MATCH", glob, "COUNT", "1000"]]),
    "KEYS",
    "KEYS a b",
  ],
  { tolerate: { KEYS: inAnyOrder, SCAN: scanReply } },
);

const CURSORS = [
  "0",
  "",
  "00",
  "+0",
  "-0",
  "-1",
  "18446744073709551615",
  "18446744073709551616",
  "-18446744073709551615",
];
CURSORS.push(
  "-18446744073709551616",
  "99999999999999999999999",
  "x",
  "1x",
  " 1",
  "1 ",
  "\t1",
  "-",
  "+",
  "--1",
  "+-1",
  "0x1",
  "1.0",
);

compareTranscript(
  "SCAN takes cursors as strtoul does, its options in any order, the last one of a kind",
  [
    ...CURSORS.map((cursor) => ["SCAN", cursor]), // what is behind a cursor depends on the table: here nothing
    "SET a 1",
    "SCAN",
    "SCAN x COUNT x",
    "SCAN 0 COUNT",
    "SCAN 0 COUNT 0",
    "SCAN 0 COUNT -1",
    "SCAN 0 COUNT x",
    "SCAN 0 COUNT 1.5",
    "SCAN 0 COUNT 9223372036854775807",
    "SCAN 0 COUNT 9223372036854775808",
    "SCAN 0 COUNT 5 COUNT 0",
    "SCAN 0 count 5 Count 7 match x MATCH *",
    "SCAN 0 MATCH",
    "SCAN 0 MATCH a MATCH",
    "SCAN 0 TYPE",
    "SCAN 0 TYPE string",
    "SCAN 0 TYPE STRING",
    "SCAN 0 TYPE list",
    "SCAN 0 TYPE none",
    "SCAN 0 TYPE nosuch",
    ["SCAN", "0", "TYPE", ""],
    "SCAN 0 TYPE list TYPE string",
    "SCAN 0 TYPE string COUNT x",
    "SCAN 0 MATCH b TYPE string",
    "SCAN 0 NOPE",
    "SCAN 0 NOPE 1",
    "SCAN 0 COUNT 10 extra",
  ],
  { tolerate: { SCAN: scanReply } },
);

compareTranscript("RANDOMKEY has nothing to choose from, or one key, or some", [
  "RANDOMKEY",
  "SET a 1",
  "RANDOMKEY",
  "RANDOMKEY x",
]);

compareTranscript("RANDOMKEY chooses a key", [...KEYS, "RANDOMKEY"], { tolerate: { RANDOMKEY: sameType } });

const STATE = ["GET a", "PTTL a", "GET b", "PTTL b", "GET c", "PTTL c", "DBSIZE"];
const SETUP = ["FLUSHDB", "SET a text", "SETEX b 1000 with-ttl", "PTTL b"];

for (const name of ["RENAME", "RENAMENX"]) {
  compareTranscript(`${name} takes value and expiry along`, [
    ...["a c", "b c", "a b", "b a", "a a", "b b", "nosuch a", "nosuch nosuch", "nosuch c"].flatMap(
      (words) => [...SETUP, `${name} ${words}`, ...STATE],
    ),
    name,
    `${name} a`,
    `${name} a b c`,
    ["SET", "", "empty"],
    [name, "", "filled"],
    [name, "filled", ""],
    ["GET", ""],
    ["SET", "long", "x".repeat(3_000)],
    [name, "long", "longer"],
    "STRLEN longer",
  ], { tolerate: { PTTL: numbersWithin(20_000) } });
}

compareTranscript("RENAME and COPY keep encodings", [
  ...["12", "12345678901234", "short", "x".repeat(45), "y".repeat(2_000)].flatMap((text) => [
    `SET a ${text}`,
    "COPY a b REPLACE",
    "OBJECT ENCODING b",
    "GET b",
    "RENAME b c",
    "OBJECT ENCODING c",
    "GET c",
  ]),
  "SET a x",
  "APPEND a y",
  "COPY a b REPLACE",
  "OBJECT ENCODING b",
  "APPEND b z",
  "GET a",
  "GET b",
]);

const COPY_OPTIONS = ["", "REPLACE", "DB 0", "DB 1", "DB 15", "DB 16", "DB -1", "DB x", "DB 1.0", "DB", "NOPE"];
COPY_OPTIONS.push("DB 2147483647", "DB 2147483648", "DB -2147483649", "DB 9223372036854775808", "DB 1 DB 2");
COPY_OPTIONS.push(
  "replace db 1",
  "db 1 Replace",
  "REPLACE REPLACE",
  "REPLACE DB",
  "DB REPLACE",
  "NOPE DB x",
  "DB x NOPE",
);

compareTranscript("COPY and its options, on a free key, a taken one, the same and none", [
  ...COPY_OPTIONS.flatMap((options) =>
    ["a c", "a b", "b a", "a a", "nosuch a", "nosuch nosuch"].flatMap((words) => [
      ...SETUP,
      `COPY ${words} ${options}`.trimEnd(),
      `COPY ${words} ${options}`.trimEnd(),
      ...STATE,
      ...["1", "2"].flatMap((db) => [`SELECT ${db}`, "GET a", "PTTL a", "GET b", "PTTL b", "GET c", "FLUSHDB"]),
      "SELECT 0",
    ])
  ),
  "COPY",
  "COPY a",
], { tolerate: { PTTL: numbersWithin(20_000) }, protocols: [3] });

compareTranscript("MOVE and what can be wrong with its database", [
  ...[
    "0",
    "1",
    "15",
    "16",
    "-1",
    "x",
    "",
    "1.0",
    "01",
    "2147483647",
    "2147483648",
    "-2147483649",
    "9223372036854775808",
  ]
    .flatMap((db): TranscriptLine[] => [
      ...SETUP,
      ["MOVE", "a", db],
      ["MOVE", "b", db],
      ["MOVE", "nosuch", db],
      ...STATE,
      "SELECT 1",
      ...STATE,
      "FLUSHDB",
      "SELECT 0",
    ]),
  "MOVE",
  "MOVE a",
  "MOVE a 1 2",
  ...SETUP,
  "SELECT 1",
  "SET a other",
  "SELECT 0",
  "MOVE a 1",
  "MOVE b 1",
  ...STATE,
  "SELECT 1",
  ...STATE,
], { tolerate: { PTTL: numbersWithin(20_000) } });

compareTranscript("DBSIZE, FLUSHDB and FLUSHALL", [
  "DBSIZE",
  "DBSIZE x",
  ...KEYS,
  "SELECT 1",
  ...KEYS,
  "DBSIZE",
  "FLUSHDB x",
  "FLUSHDB ASYNC SYNC",
  "FLUSHALL x",
  "FLUSHALL SYNC SYNC",
  "DBSIZE",
  "FLUSHDB async",
  "DBSIZE",
  "SELECT 0",
  "DBSIZE",
  ...["FLUSHDB", "FLUSHDB SYNC", "FLUSHDB sync", "FLUSHALL", "FLUSHALL ASYNC", "FLUSHALL Sync"].flatMap(
    (line) => [...KEYS, "SELECT 2", ...KEYS, line, "DBSIZE", "SELECT 0", "DBSIZE"],
  ),
]);

const INDEXES = ["0", "1", "15", "16", "-1", "x", "", "1.0", "2147483647", "2147483648", "9223372036854775808"];

compareTranscript("SWAPDB exchanges databases, the selected one too", [
  ...INDEXES.flatMap((first) => INDEXES.map((second) => ["SWAPDB", first, second])),
  "FLUSHALL",
  "SET a zero",
  "SELECT 1",
  "SET b one",
  "SWAPDB 0 1",
  "GET a",
  "GET b",
  "SET c in-one",
  "DEL a",
  "SELECT 0",
  "KEYS *",
  "SWAPDB 1 0",
  "KEYS *",
  "SWAPDB 0 0",
  "KEYS *",
  "SWAPDB",
  "SWAPDB 0",
  "SWAPDB 0 1 2",
], { tolerate: { KEYS: inAnyOrder } });

compareTranscript("OBJECT looks into a value", [
  ...KEYS,
  "SET n 9999",
  "SET m 10000",
  "SET neg -1",
  ...["ENCODING", "REFCOUNT", "IDLETIME", "FREQ"].flatMap((name) => [
    ...["a", "b", "c", "n", "m", "neg", "nosuch"].map((key) => `OBJECT ${name} ${key}`),
    `OBJECT ${name}`,
    `OBJECT ${name} a b`,
    `object ${name.toLowerCase()} a`,
  ]),
  "OBJECT",
  "OBJECT HELP",
  "OBJECT HELP x",
  "OBJECT NOPE",
  "OBJECT NOPE a",
  "CONFIG SET maxmemory-policy allkeys-lfu",
  "OBJECT IDLETIME a",
  "OBJECT IDLETIME nosuch",
  "OBJECT FREQ nosuch",
  "CONFIG SET maxmemory-policy noeviction",
  "OBJECT FREQ a",
], { tolerate: { "OBJECT HELP": helpReply, "OBJECT IDLETIME": numbersWithin(5) } });
