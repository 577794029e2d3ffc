/** An embedded server with a folder to keep its data in. */
import { assertEquals, assertRejects } from "@std/assert";
import { Server } from "../../server.ts";
import type { Log } from "../../server.ts";
import { digestOfKeyspace } from "../../commands/debug_digest.ts";
import { configOf } from "../../engine/config.ts";
import { FolderFiles } from "../../server/data_files.ts";
import { Host } from "../../server/host.ts";
import { RawConnection } from "../_harness.ts";
import { inFolder } from "../_program.ts";

function names(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
}

Deno.test("an embedded server begins with the file in its dir, and saves at its end where it has save points", () =>
  inFolder(async (dir) => {
    for (const [save, expected] of [["", null], ["3600 1", "1"]] as const) {
      {
        await using server = await Server.start({ config: { dir, save } });
        await using client = server.client();
        await client.set("a", "1");
      }
      await using server = await Server.start({ config: { dir } });
      await using client = server.client();
      assertEquals(await client.get("a"), expected);
    }
    await using other = await Server.start({ config: { dir, dbfilename: "other.rdb" } });
    await using client = other.client();
    assertEquals(await client.get("a"), null);
    assertEquals(await client.send(["SAVE"]), "OK");
    assertEquals(names(dir), ["dump.rdb", "other.rdb"]);
  }));

Deno.test("an embedded server without dir writes nothing, and takes no save points", async () => {
  await assertRejects(
    () => Server.start({ config: { save: "60 1" } }),
    TypeError,
    "the configuration has save points, but no dir to save to",
  );
  await using server = await Server.start();
  await using client = server.client();
  await assertRejects(() => client.send(["BGSAVE"]), Error, "this server keeps no files");
});

Deno.test("in cluster mode a server is not started with keys of other databases than the first", () =>
  inFolder(async (dir) => {
    for (const directives of [{ dir, save: "3600 1" }, { dir, appendonly: "yes" }]) {
      {
        await using server = await Server.start({ config: directives });
        await using client = server.client();
        await client.set("a", "1");
        await client.send(["COPY", "a", "a", "DB", "1"]);
      }
      await assertRejects(
        () => Server.start({ config: { ...directives, "cluster-enabled": "yes" } }),
        Error,
        "You can't have keys in a DB different than DB 0 when in Cluster mode. Exiting.",
      );
      {
        await using server = await Server.start({ config: directives });
        await using client = server.client();
        assertEquals(await client.send(["MOVE", "a", "1"]), 0, "it is still there");
        await client.send(["SELECT", "1"]);
        await client.send(["FLUSHDB"]);
      }
      if ("appendonly" in directives) continue; // its file still tells of them, until it is rewritten
      await using server = await Server.start({ config: { ...directives, "cluster-enabled": "yes" } });
      await using client = server.client();
      assertEquals(await client.get("a"), "1");
    }
  }));

Deno.test("an embedded server is not started with a folder that is none, or a file that cannot be read", () =>
  inFolder(async (dir) => {
    await assertRejects(
      () => Server.start({ config: { dir: `${dir}/none` } }),
      TypeError,
      `Cannot start: Can't chdir to '${dir}/none': No such file or directory`,
    );
    await Deno.writeTextFile(`${dir}/dump.rdb`, "no RDB file");
    for (const options of [{}, { port: 0 }]) {
      await assertRejects(
        () => Server.start({ ...options, config: { dir } }),
        Error,
        "Fatal error loading the DB: Wrong signature trying to load DB from file. Exiting.",
      );
    }
  }));

Deno.test("in cluster mode a file with keys of other databases is refused, and not overwritten", () =>
  inFolder(async (dir) => {
    const config = { dir, save: "3600 1" };
    {
      await using server = await Server.start({ config });
      await using client = server.client();
      await client.set("zero", "0");
    }
    await (await Server.start({ config: { ...config, "cluster-enabled": "yes" } })).close();
    {
      await using server = await Server.start({ config });
      await using client = server.client();
      await client.send(["SELECT", "5"]);
      await client.set("five", "5");
    }
    const before = await Deno.readFile(`${dir}/dump.rdb`);
    await assertRejects(
      () => Server.start({ config: { ...config, "cluster-enabled": "yes" } }),
      Error,
      "You can't have keys in a DB different than DB 0 when in Cluster mode. Exiting.",
    );
    assertEquals(await Deno.readFile(`${dir}/dump.rdb`), before);
  }));

Deno.test("close() says that nothing could be saved, and ends the server all the same", () =>
  inFolder(async (folder) => {
    const dir = `${folder}/data`;
    await Deno.mkdir(dir);
    const logged: string[] = [];
    const log: Log = { log: (_, text) => void logged.push(text) };
    const server = await Server.start({ config: { dir, save: "60 1" }, port: 0, log });
    await Deno.remove(dir);
    await assertRejects(() => server.close(), Error, "Cannot save the data");
    await server.closed;
    assertEquals(logged.slice(-2), [
      "Error trying to save the DB, can't exit.",
      "Errors trying to shut down the server. Check the logs for more information.",
    ]);
  }));

Deno.test("close() in the middle of BGSAVE leaves no file behind", () =>
  inFolder(async (dir) => {
    const config = configOf({ dir, "enable-debug-command": "yes" });
    const host = new Host({ config, files: new FolderFiles(() => dir) });
    await using conn = await RawConnection.connect(host.dial());
    assertEquals(await conn.send("DEBUG", "POPULATE", "20000"), "+OK");
    assertEquals(await conn.send("BGSAVE"), "+Background saving started");
    await host.close();
    assertEquals(names(dir), []);
  }));

Deno.test("a server saves in the background while clients change what it saves", () =>
  inFolder(async (dir) => {
    const config = () => configOf({ dir, "enable-debug-command": "yes" });
    const files = new FolderFiles(() => dir);
    let expected = "";
    {
      const host = new Host({ config: config(), files });
      await using conn = await RawConnection.connect(host.dial());
      await conn.send("DEBUG", "POPULATE", "20000");
      expected = digestOfKeyspace(host.engine.keyspace);
      assertEquals(await conn.send("BGSAVE"), "+Background saving started");
      let commands = 0;
      for (; host.engine.saver.isSaving; commands++) await conn.send("SET", `key:${commands * 7 % 30_000}`, "changed");
      assertEquals([host.engine.saves.isLastGood, commands > 10], [true, true]);
      await host.close();
    }
    const host = new Host({ config: config(), files });
    host.load();
    assertEquals(digestOfKeyspace(host.engine.keyspace), expected);
    await host.close();
  }));
