/** COMMAND, and what it is derived with: key specs, usages. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { aclCategories, findKeys, flagNames, legacyKeys } from "../../commands/table.ts";
import { type Argument, parseUsage, usageCount } from "../../commands/usage.ts";
import { Args } from "../../engine/args.ts";
import { BLOCKING, Command, type CommandSpec, type KeySpec, PUBSUB, READONLY, WRITE } from "../../engine/command.ts";
import { batchOf } from "../../resp/command_batch.ts";
import { newCaller } from "../_call.ts";

/** The arguments of a usage, each as `[TOKEN name:type]`, with `...` and `!` for repetitions. */
function shown(list: readonly Argument[]): string {
  return list.map((argument) => {
    const { name, type, token, parts, isOptional, isMultiple, repeatsToken } = argument;
    const value = type === "pure-token"
      ? []
      : type === "oneof"
      ? [`<${parts.map((part) => shown([part])).join("|")}>`]
      : type === "block"
      ? [`(${shown(parts)})`]
      : [`${name}:${type}`];
    const text = [...token === null ? [] : [token], ...value].join(" ") + (isMultiple ? "..." : "") +
      (repeatsToken ? "!" : "");
    return isOptional ? `[${text}]` : text;
  }).join(" ");
}

Deno.test("parseUsage() reads values, tokens, choices and what may be left out", () => {
  const cases: [usage: string, arguments_: string, least: number, isFixed: boolean][] = [
    ["", "", 0, true],
    ["key value", "key:key value:string", 2, true],
    ["[message]", "[message:string]", 0, false],
    ["key [NX | XX] [GET]", "key:key [<NX|XX>] [GET]", 1, false],
    ["<ON | OFF>", "<ON|OFF>", 1, true],
    ["ON | OFF id", "<ON|OFF id:string>", 1, false],
    ["[EX seconds | PERSIST]", "[<EX seconds:integer|PERSIST>]", 0, false],
    ["key [COUNT count]", "key:key [COUNT count:integer]", 1, false],
    ["key [COUNT count [ANY]]", "key:key [COUNT (count:integer [ANY])]", 1, false],
    ["[AUTH username password]", "[AUTH (username:string password:string)]", 0, false],
    ["key LIMIT offset count [REV]", "key:key LIMIT (offset:integer count:integer) [REV]", 4, false],
    ["[FILTERBY <A a | B b>]", "[FILTERBY <A a:string|B b:string>]", 0, false],
    ["[= | ~] threshold", "[<=|~>] threshold:string", 1, false],
    ["<* | id> unix-time-seconds", "<*|id:string> unix-time-seconds:unix-time", 2, true],
    ["key increment:double pattern", "key:key increment:double pattern:pattern", 3, true],
    ["ip:port", "ip:port:string", 1, true],
  ];
  for (const [usage, expected, least, isFixed] of cases) {
    assertEquals(shown(parseUsage(usage)), expected, usage);
    assertEquals(usageCount(parseUsage(usage)), { least, isFixed }, usage);
  }
});

Deno.test("parseUsage() reads repetitions, spelled out or short", () => {
  const cases: [usage: string, arguments_: string, least: number][] = [
    ["key [key ...]", "key:key...", 1],
    ["[section [section ...]]", "[section:string...]", 0],
    ["key value [key value ...]", "(key:key value:string)...", 2],
    ["[WEIGHTS weight [weight ...]]", "[WEIGHTS weight:string...]", 0],
    ["[GET pattern [GET pattern ...]]", "[GET pattern:pattern...!]", 0],
    ["<A a | B b> [...]", "<A a:string|B b:string>...", 2],
    ["STREAMS key [key ...] id [id ...]", "STREAMS (key:key... id:string...)", 3],
  ];
  for (const [usage, expected, least] of cases) {
    assertEquals(shown(parseUsage(usage)), expected, usage);
    assertEquals(usageCount(parseUsage(usage)), { least, isFixed: false }, usage);
  }
});

Deno.test("parseUsage() refuses what does not match", () => {
  for (const usage of ["[key", "key]", "<a | b]", "[a>", "key [field ...]", "[...]", "[key ...]"]) {
    assertThrows(() => parseUsage(usage), TypeError, `Cannot read usage '${usage}'`);
  }
});

const ROW: CommandSpec = { arity: -1, flags: 0, usage: "", since: "1.0.0", complexity: "O(1)", summary: "" };

function commandOf(group: string, row: Partial<CommandSpec>): Command {
  return new Command("x", group, { ...ROW, ...row, run: () => {} });
}

function argsOf(...words: string[]): Args {
  const args = new Args();
  args.reset(batchOf(words), 0);
  return args;
}

function keysOf(keys: readonly KeySpec[], ...words: string[]): string[] | null {
  return findKeys(commandOf("list", { keys }), argsOf(...words))?.map(({ index }) => words[index]!) ?? null;
}

const oneAt = (begin: number): KeySpec => ({ flags: "RW access", begin, find: { last: 0, step: 1, limit: 0 } });
const COUNTED: KeySpec = { flags: "RO access", begin: 1, find: { keynum: 0, first: 1, step: 1 } };
const STREAMS: KeySpec = {
  flags: "RO access",
  begin: { keyword: "STREAMS", from: 1 },
  find: { last: -1, step: 1, limit: 2 },
};

Deno.test("findKeys() follows every form of key spec", () => {
  assertEquals(keysOf([oneAt(1), oneAt(2)], "x", "a", "b"), ["a", "b"]);
  assertEquals(keysOf([{ ...oneAt(1), find: { last: -1, step: 2, limit: 0 } }], "x", "a", "1", "b", "2"), ["a", "b"]);
  assertEquals(keysOf([{ ...oneAt(1), find: { last: -2, step: 1, limit: 0 } }], "x", "a", "b", "3"), ["a", "b"]);
  assertEquals(keysOf([COUNTED], "x", "2", "a", "b", "rest"), ["a", "b"]);
  assertEquals(keysOf([STREAMS], "x", "COUNT", "1", "streams", "a", "b", "0", "0"), ["a", "b"]);
  const keyword = { keyword: "KEYS", from: -2 };
  assertEquals(
    keysOf([{ ...oneAt(1), begin: keyword, find: { last: -1, step: 1, limit: 0 } }], "x", "KEYS", "a", "b"),
    [
      "a",
      "b",
    ],
  );
  assertEquals(keysOf([{ ...oneAt(1), flags: "RO not_key" }], "x", "a"), []);
});

Deno.test("findKeys() finds nothing where the arguments are wrong", () => {
  assertEquals(keysOf([oneAt(2)], "x", "a"), null);
  for (const count of ["3", "-1", "0", "x", ""]) assertEquals(keysOf([COUNTED], "x", count, "a", "b"), null, count);
  assertEquals(keysOf([COUNTED], "x"), null);
  assertEquals(keysOf([STREAMS], "x", "a", "b"), []);
  assertEquals(keysOf([{ ...oneAt(1), flags: "RW incomplete" }], "x", "a"), null);
});

Deno.test("a row may find its keys by itself, and say what it does with them", () => {
  const keyPositions = () => [2];
  const byHand = commandOf("generic", { keys: [{ ...oneAt(1), flags: "RW incomplete" }], keyPositions });
  assertEquals(findKeys(byHand, argsOf("x", "a", "b")), [{ index: 2, flags: "RW incomplete" }]);
  const byArguments = commandOf("string", { keys: [oneAt(1)], keyFlags: (args) => args.count > 2 ? "RM" : "RO" });
  assertEquals(findKeys(byArguments, argsOf("x", "a")), [{ index: 1, flags: "RO" }]);
  assertEquals(findKeys(byArguments, argsOf("x", "a", "b")), [{ index: 1, flags: "RM" }]);
});

Deno.test("key specs are summed up as Redis before 7.0 knew them", () => {
  const range = (begin: number, last: number, step = 1): KeySpec => ({
    ...oneAt(begin),
    find: { last, step, limit: 0 },
  });
  const cases: [specs: KeySpec[], first: number, last: number, step: number, isMovable: boolean][] = [
    [[], 0, 0, 0, false],
    [[range(1, 0)], 1, 1, 1, false],
    [[range(1, -1, 2)], 1, -1, 2, false],
    [[oneAt(1), oneAt(2)], 1, 2, 1, false],
    [[oneAt(2), range(3, -1)], 2, -1, 1, false],
    [[oneAt(1), oneAt(3)], 1, 1, 1, true],
    [[COUNTED], 0, 0, 0, true],
    [[oneAt(1), STREAMS], 1, 1, 1, true],
    [[{ ...oneAt(1), flags: "RW incomplete" }], 1, 1, 1, true],
  ];
  for (const [keys, first, last, step, isMovable] of cases) {
    assertEquals(legacyKeys(commandOf("list", { keys })), { first, last, step, isMovable });
  }
  assertEquals(flagNames(commandOf("list", { keys: [STREAMS], flags: READONLY })), ["readonly", "movablekeys"]);
});

Deno.test("ACL categories follow from flags and group", () => {
  assertEquals(aclCategories(commandOf("sorted-set", { flags: WRITE | BLOCKING })), [
    "write",
    "sortedset",
    "slow",
    "blocking",
  ]);
  assertEquals(aclCategories(commandOf("scripting", { flags: READONLY })), ["slow", "scripting"]);
  assertEquals(aclCategories(commandOf("pubsub", { flags: PUBSUB })), ["pubsub", "slow"]);
  assertEquals(aclCategories(commandOf("pubsub", {})), ["slow"]);
  assertEquals(aclCategories(commandOf("server", { categories: ["keyspace", "dangerous"] })), [
    "keyspace",
    "slow",
    "dangerous",
  ]);
  const container = new Command("x", "connection", { ...ROW, sub: { y: ROW } });
  assertEquals(aclCategories(container), ["slow"]);
  assertEquals(aclCategories(container.sub!.get("y")!), ["slow", "connection"]);
});

Deno.test("COMMAND describes every command, COMMAND INFO those named, null for others", () => {
  const { raw, engine } = newCaller();
  assert(raw("COMMAND").startsWith(`*${engine.table.size}\r\n*10\r\n`));
  assertEquals(raw("COMMAND"), raw("COMMAND", "INFO"));
  assertEquals(raw("COMMAND", "COUNT"), `:${engine.table.size}\r\n`);
  assertEquals(raw("COMMAND", "INFO", "nosuch", "config|nosuch"), "*2\r\n$-1\r\n$-1\r\n");
  assertEquals(
    raw("COMMAND", "INFO", "CLIENT|ID"),
    "*1\r\n*10\r\n$9\r\nclient|id\r\n:2\r\n*3\r\n+noscript\r\n+loading\r\n+stale\r\n:0\r\n:0\r\n:0\r\n" +
      "*2\r\n+@slow\r\n+@connection\r\n*0\r\n*0\r\n*0\r\n",
  );
});

Deno.test("COMMAND INFO answers sets and maps in RESP3", () => {
  const { raw } = newCaller({ protocol: 3 });
  assertEquals(
    raw("COMMAND", "INFO", "get"),
    "*1\r\n*10\r\n$3\r\nget\r\n:2\r\n~2\r\n+readonly\r\n+fast\r\n:1\r\n:1\r\n:1\r\n" +
      "~3\r\n+@read\r\n+@string\r\n+@fast\r\n~0\r\n" +
      "~1\r\n%3\r\n$5\r\nflags\r\n~2\r\n+RO\r\n+access\r\n" +
      "$12\r\nbegin_search\r\n%2\r\n$4\r\ntype\r\n$5\r\nindex\r\n$4\r\nspec\r\n%1\r\n$5\r\nindex\r\n:1\r\n" +
      "$9\r\nfind_keys\r\n%2\r\n$4\r\ntype\r\n$5\r\nrange\r\n$4\r\nspec\r\n" +
      "%3\r\n$7\r\nlastkey\r\n:0\r\n$7\r\nkeystep\r\n:1\r\n$5\r\nlimit\r\n:0\r\n~0\r\n",
  );
  assertEquals(raw("COMMAND", "INFO", "nosuch"), "*1\r\n_\r\n");
});

/** The elements of an array of bulk strings. */
function names(reply: string): string[] {
  return reply.split("\r\n").slice(2).filter((_, i) => i % 2 === 0).slice(
    0,
    Number(reply.slice(1, reply.indexOf("\r"))),
  );
}

Deno.test("COMMAND LIST names all commands with their subcommands, or those that a filter lets through", () => {
  const { raw } = newCaller();
  const all = names(raw("COMMAND", "LIST"));
  assert(["get", "client", "client|id", "command|list"].every((name) => all.includes(name)));
  const filtered = (...filter: string[]) => names(raw("COMMAND", "LIST", "FilterBy", ...filter));
  assertEquals(filtered("PATTERN", "CLIENT|[gi]*"), ["client|getname", "client|getredir", "client|id", "client|info"]);
  assertEquals(filtered("pattern", "nosuch*"), []);
  assertEquals(filtered("MODULE", "x"), []);
  assertEquals(filtered("ACLCAT", "nosuch"), []);
  assert(filtered("ACLCAT", "Dangerous").includes("client|kill"));
  assert(!filtered("ACLCAT", "dangerous").includes("client|id"));
  for (
    const wrong of [["x"], ["FILTERBY"], ["FILTERBY", "PATTERN"], ["FILTERBY", "x", "y"], [
      "FILTERBY",
      "PATTERN",
      "a",
      "b",
    ]]
  ) {
    assertEquals(raw("COMMAND", "LIST", ...wrong), "-ERR syntax error\r\n");
  }
});

Deno.test("COMMAND DOCS tells what a row says, and leaves out what is no command", () => {
  const { raw } = newCaller({ protocol: 3 });
  assertEquals(raw("COMMAND", "DOCS", "nosuch"), "%0\r\n");
  assertEquals(
    raw("COMMAND", "DOCS", "nosuch", "ECHO"),
    "%1\r\n$4\r\necho\r\n%5\r\n$7\r\nsummary\r\n$20\r\nAnswers its argument\r\n$5\r\nsince\r\n$5\r\n1.0.0\r\n" +
      "$5\r\ngroup\r\n$10\r\nconnection\r\n$10\r\ncomplexity\r\n$4\r\nO(1)\r\n" +
      "$9\r\narguments\r\n*1\r\n%2\r\n$4\r\nname\r\n$7\r\nmessage\r\n$4\r\ntype\r\n$6\r\nstring\r\n",
  );
});

Deno.test("COMMAND DOCS shows tokens, choices, key specs and subcommands", () => {
  const { raw, engine } = newCaller();
  const set = raw("COMMAND", "DOCS", "SET");
  assert(set.includes("$4\r\ntype\r\n$3\r\nkey\r\n$14\r\nkey_spec_index\r\n:0\r\n"));
  assert(set.includes("$4\r\nname\r\n$2\r\nnx\r\n$4\r\ntype\r\n$10\r\npure-token\r\n$5\r\ntoken\r\n$2\r\nNX\r\n"));
  assert(set.includes("$5\r\ntoken\r\n$4\r\nEXAT\r\n"));
  const lcs = raw("COMMAND", "DOCS", "LCS");
  assertEquals(lcs.split("key_spec_index\r\n:0\r\n").length, 3, "one spec covers both keys");
  const client = raw("COMMAND", "DOCS", "CLIENT");
  assert(client.includes(`$11\r\nsubcommands\r\n*${engine.table.get("client")!.sub!.size * 2}\r\n`));
  const all = raw("COMMAND", "DOCS");
  assert(all.startsWith(`*${engine.table.size * 2}\r\n`));
  assert(all.includes(client.slice(4)));
});

Deno.test("COMMAND GETKEYS answers the keys of a request, GETKEYSANDFLAGS what is done with them too", () => {
  const { raw } = newCaller();
  const keys = (...request: string[]) => names(raw("COMMAND", "GETKEYS", ...request));
  assertEquals(keys("GET", "k"), ["k"]);
  assertEquals(keys("mset", "a", "1", "b", "2"), ["a", "b"]);
  assertEquals(keys("DEL", "a", "b", "c"), ["a", "b", "c"]);
  assertEquals(keys("OBJECT", "ENCODING", "k"), ["k"]);
  assertEquals(
    raw("COMMAND", "GETKEYSANDFLAGS", "RENAME", "a", "b"),
    "*2\r\n*2\r\n$1\r\na\r\n*3\r\n+RW\r\n+access\r\n+delete\r\n*2\r\n$1\r\nb\r\n*2\r\n+OW\r\n+update\r\n",
  );
  assertEquals(raw("COMMAND", "GETKEYSANDFLAGS", "SET", "k", "v"), "*1\r\n*2\r\n$1\r\nk\r\n*2\r\n+OW\r\n+update\r\n");
  assertEquals(
    raw("COMMAND", "GETKEYSANDFLAGS", "SET", "k", "v", "get"),
    "*1\r\n*2\r\n$1\r\nk\r\n*3\r\n+RW\r\n+access\r\n+update\r\n",
  );
});

Deno.test("COMMAND GETKEYS refuses what has no keys, in Redis' words", () => {
  const { raw } = newCaller();
  const refused = (...request: string[]) => raw("COMMAND", "GETKEYS", ...request).trim();
  assertEquals(refused("nosuch", "x"), "-ERR Invalid command specified");
  assertEquals(refused("CLIENT", "nosuch"), "-ERR Invalid command specified");
  assertEquals(refused("PING", "x"), "-ERR The command has no key arguments");
  assertEquals(refused("GET", "a", "b"), "-ERR Invalid number of arguments specified for command");
  assertEquals(refused("GET"), "-ERR wrong number of arguments for 'command|getkeys' command");
});

Deno.test("COMMAND HELP lists every subcommand, and a subcommand that is none is refused", () => {
  const { raw, engine } = newCaller();
  const help = raw("COMMAND", "HELP");
  assert(help.includes("\r\n+(no subcommand)\r\n"));
  for (const name of engine.table.get("command")!.sub!.keys()) {
    assert(help.includes(`\r\n+${name.toUpperCase()}`), name);
  }
  assertEquals(raw("COMMAND", "nosuch"), "-ERR unknown subcommand 'nosuch'. Try COMMAND HELP.\r\n");
});
