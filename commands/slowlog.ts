/** SLOWLOG: the latest commands that took long (engine/slow_log.ts). */
import type { Args } from "../engine/args.ts";
import { ADMIN, LOADING, STALE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError } from "../engine/errors.ts";
import { helpRow } from "./help.ts";

/** The row of SLOWLOG, a container of subcommands. */
export const slowlogCommands: CommandGroup = {
  slowlog: {
    arity: -2,
    flags: 0,
    usage: "",
    since: "2.2.12",
    complexity: "Depends on subcommand.",
    summary: "Tells which commands took long",
    sub: {
      get: {
        arity: -2,
        flags: ADMIN | LOADING | STALE,
        usage: "[count]",
        since: "2.2.12",
        complexity: "O(N) where N is the number of entries returned",
        summary: "Answers the latest slow commands: 10, or as many as asked for, -1 for all",
        tips: ["request_policy:all_nodes", "nondeterministic_output"],
        history: [["4.0.0", "Tells address and name of the client."]],
        run: slowlogGet,
      },
      help: helpRow("6.2.0"),
      len: {
        arity: 2,
        flags: ADMIN | LOADING | STALE,
        usage: "",
        since: "2.2.12",
        complexity: "O(1)",
        summary: "Answers how many slow commands are kept",
        tips: ["request_policy:all_nodes", "response_policy:agg_sum", "nondeterministic_output"],
        run: slowlogLen,
      },
      reset: {
        arity: 2,
        flags: ADMIN | LOADING | STALE,
        usage: "",
        since: "2.2.12",
        complexity: "O(N) where N is the number of entries in the slowlog",
        summary: "Forgets the slow commands",
        tips: ["request_policy:all_nodes", "response_policy:all_succeeded"],
        run: slowlogReset,
      },
    },
  },
};

const DEFAULT_COUNT = 10;
const COUNT_TOO_SMALL = new CommandError("ERR", "count should be greater than or equal to -1");

function slowlogGet(ctx: Context, args: Args): void {
  const { out, engine } = ctx;
  if (args.count > 3) throw unknownSubcommand(args);
  let count = args.count === 3 ? args.int(2, COUNT_TOO_SMALL) : DEFAULT_COUNT;
  if (count < -1) throw COUNT_TOO_SMALL;
  if (count === -1) count = Infinity;
  out.array(Math.min(count, engine.slowLog.length));
  for (const entry of engine.slowLog.latest(count)) {
    out.array(6);
    out.int(entry.id);
    out.int(entry.atSeconds);
    out.int(entry.microseconds);
    out.array(entry.args.length);
    for (const arg of entry.args) out.bulkBytes(arg);
    out.bulkText(entry.address);
    out.bulkText(entry.clientName);
  }
}

function unknownSubcommand(args: Args): CommandError {
  const name = args.quoted(1, 128);
  return new CommandError("ERR", `unknown subcommand or wrong number of arguments for '${name}'. Try SLOWLOG HELP.`);
}

function slowlogLen(ctx: Context): void {
  ctx.out.int(ctx.engine.slowLog.length);
}

function slowlogReset(ctx: Context): void {
  ctx.engine.slowLog.reset();
  ctx.out.ok();
}
