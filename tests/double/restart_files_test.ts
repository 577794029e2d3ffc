/** What a server with files has after a restart when CONFIG SET has changed what it keeps. */
import { assertEquals } from "@std/assert";
import { Server } from "../../mod.ts";
import { inFolder } from "../_program.ts";

/** How it was started, and what is changed between two writes. */
const CASES: [start: Record<string, string>, changes: Record<string, string>][] = [
  [{ appendonly: "yes" }, { appendonly: "no" }],
  [{ appendonly: "yes" }, { appendonly: "no", save: "60 1000" }],
  [{ appendonly: "yes", save: "60 1000" }, { save: "" }],
  [{ save: "60 1000" }, { save: "" }],
  [{ save: "60 1000" }, { appendonly: "yes" }],
  [{}, { appendonly: "yes" }],
  [{}, { save: "60 1000" }],
];

for (const [start, changes] of CASES) {
  const shown = `${JSON.stringify(start)}, then ${JSON.stringify(changes)}`;

  Deno.test(`restart keeps all keys, and those of a second restart: ${shown}`, () =>
    inFolder(async (dir) => {
      await using server = await Server.start({ config: { dir, ...start } });
      const db = server.db(0);
      db.set("before", "1");
      db.send(["CONFIG", "SET", ...Object.entries(changes).flat()]);
      db.set("after", "2");
      await server.restart();
      assertEquals(db.keys(), ["after", "before"]);
      db.set("again", "3");
      await server.restart();
      assertEquals(db.keys(), ["after", "again", "before"]);
    }));
}

Deno.test("an append-only file that was turned off has all keys again after a restart", () =>
  inFolder(async (dir) => {
    const config = { dir, appendonly: "yes" };
    {
      await using server = await Server.start({ config });
      const db = server.db(0);
      db.set("gone", "1");
      db.send(["CONFIG", "SET", "appendonly", "no"]);
      db.delete("gone");
      db.set("k", "v");
      await server.restart();
    }
    await using server = await Server.start({ config });
    assertEquals(server.db(0).keys(), ["k"]);
    assertEquals([...Deno.readDirSync(`${dir}/appendonlydir`)].map(({ name }) => name).sort(), [
      "appendonly.aof.2.base.rdb",
      "appendonly.aof.2.incr.aof",
      "appendonly.aof.manifest",
    ]);
  }));
