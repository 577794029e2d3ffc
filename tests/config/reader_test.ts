/** redis.conf and the command line, read into directives. */
import { assertEquals, assertThrows } from "@std/assert";
import { Config, ConfigError } from "../../engine/config.ts";
import { applySettings, ConfigFileError, type ConfigFiles, readSettings } from "../../engine/config_reader.ts";
import { SYSTEM_FILES } from "../../server/config_files.ts";

/** Files that are only here. A text stands for its latin1 bytes. */
function filesOf(contents: Readonly<Record<string, string>>): ConfigFiles {
  return {
    read(path: string): Uint8Array {
      const text = contents[path];
      if (text === undefined) throw new ConfigError("No such file or directory");
      return Uint8Array.from(text, (character) => character.charCodeAt(0));
    },
    readStdin(): Uint8Array {
      return this.read("-");
    },
    list(pattern: string): string[] {
      const expression = new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", "[^/]*")}$`);
      return Object.keys(contents).filter((path) => expression.test(path)).sort();
    },
  };
}

/** The directives of a command line, as `name word word`. */
function read(args: string[], contents: Readonly<Record<string, string>> = {}): string[] {
  return readSettings(args, filesOf(contents)).settings.map(({ name, words }) =>
    [name, ...words.map((word) => word === "" ? '""' : word)].join(" ")
  );
}

function configured(args: string[], contents: Readonly<Record<string, string>> = {}): Config {
  const config = new Config();
  applySettings(config, readSettings(args, filesOf(contents)));
  return config;
}

function refused(args: string[], contents: Readonly<Record<string, string>> = {}): string {
  const { message } = assertThrows(() => configured(args, contents), ConfigFileError);
  assertEquals(message.includes("\n"), false, "one line");
  return message.replace("*** FATAL CONFIG FILE ERROR *** ", "");
}

Deno.test("a file holds one directive a line, with comments, blanks and quotes as in Redis", () => {
  const file = [
    "# a comment",
    "",
    "   \t",
    "Port 7000",
    "\t bind 127.0.0.1   -::1  \r",
    "  # another",
    'requirepass "a b\\x41\\n\\"\\q"',
    "masterauth 'a\\'b \\n'",
    'save ""',
    "loglevel debug # no comment here",
  ].join("\n");
  const { settings } = readSettings(["r.conf"], filesOf({ "r.conf": file }));
  assertEquals(settings.map(({ name, words }) => [name, ...words]), [
    ["port", "7000"],
    ["bind", "127.0.0.1", "-::1"],
    ["requirepass", 'a bA\n"q'],
    ["masterauth", "a'b \\n"],
    ["save", ""],
    ["loglevel", "debug", "#", "no", "comment", "here"],
  ]);
});

Deno.test("a file's bytes are kept, whatever their encoding", () => {
  assertEquals(configured(["f"], { f: "requirepass \xff\xe4\n" }).text("requirepass"), "\xff\xe4");
});

Deno.test("the last line needs no line end, and an empty file is no mistake", () => {
  assertEquals(read(["f"], { f: "port 1" }), ["port 1"]);
  assertEquals(read(["f"], { f: "" }), []);
});

Deno.test("a name with two dashes opens a directive, and all up to the next is its value, kept as text", () => {
  assertEquals(read([]), []);
  assertEquals(read(["--port", "7000", "--requirepass", "0123"]), ["port 7000", "requirepass 0123"]);
  assertEquals(read(["--bind", "127.0.0.1", "-::1", "--port", "0"]), ["bind 127.0.0.1 -::1", "port 0"]);
  assertEquals(read(["--save", "", "--PORT", "0"]), ['save ""', "port 0"]);
  assertEquals(read(["--save", "900", "1", "300", "10"]), ["save 900 1 300 10"]);
  assertEquals(configured(["--requirepass", "0123"]).text("requirepass"), "0123");
  assertEquals(configured(["--requirepass", 'a "b\\']).text("requirepass"), 'a "b\\');
  assertEquals(configured(["--requirepass", "ü"]).text("requirepass"), "\xc3\xbc");
});

Deno.test("name and value may be one argument, and a list one value", () => {
  assertEquals(read(["--port 7000", "--bind", "127.0.0.1 ::1"]), ["port 7000", "bind 127.0.0.1 ::1"]);
  assertEquals(configured(["--bind", "127.0.0.1 ::1"]).words("bind"), ["127.0.0.1", "::1"]);
  assertEquals(configured(['--requirepass "a b"', "--port", "1"]).text("requirepass"), "a b");
});

Deno.test("the first word after a name is a value even with two dashes, but after --save", () => {
  assertEquals(read(["--requirepass", "--port", "--port", "1"]), ["requirepass --port", "port 1"]);
  assertEquals(read(["--save", "--port", "1"]), ['save ""', "port 1"]);
  assertEquals(read(["--port", "1", "--save"]), ["port 1", 'save ""']);
});

Deno.test("file, standard input and arguments count in this order", () => {
  const contents = { "r.conf": "port 1\ntimeout 1\nhz 1", "-": "port 2\ntimeout 2" };
  assertEquals(read(["r.conf", "--port", "3", "-"], contents), [
    "port 1",
    "timeout 1",
    "hz 1",
    "port 2",
    "timeout 2",
    "port 3",
  ]);
  assertEquals(read(["-", "--port", "3"], contents), ["port 2", "timeout 2", "port 3"]);
  const config = configured(["r.conf", "--port", "3", "-"], contents);
  assertEquals([config.get("port"), config.get("timeout"), config.get("hz")], ["3", "2", "1"]);
  assertEquals([config.file, configured(["-"], contents).file], ["r.conf", ""]);
});

Deno.test("an included file takes the place of its line, and a pattern may fit no file", () => {
  const contents = {
    "r.conf": "port 1\ninclude a.conf\nINCLUDE none/*.conf\ninclude conf.d/*.conf\ntimeout 4",
    "a.conf": "port 2\ninclude 'b b.conf'",
    "b b.conf": "port 3",
    "conf.d/2.conf": "timeout 2",
    "conf.d/1.conf": "timeout 1",
    "conf.d/1.txt": "nonsense",
  };
  assertEquals(read(["r.conf"], contents), ["port 1", "port 2", "port 3", "timeout 1", "timeout 2", "timeout 4"]);
  assertEquals(read(["--include", "a.conf", "--port", "4"], contents), ["port 2", "port 3", "port 4"]);
});

Deno.test("a file that is not there, or includes itself, ends the start", () => {
  assertEquals(refused(["r.conf"]), "Fatal error, can't open config file 'r.conf': No such file or directory");
  assertEquals(
    refused(["r.conf"], { "r.conf": "include a.conf" }),
    "Fatal error, can't open config file 'a.conf': No such file or directory",
  );
  assertEquals(
    refused(["r.conf"], { "r.conf": "\ninclude r.conf" }),
    "r.conf, line 2: 'include r.conf': files include each other too deeply",
  );
});

Deno.test("an error names the file, the line and the directive, or the argument", () => {
  const rows: [line: string, reason: string][] = [
    ["nonsense 1", "Bad directive or wrong number of arguments"],
    ["include", "Bad directive or wrong number of arguments"],
    ["include a b", "Bad directive or wrong number of arguments"],
    ["port abc", "argument couldn't be parsed into an integer"],
    ["port 1 2", "wrong number of arguments"],
    ["port", "wrong number of arguments"],
    ['requirepass "a', "Unbalanced quotes in configuration line"],
    ['requirepass "a"b', "Unbalanced quotes in configuration line"],
    ["syslog-enabled yes", "not supported yet, only 'syslog-enabled no' is"],
    ["save 900", "Invalid save parameters"],
    ["rename-command CONFIG x", "not supported yet"],
    ["user alice on", "not supported yet"],
    ["loadmodule x.so", "not supported yet"],
    ["requirepass \xc3\xbc \xc3\xbc", "wrong number of arguments"],
  ];
  for (const [line, reason] of rows) {
    const shown = new TextDecoder().decode(Uint8Array.from(line, (character) => character.charCodeAt(0)));
    const message = refused(["/etc/r.conf"], { "/etc/r.conf": `# one\nhz 20\n  ${line}\t\r\n` });
    assertEquals(message, `/etc/r.conf, line 3: '${shown}': ${reason}`);
  }
  assertEquals(refused(["--port", "abc"]), "command line: '--port abc': argument couldn't be parsed into an integer");
  assertEquals(refused(["f", "g"], { f: "" }), "command line: 'g': Bad directive or wrong number of arguments");
  assertEquals(refused(["-x", "--port", "1"]), "command line: '-x': Bad directive or wrong number of arguments");
  assertEquals(refused(["--"]), "command line: '--': Bad directive or wrong number of arguments");
  assertEquals(refused(["--sentinel"]), "command line: '--sentinel': not supported yet");
  assertEquals(refused(["--bind", "", "--port", ""]).slice(0, 25), `command line: '--port ""'`);
});

Deno.test("the first promise not kept is named, a wrong value before it", () => {
  const f = "daemonize yes\nsyslog-enabled yes\nuser alice on\ntimeout 9";
  const place = (args: string[], file: string) => refused(args, { f: file }).split(":")[0];
  assertEquals(place(["f"], f), "f, line 1");
  assertEquals(place(["f", "--daemonize", "no"], f), "f, line 2");
  assertEquals(place(["f", "--daemonize", "no", "--syslog-enabled", "no"], f), "f, line 3");
  // a promise may still be taken back by a later line, a wrong value may not
  assertEquals(place(["f"], "daemonize yes\ntimeout x\nuser alice on"), "f, line 2");
});

Deno.test("directives that Redis gave up may stand in a file", () => {
  const config = configured(["f"], { f: "list-max-ziplist-entries 512\nlua-replicate-commands yes\nport 1" });
  assertEquals(config.get("port"), "1");
  assertEquals(
    refused(["f"], { f: "lua-replicate-commands" }),
    "f, line 1: 'lua-replicate-commands': Bad directive or wrong number of arguments",
  );
});

Deno.test("a file in the manner of Debian's stock redis.conf starts, but for one promise", () => {
  const contents = { f: STOCK };
  assertEquals(refused(["f"], contents), "f, line 7: 'daemonize yes': not supported yet, only 'daemonize no' is");
  const config = configured(["f", "--daemonize", "no"], contents);
  assertEquals(config.words("bind"), ["127.0.0.1", "-::1"]);
  assertEquals(config.get("dir"), "/var/lib/redis");
  assertEquals(config.outputLimit("replica"), { hardBytes: 268435456, softBytes: 67108864, softSeconds: 60 });
});

/** The directives that Debian sets, in its order. */
const STOCK = `
bind 127.0.0.1 -::1
protected-mode yes
port 6379
tcp-backlog 511
tcp-keepalive 300
daemonize yes
pidfile /run/redis/redis-server.pid
loglevel notice
logfile /var/log/redis/redis-server.log
databases 16
always-show-logo no
proc-title-template "{title} {listen-addr} {server-mode}"
dbfilename dump.rdb
dir /var/lib/redis
repl-diskless-load disabled
oom-score-adj-values 0 200 800
appendonly no
appendfilename "appendonly.aof"
appenddirname "appendonlydir"
auto-aof-rewrite-min-size 64mb
aof-timestamp-enabled no

slowlog-log-slower-than 10000
latency-monitor-threshold 0
notify-keyspace-events ""
list-max-listpack-size -2
client-output-buffer-limit normal 0 0 0
client-output-buffer-limit replica 256mb 64mb 60
client-output-buffer-limit pubsub 32mb 8mb 60
hz 10
jemalloc-bg-thread yes
`;

Deno.test({
  name: "Debian's own redis.conf names daemonize as the first promise, and starts without it",
  ignore: !isReadable("/etc/redis/redis.conf"),
  fn: () => {
    const path = "/etc/redis/redis.conf";
    const { message } = assertThrows(
      () => applySettings(new Config(), readSettings([path], SYSTEM_FILES)),
      ConfigFileError,
      "'daemonize yes': not supported yet, only 'daemonize no' is",
    );
    assertEquals(message.startsWith(`*** FATAL CONFIG FILE ERROR *** ${path}, line `), true);
    const config = new Config();
    applySettings(config, readSettings([path, "--daemonize", "no"], SYSTEM_FILES));
    assertEquals(config.get("dir"), "/var/lib/redis");
  },
});

/** The file belongs to the user redis, and may be there without being readable. */
function isReadable(path: string): boolean {
  try {
    Deno.openSync(path).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) return false;
    throw error;
  }
}

Deno.test("SYSTEM_FILES reads files and expands patterns in sorted order, as a shell does", async () => {
  const folder = await Deno.makeTempDir({ prefix: "miniredis_conf_" });
  try {
    await Deno.mkdir(`${folder}/a.d/x`, { recursive: true });
    await Deno.mkdir(`${folder}/b.d`);
    for (const name of ["a.d/2.conf", "a.d/1.conf", "a.d/.hidden.conf", "a.d/3.txt", "b.d/1.conf"]) {
      await Deno.writeTextFile(`${folder}/${name}`, name);
    }
    const list = (pattern: string) =>
      SYSTEM_FILES.list(`${folder}/${pattern}`).map((path) => path.slice(folder.length + 1));
    assertEquals(list("a.d/*.conf"), ["a.d/1.conf", "a.d/2.conf"]);
    assertEquals(list("?.d/[1-9].conf"), ["a.d/1.conf", "a.d/2.conf", "b.d/1.conf"]);
    assertEquals(list("*/.h*"), ["a.d/.hidden.conf"]);
    assertEquals(list("none/*.conf"), []);
    assertEquals(list("a.d/1.conf/*"), []);
    assertEquals(new TextDecoder().decode(SYSTEM_FILES.read(`${folder}/b.d/1.conf`)), "b.d/1.conf");
    assertThrows(() => SYSTEM_FILES.read(`${folder}/none`), ConfigError, "No such file or directory");
    assertThrows(() => SYSTEM_FILES.read(folder), ConfigError, "Is a directory");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
