/**
 * Sorted sets: ZADD, ZINCRBY, ZREM, ZSCORE, ZRANK, ZRANDMEMBER, ZSCAN … Ranges are in sorted_set_range.ts, what combines
 * several sets in sorted_set_algebra.ts, what takes members from an end in sorted_set_pop.ts.
 */
import type { Args } from "../engine/args.ts";
import { DENYOOM, FAST, FEW_ARGUMENTS, oneKey, READONLY, WRITE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, SYNTAX_ERROR } from "../engine/errors.ts";
import { EVENT_SORTED_SET } from "../engine/hooks.ts";
import { formatDouble } from "../engine/numbers.ts";
import { isIntegerScore } from "../store/packed_sorted_set.ts";
import { ADDED, SortedSetValue, UNCHANGED, UPDATED } from "../store/sorted_set_value.ts";
import { scanCollection } from "./collection_scan.ts";
import { checkPairCount, randomCount } from "./random_count.ts";
import { removeMembers } from "./remove_members.ts";
import { replyMember, replyMemberCount, replyMembers, replyScore } from "./scored_members.ts";
import { sortedSetAlgebraCommands } from "./sorted_set_algebra.ts";
import { sortedSetPopCommands } from "./sorted_set_pop.ts";
import { sortedSetRangeCommands } from "./sorted_set_range.ts";

/** Rows of the commands on sorted sets. */
export const sortedSetCommands: CommandGroup = {
  zadd: {
    arity: -4,
    flags: WRITE | DENYOOM | FAST,
    keys: oneKey("RW update"),
    usage: "key [NX | XX] [GT | LT] [CH] [INCR] score:double member [score:double member ...]",
    since: "1.2.0",
    complexity: "O(log(N)) for each item added, where N is the number of elements in the sorted set.",
    summary: "Adds members to a sorted set, or gives them other scores",
    constantUpTo: FEW_ARGUMENTS,
    history: [
      ["2.4.0", "Takes several members."],
      ["3.0.2", "Takes `XX`, `NX`, `CH` and `INCR`."],
      ["6.2.0", "Takes `GT` and `LT`."],
    ],
    elementAt: 3,
    run: (ctx, args) => add(ctx, args, 0),
  },
  zincrby: {
    arity: 4,
    flags: WRITE | DENYOOM | FAST,
    keys: oneKey("RW access update"),
    usage: "key increment member",
    since: "1.2.0",
    complexity: "O(log(N)) where N is the number of elements in the sorted set.",
    summary: "Adds to the score of a member",
    constantUpTo: FEW_ARGUMENTS,
    elementAt: 3,
    run: (ctx, args) => add(ctx, args, INCR),
  },
  zrem: {
    arity: -3,
    flags: WRITE | FAST,
    keys: oneKey("RW delete"),
    usage: "key member [member ...]",
    since: "1.2.0",
    complexity:
      "O(M*log(N)) with N being the number of elements in the sorted set and M the number of elements to be removed.",
    summary: "Removes members from a sorted set",
    constantUpTo: FEW_ARGUMENTS,
    history: [["2.4.0", "Takes several members."]],
    elementAt: 2,
    run: zrem,
  },
  zcard: {
    arity: 2,
    flags: READONLY | FAST,
    keys: oneKey("RO"),
    usage: "key",
    since: "1.2.0",
    complexity: "O(1)",
    summary: "Counts the members of a sorted set",
    run: zcard,
  },
  zscore: {
    arity: 3,
    flags: READONLY | FAST,
    keys: oneKey("RO access"),
    usage: "key member",
    since: "1.2.0",
    complexity: "O(1)",
    summary: "Answers the score of a member",
    elementAt: 2,
    run: zscore,
  },
  zmscore: {
    arity: -3,
    flags: READONLY | FAST,
    keys: oneKey("RO access"),
    usage: "key member [member ...]",
    since: "6.2.0",
    complexity: "O(N) where N is the number of members being requested.",
    summary: "Answers the scores of several members",
    run: zmscore,
  },
  zrank: {
    arity: 3,
    flags: READONLY | FAST,
    keys: oneKey("RO access"),
    usage: "key member",
    since: "2.0.0",
    complexity: "O(log(N))",
    summary: "Answers how many members come before one",
    constantUpTo: FEW_ARGUMENTS,
    elementAt: 2,
    run: (ctx, args) => replyRank(ctx, args, false),
  },
  zrevrank: {
    arity: 3,
    flags: READONLY | FAST,
    keys: oneKey("RO access"),
    usage: "key member",
    since: "2.0.0",
    complexity: "O(log(N))",
    summary: "Answers how many members come behind one",
    constantUpTo: FEW_ARGUMENTS,
    run: (ctx, args) => replyRank(ctx, args, true),
  },
  zrandmember: {
    arity: -2,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key [count [WITHSCORES]]",
    since: "6.2.0",
    complexity: "O(N) where N is the number of elements returned",
    summary: "Answers random members of a sorted set",
    tips: ["nondeterministic_output"],
    run: zrandmember,
  },
  zscan: {
    arity: -3,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key cursor [MATCH pattern] [COUNT count]",
    since: "2.8.0",
    complexity:
      "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to return back to 0. N is the number of elements inside the collection..",
    summary: "Goes through the members of a sorted set, some at each call",
    tips: ["nondeterministic_output"],
    run: zscan,
  },
  ...sortedSetRangeCommands,
  ...sortedSetAlgebraCommands,
  ...sortedSetPopCommands,
};

/** The sorted set being worked on: handlers run one at a time. */
const set = new SortedSetValue();

// ---- ZADD and ZINCRBY ----

// Options, as bits.
const NX = 1, XX = 2, GT = 4, LT = 8, CH = 16, INCR = 32;
/** Those that depend on the score a member has. */
const CONDITIONS = NX | XX | GT | LT;

const NX_AND_XX = new CommandError("ERR", "XX and NX options at the same time are not compatible");
const SEVERAL_OF_GT_LT_NX = new CommandError(
  "ERR",
  "GT, LT, and/or NX options at the same time are not compatible",
);
const SEVERAL_INCREMENTS = new CommandError("ERR", "INCR option supports a single increment-element pair");
const SCORE_IS_NAN = new CommandError("ERR", "resulting score is not a number (NaN)");

/** Scores of a command are read before the first is set; those of most fit in here. */
const SCORES = new Float64Array(128);

/** The next argument as an option; 0 when it is none. */
function readOption(args: Args): number {
  if (args.option("NX")) return NX;
  if (args.option("XX")) return XX;
  if (args.option("CH")) return CH;
  if (args.option("INCR")) return INCR;
  if (args.option("GT")) return GT;
  return args.option("LT") ? LT : 0;
}

/** `key [options] score member [score member ...]`; ZINCRBY takes the options as well, for which it has no room. */
function add(ctx: Context, args: Args, options: number): void {
  args.from(2);
  for (let option = readOption(args); option !== 0; option = readOption(args)) options |= option;
  const first = args.at, rest = args.count - first;
  if (rest === 0 || rest % 2 !== 0) throw SYNTAX_ERROR;
  if ((options & (NX | XX)) === (NX | XX)) throw NX_AND_XX;
  const exclusive = options & (GT | LT | NX);
  if ((exclusive & (exclusive - 1)) !== 0) throw SEVERAL_OF_GT_LT_NX; // more than one bit
  if ((options & INCR) !== 0) {
    if (rest > 2) throw SEVERAL_INCREMENTS;
    increment(ctx, args, options, first);
  } else addPairs(ctx, args, options, first);
}

function addPairs(ctx: Context, args: Args, options: number, first: number): void {
  const { bytes, count } = args;
  const pairs = (count - first) / 2;
  const scores = pairs <= SCORES.length ? SCORES : new Float64Array(pairs);
  for (let k = 0; k < pairs; k++) scores[k] = args.double(first + 2 * k);
  if (!set.findForWrite(ctx.db, args, 1)) {
    if ((options & XX) !== 0) return ctx.out.int(0);
    set.create(ctx.db, args, 1);
  }
  let added = 0, updated = 0, k = 0;
  try {
    for (; k < pairs; k++) {
      const i = first + 2 * k + 1, start = args.start(i), end = args.end(i), score = scores[k]!;
      if ((options & CONDITIONS) !== 0 && !isWanted(options, set.score(bytes, start, end), score)) continue;
      const done = set.set(bytes, start, end, score);
      if (done === ADDED) added++;
      else if (done === UPDATED) updated++;
    }
    ctx.out.int((options & CH) !== 0 ? added + updated : added);
  } catch (error) {
    ctx.propagateFirst(args, first + 2 * k); // memory came to an end: the pairs before stay set
    throw error;
  } finally {
    if (added + updated > 0) ctx.touched(args, 1, EVENT_SORTED_SET, "zadd", added + updated);
  }
}

function increment(ctx: Context, args: Args, options: number, i: number): void {
  const by = args.double(i);
  const { bytes } = args, start = args.start(i + 1), end = args.end(i + 1);
  const isThere = set.findForWrite(ctx.db, args, 1);
  const had = isThere ? set.score(bytes, start, end) : NaN;
  const score = Number.isNaN(had) ? by : had + by;
  if ((options & (Number.isNaN(had) ? XX : NX)) !== 0) return ctx.out.null();
  if (Number.isNaN(score)) throw SCORE_IS_NAN;
  if (!isWanted(options, had, score)) return ctx.out.null();
  if (!isThere) set.create(ctx.db, args, 1);
  const done = set.set(bytes, start, end, score);
  replyScore(ctx.out, score);
  if (done !== UNCHANGED) ctx.touched(args, 1, EVENT_SORTED_SET, "zincr");
}

/** Do the options let a member have this score, which has had that one (NaN: it is new)? */
function isWanted(options: number, had: number, score: number): boolean {
  if (Number.isNaN(had)) return (options & XX) === 0;
  if ((options & NX) !== 0) return false;
  if ((options & LT) !== 0) return score < had;
  return (options & GT) === 0 || score > had;
}

// ---- Members ----

function zrem(ctx: Context, args: Args): void {
  removeMembers(ctx, args, set, EVENT_SORTED_SET, "zrem");
}

function zcard(ctx: Context, args: Args): void {
  ctx.out.int(set.find(ctx.db, args, 1) ? set.size : 0);
}

function zscore(ctx: Context, args: Args): void {
  replyScoreAt(ctx, args, 2, set.find(ctx.db, args, 1));
}

function zmscore(ctx: Context, args: Args): void {
  const isThere = set.find(ctx.db, args, 1);
  ctx.out.array(args.count - 2);
  for (let i = 2; i < args.count; i++) replyScoreAt(ctx, args, i, isThere);
}

/** Replies the score of the member at argument `i`. */
function replyScoreAt(ctx: Context, args: Args, i: number, isThere: boolean): void {
  const score = isThere ? set.score(args.bytes, args.start(i), args.end(i)) : NaN;
  if (Number.isNaN(score)) ctx.out.null();
  else replyScore(ctx.out, score);
}

function replyRank(ctx: Context, args: Args, isReverse: boolean): void {
  const rank = set.find(ctx.db, args, 1) ? set.rank(args.bytes, args.start(2), args.end(2)) : -1;
  if (rank < 0) ctx.out.null();
  else ctx.out.int(isReverse ? set.size - 1 - rank : rank);
}

function zscan(ctx: Context, args: Args): void {
  scanCollection(ctx, args, set, () => ctx.out.bulkText(scannedScore())); // no double, even in RESP3
}

/** The score of the member under the cursor, as ZSCAN replies it: with all digits where a listpack holds an integer. */
function scannedScore(): string {
  const score = set.currentScore;
  return !set.isLarge && isIntegerScore(score) ? BigInt(score).toString() : formatDouble(score);
}

// ---- Choosing at random ----

function zrandmember(ctx: Context, args: Args): void {
  const { out } = ctx;
  if (args.count === 2) {
    if (!set.find(ctx.db, args, 1)) return out.null();
    set.moveTo(set.randomPosition());
    return replyMember(out, set, false);
  }
  const count = randomCount(args);
  const withScores = args.from(3).option("WITHSCORES");
  args.done();
  if (withScores) checkPairCount(args);
  if (!set.find(ctx.db, args, 1) || count === 0) return out.array(0);
  if (count >= set.size) return replyMembers(ctx, set, 0, set.size, false, withScores);
  const replied = Math.abs(count);
  replyMemberCount(out, replied, withScores);
  for (const position of count < 0 ? set.randomPositions(replied) : set.distinctPositions(replied)) {
    if (ctx.isCutOff()) return;
    set.moveTo(position);
    replyMember(out, set, withScores);
  }
}
