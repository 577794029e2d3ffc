/** Databases as a whole: DBSIZE, FLUSHDB, FLUSHALL, SWAPDB. */
import type { Args } from "../engine/args.ts";
import { DANGEROUS, FAST, READONLY, WRITE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, INVALID_DB_INDEX, notInCluster, SYNTAX_ERROR } from "../engine/errors.ts";
import { ALL_DATABASES } from "../engine/hooks.ts";

const FLUSH_HISTORY = [
  ["4.0.0", "Takes `ASYNC`."],
  ["6.2.0", "Takes `SYNC`."],
] as const;

/** Rows of the commands on databases; of Redis' group `server`. */
export const databaseCommands: CommandGroup = {
  dbsize: {
    arity: 1,
    flags: READONLY | FAST,
    usage: "",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Counts the keys of the selected database",
    tips: ["request_policy:all_shards", "response_policy:agg_sum"],
    categories: ["keyspace"],
    run: (ctx) => ctx.out.int(ctx.db.size),
  },
  flushdb: {
    arity: -1,
    flags: WRITE | DANGEROUS,
    usage: "[ASYNC | SYNC]",
    since: "1.0.0",
    complexity: "O(N) where N is the number of keys in the selected database",
    summary: "Deletes all keys of the selected database",
    tips: ["request_policy:all_shards", "response_policy:all_succeeded"],
    categories: ["keyspace"],
    history: FLUSH_HISTORY,
    run: flushdb,
  },
  flushall: {
    arity: -1,
    flags: WRITE | DANGEROUS,
    usage: "[ASYNC | SYNC]",
    since: "1.0.0",
    complexity: "O(N) where N is the total number of keys in all databases",
    summary: "Deletes all keys of all databases",
    tips: ["request_policy:all_shards", "response_policy:all_succeeded"],
    categories: ["keyspace"],
    history: FLUSH_HISTORY,
    run: flushall,
  },
  swapdb: {
    arity: 3,
    flags: WRITE | FAST | DANGEROUS,
    usage: "index1 index2",
    since: "4.0.0",
    complexity: "O(N) where N is the count of clients watching or blocking on keys from both databases.",
    summary: "Exchanges the contents of two databases",
    categories: ["keyspace"],
    run: swapdb,
  },
};

function flushdb(ctx: Context, args: Args): void {
  const isLazy = readFlushMode(ctx, args);
  const count = flushDatabase(ctx);
  if (isLazy) ctx.keyspace.lazyFreed += count;
  ctx.out.ok();
}

/**
 * Deletes all keys of the selected database. As in Redis, the command is propagated even where there was none.
 *
 * @param ctx Tells which database.
 * @returns How many keys there were.
 */
export function flushDatabase(ctx: Context): number {
  const { size } = ctx.db;
  ctx.databasesChange("flush", ctx.db.index, ctx.db.index);
  ctx.db.clear();
  ctx.dirty += size;
  ctx.propagateAlways();
  return size;
}

function flushall(ctx: Context, args: Args): void {
  const isLazy = readFlushMode(ctx, args);
  const { saver, hooks } = ctx.engine;
  saver.cancel(); // what it was saving is of no use any more
  ctx.databasesChange("flush", ALL_DATABASES, ALL_DATABASES);
  for (const db of ctx.keyspace.databases) {
    ctx.dirty += db.size;
    if (isLazy) ctx.keyspace.lazyFreed += db.size;
    db.clear();
  }
  if (!hooks.isQuiet) saver.flushed(); // a file being loaded may yet prove to be none
  ctx.propagateAlways();
  ctx.out.ok();
}

/**
 * Is it to be ASYNC? It does the same as SYNC, a database's memory being one buffer that is dropped at once, but counts as
 * freed later, as whoever looks at INFO expects.
 */
function readFlushMode(ctx: Context, args: Args): boolean {
  if (args.count === 1) return ctx.keyspace.lazy.userFlush;
  const isAsync = args.is(1, "ASYNC");
  if (args.count > 2 || (!isAsync && !args.is(1, "SYNC"))) throw SYNTAX_ERROR;
  return isAsync;
}

const INVALID_FIRST_INDEX = new CommandError("ERR", "invalid first DB index");
const INVALID_SECOND_INDEX = new CommandError("ERR", "invalid second DB index");

const SWAPDB_IN_CLUSTER = notInCluster("SWAPDB is");

function swapdb(ctx: Context, args: Args): void {
  if (ctx.engine.cluster !== null) throw SWAPDB_IN_CLUSTER;
  const first = int32(args, 1, INVALID_FIRST_INDEX);
  const second = int32(args, 2, INVALID_SECOND_INDEX);
  if (!isDatabase(ctx, first) || !isDatabase(ctx, second)) throw INVALID_DB_INDEX;
  if (first !== second) {
    ctx.databasesChange("swap", first, second);
    ctx.keyspace.swap(first, second);
  }
  ctx.selectDb(ctx.client.db); // the same index is another database now
  ctx.dirty++;
  ctx.out.ok();
}

const OUT_OF_INT32 = new CommandError("ERR", "value is out of range, value must between -2147483648 and 2147483647");

/** A 32-bit integer; `error` replaces Redis' two texts for what is none. */
export function int32(args: Args, i: number, error?: CommandError): number {
  const n = args.int(i, error);
  if (n !== (n | 0)) throw error ?? OUT_OF_INT32;
  return n;
}

function isDatabase(ctx: Context, index: number): boolean {
  return index >= 0 && index < ctx.keyspace.databases.length;
}

/**
 * Argument `i` as the number of a database of this server.
 *
 * @param ctx Tells how many databases there are.
 * @param args The arguments.
 * @param i Which of them.
 * @returns The number.
 * @throws {CommandError} It is no 32-bit integer, or there is no such database.
 */
export function databaseIndex(ctx: Context, args: Args, i: number): number {
  const index = int32(args, i);
  if (!isDatabase(ctx, index)) throw INVALID_DB_INDEX;
  return index;
}
