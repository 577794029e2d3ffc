/** XGROUP: consumer groups are made, moved and destroyed, and their consumers. */
import type { Args } from "../engine/args.ts";
import { DENYOOM, subcommandKey, WRITE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, wrongSubcommand } from "../engine/errors.ts";
import { EVENT_STREAM } from "../engine/hooks.ts";
import type { Stream } from "../store/stream.ts";
import { StreamGroup } from "../store/stream_group.ts";
import { StreamId } from "../store/stream_id.ts";
import { createStream, findStreamForWrite } from "../store/stream_value.ts";
import { helpRow } from "./help.ts";
import { addConsumer, findGroup, noGroupOfKey, readAnyId, readId } from "./stream_arguments.ts";

/** The row of XGROUP, a container of subcommands. */
export const streamGroupCommands = {
  xgroup: {
    arity: -2,
    flags: 0,
    usage: "",
    since: "5.0.0",
    complexity: "Depends on subcommand.",
    summary: "A container for commands about consumer groups",
    sub: {
      create: {
        arity: -5,
        flags: WRITE | DENYOOM,
        keys: subcommandKey("RW insert"),
        usage: "key groupname <id | $> [MKSTREAM] [ENTRIESREAD entries_read:integer]",
        since: "5.0.0",
        complexity: "O(1)",
        summary: "Makes a group that reads on after an id",
        history: [["7.0.0", "Takes `ENTRIESREAD`."]],
        run: create,
      },
      createconsumer: {
        arity: 5,
        flags: WRITE | DENYOOM,
        keys: subcommandKey("RW insert"),
        usage: "key groupname consumername",
        since: "6.2.0",
        complexity: "O(1)",
        summary: "Adds a consumer to a group, unless it is there",
        run: createConsumer,
      },
      delconsumer: {
        arity: 5,
        flags: WRITE,
        keys: subcommandKey("RW delete"),
        usage: "key groupname consumername",
        since: "5.0.0",
        complexity: "O(1)",
        summary: "Deletes a consumer of a group with its pending entries, and returns how many there were",
        run: deleteConsumer,
      },
      destroy: {
        arity: 4,
        flags: WRITE,
        keys: subcommandKey("RW delete"),
        usage: "key groupname",
        since: "5.0.0",
        complexity: "O(N) where N is the number of entries in the group's pending entries list (PEL).",
        summary: "Destroys a group",
        run: destroy,
      },
      help: helpRow("5.0.0"),
      setid: {
        arity: -5,
        flags: WRITE,
        keys: subcommandKey("RW update"),
        usage: "key groupname <id | $> [ENTRIESREAD entries_read:integer]",
        since: "5.0.0",
        complexity: "O(1)",
        summary: "Has a group read on after an id",
        history: [["7.0.0", "Takes `ENTRIESREAD`."]],
        run: setId,
      },
    },
  },
} satisfies CommandGroup;

const BAD_ENTRIES_READ = new CommandError("ERR", "value for ENTRIESREAD must be positive or -1");
const NO_KEY = new CommandError(
  "ERR",
  "The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create " +
    "an empty stream automatically.",
);
const BUSY_GROUP = new CommandError("BUSYGROUP", "Consumer Group name already exists");
/** More arguments than every option once takes are refused, after all else has been looked at. */
const CREATE_MOST_ARGUMENTS = 8, SETID_MOST_ARGUMENTS = 7;

/** A change of a key that has no event. */
const NO_EVENT = 0;

const id = new StreamId();

interface GroupOptions {
  readonly makesStream: boolean;
  /** Null: it is not known. */
  readonly entriesRead: bigint | null;
}

function readOptions(args: Args, isCreate: boolean): GroupOptions {
  let makesStream = false, entriesRead: bigint | null = null;
  args.from(5);
  while (args.more()) {
    if (isCreate && args.option("MKSTREAM")) makesStream = true;
    else if (args.at + 1 < args.count && args.option("ENTRIESREAD")) {
      const given = args.bigint(args.nextIndex());
      if (given < -1n) throw BAD_ENTRIES_READ;
      entriesRead = given < 0n ? null : given;
    } else throw wrongArguments(args);
  }
  return { makesStream, entriesRead };
}

function wrongArguments(args: Args): CommandError {
  return wrongSubcommand("xgroup", args.quoted(1, 128));
}

function findExisting(ctx: Context, args: Args): Stream {
  const stream = findStreamForWrite(ctx.db, args, 2);
  if (stream === null) throw NO_KEY;
  return stream;
}

function findExistingGroup(ctx: Context, args: Args): [Stream, StreamGroup] {
  const stream = findExisting(ctx, args);
  const group = findGroup(stream, args, 3);
  if (group === null) throw noGroupOfKey(args, 2, 3);
  return [stream, group];
}

function create(ctx: Context, args: Args): void {
  const { makesStream, entriesRead } = readOptions(args, true);
  const found = makesStream ? findStreamForWrite(ctx.db, args, 2) : findExisting(ctx, args);
  if (args.count > CREATE_MOST_ARGUMENTS) throw wrongArguments(args);
  if (!args.is(4, "$")) readId(args, 4, id);
  else if (found === null) id.setZero();
  else id.copyFrom(found.lastId);
  const stream = found ?? createStream(ctx.db, args, 2);
  if (findGroup(stream, args, 3) !== null) throw BUSY_GROUP;
  const group = new StreamGroup(stream.arena, args.copy(3));
  group.lastId.copyFrom(id);
  group.entriesRead = entriesRead;
  stream.groups.add(group);
  if (found === null) ctx.notify(args, 2, NO_EVENT, ""); // only a stream that was not there is a change to WATCH
  ctx.touched(args, 2, EVENT_STREAM, "xgroup-create");
  ctx.out.ok();
}

function setId(ctx: Context, args: Args): void {
  const { entriesRead } = readOptions(args, false);
  const [stream, group] = findExistingGroup(ctx, args);
  if (args.count > SETID_MOST_ARGUMENTS) throw wrongArguments(args);
  if (args.is(4, "$")) id.copyFrom(stream.lastId);
  else readAnyId(args, 4, id);
  group.lastId.copyFrom(id);
  group.entriesRead = entriesRead;
  ctx.touched(args, 2, EVENT_STREAM, "xgroup-setid");
  ctx.out.ok();
}

function destroy(ctx: Context, args: Args): void {
  const stream = findExisting(ctx, args);
  const group = findGroup(stream, args, 3);
  if (group === null) return ctx.out.int(0);
  stream.groups.remove(group);
  group.release(Infinity);
  ctx.touched(args, 2, EVENT_STREAM, "xgroup-destroy");
  ctx.out.int(1);
}

function createConsumer(ctx: Context, args: Args): void {
  const [, group] = findExistingGroup(ctx, args);
  if (group.consumers.find(args.bytes, args.start(4), args.end(4)) !== null) return ctx.out.int(0);
  addConsumer(ctx, args, 2, 4, group);
  ctx.out.int(1);
}

function deleteConsumer(ctx: Context, args: Args): void {
  const [, group] = findExistingGroup(ctx, args);
  const consumer = group.consumers.find(args.bytes, args.start(4), args.end(4));
  if (consumer === null) return ctx.out.int(0);
  const pending = consumer.pending.size;
  group.deleteConsumer(consumer);
  ctx.touched(args, 2, EVENT_STREAM, "xgroup-delconsumer");
  ctx.out.int(pending);
}
