/** Random commands on hashes. */
import {
  cased,
  type Command,
  cursor,
  element,
  elements,
  fewElements,
  float,
  integer,
  keyOf,
  maybe,
  type Random,
  scanOptions,
  times,
  type Word,
} from "./words.ts";

/** Holds one field at most, so that what is picked at random is known. */
const SINGLE = "one_hash";

/** Makes a command on hashes. */
export function hashCommand(random: Random): Command {
  const key = keyOf(random, "hash");
  switch (random.int(30)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return ["HSET", key, ...pairs(random)];
    case 4:
      return ["HMSET", key, ...pairs(random)];
    case 5:
      return ["HSETNX", key, field(random), element(random)];
    case 6:
    case 7:
      return ["HGET", key, field(random)];
    case 8:
      return ["HMGET", key, ...times(1 + random.int(4), () => field(random))];
    case 9:
    case 10:
      return ["HDEL", key, ...fewElements(random, field)];
    case 11:
      return ["HEXISTS", key, field(random)];
    case 12:
      return ["HLEN", key];
    case 13:
      return ["HSTRLEN", key, field(random)];
    case 14:
      return [random.pick(["HKEYS", "HVALS"]), key];
    case 15:
    case 16:
      return ["HGETALL", key];
    case 17:
    case 18:
    case 19:
      return ["HINCRBY", key, field(random), integer(random)];
    case 20:
    case 21:
    case 22:
      return ["HINCRBYFLOAT", key, field(random), float(random)];
    case 23:
    case 24:
      return ["HRANDFIELD", key, ...randomCount(random)];
    case 25:
    case 26:
      return ["HSCAN", key, cursor(random), ...scanOptions(random)];
    case 27:
      return single(random);
    default: // a number as a value, which the increments need
      return ["HSET", key, field(random), random.int(2) === 0 ? integer(random) : float(random)];
  }
}

function field(random: Random): Word {
  return random.int(3) === 0 ? `n${random.int(5)}` : element(random);
}

function pairs(random: Random): Word[] {
  const fields = elements(random, field);
  const odd = random.int(40) === 0 ? fields.slice(0, -1) : fields;
  return [...odd.flatMap((name, i) => [name, i % 16 === 0 ? element(random) : `v${i}`]), ...fields.slice(odd.length)];
}

/** A count that takes all, or one whose reply is compared by its shape. */
function randomCount(random: Random): Word[] {
  const count = random.pick(["100000", "100000", "-5", "0", "1", "3", "x", "-9223372036854775808"]);
  return maybe(random, 1, count, ...maybe(random, 2, cased(random, "WITHVALUES")));
}

function single(random: Random): Command {
  switch (random.int(4)) {
    case 0:
      return ["HSET", SINGLE, "only", element(random)];
    case 1:
      return ["HDEL", SINGLE, "only"];
    case 2:
      return ["HRANDFIELD", SINGLE];
    default:
      return ["HRANDFIELD", SINGLE, random.pick(["1", "2", "-1", "-3"]), ...maybe(random, 2, "WITHVALUES")];
  }
}
