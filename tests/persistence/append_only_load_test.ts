/** Loading append-only files: what is there afterwards, what of a damaged file is kept, and what is refused. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { AppendOnlyError } from "../../engine/append_only.ts";
import { DataFileError } from "../../engine/data_files.ts";
import { textOf } from "../compat/random/normalise.ts";
import { GENERATORS, makeRound } from "../compat/random/rounds.ts";
import { HandClock } from "../_call.ts";
import { newServer, startServer, type TestServer } from "./_append_only.ts";
import { MemoryFiles } from "./_memory_files.ts";
import { SAMPLES } from "./_samples.ts";

const FOLDER = "appendonlydir";
const INCREMENT = `${FOLDER}/appendonly.aof.1.incr.aof`;

/** A request as a file has it. */
function request(...words: string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
}

/** A folder with one file of writes. */
function folderWith(text: string): MemoryFiles {
  const files = new MemoryFiles();
  files.put(INCREMENT, text);
  files.put(`${FOLDER}/appendonly.aof.manifest`, "file appendonly.aof.1.incr.aof seq 1 type i\n");
  return files;
}

/** What keeps a server from starting. */
function refusal(files: MemoryFiles, directives: Record<string, string> = {}): { message: string; lines: string[] } {
  const server = newServer({ files, directives });
  const { message } = assertThrows(() => server.appendOnly.start(), AppendOnlyError);
  assertEquals(files.openFiles, 0);
  return { message, lines: server.lines };
}

async function restarted(server: TestServer, directives: Record<string, string> = {}): Promise<string> {
  const again = startServer({ files: server.files.copy("on disk"), directives, clock: server.clock });
  const digest = again.digest();
  assertEquals(again.engine.statistics.unexpectedErrors, 0, again.lines.join("\n"));
  await again.stop();
  return digest;
}

for (const form of ["writes", "rewritten as commands", "rewritten as an RDB file"]) {
  Deno.test(`a key of any type and encoding is the same after a restart: ${form}`, async () => {
    const preamble = form.endsWith("file") ? "yes" : "no";
    for (const { name, commands } of SAMPLES) {
      const server = startServer({ directives: { "aof-use-rdb-preamble": preamble } });
      for (const command of commands) server.raw(...command);
      server.raw("PEXPIRE", "k", "100000");
      if (form !== "writes") await server.rewrite();
      const again = startServer({ files: server.files.copy("on disk") });
      assertEquals(again.digest(), server.digest(), name);
      for (const question of [["TYPE", "k"], ["PTTL", "k"], ["OBJECT", "ENCODING", "k"]]) {
        assertEquals(again.raw(...question), server.raw(...question), `${name}: ${question}`);
      }
      assertEquals(again.engine.statistics.unexpectedErrors, 0, name);
      await again.stop();
      await server.stop();
    }
  });
}

Deno.test("streams keep all that they remember, and their groups", async () => {
  for (const form of ["yes", "no", "never"]) {
    const server = startServer({ directives: { "aof-use-rdb-preamble": form === "no" ? "no" : "yes" } });
    const { raw } = server;
    for (let i = 1; i <= 10; i++) raw("XADD", "s", `${i}-1`, "f", String(i));
    raw("XDEL", "s", "9-1", "10-1");
    raw("XGROUP", "CREATE", "s", "g", "0", "ENTRIESREAD", "2");
    raw("XGROUP", "CREATE", "s", "empty", "$");
    raw("XREADGROUP", "GROUP", "g", "alice", "COUNT", "3", "STREAMS", "s", ">");
    raw("XREADGROUP", "GROUP", "g", "bob", "COUNT", "2", "STREAMS", "s", ">");
    raw("XACK", "s", "g", "2-1");
    raw("XGROUP", "CREATECONSUMER", "s", "g", "carol");
    raw("XADD", "none", "MAXLEN", "0", "7-7", "f", "v");
    raw("XGROUP", "CREATE", "made", "g", "$", "MKSTREAM");
    if (form !== "never") await server.rewrite();
    const again = startServer({ files: server.files.copy("on disk"), clock: server.clock });
    // a group's count of entries read is not in XCLAIM, which is what XREADGROUP is written as: so in Redis 7.0 too
    const counts = form === "never" ? /(entries-read|lag)\r\n(:|\$-)\d+/g : /^never$/;
    const all = (from: TestServer, key: string) => from.raw("XINFO", "STREAM", key, "FULL").replace(counts, "$1");
    for (const key of ["s", "none", "made"]) assertEquals(all(again, key), all(server, key), `${key}, ${form}`);
    await again.stop();
    await server.stop();
  }
});

Deno.test("after random commands of all types a restart finds the same, from writes and from both forms of a base", async () => {
  const types = Object.keys(GENERATORS);
  for (let number = 0; number < types.length; number++) {
    const clock = new HandClock();
    const server = startServer({ clock });
    const { raw } = server;
    const known = new Set([...raw("COMMAND", "LIST").matchAll(/^[a-z_]+$/gm)].map(([name]) => name!.toUpperCase()));
    const { commands, settings } = makeRound(7_001_500, number, types, known);
    const directives = Object.fromEntries(settings);
    for (const setting of settings) raw("CONFIG", "SET", ...setting);
    for (const [i, command] of commands.entries()) {
      if (/^(B[LRZ]|CONFIG|DEBUG)/i.test(textOf(command[0])) || command.includes("BLOCK")) continue;
      raw(...command);
      clock.advance(1);
      if (i % 100 === 50) raw("BGREWRITEAOF");
      if (i % 100 === 90) await server.settle();
      if (i % 50 !== 0) continue;
      assertEquals(await restarted(server, directives), server.digest(), `round ${number}, command ${i}`);
    }
    for (const preamble of ["yes", "no"]) {
      raw("CONFIG", "SET", "aof-use-rdb-preamble", preamble);
      await server.rewrite();
      assertEquals(await restarted(server, directives), server.digest(), `round ${number}, preamble ${preamble}`);
    }
    await server.stop();
  }
});

Deno.test("a file cut anywhere is loaded up to its last whole command, and goes on from there", async () => {
  const server = startServer({ directives: { "aof-timestamp-enabled": "yes" } });
  const { raw, files, digest } = server;
  const states: [size: number, digest: string][] = [[0, digest()]];
  const note = () => states.push([files.get(INCREMENT).length, digest()]);
  const commands = [["SET", "a", "1"], ["RPUSH", "l", "x", "y"], ["XADD", "s", "*", "f", "v"], ["DEL", "a"]];
  for (const command of commands) {
    raw(...command);
    server.clock.advance(1000);
    note();
  }
  for (const command of [["MULTI"], ["SET", "a", "2"], ["INCR", "a"], ["EXEC"]]) raw(...command);
  note();
  const whole = files.get(INCREMENT);
  for (let size = 0; size <= whole.length; size++) {
    const cut = files.copy();
    cut.put(INCREMENT, whole.slice(0, size));
    const again = startServer({ files: cut });
    const [, expected] = states.findLast(([end]) => end <= size)!;
    assertEquals(again.digest(), expected, `cut at ${size}`);
    again.raw("SET", "more", "1");
    const third = startServer({ files: cut.copy("on disk") });
    assertEquals(third.digest(), again.digest(), `cut at ${size}, then written`);
    await again.stop();
    await third.stop();
  }
  await server.stop();
});

Deno.test("a cut is told of in Redis' words", async () => {
  const good = request("SET", "a", "1");
  const server = startServer({ files: folderWith(good + request("SET", "b", "2").slice(0, -4)) });
  const name = "appendonly.aof.1.incr.aof";
  assertEquals(server.lines.slice(0, 3), [
    `!!! Warning: short read while loading the AOF file ${name}!!!`,
    `!!! Truncating the AOF ${name} at offset ${good.length} !!!`,
    `AOF ${name} loaded anyway because aof-load-truncated is enabled`,
  ]);
  assertEquals(server.files.text(INCREMENT), good);
  await server.stop();
  const half = startServer({ files: folderWith(good + request("MULTI") + request("SET", "b", "2")) });
  assertEquals(half.lines[0], `Revert incomplete MULTI/EXEC transaction in AOF file ${name}`);
  assertEquals(half.files.text(INCREMENT), good);
  assertEquals(half.raw("GET", "b"), "$-1\r\n");
  await half.stop();
});

Deno.test("aof-load-truncated no refuses what is cut, and leaves the file alone", () => {
  for (const end of [request("SET", "b", "2").slice(0, -4), request("MULTI") + request("SET", "b", "2")]) {
    const files = folderWith(request("SET", "a", "1") + end);
    const before = files.text(INCREMENT);
    const { message } = refusal(files, { "aof-load-truncated": "no" });
    assert(
      message.startsWith("Unexpected end of file reading the append only file appendonly.aof.1.incr.aof. You can:"),
    );
    assertEquals(files.text(INCREMENT), before);
  }
});

Deno.test("a file of which a part is no command is refused, and left alone", () => {
  const good = request("SET", "a", "1");
  const rows: [text: string, message: string][] = [
    [`${good}foo`, "Bad file format reading the append only file appendonly.aof.1.incr.aof: make a backup of your AOF"],
    [
      `${good}\0\0\0\0`,
      "Bad file format reading the append only file appendonly.aof.1.incr.aof: make a backup of your AOF",
    ],
    [`${good}${request("bla", "x")}`, "Unknown command 'bla' reading the append only file appendonly.aof.1.incr.aof"],
    ["REDIS0010 and so on", "Error reading the RDB base file appendonly.aof.1.incr.aof, AOF loading aborted"],
  ];
  for (const [text, message] of rows) {
    const files = folderWith(text);
    const refused = refusal(files);
    assert(refused.message.startsWith(message), refused.message);
    assert(refused.lines.includes(refused.message));
    assertEquals(files.text(INCREMENT), text);
  }
});

Deno.test("FLUSHALL in a file leaves the RDB file alone, which may be all there is if the rest cannot be read", () => {
  const files = folderWith(request("SET", "a", "1") + request("FLUSHALL") + "foo");
  files.put("dump.rdb", "kept");
  refusal(files, { save: "60 1" });
  assertEquals(files.text("dump.rdb"), "kept");
});

Deno.test("a base that ends too early is refused: nothing of it is cut away", async () => {
  const server = startServer();
  server.raw("SET", "a", "1");
  await server.rewrite();
  const base = `${FOLDER}/appendonly.aof.2.base.rdb`;
  const whole = server.files.get(base);
  for (let size = 1; size < whole.length; size++) {
    const files = server.files.copy();
    files.put(base, whole.slice(0, size));
    refusal(files);
    assertEquals(files.get(base).length, size);
  }
  await server.stop();
});

Deno.test("a file that is cut and not the last one is refused", () => {
  const cut = request("SET", "a", "1").slice(0, -4);
  const files = folderWith(cut);
  files.put(`${FOLDER}/2`, request("SET", "b", "1"));
  files.put(`${FOLDER}/appendonly.aof.manifest`, "file appendonly.aof.1.incr.aof seq 1 type i\nfile 2 seq 2 type i\n");
  for (let start = 0; start < 2; start++) {
    assertEquals(refusal(files).message, "Fatal error: the truncated file is not the last file");
    assertEquals(files.text(INCREMENT), cut);
  }
});

Deno.test("writes for a database that there is not are refused, and go to no other", () => {
  for (const text of ["", request("MULTI")]) {
    const files = folderWith(
      text + request("SELECT", "7") + request("SET", "a", "1") + (text === "" ? "" : request("EXEC")),
    );
    assertEquals(
      refusal(files, { databases: "7" }).message,
      "Can't select a database reading the append only file appendonly.aof.1.incr.aof: DB index is out of range",
    );
  }
});

Deno.test("in cluster mode there may be keys in database 0 alone", async () => {
  const message = "You can't have keys in a DB different than DB 0 when in Cluster mode. Exiting.";
  const cluster = { "cluster-enabled": "yes" };
  for (const preamble of ["yes", "no"]) {
    const server = startServer({ directives: { "aof-use-rdb-preamble": preamble } });
    const { raw, files } = server;
    raw("SET", "zero", "0");
    const allowed = startServer({ files: files.copy(), directives: cluster });
    assertEquals(allowed.raw("GET", "zero"), "$1\r\n0\r\n");
    await allowed.stop();
    raw("SELECT", "3");
    raw("SET", "three", "3");
    assertEquals(refusal(files.copy(), cluster).message, message);
    await server.rewrite();
    const again = refusal(files.copy(), cluster);
    assertEquals([again.message, again.lines.at(-1)], [message, message]);
    raw("DEL", "three");
    await server.rewrite();
    const emptied = startServer({ files: files.copy(), directives: cluster });
    assertEquals(emptied.raw("DBSIZE"), ":1\r\n");
    await emptied.stop();
    await server.stop();
  }
});

Deno.test("a file of the manifest that is missing, and one that cannot be read, are refused", () => {
  const files = folderWith("");
  files.put(`${FOLDER}/appendonly.aof.manifest`, "file gone seq 1 type i\n");
  assertEquals(refusal(files).message, "Unable to obtain the AOF file gone length. stat: No such file or directory");
});

Deno.test("a manifest that is none is refused, in Redis' lines", () => {
  const files = folderWith("");
  files.put(`${FOLDER}/appendonly.aof.manifest`, "file a seq 1 type i\nfile b seq 1 type i\n");
  assertEquals(refusal(files).lines, [
    "*** FATAL AOF MANIFEST FILE ERROR ***",
    "Reading the manifest file, at line 2",
    ">>> 'file b seq 1 type i'",
    "Found a non-monotonic sequence number",
  ]);
});

Deno.test("a folder that cannot be made keeps the server from starting", () => {
  const files = new MemoryFiles();
  files.openFailure = new DataFileError("EACCES", "Permission denied");
  assertEquals(refusal(files).message, "Can't open or create append-only dir appendonlydir: Permission denied");
});

Deno.test("files that are empty, and a manifest of history alone, are nothing", async () => {
  for (const manifest of ["file appendonly.aof.1.incr.aof seq 1 type i\n", "file x seq 1 type h\n", "# nothing\n"]) {
    const files = folderWith("");
    files.put(`${FOLDER}/appendonly.aof.manifest`, manifest);
    const server = startServer({ files });
    assertEquals(server.raw("DBSIZE"), ":0\r\n");
    server.raw("SET", "a", "1");
    assertEquals(await restarted(server), server.digest());
    await server.stop();
  }
});

Deno.test("MULTI and EXEC in a file, databases, and what a command answers, are nothing to worry about", async () => {
  const server = startServer({
    files: folderWith([
      request("MULTI"),
      request("SELECT", "5"),
      request("SET", "a", "1"),
      request("EXEC"),
      "#TS:1700000000\r\n",
      request("incr", "a"),
      request("LPUSH", "a", "x"), // fails, and is passed over
      request("SET", "a"),
    ].join("")),
  });
  server.raw("SELECT", "5");
  assertEquals(server.raw("GET", "a"), "$1\r\n2\r\n");
  const critical = server.lines.filter((line) => line.startsWith("== CRITICAL =="));
  assertEquals(critical.length, 2);
  assert(critical[0]!.endsWith(
    "is sending an error to its AOF-loading-client: 'WRONGTYPE Operation against a key holding the wrong kind of value' " +
      "after processing the command 'lpush'",
  ));
  await server.stop();
});

Deno.test("keys that have expired since stay while the file is loaded: later commands count on them", async () => {
  const clock = new HandClock();
  const server = startServer({ clock });
  const { raw } = server;
  raw("RPUSH", "l", "a", "b");
  raw("PEXPIRE", "l", "1000");
  raw("RPUSH", "l", "c");
  raw("SET", "s", "1", "PX", "1000");
  raw("GETEX", "s", "PX", "2000");
  raw("INCR", "s");
  raw("RESTORE", "r", "500", dumpOf(server));
  await server.rewrite();
  raw("APPEND", "s", "0");
  clock.advance(10_000);
  const again = startServer({ files: server.files.copy("on disk"), clock });
  assertEquals(again.raw("DBSIZE"), ":3\r\n");
  const size = again.files.get(`${FOLDER}/appendonly.aof.2.incr.aof`).length;
  assertEquals([again.raw("GET", "s"), again.raw("LLEN", "l")], ["$-1\r\n", ":0\r\n"]);
  assert(again.files.get(`${FOLDER}/appendonly.aof.2.incr.aof`).length > size, "their end is written");
  await again.stop();
  await server.stop();
});

/** The value 1 as DUMP answers it. */
function dumpOf({ raw }: TestServer): Uint8Array {
  raw("SET", "tmp", "1");
  const reply = raw("DUMP", "tmp");
  raw("DEL", "tmp");
  return Uint8Array.from(reply.slice(reply.indexOf("\n") + 1, -2), (character) => character.charCodeAt(0));
}

// ---- Files of before Redis 7 ----

Deno.test("the one file of an older Redis becomes the base", async () => {
  for (const isInterrupted of [false, true]) {
    const files = new MemoryFiles();
    files.put("appendonly.aof", request("SET", "a", "1"));
    if (isInterrupted) files.put(`${FOLDER}/appendonly.aof.manifest`, "file appendonly.aof seq 1 type b\n");
    const server = startServer({ files });
    assertEquals(server.raw("GET", "a"), "$1\r\n1\r\n");
    assertEquals(files.names, [`${FOLDER}/appendonly.aof`, INCREMENT, `${FOLDER}/appendonly.aof.manifest`]);
    server.raw("INCR", "a");
    assertEquals(await restarted(server), server.digest());
    await server.rewrite();
    assertEquals(server.files.names.includes(`${FOLDER}/appendonly.aof`), false);
    assertEquals(await restarted(server), server.digest());
    await server.stop();
  }
});

Deno.test("such a file may begin with an RDB file; what is cut behind that is cut, and nothing else", async () => {
  const maker = startServer();
  maker.raw("SET", "a", "1");
  await maker.rewrite();
  const preamble = maker.files.text(`${FOLDER}/appendonly.aof.2.base.rdb`);
  await maker.stop();
  for (
    const [tail, size] of [["", 0], [request("INCR", "a"), 0], [request("INCR", "a"), 1], [request("SET", "b", "1"), 9]]
  ) {
    const files = new MemoryFiles();
    const text = preamble + (tail as string).slice(0, (tail as string).length - (size as number));
    files.put("appendonly.aof", Uint8Array.from(text, (character) => character.charCodeAt(0)));
    const server = startServer({ files });
    assertEquals(server.raw("GET", "a"), tail !== "" && size === 0 ? "$1\r\n2\r\n" : "$1\r\n1\r\n");
    assertEquals(await restarted(server), server.digest());
    await server.stop();
  }
});

Deno.test("an old file beside files that are in use is left alone", async () => {
  const files = folderWith(request("SET", "a", "1"));
  files.put("appendonly.aof", request("SET", "a", "old"));
  const server = startServer({ files });
  assertEquals(server.raw("GET", "a"), "$1\r\n1\r\n");
  assert(files.exists("appendonly.aof"));
  await server.stop();
});

// ---- DEBUG LOADAOF ----

Deno.test("DEBUG LOADAOF finds what is in memory, tells nobody, and goes on writing", async () => {
  for (const preamble of ["yes", "no"]) {
    const server = startServer({ directives: { "aof-use-rdb-preamble": preamble, "notify-keyspace-events": "KEA" } });
    const { raw, digest } = server;
    raw("SET", "a", "1");
    raw("SELECT", "2");
    raw("SADD", "s", "x", "y");
    await server.rewrite();
    raw("SADD", "s", "z");
    const before = digest();
    const listener = server.connect();
    listener.raw("PSUBSCRIBE", "*");
    const size = server.files.get(`${FOLDER}/appendonly.aof.2.incr.aof`).length;
    assertEquals(raw("DEBUG", "LOADAOF"), "+OK\r\n");
    assertEquals([digest(), listener.received()], [before, ""]);
    assertEquals(server.files.get(`${FOLDER}/appendonly.aof.2.incr.aof`).length, size);
    raw("SADD", "s", "more");
    assertEquals(await restarted(server), digest());
    await server.stop();
  }
});

Deno.test("DEBUG LOADAOF ends a server whose file is none", async () => {
  const server = startServer();
  server.raw("SET", "a", "1");
  server.files.put(INCREMENT, "nonsense");
  server.raw("DEBUG", "LOADAOF");
  assertEquals(server.aborts, 1);
  await server.stop();
});
