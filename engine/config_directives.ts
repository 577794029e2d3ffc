/**
 * Every directive of Redis 7.0.15, one row each, in three kinds:
 *
 * - `honoured`: does here what it does in Redis.
 * - `tuning`: stored and shown, without effect here: it tunes something that this server has not, or does another way.
 * - `promise`: not kept yet. Only the values under which nothing is missing are accepted, any other is refused at start
 *   and by CONFIG SET, so that nobody believes in a file that is never written.
 *
 * Whoever keeps a promise changes the kind of its rows; the lists in the documentation follow from this table.
 */
import {
  ADDRESSES,
  baseName,
  BOOL,
  choice,
  DUMP_FILE,
  EVENT_CLASSES,
  HOST_NAME,
  INT_MAX,
  INT_MIN,
  integer,
  LONG_MAX,
  NO_DEFRAGMENTATION,
  OOM_SCORES,
  OUTPUT_LIMITS,
  PERCENTILES,
  REPLICA_OF,
  SAVE_POINTS,
  SHUTDOWN_OPTIONS,
  TEXT,
  TITLE_TEMPLATE,
  UINT_MAX,
  ULONG_MAX,
  type ValueType,
} from "./config_values.ts";
import { LOG_LEVELS } from "./log.ts";

/** What becomes of a directive's value. */
export type DirectiveKind = "honoured" | "tuning" | "promise";

/** A directive: its name, its values, and what becomes of them. */
export interface Directive {
  /** The name, in lower case. */
  readonly name: string;
  /** An older name for it. */
  readonly alias?: string;
  readonly kind: DirectiveKind;
  readonly type: ValueType;
  /** The value at start, as CONFIG GET shows it. */
  readonly default: string;
  /** `immutable` ones are set at start only; `protected` ones also where `enable-protected-configs` allows it. */
  readonly access?: "immutable" | "protected";
  /** CONFIG GET shows it by its full name only, not for a pattern. */
  readonly hidden?: true;
  /** Its value belongs in no log. */
  readonly sensitive?: true;
  /** The values of a promise that are accepted, where that is not the default alone. */
  readonly kept?: RegExp;
}

const PORT = integer(0, 65535);
const COUNT = integer(0, INT_MAX);
const LONG = integer(0, LONG_MAX);
const UNSIGNED_LONG = integer(0, LONG_MAX, { unsigned: true });
const MEMORY = integer(0, LONG_MAX, { memory: true, unsigned: true });
const LIMIT = integer(1024 * 1024, LONG_MAX, { memory: true });
const WHO = choice(["no", "yes", "local"]);
const HZ = integer(0, INT_MAX, { clamp: [1n, 500n] });

const NETWORK: readonly Directive[] = [
  // the stock redis.conf's; Redis without a file listens everywhere and leans on protected-mode
  { name: "bind", kind: "honoured", type: ADDRESSES, default: "127.0.0.1 -::1" },
  { name: "port", kind: "honoured", type: PORT, default: "6379" },
  { name: "unixsocket", kind: "honoured", type: TEXT, default: "", access: "immutable" },
  {
    name: "unixsocketperm",
    kind: "honoured",
    type: integer(0, 0o777, { octal: true, unsigned: true }),
    default: "0",
    access: "immutable",
  },
  { name: "protected-mode", kind: "honoured", type: BOOL, default: "yes" },
  { name: "requirepass", kind: "honoured", type: TEXT, default: "", sensitive: true },
  { name: "maxclients", kind: "honoured", type: integer(1, UINT_MAX, { unsigned: true }), default: "10000" },
  { name: "timeout", kind: "honoured", type: COUNT, default: "0" },
  { name: "tcp-keepalive", kind: "honoured", type: COUNT, default: "300" },
  { name: "tcp-backlog", kind: "tuning", type: COUNT, default: "511", access: "immutable" },
  {
    name: "socket-mark-id",
    kind: "promise",
    type: integer(0, UINT_MAX, { unsigned: true }),
    default: "0",
    access: "immutable",
  },
  { name: "bind-source-addr", kind: "tuning", type: TEXT, default: "" },
  { name: "proto-max-bulk-len", kind: "honoured", type: LIMIT, default: "536870912" },
  {
    name: "client-query-buffer-limit",
    kind: "honoured",
    type: integer(1024 * 1024, LONG_MAX, { memory: true, unsigned: true }),
    default: "1073741824",
  },
  {
    name: "client-output-buffer-limit",
    kind: "honoured",
    type: OUTPUT_LIMITS,
    default: "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60",
  },
  {
    name: "maxmemory-clients",
    kind: "honoured",
    type: integer(-100, LONG_MAX, { memory: true, percent: true }),
    default: "0",
  },
  { name: "io-threads", kind: "tuning", type: integer(1, 128), default: "1", access: "immutable" },
  { name: "io-threads-do-reads", kind: "tuning", type: BOOL, default: "no", access: "immutable" },
  { name: "tracking-table-max-keys", kind: "honoured", type: UNSIGNED_LONG, default: "1000000" },
];

const TLS: readonly Directive[] = [
  // all others tune TLS connections, of which there are none without a port
  { name: "tls-port", kind: "promise", type: PORT, default: "0" },
  { name: "tls-cluster", kind: "promise", type: BOOL, default: "no" },
  { name: "tls-replication", kind: "promise", type: BOOL, default: "no" },
  { name: "tls-auth-clients", kind: "tuning", type: choice(["no", "yes", "optional"]), default: "yes" },
  { name: "tls-prefer-server-ciphers", kind: "tuning", type: BOOL, default: "no" },
  { name: "tls-session-caching", kind: "tuning", type: BOOL, default: "yes" },
  { name: "tls-session-cache-size", kind: "tuning", type: COUNT, default: "20480" },
  { name: "tls-session-cache-timeout", kind: "tuning", type: COUNT, default: "300" },
  { name: "tls-cert-file", kind: "tuning", type: TEXT, default: "" },
  { name: "tls-key-file", kind: "tuning", type: TEXT, default: "" },
  { name: "tls-key-file-pass", kind: "tuning", type: TEXT, default: "" },
  { name: "tls-client-cert-file", kind: "tuning", type: TEXT, default: "" },
  { name: "tls-client-key-file", kind: "tuning", type: TEXT, default: "" },
  { name: "tls-client-key-file-pass", kind: "tuning", type: TEXT, default: "" },
  { name: "tls-dh-params-file", kind: "tuning", type: TEXT, default: "" },
  { name: "tls-ca-cert-file", kind: "tuning", type: TEXT, default: "" },
  { name: "tls-ca-cert-dir", kind: "tuning", type: TEXT, default: "" },
  { name: "tls-protocols", kind: "tuning", type: TEXT, default: "" },
  { name: "tls-ciphers", kind: "tuning", type: TEXT, default: "" },
  { name: "tls-ciphersuites", kind: "tuning", type: TEXT, default: "" },
];

const PROCESS: readonly Directive[] = [
  { name: "databases", kind: "honoured", type: integer(1, INT_MAX), default: "16", access: "immutable" },
  { name: "hz", kind: "honoured", type: HZ, default: "10" },
  { name: "dynamic-hz", kind: "tuning", type: BOOL, default: "yes" },
  { name: "loglevel", kind: "honoured", type: choice(LOG_LEVELS), default: "notice" },
  { name: "logfile", kind: "honoured", type: TEXT, default: "", access: "immutable" },
  { name: "pidfile", kind: "honoured", type: TEXT, default: "", access: "immutable" },
  { name: "enable-protected-configs", kind: "honoured", type: WHO, default: "no", access: "immutable" },
  { name: "enable-debug-command", kind: "honoured", type: WHO, default: "no", access: "immutable" },
  { name: "enable-module-command", kind: "honoured", type: WHO, default: "no", access: "immutable" },
  { name: "daemonize", kind: "promise", type: BOOL, default: "no", access: "immutable" },
  {
    name: "supervised",
    kind: "promise",
    type: choice(["upstart", "systemd", "auto", "no"]),
    default: "no",
    access: "immutable",
  },
  { name: "syslog-enabled", kind: "promise", type: BOOL, default: "no", access: "immutable" },
  { name: "syslog-ident", kind: "tuning", type: TEXT, default: "redis", access: "immutable" },
  {
    name: "syslog-facility",
    kind: "tuning",
    type: choice(["user", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"]),
    default: "local0",
    access: "immutable",
  },
  { name: "shutdown-on-sigint", kind: "honoured", type: SHUTDOWN_OPTIONS, default: "default" },
  { name: "shutdown-on-sigterm", kind: "honoured", type: SHUTDOWN_OPTIONS, default: "default" },
  { name: "shutdown-timeout", kind: "tuning", type: COUNT, default: "10" },
  { name: "always-show-logo", kind: "tuning", type: BOOL, default: "no", access: "immutable" },
  { name: "set-proc-title", kind: "tuning", type: BOOL, default: "yes", access: "immutable" },
  {
    name: "proc-title-template",
    kind: "tuning",
    type: TITLE_TEMPLATE,
    default: "{title} {listen-addr} {server-mode}",
  },
  { name: "crash-log-enabled", kind: "tuning", type: BOOL, default: "yes" },
  { name: "crash-memcheck-enabled", kind: "tuning", type: BOOL, default: "yes" },
  { name: "use-exit-on-panic", kind: "tuning", type: BOOL, default: "no", hidden: true },
  { name: "watchdog-period", kind: "tuning", type: COUNT, default: "0", hidden: true },
  { name: "disable-thp", kind: "tuning", type: BOOL, default: "yes", access: "immutable" },
  {
    name: "oom-score-adj",
    kind: "tuning",
    type: choice(["no", "yes", "relative", "absolute"], { relative: "yes" }),
    default: "no",
  },
  { name: "oom-score-adj-values", kind: "tuning", type: OOM_SCORES, default: "0 200 800" },
  { name: "server_cpulist", kind: "tuning", type: TEXT, default: "", access: "immutable" },
  { name: "bio_cpulist", kind: "tuning", type: TEXT, default: "", access: "immutable" },
  { name: "aof_rewrite_cpulist", kind: "tuning", type: TEXT, default: "", access: "immutable" },
  { name: "bgsave_cpulist", kind: "tuning", type: TEXT, default: "", access: "immutable" },
  { name: "ignore-warnings", kind: "tuning", type: TEXT, default: "" },
];

const COMMANDS: readonly Directive[] = [
  { name: "slowlog-log-slower-than", kind: "honoured", type: integer(-1, LONG_MAX), default: "10000" },
  { name: "slowlog-max-len", kind: "honoured", type: LONG, default: "128" },
  { name: "latency-tracking", kind: "honoured", type: BOOL, default: "yes" },
  { name: "latency-tracking-info-percentiles", kind: "honoured", type: PERCENTILES, default: "50 99 99.9" },
  { name: "latency-monitor-threshold", kind: "honoured", type: LONG, default: "0" },
  { name: "notify-keyspace-events", kind: "honoured", type: EVENT_CLASSES, default: "" },
  { name: "busy-reply-threshold", alias: "lua-time-limit", kind: "tuning", type: LONG, default: "5000" },
  { name: "lua-enable-deprecated-api", kind: "tuning", type: BOOL, default: "no", access: "immutable", hidden: true },
  { name: "aclfile", kind: "promise", type: TEXT, default: "", access: "immutable" },
  { name: "acllog-max-len", kind: "tuning", type: LONG, default: "128" },
  {
    name: "acl-pubsub-default",
    kind: "tuning",
    type: choice(["allchannels", "resetchannels"]),
    default: "resetchannels",
  },
];

const MEMORY_USE: readonly Directive[] = [
  { name: "maxmemory", kind: "honoured", type: integer(0, ULONG_MAX, { memory: true, unsigned: true }), default: "0" },
  {
    name: "maxmemory-policy",
    kind: "honoured",
    type: choice([
      "volatile-lru",
      "volatile-lfu",
      "volatile-random",
      "volatile-ttl",
      "allkeys-lru",
      "allkeys-lfu",
      "allkeys-random",
      "noeviction",
    ]),
    default: "noeviction",
  },
  { name: "maxmemory-samples", kind: "honoured", type: integer(1, INT_MAX), default: "5" },
  { name: "maxmemory-eviction-tenacity", kind: "honoured", type: integer(0, 100), default: "10" },
  { name: "lfu-log-factor", kind: "honoured", type: COUNT, default: "10" },
  { name: "lfu-decay-time", kind: "honoured", type: COUNT, default: "1" },
  { name: "active-expire-effort", kind: "honoured", type: integer(1, 10), default: "1" },
  { name: "activerehashing", kind: "honoured", type: BOOL, default: "yes" },
  { name: "lazyfree-lazy-eviction", kind: "honoured", type: BOOL, default: "no" },
  { name: "lazyfree-lazy-expire", kind: "honoured", type: BOOL, default: "no" },
  { name: "lazyfree-lazy-server-del", kind: "honoured", type: BOOL, default: "no" },
  { name: "lazyfree-lazy-user-del", kind: "honoured", type: BOOL, default: "no" },
  { name: "lazyfree-lazy-user-flush", kind: "honoured", type: BOOL, default: "no" },
  { name: "activedefrag", kind: "tuning", type: NO_DEFRAGMENTATION, default: "no" },
  {
    name: "active-defrag-ignore-bytes",
    kind: "tuning",
    type: integer(1, LONG_MAX, { memory: true, unsigned: true }),
    default: "104857600",
  },
  { name: "active-defrag-threshold-lower", kind: "tuning", type: integer(0, 1000), default: "10" },
  { name: "active-defrag-threshold-upper", kind: "tuning", type: integer(0, 1000), default: "100" },
  { name: "active-defrag-cycle-min", kind: "tuning", type: integer(1, 99), default: "1" },
  { name: "active-defrag-cycle-max", kind: "tuning", type: integer(1, 99), default: "25" },
  { name: "active-defrag-max-scan-fields", kind: "tuning", type: integer(1, LONG_MAX), default: "1000" },
  { name: "jemalloc-bg-thread", kind: "tuning", type: BOOL, default: "yes" },
];

// honoured once their data types are there
const DATA_TYPES: readonly Directive[] = [
  {
    name: "hash-max-listpack-entries",
    alias: "hash-max-ziplist-entries",
    kind: "honoured",
    type: UNSIGNED_LONG,
    default: "512",
  },
  { name: "hash-max-listpack-value", alias: "hash-max-ziplist-value", kind: "honoured", type: MEMORY, default: "64" },
  {
    name: "list-max-listpack-size",
    alias: "list-max-ziplist-size",
    kind: "honoured",
    type: integer(INT_MIN, INT_MAX),
    default: "-2",
  },
  { name: "list-compress-depth", kind: "tuning", type: COUNT, default: "0" },
  { name: "set-max-intset-entries", kind: "honoured", type: UNSIGNED_LONG, default: "512" },
  {
    name: "zset-max-listpack-entries",
    alias: "zset-max-ziplist-entries",
    kind: "honoured",
    type: UNSIGNED_LONG,
    default: "128",
  },
  { name: "zset-max-listpack-value", alias: "zset-max-ziplist-value", kind: "honoured", type: MEMORY, default: "64" },
  { name: "hll-sparse-max-bytes", kind: "honoured", type: MEMORY, default: "3000" },
  { name: "stream-node-max-bytes", kind: "honoured", type: MEMORY, default: "4096" },
  { name: "stream-node-max-entries", kind: "honoured", type: LONG, default: "100" },
];

const PERSISTENCE: readonly Directive[] = [
  // in memory unless asked for more: files are read at start where save points, `dir` or `dbfilename` are set, and only there
  { name: "save", kind: "honoured", type: SAVE_POINTS, default: "" },
  { name: "appendonly", kind: "honoured", type: BOOL, default: "no" },
  { name: "dir", kind: "honoured", type: TEXT, default: ".", access: "protected" },
  { name: "dbfilename", kind: "honoured", type: DUMP_FILE, default: "dump.rdb", access: "protected" },
  { name: "rdbcompression", kind: "honoured", type: BOOL, default: "yes" },
  { name: "rdbchecksum", kind: "honoured", type: BOOL, default: "yes", access: "immutable" },
  { name: "rdb-del-sync-files", kind: "tuning", type: BOOL, default: "no" },
  { name: "rdb-save-incremental-fsync", kind: "tuning", type: BOOL, default: "yes" },
  { name: "rdb-key-save-delay", kind: "honoured", type: integer(INT_MIN, INT_MAX), default: "0", hidden: true },
  { name: "key-load-delay", kind: "honoured", type: integer(INT_MIN, INT_MAX), default: "0", hidden: true },
  {
    name: "loading-process-events-interval-bytes",
    kind: "tuning",
    type: integer(1024, INT_MAX),
    default: "2097152",
    hidden: true,
  },
  { name: "stop-writes-on-bgsave-error", kind: "honoured", type: BOOL, default: "yes" },
  { name: "sanitize-dump-payload", kind: "tuning", type: choice(["no", "yes", "clients"]), default: "no" },
  {
    name: "appendfilename",
    kind: "honoured",
    type: baseName("appendfilename", "filename"),
    default: "appendonly.aof",
    access: "immutable",
  },
  {
    name: "appenddirname",
    kind: "honoured",
    type: baseName("appenddirname", "dirname"),
    default: "appendonlydir",
    access: "immutable",
  },
  { name: "appendfsync", kind: "honoured", type: choice(["everysec", "always", "no"]), default: "everysec" },
  { name: "no-appendfsync-on-rewrite", kind: "honoured", type: BOOL, default: "no" },
  { name: "auto-aof-rewrite-percentage", kind: "honoured", type: COUNT, default: "100" },
  {
    name: "auto-aof-rewrite-min-size",
    kind: "honoured",
    type: integer(0, LONG_MAX, { memory: true }),
    default: "67108864",
  },
  { name: "aof-rewrite-incremental-fsync", kind: "honoured", type: BOOL, default: "yes" },
  { name: "aof-load-truncated", kind: "honoured", type: BOOL, default: "yes" },
  { name: "aof-use-rdb-preamble", kind: "honoured", type: BOOL, default: "yes" },
  { name: "aof-timestamp-enabled", kind: "honoured", type: BOOL, default: "no" },
  { name: "aof-disable-auto-gc", kind: "honoured", type: BOOL, default: "no" },
];

const REPLICATION: readonly Directive[] = [
  { name: "replicaof", alias: "slaveof", kind: "promise", type: REPLICA_OF, default: "", access: "immutable" },
  // there are no replicas, so that there are never as many as are asked for
  { name: "min-replicas-to-write", alias: "min-slaves-to-write", kind: "honoured", type: COUNT, default: "0" },
  { name: "min-replicas-max-lag", alias: "min-slaves-max-lag", kind: "honoured", type: COUNT, default: "10" },
  { name: "masteruser", kind: "tuning", type: TEXT, default: "", sensitive: true },
  { name: "masterauth", kind: "tuning", type: TEXT, default: "", sensitive: true },
  { name: "replica-priority", alias: "slave-priority", kind: "tuning", type: COUNT, default: "100" },
  { name: "replica-announced", kind: "tuning", type: BOOL, default: "yes" },
  { name: "replica-announce-ip", alias: "slave-announce-ip", kind: "tuning", type: TEXT, default: "" },
  { name: "replica-announce-port", alias: "slave-announce-port", kind: "tuning", type: PORT, default: "0" },
  { name: "replica-serve-stale-data", alias: "slave-serve-stale-data", kind: "tuning", type: BOOL, default: "yes" },
  { name: "replica-read-only", alias: "slave-read-only", kind: "tuning", type: BOOL, default: "yes" },
  { name: "replica-ignore-maxmemory", alias: "slave-ignore-maxmemory", kind: "tuning", type: BOOL, default: "yes" },
  { name: "replica-ignore-disk-write-errors", kind: "tuning", type: BOOL, default: "no" },
  { name: "replica-lazy-flush", alias: "slave-lazy-flush", kind: "tuning", type: BOOL, default: "no" },
  {
    name: "repl-backlog-size",
    kind: "tuning",
    type: integer(1, LONG_MAX, { memory: true, clamp: [16384n, LONG_MAX] }),
    default: "1048576",
  },
  { name: "repl-backlog-ttl", kind: "tuning", type: LONG, default: "3600" },
  { name: "repl-timeout", kind: "tuning", type: integer(1, INT_MAX), default: "60" },
  {
    name: "repl-ping-replica-period",
    alias: "repl-ping-slave-period",
    kind: "tuning",
    type: integer(1, INT_MAX),
    default: "10",
  },
  { name: "repl-disable-tcp-nodelay", kind: "tuning", type: BOOL, default: "no" },
  { name: "repl-diskless-sync", kind: "tuning", type: BOOL, default: "yes" },
  { name: "repl-diskless-sync-delay", kind: "tuning", type: COUNT, default: "5" },
  { name: "repl-diskless-sync-max-replicas", kind: "tuning", type: COUNT, default: "0" },
  {
    name: "repl-diskless-load",
    kind: "tuning",
    type: choice(["disabled", "on-empty-db", "swapdb"]),
    default: "disabled",
  },
  {
    name: "propagation-error-behavior",
    kind: "tuning",
    type: choice(["ignore", "panic", "panic-on-replicas"]),
    default: "ignore",
  },
];

// A cluster of one node: what is announced of it is honoured. The others tune what it has not (a bus, other nodes, replicas,
// a file about them) or what never is: a slot without an owner, a cluster that is down.
const CLUSTER: readonly Directive[] = [
  { name: "cluster-enabled", kind: "honoured", type: BOOL, default: "no", access: "immutable" },
  { name: "cluster-config-file", kind: "tuning", type: TEXT, default: "nodes.conf", access: "immutable" },
  // nobody listens there: it is told as the port of the bus
  { name: "cluster-port", kind: "tuning", type: PORT, default: "0", access: "immutable" },
  { name: "cluster-node-timeout", kind: "tuning", type: LONG, default: "15000" },
  { name: "cluster-announce-ip", kind: "honoured", type: TEXT, default: "" },
  { name: "cluster-announce-hostname", kind: "honoured", type: HOST_NAME, default: "" },
  { name: "cluster-announce-port", kind: "honoured", type: PORT, default: "0" },
  { name: "cluster-announce-tls-port", kind: "tuning", type: PORT, default: "0" },
  { name: "cluster-announce-bus-port", kind: "honoured", type: PORT, default: "0" },
  {
    name: "cluster-preferred-endpoint-type",
    kind: "honoured",
    type: choice(["ip", "hostname", "unknown-endpoint"]),
    default: "ip",
  },
  { name: "cluster-migration-barrier", kind: "tuning", type: COUNT, default: "1" },
  {
    name: "cluster-replica-validity-factor",
    alias: "cluster-slave-validity-factor",
    kind: "tuning",
    type: COUNT,
    default: "10",
  },
  {
    name: "cluster-replica-no-failover",
    alias: "cluster-slave-no-failover",
    kind: "honoured",
    type: BOOL,
    default: "no",
  },
  { name: "cluster-require-full-coverage", kind: "tuning", type: BOOL, default: "yes" },
  { name: "cluster-allow-reads-when-down", kind: "tuning", type: BOOL, default: "no" },
  { name: "cluster-allow-pubsubshard-when-down", kind: "tuning", type: BOOL, default: "yes" },
  { name: "cluster-allow-replica-migration", kind: "tuning", type: BOOL, default: "yes" },
  {
    name: "cluster-link-sendbuf-limit",
    kind: "tuning",
    type: integer(0, ULONG_MAX, { memory: true, unsigned: true }),
    default: "0",
  },
];

/** Every directive that CONFIG GET and CONFIG SET know, by section. */
export const DIRECTIVES: readonly Directive[] = [
  ...NETWORK,
  ...TLS,
  ...PROCESS,
  ...COMMANDS,
  ...MEMORY_USE,
  ...DATA_TYPES,
  ...PERSISTENCE,
  ...REPLICATION,
  ...CLUSTER,
];

/**
 * The directives that only a file or the command line may hold, by name. Those of kind `tuning` were given up by Redis
 * itself, which still lets them stand in a file.
 */
export const FILE_DIRECTIVES: ReadonlyMap<string, DirectiveKind> = new Map([
  ["include", "honoured"],
  ["rename-command", "promise"],
  ["user", "promise"],
  ["loadmodule", "promise"],
  ["sentinel", "promise"],
  ["list-max-ziplist-entries", "tuning"],
  ["list-max-ziplist-value", "tuning"],
  ["lua-replicate-commands", "tuning"],
]);
