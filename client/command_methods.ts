/**
 * The typed methods of a client, implemented.
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
import {
  pushAfter,
  pushCounted,
  pushCountedPairs,
  pushEach,
  pushFields,
  pushLists,
  pushMany,
  pushModuleConfig,
  pushPairs,
  pushPendingRange,
  pushPlaces,
  pushScored,
  pushStreams,
  pushTrimming,
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
import * as table from "./command_table.ts";
import type {
  BgsaveOptions,
  BitcountOptions,
  BitposOptions,
  BlmpopOptions,
  BzmpopOptions,
  ClientKillOptions,
  ClientListOptions,
  ClientPauseOptions,
  ClientUnblockOptions,
  ClusterFailoverOptions,
  ClusterResetOptions,
  CommandListOptions,
  Commands,
  CopyOptions,
  ExpireatOptions,
  ExpireOptions,
  FailoverOptions,
  FlushallOptions,
  FlushdbOptions,
  FunctionFlushOptions,
  FunctionListOptions,
  FunctionLoadOptions,
  FunctionRestoreOptions,
  GeoaddOptions,
  GeoradiusbymemberOptions,
  GeoradiusbymemberRoOptions,
  GeoradiusOptions,
  GeoradiusRoOptions,
  GeosearchOptions,
  GeosearchstoreOptions,
  GetexOptions,
  HexpireatOptions,
  HexpireOptions,
  HgetexOptions,
  HpexpireatOptions,
  HpexpireOptions,
  HrandfieldOptions,
  HsetexOptions,
  LcsOptions,
  LmpopOptions,
  LolwutOptions,
  LposOptions,
  MemoryUsageOptions,
  MigrateOptions,
  ModuleLoadexOptions,
  PexpireatOptions,
  PexpireOptions,
  RestoreOptions,
  ScriptFlushOptions,
  SintercardOptions,
  SortOptions,
  SortRoOptions,
  XaddOptions,
  XautoclaimOptions,
  XclaimOptions,
  XgroupCreateOptions,
  XgroupSetidOptions,
  XinfoStreamOptions,
  XrangeOptions,
  XreadgroupOptions,
  XreadOptions,
  XrevrangeOptions,
  XsetidOptions,
  XtrimOptions,
  ZaddOptions,
  ZdiffOptions,
  ZintercardOptions,
  ZinterOptions,
  ZinterstoreOptions,
  ZmpopOptions,
  ZrandmemberOptions,
  ZrangebylexOptions,
  ZrangebyscoreOptions,
  ZrangeOptions,
  ZrangestoreOptions,
  ZrankOptions,
  ZrevrangebylexOptions,
  ZrevrangebyscoreOptions,
  ZrevrangeOptions,
  ZrevrankOptions,
  ZunionOptions,
  ZunionstoreOptions,
} from "./commands.ts";
import {
  autoclaimed,
  counts,
  emptyToNull,
  fullStreamInfo,
  geoPlaces,
  latencyHistograms,
  streamEntries,
  streamInfo,
  streamsOfEntries,
  toNumber,
  toNumbers,
} from "./reply_converts.ts";
import { type CallOptions, Vocabulary } from "./vocabulary.ts";

/**
 * The typed methods, over one function that sends.
 *
 * All that has the methods of a client extends it: the client itself, and what records a pipeline or a transaction.
 *
 * @example Counts the commands that go through it
 * ```ts
 * import { type Client, CommandMethods, type Reply, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * class Counting extends CommandMethods {
 *   readonly #client: Client;
 *   count = 0;
 *
 *   constructor(client: Client) {
 *     super();
 *     this.#client = client;
 *   }
 *
 *   override execute(...call: Parameters<CommandMethods["execute"]>): Promise<Reply> {
 *     this.count++;
 *     return this.#client.execute(...call);
 *   }
 * }
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const counting = new Counting(client);
 * assertEquals(await counting.incr("visits"), 1);
 * assertEquals(await counting.hset("user:1", { name: "Alice" }), 1);
 * assertEquals(counting.count, 2);
 * ```
 */
export abstract class CommandMethods extends Vocabulary implements Commands {
  /**
   * ACL CAT: lists the categories of commands, or the commands of one.
   *
   * @inheritDoc
   */
  aclCat(category?: CommandArgument, options?: CallOptions): Promise<string[]> {
    const args: CommandArgument[] = ["ACL", "CAT"];
    if (category !== undefined) args.push(category);
    return this.execute(table.ACL_CAT, args, "string", options, null) as Promise<string[]>;
  }

  /**
   * ACL DELUSER: deletes users and ends their connections.
   *
   * @inheritDoc
   */
  aclDeluser(...usernames: CommandArgument[]): Promise<number> {
    return this.execute(table.ACL_DELUSER, ["ACL", "DELUSER", ...usernames], "string", undefined, null) as Promise<
      number
    >;
  }

  /**
   * ACL DRYRUN: tells whether a user may run a command, without running it.
   *
   * @inheritDoc
   */
  aclDryrun(username: CommandArgument, command: CommandArgument, ...values: CommandArgument[]): Promise<string> {
    return this.execute(
      table.ACL_DRYRUN,
      ["ACL", "DRYRUN", username, command, ...values],
      "string",
      undefined,
      null,
    ) as Promise<string>;
  }

  /**
   * ACL GENPASS: makes a password nobody can guess.
   *
   * @inheritDoc
   */
  aclGenpass(bits?: number, options?: CallOptions): Promise<string> {
    const args: CommandArgument[] = ["ACL", "GENPASS"];
    if (bits !== undefined) args.push(bits);
    return this.execute(table.ACL_GENPASS, args, "string", options, null) as Promise<string>;
  }

  /**
   * ACL GETUSER: tells what a user may do.
   *
   * @inheritDoc
   */
  aclGetuser(username: CommandArgument, options?: CallOptions): Promise<AclUser | null> {
    return this.execute(table.ACL_GETUSER, ["ACL", "GETUSER", username], "string", options, null) as Promise<
      unknown
    > as Promise<AclUser | null>;
  }

  /**
   * ACL LIST: lists all users with their rules.
   *
   * @inheritDoc
   */
  aclList(options?: CallOptions): Promise<string[]> {
    return this.execute(table.ACL_LIST, ["ACL", "LIST"], "string", options, null) as Promise<string[]>;
  }

  /**
   * ACL LOAD: reads the users from the ACL file anew.
   *
   * @inheritDoc
   */
  aclLoad(options?: CallOptions): Promise<"OK"> {
    return this.execute(table.ACL_LOAD, ["ACL", "LOAD"], "string", options, null) as Promise<"OK">;
  }

  /**
   * ACL LOG: lists what was refused lately.
   *
   * @inheritDoc
   */
  aclLog(count?: number, options?: CallOptions): Promise<Record<string, Reply>[]> {
    const args: CommandArgument[] = ["ACL", "LOG"];
    if (count !== undefined) args.push(count);
    return this.execute(table.ACL_LOG, args, "string", options, null) as Promise<Record<string, Reply>[]>;
  }

  /**
   * ACL SAVE: writes the users to the ACL file.
   *
   * @inheritDoc
   */
  aclSave(options?: CallOptions): Promise<"OK"> {
    return this.execute(table.ACL_SAVE, ["ACL", "SAVE"], "string", options, null) as Promise<"OK">;
  }

  /**
   * ACL SETUSER: makes a user, or changes what it may do.
   *
   * @inheritDoc
   */
  aclSetuser(username: CommandArgument, ...rules: CommandArgument[]): Promise<"OK"> {
    return this.execute(
      table.ACL_SETUSER,
      ["ACL", "SETUSER", username, ...rules],
      "string",
      undefined,
      null,
    ) as Promise<"OK">;
  }

  /**
   * ACL USERS: lists the names of all users.
   *
   * @inheritDoc
   */
  aclUsers(options?: CallOptions): Promise<string[]> {
    return this.execute(table.ACL_USERS, ["ACL", "USERS"], "string", options, null) as Promise<string[]>;
  }

  /**
   * ACL WHOAMI: tells which user the connection belongs to.
   *
   * @inheritDoc
   */
  aclWhoami(options?: CallOptions): Promise<string> {
    return this.execute(table.ACL_WHOAMI, ["ACL", "WHOAMI"], "string", options, null) as Promise<string>;
  }

  /**
   * APPEND: appends to the string a key holds; a missing key counts as empty.
   *
   * @inheritDoc
   */
  append(key: CommandArgument, value: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.APPEND, ["APPEND", key, value], "string", options, null) as Promise<number>;
  }

  /**
   * BGREWRITEAOF: begins to rewrite the append-only file from what is in memory.
   *
   * @inheritDoc
   */
  bgrewriteaof(options?: CallOptions): Promise<string> {
    return this.execute(table.BGREWRITEAOF, ["BGREWRITEAOF"], "string", options, null) as Promise<string>;
  }

  /**
   * BGSAVE: saves all keys to a file, in the background.
   *
   * @inheritDoc
   */
  bgsave(options?: BgsaveOptions): Promise<string> {
    const args: CommandArgument[] = ["BGSAVE"];
    if (options?.schedule) args.push("SCHEDULE");
    return this.execute(table.BGSAVE, args, "string", options, null) as Promise<string>;
  }

  /**
   * BITCOUNT: counts the set bits of a string, or of a range of its bytes or bits.
   *
   * @inheritDoc
   */
  bitcount(key: CommandArgument, options?: BitcountOptions): Promise<number> {
    const args: CommandArgument[] = ["BITCOUNT", key];
    if (options?.start !== undefined) args.push(options.start);
    if (options?.end !== undefined) args.push(options.end);
    if (options?.byte) args.push("BYTE");
    if (options?.bit) args.push("BIT");
    return this.execute(table.BITCOUNT, args, "string", options, null) as Promise<number>;
  }

  /**
   * BITFIELD: reads, sets and increments integers of any width at any bit of a string.
   *
   * @inheritDoc
   */
  bitfield(
    key: CommandArgument,
    operations: readonly BitfieldOperation[],
    options?: CallOptions,
  ): Promise<(number | null)[]> {
    const args: CommandArgument[] = ["BITFIELD", key];
    pushLists(args, operations);
    return this.execute(table.BITFIELD, args, "string", options, null) as Promise<(number | null)[]>;
  }

  /**
   * BITFIELD_RO: reads integers of any width at any bit of a string.
   *
   * @inheritDoc
   */
  bitfieldRo(key: CommandArgument, operations: readonly BitfieldRead[], options?: CallOptions): Promise<number[]> {
    const args: CommandArgument[] = ["BITFIELD_RO", key];
    pushLists(args, operations);
    return this.execute(table.BITFIELD_RO, args, "string", options, null) as Promise<number[]>;
  }

  /**
   * BITOP: combines strings bit by bit by AND, OR, XOR or NOT, and stores the result; shorter ones end in zeros.
   *
   * @inheritDoc
   */
  bitop(
    operation: "AND" | "OR" | "XOR" | "NOT",
    destkey: CommandArgument,
    ...keys: CommandArgument[]
  ): Promise<number> {
    return this.execute(table.BITOP, ["BITOP", operation, destkey, ...keys], "string", undefined, null) as Promise<
      number
    >;
  }

  /**
   * BITPOS: finds the first bit that is set, or clear, in a string or a range of its bytes or bits.
   *
   * @inheritDoc
   */
  bitpos(key: CommandArgument, value: 0 | 1, options?: BitposOptions): Promise<number> {
    const args: CommandArgument[] = ["BITPOS", key, value];
    if (options?.start !== undefined) args.push(options.start);
    if (options?.end !== undefined) args.push(options.end);
    if (options?.byte) args.push("BYTE");
    if (options?.bit) args.push("BIT");
    return this.execute(table.BITPOS, args, "string", options, null) as Promise<number>;
  }

  /**
   * BLMOVE: moves an element from an end of a list to an end of another and returns it, or waits for one.
   *
   * @inheritDoc
   */
  blmove(
    source: CommandArgument,
    destination: CommandArgument,
    wherefrom: "LEFT" | "RIGHT",
    whereto: "LEFT" | "RIGHT",
    timeout: number,
    options?: CallOptions,
  ): Promise<string | null> {
    return this.execute(
      table.BLMOVE,
      ["BLMOVE", source, destination, wherefrom, whereto, timeout],
      "string",
      options,
      null,
    ) as Promise<string | null>;
  }

  /**
   * BLMPOP: removes and returns elements from an end of the first list that has any, or waits for some.
   *
   * @inheritDoc
   */
  blmpop(
    timeout: number,
    keys: CommandArguments,
    side: "LEFT" | "RIGHT",
    options?: BlmpopOptions,
  ): Promise<[key: string, elements: string[]] | null> {
    const args: CommandArgument[] = ["BLMPOP", timeout];
    pushCounted(args, keys);
    args.push(side);
    if (options?.count !== undefined) args.push("COUNT", options.count);
    return this.execute(table.BLMPOP, args, "string", options, null) as Promise<
      [key: string, elements: string[]] | null
    >;
  }

  /**
   * BLPOP: removes and returns the first element of the first list there is, or waits for one.
   *
   * @inheritDoc
   */
  blpop(
    keys: CommandArguments,
    timeout: number,
    options?: CallOptions,
  ): Promise<[key: string, element: string] | null> {
    const args: CommandArgument[] = ["BLPOP"];
    pushMany(args, keys);
    args.push(timeout);
    return this.execute(table.BLPOP, args, "string", options, null) as Promise<[key: string, element: string] | null>;
  }

  /**
   * BRPOP: removes and returns the last element of the first list there is, or waits for one.
   *
   * @inheritDoc
   */
  brpop(
    keys: CommandArguments,
    timeout: number,
    options?: CallOptions,
  ): Promise<[key: string, element: string] | null> {
    const args: CommandArgument[] = ["BRPOP"];
    pushMany(args, keys);
    args.push(timeout);
    return this.execute(table.BRPOP, args, "string", options, null) as Promise<[key: string, element: string] | null>;
  }

  /**
   * BRPOPLPUSH: moves the last element of a list to the head of another and returns it, or waits for one.
   *
   * @inheritDoc
   */
  brpoplpush(
    source: CommandArgument,
    destination: CommandArgument,
    timeout: number,
    options?: CallOptions,
  ): Promise<string | null> {
    return this.execute(
      table.BRPOPLPUSH,
      ["BRPOPLPUSH", source, destination, timeout],
      "string",
      options,
      null,
    ) as Promise<string | null>;
  }

  /**
   * BZMPOP: takes members from an end of the first sorted set there is, or waits for one.
   *
   * @inheritDoc
   */
  bzmpop(
    timeout: number,
    keys: CommandArguments,
    which: "MIN" | "MAX",
    options?: BzmpopOptions,
  ): Promise<[key: string, members: ScoredMember[]] | null> {
    const args: CommandArgument[] = ["BZMPOP", timeout];
    pushCounted(args, keys);
    args.push(which);
    if (options?.count !== undefined) args.push("COUNT", options.count);
    return this.execute(table.BZMPOP, args, "string", options, null) as Promise<
      [key: string, members: ScoredMember[]] | null
    >;
  }

  /**
   * BZPOPMAX: takes the member with the highest score from the first sorted set there is, or waits for one.
   *
   * @inheritDoc
   */
  bzpopmax(
    keys: CommandArguments,
    timeout: number,
    options?: CallOptions,
  ): Promise<[key: string, member: string, score: number] | null> {
    const args: CommandArgument[] = ["BZPOPMAX"];
    pushMany(args, keys);
    args.push(timeout);
    return this.execute(table.BZPOPMAX, args, "string", options, null) as Promise<
      [key: string, member: string, score: number] | null
    >;
  }

  /**
   * BZPOPMIN: takes the member with the lowest score from the first sorted set there is, or waits for one.
   *
   * @inheritDoc
   */
  bzpopmin(
    keys: CommandArguments,
    timeout: number,
    options?: CallOptions,
  ): Promise<[key: string, member: string, score: number] | null> {
    const args: CommandArgument[] = ["BZPOPMIN"];
    pushMany(args, keys);
    args.push(timeout);
    return this.execute(table.BZPOPMIN, args, "string", options, null) as Promise<
      [key: string, member: string, score: number] | null
    >;
  }

  /**
   * CLIENT GETNAME: answers the name of the connection.
   *
   * @inheritDoc
   */
  clientGetname(options?: CallOptions): Promise<string | null> {
    return this.execute(table.CLIENT_GETNAME, ["CLIENT", "GETNAME"], "string", options, null) as Promise<string | null>;
  }

  /**
   * CLIENT GETREDIR: answers which client is told of changes in place of this one.
   *
   * @inheritDoc
   */
  clientGetredir(options?: CallOptions): Promise<number> {
    return this.execute(table.CLIENT_GETREDIR, ["CLIENT", "GETREDIR"], "string", options, null) as Promise<number>;
  }

  /**
   * CLIENT ID: answers the number of the connection, never used twice.
   *
   * @inheritDoc
   */
  clientId(options?: CallOptions): Promise<number> {
    return this.execute(table.CLIENT_ID, ["CLIENT", "ID"], "string", options, null) as Promise<number>;
  }

  /**
   * CLIENT INFO: describes this connection, as CLIENT LIST does all.
   *
   * @inheritDoc
   */
  clientInfo(options?: CallOptions): Promise<string> {
    return this.execute(table.CLIENT_INFO, ["CLIENT", "INFO"], "string", options, null) as Promise<string>;
  }

  /**
   * CLIENT KILL: closes connections, chosen by address, number, type or user.
   *
   * @inheritDoc
   */
  clientKill(options: ClientKillOptions): Promise<number> {
    const args: CommandArgument[] = ["CLIENT", "KILL"];
    if (options?.id !== undefined) args.push("ID", options.id);
    if (options?.type !== undefined) args.push("TYPE", options.type);
    if (options?.user !== undefined) args.push("USER", options.user);
    if (options?.addr !== undefined) args.push("ADDR", options.addr);
    if (options?.laddr !== undefined) args.push("LADDR", options.laddr);
    if (options?.skipme !== undefined) args.push("SKIPME", options.skipme);
    if (options?.maxage !== undefined) args.push("MAXAGE", options.maxage);
    return this.execute(table.CLIENT_KILL, args, "string", options, null) as Promise<number>;
  }

  /**
   * CLIENT LIST: describes all connections, one to a line.
   *
   * @inheritDoc
   */
  clientList(options?: ClientListOptions): Promise<string> {
    const args: CommandArgument[] = ["CLIENT", "LIST"];
    if (options?.type !== undefined) args.push("TYPE", options.type);
    if (options?.id !== undefined) pushAfter(args, "ID", options.id);
    return this.execute(table.CLIENT_LIST, args, "string", options, null) as Promise<string>;
  }

  /**
   * CLIENT NO-EVICT: keeps this connection from being closed for the memory that clients take.
   *
   * @inheritDoc
   */
  clientNoEvict(mode: "ON" | "OFF", options?: CallOptions): Promise<"OK"> {
    return this.execute(table.CLIENT_NO_EVICT, ["CLIENT", "NO-EVICT", mode], "string", options, null) as Promise<"OK">;
  }

  /**
   * CLIENT PAUSE: has commands wait for some time: those that write, or all.
   *
   * @inheritDoc
   */
  clientPause(timeout: number, options?: ClientPauseOptions): Promise<"OK"> {
    const args: CommandArgument[] = ["CLIENT", "PAUSE", timeout];
    if (options?.write) args.push("WRITE");
    if (options?.all) args.push("ALL");
    return this.execute(table.CLIENT_PAUSE, args, "string", options, null) as Promise<"OK">;
  }

  /**
   * CLIENT SETINFO: tells which library is behind the connection.
   *
   * @inheritDoc
   */
  clientSetinfo(attribute: "LIB-NAME" | "LIB-VER", value: CommandArgument, options?: CallOptions): Promise<"OK"> {
    return this.execute(
      table.CLIENT_SETINFO,
      ["CLIENT", "SETINFO", attribute, value],
      "string",
      options,
      null,
    ) as Promise<"OK">;
  }

  /**
   * CLIENT SETNAME: names the connection.
   *
   * @inheritDoc
   */
  clientSetname(connectionName: CommandArgument, options?: CallOptions): Promise<"OK"> {
    return this.execute(
      table.CLIENT_SETNAME,
      ["CLIENT", "SETNAME", connectionName],
      "string",
      options,
      null,
    ) as Promise<"OK">;
  }

  /**
   * CLIENT TRACKINGINFO: tells how this connection tracks keys.
   *
   * @inheritDoc
   */
  clientTrackinginfo(options?: CallOptions): Promise<ClientTrackingInfo> {
    return this.execute(table.CLIENT_TRACKINGINFO, ["CLIENT", "TRACKINGINFO"], "string", options, null) as Promise<
      unknown
    > as Promise<ClientTrackingInfo>;
  }

  /**
   * CLIENT UNBLOCK: ends the waiting of a client that a command has blocked.
   *
   * @inheritDoc
   */
  clientUnblock(clientId: number | bigint, options?: ClientUnblockOptions): Promise<number> {
    const args: CommandArgument[] = ["CLIENT", "UNBLOCK", clientId];
    if (options?.timeout) args.push("TIMEOUT");
    if (options?.error) args.push("ERROR");
    return this.execute(table.CLIENT_UNBLOCK, args, "string", options, null) as Promise<number>;
  }

  /**
   * CLIENT UNPAUSE: lets commands that wait since CLIENT PAUSE go on.
   *
   * @inheritDoc
   */
  clientUnpause(options?: CallOptions): Promise<"OK"> {
    return this.execute(table.CLIENT_UNPAUSE, ["CLIENT", "UNPAUSE"], "string", options, null) as Promise<"OK">;
  }

  /**
   * CLUSTER ADDSLOTS: gives hash slots to this node.
   *
   * @inheritDoc
   */
  clusterAddslots(...slots: CommandArgument[]): Promise<"OK"> {
    return this.execute(
      table.CLUSTER_ADDSLOTS,
      ["CLUSTER", "ADDSLOTS", ...slots],
      "string",
      undefined,
      null,
    ) as Promise<"OK">;
  }

  /**
   * CLUSTER ADDSLOTSRANGE: gives ranges of hash slots to this node.
   *
   * @inheritDoc
   */
  clusterAddslotsrange(ranges: Iterable<readonly [start: number, end: number]>, options?: CallOptions): Promise<"OK"> {
    const args: CommandArgument[] = ["CLUSTER", "ADDSLOTSRANGE"];
    pushLists(args, ranges);
    return this.execute(table.CLUSTER_ADDSLOTSRANGE, args, "string", options, null) as Promise<"OK">;
  }

  /**
   * CLUSTER BUMPEPOCH: moves the node's configuration epoch on.
   *
   * @inheritDoc
   */
  clusterBumpepoch(options?: CallOptions): Promise<string> {
    return this.execute(table.CLUSTER_BUMPEPOCH, ["CLUSTER", "BUMPEPOCH"], "string", options, null) as Promise<string>;
  }

  /**
   * CLUSTER COUNT-FAILURE-REPORTS: counts the reports of a node's failure.
   *
   * @inheritDoc
   */
  clusterCountFailureReports(nodeId: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(
      table.CLUSTER_COUNT_FAILURE_REPORTS,
      ["CLUSTER", "COUNT-FAILURE-REPORTS", nodeId],
      "string",
      options,
      null,
    ) as Promise<number>;
  }

  /**
   * CLUSTER COUNTKEYSINSLOT: counts the keys in a hash slot.
   *
   * @inheritDoc
   */
  clusterCountkeysinslot(slot: number, options?: CallOptions): Promise<number> {
    return this.execute(
      table.CLUSTER_COUNTKEYSINSLOT,
      ["CLUSTER", "COUNTKEYSINSLOT", slot],
      "string",
      options,
      null,
    ) as Promise<number>;
  }

  /**
   * CLUSTER DELSLOTS: takes hash slots from this node.
   *
   * @inheritDoc
   */
  clusterDelslots(...slots: CommandArgument[]): Promise<"OK"> {
    return this.execute(
      table.CLUSTER_DELSLOTS,
      ["CLUSTER", "DELSLOTS", ...slots],
      "string",
      undefined,
      null,
    ) as Promise<"OK">;
  }

  /**
   * CLUSTER DELSLOTSRANGE: takes ranges of hash slots from this node.
   *
   * @inheritDoc
   */
  clusterDelslotsrange(ranges: Iterable<readonly [start: number, end: number]>, options?: CallOptions): Promise<"OK"> {
    const args: CommandArgument[] = ["CLUSTER", "DELSLOTSRANGE"];
    pushLists(args, ranges);
    return this.execute(table.CLUSTER_DELSLOTSRANGE, args, "string", options, null) as Promise<"OK">;
  }

  /**
   * CLUSTER FAILOVER: has a replica take its primary's place.
   *
   * @inheritDoc
   */
  clusterFailover(options?: ClusterFailoverOptions): Promise<"OK"> {
    const args: CommandArgument[] = ["CLUSTER", "FAILOVER"];
    if (options?.force) args.push("FORCE");
    if (options?.takeover) args.push("TAKEOVER");
    return this.execute(table.CLUSTER_FAILOVER, args, "string", options, null) as Promise<"OK">;
  }

  /**
   * CLUSTER FLUSHSLOTS: takes all hash slots from this node.
   *
   * @inheritDoc
   */
  clusterFlushslots(options?: CallOptions): Promise<"OK"> {
    return this.execute(table.CLUSTER_FLUSHSLOTS, ["CLUSTER", "FLUSHSLOTS"], "string", options, null) as Promise<"OK">;
  }

  /**
   * CLUSTER FORGET: removes a node from the table of nodes.
   *
   * @inheritDoc
   */
  clusterForget(nodeId: CommandArgument, options?: CallOptions): Promise<"OK"> {
    return this.execute(table.CLUSTER_FORGET, ["CLUSTER", "FORGET", nodeId], "string", options, null) as Promise<"OK">;
  }

  /**
   * CLUSTER GETKEYSINSLOT: answers keys in a hash slot.
   *
   * @inheritDoc
   */
  clusterGetkeysinslot(slot: number, count: number, options?: CallOptions): Promise<string[]> {
    return this.execute(
      table.CLUSTER_GETKEYSINSLOT,
      ["CLUSTER", "GETKEYSINSLOT", slot, count],
      "string",
      options,
      null,
    ) as Promise<string[]>;
  }

  /**
   * CLUSTER INFO: tells the state of the cluster.
   *
   * @inheritDoc
   */
  clusterInfo(options?: CallOptions): Promise<string> {
    return this.execute(table.CLUSTER_INFO, ["CLUSTER", "INFO"], "string", options, null) as Promise<string>;
  }

  /**
   * CLUSTER KEYSLOT: answers the hash slot of a key.
   *
   * @inheritDoc
   */
  clusterKeyslot(key: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.CLUSTER_KEYSLOT, ["CLUSTER", "KEYSLOT", key], "string", options, null) as Promise<number>;
  }

  /**
   * CLUSTER LINKS: lists the links between this node and the others.
   *
   * @inheritDoc
   */
  clusterLinks(options?: CallOptions): Promise<ClusterLink[]> {
    return this.execute(table.CLUSTER_LINKS, ["CLUSTER", "LINKS"], "string", options, null) as Promise<
      unknown
    > as Promise<ClusterLink[]>;
  }

  /**
   * CLUSTER MEET: has the node join another one's cluster.
   *
   * @inheritDoc
   */
  clusterMeet(ip: CommandArgument, port: number, busPort?: number, options?: CallOptions): Promise<"OK"> {
    const args: CommandArgument[] = ["CLUSTER", "MEET", ip, port];
    if (busPort !== undefined) args.push(busPort);
    return this.execute(table.CLUSTER_MEET, args, "string", options, null) as Promise<"OK">;
  }

  /**
   * CLUSTER MYID: answers the number of the node.
   *
   * @inheritDoc
   */
  clusterMyid(options?: CallOptions): Promise<string> {
    return this.execute(table.CLUSTER_MYID, ["CLUSTER", "MYID"], "string", options, null) as Promise<string>;
  }

  /**
   * CLUSTER NODES: lists the nodes, one to a line.
   *
   * @inheritDoc
   */
  clusterNodes(options?: CallOptions): Promise<string> {
    return this.execute(table.CLUSTER_NODES, ["CLUSTER", "NODES"], "string", options, null) as Promise<string>;
  }

  /**
   * CLUSTER REPLICAS: lists the replicas of a primary.
   *
   * @inheritDoc
   */
  clusterReplicas(nodeId: CommandArgument, options?: CallOptions): Promise<string[]> {
    return this.execute(table.CLUSTER_REPLICAS, ["CLUSTER", "REPLICAS", nodeId], "string", options, null) as Promise<
      string[]
    >;
  }

  /**
   * CLUSTER REPLICATE: makes the node a replica of another.
   *
   * @inheritDoc
   */
  clusterReplicate(nodeId: CommandArgument, options?: CallOptions): Promise<"OK"> {
    return this.execute(table.CLUSTER_REPLICATE, ["CLUSTER", "REPLICATE", nodeId], "string", options, null) as Promise<
      "OK"
    >;
  }

  /**
   * CLUSTER RESET: has the node forget the cluster.
   *
   * @inheritDoc
   */
  clusterReset(options?: ClusterResetOptions): Promise<"OK"> {
    const args: CommandArgument[] = ["CLUSTER", "RESET"];
    if (options?.hard) args.push("HARD");
    if (options?.soft) args.push("SOFT");
    return this.execute(table.CLUSTER_RESET, args, "string", options, null) as Promise<"OK">;
  }

  /**
   * CLUSTER SAVECONFIG: writes the node's table to its file.
   *
   * @inheritDoc
   */
  clusterSaveconfig(options?: CallOptions): Promise<"OK"> {
    return this.execute(table.CLUSTER_SAVECONFIG, ["CLUSTER", "SAVECONFIG"], "string", options, null) as Promise<"OK">;
  }

  /**
   * CLUSTER SET-CONFIG-EPOCH: sets the configuration epoch of a new node.
   *
   * @inheritDoc
   */
  clusterSetConfigEpoch(configEpoch: number, options?: CallOptions): Promise<"OK"> {
    return this.execute(
      table.CLUSTER_SET_CONFIG_EPOCH,
      ["CLUSTER", "SET-CONFIG-EPOCH", configEpoch],
      "string",
      options,
      null,
    ) as Promise<"OK">;
  }

  /**
   * CLUSTER SETSLOT: says which node a hash slot belongs to, or moves to.
   *
   * @inheritDoc
   */
  clusterSetslot(
    slot: number,
    state: "IMPORTING" | "MIGRATING" | "NODE" | "STABLE",
    nodeId?: CommandArgument,
    options?: CallOptions,
  ): Promise<"OK"> {
    const args: CommandArgument[] = ["CLUSTER", "SETSLOT", slot, state];
    if (nodeId !== undefined) args.push(nodeId);
    return this.execute(table.CLUSTER_SETSLOT, args, "string", options, null) as Promise<"OK">;
  }

  /**
   * CLUSTER SHARDS: lists the shards: slots and nodes.
   *
   * @inheritDoc
   */
  clusterShards(options?: CallOptions): Promise<ClusterShard[]> {
    return this.execute(table.CLUSTER_SHARDS, ["CLUSTER", "SHARDS"], "string", options, null) as Promise<
      unknown
    > as Promise<ClusterShard[]>;
  }

  /**
   * CLUSTER SLAVES: lists the replicas of a primary.
   *
   * @inheritDoc
   */
  clusterSlaves(nodeId: CommandArgument, options?: CallOptions): Promise<string[]> {
    return this.execute(table.CLUSTER_SLAVES, ["CLUSTER", "SLAVES", nodeId], "string", options, null) as Promise<
      string[]
    >;
  }

  /**
   * CLUSTER SLOTS: lists ranges of hash slots with their nodes.
   *
   * @inheritDoc
   */
  clusterSlots(options?: CallOptions): Promise<ClusterSlots[]> {
    return this.execute(table.CLUSTER_SLOTS, ["CLUSTER", "SLOTS"], "string", options, null) as Promise<
      unknown
    > as Promise<ClusterSlots[]>;
  }

  /**
   * COMMAND: describes all commands.
   *
   * @inheritDoc
   */
  command(options?: CallOptions): Promise<CommandDescription[]> {
    return this.execute(table.COMMAND, ["COMMAND"], "string", options, null) as Promise<unknown> as Promise<
      CommandDescription[]
    >;
  }

  /**
   * COMMAND COUNT: answers how many commands there are.
   *
   * @inheritDoc
   */
  commandCount(options?: CallOptions): Promise<number> {
    return this.execute(table.COMMAND_COUNT, ["COMMAND", "COUNT"], "string", options, null) as Promise<number>;
  }

  /**
   * COMMAND DOCS: answers the documentation of the commands named, or of all.
   *
   * @inheritDoc
   */
  commandDocs(...names: CommandArgument[]): Promise<Record<string, CommandDocs>> {
    return this.execute(table.COMMAND_DOCS, ["COMMAND", "DOCS", ...names], "string", undefined, null) as Promise<
      unknown
    > as Promise<Record<string, CommandDocs>>;
  }

  /**
   * COMMAND GETKEYS: answers which arguments of a command are keys.
   *
   * @inheritDoc
   */
  commandGetkeys(command: CommandArgument, ...values: CommandArgument[]): Promise<string[]> {
    return this.execute(
      table.COMMAND_GETKEYS,
      ["COMMAND", "GETKEYS", command, ...values],
      "string",
      undefined,
      null,
    ) as Promise<string[]>;
  }

  /**
   * COMMAND GETKEYSANDFLAGS: answers which arguments of a command are keys, and what it does with them.
   *
   * @inheritDoc
   */
  commandGetkeysandflags(
    command: CommandArgument,
    ...values: CommandArgument[]
  ): Promise<[key: string, flags: string[]][]> {
    return this.execute(
      table.COMMAND_GETKEYSANDFLAGS,
      ["COMMAND", "GETKEYSANDFLAGS", command, ...values],
      "string",
      undefined,
      null,
    ) as Promise<[key: string, flags: string[]][]>;
  }

  /**
   * COMMAND INFO: describes the commands named, or all.
   *
   * @inheritDoc
   */
  commandInfo(...names: CommandArgument[]): Promise<(CommandDescription | null)[]> {
    return this.execute(table.COMMAND_INFO, ["COMMAND", "INFO", ...names], "string", undefined, null) as Promise<
      unknown
    > as Promise<(CommandDescription | null)[]>;
  }

  /**
   * COMMAND LIST: answers the names of commands.
   *
   * @inheritDoc
   */
  commandList(options?: CommandListOptions): Promise<string[]> {
    const args: CommandArgument[] = ["COMMAND", "LIST"];
    if (options?.filterby !== undefined) args.push("FILTERBY", ...options.filterby);
    return this.execute(table.COMMAND_LIST, args, "string", options, null) as Promise<string[]>;
  }

  /**
   * CONFIG GET: answers directives and their values, by name or glob-style pattern.
   *
   * @inheritDoc
   */
  configGet(...parameters: CommandArgument[]): Promise<Record<string, string>> {
    return this.execute(table.CONFIG_GET, ["CONFIG", "GET", ...parameters], "string", undefined, null) as Promise<
      Record<string, string>
    >;
  }

  /**
   * CONFIG RESETSTAT: sets the counters that INFO shows back to zero.
   *
   * @inheritDoc
   */
  configResetstat(options?: CallOptions): Promise<"OK"> {
    return this.execute(table.CONFIG_RESETSTAT, ["CONFIG", "RESETSTAT"], "string", options, null) as Promise<"OK">;
  }

  /**
   * CONFIG REWRITE: writes the configuration back to its file.
   *
   * @inheritDoc
   */
  configRewrite(options?: CallOptions): Promise<"OK"> {
    return this.execute(table.CONFIG_REWRITE, ["CONFIG", "REWRITE"], "string", options, null) as Promise<"OK">;
  }

  /**
   * CONFIG SET: sets directives: all of them, or none when one is refused.
   *
   * @inheritDoc
   */
  configSet(values: Pairs, options?: CallOptions): Promise<"OK">;
  /**
   * CONFIG SET: sets directives: all of them, or none when one is refused.
   *
   * @inheritDoc
   */
  configSet(...values: CommandArgument[]): Promise<"OK">;
  configSet(...values: unknown[]): Promise<"OK"> {
    const args: CommandArgument[] = ["CONFIG", "SET"];
    const options = pushFields(args, values);
    return this.execute(table.CONFIG_SET, args, "string", options, null) as Promise<"OK">;
  }

  /**
   * COPY: copies a key's value and expiry to another key.
   *
   * @inheritDoc
   */
  copy(source: CommandArgument, destination: CommandArgument, options?: CopyOptions): Promise<number> {
    const args: CommandArgument[] = ["COPY", source, destination];
    if (options?.db !== undefined) args.push("DB", options.db);
    if (options?.replace) args.push("REPLACE");
    return this.execute(table.COPY, args, "string", options, null) as Promise<number>;
  }

  /**
   * DBSIZE: counts the keys of the selected database.
   *
   * @inheritDoc
   */
  dbsize(options?: CallOptions): Promise<number> {
    return this.execute(table.DBSIZE, ["DBSIZE"], "string", options, null) as Promise<number>;
  }

  /**
   * DECR: takes one from the integer a key holds; a missing key counts as 0.
   *
   * @inheritDoc
   */
  decr(key: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.DECR, ["DECR", key], "string", options, null) as Promise<number>;
  }

  /**
   * DECRBY: takes from the integer a key holds; a missing key counts as 0.
   *
   * @inheritDoc
   */
  decrby(key: CommandArgument, decrement: number | bigint, options?: CallOptions): Promise<number> {
    return this.execute(table.DECRBY, ["DECRBY", key, decrement], "string", options, null) as Promise<number>;
  }

  /**
   * DEL: deletes keys.
   *
   * @inheritDoc
   */
  del(...keys: CommandArgument[]): Promise<number> {
    return this.execute(table.DEL, ["DEL", ...keys], "string", undefined, null) as Promise<number>;
  }

  /**
   * DUMP: answers a key's value in Redis' own format, for RESTORE.
   *
   * @inheritDoc
   */
  dump(key: CommandArgument, options?: CallOptions): Promise<Uint8Array | null> {
    return this.execute(table.DUMP, ["DUMP", key], "bytes", options, null) as Promise<Uint8Array | null>;
  }

  /**
   * ECHO: answers its argument.
   *
   * @inheritDoc
   */
  echo(message: CommandArgument, options?: CallOptions): Promise<string> {
    return this.execute(table.ECHO, ["ECHO", message], "string", options, null) as Promise<string>;
  }

  /**
   * EVAL: runs a Lua script on the server.
   *
   * @inheritDoc
   */
  eval(
    script: CommandArgument,
    keys: CommandArguments,
    values?: CommandArguments,
    options?: CallOptions,
  ): Promise<Reply> {
    const args: CommandArgument[] = ["EVAL", script];
    pushCounted(args, keys);
    if (values !== undefined) pushMany(args, values);
    return this.execute(table.EVAL, args, "string", options, null);
  }

  /**
   * EVAL_RO: runs a Lua script that only reads.
   *
   * @inheritDoc
   */
  evalRo(
    script: CommandArgument,
    keys: CommandArguments,
    values?: CommandArguments,
    options?: CallOptions,
  ): Promise<Reply> {
    const args: CommandArgument[] = ["EVAL_RO", script];
    pushCounted(args, keys);
    if (values !== undefined) pushMany(args, values);
    return this.execute(table.EVAL_RO, args, "string", options, null);
  }

  /**
   * EVALSHA: runs a Lua script that the server knows by its SHA-1.
   *
   * @inheritDoc
   */
  evalsha(
    sha1: CommandArgument,
    keys: CommandArguments,
    values?: CommandArguments,
    options?: CallOptions,
  ): Promise<Reply> {
    const args: CommandArgument[] = ["EVALSHA", sha1];
    pushCounted(args, keys);
    if (values !== undefined) pushMany(args, values);
    return this.execute(table.EVALSHA, args, "string", options, null);
  }

  /**
   * EVALSHA_RO: runs a Lua script that only reads, known by its SHA-1.
   *
   * @inheritDoc
   */
  evalshaRo(
    sha1: CommandArgument,
    keys: CommandArguments,
    values?: CommandArguments,
    options?: CallOptions,
  ): Promise<Reply> {
    const args: CommandArgument[] = ["EVALSHA_RO", sha1];
    pushCounted(args, keys);
    if (values !== undefined) pushMany(args, values);
    return this.execute(table.EVALSHA_RO, args, "string", options, null);
  }

  /**
   * EXISTS: counts how many of the keys given exist.
   *
   * @inheritDoc
   */
  exists(...keys: CommandArgument[]): Promise<number> {
    return this.execute(table.EXISTS, ["EXISTS", ...keys], "string", undefined, null) as Promise<number>;
  }

  /**
   * EXPIRE: lets a key expire after a number of seconds.
   *
   * @inheritDoc
   */
  expire(key: CommandArgument, seconds: number, options?: ExpireOptions): Promise<number> {
    const args: CommandArgument[] = ["EXPIRE", key, seconds];
    if (options?.nx) args.push("NX");
    if (options?.xx) args.push("XX");
    if (options?.gt) args.push("GT");
    if (options?.lt) args.push("LT");
    return this.execute(table.EXPIRE, args, "string", options, null) as Promise<number>;
  }

  /**
   * EXPIREAT: lets a key expire at a Unix time in seconds.
   *
   * @inheritDoc
   */
  expireat(key: CommandArgument, unixTimeSeconds: number, options?: ExpireatOptions): Promise<number> {
    const args: CommandArgument[] = ["EXPIREAT", key, unixTimeSeconds];
    if (options?.nx) args.push("NX");
    if (options?.xx) args.push("XX");
    if (options?.gt) args.push("GT");
    if (options?.lt) args.push("LT");
    return this.execute(table.EXPIREAT, args, "string", options, null) as Promise<number>;
  }

  /**
   * EXPIRETIME: tells the Unix time in seconds at which a key expires.
   *
   * @inheritDoc
   */
  expiretime(key: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.EXPIRETIME, ["EXPIRETIME", key], "string", options, null) as Promise<number>;
  }

  /**
   * FAILOVER: hands the role of the primary to a replica.
   *
   * @inheritDoc
   */
  failover(options?: FailoverOptions): Promise<"OK"> {
    const args: CommandArgument[] = ["FAILOVER"];
    if (options?.to !== undefined) args.push("TO", ...options.to);
    if (options?.force) args.push("FORCE");
    if (options?.abort) args.push("ABORT");
    if (options?.timeout !== undefined) args.push("TIMEOUT", options.timeout);
    return this.execute(table.FAILOVER, args, "string", options, null) as Promise<"OK">;
  }

  /**
   * FCALL: calls a function of a library.
   *
   * @inheritDoc
   */
  fcall(
    name: CommandArgument,
    keys: CommandArguments,
    values?: CommandArguments,
    options?: CallOptions,
  ): Promise<Reply> {
    const args: CommandArgument[] = ["FCALL", name];
    pushCounted(args, keys);
    if (values !== undefined) pushMany(args, values);
    return this.execute(table.FCALL, args, "string", options, null);
  }

  /**
   * FCALL_RO: calls a function of a library that only reads.
   *
   * @inheritDoc
   */
  fcallRo(
    name: CommandArgument,
    keys: CommandArguments,
    values?: CommandArguments,
    options?: CallOptions,
  ): Promise<Reply> {
    const args: CommandArgument[] = ["FCALL_RO", name];
    pushCounted(args, keys);
    if (values !== undefined) pushMany(args, values);
    return this.execute(table.FCALL_RO, args, "string", options, null);
  }

  /**
   * FLUSHALL: deletes all keys of all databases.
   *
   * @inheritDoc
   */
  flushall(options?: FlushallOptions): Promise<"OK"> {
    const args: CommandArgument[] = ["FLUSHALL"];
    if (options?.async) args.push("ASYNC");
    if (options?.sync) args.push("SYNC");
    return this.execute(table.FLUSHALL, args, "string", options, null) as Promise<"OK">;
  }

  /**
   * FLUSHDB: deletes all keys of the selected database.
   *
   * @inheritDoc
   */
  flushdb(options?: FlushdbOptions): Promise<"OK"> {
    const args: CommandArgument[] = ["FLUSHDB"];
    if (options?.async) args.push("ASYNC");
    if (options?.sync) args.push("SYNC");
    return this.execute(table.FLUSHDB, args, "string", options, null) as Promise<"OK">;
  }

  /**
   * FUNCTION DELETE: deletes a library and its functions.
   *
   * @inheritDoc
   */
  functionDelete(libraryName: CommandArgument, options?: CallOptions): Promise<"OK"> {
    return this.execute(table.FUNCTION_DELETE, ["FUNCTION", "DELETE", libraryName], "string", options, null) as Promise<
      "OK"
    >;
  }

  /**
   * FUNCTION DUMP: writes all libraries out.
   *
   * @inheritDoc
   */
  functionDump(options?: CallOptions): Promise<Uint8Array> {
    return this.execute(table.FUNCTION_DUMP, ["FUNCTION", "DUMP"], "bytes", options, null) as Promise<Uint8Array>;
  }

  /**
   * FUNCTION FLUSH: deletes all libraries.
   *
   * @inheritDoc
   */
  functionFlush(options?: FunctionFlushOptions): Promise<"OK"> {
    const args: CommandArgument[] = ["FUNCTION", "FLUSH"];
    if (options?.async) args.push("ASYNC");
    if (options?.sync) args.push("SYNC");
    return this.execute(table.FUNCTION_FLUSH, args, "string", options, null) as Promise<"OK">;
  }

  /**
   * FUNCTION KILL: stops the function that is running.
   *
   * @inheritDoc
   */
  functionKill(options?: CallOptions): Promise<"OK"> {
    return this.execute(table.FUNCTION_KILL, ["FUNCTION", "KILL"], "string", options, null) as Promise<"OK">;
  }

  /**
   * FUNCTION LIST: lists the libraries.
   *
   * @inheritDoc
   */
  functionList(options?: FunctionListOptions): Promise<FunctionLibrary[]> {
    const args: CommandArgument[] = ["FUNCTION", "LIST"];
    if (options?.libraryname !== undefined) args.push("LIBRARYNAME", options.libraryname);
    if (options?.withcode) args.push("WITHCODE");
    return this.execute(table.FUNCTION_LIST, args, "string", options, null) as Promise<unknown> as Promise<
      FunctionLibrary[]
    >;
  }

  /**
   * FUNCTION LOAD: makes a library of functions.
   *
   * @inheritDoc
   */
  functionLoad(functionCode: CommandArgument, options?: FunctionLoadOptions): Promise<string> {
    const args: CommandArgument[] = ["FUNCTION", "LOAD"];
    if (options?.replace) args.push("REPLACE");
    args.push(functionCode);
    return this.execute(table.FUNCTION_LOAD, args, "string", options, null) as Promise<string>;
  }

  /**
   * FUNCTION RESTORE: makes libraries of what FUNCTION DUMP wrote.
   *
   * @inheritDoc
   */
  functionRestore(serializedValue: Uint8Array, options?: FunctionRestoreOptions): Promise<"OK"> {
    const args: CommandArgument[] = ["FUNCTION", "RESTORE", serializedValue];
    if (options?.flush) args.push("FLUSH");
    if (options?.append) args.push("APPEND");
    if (options?.replace) args.push("REPLACE");
    return this.execute(table.FUNCTION_RESTORE, args, "string", options, null) as Promise<"OK">;
  }

  /**
   * FUNCTION STATS: tells what function is running, and what engines there are.
   *
   * @inheritDoc
   */
  functionStats(options?: CallOptions): Promise<FunctionStats> {
    return this.execute(table.FUNCTION_STATS, ["FUNCTION", "STATS"], "string", options, null) as Promise<
      unknown
    > as Promise<FunctionStats>;
  }

  /**
   * GEOADD: adds members with their positions, or moves them.
   *
   * @inheritDoc
   */
  geoadd(
    key: CommandArgument,
    members: Pairs<readonly [longitude: number, latitude: number]>,
    options?: GeoaddOptions,
  ): Promise<number> {
    const args: CommandArgument[] = ["GEOADD", key];
    if (options?.nx) args.push("NX");
    if (options?.xx) args.push("XX");
    if (options?.ch) args.push("CH");
    pushPlaces(args, members);
    return this.execute(table.GEOADD, args, "string", options, null) as Promise<number>;
  }

  /**
   * GEODIST: answers how far two members are apart.
   *
   * @inheritDoc
   */
  geodist(
    key: CommandArgument,
    member1: CommandArgument,
    member2: CommandArgument,
    unit?: GeoUnit,
    options?: CallOptions,
  ): Promise<number | null> {
    const args: CommandArgument[] = ["GEODIST", key, member1, member2];
    if (unit !== undefined) args.push(unit);
    return this.execute(table.GEODIST, args, "string", options, toNumber) as Promise<number | null>;
  }

  /**
   * GEOHASH: answers the positions of members as geohashes.
   *
   * @inheritDoc
   */
  geohash(key: CommandArgument, ...members: CommandArgument[]): Promise<(string | null)[]> {
    return this.execute(table.GEOHASH, ["GEOHASH", key, ...members], "string", undefined, null) as Promise<
      (string | null)[]
    >;
  }

  /**
   * GEOPOS: answers the positions of members.
   *
   * @inheritDoc
   */
  geopos(
    key: CommandArgument,
    ...members: CommandArgument[]
  ): Promise<([longitude: number, latitude: number] | null)[]> {
    return this.execute(table.GEOPOS, ["GEOPOS", key, ...members], "string", undefined, null) as Promise<
      ([longitude: number, latitude: number] | null)[]
    >;
  }

  /**
   * GEORADIUS: searches a circle around a position; may store what is found.
   *
   * @inheritDoc
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
   * @inheritDoc
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
   * @inheritDoc
   */
  georadius<O extends GeoradiusOptions = CallOptions>(
    key: CommandArgument,
    longitude: number | string,
    latitude: number | string,
    radius: number | string,
    unit: GeoUnit,
    options?: O & { store?: never; storedist?: never },
  ): Promise<GeoReply<O>[]>;
  georadius(
    key: CommandArgument,
    longitude: number | string,
    latitude: number | string,
    radius: number | string,
    unit: GeoUnit,
    options?: GeoradiusOptions,
  ): Promise<unknown> {
    const args: CommandArgument[] = ["GEORADIUS", key, longitude, latitude, radius, unit];
    if (options?.withcoord) args.push("WITHCOORD");
    if (options?.withdist) args.push("WITHDIST");
    if (options?.withhash) args.push("WITHHASH");
    if (options?.count !== undefined) args.push("COUNT", options.count);
    if (options?.any) args.push("ANY");
    if (options?.asc) args.push("ASC");
    if (options?.desc) args.push("DESC");
    if (options?.store !== undefined) args.push("STORE", options.store);
    if (options?.storedist !== undefined) args.push("STOREDIST", options.storedist);
    return this.execute(table.GEORADIUS, args, "string", options, geoPlaces(options));
  }

  /**
   * GEORADIUS_RO: searches a circle around a position.
   *
   * @inheritDoc
   */
  georadiusRo<O extends GeoradiusRoOptions = CallOptions>(
    key: CommandArgument,
    longitude: number | string,
    latitude: number | string,
    radius: number | string,
    unit: GeoUnit,
    options?: O,
  ): Promise<GeoReply<O>[]> {
    const args: CommandArgument[] = ["GEORADIUS_RO", key, longitude, latitude, radius, unit];
    if (options?.withcoord) args.push("WITHCOORD");
    if (options?.withdist) args.push("WITHDIST");
    if (options?.withhash) args.push("WITHHASH");
    if (options?.count !== undefined) args.push("COUNT", options.count);
    if (options?.any) args.push("ANY");
    if (options?.asc) args.push("ASC");
    if (options?.desc) args.push("DESC");
    return this.execute(table.GEORADIUS_RO, args, "string", options, geoPlaces(options)) as Promise<unknown> as Promise<
      GeoReply<O>[]
    >;
  }

  /**
   * GEORADIUSBYMEMBER: searches a circle around a member; may store what is found.
   *
   * @inheritDoc
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
   * @inheritDoc
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
   * @inheritDoc
   */
  georadiusbymember<O extends GeoradiusbymemberOptions = CallOptions>(
    key: CommandArgument,
    member: CommandArgument,
    radius: number | string,
    unit: GeoUnit,
    options?: O & { store?: never; storedist?: never },
  ): Promise<GeoReply<O>[]>;
  georadiusbymember(
    key: CommandArgument,
    member: CommandArgument,
    radius: number | string,
    unit: GeoUnit,
    options?: GeoradiusbymemberOptions,
  ): Promise<unknown> {
    const args: CommandArgument[] = ["GEORADIUSBYMEMBER", key, member, radius, unit];
    if (options?.withcoord) args.push("WITHCOORD");
    if (options?.withdist) args.push("WITHDIST");
    if (options?.withhash) args.push("WITHHASH");
    if (options?.count !== undefined) args.push("COUNT", options.count);
    if (options?.any) args.push("ANY");
    if (options?.asc) args.push("ASC");
    if (options?.desc) args.push("DESC");
    if (options?.store !== undefined) args.push("STORE", options.store);
    if (options?.storedist !== undefined) args.push("STOREDIST", options.storedist);
    return this.execute(table.GEORADIUSBYMEMBER, args, "string", options, geoPlaces(options));
  }

  /**
   * GEORADIUSBYMEMBER_RO: searches a circle around a member.
   *
   * @inheritDoc
   */
  georadiusbymemberRo<O extends GeoradiusbymemberRoOptions = CallOptions>(
    key: CommandArgument,
    member: CommandArgument,
    radius: number | string,
    unit: GeoUnit,
    options?: O,
  ): Promise<GeoReply<O>[]> {
    const args: CommandArgument[] = ["GEORADIUSBYMEMBER_RO", key, member, radius, unit];
    if (options?.withcoord) args.push("WITHCOORD");
    if (options?.withdist) args.push("WITHDIST");
    if (options?.withhash) args.push("WITHHASH");
    if (options?.count !== undefined) args.push("COUNT", options.count);
    if (options?.any) args.push("ANY");
    if (options?.asc) args.push("ASC");
    if (options?.desc) args.push("DESC");
    return this.execute(table.GEORADIUSBYMEMBER_RO, args, "string", options, geoPlaces(options)) as Promise<
      unknown
    > as Promise<GeoReply<O>[]>;
  }

  /**
   * GEOSEARCH: searches a circle or a box around a position or a member.
   *
   * @inheritDoc
   */
  geosearch<O extends GeosearchOptions>(key: CommandArgument, options: O): Promise<GeoReply<O>[]> {
    const args: CommandArgument[] = ["GEOSEARCH", key];
    if (options?.frommember !== undefined) args.push("FROMMEMBER", options.frommember);
    if (options?.fromlonlat !== undefined) args.push("FROMLONLAT", ...options.fromlonlat);
    if (options?.byradius !== undefined) args.push("BYRADIUS", ...options.byradius);
    if (options?.bybox !== undefined) args.push("BYBOX", ...options.bybox);
    if (options?.asc) args.push("ASC");
    if (options?.desc) args.push("DESC");
    if (options?.count !== undefined) args.push("COUNT", options.count);
    if (options?.any) args.push("ANY");
    if (options?.withcoord) args.push("WITHCOORD");
    if (options?.withdist) args.push("WITHDIST");
    if (options?.withhash) args.push("WITHHASH");
    return this.execute(table.GEOSEARCH, args, "string", options, geoPlaces(options)) as Promise<unknown> as Promise<
      GeoReply<O>[]
    >;
  }

  /**
   * GEOSEARCHSTORE: searches as GEOSEARCH does, and stores what is found.
   *
   * @inheritDoc
   */
  geosearchstore(
    destination: CommandArgument,
    source: CommandArgument,
    options: GeosearchstoreOptions,
  ): Promise<number> {
    const args: CommandArgument[] = ["GEOSEARCHSTORE", destination, source];
    if (options?.frommember !== undefined) args.push("FROMMEMBER", options.frommember);
    if (options?.fromlonlat !== undefined) args.push("FROMLONLAT", ...options.fromlonlat);
    if (options?.byradius !== undefined) args.push("BYRADIUS", ...options.byradius);
    if (options?.bybox !== undefined) args.push("BYBOX", ...options.bybox);
    if (options?.asc) args.push("ASC");
    if (options?.desc) args.push("DESC");
    if (options?.count !== undefined) args.push("COUNT", options.count);
    if (options?.any) args.push("ANY");
    if (options?.storedist) args.push("STOREDIST");
    return this.execute(table.GEOSEARCHSTORE, args, "string", options, null) as Promise<number>;
  }

  /**
   * GETBIT: returns a bit of a string; those after its end are 0.
   *
   * @inheritDoc
   */
  getbit(key: CommandArgument, offset: number, options?: CallOptions): Promise<number> {
    return this.execute(table.GETBIT, ["GETBIT", key, offset], "string", options, null) as Promise<number>;
  }

  /**
   * GETDEL: returns the string a key holds and deletes the key.
   *
   * @inheritDoc
   */
  getdel(key: CommandArgument, options?: CallOptions): Promise<string | null> {
    return this.execute(table.GETDEL, ["GETDEL", key], "string", options, null) as Promise<string | null>;
  }

  /**
   * GETEX: returns the string a key holds; may set or remove its expiry.
   *
   * @inheritDoc
   */
  getex(key: CommandArgument, options?: GetexOptions): Promise<string | null> {
    const args: CommandArgument[] = ["GETEX", key];
    if (options?.ex !== undefined) args.push("EX", options.ex);
    if (options?.px !== undefined) args.push("PX", options.px);
    if (options?.exat !== undefined) args.push("EXAT", options.exat);
    if (options?.pxat !== undefined) args.push("PXAT", options.pxat);
    if (options?.persist) args.push("PERSIST");
    return this.execute(table.GETEX, args, "string", options, null) as Promise<string | null>;
  }

  /**
   * GETRANGE: returns part of the string a key holds.
   *
   * @inheritDoc
   */
  getrange(key: CommandArgument, start: number, end: number, options?: CallOptions): Promise<string> {
    return this.execute(table.GETRANGE, ["GETRANGE", key, start, end], "string", options, null) as Promise<string>;
  }

  /**
   * GETSET: sets a key to a string and returns what it held.
   *
   * @inheritDoc
   */
  getset(key: CommandArgument, value: CommandArgument, options?: CallOptions): Promise<string | null> {
    return this.execute(table.GETSET, ["GETSET", key, value], "string", options, null) as Promise<string | null>;
  }

  /**
   * HDEL: deletes fields of a hash, and the key with the last of them.
   *
   * @inheritDoc
   */
  hdel(key: CommandArgument, ...fields: CommandArgument[]): Promise<number> {
    return this.execute(table.HDEL, ["HDEL", key, ...fields], "string", undefined, null) as Promise<number>;
  }

  /**
   * HEXISTS: tells whether a hash has a field.
   *
   * @inheritDoc
   */
  hexists(key: CommandArgument, field: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.HEXISTS, ["HEXISTS", key, field], "string", options, null) as Promise<number>;
  }

  /**
   * HEXPIRE: lets fields expire after so many seconds.
   *
   * @inheritDoc
   */
  hexpire(
    key: CommandArgument,
    seconds: number,
    fields: CommandArguments,
    options?: HexpireOptions,
  ): Promise<number[]> {
    const args: CommandArgument[] = ["HEXPIRE", key, seconds];
    if (options?.nx) args.push("NX");
    if (options?.xx) args.push("XX");
    if (options?.gt) args.push("GT");
    if (options?.lt) args.push("LT");
    args.push("FIELDS");
    pushCounted(args, fields);
    return this.execute(table.HEXPIRE, args, "string", options, null) as Promise<number[]>;
  }

  /**
   * HEXPIREAT: lets fields expire at a Unix time in seconds.
   *
   * @inheritDoc
   */
  hexpireat(
    key: CommandArgument,
    unixTimeSeconds: number,
    fields: CommandArguments,
    options?: HexpireatOptions,
  ): Promise<number[]> {
    const args: CommandArgument[] = ["HEXPIREAT", key, unixTimeSeconds];
    if (options?.nx) args.push("NX");
    if (options?.xx) args.push("XX");
    if (options?.gt) args.push("GT");
    if (options?.lt) args.push("LT");
    args.push("FIELDS");
    pushCounted(args, fields);
    return this.execute(table.HEXPIREAT, args, "string", options, null) as Promise<number[]>;
  }

  /**
   * HEXPIRETIME: tells the Unix time, in seconds, at which fields expire.
   *
   * @inheritDoc
   */
  hexpiretime(key: CommandArgument, fields: CommandArguments, options?: CallOptions): Promise<number[]> {
    const args: CommandArgument[] = ["HEXPIRETIME", key, "FIELDS"];
    pushCounted(args, fields);
    return this.execute(table.HEXPIRETIME, args, "string", options, null) as Promise<number[]>;
  }

  /**
   * HGET: answers the value of a field.
   *
   * @inheritDoc
   */
  hget(key: CommandArgument, field: CommandArgument, options?: CallOptions): Promise<string | null> {
    return this.execute(table.HGET, ["HGET", key, field], "string", options, null) as Promise<string | null>;
  }

  /**
   * HGETALL: answers all fields and values of a hash.
   *
   * @inheritDoc
   */
  hgetall(key: CommandArgument, options?: CallOptions): Promise<Record<string, string>> {
    return this.execute(table.HGETALL, ["HGETALL", key], "string", options, null) as Promise<Record<string, string>>;
  }

  /**
   * HGETDEL: answers fields and deletes them.
   *
   * @inheritDoc
   */
  hgetdel(key: CommandArgument, fields: CommandArguments, options?: CallOptions): Promise<(string | null)[]> {
    const args: CommandArgument[] = ["HGETDEL", key, "FIELDS"];
    pushCounted(args, fields);
    return this.execute(table.HGETDEL, args, "string", options, null) as Promise<(string | null)[]>;
  }

  /**
   * HGETEX: answers fields and sets when they expire.
   *
   * @inheritDoc
   */
  hgetex(key: CommandArgument, fields: CommandArguments, options?: HgetexOptions): Promise<(string | null)[]> {
    const args: CommandArgument[] = ["HGETEX", key];
    if (options?.ex !== undefined) args.push("EX", options.ex);
    if (options?.px !== undefined) args.push("PX", options.px);
    if (options?.exat !== undefined) args.push("EXAT", options.exat);
    if (options?.pxat !== undefined) args.push("PXAT", options.pxat);
    if (options?.persist) args.push("PERSIST");
    args.push("FIELDS");
    pushCounted(args, fields);
    return this.execute(table.HGETEX, args, "string", options, null) as Promise<(string | null)[]>;
  }

  /**
   * HINCRBY: adds to the integer a field holds; a missing field counts as 0.
   *
   * @inheritDoc
   */
  hincrby(
    key: CommandArgument,
    field: CommandArgument,
    increment: number | bigint,
    options?: CallOptions,
  ): Promise<number> {
    return this.execute(table.HINCRBY, ["HINCRBY", key, field, increment], "string", options, null) as Promise<number>;
  }

  /**
   * HINCRBYFLOAT: adds to the floating-point number a field holds; a missing field counts as 0.
   *
   * @inheritDoc
   */
  hincrbyfloat(
    key: CommandArgument,
    field: CommandArgument,
    increment: number | string,
    options?: CallOptions,
  ): Promise<string> {
    return this.execute(
      table.HINCRBYFLOAT,
      ["HINCRBYFLOAT", key, field, increment],
      "string",
      options,
      null,
    ) as Promise<string>;
  }

  /**
   * HKEYS: answers all fields of a hash.
   *
   * @inheritDoc
   */
  hkeys(key: CommandArgument, options?: CallOptions): Promise<string[]> {
    return this.execute(table.HKEYS, ["HKEYS", key], "string", options, null) as Promise<string[]>;
  }

  /**
   * HLEN: counts the fields of a hash.
   *
   * @inheritDoc
   */
  hlen(key: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.HLEN, ["HLEN", key], "string", options, null) as Promise<number>;
  }

  /**
   * HMGET: answers the values of several fields.
   *
   * @inheritDoc
   */
  hmget(key: CommandArgument, ...fields: CommandArgument[]): Promise<(string | null)[]> {
    return this.execute(table.HMGET, ["HMGET", key, ...fields], "string", undefined, null) as Promise<
      (string | null)[]
    >;
  }

  /**
   * HMSET: gives fields of a hash values; answers OK.
   *
   * @inheritDoc
   */
  hmset(key: CommandArgument, values: Pairs, options?: CallOptions): Promise<"OK">;
  /**
   * HMSET: gives fields of a hash values; answers OK.
   *
   * @inheritDoc
   */
  hmset(key: CommandArgument, ...values: CommandArgument[]): Promise<"OK">;
  hmset(key: CommandArgument, ...values: unknown[]): Promise<"OK"> {
    const args: CommandArgument[] = ["HMSET", key];
    const options = pushFields(args, values);
    return this.execute(table.HMSET, args, "string", options, null) as Promise<"OK">;
  }

  /**
   * HPERSIST: takes the expiry from fields.
   *
   * @inheritDoc
   */
  hpersist(key: CommandArgument, fields: CommandArguments, options?: CallOptions): Promise<number[]> {
    const args: CommandArgument[] = ["HPERSIST", key, "FIELDS"];
    pushCounted(args, fields);
    return this.execute(table.HPERSIST, args, "string", options, null) as Promise<number[]>;
  }

  /**
   * HPEXPIRE: lets fields expire after so many milliseconds.
   *
   * @inheritDoc
   */
  hpexpire(
    key: CommandArgument,
    milliseconds: number,
    fields: CommandArguments,
    options?: HpexpireOptions,
  ): Promise<number[]> {
    const args: CommandArgument[] = ["HPEXPIRE", key, milliseconds];
    if (options?.nx) args.push("NX");
    if (options?.xx) args.push("XX");
    if (options?.gt) args.push("GT");
    if (options?.lt) args.push("LT");
    args.push("FIELDS");
    pushCounted(args, fields);
    return this.execute(table.HPEXPIRE, args, "string", options, null) as Promise<number[]>;
  }

  /**
   * HPEXPIREAT: lets fields expire at a Unix time in milliseconds.
   *
   * @inheritDoc
   */
  hpexpireat(
    key: CommandArgument,
    unixTimeMilliseconds: number,
    fields: CommandArguments,
    options?: HpexpireatOptions,
  ): Promise<number[]> {
    const args: CommandArgument[] = ["HPEXPIREAT", key, unixTimeMilliseconds];
    if (options?.nx) args.push("NX");
    if (options?.xx) args.push("XX");
    if (options?.gt) args.push("GT");
    if (options?.lt) args.push("LT");
    args.push("FIELDS");
    pushCounted(args, fields);
    return this.execute(table.HPEXPIREAT, args, "string", options, null) as Promise<number[]>;
  }

  /**
   * HPEXPIRETIME: tells the Unix time, in milliseconds, at which fields expire.
   *
   * @inheritDoc
   */
  hpexpiretime(key: CommandArgument, fields: CommandArguments, options?: CallOptions): Promise<number[]> {
    const args: CommandArgument[] = ["HPEXPIRETIME", key, "FIELDS"];
    pushCounted(args, fields);
    return this.execute(table.HPEXPIRETIME, args, "string", options, null) as Promise<number[]>;
  }

  /**
   * HPTTL: tells in how many milliseconds fields expire.
   *
   * @inheritDoc
   */
  hpttl(key: CommandArgument, fields: CommandArguments, options?: CallOptions): Promise<number[]> {
    const args: CommandArgument[] = ["HPTTL", key, "FIELDS"];
    pushCounted(args, fields);
    return this.execute(table.HPTTL, args, "string", options, null) as Promise<number[]>;
  }

  /**
   * HRANDFIELD: picks fields of a hash at random.
   *
   * @inheritDoc
   */
  hrandfield(
    key: CommandArgument,
    count: number,
    options: HrandfieldOptions & { withvalues: true },
  ): Promise<[field: string, value: string][]>;
  /**
   * HRANDFIELD: picks fields of a hash at random.
   *
   * @inheritDoc
   */
  hrandfield(
    key: CommandArgument,
    count: number,
    options?: HrandfieldOptions & { withvalues?: false },
  ): Promise<string[]>;
  /**
   * HRANDFIELD: picks fields of a hash at random.
   *
   * @inheritDoc
   */
  hrandfield(
    key: CommandArgument,
    count?: undefined,
    options?: HrandfieldOptions & { withvalues?: false },
  ): Promise<string | null>;
  /**
   * HRANDFIELD: picks fields of a hash at random.
   *
   * @inheritDoc
   */
  hrandfield(
    key: CommandArgument,
    count?: number,
    options?: HrandfieldOptions,
  ): Promise<string | null | [field: string, value: string][] | string[]>;
  hrandfield(key: CommandArgument, count?: number, options?: HrandfieldOptions): Promise<unknown> {
    const args: CommandArgument[] = ["HRANDFIELD", key];
    if (count !== undefined) args.push(count);
    if (options?.withvalues) args.push("WITHVALUES");
    return this.execute(table.HRANDFIELD, args, "string", options, null);
  }

  /**
   * HSET: gives fields of a hash values.
   *
   * @inheritDoc
   */
  hset(key: CommandArgument, values: Pairs, options?: CallOptions): Promise<number>;
  /**
   * HSET: gives fields of a hash values.
   *
   * @inheritDoc
   */
  hset(key: CommandArgument, ...values: CommandArgument[]): Promise<number>;
  hset(key: CommandArgument, ...values: unknown[]): Promise<number> {
    const args: CommandArgument[] = ["HSET", key];
    const options = pushFields(args, values);
    return this.execute(table.HSET, args, "string", options, null) as Promise<number>;
  }

  /**
   * HSETEX: sets fields and when they expire.
   *
   * @inheritDoc
   */
  hsetex(key: CommandArgument, counted: Pairs, options?: HsetexOptions): Promise<number> {
    const args: CommandArgument[] = ["HSETEX", key];
    if (options?.fnx) args.push("FNX");
    if (options?.fxx) args.push("FXX");
    if (options?.ex !== undefined) args.push("EX", options.ex);
    if (options?.px !== undefined) args.push("PX", options.px);
    if (options?.exat !== undefined) args.push("EXAT", options.exat);
    if (options?.pxat !== undefined) args.push("PXAT", options.pxat);
    if (options?.keepttl) args.push("KEEPTTL");
    args.push("FIELDS");
    pushCountedPairs(args, counted);
    return this.execute(table.HSETEX, args, "string", options, null) as Promise<number>;
  }

  /**
   * HSETNX: gives a field of a hash a value unless it has one.
   *
   * @inheritDoc
   */
  hsetnx(key: CommandArgument, field: CommandArgument, value: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.HSETNX, ["HSETNX", key, field, value], "string", options, null) as Promise<number>;
  }

  /**
   * HSTRLEN: tells the length of a field's value.
   *
   * @inheritDoc
   */
  hstrlen(key: CommandArgument, field: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.HSTRLEN, ["HSTRLEN", key, field], "string", options, null) as Promise<number>;
  }

  /**
   * HTTL: tells in how many seconds fields expire.
   *
   * @inheritDoc
   */
  httl(key: CommandArgument, fields: CommandArguments, options?: CallOptions): Promise<number[]> {
    const args: CommandArgument[] = ["HTTL", key, "FIELDS"];
    pushCounted(args, fields);
    return this.execute(table.HTTL, args, "string", options, null) as Promise<number[]>;
  }

  /**
   * HVALS: answers all values of a hash.
   *
   * @inheritDoc
   */
  hvals(key: CommandArgument, options?: CallOptions): Promise<string[]> {
    return this.execute(table.HVALS, ["HVALS", key], "string", options, null) as Promise<string[]>;
  }

  /**
   * INCR: adds one to the integer a key holds; a missing key counts as 0.
   *
   * @inheritDoc
   */
  incr(key: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.INCR, ["INCR", key], "string", options, null) as Promise<number>;
  }

  /**
   * INCRBY: adds to the integer a key holds; a missing key counts as 0.
   *
   * @inheritDoc
   */
  incrby(key: CommandArgument, increment: number | bigint, options?: CallOptions): Promise<number> {
    return this.execute(table.INCRBY, ["INCRBY", key, increment], "string", options, null) as Promise<number>;
  }

  /**
   * INCRBYFLOAT: adds to the floating-point number a key holds; a missing key counts as 0.
   *
   * @inheritDoc
   */
  incrbyfloat(key: CommandArgument, increment: number | string, options?: CallOptions): Promise<string> {
    return this.execute(table.INCRBYFLOAT, ["INCRBYFLOAT", key, increment], "string", options, null) as Promise<string>;
  }

  /**
   * INFO: tells figures of the server.
   *
   * @inheritDoc
   */
  info(...sections: CommandArgument[]): Promise<string> {
    return this.execute(table.INFO, ["INFO", ...sections], "string", undefined, null) as Promise<string>;
  }

  /**
   * KEYS: lists all keys that match a pattern.
   *
   * @inheritDoc
   */
  keys(pattern: CommandArgument, options?: CallOptions): Promise<string[]> {
    return this.execute(table.KEYS, ["KEYS", pattern], "string", options, null) as Promise<string[]>;
  }

  /**
   * LASTSAVE: tells when all keys were last saved.
   *
   * @inheritDoc
   */
  lastsave(options?: CallOptions): Promise<number> {
    return this.execute(table.LASTSAVE, ["LASTSAVE"], "string", options, null) as Promise<number>;
  }

  /**
   * LATENCY DOCTOR: describes what the latency monitor has seen, and what may help.
   *
   * @inheritDoc
   */
  latencyDoctor(options?: CallOptions): Promise<string> {
    return this.execute(table.LATENCY_DOCTOR, ["LATENCY", "DOCTOR"], "string", options, null) as Promise<string>;
  }

  /**
   * LATENCY GRAPH: draws the samples of an event.
   *
   * @inheritDoc
   */
  latencyGraph(event: CommandArgument, options?: CallOptions): Promise<string> {
    return this.execute(table.LATENCY_GRAPH, ["LATENCY", "GRAPH", event], "string", options, null) as Promise<string>;
  }

  /**
   * LATENCY HISTOGRAM: answers how many calls of each command took at most how long.
   *
   * @inheritDoc
   */
  latencyHistogram(...commands: CommandArgument[]): Promise<Record<string, LatencyHistogram>> {
    return this.execute(
      table.LATENCY_HISTOGRAM,
      ["LATENCY", "HISTOGRAM", ...commands],
      "string",
      undefined,
      latencyHistograms,
    ) as Promise<unknown> as Promise<Record<string, LatencyHistogram>>;
  }

  /**
   * LATENCY HISTORY: answers the samples of an event: when, and how many milliseconds.
   *
   * @inheritDoc
   */
  latencyHistory(event: CommandArgument, options?: CallOptions): Promise<[time: number, ms: number][]> {
    return this.execute(table.LATENCY_HISTORY, ["LATENCY", "HISTORY", event], "string", options, null) as Promise<
      [time: number, ms: number][]
    >;
  }

  /**
   * LATENCY LATEST: answers the latest sample of each event, and the worst.
   *
   * @inheritDoc
   */
  latencyLatest(options?: CallOptions): Promise<[event: string, time: number, latestMs: number, maxMs: number][]> {
    return this.execute(table.LATENCY_LATEST, ["LATENCY", "LATEST"], "string", options, null) as Promise<
      unknown
    > as Promise<[event: string, time: number, latestMs: number, maxMs: number][]>;
  }

  /**
   * LATENCY RESET: forgets the samples of some events, or of all.
   *
   * @inheritDoc
   */
  latencyReset(...events: CommandArgument[]): Promise<number> {
    return this.execute(table.LATENCY_RESET, ["LATENCY", "RESET", ...events], "string", undefined, null) as Promise<
      number
    >;
  }

  /**
   * LCS: finds the longest sequence of bytes that two strings have in common.
   *
   * @inheritDoc
   */
  lcs(
    key1: CommandArgument,
    key2: CommandArgument,
    options: LcsOptions & { len: true; idx?: false; withmatchlen?: false },
  ): Promise<number>;
  /**
   * LCS: finds the longest sequence of bytes that two strings have in common.
   *
   * @inheritDoc
   */
  lcs(
    key1: CommandArgument,
    key2: CommandArgument,
    options: LcsOptions & { idx: true; withmatchlen: true; len?: false },
  ): Promise<LcsMatches<LcsMatchWithLength>>;
  /**
   * LCS: finds the longest sequence of bytes that two strings have in common.
   *
   * @inheritDoc
   */
  lcs(
    key1: CommandArgument,
    key2: CommandArgument,
    options: LcsOptions & { idx: true; len?: false; withmatchlen?: false },
  ): Promise<LcsMatches<LcsMatch>>;
  /**
   * LCS: finds the longest sequence of bytes that two strings have in common.
   *
   * @inheritDoc
   */
  lcs(
    key1: CommandArgument,
    key2: CommandArgument,
    options?: LcsOptions & { len?: false; idx?: false; withmatchlen?: false },
  ): Promise<string>;
  /**
   * LCS: finds the longest sequence of bytes that two strings have in common.
   *
   * @inheritDoc
   */
  lcs(
    key1: CommandArgument,
    key2: CommandArgument,
    options?: LcsOptions,
  ): Promise<string | number | LcsMatches<LcsMatchWithLength> | LcsMatches<LcsMatch>>;
  lcs(key1: CommandArgument, key2: CommandArgument, options?: LcsOptions): Promise<unknown> {
    const args: CommandArgument[] = ["LCS", key1, key2];
    if (options?.len) args.push("LEN");
    if (options?.idx) args.push("IDX");
    if (options?.minmatchlen !== undefined) args.push("MINMATCHLEN", options.minmatchlen);
    if (options?.withmatchlen) args.push("WITHMATCHLEN");
    return this.execute(table.LCS, args, "string", options, null);
  }

  /**
   * LINDEX: returns the element at an index, counted from the tail when negative.
   *
   * @inheritDoc
   */
  lindex(key: CommandArgument, index: number, options?: CallOptions): Promise<string | null> {
    return this.execute(table.LINDEX, ["LINDEX", key, index], "string", options, null) as Promise<string | null>;
  }

  /**
   * LINSERT: inserts an element before or after the first one that equals the pivot.
   *
   * @inheritDoc
   */
  linsert(
    key: CommandArgument,
    where: "BEFORE" | "AFTER",
    pivot: CommandArgument,
    element: CommandArgument,
    options?: CallOptions,
  ): Promise<number> {
    return this.execute(table.LINSERT, ["LINSERT", key, where, pivot, element], "string", options, null) as Promise<
      number
    >;
  }

  /**
   * LLEN: returns how many elements a list has.
   *
   * @inheritDoc
   */
  llen(key: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.LLEN, ["LLEN", key], "string", options, null) as Promise<number>;
  }

  /**
   * LMOVE: moves an element from an end of a list to an end of another, or of the same, and returns it.
   *
   * @inheritDoc
   */
  lmove(
    source: CommandArgument,
    destination: CommandArgument,
    wherefrom: "LEFT" | "RIGHT",
    whereto: "LEFT" | "RIGHT",
    options?: CallOptions,
  ): Promise<string | null> {
    return this.execute(
      table.LMOVE,
      ["LMOVE", source, destination, wherefrom, whereto],
      "string",
      options,
      null,
    ) as Promise<string | null>;
  }

  /**
   * LMPOP: removes and returns elements from an end of the first list that has any.
   *
   * @inheritDoc
   */
  lmpop(
    keys: CommandArguments,
    side: "LEFT" | "RIGHT",
    options?: LmpopOptions,
  ): Promise<[key: string, elements: string[]] | null> {
    const args: CommandArgument[] = ["LMPOP"];
    pushCounted(args, keys);
    args.push(side);
    if (options?.count !== undefined) args.push("COUNT", options.count);
    return this.execute(table.LMPOP, args, "string", options, null) as Promise<
      [key: string, elements: string[]] | null
    >;
  }

  /**
   * LOLWUT: tells the version, with a picture for some.
   *
   * @inheritDoc
   */
  lolwut(options?: LolwutOptions): Promise<string> {
    const args: CommandArgument[] = ["LOLWUT"];
    if (options?.version !== undefined) args.push("VERSION", options.version);
    return this.execute(table.LOLWUT, args, "string", options, null) as Promise<string>;
  }

  /**
   * LPOP: removes and returns the first element of a list, or as many as are asked for.
   *
   * @inheritDoc
   */
  lpop(key: CommandArgument, count: number, options?: CallOptions): Promise<string[] | null>;
  /**
   * LPOP: removes and returns the first element of a list, or as many as are asked for.
   *
   * @inheritDoc
   */
  lpop(key: CommandArgument, count?: undefined, options?: CallOptions): Promise<string | null>;
  /**
   * LPOP: removes and returns the first element of a list, or as many as are asked for.
   *
   * @inheritDoc
   */
  lpop(key: CommandArgument, count?: number, options?: CallOptions): Promise<string | null | string[]>;
  lpop(key: CommandArgument, count?: number, options?: CallOptions): Promise<unknown> {
    const args: CommandArgument[] = ["LPOP", key];
    if (count !== undefined) args.push(count);
    return this.execute(table.LPOP, args, "string", options, null);
  }

  /**
   * LPOS: returns the index of the first element that equals another, or of several such.
   *
   * @inheritDoc
   */
  lpos(key: CommandArgument, element: CommandArgument, options: LposOptions & { count: number }): Promise<number[]>;
  /**
   * LPOS: returns the index of the first element that equals another, or of several such.
   *
   * @inheritDoc
   */
  lpos(
    key: CommandArgument,
    element: CommandArgument,
    options?: LposOptions & { count?: never },
  ): Promise<number | null>;
  /**
   * LPOS: returns the index of the first element that equals another, or of several such.
   *
   * @inheritDoc
   */
  lpos(key: CommandArgument, element: CommandArgument, options?: LposOptions): Promise<number | null | number[]>;
  lpos(key: CommandArgument, element: CommandArgument, options?: LposOptions): Promise<unknown> {
    const args: CommandArgument[] = ["LPOS", key, element];
    if (options?.rank !== undefined) args.push("RANK", options.rank);
    if (options?.count !== undefined) args.push("COUNT", options.count);
    if (options?.maxlen !== undefined) args.push("MAXLEN", options.maxlen);
    return this.execute(table.LPOS, args, "string", options, null);
  }

  /**
   * LPUSH: adds elements at the head of a list, each before the one given before it; a missing key counts as empty.
   *
   * @inheritDoc
   */
  lpush(key: CommandArgument, ...elements: CommandArgument[]): Promise<number> {
    return this.execute(table.LPUSH, ["LPUSH", key, ...elements], "string", undefined, null) as Promise<number>;
  }

  /**
   * LPUSHX: adds elements at the head of a list, if there is one.
   *
   * @inheritDoc
   */
  lpushx(key: CommandArgument, ...elements: CommandArgument[]): Promise<number> {
    return this.execute(table.LPUSHX, ["LPUSHX", key, ...elements], "string", undefined, null) as Promise<number>;
  }

  /**
   * LRANGE: returns the elements from one index to another, which is included.
   *
   * @inheritDoc
   */
  lrange(key: CommandArgument, start: number, stop: number, options?: CallOptions): Promise<string[]> {
    return this.execute(table.LRANGE, ["LRANGE", key, start, stop], "string", options, null) as Promise<string[]>;
  }

  /**
   * LREM: removes elements that equal another: so many from the head, or from the tail when negative, or all.
   *
   * @inheritDoc
   */
  lrem(key: CommandArgument, count: number, element: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.LREM, ["LREM", key, count, element], "string", options, null) as Promise<number>;
  }

  /**
   * LSET: replaces the element at an index.
   *
   * @inheritDoc
   */
  lset(key: CommandArgument, index: number, element: CommandArgument, options?: CallOptions): Promise<"OK"> {
    return this.execute(table.LSET, ["LSET", key, index, element], "string", options, null) as Promise<"OK">;
  }

  /**
   * LTRIM: removes all elements but those from one index to another.
   *
   * @inheritDoc
   */
  ltrim(key: CommandArgument, start: number, stop: number, options?: CallOptions): Promise<"OK"> {
    return this.execute(table.LTRIM, ["LTRIM", key, start, stop], "string", options, null) as Promise<"OK">;
  }

  /**
   * MEMORY DOCTOR: describes what is unusual about the server's memory.
   *
   * @inheritDoc
   */
  memoryDoctor(options?: CallOptions): Promise<string> {
    return this.execute(table.MEMORY_DOCTOR, ["MEMORY", "DOCTOR"], "string", options, null) as Promise<string>;
  }

  /**
   * MEMORY MALLOC-STATS: describes the memory behind each database, and the rest of the process.
   *
   * @inheritDoc
   */
  memoryMallocStats(options?: CallOptions): Promise<string> {
    return this.execute(table.MEMORY_MALLOC_STATS, ["MEMORY", "MALLOC-STATS"], "string", options, null) as Promise<
      string
    >;
  }

  /**
   * MEMORY PURGE: gives memory back now that deleted keys have left.
   *
   * @inheritDoc
   */
  memoryPurge(options?: CallOptions): Promise<"OK"> {
    return this.execute(table.MEMORY_PURGE, ["MEMORY", "PURGE"], "string", options, null) as Promise<"OK">;
  }

  /**
   * MEMORY STATS: tells what the server's memory is used for.
   *
   * @inheritDoc
   */
  memoryStats(options?: CallOptions): Promise<Record<string, Reply>> {
    return this.execute(table.MEMORY_STATS, ["MEMORY", "STATS"], "string", options, null) as Promise<
      Record<string, Reply>
    >;
  }

  /**
   * MEMORY USAGE: estimates the bytes that a key and its value take.
   *
   * @inheritDoc
   */
  memoryUsage(key: CommandArgument, options?: MemoryUsageOptions): Promise<number | null> {
    const args: CommandArgument[] = ["MEMORY", "USAGE", key];
    if (options?.samples !== undefined) args.push("SAMPLES", options.samples);
    return this.execute(table.MEMORY_USAGE, args, "string", options, null) as Promise<number | null>;
  }

  /**
   * MIGRATE: moves keys to another server.
   *
   * @inheritDoc
   */
  migrate(
    host: CommandArgument,
    port: number,
    keys: CommandArguments,
    db: number,
    timeout: number,
    options?: MigrateOptions,
  ): Promise<"OK" | "NOKEY"> {
    const args: CommandArgument[] = ["MIGRATE", host, port];
    args.push(Array.isArray(keys) ? "" : keys as CommandArgument);
    args.push(db);
    args.push(timeout);
    if (options?.copy) args.push("COPY");
    if (options?.replace) args.push("REPLACE");
    if (options?.auth !== undefined) args.push("AUTH", options.auth);
    if (options?.auth2 !== undefined) args.push("AUTH2", ...options.auth2);
    if (Array.isArray(keys)) args.push("KEYS", ...keys);
    return this.execute(table.MIGRATE, args, "string", options, null) as Promise<"OK" | "NOKEY">;
  }

  /**
   * MODULE LIST: lists the modules that are loaded, of which there are none here.
   *
   * @inheritDoc
   */
  moduleList(options?: CallOptions): Promise<Record<string, Reply>[]> {
    return this.execute(table.MODULE_LIST, ["MODULE", "LIST"], "string", options, null) as Promise<
      Record<string, Reply>[]
    >;
  }

  /**
   * MODULE LOAD: loads a module, which fails here.
   *
   * @inheritDoc
   */
  moduleLoad(path: CommandArgument, ...values: CommandArgument[]): Promise<"OK"> {
    return this.execute(table.MODULE_LOAD, ["MODULE", "LOAD", path, ...values], "string", undefined, null) as Promise<
      "OK"
    >;
  }

  /**
   * MODULE LOADEX: loads a module with directives of its own, which fails here.
   *
   * @inheritDoc
   */
  moduleLoadex(path: CommandArgument, options?: ModuleLoadexOptions): Promise<"OK"> {
    const args: CommandArgument[] = ["MODULE", "LOADEX", path];
    pushModuleConfig(args, options?.config);
    if (options?.args !== undefined) pushAfter(args, "ARGS", options.args);
    return this.execute(table.MODULE_LOADEX, args, "string", options, null) as Promise<"OK">;
  }

  /**
   * MODULE UNLOAD: unloads a module, of which there are none here.
   *
   * @inheritDoc
   */
  moduleUnload(name: CommandArgument, options?: CallOptions): Promise<"OK"> {
    return this.execute(table.MODULE_UNLOAD, ["MODULE", "UNLOAD", name], "string", options, null) as Promise<"OK">;
  }

  /**
   * MOVE: moves a key to another database.
   *
   * @inheritDoc
   */
  move(key: CommandArgument, db: number, options?: CallOptions): Promise<number> {
    return this.execute(table.MOVE, ["MOVE", key, db], "string", options, null) as Promise<number>;
  }

  /**
   * MSETNX: sets several keys to strings unless one of them exists.
   *
   * @inheritDoc
   */
  msetnx(values: Pairs, options?: CallOptions): Promise<number>;
  /**
   * MSETNX: sets several keys to strings unless one of them exists.
   *
   * @inheritDoc
   */
  msetnx(...values: CommandArgument[]): Promise<number>;
  msetnx(...values: unknown[]): Promise<number> {
    const args: CommandArgument[] = ["MSETNX"];
    const options = pushFields(args, values);
    return this.execute(table.MSETNX, args, "string", options, null) as Promise<number>;
  }

  /**
   * OBJECT ENCODING: tells how a value is represented in memory.
   *
   * @inheritDoc
   */
  objectEncoding(key: CommandArgument, options?: CallOptions): Promise<string | null> {
    return this.execute(table.OBJECT_ENCODING, ["OBJECT", "ENCODING", key], "string", options, null) as Promise<
      string | null
    >;
  }

  /**
   * OBJECT FREQ: tells how often a key is used, on a logarithmic scale.
   *
   * @inheritDoc
   */
  objectFreq(key: CommandArgument, options?: CallOptions): Promise<number | null> {
    return this.execute(table.OBJECT_FREQ, ["OBJECT", "FREQ", key], "string", options, null) as Promise<number | null>;
  }

  /**
   * OBJECT IDLETIME: tells how many seconds ago a key was last used.
   *
   * @inheritDoc
   */
  objectIdletime(key: CommandArgument, options?: CallOptions): Promise<number | null> {
    return this.execute(table.OBJECT_IDLETIME, ["OBJECT", "IDLETIME", key], "string", options, null) as Promise<
      number | null
    >;
  }

  /**
   * OBJECT REFCOUNT: tells how many references there are to a key's value.
   *
   * @inheritDoc
   */
  objectRefcount(key: CommandArgument, options?: CallOptions): Promise<number | null> {
    return this.execute(table.OBJECT_REFCOUNT, ["OBJECT", "REFCOUNT", key], "string", options, null) as Promise<
      number | null
    >;
  }

  /**
   * PERSIST: takes the expiry of a key away.
   *
   * @inheritDoc
   */
  persist(key: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.PERSIST, ["PERSIST", key], "string", options, null) as Promise<number>;
  }

  /**
   * PEXPIRE: lets a key expire after a number of milliseconds.
   *
   * @inheritDoc
   */
  pexpire(key: CommandArgument, milliseconds: number, options?: PexpireOptions): Promise<number> {
    const args: CommandArgument[] = ["PEXPIRE", key, milliseconds];
    if (options?.nx) args.push("NX");
    if (options?.xx) args.push("XX");
    if (options?.gt) args.push("GT");
    if (options?.lt) args.push("LT");
    return this.execute(table.PEXPIRE, args, "string", options, null) as Promise<number>;
  }

  /**
   * PEXPIREAT: lets a key expire at a Unix time in milliseconds.
   *
   * @inheritDoc
   */
  pexpireat(key: CommandArgument, unixTimeMilliseconds: number, options?: PexpireatOptions): Promise<number> {
    const args: CommandArgument[] = ["PEXPIREAT", key, unixTimeMilliseconds];
    if (options?.nx) args.push("NX");
    if (options?.xx) args.push("XX");
    if (options?.gt) args.push("GT");
    if (options?.lt) args.push("LT");
    return this.execute(table.PEXPIREAT, args, "string", options, null) as Promise<number>;
  }

  /**
   * PEXPIRETIME: tells the Unix time in milliseconds at which a key expires.
   *
   * @inheritDoc
   */
  pexpiretime(key: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.PEXPIRETIME, ["PEXPIRETIME", key], "string", options, null) as Promise<number>;
  }

  /**
   * PFADD: adds elements to a HyperLogLog; without any, creates an empty one.
   *
   * @inheritDoc
   */
  pfadd(key: CommandArgument, ...elements: CommandArgument[]): Promise<number> {
    return this.execute(table.PFADD, ["PFADD", key, ...elements], "string", undefined, null) as Promise<number>;
  }

  /**
   * PFCOUNT: estimates how many different elements HyperLogLogs have counted together.
   *
   * @inheritDoc
   */
  pfcount(...keys: CommandArgument[]): Promise<number> {
    return this.execute(table.PFCOUNT, ["PFCOUNT", ...keys], "string", undefined, null) as Promise<number>;
  }

  /**
   * PFMERGE: has a HyperLogLog count what others have counted, too.
   *
   * @inheritDoc
   */
  pfmerge(destkey: CommandArgument, ...sourcekeys: CommandArgument[]): Promise<"OK"> {
    return this.execute(table.PFMERGE, ["PFMERGE", destkey, ...sourcekeys], "string", undefined, null) as Promise<"OK">;
  }

  /**
   * PING: answers PONG, or its argument.
   *
   * @inheritDoc
   */
  ping(message?: CommandArgument, options?: CallOptions): Promise<string> {
    const args: CommandArgument[] = ["PING"];
    if (message !== undefined) args.push(message);
    return this.execute(table.PING, args, "string", options, null) as Promise<string>;
  }

  /**
   * PSETEX: sets a key to a string that expires after so many milliseconds.
   *
   * @inheritDoc
   */
  psetex(key: CommandArgument, milliseconds: number, value: CommandArgument, options?: CallOptions): Promise<"OK"> {
    return this.execute(table.PSETEX, ["PSETEX", key, milliseconds, value], "string", options, null) as Promise<"OK">;
  }

  /**
   * PTTL: tells in how many milliseconds a key expires.
   *
   * @inheritDoc
   */
  pttl(key: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.PTTL, ["PTTL", key], "string", options, null) as Promise<number>;
  }

  /**
   * PUBLISH: sends a message to all who subscribe to a channel.
   *
   * @inheritDoc
   */
  publish(channel: CommandArgument, message: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.PUBLISH, ["PUBLISH", channel, message], "string", options, null) as Promise<number>;
  }

  /**
   * PUBSUB CHANNELS: lists channels that somebody subscribes to.
   *
   * @inheritDoc
   */
  pubsubChannels(pattern?: CommandArgument, options?: CallOptions): Promise<string[]> {
    const args: CommandArgument[] = ["PUBSUB", "CHANNELS"];
    if (pattern !== undefined) args.push(pattern);
    return this.execute(table.PUBSUB_CHANNELS, args, "string", options, null) as Promise<string[]>;
  }

  /**
   * PUBSUB NUMPAT: counts the patterns that somebody subscribes to.
   *
   * @inheritDoc
   */
  pubsubNumpat(options?: CallOptions): Promise<number> {
    return this.execute(table.PUBSUB_NUMPAT, ["PUBSUB", "NUMPAT"], "string", options, null) as Promise<number>;
  }

  /**
   * PUBSUB NUMSUB: counts the subscribers of each channel.
   *
   * @inheritDoc
   */
  pubsubNumsub(...channels: CommandArgument[]): Promise<Record<string, number>> {
    return this.execute(table.PUBSUB_NUMSUB, ["PUBSUB", "NUMSUB", ...channels], "string", undefined, counts) as Promise<
      Record<string, number>
    >;
  }

  /**
   * PUBSUB SHARDCHANNELS: lists shard channels that somebody subscribes to.
   *
   * @inheritDoc
   */
  pubsubShardchannels(pattern?: CommandArgument, options?: CallOptions): Promise<string[]> {
    const args: CommandArgument[] = ["PUBSUB", "SHARDCHANNELS"];
    if (pattern !== undefined) args.push(pattern);
    return this.execute(table.PUBSUB_SHARDCHANNELS, args, "string", options, null) as Promise<string[]>;
  }

  /**
   * PUBSUB SHARDNUMSUB: counts the subscribers of each shard channel.
   *
   * @inheritDoc
   */
  pubsubShardnumsub(...shardchannels: CommandArgument[]): Promise<Record<string, number>> {
    return this.execute(
      table.PUBSUB_SHARDNUMSUB,
      ["PUBSUB", "SHARDNUMSUB", ...shardchannels],
      "string",
      undefined,
      counts,
    ) as Promise<Record<string, number>>;
  }

  /**
   * RANDOMKEY: picks a key at random.
   *
   * @inheritDoc
   */
  randomkey(options?: CallOptions): Promise<string | null> {
    return this.execute(table.RANDOMKEY, ["RANDOMKEY"], "string", options, null) as Promise<string | null>;
  }

  /**
   * RENAME: gives a key another name, replacing what had that name.
   *
   * @inheritDoc
   */
  rename(key: CommandArgument, newkey: CommandArgument, options?: CallOptions): Promise<"OK"> {
    return this.execute(table.RENAME, ["RENAME", key, newkey], "string", options, null) as Promise<"OK">;
  }

  /**
   * RENAMENX: gives a key another name unless that is taken.
   *
   * @inheritDoc
   */
  renamenx(key: CommandArgument, newkey: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.RENAMENX, ["RENAMENX", key, newkey], "string", options, null) as Promise<number>;
  }

  /**
   * REPLICAOF: makes the server a primary: that of another one's replicas it cannot be yet.
   *
   * @inheritDoc
   */
  replicaof(host: string, port: number | "ONE", options?: CallOptions): Promise<string> {
    return this.execute(table.REPLICAOF, ["REPLICAOF", host, port], "string", options, null) as Promise<string>;
  }

  /**
   * RESTORE: makes a key of what DUMP has answered.
   *
   * @inheritDoc
   */
  restore(key: CommandArgument, ttl: number, serializedValue: Uint8Array, options?: RestoreOptions): Promise<"OK"> {
    const args: CommandArgument[] = ["RESTORE", key, ttl, serializedValue];
    if (options?.replace) args.push("REPLACE");
    if (options?.absttl) args.push("ABSTTL");
    if (options?.idletime !== undefined) args.push("IDLETIME", options.idletime);
    if (options?.freq !== undefined) args.push("FREQ", options.freq);
    return this.execute(table.RESTORE, args, "string", options, null) as Promise<"OK">;
  }

  /**
   * ROLE: tells the server's role: primary, with its offset and its replicas.
   *
   * @inheritDoc
   */
  role(options?: CallOptions): Promise<RoleReply> {
    return this.execute(table.ROLE, ["ROLE"], "string", options, null) as Promise<unknown> as Promise<RoleReply>;
  }

  /**
   * RPOP: removes and returns the last element of a list, or as many as are asked for, the last one first.
   *
   * @inheritDoc
   */
  rpop(key: CommandArgument, count: number, options?: CallOptions): Promise<string[] | null>;
  /**
   * RPOP: removes and returns the last element of a list, or as many as are asked for, the last one first.
   *
   * @inheritDoc
   */
  rpop(key: CommandArgument, count?: undefined, options?: CallOptions): Promise<string | null>;
  /**
   * RPOP: removes and returns the last element of a list, or as many as are asked for, the last one first.
   *
   * @inheritDoc
   */
  rpop(key: CommandArgument, count?: number, options?: CallOptions): Promise<string | null | string[]>;
  rpop(key: CommandArgument, count?: number, options?: CallOptions): Promise<unknown> {
    const args: CommandArgument[] = ["RPOP", key];
    if (count !== undefined) args.push(count);
    return this.execute(table.RPOP, args, "string", options, null);
  }

  /**
   * RPOPLPUSH: moves the last element of a list to the head of another, or of the same, and returns it.
   *
   * @inheritDoc
   */
  rpoplpush(source: CommandArgument, destination: CommandArgument, options?: CallOptions): Promise<string | null> {
    return this.execute(table.RPOPLPUSH, ["RPOPLPUSH", source, destination], "string", options, null) as Promise<
      string | null
    >;
  }

  /**
   * RPUSH: adds elements at the tail of a list; a missing key counts as empty.
   *
   * @inheritDoc
   */
  rpush(key: CommandArgument, ...elements: CommandArgument[]): Promise<number> {
    return this.execute(table.RPUSH, ["RPUSH", key, ...elements], "string", undefined, null) as Promise<number>;
  }

  /**
   * RPUSHX: adds elements at the tail of a list, if there is one.
   *
   * @inheritDoc
   */
  rpushx(key: CommandArgument, ...elements: CommandArgument[]): Promise<number> {
    return this.execute(table.RPUSHX, ["RPUSHX", key, ...elements], "string", undefined, null) as Promise<number>;
  }

  /**
   * SADD: adds members to a set.
   *
   * @inheritDoc
   */
  sadd(key: CommandArgument, ...members: CommandArgument[]): Promise<number> {
    return this.execute(table.SADD, ["SADD", key, ...members], "string", undefined, null) as Promise<number>;
  }

  /**
   * SAVE: saves all keys to a file, while everybody waits.
   *
   * @inheritDoc
   */
  save(options?: CallOptions): Promise<"OK"> {
    return this.execute(table.SAVE, ["SAVE"], "string", options, null) as Promise<"OK">;
  }

  /**
   * SCARD: counts the members of a set.
   *
   * @inheritDoc
   */
  scard(key: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.SCARD, ["SCARD", key], "string", options, null) as Promise<number>;
  }

  /**
   * SCRIPT EXISTS: tells which scripts the server knows.
   *
   * @inheritDoc
   */
  scriptExists(...sha1s: CommandArgument[]): Promise<number[]> {
    return this.execute(table.SCRIPT_EXISTS, ["SCRIPT", "EXISTS", ...sha1s], "string", undefined, null) as Promise<
      number[]
    >;
  }

  /**
   * SCRIPT FLUSH: forgets all scripts.
   *
   * @inheritDoc
   */
  scriptFlush(options?: ScriptFlushOptions): Promise<"OK"> {
    const args: CommandArgument[] = ["SCRIPT", "FLUSH"];
    if (options?.async) args.push("ASYNC");
    if (options?.sync) args.push("SYNC");
    return this.execute(table.SCRIPT_FLUSH, args, "string", options, null) as Promise<"OK">;
  }

  /**
   * SCRIPT KILL: stops the script that is running.
   *
   * @inheritDoc
   */
  scriptKill(options?: CallOptions): Promise<"OK"> {
    return this.execute(table.SCRIPT_KILL, ["SCRIPT", "KILL"], "string", options, null) as Promise<"OK">;
  }

  /**
   * SCRIPT LOAD: has the server know a script.
   *
   * @inheritDoc
   */
  scriptLoad(script: CommandArgument, options?: CallOptions): Promise<string> {
    return this.execute(table.SCRIPT_LOAD, ["SCRIPT", "LOAD", script], "string", options, null) as Promise<string>;
  }

  /**
   * SDIFF: answers the members of the first set that no other has.
   *
   * @inheritDoc
   */
  sdiff(...keys: CommandArgument[]): Promise<string[]> {
    return this.execute(table.SDIFF, ["SDIFF", ...keys], "string", undefined, null) as Promise<string[]>;
  }

  /**
   * SDIFFSTORE: stores the members of the first set that no other has.
   *
   * @inheritDoc
   */
  sdiffstore(destination: CommandArgument, ...keys: CommandArgument[]): Promise<number> {
    return this.execute(table.SDIFFSTORE, ["SDIFFSTORE", destination, ...keys], "string", undefined, null) as Promise<
      number
    >;
  }

  /**
   * SETBIT: sets or clears a bit of a string, made longer with zeros to hold it; returns what the bit was.
   *
   * @inheritDoc
   */
  setbit(key: CommandArgument, offset: number, value: 0 | 1, options?: CallOptions): Promise<number> {
    return this.execute(table.SETBIT, ["SETBIT", key, offset, value], "string", options, null) as Promise<number>;
  }

  /**
   * SETEX: sets a key to a string that expires after so many seconds.
   *
   * @inheritDoc
   */
  setex(key: CommandArgument, seconds: number, value: CommandArgument, options?: CallOptions): Promise<"OK"> {
    return this.execute(table.SETEX, ["SETEX", key, seconds, value], "string", options, null) as Promise<"OK">;
  }

  /**
   * SETNX: sets a key to a string unless it exists.
   *
   * @inheritDoc
   */
  setnx(key: CommandArgument, value: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.SETNX, ["SETNX", key, value], "string", options, null) as Promise<number>;
  }

  /**
   * SETRANGE: overwrites part of the string a key holds from an offset on; zero bytes fill the gap before it.
   *
   * @inheritDoc
   */
  setrange(key: CommandArgument, offset: number, value: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.SETRANGE, ["SETRANGE", key, offset, value], "string", options, null) as Promise<number>;
  }

  /**
   * SINTER: answers the members that all sets have.
   *
   * @inheritDoc
   */
  sinter(...keys: CommandArgument[]): Promise<string[]> {
    return this.execute(table.SINTER, ["SINTER", ...keys], "string", undefined, null) as Promise<string[]>;
  }

  /**
   * SINTERCARD: counts the members that all sets have.
   *
   * @inheritDoc
   */
  sintercard(keys: CommandArguments, options?: SintercardOptions): Promise<number> {
    const args: CommandArgument[] = ["SINTERCARD"];
    pushCounted(args, keys);
    if (options?.limit !== undefined) args.push("LIMIT", options.limit);
    return this.execute(table.SINTERCARD, args, "string", options, null) as Promise<number>;
  }

  /**
   * SINTERSTORE: stores the members that all sets have.
   *
   * @inheritDoc
   */
  sinterstore(destination: CommandArgument, ...keys: CommandArgument[]): Promise<number> {
    return this.execute(table.SINTERSTORE, ["SINTERSTORE", destination, ...keys], "string", undefined, null) as Promise<
      number
    >;
  }

  /**
   * SISMEMBER: tells whether a value is a member of a set.
   *
   * @inheritDoc
   */
  sismember(key: CommandArgument, member: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.SISMEMBER, ["SISMEMBER", key, member], "string", options, null) as Promise<number>;
  }

  /**
   * SLAVEOF: makes the server a primary: that of another one's replicas it cannot be yet.
   *
   * @inheritDoc
   */
  slaveof(host: string, port: number | "ONE", options?: CallOptions): Promise<string> {
    return this.execute(table.SLAVEOF, ["SLAVEOF", host, port], "string", options, null) as Promise<string>;
  }

  /**
   * SLOWLOG GET: answers the latest slow commands: 10, or as many as asked for, -1 for all.
   *
   * @inheritDoc
   */
  slowlogGet(count?: number, options?: CallOptions): Promise<SlowlogEntry[]> {
    const args: CommandArgument[] = ["SLOWLOG", "GET"];
    if (count !== undefined) args.push(count);
    return this.execute(table.SLOWLOG_GET, args, "string", options, null) as Promise<unknown> as Promise<
      SlowlogEntry[]
    >;
  }

  /**
   * SLOWLOG LEN: answers how many slow commands are kept.
   *
   * @inheritDoc
   */
  slowlogLen(options?: CallOptions): Promise<number> {
    return this.execute(table.SLOWLOG_LEN, ["SLOWLOG", "LEN"], "string", options, null) as Promise<number>;
  }

  /**
   * SLOWLOG RESET: forgets the slow commands.
   *
   * @inheritDoc
   */
  slowlogReset(options?: CallOptions): Promise<"OK"> {
    return this.execute(table.SLOWLOG_RESET, ["SLOWLOG", "RESET"], "string", options, null) as Promise<"OK">;
  }

  /**
   * SMEMBERS: answers all members of a set.
   *
   * @inheritDoc
   */
  smembers(key: CommandArgument, options?: CallOptions): Promise<string[]> {
    return this.execute(table.SMEMBERS, ["SMEMBERS", key], "string", options, null) as Promise<string[]>;
  }

  /**
   * SMISMEMBER: tells of several values whether they are members of a set.
   *
   * @inheritDoc
   */
  smismember(key: CommandArgument, ...members: CommandArgument[]): Promise<number[]> {
    return this.execute(table.SMISMEMBER, ["SMISMEMBER", key, ...members], "string", undefined, null) as Promise<
      number[]
    >;
  }

  /**
   * SMOVE: moves a member from one set to another.
   *
   * @inheritDoc
   */
  smove(
    source: CommandArgument,
    destination: CommandArgument,
    member: CommandArgument,
    options?: CallOptions,
  ): Promise<number> {
    return this.execute(table.SMOVE, ["SMOVE", source, destination, member], "string", options, null) as Promise<
      number
    >;
  }

  /**
   * SORT: answers the elements of a list, set or sorted set in order, or stores them.
   *
   * @inheritDoc
   */
  sort(key: CommandArgument, options: SortOptions & { store: CommandArgument }): Promise<number>;
  /**
   * SORT: answers the elements of a list, set or sorted set in order, or stores them.
   *
   * @inheritDoc
   */
  sort(key: CommandArgument, options?: SortOptions & { store?: never }): Promise<(string | null)[]>;
  /**
   * SORT: answers the elements of a list, set or sorted set in order, or stores them.
   *
   * @inheritDoc
   */
  sort(key: CommandArgument, options?: SortOptions): Promise<(string | null)[] | number>;
  sort(key: CommandArgument, options?: SortOptions): Promise<unknown> {
    const args: CommandArgument[] = ["SORT", key];
    if (options?.by !== undefined) args.push("BY", options.by);
    if (options?.limit !== undefined) args.push("LIMIT", ...options.limit);
    if (options?.get !== undefined) pushEach(args, "GET", options.get);
    if (options?.asc) args.push("ASC");
    if (options?.desc) args.push("DESC");
    if (options?.alpha) args.push("ALPHA");
    if (options?.store !== undefined) args.push("STORE", options.store);
    return this.execute(table.SORT, args, "string", options, null);
  }

  /**
   * SORT_RO: answers the elements of a list, set or sorted set in order.
   *
   * @inheritDoc
   */
  sortRo(key: CommandArgument, options?: SortRoOptions): Promise<(string | null)[]> {
    const args: CommandArgument[] = ["SORT_RO", key];
    if (options?.by !== undefined) args.push("BY", options.by);
    if (options?.limit !== undefined) args.push("LIMIT", ...options.limit);
    if (options?.get !== undefined) pushEach(args, "GET", options.get);
    if (options?.asc) args.push("ASC");
    if (options?.desc) args.push("DESC");
    if (options?.alpha) args.push("ALPHA");
    return this.execute(table.SORT_RO, args, "string", options, null) as Promise<(string | null)[]>;
  }

  /**
   * SPOP: takes random members out of a set.
   *
   * @inheritDoc
   */
  spop(key: CommandArgument, count: number, options?: CallOptions): Promise<string[]>;
  /**
   * SPOP: takes random members out of a set.
   *
   * @inheritDoc
   */
  spop(key: CommandArgument, count?: undefined, options?: CallOptions): Promise<string | null>;
  /**
   * SPOP: takes random members out of a set.
   *
   * @inheritDoc
   */
  spop(key: CommandArgument, count?: number, options?: CallOptions): Promise<string | null | string[]>;
  spop(key: CommandArgument, count?: number, options?: CallOptions): Promise<unknown> {
    const args: CommandArgument[] = ["SPOP", key];
    if (count !== undefined) args.push(count);
    return this.execute(table.SPOP, args, "string", options, null);
  }

  /**
   * SPUBLISH: sends a message to all who subscribe to a shard channel.
   *
   * @inheritDoc
   */
  spublish(shardchannel: CommandArgument, message: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.SPUBLISH, ["SPUBLISH", shardchannel, message], "string", options, null) as Promise<
      number
    >;
  }

  /**
   * SRANDMEMBER: answers random members of a set.
   *
   * @inheritDoc
   */
  srandmember(key: CommandArgument, count: number, options?: CallOptions): Promise<string[]>;
  /**
   * SRANDMEMBER: answers random members of a set.
   *
   * @inheritDoc
   */
  srandmember(key: CommandArgument, count?: undefined, options?: CallOptions): Promise<string | null>;
  /**
   * SRANDMEMBER: answers random members of a set.
   *
   * @inheritDoc
   */
  srandmember(key: CommandArgument, count?: number, options?: CallOptions): Promise<string | null | string[]>;
  srandmember(key: CommandArgument, count?: number, options?: CallOptions): Promise<unknown> {
    const args: CommandArgument[] = ["SRANDMEMBER", key];
    if (count !== undefined) args.push(count);
    return this.execute(table.SRANDMEMBER, args, "string", options, null);
  }

  /**
   * SREM: removes members from a set.
   *
   * @inheritDoc
   */
  srem(key: CommandArgument, ...members: CommandArgument[]): Promise<number> {
    return this.execute(table.SREM, ["SREM", key, ...members], "string", undefined, null) as Promise<number>;
  }

  /**
   * STRLEN: returns the length in bytes of the string a key holds.
   *
   * @inheritDoc
   */
  strlen(key: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.STRLEN, ["STRLEN", key], "string", options, null) as Promise<number>;
  }

  /**
   * SUBSTR: returns part of the string a key holds; the old name of GETRANGE.
   *
   * @inheritDoc
   */
  substr(key: CommandArgument, start: number, end: number, options?: CallOptions): Promise<string> {
    return this.execute(table.SUBSTR, ["SUBSTR", key, start, end], "string", options, null) as Promise<string>;
  }

  /**
   * SUNION: answers the members that any of the sets has.
   *
   * @inheritDoc
   */
  sunion(...keys: CommandArgument[]): Promise<string[]> {
    return this.execute(table.SUNION, ["SUNION", ...keys], "string", undefined, null) as Promise<string[]>;
  }

  /**
   * SUNIONSTORE: stores the members that any of the sets has.
   *
   * @inheritDoc
   */
  sunionstore(destination: CommandArgument, ...keys: CommandArgument[]): Promise<number> {
    return this.execute(table.SUNIONSTORE, ["SUNIONSTORE", destination, ...keys], "string", undefined, null) as Promise<
      number
    >;
  }

  /**
   * SWAPDB: exchanges the contents of two databases.
   *
   * @inheritDoc
   */
  swapdb(index1: number, index2: number, options?: CallOptions): Promise<"OK"> {
    return this.execute(table.SWAPDB, ["SWAPDB", index1, index2], "string", options, null) as Promise<"OK">;
  }

  /**
   * TIME: tells the server's time.
   *
   * @inheritDoc
   */
  time(options?: CallOptions): Promise<[seconds: number, microseconds: number]> {
    return this.execute(table.TIME, ["TIME"], "string", options, toNumbers) as Promise<
      [seconds: number, microseconds: number]
    >;
  }

  /**
   * TOUCH: marks keys as used just now and counts them.
   *
   * @inheritDoc
   */
  touch(...keys: CommandArgument[]): Promise<number> {
    return this.execute(table.TOUCH, ["TOUCH", ...keys], "string", undefined, null) as Promise<number>;
  }

  /**
   * TTL: tells in how many seconds a key expires.
   *
   * @inheritDoc
   */
  ttl(key: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.TTL, ["TTL", key], "string", options, null) as Promise<number>;
  }

  /**
   * TYPE: tells the type of a key's value.
   *
   * @inheritDoc
   */
  type(key: CommandArgument, options?: CallOptions): Promise<string> {
    return this.execute(table.TYPE, ["TYPE", key], "string", options, null) as Promise<string>;
  }

  /**
   * UNLINK: deletes keys now and frees their memory later.
   *
   * @inheritDoc
   */
  unlink(...keys: CommandArgument[]): Promise<number> {
    return this.execute(table.UNLINK, ["UNLINK", ...keys], "string", undefined, null) as Promise<number>;
  }

  /**
   * WAIT: waits until so many replicas have what this connection wrote.
   *
   * @inheritDoc
   */
  wait(numreplicas: number, timeout: number, options?: CallOptions): Promise<number> {
    return this.execute(table.WAIT, ["WAIT", numreplicas, timeout], "string", options, null) as Promise<number>;
  }

  /**
   * XACK: acknowledges entries: they are pending no more. Returns how many were.
   *
   * @inheritDoc
   */
  xack(key: CommandArgument, group: CommandArgument, ...ids: CommandArgument[]): Promise<number> {
    return this.execute(table.XACK, ["XACK", key, group, ...ids], "string", undefined, null) as Promise<number>;
  }

  /**
   * XADD: adds an entry at the end of a stream, and trims it from its beginning if asked to.
   *
   * @inheritDoc
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
   * @inheritDoc
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
   * @inheritDoc
   */
  xadd(key: CommandArgument, id: CommandArgument, values: Pairs, options?: XaddOptions): Promise<string | null>;
  xadd(key: CommandArgument, id: CommandArgument, values: Pairs, options?: XaddOptions): Promise<unknown> {
    const args: CommandArgument[] = ["XADD", key];
    if (options?.nomkstream) args.push("NOMKSTREAM");
    pushTrimming(args, options);
    args.push(id);
    pushPairs(args, values);
    return this.execute(table.XADD, args, "string", options, null);
  }

  /**
   * XAUTOCLAIM: makes entries that have been pending for some time those of another consumer, from an id on.
   *
   * @inheritDoc
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
   * @inheritDoc
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
   * @inheritDoc
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
  xautoclaim(
    key: CommandArgument,
    group: CommandArgument,
    consumer: CommandArgument,
    minIdleTime: number,
    start: CommandArgument,
    options?: XautoclaimOptions,
  ): Promise<unknown> {
    const args: CommandArgument[] = ["XAUTOCLAIM", key, group, consumer, minIdleTime, start];
    if (options?.count !== undefined) args.push("COUNT", options.count);
    if (options?.justid) args.push("JUSTID");
    return this.execute(table.XAUTOCLAIM, args, "string", options, options?.justid ? null : autoclaimed);
  }

  /**
   * XCLAIM: makes pending entries those of another consumer, as if they were delivered to it.
   *
   * @inheritDoc
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
   * @inheritDoc
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
   * @inheritDoc
   */
  xclaim(
    key: CommandArgument,
    group: CommandArgument,
    consumer: CommandArgument,
    minIdleTime: number,
    ids: CommandArguments,
    options?: XclaimOptions,
  ): Promise<StreamEntry[] | string[]>;
  xclaim(
    key: CommandArgument,
    group: CommandArgument,
    consumer: CommandArgument,
    minIdleTime: number,
    ids: CommandArguments,
    options?: XclaimOptions,
  ): Promise<unknown> {
    const args: CommandArgument[] = ["XCLAIM", key, group, consumer, minIdleTime];
    pushMany(args, ids);
    if (options?.idle !== undefined) args.push("IDLE", options.idle);
    if (options?.time !== undefined) args.push("TIME", options.time);
    if (options?.retrycount !== undefined) args.push("RETRYCOUNT", options.retrycount);
    if (options?.force) args.push("FORCE");
    if (options?.justid) args.push("JUSTID");
    if (options?.lastid !== undefined) args.push("LASTID", options.lastid);
    return this.execute(table.XCLAIM, args, "string", options, options?.justid ? null : streamEntries);
  }

  /**
   * XDEL: deletes entries of a stream by their ids.
   *
   * @inheritDoc
   */
  xdel(key: CommandArgument, ...ids: CommandArgument[]): Promise<number> {
    return this.execute(table.XDEL, ["XDEL", key, ...ids], "string", undefined, null) as Promise<number>;
  }

  /**
   * XGROUP CREATE: makes a group that reads on after an id.
   *
   * @inheritDoc
   */
  xgroupCreate(
    key: CommandArgument,
    group: CommandArgument,
    id: CommandArgument,
    options?: XgroupCreateOptions,
  ): Promise<"OK"> {
    const args: CommandArgument[] = ["XGROUP", "CREATE", key, group, id];
    if (options?.mkstream) args.push("MKSTREAM");
    if (options?.entriesread !== undefined) args.push("ENTRIESREAD", options.entriesread);
    return this.execute(table.XGROUP_CREATE, args, "string", options, null) as Promise<"OK">;
  }

  /**
   * XGROUP CREATECONSUMER: adds a consumer to a group, unless it is there.
   *
   * @inheritDoc
   */
  xgroupCreateconsumer(
    key: CommandArgument,
    group: CommandArgument,
    consumer: CommandArgument,
    options?: CallOptions,
  ): Promise<number> {
    return this.execute(
      table.XGROUP_CREATECONSUMER,
      ["XGROUP", "CREATECONSUMER", key, group, consumer],
      "string",
      options,
      null,
    ) as Promise<number>;
  }

  /**
   * XGROUP DELCONSUMER: deletes a consumer of a group with its pending entries, and returns how many there were.
   *
   * @inheritDoc
   */
  xgroupDelconsumer(
    key: CommandArgument,
    group: CommandArgument,
    consumer: CommandArgument,
    options?: CallOptions,
  ): Promise<number> {
    return this.execute(
      table.XGROUP_DELCONSUMER,
      ["XGROUP", "DELCONSUMER", key, group, consumer],
      "string",
      options,
      null,
    ) as Promise<number>;
  }

  /**
   * XGROUP DESTROY: destroys a group.
   *
   * @inheritDoc
   */
  xgroupDestroy(key: CommandArgument, group: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.XGROUP_DESTROY, ["XGROUP", "DESTROY", key, group], "string", options, null) as Promise<
      number
    >;
  }

  /**
   * XGROUP SETID: has a group read on after an id.
   *
   * @inheritDoc
   */
  xgroupSetid(
    key: CommandArgument,
    group: CommandArgument,
    id: CommandArgument,
    options?: XgroupSetidOptions,
  ): Promise<"OK"> {
    const args: CommandArgument[] = ["XGROUP", "SETID", key, group, id];
    if (options?.entriesread !== undefined) args.push("ENTRIESREAD", options.entriesread);
    return this.execute(table.XGROUP_SETID, args, "string", options, null) as Promise<"OK">;
  }

  /**
   * XINFO CONSUMERS: lists the consumers of a group.
   *
   * @inheritDoc
   */
  xinfoConsumers(key: CommandArgument, group: CommandArgument, options?: CallOptions): Promise<StreamConsumerInfo[]> {
    return this.execute(table.XINFO_CONSUMERS, ["XINFO", "CONSUMERS", key, group], "string", options, null) as Promise<
      unknown
    > as Promise<StreamConsumerInfo[]>;
  }

  /**
   * XINFO GROUPS: lists the groups of a stream.
   *
   * @inheritDoc
   */
  xinfoGroups(key: CommandArgument, options?: CallOptions): Promise<StreamGroupInfo[]> {
    return this.execute(table.XINFO_GROUPS, ["XINFO", "GROUPS", key], "string", options, null) as Promise<
      unknown
    > as Promise<StreamGroupInfo[]>;
  }

  /**
   * XINFO STREAM: tells about a stream, FULL with its entries, groups and consumers.
   *
   * @inheritDoc
   */
  xinfoStream(key: CommandArgument, options: XinfoStreamOptions & { full: true }): Promise<FullStreamInfo>;
  /**
   * XINFO STREAM: tells about a stream, FULL with its entries, groups and consumers.
   *
   * @inheritDoc
   */
  xinfoStream(key: CommandArgument, options?: XinfoStreamOptions & { full?: false }): Promise<StreamInfo>;
  /**
   * XINFO STREAM: tells about a stream, FULL with its entries, groups and consumers.
   *
   * @inheritDoc
   */
  xinfoStream(key: CommandArgument, options?: XinfoStreamOptions): Promise<StreamInfo | FullStreamInfo>;
  xinfoStream(key: CommandArgument, options?: XinfoStreamOptions): Promise<unknown> {
    const args: CommandArgument[] = ["XINFO", "STREAM", key];
    if (options?.full) args.push("FULL");
    if (options?.count !== undefined) args.push("COUNT", options.count);
    return this.execute(table.XINFO_STREAM, args, "string", options, options?.full ? fullStreamInfo : streamInfo);
  }

  /**
   * XLEN: returns how many entries a stream has.
   *
   * @inheritDoc
   */
  xlen(key: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.XLEN, ["XLEN", key], "string", options, null) as Promise<number>;
  }

  /**
   * XPENDING: returns how many entries of a group are pending, or which.
   *
   * @inheritDoc
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
   * @inheritDoc
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
   * @inheritDoc
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
  xpending(
    key: CommandArgument,
    group: CommandArgument,
    range?: PendingRange,
    options?: CallOptions,
  ): Promise<unknown> {
    const args: CommandArgument[] = ["XPENDING", key, group];
    if (range !== undefined) pushPendingRange(args, range);
    return this.execute(table.XPENDING, args, "string", options, null);
  }

  /**
   * XRANGE: returns the entries of a stream from one id to another.
   *
   * @inheritDoc
   */
  xrange(
    key: CommandArgument,
    start: CommandArgument,
    end: CommandArgument,
    options?: XrangeOptions,
  ): Promise<StreamEntry[]> {
    const args: CommandArgument[] = ["XRANGE", key, start, end];
    if (options?.count !== undefined) args.push("COUNT", options.count);
    return this.execute(table.XRANGE, args, "string", options, streamEntries) as Promise<StreamEntry[]>;
  }

  /**
   * XREAD: returns the entries of streams that come after an id, or waits for one.
   *
   * @inheritDoc
   */
  xread(streams: Pairs, options?: XreadOptions): Promise<Record<string, StreamEntry[]> | null> {
    const args: CommandArgument[] = ["XREAD"];
    if (options?.count !== undefined) args.push("COUNT", options.count);
    if (options?.block !== undefined) args.push("BLOCK", options.block);
    args.push("STREAMS");
    pushStreams(args, streams);
    return this.execute(table.XREAD, args, "string", options, streamsOfEntries) as Promise<
      Record<string, StreamEntry[]> | null
    >;
  }

  /**
   * XREADGROUP: delivers entries that no consumer of a group has had, or waits for one; or returns those that are pending.
   *
   * @inheritDoc
   */
  xreadgroup(
    group: CommandArgument,
    consumer: CommandArgument,
    streams: Pairs,
    options?: XreadgroupOptions,
  ): Promise<Record<string, [id: string, fields: [field: string, value: string][] | null][]> | null> {
    const args: CommandArgument[] = ["XREADGROUP", "GROUP", group, consumer];
    if (options?.count !== undefined) args.push("COUNT", options.count);
    if (options?.block !== undefined) args.push("BLOCK", options.block);
    if (options?.noack) args.push("NOACK");
    args.push("STREAMS");
    pushStreams(args, streams);
    return this.execute(table.XREADGROUP, args, "string", options, streamsOfEntries) as Promise<
      Record<string, [id: string, fields: [field: string, value: string][] | null][]> | null
    >;
  }

  /**
   * XREVRANGE: returns the entries of a stream from one id back to another.
   *
   * @inheritDoc
   */
  xrevrange(
    key: CommandArgument,
    end: CommandArgument,
    start: CommandArgument,
    options?: XrevrangeOptions,
  ): Promise<StreamEntry[]> {
    const args: CommandArgument[] = ["XREVRANGE", key, end, start];
    if (options?.count !== undefined) args.push("COUNT", options.count);
    return this.execute(table.XREVRANGE, args, "string", options, streamEntries) as Promise<StreamEntry[]>;
  }

  /**
   * XSETID: sets what a stream remembers: its last id, how many entries it has had, the greatest id deleted.
   *
   * @inheritDoc
   */
  xsetid(key: CommandArgument, lastId: CommandArgument, options?: XsetidOptions): Promise<"OK"> {
    const args: CommandArgument[] = ["XSETID", key, lastId];
    if (options?.entriesadded !== undefined) args.push("ENTRIESADDED", options.entriesadded);
    if (options?.maxdeletedid !== undefined) args.push("MAXDELETEDID", options.maxdeletedid);
    return this.execute(table.XSETID, args, "string", options, null) as Promise<"OK">;
  }

  /**
   * XTRIM: removes entries from the beginning of a stream: down to so many, or those before an id.
   *
   * @inheritDoc
   */
  xtrim(key: CommandArgument, options: XtrimOptions): Promise<number> {
    const args: CommandArgument[] = ["XTRIM", key];
    pushTrimming(args, options);
    return this.execute(table.XTRIM, args, "string", options, null) as Promise<number>;
  }

  /**
   * ZADD: adds members to a sorted set, or gives them other scores.
   *
   * @inheritDoc
   */
  zadd(
    key: CommandArgument,
    members: Pairs<number | string>,
    options: ZaddOptions & { incr: true },
  ): Promise<number | null>;
  /**
   * ZADD: adds members to a sorted set, or gives them other scores.
   *
   * @inheritDoc
   */
  zadd(
    key: CommandArgument,
    members: Pairs<number | string>,
    options?: ZaddOptions & { incr?: false },
  ): Promise<number>;
  /**
   * ZADD: adds members to a sorted set, or gives them other scores.
   *
   * @inheritDoc
   */
  zadd(key: CommandArgument, members: Pairs<number | string>, options?: ZaddOptions): Promise<number | null>;
  zadd(key: CommandArgument, members: Pairs<number | string>, options?: ZaddOptions): Promise<unknown> {
    const args: CommandArgument[] = ["ZADD", key];
    if (options?.nx) args.push("NX");
    if (options?.xx) args.push("XX");
    if (options?.gt) args.push("GT");
    if (options?.lt) args.push("LT");
    if (options?.ch) args.push("CH");
    if (options?.incr) args.push("INCR");
    pushScored(args, members);
    return this.execute(table.ZADD, args, "string", options, null);
  }

  /**
   * ZCARD: counts the members of a sorted set.
   *
   * @inheritDoc
   */
  zcard(key: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.ZCARD, ["ZCARD", key], "string", options, null) as Promise<number>;
  }

  /**
   * ZCOUNT: counts the members between two scores.
   *
   * @inheritDoc
   */
  zcount(key: CommandArgument, min: number | string, max: number | string, options?: CallOptions): Promise<number> {
    return this.execute(table.ZCOUNT, ["ZCOUNT", key, min, max], "string", options, null) as Promise<number>;
  }

  /**
   * ZDIFF: answers the members of the first sorted set that no other has.
   *
   * @inheritDoc
   */
  zdiff(keys: CommandArguments, options: ZdiffOptions & { withscores: true }): Promise<ScoredMember[]>;
  /**
   * ZDIFF: answers the members of the first sorted set that no other has.
   *
   * @inheritDoc
   */
  zdiff(keys: CommandArguments, options?: ZdiffOptions & { withscores?: false }): Promise<string[]>;
  /**
   * ZDIFF: answers the members of the first sorted set that no other has.
   *
   * @inheritDoc
   */
  zdiff(keys: CommandArguments, options?: ZdiffOptions): Promise<string[] | ScoredMember[]>;
  zdiff(keys: CommandArguments, options?: ZdiffOptions): Promise<unknown> {
    const args: CommandArgument[] = ["ZDIFF"];
    pushCounted(args, keys);
    if (options?.withscores) args.push("WITHSCORES");
    return this.execute(table.ZDIFF, args, "string", options, null);
  }

  /**
   * ZDIFFSTORE: stores the members of the first sorted set that no other has.
   *
   * @inheritDoc
   */
  zdiffstore(destination: CommandArgument, keys: CommandArguments, options?: CallOptions): Promise<number> {
    const args: CommandArgument[] = ["ZDIFFSTORE", destination];
    pushCounted(args, keys);
    return this.execute(table.ZDIFFSTORE, args, "string", options, null) as Promise<number>;
  }

  /**
   * ZINCRBY: adds to the score of a member.
   *
   * @inheritDoc
   */
  zincrby(
    key: CommandArgument,
    increment: number | string,
    member: CommandArgument,
    options?: CallOptions,
  ): Promise<number> {
    return this.execute(table.ZINCRBY, ["ZINCRBY", key, increment, member], "string", options, null) as Promise<number>;
  }

  /**
   * ZINTER: answers the members that all sorted sets have.
   *
   * @inheritDoc
   */
  zinter(keys: CommandArguments, options: ZinterOptions & { withscores: true }): Promise<ScoredMember[]>;
  /**
   * ZINTER: answers the members that all sorted sets have.
   *
   * @inheritDoc
   */
  zinter(keys: CommandArguments, options?: ZinterOptions & { withscores?: false }): Promise<string[]>;
  /**
   * ZINTER: answers the members that all sorted sets have.
   *
   * @inheritDoc
   */
  zinter(keys: CommandArguments, options?: ZinterOptions): Promise<string[] | ScoredMember[]>;
  zinter(keys: CommandArguments, options?: ZinterOptions): Promise<unknown> {
    const args: CommandArgument[] = ["ZINTER"];
    pushCounted(args, keys);
    if (options?.weights !== undefined) pushAfter(args, "WEIGHTS", options.weights);
    if (options?.aggregate !== undefined) args.push("AGGREGATE", options.aggregate);
    if (options?.withscores) args.push("WITHSCORES");
    return this.execute(table.ZINTER, args, "string", options, null);
  }

  /**
   * ZINTERCARD: counts the members that all sorted sets have.
   *
   * @inheritDoc
   */
  zintercard(keys: CommandArguments, options?: ZintercardOptions): Promise<number> {
    const args: CommandArgument[] = ["ZINTERCARD"];
    pushCounted(args, keys);
    if (options?.limit !== undefined) args.push("LIMIT", options.limit);
    return this.execute(table.ZINTERCARD, args, "string", options, null) as Promise<number>;
  }

  /**
   * ZINTERSTORE: stores the members that all sorted sets have.
   *
   * @inheritDoc
   */
  zinterstore(destination: CommandArgument, keys: CommandArguments, options?: ZinterstoreOptions): Promise<number> {
    const args: CommandArgument[] = ["ZINTERSTORE", destination];
    pushCounted(args, keys);
    if (options?.weights !== undefined) pushAfter(args, "WEIGHTS", options.weights);
    if (options?.aggregate !== undefined) args.push("AGGREGATE", options.aggregate);
    return this.execute(table.ZINTERSTORE, args, "string", options, null) as Promise<number>;
  }

  /**
   * ZLEXCOUNT: counts the members between two others, where all scores are the same.
   *
   * @inheritDoc
   */
  zlexcount(key: CommandArgument, min: CommandArgument, max: CommandArgument, options?: CallOptions): Promise<number> {
    return this.execute(table.ZLEXCOUNT, ["ZLEXCOUNT", key, min, max], "string", options, null) as Promise<number>;
  }

  /**
   * ZMPOP: takes members from an end of the first sorted set there is.
   *
   * @inheritDoc
   */
  zmpop(
    keys: CommandArguments,
    which: "MIN" | "MAX",
    options?: ZmpopOptions,
  ): Promise<[key: string, members: ScoredMember[]] | null> {
    const args: CommandArgument[] = ["ZMPOP"];
    pushCounted(args, keys);
    args.push(which);
    if (options?.count !== undefined) args.push("COUNT", options.count);
    return this.execute(table.ZMPOP, args, "string", options, null) as Promise<
      [key: string, members: ScoredMember[]] | null
    >;
  }

  /**
   * ZMSCORE: answers the scores of several members.
   *
   * @inheritDoc
   */
  zmscore(key: CommandArgument, ...members: CommandArgument[]): Promise<(number | null)[]> {
    return this.execute(table.ZMSCORE, ["ZMSCORE", key, ...members], "string", undefined, null) as Promise<
      (number | null)[]
    >;
  }

  /**
   * ZPOPMAX: takes the members with the highest scores out of a sorted set.
   *
   * @inheritDoc
   */
  zpopmax(key: CommandArgument, count: number, options?: CallOptions): Promise<ScoredMember[]>;
  /**
   * ZPOPMAX: takes the members with the highest scores out of a sorted set.
   *
   * @inheritDoc
   */
  zpopmax(key: CommandArgument, count?: undefined, options?: CallOptions): Promise<ScoredMember | null>;
  /**
   * ZPOPMAX: takes the members with the highest scores out of a sorted set.
   *
   * @inheritDoc
   */
  zpopmax(key: CommandArgument, count?: number, options?: CallOptions): Promise<ScoredMember | null | ScoredMember[]>;
  zpopmax(key: CommandArgument, count?: number, options?: CallOptions): Promise<unknown> {
    const args: CommandArgument[] = ["ZPOPMAX", key];
    if (count !== undefined) args.push(count);
    return this.execute(table.ZPOPMAX, args, "string", options, count !== undefined ? null : emptyToNull);
  }

  /**
   * ZPOPMIN: takes the members with the lowest scores out of a sorted set.
   *
   * @inheritDoc
   */
  zpopmin(key: CommandArgument, count: number, options?: CallOptions): Promise<ScoredMember[]>;
  /**
   * ZPOPMIN: takes the members with the lowest scores out of a sorted set.
   *
   * @inheritDoc
   */
  zpopmin(key: CommandArgument, count?: undefined, options?: CallOptions): Promise<ScoredMember | null>;
  /**
   * ZPOPMIN: takes the members with the lowest scores out of a sorted set.
   *
   * @inheritDoc
   */
  zpopmin(key: CommandArgument, count?: number, options?: CallOptions): Promise<ScoredMember | null | ScoredMember[]>;
  zpopmin(key: CommandArgument, count?: number, options?: CallOptions): Promise<unknown> {
    const args: CommandArgument[] = ["ZPOPMIN", key];
    if (count !== undefined) args.push(count);
    return this.execute(table.ZPOPMIN, args, "string", options, count !== undefined ? null : emptyToNull);
  }

  /**
   * ZRANDMEMBER: answers random members of a sorted set.
   *
   * @inheritDoc
   */
  zrandmember(
    key: CommandArgument,
    count: number,
    options: ZrandmemberOptions & { withscores: true },
  ): Promise<ScoredMember[]>;
  /**
   * ZRANDMEMBER: answers random members of a sorted set.
   *
   * @inheritDoc
   */
  zrandmember(
    key: CommandArgument,
    count: number,
    options?: ZrandmemberOptions & { withscores?: false },
  ): Promise<string[]>;
  /**
   * ZRANDMEMBER: answers random members of a sorted set.
   *
   * @inheritDoc
   */
  zrandmember(
    key: CommandArgument,
    count?: undefined,
    options?: ZrandmemberOptions & { withscores?: false },
  ): Promise<string | null>;
  /**
   * ZRANDMEMBER: answers random members of a sorted set.
   *
   * @inheritDoc
   */
  zrandmember(
    key: CommandArgument,
    count?: number,
    options?: ZrandmemberOptions,
  ): Promise<string | null | ScoredMember[] | string[]>;
  zrandmember(key: CommandArgument, count?: number, options?: ZrandmemberOptions): Promise<unknown> {
    const args: CommandArgument[] = ["ZRANDMEMBER", key];
    if (count !== undefined) args.push(count);
    if (options?.withscores) args.push("WITHSCORES");
    return this.execute(table.ZRANDMEMBER, args, "string", options, null);
  }

  /**
   * ZRANGE: answers the members between two ranks, scores or members.
   *
   * @inheritDoc
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
   * @inheritDoc
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
   * @inheritDoc
   */
  zrange(
    key: CommandArgument,
    start: CommandArgument,
    stop: CommandArgument,
    options?: ZrangeOptions,
  ): Promise<string[] | ScoredMember[]>;
  zrange(
    key: CommandArgument,
    start: CommandArgument,
    stop: CommandArgument,
    options?: ZrangeOptions,
  ): Promise<unknown> {
    const args: CommandArgument[] = ["ZRANGE", key, start, stop];
    if (options?.byscore) args.push("BYSCORE");
    if (options?.bylex) args.push("BYLEX");
    if (options?.rev) args.push("REV");
    if (options?.limit !== undefined) args.push("LIMIT", ...options.limit);
    if (options?.withscores) args.push("WITHSCORES");
    return this.execute(table.ZRANGE, args, "string", options, null);
  }

  /**
   * ZRANGEBYLEX: answers the members between two others, where all scores are the same.
   *
   * @inheritDoc
   */
  zrangebylex(
    key: CommandArgument,
    min: CommandArgument,
    max: CommandArgument,
    options?: ZrangebylexOptions,
  ): Promise<string[]> {
    const args: CommandArgument[] = ["ZRANGEBYLEX", key, min, max];
    if (options?.limit !== undefined) args.push("LIMIT", ...options.limit);
    return this.execute(table.ZRANGEBYLEX, args, "string", options, null) as Promise<string[]>;
  }

  /**
   * ZRANGEBYSCORE: answers the members between two scores.
   *
   * @inheritDoc
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
   * @inheritDoc
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
   * @inheritDoc
   */
  zrangebyscore(
    key: CommandArgument,
    min: number | string,
    max: number | string,
    options?: ZrangebyscoreOptions,
  ): Promise<string[] | ScoredMember[]>;
  zrangebyscore(
    key: CommandArgument,
    min: number | string,
    max: number | string,
    options?: ZrangebyscoreOptions,
  ): Promise<unknown> {
    const args: CommandArgument[] = ["ZRANGEBYSCORE", key, min, max];
    if (options?.withscores) args.push("WITHSCORES");
    if (options?.limit !== undefined) args.push("LIMIT", ...options.limit);
    return this.execute(table.ZRANGEBYSCORE, args, "string", options, null);
  }

  /**
   * ZRANGESTORE: stores the members between two ranks, scores or members.
   *
   * @inheritDoc
   */
  zrangestore(
    destination: CommandArgument,
    source: CommandArgument,
    min: number | string,
    max: number | string,
    options?: ZrangestoreOptions,
  ): Promise<number> {
    const args: CommandArgument[] = ["ZRANGESTORE", destination, source, min, max];
    if (options?.byscore) args.push("BYSCORE");
    if (options?.bylex) args.push("BYLEX");
    if (options?.rev) args.push("REV");
    if (options?.limit !== undefined) args.push("LIMIT", ...options.limit);
    return this.execute(table.ZRANGESTORE, args, "string", options, null) as Promise<number>;
  }

  /**
   * ZRANK: answers how many members come before one.
   *
   * @inheritDoc
   */
  zrank(
    key: CommandArgument,
    member: CommandArgument,
    options: ZrankOptions & { withscore: true },
  ): Promise<[rank: number, score: number] | null>;
  /**
   * ZRANK: answers how many members come before one.
   *
   * @inheritDoc
   */
  zrank(
    key: CommandArgument,
    member: CommandArgument,
    options?: ZrankOptions & { withscore?: false },
  ): Promise<number | null>;
  /**
   * ZRANK: answers how many members come before one.
   *
   * @inheritDoc
   */
  zrank(
    key: CommandArgument,
    member: CommandArgument,
    options?: ZrankOptions,
  ): Promise<number | null | [rank: number, score: number]>;
  zrank(key: CommandArgument, member: CommandArgument, options?: ZrankOptions): Promise<unknown> {
    const args: CommandArgument[] = ["ZRANK", key, member];
    if (options?.withscore) args.push("WITHSCORE");
    return this.execute(table.ZRANK, args, "string", options, null);
  }

  /**
   * ZREM: removes members from a sorted set.
   *
   * @inheritDoc
   */
  zrem(key: CommandArgument, ...members: CommandArgument[]): Promise<number> {
    return this.execute(table.ZREM, ["ZREM", key, ...members], "string", undefined, null) as Promise<number>;
  }

  /**
   * ZREMRANGEBYLEX: removes the members between two others, where all scores are the same.
   *
   * @inheritDoc
   */
  zremrangebylex(
    key: CommandArgument,
    min: CommandArgument,
    max: CommandArgument,
    options?: CallOptions,
  ): Promise<number> {
    return this.execute(table.ZREMRANGEBYLEX, ["ZREMRANGEBYLEX", key, min, max], "string", options, null) as Promise<
      number
    >;
  }

  /**
   * ZREMRANGEBYRANK: removes the members between two ranks.
   *
   * @inheritDoc
   */
  zremrangebyrank(key: CommandArgument, start: number, stop: number, options?: CallOptions): Promise<number> {
    return this.execute(
      table.ZREMRANGEBYRANK,
      ["ZREMRANGEBYRANK", key, start, stop],
      "string",
      options,
      null,
    ) as Promise<number>;
  }

  /**
   * ZREMRANGEBYSCORE: removes the members between two scores.
   *
   * @inheritDoc
   */
  zremrangebyscore(
    key: CommandArgument,
    min: number | string,
    max: number | string,
    options?: CallOptions,
  ): Promise<number> {
    return this.execute(
      table.ZREMRANGEBYSCORE,
      ["ZREMRANGEBYSCORE", key, min, max],
      "string",
      options,
      null,
    ) as Promise<number>;
  }

  /**
   * ZREVRANGE: answers the members between two ranks, counted from the highest score.
   *
   * @inheritDoc
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
   * @inheritDoc
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
   * @inheritDoc
   */
  zrevrange(
    key: CommandArgument,
    start: number,
    stop: number,
    options?: ZrevrangeOptions,
  ): Promise<string[] | ScoredMember[]>;
  zrevrange(key: CommandArgument, start: number, stop: number, options?: ZrevrangeOptions): Promise<unknown> {
    const args: CommandArgument[] = ["ZREVRANGE", key, start, stop];
    if (options?.withscores) args.push("WITHSCORES");
    return this.execute(table.ZREVRANGE, args, "string", options, null);
  }

  /**
   * ZREVRANGEBYLEX: answers the members between two others, the largest first, where all scores are the same.
   *
   * @inheritDoc
   */
  zrevrangebylex(
    key: CommandArgument,
    max: CommandArgument,
    min: CommandArgument,
    options?: ZrevrangebylexOptions,
  ): Promise<string[]> {
    const args: CommandArgument[] = ["ZREVRANGEBYLEX", key, max, min];
    if (options?.limit !== undefined) args.push("LIMIT", ...options.limit);
    return this.execute(table.ZREVRANGEBYLEX, args, "string", options, null) as Promise<string[]>;
  }

  /**
   * ZREVRANGEBYSCORE: answers the members between two scores, the highest first.
   *
   * @inheritDoc
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
   * @inheritDoc
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
   * @inheritDoc
   */
  zrevrangebyscore(
    key: CommandArgument,
    max: number | string,
    min: number | string,
    options?: ZrevrangebyscoreOptions,
  ): Promise<string[] | ScoredMember[]>;
  zrevrangebyscore(
    key: CommandArgument,
    max: number | string,
    min: number | string,
    options?: ZrevrangebyscoreOptions,
  ): Promise<unknown> {
    const args: CommandArgument[] = ["ZREVRANGEBYSCORE", key, max, min];
    if (options?.withscores) args.push("WITHSCORES");
    if (options?.limit !== undefined) args.push("LIMIT", ...options.limit);
    return this.execute(table.ZREVRANGEBYSCORE, args, "string", options, null);
  }

  /**
   * ZREVRANK: answers how many members come behind one.
   *
   * @inheritDoc
   */
  zrevrank(
    key: CommandArgument,
    member: CommandArgument,
    options: ZrevrankOptions & { withscore: true },
  ): Promise<[rank: number, score: number] | null>;
  /**
   * ZREVRANK: answers how many members come behind one.
   *
   * @inheritDoc
   */
  zrevrank(
    key: CommandArgument,
    member: CommandArgument,
    options?: ZrevrankOptions & { withscore?: false },
  ): Promise<number | null>;
  /**
   * ZREVRANK: answers how many members come behind one.
   *
   * @inheritDoc
   */
  zrevrank(
    key: CommandArgument,
    member: CommandArgument,
    options?: ZrevrankOptions,
  ): Promise<number | null | [rank: number, score: number]>;
  zrevrank(key: CommandArgument, member: CommandArgument, options?: ZrevrankOptions): Promise<unknown> {
    const args: CommandArgument[] = ["ZREVRANK", key, member];
    if (options?.withscore) args.push("WITHSCORE");
    return this.execute(table.ZREVRANK, args, "string", options, null);
  }

  /**
   * ZSCORE: answers the score of a member.
   *
   * @inheritDoc
   */
  zscore(key: CommandArgument, member: CommandArgument, options?: CallOptions): Promise<number | null> {
    return this.execute(table.ZSCORE, ["ZSCORE", key, member], "string", options, null) as Promise<number | null>;
  }

  /**
   * ZUNION: answers the members that any of the sorted sets has.
   *
   * @inheritDoc
   */
  zunion(keys: CommandArguments, options: ZunionOptions & { withscores: true }): Promise<ScoredMember[]>;
  /**
   * ZUNION: answers the members that any of the sorted sets has.
   *
   * @inheritDoc
   */
  zunion(keys: CommandArguments, options?: ZunionOptions & { withscores?: false }): Promise<string[]>;
  /**
   * ZUNION: answers the members that any of the sorted sets has.
   *
   * @inheritDoc
   */
  zunion(keys: CommandArguments, options?: ZunionOptions): Promise<string[] | ScoredMember[]>;
  zunion(keys: CommandArguments, options?: ZunionOptions): Promise<unknown> {
    const args: CommandArgument[] = ["ZUNION"];
    pushCounted(args, keys);
    if (options?.weights !== undefined) pushAfter(args, "WEIGHTS", options.weights);
    if (options?.aggregate !== undefined) args.push("AGGREGATE", options.aggregate);
    if (options?.withscores) args.push("WITHSCORES");
    return this.execute(table.ZUNION, args, "string", options, null);
  }

  /**
   * ZUNIONSTORE: stores the members that any of the sorted sets has.
   *
   * @inheritDoc
   */
  zunionstore(destination: CommandArgument, keys: CommandArguments, options?: ZunionstoreOptions): Promise<number> {
    const args: CommandArgument[] = ["ZUNIONSTORE", destination];
    pushCounted(args, keys);
    if (options?.weights !== undefined) pushAfter(args, "WEIGHTS", options.weights);
    if (options?.aggregate !== undefined) args.push("AGGREGATE", options.aggregate);
    return this.execute(table.ZUNIONSTORE, args, "string", options, null) as Promise<number>;
  }
}
