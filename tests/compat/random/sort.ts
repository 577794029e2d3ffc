/** Random SORT commands. What it takes its weights from, and collections of numbers to sort, are closed pools. */
import {
  anyKey,
  cased,
  type Command,
  float,
  index,
  integerElement,
  keyOf,
  maybe,
  type Random,
  shuffled,
  times,
} from "./words.ts";

/** Patterns of the keys and fields that {@linkcode weights} fills. */
const LOOKUPS = ["w_*", "w_*", "o_*->f", "o_*->none", "#", "none_*", "w_*->f", "o_*", "*", "plain", "o_*->", "->f"];

/** Makes a SORT, or something for it to look at. */
export function sortCommand(random: Random): Command {
  switch (random.int(10)) {
    case 0:
    case 1:
      return weights(random);
    case 2:
    case 3:
      return numbers(random);
    default:
      return sort(random);
  }
}

function weights(random: Random): Command {
  const names = times(4, () => random.pick([`e${random.int(10)}`, integerElement(random)]));
  const value = () => random.int(40) === 0 ? "heavy" : random.int(20) === 0 ? number(random) : String(random.int(12));
  switch (random.int(6)) {
    case 0:
      return ["DEL", ...names.map((name) => `w_${name}`)];
    case 1:
      return ["HSET", `o_${names[0]}`, "f", value()];
    case 2:
      return ["DEL", ...names.map((name) => `o_${name}`)];
    case 3: // of another type, which counts as missing
      return random.int(2) === 0 ? ["RPUSH", `w_${names[0]}`, "1"] : ["SET", `o_${names[0]}`, "1"];
    default:
      return ["MSET", ...names.flatMap((name) => [`w_${name}`, value()])];
  }
}

/** Each key keeps its type: the first is a list, the second a set, the third a sorted set. */
function numbers(random: Random): Command {
  const values = times(1 + random.int(6), () => random.int(3) === 0 ? number(random) : integerElement(random));
  switch (random.int(8)) {
    case 0:
      return ["DEL", random.pick(["num_list", "num_set", "num_zset"])];
    case 1:
      return ["RPUSH", "num_list", random.pick(["", "x", "nan", "inf", "-inf", "1e400"])];
    case 2:
    case 3:
      return ["RPUSH", "num_list", ...values];
    case 4:
    case 5:
      return ["SADD", "num_set", ...values];
    default:
      return ["ZADD", "num_zset", ...values.flatMap((value) => [String(random.int(9)), value])];
  }
}

/** One text that is no number refuses all of a collection, so there are few of them. */
function number(random: Random): string {
  const value = float(random);
  return Number.isFinite(Number(value || "x")) ? value : "7";
}

function sort(random: Random): Command {
  const key = source(random);
  const order = maybe(random, 2, cased(random, random.pick(["ASC", "DESC"])));
  const gets = times(random.int(3), () => [cased(random, "GET"), random.pick(LOOKUPS)]);
  const range = maybe(random, 2, cased(random, "LIMIT"), index(random, 5), index(random, 10));
  const oddity = maybe(random, 60, random.pick(["BY", "LIMIT", "", "NOPE"]));
  switch (random.int(6)) {
    case 0: { // no order between equal weights: so their elements come along, and all of them
      const by = random.pick(["w_*", "o_*->f"]);
      const shown = [cased(random, "GET"), by, cased(random, "GET"), "#", ...maybe(random, 3, "GET", "none_*")];
      return [
        name(random),
        key,
        ...shuffled(random, [cased(random, "BY"), by], [cased(random, "ALPHA")], order, shown),
      ];
    }
    case 1: { // not sorted; of a set that is any order
      const by = [cased(random, "BY"), random.pick(["nosort", "", "w_"])];
      return [name(random), key, ...shuffled(random, by, order, ...gets, range, maybe(random, 3, "ALPHA"))];
    }
    case 2: { // stored; a set is sorted even when it need not be
      const by = maybe(random, 3, cased(random, "BY"), "nosort");
      const alpha = maybe(random, 2, cased(random, "ALPHA"));
      const store = [cased(random, "STORE"), random.int(4) === 0 ? anyKey(random) : keyOf(random, "list")];
      return [
        random.int(20) === 0 ? "SORT_RO" : "SORT",
        key,
        ...shuffled(random, by, alpha, order, ...gets, range, store),
      ];
    }
    case 3:
      return [name(random), key, ...shuffled(random, [cased(random, "ALPHA")], order, ...gets, range), ...oddity];
    default: {
      const by = maybe(random, 2, cased(random, "BY"), random.pick(["w_*", "w_*", "o_*->f", "none_*", "o_*"]));
      return [name(random), key, ...shuffled(random, by, order, ...gets, range), ...oddity];
    }
  }
}

function name(random: Random): string {
  return random.pick(["SORT", "SORT", "SORT_RO"]);
}

function source(random: Random): string {
  switch (random.int(12)) {
    case 0:
      return random.pick(["none", "str0", "hash1"]);
    case 1:
    case 2:
    case 3:
    case 4:
      return random.pick([() => keyOf(random, "list"), () => keyOf(random, "set"), () => keyOf(random, "zset")])();
    default:
      return random.pick(["num_list", "num_set", "num_zset"]);
  }
}
