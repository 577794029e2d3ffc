/** A key that is no argument of the command being run (made from a pattern, read from a file), as the store takes keys. */
import type { Arguments } from "./database.ts";

const SMALLEST_BYTES = 64;
/** Room for the longest keys is not kept for the next one. */
const LARGEST_KEPT_BYTES = 64 * 1024;

/** Holds one key after another: argument 0, whatever index is asked for. */
export class KeyText implements Arguments {
  /** The key is `bytes[0, length)`. Replaced when it grows. */
  bytes: Uint8Array = new Uint8Array(SMALLEST_BYTES);
  length = 0;
  readonly isHashed = false;
  readonly keyHash = 0;

  start(_i: number): number {
    return 0;
  }

  end(_i: number): number {
    return this.length;
  }

  /** Makes it the empty key. */
  clear(): this {
    this.length = 0;
    if (this.bytes.length > LARGEST_KEPT_BYTES) this.bytes = new Uint8Array(SMALLEST_BYTES);
    return this;
  }

  append(bytes: Uint8Array, start: number, end: number): this {
    const length = this.length + end - start;
    if (length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(length, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    this.bytes.set(bytes.subarray(start, end), this.length);
    this.length = length;
    return this;
  }
}
