/** The append-only file by the command line: killed, stopped and started again; what keeps it from starting. */
import { assert, assertEquals } from "@std/assert";
import { RawConnection } from "./_harness.ts";
import { inFolder, run, serve } from "./_program.ts";

const OPTIONS = { permissions: ["--allow-net", "--allow-read", "--allow-write"] };
const FOLDER = "appendonlydir";

function args(folder: string, ...more: string[]): string[] {
  return ["--appendonly", "yes", "--enable-debug-command", "yes", "--dir", folder, ...more];
}

Deno.test("what has been replied to is there again after it was killed (appendfsync always), and after it was stopped", () =>
  inFolder(async (folder) => {
    let digest = "";
    for (const signal of ["SIGKILL", "SIGTERM", "SIGKILL"] as const) {
      await using server = await serve(args(folder, "--appendfsync", "always"), OPTIONS);
      await using conn = await RawConnection.connect(server.port);
      if (digest !== "") assertEquals(await conn.send("DEBUG", "DIGEST"), digest);
      await conn.send("INCR", "starts");
      await conn.write("MULTI\r\nRPUSH list a b c\r\nSADD set x\r\nEXEC\r\n");
      for (let i = 0; i < 4; i++) await conn.readReply();
      await conn.send("XADD", "stream", "*", "field", signal);
      digest = await conn.send("DEBUG", "DIGEST");
      server.kill(signal);
      const { code, stdout } = await server.ended();
      if (signal === "SIGTERM") assertEquals([code, stdout.includes("Calling fsync() on the AOF file.")], [0, true]);
    }
    await using server = await serve(args(folder), OPTIONS);
    await using conn = await RawConnection.connect(server.port);
    assertEquals(await conn.send("GET", "starts"), "$1 3");
    assertEquals(await conn.send("DEBUG", "DIGEST"), digest);
  }));

Deno.test("SHUTDOWN writes what is in the file's buffer; the RDB file is not looked at", () =>
  inFolder(async (folder) => {
    {
      await using server = await serve(args(folder, "--save", ""), OPTIONS);
      await using conn = await RawConnection.connect(server.port);
      await conn.send("SET", "a", "1");
      await conn.send("SAVE");
      await conn.send("SET", "a", "2");
      await conn.send("SHUTDOWN");
      assertEquals((await server.ended()).code, 0);
    }
    await Deno.remove(`${folder}/${FOLDER}`, { recursive: true });
    await using server = await serve(args(folder), OPTIONS);
    await using conn = await RawConnection.connect(server.port);
    assertEquals(await conn.send("DBSIZE"), ":0"); // as in Redis, though there is a dump.rdb
  }));

Deno.test("a rewrite under way does not keep clients waiting, and ends by itself", () =>
  inFolder(async (folder) => {
    await using server = await serve(args(folder), OPTIONS);
    await using conn = await RawConnection.connect(server.port);
    await conn.send("DEBUG", "POPULATE", "20000");
    assertEquals(await conn.send("BGREWRITEAOF"), "+Background append only file rewriting started");
    let replies = 0;
    while ((await conn.send("INFO", "persistence")).includes("aof_rewrite_in_progress:1")) replies++;
    assert(replies > 0);
    const digest = await conn.send("DEBUG", "DIGEST");
    assertEquals(await conn.send("DEBUG", "LOADAOF"), "+OK");
    assertEquals(await conn.send("DEBUG", "DIGEST"), digest);
    assertEquals(Array.from(Deno.readDirSync(`${folder}/${FOLDER}`), ({ name }) => name).sort(), [
      "appendonly.aof.2.base.rdb",
      "appendonly.aof.2.incr.aof",
      "appendonly.aof.manifest",
    ]);
  }));

Deno.test("a file that is none keeps it from starting: one line, and status 1", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/${FOLDER}`);
    await Deno.writeTextFile(`${folder}/${FOLDER}/appendonly.aof.manifest`, "file a seq 1 type i\n");
    const rows: [contents: string, line: string][] = [
      [
        "nonsense",
        "Bad file format reading the append only file a: make a backup of your AOF file, then use " +
        "./redis-check-aof --fix <filename.manifest>",
      ],
      ["*1\r\n$3\r\nbla\r\n", "Unknown command 'bla' reading the append only file a"],
    ];
    for (const [contents, line] of rows) {
      await Deno.writeTextFile(`${folder}/${FOLDER}/a`, contents);
      const { code, errors, stdout } = await run(
        [...args(folder), "--port", "0", "--unixsocket", `${folder}/s`],
        OPTIONS,
      );
      assertEquals([code, errors], [1, [line]]);
      assert(stdout.includes(`# ${line}`));
      assertEquals(await Deno.readTextFile(`${folder}/${FOLDER}/a`), contents);
    }
  }));

Deno.test("without permission to write, appendonly yes keeps it from starting, and CONFIG SET from turning it on", () =>
  inFolder(async (folder) => {
    const { code, errors } = await run(["--port", "0", ...args(folder)], {
      permissions: ["--allow-net", "--allow-read"],
    });
    assertEquals([code, errors], [1, [`Can't save to '${folder}': no permission, run with --allow-write`]]);
    await using server = await serve([]);
    await using conn = await RawConnection.connect(server.port);
    assertEquals(
      await conn.send("CONFIG", "SET", "appendonly", "yes"),
      "-ERR CONFIG SET failed (possibly related to argument 'appendonly') - Unable to turn on AOF. Check server logs.",
    );
    assertEquals(await conn.send("SET", "a", "1"), "+OK");
  }));
