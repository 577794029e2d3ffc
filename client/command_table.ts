/**
 * What a client knows of every command.
 *
 * Written by tools/client_methods.ts from the table of commands (`deno task methods`): not to be edited.
 */
import {
  ADMIN,
  ALL_KEYS,
  BLOCKS,
  CACHEABLE,
  CommandInfo,
  CONNECTION,
  NO_KEYS,
  ONE_KEY,
  READS,
  WRITES,
} from "./command_info.ts";

/** ACL. */
export const ACL: CommandInfo = new CommandInfo("ACL", 0);
/** ACL CAT. */
export const ACL_CAT: CommandInfo = new CommandInfo("ACL CAT", 0);
/** ACL DELUSER. */
export const ACL_DELUSER: CommandInfo = new CommandInfo("ACL DELUSER", ADMIN, NO_KEYS, {
  request: "all_nodes",
  response: "all_succeeded",
});
/** ACL DRYRUN. */
export const ACL_DRYRUN: CommandInfo = new CommandInfo("ACL DRYRUN", ADMIN);
/** ACL GENPASS. */
export const ACL_GENPASS: CommandInfo = new CommandInfo("ACL GENPASS", 0);
/** ACL GETUSER. */
export const ACL_GETUSER: CommandInfo = new CommandInfo("ACL GETUSER", ADMIN);
/** ACL LIST. */
export const ACL_LIST: CommandInfo = new CommandInfo("ACL LIST", ADMIN);
/** ACL LOAD. */
export const ACL_LOAD: CommandInfo = new CommandInfo("ACL LOAD", ADMIN);
/** ACL LOG. */
export const ACL_LOG: CommandInfo = new CommandInfo("ACL LOG", ADMIN);
/** ACL SAVE. */
export const ACL_SAVE: CommandInfo = new CommandInfo("ACL SAVE", ADMIN, NO_KEYS, {
  request: "all_nodes",
  response: "all_succeeded",
});
/** ACL SETUSER. */
export const ACL_SETUSER: CommandInfo = new CommandInfo("ACL SETUSER", ADMIN, NO_KEYS, {
  request: "all_nodes",
  response: "all_succeeded",
});
/** ACL USERS. */
export const ACL_USERS: CommandInfo = new CommandInfo("ACL USERS", ADMIN);
/** ACL WHOAMI. */
export const ACL_WHOAMI: CommandInfo = new CommandInfo("ACL WHOAMI", 0);
/** APPEND. */
export const APPEND: CommandInfo = new CommandInfo("APPEND", WRITES, ONE_KEY);
/** ASKING. */
export const ASKING: CommandInfo = new CommandInfo("ASKING", CONNECTION);
/** AUTH. */
export const AUTH: CommandInfo = new CommandInfo("AUTH", CONNECTION);
/** BGREWRITEAOF. */
export const BGREWRITEAOF: CommandInfo = new CommandInfo("BGREWRITEAOF", ADMIN);
/** BGSAVE. */
export const BGSAVE: CommandInfo = new CommandInfo("BGSAVE", ADMIN);
/** BITCOUNT. */
export const BITCOUNT: CommandInfo = new CommandInfo("BITCOUNT", READS | CACHEABLE, ONE_KEY);
/** BITFIELD. */
export const BITFIELD: CommandInfo = new CommandInfo("BITFIELD", WRITES, ONE_KEY);
/** BITFIELD_RO. */
export const BITFIELD_RO: CommandInfo = new CommandInfo("BITFIELD_RO", READS | CACHEABLE, ONE_KEY);
/** BITOP. */
export const BITOP: CommandInfo = new CommandInfo("BITOP", WRITES, [{
  first: 2,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}, { first: 3, keyword: null, last: -1, step: 1, limit: 0 }]);
/** BITPOS. */
export const BITPOS: CommandInfo = new CommandInfo("BITPOS", READS | CACHEABLE, ONE_KEY);
/** BLMOVE. */
export const BLMOVE: CommandInfo = new CommandInfo("BLMOVE", WRITES | BLOCKS, [{
  first: 1,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}, { first: 2, keyword: null, last: 0, step: 1, limit: 0 }], { timeout: { at: -1, unitMs: 1_000 } });
/** BLMPOP. */
export const BLMPOP: CommandInfo = new CommandInfo("BLMPOP", WRITES | BLOCKS, [{ count: 2, first: 3, step: 1 }], {
  timeout: { at: 1, unitMs: 1_000 },
});
/** BLPOP. */
export const BLPOP: CommandInfo = new CommandInfo("BLPOP", WRITES | BLOCKS, [{
  first: 1,
  keyword: null,
  last: -2,
  step: 1,
  limit: 0,
}], { timeout: { at: -1, unitMs: 1_000 } });
/** BRPOP. */
export const BRPOP: CommandInfo = new CommandInfo("BRPOP", WRITES | BLOCKS, [{
  first: 1,
  keyword: null,
  last: -2,
  step: 1,
  limit: 0,
}], { timeout: { at: -1, unitMs: 1_000 } });
/** BRPOPLPUSH. */
export const BRPOPLPUSH: CommandInfo = new CommandInfo("BRPOPLPUSH", WRITES | BLOCKS, [{
  first: 1,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}, { first: 2, keyword: null, last: 0, step: 1, limit: 0 }], { timeout: { at: -1, unitMs: 1_000 } });
/** BZMPOP. */
export const BZMPOP: CommandInfo = new CommandInfo("BZMPOP", WRITES | BLOCKS, [{ count: 2, first: 3, step: 1 }], {
  timeout: { at: 1, unitMs: 1_000 },
});
/** BZPOPMAX. */
export const BZPOPMAX: CommandInfo = new CommandInfo("BZPOPMAX", WRITES | BLOCKS, [{
  first: 1,
  keyword: null,
  last: -2,
  step: 1,
  limit: 0,
}], { timeout: { at: -1, unitMs: 1_000 } });
/** BZPOPMIN. */
export const BZPOPMIN: CommandInfo = new CommandInfo("BZPOPMIN", WRITES | BLOCKS, [{
  first: 1,
  keyword: null,
  last: -2,
  step: 1,
  limit: 0,
}], { timeout: { at: -1, unitMs: 1_000 } });
/** CLIENT. */
export const CLIENT: CommandInfo = new CommandInfo("CLIENT", 0);
/** CLIENT CACHING. */
export const CLIENT_CACHING: CommandInfo = new CommandInfo("CLIENT CACHING", CONNECTION);
/** CLIENT GETNAME. */
export const CLIENT_GETNAME: CommandInfo = new CommandInfo("CLIENT GETNAME", 0);
/** CLIENT GETREDIR. */
export const CLIENT_GETREDIR: CommandInfo = new CommandInfo("CLIENT GETREDIR", 0);
/** CLIENT HELP. */
export const CLIENT_HELP: CommandInfo = new CommandInfo("CLIENT HELP", 0);
/** CLIENT ID. */
export const CLIENT_ID: CommandInfo = new CommandInfo("CLIENT ID", 0);
/** CLIENT INFO. */
export const CLIENT_INFO: CommandInfo = new CommandInfo("CLIENT INFO", 0);
/** CLIENT KILL. */
export const CLIENT_KILL: CommandInfo = new CommandInfo("CLIENT KILL", ADMIN);
/** CLIENT LIST. */
export const CLIENT_LIST: CommandInfo = new CommandInfo("CLIENT LIST", ADMIN);
/** CLIENT NO-EVICT. */
export const CLIENT_NO_EVICT: CommandInfo = new CommandInfo("CLIENT NO-EVICT", ADMIN);
/** CLIENT PAUSE. */
export const CLIENT_PAUSE: CommandInfo = new CommandInfo("CLIENT PAUSE", ADMIN);
/** CLIENT REPLY. */
export const CLIENT_REPLY: CommandInfo = new CommandInfo("CLIENT REPLY", CONNECTION);
/** CLIENT SETINFO. */
export const CLIENT_SETINFO: CommandInfo = new CommandInfo("CLIENT SETINFO", 0, NO_KEYS, {
  request: "all_nodes",
  response: "all_succeeded",
});
/** CLIENT SETNAME. */
export const CLIENT_SETNAME: CommandInfo = new CommandInfo("CLIENT SETNAME", 0);
/** CLIENT TRACKING. */
export const CLIENT_TRACKING: CommandInfo = new CommandInfo("CLIENT TRACKING", CONNECTION);
/** CLIENT TRACKINGINFO. */
export const CLIENT_TRACKINGINFO: CommandInfo = new CommandInfo("CLIENT TRACKINGINFO", 0);
/** CLIENT UNBLOCK. */
export const CLIENT_UNBLOCK: CommandInfo = new CommandInfo("CLIENT UNBLOCK", ADMIN);
/** CLIENT UNPAUSE. */
export const CLIENT_UNPAUSE: CommandInfo = new CommandInfo("CLIENT UNPAUSE", ADMIN);
/** CLUSTER. */
export const CLUSTER: CommandInfo = new CommandInfo("CLUSTER", 0);
/** CLUSTER ADDSLOTS. */
export const CLUSTER_ADDSLOTS: CommandInfo = new CommandInfo("CLUSTER ADDSLOTS", ADMIN);
/** CLUSTER ADDSLOTSRANGE. */
export const CLUSTER_ADDSLOTSRANGE: CommandInfo = new CommandInfo("CLUSTER ADDSLOTSRANGE", ADMIN);
/** CLUSTER BUMPEPOCH. */
export const CLUSTER_BUMPEPOCH: CommandInfo = new CommandInfo("CLUSTER BUMPEPOCH", ADMIN);
/** CLUSTER COUNT-FAILURE-REPORTS. */
export const CLUSTER_COUNT_FAILURE_REPORTS: CommandInfo = new CommandInfo("CLUSTER COUNT-FAILURE-REPORTS", ADMIN);
/** CLUSTER COUNTKEYSINSLOT. */
export const CLUSTER_COUNTKEYSINSLOT: CommandInfo = new CommandInfo("CLUSTER COUNTKEYSINSLOT", 0);
/** CLUSTER DELSLOTS. */
export const CLUSTER_DELSLOTS: CommandInfo = new CommandInfo("CLUSTER DELSLOTS", ADMIN);
/** CLUSTER DELSLOTSRANGE. */
export const CLUSTER_DELSLOTSRANGE: CommandInfo = new CommandInfo("CLUSTER DELSLOTSRANGE", ADMIN);
/** CLUSTER FAILOVER. */
export const CLUSTER_FAILOVER: CommandInfo = new CommandInfo("CLUSTER FAILOVER", ADMIN);
/** CLUSTER FLUSHSLOTS. */
export const CLUSTER_FLUSHSLOTS: CommandInfo = new CommandInfo("CLUSTER FLUSHSLOTS", ADMIN);
/** CLUSTER FORGET. */
export const CLUSTER_FORGET: CommandInfo = new CommandInfo("CLUSTER FORGET", ADMIN);
/** CLUSTER GETKEYSINSLOT. */
export const CLUSTER_GETKEYSINSLOT: CommandInfo = new CommandInfo("CLUSTER GETKEYSINSLOT", 0);
/** CLUSTER HELP. */
export const CLUSTER_HELP: CommandInfo = new CommandInfo("CLUSTER HELP", 0);
/** CLUSTER INFO. */
export const CLUSTER_INFO: CommandInfo = new CommandInfo("CLUSTER INFO", 0);
/** CLUSTER KEYSLOT. */
export const CLUSTER_KEYSLOT: CommandInfo = new CommandInfo("CLUSTER KEYSLOT", 0);
/** CLUSTER LINKS. */
export const CLUSTER_LINKS: CommandInfo = new CommandInfo("CLUSTER LINKS", 0);
/** CLUSTER MEET. */
export const CLUSTER_MEET: CommandInfo = new CommandInfo("CLUSTER MEET", ADMIN);
/** CLUSTER MYID. */
export const CLUSTER_MYID: CommandInfo = new CommandInfo("CLUSTER MYID", 0);
/** CLUSTER NODES. */
export const CLUSTER_NODES: CommandInfo = new CommandInfo("CLUSTER NODES", 0);
/** CLUSTER REPLICAS. */
export const CLUSTER_REPLICAS: CommandInfo = new CommandInfo("CLUSTER REPLICAS", ADMIN);
/** CLUSTER REPLICATE. */
export const CLUSTER_REPLICATE: CommandInfo = new CommandInfo("CLUSTER REPLICATE", ADMIN);
/** CLUSTER RESET. */
export const CLUSTER_RESET: CommandInfo = new CommandInfo("CLUSTER RESET", ADMIN);
/** CLUSTER SAVECONFIG. */
export const CLUSTER_SAVECONFIG: CommandInfo = new CommandInfo("CLUSTER SAVECONFIG", ADMIN);
/** CLUSTER SET-CONFIG-EPOCH. */
export const CLUSTER_SET_CONFIG_EPOCH: CommandInfo = new CommandInfo("CLUSTER SET-CONFIG-EPOCH", ADMIN);
/** CLUSTER SETSLOT. */
export const CLUSTER_SETSLOT: CommandInfo = new CommandInfo("CLUSTER SETSLOT", ADMIN);
/** CLUSTER SHARDS. */
export const CLUSTER_SHARDS: CommandInfo = new CommandInfo("CLUSTER SHARDS", 0);
/** CLUSTER SLAVES. */
export const CLUSTER_SLAVES: CommandInfo = new CommandInfo("CLUSTER SLAVES", ADMIN);
/** CLUSTER SLOTS. */
export const CLUSTER_SLOTS: CommandInfo = new CommandInfo("CLUSTER SLOTS", 0);
/** COMMAND. */
export const COMMAND: CommandInfo = new CommandInfo("COMMAND", 0);
/** COMMAND COUNT. */
export const COMMAND_COUNT: CommandInfo = new CommandInfo("COMMAND COUNT", 0);
/** COMMAND DOCS. */
export const COMMAND_DOCS: CommandInfo = new CommandInfo("COMMAND DOCS", 0);
/** COMMAND GETKEYS. */
export const COMMAND_GETKEYS: CommandInfo = new CommandInfo("COMMAND GETKEYS", 0);
/** COMMAND GETKEYSANDFLAGS. */
export const COMMAND_GETKEYSANDFLAGS: CommandInfo = new CommandInfo("COMMAND GETKEYSANDFLAGS", 0);
/** COMMAND HELP. */
export const COMMAND_HELP: CommandInfo = new CommandInfo("COMMAND HELP", 0);
/** COMMAND INFO. */
export const COMMAND_INFO: CommandInfo = new CommandInfo("COMMAND INFO", 0);
/** COMMAND LIST. */
export const COMMAND_LIST: CommandInfo = new CommandInfo("COMMAND LIST", 0);
/** CONFIG. */
export const CONFIG: CommandInfo = new CommandInfo("CONFIG", 0);
/** CONFIG GET. */
export const CONFIG_GET: CommandInfo = new CommandInfo("CONFIG GET", ADMIN);
/** CONFIG HELP. */
export const CONFIG_HELP: CommandInfo = new CommandInfo("CONFIG HELP", 0);
/** CONFIG RESETSTAT. */
export const CONFIG_RESETSTAT: CommandInfo = new CommandInfo("CONFIG RESETSTAT", ADMIN);
/** CONFIG REWRITE. */
export const CONFIG_REWRITE: CommandInfo = new CommandInfo("CONFIG REWRITE", ADMIN);
/** CONFIG SET. */
export const CONFIG_SET: CommandInfo = new CommandInfo("CONFIG SET", ADMIN, NO_KEYS, {
  request: "all_nodes",
  response: "all_succeeded",
});
/** COPY. */
export const COPY: CommandInfo = new CommandInfo("COPY", WRITES, [{
  first: 1,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}, { first: 2, keyword: null, last: 0, step: 1, limit: 0 }]);
/** DBSIZE. */
export const DBSIZE: CommandInfo = new CommandInfo("DBSIZE", READS, NO_KEYS, {
  request: "all_shards",
  response: "agg_sum",
});
/** DEBUG. */
export const DEBUG: CommandInfo = new CommandInfo("DEBUG", ADMIN);
/** DECR. */
export const DECR: CommandInfo = new CommandInfo("DECR", WRITES, ONE_KEY);
/** DECRBY. */
export const DECRBY: CommandInfo = new CommandInfo("DECRBY", WRITES, ONE_KEY);
/** DEL. */
export const DEL: CommandInfo = new CommandInfo("DEL", WRITES, ALL_KEYS, {
  request: "multi_shard",
  response: "agg_sum",
});
/** DELETE. */
export const DELETE: CommandInfo = new CommandInfo("DELETE", WRITES, ALL_KEYS, {
  request: "multi_shard",
  response: "agg_sum",
});
/** DISCARD. */
export const DISCARD: CommandInfo = new CommandInfo("DISCARD", CONNECTION);
/** DUMP. */
export const DUMP: CommandInfo = new CommandInfo("DUMP", READS, ONE_KEY);
/** ECHO. */
export const ECHO: CommandInfo = new CommandInfo("ECHO", 0);
/** EVAL. */
export const EVAL: CommandInfo = new CommandInfo("EVAL", 0, [{ count: 2, first: 3, step: 1 }]);
/** EVALSHA. */
export const EVALSHA: CommandInfo = new CommandInfo("EVALSHA", 0, [{ count: 2, first: 3, step: 1 }]);
/** EVALSHA_RO. */
export const EVALSHA_RO: CommandInfo = new CommandInfo("EVALSHA_RO", READS, [{ count: 2, first: 3, step: 1 }]);
/** EVAL_RO. */
export const EVAL_RO: CommandInfo = new CommandInfo("EVAL_RO", READS, [{ count: 2, first: 3, step: 1 }]);
/** EXEC. */
export const EXEC: CommandInfo = new CommandInfo("EXEC", CONNECTION);
/** EXISTS. */
export const EXISTS: CommandInfo = new CommandInfo("EXISTS", READS | CACHEABLE, ALL_KEYS, {
  request: "multi_shard",
  response: "agg_sum",
});
/** EXPIRE. */
export const EXPIRE: CommandInfo = new CommandInfo("EXPIRE", WRITES, ONE_KEY);
/** EXPIREAT. */
export const EXPIREAT: CommandInfo = new CommandInfo("EXPIREAT", WRITES, ONE_KEY);
/** EXPIRETIME. */
export const EXPIRETIME: CommandInfo = new CommandInfo("EXPIRETIME", READS | CACHEABLE, ONE_KEY);
/** FAILOVER. */
export const FAILOVER: CommandInfo = new CommandInfo("FAILOVER", ADMIN);
/** FCALL. */
export const FCALL: CommandInfo = new CommandInfo("FCALL", 0, [{ count: 2, first: 3, step: 1 }]);
/** FCALL_RO. */
export const FCALL_RO: CommandInfo = new CommandInfo("FCALL_RO", READS, [{ count: 2, first: 3, step: 1 }]);
/** FLUSH. */
export const FLUSH: CommandInfo = new CommandInfo("FLUSH", WRITES, NO_KEYS, {
  request: "all_shards",
  response: "agg_sum",
});
/** FLUSHALL. */
export const FLUSHALL: CommandInfo = new CommandInfo("FLUSHALL", WRITES, NO_KEYS, {
  request: "all_shards",
  response: "all_succeeded",
});
/** FLUSHDB. */
export const FLUSHDB: CommandInfo = new CommandInfo("FLUSHDB", WRITES, NO_KEYS, {
  request: "all_shards",
  response: "all_succeeded",
});
/** FUNCTION. */
export const FUNCTION: CommandInfo = new CommandInfo("FUNCTION", 0);
/** FUNCTION DELETE. */
export const FUNCTION_DELETE: CommandInfo = new CommandInfo("FUNCTION DELETE", WRITES, NO_KEYS, {
  request: "all_shards",
  response: "all_succeeded",
});
/** FUNCTION DUMP. */
export const FUNCTION_DUMP: CommandInfo = new CommandInfo("FUNCTION DUMP", 0);
/** FUNCTION FLUSH. */
export const FUNCTION_FLUSH: CommandInfo = new CommandInfo("FUNCTION FLUSH", WRITES, NO_KEYS, {
  request: "all_shards",
  response: "all_succeeded",
});
/** FUNCTION KILL. */
export const FUNCTION_KILL: CommandInfo = new CommandInfo("FUNCTION KILL", 0, NO_KEYS, {
  request: "all_shards",
  response: "one_succeeded",
});
/** FUNCTION LIST. */
export const FUNCTION_LIST: CommandInfo = new CommandInfo("FUNCTION LIST", 0);
/** FUNCTION LOAD. */
export const FUNCTION_LOAD: CommandInfo = new CommandInfo("FUNCTION LOAD", WRITES, NO_KEYS, {
  request: "all_shards",
  response: "all_succeeded",
});
/** FUNCTION RESTORE. */
export const FUNCTION_RESTORE: CommandInfo = new CommandInfo("FUNCTION RESTORE", WRITES, NO_KEYS, {
  request: "all_shards",
  response: "all_succeeded",
});
/** FUNCTION STATS. */
export const FUNCTION_STATS: CommandInfo = new CommandInfo("FUNCTION STATS", 0, NO_KEYS, {
  request: "all_shards",
  response: "special",
});
/** GEOADD. */
export const GEOADD: CommandInfo = new CommandInfo("GEOADD", WRITES, ONE_KEY);
/** GEODIST. */
export const GEODIST: CommandInfo = new CommandInfo("GEODIST", READS | CACHEABLE, ONE_KEY);
/** GEOHASH. */
export const GEOHASH: CommandInfo = new CommandInfo("GEOHASH", READS | CACHEABLE, ONE_KEY);
/** GEOPOS. */
export const GEOPOS: CommandInfo = new CommandInfo("GEOPOS", READS | CACHEABLE, ONE_KEY);
/** GEORADIUS. */
export const GEORADIUS: CommandInfo = new CommandInfo("GEORADIUS", WRITES, [
  { first: 1, keyword: null, last: 0, step: 1, limit: 0 },
  { first: 6, keyword: "STORE", last: 0, step: 1, limit: 0 },
  { first: 6, keyword: "STOREDIST", last: 0, step: 1, limit: 0 },
]);
/** GEORADIUSBYMEMBER. */
export const GEORADIUSBYMEMBER: CommandInfo = new CommandInfo("GEORADIUSBYMEMBER", WRITES, [
  { first: 1, keyword: null, last: 0, step: 1, limit: 0 },
  { first: 5, keyword: "STORE", last: 0, step: 1, limit: 0 },
  { first: 5, keyword: "STOREDIST", last: 0, step: 1, limit: 0 },
]);
/** GEORADIUSBYMEMBER_RO. */
export const GEORADIUSBYMEMBER_RO: CommandInfo = new CommandInfo("GEORADIUSBYMEMBER_RO", READS | CACHEABLE, ONE_KEY);
/** GEORADIUS_RO. */
export const GEORADIUS_RO: CommandInfo = new CommandInfo("GEORADIUS_RO", READS | CACHEABLE, ONE_KEY);
/** GEOSEARCH. */
export const GEOSEARCH: CommandInfo = new CommandInfo("GEOSEARCH", READS | CACHEABLE, ONE_KEY);
/** GEOSEARCHSTORE. */
export const GEOSEARCHSTORE: CommandInfo = new CommandInfo("GEOSEARCHSTORE", WRITES, [{
  first: 1,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}, { first: 2, keyword: null, last: 0, step: 1, limit: 0 }]);
/** GET. */
export const GET: CommandInfo = new CommandInfo("GET", READS | CACHEABLE, ONE_KEY);
/** GETBIT. */
export const GETBIT: CommandInfo = new CommandInfo("GETBIT", READS | CACHEABLE, ONE_KEY);
/** GETDEL. */
export const GETDEL: CommandInfo = new CommandInfo("GETDEL", WRITES, ONE_KEY);
/** GETEX. */
export const GETEX: CommandInfo = new CommandInfo("GETEX", WRITES, ONE_KEY);
/** GETRANGE. */
export const GETRANGE: CommandInfo = new CommandInfo("GETRANGE", READS | CACHEABLE, ONE_KEY);
/** GETSET. */
export const GETSET: CommandInfo = new CommandInfo("GETSET", WRITES, ONE_KEY);
/** HDEL. */
export const HDEL: CommandInfo = new CommandInfo("HDEL", WRITES, ONE_KEY);
/** HELLO. */
export const HELLO: CommandInfo = new CommandInfo("HELLO", CONNECTION);
/** HEXISTS. */
export const HEXISTS: CommandInfo = new CommandInfo("HEXISTS", READS | CACHEABLE, ONE_KEY);
/** HEXPIRE. */
export const HEXPIRE: CommandInfo = new CommandInfo("HEXPIRE", WRITES, ONE_KEY);
/** HEXPIREAT. */
export const HEXPIREAT: CommandInfo = new CommandInfo("HEXPIREAT", WRITES, ONE_KEY);
/** HEXPIRETIME. */
export const HEXPIRETIME: CommandInfo = new CommandInfo("HEXPIRETIME", READS | CACHEABLE, ONE_KEY);
/** HGET. */
export const HGET: CommandInfo = new CommandInfo("HGET", READS | CACHEABLE, ONE_KEY);
/** HGETALL. */
export const HGETALL: CommandInfo = new CommandInfo("HGETALL", READS | CACHEABLE, ONE_KEY);
/** HGETDEL. */
export const HGETDEL: CommandInfo = new CommandInfo("HGETDEL", WRITES, ONE_KEY);
/** HGETEX. */
export const HGETEX: CommandInfo = new CommandInfo("HGETEX", WRITES, ONE_KEY);
/** HINCRBY. */
export const HINCRBY: CommandInfo = new CommandInfo("HINCRBY", WRITES, ONE_KEY);
/** HINCRBYFLOAT. */
export const HINCRBYFLOAT: CommandInfo = new CommandInfo("HINCRBYFLOAT", WRITES, ONE_KEY);
/** HKEYS. */
export const HKEYS: CommandInfo = new CommandInfo("HKEYS", READS | CACHEABLE, ONE_KEY);
/** HLEN. */
export const HLEN: CommandInfo = new CommandInfo("HLEN", READS | CACHEABLE, ONE_KEY);
/** HMGET. */
export const HMGET: CommandInfo = new CommandInfo("HMGET", READS | CACHEABLE, ONE_KEY);
/** HMSET. */
export const HMSET: CommandInfo = new CommandInfo("HMSET", WRITES, ONE_KEY);
/** HPERSIST. */
export const HPERSIST: CommandInfo = new CommandInfo("HPERSIST", WRITES, ONE_KEY);
/** HPEXPIRE. */
export const HPEXPIRE: CommandInfo = new CommandInfo("HPEXPIRE", WRITES, ONE_KEY);
/** HPEXPIREAT. */
export const HPEXPIREAT: CommandInfo = new CommandInfo("HPEXPIREAT", WRITES, ONE_KEY);
/** HPEXPIRETIME. */
export const HPEXPIRETIME: CommandInfo = new CommandInfo("HPEXPIRETIME", READS | CACHEABLE, ONE_KEY);
/** HPTTL. */
export const HPTTL: CommandInfo = new CommandInfo("HPTTL", READS, ONE_KEY);
/** HRANDFIELD. */
export const HRANDFIELD: CommandInfo = new CommandInfo("HRANDFIELD", READS, ONE_KEY);
/** HSCAN. */
export const HSCAN: CommandInfo = new CommandInfo("HSCAN", READS, ONE_KEY);
/** HSET. */
export const HSET: CommandInfo = new CommandInfo("HSET", WRITES, ONE_KEY);
/** HSETEX. */
export const HSETEX: CommandInfo = new CommandInfo("HSETEX", WRITES, ONE_KEY);
/** HSETNX. */
export const HSETNX: CommandInfo = new CommandInfo("HSETNX", WRITES, ONE_KEY);
/** HSTRLEN. */
export const HSTRLEN: CommandInfo = new CommandInfo("HSTRLEN", READS | CACHEABLE, ONE_KEY);
/** HTTL. */
export const HTTL: CommandInfo = new CommandInfo("HTTL", READS, ONE_KEY);
/** HVALS. */
export const HVALS: CommandInfo = new CommandInfo("HVALS", READS | CACHEABLE, ONE_KEY);
/** INCR. */
export const INCR: CommandInfo = new CommandInfo("INCR", WRITES, ONE_KEY);
/** INCRBY. */
export const INCRBY: CommandInfo = new CommandInfo("INCRBY", WRITES, ONE_KEY);
/** INCRBYFLOAT. */
export const INCRBYFLOAT: CommandInfo = new CommandInfo("INCRBYFLOAT", WRITES, ONE_KEY);
/** INFO. */
export const INFO: CommandInfo = new CommandInfo("INFO", 0, NO_KEYS, { request: "all_shards", response: "special" });
/** KEYS. */
export const KEYS: CommandInfo = new CommandInfo("KEYS", READS, NO_KEYS, { request: "all_shards" });
/** LASTSAVE. */
export const LASTSAVE: CommandInfo = new CommandInfo("LASTSAVE", 0);
/** LATENCY. */
export const LATENCY: CommandInfo = new CommandInfo("LATENCY", 0);
/** LATENCY DOCTOR. */
export const LATENCY_DOCTOR: CommandInfo = new CommandInfo("LATENCY DOCTOR", ADMIN, NO_KEYS, {
  request: "all_nodes",
  response: "special",
});
/** LATENCY GRAPH. */
export const LATENCY_GRAPH: CommandInfo = new CommandInfo("LATENCY GRAPH", ADMIN, NO_KEYS, {
  request: "all_nodes",
  response: "special",
});
/** LATENCY HELP. */
export const LATENCY_HELP: CommandInfo = new CommandInfo("LATENCY HELP", 0);
/** LATENCY HISTOGRAM. */
export const LATENCY_HISTOGRAM: CommandInfo = new CommandInfo("LATENCY HISTOGRAM", ADMIN, NO_KEYS, {
  request: "all_nodes",
  response: "special",
});
/** LATENCY HISTORY. */
export const LATENCY_HISTORY: CommandInfo = new CommandInfo("LATENCY HISTORY", ADMIN, NO_KEYS, {
  request: "all_nodes",
  response: "special",
});
/** LATENCY LATEST. */
export const LATENCY_LATEST: CommandInfo = new CommandInfo("LATENCY LATEST", ADMIN, NO_KEYS, {
  request: "all_nodes",
  response: "special",
});
/** LATENCY RESET. */
export const LATENCY_RESET: CommandInfo = new CommandInfo("LATENCY RESET", ADMIN, NO_KEYS, {
  request: "all_nodes",
  response: "all_succeeded",
});
/** LCS. */
export const LCS: CommandInfo = new CommandInfo("LCS", READS | CACHEABLE, [{
  first: 1,
  keyword: null,
  last: 1,
  step: 1,
  limit: 0,
}]);
/** LINDEX. */
export const LINDEX: CommandInfo = new CommandInfo("LINDEX", READS | CACHEABLE, ONE_KEY);
/** LINSERT. */
export const LINSERT: CommandInfo = new CommandInfo("LINSERT", WRITES, ONE_KEY);
/** LLEN. */
export const LLEN: CommandInfo = new CommandInfo("LLEN", READS | CACHEABLE, ONE_KEY);
/** LMOVE. */
export const LMOVE: CommandInfo = new CommandInfo("LMOVE", WRITES, [{
  first: 1,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}, { first: 2, keyword: null, last: 0, step: 1, limit: 0 }]);
/** LMPOP. */
export const LMPOP: CommandInfo = new CommandInfo("LMPOP", WRITES, [{ count: 1, first: 2, step: 1 }]);
/** LOLWUT. */
export const LOLWUT: CommandInfo = new CommandInfo("LOLWUT", READS);
/** LPOP. */
export const LPOP: CommandInfo = new CommandInfo("LPOP", WRITES, ONE_KEY);
/** LPOS. */
export const LPOS: CommandInfo = new CommandInfo("LPOS", READS | CACHEABLE, ONE_KEY);
/** LPUSH. */
export const LPUSH: CommandInfo = new CommandInfo("LPUSH", WRITES, ONE_KEY);
/** LPUSHX. */
export const LPUSHX: CommandInfo = new CommandInfo("LPUSHX", WRITES, ONE_KEY);
/** LRANGE. */
export const LRANGE: CommandInfo = new CommandInfo("LRANGE", READS | CACHEABLE, ONE_KEY);
/** LREM. */
export const LREM: CommandInfo = new CommandInfo("LREM", WRITES, ONE_KEY);
/** LSET. */
export const LSET: CommandInfo = new CommandInfo("LSET", WRITES, ONE_KEY);
/** LTRIM. */
export const LTRIM: CommandInfo = new CommandInfo("LTRIM", WRITES, ONE_KEY);
/** MEMORY. */
export const MEMORY: CommandInfo = new CommandInfo("MEMORY", 0);
/** MEMORY DOCTOR. */
export const MEMORY_DOCTOR: CommandInfo = new CommandInfo("MEMORY DOCTOR", 0, NO_KEYS, {
  request: "all_shards",
  response: "special",
});
/** MEMORY HELP. */
export const MEMORY_HELP: CommandInfo = new CommandInfo("MEMORY HELP", 0);
/** MEMORY MALLOC-STATS. */
export const MEMORY_MALLOC_STATS: CommandInfo = new CommandInfo("MEMORY MALLOC-STATS", 0, NO_KEYS, {
  request: "all_shards",
  response: "special",
});
/** MEMORY PURGE. */
export const MEMORY_PURGE: CommandInfo = new CommandInfo("MEMORY PURGE", 0, NO_KEYS, {
  request: "all_shards",
  response: "all_succeeded",
});
/** MEMORY STATS. */
export const MEMORY_STATS: CommandInfo = new CommandInfo("MEMORY STATS", 0, NO_KEYS, {
  request: "all_shards",
  response: "special",
});
/** MEMORY USAGE. */
export const MEMORY_USAGE: CommandInfo = new CommandInfo("MEMORY USAGE", READS, [{
  first: 2,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}]);
/** MGET. */
export const MGET: CommandInfo = new CommandInfo("MGET", READS | CACHEABLE, ALL_KEYS, { request: "multi_shard" });
/** MIGRATE. */
export const MIGRATE: CommandInfo = new CommandInfo("MIGRATE", WRITES, [{
  first: 3,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}, { first: -2, keyword: "KEYS", last: -1, step: 1, limit: 0 }], { skipsEmpty: true });
/** MODULE. */
export const MODULE: CommandInfo = new CommandInfo("MODULE", 0);
/** MODULE HELP. */
export const MODULE_HELP: CommandInfo = new CommandInfo("MODULE HELP", 0);
/** MODULE LIST. */
export const MODULE_LIST: CommandInfo = new CommandInfo("MODULE LIST", ADMIN);
/** MODULE LOAD. */
export const MODULE_LOAD: CommandInfo = new CommandInfo("MODULE LOAD", ADMIN);
/** MODULE LOADEX. */
export const MODULE_LOADEX: CommandInfo = new CommandInfo("MODULE LOADEX", ADMIN);
/** MODULE UNLOAD. */
export const MODULE_UNLOAD: CommandInfo = new CommandInfo("MODULE UNLOAD", ADMIN);
/** MONITOR. */
export const MONITOR: CommandInfo = new CommandInfo("MONITOR", CONNECTION | ADMIN);
/** MOVE. */
export const MOVE: CommandInfo = new CommandInfo("MOVE", WRITES, ONE_KEY);
/** MSET. */
export const MSET: CommandInfo = new CommandInfo("MSET", WRITES, [{
  first: 1,
  keyword: null,
  last: -1,
  step: 2,
  limit: 0,
}], { request: "multi_shard", response: "all_succeeded" });
/** MSETNX. */
export const MSETNX: CommandInfo = new CommandInfo("MSETNX", WRITES, [{
  first: 1,
  keyword: null,
  last: -1,
  step: 2,
  limit: 0,
}], { request: "multi_shard", response: "agg_min" });
/** MULTI. */
export const MULTI: CommandInfo = new CommandInfo("MULTI", CONNECTION);
/** OBJECT. */
export const OBJECT: CommandInfo = new CommandInfo("OBJECT", 0);
/** OBJECT ENCODING. */
export const OBJECT_ENCODING: CommandInfo = new CommandInfo("OBJECT ENCODING", READS, [{
  first: 2,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}]);
/** OBJECT FREQ. */
export const OBJECT_FREQ: CommandInfo = new CommandInfo("OBJECT FREQ", READS, [{
  first: 2,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}]);
/** OBJECT HELP. */
export const OBJECT_HELP: CommandInfo = new CommandInfo("OBJECT HELP", 0);
/** OBJECT IDLETIME. */
export const OBJECT_IDLETIME: CommandInfo = new CommandInfo("OBJECT IDLETIME", READS, [{
  first: 2,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}]);
/** OBJECT REFCOUNT. */
export const OBJECT_REFCOUNT: CommandInfo = new CommandInfo("OBJECT REFCOUNT", READS, [{
  first: 2,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}]);
/** PERSIST. */
export const PERSIST: CommandInfo = new CommandInfo("PERSIST", WRITES, ONE_KEY);
/** PEXPIRE. */
export const PEXPIRE: CommandInfo = new CommandInfo("PEXPIRE", WRITES, ONE_KEY);
/** PEXPIREAT. */
export const PEXPIREAT: CommandInfo = new CommandInfo("PEXPIREAT", WRITES, ONE_KEY);
/** PEXPIRETIME. */
export const PEXPIRETIME: CommandInfo = new CommandInfo("PEXPIRETIME", READS | CACHEABLE, ONE_KEY);
/** PFADD. */
export const PFADD: CommandInfo = new CommandInfo("PFADD", WRITES, ONE_KEY);
/** PFCOUNT. */
export const PFCOUNT: CommandInfo = new CommandInfo("PFCOUNT", READS | CACHEABLE, ALL_KEYS);
/** PFDEBUG. */
export const PFDEBUG: CommandInfo = new CommandInfo("PFDEBUG", WRITES | ADMIN, [{
  first: 2,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}]);
/** PFMERGE. */
export const PFMERGE: CommandInfo = new CommandInfo("PFMERGE", WRITES, [{
  first: 1,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}, { first: 2, keyword: null, last: -1, step: 1, limit: 0 }]);
/** PFSELFTEST. */
export const PFSELFTEST: CommandInfo = new CommandInfo("PFSELFTEST", ADMIN);
/** PING. */
export const PING: CommandInfo = new CommandInfo("PING", 0, NO_KEYS, {
  request: "all_shards",
  response: "all_succeeded",
});
/** PSETEX. */
export const PSETEX: CommandInfo = new CommandInfo("PSETEX", WRITES, ONE_KEY);
/** PSUBSCRIBE. */
export const PSUBSCRIBE: CommandInfo = new CommandInfo("PSUBSCRIBE", CONNECTION);
/** PTTL. */
export const PTTL: CommandInfo = new CommandInfo("PTTL", READS, ONE_KEY);
/** PUBLISH. */
export const PUBLISH: CommandInfo = new CommandInfo("PUBLISH", 0);
/** PUBSUB. */
export const PUBSUB: CommandInfo = new CommandInfo("PUBSUB", 0);
/** PUBSUB CHANNELS. */
export const PUBSUB_CHANNELS: CommandInfo = new CommandInfo("PUBSUB CHANNELS", 0);
/** PUBSUB HELP. */
export const PUBSUB_HELP: CommandInfo = new CommandInfo("PUBSUB HELP", 0);
/** PUBSUB NUMPAT. */
export const PUBSUB_NUMPAT: CommandInfo = new CommandInfo("PUBSUB NUMPAT", 0);
/** PUBSUB NUMSUB. */
export const PUBSUB_NUMSUB: CommandInfo = new CommandInfo("PUBSUB NUMSUB", 0);
/** PUBSUB SHARDCHANNELS. */
export const PUBSUB_SHARDCHANNELS: CommandInfo = new CommandInfo("PUBSUB SHARDCHANNELS", 0);
/** PUBSUB SHARDNUMSUB. */
export const PUBSUB_SHARDNUMSUB: CommandInfo = new CommandInfo("PUBSUB SHARDNUMSUB", 0);
/** PUNSUBSCRIBE. */
export const PUNSUBSCRIBE: CommandInfo = new CommandInfo("PUNSUBSCRIBE", CONNECTION);
/** QUIT. */
export const QUIT: CommandInfo = new CommandInfo("QUIT", CONNECTION);
/** RANDOMKEY. */
export const RANDOMKEY: CommandInfo = new CommandInfo("RANDOMKEY", READS, NO_KEYS, { request: "all_shards" });
/** READONLY. */
export const READONLY: CommandInfo = new CommandInfo("READONLY", CONNECTION);
/** READWRITE. */
export const READWRITE: CommandInfo = new CommandInfo("READWRITE", CONNECTION);
/** RENAME. */
export const RENAME: CommandInfo = new CommandInfo("RENAME", WRITES, [{
  first: 1,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}, { first: 2, keyword: null, last: 0, step: 1, limit: 0 }]);
/** RENAMENX. */
export const RENAMENX: CommandInfo = new CommandInfo("RENAMENX", WRITES, [{
  first: 1,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}, { first: 2, keyword: null, last: 0, step: 1, limit: 0 }]);
/** REPLICAOF. */
export const REPLICAOF: CommandInfo = new CommandInfo("REPLICAOF", ADMIN);
/** RESET. */
export const RESET: CommandInfo = new CommandInfo("RESET", CONNECTION);
/** RESTORE. */
export const RESTORE: CommandInfo = new CommandInfo("RESTORE", WRITES, ONE_KEY);
/** RESTORE-ASKING. */
export const RESTORE_ASKING: CommandInfo = new CommandInfo("RESTORE-ASKING", WRITES, ONE_KEY);
/** ROLE. */
export const ROLE: CommandInfo = new CommandInfo("ROLE", 0);
/** RPOP. */
export const RPOP: CommandInfo = new CommandInfo("RPOP", WRITES, ONE_KEY);
/** RPOPLPUSH. */
export const RPOPLPUSH: CommandInfo = new CommandInfo("RPOPLPUSH", WRITES, [{
  first: 1,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}, { first: 2, keyword: null, last: 0, step: 1, limit: 0 }]);
/** RPUSH. */
export const RPUSH: CommandInfo = new CommandInfo("RPUSH", WRITES, ONE_KEY);
/** RPUSHX. */
export const RPUSHX: CommandInfo = new CommandInfo("RPUSHX", WRITES, ONE_KEY);
/** SADD. */
export const SADD: CommandInfo = new CommandInfo("SADD", WRITES, ONE_KEY);
/** SAVE. */
export const SAVE: CommandInfo = new CommandInfo("SAVE", ADMIN);
/** SCAN. */
export const SCAN: CommandInfo = new CommandInfo("SCAN", READS, NO_KEYS, { request: "special" });
/** SCARD. */
export const SCARD: CommandInfo = new CommandInfo("SCARD", READS | CACHEABLE, ONE_KEY);
/** SCRIPT. */
export const SCRIPT: CommandInfo = new CommandInfo("SCRIPT", 0);
/** SCRIPT EXISTS. */
export const SCRIPT_EXISTS: CommandInfo = new CommandInfo("SCRIPT EXISTS", 0, NO_KEYS, {
  request: "all_shards",
  response: "agg_logical_and",
});
/** SCRIPT FLUSH. */
export const SCRIPT_FLUSH: CommandInfo = new CommandInfo("SCRIPT FLUSH", 0, NO_KEYS, {
  request: "all_nodes",
  response: "all_succeeded",
});
/** SCRIPT KILL. */
export const SCRIPT_KILL: CommandInfo = new CommandInfo("SCRIPT KILL", 0, NO_KEYS, {
  request: "all_shards",
  response: "one_succeeded",
});
/** SCRIPT LOAD. */
export const SCRIPT_LOAD: CommandInfo = new CommandInfo("SCRIPT LOAD", 0, NO_KEYS, {
  request: "all_nodes",
  response: "all_succeeded",
});
/** SDIFF. */
export const SDIFF: CommandInfo = new CommandInfo("SDIFF", READS | CACHEABLE, ALL_KEYS);
/** SDIFFSTORE. */
export const SDIFFSTORE: CommandInfo = new CommandInfo("SDIFFSTORE", WRITES, [{
  first: 1,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}, { first: 2, keyword: null, last: -1, step: 1, limit: 0 }]);
/** SELECT. */
export const SELECT: CommandInfo = new CommandInfo("SELECT", CONNECTION);
/** SET. */
export const SET: CommandInfo = new CommandInfo("SET", WRITES, ONE_KEY);
/** SETBIT. */
export const SETBIT: CommandInfo = new CommandInfo("SETBIT", WRITES, ONE_KEY);
/** SETEX. */
export const SETEX: CommandInfo = new CommandInfo("SETEX", WRITES, ONE_KEY);
/** SETNX. */
export const SETNX: CommandInfo = new CommandInfo("SETNX", WRITES, ONE_KEY);
/** SETRANGE. */
export const SETRANGE: CommandInfo = new CommandInfo("SETRANGE", WRITES, ONE_KEY);
/** SHUTDOWN. */
export const SHUTDOWN: CommandInfo = new CommandInfo("SHUTDOWN", ADMIN);
/** SINTER. */
export const SINTER: CommandInfo = new CommandInfo("SINTER", READS | CACHEABLE, ALL_KEYS);
/** SINTERCARD. */
export const SINTERCARD: CommandInfo = new CommandInfo("SINTERCARD", READS | CACHEABLE, [{
  count: 1,
  first: 2,
  step: 1,
}]);
/** SINTERSTORE. */
export const SINTERSTORE: CommandInfo = new CommandInfo("SINTERSTORE", WRITES, [{
  first: 1,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}, { first: 2, keyword: null, last: -1, step: 1, limit: 0 }]);
/** SISMEMBER. */
export const SISMEMBER: CommandInfo = new CommandInfo("SISMEMBER", READS | CACHEABLE, ONE_KEY);
/** SLAVEOF. */
export const SLAVEOF: CommandInfo = new CommandInfo("SLAVEOF", ADMIN);
/** SLOWLOG. */
export const SLOWLOG: CommandInfo = new CommandInfo("SLOWLOG", 0);
/** SLOWLOG GET. */
export const SLOWLOG_GET: CommandInfo = new CommandInfo("SLOWLOG GET", ADMIN, NO_KEYS, { request: "all_nodes" });
/** SLOWLOG HELP. */
export const SLOWLOG_HELP: CommandInfo = new CommandInfo("SLOWLOG HELP", 0);
/** SLOWLOG LEN. */
export const SLOWLOG_LEN: CommandInfo = new CommandInfo("SLOWLOG LEN", ADMIN, NO_KEYS, {
  request: "all_nodes",
  response: "agg_sum",
});
/** SLOWLOG RESET. */
export const SLOWLOG_RESET: CommandInfo = new CommandInfo("SLOWLOG RESET", ADMIN, NO_KEYS, {
  request: "all_nodes",
  response: "all_succeeded",
});
/** SMEMBERS. */
export const SMEMBERS: CommandInfo = new CommandInfo("SMEMBERS", READS | CACHEABLE, ONE_KEY);
/** SMISMEMBER. */
export const SMISMEMBER: CommandInfo = new CommandInfo("SMISMEMBER", READS | CACHEABLE, ONE_KEY);
/** SMOVE. */
export const SMOVE: CommandInfo = new CommandInfo("SMOVE", WRITES, [{
  first: 1,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}, { first: 2, keyword: null, last: 0, step: 1, limit: 0 }]);
/** SORT. */
export const SORT: CommandInfo = new CommandInfo("SORT", WRITES, [{
  first: 1,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}, { first: 2, keyword: "STORE", last: 0, step: 1, limit: 0 }]);
/** SORT_RO. */
export const SORT_RO: CommandInfo = new CommandInfo("SORT_RO", READS, ONE_KEY);
/** SPOP. */
export const SPOP: CommandInfo = new CommandInfo("SPOP", WRITES, ONE_KEY);
/** SPUBLISH. */
export const SPUBLISH: CommandInfo = new CommandInfo("SPUBLISH", 0, NO_KEYS, {
  channels: { first: 1, keyword: null, last: 0, step: 1, limit: 0 },
});
/** SRANDMEMBER. */
export const SRANDMEMBER: CommandInfo = new CommandInfo("SRANDMEMBER", READS, ONE_KEY);
/** SREM. */
export const SREM: CommandInfo = new CommandInfo("SREM", WRITES, ONE_KEY);
/** SSCAN. */
export const SSCAN: CommandInfo = new CommandInfo("SSCAN", READS, ONE_KEY);
/** SSUBSCRIBE. */
export const SSUBSCRIBE: CommandInfo = new CommandInfo("SSUBSCRIBE", CONNECTION, NO_KEYS, {
  channels: { first: 1, keyword: null, last: -1, step: 1, limit: 0 },
});
/** STRLEN. */
export const STRLEN: CommandInfo = new CommandInfo("STRLEN", READS | CACHEABLE, ONE_KEY);
/** SUBSCRIBE. */
export const SUBSCRIBE: CommandInfo = new CommandInfo("SUBSCRIBE", CONNECTION);
/** SUBSTR. */
export const SUBSTR: CommandInfo = new CommandInfo("SUBSTR", READS | CACHEABLE, ONE_KEY);
/** SUNION. */
export const SUNION: CommandInfo = new CommandInfo("SUNION", READS | CACHEABLE, ALL_KEYS);
/** SUNIONSTORE. */
export const SUNIONSTORE: CommandInfo = new CommandInfo("SUNIONSTORE", WRITES, [{
  first: 1,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}, { first: 2, keyword: null, last: -1, step: 1, limit: 0 }]);
/** SUNSUBSCRIBE. */
export const SUNSUBSCRIBE: CommandInfo = new CommandInfo("SUNSUBSCRIBE", CONNECTION, NO_KEYS, {
  channels: { first: 1, keyword: null, last: -1, step: 1, limit: 0 },
});
/** SWAPDB. */
export const SWAPDB: CommandInfo = new CommandInfo("SWAPDB", WRITES);
/** TIME. */
export const TIME: CommandInfo = new CommandInfo("TIME", 0);
/** TOUCH. */
export const TOUCH: CommandInfo = new CommandInfo("TOUCH", READS, ALL_KEYS, {
  request: "multi_shard",
  response: "agg_sum",
});
/** TTL. */
export const TTL: CommandInfo = new CommandInfo("TTL", READS, ONE_KEY);
/** TYPE. */
export const TYPE: CommandInfo = new CommandInfo("TYPE", READS | CACHEABLE, ONE_KEY);
/** UNLINK. */
export const UNLINK: CommandInfo = new CommandInfo("UNLINK", WRITES, ALL_KEYS, {
  request: "multi_shard",
  response: "agg_sum",
});
/** UNSUBSCRIBE. */
export const UNSUBSCRIBE: CommandInfo = new CommandInfo("UNSUBSCRIBE", CONNECTION);
/** UNWATCH. */
export const UNWATCH: CommandInfo = new CommandInfo("UNWATCH", CONNECTION);
/** WAIT. */
export const WAIT: CommandInfo = new CommandInfo("WAIT", 0, NO_KEYS, { request: "all_shards", response: "agg_min" });
/** WATCH. */
export const WATCH: CommandInfo = new CommandInfo("WATCH", CONNECTION, ALL_KEYS);
/** XACK. */
export const XACK: CommandInfo = new CommandInfo("XACK", WRITES, ONE_KEY);
/** XADD. */
export const XADD: CommandInfo = new CommandInfo("XADD", WRITES, ONE_KEY);
/** XAUTOCLAIM. */
export const XAUTOCLAIM: CommandInfo = new CommandInfo("XAUTOCLAIM", WRITES, ONE_KEY);
/** XCLAIM. */
export const XCLAIM: CommandInfo = new CommandInfo("XCLAIM", WRITES, ONE_KEY);
/** XDEL. */
export const XDEL: CommandInfo = new CommandInfo("XDEL", WRITES, ONE_KEY);
/** XGROUP. */
export const XGROUP: CommandInfo = new CommandInfo("XGROUP", 0);
/** XGROUP CREATE. */
export const XGROUP_CREATE: CommandInfo = new CommandInfo("XGROUP CREATE", WRITES, [{
  first: 2,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}]);
/** XGROUP CREATECONSUMER. */
export const XGROUP_CREATECONSUMER: CommandInfo = new CommandInfo("XGROUP CREATECONSUMER", WRITES, [{
  first: 2,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}]);
/** XGROUP DELCONSUMER. */
export const XGROUP_DELCONSUMER: CommandInfo = new CommandInfo("XGROUP DELCONSUMER", WRITES, [{
  first: 2,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}]);
/** XGROUP DESTROY. */
export const XGROUP_DESTROY: CommandInfo = new CommandInfo("XGROUP DESTROY", WRITES, [{
  first: 2,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}]);
/** XGROUP HELP. */
export const XGROUP_HELP: CommandInfo = new CommandInfo("XGROUP HELP", 0);
/** XGROUP SETID. */
export const XGROUP_SETID: CommandInfo = new CommandInfo("XGROUP SETID", WRITES, [{
  first: 2,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}]);
/** XINFO. */
export const XINFO: CommandInfo = new CommandInfo("XINFO", 0);
/** XINFO CONSUMERS. */
export const XINFO_CONSUMERS: CommandInfo = new CommandInfo("XINFO CONSUMERS", READS, [{
  first: 2,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}]);
/** XINFO GROUPS. */
export const XINFO_GROUPS: CommandInfo = new CommandInfo("XINFO GROUPS", READS, [{
  first: 2,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}]);
/** XINFO HELP. */
export const XINFO_HELP: CommandInfo = new CommandInfo("XINFO HELP", 0);
/** XINFO STREAM. */
export const XINFO_STREAM: CommandInfo = new CommandInfo("XINFO STREAM", READS, [{
  first: 2,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}]);
/** XLEN. */
export const XLEN: CommandInfo = new CommandInfo("XLEN", READS | CACHEABLE, ONE_KEY);
/** XPENDING. */
export const XPENDING: CommandInfo = new CommandInfo("XPENDING", READS, ONE_KEY);
/** XRANGE. */
export const XRANGE: CommandInfo = new CommandInfo("XRANGE", READS | CACHEABLE, ONE_KEY);
/** XREAD. */
export const XREAD: CommandInfo = new CommandInfo("XREAD", READS | BLOCKS, [{
  first: 1,
  keyword: "STREAMS",
  last: -1,
  step: 1,
  limit: 2,
}], { timeout: { at: "BLOCK", unitMs: 1 } });
/** XREADGROUP. */
export const XREADGROUP: CommandInfo = new CommandInfo("XREADGROUP", WRITES | BLOCKS, [{
  first: 4,
  keyword: "STREAMS",
  last: -1,
  step: 1,
  limit: 2,
}], { timeout: { at: "BLOCK", unitMs: 1 } });
/** XREVRANGE. */
export const XREVRANGE: CommandInfo = new CommandInfo("XREVRANGE", READS | CACHEABLE, ONE_KEY);
/** XSETID. */
export const XSETID: CommandInfo = new CommandInfo("XSETID", WRITES, ONE_KEY);
/** XTRIM. */
export const XTRIM: CommandInfo = new CommandInfo("XTRIM", WRITES, ONE_KEY);
/** ZADD. */
export const ZADD: CommandInfo = new CommandInfo("ZADD", WRITES, ONE_KEY);
/** ZCARD. */
export const ZCARD: CommandInfo = new CommandInfo("ZCARD", READS | CACHEABLE, ONE_KEY);
/** ZCOUNT. */
export const ZCOUNT: CommandInfo = new CommandInfo("ZCOUNT", READS | CACHEABLE, ONE_KEY);
/** ZDIFF. */
export const ZDIFF: CommandInfo = new CommandInfo("ZDIFF", READS | CACHEABLE, [{ count: 1, first: 2, step: 1 }]);
/** ZDIFFSTORE. */
export const ZDIFFSTORE: CommandInfo = new CommandInfo("ZDIFFSTORE", WRITES, [{
  first: 1,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}, { count: 2, first: 3, step: 1 }]);
/** ZINCRBY. */
export const ZINCRBY: CommandInfo = new CommandInfo("ZINCRBY", WRITES, ONE_KEY);
/** ZINTER. */
export const ZINTER: CommandInfo = new CommandInfo("ZINTER", READS | CACHEABLE, [{ count: 1, first: 2, step: 1 }]);
/** ZINTERCARD. */
export const ZINTERCARD: CommandInfo = new CommandInfo("ZINTERCARD", READS | CACHEABLE, [{
  count: 1,
  first: 2,
  step: 1,
}]);
/** ZINTERSTORE. */
export const ZINTERSTORE: CommandInfo = new CommandInfo("ZINTERSTORE", WRITES, [{
  first: 1,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}, { count: 2, first: 3, step: 1 }]);
/** ZLEXCOUNT. */
export const ZLEXCOUNT: CommandInfo = new CommandInfo("ZLEXCOUNT", READS | CACHEABLE, ONE_KEY);
/** ZMPOP. */
export const ZMPOP: CommandInfo = new CommandInfo("ZMPOP", WRITES, [{ count: 1, first: 2, step: 1 }]);
/** ZMSCORE. */
export const ZMSCORE: CommandInfo = new CommandInfo("ZMSCORE", READS | CACHEABLE, ONE_KEY);
/** ZPOPMAX. */
export const ZPOPMAX: CommandInfo = new CommandInfo("ZPOPMAX", WRITES, ONE_KEY);
/** ZPOPMIN. */
export const ZPOPMIN: CommandInfo = new CommandInfo("ZPOPMIN", WRITES, ONE_KEY);
/** ZRANDMEMBER. */
export const ZRANDMEMBER: CommandInfo = new CommandInfo("ZRANDMEMBER", READS, ONE_KEY);
/** ZRANGE. */
export const ZRANGE: CommandInfo = new CommandInfo("ZRANGE", READS | CACHEABLE, ONE_KEY);
/** ZRANGEBYLEX. */
export const ZRANGEBYLEX: CommandInfo = new CommandInfo("ZRANGEBYLEX", READS | CACHEABLE, ONE_KEY);
/** ZRANGEBYSCORE. */
export const ZRANGEBYSCORE: CommandInfo = new CommandInfo("ZRANGEBYSCORE", READS | CACHEABLE, ONE_KEY);
/** ZRANGESTORE. */
export const ZRANGESTORE: CommandInfo = new CommandInfo("ZRANGESTORE", WRITES, [{
  first: 1,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}, { first: 2, keyword: null, last: 0, step: 1, limit: 0 }]);
/** ZRANK. */
export const ZRANK: CommandInfo = new CommandInfo("ZRANK", READS | CACHEABLE, ONE_KEY);
/** ZREM. */
export const ZREM: CommandInfo = new CommandInfo("ZREM", WRITES, ONE_KEY);
/** ZREMRANGEBYLEX. */
export const ZREMRANGEBYLEX: CommandInfo = new CommandInfo("ZREMRANGEBYLEX", WRITES, ONE_KEY);
/** ZREMRANGEBYRANK. */
export const ZREMRANGEBYRANK: CommandInfo = new CommandInfo("ZREMRANGEBYRANK", WRITES, ONE_KEY);
/** ZREMRANGEBYSCORE. */
export const ZREMRANGEBYSCORE: CommandInfo = new CommandInfo("ZREMRANGEBYSCORE", WRITES, ONE_KEY);
/** ZREVRANGE. */
export const ZREVRANGE: CommandInfo = new CommandInfo("ZREVRANGE", READS | CACHEABLE, ONE_KEY);
/** ZREVRANGEBYLEX. */
export const ZREVRANGEBYLEX: CommandInfo = new CommandInfo("ZREVRANGEBYLEX", READS | CACHEABLE, ONE_KEY);
/** ZREVRANGEBYSCORE. */
export const ZREVRANGEBYSCORE: CommandInfo = new CommandInfo("ZREVRANGEBYSCORE", READS | CACHEABLE, ONE_KEY);
/** ZREVRANK. */
export const ZREVRANK: CommandInfo = new CommandInfo("ZREVRANK", READS | CACHEABLE, ONE_KEY);
/** ZSCAN. */
export const ZSCAN: CommandInfo = new CommandInfo("ZSCAN", READS, ONE_KEY);
/** ZSCORE. */
export const ZSCORE: CommandInfo = new CommandInfo("ZSCORE", READS | CACHEABLE, ONE_KEY);
/** ZUNION. */
export const ZUNION: CommandInfo = new CommandInfo("ZUNION", READS | CACHEABLE, [{ count: 1, first: 2, step: 1 }]);
/** ZUNIONSTORE. */
export const ZUNIONSTORE: CommandInfo = new CommandInfo("ZUNIONSTORE", WRITES, [{
  first: 1,
  keyword: null,
  last: 0,
  step: 1,
  limit: 0,
}, { count: 2, first: 3, step: 1 }]);

const COMMANDS: ReadonlyMap<string, CommandInfo> = new Map([
  ["ACL", ACL],
  ["APPEND", APPEND],
  ["ASKING", ASKING],
  ["AUTH", AUTH],
  ["BGREWRITEAOF", BGREWRITEAOF],
  ["BGSAVE", BGSAVE],
  ["BITCOUNT", BITCOUNT],
  ["BITFIELD", BITFIELD],
  ["BITFIELD_RO", BITFIELD_RO],
  ["BITOP", BITOP],
  ["BITPOS", BITPOS],
  ["BLMOVE", BLMOVE],
  ["BLMPOP", BLMPOP],
  ["BLPOP", BLPOP],
  ["BRPOP", BRPOP],
  ["BRPOPLPUSH", BRPOPLPUSH],
  ["BZMPOP", BZMPOP],
  ["BZPOPMAX", BZPOPMAX],
  ["BZPOPMIN", BZPOPMIN],
  ["CLIENT", CLIENT],
  ["CLUSTER", CLUSTER],
  ["COMMAND", COMMAND],
  ["CONFIG", CONFIG],
  ["COPY", COPY],
  ["DBSIZE", DBSIZE],
  ["DEBUG", DEBUG],
  ["DECR", DECR],
  ["DECRBY", DECRBY],
  ["DEL", DEL],
  ["DELETE", DELETE],
  ["DISCARD", DISCARD],
  ["DUMP", DUMP],
  ["ECHO", ECHO],
  ["EVAL", EVAL],
  ["EVALSHA", EVALSHA],
  ["EVALSHA_RO", EVALSHA_RO],
  ["EVAL_RO", EVAL_RO],
  ["EXEC", EXEC],
  ["EXISTS", EXISTS],
  ["EXPIRE", EXPIRE],
  ["EXPIREAT", EXPIREAT],
  ["EXPIRETIME", EXPIRETIME],
  ["FAILOVER", FAILOVER],
  ["FCALL", FCALL],
  ["FCALL_RO", FCALL_RO],
  ["FLUSH", FLUSH],
  ["FLUSHALL", FLUSHALL],
  ["FLUSHDB", FLUSHDB],
  ["FUNCTION", FUNCTION],
  ["GEOADD", GEOADD],
  ["GEODIST", GEODIST],
  ["GEOHASH", GEOHASH],
  ["GEOPOS", GEOPOS],
  ["GEORADIUS", GEORADIUS],
  ["GEORADIUSBYMEMBER", GEORADIUSBYMEMBER],
  ["GEORADIUSBYMEMBER_RO", GEORADIUSBYMEMBER_RO],
  ["GEORADIUS_RO", GEORADIUS_RO],
  ["GEOSEARCH", GEOSEARCH],
  ["GEOSEARCHSTORE", GEOSEARCHSTORE],
  ["GET", GET],
  ["GETBIT", GETBIT],
  ["GETDEL", GETDEL],
  ["GETEX", GETEX],
  ["GETRANGE", GETRANGE],
  ["GETSET", GETSET],
  ["HDEL", HDEL],
  ["HELLO", HELLO],
  ["HEXISTS", HEXISTS],
  ["HEXPIRE", HEXPIRE],
  ["HEXPIREAT", HEXPIREAT],
  ["HEXPIRETIME", HEXPIRETIME],
  ["HGET", HGET],
  ["HGETALL", HGETALL],
  ["HGETDEL", HGETDEL],
  ["HGETEX", HGETEX],
  ["HINCRBY", HINCRBY],
  ["HINCRBYFLOAT", HINCRBYFLOAT],
  ["HKEYS", HKEYS],
  ["HLEN", HLEN],
  ["HMGET", HMGET],
  ["HMSET", HMSET],
  ["HPERSIST", HPERSIST],
  ["HPEXPIRE", HPEXPIRE],
  ["HPEXPIREAT", HPEXPIREAT],
  ["HPEXPIRETIME", HPEXPIRETIME],
  ["HPTTL", HPTTL],
  ["HRANDFIELD", HRANDFIELD],
  ["HSCAN", HSCAN],
  ["HSET", HSET],
  ["HSETEX", HSETEX],
  ["HSETNX", HSETNX],
  ["HSTRLEN", HSTRLEN],
  ["HTTL", HTTL],
  ["HVALS", HVALS],
  ["INCR", INCR],
  ["INCRBY", INCRBY],
  ["INCRBYFLOAT", INCRBYFLOAT],
  ["INFO", INFO],
  ["KEYS", KEYS],
  ["LASTSAVE", LASTSAVE],
  ["LATENCY", LATENCY],
  ["LCS", LCS],
  ["LINDEX", LINDEX],
  ["LINSERT", LINSERT],
  ["LLEN", LLEN],
  ["LMOVE", LMOVE],
  ["LMPOP", LMPOP],
  ["LOLWUT", LOLWUT],
  ["LPOP", LPOP],
  ["LPOS", LPOS],
  ["LPUSH", LPUSH],
  ["LPUSHX", LPUSHX],
  ["LRANGE", LRANGE],
  ["LREM", LREM],
  ["LSET", LSET],
  ["LTRIM", LTRIM],
  ["MEMORY", MEMORY],
  ["MGET", MGET],
  ["MIGRATE", MIGRATE],
  ["MODULE", MODULE],
  ["MONITOR", MONITOR],
  ["MOVE", MOVE],
  ["MSET", MSET],
  ["MSETNX", MSETNX],
  ["MULTI", MULTI],
  ["OBJECT", OBJECT],
  ["PERSIST", PERSIST],
  ["PEXPIRE", PEXPIRE],
  ["PEXPIREAT", PEXPIREAT],
  ["PEXPIRETIME", PEXPIRETIME],
  ["PFADD", PFADD],
  ["PFCOUNT", PFCOUNT],
  ["PFDEBUG", PFDEBUG],
  ["PFMERGE", PFMERGE],
  ["PFSELFTEST", PFSELFTEST],
  ["PING", PING],
  ["PSETEX", PSETEX],
  ["PSUBSCRIBE", PSUBSCRIBE],
  ["PTTL", PTTL],
  ["PUBLISH", PUBLISH],
  ["PUBSUB", PUBSUB],
  ["PUNSUBSCRIBE", PUNSUBSCRIBE],
  ["QUIT", QUIT],
  ["RANDOMKEY", RANDOMKEY],
  ["READONLY", READONLY],
  ["READWRITE", READWRITE],
  ["RENAME", RENAME],
  ["RENAMENX", RENAMENX],
  ["REPLICAOF", REPLICAOF],
  ["RESET", RESET],
  ["RESTORE", RESTORE],
  ["RESTORE-ASKING", RESTORE_ASKING],
  ["ROLE", ROLE],
  ["RPOP", RPOP],
  ["RPOPLPUSH", RPOPLPUSH],
  ["RPUSH", RPUSH],
  ["RPUSHX", RPUSHX],
  ["SADD", SADD],
  ["SAVE", SAVE],
  ["SCAN", SCAN],
  ["SCARD", SCARD],
  ["SCRIPT", SCRIPT],
  ["SDIFF", SDIFF],
  ["SDIFFSTORE", SDIFFSTORE],
  ["SELECT", SELECT],
  ["SET", SET],
  ["SETBIT", SETBIT],
  ["SETEX", SETEX],
  ["SETNX", SETNX],
  ["SETRANGE", SETRANGE],
  ["SHUTDOWN", SHUTDOWN],
  ["SINTER", SINTER],
  ["SINTERCARD", SINTERCARD],
  ["SINTERSTORE", SINTERSTORE],
  ["SISMEMBER", SISMEMBER],
  ["SLAVEOF", SLAVEOF],
  ["SLOWLOG", SLOWLOG],
  ["SMEMBERS", SMEMBERS],
  ["SMISMEMBER", SMISMEMBER],
  ["SMOVE", SMOVE],
  ["SORT", SORT],
  ["SORT_RO", SORT_RO],
  ["SPOP", SPOP],
  ["SPUBLISH", SPUBLISH],
  ["SRANDMEMBER", SRANDMEMBER],
  ["SREM", SREM],
  ["SSCAN", SSCAN],
  ["SSUBSCRIBE", SSUBSCRIBE],
  ["STRLEN", STRLEN],
  ["SUBSCRIBE", SUBSCRIBE],
  ["SUBSTR", SUBSTR],
  ["SUNION", SUNION],
  ["SUNIONSTORE", SUNIONSTORE],
  ["SUNSUBSCRIBE", SUNSUBSCRIBE],
  ["SWAPDB", SWAPDB],
  ["TIME", TIME],
  ["TOUCH", TOUCH],
  ["TTL", TTL],
  ["TYPE", TYPE],
  ["UNLINK", UNLINK],
  ["UNSUBSCRIBE", UNSUBSCRIBE],
  ["UNWATCH", UNWATCH],
  ["WAIT", WAIT],
  ["WATCH", WATCH],
  ["XACK", XACK],
  ["XADD", XADD],
  ["XAUTOCLAIM", XAUTOCLAIM],
  ["XCLAIM", XCLAIM],
  ["XDEL", XDEL],
  ["XGROUP", XGROUP],
  ["XINFO", XINFO],
  ["XLEN", XLEN],
  ["XPENDING", XPENDING],
  ["XRANGE", XRANGE],
  ["XREAD", XREAD],
  ["XREADGROUP", XREADGROUP],
  ["XREVRANGE", XREVRANGE],
  ["XSETID", XSETID],
  ["XTRIM", XTRIM],
  ["ZADD", ZADD],
  ["ZCARD", ZCARD],
  ["ZCOUNT", ZCOUNT],
  ["ZDIFF", ZDIFF],
  ["ZDIFFSTORE", ZDIFFSTORE],
  ["ZINCRBY", ZINCRBY],
  ["ZINTER", ZINTER],
  ["ZINTERCARD", ZINTERCARD],
  ["ZINTERSTORE", ZINTERSTORE],
  ["ZLEXCOUNT", ZLEXCOUNT],
  ["ZMPOP", ZMPOP],
  ["ZMSCORE", ZMSCORE],
  ["ZPOPMAX", ZPOPMAX],
  ["ZPOPMIN", ZPOPMIN],
  ["ZRANDMEMBER", ZRANDMEMBER],
  ["ZRANGE", ZRANGE],
  ["ZRANGEBYLEX", ZRANGEBYLEX],
  ["ZRANGEBYSCORE", ZRANGEBYSCORE],
  ["ZRANGESTORE", ZRANGESTORE],
  ["ZRANK", ZRANK],
  ["ZREM", ZREM],
  ["ZREMRANGEBYLEX", ZREMRANGEBYLEX],
  ["ZREMRANGEBYRANK", ZREMRANGEBYRANK],
  ["ZREMRANGEBYSCORE", ZREMRANGEBYSCORE],
  ["ZREVRANGE", ZREVRANGE],
  ["ZREVRANGEBYLEX", ZREVRANGEBYLEX],
  ["ZREVRANGEBYSCORE", ZREVRANGEBYSCORE],
  ["ZREVRANK", ZREVRANK],
  ["ZSCAN", ZSCAN],
  ["ZSCORE", ZSCORE],
  ["ZUNION", ZUNION],
  ["ZUNIONSTORE", ZUNIONSTORE],
]);

const SUBCOMMANDS: ReadonlyMap<string, ReadonlyMap<string, CommandInfo>> = new Map([
  [
    "ACL",
    new Map([
      ["CAT", ACL_CAT],
      ["DELUSER", ACL_DELUSER],
      ["DRYRUN", ACL_DRYRUN],
      ["GENPASS", ACL_GENPASS],
      ["GETUSER", ACL_GETUSER],
      ["LIST", ACL_LIST],
      ["LOAD", ACL_LOAD],
      ["LOG", ACL_LOG],
      ["SAVE", ACL_SAVE],
      ["SETUSER", ACL_SETUSER],
      ["USERS", ACL_USERS],
      ["WHOAMI", ACL_WHOAMI],
    ]),
  ],
  [
    "CLIENT",
    new Map([
      ["CACHING", CLIENT_CACHING],
      ["GETNAME", CLIENT_GETNAME],
      ["GETREDIR", CLIENT_GETREDIR],
      ["HELP", CLIENT_HELP],
      ["ID", CLIENT_ID],
      ["INFO", CLIENT_INFO],
      ["KILL", CLIENT_KILL],
      ["LIST", CLIENT_LIST],
      ["NO-EVICT", CLIENT_NO_EVICT],
      ["PAUSE", CLIENT_PAUSE],
      ["REPLY", CLIENT_REPLY],
      ["SETINFO", CLIENT_SETINFO],
      ["SETNAME", CLIENT_SETNAME],
      ["TRACKING", CLIENT_TRACKING],
      ["TRACKINGINFO", CLIENT_TRACKINGINFO],
      ["UNBLOCK", CLIENT_UNBLOCK],
      ["UNPAUSE", CLIENT_UNPAUSE],
    ]),
  ],
  [
    "CLUSTER",
    new Map([
      ["ADDSLOTS", CLUSTER_ADDSLOTS],
      ["ADDSLOTSRANGE", CLUSTER_ADDSLOTSRANGE],
      ["BUMPEPOCH", CLUSTER_BUMPEPOCH],
      ["COUNT-FAILURE-REPORTS", CLUSTER_COUNT_FAILURE_REPORTS],
      ["COUNTKEYSINSLOT", CLUSTER_COUNTKEYSINSLOT],
      ["DELSLOTS", CLUSTER_DELSLOTS],
      ["DELSLOTSRANGE", CLUSTER_DELSLOTSRANGE],
      ["FAILOVER", CLUSTER_FAILOVER],
      ["FLUSHSLOTS", CLUSTER_FLUSHSLOTS],
      ["FORGET", CLUSTER_FORGET],
      ["GETKEYSINSLOT", CLUSTER_GETKEYSINSLOT],
      ["HELP", CLUSTER_HELP],
      ["INFO", CLUSTER_INFO],
      ["KEYSLOT", CLUSTER_KEYSLOT],
      ["LINKS", CLUSTER_LINKS],
      ["MEET", CLUSTER_MEET],
      ["MYID", CLUSTER_MYID],
      ["NODES", CLUSTER_NODES],
      ["REPLICAS", CLUSTER_REPLICAS],
      ["REPLICATE", CLUSTER_REPLICATE],
      ["RESET", CLUSTER_RESET],
      ["SAVECONFIG", CLUSTER_SAVECONFIG],
      ["SET-CONFIG-EPOCH", CLUSTER_SET_CONFIG_EPOCH],
      ["SETSLOT", CLUSTER_SETSLOT],
      ["SHARDS", CLUSTER_SHARDS],
      ["SLAVES", CLUSTER_SLAVES],
      ["SLOTS", CLUSTER_SLOTS],
    ]),
  ],
  [
    "COMMAND",
    new Map([
      ["COUNT", COMMAND_COUNT],
      ["DOCS", COMMAND_DOCS],
      ["GETKEYS", COMMAND_GETKEYS],
      ["GETKEYSANDFLAGS", COMMAND_GETKEYSANDFLAGS],
      ["HELP", COMMAND_HELP],
      ["INFO", COMMAND_INFO],
      ["LIST", COMMAND_LIST],
    ]),
  ],
  [
    "CONFIG",
    new Map([["GET", CONFIG_GET], ["HELP", CONFIG_HELP], ["RESETSTAT", CONFIG_RESETSTAT], ["REWRITE", CONFIG_REWRITE], [
      "SET",
      CONFIG_SET,
    ]]),
  ],
  [
    "FUNCTION",
    new Map([
      ["DELETE", FUNCTION_DELETE],
      ["DUMP", FUNCTION_DUMP],
      ["FLUSH", FUNCTION_FLUSH],
      ["KILL", FUNCTION_KILL],
      ["LIST", FUNCTION_LIST],
      ["LOAD", FUNCTION_LOAD],
      ["RESTORE", FUNCTION_RESTORE],
      ["STATS", FUNCTION_STATS],
    ]),
  ],
  [
    "LATENCY",
    new Map([
      ["DOCTOR", LATENCY_DOCTOR],
      ["GRAPH", LATENCY_GRAPH],
      ["HELP", LATENCY_HELP],
      ["HISTOGRAM", LATENCY_HISTOGRAM],
      ["HISTORY", LATENCY_HISTORY],
      ["LATEST", LATENCY_LATEST],
      ["RESET", LATENCY_RESET],
    ]),
  ],
  [
    "MEMORY",
    new Map([
      ["DOCTOR", MEMORY_DOCTOR],
      ["HELP", MEMORY_HELP],
      ["MALLOC-STATS", MEMORY_MALLOC_STATS],
      ["PURGE", MEMORY_PURGE],
      ["STATS", MEMORY_STATS],
      ["USAGE", MEMORY_USAGE],
    ]),
  ],
  [
    "MODULE",
    new Map([["HELP", MODULE_HELP], ["LIST", MODULE_LIST], ["LOAD", MODULE_LOAD], ["LOADEX", MODULE_LOADEX], [
      "UNLOAD",
      MODULE_UNLOAD,
    ]]),
  ],
  [
    "OBJECT",
    new Map([
      ["ENCODING", OBJECT_ENCODING],
      ["FREQ", OBJECT_FREQ],
      ["HELP", OBJECT_HELP],
      ["IDLETIME", OBJECT_IDLETIME],
      ["REFCOUNT", OBJECT_REFCOUNT],
    ]),
  ],
  [
    "PUBSUB",
    new Map([
      ["CHANNELS", PUBSUB_CHANNELS],
      ["HELP", PUBSUB_HELP],
      ["NUMPAT", PUBSUB_NUMPAT],
      ["NUMSUB", PUBSUB_NUMSUB],
      ["SHARDCHANNELS", PUBSUB_SHARDCHANNELS],
      ["SHARDNUMSUB", PUBSUB_SHARDNUMSUB],
    ]),
  ],
  [
    "SCRIPT",
    new Map([["EXISTS", SCRIPT_EXISTS], ["FLUSH", SCRIPT_FLUSH], ["KILL", SCRIPT_KILL], ["LOAD", SCRIPT_LOAD]]),
  ],
  ["SLOWLOG", new Map([["GET", SLOWLOG_GET], ["HELP", SLOWLOG_HELP], ["LEN", SLOWLOG_LEN], ["RESET", SLOWLOG_RESET]])],
  [
    "XGROUP",
    new Map([
      ["CREATE", XGROUP_CREATE],
      ["CREATECONSUMER", XGROUP_CREATECONSUMER],
      ["DELCONSUMER", XGROUP_DELCONSUMER],
      ["DESTROY", XGROUP_DESTROY],
      ["HELP", XGROUP_HELP],
      ["SETID", XGROUP_SETID],
    ]),
  ],
  [
    "XINFO",
    new Map([["CONSUMERS", XINFO_CONSUMERS], ["GROUPS", XINFO_GROUPS], ["HELP", XINFO_HELP], ["STREAM", XINFO_STREAM]]),
  ],
]);

/**
 * Finds what is known of a command.
 *
 * @param name Its name, in upper case.
 * @param subcommand The first argument, in upper case; it is looked at where the command has subcommands.
 * @returns What is known; undefined for a command, or a subcommand, that is not.
 */
export function commandInfo(name: string, subcommand?: string): CommandInfo | undefined {
  const subcommands = subcommand === undefined ? undefined : SUBCOMMANDS.get(name);
  return subcommands === undefined ? COMMANDS.get(name) : subcommands.get(subcommand!);
}

/** Does it have subcommands? */
export function hasSubcommands(name: string): boolean {
  return SUBCOMMANDS.has(name);
}

/** All that is known. */
export function allCommandInfos(): CommandInfo[] {
  return [...COMMANDS.values(), ...[...SUBCOMMANDS.values()].flatMap((infos) => [...infos.values()])];
}
