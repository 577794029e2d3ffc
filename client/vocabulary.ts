/**
 * The methods every client has had from the beginning, written by hand since they answer in their own way: `set` says 1 or
 * 0, `mset` how many pairs, `flush` how many keys; `send` for any command; and those that are more than one command, scans
 * and scripts. All are written over one function, {@linkcode Vocabulary.execute}.
 */
import type { CommandArgument, StructuredValue } from "../resp/encode.ts";
import type { Decode } from "../resp/reply_decoder.ts";
import type { Reply } from "../resp/reply.ts";
import { asText } from "./argument_text.ts";
import type { CommandArguments } from "./command_arguments.ts";
import { CommandInfo, UNKNOWN } from "./command_info.ts";
import { commandInfo, HSCAN, SCAN, SSCAN, ZSCAN } from "./command_table.ts";
import type { Convert } from "./pending.ts";
import { double } from "./resp2_shapes.ts";
import { type BytesScan, type KeyScanOptions, type Scan, type ScanOptions, scanPages, scanPairs } from "./scan.ts";
import { run, type Script } from "./script.ts";

/**
 * How long a call waits.
 *
 * @example No longer than ten milliseconds
 * ```ts
 * import { type CallOptions, Server, TimeoutError } from "@x/miniredis";
 * import { assertRejects } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const options: CallOptions = { timeoutMs: 10 };
 * await assertRejects(() => client.blpop("tasks", 0, options), TimeoutError);
 * ```
 */
export interface CallOptions {
  /** Ends the wait: the promise rejects with the signal's reason. A command not sent yet is withdrawn. */
  signal?: AbortSignal;
  /**
   * The time for the reply, in milliseconds, after which the promise rejects with a {@linkcode TimeoutError}; 0 sets no
   * limit. By default what the client's options say.
   */
  timeoutMs?: number;
}

/**
 * How the reply to one command is read, and how long it is waited for.
 *
 * @example A reply as bytes
 * ```ts
 * import { type SendOptions, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const options: SendOptions = { decode: "bytes", timeoutMs: 500 };
 * assertEquals(await client.send(["ECHO", "A"], options), Uint8Array.of(65));
 * ```
 */
export interface SendOptions extends CallOptions {
  /** Bulk strings as text or as bytes; by default what the client's options say. */
  decode?: Decode;
}

/**
 * {@linkcode SendOptions} for a call that wants bytes.
 *
 * @example A value as bytes
 * ```ts
 * import { type BytesOptions, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const options: BytesOptions = { decode: "bytes" };
 * await client.set("letter", "A");
 * const letter: Uint8Array | null = await client.get("letter", options);
 * assertEquals(letter, Uint8Array.of(65));
 * ```
 */
export interface BytesOptions extends SendOptions {
  /** Bulk strings are given as bytes. */
  decode: "bytes";
}

/**
 * The conditions and the expiry of {@linkcode Vocabulary.set}.
 *
 * @example A lock, for ten seconds
 * ```ts
 * import { Server, type SetOptions } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const lock: SetOptions = { nx: true, ex: 10 };
 * assertEquals(await client.set("lock", "me", lock), 1);
 * assertEquals(await client.set("lock", "you", lock), 0);
 * ```
 */
export interface SetOptions extends CallOptions {
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

/**
 * {@linkcode SetOptions} for a call that wants the old value.
 *
 * @example The value before, if there was one
 * ```ts
 * import { Server, type SetGetOptions } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const options: SetGetOptions = { get: true, xx: true };
 * assertEquals(await client.set("name", "Alice", options), null);
 * assertEquals(await client.get("name"), null);
 * ```
 */
export interface SetGetOptions extends SetOptions, SendOptions {
  /** Answers the old value, or null where there was none. */
  get: true;
}

/**
 * Commands that are about the connection and not about data, or whose replies do not come one for one; and what there is
 * instead.
 */
const NOT_SHARED: ReadonlyMap<string, string> = new Map([
  ["DISCARD", "use transaction()"],
  ["EXEC", "use transaction()"],
  ["MONITOR", "use monitor()"],
  ["MULTI", "use transaction()"],
  ["PSUBSCRIBE", "use subscribe()"],
  ["PSYNC", ""],
  ["PUNSUBSCRIBE", "use subscribe()"],
  ["RESET", ""],
  ["SSUBSCRIBE", "use subscribe()"],
  ["SUBSCRIBE", "use subscribe()"],
  ["SUNSUBSCRIBE", "use subscribe()"],
  ["SYNC", ""],
  ["UNSUBSCRIBE", "use subscribe()"],
  ["UNWATCH", "use watch()"],
  ["WATCH", "use watch()"],
]);
/** The longest name of a command that is looked at; what is longer is none. */
const MAX_NAME_LENGTH = 64;

const SET = commandInfo("SET")!, MSET = commandInfo("MSET")!;
const GET = commandInfo("GET")!, MGET = commandInfo("MGET")!;
const DEL = commandInfo("DEL")!;
/** The command that empties a database; clients know what to do on servers that have no such command. */
export const FLUSH: CommandInfo = commandInfo("FLUSH")!;

/**
 * The methods written by hand, over one function.
 *
 * @example For a client as for a transaction
 * ```ts
 * import { Server, type Vocabulary } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const visit = (commands: Vocabulary) => commands.send(["INCR", "visits"]);
 * assertEquals(await visit(client), 1);
 * assertEquals(await client.transaction((t) => [visit(t), visit(t)]), [2, 3]);
 * ```
 */
export abstract class Vocabulary {
  /**
   * Sends a command of which everything is known. All other methods come down to this one.
   *
   * @param info What is known of the command.
   * @param args Its name and arguments.
   * @param decode How strings in the reply are read; undefined: as the client's options say.
   * @param options How long to wait.
   * @param convert What becomes of the reply; null: nothing.
   * @returns The reply.
   */
  abstract execute(
    info: CommandInfo,
    args: readonly StructuredValue[],
    decode: Decode | undefined,
    options: CallOptions | undefined,
    convert: Convert | null,
  ): Promise<Reply>;

  /**
   * Rejects a command that cannot be sent as it is.
   *
   * @param error Why.
   * @returns What the caller gets in place of a reply.
   */
  protected refuse(error: TypeError): Promise<never> {
    return Promise.reject(error);
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
  set(key: CommandArgument, value: StructuredValue, options: SetGetOptions & BytesOptions): Promise<Uint8Array | null>;
  /** The same, where the old value is text, or any value (`set<Reply>(…)`). */
  set<T extends Reply = string | null>(
    key: CommandArgument,
    value: StructuredValue,
    options: SetGetOptions,
  ): Promise<T>;
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
    if (options === undefined) return this.execute(SET, args, undefined, undefined, written);
    if (options.ex !== undefined) args.push("EX", options.ex);
    if (options.px !== undefined) args.push("PX", options.px);
    if (options.exat !== undefined) args.push("EXAT", options.exat);
    if (options.pxat !== undefined) args.push("PXAT", options.pxat);
    if (options.keepttl) args.push("KEEPTTL");
    if (options.nx) args.push("NX");
    if (options.xx) args.push("XX");
    if (!("get" in options && options.get)) return this.execute(SET, args, undefined, options, written);
    args.push("GET");
    return this.execute(SET, args, options.decode, options, null);
  }

  /**
   * Reads a value as bytes.
   *
   * @param key The key.
   * @param options `decode: "bytes"`, and how long to wait.
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
  get(key: CommandArgument, options: BytesOptions): Promise<Uint8Array | null>;
  /**
   * Reads a value.
   *
   * @param key The key.
   * @param options How strings in it are read, and how long to wait.
   * @returns The value, or null where there is none. It is text, unless a structured value is stored there: then say so,
   *   `get<Reply>("key")`. Nothing checks that.
   * @throws {RedisError} The value is not a string.
   * @throws {ConnectionError} The connection could not be made, or was lost.
   */
  get<T extends Reply = string | null>(key: CommandArgument, options?: SendOptions): Promise<T>;
  get(key: CommandArgument, options?: SendOptions): Promise<Reply> {
    return this.execute(GET, ["GET", key], options?.decode, options, null);
  }

  /**
   * Deletes keys: the command DEL.
   *
   * @param keys The keys.
   * @returns How many of them existed.
   * @throws {RedisError} There are no keys, or the server refused.
   * @throws {ConnectionError} The connection could not be made, or was lost.
   */
  delete(...keys: CommandArgument[]): Promise<number> {
    return this.execute(DEL, ["DEL", ...keys], undefined, undefined, null) as Promise<number>;
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
      return this.refuse(new TypeError(`Cannot set several keys: ${reason}`));
    }
    const misplaced = misplacedStructure(MSET, ["MSET", ...pairs]);
    if (misplaced !== null) return this.refuse(misplaced);
    return this.execute(MSET, ["MSET", ...pairs], undefined, undefined, () => pairs.length / 2) as Promise<number>;
  }

  /**
   * Reads several values at once.
   *
   * @param keys The keys.
   * @returns The value of each key, in order; null where there is none. They are text, unless structured values are
   *   stored there: then say so, `mget<Reply>("a", "b")`. Nothing checks that.
   * @throws {RedisError} There are no keys, or the server refused.
   * @throws {ConnectionError} The connection could not be made, or was lost.
   */
  mget<T extends Reply = string | null>(...keys: CommandArgument[]): Promise<T[]> {
    return this.execute(MGET, ["MGET", ...keys], undefined, undefined, null) as Promise<T[]>;
  }

  /**
   * Deletes all keys of the selected database.
   *
   * @returns How many there were.
   * @throws {RedisError} The server refused.
   * @throws {ConnectionError} The connection could not be made, or was lost.
   */
  flush(): Promise<number> {
    return this.execute(FLUSH, ["FLUSH"], undefined, undefined, null) as Promise<number>;
  }

  /**
   * Sends any command that is answered by one reply.
   *
   * Errors inside a reply are {@linkcode RespError} values. Commands that change what a connection is for (SUBSCRIBE,
   * MONITOR, MULTI, WATCH, RESET, HELLO 2, CLIENT REPLY OFF and their like) are refused: there are methods for them.
   *
   * @param command The command's name and its arguments.
   * @param options How strings in the reply are read, and how long to wait.
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
    const name = wordOf(command[0]), next = command.length > 1 ? wordOf(command[1]) : "";
    const instead = NOT_SHARED.get(name) ?? insteadOf(name, next, command);
    if (instead !== undefined) {
      const reason = `it changes what the connection is for${instead === "" ? "" : `; ${instead}`}`;
      return this.refuse(new TypeError(`Cannot send ${name}: ${reason}`));
    }
    const info = commandInfo(name, next) ?? commandInfo(name) ?? new CommandInfo(name, UNKNOWN);
    const misplaced = misplacedStructure(info, command);
    if (misplaced !== null) return this.refuse(misplaced);
    return this.execute(info, command, options?.decode, options, null);
  }

  /**
   * Goes through all keys of the database: SCAN. A page is asked for when the one before has been read.
   *
   * Keys that are there from the beginning to the end are given, some of them perhaps twice. Others may be.
   *
   * @param options Which keys, as bytes, and how long each page is waited for.
   * @returns The keys, for one `for await` loop.
   * @throws {RedisError} The loop: the server refused the options.
   * @throws {ConnectionError} The loop: the connection could not be made, or was lost.
   */
  scan(options: KeyScanOptions & BytesScan): Scan<Uint8Array>;
  /**
   * The same, as text.
   *
   * @example All keys of users
   * ```ts
   * import { Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start();
   * await using client = server.client();
   * await client.mset("user:1", "Alice", "user:2", "Bob", "visits", 3);
   * const users: string[] = [];
   * for await (const key of client.scan({ match: "user:*", count: 100 })) users.push(key);
   * assertEquals(users.sort(), ["user:1", "user:2"]);
   * ```
   */
  scan(options?: KeyScanOptions): Scan<string>;
  scan(options: KeyScanOptions = {}): Scan<string> | Scan<Uint8Array> {
    return scanPages(this, SCAN, ["SCAN"], options) as Scan<string>;
  }

  /**
   * Goes through all fields of a hash, as {@linkcode scan} does through keys.
   *
   * @param key The key.
   * @param options Which fields, as bytes, and how long each page is waited for.
   * @returns Fields and their values, for one `for await` loop.
   * @throws {RedisError} The loop: the value is not a hash.
   * @throws {ConnectionError} The loop: the connection could not be made, or was lost.
   */
  hscan(key: CommandArgument, options: ScanOptions & BytesScan): Scan<[field: Uint8Array, value: Uint8Array]>;
  /**
   * The same, as text.
   *
   * @example The fields of a hash
   * ```ts
   * import { Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start();
   * await using client = server.client();
   * await client.hset("user:1", { name: "Alice", city: "Oslo" });
   * const user = new Map<string, string>();
   * for await (const [field, value] of client.hscan("user:1")) user.set(field, value);
   * assertEquals(user.get("city"), "Oslo");
   * ```
   */
  hscan(key: CommandArgument, options?: ScanOptions): Scan<[field: string, value: string]>;
  hscan(
    key: CommandArgument,
    options: ScanOptions = {},
  ): Scan<[string, string]> | Scan<[Uint8Array, Uint8Array]> {
    return scanPairs(scanPages(this, HSCAN, ["HSCAN", key], options), (value) => value) as Scan<[string, string]>;
  }

  /**
   * Goes through all members of a set, as {@linkcode scan} does through keys.
   *
   * @param key The key.
   * @param options Which members, as bytes, and how long each page is waited for.
   * @returns The members, for one `for await` loop.
   * @throws {RedisError} The loop: the value is not a set.
   * @throws {ConnectionError} The loop: the connection could not be made, or was lost.
   */
  sscan(key: CommandArgument, options: ScanOptions & BytesScan): Scan<Uint8Array>;
  /**
   * The same, as text.
   *
   * @example The members of a set
   * ```ts
   * import { Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start();
   * await using client = server.client();
   * await client.sadd("tags", "new");
   * for await (const tag of client.sscan("tags")) assertEquals(tag, "new");
   * ```
   */
  sscan(key: CommandArgument, options?: ScanOptions): Scan<string>;
  sscan(key: CommandArgument, options: ScanOptions = {}): Scan<string> | Scan<Uint8Array> {
    return scanPages(this, SSCAN, ["SSCAN", key], options) as Scan<string>;
  }

  /**
   * Goes through all members of a sorted set, as {@linkcode scan} does through keys: in no order.
   *
   * @param key The key.
   * @param options Which members, as bytes, and how long each page is waited for.
   * @returns Members and their scores, for one `for await` loop.
   * @throws {RedisError} The loop: the value is not a sorted set.
   * @throws {ConnectionError} The loop: the connection could not be made, or was lost.
   */
  zscan(key: CommandArgument, options: ScanOptions & BytesScan): Scan<[member: Uint8Array, score: number]>;
  /**
   * The same, as text.
   *
   * @example The members of a sorted set
   * ```ts
   * import { Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start();
   * await using client = server.client();
   * await client.zadd("scores", { Alice: 1.5 });
   * for await (const entry of client.zscan("scores")) assertEquals(entry, ["Alice", 1.5]);
   * ```
   */
  zscan(key: CommandArgument, options?: ScanOptions): Scan<[member: string, score: number]>;
  zscan(
    key: CommandArgument,
    options: ScanOptions = {},
  ): Scan<[string, number]> | Scan<[Uint8Array, number]> {
    return scanPairs(scanPages(this, ZSCAN, ["ZSCAN", key], options), double) as Scan<[string, number]>;
  }

  /**
   * Runs a script that {@linkcode defineScript} made.
   *
   * The first time the program sends it as a whole (EVAL), from then on its hash (EVALSHA), and as a whole again where a
   * server does not know it: commands given meanwhile then come before it. In a pipeline or a transaction it is always
   * sent as a whole, since its place there could not be kept.
   *
   * @param script The script.
   * @param keys Its keys: one, or a list.
   * @param args Its other arguments: one, or a list; by default none.
   * @param options How strings in the reply are read, and how long to wait.
   * @returns What the script returned.
   * @throws {RedisError} The script failed, or the server refused it.
   * @throws {ConnectionError} The connection could not be made, or was lost.
   * @throws {TypeError} The script takes another number of keys.
   *
   * @example A value that is deleted only by who has set it
   * ```ts
   * import { Client, defineScript } from "@x/miniredis";
   *
   * const unlock = defineScript({
   *   keys: 1,
   *   lua: `return redis.call("GET", KEYS[1]) == ARGV[1] and redis.call("DEL", KEYS[1]) or 0`,
   * });
   * const release = async (client: Client) => await client.run(unlock, "lock", "me") === 1;
   * ```
   */
  run(script: Script, keys: CommandArguments, args: CommandArguments = [], options?: SendOptions): Promise<Reply> {
    return run(this, script, keys, args, options);
  }
}

/**
 * An argument as a word: in upper case, cut after 64 characters.
 *
 * @param arg The argument.
 * @returns The word.
 */
export function wordOf(arg: unknown): string {
  return asText(arg instanceof Uint8Array ? arg.subarray(0, MAX_NAME_LENGTH) : arg).slice(0, MAX_NAME_LENGTH)
    .toUpperCase();
}

/**
 * Whether an argument travels as a typed value. What is no value at all is left to the encoder, which refuses it.
 *
 * @param arg The argument.
 * @returns Whether it is an array, an object, a boolean or null.
 */
export function isStructured(arg: unknown): boolean {
  return typeof arg === "boolean" || (typeof arg === "object" && !(arg instanceof Uint8Array));
}

/** Whether a command may have typed values, and has some. */
export function hasStructure(info: CommandInfo, args: readonly unknown[]): boolean {
  if (info === SET) return isStructured(args[2]);
  if (info !== MSET) return false;
  for (let i = 2; i < args.length; i += 2) if (isStructured(args[i])) return true;
  return false;
}

/** The error of a typed value where only a string can be; null where there is none. */
export function misplacedStructure(info: CommandInfo, args: readonly unknown[]): TypeError | null {
  for (let i = 0; i < args.length; i++) {
    if (!isStructured(args[i])) continue;
    if ((info === SET && i === 2) || (info === MSET && i >= 2 && i % 2 === 0)) continue;
    const what = args[i] === null ? "null" : `a ${typeof args[i]}`;
    return new TypeError(`Cannot send ${info.name}: argument ${i} is ${what}, where only a string can be`);
  }
  return null;
}

function written(reply: Reply): Reply {
  if (reply === "OK") return 1;
  return reply === null ? 0 : reply;
}

/** What there is instead of a subcommand that cannot be shared, or not with these arguments; undefined where it can. */
function insteadOf(name: string, next: string, command: readonly unknown[]): string | undefined {
  if (name === "HELLO" && command.length > 1) return "";
  if (name !== "CLIENT") return undefined;
  if (next === "REPLY" && wordOf(command[2]) !== "ON") return "";
  return next === "TRACKING" || next === "CACHING" ? "use the option `cache`" : undefined;
}
