/** Random commands on strings. */
import {
  cased,
  type Command,
  element,
  float,
  index,
  integer,
  keyOf,
  keysOf,
  maybe,
  moment,
  ODD_INTEGERS,
  type Random,
  seconds,
  shuffled,
  times,
  type Word,
} from "./words.ts";

/** Other offsets as large would make strings of many megabytes. */
const REFUSED_OFFSETS = [
  "-1",
  "536870912",
  "9223372036854775807",
  "9223372036854775808",
  "-9223372036854775808",
  "1.0",
];

/** Makes a command on strings. */
export function stringCommand(random: Random): Command {
  const key = keyOf(random, "str");
  switch (random.int(27)) {
    case 0:
    case 1:
    case 2:
      return ["SET", key, value(random)];
    case 3:
    case 4:
      return ["SET", key, value(random), ...setOptions(random)];
    case 5:
      return ["GETEX", key, ...maybe(random, 2, ...expiry(random)), ...maybe(random, 4, cased(random, "PERSIST"))];
    case 6:
      return ["SETNX", key, value(random)];
    case 7:
      return random.int(2) === 0
        ? ["SETEX", key, time(random), value(random)]
        : ["PSETEX", key, `${time(random)}000`, value(random)];
    case 8:
      return ["GETSET", key, value(random)];
    case 9:
      return ["GETDEL", key];
    case 10:
      return ["MGET", ...keysOf(random, "str", 5)];
    case 11:
    case 12:
      return [random.pick(["MSET", "MSETNX"]), ...keysOf(random, "str", 4).flatMap((name) => [name, value(random)])];
    case 13:
      return ["APPEND", key, value(random)];
    case 14:
      return ["STRLEN", key];
    case 15:
    case 16:
      return [random.pick(["GETRANGE", "SUBSTR"]), key, index(random, 60), index(random, 60)];
    case 17:
      return ["SETRANGE", key, String(random.int(random.pick([10, 80, 3_000]))), value(random)];
    case 18:
      return ["SETRANGE", key, random.pick(REFUSED_OFFSETS), value(random)];
    case 19:
      return [random.pick(["INCR", "DECR"]), key];
    case 20:
    case 21:
      return [random.pick(["INCRBY", "DECRBY"]), key, integer(random)];
    case 22:
    case 23:
      return ["INCRBYFLOAT", key, float(random)];
    case 24:
    case 25:
      return commonSubsequence(random);
    default:
      return ["GET", key];
  }
}

function value(random: Random): Word {
  switch (random.int(8)) {
    case 0:
      return random.bytes(random.int(60));
    case 1: // around the longest embedded string, and where lengths take another byte in a dump
      return random.pick(["x", "yz"]).repeat(random.pick([22, 43, 44, 45, 63, 64, 200, random.int(2_000)]));
    case 2:
      return float(random);
    case 3:
    case 4:
    case 5:
      return integer(random);
    default:
      return element(random);
  }
}

function setOptions(random: Random): Word[] {
  return shuffled(
    random,
    maybe(random, 2, ...expiry(random)),
    maybe(random, 3, cased(random, random.pick(["NX", "XX"]))),
    maybe(random, 3, cased(random, "GET")),
    maybe(random, 5, cased(random, "KEEPTTL")),
    maybe(random, 40, random.pick(["PERSIST", "EX", ""])),
  );
}

function expiry(random: Random): Word[] {
  switch (random.int(5)) {
    case 0:
      return [cased(random, "EX"), time(random)];
    case 1:
      return [cased(random, "PX"), `${time(random)}000`];
    case 2:
      return [cased(random, "EXAT"), moment(random)];
    case 3:
      return [cased(random, "PXAT"), `${moment(random)}123`];
    default: // past, or none at all
      return [
        cased(random, random.pick(["EX", "PX", "EXAT", "PXAT"])),
        random.pick(["0", "-1", "x", "9223372036854775807"]),
      ];
  }
}

function time(random: Random): string {
  return random.int(12) === 0 ? random.pick(["0", "-1", "9223372036854775", "x", ""]) : seconds(random);
}

/** LCS takes the product of two lengths, so its keys are a closed pool of short strings. */
function commonSubsequence(random: Random): Command {
  const key = () => `lcs${random.int(4)}`;
  const word = () => times(random.int(40), () => random.pick(["a", "b", "c"])).join("");
  switch (random.int(5)) {
    case 0:
    case 1:
      return ["SET", key(), word()];
    case 2:
      return random.int(6) === 0 ? ["DEL", key()] : ["LPUSH", "lcs_list", "not a string"];
    default:
      return [
        "LCS",
        key(),
        random.int(10) === 0 ? "lcs_list" : key(),
        ...shuffled(
          random,
          maybe(random, 3, cased(random, "LEN")),
          maybe(random, 2, cased(random, "IDX")),
          maybe(random, 3, cased(random, "WITHMATCHLEN")),
          maybe(random, 3, cased(random, "MINMATCHLEN"), random.pick(["0", "1", "2", "4", random.pick(ODD_INTEGERS)])),
        ),
      ];
  }
}
