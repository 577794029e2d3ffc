/**
 * Giving way: after about a millisecond of work, everything else gets its turn that is ready by then.
 *
 * Deno looks at its sockets when it has nothing left to run, or else after 61 turns of its loop. `setImmediate` makes a
 * turn: it lets run what is known to be ready, but a connection on which something has arrived meanwhile may be noticed a
 * tenth of a second later. So a server with sockets has a pair of its own: every few milliseconds it writes a byte to one
 * and waits for it at the other, which it cannot do without looking at all of them. All sessions wait for the same turn;
 * if some of them worked on, there would always be something left to run.
 */
import { setImmediate, setTimeout } from "node:timers"; // as they are now: fake timers must not stop a server
import { isGranted } from "./config_files.ts";

/**
 * After so much work the sockets are looked at, which takes some 20 us. Once a millisecond it would cost a twentieth of the
 * throughput of clients with long pipelines.
 */
const LOOK_MS = 4;

const HOSTNAME = "127.0.0.1";
const BYTE = new Uint8Array(1);

/** A turn of the loop, in which timers run and whatever is known to be ready; not more. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A turn in which the loop comes to rest: it waits for a timer, and looks at all sockets meanwhile. */
function idle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

/** The turns of one server. */
export class Turns {
  readonly #onEnd: () => void;
  readonly #byte = new Uint8Array(1);
  #pair: readonly [Deno.TcpConn, Deno.TcpConn] | null = null;
  /** Resolves when that pair is there, or is known not to come. */
  #opened: Promise<void> | null = null;
  #isClosed = false;
  #under: Promise<void> | null = null;
  /** Work done since the sockets were looked at, in milliseconds. */
  #busyMs = 0;

  /** @param onEnd Called when a turn is over. */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  /**
   * Prepares for looking at sockets, the server having some now. Without the permission to connect to this machine, turns
   * stay what they are.
   */
  open(): Promise<void> {
    return this.#opened ??= this.#open();
  }

  async #open(): Promise<void> {
    if (!isGranted({ name: "net", host: HOSTNAME })) return;
    using listener = Deno.listen({ hostname: HOSTNAME, port: 0 });
    const ends = await Promise.allSettled([
      Deno.connect({ hostname: HOSTNAME, port: listener.addr.port }),
      listener.accept(),
    ]);
    const conns = ends.flatMap((end) => end.status === "fulfilled" ? [end.value] : []);
    const [one, other] = conns;
    if (!this.#isClosed && one !== undefined && other !== undefined && isSamePair(one, other)) {
      one.setNoDelay(true);
      this.#pair = [one, other];
    } else for (const conn of conns) conn.close();
  }

  /**
   * Resolves when all that is ready has had its turn. Whoever asks while one is under way waits for the same.
   *
   * @param busyMs How long the server has been busy since the last turn; by default long enough to look at the sockets.
   */
  take(busyMs: number = LOOK_MS): Promise<void> {
    return this.#under ??= this.#take(busyMs);
  }

  /**
   * As {@linkcode take}, for who must not miss what is at the sockets already: it waits until there is a pair, and without one
   * for the time it takes until the loop has nothing to run.
   */
  async look(): Promise<void> {
    if (this.#pair === null) {
      await this.#opened?.catch(() => {}); // whoever opens them is told
      if (this.#pair === null && !this.#isClosed) return await idle();
    }
    await this.#under; // it may have begun as one without a look
    await this.take();
  }

  async #take(busyMs: number): Promise<void> {
    this.#busyMs += busyMs;
    try {
      if (this.#pair === null || this.#busyMs < LOOK_MS) return await turn();
      this.#busyMs = 0;
      const [one, other] = this.#pair;
      const read = other.read(this.#byte);
      await Promise.all([one.write(BYTE), read]);
    } catch {
      this.#drop(); // closed meanwhile, or broken, and turns are what they were without
    } finally {
      this.#under = null;
      this.#onEnd();
    }
  }

  /** Gives the sockets back. */
  close(): void {
    this.#isClosed = true;
    this.#drop();
  }

  #drop(): void {
    const pair = this.#pair;
    this.#pair = null;
    pair?.forEach((conn) => conn.close());
  }
}

/** Was it we who connected, and not somebody else at the same moment? */
function isSamePair(one: Deno.TcpConn, other: Deno.TcpConn): boolean {
  return one.localAddr.port === other.remoteAddr.port;
}
