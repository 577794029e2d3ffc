/** Pending entries of a consumer group: XACK, XPENDING, XCLAIM, XAUTOCLAIM. */
import type { Args } from "../engine/args.ts";
import { FAST, FEW_ARGUMENTS, oneKey, READONLY, WRITE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, SYNTAX_ERROR } from "../engine/errors.ts";
import { NONE } from "../store/arena.ts";
import { WrongTypeError } from "../store/errors.ts";
import type { Stream } from "../store/stream.ts";
import type { StreamGroup } from "../store/stream_group.ts";
import { StreamId } from "../store/stream_id.ts";
import { findStream, findStreamToChange, streamOf } from "../store/stream_value.ts";
import { STREAM } from "../store/types.ts";
import {
  addConsumer,
  checkIds,
  findConsumer,
  findGroup,
  isId,
  noGroup,
  readEnd,
  readId,
  readStart,
  replyEntryWith,
  replyId,
} from "./stream_arguments.ts";
import { propagateClaim, propagatePosition } from "./stream_read.ts";

/** Rows of the commands on pending entries. */
export const streamPendingCommands = {
  xack: {
    arity: -4,
    flags: WRITE | FAST,
    keys: oneKey("RW update"),
    usage: "key group id [id ...]",
    since: "5.0.0",
    complexity: "O(1) for each message ID processed.",
    summary: "Acknowledges entries: they are pending no more. Returns how many were",
    constantUpTo: FEW_ARGUMENTS,
    run: xack,
  },
  xpending: {
    arity: -3,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key group [[IDLE min-idle-time:integer] start:string end:string count [consumer]]",
    since: "5.0.0",
    complexity:
      "O(N) with N being the number of elements returned, so asking for a small fixed number of entries per call is O(1). " +
      "O(M), where M is the total number of entries scanned when used with the IDLE filter. When the command returns just " +
      "the summary and the list of consumers is small, it runs in O(1) time; otherwise, an additional O(N) time for " +
      "iterating every consumer.",
    summary: "Returns how many entries of a group are pending, or which",
    history: [["6.2.0", "Takes `IDLE`, and bounds that are excluded."]],
    tips: ["nondeterministic_output"],
    run: xpending,
  },
  xclaim: {
    arity: -6,
    flags: WRITE | FAST,
    keys: oneKey("RW update"),
    usage:
      "key group consumer min-idle-time id [id ...] [IDLE ms:integer] [TIME unix-time-milliseconds] [RETRYCOUNT count] " +
      "[FORCE] [JUSTID] [LASTID id]",
    since: "5.0.0",
    complexity: "O(log N) with N being the number of messages in the PEL of the consumer group.",
    summary: "Makes pending entries those of another consumer, as if they were delivered to it",
    tips: ["nondeterministic_output"],
    run: xclaim,
  },
  xautoclaim: {
    arity: -6,
    flags: WRITE | FAST,
    keys: oneKey("RW delete"),
    usage: "key group consumer min-idle-time start:string [COUNT count] [JUSTID]",
    since: "6.2.0",
    complexity: "O(1) if COUNT is small.",
    summary: "Makes entries that have been pending for some time those of another consumer, from an id on",
    history: [["7.0.0", "Also returns the ids of entries that had been deleted."]],
    tips: ["nondeterministic_output"],
    run: xautoclaim,
  },
} satisfies CommandGroup;

// Handlers are synchronous: each id is used by one at a time.
const id = new StreamId(), first = new StreamId(), last = new StreamId();

// ---- XACK ----

function xack(ctx: Context, args: Args): void {
  const stream = findStreamToChange(ctx.db, args, 1);
  const group = stream && findGroup(stream, args, 2);
  if (group === null) return ctx.out.int(0);
  checkIds(args, 3);
  let acknowledged = 0;
  for (let i = 3; i < args.count; i++) if (group.acknowledge(readId(args, i, id))) acknowledged++;
  ctx.dirty += acknowledged;
  ctx.out.int(acknowledged);
}

// ---- XPENDING ----

const SUMMARY_ARGUMENTS = 3, LIST_LEAST_ARGUMENTS = 6, LIST_MOST_ARGUMENTS = 9;

function xpending(ctx: Context, args: Args): void {
  const { count: given } = args;
  if (given === SUMMARY_ARGUMENTS) return replySummary(ctx, findPending(ctx, args));
  if (given < LIST_LEAST_ARGUMENTS || given > LIST_MOST_ARGUMENTS) throw SYNTAX_ERROR;
  let at = 3, leastIdleMs = 0;
  if (args.is(3, "IDLE")) {
    leastIdleMs = args.int(4);
    if (given < 8) throw SYNTAX_ERROR;
    at = 5;
  }
  const count = Math.max(args.int(at + 2), 0);
  readStart(args, at, first);
  readEnd(args, at + 1, last);
  const group = findPending(ctx, args);
  let { pending } = group;
  if (at + 3 < given) {
    const consumer = group.consumers.find(args.bytes, args.start(at + 3), args.end(at + 3));
    if (consumer === null) return ctx.out.array(0);
    pending = consumer.pending;
  }
  const { out, now } = ctx;
  const mark = out.openArray();
  let found = 0;
  for (let more = pending.seek(first); more && found < count; more = pending.next()) {
    if (pending.readId(id).compare(last) > 0) break;
    const row = pending === group.pending ? pending.address : group.pending.find(id);
    const idleMs = now - group.deliveredAt(row);
    if (leastIdleMs !== 0 && idleMs < leastIdleMs) continue;
    out.array(4);
    replyId(out, id);
    out.bulkBytes(group.consumerOf(row).name);
    out.int(Math.max(idleMs, 0));
    out.bigint(BigInt.asIntN(64, group.deliveries(row)));
    found++;
  }
  out.closeArray(mark, found);
}

function findPending(ctx: Context, args: Args): StreamGroup {
  const stream = findStream(ctx.db, args, 1);
  const group = stream && findGroup(stream, args, 2);
  if (group === null) throw noGroup(args, 1, 2);
  return group;
}

function replySummary({ out }: Context, { pending, consumers }: StreamGroup): void {
  out.array(4);
  out.int(pending.size);
  if (pending.size === 0) {
    out.null();
    out.null();
    return out.nullArray();
  }
  pending.seek(first.setZero());
  replyId(out, pending.readId(id));
  pending.seekLast();
  replyId(out, pending.readId(id));
  const mark = out.openArray();
  let found = 0;
  for (const { name, pending } of consumers) {
    if (pending.size === 0) continue;
    out.array(2);
    out.bulkBytes(name);
    out.bulkInt(pending.size);
    found++;
  }
  out.closeArray(mark, found);
}

// ---- XCLAIM and XAUTOCLAIM ----

const BAD_IDLE_TIME_OF_CLAIM = new CommandError("ERR", "Invalid min-idle-time argument for XCLAIM");
const BAD_IDLE_TIME_OF_AUTOCLAIM = new CommandError("ERR", "Invalid min-idle-time argument for XAUTOCLAIM");
const BAD_IDLE = new CommandError("ERR", "Invalid IDLE option argument for XCLAIM");
const BAD_TIME = new CommandError("ERR", "Invalid TIME option argument for XCLAIM");
const BAD_RETRY_COUNT = new CommandError("ERR", "Invalid RETRYCOUNT option argument for XCLAIM");
const BAD_COUNT = new CommandError("ERR", "COUNT must be > 0");

/** What XAUTOCLAIM claims at most unless it is told, and how many entries it looks at for each. */
const DEFAULT_COUNT = 100, ATTEMPTS = 10;
/** Redis' limit, for memory. */
const LARGEST_COUNT = 2n ** 63n / 16n;

/** How entries are claimed. */
interface Claim {
  readonly stream: Stream;
  readonly group: StreamGroup;
  readonly leastIdleMs: number;
  /** When they count as delivered. */
  readonly deliveredAtMs: number;
  /** How often; -1n: once more than before. */
  readonly deliveries: bigint;
  /** Are only ids replied, and deliveries not counted? */
  readonly isJustId: boolean;
}

function xclaim(ctx: Context, args: Args): void {
  const stream = findStreamToChange(ctx.db, args, 1);
  const group = stream && findGroup(stream, args, 2);
  if (stream === null || group === null) throw noGroup(args, 1, 2);
  const leastIdleMs = Math.max(args.int(4, BAD_IDLE_TIME_OF_CLAIM), 0);
  let options = 5;
  while (options < args.count && isId(args, options, id)) options++;
  const { now, out } = ctx;
  let deliveredAtMs = -1, deliveries = -1n, isForced = false, isJustId = false;
  first.setZero(); // LASTID
  args.from(options);
  while (args.more()) {
    const hasValue = args.at + 1 < args.count;
    if (args.option("FORCE")) isForced = true;
    else if (args.option("JUSTID")) isJustId = true;
    else if (hasValue && args.option("IDLE")) deliveredAtMs = now - args.nextInt(BAD_IDLE);
    else if (hasValue && args.option("TIME")) deliveredAtMs = args.nextInt(BAD_TIME);
    else if (hasValue && args.option("RETRYCOUNT")) deliveries = args.bigint(args.nextIndex(), BAD_RETRY_COUNT);
    else if (hasValue && args.option("LASTID")) readId(args, args.nextIndex(), first);
    else throw new CommandError("ERR", `Unrecognized XCLAIM option '${args.quoted(args.at)}'`);
  }
  let movesOn = first.compare(group.lastId) > 0;
  if (movesOn) group.lastId.copyFrom(first);
  if (deliveredAtMs < 0 || deliveredAtMs > now) deliveredAtMs = now;
  const claim: Claim = { stream, group, leastIdleMs, deliveredAtMs, deliveries, isJustId };
  ctx.propagateNothing(); // but what is said below
  const mark = out.openArray();
  let claimed = 0;
  for (let i = 5; i < options; i++) {
    readId(args, i, id);
    const row = group.pending.find(id);
    if (!stream.has(id)) {
      if (row === NONE) continue;
      drop(ctx, args, group, row);
    } else {
      if (row === NONE ? !isForced : isTooFresh(ctx, claim, row)) continue;
      take(ctx, args, claim, row);
      replyClaimed(ctx, claim, id);
      claimed++;
    }
    movesOn = false; // what was repeated says it
  }
  if (movesOn) {
    ctx.dirty++;
    if (ctx.propagates) propagatePosition(ctx, args, 1, 2, group);
  }
  out.closeArray(mark, claimed);
}

function xautoclaim(ctx: Context, args: Args): void {
  const { db, out, now } = ctx;
  const entry = db.find(args, 1); // it counts as read, whatever is wrong with the rest
  if (entry !== NONE) db.willChange(entry);
  const leastIdleMs = Math.max(args.int(4, BAD_IDLE_TIME_OF_AUTOCLAIM), 0);
  readStart(args, 5, first);
  let count = DEFAULT_COUNT, isJustId = false;
  args.from(6);
  while (args.more()) {
    if (args.at + 1 < args.count && args.option("COUNT")) {
      const given = args.bigint(args.nextIndex(), BAD_COUNT);
      if (given < 1n || given >= LARGEST_COUNT) throw BAD_COUNT;
      count = Number(given);
    } else if (args.option("JUSTID")) isJustId = true;
    else throw SYNTAX_ERROR;
  }
  if (entry !== NONE && db.type(entry) !== STREAM) throw new WrongTypeError();
  const stream = entry === NONE ? null : streamOf(db, entry);
  const group = stream && findGroup(stream, args, 2);
  if (stream === null || group === null) throw noGroup(args, 1, 2);
  const claim: Claim = { stream, group, leastIdleMs, deliveredAtMs: now, deliveries: -1n, isJustId };
  ctx.propagateNothing(); // but what is said below
  const claimed: StreamId[] = [], deleted: StreamId[] = [];
  const { pending } = group;
  let more = pending.seek(first);
  for (let attempts = count * ATTEMPTS; more && attempts > 0 && claimed.length + deleted.length < count; attempts--) {
    pending.readId(id);
    const row = pending.address;
    if (!stream.has(id)) {
      drop(ctx, args, group, row);
      deleted.push(new StreamId().copyFrom(id));
      more = pending.seek(id); // the next one, as this one is gone
      continue;
    }
    if (!isTooFresh(ctx, claim, row)) {
      take(ctx, args, claim, row);
      claimed.push(new StreamId().copyFrom(id));
      pending.seek(id);
    }
    more = pending.next();
  }
  out.array(3);
  replyId(out, more ? pending.readId(id) : id.setZero());
  out.array(claimed.length);
  for (const one of claimed) replyClaimed(ctx, claim, one);
  out.array(deleted.length);
  for (const one of deleted) replyId(out, one);
}

/** Was the entry delivered too short a time ago to be claimed? */
function isTooFresh({ now }: Context, { group, leastIdleMs }: Claim, row: number): boolean {
  return leastIdleMs > 0 && now - group.deliveredAt(row) < leastIdleMs;
}

/** Makes the entry with {@linkcode id}, which is pending unless `row` is NONE, one of the consumer at argument 3. */
function take(ctx: Context, args: Args, claim: Claim, row: number): void {
  const { group, deliveredAtMs, deliveries, isJustId } = claim;
  const consumer = findConsumer(ctx, args, 3, group) ?? addConsumer(ctx, args, 1, 3, group);
  const taken = group.give(id, consumer);
  if (row === NONE) group.setDeliveries(taken, 1n);
  group.setDeliveredAt(taken, deliveredAtMs);
  if (deliveries >= 0n) group.setDeliveries(taken, deliveries);
  else if (!isJustId) group.addDelivery(taken);
  ctx.dirty++;
  if (ctx.propagates) propagateClaim(ctx, args, 1, 2, group, id, taken);
}

/** The entry with {@linkcode id} is pending, but was deleted from the stream: it is pending no more. */
function drop(ctx: Context, args: Args, group: StreamGroup, row: number): void {
  if (ctx.propagates) propagateClaim(ctx, args, 1, 2, group, id, row);
  ctx.dirty++;
  group.acknowledge(id);
}

function replyClaimed({ out }: Context, { stream, isJustId }: Claim, claimed: StreamId): void {
  if (isJustId) replyId(out, claimed);
  else replyEntryWith(out, stream, claimed);
}
