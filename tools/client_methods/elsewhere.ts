/**
 * Rows of commands that Redis has and this server does not: the client has methods for them too. A command that the table
 * of commands comes to have is to be taken out here; a test says so.
 */
import {
  ADMIN,
  type CommandSpec,
  FAST,
  type KeySpec,
  NOSCRIPT,
  oneKey,
  READONLY,
  WRITE,
} from "../../engine/command.ts";

/** EVAL's: behind the script, their number, then they. */
const SCRIPT_KEYS: readonly KeySpec[] = [{
  flags: "RW access update",
  begin: 2,
  find: { keynum: 0, first: 1, step: 1 },
}];
/** MIGRATE's: one key, or several behind the word KEYS at the end. */
const MIGRATED_KEYS: readonly KeySpec[] = [
  { flags: "RW access delete incomplete", begin: 3, find: { last: 0, step: 1, limit: 0 } },
  { flags: "RW access delete incomplete", begin: { keyword: "KEYS", from: -2 }, find: { last: -1, step: 1, limit: 0 } },
];
const SCRIPT_COMPLEXITY = "Depends on the script that is executed.";
const FUNCTION_COMPLEXITY = "Depends on the function that is executed.";
const PER_FIELD = "O(N) where N is the number of specified fields";
const UNCERTAIN: readonly string[] = ["nondeterministic_output"];
const ON_ALL_NODES: readonly string[] = ["request_policy:all_nodes", "response_policy:all_succeeded"];
const ON_ALL_SHARDS: readonly string[] = ["request_policy:all_shards", "response_policy:all_succeeded"];
const CONDITION = "[NX | XX | GT | LT]";
const FIELDS = "FIELDS numfields field [field ...]";

function row(
  usage: string,
  since: string,
  complexity: string,
  summary: string,
  flags = 0,
  more: Partial<CommandSpec> = {},
): CommandSpec {
  return { arity: 0, usage, since, complexity, summary, flags, ...more };
}

/** The rows by group, as in the table of commands. Their arity is not stated: nobody dispatches them. */
export const ELSEWHERE: Readonly<Record<string, Readonly<Record<string, CommandSpec>>>> = {
  scripting: {
    eval: row(
      "script numkeys [key [key ...]] [arg [arg ...]]",
      "2.6.0",
      SCRIPT_COMPLEXITY,
      "Runs a Lua script on the server",
      NOSCRIPT,
      { keys: SCRIPT_KEYS },
    ),
    evalsha: row(
      "sha1 numkeys [key [key ...]] [arg [arg ...]]",
      "2.6.0",
      SCRIPT_COMPLEXITY,
      "Runs a Lua script that the server knows by its SHA-1",
      NOSCRIPT,
      { keys: SCRIPT_KEYS },
    ),
    eval_ro: row(
      "script numkeys [key [key ...]] [arg [arg ...]]",
      "7.0.0",
      SCRIPT_COMPLEXITY,
      "Runs a Lua script that only reads",
      NOSCRIPT | READONLY,
      { keys: SCRIPT_KEYS, tips: UNCERTAIN },
    ),
    evalsha_ro: row(
      "sha1 numkeys [key [key ...]] [arg [arg ...]]",
      "7.0.0",
      SCRIPT_COMPLEXITY,
      "Runs a Lua script that only reads, known by its SHA-1",
      NOSCRIPT | READONLY,
      { keys: SCRIPT_KEYS, tips: UNCERTAIN },
    ),
    fcall: row(
      "function numkeys [key [key ...]] [arg [arg ...]]",
      "7.0.0",
      FUNCTION_COMPLEXITY,
      "Calls a function of a library",
      NOSCRIPT,
      { keys: SCRIPT_KEYS },
    ),
    fcall_ro: row(
      "function numkeys [key [key ...]] [arg [arg ...]]",
      "7.0.0",
      FUNCTION_COMPLEXITY,
      "Calls a function of a library that only reads",
      NOSCRIPT | READONLY,
      { keys: SCRIPT_KEYS, tips: UNCERTAIN },
    ),
    script: row("", "2.6.0", "", "Commands about Lua scripts", 0, {
      sub: {
        exists: row(
          "sha1 [sha1 ...]",
          "2.6.0",
          "O(N) where N is the number of scripts to look up",
          "Tells which scripts the server knows",
          NOSCRIPT,
          { tips: ["request_policy:all_shards", "response_policy:agg_logical_and"] },
        ),
        flush: row(
          "[ASYNC | SYNC]",
          "2.6.0",
          "O(N) where N is the number of scripts",
          "Forgets all scripts",
          NOSCRIPT,
          { tips: ON_ALL_NODES },
        ),
        kill: row("", "2.6.0", "O(1)", "Stops the script that is running", NOSCRIPT, {
          tips: ["request_policy:all_shards", "response_policy:one_succeeded"],
        }),
        load: row(
          "script",
          "2.6.0",
          "O(N) where N is the length of the script",
          "Has the server know a script",
          NOSCRIPT,
          { tips: ON_ALL_NODES },
        ),
      },
    }),
    function: row("", "7.0.0", "", "Commands about libraries of functions", 0, {
      sub: {
        delete: row("library-name", "7.0.0", "O(1)", "Deletes a library and its functions", NOSCRIPT | WRITE, {
          tips: ON_ALL_SHARDS,
        }),
        dump: row("", "7.0.0", "O(N) where N is the number of functions", "Writes all libraries out", NOSCRIPT),
        flush: row(
          "[ASYNC | SYNC]",
          "7.0.0",
          "O(N) where N is the number of functions",
          "Deletes all libraries",
          NOSCRIPT | WRITE,
          { tips: ON_ALL_SHARDS },
        ),
        kill: row("", "7.0.0", "O(1)", "Stops the function that is running", NOSCRIPT, {
          tips: ["request_policy:all_shards", "response_policy:one_succeeded"],
        }),
        list: row(
          "[LIBRARYNAME library-name-pattern] [WITHCODE]",
          "7.0.0",
          "O(N) where N is the number of functions",
          "Lists the libraries",
          NOSCRIPT,
          { tips: ["nondeterministic_output_order"] },
        ),
        load: row(
          "[REPLACE] function-code",
          "7.0.0",
          "O(1), beside the time it takes to compile the library",
          "Makes a library of functions",
          NOSCRIPT | WRITE,
          { tips: ON_ALL_SHARDS },
        ),
        restore: row(
          "serialized-value [FLUSH | APPEND | REPLACE]",
          "7.0.0",
          "O(N) where N is the number of functions",
          "Makes libraries of what FUNCTION DUMP wrote",
          NOSCRIPT | WRITE,
          { tips: ON_ALL_SHARDS },
        ),
        stats: row("", "7.0.0", "O(1)", "Tells what function is running, and what engines there are", NOSCRIPT, {
          tips: ["nondeterministic_output", "request_policy:all_shards", "response_policy:special"],
        }),
      },
    }),
  },
  server: {
    acl: row("", "6.0.0", "", "Commands about users and what they may do", 0, {
      sub: {
        cat: row("[category]", "6.0.0", "O(1)", "Lists the categories of commands, or the commands of one", NOSCRIPT),
        deluser: row(
          "username [username ...]",
          "6.0.0",
          "O(1), beside ending the connections of these users",
          "Deletes users and ends their connections",
          ADMIN | NOSCRIPT,
          { tips: ON_ALL_NODES },
        ),
        dryrun: row(
          "username command [arg [arg ...]]",
          "7.0.0",
          "O(1)",
          "Tells whether a user may run a command, without running it",
          ADMIN | NOSCRIPT,
        ),
        genpass: row("[bits]", "6.0.0", "O(1)", "Makes a password nobody can guess", NOSCRIPT),
        getuser: row(
          "username",
          "6.0.0",
          "O(N) where N is the number of rules of the user",
          "Tells what a user may do",
          ADMIN | NOSCRIPT,
        ),
        list: row(
          "",
          "6.0.0",
          "O(N) where N is the number of users",
          "Lists all users with their rules",
          ADMIN | NOSCRIPT,
        ),
        load: row(
          "",
          "6.0.0",
          "O(N) where N is the number of users",
          "Reads the users from the ACL file anew",
          ADMIN | NOSCRIPT,
        ),
        log: row(
          "[count | RESET]",
          "6.0.0",
          "O(N) where N is the number of entries shown",
          "Lists what was refused lately",
          ADMIN | NOSCRIPT,
        ),
        save: row(
          "",
          "6.0.0",
          "O(N) where N is the number of users",
          "Writes the users to the ACL file",
          ADMIN | NOSCRIPT,
          { tips: ON_ALL_NODES },
        ),
        setuser: row(
          "username [rule [rule ...]]",
          "6.0.0",
          "O(N) where N is the number of rules",
          "Makes a user, or changes what it may do",
          ADMIN | NOSCRIPT,
          { tips: ON_ALL_NODES },
        ),
        users: row(
          "",
          "6.0.0",
          "O(N) where N is the number of users",
          "Lists the names of all users",
          ADMIN | NOSCRIPT,
        ),
        whoami: row("", "6.0.0", "O(1)", "Tells which user the connection belongs to", NOSCRIPT),
      },
    }),
  },
  generic: {
    migrate: row(
      'host port:integer <key | ""> destination-db timeout [COPY] [REPLACE] [AUTH password | AUTH2 username password] ' +
        "[KEYS key [key ...]]",
      "2.6.0",
      "O(N) for the transfer, where N is the size of the values, beside DUMP and DEL here and RESTORE there",
      "Moves keys to another server",
      WRITE,
      { keys: MIGRATED_KEYS, tips: UNCERTAIN },
    ),
  },
  hash: {
    hexpire: row(
      `key seconds ${CONDITION} ${FIELDS}`,
      "7.4.0",
      PER_FIELD,
      "Lets fields expire after so many seconds",
      WRITE | FAST,
      { keys: oneKey("RW update") },
    ),
    hpexpire: row(
      `key milliseconds ${CONDITION} ${FIELDS}`,
      "7.4.0",
      PER_FIELD,
      "Lets fields expire after so many milliseconds",
      WRITE | FAST,
      { keys: oneKey("RW update") },
    ),
    hexpireat: row(
      `key unix-time-seconds ${CONDITION} ${FIELDS}`,
      "7.4.0",
      PER_FIELD,
      "Lets fields expire at a Unix time in seconds",
      WRITE | FAST,
      { keys: oneKey("RW update") },
    ),
    hpexpireat: row(
      `key unix-time-milliseconds ${CONDITION} ${FIELDS}`,
      "7.4.0",
      PER_FIELD,
      "Lets fields expire at a Unix time in milliseconds",
      WRITE | FAST,
      { keys: oneKey("RW update") },
    ),
    httl: row(`key ${FIELDS}`, "7.4.0", PER_FIELD, "Tells in how many seconds fields expire", READONLY | FAST, {
      keys: oneKey("RO access"),
      tips: UNCERTAIN,
    }),
    hpttl: row(`key ${FIELDS}`, "7.4.0", PER_FIELD, "Tells in how many milliseconds fields expire", READONLY | FAST, {
      keys: oneKey("RO access"),
      tips: UNCERTAIN,
    }),
    hexpiretime: row(
      `key ${FIELDS}`,
      "7.4.0",
      PER_FIELD,
      "Tells the Unix time, in seconds, at which fields expire",
      READONLY | FAST,
      { keys: oneKey("RO access") },
    ),
    hpexpiretime: row(
      `key ${FIELDS}`,
      "7.4.0",
      PER_FIELD,
      "Tells the Unix time, in milliseconds, at which fields expire",
      READONLY | FAST,
      { keys: oneKey("RO access") },
    ),
    hpersist: row(`key ${FIELDS}`, "7.4.0", PER_FIELD, "Takes the expiry from fields", WRITE | FAST, {
      keys: oneKey("RW update"),
    }),
    hgetdel: row(`key ${FIELDS}`, "8.0.0", PER_FIELD, "Answers fields and deletes them", WRITE | FAST, {
      keys: oneKey("RW access delete"),
    }),
    hgetex: row(
      "key [EX seconds | PX milliseconds | EXAT unix-time-seconds | PXAT unix-time-milliseconds | PERSIST] " + FIELDS,
      "8.0.0",
      PER_FIELD,
      "Answers fields and sets when they expire",
      WRITE | FAST,
      { keys: oneKey("RW access update") },
    ),
    hsetex: row(
      "key [FNX | FXX] " +
        "[EX seconds | PX milliseconds | EXAT unix-time-seconds | PXAT unix-time-milliseconds | KEEPTTL] " +
        "FIELDS numfields field value [field value ...]",
      "8.0.0",
      PER_FIELD,
      "Sets fields and when they expire",
      WRITE | FAST,
      { keys: oneKey("RW update") },
    ),
  },
};
