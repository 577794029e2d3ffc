/**
 * What the periodic work does about the buffers of clients: read buffers of silent clients are given back, those that were
 * large shrink, and the sizes of reply buffers follow what they are needed for. Each client is looked at about once a
 * second, and at least five are at each turn, as in Redis; so ten thousand idle clients cost a thousand looks a turn.
 */
import type { ClientState } from "../engine/client_state.ts";
import type { Engine } from "../engine/context.ts";

/** Clients looked at in one turn at least. */
const LEAST_PER_TURN = 5;
/** Who has sent nothing for longer is silent. */
const SILENT_MS = 3_000; // Redis: "idle for more than 2", in whole seconds

export class ClientBuffers {
  readonly #engine: Engine;
  /** Where the next turn goes on; clients may come and go meanwhile. */
  #next: Iterator<ClientState>;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#next = engine.clients.values();
  }

  /** Looks at the next clients. */
  turn(): void {
    const { clients, config } = this.#engine;
    let left = Math.min(clients.size, Math.max(LEAST_PER_TURN, Math.ceil(clients.size / config.number("hz"))));
    for (; left > 0; left--) {
      let { done, value } = this.#next.next();
      if (done) {
        this.#next = clients.values();
        ({ done, value } = this.#next.next());
        if (done) return;
      }
      this.#fit(value);
    }
  }

  #fit(client: ClientState): void {
    const { keyspace: { now }, replyBuffers, statistics } = this.#engine;
    const { connection, out } = client;
    connection.trim(now - client.lastInteractionMs >= SILENT_MS);
    if (!replyBuffers.areResized) return;
    const change = out.resize();
    if (change > 0) statistics.replyBufferExpands++;
    else if (change < 0) statistics.replyBufferShrinks++;
    const { peakResetMs } = replyBuffers;
    if (peakResetMs < 0 || now - client.peakSinceMs < peakResetMs) return;
    out.resetPeak();
    client.peakSinceMs = now;
  }
}
