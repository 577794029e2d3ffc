/**
 * The types of replies that are more than a string, a number or a list of them. They have RESP3's shape, but for what
 * `client/reply_converts.ts` does to some.
 */
import type { Reply } from "../resp/reply.ts";

/**
 * A member of a sorted set and its score.
 *
 * @example The best
 * ```ts
 * import { type ScoredMember, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.zadd("scores", { alice: 3, bob: 1 });
 * const members: ScoredMember[] = await client.zrange("scores", 0, -1, { rev: true, withscores: true });
 * const [[name, score]] = members as [ScoredMember];
 * assertEquals(`${name}: ${score}`, "alice: 3");
 * ```
 */
export type ScoredMember = [member: string, score: number];

/**
 * An entry of a stream: its id, and its fields with their values in order. A field may come twice.
 *
 * @example Fields as an object
 * ```ts
 * import { Server, type StreamEntry } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.xadd("news", "1-0", { title: "Hello", by: "Alice" });
 * const entries: StreamEntry[] = await client.xrange("news", "-", "+");
 * const read = entries.map(([id, fields]) => ({ id, ...Object.fromEntries(fields) }));
 * assertEquals(read, [{ id: "1-0", title: "Hello", by: "Alice" }]);
 * ```
 */
export type StreamEntry = [id: string, fields: [field: string, value: string][]];

/**
 * Where one common piece stands in the first and in the second value of LCS: indexes of its first and last byte.
 *
 * @example What the pieces are
 * ```ts
 * import { type LcsMatch, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.mset("a", "market", "b", "carpet");
 * const { matches } = await client.lcs("a", "b", { idx: true });
 * const pieceOf = ([[start, end]]: LcsMatch) => "market".slice(start, end + 1);
 * assertEquals(matches.map(pieceOf), ["et", "ar"]);
 * ```
 */
export type LcsMatch = [first: [start: number, end: number], second: [start: number, end: number]];

/**
 * {@linkcode LcsMatch} with the length of the piece.
 *
 * @example How long the longest piece is
 * ```ts
 * import { type LcsMatchWithLength, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.mset("a", "market", "b", "marked");
 * const { matches } = await client.lcs("a", "b", { idx: true, withmatchlen: true });
 * const lengthOf = ([_first, _second, length]: LcsMatchWithLength) => length;
 * assertEquals(Math.max(...matches.map(lengthOf)), 5);
 * ```
 */
export type LcsMatchWithLength = [
  first: [start: number, end: number],
  second: [start: number, end: number],
  length: number,
];

/**
 * The places of all common pieces, from the last to the first, and the length of all together.
 *
 * @example Pieces, and how long they are together
 * ```ts
 * import { type LcsMatch, type LcsMatches, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.mset("a", "market", "b", "carpet");
 * const found: LcsMatches<LcsMatch> = await client.lcs("a", "b", { idx: true });
 * assertEquals([found.matches.length, found.len], [2, 4]);
 * ```
 */
export interface LcsMatches<M> {
  /** The pieces. */
  matches: M[];
  /** The length of the subsequence. */
  len: number;
}

/**
 * What the options `withcoord`, `withdist` and `withhash` say: true, false, or not known before the program runs.
 *
 * @example What is said, and what is not
 * ```ts
 * import { type GeoGiven } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * type Options = { withdist: true };
 * const withdist: GeoGiven<Options, "withdist"> = true;
 * const withhash: GeoGiven<Options, "withhash"> = false;
 * assertEquals([withdist, withhash], [true, false]);
 * ```
 */
export type GeoGiven<O, K extends string> = K extends keyof O ? O[K] : false;

/**
 * A property that is there, that may be there, or that is not.
 *
 * @example There for certain, and perhaps
 * ```ts
 * import { type GeoPart } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const certain: GeoPart<true, { distance: number }> = { distance: 3 };
 * const perhaps: GeoPart<boolean, { distance: number }> = {};
 * assertEquals([certain.distance, perhaps.distance], [3, undefined]);
 * ```
 */
export type GeoPart<G, T> = [G] extends [true] ? T : true extends G ? Partial<T> : unknown;

/**
 * A member found near a place, with what the options asked for.
 *
 * @example A member and its distance
 * ```ts
 * import { type GeoPlace, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.geoadd("cities", { Oslo: [10.75, 59.91] });
 * const options = { frommember: "Oslo", byradius: [1, "km"], withdist: true } as const;
 * const places: GeoPlace<typeof options>[] = await client.geosearch("cities", options);
 * assertEquals(places, [{ member: "Oslo", distance: 0 }]);
 * ```
 */
export type GeoPlace<O> =
  & { member: string }
  & GeoPart<GeoGiven<O, "withdist">, { distance: number }>
  & GeoPart<GeoGiven<O, "withhash">, { hash: number }>
  & GeoPart<GeoGiven<O, "withcoord">, { coordinates: [longitude: number, latitude: number] }>;

/**
 * What GEOSEARCH answers for each member: its name alone, or a {@linkcode GeoPlace} where the options ask for more.
 *
 * @example Names alone
 * ```ts
 * import { type GeoReply, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.geoadd("cities", { Oslo: [10.75, 59.91] });
 * const options = { frommember: "Oslo", byradius: [1, "km"] } as const;
 * const names: GeoReply<typeof options>[] = await client.geosearch("cities", options);
 * assertEquals(names.map((name) => name.toUpperCase()), ["OSLO"]);
 * ```
 */
export type GeoReply<O> = true extends GeoGiven<O, "withcoord"> | GeoGiven<O, "withdist"> | GeoGiven<O, "withhash">
  ? [GeoGiven<O, "withcoord">] extends [true] ? GeoPlace<O>
  : [GeoGiven<O, "withdist">] extends [true] ? GeoPlace<O>
  : [GeoGiven<O, "withhash">] extends [true] ? GeoPlace<O>
  : string | GeoPlace<O>
  : string;

/**
 * What XINFO STREAM answers.
 *
 * @example The last entry
 * ```ts
 * import { Server, type StreamInfo } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.xadd("news", "1-0", { title: "Hello" });
 * const info: StreamInfo = await client.xinfoStream("news");
 * assertEquals([info.length, info["last-entry"]], [1, ["1-0", [["title", "Hello"]]]]);
 * ```
 */
export interface StreamInfo {
  /** How many entries there are. */
  length: number;
  /** Keys in the radix tree. */
  "radix-tree-keys": number;
  /** Nodes of the radix tree. */
  "radix-tree-nodes": number;
  /** The last id given out. */
  "last-generated-id": string;
  /** The greatest id that was deleted (Redis 7 and later). */
  "max-deleted-entry-id": string;
  /** How many entries were ever added (Redis 7 and later). */
  "entries-added": number;
  /** The id of the first entry (Redis 7 and later). */
  "recorded-first-entry-id": string;
  /** How many groups there are. */
  groups: number;
  /** The first entry. */
  "first-entry": StreamEntry | null;
  /** The last entry. */
  "last-entry": StreamEntry | null;
}

/**
 * What XINFO STREAM FULL answers.
 *
 * @example All groups
 * ```ts
 * import { type FullStreamInfo, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.xadd("news", "1-0", { title: "Hello" });
 * await client.xgroupCreate("news", "readers", "0");
 * await client.xreadgroup("readers", "alice", { news: ">" });
 * const info: FullStreamInfo = await client.xinfoStream("news", { full: true });
 * assertEquals(info.groups.map(({ name }) => name), ["readers"]);
 * ```
 */
export interface FullStreamInfo extends Omit<StreamInfo, "groups" | "first-entry" | "last-entry"> {
  /** The entries, the first so many. */
  entries: StreamEntry[];
  /** The groups. */
  groups: FullStreamGroup[];
}

/**
 * A group, in XINFO STREAM FULL.
 *
 * @example What is pending, and with whom
 * ```ts
 * import { type FullStreamGroup, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.xadd("news", "1-0", { title: "Hello" });
 * await client.xgroupCreate("news", "readers", "0");
 * await client.xreadgroup("readers", "alice", { news: ">" });
 * const { groups } = await client.xinfoStream("news", { full: true });
 * const pendingOf = ({ pending }: FullStreamGroup) => pending.map(([id, consumer]) => `${id} ${consumer}`);
 * assertEquals(groups.map(pendingOf), [["1-0 alice"]]);
 * ```
 */
export interface FullStreamGroup {
  /** Its name. */
  name: string;
  /** The last id delivered. */
  "last-delivered-id": string;
  /** How many entries were read, if that is known (Redis 7 and later). */
  "entries-read": number | null;
  /** How many entries are still to be read, if that is known (Redis 7 and later). */
  lag: number | null;
  /** How many entries are pending. */
  "pel-count": number;
  /** The pending entries. */
  pending: [id: string, consumer: string, deliveredMs: number, deliveries: number][];
  /** The consumers. */
  consumers: FullStreamConsumer[];
}

/**
 * A consumer, in XINFO STREAM FULL.
 *
 * @example Who has something to do
 * ```ts
 * import { type FullStreamConsumer, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.xadd("news", "1-0", { title: "Hello" });
 * await client.xgroupCreate("news", "readers", "0");
 * await client.xreadgroup("readers", "alice", { news: ">" });
 * const { groups } = await client.xinfoStream("news", { full: true });
 * const isBusy = (consumer: FullStreamConsumer) => consumer["pel-count"] > 0;
 * assertEquals(groups[0]?.consumers.filter(isBusy).map(({ name }) => name), ["alice"]);
 * ```
 */
export interface FullStreamConsumer {
  /** Its name. */
  name: string;
  /** When it last tried something: a Unix time in milliseconds. */
  "seen-time": number;
  /** When it last got something: a Unix time in milliseconds (Redis 7.2 and later). */
  "active-time"?: number;
  /** How many of its entries are pending. */
  "pel-count": number;
  /** The pending entries. */
  pending: [id: string, deliveredMs: number, deliveries: number][];
}

/**
 * A group, in XINFO GROUPS.
 *
 * @example How far it is behind
 * ```ts
 * import { Server, type StreamGroupInfo } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.xadd("news", "1-0", { title: "Hello" });
 * await client.xgroupCreate("news", "readers", "0");
 * const groups: StreamGroupInfo[] = await client.xinfoGroups("news");
 * assertEquals(groups.map(({ name, lag }) => [name, lag]), [["readers", 1]]);
 * ```
 */
export interface StreamGroupInfo {
  /** Its name. */
  name: string;
  /** How many consumers it has. */
  consumers: number;
  /** How many entries are pending. */
  pending: number;
  /** The last id delivered. */
  "last-delivered-id": string;
  /** How many entries were read, if that is known (Redis 7 and later). */
  "entries-read": number | null;
  /** How many entries are still to be read, if that is known (Redis 7 and later). */
  lag: number | null;
}

/**
 * A consumer, in XINFO CONSUMERS.
 *
 * @example Who has how much to do
 * ```ts
 * import { Server, type StreamConsumerInfo } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.xadd("news", "1-0", { title: "Hello" });
 * await client.xgroupCreate("news", "readers", "0");
 * await client.xreadgroup("readers", "alice", { news: ">" });
 * const consumers: StreamConsumerInfo[] = await client.xinfoConsumers("news", "readers");
 * assertEquals(consumers.map(({ name, pending }) => [name, pending]), [["alice", 1]]);
 * ```
 */
export interface StreamConsumerInfo {
  /** Its name. */
  name: string;
  /** How many of its entries are pending. */
  pending: number;
  /** For how many milliseconds it did nothing. */
  idle: number;
  /** For how many milliseconds it got nothing (Redis 7.2 and later). */
  inactive?: number;
}

/**
 * What CLIENT TRACKINGINFO answers.
 *
 * @example Is tracking on?
 * ```ts
 * import { type ClientTrackingInfo, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client({ cache: true });
 * const info: ClientTrackingInfo = await client.clientTrackinginfo();
 * assertEquals(info.flags, ["on"]);
 * ```
 */
export interface ClientTrackingInfo {
  /** `off`, or `on` and the modes. */
  flags: string[];
  /** The id of the client that gets the messages; 0: this one; -1: there are none. */
  redirect: number;
  /** The prefixes, in broadcast mode. */
  prefixes: string[];
}

/**
 * A command, as COMMAND describes it.
 *
 * @example How many arguments
 * ```ts
 * import { type CommandDescription, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const [get] = await client.commandInfo("get") as [CommandDescription];
 * const [name, arity] = get;
 * assertEquals([name, arity], ["get", 2]);
 * ```
 */
export type CommandDescription = [
  name: string,
  arity: number,
  flags: string[],
  firstKey: number,
  lastKey: number,
  step: number,
  categories: string[],
  tips: string[],
  keySpecifications: Record<string, Reply>[],
  subcommands: CommandDescription[],
];

/**
 * What COMMAND DOCS tells of a command.
 *
 * @example Since when
 * ```ts
 * import { type CommandDocs, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const docs: Record<string, CommandDocs> = await client.commandDocs("get");
 * assertEquals(docs["get"]?.since, "1.0.0");
 * ```
 */
export interface CommandDocs {
  /** What it does. */
  summary?: string;
  /** The version that brought it. */
  since?: string;
  /** Its group. */
  group?: string;
  /** What it costs. */
  complexity?: string;
  /** `deprecated`, `syscmd`. */
  doc_flags?: string[];
  /** The version that deprecated it. */
  deprecated_since?: string;
  /** What to use instead. */
  replaced_by?: string;
  /** What changed, and with which version. */
  history?: [version: string, change: string][];
  /** The module it comes from. */
  module?: string;
  /** Its arguments. */
  arguments?: Record<string, Reply>[];
  /** Its subcommands, under their full names. */
  subcommands?: Record<string, CommandDocs>;
}

/**
 * How long the calls of a command took, in LATENCY HISTOGRAM.
 *
 * @example How often
 * ```ts
 * import { type LatencyHistogram, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.get("name");
 * const histograms: Record<string, LatencyHistogram> = await client.latencyHistogram("get");
 * assertEquals(histograms["get"]?.calls, 1);
 * ```
 */
export interface LatencyHistogram {
  /** How many calls there were. */
  calls: number;
  /** How many of them took up to so many microseconds, by that number. */
  histogram_usec: Record<string, number>;
}

/**
 * What ROLE answers: of a primary, of a replica, of a sentinel.
 *
 * @example How many replicas
 * ```ts
 * import { type RoleReply, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const role: RoleReply = await client.role();
 * const replicas = role[0] === "master" ? role[2].length : NaN;
 * assertEquals(replicas, 0);
 * ```
 */
export type RoleReply =
  | [role: "master", offset: number, replicas: [host: string, port: string, offset: string][]]
  | [role: "slave", host: string, port: number, state: string, offset: number]
  | [role: "sentinel", primaries: string[]];

/**
 * A slow command, in SLOWLOG GET.
 *
 * @example Which commands
 * ```ts
 * import { Server, type SlowlogEntry } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start({ config: { "slowlog-log-slower-than": "0" } });
 * await using client = server.client();
 * await client.set("name", "Alice");
 * const entries: SlowlogEntry[] = await client.slowlogGet(1);
 * assertEquals(entries.map(([_id, _time, _microseconds, command]) => command), [["SET", "name", "Alice"]]);
 * ```
 */
export type SlowlogEntry = [
  id: number,
  time: number,
  microseconds: number,
  command: string[],
  client: string,
  clientName: string,
];

/**
 * A link between nodes, in CLUSTER LINKS.
 *
 * @example To whom
 * ```ts
 * import { type ClusterLink, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start({ config: { "cluster-enabled": "yes" } });
 * await using client = server.client();
 * const links: ClusterLink[] = await client.clusterLinks();
 * assertEquals(links.map(({ node }) => node), []); // it is alone
 * ```
 */
export interface ClusterLink {
  /** `to` or `from`. */
  direction: "to" | "from";
  /** The id of the other node. */
  node: string;
  /** When it was made: a Unix time in milliseconds. */
  "create-time": number;
  /** `r` and `w`: what it waits for. */
  events: string;
  /** The memory for what is to be sent. */
  "send-buffer-allocated": number;
  /** How much of that is used. */
  "send-buffer-used": number;
}

/**
 * A shard, in CLUSTER SHARDS.
 *
 * @example Who has all slots
 * ```ts
 * import { type ClusterShard, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start({ config: { "cluster-enabled": "yes" } });
 * await using client = server.client();
 * const shards: ClusterShard[] = await client.clusterShards();
 * assertEquals(shards.map(({ slots }) => slots), [[0, 16_383]]);
 * ```
 */
export interface ClusterShard {
  /** First and last slot of each range, in turn. */
  slots: number[];
  /** Its nodes. */
  nodes: ClusterShardNode[];
}

/**
 * A node, in CLUSTER SHARDS.
 *
 * @example Who is well
 * ```ts
 * import { type ClusterShardNode, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start({ config: { "cluster-enabled": "yes" } });
 * await using client = server.client();
 * const [shard] = await client.clusterShards();
 * const isWell = ({ health }: ClusterShardNode) => health === "online";
 * assertEquals(shard?.nodes.every(isWell), true);
 * ```
 */
export interface ClusterShardNode {
  /** Its id. */
  id: string;
  /** Its port. */
  port?: number;
  /** Its port for TLS. */
  "tls-port"?: number;
  /** Its address. */
  ip: string;
  /** The address or name to connect to. */
  endpoint: string;
  /** Its host name. */
  hostname?: string;
  /** `master` or `replica`. */
  role: string;
  /** How far it has replicated. */
  "replication-offset": number;
  /** `online`, `failed` or `loading`. */
  health: string;
}

/**
 * A range of slots, in CLUSTER SLOTS, with the nodes that have it.
 *
 * @example A range and its nodes
 * ```ts
 * import { type ClusterSlots, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start({ config: { "cluster-enabled": "yes" } });
 * await using client = server.client();
 * const ranges: ClusterSlots[] = await client.clusterSlots();
 * const [[start, end, ...nodes]] = ranges as [ClusterSlots];
 * assertEquals([start, end, nodes.length], [0, 16_383, 1]);
 * ```
 */
export type ClusterSlots = [start: number, end: number, ...nodes: ClusterSlotsNode[]];

/**
 * A node, in CLUSTER SLOTS.
 *
 * @example Its id
 * ```ts
 * import { type ClusterSlotsNode, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start({ config: { "cluster-enabled": "yes" } });
 * await using client = server.client();
 * const [range] = await client.clusterSlots();
 * const idOf = ([_endpoint, _port, id]: ClusterSlotsNode) => id;
 * assertEquals(idOf(range![2]!), await client.clusterMyid());
 * ```
 */
export type ClusterSlotsNode = [endpoint: string | null, port: number, id: string, metadata: Reply];

/**
 * A library, in FUNCTION LIST.
 *
 * @example The names of its functions
 * ```ts
 * import { type FunctionLibrary } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const namesOf = ({ functions }: FunctionLibrary) => functions.map(({ name }) => name);
 * const library: FunctionLibrary = { // from client.functionList()
 *   library_name: "mylib",
 *   engine: "LUA",
 *   functions: [{ name: "echo", description: null, flags: ["no-writes"] }],
 * };
 * assertEquals(namesOf(library), ["echo"]);
 * ```
 */
export interface FunctionLibrary {
  /** Its name. */
  library_name: string;
  /** Its engine: `LUA`. */
  engine: string;
  /** Its functions. */
  functions: { name: string; description: string | null; flags: string[] }[];
  /** Its code, where asked for. */
  library_code?: string;
}

/**
 * What FUNCTION STATS answers.
 *
 * @example Is one running?
 * ```ts
 * import { type FunctionStats } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const isRunning = (stats: FunctionStats) => stats.running_script !== null;
 * const stats: FunctionStats = { // from client.functionStats()
 *   running_script: null,
 *   engines: { LUA: { libraries_count: 1, functions_count: 2 } },
 * };
 * assertEquals(isRunning(stats), false);
 * ```
 */
export interface FunctionStats {
  /** The function that is running. */
  running_script: { name: string; command: string[]; duration_ms: number } | null;
  /** The engines by name. */
  engines: Record<string, { libraries_count: number; functions_count: number }>;
}

/**
 * A user, in ACL GETUSER.
 *
 * @example Who needs no password
 * ```ts
 * import { type AclUser } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const isOpen = ({ flags }: AclUser) => flags.includes("on") && flags.includes("nopass");
 * const user: AclUser = { // from client.aclGetuser("default")
 *   flags: ["on", "nopass", "sanitize-payload"],
 *   passwords: [],
 *   commands: "+@all",
 *   keys: "~*",
 *   channels: "&*",
 *   selectors: [],
 * };
 * assertEquals(isOpen(user), true);
 * ```
 */
export interface AclUser {
  /** `on`, `nopass` and their like. */
  flags: string[];
  /** Hashes of its passwords. */
  passwords: string[];
  /** The commands it may run. */
  commands: string;
  /** The keys it may use. */
  keys: string;
  /** The channels it may use. */
  channels: string;
  /** What else it may do. */
  selectors: Record<string, string>[];
}
