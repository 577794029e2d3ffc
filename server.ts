/**
 * The server: listens with `Deno.listen`, or works in memory only.
 *
 * @module
 */
import { Client, type ClientOptions } from "./client.ts";
import { injected, type Interceptor, Interceptors } from "./engine/interceptors.ts";
import type { Log } from "./engine/log.ts";
import { fullVersion } from "./engine/version.ts";
import { prepareShutdown } from "./persistence/shutdown.ts";
import { dataOptions } from "./server/data_folder.ts";
import { type DirectDatabase, HostDatabase } from "./server/direct_database.ts";
import { dumpOf } from "./server/dump.ts";
import { Host } from "./server/host.ts";
import { type RecordedCommand, type RecordedCommands, Recorder } from "./server/recorder.ts";
import { HostClock, type ServerClock } from "./server/server_clock.ts";
import { type ServerStats, statsOf } from "./server/stats.ts";
import type { DuplexStreams } from "./server/transport.ts";
import { SystemClock } from "./store/clock.ts";
import { ManualClock } from "./store/manual_clock.ts";

export type { InterceptedCommand, InterceptedConnection, Interception, Interceptor } from "./engine/interceptors.ts";
export type { Log, LogLevel } from "./engine/log.ts";
export type { DirectDatabase, DirectSetOptions } from "./server/direct_database.ts";
export type { RecordedCommand, RecordedCommands } from "./server/recorder.ts";
export type { ServerClock } from "./server/server_clock.ts";
export type { ServerStats } from "./server/stats.ts";
export type { DuplexStreams } from "./server/transport.ts";

/** Timers take no longer delays. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * How a {@linkcode Server} is started.
 *
 * @example A password, and the same random choices every time
 * ```ts
 * import { Server, type ServerOptions } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const options: ServerOptions = { config: { requirepass: "secret" }, seed: 1 };
 * await using server = await Server.start(options);
 * await using client = server.client({ password: "secret" });
 * assertEquals(await client.ping(), "PONG");
 * ```
 */
export interface ServerOptions {
  /** TCP port to listen on; 0 takes a free one. Without it the server opens no listener and needs no permission. */
  port?: number;
  /**
   * Address to listen on.
   *
   * @default {"127.0.0.1"}
   */
  hostname?: string;
  /**
   * Redis directives and their values, as in redis.conf: `{ requirepass: "secret", "maxclients": "100" }`. Where it listens
   * and where its log goes are options of their own.
   *
   * With `dir`, the server keeps its data in that folder, and needs permission to read and to write it: it begins with the
   * keys of `dump.rdb` (or `dbfilename`) there, if there is such a file, SAVE and BGSAVE write it, and with save points
   * (`save: "60 1000"`) it is also written by itself and by {@linkcode Server.close}. With `appendonly: "yes"` every write
   * is kept, in the append-only file in `appendonlydir`, which it begins with instead. Without `dir` it touches no files.
   */
  config?: Record<string, string>;
  /**
   * Who moves the clock: it runs by itself (`"real"`), or stands still at the time of the start until
   * {@linkcode Server.clock} is moved (`"manual"`). Clients have timers of their own: what {@linkcode Server.client} gives
   * leaves the time-outs of blocking commands to the server, other clients may need to be told to be patient
   * (`blockingGraceMs` of {@linkcode Client}).
   *
   * @default {"real"}
   */
  clock?: "real" | "manual";
  /**
   * An integer; makes every random choice of the server repeatable: RANDOMKEY, SPOP, the order of SCAN, eviction …
   *
   * So that none depends on how fast the machine is, tables then grow and shrink by commands alone, whatever
   * `activerehashing` says, and a command evicts for as long as it takes, whatever `maxmemory-eviction-tenacity` says.
   */
  seed?: number;
  /**
   * The version of Redis that HELLO and INFO tell of: `"6.2"`, `"7.0.11"`. Commands that came after it are unknown then;
   * options of commands are not looked at.
   *
   * @default 7.0.15, whose commands these are, and a few that came later.
   */
  version?: string;
  /**
   * Are commands kept in {@linkcode Server.commands}? See {@linkcode RecordedCommands}.
   *
   * @default {false}
   */
  record?: RecordedCommands;
  /**
   * Takes the server's log lines.
   *
   * @default A server is silent.
   */
  log?: Log;
}

/**
 * When a fault that is asked for happens.
 *
 * @example Three times in a row
 * ```ts
 * import { type FaultOptions, RedisError, Server } from "@x/miniredis";
 * import { assertRejects } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const often: FaultOptions = { times: 3 };
 * server.failNext("INCR", "OOM command not allowed when used memory > 'maxmemory'.", often);
 * for (let i = 0; i < 3; i++) await assertRejects(() => client.incr("n"), RedisError, "OOM");
 * await client.incr("n");
 * ```
 */
export interface FaultOptions {
  /**
   * How often.
   *
   * @default {1}
   */
  times?: number;
}

/**
 * A Redis server in this process.
 *
 * @example In a test, without a port or a permission
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * assertEquals(await client.set("name", "Alice"), 1);
 * assertEquals(await client.get("name"), "Alice");
 * ```
 *
 * @example On a free TCP port, for any Redis client
 * ```ts
 * import { Client, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start({ port: 0 });
 * await using client = new Client(server.url);
 * assertEquals(await client.send(["PING"]), "PONG");
 * ```
 */
export class Server implements AsyncDisposable {
  /** Resolves when the server has ended: by {@linkcode Server.close} or by a client's SHUTDOWN. */
  readonly closed: Promise<void>;
  /** The server's clock; with `clock: "manual"` it is moved by hand. */
  readonly clock: ServerClock;

  readonly #options: ServerOptions;
  readonly #host: Host;
  readonly #interceptors: Interceptors;
  readonly #recorder: Recorder | null;
  #address: Deno.NetAddr | null = null;

  private constructor(options: ServerOptions) {
    check(options);
    this.#options = options;
    this.#interceptors = new Interceptors();
    const clock = options.clock === "manual" ? new ManualClock(Date.now()) : new SystemClock();
    const { config, files } = dataOptions(options.config ?? {});
    this.#host = new Host({
      config,
      clock,
      interceptors: this.#interceptors,
      ...pick(options, "seed"),
      ...pick(options, "log"),
      ...(files === undefined ? {} : { files }),
      ...(options.version === undefined ? {} : { redisVersion: fullVersion(options.version) }),
    });
    const { record = false } = options;
    this.#recorder = record === false ? null : new Recorder(this.#interceptors, clock, record);
    this.clock = new HostClock(this.#host, clock);
    this.closed = this.#host.closed;
  }

  /**
   * Starts a server.
   *
   * @param options All have defaults.
   * @returns The server, ready for connections.
   * @throws {Deno.errors.AddrInUse} The port is taken.
   * @throws {Deno.errors.NotCapable} A port was asked for without permission to listen on it.
   * @throws {TypeError} A directive is unknown, or its value is refused; or `version` or another option makes no sense.
   * @throws {Error} The files in `dir` cannot be read.
   */
  static async start(options: ServerOptions = {}): Promise<Server> {
    const server = new Server(options);
    const host = server.#host;
    try {
      host.load();
      if (options.port !== undefined) {
        server.#address = host.listen(options.hostname ?? "127.0.0.1", options.port);
      }
      return server;
    } catch (error) {
      await host.close();
      throw error;
    }
  }

  /**
   * A client connected in memory. It is the caller's to close.
   *
   * @param options As for `new Client`, those about addresses aside.
   * @returns The client.
   */
  client(options: Omit<ClientOptions, "transport"> = {}): Client {
    // what the server's clock does not measure, the client must not: it may stand still for as long as it likes
    const patience = this.#options.clock === "manual" ? { blockingGraceMs: LONGEST_MS } : {};
    return new Client({ ...patience, ...options, transport: () => this.dial() });
  }

  /**
   * A connection in memory, as bytes, for any client that takes a pair of streams.
   *
   * @returns The client's end.
   * @throws {TypeError} The server is closed.
   */
  dial(): DuplexStreams {
    return this.#host.dial();
  }

  /**
   * The TCP port it listens on.
   *
   * @throws {TypeError} The server was started without `port`.
   */
  get port(): number {
    return this.#listening("port").port;
  }

  /**
   * The address it listens on.
   *
   * @throws {TypeError} The server was started without `port`.
   */
  get hostname(): string {
    return this.#listening("hostname").hostname;
  }

  /**
   * What to give a client: `redis://127.0.0.1:6379`.
   *
   * @throws {TypeError} The server was started without `port`.
   */
  get url(): string {
    const { hostname, port } = this.#listening("url");
    return `redis://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
  }

  /**
   * The keys of a database, to be read and written without a connection.
   *
   * @param index The number of the database.
   * @returns The database.
   * @throws {RangeError} There is no such database.
   */
  db(index: number): DirectDatabase {
    return new HostDatabase(this.#host, index);
  }

  /**
   * The commands that clients have sent, in their order, whatever became of them. The array is the test's to empty:
   * `server.commands.length = 0` begins anew.
   *
   * @throws {TypeError} The server was started without `record`.
   */
  get commands(): RecordedCommand[] {
    if (this.#recorder !== null) return this.#recorder.commands;
    throw new TypeError("Cannot read server.commands: the server was started without record: true");
  }

  /**
   * Waits until nothing happens any more: what clients in this process have sent has been executed, they have their replies
   * and messages, and have sent what these made them send. {@linkcode ServerClock.tick} does so by itself.
   *
   * @returns Resolves then. Timers, blocked clients and clients in other processes are not waited for.
   * @example A command that was not awaited
   * ```ts
   * import { Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start();
   * await using client = server.client();
   * const job = client.blpop("jobs", 0);
   * await server.settle();
   * assertEquals(server.stats().blockedClients, 1);
   * server.db(0).setList("jobs", ["a"]);
   * assertEquals(await job, ["jobs", "a"]);
   * ```
   */
  async settle(): Promise<void> {
    await this.#host.settle();
  }

  /**
   * All keys as text, the same for the same keys, for snapshots and for reading.
   *
   * @returns For each database that has keys, its number; for each key a line with its type, and lines with its value.
   * @example What it looks like
   * ```ts
   * import { Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start({ clock: "manual" });
   * server.db(0).setHash("user:1", { name: "Alice" }, { ttlMs: 5000 });
   * server.db(0).setList("jobs", ["a", "b"]);
   * assertEquals(server.dump(), `# db 0
   * "jobs" list
   *   "a"
   *   "b"
   * "user:1" hash, expires in 5000 ms
   *   "name" "Alice"
   * `);
   * ```
   */
  dump(): string {
    return dumpOf(this.#host);
  }

  /**
   * Figures of the server as they are now.
   *
   * @returns The figures.
   */
  stats(): ServerStats {
    return statsOf(this.#host.engine);
  }

  /**
   * Makes the server as it was when it started, for the next test: without keys, with the configuration, counters, slow log
   * and dice of the beginning, without faults, pauses and recorded commands. Connections stay, with what they have subscribed to
   * or wait for; those to which an interceptor owes a reply are closed. The clock stays where it is.
   *
   * @returns Resolves when that is done, and clients in this process have had the time to notice: those that keep replies in
   * memory have none left. What clients have sent before is executed first.
   * @throws {TypeError} The server is closed.
   * @example Before each test
   * ```ts
   * import { Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start({ seed: 1 });
   * server.db(0).set("left", "behind");
   * await server.reset();
   * assertEquals(server.db(0).keys(), []);
   * ```
   */
  async reset(): Promise<void> {
    this.#interceptors.clear();
    this.resume();
    await this.#host.settle();
    if (this.#host.isClosing) throw new TypeError("Cannot reset: the server is closed");
    this.#interceptors.drop();
    this.#host.reset(dataOptions(this.#options.config ?? {}).config);
    await this.#host.settle();
    if (this.#recorder !== null) this.#recorder.commands.length = 0;
  }

  // ---- Faults ----

  /**
   * Asks a function about each command before it is run: it may have it answered otherwise, delayed, or lost, or the
   * connection cut. Functions are asked in the order in which they were added; the first that answers decides.
   *
   * @param interceptor The function.
   * @returns What takes it away again: `using _ = server.intercept(…)`, or `[Symbol.dispose]()`.
   * @example A command that the server does not have
   * ```ts
   * import { Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start();
   * await using client = server.client();
   * using _ = server.intercept(({ name, args }) => {
   *   if (name === "JSON.GET") return { reply: `{"key":"${args[0]}"}` };
   * });
   * assertEquals(await client.send(["JSON.GET", "user:1"]), '{"key":"user:1"}');
   * ```
   */
  intercept(interceptor: Interceptor): Disposable {
    const remove = this.#interceptors.add(interceptor);
    return { [Symbol.dispose]: remove };
  }

  /**
   * Has the next calls of a command answered with an error. One that is sent within a transaction is refused when it is to be
   * queued, as Redis does for such errors, and EXEC answers EXECABORT.
   *
   * @param command Its name in any case, for a subcommand with that of its container: `"GET"`, `"CONFIG SET"`.
   * @param error The error, its code included: `"LOADING Redis is loading the dataset in memory"`.
   * @param options How often.
   * @returns What takes the rest of them back.
   * @throws {TypeError} The error has no text or more than one line, or `times` is no whole number from 1 on.
   * @example A server that is not ready at first
   * ```ts
   * import { RedisError, Server } from "@x/miniredis";
   * import { assertEquals, assertRejects } from "@std/assert";
   *
   * await using server = await Server.start();
   * await using client = server.client();
   * server.failNext("GET", "LOADING Redis is loading the dataset in memory", { times: 2 });
   * await assertRejects(() => client.get("k"), RedisError, "LOADING");
   * await assertRejects(() => client.get("k"), RedisError, "LOADING");
   * assertEquals(await client.get("k"), null);
   * ```
   */
  failNext(command: string, error: string, options: FaultOptions = {}): Disposable {
    const name = command.toUpperCase().split(/[\s|]+/).join(" "); // Redis writes CONFIG|SET in places
    let { times = 1 } = options;
    if (!Number.isInteger(times) || times < 1) throw new TypeError(`Cannot fail ${times} times`);
    injected(error);
    const fault = this.intercept((seen) => {
      if (seen.name !== name) return;
      if (--times === 0) fault[Symbol.dispose]();
      return { error };
    });
    return fault;
  }

  /**
   * Ends all connections at once, as if the network had failed. Clients may connect again.
   *
   * @returns Resolves to how many there were, when clients in this process have had the time to notice: what they send before
   * that is lost.
   */
  async dropConnections(): Promise<number> {
    const count = this.#host.dropConnections();
    await this.#host.settle();
    return count;
  }

  /**
   * Has the server freeze, as a process that is stopped: connections stay and new ones are accepted, but nothing is executed
   * and nothing sent until {@linkcode Server.resume}.
   */
  pause(): void {
    this.#host.suspend();
  }

  /** Ends a {@linkcode Server.pause}: what has come meanwhile is executed. */
  resume(): void {
    this.#host.resume();
  }

  /**
   * Ends all connections and starts the server anew, on the same port, with the same keys: those of its files where it has
   * been asked to keep such, else those it had. Subscriptions, names, counters and what CONFIG SET has changed are gone, and
   * a {@linkcode Server.pause} is over. Interceptors, recorded commands and the clock stay.
   *
   * @returns Resolves when clients may connect again, those in this process having had the time to notice; those who do so
   * before wait for that.
   * @throws {Error} The files could not be written, and nothing has happened; or not be read, and the server has ended.
   * @throws {TypeError} The server is closed.
   * @example A client that comes back
   * ```ts
   * import { Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start();
   * await using client = server.client();
   * await client.set("name", "Alice");
   * await server.restart();
   * assertEquals(await client.get("name"), "Alice");
   * ```
   */
  async restart(): Promise<void> {
    if (this.#host.isClosing) throw new TypeError("Cannot restart: the server is closed");
    await this.#host.restart(() => dataOptions(this.#options.config ?? {}));
    await this.#host.settle();
  }

  // ---- Its end ----

  #listening(property: string): Deno.NetAddr {
    if (this.#address !== null) return this.#address;
    throw new TypeError(
      `Cannot read server.${property}: the server was started without a port, use client() or dial()`,
    );
  }

  /**
   * Ends the server and every connection to it. Where it has save points, its data is saved before.
   *
   * @returns Resolves when all sockets and timers are gone.
   * @throws {Error} The data could not be saved; the server has ended all the same.
   */
  async close(): Promise<void> {
    const { engine, isClosing } = this.#host;
    const isSaved = isClosing || engine.config.text("save") === "" || prepareShutdown(engine, {});
    await this.#host.close();
    if (!isSaved) throw new Error("Cannot save the data: the last lines of the log say why");
  }

  /** As {@linkcode Server.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Programs without types, and settings that are read from somewhere, may say anything. */
function check({ clock = "real", seed = 0, record = false }: ServerOptions): void {
  if (clock !== "real" && clock !== "manual") {
    throw new TypeError(`Cannot take ${clock} for a clock: "real" or "manual"`);
  }
  if (!Number.isSafeInteger(seed)) throw new TypeError(`Cannot take ${seed} for a seed: it is an integer`);
  if (typeof record !== "boolean" && record !== "all") {
    throw new TypeError(`Cannot record ${record}: true, false or "all"`);
  }
}

function pick<T, K extends keyof T>(options: T, key: K): { [P in K]?: Exclude<T[K], undefined> } {
  return options[key] === undefined ? {} : { [key]: options[key] } as { [P in K]?: Exclude<T[K], undefined> };
}
