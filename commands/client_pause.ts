/** CLIENT PAUSE and UNPAUSE: rows among CLIENT's subcommands. What a pause is stands in engine/pause.ts. */
import type { Args } from "../engine/args.ts";
import { blockingMilliseconds } from "../engine/blocking.ts";
import { ADMIN, type CommandSpec, LOADING, NOSCRIPT, STALE } from "../engine/command.ts";
import type { Context } from "../engine/context.ts";
import { CommandError } from "../engine/errors.ts";
import { PAUSE_ALL, PAUSE_WRITES } from "../engine/pause.ts";

export const clientPauseRow: CommandSpec = {
  arity: -3,
  flags: ADMIN | NOSCRIPT | LOADING | STALE,
  usage: "timeout [WRITE | ALL]",
  since: "2.9.50",
  complexity: "O(1)",
  summary: "Has commands wait for some time: those that write, or all",
  history: [["6.2.0", "Takes `WRITE` and `ALL`."]],
  run: clientPause,
};

export const clientUnpauseRow: CommandSpec = {
  arity: 2,
  flags: ADMIN | NOSCRIPT | LOADING | STALE,
  usage: "",
  since: "6.2.0",
  complexity: "O(N) Where N is the number of paused clients",
  summary: "Lets commands that wait since CLIENT PAUSE go on",
  run: clientUnpause,
};

const UNKNOWN_MODE = new CommandError("ERR", "CLIENT PAUSE mode must be WRITE or ALL");

function clientPause(ctx: Context, args: Args): void {
  if (args.count > 4) {
    const name = args.quoted(1, 128);
    throw new CommandError("ERR", `unknown subcommand or wrong number of arguments for '${name}'. Try CLIENT HELP.`);
  }
  const isWriteOnly = args.count === 4 && args.is(3, "WRITE");
  if (args.count === 4 && !isWriteOnly && !args.is(3, "ALL")) throw UNKNOWN_MODE;
  ctx.engine.pause.begin(isWriteOnly ? PAUSE_WRITES : PAUSE_ALL, blockingMilliseconds(args, 2));
  ctx.out.ok();
}

function clientUnpause(ctx: Context): void {
  ctx.engine.pause.end();
  ctx.out.ok();
}
