/**
 * XREAD and XREADGROUP: entries that come after an id, of several streams, or the wait for some.
 *
 * What XREADGROUP changes is repeated elsewhere as what came of it: each delivery as an XCLAIM, or with NOACK the group's new
 * position as an XGROUP SETID.
 */
import type { Args } from "../engine/args.ts";
import { blockingMilliseconds } from "../engine/blocking.ts";
import { BLOCKING, type KeySpec, READONLY, WRITE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, SYNTAX_ERROR } from "../engine/errors.ts";
import type { ReplyWriter } from "../resp/reply_writer.ts";
import type { Stream } from "../store/stream.ts";
import { StreamCursor } from "../store/stream_cursor.ts";
import type { StreamConsumer, StreamGroup } from "../store/stream_group.ts";
import { StreamId } from "../store/stream_id.ts";
import { findStream, findStreamToChange } from "../store/stream_value.ts";
import { STREAM } from "../store/types.ts";
import {
  addConsumer,
  findConsumer,
  findGroup,
  idBytes,
  readId,
  replyEntry,
  replyEntryWith,
  replyId,
  replyRange,
} from "./stream_arguments.ts";

/** Keys stand behind STREAMS, and as many ids behind them. */
function keysAfter(from: number): readonly KeySpec[] {
  const find = { last: -1, step: 1, limit: 2 };
  return [{ flags: "RO access", begin: { keyword: "STREAMS", from }, find }];
}

/** Rows of the commands that read new entries. */
export const streamReadCommands = {
  xread: {
    arity: -4,
    flags: BLOCKING | READONLY,
    keys: keysAfter(1),
    usage: "[COUNT count] [BLOCK milliseconds] STREAMS key [key ...] id [id ...]",
    since: "5.0.0",
    complexity:
      "For each stream mentioned: O(N) with N being the number of elements being returned, it means that XREAD-ing with a " +
      "fixed COUNT is O(1). Note that when the BLOCK option is used, XADD will pay O(M) time in order to serve the M clients " +
      "blocked on the stream getting new data.",
    summary: "Returns the entries of streams that come after an id, or waits for one",
    run: (ctx, args) => read(ctx, args, false),
  },
  xreadgroup: {
    arity: -7,
    flags: BLOCKING | WRITE,
    keys: keysAfter(4),
    usage: "GROUP group consumer [COUNT count] [BLOCK milliseconds] [NOACK] STREAMS key [key ...] id [id ...]",
    since: "5.0.0",
    complexity:
      "For each stream mentioned: O(M) with M being the number of elements returned. If M is constant (e.g. always asking " +
      "for the first 10 elements with COUNT), you can consider it O(1). On the other side when XREADGROUP blocks, XADD will " +
      "pay the O(N) time in order to serve the N clients blocked on the stream getting new data.",
    summary:
      "Delivers entries that no consumer of a group has had, or waits for one; or returns those that are pending",
    run: (ctx, args) => read(ctx, args, true),
  },
} satisfies CommandGroup;

const UNBALANCED = new CommandError(
  "ERR",
  "Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.",
);
const GROUP_IN_XREAD = new CommandError(
  "ERR",
  "The GROUP option is only supported by XREADGROUP. You called XREAD instead.",
);
const NOACK_IN_XREAD = new CommandError(
  "ERR",
  "The NOACK option is only supported by XREADGROUP. You called XREAD instead.",
);
const NO_GROUP_OPTION = new CommandError("ERR", "Missing GROUP option for XREADGROUP");
const LAST_IN_GROUP = new CommandError(
  "ERR",
  "The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a " +
    "proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set.",
);
const NEW_IN_XREAD = new CommandError(
  "ERR",
  "The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.",
);
const GROUP_GONE = new CommandError("NOGROUP", "the consumer group this client was blocked on no longer exists");
const STREAM_GONE = new CommandError("UNBLOCKED", "the stream key no longer exists");

/** Entries that somebody who has waited gets at most, unless COUNT says otherwise: the id may be far behind. */
const COUNT_AFTER_WAIT = 1000;
const MAX_ID = new StreamId().setMax();

/** What was asked for. */
interface ReadRequest {
  /** Argument of the first key, and how many keys there are; their ids stand behind them. */
  readonly first: number;
  readonly keys: number;
  readonly count: number;
  /** -1: it does not wait. */
  readonly timeoutMs: number;
  /** Argument that is the group, before the consumer; 0: XREAD. */
  readonly groupAt: number;
  readonly noAck: boolean;
}

// Handlers are synchronous: one id at a time.
const start = new StreamId(), last = new StreamId();
const cursor = new StreamCursor();

function read(ctx: Context, args: Args, isGroup: boolean): void {
  const request = readRequest(args, isGroup);
  ctx.propagateNothing(); // but what is said below
  if (ctx.readyKey > 0) return serveWaiting(ctx, args, request);
  const ids = resolveIds(ctx, args, request);
  const { out } = ctx;
  const mark = out.openArray();
  let served = 0;
  for (const [k, id] of ids.entries()) if (serve(ctx, args, request, request.first + k, id)) served++;
  if (served > 0) return out.closePairs(mark, served);
  if (request.timeoutMs < 0) return out.nullArray();
  block(ctx, args, request, ids);
}

function readRequest(args: Args, isGroup: boolean): ReadRequest {
  let count = Infinity, timeoutMs = -1, groupAt = 0, noAck = false;
  args.from(1);
  while (args.more()) {
    const more = args.count - 1 - args.at;
    if (more > 0 && args.option("BLOCK")) timeoutMs = blockingMilliseconds(args, args.nextIndex());
    else if (more > 0 && args.option("COUNT")) {
      const given = args.nextInt();
      count = given <= 0 ? Infinity : given;
    } else if (more > 0 && args.option("STREAMS")) {
      if (more % 2 !== 0) throw UNBALANCED;
      if (isGroup && groupAt === 0) throw NO_GROUP_OPTION;
      return { first: args.at, keys: more / 2, count, timeoutMs, groupAt, noAck };
    } else if (more >= 2 && args.option("GROUP")) {
      if (!isGroup) throw GROUP_IN_XREAD;
      groupAt = args.at;
      args.at += 2;
    } else if (args.option("NOACK")) {
      if (!isGroup) throw NOACK_IN_XREAD;
      noAck = true;
    } else throw SYNTAX_ERROR;
  }
  throw SYNTAX_ERROR;
}

/** The ids after which entries are wanted; of `>`, the greatest id. Looks at all keys and groups. */
function resolveIds(ctx: Context, args: Args, { first, keys, groupAt }: ReadRequest): readonly StreamId[] {
  return Array.from({ length: keys }, (_, k) => {
    const key = first + k, i = key + keys;
    const stream = findStream(ctx.db, args, key);
    if (groupAt > 0 && (stream === null || findGroup(stream, args, groupAt) === null)) {
      throw new CommandError(
        "NOGROUP",
        `No such key '${args.quoted(key)}' or consumer group '${args.quoted(groupAt)}' in XREADGROUP with GROUP option`,
      );
    }
    const id = new StreamId();
    if (args.is(i, "$")) {
      if (groupAt > 0) throw LAST_IN_GROUP;
      return stream === null ? id : id.copyFrom(stream.lastId);
    }
    if (args.is(i, ">")) {
      if (groupAt === 0) throw NEW_IN_XREAD;
      return id.setMax();
    }
    return readId(args, i, id);
  });
}

/** Replies what there is of a stream; false, and no reply, when there is nothing. */
function serve(ctx: Context, args: Args, request: ReadRequest, key: number, id: StreamId): boolean {
  const { groupAt, count } = request;
  const stream = groupAt === 0 ? findStream(ctx.db, args, key) : findStreamToChange(ctx.db, args, key);
  if (stream === null) return false;
  if (groupAt === 0) {
    if (stream.length === 0 || stream.readLastId(last).compare(id) <= 0) return false;
    replyKey(ctx, args, key);
    start.copyFrom(id).increment();
    replyRange(ctx, stream, start, MAX_ID, count, true);
    return true;
  }
  const group = findGroup(stream, args, groupAt)!;
  const isNew = id.isMax;
  if (isNew && (stream.length === 0 || stream.readLastId(last).compare(group.lastId) <= 0)) return false;
  replyKey(ctx, args, key);
  const consumer = theConsumer(ctx, args, request, key, group);
  if (isNew) deliver(ctx, args, request, key, stream, group, consumer, count);
  else {
    start.copyFrom(id).increment();
    replyPending(ctx, stream, group, consumer, count);
  }
  ctx.dirty++;
  return true;
}

/** A key that the client waits for has changed. */
function serveWaiting(ctx: Context, args: Args, request: ReadRequest): void {
  const { keys, groupAt } = request, key = ctx.readyKey;
  const count = request.count === Infinity ? COUNT_AFTER_WAIT : request.count;
  const stream = (groupAt === 0 ? findStream : findStreamToChange)(ctx.db, args, key)!;
  const group = groupAt === 0 ? null : findGroup(stream, args, groupAt);
  if (groupAt > 0 && group === null) throw GROUP_GONE;
  start.copyFrom(group?.lastId ?? readId(args, key + keys, last));
  if (stream.lastId.compare(start) <= 0) return block(ctx, args, request, []); // which keeps its place
  const { out } = ctx;
  const mark = out.openArray();
  const consumer = group && theConsumer(ctx, args, request, key, group);
  replyKey(ctx, args, key);
  if (group === null) {
    start.increment();
    replyRange(ctx, stream, start, MAX_ID, count, true);
  } else {
    deliver(ctx, args, request, key, stream, group, consumer!, count);
    ctx.dirty++;
  }
  out.closePairs(mark, 1);
}

function replyKey({ out }: Context, args: Args, key: number): void {
  out.pair();
  out.bulk(args.bytes, args.start(key), args.end(key));
}

function block(ctx: Context, args: Args, request: ReadRequest, ids: readonly StreamId[]): void {
  const { first, keys, timeoutMs, groupAt } = request;
  const wait = { first, last: first + keys - 1, type: STREAM, timeoutMs, replyTimeout, waitsForChanges: true };
  if (groupAt > 0) ctx.block(args, { ...wait, goneError: STREAM_GONE });
  else ctx.block(args, { ...wait, resolved: new Map(ids.map((id, k) => [first + keys + k, idBytes(id)])) });
}

function replyTimeout(out: ReplyWriter): void {
  out.nullArray();
}

// ---- Groups ----

/** The consumer, seen now; it is made when there is none. */
function theConsumer(
  ctx: Context,
  args: Args,
  { groupAt, noAck }: ReadRequest,
  key: number,
  group: StreamGroup,
): StreamConsumer {
  const found = findConsumer(ctx, args, groupAt + 1, group);
  if (found !== null) return found;
  const added = addConsumer(ctx, args, key, groupAt + 1, group);
  if (noAck && ctx.propagates) {
    ctx.propagate("XGROUP", "CREATECONSUMER", args.copy(key), args.copy(groupAt), added.name);
  }
  return added;
}

/** Replies the entries that the group has not had yet. */
function deliver(
  ctx: Context,
  args: Args,
  { groupAt, noAck }: ReadRequest,
  key: number,
  stream: Stream,
  group: StreamGroup,
  consumer: StreamConsumer,
  count: number,
): void {
  const { out } = ctx;
  const mark = out.openArray();
  let found = 0;
  start.copyFrom(group.lastId).increment();
  cursor.set(stream, start, MAX_ID, true);
  while (found < count && cursor.next()) {
    const { id } = cursor;
    stream.advance(group, id);
    replyEntry(out, cursor);
    found++;
    if (noAck) continue;
    const row = group.deliver(id, consumer, ctx.now);
    if (ctx.propagates) propagateClaim(ctx, args, key, groupAt, group, id, row);
  }
  if (noAck && found > 0 && ctx.propagates) propagatePosition(ctx, args, key, groupAt, group);
  out.closeArray(mark, found);
}

/** Replies entries that are pending already, from {@linkcode start} on. */
function replyPending(
  { out, now }: Context,
  stream: Stream,
  group: StreamGroup,
  consumer: StreamConsumer,
  count: number,
): void {
  const mark = out.openArray();
  const { pending } = consumer;
  let found = 0;
  for (let more = pending.seek(start); more && found < count; more = pending.next()) {
    const id = pending.readId(last);
    if (replyEntryWith(out, stream, id)) {
      const row = group.pending.find(id);
      group.setDeliveredAt(row, now);
      group.addDelivery(row);
    } else { // it has been deleted
      out.array(2);
      replyId(out, id);
      out.nullArray();
    }
    found++;
  }
  out.closeArray(mark, found);
}

/** Repeats that an entry is pending, as it stands in its row, and how far the group has read. */
export function propagateClaim(
  ctx: Context,
  args: Args,
  key: number,
  groupAt: number,
  group: StreamGroup,
  id: StreamId,
  row: number,
): void {
  ctx.propagateList([
    "XCLAIM",
    args.copy(key),
    args.copy(groupAt),
    group.consumerOf(row).name,
    "0",
    idBytes(id),
    "TIME",
    String(group.deliveredAt(row)),
    "RETRYCOUNT",
    String(group.deliveries(row)),
    "FORCE",
    "JUSTID",
    "LASTID",
    idBytes(group.lastId),
  ]);
}

/** Repeats how far the group has read. */
export function propagatePosition(ctx: Context, args: Args, key: number, groupAt: number, group: StreamGroup): void {
  ctx.propagateList([
    "XGROUP",
    "SETID",
    args.copy(key),
    args.copy(groupAt),
    idBytes(group.lastId),
    "ENTRIESREAD",
    String(group.entriesRead ?? -1),
  ]);
}
