/**
 * The slow log: the latest commands that took at least `slowlog-log-slower-than` microseconds, at most `slowlog-max-len` of
 * them. Long commands are kept in part: 32 arguments, of each 128 bytes. What is secret in them is not kept at all.
 *
 * A ring: adding costs O(1) and the copying, whatever the length of the log.
 */
import type { Clock } from "../store/clock.ts";
import type { Args } from "./args.ts";
import type { ClientState } from "./client_state.ts";
import { type Command, REDACTED, secretArguments } from "./command.ts";
import type { Config } from "./config.ts";
import type { Hooks } from "./hooks.ts";

/** A command in the log. */
export interface SlowCommand {
  /** Counts up from 0, even where the log is emptied. */
  readonly id: number;
  /** When it ended, in seconds since the epoch. */
  readonly atSeconds: number;
  readonly microseconds: number;
  readonly args: readonly Uint8Array[];
  readonly address: string;
  readonly clientName: string;
}

const MAX_ARGUMENTS = 32;
const MAX_ARGUMENT_BYTES = 128;
const UTF8 = new TextEncoder();

export class SlowLog {
  readonly #clock: Clock;
  readonly #config: Config;
  /** Oldest first, from `#first` on; the ring is as long as it has been full. */
  #ring: SlowCommand[] = [];
  #first = 0;
  #nextId = 0;

  constructor(hooks: Hooks, config: Config, clock: Clock) {
    this.#clock = clock;
    this.#config = config;
    hooks.commandWasSlow.add((client, command, args, us) => this.#add(client, command, args, us));
  }

  get length(): number {
    return this.#ring.length;
  }

  reset(): void {
    this.#ring = [];
    this.#first = 0;
  }

  /** The latest entries, at most `count`, newest first. */
  *latest(count: number): Generator<SlowCommand> {
    const { length } = this.#ring;
    for (let i = 1; i <= Math.min(count, length); i++) yield this.#ring[(this.#first + length - i) % length]!;
  }

  #add(client: ClientState, command: Command, args: Args, us: number): void {
    const entry: SlowCommand = {
      id: this.#nextId++,
      atSeconds: Math.floor(this.#clock.now() / 1000),
      microseconds: Math.floor(us),
      args: shortened(command, args),
      address: client.connection.address,
      clientName: client.name,
    };
    const most = this.#config.number("slowlog-max-len");
    if (this.#ring.length > most) this.#shorten(most); // the directive has changed: noticed here, as in Redis
    if (this.#ring.length < most) {
      if (this.#first > 0) this.#straighten();
      this.#ring.push(entry);
    } else if (most > 0) {
      this.#ring[this.#first] = entry;
      this.#first = (this.#first + 1) % most;
    }
  }

  #shorten(most: number): void {
    this.#straighten();
    this.#ring.splice(0, this.#ring.length - most);
  }

  /** Has the ring begin with its oldest entry. */
  #straighten(): void {
    this.#ring = [...this.#ring.slice(this.#first), ...this.#ring.slice(0, this.#first)];
    this.#first = 0;
  }
}

/** The arguments as they are kept: copied, and shortened as in Redis. */
function shortened(command: Command, args: Args): Uint8Array[] {
  const secrets = secretArguments(command, args);
  const kept: Uint8Array[] = [];
  const isCut = args.count > MAX_ARGUMENTS;
  const whole = isCut ? MAX_ARGUMENTS - 1 : args.count;
  for (let i = 0; i < whole; i++) {
    if (secrets.includes(i)) kept.push(UTF8.encode(REDACTED));
    else kept.push(shortenedArgument(args, i));
  }
  if (isCut) kept.push(UTF8.encode(`... (${args.count - whole} more arguments)`));
  return kept;
}

function shortenedArgument(args: Args, i: number): Uint8Array {
  const length = args.length(i);
  if (length <= MAX_ARGUMENT_BYTES) return args.copy(i);
  const note = UTF8.encode(`... (${length - MAX_ARGUMENT_BYTES} more bytes)`);
  const bytes = new Uint8Array(MAX_ARGUMENT_BYTES + note.length);
  const start = args.start(i);
  bytes.set(args.bytes.subarray(start, start + MAX_ARGUMENT_BYTES));
  bytes.set(note, MAX_ARGUMENT_BYTES);
  return bytes;
}
