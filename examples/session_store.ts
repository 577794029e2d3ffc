/**
 * Sessions of users: a hash each, which expires when it has not been asked for in a while; and for each user a set of their
 * sessions, to show them or to end them all. Whoever has to know when a session expires hears of it from Redis itself.
 *
 * Try it: `deno run -A --import-map=npm.json examples/session_store.ts`, with a server at REDIS_URL or 127.0.0.1:6379.
 */
import { Client, type Subscription } from "../mod.ts"; // "@x/miniredis" in a program of your own

/** A session that is open. */
export interface Session {
  readonly id: string;
  readonly user: string;
  /** Whatever the program has put there. */
  readonly data: Readonly<Record<string, string>>;
}

const HALF_AN_HOUR_MS = 30 * 60 * 1000;
const PREFIX = "session:";

/** The sessions in database 0 of a server. */
export class SessionStore {
  readonly #client: Client;
  readonly #ttlMs: number;

  /** Sessions end when nobody has asked for them in `ttlMs` milliseconds. */
  constructor(client: Client, { ttlMs = HALF_AN_HOUR_MS }: { readonly ttlMs?: number } = {}) {
    this.#client = client;
    this.#ttlMs = ttlMs;
  }

  /** Logs a user in: a new session, and its id. */
  async create(user: string, data: Readonly<Record<string, string>> = {}): Promise<string> {
    const id = crypto.randomUUID();
    await this.#client.transaction((t) => [
      t.hset(PREFIX + id, { ...data, user }),
      t.pexpire(PREFIX + id, this.#ttlMs),
      t.sadd(listOf(user), id),
      t.pexpire(listOf(user), this.#ttlMs), // no session of this user lives longer than the last one asked for
    ]);
    return id;
  }

  /** The session with this id, which has all its time before it again; null where it has ended. */
  async find(id: string): Promise<Session | null> {
    const [hash] = await this.#client.transaction((t) => [t.hgetall(PREFIX + id), t.pexpire(PREFIX + id, this.#ttlMs)]);
    const { user, ...data } = hash;
    if (user === undefined) return null;
    await this.#client.pexpire(listOf(user), this.#ttlMs);
    return { id, user, data };
  }

  /** Changes what a session holds, and renews it; false where it has ended. */
  async update(id: string, data: Readonly<Record<string, string>>): Promise<boolean> {
    // HSET alone would bring a session back that expires at this very moment, and for ever
    return await this.#client.watch([PREFIX + id], async (tx) => {
      const user = await tx.hget(PREFIX + id, "user");
      if (user === null) return false;
      await tx.commit((t) => [
        t.hset(PREFIX + id, { ...data, user }),
        t.pexpire(PREFIX + id, this.#ttlMs),
        t.pexpire(listOf(user), this.#ttlMs),
      ]);
      return true;
    });
  }

  /** Logs out: ends a session; false where it has ended before. */
  async end(id: string): Promise<boolean> {
    const user = await this.#client.hget(PREFIX + id, "user");
    if (user === null) return false;
    const [ended] = await this.#client.transaction((t) => [t.del(PREFIX + id), t.srem(listOf(user), id)]);
    return ended === 1;
  }

  /** Logs a user out everywhere, after a new password say; how many sessions there were. */
  async endAll(user: string): Promise<number> {
    const ids = await this.list(user);
    if (ids.length === 0) return 0;
    const [ended] = await this.#client.transaction((t) => [
      t.del(...ids.map((id) => PREFIX + id)),
      t.srem(listOf(user), ...ids),
    ]);
    return ended;
  }

  /** The ids of a user's sessions. */
  async list(user: string): Promise<string[]> {
    const ids = await this.#client.smembers(listOf(user));
    const isOpen = await this.#client.pipeline((p) => ids.map((id) => p.exists(PREFIX + id)));
    const expired = ids.filter((_, i) => isOpen[i] === 0);
    if (expired.length > 0) await this.#client.srem(listOf(user), ...expired); // an expiry takes away the hash alone
    return ids.filter((_, i) => isOpen[i] === 1);
  }

  /**
   * The ids of sessions that expire from now on, one by one. The server tells of that only where its directive
   * `notify-keyspace-events` has `E` and `x`, and nothing of what it does while the connection is lost.
   */
  async watchExpiry(): Promise<AsyncGenerator<string, void>> {
    return sessionsIn(await this.#client.subscribe("__keyevent@0__:expired"));
  }
}

async function* sessionsIn(keys: Subscription): AsyncGenerator<string, void> {
  for await (const { message: key } of keys) {
    if (key.startsWith(PREFIX)) yield key.slice(PREFIX.length);
  }
}

function listOf(user: string): string {
  return `sessions:${user}`;
}

if (import.meta.main) {
  await using client = new Client();
  const store = new SessionStore(client, { ttlMs: 60_000 });
  const id = await store.create("alice", { theme: "dark" });
  console.log("logged in:", await store.find(id));
  console.log("open sessions of alice:", (await store.list("alice")).length);
  console.log("logged out:", await store.end(id));
}
