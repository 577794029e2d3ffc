/**
 * The loads that the comparison has beside redis-benchmark's own tests, and how any test is made ready to run.
 *
 * Each of them starts from an empty server that it fills itself. redis-benchmark sends the commands of all but `mixed`.
 *
 * @module
 */
import type { ServerProcess } from "../tests/_redis.ts";
import { failure, type Load, requestsPerSecond } from "./_redis_benchmark.ts";
import { helper } from "./_servers.ts";
import { ask, fill } from "./_wire.ts";

/** Elements of the sorted set: scores are the numbers from 0, so that a range of 50 begins at any of them. */
const MEMBERS = 100_000;
const HASHES = 1_000, FIELDS = 20;
const CHANNEL = "news", SUBSCRIBERS = 50;
/** Bytes of a value of `mixed`: 100, as the generator's own SETs have them. */
const VALUE = "x".repeat(100);
const RANDOM = "__rand_int__";

/** One load. */
interface Workload {
  /** The command that makes one element of the data, as {@link fill} takes it, and how many there are of them. */
  readonly data?: readonly string[];
  readonly count?: number;
  /** What redis-benchmark sends, with random numbers below `count`; without it, what the generator sends. */
  readonly command?: readonly string[];
  readonly subscribers?: number;
}

const FIELD_VALUES = Array.from({ length: FIELDS }, (_, i) => [`field:${i}`, `value:${i}`]).flat();

const WORKLOADS: Readonly<Record<string, Workload>> = {
  /** 90 % GET, 10 % SET; how many keys is an option. */
  mixed: { data: ["SET", "key:#", VALUE] },
  xadd: { command: ["XADD", "stream", "MAXLEN", "~", "10000", "*", "sensor", RANDOM, "value", "21.5"] },
  zrangebyscore: {
    data: ["ZADD", "zset", "#", "member:#"],
    count: MEMBERS,
    command: ["ZRANGEBYSCORE", "zset", RANDOM, "+inf", "LIMIT", "0", "50"],
  },
  hgetall_20: { data: ["HSET", "hash:#", ...FIELD_VALUES], count: HASHES, command: ["HGETALL", `hash:${RANDOM}`] },
  publish_50: { command: ["PUBLISH", CHANNEL, `message:${RANDOM}`], subscribers: SUBSCRIBERS },
};

/** The names of these loads. */
export const WORKLOAD_NAMES: readonly string[] = Object.keys(WORKLOADS);

/** A test that is ready to run on a server; disposing of it ends the processes that it needs. */
export interface Prepared extends AsyncDisposable {
  /**
   * Runs it.
   *
   * @param requests How many commands.
   * @returns Requests per second; for `publish_50`, messages published per second.
   * @throws {ServerLostError} When the server ends meanwhile.
   * @throws {Error} When there is no rate: the server lacks the command, say.
   */
  rate(requests: number): Promise<number>;
}

/**
 * Makes a test ready.
 *
 * @param server The server.
 * @param load What to send: a test of redis-benchmark, or one of {@link WORKLOAD_NAMES}.
 * @param keys How many keys `mixed` has.
 * @returns The test.
 * @throws {Error} When the server cannot be filled.
 */
export async function prepare(server: ServerProcess, load: Load, keys: number): Promise<Prepared> {
  await using resources = new AsyncDisposableStack();
  const workload = WORKLOADS[load.test];
  let rate = (requests: number): Promise<number> => requestsPerSecond(server, load, requests);
  if (workload !== undefined) {
    const { data, count = keys, command, subscribers } = workload;
    await empty(server);
    if (data !== undefined) await fill(server.port, count, data);
    if (command === undefined) {
      const generator = resources.use(new Generator(server, load, count));
      rate = (requests) => generator.rate(requests);
    } else {
      const own = { ...load, command, keyspace: count };
      rate = (requests) => requestsPerSecond(server, own, requests);
    }
    if (subscribers !== undefined) {
      const audience = resources.use(new Audience(server, subscribers));
      await audience.ready();
      const published = rate;
      rate = (requests) => published(requests).finally(() => audience.check());
    }
  }
  const taken = resources.move();
  return { rate: (requests) => rate(requests), [Symbol.asyncDispose]: () => taken.disposeAsync() };
}

/**
 * Leaves nothing of what earlier tests have written.
 *
 * @param server The server.
 */
export async function empty(server: ServerProcess): Promise<void> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await ask(conn, "FLUSHALL");
}

/** A program of this folder that says something in lines. */
class Partner implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #asks: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: ReadableStreamDefaultReader<Uint8Array>;
  #hasEnded = false;

  constructor(program: string, ...args: (string | number)[]) {
    this.#child = helper(`${import.meta.dirname}/${program}`, ...args.map(String));
    this.#child.status.then(() => this.#hasEnded = true);
    this.#asks = this.#child.stdin.getWriter();
    this.#answers = this.#child.stdout.getReader();
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Its next line; undefined when it has ended. */
  async line(): Promise<string | undefined> {
    const { value } = await this.#answers.read();
    return value && new TextDecoder().decode(value).trim();
  }

  async tell(line: string): Promise<void> {
    await this.#asks.write(new TextEncoder().encode(`${line}\n`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasEnded) this.#child.kill(); // it may be waiting in a call that only a signal ends
    await this.#answers.cancel();
    await this.#asks.abort();
    await this.#child.status;
  }
}

/** The other end of `_generator.ts`. */
class Generator implements AsyncDisposable {
  readonly #server: ServerProcess;
  readonly #partner: Partner;
  #isReady = false;

  constructor(server: ServerProcess, load: Load, keys: number) {
    this.#server = server;
    this.#partner = new Partner("_generator.ts", server.port, load.clients, load.pipeline, keys);
  }

  async rate(requests: number): Promise<number> {
    if (!this.#isReady) await this.#partner.line();
    this.#isReady = true;
    if (!this.#partner.hasEnded) await this.#partner.tell(`${requests}`);
    const rate = Number(await this.#partner.line());
    if (!(rate > 0)) throw await failure(this.#server, "mixed: the generator has ended");
    return rate;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#partner[Symbol.asyncDispose]();
  }
}

/** The other end of `_subscribers.ts`. */
class Audience implements AsyncDisposable {
  readonly #server: ServerProcess;
  readonly #partner: Partner;

  constructor(server: ServerProcess, count: number) {
    this.#server = server;
    this.#partner = new Partner("_subscribers.ts", server.port, count, CHANNEL);
  }

  /** Waits until all have subscribed. */
  async ready(): Promise<void> {
    if (await this.#partner.line() === undefined) await this.#fail();
  }

  /** Fails when one of them is not served any more: it would not have been sent everything. */
  async check(): Promise<void> {
    if (this.#partner.hasEnded) await this.#fail();
  }

  async #fail(): Promise<never> {
    throw await failure(this.#server, "publish_50: the subscribers have lost the server");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#partner[Symbol.asyncDispose]();
  }
}
