/**
 * Replies that outgrow every buffer, beside `redis-server` (Linux).
 *
 * 1. A client asks 3,000 times for a value of 1 MiB in one go, reads nothing for a second, reads slowly for another, then
 *    as fast as it can. Another one sends a PING every 2 ms all the while: the longest any of them took, and how much
 *    the server's memory grew at most.
 * 2. A client asks 200,000 times for a value of 1 KiB before it reads the first reply: the time until all are read.
 *
 * Each round starts both servers afresh.
 *
 * @module
 */
import { positive, readOptions } from "./_options.ts";
import {
  type Contestant,
  helper,
  mebibytes,
  median,
  REFERENCE,
  requireRedis,
  residentBytes,
  rest,
  subject,
} from "./_servers.ts";
import { ask, writeAll } from "./_wire.ts";

const PING_INTERVAL_MS = 2;
const PHASE_MS = 1_000;
/** Slow reading: so many bytes at a time, then a pause. */
const SLOW_READ_BYTES = 64 * 1024;
const SLOW_PAUSE_MS = 2;
const FAST_READ_BYTES = 1024 * 1024;
const MEMORY_INTERVAL_MS = 20;
const WARM_UP_REQUESTS = 20_000;
const LIMIT_MS = 60_000;

const PHASES = ["idle", "unread", "read slowly", "read fast"] as const;

const options = readOptions("Measures replies larger than every buffer, on both servers.", {
  large: ["3000", "requests for a value of 1 MiB"],
  small: ["200000", "requests for a value of 1 KiB"],
  rounds: ["3", "fresh starts of each server"],
  server: ["", "measure this command line instead, with {port} for its port"],
  ping: ["", "only send PINGs to this port, and tell the longest one at each line of standard input"],
});

/** What a round has shown. */
interface Result {
  /** The longest PING of each phase in milliseconds. */
  readonly pingMs: number[];
  readonly grownBytes: number;
  readonly largeSeconds: number;
  readonly smallSeconds: number;
}

// ---- The process that sends PINGs ----

async function ping(port: number): Promise<void> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay();
  let longestMs = 0, sentAt = performance.now(), isUnderWay = false, isOver = false;
  const told = (async () => {
    for await (const _ of Deno.stdin.readable) {
      // one that is still under way counts as well
      console.log(isUnderWay ? Math.max(longestMs, performance.now() - sentAt) : longestMs);
      longestMs = 0;
    }
    isOver = true;
  })();
  while (!isOver) {
    sentAt = performance.now();
    isUnderWay = true;
    await ask(conn, "PING");
    isUnderWay = false;
    longestMs = Math.max(longestMs, performance.now() - sentAt);
    await rest(PING_INTERVAL_MS);
  }
  await told;
}

/** The other end of that process. */
class Pinger implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #asks: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: ReadableStreamDefaultReader<Uint8Array>;

  constructor(port: number) {
    this.#child = helper(import.meta.filename!, "--ping", `${port}`);
    this.#asks = this.#child.stdin.getWriter();
    this.#answers = this.#child.stdout.getReader();
  }

  /** The longest PING since it was last asked, in milliseconds. */
  async longest(): Promise<number> {
    await this.#asks.write(new TextEncoder().encode("\n"));
    const { value } = await this.#answers.read();
    if (value === undefined) throw new Error("Cannot measure PING: the process that sends it has ended");
    return Number(new TextDecoder().decode(value));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#asks.close();
    await this.#answers.cancel();
    await this.#child.status;
  }
}

// ---- The client with the many requests ----

function connect(port: number): Promise<Deno.TcpConn> {
  return Deno.connect({ hostname: "127.0.0.1", port });
}

/** Gives a key a value of so many bytes. */
async function store(conn: Deno.Conn, key: string, size: number): Promise<void> {
  const value = "x".repeat(size);
  const command = `*3\r\n$3\r\nSET\r\n$${key.length}\r\n${key}\r\n$${size}\r\n${value}\r\n`;
  await writeAll(conn, new TextEncoder().encode(command));
  await readBytes(conn, "+OK\r\n".length, 64);
}

function gets(key: string, count: number): Uint8Array {
  return new TextEncoder().encode(`*2\r\n$3\r\nGET\r\n$${key.length}\r\n${key}\r\n`.repeat(count));
}

function replyBytes(size: number): number {
  return `$${size}\r\n`.length + size + 2;
}

/**
 * Reads so many bytes of replies, or what comes until `untilMs` (a time of `performance.now`).
 *
 * @returns How many bytes that were.
 */
async function readBytes(
  conn: Deno.Conn,
  count: number,
  chunkBytes: number,
  pauseMs = 0,
  untilMs = Infinity,
): Promise<number> {
  const buffer = new Uint8Array(chunkBytes);
  let total = 0;
  while (total < count && performance.now() < untilMs) {
    const size = await conn.read(buffer.subarray(0, Math.min(chunkBytes, count - total)));
    if (size === null) throw new Error(`Cannot read ${count} bytes of replies: the connection was closed at ${total}`);
    total += size;
    if (pauseMs > 0) await rest(pauseMs);
  }
  return total;
}

/** Fails what takes longer than a minute. */
async function limited<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: no end after ${LIMIT_MS / 1_000} s`)), LIMIT_MS);
  });
  return await Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

async function large(port: number, pid: number, count: number): Promise<Omit<Result, "smallSeconds">> {
  const size = 2 ** 20;
  using conn = await connect(port);
  await store(conn, "large", size);
  await using pinger = new Pinger(port);
  await rest(PHASE_MS); // it starts, and the server gets used to it
  await pinger.longest();
  await rest(PHASE_MS);
  const pingMs = [await pinger.longest()];

  const before = residentBytes(pid);
  let grownBytes = 0;
  const watch = setInterval(() => {
    grownBytes = Math.max(grownBytes, residentBytes(pid) - before);
  }, MEMORY_INTERVAL_MS);
  try {
    const sent = writeAll(conn, gets("large", count));
    await rest(PHASE_MS);
    pingMs.push(await pinger.longest());
    const all = count * replyBytes(size);
    const slowly = await readBytes(conn, all, SLOW_READ_BYTES, SLOW_PAUSE_MS, performance.now() + PHASE_MS);
    pingMs.push(await pinger.longest());
    const began = performance.now();
    await limited("large replies", readBytes(conn, all - slowly, FAST_READ_BYTES));
    const largeSeconds = (performance.now() - began) / 1_000;
    pingMs.push(await pinger.longest());
    await sent;
    return { pingMs, grownBytes, largeSeconds };
  } finally {
    clearInterval(watch);
  }
}

async function small(port: number, count: number): Promise<number> {
  const size = 1024;
  using conn = await connect(port);
  await store(conn, "small", size);
  for (const requests of [WARM_UP_REQUESTS, count]) {
    const began = performance.now();
    await limited("requests without a reader", writeAll(conn, gets("small", requests)));
    await limited("small replies", readBytes(conn, requests * replyBytes(size), FAST_READ_BYTES));
    if (requests === count) return (performance.now() - began) / 1_000;
  }
  throw new Error("unreachable");
}

function print(name: string, { pingMs, grownBytes, largeSeconds, smallSeconds }: Result): void {
  const pings = PHASES.map((phase, i) => `${pingMs[i]!.toFixed(1)} ${phase}`).join(", ");
  console.log(
    `${name.padEnd(14)}PING at most (ms): ${pings}; +${mebibytes(grownBytes)}; ` +
      `large ${largeSeconds.toFixed(2)} s, small ${smallSeconds.toFixed(2)} s`,
  );
}

async function main(): Promise<void> {
  if (options.ping !== "") return await ping(positive("ping", options.ping));
  requireRedis();
  const counts = { large: positive("large", options.large), small: positive("small", options.small) };
  const contestants: Contestant[] = [subject(options.server === "" ? undefined : options.server), REFERENCE];
  const results = contestants.map((): Result[] => []);
  for (let round = 0; round < positive("rounds", options.rounds); round++) {
    for (const [i, contestant] of contestants.entries()) {
      await using server = await contestant.start();
      const smallSeconds = await small(server.port, counts.small);
      const result = { ...await large(server.port, server.pid, counts.large), smallSeconds };
      results[i]!.push(result);
      print(contestant.name, result);
    }
  }
  console.log("medians:");
  for (const [i, contestant] of contestants.entries()) {
    const middle = (pick: (result: Result) => number) => median(results[i]!.map(pick));
    print(contestant.name, {
      pingMs: PHASES.map((_, phase) => middle((result) => result.pingMs[phase]!)),
      grownBytes: middle((result) => result.grownBytes),
      largeSeconds: middle((result) => result.largeSeconds),
      smallSeconds: middle((result) => result.smallSeconds),
    });
  }
}

if (import.meta.main) await main();
