/** The table of directives, CONFIG GET and CONFIG SET, and the same of a real redis-server. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { bytesToByteString, Config, ConfigError, configOf, toByteString } from "../../engine/config.ts";
import { DIRECTIVES, FILE_DIRECTIVES } from "../../engine/config_directives.ts";
import { CommandError } from "../../engine/errors.ts";
import { newCaller } from "../_call.ts";
import { compareTranscript } from "../_harness.ts";
import { hasReference, startRedis } from "../_redis.ts";

/** Directives whose default differs from Redis', and why. The README lists the same. */
const OTHER_DEFAULTS: Readonly<Record<string, string>> = {
  save: "in memory unless asked for more",
  bind: "the loopback interface, as in the stock redis.conf",
};

/** What the real server shows of its own start, not as a default. */
const OF_THE_START = ["port", "bind", "dir", "save"];

function setAtStart(...pairs: [string, string | readonly string[]][]): Config {
  const config = new Config();
  config.set(pairs, "start");
  return config;
}

function refusedAtStart(...pairs: [string, string | readonly string[]][]): ConfigError {
  const config = new Config();
  const before = config.match("*");
  const error = assertThrows(() => config.set(pairs, "start"), ConfigError);
  assertEquals(config.match("*"), before);
  return error;
}

function refusedAtRuntime(...pairs: [string, string][]): string {
  const config = new Config();
  const before = config.match("*");
  const error = assertThrows(() => config.set(pairs, "runtime"), CommandError);
  assertEquals(config.match("*"), before);
  return error.reply;
}

Deno.test("every default is a value that its directive takes and shows the same way", () => {
  for (const { name, type, default: value } of DIRECTIVES) {
    // "replicaof" shows nothing while it is "no one"
    const word = name === "replicaof" ? "no one" : value;
    assertEquals(type.read(type.manyWords && word !== "" ? word.split(" ") : [word], value, false), value, name);
  }
});

Deno.test("names and aliases of directives are unique and in lower case", () => {
  const names = [...DIRECTIVES.flatMap(({ name, alias }) => alias === undefined ? [name] : [name, alias])];
  assertEquals(new Set([...names, ...FILE_DIRECTIVES.keys()]).size, names.length + FILE_DIRECTIVES.size);
  for (const name of names) assertEquals(name, name.toLowerCase());
});

Deno.test({
  name: "CONFIG GET * names the directives of redis-server 7.0, with the same defaults but for a few that are named",
  ignore: !hasReference,
  fn: async () => {
    await using redis = await startRedis();
    const theirs = new Map(await configGet(redis.port, "*"));
    const ours = new Map(new Config().match("*"));
    assertEquals([...ours.keys()].sort(), [...theirs.keys()].sort());
    for (const [name, value] of theirs) {
      if (!OF_THE_START.includes(name)) assertEquals(ours.get(name), value, name);
    }
  },
});

Deno.test({
  name: "hidden directives are those of redis-server 7.0, with the same defaults",
  ignore: !hasReference,
  fn: async () => {
    await using redis = await startRedis();
    const hidden = DIRECTIVES.filter((directive) => directive.hidden);
    for (const { name, default: value } of hidden) assertEquals(await configGet(redis.port, name), [[name, value]]);
    assertEquals(hidden.length, 6);
  },
});

/** Asks a server for its configuration. */
async function configGet(port: number, pattern: string): Promise<[string, string][]> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(new TextEncoder().encode(`CONFIG GET ${pattern}\r\nPING\r\n`));
  let text = "";
  const buffer = new Uint8Array(65536);
  while (!text.endsWith("+PONG\r\n")) {
    const size = await conn.read(buffer);
    if (size === null) throw new Error("Cannot read the configuration: the connection ended");
    text += bytesToByteString(buffer.subarray(0, size));
  }
  // *count, then $length and the text of each, none of which holds a line break
  const words = text.split("\r\n").slice(1, -2).filter((_, i) => i % 2 === 1);
  return words.flatMap((word, i) => i % 2 === 0 ? [[word, words[i + 1]!] as [string, string]] : []);
}

Deno.test("defaults that differ from those of Redis are few and known", () => {
  assertEquals(Object.keys(OTHER_DEFAULTS).map((name) => [name, new Config().get(name)]), [
    ["save", ""],
    ["bind", "127.0.0.1 -::1"],
  ]);
});

Deno.test("get() takes names and aliases in any case, the typed readers only their own type", () => {
  const config = setAtStart(["REPLICA-priority", "7"], ["unixsocketperm", "700"], ["hz", "9999"]);
  assertEquals(config.get("slave-priority"), "7");
  assertEquals(config.get("Replica-Priority"), "7");
  assertEquals(config.number("replica-priority"), 7);
  assertEquals(config.number("unixsocketperm"), 0o700);
  assertEquals(config.number("hz"), 500); // moved to Redis' bound
  assertEquals(config.flag("protected-mode"), true);
  assertEquals(config.text("loglevel"), "notice");
  assertEquals(config.words("bind"), ["127.0.0.1", "-::1"]);
  assertThrows(() => config.number("bind"), TypeError);
  assertThrows(() => config.flag("port"), TypeError);
  assertThrows(() => config.text("port"), TypeError);
  assertThrows(() => config.get("no-such-thing"), TypeError, "no-such-thing");
});

Deno.test("outputLimit() reads client-output-buffer-limit, each line of which sets some classes", () => {
  const config = setAtStart(
    ["client-output-buffer-limit", ["normal", "1mb", "2k", "3"]],
    ["client-output-buffer-limit", "replica 1 2 3 pubsub 4 5 6"],
  );
  assertEquals(config.outputLimit("normal"), { hardBytes: 1048576, softBytes: 2000, softSeconds: 3 });
  assertEquals(config.outputLimit("replica"), { hardBytes: 1, softBytes: 2, softSeconds: 3 });
  assertEquals(config.outputLimit("pubsub"), { hardBytes: 4, softBytes: 5, softSeconds: 6 });
  assertEquals(config.get("client-output-buffer-limit"), "normal 1048576 2000 3 slave 1 2 3 pubsub 4 5 6");
});

Deno.test("values are kept byte for byte", () => {
  const password = toByteString("pässwörd \u{1f511}");
  const config = new Config();
  config.set([["requirepass", password]], "runtime");
  assertEquals(config.text("requirepass"), password);
  assertEquals(password.length, 15);
});

Deno.test("match() finds by pattern in any case, and a plain name as it was spelled", () => {
  const config = new Config();
  assertEquals(config.match("MaxMemory"), [["MaxMemory", "0"]]);
  assertEquals(config.match("slowlog-*").map(([name]) => name), ["slowlog-log-slower-than", "slowlog-max-len"]);
  assertEquals(config.match("SLAVE-PRIO[a-z]ity"), [["slave-priority", "100"]]);
  assertEquals(config.match("[z-a]*x").map(([name]) => name), ["active-defrag-cycle-max"]);
  assertEquals(config.match("nothing"), []);
  assertEquals(config.match("nothing*"), []);
  assertEquals(config.match("watchdog-period"), [["watchdog-period", "0"]]);
  assertEquals(config.match("watchdog-*"), []); // hidden ones must be named
});

Deno.test("at start a later value replaces an earlier one, and lines of a list add up only for save", () => {
  const config = setAtStart(["port", "1"], ["bind", ["10.0.0.1"]], ["port", "2"], ["bind", "127.0.0.1 -::1"]);
  assertEquals(config.get("port"), "2");
  assertEquals(config.get("bind"), "127.0.0.1 -::1");
  assertEquals(setAtStart(["bind", ""]).words("bind"), []);
  assertEquals(setAtStart(["save", ["900", "1"]], ["save", "300 10 60 10000"]).get("save"), "900 1 300 10 60 10000");
  assertEquals(setAtStart(["save", "900 1"], ["save", ""]).get("save"), "");
});

Deno.test("at start nothing is set when one directive is refused, and the error tells which", () => {
  const rows: [name: string, value: string | string[], reason: string][] = [
    ["no-such-thing", "1", "Bad directive or wrong number of arguments"],
    ["port", ["1", "2"], "wrong number of arguments"],
    ["port", [], "wrong number of arguments"],
    ["port", "", "argument couldn't be parsed into an integer"],
    ["port", "65536", "argument must be between 0 and 65535 inclusive"],
    ["loglevel", "loud", "argument(s) must be one of the following: debug, verbose, notice, warning"],
    ["protected-mode", "1", "argument must be 'yes' or 'no'"],
  ];
  for (const [name, value, reason] of rows) {
    const error = refusedAtStart(["timeout", "5"], [name, value]);
    assertEquals([error.message, error.index], [reason, 1], name);
  }
});

Deno.test("a promise not kept is refused at start, the first one first, unless a later value takes it back", () => {
  const error = refusedAtStart(["port", "1"], ["syslog-enabled", "yes"], ["daemonize", "yes"]);
  assertEquals([error.message, error.index], ["not supported yet, only 'syslog-enabled no' is", 1]);
  assertEquals(setAtStart(["daemonize", "yes"], ["daemonize", "no"]).get("daemonize"), "no");
});

Deno.test("every directive said to be honoured is read somewhere", async () => {
  let sources = "";
  for (const folder of ["engine", "persistence", "server", "commands", "store", "resp"]) {
    for await (const { name } of Deno.readDir(new URL(`../../${folder}`, import.meta.url))) {
      if (name === "config_directives.ts") continue;
      sources += await Deno.readTextFile(new URL(`../../${folder}/${name}`, import.meta.url));
    }
  }
  sources += '"enable-debug-command" "enable-module-command"'; // whose names dispatch makes from the commands'
  const unread = DIRECTIVES.filter(({ kind, name }) => kind === "honoured" && !sources.includes(`"${name}"`));
  assertEquals(unread.map(({ name }) => name), []);
});

Deno.test("every promise takes its default, and refuses any other value at start and by CONFIG SET", () => {
  const other: Readonly<Record<string, string>> = {
    "socket-mark-id": "1",
    "tls-port": "6380",
    supervised: "systemd",
    aclfile: "users.acl",
    replicaof: "10.0.0.1 6379",
  };
  for (const { name, default: value, access } of DIRECTIVES.filter(({ kind }) => kind === "promise")) {
    const word = other[name] ?? (value === "no" ? "yes" : "");
    assert(word !== "", name);
    setAtStart([name, name === "replicaof" ? "no one" : value]);
    assert(refusedAtStart([name, word]).message.startsWith("not supported yet"), name);
    const reply = refusedAtRuntime([name, word]);
    assert(reply.endsWith(access === "immutable" ? "immutable config" : refusedAtStart([name, word]).message), reply);
  }
});

Deno.test("it is known which directives were set, be it to their default, and which have a value of the start", () => {
  const config = new Config("/somewhere");
  assertEquals([config.get("dir"), config.isGiven("dir")], ["/somewhere", false]);
  config.set([["dbfilename", "dump.rdb"]], "start");
  config.set([["slave-priority", "100"]], "runtime");
  assertEquals(["dbfilename", "replica-priority", "save"].map((name) => config.isGiven(name)), [true, true, false]);
  assertEquals(setAtStart(["shutdown-on-sigterm", "force NOSAVE"]).get("shutdown-on-sigterm"), "nosave force");
});

Deno.test("CONFIG SET changes all of its directives or none", () => {
  const config = new Config();
  config.set([["timeout", "5"], ["loglevel", "DEBUG"], ["slave-priority", "1"], ["replica-priority", "2"]], "runtime");
  assertEquals([config.get("timeout"), config.get("loglevel"), config.get("replica-priority")], ["5", "debug", "2"]);
  assertEquals(
    refusedAtRuntime(["timeout", "5"], ["maxclients", "0"]),
    "ERR CONFIG SET failed (possibly related to argument 'maxclients') - " +
      "argument must be between 1 and 4294967295 inclusive",
  );
});

Deno.test("protected directives ask enable-protected-configs, and whether the client is near", () => {
  const config = (who: string) => setAtStart(["enable-protected-configs", who]);
  for (const who of ["no", "local"]) {
    const error = assertThrows(() => config(who).set([["dbfilename", "a.rdb"]], "runtime"), CommandError);
    assertEquals(
      error.reply,
      "ERR CONFIG SET failed (possibly related to argument 'dbfilename') - can't set protected config",
    );
  }
  for (const [who, local] of [["yes", false], ["local", true]] as const) {
    const near = config(who);
    near.set([["dbfilename", "a.rdb"]], "runtime", local);
    assertEquals(near.get("dbfilename"), "a.rdb");
  }
});

Deno.test("listeners hear of a change once, and not of a value that stays", () => {
  const config = new Config();
  const heard: string[] = [];
  const listen = () => heard.push(`${config.get("bind")} ${config.get("port")}`);
  config.on("port", listen);
  config.on("bind", listen);
  config.set([["timeout", "1"], ["port", "6379"]], "runtime");
  assertEquals(heard, []);
  config.set([["port", "7000"], ["bind", "::1"]], "runtime");
  assertEquals(heard, ["::1 7000"]);
});

Deno.test("a listener that refuses undoes the change, for itself and for those who had followed it", () => {
  const config = new Config();
  const heard: string[] = [];
  config.on("timeout", () => heard.push(config.get("timeout")));
  config.on("port", () => {
    if (config.number("port") === 7000) throw new ConfigError("Unable to listen on this port. Check server logs.");
    heard.push(config.get("port"));
  });
  const error = assertThrows(() => config.set([["timeout", "5"], ["PORT", "7000"]], "runtime"), CommandError);
  assertEquals(
    error.reply,
    "ERR CONFIG SET failed (possibly related to argument 'port') - Unable to listen on this port. Check server logs.",
  );
  assertEquals(heard, ["5", "0", "6379"]);
  assertEquals([config.get("timeout"), config.get("port")], ["0", "6379"]);
});

Deno.test("a bug in a listener surfaces as itself", () => {
  const config = new Config();
  config.on("timeout", () => {
    throw new RangeError("a bug");
  });
  assertThrows(() => config.set([["timeout", "5"]], "runtime"), RangeError, "a bug");
});

compareTranscript("CONFIG answers in Redis' words", [
  ["CONFIG", "SET", "no-such-thing", "1"],
  ["CONFIG", "SET", "timeout", "1", "No-Such-Thing", "1"],
  ["CONFIG", "SET", "rdbchecksum", "no", "no-such-thing", "1"],
  ["CONFIG", "SET", "timeout", "1", "Timeout", "2"],
  ["CONFIG", "SET", "slave-priority", "1", "replica-priority", "100"],
  ["CONFIG", "SET", "timeout", "1", "port"],
  ["CONFIG", "SET", "timeout"],
  ["CONFIG", "GET"],
  ["CONFIG"],
  ["CONFIG", "NOPE"],
  ["CONFIG", "HELP", "me"],
  ["CONFIG", "RESETSTAT", "x"],
  ["CONFIG", "REWRITE"],
  ["CONFIG", "SET", "Unixsocketperm", "9"],
  ["CONFIG", "SET", "dir", "/"],
  ["CONFIG", "SET", "dbfilename", "a.rdb"],
  ["CONFIG", "GET", "TimeOut", "timeout", "slave-priority"],
  ["CONFIG", "GET", "maxmemory-policy", "maxmemory"],
], { tolerate: { "CONFIG GET": inAnyPairOrder } });

compareTranscript("CONFIG SET reads values as Redis does", [
  // integers
  ...["", "070", "+1", " 1", "1 ", "-1", "-0", "0", "1e3", "1k", "65536", "9223372036854775808", "2147483648"]
    .map((value) => ["CONFIG", "SET", "timeout", value]),
  ["CONFIG", "GET", "timeout"],
  ["CONFIG", "SET", "timeout", "0"],
  ["CONFIG", "SET", "maxclients", "-1"],
  ["CONFIG", "SET", "maxclients", "4294967296"],
  ["CONFIG", "SET", "maxclients", "0"],
  ["CONFIG", "SET", "slowlog-log-slower-than", "-1"],
  ["CONFIG", "SET", "slowlog-log-slower-than", "-2"],
  ["CONFIG", "SET", "slowlog-log-slower-than", "9223372036854775807"],
  ["CONFIG", "GET", "slowlog-log-slower-than"],
  ["CONFIG", "SET", "slowlog-log-slower-than", "10000"],
  ["CONFIG", "SET", "tracking-table-max-keys", "-1"],
  ["CONFIG", "SET", "list-max-listpack-size", "-2147483649"],
  ["CONFIG", "SET", "active-defrag-max-scan-fields", "-1"],
  ["CONFIG", "SET", "hz", "100000"],
  ["CONFIG", "GET", "hz"],
  ["CONFIG", "SET", "hz", "0"],
  ["CONFIG", "GET", "hz"],
  ["CONFIG", "SET", "hz", "10"],
  // memory
  ...["", "1b", "1B", "2k", "2KB", "3m", "3Mb", "1g", "1gB", "1t", "1 kb", "-1", "99999999999999999999", "constructor"]
    .flatMap((value) => [["CONFIG", "SET", "repl-backlog-size", value], ["CONFIG", "GET", "repl-backlog-size"]]),
  ["CONFIG", "SET", "repl-backlog-size", "1mb"],
  ["CONFIG", "SET", "proto-max-bulk-len", "1k"],
  ["CONFIG", "SET", "client-query-buffer-limit", "1k"],
  ["CONFIG", "SET", "hash-max-listpack-value", "99999999999999999999"],
  ["CONFIG", "SET", "cluster-link-sendbuf-limit", "17179869184gb"],
  ["CONFIG", "GET", "cluster-link-sendbuf-limit"],
  ["CONFIG", "SET", "maxmemory-clients", "101%"],
  ["CONFIG", "SET", "maxmemory-clients", "%"],
  ["CONFIG", "SET", "maxmemory-clients", "-5"],
  ["CONFIG", "SET", "maxmemory", "x"],
  // words
  ["CONFIG", "SET", "protected-mode", "true"],
  ["CONFIG", "SET", "protected-mode", "YES"],
  ["CONFIG", "SET", "activedefrag", "yes"],
  ["CONFIG", "SET", "activedefrag", "on"],
  ["CONFIG", "SET", "loglevel", "nothing"],
  ["CONFIG", "SET", "maxmemory-policy", "LRU"],
  ["CONFIG", "SET", "appendfsync", "NO"],
  ["CONFIG", "GET", "appendfsync"],
  ["CONFIG", "SET", "appendfsync", "everysec"],
  // special ones
  ["CONFIG", "SET", "save", "900"],
  ["CONFIG", "SET", "save", "0 1"],
  ["CONFIG", "SET", "save", "900 -1"],
  ["CONFIG", "SET", "save", "900 x"],
  ["CONFIG", "SET", "save", ""],
  ["CONFIG", "SET", "client-output-buffer-limit", "normal 1 2"],
  ["CONFIG", "SET", "client-output-buffer-limit", "master 1 2 3"],
  ["CONFIG", "SET", "client-output-buffer-limit", "normal 1 x 3"],
  ["CONFIG", "SET", "client-output-buffer-limit", "normal 1 2 -3"],
  ["CONFIG", "SET", "client-output-buffer-limit", ""],
  ["CONFIG", "SET", "client-output-buffer-limit", "PubSub 1kb 2k 3 replica 1 2 3"],
  ["CONFIG", "GET", "client-output-buffer-limit"],
  ["CONFIG", "SET", "client-output-buffer-limit", "slave 268435456 67108864 60 pubsub 33554432 8388608 60"],
  ["CONFIG", "SET", "oom-score-adj-values", "1 2"],
  ["CONFIG", "SET", "oom-score-adj-values", "1 2 x"],
  ["CONFIG", "SET", "oom-score-adj-values", "1 2 2001"],
  ["CONFIG", "SET", "notify-keyspace-events", "KEq"],
  ...["KEA", "gKE", "$lshzxeKE", "Kmg$lshzxetd", "KEAn", "Kn", "mxnE", "tdK", ""].flatMap((letters) => [
    ["CONFIG", "SET", "notify-keyspace-events", letters],
    ["CONFIG", "GET", "notify-keyspace-events"],
  ]),
  ["CONFIG", "SET", "latency-tracking-info-percentiles", "50 101"],
  ["CONFIG", "SET", "latency-tracking-info-percentiles", "50 x"],
  ["CONFIG", "SET", "latency-tracking-info-percentiles", "1e1 99.123456789 0.10"],
  ["CONFIG", "GET", "latency-tracking-info-percentiles"],
  ["CONFIG", "SET", "latency-tracking-info-percentiles", ""],
  ["CONFIG", "GET", "latency-tracking-info-percentiles"],
  ["CONFIG", "SET", "latency-tracking-info-percentiles", "50 99 99.9"],
  ["CONFIG", "SET", "shutdown-on-sigterm", ""],
  ["CONFIG", "SET", "shutdown-on-sigterm", "save nosave"],
  ["CONFIG", "SET", "shutdown-on-sigterm", "Force nosave"],
  ["CONFIG", "GET", "shutdown-on-sigterm"],
  ["CONFIG", "SET", "shutdown-on-sigterm", "default"],
  ["CONFIG", "SET", "cluster-announce-hostname", "a b"],
  ["CONFIG", "SET", "cluster-announce-hostname", "a".repeat(256)],
  ["CONFIG", "SET", "proc-title-template", "{nothing}"],
  ["CONFIG", "SET", "proc-title-template", "{{title}} {"],
  ["CONFIG", "SET", "proc-title-template", ""],
  ["CONFIG", "SET", "proc-title-template", "{{{title}}"],
  ["CONFIG", "GET", "proc-title-template"],
  ["CONFIG", "SET", "proc-title-template", "{title} {listen-addr} {server-mode}"],
  ["CONFIG", "SET", "masterauth", "a \xff b"],
  ["CONFIG", "GET", "masterauth"],
  ["CONFIG", "SET", "masterauth", ""],
], { protocols: [2] });

/** The pairs of a map, in RESP2 an array of twice as many, in any order. */
function inAnyPairOrder(ours: string, theirs: string): boolean {
  const pairs = (reply: string) => {
    const words = reply.slice(reply.search(/[[{]/) + 1, -1).split(", ");
    return reply.startsWith("%") ? words.toSorted() : words.map((word, i) => `${word} ${words[i ^ 1]}`).toSorted();
  };
  return pairs(ours).join() === pairs(theirs).join();
}

Deno.test("CONFIG REWRITE writes nothing where the server was given no files to write", async () => {
  const config = new Config();
  config.file = await Deno.makeTempFile();
  await Deno.writeTextFile(config.file, "port 7000\n");
  const refusal = "-ERR Rewriting config file: this server writes no files\r\n";
  assertEquals(newCaller({ config }).raw("CONFIG", "REWRITE"), refusal);
  assertEquals(await Deno.readTextFile(config.file), "port 7000\n");
  await Deno.remove(config.file);
});

Deno.test("CONFIG HELP lists the subcommands", () => {
  const lines = newCaller().raw("CONFIG", "HELP").split("\r\n").slice(1, -1);
  assertEquals(lines[0], "+CONFIG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
  const names = lines.slice(1).filter((line) => !line.startsWith("+ ")).map((line) => line.slice(1).split(" ")[0]);
  assertEquals(names, ["GET", "SET", "RESETSTAT", "REWRITE", "HELP"]);
});

Deno.test("CONFIG RESETSTAT clears what was counted", () => {
  const { engine, raw } = newCaller();
  raw("NOPE");
  raw("CONFIG", "GET", "port");
  engine.keyspace.misses = 3;
  const configGet = engine.table.get("config|get")!;
  assertEquals([configGet.calls, engine.statistics.totalErrorReplies], [1, 1]);
  assertEquals(raw("CONFIG", "RESETSTAT"), "+OK\r\n");
  assertEquals([configGet.calls, engine.statistics.totalErrorReplies, engine.keyspace.misses], [0, 0, 0]);
});

Deno.test("CONFIG GET and SET keep values byte for byte, and answer a map in RESP3", () => {
  const { raw } = newCaller({ protocol: 3 });
  assertEquals(raw("CONFIG", "SET", "masterauth", Uint8Array.of(0xff, 0, 0x61)), "+OK\r\n");
  assertEquals(raw("CONFIG", "GET", "masterauth"), "%1\r\n$10\r\nmasterauth\r\n$3\r\n\xff\0a\r\n");
  assertEquals(raw("CONFIG", "GET", "masterauth", "MASTERAUTH", "m*auth").slice(0, 4), "%1\r\n");
});

Deno.test("configOf() takes text from a program and names what it refuses", () => {
  assertEquals(configOf({ requirepass: "ü", maxclients: "100" }).text("requirepass"), toByteString("ü"));
  assertThrows(
    () => configOf({ port: "1", maxclients: "many" }),
    TypeError,
    "Cannot set directive maxclients to 'many': argument couldn't be parsed into an integer",
  );
});
