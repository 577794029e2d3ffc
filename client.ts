/**
 * The client: speaks to miniredis, Redis, Valkey and other servers of their protocol.
 *
 * Behind it: `client/commands.ts` (what it can do), `client/line.ts` (a connection that comes back), `client/connection.ts`
 * (one connection: writing, reading, the queue between), `client/listening.ts` (messages and monitors), `client/options.ts`.
 *
 * @module
 */
import { asText } from "./client/argument_text.ts";
import { type CacheStats, ClientCache } from "./client/cache.ts";
import type { CommandInfo } from "./client/command_info.ts";
import { ClusterClient } from "./client/cluster/cluster_client.ts";
import type { ClusterOptions, ClusterSeed } from "./client/cluster/options.ts";
import type { CommandArguments } from "./client/command_arguments.ts";
import { CommandMethods } from "./client/command_methods.ts";
import { CLIENT_SETNAME, SELECT } from "./client/command_table.ts";
import type { Commands } from "./client/commands.ts";
import { guardBlocking, guardCall, NOT_BLOCKING } from "./client/deadlines.ts";
import { type Batch, COMMAND, commandContext, connectionContext, trace, traceAll } from "./client/diagnostics.ts";
import { callOptions, issue, newPending } from "./client/issue.ts";
import { Line } from "./client/line.ts";
import { LineUsers } from "./client/line_users.ts";
import { Listening } from "./client/listening.ts";
import type { Monitor, MonitorOptions } from "./client/monitor.ts";
import { ConnectionError } from "./client/errors.ts";
import { type ClientOptions, readOptions, type Settings } from "./client/options.ts";
import type { Convert, Pending } from "./client/pending.ts";
import {
  gather,
  type PipelineOptions,
  type PipelineReplies,
  Recorder,
  recording,
  type SettledReplies,
  type SettleOptions,
} from "./client/pipeline.ts";
import { SideLines } from "./client/side_lines.ts";
import { sendTransaction, TransactionPending } from "./client/transaction.ts";
import type { SubscribeBytesOptions, SubscribeOptions, Subscription } from "./client/subscription.ts";
import { type CallOptions, wordOf } from "./client/vocabulary.ts";
import { watch, type WatchedCommands, type WatchOptions } from "./client/watch.ts";
import { WithOptions } from "./client/with_options.ts";
import type { CommandArgument, StructuredValue } from "./resp/encode.ts";
import type { Decode } from "./resp/reply_decoder.ts";
import type { Reply } from "./resp/reply.ts";

export type { CacheOptions, CacheStats } from "./client/cache.ts";
export type {
  BitfieldEncoding,
  BitfieldOperation,
  BitfieldRead,
  CommandArguments,
  GeoUnit,
  Pairs,
  PendingRange,
} from "./client/command_arguments.ts";
export { CommandInfo } from "./client/command_info.ts";
export { CommandMethods } from "./client/command_methods.ts";
export type * from "./client/command_replies.ts";
export type * from "./client/commands.ts";
export {
  CHANNELS,
  type CommandContext,
  type ConnectionContext,
  type LostContext,
  type ReadyContext,
  type RetryContext,
} from "./client/diagnostics.ts";
export {
  ConnectionError,
  PipelineError,
  RedisError,
  SlowReaderError,
  TimeoutError,
  WatchError,
} from "./client/errors.ts";
export type { Monitor, MonitoredCommand, MonitorOptions } from "./client/monitor.ts";
export { ClusterClient, type ClusterNodeInfo } from "./client/cluster/cluster_client.ts";
export type { ClusterOptions, ClusterSeed } from "./client/cluster/options.ts";
export type { ClientOptions, ClientTlsOptions, ClientTransport, RetryOptions } from "./client/options.ts";
export type { Convert } from "./client/pending.ts";
export type { PipelineOptions, PipelineReplies, SettledReplies, SettleOptions } from "./client/pipeline.ts";
export type { BytesScan, KeyScanOptions, Scan, ScanOptions } from "./client/scan.ts";
export { defineScript, type Script, type ScriptDefinition } from "./client/script.ts";
export type { Message, SubscribeBytesOptions, SubscribeOptions, Subscription } from "./client/subscription.ts";
export {
  type BytesOptions,
  type CallOptions,
  type SendOptions,
  type SetGetOptions,
  type SetOptions,
  Vocabulary,
} from "./client/vocabulary.ts";
export type { WatchedCommands, WatchOptions } from "./client/watch.ts";

/**
 * A client of one server.
 *
 * It connects when it is first used, and comes back when the connection is lost. Commands given one after the other,
 * without waiting for the replies, travel together and are answered in order. Commands that a lost connection leaves
 * without a reply are rejected with a {@linkcode ConnectionError}, never sent again; those that were not sent yet wait for
 * the next connection. Blocking commands and transactions that watch keys have connections of their own.
 *
 * With the option `cache` it keeps replies in memory for as long as their keys do not change. Tracers hear of its commands
 * and connections on {@linkcode CHANNELS}.
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
export class Client extends CommandMethods implements AsyncDisposable, Disposable {
  readonly #given: ClientOptions;
  readonly #settings: Settings;
  readonly #cache: ClientCache | null;
  readonly #main: Line;
  readonly #blocking: SideLines;
  readonly #watching: SideLines;
  readonly #listening: Listening;
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
    super();
    this.#given = typeof urlOrOptions === "string" || urlOrOptions instanceof URL
      ? { url: urlOrOptions }
      : { ...urlOrOptions };
    const settings = this.#settings = readOptions(urlOrOptions);
    this.#listening = new Listening(settings, () => this.#main, (pending, call) => this.#guard(pending, call));
    const { cache, decode, map } = settings;
    this.#cache = cache === null ? null : new ClientCache(cache, decode, map === "map");
    this.#main = new Line(
      settings,
      new LineUsers(this.#listening.onMain, this.#cache),
    );
    this.#blocking = new SideLines(settings, false, true);
    this.#watching = new SideLines(settings, true, true);
  }

  /**
   * Makes a client of a Redis Cluster. Nothing is sent yet.
   *
   * @param seeds Nodes to begin with: URLs, or hosts and ports. One that can be reached is enough, the others are found by it.
   * @param options How to connect to the nodes.
   * @returns The client.
   * @throws {TypeError} There are no seeds, or they cannot be read, or options contradict each other.
   * @throws {RangeError} A number out of its range.
   *
   * @example A cluster, here of one node
   * ```ts
   * import { Client, Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start({ port: 0, config: { "cluster-enabled": "yes" } });
   * await using cluster = Client.cluster([{ hostname: "127.0.0.1", port: server.port }]);
   * assertEquals(await cluster.set("name", "Alice"), 1);
   * assertEquals(await cluster.get("name"), "Alice");
   * ```
   */
  static cluster(seeds: readonly ClusterSeed[], options?: ClusterOptions): ClusterClient {
    return new ClusterClient(seeds, options);
  }

  /**
   * Sends a command of which everything is known; all methods come down to this one.
   *
   * @param info What is known of the command.
   * @param args Its name and arguments.
   * @param decode How strings in the reply are read; undefined: as the client's options say.
   * @param options How long to wait.
   * @param convert What becomes of the reply; null: nothing.
   * @returns The reply.
   */
  override execute(
    info: CommandInfo,
    args: readonly StructuredValue[],
    decode: Decode | undefined,
    options: CallOptions | undefined,
    convert: Convert | null,
  ): Promise<Reply> {
    const cache = this.#cache;
    const pending = newPending(info, args, decode, convert, cache);
    const waitMs = info.blockingMs(args);
    if (waitMs === NOT_BLOCKING) {
      if (options !== undefined || this.#settings.commandTimeoutMs > 0) this.#guard(pending, options);
      if (cache !== null && !pending.isAbandoned && cache.answer(info, args, pending)) return pending.promise;
    }
    if (!COMMAND.hasSubscribers) return this.#issue(info, args, pending, waitMs, options);
    return this.#traced(info, args, null, () => this.#issue(info, args, pending, waitMs, options));
  }

  /**
   * What became of the client's cache so far; null without the option `cache`.
   *
   * @example The second time it is answered from memory
   * ```ts
   * import { Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start();
   * await using client = server.client({ cache: { maxEntries: 1_000 } });
   * await client.set("name", "Alice");
   * assertEquals(await client.get("name"), "Alice");
   * assertEquals(await client.get("name"), "Alice");
   * assertEquals([client.cacheStats!.hits, client.cacheStats!.misses], [1, 1]);
   * ```
   */
  get cacheStats(): CacheStats | null {
    return this.#cache === null ? null : this.#cache.stats;
  }

  /**
   * Sends commands together, and waits for the replies to all of them.
   *
   * Others' commands may be executed in between: {@linkcode transaction} keeps them out.
   *
   * @param build Gives the commands, and returns the promises whose values are wanted.
   * @param options `settle: true`: errors are values.
   * @returns The values, in order, each with its own type.
   * @throws {PipelineError} Some of the commands failed. Its `results` hold what became of each.
   * @throws {ConnectionError} The connection could not be made, or was lost, before any of them was answered.
   * @throws {TypeError} The function waits for something, or a command would block.
   *
   * @example Two commands and their replies
   * ```ts
   * import { Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start();
   * await using client = server.client();
   * const [name, visits] = await client.pipeline((p) => [p.get("name"), p.incr("visits")]);
   * assertEquals(name, null); // a string or null
   * assertEquals(visits + 1, 2); // a number
   * ```
   *
   * @example Errors as values
   * ```ts
   * import { RedisError, Server } from "@x/miniredis";
   * import { assertEquals, assertInstanceOf } from "@std/assert";
   *
   * await using server = await Server.start();
   * await using client = server.client();
   * const replies = await client.pipeline([["SET", "name", "Alice"], ["INCR", "name"]], { settle: true });
   * assertEquals(replies[0], "OK");
   * assertInstanceOf(replies[1], RedisError);
   * ```
   */
  pipeline<T extends readonly unknown[]>(
    build: (p: Commands) => readonly [...T],
    options: SettleOptions,
  ): Promise<SettledReplies<T>>;
  /** The same, rejecting where a command failed. */
  pipeline<T extends readonly unknown[]>(
    build: (p: Commands) => readonly [...T],
    options?: PipelineOptions,
  ): Promise<PipelineReplies<T>>;
  /** The same for commands as {@linkcode send} takes them, errors as values. */
  pipeline(commands: readonly (readonly StructuredValue[])[], options: SettleOptions): Promise<(Reply | Error)[]>;
  /** The same for commands as {@linkcode send} takes them. */
  pipeline(commands: readonly (readonly StructuredValue[])[], options?: PipelineOptions): Promise<Reply[]>;
  async pipeline(
    commands: ((p: Commands) => readonly unknown[]) | readonly (readonly StructuredValue[])[],
    options?: PipelineOptions,
  ): Promise<unknown[]> {
    const recorder = new Recorder("pipeline", this.#cache);
    const wanted = recorder.record(recording(commands));
    recorder.refuseBlocking();
    const batch: Batch = { batchMode: "PIPELINE", batchSize: recorder.entries.length };
    for (const entry of recorder.entries) {
      const { info, args, pending } = entry;
      this.#guard(pending, callOptions(entry, options));
      if (this.#cache !== null && !pending.isAbandoned && this.#cache.answer(info, args, pending)) continue;
      const run = () => this.#issue(info, args, pending, NOT_BLOCKING, undefined);
      const promise = COMMAND.hasSubscribers ? this.#traced(info, args, batch, run) : run();
      if (promise !== pending.promise) promise.catch(() => {}); // gather() reports it
    }
    return await gather(wanted, recorder.entries, options);
  }

  /**
   * Sends commands as a transaction: all of them are executed, and nothing else in between.
   *
   * @param build Gives the commands, and returns the promises whose values are wanted.
   * @param options `settle: true`: errors of single commands are values.
   * @returns The values, in order, each with its own type.
   * @throws {PipelineError} Some of the commands failed when they were executed; the others were executed.
   * @throws {RedisError} The server would not queue one of them, its `cause`: nothing was executed.
   * @throws {ConnectionError} The connection could not be made, or was lost.
   * @throws {TypeError} The function waits for something.
   *
   * @example Two counters that change together
   * ```ts
   * import { Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start();
   * await using client = server.client();
   * assertEquals(await client.transaction((t) => [t.decrby("alice", 5), t.incrby("bob", 5)]), [-5, 5]);
   * ```
   */
  transaction<T extends readonly unknown[]>(
    build: (t: Commands) => readonly [...T],
    options: SettleOptions,
  ): Promise<SettledReplies<T>>;
  /** The same, rejecting where a command failed. */
  transaction<T extends readonly unknown[]>(
    build: (t: Commands) => readonly [...T],
    options?: PipelineOptions,
  ): Promise<PipelineReplies<T>>;
  /** The same for commands as {@linkcode send} takes them, errors as values. */
  transaction(commands: readonly (readonly StructuredValue[])[], options: SettleOptions): Promise<(Reply | Error)[]>;
  /** The same for commands as {@linkcode send} takes them. */
  transaction(commands: readonly (readonly StructuredValue[])[], options?: PipelineOptions): Promise<Reply[]>;
  async transaction(
    commands: ((t: Commands) => readonly unknown[]) | readonly (readonly StructuredValue[])[],
    options?: PipelineOptions,
  ): Promise<unknown[]> {
    const recorder = new Recorder("transaction");
    const wanted = recorder.record(recording(commands));
    const { entries } = recorder;
    const pending = new TransactionPending(entries, this.#settings.decode);
    for (const { info, args, pending: entry } of entries) {
      this.#cache?.given(info, args);
      if (isRemembered(info)) entry.onReply = (reply) => this.#remember(args, reply);
    }
    traceAll(entries, "MULTI", (...command) => this.#traced(...command));
    this.#guard(pending, options);
    if (!pending.isAbandoned) sendTransaction(this.#main, pending, entries);
    await pending.promise;
    return await gather(wanted, entries, options);
  }

  /**
   * Reads keys, decides, and writes, as if nobody else were there: a transaction that is tried again while others change
   * what it has read.
   *
   * It has a connection of its own meanwhile.
   *
   * @param keys The keys that must not change.
   * @param body Reads by `tx`, and returns what `tx.commit` gives; without a commit nothing is written. It may run several
   *   times.
   * @param options How often it may run, and how long each of its commands is waited for.
   * @returns What the body returned.
   * @throws {WatchError} The keys were changed in every attempt.
   * @throws {ConnectionError} The connection could not be made, or was lost.
   *
   * @example A counter in a text
   * ```ts
   * import { Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start();
   * await using client = server.client();
   * const increment = () =>
   *   client.watch(["visits"], async (tx) => {
   *     const visits = Number((await tx.get("visits"))?.slice(1) ?? 0);
   *     return await tx.commit((t) => [t.set("visits", `#${visits + 1}`)]);
   *   });
   * await Promise.all([increment(), increment(), increment()]);
   * assertEquals(await client.get("visits"), "#3");
   * ```
   */
  async watch<T>(
    keys: readonly CommandArgument[],
    body: (tx: WatchedCommands) => Promise<T>,
    options: WatchOptions = {},
  ): Promise<T> {
    const line = this.#side(this.#watching);
    try {
      return await watch(line, keys, body, options, {
        decode: this.#settings.decode,
        guard: (pending, call) => this.#guard(pending, call),
        touched: (info, args) => this.#cache?.given(info, args),
        traced: (info, args, batch, run) => COMMAND.hasSubscribers ? this.#traced(info, args, batch, run) : run(),
      });
    } finally {
      this.#watching.release(line);
    }
  }

  /**
   * Listens to channels, and gives messages as bytes.
   *
   * @param channels A channel, or several.
   * @param options `decode: "bytes"`; patterns besides; how many messages are kept, and a signal.
   * @returns The subscription, when the server has confirmed all channels.
   */
  subscribe(channels: CommandArguments, options: SubscribeBytesOptions): Promise<Subscription<Uint8Array>>;
  /**
   * Listens to channels.
   *
   * Messages travel on the client's connection, between the replies. A server that speaks only RESP2 cannot do so: there
   * they have a connection of their own. When it is lost the client comes back by itself, and listens again; see
   * {@linkcode Subscription.gaps}. A message that was published to a channel and matches patterns too is given once for
   * each.
   *
   * @param channels A channel, or several.
   * @param options Patterns besides, or shard channels; how many messages are kept, and a signal.
   * @returns The subscription, when the server has confirmed all channels. It goes on until it is closed.
   * @throws {RedisError} The server does not allow one of the channels; none is listened to.
   * @throws {ConnectionError} The connection could not be made, or was lost.
   * @throws {TypeError} No channel is named, or the client was given one connection and the server speaks only RESP2.
   *
   * @example One channel, and others by a pattern
   * ```ts
   * import { Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start();
   * await using client = server.client();
   * await using news = await client.subscribe("news", { patterns: ["user:*"] });
   * await client.publish("user:1", "Alice");
   * for await (const { channel, pattern, message } of news) {
   *   assertEquals([channel, pattern, message], ["user:1", "user:*", "Alice"]);
   *   break; // closes it
   * }
   * ```
   */
  subscribe(channels: CommandArguments, options?: SubscribeOptions): Promise<Subscription>;
  async subscribe(
    channels: CommandArguments,
    options: SubscribeOptions = {},
  ): Promise<Subscription | Subscription<Uint8Array>> {
    return await this.#listening.subscribe(channels, options) as Subscription;
  }

  /**
   * Watches every command that the server executes, on a connection of its own. It is not made anew when it is lost.
   *
   * @param options How many commands are kept, and a signal.
   * @returns The commands, when the server has begun.
   * @throws {RedisError} The server does not allow it.
   * @throws {ConnectionError} The connection could not be made, or was lost.
   * @throws {TypeError} The client was given one connection.
   *
   * @example The next command
   * ```ts
   * import { Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start();
   * await using client = server.client();
   * await using monitor = await client.monitor();
   * await client.set("name", "Alice");
   * for await (const { command, db } of monitor) {
   *   if (command[0] !== "SET") continue; // the greeting of the client, say
   *   assertEquals([command, db], [["SET", "name", "Alice"], 0]);
   *   break;
   * }
   * ```
   */
  monitor(options: MonitorOptions = {}): Promise<Monitor> {
    return this.#listening.monitor(options);
  }

  /**
   * The same commands with a signal, or a deadline, for each call.
   *
   * @param options How long to wait.
   * @returns Commands that share this client's connection.
   *
   * @example Half a second for each command
   * ```ts
   * import { Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start();
   * await using client = server.client();
   * const hurried = client.with({ timeoutMs: 500 });
   * assertEquals(await hurried.rpush("list", "a", "b"), 2);
   * ```
   */
  with(options: CallOptions): Commands {
    return new WithOptions(this, options);
  }

  /**
   * Selects another database, for all commands given from now on and for all connections made later.
   *
   * @param db Its number.
   * @param options How long to wait.
   * @throws {RedisError} There is no such database.
   * @throws {ConnectionError} The connection could not be made, or was lost.
   */
  async select(db: number, options?: CallOptions): Promise<void> {
    await this.send(["SELECT", db], options);
  }

  /**
   * Makes a client with the same options, and a connection of its own.
   *
   * @param changes Options that are to differ.
   * @returns The client. Nothing is sent yet.
   * @throws {TypeError} This client was given a pair of streams, which cannot be used twice.
   */
  duplicate(changes: ClientOptions = {}): Client {
    if (this.#settings.target.kind === "transport" && changes.transport === undefined) {
      throw new TypeError("Cannot duplicate a client: it was given its connection, which can be used only once");
    }
    return new Client({ ...this.#given, ...changes });
  }

  /**
   * Waits for the replies to all commands that have not been given up, by a signal or a deadline, then lets go of the
   * connections. Commands given later are rejected.
   *
   * @returns A promise that resolves when nothing is left open; it never rejects.
   */
  async close(): Promise<void> {
    this.#cache?.close();
    const listening = this.#listening.close(); // first: a loop over messages is to end, not to fail
    await Promise.all([listening, this.#main.close(), this.#blocking.close(), this.#watching.close()]);
  }

  /** Closes the client, as {@linkcode close} does, at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Lets go of the connections at once. Commands that still wait for a reply are rejected. */
  [Symbol.dispose](): void {
    const why = "the client was disposed of";
    this.#listening.drop(why);
    this.#cache?.close();
    this.#main.drop(why);
    this.#blocking.drop(why);
    this.#watching.drop(why);
  }

  /** Makes an open connection keep the process alive, as it does from the start. */
  ref(): void {
    this.#hold(true);
  }

  /** Lets the process end though connections are open. */
  unref(): void {
    this.#hold(false);
  }

  #hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#main.hold(isHeld);
    this.#blocking.hold(isHeld);
    this.#watching.hold(isHeld);
    this.#listening.hold(isHeld);
  }

  /** Sends a command over the line it belongs to. */
  #issue(
    info: CommandInfo,
    args: readonly StructuredValue[],
    pending: Pending,
    waitMs: number,
    options: CallOptions | undefined,
  ): Promise<Reply> {
    if (waitMs !== NOT_BLOCKING) return this.#executeBlocking(info, args, pending, waitMs, options);
    if (isRemembered(info)) pending.onReply = (reply) => this.#remember(args, reply);
    if (!pending.isAbandoned) issue(this.#main, info, args, pending);
    return pending.promise;
  }

  /** Does it, and tells those who listen. */
  #traced(
    info: CommandInfo,
    args: readonly StructuredValue[],
    batch: Batch | null,
    run: () => Promise<Reply>,
  ): Promise<Reply> {
    const connection = connectionContext(this.#settings, this.#main.db);
    return trace(COMMAND, commandContext(connection, info, args, batch), run);
  }

  /** Sends a command that may wait in the server, on a connection of its own where there can be one. */
  #executeBlocking(
    info: CommandInfo,
    args: readonly StructuredValue[],
    pending: Pending,
    waitMs: number,
    options: CallOptions | undefined,
  ): Promise<Reply> {
    guardBlocking(pending, waitMs, options, this.#settings, this.#isHeld);
    if (pending.isAbandoned) return pending.promise;
    this.#cache?.given(info, args);
    if (this.#settings.target.kind === "transport") { // there is one connection, and no way to another
      issue(this.#main, info, args, pending);
      return pending.promise;
    }
    if (this.#main.isOver) {
      pending.fail(this.#closed());
      return pending.promise;
    }
    const line = this.#side(this.#blocking);
    pending.onAbandon = () => this.#blocking.discard(line); // the server would go on waiting, and take what comes
    issue(line, info, args, pending);
    const release = (): void => {
      this.#cache?.given(info, args); // read meanwhile on the first connection, where its own change is not known yet
      if (!pending.isAbandoned) this.#blocking.release(line);
    };
    return pending.promise.finally(release);
  }

  #side(lines: SideLines): Line {
    if (this.#settings.target.kind === "transport") {
      throw new TypeError("Cannot open another connection: the client was given one; give a function that makes them");
    }
    if (this.#main.isOver) throw this.#closed();
    return lines.acquire(this.#main.db, { hasStood: this.#main.hasStood });
  }

  #closed(): ConnectionError {
    return new ConnectionError(`Cannot send to ${this.#settings.address}: the client is closed`);
  }

  #guard(pending: Pending, options: CallOptions | undefined): void {
    guardCall(pending, options, this.#settings, this.#isHeld);
  }

  /** SELECT and CLIENT SETNAME: the next connection is to be told the same. */
  #remember(args: readonly StructuredValue[], reply: Reply): void {
    if (reply !== "OK") return;
    if (wordOf(args[0]) === "SELECT") this.#main.db = Number(asText(args[1]));
    else if (wordOf(args[1]) === "SETNAME") this.#main.name = asText(args[2]);
  }
}

/** Whether a command sets what the next connection is to have too. */
function isRemembered(info: CommandInfo): boolean {
  return info === SELECT || info === CLIENT_SETNAME;
}
