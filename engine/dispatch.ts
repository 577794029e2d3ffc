/**
 * From a batch of requests to their replies. For each command: look it up, pass the gates, run it, count it.
 *
 * Gates and listeners cost one integer test each while nothing is special about client or server.
 */
import type { CommandBatch } from "../resp/command_batch.ts";
import { Args } from "./args.ts";
import { requiresPassword } from "./auth.ts";
import type { BlockedClient, Blocking } from "./blocking.ts";
import type { ClientState } from "./client_state.ts";
import { GATE_AUTH, GATE_REPLY } from "./client_state.ts";
import type { Command } from "./command.ts";
import { ADMIN, IMMEDIATE, NO_AUTH, NO_MULTI, PROTECTED, SKIP_MONITOR, SKIP_SLOWLOG } from "./command.ts";
import type { CommandTable } from "./command_table.ts";
import { Context, type Engine } from "./context.ts";
import { Lookahead } from "./lookahead.ts";
import {
  CommandError,
  NOT_AUTHENTICATED,
  NOT_IN_TRANSACTION,
  OUT_OF_MEMORY,
  WRONG_TYPE,
  wrongArity,
} from "./errors.ts";
import { endTransaction, type QueuedCommand } from "./transaction.ts";
import { StoreMemoryError, WrongTypeError } from "../store/errors.ts";

/** Replies of one batch are sent on their way when they pass this, so that memory stays bounded. */
const CUT_BYTES = 1024 * 1024;
/** A batch gives way to other clients after this long. */
export const CUT_MS = 1;
/** Constant-time commands between two looks at the clock (a look takes 0.1 us, a GET 0.25; bench/pipeline_bench.ts). */
const COMMANDS_PER_LOOK = 64;
/** Commands of this size on average are looked at one by one: a constant time does not include copying. */
const LONG_COMMAND_BYTES = 16 * 1024;
/** A slow log of anything faster than this has every command timed by itself. */
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
  /** Arguments of waiting clients that are served while another command is under way. */
  readonly #servedArgs: Args = new Args();
  /** Arguments of the commands of a transaction. */
  readonly #queuedArgs: Args = new Args();
  readonly #lookahead: Lookahead = new Lookahead();
  /** Commands of the run being timed together. */
  readonly #run: Command[] = [];
  #runCalls = 0;
  #slowUs = 0;
  /** Milliseconds spent on batches since it was last set to 0, by whoever lets others run. */
  busyMs = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#table = engine.table;
    this.#blocking = engine.blocking;
    this.context = new Context(engine, (queued) => this.#runWithin(queued));
    const readThreshold = () => {
      const us = engine.config.number("slowlog-log-slower-than");
      this.#slowUs = us < 0 ? Infinity : us;
    };
    readThreshold();
    engine.config.on("slowlog-log-slower-than", readThreshold);
  }

  /**
   * Executes the commands of a batch from word `at` until it ends, the client is halted, the replies pass 1 MiB or 1 ms is
   * over.
   *
   * @returns The word to go on from; `batch.size` when all is done.
   */
  execute(client: ClientState, batch: CommandBatch, at: number): number {
    const { context } = this;
    const args = this.#args;
    const out = client.out;
    context.client = client;
    context.out = out;
    context.db = context.keyspace.databases[client.db]!;
    this.#lookahead.reset();
    this.#setNow(client);
    if (batch.count === 1 && this.#single(batch, at)) return batch.size;
    const perLook = isLong(batch) ? 1 : COMMANDS_PER_LOOK;
    const began = performance.now();
    let lookedAt = began;
    while (at < batch.size) {
      args.reset(batch, at);
      this.#lookahead.pass(args, context.db, batch);
      at = args.next;
      const command = this.#table.find(args.bytes, args.start(0), args.end(0));
      if (command !== null && args.count <= command.constantUpTo && this.#slowUs >= TIMED_TOGETHER_US) {
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
    return at;
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
    if (command === null || args.count > command.constantUpTo || this.#slowUs < TIMED_TOGETHER_US) return false;
    const isTimed = command.calls % CALLS_PER_SAMPLE === 0;
    const began = isTimed ? performance.now() : 0;
    if (!this.#one(command, args)) return true;
    if (isTimed) command.sampleMicroseconds = (performance.now() - began) * 1000;
    command.microseconds += command.sampleMicroseconds;
    command.calls++;
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
    if (us >= this.#slowUs && !this.#blocking.isBlocked(this.context.client)) this.#tellSlow(resolved, args, us);
    if (us > 1000) this.context.keyspace.setNow(this.#engine.clock.now()); // time has gone on for the next command
    return now;
  }

  /** For the slow log; of a command that has to wait it hears when that is served. */
  #tellSlow(command: Command, args: Args, us: number): void {
    const { commandWasSlow } = this.#engine.hooks;
    if (commandWasSlow.count === 0 || (command.flags & SKIP_SLOWLOG) !== 0) return;
    commandWasSlow.tell(this.context.client, args, us);
  }

  /** Runs one command and replies, whatever happens; false when it was refused before it ran. */
  #one(command: Command | null, args: Args, isUnknownSub = false): boolean {
    const { context } = this;
    const client = context.client, out = context.out;
    const mark = out.length;
    const dirty = context.dirty;
    let hasRun = false;
    context.command = command!;
    client.lastCommand = isUnknownSub ? null : command;
    try {
      if (command === null) throw this.#unknownCommand(client, args);
      if (isUnknownSub) throw unknownSubcommand(command, args);
      if (!command.accepts(args.count)) throw wrongArity(command.name);
      if ((client.gates | (command.flags & PROTECTED)) !== 0 && this.#passGates(client, command, args)) return false;
      if (args.isTyped) client.sendsTyped = true;
      if (this.#engine.hooks.commandStarts.count !== 0 && (command.flags & UNMONITORED) === 0) {
        this.#engine.hooks.commandStarts.tell(client, args);
      }
      hasRun = true;
      command.run!(context, args); // a container without one has an arity that asks for a subcommand
    } catch (error) {
      out.cut(mark);
      this.#replyError(isUnknownSub ? null : command, hasRun ? error : this.#rejected(client, command, error), hasRun);
    }
    if (context.propagates) context.endPropagation(args, context.dirty !== dirty);
    if ((client.gates & GATE_REPLY) !== 0 && !this.#blocking.isBlocked(client)) client.silence(mark);
    if (this.#blocking.hasReady) this.#serveBlocked();
    return hasRun;
  }

  /** Serves clients whose keys have expired since, which no command has done. */
  serveWaiting(): void {
    if (this.#blocking.hasReady) this.#serveBlocked();
  }

  /** A command has made keys that clients wait for: these are served before anything else happens. */
  #serveBlocked(): void {
    const { context } = this;
    const { client, out, db, command } = context;
    context.keyspace.setNow(this.#engine.clock.now()); // a key may have expired while the command ran
    this.#blocking.serve((blocked, readyKey) => this.#serve(blocked, readyKey));
    context.client = client;
    context.out = out;
    context.db = db;
    context.command = command;
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
    const mark = client.out.length;
    const dirty = context.dirty;
    const began = performance.now();
    try {
      command.run!(context, args);
    } catch (error) {
      client.out.cut(mark);
      this.#replyError(command, error, true);
    } finally {
      context.readyKey = 0;
    }
    if (context.propagates) context.endPropagation(args, context.dirty !== dirty);
    if (context.hasBlocked) return false;
    const us = (performance.now() - began) * 1000;
    command.microseconds += us; // the call has been counted when it blocked
    if (us >= this.#slowUs) this.#tellSlow(command, args, us);
    client.silence(mark);
    return true;
  }

  /** What a client must fulfil before it may run a command; in Redis' order. */
  /** Throws where the command may not be run; true: it has been queued. */
  #passGates(client: ClientState, command: Command, args: Args): boolean {
    const { config } = this.#engine;
    if ((command.flags & PROTECTED) !== 0 && !config.allows(guardOf(command), client.connection.isLocal)) {
      throw notAllowed(command);
    }
    // a password taken away again is no longer asked for
    if ((client.gates & GATE_AUTH) !== 0 && (command.flags & NO_AUTH) === 0 && requiresPassword(config)) {
      throw NOT_AUTHENTICATED;
    }
    if (client.transaction === null || (command.flags & IMMEDIATE) !== 0) return false;
    if ((command.flags & NO_MULTI) !== 0) throw NOT_IN_TRANSACTION;
    if (args.isTyped) client.sendsTyped = true;
    const mark = client.out.length;
    client.transaction.queue(command, args, client);
    client.out.simple("QUEUED");
    client.silence(mark);
    return true;
  }

  /** A command was refused before it ran: a transaction under way will not be executed, and EXEC itself ends it. */
  #rejected(client: ClientState, command: Command | null, error: unknown): unknown {
    if (client.transaction !== null) client.transaction.isAborted = true;
    if (command?.name !== "exec" || !(error instanceof CommandError)) return error;
    endTransaction(client, this.#engine.watches);
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
    const dirty = context.dirty;
    const began = performance.now();
    context.command = command;
    client.lastCommand = command;
    try {
      if (this.#engine.hooks.commandStarts.count !== 0 && (command.flags & UNMONITORED) === 0) {
        this.#engine.hooks.commandStarts.tell(client, args);
      }
      command.run!(context, args);
    } catch (error) {
      out.cut(mark);
      this.#replyError(command, error, true);
    }
    if (context.propagates) context.endPropagation(args, context.dirty !== dirty);
    const us = (performance.now() - began) * 1000;
    this.#engine.statistics.commandsProcessed++;
    command.calls++;
    command.microseconds += us;
    if (us >= this.#slowUs && this.#engine.hooks.commandWasSlow.count !== 0 && (command.flags & SKIP_SLOWLOG) === 0) {
      this.#engine.hooks.commandWasSlow.tell(client, args, us);
    }
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
    this.#engine.statistics.unexpectedErrors++;
    const stack = error instanceof Error ? error.stack ?? String(error) : String(error);
    const name = context.command?.name ?? "?";
    this.#engine.log.log("warning", `Unexpected error in '${name}' of client ${context.client.id}: ${stack}`);
    context.client.closeAfterReply();
    return new CommandError("ERR", "internal error, see the server's log");
  }
}

/** Are the commands of a batch long, on average? */
function isLong(batch: CommandBatch): boolean {
  const { words, size, count } = batch;
  return Math.abs(words[size - 1]!) - words[1]! > count * LONG_COMMAND_BYTES; // the end of a typed argument is negated
}

/** The directive that says who may run a protected command. */
function guardOf(command: Command): string {
  return `enable-${command.name}-command`;
}

function notAllowed(command: Command): CommandError {
  return new CommandError(
    "ERR",
    `${command.name.toUpperCase()} command not allowed. If the ${guardOf(command)} option is set to "local", ` +
      "you can run it from a local connection, otherwise you need to set this option in the configuration file, " +
      "and then restart the server.",
  );
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
