/** Bytes read while a client's commands wait: they are taken in order, once it goes on. */

const READ_BYTES = 64 * 1024;
const NONE: Uint8Array = new Uint8Array(0);

export class Backlog {
  /** Where to read to: apart from what is kept, since a read may still be under way when that is taken. */
  #room: Uint8Array = NONE;
  #bytes: Uint8Array = NONE;
  length = 0;

  /** Where to read to next. */
  room(): Uint8Array {
    if (this.#room.length === 0) this.#room = new Uint8Array(READ_BYTES);
    return this.#room;
  }

  /** Keeps the first bytes of the room. */
  add(count: number): void {
    const needed = this.length + count;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.length));
      this.#bytes = grown;
    }
    this.#bytes.set(this.#room.subarray(0, count), this.length);
    this.length = needed;
  }

  /** All bytes kept; the backlog is empty then. */
  take(): Uint8Array {
    const bytes = this.#bytes.subarray(0, this.length);
    this.#bytes = NONE;
    this.length = 0;
    return bytes;
  }
}
