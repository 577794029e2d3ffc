/** Random commands on sorted sets. */
import {
  anyKey,
  cased,
  type Command,
  count,
  cursor,
  element,
  elements,
  fewElements,
  float,
  index,
  indexRange,
  keyCount,
  keyOf,
  keysOf,
  maybe,
  type Random,
  scanOptions,
  shuffled,
  timeout,
  times,
  type Word,
} from "./words.ts";

/** Holds one member at most, so that what is picked at random is known. */
const SINGLE = "one_zset";

/** Makes a command on sorted sets. */
export function sortedSetCommand(random: Random): Command {
  const key = keyOf(random, "zset");
  switch (random.int(46)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
    case 40:
    case 41:
    case 42:
    case 43:
      return ["ZADD", key, ...addOptions(random), ...scored(random)];
    case 5:
      return ["ZADD", key, ...addOptions(random), cased(random, "INCR"), float(random), element(random)];
    case 6:
    case 7:
      return ["ZINCRBY", key, float(random), element(random)];
    case 8:
    case 9:
      return ["ZREM", key, ...fewElements(random)];
    case 10:
    case 44:
    case 45:
      return [random.pick(["ZSCORE", "ZRANK", "ZREVRANK"]), key, element(random)];
    case 11:
      return ["ZMSCORE", key, ...times(1 + random.int(4), () => element(random))];
    case 12:
      return ["ZCARD", key];
    case 13:
      return ["ZCOUNT", key, ...scoreRange(random)];
    case 14:
    case 15:
    case 16:
    case 17:
      return ["ZRANGE", key, ...rangeArguments(random), ...maybe(random, 2, cased(random, "WITHSCORES"))];
    case 18:
      return ["ZREVRANGE", key, ...indexRange(random), ...maybe(random, 2, cased(random, "WITHSCORES"))];
    case 19:
    case 20:
      return [
        random.pick(["ZRANGEBYSCORE", "ZREVRANGEBYSCORE"]),
        key,
        ...scoreRange(random),
        ...shuffled(random, maybe(random, 2, cased(random, "WITHSCORES")), limit(random)),
      ];
    case 21:
    case 22:
      return ["ZRANGESTORE", destination(random), key, ...rangeArguments(random)];
    case 23:
      return ["ZREMRANGEBYSCORE", key, ...scoreRange(random)];
    case 24:
      return ["ZREMRANGEBYRANK", key, index(random), index(random, 8)];
    case 25:
      return [random.pick(["ZPOPMIN", "ZPOPMAX"]), key, ...maybe(random, 2, count(random))];
    case 26:
      return ["ZMPOP", ...manyPop(random)];
    case 27:
    case 28:
      return ["ZRANDMEMBER", key, ...randomCount(random)];
    case 29:
    case 30:
      return ["ZSCAN", key, cursor(random), ...scanOptions(random)];
    case 31:
    case 32:
      return [random.pick(["ZUNION", "ZINTER"]), ...combined(random), ...maybe(random, 2, cased(random, "WITHSCORES"))];
    case 33:
    case 34:
    case 35:
      return [random.pick(["ZUNIONSTORE", "ZINTERSTORE"]), destination(random), ...combined(random)];
    case 36: {
      const keys = sources(random);
      return ["ZDIFF", keyCount(random, keys), ...keys, ...maybe(random, 2, cased(random, "WITHSCORES"))];
    }
    case 37: {
      const keys = sources(random);
      return random.int(2) === 0
        ? ["ZDIFFSTORE", destination(random), keyCount(random, keys), ...keys]
        : ["ZINTERCARD", keyCount(random, keys), ...keys, ...maybe(random, 2, cased(random, "LIMIT"), count(random))];
    }
    case 38:
      return blocking(random);
    default:
      return single(random);
  }
}

/** Commands on lexical ranges, and all that their keys are changed by: every score is the same. */
export function lexicalCommand(random: Random): Command {
  const key = random.int(20) === 0 ? "lex_list" : `lex${random.int(4)}`;
  switch (random.int(14)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return [
        "ZADD",
        key,
        ...maybe(random, 3, cased(random, "NX")),
        ...elements(random).flatMap((name) => ["0", name]),
      ];
    case 4:
      return ["ZREM", key, ...fewElements(random)];
    case 5:
      return ["ZLEXCOUNT", key, ...lexicalBounds(random)];
    case 6:
    case 7:
      return [
        random.pick(["ZRANGEBYLEX", "ZREVRANGEBYLEX"]),
        key,
        lexicalBound(random),
        lexicalBound(random),
        ...limit(random),
      ];
    case 8:
    case 9:
      return ["ZRANGE", key, ...lexicalRange(random)];
    case 10:
      if (random.int(3) !== 0) return ["ZRANGEBYLEX", key, ...lexicalBounds(random)];
      return ["ZREMRANGEBYLEX", key, ...lexicalBounds(random)];
    case 11:
      return ["ZRANGESTORE", `lex${3 - random.int(1 + random.int(4))}`, key, ...lexicalRange(random)];
    case 12:
      return random.int(4) === 0 ? ["DEL", key] : ["RPUSH", "lex_list", "no sorted set"];
    default:
      return ["ZRANGE", key, "0", "-1"];
  }
}

function lexicalRange(random: Random): Word[] {
  const options = shuffled(random, [cased(random, "BYLEX")], maybe(random, 3, cased(random, "REV")), limit(random));
  return [...lexicalBounds(random), ...options];
}

/** Two bounds; mostly in an order in which there may be something between them, one way or the other. */
function lexicalBounds(random: Random): [Word, Word] {
  const [one, other] = [lexicalBound(random), lexicalBound(random)];
  return one === "+" && random.int(4) !== 0 ? [other, one] : [one, other];
}

function lexicalBound(random: Random): Word {
  switch (random.int(10)) {
    case 0:
      return random.pick(["", "x", "[", "(", "+x", "[e", "(e", "["]);
    case 1:
    case 2:
      return "-";
    case 3:
    case 4:
      return "+";
    default: {
      const name = element(random);
      const sign = random.pick(["[", "("]);
      return typeof name === "string" ? sign + name : Uint8Array.of(sign.charCodeAt(0), ...name);
    }
  }
}

function addOptions(random: Random): Word[] {
  if (random.int(2) === 0) return [];
  return shuffled(
    random,
    maybe(random, 3, cased(random, random.pick(["NX", "XX"]))),
    maybe(random, 3, cased(random, random.pick(["GT", "LT"]))),
    maybe(random, 3, cased(random, "CH")),
  );
}

function scored(random: Random): Word[] {
  const isTied = random.int(3) === 0;
  const pairs = elements(random).flatMap((name, i) => [i % 16 === 0 || !isTied ? float(random) : "1", name]);
  // one score that is none refuses the whole command, which is good to see once in a while
  if (random.int(8) === 0) return random.int(4) === 0 ? pairs.slice(1) : pairs;
  return pairs.map((word, i) => i % 2 === 0 && !Number.isFinite(Number(word || "x")) ? String(random.int(9)) : word);
}

function scoreBound(random: Random): string {
  switch (random.int(12)) {
    case 0:
      return random.pick([
        "-inf",
        "+inf",
        "inf",
        "-inf",
        "+inf",
        "(-inf",
        "(inf",
        "(",
        "((1",
        "x",
        "",
        "[1",
        "nan",
        "(nan",
      ]);
    case 1:
    case 2:
      return random.pick(["-inf", "+inf"]);
    case 3:
    case 4:
      return `(${float(random)}`;
    default:
      return float(random);
  }
}

/** Two bounds; mostly in an order in which there may be something between them, one way or the other. */
function scoreRange(random: Random): [string, string] {
  const [one, other] = [scoreBound(random), scoreBound(random)];
  const value = (bound: string) => Number(bound.replace("(", "").replace("inf", "Infinity"));
  return random.int(3) === 0 || value(one) <= value(other) ? [one, other] : [other, one];
}

function limit(random: Random): Word[] {
  return maybe(
    random,
    2,
    cased(random, "LIMIT"),
    index(random, 6),
    random.int(3) === 0 ? index(random, 6) : count(random),
  );
}

/** What ZRANGE and ZRANGESTORE take after the key, but lexical ranges. */
function rangeArguments(random: Random): Word[] {
  const byScore = random.int(2) === 0;
  return [
    ...(byScore ? scoreRange(random) : indexRange(random)),
    ...shuffled(
      random,
      byScore ? [cased(random, "BYSCORE")] : [],
      maybe(random, 3, cased(random, "REV")),
      byScore ? limit(random) : maybe(random, 15, "LIMIT", "0", "1"),
    ),
  ];
}

/** Mostly one of few keys: an empty result deletes it. */
function destination(random: Random): string {
  return random.int(3) === 0 ? keyOf(random, "zset") : random.pick(["zset5", "zset6"]);
}

/** Keys of sorted sets and, as all combinations take them, of sets. */
function sources(random: Random): string[] {
  const keys = keysOf(random, "zset");
  return random.int(3) === 0 ? [...keys, keyOf(random, "set")] : keys;
}

function combined(random: Random): Word[] {
  const keys = sources(random);
  const weights = times(random.int(30) === 0 ? keys.length - 1 : keys.length, () => float(random));
  return [
    keyCount(random, keys),
    ...keys,
    ...shuffled(
      random,
      maybe(random, 3, cased(random, "WEIGHTS"), ...weights),
      maybe(
        random,
        3,
        cased(random, "AGGREGATE"),
        random.int(15) === 0 ? "AVG" : cased(random, random.pick(["SUM", "MIN", "MAX"])),
      ),
    ),
  ];
}

function manyPop(random: Random): Word[] {
  const keys = keysOf(random, "zset");
  const end = random.int(30) === 0 ? "LEFT" : cased(random, random.pick(["MIN", "MAX"]));
  return [keyCount(random, keys), ...keys, end, ...maybe(random, 2, cased(random, "COUNT"), count(random))];
}

/** Commands that wait where there is nothing. */
function blocking(random: Random): Command {
  if (random.int(2) === 0) return ["BZMPOP", timeout(random), ...manyPop(random)];
  return [random.pick(["BZPOPMIN", "BZPOPMAX"]), ...keysOf(random, "zset"), timeout(random)];
}

/** A count that takes all, or one whose reply is compared by its shape. */
function randomCount(random: Random): Word[] {
  const count = random.pick(["100000", "100000", "-5", "0", "1", "3", "x", "-9223372036854775808"]);
  return [count, ...maybe(random, 2, cased(random, "WITHSCORES"))];
}

function single(random: Random): Command {
  switch (random.int(5)) {
    case 0:
    case 1:
      return ["ZADD", SINGLE, float(random), "only"];
    case 2:
      return random.int(2) === 0 ? ["ZREM", SINGLE, "only"] : ["ZPOPMAX", SINGLE];
    case 3:
      return ["ZRANDMEMBER", random.int(10) === 0 ? anyKey(random) : SINGLE];
    default:
      return ["ZRANDMEMBER", SINGLE, random.pick(["1", "2", "-1", "-3"]), ...maybe(random, 2, "WITHSCORES")];
  }
}
