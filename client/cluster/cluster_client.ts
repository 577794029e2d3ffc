/**
 * The client of a cluster: each command goes to the node that owns its keys.
 *
 * Who owns what, and what becomes of a command that is sent away, is in `router.ts` and `route.ts`; what concerns several
 * nodes at once in `fan_out.ts`.
 */
import type { CommandArgument, StructuredValue } from "../../resp/encode.ts";
import type { Reply } from "../../resp/reply.ts";
import type { Decode } from "../../resp/reply_decoder.ts";
import { CONNECTION } from "../command_info.ts";
import type { CommandInfo } from "../command_info.ts";
import type { CommandArguments } from "../command_arguments.ts";
import { CommandMethods } from "../command_methods.ts";
import { CLIENT_SETNAME, SCAN, WAIT } from "../command_table.ts";
import type { Commands } from "../commands.ts";
import { type Batch, COMMAND, commandContext, connectionContext, trace, traceAll } from "../diagnostics.ts";
import { guardBlocking, guardCall, NOT_BLOCKING } from "../deadlines.ts";
import { callOptions, convertOf, type Entry, newPending } from "../issue.ts";
import { type Convert, Pending } from "../pending.ts";
import {
  gather,
  type PipelineOptions,
  type PipelineReplies,
  Recorder,
  recording,
  type SettledReplies,
  type SettleOptions,
} from "../pipeline.ts";
import { shapeOf } from "../resp2_shapes.ts";
import type { SubscribeBytesOptions, SubscribeOptions, Subscription } from "../subscription.ts";
import { type BytesScan, type KeyScanOptions, type Scan, scanPages } from "../scan.ts";
import { TransactionPending } from "../transaction.ts";
import type { CallOptions } from "../vocabulary.ts";
import type { WatchedCommands, WatchOptions } from "../watch.ts";
import { WithOptions } from "../with_options.ts";
import {
  crossSlot,
  joinNodes,
  joinSlots,
  PartPending,
  settleWith,
  SEVERAL,
  slotOfRequest,
  splitBySlot,
} from "./fan_out.ts";
import { ClusterListening } from "./cluster_listening.ts";
import type { ClusterNode } from "./node.ts";
import {
  type ClusterOptions,
  type ClusterSeed,
  type ClusterSettings,
  readClusterOptions,
  settingsOf,
} from "./options.ts";
import { ANY, BlockingRoute, CommandRoute, TrainRoute, TransactionRoute } from "./route.ts";
import { Router } from "./router.ts";
import type { NodeAddress } from "./slot_map.ts";
import { watchRouted } from "./watch_route.ts";

/**
 * A node of a cluster, as the cluster tells of it.
 *
 * @example The ports of the primaries
 * ```ts
 * import { Client, type ClusterNodeInfo, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start({ port: 0, config: { "cluster-enabled": "yes" } });
 * await using cluster = Client.cluster([server.url]);
 * const nodes: ClusterNodeInfo[] = await cluster.nodes();
 * const ports = nodes.filter(({ isPrimary }) => isPrimary).map(({ port }) => port);
 * assertEquals(ports, [server.port]);
 * ```
 */
export interface ClusterNodeInfo {
  /** Where this client connects to: host and port. */
  readonly address: string;
  /** The host. */
  readonly hostname: string;
  /** The port. */
  readonly port: number;
  /** Its id in the cluster; empty where the server does not tell. */
  readonly id: string;
  /** Whether it owns slots. The others are replicas. */
  readonly isPrimary: boolean;
}

/**
 * A client of a Redis Cluster, made by `Client.cluster()`.
 *
 * It is used as a {@linkcode Commands | client} of one server is. Each command goes to the node that owns the hash slot of
 * its keys, over one connection for each node that is opened when it is first needed; commands of one moment travel
 * together. When a slot has moved, the node's answer says where to, and the command follows. When a node is lost, commands
 * that were not sent to it wait until another has taken its place, or until `retry` gives up; those that were sent reject
 * with a {@linkcode ConnectionError}, and are never sent again.
 *
 * Bytes and arrays given as arguments must not be changed before the command is answered: it may have to be sent again.
 *
 * - MGET, MSET, DEL, UNLINK, EXISTS and TOUCH take keys of any slots. They are cut into commands for one slot each, so that
 *   others may see the keys of one slot changed and those of another not yet: MSET is atomic for each slot only.
 * - Other commands with keys in several slots reject with Redis' CROSSSLOT error and are not sent. Keys with the same part in
 *   braces are in the same slot: `{user:1}.name`, `{user:1}.mail`.
 * - DBSIZE, KEYS, FLUSHALL, SCRIPT LOAD, CONFIG SET and others that concern the whole go to all primaries, or all nodes, and
 *   their replies are joined. Other commands without keys go to one primary or another.
 * - What is about one connection (SELECT, CLIENT SETNAME and the like) is refused: there are options for that.
 *
 * @example A cluster of one node
 * ```ts
 * import { Client, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start({ port: 0, config: { "cluster-enabled": "yes" } });
 * await using cluster = Client.cluster([server.url]);
 * await cluster.mset("a", 1, "b", 2); // two slots
 * assertEquals(await cluster.mget("a", "b", "c"), ["1", "2", null]);
 * assertEquals(await cluster.dbsize(), 2);
 * ```
 */
export class ClusterClient extends CommandMethods implements AsyncDisposable, Disposable {
  readonly #settings: ClusterSettings;
  readonly #router: Router;
  readonly #listening: ClusterListening;

  /**
   * Makes a client. Nothing is sent yet.
   *
   * @param seeds Nodes to begin with; one that can be reached is enough, and the others are found by it.
   * @param options How to connect to the nodes.
   * @throws {TypeError} There are no seeds, or they cannot be read, or options contradict each other.
   * @throws {RangeError} A number out of its range.
   */
  constructor(seeds: readonly ClusterSeed[], options: ClusterOptions = {}) {
    super();
    this.#settings = readClusterOptions(seeds, options);
    this.#router = new Router(this.#settings);
    this.#listening = new ClusterListening(this.#router, this.#settings, (pending, call) => this.#guard(pending, call));
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
    const pending = newPending(info, args, decode, convert), { node } = this.#settings, { isHeld } = this.#router;
    const waitMs = info.blockingMs(args);
    if (waitMs !== NOT_BLOCKING) guardBlocking(pending, waitMs, options, node, isHeld);
    else if (options !== undefined || node.commandTimeoutMs > 0) guardCall(pending, options, node, isHeld);
    if (!COMMAND.hasSubscribers) return this.#start({ info, args, pending });
    return this.#traced(info, args, null, () => this.#start({ info, args, pending }));
  }

  /**
   * Goes through the keys of all primaries, one after the other. Keys whose slot moves meanwhile may be given twice, or
   * not at all.
   *
   * @param options Which keys, as bytes, and how long each page is waited for.
   * @returns The keys, for one `for await` loop.
   * @throws {RedisError} The loop: a server refused the options.
   * @throws {ConnectionError} The loop: a node could not be reached, or its connection was lost.
   */
  override scan(options: KeyScanOptions & BytesScan): Scan<Uint8Array>;
  /** The same, as text. */
  override scan(options?: KeyScanOptions): Scan<string>;
  override scan(options: KeyScanOptions = {}): Scan<string> | Scan<Uint8Array> {
    return this.#scanAll(options) as Scan<string>;
  }

  /**
   * Sends commands together, each to its node, and waits for the replies to all of them.
   *
   * Commands for one node are executed in order, unless a slot moves meanwhile. A command without keys goes where the one
   * before it went: WAIT asks for the replicas of that node, and follows it when it is sent on.
   *
   * @param build Gives the commands, and returns the promises whose values are wanted.
   * @param options `settle: true`: errors are values.
   * @returns The values, in order, each with its own type.
   * @throws {PipelineError} Some of the commands failed. Its `results` hold what became of each.
   * @throws {ConnectionError} The cluster could not be reached, or connections were lost, before any was answered.
   * @throws {TypeError} The function waits for something, or a command would block.
   *
   * @example A write that has reached a replica
   * ```ts
   * import { Client, Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start({ port: 0, config: { "cluster-enabled": "yes" } });
   * await using cluster = Client.cluster([server.url]);
   * const [written, replicas] = await cluster.pipeline((p) => [p.set("name", "Alice"), p.wait(0, 100)]);
   * assertEquals([written, replicas], [1, 0]); // there are none here
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
    const recorder = new Recorder("pipeline");
    const wanted = recorder.record(recording(commands));
    recorder.refuseBlocking();
    const { entries } = recorder;
    for (const entry of entries) this.#guard(entry.pending, callOptions(entry, options));
    traceAll(entries, "PIPELINE", (...command) => this.#traced(...command));
    this.#router.whenKnown(() => this.#issueAll(entries), (reason) => recorder.fail(reason));
    return await gather(wanted, entries, options);
  }

  /**
   * Sends commands as a transaction to the node that owns their keys: all of them are executed, and nothing else in
   * between. While the slot is being moved it waits.
   *
   * @param build Gives the commands, and returns the promises whose values are wanted.
   * @param options `settle: true`: errors of single commands are values.
   * @returns The values, in order, each with its own type.
   * @throws {PipelineError} Some of the commands failed when they were executed; the others were executed.
   * @throws {RedisError} The keys are not in one slot (CROSSSLOT), or the server would not queue a command, its `cause`:
   *   nothing was executed.
   * @throws {ConnectionError} The node could not be reached, or the connection was lost.
   * @throws {TypeError} The function waits for something.
   *
   * @example Two counters in one slot
   * ```ts
   * import { Client, Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start({ port: 0, config: { "cluster-enabled": "yes" } });
   * await using cluster = Client.cluster([server.url]);
   * const balances = await cluster.transaction((t) => [t.decrby("{acme}alice", 5), t.incrby("{acme}bob", 5)]);
   * assertEquals(balances, [-5, 5]);
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
    const refusal = entries.map(({ info }) => refusalOf(info)).find((error) => error !== null);
    if (refusal !== undefined) throw recorder.fail(refusal);
    const slot = commonSlot(entries.map(({ info, args }) => slotOfRequest(info, args)));
    if (slot === SEVERAL) throw recorder.fail(crossSlot("EXEC"));
    const pending = new TransactionPending(entries, this.#settings.node.decode);
    traceAll(entries, "MULTI", (...command) => this.#traced(...command));
    this.#guard(pending, options);
    if (!pending.isAbandoned) {
      const route = new TransactionRoute(this.#router, pending, entries, slot);
      this.#router.whenKnown(() => this.#router.issue(route), (reason) => pending.fail(reason), pending);
    }
    await pending.promise;
    return await gather(wanted, entries, options);
  }

  /**
   * Reads keys of one slot, decides, and writes, as if nobody else were there: a transaction that is tried again while
   * others change what it has read.
   *
   * It has a connection of its own meanwhile, to the node that owns the keys; when they are moved it begins anew there.
   *
   * @param keys The keys that must not change.
   * @param body Reads by `tx`, and returns what `tx.commit` gives; without a commit nothing is written. It may run several
   *   times.
   * @param options How often it may run, and how long each of its commands is waited for.
   * @returns What the body returned.
   * @throws {WatchError} The keys were changed in every attempt.
   * @throws {RedisError} The keys are not in one slot (CROSSSLOT).
   * @throws {ConnectionError} The node could not be reached, or the connection was lost.
   */
  async watch<T>(
    keys: readonly CommandArgument[],
    body: (tx: WatchedCommands) => Promise<T>,
    options: WatchOptions = {},
  ): Promise<T> {
    return await watchRouted(this.#router, keys, body, options, {
      decode: this.#settings.node.decode,
      guard: (pending, call) => this.#guard(pending, call),
      touched: () => {}, // nothing is kept of what a cluster answers
      traced: (info, args, batch, run) => COMMAND.hasSubscribers ? this.#traced(info, args, batch, run) : run(),
    });
  }

  /**
   * Listens to channels, as bytes.
   *
   * @param channels What to listen to.
   * @param options `decode: "bytes"`, and as below.
   * @returns The messages.
   */
  subscribe(channels: CommandArguments, options: SubscribeBytesOptions): Promise<Subscription<Uint8Array>>;
  /**
   * Listens to channels, to patterns of channels, or to shard channels.
   *
   * What is published to a channel by any node reaches all of them, so one node serves all channels and patterns of this
   * client; shard channels are served by the owner of their slot. When that changes the subscription moves, and `gaps`
   * counts it.
   *
   * @param channels One or several. Shard channels of one call must be in one slot.
   * @param options Patterns, shard channels, and how messages are read and kept.
   * @returns The messages, once the server has confirmed.
   * @throws {RedisError} The server refused, or shard channels are in several slots (CROSSSLOT).
   * @throws {ConnectionError} No node could be reached.
   * @throws {TimeoutError} No node has confirmed within `timeoutMs`, which is for all attempts together.
   * @throws {TypeError} Nothing to listen to, or options that contradict each other.
   *
   * @example One message
   * ```ts
   * import { Client, Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start({ port: 0, config: { "cluster-enabled": "yes" } });
   * await using cluster = Client.cluster([server.url]);
   * const news = await cluster.subscribe("news", { shard: true });
   * await cluster.spublish("news", "hello");
   * for await (const { message } of news) {
   *   assertEquals(message, "hello");
   *   break;
   * }
   * ```
   */
  subscribe(channels: CommandArguments, options?: SubscribeOptions): Promise<Subscription>;
  async subscribe(
    channels: CommandArguments,
    options: SubscribeOptions = {},
  ): Promise<Subscription | Subscription<Uint8Array>> {
    return await this.#listening.subscribe(channels, options) as Subscription | Subscription<Uint8Array>;
  }

  /**
   * The same commands with a signal, or a deadline, for each call.
   *
   * @param options How long to wait.
   * @returns Commands that share this client's connections.
   */
  with(options: CallOptions): Commands {
    return new WithOptions(this, options);
  }

  /**
   * The nodes of the cluster as far as they can be reached: owners of slots, then replicas.
   *
   * @returns The nodes.
   * @throws {ConnectionError} None of the seeds can be reached.
   *
   * @example Where the cluster is
   * ```ts
   * import { Client, Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start({ port: 0, config: { "cluster-enabled": "yes" } });
   * await using cluster = Client.cluster([server.url]);
   * const [node] = await cluster.nodes();
   * assertEquals(node?.port, server.port);
   * ```
   */
  async nodes(): Promise<ClusterNodeInfo[]> {
    await new Promise<void>((resolve, reject) => this.#router.whenKnown(resolve, reject));
    const { primaries, replicas } = this.#router;
    return [...primaries.map((node) => describe(node, true)), ...replicas.map((node) => describe(node, false))];
  }

  /**
   * The nodes that own slots.
   *
   * @returns The nodes.
   * @throws {ConnectionError} None of the seeds can be reached.
   */
  async primaries(): Promise<ClusterNodeInfo[]> {
    return (await this.nodes()).filter(({ isPrimary }) => isPrimary);
  }

  /**
   * Waits for the replies to all commands that were sent, then lets go of the connections. Commands given later, and those
   * that wait to be sent again, are rejected.
   *
   * @returns A promise that resolves when nothing is left open; it never rejects.
   */
  async close(): Promise<void> {
    const listening = this.#listening.close(); // first: a loop over messages is to end, not to fail
    await Promise.all([listening, this.#router.close()]);
  }

  /** Closes the client, as {@linkcode close} does, at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Lets go of the connections at once. Commands that still wait for a reply are rejected. */
  [Symbol.dispose](): void {
    this.#listening.drop("the client was disposed of");
    this.#router.drop("the client was disposed of");
  }

  /** Makes open connections keep the process alive, as they do from the start. */
  ref(): void {
    this.#hold(true);
  }

  /** Lets the process end though connections are open. */
  unref(): void {
    this.#hold(false);
  }

  #hold(isHeld: boolean): void {
    this.#router.hold(isHeld);
    this.#listening.hold(isHeld);
  }

  /** Sends a command as soon as there is a map. */
  #start(entry: Entry): Promise<Reply> {
    const { pending } = entry;
    if (pending.isAbandoned) return pending.promise;
    try {
      if (this.#router.isOpen) this.#issue(entry, ANY);
      else this.#router.whenKnown(() => this.#issue(entry, ANY), (reason) => pending.fail(reason), pending);
    } catch (error) { // an argument that is none
      pending.fail(error);
    }
    return pending.promise;
  }

  /** Does it, and tells those who listen; the node is that which owns the keys, as far as is known, or the first seed. */
  #traced(
    info: CommandInfo,
    args: readonly StructuredValue[],
    batch: Batch | null,
    run: () => Promise<Reply>,
    node: NodeAddress | undefined = this.#router.ownerOf(slotOfRequest(info, args)),
  ): Promise<Reply> {
    const context = connectionContext(settingsOf(this.#settings, node ?? this.#settings.seeds[0]!));
    return trace(COMMAND, commandContext(context, info, args, batch), run);
  }

  #guard(pending: Pending, options: CallOptions | undefined): void {
    guardCall(pending, options, this.#settings.node, this.#router.isHeld);
  }

  async *#scanAll(options: KeyScanOptions): Scan<string | Uint8Array> {
    const known = new Pending(SCAN.name, undefined);
    this.#guard(known, options);
    this.#router.whenKnown(() => known.settle(null, 3, false), (reason) => known.fail(reason), known);
    await known.promise;
    for (const node of [...this.#router.primaries]) {
      yield* scanPages(
        {
          execute: (...[info, args, decode, call, convert]) => this.#executeOn(node, info, args, decode, call, convert),
        },
        SCAN,
        ["SCAN"],
        options,
      );
    }
  }

  /** Sends a command to one node and no other: what it is about, a cursor say, is that node's. */
  #executeOn(
    node: ClusterNode,
    info: CommandInfo,
    args: readonly StructuredValue[],
    decode: Decode | undefined,
    options: CallOptions | undefined,
    convert: Convert | null,
  ): Promise<Reply> {
    const pending = newPending(info, args, decode, convert);
    this.#guard(pending, options);
    const route = new CommandRoute(this.#router, { info, args, pending }, ANY);
    route.isPinned = true;
    const run = (): Promise<Reply> => {
      if (!pending.isAbandoned) this.#router.issueTo(node, route, false);
      return pending.promise;
    };
    return COMMAND.hasSubscribers ? this.#traced(info, args, null, run, node) : run();
  }

  /** Sends the commands of a pipeline. */
  #issueAll(entries: readonly Entry[]): void {
    let before = ANY;
    for (let i = 0; i < entries.length;) {
      const entry = entries[i]!, train = [entry];
      while (entries[++i]?.info === WAIT) train.push(entries[i]!);
      const own = slotOfRequest(entry.info, entry.args);
      const slot = own === ANY && !isForSeveral(entry.info) ? before : own;
      const isTrain = slot >= 0 && train.length > 1 && refusalOf(entry.info) === null;
      if (isTrain && !entry.pending.isAbandoned) this.#router.issue(new TrainRoute(this.#router, train, slot));
      else for (const each of train) this.#issue(each, before);
      before = slot >= 0 ? slot : ANY;
    }
  }

  /** Sends a command; without keys, and unless it is for several nodes, to the owner of the slot `before`. */
  #issue(entry: Entry, before: number): void {
    const { info, args, pending } = entry;
    if (pending.isAbandoned) return; // it waited for the map
    const refusal = refusalOf(info);
    if (refusal !== null) return pending.fail(refusal);
    const slot = slotOfRequest(info, args);
    if (slot === SEVERAL) return this.#split(entry);
    if (slot === ANY && isForSeveral(info)) return this.#fanOut(entry);
    const Way = info.blockingMs(args) === NOT_BLOCKING ? CommandRoute : BlockingRoute;
    this.#router.issue(new Way(this.#router, entry, slot === ANY ? before : slot));
  }

  /** Sends a command with keys in several slots, in parts. */
  #split({ info, args, pending: whole }: Entry): void {
    const parts = splitBySlot(info, args);
    if (parts === null) return whole.fail(crossSlot(info.name));
    const pendings = parts.map(({ slot, args }) => {
      const pending = new PartPending(whole);
      this.#router.issue(new CommandRoute(this.#router, { info, args, pending }, slot));
      return pending;
    });
    settleWith(whole, pendings, joinSlots(info, parts));
  }

  /** Sends a command to all nodes, or all owners of slots. */
  #fanOut({ info, args, pending: whole }: Entry): void {
    const { primaries, replicas } = this.#router;
    const send = (node: ClusterNode, slot: number): Pending => {
      const pending = new PartPending(whole, convertOf(info, null));
      pending.shape = shapeOf(info.name, args);
      const route = new CommandRoute(this.#router, { info, args, pending }, slot);
      route.isPinned = slot === ANY;
      this.#router.issueTo(node, route, false);
      return pending;
    };
    const parts = primaries.map((node) => send(node, this.#router.slotOwnedBy(node))); // whoever owns that slot later
    if (info.request === "all_nodes") parts.push(...replicas.map((node) => send(node, ANY)));
    settleWith(whole, parts, joinNodes(info));
  }
}

/** Whether a command without keys is for more nodes than one. */
function isForSeveral({ request, response }: CommandInfo): boolean {
  return (request === "all_shards" || request === "all_nodes") && response !== "special";
}

/** Why a command cannot be sent to a cluster at all; null where it can. */
function refusalOf(info: CommandInfo): TypeError | null {
  if ((info.flags & CONNECTION) === 0 && info !== CLIENT_SETNAME) return null;
  return new TypeError(`Cannot send ${info.name} to a cluster: it is about one connection`);
}

/** The slot of several commands, of which some may have no keys. */
function commonSlot(slots: readonly number[]): number {
  const keyed = new Set(slots.filter((slot) => slot !== ANY));
  if (keyed.size > 1) return SEVERAL;
  return [...keyed][0] ?? ANY;
}

function describe({ address, hostname, port, id }: ClusterNode, isPrimary: boolean): ClusterNodeInfo {
  return { address, hostname, port, id, isPrimary };
}
