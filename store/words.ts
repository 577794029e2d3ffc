/** Words of 32 bits at any address, the lowest byte first, as Redis' formats have them. */

/** The word at `p`, with its sign. */
export function readWord(bytes: Uint8Array, p: number): number {
  return bytes[p]! | (bytes[p + 1]! << 8) | (bytes[p + 2]! << 16) | (bytes[p + 3]! << 24);
}

/** Writes the lowest 32 bits of an integer. */
export function writeWord(bytes: Uint8Array, p: number, word: number): void {
  bytes[p] = word;
  bytes[p + 1] = word >>> 8;
  bytes[p + 2] = word >>> 16;
  bytes[p + 3] = word >>> 24;
}
