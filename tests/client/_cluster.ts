/**
 * A real Redis Cluster for tests: three primaries with one replica each, six processes of the `redis-server` on the PATH, each
 * in a temporary folder of its own.
 *
 * ```ts
 * Deno.test({ name: "…", ignore: !hasRedis, fn: async () => {
 *   await using cluster = await startCluster();
 *   const [a, b] = await cluster.primaries();
 *   await cluster.moveSlot(0, a.id, b.id);
 *   // … connect to cluster.nodes[0].port
 * } });
 * ```
 *
 * The nodes are joined by commands, not by redis-cli, and each step waits until the nodes themselves say that it is done, and
 * all of them the same. Starting takes a little more than two seconds, because a primary waits two seconds before it takes
 * writes.
 *
 * @module
 */
import { type ServerProcess, startServer } from "../_redis.ts";
import { type Fault, faultOf, ownerOf, readView, type View } from "./_cluster_view.ts";
import { RawError, RawRedis, type RawReply, sendRaw } from "./_raw_redis.ts";

const HOST = "127.0.0.1";
const NODES = 6;
const PRIMARIES = 3;
const SLOTS = 16_384;
const SETTLE_TIMEOUT_MS = 30_000;
const POLL_MS = 20;
const MIGRATE_KEYS = 100; // in one go
const MIGRATE_TIMEOUT_MS = 5_000;
const LOG_LINES = 12;
/** Below the ports that systems give out by themselves: nobody gets that of a killed node by chance. */
const FIRST_PORT = 12_000, LAST_PORT = 32_000;

const DIRECTIVES = [
  ...["--bind", HOST, "--save", "", "--appendonly", "no", "--logfile", "redis.log"],
  ...["--cluster-enabled", "yes", "--cluster-node-timeout", "1500"],
  ...["--cluster-replica-validity-factor", "0"], // however long the link was down, a replica takes over
  ...["--cluster-allow-replica-migration", "no"], // who replicates whom changes only where a test says so
  ...["--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1"],
  ...["--enable-debug-command", "local"],
];

/** A node of the cluster, running or killed. */
export interface ClusterNode {
  /** Its port of 127.0.0.1. */
  readonly port: number;
  /** Its id in the cluster, which stays the same. */
  readonly id: string;
  /** False after {@linkcode Cluster.kill}. */
  readonly isRunning: boolean;
  /** Asks it what it is at the moment. */
  role(): Promise<"primary" | "replica">;
}

class Node implements ClusterNode {
  id = "";
  process: ServerProcess | null = null;
  /** It has ended and nobody has told it to. */
  hasFailed = false;

  constructor(readonly port: number, readonly busPort: number, readonly dir: string) {}

  get isRunning(): boolean {
    return this.process !== null;
  }

  async start(directives: readonly string[]): Promise<void> {
    const ports = ["--port", `${this.port}`, "--cluster-port", `${this.busPort}`];
    let process: ServerProcess;
    try {
      process = await startServer(this.port, "redis-server", [
        ...ports,
        "--dir",
        this.dir,
        ...DIRECTIVES,
        ...directives,
      ]);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`Cannot start the cluster: ${reason}\n${this.logTail()}`, { cause: error });
    }
    this.process = process;
    process.ended.then(() => this.hasFailed = this.process === process);
  }

  async stop(): Promise<void> {
    const process = this.process;
    this.process = null;
    await process?.[Symbol.asyncDispose]();
  }

  async role(): Promise<"primary" | "replica"> {
    const [role] = await sendRaw(this.port, "ROLE") as RawReply[];
    return role === "master" ? "primary" : "replica";
  }

  async view(): Promise<View> {
    using redis = await RawRedis.connect(this.port);
    const ask = async (...command: string[]) => String(await redis.send(...command));
    const [nodes, info] = [await ask("CLUSTER", "NODES"), await ask("CLUSTER", "INFO")];
    return readView(this.id, this.port, nodes, info, await ask("INFO", "replication"));
  }

  /** What it last wrote to its log. */
  logTail(): string {
    let log: string;
    try {
      log = Deno.readTextFileSync(`${this.dir}/redis.log`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      log = "(nothing)"; // it has not come as far as that
    }
    return `Log of the node at port ${this.port}:\n${log.trimEnd().split("\n").slice(-LOG_LINES).join("\n")}`;
  }
}

/** A running cluster. */
export class Cluster implements AsyncDisposable {
  readonly #nodes: readonly Node[];
  readonly #dir: string;
  readonly #directives: readonly string[];
  /** Of killed primaries: who is to be promoted. */
  readonly #heirs = new Map<string, Node>();

  private constructor(dir: string, directives: readonly string[]) {
    const ports = freePorts(2 * NODES);
    this.#dir = dir;
    this.#directives = directives;
    this.#nodes = Array.from({ length: NODES }, (_, i) => new Node(ports[2 * i]!, ports[2 * i + 1]!, `${dir}/${i}`));
  }

  /** See {@linkcode startCluster}. */
  static async start(directives: readonly string[]): Promise<Cluster> {
    const cluster = new Cluster(await Deno.makeTempDir({ prefix: "miniredis_cluster_" }), directives);
    try {
      for (const { dir } of cluster.#nodes) await Deno.mkdir(dir);
      const starts = await Promise.allSettled(cluster.#nodes.map((node) => node.start(directives)));
      const failed = starts.find((start) => start.status === "rejected");
      if (failed !== undefined) throw failed.reason;
      await cluster.#form();
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
    return cluster;
  }

  /** All six, in no order that means anything. */
  get nodes(): readonly ClusterNode[] {
    return this.#nodes;
  }

  /** The running nodes that are primaries at the moment, in the order of the slots they started with. */
  async primaries(): Promise<ClusterNode[]> {
    const running = this.#nodes.filter((node) => node.isRunning);
    const roles = await Promise.all(running.map((node) => node.role()));
    return running.filter((_, i) => roles[i] === "primary");
  }

  /**
   * The replica of a primary.
   *
   * @param id The primary.
   * @returns The running node that replicates it.
   * @throws {Error} There is none.
   */
  replicaOf(id: string): Promise<ClusterNode> {
    return this.#replicaOf(id);
  }

  /**
   * The primary that owns a slot.
   *
   * @param slot The slot; `CLUSTER KEYSLOT` tells that of a key.
   * @returns The node that a running node names.
   */
  async ownerOf(slot: number): Promise<ClusterNode> {
    const node = this.#nodes.find((node) => node.isRunning);
    if (node === undefined) throw new Error("No node of the cluster is running");
    return this.#node(ownerOf(await node.view(), slot) ?? "nobody");
  }

  /**
   * Sends a command to one node, on a connection of its own, following no redirection.
   *
   * @param port The node's port.
   * @param args The command's name and its arguments.
   * @returns The reply.
   * @throws {RawError} The reply is an error, like `MOVED 42 127.0.0.1:7000`.
   */
  send(port: number, ...args: (string | number)[]): Promise<RawReply> {
    return sendRaw(port, ...args);
  }

  /**
   * Moves a slot with its keys from a primary to another one, while both go on serving clients. Keys have to be text.
   *
   * @param slot The slot.
   * @param fromId Its owner.
   * @param toId Its next owner.
   * @returns Settles when all nodes know the new owner.
   */
  async moveSlot(slot: number, fromId: string, toId: string): Promise<void> {
    const [from, to] = [this.#node(fromId), this.#node(toId)];
    await sendRaw(to.port, "CLUSTER", "SETSLOT", slot, "IMPORTING", fromId);
    using source = await RawRedis.connect(from.port);
    await source.send("CLUSTER", "SETSLOT", slot, "MIGRATING", toId);
    const deadline = Date.now() + SETTLE_TIMEOUT_MS;
    for (;;) {
      const keys = await source.send("CLUSTER", "GETKEYSINSLOT", slot, MIGRATE_KEYS) as string[];
      if (keys.length === 0) break;
      if (Date.now() > deadline) throw new Error(`Cannot move slot ${slot}: ${keys.length} keys or more stay behind`);
      await source.send("MIGRATE", HOST, to.port, "", 0, MIGRATE_TIMEOUT_MS, "KEYS", ...keys);
    }
    // the new owner first: were the old one first, neither would own the slot for a moment
    await sendRaw(to.port, "CLUSTER", "SETSLOT", slot, "NODE", toId);
    await source.send("CLUSTER", "SETSLOT", slot, "NODE", toId);
    await this.#untilSettled(`move slot ${slot}`, (view) => ownerOf(view, slot) === toId);
  }

  /**
   * Has a primary and its replica change roles without losing a write (CLUSTER FAILOVER).
   *
   * @param primaryId The primary.
   * @returns The new primary, when all nodes know it and the old one replicates it.
   */
  async failover(primaryId: string): Promise<ClusterNode> {
    const replica = await this.#replicaOf(primaryId);
    await sendRaw(replica.port, "CLUSTER", "FAILOVER");
    await this.#untilSettled(`fail over to port ${replica.port}`, isPrimary(replica.id));
    return replica;
  }

  /**
   * Kills a node (SIGKILL). What it has in memory is lost.
   *
   * @param id The node, mostly a primary.
   * @returns Settles when the process has ended; {@linkcode untilPromoted} waits for the cluster to have noticed.
   */
  async kill(id: string): Promise<void> {
    const node = this.#node(id);
    if (await node.role() === "primary") this.#heirs.set(id, await this.#replicaOf(id));
    await node.stop();
  }

  /**
   * Waits until the replica of a killed primary has taken over.
   *
   * @param primaryId The killed one.
   * @returns The new primary, when all running nodes know it.
   */
  async untilPromoted(primaryId: string): Promise<ClusterNode> {
    const heir = this.#heirs.get(primaryId);
    if (heir === undefined) throw new Error(`No primary ${primaryId} was killed`);
    await this.#untilSettled(`promote the node at port ${heir.port}`, isPrimary(heir.id));
    return heir;
  }

  /**
   * Starts a killed node again, empty but for what it knows of the cluster. A primary whose replica has been promoted
   * becomes the replica of that one; wait for {@linkcode untilPromoted} before, or it comes back as an empty primary.
   *
   * @param port The node's port.
   * @returns Settles when it is part of the cluster again, and as a replica has all its data.
   */
  async restart(port: number): Promise<void> {
    const node = this.#nodes.find((node) => node.port === port);
    if (node === undefined || node.isRunning) throw new Error(`No node at port ${port} was killed`);
    await node.start(this.#directives);
    await this.#untilSettled(`restart the node at port ${port}`);
    this.#heirs.delete(node.id);
  }

  /** Kills all processes and removes their folders. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.stop()));
    await Deno.remove(this.#dir, { recursive: true });
  }

  #node(id: string): Node {
    const node = this.#nodes.find((node) => node.id === id);
    if (node === undefined) throw new Error(`No node of the cluster has the id ${id}`);
    return node;
  }

  async #replicaOf(id: string): Promise<Node> {
    const running = this.#nodes.filter((node) => node.isRunning);
    const views = await Promise.all(running.map((node) => node.view()));
    const index = views.findIndex((view) => view.nodes.some((node) => node.id === view.id && node.primaryId === id));
    if (index < 0) throw new Error(`No running node replicates ${id}`);
    return running[index]!;
  }

  /** Makes one cluster of six servers that know nothing of each other. */
  async #form(): Promise<void> {
    const nodes = this.#nodes;
    await Promise.all(nodes.map(async (node, i) => {
      using redis = await RawRedis.connect(node.port);
      node.id = String(await redis.send("CLUSTER", "MYID"));
      await redis.send("CLUSTER", "SET-CONFIG-EPOCH", i + 1);
      if (i < PRIMARIES) await redis.send("CLUSTER", "ADDSLOTSRANGE", share(i), share(i + 1) - 1);
      // each pair once: word of mouth takes longer
      for (const other of nodes.slice(i + 1)) await redis.send("CLUSTER", "MEET", HOST, other.port, other.busPort);
    }));
    const deadline = Date.now() + SETTLE_TIMEOUT_MS;
    for (const [i, replica] of nodes.slice(PRIMARIES).entries()) await this.#replicate(replica, nodes[i]!, deadline);
    await this.#untilSettled("form the cluster");
  }

  /** Makes a node a replica as soon as it knows its primary. */
  async #replicate(replica: Node, primary: Node, deadline: number): Promise<void> {
    for (;;) {
      try {
        await sendRaw(replica.port, "CLUSTER", "REPLICATE", primary.id);
        return;
      } catch (error) {
        const isUnknown = error instanceof RawError && error.message.startsWith("ERR Unknown node");
        if (!isUnknown || Date.now() > deadline) throw failure("form the cluster", replica, String(error));
      }
      await pause();
    }
  }

  /** Waits until nothing is wrong with the cluster and all running nodes see something. */
  async #untilSettled(what: string, isSeenBy: (view: View) => boolean = () => true): Promise<void> {
    const deadline = Date.now() + SETTLE_TIMEOUT_MS;
    for (;;) {
      const fault = await this.#fault(isSeenBy);
      if (fault === null) return;
      const node = this.#nodes.find((node) => node.port === fault.port)!;
      if (node.hasFailed) throw failure(what, node, "it has ended by itself");
      if (Date.now() > deadline) throw failure(what, node, fault.reason);
      await pause();
    }
  }

  async #fault(isSeenBy: (view: View) => boolean): Promise<Fault | null> {
    const running = this.#nodes.filter((node) => node.isRunning);
    const views = await Promise.all(running.map(async (node): Promise<View | Fault> => {
      try {
        return await node.view();
      } catch (error) {
        if (error instanceof RawError || node.hasFailed) return { port: node.port, reason: String(error) }; // -LOADING
        throw failure("ask a node", node, String(error));
      }
    }));
    const silent = views.find((view) => "reason" in view);
    if (silent !== undefined) return silent;
    const seen = views.filter((view) => "nodes" in view);
    const blind = seen.find((view) => !isSeenBy(view));
    return blind === undefined ? faultOf(seen) : { port: blind.port, reason: "it has not seen it happen" };
  }
}

/**
 * Starts a cluster of six nodes on free ports of 127.0.0.1 and waits until it serves.
 *
 * @param directives Further directives for every node, as on the command line: `"--cluster-node-timeout", "3000"`.
 * @returns The running cluster; disposing of it kills its processes and removes their folders.
 * @throws {Error} When a node does not start or the nodes do not find together, with the log of one to blame.
 */
export function startCluster(...directives: string[]): Promise<Cluster> {
  return Cluster.start(directives);
}

function share(index: number): number {
  return Math.floor(index * SLOTS / PRIMARIES);
}

function isPrimary(id: string): (view: View) => boolean {
  return (view) => view.nodes.some((node) => node.id === id && node.isPrimary);
}

function failure(what: string, node: Node, reason: string): Error {
  return new Error(`Cannot ${what}: the node at port ${node.port}: ${reason}\n${node.logTail()}`);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

/** Finds ports that nobody listens on, from anywhere in the range, so that two runs at once do not meet. */
function freePorts(count: number): number[] {
  const listeners: Deno.Listener[] = [];
  const ports: number[] = [];
  let port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT));
  try {
    while (ports.length < count) {
      port = port === LAST_PORT ? FIRST_PORT : port + 1;
      try {
        listeners.push(Deno.listen({ hostname: HOST, port }));
        ports.push(port);
      } catch (error) {
        if (!(error instanceof Deno.errors.AddrInUse)) throw error;
      }
    }
  } finally {
    for (const listener of listeners) listener.close();
  }
  return ports;
}
