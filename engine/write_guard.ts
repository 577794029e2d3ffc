/**
 * Refuses writes while they could not be kept, or would not be repeated by as many replicas as are asked for. One integer for
 * dispatch to test. Where writes cannot be kept PING is refused too, so that those who watch the server notice.
 */
import type { ClientState } from "./client_state.ts";
import { type Command, WRITE } from "./command.ts";
import type { Config } from "./config.ts";
import { type CommandError, NO_REPLICAS } from "./errors.ts";

/** Who may have writes refused, in the order of their weight: what is kept in files, and `min-replicas-to-write`. */
type Guard = "rdb" | "aof" | "replicas";

/** Are writes to be refused while fewer replicas than so many have been heard of within so many seconds? */
export function asksForReplicas(config: Config): boolean {
  return config.number("min-replicas-to-write") > 0 && config.number("min-replicas-max-lag") > 0;
}

export class WriteGuard {
  /** Not 0 while writes are refused. */
  mode = 0;
  readonly #reasons: Record<Guard, CommandError | null> = { rdb: null, aof: null, replicas: null };

  constructor(config: Config) {
    // a server without replicas has none that could be good enough
    const readReplicas = () => {
      this.set("replicas", asksForReplicas(config) ? NO_REPLICAS : null);
    };
    readReplicas();
    for (const name of ["min-replicas-to-write", "min-replicas-max-lag"]) config.on(name, readReplicas);
  }

  /** Has writes refused, or lets them pass again as far as this side is concerned. */
  set(by: Guard, reason: CommandError | null): void {
    this.#reasons[by] = reason;
    this.mode = Object.values(this.#reasons).some((reason) => reason !== null) ? 1 : 0;
  }

  /** Why a command of a client is refused now; null: it is not. EXEC writes if one of its commands does. */
  refusal({ transaction }: ClientState, { name, flags }: Command): CommandError | null {
    const { rdb, aof, replicas } = this.#reasons;
    if (name === "ping") return rdb ?? aof;
    const isWrite = (flags & WRITE) !== 0 ||
      (name === "exec" && transaction !== null && transaction.commands.some(({ command }) => command.flags & WRITE));
    return isWrite ? rdb ?? aof ?? replicas : null;
  }
}
