/** INFO, and the figures it is made of; TIME and SHUTDOWN. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Rate } from "../../engine/statistics.ts";
import { REDIS_VERSION, VERSION } from "../../engine/version.ts";
import { newCaller } from "../_call.ts";

/** The sections of an INFO in RESP2: their fields by title. */
function sections(reply: string): Record<string, Record<string, string>> {
  const [, size, body] = /^\$(\d+)\r\n(.*)\r\n$/s.exec(reply)!;
  assertEquals(body!.length, Number(size));
  if (body === "") return {};
  return Object.fromEntries(
    body!.split("\r\n\r\n").map((section) => {
      const [title, ...lines] = section.trimEnd().split("\r\n");
      return [
        title!.replace("# ", ""),
        Object.fromEntries(lines.map((line) => {
          const colon = line.indexOf(":");
          return [line.slice(0, colon), line.slice(colon + 1)];
        })),
      ];
    }),
  );
}

const DEFAULT_SECTIONS = "Server Clients Memory Persistence Stats Replication CPU Modules Errorstats Cluster Keyspace"
  .split(" ");

Deno.test("INFO shows Redis' default sections, and the others when asked", () => {
  const { raw } = newCaller();
  const titles = (...names: string[]) => Object.keys(sections(raw("INFO", ...names)));
  assertEquals(titles(), DEFAULT_SECTIONS);
  assertEquals(titles("default"), DEFAULT_SECTIONS);
  const withCommands = DEFAULT_SECTIONS.toSpliced(8, 0, "Commandstats");
  const all = withCommands.toSpliced(10, 0, "Latencystats");
  assertEquals(titles("ALL"), all);
  assertEquals(titles("everything"), all);
  assertEquals(titles("keyspace", "Server", "server"), ["Server", "Keyspace"]);
  assertEquals(titles("commandstats", "default"), withCommands);
  assertEquals(titles("modules"), ["Modules"]);
  assertEquals(titles("module_list"), ["Modules"]);
  assertEquals(titles("nosuch"), []);
});

Deno.test("INFO is verbatim text in RESP3, with lines that end in CRLF", () => {
  const { raw } = newCaller({ protocol: 3 });
  assertEquals(raw("INFO", "cluster"), "=34\r\ntxt:# Cluster\r\ncluster_enabled:0\r\n\r\n");
  assertEquals(raw("INFO", "nosuch"), "=4\r\ntxt:\r\n");
});

Deno.test("INFO tells what clients look for", () => {
  const { raw, engine } = newCaller();
  engine.tcpPort = 7001;
  raw("SET", "k", "v");
  const { Server, Clients, Memory, Persistence, Replication, CPU } = sections(raw("INFO"));
  assertEquals(Server!["redis_version"], REDIS_VERSION);
  assertEquals(Server!["miniredis_version"], VERSION);
  assertEquals(Server!["redis_mode"], "standalone");
  assertEquals(Server!["process_id"], `${Deno.pid}`);
  assertEquals(Server!["run_id"], engine.runId);
  assertEquals(Server!["tcp_port"], "7001");
  assertMatch(engine.runId, /^[0-9a-f]{40}$/);
  assertEquals(Clients!["connected_clients"], "1");
  assertEquals(Clients!["maxclients"], "10000");
  for (const name of ["used_memory", "used_memory_rss", "used_memory_peak", "used_memory_dataset"]) {
    assert(Number(Memory![name]) > 0, name);
  }
  assert(Number(Memory!["used_memory"]) <= Number(Memory!["used_memory_peak"]));
  assertMatch(Memory!["used_memory_human"]!, /^\d+\.\d\d[KMG]$/);
  assertEquals([Memory!["maxmemory"], Memory!["maxmemory_human"]], ["0", "0B"]);
  assertEquals(Memory!["maxmemory_policy"], "noeviction");
  assertEquals([Persistence!["loading"], Persistence!["aof_enabled"]], ["0", "0"]);
  assertEquals([Replication!["role"], Replication!["connected_slaves"]], ["master", "0"]);
  assertMatch(CPU!["used_cpu_user"]!, /^\d+\.\d{6}$/);
});

Deno.test("INFO follows the server's clock and configuration", () => {
  const { raw, engine, clock } = newCaller();
  clock.advance(90_061_000);
  engine.config.set([["hz", "50"], ["maxclients", "77"]], "runtime");
  const { Server, Clients } = sections(raw("INFO", "server", "clients"));
  assertEquals(Server!["uptime_in_seconds"], "90061");
  assertEquals(Server!["uptime_in_days"], "1");
  assertEquals(Server!["server_time_usec"], "1700090061000000");
  assertEquals([Server!["hz"], Server!["configured_hz"]], ["50", "50"]);
  assertEquals(Clients!["maxclients"], "77");
});

Deno.test("INFO counts keys, expiries, hits, misses and changes", () => {
  const { raw, clock } = newCaller();
  raw("MSET", "a", "1", "b", "2");
  raw("SET", "c", "3", "PX", "5000");
  raw("SELECT", "9");
  raw("SET", "d", "4", "PX", "1");
  assertEquals(sections(raw("INFO", "keyspace")).Keyspace, {
    db0: "keys=3,expires=1,avg_ttl=5000",
    db9: "keys=1,expires=1,avg_ttl=1",
  });
  clock.advance(10);
  assertEquals(raw("GET", "d"), "$-1\r\n");
  raw("SELECT", "0");
  raw("GET", "a");
  const { Stats, Keyspace, Persistence } = sections(raw("INFO"));
  assertEquals(Keyspace, { db0: "keys=3,expires=1,avg_ttl=4990" });
  assertEquals([Stats!["keyspace_hits"], Stats!["keyspace_misses"], Stats!["expired_keys"]], ["1", "1", "1"]);
  assertEquals(Persistence!["rdb_changes_since_last_save"], "4");
});

Deno.test("INFO counts the payloads that were checked, and tells ids that are new at each start", () => {
  const [one, other] = [newCaller({ seed: 1 }), newCaller({ seed: 2 })];
  one.raw("SET", "k", "v");
  const dump = /^\$\d+\r\n(.*)\r\n$/s.exec(one.raw("DUMP", "k"))![1]!;
  const payload = Uint8Array.from(dump, (c) => c.charCodeAt(0));
  assertEquals(one.raw("RESTORE", "copy", "0", payload), "+OK\r\n");
  assertEquals(one.raw("RESTORE-ASKING", "k", "0", payload, "REPLACE"), "+OK\r\n");
  one.raw("RESTORE", "other", "0", "no payload");
  const { Stats, Replication } = sections(one.raw("INFO"));
  assertEquals(Stats!["dump_payload_sanitizations"], "2");
  assertMatch(Replication!["master_replid"]!, /^[0-9a-f]{40}$/);
  const ids = [one, other].flatMap(({ engine }) => [engine.runId, engine.replicationId]);
  assertEquals(new Set(ids).size, 4);
});

/** The figures of a command, without its times. */
function calls(commandstats: Record<string, string>, name: string): number[] | undefined {
  const match = /^calls=(\d+),usec=(\d+),usec_per_call=\d+\.\d\d,rejected_calls=(\d+),failed_calls=(\d+)$/
    .exec(commandstats[`cmdstat_${name}`] ?? "");
  return match === null ? undefined : [Number(match[1]), Number(match[3]), Number(match[4])];
}

Deno.test("INFO commandstats counts calls, refusals and failures apart, as total_commands_processed does", () => {
  const { wire, raw } = newCaller();
  wire("SET k v\r\nINCR k\r\nGET k\r\nGET\r\nGET k\r\nCLIENT ID\r\nCLIENT NOSUCH\r\nCLIENT\r\nNOSUCH\r\nPING a b\r\n");
  const { Commandstats, Stats, Errorstats } = sections(raw("INFO", "all"));
  assertEquals(calls(Commandstats!, "set"), [1, 0, 0]);
  assertEquals(calls(Commandstats!, "incr"), [1, 0, 1]);
  assertEquals(calls(Commandstats!, "get"), [2, 1, 0]);
  assertEquals(calls(Commandstats!, "client|id"), [1, 0, 0]);
  assertEquals(calls(Commandstats!, "client"), [0, 1, 0]);
  assertEquals(calls(Commandstats!, "ping"), [1, 0, 1], "it ran, and found its arguments wrong itself");
  assertEquals(calls(Commandstats!, "info"), undefined, "the one that is running is not there yet");
  assertEquals(Object.keys(Commandstats!).length, 6);
  assertEquals(Stats!["total_commands_processed"], "6");
  assertEquals(Stats!["total_error_replies"], "6");
  assertEquals(Errorstats, { errorstat_ERR: "count=6" });
});

Deno.test("INFO errorstats counts by the first word of the error", () => {
  const { raw, engine } = newCaller();
  engine.config.set([["requirepass", "x"]], "runtime");
  raw("AUTH", "y");
  raw("AUTH", "default", "y");
  raw("HELLO", "9");
  raw("NOSUCH");
  assertEquals(sections(raw("INFO", "errorstats")).Errorstats, {
    errorstat_ERR: "count=1",
    errorstat_NOPROTO: "count=1",
    errorstat_WRONGPASS: "count=2",
  });
});

Deno.test("CONFIG RESETSTAT sets the figures back, its own call is the first to count", () => {
  const { raw } = newCaller();
  raw("SET", "k", "v");
  raw("GET", "k");
  raw("NOSUCH");
  assertEquals(raw("CONFIG", "RESETSTAT"), "+OK\r\n");
  const { Commandstats, Stats, Errorstats } = sections(raw("INFO", "all"));
  assertEquals(Object.keys(Commandstats!), ["cmdstat_config|resetstat"]);
  assertEquals([Stats!["total_commands_processed"], Stats!["keyspace_hits"], Stats!["total_error_replies"]], [
    "1",
    "0",
    "0",
  ]);
  assertEquals(Errorstats, {});
});

Deno.test({
  name: "INFO leaves out what it may not ask for, and asks nobody",
  permissions: { sys: false, read: true, env: false, run: false },
  fn: () => {
    const { raw } = newCaller();
    const { Server, Memory } = sections(raw("INFO"));
    assertEquals(Server!["os"], undefined);
    assertEquals(Memory!["total_system_memory"], undefined);
    assertEquals(Server!["arch_bits"], "64");
  },
});

Deno.test({
  name: "INFO tells the operating system and its memory where it may",
  permissions: { sys: ["osRelease", "systemMemoryInfo"], read: true },
  fn: () => {
    const { raw } = newCaller();
    const { Server, Memory } = sections(raw("INFO"));
    assertMatch(Server!["os"]!, new RegExp(`^[A-Z]\\w+ ${RegExp.escape(Deno.osRelease())} ${Deno.build.arch}$`));
    assert(Number(Memory!["total_system_memory"]) > 0);
  },
});

Deno.test("a rate is the average of its last samples, and forgets", () => {
  const rate = new Rate();
  assertEquals(rate.perSecond, 0);
  rate.sample(0, 1_000);
  for (let i = 1; i <= 16; i++) rate.sample(50 * i, 1_000 + 100 * i);
  assertEquals(rate.perSecond, 500);
  rate.sample(100_000, 2_650);
  assertEquals(rate.perSecond, 500, "too soon to look");
  for (let i = 17; i <= 24; i++) rate.sample(800, 1_000 + 100 * i);
  assertEquals(rate.perSecond, 250);
  rate.reset();
  assertEquals(rate.perSecond, 0);
  rate.sample(10, 3_500);
  assertEquals(rate.perSecond, 10 * 10 / 16);
});

Deno.test("TIME answers the clock's seconds and microseconds", () => {
  const { raw, clock } = newCaller();
  clock.advance(7);
  assertEquals(raw("TIME"), "*2\r\n$10\r\n1700000000\r\n$4\r\n7000\r\n");
});

Deno.test("SHUTDOWN stops the server without a reply, and saves nothing", () => {
  for (const options of [[], ["NOSAVE"], ["now", "force"], ["SAVE", "FORCE"]]) {
    let stops = 0;
    const { raw, client } = newCaller({ shutdown: () => stops++ });
    assertEquals(raw("SHUTDOWN", ...options), "");
    assertEquals(stops, 1);
    assert(client.isClosing);
  }
});

Deno.test("SHUTDOWN refuses what it cannot do and does not stop", () => {
  let stops = 0;
  const { raw, client } = newCaller({ shutdown: () => stops++ });
  for (const wrong of [["x"], ["SAVE", "NOSAVE"], ["ABORT", "NOW"], ["NOSAVE", "ABORT"]]) {
    assertEquals(raw("SHUTDOWN", ...wrong), "-ERR syntax error\r\n");
  }
  assertEquals(raw("SHUTDOWN", "ABORT"), "-ERR No shutdown in progress.\r\n");
  assertEquals(raw("SHUTDOWN", "SAVE"), "-ERR Errors trying to SHUTDOWN. Check logs.\r\n");
  assertEquals(stops, 0);
  assert(!client.isClosing);
});
