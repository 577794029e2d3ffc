/** Random commands on HyperLogLogs. Their keys are a closed pool: a damaged one may be read past its end by Redis. */
import { type Command, element, maybe, type Random, times, type Word } from "./words.ts";

const LIST = "hll_list", TEXT = "hll_text";

/** Makes a command on HyperLogLogs. */
export function hyperloglogCommand(random: Random): Command {
  switch (random.int(16)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return ["PFADD", key(random), ...members(random)];
    case 4:
    case 5:
    case 6:
      return ["PFCOUNT", ...times(1 + random.int(3), () => key(random))];
    case 7:
    case 8:
      return ["PFMERGE", key(random), ...times(random.int(4), () => key(random))];
    case 9:
    case 10: // the bytes, with the cached count in them
      return ["GET", key(random)];
    case 11:
      return ["PFDEBUG", random.pick(["ENCODING", "DECODE", "TODENSE", "GETREG", "encoding", "NOPE"]), key(random)];
    case 12:
      return random.pick([["RPUSH", LIST, "x"], ["SET", TEXT, random.pick(["", "HYLL", "no HyperLogLog"])]]);
    case 13:
      return ["DEL", key(random)];
    case 14:
      return ["STRLEN", key(random)];
    default:
      return [random.pick(["COPY", "RENAME"]), key(random), key(random)];
  }
}

function key(random: Random): string {
  return random.int(14) === 0 ? random.pick([LIST, TEXT]) : `hll${random.int(6)}`;
}

function members(random: Random): Word[] {
  switch (random.int(10)) {
    case 0:
      return [];
    case 1: { // as many as it takes to leave the sparse form
      const first = random.int(10_000);
      return times(random.pick([50, 300, 2_000]), (i) => `m${first + i}`);
    }
    default:
      return [...times(1 + random.int(4), () => `m${random.int(500)}`), ...maybe(random, 3, element(random))];
  }
}
