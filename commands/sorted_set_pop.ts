/** What takes members from an end of a sorted set: ZPOPMIN, ZPOPMAX, ZMPOP, and BZPOPMIN, BZPOPMAX, BZMPOP, which wait. */
import type { Args } from "../engine/args.ts";
import { blockingTimeout } from "../engine/blocking.ts";
import { BLOCKING, FAST, type KeySpec, NOSCRIPT, oneKey, WRITE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { NO_COUNT, NO_KEYS, NOT_POSITIVE, SYNTAX_ERROR } from "../engine/errors.ts";
import { EVENT_GENERIC, EVENT_SORTED_SET } from "../engine/hooks.ts";
import type { ReplyWriter } from "../resp/reply_writer.ts";
import { SortedSetValue } from "../store/sorted_set_value.ts";
import { SORTED_SET } from "../store/types.ts";
import { replyScore } from "./scored_members.ts";

const POP_COST =
  "O(log(N)*M) with N being the number of elements in the sorted set, and M being the number of elements popped.";
const POP_ONE_COST = "O(log(N)) with N being the number of elements in the sorted set.";
const MULTI_POP_COST =
  "O(K) + O(M*log(N)) where K is the number of provided keys, N being the number of elements in the sorted set, and M being the number of elements popped.";
const KEYS_BEFORE_TIMEOUT: readonly KeySpec[] = [
  { flags: "RW access delete", begin: 1, find: { last: -2, step: 1, limit: 0 } },
];
const TIMEOUT_HISTORY = [["6.0.0", "The timeout may have a fraction."]] as const;

/** Rows of the commands that take members from an end. */
export const sortedSetPopCommands: CommandGroup = {
  zpopmin: {
    arity: -2,
    flags: WRITE | FAST,
    keys: oneKey("RW access delete"),
    usage: "key [count]",
    since: "5.0.0",
    complexity: POP_COST,
    summary: "Takes the members with the lowest scores out of a sorted set",
    constantUpTo: 2,
    run: (ctx, args) => pop(ctx, args, false),
  },
  zpopmax: {
    arity: -2,
    flags: WRITE | FAST,
    keys: oneKey("RW access delete"),
    usage: "key [count]",
    since: "5.0.0",
    complexity: POP_COST,
    summary: "Takes the members with the highest scores out of a sorted set",
    constantUpTo: 2,
    run: (ctx, args) => pop(ctx, args, true),
  },
  zmpop: {
    arity: -4,
    flags: WRITE,
    keys: [{ flags: "RW access delete", begin: 1, find: { keynum: 0, first: 1, step: 1 } }],
    usage: "numkeys key [key ...] <MIN | MAX> [COUNT count]",
    since: "7.0.0",
    complexity: MULTI_POP_COST,
    summary: "Takes members from an end of the first sorted set there is",
    run: zmpop,
  },
  bzpopmin: {
    arity: -3,
    flags: WRITE | NOSCRIPT | FAST | BLOCKING,
    keys: KEYS_BEFORE_TIMEOUT,
    usage: "key [key ...] timeout:double",
    since: "5.0.0",
    complexity: POP_ONE_COST,
    summary: "Takes the member with the lowest score from the first sorted set there is, or waits for one",
    history: TIMEOUT_HISTORY,
    run: (ctx, args) => blockingPop(ctx, args, false),
  },
  bzpopmax: {
    arity: -3,
    flags: WRITE | NOSCRIPT | FAST | BLOCKING,
    keys: KEYS_BEFORE_TIMEOUT,
    usage: "key [key ...] timeout:double",
    since: "5.0.0",
    complexity: POP_ONE_COST,
    summary: "Takes the member with the highest score from the first sorted set there is, or waits for one",
    history: TIMEOUT_HISTORY,
    run: (ctx, args) => blockingPop(ctx, args, true),
  },
  bzmpop: {
    arity: -5,
    flags: WRITE | BLOCKING,
    keys: [{ flags: "RW access delete", begin: 2, find: { keynum: 0, first: 1, step: 1 } }],
    usage: "timeout:double numkeys key [key ...] <MIN | MAX> [COUNT count]",
    since: "7.0.0",
    complexity: MULTI_POP_COST,
    summary: "Takes members from an end of the first sorted set there is, or waits for one",
    run: bzmpop,
  },
};

/** The sorted set being worked on: handlers run one at a time. */
const set = new SortedSetValue();

/**
 * Takes `count` members, which are there, from an end of {@linkcode set}, the key at argument `i`, and replies each with its
 * score, in an array of their own where that is wanted.
 */
function take(ctx: Context, args: Args, i: number, isMax: boolean, count: number, isNested: boolean): void {
  const { out } = ctx;
  const { size } = set;
  let more = set.seek(isMax ? size - 1 : 0);
  for (let left = count; left > 0 && more; left--) {
    const { bytes, start, end } = set.member;
    if (isNested) out.array(2);
    out.bulk(bytes, start, end);
    replyScore(out, set.currentScore);
    more = isMax ? set.previous() : set.next();
  }
  set.removeRange(isMax ? size - count : 0, count);
  const isGone = set.deleteIfEmpty();
  ctx.touched(args, i, EVENT_SORTED_SET, isMax ? "zpopmax" : "zpopmin", count);
  if (isGone) ctx.notify(args, i, EVENT_GENERIC, "del");
}

/** Flat in RESP2, and in RESP3 without a count. */
function pop(ctx: Context, args: Args, isMax: boolean): void {
  if (args.count > 3) throw SYNTAX_ERROR;
  const hasCount = args.count === 3;
  const wanted = hasCount ? args.int(2, NOT_POSITIVE) : 1;
  if (wanted < 0) throw NOT_POSITIVE;
  const { out } = ctx;
  if (!set.findForWrite(ctx.db, args, 1) || wanted === 0) return out.array(0);
  const count = Math.min(wanted, set.size);
  const isNested = hasCount && out.protocol === 3;
  out.array(isNested ? count : count * 2);
  take(ctx, args, 1, isMax, count, isNested);
}

/** What ZMPOP and BZMPOP ask for. */
interface MultiPop {
  /** Arguments that are the keys. */
  readonly first: number;
  readonly last: number;
  readonly isMax: boolean;
  readonly count: number;
}

/** Reads `numkeys key [key ...] <MIN | MAX> [COUNT count]`, which begins at argument `i`. */
function readMultiPop(args: Args, i: number): MultiPop {
  const numkeys = args.int(i, NO_KEYS);
  if (numkeys < 1) throw NO_KEYS;
  const last = i + numkeys;
  if (last + 1 >= args.count) throw SYNTAX_ERROR;
  args.from(last + 1);
  const isMax = args.option("MAX");
  if (!isMax && !args.option("MIN")) throw SYNTAX_ERROR;
  let count = 0;
  while (args.more()) {
    if (count > 0 || !args.option("COUNT")) throw SYNTAX_ERROR;
    count = args.nextInt(NO_COUNT);
    if (count < 1) throw NO_COUNT;
  }
  return { first: i + 1, last, isMax, count: count || 1 };
}

/** Takes members from the first key of `first` to `last` that is there; false when none is. */
function popFromFirst(ctx: Context, args: Args, request: MultiPop, first: number, last: number): boolean {
  const { out } = ctx;
  const { isMax } = request;
  for (let i = first; i <= last; i++) {
    if (!set.findForWrite(ctx.db, args, i)) continue;
    const count = Math.min(request.count, set.size);
    out.array(2);
    out.bulk(args.bytes, args.start(i), args.end(i));
    out.array(count);
    take(ctx, args, i, isMax, count, true);
    if (ctx.propagates) ctx.propagate(isMax ? "ZPOPMAX" : "ZPOPMIN", args.copy(i), String(count));
    return true;
  }
  return false;
}

function zmpop(ctx: Context, args: Args): void {
  const request = readMultiPop(args, 1);
  if (!popFromFirst(ctx, args, request, request.first, request.last)) ctx.out.nullArray();
}

function bzmpop(ctx: Context, args: Args): void {
  const request = readMultiPop(args, 2);
  const timeoutMs = blockingTimeout(args, 1);
  const { first, last } = request;
  if (popFromFirst(ctx, args, request, ctx.readyKey || first, ctx.readyKey || last)) return;
  ctx.block(args, { first, last, type: SORTED_SET, timeoutMs, replyTimeout: replyNullArray });
}

function blockingPop(ctx: Context, args: Args, isMax: boolean): void {
  const last = args.count - 2;
  const timeoutMs = blockingTimeout(args, last + 1);
  for (let i = ctx.readyKey || 1; i <= (ctx.readyKey || last); i++) {
    if (!set.findForWrite(ctx.db, args, i)) continue;
    ctx.out.array(3);
    ctx.out.bulk(args.bytes, args.start(i), args.end(i));
    take(ctx, args, i, isMax, 1, false);
    if (ctx.propagates) ctx.propagate(isMax ? "ZPOPMAX" : "ZPOPMIN", args.copy(i));
    return;
  }
  ctx.block(args, { first: 1, last, type: SORTED_SET, timeoutMs, replyTimeout: replyNullArray });
}

function replyNullArray(out: ReplyWriter): void {
  out.nullArray();
}
