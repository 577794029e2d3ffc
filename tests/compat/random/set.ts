/** Random commands on sets. */
import {
  cased,
  type Command,
  count,
  cursor,
  element,
  elements,
  fewElements,
  integerElement,
  keyCount,
  keyOf,
  keysOf,
  maybe,
  type Random,
  scanOptions,
  times,
  type Word,
} from "./words.ts";

/** Holds one member at most, so that what is picked at random is known. */
const SINGLE = "one_set";

/** Makes a command on sets. */
export function setCommand(random: Random): Command {
  const key = setKey(random);
  const make = random.int(3) === 0 ? element : integerElement;
  switch (random.int(26)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
      return ["SADD", key, ...elements(random, member(key))];
    case 5:
    case 6:
    case 7:
      return ["SREM", key, ...fewElements(random, make)];
    case 8:
      return ["SISMEMBER", key, make(random)];
    case 9:
      return ["SMISMEMBER", key, ...times(1 + random.int(5), () => make(random))];
    case 10:
      return ["SCARD", key];
    case 11:
    case 12:
      return ["SMEMBERS", key];
    case 13:
    case 14:
      return ["SMOVE", key, setKey(random), make(random)];
    case 15:
      return ["SPOP", key, random.pick(["100000", "100000", "100000", "0", "0", "-1", "x", "9223372036854775808"])];
    case 16:
      return [
        "SRANDMEMBER",
        key,
        ...maybe(random, 1, random.pick(["100000", "-5", "0", "1", "3", "x", "-9223372036854775808"])),
      ];
    case 17:
    case 18:
      return [random.pick(["SINTER", "SUNION", "SDIFF"]), ...keysOf(random, "set")];
    case 19:
    case 20:
    case 21:
      return [
        random.pick(["SINTERSTORE", "SUNIONSTORE", "SDIFFSTORE"]),
        destination(random),
        ...keysOf(random, "set", 4),
      ];
    case 22: {
      const keys = keysOf(random, "set");
      const limit = maybe(random, 2, cased(random, "LIMIT"), count(random));
      return ["SINTERCARD", keyCount(random, keys), ...keys, ...limit];
    }
    case 23:
    case 24:
      return ["SSCAN", key, cursor(random), ...scanOptions(random)];
    default:
      return single(random);
  }
}

function setKey(random: Random): string {
  return keyOf(random, "set");
}

/** Mostly one of few keys: an empty result deletes it. */
function destination(random: Random): string {
  return random.int(3) === 0 ? setKey(random) : random.pick(["set5", "set6"]);
}

/** Half of the keys are given integers mostly, so that they stay integer sets for a while. */
function member(key: string): (random: Random) => Word {
  const isMixed = key.charCodeAt(key.length - 1) % 2 === 0;
  return (random) => isMixed || random.int(60) === 0 ? element(random) : integerElement(random);
}

function single(random: Random): Command {
  switch (random.int(4)) {
    case 0:
    case 1:
      return ["SADD", SINGLE, "only"];
    case 2:
      return ["SPOP", SINGLE, ...maybe(random, 2, "1")];
    default:
      return ["SRANDMEMBER", SINGLE, ...maybe(random, 2, random.pick(["1", "2", "-1", "-3"]))];
  }
}
