/**
 * Inline commands: a line of words, quoted as in redis-cli and redis.conf (Redis' sdssplitargs).
 *
 * The words are unquoted in place: none is ever longer than its quoted form.
 */
import type { CommandBatch } from "./command_batch.ts";

const DOUBLE_QUOTE = 0x22, SINGLE_QUOTE = 0x27, BACKSLASH = 0x5c, X = 0x78;

/**
 * Splits `bytes[from, end)` and writes start and end of each word to `batch.words` from index `at`.
 *
 * @returns The number of words, or -1 for unbalanced quotes.
 */
export function splitInline(bytes: Uint8Array, from: number, end: number, batch: CommandBatch, at: number): number {
  let count = 0;
  let i = from;
  while (true) {
    while (i < end && isSpace(bytes[i]!)) i++;
    if (i >= end) return count;
    const start = i;
    let to = i; // where the next unquoted byte goes
    let quote = 0;
    while (i < end) {
      const byte = bytes[i]!;
      if (quote === 0) {
        if (endsWord(byte)) break;
        if (byte === DOUBLE_QUOTE || byte === SINGLE_QUOTE) quote = byte;
        else bytes[to++] = byte;
        i++;
      } else if (byte === quote) {
        if (i + 1 < end && !isSpace(bytes[i + 1]!)) return -1; // a closing quote ends its word
        quote = 0;
        i++;
        break;
      } else if (byte === BACKSLASH && quote === DOUBLE_QUOTE && i + 1 < end) {
        const next = bytes[i + 1]!;
        const high = i + 3 < end && next === X ? hexDigit(bytes[i + 2]!) : -1;
        const low = high >= 0 ? hexDigit(bytes[i + 3]!) : -1;
        bytes[to++] = low >= 0 ? high * 16 + low : unescaped(next);
        i += low >= 0 ? 4 : 2;
      } else if (byte === BACKSLASH && quote === SINGLE_QUOTE && i + 1 < end && bytes[i + 1] === SINGLE_QUOTE) {
        bytes[to++] = SINGLE_QUOTE;
        i += 2;
      } else {
        bytes[to++] = byte;
        i++;
      }
    }
    if (quote !== 0) return -1;
    if (i < end && bytes[i] === 0) end = i; // C strings end here
    batch.reserve(at, 2);
    batch.words[at++] = start;
    batch.words[at++] = to;
    count++;
  }
}

function unescaped(byte: number): number {
  switch (byte) {
    case 0x6e:
      return 0x0a; // \n
    case 0x72:
      return 0x0d; // \r
    case 0x74:
      return 0x09; // \t
    case 0x62:
      return 0x08; // \b
    case 0x61:
      return 0x07; // \a
    default:
      return byte;
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/** Fewer than {@linkcode isSpace}: Redis skips vertical tabs and form feeds before a word, and keeps them inside. */
function endsWord(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d || byte === 0;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
