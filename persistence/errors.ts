/** What reading persisted data refuses. */

/**
 * Bytes that are no RDB value, or one that nothing could be done with: truncated, inconsistent, too large, of an unknown
 * type. Nothing has been changed by reading them.
 */
export class RdbFormatError extends Error {
  override readonly name: string = "RdbFormatError";
}

/** The bytes come to an end before the value does. */
export class RdbTruncatedError extends RdbFormatError {
  override readonly name = "RdbTruncatedError";

  constructor() {
    super("truncated");
  }
}

/** A collection of nothing: Redis has written such by mistake, and passes over them in files. */
export class RdbEmptyError extends RdbFormatError {
  override readonly name = "RdbEmptyError";
}
