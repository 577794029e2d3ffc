/**
 * What the meta word of an entry says: `type | encoding << 3 | expiry flag << 7 | LRU clock << 8`.
 *
 * The numbers are in memory only; files have Redis' own.
 */

export const STRING = 0, LIST = 1, SET = 2, SORTED_SET = 3, HASH_TYPE = 4, STREAM = 5, STRUCTURE = 6;

/** Names as TYPE answers them, by number. */
export const TYPE_NAMES: readonly string[] = ["string", "list", "set", "zset", "hash", "stream", "structure"];

export const TYPE_MASK = 0x07;
export const ENCODING_SHIFT = 3;
export const ENCODING_MASK = 0x78;
/** The entry stands in its database's expiry index. */
export const HAS_EXPIRY = 0x80;
export const LRU_SHIFT = 8;

// Encodings of strings. Payload: the text, its length in the value word; except INT.
/** At most 44 bytes, written whole. */
export const EMBSTR = 0;
/** Longer, or modified in place: Redis never goes back to embstr. */
export const RAW = 1;
/** The value word itself is the number, from -2^31 to 2^31-1; no payload. */
export const INT = 2;
/** A larger 64-bit integer, as its canonical decimal text. */
export const INT_TEXT = 3;
/** The only encoding of a structure: the RESP3 bytes it came in. */
export const RESP = 4;

// Encodings of collections.
/** One run of bytes: a listpack, or the intset of a set. Its length stands where that of a string does. */
export const PACKED = 5;
/** The value word is the number of a {@linkcode LargeValue} of the database. */
export const LARGE = 6;

/** Added to an encoding: the value word is the address of a block (length in its first word, bytes from its second unit). */
export const IN_BLOCK = 8;

/** The longest string Redis embeds in its object. */
export const EMBSTR_MAX_BYTES = 44;

/** Name as OBJECT ENCODING answers it. */
export function encodingName(type: number, encoding: number): string {
  const isLarge = (encoding & ~IN_BLOCK) === LARGE;
  switch (type) {
    case STRUCTURE:
      return "resp";
    case LIST:
      return "quicklist";
    case SET:
      return isLarge ? "hashtable" : "intset";
    case SORTED_SET:
      return isLarge ? "skiplist" : "listpack";
    case HASH_TYPE:
      return isLarge ? "hashtable" : "listpack";
    case STREAM:
      return "stream";
  }
  switch (encoding & ~IN_BLOCK) {
    case EMBSTR:
      return "embstr";
    case RAW:
      return "raw";
    default:
      return "int";
  }
}
