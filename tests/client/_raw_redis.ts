/**
 * The tiny client by which the helpers of these tests talk to a server: one request, one reply, nothing clever. It shares no
 * line with client/ or resp/, so that a test does not depend on what it tests.
 *
 * @module
 */

const REPLY_TIMEOUT_MS = 10_000;
const CR = 13;
const UTF8 = new TextEncoder();
const TEXT = new TextDecoder();

/** A reply in RESP2. Errors inside of an array are values; alone they are thrown. */
export type RawReply = string | number | null | RawError | RawReply[];

/** An error reply; its message is the server's text. */
export class RawError extends Error {
  /** The name of the class. */
  override readonly name = "RawError";
}

/** A connection that waits for each reply. */
export class RawRedis implements Disposable {
  readonly #conn: Deno.TcpConn;
  #buffer = new Uint8Array(4096);
  #pos = 0; // read so far
  #filled = 0;

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /**
   * Connects to a port of 127.0.0.1.
   *
   * @param port The port.
   * @returns The open connection.
   */
  static async connect(port: number): Promise<RawRedis> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.setNoDelay();
    return new RawRedis(conn);
  }

  /**
   * Sends one command and reads its reply. Strings in it are read as UTF-8.
   *
   * @param args The command's name and its arguments.
   * @returns The reply.
   * @throws {RawError} The reply is an error.
   * @throws {Error} The connection ends, or no reply comes for ten seconds; it is closed then.
   */
  async send(...args: (string | number)[]): Promise<RawReply> {
    const request = args.map((arg) => `$${UTF8.encode(`${arg}`).length}\r\n${arg}\r\n`);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#conn.close();
    }, REPLY_TIMEOUT_MS);
    try {
      await this.#write(UTF8.encode(`*${args.length}\r\n${request.join("")}`));
      const reply = await this.#reply();
      if (reply instanceof RawError) throw reply;
      return reply;
    } catch (error) {
      throw isLate ? new Error(`No reply to ${args[0]} within ${REPLY_TIMEOUT_MS} ms`, { cause: error }) : error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes the connection. */
  [Symbol.dispose](): void {
    this.#conn[Symbol.dispose](); // closed already where a reply was late
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let sent = 0; sent < bytes.length;) sent += await this.#conn.write(bytes.subarray(sent));
  }

  async #reply(): Promise<RawReply> {
    const line = await this.#line();
    const rest = line.slice(1);
    switch (line.charAt(0)) {
      case "+":
        return rest;
      case "-":
        return new RawError(rest);
      case ":":
        return Number(rest);
      case "$":
        return rest === "-1" ? null : await this.#bulk(Number(rest));
      case "*": {
        if (rest === "-1") return null;
        const items: RawReply[] = [];
        for (let i = 0; i < Number(rest); i++) items.push(await this.#reply());
        return items;
      }
    }
    throw new Error(`Cannot read a reply: ${line}`);
  }

  async #line(): Promise<string> {
    let end: number;
    while ((end = this.#buffer.subarray(0, this.#filled).indexOf(CR, this.#pos)) < 0) await this.#fill();
    const line = TEXT.decode(this.#buffer.subarray(this.#pos, end));
    await this.#skip(end + 2);
    return line;
  }

  async #bulk(size: number): Promise<string> {
    while (this.#filled < this.#pos + size) await this.#fill();
    const body = TEXT.decode(this.#buffer.subarray(this.#pos, this.#pos + size));
    await this.#skip(this.#pos + size + 2);
    return body;
  }

  async #skip(to: number): Promise<void> {
    while (this.#filled < to) await this.#fill();
    this.#pos = to;
    if (this.#pos === this.#filled) this.#pos = this.#filled = 0;
  }

  async #fill(): Promise<void> {
    if (this.#filled === this.#buffer.length) {
      const larger = new Uint8Array(this.#buffer.length * 2);
      larger.set(this.#buffer);
      this.#buffer = larger;
    }
    const size = await this.#conn.read(this.#buffer.subarray(this.#filled));
    if (size === null) throw new Error("Cannot read a reply: the connection was closed");
    this.#filled += size;
  }
}

/**
 * Sends one command on a connection of its own.
 *
 * @param port The server's port on 127.0.0.1.
 * @param args The command's name and its arguments.
 * @returns The reply.
 * @throws {RawError} The reply is an error.
 */
export async function sendRaw(port: number, ...args: (string | number)[]): Promise<RawReply> {
  using redis = await RawRedis.connect(port);
  return await redis.send(...args);
}
