/** Strings as numbers: INCR and its relatives in 64-bit integers, INCRBYFLOAT in long doubles. */
import type { Args } from "../engine/args.ts";
import { DENYOOM, FAST, oneKey, WRITE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { DECREMENT_OVERFLOW, NAN_OR_INFINITY, NOT_A_FLOAT, NOT_AN_INTEGER, OVERFLOW } from "../engine/errors.ts";
import { EVENT_STRING } from "../engine/hooks.ts";
import { LongDouble } from "../engine/long_double.ts";
import { textOf } from "../resp/text.ts";
import { type Database, type Entry, NONE } from "../store/database.ts";
import { isInt64, MAX_INT64, MIN_INT64 } from "../store/integers.ts";

/** Rows of the commands that count. */
export const stringNumberCommands = {
  incr: {
    arity: 2,
    flags: WRITE | DENYOOM | FAST,
    keys: oneKey("RW access update"),
    usage: "key",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Adds one to the integer a key holds; a missing key counts as 0",
    run: incr,
  },
  decr: {
    arity: 2,
    flags: WRITE | DENYOOM | FAST,
    keys: oneKey("RW access update"),
    usage: "key",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Takes one from the integer a key holds; a missing key counts as 0",
    run: decr,
  },
  incrby: {
    arity: 3,
    flags: WRITE | DENYOOM | FAST,
    keys: oneKey("RW access update"),
    usage: "key increment",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Adds to the integer a key holds; a missing key counts as 0",
    run: incrby,
  },
  decrby: {
    arity: 3,
    flags: WRITE | DENYOOM | FAST,
    keys: oneKey("RW access update"),
    usage: "key decrement",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Takes from the integer a key holds; a missing key counts as 0",
    run: decrby,
  },
  incrbyfloat: {
    arity: 3,
    flags: WRITE | DENYOOM | FAST,
    keys: oneKey("RW access update"),
    usage: "key increment:double",
    since: "2.6.0",
    complexity: "O(1)",
    summary: "Adds to the floating-point number a key holds; a missing key counts as 0",
    run: incrbyfloat,
  },
} satisfies CommandGroup;

const MIN_INT32 = -(2n ** 31n), MAX_INT32 = 2n ** 31n - 1n;

/** Where a result is spelled out on its way to the store. */
const ASCII = new TextEncoder();

function incr(ctx: Context, args: Args): void {
  add(ctx, args, 1);
}

function decr(ctx: Context, args: Args): void {
  add(ctx, args, -1);
}

function incrby(ctx: Context, args: Args): void {
  const by = args.int(2);
  if (Number.isSafeInteger(by)) add(ctx, args, by);
  else addExactly(ctx, args, ctx.db.findStringForWrite(args, 1), args.bigint(2));
}

function decrby(ctx: Context, args: Args): void {
  const by = args.int(2);
  if (Number.isSafeInteger(by)) return add(ctx, args, -by);
  const exact = args.bigint(2);
  if (exact === MIN_INT64) throw DECREMENT_OVERFLOW; // its opposite has no 64 bits
  addExactly(ctx, args, ctx.db.findStringForWrite(args, 1), -exact);
}

/** Adds a safe integer. Counters of 32 bits, most of all, change in place. */
function add(ctx: Context, args: Args, by: number): void {
  const db = ctx.db;
  const entry = db.findStringForWrite(args, 1);
  if (entry !== NONE && !db.isInt(entry)) return addExactly(ctx, args, entry, BigInt(by));
  const sum = (entry === NONE ? 0 : db.intValue(entry)) + by;
  if (sum !== (sum | 0)) return addExactly(ctx, args, entry, BigInt(by));
  if (entry === NONE) db.setInt(args, 1, sum);
  else db.updateInt(entry, sum);
  ctx.touched(args, 1, EVENT_STRING, "incrby");
  ctx.out.int(sum);
}

/** Adds any 64-bit integer to whatever text the key holds. */
function addExactly(ctx: Context, args: Args, entry: Entry, by: bigint): void {
  const db = ctx.db;
  const sum = (entry === NONE ? 0n : readInteger(db, entry)) + by;
  if (sum < MIN_INT64 || sum > MAX_INT64) throw OVERFLOW;
  const expireAtMs = entry === NONE ? -1 : db.expireAt(entry);
  let changed: Entry;
  if (sum >= MIN_INT32 && sum <= MAX_INT32) changed = db.setInt(args, 1, Number(sum));
  else {
    const digits = ASCII.encode(sum.toString());
    changed = db.setString(args, 1, digits, 0, digits.length);
  }
  if (expireAtMs >= 0) db.setExpire(changed, expireAtMs);
  ctx.touched(args, 1, EVENT_STRING, "incrby");
  ctx.out.bigint(sum);
}

function readInteger(db: Database, entry: Entry): bigint {
  if (db.isInt(entry)) return BigInt(db.intValue(entry));
  const start = db.valueStart(entry), end = db.valueEnd(entry);
  if (!isInt64(db.bytes, start, end)) throw NOT_AN_INTEGER;
  return BigInt(textOf(db.bytes, start, end));
}

function incrbyfloat(ctx: Context, args: Args): void {
  const db = ctx.db;
  const entry = db.findStringForWrite(args, 1);
  const value = entry === NONE ? LongDouble.fromInteger(0) : readLongDouble(db, entry);
  const by = LongDouble.parse(args.bytes, args.start(2), args.end(2));
  if (value === null || by === null) throw NOT_A_FLOAT;
  const sum = value.plus(by);
  if (!sum.isFinite) throw NAN_OR_INFINITY;
  const text = ASCII.encode(sum.toString());
  const expireAtMs = entry === NONE ? -1 : db.expireAt(entry);
  const changed = db.setText(args, 1, text, 0, text.length);
  if (expireAtMs >= 0) db.setExpire(changed, expireAtMs);
  ctx.touched(args, 1, EVENT_STRING, "incrbyfloat");
  // Another machine's floating point may round otherwise.
  if (ctx.propagates) ctx.propagate("SET", args.copy(1), text, "KEEPTTL");
  ctx.out.bulkBytes(text);
}

function readLongDouble(db: Database, entry: Entry): LongDouble | null {
  if (db.isInt(entry)) return LongDouble.fromInteger(db.intValue(entry));
  return LongDouble.parse(db.bytes, db.valueStart(entry), db.valueEnd(entry));
}
