/** Streams: XADD, XRANGE and their relatives. Reading, groups and XINFO have files of their own. */
import type { Args } from "../engine/args.ts";
import { DENYOOM, FAST, FEW_ARGUMENTS, keyAt, oneKey, READONLY, WRITE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, SYNTAX_ERROR, wrongArity } from "../engine/errors.ts";
import { EVENT_STREAM } from "../engine/hooks.ts";
import type { Stream } from "../store/stream.ts";
import { StreamId } from "../store/stream_id.ts";
import { createStream, findStream, findStreamForWrite } from "../store/stream_value.ts";
import {
  checkIds,
  mustBeThere,
  propagateTrimmed,
  readEnd,
  readId,
  readNewId,
  readStart,
  readTrim,
  replyId,
  replyRange,
  type TrimRequest,
} from "./stream_arguments.ts";

const RANGE_COMPLEXITY_END =
  "If N is constant (e.g. always asking for the first 10 elements with COUNT), you can consider it O(1).";
const TRIM_USAGE = "<MAXLEN | MINID> [= | ~] threshold [LIMIT count:integer]";
/** XADD with one field and no options has as many arguments, its name included; with a trim it has more. */
const PLAIN_ARGUMENTS = 6;

/** Rows of the commands on entries. */
export const streamCommands = {
  xadd: {
    arity: -5,
    flags: WRITE | DENYOOM | FAST,
    keys: [{
      ...keyAt(1, "RW update"),
      notes: "UPDATE instead of INSERT because of the optional trimming feature",
    }],
    usage: `key [NOMKSTREAM] [${TRIM_USAGE}] <* | id> field value [field value ...]`,
    since: "5.0.0",
    complexity: "O(1) when adding a new entry, O(N) when trimming where N being the number of entries evicted.",
    summary: "Adds an entry at the end of a stream, and trims it from its beginning if asked to",
    constantUpTo: PLAIN_ARGUMENTS,
    history: [
      ["6.2.0", "Takes `NOMKSTREAM`, `MINID` and `LIMIT`."],
      ["7.0.0", "Takes ids of the form `<ms>-*`."],
    ],
    tips: ["nondeterministic_output"],
    run: xadd,
  },
  xlen: {
    arity: 2,
    flags: READONLY | FAST,
    keys: oneKey("RO"),
    usage: "key",
    since: "5.0.0",
    complexity: "O(1)",
    summary: "Returns how many entries a stream has",
    run: xlen,
  },
  xrange: {
    arity: -4,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key start:string end:string [COUNT count]",
    since: "5.0.0",
    complexity: `O(N) with N being the number of elements being returned. ${RANGE_COMPLEXITY_END}`,
    summary: "Returns the entries of a stream from one id to another",
    history: [["6.2.0", "Takes bounds that are excluded."]],
    run: (ctx, args) => range(ctx, args, true),
  },
  xrevrange: {
    arity: -4,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key end:string start:string [COUNT count]",
    since: "5.0.0",
    complexity: `O(N) with N being the number of elements returned. ${RANGE_COMPLEXITY_END}`,
    summary: "Returns the entries of a stream from one id back to another",
    history: [["6.2.0", "Takes bounds that are excluded."]],
    run: (ctx, args) => range(ctx, args, false),
  },
  xdel: {
    arity: -3,
    flags: WRITE | FAST,
    keys: oneKey("RW delete"),
    usage: "key id [id ...]",
    since: "5.0.0",
    complexity: "O(1) for each single item to delete in the stream, regardless of the stream size.",
    summary: "Deletes entries of a stream by their ids",
    constantUpTo: FEW_ARGUMENTS,
    run: xdel,
  },
  xtrim: {
    arity: -4,
    flags: WRITE,
    keys: oneKey("RW delete"),
    usage: `key <${TRIM_USAGE}>`,
    since: "5.0.0",
    complexity:
      "O(N), with N being the number of evicted entries. Constant times are very small however, since entries are " +
      "organized in macro nodes containing multiple entries that can be released with a single deallocation.",
    summary: "Removes entries from the beginning of a stream: down to so many, or those before an id",
    history: [["6.2.0", "Takes `MINID` and `LIMIT`."]],
    tips: ["nondeterministic_output"],
    run: xtrim,
  },
  xsetid: {
    arity: -3,
    flags: WRITE | DENYOOM | FAST,
    keys: oneKey("RW update"),
    usage: "key last-id [ENTRIESADDED entries_added:integer] [MAXDELETEDID max_deleted_entry_id]",
    since: "5.0.0",
    complexity: "O(1)",
    summary: "Sets what a stream remembers: its last id, how many entries it has had, the greatest id deleted",
    history: [["7.0.0", "Takes `ENTRIESADDED` and `MAXDELETEDID`."]],
    run: xsetid,
  },
} satisfies CommandGroup;

const ZERO_ID = new CommandError("ERR", "The ID specified in XADD must be greater than 0-0");
const SMALL_ID = new CommandError(
  "ERR",
  "The ID specified in XADD is equal or smaller than the target stream top item",
);
const NO_MORE_IDS = new CommandError(
  "ERR",
  "The stream has exhausted the last possible ID, unable to add more items",
);
const TOO_LARGE = new CommandError("ERR", "Elements are too large to be stored");
/** What the fields and values of an entry may have together, as in Redis. */
const LARGEST_ENTRY_BYTES = 2 ** 30;

// Handlers are synchronous: each id is used by one at a time.
const id = new StreamId(), first = new StreamId(), last = new StreamId();

// ---- Adding ----

function xadd(ctx: Context, args: Args): void {
  const request = readTrim(ctx, args, true);
  const { idAt } = request;
  const fields = args.count - idAt - 1;
  if (fields < 2 || fields % 2 === 1) throw wrongArity("xadd");
  const isAuto = args.is(idAt, "*");
  const isTimeGiven = !isAuto && readNewId(args, idAt, id);
  const isGiven = !isAuto && !isTimeGiven;
  if (isGiven && id.isZero) throw ZERO_ID;
  const found = findStreamForWrite(ctx.db, args, 1);
  if (found === null && !request.makesKey) return ctx.out.null();
  if (found !== null) chooseId(ctx, found, isAuto, isTimeGiven);
  else chooseFirstId(ctx, isAuto, isTimeGiven);
  let bytes = 0;
  for (let i = idAt + 1; i < args.count; i++) bytes += args.length(i);
  if (bytes > LARGEST_ENTRY_BYTES) throw TOO_LARGE;
  const stream = found ?? createStream(ctx.db, args, 1);
  try {
    stream.append(id, args, idAt + 1, fields / 2);
  } catch (error) {
    if (found === null) ctx.db.delete(args, 1);
    throw error;
  }
  ctx.touched(args, 1, EVENT_STREAM, "xadd");
  if (request.thresholdAt > 0 && stream.trim(request) > 0) ctx.notify(args, 1, EVENT_STREAM, "xtrim");
  if (ctx.propagates && (!isGiven || request.isApproximate)) propagateTrimmed(ctx, args, request, stream, id);
  replyId(ctx.out, id);
}

/** Sets the id of an entry to be added. */
function chooseId(ctx: Context, { lastId }: Stream, isAuto: boolean, isTimeGiven: boolean): void {
  if (lastId.isMax) throw NO_MORE_IDS;
  if (isAuto) id.setAfter(lastId, ctx.now);
  else if (isTimeGiven && id.hasTimeOf(lastId)) {
    if (lastId.isLastOfTime) throw TOO_LARGE; // as Redis 7.0 calls it, which does not say why it has no id
    id.copyFrom(lastId).increment();
  }
  if (id.compare(lastId) <= 0) throw SMALL_ID;
}

/** As {@linkcode chooseId} in a stream that is still to be made, whose last id is 0-0. */
function chooseFirstId(ctx: Context, isAuto: boolean, isTimeGiven: boolean): void {
  if (isAuto) id.setAfter(first.setZero(), ctx.now);
  else if (isTimeGiven && id.isZero) id.increment();
}

// ---- Reading ----

function xlen(ctx: Context, args: Args): void {
  ctx.out.int(findStream(ctx.db, args, 1)?.length ?? 0);
}

function range(ctx: Context, args: Args, isForward: boolean): void {
  readStart(args, isForward ? 2 : 3, first);
  readEnd(args, isForward ? 3 : 2, last);
  let count = Infinity;
  args.from(4);
  while (args.more()) {
    if (!args.option("COUNT")) throw SYNTAX_ERROR;
    count = Math.max(args.nextInt(), 0);
  }
  const stream = findStream(ctx.db, args, 1);
  if (stream === null) ctx.out.array(0);
  else if (count === 0) ctx.out.nullArray();
  else replyRange(ctx, stream, first, last, count, isForward);
}

// ---- Removing ----

function xdel(ctx: Context, args: Args): void {
  const stream = findStreamForWrite(ctx.db, args, 1);
  if (stream === null) return ctx.out.int(0);
  checkIds(args, 2);
  let deleted = 0;
  for (let i = 2; i < args.count; i++) if (stream.delete(readId(args, i, id))) deleted++;
  if (deleted > 0) ctx.touched(args, 1, EVENT_STREAM, "xdel", deleted);
  ctx.out.int(deleted);
}

function xtrim(ctx: Context, args: Args): void {
  const request: TrimRequest = readTrim(ctx, args, false);
  const stream = findStreamForWrite(ctx.db, args, 1);
  if (stream === null) return ctx.out.int(0);
  const trimmed = stream.trim(request);
  if (trimmed > 0) {
    ctx.touched(args, 1, EVENT_STREAM, "xtrim", trimmed);
    if (ctx.propagates && request.isApproximate) propagateTrimmed(ctx, args, request, stream, id);
  }
  ctx.out.int(trimmed);
}

// ---- What a stream remembers ----

const NEGATIVE_ADDED = new CommandError("ERR", "entries_added must be positive");
const BELOW_DELETED = new CommandError(
  "ERR",
  "The ID specified in XSETID is smaller than the provided max_deleted_entry_id",
);
const BELOW_TOP = new CommandError("ERR", "The ID specified in XSETID is smaller than the target stream top item");
const BELOW_LENGTH = new CommandError(
  "ERR",
  "The entries_added specified in XSETID is smaller than the target stream length",
);

function xsetid(ctx: Context, args: Args): void {
  readId(args, 2, id);
  let added: bigint | null = null;
  first.setZero(); // the greatest id deleted
  args.from(3);
  while (args.more()) {
    const hasValue = args.at + 1 < args.count;
    if (hasValue && args.option("ENTRIESADDED")) {
      added = args.bigint(args.nextIndex());
      if (added < 0n) throw NEGATIVE_ADDED;
    } else if (hasValue && args.option("MAXDELETEDID")) {
      if (id.compare(readId(args, args.nextIndex(), first)) < 0) throw BELOW_DELETED;
    } else throw SYNTAX_ERROR;
  }
  const stream = mustBeThere(findStreamForWrite(ctx.db, args, 1));
  if (stream.length > 0) {
    if (id.compare(stream.readLastId(last)) < 0) throw BELOW_TOP;
    if (added !== null && added < BigInt(stream.length)) throw BELOW_LENGTH;
  }
  stream.lastId.copyFrom(id);
  if (added !== null) stream.entriesAdded.value = added;
  if (!first.isZero) stream.maxDeletedId.copyFrom(first);
  ctx.touched(args, 1, EVENT_STREAM, "xsetid");
  ctx.out.ok();
}
