/** Commands straight into dispatch, without a connection: for tests of commands, with a clock moved by hand. */
import type { ClientConnection } from "../engine/client_state.ts";
import { ClientState } from "../engine/client_state.ts";
import { Dispatcher } from "../engine/dispatch.ts";
import { batchOf } from "../resp/command_batch.ts";
import { CommandDecoder } from "../resp/command_decoder.ts";
import { createEngine, type EngineOptions } from "../server/engine.ts";
import type { Clock } from "../store/clock.ts";

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

  clearTimeout(): void {}
}

const NO_CONNECTION: ClientConnection = {
  address: "127.0.0.1:50000",
  localAddress: "127.0.0.1:6379",
  queryBufferBytes: 0,
  queryBufferFreeBytes: 0,
  pendingOutputBytes: 0,
  isLocal: true,
  flush() {},
  checkOutput() {},
  close() {},
  resume() {},
};

/** A server without sockets, and one client of it. */
export function newCaller(options: EngineOptions & { protocol?: 2 | 3 } = {}) {
  const clock = new HandClock();
  const engine = createEngine({ clock, seed: 1, ...options });
  const dispatcher = new Dispatcher(engine);
  const client = new ClientState(1, { ...NO_CONNECTION }, clock.now());
  client.out.protocol = options.protocol ?? 2;
  engine.clients.set(client.id, client);

  /** The raw reply to one command, one character per byte. */
  function raw(...args: (string | Uint8Array)[]): string {
    const batch = batchOf(args);
    for (let at = 0; at < batch.size;) at = dispatcher.execute(client, batch, at);
    return latin1(client.out.take());
  }

  /** The raw replies to bytes as they come over a wire. */
  function wire(text: string): string {
    const decoder = new CommandDecoder();
    const batch = decoder.decode(Uint8Array.from(text, (c) => c.charCodeAt(0)));
    for (let at = 0; at < batch.size;) at = dispatcher.execute(client, batch, at);
    if (batch.error !== null) client.out.error(`ERR Protocol error: ${batch.error.message}`);
    return latin1(client.out.take());
  }

  return { engine, clock, client, raw, wire };
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
