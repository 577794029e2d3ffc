/**
 * Searching for positions: GEOSEARCH and GEOSEARCHSTORE, and the GEORADIUS family, which they replaced.
 *
 * A search goes through a few ranges of scores (engine/geohash.ts) and keeps the ranks of what lies in the area. Members are
 * read when they are replied or stored: the sorted set does not change in between.
 */
import type { Args } from "../engine/args.ts";
import { DENYOOM, type KeySpec, oneKey, READONLY, twoKeys, WRITE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, SYNTAX_ERROR } from "../engine/errors.ts";
import { decodeLatitude, decodeLongitude, OUTSIDE, SearchArea } from "../engine/geohash.ts";
import { EVENT_SORTED_SET } from "../engine/hooks.ts";
import type { ReplyWriter } from "../resp/reply_writer.ts";
import { SortedSetBuilder } from "../store/sorted_set_builder.ts";
import { SortedSetValue } from "../store/sorted_set_value.ts";
import { firstInOrder } from "./first_in_order.ts";
import { readPosition, readUnit, replyDistance, replyPosition } from "./geo_positions.ts";

const UNITS = "<M | KM | FT | MI>";
const CIRCLE = `radius:double ${UNITS}`;
const AREA = "<FROMMEMBER member | FROMLONLAT <longitude:double latitude:double>> " +
  `<<BYRADIUS radius:double> ${UNITS} | <BYBOX width:double> height:double ${UNITS}>`;
const LIMITS = "[ASC | DESC] [<COUNT count> [ANY]]";
const DETAILS = "[WITHCOORD] [WITHDIST] [WITHHASH]";
const OLD_OPTIONS = `${DETAILS} [<COUNT count> [ANY]] [ASC | DESC]`;
const STORING = "[STORE key] [STOREDIST key]";

const RADIUS_COMPLEXITY =
  "O(N+log(M)) where N is the number of elements inside the bounding box of the circular area delimited by center and " +
  "radius and M is the number of items inside the index.";
const SHAPE_COMPLEXITY =
  "O(N+log(M)) where N is the number of elements in the grid-aligned bounding box area around the shape provided as the " +
  "filter and M is the number of items inside the shape";

const UPPERCASE_UNITS = ["7.0.0", "Takes units in capitals."] as const;
const COUNT_ANY = ["6.2.0", "Takes `ANY` behind `COUNT`."] as const;

/** Keys of the commands that store where an option says so; options begin at argument `options`. */
function storingKeys(options: number): readonly KeySpec[] {
  const find = { last: 0, step: 1, limit: 0 };
  return [
    ...oneKey("RO access"),
    { flags: "OW update", begin: { keyword: "STORE", from: options }, find },
    { flags: "OW update", begin: { keyword: "STOREDIST", from: options }, find },
  ];
}

/** Rows of the commands that search. */
export const geoSearchCommands: CommandGroup = {
  georadius: {
    arity: -6,
    flags: WRITE | DENYOOM,
    keys: storingKeys(6),
    usage: `key longitude:double latitude:double ${CIRCLE} ${OLD_OPTIONS} ${STORING}`,
    since: "3.2.0",
    complexity: RADIUS_COMPLEXITY,
    summary: "Searches a circle around a position; may store what is found",
    history: [COUNT_ANY, UPPERCASE_UNITS],
    deprecated: ["6.2.0", "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument"],
    run: (ctx, args) => search(ctx, args, { key: 1, center: "position", mayStore: true }),
  },
  georadius_ro: {
    arity: -6,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: `key longitude:double latitude:double ${CIRCLE} ${OLD_OPTIONS}`,
    since: "3.2.10",
    complexity: RADIUS_COMPLEXITY,
    summary: "Searches a circle around a position",
    history: [COUNT_ANY],
    deprecated: ["6.2.0", "`GEOSEARCH` with the `BYRADIUS` argument"],
    run: (ctx, args) => search(ctx, args, { key: 1, center: "position", mayStore: false }),
  },
  georadiusbymember: {
    arity: -5,
    flags: WRITE | DENYOOM,
    keys: storingKeys(5),
    usage: `key member ${CIRCLE} ${OLD_OPTIONS} ${STORING}`,
    since: "3.2.0",
    complexity: RADIUS_COMPLEXITY,
    summary: "Searches a circle around a member; may store what is found",
    history: [UPPERCASE_UNITS],
    deprecated: ["6.2.0", "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` arguments"],
    run: (ctx, args) => search(ctx, args, { key: 1, center: "member", mayStore: true }),
  },
  georadiusbymember_ro: {
    arity: -5,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: `key member ${CIRCLE} ${OLD_OPTIONS}`,
    since: "3.2.10",
    complexity: RADIUS_COMPLEXITY,
    summary: "Searches a circle around a member",
    deprecated: ["6.2.0", "`GEOSEARCH` with the `BYRADIUS` and `FROMMEMBER` arguments"],
    run: (ctx, args) => search(ctx, args, { key: 1, center: "member", mayStore: false }),
  },
  geosearch: {
    arity: -7,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: `key ${AREA} ${LIMITS} ${DETAILS}`,
    since: "6.2.0",
    complexity: SHAPE_COMPLEXITY,
    summary: "Searches a circle or a box around a position or a member",
    history: [UPPERCASE_UNITS],
    run: (ctx, args) => search(ctx, args, { key: 1, center: "option", mayStore: false }),
  },
  geosearchstore: {
    arity: -8,
    flags: WRITE | DENYOOM,
    keys: twoKeys("OW update", "RO access"),
    usage: `destination source ${AREA} ${LIMITS} [STOREDIST]`,
    since: "6.2.0",
    complexity: SHAPE_COMPLEXITY,
    summary: "Searches as GEOSEARCH does, and stores what is found",
    history: [UPPERCASE_UNITS],
    run: (ctx, args) => search(ctx, args, { key: 2, center: "option", mayStore: true }),
  },
};

// ---- Arguments ----

/** How the commands differ. */
interface Form {
  /** The argument that is the key to search. */
  readonly key: number;
  /** Behind the key: a position or a member, then a radius; or options for both, as GEOSEARCH has them. */
  readonly center: "position" | "member" | "option";
  /** Does it store (GEOSEARCHSTORE), or take options for it? */
  readonly mayStore: boolean;
}

const NO_SUCH_MEMBER = new CommandError("ERR", "could not decode requested zset member");
const RADIUS_NOT_NUMERIC = new CommandError("ERR", "need numeric radius");
const WIDTH_NOT_NUMERIC = new CommandError("ERR", "need numeric width");
const HEIGHT_NOT_NUMERIC = new CommandError("ERR", "need numeric height");
const NEGATIVE_RADIUS = new CommandError("ERR", "radius cannot be negative");
const NEGATIVE_BOX = new CommandError("ERR", "height or width cannot be negative");
const COUNT_NOT_POSITIVE = new CommandError("ERR", "COUNT must be > 0");
const ANY_WITHOUT_COUNT = new CommandError("ERR", "the ANY argument requires COUNT argument");

/** What is searched for, and what is done with it. */
class Search {
  readonly area: SearchArea = new SearchArea();
  order: "none" | "ascending" | "descending" = "none";
  /** 0: all there are. */
  count = 0;
  /** Do the first that are found do? */
  isAny = false;
  withDistance = false;
  withHash = false;
  withPosition = false;
  /** The argument that is the key to store at; 0: none. */
  storeAt = 0;
  storesDistance = false;

  readonly #form: Form;
  /** The key's value; null when there is no such key. Arguments are read all the same, but no member can be wrong. */
  readonly #set: SortedSetValue | null;
  #center: "" | "member" | "position" = "";
  #shape: "" | "circle" | "box" = "";

  constructor(form: Form, set: SortedSetValue | null) {
    this.#form = form;
    this.#set = set;
  }

  read(args: Args): void {
    const { center, key, mayStore } = this.#form;
    args.from(key + 1);
    if (center === "option") this.storeAt = mayStore ? 1 : 0;
    else this.#readCircle(args);
    while (args.more()) {
      if (!this.#readOption(args) && !this.#readStore(args) && !(center === "option" && this.#readArea(args))) {
        throw SYNTAX_ERROR;
      }
    }
    this.#check(args);
  }

  /** What stands in fixed places in the GEORADIUS family. */
  #readCircle(args: Args): void {
    if (this.#form.center === "position") this.#readPosition(args);
    else if (this.#set !== null) this.#readMember(args);
    else return void args.from(args.at + 3); // not even the radius is looked at
    this.#readRadius(args);
  }

  #readOption(args: Args): boolean {
    if (args.option("WITHDIST")) this.withDistance = true;
    else if (args.option("WITHHASH")) this.withHash = true;
    else if (args.option("WITHCOORD")) this.withPosition = true;
    else if (args.option("ANY")) this.isAny = true;
    else if (args.option("ASC")) this.order = "ascending";
    else if (args.option("DESC")) this.order = "descending";
    else if (args.option("COUNT")) {
      this.count = args.nextInt();
      if (this.count <= 0) throw COUNT_NOT_POSITIVE;
    } else return false;
    return true;
  }

  /** GEOSEARCHSTORE knows where to store; its STOREDIST takes no key. */
  #readStore(args: Args): boolean {
    if (!this.#form.mayStore) return false;
    const isOption = this.#form.center === "option";
    if (!isOption && args.option("STORE")) this.storesDistance = false;
    else if (args.option("STOREDIST")) this.storesDistance = true;
    else return false;
    if (!isOption) this.storeAt = args.nextIndex();
    return true;
  }

  /** Center and shape may be given again, but not in the other way. */
  #readArea(args: Args): boolean {
    const { count, at } = args;
    if (this.#center !== "position" && at + 1 < count && args.option("FROMMEMBER")) {
      this.#center = "member";
      if (this.#set === null) args.nextIndex();
      else this.#readMember(args);
    } else if (this.#center !== "member" && at + 2 < count && args.option("FROMLONLAT")) {
      this.#center = "position";
      this.#readPosition(args);
    } else if (this.#shape !== "box" && at + 2 < count && args.option("BYRADIUS")) {
      this.#shape = "circle";
      this.#readRadius(args);
    } else if (this.#shape !== "circle" && at + 3 < count && args.option("BYBOX")) {
      this.#shape = "box";
      this.#readBox(args);
    } else return false;
    return true;
  }

  #readPosition(args: Args): void {
    readPosition(args, args.at, this.area);
    args.from(args.at + 2);
  }

  #readMember(args: Args): void {
    const i = args.nextIndex();
    const score = this.#set!.score(args.bytes, args.start(i), args.end(i));
    if (Number.isNaN(score)) throw NO_SUCH_MEMBER;
    this.area.longitude = decodeLongitude(score);
    this.area.latitude = decodeLatitude(score);
  }

  #readRadius(args: Args): void {
    const radius = args.double(args.nextIndex(), RADIUS_NOT_NUMERIC);
    if (radius < 0) throw NEGATIVE_RADIUS;
    this.area.isRound = true;
    this.area.halfWidth = this.area.halfHeight = radius;
    this.area.unit = readUnit(args, args.nextIndex());
  }

  #readBox(args: Args): void {
    const width = args.double(args.nextIndex(), WIDTH_NOT_NUMERIC);
    const height = args.double(args.nextIndex(), HEIGHT_NOT_NUMERIC);
    if (width < 0 || height < 0) throw NEGATIVE_BOX;
    this.area.isRound = false;
    this.area.halfWidth = width / 2;
    this.area.halfHeight = height / 2;
    this.area.unit = readUnit(args, args.nextIndex());
  }

  /** What can be said only of all options together. */
  #check(args: Args): void {
    const isOption = this.#form.center === "option";
    if (this.storeAt !== 0 && (this.withDistance || this.withHash || this.withPosition)) {
      const name = isOption ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS";
      throw new CommandError("ERR", `${name} is not compatible with WITHDIST, WITHHASH and WITHCOORD options`);
    }
    if (isOption && this.#center === "") throw missing("FROMMEMBER or FROMLONLAT", args);
    if (isOption && this.#shape === "") throw missing("BYRADIUS and BYBOX", args);
    if (this.isAny && this.count === 0) throw ANY_WITHOUT_COUNT;
  }
}

function missing(options: string, args: Args): CommandError {
  return new CommandError("ERR", `exactly one of ${options} can be specified for ${args.text(0)}`);
}

// ---- Searching ----

/** A member that was found. */
interface Found {
  readonly rank: number;
  readonly score: number;
  /** From the center, in meters. */
  readonly distance: number;
}

/** The sorted set being searched: handlers run one at a time. */
const set = new SortedSetValue();

function search(ctx: Context, args: Args, form: Form): void {
  const isThere = set.find(ctx.db, args, form.key);
  const wanted = new Search(form, isThere ? set : null);
  wanted.read(args);
  const found = isThere ? find(wanted) : [];
  if (wanted.storeAt === 0) reply(ctx.out, wanted, found);
  else store(ctx, args, wanted, found, form.center === "option" ? "geosearchstore" : "georadiusstore");
}

/** What is in the area, in the order and number wanted. A count without an order means the nearest, unless any will do. */
function find({ area, count, isAny, order }: Search): Found[] {
  const found = findInside(area, isAny ? count : Infinity);
  const wanted = count > 0 ? Math.min(count, found.length) : found.length;
  if (order === "none" && (count === 0 || isAny)) return found.slice(0, wanted);
  const distances = Float64Array.from(found, ({ distance }) => order === "descending" ? -distance : distance);
  const first = firstInOrder(found.length, wanted, (i, k) => distances[i]! - distances[k]!);
  return Array.from(first, (i) => found[i]!);
}

function findInside(area: SearchArea, limit: number): Found[] {
  const found: Found[] = [];
  for (const { from, to } of area.ranges()) {
    let rank = set.firstRankByScore(from, false);
    for (let more = set.seek(rank); more; more = set.next(), rank++) {
      const score = set.currentScore;
      if (score >= to) break;
      const distance = area.distanceOf(decodeLongitude(score), decodeLatitude(score));
      if (distance === OUTSIDE) continue;
      found.push({ rank, score, distance });
      if (found.length >= limit) return found;
    }
  }
  return found;
}

// ---- Results ----

function reply(out: ReplyWriter, wanted: Search, found: readonly Found[]): void {
  const { withDistance, withHash, withPosition } = wanted;
  const details = Number(withDistance) + Number(withHash) + Number(withPosition);
  out.array(found.length);
  for (const { rank, score, distance } of found) {
    set.seek(rank);
    if (details > 0) out.array(1 + details);
    out.bulk(set.member.bytes, set.member.start, set.member.end);
    if (withDistance) replyDistance(out, distance / wanted.area.unit);
    if (withHash) replyHash(out, score);
    if (withPosition) replyPosition(out, score);
  }
}

/** A score without its fraction. Those beyond 2^53 are positions on the edges of the map. */
function replyHash(out: ReplyWriter, score: number): void {
  const hash = Math.trunc(score);
  if (Number.isSafeInteger(hash)) out.int(hash);
  else out.bigint(BigInt(hash));
}

/** Stores what was found instead of what the key holds, which may be the one searched. */
function store(ctx: Context, args: Args, wanted: Search, found: readonly Found[], event: string): void {
  const { db } = ctx, { storeAt, storesDistance, area } = wanted;
  if (found.length === 0) {
    ctx.deleteInstead(args, storeAt);
    return ctx.out.int(0);
  }
  const result = new SortedSetBuilder(db, found.length);
  try {
    for (const { rank, score, distance } of found) {
      set.seek(rank);
      const { bytes, start, end } = set.member;
      result.set(bytes, start, end, storesDistance ? distance / area.unit : score);
    }
    result.store(args, storeAt);
  } finally {
    result.release();
  }
  ctx.touched(args, storeAt, EVENT_SORTED_SET, event, found.length);
  ctx.out.int(found.length);
}
