/**
 * Those who share a client's first line: subscriptions, and client-side caching. Each hears what is meant for it.
 */
import type { Push } from "../resp/reply.ts";
import type { ConnectionError } from "./errors.ts";
import type { Greeting, Replay } from "./handshake.ts";
import type { LineUser } from "./line.ts";

/** Splits what a line says between two users. */
export class LineUsers implements LineUser {
  readonly #subscriptions: LineUser;
  readonly #cache: LineUser | null;

  /**
   * @param subscriptions Gets messages.
   * @param cache Gets invalidations; null: nobody has asked for them.
   */
  constructor(subscriptions: LineUser, cache: LineUser | null) {
    this.#subscriptions = subscriptions;
    this.#cache = cache;
  }

  replay(protocol: 2 | 3 | null): Replay | null {
    const first = this.#cache?.replay(protocol) ?? null, second = this.#subscriptions.replay(protocol);
    if (first === null || second === null) return first ?? second;
    return {
      commands: [...first.commands, ...second.commands],
      subscriptions: [...first.subscriptions, ...second.subscriptions],
      refused(error, command) {
        const isFirst = first.commands.includes(command) || first.subscriptions.includes(command);
        (isFirst ? first : second).refused(error, command);
      },
    };
  }

  greeted(greeting: Greeting): void {
    this.#cache?.greeted(greeting);
    this.#subscriptions.greeted(greeting);
  }

  pushed(push: Push): void {
    if (push.kind === "invalidate") this.#cache?.pushed(push);
    else this.#subscriptions.pushed(push);
  }

  lost(reason: ConnectionError): void {
    this.#cache?.lost(reason);
    this.#subscriptions.lost(reason);
  }

  gaveUp(reason: ConnectionError): void {
    this.#cache?.gaveUp(reason);
    this.#subscriptions.gaveUp(reason);
  }
}
