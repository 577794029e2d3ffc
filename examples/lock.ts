/**
 * A lock with an expiry, so that a holder that dies does not keep it: a key that only one can set, with a token that says whose it
 * is. Only the holder gives it back or has it longer; those who wait are told, and do not ask again and again.
 *
 * A holder that is too slow loses it without noticing. So each gets a number greater than those before; whatever is protected
 * can refuse who comes with a number less than one it has seen.
 *
 * Try it: `deno run -A --import-map=npm.json examples/lock.ts`, with a server at REDIS_URL or 127.0.0.1:6379.
 */
import { Client, type Commands } from "../mod.ts"; // "@x/miniredis" in a program of your own

/** How long a lock is held and waited for. */
export interface LockOptions {
  /** It is lost after so many milliseconds, unless it is renewed before. */
  readonly ttlMs: number;
  /** How long to wait for others to give it back, in milliseconds; by default not at all. */
  readonly waitMs?: number;
}

/** What tells those who wait that a lock is free. It need not last: they ask by themselves when the lock expires. */
const SIGNAL_MS = 1000;

/** A lock that is held. `await using` gives it back. */
export class Lock implements AsyncDisposable {
  /** Greater than that of all who have held the lock before. */
  readonly fence: number;
  readonly #client: Client;
  readonly #name: string;
  readonly #token: string;
  readonly #ttlMs: number;

  private constructor(client: Client, name: string, token: string, fence: number, ttlMs: number) {
    this.#client = client;
    this.#name = name;
    this.#token = token;
    this.fence = fence;
    this.#ttlMs = ttlMs;
  }

  /** Takes a lock; null where others have held it all the time. */
  static async acquire(client: Client, name: string, { ttlMs, waitMs = 0 }: LockOptions): Promise<Lock | null> {
    const token = crypto.randomUUID();
    let untilMs: number | null = null;
    while (true) {
      const [fence, isTaken, leftMs, [seconds, microseconds]] = await client.transaction((t) => [
        t.incr(`${keyOf(name)}:fence`), // together with SET: whoever gets the lock later has the greater number
        t.set(keyOf(name), token, { nx: true, px: ttlMs }),
        t.pttl(keyOf(name)),
        t.time(),
      ]);
      if (isTaken === 1) return new Lock(client, name, token, fence, ttlMs);
      const nowMs = seconds * 1000 + Math.floor(microseconds / 1000);
      untilMs ??= nowMs + waitMs;
      if (nowMs >= untilMs) return null;
      await client.blpop(signalOf(name), Math.max(1, Math.min(leftMs, untilMs - nowMs)) / 1000); // 0 would be for ever
    }
  }

  /** Has the lock for its whole time again; false where it is lost. */
  async renew(): Promise<boolean> {
    return await this.#ifHeld((t) => [t.pexpire(keyOf(this.#name), this.#ttlMs)]);
  }

  /** Gives the lock back; false where it was lost before. */
  async release(): Promise<boolean> {
    return await this.#ifHeld((t) => [
      t.del(keyOf(this.#name)),
      t.del(signalOf(this.#name)), // that of before, which nobody has waited for
      t.lpush(signalOf(this.#name), "free"),
      t.pexpire(signalOf(this.#name), SIGNAL_MS),
    ]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }

  /** Does it unless others have the lock by now, or get it at this very moment. */
  async #ifHeld(commands: (t: Commands) => readonly Promise<unknown>[]): Promise<boolean> {
    return await this.#client.watch([keyOf(this.#name)], async (tx) => {
      if (await tx.get(keyOf(this.#name)) !== this.#token) return false;
      await tx.commit(commands);
      return true;
    });
  }
}

function keyOf(name: string): string {
  return `lock:${name}`;
}

function signalOf(name: string): string {
  return `lock:${name}:free`;
}

if (import.meta.main) {
  await using client = new Client();
  const visit = async (who: string) => {
    await using lock = await Lock.acquire(client, "bathroom", { ttlMs: 10_000, waitMs: 60_000 });
    console.log(who, lock === null ? "has waited in vain" : `is in, as number ${lock.fence}`);
  };
  await Promise.all(["alice", "bob", "carol"].map(visit));
}
