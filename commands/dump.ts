/** DUMP and RESTORE: a key's value as bytes that any Redis can make a key of. */
import type { Args } from "../engine/args.ts";
import { ASKING, type CommandSpec, DANGEROUS, DENYOOM, oneKey, READONLY, WRITE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, SYNTAX_ERROR } from "../engine/errors.ts";
import { EVENT_GENERIC } from "../engine/hooks.ts";
import { dumpValue, isPayload, readPayload } from "../persistence/dump_payload.ts";
import { RdbFormatError } from "../persistence/errors.ts";
import type { LoadedValue } from "../persistence/loaded_value.ts";
import { type Entry, NONE } from "../store/database.ts";

const RESTORE: CommandSpec = {
  arity: -4,
  flags: WRITE | DENYOOM | DANGEROUS,
  keys: oneKey("OW update"),
  usage: "key ttl:integer serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds] [FREQ frequency:integer]",
  since: "2.6.0",
  complexity:
    "O(1) to create the new key and additional O(N*M) to reconstruct the serialized value, where N is the number of Redis objects composing the value and M their average size. For small string values the time complexity is thus O(1)+O(1*M) where M is small, so simply O(1). However for sorted set values the complexity is O(N*M*log(N)) because inserting values into sorted sets is O(log(N)).",
  summary: "Makes a key of what DUMP has answered",
  history: [
    ["3.0.0", "Takes `REPLACE`."],
    ["5.0.0", "Takes `ABSTTL`."],
    ["5.0.0", "Takes `IDLETIME` and `FREQ`."],
  ],
  run: restore,
};

/** Rows of DUMP and RESTORE. */
export const dumpCommands: CommandGroup = {
  dump: {
    arity: 2,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key",
    since: "2.6.0",
    complexity:
      "O(1) to access the key and additional O(N*M) to serialize it, where N is the number of Redis objects composing the value and M their average size. For small string values the time complexity is thus O(1)+O(1*M) where M is small, so simply O(1).",
    summary: "Answers a key's value in Redis' own format, for RESTORE",
    tips: ["nondeterministic_output"],
    run: dump,
  },
  restore: RESTORE,
};

/** As RESTORE, for a slot of a cluster that is on its way to this node: ASKING is not needed. */
export const restoreAskingCommands: CommandGroup = {
  "restore-asking": {
    ...RESTORE,
    flags: RESTORE.flags | ASKING,
    since: "3.0.0",
    summary: "RESTORE between the nodes of a cluster",
    categories: ["keyspace"],
    isInternal: true,
  },
};

const BUSY_KEY = new CommandError("BUSYKEY", "Target key name already exists.");
const NEGATIVE_TTL = new CommandError("ERR", "Invalid TTL value, must be >= 0");
const NEGATIVE_IDLE_TIME = new CommandError("ERR", "Invalid IDLETIME value, must be >= 0");
const BAD_FREQUENCY = new CommandError("ERR", "Invalid FREQ value, must be >= 0 and <= 255");
const BAD_CHECKSUM = new CommandError("ERR", "DUMP payload version or checksum are wrong");
const BAD_FORMAT = new CommandError("ERR", "Bad data format");

function dump(ctx: Context, args: Args): void {
  const entry = ctx.db.find(args, 1);
  if (entry === NONE) return ctx.out.null();
  const { bytes, size } = dumpValue(ctx.db, entry, ctx.engine.config.flag("rdbcompression"));
  ctx.out.bulk(bytes, 0, size);
}

/** An option that was not given. */
const ABSENT = -1;

interface RestoreOptions {
  readonly replaces: boolean;
  /** Is the time to live the time when the key expires? */
  readonly isAbsolute: boolean;
  readonly idleSeconds: number;
  readonly frequency: number;
}

function restore(ctx: Context, args: Args): void {
  const { db } = ctx;
  const options = readOptions(args);
  if (!options.replaces && db.findForWrite(args, 1) !== NONE) throw BUSY_KEY;
  const ttlMs = args.bigint(2);
  if (ttlMs < 0n) throw NEGATIVE_TTL;
  const value = readArgument(ctx, args, 3);
  const isReplaced = options.replaces && db.delete(args, 1, ctx.keyspace.lazy.serverDel);
  const now = BigInt(ctx.now);
  // A time to live that leaves 64 bits is over already: Redis adds as C does.
  const atMs = options.isAbsolute || ttlMs === 0n ? ttlMs : BigInt.asIntN(64, ttlMs + now);
  if (ttlMs !== 0n && atMs <= now && !ctx.keyspace.expiryPaused) {
    value.release();
    if (isReplaced) tellDeleted(ctx, args);
    return ctx.out.ok();
  }
  let entry: Entry;
  try {
    entry = value.place(args, 1);
  } catch (error) { // memory came to an end
    if (isReplaced) tellDeleted(ctx, args);
    throw error;
  }
  if (ttlMs !== 0n) db.setExpire(entry, Number(atMs));
  if (ttlMs !== 0n && !options.isAbsolute && ctx.propagates) {
    const rest = Array.from({ length: args.count - 3 }, (_, i) => args.copy(3 + i));
    ctx.propagate("RESTORE", args.copy(1), String(atMs), ...rest, "ABSTTL");
  }
  setUse(ctx, entry, options);
  ctx.touched(args, 1, EVENT_GENERIC, "restore");
  ctx.out.ok();
}

/** The key to be replaced is gone, and no other has taken its place. */
function tellDeleted(ctx: Context, args: Args): void {
  if (ctx.propagates) ctx.propagate("DEL", args.copy(1));
  ctx.touched(args, 1, EVENT_GENERIC, "del");
}

/** What the policy does not ask for is taken and has no effect, as in Redis. */
function setUse(ctx: Context, entry: Entry, { idleSeconds, frequency }: RestoreOptions): void {
  if (ctx.keyspace.tracksFrequency) {
    if (frequency !== ABSENT) ctx.db.setFrequency(entry, frequency);
  } else if (idleSeconds !== ABSENT) ctx.db.setIdleSeconds(entry, idleSeconds);
}

function readOptions(args: Args): RestoreOptions {
  let replaces = false, isAbsolute = false, idleSeconds = ABSENT, frequency = ABSENT;
  args.from(4);
  while (args.more()) {
    if (args.option("REPLACE")) replaces = true;
    else if (args.option("ABSTTL")) isAbsolute = true;
    else if (frequency === ABSENT && args.option("IDLETIME")) {
      idleSeconds = args.nextInt();
      if (idleSeconds < 0) throw NEGATIVE_IDLE_TIME;
    } else if (idleSeconds === ABSENT && args.option("FREQ")) {
      frequency = args.nextInt();
      if (frequency < 0 || frequency > 255) throw BAD_FREQUENCY;
    } else throw SYNTAX_ERROR;
  }
  return { replaces, isAbsolute, idleSeconds, frequency };
}

function readArgument(ctx: Context, args: Args, i: number): LoadedValue {
  const { bytes } = args;
  const start = args.start(i), end = args.end(i);
  if (!isPayload(bytes, start, end, ctx.engine.debug.skipsChecksums)) throw BAD_CHECKSUM;
  ctx.engine.statistics.checkedPayloads++;
  try {
    return readPayload(bytes, start, end, ctx.db);
  } catch (error) {
    throw error instanceof RdbFormatError ? BAD_FORMAT : error;
  }
}
