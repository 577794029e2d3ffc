/** `client-output-buffer-limit`: how much a client may leave unread. */
import type { ClientState } from "./client_state.ts";
import type { Config, OutputLimit } from "./config.ts";

/** What the limits say of a client. */
export interface OutputVerdict {
  readonly isOver: boolean;
  /** Since when it is past the soft limit, in milliseconds; 0: it is not. */
  readonly overSoftLimitSinceMs: number;
}

export class OutputLimits {
  #normal: OutputLimit;

  constructor(config: Config) {
    this.#normal = config.outputLimit("normal");
    config.on("client-output-buffer-limit", () => {
      this.#normal = config.outputLimit("normal");
    });
  }

  /** Is there any limit at all? */
  get isAnySet(): boolean {
    return this.#normal.hardBytes !== 0 || this.#normal.softBytes !== 0;
  }

  /** Is there any limit for clients of this kind? */
  isLimited(_client: ClientState): boolean {
    return this.isAnySet;
  }

  judge(_client: ClientState, pendingBytes: number, overSoftLimitSinceMs: number, nowMs: number): OutputVerdict {
    const { hardBytes, softBytes, softSeconds } = this.#normal;
    if (hardBytes !== 0 && pendingBytes >= hardBytes) return { isOver: true, overSoftLimitSinceMs };
    if (softBytes === 0 || pendingBytes < softBytes) return { isOver: false, overSoftLimitSinceMs: 0 };
    const since = overSoftLimitSinceMs === 0 ? nowMs : overSoftLimitSinceMs;
    return { isOver: nowMs - since > softSeconds * 1000, overSoftLimitSinceMs: since };
  }
}
