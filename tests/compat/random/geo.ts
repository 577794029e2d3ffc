/**
 * Random commands on positions. Their keys are a closed pool: as positions, arbitrary scores mean what the processor makes
 * of them. No two members are given positions that are, or could be, equally far from a third, as Redis puts equal distances
 * in no order, and drops any of them where there is a count. Distances that are stored have keys of their own, `dist0` …,
 * since their last digits are those of the sines of a C library (see normalise.ts).
 */
import { cased, type Command, count, float, maybe, type Random, shuffled, times, type Word } from "./words.ts";

const MEMBERS = 14;
const LIST = "geo_list";

/** Positions at the edges and in the middle: of each line one member, which is at one of them at a time. */
const EDGES: readonly (readonly (readonly [longitude: string, latitude: string])[])[] = [
  [["180", "85.05112878"], ["-180", "-85.05112878"], ["180", "-85.05112878"], ["-180", "85.05112878"]],
  [["0", "0"], ["-0.0000001", "0"], ["0", "-0.0000001"]],
  [["-179.999999", "0.9"], ["179.999999", "-0.8"], ["180", "-0.7"], ["-180", "0.6"]],
  [["1e-10", "85"], ["-90", "45"]],
];

/** No positions at all. */
const REFUSED = [["180.0001", "0"], ["0", "85.06"], ["-181", "-86"], ["x", "1"], ["1", ""], ["nan", "0"], ["0", "inf"]];

/** Makes a command on positions. */
export function geoCommand(random: Random): Command {
  const key = geoKey(random);
  switch (random.int(20)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return [
        "GEOADD",
        key,
        ...addOptions(random),
        ...times(1 + random.int(random.pick([3, 16])), () => placed(random)).flat(),
      ];
    case 4:
      return ["GEODIST", key, member(random), member(random), ...maybe(random, 2, unit(random))];
    case 5:
      return ["GEOHASH", key, ...times(random.int(4), () => member(random))];
    case 6:
      return ["GEOPOS", key, ...times(random.int(4), () => member(random))];
    case 7:
    case 8:
      return [
        random.pick(["GEORADIUS", "GEORADIUS_RO"]),
        key,
        ...position(random),
        ...radius(random),
        ...oldOptions(random),
      ];
    case 9:
    case 10:
      return [
        random.pick(["GEORADIUSBYMEMBER", "GEORADIUSBYMEMBER_RO"]),
        key,
        member(random),
        ...radius(random),
        ...oldOptions(random),
      ];
    case 11:
    case 12:
    case 13:
    case 14:
      return ["GEOSEARCH", key, ...area(random), ...resultOptions(random), ...maybe(random, 40, "STOREDIST")];
    case 15:
    case 16:
      return random.int(3) === 0
        ? ["GEOSEARCHSTORE", distances(random), key, ...area(random), ...limits(random), cased(random, "STOREDIST")]
        : ["GEOSEARCHSTORE", destination(random), key, ...area(random), ...limits(random)];
    case 17:
      return ["ZREM", key, member(random)];
    case 18:
      if (random.int(2) === 0) return ["ZRANGE", distances(random), "0", "-1", "WITHSCORES"];
      return random.int(8) === 0 ? ["DEL", key] : ["RPUSH", LIST, "no positions"];
    default:
      return ["ZRANGE", key, "0", "-1", "WITHSCORES"];
  }
}

function geoKey(random: Random): string {
  return random.int(20) === 0 ? LIST : `geo${random.int(3)}`;
}

/** Mostly one key: an empty result deletes it. */
function destination(random: Random): string {
  return random.int(8) === 0 ? geoKey(random) : "geo2";
}

/** Where distances are stored. */
function distances(random: Random): string {
  return `dist${random.int(2)}`;
}

function member(random: Random): string {
  return random.int(12) === 0 ? random.pick(["nobody", "", "edge99"]) : placed(random)[2]!;
}

/** A position and its member. Members have regions of their own, some of them close together. */
function placed(random: Random): string[] {
  if (random.int(100) === 0) return [...random.pick(REFUSED), "refused"];
  if (random.int(6) === 0) {
    const edge = random.int(EDGES.length);
    return [...random.pick(EDGES[edge]!), `edge${edge}`];
  }
  const id = random.int(MEMBERS);
  const fraction = () => String(random.int(1_000_000)).padStart(6, "0");
  const isNear = id < MEMBERS / 2; // a hundredth of a degree each, side by side
  const longitude = isNear ? `13.${String(40 + id)}${fraction()}` : `${id * 24 - 170}.${fraction()}`;
  const latitude = isNear ? `52.5${fraction()}` : `${(id * 37) % 160 - 80}.${fraction()}`;
  return [longitude, latitude, `place${id}`];
}

function position(random: Random): string[] {
  return placed(random).slice(0, 2);
}

function addOptions(random: Random): Word[] {
  return shuffled(
    random,
    maybe(random, 3, cased(random, random.pick(["NX", "XX"]))),
    maybe(random, 3, cased(random, "CH")),
    maybe(random, 60, random.pick(["GT", "INCR", "NX"])),
  );
}

function unit(random: Random): string {
  return random.int(25) === 0
    ? random.pick(["", "miles", "cm"])
    : cased(random, random.pick(["m", "km", "ft", "mi"]).toUpperCase());
}

function distance(random: Random): string {
  if (random.int(20) === 0) return random.pick(["-1", "x", "", "nan", "-0", float(random)]);
  return random.pick(["0", "1", "500", "5000", "100", "20", "3000", "20000", "0.5", "1000000"]);
}

function radius(random: Random): string[] {
  return [distance(random), unit(random)];
}

/** Where GEOSEARCH looks. */
function area(random: Random): Word[] {
  const center = random.int(2) === 0
    ? [cased(random, "FROMMEMBER"), member(random)]
    : [cased(random, "FROMLONLAT"), ...position(random)];
  const shape = random.int(2) === 0
    ? [cased(random, "BYRADIUS"), ...radius(random)]
    : [cased(random, "BYBOX"), distance(random), ...radius(random)];
  const isWhole = random.int(20) !== 0;
  return isWhole
    ? shuffled(random, center, shape)
    : random.pick([center, shape, [...center, ...center], [...shape, ...shape]]);
}

function limits(random: Random): Word[] {
  return shuffled(
    random,
    maybe(random, 2, cased(random, random.pick(["ASC", "DESC"]))),
    maybe(random, 2, cased(random, "COUNT"), count(random), ...maybe(random, 3, cased(random, "ANY"))),
    maybe(random, 60, "ANY"),
  );
}

function resultOptions(random: Random): Word[] {
  return shuffled(
    random,
    limits(random),
    maybe(random, 3, cased(random, "WITHCOORD")),
    maybe(random, 3, cased(random, "WITHDIST")),
    maybe(random, 3, cased(random, "WITHHASH")),
  );
}

/** What the GEORADIUS family takes; the read-only ones refuse to store. */
function oldOptions(random: Random): Word[] {
  if (random.int(4) !== 0) return resultOptions(random);
  const store = random.int(2) === 0
    ? [cased(random, "STORE"), destination(random)]
    : [cased(random, "STOREDIST"), distances(random)];
  return shuffled(random, limits(random), store, maybe(random, 10, "WITHDIST"));
}
