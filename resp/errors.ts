/**
 * A peer broke the protocol: its connection cannot go on, for where the next message begins is no longer known.
 *
 * The message is Redis' own, without the `ERR Protocol error: ` that a server puts before it.
 */
export class ProtocolError extends Error {
  /** Always `"ProtocolError"`. */
  override readonly name = "ProtocolError";
}
