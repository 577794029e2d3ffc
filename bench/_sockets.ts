/**
 * Sockets for programs that do nothing but make a load: the C library's own calls, without an event loop between them.
 * `Deno.Conn` costs a load as much as it costs the server under test, and at depth 1 such a generator would be the slower
 * of the two; this one keeps up with redis-benchmark. It blocks its process, which therefore is one of its own.
 *
 * Linux with glibc only.
 *
 * @module
 */

const AF_INET = 2, SOCK_STREAM = 1, IPPROTO_TCP = 6, TCP_NODELAY = 1, POLLIN = 1;
/** A server that says nothing for so long has lost something. */
const SILENCE_MS = 10_000;

// A result is read as 32 bits: no call here moves more, and 64 would be a bigint.
const libc = Deno.dlopen("libc.so.6", {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  poll: { parameters: ["buffer", "usize", "i32"], result: "i32" },
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
}).symbols;

/** Connections to one server, by their index; they end with the process. */
export class Sockets {
  /** A `struct pollfd` each: the descriptor; the events that were asked for and, above them, those that there are. */
  readonly #polled: Int32Array<ArrayBuffer>;
  readonly #buffer: Uint8Array<ArrayBuffer>;
  /** As the calls take it. */
  readonly #pollSize: bigint;
  readonly #bufferSize: bigint;

  /**
   * Connects.
   *
   * @param port The server's port on 127.0.0.1.
   * @param count How many connections.
   * @param buffer What is received goes here.
   * @throws {Error} When a connection is refused.
   */
  constructor(port: number, count: number, buffer: Uint8Array<ArrayBuffer>) {
    this.#polled = new Int32Array(2 * count);
    this.#buffer = buffer;
    this.#pollSize = BigInt(count);
    this.#bufferSize = BigInt(buffer.length);
    const address = new Uint8Array(16); // struct sockaddr_in
    new Uint16Array(address.buffer)[0] = AF_INET;
    address.set([port >> 8, port & 255, 127, 0, 0, 1], 2);
    const on = new Uint8Array(new Int32Array([1]).buffer);
    for (let i = 0; i < count; i++) {
      const fd = checked("socket", libc.socket(AF_INET, SOCK_STREAM, 0));
      checked("connect", libc.connect(fd, address, address.length));
      checked("setsockopt", libc.setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, on, on.length));
      this.#polled[2 * i] = fd;
    }
  }

  /** How many there are. */
  get count(): number {
    return this.#polled.length >> 1;
  }

  /**
   * Waits until something has come in on one of them at least.
   *
   * @throws {Error} When nothing comes for ten seconds, unless it may last.
   */
  wait(mayLast = false): void {
    for (let i = 1; i < this.#polled.length; i += 2) this.#polled[i] = POLLIN;
    const ready = checked("poll", libc.poll(this.#polled, this.#pollSize, mayLast ? -1 : SILENCE_MS));
    if (ready === 0) throw new Error(`The server has not replied for ${SILENCE_MS} ms`);
  }

  /**
   * Takes what the last `wait()` has found on a connection into the buffer.
   *
   * @param i The connection.
   * @returns How many bytes; 0 when there was nothing.
   * @throws {Error} When the server has closed it.
   */
  receive(i: number): number {
    if (this.#polled[2 * i + 1]! >>> 16 === 0) return 0;
    const size = checked("recv", libc.recv(this.#polled[2 * i]!, this.#buffer, this.#bufferSize, 0));
    if (size === 0) throw new Error("The server has closed a connection");
    return size;
  }

  /** Sends bytes, all of them: `[start, end)`. */
  send(i: number, bytes: Uint8Array<ArrayBuffer>, start: number, end: number): void {
    while (start < end) {
      start += checked("send", libc.send(this.#polled[2 * i]!, bytes.subarray(start, end), BigInt(end - start), 0));
    }
  }
}

function checked(call: string, result: number): number {
  if (result < 0) throw new Error(`${call}() has failed`);
  return result;
}
