/**
 * Refuses writes while they could not be kept, or would not be repeated by as many replicas as are asked for. Where they
 * cannot be kept PING is refused too, so that those who watch the server notice.
 */
import type { ClientState } from "./client_state.ts";
import { type Command, WRITE } from "./command.ts";
import type { Config } from "./config.ts";
import { type CommandError, NO_REPLICAS } from "./errors.ts";
import { SERVER_GUARDED, type ServerGates } from "./server_gates.ts";

/** Who may have writes refused, in the order of their weight: what is kept in files, and `min-replicas-to-write`. */
type Guard = "rdb" | "aof" | "replicas";

/** Are writes to be refused while fewer replicas than so many have been heard of within so many seconds? */
export function asksForReplicas(config: Config): boolean {
  return config.number("min-replicas-to-write") > 0 && config.number("min-replicas-max-lag") > 0;
}

export class WriteGuard {
  readonly #gates: ServerGates;
  readonly #reasons: Record<Guard, CommandError | null> = { rdb: null, aof: null, replicas: null };

  constructor(gates: ServerGates, config: Config) {
    this.#gates = gates;
    // a server without replicas has none that could be good enough
    config.follow(["min-replicas-to-write", "min-replicas-max-lag"], () => {
      this.set("replicas", asksForReplicas(config) ? NO_REPLICAS : null);
    });
  }

  /** Has writes refused, or lets them pass again as far as this side is concerned. */
  set(by: Guard, reason: CommandError | null): void {
    this.#reasons[by] = reason;
    this.#gates.set(SERVER_GUARDED, Object.values(this.#reasons).some((other) => other !== null));
  }

  /**
   * Lets a command of a client pass; EXEC writes if one of its commands does.
   *
   * @throws {CommandError} It is refused now.
   */
  admit({ transaction }: ClientState, { name, flags }: Command): void {
    const { rdb, aof, replicas } = this.#reasons;
    const isWrite = (flags & WRITE) !== 0 ||
      (name === "exec" && transaction !== null && transaction.commands.some(({ command }) => command.flags & WRITE));
    const reason = isWrite ? rdb ?? aof ?? replicas : name === "ping" ? rdb ?? aof : null;
    if (reason !== null) throw reason;
  }
}
