/** INFO beside the original's: sections, names of fields and their order, the form of every value. */
import { assert, assertEquals } from "@std/assert";
import { Server } from "../../server.ts";
import { RawConnection } from "../_harness.ts";
import { hasReference, startRedis } from "../_redis.ts";

/** Fields of the original that are not here, and why. */
const ABSENT: readonly (readonly [name: RegExp, why: string])[] = [
  [/^redis_build_id$/, "names a build, and nothing is built"],
  [/^(multiplexing_api|atomicvar_api|gcc_version)$/, "how C code was compiled"],
  [/^(rdb|aof|current)_|^module_fork_/, "nothing is saved to files yet, and no process is forked"],
  [/^expired_stale_perc$/, "an estimate from samples; here an index knows what is due, and nothing is sampled"],
];

/** Fields that only we have: our version, what later versions of Redis tell as well, and the longest stall. */
const OURS = [
  "miniredis_version",
  "client_query_buffer_limit_disconnections",
  "client_output_buffer_limit_disconnections",
  "longest_stall_ms",
];

type Fields = Map<string, string>;

/** The text of a reply. */
async function infoOf(conn: RawConnection, ...sections: string[]): Promise<string> {
  const reply = await conn.send("INFO", ...sections);
  return reply.replace(/^\$\d+ /, "").replaceAll("\\r\\n", "\n").replaceAll("\\x0d\\x0a", "\n");
}

/** Sections by title, in their order. */
function sectionsOf(text: string): Map<string, Fields> {
  const sections = new Map<string, Fields>();
  let fields: Fields = new Map();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    if (line.startsWith("# ")) sections.set(line.slice(2), fields = new Map());
    else {
      const colon = line.indexOf(":");
      assert(!fields.has(line.slice(0, colon)), `${line} stands there twice`);
      fields.set(line.slice(0, colon), line.slice(colon + 1));
    }
  }
  return sections;
}

/** What a value looks like: its digits and words made the same, so that the same kind of value has the same form. */
function formOf(value: string): string {
  if (/^-?\d+$/.test(value)) return "integer";
  if (/^-?\d+\.\d+$/.test(value)) return `number with ${value.split(".")[1]!.length} places`;
  if (/^\d+(\.\d\d)?[BKMGT]$/.test(value)) return "bytes for people";
  if (/^[\d.]+%$/.test(value)) return "percentage";
  if (/^[0-9a-f]{40}$/.test(value)) return "id";
  if (/=/.test(value)) {
    return value.replace(/=-?\d+\.(\d+)/g, (_, digits) => `=n.${digits.length}`).replace(/=-?\d+(?!\.)/g, "=n");
  }
  return "text";
}

/** Both servers, each with a connection that has done the same. */
async function withBoth(test: (ours: RawConnection, theirs: RawConnection) => Promise<void>): Promise<void> {
  await using redis = await startRedis();
  await using server = await Server.start({ port: 0 });
  await using ours = await RawConnection.connect(server.port);
  await using theirs = await RawConnection.connect(redis.port);
  const requests = [
    "CONFIG RESETSTAT",
    "SET a 1",
    "SET b 2 EX 1000",
    "GET a",
    "GET none",
    "INCR a x",
    "LPUSH a x",
    "SELECT 3",
    "RPUSH list 1 2 3",
    "LPOP list 0 0",
    "SELECT 0",
    "NOSUCH",
    "CLIENT NOSUCH",
    "CONFIG GET port",
    "HELLO 9",
    "AUTH x",
    "AUTH x y",
    "EXEC",
    "OBJECT FREQ a",
    "MULTI",
    "INCR a",
    "NOSUCH",
    "EXEC",
  ];
  for (const request of requests) for (const conn of [ours, theirs]) await conn.send(...request.split(" "));
  await test(ours, theirs);
}

const needed = "(skipped where redis-server 7.0 is not installed)";

Deno.test({
  name: `INFO everything has the original's sections and fields, in its order, but for those named ${needed}`,
  ignore: !hasReference,
  fn: () =>
    withBoth(async (ours, theirs) => {
      const mine = sectionsOf(await infoOf(ours, "everything")),
        others = sectionsOf(await infoOf(theirs, "everything"));
      assertEquals([...mine.keys()], [...others.keys()]);
      const named = new Set<RegExp>();
      for (const [title, fields] of others) {
        const wanted = [...fields.keys()].filter((name) => {
          const absent = ABSENT.find(([pattern]) => pattern.test(name) && !mine.get(title)!.has(name))?.[0];
          if (absent !== undefined) named.add(absent);
          return absent === undefined;
        });
        const found = [...mine.get(title)!.keys()].filter((name) => !OURS.includes(name));
        if (/^(Commandstats|Errorstats|Latencystats)$/.test(title)) { // the original has them in the order of a table
          assertEquals(found.sort(), wanted.sort(), title);
        } else assertEquals(found, wanted, title);
      }
      assertEquals(ABSENT.map(([pattern]) => pattern).filter((pattern) => !named.has(pattern)), [], "each names some");
    }),
});

Deno.test({
  name: `the values of INFO have the original's forms ${needed}`,
  ignore: !hasReference,
  fn: () =>
    withBoth(async (ours, theirs) => {
      const mine = sectionsOf(await infoOf(ours, "everything")),
        others = sectionsOf(await infoOf(theirs, "everything"));
      const differ: string[] = [];
      for (const [title, fields] of others) {
        for (const [name, value] of fields) {
          const own = mine.get(title)!.get(name);
          if (own !== undefined && formOf(own) !== formOf(value)) {
            differ.push(`${name}:${own} beside ${value}`);
          }
        }
      }
      assertEquals(differ, []);
    }),
});

Deno.test({
  name: `INFO counts calls, errors and keys as the original ${needed}`,
  ignore: !hasReference,
  fn: () =>
    withBoth(async (ours, theirs) => {
      const counts = async (conn: RawConnection) => {
        const sections = sectionsOf(await infoOf(conn, "commandstats", "errorstats", "keyspace", "stats", "clients"));
        const of = (title: string) => [...sections.get(title)!].map(([name, value]) => `${name}:${value}`).sort();
        const some = (title: string, ...names: string[]) => names.map((name) => [name, sections.get(title)!.get(name)]);
        return {
          commands: of("Commandstats").map((line) => line.replace(/usec=\d+,usec_per_call=[\d.]+,/, "")),
          errors: of("Errorstats"),
          keys: of("Keyspace").map((line) => line.replace(/avg_ttl=\d+/, "avg_ttl=n")),
          stats: some("Stats", "total_commands_processed", "total_error_replies", "keyspace_hits", "keyspace_misses"),
          clients: some("Clients", "connected_clients", "blocked_clients", "maxclients", "tracking_clients"),
        };
      };
      assertEquals(await counts(ours), await counts(theirs));
    }),
});

Deno.test({
  name: `INFO shows the sections asked for as the original, in RESP2 and RESP3 ${needed}`,
  ignore: !hasReference,
  fn: () =>
    withBoth(async (ours, theirs) => {
      for (const protocol of ["2", "3"]) {
        for (const conn of [ours, theirs]) await conn.send("HELLO", protocol);
        const requests = ["", "default", "all", "everything", "ALL", "server", "SERVER clients", "keyspace server"];
        requests.push("cpu cpu", "nosuch", "nosuch cpu", "commandstats default", "modules", "module_list", "all cpu");
        requests.push(
          "errorstats latencystats",
          "cluster",
          "Replication",
          "persistence memory stats",
          "default nosuch",
        );
        for (const request of requests) {
          const shape = async (conn: RawConnection) => {
            const reply = await conn.send("INFO", ...request.split(" ").filter((word) => word !== ""));
            const titles = [...reply.matchAll(/# (\w+)/g)].map(([, title]) => title);
            return { type: reply.charAt(0), isEmpty: /^\$0 $|^=4 txt:$/.test(reply), titles };
          };
          assertEquals(await shape(ours), await shape(theirs), `INFO ${request}`);
        }
      }
      assertEquals(await ours.send("INFO", "cluster"), await theirs.send("INFO", "cluster"));
    }),
});
