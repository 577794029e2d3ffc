/** Keys' time to live: EXPIRE and its variants, TTL and its variants, PERSIST. */
import type { Args } from "../engine/args.ts";
import { FAST, oneKey, READONLY, WRITE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError } from "../engine/errors.ts";
import { MILLISECONDS, SECONDS, toExpireAtMs } from "../engine/expire_options.ts";
import { EVENT_GENERIC } from "../engine/hooks.ts";
import { NONE } from "../store/database.ts";

const CONDITIONS_HISTORY = [["7.0.0", "Takes `NX`, `XX`, `GT` and `LT`."]] as const;
const MISSING_KEY_HISTORY = [["2.8.0", "Answers -2 for a key that is not there."]] as const;

/** Rows of the expiry commands. */
export const expireCommands: CommandGroup = {
  expire: {
    arity: -3,
    flags: WRITE | FAST,
    keys: oneKey("RW update"),
    usage: "key seconds [NX | XX | GT | LT]",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Lets a key expire after a number of seconds",
    history: CONDITIONS_HISTORY,
    run: (ctx, args) => expire(ctx, args, SECONDS, true),
  },
  pexpire: {
    arity: -3,
    flags: WRITE | FAST,
    keys: oneKey("RW update"),
    usage: "key milliseconds [NX | XX | GT | LT]",
    since: "2.6.0",
    complexity: "O(1)",
    summary: "Lets a key expire after a number of milliseconds",
    history: CONDITIONS_HISTORY,
    run: (ctx, args) => expire(ctx, args, MILLISECONDS, true),
  },
  expireat: {
    arity: -3,
    flags: WRITE | FAST,
    keys: oneKey("RW update"),
    usage: "key unix-time-seconds [NX | XX | GT | LT]",
    since: "1.2.0",
    complexity: "O(1)",
    summary: "Lets a key expire at a Unix time in seconds",
    history: CONDITIONS_HISTORY,
    run: (ctx, args) => expire(ctx, args, SECONDS, false),
  },
  pexpireat: {
    arity: -3,
    flags: WRITE | FAST,
    keys: oneKey("RW update"),
    usage: "key unix-time-milliseconds [NX | XX | GT | LT]",
    since: "2.6.0",
    complexity: "O(1)",
    summary: "Lets a key expire at a Unix time in milliseconds",
    history: CONDITIONS_HISTORY,
    run: (ctx, args) => expire(ctx, args, MILLISECONDS, false),
  },
  ttl: {
    arity: 2,
    flags: READONLY | FAST,
    keys: oneKey("RO access"),
    usage: "key",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Tells in how many seconds a key expires",
    history: MISSING_KEY_HISTORY,
    tips: ["nondeterministic_output"],
    run: (ctx, args) => replyTime(ctx, args, SECONDS, true),
  },
  pttl: {
    arity: 2,
    flags: READONLY | FAST,
    keys: oneKey("RO access"),
    usage: "key",
    since: "2.6.0",
    complexity: "O(1)",
    summary: "Tells in how many milliseconds a key expires",
    history: MISSING_KEY_HISTORY,
    tips: ["nondeterministic_output"],
    run: (ctx, args) => replyTime(ctx, args, MILLISECONDS, true),
  },
  expiretime: {
    arity: 2,
    flags: READONLY | FAST,
    keys: oneKey("RO access"),
    usage: "key",
    since: "7.0.0",
    complexity: "O(1)",
    summary: "Tells the Unix time in seconds at which a key expires",
    run: (ctx, args) => replyTime(ctx, args, SECONDS, false),
  },
  pexpiretime: {
    arity: 2,
    flags: READONLY | FAST,
    keys: oneKey("RO access"),
    usage: "key",
    since: "7.0.0",
    complexity: "O(1)",
    summary: "Tells the Unix time in milliseconds at which a key expires",
    run: (ctx, args) => replyTime(ctx, args, MILLISECONDS, false),
  },
  persist: {
    arity: 2,
    flags: WRITE | FAST,
    keys: oneKey("RW update"),
    usage: "key",
    since: "2.2.0",
    complexity: "O(1)",
    summary: "Takes the expiry of a key away",
    run: persist,
  },
};

const NX_EXCLUDES_OTHERS = new CommandError(
  "ERR",
  "NX and XX, GT or LT options at the same time are not compatible",
);
const GT_EXCLUDES_LT = new CommandError("ERR", "GT and LT options at the same time are not compatible");

const NX = 1, XX = 2, GT = 4, LT = 8;

/** @param isRelative Does the time given count from now? */
function expire(ctx: Context, args: Args, unitMs: number, isRelative: boolean): void {
  const conditions = readConditions(args);
  const atMs = toExpireAtMs(ctx, args, 2, unitMs, isRelative, true);
  const { db } = ctx;
  const entry = db.findForWrite(args, 1);
  if (entry === NONE || !mayExpire(conditions, db.expireAt(entry), atMs)) return ctx.out.int(0);
  if (ctx.isOver(atMs)) {
    db.deleteEntry(entry);
    if (ctx.propagates) ctx.propagate(ctx.engine.config.flag("lazyfree-lazy-expire") ? "UNLINK" : "DEL", args.copy(1));
    ctx.touched(args, 1, EVENT_GENERIC, "del");
    ctx.out.int(1);
  } else {
    db.setExpire(entry, atMs);
    // An absolute time means the same wherever and whenever it is repeated.
    if (ctx.propagates && (isRelative || unitMs !== MILLISECONDS)) {
      const options = Array.from({ length: args.count - 3 }, (_, i) => args.copy(3 + i));
      ctx.propagate("PEXPIREAT", args.copy(1), BigInt(atMs).toString(), ...options);
    }
    ctx.out.int(1);
    ctx.touched(args, 1, EVENT_GENERIC, "expire");
  }
}

function readConditions(args: Args): number {
  let conditions = 0;
  args.from(3);
  while (args.more()) {
    if (args.option("NX")) conditions |= NX;
    else if (args.option("XX")) conditions |= XX;
    else if (args.option("GT")) conditions |= GT;
    else if (args.option("LT")) conditions |= LT;
    else throw new CommandError("ERR", `Unsupported option ${args.quoted(args.at)}`);
  }
  if ((conditions & NX) !== 0 && conditions !== NX) throw NX_EXCLUDES_OTHERS;
  if ((conditions & GT) !== 0 && (conditions & LT) !== 0) throw GT_EXCLUDES_LT;
  return conditions;
}

/** @param currentMs When the key expires as it is, -1: never, which is later than any time for GT and LT. */
function mayExpire(conditions: number, currentMs: number, atMs: number): boolean {
  if (conditions === 0) return true;
  const isVolatile = currentMs !== -1;
  if ((conditions & NX) !== 0 && isVolatile) return false;
  if ((conditions & XX) !== 0 && !isVolatile) return false;
  if ((conditions & GT) !== 0 && (!isVolatile || atMs <= currentMs)) return false;
  return (conditions & LT) === 0 || !isVolatile || atMs < currentMs;
}

/** TTL and its variants. -2: no such key, -1: it never expires. */
function replyTime(ctx: Context, args: Args, unitMs: number, isRelative: boolean): void {
  const entry = ctx.db.findUntouched(args, 1);
  if (entry === NONE) return ctx.out.int(-2);
  const atMs = ctx.db.expireAt(entry);
  if (atMs === -1) return ctx.out.int(-1);
  const ms = isRelative ? Math.max(0, atMs - ctx.now) : atMs;
  ctx.out.int(unitMs === MILLISECONDS ? ms : Math.floor((ms + 500) / SECONDS)); // rounded, as Redis does
}

function persist(ctx: Context, args: Args): void {
  const entry = ctx.db.findForWrite(args, 1);
  if (entry === NONE || !ctx.db.persist(entry)) return ctx.out.int(0);
  ctx.touched(args, 1, EVENT_GENERIC, "persist");
  ctx.out.int(1);
}
