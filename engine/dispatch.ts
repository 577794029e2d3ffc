/**
 * From a batch of requests to their replies. For each command: look it up, pass the gates, run it, count it.
 *
 * Gates (engine/gates.ts) cost one integer test while nothing is special about client, command and server; so does each hook
 * point while nobody listens.
 */
import type { CommandBatch } from "../resp/command_batch.ts";
import { Args } from "./args.ts";
import type { BlockedClient, Blocking } from "./blocking.ts";
import { reportBug } from "./bugs.ts";
import type { ClientState } from "./client_state.ts";
import { GATE_CUT, GATE_REPLY, GATE_TRACKING } from "./client_state.ts";
import type { Command } from "./command.ts";
import { ADMIN, FAST, SKIP_MONITOR, SKIP_SLOWLOG } from "./command.ts";
import type { CommandTable } from "./command_table.ts";
import { Context, type Engine } from "./context.ts";
import { Lookahead } from "./lookahead.ts";
import type { Eviction } from "./eviction.ts";
import type { Listeners } from "./hooks.ts";
import { CommandError, CROSS_SLOT, OUT_OF_MEMORY, WRONG_TYPE, wrongArity } from "./errors.ts";
import { GATED, passGates } from "./gates.ts";
import { InjectedError } from "./interceptors.ts";
import { SERVER_INTERCEPTED, type ServerGates } from "./server_gates.ts";
import type { Tracking } from "./tracking.ts";
import { endTransaction, type QueuedCommand } from "./transaction.ts";
import { StoreMemoryError, WrongTypeError } from "../store/errors.ts";

/** Replies of one batch are sent on their way when they pass this, so that memory stays bounded. */
const CUT_BYTES = 1024 * 1024;
/** A batch gives way to other clients after this long. */
export const CUT_MS = 1;
/** Constant-time commands between two looks at the clock (a look takes 0.1 us, a GET 0.25; bench/pipeline_bench.ts). */
const COMMANDS_PER_LOOK = 64;
/** The same while keys are being evicted, for which each of them may take half a millisecond. */
const COMMANDS_PER_LOOK_AT_LIMIT = 8;
/** Commands of this size on average are looked at one by one: a constant time does not include copying. */
const LONG_COMMAND_BYTES = 16 * 1024;
/** A slow log of anything faster than this has every command timed by itself, and so has the latency monitor. */
const TIMED_TOGETHER_US = 1000;
/** Of commands that come alone, one in so many is timed. */
const CALLS_PER_SAMPLE = 16;

/** Administrative commands are none of the business of who watches commands (MONITOR), as in Redis. */
const UNMONITORED = SKIP_MONITOR | ADMIN;
export class Dispatcher {
  readonly context: Context;
  readonly #engine: Engine;
  readonly #table: CommandTable;
  readonly #args: Args = new Args();
  readonly #blocking: Blocking;
  readonly #gates: ServerGates;
  readonly #eviction: Eviction;
  readonly #tracking: Tracking;
  readonly #batchEnded: Listeners<[]>;
  /** Arguments of waiting clients that are served while another command is under way. */
  readonly #servedArgs: Args = new Args();
  /** Arguments of the commands of a transaction. */
  readonly #queuedArgs: Args = new Args();
  /** Is a command run that no interceptor is to see? */
  #isApart = false;
  readonly #lookahead: Lookahead = new Lookahead();
  /** Commands of the run being timed together. */
  readonly #run: Command[] = [];
  #runCalls = 0;
  #slowUs = 0;
  /** May commands of constant time be timed together? */
  #sharesTime = true;
  /** `latency-tracking` */
  #tracksLatency = true;
  /** Milliseconds spent on batches since it was last set to 0, by whoever lets others run. */
  busyMs = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#table = engine.table;
    this.#blocking = engine.blocking;
    this.#gates = engine.gates;
    this.#eviction = engine.eviction;
    this.#tracking = engine.tracking;
    this.#batchEnded = engine.hooks.batchEnded;
    this.context = new Context(engine, (queued) => this.#runWithin(queued));
    const { config } = engine;
    config.follow(["slowlog-log-slower-than", "latency-monitor-threshold", "latency-tracking"], () => {
      const us = config.number("slowlog-log-slower-than");
      this.#slowUs = us < 0 ? Infinity : us;
      this.#sharesTime = this.#slowUs >= TIMED_TOGETHER_US && config.number("latency-monitor-threshold") === 0;
      this.#tracksLatency = config.flag("latency-tracking");
    });
  }

  /**
   * Executes the commands of a batch from word `at` until it ends, the client is halted, the replies pass 1 MiB or 1 ms is
   * over.
   *
   * @returns The word to go on from; `batch.size` when all is done. A command that has to wait for the end of CLIENT PAUSE
   * has not been begun with.
   */
  execute(client: ClientState, batch: CommandBatch, at: number): number {
    const tracking = this.#tracking;
    tracking.current = client;
    const next = this.#execute(client, batch, at);
    tracking.current = null;
    // a batch that only gives way to others tells at its end what it has changed
    if (tracking.hasChanges && (next === batch.size || client.isHalted)) tracking.broadcast();
    if (this.#batchEnded.count !== 0) this.#batchEnded.tell();
    return next;
  }

  #execute(client: ClientState, batch: CommandBatch, at: number): number {
    const { context } = this;
    const args = this.#args;
    const out = client.out;
    context.client = client;
    context.out = out;
    context.db = context.keyspace.databases[client.db]!;
    this.#lookahead.reset();
    this.#setNow(client);
    if (batch.count === 1 && this.#single(batch, at)) return client.isPostponed ? at : batch.size;
    const perLook = isLong(batch) ? 1 : this.#eviction.isAtLimit ? COMMANDS_PER_LOOK_AT_LIMIT : COMMANDS_PER_LOOK;
    const began = performance.now();
    let lookedAt = began;
    while (at < batch.size) {
      args.reset(batch, at);
      this.#lookahead.pass(args, context.db, batch);
      at = args.next;
      const command = this.#table.find(args.bytes, args.start(0), args.end(0));
      if (command !== null && args.count <= command.constantUpTo && this.#sharesTime) {
        if (command.elementAt !== 0) this.#lookahead.passElements(args, context.db, batch, command.elementAt);
        if (this.#one(command, args) && command.runCalls++ === 0) this.#run.push(command);
        if (++this.#runCalls >= perLook) {
          lookedAt = this.#endRun(lookedAt);
          if (lookedAt - began > CUT_MS) break;
        }
      } else {
        if (this.#runCalls > 0) lookedAt = this.#endRun(lookedAt);
        lookedAt = this.#timed(command, args, lookedAt);
        if (lookedAt - began > CUT_MS) break;
      }
      if (client.isHalted || out.length > CUT_BYTES) break;
    }
    if (this.#runCalls > 0) lookedAt = this.#endRun(lookedAt);
    this.busyMs += lookedAt - began;
    return client.isPostponed ? args.base : at;
  }

  /**
   * A batch of one constant-time command, as clients without a pipeline send them. One call in sixteen is timed and
   * stands for the next fifteen: two looks at the clock would be a fiftieth of the whole way from socket to socket.
   */
  #single(batch: CommandBatch, at: number): boolean {
    const args = this.#args;
    args.reset(batch, at);
    args.isHashed = false;
    const command = this.#table.find(args.bytes, args.start(0), args.end(0));
    if (command === null || args.count > command.constantUpTo || !this.#sharesTime) return false;
    const isTimed = command.calls % CALLS_PER_SAMPLE === 0;
    const began = isTimed ? performance.now() : 0;
    if (!this.#one(command, args)) return true;
    if (isTimed) command.sampleMicroseconds = (performance.now() - began) * 1000;
    command.microseconds += command.sampleMicroseconds;
    command.calls++;
    if (this.#tracksLatency) command.recordLatency(command.sampleMicroseconds, 1);
    this.#engine.statistics.commandsProcessed++;
    return true;
  }

  #setNow(client: ClientState): void {
    const now = this.#engine.clock.now();
    this.context.keyspace.setNow(now);
    client.lastInteractionMs = now;
  }

  /** Shares the time since `since` among the commands of the run. */
  #endRun(since: number): number {
    const now = performance.now();
    const each = (now - since) * 1000 / this.#runCalls;
    const run = this.#run;
    for (let i = 0; i < run.length; i++) {
      const command = run[i]!;
      command.calls += command.runCalls;
      command.microseconds += command.runCalls * each;
      if (this.#tracksLatency) command.recordLatency(each, command.runCalls);
      this.#engine.statistics.commandsProcessed += command.runCalls;
      command.runCalls = 0;
    }
    run.length = 0;
    this.#runCalls = 0;
    return now;
  }

  /** Runs a command that may take long, or is none, or is a subcommand. */
  #timed(command: Command | null, args: Args, since: number): number {
    const resolved = command === null ? null : command.resolve(args);
    const hasRun = this.#one(resolved ?? command, args, resolved === null);
    const now = performance.now();
    const us = (now - since) * 1000;
    if (resolved === null || !hasRun) return now;
    this.#engine.statistics.commandsProcessed++;
    resolved.calls++;
    resolved.microseconds += us;
    this.#noteLatency(resolved, us);
    if (!this.#blocking.isBlocked(this.context.client)) this.#noteEnd(resolved, args, us);
    if (us > 1000) this.context.keyspace.setNow(this.#engine.clock.now()); // time has gone on for the next command
    return now;
  }

  /** For the latency monitor. */
  #noteLatency(command: Command, us: number): void {
    const { latency } = this.#engine;
    if (latency.thresholdMs > 0) latency.add((command.flags & FAST) === 0 ? "command" : "fast-command", us / 1000);
  }

  /** For the histogram and the slow log; of a command that has to wait they hear when that is served. */
  #noteEnd(command: Command, args: Args, us: number): void {
    if (this.#tracksLatency) command.recordLatency(us, 1);
    if (us < this.#slowUs || (command.flags & SKIP_SLOWLOG) !== 0) return;
    const { commandWasSlow } = this.#engine.hooks;
    if (commandWasSlow.count > 0) commandWasSlow.tell(this.context.client, command, args, us);
  }

  /** For those who watch commands. */
  #tellRan(command: Command, args: Args): void {
    const { commandRan } = this.#engine.hooks;
    if (commandRan.count !== 0 && (command.flags & UNMONITORED) === 0) {
      commandRan.tell(this.context.client, command, args);
    }
  }

  /** Runs one command and replies, whatever happens; false when it was refused before it ran, or is not to be run now. */
  #one(command: Command | null, args: Args, isUnknownSub = false): boolean {
    const { context } = this;
    const { client } = context;
    const mark = context.out.length;
    context.command = command!;
    client.lastCommand = isUnknownSub ? null : command;
    const isAdmitted = this.#admits(client, command, args, isUnknownSub);
    if (isAdmitted) {
      if (args.isTyped) client.sendsTyped = true;
      this.#call(command!, args, mark);
      this.#tellRan(command!, args);
    } else if (client.isPostponed) return false;
    if (client.gates !== 0) this.#endGated(client, isUnknownSub ? null : command, mark);
    if (this.#blocking.hasReady) this.#serveBlocked();
    return isAdmitted;
  }

  /** May the command be run now? If not, it has its reply, unless its client is postponed. */
  #admits(client: ClientState, command: Command | null, args: Args, isUnknownSub: boolean): boolean {
    try {
      const isIntercepted = this.#gates.has(SERVER_INTERCEPTED) && !this.#isApart;
      if (isIntercepted && !this.#passesInterceptors(client, command, args)) return false;
      if (command === null) throw this.#unknownCommand(client, args);
      if (isUnknownSub) throw unknownSubcommand(command, args);
      if (!command.accepts(args.count)) throw wrongArity(command.name);
      if ((client.gates | (command.flags & GATED) | this.#gates.bits) === 0) return true;
      const isAdmitted = passGates(this.#engine, client, command, args, !this.#isApart);
      if (isIntercepted && client.isPostponed) this.#engine.interceptors.keepAdmitted(client);
      return isAdmitted;
    } catch (error) {
      this.#replyError(isUnknownSub ? null : command, this.#rejected(client, command, error), false);
      return false;
    }
  }

  #passesInterceptors(client: ClientState, command: Command | null, args: Args): boolean {
    if (this.#engine.interceptors.admit(client, command, args)) return true;
    if (command?.name === "exec" && !client.isPostponed) endTransaction(client, this.#engine.watches);
    return false;
  }

  /**
   * Runs a command for a client without a connection, be it in the middle of another's (an interceptor looks at a key): what
   * is under way goes on as if nothing had been. It waits for nothing, no pause holds it, and no interceptor sees it.
   */
  runApart(client: ClientState, batch: CommandBatch): void {
    const { context } = this;
    const { client: before, out, command, mayBlock } = context;
    const { current } = this.#tracking;
    const args = new Args();
    args.reset(batch, 0);
    context.client = this.#tracking.current = client;
    context.out = client.out;
    context.db = context.keyspace.databases[client.db]!;
    context.mayBlock = false;
    this.#isApart = true;
    this.#setNow(client);
    try {
      const found = this.#table.find(args.bytes, args.start(0), args.end(0));
      const resolved = found === null ? null : found.resolve(args);
      this.#one(resolved ?? found, args, resolved === null);
    } finally {
      this.#isApart = false;
      context.client = before;
      context.out = out;
      context.db = context.keyspace.databases[before?.db ?? 0]!; // another one after SWAPDB
      context.command = command;
      context.mayBlock = mayBlock;
      this.#tracking.current = current;
    }
    if (current !== null) return; // whoever is under way tells of all changes at the end
    if (this.#tracking.hasChanges) this.#tracking.broadcast();
    if (this.#batchEnded.count !== 0) this.#batchEnded.tell();
  }

  /**
   * Runs the handler of a command, a new one, one that has waited or one of a transaction. What it throws is its reply, in
   * place of what it has written since `mark`; what it has changed goes to those who repeat writes.
   */
  #call(command: Command, args: Args, mark: number): void {
    const { context } = this;
    const { dirty } = context;
    try {
      command.run!(context, args); // a container without one has an arity that asks for a subcommand
    } catch (error) {
      context.out.cut(mark);
      this.#replyError(command, error, true);
    }
    if (context.propagates) context.endPropagation(args, context.dirty !== dirty);
  }

  /** What is to be done after a command of a client about which something is special. */
  #endGated(client: ClientState, command: Command | null, mark: number): void {
    if ((client.gates & (GATE_CUT | GATE_REPLY)) !== 0 && !this.#blocking.isBlocked(client)) {
      client.cutReply(mark);
      client.silence(mark);
    }
    if ((client.gates & GATE_TRACKING) !== 0) this.#tracking.commandEnded(client, command);
  }

  /** Serves clients whose keys have expired since, which no command has done. */
  serveWaiting(): void {
    if (this.#blocking.hasReady) this.#serveBlocked();
  }

  /** A command has made keys that clients wait for: these are served before anything else happens. */
  #serveBlocked(): void {
    const { context } = this;
    const { client, out, db, command } = context;
    const { current } = this.#tracking;
    context.keyspace.setNow(this.#engine.clock.now()); // a key may have expired while the command ran
    this.#blocking.serve((blocked, readyKey) => this.#serve(blocked, readyKey));
    context.client = client;
    context.out = out;
    context.db = db;
    context.command = command;
    this.#tracking.current = current;
    this.#tracking.isServing = false;
  }

  /** Runs the command of a waiting client again; true when it has its reply, false when it still waits. */
  #serve(blocked: BlockedClient, readyKey: number): boolean {
    const { context } = this;
    const { client, command, batch } = blocked;
    const args = this.#servedArgs;
    args.reset(batch, 0);
    context.client = client;
    context.out = client.out;
    context.db = context.keyspace.databases[client.db]!;
    context.command = command;
    context.readyKey = readyKey;
    context.hasBlocked = false;
    this.#tracking.current = client;
    this.#tracking.isServing = true;
    const mark = client.out.length;
    const began = performance.now();
    this.#call(command, args, mark);
    context.readyKey = 0;
    if ((client.gates & GATE_TRACKING) !== 0) this.#tracking.commandEnded(client, command);
    if (context.hasBlocked) return false;
    const us = (performance.now() - began) * 1000;
    command.microseconds += us; // the call has been counted when it blocked
    this.#noteEnd(command, args, us);
    if (this.#engine.latency.thresholdMs > 0) this.#engine.latency.add("command-unblocking", us / 1000);
    args.release();
    client.cutReply(mark);
    client.silence(mark);
    return true;
  }

  /** A command was refused before it ran: a transaction under way will not be executed, and EXEC itself ends it. */
  #rejected(client: ClientState, command: Command | null, error: unknown): unknown {
    if (client.transaction !== null) client.transaction.isAborted = true;
    if (command?.name !== "exec" || !(error instanceof CommandError)) return error;
    endTransaction(client, this.#engine.watches);
    if (error === CROSS_SLOT || error instanceof InjectedError) return error;
    const reason = error.code === "ERR" ? error.message : error.reply;
    return new CommandError("EXECABORT", `Transaction discarded because of: ${reason}`);
  }

  /** Runs a command of a transaction: counted, timed and replied to as any other, but nobody is served before the end. */
  #runWithin({ command, batch }: QueuedCommand): void {
    const { context } = this;
    const { client, out } = context;
    const args = this.#queuedArgs;
    args.reset(batch, 0);
    const mark = out.length;
    const wasClosing = client.isClosing; // it has killed itself: the rest is run, but not answered
    const began = performance.now();
    context.command = command;
    this.#call(command, args, mark);
    if (wasClosing || client.isSilent) out.cut(mark);
    const us = (performance.now() - began) * 1000;
    this.#tellRan(command, args);
    this.#engine.statistics.commandsProcessed++;
    command.calls++;
    command.microseconds += us;
    this.#noteLatency(command, us);
    this.#noteEnd(command, args, us);
    args.release();
  }

  /**
   * The reply to a command that is none. A browser made to send its requests here must not have their bodies executed: a
   * request or header line of HTTP ends the connection, as in Redis.
   */
  #unknownCommand(client: ClientState, args: Args): CommandError {
    if (args.is(0, "POST") || args.is(0, "HOST:")) {
      const { address } = client.connection;
      this.#engine.log.log(
        "warning",
        `HTTP instead of Redis commands from ${address}: maybe an attack, connection closed`,
      );
      client.connection.close();
    }
    return unknownCommand(args);
  }

  #replyError(command: Command | null, error: unknown, hasRun: boolean): void {
    const { context } = this;
    const { statistics } = this.#engine;
    let reply: CommandError;
    if (error instanceof CommandError) reply = error;
    else if (error instanceof WrongTypeError) reply = WRONG_TYPE;
    else if (error instanceof StoreMemoryError) reply = OUT_OF_MEMORY;
    else {
      reply = this.#surface(error);
    }
    context.out.error(reply.reply);
    statistics.countError(reply.code);
    if (command !== null) {
      if (hasRun) command.failedCalls++;
      else command.rejectedCalls++;
    }
  }

  /** A bug: it goes to the log with its stack and costs this connection, nothing else. */
  #surface(error: unknown): CommandError {
    const { context } = this;
    const name = context.command?.name ?? "?";
    reportBug(this.#engine, `Unexpected error in '${name}' of client ${context.client.id}`, error);
    context.client.closeAfterReply();
    return new CommandError("ERR", "internal error, see the server's log");
  }
}

/** Are the commands of a batch long, on average? */
function isLong(batch: CommandBatch): boolean {
  const { words, size, count } = batch;
  return Math.abs(words[size - 1]!) - words[1]! > count * LONG_COMMAND_BYTES; // the end of a typed argument is negated
}

/** Redis quotes this much of what it does not know. */
const QUOTED_BYTES = 128;

function unknownCommand(args: Args): CommandError {
  let quoted = "";
  for (let i = 1, room = QUOTED_BYTES; i < args.count && room > 0; i++) {
    quoted += `'${args.quoted(i, room)}' `;
    room -= Math.min(room, args.length(i)) + 3;
  }
  return new CommandError(
    "ERR",
    `unknown command '${args.quoted(0, QUOTED_BYTES)}', with args beginning with: ${quoted}`,
  );
}

function unknownSubcommand(command: Command, args: Args): CommandError {
  const name = command.name.toUpperCase();
  return new CommandError("ERR", `unknown subcommand '${args.quoted(1, QUOTED_BYTES)}'. Try ${name} HELP.`);
}
