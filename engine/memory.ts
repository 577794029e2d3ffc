/** How much memory the server uses, as far as it can tell. */
import type { Keyspace } from "../store/keyspace.ts";

/** Bytes that keys and values take, with their tables. */
export function datasetBytes(keyspace: Keyspace): number {
  return keyspace.databases.reduce((sum, db) => sum + db.usedBytes, 0);
}

/** Bytes in use: the dataset, and the JavaScript heap of the process. */
export function usedMemoryBytes(keyspace: Keyspace): number {
  return datasetBytes(keyspace) + Deno.memoryUsage().heapUsed;
}
