/** The server as a whole: TIME, SHUTDOWN. INFO and DEBUG have files of their own. */
import type { Args } from "../engine/args.ts";
import { ADMIN, ALLOW_BUSY, FAST, LOADING, NO_MULTI, NOSCRIPT, STALE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, SYNTAX_ERROR } from "../engine/errors.ts";
import { prepareShutdown } from "../persistence/shutdown.ts";

/** Rows of the commands. */
export const serverCommands: CommandGroup = {
  shutdown: {
    arity: -1,
    flags: ADMIN | NOSCRIPT | LOADING | STALE | NO_MULTI | ALLOW_BUSY,
    usage: "[NOSAVE | SAVE] [NOW] [FORCE] [ABORT]",
    since: "1.0.0",
    complexity:
      "O(N) when saving, where N is the total number of keys in all databases when saving data, otherwise O(1)",
    summary: "Stops the server",
    history: [["7.0.0", "Takes `NOW`, `FORCE` and `ABORT`."]],
    run: shutdown,
  },
  time: {
    arity: 1,
    flags: LOADING | STALE | FAST,
    usage: "",
    since: "2.6.0",
    complexity: "O(1)",
    summary: "Tells the server's time",
    tips: ["nondeterministic_output"],
    run: time,
  },
};

const NO_SHUTDOWN = new CommandError("ERR", "No shutdown in progress.");
const SHUTDOWN_FAILED = new CommandError("ERR", "Errors trying to SHUTDOWN. Check logs.");

/** Seconds since the epoch, and microseconds within the second: whole milliseconds, which is what the clock knows. */
function time(ctx: Context): void {
  const now = ctx.engine.clock.now();
  ctx.out.array(2);
  ctx.out.bulkInt(Math.floor(now / 1000));
  ctx.out.bulkInt((now % 1000) * 1000);
}

/** No replicas are waited for, so NOW changes nothing, and there is nothing to abort. A client gets no reply to its success. */
function shutdown(ctx: Context, args: Args): void {
  let save = false, nosave = false, force = false, aborts = false, isNow = false;
  args.from(1);
  while (args.more()) {
    if (args.option("SAVE")) save = true;
    else if (args.option("NOSAVE")) nosave = true;
    else if (args.option("NOW")) isNow = true;
    else if (args.option("FORCE")) force = true;
    else if (args.option("ABORT")) aborts = true;
    else throw SYNTAX_ERROR;
  }
  if ((save && nosave) || (aborts && (save || nosave || isNow || force))) throw SYNTAX_ERROR;
  if (aborts) throw NO_SHUTDOWN;
  if (!prepareShutdown(ctx.engine, { save, nosave, force })) throw SHUTDOWN_FAILED;
  ctx.client.closeAfterReply();
  ctx.engine.shutdown();
}
