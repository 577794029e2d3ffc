/** What the commands on streams have in common: ids among their arguments, entries in their replies, trimming. */
import type { Args } from "../engine/args.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, NO_SUCH_KEY, SYNTAX_ERROR } from "../engine/errors.ts";
import { EVENT_STREAM, type PropagatedArgument } from "../engine/hooks.ts";
import type { ReplyWriter } from "../resp/reply_writer.ts";
import type { Stream, Trim } from "../store/stream.ts";
import { StreamCursor } from "../store/stream_cursor.ts";
import type { StreamConsumer, StreamGroup } from "../store/stream_group.ts";
import { AUTO_SEQUENCE, ID_TEXT_BYTES, NO_ID, SPECIAL_IDS, StreamId, TIME_ALONE } from "../store/stream_id.ts";

const INVALID_ID = new CommandError("ERR", "Invalid stream ID specified as stream command argument");
const INVALID_START = new CommandError("ERR", "invalid start ID for the interval");
const INVALID_END = new CommandError("ERR", "invalid end ID for the interval");

const OPEN = 0x28;
/** Each half of the sequence that an id without one has: as the first of its time, and as the last. */
const FIRST_OF_TIME = 0, LAST_OF_TIME = 0xffff_ffff;

const scratch = new Uint8Array(ID_TEXT_BYTES);
const cursor = new StreamCursor();
const LAST = new StreamId().setMax(), FIRST = new StreamId();

// ---- Ids ----

/** Is argument `i` an id, `<ms>` or `<ms>-<seq>`? */
export function isId(args: Args, i: number, into: StreamId): boolean {
  return into.parse(args.bytes, args.start(i), args.end(i), FIRST_OF_TIME, 0) !== NO_ID;
}

/** Reads argument `i`, an id. */
export function readId(args: Args, i: number, into: StreamId): StreamId {
  if (!isId(args, i, into)) throw INVALID_ID;
  return into;
}

/** As {@linkcode readId}, but `-` and `+` are ids too. */
export function readAnyId(args: Args, i: number, into: StreamId): StreamId {
  if (into.parse(args.bytes, args.start(i), args.end(i), FIRST_OF_TIME, SPECIAL_IDS) === NO_ID) throw INVALID_ID;
  return into;
}

/** As {@linkcode readId}, but the sequence may be `*`; true when it is. */
export function readNewId(args: Args, i: number, into: StreamId): boolean {
  const found = into.parse(args.bytes, args.start(i), args.end(i), FIRST_OF_TIME, AUTO_SEQUENCE);
  if (found === NO_ID) throw INVALID_ID;
  return found === TIME_ALONE;
}

/** Reads the ids from argument `i` on: all are looked at before anything is done with one. */
export function checkIds(args: Args, i: number): void {
  for (const id = new StreamId(); i < args.count; i++) readId(args, i, id);
}

/** Reads the beginning of an interval; `(` before an id excludes it. */
export function readStart(args: Args, i: number, into: StreamId): StreamId {
  if (readBound(args, i, into, FIRST_OF_TIME) && !into.increment()) throw INVALID_START;
  return into;
}

/** Reads the end of an interval. */
export function readEnd(args: Args, i: number, into: StreamId): StreamId {
  if (readBound(args, i, into, LAST_OF_TIME) && !into.decrement()) throw INVALID_END;
  return into;
}

/** Reads a bound of an interval; true when it is excluded. */
function readBound(args: Args, i: number, into: StreamId, missingSeq: number): boolean {
  const start = args.start(i), end = args.end(i);
  const isExcluded = end - start > 1 && args.bytes[start] === OPEN;
  const found = isExcluded
    ? into.parse(args.bytes, start + 1, end, missingSeq, 0)
    : into.parse(args.bytes, start, end, missingSeq, SPECIAL_IDS);
  if (found === NO_ID) throw INVALID_ID;
  return isExcluded;
}

/** The text of an id, to be kept. */
export function idBytes(id: StreamId): Uint8Array {
  return scratch.slice(0, id.write(scratch, 0));
}

// ---- Replies ----

export function replyId(out: ReplyWriter, id: StreamId): void {
  out.bulk(scratch, 0, id.write(scratch, 0));
}

/** Replies the entry that a cursor is at: its id, then its fields and values. */
export function replyEntry(out: ReplyWriter, at: StreamCursor): void {
  out.array(2);
  replyId(out, at.id);
  out.array(2 * at.fieldCount);
  const { field, value } = at;
  while (at.nextField()) {
    out.bulk(field.bytes, field.start, field.end);
    out.bulk(value.bytes, value.start, value.end);
  }
}

/** Replies the entries from `first` to `last`, up to `count` of them, the last ones first unless `isForward`. */
export function replyRange(
  { out }: Context,
  stream: Stream,
  first: StreamId,
  last: StreamId,
  count: number,
  isForward: boolean,
): void {
  const mark = out.openArray();
  let found = 0;
  cursor.set(stream, first, last, isForward);
  while (found < count && cursor.next()) {
    replyEntry(out, cursor);
    found++;
  }
  out.closeArray(mark, found);
}

/** Replies the first or the last entry, null when there is none. */
export function replyEdge(out: ReplyWriter, stream: Stream, isFirst: boolean): void {
  if (cursor.set(stream, FIRST, LAST, isFirst).next()) replyEntry(out, cursor);
  else out.null();
}

/** Replies the entry with this id; false, and no reply, when it is not there. */
export function replyEntryWith(out: ReplyWriter, stream: Stream, id: StreamId): boolean {
  if (!cursor.set(stream, id, id, true).next()) return false;
  replyEntry(out, cursor);
  return true;
}

// ---- Groups ----

/** The group that argument `i` names, or null. */
export function findGroup(stream: Stream, args: Args, i: number): StreamGroup | null {
  return stream.groups.find(args.bytes, args.start(i), args.end(i));
}

/** The consumer that argument `i` names, seen now, or null. */
export function findConsumer(ctx: Context, args: Args, i: number, group: StreamGroup): StreamConsumer | null {
  const consumer = group.consumers.find(args.bytes, args.start(i), args.end(i));
  if (consumer !== null) consumer.seenAtMs = ctx.now;
  return consumer;
}

/** Adds the consumer that argument `i` names, to a group of the stream at the key that is an argument. */
export function addConsumer(ctx: Context, args: Args, key: number, i: number, group: StreamGroup): StreamConsumer {
  const consumer = group.addConsumer(args.copy(i), ctx.now);
  ctx.touched(args, key, EVENT_STREAM, "xgroup-createconsumer");
  return consumer;
}

/** The error of most commands about a group that is not there; `key` and `group` are arguments. */
export function noGroup(args: Args, key: number, group: number): CommandError {
  return new CommandError("NOGROUP", `No such key '${args.quoted(key)}' or consumer group '${args.quoted(group)}'`);
}

/** The error of XGROUP and XINFO. */
export function noGroupOfKey(args: Args, key: number, group: number): CommandError {
  return new CommandError(
    "NOGROUP",
    `No such consumer group '${args.quoted(group)}' for key name '${args.quoted(key)}'`,
  );
}

/** The stream that must be there. */
export function mustBeThere(stream: Stream | null): Stream {
  if (stream === null) throw NO_SUCH_KEY;
  return stream;
}

// ---- Trimming ----

const TWO_STRATEGIES = new CommandError(
  "ERR",
  "syntax error, MAXLEN and MINID options at the same time are not compatible",
);
const NEGATIVE_LENGTH = new CommandError("ERR", "The MAXLEN argument must be >= 0.");
const NEGATIVE_LIMIT = new CommandError("ERR", "The LIMIT argument must be >= 0.");
const LIMIT_OF_NOTHING = new CommandError(
  "ERR",
  "syntax error, LIMIT cannot be used without specifying a trimming strategy",
);
const LIMIT_OF_EXACT = new CommandError("ERR", "syntax error, LIMIT cannot be used without the special ~ option");
const NO_STRATEGY = new CommandError("ERR", "syntax error, XTRIM must be called with a trimming strategy");

/** Nodes, and entries, that an approximate trim removes at most unless LIMIT says otherwise. */
const NODES_TRIMMED = 100, TRIMMED_WITHOUT_NODE_LIMIT = 10_000, MOST_TRIMMED = 1_000_000;

/** What XADD and XTRIM were asked for. There is one, set again and again: handlers are synchronous. */
export class TrimRequest implements Trim {
  maxLength: number | null = null;
  readonly minId: StreamId = new StreamId();
  isApproximate = false;
  limit = 0;
  /** Argument of the id (XADD); `args.count` when there is none. */
  idAt = 0;
  /** Argument that says how far to trim; 0: nothing is trimmed. */
  thresholdAt = 0;
  /** Arguments that are `LIMIT`, each followed by its number. */
  readonly limitsAt: number[] = [];
  /** May the key be made? */
  makesKey = true;

  clear(): this {
    this.maxLength = null;
    this.minId.setZero();
    this.isApproximate = false;
    this.limit =
      this.idAt =
      this.thresholdAt =
      this.limitsAt.length =
        0;
    this.makesKey = true;
    return this;
  }
}

const request = new TrimRequest();

/** Reads the options of XADD, which end at its id, or of XTRIM. */
export function readTrim(ctx: Context, args: Args, isAdd: boolean): TrimRequest {
  request.clear();
  let i = 2;
  for (; i < args.count; i++) {
    const more = args.count - 1 - i;
    const isMaxLength = more > 0 && args.is(i, "MAXLEN");
    if (isAdd && args.is(i, "*")) break;
    if (isMaxLength || (more > 0 && args.is(i, "MINID"))) {
      if (request.thresholdAt > 0) throw TWO_STRATEGIES;
      request.isApproximate = more >= 2 && args.is(i + 1, "~");
      i += request.isApproximate || (more >= 2 && args.is(i + 1, "=")) ? 2 : 1;
      if (isMaxLength) {
        request.maxLength = args.int(i);
        if (request.maxLength < 0) throw NEGATIVE_LENGTH;
      } else readId(args, i, request.minId);
      request.thresholdAt = i;
    } else if (more > 0 && args.is(i, "LIMIT")) {
      request.limitsAt.push(i);
      request.limit = args.int(++i);
      if (request.limit < 0) throw NEGATIVE_LIMIT;
    } else if (isAdd && args.is(i, "NOMKSTREAM")) request.makesKey = false;
    else if (isAdd) {
      readNewId(args, i, FIRST_READ);
      break;
    } else throw SYNTAX_ERROR;
  }
  request.idAt = i;
  if (request.limit > 0 && request.thresholdAt === 0) throw LIMIT_OF_NOTHING;
  if (!isAdd && request.thresholdAt === 0) throw NO_STRATEGY;
  const hasLimit = request.limitsAt.length > 0;
  if (hasLimit && !request.isApproximate) throw LIMIT_OF_EXACT;
  if (!hasLimit && request.isApproximate) request.limit = defaultLimit(ctx);
  return request;
}

function defaultLimit({ keyspace }: Context): number {
  const limit = NODES_TRIMMED * keyspace.limits.streamNodeEntries;
  return limit <= 0 ? TRIMMED_WITHOUT_NODE_LIMIT : Math.min(limit, MOST_TRIMMED);
}

/**
 * What XADD and XTRIM are repeated as: with the id that was given, and with an exact trim, which has no LIMIT, to where an
 * approximate one, which depends on how entries are packed, has come.
 */
export function propagateTrimmed(ctx: Context, args: Args, request: TrimRequest, stream: Stream, id: StreamId): void {
  const { idAt, thresholdAt, limitsAt, isApproximate, maxLength } = request;
  const words: (string | PropagatedArgument)[] = [];
  for (let i = 0; i < args.count; i++) {
    if (i === idAt) words.push(idBytes(id));
    else if (limitsAt.includes(i)) i++;
    else if (isApproximate && i === thresholdAt - 1) words.push("=");
    else if (!isApproximate || i !== thresholdAt) words.push(args.own(i));
    else words.push(maxLength === null ? idBytes(stream.readFirstId(true, new StreamId())) : String(stream.length));
  }
  ctx.propagateList(words);
}

/** Scratch space: the id is read again when all else is known to be right. */
const FIRST_READ = new StreamId();
