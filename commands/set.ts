/** Sets: SADD, SREM, SMEMBERS, SPOP, SRANDMEMBER, SMOVE, SSCAN … What combines several sets is in set_algebra.ts. */
import type { Args } from "../engine/args.ts";
import { DENYOOM, FAST, FEW_ARGUMENTS, oneKey, READONLY, twoKeys, WRITE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { NOT_POSITIVE, SYNTAX_ERROR } from "../engine/errors.ts";
import { EVENT_GENERIC, EVENT_SET } from "../engine/hooks.ts";
import { SetValue } from "../store/set_value.ts";
import { scanCollection } from "./collection_scan.ts";
import { randomCount } from "./random_count.ts";
import { removeMembers } from "./remove_members.ts";
import { setAlgebraCommands } from "./set_algebra.ts";

/** Rows of the commands on sets. */
export const setCommands: CommandGroup = {
  sadd: {
    arity: -3,
    flags: WRITE | DENYOOM | FAST,
    keys: oneKey("RW insert"),
    usage: "key member [member ...]",
    since: "1.0.0",
    complexity:
      "O(1) for each element added, so O(N) to add N elements when the command is called with multiple arguments.",
    summary: "Adds members to a set",
    constantUpTo: FEW_ARGUMENTS,
    history: [["2.4.0", "Takes several members."]],
    elementAt: 2,
    run: sadd,
  },
  srem: {
    arity: -3,
    flags: WRITE | FAST,
    keys: oneKey("RW delete"),
    usage: "key member [member ...]",
    since: "1.0.0",
    complexity: "O(N) where N is the number of members to be removed.",
    summary: "Removes members from a set",
    constantUpTo: FEW_ARGUMENTS,
    history: [["2.4.0", "Takes several members."]],
    elementAt: 2,
    run: srem,
  },
  smembers: {
    arity: 2,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key",
    since: "1.0.0",
    complexity: "O(N) where N is the set cardinality.",
    summary: "Answers all members of a set",
    tips: ["nondeterministic_output_order"],
    run: smembers,
  },
  sismember: {
    arity: 3,
    flags: READONLY | FAST,
    keys: oneKey("RO"),
    usage: "key member",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Tells whether a value is a member of a set",
    elementAt: 2,
    run: sismember,
  },
  smismember: {
    arity: -3,
    flags: READONLY | FAST,
    keys: oneKey("RO access"),
    usage: "key member [member ...]",
    since: "6.2.0",
    complexity: "O(N) where N is the number of elements being checked for membership",
    summary: "Tells of several values whether they are members of a set",
    constantUpTo: FEW_ARGUMENTS,
    run: smismember,
  },
  scard: {
    arity: 2,
    flags: READONLY | FAST,
    keys: oneKey("RO"),
    usage: "key",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Counts the members of a set",
    run: scard,
  },
  spop: {
    arity: -2,
    flags: WRITE | FAST,
    keys: oneKey("RW access delete"),
    usage: "key [count]",
    since: "1.0.0",
    complexity: "Without the count argument O(1), otherwise O(N) where N is the value of the passed count.",
    summary: "Takes random members out of a set",
    constantUpTo: 2,
    history: [["3.2.0", "Takes `count`."]],
    tips: ["nondeterministic_output"],
    run: spop,
  },
  srandmember: {
    arity: -2,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key [count]",
    since: "1.0.0",
    complexity: "Without the count argument O(1), otherwise O(N) where N is the absolute value of the passed count.",
    summary: "Answers random members of a set",
    constantUpTo: 2,
    history: [["2.6.0", "Takes `count`."]],
    tips: ["nondeterministic_output"],
    run: srandmember,
  },
  smove: {
    arity: 4,
    flags: WRITE | FAST,
    keys: twoKeys("RW access delete", "RW insert"),
    usage: "source destination member",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Moves a member from one set to another",
    run: smove,
  },
  sscan: {
    arity: -3,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key cursor [MATCH pattern] [COUNT count]",
    since: "2.8.0",
    complexity:
      "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to return back to 0. N is the number of elements inside the collection..",
    summary: "Goes through the members of a set, some at each call",
    tips: ["nondeterministic_output"],
    run: sscan,
  },
  ...setAlgebraCommands,
};

/** The set being worked on: handlers run one at a time. */
const set = new SetValue();
/** SMOVE's other one. */
const target = new SetValue();

function sadd(ctx: Context, args: Args): void {
  if (!set.findForWrite(ctx.db, args, 1)) set.create(ctx.db, args, 1, args.bytes, args.start(2), args.end(2));
  let added = 0, i = 2;
  try {
    for (; i < args.count; i++) if (set.add(args.bytes, args.start(i), args.end(i))) added++;
  } catch (error) {
    ctx.propagateFirst(args, i); // memory came to an end: the members before stay
    throw error;
  } finally {
    if (added > 0) ctx.touched(args, 1, EVENT_SET, "sadd", added);
  }
  ctx.out.int(added);
}

function srem(ctx: Context, args: Args): void {
  removeMembers(ctx, args, set, EVENT_SET, "srem");
}

function smembers(ctx: Context, args: Args): void {
  const isThere = set.find(ctx.db, args, 1);
  ctx.out.set(set.size);
  if (isThere) replyAll(ctx);
}

/** Replies all members of {@linkcode set}. */
function replyAll(ctx: Context): void {
  set.rewind();
  while (set.next()) replyMember(ctx);
}

/** Replies the member that {@linkcode set} has come to. */
function replyMember(ctx: Context): void {
  const { bytes, start, end } = set.element;
  ctx.out.bulk(bytes, start, end);
}

function sismember(ctx: Context, args: Args): void {
  const isMember = set.find(ctx.db, args, 1) && set.has(args.bytes, args.start(2), args.end(2));
  ctx.out.int(isMember ? 1 : 0);
}

function smismember(ctx: Context, args: Args): void {
  const isThere = set.find(ctx.db, args, 1);
  ctx.out.array(args.count - 2);
  for (let i = 2; i < args.count; i++) {
    ctx.out.int(isThere && set.has(args.bytes, args.start(i), args.end(i)) ? 1 : 0);
  }
}

function scard(ctx: Context, args: Args): void {
  set.find(ctx.db, args, 1);
  ctx.out.int(set.size);
}

function smove(ctx: Context, args: Args): void {
  const { db, out } = ctx;
  const { bytes } = args, start = args.start(3), end = args.end(3);
  if (!set.findForWrite(db, args, 1)) return out.int(0);
  const hasTarget = target.findForWrite(db, args, 2);
  if (!set.has(bytes, start, end)) return out.int(0);
  if (target.entry === set.entry) return out.int(1);
  if (!hasTarget) target.create(db, args, 2, bytes, start, end);
  const isNew = target.add(bytes, start, end); // first, since memory may end here
  set.remove(bytes, start, end);
  const isGone = set.deleteIfEmpty();
  ctx.touched(args, 1, EVENT_SET, "srem");
  if (isGone) ctx.notify(args, 1, EVENT_GENERIC, "del");
  if (isNew) ctx.touched(args, 2, EVENT_SET, "sadd");
  out.int(1);
}

function sscan(ctx: Context, args: Args): void {
  scanCollection(ctx, args, set, null);
}

// ---- Random members ----

function spop(ctx: Context, args: Args): void {
  if (args.count > 3) throw SYNTAX_ERROR;
  if (args.count === 3) return spopCount(ctx, args);
  if (!set.findForWrite(ctx.db, args, 1)) return ctx.out.null();
  const position = set.randomPosition();
  ctx.touched(args, 1, EVENT_SET, "spop"); // told before the reply, and so before the member goes
  set.moveTo(position);
  replyMember(ctx);
  if (ctx.propagates) ctx.propagate("SREM", args.copy(1), set.element.copy());
  set.removeAt(position);
  const isGone = set.deleteIfEmpty();
  if (isGone) ctx.notify(args, 1, EVENT_GENERIC, "del");
}

function spopCount(ctx: Context, args: Args): void {
  const count = args.int(2, NOT_POSITIVE);
  if (count < 0) throw NOT_POSITIVE;
  const { out } = ctx;
  if (!set.findForWrite(ctx.db, args, 1) || count === 0) return out.set(0);
  const { size } = set;
  if (count >= size) {
    ctx.touched(args, 1, EVENT_SET, "spop", size);
    out.set(size);
    replyAll(ctx);
    ctx.db.delete(args, 1, ctx.keyspace.lazy.serverDel);
    ctx.notify(args, 1, EVENT_GENERIC, "del");
    if (ctx.propagates) ctx.propagate("DEL", args.copy(1));
    return;
  }
  ctx.touched(args, 1, EVENT_SET, "spop", count);
  out.set(count);
  const positions = set.distinctPositions(count);
  for (const position of positions) {
    set.moveTo(position);
    replyMember(ctx);
    if (ctx.propagates) ctx.propagate("SREM", args.copy(1), set.element.copy());
  }
  set.removeAllAt(positions);
}

function srandmember(ctx: Context, args: Args): void {
  if (args.count > 3) throw SYNTAX_ERROR;
  const { out } = ctx;
  if (args.count === 3) return srandmemberCount(ctx, args);
  if (!set.find(ctx.db, args, 1)) return out.null();
  set.moveTo(set.randomPosition());
  replyMember(ctx);
}

/** A negative count may pick a member several times. */
function srandmemberCount(ctx: Context, args: Args): void {
  const { out } = ctx;
  const count = randomCount(args);
  if (!set.find(ctx.db, args, 1) || count === 0) return out.array(0);
  if (count >= set.size) {
    out.array(set.size);
    return replyAll(ctx);
  }
  out.array(Math.abs(count));
  if (count < 0) {
    for (let left = -count; left > 0 && !ctx.isCutOff(); left--) {
      set.moveTo(set.randomPosition());
      replyMember(ctx);
    }
    return;
  }
  for (const position of set.distinctPositions(count)) {
    set.moveTo(position);
    replyMember(ctx);
  }
}
