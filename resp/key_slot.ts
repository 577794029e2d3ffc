/**
 * The hash slot of a key, as Redis Cluster divides keys: CRC16 (the XMODEM one, polynomial 0x1021) modulo 16,384.
 *
 * Of a key with a hash tag, `{…}` with something in it, the tag alone decides: `{user:1}.name` and `{user:1}.mail` are in
 * one slot. The first `{` counts, and the first `}` behind it. O(length of the key), a table lookup for each byte.
 *
 * The server has keys as bytes in a batch, the client as arguments: text is not turned into bytes first where it is ASCII.
 */
import { type CommandArgument, numberText } from "./encode.ts";

/** How many hash slots there are. */
export const SLOTS = 16_384;

const POLYNOMIAL = 0x1021;
const UTF8 = new TextEncoder();
const OPENING = 0x7b, CLOSING = 0x7d;

/** What each byte does to the upper byte of the checksum. */
const TABLE: Uint16Array = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ POLYNOMIAL;
  return crc;
});

/** The slot of the key `bytes[start, end)`. */
export function keySlot(bytes: Uint8Array, start: number, end: number): number {
  const open = position(bytes, OPENING, start, end);
  if (open < end) {
    const close = position(bytes, CLOSING, open + 1, end);
    if (close < end && close > open + 1) {
      start = open + 1;
      end = close;
    }
  }
  let crc = 0;
  for (let i = start; i < end; i++) crc = ((crc << 8) & 0xffff) ^ TABLE[(crc >>> 8) ^ bytes[i]!]!;
  return crc & (SLOTS - 1);
}

/** The slot of a key as it is given to a client. */
export function slotOfKey(key: CommandArgument): number {
  if (key instanceof Uint8Array) return keySlot(key, 0, key.length);
  const text = typeof key === "string" ? key : typeof key === "number" ? numberText(key) : String(key);
  let start = text.indexOf("{"), end = text.length;
  if (start >= 0) {
    const close = text.indexOf("}", start + 1);
    if (close > start + 1) end = close;
    else start = -1;
  }
  start++; // behind the brace, or at the beginning
  let crc = 0;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) {
      const bytes = UTF8.encode(text);
      return keySlot(bytes, 0, bytes.length);
    }
    crc = ((crc << 8) & 0xffff) ^ TABLE[(crc >>> 8) ^ code]!;
  }
  return crc & (SLOTS - 1);
}

/** Where a byte is first found, `end` when it is not there. */
function position(bytes: Uint8Array, byte: number, start: number, end: number): number {
  while (start < end && bytes[start] !== byte) start++;
  return start;
}
