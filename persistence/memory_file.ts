/** An RDB file that is in memory: what a server without files has in place of one. */
import type { Engine } from "../engine/context.ts";
import type { ByteSource } from "./rdb_reader.ts";
import { writeRdb } from "./rdb_saver.ts";

/** All keys as a file that is in memory. */
export function keysInMemory(engine: Engine): ByteSource {
  const chunks: Uint8Array[] = [];
  let size = 0;
  writeRdb(engine, (bytes) => {
    chunks.push(bytes.slice());
    size += bytes.length;
  });
  return {
    size: () => size,
    read(into: Uint8Array): number {
      let filled = 0;
      while (filled < into.length && chunks.length > 0) {
        const chunk = chunks[0]!.subarray(0, into.length - filled);
        into.set(chunk, filled);
        filled += chunk.length;
        if (chunk.length === chunks[0]!.length) chunks.shift();
        else chunks[0] = chunks[0]!.subarray(chunk.length);
      }
      return filled;
    },
  };
}
