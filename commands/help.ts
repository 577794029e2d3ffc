/** HELP of commands that are containers: derived from the rows of their subcommands, so that it lists what there is. */
import { type CommandSpec, LOADING, STALE } from "../engine/command.ts";
import type { Context } from "../engine/context.ts";

/** The row of a container's HELP, which came with the given version. */
export function helpRow(since: string): CommandSpec {
  return {
    arity: 2,
    flags: LOADING | STALE,
    usage: "",
    since,
    complexity: "O(1)",
    summary: "Lists the subcommands",
    run: replyHelp,
  };
}

/** Replies to `<container> HELP`: the subcommands with their usage and summaries, as lines of text. */
function replyHelp(ctx: Context): void {
  const container = ctx.engine.table.get(ctx.command.name.split("|")[0]!)!;
  const lines = [`${container.name.toUpperCase()} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`];
  if (container.run !== null) lines.push("(no subcommand)", `    ${container.spec.summary}.`);
  for (const [name, sub] of container.sub ?? []) {
    if (name === "help") continue;
    lines.push(`${name.toUpperCase()} ${sub.spec.usage}`.trimEnd(), `    ${sub.spec.summary}.`);
  }
  replyLines(ctx, [...lines, "HELP", "    Prints this help."]);
}

/** Replies lines of text, as Redis does for HELP: an array of statuses. */
export function replyLines(ctx: Context, lines: readonly string[]): void {
  ctx.out.array(lines.length);
  for (const line of lines) ctx.out.simple(line);
}
