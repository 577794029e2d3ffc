/**
 * Lists: LPUSH, LRANGE and their relatives. Those that wait for an element are in list_blocking.ts, and do what stands below
 * under "Several keys".
 *
 * An end of a list is a boolean here, `atTail` or `fromTail`: RIGHT and R… are the tail.
 */
import type { Args } from "../engine/args.ts";
import { DENYOOM, FAST, FEW_ARGUMENTS, type KeySpec, oneKey, READONLY, twoKeys, WRITE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import {
  CommandError,
  INDEX_OUT_OF_RANGE,
  NO_COUNT,
  NO_KEYS,
  NO_SUCH_KEY,
  NOT_POSITIVE,
  SYNTAX_ERROR,
  wrongArity,
} from "../engine/errors.ts";
import { EVENT_GENERIC, EVENT_LIST } from "../engine/hooks.ts";
import type { ReplyWriter } from "../resp/reply_writer.ts";
import { Element } from "../store/element.ts";
import { firstElement } from "../store/listpack.ts";
import { ListCursor, ListValue } from "../store/list_value.ts";
import { replyListpack } from "./listpack_reply.ts";

const PUSH_COMPLEXITY =
  "O(1) for each element added, so O(N) to add N elements when the command is called with multiple " +
  "arguments.";
const POP_COMPLEXITY = "O(N) where N is the number of elements returned";
const POP_HISTORY = [["6.2.0", "Takes `count`."]] as const;

/** Key specs of a source and a destination. */
export const MOVE_KEYS: readonly KeySpec[] = twoKeys("RW access delete", "RW insert");

/** Rows of the list family that do not wait. */
export const listCommands = {
  lpush: {
    arity: -3,
    flags: WRITE | DENYOOM | FAST,
    keys: oneKey("RW insert"),
    usage: "key element [element ...]",
    since: "1.0.0",
    complexity: PUSH_COMPLEXITY,
    summary: "Adds elements at the head of a list, each before the one given before it; a missing key counts as empty",
    constantUpTo: FEW_ARGUMENTS,
    history: [["2.4.0", "Takes several elements."]],
    run: (ctx, args) => push(ctx, args, false, false),
  },
  rpush: {
    arity: -3,
    flags: WRITE | DENYOOM | FAST,
    keys: oneKey("RW insert"),
    usage: "key element [element ...]",
    since: "1.0.0",
    complexity: PUSH_COMPLEXITY,
    summary: "Adds elements at the tail of a list; a missing key counts as empty",
    constantUpTo: FEW_ARGUMENTS,
    history: [["2.4.0", "Takes several elements."]],
    run: (ctx, args) => push(ctx, args, true, false),
  },
  lpushx: {
    arity: -3,
    flags: WRITE | DENYOOM | FAST,
    keys: oneKey("RW insert"),
    usage: "key element [element ...]",
    since: "2.2.0",
    complexity: PUSH_COMPLEXITY,
    summary: "Adds elements at the head of a list, if there is one",
    constantUpTo: FEW_ARGUMENTS,
    history: [["4.0.0", "Takes several elements."]],
    run: (ctx, args) => push(ctx, args, false, true),
  },
  rpushx: {
    arity: -3,
    flags: WRITE | DENYOOM | FAST,
    keys: oneKey("RW insert"),
    usage: "key element [element ...]",
    since: "2.2.0",
    complexity: PUSH_COMPLEXITY,
    summary: "Adds elements at the tail of a list, if there is one",
    constantUpTo: FEW_ARGUMENTS,
    history: [["4.0.0", "Takes several elements."]],
    run: (ctx, args) => push(ctx, args, true, true),
  },
  linsert: {
    arity: 5,
    flags: WRITE | DENYOOM,
    keys: oneKey("RW insert"),
    usage: "key <BEFORE | AFTER> pivot element",
    since: "2.2.0",
    complexity:
      "O(N) where N is the number of elements to traverse before seeing the value pivot. This means that inserting " +
      "somewhere on the left end on the list (head) can be considered O(1) and inserting somewhere on the right end (tail) " +
      "is O(N).",
    summary: "Inserts an element before or after the first one that equals the pivot",
    run: linsert,
  },
  llen: {
    arity: 2,
    flags: READONLY | FAST,
    keys: oneKey("RO"),
    usage: "key",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Returns how many elements a list has",
    run: llen,
  },
  lindex: {
    arity: 3,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key index",
    since: "1.0.0",
    complexity:
      "O(N) where N is the number of elements to traverse to get to the element at index. This makes asking for " +
      "the first or the last element of the list O(1).",
    summary: "Returns the element at an index, counted from the tail when negative",
    run: lindex,
  },
  lset: {
    arity: 4,
    flags: WRITE | DENYOOM,
    keys: oneKey("RW update"),
    usage: "key index element",
    since: "1.0.0",
    complexity:
      "O(N) where N is the length of the list. Setting either the first or the last element of the list is O(1).",
    summary: "Replaces the element at an index",
    run: lset,
  },
  lpop: {
    arity: -2,
    flags: WRITE | FAST,
    keys: oneKey("RW access delete"),
    usage: "key [count]",
    since: "1.0.0",
    complexity: POP_COMPLEXITY,
    summary: "Removes and returns the first element of a list, or as many as are asked for",
    constantUpTo: 2,
    history: POP_HISTORY,
    run: (ctx, args) => pop(ctx, args, false),
  },
  rpop: {
    arity: -2,
    flags: WRITE | FAST,
    keys: oneKey("RW access delete"),
    usage: "key [count]",
    since: "1.0.0",
    complexity: POP_COMPLEXITY,
    summary: "Removes and returns the last element of a list, or as many as are asked for, the last one first",
    constantUpTo: 2,
    history: POP_HISTORY,
    run: (ctx, args) => pop(ctx, args, true),
  },
  lrange: {
    arity: 4,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key start stop:integer",
    since: "1.0.0",
    complexity:
      "O(S+N) where S is the distance of start offset from HEAD for small lists, from nearest end (HEAD or TAIL) " +
      "for large lists; and N is the number of elements in the specified range.",
    summary: "Returns the elements from one index to another, which is included",
    run: lrange,
  },
  ltrim: {
    arity: 4,
    flags: WRITE,
    keys: oneKey("RW delete"),
    usage: "key start stop:integer",
    since: "1.0.0",
    complexity: "O(N) where N is the number of elements to be removed by the operation.",
    summary: "Removes all elements but those from one index to another",
    run: ltrim,
  },
  lpos: {
    arity: -3,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key element [RANK rank:integer] [COUNT num-matches:integer] [MAXLEN len]",
    since: "6.0.6",
    complexity:
      "O(N) where N is the number of elements in the list, for the average case. When searching for elements near " +
      "the head or the tail of the list, or when the MAXLEN option is provided, the command may run in constant time.",
    summary: "Returns the index of the first element that equals another, or of several such",
    run: lpos,
  },
  lrem: {
    arity: 4,
    flags: WRITE,
    keys: oneKey("RW delete"),
    usage: "key count element",
    since: "1.0.0",
    complexity: "O(N+M) where N is the length of the list and M is the number of elements removed.",
    summary: "Removes elements that equal another: so many from the head, or from the tail when negative, or all",
    run: lrem,
  },
  rpoplpush: {
    arity: 3,
    flags: WRITE | DENYOOM,
    keys: MOVE_KEYS,
    usage: "source destination",
    since: "1.2.0",
    complexity: "O(1)",
    summary: "Moves the last element of a list to the head of another, or of the same, and returns it",
    deprecated: ["6.2.0", "`LMOVE` with the `RIGHT` and `LEFT` arguments"],
    run: rpoplpush,
  },
  lmove: {
    arity: 5,
    flags: WRITE | DENYOOM,
    keys: MOVE_KEYS,
    usage: "source destination <LEFT | RIGHT> <LEFT | RIGHT>",
    since: "6.2.0",
    complexity: "O(1)",
    summary: "Moves an element from an end of a list to an end of another, or of the same, and returns it",
    run: lmove,
  },
  lmpop: {
    arity: -4,
    flags: WRITE,
    keys: [{ flags: "RW access delete", begin: 1, find: { keynum: 0, first: 1, step: 1 } }],
    usage: "numkeys key [key ...] <LEFT | RIGHT> [COUNT count]",
    since: "7.0.0",
    complexity: "O(N+M) where N is the number of provided keys and M is the number of elements returned.",
    summary: "Removes and returns elements from an end of the first list that has any",
    run: lmpop,
  },
} satisfies CommandGroup;

const ZERO_RANK = new CommandError(
  "ERR",
  "RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end " +
    "of the list",
);
const NEGATIVE_COUNT = new CommandError("ERR", "COUNT can't be negative");
const NEGATIVE_MAXLEN = new CommandError("ERR", "MAXLEN can't be negative");

const LONG_MIN = -(2n ** 63n);

// Handlers are synchronous: one list, or two, at a time.
const list = new ListValue(), target = new ListValue();
const cursor = new ListCursor();
const element = new Element();

// ---- Adding ----

function push(ctx: Context, args: Args, atTail: boolean, mustExist: boolean): void {
  const { db } = ctx;
  if (!list.findForWrite(db, args, 1)) {
    if (mustExist) return ctx.out.int(0);
    list.create(db, args, 1);
  }
  pushArguments(args, 2, atTail);
  ctx.out.int(list.size);
  ctx.touched(args, 1, EVENT_LIST, atTail ? "rpush" : "lpush", args.count - 2);
}

/** Pushes the arguments from `first` on; all or, where memory ends, none. */
function pushArguments(args: Args, first: number, atTail: boolean): void {
  const had = list.size;
  try {
    for (let i = first; i < args.count; i++) list.push(args.bytes, args.start(i), args.end(i), atTail);
  } catch (error) {
    list.remove(atTail ? had : 0, list.size - had);
    list.deleteIfEmpty();
    throw error;
  }
}

function linsert(ctx: Context, args: Args): void {
  const isAfter = args.is(2, "AFTER");
  if (!isAfter && !args.is(2, "BEFORE")) throw SYNTAX_ERROR;
  if (!list.findForWrite(ctx.db, args, 1)) return ctx.out.int(0);
  let index = 0;
  cursor.set(list, 0, true);
  for (; cursor.next(); index++) if (cursor.equals(args.bytes, args.start(3), args.end(3))) break;
  if (index === list.size) return ctx.out.int(-1);
  list.insert(isAfter ? index + 1 : index, args.bytes, args.start(4), args.end(4));
  ctx.touched(args, 1, EVENT_LIST, "linsert");
  ctx.out.int(list.size);
}

function lset(ctx: Context, args: Args): void {
  if (!list.findForWrite(ctx.db, args, 1)) throw NO_SUCH_KEY;
  const given = args.int(2), { size } = list;
  const index = given < 0 ? size + given : given;
  if (index < 0 || index >= size) throw INDEX_OUT_OF_RANGE;
  list.replace(index, args.bytes, args.start(3), args.end(3));
  ctx.out.ok();
  ctx.touched(args, 1, EVENT_LIST, "lset");
}

// ---- Reading ----

function llen(ctx: Context, args: Args): void {
  ctx.out.int(list.find(ctx.db, args, 1) ? list.size : 0);
}

function lindex(ctx: Context, args: Args): void {
  if (!list.find(ctx.db, args, 1) || !list.get(args.int(2), element)) return ctx.out.null();
  ctx.out.bulk(element.bytes, element.start, element.end);
}

function lrange(ctx: Context, args: Args): void {
  const start = args.int(2), stop = args.int(3);
  if (!list.find(ctx.db, args, 1)) return ctx.out.array(0);
  const { size } = list;
  const first = Math.max(0, start < 0 ? size + start : start);
  const last = Math.min(size - 1, stop < 0 ? size + stop : stop);
  replyElements(ctx, list, first, last - first + 1, true);
}

/** Replies an array of `count` elements from an index on, backwards if need be; an empty one for none. */
function replyElements(ctx: Context, from: ListValue, index: number, count: number, isForward: boolean): void {
  const { out } = ctx;
  if (count <= 0) return out.array(0);
  out.array(count);
  if (isForward) return replyForward(out, from, index, count);
  cursor.set(from, index, false);
  while (count-- > 0 && cursor.next()) {
    cursor.read(element);
    out.bulk(element.bytes, element.start, element.end);
  }
}

/** Replies elements node by node: LRANGE of many short ones spends its time here. */
function replyForward(out: ReplyWriter, from: ListValue, index: number, count: number): void {
  const { bytes } = from.db;
  from.seek(index);
  let node = from.soughtNode, p = from.soughtPosition;
  while (count > 0) {
    if (from.isPlainNode(node)) {
      out.bulk(bytes, p, from.nodeEnd(node));
      count--;
    } else count -= replyListpack(out, bytes, p, count);
    if (count > 0) {
      node++;
      p = from.isPlainNode(node) ? from.nodeStart(node) : firstElement(from.nodeStart(node));
    }
  }
}

function lpos(ctx: Context, args: Args): void {
  let rank = 1, count = -1, mostCompared = 0, isEndless = false;
  args.from(3);
  while (args.more()) {
    if (args.option("RANK")) {
      const given = args.bigint(args.nextIndex());
      if (given === 0n) throw ZERO_RANK;
      rank = Number(given);
      isEndless = given === LONG_MIN;
    } else if (args.option("COUNT")) count = notNegative(args, NEGATIVE_COUNT);
    else if (args.option("MAXLEN")) mostCompared = notNegative(args, NEGATIVE_MAXLEN);
    else throw SYNTAX_ERROR;
  }
  // Redis negates it, and the least number stays what it is: below all counts, from which COUNT is then too far away
  if (isEndless) return replyPositions(ctx, args, -1, Math.min(count, 0), mostCompared);
  replyPositions(ctx, args, rank, count, mostCompared);
}

/**
 * Replies where the element at argument 2 is in the list.
 *
 * @param rank The match to begin with, from 1 on; negative: from the tail.
 * @param count How many, in an array; 0: all; -1: one, not in an array.
 * @param mostCompared How many elements to look at; 0: all.
 */
function replyPositions(ctx: Context, args: Args, rank: number, count: number, mostCompared: number): void {
  const { out } = ctx;
  const mark = out.openArray();
  const isForward = rank > 0, most = count < 0 ? 1 : count || Infinity;
  let skipped = Math.abs(rank) - 1, found = 0;
  if (list.find(ctx.db, args, 1)) {
    const { size } = list;
    const end = mostCompared === 0 ? size : Math.min(mostCompared, size);
    cursor.set(list, isForward ? 0 : size - 1, isForward);
    for (let k = 0; k < end && found < most && cursor.next(); k++) {
      if (!cursor.equals(args.bytes, args.start(2), args.end(2)) || skipped-- > 0) continue;
      out.int(isForward ? k : size - 1 - k);
      found++;
    }
  }
  if (count >= 0) out.closeArray(mark, found);
  else if (found === 0) out.null();
}

/** The next argument, an integer from 0 on. */
function notNegative(args: Args, error: CommandError): number {
  const n = args.nextInt(error);
  if (n < 0) throw error;
  return n;
}

// ---- Removing ----

function pop(ctx: Context, args: Args, fromTail: boolean): void {
  if (args.count > 3) throw wrongArity(ctx.command.name);
  const hasCount = args.count === 3;
  const count = hasCount ? notNegative(args.from(2), NOT_POSITIVE) : 1;
  if (!list.findForWrite(ctx.db, args, 1)) return hasCount ? ctx.out.nullArray() : ctx.out.null();
  if (!hasCount) popOne(ctx, args, 1, list, fromTail);
  else if (count === 0) ctx.out.array(0);
  else popSeveral(ctx, args, 1, list, fromTail, count);
}

/** Removes and replies the element at an end of the list at argument `i`. */
export function popOne(ctx: Context, args: Args, i: number, from: ListValue, fromTail: boolean): void {
  from.readEnd(fromTail, element);
  ctx.out.bulk(element.bytes, element.start, element.end);
  from.pop(fromTail);
  ctx.touched(args, i, EVENT_LIST, fromTail ? "rpop" : "lpop");
  deleteIfEmpty(ctx, args, i, from);
}

/** Removes and replies up to `count` elements, the one at the end first. */
function popSeveral(ctx: Context, args: Args, i: number, from: ListValue, fromTail: boolean, count: number): void {
  const { size } = from;
  const removed = Math.min(count, size);
  replyElements(ctx, from, fromTail ? size - 1 : 0, removed, !fromTail);
  removeElements(ctx, args, i, from, fromTail, fromTail ? size - removed : 0, removed);
}

function removeElements(
  ctx: Context,
  args: Args,
  i: number,
  from: ListValue,
  fromTail: boolean,
  index: number,
  count: number,
): void {
  from.remove(index, count);
  ctx.touched(args, i, EVENT_LIST, fromTail ? "rpop" : "lpop", count);
  deleteIfEmpty(ctx, args, i, from);
}

/** A list without elements is no key any more. */
function deleteIfEmpty(ctx: Context, args: Args, i: number, from: ListValue): void {
  if (from.deleteIfEmpty()) ctx.notify(args, i, EVENT_GENERIC, "del");
}

function ltrim(ctx: Context, args: Args): void {
  const start = args.int(2), stop = args.int(3);
  if (!list.findForWrite(ctx.db, args, 1)) return ctx.out.ok();
  const { size } = list;
  const first = Math.max(0, start < 0 ? size + start : start);
  const last = Math.min(size - 1, stop < 0 ? size + stop : stop);
  const kept = Math.max(0, last - first + 1);
  if (kept < size) {
    list.remove(kept === 0 ? 0 : last + 1, kept === 0 ? size : size - 1 - last);
    if (kept > 0) list.remove(0, first);
    ctx.touched(args, 1, EVENT_LIST, "ltrim", size - kept);
    deleteIfEmpty(ctx, args, 1, list);
  } else ctx.notify(args, 1, EVENT_LIST, "ltrim"); // an event though nothing has changed, as in Redis
  ctx.out.ok();
}

function lrem(ctx: Context, args: Args): void {
  const count = args.int(2);
  if (!list.findForWrite(ctx.db, args, 1)) return ctx.out.int(0);
  const removed = list.removeEqual(args.bytes, args.start(3), args.end(3), Math.abs(count) || Infinity, count < 0);
  if (removed > 0) {
    ctx.touched(args, 1, EVENT_LIST, "lrem", removed);
    deleteIfEmpty(ctx, args, 1, list);
  }
  ctx.out.int(removed);
}

// ---- Several keys ----

function rpoplpush(ctx: Context, args: Args): void {
  if (!moveElement(ctx, args, true, false)) ctx.out.null();
}

function lmove(ctx: Context, args: Args): void {
  const fromTail = isTail(args, 3), toTail = isTail(args, 4);
  if (!moveElement(ctx, args, fromTail, toTail)) ctx.out.null();
}

/** Which end of a list an argument names. */
export function isTail(args: Args, i: number): boolean {
  if (args.is(i, "RIGHT")) return true;
  if (args.is(i, "LEFT")) return false;
  throw SYNTAX_ERROR;
}

/**
 * Moves an element from the list at argument 1 to the one at argument 2, which may be the same, and replies it.
 *
 * @returns False when there is no list to take it from; nothing has been replied then.
 */
export function moveElement(ctx: Context, args: Args, fromTail: boolean, toTail: boolean): boolean {
  const { db } = ctx;
  if (!list.findForWrite(db, args, 1)) return false;
  const isThere = target.findForWrite(db, args, 2);
  if (!isThere) target.create(db, args, 2);
  const isSame = target.entry === list.entry;
  list.readEnd(fromTail, element);
  if (isSame) {
    const copy = element.copy();
    element.point(copy, 0, copy.length);
  }
  const to = isSame ? list : target;
  try {
    to.push(element.bytes, element.start, element.end, toTail); // first, since memory may end here
  } catch (error) {
    to.deleteIfEmpty();
    throw error;
  }
  ctx.touched(args, 2, EVENT_LIST, toTail ? "rpush" : "lpush");
  if (!isSame) list.readEnd(fromTail, element); // which the push may have moved
  ctx.out.bulk(element.bytes, element.start, element.end);
  list.pop(fromTail); // of the same list and end: the one just pushed, which is equal
  ctx.notify(args, 1, EVENT_LIST, fromTail ? "rpop" : "lpop");
  deleteIfEmpty(ctx, args, 1, list);
  return true;
}

function lmpop(ctx: Context, args: Args): void {
  const request = readMultiPop(args, 1);
  if (!popFromFirst(ctx, args, request, request.first, request.last)) ctx.out.nullArray();
}

/** What LMPOP and BLMPOP ask for. */
export interface MultiPop {
  /** Arguments that are keys. */
  readonly first: number;
  readonly last: number;
  readonly fromTail: boolean;
  readonly count: number;
}

/** Reads the arguments of LMPOP from the number of keys on. */
export function readMultiPop(args: Args, numkeysAt: number): MultiPop {
  const numkeys = args.int(numkeysAt, NO_KEYS);
  if (numkeys < 1) throw NO_KEYS;
  const where = numkeysAt + numkeys + 1;
  if (where >= args.count) throw SYNTAX_ERROR;
  const fromTail = isTail(args, where);
  let count = 0;
  args.from(where + 1);
  while (args.more()) {
    if (count > 0 || !args.option("COUNT")) throw SYNTAX_ERROR;
    count = args.nextInt(NO_COUNT);
    if (count < 1) throw NO_COUNT;
  }
  return { first: numkeysAt + 1, last: where - 1, fromTail, count: count || 1 };
}

/**
 * Removes elements from the first list among the arguments `first` to `last`, and replies its key and the elements.
 *
 * @returns False when there is none; nothing has been replied then.
 */
export function popFromFirst(ctx: Context, args: Args, request: MultiPop, first: number, last: number): boolean {
  const { fromTail, count } = request;
  for (let i = first; i <= last; i++) {
    if (!list.findForWrite(ctx.db, args, i)) continue;
    const removed = Math.min(count, list.size);
    ctx.out.array(2);
    ctx.out.bulk(args.bytes, args.start(i), args.end(i));
    popSeveral(ctx, args, i, list, fromTail, count);
    if (ctx.propagates) ctx.propagate(fromTail ? "RPOP" : "LPOP", args.copy(i), String(removed));
    return true;
  }
  return false;
}
