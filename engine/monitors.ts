/**
 * Clients that watch what the server executes (MONITOR): each gets a line for every command of any client, after it has
 * run. Administrative commands are not shown, nor what is secret in the others.
 *
 * Nothing is listened to while nobody watches.
 */
import type { Clock } from "../store/clock.ts";
import type { Args } from "./args.ts";
import { type ClientState, GATE_REPLY } from "./client_state.ts";
import { type Command, REDACTED, secretArguments } from "./command.ts";
import type { CommandListener, Hooks } from "./hooks.ts";
import { quotedText } from "./quoted_text.ts";

export class Monitors {
  readonly #hooks: Hooks;
  readonly #clock: Clock;
  readonly #clients: Set<ClientState> = new Set();
  readonly #onCommand: CommandListener;

  constructor(hooks: Hooks, clock: Clock) {
    this.#hooks = hooks;
    this.#clock = clock;
    this.#onCommand = (client, command, args) => this.#tell(client, command, args);
  }

  /** How many there are. */
  get count(): number {
    return this.#clients.size;
  }

  has(client: ClientState): boolean {
    return this.#clients.has(client);
  }

  add(client: ClientState): void {
    this.#clients.add(client);
    if (this.#clients.size === 1) this.#hooks.commandRan.add(this.#onCommand);
  }

  /** The client watches no more, or its connection has ended. */
  remove(client: ClientState): void {
    if (this.#clients.delete(client) && this.#clients.size === 0) this.#hooks.commandRan.remove(this.#onCommand);
  }

  #tell(client: ClientState, command: Command, args: Args): void {
    const line = `${seconds(this.#clock.now())} [${client.db} ${source(client)}] ${shown(command, args)}`;
    for (const monitor of this.#clients) {
      if ((monitor.gates & GATE_REPLY) !== 0) continue;
      monitor.out.simple(line);
      if (monitor !== client) monitor.connection.flush(); // the client's own is sent with its replies
    }
  }
}

/** Seconds with microseconds; the clock knows milliseconds. */
function seconds(ms: number): string {
  return `${Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, "0")}000`;
}

/** Where a client comes from; one on a unix socket by the path of that. */
function source({ connection: { address } }: ClientState): string {
  return address.startsWith("/") ? `unix:${address.slice(0, address.lastIndexOf(":"))}` : address;
}

/** The arguments, each in quotes, readable and on one line. */
function shown(command: Command, args: Args): string {
  const secrets = secretArguments(command, args);
  let text = "";
  for (let i = 0; i < args.count; i++) {
    if (i > 0) text += " ";
    text += secrets.includes(i) ? `"${REDACTED}"` : quotedText(args.bytes, args.start(i), args.end(i));
  }
  return text;
}
