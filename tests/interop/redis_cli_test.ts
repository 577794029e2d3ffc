/** What redis-cli has beyond single commands: its modes, its forms of output, its prompt. As far as they are deterministic, beside redis-server. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { hasRedisTools, hasReference, startRedis } from "../_redis.ts";
import { hasTerminals, Terminal } from "../_terminal.ts";
import { startQuiet } from "./_servers.ts";
import { printed, type Run, RunningTool, runTool } from "./_tools.ts";

const CLI = "redis-cli";
const ESCAPE = "\x1b";

/** A run of redis-cli on a port. */
function cliOf(port: number): Run {
  return (args, stdin = "") => runTool(CLI, ["-p", `${port}`, ...args], stdin);
}

/** A test with our server; skipped by name where something it needs is missing. */
function cliTest(name: string, fn: (port: number, cli: Run) => Promise<void>, needs: "tools" | "terminal" = "tools") {
  const lacks = !hasRedisTools ? "redis-cli" : needs === "terminal" && !hasTerminals ? "util-linux' script" : null;
  Deno.test({
    name: lacks === null ? name : `${name} (skipped: ${lacks} is not installed)`,
    ignore: lacks !== null,
    fn: async () => {
      await using quiet = await startQuiet({ port: 0, config: { "enable-debug-command": "yes" } });
      await fn(quiet.server.port, cliOf(quiet.server.port));
    },
  });
}

/** A test with our port and that of a redis-server; skipped by name where something it needs is missing. */
function compareTest(name: string, fn: (ours: number, theirs: number) => Promise<void>, needsTerminal = false): void {
  const lacks = !hasRedisTools || !hasReference
    ? "redis-cli and redis-server 7.0 are"
    : needsTerminal && !hasTerminals
    ? "util-linux' script is"
    : null;
  Deno.test({
    name: lacks === null ? name : `${name} (skipped: ${lacks} not installed)`,
    ignore: lacks !== null,
    fn: async () => {
      await using quiet = await startQuiet({ port: 0, config: { "enable-debug-command": "yes" } });
      await using redis = await startRedis("--enable-debug-command", "yes");
      await fn(quiet.server.port, redis.port);
    },
  });
}

/** All that a run shows, without the port. */
async function transcript(port: number, args: readonly string[], stdin = ""): Promise<string> {
  const { code, stdout, stderr } = await cliOf(port)(args, stdin);
  return `> redis-cli ${args.join(" ")}\n${stdout}${stderr}(status ${code})\n`.replaceAll(`${port}`, "PORT");
}

/** Some keys of every type. */
const KEYS = [
  ...Array.from({ length: 300 }, (_, i) => `SET str:${i} ${"v".repeat(1 + i % 7)}`),
  "SET str:large a-value-longer-than-all-others",
  ...Array.from({ length: 12 }, (_, i) => `RPUSH list:${i % 5 === 0 ? 0 : 1} ${i}`),
  ...Array.from({ length: 30 }, (_, i) => `SADD set:${i % 11 === 0 ? 0 : 1} m${i}`),
  ...Array.from({ length: 25 }, (_, i) => `ZADD zset ${i}.5 m${i}`),
  ...Array.from({ length: 9 }, (_, i) => `HSET hash:${i < 2 ? 0 : 1} f${i} ${i}`),
  ...Array.from({ length: 6 }, (_, i) => `XADD stream ${i + 1}-1 f ${i}`),
].join("\n") + "\n";

compareTest("redis-cli prints every type of reply in each of its forms", async (ours, theirs) => {
  const forms = [
    ["--no-raw"],
    ["--raw"],
    ["--csv"],
    ["--json"],
    ["-2", "--no-raw"],
    ["-3", "--no-raw"],
    [
      "-3",
      "--csv",
    ],
    [
      "-2",
      "--json",
    ],
    ["--quoted-json"],
    ["-D", ";", "--raw"],
    ["-d", "/", "--raw"],
    ["-e", "--no-raw"],
  ];
  const types = "string integer double bignum null array set map attrib verbatim true false";
  const commands = [
    ...types.split(" ").map((type) => `debug protocol ${type}`),
    'set k "caf\\xc3\\xa9 \\"quoted\\"\\n\\x01"',
    "get k",
    "get none",
    "mget k none",
    "incr k",
    "nosuch",
    "zadd z 1.5 a 2 b",
    "zrange z 0 -1 withscores",
    "zscore z a",
    "config get maxclients",
    "client kill id 9999",
  ];
  for (const form of forms) {
    const [mine, other] = await Promise.all(
      [ours, theirs].map((port) => transcript(port, form, commands.join("\n") + "\n")),
    );
    assertEquals(mine, other);
    const args = [...form, "mget", "k", "none"];
    assertEquals(await transcript(ours, args), await transcript(theirs, args));
  }
});

compareTest("redis-cli takes its last argument from standard input, repeats, selects and quotes", async (a, b) => {
  const runs: [args: string[], stdin?: string][] = [
    [["-x", "set", "x"], "from\0 standard\r\ninput"],
    [["-x", "set", "x2"], ""],
    [["-X", "tag", "set", "tag", "ex"], "key"],
    [["-X", "tag", "setex", "y", "100", "tag"], "value"],
    [["--no-raw", "get", "x"]],
    [["-r", "3", "-i", "0.01", "incr", "n"]],
    [["-r", "3", "-i", "0.01", "--csv", "incrbyfloat", "n", "0.5"]],
    [["-n", "3", "set", "k", "in three"]],
    [["-n", "3", "get", "k"]],
    [["-n", "16", "get", "k"]],
    [["get", "k"]],
    [["--quoted-input", "set", '"\\x00key"', '"\\xffvalue"']],
    [["--quoted-input", "--no-raw", "get", '"\\x00key"']],
    [["--no-raw"], 'SET "a b" \'c d\'\nGET "a b"\nHGETALL none\nSUBSCRIBE\nMULTI\nINCR n\nEXEC\nQUIT\n'],
    [["--no-raw"], "3 INCR n\nCLIENT GETNAME\nSELECT 4\nSET here 1\nSELECT 0\nGET here\n# comment\nPING"],
    [["-u", "redis://127.0.0.1/9", "-p", "PORT", "ping"]],
  ];
  for (const [args, stdin] of runs) {
    const mine = await transcript(a, args.map((arg) => arg === "PORT" ? `${a}` : arg), stdin);
    const other = await transcript(b, args.map((arg) => arg === "PORT" ? `${b}` : arg), stdin);
    assertEquals(mine, other);
  }
});

compareTest("redis-cli logs in by -a, --user, -u and REDISCLI_AUTH as on the original", async (ours, theirs) => {
  const runs = [
    ["ping"],
    ["-a", "secret", "ping"],
    ["-a", "secret", "--no-auth-warning", "-3", "ping"],
    ["-a", "wrong", "ping"],
    ["--user", "default", "-a", "secret", "--no-auth-warning", "ping"],
    ["--user", "nobody", "-a", "secret", "--no-auth-warning", "ping"],
    ["--user", "default", "--pass", "secret", "-3", "-n", "2", "ping"],
    ["--no-raw", "auth", "secret"],
  ];
  for (const port of [ours, theirs]) {
    assertEquals(await printed(cliOf(port)(["config", "set", "requirepass", "secret"])), "OK\n");
  }
  for (const args of runs) assertEquals(await transcript(ours, args), await transcript(theirs, args));
  for (const args of [["ping"], ["client", "no-evict", "on"]]) {
    const [mine, other] = await Promise.all(
      [ours, theirs].map((port) =>
        printed(cliOf(port)(["-u", `redis://default:secret@127.0.0.1:${port}`, "--no-auth-warning", ...args]))
      ),
    );
    assertEquals(mine, other);
  }
});

cliTest("redis-cli --pipe loads 100,000 commands", async (_, cli) => {
  let stream = "";
  for (let i = 0; i < 100_000; i++) {
    stream += i % 10 === 0
      ? `*3\r\n$5\r\nRPUSH\r\n$4\r\nlist\r\n$5\r\n${10_000 + i / 10}\r\n`
      : `*3\r\n$3\r\nSET\r\n$9\r\nkey:${10_000 + i % 5_000}\r\n$5\r\n${10_000 + i % 7}\r\n`;
  }
  assertEquals(
    await printed(cli(["--pipe"], stream)),
    "All data transferred. Waiting for the last reply...\nLast reply received from server.\n" +
      "errors: 0, replies: 100000\n",
  );
  assertEquals(await printed(cli(["llen", "list"])), "10000\n");
  assertEquals(await printed(cli(["lrange", "list", "-2", "-1"])), "19998\n19999\n");
  const { code, stdout, stderr } = await cli(["--pipe"], "*2\r\n$4\r\nINCR\r\n$4\r\nlist\r\nPING\r\n");
  assertEquals([code, stdout.includes("errors: 1, replies: 2")], [1, true]);
  assertEquals(stderr, "WRONGTYPE Operation against a key holding the wrong kind of value\n");
});

compareTest("redis-cli --scan, --bigkeys and --memkeys find what they find in the original", async (ours, theirs) => {
  for (const port of [ours, theirs]) await printed(cliOf(port)([], KEYS));
  for (
    const args of [
      ["--scan"],
      ["--scan", "--pattern", "str:1*"],
      ["--scan", "--pattern", "[ls]*:0", "-n", "0"],
      ["--scan", "--quoted-pattern", '"str:2\\x3f"'],
      ["--scan", "--pattern", "none*"],
    ]
  ) {
    const sorted = async (port: number) =>
      [...new Set((await printed(cliOf(port)(args))).split("\n"))].sort().join("\n");
    assertEquals(await sorted(ours), await sorted(theirs), args.join(" "));
  }
  const summary = async (port: number, mode: string) => {
    const text = await printed(cliOf(port)([mode]));
    return text.slice(text.indexOf("-------- summary")).split("\n").sort().join("\n");
  };
  const big = await summary(ours, "--bigkeys");
  assertEquals(big, await summary(theirs, "--bigkeys"));
  assertMatch(big, /Biggest string found '"str:large"' has 30 bytes/);
  // how much a value takes is ours to say, which are the largest and how many there are is not
  const counted = async (port: number) =>
    (await summary(port, "--memkeys")).replace(/\d+ bytes|avg size [\d.]+/g, "n").replace(/'"\w+:\d+"'/g, "'a key'");
  assertEquals(await counted(ours), await counted(theirs));
  const [mine, other] = await Promise.all([ours, theirs].map((port) => printed(cliOf(port)(["--memkeys", "-i", "0"]))));
  for (const text of [mine!, other!]) assertMatch(text, /301 strings with [1-9]\d+ bytes/);
});

compareTest("redis-cli --hotkeys needs an LFU policy, and then names the key read most", async (ours, theirs) => {
  for (const port of [ours, theirs]) await printed(cliOf(port)([], KEYS));
  assertEquals(await transcript(ours, ["--hotkeys"]), await transcript(theirs, ["--hotkeys"]));
  for (const port of [ours, theirs]) {
    const cli = cliOf(port);
    await printed(cli(["config", "set", "maxmemory-policy", "allkeys-lfu", "lfu-log-factor", "0"]));
    await printed(cli(["flushall"]));
    await printed(cli([], KEYS));
    await printed(cli(["-r", "200", "get", "str:7"]));
    await printed(cli(["-r", "100", "lrange", "list:1", "0", "-1"]));
    const [, first, second] = (await printed(cli(["--hotkeys"]))).split("-------- summary -------")[1]!.trim()
      .split("\n").map((line) => /counter: (\d+)\tkeyname: "(.*)"/.exec(line)).map((found) => found?.[2]);
    assertEquals([first, second], ["str:7", "list:1"], `port of ${port === ours ? "ours" : "theirs"}`);
  }
});

cliTest("redis-cli --latency prints its figures after a period, as text and as CSV", async (_, cli) => {
  assertMatch(await printed(cli(["--latency", "-i", "0.05", "--raw"])), /^\d+ \d+ \d+\.\d\d \d+\n$/);
  assertMatch(await printed(cli(["--latency", "-i", "0.05", "--csv"])), /^\d+,\d+,\d+\.\d\d,\d+\n$/);
});

cliTest("redis-cli --latency-history, --latency-dist and --stat go on on a terminal", async (port, cli) => {
  {
    await using terminal = new Terminal(`redis-cli -p ${port} --latency-history -i 0.05`);
    await terminal.shown(/min: \d+, max: \d+, avg: \d+\.\d\d \(\d+ samples\) -- \d\.\d\d seconds range\r\n[^]*min: /);
  }
  {
    await using terminal = new Terminal(`redis-cli -p ${port} --latency-dist -i 0.05`);
    await terminal.shown("From 0 to 100%: ");
    await terminal.shown(new RegExp(`(${ESCAPE}\\[48;5;\\d+m.\\s*){3}`));
  }
  await printed(cli(["mset", "a", "1", "b", "2"]));
  await using terminal = new Terminal(`redis-cli -p ${port} --stat -i 0.01`);
  const line = /\r\n2 +\d+\.\d\d[KM] +1 +0 +\d+ \(\+\d+\) +\d+ +\r\n/;
  await terminal.shown("keys       mem      clients blocked requests            connections          \r\n");
  await terminal.shown(line);
  await printed(cli(["set", "c", "1"]));
  await terminal.shown(/\r\n3 +\d+\.\d\d[KM] /);
}, "terminal");

compareTest("redis-cli shows messages and MONITOR as on the original, in RESP2 and RESP3", async (ours, theirs) => {
  const listen = async (port: number, args: readonly string[], last: string): Promise<string> => {
    await using tool = new RunningTool(CLI, ["-p", `${port}`, ...args]);
    // until it listens nobody gets the message
    await tool.printed(args.at(-1) === "monitor" ? /OK/ : args.includes("ch:2") ? /ch:2[^]*2/ : /ch:\*[^]*1/);
    const cli = cliOf(port);
    await printed(cli(["publish", "ch:1", "one"]));
    await printed(cli(["-n", "2", "publish", "ch:2", last]));
    return (await tool.printed(new RegExp(`${last}.*\n`)))
      .replace(/\d{10}\.\d{6} \[(\d+) 127\.0\.0\.1:\d+\]/g, "TIME [$1 ADDRESS]");
  };
  const subscribe = ["subscribe", "ch:1", "ch:2"], patterns = ["psubscribe", "ch:*"];
  for (const form of [["-2"], ["-3"], ["--csv"], ["-3", "--csv"], ["--json"], ["--no-raw"], ["-3", "--no-raw"]]) {
    for (const command of [subscribe, patterns, ["monitor"]]) {
      const args = [...form, ...command];
      const [mine, other] = await Promise.all([listen(ours, args, "last"), listen(theirs, args, "last")]);
      assertEquals(mine, other, args.join(" "));
    }
  }
});

/** The blocks of `redis-cli help @group`, by command, without colours and summaries. */
async function helpOf(port: number, group: string): Promise<Map<string, string>> {
  const text = (await printed(cliOf(port)(["help", `@${group}`]))).replace(new RegExp(`${ESCAPE}\\[[\\d;]*m`, "g"), "");
  const blocks = text.split("\r\n\r\n").flatMap((part) => part.split("\n\n")).map((block) => block.trim());
  return new Map(
    blocks.filter((block) => block !== "").map((block) => {
      const [usage, summary, ...rest] = block.split("\n").map((line) => line.trim());
      assertMatch(summary!, /^summary: .{10,}/, usage);
      const name = /^[A-Z_|-]+( [A-Z-]+\b)?/.exec(usage!)![0];
      return [name, [usage, ...rest].join("\n")] as const;
    }),
  );
}

/** Hints that differ, since COMMAND DOCS does (tests/compat/command_info_test.ts says why). */
const OTHER_HINTS = ["CLIENT KILL", "COMMAND GETKEYS", "COMMAND GETKEYSANDFLAGS", "DEBUG"];

compareTest("redis-cli help shows the original's arguments and version for every command", async (ours, theirs) => {
  const groups =
    "generic string list set sorted_set hash pubsub transactions connection server scripting hyperloglog " +
    "cluster geo stream bitmap";
  let compared = 0;
  const differ: string[] = [];
  for (const group of groups.split(" ")) {
    const [mine, other] = [await helpOf(ours, group), await helpOf(theirs, group)];
    for (const [name, text] of mine) {
      if (!other.has(name)) continue; // named in tests/compat/command_info_test.ts
      compared++;
      if (text !== other.get(name)) differ.push(name);
    }
  }
  assertEquals(differ.sort(), OTHER_HINTS);
  assert(compared > 250, `${compared} commands`);
  for (const args of [["help", "set"], ["help", "config get"], ["help", "nosuch"], ["help"], ["help", "@nosuch"]]) {
    const shown = async (port: number) => (await transcript(port, args)).replace(/summary:.*/, "");
    assertEquals(await shown(ours), await shown(theirs));
  }
});

/** What redis-cli shows on a terminal while keys are typed: the last line it wrote, up to a text that is waited for. */
async function typed(port: number, keys: readonly (readonly [keys: string, until: string])[]): Promise<string[]> {
  // a terminal without a size would be asked where its cursor is
  const command = `stty cols 200 rows 50; REDISCLI_HISTFILE=/dev/null exec redis-cli -p ${port}`;
  await using terminal = new Terminal(command);
  await terminal.shown(`127.0.0.1:${port}> `);
  const lines: string[] = [];
  for (const [text, wanted] of keys) {
    const until = wanted.replaceAll("PORT", `${port}`);
    const from = terminal.all.length;
    await terminal.type(text);
    const all = await terminal.shown(until, from);
    const end = all.indexOf(until) + until.length;
    lines.push(all.slice(Math.max(0, all.lastIndexOf("\x1b[0K", end)), end).replaceAll(`${port}`, "PORT"));
  }
  await terminal.type("\x15quit\r");
  assertEquals(await terminal.ended(), 0);
  return lines;
}

compareTest("redis-cli completes names and hints arguments at its prompt", async (ours, theirs) => {
  const hint = (text: string) => `\x1b[0;90;49m${text}\x1b[0m`;
  const ofSet = "[NX|XX] [GET] [EX seconds|PX milliseconds|EXAT unix-time-seconds|PXAT unix-time-milliseconds|KEEPTTL]";
  const keys = [
    ["ZRANGEBYS\t", `ZRANGEBYSCORE${hint(" key min max [WITHSCORES] [LIMIT offset count]")}`],
    ["\x15zrangebyl\t", `ZRANGEBYLEX${hint(" key min max [LIMIT offset count]")}`],
    ["\x15SET ", `SET ${hint(`key value ${ofSet}`)}`],
    ["k v ", `k v ${hint(ofSet)}`],
    ["\x15config ge\t", `CONFIG GET${hint(" parameter [parameter ...]")}`],
    ["\x15help @stri\t", "help @string"],
    ['\x15SET k "a b"\r', "OK\r\n127.0.0.1:PORT> "],
    ["GET k\r", '"a b"\r\n127.0.0.1:PORT> '],
    ["MULTI\r", "OK\r\n127.0.0.1:PORT(TX)> "],
    ["GET k\r", "QUEUED\r\n127.0.0.1:PORT(TX)> "],
    ["EXEC\r", '1) "a b"\r\n127.0.0.1:PORT> '],
    ["SELECT 3\r", "OK\r\n127.0.0.1:PORT[3]> "],
    ["HELLO 3\r", "\r\n127.0.0.1:PORT[3]> "],
    ["HGETALL none\r", "(empty hash)\r\n127.0.0.1:PORT[3]> "],
  ] as const;
  const [mine, other] = [await typed(ours, keys), await typed(theirs, keys)];
  const helloAt = keys.findIndex(([text]) => text.startsWith("HELLO")); // it tells an id
  assertEquals(mine.toSpliced(helloAt, 1), other.toSpliced(helloAt, 1));
}, true);
