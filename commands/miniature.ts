/**
 * The two commands of the original miniature server that Redis has under other names or not at all. Both answer counts.
 * Whoever repeats our writes may be a Redis: they propagate as DEL and FLUSHDB.
 */
import type { Args } from "../engine/args.ts";
import { allKeys, DANGEROUS, WRITE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { flushDatabase } from "./database.ts";
import { deleteKeys } from "./generic.ts";

/** Rows of DELETE and FLUSH. */
export const miniatureCommands: CommandGroup = {
  delete: {
    arity: -2,
    flags: WRITE,
    keys: allKeys("RM delete"),
    usage: "key [key ...]",
    since: "0.1.0",
    complexity: "O(N) where N is the number of keys that will be removed.",
    summary: "Deletes keys and answers how many there were; the original miniature server's DEL",
    tips: ["request_policy:multi_shard", "response_policy:agg_sum"],
    run: deleteCommand,
  },
  flush: {
    arity: 1,
    flags: WRITE | DANGEROUS,
    usage: "",
    since: "0.1.0",
    complexity: "O(N) where N is the number of keys in the selected database",
    summary: "Deletes all keys of the selected database and answers how many there were",
    group: "server",
    tips: ["request_policy:all_shards", "response_policy:agg_sum"],
    categories: ["keyspace"],
    run: flush,
  },
};

function deleteCommand(ctx: Context, args: Args): void {
  deleteKeys(ctx, args);
  if (ctx.propagates) ctx.propagateList(Array.from({ length: args.count }, (_, i) => i === 0 ? "DEL" : args.copy(i)));
}

function flush(ctx: Context): void {
  ctx.propagate("FLUSHDB");
  ctx.out.int(flushDatabase(ctx));
}
