/**
 * Replies kept in memory, for as long as the server has not said that their keys have changed (CLIENT TRACKING, RESP3).
 *
 * ```text
 *   given ──► kept? ──yes──► a copy, at once
 *               │no
 *               └─► entry without a reply ──► sent ──► reply ──► kept, unless the entry is gone by then
 *                     ▲ goes when: one of its keys is invalidated, or written by this client; the connection is lost,
 *                       the database is changed; the command fails; it is the one used longest ago
 * ```
 *
 * The entry is made when the request is given, and the server's messages and replies come in the order of what happened.
 * So a change that the server makes after it has answered is heard of after the reply, and one before removes the entry
 * in time; a request given after either gets an entry of its own. What this client writes is dropped before it is sent:
 * on the same connection a read behind it sees it. What it writes on other connections is dropped once more when that is
 * answered, before the caller hears of it.
 *
 * Entries are found by the request to the byte, but dropped by their keys as text: keys that are no UTF-8 and look the
 * same as text go together, which is one miss too many at worst, and messages may be decoded as text or bytes.
 */
import { mapOf, type Push, type Reply, RespError } from "../resp/reply.ts";
import { textOf } from "../resp/text.ts";
import type { Decode } from "../resp/reply_decoder.ts";
import { CACHEABLE, type CommandInfo, CONNECTION } from "./command_info.ts";
import { AUTH, commandInfo, DEBUG, hasSubcommands, SELECT } from "./command_table.ts";
import type { RedisError } from "./errors.ts";
import type { Greeting, Replay } from "./handshake.ts";
import type { LineUser } from "./line.ts";
import { type Convert, Pending } from "./pending.ts";

/**
 * What a client may keep in memory.
 *
 * @example One reply, for at most a minute
 * ```ts
 * import { type CacheOptions, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const cache: CacheOptions = { maxEntries: 1, maxAgeMs: 60_000 };
 * await using server = await Server.start();
 * await using client = server.client({ cache });
 * await client.get("a");
 * await client.get("b");
 * assertEquals(client.cacheStats?.entries, 1);
 * ```
 */
export interface CacheOptions {
  /** How many replies are kept at most; by default 10,000. Those used longest ago go first. */
  maxEntries?: number;
  /** How much memory they may take, in bytes and roughly; by default 64 MiB. */
  maxBytes?: number;
  /**
   * How long a reply is kept at most, in milliseconds; by default 0, which sets no limit. It bounds how old a value can be
   * where the server's messages do not arrive: on a network that drops them without a word, or when databases are swapped.
   */
  maxAgeMs?: number;
}

/**
 * What became of a client's cache so far.
 *
 * @example How much was answered from memory
 * ```ts
 * import { type CacheStats, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const hitRate = ({ hits, misses }: CacheStats) => hits / (hits + misses);
 * await using server = await Server.start();
 * await using client = server.client({ cache: true });
 * await client.get("name");
 * await client.get("name");
 * assertEquals(hitRate(client.cacheStats!), 0.5);
 * ```
 */
export interface CacheStats {
  /** Commands that were answered from memory. */
  readonly hits: number;
  /** Commands that could have been, but had to be sent. */
  readonly misses: number;
  /** Replies, kept or awaited, that were dropped because the server said that a key had changed. */
  readonly invalidations: number;
  /** Replies that are kept or awaited now. */
  readonly entries: number;
  /** How much memory they take, in bytes and roughly. */
  readonly bytes: number;
}

/** What a command may do to the values that are kept. */
const NOTHING = 0, KEYS = 1, ALL = 2;

/** A rough guess of what an entry takes besides its texts and its reply. */
const ENTRY_BYTES = 256;
const STRING_BYTES = 24, BYTES_BYTES = 96, ITEM_BYTES = 8, LIST_BYTES = 32, FIELD_BYTES = 16;
/** The size of a reply that is not kept. */
const UNFIT = Infinity;

const TRACKING_ON: readonly string[] = ["CLIENT", "TRACKING", "ON"];

/** A request, and its reply when it is there. */
class CacheEntry {
  readonly id: string;
  /** Its keys as text, each once. */
  readonly keys: readonly string[];
  /** When the request was given. */
  readonly atMs: number;
  bytes: number;
  reply: Reply = null;
  isAnswered = false;
  isGone = false;

  constructor(id: string, keys: readonly string[], atMs: number) {
    this.id = id;
    this.keys = keys;
    this.atMs = atMs;
    this.bytes = ENTRY_BYTES + STRING_BYTES + id.length;
    for (const key of keys) this.bytes += STRING_BYTES + key.length;
  }
}

/** A command whose reply may be kept. */
class CachedPending extends Pending {
  entry: CacheEntry | null = null;
  readonly #cache: ClientCache;

  constructor(cache: ClientCache, command: string, decode: Decode | undefined, convert: Convert | null) {
    super(command, decode, convert);
    this.#cache = cache;
  }

  override settle(reply: Reply, protocol: 2 | 3, asMap: boolean): void {
    if (this.entry !== null) this.#cache.keep(this.entry, reply);
    super.settle(reply, protocol, asMap);
  }

  override fail(reason: unknown): void {
    if (this.entry !== null) this.#cache.drop(this.entry);
    super.fail(reason);
  }
}

/** The replies that one client keeps. */
export class ClientCache implements LineUser {
  readonly #options: Readonly<Required<CacheOptions>>;
  readonly #decode: Decode;
  readonly #asMap: boolean;
  /** Entries by request; the one used last is the last. */
  readonly #entries = new Map<string, CacheEntry>();
  readonly #byKey = new Map<string, Set<CacheEntry>>();
  #bytes = 0;
  #hits = 0;
  #misses = 0;
  #invalidations = 0;
  /** Whether the connection that stands tells of changes; null while none stands. */
  #isTracking: boolean | null = null;
  #isAsked = false;
  #isRefused = false;
  #isOver = false;

  /**
   * @param options Limits.
   * @param decode How strings are read where a call does not say.
   * @param asMap What RESP3 maps become.
   */
  constructor(options: Readonly<Required<CacheOptions>>, decode: Decode, asMap: boolean) {
    this.#options = options;
    this.#decode = decode;
    this.#asMap = asMap;
  }

  /** What became of it so far. */
  get stats(): CacheStats {
    return {
      hits: this.#hits,
      misses: this.#misses,
      invalidations: this.#invalidations,
      entries: this.#entries.size,
      bytes: this.#bytes,
    };
  }

  /** What waits for the reply to a command; it lets the cache have the reply too. No shape: there is no cache in RESP2. */
  newPending(info: CommandInfo, decode: Decode | undefined, convert: Convert | null): Pending | null {
    if ((info.flags & CACHEABLE) === 0 || this.#isOver || this.#isTracking === false) return null;
    return new CachedPending(this, info.name, decode, convert);
  }

  /**
   * Takes note of a command that is about to be sent over the connection that tracks.
   *
   * @param info What is known of it.
   * @param args Its name and arguments.
   * @param pending Settled where the reply is known.
   * @returns Whether it is; otherwise the command is to be sent.
   */
  answer(info: CommandInfo, args: readonly unknown[], pending: Pending): boolean {
    if (!(pending instanceof CachedPending)) {
      this.given(info, args);
      return false;
    }
    const id = identityOf(info, args, pending.decode ?? this.#decode);
    const entry = this.#entries.get(id);
    if (entry !== undefined && entry.isAnswered && !this.#isTooOld(entry)) {
      this.#hits++;
      this.#entries.delete(id);
      this.#entries.set(id, entry);
      pending.settle(copyOf(entry.reply), 3, this.#asMap);
      return true;
    }
    this.#misses++;
    if (entry !== undefined) {
      if (!entry.isAnswered) return false; // the same request is on its way: its reply is the one that is kept
      this.drop(entry);
    }
    if (!this.#isOver && this.#isTracking !== false) pending.entry = this.#enter(id, keysOf(info, args));
    return false;
  }

  /** Drops what a command may change. */
  given(info: CommandInfo, args: readonly unknown[]): void {
    if (this.#entries.size === 0) return;
    const effect = effectOf(info);
    if (effect === ALL) return this.#dropAll();
    if (effect === KEYS) { for (const key of keysOf(info, args)) this.#dropKey(key); }
  }

  /** Keeps the reply to a request, if nothing has happened to it meanwhile. */
  keep(entry: CacheEntry, reply: Reply): void {
    if (entry.isGone) return;
    const bytes = entry.bytes + sizeOf(reply);
    if (this.#isTracking !== true || bytes > this.#options.maxBytes) return this.drop(entry);
    this.#bytes += bytes - entry.bytes;
    entry.bytes = bytes;
    entry.reply = copyOf(reply);
    entry.isAnswered = true;
    this.#trim();
  }

  /** Forgets a request and its reply. */
  drop(entry: CacheEntry): void {
    if (entry.isGone) return;
    entry.isGone = true;
    this.#bytes -= entry.bytes;
    this.#entries.delete(entry.id);
    for (const key of entry.keys) {
      const others = this.#byKey.get(key)!;
      others.delete(entry);
      if (others.size === 0) this.#byKey.delete(key);
    }
  }

  /** What to tell each new connection; null where the server speaks no RESP3. */
  replay(protocol: 2 | 3 | null): Replay | null {
    this.#isAsked = protocol !== 2;
    if (!this.#isAsked) return null;
    const refused = (_error: RedisError): void => {
      this.#isRefused = true;
    };
    return { commands: [TRACKING_ON], subscriptions: [], isPassive: true, refused };
  }

  /** A connection stands. */
  greeted(greeting: Greeting): void {
    this.#isTracking = this.#isAsked && !this.#isRefused && greeting.protocol === 3;
  }

  /** There will be no connection until another command is given: nothing is kept by then. */
  gaveUp(): void {}

  /** The server says that keys have changed: `invalidate`, and the keys or null for all. */
  pushed(push: Push): void {
    const before = this.#entries.size, keys = push.items[0];
    if (!Array.isArray(keys)) this.#dropAll();
    else for (const key of keys) this.#dropKey(keyText(key));
    this.#invalidations += before - this.#entries.size;
  }

  /** The connection was lost, and with it the server's knowledge of what is kept here. */
  lost(): void {
    this.#dropAll();
    this.#isTracking = null;
    this.#isRefused = false;
  }

  /** The client is closed: nothing is answered any more. */
  close(): void {
    this.#isOver = true;
    this.#dropAll();
  }

  #enter(id: string, keys: readonly string[]): CacheEntry {
    const entry = new CacheEntry(id, keys, Date.now());
    this.#entries.set(id, entry);
    this.#bytes += entry.bytes;
    for (const key of keys) {
      const others = this.#byKey.get(key);
      if (others === undefined) this.#byKey.set(key, new Set([entry]));
      else others.add(entry);
    }
    this.#trim();
    return entry;
  }

  #isTooOld({ atMs }: CacheEntry): boolean {
    const { maxAgeMs } = this.#options;
    if (maxAgeMs === 0) return false;
    const age = Date.now() - atMs;
    return age >= maxAgeMs || age < 0; // the clock was set back: nobody knows
  }

  #dropKey(key: string): void {
    const entries = this.#byKey.get(key);
    if (entries !== undefined) { for (const entry of entries) this.drop(entry); }
  }

  #dropAll(): void {
    for (const entry of this.#entries.values()) entry.isGone = true;
    this.#entries.clear();
    this.#byKey.clear();
    this.#bytes = 0;
  }

  #trim(): void {
    const { maxEntries, maxBytes } = this.#options;
    if (this.#entries.size <= maxEntries && this.#bytes <= maxBytes) return;
    for (const entry of this.#entries.values()) {
      this.drop(entry);
      if (this.#entries.size <= maxEntries && this.#bytes <= maxBytes) return;
    }
  }
}

/**
 * What a command may do to values that others have read. A script changes the keys it declares: what it changes besides
 * is heard of from the server, as what other clients change.
 */
function effectOf(info: CommandInfo): number {
  if (info.reads) return NOTHING;
  if ((info.flags & CONNECTION) !== 0) return info === SELECT || info === AUTH ? ALL : NOTHING;
  if (info.hasKeys) return KEYS;
  if (info.writes || info === DEBUG) return ALL;
  const [name, subcommand] = info.name.split(" ");
  const isKnown = commandInfo(name!, subcommand) === info && (subcommand !== undefined || !hasSubcommands(name!));
  return isKnown ? NOTHING : ALL;
}

/** The keys of a request as text, each once. */
function keysOf(info: CommandInfo, args: readonly unknown[]): string[] {
  const indexes = info.keyIndexes(args);
  if (indexes.length === 1) return [keyText(args[indexes[0]!])];
  return [...new Set(indexes.map((index) => keyText(args[index])))];
}

/** A key as the server's message will give it, once that is decoded. */
function keyText(key: unknown): string {
  if (key instanceof Uint8Array) return textOf(key, 0, key.length);
  return typeof key === "string" ? key.toWellFormed() : String(key);
}

/** A text that only requests which get the same reply have in common. */
function identityOf(info: CommandInfo, args: readonly unknown[], decode: Decode): string {
  let id = `${decode === "bytes" ? "b" : "s"}${info.name}`;
  for (let i = 1; i < args.length; i++) {
    const arg = args[i];
    if (arg instanceof Uint8Array) {
      id += `\n${arg.length} `;
      for (let at = 0; at < arg.length; at++) id += String.fromCharCode(arg[at]!);
    } else {
      const text = String(arg);
      id += `\n${text.length}:${text}`;
    }
  }
  return id;
}

/** Roughly what a reply takes in memory; {@linkcode UNFIT}: it is not to be kept. */
function sizeOf(reply: Reply): number {
  if (typeof reply === "string") return STRING_BYTES + reply.length;
  if (typeof reply !== "object" || reply === null) return ITEM_BYTES;
  if (reply instanceof Uint8Array) return BYTES_BYTES + reply.length;
  let size = LIST_BYTES;
  if (Array.isArray(reply)) {
    for (const item of reply) size += ITEM_BYTES + sizeOf(item);
  } else if (reply instanceof Map) {
    for (const [key, value] of reply) size += FIELD_BYTES + sizeOf(key) + sizeOf(value);
  } else if (isPlain(reply)) {
    for (const key of Object.keys(reply)) size += FIELD_BYTES + key.length + sizeOf(reply[key]!);
  } else { // an error, of the whole or of a part
    return UNFIT;
  }
  return size;
}

/** A copy that shares nothing that can be changed. */
function copyOf(reply: Reply): Reply {
  if (typeof reply !== "object" || reply === null || reply instanceof RespError) return reply;
  if (reply instanceof Uint8Array) return reply.slice();
  if (Array.isArray(reply)) return reply.map(copyOf);
  if (reply instanceof Map) return new Map([...reply].map(([key, value]) => [copyOf(key), copyOf(value)]));
  if (!isPlain(reply)) return reply;
  const items: Reply[] = [];
  for (const key of Object.keys(reply)) items.push(key, copyOf(reply[key]!));
  return mapOf(items, false);
}

function isPlain(reply: object): reply is { [key: string]: Reply } {
  return Object.getPrototypeOf(reply) === Object.prototype;
}
