/** Numbers of the RDB format, version 10, which Redis 7.0 writes. They are in files: none may ever change. */

/** The newest version that is read, and the one written. */
export const RDB_VERSION = 10;

// What a value is, the byte it begins with. Those marked "old" are read, not written.
export const RDB_STRING = 0;
/** Old: strings one after the other. */
export const RDB_LIST = 1;
export const RDB_SET = 2;
/** Old: members with their scores in text. */
export const RDB_ZSET = 3;
export const RDB_HASH = 4;
/** Members with their scores as binary doubles. */
export const RDB_ZSET_2 = 5;
/** Old. */
export const RDB_HASH_ZIPMAP = 9;
/** Old. */
export const RDB_LIST_ZIPLIST = 10;
export const RDB_SET_INTSET = 11;
/** Old. */
export const RDB_ZSET_ZIPLIST = 12;
/** Old. */
export const RDB_HASH_ZIPLIST = 13;
/** Old: nodes that are ziplists. */
export const RDB_LIST_QUICKLIST = 14;
/** Old: a stream without what 7.0 has added. */
export const RDB_STREAM_LISTPACKS = 15;
export const RDB_HASH_LISTPACK = 16;
export const RDB_ZSET_LISTPACK = 17;
/** Nodes that are listpacks, or a single large element. */
export const RDB_LIST_QUICKLIST_2 = 18;
/** A stream's nodes, what it remembers, its groups. */
export const RDB_STREAM_LISTPACKS_2 = 19;
/** A structure, miniredis' own type: its RESP3 bytes as a string. Redis refuses it, as it has no such type. */
export const RDB_STRUCTURE = 240;

// What a node of a list is.
export const NODE_PLAIN = 1, NODE_PACKED = 2;

// First byte of a length: its two high bits, or all of it.
export const LENGTH_14_BITS = 0x40, LENGTH_32_BITS = 0x80, LENGTH_64_BITS = 0x81;
/** Both bits: no length, but a string in the form that the low bits name. */
export const STRING_FORM = 0xc0;
export const FORM_INT8 = 0, FORM_INT16 = 1, FORM_INT32 = 2, FORM_LZF = 3;
