/**
 * Rate limits, kept in Redis so that all processes of a program share them: so many requests of a user in each window of time.
 * A fixed window is a counter that expires; a sliding window is a sorted set with the times of the requests in it.
 *
 * Try it: `deno run -A --import-map=npm.json examples/rate_limiter.ts`, with a server at REDIS_URL or 127.0.0.1:6379.
 */
import { Client } from "../mod.ts"; // "@x/miniredis" in a program of your own

/** How much is allowed. */
export interface Limit {
  /** So many requests of each user … */
  readonly requests: number;
  /** … in so many milliseconds. */
  readonly windowMs: number;
}

/** What a request is told. */
export interface Verdict {
  readonly isAllowed: boolean;
  /** How many more would be allowed now. */
  readonly remaining: number;
  /** In how many milliseconds it is worth trying again; 0 where the request is allowed. */
  readonly retryAfterMs: number;
}

/**
 * Counts requests in windows that begin with a user's first request: one small counter for each user. Just before and just
 * after the end of a window, twice as many requests may come through in a short time.
 */
export class FixedWindowLimiter {
  readonly #client: Client;
  readonly #limit: Limit;

  constructor(client: Client, limit: Limit) {
    this.#client = client;
    this.#limit = limit;
  }

  /** May this user make a request now? It is counted either way. */
  async request(user: string): Promise<Verdict> {
    const { requests, windowMs } = this.#limit;
    const key = `rate:fixed:${user}`;
    // all or nothing: a counter that has no expiry would lock its user out for ever
    const [count, , leftMs] = await this.#client.transaction((t) => [
      t.incr(key),
      t.pexpire(key, windowMs, { nx: true }), // the first request begins the window
      t.pttl(key),
    ]);
    const isAllowed = count <= requests;
    return { isAllowed, remaining: Math.max(0, requests - count), retryAfterMs: isAllowed ? 0 : leftMs };
  }
}

/**
 * Looks back from each request: never more than the limit in any stretch of time as long as the window. It keeps an entry for
 * each request that it has allowed.
 */
export class SlidingWindowLimiter {
  readonly #client: Client;
  readonly #limit: Limit;

  constructor(client: Client, limit: Limit) {
    this.#client = client;
    this.#limit = limit;
  }

  /** May this user make a request now? It is counted if so. */
  async request(user: string): Promise<Verdict> {
    const { requests, windowMs } = this.#limit;
    const key = `rate:sliding:${user}`, id = crypto.randomUUID();
    const nowMs = await serverTimeMs(this.#client); // the clocks of processes differ, the server has one
    const [, before, [oldest]] = await this.#client.transaction((t) => [
      t.zremrangebyscore(key, 0, nowMs - windowMs),
      t.zcard(key),
      t.zrange(key, 0, 0, { withscores: true }),
      t.zadd(key, { [id]: nowMs }),
      t.pexpire(key, windowMs),
    ]);
    if (before < requests) return { isAllowed: true, remaining: requests - before - 1, retryAfterMs: 0 };
    // what is refused does not count; until it is gone others may be refused because of it, none is allowed
    await this.#client.zrem(key, id);
    const freeAtMs = (oldest?.[1] ?? nowMs) + windowMs;
    return { isAllowed: false, remaining: 0, retryAfterMs: freeAtMs - nowMs };
  }
}

async function serverTimeMs(client: Client): Promise<number> {
  const [seconds, microseconds] = await client.time();
  return seconds * 1000 + Math.floor(microseconds / 1000);
}

if (import.meta.main) {
  await using client = new Client();
  const limiter = new SlidingWindowLimiter(client, { requests: 3, windowMs: 10_000 });
  for (let i = 1; i <= 5; i++) console.log(`request ${i}:`, await limiter.request("alice"));
}
