/** Random commands on keys of any type: names, expiry, copies, dumps, and what the keyspace says about itself. */
import {
  anyKey,
  cased,
  type Command,
  cursor,
  maybe,
  moment,
  pattern,
  type Random,
  scanOptions,
  seconds,
  shuffled,
  times,
  type Word,
} from "./words.ts";
import { restoreCommand } from "./restore.ts";

const TYPES = ["string", "list", "hash", "set", "zset", "stream", "nope", "STRING"];

/** Makes a command on keys. */
export function genericCommand(random: Random): Command {
  const key = anyKey(random);
  switch (random.int(30)) {
    case 0:
    case 1:
      return [random.pick(["DEL", "UNLINK"]), ...keys(random)];
    case 2:
      return [random.pick(["EXISTS", "TOUCH"]), ...keys(random)];
    case 3:
      return ["TYPE", key];
    case 4:
    case 5:
    case 6:
      return expire(random, key);
    case 7:
      return ["PERSIST", key];
    case 8:
    case 9:
      return [random.pick(["TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"]), key];
    case 10:
    case 11:
      return [random.pick(["RENAME", "RENAMENX"]), key, anyKey(random)];
    case 12:
    case 13:
    case 14:
      return [
        "COPY",
        key,
        anyKey(random),
        ...shuffled(random, maybe(random, 2, cased(random, "REPLACE")), copyDatabase(random)),
      ];
    case 15:
      return ["MOVE", key, database(random)];
    case 16:
      return ["SELECT", random.int(3) === 0 ? database(random) : "0"];
    case 17:
      return random.int(3) === 0 ? ["SWAPDB", database(random), database(random)] : ["DBSIZE"];
    case 18:
    case 19:
      return ["KEYS", pattern(random)];
    case 20:
    case 21:
      return [
        "SCAN",
        cursor(random),
        ...scanOptions(random),
        ...maybe(random, 3, cased(random, "TYPE"), random.pick(TYPES)),
      ];
    case 22:
      return ["RANDOMKEY"];
    case 23:
    case 24:
      return ["OBJECT", cased(random, "ENCODING"), key];
    case 25:
      return ["OBJECT", random.pick(["REFCOUNT", "FREQ", "NOPE"]), key];
    case 26:
      return ["DUMP", key];
    case 27:
    case 28:
      return restoreCommand(random);
    default:
      return random.int(15) === 0
        ? [random.pick(["FLUSHDB", "FLUSHALL"]), ...maybe(random, 2, random.pick(["SYNC", "NOW"]))]
        : ["DBSIZE"];
  }
}

function keys(random: Random): string[] {
  return times(1 + random.int(3), () => anyKey(random));
}

function database(random: Random): string {
  return random.int(12) === 0 ? random.pick(["16", "-1", "x", "9223372036854775808"]) : String(random.int(2));
}

function copyDatabase(random: Random): Word[] {
  return maybe(random, 4, cased(random, "DB"), database(random));
}

function expire(random: Random, key: string): Command {
  const conditions = random.int(2) === 0 ? [] : shuffled(
    random,
    maybe(random, 2, cased(random, random.pick(["NX", "XX"]))),
    maybe(random, 2, cased(random, random.pick(["GT", "LT"]))),
    maybe(random, 20, "YY"),
  );
  const past = random.pick(["0", "-1", "-9223372036854775808", "9223372036854775807", "x", ""]);
  const isOdd = random.int(10) === 0;
  switch (random.int(4)) {
    case 0:
      return ["EXPIRE", key, isOdd ? past : seconds(random), ...conditions];
    case 1:
      return ["PEXPIRE", key, isOdd ? past : `${seconds(random)}000`, ...conditions];
    case 2:
      return ["EXPIREAT", key, isOdd ? random.pick(["1", past]) : moment(random), ...conditions];
    default:
      return ["PEXPIREAT", key, isOdd ? random.pick(["1", past]) : `${moment(random)}000`, ...conditions];
  }
}
