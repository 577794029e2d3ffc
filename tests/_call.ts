/** Commands straight into dispatch, without a connection: for tests of commands, with a clock moved by hand. */
import { type ClientConnection, ClientState, NO_CONNECTION } from "../engine/client_state.ts";
import { Dispatcher } from "../engine/dispatch.ts";
import { batchOf, type CommandBatch } from "../resp/command_batch.ts";
import { CommandDecoder } from "../resp/command_decoder.ts";
import { createEngine, type EngineOptions } from "../server/engine.ts";
import type { Clock } from "../store/clock.ts";
import { latin1 } from "./compat/random/reply.ts";

/** A clock that stands still until it is moved. */
export class HandClock implements Clock {
  #nowMs: number;

  constructor(nowMs = 1_700_000_000_000) {
    this.#nowMs = nowMs;
  }

  now(): number {
    return this.#nowMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }

  setTimeout(): never {
    throw new Error("Cannot wait: this clock has no timers");
  }

  defer(): never {
    throw new Error("Cannot wait: this clock has no timers");
  }

  clearTimeout(): void {}
}

const CONNECTION: ClientConnection = {
  ...NO_CONNECTION,
  address: "127.0.0.1:50000",
  localAddress: "127.0.0.1:6379",
};

/** One client of a server without sockets. */
export interface Caller {
  readonly client: ClientState;
  /** The raw reply to one command, one character per byte; empty while it blocks. */
  raw(...args: (string | Uint8Array)[]): string;
  /** The raw replies to bytes as they come over a wire. */
  wire(text: string): string;
  /** What was replied since, to a command that blocked. */
  received(): string;
}

/**
 * A server without sockets, and one client of it; `connect()` makes more. The clock is moved by hand; `TimerClock` also has
 * timers, which blocking with a time-out needs.
 */
export function newCaller<C extends Clock = HandClock>(options: EngineOptions & { protocol?: 2 | 3; clock?: C } = {}) {
  const clock = (options.clock ?? new HandClock()) as C;
  const engine = createEngine({ seed: 1, ...options, clock });
  const dispatcher = new Dispatcher(engine);
  /** What clients that are not halted any more go on with. */
  const resumed: (() => void)[] = [];

  function connect(protocol: 2 | 3 = options.protocol ?? 2): Caller {
    const client = new ClientState(engine.clients.size + 1, { ...CONNECTION, resume }, clock.now());
    client.out.protocol = protocol;
    engine.clients.set(client.id, client);

    let left: { readonly batch: CommandBatch; at: number } | null = null;

    function execute(batch: CommandBatch, at = 0): void {
      do at = dispatcher.execute(client, batch, at); while (at < batch.size && !client.isHalted);
      left = at < batch.size ? { batch, at } : null;
    }

    /** Goes on with what was left when the client was halted; not in the middle of the command that frees it. */
    function resume(): void {
      if (left !== null) resumed.push(() => left !== null && execute(left.batch, left.at));
    }

    return {
      client,
      raw(...args) {
        execute(batchOf(args));
        for (let next = resumed.shift(); next !== undefined; next = resumed.shift()) next();
        return latin1(client.out.take());
      },
      wire(text) {
        const decoder = new CommandDecoder();
        const batch = decoder.decode(Uint8Array.from(text, (c) => c.charCodeAt(0)));
        execute(batch);
        if (batch.error !== null) client.out.error(`ERR Protocol error: ${batch.error.message}`);
        return latin1(client.out.take());
      },
      received() {
        for (let next = resumed.shift(); next !== undefined; next = resumed.shift()) next();
        return latin1(client.out.take());
      },
    };
  }

  return { engine, clock, connect, ...connect() };
}
