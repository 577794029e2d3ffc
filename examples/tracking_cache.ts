/**
 * A cache in two steps before something slow, a database say: in Redis for all processes, and in the memory of each for as long as
 * Redis has not said that a key has changed (client-side caching). So a value that one process has written is read by the others,
 * who need not ask Redis for it each time.
 *
 * Try it: `deno run -A --import-map=npm.json examples/tracking_cache.ts`, with a server at REDIS_URL or 127.0.0.1:6379.
 */
import { Client } from "../mod.ts"; // "@x/miniredis" in a program of your own

/** Where the values come from in the end. */
export interface Source<T> {
  /** Reads a value; null where there is none. */
  load(id: string): Promise<T | null>;
  /** Writes a value. */
  save(id: string, value: T): Promise<void>;
}

/** How a cache is kept. */
export interface ReadThroughCacheOptions {
  /** What the keys begin with. */
  readonly prefix: string;
  /** How long a value stays in Redis, in milliseconds, and how old it can be where others write to the source past the cache. */
  readonly ttlMs: number;
}

/** Values that JSON can hold, read through Redis. */
export class ReadThroughCache<T> {
  readonly #client: Client;
  readonly #source: Source<T>;
  readonly #prefix: string;
  readonly #ttlMs: number;
  /** Values on their way from the source: who asks meanwhile waits for the same. */
  readonly #loading = new Map<string, Promise<T | null>>();

  /** Takes a client with the option `cache: true`; any other asks Redis each time. */
  constructor(client: Client, source: Source<T>, { prefix, ttlMs }: ReadThroughCacheOptions) {
    this.#client = client;
    this.#source = source;
    this.#prefix = prefix;
    this.#ttlMs = ttlMs;
  }

  /** A value: from memory, else from Redis, else from the source. */
  async get(id: string): Promise<T | null> {
    const text = await this.#client.get(this.#prefix + id); // from memory, where the client knows it
    if (typeof text === "string") return JSON.parse(text);
    let loading = this.#loading.get(id);
    if (loading === undefined) {
      loading = this.#load(id).finally(() => this.#loading.delete(id));
      this.#loading.set(id, loading);
    }
    return await loading;
  }

  /** Writes a value to the source, and to Redis for all who read it. */
  async set(id: string, value: T): Promise<void> {
    await this.#source.save(id, value);
    await this.#client.set(this.#prefix + id, JSON.stringify(value), { px: this.#ttlMs });
  }

  /** Forgets a value that others have changed in the source. */
  async forget(id: string): Promise<void> {
    await this.#client.del(this.#prefix + id);
  }

  async #load(id: string): Promise<T | null> {
    const value = await this.#source.load(id); // null too is worth knowing
    // nx: what others have written since is newer
    await this.#client.set(this.#prefix + id, JSON.stringify(value), { px: this.#ttlMs, nx: true });
    return value;
  }
}

if (import.meta.main) {
  await using client = new Client({ cache: true });
  const source: Source<string> = {
    load: async (id) => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      return `the text of ${id}`;
    },
    save: () => Promise.resolve(),
  };
  const cache = new ReadThroughCache(client, source, { prefix: "example:text:", ttlMs: 10_000 });
  for (let i = 0; i < 5; i++) {
    const beganMs = performance.now();
    await cache.get("page");
    console.log(`${(performance.now() - beganMs).toFixed(2)} ms`, client.cacheStats);
  }
}
