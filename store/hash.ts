/**
 * The hash of keys: seeded, so that a peer cannot choose keys that collide, and so that a seeded double iterates the same
 * way every run.
 *
 * HalfSipHash-1-3 (Aumasson, Bernstein; as Linux uses it for its hash tables): 32-bit words suit JavaScript, and
 * unlike multiplicative hashes it stands up to chosen keys. Redis uses SipHash-1-2 for the same reason.
 */

/** Two 32-bit words. */
export interface HashSeed {
  readonly k0: number;
  readonly k1: number;
}

/** Hash of `bytes[start, end)` as a signed 32-bit integer. */
export function hashBytes(seed: HashSeed, bytes: Uint8Array, start: number, end: number): number {
  let v0 = seed.k0 | 0, v1 = seed.k1 | 0;
  let v2 = 0x6c796765 ^ v0, v3 = 0x74656462 ^ v1;
  const length = end - start;
  const whole = end - (length & 3);
  let i = start;
  while (true) {
    let m: number;
    if (i < whole) {
      m = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    } else {
      m = length << 24;
      if (i + 2 < end) m |= bytes[i + 2]! << 16;
      if (i + 1 < end) m |= bytes[i + 1]! << 8;
      if (i < end) m |= bytes[i]!;
    }
    v3 ^= m;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= m;
    if (i >= whole) break;
    i += 4;
  }
  v2 ^= 0xff;
  for (let round = 0; round < 3; round++) {
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
  }
  return v1 ^ v3;
}
