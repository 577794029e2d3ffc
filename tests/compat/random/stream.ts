/** Random commands on streams. */
import { cased, type Command, count, element, keyOf, maybe, type Random, shuffled, times, type Word } from "./words.ts";

const GROUPS = ["g0", "g1", ""], CONSUMERS = ["alice", "bob", "c\0"];
const ODD_IDS = ["-", "+", "(1-1", "(+", "x", "", "1-x", "18446744073709551615-18446744073709551615", "0-0", "5--0"];

/** Makes a command on streams. Ids are given, as those made of the time are unknown. */
export function streamCommand(random: Random): Command {
  const key = keyOf(random, "stream");
  switch (random.int(30)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
      return [
        "XADD",
        key,
        ...maybe(random, 12, "NOMKSTREAM"),
        ...maybe(random, 8, ...trim(random)),
        newId(random),
        ...fields(random),
      ];
    case 7:
      return ["XLEN", key];
    case 8:
    case 9:
      return ["XRANGE", key, bound(random), bound(random), ...maybe(random, 3, cased(random, "COUNT"), count(random))];
    case 10:
    case 11:
      return [
        "XREVRANGE",
        key,
        bound(random),
        bound(random),
        ...maybe(random, 3, cased(random, "COUNT"), count(random)),
      ];
    case 12:
    case 13:
      return ["XDEL", key, ...ids(random)];
    case 14:
      return ["XTRIM", key, ...trim(random)];
    case 15:
      return [
        "XSETID",
        key,
        id(random),
        ...maybe(random, 3, "ENTRIESADDED", count(random)),
        ...maybe(random, 3, "MAXDELETEDID", id(random)),
      ];
    case 16:
      return ["XREAD", ...readOptions(random), ...streams(random, key, "$")];
    case 17:
      return ["XINFO", "STREAM", key];
    case 18:
      return ["XINFO", random.pick(["GROUPS", "GROUPS", "STREAM", "NOPE"]), key];
    case 19:
      return [
        "XGROUP",
        "CREATE",
        key,
        group(random),
        random.pick(["0", "$", id(random)]),
        ...maybe(random, 3, "MKSTREAM"),
        ...maybe(random, 5, "ENTRIESREAD", count(random)),
      ];
    case 20:
      return xgroup(random, key);
    case 21:
    case 22:
    case 23:
    case 24:
      return [
        "XREADGROUP",
        "GROUP",
        group(random),
        consumer(random),
        ...readOptions(random),
        ...maybe(random, 4, "NOACK"),
        ...streams(random, key, ">"),
      ];
    case 25:
      return ["XACK", key, group(random), ...ids(random)];
    case 26:
      return ["XPENDING", key, group(random)];
    case 27:
      return ["XCLAIM", key, group(random), consumer(random), "0", ...ids(random), ...claimOptions(random)];
    case 28:
      return [
        "XAUTOCLAIM",
        key,
        group(random),
        consumer(random),
        "0",
        bound(random),
        ...maybe(random, 2, "COUNT", count(random)),
        ...maybe(random, 3, "JUSTID"),
      ];
    default:
      return ["XRANGE", key, "-", "+"];
  }
}

function xgroup(random: Random, key: string): Command {
  const name = group(random);
  switch (random.int(5)) {
    case 0:
      return ["XGROUP", "DESTROY", key, name];
    case 1:
      return ["XGROUP", "CREATECONSUMER", key, name, consumer(random)];
    case 2:
      return ["XGROUP", "DELCONSUMER", key, name, consumer(random)];
    default:
      return [
        "XGROUP",
        "SETID",
        key,
        name,
        random.pick(["$", "0", id(random)]),
        ...maybe(random, 3, "ENTRIESREAD", count(random)),
      ];
  }
}

function group(random: Random): string {
  return random.int(3) === 0 ? random.pick(GROUPS) : GROUPS[0]!;
}

function consumer(random: Random): string {
  return random.pick(CONSUMERS);
}

/** An id among few, so that they meet again. */
function id(random: Random): string {
  if (random.int(30) === 0) return random.pick(ODD_IDS);
  const ms = random.int(60);
  return random.int(2) === 0 ? String(ms) : `${ms}-${random.int(3)}`;
}

function ids(random: Random): string[] {
  return times(1 + random.int(random.pick([1, 2, 12])), () => id(random));
}

/** An id for a new entry: the later the better. */
function newId(random: Random): string {
  switch (random.int(12)) {
    case 0:
      return id(random);
    case 1:
      return `${2 ** 31 + random.int(5)}-${random.int(4)}`;
    default:
      return `${random.int(60)}-*`;
  }
}

function bound(random: Random): string {
  switch (random.int(6)) {
    case 0:
      return "-";
    case 1:
      return "+";
    case 2:
      return `(${id(random)}`;
    default:
      return id(random);
  }
}

function trim(random: Random): Word[] {
  const isLength = random.int(2) === 0;
  const how = random.pick(["", "=", "~", "~"]);
  return [
    cased(random, isLength ? "MAXLEN" : "MINID"),
    ...how === "" ? [] : [how],
    isLength ? random.pick(["0", "1", "5", "10", "30", "-1", "x"]) : id(random),
    ...how === "~" || random.int(20) === 0 ? maybe(random, 4, "LIMIT", count(random)) : [],
  ];
}

function fields(random: Random): Word[] {
  switch (random.int(4)) {
    case 0:
      return times(2 * (1 + random.int(4)), () => element(random));
    case 1:
      return ["field", element(random), "other", element(random)];
    default:
      return ["field", element(random)];
  }
}

function readOptions(random: Random): Word[] {
  return shuffled(random, maybe(random, 2, cased(random, "COUNT"), count(random)), maybe(random, 8, "BLOCK", "1"));
}

function streams(random: Random, key: string, newest: string): Word[] {
  const keys = [key, ...random.int(4) === 0 ? [keyOf(random, "stream")] : []];
  return [cased(random, "STREAMS"), ...keys, ...keys.map(() => random.int(2) === 0 ? newest : id(random))];
}

function claimOptions(random: Random): Word[] {
  return shuffled(
    random,
    maybe(random, 4, "FORCE"),
    maybe(random, 4, "JUSTID"),
    maybe(random, 5, "RETRYCOUNT", count(random)),
    maybe(random, 5, "LASTID", id(random)),
  );
}
