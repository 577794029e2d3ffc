/**
 * What a handler works with: the server's parts, and the command being run. There is one context per server, moved from
 * command to command, since only one runs at a time.
 */
import type { ReplyWriter } from "../resp/reply_writer.ts";
import type { Clock } from "../store/clock.ts";
import type { Database, Entry } from "../store/database.ts";
import { NONE } from "../store/database.ts";
import type { Keyspace } from "../store/keyspace.ts";
import type { AppendOnly } from "./append_only.ts";
import type { Args } from "./args.ts";
import type { Blocking, Wait } from "./blocking.ts";
import type { ClientState } from "./client_state.ts";
import type { Cluster } from "./cluster.ts";
import type { ClientMemory } from "./client_memory.ts";
import type { Command } from "./command.ts";
import type { CommandTable } from "./command_table.ts";
import type { Config } from "./config.ts";
import type { ConfigStore } from "./config_rewrite.ts";
import type { DataFiles } from "./data_files.ts";
import type { Dice } from "./dice.ts";
import type { Eviction } from "./eviction.ts";
import { EVENT_GENERIC, type Hooks, type PropagatedArgument, type PropagatedWrite } from "./hooks.ts";
import type { InputLimits } from "./input_limits.ts";
import type { Interceptors } from "./interceptors.ts";
import type { LatencyMonitor } from "./latency.ts";
import type { Log } from "./log.ts";
import type { Monitors } from "./monitors.ts";
import type { OutputLimits } from "./output_limits.ts";
import type { Pause } from "./pause.ts";
import type { Saver } from "./saver.ts";
import type { SaveState } from "./save_state.ts";
import type { ServerGates } from "./server_gates.ts";
import type { SlowLog } from "./slow_log.ts";
import type { PubSub } from "./pubsub.ts";
import type { ReplyBuffers } from "./reply_buffers.ts";
import type { Statistics } from "./statistics.ts";
import type { Tracking } from "./tracking.ts";
import type { QueuedCommand, Watches } from "./transaction.ts";
import type { WriteGuard } from "./write_guard.ts";

/** What tests may switch off in a running server, by DEBUG. */
export interface DebugSwitches {
  /** Does the periodic work rest? */
  isPeriodicPaused: boolean;
  /** Are values taken without a look at their checksum? */
  skipsChecksums: boolean;
}

/** The parts of a server. */
export interface Engine {
  readonly keyspace: Keyspace;
  readonly config: Config;
  readonly clock: Clock;
  readonly dice: Dice;
  readonly table: CommandTable;
  readonly hooks: Hooks;
  readonly statistics: Statistics;
  readonly log: Log;
  readonly inputLimits: InputLimits;
  readonly outputLimits: OutputLimits;
  readonly replyBuffers: ReplyBuffers;
  readonly blocking: Blocking;
  readonly watches: Watches;
  readonly gates: ServerGates;
  readonly pause: Pause;
  readonly eviction: Eviction;
  readonly clientMemory: ClientMemory;
  readonly monitors: Monitors;
  readonly slowLog: SlowLog;
  readonly latency: LatencyMonitor;
  readonly pubsub: PubSub;
  /** Null: cluster mode is off. */
  readonly cluster: Cluster | null;
  readonly tracking: Tracking;
  /** Connected clients by id, in the order they came. */
  readonly clients: Map<number, ClientState>;
  /** 40 hexadecimal digits, new at each start. */
  readonly runId: string;
  /** As {@linkcode runId}, for the history of writes that replicas follow. */
  readonly replicationId: string;
  readonly startedAtMs: number;
  /** The TCP port it listens on; 0: none. */
  tcpPort: number;
  /** The version of Redis that it says it has. */
  readonly redisVersion: string;
  readonly interceptors: Interceptors;
  /** Does it neither execute nor send anything, as a process that is stopped? */
  isSuspended: boolean;
  /** What DEBUG has switched off. */
  readonly debug: DebugSwitches;
  /** Where CONFIG REWRITE writes to. */
  readonly configStore: ConfigStore;
  /** Where data is kept; null: in memory only. */
  readonly files: DataFiles | null;
  /** The append-only file; null where there are no files. */
  appendOnly: AppendOnly | null;
  readonly writeGuard: WriteGuard;
  /** What is known about saving; the count of changes. */
  readonly saves: SaveState;
  readonly saver: Saver;
  /** Stops the server, as SHUTDOWN does. */
  shutdown(): void;
  /** Ends the server at once, replies unsent: what it would have to answer is not true. */
  abort(): void;
}

/** A command on its way to those who repeat it. */
interface PropagatedCommand {
  readonly db: number;
  readonly args: readonly PropagatedArgument[];
  readonly isForReplicasOnly: boolean;
}

const UTF8 = new TextEncoder();
/** Replies between two looks at how many bytes are waiting. */
const REPLIES_PER_CHECK = 1024;

export class Context {
  readonly engine: Engine;
  readonly keyspace: Keyspace;

  // The command being run; set by dispatch.
  client!: ClientState;
  db!: Database;
  out!: ReplyWriter;
  command!: Command;

  /**
   * Where a blocking command is run again because a key has become ready: the argument that is this key. It looks at no
   * other. 0: the command is run for the first time.
   */
  readyKey = 0;
  /** Has the command chosen to wait? */
  hasBlocked = false;
  /** May a command wait? Where it may not, it does as if its time were over. */
  mayBlock = true;

  readonly #saves: SaveState;
  readonly #hooks: Hooks;
  /** What to propagate in place of the command itself: null, nothing yet said. */
  #instead: (readonly PropagatedArgument[])[] | null = null;
  #isPropagatedAlways = false;
  #isForReplicasOnly = false;
  /** Runs a command within another one: dispatch does. */
  readonly #runWithin: (command: QueuedCommand) => void;
  #repliesUntilCheck = REPLIES_PER_CHECK;

  constructor(engine: Engine, runWithin: (command: QueuedCommand) => void) {
    this.#runWithin = runWithin;
    this.engine = engine;
    this.keyspace = engine.keyspace;
    this.#hooks = engine.hooks;
    this.#saves = engine.saves;
  }

  /** Changes since the server started: what is to be saved goes by it, and whether a command wrote. */
  get dirty(): number {
    return this.#saves.changes;
  }

  set dirty(changes: number) {
    this.#saves.changes = changes;
  }

  /** Milliseconds since the epoch, as of this batch. */
  get now(): number {
    return this.keyspace.now;
  }

  /** Is this a time at which a key would have expired? While keys are loaded none does: that comes afterwards. */
  isOver(atMs: number): boolean {
    return atMs <= this.keyspace.now && !this.keyspace.expiryPaused;
  }

  /**
   * Says that the key at argument `i` has changed: one call does for WATCH, tracking, keyspace events and the count of
   * changes. Called after the change, before the reply.
   *
   * @param event Name of the keyspace event (`set`, `expire` …).
   * @param changes How many changes it counts for: those of collections, one for each element, as in Redis.
   */
  touched(args: Args, i: number, eventClass: number, event: string, changes = 1): void {
    this.dirty += changes;
    if (this.#hooks.keyTouched.count !== 0) {
      this.#hooks.keyTouched.tell(this.db, args.bytes, args.start(i), args.end(i), eventClass, event);
    }
  }

  /** As {@linkcode touched}, for a key that is no argument, or in another database. */
  touchedBytes(db: Database, bytes: Uint8Array, start: number, end: number, eventClass: number, event: string): void {
    this.dirty++;
    if (this.#hooks.keyTouched.count !== 0) this.#hooks.keyTouched.tell(db, bytes, start, end, eventClass, event);
  }

  /** Tells of a further event about a key already counted as changed (`expire` after `set`). */
  notify(args: Args, i: number, eventClass: number, event: string): void {
    if (this.#hooks.keyTouched.count !== 0) {
      this.#hooks.keyTouched.tell(this.db, args.bytes, args.start(i), args.end(i), eventClass, event);
    }
  }

  /** Deletes the key at argument `i`, which a command would have stored its result at, had there been one. */
  deleteInstead(args: Args, i: number): void {
    if (this.db.delete(args, i, this.keyspace.lazy.serverDel)) this.touched(args, i, EVENT_GENERIC, "del");
  }

  /** Says that databases are about to be emptied or exchanged as a whole. */
  databasesChange(change: "flush" | "swap", first: number, second: number): void {
    if (this.#hooks.databaseChanges.count !== 0) this.#hooks.databaseChanges.tell(change, first, second);
  }

  /** Does anyone want to know what is written? Then handlers of random or relative commands must say what they did. */
  get propagates(): boolean {
    return this.#hooks.propagated.count !== 0;
  }

  /**
   * Propagates these arguments in place of the command as it came, if it changes anything; may be called several times.
   * Arguments are not copied: take {@linkcode Args.own}.
   */
  propagate(...args: (string | PropagatedArgument)[]): void {
    this.propagateList(args);
  }

  /** As {@linkcode propagate}, for commands of any number of arguments: more than a call can have. */
  propagateList(args: readonly (string | PropagatedArgument)[]): void {
    if (!this.propagates) return;
    (this.#instead ??= []).push(args.map((arg) => typeof arg === "string" ? UTF8.encode(arg) : arg));
  }

  /** Propagates the command with its first `count` arguments alone: then memory came to an end. What came before is there. */
  propagateFirst(args: Args, count: number): void {
    if (this.propagates) this.propagateList(Array.from({ length: count }, (_, i) => args.own(i)));
  }

  /** Propagates nothing for this command, though it changed something. */
  propagateNothing(): void {
    if (this.propagates) this.#instead ??= [];
  }

  /** Propagates this command though it may not have changed anything (FLUSHALL). */
  propagateAlways(): void {
    this.#isPropagatedAlways = this.propagates;
  }

  /** Propagates this command, which changes nothing, to replicas (PUBLISH). */
  propagateToReplicas(): void {
    this.#isPropagatedAlways = this.#isForReplicasOnly = this.propagates;
  }

  /**
   * The command has ended: sends it, or what stands in its place, to all who repeat writes; called by dispatch. A
   * command that failed after changes is sent too, for the changes are there.
   */
  endPropagation(args: Args, hasChanged: boolean): void {
    const instead = this.#instead;
    const isSent = hasChanged || this.#isPropagatedAlways;
    const isForReplicasOnly = this.#isForReplicasOnly;
    this.#instead = null;
    this.#isPropagatedAlways = this.#isForReplicasOnly = false;
    if (!isSent) return;
    const { db } = this.client;
    const commands = instead ?? [Array.from({ length: args.count }, (_, i) => args.own(i))];
    this.#hooks.propagateTogether(commands.map((command) => ({ db, args: command, isForReplicasOnly })));
  }

  /**
   * Runs commands one after the other and replies an array, one reply for each; none of them waits. What they propagate is
   * sent as one transaction when there are several, and in place of the command that is being run.
   */
  runTogether(commands: readonly QueuedCommand[]): void {
    const { client, command } = this;
    const together: PropagatedWrite[] = this.#hooks.together = [];
    this.mayBlock = false;
    if (!client.isSilent) this.out.array(commands.length);
    try {
      for (const queued of commands) {
        this.#runWithin(queued);
        this.engine.blocking.settle();
      }
    } finally {
      this.#hooks.together = null;
      this.mayBlock = true;
      this.command = command;
    }
    client.keepReplies();
    this.propagateNothing();
    this.#hooks.propagateTogether(together);
  }

  /** Has the client wait, whose command found nothing to serve it with. The handler returns without a reply. */
  block(args: Args, wait: Wait): void {
    if (!this.mayBlock) return wait.replyTimeout(this.out);
    this.hasBlocked = true;
    this.engine.blocking.block(this.client, this.command, args, wait);
  }

  /**
   * Has the client been dropped for all the output that waits for it? Asked at each reply of a command that may be asked for
   * any number of them.
   */
  isCutOff(): boolean {
    if (--this.#repliesUntilCheck > 0) return false;
    this.#repliesUntilCheck = REPLIES_PER_CHECK;
    this.client.connection.checkOutput();
    return this.client.isHalted;
  }

  /** Selects the database of the client that is running a command. */
  selectDb(index: number): void {
    this.client.db = index;
    this.db = this.keyspace.databases[index]!;
  }

  /** Replies the text of a string. */
  replyString(entry: Entry): void {
    const db = this.db;
    if (db.isInt(entry)) this.out.bulkInt(db.intValue(entry));
    else this.out.bulk(db.bytes, db.valueStart(entry), db.valueEnd(entry));
  }

  /** Replies the text of a string, null where there is no such key. */
  replyStringOrNull(entry: Entry): void {
    if (entry === NONE) this.out.null();
    else this.replyString(entry);
  }
}
