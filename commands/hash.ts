/** Hashes: HSET, HGET, HGETALL, HINCRBY, HRANDFIELD, HSCAN … */
import type { Args } from "../engine/args.ts";
import { DENYOOM, FAST, FEW_ARGUMENTS, oneKey, READONLY, WRITE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, NAN_OR_INFINITY, NOT_A_FLOAT, OVERFLOW, wrongArity } from "../engine/errors.ts";
import { EVENT_HASH } from "../engine/hooks.ts";
import { LongDouble } from "../engine/long_double.ts";
import { textOf } from "../resp/text.ts";
import { Element } from "../store/element.ts";
import { HashValue } from "../store/hash_value.ts";
import { isInt64, MAX_INT64, MIN_INT64 } from "../store/integers.ts";
import { firstElement } from "../store/listpack.ts";
import { scanCollection } from "./collection_scan.ts";
import { replyListpack } from "./listpack_reply.ts";
import { checkPairCount, randomCount } from "./random_count.ts";
import { removeMembers } from "./remove_members.ts";

/** Rows of the commands on hashes. */
export const hashCommands: CommandGroup = {
  hset: {
    arity: -4,
    flags: WRITE | DENYOOM | FAST,
    keys: oneKey("RW update"),
    usage: "key field value [field value ...]",
    since: "2.0.0",
    complexity:
      "O(1) for each field/value pair added, so O(N) to add N field/value pairs when the command is called with multiple field/value pairs.",
    summary: "Gives fields of a hash values",
    constantUpTo: FEW_ARGUMENTS,
    history: [["4.0.0", "Takes several fields and values."]],
    elementAt: 2,
    run: hset,
  },
  hmset: {
    arity: -4,
    flags: WRITE | DENYOOM | FAST,
    keys: oneKey("RW update"),
    usage: "key field value [field value ...]",
    since: "2.0.0",
    complexity: "O(N) where N is the number of fields being set.",
    summary: "Gives fields of a hash values; answers OK",
    constantUpTo: FEW_ARGUMENTS,
    deprecated: ["4.0.0", "`HSET` with multiple field-value pairs"],
    run: hmset,
  },
  hsetnx: {
    arity: 4,
    flags: WRITE | DENYOOM | FAST,
    keys: oneKey("RW insert"),
    usage: "key field value",
    since: "2.0.0",
    complexity: "O(1)",
    summary: "Gives a field of a hash a value unless it has one",
    run: hsetnx,
  },
  hget: {
    arity: 3,
    flags: READONLY | FAST,
    keys: oneKey("RO access"),
    usage: "key field",
    since: "2.0.0",
    complexity: "O(1)",
    summary: "Answers the value of a field",
    elementAt: 2,
    run: hget,
  },
  hmget: {
    arity: -3,
    flags: READONLY | FAST,
    keys: oneKey("RO access"),
    usage: "key field [field ...]",
    since: "2.0.0",
    complexity: "O(N) where N is the number of fields being requested.",
    summary: "Answers the values of several fields",
    constantUpTo: FEW_ARGUMENTS,
    run: hmget,
  },
  hgetall: {
    arity: 2,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key",
    since: "2.0.0",
    complexity: "O(N) where N is the size of the hash.",
    summary: "Answers all fields and values of a hash",
    tips: ["nondeterministic_output_order"],
    run: hgetall,
  },
  hkeys: {
    arity: 2,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key",
    since: "2.0.0",
    complexity: "O(N) where N is the size of the hash.",
    summary: "Answers all fields of a hash",
    tips: ["nondeterministic_output_order"],
    run: hkeys,
  },
  hvals: {
    arity: 2,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key",
    since: "2.0.0",
    complexity: "O(N) where N is the size of the hash.",
    summary: "Answers all values of a hash",
    tips: ["nondeterministic_output_order"],
    run: hvals,
  },
  hlen: {
    arity: 2,
    flags: READONLY | FAST,
    keys: oneKey("RO"),
    usage: "key",
    since: "2.0.0",
    complexity: "O(1)",
    summary: "Counts the fields of a hash",
    run: hlen,
  },
  hstrlen: {
    arity: 3,
    flags: READONLY | FAST,
    keys: oneKey("RO"),
    usage: "key field",
    since: "3.2.0",
    complexity: "O(1)",
    summary: "Tells the length of a field's value",
    run: hstrlen,
  },
  hexists: {
    arity: 3,
    flags: READONLY | FAST,
    keys: oneKey("RO"),
    usage: "key field",
    since: "2.0.0",
    complexity: "O(1)",
    summary: "Tells whether a hash has a field",
    elementAt: 2,
    run: hexists,
  },
  hdel: {
    arity: -3,
    flags: WRITE | FAST,
    keys: oneKey("RW delete"),
    usage: "key field [field ...]",
    since: "2.0.0",
    complexity: "O(N) where N is the number of fields to be removed.",
    summary: "Deletes fields of a hash, and the key with the last of them",
    constantUpTo: FEW_ARGUMENTS,
    history: [["2.4.0", "Takes several fields."]],
    elementAt: 2,
    run: hdel,
  },
  hincrby: {
    arity: 4,
    flags: WRITE | DENYOOM | FAST,
    keys: oneKey("RW access update"),
    usage: "key field increment",
    since: "2.0.0",
    complexity: "O(1)",
    summary: "Adds to the integer a field holds; a missing field counts as 0",
    elementAt: 2,
    run: hincrby,
  },
  hincrbyfloat: {
    arity: 4,
    flags: WRITE | DENYOOM | FAST,
    keys: oneKey("RW access update"),
    usage: "key field increment:double",
    since: "2.6.0",
    complexity: "O(1)",
    summary: "Adds to the floating-point number a field holds; a missing field counts as 0",
    run: hincrbyfloat,
  },
  hrandfield: {
    arity: -2,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key [count [WITHVALUES]]",
    since: "6.2.0",
    complexity: "O(N) where N is the number of fields returned",
    summary: "Picks fields of a hash at random",
    tips: ["nondeterministic_output"],
    run: hrandfield,
  },
  hscan: {
    arity: -3,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key cursor [MATCH pattern] [COUNT count]",
    since: "2.8.0",
    complexity:
      "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to return back to 0. N is the number of elements inside the collection..",
    summary: "Goes through the fields and values of a hash, some at each call",
    tips: ["nondeterministic_output"],
    run: hscan,
  },
};

const NOT_AN_INTEGER_IN_HASH = new CommandError("ERR", "hash value is not an integer");
const NOT_A_FLOAT_IN_HASH = new CommandError("ERR", "hash value is not a float");
const INCREMENT_NAN_OR_INFINITY = new CommandError("ERR", "value is NaN or Infinity");

/** The hash being worked on: only one command runs at a time. */
const hash = new HashValue();

// ---- Setting ----

function hset(ctx: Context, args: Args): void {
  setPairs(ctx, args, true);
}

function hmset(ctx: Context, args: Args): void {
  setPairs(ctx, args, false);
}

/** Sets fields, and replies how many of them are new, or just OK. */
function setPairs(ctx: Context, args: Args, repliesCount: boolean): void {
  const { count } = args;
  if (count % 2 !== 0) throw wrongArity(ctx.command.name);
  hash.findOrCreate(ctx.db, args, 1);
  hash.prepare(args, 2, count);
  let added = 0, i = 2;
  try {
    for (; i < count; i += 2) if (setPair(args, i)) added++;
    if (repliesCount) ctx.out.int(added);
    else ctx.out.ok();
  } catch (error) {
    ctx.propagateFirst(args, i); // memory came to an end: the pairs before stay set
    throw error;
  } finally {
    if (i > 2) ctx.touched(args, 1, EVENT_HASH, "hset", (i - 2) / 2);
  }
}

/** Sets field `i` to the argument after it; whether it is new. */
function setPair(args: Args, i: number): boolean {
  const { bytes } = args;
  return hash.set(bytes, args.start(i), args.end(i), bytes, args.start(i + 1), args.end(i + 1));
}

function hsetnx(ctx: Context, args: Args): void {
  hash.findOrCreate(ctx.db, args, 1);
  if (hasField(args, 2)) return ctx.out.int(0);
  hash.prepare(args, 2, 4);
  setPair(args, 2);
  ctx.out.int(1);
  ctx.touched(args, 1, EVENT_HASH, "hset");
}

function hdel(ctx: Context, args: Args): void {
  removeMembers(ctx, args, hash, EVENT_HASH, "hdel");
}

// ---- Getting ----

function hasField(args: Args, i: number): boolean {
  return hash.has(args.bytes, args.start(i), args.end(i));
}

/** Has `hash.value` show the value of the field at argument `i`; false when it has none. */
function getField(args: Args, i: number): boolean {
  return hash.get(args.bytes, args.start(i), args.end(i));
}

function replyElement(ctx: Context, { bytes, start, end }: Element): void {
  ctx.out.bulk(bytes, start, end);
}

function hget(ctx: Context, args: Args): void {
  if (hash.find(ctx.db, args, 1) && getField(args, 2)) replyElement(ctx, hash.value);
  else ctx.out.null();
}

function hmget(ctx: Context, args: Args): void {
  const isThere = hash.find(ctx.db, args, 1);
  ctx.out.array(args.count - 2);
  for (let i = 2; i < args.count; i++) {
    if (isThere && getField(args, i)) replyElement(ctx, hash.value);
    else ctx.out.null();
  }
}

function hgetall(ctx: Context, args: Args): void {
  if (!hash.find(ctx.db, args, 1)) return ctx.out.map(0);
  ctx.out.map(hash.size);
  if (!hash.isLarge) {
    replyListpack(ctx.out, ctx.db.bytes, firstElement(ctx.db.valueStart(hash.entry)), 2 * hash.size);
    return;
  }
  hash.each((position) => {
    hash.moveTo(position);
    replyElement(ctx, hash.field);
    replyElement(ctx, hash.value);
  });
}

function hkeys(ctx: Context, args: Args): void {
  replyEach(ctx, args, hash.field);
}

function hvals(ctx: Context, args: Args): void {
  replyEach(ctx, args, hash.value);
}

/** Replies every field, or every value: `element` is the hash's own of either. */
function replyEach(ctx: Context, args: Args, element: Element): void {
  if (!hash.find(ctx.db, args, 1)) return ctx.out.array(0);
  ctx.out.array(hash.size);
  hash.each((position) => {
    hash.moveTo(position);
    replyElement(ctx, element);
  });
}

function hlen(ctx: Context, args: Args): void {
  ctx.out.int(hash.find(ctx.db, args, 1) ? hash.size : 0);
}

function hstrlen(ctx: Context, args: Args): void {
  ctx.out.int(hash.find(ctx.db, args, 1) && getField(args, 2) ? hash.value.length : 0);
}

function hexists(ctx: Context, args: Args): void {
  ctx.out.int(hash.find(ctx.db, args, 1) && hasField(args, 2) ? 1 : 0);
}

function hscan(ctx: Context, args: Args): void {
  scanCollection(ctx, args, hash, () => replyElement(ctx, hash.value));
}

// ---- Counting ----

const ASCII = new TextEncoder();
/** Where a sum is spelled out on its way to the hash. */
const digits = new Element();

function hincrby(ctx: Context, args: Args): void {
  const by = args.int(3);
  hash.findOrCreate(ctx.db, args, 1); // what fails below has found a field, so nothing was created
  const held = getField(args, 2) ? integerText(hash.value) : "0";
  const n = Number(held);
  const sum = n + by;
  if (Number.isSafeInteger(n) && Number.isSafeInteger(by) && Number.isSafeInteger(sum)) {
    digits.spell(sum);
    setField(args);
    ctx.out.int(sum);
    return ctx.touched(args, 1, EVENT_HASH, "hincrby");
  }
  const exact = BigInt(held) + args.bigint(3);
  if (exact < MIN_INT64 || exact > MAX_INT64) throw OVERFLOW;
  digits.spellBig(exact);
  setField(args);
  ctx.out.bigint(exact);
  ctx.touched(args, 1, EVENT_HASH, "hincrby");
}

function integerText({ bytes, start, end }: Element): string {
  if (!isInt64(bytes, start, end)) throw NOT_AN_INTEGER_IN_HASH;
  return textOf(bytes, start, end);
}

function hincrbyfloat(ctx: Context, args: Args): void {
  const by = LongDouble.parse(args.bytes, args.start(3), args.end(3));
  if (by === null) throw NOT_A_FLOAT;
  if (!by.isFinite) throw INCREMENT_NAN_OR_INFINITY;
  hash.findOrCreate(ctx.db, args, 1);
  const { value } = hash;
  const held = getField(args, 2) ? LongDouble.parse(value.bytes, value.start, value.end) : LongDouble.fromInteger(0);
  if (held === null) throw NOT_A_FLOAT_IN_HASH;
  const sum = held.plus(by);
  if (!sum.isFinite) throw NAN_OR_INFINITY;
  const text = ASCII.encode(sum.toString());
  digits.point(text, 0, text.length);
  setField(args);
  // Another machine's floating point may round otherwise.
  if (ctx.propagates) ctx.propagate("HSET", args.copy(1), args.copy(2), text);
  ctx.out.bulkBytes(text);
  ctx.touched(args, 1, EVENT_HASH, "hincrbyfloat");
}

/** Gives the field at argument 2 what was spelled out. */
function setField(args: Args): void {
  hash.set(args.bytes, args.start(2), args.end(2), digits.bytes, digits.start, digits.end);
}

// ---- Choosing at random ----

function hrandfield(ctx: Context, args: Args): void {
  const { out } = ctx;
  if (args.count === 2) {
    if (!hash.find(ctx.db, args, 1)) return out.null();
    hash.moveTo(hash.randomPosition());
    return replyElement(ctx, hash.field);
  }
  const count = randomCount(args);
  const withValues = args.from(3).option("WITHVALUES");
  args.done();
  if (withValues) checkPairCount(args);
  if (!hash.find(ctx.db, args, 1) || count === 0) return out.array(0);
  const replied = count < 0 ? -count : Math.min(count, hash.size);
  out.array(withValues && out.protocol === 2 ? replied * 2 : replied);
  const positions = count < 0 ? hash.randomPositions(replied) : hash.distinctPositions(replied);
  for (const position of positions) {
    if (ctx.isCutOff()) return;
    hash.moveTo(position);
    if (withValues && out.protocol === 3) out.array(2);
    replyElement(ctx, hash.field);
    if (withValues) replyElement(ctx, hash.value);
  }
}
