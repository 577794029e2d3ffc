/** How much memory the server uses, as far as it can tell. */
import type { ReplyWriter } from "../resp/reply_writer.ts";
import type { ClientConnection, ClientState } from "./client_state.ts";
import type { Keyspace } from "../store/keyspace.ts";

/** Bytes that keys and values take, with their tables. */
export function datasetBytes(keyspace: Keyspace): number {
  return keyspace.databases.reduce((sum, db) => sum + db.usedBytes, 0);
}

/** Bytes that clients have for requests and replies. */
export function clientBytes(clients: Iterable<ClientState>): number {
  let bytes = 0;
  for (const { connection, out } of clients) bytes += connection.inputMemoryBytes + outputBytes(connection, out);
  return bytes;
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

/** Bytes in use: the dataset, and the JavaScript heap of the process. */
export function usedMemoryBytes(keyspace: Keyspace): number {
  return datasetBytes(keyspace) + Deno.memoryUsage().heapUsed;
}
