/** The append-only file as it is written: what stands in it, when it is on disk, and what happens when that fails. */
import { assert, assertEquals } from "@std/assert";
import { DataFileError } from "../../engine/data_files.ts";
import { HandClock } from "../_call.ts";
import { requestsIn, startServer } from "./_append_only.ts";

const FOLDER = "appendonlydir";
const INCREMENT = `${FOLDER}/appendonly.aof.1.incr.aof`;
const FULL = new DataFileError("ENOSPC", "No space left on device");
const OK = "+OK\r\n";

Deno.test("a server that starts with nothing has a base, a file to write to, and a manifest", async () => {
  for (const [preamble, base] of [["yes", "rdb"], ["no", "aof"]]) {
    const server = startServer({ directives: { "aof-use-rdb-preamble": preamble! } });
    const name = `appendonly.aof.1.base.${base}`;
    assertEquals(server.files.names, [
      `${FOLDER}/${name}`,
      INCREMENT,
      `${FOLDER}/appendonly.aof.manifest`,
    ]);
    assertEquals(
      server.files.text(`${FOLDER}/appendonly.aof.manifest`),
      `file ${name} seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n`,
    );
    await server.stop();
    assertEquals(server.files.openFiles, 0);
  }
});

Deno.test("appendfilename and appenddirname name the files", async () => {
  const server = startServer({ directives: { appendfilename: "my file", appenddirname: "d" } });
  assertEquals(server.files.list("d"), ["my file.1.base.rdb", "my file.1.incr.aof", "my file.manifest"]);
  assert(server.files.text("d/my file.manifest").includes('file "my file.1.incr.aof" seq 1 type i\n'));
  server.raw("SET", "a", "1");
  const again = startServer({
    files: server.files.copy(),
    directives: { appendfilename: "my file", appenddirname: "d" },
  });
  assertEquals(again.raw("GET", "a"), "$1\r\n1\r\n");
  await server.stop();
  await again.stop();
});

Deno.test("writes are there as results, in their databases, transactions as such; reads, failures and messages are not", async () => {
  const server = startServer();
  server.raw("SET", "a", "1");
  server.raw("GET", "a");
  server.raw("INCR", "nope", "x");
  server.raw("EXPIRE", "a", "100");
  server.raw("SELECT", "3");
  server.raw("SADD", "s", "only");
  server.raw("SPOP", "s");
  server.raw("PUBLISH", "channel", "message");
  server.raw("MULTI");
  server.raw("SET", "b", "2");
  server.raw("SELECT", "0");
  server.raw("DEL", "a");
  server.raw("EXEC");
  assertEquals(requestsIn(server.files.text(INCREMENT)), [
    "SELECT 0",
    "SET a 1",
    `PEXPIREAT a ${server.clock.now() + 100_000}`,
    "SELECT 3",
    "SADD s only",
    "SREM s only",
    "MULTI",
    "SET b 2",
    "SELECT 0",
    "DEL a",
    "EXEC",
  ]);
  await server.stop();
});

Deno.test("a batch of commands is one write, before any of its replies can be sent", async () => {
  const server = startServer();
  const { writes } = server.files;
  const pipeline = Array.from({ length: 40 }, (_, i) => `SET k${i} ${i}\r\n`).join("");
  assertEquals(server.wire(pipeline), OK.repeat(40));
  assertEquals(server.files.writes - writes, 1);
  assertEquals(requestsIn(server.files.text(INCREMENT)).length, 41);
  server.wire("GET k1\r\nGET k2\r\n");
  assertEquals(server.files.writes - writes, 1);
  await server.stop();
});

Deno.test("keys that expire are deleted in the file too, whether a command or the periodic work comes upon them", async () => {
  const server = startServer();
  server.raw("SET", "a", "1", "PX", "10");
  server.raw("SET", "b", "1", "PX", "10");
  server.clock.advance(20);
  server.raw("GET", "a");
  server.turn();
  assertEquals(requestsIn(server.files.text(INCREMENT)).slice(-2), ["DEL a", "DEL b"]);
  await server.stop();
});

Deno.test("structures stand as their own bytes", async () => {
  const server = startServer();
  server.wire("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n*2\r\n:1\r\n$1\r\nx\r\n");
  assert(server.files.text(INCREMENT).endsWith("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n*2\r\n:1\r\n$1\r\nx\r\n"));
  const again = startServer({ files: server.files.copy("on disk") });
  assertEquals(again.raw("DUMP", "k"), server.raw("DUMP", "k"));
  assertEquals(again.digest(), server.digest());
  await server.stop();
  await again.stop();
});

Deno.test("aof-timestamp-enabled says when, once a second", async () => {
  const server = startServer({ directives: { "aof-timestamp-enabled": "yes", "aof-use-rdb-preamble": "no" } });
  const at = server.clock.now() / 1000;
  server.raw("SET", "a", "1");
  server.raw("SET", "a", "2");
  server.clock.advance(1000);
  server.raw("SET", "a", "3");
  assertEquals(requestsIn(server.files.text(INCREMENT)), [
    `#TS:${at}`,
    "SELECT 0",
    "SET a 1",
    "SET a 2",
    `#TS:${at + 1}`,
    "SET a 3",
  ]);
  await server.rewrite();
  const base = server.files.text(`${FOLDER}/appendonly.aof.2.base.aof`);
  assertEquals(requestsIn(base).slice(1), ["SELECT 0", "SET a 3"]);
  const again = startServer({ files: server.files.copy() });
  assertEquals(again.digest(), server.digest());
  await server.stop();
  await again.stop();
});

// ---- On disk ----

Deno.test("appendfsync always: what has been replied to is on disk", async () => {
  const server = startServer();
  const { syncs } = server.files;
  for (let i = 0; i < 5; i++) {
    server.raw("SET", `k${i}`, "v");
    const crashed = startServer({ files: server.files.copy("on disk") });
    assertEquals(crashed.digest(), server.digest());
    await crashed.stop();
  }
  assertEquals(server.files.syncs - syncs, 5);
  server.raw("GET", "k1");
  assertEquals(server.files.syncs - syncs, 5);
  await server.stop();
});

Deno.test("appendfsync everysec: once a second at most, in the background, and also when nothing more is written", async () => {
  const server = startServer({ directives: { appendfsync: "everysec" } });
  const { files } = server;
  const { syncs, backgroundSyncs } = files;
  const began = (): number => files.backgroundSyncs - backgroundSyncs;
  server.raw("SET", "a", "1"); // within the second in which the server was started
  assertEquals(began(), 0);
  server.turn(1000);
  assertEquals(began(), 1);
  await server.settle();
  server.raw("SET", "a", "2");
  server.turn(100);
  assertEquals(began(), 1);
  server.turn(900);
  assertEquals(began(), 2);
  await server.settle();
  for (let i = 0; i < 30; i++) server.turn(100);
  assertEquals([began(), files.syncs - syncs], [2, 0]);
  const crashed = startServer({ files: files.copy("on disk") });
  assertEquals(crashed.digest(), server.digest());
  await crashed.stop();
  await server.stop();
});

Deno.test("everysec: while a synchronisation is under way a write waits, for two seconds", async () => {
  const server = startServer({ directives: { appendfsync: "everysec" } });
  const { files } = server;
  files.holdsSyncs = true;
  server.clock.advance(1000);
  server.raw("SET", "a", "1"); // begins the synchronisation
  const size = files.get(INCREMENT).length;
  assertEquals(server.raw("SET", "a", "2"), OK);
  server.turn(1000);
  assertEquals(files.get(INCREMENT).length, size);
  assertEquals([server.field("aof_pending_bio_fsync"), server.field("aof_delayed_fsync")], ["1", "0"]);
  assert(Number(server.field("aof_buffer_length")) > 0);
  server.turn(1000);
  assert(files.get(INCREMENT).length > size);
  assertEquals([server.field("aof_buffer_length"), server.field("aof_delayed_fsync")], ["0", "1"]);
  files.holdsSyncs = false;
  files.endSyncs();
  await server.settle();
  assertEquals(server.field("aof_pending_bio_fsync"), "0");
  await server.stop();
});

Deno.test("appendfsync no: the file is written at once and never synchronised, but at the end", async () => {
  const server = startServer({ directives: { appendfsync: "no" } });
  const { syncs, backgroundSyncs } = server.files;
  server.raw("SET", "a", "1");
  for (let i = 0; i < 30; i++) server.turn(100);
  assertEquals([server.files.syncs, server.files.backgroundSyncs], [syncs, backgroundSyncs]);
  const copied = startServer({ files: server.files.copy() });
  assertEquals(copied.digest(), server.digest());
  await copied.stop();
  await server.stop();
  const after = startServer({ files: server.files.copy("on disk") });
  assertEquals(after.raw("GET", "a"), "$1\r\n1\r\n");
  assert(server.lines.includes("Calling fsync() on the AOF file."));
  await after.stop();
});

Deno.test("no-appendfsync-on-rewrite: nothing is synchronised during a rewrite", async () => {
  const server = startServer({ directives: { "no-appendfsync-on-rewrite": "yes" } });
  server.raw("BGREWRITEAOF");
  const { syncs } = server.files;
  server.raw("SET", "a", "1");
  assertEquals(server.files.syncs, syncs);
  await server.settle();
  server.raw("SET", "a", "2");
  assertEquals(server.files.syncs, syncs + 1 + 2); // and the manifest, with the new base and without the history
  await server.stop();
});

// ---- Failures ----

Deno.test("while the file cannot be written, clients may not write; nothing is lost when it can again", async () => {
  const server = startServer({ directives: { appendfsync: "everysec" } });
  const { files } = server;
  const refused = "-MISCONF Errors writing to the AOF file: No space left on device\r\n";
  files.failure = FULL;
  assertEquals(server.raw("SET", "a", "1"), OK); // it is done, and stays in the buffer
  assertEquals(server.raw("SET", "a", "2"), refused);
  assertEquals(server.raw("PING"), refused);
  assertEquals(server.raw("GET", "a"), "$1\r\n1\r\n");
  assertEquals(
    server.raw("MULTI") + server.raw("SET", "a", "2") + server.raw("EXEC").slice(0, 10),
    `${OK}${refused}-EXECABORT`,
  );
  assertEquals(server.field("aof_last_write_status"), "err");
  files.failure = null;
  server.turn(1000);
  await server.settle();
  assertEquals(server.raw("SET", "b", "1"), OK);
  assertEquals(server.field("aof_last_write_status"), "ok");
  assertEquals(server.lines.slice(-2), [
    "Error writing to the AOF file: No space left on device",
    "AOF write error looks solved, Redis can write again.",
  ]);
  assertEquals(requestsIn(files.text(INCREMENT)), ["SELECT 0", "SET a 1", "SET b 1"]);
  await server.stop();
});

Deno.test("a transaction that was queued before writing failed is refused as a whole", async () => {
  const server = startServer({ directives: { appendfsync: "no" } });
  const other = server.connect();
  other.raw("MULTI");
  other.raw("SET", "b", "1");
  server.files.failure = FULL;
  server.raw("SET", "a", "1");
  assertEquals(
    other.raw("EXEC"),
    "-EXECABORT Transaction discarded because of: MISCONF Errors writing to the AOF file: No space left on device\r\n",
  );
  server.files.failure = null;
  await server.stop();
});

Deno.test("a write that gets only part of the way is taken back", async () => {
  const server = startServer({ directives: { appendfsync: "no" } });
  const { files } = server;
  server.raw("SET", "a", "1");
  const before = files.text(INCREMENT);
  files.failure = FULL;
  files.failsAfterBytes = 7;
  server.raw("SET", "a", "2");
  assertEquals(files.text(INCREMENT), before);
  files.truncateFailure = new DataFileError("EIO", "Input/output error");
  server.raw("GET", "a"); // tries again, and now the part stays
  assertEquals(files.get(INCREMENT).length, before.length + 7);
  files.failure = files.truncateFailure = null;
  server.turn(1000);
  assertEquals(requestsIn(files.text(INCREMENT)), ["SELECT 0", "SET a 1", "SET a 2"]);
  await server.stop();
});

Deno.test("appendfsync always: the server ends where a write or its synchronisation fails", async () => {
  for (const what of ["failure", "syncFailure"] as const) {
    const server = startServer();
    server.files[what] = FULL;
    server.raw("SET", "a", "1");
    assertEquals(server.aborts, 1);
    assert(server.lines.at(-1)!.endsWith("Exiting..."), server.lines.at(-1));
    server.files[what] = null;
    await server.stop();
  }
});

Deno.test("everysec: after a synchronisation that failed nobody may write until one succeeds", async () => {
  const server = startServer({ directives: { appendfsync: "everysec" } });
  server.files.syncFailure = new DataFileError("EIO", "Input/output error");
  server.clock.advance(1000);
  assertEquals(server.raw("SET", "a", "1"), OK);
  await server.settle();
  assertEquals(server.raw("SET", "a", "2"), "-MISCONF Errors writing to the AOF file: Input/output error\r\n");
  server.files.syncFailure = null;
  server.turn(1000);
  await server.settle();
  assertEquals(server.raw("SET", "a", "2"), OK);
  await server.stop();
});

Deno.test("latency events tell of writes and synchronisations", async () => {
  const server = startServer();
  server.raw("CONFIG", "SET", "latency-monitor-threshold", "1");
  server.raw("DEBUG", "AOF-FLUSH-SLEEP", "3000");
  server.raw("SET", "a", "1");
  const events = [...server.raw("LATENCY", "LATEST").matchAll(/aof-[a-z-]+/g)].map(([name]) => name);
  assertEquals(events.sort().slice(0, 2), ["aof-write", "aof-write-alone"]);
  await server.stop();
});

// ---- On and off ----

Deno.test("CONFIG SET appendonly no ends the file; yes begins anew with a base", async () => {
  const server = startServer({ clock: new HandClock() });
  server.raw("SET", "a", "1");
  assertEquals(server.raw("CONFIG", "SET", "appendonly", "no"), OK);
  assertEquals([server.field("aof_enabled"), server.field("aof_current_size")], ["0", undefined]);
  const size = server.files.get(INCREMENT).length;
  server.raw("SET", "a", "2");
  assertEquals(server.files.get(INCREMENT).length, size);
  assertEquals(server.raw("CONFIG", "SET", "appendonly", "yes"), OK);
  assertEquals([server.field("aof_enabled"), server.field("aof_rewrite_in_progress")], ["1", "1"]);
  server.raw("SET", "b", "while the base is written");
  assert(server.files.exists(`${FOLDER}/temp-appendonly.aof.incr`));
  await server.settle();
  assertEquals(server.field("aof_rewrite_in_progress"), "0");
  server.raw("SET", "c", "afterwards");
  assertEquals(server.files.list(FOLDER), [
    "appendonly.aof.2.base.rdb",
    "appendonly.aof.2.incr.aof",
    "appendonly.aof.manifest",
  ]);
  const again = startServer({ files: server.files.copy("on disk") });
  assertEquals(again.digest(), server.digest());
  await again.stop();
  await server.stop();
  assertEquals(server.files.openFiles, 0);
});

Deno.test("CONFIG SET appendonly yes inside a transaction makes the base when it is over", async () => {
  const server = startServer();
  server.raw("CONFIG", "SET", "appendonly", "no");
  server.raw("MULTI");
  server.raw("SET", "a", "1");
  server.raw("CONFIG", "SET", "appendonly", "yes");
  server.raw("SET", "b", "1");
  server.raw("EXEC");
  assertEquals([server.field("aof_rewrite_scheduled"), server.field("aof_rewrite_in_progress")], ["1", "0"]);
  await server.settle();
  await server.settle();
  const again = startServer({ files: server.files.copy() });
  assertEquals(again.digest(), server.digest());
  await again.stop();
  await server.stop();
});

Deno.test("CONFIG SET appendonly yes is refused where no file can be made", async () => {
  const server = startServer();
  server.raw("CONFIG", "SET", "appendonly", "no");
  server.files.openFailure = new DataFileError("EACCES", "Permission denied");
  assertEquals(
    server.raw("CONFIG", "SET", "appendonly", "yes"),
    "-ERR CONFIG SET failed (possibly related to argument 'appendonly') - Unable to turn on AOF. Check server logs.\r\n",
  );
  assertEquals(server.raw("CONFIG", "GET", "appendonly"), "*2\r\n$10\r\nappendonly\r\n$2\r\nno\r\n");
  assertEquals(server.field("aof_enabled"), "0");
  assert(server.lines.some((line) => line.includes("Permission denied")));
  await server.stop();
});
