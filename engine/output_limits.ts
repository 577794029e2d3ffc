/** `client-output-buffer-limit`: how much a client may leave unread. */
import { type ClientState, GATE_PUBSUB } from "./client_state.ts";
import type { Config, OutputLimit } from "./config.ts";

export class OutputLimits {
  #normal!: OutputLimit;
  /** Of subscribers. */
  #pubsub!: OutputLimit;

  constructor(config: Config) {
    config.follow(["client-output-buffer-limit"], () => {
      this.#normal = config.outputLimit("normal");
      this.#pubsub = config.outputLimit("pubsub");
    });
  }

  /** Is there any limit for clients that are no subscribers? */
  get isNormalLimited(): boolean {
    return isSet(this.#normal);
  }

  /** Is there any limit for clients of this kind? */
  isLimited(client: ClientState): boolean {
    return isSet(this.#limitOf(client));
  }

  /** Has a client left too much unread, or for too long? Notes when it passes its soft limit. */
  isOver(client: ClientState, pendingBytes: number, nowMs: number): boolean {
    const { hardBytes, softBytes, softSeconds } = this.#limitOf(client);
    if (hardBytes !== 0 && pendingBytes >= hardBytes) return true;
    if (softBytes === 0 || pendingBytes < softBytes) {
      client.overSoftLimitSinceMs = 0;
      return false;
    }
    if (client.overSoftLimitSinceMs === 0) client.overSoftLimitSinceMs = nowMs;
    return nowMs - client.overSoftLimitSinceMs > softSeconds * 1000;
  }

  /** When a client that is beyond its soft limit will have been so for too long; `Infinity`: it is not. */
  overAtMs(client: ClientState): number {
    const sinceMs = client.overSoftLimitSinceMs;
    return sinceMs === 0 ? Infinity : sinceMs + this.#limitOf(client).softSeconds * 1000 + 1;
  }

  #limitOf(client: ClientState): OutputLimit {
    return (client.gates & GATE_PUBSUB) !== 0 ? this.#pubsub : this.#normal;
  }
}

function isSet({ hardBytes, softBytes }: OutputLimit): boolean {
  return hardBytes !== 0 || softBytes !== 0;
}
