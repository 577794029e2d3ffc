/**
 * The client: speaks to miniredis, Redis, Valkey and other servers of their protocol.
 *
 * Behind it: `client/connection.ts` (buffer, queue and reading), `client/handshake.ts`, `client/link.ts` (TCP, TLS, Unix
 * sockets, streams), `client/options.ts`.
 *
 * @module
 */
import { type ClientOptions, readOptions, type Settings } from "./client/options.ts";
import { Connection } from "./client/connection.ts";
import { ConnectionError } from "./client/errors.ts";
import { closeUnused } from "./client/link.ts";
import { type Convert, Pending } from "./client/pending.ts";
import { type Shape, shapeOf } from "./client/resp2_shapes.ts";
import type { CommandArgument, StructuredValue } from "./resp/encode.ts";
import type { Decode } from "./resp/reply_decoder.ts";
import { type Reply, RespError } from "./resp/reply.ts";

export { ConnectionError, RedisError } from "./client/errors.ts";
export type { ClientOptions, ClientTlsOptions, ClientTransport } from "./client/options.ts";

/** How the reply to one command is read. */
export interface SendOptions {
  /** Bulk strings as text or as bytes; by default what the client's options say. */
  decode?: Decode;
}

/** The conditions and the expiry of {@linkcode Client.set}. */
export interface SetOptions {
  /** Expires after so many seconds. */
  ex?: number;
  /** Expires after so many milliseconds. */
  px?: number;
  /** Expires at this Unix time, in seconds. */
  exat?: number;
  /** Expires at this Unix time, in milliseconds. */
  pxat?: number;
  /** Keeps the expiry that the key has. */
  keepttl?: boolean;
  /** Only writes a key that does not exist. */
  nx?: boolean;
  /** Only writes a key that exists. */
  xx?: boolean;
}

/** {@linkcode SetOptions} for a call that wants the old value. */
export interface SetGetOptions extends SetOptions, SendOptions {
  /** Answers the old value, or null where there was none. */
  get: true;
}

/** Commands whose replies do not come one for one, or that undo the greeting: they would confuse all that share the connection. */
const NOT_SHARED: ReadonlySet<string> = new Set([
  "MONITOR",
  "PSUBSCRIBE",
  "PSYNC",
  "PUNSUBSCRIBE",
  "RESET",
  "SSUBSCRIBE",
  "SUBSCRIBE",
  "SUNSUBSCRIBE",
  "SYNC",
  "UNSUBSCRIBE",
]);
/** The longest name of a command that is looked at; what is longer is none. */
const MAX_NAME_LENGTH = 64;

/**
 * A client of one server.
 *
 * It connects when it is first used, and again when it is used after the connection was lost. Commands given one after
 * the other, without waiting for the replies, travel together and are answered in order. Commands that a lost connection
 * leaves without a reply are rejected with a {@linkcode ConnectionError}, never sent again.
 *
 * Strings, bytes, numbers and bigints are sent as strings. Arrays, plain objects, booleans and null are values that only
 * miniredis can store; for any other server they reject with a `TypeError` before anything is sent.
 *
 * @example The vocabulary
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client(); // or new Client("redis://127.0.0.1:6379")
 * assertEquals(await client.set("name", "Alice"), 1);
 * assertEquals(await client.get("name"), "Alice");
 * assertEquals(await client.delete("name"), 1);
 * assertEquals(await client.get("name"), null);
 * assertEquals(await client.mset("a", "1", "b", "2"), 2);
 * assertEquals(await client.mget("a", "b"), ["1", "2"]);
 * assertEquals(await client.flush(), 2);
 * ```
 *
 * @example Structured values
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.set("k2", ["v2-0", 1, { x: null }]);
 * assertEquals(await client.get("k2"), ["v2-0", 1, { x: null }]);
 * ```
 */
export class Client implements AsyncDisposable, Disposable {
  readonly #settings: Settings;
  /** What the server answered to the last SELECT: the next connection goes on there. */
  #db: number;
  #connection: Connection | null = null;
  #isClosed = false;
  #isHeld = true;

  /**
   * Makes a client. Nothing is sent yet.
   *
   * @param urlOrOptions Where the server is. By default the environment's `REDIS_URL` where the program may read it, else
   *   127.0.0.1:6379.
   * @throws {TypeError} A URL that cannot be read, or options that contradict each other.
   * @throws {RangeError} A number out of its range.
   *
   * @example A server elsewhere
   * ```ts
   * import { Client } from "@x/miniredis";
   *
   * await using client = new Client({ url: "rediss://redis.example/2", password: "secret", name: "worker" });
   * ```
   */
  constructor(urlOrOptions?: string | URL | ClientOptions) {
    this.#settings = readOptions(urlOrOptions);
    this.#db = this.#settings.db;
  }

  /**
   * Stores a value and answers the one before.
   *
   * @param key The key.
   * @param value Its new value.
   * @param options `get: true`, and expiry and conditions.
   * @returns The old value, or null where there was none.
   * @throws {RedisError} The server refused the options, or the old value is not a string.
   * @throws {ConnectionError} The connection could not be made, or was lost.
   * @throws {TypeError} The value cannot be sent (to this server).
   */
  set(key: CommandArgument, value: StructuredValue, options: SetGetOptions): Promise<Reply>;
  /**
   * Stores a value.
   *
   * @param key The key.
   * @param value Its new value.
   * @param options Expiry and conditions.
   * @returns 1, or 0 where a condition kept it from being written.
   * @throws {RedisError} The server refused the options.
   * @throws {ConnectionError} The connection could not be made, or was lost.
   * @throws {TypeError} The value cannot be sent (to this server).
   *
   * @example Only if it does not exist, for ten seconds
   * ```ts
   * import { Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start();
   * await using client = server.client();
   * assertEquals(await client.set("lock", "me", { nx: true, ex: 10 }), 1);
   * assertEquals(await client.set("lock", "you", { nx: true, ex: 10 }), 0);
   * assertEquals(await client.set("lock", "you", { get: true }), "me");
   * ```
   */
  set(key: CommandArgument, value: StructuredValue, options?: SetOptions): Promise<number>;
  set(key: CommandArgument, value: StructuredValue, options?: SetOptions | SetGetOptions): Promise<Reply> {
    const args: StructuredValue[] = ["SET", key, value];
    if (options === undefined) return this.#request("SET", args, isStructured(value), undefined, written, null);
    if (options.ex !== undefined) args.push("EX", options.ex);
    if (options.px !== undefined) args.push("PX", options.px);
    if (options.exat !== undefined) args.push("EXAT", options.exat);
    if (options.pxat !== undefined) args.push("PXAT", options.pxat);
    if (options.keepttl) args.push("KEEPTTL");
    if (options.nx) args.push("NX");
    if (options.xx) args.push("XX");
    if (!("get" in options && options.get)) {
      return this.#request("SET", args, isStructured(value), undefined, written, null);
    }
    args.push("GET");
    return this.#request("SET", args, isStructured(value), options.decode, null, null);
  }

  /**
   * Reads a value.
   *
   * @param key The key.
   * @param options How strings in it are read.
   * @returns The value, or null where there is none.
   * @throws {RedisError} The value is not a string.
   * @throws {ConnectionError} The connection could not be made, or was lost.
   *
   * @example Bytes
   * ```ts
   * import { Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start();
   * await using client = server.client();
   * await client.set("bytes", Uint8Array.of(0, 255, 13, 10));
   * assertEquals(await client.get("bytes", { decode: "bytes" }), Uint8Array.of(0, 255, 13, 10));
   * ```
   */
  get(key: CommandArgument, options?: SendOptions): Promise<Reply> {
    return this.#request("GET", ["GET", key], false, options?.decode, null, null);
  }

  /**
   * Deletes keys.
   *
   * @param keys The keys.
   * @returns How many of them existed.
   * @throws {RedisError} There are no keys, or the server refused.
   * @throws {ConnectionError} The connection could not be made, or was lost.
   */
  delete(...keys: CommandArgument[]): Promise<number> {
    return this.#request("DEL", ["DEL", ...keys], false, undefined, null, null) as Promise<number>;
  }

  /**
   * Stores several values at once; others see all of them or none.
   *
   * @param pairs Keys and values in turn.
   * @returns How many pairs were stored.
   * @throws {TypeError} A key without a value, no key at all, or a value that cannot be sent (to this server).
   * @throws {RedisError} The server refused.
   * @throws {ConnectionError} The connection could not be made, or was lost.
   */
  mset(...pairs: StructuredValue[]): Promise<number> {
    if (pairs.length === 0 || pairs.length % 2 !== 0) {
      const reason = `keys and values must come in pairs: ${pairs.length} arguments given`;
      return Promise.reject(new TypeError(`Cannot set several keys: ${reason}`));
    }
    return this.#send("MSET", ["MSET", ...pairs], undefined, () => pairs.length / 2, null) as Promise<number>;
  }

  /**
   * Reads several values at once.
   *
   * @param keys The keys.
   * @returns The value of each key, in order; null where there is none.
   * @throws {RedisError} There are no keys, or the server refused.
   * @throws {ConnectionError} The connection could not be made, or was lost.
   */
  mget(...keys: CommandArgument[]): Promise<Reply[]> {
    return this.#request("MGET", ["MGET", ...keys], false, undefined, null, null) as Promise<Reply[]>;
  }

  /**
   * Deletes all keys of the selected database.
   *
   * @returns How many there were.
   * @throws {RedisError} The server refused.
   * @throws {ConnectionError} The connection could not be made, or was lost.
   */
  flush(): Promise<number> {
    const pending = new Pending("FLUSH", undefined, flushed, null);
    this.#open(pending)?.requestFlush(pending);
    return pending.promise as Promise<number>;
  }

  /**
   * Sends any command that is answered by one reply.
   *
   * Errors inside a reply, as in that of EXEC, are {@linkcode RespError} values. Commands that change what a connection is
   * for (SUBSCRIBE, MONITOR, RESET, HELLO 2, CLIENT REPLY OFF and their like) are refused.
   *
   * @param command The command's name and its arguments.
   * @param options How strings in the reply are read.
   * @returns The reply. Servers that speak only RESP2 give the same as those that speak RESP3.
   * @throws {RedisError} The server answered an error.
   * @throws {ConnectionError} The connection could not be made, or was lost.
   * @throws {TypeError} The command cannot be sent (to this server).
   *
   * @example Two commands, one round trip
   * ```ts
   * import { Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start();
   * await using client = server.client();
   * const replies = await Promise.all([
   *   client.send(["SET", "visits", 41]),
   *   client.send(["INCRBY", "visits", 1]),
   * ]);
   * assertEquals(replies, ["OK", 42]);
   * ```
   */
  send(command: readonly StructuredValue[], options?: SendOptions): Promise<Reply> {
    const name = nameOf(command[0]);
    if (
      NOT_SHARED.has(name) || (name === "CLIENT" && silencesReplies(command)) ||
      (name === "HELLO" && command.length > 1)
    ) {
      return Promise.reject(new TypeError(`Cannot send ${name}: it changes what the connection is for`));
    }
    const convert = name === "SELECT" ? this.#selected(command[1]) : null;
    return this.#send(name, command, options?.decode, convert, shapeOf(name, command));
  }

  /**
   * Waits for the replies to all commands, then lets go of the connection. Commands given later are rejected.
   *
   * @returns A promise that resolves when nothing is left open; it never rejects.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#connection !== null) await this.#connection.close();
    else await closeUnused(this.#settings.target);
  }

  /** Closes the client, as {@linkcode close} does, at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Lets go of the connection at once. Commands that still wait for a reply are rejected. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    if (this.#connection !== null) this.#connection.drop("the client was disposed of");
    else closeUnused(this.#settings.target);
  }

  /** Makes an open connection keep the process alive, as it does from the start. */
  ref(): void {
    this.#isHeld = true;
    this.#connection?.hold(true);
  }

  /** Lets the process end though the connection is open. */
  unref(): void {
    this.#isHeld = false;
    this.#connection?.hold(false);
  }

  /** Sends a command of which nothing is known yet. */
  #send(
    name: string,
    args: readonly StructuredValue[],
    decode: Decode | undefined,
    convert: Convert | null,
    shape: Shape | null,
  ): Promise<Reply> {
    let isAnyStructured = false;
    for (let i = 0; i < args.length; i++) {
      if (!isStructured(args[i])) continue;
      if (!(name === "SET" && i === 2) && !(name === "MSET" && i >= 2 && i % 2 === 0)) {
        const reason = `argument ${i} is ${
          args[i] === null ? "null" : `a ${typeof args[i]}`
        }, where only a string can be`;
        return Promise.reject(new TypeError(`Cannot send ${name}: ${reason}`));
      }
      isAnyStructured = true;
    }
    return this.#request(name, args, isAnyStructured, decode, convert, shape);
  }

  #request(
    name: string,
    args: readonly StructuredValue[],
    isAnyStructured: boolean,
    decode: Decode | undefined,
    convert: Convert | null,
    shape: Shape | null,
  ): Promise<Reply> {
    const pending = new Pending(name, decode, convert, shape);
    this.#open(pending)?.request(pending, args, isAnyStructured);
    return pending.promise;
  }

  /** The connection that stands, or a new one; null after rejecting `pending` where there can be none. */
  #open(pending: Pending): Connection | null {
    const connection = this.#connection;
    if (connection !== null && !connection.isLost && !this.#isClosed) return connection;
    const { address, target } = this.#settings;
    if (this.#isClosed) {
      pending.reject(new ConnectionError(`Cannot send to ${address}: the client is closed`));
      return null;
    }
    if (connection !== null && target.kind === "transport") {
      pending.reject(new ConnectionError(`Cannot send to ${address}: it has ended, and can be used only once`));
      return null;
    }
    return this.#connection = new Connection({ ...this.#settings, db: this.#db }, this.#isHeld);
  }

  #selected(db: unknown): Convert {
    return (reply) => {
      if (reply === "OK") this.#db = Number(db instanceof Uint8Array ? new TextDecoder().decode(db) : db);
      return reply;
    };
  }
}

function written(reply: Reply): Reply {
  if (reply === "OK") return 1;
  return reply === null ? 0 : reply; // in a transaction: "QUEUED"
}

/** FLUSH answers a count; EXEC, the replies to DBSIZE and FLUSHDB. */
function flushed(reply: Reply): Reply {
  if (reply === null) return new RespError("EXECABORT Transaction discarded because a watched key was changed");
  return Array.isArray(reply) ? reply.find((item) => item instanceof RespError) ?? reply[0]! : reply;
}

/** Whether an argument travels as a typed value. What is no value at all is left to the encoder, which refuses it. */
function isStructured(arg: unknown): boolean {
  return typeof arg === "boolean" || (typeof arg === "object" && !(arg instanceof Uint8Array));
}

function nameOf(arg: unknown): string {
  const name = arg instanceof Uint8Array ? new TextDecoder().decode(arg.subarray(0, MAX_NAME_LENGTH)) : String(arg);
  return name.slice(0, MAX_NAME_LENGTH).toUpperCase();
}

/** CLIENT REPLY OFF and SKIP. */
function silencesReplies(command: readonly unknown[]): boolean {
  return nameOf(command[1]) === "REPLY" && nameOf(command[2]) !== "ON";
}
