/**
 * The load of `many_connections.ts`, in a process of its own, so that it shares an event loop with nothing: many
 * connections, each with one command a second, their moments spread evenly over it.
 *
 * Command number n is due n/connections seconds after the start, on connection n modulo connections. Its latency counts
 * from that moment, not from when it was sent: a generator that falls behind shows it, here and in `lateP99`, and does
 * not wait for a server that does. The clock that sends ticks about every millisecond, so up to two are its own.
 *
 * @module
 */
import { positive, readOptions } from "./_options.ts";
import { percentile } from "./_percentiles.ts";
import { seededRandom } from "./_random.ts";
import { ask, writeAll } from "./_wire.ts";

const OPENING_AT_ONCE = 100; // stays below the servers' listen backlog
const PERIOD_MS = 1_000;
const TICK_MS = 1;
/** Commands due in the first second do not count: code is being compiled on both sides. */
const UNCOUNTED_MS = 1_000;
const LAST_REPLY_MS = 10_000;
const REPLY_BYTES = 128;
const LF = 10, DOLLAR = 36, MINUS = 45;

/** What the process prints: milliseconds, but for the count. */
export interface LoadResult {
  readonly requests: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  /** How long after they were due commands were sent. */
  readonly lateP99: number;
  readonly lateMax: number;
}

/** Counts replies of one connection that are simple strings, or bulk strings without a line feed in them. */
export class ReplyCounter {
  #isLineStart = true;
  /** In the line after a header like `$3`. */
  #isInString = false;
  /** In a line that another one belongs to: such a header, but not `$-1`. */
  #isHeader = false;

  /**
   * Takes what has arrived, cut anywhere.
   *
   * @param bytes The buffer.
   * @param size How much of it has arrived.
   * @returns How many replies are complete with it.
   * @throws {Error} When one is an error.
   */
  feed(bytes: Uint8Array, size: number): number {
    let complete = 0;
    for (let i = 0; i < size; i++) {
      const byte = bytes[i];
      if (byte === LF) {
        if (!this.#isHeader) complete++;
        this.#isInString = this.#isHeader;
        this.#isHeader = false;
        this.#isLineStart = true;
      } else if (!this.#isInString) {
        if (this.#isLineStart && byte === MINUS) {
          throw new Error(new TextDecoder().decode(bytes.subarray(i, size)).trim());
        }
        if (this.#isLineStart) this.#isHeader = byte === DOLLAR;
        else if (byte === MINUS) this.#isHeader = false;
        this.#isLineStart = false;
      }
    }
    return complete;
  }
}

/** Opens connections, some at a time, each of them served before the next are opened. */
async function connect(port: number, count: number): Promise<Deno.TcpConn[]> {
  const conns: Deno.TcpConn[] = [];
  while (conns.length < count) {
    const opening = Array.from({ length: Math.min(OPENING_AT_ONCE, count - conns.length) }, async () => {
      const conn = await Deno.connect({ hostname: "127.0.0.1", port });
      conn.setNoDelay(true);
      await ask(conn, "PING");
      return conn;
    });
    conns.push(...await Promise.all(opening));
  }
  return conns;
}

/** GETs and SETs in turn at random. */
function commands(keyspace: number): () => Uint8Array {
  const random = seededRandom(), encoder = new TextEncoder();
  return () => {
    const key = `$16\r\nkey:${String(Math.floor(random() * keyspace)).padStart(12, "0")}\r\n`;
    return encoder.encode(random() < 0.5 ? `*2\r\n$3\r\nGET\r\n${key}` : `*3\r\n$3\r\nSET\r\n${key}$3\r\nxyz\r\n`);
  };
}

/** Sends everything when it is due, and resolves with all latencies, and how late commands were sent. */
async function drive(
  conns: readonly Deno.TcpConn[],
  seconds: number,
  command: () => Uint8Array,
): Promise<{ latencies: Float64Array; late: Float64Array }> {
  const total = Math.floor(conns.length * seconds);
  const latencies = new Float64Array(total), late = new Float64Array(total);
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  const start = performance.now() + TICK_MS;
  const dueMs = (n: number) => start + n * PERIOD_MS / conns.length;
  let sent = 0, answered = 0;

  const receive = async (conn: Deno.TcpConn, index: number) => {
    const buffer = new Uint8Array(REPLY_BYTES), counter = new ReplyCounter();
    for (let n = index; n < total;) {
      const size = await conn.read(buffer);
      const now = performance.now();
      if (size === null) throw new Error(`The server has closed connection ${index}`);
      for (let replies = counter.feed(buffer, size); replies > 0; replies--, n += conns.length) {
        latencies[n] = now - dueMs(n);
        if (++answered === total) resolve();
      }
    }
  };
  const send = () => {
    for (let now = performance.now(); sent < total && dueMs(sent) <= now; sent++) {
      late[sent] = now - dueMs(sent);
      writeAll(conns[sent % conns.length]!, command()).catch(reject);
      now = performance.now();
    }
    if (sent === total) clearInterval(ticking);
  };
  const ticking = setInterval(send, TICK_MS);
  for (const [index, conn] of conns.entries()) receive(conn, index).catch(reject);
  const missing = () => reject(new Error(`${total - answered} of ${total} commands were not answered`));
  const limit = setTimeout(missing, seconds * PERIOD_MS + LAST_REPLY_MS);
  await done.finally(() => {
    clearInterval(ticking);
    clearTimeout(limit);
  });
  return { latencies, late };
}

async function main(): Promise<void> {
  const options = readOptions("The load of many_connections.ts: prints one line of JSON.", {
    port: ["6379", "port of 127.0.0.1"],
    connections: ["10000", "connections"],
    seconds: ["10", "length, without the first second"],
    keyspace: ["100000", "random keys"],
  });
  const count = positive("connections", options.connections);
  const seconds = positive("seconds", options.seconds) + UNCOUNTED_MS / 1_000;
  const conns = await connect(positive("port", options.port), count);
  const { latencies, late } = await drive(conns, seconds, commands(positive("keyspace", options.keyspace)));
  const counted = (values: Float64Array) => values.slice(count * UNCOUNTED_MS / PERIOD_MS).sort();
  const [sorted, lates] = [counted(latencies), counted(late)];
  const result: LoadResult = {
    requests: sorted.length,
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    p999: percentile(sorted, 0.999),
    max: percentile(sorted, 1),
    lateP99: percentile(lates, 0.99),
    lateMax: percentile(lates, 1),
  };
  console.log(JSON.stringify(result));
  for (const conn of conns) conn.close();
}

if (import.meta.main) await main();
