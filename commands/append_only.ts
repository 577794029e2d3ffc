/** BGREWRITEAOF: makes the append-only file short again. */
import { ADMIN, NO_ASYNC_LOADING, NOSCRIPT } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError } from "../engine/errors.ts";

/** The row of BGREWRITEAOF. */
export const appendOnlyCommands: CommandGroup = {
  bgrewriteaof: {
    arity: 1,
    flags: NO_ASYNC_LOADING | ADMIN | NOSCRIPT,
    usage: "",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Begins to rewrite the append-only file from what is in memory",
    run: bgrewriteaof,
  },
};

const IS_RUNNING = new CommandError("ERR", "Background append only file rewriting already in progress");
const HAS_FAILED = new CommandError(
  "ERR",
  "Can't execute an AOF background rewriting. Please check the server logs for more information.",
);

function bgrewriteaof({ engine, out }: Context): void {
  const outcome = engine.appendOnly?.rewrite() ?? "failed";
  if (outcome === "running") throw IS_RUNNING;
  if (outcome === "failed") throw HAS_FAILED;
  out.simple(`Background append only file rewriting ${outcome}`);
}
