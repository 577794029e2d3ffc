/** Puts the parts of a server together; no sockets yet. */
import { COMMANDS } from "../commands/mod.ts";
import { Blocking } from "../engine/blocking.ts";
import { reportBug } from "../engine/bugs.ts";
import { ClientMemory } from "../engine/client_memory.ts";
import type { ClientState } from "../engine/client_state.ts";
import { Cluster } from "../engine/cluster.ts";
import { CommandTable } from "../engine/command_table.ts";
import { Config } from "../engine/config.ts";
import { type ConfigStore, NO_STORE } from "../engine/config_rewrite.ts";
import { ConfigError } from "../engine/config_values.ts";
import type { Engine } from "../engine/context.ts";
import type { DataFiles } from "../engine/data_files.ts";
import { SeededDice, TRUE_DICE } from "../engine/dice.ts";
import { Eviction } from "../engine/eviction.ts";
import { Hooks } from "../engine/hooks.ts";
import { connectKeyspace, connectLimits } from "../engine/keyspace_events.ts";
import { LatencyMonitor } from "../engine/latency.ts";
import { type Log, SILENT_LOG } from "../engine/log.ts";
import { usedMemoryBytes } from "../engine/memory.ts";
import { Monitors } from "../engine/monitors.ts";
import { InputLimits } from "../engine/input_limits.ts";
import { Interceptors } from "../engine/interceptors.ts";
import { connectNotifications } from "../engine/notifications.ts";
import { SaveState } from "../engine/save_state.ts";
import { OutputLimits } from "../engine/output_limits.ts";
import { Pause } from "../engine/pause.ts";
import { ReplyBuffers } from "../engine/reply_buffers.ts";
import { ServerGates } from "../engine/server_gates.ts";
import { SlowLog } from "../engine/slow_log.ts";
import { PubSub } from "../engine/pubsub.ts";
import { Statistics } from "../engine/statistics.ts";
import { Tracking } from "../engine/tracking.ts";
import { REDIS_VERSION } from "../engine/version.ts";
import { Watches } from "../engine/transaction.ts";
import { WriteGuard } from "../engine/write_guard.ts";
import { AppendOnlyFile } from "../persistence/append_only_file.ts";
import { RdbSaver } from "../persistence/rdb_saver.ts";
import { type Clock, SystemClock } from "../store/clock.ts";
import { Keyspace } from "../store/keyspace.ts";

/** What may be chosen; everything has a default. */
export interface EngineOptions {
  config?: Config;
  clock?: Clock;
  /** Makes every random choice repeatable; without it, they are truly random. */
  seed?: number | undefined;
  /** The version of Redis that it says it has, three numbers: it then has no command that came later. */
  redisVersion?: string;
  /** Those who see commands before they run. */
  interceptors?: Interceptors;
  log?: Log;
  /** Where CONFIG REWRITE writes to; without it, it writes nothing: only the program may touch files. */
  configStore?: ConfigStore;
  /** Where data is kept; without it, it is in memory only. */
  files?: DataFiles;
  /** What SHUTDOWN does. */
  shutdown?: () => void;
  /** Ends the server at once, replies unsent. */
  abort?: () => void;
}

export function createEngine(options: EngineOptions = {}): Engine {
  const config = options.config ?? new Config();
  const clock = options.clock ?? new SystemClock();
  const dice = options.seed === undefined ? TRUE_DICE : new SeededDice(options.seed);
  const random = dice.roll;
  const isCluster = config.flag("cluster-enabled");
  const keyspace = new Keyspace({ databases: config.number("databases"), random, hasSlots: isCluster });
  keyspace.setNow(clock.now());
  const log = options.log ?? SILENT_LOG;
  const statistics = new Statistics();
  statistics.startupMemoryBytes = usedMemoryBytes(keyspace);
  const hooks = new Hooks((error) => {
    reportBug({ statistics, log }, "Unexpected error in a listener", error);
  });
  connectKeyspace(keyspace, hooks, config);
  connectLimits(keyspace, config);
  const pubsub = new PubSub(keyspace.seed);
  connectNotifications(hooks, pubsub, config);
  const watches = new Watches(keyspace, hooks);
  const gates = new ServerGates();
  const pause = new Pause(keyspace, clock, gates);
  const latency = new LatencyMonitor(config, clock);
  const clients = new Map<number, ClientState>();
  const writeGuard = new WriteGuard(gates, config);
  const saves = new SaveState(config, clock.now(), writeGuard);
  const files = options.files ?? null;
  const blocking = new Blocking(keyspace, hooks, clock, statistics);
  const engine: Engine = {
    keyspace,
    config,
    clock,
    dice,
    table: new CommandTable(COMMANDS, { isCluster, version: options.redisVersion }),
    hooks,
    blocking,
    pubsub,
    cluster: isCluster ? new Cluster(config, hexDigits(random)) : null,
    tracking: new Tracking({ keyspace, hooks, config, clients, gates }),
    watches,
    gates,
    pause,
    eviction: new Eviction({ keyspace, config, clock, dice, hooks, gates, pause, latency, statistics, log }),
    monitors: new Monitors(hooks, clock),
    slowLog: new SlowLog(hooks, config, clock),
    latency,
    statistics,
    log,
    inputLimits: new InputLimits(config),
    outputLimits: new OutputLimits(config),
    replyBuffers: new ReplyBuffers(),
    clients,
    clientMemory: new ClientMemory({ blocking, clients, config, log, pubsub, statistics, watches }),
    runId: hexDigits(random),
    replicationId: hexDigits(random),
    startedAtMs: clock.now(),
    tcpPort: 0,
    redisVersion: options.redisVersion ?? REDIS_VERSION,
    interceptors: options.interceptors ?? new Interceptors(),
    isSuspended: false,
    debug: { isPeriodicPaused: false, skipsChecksums: false },
    configStore: options.configStore ?? NO_STORE,
    files,
    saves,
    saver: new RdbSaver({ keyspace, config, clock, log, files, saves }),
    appendOnly: null,
    writeGuard,
    shutdown: options.shutdown ?? (() => {}),
    abort: options.abort ?? (() => {}),
  };
  if (engine.files !== null) engine.appendOnly = new AppendOnlyFile(engine, engine.files);
  else config.on("appendonly", () => refuseAppendOnly(config));
  engine.interceptors.connect(engine);
  dice.note();
  return engine;
}

function refuseAppendOnly(config: Config): void {
  if (config.flag("appendonly")) throw new ConfigError("this server keeps its data in memory only");
}

/** 40 of them, as in the names of runs and nodes. */
function hexDigits(random: () => number): string {
  return Array.from({ length: 40 }, () => Math.floor(random() * 16).toString(16)).join("");
}
