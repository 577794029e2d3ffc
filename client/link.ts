/**
 * The bytes between a client and its server, whatever carries them: TCP, TLS, a Unix domain socket or a pair of streams.
 */
import type { ClientTlsOptions, ClientTransport, Target } from "./options.ts";

/** A connection that bytes go over. */
export interface Link {
  /**
   * Waits for bytes of the server.
   *
   * @returns The bytes, valid until the next call; or null at the end.
   */
  read(): Promise<Uint8Array | null>;
  /**
   * Sends all of these bytes; they must not change before the promise resolves.
   *
   * One write at a time: a second one must wait for the first.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Lets go of everything; a pending `read` then ends or fails. May be called again. */
  close(): Promise<void>;
  /** Whether the connection keeps the process alive. */
  hold(held: boolean): void;
}

/** A read that filled the buffer makes it twice as large, up to the second figure. */
const MIN_READ_BYTES = 16 * 1024;
const MAX_READ_BYTES = 256 * 1024;

/**
 * Connects.
 *
 * @param target Where to.
 * @param signal Ends the attempt; the promise then rejects, and nothing stays open.
 * @returns The connection.
 * @throws Whatever the operating system says.
 */
export async function dial(target: Target, signal: AbortSignal): Promise<Link> {
  signal.throwIfAborted();
  if (target.kind === "transport") return new StreamLink(target.transport);
  if (target.kind === "dial") {
    return new StreamLink(await orClose(Promise.resolve(target.dial()), signal, closeStreams));
  }
  const conn = target.kind === "unix"
    ? await orClose(Deno.connect({ transport: "unix", path: target.path }), signal, closeConn)
    : target.tls === null
    ? await connectTcp(target, signal)
    : await connectTls(target, target.tls, signal);
  return new ConnLink(conn);
}

/**
 * Closes what a client was given and never used: a pair of streams, if nobody else has taken them meanwhile.
 *
 * @param target Where the client would have connected to.
 */
export async function closeUnused(target: Target): Promise<void> {
  if (target.kind !== "transport" || target.transport.readable.locked || target.transport.writable.locked) return;
  await new StreamLink(target.transport).close();
}

async function connectTcp(target: { hostname: string; port: number }, signal: AbortSignal): Promise<Deno.TcpConn> {
  const conn = await Deno.connect({ hostname: target.hostname, port: target.port, signal });
  conn.setNoDelay(true); // batches are made here: Nagle's algorithm would only delay them
  return conn;
}

async function connectTls(
  target: { hostname: string; port: number },
  { caCerts = [], cert, key }: ClientTlsOptions,
  signal: AbortSignal,
): Promise<Deno.TlsConn> {
  const { hostname, port } = target;
  if (cert !== undefined && key !== undefined) {
    return await orClose(Deno.connectTls({ hostname, port, caCerts, cert, key }), signal, closeConn);
  }
  // unlike connectTls this can be aborted while it dials, but it takes no certificate of the client's own
  return await orClose(Deno.startTls(await connectTcp(target, signal), { hostname, caCerts }), signal, closeConn);
}

function closeConn(conn: Deno.Conn): void {
  conn.close();
}

function closeStreams(transport: ClientTransport): void {
  new StreamLink(transport).close();
}

/** Where a dial takes no signal: waits for the connection or the signal, and closes one that comes too late. */
async function orClose<C>(dialling: Promise<C>, signal: AbortSignal, close: (late: C) => void): Promise<C> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener("abort", onAbort);
  try {
    return await Promise.race([dialling, aborted]);
  } catch (error) {
    dialling.then(close).catch(() => {}); // it failed, which was just caught or comes too late; or is nothing to close
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** A connection of the operating system's: reads go into one buffer, again and again. */
class ConnLink implements Link {
  readonly #conn: Deno.Conn;
  #buffer = new Uint8Array(MIN_READ_BYTES);
  #full = false;
  #closed = false;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  async read(): Promise<Uint8Array | null> {
    if (this.#full && this.#buffer.length < MAX_READ_BYTES) this.#buffer = new Uint8Array(this.#buffer.length * 2);
    const size = await this.#conn.read(this.#buffer);
    if (size === null) return null;
    this.#full = size === this.#buffer.length;
    return this.#buffer.subarray(0, size);
  }

  async write(bytes: Uint8Array): Promise<void> {
    let sent = await this.#conn.write(bytes);
    while (sent < bytes.length) sent += await this.#conn.write(bytes.subarray(sent));
  }

  close(): Promise<void> {
    if (!this.#closed) this.#conn.close();
    this.#closed = true;
    return Promise.resolve();
  }

  hold(held: boolean): void {
    if (held) this.#conn.ref();
    else this.#conn.unref();
  }
}

/** A pair of streams; whoever reads what was written may keep the chunk, so that each gets bytes of its own. */
class StreamLink implements Link {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #writing = false;
  #closing: Promise<void> | null = null;

  constructor({ readable, writable }: ClientTransport) {
    this.#reader = readable.getReader();
    this.#writer = writable.getWriter();
  }

  async read(): Promise<Uint8Array | null> {
    const { done, value } = await this.#reader.read();
    return done ? null : value;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#writing = true;
    await this.#writer.write(bytes.slice());
    this.#writing = false;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** A stream that has failed says so again here: the pending read or write has reported it, so the results are left. */
  async #close(): Promise<void> {
    const closing = [this.#reader.cancel()];
    if (this.#writing) this.#writer.abort().catch(() => {}); // would wait for a peer that perhaps no longer reads
    else closing.push(this.#writer.close());
    await Promise.allSettled(closing);
  }

  /** Streams keep no process alive by themselves. */
  hold(): void {}
}
