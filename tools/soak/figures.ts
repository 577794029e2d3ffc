/** What a server holds for its clients: the figures that must be back where they were when all of them are gone. */
import type { Host } from "../../server/host.ts";
import type { SystemClock } from "../../store/clock.ts";

/** Figures by name. */
export type Figures = Readonly<Record<string, number>>;

/** Those that say how large the process and its data are; all others count what belongs to clients. */
export const SIZES: readonly string[] = ["rss", "heap", "keys", "commands"];

/** Reads the figures of a server in this process. */
export function figuresOf({ engine }: Host, clock: SystemClock): Figures {
  const { blocking, pause, watches, pubsub, monitors, hooks, keyspace, statistics } = engine;
  const { rss, heapUsed } = Deno.memoryUsage();
  return {
    clients: engine.clients.size,
    blocked: blocking.count,
    "blocked, with a time-out": blocking.timedCount,
    "waiting keys": blocking.keyCount,
    postponed: pause.count,
    watches: watches.count,
    "watched keys": watches.keyCount,
    subscribers: pubsub.clients.size,
    channels: pubsub.channels.size,
    patterns: pubsub.patterns.size,
    "shard channels": pubsub.shardChannels.size,
    monitors: monitors.count,
    listeners: Object.values(hooks).reduce((sum, hook) => sum + listenersOf(hook), 0),
    timers: clock.timers,
    sockets: sockets(),
    "unexpected errors": statistics.unexpectedErrors,
    keys: keyspace.databases.reduce((sum, db) => sum + db.size, 0),
    commands: statistics.commandsProcessed,
    rss,
    heap: heapUsed,
  };
}

/** How many listen to one of the engine's hooks. */
function listenersOf(hook: unknown): number {
  return typeof hook === "object" && hook !== null && "count" in hook && typeof hook.count === "number"
    ? hook.count
    : 0;
}

/** TCP sockets that the process has open; 0 where the system does not tell. The runtime has others, for itself. */
function sockets(): number {
  try {
    const tcp = new Set(["tcp", "tcp6"].flatMap((name) => inodes(Deno.readTextFileSync(`/proc/self/net/${name}`))));
    const own = Array.from(Deno.readDirSync("/proc/self/fd"), ({ name }) => inodeOf(`/proc/self/fd/${name}`));
    return own.filter((inode) => tcp.has(inode)).length;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

/** The tenth column of a table of sockets. */
function inodes(table: string): string[] {
  return table.split("\n").slice(1).map((line) => line.trim().split(/ +/)[9] ?? "").filter((inode) => inode !== "");
}

/** The number of a socket; empty for anything else, such as the directory, which was open while it was read. */
function inodeOf(path: string): string {
  try {
    return /^socket:\[(\d+)\]$/.exec(Deno.readLinkSync(path))?.[1] ?? "";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

/** The figures of client-side caching, from INFO: whatever it tells of it. */
export function trackingFigures(info: string): Figures {
  const lines = info.matchAll(/^(tracking_(?:clients|total_\w+)):(\d+)/gm);
  return Object.fromEntries([...lines].map(([, name, value]) => [name!.replaceAll("_", " "), Number(value)]));
}

/**
 * Which figures are not what they were.
 *
 * @param before With no client there.
 * @param after With no client there again.
 * @returns A line for each, `name: 0, then 3`.
 */
export function leaks(before: Figures, after: Figures): string[] {
  const names = Object.keys(before).filter((name) => !SIZES.includes(name));
  return names.filter((name) => before[name] !== after[name])
    .map((name) => `${name}: ${before[name]}, then ${after[name]}`);
}
