/**
 * The server: listens with `Deno.listen`, or works in memory only.
 *
 * @module
 */
import { Client, type ClientOptions } from "./client.ts";
import { type Config, configOf } from "./engine/config.ts";
import type { DataFiles } from "./engine/data_files.ts";
import type { Log } from "./engine/log.ts";
import { prepareShutdown } from "./persistence/shutdown.ts";
import { DataFolderError, openDataFolder } from "./server/data_folder.ts";
import { Host } from "./server/host.ts";
import type { DuplexStreams } from "./server/transport.ts";

export type { Log, LogLevel } from "./engine/log.ts";
export type { DuplexStreams } from "./server/transport.ts";

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
   * Redis directives and their values, as in redis.conf: `{ requirepass: "secret", "maxclients": "100" }`.
   *
   * With `dir`, the server keeps its data in that folder, and needs permission to read and to write it: it begins with the
   * keys of `dump.rdb` (or `dbfilename`) there, if there is such a file, SAVE and BGSAVE write it, and with save points
   * (`save: "60 1000"`) it is also written by itself and by {@linkcode Server.close}. With `appendonly: "yes"` every write
   * is kept, in the append-only file in `appendonlydir`, which it begins with instead. Without `dir` it touches no files.
   */
  config?: Record<string, string>;
  /** Makes every random choice of the server repeatable (RANDOMKEY, the order of SCAN …). */
  seed?: number;
  /**
   * Takes the server's log lines.
   *
   * @default A server is silent.
   */
  log?: Log;
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

  readonly #host: Host;
  readonly #address: Deno.NetAddr | null;

  private constructor(host: Host, address: Deno.NetAddr | null) {
    this.#host = host;
    this.#address = address;
    this.closed = host.closed;
  }

  /**
   * Starts a server.
   *
   * @param options All have defaults.
   * @returns The server, ready for connections.
   * @throws {Deno.errors.AddrInUse} The port is taken.
   * @throws {Deno.errors.NotCapable} A port was asked for without permission to listen on it.
   * @throws {TypeError} A directive is unknown, or its value is refused.
   * @throws {Error} The files in `dir` cannot be read.
   */
  static async start(options: ServerOptions = {}): Promise<Server> {
    const config = configOf(options.config ?? {});
    const files = dataFolderOf(config);
    const host = new Host({ config, ...pick(options, "seed"), ...pick(options, "log"), ...files });
    try {
      host.load();
      if (options.port === undefined) return new Server(host, null);
      return new Server(host, host.listen(options.hostname ?? "127.0.0.1", options.port));
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
    return new Client({ ...options, transport: () => this.dial() });
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

/** The files of a server whose configuration names a `dir`; none of one whose does not. */
function dataFolderOf(config: Config): { files?: DataFiles } {
  if (config.isGiven("dir")) {
    try {
      return { files: openDataFolder(config) };
    } catch (error) {
      throw error instanceof DataFolderError ? new TypeError(`Cannot start: ${error.message}`) : error;
    }
  }
  if (config.text("save") !== "") {
    throw new TypeError("Cannot start: the configuration has save points, but no dir to save to");
  }
  if (config.flag("appendonly")) {
    throw new TypeError("Cannot start: the configuration has an append-only file, but no dir for it");
  }
  return {};
}

function pick<T, K extends keyof T>(options: T, key: K): { [P in K]?: Exclude<T[K], undefined> } {
  return options[key] === undefined ? {} : { [key]: options[key] } as { [P in K]?: Exclude<T[K], undefined> };
}
