/**
 * Notes on the methods for data: strings, lists, sets, hashes, streams and their like, and keys of any type.
 */
import { answers, type MethodNote, type Variant } from "./note.ts";

const OK = answers('"OK"', "Always `OK`.");
const LENGTH = answers("number", "How many elements the list has now; 0 where it was not changed.");
const NUMBER_TEXT = "The new number as text: it may have more digits than a JavaScript number holds.";
const SCORED = "ScoredMember[]";
const EXPIRY_SET = answers("number", "1, or 0 where there is no such key or the condition kept it from being set.");
const LEFT_OR_RIGHT = '"LEFT" | "RIGHT"';
const MIN_OR_MAX = '"MIN" | "MAX"';
const GEO_UNIT = "GeoUnit";

const WITH_SCORES: readonly Variant[] = [{ when: "withscores", type: SCORED, text: "The members with their scores." }];

/** The replies of GEORADIUS and GEOSEARCH are pieces in an order that the options say. */
const GEO_CONVERT = "geoPlaces(options)";
const GEO_REPLY = { type: "GeoReply<O>[]", text: "The members; with `with…` options, objects.", convert: GEO_CONVERT };
const GEO_SHAPE =
  "FROMMEMBER member | FROMLONLAT longitude latitude] [BYRADIUS radius unit | BYBOX width height unit] [ASC | DESC] [COUNT count] [ANY]";
const GEO_TYPES = {
  fromlonlat: "readonly [longitude: number, latitude: number]",
  byradius: "readonly [radius: number, unit: GeoUnit]",
  bybox: "readonly [width: number, height: number, unit: GeoUnit]",
  unit: GEO_UNIT,
};
const RADIUS_OPTIONS = "[WITHCOORD] [WITHDIST] [WITHHASH] [COUNT count] [ANY] [ASC | DESC]";
const STORED_RADIUS: readonly Variant[] = [
  { when: "store", type: "number", text: "How many members were stored." },
  { when: "storedist", type: "number", text: "How many members were stored." },
];

function popped(what: string): MethodNote {
  return answers("string | null", `The ${what}, or null where there is no such key.`, {
    variants: [{ when: "count", type: "string[] | null", text: `The ${what}s, or null where there is no such key.` }],
  });
}

const SORT_TEXTS = { asc: "The least first, as by default.", desc: "The greatest first." };

const TRIMMING = "[MAXLEN maxlen | MINID minid] [APPROXIMATE] [LIMIT limit]";
const TRIM_NOTE = {
  types: { maxlen: "number", minid: "CommandArgument", limit: "number", approximate: "boolean" },
  push: { maxlen: "pushTrimming(args, options);", minid: "", approximate: "", limit: "" },
  texts: {
    maxlen: "Keeps so many entries, the latest.",
    minid: "Deletes the entries with smaller ids.",
    approximate: "May keep some more than that, which is much faster.",
    limit: "With `approximate`: looks at so many entries at most.",
  },
};

/** By the command's name. */
export const DATA_NOTES: Readonly<Record<string, MethodNote>> = {
  // ---- Strings ----
  APPEND: answers("number", "How long the value is now, in bytes."),
  DECR: answers("number", "The new number."),
  DECRBY: answers("number", "The new number."),
  GETDEL: answers("string | null", "The value, or null where there was none."),
  GETEX: answers("string | null", "The value, or null where there is none."),
  GETRANGE: answers("string", "That part of the value; empty where there is none."),
  GETSET: answers("string | null", "The old value, or null where there was none."),
  INCR: answers("number", "The new number."),
  INCRBY: answers("number", "The new number."),
  INCRBYFLOAT: answers("string", NUMBER_TEXT),
  LCS: answers("string", "The longest common subsequence.", {
    variants: [
      { when: "len", type: "number", text: "How long it is." },
      { when: "idx withmatchlen", type: "LcsMatches<LcsMatchWithLength>", text: "Where it stands in both values." },
      { when: "idx", type: "LcsMatches<LcsMatch>", text: "Where it stands in both values." },
    ],
    texts: {
      len: "Answers the length instead.",
      idx: "Answers the places instead.",
      minmatchlen: "With `idx`: leaves out shorter matches.",
      withmatchlen: "With `idx`: tells how long each match is.",
      key1: "The key of one value.",
      key2: "The key of the other.",
    },
  }),
  MSETNX: answers("number", "1, or 0 where one of the keys existed and nothing was set.", { usage: "values" }),
  PSETEX: OK,
  SETEX: OK,
  SETNX: answers("number", "1, or 0 where the key existed."),
  SETRANGE: answers("number", "How long the value is now, in bytes."),
  STRLEN: answers("number", "How long the value is, in bytes; 0 where there is none."),
  SUBSTR: answers("string", "That part of the value; empty where there is none."),

  // ---- Bitmaps ----
  BITCOUNT: answers("number", "How many bits are 1."),
  BITFIELD: answers(
    "(number | null)[]",
    "What each operation answers; null for one that `FAIL` kept from being done.",
    {
      usage: "key operations",
      types: { operations: "readonly BitfieldOperation[]" },
      push: { operations: "pushLists(args, operations);" },
      texts: { operations: 'What to do in turn, as `["INCRBY", "u8", 0, 1]`.' },
    },
  ),
  BITFIELD_RO: answers("number[]", "The number at each place.", {
    usage: "key operations",
    types: { operations: "readonly BitfieldRead[]" },
    push: { operations: "pushLists(args, operations);" },
    texts: { operations: 'What to read in turn, as `["GET", "u8", 0]`.' },
  }),
  BITOP: answers("number", "How long the result is, in bytes.", {
    types: { operation: '"AND" | "OR" | "XOR" | "NOT"' },
    texts: { keys: "The keys of the operands." },
  }),
  BITPOS: answers("number", "The place of the first such bit, or -1.", {
    usage: "key value:integer [start [end [BYTE | BIT]]]",
    types: { value: "0 | 1" },
    texts: { value: "The bit to find." },
  }),
  GETBIT: answers("number", "The bit, 0 or 1."),
  SETBIT: answers("number", "The bit as it was, 0 or 1.", { types: { value: "0 | 1" } }),

  // ---- Keys ----
  COPY: answers("number", "1, or 0 where it was not copied.", {
    texts: { db: "The database to copy to.", replace: "Replaces what is there." },
  }),
  DEL: answers("number", "How many of the keys existed."),
  DUMP: answers("Uint8Array | null", "The value in Redis' own format, or null where there is none.", { bytes: true }),
  EXISTS: answers("number", "How many of the keys exist; a key given twice counts twice."),
  EXPIRE: EXPIRY_SET,
  EXPIREAT: EXPIRY_SET,
  EXPIRETIME: answers(
    "number",
    "The Unix time in seconds; -1 where it does not expire, -2 where there is no such key.",
  ),
  KEYS: answers("string[]", "The keys, in no order."),
  MIGRATE: answers('"OK" | "NOKEY"', "`OK`, or `NOKEY` where none of the keys exists.", {
    usage: "host port:integer keys db timeout [COPY] [REPLACE] [AUTH password | AUTH2 username password]",
    types: { keys: "CommandArguments", db: "number" },
    push: {
      keys: 'args.push(Array.isArray(keys) ? "" : keys as CommandArgument);',
      end: 'if (Array.isArray(keys)) args.push("KEYS", ...keys);',
    },
    texts: {
      keys: "The key, or the keys.",
      db: "The number of the database there.",
      timeout: "How many milliseconds the other server may be silent.",
      copy: "Keeps the keys here too.",
      replace: "Replaces keys that are there.",
      auth: "The password of the other server.",
      auth2: "User and password of the other server.",
      host: "The other server's host name or address.",
      port: "The other server's port.",
    },
  }),
  MOVE: answers("number", "1, or 0 where it was not moved.", { texts: { db: "The number of the other database." } }),
  "OBJECT ENCODING": answers("string | null", "How the value is stored, or null where there is no such key."),
  "OBJECT FREQ": answers("number | null", "How often it is used, on a logarithmic scale; null: no such key."),
  "OBJECT IDLETIME": answers(
    "number | null",
    "For how many seconds it was not used, or null where there is no such key.",
  ),
  "OBJECT REFCOUNT": answers("number | null", "How many references there are, or null where there is no such key."),
  PERSIST: answers("number", "1, or 0 where there is no such key or it did not expire."),
  PEXPIRE: EXPIRY_SET,
  PEXPIREAT: EXPIRY_SET,
  PEXPIRETIME: answers("number", "The Unix time in ms; -1 where it does not expire, -2 where there is no such key."),
  PTTL: answers("number", "Milliseconds; -1 where it does not expire, -2 where there is no such key."),
  RANDOMKEY: answers("string | null", "A key, or null where there is none."),
  RENAME: OK,
  RENAMENX: answers("number", "1, or 0 where the new key existed."),
  RESTORE: answers('"OK"', "Always `OK`.", {
    types: { serializedValue: "Uint8Array" },
    texts: {
      ttl: "In how many milliseconds it expires; 0: never.",
      serializedValue: "What `dump` answered.",
      replace: "Replaces the key if it exists.",
      absttl: "`ttl` is a Unix time in milliseconds.",
      idletime: "For how many seconds it has not been used.",
      freq: "How often it is used, as `objectFreq` tells.",
    },
  }),
  SORT: answers("(string | null)[]", "The elements, or what `get` finds for each; null where that is nothing.", {
    variants: [{ when: "store", type: "number", text: "How many elements were stored." }],
    types: { limit: "readonly [offset: number, count: number]" },
    texts: SORT_TEXTS,
  }),
  SORT_RO: answers("(string | null)[]", "The elements, or what `get` finds for each; null where that is nothing.", {
    types: { limit: "readonly [offset: number, count: number]" },
    texts: SORT_TEXTS,
  }),
  TOUCH: answers("number", "How many of the keys exist."),
  TTL: answers("number", "Seconds; -1 where it does not expire, -2 where there is no such key."),
  TYPE: answers("string", "`string`, `list`, `set`, `zset`, `hash`, `stream` …; `none` where there is no such key."),
  UNLINK: answers("number", "How many of the keys existed."),
  WAIT: answers("number", "How many replicas have all that this connection wrote.", {
    texts: { timeout: "How many milliseconds to wait at most; 0: for ever." },
  }),

  // ---- Geo ----
  GEOADD: answers("number", "How many members were added; with `ch`, added or moved.", {
    usage: "key [NX | XX] [CH] members",
    types: { members: "Pairs<readonly [longitude: number, latitude: number]>" },
    push: { members: "pushPlaces(args, members);" },
    texts: { members: "The members and where they are, as `{ Palermo: [13.361389, 38.115556] }`." },
  }),
  GEODIST: answers("number | null", "The distance, or null where one of the two is missing.", {
    usage: "key member1 member2 [unit]",
    types: { unit: GEO_UNIT },
    convert: "toNumber",
  }),
  GEOHASH: answers("(string | null)[]", "The geohash of each member; null where there is none."),
  GEOPOS: answers(
    "([longitude: number, latitude: number] | null)[]",
    "Where each member is; null where there is none.",
  ),
  GEORADIUS: {
    ...GEO_REPLY,
    usage:
      `key longitude:double latitude:double radius:double unit ${RADIUS_OPTIONS} [STORE store] [STOREDIST storedist]`,
    types: { unit: GEO_UNIT },
    generic: "O extends GeoradiusOptions = CallOptions",
    variants: STORED_RADIUS,
  },
  GEORADIUS_RO: {
    ...GEO_REPLY,
    usage: `key longitude:double latitude:double radius:double unit ${RADIUS_OPTIONS}`,
    types: { unit: GEO_UNIT },
    generic: "O extends GeoradiusRoOptions = CallOptions",
  },
  GEORADIUSBYMEMBER: {
    ...GEO_REPLY,
    usage: `key member radius:double unit ${RADIUS_OPTIONS} [STORE store] [STOREDIST storedist]`,
    types: { unit: GEO_UNIT },
    generic: "O extends GeoradiusbymemberOptions = CallOptions",
    variants: STORED_RADIUS,
  },
  GEORADIUSBYMEMBER_RO: {
    ...GEO_REPLY,
    usage: `key member radius:double unit ${RADIUS_OPTIONS}`,
    types: { unit: GEO_UNIT },
    generic: "O extends GeoradiusbymemberRoOptions = CallOptions",
  },
  GEOSEARCH: {
    ...GEO_REPLY,
    usage: `key [${GEO_SHAPE} [WITHCOORD] [WITHDIST] [WITHHASH]`,
    types: GEO_TYPES,
    generic: "O extends GeosearchOptions",
    needsOptions: true,
  },
  GEOSEARCHSTORE: answers("number", "How many members were stored.", {
    usage: `destination source [${GEO_SHAPE} [STOREDIST]`,
    types: GEO_TYPES,
    needsOptions: true,
    texts: { storedist: "Stores distances as scores, instead of geohashes." },
  }),

  // ---- Hashes ----
  HDEL: answers("number", "How many of the fields existed."),
  HEXISTS: answers("number", "1, or 0 where there is no such field."),
  HEXPIRE: fieldExpiry(),
  HEXPIREAT: fieldExpiry(),
  HEXPIRETIME: fieldTimes("the Unix time in seconds"),
  HGET: answers("string | null", "The value, or null where there is none."),
  HGETALL: answers("Record<string, string>", "All fields and their values; empty where there is no such key."),
  HGETDEL: answers("(string | null)[]", "The value of each field, in order; null where there is none."),
  HGETEX: answers("(string | null)[]", "The value of each field, in order; null where there is none."),
  HINCRBY: answers("number", "The new number."),
  HINCRBYFLOAT: answers("string", NUMBER_TEXT),
  HKEYS: answers("string[]", "The names of all fields."),
  HLEN: answers("number", "How many fields there are; 0 where there is no such key."),
  HMGET: answers("(string | null)[]", "The value of each field, in order; null where there is none."),
  HMSET: answers('"OK"', "Always `OK`.", { usage: "key values" }),
  HPERSIST: answers("number[]", "For each field 1, -1 where it does not expire, -2 where there is none."),
  HPEXPIRE: fieldExpiry(),
  HPEXPIREAT: fieldExpiry(),
  HPEXPIRETIME: fieldTimes("the Unix time in milliseconds"),
  HPTTL: fieldTimes("the milliseconds left"),
  HRANDFIELD: answers("string | null", "A field, or null where there is no such key.", {
    usage: "key [count] [WITHVALUES]",
    variants: [
      { when: "count withvalues", type: "[field: string, value: string][]", text: "Fields with their values." },
      { when: "count", type: "string[]", text: "Fields." },
    ],
  }),
  HSET: answers("number", "How many fields are new.", { usage: "key values" }),
  HSETEX: answers("number", "1, or 0 where a condition kept it from being done.", {
    usage: "key [FNX | FXX] " +
      "[EX seconds | PX milliseconds | EXAT unix-time-seconds | PXAT unix-time-milliseconds | KEEPTTL] FIELDS counted",
    types: { counted: "Pairs" },
    push: { counted: "pushCountedPairs(args, counted);" },
    texts: {
      counted: "The fields and their values.",
      fnx: "Only if none of the fields exists.",
      fxx: "Only if all of the fields exist.",
    },
  }),
  HSETNX: answers("number", "1, or 0 where the field existed."),
  HSTRLEN: answers("number", "How long the value is, in bytes; 0 where there is none."),
  HTTL: fieldTimes("the seconds left"),
  HVALS: answers("string[]", "All values."),

  // ---- HyperLogLog ----
  PFADD: answers("number", "1 where the estimate changed, else 0."),
  PFCOUNT: answers("number", "About how many different elements there are in all of them."),
  PFMERGE: OK,

  // ---- Lists ----
  BLMOVE: answers("string | null", "The element, or null when the time was over.", {
    usage: "source destination wherefrom whereto timeout:double",
    types: { wherefrom: LEFT_OR_RIGHT, whereto: LEFT_OR_RIGHT },
  }),
  BLMPOP: answers(
    "[key: string, elements: string[]] | null",
    "The key and its elements; null when the time was over.",
    {
      usage: "timeout:double numkeys key [key ...] side [COUNT count]",
      types: { side: LEFT_OR_RIGHT },
    },
  ),
  BLPOP: answers("[key: string, element: string] | null", "The key and its element; null when the time was over."),
  BRPOP: answers("[key: string, element: string] | null", "The key and its element; null when the time was over."),
  BRPOPLPUSH: answers("string | null", "The element, or null when the time was over."),
  LINDEX: answers("string | null", "The element, or null where there is none."),
  LINSERT: answers("number", "How many elements there are now; -1 without the pivot, 0 where there is no such key.", {
    usage: "key where pivot element",
    types: { where: '"BEFORE" | "AFTER"' },
  }),
  LLEN: answers("number", "How many elements there are; 0 where there is no such key."),
  LMOVE: answers("string | null", "The element, or null where there is none.", {
    usage: "source destination wherefrom whereto",
    types: { wherefrom: LEFT_OR_RIGHT, whereto: LEFT_OR_RIGHT },
  }),
  LMPOP: answers("[key: string, elements: string[]] | null", "The key and its elements; null where all are empty.", {
    usage: "numkeys key [key ...] side [COUNT count]",
    types: { side: LEFT_OR_RIGHT },
  }),
  LPOP: popped("element"),
  LPOS: answers("number | null", "The index, or null where there is none.", {
    variants: [{ when: "count", type: "number[]", text: "The indexes." }],
    texts: {
      rank: "Begins with the match of this number, counted from 1; negative: from the end.",
      count: "Finds so many; 0: all.",
      maxlen: "Compares so many elements at most; 0: all.",
    },
  }),
  LPUSH: LENGTH,
  LPUSHX: LENGTH,
  LRANGE: answers("string[]", "The elements."),
  LREM: answers("number", "How many were removed.", {
    texts: { count: "How many to remove, from the head; negative: from the tail; 0: all." },
  }),
  LSET: OK,
  LTRIM: OK,
  RPOP: popped("element"),
  RPOPLPUSH: answers("string | null", "The element, or null where there is none."),
  RPUSH: LENGTH,
  RPUSHX: LENGTH,

  // ---- Sets ----
  SADD: answers("number", "How many members are new."),
  SCARD: answers("number", "How many members there are; 0 where there is no such key."),
  SDIFF: answers("string[]", "The members."),
  SDIFFSTORE: answers("number", "How many members were stored."),
  SINTER: answers("string[]", "The members."),
  SINTERCARD: answers("number", "How many members there are.", { texts: { limit: "Stops counting there; 0: never." } }),
  SINTERSTORE: answers("number", "How many members were stored."),
  SISMEMBER: answers("number", "1, or 0 where it is no member."),
  SMEMBERS: answers("string[]", "The members."),
  SMISMEMBER: answers("number[]", "For each, 1 or 0."),
  SMOVE: answers("number", "1, or 0 where it is no member of the source."),
  SPOP: answers("string | null", "The member, or null where there is no such key.", {
    variants: [{ when: "count", type: "string[]", text: "The members." }],
  }),
  SRANDMEMBER: answers("string | null", "A member, or null where there is no such key.", {
    variants: [{ when: "count", type: "string[]", text: "Members; with a negative count some may come twice." }],
  }),
  SREM: answers("number", "How many of them were members."),
  SUNION: answers("string[]", "The members."),
  SUNIONSTORE: answers("number", "How many members were stored."),

  // ---- Sorted sets ----
  BZMPOP: answers(`[key: string, members: ${SCORED}] | null`, "The key and its members; null when the time was over.", {
    usage: "timeout:double numkeys key [key ...] which [COUNT count]",
    types: { which: MIN_OR_MAX },
  }),
  BZPOPMAX: answers(
    "[key: string, member: string, score: number] | null",
    "What was removed; null when the time was over.",
  ),
  BZPOPMIN: answers(
    "[key: string, member: string, score: number] | null",
    "What was removed; null when the time was over.",
  ),
  ZADD: answers("number", "How many members are new; with `ch`, new or changed.", {
    usage: "key [NX | XX] [GT | LT] [CH] [INCR] members",
    types: { members: "Pairs<number | string>" },
    push: { members: "pushScored(args, members);" },
    texts: {
      members: "The members and their scores, as `{ alice: 1.5 }`.",
      gt: "Only changes scores that become greater.",
      lt: "Only changes scores that become less.",
      nx: "Only adds new members.",
      xx: "Only changes members that exist.",
      ch: "Counts changed members too.",
      incr: "Adds to the score of the one member given, and answers its new score.",
    },
    variants: [{
      when: "incr",
      type: "number | null",
      text: "The new score, or null where a condition kept it from being changed.",
    }],
  }),
  ZCARD: answers("number", "How many members there are; 0 where there is no such key."),
  ZCOUNT: answers("number", "How many members there are."),
  ZDIFF: answers("string[]", "The members.", { variants: WITH_SCORES }),
  ZDIFFSTORE: answers("number", "How many members were stored."),
  ZINCRBY: answers("number", "The new score.", { types: { increment: "number | string" } }),
  ZINTER: answers("string[]", "The members.", { variants: WITH_SCORES }),
  ZINTERCARD: answers("number", "How many members there are.", { texts: { limit: "Stops counting there; 0: never." } }),
  ZINTERSTORE: answers("number", "How many members were stored."),
  ZLEXCOUNT: answers("number", "How many members there are."),
  ZMPOP: answers(`[key: string, members: ${SCORED}] | null`, "The key and its members; null where all are empty.", {
    usage: "numkeys key [key ...] which [COUNT count]",
    types: { which: MIN_OR_MAX },
  }),
  ZMSCORE: answers("(number | null)[]", "The score of each, in order; null where it is no member."),
  ZPOPMAX: zpop(),
  ZPOPMIN: zpop(),
  ZRANDMEMBER: answers("string | null", "A member, or null where there is no such key.", {
    usage: "key [count] [WITHSCORES]",
    variants: [
      { when: "count withscores", type: SCORED, text: "Members with their scores." },
      { when: "count", type: "string[]", text: "Members; with a negative count some may come twice." },
    ],
  }),
  ZRANGE: answers("string[]", "The members.", { variants: WITH_SCORES }),
  ZRANGEBYLEX: answers("string[]", "The members."),
  ZRANGEBYSCORE: answers("string[]", "The members.", { variants: WITH_SCORES }),
  ZRANGESTORE: answers("number", "How many members were stored.", {
    usage: "destination source min:double max:double [BYSCORE | BYLEX] [REV] [LIMIT offset count]",
    types: { min: "number | string", max: "number | string" },
    texts: { min: "The first index, score or name.", max: "The last one." },
  }),
  ZRANK: ranked("before"),
  ZREM: answers("number", "How many of them were members."),
  ZREMRANGEBYLEX: answers("number", "How many members were removed."),
  ZREMRANGEBYRANK: answers("number", "How many members were removed."),
  ZREMRANGEBYSCORE: answers("number", "How many members were removed."),
  ZREVRANGE: answers("string[]", "The members.", { variants: WITH_SCORES }),
  ZREVRANGEBYLEX: answers("string[]", "The members."),
  ZREVRANGEBYSCORE: answers("string[]", "The members.", { variants: WITH_SCORES }),
  ZREVRANK: ranked("behind"),
  ZSCORE: answers("number | null", "The score, or null where it is no member."),
  ZUNION: answers("string[]", "The members.", { variants: WITH_SCORES }),
  ZUNIONSTORE: answers("number", "How many members were stored."),

  // ---- Streams ----
  XACK: answers("number", "How many entries were acknowledged."),
  XADD: answers("string", "The id of the new entry.", {
    usage: `key [NOMKSTREAM] ${TRIMMING} id values`,
    ...TRIM_NOTE,
    types: { ...TRIM_NOTE.types, values: "Pairs" },
    push: { ...TRIM_NOTE.push, values: "pushPairs(args, values);" },
    texts: {
      ...TRIM_NOTE.texts,
      id: "The id; `*`: the server makes one.",
      values: "The fields and their values; pairs may repeat a field.",
      nomkstream: "Adds nothing where there is no such key.",
    },
    variants: [{ when: "nomkstream", type: "string | null", text: "The id, or null where there is no such key." }],
  }),
  XAUTOCLAIM: answers(
    "[cursor: string, entries: StreamEntry[], deleted: string[]]",
    "Where to go on (`0-0`: all were looked at), the entries, and the ids of those that are deleted (Redis 7 and later).",
    {
      convert: "autoclaimed",
      variants: [{
        when: "justid",
        type: "[cursor: string, ids: string[], deleted: string[]]",
        text: "The same with ids alone.",
        convert: "null",
      }],
    },
  ),
  XCLAIM: answers("StreamEntry[]", "The entries that are the consumer's now.", {
    convert: "streamEntries",
    variants: [{ when: "justid", type: "string[]", text: "Their ids.", convert: "null" }],
    texts: {
      idle: "How many milliseconds ago it shall have been delivered.",
      time: "The Unix time, in milliseconds, at which it shall have been delivered.",
      retrycount: "How often it shall have been delivered.",
      force: "Takes entries too that are nobody's.",
      lastid: "The last id delivered to the group, if it is greater.",
    },
  }),
  XDEL: answers("number", "How many of the entries existed."),
  "XGROUP CREATE": answers('"OK"', "Always `OK`.", {
    usage: "key group id [MKSTREAM] [ENTRIESREAD entries-read:integer]",
    texts: {
      id: "The last entry that counts as delivered; `$`: the last there is.",
      mkstream: "Makes the stream if need be.",
    },
  }),
  "XGROUP CREATECONSUMER": answers("number", "1, or 0 where there was one already.", { usage: "key group consumer" }),
  "XGROUP DELCONSUMER": answers("number", "How many entries the consumer had not acknowledged.", {
    usage: "key group consumer",
  }),
  "XGROUP DESTROY": answers("number", "1, or 0 where there was none.", { usage: "key group" }),
  "XGROUP SETID": answers('"OK"', "Always `OK`.", {
    usage: "key group id [ENTRIESREAD entries-read:integer]",
    texts: { id: "The last entry that counts as delivered; `$`: the last there is." },
  }),
  "XINFO CONSUMERS": answers("StreamConsumerInfo[]", "The consumers.", { usage: "key group" }),
  "XINFO GROUPS": answers("StreamGroupInfo[]", "The groups."),
  "XINFO STREAM": answers("StreamInfo", "The numbers of the stream, its first entry and its last.", {
    usage: "key [FULL] [COUNT count]",
    convert: "streamInfo",
    variants: [{
      when: "full",
      type: "FullStreamInfo",
      text: "The same with entries, groups and consumers.",
      convert: "fullStreamInfo",
    }],
    texts: { full: "Tells of entries, groups and consumers too.", count: "With `full`: so many entries each; 0: all." },
  }),
  XLEN: answers("number", "How many entries there are; 0 where there is no such key."),
  XPENDING: answers(
    "[count: number, first: string | null, last: string | null, consumers: [name: string, count: string][] | null]",
    "How many entries are pending, the ids between which they are, and how many each consumer has.",
    {
      usage: "key group [range]",
      types: { range: "PendingRange" },
      push: { range: "pushPendingRange(args, range);" },
      texts: { range: "Which entries to list." },
      variants: [{
        when: "range",
        type: "[id: string, consumer: string, idleMs: number, deliveries: number][]",
        text: "The entries: whose they are, for how long, and how often they were delivered.",
      }],
    },
  ),
  XRANGE: answers("StreamEntry[]", "The entries.", { convert: "streamEntries" }),
  XREAD: answers("Record<string, StreamEntry[]> | null", "The new entries of each stream; null where there are none.", {
    usage: "[COUNT count] [BLOCK milliseconds] STREAMS streams",
    types: { streams: "Pairs" },
    push: { streams: "pushStreams(args, streams);" },
    texts: { streams: 'The keys, and the ids after which to read: `{ news: "$" }`.' },
    convert: "streamsOfEntries",
  }),
  XREADGROUP: answers(
    "Record<string, [id: string, fields: [field: string, value: string][] | null][]> | null",
    "Entries of each stream; null where there are none. Of an entry that was deleted, the fields are null.",
    {
      usage: "GROUP group consumer [COUNT count] [BLOCK milliseconds] [NOACK] STREAMS streams",
      types: { streams: "Pairs" },
      push: { streams: "pushStreams(args, streams);" },
      texts: {
        streams: 'The keys, and the ids after which to read: `{ jobs: ">" }` for what nobody got yet.',
        noack: "Entries need not be acknowledged.",
      },
      convert: "streamsOfEntries",
    },
  ),
  XREVRANGE: answers("StreamEntry[]", "The entries.", { convert: "streamEntries" }),
  XSETID: answers('"OK"', "Always `OK`."),
  XTRIM: answers("number", "How many entries were deleted.", {
    usage: `key ${TRIMMING}`,
    ...TRIM_NOTE,
    needsOptions: true,
  }),
};

function fieldExpiry(): MethodNote {
  return answers("number[]", "For each field 1, 2 where it was deleted, 0 by the condition, -2 where there is none.");
}

function fieldTimes(what: string): MethodNote {
  return answers("number[]", `For each field ${what}; -1 where it does not expire, -2 where there is none.`);
}

function ranked(where: string): MethodNote {
  return answers("number | null", `How many members come ${where} it, or null where it is none.`, {
    usage: "key member [WITHSCORE]",
    texts: { withscore: "Answers its score too (Redis 7.2 and later)." },
    variants: [{
      when: "withscore",
      type: "[rank: number, score: number] | null",
      text: `How many members come ${where} it, and its score; null where it is none.`,
    }],
  });
}

function zpop(): MethodNote {
  return answers("ScoredMember | null", "The member and its score, or null where there is no such key.", {
    convert: "emptyToNull",
    variants: [{ when: "count", type: SCORED, text: "The members with their scores.", convert: "null" }],
  });
}
