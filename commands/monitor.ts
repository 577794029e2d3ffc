/** MONITOR: shows a client what all others have the server do (engine/monitors.ts). */
import { GATE_MONITOR } from "../engine/client_state.ts";
import { ADMIN, LOADING, NOSCRIPT, STALE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError } from "../engine/errors.ts";

/** The row of MONITOR. */
export const monitorCommands: CommandGroup = {
  monitor: {
    arity: 1,
    flags: ADMIN | NOSCRIPT | LOADING | STALE,
    usage: "",
    since: "1.0.0",
    complexity: "",
    summary: "Shows every command that the server executes, from here on",
    run: monitor,
  },
};

const ONE_REPLY_ONLY = new CommandError("ERR", "MONITOR isn't allowed for DENY BLOCKING client");

/** Whoever watches already gets no reply at all, as in Redis. */
function monitor(ctx: Context): void {
  const { monitors } = ctx.engine;
  if (!ctx.mayBlock) throw ONE_REPLY_ONLY; // lines in the middle of a transaction's replies would be taken for those
  if (monitors.has(ctx.client)) return;
  monitors.add(ctx.client);
  ctx.client.gates |= GATE_MONITOR;
  ctx.out.ok();
}
