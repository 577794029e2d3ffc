/**
 * How much memory the server uses, as far as it can tell. What it calls used is what the databases hold, which is also what
 * `maxmemory` limits; buffers of clients and the JavaScript heap come on top of that.
 */
import type { ReplyWriter } from "../resp/reply_writer.ts";
import type { ClientConnection } from "./client_state.ts";
import type { Engine } from "./context.ts";
import type { Keyspace } from "../store/keyspace.ts";

/** Bytes in use: keys and values, with their tables. */
export function usedMemoryBytes(keyspace: Keyspace): number {
  return keyspace.usedBytes;
}

/** Bytes of that which find keys and their expiries. */
export function tableBytes(keyspace: Keyspace): number {
  return keyspace.databases.reduce((sum, db) => sum + db.keys.tableBytes + db.expiryIndex.tableBytes, 0);
}

/** Bytes that clients take. */
export function clientBytes({ clients, clientMemory }: Engine): number {
  return clients.values().reduce((sum, client) => sum + clientMemory.bytesOf(client), 0);
}

/** Bytes of the buffer that replies go into, where there is one, and of those under way to the socket. */
export function outputBytes({ pendingOutputBytes }: ClientConnection, { bytes, length }: ReplyWriter): number {
  return bytes.length + Math.max(0, pendingOutputBytes - length);
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
