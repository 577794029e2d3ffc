/**
 * `maxmemory-clients`: when all clients together take more than that, those that take most are disconnected, until it is
 * enough. CLIENT NO-EVICT takes a client out of the choice, not out of the sum.
 *
 * Sessions say when a client may take more or less than before, and a sum is kept; one integer test each while there is no
 * limit. What a client takes are its buffers, the arguments it waits with or has queued, and a fixed estimate for each thing
 * it has queued, watches, has subscribed to or is told of by its prefix.
 */
import type { Blocking } from "./blocking.ts";
import type { ClientState } from "./client_state.ts";
import { GATE_PUBSUB } from "./client_state.ts";
import type { Config } from "./config.ts";
import type { Log } from "./log.ts";
import { outputBytes } from "./memory.ts";
import type { PubSub } from "./pubsub.ts";
import type { Statistics } from "./statistics.ts";
import type { Watches } from "./transaction.ts";

/** What the memory of clients is made of. */
export interface ClientMemoryParts {
  readonly blocking: Blocking;
  readonly clients: ReadonlyMap<number, ClientState>;
  readonly config: Config;
  readonly log: Log;
  readonly pubsub: PubSub;
  readonly statistics: Statistics;
  readonly watches: Watches;
}

/** With less than this a server could not be talked to at all (Redis' own figure). */
const LEAST_BYTES = 128 * 1024;
/** A command queued, a key watched, a channel subscribed to, a prefix: the objects and table entries, and a short name. */
const ITEM_BYTES = 128;

export class ClientMemory {
  readonly #parts: ClientMemoryParts;
  /** Is there a limit? An integer, for tests of it. */
  mode = 0;
  #limitBytes = Infinity;
  /** What all clients take, as far as they have been noted. */
  #totalBytes = 0;
  /** Is a look at all clients due, after what is going on now? */
  #isDue = false;

  constructor(parts: ClientMemoryParts) {
    this.#parts = parts;
    const { config } = parts;
    this.#readLimit();
    const noteLimit = () => {
      this.#readLimit();
      this.recount();
    };
    for (const name of ["maxmemory-clients", "maxmemory"]) config.on(name, noteLimit);
  }

  #readLimit(): void {
    const { config } = this.#parts;
    const set = config.number("maxmemory-clients"), maxMemory = config.number("maxmemory");
    const limit = set < 0 ? Math.floor(maxMemory * -set / 100) : set; // a percentage of no limit is none
    this.mode = limit === 0 ? 0 : 1;
    this.#limitBytes = limit === 0 ? Infinity : Math.max(limit, LEAST_BYTES);
  }

  /** Bytes that a client takes. */
  bytesOf(client: ClientState): number {
    const { connection, out, tracking } = client;
    return connection.inputMemoryBytes + outputBytes(connection, out) + this.#parts.blocking.argumentBytes(client) +
      this.#transactionBytesOf(client) + this.#subscriptionBytesOf(client) +
      (tracking === null ? 0 : tracking.prefixes.length * ITEM_BYTES);
  }

  /** Bytes of what a client has queued and of the keys it watches. */
  #transactionBytesOf(client: ClientState): number {
    const { transaction } = client;
    const items = (transaction?.commands.length ?? 0) + this.#parts.watches.countOf(client);
    return (transaction?.argumentBytes ?? 0) + items * ITEM_BYTES;
  }

  #subscriptionBytesOf(client: ClientState): number {
    if ((client.gates & GATE_PUBSUB) === 0) return 0;
    const { pubsub } = this.#parts;
    return (pubsub.count(client) + pubsub.shardChannels.of(client).size) * ITEM_BYTES;
  }

  /** Takes note of what a client takes by now. Only while there is a limit. */
  note(client: ClientState): void {
    const bytes = this.bytesOf(client);
    this.#totalBytes += bytes - client.notedBytes;
    client.notedBytes = bytes;
    if (this.#totalBytes >= this.#limitBytes) this.#evictSoon();
  }

  /** The connection has ended. */
  forget(client: ClientState): void {
    this.#totalBytes -= client.notedBytes;
    client.notedBytes = 0;
  }

  /** Takes note of all clients: there is another limit, or one more of them may be disconnected. */
  recount(): void {
    const { clients } = this.#parts;
    for (const client of clients.values()) {
      if (this.mode === 0) this.forget(client);
      else if (!client.isGone) this.note(client);
    }
  }

  /** Not in the middle of a command: its client may be the one to go, and others may be told of that. */
  #evictSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.#evict();
    });
  }

  #evict(): void {
    const { clients, log, statistics } = this.#parts;
    if (this.#totalBytes < this.#limitBytes) return;
    const largestFirst = [...clients.values()].filter(({ isNoEvict, notedBytes }) => !isNoEvict && notedBytes > 0)
      .sort((a, b) => b.notedBytes - a.notedBytes);
    for (const client of largestFirst) {
      const { id, connection: { address }, name, notedBytes } = client;
      log.log("notice", `Evicting client: id=${id} addr=${address} name=${name} tot-mem=${notedBytes}`);
      client.connection.close(); // which has it forgotten
      statistics.evictedClients++;
      if (this.#totalBytes < this.#limitBytes) return;
    }
    log.log("warning", "Over client maxmemory after evicting all evictable clients");
  }
}
