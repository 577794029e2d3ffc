/** SAVE, BGSAVE, LASTSAVE, save points and what follows when they fail, with files in memory and a clock moved by hand. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { configOf } from "../../engine/config.ts";
import { DataFileError } from "../../engine/data_files.ts";
import { Periodic } from "../../server/periodic.ts";
import { newCaller } from "../_call.ts";
import { TimerClock } from "../_clock.ts";
import { MemoryFiles } from "../persistence/_memory_files.ts";

const DISK_FULL = new DataFileError("ENOSPC", "No space left on device");

/** A server with a folder in memory. */
function newServer(config: Record<string, string> = {}, files = new MemoryFiles()) {
  const logged: string[] = [];
  let stops = 0;
  const caller = newCaller({
    clock: new TimerClock(),
    config: configOf({ dir: "/data", "enable-debug-command": "yes", ...config }),
    files,
    log: { log: (level, text) => void logged.push(`${level}: ${text}`) },
    shutdown: () => stops++,
  });
  const { clock, engine, raw } = caller;
  return {
    ...caller,
    files,
    logged,
    get stops(): number {
      return stops;
    },
    periodic: new Periodic(engine),
    /** Lets the slices of a save run to their end, and what is asynchronous about it. */
    async finish(): Promise<void> {
      while (engine.saver.isSaving && clock.delays.length > 0) clock.advance(1);
      await engine.saver.settled();
    },
    info(name: string): string | undefined {
      return new RegExp(`^${name}:(.*)\r$`, "m").exec(raw("INFO", "persistence"))?.[1];
    },
  };
}

/** The keys of a server that begins with a folder. */
function reload(files: MemoryFiles): ReturnType<typeof newServer> {
  const server = newServer({}, files);
  assertEquals(server.raw("DEBUG", "RELOAD", "NOSAVE"), "+OK\r\n");
  return server;
}

Deno.test("SAVE writes a file that is whole when it has its name", () => {
  const { raw, files, info, clock, logged } = newServer();
  raw("SET", "a", "1");
  raw("RPUSH", "l", "x", "y");
  assertEquals(info("rdb_changes_since_last_save"), "3");
  assertEquals(raw("LASTSAVE"), ":1700000000\r\n");
  clock.advance(5_999);
  assertEquals(raw("SAVE"), "+OK\r\n");
  assertEquals([files.names, files.openFiles, files.syncs], [["dump.rdb"], 0, 1]);
  assertEquals(raw("LASTSAVE"), ":1700000005\r\n");
  assertEquals([info("rdb_changes_since_last_save"), info("rdb_saves")], ["0", "1"]);
  assertEquals(logged, ["notice: DB saved on disk"]);
  const { raw: again } = reload(files);
  assertEquals(again("LRANGE", "l", "0", "-1") + again("GET", "a"), "*2\r\n$1\r\nx\r\n$1\r\ny\r\n$1\r\n1\r\n");
});

Deno.test("SAVE that fails says so, and leaves the old file as it is", () => {
  const { raw, files, logged, info } = newServer();
  raw("SET", "a", "1");
  raw("SAVE");
  const before = files.get("dump.rdb");
  raw("SET", "a", "2");
  const failures: [keyof MemoryFiles, string][] = [
    ["failure", "warning: Write error saving DB on disk: No space left on device"],
    ["syncFailure", "warning: Write error saving DB on disk: No space left on device"],
    [
      "openFailure",
      `warning: Failed opening the temp RDB file temp-${Deno.pid}.rdb (in server root dir /data) for saving: ` +
      "No space left on device",
    ],
  ];
  for (const [failure, line] of failures) {
    Object.assign(files, { [failure]: DISK_FULL });
    assertEquals(raw("SAVE"), "-ERR\r\n");
    Object.assign(files, { [failure]: null });
    assertEquals(logged.at(-1), line);
    assertEquals([files.names, files.openFiles, files.get("dump.rdb")], [["dump.rdb"], 0, before]);
  }
  assertEquals([info("rdb_changes_since_last_save"), info("rdb_last_bgsave_status")], ["1", "ok"]);
});

Deno.test("BGSAVE saves what there was when it began, and counts what has changed since", async () => {
  const { raw, files, info, finish, clock, logged } = newServer();
  raw("DEBUG", "POPULATE", "2000");
  raw("SET", "a", "1");
  assertEquals(raw("BGSAVE"), "+Background saving started\r\n");
  assertEquals([info("rdb_bgsave_in_progress"), info("current_save_keys_total")], ["1", "2001"]);
  assertEquals(raw("BGSAVE"), "-ERR Background save already in progress\r\n");
  assertEquals(raw("BGSAVE", "SCHEDULE"), "-ERR Background save already in progress\r\n");
  assertEquals(raw("SAVE"), "-ERR Background save already in progress\r\n");
  raw("SET", "a", "2");
  raw("RPUSH", "key:7", "not a list");
  raw("DEL", "key:8");
  raw("SET", "new", "1");
  clock.advance(0);
  await finish();
  assertEquals([info("rdb_bgsave_in_progress"), info("rdb_changes_since_last_save")], ["0", "3"]);
  assertEquals([info("rdb_last_bgsave_status"), info("rdb_saves")], ["ok", "1"]);
  assertEquals([files.names, files.openFiles], [["dump.rdb"], 0]);
  assertEquals(logged, [
    `notice: Background saving started by pid ${Deno.pid}`,
    "notice: DB saved on disk",
    "notice: Background saving terminated with success",
  ]);
  const { raw: again } = reload(files);
  assertEquals(again("MGET", "a", "key:8", "new"), "*3\r\n$1\r\n1\r\n$7\r\nvalue:8\r\n$-1\r\n");
  assertEquals(again("DBSIZE"), ":2001\r\n");
});

Deno.test("a BGSAVE that fails is told of by INFO, and refuses writes where there are save points", async () => {
  const { raw, files, info, finish, logged } = newServer({ save: "3600 1" });
  raw("SET", "a", "1");
  for (const failure of ["openFailure", "failure", "syncFailure"] as const) {
    files[failure] = DISK_FULL;
    assertEquals(raw("BGSAVE"), "+Background saving started\r\n");
    await finish();
    files[failure] = null;
    assertEquals([info("rdb_last_bgsave_status"), info("rdb_bgsave_in_progress")], ["err", "0"]);
    assertEquals(logged.at(-1), "warning: Background saving error");
    assertEquals([files.names, files.openFiles], [[], 0]);
    for (const refused of [["SET", "a", "2"], ["PING"], ["FLUSHALL"]]) {
      assertMatch(raw(...refused), /^-MISCONF Redis is configured to save RDB snapshots, but /);
    }
    assertEquals(raw("GET", "a"), "$1\r\n1\r\n");
    raw("MULTI");
    assertEquals(raw("GET", "a"), "+QUEUED\r\n");
    assertEquals(raw("EXEC"), "*1\r\n$1\r\n1\r\n");
    raw("MULTI");
    assertMatch(raw("SET", "a", "2"), /^-MISCONF /);
    assertMatch(raw("EXEC"), /^-EXECABORT /);
    raw("CONFIG", "SET", "stop-writes-on-bgsave-error", "no");
    assertEquals(raw("SET", "a", "1"), "+OK\r\n");
    raw("MULTI");
    raw("SET", "a", "2");
    raw("CONFIG", "SET", "stop-writes-on-bgsave-error", "yes"); // queued as well
    assertEquals(raw("EXEC"), "*2\r\n+OK\r\n+OK\r\n");
    assertMatch(raw("SET", "a", "2"), /^-MISCONF /);
    raw("CONFIG", "SET", "save", "");
    assertEquals(raw("SET", "a", "1"), "+OK\r\n");
    raw("CONFIG", "SET", "save", "3600 1");
    assertMatch(raw("SET", "a", "2"), /^-MISCONF /);
    raw("BGSAVE");
    await finish();
    assertEquals(info("rdb_last_bgsave_status"), "ok");
    assertEquals(raw("SET", "a", "1"), "+OK\r\n");
    files.remove("dump.rdb");
  }
});

Deno.test("a transaction whose writes were queued before a save failed is not run", async () => {
  const { raw, files, finish, connect } = newServer({ save: "3600 1" });
  const other = connect();
  other.raw("MULTI");
  other.raw("SET", "a", "1");
  files.openFailure = DISK_FULL;
  raw("BGSAVE");
  await finish();
  assertMatch(other.raw("EXEC"), /^-EXECABORT Transaction discarded because of: MISCONF Redis is configured/);
  assertEquals(raw("GET", "a"), "$-1\r\n");
});

Deno.test("save points: so many changes in so many seconds, and five seconds after a failure", async () => {
  const { raw, files, info, finish, clock, periodic, logged } = newServer({ save: "100 1 10 3" });
  const turn = async (seconds: number): Promise<string> => {
    clock.advance(seconds * 1000);
    logged.length = 0;
    periodic.turn();
    const begun = logged[0] ?? "";
    await finish();
    return begun;
  };
  raw("SET", "a", "1");
  assertEquals(await turn(11), "");
  raw("MSET", "a", "1", "b", "2");
  raw("DEL", "b");
  assertEquals(await turn(0), "notice: 3 changes in 10 seconds. Saving...");
  assertEquals([info("rdb_changes_since_last_save"), files.names], ["0", ["dump.rdb"]]);
  assertEquals(await turn(200), "");
  raw("SET", "a", "1");
  files.openFailure = DISK_FULL;
  assertEquals(await turn(0), "notice: 1 changes in 100 seconds. Saving...");
  assertEquals(info("rdb_last_bgsave_status"), "err");
  files.openFailure = null;
  assertEquals(await turn(5), "");
  assertEquals(await turn(1), "notice: 1 changes in 100 seconds. Saving...");
  assertEquals(info("rdb_last_bgsave_status"), "ok");
});

Deno.test("BGSAVE in a transaction is done afterwards, and SAVE is refused in one", async () => {
  const { raw, files, finish, periodic } = newServer();
  raw("MULTI");
  assertEquals(raw("SAVE"), "-ERR Command not allowed inside a transaction\r\n");
  raw("DISCARD");
  raw("MULTI");
  raw("SET", "a", "1");
  raw("BGSAVE");
  assertEquals(raw("EXEC"), "*2\r\n+OK\r\n+Background saving scheduled\r\n");
  assertEquals(files.names, []);
  periodic.turn();
  await finish();
  assertEquals(reload(files).raw("GET", "a"), "$1\r\n1\r\n");
});

Deno.test("FLUSHALL ends a save under way, and saves what is left where there are save points; FLUSHDB does not", async () => {
  const { raw, files, info, finish, logged, clock } = newServer();
  raw("DEBUG", "POPULATE", "5000");
  raw("BGSAVE");
  clock.advance(0);
  raw("FLUSHALL");
  await finish();
  assertEquals([info("rdb_bgsave_in_progress"), info("rdb_last_bgsave_status")], ["0", "ok"]);
  assertEquals([files.names, files.openFiles, clock.delays], [[], 0, []]);
  assertEquals(info("rdb_changes_since_last_save"), "5000");
  assertEquals(logged.at(-1), "warning: Background saving terminated before its end");
  raw("CONFIG", "SET", "save", "900 1");
  raw("SET", "a", "1");
  raw("FLUSHALL");
  assertEquals([files.names, info("rdb_changes_since_last_save")], [["dump.rdb"], "0"]);
  raw("DEBUG", "POPULATE", "5000");
  raw("BGSAVE");
  raw("FLUSHDB");
  await finish();
  assertEquals(reload(files).raw("DBSIZE"), ":5000\r\n");
});

Deno.test("a save that ends on disk after it was cancelled changes nothing", async () => {
  const { raw, files, info, clock, engine } = newServer();
  raw("SET", "a", "1");
  files.holdsSyncs = true;
  raw("BGSAVE");
  clock.advance(0);
  assertEquals([info("rdb_bgsave_in_progress"), files.names], ["1", [`temp-bg-${Deno.pid}.rdb`]]);
  raw("FLUSHALL");
  assertEquals([info("rdb_bgsave_in_progress"), files.names, files.openFiles], ["0", [], 0]);
  files.endSyncs();
  await engine.saver.settled();
  assertEquals([files.names, info("rdb_changes_since_last_save")], [[], "2"]);
});

Deno.test("rdb-key-save-delay keeps a save going for so long at each key", async () => {
  const { raw, info, clock, finish } = newServer({ "rdb-key-save-delay": "100000" });
  raw("DEBUG", "POPULATE", "10");
  raw("BGSAVE");
  clock.advance(999);
  assertEquals(info("rdb_bgsave_in_progress"), "1");
  assertEquals(info("rdb_current_bgsave_time_sec"), "0");
  clock.advance(1);
  await finish();
  assertEquals([info("rdb_bgsave_in_progress"), info("rdb_last_bgsave_time_sec")], ["0", "1"]);
});

Deno.test("SHUTDOWN saves where there are save points or it is told to, and does not end when it cannot", () => {
  const rows: [save: string, flags: string[], saves: boolean][] = [
    ["", [], false],
    ["", ["SAVE"], true],
    ["900 1", [], true],
    ["900 1", ["NOSAVE"], false],
    ["900 1", ["NOW"], true],
  ];
  for (const [save, flags, saves] of rows) {
    const server = newServer({ save });
    server.raw("SET", "a", "1");
    assertEquals(server.raw("SHUTDOWN", ...flags), "");
    assertEquals([server.stops, server.files.names], [1, saves ? ["dump.rdb"] : []]);
  }
  const server = newServer({ save: "900 1" });
  const { raw, files, logged } = server;
  files.failure = DISK_FULL;
  raw("BGSAVE");
  assertEquals(raw("SHUTDOWN"), "-ERR Errors trying to SHUTDOWN. Check logs.\r\n");
  assertEquals([server.stops, files.names, files.openFiles], [0, [], 0]);
  assert(logged.includes("warning: Error trying to save the DB, can't exit."));
  assertEquals(raw("SHUTDOWN", "FORCE"), "");
  assertEquals(server.stops, 1);
});

Deno.test("DEBUG RELOAD goes through the file, NOSAVE reads the one that is there", () => {
  const { raw, files } = newServer();
  raw("SET", "a", "1");
  assertEquals(raw("DEBUG", "RELOAD", "NOSAVE"), "-ERR Error trying to load the RDB dump\r\n");
  assertEquals(raw("GET", "a"), "$1\r\n1\r\n");
  assertEquals(raw("DEBUG", "RELOAD"), "+OK\r\n");
  assertEquals([raw("GET", "a"), files.names], ["$1\r\n1\r\n", ["dump.rdb"]]);
  raw("MSET", "a", "2", "b", "2");
  assertEquals(raw("DEBUG", "RELOAD", "NOSAVE", "NOFLUSH", "MERGE"), "+OK\r\n");
  assertEquals(raw("MGET", "a", "b"), "*2\r\n$1\r\n1\r\n$1\r\n2\r\n");
  assertEquals(raw("DEBUG", "RELOAD", "NOSAVE"), "+OK\r\n");
  assertEquals(raw("MGET", "a", "b"), "*2\r\n$1\r\n1\r\n$-1\r\n");
  files.failure = DISK_FULL;
  assertEquals(raw("DEBUG", "RELOAD"), "-ERR\r\n");
  assertEquals(raw("GET", "a"), "$1\r\n1\r\n");
});

Deno.test("a server without files says that it has none", () => {
  const { raw } = newCaller();
  for (const command of ["SAVE", "BGSAVE"]) {
    assertEquals(raw(command), "-ERR this server keeps no files: its configuration names no dir\r\n");
  }
  assertMatch(raw("CONFIG", "SET", "save", "900 1"), /argument 'save'\) - this server keeps no files/);
  assertEquals(raw("CONFIG", "GET", "save"), "*2\r\n$4\r\nsave\r\n$0\r\n\r\n");
  assertEquals(raw("BGSAVE", "x"), "-ERR syntax error\r\n");
  assertEquals(raw("BGSAVE", "SCHEDULE", "x"), "-ERR syntax error\r\n");
});
