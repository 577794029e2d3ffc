/** What MEMORY tells of the server as a whole: figures, and text for people. */
import type { Engine } from "../engine/context.ts";
import { activeBytes, allocatedBytes, clientBytes, tableBytes, usedMemoryBytes } from "../engine/memory.ts";

/** A whole number, or one with a fraction. */
type Figure = readonly [name: string, value: number | { readonly ratio: number }];

/**
 * The figures of MEMORY STATS that mean something here, by Redis' names. The allocator is the databases' arenas and the
 * JavaScript heap.
 */
export function memoryFigures(engine: Engine): Figure[] {
  const { keyspace, statistics } = engine;
  const total = usedMemoryBytes(keyspace), tables = tableBytes(keyspace), dataset = total - tables;
  const active = activeBytes(keyspace), allocated = allocatedBytes(keyspace);
  const { rss } = Deno.memoryUsage();
  const { startupMemoryBytes: startup } = statistics;
  const peak = statistics.peakMemoryBytes = Math.max(statistics.peakMemoryBytes, total);
  const keys = keyspace.databases.reduce((sum, db) => sum + db.size, 0);
  const percent = (part: number, whole: number) => ({ ratio: whole > 0 ? part * 100 / whole : 0 });
  return [
    ["peak.allocated", peak],
    ["total.allocated", total],
    ["startup.allocated", startup],
    ["replication.backlog", 0],
    ["clients.slaves", 0],
    ["clients.normal", clientBytes(engine)],
    ["cluster.links", 0],
    ["aof.buffer", 0],
    ["overhead.total", tables],
    ["keys.count", keys],
    ["keys.bytes-per-key", keys === 0 ? 0 : Math.floor((total - startup) / keys)],
    ["dataset.bytes", dataset],
    ["dataset.percentage", percent(dataset, total - startup)],
    ["peak.percentage", percent(total, peak)],
    ["allocator.allocated", allocated],
    ["allocator.active", active],
    ["allocator.resident", rss],
    ["allocator-fragmentation.ratio", { ratio: active / allocated }],
    ["allocator-fragmentation.bytes", active - allocated],
    ["allocator-rss.ratio", { ratio: rss / active }],
    ["allocator-rss.bytes", rss - active],
    ["fragmentation", { ratio: rss / allocated }],
    ["fragmentation.bytes", rss - allocated],
  ];
}

/** Below this a server's memory says little. */
const TELLING_BYTES = 5 * 1024 * 1024;
const HIGH_PEAK = 1.5;
const HIGH_WASTE = 2;
/** Of one client, on average. */
const LARGE_BUFFERS_BYTES = 200 * 1024;

/** What is unusual about the memory, and what to do. */
export function memoryReport(engine: Engine): string {
  const { keyspace, statistics, clients } = engine;
  const used = usedMemoryBytes(keyspace);
  if (used < TELLING_BYTES) return "There is too little data to say anything about its memory.\n";
  const issues: string[] = [];
  if (statistics.peakMemoryBytes > used * HIGH_PEAK) {
    const ratio = (statistics.peakMemoryBytes / used).toFixed(2);
    issues.push(
      `Peak memory: at some time ${ratio} times as much was in use. What is not needed is given back bit by bit.`,
    );
  }
  const capacity = keyspace.databases.reduce((sum, db) => sum + db.capacityBytes, 0);
  if (capacity > used * HIGH_WASTE) {
    const ratio = (capacity / used).toFixed(2);
    issues.push(
      `Fragmentation: databases hold ${ratio} times what their keys take. MEMORY PURGE gives back what it can.`,
    );
  }
  if (clientBytes(engine) > clients.size * LARGE_BUFFERS_BYTES) {
    issues.push("Large clients: their buffers are large on average. CLIENT LIST shows whose: tot-mem.");
  }
  if (issues.length === 0) return "Nothing is unusual about the server's memory.\n";
  return `What is unusual about the server's memory:\n\n${issues.map((issue) => `- ${issue}\n`).join("")}`;
}

/** What has been taken from the system, and how much of it is in use. */
export function allocatorReport({ keyspace }: Engine): string {
  const { rss, heapTotal, heapUsed, external } = Deno.memoryUsage();
  let text = "___ Arenas of the databases: bytes in use, bytes with the gaps between ___\n";
  for (const db of keyspace.databases) {
    if (db.usedBytes > 0) text += `db${db.index}: ${db.usedBytes} ${db.capacityBytes}\n`;
  }
  text += `___ Values deleted and not yet freed ___\n${keyspace.detached}\n`;
  text += "___ JavaScript heap: bytes in use, bytes taken ___\n";
  return `${text}${heapUsed} ${heapTotal}\n___ Buffers, whole process ___\n${external} ${rss}\n`;
}
