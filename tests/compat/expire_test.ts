/** The commands on keys' time to live, compared with redis-server 7.0 where it is installed. */
import { compareTranscript, numbersWithin, type TranscriptLine, type TranscriptOptions } from "../_harness.ts";

/** What is left to live differs by the time between two servers' answers; so does the moment, when it was said relatively. */
const TIMES: TranscriptOptions = {
  tolerate: {
    TTL: numbersWithin(60),
    PTTL: numbersWithin(60_000),
    EXPIRETIME: numbersWithin(60),
    PEXPIRETIME: numbersWithin(60_000),
  },
};
const STATE = ["TTL k", "PTTL k", "EXPIRETIME k", "PEXPIRETIME k", "GET k"];

/** Expiries that a key has, and new ones: equal to them only where no clock has a part in it. */
const COMMANDS = {
  EXPIRE: { has: ["1000", "100000000"], gets: ["500", "50000000", "1000000000", "-1"] },
  PEXPIRE: { has: ["1000000", "100000000000"], gets: ["500000", "50000000000", "1000000000000", "-1"] },
  EXPIREAT: { has: ["33177117420", "33177117421"], gets: ["33177117420", "33177117421", "1"] },
  PEXPIREAT: { has: ["33177117420000", "33177117420500"], gets: ["33177117420000", "33177117420500", "-1"] },
} as const;

const CONDITIONS = [
  "",
  "NX",
  "XX",
  "GT",
  "LT",
  "nx",
  "Xx",
  "NX NX",
  "NX XX",
  "XX NX",
  "NX GT",
  "NX LT",
  "GT LT",
  "LT GT",
];
CONDITIONS.push("XX GT", "GT XX", "XX LT", "XX XX GT", "NX XX GT LT", "NOPE", "NX NOPE", "NX XX NOPE", "GT 5", "EX");

for (const [name, { has, gets }] of Object.entries(COMMANDS)) {
  compareTranscript(`${name} with every condition, on keys that never, soon, late and no longer live`, [
    ...CONDITIONS.flatMap((condition) =>
      [[], ...has.map((time) => [`${name} k ${time}`])].flatMap((before) =>
        gets.flatMap((time) => ["SET k v", ...before, `${name} k ${time} ${condition}`.trimEnd(), ...STATE])
      )
    ),
    ...CONDITIONS.map((condition) => `${name} nosuch ${gets[0]} ${condition}`.trimEnd()),
    ...CONDITIONS.map((condition) => `${name} k x ${condition}`.trimEnd()),
    name,
    `${name} k`,
    [name, "k", gets[0], "NO\r\nPE"],
  ], TIMES);
}

const NUMBERS = [
  "0",
  "-0",
  "-1",
  "1",
  "01",
  "+1",
  "",
  " 1",
  "1 ",
  "1.5",
  "1e3",
  "x",
  "0x10",
  "1\0",
  "-9223372036854775808",
];
NUMBERS.push(
  "9223372036854775808",
  "-9223372036854775809",
  "9223372036854776",
  "-9223372036854775",
  "-9223372036854776",
);
NUMBERS.push("18446744073709551616", "-9007199254740993", "-9000000000001", "-9000000000000");

compareTranscript(
  "times that are past, too far or no numbers",
  Object.keys(COMMANDS).flatMap((name) =>
    NUMBERS.filter((number) => number !== "1" || name.endsWith("AT")) // what expires at once depends on the clock
      .flatMap((number): TranscriptLine[] => [
        "SET k v",
        [name, "k", number],
        "EXISTS k",
        "TTL k",
        [name, "nosuch", number],
      ])
  ),
  TIMES,
);

const FAR_TIMES = ["9000000000000", "9000000000001", "9007199254740991", "9007199254740993", "9223372036854775"];

compareTranscript(
  "times far off, to the last one that has 64 bits",
  [
    ...FAR_TIMES.flatMap((time) =>
      ["EXPIRE", "EXPIREAT", "PEXPIRE", "PEXPIREAT"].flatMap((name) => ["SET k v", `${name} k ${time}`, ...STATE])
    ),
    ...["9223372036854775806", "9223372036854775807", "9223370000000000000", "9224000000000000000"].flatMap((time) => [
      "SET k v",
      `PEXPIREAT k ${time}`,
      "PEXPIRETIME k",
      "PTTL k",
      `PEXPIRE k ${time}`,
      "EXISTS k",
    ]),
  ],
  {
    // beyond 2^53 milliseconds times are rounded to doubles
    tolerate: { ...TIMES.tolerate, PEXPIRETIME: bigNumbersWithin(60_000n), PTTL: bigNumbersWithin(60_000n) },
  },
);

/** As `numbersWithin`, for integers that a double does not hold. */
function bigNumbersWithin(distance: bigint): (ours: string, theirs: string) => boolean {
  return (ours, theirs) => {
    if (!/^:-?\d+$/.test(ours) || !/^:-?\d+$/.test(theirs)) return false;
    const apart = BigInt(ours.slice(1)) - BigInt(theirs.slice(1));
    return apart <= distance && -apart <= distance;
  };
}

compareTranscript("TTL and its variants on keys that are not there, never expire, expire", [
  ...["TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"].flatMap((name) => [
    `${name} nosuch`,
    "SET k v",
    `${name} k`,
    "PEXPIREAT k 33177117420499",
    `${name} k`,
    "PEXPIREAT k 33177117420500",
    `${name} k`,
    name,
    `${name} k k`,
  ]),
], TIMES);

compareTranscript("PERSIST takes an expiry away once", [
  "PERSIST nosuch",
  "SET k v EX 1000",
  "PERSIST k",
  "TTL k",
  "PERSIST k",
  "GET k",
  "PERSIST",
  "PERSIST k k",
], TIMES);

compareTranscript("what becomes of an expiry when the key is changed", [
  ...["SET k w", "SET k 5 KEEPTTL", "APPEND k x", "GETSET k w", "SETRANGE k 3000 x", "RENAME k k", "GETDEL k"].flatMap(
    (line) => ["SET k v EX 1000", line, ...STATE.filter((each) => each !== "GET k")],
  ),
  "SET k 7 EX 1000",
  "INCR k",
  ...STATE,
], TIMES);
