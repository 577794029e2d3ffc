/**
 * Commands on a part of a sorted set, by rank, score or member: ZRANGE and those it has replaced, ZRANGESTORE, ZCOUNT,
 * ZLEXCOUNT, ZREMRANGEBYRANK and its like.
 */
import type { Args } from "../engine/args.ts";
import { DENYOOM, FAST, type KeySpec, oneKey, READONLY, twoKeys, WRITE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, SYNTAX_ERROR } from "../engine/errors.ts";
import { EVENT_GENERIC, EVENT_SORTED_SET } from "../engine/hooks.ts";
import { SortedSetBuilder } from "../store/sorted_set_builder.ts";
import { SortedSetValue } from "../store/sorted_set_value.ts";
import { MEMBERS, RANKS, SCORES, type SortedSetRange } from "./score_range.ts";
import { replyMembers } from "./scored_members.ts";

const RANGE_COST =
  "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements returned.";
const LIMITED_COST =
  "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements being returned. If M is constant (e.g. always asking for the first 10 elements with LIMIT), you can consider it O(log(N)).";
const COUNT_COST = "O(log(N)) with N being the number of elements in the sorted set.";
const REMOVAL_COST =
  "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements removed by the operation.";

/** The destination, then the source. */
const STORE_KEYS: readonly KeySpec[] = twoKeys("OW update", "RO access");

/** Rows of the commands on ranges. */
export const sortedSetRangeCommands: CommandGroup = {
  zrange: {
    arity: -4,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key start:string stop:string [BYSCORE | BYLEX] [REV] [LIMIT offset count] [WITHSCORES]",
    since: "1.2.0",
    complexity: RANGE_COST,
    summary: "Answers the members between two ranks, scores or members",
    history: [["6.2.0", "Takes `REV`, `BYSCORE`, `BYLEX` and `LIMIT`."]],
    run: (ctx, args) => replyRange(ctx, args, null, null),
  },
  zrangestore: {
    arity: -5,
    flags: WRITE | DENYOOM,
    keys: STORE_KEYS,
    usage: "dst:key src:key min:string max:string [BYSCORE | BYLEX] [REV] [LIMIT offset count]",
    since: "6.2.0",
    complexity:
      "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements stored into the destination key.",
    summary: "Stores the members between two ranks, scores or members",
    run: zrangestore,
  },
  zrevrange: {
    arity: -4,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key start stop:integer [WITHSCORES]",
    since: "1.2.0",
    complexity: RANGE_COST,
    summary: "Answers the members between two ranks, counted from the highest score",
    deprecated: ["6.2.0", "`ZRANGE` with the `REV` argument"],
    run: (ctx, args) => replyRange(ctx, args, RANKS, true),
  },
  zrangebyscore: {
    arity: -4,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key min:double max:double [WITHSCORES] [LIMIT offset count]",
    since: "1.0.5",
    complexity: LIMITED_COST,
    summary: "Answers the members between two scores",
    history: [["2.0.0", "Takes `WITHSCORES`."]],
    deprecated: ["6.2.0", "`ZRANGE` with the `BYSCORE` argument"],
    run: (ctx, args) => replyRange(ctx, args, SCORES, false),
  },
  zrevrangebyscore: {
    arity: -4,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key max:double min:double [WITHSCORES] [LIMIT offset count]",
    since: "2.2.0",
    complexity: LIMITED_COST,
    summary: "Answers the members between two scores, the highest first",
    history: [["2.1.6", "Bounds may be exclusive."]],
    deprecated: ["6.2.0", "`ZRANGE` with the `REV` and `BYSCORE` arguments"],
    run: (ctx, args) => replyRange(ctx, args, SCORES, true),
  },
  zrangebylex: {
    arity: -4,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key min max [LIMIT offset count]",
    since: "2.8.9",
    complexity: LIMITED_COST,
    summary: "Answers the members between two others, where all scores are the same",
    deprecated: ["6.2.0", "`ZRANGE` with the `BYLEX` argument"],
    run: (ctx, args) => replyRange(ctx, args, MEMBERS, false),
  },
  zrevrangebylex: {
    arity: -4,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key max min [LIMIT offset count]",
    since: "2.8.9",
    complexity: LIMITED_COST,
    summary: "Answers the members between two others, the largest first, where all scores are the same",
    deprecated: ["6.2.0", "`ZRANGE` with the `REV` and `BYLEX` arguments"],
    run: (ctx, args) => replyRange(ctx, args, MEMBERS, true),
  },
  zcount: {
    arity: 4,
    flags: READONLY | FAST,
    keys: oneKey("RO access"),
    usage: "key min:double max:double",
    since: "2.0.0",
    complexity: COUNT_COST,
    summary: "Counts the members between two scores",
    run: (ctx, args) => countRange(ctx, args, SCORES),
  },
  zlexcount: {
    arity: 4,
    flags: READONLY | FAST,
    keys: oneKey("RO access"),
    usage: "key min max",
    since: "2.8.9",
    complexity: COUNT_COST,
    summary: "Counts the members between two others, where all scores are the same",
    run: (ctx, args) => countRange(ctx, args, MEMBERS),
  },
  zremrangebyrank: {
    arity: 4,
    flags: WRITE,
    keys: oneKey("RW delete"),
    usage: "key start stop:integer",
    since: "2.0.0",
    complexity: REMOVAL_COST,
    summary: "Removes the members between two ranks",
    run: (ctx, args) => removeRange(ctx, args, RANKS, "zremrangebyrank"),
  },
  zremrangebyscore: {
    arity: 4,
    flags: WRITE,
    keys: oneKey("RW delete"),
    usage: "key min:double max:double",
    since: "1.2.0",
    complexity: REMOVAL_COST,
    summary: "Removes the members between two scores",
    run: (ctx, args) => removeRange(ctx, args, SCORES, "zremrangebyscore"),
  },
  zremrangebylex: {
    arity: 4,
    flags: WRITE,
    keys: oneKey("RW delete"),
    usage: "key min max",
    since: "2.8.9",
    complexity: REMOVAL_COST,
    summary: "Removes the members between two others, where all scores are the same",
    run: (ctx, args) => removeRange(ctx, args, MEMBERS, "zremrangebylex"),
  },
};

/** The sorted set being worked on: handlers run one at a time. */
const set = new SortedSetValue();

const LIMIT_OF_RANKS = new CommandError(
  "ERR",
  "syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
);
const SCORES_OF_MEMBERS = new CommandError(
  "ERR",
  "syntax error, WITHSCORES not supported in combination with BYLEX",
);

/** What a ZRANGE of any kind asks for. */
interface RangeRequest {
  readonly range: SortedSetRange;
  readonly isReverse: boolean;
  readonly withScores: boolean;
  readonly offset: number;
  /** Negative: all there are. */
  readonly limit: number;
}

/**
 * Reads `key min max [options]`, with the key at argument `source`.
 *
 * @param given The range and direction that the command stands for; null where options say it.
 */
function readRequest(
  args: Args,
  source: number,
  isStore: boolean,
  given: SortedSetRange | null,
  givenReverse: boolean | null,
): RangeRequest {
  let range = given, isReverse = givenReverse, withScores = false, offset = 0, limit = -1;
  args.from(source + 3);
  while (args.more()) {
    if (!isStore && args.option("WITHSCORES")) withScores = true;
    else if (args.option("LIMIT")) {
      if (args.at + 2 > args.count) throw SYNTAX_ERROR;
      offset = args.nextInt();
      limit = args.nextInt();
    } else if (isReverse === null && args.option("REV")) isReverse = true;
    else if (range === null && args.option("BYLEX")) range = MEMBERS;
    else if (range === null && args.option("BYSCORE")) range = SCORES;
    else throw SYNTAX_ERROR;
  }
  range ??= RANKS;
  isReverse ??= false;
  if (limit !== -1 && range === RANKS) throw LIMIT_OF_RANKS;
  if (withScores && range === MEMBERS) throw SCORES_OF_MEMBERS;
  if (isReverse && range !== RANKS) range.read(args, source + 2, source + 1);
  else range.read(args, source + 1, source + 2);
  return { range, isReverse, withScores, offset, limit };
}

/** Finds what is asked for in {@linkcode set}, and says how many members are wanted of it. */
function locate({ range, isReverse, offset, limit }: RangeRequest): number {
  range.locate(set, isReverse, offset);
  return limit < 0 ? range.count : Math.min(range.count, limit);
}

function replyRange(ctx: Context, args: Args, given: SortedSetRange | null, givenReverse: boolean | null): void {
  const request = readRequest(args, 1, false, given, givenReverse);
  if (!set.find(ctx.db, args, 1)) return ctx.out.array(0);
  const count = locate(request);
  replyMembers(ctx, set, request.range.from, count, request.isReverse, request.withScores);
}

function zrangestore(ctx: Context, args: Args): void {
  const request = readRequest(args, 2, true, null, null);
  const { db, out } = ctx;
  const count = set.find(db, args, 2) ? locate(request) : 0;
  if (count === 0) {
    out.int(0);
    ctx.deleteInstead(args, 1);
    return;
  }
  const result = new SortedSetBuilder(db, count);
  try {
    collect(ctx, request, count, result);
    result.store(args, 1);
  } finally {
    result.release();
  }
  out.int(count);
  ctx.touched(args, 1, EVENT_SORTED_SET, "zrangestore");
}

/**
 * Puts what was found into a builder. In Redis, members go into a listpack first, while it is not known how many there will
 * be, and a listpack holds -0 as 0.
 */
function collect(ctx: Context, { range, isReverse }: RangeRequest, count: number, into: SortedSetBuilder): void {
  const { sortedSetEntries, sortedSetValueBytes } = ctx.keyspace.limits;
  let isListed = range !== RANKS || count <= sortedSetEntries;
  let more = set.seek(range.from);
  for (let left = count; left > 0 && more; left--) {
    const { bytes, start, end } = set.member;
    isListed = isListed && into.size < sortedSetEntries && end - start <= sortedSetValueBytes;
    into.set(bytes, start, end, isListed ? set.currentScore + 0 : set.currentScore);
    more = isReverse ? set.previous() : set.next();
  }
}

function countRange(ctx: Context, args: Args, range: SortedSetRange): void {
  range.read(args, 2, 3);
  if (!set.find(ctx.db, args, 1)) return ctx.out.int(0);
  range.locate(set, false, 0);
  ctx.out.int(range.count);
}

function removeRange(ctx: Context, args: Args, range: SortedSetRange, event: string): void {
  range.read(args, 2, 3);
  if (!set.findForWrite(ctx.db, args, 1)) return ctx.out.int(0);
  range.locate(set, false, 0);
  const removed = set.removeRange(range.from, range.count);
  if (removed > 0) {
    const isGone = set.deleteIfEmpty();
    ctx.touched(args, 1, EVENT_SORTED_SET, event, removed);
    if (isGone) ctx.notify(args, 1, EVENT_GENERIC, "del");
  }
  ctx.out.int(removed);
}
