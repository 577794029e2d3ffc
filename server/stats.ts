/** Figures of a server, for a test to look at. */
import type { Engine } from "../engine/context.ts";
import { usedMemoryBytes } from "../engine/memory.ts";

/**
 * What {@linkcode Server.stats} tells. Counters begin at the start of the server, at CONFIG RESETSTAT and at
 * {@linkcode Server.reset}.
 *
 * @example Is the cache of a program any good?
 * ```ts
 * import { Server, type ServerStats } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.get("page");
 * await client.set("page", "<html>");
 * await client.get("page");
 * const { hits, misses, calls }: ServerStats = server.stats();
 * assertEquals([hits, misses, calls["GET"]], [1, 1, 2]);
 * ```
 */
export interface ServerStats {
  /** Connections that there are. */
  readonly connections: number;
  /** Connections that there have been, those included that there are. */
  readonly connectionsReceived: number;
  /** Clients that wait in a blocking command. */
  readonly blockedClients: number;
  /** Clients that have subscribed to something. */
  readonly subscribers: number;
  /** Commands that were executed. */
  readonly commands: number;
  /** How often each was called, by its name in capitals (`GET`, `CONFIG SET`); those that were not are left out. */
  readonly calls: Readonly<Record<string, number>>;
  /** Error replies. */
  readonly errors: number;
  /** Keys in all databases. Some may have expired without having been deleted yet. */
  readonly keys: number;
  /** Reads that found their key. */
  readonly hits: number;
  /** Reads that did not. */
  readonly misses: number;
  /** Keys deleted because their time had come. */
  readonly expiredKeys: number;
  /** Keys deleted because of `maxmemory`. */
  readonly evictedKeys: number;
  /** What the databases take, in bytes: INFO's `used_memory`. */
  readonly usedMemoryBytes: number;
}

/** The figures of a server as they are now. */
export function statsOf({ blocking, clients, keyspace, pubsub, statistics, table }: Engine): ServerStats {
  const calls: Record<string, number> = {};
  for (const command of table.all()) {
    for (const { name, calls: count } of [command, ...command.sub?.values() ?? []]) {
      if (count > 0) calls[name.replace("|", " ").toUpperCase()] = count;
    }
  }
  return {
    connections: clients.size,
    connectionsReceived: statistics.connectionsReceived,
    blockedClients: blocking.count,
    subscribers: pubsub.clients.size,
    commands: statistics.commandsProcessed,
    calls,
    errors: statistics.totalErrorReplies,
    keys: keyspace.databases.reduce((sum, db) => sum + db.size, 0),
    hits: keyspace.hits,
    misses: keyspace.misses,
    expiredKeys: keyspace.expired,
    evictedKeys: statistics.evictedKeys,
    usedMemoryBytes: usedMemoryBytes(keyspace),
  };
}
