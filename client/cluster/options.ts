/**
 * What `Client.cluster()` takes: where to ask for the cluster's nodes, and how to talk to each of them.
 */
import { type ClientOptions, integer, readOptions, type RetryOptions, type Settings } from "../options.ts";
import { addressOf, type NodeAddress, parseAddress } from "./slot_map.ts";

/**
 * A node to ask for all others: a URL as a client takes it, or host and port.
 *
 * @example A URL, and a host and its port
 * ```ts
 * import { Client, type ClusterSeed, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start({ port: 0, config: { "cluster-enabled": "yes" } });
 * const seeds: ClusterSeed[] = [server.url, { hostname: "127.0.0.1", port: server.port }];
 * await using cluster = Client.cluster(seeds);
 * assertEquals(await cluster.set("name", "Alice"), 1);
 * ```
 */
export type ClusterSeed = string | URL | { hostname: string; port: number };

/**
 * How a client of a cluster greets the nodes, and what it does when they send it elsewhere.
 *
 * What is said of a connection goes for those to all nodes. `offlineQueue` and `retry` are for the whole: so many commands
 * may wait for a node to come back or for a slot to be moved, and each is tried again so often; with `retry: false` none
 * is, though redirections are followed all the same.
 *
 * @example Nodes that are reached by other addresses
 * ```ts
 * import { Client, type ClusterOptions, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const config = { "cluster-enabled": "yes", "cluster-announce-ip": "10.0.0.1" };
 * await using server = await Server.start({ port: 0, config });
 * const options: ClusterOptions = { addresses: { [`10.0.0.1:${server.port}`]: `127.0.0.1:${server.port}` } };
 * await using cluster = Client.cluster([server.url], options);
 * assertEquals(await cluster.set("name", "Alice"), 1);
 * const [node] = await cluster.nodes();
 * assertEquals(node?.hostname, "127.0.0.1");
 * ```
 */
export interface ClusterOptions
  extends Omit<ClientOptions, "url" | "hostname" | "port" | "path" | "transport" | "db" | "cache"> {
  /** How often a command may be sent on from node to node before it rejects; by default 16. */
  maxRedirections?: number;
  /**
   * Where to connect in place of the addresses that the nodes announce, when these cannot be reached from here:
   * `{ "10.0.0.1:6379": "example.net:7001" }`.
   */
  addresses?: Readonly<Record<string, string>>;
}

/** {@linkcode ClusterOptions} and seeds with every default in its place. */
export interface ClusterSettings {
  /** For the connection to any node; its address is to be replaced. */
  readonly node: Settings;
  /** How commands are tried again; null: not at all. */
  readonly retry: Readonly<Required<RetryOptions>> | null;
  readonly seeds: readonly NodeAddress[];
  readonly maxRedirections: number;
  /** Where to connect in place of what nodes announce. */
  readonly addresses: ReadonlyMap<string, NodeAddress>;
}

const DEFAULT_MAX_REDIRECTIONS = 16;

/**
 * Checks what a client of a cluster was given and fills in the rest.
 *
 * @param seeds Nodes to begin with. What their URLs say of login and encryption must be the same, and goes for all nodes.
 * @param options The options.
 * @returns The settings.
 * @throws {TypeError} There are no seeds, or they cannot be read.
 * @throws {RangeError} A number out of its range.
 */
export function readClusterOptions(seeds: readonly ClusterSeed[], options: ClusterOptions): ClusterSettings {
  const { maxRedirections = DEFAULT_MAX_REDIRECTIONS, addresses = {}, ...common } = options;
  const all = seeds.map((seed) => {
    const address = typeof seed === "string" || seed instanceof URL
      ? { url: seed }
      : { hostname: seed.hostname, port: seed.port };
    return readOptions({ ...common, ...address });
  });
  const [first] = all;
  if (first === undefined) throw new TypeError("Cannot find the cluster: give the address of a node at least");
  if (all.some(({ cache }) => cache !== null)) {
    throw new TypeError("Cannot use the option cache: replies of a cluster are not kept");
  }
  if (all.some(({ target, db }) => target.kind !== "tcp" || db !== 0)) {
    throw new TypeError("Cannot find the cluster: its nodes have hosts and ports, and no databases but 0");
  }
  return {
    node: { ...first, retry: null }, // lines do not come back by themselves: what waits is to go elsewhere
    retry: first.retry,
    seeds: all.map(({ target }) => target as NodeAddress),
    maxRedirections: integer("maxRedirections", maxRedirections, 0, Number.MAX_SAFE_INTEGER),
    addresses: new Map(Object.entries(addresses).map(([from, to]) => [from, readAddress(to)])),
  };
}

/** The settings of the connection to one node. */
export function settingsOf({ node }: ClusterSettings, { hostname, port }: NodeAddress): Settings {
  if (node.target.kind !== "tcp") throw new TypeError("a node has a host and a port");
  return { ...node, target: { ...node.target, hostname, port }, address: addressOf(hostname, port) };
}

function readAddress(text: string): NodeAddress {
  const address = parseAddress(text);
  if (address === null) throw new TypeError(`Cannot use the option addresses: ${text} is no host:port`);
  return address;
}
