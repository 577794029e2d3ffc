/**
 * Clients that were given messages outside of their own commands: what they have got is sent when the commands under way
 * have ended, for all messages of a pipeline together.
 */
import type { ClientState } from "./client_state.ts";

export class Unsent {
  readonly #clients: Set<ClientState> = new Set();
  readonly #flush: () => void;

  constructor() {
    this.#flush = () => {
      for (const client of this.#clients) client.connection.flush();
      this.#clients.clear();
    };
  }

  /** A client has been given a message; one whose output is too large by now is gone afterwards. */
  add(client: ClientState): void {
    if (this.#clients.size === 0) queueMicrotask(this.#flush);
    this.#clients.add(client);
    client.connection.checkOutput();
  }
}
