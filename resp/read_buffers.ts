/**
 * Read buffers of the usual size, for all connections of the process: 32 of them are one piece of memory.
 *
 * ```text
 *   slab   | buffer | buffer | (free) | buffer | …          512 KiB, freed when no buffer of it is in use
 * ```
 *
 * A connection has one while it talks, and gives it back when it falls silent. Memory that is merely let go of comes back
 * when garbage is collected, which an idle server does not do; and pieces of 16 KiB among smaller ones would leave gaps.
 * Taking and giving back are O(1).
 */

/** Redis' PROTO_IOBUF_LEN. */
export const READ_BUFFER_BYTES: number = 16 * 1024;
const BUFFERS_PER_SLAB = 32;

interface Slab {
  readonly memory: ArrayBuffer;
  readonly free: Uint8Array[];
}

/** Lends buffers. */
export class ReadBuffers {
  readonly #slabs: Map<ArrayBufferLike, Slab> = new Map();
  /** Those with a free buffer, oldest first: the others may become empty. */
  readonly #open: Set<Slab> = new Set();
  /** How many buffers are in use. */
  used = 0;

  /** Bytes of all slabs. */
  get memoryBytes(): number {
    return this.#slabs.size * BUFFERS_PER_SLAB * READ_BUFFER_BYTES;
  }

  /** A buffer; what is in it does not matter. It must be given back. */
  take(): Uint8Array {
    let [slab] = this.#open;
    slab ??= this.#add();
    const buffer = slab.free.pop()!;
    if (slab.free.length === 0) this.#open.delete(slab);
    this.used++;
    return buffer;
  }

  /** Takes a buffer back, of which nobody may keep a part. Any other one is left to the garbage collector. */
  give(buffer: Uint8Array): void {
    const slab = this.#slabs.get(buffer.buffer);
    if (slab === undefined) return;
    slab.free.push(buffer);
    this.#open.add(slab);
    this.used--;
    // one slab stays: a single client that says something now and then should not make and free it each time
    if (slab.free.length < BUFFERS_PER_SLAB || this.#slabs.size === 1) return;
    this.#open.delete(slab);
    this.#slabs.delete(slab.memory);
    slab.memory.transfer(0); // frees it at once
  }

  #add(): Slab {
    const memory = new ArrayBuffer(BUFFERS_PER_SLAB * READ_BUFFER_BYTES);
    const free = Array.from(
      { length: BUFFERS_PER_SLAB },
      (_, i) => new Uint8Array(memory, i * READ_BUFFER_BYTES, READ_BUFFER_BYTES),
    );
    const slab = { memory, free };
    this.#slabs.set(memory, slab);
    this.#open.add(slab);
    return slab;
  }
}

/** Those of this process. */
export const readBuffers: ReadBuffers = new ReadBuffers();
