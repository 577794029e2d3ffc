/**
 * Positions on earth. A key with positions is a sorted set, whose scores are the positions (engine/geohash.ts), so all
 * commands on sorted sets work on it, ZREM among them. What searches for positions is in geo_search.ts.
 */
import type { Args } from "../engine/args.ts";
import { DENYOOM, oneKey, READONLY, WRITE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { SYNTAX_ERROR } from "../engine/errors.ts";
import { decodeLatitude, decodeLongitude, distance, encodePosition, geohashText } from "../engine/geohash.ts";
import { EVENT_SORTED_SET, type PropagatedArgument } from "../engine/hooks.ts";
import { ADDED, SortedSetValue, UNCHANGED } from "../store/sorted_set_value.ts";
import { type Position, readPosition, readUnit, replyDistance, replyPosition } from "./geo_positions.ts";
import { geoSearchCommands } from "./geo_search.ts";

/** Rows of the geo group. */
export const geoCommands: CommandGroup = {
  geoadd: {
    arity: -5,
    flags: WRITE | DENYOOM,
    keys: oneKey("RW update"),
    usage: "key [NX | XX] [CH] longitude:double latitude:double member [longitude:double latitude:double member ...]",
    since: "3.2.0",
    complexity: "O(log(N)) for each item added, where N is the number of elements in the sorted set.",
    summary: "Adds members with their positions, or moves them",
    history: [["6.2.0", "Takes `CH`, `NX` and `XX`."]],
    run: geoadd,
  },
  geodist: {
    arity: -4,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key member1 member2 [M | KM | FT | MI]",
    since: "3.2.0",
    complexity: "O(log(N))",
    summary: "Answers how far two members are apart",
    run: geodist,
  },
  geohash: {
    arity: -2,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key member [member ...]",
    since: "3.2.0",
    complexity: "O(log(N)) for each member requested, where N is the number of elements in the sorted set.",
    summary: "Answers the positions of members as geohashes",
    run: geohash,
  },
  geopos: {
    arity: -2,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key member [member ...]",
    since: "3.2.0",
    complexity: "O(N) where N is the number of members requested.",
    summary: "Answers the positions of members",
    run: geopos,
  },
  ...geoSearchCommands,
};

/** The sorted set being worked on: handlers run one at a time. */
const set = new SortedSetValue();

// ---- GEOADD ----

/** Arguments of a member: longitude, latitude, name. */
const ARGUMENTS_PER_MEMBER = 3;

/** The position just read. */
const position: Position = { longitude: 0, latitude: 0 };

function geoadd(ctx: Context, args: Args): void {
  let isNew = false, isOld = false, countsChanges = false;
  args.from(2);
  for (;;) {
    if (args.option("NX")) isNew = true;
    else if (args.option("XX")) isOld = true;
    else if (args.option("CH")) countsChanges = true;
    else break;
  }
  const first = args.at, members = (args.count - first) / ARGUMENTS_PER_MEMBER;
  if (!Number.isInteger(members) || members === 0 || (isNew && isOld)) throw SYNTAX_ERROR;
  const scores = new Float64Array(members);
  for (let k = 0; k < members; k++) {
    const i = first + k * ARGUMENTS_PER_MEMBER;
    readPosition(args, i, position);
    scores[k] = encodePosition(position.longitude, position.latitude);
  }
  if (!set.findForWrite(ctx.db, args, 1)) {
    if (isOld) return ctx.out.int(0);
    set.create(ctx.db, args, 1);
  }
  let added = 0, moved = 0, k = 0;
  try {
    for (; k < members; k++) {
      const i = first + k * ARGUMENTS_PER_MEMBER + 2, start = args.start(i), end = args.end(i);
      if (isNew || isOld) {
        const isThere = !Number.isNaN(set.score(args.bytes, start, end));
        if (isThere ? isNew : isOld) continue;
      }
      const done = set.set(args.bytes, start, end, scores[k]!);
      if (done === ADDED) added++;
      else if (done !== UNCHANGED) moved++;
    }
    ctx.out.int(countsChanges ? added + moved : added);
  } finally { // memory may have come to an end after the first `k` members
    if (added + moved > 0) {
      ctx.touched(args, 1, EVENT_SORTED_SET, "zadd", added + moved);
      if (ctx.propagates) propagateScores(ctx, args, first, scores.subarray(0, k));
    }
  }
}

/** Replicas and files get a ZADD, as from Redis. */
function propagateScores(ctx: Context, args: Args, first: number, scores: Float64Array): void {
  const zadd: (string | PropagatedArgument)[] = ["ZADD"];
  for (let i = 1; i < first; i++) zadd.push(args.own(i));
  scores.forEach((score, k) => zadd.push(String(score), args.own(first + k * ARGUMENTS_PER_MEMBER + 2)));
  ctx.propagateList(zadd);
}

// ---- Members ----

/** The score of the member at argument `i`, NaN when there is none. */
function scoreAt(args: Args, i: number): number {
  return set.score(args.bytes, args.start(i), args.end(i));
}

function geodist(ctx: Context, args: Args): void {
  const unit = args.count >= 5 ? readLastUnit(args) : 1;
  if (!set.find(ctx.db, args, 1)) return ctx.out.null();
  const a = scoreAt(args, 2), b = scoreAt(args, 3);
  if (Number.isNaN(a) || Number.isNaN(b)) return ctx.out.null();
  const meters = distance(decodeLongitude(a), decodeLatitude(a), decodeLongitude(b), decodeLatitude(b));
  replyDistance(ctx.out, meters / unit);
}

/** The unit of GEODIST, behind which nothing follows. */
function readLastUnit(args: Args): number {
  if (args.count > 5) throw SYNTAX_ERROR;
  return readUnit(args, 4);
}

function geohash(ctx: Context, args: Args): void {
  const isThere = set.find(ctx.db, args, 1);
  ctx.out.array(args.count - 2);
  for (let i = 2; i < args.count; i++) {
    const score = isThere ? scoreAt(args, i) : NaN;
    if (Number.isNaN(score)) ctx.out.null();
    else ctx.out.bulkText(geohashText(score));
  }
}

function geopos(ctx: Context, args: Args): void {
  const isThere = set.find(ctx.db, args, 1);
  ctx.out.array(args.count - 2);
  for (let i = 2; i < args.count; i++) {
    const score = isThere ? scoreAt(args, i) : NaN;
    if (Number.isNaN(score)) ctx.out.nullArray();
    else replyPosition(ctx.out, score);
  }
}
