/**
 * What depends on time and takes more than a script: bytes, files, amounts of memory, and what only a server object can be
 * asked for. Rows as in `_time_rows.ts`.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { inFolder } from "../_program.ts";
import { START_MS, Timeline, type Way } from "./_timeline.ts";

/** Something that depends on time. */
export interface TimePlay {
  /** What it shows, as a sentence. */
  readonly name: string;
  /** The commands it is about, in lower case. */
  readonly of: readonly string[];
  readonly play: (way: Way) => Promise<void>;
}

/** A play with a timeline. */
function playOn(
  name: string,
  of: readonly string[],
  play: (timeline: Timeline) => Promise<void>,
  config: Readonly<Record<string, string>> = {},
): TimePlay {
  return {
    name,
    of,
    play: async (way) => {
      await using timeline = await Timeline.start(way, { config: { ...config } });
      await play(timeline);
    },
  };
}

/** A play with a timeline whose server keeps its data in a folder. */
function playInFolder(
  name: string,
  of: readonly string[],
  config: Readonly<Record<string, string>>,
  play: (timeline: Timeline, folder: string) => Promise<void>,
): TimePlay {
  return {
    name,
    of,
    play: (way) =>
      inFolder(async (folder) => {
        await using timeline = await Timeline.start(way, { config: { dir: folder, ...config } });
        await play(timeline, folder);
      }),
  };
}

/** A field of INFO, which must be a number. */
async function figure(timeline: Timeline, name: string): Promise<number> {
  const [, value] = new RegExp(`${name}:(\\d+)`).exec(await timeline.send("a", "INFO everything")) ?? [];
  assert(value !== undefined, name);
  return Number(value);
}

/** The text of all files of a folder whose names end so. */
function textOf(folder: string, end: string): string {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(end));
  return names.map((name) => Deno.readTextFileSync(`${folder}/${name}`)).join("");
}

export const TIME_PLAYS: readonly TimePlay[] = [
  playOn("RESTORE takes a time to live, or a time with ABSTTL", ["restore"], async (timeline) => {
    await using client = timeline.server.client();
    await client.set("k", "v");
    const payload = (await client.dump("k"))!;
    for (const [key, ttl] of [["a", ["1000"]], ["b", [`${START_MS + 2000}`, "ABSTTL"]]] as const) {
      const [ms, ...options] = ttl;
      assertEquals(await timeline.send("a", ["RESTORE", key, ms, payload, ...options]), "+OK");
    }
    assertEquals(await timeline.send("a", ["RESTORE", "over", `${START_MS - 1}`, payload, "ABSTTL"]), "+OK");
    await timeline.play(`
      MGET a b over -> *3[$1 v, $1 v, $-1]
      +999
      MGET a b -> *2[$1 v, $1 v]
      +1
      MGET a b -> *2[$-1, $1 v]
      +999
      GET b -> $1 v
      +1
      GET b -> $-1
    `);
    assertEquals(await timeline.send("a", ["RESTORE", "idle", "0", payload, "IDLETIME", "100"]), "+OK");
    await timeline.play(`
      +5000
      OBJECT IDLETIME idle -> :105
      CONFIG SET maxmemory-policy allkeys-lfu -> +OK
    `);
    assertEquals(await timeline.send("a", ["RESTORE", "used", "0", payload, "FREQ", "100"]), "+OK");
    await timeline.play(`
      +180000
      OBJECT FREQ used -> :97
    `);
  }),

  playOn(
    "eviction takes the keys first that have not been used for longest, by the clock",
    ["object|idletime"],
    async (timeline) => {
      for (const key of ["a", "b", "c"]) await timeline.play(`SETRANGE ${key} 10000 x -> :10001\n+1000`);
      await timeline.play("GETRANGE a 0 0 ~> $1\nSTRLEN c -> :10001\n+1000");
      await timeline.play(`CONFIG SET maxmemory ${await figure(timeline, "used_memory") - 5000} -> +OK`);
      await timeline.play("SET d v -> +OK\nEXISTS b -> :0\nEXISTS a c d -> :3");
      assertEquals(await figure(timeline, "evicted_keys"), 1);
    },
    { "maxmemory-policy": "allkeys-lru", "maxmemory-samples": "64" },
  ),

  playOn("what an interceptor delays goes on at its time", ["get"], async (timeline) => {
    using _ = timeline.server.intercept(({ name }) => name === "GET" ? { delayMs: 1000 } : undefined);
    await timeline.play(`
      SET k v PX 500 -> +OK
      late: GET k
      +999
      late <- nothing
      +1
      late <- $-1
    `);
  }),

  playOn("keys that are written directly expire, and commands are recorded with their time", [], async (timeline) => {
    const db = timeline.server.db(0);
    db.set("k", "v", { ttlMs: 1000 });
    await timeline.play("+999");
    assertEquals([db.get("k"), db.ttlMs("k")], ["v", 1]);
    await timeline.play("+1");
    assertEquals([db.get("k"), db.keys(), timeline.server.stats().keys], [null, [], 0]);
    await using recording = await Timeline.start("memory", { record: true });
    await recording.play("+5\nGET k -> $-1\n+5\nGET k -> $-1");
    assertEquals(recording.server.commands.map(({ atMs }) => atMs - START_MS), [5, 10]);
  }),

  playOn("keys that are about to expire do so after a restart, too", ["debug"], async (timeline) => {
    await timeline.play("SET k v PX 1000 -> +OK\nSET l v PX 2000 -> +OK\n+500\nDEBUG RELOAD -> +OK\nPTTL k -> :500");
    const restarted = timeline.server.restart();
    await Promise.all([restarted, timeline.server.clock.tick(499)]);
    await timeline.play(
      "b: PTTL k -> :1\n+1\nb: DBSIZE -> :1\nb: INFO server ~> uptime_in_seconds:0\n+999\nb: PTTL l -> :1",
    );
  }),

  playOn("INFO tells of uptime", ["info"], async (timeline) => {
    await timeline.server.restart(); // at the beginning the clock has been set back
    await timeline.play(`
      INFO server ~> uptime_in_seconds:0
      +90999
      INFO server ~> uptime_in_seconds:90
      +172800000
      INFO server ~> uptime_in_seconds:172890
      INFO server ~> uptime_in_days:2
    `);
  }),

  playInFolder(
    "a save point is kept at its own time, however far the clock is moved",
    ["save", "bgsave", "lastsave", "info"],
    { save: "60 1" },
    async (timeline) => {
      await timeline.play(`
        SAVE -> +OK
        LASTSAVE -> :1700000000
        SET k v -> +OK
        +60999
        INFO persistence ~> rdb_changes_since_last_save:1
        LASTSAVE -> :1700000000
        +1
        INFO persistence ~> rdb_changes_since_last_save:0
        INFO persistence ~> rdb_last_save_time:1700000061
        SET k w -> +OK
        @3600000
        LASTSAVE -> :1700000122
        SET k x -> +OK
        BGSAVE -> +Background saving started
        +5000
        LASTSAVE -> :1700003600
        INFO persistence ~> rdb_last_bgsave_time_sec:0
      `);
      assertEquals(await figure(timeline, "rdb_saves"), 4);
    },
  ),

  playInFolder(
    "a save point that fails is tried again six seconds later",
    ["save"],
    { save: "60 1", "stop-writes-on-bgsave-error": "no" },
    async (timeline, folder) => {
      await timeline.play("SAVE -> +OK\nSET k v -> +OK");
      await Deno.remove(folder, { recursive: true });
      await timeline.play("+73000\nINFO persistence ~> rdb_last_bgsave_status:err");
      assertEquals(await figure(timeline, "rdb_saves"), 4);
      await Deno.mkdir(folder);
      await timeline.play("+5999\nINFO persistence ~> rdb_last_bgsave_status:err");
      await timeline.play("+1\nINFO persistence ~> rdb_last_bgsave_status:ok\nLASTSAVE -> :1700000079");
    },
  ),

  playInFolder(
    "the append-only file tells when something was written, and is loaded as of then",
    ["bgrewriteaof"],
    { appendonly: "yes", "aof-timestamp-enabled": "yes" },
    async (timeline, folder) => {
      await timeline.play("SET k v PX 10000 -> +OK\n+5000\nSET l v EX 10 -> +OK");
      const text = textOf(`${folder}/appendonlydir`, ".aof");
      for (const wanted of ["#TS:1700000000\r\n", "#TS:1700000005\r\n", `${START_MS + 15_000}`]) {
        assertStringIncludes(text, wanted);
      }
      await timeline.server.restart();
      await timeline.play(
        "b: PTTL k -> :5000\n+5000\nb: EXISTS k -> :0\nb: PTTL l -> :5000\n+4999\nb: EXISTS l -> :1\n+1",
      );
      await timeline.server.restart();
      await timeline.play("c: DBSIZE -> :0");
    },
  ),
];
