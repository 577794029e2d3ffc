/**
 * Refuses writes while they could not be kept, and PING, so that those who watch the server notice.
 */
import type { ClientState } from "./client_state.ts";
import { type Command, WRITE } from "./command.ts";
import type { CommandError } from "./errors.ts";
import { SERVER_GUARDED, type ServerGates } from "./server_gates.ts";

export class WriteGuard {
  readonly #gates: ServerGates;
  /** Why, by who says so, in the order of their weight. */
  readonly #reasons: (CommandError | null)[] = [null, null];

  constructor(gates: ServerGates) {
    this.#gates = gates;
  }

  /** Has writes refused, or lets them pass again as far as this side is concerned. */
  set(by: "rdb" | "aof", reason: CommandError | null): void {
    this.#reasons[by === "rdb" ? 0 : 1] = reason;
    this.#gates.set(SERVER_GUARDED, this.#reasons.some((other) => other !== null));
  }

  /**
   * Lets a command of a client pass; EXEC writes if one of its commands does.
   *
   * @throws {CommandError} It is refused now.
   */
  admit({ transaction }: ClientState, { name, flags }: Command): void {
    const isWrite = (flags & WRITE) !== 0 || name === "ping" ||
      (name === "exec" && transaction !== null && transaction.commands.some(({ command }) => command.flags & WRITE));
    const reason = this.#reasons.find((reason) => reason !== null);
    if (isWrite && reason) throw reason;
  }
}
