/**
 * Commands that take an element from a list, and wait for one where there is none.
 *
 * What they write is repeated elsewhere as what they did (LPOP, LMOVE …), which never waits.
 */
import type { Args } from "../engine/args.ts";
import { blockingTimeout } from "../engine/blocking.ts";
import { BLOCKING, DENYOOM, type KeySpec, NOSCRIPT, WRITE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import type { ReplyWriter } from "../resp/reply_writer.ts";
import { ListValue } from "../store/list_value.ts";
import { LIST } from "../store/types.ts";
import { isTail, MOVE_KEYS, moveElement, popFromFirst, popOne, readMultiPop } from "./list.ts";

const KEYS_BEFORE_TIMEOUT: readonly KeySpec[] = [
  { flags: "RW access delete", begin: 1, find: { last: -2, step: 1, limit: 0 } },
];
const TIMEOUT_HISTORY = [["6.0.0", "The timeout may have a fraction."]] as const;

/** Rows of the list family that wait. */
export const listBlockingCommands = {
  blpop: {
    arity: -3,
    flags: WRITE | NOSCRIPT | BLOCKING,
    keys: KEYS_BEFORE_TIMEOUT,
    usage: "key [key ...] timeout:double",
    since: "2.0.0",
    complexity: "O(N) where N is the number of provided keys.",
    summary: "Removes and returns the first element of the first list there is, or waits for one",
    history: TIMEOUT_HISTORY,
    run: (ctx, args) => blockingPop(ctx, args, false),
  },
  brpop: {
    arity: -3,
    flags: WRITE | NOSCRIPT | BLOCKING,
    keys: KEYS_BEFORE_TIMEOUT,
    usage: "key [key ...] timeout:double",
    since: "2.0.0",
    complexity: "O(N) where N is the number of provided keys.",
    summary: "Removes and returns the last element of the first list there is, or waits for one",
    history: TIMEOUT_HISTORY,
    run: (ctx, args) => blockingPop(ctx, args, true),
  },
  brpoplpush: {
    arity: 4,
    flags: WRITE | DENYOOM | NOSCRIPT | BLOCKING,
    keys: MOVE_KEYS,
    usage: "source destination timeout:double",
    since: "2.2.0",
    complexity: "O(1)",
    summary: "Moves the last element of a list to the head of another and returns it, or waits for one",
    history: TIMEOUT_HISTORY,
    deprecated: ["6.2.0", "`BLMOVE` with the `RIGHT` and `LEFT` arguments"],
    run: brpoplpush,
  },
  blmove: {
    arity: 6,
    flags: WRITE | DENYOOM | NOSCRIPT | BLOCKING,
    keys: MOVE_KEYS,
    usage: "source destination <LEFT | RIGHT> <LEFT | RIGHT> timeout:double",
    since: "6.2.0",
    complexity: "O(1)",
    summary: "Moves an element from an end of a list to an end of another and returns it, or waits for one",
    run: blmove,
  },
  blmpop: {
    arity: -5,
    flags: WRITE | BLOCKING,
    keys: [{ flags: "RW access delete", begin: 2, find: { keynum: 0, first: 1, step: 1 } }],
    usage: "timeout:double numkeys key [key ...] <LEFT | RIGHT> [COUNT count]",
    since: "7.0.0",
    complexity: "O(N+M) where N is the number of provided keys and M is the number of elements returned.",
    summary: "Removes and returns elements from an end of the first list that has any, or waits for some",
    run: blmpop,
  },
} satisfies CommandGroup;

const list = new ListValue();

function blockingPop(ctx: Context, args: Args, fromTail: boolean): void {
  const last = args.count - 2;
  const timeoutMs = blockingTimeout(args, last + 1);
  for (let i = ctx.readyKey || 1; i <= (ctx.readyKey || last); i++) {
    if (!list.findForWrite(ctx.db, args, i)) continue;
    ctx.out.array(2);
    ctx.out.bulk(args.bytes, args.start(i), args.end(i));
    popOne(ctx, args, i, list, fromTail);
    if (ctx.propagates) ctx.propagate(fromTail ? "RPOP" : "LPOP", args.copy(i));
    return;
  }
  ctx.block(args, { first: 1, last, type: LIST, timeoutMs, replyTimeout: replyNullArray });
}

function blmpop(ctx: Context, args: Args): void {
  const request = readMultiPop(args, 2);
  const timeoutMs = blockingTimeout(args, 1);
  const first = ctx.readyKey || request.first, last = ctx.readyKey || request.last;
  if (popFromFirst(ctx, args, request, first, last)) return;
  ctx.block(args, { first: request.first, last: request.last, type: LIST, timeoutMs, replyTimeout: replyNullArray });
}

function brpoplpush(ctx: Context, args: Args): void {
  const timeoutMs = blockingTimeout(args, 3);
  if (!moveElement(ctx, args, true, false)) return blockForSource(ctx, args, timeoutMs);
  if (ctx.propagates) ctx.propagate("RPOPLPUSH", args.copy(1), args.copy(2));
}

function blmove(ctx: Context, args: Args): void {
  const fromTail = isTail(args, 3), toTail = isTail(args, 4);
  const timeoutMs = blockingTimeout(args, 5);
  if (!moveElement(ctx, args, fromTail, toTail)) return blockForSource(ctx, args, timeoutMs);
  if (ctx.propagates) ctx.propagate("LMOVE", ...[1, 2, 3, 4].map((i) => args.copy(i)));
}

function blockForSource(ctx: Context, args: Args, timeoutMs: number): void {
  const replyTimeout = ctx.mayBlock ? replyNullArray : replyNull; // two kinds of null in RESP2, as in Redis
  ctx.block(args, { first: 1, last: 1, type: LIST, timeoutMs, replyTimeout });
}

function replyNullArray(out: ReplyWriter): void {
  out.nullArray();
}

function replyNull(out: ReplyWriter): void {
  out.null();
}
