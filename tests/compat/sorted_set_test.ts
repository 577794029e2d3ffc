/** Commands on sorted sets, compared with redis-server 7.0 where it is installed. */
import { compareTranscript, sameType, type TranscriptLine } from "../_harness.ts";

/** After each line all that can be seen of a key. */
function withState(lines: readonly TranscriptLine[], key = "k"): TranscriptLine[] {
  return lines.flatMap((line) => [line, `ZRANGE ${key} 0 -1 WITHSCORES`, `OBJECT ENCODING ${key}`]);
}

/** Has the lines run on a sorted set that is packed, and on one that is not. */
function inBothEncodings(lines: readonly TranscriptLine[]): TranscriptLine[] {
  const set = (limit: string): TranscriptLine => ["CONFIG", "SET", "zset-max-listpack-entries", limit];
  return [...lines, "FLUSHALL", set("0"), ...lines, set("128")];
}

/** Every choice of these options, up to three of them, in every order. */
function choices(options: readonly string[]): string[] {
  const some = options.flatMap((a) => [a, ...options.flatMap((b) => [`${a} ${b}`, `${a} ${b} CH`, `${a} ${b} INCR`])]);
  return ["", ...new Set(some)];
}

/** Lets the pairs of a ZSCAN come in another order. */
function samePairs(ours: string, theirs: string): boolean {
  const pairs = (reply: string) => (reply.match(/\$\d+ [^,\]]*, \$\d+ [^,\]]*/g) ?? []).toSorted().join();
  return ours.length === theirs.length &&
    pairs(ours.slice(ours.indexOf("*", 1))) === pairs(theirs.slice(theirs.indexOf("*", 1)));
}

const SCORES = ["0", "-0", "1", "-1", "1.5", "+2", "1e3", "0x10", "inf", "-inf", "+Infinity", "3.0", "0.1", "1e-7"];
SCORES.push("1e400", "1e-400", "nan", "", " 1", "1 ", "x", "12345678901234567890", "9007199254740993", "1e17", "-1e16");
SCORES.push("0.30000000000000004", "1.7976931348623157e308", "5e-324", "4611686018427387904", "1\0");
SCORES.push(`${"0".repeat(300)}1.5`, `${"1".repeat(308)}.${"0".repeat(300)}`, `${"1".repeat(400)}`, "x".repeat(300));

// ---- ZADD, ZINCRBY, ZREM ----

compareTranscript(
  "ZADD with all choices of options, on a missing key and on one that is there",
  choices(["NX", "XX", "GT", "LT", "CH", "INCR", "nope"]).flatMap((options) => {
    const add = (...pairs: string[]) => `ZADD k ${options} ${pairs.join(" ")}`.replace("  ", " ");
    return [
      ...withState([add("1", "a"), add("2", "a"), add("0.5", "a", "5", "b"), "DEL k"]),
      ...withState([
        "ZADD k 1 a 2 b 3 c",
        add("1", "a"),
        add("2", "b", "1", "c"),
        add("5", "d"),
        add("-1", "a"),
        "DEL k",
      ]),
    ];
  }),
);

compareTranscript(
  "scores are doubles in all their forms",
  inBothEncodings(SCORES.flatMap((score) => [
    ["ZADD", "k", score, "m"],
    "ZSCORE k m",
    ["ZADD", "k", "INCR", score, "m"],
    "ZSCORE k m",
    ["ZINCRBY", "k", score, "new"],
    "ZSCORE k new",
    ["ZINCRBY", "k", "1", "new"],
    "ZSCAN k 0",
    ["ZADD", "k", "1", "x", score, "y", "2", "z"],
    "ZMSCORE k x y z",
    "ZRANGE k 0 -1 WITHSCORES",
    "ZRANDMEMBER k 100 WITHSCORES",
    "DEL k",
  ])),
  { tolerate: { "ZSCAN": samePairs, "ZRANDMEMBER": sameType } },
);

compareTranscript(
  "ZADD and ZINCRBY: errors and their order",
  inBothEncodings([
    "ZADD",
    "ZADD k",
    "ZADD k 1",
    "ZADD k 1 a 2",
    "ZADD k NX XX",
    "ZADD k NX XX 1",
    "ZADD k NX XX x a",
    "ZADD k NX GT x a",
    "ZADD k INCR x a y b",
    "ZADD k INCR x a",
    "ZADD k x a",
    "ZADD k 1 a x b",
    "EXISTS k",
    "ZINCRBY k 1",
    "ZINCRBY k x a",
    "ZINCRBY k NX a",
    "ZINCRBY k nan a",
    "ZINCRBY k inf a",
    "ZINCRBY k -inf a",
    "ZADD k INCR -inf a",
    "ZADD k XX INCR -inf a",
    "ZADD k GT INCR -inf a",
    "ZADD k NX INCR -inf a",
    "ZADD k LT INCR 1 a",
    "ZADD k NX 1 nx 2 xx",
    "ZADD k incr 1 incr",
    "ZADD k ch 1 ch",
    "ZADD k nx ch Gt 1 a",
    "SET s x",
    "ZADD s 1 a",
    "ZADD s x a",
    "ZADD s XX 1 a",
    "ZINCRBY s 1 a",
    "ZINCRBY s x a",
    "ZREM s a",
    "ZADD k 1 a 2 a 3 a",
    "ZADD k CH 4 a 5 a 5 a",
    "ZRANGE k 0 -1 WITHSCORES",
  ]),
);

compareTranscript(
  "ZREM, and what reads single members",
  inBothEncodings([
    [
      "ZADD",
      "k",
      "1",
      "a",
      "1",
      "b",
      "2",
      "",
      "2",
      "10",
      "3",
      "a\0b",
      "3",
      new Uint8Array([255, 254, 128]),
      "-5",
      "-17",
    ],
    "ZCARD k",
    "ZCARD none",
    "ZSCORE k a",
    "ZSCORE k nope",
    "ZSCORE none a",
    ["ZSCORE", "k", ""],
    "ZSCORE k 10",
    "ZSCORE k 010",
    "ZMSCORE k a nope 10 a",
    "ZMSCORE none a b",
    "ZMSCORE k",
    ...["ZRANK", "ZREVRANK"].flatMap((rank): TranscriptLine[] => [
      ...["a", "b", "", "10", "-17", "a\0b", "nope"].map((member) => [rank, "k", member]),
      [rank, "none", "a"],
      [rank, "k"],
      [rank, "k", "a", "WITHSCORE"],
    ]),
    "ZREM k",
    "ZREM none a",
    "ZREM k nope a a",
    ["ZREM", "k", "", "10"],
    "ZRANGE k 0 -1 WITHSCORES",
    ["ZREM", "k", "b", "a\0b", new Uint8Array([255, 254, 128]), "-17", "more"],
    "EXISTS k",
    "RPUSH l a",
    "ZCARD l",
    "ZSCORE l a",
    "ZMSCORE l a",
    "ZRANK l a",
    "ZREVRANK l a",
    "ZSCAN l 0",
    "ZSCAN l x",
    "ZRANDMEMBER l",
    "ZRANDMEMBER l 1",
    "ZRANDMEMBER l 1 WITHSCORES",
  ]),
);

compareTranscript("a sorted set grows out of its listpack as in Redis", [
  ...withState([
    ["ZADD", "k", ...Array.from({ length: 128 }, (_, i) => [`${i % 7}`, `m${i}`]).flat()],
    "ZADD k 5 m5",
    "ZADD k 5 another",
    "ZREM k another",
    "DEL k",
    ["ZADD", "k", "1", "x".repeat(64)],
    ["ZADD", "k", "1", "x".repeat(65)],
  ]),
  ["ZRANGESTORE", "d", "k", "0", "0"],
  "OBJECT ENCODING d",
  ["ZRANGESTORE", "d", "k", "0", "1"],
  "OBJECT ENCODING d",
  ["ZREM", "k", "x".repeat(65)],
  "ZUNIONSTORE k 1 k",
  "OBJECT ENCODING k",
]);

// ---- Ranges ----

const TEN = "ZADD k 1 a 2 b 2 c 3 d 3.5 e 4 f -inf g inf h 0 i -1.5 j";
const RANKS = ["0", "1", "-1", "-2", "5", "-5", "9", "10", "-10", "-11", "100", "-100"];

compareTranscript(
  "ranges by rank, with every pair of ends",
  inBothEncodings([
    TEN,
    ...RANKS.flatMap((start) =>
      RANKS.flatMap((stop) => [
        `ZRANGE k ${start} ${stop}`,
        `ZRANGE k ${start} ${stop} WITHSCORES`,
        `ZRANGE k ${start} ${stop} REV`,
        `ZREVRANGE k ${start} ${stop} WITHSCORES`,
        `ZRANGESTORE d k ${start} ${stop}`,
        "ZRANGE d 0 -1 WITHSCORES",
        `ZRANGESTORE d k ${start} ${stop} REV`,
        "ZRANGE d 0 -1",
      ])
    ),
  ]),
);

compareTranscript(
  "ZREMRANGEBYRANK with every pair of ends",
  inBothEncodings(RANKS.flatMap((start) =>
    RANKS.flatMap((stop) => [
      TEN,
      `ZREMRANGEBYRANK k ${start} ${stop}`,
      "ZRANGE k 0 -1",
    ])
  )),
);

const BOUNDS = ["-inf", "+inf", "(-inf", "(inf", "0", "(0", "2", "(2", "3.5", "(3.5", "3.2", "-1.5", "100", "-100"];

compareTranscript(
  "ranges by score, with every pair of bounds",
  inBothEncodings([
    TEN,
    ...BOUNDS.flatMap((min) =>
      BOUNDS.flatMap((max) => [
        `ZRANGE k ${min} ${max} BYSCORE`,
        `ZRANGE k ${min} ${max} BYSCORE REV`,
        `ZRANGEBYSCORE k ${min} ${max} WITHSCORES`,
        `ZREVRANGEBYSCORE k ${min} ${max} WITHSCORES`,
        `ZCOUNT k ${min} ${max}`,
        `ZRANGESTORE d k ${min} ${max} BYSCORE LIMIT 1 3`,
        "ZRANGE d 0 -1 WITHSCORES",
        `ZRANGESTORE d k ${min} ${max} REV BYSCORE LIMIT 1 3`,
        "ZRANGE d 0 -1 WITHSCORES",
      ])
    ),
    ...BOUNDS.flatMap((min) => BOUNDS.flatMap((max) => [TEN, `ZREMRANGEBYSCORE k ${min} ${max}`, "ZRANGE k 0 -1"])),
  ]),
);

const ODD_BOUNDS = [
  ...SCORES,
  "(",
  "((1",
  "[1",
  "( 1",
  " (1",
  "\t\n\v\f\r1",
  "  ",
  "nan",
  "(nan",
  "-nan",
  "1e",
  "1.5.5",
];
ODD_BOUNDS.push("0x", "0x.8", "0x1p", "0x1p3", "0x1p5000", "-0x1p5000", "0x1p-5000", "0x1.8p+1", "1e5000", "-1e5000");
ODD_BOUNDS.push(
  "1\0x",
  "\0",
  "(\0",
  "(1\0x",
  "infin",
  "INFINITY",
  "in",
  "+-1",
  "--1",
  `${"0".repeat(300)}1`,
  ".",
  "(.",
);
ODD_BOUNDS.push(
  `1${"0".repeat(400)}`,
  "0b1",
  "1_000",
  "\xa01",
  "1e+",
  "1e-",
  "(1e5000",
  "0X1F",
  "1f",
  "0x1g",
  "5.",
  ".5",
);

compareTranscript(
  "bounds of scores in all their forms",
  ["ZADD k 0 a 1 b 2 c inf d -inf e", "ZADD k 0.5 f 8 g 3 h"].concat().flatMap((line): TranscriptLine[] => [
    line,
    ...ODD_BOUNDS.flatMap((bound): TranscriptLine[] => [
      ["ZRANGEBYSCORE", "k", bound, "+inf"],
      ["ZRANGEBYSCORE", "k", "-inf", bound],
      ["ZCOUNT", "k", bound, bound],
      ["ZCOUNT", "none", "0", bound],
      ["ZRANGE", "k", bound, bound],
    ]),
  ]),
);

const LIMITS = ["0 2", "1 2", "0 0", "0 -1", "2 -5", "-1 3", "100 1", "7 3", "9 9", "10 1", "1 100", "-5 -1"];

compareTranscript(
  "LIMIT",
  inBothEncodings([
    TEN,
    "ZADD x 0 a 0 b 0 c 0 d 0 e 0 f 0 g 0 h 0 i 0 j",
    ...LIMITS.flatMap((limit) => [
      `ZRANGEBYSCORE k -1 3.5 LIMIT ${limit}`,
      `ZRANGEBYSCORE k -1 3.5 LIMIT ${limit} WITHSCORES`,
      `ZRANGEBYSCORE k -inf inf WITHSCORES LIMIT ${limit}`,
      `ZREVRANGEBYSCORE k 3.5 -1 LIMIT ${limit}`,
      `ZRANGE k 3.5 -1 BYSCORE REV LIMIT ${limit}`,
      `ZRANGEBYLEX x [b (h LIMIT ${limit}`,
      `ZREVRANGEBYLEX x (h [b LIMIT ${limit}`,
      `ZREVRANGEBYLEX x + - LIMIT ${limit}`,
      `ZRANGE x - + BYLEX LIMIT ${limit}`,
      `ZRANGESTORE d x - (e BYLEX LIMIT ${limit}`,
      "ZRANGE d 0 -1",
      `ZRANGESTORE d x + (e BYLEX REV LIMIT ${limit}`,
      "ZRANGE d 0 -1",
      `ZRANGE k 0 -1 LIMIT ${limit}`,
    ]),
  ]),
);

const LEXICAL = ["-", "+", "[a", "(a", "[c", "(c", "[cc", "(e", "[e", "[z", "(", "[", "[A", "(\xff"];

compareTranscript(
  "ranges by member, with every pair of bounds",
  inBothEncodings([
    ["ZADD", "k", "0", "a", "0", "b", "0", "c", "0", "ca", "0", "d", "0", "e", "0", "", "0", "12", "0", "\xff"],
    ...LEXICAL.flatMap((min) =>
      LEXICAL.flatMap((max) => [
        `ZRANGE k ${min} ${max} BYLEX`,
        `ZRANGE k ${min} ${max} BYLEX REV`,
        `ZRANGEBYLEX k ${min} ${max}`,
        `ZREVRANGEBYLEX k ${min} ${max} LIMIT 1 2`,
        `ZLEXCOUNT k ${min} ${max}`,
        `ZRANGESTORE d k ${min} ${max} BYLEX`,
        "ZCARD d",
        "ZUNIONSTORE d 1 k",
        `ZREMRANGEBYLEX d ${min} ${max}`,
        "ZRANGE d 0 -1",
      ])
    ),
  ]),
);

compareTranscript("a packed set with different scores is gone through as in Redis", [
  "ZADD k 1 m 2 c 3 x 4 a 5 p",
  ...LEXICAL.slice(0, 10).concat("[m", "(m", "[p", "(p", "[x", "(x").flatMap((min, _, all) =>
    all.flatMap((max) => [
      `ZRANGEBYLEX k ${min} ${max}`,
      `ZREVRANGEBYLEX k ${min} ${max}`,
      `ZRANGEBYLEX k ${min} ${max} LIMIT 1 2`,
      `ZREVRANGEBYLEX k ${min} ${max} LIMIT 1 2`,
      `ZLEXCOUNT k ${min} ${max}`,
    ])
  ),
]);

compareTranscript("bounds of members in all their forms", [
  "ZADD k 0 a 0 b 0 c",
  ...["", "a", "-a", "+a", "-\0a", "+\0a", "[", "(", "[\0", "--", " -", "{a", "-inf", "[b", "0"].flatMap((
    bound,
  ): TranscriptLine[] => [
    ["ZRANGEBYLEX", "k", bound, "+"],
    ["ZRANGEBYLEX", "k", "-", bound],
    ["ZLEXCOUNT", "k", bound, bound],
    ["ZLEXCOUNT", "none", bound, "+"],
    ["ZREMRANGEBYLEX", "k", bound, bound],
    ["ZREMRANGEBYLEX", "none", "-", bound],
    ["ZREVRANGEBYLEX", "k", bound, "-"],
  ]),
]);

compareTranscript("ranges: errors, their order, and missing keys", [
  "ZADD k 1 a 2 b 3 c",
  "SET s x",
  ...["none", "k", "s"].flatMap((key) => [
    `ZRANGE ${key} 0`,
    `ZRANGE ${key} x 1`,
    `ZRANGE ${key} 0 1.5`,
    `ZRANGE ${key} 0 1 nope`,
    `ZRANGE ${key} 0 1 WITHSCORES WITHSCORES`,
    `ZRANGE ${key} 0 1 REV REV`,
    `ZRANGE ${key} 0 1 rev withscores`,
    `ZRANGE ${key} 0 1 BYSCORE BYSCORE`,
    `ZRANGE ${key} 0 1 BYSCORE BYLEX`,
    `ZRANGE ${key} x y BYLEX WITHSCORES`,
    `ZRANGE ${key} x y LIMIT 0 1`,
    `ZRANGE ${key} 0 1 LIMIT 0 -1`,
    `ZRANGE ${key} 0 1 LIMIT 5 -1`,
    `ZRANGE ${key} 0 1 LIMIT 0`,
    `ZRANGE ${key} 0 1 LIMIT`,
    `ZRANGE ${key} 0 1 LIMIT x 1`,
    `ZRANGE ${key} 0 1 LIMIT 0 x nope`,
    `ZRANGE ${key} 0 1 BYSCORE LIMIT 0 1 LIMIT 1 2`,
    `ZRANGE ${key} x 1 BYSCORE`,
    `ZRANGE ${key} x 1 BYLEX`,
    `ZRANGE ${key} 0 1`,
    `ZRANGE ${key} 9223372036854775807 9223372036854775807`,
    `ZRANGE ${key} -9223372036854775808 9223372036854775807`,
    `ZRANGE ${key} 9223372036854775808 1`,
    `ZREVRANGE ${key} 0 1 REV`,
    `ZREVRANGE ${key} 0 1 BYSCORE`,
    `ZREVRANGE ${key} 0 1 LIMIT 0 1`,
    `ZREVRANGE ${key} 0 1 LIMIT 0 -1`,
    `ZREVRANGE ${key} 0 -1 WITHSCORES`,
    `ZRANGEBYSCORE ${key} 1 2 REV`,
    `ZRANGEBYSCORE ${key} x 2`,
    `ZRANGEBYSCORE ${key} x 2 LIMIT x 2`,
    `ZRANGEBYSCORE ${key} 1 2 LIMIT 1`,
    `ZRANGEBYSCORE ${key} 1 2`,
    `ZREVRANGEBYSCORE ${key} 1 x`,
    `ZREVRANGEBYSCORE ${key} 2 1 WITHSCORES`,
    `ZRANGEBYLEX ${key} - + WITHSCORES`,
    `ZRANGEBYLEX ${key} - x`,
    `ZRANGEBYLEX ${key} - + BYLEX`,
    `ZREVRANGEBYLEX ${key} - +`,
    `ZREVRANGEBYLEX ${key} + -`,
    `ZCOUNT ${key} 1`,
    `ZCOUNT ${key} 1 x`,
    `ZCOUNT ${key} 1 2`,
    `ZLEXCOUNT ${key} - +`,
    `ZLEXCOUNT ${key} - x`,
    `ZREMRANGEBYRANK ${key} 0 x`,
    `ZREMRANGEBYRANK ${key} 5 6`,
    `ZREMRANGEBYSCORE ${key} 0 x`,
    `ZREMRANGEBYSCORE ${key} 10 20`,
    `ZREMRANGEBYLEX ${key} - x`,
    `ZREMRANGEBYLEX ${key} - (`,
    `ZRANGESTORE d ${key} 0`,
    `ZRANGESTORE d ${key} 0 x`,
    `ZRANGESTORE d ${key} 0 1 WITHSCORES`,
    `ZRANGESTORE d ${key} 0 1 BYLEX`,
    `ZRANGESTORE d ${key} 0 1 LIMIT 1 2`,
    "SET d old",
    `ZRANGESTORE d ${key} 0 1`,
    "TYPE d",
    `ZRANGESTORE d ${key} 5 6`,
    "EXISTS d",
    "SET d old EX 1000",
    `ZRANGESTORE d ${key} 0 1`,
    "TTL d",
    `ZRANGESTORE ${key} ${key} 1 1`,
    `EXISTS ${key}`,
    `TYPE ${key}`,
  ]),
]);

compareTranscript(
  "ZRANGESTORE and the sign of zero, which a listpack does not keep",
  ["0", "1", "3", "128"].flatMap((limit): TranscriptLine[] => [
    "CONFIG SET zset-max-listpack-entries 0",
    ["ZADD", "k", "-0", "a", "-0", "b", "-0", "c".repeat(65), "-0", "d", "0", "e"],
    `CONFIG SET zset-max-listpack-entries ${limit}`,
    ...["0 -1", "0 1", "0 -1 REV", "-inf inf BYSCORE", "inf -inf BYSCORE REV", "- + BYLEX LIMIT 0 2"].flatMap((
      range,
    ) => [
      `ZRANGESTORE d k ${range}`,
      "ZRANGE d 0 -1 WITHSCORES",
      "OBJECT ENCODING d",
    ]),
    "CONFIG SET zset-max-listpack-entries 128",
  ]),
);

// ---- Several sets ----

const OPERANDS = [
  "ZADD a 1 x 2 y 3 z inf p -inf m",
  "ZADD b 10 x 20 z 30 w -inf p 5 m",
  "ZADD c 0.1 x 0.2 q -1 z",
  "SADD s x y z w",
  "SADD i 1 2 3",
  "ZADD n 1 1 2 2 2.5 5",
  "RPUSH l 1",
];
const KEYS = ["1 a", "1 s", "2 a b", "2 a a", "2 a s", "2 s i", "2 n i", "3 a b c", "3 c b a", "2 a none", "2 none a"];
KEYS.push("1 none", "2 s s", "3 s a b", "4 a b s c", "2 a l", "2 none l", "1 l");
const COMBINATIONS = [
  "",
  "WEIGHTS 2 3",
  "WEIGHTS 0 -1",
  "WEIGHTS 1 2 3",
  "WEIGHTS 2",
  "AGGREGATE MIN",
  "AGGREGATE MAX",
];
COMBINATIONS.push(
  "AGGREGATE SUM WEIGHTS 0 0",
  "WEIGHTS inf -inf",
  "weights 0 1 aggregate min",
  "WEIGHTS 0 1 AGGREGATE MAX",
);
COMBINATIONS.push(
  "WEIGHTS x 1",
  "AGGREGATE AVG",
  "AGGREGATE",
  "WEIGHTS",
  "LIMIT 1",
  "WEIGHTS 1e400 1",
  "WEIGHTS nan 1",
);
COMBINATIONS.push("AGGREGATE MIN AGGREGATE MAX", "WEIGHTS 1 1 WEIGHTS 2 2", "WEIGHTS 1.5 0.1 0.7");

compareTranscript(
  "unions and intersections, with all their options",
  inBothEncodings([
    ...OPERANDS,
    ...KEYS.flatMap((keys) =>
      COMBINATIONS.flatMap((options) =>
        [
          `ZUNION ${keys} ${options}`,
          `ZUNION ${keys} ${options} WITHSCORES`,
          `ZINTER ${keys} ${options}`,
          `ZINTER ${keys} WITHSCORES ${options}`,
          `ZUNIONSTORE d ${keys} ${options}`,
          "ZRANGE d 0 -1 WITHSCORES",
          "OBJECT ENCODING d",
          `ZINTERSTORE d ${keys} ${options}`,
          "ZRANGE d 0 -1 WITHSCORES",
          `ZUNIONSTORE d ${keys} ${options} WITHSCORES`,
        ].map((line) => line.replaceAll("  ", " ").trim())
      )
    ),
  ]),
);

compareTranscript(
  "differences and sizes of intersections",
  inBothEncodings([
    ...OPERANDS,
    ...KEYS.concat("3 a b s", "2 i n", "5 a c c c c", "2 c a").flatMap((keys) => [
      `ZDIFF ${keys}`,
      `ZDIFF ${keys} WITHSCORES`,
      `ZDIFF ${keys} withscores WITHSCORES`,
      `ZDIFF ${keys} WEIGHTS 1 2`,
      `ZDIFF ${keys} AGGREGATE SUM`,
      `ZDIFFSTORE d ${keys}`,
      "ZRANGE d 0 -1 WITHSCORES",
      `ZDIFFSTORE d ${keys} WITHSCORES`,
      `ZINTERCARD ${keys}`,
      ...["0", "1", "2", "100", "-1", "x", "1 LIMIT 2", "1 nope", ""].map((limit) =>
        `ZINTERCARD ${keys} LIMIT ${limit}`.trimEnd()
      ),
      `ZINTERCARD ${keys} WITHSCORES`,
      `ZINTERCARD ${keys} WEIGHTS 1`,
    ]),
  ]),
);

compareTranscript("several sets: errors, their order, and destinations", [
  ...OPERANDS,
  ...["ZUNION", "ZINTER", "ZDIFF", "ZINTERCARD", "ZUNIONSTORE d", "ZINTERSTORE d", "ZDIFFSTORE d"].flatMap((
    command,
  ) => [
    command,
    `${command} 1`,
    `${command} 0 a`,
    `${command} -1 a`,
    `${command} x a`,
    `${command} 2 a`,
    `${command} 9223372036854775807 a`,
    `${command} 9223372036854775808 a`,
    `${command} 1 l nope`,
    `${command} 1 a nope`,
    `${command} 2 a nope WITHSCORES`,
    `${command} 1 none`,
  ]),
  ...["ZUNIONSTORE", "ZINTERSTORE", "ZDIFFSTORE"].flatMap((command) => [
    "SET d x EX 1000",
    `${command} d 1 a`,
    "TTL d",
    "TYPE d",
    `${command} d 1 none`,
    "EXISTS d",
    `${command} none 1 none`,
    "ZUNIONSTORE t 1 a",
    `${command} t 2 t b`,
    "ZRANGE t 0 -1 WITHSCORES",
    `${command} s2 1 s`,
    "ZRANGE s2 0 -1 WITHSCORES",
  ]),
]);

// ---- Taking from an end ----

compareTranscript(
  "ZPOPMIN, ZPOPMAX, ZMPOP and their like when there is something to take",
  inBothEncodings([
    ...["ZPOPMIN", "ZPOPMAX"].flatMap((pop) => [
      "ZADD k 1 a 2 b 3 c 3 d 4.5 e",
      pop,
      `${pop} k`,
      `${pop} k 0`,
      `${pop} k 1`,
      `${pop} k 2`,
      `${pop} k -1`,
      `${pop} k x`,
      `${pop} k 1.5`,
      `${pop} k 9223372036854775808`,
      `${pop} k 1 2`,
      `${pop} k 9223372036854775807`,
      "EXISTS k",
      `${pop} k`,
      `${pop} k 1`,
      `${pop} k 0`,
      `${pop} k -1`,
      "SET s x",
      `${pop} s`,
      `${pop} s 0`,
      `${pop} s -1`,
    ]),
    ...["MIN", "MAX"].flatMap((end) =>
      [
        "ZADD k 1 a 2 b 3 c 3 d 4.5 e",
        "ZADD k2 1 one",
        `ZMPOP 1 k ${end}`,
        `ZMPOP 2 none k ${end} COUNT 2`,
        `ZMPOP 2 none none2 ${end}`,
        `ZMPOP 2 none s ${end}`,
        `ZMPOP 2 k s ${end}`,
        `ZMPOP 2 k k2 ${end.toLowerCase()} count 100`,
        "EXISTS k",
        `ZMPOP 2 k k2 ${end}`,
        `ZMPOP 2 k k2 ${end}`,
      ].flatMap((line) => line.startsWith("ZMPOP") ? [line, `B${line.replace(" ", " 0.01 ")}`] : [line])
    ),
    "ZADD k 1 a 2 b 3 c",
    "BZPOPMIN k 0",
    "BZPOPMAX none k 0.5",
    "BZPOPMAX k none 0.5",
    "EXISTS k",
    "BZPOPMIN k none 0.01",
    "BZPOPMAX s 0.01",
    "BZPOPMAX none s k 0.01",
    "BZMPOP 0.01 1 none MIN",
  ]),
);

compareTranscript("ZMPOP and blocking: errors and their order", [
  "SET s x",
  "ZADD k 1 a",
  ...["ZMPOP", "BZMPOP 0", "BZMPOP x", "BZMPOP -1"].flatMap((command) => [
    command,
    `${command} 1 k`,
    `${command} 0 k MIN`,
    `${command} -1 k MIN`,
    `${command} x k MIN`,
    `${command} 2 k MIN`,
    `${command} 3 k MIN`,
    `${command} 1 k LEFT`,
    `${command} 1 k MIN MAX`,
    `${command} 1 k MIN COUNT`,
    `${command} 1 k MIN COUNT 0`,
    `${command} 1 k MIN COUNT -1`,
    `${command} 1 k MIN COUNT x`,
    `${command} 1 k MIN COUNT 1 COUNT 1`,
    `${command} 1 k MIN COUNT 1 nope`,
    `${command} 1 s MIN COUNT x`,
    `${command} 1 s MIN`,
  ]),
  ...["BZPOPMIN", "BZPOPMAX"].flatMap((command) => [
    command,
    `${command} k`,
    `${command} k x`,
    `${command} k -1`,
    `${command} s x`,
    `${command} s 0`,
    `${command} k nan`,
    `${command} k inf`,
    `${command} k 1e400`,
    `${command} k 9223372036854775808`,
  ]),
]);

// ---- Random members, scanning ----

compareTranscript(
  "ZRANDMEMBER, as far as it is no chance",
  inBothEncodings([
    "ZRANDMEMBER",
    "ZADD one 1.5 m",
    "ZADD k 1 a 2 b 3 c",
    ...["one", "none"].flatMap((key) => [
      `ZRANDMEMBER ${key}`,
      ...["0", "1", "2", "-1", "-3", "x", "1.5", "-9223372036854775808", "9223372036854775808"].flatMap((count) => [
        `ZRANDMEMBER ${key} ${count}`,
        `ZRANDMEMBER ${key} ${count} WITHSCORES`,
        `ZRANDMEMBER ${key} ${count} nope`,
        `ZRANDMEMBER ${key} ${count} WITHSCORES more`,
      ]),
      `ZRANDMEMBER ${key} 9223372036854775807`,
      `ZRANDMEMBER ${key} 9223372036854775807 WITHSCORES`,
      `ZRANDMEMBER ${key} 4611686018427387904 WITHSCORES`,
      `ZRANDMEMBER ${key} 4611686018427387903 WITHSCORES`,
      `ZRANDMEMBER ${key} -4611686018427387904 WITHSCORES`,
    ]),
    "ZRANDMEMBER none -4611686018427387903 WITHSCORES",
    "ZRANDMEMBER none -9223372036854775807",
    "ZRANDMEMBER k",
    "ZRANDMEMBER k 2 WITHSCORES",
    "ZRANDMEMBER k -5 WITHSCORES",
    "ZRANDMEMBER k 3",
  ]),
  { tolerate: { "ZRANDMEMBER k": sameType } },
);

compareTranscript(
  "ZSCAN of a packed set, and its errors",
  [
    "ZADD k 1 a 2.5 b inf c 10 ab 17 100 -0 z",
    "ZSCAN k 0",
    "ZSCAN k 0 COUNT 1",
    "ZSCAN k 0 MATCH a*",
    "ZSCAN k 0 MATCH * COUNT 2",
    "ZSCAN k 0 match 1?? count 100",
    "ZSCAN k 5",
    "ZSCAN k x",
    "ZSCAN k -1",
    "ZSCAN k 0 COUNT 0",
    "ZSCAN k 0 COUNT x",
    "ZSCAN k 0 COUNT",
    "ZSCAN k 0 MATCH",
    "ZSCAN k 0 TYPE zset",
    "ZSCAN none 0 nope",
    "ZSCAN none x",
    "ZSCAN k",
  ],
);
