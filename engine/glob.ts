/**
 * Redis' glob-style patterns over bytes: `*`, `?`, `[abc]`, `[^a-z]`, and `\` before any of them. KEYS, SCAN, CONFIG GET,
 * PSUBSCRIBE and ACL rules all mean the same by a pattern.
 *
 * Only the last `*` seen needs to be taken back to: where an earlier one ended can no longer matter once a later one
 * was reached. So a match takes at most pattern × text steps and no recursion, whatever a client sends.
 */

const STAR = 0x2a, QUESTION = 0x3f, OPEN = 0x5b, CLOSE = 0x5d, CARET = 0x5e, BACKSLASH = 0x5c, DASH = 0x2d;

/**
 * Whether `text[from, to)` is described by `pattern[start, end)`.
 *
 * @param pattern The bytes that hold the pattern.
 * @param start Where it begins.
 * @param end Where it ends.
 * @param text The bytes that hold the text.
 * @param from Where it begins.
 * @param to Where it ends.
 * @param ignoreCase Whether ASCII letters match in either case.
 * @returns Whether the whole text matches. Empty text matches the empty pattern only, as in Redis: not even `*`.
 */
export function globMatches(
  pattern: Uint8Array,
  start: number,
  end: number,
  text: Uint8Array,
  from: number,
  to: number,
  ignoreCase = false,
): boolean {
  if (from === to) return start === end;
  let p = start, t = from;
  let afterStar = -1; // where the pattern goes on after the last `*`
  let starAt = 0; // the first byte of the text not taken by that `*`
  while (t < to) {
    if (p < end && pattern[p] === STAR) {
      afterStar = ++p;
      starAt = t;
      if (p === end) return true;
      continue;
    }
    const next = p < end ? matchOne(pattern, p, end, text[t]!, ignoreCase) : -1;
    if (next >= 0) {
      p = next;
      t++;
    } else if (afterStar >= 0) {
      p = afterStar;
      t = ++starAt;
    } else return false;
  }
  while (p < end && pattern[p] === STAR) p++;
  return p === end;
}

/** Where the pattern goes on when its element at `p` matches the byte; -1 when it does not. */
function matchOne(pattern: Uint8Array, p: number, end: number, byte: number, ignoreCase: boolean): number {
  switch (pattern[p]) {
    case QUESTION:
      return p + 1;
    case OPEN:
      return matchClass(pattern, p + 1, end, byte, ignoreCase);
    case BACKSLASH:
      if (p + 1 < end) p++;
  }
  return equal(pattern[p]!, byte, ignoreCase) ? p + 1 : -1;
}

/** As {@linkcode matchOne}, from behind the `[`. A class that is never closed ends with the pattern. */
function matchClass(pattern: Uint8Array, p: number, end: number, byte: number, ignoreCase: boolean): number {
  const isNegated = p < end && pattern[p] === CARET;
  if (isNegated) p++;
  let isMatch = false;
  while (p < end && pattern[p] !== CLOSE) {
    if (pattern[p] === BACKSLASH && p + 1 < end) {
      if (pattern[++p] === byte) isMatch = true; // an escaped member minds its case, as in Redis
    } else if (p + 2 < end && pattern[p + 1] === DASH) {
      const low = fold(Math.min(pattern[p]!, pattern[p + 2]!), ignoreCase);
      const high = fold(Math.max(pattern[p]!, pattern[p + 2]!), ignoreCase);
      const folded = fold(byte, ignoreCase);
      if (folded >= low && folded <= high) isMatch = true;
      p += 2;
    } else if (equal(pattern[p]!, byte, ignoreCase)) isMatch = true;
    p++;
  }
  if (isMatch === isNegated) return -1;
  return p < end ? p + 1 : end;
}

function equal(a: number, b: number, ignoreCase: boolean): boolean {
  return a === b || (ignoreCase && fold(a, true) === fold(b, true));
}

function fold(byte: number, ignoreCase: boolean): number {
  return ignoreCase && byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}
