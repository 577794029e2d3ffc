/**
 * LZF, the compression of strings in RDB files (Marc Lehmann's LibLZF): a byte-wise LZ77 with a window of 8 KiB.
 *
 * ```text
 *   000nnnnn                      n + 1 literal bytes follow                         1 to 32
 *   nnnooooo oooooooo             copy n + 2 bytes from `o + 1` bytes back           n: 1 to 6
 *   111ooooo nnnnnnnn oooooooo    copy n + 9 bytes from there                        9 to 264
 * ```
 *
 * A copy may overlap what it writes: that is how runs are packed.
 */

const LITERALS_MAX = 32;
const MATCH_MIN = 3, MATCH_MAX = 264;
const WINDOW = 8192;

const HASH_BITS = 14;
/** Where three bytes of this hash were seen last, counted on from call to call, so that nothing need be cleared. */
const seen: Int32Array = new Int32Array(1 << HASH_BITS);
/** What the first byte of the next text counts as; everything in `seen` is below. */
let nextOrigin = 1;
/** Beyond it the counting begins anew. */
const LAST_ORIGIN = 2 ** 30;

/**
 * Compresses `bytes[start, end)` into `into[at, limit)`.
 *
 * @returns Where the compressed bytes end, or -1 when they would not fit.
 */
export function lzfCompress(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: Uint8Array,
  at: number,
  limit: number,
): number {
  if (nextOrigin > LAST_ORIGIN) {
    seen.fill(0);
    nextOrigin = 1;
  }
  const origin = nextOrigin - start; // added to an index of this text
  nextOrigin += end - start;
  let literals = start; // literal bytes not yet written begin here
  let i = start;
  while (i + MATCH_MIN <= end) {
    const a = bytes[i]!, b = bytes[i + 1]!, c = bytes[i + 2]!;
    const hash = Math.imul((a << 16) | (b << 8) | c, 0x9e3779b1) >>> (32 - HASH_BITS);
    const from = seen[hash]! - origin;
    seen[hash] = i + origin;
    if (from < start || i - from > WINDOW || bytes[from] !== a || bytes[from + 1] !== b || bytes[from + 2] !== c) {
      i++;
      continue;
    }
    const furthest = Math.min(end, i + MATCH_MAX);
    let matched = i + MATCH_MIN;
    while (matched < furthest && bytes[matched] === bytes[from + matched - i]) matched++;
    const length = matched - i - 2, back = i - from - 1;
    at = writeLiterals(bytes, literals, i, into, at, limit);
    if (at < 0 || at + (length < 7 ? 2 : 3) > limit) return -1;
    if (length < 7) into[at++] = (length << 5) | (back >>> 8);
    else {
      into[at++] = (7 << 5) | (back >>> 8);
      into[at++] = length - 7;
    }
    into[at++] = back & 0xff;
    i = literals = matched;
  }
  return writeLiterals(bytes, literals, end, into, at, limit);
}

/** Writes `bytes[start, end)` as literals; where they end, or -1. */
function writeLiterals(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: Uint8Array,
  at: number,
  limit: number,
): number {
  while (start < end) {
    const run = Math.min(end - start, LITERALS_MAX);
    if (at + 1 + run > limit) return -1;
    into[at++] = run - 1;
    for (const runEnd = start + run; start < runEnd; start++) into[at++] = bytes[start]!;
  }
  return at;
}

/**
 * How long the text is that `bytes[start, end)` holds compressed, found without writing it: nothing that a payload announces
 * is believed before memory is taken.
 *
 * @returns -1 when no text was ever compressed to these bytes.
 */
export function lzfLength(bytes: Uint8Array, start: number, end: number): number {
  let length = 0;
  let i = start;
  while (i < end) {
    const control = bytes[i++]!;
    if (control < LITERALS_MAX) {
      i += control + 1;
      length += control + 1;
      if (i > end) return -1;
      continue;
    }
    let size = control >>> 5;
    if (size === 7) size += bytes[i++] ?? 0;
    if (i >= end) return -1;
    if ((((control & 31) << 8) | bytes[i++]!) >= length) return -1;
    length += size + 2;
  }
  return length;
}

/** Writes the text of `bytes[start, end)` to `into`, from `at`: as many bytes as {@linkcode lzfLength} has said. */
export function lzfDecompress(bytes: Uint8Array, start: number, end: number, into: Uint8Array, at: number): void {
  let i = start;
  while (i < end) {
    const control = bytes[i++]!;
    if (control < LITERALS_MAX) {
      for (const runEnd = i + control + 1; i < runEnd; i++) into[at++] = bytes[i]!;
      continue;
    }
    let size = control >>> 5;
    if (size === 7) size += bytes[i++]!;
    let from = at - (((control & 31) << 8) | bytes[i++]!) - 1;
    for (const copyEnd = at + size + 2; at < copyEnd;) into[at++] = into[from++]!; // may overlap, so byte by byte
  }
}
