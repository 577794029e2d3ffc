/** SAVE, BGSAVE, LASTSAVE: the data set as an RDB file. */
import type { Args } from "../engine/args.ts";
import { ADMIN, FAST, LOADING, NO_ASYNC_LOADING, NO_MULTI, NOSCRIPT, STALE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, SYNTAX_ERROR } from "../engine/errors.ts";

/** Rows of the commands; of Redis' group `server`. */
export const saveCommands: CommandGroup = {
  save: {
    arity: 1,
    flags: NO_ASYNC_LOADING | ADMIN | NOSCRIPT | NO_MULTI,
    usage: "",
    since: "1.0.0",
    complexity: "O(N) where N is the total number of keys in all databases",
    summary: "Saves all keys to a file, while everybody waits",
    run: save,
  },
  bgsave: {
    arity: -1,
    flags: NO_ASYNC_LOADING | ADMIN | NOSCRIPT,
    usage: "[SCHEDULE]",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Saves all keys to a file, in the background",
    history: [["3.2.2", "Takes `SCHEDULE`."]],
    run: bgsave,
  },
  lastsave: {
    arity: 1,
    flags: LOADING | STALE | FAST,
    usage: "",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Tells when all keys were last saved",
    tips: ["nondeterministic_output"],
    categories: ["admin", "dangerous"],
    run: lastsave,
  },
};

const IN_PROGRESS = new CommandError("ERR", "Background save already in progress");
const OTHER_IN_PROGRESS = new CommandError(
  "ERR",
  "Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in order to schedule a BGSAVE " +
    "whenever possible.",
);
/** Redis says no more; its log does. */
const FAILED = new CommandError("ERR", "");
const NO_FILES = new CommandError("ERR", "this server keeps no files: its configuration names no dir");

function save(ctx: Context): void {
  const { saver, saves } = ctx.engine;
  if (!saver.hasFiles) throw NO_FILES;
  if (saver.isSaving) throw IN_PROGRESS;
  saves.saves++;
  if (!saver.saveNow()) throw FAILED;
  ctx.out.ok();
}

function bgsave(ctx: Context, args: Args): void {
  const { saver, saves, hooks } = ctx.engine;
  if (args.count > 2 || (args.count === 2 && !args.is(1, "SCHEDULE"))) throw SYNTAX_ERROR;
  if (!saver.hasFiles) throw NO_FILES;
  if (saver.isSaving) throw IN_PROGRESS;
  const isInTransaction = hooks.together !== null; // of which it would be a part: Redis makes no process meanwhile
  if (isInTransaction || ctx.keyspace.snapshot !== null) {
    if (!isInTransaction && args.count === 1) throw OTHER_IN_PROGRESS;
    saves.isScheduled = true;
    return ctx.out.simple("Background saving scheduled");
  }
  saver.begin();
  ctx.out.simple("Background saving started");
}

function lastsave(ctx: Context): void {
  ctx.out.int(Math.floor(ctx.engine.saves.savedAtMs / 1000));
}
