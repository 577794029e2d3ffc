/** Keys of whatever type: DEL, EXISTS, TYPE, KEYS, SCAN, RENAME, COPY, MOVE, OBJECT … */
import type { Args } from "../engine/args.ts";
import {
  allKeys,
  DANGEROUS,
  DENYOOM,
  FAST,
  FEW_ARGUMENTS,
  oneKey,
  READONLY,
  subcommandKey,
  twoKeys,
  WRITE,
} from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, NO_SUCH_KEY, notInCluster, SAME_OBJECT, SYNTAX_ERROR } from "../engine/errors.ts";
import { globMatches } from "../engine/glob.ts";
import { EVENT_GENERIC } from "../engine/hooks.ts";
import { type Database, type Entry, NONE } from "../store/database.ts";
import { copyEntry, renameEntry } from "../store/moving_keys.ts";
import { encodingName, TYPE_NAMES } from "../store/types.ts";
import { databaseIndex } from "./database.ts";
import { helpRow } from "./help.ts";
import { ABSENT, readCursor, readScanOptions } from "./scan_options.ts";

const MULTI_SHARD = ["request_policy:multi_shard", "response_policy:agg_sum"] as const;

/** Rows of the commands on keys. */
export const genericCommands: CommandGroup = {
  del: {
    arity: -2,
    flags: WRITE,
    keys: allKeys("RM delete"),
    usage: "key [key ...]",
    since: "1.0.0",
    complexity:
      "O(N) where N is the number of keys that will be removed. When a key to remove holds a value other than a string, the individual complexity for this key is O(M) where M is the number of elements in the list, set, sorted set or hash. Removing a single key that holds a string value is O(1).",
    summary: "Deletes keys",
    tips: MULTI_SHARD,
    run: deleteKeys,
  },
  unlink: {
    arity: -2,
    flags: WRITE | FAST,
    keys: allKeys("RM delete"),
    usage: "key [key ...]",
    since: "4.0.0",
    complexity:
      "O(1) for each key removed regardless of its size. Then the command does O(N) work in a different thread in order to reclaim memory, where N is the number of allocations the deleted objects where composed of.",
    summary: "Deletes keys now and frees their memory later",
    tips: MULTI_SHARD,
    run: deleteKeys,
  },
  exists: {
    arity: -2,
    flags: READONLY | FAST,
    keys: allKeys("RO"),
    usage: "key [key ...]",
    since: "1.0.0",
    complexity: "O(N) where N is the number of keys to check.",
    summary: "Counts how many of the keys given exist",
    constantUpTo: FEW_ARGUMENTS,
    history: [["3.0.3", "Takes several keys."]],
    tips: MULTI_SHARD,
    run: exists,
  },
  touch: {
    arity: -2,
    flags: READONLY | FAST,
    keys: allKeys("RO"),
    usage: "key [key ...]",
    since: "3.2.1",
    complexity: "O(N) where N is the number of keys that will be touched.",
    summary: "Marks keys as used just now and counts them",
    constantUpTo: FEW_ARGUMENTS,
    tips: MULTI_SHARD,
    run: touch,
  },
  type: {
    arity: 2,
    flags: READONLY | FAST,
    keys: oneKey("RO"),
    usage: "key",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Tells the type of a key's value",
    run: type,
  },
  keys: {
    arity: 2,
    flags: READONLY | DANGEROUS,
    usage: "pattern",
    since: "1.0.0",
    complexity:
      "O(N) with N being the number of keys in the database, under the assumption that the key names in the database and the given pattern have limited length.",
    summary: "Lists all keys that match a pattern",
    tips: ["request_policy:all_shards", "nondeterministic_output_order"],
    run: keys,
  },
  scan: {
    arity: -2,
    flags: READONLY,
    usage: "cursor [MATCH pattern] [COUNT count] [TYPE type]",
    since: "2.8.0",
    complexity:
      "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to return back to 0. N is the number of elements inside the collection.",
    summary: "Goes through the keys of the database, some at each call",
    history: [["6.0.0", "Takes `TYPE`."]],
    tips: ["nondeterministic_output", "request_policy:special"],
    run: scan,
  },
  randomkey: {
    arity: 1,
    flags: READONLY,
    usage: "",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Picks a key at random",
    tips: ["request_policy:all_shards", "nondeterministic_output"],
    run: randomkey,
  },
  rename: {
    arity: 3,
    flags: WRITE,
    keys: twoKeys("RW access delete", "OW update"),
    usage: "key newkey",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Gives a key another name, replacing what had that name",
    run: rename,
  },
  renamenx: {
    arity: 3,
    flags: WRITE | FAST,
    keys: twoKeys("RW access delete", "OW insert"),
    usage: "key newkey",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Gives a key another name unless that is taken",
    history: [["3.2.0", "A key may be renamed to the name it has."]],
    run: renamenx,
  },
  copy: {
    arity: -3,
    flags: WRITE | DENYOOM,
    keys: twoKeys("RO access", "OW update"),
    usage: "source destination [DB destination-db] [REPLACE]",
    since: "6.2.0",
    complexity: "O(N) worst case for collections, where N is the number of nested items. O(1) for string values.",
    summary: "Copies a key's value and expiry to another key",
    run: copy,
  },
  move: {
    arity: 3,
    flags: WRITE | FAST,
    keys: oneKey("RW access update"),
    usage: "key db",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Moves a key to another database",
    run: move,
  },
  object: {
    arity: -2,
    flags: 0,
    usage: "",
    since: "2.2.3",
    complexity: "Depends on subcommand.",
    summary: "A container for commands that look inside a key's value",
    sub: {
      encoding: {
        arity: 3,
        flags: READONLY,
        keys: subcommandKey("RO"),
        usage: "key",
        since: "2.2.3",
        complexity: "O(1)",
        summary: "Tells how a value is represented in memory",
        tips: ["nondeterministic_output"],
        run: objectEncoding,
      },
      freq: {
        arity: 3,
        flags: READONLY,
        keys: subcommandKey("RO"),
        usage: "key",
        since: "4.0.0",
        complexity: "O(1)",
        summary: "Tells how often a key is used, on a logarithmic scale",
        tips: ["nondeterministic_output"],
        run: objectFreq,
      },
      help: helpRow("6.2.0"),
      idletime: {
        arity: 3,
        flags: READONLY,
        keys: subcommandKey("RO"),
        usage: "key",
        since: "2.2.3",
        complexity: "O(1)",
        summary: "Tells how many seconds ago a key was last used",
        tips: ["nondeterministic_output"],
        run: objectIdletime,
      },
      refcount: {
        arity: 3,
        flags: READONLY,
        keys: subcommandKey("RO"),
        usage: "key",
        since: "2.2.3",
        complexity: "O(1)",
        summary: "Tells how many references there are to a key's value",
        tips: ["nondeterministic_output"],
        run: objectRefcount,
      },
    },
  },
};

// ---- Existence ----

/** DEL and DELETE; and UNLINK, which leaves the freeing of large values for later. */
export function deleteKeys(ctx: Context, args: Args): void {
  const isLazy = ctx.command.name === "unlink" || ctx.keyspace.lazy.userDel;
  let count = 0;
  for (let i = 1; i < args.count; i++) {
    if (!ctx.db.delete(args, i, isLazy)) continue;
    ctx.touched(args, i, EVENT_GENERIC, "del");
    count++;
  }
  ctx.out.int(count);
}

function exists(ctx: Context, args: Args): void {
  let count = 0;
  for (let i = 1; i < args.count; i++) if (ctx.db.findUntouched(args, i) !== NONE) count++;
  ctx.out.int(count);
}

function touch(ctx: Context, args: Args): void {
  let count = 0;
  for (let i = 1; i < args.count; i++) if (ctx.db.find(args, i) !== NONE) count++;
  ctx.out.int(count);
}

function type(ctx: Context, args: Args): void {
  const entry = ctx.db.findUntouched(args, 1);
  ctx.out.simple(entry === NONE ? "none" : TYPE_NAMES[ctx.db.type(entry)]!);
}

// ---- Going through the keys ----

/** Does the key match the pattern at argument `pattern`? A lone `*` is no pattern: it takes the empty key too. */
function keyMatches(db: Database, entry: Entry, args: Args, pattern: number): boolean {
  return pattern === ABSENT ||
    globMatches(args.bytes, args.start(pattern), args.end(pattern), db.bytes, db.keyStart(entry), db.keyEnd(entry));
}

function keys(ctx: Context, args: Args): void {
  const { db, out } = ctx;
  const pattern = args.is(1, "*") ? ABSENT : 1;
  const mark = out.openArray();
  let count = 0;
  let cursor = 0;
  do {
    cursor = db.scan(cursor, (entry) => {
      if (!keyMatches(db, entry, args, pattern) || !db.isLive(entry)) return;
      out.bulk(db.bytes, db.keyStart(entry), db.keyEnd(entry));
      count++;
    });
  } while (cursor !== 0);
  out.closeArray(mark, count);
}

function scan(ctx: Context, args: Args): void {
  const { db, out } = ctx;
  let cursor = readCursor(args, 1);
  const { count, pattern, type } = readScanOptions(args, 2, true);
  const found: Entry[] = [];
  // a table is never so sparse that this would take long: it shrinks before
  do cursor = db.scan(cursor, (entry) => found.push(entry)); while (cursor !== 0 && found.length < count);
  const typeWanted = type === ABSENT ? ABSENT : typeNumber(args, type);
  const kept = found.filter((entry) =>
    keyMatches(db, entry, args, pattern) && (type === ABSENT || db.type(entry) === typeWanted) && db.keepLive(entry)
  );
  out.array(2);
  out.bulkInt(cursor);
  out.array(kept.length);
  for (const entry of kept) out.bulk(db.bytes, db.keyStart(entry), db.keyEnd(entry));
}

/** The number of the type named by argument `i`; of none, where there is no such type. */
function typeNumber(args: Args, i: number): number {
  return TYPE_NAMES.findIndex((name) => args.is(i, name.toUpperCase()));
}

function randomkey(ctx: Context): void {
  const { db, out } = ctx;
  const entry = db.randomEntry();
  if (entry === NONE) out.null();
  else out.bulk(db.bytes, db.keyStart(entry), db.keyEnd(entry));
}

// ---- From one key to another ----

function rename(ctx: Context, args: Args): void {
  renameKey(ctx, args, false);
  ctx.out.ok();
}

function renamenx(ctx: Context, args: Args): void {
  ctx.out.int(renameKey(ctx, args, true) ? 1 : 0);
}

/** @returns Whether anything was renamed. */
function renameKey(ctx: Context, args: Args, sparesExisting: boolean): boolean {
  const { db } = ctx;
  const entry = db.findForWrite(args, 1);
  if (entry === NONE) throw NO_SUCH_KEY;
  if (args.same(1, 2) || (sparesExisting && db.peek(args, 2) !== NONE)) return false;
  renameEntry(db, entry, args, 2);
  ctx.touched(args, 1, EVENT_GENERIC, "rename_from");
  ctx.notify(args, 2, EVENT_GENERIC, "rename_to");
  return true;
}

const COPY_IN_CLUSTER = notInCluster("Copying to another database is");
const MOVE_IN_CLUSTER = notInCluster("MOVE is");

function copy(ctx: Context, args: Args): void {
  let target = ctx.db;
  let replaces = false;
  args.from(3);
  while (args.more()) {
    if (args.option("REPLACE")) replaces = true;
    else if (args.option("DB")) target = ctx.keyspace.databases[databaseIndex(ctx, args, args.nextIndex())]!;
    else throw SYNTAX_ERROR;
  }
  if (target !== ctx.db && ctx.engine.cluster !== null) throw COPY_IN_CLUSTER;
  if (target === ctx.db && args.same(1, 2)) throw SAME_OBJECT;
  const entry = ctx.db.find(args, 1);
  if (entry === NONE || (target.findForWrite(args, 2) !== NONE && !replaces)) return ctx.out.int(0);
  copyEntry(ctx.db, entry, target, args, 2);
  ctx.touchedBytes(target, args.bytes, args.start(2), args.end(2), EVENT_GENERIC, "copy_to");
  ctx.out.int(1);
}

function move(ctx: Context, args: Args): void {
  if (ctx.engine.cluster !== null) throw MOVE_IN_CLUSTER;
  const { db } = ctx;
  const target = ctx.keyspace.databases[databaseIndex(ctx, args, 2)]!;
  if (target === db) throw SAME_OBJECT;
  const entry = db.findForWrite(args, 1);
  if (entry === NONE || target.findForWrite(args, 1) !== NONE) return ctx.out.int(0);
  copyEntry(db, entry, target, args, 1);
  db.deleteEntry(entry);
  ctx.notify(args, 1, EVENT_GENERIC, "move_from");
  ctx.touchedBytes(target, args.bytes, args.start(1), args.end(1), EVENT_GENERIC, "move_to");
  ctx.out.int(1);
}

// ---- OBJECT ----

const LATER_ADJUSTED =
  "Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.";
const NO_FREQUENCY = new CommandError(
  "ERR",
  `An LFU maxmemory policy is not selected, access frequency not tracked. ${LATER_ADJUSTED}`,
);
const NO_IDLE_TIME = new CommandError(
  "ERR",
  `An LFU maxmemory policy is selected, idle time not tracked. ${LATER_ADJUSTED}`,
);

/** Redis shares the objects of small integers for ever, and says so by this count. */
const SHARED_INTEGERS = 10_000;
const SHARED_REFERENCES = 2 ** 31 - 1;

function objectEncoding(ctx: Context, args: Args): void {
  const { db, out } = ctx;
  const entry = db.findUnseen(args, 2);
  if (entry === NONE) out.null();
  else out.bulkText(encodingName(db.type(entry), db.encoding(entry)));
}

function objectRefcount(ctx: Context, args: Args): void {
  const { db, out } = ctx;
  const entry = db.findUnseen(args, 2);
  if (entry === NONE) return out.null();
  out.int(referenceCount(db, entry));
}

/** References to the object of a value, as Redis would have them. */
export function referenceCount(db: Database, entry: Entry): number {
  const isShared = db.keyspace.sharesIntegers && db.isInt(entry) && db.intValue(entry) >= 0 &&
    db.intValue(entry) < SHARED_INTEGERS;
  return isShared ? SHARED_REFERENCES : 1;
}

function objectIdletime(ctx: Context, args: Args): void {
  const entry = ctx.db.findUnseen(args, 2);
  if (entry === NONE) return ctx.out.null();
  if (ctx.keyspace.tracksFrequency) throw NO_IDLE_TIME;
  ctx.out.int(ctx.db.idleSeconds(entry));
}

function objectFreq(ctx: Context, args: Args): void {
  const entry = ctx.db.findUnseen(args, 2);
  if (entry === NONE) return ctx.out.null();
  if (!ctx.keyspace.tracksFrequency) throw NO_FREQUENCY;
  ctx.out.int(ctx.db.frequency(entry));
}
