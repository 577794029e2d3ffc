/**
 * How much memory the server uses, as far as it can tell. What it calls used is what the databases hold, which is also what
 * `maxmemory` limits; buffers of clients and the JavaScript heap come on top of that.
 */
import type { ClientState } from "./client_state.ts";
import type { Keyspace } from "../store/keyspace.ts";

/** Bytes in use: keys and values, with their tables. */
export function usedMemoryBytes(keyspace: Keyspace): number {
  return keyspace.usedBytes;
}

/** Bytes of that which find keys and their expiries. */
export function tableBytes(keyspace: Keyspace): number {
  return keyspace.databases.reduce((sum, db) => sum + db.keys.tableBytes + db.expiryIndex.tableBytes, 0);
}

/** Bytes that clients have for requests and replies. */
export function clientBytes(clients: Iterable<ClientState>): number {
  let bytes = 0;
  for (const { connection, out } of clients) {
    bytes += connection.queryBufferBytes + connection.queryBufferFreeBytes + out.bytes.length;
  }
  return bytes;
}

/** Bytes of what is in use with the gaps in it, which may be used again. */
export function activeBytes(keyspace: Keyspace): number {
  const arenas = keyspace.databases.reduce((sum, db) => sum + Math.max(db.capacityBytes, db.usedBytes), 0);
  return arenas + Deno.memoryUsage().heapTotal;
}

/** Bytes in use here and in the JavaScript heap of the process. */
export function allocatedBytes(keyspace: Keyspace): number {
  return keyspace.usedBytes + Deno.memoryUsage().heapUsed;
}
