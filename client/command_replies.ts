/**
 * The types of replies that are more than a string, a number or a list of them. They have RESP3's shape, but for what
 * `client/reply_converts.ts` does to some.
 */
import type { Reply } from "../resp/reply.ts";

/** A member of a sorted set and its score. */
export type ScoredMember = [member: string, score: number];

/** An entry of a stream: its id, and its fields with their values in order. A field may come twice. */
export type StreamEntry = [id: string, fields: [field: string, value: string][]];

/** Where one common piece stands in the first and in the second value of LCS: indexes of its first and last byte. */
export type LcsMatch = [first: [start: number, end: number], second: [start: number, end: number]];

/** {@linkcode LcsMatch} with the length of the piece. */
export type LcsMatchWithLength = [
  first: [start: number, end: number],
  second: [start: number, end: number],
  length: number,
];

/** The places of all common pieces, from the last to the first, and the length of all together. */
export interface LcsMatches<M> {
  /** The pieces. */
  matches: M[];
  /** The length of the subsequence. */
  len: number;
}

/** What the options `withcoord`, `withdist` and `withhash` say: true, false, or not known before the program runs. */
export type GeoGiven<O, K extends string> = K extends keyof O ? O[K] : false;

/** A property that is there, that may be there, or that is not. */
export type GeoPart<G, T> = [G] extends [true] ? T : true extends G ? Partial<T> : unknown;

/** A member found near a place, with what the options asked for. */
export type GeoPlace<O> =
  & { member: string }
  & GeoPart<GeoGiven<O, "withdist">, { distance: number }>
  & GeoPart<GeoGiven<O, "withhash">, { hash: number }>
  & GeoPart<GeoGiven<O, "withcoord">, { coordinates: [longitude: number, latitude: number] }>;

/** What GEOSEARCH answers for each member: its name alone, or a {@linkcode GeoPlace} where the options ask for more. */
export type GeoReply<O> = true extends GeoGiven<O, "withcoord"> | GeoGiven<O, "withdist"> | GeoGiven<O, "withhash">
  ? [GeoGiven<O, "withcoord">] extends [true] ? GeoPlace<O>
  : [GeoGiven<O, "withdist">] extends [true] ? GeoPlace<O>
  : [GeoGiven<O, "withhash">] extends [true] ? GeoPlace<O>
  : string | GeoPlace<O>
  : string;

/** What XINFO STREAM answers. */
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

/** What XINFO STREAM FULL answers. */
export interface FullStreamInfo extends Omit<StreamInfo, "groups" | "first-entry" | "last-entry"> {
  /** The entries, the first so many. */
  entries: StreamEntry[];
  /** The groups. */
  groups: FullStreamGroup[];
}

/** A group, in XINFO STREAM FULL. */
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

/** A consumer, in XINFO STREAM FULL. */
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

/** A group, in XINFO GROUPS. */
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

/** A consumer, in XINFO CONSUMERS. */
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

/** What CLIENT TRACKINGINFO answers. */
export interface ClientTrackingInfo {
  /** `off`, or `on` and the modes. */
  flags: string[];
  /** The id of the client that gets the messages; 0: this one; -1: there are none. */
  redirect: number;
  /** The prefixes, in broadcast mode. */
  prefixes: string[];
}

/** A command, as COMMAND describes it. */
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

/** What COMMAND DOCS tells of a command. */
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

/** How long the calls of a command took, in LATENCY HISTOGRAM. */
export interface LatencyHistogram {
  /** How many calls there were. */
  calls: number;
  /** How many of them took up to so many microseconds, by that number. */
  histogram_usec: Record<string, number>;
}

/** What ROLE answers: of a primary, of a replica, of a sentinel. */
export type RoleReply =
  | [role: "master", offset: number, replicas: [host: string, port: string, offset: string][]]
  | [role: "slave", host: string, port: number, state: string, offset: number]
  | [role: "sentinel", primaries: string[]];

/** A slow command, in SLOWLOG GET. */
export type SlowlogEntry = [
  id: number,
  time: number,
  microseconds: number,
  command: string[],
  client: string,
  clientName: string,
];

/** A link between nodes, in CLUSTER LINKS. */
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

/** A shard, in CLUSTER SHARDS. */
export interface ClusterShard {
  /** First and last slot of each range, in turn. */
  slots: number[];
  /** Its nodes. */
  nodes: ClusterShardNode[];
}

/** A node, in CLUSTER SHARDS. */
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

/** A range of slots, in CLUSTER SLOTS, with the nodes that have it. */
export type ClusterSlots = [start: number, end: number, ...nodes: ClusterSlotsNode[]];

/** A node, in CLUSTER SLOTS. */
export type ClusterSlotsNode = [endpoint: string | null, port: number, id: string, metadata: Reply];

/** A library, in FUNCTION LIST. */
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

/** What FUNCTION STATS answers. */
export interface FunctionStats {
  /** The function that is running. */
  running_script: { name: string; command: string[]; duration_ms: number } | null;
  /** The engines by name. */
  engines: Record<string, { libraries_count: number; functions_count: number }>;
}

/** A user, in ACL GETUSER. */
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
