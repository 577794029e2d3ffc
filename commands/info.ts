/**
 * INFO: figures of the running server, under Redis' names. What cannot be told here is left out rather than made up;
 * `miniredis_version` and `longest_stall_ms` are our own.
 */
import process from "node:process";
import type { AppendOnlyFigures } from "../engine/append_only.ts";
import type { Args } from "../engine/args.ts";
import type { ClientConnection, ClientState } from "../engine/client_state.ts";
import { type Command, DANGEROUS, LOADING, STALE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context, Engine } from "../engine/context.ts";
import { activeBytes, allocatedBytes, clientBytes, tableBytes, usedMemoryBytes } from "../engine/memory.ts";
import { VERSION } from "../engine/version.ts";
import { asksForReplicas } from "../engine/write_guard.ts";

/** The row of INFO. */
export const infoCommands: CommandGroup = {
  info: {
    arity: -1,
    flags: LOADING | STALE | DANGEROUS,
    usage: "[section [section ...]]",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Tells figures of the server",
    tips: ["nondeterministic_output", "request_policy:all_shards", "response_policy:special"],
    history: [["7.0.0", "Takes several sections."]],
    run: info,
  },
};

/** A line `name:value`; no value: the figure is not known, and its line left out. */
type Field = readonly [name: string, value: string | number | undefined];

interface Section {
  readonly title: string;
  /** Other names by which it may be asked for. */
  readonly names: readonly string[];
  /** Is it shown when nothing is asked for? */
  readonly isDefault: boolean;
  readonly fields: (ctx: Context) => readonly Field[];
}

/** In Redis' order. */
const SECTIONS: readonly Section[] = [
  { title: "Server", names: ["server"], isDefault: true, fields: serverFields },
  { title: "Clients", names: ["clients"], isDefault: true, fields: clientFields },
  { title: "Memory", names: ["memory"], isDefault: true, fields: memoryFields },
  { title: "Persistence", names: ["persistence"], isDefault: true, fields: persistenceFields },
  { title: "Stats", names: ["stats"], isDefault: true, fields: statsFields },
  { title: "Replication", names: ["replication"], isDefault: true, fields: replicationFields },
  { title: "CPU", names: ["cpu"], isDefault: true, fields: cpuFields },
  { title: "Modules", names: ["modules", "module_list"], isDefault: true, fields: () => [] },
  { title: "Commandstats", names: ["commandstats"], isDefault: false, fields: commandFields },
  { title: "Errorstats", names: ["errorstats"], isDefault: true, fields: errorFields },
  { title: "Latencystats", names: ["latencystats"], isDefault: false, fields: latencyFields },
  { title: "Cluster", names: ["cluster"], isDefault: true, fields: clusterFields },
  { title: "Keyspace", names: ["keyspace"], isDefault: true, fields: keyspaceFields },
];

function info(ctx: Context, args: Args): void {
  const wanted = new Set<string>();
  for (let i = 1; i < args.count; i++) wanted.add(args.text(i).toLowerCase());
  const all = wanted.has("all") || wanted.has("everything");
  const defaults = wanted.size === 0 || wanted.has("default");
  const shown = SECTIONS.filter(({ names, isDefault }) =>
    all || (defaults && isDefault) || names.some((name) => wanted.has(name))
  );
  ctx.out.verbatim("txt", shown.map((section) => textOf(ctx, section)).join("\r\n"));
}

function textOf(ctx: Context, { title, fields }: Section): string {
  let text = `# ${title}\r\n`;
  for (const [name, value] of fields(ctx)) if (value !== undefined) text += `${name}:${value}\r\n`;
  return text;
}

function serverFields({ engine, keyspace }: Context): Field[] {
  const now = engine.clock.now();
  const uptime = Math.floor((now - engine.startedAtMs) / 1000);
  const hz = engine.config.number("hz");
  return [
    ["redis_version", engine.redisVersion],
    // of no repository's state: it is a published version
    ["redis_git_sha1", "00000000"],
    ["redis_git_dirty", 0],
    ["miniredis_version", VERSION],
    ["redis_mode", engine.cluster === null ? "standalone" : "cluster"],
    ["os", operatingSystem()],
    ["arch_bits", 64],
    ["monotonic_clock", "performance.now"],
    ["process_id", Deno.pid],
    ["process_supervised", "no"],
    ["run_id", engine.runId],
    ["tcp_port", engine.tcpPort],
    ["server_time_usec", now * 1000],
    ["uptime_in_seconds", uptime],
    ["uptime_in_days", Math.floor(uptime / 86_400)],
    ["hz", hz],
    ["configured_hz", hz],
    ["lru_clock", keyspace.lruClock],
    ["executable", Deno.execPath()],
    ["config_file", engine.config.file],
    ["io_threads_active", 0],
  ];
}

/** Whether something of the system may be asked without a prompt. */
function mayAsk(kind: "osRelease" | "systemMemoryInfo"): boolean {
  return Deno.permissions.querySync({ name: "sys", kind }).state === "granted";
}

function operatingSystem(): string | undefined {
  if (!mayAsk("osRelease")) return undefined;
  const { os, arch } = Deno.build;
  return `${os[0]!.toUpperCase()}${os.slice(1)} ${Deno.osRelease()} ${arch}`;
}

function clientFields({ engine }: Context): Field[] {
  return [
    ["connected_clients", engine.clients.size],
    ["cluster_connections", 0],
    ["maxclients", engine.config.number("maxclients")],
    ["client_recent_max_input_buffer", largest(engine, ({ connection }) => inputBytes(connection))],
    ["client_recent_max_output_buffer", largest(engine, ({ connection }) => connection.pendingOutputBytes)],
    ["blocked_clients", engine.blocking.count + engine.pause.count],
    ["tracking_clients", engine.tracking.clientCount],
    ["clients_in_timeout_table", engine.blocking.timedCount],
  ];
}

/** The largest of a figure of all clients, as of now. */
function largest({ clients }: Engine, figure: (client: ClientState) => number): number {
  return clients.values().reduce((most, client) => Math.max(most, figure(client)), 0);
}

function inputBytes({ queryBufferBytes, queryBufferFreeBytes }: ClientConnection): number {
  return queryBufferBytes + queryBufferFreeBytes;
}

function memoryFields({ engine, keyspace }: Context): Field[] {
  const { config, statistics } = engine;
  const used = usedMemoryBytes(keyspace);
  const { rss } = Deno.memoryUsage();
  const tables = tableBytes(keyspace), dataset = used - tables, startup = statistics.startupMemoryBytes;
  const peak = statistics.peakMemoryBytes = Math.max(statistics.peakMemoryBytes, used);
  const active = activeBytes(keyspace), allocated = allocatedBytes(keyspace);
  const system = mayAsk("systemMemoryInfo") ? Deno.systemMemoryInfo().total : undefined;
  const limit = config.number("maxmemory");
  return [
    ...withHuman("used_memory", used),
    ...withHuman("used_memory_rss", rss),
    ...withHuman("used_memory_peak", peak),
    ["used_memory_peak_perc", `${(used / peak * 100).toFixed(2)}%`],
    ["used_memory_overhead", tables],
    ["used_memory_startup", startup],
    ["used_memory_dataset", dataset],
    ["used_memory_dataset_perc", `${(used > startup ? dataset / (used - startup) * 100 : 0).toFixed(2)}%`],
    ["allocator_allocated", allocated],
    ["allocator_active", active],
    ["allocator_resident", rss],
    ...(system === undefined ? [] : withHuman("total_system_memory", system)),
    ...scriptMemoryFields(),
    ...withHuman("maxmemory", limit),
    ["maxmemory_policy", config.text("maxmemory-policy")],
    ["allocator_frag_ratio", (active / allocated).toFixed(2)],
    ["allocator_frag_bytes", active - allocated],
    ["allocator_rss_ratio", (rss / active).toFixed(2)],
    ["allocator_rss_bytes", rss - active],
    // what the process has is all the allocator's to see
    ["rss_overhead_ratio", "1.00"],
    ["rss_overhead_bytes", 0],
    ["mem_fragmentation_ratio", (rss / allocated).toFixed(2)],
    ["mem_fragmentation_bytes", rss - allocated],
    ["mem_not_counted_for_evict", 0],
    ["mem_replication_backlog", 0],
    ["mem_total_replication_buffers", 0],
    ["mem_clients_slaves", 0],
    ["mem_clients_normal", clientBytes(engine)],
    ["mem_cluster_links", 0],
    ["mem_aof_buffer", engine.appendOnly?.figures.bufferLength ?? 0],
    ["mem_allocator", "arena"],
    ["active_defrag_running", 0],
    ["lazyfree_pending_objects", keyspace.detached],
    ["lazyfreed_objects", keyspace.lazyFreed],
  ];
}

/** There are no scripts and no functions. */
function scriptMemoryFields(): Field[] {
  return [
    ["used_memory_lua", 0],
    ["used_memory_vm_eval", 0],
    ["used_memory_lua_human", human(0)],
    ["used_memory_scripts_eval", 0],
    ["number_of_cached_scripts", 0],
    ["number_of_functions", 0],
    ["number_of_libraries", 0],
    ["used_memory_vm_functions", 0],
    ...withHuman("used_memory_vm_total", 0),
    ["used_memory_functions", 0],
    ...withHuman("used_memory_scripts", 0),
  ];
}

/** A number of bytes, and the same for people. */
function withHuman(name: string, bytes: number): Field[] {
  return [[name, bytes], [`${name}_human`, human(bytes)]];
}

function human(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`;
  let size = bytes, unit = -1;
  while (size >= 1024 && unit < 4) {
    size /= 1024;
    unit++;
  }
  return `${size.toFixed(2)}${"KMGTP"[unit]}`;
}

/** Loading is over before a client is served. */
function persistenceFields({ engine }: Context): Field[] {
  const { saves } = engine;
  const { progress } = saves;
  const written = progress?.keysWritten ?? 0, total = progress?.keysTotal ?? 0;
  const secondsSince = (atMs: number): number => Math.floor((engine.clock.now() - atMs) / 1000);
  return [
    ["loading", 0],
    ["async_loading", 0],
    ["current_fork_perc", (total === 0 ? 0 : written / total * 100).toFixed(2)],
    ["current_save_keys_processed", written],
    ["current_save_keys_total", total],
    ["rdb_changes_since_last_save", saves.changesSinceSave],
    ["rdb_bgsave_in_progress", progress === null ? 0 : 1],
    ["rdb_last_save_time", Math.floor(saves.savedAtMs / 1000)],
    ["rdb_last_bgsave_status", saves.isLastGood ? "ok" : "err"],
    ["rdb_last_bgsave_time_sec", saves.lastSeconds],
    ["rdb_current_bgsave_time_sec", progress === null ? -1 : secondsSince(progress.beganAtMs)],
    ["rdb_saves", saves.saves],
    ["rdb_last_load_keys_expired", saves.keysExpired],
    ["rdb_last_load_keys_loaded", saves.keysLoaded],
    ...appendOnlyFields(engine),
  ];
}

/** What there is to tell of an append-only file where there can be none. */
const NO_FILE: AppendOnlyFigures = {
  isEnabled: false,
  isRewriting: false,
  isScheduled: false,
  lastRewriteSeconds: -1,
  currentRewriteSeconds: -1,
  isLastRewriteGood: true,
  rewrites: 0,
  consecutiveFailures: 0,
  isLastWriteGood: true,
  currentSize: 0,
  baseSize: 0,
  bufferLength: 0,
  pendingSyncs: 0,
  delayedSyncs: 0,
};

function appendOnlyFields({ appendOnly }: Engine): Field[] {
  const figures = appendOnly?.figures ?? NO_FILE;
  const fields: Field[] = [
    ["aof_enabled", Number(figures.isEnabled)],
    ["aof_rewrite_in_progress", Number(figures.isRewriting)],
    ["aof_rewrite_scheduled", Number(figures.isScheduled)],
    ["aof_last_rewrite_time_sec", figures.lastRewriteSeconds],
    ["aof_current_rewrite_time_sec", figures.currentRewriteSeconds],
    ["aof_last_bgrewrite_status", figures.isLastRewriteGood ? "ok" : "err"],
    ["aof_rewrites", figures.rewrites],
    ["aof_rewrites_consecutive_failures", figures.consecutiveFailures],
    ["aof_last_write_status", figures.isLastWriteGood ? "ok" : "err"],
  ];
  if (!figures.isEnabled) return fields;
  return [
    ...fields,
    ["aof_current_size", figures.currentSize],
    ["aof_base_size", figures.baseSize],
    ["aof_pending_rewrite", Number(figures.isScheduled)],
    ["aof_buffer_length", figures.bufferLength],
    ["aof_pending_bio_fsync", figures.pendingSyncs],
    ["aof_delayed_fsync", figures.delayedSyncs],
  ];
}

function statsFields({ engine, keyspace }: Context): Field[] {
  const { statistics } = engine;
  const overMemoryMs = statistics.overMemorySinceMs === 0 ? 0 : engine.clock.now() - statistics.overMemorySinceMs;
  return [
    ["total_connections_received", statistics.connectionsReceived],
    ["total_commands_processed", statistics.commandsProcessed],
    ["instantaneous_ops_per_sec", Math.round(statistics.commandRate.perSecond)],
    ["total_net_input_bytes", statistics.inputBytes],
    ["total_net_output_bytes", statistics.outputBytes],
    ["total_net_repl_input_bytes", 0],
    ["total_net_repl_output_bytes", 0],
    ["instantaneous_input_kbps", (statistics.inputRate.perSecond / 1024).toFixed(2)],
    ["instantaneous_output_kbps", (statistics.outputRate.perSecond / 1024).toFixed(2)],
    ["instantaneous_input_repl_kbps", "0.00"],
    ["instantaneous_output_repl_kbps", "0.00"],
    ["rejected_connections", statistics.rejectedConnections],
    ["sync_full", 0],
    ["sync_partial_ok", 0],
    ["sync_partial_err", 0],
    ["expired_keys", keyspace.expired],
    ["expired_time_cap_reached_count", statistics.expiredTimeCapReached],
    ["expire_cycle_cpu_milliseconds", Math.floor(statistics.expireMs)],
    ["evicted_keys", statistics.evictedKeys],
    ["evicted_clients", statistics.evictedClients],
    ["total_eviction_exceeded_time", statistics.overMemoryMs + overMemoryMs],
    ["current_eviction_exceeded_time", overMemoryMs],
    ["keyspace_hits", keyspace.hits],
    ["keyspace_misses", keyspace.misses],
    ["pubsub_channels", engine.pubsub.channels.size],
    ["pubsub_patterns", engine.pubsub.patterns.size],
    ["pubsubshard_channels", engine.pubsub.shardChannels.size],
    ["latest_fork_usec", 0],
    ["total_forks", 0],
    ["migrate_cached_sockets", 0],
    ["slave_expires_tracked_keys", 0],
    // memory is never defragmented in the background
    ["active_defrag_hits", 0],
    ["active_defrag_misses", 0],
    ["active_defrag_key_hits", 0],
    ["active_defrag_key_misses", 0],
    ["total_active_defrag_time", 0],
    ["current_active_defrag_time", 0],
    ["tracking_total_keys", engine.tracking.keyCount],
    ["tracking_total_items", engine.tracking.itemCount],
    ["tracking_total_prefixes", engine.tracking.prefixCount],
    ["client_query_buffer_limit_disconnections", statistics.queryBufferLimitDisconnections],
    ["client_output_buffer_limit_disconnections", statistics.outputBufferLimitDisconnections],
    ["unexpected_error_replies", statistics.unexpectedErrors],
    ["total_error_replies", statistics.totalErrorReplies],
    ["dump_payload_sanitizations", statistics.checkedPayloads],
    ["total_reads_processed", statistics.reads],
    ["total_writes_processed", statistics.writes],
    ["io_threaded_reads_processed", 0],
    ["io_threaded_writes_processed", 0],
    ["reply_buffer_shrinks", statistics.replyBufferShrinks],
    ["reply_buffer_expands", statistics.replyBufferExpands],
    ["longest_stall_ms", statistics.longestStallMs.toFixed(3)],
  ];
}

function replicationFields({ engine }: Context): Field[] {
  return [
    ["role", "master"],
    ["connected_slaves", 0],
    ...(asksForReplicas(engine.config) ? [["min_slaves_good_slaves", 0] as const] : []),
    ["master_failover_state", "no-failover"],
    ["master_replid", engine.replicationId],
    ["master_replid2", "0".repeat(40)],
    ["master_repl_offset", 0],
    ["second_repl_offset", -1],
    ["repl_backlog_active", 0],
    ["repl_backlog_size", engine.config.number("repl-backlog-size")],
    ["repl_backlog_first_byte_offset", 0],
    ["repl_backlog_histlen", 0],
  ];
}

/** Of the whole process, which has no children, and of the thread that runs commands. */
function cpuFields(): Field[] {
  const { system, user } = process.cpuUsage();
  const thread = process.threadCpuUsage();
  const seconds = (microseconds: number): string => (microseconds / 1e6).toFixed(6);
  return [
    ["used_cpu_sys", seconds(system)],
    ["used_cpu_user", seconds(user)],
    ["used_cpu_sys_children", seconds(0)],
    ["used_cpu_user_children", seconds(0)],
    ["used_cpu_sys_main_thread", seconds(thread.system)],
    ["used_cpu_user_main_thread", seconds(thread.user)],
  ];
}

function commandFields({ engine }: Context): Field[] {
  const fields: Field[] = [];
  const add = (command: Command): void => {
    const { name, calls, rejectedCalls, failedCalls } = command;
    if (calls + rejectedCalls + failedCalls > 0) {
      const us = Math.round(command.microseconds);
      const each = (calls === 0 ? 0 : us / calls).toFixed(2);
      fields.push([
        `cmdstat_${name}`,
        `calls=${calls},usec=${us},usec_per_call=${each},rejected_calls=${rejectedCalls},failed_calls=${failedCalls}`,
      ]);
    }
    command.sub?.forEach(add);
  };
  for (const command of engine.table.all()) add(command);
  return fields;
}

function errorFields({ engine }: Context): Field[] {
  return [...engine.statistics.errors].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([code, count]) => [`errorstat_${code}`, `count=${count}`]);
}

/** Percentiles of commands that were called, where their times are kept. */
function latencyFields({ engine }: Context): Field[] {
  const { config, table } = engine;
  if (!config.flag("latency-tracking")) return [];
  const percentiles = config.words("latency-tracking-info-percentiles");
  return [...table.all()].flatMap((command) => [command, ...command.sub?.values() ?? []])
    .flatMap(({ name, latency }): Field[] => {
      if (latency === null) return [];
      const figures = percentiles.map((percent) => `p${percent}=${latency.percentile(Number(percent)).toFixed(3)}`);
      return [[`latency_percentiles_usec_${name}`, figures.join(",")]];
    });
}

function clusterFields({ engine }: Context): Field[] {
  return [["cluster_enabled", engine.cluster === null ? 0 : 1]];
}

function keyspaceFields({ keyspace }: Context): Field[] {
  return keyspace.databases.filter((db) => db.size > 0).map((db) => [
    `db${db.index}`,
    `keys=${db.size},expires=${db.expires},avg_ttl=${Math.max(0, Math.round(db.expiryIndex.averageTtl(keyspace.now)))}`,
  ]);
}
