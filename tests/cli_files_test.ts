/** What the program keeps in files: over a restart, a signal, SHUTDOWN; and what it leaves alone. */
import { assert, assertEquals } from "@std/assert";
import { CLOSED, RawConnection } from "./_harness.ts";
import { inFolder, Program, run, serve, STARTED } from "./_program.ts";
import { freePort } from "./_redis.ts";

function names(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
}

/** Permissions for a server that keeps its data in a folder. */
function permissionsFor(folder: string): string[] {
  return ["--allow-net", `--allow-read=${folder}`, `--allow-write=${folder}`];
}

/** The lines of the log, without what changes from run to run. */
function lines(stdout: string): string[] {
  return stdout.trimEnd().split("\n").map((line) => line.slice(line.indexOf(".") + 5));
}

async function ask(port: number, ...commands: string[][]): Promise<string[]> {
  await using conn = await RawConnection.connect(port);
  const replies: string[] = [];
  for (const command of commands) replies.push(await conn.send(...command));
  return replies;
}

for (const how of ["SIGTERM", "SIGINT", "SHUTDOWN"] as const) {
  Deno.test(`with save points, ${how} saves what the next start finds`, () =>
    inFolder(async (folder) => {
      const permissions = permissionsFor(folder);
      const args = ["--dir", folder, "--save", "3600 1"];
      {
        await using server = await serve(args, { permissions });
        assertEquals(await ask(server.port, ["SET", "a", "1"], ["RPUSH", "l", "x", "y"]), ["+OK", ":2"]);
        if (how === "SHUTDOWN") assertEquals(await ask(server.port, ["SHUTDOWN"]), [CLOSED]);
        else server.kill(how);
        const { code, errors, stdout } = await server.ended();
        assertEquals([code, errors], [0, []]);
        assertEquals(lines(stdout).slice(how === "SHUTDOWN" ? -4 : -5), [
          ...how === "SHUTDOWN" ? [] : [`# Received ${how} scheduling shutdown...`],
          "# User requested shutdown...",
          "* Saving the final RDB snapshot before exiting.",
          "* DB saved on disk",
          "# miniredis is now ready to exit, bye bye...",
        ]);
      }
      assertEquals(names(folder), ["dump.rdb"]);
      await using server = await serve(args, { permissions });
      assertEquals(await ask(server.port, ["GET", "a"], ["LRANGE", "l", "0", "-1"]), ["$1 1", "*2[$1 x, $1 y]"]);
      const started = lines(server.stdout);
      assert(started.some((line) => /^\* Loading RDB produced by version 7\.0\.15$/.test(line)), server.stdout);
      assert(started.some((line) => /^\* Done loading RDB, keys loaded: 2, keys expired: 0\.$/.test(line)));
      assert(started.some((line) => /^\* DB loaded from disk: \d+\.\d{3} seconds$/.test(line)));
    }));
}

Deno.test("flags of shutdown-on-sigterm say whether to save", () =>
  inFolder(async (folder) => {
    const permissions = permissionsFor(folder);
    for (
      const [args, expected] of [
        [["--save", "3600 1", "--shutdown-on-sigterm", "nosave"], []],
        [["--shutdown-on-sigterm", "save force"], ["dump.rdb"]],
      ] as const
    ) {
      await using server = await serve(["--dir", folder, ...args], { permissions });
      await ask(server.port, ["SET", "a", "1"]);
      server.kill("SIGTERM");
      assertEquals((await server.ended()).code, 0);
      assertEquals(names(folder), expected);
    }
  }));

Deno.test("a server that cannot save does not end at SIGTERM, and goes on", () =>
  inFolder(async (folder) => {
    const dir = `${folder}/data`;
    await Deno.mkdir(dir);
    await using server = await serve(["--dir", dir, "--save", "3600 1"], { permissions: permissionsFor(folder) });
    await ask(server.port, ["SET", "a", "1"]);
    await Deno.remove(dir);
    server.kill("SIGTERM");
    await server.printed("Errors trying to shut down the server. Check the logs for more information.");
    assertEquals(await ask(server.port, ["GET", "a"]), ["$1 1"]);
    await Deno.mkdir(dir);
    server.kill("SIGTERM");
    assertEquals((await server.ended()).code, 0);
    assertEquals(names(dir), ["dump.rdb"]);
  }));

Deno.test("BGSAVE and a kill: what was saved is there", () =>
  inFolder(async (folder) => {
    const args = ["--dir", folder, "--dbfilename", "my.rdb"], permissions = permissionsFor(folder);
    {
      await using server = await serve(args, { permissions });
      await ask(server.port, ["MSET", "a", "1", "b", "2"], ["BGSAVE"]);
      await server.printed("Background saving terminated with success");
      await ask(server.port, ["SET", "lost", "1"]);
      server.kill("SIGKILL");
      await server.ended();
    }
    assertEquals(names(folder), ["my.rdb"]);
    await using server = await serve(args, { permissions });
    assertEquals(await ask(server.port, ["MGET", "a", "b", "lost"]), ["*3[$1 1, $1 2, $-1]"]);
  }));

Deno.test("a file that cannot be read keeps the server from starting, in one line", () =>
  inFolder(async (folder) => {
    const start = async (bytes: string | Uint8Array): Promise<string> => {
      const file = `${folder}/dump.rdb`;
      await Deno.writeFile(file, typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes);
      const before = await Deno.readFile(file);
      const { code, errors, stdout } = await run(["--port", `${freePort()}`, "--dir", folder, "--save", "1 1"], {
        permissions: permissionsFor(folder),
      });
      assertEquals([code, errors.length, stdout.includes(STARTED)], [1, 1, false]);
      assertEquals(await Deno.readFile(file), before);
      return errors[0]!;
    };
    const failed = (reason: string) => `Fatal error loading the DB: ${reason}. Exiting.`;
    assertEquals(await start(""), failed("Unexpected EOF reading RDB file"));
    assertEquals(await start("not an RDB file"), failed("Wrong signature trying to load DB from file"));
    assertEquals(await start("REDIS0099"), failed("Can't handle RDB format version 99"));
    const end = Uint8Array.of(0xff, 1, 2, 3, 4, 5, 6, 7, 8);
    assertEquals(await start(Uint8Array.of(...new TextEncoder().encode("REDIS0010"), ...end)), failed("RDB CRC error"));
  }));

Deno.test("a folder that is none, or that may not be used, keeps the server from starting", () =>
  inFolder(async (folder) => {
    const refused = async (args: string[], permissions: string[]): Promise<string> => {
      const { code, errors } = await run(["--port", `${freePort()}`, ...args], { permissions });
      assertEquals([code, errors.length], [1, 1]);
      return errors[0]!;
    };
    const missing = `${folder}/none`;
    assertEquals(
      await refused(["--dir", missing], permissionsFor(folder)),
      `Can't chdir to '${missing}': No such file or directory`,
    );
    assertEquals(
      await refused(["--dir", folder], ["--allow-net"]),
      `Can't chdir to '${folder}': no permission, run with --allow-read`,
    );
    assertEquals(
      await refused(["--dir", folder, "--save", "1 1"], ["--allow-net", `--allow-read=${folder}`]),
      `Can't save to '${folder}': no permission, run with --allow-write`,
    );
  }));

Deno.test("in memory by default: a file of somebody else in the folder is neither read nor written", () =>
  inFolder(async (folder) => {
    const file = `${folder}/dump.rdb`;
    await Deno.writeTextFile(file, "somebody else's");
    // permissions for all, and started in that folder
    const port = freePort();
    await using server = new Program(["--port", `${port}`], { permissions: ["-A"], cwd: folder });
    await server.printed(STARTED);
    assertEquals(await ask(port, ["SET", "a", "1"], ["CONFIG", "GET", "dir"]), [
      "+OK",
      `*2[$3 dir, $${folder.length} ${folder}]`,
    ]);
    server.kill("SIGTERM");
    assertEquals((await server.ended()).code, 0);
    assertEquals([names(folder), await Deno.readTextFile(file)], [["dump.rdb"], "somebody else's"]);
  }));

Deno.test("CONFIG SET dir and dbfilename say where the next file goes; dir must be a folder", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/other`);
    const args = ["--dir", folder, "--enable-protected-configs", "yes"];
    await using server = await serve(args, { permissions: permissionsFor(folder) });
    assertEquals(
      await ask(
        server.port,
        ["CONFIG", "SET", "dir", `${folder}/none`],
        ["CONFIG", "SET", "dir", `${folder}/other`, "dbfilename", "x.rdb"],
        ["SAVE"],
      ),
      ["-ERR CONFIG SET failed (possibly related to argument 'dir') - No such file or directory", "+OK", "+OK"],
    );
    assertEquals([names(folder), names(`${folder}/other`)], [["other"], ["x.rdb"]]);
  }));
