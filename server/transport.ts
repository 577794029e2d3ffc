/** Where a connection's bytes come from and go to: a socket, or any pair of streams. */
import { turn } from "./turns.ts";

/**
 * So many reads of a stream in a row give way to everything else: with the peer in the same process, all of it may be
 * there already, and neither timers nor sockets would ever have their turn. Sockets are kept in check by Deno.
 */
const READS_PER_TURN = 64;

/** A connection as a session needs it. */
export interface Transport {
  /** Address of the client: `ip:port`, or the path of a unix socket followed by `:0`. */
  readonly address: string;
  /** Address it connected to. */
  readonly localAddress: string;
  /** Does it come from this machine? */
  readonly isLocal: boolean;
  /** Reads into a buffer; resolves to the number of bytes, or null at the end. */
  read(into: Uint8Array): Promise<number | null>;
  /** Writes some or all of the bytes; resolves to how many, which may be used again then. */
  write(bytes: Uint8Array): Promise<number>;
  /** Ends both directions; pending reads and writes fail or end. */
  close(): void;
}

/** A TCP, TLS or unix connection. */
export class SocketTransport implements Transport {
  readonly address: string;
  readonly localAddress: string;
  readonly isLocal: boolean;
  readonly #conn: Deno.Conn;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
    this.localAddress = addressText(conn.localAddr);
    this.address = conn.remoteAddr.transport === "tcp" ? addressText(conn.remoteAddr) : this.localAddress;
    this.isLocal = conn.remoteAddr.transport !== "tcp" || isLoopback(conn.remoteAddr.hostname);
  }

  read(into: Uint8Array): Promise<number | null> {
    return this.#conn.read(into);
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#conn.write(bytes);
  }

  close(): void {
    try {
      this.#conn.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error; // closed by the other side's failure already
    }
  }
}

/** A pair of streams, such as an in-memory connection. */
export class StreamTransport implements Transport {
  readonly address: string;
  readonly localAddress = "memory:0";
  readonly isLocal = true;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  /** What did not fit into the last buffer. */
  #rest: Uint8Array | null = null;
  #reads = 0;
  #isWriting = false;

  constructor(streams: { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> }, id: number) {
    this.address = `memory:${id}`;
    this.#reader = streams.readable.getReader();
    this.#writer = streams.writable.getWriter();
    this.#writer.closed.catch(ignore); // a failing write is awaited where it is made
    this.#reader.closed.catch(ignore);
  }

  async read(into: Uint8Array): Promise<number | null> {
    if (++this.#reads % READS_PER_TURN === 0) await turn();
    let chunk = this.#rest;
    while (chunk === null || chunk.length === 0) {
      const { done, value } = await this.#reader.read().catch(disconnected);
      if (done) return null;
      chunk = value;
    }
    const taken = Math.min(chunk.length, into.length);
    into.set(taken === chunk.length ? chunk : chunk.subarray(0, taken));
    this.#rest = taken === chunk.length ? null : chunk.subarray(taken);
    return taken;
  }

  async write(bytes: Uint8Array): Promise<number> {
    this.#isWriting = true;
    await this.#writer.ready.catch(disconnected);
    await this.#writer.write(bytes.slice()).catch(disconnected); // the reader keeps it; the buffer is used again
    this.#isWriting = false;
    return bytes.length;
  }

  close(): void {
    this.#reader.cancel().catch(ignore);
    // to close would wait until the peer has read what is being written, which may be never
    if (this.#isWriting) this.#writer.abort(new Deno.errors.ConnectionReset("Connection closed")).catch(ignore);
    else this.#writer.close().catch(ignore);
  }
}

function ignore(): void {}

/** A peer may abort or cancel its streams for whatever reason of its own; here it has gone away, as with a socket. */
function disconnected(cause: unknown): never {
  throw new Deno.errors.ConnectionReset("The peer has given up the connection", { cause });
}

function addressText(address: Deno.Addr): string {
  switch (address.transport) {
    case "tcp":
    case "udp":
      return address.hostname.includes(":")
        ? `[${address.hostname}]:${address.port}`
        : `${address.hostname}:${address.port}`;
    case "unix":
    case "unixpacket":
      return `${address.path}:0`;
    default:
      return "?:0";
  }
}

function isLoopback(hostname: string): boolean {
  return hostname.startsWith("127.") || hostname === "::1" || hostname.startsWith("::ffff:127.");
}

/**
 * What a connection in memory takes unread in each direction, like the buffers of a socket: a server can then say why it
 * ends a connection, and end it, while its peer is still writing.
 */
const MEMORY_BUFFER_BYTES = 64 * 1024;

/** Two ends of a connection in memory: what one writes the other reads. */
export function memoryPair(): [end: DuplexStreams, otherEnd: DuplexStreams] {
  const there = memoryPipe();
  const back = memoryPipe();
  return [
    { readable: back.readable, writable: there.writable },
    { readable: there.readable, writable: back.writable },
  ];
}

function memoryPipe(): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream<Uint8Array, Uint8Array>(
    {
      transform(chunk, controller): void {
        if (!(chunk instanceof Uint8Array)) throw new TypeError("Cannot write to the connection: it takes bytes only");
        controller.enqueue(chunk);
      },
    },
    undefined,
    new ByteLengthQueuingStrategy({ highWaterMark: MEMORY_BUFFER_BYTES }),
  );
}

/**
 * A connection as a pair of streams.
 *
 * @example Bytes there and back
 * ```ts
 * import { type DuplexStreams, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * const { readable, writable }: DuplexStreams = server.dial();
 * const reader = readable.getReader(), writer = writable.getWriter();
 * await writer.write(new TextEncoder().encode("PING\r\n"));
 * assertEquals(new TextDecoder().decode((await reader.read()).value), "+PONG\r\n");
 * await writer.close();
 * ```
 */
export interface DuplexStreams {
  /** What arrives. */
  readonly readable: ReadableStream<Uint8Array>;
  /** What is sent. */
  readonly writable: WritableStream<Uint8Array>;
}
