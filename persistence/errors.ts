/** What reading persisted data refuses. */

/**
 * Bytes that are no RDB value, or one that nothing could be done with: truncated, inconsistent, too large, of an unknown
 * type. Nothing has been changed by reading them.
 */
export class RdbFormatError extends Error {
  override readonly name = "RdbFormatError";
}
