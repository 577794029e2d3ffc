/**
 * The keys of a database without a connection: for a test that prepares them and looks at them afterwards.
 *
 * What is written this way is a command like any other, so that watched keys, events, blocked clients and files hear of it;
 * but no interceptor sees it, no pause holds it, no password is asked for, and it counts neither as a call nor as a hit or a
 * miss.
 */
import { ClientState, NO_CONNECTION } from "../engine/client_state.ts";
import { batchOf, TypedArgument } from "../resp/command_batch.ts";
import { ByteWriter, type CommandArgument, encodeStructure, numberText, type StructuredValue } from "../resp/encode.ts";
import { type Reply, RespError } from "../resp/reply.ts";
import { type Decode, INCOMPLETE, ReplyDecoder } from "../resp/reply_decoder.ts";
import { forgetClient } from "./forget_client.ts";
import type { Host } from "./host.ts";

/**
 * What a write of {@linkcode DirectDatabase} may be given.
 *
 * @example A key for one minute
 * ```ts
 * import { type DirectSetOptions, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start({ clock: "manual" });
 * const minute: DirectSetOptions = { ttlMs: 60_000 };
 * server.db(0).setHash("session", { user: "Alice" }, minute);
 * assertEquals(server.db(0).ttlMs("session"), 60_000);
 * ```
 */
export interface DirectSetOptions {
  /** How long the key is to live, in whole milliseconds; without it, for ever. */
  readonly ttlMs?: number;
}

/**
 * The keys of one database of a {@linkcode Server}, to be read and written at once, without a connection.
 *
 * A value is written as a whole, in place of whatever was at the key; an empty one deletes the key, as Redis has no empty
 * values. Reading a key that is not there gives what Redis gives: null for a string, an empty list, hash, set … for the
 * others. Text is UTF-8; {@linkcode DirectDatabase.send} with `decode: "bytes"` gives bytes.
 *
 * Every method throws a {@linkcode RespError} where the server's reply is an error, such as WRONGTYPE, and a `TypeError`,
 * having done nothing, where a value, score or time makes no sense.
 *
 * @example What a program under test has left behind
 * ```ts
 * import { type DirectDatabase, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * const db: DirectDatabase = server.db(0);
 * db.setList("jobs", ["a", "b"]);
 *
 * await using client = server.client();
 * await client.lpop("jobs");
 *
 * assertEquals(db.getList("jobs"), ["b"]);
 * assertEquals(db.keys(), ["jobs"]);
 * ```
 */
export interface DirectDatabase {
  /** Its number. */
  readonly index: number;

  /**
   * The keys that there are, sorted.
   *
   * @param pattern As for KEYS: `user:*`.
   * @returns The keys.
   */
  keys(pattern?: string): string[];

  /**
   * The type of a key: `string`, `list`, `hash`, `set`, `zset`, `stream`, `structure`, or `none` where there is none.
   *
   * @param key The key.
   * @returns The type.
   */
  type(key: CommandArgument): string;

  /**
   * Is there such a key?
   *
   * @param key The key.
   * @returns Whether there is.
   */
  has(key: CommandArgument): boolean;

  /**
   * Deletes keys.
   *
   * @param keys The keys.
   * @returns How many there were.
   */
  delete(...keys: CommandArgument[]): number;

  /**
   * How long a key has left to live.
   *
   * @param key The key.
   * @returns Milliseconds; null: for ever, or there is no such key.
   */
  ttlMs(key: CommandArgument): number | null;

  /**
   * Gives a key so long to live.
   *
   * @param key The key.
   * @param ttlMs In milliseconds; null: for ever.
   * @returns Whether there is such a key.
   */
  expire(key: CommandArgument, ttlMs: number | null): boolean;

  /**
   * A string.
   *
   * @param key The key.
   * @returns The text, or null.
   */
  get(key: CommandArgument): string | null;

  /**
   * Writes a string.
   *
   * @param key The key.
   * @param value Text, bytes or a number.
   * @param options How long it is to live.
   */
  set(key: CommandArgument, value: CommandArgument, options?: DirectSetOptions): void;

  /**
   * A list, from its head to its tail.
   *
   * @param key The key.
   * @returns The elements.
   */
  getList(key: CommandArgument): string[];

  /**
   * Writes a list. Clients that wait for one are served from it.
   *
   * @param key The key.
   * @param elements From its head to its tail.
   * @param options How long it is to live.
   */
  setList(key: CommandArgument, elements: Iterable<CommandArgument>, options?: DirectSetOptions): void;

  /**
   * A hash, its fields sorted.
   *
   * @param key The key.
   * @returns The fields and their values.
   */
  getHash(key: CommandArgument): Record<string, string>;

  /**
   * Writes a hash.
   *
   * @param key The key.
   * @param fields The fields and their values.
   * @param options How long it is to live.
   */
  setHash(key: CommandArgument, fields: Readonly<Record<string, CommandArgument>>, options?: DirectSetOptions): void;

  /**
   * A set.
   *
   * @param key The key.
   * @returns The members, sorted.
   */
  getSet(key: CommandArgument): string[];

  /**
   * Writes a set.
   *
   * @param key The key.
   * @param members The members.
   * @param options How long it is to live.
   */
  setSet(key: CommandArgument, members: Iterable<CommandArgument>, options?: DirectSetOptions): void;

  /**
   * A sorted set, from its lowest score to its highest.
   *
   * @param key The key.
   * @returns The members and their scores.
   */
  getSortedSet(key: CommandArgument): [member: string, score: number][];

  /**
   * Writes a sorted set.
   *
   * @param key The key.
   * @param scores The scores by member.
   * @param options How long it is to live.
   */
  setSortedSet(key: CommandArgument, scores: Readonly<Record<string, number>>, options?: DirectSetOptions): void;

  /**
   * A stream, its groups aside.
   *
   * @param key The key.
   * @returns The entries: ids, and fields with their values in order.
   */
  getStream(key: CommandArgument): [id: string, fields: [field: string, value: string][]][];

  /**
   * Writes a stream.
   *
   * @param key The key.
   * @param entries The entries; an id of `*` is made from the server's clock.
   * @param options How long it is to live.
   */
  setStream(
    key: CommandArgument,
    entries: Iterable<readonly [id: string, fields: readonly (readonly [field: string, value: string])[]]>,
    options?: DirectSetOptions,
  ): void;

  /**
   * A structured value, or a string.
   *
   * @param key The key.
   * @returns The value, or null.
   */
  getStructure(key: CommandArgument): Reply;

  /**
   * Writes a structured value: arrays, objects, booleans, null.
   *
   * @param key The key.
   * @param value The value.
   * @param options How long it is to live.
   */
  setStructure(key: CommandArgument, value: StructuredValue, options?: DirectSetOptions): void;

  /**
   * Runs any command that does not need a connection. One that would wait does as if its time were over.
   *
   * @param command Its name and arguments.
   * @param options How strings in the reply are read.
   * @returns The reply, in the shapes of RESP3; null for SHUTDOWN, which has none.
   * @throws {TypeError} It is a command about connections (SUBSCRIBE, MULTI, CLIENT …), or an argument cannot be sent.
   * @throws {RespError} The reply is an error.
   * @example Anything else
   * ```ts
   * import { Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start();
   * const db = server.db(0);
   * db.setList("q", [1, 2, 3]);
   * assertEquals(db.send(["OBJECT", "ENCODING", "q"]), "quicklist");
   * ```
   */
  send(command: readonly StructuredValue[], options?: { readonly decode?: Decode }): Reply;
}

/** Commands about a connection, which there is none of here. */
const NEED_CONNECTION: ReadonlySet<string> = new Set([
  "ASKING",
  "AUTH",
  "CLIENT",
  "DISCARD",
  "EXEC",
  "HELLO",
  "MONITOR",
  "MULTI",
  "PSUBSCRIBE",
  "PUNSUBSCRIBE",
  "QUIT",
  "READONLY",
  "READWRITE",
  "RESET",
  "SELECT",
  "SSUBSCRIBE",
  "SUBSCRIBE",
  "SUNSUBSCRIBE",
  "UNSUBSCRIBE",
  "UNWATCH",
  "WATCH",
]);

/** A database of a host. */
export class HostDatabase implements DirectDatabase {
  readonly index: number;
  readonly #host: Host;

  constructor(host: Host, index: number) {
    this.#host = host;
    this.index = index;
    const count = host.engine.keyspace.databases.length;
    if (!Number.isInteger(index) || index < 0 || index >= count) {
      throw new RangeError(`Cannot find database ${index}: there are ${count}`);
    }
  }

  keys(pattern = "*"): string[] {
    return (this.send(["KEYS", pattern]) as string[]).sort();
  }

  type(key: CommandArgument): string {
    return this.send(["TYPE", key]) as string;
  }

  has(key: CommandArgument): boolean {
    return this.send(["EXISTS", key]) === 1;
  }

  delete(...keys: CommandArgument[]): number {
    return keys.length === 0 ? 0 : this.send(["DEL", ...keys]) as number;
  }

  ttlMs(key: CommandArgument): number | null {
    const ms = this.send(["PTTL", key]) as number;
    return ms < 0 ? null : ms;
  }

  expire(key: CommandArgument, ttlMs: number | null): boolean {
    if (ttlMs !== null) return this.send(["PEXPIRE", key, checkedTtlMs(ttlMs)]) === 1;
    this.send(["PERSIST", key]);
    return this.has(key);
  }

  get(key: CommandArgument): string | null {
    return this.send(["GET", key]) as string | null;
  }

  set(key: CommandArgument, value: CommandArgument, options?: DirectSetOptions): void {
    this.#write(key, [["SET", key, value]], options);
  }

  getList(key: CommandArgument): string[] {
    return this.send(["LRANGE", key, 0, -1]) as string[];
  }

  setList(key: CommandArgument, elements: Iterable<CommandArgument>, options?: DirectSetOptions): void {
    this.#replace(key, "RPUSH", [...elements], options);
  }

  getHash(key: CommandArgument): Record<string, string> {
    const fields = Object.entries(this.send(["HGETALL", key]) as Record<string, string>);
    return Object.fromEntries(fields.sort(([a], [b]) => a < b ? -1 : 1));
  }

  setHash(key: CommandArgument, fields: Readonly<Record<string, CommandArgument>>, options?: DirectSetOptions): void {
    this.#replace(key, "HSET", Object.entries(fields).flat(), options);
  }

  getSet(key: CommandArgument): string[] {
    return (this.send(["SMEMBERS", key]) as string[]).sort();
  }

  setSet(key: CommandArgument, members: Iterable<CommandArgument>, options?: DirectSetOptions): void {
    this.#replace(key, "SADD", [...members], options);
  }

  getSortedSet(key: CommandArgument): [member: string, score: number][] {
    return this.send(["ZRANGE", key, 0, -1, "WITHSCORES"]) as [string, number][];
  }

  setSortedSet(key: CommandArgument, scores: Readonly<Record<string, number>>, options?: DirectSetOptions): void {
    for (const score of Object.values(scores)) {
      if (Number.isNaN(score)) throw new TypeError("Cannot take NaN for a score");
    }
    this.#replace(key, "ZADD", Object.entries(scores).flatMap(([member, score]) => [score, member]), options);
  }

  getStream(key: CommandArgument): [id: string, fields: [field: string, value: string][]][] {
    const entries = this.send(["XRANGE", key, "-", "+"]) as [id: string, words: string[]][];
    return entries.map(([id, words]) => [id, pairsOf(words)]);
  }

  setStream(
    key: CommandArgument,
    entries: Iterable<readonly [id: string, fields: readonly (readonly [field: string, value: string])[]]>,
    options?: DirectSetOptions,
  ): void {
    const adds = [...entries].map(([id, fields]) => ["XADD", key, id, ...fields.flat()]);
    this.#write(key, [["DEL", key], ...adds], options);
  }

  getStructure(key: CommandArgument): Reply {
    return this.send(["GET", key]);
  }

  setStructure(key: CommandArgument, value: StructuredValue, options?: DirectSetOptions): void {
    this.#write(key, [["SET", key, value]], options);
  }

  send(command: readonly StructuredValue[], options?: { readonly decode?: Decode }): Reply {
    return this.run(command, options?.decode ?? "string", 3);
  }

  /** As {@linkcode send}; in RESP2 maps and pairs are flat arrays. */
  run(command: readonly StructuredValue[], decode: Decode, protocol: 2 | 3): Reply {
    const [first] = command;
    const name = (first instanceof Uint8Array ? new TextDecoder().decode(first) : String(first)).toUpperCase();
    if (command.length === 0) throw new TypeError("Cannot send a command that has no name");
    if (NEED_CONNECTION.has(name)) throw new TypeError(`Cannot send ${name}: it is about a connection, use client()`);
    const { engine, dispatcher, isClosing } = this.#host;
    if (isClosing) throw new TypeError(`Cannot send ${name}: the server is closed`);
    const batch = batchOf(command.map(argumentOf));
    const client = new ClientState(0, NO_CONNECTION, engine.clock.now());
    client.db = this.index;
    client.out.protocol = protocol;
    const { hits, misses } = engine.keyspace;
    try {
      dispatcher.runApart(client, batch);
      const decoder = new ReplyDecoder({ decode });
      decoder.push(client.out.take());
      const reply = decoder.next();
      client.out.sent();
      if (reply === INCOMPLETE && this.#host.isClosing) return null; // SHUTDOWN
      if (reply === INCOMPLETE) throw new TypeError(`Cannot send ${name}: it has no reply`);
      if (reply instanceof RespError) throw reply;
      return reply;
    } finally {
      engine.keyspace.hits = Math.min(engine.keyspace.hits, hits); // fewer after CONFIG RESETSTAT
      engine.keyspace.misses = Math.min(engine.keyspace.misses, misses);
      forgetClient(engine, client);
    }
  }

  #replace(key: CommandArgument, name: string, values: readonly CommandArgument[], options?: DirectSetOptions): void {
    this.#write(key, values.length === 0 ? [["DEL", key]] : [["DEL", key], [name, key, ...values]], options);
  }

  #write(key: CommandArgument, commands: readonly StructuredValue[][], { ttlMs }: DirectSetOptions = {}): void {
    if (ttlMs !== undefined) checkedTtlMs(ttlMs);
    for (const command of commands) this.send(command);
    if (ttlMs !== undefined) this.send(["PEXPIRE", key, ttlMs]);
  }
}

/** @throws {TypeError} No key can live for so long. */
function checkedTtlMs(ttlMs: number): number {
  if (Number.isSafeInteger(ttlMs)) return ttlMs;
  throw new TypeError(`Cannot let a key live for ${ttlMs} milliseconds`);
}

/** An argument as a batch takes it. */
function argumentOf(value: StructuredValue): string | Uint8Array | TypedArgument {
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  if (typeof value === "number") return numberText(value);
  if (typeof value === "bigint") return value.toString();
  const writer = new ByteWriter();
  encodeStructure(writer, value);
  return new TypedArgument(writer.take());
}

function pairsOf(words: readonly string[]): [field: string, value: string][] {
  return Array.from({ length: words.length / 2 }, (_, i) => [words[2 * i]!, words[2 * i + 1]!]);
}
