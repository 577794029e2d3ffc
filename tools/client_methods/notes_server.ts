/**
 * Notes on the methods about the server and its parts: connections, configuration, cluster, scripts, users.
 */
import { answers, type MethodNote } from "./note.ts";

const OK = answers('"OK"', "Always `OK`.");
const TEXT = answers("string", "Text, for people.");
const CALLED = {
  types: { values: "CommandArguments" },
  texts: { keys: "The keys it works on: `KEYS`.", values: "Its other arguments: `ARGV`." },
};
const SCRIPT = answers("Reply", "What the script answers.", {
  usage: "script numkeys key [key ...] [values]",
  ...CALLED,
});
const KNOWN_SCRIPT = answers("Reply", "What the script answers.", {
  usage: "sha1 numkeys key [key ...] [values]",
  ...CALLED,
});
const FUNCTION = answers("Reply", "What the function answers.", {
  usage: "function numkeys key [key ...] [values]",
  types: CALLED.types,
  texts: { keys: "The keys it works on.", values: "Its other arguments." },
});
const SLOT_STATE = '"IMPORTING" | "MIGRATING" | "NODE" | "STABLE"';
const ON_OR_OFF = '"ON" | "OFF"';
const CLIENT_TYPES = '"NORMAL" | "MASTER" | "REPLICA" | "PUBSUB"';

/** By the command's name. */
export const SERVER_NOTES: Readonly<Record<string, MethodNote>> = {
  // ---- Connections ----
  ECHO: answers("string", "The message."),
  PING: answers("string", "`PONG`, or the message.", { usage: "[message]" }),
  "CLIENT GETNAME": answers("string | null", "The name; null or empty where it has none."),
  "CLIENT GETREDIR": answers("number", "The id of the client that gets the messages; 0: this one; -1: there are none."),
  "CLIENT ID": answers("number", "The id."),
  "CLIENT INFO": answers("string", "One line of `name=value` pairs."),
  "CLIENT KILL": answers("number", "How many connections were ended.", {
    usage:
      "[ID client-id] [TYPE type] [USER username] [ADDR address] [LADDR address] [SKIPME skipme] [MAXAGE maxage:integer]",
    types: { type: CLIENT_TYPES, skipme: '"YES" | "NO"' },
    needsOptions: true,
    texts: {
      id: "Only the connection of this id.",
      type: "Only connections of this kind.",
      user: "Only connections of this user.",
      addr: "Only the connection from this address, `ip:port`.",
      laddr: "Only connections to this address of the server, `ip:port`.",
      skipme: "Whether this connection is left alone, as it is by default.",
      maxage: "Only connections that are older, in seconds (Redis 7.4 and later).",
    },
  }),
  "CLIENT LIST": answers("string", "One line of `name=value` pairs for each connection.", {
    usage: "[TYPE type] [ID client-id [client-id ...]]",
    types: { type: CLIENT_TYPES },
    texts: { type: "Only connections of this kind.", id: "Only the connections of these ids." },
  }),
  "CLIENT NO-EVICT": answers('"OK"', "Always `OK`.", { usage: "mode", types: { mode: ON_OR_OFF } }),
  "CLIENT PAUSE": answers('"OK"', "Always `OK`.", {
    usage: "timeout [WRITE | ALL]",
    texts: {
      timeout: "For how many milliseconds.",
      write: "Only commands that write wait.",
      all: "All commands wait, as they do by default.",
    },
  }),
  "CLIENT SETINFO": answers('"OK"', "Always `OK`.", {
    usage: "attribute value",
    types: { attribute: '"LIB-NAME" | "LIB-VER"' },
    texts: { attribute: "What to tell.", value: "The name or the version of the library." },
  }),
  "CLIENT SETNAME": OK,
  "CLIENT TRACKINGINFO": answers("ClientTrackingInfo", "What this connection tracks."),
  "CLIENT UNBLOCK": answers("number", "1, or 0 where that client was not blocked.", {
    texts: {
      timeout: "As if its time were over, as it is by default.",
      error: "Its command is answered by an error.",
    },
  }),
  "CLIENT UNPAUSE": OK,

  // ---- Transactions and messages ----
  PUBLISH: answers("number", "How many clients got it."),
  SPUBLISH: answers("number", "How many clients got it."),
  "PUBSUB CHANNELS": answers("string[]", "The channels that somebody is subscribed to."),
  "PUBSUB NUMPAT": answers("number", "How many different patterns there are."),
  "PUBSUB NUMSUB": answers("Record<string, number>", "How many are subscribed to each channel.", { convert: "counts" }),
  "PUBSUB SHARDCHANNELS": answers("string[]", "The channels that somebody is subscribed to."),
  "PUBSUB SHARDNUMSUB": answers("Record<string, number>", "How many are subscribed to each channel.", {
    convert: "counts",
  }),

  // ---- Server ----
  BGREWRITEAOF: answers("string", "What will be done."),
  BGSAVE: answers("string", "What will be done."),
  COMMAND: answers("CommandDescription[]", "All commands."),
  "COMMAND COUNT": answers("number", "How many commands there are."),
  "COMMAND DOCS": answers("Record<string, CommandDocs>", "What is documented of each command."),
  "COMMAND GETKEYS": answers("string[]", "The keys.", { texts: { values: "Its arguments." } }),
  "COMMAND GETKEYSANDFLAGS": answers("[key: string, flags: string[]][]", "The keys, and what is done with each.", {
    texts: { values: "Its arguments." },
  }),
  "COMMAND INFO": answers("(CommandDescription | null)[]", "The commands, in order; null for one that does not exist."),
  "COMMAND LIST": answers("string[]", "The names of commands.", {
    usage: "[FILTERBY filter]",
    types: { filterby: 'readonly [by: "MODULE" | "ACLCAT" | "PATTERN", value: CommandArgument]' },
    push: { filterby: 'if (options?.filterby !== undefined) args.push("FILTERBY", ...options.filterby);' },
    texts: { filterby: "Only those of a module, of a category, or whose name matches a pattern." },
  }),
  "CONFIG GET": answers("Record<string, string>", "The parameters and their values."),
  "CONFIG RESETSTAT": OK,
  "CONFIG REWRITE": OK,
  "CONFIG SET": answers('"OK"', "Always `OK`.", {
    usage: "values",
    texts: { values: "The parameters and their values." },
  }),
  DBSIZE: answers("number", "How many keys there are."),
  FAILOVER: answers('"OK"', "Always `OK`.", {
    usage: "[TO host port:integer] [FORCE] [ABORT] [TIMEOUT milliseconds]",
    types: { to: "readonly [host: string, port: number]" },
    texts: {
      to: "The replica to hand over to.",
      force: "Hands over when the time is up, even if the replica lacks something.",
      abort: "Gives up a failover that is under way.",
      timeout: "For how many milliseconds to wait for the replica.",
    },
  }),
  FLUSHALL: OK,
  FLUSHDB: OK,
  INFO: answers("string", "Lines of `name:value`, in sections."),
  LASTSAVE: answers("number", "The Unix time in seconds."),
  "LATENCY DOCTOR": TEXT,
  "LATENCY GRAPH": TEXT,
  "LATENCY HISTOGRAM": answers("Record<string, LatencyHistogram>", "The histogram of each command.", {
    convert: "latencyHistograms",
  }),
  "LATENCY HISTORY": answers("[time: number, ms: number][]", "When, as a Unix time in seconds, and how long."),
  "LATENCY LATEST": answers(
    "[event: string, time: number, latestMs: number, maxMs: number][]",
    "Each event, its latest time, and the latest and longest duration.",
  ),
  "LATENCY RESET": answers("number", "How many events were reset."),
  LOLWUT: answers("string", "A picture, and the server's version."),
  "MEMORY DOCTOR": TEXT,
  "MEMORY MALLOC-STATS": TEXT,
  "MEMORY PURGE": OK,
  "MEMORY STATS": answers("Record<string, Reply>", "The numbers by name, as the server has them."),
  "MEMORY USAGE": answers("number | null", "Bytes, or null where there is no such key."),
  "MODULE LIST": answers("Record<string, Reply>[]", "The modules: `name`, `ver`, and what newer servers tell."),
  "MODULE LOAD": answers('"OK"', "Always `OK`."),
  "MODULE LOADEX": answers('"OK"', "Always `OK`.", {
    usage: "path [CONFIG config] [ARGS arguments [arguments ...]]",
    types: { config: "Pairs" },
    push: { config: "pushModuleConfig(args, options?.config);" },
    texts: { config: "The module's parameters and their values.", args: "Its arguments." },
  }),
  "MODULE UNLOAD": OK,
  REPLICAOF: answers("string", "`OK`, or why nothing was to be done.", {
    usage: "host port",
    types: { host: "string", port: 'number | "ONE"' },
    texts: { host: "The primary, or `NO` for none.", port: "Its port, or `ONE` after `NO`." },
  }),
  ROLE: answers("RoleReply", "The role, and what belongs to it."),
  SAVE: OK,
  SLAVEOF: answers("string", "`OK`, or why nothing was to be done.", {
    usage: "host port",
    types: { host: "string", port: 'number | "ONE"' },
    texts: { host: "The primary, or `NO` for none.", port: "Its port, or `ONE` after `NO`." },
  }),
  "SLOWLOG GET": answers("SlowlogEntry[]", "The entries, the latest first.", {
    texts: { count: "How many; by default 10; -1: all." },
  }),
  "SLOWLOG LEN": answers("number", "How many entries there are."),
  "SLOWLOG RESET": OK,
  SWAPDB: OK,
  TIME: answers("[seconds: number, microseconds: number]", "The Unix time, and the microseconds of the second.", {
    convert: "toNumbers",
  }),

  // ---- Cluster ----
  "CLUSTER ADDSLOTS": OK,
  "CLUSTER ADDSLOTSRANGE": ranges(),
  "CLUSTER BUMPEPOCH": answers("string", "`BUMPED` or `STILL`, and the epoch."),
  "CLUSTER COUNT-FAILURE-REPORTS": answers("number", "How many nodes take it for failing."),
  "CLUSTER COUNTKEYSINSLOT": answers("number", "How many keys there are."),
  "CLUSTER DELSLOTS": OK,
  "CLUSTER DELSLOTSRANGE": ranges(),
  "CLUSTER FAILOVER": OK,
  "CLUSTER FLUSHSLOTS": OK,
  "CLUSTER FORGET": OK,
  "CLUSTER GETKEYSINSLOT": answers("string[]", "Keys of the slot."),
  "CLUSTER INFO": answers("string", "Lines of `name:value`."),
  "CLUSTER KEYSLOT": answers("number", "The slot."),
  "CLUSTER LINKS": answers("ClusterLink[]", "The links to and from other nodes."),
  "CLUSTER MEET": answers('"OK"', "Always `OK`.", {
    usage: "ip port:integer [busPort:integer]",
    types: { busPort: "number" },
  }),
  "CLUSTER MYID": answers("string", "The id of this node."),
  "CLUSTER NODES": answers("string", "One line for each node."),
  "CLUSTER REPLICAS": answers("string[]", "One line for each replica."),
  "CLUSTER REPLICATE": OK,
  "CLUSTER RESET": OK,
  "CLUSTER SAVECONFIG": OK,
  "CLUSTER SET-CONFIG-EPOCH": OK,
  "CLUSTER SETSLOT": answers('"OK"', "Always `OK`.", {
    usage: "slot:integer state [node-id]",
    types: { state: SLOT_STATE },
    texts: { state: "The new state.", nodeId: "The id of the other node; none with `STABLE`." },
  }),
  "CLUSTER SHARDS": answers("ClusterShard[]", "The shards: their slots and their nodes."),
  "CLUSTER SLAVES": answers("string[]", "One line for each replica."),
  "CLUSTER SLOTS": answers("ClusterSlots[]", "Ranges of slots and the nodes that have them, the primary first."),

  // ---- Scripts and functions ----
  EVAL: SCRIPT,
  EVALSHA: KNOWN_SCRIPT,
  EVALSHA_RO: KNOWN_SCRIPT,
  EVAL_RO: SCRIPT,
  FCALL: FUNCTION,
  FCALL_RO: FUNCTION,
  "FUNCTION DELETE": OK,
  "FUNCTION DUMP": answers("Uint8Array", "The libraries in Redis' own format.", { bytes: true }),
  "FUNCTION FLUSH": OK,
  "FUNCTION KILL": OK,
  "FUNCTION LIST": answers("FunctionLibrary[]", "The libraries.", {
    texts: { libraryname: "Only libraries whose name matches this pattern.", withcode: "Tells their code too." },
  }),
  "FUNCTION LOAD": answers("string", "The library's name.", {
    texts: { replace: "Replaces a library of the same name.", functionCode: "The library's code." },
  }),
  "FUNCTION RESTORE": answers('"OK"', "Always `OK`.", {
    types: { serializedValue: "Uint8Array" },
    texts: {
      serializedValue: "What `functionDump` answered.",
      flush: "Deletes all libraries first.",
      append: "Refuses when a library exists, as it does by default.",
      replace: "Replaces libraries that exist.",
    },
  }),
  "FUNCTION STATS": answers("FunctionStats", "The function that is running, and the engines."),
  "SCRIPT EXISTS": answers("number[]", "For each, 1 or 0."),
  "SCRIPT FLUSH": OK,
  "SCRIPT KILL": OK,
  "SCRIPT LOAD": answers("string", "Its SHA-1 in hexadecimal."),

  // ---- Users ----
  "ACL CAT": answers("string[]", "Categories, or the commands of one."),
  "ACL DELUSER": answers("number", "How many there were."),
  "ACL DRYRUN": answers("string", "`OK`, or why it may not.", { texts: { values: "Its arguments." } }),
  "ACL GENPASS": answers("string", "Hexadecimal digits.", {
    types: { bits: "number" },
    texts: { bits: "How many bits; by default 256." },
  }),
  "ACL GETUSER": answers("AclUser | null", "What it may do, or null where there is no such user."),
  "ACL LIST": answers("string[]", "One line for each user, as in an ACL file."),
  "ACL LOAD": OK,
  "ACL LOG": answers("Record<string, Reply>[]", "The entries, the latest first.", {
    usage: "[count]",
    texts: { count: "How many; by default 10." },
    types: { count: "number" },
  }),
  "ACL SAVE": OK,
  "ACL SETUSER": answers('"OK"', "Always `OK`.", { texts: { rules: "Such as `on`, `>password`, `~key*`, `+@read`." } }),
  "ACL USERS": answers("string[]", "The names."),
  "ACL WHOAMI": answers("string", "The name."),
};

function ranges(): MethodNote {
  return answers('"OK"', "Always `OK`.", {
    usage: "ranges",
    types: { ranges: "Iterable<readonly [start: number, end: number]>" },
    push: { ranges: "pushLists(args, ranges);" },
    texts: { ranges: "First and last slot of each range." },
  });
}
