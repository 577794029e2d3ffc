/**
 * A peer broke the protocol: its connection cannot go on, for where the next message begins is no longer known.
 *
 * The message is Redis' own, without the `ERR Protocol error: ` that a server puts before it.
 *
 * @example Bytes that are no RESP
 * ```ts
 * import { ProtocolError, RespDecoderStream } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = new Blob(["+OK\r\nhello\r\n"]).stream();
 * for await (const { entries, error } of bytes.pipeThrough(new RespDecoderStream())) {
 *   assertEquals(entries, ["OK"]);
 *   assertEquals(error instanceof ProtocolError, true);
 * }
 * ```
 */
export class ProtocolError extends Error {
  /** Always `"ProtocolError"`. */
  override readonly name = "ProtocolError";
}
