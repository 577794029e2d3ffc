/**
 * UTF-8 to strings, fast for the short texts most replies consist of.
 */

/** V8's longest string. */
export const MAX_STRING_LENGTH = 2 ** 29 - 24;

/**
 * Up to here `String.fromCharCode` beats TextDecoder: 30 to 80 ns against its fixed cost of about 130
 * (bench/codec_bench.ts). Slices of one long string would be faster still, but each would keep its whole chunk alive.
 */
const SHORT_TEXT_BYTES = 32;

const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true }); // a leading U+FEFF is part of the value

/** For each short length an array to be the arguments of `String.fromCharCode`. */
const CHAR_CODES: number[][] = Array.from({ length: SHORT_TEXT_BYTES + 1 }, (_, length) => new Array(length).fill(0));

/**
 * Decodes `bytes[from, end)`.
 *
 * @returns The text; malformed sequences become U+FFFD.
 */
export function textOf(bytes: Uint8Array, from: number, end: number): string {
  const length = end - from;
  if (length > SHORT_TEXT_BYTES) return UTF8.decode(bytes.subarray(from, end));
  const codes = CHAR_CODES[length]!;
  let bits = 0;
  for (let i = 0; i < length; i++) bits |= codes[i] = bytes[from + i]!;
  return bits < 0x80 ? String.fromCharCode.apply(null, codes) : UTF8.decode(bytes.subarray(from, end));
}
