/**
 * Bytes read while a client's commands wait: they are taken in order, once it goes on.
 *
 * They stay in the chunks they were read into, so nothing is copied while much is waiting, what is taken at a time is small
 * (a chunk), and memory goes back chunk by chunk.
 */

const CHUNK_BYTES = 64 * 1024;
/** Less room than this behind what was read is left unused. */
const LEAST_ROOM_BYTES = 16 * 1024;

interface Chunk {
  readonly bytes: Uint8Array;
  /** What is kept: `bytes[start, end)`. */
  start: number;
  end: number;
}

export class Backlog {
  /** Bytes kept. */
  length = 0;
  /** Oldest first; room to read to is behind what is kept in the last. */
  readonly #chunks: Chunk[] = [];

  /** Where to read to next. It stays what it is until {@linkcode add}, whatever is taken meanwhile. */
  room(): Uint8Array {
    let last = this.#chunks.at(-1);
    if (last === undefined || last.bytes.length - last.end < LEAST_ROOM_BYTES) {
      last = { bytes: new Uint8Array(CHUNK_BYTES), start: 0, end: 0 };
      this.#chunks.push(last);
    }
    return last.bytes.subarray(last.end);
  }

  /** Keeps the first bytes of the room. */
  add(count: number): void {
    this.#chunks.at(-1)!.end += count;
    this.length += count;
  }

  /** The oldest bytes, a chunk at most; none when there are none. They are not kept any more, but good until the next read. */
  take(): Uint8Array {
    const chunks = this.#chunks;
    while (chunks.length > 1 && chunks[0]!.start === chunks[0]!.end) chunks.shift();
    const oldest = chunks[0];
    if (oldest === undefined) return new Uint8Array(0);
    const taken = oldest.bytes.subarray(oldest.start, oldest.end);
    oldest.start = oldest.end;
    if (chunks.length > 1) chunks.shift();
    this.length -= taken.length;
    return taken;
  }
}
