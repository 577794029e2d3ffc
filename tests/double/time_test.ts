/** Everything that depends on time, with a clock that is moved by `server.clock`. */
import { assert, assertEquals } from "@std/assert";
import { COMMANDS } from "../../commands/mod.ts";
import { BLOCKING, type Command } from "../../engine/command.ts";
import { CommandTable } from "../../engine/command_table.ts";
import { TIME_PLAYS } from "./_time_plays.ts";
import { TIME_ROWS } from "./_time_rows.ts";
import { Timeline } from "./_timeline.ts";

for (const way of ["memory", "TCP"] as const) {
  Deno.test(`what depends on time goes by the server's clock (${way})`, async (t) => {
    for (const { name, config = {}, script } of TIME_ROWS) {
      await t.step(name, async () => {
        await using timeline = await Timeline.start(way, { config: { ...config } });
        await timeline.play(script);
      });
    }
    for (const { name, play } of TIME_PLAYS) await t.step(name, () => play(way));
  });
}

/** Commands that time says nothing about, though it looks like it. */
const UNTIMED: Readonly<Record<string, string>> = {
  "failover": "there are no replicas whose taking over could take too long",
  "restore-asking": "is RESTORE",
};

/** What the rows of commands say that depend on time. */
const OF_TIME =
  /\b(min-idle-time|idle|idletime|ttl|seconds|milliseconds|unix-time|timeout|block|ms)\b|expire|ttl|\btime\b|\btimes\b/i;

function* allCommands(): Generator<Command> {
  for (const command of new CommandTable(COMMANDS).all()) {
    yield command;
    yield* command.sub?.values() ?? [];
  }
}

Deno.test("every command that depends on time, as far as its row tells, is in a row above", () => {
  const covered = new Set([...TIME_ROWS, ...TIME_PLAYS].flatMap((row) => row.of));
  const isTimed = ({ name, flags, spec: { usage } }: Command) =>
    (flags & BLOCKING) !== 0 || OF_TIME.test(usage) || OF_TIME.test(name.replaceAll("|", " "));
  const timed = [...allCommands()].filter(isTimed).map(({ name }) => name);
  assert(timed.length > 30);
  assertEquals(timed.filter((name) => !covered.has(name) && UNTIMED[name] === undefined), []);
  assertEquals(Object.keys(UNTIMED).filter((name) => covered.has(name) || !timed.includes(name)), []);
  const names = new Set([...allCommands()].map(({ name }) => name));
  for (const { name, of, script } of TIME_ROWS) {
    const missing = of.filter((command) => !script.toUpperCase().includes(command.replace("|", " ").toUpperCase()));
    assertEquals(missing, [], `said, and not sent: ${name}`);
  }
  assertEquals([...covered].filter((name) => !names.has(name)), [], "no such commands");
});

/**
 * Files that ask for the time: what they need it for, and the row in which that shows, a part of its name; or, in
 * parentheses, why it is in none.
 */
const ASK_FOR_TIME: Readonly<Record<string, string>> = {
  "commands/client.ts": "CLIENT LIST and CLIENT INFO",
  "commands/debug_object.ts": "OBJECT IDLETIME counts",
  "commands/dump.ts": "RESTORE takes a time to live",
  "commands/expire.ts": "TTL, PTTL, EXPIRETIME",
  "commands/info.ts": "INFO tells of uptime",
  "commands/latency.ts": "LATENCY tells",
  "commands/latency_report.ts": "LATENCY tells",
  "commands/server.ts": "TIME is the clock's",
  "commands/stream.ts": "XADD makes ids",
  "commands/stream_arguments.ts": "pending entries have been idle",
  "commands/stream_read.ts": "pending entries have been idle",
  "engine/blocking.ts": "BLPOP gives up",
  "engine/context.ts": "EXPIRE k 10",
  "engine/dispatch.ts": "a transaction runs at one time",
  "engine/eviction.ts": "eviction takes the keys first",
  "engine/expire_options.ts": "EXPIRE k 10",
  "engine/interceptors.ts": "what an interceptor delays",
  "engine/keyspace_events.ts": "OBJECT FREQ loses one",
  "engine/latency.ts": "LATENCY tells",
  "engine/monitors.ts": "SLOWLOG and MONITOR tell",
  "engine/pause.ts": "CLIENT PAUSE holds commands back",
  "engine/slow_log.ts": "SLOWLOG and MONITOR tell",
  "persistence/aof_loader.ts": "(the client that loads is nobody's)",
  "persistence/aof_rewrite.ts": "the append-only file tells",
  "persistence/aof_writer.ts": "the append-only file tells",
  "persistence/append_only_file.ts": "the append-only file tells",
  "persistence/rdb_file_reader.ts": "keys that are about to expire do so after a restart",
  "persistence/rdb_saver.ts": "a save point is kept",
  "server.ts": "(a manual clock begins at the present time)",
  "server/direct_database.ts": "keys that are written directly",
  "server/engine.ts": "INFO tells of uptime",
  "server/host.ts": "(whether connections can be accepted again is looked at in real time)",
  "server/periodic.ts": "timeout closes clients",
  "server/recorder.ts": "keys that are written directly",
  "server/server_clock.ts": "(it is the clock)",
  "server/session.ts": "client-output-buffer-limit drops",
  "store/clock.ts": "(it is the clock)",
  "store/database.ts": "OBJECT IDLETIME counts",
  "store/keyspace.ts": "OBJECT FREQ loses one",
};

const ASKING = /\b(keyspace|ctx|context)\.now\b|[cC]lock!?\.(now|setTimeout|defer)\b|\blruClock\b|\bDate\.now\b/;

Deno.test("every file that asks for the time is named above, with the row in which that shows", () => {
  const root = new URL("../../", import.meta.url);
  const read = (path: string) => Deno.readTextFileSync(new URL(path, root));
  const files = ["commands", "engine", "persistence", "store", "server"].flatMap((folder) =>
    [...Deno.readDirSync(new URL(folder, root))].map(({ name }) => `${folder}/${name}`)
  ).concat("server.ts", "store.ts");
  assertEquals(files.filter((path) => ASKING.test(read(path))).toSorted(), Object.keys(ASK_FOR_TIME).toSorted());
  const names = [...TIME_ROWS, ...TIME_PLAYS].map(({ name }) => name);
  const isShown = (where: string) => where.startsWith("(") || names.some((name) => name.includes(where));
  assertEquals(Object.entries(ASK_FOR_TIME).filter(([, where]) => !isShown(where)), []);
});
