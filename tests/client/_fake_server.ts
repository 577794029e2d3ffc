/**
 * A server that follows a script, byte for byte: what it must receive, what it sends, when it goes away.
 *
 * ```ts
 * await using server = fakeServer(async (peer) => {
 *   await peer.expect(HELLO);
 *   await peer.send("%0\r\n");
 *   await peer.closed();
 * });
 * ```
 *
 * It writes and reads RESP by itself, without resp/, so that it can disagree with it.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { ClientTransport } from "../../client.ts";

/** What a server of these tests answers to HELLO. */
export const GREETING = "%2\r\n$6\r\nserver\r\n$5\r\nredis\r\n$5\r\nproto\r\n:3\r\n";
/** What miniredis answers. */
export const MINIREDIS_GREETING = "%2\r\n$9\r\nminiredis\r\n$5\r\n0.1.0\r\n$5\r\nproto\r\n:3\r\n";

const UTF8 = new TextEncoder();
const TEXT = new TextDecoder();

/**
 * Encodes a command as Redis' clients send it.
 *
 * @param args Its name and arguments.
 * @returns The text of the request.
 */
export function request(...args: string[]): string {
  return `*${args.length}\r\n` + args.map((arg) => `$${UTF8.encode(arg).length}\r\n${arg}\r\n`).join("");
}

/** The greeting that a client without further settings sends. */
export const HELLO: string = request("HELLO", "3");

/** The server's side of one connection. */
export class FakePeer {
  readonly #conn: Deno.Conn;

  /** @param conn The connection. */
  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /** Reads as many bytes as these texts have, and compares. */
  async expect(...texts: string[]): Promise<void> {
    const expected = UTF8.encode(texts.join(""));
    const actual = new Uint8Array(expected.length);
    let filled = 0;
    while (filled < actual.length) {
      const size = await this.#conn.read(actual.subarray(filled));
      if (size === null) break;
      filled += size;
    }
    assertEquals(TEXT.decode(actual.subarray(0, filled)), texts.join(""));
  }

  /** Sends these texts. */
  async send(...texts: string[]): Promise<void> {
    const bytes = UTF8.encode(texts.join(""));
    for (let sent = 0; sent < bytes.length;) sent += await this.#conn.write(bytes.subarray(sent));
  }

  /** Answers the greeting of a client without further settings. */
  async greet(greeting: string = GREETING): Promise<void> {
    await this.expect(HELLO);
    await this.send(greeting);
  }

  /** Waits for the client to close; it may send nothing more. */
  async closed(): Promise<void> {
    const rest = new Uint8Array(64);
    let size: number | null = null;
    try {
      size = await this.#conn.read(rest);
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionReset)) throw error; // it did not read all it was sent
    }
    assertEquals(TEXT.decode(rest.subarray(0, size ?? 0)), "");
  }
}

/** What a fake server does with one connection; the connection is closed at its end. */
export type Script = (peer: FakePeer) => Promise<void>;

/** A running fake server. */
export interface FakeServer extends AsyncDisposable {
  /** Its port of 127.0.0.1. */
  readonly port: number;
}

/**
 * Starts a fake server. Disposing of it waits for all scripts, and throws what went wrong in them.
 *
 * @param scripts One for each connection, in the order of their coming; one connection more is an error.
 * @returns The server.
 */
export function fakeServer(...scripts: Script[]): FakeServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return runScripts(listener, listener.addr.port, scripts);
}

/**
 * Runs scripts on the connections of any listener.
 *
 * @param listener Closed when the server is disposed of.
 * @param port Its port; 0 where it has none.
 * @param scripts As in {@linkcode fakeServer}.
 * @returns The server.
 */
export function runScripts(listener: Deno.Listener, port: number, scripts: Script[]): FakeServer {
  const running: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const conn of listener) {
      const script = run(scripts[running.length] ?? unexpected, conn);
      script.catch(() => {}); // thrown when the server is disposed of
      running.push(script);
    }
  })();
  return {
    port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      const failure = (await Promise.allSettled(running)).find((result) => result.status === "rejected");
      if (failure !== undefined) throw failure.reason;
      assertEquals(running.length, scripts.length, "connections");
    },
  };
}

async function run(script: Script, conn: Deno.Conn): Promise<void> {
  using _open = conn;
  await script(new FakePeer(conn));
}

function unexpected(): Promise<void> {
  return Promise.reject(new Error("a connection too many"));
}

/** The server's side of a pair of streams. */
export class FakeTransport {
  /** For the client's option `transport`. */
  readonly transport: ClientTransport;
  readonly #written: ReadableStreamDefaultReader<Uint8Array>;
  readonly #toRead: WritableStreamDefaultWriter<Uint8Array>;

  constructor() {
    const up = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, { highWaterMark: 0 });
    const down = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, { highWaterMark: 64 });
    this.transport = { readable: down.readable, writable: up.writable };
    this.#written = up.readable.getReader();
    this.#toRead = down.writable.getWriter();
  }

  /** Takes what the client wrote in one write, "" for its end. The client's write is not done before. */
  async nextWrite(): Promise<string> {
    const { value } = await this.#written.read();
    return TEXT.decode(value);
  }

  /** Sends these texts as one chunk. */
  async send(...texts: string[]): Promise<void> {
    await this.#toRead.write(UTF8.encode(texts.join("")));
  }

  /** Answers the greeting of a client without further settings. */
  async greet(greeting: string = GREETING): Promise<void> {
    assertEquals(await this.nextWrite(), HELLO);
    await this.send(greeting);
  }

  /** Ends what the client reads. */
  async end(): Promise<void> {
    await this.#toRead.close();
  }
}
