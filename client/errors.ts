/**
 * What a client's promises reject with, besides `TypeError` and `RangeError` for misuse: an error reply of the server, or
 * the loss (or lack) of the connection to it.
 */

/** Longer texts are cut: a server may repeat an argument of any length in its error. */
const MAX_MESSAGE_LENGTH = 512;

/**
 * An error reply of the server.
 *
 * Its message is the server's own text, cut after 512 characters.
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
   */
  constructor(message: string, command: string) {
    super(message.length > MAX_MESSAGE_LENGTH ? message.slice(0, MAX_MESSAGE_LENGTH) + "…" : message);
    this.code = /^[A-Z][A-Z0-9_]*(?= |$)/.exec(message)?.[0] ?? "";
    this.command = command;
  }
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
