/**
 * What a client's promises reject with, besides `TypeError` and `RangeError` for misuse and the reason of an aborted
 * signal: an error reply of the server, the loss (or lack) of the connection to it, a deadline that passed, a transaction
 * that others kept from being executed, a pipeline with errors among its replies, messages that nobody reads.
 *
 * Each has a `code` that stays the same from version to version: the server's own, or that of the class. No message holds
 * a password, or an argument of a command.
 */

/** Longer texts are cut: a server may repeat an argument of any length in its error. */
const MAX_MESSAGE_LENGTH = 512;
/** How servers repeat what a command they do not know was given: a mistyped AUTH has a password there. */
const REPEATED_ARGUMENTS = /, with args beginning with: .*$/s;

/**
 * An error reply of the server.
 *
 * Its message is the server's own text, cut after 512 characters. The arguments that a server repeats when it
 * does not know a command are left out: they may be secret.
 *
 * @example Telling errors apart by their code
 * ```ts
 * import { RedisError, Server } from "@x/miniredis";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.set("name", "Alice");
 * const error = await assertRejects(() => client.send(["INCR", "name"]), RedisError);
 * assertEquals(error.code, "ERR");
 * assertEquals(error.command, "INCR");
 * assertEquals(error.message, "ERR value is not an integer or out of range");
 * ```
 */
export class RedisError extends Error {
  /** Always `"RedisError"`. */
  override readonly name = "RedisError";
  /** The first word of the server's text, such as `ERR`, `WRONGTYPE` or `NOAUTH`; empty where the text begins otherwise. */
  readonly code: string;
  /** The name of the command that failed, in upper case. */
  readonly command: string;

  /**
   * Makes the error of an error reply.
   *
   * @param message The server's text, its code included.
   * @param command The name of the command that failed.
   * @param options The error underneath: why a transaction was discarded.
   */
  constructor(message: string, command: string, options?: ErrorOptions) {
    super(message.length > MAX_MESSAGE_LENGTH ? message.slice(0, MAX_MESSAGE_LENGTH) + "…" : message, options);
    this.code = /^[A-Z][A-Z0-9_]*(?= |$)/.exec(message)?.[0] ?? "";
    this.command = command;
  }
}

/**
 * The error of a command that the server has answered with one.
 *
 * @param text What the server said.
 * @param command The name of the command.
 * @returns The error, without the command's arguments.
 */
export function redisError(text: string, command: string): RedisError {
  return new RedisError(text.replace(REPEATED_ARGUMENTS, ""), command);
}

/**
 * There is no connection to the server: it could not be made, it was lost, or the client was closed.
 *
 * The `cause`, where there is one, is the error underneath: the operating system's, a {@linkcode RedisError} for a refused
 * password, a `DOMException` named `TimeoutError`.
 *
 * @example A client that was closed
 * ```ts
 * import { ConnectionError, Server } from "@x/miniredis";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * await using server = await Server.start();
 * const client = server.client();
 * await client.close();
 * const error = await assertRejects(() => client.get("name"), ConnectionError);
 * assertEquals(error.sent, false);
 * ```
 */
export class ConnectionError extends Error {
  /** Always `"ConnectionError"`. */
  override readonly name = "ConnectionError";
  /** Always `"CONNECTION"`. */
  readonly code = "CONNECTION";
  /**
   * Whether the command may have reached the server. When true nobody knows whether it was executed; when false it was
   * not, and may be sent again.
   */
  readonly sent: boolean;

  /**
   * Makes the error of a lost or missing connection.
   *
   * @param message What failed, and why.
   * @param options The error underneath, and whether the command was sent (default: no).
   */
  constructor(message: string, options: ErrorOptions & { sent?: boolean } = {}) {
    super(message, options);
    this.sent = options.sent ?? false;
  }
}

/**
 * A command was not answered in the time it was given.
 *
 * Where it was sent, nobody knows whether it was executed; its reply is read and dropped when it comes.
 *
 * @example A key that nobody pushes to
 * ```ts
 * import { Server, TimeoutError } from "@x/miniredis";
 * import { assertRejects } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await assertRejects(() => client.send(["BLPOP", "queue", 0], { timeoutMs: 10 }), TimeoutError);
 * ```
 */
export class TimeoutError extends Error {
  /** Always `"TimeoutError"`. */
  override readonly name = "TimeoutError";
  /** Always `"TIMEOUT"`. */
  readonly code = "TIMEOUT";
  /** The name of the command that was not answered, in upper case. */
  readonly command: string;
  /** The time it was given, in milliseconds. */
  readonly timeoutMs: number;

  /**
   * Makes the error of a deadline that passed.
   *
   * @param command The name of the command.
   * @param timeoutMs The time it was given, in milliseconds.
   */
  constructor(command: string, timeoutMs: number) {
    super(`No reply to ${command} within ${timeoutMs} ms`);
    this.command = command;
    this.timeoutMs = timeoutMs;
  }
}

/**
 * A transaction was not executed, since a key it watches was changed by others, as often as it was tried.
 *
 * @example A key that changes every time
 * ```ts
 * import { Server, WatchError } from "@x/miniredis";
 * import { assertRejects } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const increment = client.watch(["n"], async (tx) => {
 *   await client.send(["APPEND", "n", "!"]);
 *   return await tx.commit((t) => [t.set("n", 1)]);
 * }, { attempts: 2 });
 * await assertRejects(() => increment, WatchError);
 * ```
 */
export class WatchError extends Error {
  /** Always `"WatchError"`. */
  override readonly name = "WatchError";
  /** Always `"WATCH"`. */
  readonly code = "WATCH";
  /** How often the transaction was tried. */
  readonly attempts: number;

  /**
   * Makes the error of a transaction that was not executed.
   *
   * @param attempts How often it was tried.
   */
  constructor(attempts: number) {
    super(`A watched key was changed by others, in ${attempts} of ${attempts} attempts`);
    this.attempts = attempts;
  }
}

/**
 * Some commands of a pipeline or transaction failed. All of them were answered, and those that did not fail were executed.
 *
 * The `cause` is the first of the errors.
 *
 * @example What became of each command
 * ```ts
 * import { PipelineError, RedisError, Server } from "@x/miniredis";
 * import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.set("name", "Alice");
 * const error = await assertRejects(() => client.pipeline((p) => [p.get("name"), p.incr("name")]), PipelineError);
 * assertEquals(error.results[0], "Alice");
 * assertInstanceOf(error.results[1], RedisError);
 * ```
 */
export class PipelineError extends Error {
  /** Always `"PipelineError"`. */
  override readonly name = "PipelineError";
  /** Always `"PIPELINE"`. */
  readonly code = "PIPELINE";
  /** What each entry of the pipeline came to: its value, or the error it rejected with. */
  readonly results: readonly unknown[];

  /**
   * Makes the error of a pipeline.
   *
   * @param results What each entry came to.
   * @param errors Those of them that are errors, at least one.
   */
  constructor(results: readonly unknown[], errors: readonly unknown[]) {
    const first = errors[0];
    const reason = first instanceof Error ? first.message : String(first);
    super(`${errors.length} of ${results.length} commands failed, the first with: ${reason}`, { cause: first });
    this.results = results;
  }
}

/**
 * Messages came faster than they were read, for too long: those beyond the `buffer` are lost, and the subscription, or
 * the monitor, has ended.
 *
 * @example A reader that does not read
 * ```ts
 * import { Server, SlowReaderError } from "@x/miniredis";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await using news = await client.subscribe("news", { buffer: 1 });
 * await client.publish("news", "one");
 * await client.publish("news", "two");
 * const read: string[] = [];
 * await assertRejects(async () => {
 *   for await (const { message } of news) read.push(message);
 * }, SlowReaderError);
 * assertEquals(read, ["one"]);
 * ```
 */
export class SlowReaderError extends Error {
  /** Always `"SlowReaderError"`. */
  override readonly name = "SlowReaderError";
  /** Always `"SLOW_READER"`. */
  readonly code = "SLOW_READER";
  /** How many messages were kept. */
  readonly buffer: number;

  /**
   * Makes the error of a reader that is too slow.
   *
   * @param buffer How many messages were kept for it.
   */
  constructor(buffer: number) {
    super(`More messages came than were read: ${buffer} were kept, and the rest is lost`);
    this.buffer = buffer;
  }
}
