/**
 * The typed methods of a client: their signatures and their documentation.
 *
 * Written by tools/client_methods.ts from the table of commands (`deno task methods`): not to be edited.
 */
import type { CommandArgument } from "../resp/encode.ts";
import type { Reply } from "../resp/reply.ts";
import type {
  BitfieldOperation,
  BitfieldRead,
  CommandArguments,
  GeoUnit,
  Pairs,
  PendingRange,
} from "./command_arguments.ts";
import type {
  AclUser,
  ClientTrackingInfo,
  ClusterLink,
  ClusterShard,
  ClusterSlots,
  CommandDescription,
  CommandDocs,
  FullStreamInfo,
  FunctionLibrary,
  FunctionStats,
  GeoReply,
  LatencyHistogram,
  LcsMatch,
  LcsMatches,
  LcsMatchWithLength,
  RoleReply,
  ScoredMember,
  SlowlogEntry,
  StreamConsumerInfo,
  StreamEntry,
  StreamGroupInfo,
  StreamInfo,
} from "./command_replies.ts";
import type { CallOptions, Vocabulary } from "./vocabulary.ts";

export type {
  BitfieldEncoding,
  BitfieldOperation,
  BitfieldRead,
  CommandArguments,
  GeoUnit,
  Pairs,
  PendingRange,
} from "./command_arguments.ts";
export type * from "./command_replies.ts";

/**
 * Options of {@linkcode Commands.bgsave}.
 *
 * @example After the save that is going on
 * ```ts
 * import { type CommandInfo, CommandMethods, type Reply, type StructuredValue } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * class Sent extends CommandMethods {
 *   override execute(_info: CommandInfo, args: readonly StructuredValue[]): Promise<Reply> {
 *     return Promise.resolve([...args] as Reply[]);
 *   }
 * }
 * const sent: unknown = await new Sent().bgsave({ schedule: true });
 * assertEquals(sent, ["BGSAVE", "SCHEDULE"]);
 * ```
 */
export interface BgsaveOptions extends CallOptions {
  /** Waits for the rewriting of the append-only file to end. */
  schedule?: boolean;
}

/**
 * Options of {@linkcode Commands.bitcount}.
 *
 * @example The bits of the first byte
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.set("word", "foobar");
 * assertEquals(await client.bitcount("word", { start: 0, end: 0 }), 4);
 * assertEquals(await client.bitcount("word", { start: 0, end: 3, bit: true }), 2);
 * ```
 */
export interface BitcountOptions extends CallOptions {
  /** The start of the range. */
  start?: number;
  /** The end of the range, itself included. */
  end?: number;
  /** Counts in bytes, as by default. */
  byte?: boolean;
  /** Counts in bits. */
  bit?: boolean;
}

/**
 * Options of {@linkcode Commands.bitpos}.
 *
 * @example From the second byte on, and from the seventh bit on
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.set("bits", Uint8Array.of(0, 255, 240));
 * assertEquals(await client.bitpos("bits", 0, { start: 1 }), 20);
 * assertEquals(await client.bitpos("bits", 1, { start: 7, end: 15, bit: true }), 8);
 * ```
 */
export interface BitposOptions extends CallOptions {
  /** The start of the range. */
  start?: number;
  /** The end of the range, itself included. */
  end?: number;
  /** Counts in bytes, as by default. */
  byte?: boolean;
  /** Counts in bits. */
  bit?: boolean;
}

/**
 * Options of {@linkcode Commands.blmpop}.
 *
 * @example Up to two elements, waiting for at most a second
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.rpush("tasks", "a", "b", "c");
 * assertEquals(await client.blmpop(1, "tasks", "LEFT", { count: 2 }), ["tasks", ["a", "b"]]);
 * ```
 */
export interface BlmpopOptions extends CallOptions {
  /** At most so many. */
  count?: number;
}

/**
 * Options of {@linkcode Commands.bzmpop}.
 *
 * @example The two with the lowest scores, waiting for at most a second
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.zadd("scores", { alice: 3, bob: 1, carol: 2 });
 * assertEquals(await client.bzmpop(1, "scores", "MIN", { count: 2 }), ["scores", [["bob", 1], ["carol", 2]]]);
 * ```
 */
export interface BzmpopOptions extends CallOptions {
  /** At most so many. */
  count?: number;
}

/**
 * Options of {@linkcode Commands.clientKill}.
 *
 * @example By its id
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await using other = server.client();
 * assertEquals(await client.clientKill({ id: await other.clientId() }), 1);
 * ```
 */
export interface ClientKillOptions extends CallOptions {
  /** Only the connection of this id. */
  id?: number | bigint;
  /** Only connections of this kind. */
  type?: "NORMAL" | "MASTER" | "REPLICA" | "PUBSUB";
  /** Only connections of this user. */
  user?: CommandArgument;
  /** Only the connection from this address, `ip:port`. */
  addr?: CommandArgument;
  /** Only connections to this address of the server, `ip:port`. */
  laddr?: CommandArgument;
  /** Whether this connection is left alone, as it is by default. */
  skipme?: "YES" | "NO";
  /** Only connections that are older, in seconds (Redis 7.4 and later). */
  maxage?: number;
}

/**
 * Options of {@linkcode Commands.clientList}.
 *
 * @example Of these ids
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assert } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.clientSetname("worker");
 * const list = await client.clientList({ id: [await client.clientId()] });
 * assert(list.includes(" name=worker "));
 * ```
 */
export interface ClientListOptions extends CallOptions {
  /** Only connections of this kind. */
  type?: "NORMAL" | "MASTER" | "REPLICA" | "PUBSUB";
  /** Only the connections of these ids. */
  id?: CommandArguments;
}

/**
 * Options of {@linkcode Commands.clientPause}.
 *
 * @example Commands that write wait; others do not
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * assertEquals(await client.clientPause(1_000, { write: true }), "OK");
 * assertEquals(await client.get("name"), null);
 * ```
 */
export interface ClientPauseOptions extends CallOptions {
  /** Only commands that write wait. */
  write?: boolean;
  /** All commands wait, as they do by default. */
  all?: boolean;
}

/**
 * Options of {@linkcode Commands.clientUnblock}.
 *
 * @example As if the time were over
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * assertEquals(await client.clientUnblock(1_234, { timeout: true }), 0); // no such client is blocked
 * ```
 */
export interface ClientUnblockOptions extends CallOptions {
  /** As if its time were over, as it is by default. */
  timeout?: boolean;
  /** Its command is answered by an error. */
  error?: boolean;
}

/**
 * Options of {@linkcode Commands.clusterFailover}.
 *
 * @example Without asking the others
 * ```ts
 * import { type CommandInfo, CommandMethods, type Reply, type StructuredValue } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * class Sent extends CommandMethods {
 *   override execute(_info: CommandInfo, args: readonly StructuredValue[]): Promise<Reply> {
 *     return Promise.resolve([...args] as Reply[]);
 *   }
 * }
 * const sent: unknown = await new Sent().clusterFailover({ takeover: true });
 * assertEquals(sent, ["CLUSTER", "FAILOVER", "TAKEOVER"]);
 * ```
 */
export interface ClusterFailoverOptions extends CallOptions {
  /** Even without the primary's consent. */
  force?: boolean;
  /** Even without the consent of the other primaries. */
  takeover?: boolean;
}

/**
 * Options of {@linkcode Commands.clusterReset}.
 *
 * @example With a new id
 * ```ts
 * import { type CommandInfo, CommandMethods, type Reply, type StructuredValue } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * class Sent extends CommandMethods {
 *   override execute(_info: CommandInfo, args: readonly StructuredValue[]): Promise<Reply> {
 *     return Promise.resolve([...args] as Reply[]);
 *   }
 * }
 * const sent: unknown = await new Sent().clusterReset({ hard: true });
 * assertEquals(sent, ["CLUSTER", "RESET", "HARD"]);
 * ```
 */
export interface ClusterResetOptions extends CallOptions {
  /** Forgets its id and epochs too. */
  hard?: boolean;
  /** Keeps its id, as by default. */
  soft?: boolean;
}

/**
 * Options of {@linkcode Commands.commandList}.
 *
 * @example By a pattern
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * assertEquals(await client.commandList({ filterby: ["PATTERN", "hstr*"] }), ["hstrlen"]);
 * ```
 */
export interface CommandListOptions extends CallOptions {
  /** Only those of a module, of a category, or whose name matches a pattern. */
  filterby?: readonly [by: "MODULE" | "ACLCAT" | "PATTERN", value: CommandArgument];
}

/**
 * Options of {@linkcode Commands.copy}.
 *
 * @example Over a key that exists
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.mset("from", "new", "to", "old");
 * assertEquals(await client.copy("from", "to"), 0);
 * assertEquals(await client.copy("from", "to", { replace: true }), 1);
 * ```
 */
export interface CopyOptions extends CallOptions {
  /** The database to copy to. */
  db?: number;
  /** Replaces what is there. */
  replace?: boolean;
}

/**
 * Options of {@linkcode Commands.expire}.
 *
 * @example Only later, never sooner
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.set("session", "Alice", { ex: 60 });
 * assertEquals(await client.expire("session", 10, { gt: true }), 0);
 * assertEquals(await client.expire("session", 90, { gt: true }), 1);
 * ```
 */
export interface ExpireOptions extends CallOptions {
  /** Only if there is none yet. */
  nx?: boolean;
  /** Only if there is one already. */
  xx?: boolean;
  /** Only if it expires later then. */
  gt?: boolean;
  /** Only if it expires earlier then. */
  lt?: boolean;
}

/**
 * Options of {@linkcode Commands.expireat}.
 *
 * @example Only a key that does not expire yet
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.set("session", "Alice");
 * assertEquals(await client.expireat("session", 32_503_680_000, { nx: true }), 1);
 * assertEquals(await client.expireat("session", 32_503_680_000, { nx: true }), 0);
 * ```
 */
export interface ExpireatOptions extends CallOptions {
  /** Only if there is none yet. */
  nx?: boolean;
  /** Only if there is one already. */
  xx?: boolean;
  /** Only if it expires later then. */
  gt?: boolean;
  /** Only if it expires earlier then. */
  lt?: boolean;
}

/**
 * Options of {@linkcode Commands.failover}.
 *
 * @example To one replica, waiting for at most a second
 * ```ts
 * import { type CommandInfo, CommandMethods, type Reply, type StructuredValue } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * class Sent extends CommandMethods {
 *   override execute(_info: CommandInfo, args: readonly StructuredValue[]): Promise<Reply> {
 *     return Promise.resolve([...args] as Reply[]);
 *   }
 * }
 * const sent: unknown = await new Sent().failover({ to: ["10.0.0.2", 6379], timeout: 1_000 });
 * assertEquals(sent, ["FAILOVER", "TO", "10.0.0.2", 6379, "TIMEOUT", 1000]);
 * ```
 */
export interface FailoverOptions extends CallOptions {
  /** The replica to hand over to. */
  to?: readonly [host: string, port: number];
  /** Hands over when the time is up, even if the replica lacks something. */
  force?: boolean;
  /** Gives up a failover that is under way. */
  abort?: boolean;
  /** For how many milliseconds to wait for the replica. */
  timeout?: number;
}

/**
 * Options of {@linkcode Commands.flushall}.
 *
 * @example The memory is freed later
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.set("name", "Alice");
 * assertEquals(await client.flushall({ async: true }), "OK");
 * assertEquals(await client.dbsize(), 0);
 * ```
 */
export interface FlushallOptions extends CallOptions {
  /** Frees the memory later. */
  async?: boolean;
  /** Frees the memory at once. */
  sync?: boolean;
}

/**
 * Options of {@linkcode Commands.flushdb}.
 *
 * @example Answered when the memory is free
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.set("name", "Alice");
 * assertEquals(await client.flushdb({ sync: true }), "OK");
 * assertEquals(await client.dbsize(), 0);
 * ```
 */
export interface FlushdbOptions extends CallOptions {
  /** Frees the memory later. */
  async?: boolean;
  /** Frees the memory at once. */
  sync?: boolean;
}

/**
 * Options of {@linkcode Commands.functionFlush}.
 *
 * @example The memory is freed later
 * ```ts
 * import { type CommandInfo, CommandMethods, type Reply, type StructuredValue } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * class Sent extends CommandMethods {
 *   override execute(_info: CommandInfo, args: readonly StructuredValue[]): Promise<Reply> {
 *     return Promise.resolve([...args] as Reply[]);
 *   }
 * }
 * const sent: unknown = await new Sent().functionFlush({ async: true });
 * assertEquals(sent, ["FUNCTION", "FLUSH", "ASYNC"]);
 * ```
 */
export interface FunctionFlushOptions extends CallOptions {
  /** Frees the memory later. */
  async?: boolean;
  /** Frees the memory at once. */
  sync?: boolean;
}

/**
 * Options of {@linkcode Commands.functionList}.
 *
 * @example Libraries of some names, with their code
 * ```ts
 * import { type CommandInfo, CommandMethods, type Reply, type StructuredValue } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * class Sent extends CommandMethods {
 *   override execute(_info: CommandInfo, args: readonly StructuredValue[]): Promise<Reply> {
 *     return Promise.resolve([...args] as Reply[]);
 *   }
 * }
 * const sent: unknown = await new Sent().functionList({ libraryname: "my*", withcode: true });
 * assertEquals(sent, ["FUNCTION", "LIST", "LIBRARYNAME", "my*", "WITHCODE"]);
 * ```
 */
export interface FunctionListOptions extends CallOptions {
  /** Only libraries whose name matches this pattern. */
  libraryname?: CommandArgument;
  /** Tells their code too. */
  withcode?: boolean;
}

/**
 * Options of {@linkcode Commands.functionLoad}.
 *
 * @example Over a library of the same name
 * ```ts
 * import { type CommandInfo, CommandMethods, type Reply, type StructuredValue } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * class Sent extends CommandMethods {
 *   override execute(_info: CommandInfo, args: readonly StructuredValue[]): Promise<Reply> {
 *     return Promise.resolve([...args] as Reply[]);
 *   }
 * }
 * const sent: unknown = await new Sent().functionLoad("#!lua name=mylib", { replace: true });
 * assertEquals(sent, ["FUNCTION", "LOAD", "REPLACE", "#!lua name=mylib"]);
 * ```
 */
export interface FunctionLoadOptions extends CallOptions {
  /** Replaces a library of the same name. */
  replace?: boolean;
}

/**
 * Options of {@linkcode Commands.functionRestore}.
 *
 * @example In place of what is there
 * ```ts
 * import { type CommandInfo, CommandMethods, type Reply, type StructuredValue } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * class Sent extends CommandMethods {
 *   override execute(_info: CommandInfo, args: readonly StructuredValue[]): Promise<Reply> {
 *     return Promise.resolve([...args] as Reply[]);
 *   }
 * }
 * const sent: unknown = await new Sent().functionRestore(Uint8Array.of(1, 2), { flush: true });
 * assertEquals(sent, ["FUNCTION", "RESTORE", Uint8Array.of(1, 2), "FLUSH"]);
 * ```
 */
export interface FunctionRestoreOptions extends CallOptions {
  /** Deletes all libraries first. */
  flush?: boolean;
  /** Refuses when a library exists, as it does by default. */
  append?: boolean;
  /** Replaces libraries that exist. */
  replace?: boolean;
}

/**
 * Options of {@linkcode Commands.geoadd}.
 *
 * @example Only new members
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.geoadd("cities", { Oslo: [10.75, 59.91], Bergen: [5.32, 60.39] });
 * assertEquals(await client.geoadd("cities", { Oslo: [0, 0], Narvik: [17.43, 68.44] }, { nx: true }), 1);
 * ```
 */
export interface GeoaddOptions extends CallOptions {
  /** Only if there is none yet. */
  nx?: boolean;
  /** Only if there is one already. */
  xx?: boolean;
  /** Counts changed members too. */
  ch?: boolean;
}

/**
 * Options of {@linkcode Commands.georadius}.
 *
 * @example The nearest, and how far it is
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.geoadd("cities", { Oslo: [10.75, 59.91], Bergen: [5.32, 60.39] });
 * const [nearest] = await client.georadius("cities", 11, 60, 500, "km", { withdist: true, count: 1, asc: true });
 * assertEquals([nearest!.member, Math.round(nearest!.distance)], ["Oslo", 17]);
 * ```
 */
export interface GeoradiusOptions extends CallOptions {
  /** Tells where the members are. */
  withcoord?: boolean;
  /** Tells how far the members are. */
  withdist?: boolean;
  /** Tells the geohash of each member, as a number. */
  withhash?: boolean;
  /** At most so many. */
  count?: number;
  /** Stops at the first so many, which may not be the nearest. */
  any?: boolean;
  /** The nearest first. */
  asc?: boolean;
  /** The farthest first. */
  desc?: boolean;
  /** Stores the result at this key. */
  store?: CommandArgument;
  /** Stores the members with their distances at this key. */
  storedist?: CommandArgument;
}

/**
 * Options of {@linkcode Commands.georadiusRo}.
 *
 * @example From far to near
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.geoadd("cities", { Oslo: [10.75, 59.91], Bergen: [5.32, 60.39] });
 * assertEquals(await client.georadiusRo("cities", 11, 60, 500, "km", { desc: true }), ["Bergen", "Oslo"]);
 * ```
 */
export interface GeoradiusRoOptions extends CallOptions {
  /** Tells where the members are. */
  withcoord?: boolean;
  /** Tells how far the members are. */
  withdist?: boolean;
  /** Tells the geohash of each member, as a number. */
  withhash?: boolean;
  /** At most so many. */
  count?: number;
  /** Stops at the first so many, which may not be the nearest. */
  any?: boolean;
  /** The nearest first. */
  asc?: boolean;
  /** The farthest first. */
  desc?: boolean;
}

/**
 * Options of {@linkcode Commands.georadiusbymember}.
 *
 * @example Stored by distance
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.geoadd("cities", { Oslo: [10.75, 59.91], Bergen: [5.32, 60.39] });
 * assertEquals(await client.georadiusbymember("cities", "Oslo", 500, "km", { storedist: "near" }), 2);
 * assertEquals(await client.zrange("near", 0, -1), ["Oslo", "Bergen"]);
 * ```
 */
export interface GeoradiusbymemberOptions extends CallOptions {
  /** Tells where the members are. */
  withcoord?: boolean;
  /** Tells how far the members are. */
  withdist?: boolean;
  /** Tells the geohash of each member, as a number. */
  withhash?: boolean;
  /** At most so many. */
  count?: number;
  /** Stops at the first so many, which may not be the nearest. */
  any?: boolean;
  /** The nearest first. */
  asc?: boolean;
  /** The farthest first. */
  desc?: boolean;
  /** Stores the result at this key. */
  store?: CommandArgument;
  /** Stores the members with their distances at this key. */
  storedist?: CommandArgument;
}

/**
 * Options of {@linkcode Commands.georadiusbymemberRo}.
 *
 * @example The farthest
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.geoadd("cities", { Oslo: [10.75, 59.91], Bergen: [5.32, 60.39] });
 * const found = await client.georadiusbymemberRo("cities", "Oslo", 500, "km", { desc: true, count: 1 });
 * assertEquals(found, ["Bergen"]);
 * ```
 */
export interface GeoradiusbymemberRoOptions extends CallOptions {
  /** Tells where the members are. */
  withcoord?: boolean;
  /** Tells how far the members are. */
  withdist?: boolean;
  /** Tells the geohash of each member, as a number. */
  withhash?: boolean;
  /** At most so many. */
  count?: number;
  /** Stops at the first so many, which may not be the nearest. */
  any?: boolean;
  /** The nearest first. */
  asc?: boolean;
  /** The farthest first. */
  desc?: boolean;
}

/**
 * Options of {@linkcode Commands.geosearch}.
 *
 * @example What lies in a box, and how far it is
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.geoadd("cities", { Oslo: [10.75, 59.91], Bergen: [5.32, 60.39] });
 * const options = { fromlonlat: [11, 60], bybox: [100, 100, "km"], withdist: true } as const;
 * const found = await client.geosearch("cities", options);
 * assertEquals(found.map(({ member, distance }) => [member, Math.round(distance)]), [["Oslo", 17]]);
 * ```
 */
export interface GeosearchOptions extends CallOptions {
  /** The centre is this member. */
  frommember?: CommandArgument;
  /** The centre is this place. */
  fromlonlat?: readonly [longitude: number, latitude: number];
  /** Those within a radius around the centre. */
  byradius?: readonly [radius: number, unit: GeoUnit];
  /** Those in a box around the centre. */
  bybox?: readonly [width: number, height: number, unit: GeoUnit];
  /** The nearest first. */
  asc?: boolean;
  /** The farthest first. */
  desc?: boolean;
  /** At most so many. */
  count?: number;
  /** Stops at the first so many, which may not be the nearest. */
  any?: boolean;
  /** Tells where the members are. */
  withcoord?: boolean;
  /** Tells how far the members are. */
  withdist?: boolean;
  /** Tells the geohash of each member, as a number. */
  withhash?: boolean;
}

/**
 * Options of {@linkcode Commands.geosearchstore}.
 *
 * @example What is near a member
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.geoadd("cities", { Oslo: [10.75, 59.91], Bergen: [5.32, 60.39] });
 * const options = { frommember: "Oslo", byradius: [500, "km"], storedist: true } as const;
 * assertEquals(await client.geosearchstore("near", "cities", options), 2);
 * assertEquals(await client.zscore("near", "Oslo"), 0);
 * ```
 */
export interface GeosearchstoreOptions extends CallOptions {
  /** The centre is this member. */
  frommember?: CommandArgument;
  /** The centre is this place. */
  fromlonlat?: readonly [longitude: number, latitude: number];
  /** Those within a radius around the centre. */
  byradius?: readonly [radius: number, unit: GeoUnit];
  /** Those in a box around the centre. */
  bybox?: readonly [width: number, height: number, unit: GeoUnit];
  /** The nearest first. */
  asc?: boolean;
  /** The farthest first. */
  desc?: boolean;
  /** At most so many. */
  count?: number;
  /** Stops at the first so many, which may not be the nearest. */
  any?: boolean;
  /** Stores distances as scores, instead of geohashes. */
  storedist?: boolean;
}

/**
 * Options of {@linkcode Commands.getex}.
 *
 * @example Reads a value, and has it expire in a minute
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.set("session", "Alice");
 * assertEquals(await client.getex("session", { ex: 60 }), "Alice");
 * assertEquals(await client.ttl("session"), 60);
 * ```
 */
export interface GetexOptions extends CallOptions {
  /** Expires after so many seconds. */
  ex?: number;
  /** Expires after so many milliseconds. */
  px?: number;
  /** Expires at this Unix time, in seconds. */
  exat?: number;
  /** Expires at this Unix time, in milliseconds. */
  pxat?: number;
  /** Does not expire any more. */
  persist?: boolean;
}

/**
 * Options of {@linkcode Commands.hexpire}.
 *
 * @example Only later, never sooner
 * ```ts
 * import { type CommandInfo, CommandMethods, type Reply, type StructuredValue } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * class Sent extends CommandMethods {
 *   override execute(_info: CommandInfo, args: readonly StructuredValue[]): Promise<Reply> {
 *     return Promise.resolve([...args] as Reply[]);
 *   }
 * }
 * const sent: unknown = await new Sent().hexpire("user:1", 60, "name", { gt: true });
 * assertEquals(sent, ["HEXPIRE", "user:1", 60, "GT", "FIELDS", 1, "name"]);
 * ```
 */
export interface HexpireOptions extends CallOptions {
  /** Only if there is none yet. */
  nx?: boolean;
  /** Only if there is one already. */
  xx?: boolean;
  /** Only if it expires later then. */
  gt?: boolean;
  /** Only if it expires earlier then. */
  lt?: boolean;
}

/**
 * Options of {@linkcode Commands.hexpireat}.
 *
 * @example Only fields that do not expire yet
 * ```ts
 * import { type CommandInfo, CommandMethods, type Reply, type StructuredValue } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * class Sent extends CommandMethods {
 *   override execute(_info: CommandInfo, args: readonly StructuredValue[]): Promise<Reply> {
 *     return Promise.resolve([...args] as Reply[]);
 *   }
 * }
 * const sent: unknown = await new Sent().hexpireat("user:1", 32_503_680_000, ["name", "mail"], { nx: true });
 * assertEquals(sent, ["HEXPIREAT", "user:1", 32503680000, "NX", "FIELDS", 2, "name", "mail"]);
 * ```
 */
export interface HexpireatOptions extends CallOptions {
  /** Only if there is none yet. */
  nx?: boolean;
  /** Only if there is one already. */
  xx?: boolean;
  /** Only if it expires later then. */
  gt?: boolean;
  /** Only if it expires earlier then. */
  lt?: boolean;
}

/**
 * Options of {@linkcode Commands.hgetex}.
 *
 * @example Reads a field, and has it expire in a minute
 * ```ts
 * import { type CommandInfo, CommandMethods, type Reply, type StructuredValue } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * class Sent extends CommandMethods {
 *   override execute(_info: CommandInfo, args: readonly StructuredValue[]): Promise<Reply> {
 *     return Promise.resolve([...args] as Reply[]);
 *   }
 * }
 * const sent: unknown = await new Sent().hgetex("user:1", "name", { ex: 60 });
 * assertEquals(sent, ["HGETEX", "user:1", "EX", 60, "FIELDS", 1, "name"]);
 * ```
 */
export interface HgetexOptions extends CallOptions {
  /** Expires after so many seconds. */
  ex?: number;
  /** Expires after so many milliseconds. */
  px?: number;
  /** Expires at this Unix time, in seconds. */
  exat?: number;
  /** Expires at this Unix time, in milliseconds. */
  pxat?: number;
  /** Does not expire any more. */
  persist?: boolean;
}

/**
 * Options of {@linkcode Commands.hpexpire}.
 *
 * @example Only sooner, never later
 * ```ts
 * import { type CommandInfo, CommandMethods, type Reply, type StructuredValue } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * class Sent extends CommandMethods {
 *   override execute(_info: CommandInfo, args: readonly StructuredValue[]): Promise<Reply> {
 *     return Promise.resolve([...args] as Reply[]);
 *   }
 * }
 * const sent: unknown = await new Sent().hpexpire("user:1", 500, "name", { lt: true });
 * assertEquals(sent, ["HPEXPIRE", "user:1", 500, "LT", "FIELDS", 1, "name"]);
 * ```
 */
export interface HpexpireOptions extends CallOptions {
  /** Only if there is none yet. */
  nx?: boolean;
  /** Only if there is one already. */
  xx?: boolean;
  /** Only if it expires later then. */
  gt?: boolean;
  /** Only if it expires earlier then. */
  lt?: boolean;
}

/**
 * Options of {@linkcode Commands.hpexpireat}.
 *
 * @example Only fields that expire already
 * ```ts
 * import { type CommandInfo, CommandMethods, type Reply, type StructuredValue } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * class Sent extends CommandMethods {
 *   override execute(_info: CommandInfo, args: readonly StructuredValue[]): Promise<Reply> {
 *     return Promise.resolve([...args] as Reply[]);
 *   }
 * }
 * const sent: unknown = await new Sent().hpexpireat("user:1", 32_503_680_000_000, "name", { xx: true });
 * assertEquals(sent, ["HPEXPIREAT", "user:1", 32503680000000, "XX", "FIELDS", 1, "name"]);
 * ```
 */
export interface HpexpireatOptions extends CallOptions {
  /** Only if there is none yet. */
  nx?: boolean;
  /** Only if there is one already. */
  xx?: boolean;
  /** Only if it expires later then. */
  gt?: boolean;
  /** Only if it expires earlier then. */
  lt?: boolean;
}

/**
 * Options of {@linkcode Commands.hrandfield}.
 *
 * @example With its value
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.hset("user:1", { name: "Alice" });
 * assertEquals(await client.hrandfield("user:1", 1, { withvalues: true }), [["name", "Alice"]]);
 * ```
 */
export interface HrandfieldOptions extends CallOptions {
  /** Answers the values too. */
  withvalues?: boolean;
}

/**
 * Options of {@linkcode Commands.hsetex}.
 *
 * @example Only if none of the fields exists, for a minute
 * ```ts
 * import { type CommandInfo, CommandMethods, type Reply, type StructuredValue } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * class Sent extends CommandMethods {
 *   override execute(_info: CommandInfo, args: readonly StructuredValue[]): Promise<Reply> {
 *     return Promise.resolve([...args] as Reply[]);
 *   }
 * }
 * const sent: unknown = await new Sent().hsetex("user:1", { name: "Alice" }, { fnx: true, ex: 60 });
 * assertEquals(sent, ["HSETEX", "user:1", "FNX", "EX", 60, "FIELDS", 1, "name", "Alice"]);
 * ```
 */
export interface HsetexOptions extends CallOptions {
  /** Only if none of the fields exists. */
  fnx?: boolean;
  /** Only if all of the fields exist. */
  fxx?: boolean;
  /** Expires after so many seconds. */
  ex?: number;
  /** Expires after so many milliseconds. */
  px?: number;
  /** Expires at this Unix time, in seconds. */
  exat?: number;
  /** Expires at this Unix time, in milliseconds. */
  pxat?: number;
  /** Keeps the expiry that there is. */
  keepttl?: boolean;
}

/**
 * Options of {@linkcode Commands.lcs}.
 *
 * @example Where the common pieces are, if they are long enough
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.mset("a", "market", "b", "carpet");
 * assertEquals(await client.lcs("a", "b", { len: true }), 4); // of "aret"
 * const { matches } = await client.lcs("a", "b", { idx: true, minmatchlen: 2 });
 * assertEquals(matches, [[[4, 5], [4, 5]], [[1, 2], [1, 2]]]);
 * ```
 */
export interface LcsOptions extends CallOptions {
  /** Answers the length instead. */
  len?: boolean;
  /** Answers the places instead. */
  idx?: boolean;
  /** With `idx`: leaves out shorter matches. */
  minmatchlen?: number;
  /** With `idx`: tells how long each match is. */
  withmatchlen?: boolean;
}

/**
 * Options of {@linkcode Commands.lmpop}.
 *
 * @example Up to two elements of the first list that has any
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.rpush("later", "a", "b", "c");
 * assertEquals(await client.lmpop(["urgent", "later"], "RIGHT", { count: 2 }), ["later", ["c", "b"]]);
 * ```
 */
export interface LmpopOptions extends CallOptions {
  /** At most so many. */
  count?: number;
}

/**
 * Options of {@linkcode Commands.lolwut}.
 *
 * @example The picture of an older version
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assert } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * assert((await client.lolwut({ version: 5 })).length > 0);
 * ```
 */
export interface LolwutOptions extends CallOptions {
  /** Which picture. */
  version?: number;
}

/**
 * Options of {@linkcode Commands.lpos}.
 *
 * @example The second place, and all places
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.rpush("letters", "a", "b", "a", "a");
 * assertEquals(await client.lpos("letters", "a", { rank: 2 }), 2);
 * assertEquals(await client.lpos("letters", "a", { count: 0 }), [0, 2, 3]);
 * ```
 */
export interface LposOptions extends CallOptions {
  /** Begins with the match of this number, counted from 1; negative: from the end. */
  rank?: number;
  /** Finds so many; 0: all. */
  count?: number;
  /** Compares so many elements at most; 0: all. */
  maxlen?: number;
}

/**
 * Options of {@linkcode Commands.memoryUsage}.
 *
 * @example Every element is looked at
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assert } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.rpush("list", "a", "b");
 * const bytes = await client.memoryUsage("list", { samples: 0 });
 * assert(bytes !== null && bytes > 0);
 * ```
 */
export interface MemoryUsageOptions extends CallOptions {
  /** How many elements to look at; 0: all. */
  samples?: number;
}

/**
 * Options of {@linkcode Commands.migrate}.
 *
 * @example A copy of two keys, to a server with a password
 * ```ts
 * import { type CommandInfo, CommandMethods, type Reply, type StructuredValue } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * class Sent extends CommandMethods {
 *   override execute(_info: CommandInfo, args: readonly StructuredValue[]): Promise<Reply> {
 *     return Promise.resolve([...args] as Reply[]);
 *   }
 * }
 * const sent: unknown = await new Sent().migrate("10.0.0.2", 6379, ["a", "b"], 0, 1_000, { copy: true, auth: "secret" });
 * assertEquals(sent, ["MIGRATE", "10.0.0.2", 6379, "", 0, 1000, "COPY", "AUTH", "secret", "KEYS", "a", "b"]);
 * ```
 */
export interface MigrateOptions extends CallOptions {
  /** Keeps the keys here too. */
  copy?: boolean;
  /** Replaces keys that are there. */
  replace?: boolean;
  /** The password of the other server. */
  auth?: CommandArgument;
  /** User and password of the other server. */
  auth2?: readonly [username: CommandArgument, password: CommandArgument];
}

/**
 * Options of {@linkcode Commands.moduleLoadex}.
 *
 * @example With a setting and an argument
 * ```ts
 * import { type CommandInfo, CommandMethods, type Reply, type StructuredValue } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * class Sent extends CommandMethods {
 *   override execute(_info: CommandInfo, args: readonly StructuredValue[]): Promise<Reply> {
 *     return Promise.resolve([...args] as Reply[]);
 *   }
 * }
 * const sent: unknown = await new Sent().moduleLoadex("/lib/m.so", { config: { "m.size": 10 }, args: "fast" });
 * assertEquals(sent, ["MODULE", "LOADEX", "/lib/m.so", "CONFIG", "m.size", 10, "ARGS", "fast"]);
 * ```
 */
export interface ModuleLoadexOptions extends CallOptions {
  /** The module's parameters and their values. */
  config?: Pairs;
  /** Its arguments. */
  args?: CommandArguments;
}

/**
 * Options of {@linkcode Commands.pexpire}.
 *
 * @example Only sooner, never later
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.set("session", "Alice", { px: 60_000 });
 * assertEquals(await client.pexpire("session", 90_000, { lt: true }), 0);
 * assertEquals(await client.pexpire("session", 30_000, { lt: true }), 1);
 * ```
 */
export interface PexpireOptions extends CallOptions {
  /** Only if there is none yet. */
  nx?: boolean;
  /** Only if there is one already. */
  xx?: boolean;
  /** Only if it expires later then. */
  gt?: boolean;
  /** Only if it expires earlier then. */
  lt?: boolean;
}

/**
 * Options of {@linkcode Commands.pexpireat}.
 *
 * @example Only a key that expires already
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.set("session", "Alice");
 * assertEquals(await client.pexpireat("session", 32_503_680_000_000, { xx: true }), 0);
 * ```
 */
export interface PexpireatOptions extends CallOptions {
  /** Only if there is none yet. */
  nx?: boolean;
  /** Only if there is one already. */
  xx?: boolean;
  /** Only if it expires later then. */
  gt?: boolean;
  /** Only if it expires earlier then. */
  lt?: boolean;
}

/**
 * Options of {@linkcode Commands.restore}.
 *
 * @example Over a key that exists, as if it had not been used for an hour
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.mset("from", "new", "to", "old");
 * const dump = (await client.dump("from"))!;
 * assertEquals(await client.restore("to", 0, dump, { replace: true, idletime: 3_600 }), "OK");
 * assertEquals(await client.get("to"), "new");
 * ```
 */
export interface RestoreOptions extends CallOptions {
  /** Replaces the key if it exists. */
  replace?: boolean;
  /** `ttl` is a Unix time in milliseconds. */
  absttl?: boolean;
  /** For how many seconds it has not been used. */
  idletime?: number;
  /** How often it is used, as `objectFreq` tells. */
  freq?: number;
}

/**
 * Options of {@linkcode Commands.scriptFlush}.
 *
 * @example Answered when the memory is free
 * ```ts
 * import { type CommandInfo, CommandMethods, type Reply, type StructuredValue } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * class Sent extends CommandMethods {
 *   override execute(_info: CommandInfo, args: readonly StructuredValue[]): Promise<Reply> {
 *     return Promise.resolve([...args] as Reply[]);
 *   }
 * }
 * const sent: unknown = await new Sent().scriptFlush({ sync: true });
 * assertEquals(sent, ["SCRIPT", "FLUSH", "SYNC"]);
 * ```
 */
export interface ScriptFlushOptions extends CallOptions {
  /** Frees the memory later. */
  async?: boolean;
  /** Frees the memory at once. */
  sync?: boolean;
}

/**
 * Options of {@linkcode Commands.sintercard}.
 *
 * @example Are there two, at least?
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.sadd("a", 1, 2, 3, 4);
 * await client.sadd("b", 2, 3, 4, 5);
 * assertEquals(await client.sintercard(["a", "b"], { limit: 2 }), 2);
 * ```
 */
export interface SintercardOptions extends CallOptions {
  /** Stops counting there; 0: never. */
  limit?: number;
}

/**
 * Options of {@linkcode Commands.sort}.
 *
 * @example By weights in other keys, and what else is in others
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.rpush("ids", 1, 2);
 * await client.mset("weight:1", 20, "weight:2", 10, "name:1", "Alice", "name:2", "Bob");
 * assertEquals(await client.sort("ids", { by: "weight:*", get: "name:*" }), ["Bob", "Alice"]);
 * ```
 */
export interface SortOptions extends CallOptions {
  /** Compares the values at these keys, the element in place of `*`. */
  by?: CommandArgument;
  /** Leaves out so many, then takes so many. */
  limit?: readonly [offset: number, count: number];
  /** Answers the values at these keys instead, the element in place of `*`. */
  get?: CommandArguments;
  /** The least first, as by default. */
  asc?: boolean;
  /** The greatest first. */
  desc?: boolean;
  /** Compares them as text. */
  alpha?: boolean;
  /** Stores the result at this key. */
  store?: CommandArgument;
}

/**
 * Options of {@linkcode Commands.sortRo}.
 *
 * @example The last two words
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.rpush("words", "b", "c", "a");
 * assertEquals(await client.sortRo("words", { alpha: true, desc: true, limit: [0, 2] }), ["c", "b"]);
 * ```
 */
export interface SortRoOptions extends CallOptions {
  /** Compares the values at these keys, the element in place of `*`. */
  by?: CommandArgument;
  /** Leaves out so many, then takes so many. */
  limit?: readonly [offset: number, count: number];
  /** Answers the values at these keys instead, the element in place of `*`. */
  get?: CommandArguments;
  /** The least first, as by default. */
  asc?: boolean;
  /** The greatest first. */
  desc?: boolean;
  /** Compares them as text. */
  alpha?: boolean;
}

/**
 * Options of {@linkcode Commands.xadd}.
 *
 * @example Keeping the last two entries
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.xadd("news", "1-0", { title: "Hello" });
 * await client.xadd("news", "2-0", { title: "Goodbye" });
 * assertEquals(await client.xadd("news", "3-0", { title: "Still here" }, { maxlen: 2 }), "3-0");
 * assertEquals(await client.xlen("news"), 2);
 * ```
 */
export interface XaddOptions extends CallOptions {
  /** Adds nothing where there is no such key. */
  nomkstream?: boolean;
  /** Keeps so many entries, the latest. */
  maxlen?: number;
  /** Deletes the entries with smaller ids. */
  minid?: CommandArgument;
  /** May keep some more than that, which is much faster. */
  approximate?: boolean;
  /** With `approximate`: looks at so many entries at most. */
  limit?: number;
}

/**
 * Options of {@linkcode Commands.xautoclaim}.
 *
 * @example One at a time, ids only
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.xadd("news", "1-0", { title: "Hello" });
 * await client.xadd("news", "2-0", { title: "Goodbye" });
 * await client.xgroupCreate("news", "readers", "0");
 * await client.xreadgroup("readers", "alice", { news: ">" });
 * const options = { count: 1, justid: true } as const;
 * const [cursor, ids] = await client.xautoclaim("news", "readers", "bob", 0, "0", options);
 * assertEquals([cursor, ids], ["2-0", ["1-0"]]);
 * ```
 */
export interface XautoclaimOptions extends CallOptions {
  /** At most so many. */
  count?: number;
  /** Answers ids only. */
  justid?: boolean;
}

/**
 * Options of {@linkcode Commands.xclaim}.
 *
 * @example As if it had been delivered twice
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.xadd("news", "1-0", { title: "Hello" });
 * await client.xadd("news", "2-0", { title: "Goodbye" });
 * await client.xgroupCreate("news", "readers", "0");
 * await client.xreadgroup("readers", "alice", { news: ">" });
 * assertEquals(await client.xclaim("news", "readers", "bob", 0, "1-0", { retrycount: 2, justid: true }), ["1-0"]);
 * ```
 */
export interface XclaimOptions extends CallOptions {
  /** How many milliseconds ago it shall have been delivered. */
  idle?: number;
  /** The Unix time, in milliseconds, at which it shall have been delivered. */
  time?: number;
  /** How often it shall have been delivered. */
  retrycount?: number;
  /** Takes entries too that are nobody's. */
  force?: boolean;
  /** Answers ids only. */
  justid?: boolean;
  /** The last id delivered to the group, if it is greater. */
  lastid?: CommandArgument;
}

/**
 * Options of {@linkcode Commands.xgroupCreate}.
 *
 * @example For a stream that may not be there yet
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * assertEquals(await client.xgroupCreate("news", "readers", "$", { mkstream: true }), "OK");
 * assertEquals(await client.xlen("news"), 0);
 * ```
 */
export interface XgroupCreateOptions extends CallOptions {
  /** Makes the stream if need be. */
  mkstream?: boolean;
  /** How many entries count as read. */
  entriesread?: number | bigint;
}

/**
 * Options of {@linkcode Commands.xgroupSetid}.
 *
 * @example Begins anew: nothing was read
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.xadd("news", "1-0", { title: "Hello" });
 * await client.xadd("news", "2-0", { title: "Goodbye" });
 * await client.xgroupCreate("news", "readers", "0");
 * await client.xreadgroup("readers", "alice", { news: ">" });
 * assertEquals(await client.xgroupSetid("news", "readers", "0", { entriesread: 0 }), "OK");
 * const [group] = await client.xinfoGroups("news");
 * assertEquals(group?.lag, 2);
 * ```
 */
export interface XgroupSetidOptions extends CallOptions {
  /** How many entries count as read. */
  entriesread?: number | bigint;
}

/**
 * Options of {@linkcode Commands.xinfoStream}.
 *
 * @example With its first entry
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.xadd("news", "1-0", { title: "Hello" });
 * await client.xadd("news", "2-0", { title: "Goodbye" });
 * const info = await client.xinfoStream("news", { full: true, count: 1 });
 * assertEquals(info.entries, [["1-0", [["title", "Hello"]]]]);
 * ```
 */
export interface XinfoStreamOptions extends CallOptions {
  /** Tells of entries, groups and consumers too. */
  full?: boolean;
  /** With `full`: so many entries each; 0: all. */
  count?: number;
}

/**
 * Options of {@linkcode Commands.xrange}.
 *
 * @example The first entry
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.xadd("news", "1-0", { title: "Hello" });
 * await client.xadd("news", "2-0", { title: "Goodbye" });
 * assertEquals(await client.xrange("news", "-", "+", { count: 1 }), [["1-0", [["title", "Hello"]]]]);
 * ```
 */
export interface XrangeOptions extends CallOptions {
  /** At most so many. */
  count?: number;
}

/**
 * Options of {@linkcode Commands.xread}.
 *
 * @example The next entry, waiting for at most a second
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.xadd("news", "1-0", { title: "Hello" });
 * await client.xadd("news", "2-0", { title: "Goodbye" });
 * const streams = await client.xread({ news: "1-0" }, { count: 1, block: 1_000 });
 * assertEquals(streams, { news: [["2-0", [["title", "Goodbye"]]]] });
 * ```
 */
export interface XreadOptions extends CallOptions {
  /** At most so many. */
  count?: number;
  /** Waits for so many milliseconds at most; 0: for ever. */
  block?: number;
}

/**
 * Options of {@linkcode Commands.xreadgroup}.
 *
 * @example One entry that needs no XACK
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.xadd("news", "1-0", { title: "Hello" });
 * await client.xadd("news", "2-0", { title: "Goodbye" });
 * await client.xgroupCreate("news", "readers", "0");
 * const streams = await client.xreadgroup("readers", "alice", { news: ">" }, { count: 1, noack: true });
 * assertEquals(streams, { news: [["1-0", [["title", "Hello"]]]] });
 * ```
 */
export interface XreadgroupOptions extends CallOptions {
  /** At most so many. */
  count?: number;
  /** Waits for so many milliseconds at most; 0: for ever. */
  block?: number;
  /** Entries need not be acknowledged. */
  noack?: boolean;
}

/**
 * Options of {@linkcode Commands.xrevrange}.
 *
 * @example The last entry
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.xadd("news", "1-0", { title: "Hello" });
 * await client.xadd("news", "2-0", { title: "Goodbye" });
 * assertEquals(await client.xrevrange("news", "+", "-", { count: 1 }), [["2-0", [["title", "Goodbye"]]]]);
 * ```
 */
export interface XrevrangeOptions extends CallOptions {
  /** At most so many. */
  count?: number;
}

/**
 * Options of {@linkcode Commands.xsetid}.
 *
 * @example As if five entries had been there
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.xadd("news", "1-0", { title: "Hello" });
 * await client.xadd("news", "2-0", { title: "Goodbye" });
 * assertEquals(await client.xsetid("news", "5-0", { entriesadded: 5, maxdeletedid: "4-0" }), "OK");
 * ```
 */
export interface XsetidOptions extends CallOptions {
  /** How many entries were ever added. */
  entriesadded?: number | bigint;
  /** The greatest id that was ever deleted. */
  maxdeletedid?: CommandArgument;
}

/**
 * Options of {@linkcode Commands.xtrim}.
 *
 * @example Keeping the last entry
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.xadd("news", "1-0", { title: "Hello" });
 * await client.xadd("news", "2-0", { title: "Goodbye" });
 * assertEquals(await client.xtrim("news", { maxlen: 1 }), 1);
 * ```
 */
export interface XtrimOptions extends CallOptions {
  /** Keeps so many entries, the latest. */
  maxlen?: number;
  /** Deletes the entries with smaller ids. */
  minid?: CommandArgument;
  /** May keep some more than that, which is much faster. */
  approximate?: boolean;
  /** With `approximate`: looks at so many entries at most. */
  limit?: number;
}

/**
 * Options of {@linkcode Commands.zadd}.
 *
 * @example Only higher scores, counting those that changed
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.zadd("scores", { alice: 2, bob: 5 });
 * assertEquals(await client.zadd("scores", { alice: 3, bob: 4 }, { gt: true, ch: true }), 1);
 * ```
 */
export interface ZaddOptions extends CallOptions {
  /** Only adds new members. */
  nx?: boolean;
  /** Only changes members that exist. */
  xx?: boolean;
  /** Only changes scores that become greater. */
  gt?: boolean;
  /** Only changes scores that become less. */
  lt?: boolean;
  /** Counts changed members too. */
  ch?: boolean;
  /** Adds to the score of the one member given, and answers its new score. */
  incr?: boolean;
}

/**
 * Options of {@linkcode Commands.zdiff}.
 *
 * @example With their scores
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.zadd("may", { alice: 3, bob: 1 });
 * await client.zadd("june", { alice: 2, carol: 5 });
 * assertEquals(await client.zdiff(["may", "june"], { withscores: true }), [["bob", 1]]);
 * ```
 */
export interface ZdiffOptions extends CallOptions {
  /** Answers the scores too. */
  withscores?: boolean;
}

/**
 * Options of {@linkcode Commands.zinter}.
 *
 * @example The higher score counts
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.zadd("may", { alice: 3, bob: 1 });
 * await client.zadd("june", { alice: 2, carol: 5 });
 * assertEquals(await client.zinter(["may", "june"], { aggregate: "MAX", withscores: true }), [["alice", 3]]);
 * ```
 */
export interface ZinterOptions extends CallOptions {
  /** By what to multiply the scores of each key. */
  weights?: CommandArguments;
  /** What becomes of several scores of one member: by default their sum. */
  aggregate?: "SUM" | "MIN" | "MAX";
  /** Answers the scores too. */
  withscores?: boolean;
}

/**
 * Options of {@linkcode Commands.zintercard}.
 *
 * @example Is there one, at least?
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.zadd("may", { alice: 3, bob: 1 });
 * await client.zadd("june", { alice: 2, carol: 5 });
 * assertEquals(await client.zintercard(["may", "june"], { limit: 1 }), 1);
 * ```
 */
export interface ZintercardOptions extends CallOptions {
  /** Stops counting there; 0: never. */
  limit?: number;
}

/**
 * Options of {@linkcode Commands.zinterstore}.
 *
 * @example Scores in June count twice
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.zadd("may", { alice: 3, bob: 1 });
 * await client.zadd("june", { alice: 2, carol: 5 });
 * assertEquals(await client.zinterstore("both", ["may", "june"], { weights: [1, 2] }), 1);
 * assertEquals(await client.zscore("both", "alice"), 7);
 * ```
 */
export interface ZinterstoreOptions extends CallOptions {
  /** By what to multiply the scores of each key. */
  weights?: CommandArguments;
  /** What becomes of several scores of one member: by default their sum. */
  aggregate?: "SUM" | "MIN" | "MAX";
}

/**
 * Options of {@linkcode Commands.zmpop}.
 *
 * @example The two with the highest scores
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.zadd("scores", { alice: 3, bob: 1, carol: 2 });
 * assertEquals(await client.zmpop("scores", "MAX", { count: 2 }), ["scores", [["alice", 3], ["carol", 2]]]);
 * ```
 */
export interface ZmpopOptions extends CallOptions {
  /** At most so many. */
  count?: number;
}

/**
 * Options of {@linkcode Commands.zrandmember}.
 *
 * @example With its score
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.zadd("scores", { alice: 3 });
 * assertEquals(await client.zrandmember("scores", 1, { withscores: true }), [["alice", 3]]);
 * ```
 */
export interface ZrandmemberOptions extends CallOptions {
  /** Answers the scores too. */
  withscores?: boolean;
}

/**
 * Options of {@linkcode Commands.zrange}.
 *
 * @example The best, and those from 2 up
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.zadd("scores", { alice: 3, bob: 1, carol: 2 });
 * assertEquals(await client.zrange("scores", 0, 0, { rev: true, withscores: true }), [["alice", 3]]);
 * assertEquals(await client.zrange("scores", 2, "+inf", { byscore: true }), ["carol", "alice"]);
 * ```
 */
export interface ZrangeOptions extends CallOptions {
  /** The range is one of scores. */
  byscore?: boolean;
  /** The range is one of names. */
  bylex?: boolean;
  /** From the other end. */
  rev?: boolean;
  /** Leaves out so many, then takes so many. */
  limit?: readonly [offset: number, count: number];
  /** Answers the scores too. */
  withscores?: boolean;
}

/**
 * Options of {@linkcode Commands.zrangebylex}.
 *
 * @example The second one
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.zadd("names", { alice: 0, bob: 0, carol: 0 });
 * assertEquals(await client.zrangebylex("names", "-", "+", { limit: [1, 1] }), ["bob"]);
 * ```
 */
export interface ZrangebylexOptions extends CallOptions {
  /** Leaves out so many, then takes so many. */
  limit?: readonly [offset: number, count: number];
}

/**
 * Options of {@linkcode Commands.zrangebyscore}.
 *
 * @example The first one above 1
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.zadd("scores", { alice: 3, bob: 1, carol: 2 });
 * const first = await client.zrangebyscore("scores", "(1", "+inf", { withscores: true, limit: [0, 1] });
 * assertEquals(first, [["carol", 2]]);
 * ```
 */
export interface ZrangebyscoreOptions extends CallOptions {
  /** Answers the scores too. */
  withscores?: boolean;
  /** Leaves out so many, then takes so many. */
  limit?: readonly [offset: number, count: number];
}

/**
 * Options of {@linkcode Commands.zrangestore}.
 *
 * @example The two best
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.zadd("scores", { alice: 3, bob: 1, carol: 2 });
 * assertEquals(await client.zrangestore("best", "scores", 0, 1, { rev: true }), 2);
 * assertEquals(await client.zrange("best", 0, -1), ["carol", "alice"]);
 * ```
 */
export interface ZrangestoreOptions extends CallOptions {
  /** The range is one of scores. */
  byscore?: boolean;
  /** The range is one of names. */
  bylex?: boolean;
  /** From the other end. */
  rev?: boolean;
  /** Leaves out so many, then takes so many. */
  limit?: readonly [offset: number, count: number];
}

/**
 * Options of {@linkcode Commands.zrank}.
 *
 * @example With its score (Redis 7.2 and later)
 * ```ts
 * import { type CommandInfo, CommandMethods, type Reply, type StructuredValue } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * class Sent extends CommandMethods {
 *   override execute(_info: CommandInfo, args: readonly StructuredValue[]): Promise<Reply> {
 *     return Promise.resolve([...args] as Reply[]);
 *   }
 * }
 * const sent: unknown = await new Sent().zrank("scores", "carol", { withscore: true });
 * assertEquals(sent, ["ZRANK", "scores", "carol", "WITHSCORE"]);
 * ```
 */
export interface ZrankOptions extends CallOptions {
  /** Answers its score too (Redis 7.2 and later). */
  withscore?: boolean;
}

/**
 * Options of {@linkcode Commands.zrevrange}.
 *
 * @example The best and the score
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.zadd("scores", { alice: 3, bob: 1, carol: 2 });
 * assertEquals(await client.zrevrange("scores", 0, 0, { withscores: true }), [["alice", 3]]);
 * ```
 */
export interface ZrevrangeOptions extends CallOptions {
  /** Answers the scores too. */
  withscores?: boolean;
}

/**
 * Options of {@linkcode Commands.zrevrangebylex}.
 *
 * @example The last one
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.zadd("names", { alice: 0, bob: 0, carol: 0 });
 * assertEquals(await client.zrevrangebylex("names", "+", "-", { limit: [0, 1] }), ["carol"]);
 * ```
 */
export interface ZrevrangebylexOptions extends CallOptions {
  /** Leaves out so many, then takes so many. */
  limit?: readonly [offset: number, count: number];
}

/**
 * Options of {@linkcode Commands.zrevrangebyscore}.
 *
 * @example The next below 3
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.zadd("scores", { alice: 3, bob: 1, carol: 2 });
 * assertEquals(await client.zrevrangebyscore("scores", "(3", "-inf", { limit: [0, 1] }), ["carol"]);
 * ```
 */
export interface ZrevrangebyscoreOptions extends CallOptions {
  /** Answers the scores too. */
  withscores?: boolean;
  /** Leaves out so many, then takes so many. */
  limit?: readonly [offset: number, count: number];
}

/**
 * Options of {@linkcode Commands.zrevrank}.
 *
 * @example With its score (Redis 7.2 and later)
 * ```ts
 * import { type CommandInfo, CommandMethods, type Reply, type StructuredValue } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * class Sent extends CommandMethods {
 *   override execute(_info: CommandInfo, args: readonly StructuredValue[]): Promise<Reply> {
 *     return Promise.resolve([...args] as Reply[]);
 *   }
 * }
 * const sent: unknown = await new Sent().zrevrank("scores", "carol", { withscore: true });
 * assertEquals(sent, ["ZREVRANK", "scores", "carol", "WITHSCORE"]);
 * ```
 */
export interface ZrevrankOptions extends CallOptions {
  /** Answers its score too (Redis 7.2 and later). */
  withscore?: boolean;
}

/**
 * Options of {@linkcode Commands.zunion}.
 *
 * @example The lower score counts
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.zadd("may", { alice: 3, bob: 1 });
 * await client.zadd("june", { alice: 2, carol: 5 });
 * const all = await client.zunion(["may", "june"], { aggregate: "MIN", withscores: true });
 * assertEquals(all, [["bob", 1], ["alice", 2], ["carol", 5]]);
 * ```
 */
export interface ZunionOptions extends CallOptions {
  /** By what to multiply the scores of each key. */
  weights?: CommandArguments;
  /** What becomes of several scores of one member: by default their sum. */
  aggregate?: "SUM" | "MIN" | "MAX";
  /** Answers the scores too. */
  withscores?: boolean;
}

/**
 * Options of {@linkcode Commands.zunionstore}.
 *
 * @example Scores in May count half
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.zadd("may", { alice: 3, bob: 1 });
 * await client.zadd("june", { alice: 2, carol: 5 });
 * assertEquals(await client.zunionstore("all", ["may", "june"], { weights: [0.5, 1] }), 3);
 * assertEquals(await client.zscore("all", "alice"), 3.5);
 * ```
 */
export interface ZunionstoreOptions extends CallOptions {
  /** By what to multiply the scores of each key. */
  weights?: CommandArguments;
  /** What becomes of several scores of one member: by default their sum. */
  aggregate?: "SUM" | "MIN" | "MAX";
}

/**
 * The commands of Redis as methods of a client.
 *
 * Arguments are given in the order in which they travel, and what is optional as an object. All strings in replies are
 * text; {@linkcode Vocabulary.send} gives bytes. Integers beyond `Number.MAX_SAFE_INTEGER` arrive as `bigint`, whatever
 * the type says. A server may be too old for a command, or lack it: then it answers an error, and the promise rejects
 * with a {@linkcode RedisError}.
 *
 * @example Replies have types of their own
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.hset("user:1", { name: "Alice", visits: 41 });
 * assertEquals(await client.hincrby("user:1", "visits", 1), 42);
 * assertEquals(await client.hgetall("user:1"), { name: "Alice", visits: "42" });
 * await client.zadd("scores", { alice: 2.5, bob: 1 });
 * assertEquals(await client.zrange("scores", 0, -1), ["bob", "alice"]); // string[]
 * assertEquals(await client.zrange("scores", 0, 0, { withscores: true }), [["bob", 1]]); // [string, number][]
 * ```
 *
 * @example Streams
 * ```ts
 * import { Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const id = await client.xadd("news", "*", { title: "Hello" }, { maxlen: 1_000, approximate: true });
 * const streams = await client.xread({ news: "0" }, { count: 10 });
 * assertEquals(streams, { news: [[id, [["title", "Hello"]]]] });
 * ```
 */

export interface Commands extends Vocabulary {
  /**
   * ACL CAT: lists the categories of commands, or the commands of one.
   *
   * Since Redis 6.0.0. Complexity: O(1).
   *
   * @param category A category.
   * @param options How long to wait.
   * @returns Categories, or the commands of one.
   */
  aclCat(category?: CommandArgument, options?: CallOptions): Promise<string[]>;

  /**
   * ACL DELUSER: deletes users and ends their connections.
   *
   * Since Redis 6.0.0. Complexity: O(1), beside ending the connections of these users.
   *
   * @param usernames The names of users.
   * @returns How many there were.
   */
  aclDeluser(...usernames: CommandArgument[]): Promise<number>;

  /**
   * ACL DRYRUN: tells whether a user may run a command, without running it.
   *
   * Since Redis 7.0.0. Complexity: O(1).
   *
   * @param username The name of the user.
   * @param command The name of a command.
   * @param values Its arguments.
   * @returns `OK`, or why it may not.
   */
  aclDryrun(username: CommandArgument, command: CommandArgument, ...values: CommandArgument[]): Promise<string>;

  /**
   * ACL GENPASS: makes a password nobody can guess.
   *
   * Since Redis 6.0.0. Complexity: O(1).
   *
   * @param bits How many bits; by default 256.
   * @param options How long to wait.
   * @returns Hexadecimal digits.
   */
  aclGenpass(bits?: number, options?: CallOptions): Promise<string>;

  /**
   * ACL GETUSER: tells what a user may do.
   *
   * Since Redis 6.0.0. Complexity: O(N) where N is the number of rules of the user.
   *
   * @param username The name of the user.
   * @param options How long to wait.
   * @returns What it may do, or null where there is no such user.
   */
  aclGetuser(username: CommandArgument, options?: CallOptions): Promise<AclUser | null>;

  /**
   * ACL LIST: lists all users with their rules.
   *
   * Since Redis 6.0.0. Complexity: O(N) where N is the number of users.
   *
   * @param options How long to wait.
   * @returns One line for each user, as in an ACL file.
   */
  aclList(options?: CallOptions): Promise<string[]>;

  /**
   * ACL LOAD: reads the users from the ACL file anew.
   *
   * Since Redis 6.0.0. Complexity: O(N) where N is the number of users.
   *
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  aclLoad(options?: CallOptions): Promise<"OK">;

  /**
   * ACL LOG: lists what was refused lately.
   *
   * Since Redis 6.0.0. Complexity: O(N) where N is the number of entries shown.
   *
   * @param count How many; by default 10.
   * @param options How long to wait.
   * @returns The entries, the latest first.
   */
  aclLog(count?: number, options?: CallOptions): Promise<Record<string, Reply>[]>;

  /**
   * ACL SAVE: writes the users to the ACL file.
   *
   * Since Redis 6.0.0. Complexity: O(N) where N is the number of users.
   *
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  aclSave(options?: CallOptions): Promise<"OK">;

  /**
   * ACL SETUSER: makes a user, or changes what it may do.
   *
   * Since Redis 6.0.0. Complexity: O(N) where N is the number of rules.
   *
   * @param username The name of the user.
   * @param rules Such as `on`, `>password`, `~key*`, `+@read`.
   * @returns Always `OK`.
   */
  aclSetuser(username: CommandArgument, ...rules: CommandArgument[]): Promise<"OK">;

  /**
   * ACL USERS: lists the names of all users.
   *
   * Since Redis 6.0.0. Complexity: O(N) where N is the number of users.
   *
   * @param options How long to wait.
   * @returns The names.
   */
  aclUsers(options?: CallOptions): Promise<string[]>;

  /**
   * ACL WHOAMI: tells which user the connection belongs to.
   *
   * Since Redis 6.0.0. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns The name.
   */
  aclWhoami(options?: CallOptions): Promise<string>;

  /**
   * APPEND: appends to the string a key holds; a missing key counts as empty.
   *
   * Since Redis 2.0.0. Complexity: O(1). The amortized time complexity is O(1) assuming the appended value is small and the already present value is of any size, since the dynamic string library used by Redis will double the free space available on every reallocation.
   *
   * @param key The key.
   * @param value The value.
   * @param options How long to wait.
   * @returns How long the value is now, in bytes.
   */
  append(key: CommandArgument, value: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * BGREWRITEAOF: begins to rewrite the append-only file from what is in memory.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns What will be done.
   */
  bgrewriteaof(options?: CallOptions): Promise<string>;

  /**
   * BGSAVE: saves all keys to a file, in the background.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param options What may be left out, and how long to wait.
   * @returns What will be done.
   */
  bgsave(options?: BgsaveOptions): Promise<string>;

  /**
   * BITCOUNT: counts the set bits of a string, or of a range of its bytes or bits.
   *
   * Since Redis 2.6.0. Complexity: O(N).
   *
   * @param key The key.
   * @param options What may be left out, and how long to wait.
   * @returns How many bits are 1.
   */
  bitcount(key: CommandArgument, options?: BitcountOptions): Promise<number>;

  /**
   * BITFIELD: reads, sets and increments integers of any width at any bit of a string.
   *
   * Since Redis 3.2.0. Complexity: O(1) for each subcommand specified.
   *
   * @param key The key.
   * @param operations What to do in turn, as `["INCRBY", "u8", 0, 1]`.
   * @param options How long to wait.
   * @returns What each operation answers; null for one that `FAIL` kept from being done.
   */
  bitfield(
    key: CommandArgument,
    operations: readonly BitfieldOperation[],
    options?: CallOptions,
  ): Promise<(number | null)[]>;

  /**
   * BITFIELD_RO: reads integers of any width at any bit of a string.
   *
   * Since Redis 6.0.0. Complexity: O(1) for each subcommand specified.
   *
   * @param key The key.
   * @param operations What to read in turn, as `["GET", "u8", 0]`.
   * @param options How long to wait.
   * @returns The number at each place.
   */
  bitfieldRo(key: CommandArgument, operations: readonly BitfieldRead[], options?: CallOptions): Promise<number[]>;

  /**
   * BITOP: combines strings bit by bit by AND, OR, XOR or NOT, and stores the result; shorter ones end in zeros.
   *
   * Since Redis 2.6.0. Complexity: O(N).
   *
   * @param operation The operation.
   * @param destkey The key to write to.
   * @param keys The keys of the operands.
   * @returns How long the result is, in bytes.
   */
  bitop(operation: "AND" | "OR" | "XOR" | "NOT", destkey: CommandArgument, ...keys: CommandArgument[]): Promise<number>;

  /**
   * BITPOS: finds the first bit that is set, or clear, in a string or a range of its bytes or bits.
   *
   * Since Redis 2.8.7. Complexity: O(N).
   *
   * @param key The key.
   * @param value The bit to find.
   * @param options What may be left out, and how long to wait.
   * @returns The place of the first such bit, or -1.
   */
  bitpos(key: CommandArgument, value: 0 | 1, options?: BitposOptions): Promise<number>;

  /**
   * BLMOVE: moves an element from an end of a list to an end of another and returns it, or waits for one.
   *
   * Since Redis 6.2.0. Complexity: O(1).
   *
   * @param source The key to read.
   * @param destination The key to write to.
   * @param wherefrom The end to take from.
   * @param whereto The end to add to.
   * @param timeout How many seconds to wait at most; 0: for ever.
   * @param options How long to wait.
   * @returns The element, or null when the time was over.
   */
  blmove(
    source: CommandArgument,
    destination: CommandArgument,
    wherefrom: "LEFT" | "RIGHT",
    whereto: "LEFT" | "RIGHT",
    timeout: number,
    options?: CallOptions,
  ): Promise<string | null>;

  /**
   * BLMPOP: removes and returns elements from an end of the first list that has any, or waits for some.
   *
   * Since Redis 7.0.0. Complexity: O(N+M) where N is the number of provided keys and M is the number of elements returned.
   *
   * @param timeout How many seconds to wait at most; 0: for ever.
   * @param keys The keys.
   * @param side The end to take from.
   * @param options What may be left out, and how long to wait.
   * @returns The key and its elements; null when the time was over.
   */
  blmpop(
    timeout: number,
    keys: CommandArguments,
    side: "LEFT" | "RIGHT",
    options?: BlmpopOptions,
  ): Promise<[key: string, elements: string[]] | null>;

  /**
   * BLPOP: removes and returns the first element of the first list there is, or waits for one.
   *
   * Since Redis 2.0.0. Complexity: O(N) where N is the number of provided keys.
   *
   * @param keys The keys.
   * @param timeout How many seconds to wait at most; 0: for ever.
   * @param options How long to wait.
   * @returns The key and its element; null when the time was over.
   */
  blpop(keys: CommandArguments, timeout: number, options?: CallOptions): Promise<[key: string, element: string] | null>;

  /**
   * BRPOP: removes and returns the last element of the first list there is, or waits for one.
   *
   * Since Redis 2.0.0. Complexity: O(N) where N is the number of provided keys.
   *
   * @param keys The keys.
   * @param timeout How many seconds to wait at most; 0: for ever.
   * @param options How long to wait.
   * @returns The key and its element; null when the time was over.
   */
  brpop(keys: CommandArguments, timeout: number, options?: CallOptions): Promise<[key: string, element: string] | null>;

  /**
   * BRPOPLPUSH: moves the last element of a list to the head of another and returns it, or waits for one.
   *
   * Since Redis 2.2.0. Complexity: O(1).
   *
   * @param source The key to read.
   * @param destination The key to write to.
   * @param timeout How many seconds to wait at most; 0: for ever.
   * @param options How long to wait.
   * @returns The element, or null when the time was over.
   * @deprecated Since Redis 6.2.0: use `BLMOVE` with the `RIGHT` and `LEFT` arguments.
   */
  brpoplpush(
    source: CommandArgument,
    destination: CommandArgument,
    timeout: number,
    options?: CallOptions,
  ): Promise<string | null>;

  /**
   * BZMPOP: takes members from an end of the first sorted set there is, or waits for one.
   *
   * Since Redis 7.0.0. Complexity: O(K) + O(M*log(N)) where K is the number of provided keys, N being the number of elements in the sorted set, and M being the number of elements popped.
   *
   * @param timeout How many seconds to wait at most; 0: for ever.
   * @param keys The keys.
   * @param which Those with the lowest scores, or with the highest.
   * @param options What may be left out, and how long to wait.
   * @returns The key and its members; null when the time was over.
   */
  bzmpop(
    timeout: number,
    keys: CommandArguments,
    which: "MIN" | "MAX",
    options?: BzmpopOptions,
  ): Promise<[key: string, members: ScoredMember[]] | null>;

  /**
   * BZPOPMAX: takes the member with the highest score from the first sorted set there is, or waits for one.
   *
   * Since Redis 5.0.0. Complexity: O(log(N)) with N being the number of elements in the sorted set.
   *
   * @param keys The keys.
   * @param timeout How many seconds to wait at most; 0: for ever.
   * @param options How long to wait.
   * @returns What was removed; null when the time was over.
   */
  bzpopmax(
    keys: CommandArguments,
    timeout: number,
    options?: CallOptions,
  ): Promise<[key: string, member: string, score: number] | null>;

  /**
   * BZPOPMIN: takes the member with the lowest score from the first sorted set there is, or waits for one.
   *
   * Since Redis 5.0.0. Complexity: O(log(N)) with N being the number of elements in the sorted set.
   *
   * @param keys The keys.
   * @param timeout How many seconds to wait at most; 0: for ever.
   * @param options How long to wait.
   * @returns What was removed; null when the time was over.
   */
  bzpopmin(
    keys: CommandArguments,
    timeout: number,
    options?: CallOptions,
  ): Promise<[key: string, member: string, score: number] | null>;

  /**
   * CLIENT GETNAME: answers the name of the connection.
   *
   * Since Redis 2.6.9. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns The name; null or empty where it has none.
   */
  clientGetname(options?: CallOptions): Promise<string | null>;

  /**
   * CLIENT GETREDIR: answers which client is told of changes in place of this one.
   *
   * Since Redis 6.0.0. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns The id of the client that gets the messages; 0: this one; -1: there are none.
   */
  clientGetredir(options?: CallOptions): Promise<number>;

  /**
   * CLIENT ID: answers the number of the connection, never used twice.
   *
   * Since Redis 5.0.0. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns The id.
   */
  clientId(options?: CallOptions): Promise<number>;

  /**
   * CLIENT INFO: describes this connection, as CLIENT LIST does all.
   *
   * Since Redis 6.2.0. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns One line of `name=value` pairs.
   */
  clientInfo(options?: CallOptions): Promise<string>;

  /**
   * CLIENT KILL: closes connections, chosen by address, number, type or user.
   *
   * Since Redis 2.4.0. Complexity: O(N) where N is the number of client connections.
   *
   * @param options What may be left out, and how long to wait.
   * @returns How many connections were ended.
   */
  clientKill(options: ClientKillOptions): Promise<number>;

  /**
   * CLIENT LIST: describes all connections, one to a line.
   *
   * Since Redis 2.4.0. Complexity: O(N) where N is the number of client connections.
   *
   * @param options What may be left out, and how long to wait.
   * @returns One line of `name=value` pairs for each connection.
   */
  clientList(options?: ClientListOptions): Promise<string>;

  /**
   * CLIENT NO-EVICT: keeps this connection from being closed for the memory that clients take.
   *
   * Since Redis 7.0.0. Complexity: O(1).
   *
   * @param mode Whether it shall be so.
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  clientNoEvict(mode: "ON" | "OFF", options?: CallOptions): Promise<"OK">;

  /**
   * CLIENT PAUSE: has commands wait for some time: those that write, or all.
   *
   * Since Redis 2.9.50. Complexity: O(1).
   *
   * @param timeout For how many milliseconds.
   * @param options What may be left out, and how long to wait.
   * @returns Always `OK`.
   */
  clientPause(timeout: number, options?: ClientPauseOptions): Promise<"OK">;

  /**
   * CLIENT SETINFO: tells which library is behind the connection.
   *
   * Since Redis 7.2.0. Complexity: O(1).
   *
   * @param attribute What to tell.
   * @param value The name or the version of the library.
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  clientSetinfo(attribute: "LIB-NAME" | "LIB-VER", value: CommandArgument, options?: CallOptions): Promise<"OK">;

  /**
   * CLIENT SETNAME: names the connection.
   *
   * Since Redis 2.6.9. Complexity: O(1).
   *
   * @param connectionName The name.
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  clientSetname(connectionName: CommandArgument, options?: CallOptions): Promise<"OK">;

  /**
   * CLIENT TRACKINGINFO: tells how this connection tracks keys.
   *
   * Since Redis 6.2.0. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns What this connection tracks.
   */
  clientTrackinginfo(options?: CallOptions): Promise<ClientTrackingInfo>;

  /**
   * CLIENT UNBLOCK: ends the waiting of a client that a command has blocked.
   *
   * Since Redis 5.0.0. Complexity: O(log N) where N is the number of client connections.
   *
   * @param clientId The id of the client.
   * @param options What may be left out, and how long to wait.
   * @returns 1, or 0 where that client was not blocked.
   */
  clientUnblock(clientId: number | bigint, options?: ClientUnblockOptions): Promise<number>;

  /**
   * CLIENT UNPAUSE: lets commands that wait since CLIENT PAUSE go on.
   *
   * Since Redis 6.2.0. Complexity: O(N) Where N is the number of paused clients.
   *
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  clientUnpause(options?: CallOptions): Promise<"OK">;

  /**
   * CLUSTER ADDSLOTS: gives hash slots to this node.
   *
   * Since Redis 3.0.0. Complexity: O(N) where N is the total number of hash slot arguments.
   *
   * @param slots The slots.
   * @returns Always `OK`.
   */
  clusterAddslots(...slots: CommandArgument[]): Promise<"OK">;

  /**
   * CLUSTER ADDSLOTSRANGE: gives ranges of hash slots to this node.
   *
   * Since Redis 7.0.0. Complexity: O(N) where N is the total number of the slots between the start slot and end slot arguments.
   *
   * @param ranges First and last slot of each range.
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  clusterAddslotsrange(ranges: Iterable<readonly [start: number, end: number]>, options?: CallOptions): Promise<"OK">;

  /**
   * CLUSTER BUMPEPOCH: moves the node's configuration epoch on.
   *
   * Since Redis 3.0.0. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns `BUMPED` or `STILL`, and the epoch.
   */
  clusterBumpepoch(options?: CallOptions): Promise<string>;

  /**
   * CLUSTER COUNT-FAILURE-REPORTS: counts the reports of a node's failure.
   *
   * Since Redis 3.0.0. Complexity: O(N) where N is the number of failure reports.
   *
   * @param nodeId The id of the node.
   * @param options How long to wait.
   * @returns How many nodes take it for failing.
   */
  clusterCountFailureReports(nodeId: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * CLUSTER COUNTKEYSINSLOT: counts the keys in a hash slot.
   *
   * Since Redis 3.0.0. Complexity: O(1).
   *
   * @param slot The slot.
   * @param options How long to wait.
   * @returns How many keys there are.
   */
  clusterCountkeysinslot(slot: number, options?: CallOptions): Promise<number>;

  /**
   * CLUSTER DELSLOTS: takes hash slots from this node.
   *
   * Since Redis 3.0.0. Complexity: O(N) where N is the total number of hash slot arguments.
   *
   * @param slots The slots.
   * @returns Always `OK`.
   */
  clusterDelslots(...slots: CommandArgument[]): Promise<"OK">;

  /**
   * CLUSTER DELSLOTSRANGE: takes ranges of hash slots from this node.
   *
   * Since Redis 7.0.0. Complexity: O(N) where N is the total number of the slots between the start slot and end slot arguments.
   *
   * @param ranges First and last slot of each range.
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  clusterDelslotsrange(ranges: Iterable<readonly [start: number, end: number]>, options?: CallOptions): Promise<"OK">;

  /**
   * CLUSTER FAILOVER: has a replica take its primary's place.
   *
   * Since Redis 3.0.0. Complexity: O(1).
   *
   * @param options What may be left out, and how long to wait.
   * @returns Always `OK`.
   */
  clusterFailover(options?: ClusterFailoverOptions): Promise<"OK">;

  /**
   * CLUSTER FLUSHSLOTS: takes all hash slots from this node.
   *
   * Since Redis 3.0.0. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  clusterFlushslots(options?: CallOptions): Promise<"OK">;

  /**
   * CLUSTER FORGET: removes a node from the table of nodes.
   *
   * Since Redis 3.0.0. Complexity: O(1).
   *
   * @param nodeId The id of the node.
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  clusterForget(nodeId: CommandArgument, options?: CallOptions): Promise<"OK">;

  /**
   * CLUSTER GETKEYSINSLOT: answers keys in a hash slot.
   *
   * Since Redis 3.0.0. Complexity: O(log(N)) where N is the number of requested keys.
   *
   * @param slot The slot.
   * @param count How many.
   * @param options How long to wait.
   * @returns Keys of the slot.
   */
  clusterGetkeysinslot(slot: number, count: number, options?: CallOptions): Promise<string[]>;

  /**
   * CLUSTER INFO: tells the state of the cluster.
   *
   * Since Redis 3.0.0. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns Lines of `name:value`.
   */
  clusterInfo(options?: CallOptions): Promise<string>;

  /**
   * CLUSTER KEYSLOT: answers the hash slot of a key.
   *
   * Since Redis 3.0.0. Complexity: O(N) where N is the number of bytes in the key.
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns The slot.
   */
  clusterKeyslot(key: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * CLUSTER LINKS: lists the links between this node and the others.
   *
   * Since Redis 7.0.0. Complexity: O(N) where N is the total number of Cluster nodes.
   *
   * @param options How long to wait.
   * @returns The links to and from other nodes.
   */
  clusterLinks(options?: CallOptions): Promise<ClusterLink[]>;

  /**
   * CLUSTER MEET: has the node join another one's cluster.
   *
   * Since Redis 3.0.0. Complexity: O(1).
   *
   * @param ip The other node's address.
   * @param port The other node's port.
   * @param busPort The port of its cluster bus.
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  clusterMeet(ip: CommandArgument, port: number, busPort?: number, options?: CallOptions): Promise<"OK">;

  /**
   * CLUSTER MYID: answers the number of the node.
   *
   * Since Redis 3.0.0. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns The id of this node.
   */
  clusterMyid(options?: CallOptions): Promise<string>;

  /**
   * CLUSTER NODES: lists the nodes, one to a line.
   *
   * Since Redis 3.0.0. Complexity: O(N) where N is the total number of Cluster nodes.
   *
   * @param options How long to wait.
   * @returns One line for each node.
   */
  clusterNodes(options?: CallOptions): Promise<string>;

  /**
   * CLUSTER REPLICAS: lists the replicas of a primary.
   *
   * Since Redis 5.0.0. Complexity: O(1).
   *
   * @param nodeId The id of the node.
   * @param options How long to wait.
   * @returns One line for each replica.
   */
  clusterReplicas(nodeId: CommandArgument, options?: CallOptions): Promise<string[]>;

  /**
   * CLUSTER REPLICATE: makes the node a replica of another.
   *
   * Since Redis 3.0.0. Complexity: O(1).
   *
   * @param nodeId The id of the node.
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  clusterReplicate(nodeId: CommandArgument, options?: CallOptions): Promise<"OK">;

  /**
   * CLUSTER RESET: has the node forget the cluster.
   *
   * Since Redis 3.0.0. Complexity: O(N) where N is the number of known nodes. The command may execute a FLUSHALL as a side effect.
   *
   * @param options What may be left out, and how long to wait.
   * @returns Always `OK`.
   */
  clusterReset(options?: ClusterResetOptions): Promise<"OK">;

  /**
   * CLUSTER SAVECONFIG: writes the node's table to its file.
   *
   * Since Redis 3.0.0. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  clusterSaveconfig(options?: CallOptions): Promise<"OK">;

  /**
   * CLUSTER SET-CONFIG-EPOCH: sets the configuration epoch of a new node.
   *
   * Since Redis 3.0.0. Complexity: O(1).
   *
   * @param configEpoch The epoch.
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  clusterSetConfigEpoch(configEpoch: number, options?: CallOptions): Promise<"OK">;

  /**
   * CLUSTER SETSLOT: says which node a hash slot belongs to, or moves to.
   *
   * Since Redis 3.0.0. Complexity: O(1).
   *
   * @param slot The slot.
   * @param state The new state.
   * @param nodeId The id of the other node; none with `STABLE`.
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  clusterSetslot(
    slot: number,
    state: "IMPORTING" | "MIGRATING" | "NODE" | "STABLE",
    nodeId?: CommandArgument,
    options?: CallOptions,
  ): Promise<"OK">;

  /**
   * CLUSTER SHARDS: lists the shards: slots and nodes.
   *
   * Since Redis 7.0.0. Complexity: O(N) where N is the total number of cluster nodes.
   *
   * @param options How long to wait.
   * @returns The shards: their slots and their nodes.
   */
  clusterShards(options?: CallOptions): Promise<ClusterShard[]>;

  /**
   * CLUSTER SLAVES: lists the replicas of a primary.
   *
   * Since Redis 3.0.0. Complexity: O(1).
   *
   * @param nodeId The id of the node.
   * @param options How long to wait.
   * @returns One line for each replica.
   * @deprecated Since Redis 5.0.0: use `CLUSTER REPLICAS`.
   */
  clusterSlaves(nodeId: CommandArgument, options?: CallOptions): Promise<string[]>;

  /**
   * CLUSTER SLOTS: lists ranges of hash slots with their nodes.
   *
   * Since Redis 3.0.0. Complexity: O(N) where N is the total number of Cluster nodes.
   *
   * @param options How long to wait.
   * @returns Ranges of slots and the nodes that have them, the primary first.
   * @deprecated Since Redis 7.0.0: use `CLUSTER SHARDS`.
   */
  clusterSlots(options?: CallOptions): Promise<ClusterSlots[]>;

  /**
   * COMMAND: describes all commands.
   *
   * Since Redis 2.8.13. Complexity: O(N) where N is the total number of Redis commands.
   *
   * @param options How long to wait.
   * @returns All commands.
   */
  command(options?: CallOptions): Promise<CommandDescription[]>;

  /**
   * COMMAND COUNT: answers how many commands there are.
   *
   * Since Redis 2.8.13. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns How many commands there are.
   */
  commandCount(options?: CallOptions): Promise<number>;

  /**
   * COMMAND DOCS: answers the documentation of the commands named, or of all.
   *
   * Since Redis 7.0.0. Complexity: O(N) where N is the number of commands to look up.
   *
   * @param names Names of commands; none: all.
   * @returns What is documented of each command.
   */
  commandDocs(...names: CommandArgument[]): Promise<Record<string, CommandDocs>>;

  /**
   * COMMAND GETKEYS: answers which arguments of a command are keys.
   *
   * Since Redis 2.8.13. Complexity: O(N) where N is the number of arguments to the command.
   *
   * @param command The name of a command.
   * @param values Its arguments.
   * @returns The keys.
   */
  commandGetkeys(command: CommandArgument, ...values: CommandArgument[]): Promise<string[]>;

  /**
   * COMMAND GETKEYSANDFLAGS: answers which arguments of a command are keys, and what it does with them.
   *
   * Since Redis 7.0.0. Complexity: O(N) where N is the number of arguments to the command.
   *
   * @param command The name of a command.
   * @param values Its arguments.
   * @returns The keys, and what is done with each.
   */
  commandGetkeysandflags(
    command: CommandArgument,
    ...values: CommandArgument[]
  ): Promise<[key: string, flags: string[]][]>;

  /**
   * COMMAND INFO: describes the commands named, or all.
   *
   * Since Redis 2.8.13. Complexity: O(N) where N is the number of commands to look up.
   *
   * @param names Names of commands; none: all.
   * @returns The commands, in order; null for one that does not exist.
   */
  commandInfo(...names: CommandArgument[]): Promise<(CommandDescription | null)[]>;

  /**
   * COMMAND LIST: answers the names of commands.
   *
   * Since Redis 7.0.0. Complexity: O(N) where N is the total number of Redis commands.
   *
   * @param options What may be left out, and how long to wait.
   * @returns The names of commands.
   */
  commandList(options?: CommandListOptions): Promise<string[]>;

  /**
   * CONFIG GET: answers directives and their values, by name or glob-style pattern.
   *
   * Since Redis 2.0.0. Complexity: O(N) when N is the number of configuration parameters provided.
   *
   * @param parameters Names or patterns.
   * @returns The parameters and their values.
   */
  configGet(...parameters: CommandArgument[]): Promise<Record<string, string>>;

  /**
   * CONFIG RESETSTAT: sets the counters that INFO shows back to zero.
   *
   * Since Redis 2.0.0. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  configResetstat(options?: CallOptions): Promise<"OK">;

  /**
   * CONFIG REWRITE: writes the configuration back to its file.
   *
   * Since Redis 2.8.0. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  configRewrite(options?: CallOptions): Promise<"OK">;

  /**
   * CONFIG SET: sets directives: all of them, or none when one is refused.
   *
   * Since Redis 2.0.0. Complexity: O(N) when N is the number of configuration parameters provided.
   *
   * @param values The parameters and their values.
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  configSet(values: Pairs, options?: CallOptions): Promise<"OK">;
  /**
   * CONFIG SET: sets directives: all of them, or none when one is refused.
   *
   * Since Redis 2.0.0. Complexity: O(N) when N is the number of configuration parameters provided.
   *
   * @param values The parameters and their values.
   * @returns Always `OK`.
   */
  configSet(...values: CommandArgument[]): Promise<"OK">;

  /**
   * COPY: copies a key's value and expiry to another key.
   *
   * Since Redis 6.2.0. Complexity: O(N) worst case for collections, where N is the number of nested items. O(1) for string values.
   *
   * @param source The key to read.
   * @param destination The key to write to.
   * @param options What may be left out, and how long to wait.
   * @returns 1, or 0 where it was not copied.
   */
  copy(source: CommandArgument, destination: CommandArgument, options?: CopyOptions): Promise<number>;

  /**
   * DBSIZE: counts the keys of the selected database.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns How many keys there are.
   */
  dbsize(options?: CallOptions): Promise<number>;

  /**
   * DECR: takes one from the integer a key holds; a missing key counts as 0.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns The new number.
   */
  decr(key: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * DECRBY: takes from the integer a key holds; a missing key counts as 0.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param decrement How much to subtract.
   * @param options How long to wait.
   * @returns The new number.
   */
  decrby(key: CommandArgument, decrement: number | bigint, options?: CallOptions): Promise<number>;

  /**
   * DEL: deletes keys.
   *
   * Since Redis 1.0.0. Complexity: O(N) where N is the number of keys that will be removed. When a key to remove holds a value other than a string, the individual complexity for this key is O(M) where M is the number of elements in the list, set, sorted set or hash. Removing a single key that holds a string value is O(1).
   *
   * @param keys The keys.
   * @returns How many of the keys existed.
   */
  del(...keys: CommandArgument[]): Promise<number>;

  /**
   * DUMP: answers a key's value in Redis' own format, for RESTORE.
   *
   * Since Redis 2.6.0. Complexity: O(1) to access the key and additional O(N*M) to serialize it, where N is the number of Redis objects composing the value and M their average size. For small string values the time complexity is thus O(1)+O(1*M) where M is small, so simply O(1).
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns The value in Redis' own format, or null where there is none.
   */
  dump(key: CommandArgument, options?: CallOptions): Promise<Uint8Array | null>;

  /**
   * ECHO: answers its argument.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param message The message.
   * @param options How long to wait.
   * @returns The message.
   */
  echo(message: CommandArgument, options?: CallOptions): Promise<string>;

  /**
   * EVAL: runs a Lua script on the server.
   *
   * Since Redis 2.6.0. Complexity: Depends on the script that is executed.
   *
   * @param script The script, in Lua.
   * @param keys The keys it works on: `KEYS`.
   * @param values Its other arguments: `ARGV`.
   * @param options How long to wait.
   * @returns What the script answers.
   */
  eval(
    script: CommandArgument,
    keys: CommandArguments,
    values?: CommandArguments,
    options?: CallOptions,
  ): Promise<Reply>;

  /**
   * EVAL_RO: runs a Lua script that only reads.
   *
   * Since Redis 7.0.0. Complexity: Depends on the script that is executed.
   *
   * @param script The script, in Lua.
   * @param keys The keys it works on: `KEYS`.
   * @param values Its other arguments: `ARGV`.
   * @param options How long to wait.
   * @returns What the script answers.
   */
  evalRo(
    script: CommandArgument,
    keys: CommandArguments,
    values?: CommandArguments,
    options?: CallOptions,
  ): Promise<Reply>;

  /**
   * EVALSHA: runs a Lua script that the server knows by its SHA-1.
   *
   * Since Redis 2.6.0. Complexity: Depends on the script that is executed.
   *
   * @param sha1 The SHA-1 of the script.
   * @param keys The keys it works on: `KEYS`.
   * @param values Its other arguments: `ARGV`.
   * @param options How long to wait.
   * @returns What the script answers.
   */
  evalsha(
    sha1: CommandArgument,
    keys: CommandArguments,
    values?: CommandArguments,
    options?: CallOptions,
  ): Promise<Reply>;

  /**
   * EVALSHA_RO: runs a Lua script that only reads, known by its SHA-1.
   *
   * Since Redis 7.0.0. Complexity: Depends on the script that is executed.
   *
   * @param sha1 The SHA-1 of the script.
   * @param keys The keys it works on: `KEYS`.
   * @param values Its other arguments: `ARGV`.
   * @param options How long to wait.
   * @returns What the script answers.
   */
  evalshaRo(
    sha1: CommandArgument,
    keys: CommandArguments,
    values?: CommandArguments,
    options?: CallOptions,
  ): Promise<Reply>;

  /**
   * EXISTS: counts how many of the keys given exist.
   *
   * Since Redis 1.0.0. Complexity: O(N) where N is the number of keys to check.
   *
   * @param keys The keys.
   * @returns How many of the keys exist; a key given twice counts twice.
   */
  exists(...keys: CommandArgument[]): Promise<number>;

  /**
   * EXPIRE: lets a key expire after a number of seconds.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param seconds In how many seconds.
   * @param options What may be left out, and how long to wait.
   * @returns 1, or 0 where there is no such key or the condition kept it from being set.
   */
  expire(key: CommandArgument, seconds: number, options?: ExpireOptions): Promise<number>;

  /**
   * EXPIREAT: lets a key expire at a Unix time in seconds.
   *
   * Since Redis 1.2.0. Complexity: O(1).
   *
   * @param key The key.
   * @param unixTimeSeconds A Unix time in seconds.
   * @param options What may be left out, and how long to wait.
   * @returns 1, or 0 where there is no such key or the condition kept it from being set.
   */
  expireat(key: CommandArgument, unixTimeSeconds: number, options?: ExpireatOptions): Promise<number>;

  /**
   * EXPIRETIME: tells the Unix time in seconds at which a key expires.
   *
   * Since Redis 7.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns The Unix time in seconds; -1 where it does not expire, -2 where there is no such key.
   */
  expiretime(key: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * FAILOVER: hands the role of the primary to a replica.
   *
   * Since Redis 6.2.0. Complexity: O(1).
   *
   * @param options What may be left out, and how long to wait.
   * @returns Always `OK`.
   */
  failover(options?: FailoverOptions): Promise<"OK">;

  /**
   * FCALL: calls a function of a library.
   *
   * Since Redis 7.0.0. Complexity: Depends on the function that is executed.
   *
   * @param name The name.
   * @param keys The keys it works on.
   * @param values Its other arguments.
   * @param options How long to wait.
   * @returns What the function answers.
   */
  fcall(
    name: CommandArgument,
    keys: CommandArguments,
    values?: CommandArguments,
    options?: CallOptions,
  ): Promise<Reply>;

  /**
   * FCALL_RO: calls a function of a library that only reads.
   *
   * Since Redis 7.0.0. Complexity: Depends on the function that is executed.
   *
   * @param name The name.
   * @param keys The keys it works on.
   * @param values Its other arguments.
   * @param options How long to wait.
   * @returns What the function answers.
   */
  fcallRo(
    name: CommandArgument,
    keys: CommandArguments,
    values?: CommandArguments,
    options?: CallOptions,
  ): Promise<Reply>;

  /**
   * FLUSHALL: deletes all keys of all databases.
   *
   * Since Redis 1.0.0. Complexity: O(N) where N is the total number of keys in all databases.
   *
   * @param options What may be left out, and how long to wait.
   * @returns Always `OK`.
   */
  flushall(options?: FlushallOptions): Promise<"OK">;

  /**
   * FLUSHDB: deletes all keys of the selected database.
   *
   * Since Redis 1.0.0. Complexity: O(N) where N is the number of keys in the selected database.
   *
   * @param options What may be left out, and how long to wait.
   * @returns Always `OK`.
   */
  flushdb(options?: FlushdbOptions): Promise<"OK">;

  /**
   * FUNCTION DELETE: deletes a library and its functions.
   *
   * Since Redis 7.0.0. Complexity: O(1).
   *
   * @param libraryName The name of the library.
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  functionDelete(libraryName: CommandArgument, options?: CallOptions): Promise<"OK">;

  /**
   * FUNCTION DUMP: writes all libraries out.
   *
   * Since Redis 7.0.0. Complexity: O(N) where N is the number of functions.
   *
   * @param options How long to wait.
   * @returns The libraries in Redis' own format.
   */
  functionDump(options?: CallOptions): Promise<Uint8Array>;

  /**
   * FUNCTION FLUSH: deletes all libraries.
   *
   * Since Redis 7.0.0. Complexity: O(N) where N is the number of functions.
   *
   * @param options What may be left out, and how long to wait.
   * @returns Always `OK`.
   */
  functionFlush(options?: FunctionFlushOptions): Promise<"OK">;

  /**
   * FUNCTION KILL: stops the function that is running.
   *
   * Since Redis 7.0.0. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  functionKill(options?: CallOptions): Promise<"OK">;

  /**
   * FUNCTION LIST: lists the libraries.
   *
   * Since Redis 7.0.0. Complexity: O(N) where N is the number of functions.
   *
   * @param options What may be left out, and how long to wait.
   * @returns The libraries.
   */
  functionList(options?: FunctionListOptions): Promise<FunctionLibrary[]>;

  /**
   * FUNCTION LOAD: makes a library of functions.
   *
   * Since Redis 7.0.0. Complexity: O(1), beside the time it takes to compile the library.
   *
   * @param functionCode The library's code.
   * @param options What may be left out, and how long to wait.
   * @returns The library's name.
   */
  functionLoad(functionCode: CommandArgument, options?: FunctionLoadOptions): Promise<string>;

  /**
   * FUNCTION RESTORE: makes libraries of what FUNCTION DUMP wrote.
   *
   * Since Redis 7.0.0. Complexity: O(N) where N is the number of functions.
   *
   * @param serializedValue What `functionDump` answered.
   * @param options What may be left out, and how long to wait.
   * @returns Always `OK`.
   */
  functionRestore(serializedValue: Uint8Array, options?: FunctionRestoreOptions): Promise<"OK">;

  /**
   * FUNCTION STATS: tells what function is running, and what engines there are.
   *
   * Since Redis 7.0.0. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns The function that is running, and the engines.
   */
  functionStats(options?: CallOptions): Promise<FunctionStats>;

  /**
   * GEOADD: adds members with their positions, or moves them.
   *
   * Since Redis 3.2.0. Complexity: O(log(N)) for each item added, where N is the number of elements in the sorted set.
   *
   * @param key The key.
   * @param members The members and where they are, as `{ Palermo: [13.361389, 38.115556] }`.
   * @param options What may be left out, and how long to wait.
   * @returns How many members were added; with `ch`, added or moved.
   */
  geoadd(
    key: CommandArgument,
    members: Pairs<readonly [longitude: number, latitude: number]>,
    options?: GeoaddOptions,
  ): Promise<number>;

  /**
   * GEODIST: answers how far two members are apart.
   *
   * Since Redis 3.2.0. Complexity: O(log(N)).
   *
   * @param key The key.
   * @param member1 One member.
   * @param member2 The other member.
   * @param unit The unit of distances.
   * @param options How long to wait.
   * @returns The distance, or null where one of the two is missing.
   */
  geodist(
    key: CommandArgument,
    member1: CommandArgument,
    member2: CommandArgument,
    unit?: GeoUnit,
    options?: CallOptions,
  ): Promise<number | null>;

  /**
   * GEOHASH: answers the positions of members as geohashes.
   *
   * Since Redis 3.2.0. Complexity: O(log(N)) for each member requested, where N is the number of elements in the sorted set.
   *
   * @param key The key.
   * @param members The members.
   * @returns The geohash of each member; null where there is none.
   */
  geohash(key: CommandArgument, ...members: CommandArgument[]): Promise<(string | null)[]>;

  /**
   * GEOPOS: answers the positions of members.
   *
   * Since Redis 3.2.0. Complexity: O(N) where N is the number of members requested.
   *
   * @param key The key.
   * @param members The members.
   * @returns Where each member is; null where there is none.
   */
  geopos(
    key: CommandArgument,
    ...members: CommandArgument[]
  ): Promise<([longitude: number, latitude: number] | null)[]>;

  /**
   * GEORADIUS: searches a circle around a position; may store what is found.
   *
   * Since Redis 3.2.0. Complexity: O(N+log(M)) where N is the number of elements inside the bounding box of the circular area delimited by center and radius and M is the number of items inside the index.
   *
   * @param key The key.
   * @param longitude The longitude of the centre.
   * @param latitude The latitude of the centre.
   * @param radius The radius.
   * @param unit The unit of distances.
   * @param options What may be left out, and how long to wait.
   * @returns How many members were stored.
   * @deprecated Since Redis 6.2.0: use `GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument.
   */
  georadius(
    key: CommandArgument,
    longitude: number | string,
    latitude: number | string,
    radius: number | string,
    unit: GeoUnit,
    options: GeoradiusOptions & { store: CommandArgument; storedist?: never },
  ): Promise<number>;
  /**
   * GEORADIUS: searches a circle around a position; may store what is found.
   *
   * Since Redis 3.2.0. Complexity: O(N+log(M)) where N is the number of elements inside the bounding box of the circular area delimited by center and radius and M is the number of items inside the index.
   *
   * @param key The key.
   * @param longitude The longitude of the centre.
   * @param latitude The latitude of the centre.
   * @param radius The radius.
   * @param unit The unit of distances.
   * @param options What may be left out, and how long to wait.
   * @returns How many members were stored.
   * @deprecated Since Redis 6.2.0: use `GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument.
   */
  georadius(
    key: CommandArgument,
    longitude: number | string,
    latitude: number | string,
    radius: number | string,
    unit: GeoUnit,
    options: GeoradiusOptions & { storedist: CommandArgument; store?: never },
  ): Promise<number>;
  /**
   * GEORADIUS: searches a circle around a position; may store what is found.
   *
   * Since Redis 3.2.0. Complexity: O(N+log(M)) where N is the number of elements inside the bounding box of the circular area delimited by center and radius and M is the number of items inside the index.
   *
   * @param key The key.
   * @param longitude The longitude of the centre.
   * @param latitude The latitude of the centre.
   * @param radius The radius.
   * @param unit The unit of distances.
   * @param options What may be left out, and how long to wait.
   * @returns The members; with `with…` options, objects.
   * @deprecated Since Redis 6.2.0: use `GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument.
   */
  georadius<O extends GeoradiusOptions = CallOptions>(
    key: CommandArgument,
    longitude: number | string,
    latitude: number | string,
    radius: number | string,
    unit: GeoUnit,
    options?: O & { store?: never; storedist?: never },
  ): Promise<GeoReply<O>[]>;

  /**
   * GEORADIUS_RO: searches a circle around a position.
   *
   * Since Redis 3.2.10. Complexity: O(N+log(M)) where N is the number of elements inside the bounding box of the circular area delimited by center and radius and M is the number of items inside the index.
   *
   * @param key The key.
   * @param longitude The longitude of the centre.
   * @param latitude The latitude of the centre.
   * @param radius The radius.
   * @param unit The unit of distances.
   * @param options What may be left out, and how long to wait.
   * @returns The members; with `with…` options, objects.
   * @deprecated Since Redis 6.2.0: use `GEOSEARCH` with the `BYRADIUS` argument.
   */
  georadiusRo<O extends GeoradiusRoOptions = CallOptions>(
    key: CommandArgument,
    longitude: number | string,
    latitude: number | string,
    radius: number | string,
    unit: GeoUnit,
    options?: O,
  ): Promise<GeoReply<O>[]>;

  /**
   * GEORADIUSBYMEMBER: searches a circle around a member; may store what is found.
   *
   * Since Redis 3.2.0. Complexity: O(N+log(M)) where N is the number of elements inside the bounding box of the circular area delimited by center and radius and M is the number of items inside the index.
   *
   * @param key The key.
   * @param member The member.
   * @param radius The radius.
   * @param unit The unit of distances.
   * @param options What may be left out, and how long to wait.
   * @returns How many members were stored.
   * @deprecated Since Redis 6.2.0: use `GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` arguments.
   */
  georadiusbymember(
    key: CommandArgument,
    member: CommandArgument,
    radius: number | string,
    unit: GeoUnit,
    options: GeoradiusbymemberOptions & { store: CommandArgument; storedist?: never },
  ): Promise<number>;
  /**
   * GEORADIUSBYMEMBER: searches a circle around a member; may store what is found.
   *
   * Since Redis 3.2.0. Complexity: O(N+log(M)) where N is the number of elements inside the bounding box of the circular area delimited by center and radius and M is the number of items inside the index.
   *
   * @param key The key.
   * @param member The member.
   * @param radius The radius.
   * @param unit The unit of distances.
   * @param options What may be left out, and how long to wait.
   * @returns How many members were stored.
   * @deprecated Since Redis 6.2.0: use `GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` arguments.
   */
  georadiusbymember(
    key: CommandArgument,
    member: CommandArgument,
    radius: number | string,
    unit: GeoUnit,
    options: GeoradiusbymemberOptions & { storedist: CommandArgument; store?: never },
  ): Promise<number>;
  /**
   * GEORADIUSBYMEMBER: searches a circle around a member; may store what is found.
   *
   * Since Redis 3.2.0. Complexity: O(N+log(M)) where N is the number of elements inside the bounding box of the circular area delimited by center and radius and M is the number of items inside the index.
   *
   * @param key The key.
   * @param member The member.
   * @param radius The radius.
   * @param unit The unit of distances.
   * @param options What may be left out, and how long to wait.
   * @returns The members; with `with…` options, objects.
   * @deprecated Since Redis 6.2.0: use `GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` arguments.
   */
  georadiusbymember<O extends GeoradiusbymemberOptions = CallOptions>(
    key: CommandArgument,
    member: CommandArgument,
    radius: number | string,
    unit: GeoUnit,
    options?: O & { store?: never; storedist?: never },
  ): Promise<GeoReply<O>[]>;

  /**
   * GEORADIUSBYMEMBER_RO: searches a circle around a member.
   *
   * Since Redis 3.2.10. Complexity: O(N+log(M)) where N is the number of elements inside the bounding box of the circular area delimited by center and radius and M is the number of items inside the index.
   *
   * @param key The key.
   * @param member The member.
   * @param radius The radius.
   * @param unit The unit of distances.
   * @param options What may be left out, and how long to wait.
   * @returns The members; with `with…` options, objects.
   * @deprecated Since Redis 6.2.0: use `GEOSEARCH` with the `BYRADIUS` and `FROMMEMBER` arguments.
   */
  georadiusbymemberRo<O extends GeoradiusbymemberRoOptions = CallOptions>(
    key: CommandArgument,
    member: CommandArgument,
    radius: number | string,
    unit: GeoUnit,
    options?: O,
  ): Promise<GeoReply<O>[]>;

  /**
   * GEOSEARCH: searches a circle or a box around a position or a member.
   *
   * Since Redis 6.2.0. Complexity: O(N+log(M)) where N is the number of elements in the grid-aligned bounding box area around the shape provided as the filter and M is the number of items inside the shape.
   *
   * @param key The key.
   * @param options What may be left out, and how long to wait.
   * @returns The members; with `with…` options, objects.
   */
  geosearch<O extends GeosearchOptions>(key: CommandArgument, options: O): Promise<GeoReply<O>[]>;

  /**
   * GEOSEARCHSTORE: searches as GEOSEARCH does, and stores what is found.
   *
   * Since Redis 6.2.0. Complexity: O(N+log(M)) where N is the number of elements in the grid-aligned bounding box area around the shape provided as the filter and M is the number of items inside the shape.
   *
   * @param destination The key to write to.
   * @param source The key to read.
   * @param options What may be left out, and how long to wait.
   * @returns How many members were stored.
   */
  geosearchstore(
    destination: CommandArgument,
    source: CommandArgument,
    options: GeosearchstoreOptions,
  ): Promise<number>;

  /**
   * GETBIT: returns a bit of a string; those after its end are 0.
   *
   * Since Redis 2.2.0. Complexity: O(1).
   *
   * @param key The key.
   * @param offset The place, counted from 0.
   * @param options How long to wait.
   * @returns The bit, 0 or 1.
   */
  getbit(key: CommandArgument, offset: number, options?: CallOptions): Promise<number>;

  /**
   * GETDEL: returns the string a key holds and deletes the key.
   *
   * Since Redis 6.2.0. Complexity: O(1).
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns The value, or null where there was none.
   */
  getdel(key: CommandArgument, options?: CallOptions): Promise<string | null>;

  /**
   * GETEX: returns the string a key holds; may set or remove its expiry.
   *
   * Since Redis 6.2.0. Complexity: O(1).
   *
   * @param key The key.
   * @param options What may be left out, and how long to wait.
   * @returns The value, or null where there is none.
   */
  getex(key: CommandArgument, options?: GetexOptions): Promise<string | null>;

  /**
   * GETRANGE: returns part of the string a key holds.
   *
   * Since Redis 2.4.0. Complexity: O(N) where N is the length of the returned string. The complexity is ultimately determined by the returned length, but because creating a substring from an existing string is very cheap, it can be considered O(1) for small strings.
   *
   * @param key The key.
   * @param start The start of the range.
   * @param end The end of the range.
   * @param options How long to wait.
   * @returns That part of the value; empty where there is none.
   */
  getrange(key: CommandArgument, start: number, end: number, options?: CallOptions): Promise<string>;

  /**
   * GETSET: sets a key to a string and returns what it held.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param value The value.
   * @param options How long to wait.
   * @returns The old value, or null where there was none.
   * @deprecated Since Redis 6.2.0: use `SET` with the `GET` argument.
   */
  getset(key: CommandArgument, value: CommandArgument, options?: CallOptions): Promise<string | null>;

  /**
   * HDEL: deletes fields of a hash, and the key with the last of them.
   *
   * Since Redis 2.0.0. Complexity: O(N) where N is the number of fields to be removed.
   *
   * @param key The key.
   * @param fields The fields.
   * @returns How many of the fields existed.
   */
  hdel(key: CommandArgument, ...fields: CommandArgument[]): Promise<number>;

  /**
   * HEXISTS: tells whether a hash has a field.
   *
   * Since Redis 2.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param field The field.
   * @param options How long to wait.
   * @returns 1, or 0 where there is no such field.
   */
  hexists(key: CommandArgument, field: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * HEXPIRE: lets fields expire after so many seconds.
   *
   * Since Redis 7.4.0. Complexity: O(N) where N is the number of specified fields.
   *
   * @param key The key.
   * @param seconds In how many seconds.
   * @param fields The fields.
   * @param options What may be left out, and how long to wait.
   * @returns For each field 1, 2 where it was deleted, 0 by the condition, -2 where there is none.
   */
  hexpire(key: CommandArgument, seconds: number, fields: CommandArguments, options?: HexpireOptions): Promise<number[]>;

  /**
   * HEXPIREAT: lets fields expire at a Unix time in seconds.
   *
   * Since Redis 7.4.0. Complexity: O(N) where N is the number of specified fields.
   *
   * @param key The key.
   * @param unixTimeSeconds A Unix time in seconds.
   * @param fields The fields.
   * @param options What may be left out, and how long to wait.
   * @returns For each field 1, 2 where it was deleted, 0 by the condition, -2 where there is none.
   */
  hexpireat(
    key: CommandArgument,
    unixTimeSeconds: number,
    fields: CommandArguments,
    options?: HexpireatOptions,
  ): Promise<number[]>;

  /**
   * HEXPIRETIME: tells the Unix time, in seconds, at which fields expire.
   *
   * Since Redis 7.4.0. Complexity: O(N) where N is the number of specified fields.
   *
   * @param key The key.
   * @param fields The fields.
   * @param options How long to wait.
   * @returns For each field the Unix time in seconds; -1 where it does not expire, -2 where there is none.
   */
  hexpiretime(key: CommandArgument, fields: CommandArguments, options?: CallOptions): Promise<number[]>;

  /**
   * HGET: answers the value of a field.
   *
   * Since Redis 2.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param field The field.
   * @param options How long to wait.
   * @returns The value, or null where there is none.
   */
  hget(key: CommandArgument, field: CommandArgument, options?: CallOptions): Promise<string | null>;

  /**
   * HGETALL: answers all fields and values of a hash.
   *
   * Since Redis 2.0.0. Complexity: O(N) where N is the size of the hash.
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns All fields and their values; empty where there is no such key.
   */
  hgetall(key: CommandArgument, options?: CallOptions): Promise<Record<string, string>>;

  /**
   * HGETDEL: answers fields and deletes them.
   *
   * Since Redis 8.0.0. Complexity: O(N) where N is the number of specified fields.
   *
   * @param key The key.
   * @param fields The fields.
   * @param options How long to wait.
   * @returns The value of each field, in order; null where there is none.
   */
  hgetdel(key: CommandArgument, fields: CommandArguments, options?: CallOptions): Promise<(string | null)[]>;

  /**
   * HGETEX: answers fields and sets when they expire.
   *
   * Since Redis 8.0.0. Complexity: O(N) where N is the number of specified fields.
   *
   * @param key The key.
   * @param fields The fields.
   * @param options What may be left out, and how long to wait.
   * @returns The value of each field, in order; null where there is none.
   */
  hgetex(key: CommandArgument, fields: CommandArguments, options?: HgetexOptions): Promise<(string | null)[]>;

  /**
   * HINCRBY: adds to the integer a field holds; a missing field counts as 0.
   *
   * Since Redis 2.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param field The field.
   * @param increment How much to add.
   * @param options How long to wait.
   * @returns The new number.
   */
  hincrby(
    key: CommandArgument,
    field: CommandArgument,
    increment: number | bigint,
    options?: CallOptions,
  ): Promise<number>;

  /**
   * HINCRBYFLOAT: adds to the floating-point number a field holds; a missing field counts as 0.
   *
   * Since Redis 2.6.0. Complexity: O(1).
   *
   * @param key The key.
   * @param field The field.
   * @param increment How much to add.
   * @param options How long to wait.
   * @returns The new number as text: it may have more digits than a JavaScript number holds.
   */
  hincrbyfloat(
    key: CommandArgument,
    field: CommandArgument,
    increment: number | string,
    options?: CallOptions,
  ): Promise<string>;

  /**
   * HKEYS: answers all fields of a hash.
   *
   * Since Redis 2.0.0. Complexity: O(N) where N is the size of the hash.
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns The names of all fields.
   */
  hkeys(key: CommandArgument, options?: CallOptions): Promise<string[]>;

  /**
   * HLEN: counts the fields of a hash.
   *
   * Since Redis 2.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns How many fields there are; 0 where there is no such key.
   */
  hlen(key: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * HMGET: answers the values of several fields.
   *
   * Since Redis 2.0.0. Complexity: O(N) where N is the number of fields being requested.
   *
   * @param key The key.
   * @param fields The fields.
   * @returns The value of each field, in order; null where there is none.
   */
  hmget(key: CommandArgument, ...fields: CommandArgument[]): Promise<(string | null)[]>;

  /**
   * HMSET: gives fields of a hash values; answers OK.
   *
   * Since Redis 2.0.0. Complexity: O(N) where N is the number of fields being set.
   *
   * @param key The key.
   * @param values The fields and their values.
   * @param options How long to wait.
   * @returns Always `OK`.
   * @deprecated Since Redis 4.0.0: use `HSET` with multiple field-value pairs.
   */
  hmset(key: CommandArgument, values: Pairs, options?: CallOptions): Promise<"OK">;
  /**
   * HMSET: gives fields of a hash values; answers OK.
   *
   * Since Redis 2.0.0. Complexity: O(N) where N is the number of fields being set.
   *
   * @param key The key.
   * @param values The fields and their values.
   * @returns Always `OK`.
   * @deprecated Since Redis 4.0.0: use `HSET` with multiple field-value pairs.
   */
  hmset(key: CommandArgument, ...values: CommandArgument[]): Promise<"OK">;

  /**
   * HPERSIST: takes the expiry from fields.
   *
   * Since Redis 7.4.0. Complexity: O(N) where N is the number of specified fields.
   *
   * @param key The key.
   * @param fields The fields.
   * @param options How long to wait.
   * @returns For each field 1, -1 where it does not expire, -2 where there is none.
   */
  hpersist(key: CommandArgument, fields: CommandArguments, options?: CallOptions): Promise<number[]>;

  /**
   * HPEXPIRE: lets fields expire after so many milliseconds.
   *
   * Since Redis 7.4.0. Complexity: O(N) where N is the number of specified fields.
   *
   * @param key The key.
   * @param milliseconds In how many milliseconds.
   * @param fields The fields.
   * @param options What may be left out, and how long to wait.
   * @returns For each field 1, 2 where it was deleted, 0 by the condition, -2 where there is none.
   */
  hpexpire(
    key: CommandArgument,
    milliseconds: number,
    fields: CommandArguments,
    options?: HpexpireOptions,
  ): Promise<number[]>;

  /**
   * HPEXPIREAT: lets fields expire at a Unix time in milliseconds.
   *
   * Since Redis 7.4.0. Complexity: O(N) where N is the number of specified fields.
   *
   * @param key The key.
   * @param unixTimeMilliseconds A Unix time in milliseconds.
   * @param fields The fields.
   * @param options What may be left out, and how long to wait.
   * @returns For each field 1, 2 where it was deleted, 0 by the condition, -2 where there is none.
   */
  hpexpireat(
    key: CommandArgument,
    unixTimeMilliseconds: number,
    fields: CommandArguments,
    options?: HpexpireatOptions,
  ): Promise<number[]>;

  /**
   * HPEXPIRETIME: tells the Unix time, in milliseconds, at which fields expire.
   *
   * Since Redis 7.4.0. Complexity: O(N) where N is the number of specified fields.
   *
   * @param key The key.
   * @param fields The fields.
   * @param options How long to wait.
   * @returns For each field the Unix time in milliseconds; -1 where it does not expire, -2 where there is none.
   */
  hpexpiretime(key: CommandArgument, fields: CommandArguments, options?: CallOptions): Promise<number[]>;

  /**
   * HPTTL: tells in how many milliseconds fields expire.
   *
   * Since Redis 7.4.0. Complexity: O(N) where N is the number of specified fields.
   *
   * @param key The key.
   * @param fields The fields.
   * @param options How long to wait.
   * @returns For each field the milliseconds left; -1 where it does not expire, -2 where there is none.
   */
  hpttl(key: CommandArgument, fields: CommandArguments, options?: CallOptions): Promise<number[]>;

  /**
   * HRANDFIELD: picks fields of a hash at random.
   *
   * Since Redis 6.2.0. Complexity: O(N) where N is the number of fields returned.
   *
   * @param key The key.
   * @param count How many.
   * @param options What may be left out, and how long to wait.
   * @returns Fields with their values.
   */
  hrandfield(
    key: CommandArgument,
    count: number,
    options: HrandfieldOptions & { withvalues: true },
  ): Promise<[field: string, value: string][]>;
  /**
   * HRANDFIELD: picks fields of a hash at random.
   *
   * Since Redis 6.2.0. Complexity: O(N) where N is the number of fields returned.
   *
   * @param key The key.
   * @param count How many.
   * @param options What may be left out, and how long to wait.
   * @returns Fields.
   */
  hrandfield(
    key: CommandArgument,
    count: number,
    options?: HrandfieldOptions & { withvalues?: false },
  ): Promise<string[]>;
  /**
   * HRANDFIELD: picks fields of a hash at random.
   *
   * Since Redis 6.2.0. Complexity: O(N) where N is the number of fields returned.
   *
   * @param key The key.
   * @param options What may be left out, and how long to wait.
   * @returns A field, or null where there is no such key.
   */
  hrandfield(
    key: CommandArgument,
    count?: undefined,
    options?: HrandfieldOptions & { withvalues?: false },
  ): Promise<string | null>;
  /**
   * HRANDFIELD: picks fields of a hash at random.
   *
   * Since Redis 6.2.0. Complexity: O(N) where N is the number of fields returned.
   *
   * @param key The key.
   * @param count How many.
   * @param options What may be left out, and how long to wait.
   * @returns One or the other, as the options say.
   */
  hrandfield(
    key: CommandArgument,
    count?: number,
    options?: HrandfieldOptions,
  ): Promise<string | null | [field: string, value: string][] | string[]>;

  /**
   * HSET: gives fields of a hash values.
   *
   * Since Redis 2.0.0. Complexity: O(1) for each field/value pair added, so O(N) to add N field/value pairs when the command is called with multiple field/value pairs.
   *
   * @param key The key.
   * @param values The fields and their values.
   * @param options How long to wait.
   * @returns How many fields are new.
   */
  hset(key: CommandArgument, values: Pairs, options?: CallOptions): Promise<number>;
  /**
   * HSET: gives fields of a hash values.
   *
   * Since Redis 2.0.0. Complexity: O(1) for each field/value pair added, so O(N) to add N field/value pairs when the command is called with multiple field/value pairs.
   *
   * @param key The key.
   * @param values The fields and their values.
   * @returns How many fields are new.
   */
  hset(key: CommandArgument, ...values: CommandArgument[]): Promise<number>;

  /**
   * HSETEX: sets fields and when they expire.
   *
   * Since Redis 8.0.0. Complexity: O(N) where N is the number of specified fields.
   *
   * @param key The key.
   * @param counted The fields and their values.
   * @param options What may be left out, and how long to wait.
   * @returns 1, or 0 where a condition kept it from being done.
   */
  hsetex(key: CommandArgument, counted: Pairs, options?: HsetexOptions): Promise<number>;

  /**
   * HSETNX: gives a field of a hash a value unless it has one.
   *
   * Since Redis 2.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param field The field.
   * @param value The value.
   * @param options How long to wait.
   * @returns 1, or 0 where the field existed.
   */
  hsetnx(key: CommandArgument, field: CommandArgument, value: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * HSTRLEN: tells the length of a field's value.
   *
   * Since Redis 3.2.0. Complexity: O(1).
   *
   * @param key The key.
   * @param field The field.
   * @param options How long to wait.
   * @returns How long the value is, in bytes; 0 where there is none.
   */
  hstrlen(key: CommandArgument, field: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * HTTL: tells in how many seconds fields expire.
   *
   * Since Redis 7.4.0. Complexity: O(N) where N is the number of specified fields.
   *
   * @param key The key.
   * @param fields The fields.
   * @param options How long to wait.
   * @returns For each field the seconds left; -1 where it does not expire, -2 where there is none.
   */
  httl(key: CommandArgument, fields: CommandArguments, options?: CallOptions): Promise<number[]>;

  /**
   * HVALS: answers all values of a hash.
   *
   * Since Redis 2.0.0. Complexity: O(N) where N is the size of the hash.
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns All values.
   */
  hvals(key: CommandArgument, options?: CallOptions): Promise<string[]>;

  /**
   * INCR: adds one to the integer a key holds; a missing key counts as 0.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns The new number.
   */
  incr(key: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * INCRBY: adds to the integer a key holds; a missing key counts as 0.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param increment How much to add.
   * @param options How long to wait.
   * @returns The new number.
   */
  incrby(key: CommandArgument, increment: number | bigint, options?: CallOptions): Promise<number>;

  /**
   * INCRBYFLOAT: adds to the floating-point number a key holds; a missing key counts as 0.
   *
   * Since Redis 2.6.0. Complexity: O(1).
   *
   * @param key The key.
   * @param increment How much to add.
   * @param options How long to wait.
   * @returns The new number as text: it may have more digits than a JavaScript number holds.
   */
  incrbyfloat(key: CommandArgument, increment: number | string, options?: CallOptions): Promise<string>;

  /**
   * INFO: tells figures of the server.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param sections Names of sections; none: those shown by default.
   * @returns Lines of `name:value`, in sections.
   */
  info(...sections: CommandArgument[]): Promise<string>;

  /**
   * KEYS: lists all keys that match a pattern.
   *
   * Since Redis 1.0.0. Complexity: O(N) with N being the number of keys in the database, under the assumption that the key names in the database and the given pattern have limited length.
   *
   * @param pattern A glob-style pattern.
   * @param options How long to wait.
   * @returns The keys, in no order.
   */
  keys(pattern: CommandArgument, options?: CallOptions): Promise<string[]>;

  /**
   * LASTSAVE: tells when all keys were last saved.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns The Unix time in seconds.
   */
  lastsave(options?: CallOptions): Promise<number>;

  /**
   * LATENCY DOCTOR: describes what the latency monitor has seen, and what may help.
   *
   * Since Redis 2.8.13. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns Text, for people.
   */
  latencyDoctor(options?: CallOptions): Promise<string>;

  /**
   * LATENCY GRAPH: draws the samples of an event.
   *
   * Since Redis 2.8.13. Complexity: O(1).
   *
   * @param event The name of the event.
   * @param options How long to wait.
   * @returns Text, for people.
   */
  latencyGraph(event: CommandArgument, options?: CallOptions): Promise<string>;

  /**
   * LATENCY HISTOGRAM: answers how many calls of each command took at most how long.
   *
   * Since Redis 7.0.0. Complexity: O(N) where N is the number of commands with latency information being retrieved.
   *
   * @param commands Names of commands; none: all that were called.
   * @returns The histogram of each command.
   */
  latencyHistogram(...commands: CommandArgument[]): Promise<Record<string, LatencyHistogram>>;

  /**
   * LATENCY HISTORY: answers the samples of an event: when, and how many milliseconds.
   *
   * Since Redis 2.8.13. Complexity: O(1).
   *
   * @param event The name of the event.
   * @param options How long to wait.
   * @returns When, as a Unix time in seconds, and how long.
   */
  latencyHistory(event: CommandArgument, options?: CallOptions): Promise<[time: number, ms: number][]>;

  /**
   * LATENCY LATEST: answers the latest sample of each event, and the worst.
   *
   * Since Redis 2.8.13. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns Each event, its latest time, and the latest and longest duration.
   */
  latencyLatest(options?: CallOptions): Promise<[event: string, time: number, latestMs: number, maxMs: number][]>;

  /**
   * LATENCY RESET: forgets the samples of some events, or of all.
   *
   * Since Redis 2.8.13. Complexity: O(1).
   *
   * @param events Names of events; none: all.
   * @returns How many events were reset.
   */
  latencyReset(...events: CommandArgument[]): Promise<number>;

  /**
   * LCS: finds the longest sequence of bytes that two strings have in common.
   *
   * Since Redis 7.0.0. Complexity: O(N*M) where N and M are the lengths of s1 and s2, respectively.
   *
   * @param key1 The key of one value.
   * @param key2 The key of the other.
   * @param options What may be left out, and how long to wait.
   * @returns How long it is.
   */
  lcs(
    key1: CommandArgument,
    key2: CommandArgument,
    options: LcsOptions & { len: true; idx?: false; withmatchlen?: false },
  ): Promise<number>;
  /**
   * LCS: finds the longest sequence of bytes that two strings have in common.
   *
   * Since Redis 7.0.0. Complexity: O(N*M) where N and M are the lengths of s1 and s2, respectively.
   *
   * @param key1 The key of one value.
   * @param key2 The key of the other.
   * @param options What may be left out, and how long to wait.
   * @returns Where it stands in both values.
   */
  lcs(
    key1: CommandArgument,
    key2: CommandArgument,
    options: LcsOptions & { idx: true; withmatchlen: true; len?: false },
  ): Promise<LcsMatches<LcsMatchWithLength>>;
  /**
   * LCS: finds the longest sequence of bytes that two strings have in common.
   *
   * Since Redis 7.0.0. Complexity: O(N*M) where N and M are the lengths of s1 and s2, respectively.
   *
   * @param key1 The key of one value.
   * @param key2 The key of the other.
   * @param options What may be left out, and how long to wait.
   * @returns Where it stands in both values.
   */
  lcs(
    key1: CommandArgument,
    key2: CommandArgument,
    options: LcsOptions & { idx: true; len?: false; withmatchlen?: false },
  ): Promise<LcsMatches<LcsMatch>>;
  /**
   * LCS: finds the longest sequence of bytes that two strings have in common.
   *
   * Since Redis 7.0.0. Complexity: O(N*M) where N and M are the lengths of s1 and s2, respectively.
   *
   * @param key1 The key of one value.
   * @param key2 The key of the other.
   * @param options What may be left out, and how long to wait.
   * @returns The longest common subsequence.
   */
  lcs(
    key1: CommandArgument,
    key2: CommandArgument,
    options?: LcsOptions & { len?: false; idx?: false; withmatchlen?: false },
  ): Promise<string>;
  /**
   * LCS: finds the longest sequence of bytes that two strings have in common.
   *
   * Since Redis 7.0.0. Complexity: O(N*M) where N and M are the lengths of s1 and s2, respectively.
   *
   * @param key1 The key of one value.
   * @param key2 The key of the other.
   * @param options What may be left out, and how long to wait.
   * @returns One or the other, as the options say.
   */
  lcs(
    key1: CommandArgument,
    key2: CommandArgument,
    options?: LcsOptions,
  ): Promise<string | number | LcsMatches<LcsMatchWithLength> | LcsMatches<LcsMatch>>;

  /**
   * LINDEX: returns the element at an index, counted from the tail when negative.
   *
   * Since Redis 1.0.0. Complexity: O(N) where N is the number of elements to traverse to get to the element at index. This makes asking for the first or the last element of the list O(1).
   *
   * @param key The key.
   * @param index The index; negative: from the end.
   * @param options How long to wait.
   * @returns The element, or null where there is none.
   */
  lindex(key: CommandArgument, index: number, options?: CallOptions): Promise<string | null>;

  /**
   * LINSERT: inserts an element before or after the first one that equals the pivot.
   *
   * Since Redis 2.2.0. Complexity: O(N) where N is the number of elements to traverse before seeing the value pivot. This means that inserting somewhere on the left end on the list (head) can be considered O(1) and inserting somewhere on the right end (tail) is O(N).
   *
   * @param key The key.
   * @param where On which side of the pivot.
   * @param pivot The element beside it.
   * @param element The element.
   * @param options How long to wait.
   * @returns How many elements there are now; -1 without the pivot, 0 where there is no such key.
   */
  linsert(
    key: CommandArgument,
    where: "BEFORE" | "AFTER",
    pivot: CommandArgument,
    element: CommandArgument,
    options?: CallOptions,
  ): Promise<number>;

  /**
   * LLEN: returns how many elements a list has.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns How many elements there are; 0 where there is no such key.
   */
  llen(key: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * LMOVE: moves an element from an end of a list to an end of another, or of the same, and returns it.
   *
   * Since Redis 6.2.0. Complexity: O(1).
   *
   * @param source The key to read.
   * @param destination The key to write to.
   * @param wherefrom The end to take from.
   * @param whereto The end to add to.
   * @param options How long to wait.
   * @returns The element, or null where there is none.
   */
  lmove(
    source: CommandArgument,
    destination: CommandArgument,
    wherefrom: "LEFT" | "RIGHT",
    whereto: "LEFT" | "RIGHT",
    options?: CallOptions,
  ): Promise<string | null>;

  /**
   * LMPOP: removes and returns elements from an end of the first list that has any.
   *
   * Since Redis 7.0.0. Complexity: O(N+M) where N is the number of provided keys and M is the number of elements returned.
   *
   * @param keys The keys.
   * @param side The end to take from.
   * @param options What may be left out, and how long to wait.
   * @returns The key and its elements; null where all are empty.
   */
  lmpop(
    keys: CommandArguments,
    side: "LEFT" | "RIGHT",
    options?: LmpopOptions,
  ): Promise<[key: string, elements: string[]] | null>;

  /**
   * LOLWUT: tells the version, with a picture for some.
   *
   * Since Redis 5.0.0.
   *
   * @param options What may be left out, and how long to wait.
   * @returns A picture, and the server's version.
   */
  lolwut(options?: LolwutOptions): Promise<string>;

  /**
   * LPOP: removes and returns the first element of a list, or as many as are asked for.
   *
   * Since Redis 1.0.0. Complexity: O(N) where N is the number of elements returned.
   *
   * @param key The key.
   * @param count How many.
   * @param options How long to wait.
   * @returns The elements, or null where there is no such key.
   */
  lpop(key: CommandArgument, count: number, options?: CallOptions): Promise<string[] | null>;
  /**
   * LPOP: removes and returns the first element of a list, or as many as are asked for.
   *
   * Since Redis 1.0.0. Complexity: O(N) where N is the number of elements returned.
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns The element, or null where there is no such key.
   */
  lpop(key: CommandArgument, count?: undefined, options?: CallOptions): Promise<string | null>;
  /**
   * LPOP: removes and returns the first element of a list, or as many as are asked for.
   *
   * Since Redis 1.0.0. Complexity: O(N) where N is the number of elements returned.
   *
   * @param key The key.
   * @param count How many.
   * @param options How long to wait.
   * @returns One or the other, as the options say.
   */
  lpop(key: CommandArgument, count?: number, options?: CallOptions): Promise<string | null | string[]>;

  /**
   * LPOS: returns the index of the first element that equals another, or of several such.
   *
   * Since Redis 6.0.6. Complexity: O(N) where N is the number of elements in the list, for the average case. When searching for elements near the head or the tail of the list, or when the MAXLEN option is provided, the command may run in constant time.
   *
   * @param key The key.
   * @param element The element.
   * @param options What may be left out, and how long to wait.
   * @returns The indexes.
   */
  lpos(key: CommandArgument, element: CommandArgument, options: LposOptions & { count: number }): Promise<number[]>;
  /**
   * LPOS: returns the index of the first element that equals another, or of several such.
   *
   * Since Redis 6.0.6. Complexity: O(N) where N is the number of elements in the list, for the average case. When searching for elements near the head or the tail of the list, or when the MAXLEN option is provided, the command may run in constant time.
   *
   * @param key The key.
   * @param element The element.
   * @param options What may be left out, and how long to wait.
   * @returns The index, or null where there is none.
   */
  lpos(
    key: CommandArgument,
    element: CommandArgument,
    options?: LposOptions & { count?: never },
  ): Promise<number | null>;
  /**
   * LPOS: returns the index of the first element that equals another, or of several such.
   *
   * Since Redis 6.0.6. Complexity: O(N) where N is the number of elements in the list, for the average case. When searching for elements near the head or the tail of the list, or when the MAXLEN option is provided, the command may run in constant time.
   *
   * @param key The key.
   * @param element The element.
   * @param options What may be left out, and how long to wait.
   * @returns One or the other, as the options say.
   */
  lpos(key: CommandArgument, element: CommandArgument, options?: LposOptions): Promise<number | null | number[]>;

  /**
   * LPUSH: adds elements at the head of a list, each before the one given before it; a missing key counts as empty.
   *
   * Since Redis 1.0.0. Complexity: O(1) for each element added, so O(N) to add N elements when the command is called with multiple arguments.
   *
   * @param key The key.
   * @param elements The elements.
   * @returns How many elements the list has now; 0 where it was not changed.
   */
  lpush(key: CommandArgument, ...elements: CommandArgument[]): Promise<number>;

  /**
   * LPUSHX: adds elements at the head of a list, if there is one.
   *
   * Since Redis 2.2.0. Complexity: O(1) for each element added, so O(N) to add N elements when the command is called with multiple arguments.
   *
   * @param key The key.
   * @param elements The elements.
   * @returns How many elements the list has now; 0 where it was not changed.
   */
  lpushx(key: CommandArgument, ...elements: CommandArgument[]): Promise<number>;

  /**
   * LRANGE: returns the elements from one index to another, which is included.
   *
   * Since Redis 1.0.0. Complexity: O(S+N) where S is the distance of start offset from HEAD for small lists, from nearest end (HEAD or TAIL) for large lists; and N is the number of elements in the specified range.
   *
   * @param key The key.
   * @param start The start of the range.
   * @param stop The end of the range, itself included.
   * @param options How long to wait.
   * @returns The elements.
   */
  lrange(key: CommandArgument, start: number, stop: number, options?: CallOptions): Promise<string[]>;

  /**
   * LREM: removes elements that equal another: so many from the head, or from the tail when negative, or all.
   *
   * Since Redis 1.0.0. Complexity: O(N+M) where N is the length of the list and M is the number of elements removed.
   *
   * @param key The key.
   * @param count How many to remove, from the head; negative: from the tail; 0: all.
   * @param element The element.
   * @param options How long to wait.
   * @returns How many were removed.
   */
  lrem(key: CommandArgument, count: number, element: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * LSET: replaces the element at an index.
   *
   * Since Redis 1.0.0. Complexity: O(N) where N is the length of the list. Setting either the first or the last element of the list is O(1).
   *
   * @param key The key.
   * @param index The index; negative: from the end.
   * @param element The element.
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  lset(key: CommandArgument, index: number, element: CommandArgument, options?: CallOptions): Promise<"OK">;

  /**
   * LTRIM: removes all elements but those from one index to another.
   *
   * Since Redis 1.0.0. Complexity: O(N) where N is the number of elements to be removed by the operation.
   *
   * @param key The key.
   * @param start The start of the range.
   * @param stop The end of the range, itself included.
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  ltrim(key: CommandArgument, start: number, stop: number, options?: CallOptions): Promise<"OK">;

  /**
   * MEMORY DOCTOR: describes what is unusual about the server's memory.
   *
   * Since Redis 4.0.0. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns Text, for people.
   */
  memoryDoctor(options?: CallOptions): Promise<string>;

  /**
   * MEMORY MALLOC-STATS: describes the memory behind each database, and the rest of the process.
   *
   * Since Redis 4.0.0. Complexity: Depends on how much memory is allocated, could be slow.
   *
   * @param options How long to wait.
   * @returns Text, for people.
   */
  memoryMallocStats(options?: CallOptions): Promise<string>;

  /**
   * MEMORY PURGE: gives memory back now that deleted keys have left.
   *
   * Since Redis 4.0.0. Complexity: Depends on how much memory is allocated, could be slow.
   *
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  memoryPurge(options?: CallOptions): Promise<"OK">;

  /**
   * MEMORY STATS: tells what the server's memory is used for.
   *
   * Since Redis 4.0.0. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns The numbers by name, as the server has them.
   */
  memoryStats(options?: CallOptions): Promise<Record<string, Reply>>;

  /**
   * MEMORY USAGE: estimates the bytes that a key and its value take.
   *
   * Since Redis 4.0.0. Complexity: O(N) where N is the number of samples.
   *
   * @param key The key.
   * @param options What may be left out, and how long to wait.
   * @returns Bytes, or null where there is no such key.
   */
  memoryUsage(key: CommandArgument, options?: MemoryUsageOptions): Promise<number | null>;

  /**
   * MIGRATE: moves keys to another server.
   *
   * Since Redis 2.6.0. Complexity: O(N) for the transfer, where N is the size of the values, beside DUMP and DEL here and RESTORE there.
   *
   * @param host The other server's host name or address.
   * @param port The other server's port.
   * @param keys The key, or the keys.
   * @param db The number of the database there.
   * @param timeout How many milliseconds the other server may be silent.
   * @param options What may be left out, and how long to wait.
   * @returns `OK`, or `NOKEY` where none of the keys exists.
   */
  migrate(
    host: CommandArgument,
    port: number,
    keys: CommandArguments,
    db: number,
    timeout: number,
    options?: MigrateOptions,
  ): Promise<"OK" | "NOKEY">;

  /**
   * MODULE LIST: lists the modules that are loaded, of which there are none here.
   *
   * Since Redis 4.0.0. Complexity: O(N) where N is the number of loaded modules.
   *
   * @param options How long to wait.
   * @returns The modules: `name`, `ver`, and what newer servers tell.
   */
  moduleList(options?: CallOptions): Promise<Record<string, Reply>[]>;

  /**
   * MODULE LOAD: loads a module, which fails here.
   *
   * Since Redis 4.0.0. Complexity: O(1).
   *
   * @param path The path of its file.
   * @param values The fields and their values.
   * @returns Always `OK`.
   */
  moduleLoad(path: CommandArgument, ...values: CommandArgument[]): Promise<"OK">;

  /**
   * MODULE LOADEX: loads a module with directives of its own, which fails here.
   *
   * Since Redis 7.0.0. Complexity: O(1).
   *
   * @param path The path of its file.
   * @param options What may be left out, and how long to wait.
   * @returns Always `OK`.
   */
  moduleLoadex(path: CommandArgument, options?: ModuleLoadexOptions): Promise<"OK">;

  /**
   * MODULE UNLOAD: unloads a module, of which there are none here.
   *
   * Since Redis 4.0.0. Complexity: O(1).
   *
   * @param name The name.
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  moduleUnload(name: CommandArgument, options?: CallOptions): Promise<"OK">;

  /**
   * MOVE: moves a key to another database.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param db The number of the other database.
   * @param options How long to wait.
   * @returns 1, or 0 where it was not moved.
   */
  move(key: CommandArgument, db: number, options?: CallOptions): Promise<number>;

  /**
   * MSETNX: sets several keys to strings unless one of them exists.
   *
   * Since Redis 1.0.1. Complexity: O(N) where N is the number of keys to set.
   *
   * @param values The fields and their values.
   * @param options How long to wait.
   * @returns 1, or 0 where one of the keys existed and nothing was set.
   */
  msetnx(values: Pairs, options?: CallOptions): Promise<number>;
  /**
   * MSETNX: sets several keys to strings unless one of them exists.
   *
   * Since Redis 1.0.1. Complexity: O(N) where N is the number of keys to set.
   *
   * @param values The fields and their values.
   * @returns 1, or 0 where one of the keys existed and nothing was set.
   */
  msetnx(...values: CommandArgument[]): Promise<number>;

  /**
   * OBJECT ENCODING: tells how a value is represented in memory.
   *
   * Since Redis 2.2.3. Complexity: O(1).
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns How the value is stored, or null where there is no such key.
   */
  objectEncoding(key: CommandArgument, options?: CallOptions): Promise<string | null>;

  /**
   * OBJECT FREQ: tells how often a key is used, on a logarithmic scale.
   *
   * Since Redis 4.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns How often it is used, on a logarithmic scale; null: no such key.
   */
  objectFreq(key: CommandArgument, options?: CallOptions): Promise<number | null>;

  /**
   * OBJECT IDLETIME: tells how many seconds ago a key was last used.
   *
   * Since Redis 2.2.3. Complexity: O(1).
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns For how many seconds it was not used, or null where there is no such key.
   */
  objectIdletime(key: CommandArgument, options?: CallOptions): Promise<number | null>;

  /**
   * OBJECT REFCOUNT: tells how many references there are to a key's value.
   *
   * Since Redis 2.2.3. Complexity: O(1).
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns How many references there are, or null where there is no such key.
   */
  objectRefcount(key: CommandArgument, options?: CallOptions): Promise<number | null>;

  /**
   * PERSIST: takes the expiry of a key away.
   *
   * Since Redis 2.2.0. Complexity: O(1).
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns 1, or 0 where there is no such key or it did not expire.
   */
  persist(key: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * PEXPIRE: lets a key expire after a number of milliseconds.
   *
   * Since Redis 2.6.0. Complexity: O(1).
   *
   * @param key The key.
   * @param milliseconds In how many milliseconds.
   * @param options What may be left out, and how long to wait.
   * @returns 1, or 0 where there is no such key or the condition kept it from being set.
   */
  pexpire(key: CommandArgument, milliseconds: number, options?: PexpireOptions): Promise<number>;

  /**
   * PEXPIREAT: lets a key expire at a Unix time in milliseconds.
   *
   * Since Redis 2.6.0. Complexity: O(1).
   *
   * @param key The key.
   * @param unixTimeMilliseconds A Unix time in milliseconds.
   * @param options What may be left out, and how long to wait.
   * @returns 1, or 0 where there is no such key or the condition kept it from being set.
   */
  pexpireat(key: CommandArgument, unixTimeMilliseconds: number, options?: PexpireatOptions): Promise<number>;

  /**
   * PEXPIRETIME: tells the Unix time in milliseconds at which a key expires.
   *
   * Since Redis 7.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns The Unix time in ms; -1 where it does not expire, -2 where there is no such key.
   */
  pexpiretime(key: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * PFADD: adds elements to a HyperLogLog; without any, creates an empty one.
   *
   * Since Redis 2.8.9. Complexity: O(1) to add every element.
   *
   * @param key The key.
   * @param elements The elements.
   * @returns 1 where the estimate changed, else 0.
   */
  pfadd(key: CommandArgument, ...elements: CommandArgument[]): Promise<number>;

  /**
   * PFCOUNT: estimates how many different elements HyperLogLogs have counted together.
   *
   * Since Redis 2.8.9. Complexity: O(1) with a very small average constant time when called with a single key. O(N) with N being the number of keys, and much bigger constant times, when called with multiple keys.
   *
   * @param keys The keys.
   * @returns About how many different elements there are in all of them.
   */
  pfcount(...keys: CommandArgument[]): Promise<number>;

  /**
   * PFMERGE: has a HyperLogLog count what others have counted, too.
   *
   * Since Redis 2.8.9. Complexity: O(N) to merge N HyperLogLogs, but with high constant times.
   *
   * @param destkey The key to write to.
   * @param sourcekeys The keys to read.
   * @returns Always `OK`.
   */
  pfmerge(destkey: CommandArgument, ...sourcekeys: CommandArgument[]): Promise<"OK">;

  /**
   * PING: answers PONG, or its argument.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param message The message.
   * @param options How long to wait.
   * @returns `PONG`, or the message.
   */
  ping(message?: CommandArgument, options?: CallOptions): Promise<string>;

  /**
   * PSETEX: sets a key to a string that expires after so many milliseconds.
   *
   * Since Redis 2.6.0. Complexity: O(1).
   *
   * @param key The key.
   * @param milliseconds In how many milliseconds.
   * @param value The value.
   * @param options How long to wait.
   * @returns Always `OK`.
   * @deprecated Use `SET` with the `px` option.
   */
  psetex(key: CommandArgument, milliseconds: number, value: CommandArgument, options?: CallOptions): Promise<"OK">;

  /**
   * PTTL: tells in how many milliseconds a key expires.
   *
   * Since Redis 2.6.0. Complexity: O(1).
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns Milliseconds; -1 where it does not expire, -2 where there is no such key.
   */
  pttl(key: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * PUBLISH: sends a message to all who subscribe to a channel.
   *
   * Since Redis 2.0.0. Complexity: O(N+M) where N is the number of clients subscribed to the receiving channel and M is the total number of subscribed patterns (by any client).
   *
   * @param channel The channel.
   * @param message The message.
   * @param options How long to wait.
   * @returns How many clients got it.
   */
  publish(channel: CommandArgument, message: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * PUBSUB CHANNELS: lists channels that somebody subscribes to.
   *
   * Since Redis 2.8.0. Complexity: O(N) where N is the number of active channels, and assuming constant time pattern matching (relatively short channels and patterns).
   *
   * @param pattern A glob-style pattern.
   * @param options How long to wait.
   * @returns The channels that somebody is subscribed to.
   */
  pubsubChannels(pattern?: CommandArgument, options?: CallOptions): Promise<string[]>;

  /**
   * PUBSUB NUMPAT: counts the patterns that somebody subscribes to.
   *
   * Since Redis 2.8.0. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns How many different patterns there are.
   */
  pubsubNumpat(options?: CallOptions): Promise<number>;

  /**
   * PUBSUB NUMSUB: counts the subscribers of each channel.
   *
   * Since Redis 2.8.0. Complexity: O(N) for the NUMSUB subcommand, where N is the number of requested channels.
   *
   * @param channels The channels.
   * @returns How many are subscribed to each channel.
   */
  pubsubNumsub(...channels: CommandArgument[]): Promise<Record<string, number>>;

  /**
   * PUBSUB SHARDCHANNELS: lists shard channels that somebody subscribes to.
   *
   * Since Redis 7.0.0. Complexity: O(N) where N is the number of active shard channels, and assuming constant time pattern matching (relatively short shard channels).
   *
   * @param pattern A glob-style pattern.
   * @param options How long to wait.
   * @returns The channels that somebody is subscribed to.
   */
  pubsubShardchannels(pattern?: CommandArgument, options?: CallOptions): Promise<string[]>;

  /**
   * PUBSUB SHARDNUMSUB: counts the subscribers of each shard channel.
   *
   * Since Redis 7.0.0. Complexity: O(N) for the SHARDNUMSUB subcommand, where N is the number of requested shard channels.
   *
   * @param shardchannels The channels.
   * @returns How many are subscribed to each channel.
   */
  pubsubShardnumsub(...shardchannels: CommandArgument[]): Promise<Record<string, number>>;

  /**
   * RANDOMKEY: picks a key at random.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns A key, or null where there is none.
   */
  randomkey(options?: CallOptions): Promise<string | null>;

  /**
   * RENAME: gives a key another name, replacing what had that name.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param newkey The new key.
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  rename(key: CommandArgument, newkey: CommandArgument, options?: CallOptions): Promise<"OK">;

  /**
   * RENAMENX: gives a key another name unless that is taken.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param newkey The new key.
   * @param options How long to wait.
   * @returns 1, or 0 where the new key existed.
   */
  renamenx(key: CommandArgument, newkey: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * REPLICAOF: makes the server a primary: that of another one's replicas it cannot be yet.
   *
   * Since Redis 5.0.0. Complexity: O(1).
   *
   * @param host The primary, or `NO` for none.
   * @param port Its port, or `ONE` after `NO`.
   * @param options How long to wait.
   * @returns `OK`, or why nothing was to be done.
   */
  replicaof(host: string, port: number | "ONE", options?: CallOptions): Promise<string>;

  /**
   * RESTORE: makes a key of what DUMP has answered.
   *
   * Since Redis 2.6.0. Complexity: O(1) to create the new key and additional O(N*M) to reconstruct the serialized value, where N is the number of Redis objects composing the value and M their average size. For small string values the time complexity is thus O(1)+O(1*M) where M is small, so simply O(1). However for sorted set values the complexity is O(N*M*log(N)) because inserting values into sorted sets is O(log(N)).
   *
   * @param key The key.
   * @param ttl In how many milliseconds it expires; 0: never.
   * @param serializedValue What `dump` answered.
   * @param options What may be left out, and how long to wait.
   * @returns Always `OK`.
   */
  restore(key: CommandArgument, ttl: number, serializedValue: Uint8Array, options?: RestoreOptions): Promise<"OK">;

  /**
   * ROLE: tells the server's role: primary, with its offset and its replicas.
   *
   * Since Redis 2.8.12. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns The role, and what belongs to it.
   */
  role(options?: CallOptions): Promise<RoleReply>;

  /**
   * RPOP: removes and returns the last element of a list, or as many as are asked for, the last one first.
   *
   * Since Redis 1.0.0. Complexity: O(N) where N is the number of elements returned.
   *
   * @param key The key.
   * @param count How many.
   * @param options How long to wait.
   * @returns The elements, or null where there is no such key.
   */
  rpop(key: CommandArgument, count: number, options?: CallOptions): Promise<string[] | null>;
  /**
   * RPOP: removes and returns the last element of a list, or as many as are asked for, the last one first.
   *
   * Since Redis 1.0.0. Complexity: O(N) where N is the number of elements returned.
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns The element, or null where there is no such key.
   */
  rpop(key: CommandArgument, count?: undefined, options?: CallOptions): Promise<string | null>;
  /**
   * RPOP: removes and returns the last element of a list, or as many as are asked for, the last one first.
   *
   * Since Redis 1.0.0. Complexity: O(N) where N is the number of elements returned.
   *
   * @param key The key.
   * @param count How many.
   * @param options How long to wait.
   * @returns One or the other, as the options say.
   */
  rpop(key: CommandArgument, count?: number, options?: CallOptions): Promise<string | null | string[]>;

  /**
   * RPOPLPUSH: moves the last element of a list to the head of another, or of the same, and returns it.
   *
   * Since Redis 1.2.0. Complexity: O(1).
   *
   * @param source The key to read.
   * @param destination The key to write to.
   * @param options How long to wait.
   * @returns The element, or null where there is none.
   * @deprecated Since Redis 6.2.0: use `LMOVE` with the `RIGHT` and `LEFT` arguments.
   */
  rpoplpush(source: CommandArgument, destination: CommandArgument, options?: CallOptions): Promise<string | null>;

  /**
   * RPUSH: adds elements at the tail of a list; a missing key counts as empty.
   *
   * Since Redis 1.0.0. Complexity: O(1) for each element added, so O(N) to add N elements when the command is called with multiple arguments.
   *
   * @param key The key.
   * @param elements The elements.
   * @returns How many elements the list has now; 0 where it was not changed.
   */
  rpush(key: CommandArgument, ...elements: CommandArgument[]): Promise<number>;

  /**
   * RPUSHX: adds elements at the tail of a list, if there is one.
   *
   * Since Redis 2.2.0. Complexity: O(1) for each element added, so O(N) to add N elements when the command is called with multiple arguments.
   *
   * @param key The key.
   * @param elements The elements.
   * @returns How many elements the list has now; 0 where it was not changed.
   */
  rpushx(key: CommandArgument, ...elements: CommandArgument[]): Promise<number>;

  /**
   * SADD: adds members to a set.
   *
   * Since Redis 1.0.0. Complexity: O(1) for each element added, so O(N) to add N elements when the command is called with multiple arguments.
   *
   * @param key The key.
   * @param members The members.
   * @returns How many members are new.
   */
  sadd(key: CommandArgument, ...members: CommandArgument[]): Promise<number>;

  /**
   * SAVE: saves all keys to a file, while everybody waits.
   *
   * Since Redis 1.0.0. Complexity: O(N) where N is the total number of keys in all databases.
   *
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  save(options?: CallOptions): Promise<"OK">;

  /**
   * SCARD: counts the members of a set.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns How many members there are; 0 where there is no such key.
   */
  scard(key: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * SCRIPT EXISTS: tells which scripts the server knows.
   *
   * Since Redis 2.6.0. Complexity: O(N) where N is the number of scripts to look up.
   *
   * @param sha1s The SHA-1s of scripts.
   * @returns For each, 1 or 0.
   */
  scriptExists(...sha1s: CommandArgument[]): Promise<number[]>;

  /**
   * SCRIPT FLUSH: forgets all scripts.
   *
   * Since Redis 2.6.0. Complexity: O(N) where N is the number of scripts.
   *
   * @param options What may be left out, and how long to wait.
   * @returns Always `OK`.
   */
  scriptFlush(options?: ScriptFlushOptions): Promise<"OK">;

  /**
   * SCRIPT KILL: stops the script that is running.
   *
   * Since Redis 2.6.0. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  scriptKill(options?: CallOptions): Promise<"OK">;

  /**
   * SCRIPT LOAD: has the server know a script.
   *
   * Since Redis 2.6.0. Complexity: O(N) where N is the length of the script.
   *
   * @param script The script, in Lua.
   * @param options How long to wait.
   * @returns Its SHA-1 in hexadecimal.
   */
  scriptLoad(script: CommandArgument, options?: CallOptions): Promise<string>;

  /**
   * SDIFF: answers the members of the first set that no other has.
   *
   * Since Redis 1.0.0. Complexity: O(N) where N is the total number of elements in all given sets.
   *
   * @param keys The keys.
   * @returns The members.
   */
  sdiff(...keys: CommandArgument[]): Promise<string[]>;

  /**
   * SDIFFSTORE: stores the members of the first set that no other has.
   *
   * Since Redis 1.0.0. Complexity: O(N) where N is the total number of elements in all given sets.
   *
   * @param destination The key to write to.
   * @param keys The keys.
   * @returns How many members were stored.
   */
  sdiffstore(destination: CommandArgument, ...keys: CommandArgument[]): Promise<number>;

  /**
   * SETBIT: sets or clears a bit of a string, made longer with zeros to hold it; returns what the bit was.
   *
   * Since Redis 2.2.0. Complexity: O(1).
   *
   * @param key The key.
   * @param offset The place, counted from 0.
   * @param value The value.
   * @param options How long to wait.
   * @returns The bit as it was, 0 or 1.
   */
  setbit(key: CommandArgument, offset: number, value: 0 | 1, options?: CallOptions): Promise<number>;

  /**
   * SETEX: sets a key to a string that expires after so many seconds.
   *
   * Since Redis 2.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param seconds In how many seconds.
   * @param value The value.
   * @param options How long to wait.
   * @returns Always `OK`.
   * @deprecated Use `SET` with the `ex` option.
   */
  setex(key: CommandArgument, seconds: number, value: CommandArgument, options?: CallOptions): Promise<"OK">;

  /**
   * SETNX: sets a key to a string unless it exists.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param value The value.
   * @param options How long to wait.
   * @returns 1, or 0 where the key existed.
   * @deprecated Use `SET` with the `nx` option.
   */
  setnx(key: CommandArgument, value: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * SETRANGE: overwrites part of the string a key holds from an offset on; zero bytes fill the gap before it.
   *
   * Since Redis 2.2.0. Complexity: O(1), not counting the time taken to copy the new string in place. Usually, this string is very small so the amortized complexity is O(1). Otherwise, complexity is O(M) with M being the length of the value argument.
   *
   * @param key The key.
   * @param offset The place, counted from 0.
   * @param value The value.
   * @param options How long to wait.
   * @returns How long the value is now, in bytes.
   */
  setrange(key: CommandArgument, offset: number, value: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * SINTER: answers the members that all sets have.
   *
   * Since Redis 1.0.0. Complexity: O(N*M) worst case where N is the cardinality of the smallest set and M is the number of sets.
   *
   * @param keys The keys.
   * @returns The members.
   */
  sinter(...keys: CommandArgument[]): Promise<string[]>;

  /**
   * SINTERCARD: counts the members that all sets have.
   *
   * Since Redis 7.0.0. Complexity: O(N*M) worst case where N is the cardinality of the smallest set and M is the number of sets.
   *
   * @param keys The keys.
   * @param options What may be left out, and how long to wait.
   * @returns How many members there are.
   */
  sintercard(keys: CommandArguments, options?: SintercardOptions): Promise<number>;

  /**
   * SINTERSTORE: stores the members that all sets have.
   *
   * Since Redis 1.0.0. Complexity: O(N*M) worst case where N is the cardinality of the smallest set and M is the number of sets.
   *
   * @param destination The key to write to.
   * @param keys The keys.
   * @returns How many members were stored.
   */
  sinterstore(destination: CommandArgument, ...keys: CommandArgument[]): Promise<number>;

  /**
   * SISMEMBER: tells whether a value is a member of a set.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param member The member.
   * @param options How long to wait.
   * @returns 1, or 0 where it is no member.
   */
  sismember(key: CommandArgument, member: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * SLAVEOF: makes the server a primary: that of another one's replicas it cannot be yet.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param host The primary, or `NO` for none.
   * @param port Its port, or `ONE` after `NO`.
   * @param options How long to wait.
   * @returns `OK`, or why nothing was to be done.
   * @deprecated Since Redis 5.0.0: use `REPLICAOF`.
   */
  slaveof(host: string, port: number | "ONE", options?: CallOptions): Promise<string>;

  /**
   * SLOWLOG GET: answers the latest slow commands: 10, or as many as asked for, -1 for all.
   *
   * Since Redis 2.2.12. Complexity: O(N) where N is the number of entries returned.
   *
   * @param count How many; by default 10; -1: all.
   * @param options How long to wait.
   * @returns The entries, the latest first.
   */
  slowlogGet(count?: number, options?: CallOptions): Promise<SlowlogEntry[]>;

  /**
   * SLOWLOG LEN: answers how many slow commands are kept.
   *
   * Since Redis 2.2.12. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns How many entries there are.
   */
  slowlogLen(options?: CallOptions): Promise<number>;

  /**
   * SLOWLOG RESET: forgets the slow commands.
   *
   * Since Redis 2.2.12. Complexity: O(N) where N is the number of entries in the slowlog.
   *
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  slowlogReset(options?: CallOptions): Promise<"OK">;

  /**
   * SMEMBERS: answers all members of a set.
   *
   * Since Redis 1.0.0. Complexity: O(N) where N is the set cardinality.
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns The members.
   */
  smembers(key: CommandArgument, options?: CallOptions): Promise<string[]>;

  /**
   * SMISMEMBER: tells of several values whether they are members of a set.
   *
   * Since Redis 6.2.0. Complexity: O(N) where N is the number of elements being checked for membership.
   *
   * @param key The key.
   * @param members The members.
   * @returns For each, 1 or 0.
   */
  smismember(key: CommandArgument, ...members: CommandArgument[]): Promise<number[]>;

  /**
   * SMOVE: moves a member from one set to another.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param source The key to read.
   * @param destination The key to write to.
   * @param member The member.
   * @param options How long to wait.
   * @returns 1, or 0 where it is no member of the source.
   */
  smove(
    source: CommandArgument,
    destination: CommandArgument,
    member: CommandArgument,
    options?: CallOptions,
  ): Promise<number>;

  /**
   * SORT: answers the elements of a list, set or sorted set in order, or stores them.
   *
   * Since Redis 1.0.0. Complexity: O(N+M*log(M)) where N is the number of elements in the list or set to sort, and M the number of returned elements. When the elements are not sorted, complexity is O(N).
   *
   * @param key The key.
   * @param options What may be left out, and how long to wait.
   * @returns How many elements were stored.
   */
  sort(key: CommandArgument, options: SortOptions & { store: CommandArgument }): Promise<number>;
  /**
   * SORT: answers the elements of a list, set or sorted set in order, or stores them.
   *
   * Since Redis 1.0.0. Complexity: O(N+M*log(M)) where N is the number of elements in the list or set to sort, and M the number of returned elements. When the elements are not sorted, complexity is O(N).
   *
   * @param key The key.
   * @param options What may be left out, and how long to wait.
   * @returns The elements, or what `get` finds for each; null where that is nothing.
   */
  sort(key: CommandArgument, options?: SortOptions & { store?: never }): Promise<(string | null)[]>;
  /**
   * SORT: answers the elements of a list, set or sorted set in order, or stores them.
   *
   * Since Redis 1.0.0. Complexity: O(N+M*log(M)) where N is the number of elements in the list or set to sort, and M the number of returned elements. When the elements are not sorted, complexity is O(N).
   *
   * @param key The key.
   * @param options What may be left out, and how long to wait.
   * @returns One or the other, as the options say.
   */
  sort(key: CommandArgument, options?: SortOptions): Promise<(string | null)[] | number>;

  /**
   * SORT_RO: answers the elements of a list, set or sorted set in order.
   *
   * Since Redis 7.0.0. Complexity: O(N+M*log(M)) where N is the number of elements in the list or set to sort, and M the number of returned elements. When the elements are not sorted, complexity is O(N).
   *
   * @param key The key.
   * @param options What may be left out, and how long to wait.
   * @returns The elements, or what `get` finds for each; null where that is nothing.
   */
  sortRo(key: CommandArgument, options?: SortRoOptions): Promise<(string | null)[]>;

  /**
   * SPOP: takes random members out of a set.
   *
   * Since Redis 1.0.0. Complexity: Without the count argument O(1), otherwise O(N) where N is the value of the passed count.
   *
   * @param key The key.
   * @param count How many.
   * @param options How long to wait.
   * @returns The members.
   */
  spop(key: CommandArgument, count: number, options?: CallOptions): Promise<string[]>;
  /**
   * SPOP: takes random members out of a set.
   *
   * Since Redis 1.0.0. Complexity: Without the count argument O(1), otherwise O(N) where N is the value of the passed count.
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns The member, or null where there is no such key.
   */
  spop(key: CommandArgument, count?: undefined, options?: CallOptions): Promise<string | null>;
  /**
   * SPOP: takes random members out of a set.
   *
   * Since Redis 1.0.0. Complexity: Without the count argument O(1), otherwise O(N) where N is the value of the passed count.
   *
   * @param key The key.
   * @param count How many.
   * @param options How long to wait.
   * @returns One or the other, as the options say.
   */
  spop(key: CommandArgument, count?: number, options?: CallOptions): Promise<string | null | string[]>;

  /**
   * SPUBLISH: sends a message to all who subscribe to a shard channel.
   *
   * Since Redis 7.0.0. Complexity: O(N) where N is the number of clients subscribed to the receiving shard channel.
   *
   * @param shardchannel The channel.
   * @param message The message.
   * @param options How long to wait.
   * @returns How many clients got it.
   */
  spublish(shardchannel: CommandArgument, message: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * SRANDMEMBER: answers random members of a set.
   *
   * Since Redis 1.0.0. Complexity: Without the count argument O(1), otherwise O(N) where N is the absolute value of the passed count.
   *
   * @param key The key.
   * @param count How many.
   * @param options How long to wait.
   * @returns Members; with a negative count some may come twice.
   */
  srandmember(key: CommandArgument, count: number, options?: CallOptions): Promise<string[]>;
  /**
   * SRANDMEMBER: answers random members of a set.
   *
   * Since Redis 1.0.0. Complexity: Without the count argument O(1), otherwise O(N) where N is the absolute value of the passed count.
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns A member, or null where there is no such key.
   */
  srandmember(key: CommandArgument, count?: undefined, options?: CallOptions): Promise<string | null>;
  /**
   * SRANDMEMBER: answers random members of a set.
   *
   * Since Redis 1.0.0. Complexity: Without the count argument O(1), otherwise O(N) where N is the absolute value of the passed count.
   *
   * @param key The key.
   * @param count How many.
   * @param options How long to wait.
   * @returns One or the other, as the options say.
   */
  srandmember(key: CommandArgument, count?: number, options?: CallOptions): Promise<string | null | string[]>;

  /**
   * SREM: removes members from a set.
   *
   * Since Redis 1.0.0. Complexity: O(N) where N is the number of members to be removed.
   *
   * @param key The key.
   * @param members The members.
   * @returns How many of them were members.
   */
  srem(key: CommandArgument, ...members: CommandArgument[]): Promise<number>;

  /**
   * STRLEN: returns the length in bytes of the string a key holds.
   *
   * Since Redis 2.2.0. Complexity: O(1).
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns How long the value is, in bytes; 0 where there is none.
   */
  strlen(key: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * SUBSTR: returns part of the string a key holds; the old name of GETRANGE.
   *
   * Since Redis 1.0.0. Complexity: O(N) where N is the length of the returned string. The complexity is ultimately determined by the returned length, but because creating a substring from an existing string is very cheap, it can be considered O(1) for small strings.
   *
   * @param key The key.
   * @param start The start of the range.
   * @param end The end of the range.
   * @param options How long to wait.
   * @returns That part of the value; empty where there is none.
   * @deprecated Since Redis 2.0.0: use `GETRANGE`.
   */
  substr(key: CommandArgument, start: number, end: number, options?: CallOptions): Promise<string>;

  /**
   * SUNION: answers the members that any of the sets has.
   *
   * Since Redis 1.0.0. Complexity: O(N) where N is the total number of elements in all given sets.
   *
   * @param keys The keys.
   * @returns The members.
   */
  sunion(...keys: CommandArgument[]): Promise<string[]>;

  /**
   * SUNIONSTORE: stores the members that any of the sets has.
   *
   * Since Redis 1.0.0. Complexity: O(N) where N is the total number of elements in all given sets.
   *
   * @param destination The key to write to.
   * @param keys The keys.
   * @returns How many members were stored.
   */
  sunionstore(destination: CommandArgument, ...keys: CommandArgument[]): Promise<number>;

  /**
   * SWAPDB: exchanges the contents of two databases.
   *
   * Since Redis 4.0.0. Complexity: O(N) where N is the count of clients watching or blocking on keys from both databases.
   *
   * @param index1 The number of one database.
   * @param index2 The number of the other.
   * @param options How long to wait.
   * @returns Always `OK`.
   */
  swapdb(index1: number, index2: number, options?: CallOptions): Promise<"OK">;

  /**
   * TIME: tells the server's time.
   *
   * Since Redis 2.6.0. Complexity: O(1).
   *
   * @param options How long to wait.
   * @returns The Unix time, and the microseconds of the second.
   */
  time(options?: CallOptions): Promise<[seconds: number, microseconds: number]>;

  /**
   * TOUCH: marks keys as used just now and counts them.
   *
   * Since Redis 3.2.1. Complexity: O(N) where N is the number of keys that will be touched.
   *
   * @param keys The keys.
   * @returns How many of the keys exist.
   */
  touch(...keys: CommandArgument[]): Promise<number>;

  /**
   * TTL: tells in how many seconds a key expires.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns Seconds; -1 where it does not expire, -2 where there is no such key.
   */
  ttl(key: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * TYPE: tells the type of a key's value.
   *
   * Since Redis 1.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns `string`, `list`, `set`, `zset`, `hash`, `stream` …; `none` where there is no such key.
   */
  type(key: CommandArgument, options?: CallOptions): Promise<string>;

  /**
   * UNLINK: deletes keys now and frees their memory later.
   *
   * Since Redis 4.0.0. Complexity: O(1) for each key removed regardless of its size. Then the command does O(N) work in a different thread in order to reclaim memory, where N is the number of allocations the deleted objects where composed of.
   *
   * @param keys The keys.
   * @returns How many of the keys existed.
   */
  unlink(...keys: CommandArgument[]): Promise<number>;

  /**
   * WAIT: waits until so many replicas have what this connection wrote.
   *
   * Since Redis 3.0.0. Complexity: O(1).
   *
   * @param numreplicas How many replicas to wait for.
   * @param timeout How many milliseconds to wait at most; 0: for ever.
   * @param options How long to wait.
   * @returns How many replicas have all that this connection wrote.
   */
  wait(numreplicas: number, timeout: number, options?: CallOptions): Promise<number>;

  /**
   * XACK: acknowledges entries: they are pending no more. Returns how many were.
   *
   * Since Redis 5.0.0. Complexity: O(1) for each message ID processed.
   *
   * @param key The key.
   * @param group The name of the group.
   * @param ids The ids.
   * @returns How many entries were acknowledged.
   */
  xack(key: CommandArgument, group: CommandArgument, ...ids: CommandArgument[]): Promise<number>;

  /**
   * XADD: adds an entry at the end of a stream, and trims it from its beginning if asked to.
   *
   * Since Redis 5.0.0. Complexity: O(1) when adding a new entry, O(N) when trimming where N being the number of entries evicted.
   *
   * @param key The key.
   * @param id The id; `*`: the server makes one.
   * @param values The fields and their values; pairs may repeat a field.
   * @param options What may be left out, and how long to wait.
   * @returns The id, or null where there is no such key.
   */
  xadd(
    key: CommandArgument,
    id: CommandArgument,
    values: Pairs,
    options: XaddOptions & { nomkstream: true },
  ): Promise<string | null>;
  /**
   * XADD: adds an entry at the end of a stream, and trims it from its beginning if asked to.
   *
   * Since Redis 5.0.0. Complexity: O(1) when adding a new entry, O(N) when trimming where N being the number of entries evicted.
   *
   * @param key The key.
   * @param id The id; `*`: the server makes one.
   * @param values The fields and their values; pairs may repeat a field.
   * @param options What may be left out, and how long to wait.
   * @returns The id of the new entry.
   */
  xadd(
    key: CommandArgument,
    id: CommandArgument,
    values: Pairs,
    options?: XaddOptions & { nomkstream?: false },
  ): Promise<string>;
  /**
   * XADD: adds an entry at the end of a stream, and trims it from its beginning if asked to.
   *
   * Since Redis 5.0.0. Complexity: O(1) when adding a new entry, O(N) when trimming where N being the number of entries evicted.
   *
   * @param key The key.
   * @param id The id; `*`: the server makes one.
   * @param values The fields and their values; pairs may repeat a field.
   * @param options What may be left out, and how long to wait.
   * @returns One or the other, as the options say.
   */
  xadd(key: CommandArgument, id: CommandArgument, values: Pairs, options?: XaddOptions): Promise<string | null>;

  /**
   * XAUTOCLAIM: makes entries that have been pending for some time those of another consumer, from an id on.
   *
   * Since Redis 6.2.0. Complexity: O(1) if COUNT is small.
   *
   * @param key The key.
   * @param group The name of the group.
   * @param consumer The name of the consumer.
   * @param minIdleTime For how many milliseconds nobody asked for them, at least.
   * @param start The start of the range.
   * @param options What may be left out, and how long to wait.
   * @returns The same with ids alone.
   */
  xautoclaim(
    key: CommandArgument,
    group: CommandArgument,
    consumer: CommandArgument,
    minIdleTime: number,
    start: CommandArgument,
    options: XautoclaimOptions & { justid: true },
  ): Promise<[cursor: string, ids: string[], deleted: string[]]>;
  /**
   * XAUTOCLAIM: makes entries that have been pending for some time those of another consumer, from an id on.
   *
   * Since Redis 6.2.0. Complexity: O(1) if COUNT is small.
   *
   * @param key The key.
   * @param group The name of the group.
   * @param consumer The name of the consumer.
   * @param minIdleTime For how many milliseconds nobody asked for them, at least.
   * @param start The start of the range.
   * @param options What may be left out, and how long to wait.
   * @returns Where to go on (`0-0`: all were looked at), the entries, and the ids of those that are deleted (Redis 7 and later).
   */
  xautoclaim(
    key: CommandArgument,
    group: CommandArgument,
    consumer: CommandArgument,
    minIdleTime: number,
    start: CommandArgument,
    options?: XautoclaimOptions & { justid?: false },
  ): Promise<[cursor: string, entries: StreamEntry[], deleted: string[]]>;
  /**
   * XAUTOCLAIM: makes entries that have been pending for some time those of another consumer, from an id on.
   *
   * Since Redis 6.2.0. Complexity: O(1) if COUNT is small.
   *
   * @param key The key.
   * @param group The name of the group.
   * @param consumer The name of the consumer.
   * @param minIdleTime For how many milliseconds nobody asked for them, at least.
   * @param start The start of the range.
   * @param options What may be left out, and how long to wait.
   * @returns One or the other, as the options say.
   */
  xautoclaim(
    key: CommandArgument,
    group: CommandArgument,
    consumer: CommandArgument,
    minIdleTime: number,
    start: CommandArgument,
    options?: XautoclaimOptions,
  ): Promise<
    [cursor: string, entries: StreamEntry[], deleted: string[]] | [cursor: string, ids: string[], deleted: string[]]
  >;

  /**
   * XCLAIM: makes pending entries those of another consumer, as if they were delivered to it.
   *
   * Since Redis 5.0.0. Complexity: O(log N) with N being the number of messages in the PEL of the consumer group.
   *
   * @param key The key.
   * @param group The name of the group.
   * @param consumer The name of the consumer.
   * @param minIdleTime For how many milliseconds nobody asked for them, at least.
   * @param ids The ids.
   * @param options What may be left out, and how long to wait.
   * @returns Their ids.
   */
  xclaim(
    key: CommandArgument,
    group: CommandArgument,
    consumer: CommandArgument,
    minIdleTime: number,
    ids: CommandArguments,
    options: XclaimOptions & { justid: true },
  ): Promise<string[]>;
  /**
   * XCLAIM: makes pending entries those of another consumer, as if they were delivered to it.
   *
   * Since Redis 5.0.0. Complexity: O(log N) with N being the number of messages in the PEL of the consumer group.
   *
   * @param key The key.
   * @param group The name of the group.
   * @param consumer The name of the consumer.
   * @param minIdleTime For how many milliseconds nobody asked for them, at least.
   * @param ids The ids.
   * @param options What may be left out, and how long to wait.
   * @returns The entries that are the consumer's now.
   */
  xclaim(
    key: CommandArgument,
    group: CommandArgument,
    consumer: CommandArgument,
    minIdleTime: number,
    ids: CommandArguments,
    options?: XclaimOptions & { justid?: false },
  ): Promise<StreamEntry[]>;
  /**
   * XCLAIM: makes pending entries those of another consumer, as if they were delivered to it.
   *
   * Since Redis 5.0.0. Complexity: O(log N) with N being the number of messages in the PEL of the consumer group.
   *
   * @param key The key.
   * @param group The name of the group.
   * @param consumer The name of the consumer.
   * @param minIdleTime For how many milliseconds nobody asked for them, at least.
   * @param ids The ids.
   * @param options What may be left out, and how long to wait.
   * @returns One or the other, as the options say.
   */
  xclaim(
    key: CommandArgument,
    group: CommandArgument,
    consumer: CommandArgument,
    minIdleTime: number,
    ids: CommandArguments,
    options?: XclaimOptions,
  ): Promise<StreamEntry[] | string[]>;

  /**
   * XDEL: deletes entries of a stream by their ids.
   *
   * Since Redis 5.0.0. Complexity: O(1) for each single item to delete in the stream, regardless of the stream size.
   *
   * @param key The key.
   * @param ids The ids.
   * @returns How many of the entries existed.
   */
  xdel(key: CommandArgument, ...ids: CommandArgument[]): Promise<number>;

  /**
   * XGROUP CREATE: makes a group that reads on after an id.
   *
   * Since Redis 5.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param group The name of the group.
   * @param id The last entry that counts as delivered; `$`: the last there is.
   * @param options What may be left out, and how long to wait.
   * @returns Always `OK`.
   */
  xgroupCreate(
    key: CommandArgument,
    group: CommandArgument,
    id: CommandArgument,
    options?: XgroupCreateOptions,
  ): Promise<"OK">;

  /**
   * XGROUP CREATECONSUMER: adds a consumer to a group, unless it is there.
   *
   * Since Redis 6.2.0. Complexity: O(1).
   *
   * @param key The key.
   * @param group The name of the group.
   * @param consumer The name of the consumer.
   * @param options How long to wait.
   * @returns 1, or 0 where there was one already.
   */
  xgroupCreateconsumer(
    key: CommandArgument,
    group: CommandArgument,
    consumer: CommandArgument,
    options?: CallOptions,
  ): Promise<number>;

  /**
   * XGROUP DELCONSUMER: deletes a consumer of a group with its pending entries, and returns how many there were.
   *
   * Since Redis 5.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param group The name of the group.
   * @param consumer The name of the consumer.
   * @param options How long to wait.
   * @returns How many entries the consumer had not acknowledged.
   */
  xgroupDelconsumer(
    key: CommandArgument,
    group: CommandArgument,
    consumer: CommandArgument,
    options?: CallOptions,
  ): Promise<number>;

  /**
   * XGROUP DESTROY: destroys a group.
   *
   * Since Redis 5.0.0. Complexity: O(N) where N is the number of entries in the group's pending entries list (PEL).
   *
   * @param key The key.
   * @param group The name of the group.
   * @param options How long to wait.
   * @returns 1, or 0 where there was none.
   */
  xgroupDestroy(key: CommandArgument, group: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * XGROUP SETID: has a group read on after an id.
   *
   * Since Redis 5.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param group The name of the group.
   * @param id The last entry that counts as delivered; `$`: the last there is.
   * @param options What may be left out, and how long to wait.
   * @returns Always `OK`.
   */
  xgroupSetid(
    key: CommandArgument,
    group: CommandArgument,
    id: CommandArgument,
    options?: XgroupSetidOptions,
  ): Promise<"OK">;

  /**
   * XINFO CONSUMERS: lists the consumers of a group.
   *
   * Since Redis 5.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param group The name of the group.
   * @param options How long to wait.
   * @returns The consumers.
   */
  xinfoConsumers(key: CommandArgument, group: CommandArgument, options?: CallOptions): Promise<StreamConsumerInfo[]>;

  /**
   * XINFO GROUPS: lists the groups of a stream.
   *
   * Since Redis 5.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns The groups.
   */
  xinfoGroups(key: CommandArgument, options?: CallOptions): Promise<StreamGroupInfo[]>;

  /**
   * XINFO STREAM: tells about a stream, FULL with its entries, groups and consumers.
   *
   * Since Redis 5.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param options What may be left out, and how long to wait.
   * @returns The same with entries, groups and consumers.
   */
  xinfoStream(key: CommandArgument, options: XinfoStreamOptions & { full: true }): Promise<FullStreamInfo>;
  /**
   * XINFO STREAM: tells about a stream, FULL with its entries, groups and consumers.
   *
   * Since Redis 5.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param options What may be left out, and how long to wait.
   * @returns The numbers of the stream, its first entry and its last.
   */
  xinfoStream(key: CommandArgument, options?: XinfoStreamOptions & { full?: false }): Promise<StreamInfo>;
  /**
   * XINFO STREAM: tells about a stream, FULL with its entries, groups and consumers.
   *
   * Since Redis 5.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param options What may be left out, and how long to wait.
   * @returns One or the other, as the options say.
   */
  xinfoStream(key: CommandArgument, options?: XinfoStreamOptions): Promise<StreamInfo | FullStreamInfo>;

  /**
   * XLEN: returns how many entries a stream has.
   *
   * Since Redis 5.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns How many entries there are; 0 where there is no such key.
   */
  xlen(key: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * XPENDING: returns how many entries of a group are pending, or which.
   *
   * Since Redis 5.0.0. Complexity: O(N) with N being the number of elements returned, so asking for a small fixed number of entries per call is O(1). O(M), where M is the total number of entries scanned when used with the IDLE filter. When the command returns just the summary and the list of consumers is small, it runs in O(1) time; otherwise, an additional O(N) time for iterating every consumer.
   *
   * @param key The key.
   * @param group The name of the group.
   * @param range Which entries to list.
   * @param options How long to wait.
   * @returns The entries: whose they are, for how long, and how often they were delivered.
   */
  xpending(
    key: CommandArgument,
    group: CommandArgument,
    range: PendingRange,
    options?: CallOptions,
  ): Promise<[id: string, consumer: string, idleMs: number, deliveries: number][]>;
  /**
   * XPENDING: returns how many entries of a group are pending, or which.
   *
   * Since Redis 5.0.0. Complexity: O(N) with N being the number of elements returned, so asking for a small fixed number of entries per call is O(1). O(M), where M is the total number of entries scanned when used with the IDLE filter. When the command returns just the summary and the list of consumers is small, it runs in O(1) time; otherwise, an additional O(N) time for iterating every consumer.
   *
   * @param key The key.
   * @param group The name of the group.
   * @param options How long to wait.
   * @returns How many entries are pending, the ids between which they are, and how many each consumer has.
   */
  xpending(
    key: CommandArgument,
    group: CommandArgument,
    range?: undefined,
    options?: CallOptions,
  ): Promise<
    [count: number, first: string | null, last: string | null, consumers: [name: string, count: string][] | null]
  >;
  /**
   * XPENDING: returns how many entries of a group are pending, or which.
   *
   * Since Redis 5.0.0. Complexity: O(N) with N being the number of elements returned, so asking for a small fixed number of entries per call is O(1). O(M), where M is the total number of entries scanned when used with the IDLE filter. When the command returns just the summary and the list of consumers is small, it runs in O(1) time; otherwise, an additional O(N) time for iterating every consumer.
   *
   * @param key The key.
   * @param group The name of the group.
   * @param range Which entries to list.
   * @param options How long to wait.
   * @returns One or the other, as the options say.
   */
  xpending(
    key: CommandArgument,
    group: CommandArgument,
    range?: PendingRange,
    options?: CallOptions,
  ): Promise<
    [count: number, first: string | null, last: string | null, consumers: [name: string, count: string][] | null] | [
      id: string,
      consumer: string,
      idleMs: number,
      deliveries: number,
    ][]
  >;

  /**
   * XRANGE: returns the entries of a stream from one id to another.
   *
   * Since Redis 5.0.0. Complexity: O(N) with N being the number of elements being returned. If N is constant (e.g. always asking for the first 10 elements with COUNT), you can consider it O(1).
   *
   * @param key The key.
   * @param start The start of the range.
   * @param end The end of the range.
   * @param options What may be left out, and how long to wait.
   * @returns The entries.
   */
  xrange(
    key: CommandArgument,
    start: CommandArgument,
    end: CommandArgument,
    options?: XrangeOptions,
  ): Promise<StreamEntry[]>;

  /**
   * XREAD: returns the entries of streams that come after an id, or waits for one.
   *
   * Since Redis 5.0.0. Complexity: For each stream mentioned: O(N) with N being the number of elements being returned, it means that XREAD-ing with a fixed COUNT is O(1). Note that when the BLOCK option is used, XADD will pay O(M) time in order to serve the M clients blocked on the stream getting new data.
   *
   * @param streams The keys, and the ids after which to read: `{ news: "$" }`.
   * @param options What may be left out, and how long to wait.
   * @returns The new entries of each stream; null where there are none.
   */
  xread(streams: Pairs, options?: XreadOptions): Promise<Record<string, StreamEntry[]> | null>;

  /**
   * XREADGROUP: delivers entries that no consumer of a group has had, or waits for one; or returns those that are pending.
   *
   * Since Redis 5.0.0. Complexity: For each stream mentioned: O(M) with M being the number of elements returned. If M is constant (e.g. always asking for the first 10 elements with COUNT), you can consider it O(1). On the other side when XREADGROUP blocks, XADD will pay the O(N) time in order to serve the N clients blocked on the stream getting new data.
   *
   * @param group The name of the group.
   * @param consumer The name of the consumer.
   * @param streams The keys, and the ids after which to read: `{ jobs: ">" }` for what nobody got yet.
   * @param options What may be left out, and how long to wait.
   * @returns Entries of each stream; null where there are none. Of an entry that was deleted, the fields are null.
   */
  xreadgroup(
    group: CommandArgument,
    consumer: CommandArgument,
    streams: Pairs,
    options?: XreadgroupOptions,
  ): Promise<Record<string, [id: string, fields: [field: string, value: string][] | null][]> | null>;

  /**
   * XREVRANGE: returns the entries of a stream from one id back to another.
   *
   * Since Redis 5.0.0. Complexity: O(N) with N being the number of elements returned. If N is constant (e.g. always asking for the first 10 elements with COUNT), you can consider it O(1).
   *
   * @param key The key.
   * @param end The end of the range.
   * @param start The start of the range.
   * @param options What may be left out, and how long to wait.
   * @returns The entries.
   */
  xrevrange(
    key: CommandArgument,
    end: CommandArgument,
    start: CommandArgument,
    options?: XrevrangeOptions,
  ): Promise<StreamEntry[]>;

  /**
   * XSETID: sets what a stream remembers: its last id, how many entries it has had, the greatest id deleted.
   *
   * Since Redis 5.0.0. Complexity: O(1).
   *
   * @param key The key.
   * @param lastId The new last id.
   * @param options What may be left out, and how long to wait.
   * @returns Always `OK`.
   */
  xsetid(key: CommandArgument, lastId: CommandArgument, options?: XsetidOptions): Promise<"OK">;

  /**
   * XTRIM: removes entries from the beginning of a stream: down to so many, or those before an id.
   *
   * Since Redis 5.0.0. Complexity: O(N), with N being the number of evicted entries. Constant times are very small however, since entries are organized in macro nodes containing multiple entries that can be released with a single deallocation.
   *
   * @param key The key.
   * @param options What may be left out, and how long to wait.
   * @returns How many entries were deleted.
   */
  xtrim(key: CommandArgument, options: XtrimOptions): Promise<number>;

  /**
   * ZADD: adds members to a sorted set, or gives them other scores.
   *
   * Since Redis 1.2.0. Complexity: O(log(N)) for each item added, where N is the number of elements in the sorted set.
   *
   * @param key The key.
   * @param members The members and their scores, as `{ alice: 1.5 }`.
   * @param options What may be left out, and how long to wait.
   * @returns The new score, or null where a condition kept it from being changed.
   */
  zadd(
    key: CommandArgument,
    members: Pairs<number | string>,
    options: ZaddOptions & { incr: true },
  ): Promise<number | null>;
  /**
   * ZADD: adds members to a sorted set, or gives them other scores.
   *
   * Since Redis 1.2.0. Complexity: O(log(N)) for each item added, where N is the number of elements in the sorted set.
   *
   * @param key The key.
   * @param members The members and their scores, as `{ alice: 1.5 }`.
   * @param options What may be left out, and how long to wait.
   * @returns How many members are new; with `ch`, new or changed.
   */
  zadd(
    key: CommandArgument,
    members: Pairs<number | string>,
    options?: ZaddOptions & { incr?: false },
  ): Promise<number>;
  /**
   * ZADD: adds members to a sorted set, or gives them other scores.
   *
   * Since Redis 1.2.0. Complexity: O(log(N)) for each item added, where N is the number of elements in the sorted set.
   *
   * @param key The key.
   * @param members The members and their scores, as `{ alice: 1.5 }`.
   * @param options What may be left out, and how long to wait.
   * @returns One or the other, as the options say.
   */
  zadd(key: CommandArgument, members: Pairs<number | string>, options?: ZaddOptions): Promise<number | null>;

  /**
   * ZCARD: counts the members of a sorted set.
   *
   * Since Redis 1.2.0. Complexity: O(1).
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns How many members there are; 0 where there is no such key.
   */
  zcard(key: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * ZCOUNT: counts the members between two scores.
   *
   * Since Redis 2.0.0. Complexity: O(log(N)) with N being the number of elements in the sorted set.
   *
   * @param key The key.
   * @param min The lower end.
   * @param max The upper end.
   * @param options How long to wait.
   * @returns How many members there are.
   */
  zcount(key: CommandArgument, min: number | string, max: number | string, options?: CallOptions): Promise<number>;

  /**
   * ZDIFF: answers the members of the first sorted set that no other has.
   *
   * Since Redis 6.2.0. Complexity: O(L + (N-K)log(N)) worst case where L is the total number of elements in all the sets, N is the size of the first set, and K is the size of the result set.
   *
   * @param keys The keys.
   * @param options What may be left out, and how long to wait.
   * @returns The members with their scores.
   */
  zdiff(keys: CommandArguments, options: ZdiffOptions & { withscores: true }): Promise<ScoredMember[]>;
  /**
   * ZDIFF: answers the members of the first sorted set that no other has.
   *
   * Since Redis 6.2.0. Complexity: O(L + (N-K)log(N)) worst case where L is the total number of elements in all the sets, N is the size of the first set, and K is the size of the result set.
   *
   * @param keys The keys.
   * @param options What may be left out, and how long to wait.
   * @returns The members.
   */
  zdiff(keys: CommandArguments, options?: ZdiffOptions & { withscores?: false }): Promise<string[]>;
  /**
   * ZDIFF: answers the members of the first sorted set that no other has.
   *
   * Since Redis 6.2.0. Complexity: O(L + (N-K)log(N)) worst case where L is the total number of elements in all the sets, N is the size of the first set, and K is the size of the result set.
   *
   * @param keys The keys.
   * @param options What may be left out, and how long to wait.
   * @returns One or the other, as the options say.
   */
  zdiff(keys: CommandArguments, options?: ZdiffOptions): Promise<string[] | ScoredMember[]>;

  /**
   * ZDIFFSTORE: stores the members of the first sorted set that no other has.
   *
   * Since Redis 6.2.0. Complexity: O(L + (N-K)log(N)) worst case where L is the total number of elements in all the sets, N is the size of the first set, and K is the size of the result set.
   *
   * @param destination The key to write to.
   * @param keys The keys.
   * @param options How long to wait.
   * @returns How many members were stored.
   */
  zdiffstore(destination: CommandArgument, keys: CommandArguments, options?: CallOptions): Promise<number>;

  /**
   * ZINCRBY: adds to the score of a member.
   *
   * Since Redis 1.2.0. Complexity: O(log(N)) where N is the number of elements in the sorted set.
   *
   * @param key The key.
   * @param increment How much to add.
   * @param member The member.
   * @param options How long to wait.
   * @returns The new score.
   */
  zincrby(
    key: CommandArgument,
    increment: number | string,
    member: CommandArgument,
    options?: CallOptions,
  ): Promise<number>;

  /**
   * ZINTER: answers the members that all sorted sets have.
   *
   * Since Redis 6.2.0. Complexity: O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being the number of input sorted sets and M being the number of elements in the resulting sorted set.
   *
   * @param keys The keys.
   * @param options What may be left out, and how long to wait.
   * @returns The members with their scores.
   */
  zinter(keys: CommandArguments, options: ZinterOptions & { withscores: true }): Promise<ScoredMember[]>;
  /**
   * ZINTER: answers the members that all sorted sets have.
   *
   * Since Redis 6.2.0. Complexity: O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being the number of input sorted sets and M being the number of elements in the resulting sorted set.
   *
   * @param keys The keys.
   * @param options What may be left out, and how long to wait.
   * @returns The members.
   */
  zinter(keys: CommandArguments, options?: ZinterOptions & { withscores?: false }): Promise<string[]>;
  /**
   * ZINTER: answers the members that all sorted sets have.
   *
   * Since Redis 6.2.0. Complexity: O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being the number of input sorted sets and M being the number of elements in the resulting sorted set.
   *
   * @param keys The keys.
   * @param options What may be left out, and how long to wait.
   * @returns One or the other, as the options say.
   */
  zinter(keys: CommandArguments, options?: ZinterOptions): Promise<string[] | ScoredMember[]>;

  /**
   * ZINTERCARD: counts the members that all sorted sets have.
   *
   * Since Redis 7.0.0. Complexity: O(N*K) worst case with N being the smallest input sorted set, K being the number of input sorted sets.
   *
   * @param keys The keys.
   * @param options What may be left out, and how long to wait.
   * @returns How many members there are.
   */
  zintercard(keys: CommandArguments, options?: ZintercardOptions): Promise<number>;

  /**
   * ZINTERSTORE: stores the members that all sorted sets have.
   *
   * Since Redis 2.0.0. Complexity: O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being the number of input sorted sets and M being the number of elements in the resulting sorted set.
   *
   * @param destination The key to write to.
   * @param keys The keys.
   * @param options What may be left out, and how long to wait.
   * @returns How many members were stored.
   */
  zinterstore(destination: CommandArgument, keys: CommandArguments, options?: ZinterstoreOptions): Promise<number>;

  /**
   * ZLEXCOUNT: counts the members between two others, where all scores are the same.
   *
   * Since Redis 2.8.9. Complexity: O(log(N)) with N being the number of elements in the sorted set.
   *
   * @param key The key.
   * @param min The lower end.
   * @param max The upper end.
   * @param options How long to wait.
   * @returns How many members there are.
   */
  zlexcount(key: CommandArgument, min: CommandArgument, max: CommandArgument, options?: CallOptions): Promise<number>;

  /**
   * ZMPOP: takes members from an end of the first sorted set there is.
   *
   * Since Redis 7.0.0. Complexity: O(K) + O(M*log(N)) where K is the number of provided keys, N being the number of elements in the sorted set, and M being the number of elements popped.
   *
   * @param keys The keys.
   * @param which Those with the lowest scores, or with the highest.
   * @param options What may be left out, and how long to wait.
   * @returns The key and its members; null where all are empty.
   */
  zmpop(
    keys: CommandArguments,
    which: "MIN" | "MAX",
    options?: ZmpopOptions,
  ): Promise<[key: string, members: ScoredMember[]] | null>;

  /**
   * ZMSCORE: answers the scores of several members.
   *
   * Since Redis 6.2.0. Complexity: O(N) where N is the number of members being requested.
   *
   * @param key The key.
   * @param members The members.
   * @returns The score of each, in order; null where it is no member.
   */
  zmscore(key: CommandArgument, ...members: CommandArgument[]): Promise<(number | null)[]>;

  /**
   * ZPOPMAX: takes the members with the highest scores out of a sorted set.
   *
   * Since Redis 5.0.0. Complexity: O(log(N)*M) with N being the number of elements in the sorted set, and M being the number of elements popped.
   *
   * @param key The key.
   * @param count How many.
   * @param options How long to wait.
   * @returns The members with their scores.
   */
  zpopmax(key: CommandArgument, count: number, options?: CallOptions): Promise<ScoredMember[]>;
  /**
   * ZPOPMAX: takes the members with the highest scores out of a sorted set.
   *
   * Since Redis 5.0.0. Complexity: O(log(N)*M) with N being the number of elements in the sorted set, and M being the number of elements popped.
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns The member and its score, or null where there is no such key.
   */
  zpopmax(key: CommandArgument, count?: undefined, options?: CallOptions): Promise<ScoredMember | null>;
  /**
   * ZPOPMAX: takes the members with the highest scores out of a sorted set.
   *
   * Since Redis 5.0.0. Complexity: O(log(N)*M) with N being the number of elements in the sorted set, and M being the number of elements popped.
   *
   * @param key The key.
   * @param count How many.
   * @param options How long to wait.
   * @returns One or the other, as the options say.
   */
  zpopmax(key: CommandArgument, count?: number, options?: CallOptions): Promise<ScoredMember | null | ScoredMember[]>;

  /**
   * ZPOPMIN: takes the members with the lowest scores out of a sorted set.
   *
   * Since Redis 5.0.0. Complexity: O(log(N)*M) with N being the number of elements in the sorted set, and M being the number of elements popped.
   *
   * @param key The key.
   * @param count How many.
   * @param options How long to wait.
   * @returns The members with their scores.
   */
  zpopmin(key: CommandArgument, count: number, options?: CallOptions): Promise<ScoredMember[]>;
  /**
   * ZPOPMIN: takes the members with the lowest scores out of a sorted set.
   *
   * Since Redis 5.0.0. Complexity: O(log(N)*M) with N being the number of elements in the sorted set, and M being the number of elements popped.
   *
   * @param key The key.
   * @param options How long to wait.
   * @returns The member and its score, or null where there is no such key.
   */
  zpopmin(key: CommandArgument, count?: undefined, options?: CallOptions): Promise<ScoredMember | null>;
  /**
   * ZPOPMIN: takes the members with the lowest scores out of a sorted set.
   *
   * Since Redis 5.0.0. Complexity: O(log(N)*M) with N being the number of elements in the sorted set, and M being the number of elements popped.
   *
   * @param key The key.
   * @param count How many.
   * @param options How long to wait.
   * @returns One or the other, as the options say.
   */
  zpopmin(key: CommandArgument, count?: number, options?: CallOptions): Promise<ScoredMember | null | ScoredMember[]>;

  /**
   * ZRANDMEMBER: answers random members of a sorted set.
   *
   * Since Redis 6.2.0. Complexity: O(N) where N is the number of elements returned.
   *
   * @param key The key.
   * @param count How many.
   * @param options What may be left out, and how long to wait.
   * @returns Members with their scores.
   */
  zrandmember(
    key: CommandArgument,
    count: number,
    options: ZrandmemberOptions & { withscores: true },
  ): Promise<ScoredMember[]>;
  /**
   * ZRANDMEMBER: answers random members of a sorted set.
   *
   * Since Redis 6.2.0. Complexity: O(N) where N is the number of elements returned.
   *
   * @param key The key.
   * @param count How many.
   * @param options What may be left out, and how long to wait.
   * @returns Members; with a negative count some may come twice.
   */
  zrandmember(
    key: CommandArgument,
    count: number,
    options?: ZrandmemberOptions & { withscores?: false },
  ): Promise<string[]>;
  /**
   * ZRANDMEMBER: answers random members of a sorted set.
   *
   * Since Redis 6.2.0. Complexity: O(N) where N is the number of elements returned.
   *
   * @param key The key.
   * @param options What may be left out, and how long to wait.
   * @returns A member, or null where there is no such key.
   */
  zrandmember(
    key: CommandArgument,
    count?: undefined,
    options?: ZrandmemberOptions & { withscores?: false },
  ): Promise<string | null>;
  /**
   * ZRANDMEMBER: answers random members of a sorted set.
   *
   * Since Redis 6.2.0. Complexity: O(N) where N is the number of elements returned.
   *
   * @param key The key.
   * @param count How many.
   * @param options What may be left out, and how long to wait.
   * @returns One or the other, as the options say.
   */
  zrandmember(
    key: CommandArgument,
    count?: number,
    options?: ZrandmemberOptions,
  ): Promise<string | null | ScoredMember[] | string[]>;

  /**
   * ZRANGE: answers the members between two ranks, scores or members.
   *
   * Since Redis 1.2.0. Complexity: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements returned.
   *
   * @param key The key.
   * @param start The start of the range.
   * @param stop The end of the range, itself included.
   * @param options What may be left out, and how long to wait.
   * @returns The members with their scores.
   */
  zrange(
    key: CommandArgument,
    start: CommandArgument,
    stop: CommandArgument,
    options: ZrangeOptions & { withscores: true },
  ): Promise<ScoredMember[]>;
  /**
   * ZRANGE: answers the members between two ranks, scores or members.
   *
   * Since Redis 1.2.0. Complexity: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements returned.
   *
   * @param key The key.
   * @param start The start of the range.
   * @param stop The end of the range, itself included.
   * @param options What may be left out, and how long to wait.
   * @returns The members.
   */
  zrange(
    key: CommandArgument,
    start: CommandArgument,
    stop: CommandArgument,
    options?: ZrangeOptions & { withscores?: false },
  ): Promise<string[]>;
  /**
   * ZRANGE: answers the members between two ranks, scores or members.
   *
   * Since Redis 1.2.0. Complexity: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements returned.
   *
   * @param key The key.
   * @param start The start of the range.
   * @param stop The end of the range, itself included.
   * @param options What may be left out, and how long to wait.
   * @returns One or the other, as the options say.
   */
  zrange(
    key: CommandArgument,
    start: CommandArgument,
    stop: CommandArgument,
    options?: ZrangeOptions,
  ): Promise<string[] | ScoredMember[]>;

  /**
   * ZRANGEBYLEX: answers the members between two others, where all scores are the same.
   *
   * Since Redis 2.8.9. Complexity: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements being returned. If M is constant (e.g. always asking for the first 10 elements with LIMIT), you can consider it O(log(N)).
   *
   * @param key The key.
   * @param min The lower end.
   * @param max The upper end.
   * @param options What may be left out, and how long to wait.
   * @returns The members.
   * @deprecated Since Redis 6.2.0: use `ZRANGE` with the `BYLEX` argument.
   */
  zrangebylex(
    key: CommandArgument,
    min: CommandArgument,
    max: CommandArgument,
    options?: ZrangebylexOptions,
  ): Promise<string[]>;

  /**
   * ZRANGEBYSCORE: answers the members between two scores.
   *
   * Since Redis 1.0.5. Complexity: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements being returned. If M is constant (e.g. always asking for the first 10 elements with LIMIT), you can consider it O(log(N)).
   *
   * @param key The key.
   * @param min The lower end.
   * @param max The upper end.
   * @param options What may be left out, and how long to wait.
   * @returns The members with their scores.
   * @deprecated Since Redis 6.2.0: use `ZRANGE` with the `BYSCORE` argument.
   */
  zrangebyscore(
    key: CommandArgument,
    min: number | string,
    max: number | string,
    options: ZrangebyscoreOptions & { withscores: true },
  ): Promise<ScoredMember[]>;
  /**
   * ZRANGEBYSCORE: answers the members between two scores.
   *
   * Since Redis 1.0.5. Complexity: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements being returned. If M is constant (e.g. always asking for the first 10 elements with LIMIT), you can consider it O(log(N)).
   *
   * @param key The key.
   * @param min The lower end.
   * @param max The upper end.
   * @param options What may be left out, and how long to wait.
   * @returns The members.
   * @deprecated Since Redis 6.2.0: use `ZRANGE` with the `BYSCORE` argument.
   */
  zrangebyscore(
    key: CommandArgument,
    min: number | string,
    max: number | string,
    options?: ZrangebyscoreOptions & { withscores?: false },
  ): Promise<string[]>;
  /**
   * ZRANGEBYSCORE: answers the members between two scores.
   *
   * Since Redis 1.0.5. Complexity: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements being returned. If M is constant (e.g. always asking for the first 10 elements with LIMIT), you can consider it O(log(N)).
   *
   * @param key The key.
   * @param min The lower end.
   * @param max The upper end.
   * @param options What may be left out, and how long to wait.
   * @returns One or the other, as the options say.
   * @deprecated Since Redis 6.2.0: use `ZRANGE` with the `BYSCORE` argument.
   */
  zrangebyscore(
    key: CommandArgument,
    min: number | string,
    max: number | string,
    options?: ZrangebyscoreOptions,
  ): Promise<string[] | ScoredMember[]>;

  /**
   * ZRANGESTORE: stores the members between two ranks, scores or members.
   *
   * Since Redis 6.2.0. Complexity: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements stored into the destination key.
   *
   * @param destination The key to write to.
   * @param source The key to read.
   * @param min The first index, score or name.
   * @param max The last one.
   * @param options What may be left out, and how long to wait.
   * @returns How many members were stored.
   */
  zrangestore(
    destination: CommandArgument,
    source: CommandArgument,
    min: number | string,
    max: number | string,
    options?: ZrangestoreOptions,
  ): Promise<number>;

  /**
   * ZRANK: answers how many members come before one.
   *
   * Since Redis 2.0.0. Complexity: O(log(N)).
   *
   * @param key The key.
   * @param member The member.
   * @param options What may be left out, and how long to wait.
   * @returns How many members come before it, and its score; null where it is none.
   */
  zrank(
    key: CommandArgument,
    member: CommandArgument,
    options: ZrankOptions & { withscore: true },
  ): Promise<[rank: number, score: number] | null>;
  /**
   * ZRANK: answers how many members come before one.
   *
   * Since Redis 2.0.0. Complexity: O(log(N)).
   *
   * @param key The key.
   * @param member The member.
   * @param options What may be left out, and how long to wait.
   * @returns How many members come before it, or null where it is none.
   */
  zrank(
    key: CommandArgument,
    member: CommandArgument,
    options?: ZrankOptions & { withscore?: false },
  ): Promise<number | null>;
  /**
   * ZRANK: answers how many members come before one.
   *
   * Since Redis 2.0.0. Complexity: O(log(N)).
   *
   * @param key The key.
   * @param member The member.
   * @param options What may be left out, and how long to wait.
   * @returns One or the other, as the options say.
   */
  zrank(
    key: CommandArgument,
    member: CommandArgument,
    options?: ZrankOptions,
  ): Promise<number | null | [rank: number, score: number]>;

  /**
   * ZREM: removes members from a sorted set.
   *
   * Since Redis 1.2.0. Complexity: O(M*log(N)) with N being the number of elements in the sorted set and M the number of elements to be removed.
   *
   * @param key The key.
   * @param members The members.
   * @returns How many of them were members.
   */
  zrem(key: CommandArgument, ...members: CommandArgument[]): Promise<number>;

  /**
   * ZREMRANGEBYLEX: removes the members between two others, where all scores are the same.
   *
   * Since Redis 2.8.9. Complexity: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements removed by the operation.
   *
   * @param key The key.
   * @param min The lower end.
   * @param max The upper end.
   * @param options How long to wait.
   * @returns How many members were removed.
   */
  zremrangebylex(
    key: CommandArgument,
    min: CommandArgument,
    max: CommandArgument,
    options?: CallOptions,
  ): Promise<number>;

  /**
   * ZREMRANGEBYRANK: removes the members between two ranks.
   *
   * Since Redis 2.0.0. Complexity: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements removed by the operation.
   *
   * @param key The key.
   * @param start The start of the range.
   * @param stop The end of the range, itself included.
   * @param options How long to wait.
   * @returns How many members were removed.
   */
  zremrangebyrank(key: CommandArgument, start: number, stop: number, options?: CallOptions): Promise<number>;

  /**
   * ZREMRANGEBYSCORE: removes the members between two scores.
   *
   * Since Redis 1.2.0. Complexity: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements removed by the operation.
   *
   * @param key The key.
   * @param min The lower end.
   * @param max The upper end.
   * @param options How long to wait.
   * @returns How many members were removed.
   */
  zremrangebyscore(
    key: CommandArgument,
    min: number | string,
    max: number | string,
    options?: CallOptions,
  ): Promise<number>;

  /**
   * ZREVRANGE: answers the members between two ranks, counted from the highest score.
   *
   * Since Redis 1.2.0. Complexity: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements returned.
   *
   * @param key The key.
   * @param start The start of the range.
   * @param stop The end of the range, itself included.
   * @param options What may be left out, and how long to wait.
   * @returns The members with their scores.
   * @deprecated Since Redis 6.2.0: use `ZRANGE` with the `REV` argument.
   */
  zrevrange(
    key: CommandArgument,
    start: number,
    stop: number,
    options: ZrevrangeOptions & { withscores: true },
  ): Promise<ScoredMember[]>;
  /**
   * ZREVRANGE: answers the members between two ranks, counted from the highest score.
   *
   * Since Redis 1.2.0. Complexity: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements returned.
   *
   * @param key The key.
   * @param start The start of the range.
   * @param stop The end of the range, itself included.
   * @param options What may be left out, and how long to wait.
   * @returns The members.
   * @deprecated Since Redis 6.2.0: use `ZRANGE` with the `REV` argument.
   */
  zrevrange(
    key: CommandArgument,
    start: number,
    stop: number,
    options?: ZrevrangeOptions & { withscores?: false },
  ): Promise<string[]>;
  /**
   * ZREVRANGE: answers the members between two ranks, counted from the highest score.
   *
   * Since Redis 1.2.0. Complexity: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements returned.
   *
   * @param key The key.
   * @param start The start of the range.
   * @param stop The end of the range, itself included.
   * @param options What may be left out, and how long to wait.
   * @returns One or the other, as the options say.
   * @deprecated Since Redis 6.2.0: use `ZRANGE` with the `REV` argument.
   */
  zrevrange(
    key: CommandArgument,
    start: number,
    stop: number,
    options?: ZrevrangeOptions,
  ): Promise<string[] | ScoredMember[]>;

  /**
   * ZREVRANGEBYLEX: answers the members between two others, the largest first, where all scores are the same.
   *
   * Since Redis 2.8.9. Complexity: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements being returned. If M is constant (e.g. always asking for the first 10 elements with LIMIT), you can consider it O(log(N)).
   *
   * @param key The key.
   * @param max The upper end.
   * @param min The lower end.
   * @param options What may be left out, and how long to wait.
   * @returns The members.
   * @deprecated Since Redis 6.2.0: use `ZRANGE` with the `REV` and `BYLEX` arguments.
   */
  zrevrangebylex(
    key: CommandArgument,
    max: CommandArgument,
    min: CommandArgument,
    options?: ZrevrangebylexOptions,
  ): Promise<string[]>;

  /**
   * ZREVRANGEBYSCORE: answers the members between two scores, the highest first.
   *
   * Since Redis 2.2.0. Complexity: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements being returned. If M is constant (e.g. always asking for the first 10 elements with LIMIT), you can consider it O(log(N)).
   *
   * @param key The key.
   * @param max The upper end.
   * @param min The lower end.
   * @param options What may be left out, and how long to wait.
   * @returns The members with their scores.
   * @deprecated Since Redis 6.2.0: use `ZRANGE` with the `REV` and `BYSCORE` arguments.
   */
  zrevrangebyscore(
    key: CommandArgument,
    max: number | string,
    min: number | string,
    options: ZrevrangebyscoreOptions & { withscores: true },
  ): Promise<ScoredMember[]>;
  /**
   * ZREVRANGEBYSCORE: answers the members between two scores, the highest first.
   *
   * Since Redis 2.2.0. Complexity: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements being returned. If M is constant (e.g. always asking for the first 10 elements with LIMIT), you can consider it O(log(N)).
   *
   * @param key The key.
   * @param max The upper end.
   * @param min The lower end.
   * @param options What may be left out, and how long to wait.
   * @returns The members.
   * @deprecated Since Redis 6.2.0: use `ZRANGE` with the `REV` and `BYSCORE` arguments.
   */
  zrevrangebyscore(
    key: CommandArgument,
    max: number | string,
    min: number | string,
    options?: ZrevrangebyscoreOptions & { withscores?: false },
  ): Promise<string[]>;
  /**
   * ZREVRANGEBYSCORE: answers the members between two scores, the highest first.
   *
   * Since Redis 2.2.0. Complexity: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements being returned. If M is constant (e.g. always asking for the first 10 elements with LIMIT), you can consider it O(log(N)).
   *
   * @param key The key.
   * @param max The upper end.
   * @param min The lower end.
   * @param options What may be left out, and how long to wait.
   * @returns One or the other, as the options say.
   * @deprecated Since Redis 6.2.0: use `ZRANGE` with the `REV` and `BYSCORE` arguments.
   */
  zrevrangebyscore(
    key: CommandArgument,
    max: number | string,
    min: number | string,
    options?: ZrevrangebyscoreOptions,
  ): Promise<string[] | ScoredMember[]>;

  /**
   * ZREVRANK: answers how many members come behind one.
   *
   * Since Redis 2.0.0. Complexity: O(log(N)).
   *
   * @param key The key.
   * @param member The member.
   * @param options What may be left out, and how long to wait.
   * @returns How many members come behind it, and its score; null where it is none.
   */
  zrevrank(
    key: CommandArgument,
    member: CommandArgument,
    options: ZrevrankOptions & { withscore: true },
  ): Promise<[rank: number, score: number] | null>;
  /**
   * ZREVRANK: answers how many members come behind one.
   *
   * Since Redis 2.0.0. Complexity: O(log(N)).
   *
   * @param key The key.
   * @param member The member.
   * @param options What may be left out, and how long to wait.
   * @returns How many members come behind it, or null where it is none.
   */
  zrevrank(
    key: CommandArgument,
    member: CommandArgument,
    options?: ZrevrankOptions & { withscore?: false },
  ): Promise<number | null>;
  /**
   * ZREVRANK: answers how many members come behind one.
   *
   * Since Redis 2.0.0. Complexity: O(log(N)).
   *
   * @param key The key.
   * @param member The member.
   * @param options What may be left out, and how long to wait.
   * @returns One or the other, as the options say.
   */
  zrevrank(
    key: CommandArgument,
    member: CommandArgument,
    options?: ZrevrankOptions,
  ): Promise<number | null | [rank: number, score: number]>;

  /**
   * ZSCORE: answers the score of a member.
   *
   * Since Redis 1.2.0. Complexity: O(1).
   *
   * @param key The key.
   * @param member The member.
   * @param options How long to wait.
   * @returns The score, or null where it is no member.
   */
  zscore(key: CommandArgument, member: CommandArgument, options?: CallOptions): Promise<number | null>;

  /**
   * ZUNION: answers the members that any of the sorted sets has.
   *
   * Since Redis 6.2.0. Complexity: O(N)+O(M*log(M)) with N being the sum of the sizes of the input sorted sets, and M being the number of elements in the resulting sorted set.
   *
   * @param keys The keys.
   * @param options What may be left out, and how long to wait.
   * @returns The members with their scores.
   */
  zunion(keys: CommandArguments, options: ZunionOptions & { withscores: true }): Promise<ScoredMember[]>;
  /**
   * ZUNION: answers the members that any of the sorted sets has.
   *
   * Since Redis 6.2.0. Complexity: O(N)+O(M*log(M)) with N being the sum of the sizes of the input sorted sets, and M being the number of elements in the resulting sorted set.
   *
   * @param keys The keys.
   * @param options What may be left out, and how long to wait.
   * @returns The members.
   */
  zunion(keys: CommandArguments, options?: ZunionOptions & { withscores?: false }): Promise<string[]>;
  /**
   * ZUNION: answers the members that any of the sorted sets has.
   *
   * Since Redis 6.2.0. Complexity: O(N)+O(M*log(M)) with N being the sum of the sizes of the input sorted sets, and M being the number of elements in the resulting sorted set.
   *
   * @param keys The keys.
   * @param options What may be left out, and how long to wait.
   * @returns One or the other, as the options say.
   */
  zunion(keys: CommandArguments, options?: ZunionOptions): Promise<string[] | ScoredMember[]>;

  /**
   * ZUNIONSTORE: stores the members that any of the sorted sets has.
   *
   * Since Redis 2.0.0. Complexity: O(N)+O(M log(M)) with N being the sum of the sizes of the input sorted sets, and M being the number of elements in the resulting sorted set.
   *
   * @param destination The key to write to.
   * @param keys The keys.
   * @param options What may be left out, and how long to wait.
   * @returns How many members were stored.
   */
  zunionstore(destination: CommandArgument, keys: CommandArguments, options?: ZunionstoreOptions): Promise<number>;
}
