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

// What stands in a file where the type of a value could, from the highest down.
/** The end; a checksum follows. */
export const OPCODE_EOF = 255;
/** The number of the database that keys go to from here on. */
export const OPCODE_SELECT_DB = 254;
/** Old: when the next key expires, in seconds. */
export const OPCODE_EXPIRE_SECONDS = 253;
/** When the next key expires, in milliseconds. */
export const OPCODE_EXPIRE_MS = 252;
/** How many keys and how many expiries the database has, so that its tables can be made at once. */
export const OPCODE_RESIZE_DB = 251;
/** A name and a text: something about the file. */
export const OPCODE_AUX = 250;
/** How often the next key is used. */
export const OPCODE_FREQUENCY = 249;
/** How long ago the next key was used, in seconds. */
export const OPCODE_IDLE = 248;
/** Data of a module, which none of ours could read. */
export const OPCODE_MODULE_AUX = 247;
/** Functions as release candidates of Redis 7.0 wrote them. */
export const OPCODE_OLD_FUNCTION = 246;
/** The code of a library of functions. */
export const OPCODE_FUNCTION = 245;

// Values of modules.
export const RDB_MODULE = 6, RDB_MODULE_2 = 7;

/** What a file begins with, the four digits of the version following. */
export const MAGIC = "REDIS";
