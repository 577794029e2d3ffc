/**
 * Jobs that are not lost: a worker moves a job from the list of those that wait to a list of its own, and takes it from there
 * when it is done. A job that fails is tried again later, some times; those of a worker that has died go to others.
 *
 * ```text
 *   add ──► waiting ──BRPOPLPUSH──► active:WORKER ──finish──► gone
 *            ▲   ▲                     │     │
 *            │   └──────recover────────┘     └──fail──► delayed, and after the last attempt dead
 *            └──────────promote──────────────────────────────┘
 * ```
 *
 * Each job is done at least once; again where a worker or its connection fails after the work and before the note of it.
 *
 * Try it: `deno run -A --import-map=npm.json examples/job_queue.ts`, with a server at REDIS_URL or 127.0.0.1:6379.
 */
import { Client, type Commands, ConnectionError } from "../mod.ts"; // "@x/miniredis" in a program of your own

/** Something to be done. */
export interface Job {
  readonly id: string;
  readonly payload: string;
  /** How often it has been tried, this time included. */
  readonly attempt: number;
}

/** How patient a queue is. */
export interface JobQueueOptions {
  /** A job that has been tried so often is dead; by default 3. */
  readonly maxAttempts?: number;
  /** After how long a job that has failed is tried again, in milliseconds, twice as long each time; by default 1,000. */
  readonly retryDelayMs?: number;
  /** A worker that has not been heard of for so long is dead; by default 30,000. Those that have no job are heard of each second. */
  readonly leaseMs?: number;
}

/** How long a worker waits for a job before it looks after those that are to be tried again. */
const WAIT_SECONDS = 1;

/** The jobs of one name. */
export class JobQueue {
  readonly client: Client;
  readonly options: Readonly<Required<JobQueueOptions>>;
  /** Its keys; what stands behind `jobs`, `active` and `alive` is an id or the name of a worker. */
  readonly keys: Readonly<
    Record<"ids" | "waiting" | "delayed" | "dead" | "workers" | "job" | "active" | "alive", string>
  >;

  constructor(client: Client, name: string, options: JobQueueOptions = {}) {
    this.client = client;
    this.options = { maxAttempts: 3, retryDelayMs: 1000, leaseMs: 30_000, ...options };
    const key = (part: string) => `queue:${name}:${part}`;
    this.keys = {
      ids: key("ids"),
      waiting: key("waiting"),
      delayed: key("delayed"),
      dead: key("dead"),
      workers: key("workers"),
      job: key("job:"),
      active: key("active:"),
      alive: key("alive:"),
    };
  }

  /** Adds a job behind all others; its id. */
  async add(payload: string): Promise<string> {
    const id = String(await this.client.incr(this.keys.ids));
    await this.client.transaction((t) => [t.hset(this.keys.job + id, { payload }), t.lpush(this.keys.waiting, id)]);
    return id;
  }

  /** The jobs that have been given up, the latest first, and the last error of each. */
  async dead(): Promise<{ id: string; payload: string; error: string }[]> {
    const ids = await this.client.lrange(this.keys.dead, 0, -1);
    const jobs = await this.client.pipeline((p) => ids.map((id) => p.hmget(this.keys.job + id, "payload", "error")));
    return jobs.map(([payload, error], i) => ({ id: ids[i]!, payload: payload ?? "", error: error ?? "" }));
  }

  /** Has the jobs wait again whose time has come; how many there were. */
  async promote(): Promise<number> {
    const { delayed, waiting } = this.keys;
    return await this.client.watch([delayed], async (tx) => { // several workers may see a job, one moves it
      const due = await tx.zrange(delayed, 0, await timeMs(tx), { byscore: true });
      if (due.length > 0) await tx.commit((t) => [t.zrem(delayed, ...due), t.lpush(waiting, ...due)]);
      return due.length;
    });
  }

  /** Has the jobs of workers that have died wait again, before all others; how many there were. */
  async recover(): Promise<number> {
    const { workers, alive, active, waiting } = this.keys;
    let jobs = 0;
    for (const worker of await this.client.smembers(workers)) {
      if (await this.client.exists(alive + worker) === 1) continue;
      while (await this.client.lmove(active + worker, waiting, "LEFT", "RIGHT") !== null) jobs++;
      await this.client.srem(workers, worker);
    }
    return jobs;
  }
}

/** Does the jobs of a queue, one after the other. Its name is its own; after a crash it may come back under it. */
export class Worker {
  readonly #queue: JobQueue;
  readonly #client: Client;
  readonly #name: string;
  /** The list of what it has taken, and is not done with. */
  readonly #active: string;

  constructor(queue: JobQueue, name: string) {
    this.#queue = queue;
    this.#client = queue.client;
    this.#name = name;
    this.#active = queue.keys.active + name;
  }

  /** Tells that this worker lives, as it does before each job by itself. During a long one it is for the job to say so. */
  async beat(): Promise<void> {
    const { keys: { workers, alive }, options: { leaseMs } } = this.#queue;
    await this.#client.transaction((t) => [
      t.sadd(workers, this.#name),
      t.set(alive + this.#name, 1, { px: leaseMs }),
    ]);
  }

  /** The next job, this worker's until {@linkcode finish} or {@linkcode fail}; null where none has come in a second. */
  async take(signal?: AbortSignal): Promise<Job | null> {
    const { keys, options } = this.#queue;
    await this.beat();
    await this.#queue.promote();
    const [left] = await this.#client.lrange(this.#active, -1, -1); // by a crash, or by a reply that never came
    const wait = signal === undefined ? {} : { signal };
    const id = left ?? await this.#client.brpoplpush(keys.waiting, this.#active, WAIT_SECONDS, wait);
    if (id === null) return null;
    const [payload, attempt] = await this.#client.transaction((t) => [
      t.hget(keys.job + id, "payload"),
      t.hincrby(keys.job + id, "attempts", 1), // now: an attempt that takes the worker down counts too
    ]);
    const job: Job = { id, payload: payload ?? "", attempt };
    if (attempt <= options.maxAttempts) return job;
    await this.fail(job, new Error("no attempt has come to an end"));
    return null;
  }

  /** A job is done; false where others have it by now, since this worker was thought to be dead. */
  async finish({ id }: Job): Promise<boolean> {
    return await this.#leave(id, (t) => t.del(this.#queue.keys.job + id));
  }

  /** A job has failed, and is tried again or dead; false where others have it by now. */
  async fail({ id, attempt }: Job, error: unknown): Promise<boolean> {
    const { keys, options: { maxAttempts, retryDelayMs } } = this.#queue;
    await this.#client.hset(keys.job + id, { error: String(error) });
    if (attempt >= maxAttempts) return await this.#leave(id, (t) => t.lpush(keys.dead, id));
    const againAtMs = await timeMs(this.#client) + retryDelayMs * 2 ** (attempt - 1);
    return await this.#leave(id, (t) => t.zadd(keys.delayed, { [id]: againAtMs }));
  }

  /** Does jobs until the signal comes, and ends the one under way first. */
  async run(handle: (job: Job) => Promise<void>, signal: AbortSignal): Promise<void> {
    await this.beat(); // whoever has given a wrong address is told
    while (!signal.aborted) {
      try {
        const job = await this.take(signal);
        if (job !== null) await this.#do(job, handle);
      } catch (error) {
        // the client comes back by itself, and what this worker has taken is in its list
        if (!(error instanceof ConnectionError) && error !== signal.reason) throw error;
      }
    }
  }

  async #do(job: Job, handle: (job: Job) => Promise<void>): Promise<void> {
    try {
      await handle(job);
    } catch (error) {
      await this.fail(job, error);
      return;
    }
    await this.finish(job);
  }

  /** Takes a job from this worker's list, and does what is to become of it, both or none. */
  async #leave(id: string, next: (t: Commands) => Promise<unknown>): Promise<boolean> {
    return await this.#client.watch([this.#active], async (tx) => {
      if (await tx.lpos(this.#active, id) === null) return false;
      await tx.commit((t) => [t.lrem(this.#active, 1, id), next(t)]);
      return true;
    });
  }
}

/** The server's time: those of workers differ. */
async function timeMs(commands: Commands): Promise<number> {
  const [seconds, microseconds] = await commands.time();
  return seconds * 1000 + Math.floor(microseconds / 1000);
}

if (import.meta.main) {
  await using client = new Client();
  const queue = new JobQueue(client, "example");
  for (const payload of ["write a letter", "post it", "fly to the moon"]) await queue.add(payload);
  const handle = async ({ payload, attempt }: Job) => {
    console.log(`${payload}, attempt ${attempt}`);
    if (payload.includes("moon")) await Promise.reject(new Error("no rocket"));
  };
  await new Worker(queue, "worker-1").run(handle, AbortSignal.timeout(5000));
  console.log("given up:", await queue.dead());
}
