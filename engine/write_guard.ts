/**
 * Refuses writes while they could not be kept, and PING, so that those who watch the server notice. One integer for dispatch
 * to test.
 */
import type { ClientState } from "./client_state.ts";
import { type Command, WRITE } from "./command.ts";
import type { CommandError } from "./errors.ts";

export class WriteGuard {
  /** Not 0 while writes are refused. */
  mode = 0;
  /** Why, by who says so, in the order of their weight. */
  readonly #reasons: (CommandError | null)[] = [null, null];

  /** Has writes refused, or lets them pass again as far as this side is concerned. */
  set(by: "rdb" | "aof", reason: CommandError | null): void {
    this.#reasons[by === "rdb" ? 0 : 1] = reason;
    this.mode = this.#reasons.some((reason) => reason !== null) ? 1 : 0;
  }

  /** Why a command of a client is refused now; null: it is not. EXEC writes if one of its commands does. */
  refusal({ transaction }: ClientState, { name, flags }: Command): CommandError | null {
    const isWrite = (flags & WRITE) !== 0 || name === "ping" ||
      (name === "exec" && transaction !== null && transaction.commands.some(({ command }) => command.flags & WRITE));
    return isWrite ? this.#reasons.find((reason) => reason !== null) ?? null : null;
  }
}
