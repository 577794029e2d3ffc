/** RDB files between miniredis and a real redis-server, both ways: what one has saved the other finds. */
import { assert, assertEquals } from "@std/assert";
import { configOf } from "../../engine/config.ts";
import { FolderFiles } from "../../server/data_files.ts";
import { Server } from "../../server.ts";
import { HandClock, newCaller } from "../_call.ts";
import { RawConnection } from "../_harness.ts";
import { hasReference, startRedis } from "../_redis.ts";
import { SAMPLES } from "../persistence/_samples.ts";
import { Random } from "../resp/_frames.ts";
import { GENERATORS } from "./random/rounds.ts";

const needed = hasReference ? "" : " (skipped: no redis-server 7.0 installed)";

/** Something with every type and encoding in it, in databases 0, 1 and 9, a third of it with an expiry that is far away. */
const FILLING: readonly (readonly (string | Uint8Array)[])[] = SAMPLES.flatMap(({ name, commands }, i) => [
  ["SELECT", ["0", "1", "9"][i % 3]!],
  ...commands.map((command) => command.map((word) => word === "k" ? name : word)),
  ...i % 3 === 2 ? [["PEXPIREAT", name, String(4_102_444_800_000 + i)]] : [],
]);

/** What can be told of every key without its value. */
async function facts(conn: RawConnection): Promise<string[]> {
  const found: string[] = [await conn.send("DEBUG", "DIGEST")];
  for (const [i, { name }] of SAMPLES.entries()) {
    await conn.send("SELECT", ["0", "1", "9"][i % 3]!);
    found.push(`${name}: ${await conn.send("OBJECT", "ENCODING", name)} ${await conn.send("PEXPIRETIME", name)}`);
  }
  return found;
}

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "miniredis_rdb_" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function fill(conn: RawConnection): Promise<void> {
  for (const command of FILLING) assert(!(await conn.send(...command)).startsWith("-"), String(command[0]));
  await conn.send("SELECT", "0");
}

async function withRedis(test: (conn: RawConnection) => Promise<void>, ...args: string[]): Promise<void> {
  await using redis = await startRedis("--enable-debug-command", "yes", ...args);
  await using conn = await RawConnection.connect(redis.port);
  await test(conn);
}

async function withOurs(config: Record<string, string>, test: (conn: RawConnection) => Promise<void>): Promise<void> {
  await using server = await Server.start({ config: { "enable-debug-command": "yes", ...config } });
  await using conn = await RawConnection.connect(server.dial());
  await test(conn);
}

for (const rdbcompression of ["yes", "no"]) {
  for (const rdbchecksum of ["yes", "no"]) {
    const how = `(rdbcompression ${rdbcompression}, rdbchecksum ${rdbchecksum})`;

    Deno.test({
      name: `redis-server reads what miniredis has saved ${how}${needed}`,
      ignore: !hasReference,
      fn: () =>
        inFolder(async (dir) => {
          let saved: string[] = [];
          await withOurs({ dir, rdbcompression, rdbchecksum, dbfilename: "ours.rdb" }, async (conn) => {
            await fill(conn);
            assertEquals(await conn.send("SAVE"), "+OK");
            saved = await facts(conn);
          });
          await withRedis(
            async (conn) => assertEquals(await facts(conn), saved),
            "--dir",
            dir,
            "--dbfilename",
            "ours.rdb",
          );
          const { code, stdout } = await new Deno.Command("redis-check-rdb", { args: [`${dir}/ours.rdb`] }).output();
          assertEquals(code, 0, new TextDecoder().decode(stdout));
        }),
    });

    Deno.test({
      name: `miniredis reads what redis-server has saved ${how}${needed}`,
      ignore: !hasReference,
      fn: () =>
        inFolder(async (dir) => {
          let saved: string[] = [];
          await withRedis(
            async (conn) => {
              await fill(conn);
              assertEquals(await conn.send("SAVE"), "+OK");
              saved = await facts(conn);
            },
            ...["--dir", dir, "--rdbcompression", rdbcompression, "--rdbchecksum", rdbchecksum],
          );
          await withOurs({ dir, rdbchecksum }, async (conn) => assertEquals(await facts(conn), saved));
        }),
    });
  }
}

Deno.test({
  name: `redis-server reads what is left of random commands, and miniredis what redis-server makes of it${needed}`,
  ignore: !hasReference,
  fn: () =>
    inFolder(async (dir) => {
      const random = new Random(11);
      const { raw } = newCaller({
        clock: new HandClock(Date.now()),
        config: configOf({ dir, "enable-debug-command": "yes" }),
        files: new FolderFiles(() => dir),
      });
      const generators = Object.values(GENERATORS);
      for (let i = 0; i < 4_000; i++) raw(...random.pick(generators)(random));
      for (const db of ["0", "1"]) {
        raw("SELECT", db);
        const keys = raw("KEYS", "*").split("\r\n").slice(2).filter((_, i) => i % 2 === 0);
        assert(keys.length > 20);
        for (const key of keys) raw("PERSIST", key);
      }
      assertEquals(raw("SAVE"), "+OK\r\n");
      const digest = raw("DEBUG", "DIGEST").trim();
      await withRedis(async (conn) => {
        assertEquals(await conn.send("DEBUG", "DIGEST"), digest);
        await conn.send("CONFIG", "SET", "dbfilename", "theirs.rdb");
        assertEquals(await conn.send("SAVE"), "+OK");
      }, ...["--dir", dir, "--enable-protected-configs", "yes"]);
      await withOurs({ dir, dbfilename: "theirs.rdb" }, async (conn) => {
        assertEquals(await conn.send("DEBUG", "DIGEST"), digest);
      });
    }),
});
