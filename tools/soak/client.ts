/**
 * A client of the soak: connects, tells stories, goes away without a word, and comes back, until it is stopped. It goes in
 * the middle of a request, before it has read its replies, in the middle of one, while it is blocked, in a transaction, as a
 * subscriber; or a CLIENT KILL of another one gets it.
 */
import { encodeCommand } from "../../tests/_harness.ts";
import type { Random } from "../../tests/resp/_frames.ts";
import { tell } from "./scenarios.ts";

/** What clients share. */
export class Crowd {
  readonly port: number;
  readonly random: Random;
  connections = 0;
  stories = 0;
  /** Connections that the other side has ended. */
  dropped = 0;
  isStopped = false;
  /** Those open now, to be ended when the soak is over. */
  readonly open: Set<Deno.TcpConn> = new Set();

  constructor(port: number, random: Random) {
    this.port = port;
    this.random = random;
  }

  /** Ends all connections; clients see that and are done. */
  stop(): void {
    this.isStopped = true;
    for (const conn of this.open) close(conn);
  }
}

/** Longest time between two stories, in milliseconds. */
const IDLE_MS = 20;
/** Longest time that a client waits or listens before it goes. */
const PATIENCE_MS = 300;
const STORIES = 25;
const NEVER_SENT = "\0never\0";
const latin1 = new TextDecoder("latin1");

/** Is a client until it is stopped. */
export async function beClient(crowd: Crowd): Promise<void> {
  while (!crowd.isStopped) {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: crowd.port });
    crowd.connections++;
    crowd.open.add(conn);
    try {
      if (!crowd.isStopped) await visit(crowd, conn);
    } catch (error) {
      if (!isGone(error)) throw error;
      crowd.dropped++;
    } finally {
      crowd.open.delete(conn);
      close(conn);
    }
  }
}

/** One connection's time. */
async function visit(crowd: Crowd, conn: Deno.TcpConn): Promise<void> {
  const { random } = crowd;
  const replies = new Replies(conn);
  for (let left = 1 + random.int(STORIES); left > 0 && !crowd.isStopped; left--) {
    const round = crowd.stories++;
    const { requests, leaves } = tell({ random, newestId: crowd.connections, round });
    const bytes = joined(requests.map((request) => encodeCommand(request)));
    const leaving = random.int(40);
    if (leaving === 0) { // in the middle of a request
      await write(conn, bytes.subarray(0, random.int(bytes.length)));
      return;
    }
    await write(conn, bytes);
    if (leaving === 1) return; // before any reply
    if (leaving === 2) { // perhaps in the middle of one
      await replies.some();
      return;
    }
    const marker = `marker-${round}`;
    await write(conn, encodeCommand(["PING", marker]));
    if (leaves === undefined) await replies.until(marker, Infinity);
    else if (leaves === "waits" && await replies.until(marker, random.int(PATIENCE_MS))) continue;
    else {
      await replies.until(NEVER_SENT, random.int(PATIENCE_MS));
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, random.int(IDLE_MS)));
  }
}

/** Reads what comes, and drops it but for the text that is waited for. */
class Replies {
  readonly #conn: Deno.TcpConn;
  readonly #buffer = new Uint8Array(64 * 1024);
  #tail = "";
  #pending: Promise<number | null> | null = null;

  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /** Reads once. */
  async some(): Promise<void> {
    const size = await (this.#pending ??= this.#conn.read(this.#buffer));
    this.#pending = null;
    if (size === null) throw new Deno.errors.ConnectionReset("closed by the server");
    this.#tail = this.#tail.slice(-64) + latin1.decode(this.#buffer.subarray(0, size));
  }

  /** Reads until a text has come; false when it has not within a time. A read that is under way then goes on. */
  async until(text: string, ms: number): Promise<boolean> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = ms === Infinity ? null : new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), ms);
    });
    try {
      while (!this.#tail.includes(text)) {
        const read = this.some();
        if (late === null) await read;
        else if (await Promise.race([read, late]) === "late") {
          read.catch(ignoreGone);
          return false;
        }
      }
      return true;
    } finally {
      clearTimeout(timer);
    }
  }
}

async function write(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Is it the end of a connection, by whichever side? */
function isGone(error: unknown): boolean {
  const { ConnectionReset, BrokenPipe, BadResource, Interrupted, NotConnected } = Deno.errors;
  return [ConnectionReset, BrokenPipe, BadResource, Interrupted, NotConnected].some((kind) => error instanceof kind);
}

function ignoreGone(error: unknown): void {
  if (!isGone(error)) throw error;
}

function close(conn: Deno.TcpConn): void {
  try {
    conn.close();
  } catch (error) {
    ignoreGone(error);
  }
}
