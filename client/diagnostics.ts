/**
 * What a client tells of itself on `node:diagnostics_channel`, for tracers and meters (OpenTelemetry and others) that
 * know nothing else of it. While nobody listens it costs one test per command.
 *
 * Told are the names of commands and their keys; no other argument, no value, no reply and no password. Errors are those
 * that the caller gets; where they come from the server, their text is the server's own.
 */
import { type Channel, channel, type TracingChannel, tracingChannel } from "node:diagnostics_channel";
import type { StructuredValue } from "../resp/encode.ts";
import type { Reply } from "../resp/reply.ts";
import { asText } from "./argument_text.ts";
import type { CommandInfo } from "./command_info.ts";
import type { ConnectionError } from "./errors.ts";
import type { Entry } from "./issue.ts";
import type { Settings } from "./options.ts";

/**
 * The names of a client's channels.
 *
 * `command` and `connect` are tracing channels: `tracing:miniredis:command:start`, `:end`, `:asyncStart`, `:asyncEnd` and
 * `:error`. A command begins when it is given and ends when its promise is settled, however often the client has to
 * connect meanwhile. Each command of a pipeline or a transaction is told of, with `batchMode` and `batchSize`; MULTI, EXEC
 * and what the client sends to greet a server are not, nor are answers from the client's cache.
 *
 * @example The slowest commands
 * ```ts
 * import { CHANNELS, type CommandContext, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 * import { subscribe } from "node:diagnostics_channel";
 *
 * const begun = new WeakMap<object, number>();
 * const lines: string[] = [];
 * subscribe(`tracing:${CHANNELS.command}:start`, (context) => {
 *   begun.set(context as CommandContext, performance.now());
 * });
 * subscribe(`tracing:${CHANNELS.command}:asyncEnd`, (context) => {
 *   const { args, error } = context as CommandContext;
 *   const ms = performance.now() - begun.get(context as CommandContext)!;
 *   if (ms >= 0) lines.push(`${args.join(" ")}: ${error === undefined ? "done" : "failed"}`);
 * });
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.set("name", "Alice", { ex: 10 });
 * assertEquals(lines, ["SET name ? ? ?: done"]);
 * ```
 */
export const CHANNELS: {
  /** Tracing channel: a command, from when it is given. {@linkcode CommandContext}. */
  readonly command: "miniredis:command";
  /** Tracing channel: an attempt to connect, the greeting included. {@linkcode ConnectionContext}. */
  readonly connect: "miniredis:connect";
  /** A connection stands. {@linkcode ReadyContext}. */
  readonly ready: "miniredis:connection:ready";
  /** A connection has ended, or could not be made. {@linkcode LostContext}. */
  readonly lost: "miniredis:connection:lost";
  /** The client waits before it tries again. {@linkcode RetryContext}. */
  readonly retry: "miniredis:connection:retry";
} = {
  command: "miniredis:command",
  connect: "miniredis:connect",
  ready: "miniredis:connection:ready",
  lost: "miniredis:connection:lost",
  retry: "miniredis:connection:retry",
};

/**
 * Which connection something is about.
 *
 * @example Where the client connects to
 * ```ts
 * import { CHANNELS, type ConnectionContext, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 * import { subscribe } from "node:diagnostics_channel";
 *
 * const databases: number[] = [];
 * subscribe(`tracing:${CHANNELS.connect}:start`, (context) => {
 *   databases.push((context as ConnectionContext).database);
 * });
 * await using server = await Server.start();
 * await using client = server.client({ db: 3 });
 * await client.ping();
 * assertEquals(databases, [3]);
 * ```
 */
export interface ConnectionContext {
  /** The server's host name or address; the path of a Unix domain socket. */
  readonly serverAddress: string;
  /** The server's port; undefined where it has none. */
  readonly serverPort: number | undefined;
  /** The number of the selected database. */
  readonly database: number;
  /** What went wrong; there from the event `error` on. */
  error?: unknown;
}

/**
 * A command, as those who listen see it.
 *
 * @example Which keys are read
 * ```ts
 * import { CHANNELS, type CommandContext, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 * import { subscribe } from "node:diagnostics_channel";
 *
 * const seen: CommandContext[] = [];
 * subscribe(`tracing:${CHANNELS.command}:start`, (context) => {
 *   seen.push(context as CommandContext);
 * });
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.pipeline((p) => [p.hget("user:1", "name")]);
 * assertEquals(seen.map(({ args, batchMode }) => [...args, batchMode]), [["HGET", "user:1", "?", "PIPELINE"]]);
 * ```
 */
export interface CommandContext extends ConnectionContext {
  /** Its name, in upper case, with the subcommand: `HGET`, `CONFIG GET`. */
  readonly command: string;
  /** Its name, its keys as text in their places, and `?` for every other argument. */
  readonly args: readonly string[];
  /** How it was sent with others; undefined: by itself. */
  readonly batchMode?: "PIPELINE" | "MULTI";
  /** How many commands are sent together. */
  readonly batchSize?: number;
}

/**
 * A connection that stands.
 *
 * @example What is spoken
 * ```ts
 * import { CHANNELS, type ReadyContext, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 * import { subscribe } from "node:diagnostics_channel";
 *
 * const protocols: number[] = [];
 * subscribe(CHANNELS.ready, (context) => {
 *   protocols.push((context as ReadyContext).protocol);
 * });
 * await using server = await Server.start();
 * await using client = server.client({ protocol: 2 });
 * await client.ping();
 * assertEquals(protocols, [2]);
 * ```
 */
export interface ReadyContext extends ConnectionContext {
  /** What both sides speak. */
  readonly protocol: 2 | 3;
  /** Whether it takes the place of one that was lost. */
  readonly isReconnect: boolean;
}

/**
 * A connection that has ended.
 *
 * @example Why a connection has ended
 * ```ts
 * import { CHANNELS, ConnectionError, type LostContext, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 * import { subscribe } from "node:diagnostics_channel";
 *
 * const lost = Promise.withResolvers<LostContext>();
 * subscribe(CHANNELS.lost, (context) => lost.resolve(context as LostContext));
 * await using server = await Server.start();
 * await using client = server.client();
 * await using other = server.client();
 * await other.clientKill({ id: await client.clientId() });
 * const { error, wasReady } = await lost.promise;
 * assertEquals([error instanceof ConnectionError, wasReady], [true, true]);
 * ```
 */
export interface LostContext extends ConnectionContext {
  /** Why. */
  readonly error: ConnectionError;
  /** Whether it ever stood. */
  readonly wasReady: boolean;
}

/**
 * An attempt to come.
 *
 * @example Which attempt it is
 * ```ts
 * import { CHANNELS, type RetryContext, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 * import { subscribe } from "node:diagnostics_channel";
 *
 * const retry = Promise.withResolvers<RetryContext>();
 * subscribe(CHANNELS.retry, (context) => retry.resolve(context as RetryContext));
 * await using server = await Server.start();
 * await using client = server.client();
 * await using news = await client.subscribe("news"); // needs a connection all the time
 * await using other = server.client();
 * await other.clientKill({ id: await client.clientId() });
 * assertEquals((await retry.promise).attempt, 1);
 * ```
 */
export interface RetryContext extends ConnectionContext {
  /** Its number in a row, from 1 on. */
  readonly attempt: number;
  /** The wait before it, in milliseconds. */
  readonly waitMs: number;
}

/** How a command is sent with others. */
export interface Batch {
  readonly batchMode: "PIPELINE" | "MULTI";
  readonly batchSize: number;
}

type Traced<T extends object> = TracingChannel<T, T>;

/** Commands. */
export const COMMAND: Traced<CommandContext> = tracingChannel(CHANNELS.command);
/** Attempts to connect. */
export const CONNECT: Traced<ConnectionContext> = tracingChannel(CHANNELS.connect);
/** Connections that stand. */
export const READY: Channel = channel(CHANNELS.ready);
/** Connections that have ended. */
export const LOST: Channel = channel(CHANNELS.lost);
/** Attempts to come. */
export const RETRY: Channel = channel(CHANNELS.retry);

/** Where a connection leads. */
export function connectionContext({ target, address, db }: Settings, database: number = db): ConnectionContext {
  const isTcp = target.kind === "tcp";
  return {
    serverAddress: isTcp ? target.hostname : address,
    serverPort: isTcp ? target.port : undefined,
    database,
  };
}

/** What is told of a command. */
export function commandContext(
  connection: ConnectionContext,
  info: CommandInfo,
  args: readonly unknown[],
  batch: Batch | null,
): CommandContext {
  const words = info.name.split(" ");
  const told = args.map((_, i) => words[i] ?? "?");
  for (const index of info.keyIndexes(args)) told[index] = asText(args[index]);
  return { ...connection, command: info.name, args: told, ...batch };
}

/** Does a command, and tells those who listen. */
export type TraceCommand = (
  info: CommandInfo,
  args: readonly StructuredValue[],
  batch: Batch | null,
  run: () => Promise<Reply>,
) => Promise<Reply>;

/** Tells of commands that are sent together; whoever waits for the whole hears what becomes of each. */
export function traceAll(entries: readonly Entry[], batchMode: Batch["batchMode"], traced: TraceCommand): void {
  if (!COMMAND.hasSubscribers) return;
  const batch: Batch = { batchMode, batchSize: entries.length };
  for (const { info, args, pending } of entries) traced(info, args, batch, () => pending.promise).catch(() => {});
}

/**
 * Tells of something that takes its time. To be called only while somebody listens.
 *
 * @param traced Where it is told.
 * @param context What is told.
 * @param run Does it.
 * @returns Its outcome, after those who listen have heard of it; not what the reply is, only whether it failed.
 */
export function trace<C extends ConnectionContext, T>(
  traced: Traced<C>,
  context: C,
  run: () => Promise<T>,
): Promise<T> {
  return traced.start.runStores(context, () => {
    let promise: Promise<T>;
    try {
      promise = run();
    } catch (error) {
      context.error = error;
      traced.error.publish(context);
      throw error;
    } finally {
      traced.end.publish(context);
    }
    const settled = (): void => {
      traced.asyncStart.publish(context);
      traced.asyncEnd.publish(context);
    };
    return promise.then((value) => {
      settled();
      return value;
    }, (error) => {
      context.error = error;
      traced.error.publish(context);
      settled();
      throw error;
    });
  });
}
