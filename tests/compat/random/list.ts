/** Random commands on lists. */
import {
  cased,
  type Command,
  count,
  element,
  elements,
  index,
  indexRange,
  integer,
  keyCount,
  keyOf,
  keysOf,
  maybe,
  type Random,
  shuffled,
  timeout,
} from "./words.ts";

/** Makes a command on lists. */
export function listCommand(random: Random): Command {
  const key = keyOf(random, "list");
  switch (random.int(30)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return ["LPUSH", key, ...elements(random)];
    case 4:
    case 5:
    case 6:
    case 7:
      return ["RPUSH", key, ...elements(random)];
    case 8:
      return [random.pick(["LPUSHX", "RPUSHX"]), key, ...elements(random)];
    case 9:
    case 10:
      return [random.pick(["LPOP", "RPOP"]), key, ...maybe(random, 2, count(random))];
    case 11:
      return ["LLEN", key];
    case 12:
      return ["LINDEX", key, index(random)];
    case 13:
    case 14:
      return ["LSET", key, index(random), element(random)];
    case 15:
    case 16:
      return ["LRANGE", key, ...indexRange(random, random.pick([10, 200]))];
    case 17:
      return ["LTRIM", key, ...indexRange(random, random.pick([10, 200]))];
    case 18:
    case 19:
      return ["LINSERT", key, side(random, "BEFORE", "AFTER"), element(random), element(random)];
    case 20:
      return ["LREM", key, random.int(3) === 0 ? integer(random) : String(random.int(7) - 3), element(random)];
    case 21:
    case 22:
      return ["LPOS", key, element(random), ...positionOptions(random)];
    case 23:
    case 24:
      return ["LMOVE", key, keyOf(random, "list"), end(random), end(random)];
    case 25:
      return ["RPOPLPUSH", key, keyOf(random, "list")];
    case 26:
    case 27:
      return ["LMPOP", ...manyPop(random)];
    case 28:
      return blocking(random);
    default:
      return ["LRANGE", key, "0", "-1"];
  }
}

/** Commands that wait where there is nothing. */
function blocking(random: Random): Command {
  switch (random.int(4)) {
    case 0:
      return [random.pick(["BLPOP", "BRPOP"]), ...keysOf(random, "list"), timeout(random)];
    case 1:
      return ["BRPOPLPUSH", keyOf(random, "list"), keyOf(random, "list"), timeout(random)];
    case 2:
      return ["BLMOVE", keyOf(random, "list"), keyOf(random, "list"), end(random), end(random), timeout(random)];
    default:
      return ["BLMPOP", timeout(random), ...manyPop(random)];
  }
}

function manyPop(random: Random): Command {
  const keys = keysOf(random, "list");
  return [keyCount(random, keys), ...keys, end(random), ...maybe(random, 2, cased(random, "COUNT"), count(random))];
}

function positionOptions(random: Random): Command {
  return shuffled(
    random,
    maybe(random, 2, cased(random, "RANK"), index(random, 4)),
    maybe(random, 2, cased(random, "COUNT"), count(random)),
    maybe(random, 3, cased(random, "MAXLEN"), count(random)),
  );
}

function end(random: Random): string {
  return side(random, "LEFT", "RIGHT");
}

function side(random: Random, one: string, other: string): string {
  return random.int(40) === 0 ? random.pick(["", "MIDDLE"]) : cased(random, random.pick([one, other]));
}
