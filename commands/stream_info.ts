/** XINFO: what there is to know of a stream, its groups and their consumers. */
import type { Args } from "../engine/args.ts";
import { READONLY, subcommandKey } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { wrongSubcommand } from "../engine/errors.ts";
import type { ReplyWriter } from "../resp/reply_writer.ts";
import type { Stream } from "../store/stream.ts";
import type { StreamConsumer, StreamGroup } from "../store/stream_group.ts";
import { StreamId } from "../store/stream_id.ts";
import { findStream } from "../store/stream_value.ts";
import { helpRow } from "./help.ts";
import { findGroup, mustBeThere, noGroupOfKey, replyEdge, replyId, replyRange } from "./stream_arguments.ts";

/** The row of XINFO, a container of subcommands. */
export const streamInfoCommands = {
  xinfo: {
    arity: -2,
    flags: 0,
    usage: "",
    since: "5.0.0",
    complexity: "Depends on subcommand.",
    summary: "A container for commands that look into streams",
    sub: {
      consumers: {
        arity: 4,
        flags: READONLY,
        keys: subcommandKey("RO access"),
        usage: "key groupname",
        since: "5.0.0",
        complexity: "O(1)",
        summary: "Lists the consumers of a group",
        tips: ["nondeterministic_output"],
        run: consumers,
      },
      groups: {
        arity: 3,
        flags: READONLY,
        keys: subcommandKey("RO access"),
        usage: "key",
        since: "5.0.0",
        complexity: "O(1)",
        summary: "Lists the groups of a stream",
        history: [["7.0.0", "Also returns `entries-read` and `lag`."]],
        run: groups,
      },
      help: helpRow("5.0.0"),
      stream: {
        arity: -3,
        flags: READONLY,
        keys: subcommandKey("RO access"),
        usage: "key [FULL [COUNT count]]",
        since: "5.0.0",
        complexity: "O(1)",
        summary: "Tells about a stream, FULL with its entries, groups and consumers",
        history: [
          ["6.0.0", "Takes `FULL`."],
          [
            "7.0.0",
            "Also returns `max-deleted-entry-id`, `entries-added`, `recorded-first-entry-id`, `entries-read`, `lag`.",
          ],
        ],
        run: stream,
      },
    },
  },
} satisfies CommandGroup;

/** Entries of each kind that FULL lists unless COUNT says otherwise. */
const DEFAULT_COUNT = 10;

const FIRST = new StreamId(), LAST = new StreamId().setMax();
const id = new StreamId();

function consumers(ctx: Context, args: Args): void {
  const { out, now } = ctx;
  const group = findGroup(mustBeThere(findStream(ctx.db, args, 2)), args, 3);
  if (group === null) throw noGroupOfKey(args, 2, 3);
  out.array(group.consumers.size);
  for (const { name, pending, seenAtMs } of group.consumers) {
    out.map(3);
    out.bulkText("name");
    out.bulkBytes(name);
    out.bulkText("pending");
    out.int(pending.size);
    out.bulkText("idle");
    out.int(Math.max(now - seenAtMs, 0));
  }
}

function groups(ctx: Context, args: Args): void {
  const { out } = ctx;
  const found = mustBeThere(findStream(ctx.db, args, 2));
  out.array(found.groups.size);
  for (const group of found.groups) {
    out.map(6);
    out.bulkText("name");
    out.bulkBytes(group.name);
    out.bulkText("consumers");
    out.int(group.consumers.size);
    out.bulkText("pending");
    out.int(group.pending.size);
    replyProgress(out, found, group);
  }
}

/** Three of a group's fields. */
function replyProgress(out: ReplyWriter, found: Stream, group: StreamGroup): void {
  out.bulkText("last-delivered-id");
  replyId(out, group.lastId);
  out.bulkText("entries-read");
  replyCount(out, group.entriesRead);
  out.bulkText("lag");
  replyCount(out, found.lag(group));
}

function replyCount(out: ReplyWriter, count: bigint | null): void {
  if (count === null) out.null();
  else out.bigint(BigInt.asIntN(64, count));
}

function stream(ctx: Context, args: Args): void {
  const found = mustBeThere(findStream(ctx.db, args, 2));
  const { out } = ctx;
  if (args.count === 3) {
    out.map(10);
    replyFigures(out, found);
    out.bulkText("groups");
    out.int(found.groups.size);
    out.bulkText("first-entry");
    replyEdge(out, found, true);
    out.bulkText("last-entry");
    return replyEdge(out, found, false);
  }
  const count = readCount(args);
  out.map(9);
  replyFigures(out, found);
  out.bulkText("entries");
  replyRange(ctx, found, FIRST, LAST, count, true);
  out.bulkText("groups");
  out.array(found.groups.size);
  for (const group of found.groups) replyGroup(out, found, group, count);
}

/** How much of everything FULL shows. */
function readCount(args: Args): number {
  const isRight = args.is(3, "FULL") && (args.count === 4 || (args.count === 6 && args.is(4, "COUNT")));
  if (!isRight) throw wrongSubcommand("xinfo", args.quoted(1, 128));
  const count = args.count === 4 ? DEFAULT_COUNT : args.int(5);
  return count < 0 ? DEFAULT_COUNT : count || Infinity;
}

/** The fields that both forms begin with. */
function replyFigures(out: ReplyWriter, found: Stream): void {
  out.bulkText("length");
  out.int(found.length);
  out.bulkText("radix-tree-keys");
  out.int(found.nodes.length);
  out.bulkText("radix-tree-nodes");
  out.int(found.radixNodes);
  out.bulkText("last-generated-id");
  replyId(out, found.lastId);
  out.bulkText("max-deleted-entry-id");
  replyId(out, found.maxDeletedId);
  out.bulkText("entries-added");
  out.bigint(BigInt.asIntN(64, found.entriesAdded.value));
  out.bulkText("recorded-first-entry-id");
  replyId(out, found.firstId);
}

function replyGroup(out: ReplyWriter, found: Stream, group: StreamGroup, count: number): void {
  const { pending } = group;
  out.map(7);
  out.bulkText("name");
  out.bulkBytes(group.name);
  replyProgress(out, found, group);
  out.bulkText("pel-count");
  out.int(pending.size);
  out.bulkText("pending");
  out.array(Math.min(pending.size, count));
  let left = count;
  for (let more = pending.seek(FIRST); more && left > 0; more = pending.next(), left--) {
    const row = pending.address;
    out.array(4);
    replyId(out, pending.readId(id));
    out.bulkBytes(group.consumerOf(row).name);
    replyDelivery(out, group, row);
  }
  out.bulkText("consumers");
  out.array(group.consumers.size);
  for (const consumer of group.consumers) replyConsumer(out, group, consumer, count);
}

function replyConsumer(out: ReplyWriter, group: StreamGroup, consumer: StreamConsumer, count: number): void {
  const { name, seenAtMs, pending } = consumer;
  out.map(4);
  out.bulkText("name");
  out.bulkBytes(name);
  out.bulkText("seen-time");
  out.int(seenAtMs);
  out.bulkText("pel-count");
  out.int(pending.size);
  out.bulkText("pending");
  out.array(Math.min(pending.size, count));
  let left = count;
  for (let more = pending.seek(FIRST); more && left > 0; more = pending.next(), left--) {
    out.array(3);
    replyId(out, pending.readId(id));
    replyDelivery(out, group, group.pending.find(id));
  }
}

/** When an entry was delivered, and how often. */
function replyDelivery(out: ReplyWriter, group: StreamGroup, row: number): void {
  out.int(group.deliveredAt(row));
  out.bigint(BigInt.asIntN(64, group.deliveries(row)));
}
