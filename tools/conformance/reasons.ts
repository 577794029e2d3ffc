/**
 * What a missing test can be said to wait for: most wait for a command, and name it in their failure. As soon as it is there
 * the reason does not hold any more.
 *
 * @module
 */
import { COMMANDS } from "../../commands/mod.ts";

/**
 * Whether a reason names a command that miniredis has.
 *
 * @param reason What a test waits for: `MULTI`, `COMMAND LIST`, `lists`.
 * @returns True for a command of the table, or a subcommand with a row of its own.
 */
export function hasCommand(reason: string): boolean {
  const [name, sub, ...more] = reason.split(" ");
  if (reason !== reason.toUpperCase() || more.length > 0) return false;
  for (const group of Object.values(COMMANDS)) {
    const spec = group[name!.toLowerCase()];
    if (spec !== undefined) return sub === undefined || spec.sub?.[sub.toLowerCase()] !== undefined;
  }
  return false;
}
