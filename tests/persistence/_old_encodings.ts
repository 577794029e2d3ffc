/** Writes the encodings of old Redis versions, which the library only reads; and payloads as DUMP makes them. */
import { Crc64 } from "../../persistence/crc64.ts";

const UTF8 = new TextEncoder();

/** Text, or the bytes of it. */
export type Bytes = string | Uint8Array;

/** The bytes of text, one for each character up to U+00FF where `text` came from bytes. */
export function bytesOf(text: Bytes): Uint8Array {
  return typeof text === "string" ? UTF8.encode(text) : text;
}

/** Puts pieces together. */
export function concat(...pieces: (Bytes | readonly number[])[]): Uint8Array {
  const all = pieces.map((piece) => typeof piece === "string" ? UTF8.encode(piece) : Uint8Array.from(piece));
  const joined = new Uint8Array(all.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of all) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

/** A number in `size` bytes, the lowest first. */
export function little(n: number | bigint, size: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(n), true);
  return bytes.slice(0, size);
}

/** A ziplist; numbers are written as numbers, strings as strings. */
export function ziplist(...entries: (string | bigint | number | Uint8Array)[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  let size = 10, last = 10, before = 0;
  for (const entry of entries) {
    const prefix = before < 254 ? [before] : concat([254], little(before, 4));
    const piece = concat(
      prefix,
      typeof entry === "string" || entry instanceof Uint8Array ? ziplistString(bytesOf(entry)) : ziplistInteger(entry),
    );
    pieces.push(piece);
    last = size;
    size += piece.length;
    before = piece.length;
  }
  return concat(little(size + 1, 4), little(last, 4), little(entries.length, 2), ...pieces, [255]);
}

function ziplistString(text: Uint8Array): Uint8Array {
  const { length } = text;
  if (length < 64) return concat([length], text);
  if (length < 16384) return concat([0x40 | (length >> 8), length & 0xff], text);
  return concat([0x80], little(length, 4).reverse(), text);
}

function ziplistInteger(n: bigint | number): Uint8Array {
  const value = BigInt(n);
  const fits = (bits: number) => BigInt.asIntN(bits, value) === value;
  if (value >= 0n && value <= 12n) return Uint8Array.of(0xf1 + Number(value));
  if (fits(8)) return concat([0xfe], little(value, 1));
  if (fits(16)) return concat([0xc0], little(value, 2));
  if (fits(24)) return concat([0xf0], little(value, 3));
  if (fits(32)) return concat([0xd0], little(value, 4));
  return concat([0xe0], little(value, 8));
}

/** A zipmap of fields and values in turn; each value has `unused` bytes after it. */
export function zipmap(unused: number, ...texts: Bytes[]): Uint8Array {
  const pieces = texts.map((text, i) => {
    const bytes = bytesOf(text);
    const length = bytes.length < 254 ? [bytes.length] : concat([254], little(bytes.length, 4));
    return i % 2 === 0 ? concat(length, bytes) : concat(length, [unused], bytes, new Uint8Array(unused));
  });
  return concat([Math.min(texts.length / 2, 254)], ...pieces, [255]);
}

/** An intset of integers of `size` bytes, which must come in ascending order. */
export function intset(size: 2 | 4 | 8, ...integers: (number | bigint)[]): Uint8Array {
  return concat(little(size, 4), little(integers.length, 4), ...integers.map((n) => little(n, size)));
}

/** A value as DUMP writes it: with version and checksum behind it. */
export function payload(value: Uint8Array, version = 10): Uint8Array {
  const bytes = concat(value, little(version, 2), new Uint8Array(8));
  const end = bytes.length - 8;
  new Crc64().update(bytes, 0, end).write(bytes, end);
  return bytes;
}
