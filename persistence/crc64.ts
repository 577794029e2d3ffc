/**
 * The checksum of RDB files and DUMP payloads: CRC-64 with the polynomial of David Jones, bits reflected, beginning at 0.
 * The check value, of "123456789", is e9c6d914c4b8d9ca.
 *
 * Numbers of 64 bits are BigInts in JavaScript, and slow, so all is kept as two halves of 32 bits. Eight bytes are taken at
 * a time by eight tables (Intel's "slicing-by-8"): table `t` says what a byte with `t` zero bytes after it adds to the
 * checksum.
 */

/** The polynomial 0xad93d23594c935a9 with its bits in reverse, as halves. */
const POLYNOMIAL_HIGH = 0x95ac9329 | 0, POLYNOMIAL_LOW = 0xac4bc9b5 | 0;

/** Entry `t * 256 + byte` of table `t`. */
const LOW: Int32Array = new Int32Array(8 * 256);
const HIGH: Int32Array = new Int32Array(8 * 256);
fillTables();

function fillTables(): void {
  for (let byte = 0; byte < 256; byte++) {
    let low = byte, high = 0;
    for (let bit = 0; bit < 8; bit++) {
      const out = low & 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (out !== 0) {
        low ^= POLYNOMIAL_LOW;
        high ^= POLYNOMIAL_HIGH;
      }
    }
    LOW[byte] = low;
    HIGH[byte] = high;
  }
  for (let i = 256; i < LOW.length; i++) {
    const low = LOW[i - 256]!, high = HIGH[i - 256]!;
    LOW[i] = ((low >>> 8) | (high << 24)) ^ LOW[low & 0xff]!;
    HIGH[i] = (high >>> 8) ^ HIGH[low & 0xff]!;
  }
}

/** A checksum being taken of bytes that come in any number of pieces. */
export class Crc64 {
  #low = 0;
  #high = 0;

  /** Takes `bytes[start, end)`. */
  update(bytes: Uint8Array, start: number, end: number): this {
    let low = this.#low, high = this.#high;
    let i = start;
    for (; i + 8 <= end; i += 8) {
      low ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
      high ^= bytes[i + 4]! | (bytes[i + 5]! << 8) | (bytes[i + 6]! << 16) | (bytes[i + 7]! << 24);
      const a = 0x700 | (low & 0xff), b = 0x600 | ((low >>> 8) & 0xff);
      const c = 0x500 | ((low >>> 16) & 0xff), d = 0x400 | (low >>> 24);
      const e = 0x300 | (high & 0xff), f = 0x200 | ((high >>> 8) & 0xff);
      const g = 0x100 | ((high >>> 16) & 0xff), h = high >>> 24;
      low = LOW[a]! ^ LOW[b]! ^ LOW[c]! ^ LOW[d]! ^ LOW[e]! ^ LOW[f]! ^ LOW[g]! ^ LOW[h]!;
      high = HIGH[a]! ^ HIGH[b]! ^ HIGH[c]! ^ HIGH[d]! ^ HIGH[e]! ^ HIGH[f]! ^ HIGH[g]! ^ HIGH[h]!;
    }
    for (; i < end; i++) {
      const at = (low ^ bytes[i]!) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ LOW[at]!;
      high = (high >>> 8) ^ HIGH[at]!;
    }
    this.#low = low;
    this.#high = high;
    return this;
  }

  /** Writes the checksum as files have it: 8 bytes, the lowest first. */
  write(into: Uint8Array, at: number): void {
    for (let i = 0; i < 8; i++) into[at + i] = this.#byte(i);
  }

  /** Is this the checksum that stands at `bytes[at]`? */
  matches(bytes: Uint8Array, at: number): boolean {
    for (let i = 0; i < 8; i++) if (bytes[at + i] !== this.#byte(i)) return false;
    return true;
  }

  #byte(i: number): number {
    return ((i < 4 ? this.#low : this.#high) >>> ((i & 3) * 8)) & 0xff;
  }
}
