/** What reading persisted data refuses. */
import type { Keyspace } from "../store/keyspace.ts";

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

/** Why a node of a cluster does not start with data that is not in database 0 alone. */
export const OTHER_DATABASES = "You can't have keys in a DB different than DB 0 when in Cluster mode. Exiting.";

/** Are there keys that a node of a cluster could not have? It has one database. */
export function hasKeysOfOtherDatabases({ hasSlots, databases }: Keyspace): boolean {
  return hasSlots && databases.some(({ index, size }) => index !== 0 && size > 0);
}
