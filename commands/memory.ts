/** MEMORY USAGE: what a key takes. */
import type { Args } from "../engine/args.ts";
import { LOADING, READONLY, STALE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { SYNTAX_ERROR } from "../engine/errors.ts";
import { NONE } from "../store/database.ts";
import { replyHelp } from "./help.ts";

/** The row of MEMORY, a container of subcommands. */
export const memoryCommands: CommandGroup = {
  memory: {
    arity: -2,
    flags: 0,
    usage: "",
    since: "4.0.0",
    complexity: "Depends on subcommand.",
    summary: "A container for commands about the use of memory",
    sub: {
      help: {
        arity: 2,
        flags: LOADING | STALE,
        usage: "",
        since: "4.0.0",
        complexity: "O(1)",
        summary: "Lists the subcommands",
        run: replyHelp,
      },
      usage: {
        arity: -3,
        flags: READONLY,
        keys: [{ flags: "RO", begin: 2, find: { last: 0, step: 1, limit: 0 } }],
        usage: "key [SAMPLES count]",
        since: "4.0.0",
        complexity: "O(N) where N is the number of samples.",
        summary: "Estimates the bytes that a key and its value take",
        run: memoryUsage,
      },
    },
  },
};

/** Elements of a large value that are looked at unless SAMPLES says otherwise, as in Redis. */
const DEFAULT_SAMPLES = 5;

function memoryUsage(ctx: Context, args: Args): void {
  let samples = DEFAULT_SAMPLES;
  args.from(3);
  while (args.more()) {
    if (!args.option("SAMPLES")) throw SYNTAX_ERROR;
    samples = args.nextInt();
    if (samples < 0) throw SYNTAX_ERROR;
    if (samples === 0) samples = Infinity;
  }
  const entry = ctx.db.peek(args, 2);
  if (entry === NONE) ctx.out.null();
  else ctx.out.int(ctx.db.memoryBytes(entry, samples));
}
