/** Rewriting the append-only file: what files there are at which moment, when it happens, what becomes of failures. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { AppendOnlyError } from "../../engine/append_only.ts";
import { DataFileError } from "../../engine/data_files.ts";
import { TimerClock } from "../_clock.ts";
import { newServer, requestsIn, startServer, type TestServer } from "./_append_only.ts";
import { MemoryFiles } from "./_memory_files.ts";

const FOLDER = "appendonlydir";
const FULL = new DataFileError("ENOSPC", "No space left on device");
const STARTED = "+Background append only file rewriting started\r\n";
const MINUTE_MS = 60_000;

/** Fills a server so that a rewrite does not end with the command that begins it. */
function fill({ raw }: TestServer): void {
  for (let i = 0; i < 50; i++) raw("SET", `key:${i}`, `value ${i}`);
}

/** A server that finds the files of another one after a crash of the machine holds the same. */
async function assertRestored(server: TestServer, directives: Record<string, string> = {}): Promise<void> {
  const crashed = startServer({ files: server.files.copy("on disk"), directives });
  assertEquals(crashed.digest(), server.digest());
  await crashed.stop();
}

Deno.test("a rewrite leaves a base and the file being written, whatever was done meanwhile", async () => {
  for (const preamble of ["yes", "no"]) {
    const server = startServer({ directives: { "aof-use-rdb-preamble": preamble } });
    const { raw, files } = server;
    fill(server);
    assertEquals(raw("BGREWRITEAOF"), STARTED);
    assertEquals(raw("BGREWRITEAOF"), "-ERR Background append only file rewriting already in progress\r\n");
    assertEquals([server.field("aof_rewrite_in_progress"), server.field("aof_current_rewrite_time_sec")], ["1", "0"]);
    for (let i = 0; i < 20; i++) {
      raw("SET", `key:${i}`, "changed");
      raw("DEL", `key:${49 - i}`);
      raw("SET", `new:${i}`, "made");
      await assertRestored(server); // with the old base and two files
    }
    await server.settle();
    const base = `appendonly.aof.2.base.${preamble === "yes" ? "rdb" : "aof"}`;
    assertEquals(files.list(FOLDER), [base, "appendonly.aof.2.incr.aof", "appendonly.aof.manifest"]);
    assertEquals(
      files.text(`${FOLDER}/appendonly.aof.manifest`),
      `file ${base} seq 2 type b\nfile appendonly.aof.2.incr.aof seq 2 type i\n`,
    );
    assertEquals(files.names.length, 3);
    assertEquals(requestsIn(files.text(`${FOLDER}/appendonly.aof.2.incr.aof`))[0], "SELECT 0");
    await assertRestored(server);
    raw("SET", "after", "1");
    await assertRestored(server);
    assertEquals([server.field("aof_rewrites"), server.field("aof_last_bgrewrite_status")], ["1", "ok"]);
    await server.stop();
    assertEquals(files.openFiles, 0);
  }
});

Deno.test("the base is of the moment at which the rewrite began", async () => {
  const server = startServer({ directives: { "aof-use-rdb-preamble": "no" } });
  const { raw } = server;
  raw("SET", "a", "before");
  raw("BGREWRITEAOF");
  raw("SET", "a", "after");
  raw("SET", "b", "after");
  raw("FLUSHALL");
  raw("SET", "c", "last");
  await server.settle();
  assertEquals(requestsIn(server.files.text(`${FOLDER}/appendonly.aof.2.base.aof`)), ["SELECT 0", "SET a before"]);
  await assertRestored(server);
  await server.stop();
});

Deno.test("databases exchanged during a rewrite are what they were in its base", async () => {
  for (const preamble of ["yes", "no"]) {
    const server = startServer({ directives: { "aof-use-rdb-preamble": preamble } });
    const { raw } = server;
    fill(server);
    raw("SELECT", "1");
    raw("SET", "one", "1");
    raw("BGREWRITEAOF");
    raw("SWAPDB", "0", "1");
    raw("SET", "one", "2");
    await server.settle();
    await assertRestored(server);
    await server.stop();
  }
});

Deno.test("BGREWRITEAOF inside a transaction is done afterwards", async () => {
  const server = startServer();
  server.raw("MULTI");
  server.raw("SET", "a", "1");
  server.raw("BGREWRITEAOF");
  assertEquals(server.raw("EXEC"), "*2\r\n+OK\r\n+Background append only file rewriting scheduled\r\n");
  assertEquals(server.field("aof_rewrite_scheduled"), "1");
  await server.settle();
  assertEquals([server.field("aof_rewrite_scheduled"), server.field("aof_rewrites")], ["0", "1"]);
  await assertRestored(server);
  await server.stop();
});

Deno.test("with the append-only file off, BGREWRITEAOF makes a base, and no file to write to", async () => {
  const server = startServer();
  server.raw("SET", "a", "1");
  server.raw("CONFIG", "SET", "appendonly", "no");
  server.raw("SET", "a", "2");
  await server.rewrite();
  assertEquals(server.files.list(FOLDER), ["appendonly.aof.2.base.rdb", "appendonly.aof.manifest"]);
  await assertRestored(server);
  await server.stop();
});

Deno.test("aof-disable-auto-gc keeps the history, until it is no more", async () => {
  const server = startServer({ directives: { "aof-disable-auto-gc": "yes" } });
  await server.rewrite();
  await server.rewrite();
  assertEquals(
    server.files.text(`${FOLDER}/appendonly.aof.manifest`),
    "file appendonly.aof.3.base.rdb seq 3 type b\n" +
      "file appendonly.aof.2.incr.aof seq 2 type h\nfile appendonly.aof.2.base.rdb seq 2 type h\n" +
      "file appendonly.aof.1.incr.aof seq 1 type h\nfile appendonly.aof.1.base.rdb seq 1 type h\n" +
      "file appendonly.aof.3.incr.aof seq 3 type i\n",
  );
  server.raw("CONFIG", "SET", "aof-disable-auto-gc", "no");
  assertEquals(server.files.list(FOLDER), [
    "appendonly.aof.3.base.rdb",
    "appendonly.aof.3.incr.aof",
    "appendonly.aof.manifest",
  ]);
  await server.stop();
});

Deno.test("the file is rewritten when it has grown by so many percent, and is not small", async () => {
  const server = startServer({
    directives: { "auto-aof-rewrite-percentage": "100", "auto-aof-rewrite-min-size": "4000" },
  });
  const sizes = (): number[] => ["aof_base_size", "aof_current_size"].map((name) => Number(server.field(name)));
  while (sizes()[1]! <= 4000) {
    server.turn();
    assertEquals(server.field("aof_rewrites"), "0");
    server.raw("SET", "a", "x".repeat(100));
  }
  await server.settle();
  assertEquals(server.field("aof_rewrites"), "1");
  assert(server.lines.some((line) => /^Starting automatic rewriting of AOF on \d+% growth$/.test(line)));
  const [base, current] = sizes();
  assertEquals(base, current);
  server.raw("CONFIG", "SET", "auto-aof-rewrite-min-size", "0", "auto-aof-rewrite-percentage", "0");
  for (let i = 0; i < 100; i++) server.raw("SET", "a", "x".repeat(100));
  await server.settle();
  assertEquals(server.field("aof_rewrites"), "1");
  server.raw("CONFIG", "SET", "auto-aof-rewrite-percentage", "300");
  await server.settle();
  assertEquals(server.field("aof_rewrites"), "2");
  await server.stop();
});

// ---- Failures ----

Deno.test("a rewrite that fails changes nothing but that there is one more file to write to", async () => {
  const server = startServer({ directives: { appendfsync: "no" } });
  const { files, raw } = server;
  fill(server);
  raw("BGREWRITEAOF");
  files.failure = FULL;
  await server.settle();
  files.failure = null;
  assertEquals([server.field("aof_last_bgrewrite_status"), server.field("aof_rewrites_consecutive_failures")], [
    "err",
    "1",
  ]);
  assertEquals(files.names, [
    `${FOLDER}/appendonly.aof.1.base.rdb`,
    `${FOLDER}/appendonly.aof.1.incr.aof`,
    `${FOLDER}/appendonly.aof.2.incr.aof`,
    `${FOLDER}/appendonly.aof.manifest`,
  ]);
  raw("SET", "a", "1");
  const copied = startServer({ files: files.copy() });
  assertEquals(copied.digest(), server.digest());
  await copied.stop();
  await server.rewrite();
  assertEquals(files.list(FOLDER), [
    "appendonly.aof.2.base.rdb",
    "appendonly.aof.3.incr.aof",
    "appendonly.aof.manifest",
  ]);
  await server.stop();
  assertEquals(files.openFiles, 0);
});

Deno.test("a rewrite whose file cannot be made is refused", async () => {
  const server = startServer();
  server.files.openFailure = new DataFileError("EACCES", "Permission denied");
  assertEquals(
    server.raw("BGREWRITEAOF"),
    "-ERR Can't execute an AOF background rewriting. Please check the server logs for more information.\r\n",
  );
  assertEquals(server.lines.at(-1), "Can't rewrite append only file in background: Permission denied");
  assertEquals(server.field("aof_rewrite_in_progress"), "0");
  server.files.openFailure = null;
  await server.rewrite();
  await assertRestored(server);
  await server.stop();
});

Deno.test("no rewrite begins while the file in use cannot be written: what waits would be kept twice", async () => {
  const server = startServer({ directives: { appendfsync: "no" } });
  const { files, raw } = server;
  raw("INCR", "n");
  files.failure = FULL;
  files.failingNames = /1\.incr/;
  raw("INCR", "n");
  assert(raw("BGREWRITEAOF").startsWith("-ERR Can't execute an AOF background rewriting."));
  assertEquals(
    server.lines.at(-1),
    "Can't rewrite append only file in background: the file in use cannot be written",
  );
  files.failure = null;
  server.turn(2000);
  for (let i = 0; i < 2; i++) {
    const copied = startServer({ files: files.copy() });
    assertEquals(copied.raw("GET", "n"), "$1\r\n2\r\n");
    await copied.stop();
    await server.rewrite();
  }
  await server.stop();
  assertEquals(files.openFiles, 0);
});

Deno.test("a server that cannot write its first base leaves no file open", async () => {
  const files = new MemoryFiles();
  files.failure = FULL;
  const server = newServer({ files });
  assertThrows(() => server.appendOnly.start(), AppendOnlyError, "No space left on device");
  await server.appendOnly.close();
  assertEquals([files.openFiles, files.names], [0, []]);
});

Deno.test("a base of which a part has not got to disk on the way is none, though the last synchronisation goes well", async () => {
  const server = startServer({ directives: { appendfsync: "no" } });
  const { files, raw } = server;
  raw("SET", "large", "x".repeat(5_000_000));
  raw("CONFIG", "SET", "rdbcompression", "no");
  files.holdsSyncs = true;
  raw("BGREWRITEAOF");
  for (let i = 0; i < 10; i++) server.turn(); // all is written, and a part of it being synchronised
  files.holdsSyncs = false;
  files.syncFailure = FULL;
  files.endSyncs();
  await Promise.resolve();
  await Promise.resolve();
  files.syncFailure = null;
  await server.settle();
  assertEquals(server.field("aof_last_bgrewrite_status"), "err");
  const copied = startServer({ files: files.copy() });
  assertEquals(copied.digest(), server.digest());
  await copied.stop();
  await server.stop();
  assertEquals(files.openFiles, 0);
});

Deno.test("a base that does not get to disk is none", async () => {
  const server = startServer({ directives: { appendfsync: "no" } });
  server.raw("SET", "a", "1");
  server.raw("BGREWRITEAOF");
  server.files.syncFailure = FULL;
  await server.settle();
  server.files.syncFailure = null;
  assertEquals(server.field("aof_last_bgrewrite_status"), "err");
  assertEquals(server.files.list(FOLDER).filter((name) => name.includes("base")), ["appendonly.aof.1.base.rdb"]);
  const copied = startServer({ files: server.files.copy() });
  assertEquals(copied.digest(), server.digest());
  await copied.stop();
  await server.stop();
});

Deno.test("a manifest that is in its place counts, though its folder could not be synchronised", async () => {
  for (const isOn of [true, false]) {
    class FailingFiles extends MemoryFiles {
      isFailing = false;

      override rename(from: string, to: string): void {
        super.rename(from, to);
        if (this.isFailing && to.endsWith("manifest")) throw new DataFileError("EIO", "Input/output error");
      }
    }
    const files = new FailingFiles();
    const server = startServer({ files, directives: { appendfsync: "no" } });
    fill(server);
    if (!isOn) {
      server.raw("CONFIG", "SET", "appendonly", "no");
      server.raw("CONFIG", "SET", "appendonly", "yes");
    } else server.raw("BGREWRITEAOF");
    files.isFailing = true;
    await server.settle();
    assertEquals(server.field("aof_last_bgrewrite_status"), "err");
    const copied = startServer({ files: files.copy() });
    assertEquals(copied.digest(), server.digest());
    await copied.stop();
    files.isFailing = false;
    server.raw("SET", "after", "1");
    await server.rewrite();
    await assertRestored(server);
    await server.stop();
    assertEquals(files.list(FOLDER).filter((name) => name.includes("base")).length, 1);
  }
});

Deno.test("after three failures a rewrite by itself waits for a minute, then two", async () => {
  const server = startServer({ directives: { appendfsync: "no" } });
  const { files } = server;
  for (let i = 0; i < 100; i++) server.raw("SET", "a", String(i));
  server.raw("CONFIG", "SET", "auto-aof-rewrite-min-size", "0");
  files.failure = FULL;
  files.failingNames = /rewriteaof/;
  const rewrites = (): number => Number(server.field("aof_rewrites"));
  for (let i = 0; i < 10; i++) await server.settle();
  assertEquals(rewrites(), 3);
  for (let i = 0; i < 10; i++) server.turn(5900);
  assertEquals(rewrites(), 3);
  server.turn(MINUTE_MS / 10);
  await server.settle();
  assertEquals(rewrites(), 4);
  for (let i = 0; i < 10; i++) server.turn(2 * 5900);
  assertEquals(rewrites(), 4);
  files.failure = null;
  assertEquals(server.raw("BGREWRITEAOF"), STARTED); // is not asked to wait
  await server.settle();
  assertEquals([rewrites(), server.field("aof_rewrites_consecutive_failures")], [5, "0"]);
  await server.stop();
});

Deno.test("turning the file on goes on until a base is written; until then there is nothing new in the manifest", async () => {
  const server = startServer({ directives: { appendfsync: "no" } });
  const { files, raw } = server;
  raw("CONFIG", "SET", "appendonly", "no");
  const before = files.text(`${FOLDER}/appendonly.aof.manifest`);
  fill(server);
  raw("CONFIG", "SET", "appendonly", "yes");
  files.failure = FULL;
  files.failingNames = /rewriteaof/;
  await server.settle();
  assertEquals(files.text(`${FOLDER}/appendonly.aof.manifest`), before);
  assert(!files.list(FOLDER).some((name) => name.startsWith("temp-")));
  files.failure = null;
  raw("SET", "a", "between two tries");
  assertEquals([server.field("aof_enabled"), server.field("aof_rewrite_scheduled")], ["1", "1"]);
  for (let i = 0; i < 2; i++) server.turn(MINUTE_MS + 1000); // three tries have failed, and the next one waits
  await server.settle();
  raw("SET", "b", "then");
  const copied = startServer({ files: files.copy() });
  assertEquals(copied.digest(), server.digest());
  await copied.stop();
  await server.stop();
  assertEquals(files.openFiles, 0);
});

Deno.test("one thing at a time: a rewrite waits for the end of a save, and a save for that of a rewrite", async () => {
  const clock = new TimerClock();
  const server = startServer({ clock });
  const { raw, engine } = server;
  fill(server);
  assertEquals(raw("BGSAVE"), "+Background saving started\r\n");
  assertEquals(raw("BGREWRITEAOF"), "+Background append only file rewriting scheduled\r\n");
  server.turn(0);
  assertEquals([server.field("aof_rewrite_scheduled"), server.field("aof_rewrite_in_progress")], ["1", "0"]);
  await saved();
  server.turn(0);
  assertEquals([server.field("aof_rewrite_scheduled"), server.field("aof_rewrite_in_progress")], ["0", "1"]);
  assert(raw("BGSAVE").startsWith("-ERR Another child process is active (AOF?)"));
  await server.settle();
  await assertRestored(server);
  await server.stop();

  async function saved(): Promise<void> {
    while (engine.saver.isSaving) {
      clock.advance(1);
      await engine.saver.settled();
    }
  }
});

Deno.test("turned on during a save, the file takes nothing until its base is begun with", async () => {
  const clock = new TimerClock();
  const server = startServer({ clock });
  const { raw, engine, files } = server;
  raw("CONFIG", "SET", "appendonly", "no");
  fill(server);
  raw("BGSAVE");
  raw("CONFIG", "SET", "appendonly", "yes");
  assertEquals([server.field("aof_enabled"), server.field("aof_rewrite_scheduled")], ["1", "1"]);
  const before = files.list(FOLDER);
  raw("SET", "a", "1");
  assertEquals(files.list(FOLDER), before);
  while (engine.saver.isSaving) {
    clock.advance(1);
    await engine.saver.settled();
  }
  await server.settle();
  raw("SET", "b", "1");
  await assertRestored(server);
  await server.stop();
});

Deno.test("SHUTDOWN is refused while the first base is being written, unless it is forced", async () => {
  const server = startServer();
  const { raw } = server;
  raw("CONFIG", "SET", "appendonly", "no");
  fill(server);
  raw("CONFIG", "SET", "appendonly", "yes");
  assertEquals(raw("SHUTDOWN"), "-ERR Errors trying to SHUTDOWN. Check logs.\r\n");
  assert(server.lines.includes("Writing initial AOF, can't exit."));
  assertEquals([server.field("aof_enabled"), server.field("aof_rewrite_in_progress")], ["1", "1"]);
  assertEquals(server.connect().raw("SHUTDOWN", "FORCE"), "");
  assert(server.lines.includes("Writing initial AOF. Exit anyway."));
  await server.stop();
  assert(!server.files.names.some((name) => name.includes("temp-")));
  assertEquals(server.files.openFiles, 0);
});

Deno.test("what a crash leaves of a rewrite is overwritten by the next one", async () => {
  const server = startServer();
  fill(server);
  server.raw("BGREWRITEAOF");
  const { files } = server;
  assertEquals(files.names.filter((name) => name.includes("temp-")), ["temp-rewriteaof-bg-appendonly.aof"]);
  const crashed = startServer({ files: files.copy("on disk") });
  await crashed.rewrite();
  assert(!crashed.files.names.some((name) => name.includes("temp-")));
  assertEquals(crashed.files.names.length, 3);
  await crashed.stop();
  await server.stop();
});

Deno.test("a server that ends in the middle of a rewrite leaves no trace of it", async () => {
  const server = startServer();
  fill(server);
  server.raw("BGREWRITEAOF");
  server.raw("SET", "a", "1");
  await server.stop();
  assert(!server.files.names.some((name) => name.includes("temp-")));
  assertEquals(server.files.openFiles, 0);
  await assertRestored(server);
});
