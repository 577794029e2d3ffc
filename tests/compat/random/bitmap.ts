/** Random commands on bitmaps. */
import {
  cased,
  type Command,
  index,
  integer,
  keyOf,
  keysOf,
  maybe,
  ODD_INTEGERS,
  type Random,
  times,
  type Word,
} from "./words.ts";

/** Offsets in bits that no command takes; others as large would make strings of many megabytes. */
const REFUSED_OFFSETS = ["-1", "4294967296", "9223372036854775807", "x", "1.0", "", "#1"];

/** Makes a command on bitmaps. */
export function bitmapCommand(random: Random): Command {
  const key = keyOf(random, "bit");
  switch (random.int(20)) {
    case 0:
    case 1:
    case 2:
      return [
        "SETBIT",
        key,
        offset(random),
        random.int(20) === 0 ? random.pick(["2", "-1", "x"]) : random.pick(["0", "1", "1"]),
      ];
    case 3:
      return ["GETBIT", key, random.int(8) === 0 ? "4294967295" : offset(random)];
    case 4:
    case 5:
      return [
        "SET",
        key,
        random.pick([random.bytes(random.int(40)), new Uint8Array(random.int(300)).fill(random.pick([0, 255]))]),
      ];
    case 6:
    case 7:
      return ["BITCOUNT", key, ...range(random, 1)];
    case 8:
    case 9:
    case 10:
      return [
        "BITPOS",
        key,
        random.int(20) === 0 ? random.pick(["2", "-1", "x"]) : random.pick(["0", "1"]),
        ...range(random, 0),
      ];
    case 11:
    case 12:
      return ["BITOP", operation(random), keyOf(random, "bit"), ...keysOf(random, "bit", 4)];
    case 13:
      return ["BITOP", "NOT", keyOf(random, "bit"), ...keysOf(random, "bit", random.int(8) === 0 ? 2 : 1)];
    case 14:
    case 15:
    case 16:
    case 17:
      return ["BITFIELD", key, ...times(random.int(4), () => fieldOperation(random)).flat()];
    case 18:
      return [
        "BITFIELD_RO",
        key,
        ...times(random.int(4), () => random.int(10) === 0 ? fieldOperation(random) : get(random)).flat(),
      ];
    default:
      return ["GET", key];
  }
}

function operation(random: Random): string {
  return random.int(20) === 0 ? random.pick(["NAND", "", "NOT"]) : cased(random, random.pick(["AND", "OR", "XOR"]));
}

function offset(random: Random): string {
  return random.int(15) === 0 ? random.pick(REFUSED_OFFSETS) : String(random.int(random.pick([16, 200, 5_000])));
}

/** A range in bytes or bits; its end may be missing where `leastEnds` is 0. */
function range(random: Random, leastEnds: 0 | 1): Word[] {
  if (random.int(4) === 0) return [];
  const start = index(random, 40);
  if (leastEnds === 0 && random.int(4) === 0) return [start];
  const size = random.pick([40, 40, 400]);
  const unit = random.int(20) === 0 ? "BITS" : cased(random, random.pick(["BYTE", "BIT"]));
  return [random.int(2) === 0 ? start : index(random, size), index(random, size), ...maybe(random, 2, unit)];
}

function fieldOperation(random: Random): Word[] {
  switch (random.int(12)) {
    case 0:
    case 1:
    case 2:
      return get(random);
    case 3:
    case 4:
    case 5:
      return [cased(random, "SET"), width(random), fieldOffset(random), integer(random)];
    case 6:
    case 7:
    case 8:
      return [cased(random, "INCRBY"), width(random), fieldOffset(random), integer(random)];
    case 9:
      return [random.pick(["GET", "SET", "", "NOPE"]), random.pick(ODD_INTEGERS)];
    default:
      return [
        cased(random, "OVERFLOW"),
        random.int(15) === 0 ? "CLIP" : cased(random, random.pick(["WRAP", "SAT", "FAIL"])),
      ];
  }
}

function get(random: Random): Word[] {
  return [cased(random, "GET"), width(random), fieldOffset(random)];
}

function width(random: Random): string {
  if (random.int(15) === 0) return random.pick(["u64", "i65", "u0", "i0", "u", "x8", "", "u-1", "I8", "U8"]);
  return random.pick(["i1", "u1", "i5", "u7", "i8", "u8", "u13", "i16", "i31", "u32", "u63", "i63", "i64"]);
}

function fieldOffset(random: Random): string {
  if (random.int(15) === 0) return random.pick([...REFUSED_OFFSETS, "#-1", "#x", "#"]);
  return random.int(3) === 0 ? `#${random.int(30)}` : String(random.int(random.pick([16, 300, 3_000])));
}
