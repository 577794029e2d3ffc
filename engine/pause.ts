/**
 * CLIENT PAUSE: for some time no commands are executed, or none that write. A client that sends one is postponed: it is
 * halted before that command, and goes on with it when the pause is over. Keys do not expire meanwhile: they are not found
 * any more when their time has come, but stay.
 */
import type { Clock, TimerId } from "../store/clock.ts";
import type { Keyspace } from "../store/keyspace.ts";
import type { ClientState } from "./client_state.ts";
import { type Command, MAY_REPLICATE, WRITE } from "./command.ts";
import { SERVER_PAUSED, type ServerGates } from "./server_gates.ts";

// What is paused; the larger, the more.
export const PAUSE_OFF = 0;
export const PAUSE_WRITES = 1;
export const PAUSE_ALL = 2;

export class Pause {
  readonly #keyspace: Keyspace;
  readonly #clock: Clock;
  readonly #gates: ServerGates;
  /** One of PAUSE_*. */
  mode = PAUSE_OFF;
  #endsAtMs = 0;
  #timer: TimerId | null = null;
  /** In the order in which they came. */
  readonly #postponed: Set<ClientState> = new Set();

  constructor(keyspace: Keyspace, clock: Clock, gates: ServerGates) {
    this.#keyspace = keyspace;
    this.#clock = clock;
    this.#gates = gates;
  }

  /** How many clients are postponed. */
  get count(): number {
    return this.#postponed.size;
  }

  /** Pauses for so long. A pause under way becomes no shorter by that, and no less strict. */
  begin(mode: typeof PAUSE_WRITES | typeof PAUSE_ALL, durationMs: number): void {
    const endsAtMs = durationMs === 0 ? 0 : this.#clock.now() + durationMs;
    const isPaused = this.mode !== PAUSE_OFF;
    if (!isPaused && endsAtMs === 0) return; // over before it begins
    this.#endsAtMs = isPaused ? Math.max(this.#endsAtMs, endsAtMs) : endsAtMs;
    this.mode = Math.max(this.mode, mode);
    this.#gates.set(SERVER_PAUSED, true);
    this.#keyspace.keepsExpired = true;
    this.#arm();
  }

  end(): void {
    this.stop();
    this.mode = PAUSE_OFF;
    this.#gates.set(SERVER_PAUSED, false);
    this.#keyspace.keepsExpired = false;
    for (const client of [...this.#postponed]) this.#release(client);
  }

  /** Lets no timer run any more: the server closes. */
  stop(): void {
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Has the client's command to wait? */
  holds(client: ClientState, command: Command): boolean {
    if (this.mode === PAUSE_ALL) return true;
    return this.mode === PAUSE_WRITES && mayWrite(client, command);
  }

  postpone(client: ClientState): void {
    client.isPostponed = client.isHalted = true;
    this.#postponed.add(client);
  }

  /** The connection has ended. */
  forget(client: ClientState): void {
    this.#postponed.delete(client);
  }

  #release(client: ClientState): void {
    if (!this.#postponed.delete(client)) return; // gone meanwhile
    client.isPostponed = false;
    client.isHalted = client.isClosing;
    client.connection.resume();
  }

  #arm(): void {
    this.stop();
    this.#timer = this.#clock.setTimeout(() => this.end(), this.#endsAtMs - this.#clock.now());
  }
}

/** EXEC writes if one of its commands does. */
function mayWrite({ transaction }: ClientState, command: Command): boolean {
  if ((command.flags & (WRITE | MAY_REPLICATE)) !== 0) return true;
  if (command.name !== "exec" || transaction === null) return false;
  return transaction.commands.some(({ command: { flags } }) => (flags & (WRITE | MAY_REPLICATE)) !== 0);
}
