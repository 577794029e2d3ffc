/**
 * What the generators share: the type of a command, the keys, and the values that are known to be awkward.
 *
 * Keys come in pools, one per type. The *open* pools may be moved, copied and stored into each other, so that any of their
 * keys may hold any type now and then. *Closed* pools are left alone by other generators, since what their commands answer
 * depends on more than the contents when a key holds something foreign: lexical ranges over different scores depend on the
 * random levels of Redis' skip list, positions of arbitrary scores on the processor, and the longest common subsequence of
 * long strings takes seconds.
 *
 * @module
 */
import { Random } from "../../resp/_frames.ts";

export { Random };

/** An argument: text travels as UTF-8. */
export type Word = string | Uint8Array;

/** A command's name and its arguments. */
export type Command = readonly Word[];

/** Makes one command. All its choices come from `random`. */
export type Generator = (random: Random) => Command;

/** Keys per pool. */
const KEYS = 7;

/** The pools whose keys may hold any type. */
const OPEN_POOLS = ["str", "bit", "list", "hash", "set", "zset", "stream"] as const;

/** A pool of keys. */
export type Pool = typeof OPEN_POOLS[number];

/** A key of the pool, and now and then one of another. */
export function keyOf(random: Random, pool: Pool): string {
  return random.int(14) === 0 ? anyKey(random) : `${pool}${random.int(KEYS)}`;
}

/** A key of any open pool. */
export function anyKey(random: Random): string {
  return `${random.pick(OPEN_POOLS)}${random.int(1 + random.int(KEYS))}`; // some more often, so that they meet again
}

/** One to `most` keys of the pool, some of them twice. */
export function keysOf(random: Random, pool: Pool, most = 3): string[] {
  return times(1 + random.int(most), () => keyOf(random, pool));
}

/** What `make` returns, `count` times. */
export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** The words, one time out of `n`. */
export function maybe(random: Random, n: number, ...words: Word[]): Word[] {
  return random.int(n) === 0 ? words : [];
}

/** Groups of words in any order. */
export function shuffled(random: Random, ...groups: readonly Word[][]): Word[] {
  const rest = [...groups];
  const words: Word[] = [];
  while (rest.length > 0) words.push(...rest.splice(random.int(rest.length), 1)[0]!);
  return words;
}

/** A word in upper, lower or mixed case. */
export function cased(random: Random, word: string): string {
  switch (random.int(8)) {
    case 0:
      return word.toLowerCase();
    case 1:
      return word.charAt(0) + word.slice(1).toLowerCase();
    default:
      return word;
  }
}

/** Texts that are, or nearly are, 64-bit integers; with the borders of the compact encodings. */
export const ODD_INTEGERS: readonly string[] = [
  ...["0", "-0", "00", "01", "+1", " 1", "1 ", "", "x", "1.0", "1e3", "0x10", "--1", "-", "1\0"],
  ...["12", "13", "127", "128", "-128", "-129", "255", "256", "4095", "4096", "-4096", "-4097"],
  ...["32767", "32768", "-32768", "-32769", "8388607", "8388608", "-8388608", "-8388609"],
  ...["2147483647", "2147483648", "-2147483648", "-2147483649", "4294967295", "4294967296"],
  ...["9007199254740991", "9007199254740992", "9007199254740993", "-9007199254740993"],
  ...["9223372036854775806", "9223372036854775807", "9223372036854775808"],
  ...["-9223372036854775807", "-9223372036854775808", "-9223372036854775809"],
  ...["18446744073709551615", "18446744073709551616", "-18446744073709551615"],
];

/**
 * Texts that are, or nearly are, floating-point numbers. None is so small that it loses digits, as 4.9e-324 does: a sorted
 * set could hold it as a score, which sets `errno` within a SORT (see rounds.ts).
 */
export const ODD_FLOATS: readonly string[] = [
  ...[
    "inf",
    "-inf",
    "+inf",
    "INF",
    "Infinity",
    "-infinity",
    "nan",
    "NaN",
    "-nan",
    "",
    "x",
    ".",
    "-",
    "e5",
    "5e",
    "1 ",
    " 1",
  ],
  ...["0", "-0", "-0.0", "0.0", "3.0", ".5", "5.", "+1.5", "1e3", "1.5e3", "1e17", "1e21", "1e22", "1e-5", "1e-7"],
  ...["0.1", "0.2", "0.30000000000000004", "0.7", "1.1", "3.14159265358979", "1e15", "123456789012345678", "1e16"],
  ...["1.7976931348623157e308", "1e308", "1e309", "-1e309", "1e400", "1e-400", "1e-30", "-1e-29"],
  ...["9007199254740993", "9223372036854775807", "18446744073709551615", "0x10", "0x1p-3", "0x1.8p1", "1.5x", "1,5"],
];

/**
 * Elements that are not ASCII text, or not text. Each differs from all others before its first zero byte: SORT ALPHA
 * compares no further.
 */
const ODD_BYTES: readonly Uint8Array[] = [
  [0x62, 0x00, 0xff, 0x0d, 0x0a],
  [0xff, 0xfe],
  [0x80],
  [0xc3, 0xa9],
  [0xf0, 0x9f, 0x98, 0x80],
  [0x0d, 0x0a],
  [0x22, 0x5c, 0x27, 0x09],
].map((bytes) => Uint8Array.from(bytes));

/** An element of a list, set, hash …: mostly one of few, so that they meet again. */
export function element(random: Random): Word {
  switch (random.int(16)) {
    case 0:
      return random.pick(ODD_INTEGERS.filter((text) => !text.includes("\0")));
    case 1:
      return random.pick(ODD_FLOATS);
    case 2:
      return random.pick(ODD_BYTES);
    case 3: // around the longest of the compact encodings, with the thresholds as they are and small
      return random.pick(["e", "f"]).repeat(
        random.int(40) === 0
          ? random.pick([4_000, 9_000]) // about what a node of a list holds
          : random.pick([7, 8, 9, 31, 32, 63, 63, 64, 64, 65, 65, 200]),
      );
    case 4:
    case 5:
    case 6:
      return integerElement(random);
    default:
      return `e${random.int(10)}`;
  }
}

/** An element that is a small integer, in its shortest form. */
export function integerElement(random: Random): string {
  return String(random.int(16) - 4);
}

/** Elements: mostly a few, now and then as many as it takes to cross a threshold. */
export function elements(random: Random, make: (random: Random) => Word = element): Word[] {
  switch (random.int(24)) {
    case 0: {
      const first = random.int(300);
      const text = random.pick(["", "e", "long-"]);
      const size = random.int(60) === 0 ? 3_000 : random.pick([9, 60, 127, 128, 129, 260]);
      return times(size, (i) => `${text}${first + i}`);
    }
    case 1: {
      const first = random.int(200) - 100;
      return times(random.pick([8, 9, 64, 511, 512, 513]), (i) => String(first + i));
    }
    default:
      return times(1 + random.int(random.pick([1, 6, 12])), () => make(random));
  }
}

/** Elements to take away: few, so that something is left, and now and then many. */
export function fewElements(random: Random, make: (random: Random) => Word = element): Word[] {
  return random.int(30) === 0 ? elements(random, make) : times(1 + random.int(2), () => make(random));
}

/** An integer argument: mostly small, now and then at a border or no integer at all. */
export function integer(random: Random): string {
  switch (random.int(10)) {
    case 0:
      return random.pick(ODD_INTEGERS);
    case 1:
      return String(2n ** BigInt(random.int(65)) * random.pick([1n, -1n]) + BigInt(random.int(3) - 1));
    default:
      return String(random.int(400) - 200);
  }
}

/** A floating-point argument. */
export function float(random: Random): string {
  switch (random.int(9)) {
    case 0:
      return random.pick(ODD_FLOATS);
    case 1:
      return `${random.int(1000) - 500}e${random.int(40) - 20}`;
    case 2:
      return integer(random);
    case 3:
    case 4:
      return String(random.int(20) - 10);
    case 5: { // more digits than any format keeps
      const digits = (most: number) => times(1 + random.int(most), () => random.int(10)).join("");
      const exponent = random.pick(["", "", "e9", "e-9", "E+20", "e-20"]);
      return `${random.pick(["", "-"])}${digits(22)}.${digits(22)}${exponent}`;
    }
    default:
      return `${random.int(200) - 100}.${random.int(1000)}`;
  }
}

/** A position in a collection or string: from either end, rarely outside. */
export function index(random: Random, size = 20): string {
  return random.int(12) === 0 ? random.pick(ODD_INTEGERS) : String(random.int(2 * size) - size);
}

/** A range of positions, mostly one with something in it. */
export function indexRange(random: Random, size = 20): [string, string] {
  if (random.int(3) === 0) return [index(random, size), index(random, size)];
  return [String(random.int(random.pick([1, 4, size]))), random.pick(["-1", "-2", String(random.int(size))])];
}

/** How many elements to take: mostly few. */
export function count(random: Random): string {
  return random.int(12) === 0 ? random.pick(ODD_INTEGERS) : String(random.int(random.pick([3, 10, 100])));
}

/** How many keys follow: mostly the truth. */
export function keyCount(random: Random, keys: readonly string[]): string {
  return random.int(25) === 0 ? random.pick(["0", "-1", "x", "1", "2", "9", ""]) : String(keys.length);
}

/** Awkward patterns for KEYS and MATCH. */
const PATTERNS: readonly string[] = [
  ...[
    "*",
    "*",
    "e*",
    "*1*",
    "?",
    "e?",
    "e[0-4]",
    "e[^0-4]",
    "e[4-0]",
    "l*st[13]",
    "[",
    "[^",
    "e\\*",
    "\\",
    "",
    "**",
    "*\\",
  ],
  ...[
    "hash?",
    "[a-m]*[2-5]",
    "set[0",
    "*[^e]",
    "e1[]*",
    "[\\e]1*",
    "?????",
    "z*",
    "[s-z]*",
    "*[0-1]",
    "s[et][tr]*",
    "list1",
  ],
];

/** A pattern: one that is known to be awkward, or any. */
export function pattern(random: Random): string {
  if (random.int(3) !== 0) return random.pick(PATTERNS);
  const pieces = ["*", "*", "?", "[", "]", "^", "-", "\\", "e", "s", "t", "r", "l", "1", "2", "-4]", "[^", "[a-"];
  return times(random.int(8), () => random.pick(pieces)).join("");
}

/** The options of the SCAN family, with a COUNT larger than any collection, so that one call tells all. */
export function scanOptions(random: Random): Word[] {
  const size = random.int(20) === 0 ? random.pick(["0", "-1", "x", "9223372036854775808"]) : "100000";
  return shuffled(
    random,
    [cased(random, "COUNT"), size],
    maybe(random, 2, cased(random, "MATCH"), pattern(random)),
  );
}

/**
 * A time-out in seconds. No other client adds anything, so where there is nothing the reply is null after a few milliseconds;
 * none of 0, which would wait for ever.
 */
export function timeout(random: Random): string {
  return random.int(6) === 0
    ? random.pick(["-1", "x", "", "1e400", "nan", "-0.5"])
    : random.pick(["0.001", "0.002", "1e-3"]);
}

/** A cursor: the start, or none at all. */
export function cursor(random: Random): string {
  return random.int(20) === 0 ? random.pick(["x", "", "1x", "0x0"]) : "0";
}

/** Seconds so far off that nothing expires, and so far apart that two moments compare alike on both servers. */
export function seconds(random: Random): string {
  return String(1_000 + random.int(2 ** 30));
}

/** A moment in seconds since 1970, far off as well. */
export function moment(random: Random): string {
  return String(4_000_000_000 + random.int(2 ** 30));
}
