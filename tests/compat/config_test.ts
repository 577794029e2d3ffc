/** CONFIG GET beside the original's: every directive there is, by name and pattern, and its value at start. */
import { assert, assertEquals } from "@std/assert";
import { DIRECTIVES } from "../../engine/config_directives.ts";
import { Server } from "../../server.ts";
import { RawConnection } from "../_harness.ts";
import { freePort, hasReference, startServer } from "../_redis.ts";

/** Directives whose values at start are other ones, and why. */
const OTHER_DEFAULTS: Readonly<Record<string, string>> = {
  "bind": "the stock redis.conf's: 127.0.0.1 -::1",
  "dir": "where each has been started",
  "port": "each has its own",
  "save": "nothing is saved unless asked for",
};

/** What CONFIG GET answers, from a reply in RESP2. */
async function configOf(conn: RawConnection, ...patterns: string[]): Promise<Map<string, string>> {
  const words = (await conn.send("CONFIG", "GET", ...patterns)).replace(/^\*\d+\[|\]$/g, "")
    .split(/(?:^|, )\$\d+ /).slice(1); // no value has such a thing in it
  return new Map(Array.from({ length: words.length / 2 }, (_, i) => [words[2 * i]!, words[2 * i + 1]!]));
}

/** Both servers as they are without a configuration file. */
async function withBoth(test: (ours: RawConnection, theirs: RawConnection) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "miniredis_config_" });
  try {
    const port = freePort();
    await using redis = await startServer(port, "redis-server", ["--port", `${port}`, "--dir", dir]);
    await using server = await Server.start({ port: 0 });
    await using ours = await RawConnection.connect(server.port);
    await using theirs = await RawConnection.connect(redis.port);
    await test(ours, theirs);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const needed = "(skipped where redis-server 7.0 is not installed)";

Deno.test({
  name: `CONFIG GET * has the original's directives with its values, but for those named ${needed}`,
  ignore: !hasReference,
  fn: () =>
    withBoth(async (ours, theirs) => {
      const mine = await configOf(ours, "*"), others = await configOf(theirs, "*");
      assert(others.size > 180, `${others.size}`);
      assertEquals([...mine.keys()].sort(), [...others.keys()].sort());
      const differ = [...others].filter(([name, value]) => mine.get(name) !== value).map(([name]) => name);
      assertEquals(differ.sort(), Object.keys(OTHER_DEFAULTS));
      const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
      const rows = readme.matchAll(/^\| `([\w-]+)` +\| `(.*?)` +\| `(.*?)` +\|/gm).map(([, ...cells]) =>
        cells.slice(0, 3)
      );
      const plain = (value: string | undefined) => value === "" ? '""' : value;
      assertEquals([...rows], ["bind", "save"].map((name) => [name, plain(mine.get(name)), plain(others.get(name))]));
    }),
});

Deno.test({
  name: `CONFIG GET finds hidden directives and older names as the original ${needed}`,
  ignore: !hasReference,
  fn: () =>
    withBoth(async (ours, theirs) => {
      const names = DIRECTIVES.flatMap(({ name, alias, hidden }) => [
        ...hidden === true ? [name] : [],
        ...alias === undefined ? [] : [alias],
      ]);
      assert(names.length > 20, `${names.length}`);
      for (const name of [...names, "slave*", "*ziplist*", "MAXMEMORY*", "nosuch", "[a-c]*-*", "repl?ca-*"]) {
        const [mine, other] = [await configOf(ours, name), await configOf(theirs, name)];
        assertEquals([...mine].sort(), [...other].sort(), name);
      }
    }),
});
