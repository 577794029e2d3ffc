/**
 * Strings, and whole values whatever they are: SET, GET and their relatives. Arithmetic is in string_number.ts, LCS in lcs.ts.
 *
 * SET and MSET also take a typed RESP value (`SET k *2…`), which becomes a structure. GET and MGET answer structures to
 * clients that can read them; every other command of this group finds the wrong type in them, SET with GET among it.
 *
 * GET and SET without options are the hottest handlers of all: bytes and integers only, nothing allocated.
 */
import type { Args } from "../engine/args.ts";
import { allKeys, DENYOOM, FAST, FEW_ARGUMENTS, oneKey, READONLY, TYPED_VALUES, WRITE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { OFFSET_OUT_OF_RANGE, STRING_TOO_LONG, wrongArity } from "../engine/errors.ts";
import {
  EX,
  EXAT,
  GET,
  KEEPTTL,
  MILLISECONDS,
  NX,
  PERSIST,
  PX,
  PXAT,
  SECONDS,
  StringOptions,
  toExpireAtMs,
  XX,
} from "../engine/expire_options.ts";
import { EVENT_GENERIC, EVENT_STRING, type PropagatedArgument } from "../engine/hooks.ts";
import { type Database, type Entry, NONE } from "../store/database.ts";
import { WrongTypeError } from "../store/errors.ts";
import { STRING, STRUCTURE } from "../store/types.ts";
import { lcsCommands } from "./lcs.ts";
import { stringNumberCommands } from "./string_number.ts";

const SUBSTRING_COMPLEXITY = "O(N) where N is the length of the returned string. The complexity is ultimately " +
  "determined by the returned length, but because creating a substring from an existing string is very cheap, it can be " +
  "considered O(1) for small strings.";

/** Rows of the string family. */
export const stringCommands = {
  set: {
    arity: -3,
    flags: WRITE | DENYOOM | TYPED_VALUES,
    keys: [{
      ...oneKey("RW access update variable_flags")[0]!,
      notes: "RW and ACCESS due to the optional `GET` argument",
    }],
    keyFlags: setKeyFlags,
    usage: "key value [NX | XX] [GET] [EX seconds | PX milliseconds | EXAT unix-time-seconds | " +
      "PXAT unix-time-milliseconds | KEEPTTL]",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Sets a key to a value, whatever it held; conditions and an expiry may come along",
    history: [
      ["2.6.12", "Takes `EX`, `PX`, `NX` and `XX`."],
      ["6.0.0", "Takes `KEEPTTL`."],
      ["6.2.0", "Takes `GET`, `EXAT` and `PXAT`."],
      ["7.0.0", "Takes `NX` and `GET` together."],
    ],
    run: set,
  },
  setnx: {
    arity: 3,
    flags: WRITE | DENYOOM | FAST,
    keys: oneKey("OW insert"),
    usage: "key value",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Sets a key to a string unless it exists",
    run: setnx,
  },
  setex: {
    arity: 4,
    flags: WRITE | DENYOOM,
    keys: oneKey("OW update"),
    usage: "key seconds value",
    since: "2.0.0",
    complexity: "O(1)",
    summary: "Sets a key to a string that expires after so many seconds",
    run: setex,
  },
  psetex: {
    arity: 4,
    flags: WRITE | DENYOOM,
    keys: oneKey("OW update"),
    usage: "key milliseconds value",
    since: "2.6.0",
    complexity: "O(1)",
    summary: "Sets a key to a string that expires after so many milliseconds",
    run: psetex,
  },
  get: {
    arity: 2,
    flags: READONLY | FAST,
    keys: oneKey("RO access"),
    usage: "key",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Returns the value of a key",
    run: get,
  },
  getset: {
    arity: 3,
    flags: WRITE | DENYOOM | FAST,
    keys: oneKey("RW access update"),
    usage: "key value",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Sets a key to a string and returns what it held",
    deprecated: ["6.2.0", "`SET` with the `!GET` argument"],
    run: getset,
  },
  getdel: {
    arity: 2,
    flags: WRITE | FAST,
    keys: oneKey("RW access delete"),
    usage: "key",
    since: "6.2.0",
    complexity: "O(1)",
    summary: "Returns the string a key holds and deletes the key",
    run: getdel,
  },
  getex: {
    arity: -2,
    flags: WRITE | FAST,
    keys: [{ ...oneKey("RW access update")[0]!, notes: "RW and UPDATE because it changes the TTL" }],
    usage: "key [EX seconds | PX milliseconds | EXAT unix-time-seconds | PXAT unix-time-milliseconds | PERSIST]",
    since: "6.2.0",
    complexity: "O(1)",
    summary: "Returns the string a key holds; may set or remove its expiry",
    run: getex,
  },
  mget: {
    arity: -2,
    flags: READONLY | FAST,
    keys: allKeys("RO access"),
    usage: "key [key ...]",
    since: "1.0.0",
    complexity: "O(N) where N is the number of keys to retrieve.",
    summary: "Returns the values of several keys",
    constantUpTo: FEW_ARGUMENTS,
    tips: ["request_policy:multi_shard"],
    run: mget,
  },
  mset: {
    arity: -3,
    flags: WRITE | DENYOOM | TYPED_VALUES,
    keys: allKeys("OW update", 2),
    usage: "key value [key value ...]",
    since: "1.0.1",
    complexity: "O(N) where N is the number of keys to set.",
    summary: "Sets several keys to values, whatever they held",
    constantUpTo: FEW_ARGUMENTS,
    tips: ["request_policy:multi_shard", "response_policy:all_succeeded"],
    run: mset,
  },
  msetnx: {
    arity: -3,
    flags: WRITE | DENYOOM,
    keys: allKeys("OW insert", 2),
    usage: "key value [key value ...]",
    since: "1.0.1",
    complexity: "O(N) where N is the number of keys to set.",
    summary: "Sets several keys to strings unless one of them exists",
    tips: ["request_policy:multi_shard", "response_policy:agg_min"],
    run: msetnx,
  },
  append: {
    arity: 3,
    flags: WRITE | DENYOOM | FAST,
    keys: oneKey("RW insert"),
    usage: "key value",
    since: "2.0.0",
    complexity: "O(1). The amortized time complexity is O(1) assuming the appended value is small and the already " +
      "present value is of any size, since the dynamic string library used by Redis will double the free space available " +
      "on every reallocation.",
    summary: "Appends to the string a key holds; a missing key counts as empty",
    run: append,
  },
  strlen: {
    arity: 2,
    flags: READONLY | FAST,
    keys: oneKey("RO"),
    usage: "key",
    since: "2.2.0",
    complexity: "O(1)",
    summary: "Returns the length in bytes of the string a key holds",
    run: strlen,
  },
  getrange: {
    arity: 4,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key start end",
    since: "2.4.0",
    complexity: SUBSTRING_COMPLEXITY,
    summary: "Returns part of the string a key holds",
    run: getrange,
  },
  substr: {
    arity: 4,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key start end",
    since: "1.0.0",
    complexity: SUBSTRING_COMPLEXITY,
    summary: "Returns part of the string a key holds; the old name of GETRANGE",
    deprecated: ["2.0.0", "`GETRANGE`"],
    run: getrange,
  },
  setrange: {
    arity: 4,
    flags: WRITE | DENYOOM,
    keys: oneKey("RW update"),
    usage: "key offset value",
    since: "2.2.0",
    complexity:
      "O(1), not counting the time taken to copy the new string in place. Usually, this string is very small so " +
      "the amortized complexity is O(1). Otherwise, complexity is O(M) with M being the length of the value argument.",
    summary: "Overwrites part of the string a key holds from an offset on; zero bytes fill the gap before it",
    run: setrange,
  },
  ...stringNumberCommands,
  ...lcsCommands,
} satisfies CommandGroup;

const SET_OPTIONS = NX | XX | GET | KEEPTTL | EX | PX | EXAT | PXAT;
const GETEX_OPTIONS = PERSIST | EX | PX | EXAT | PXAT;

const OPTIONS = new StringOptions();

/** Integers below it may have been rounded, to their neighbour's value. */
const MIN_SAFE = Number.MIN_SAFE_INTEGER;

// ---- Setting ----

function set(ctx: Context, args: Args): void {
  if (args.count > 3) return setWithOptions(ctx, args);
  setValue(ctx.db, args, 1, 2);
  ctx.touched(args, 1, EVENT_STRING, "set");
  ctx.out.ok();
}

/** Sets the key at argument `key` to the string or typed value at `value`, without expiry. */
function setValue(db: Database, args: Args, key: number, value: number): Entry {
  return args.isTyped && args.isTypedAt(value)
    ? db.setStructure(args, key, args.bytes, args.start(value), args.end(value))
    : db.setString(args, key, args.bytes, args.start(value), args.end(value));
}

function setWithOptions(ctx: Context, args: Args): void {
  const { db, out } = ctx;
  OPTIONS.parse(args, 3, SET_OPTIONS);
  const { given } = OPTIONS;
  const expireAtMs = OPTIONS.expireAtMs(ctx, args);
  const returnsOld = (given & GET) !== 0;
  const entry = returnsOld ? db.findString(args, 1) : db.findForWrite(args, 1); // only GET counts as a read
  if (returnsOld) ctx.replyStringOrNull(entry);
  if ((given & (entry === NONE ? XX : NX)) !== 0) {
    if (!returnsOld) out.null();
    return;
  }
  const keptMs = (given & KEEPTTL) !== 0 && entry !== NONE ? db.expireAt(entry) : -1;
  if (expireAtMs >= 0) setExpiring(ctx, args, 2, expireAtMs);
  else {
    const changed = setValue(db, args, 1, 2);
    if (keptMs >= 0) db.setExpire(changed, keptMs);
    ctx.touched(args, 1, EVENT_STRING, "set");
    if (returnsOld && ctx.propagates) propagateWithoutGet(ctx, args);
  }
  if (!returnsOld) out.ok();
}

/** Sets the key, argument 1, to a value that expires, and says so to all who want to know. */
function setExpiring(ctx: Context, args: Args, value: number, expireAtMs: number): void {
  const changed = setValue(ctx.db, args, 1, value);
  ctx.db.setExpire(changed, expireAtMs); // which may be past already: the next look at the key deletes it
  ctx.touched(args, 1, EVENT_STRING, "set");
  ctx.notify(args, 1, EVENT_GENERIC, "expire");
  if (ctx.propagates) ctx.propagate("SET", args.copy(1), args.own(value), "PXAT", String(expireAtMs));
}

function propagateWithoutGet(ctx: Context, args: Args): void {
  const words: PropagatedArgument[] = [];
  for (let i = 0; i < args.count; i++) if (i < 3 || !args.is(i, "GET")) words.push(args.own(i));
  ctx.propagateList(words);
}

/** Without GET the old value does not matter. */
function setKeyFlags(args: Args): string {
  for (let i = 3; i < args.count; i++) if (args.is(i, "GET")) return "RW access update";
  return "OW update";
}

function setnx(ctx: Context, args: Args): void {
  if (ctx.db.findForWrite(args, 1) !== NONE) return ctx.out.int(0);
  setValue(ctx.db, args, 1, 2);
  ctx.touched(args, 1, EVENT_STRING, "set");
  ctx.out.int(1);
}

function setex(ctx: Context, args: Args): void {
  setExpiring(ctx, args, 3, toExpireAtMs(ctx, args, 2, SECONDS, true));
  ctx.out.ok();
}

function psetex(ctx: Context, args: Args): void {
  setExpiring(ctx, args, 3, toExpireAtMs(ctx, args, 2, MILLISECONDS, true));
  ctx.out.ok();
}

function mset(ctx: Context, args: Args): void {
  checkPairs(args, "mset");
  setPairs(ctx, args);
  ctx.out.ok();
}

function msetnx(ctx: Context, args: Args): void {
  checkPairs(args, "msetnx");
  for (let i = 1; i < args.count; i += 2) {
    if (ctx.db.findForWrite(args, i) !== NONE) return ctx.out.int(0);
  }
  setPairs(ctx, args);
  ctx.out.int(1);
}

function checkPairs(args: Args, name: string): void {
  if (args.count % 2 === 0) throw wrongArity(name);
}

function setPairs(ctx: Context, args: Args): void {
  let i = 1;
  try {
    for (; i < args.count; i += 2) {
      setValue(ctx.db, args, i, i + 1);
      ctx.touched(args, i, EVENT_STRING, "set");
    }
  } catch (error) { // out of memory: the pairs before stay set
    if (ctx.propagates) ctx.propagateList(Array.from({ length: i }, (_, k) => k === 0 ? "MSET" : args.own(k)));
    throw error;
  }
}

// ---- Getting ----

function get(ctx: Context, args: Args): void {
  const db = ctx.db;
  const entry = db.find(args, 1);
  if (entry === NONE) ctx.out.null();
  else if (db.type(entry) === STRING) ctx.replyString(entry);
  else if (isReadableStructure(ctx, entry)) replyStructure(ctx, entry);
  else throw new WrongTypeError();
}

/** Structures are for clients that know typed values: they speak RESP3 or have sent one. */
function isReadableStructure(ctx: Context, entry: Entry): boolean {
  return ctx.db.type(entry) === STRUCTURE && (ctx.client.sendsTyped || ctx.out.protocol === 3);
}

/** A structure is answered as it came, whatever the protocol. */
function replyStructure(ctx: Context, entry: Entry): void {
  const db = ctx.db;
  ctx.out.raw(db.bytes, db.valueStart(entry), db.valueEnd(entry));
}

function getset(ctx: Context, args: Args): void {
  ctx.replyStringOrNull(ctx.db.findString(args, 1));
  setValue(ctx.db, args, 1, 2);
  ctx.touched(args, 1, EVENT_STRING, "set");
  if (ctx.propagates) ctx.propagate("SET", args.copy(1), args.copy(2));
}

function getdel(ctx: Context, args: Args): void {
  const entry = ctx.db.findString(args, 1);
  ctx.replyStringOrNull(entry);
  if (entry !== NONE) deleteAfterGet(ctx, args, entry);
}

function deleteAfterGet(ctx: Context, args: Args, entry: Entry): void {
  ctx.db.deleteEntry(entry);
  ctx.touched(args, 1, EVENT_GENERIC, "del");
  if (ctx.propagates) ctx.propagate("DEL", args.copy(1));
}

function getex(ctx: Context, args: Args): void {
  const { db } = ctx;
  OPTIONS.parse(args, 2, GETEX_OPTIONS);
  const entry = db.findString(args, 1);
  if (entry === NONE) return ctx.out.null(); // a bad time goes unnoticed then, as in Redis
  const { given } = OPTIONS;
  const expireAtMs = OPTIONS.expireAtMs(ctx, args);
  ctx.replyString(entry);
  if (expireAtMs >= 0 && ctx.isOver(expireAtMs)) deleteAfterGet(ctx, args, entry);
  else if (expireAtMs >= 0) {
    db.setExpire(entry, expireAtMs);
    ctx.touched(args, 1, EVENT_GENERIC, "expire");
    if (ctx.propagates) ctx.propagate("PEXPIREAT", args.copy(1), String(expireAtMs));
  } else if ((given & PERSIST) !== 0 && db.persist(entry)) {
    ctx.touched(args, 1, EVENT_GENERIC, "persist");
    if (ctx.propagates) ctx.propagate("PERSIST", args.copy(1));
  }
}

function mget(ctx: Context, args: Args): void {
  const { db, out } = ctx;
  out.array(args.count - 1);
  for (let i = 1; i < args.count; i++) {
    const entry = db.find(args, i);
    if (entry === NONE) out.null();
    else if (db.type(entry) === STRING) ctx.replyString(entry);
    else if (isReadableStructure(ctx, entry)) replyStructure(ctx, entry);
    else out.null();
  }
}

// ---- Parts of strings ----

function strlen(ctx: Context, args: Args): void {
  const entry = ctx.db.findString(args, 1);
  ctx.out.int(entry === NONE ? 0 : textLength(ctx.db, entry));
}

export function textLength(db: Database, entry: Entry): number {
  if (!db.isInt(entry)) return db.valueLength(entry);
  const n = db.intValue(entry);
  let length = n < 0 ? 2 : 1;
  for (let limit = 10; limit <= Math.abs(n); limit *= 10) length++;
  return length;
}

function append(ctx: Context, args: Args): void {
  const db = ctx.db;
  const entry = db.findStringForWrite(args, 1);
  let length = args.length(2);
  if (entry === NONE) setValue(db, args, 1, 2);
  else {
    const had = textLength(db, entry);
    length += had;
    checkLength(ctx, length);
    overwrite(db, db.resizeText(entry, length), had, args, 2);
  }
  ctx.touched(args, 1, EVENT_STRING, "append");
  ctx.out.int(length);
}

function checkLength(ctx: Context, length: number): void {
  if (length > ctx.engine.inputLimits.maxBulkBytes) throw STRING_TOO_LONG;
}

/** Writes argument `i` over a text that is long enough, from an offset on. */
function overwrite(db: Database, entry: Entry, offset: number, args: Args, i: number): void {
  db.bytes.set(args.bytes.subarray(args.start(i), args.end(i)), db.valueStart(entry) + offset);
}

function getrange(ctx: Context, args: Args): void {
  const { db, out } = ctx;
  let start = args.int(2), end = args.int(3);
  const entry = db.findString(args, 1);
  if (entry === NONE) return out.bulkText("");
  const length = textLength(db, entry);
  if (start < 0 && end < 0 && isAfter(args, start, end)) return out.bulkText("");
  if (start < 0) start = Math.max(0, length + start);
  if (end < 0) end = Math.max(0, length + end);
  if (end >= length) end = length - 1;
  if (start > end) return out.bulkText("");
  if (db.isInt(entry)) return out.bulkText(String(db.intValue(entry)).slice(start, end + 1));
  const from = db.valueStart(entry);
  out.bulk(db.bytes, from + start, from + end + 1);
}

/** Is `start` greater than `end`? Numbers that were rounded are read again. */
function isAfter(args: Args, start: number, end: number): boolean {
  return start === end && start < MIN_SAFE ? args.bigint(2) > args.bigint(3) : start > end;
}

function setrange(ctx: Context, args: Args): void {
  const { db, out } = ctx;
  const offset = args.int(2);
  if (offset < 0) throw OFFSET_OUT_OF_RANGE;
  const entry = db.findStringForWrite(args, 1);
  const had = entry === NONE ? 0 : textLength(db, entry);
  const size = args.length(3);
  if (size === 0) return out.int(had); // and a missing key stays missing
  checkLength(ctx, offset + size);
  const length = Math.max(had, offset + size);
  const changed = entry === NONE ? createText(db, args, length) : db.resizeText(entry, length);
  overwrite(db, changed, offset, args, 3);
  ctx.touched(args, 1, EVENT_STRING, "setrange");
  out.int(length);
}

/** Sets the key, argument 1, to zero bytes. */
export function createText(db: Database, args: Args, length: number): Entry {
  const empty = db.setString(args, 1, args.bytes, 0, 0);
  try {
    return db.resizeText(empty, length);
  } catch (error) {
    db.deleteEntry(empty); // out of memory: nothing may have changed
    throw error;
  }
}
