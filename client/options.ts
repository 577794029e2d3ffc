/**
 * Where a client connects and how: what `new Client()` takes, checked and brought into one form before anything is sent.
 *
 * Messages never show a URL or a password: a mistyped URL may hold one.
 */
import type { Decode } from "../resp/reply_decoder.ts";
import type { CacheOptions } from "./cache.ts";

/**
 * The encryption of a connection. All texts are in PEM form.
 *
 * @example A certificate and its key go together
 * ```ts
 * import { Client, type ClientTlsOptions } from "@x/miniredis";
 * import { assertThrows } from "@std/assert";
 *
 * const cert = "-----BEGIN CERTIFICATE-----\n…", key = "-----BEGIN PRIVATE KEY-----\n…";
 * const tls: ClientTlsOptions = { cert, key };
 * await using client = new Client({ hostname: "redis.example", tls }); // connects when it is first used
 * assertThrows(() => new Client({ hostname: "redis.example", tls: { cert } }), TypeError);
 * ```
 */
export interface ClientTlsOptions {
  /** Root certificates accepted in addition to the system's. */
  caCerts?: string[];
  /** The client's own certificate chain, for a server that asks for one. */
  cert?: string;
  /** The private key that belongs to `cert`. */
  key?: string;
}

/**
 * A pair of byte streams to use as the connection.
 *
 * @example A connection in memory
 * ```ts
 * import { Client, type ClientTransport, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * const transport: ClientTransport = server.dial();
 * await using client = new Client({ transport });
 * assertEquals(await client.ping(), "PONG");
 * ```
 */
export interface ClientTransport {
  /** What the server sends. */
  readable: ReadableStream<Uint8Array>;
  /** What the server is to receive. */
  writable: WritableStream<Uint8Array>;
}

/**
 * How a client comes back after its connection was lost.
 *
 * @example Soon, and always after the same time
 * ```ts
 * import { CHANNELS, type RetryContext, type RetryOptions, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 * import { subscribe } from "node:diagnostics_channel";
 *
 * const wait = Promise.withResolvers<number>();
 * subscribe(CHANNELS.retry, (context) => wait.resolve((context as RetryContext).waitMs));
 * const retry: RetryOptions = { minMs: 5, maxMs: 5, jitter: 0 };
 * await using server = await Server.start();
 * await using client = server.client({ retry });
 * await using news = await client.subscribe("news"); // needs a connection all the time
 * await using other = server.client();
 * await other.clientKill({ id: await client.clientId() });
 * assertEquals(await wait.promise, 5);
 * ```
 */
export interface RetryOptions {
  /** The wait before the first attempt, in milliseconds; doubled before each further one. By default 50. */
  minMs?: number;
  /** The longest wait, in milliseconds; by default 2,000. */
  maxMs?: number;
  /** By which part a wait is made longer or shorter at random, from 0 to 1; by default 0.2. */
  jitter?: number;
  /**
   * After so many attempts in a row the commands that wait are rejected; by default 20, which are about 30 seconds. The
   * next command tries again.
   */
  attempts?: number;
}

/**
 * How a client finds and greets its server, and how it reads replies.
 *
 * @example A name, a database, and half a second for each command
 * ```ts
 * import { type ClientOptions, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const options: ClientOptions = { name: "worker", db: 3, commandTimeoutMs: 500 };
 * await using server = await Server.start();
 * await using client = server.client(options);
 * assertEquals(await client.clientGetname(), "worker");
 * ```
 */
export interface ClientOptions {
  /**
   * `redis://user:password@host:port/db`, `rediss:` for TLS, `valkey:` and `valkeys:` as other names of the two, or
   * `unix:/path/of/socket?db=2`. The other options go before what it says. A name without a password is taken as the
   * password, as redis-cli does.
   */
  url?: string | URL;
  /** The host to connect to; by default 127.0.0.1. */
  hostname?: string;
  /** The port to connect to; by default 6379. */
  port?: number;
  /** The path of a Unix domain socket, instead of host and port. */
  path?: string;
  /**
   * A connection made elsewhere, instead of an address. It is used once: when it ends, so does the client. A function
   * makes one whenever the client needs one: to come back, and beside the first for blocking commands and transactions
   * that watch keys.
   */
  transport?: ClientTransport | (() => ClientTransport | Promise<ClientTransport>);
  /** Whether to use TLS, and with what certificates; by default only for `rediss:` and `valkeys:`. */
  tls?: boolean | ClientTlsOptions;
  /** The ACL user; by default `default`. Needs a password. */
  username?: string;
  /** The password sent in the greeting. */
  password?: string;
  /** The number of the database that every connection selects; by default 0. */
  db?: number;
  /** The name of the connection, as CLIENT LIST shows it. */
  name?: string;
  /** The protocol to ask for; by default 3. A server that knows no RESP3 is spoken to in RESP2 all the same. */
  protocol?: 2 | 3;
  /** The time for connecting and greeting, in milliseconds; by default 10,000, and 0 sets no limit. */
  connectTimeoutMs?: number;
  /** Aborts connecting and greeting; a connection that stands is left alone. */
  signal?: AbortSignal;
  /**
   * How a connection that was lost is made anew; false: only when the next command is given. The first connection is not
   * tried again: a wrong address is reported at once.
   */
  retry?: false | RetryOptions;
  /** How many commands may wait for a lost connection to come back; by default 1,000,000. Those above are rejected. */
  offlineQueue?: number;
  /**
   * The time for the reply to each command, in milliseconds, from when it is given; by default 0, which sets no limit.
   * Calls may say otherwise. Blocking commands have the time they ask the server for, and `blockingGraceMs`.
   */
  commandTimeoutMs?: number;
  /**
   * How long after its own time-out a blocking command is given up, in milliseconds, should the server not answer; by
   * default 1,000.
   */
  blockingGraceMs?: number;
  /** How bulk strings are read unless a call says otherwise; by default as text. */
  decode?: Decode;
  /** What RESP3 maps become: plain objects with text as keys (by default), or `Map`s, whatever the type of a method says. */
  map?: "object" | "map";
  /**
   * Keeps replies in memory and answers the same commands from there, until the server says that their keys have changed
   * (CLIENT TRACKING); by default false. What this client has written it reads at once; what others have written, when the
   * server's message has come; that a key has expired, when the server has noticed it. On servers that speak no RESP3, or
   * allow no tracking, nothing is kept, and all commands are sent.
   */
  cache?: boolean | CacheOptions;
}

/** Where to connect to. */
export type Target =
  | { readonly kind: "tcp"; readonly hostname: string; readonly port: number; readonly tls: ClientTlsOptions | null }
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "transport"; readonly transport: ClientTransport }
  | { readonly kind: "dial"; readonly dial: () => ClientTransport | Promise<ClientTransport> };

/** {@linkcode ClientOptions} with every default in its place. */
export interface Settings {
  readonly target: Target;
  /** The target in words, for messages. */
  readonly address: string;
  readonly username: string;
  /** Empty: none. */
  readonly password: string;
  readonly db: number;
  /** Empty: none. */
  readonly name: string;
  readonly protocol: 2 | 3;
  /** 0: no limit. */
  readonly connectTimeoutMs: number;
  readonly signal: AbortSignal | null;
  /** Null: a lost connection is made anew by the next command only. */
  readonly retry: Readonly<Required<RetryOptions>> | null;
  readonly offlineQueue: number;
  /** 0: no limit. */
  readonly commandTimeoutMs: number;
  readonly blockingGraceMs: number;
  readonly decode: Decode;
  readonly map: "object" | "map";
  /** Null: nothing is kept in memory. */
  readonly cache: Readonly<Required<CacheOptions>> | null;
}

const DEFAULT_HOSTNAME = "127.0.0.1";
const DEFAULT_PORT = 6379;
const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
/** How a connection is tried again where nothing else is said. */
export const DEFAULT_RETRY: Required<RetryOptions> = { minMs: 50, maxMs: 2_000, jitter: 0.2, attempts: 20 };
const DEFAULT_OFFLINE_QUEUE = 1_000_000;
const DEFAULT_CACHE: Required<CacheOptions> = { maxEntries: 10_000, maxBytes: 64 * 1024 * 1024, maxAgeMs: 0 };
const DEFAULT_BLOCKING_GRACE_MS = 1_000;
/** The longest wait of a timer. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1;
/** Schemes, and whether they mean TLS. */
const SCHEMES: ReadonlyMap<string, boolean> = new Map([
  ["redis:", false],
  ["valkey:", false],
  ["rediss:", true],
  ["valkeys:", true],
]);

/**
 * Checks what a client was given and fills in the rest.
 *
 * @param given A URL, or options; without either, and without an address in the options, the environment's `REDIS_URL`
 *   decides if it may be read.
 * @returns The settings of the client.
 * @throws {TypeError} A URL that cannot be read, or options that contradict each other.
 * @throws {RangeError} A number out of its range.
 */
export function readOptions(given: string | URL | ClientOptions = {}): Settings {
  const named = typeof given === "string" || given instanceof URL ? { url: given } : given;
  const url = named.url ?? (hasAddress(named) ? undefined : environmentUrl());
  const options: ClientOptions = url === undefined ? named : { ...readUrl(url, named), ...withoutUndefined(named) };
  const password = options.password ?? "";
  if (options.username !== undefined && password === "") {
    throw new TypeError("Cannot log in: a username needs a password");
  }
  return {
    ...readTarget(options),
    username: options.username ?? "default",
    password,
    db: integer("db", options.db ?? 0, 0, MAX_TIMER_MS),
    name: options.name ?? "",
    protocol: options.protocol ?? 3,
    connectTimeoutMs: milliseconds("connectTimeoutMs", options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS),
    signal: options.signal ?? null,
    retry: options.retry === false ? null : readRetry(options.retry),
    offlineQueue: integer("offlineQueue", options.offlineQueue ?? DEFAULT_OFFLINE_QUEUE, 0, Number.MAX_SAFE_INTEGER),
    commandTimeoutMs: milliseconds("commandTimeoutMs", options.commandTimeoutMs ?? 0),
    blockingGraceMs: milliseconds("blockingGraceMs", options.blockingGraceMs ?? DEFAULT_BLOCKING_GRACE_MS),
    decode: options.decode ?? "string",
    map: options.map ?? "object",
    cache: readCache(options),
  };
}

function readCache({ cache = false, protocol }: ClientOptions): Required<CacheOptions> | null {
  if (cache === false) return null;
  if (protocol === 2) throw new TypeError("Cannot use a cache: RESP2 has no messages about keys that change");
  const given = { ...DEFAULT_CACHE, ...withoutUndefined(cache === true ? {} : cache) };
  integer("cache.maxEntries", given.maxEntries, 1, Number.MAX_SAFE_INTEGER);
  integer("cache.maxBytes", given.maxBytes, 1, Number.MAX_SAFE_INTEGER);
  milliseconds("cache.maxAgeMs", given.maxAgeMs);
  return given;
}

function readRetry(given: RetryOptions = {}): Required<RetryOptions> {
  const { minMs, maxMs, jitter, attempts } = { ...DEFAULT_RETRY, ...withoutUndefined(given) };
  milliseconds("retry.minMs", minMs);
  milliseconds("retry.maxMs", maxMs);
  if (attempts !== Infinity) integer("retry.attempts", attempts, 1, Number.MAX_SAFE_INTEGER);
  if (!(jitter >= 0 && jitter <= 1)) {
    throw new RangeError(`Cannot use retry.jitter: must be from 0 to 1: current value is ${jitter}`);
  }
  return { minMs, maxMs, jitter, attempts };
}

/**
 * Checks a time that was given for a call.
 *
 * @param name What it is called, for the error.
 * @param value The time in milliseconds.
 * @returns The same.
 * @throws {RangeError} It is no integer, negative, or longer than a timer can wait (about 24 days).
 */
export function milliseconds(name: string, value: number): number {
  return integer(name, value, 0, MAX_TIMER_MS);
}

/**
 * Checks a number of things that was given for a call.
 *
 * @param name What it is called, for the error.
 * @param value The number.
 * @returns The same.
 * @throws {RangeError} It is no integer, or less than 1.
 */
export function positive(name: string, value: number): number {
  return value === Infinity ? value : integer(name, value, 1, Number.MAX_SAFE_INTEGER);
}

function hasAddress(options: ClientOptions): boolean {
  return (options.hostname ?? options.port ?? options.path ?? options.transport) !== undefined;
}

/** Never prompts: without the permission the variable counts as unset. */
function environmentUrl(): string | undefined {
  if (Deno.permissions.querySync({ name: "env", variable: "REDIS_URL" }).state !== "granted") return undefined;
  return Deno.env.get("REDIS_URL") || undefined;
}

function withoutUndefined<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** The options a URL stands for. `named` options may say where to connect instead; then the URL's address is left out. */
function readUrl(given: string | URL, named: ClientOptions): ClientOptions {
  const url = parseUrl(given);
  const options: ClientOptions = {};
  const user = percentDecode(url.username), password = percentDecode(url.password);
  if (user !== "" && password === "" && named.password === undefined) options.password = user;
  else {
    if (user !== "") options.username = user;
    if (password !== "") options.password = password;
  }

  let db = "";
  if (url.protocol === "unix:") {
    if (url.hostname !== "" || url.pathname === "") {
      throw new TypeError("Cannot read the URL: unix: needs an absolute path");
    }
    if (!hasAddress(named)) options.path = percentDecode(url.pathname);
  } else {
    const tls = SCHEMES.get(url.protocol);
    if (tls === undefined) throw new TypeError(`Cannot read the URL: ${url.protocol} is no scheme of Redis`);
    // "redis:host" parses as a path: no slashes, no host
    if (!url.pathname.startsWith("/") && url.pathname !== "") {
      throw new TypeError("Cannot read the URL: it names no host");
    }
    db = url.pathname.slice(1);
    if (named.path === undefined && named.transport === undefined) {
      if (url.hostname !== "") options.hostname = percentDecode(url.hostname.replace(/^\[(.*)\]$/, "$1"));
      if (url.port !== "") options.port = Number(url.port);
      if (tls) options.tls = true;
    }
  }
  for (const [key, value] of url.searchParams) {
    if (key !== "db" || db !== "") throw new TypeError(`Cannot read the URL: unexpected parameter '${key}'`);
    db = value;
  }
  if (db !== "") {
    if (!/^\d{1,9}$/.test(db)) throw new TypeError("Cannot read the URL: the database is not a number");
    options.db = Number(db);
  }
  return options;
}

function parseUrl(given: string | URL): URL {
  const url = URL.parse(given); // the constructor would repeat the URL, password and all, in its error
  if (url === null) throw new TypeError("Cannot read the URL: it is malformed");
  return url;
}

function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new TypeError("Cannot read the URL: malformed percent-encoding"); // no cause: it could show the password
  }
}

function readTarget(options: ClientOptions): { target: Target; address: string } {
  const { hostname, port, path, transport, tls } = options;
  const isTcp = hostname !== undefined || port !== undefined || (tls !== undefined && tls !== false);
  if (Number(isTcp) + Number(path !== undefined) + Number(transport !== undefined) > 1) {
    throw new TypeError("Cannot connect: give either a host, a path or a transport");
  }
  if (typeof transport === "function") {
    return { target: { kind: "dial", dial: transport }, address: "the given transport" };
  }
  if (transport !== undefined) return { target: { kind: "transport", transport }, address: "the given transport" };
  if (path !== undefined) return { target: { kind: "unix", path }, address: path };
  const target = {
    kind: "tcp",
    hostname: hostname ?? DEFAULT_HOSTNAME,
    port: integer("port", port ?? DEFAULT_PORT, 1, 65_535),
    tls: tls === true ? {} : tls || null,
  } as const;
  if ((target.tls?.cert === undefined) !== (target.tls?.key === undefined)) {
    throw new TypeError("Cannot use TLS: a certificate and its key go together");
  }
  const host = target.hostname.includes(":") ? `[${target.hostname}]` : target.hostname;
  return { target, address: `${host}:${target.port}` };
}

/** Checks an integer; `name` is for the error. */
export function integer(name: string, value: number, min: number, max: number): number {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`Cannot use ${name}: must be an integer from ${min} to ${max}: current value is ${value}`);
  }
  return value;
}
