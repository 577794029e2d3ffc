/** The command line, as a process of its own: what it prints, how it ends, which permissions it takes. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { CLOSED, RawConnection } from "./_harness.ts";
import { inFolder, Program, ROOT, run, serve, STARTED } from "./_program.ts";
import { freePort } from "./_redis.ts";
import { hasTerminals, Terminal } from "./_terminal.ts";

/** Every line of the log: process, role, time, level, text. */
const LOG_LINE = /^\d+:[CM] \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d\.\d{3} [.*#-] \S/;

Deno.test("--version and --help print and end, and take no permission", async () => {
  for (const option of ["--version", "-v"]) {
    const { code, stdout, errors } = await run([option], { permissions: [] });
    assertEquals([code, errors], [0, []]);
    assertMatch(stdout, /^miniredis \d+\.\d+\.\d+ \(compatible with Redis 7\.0\.15\)\n$/);
  }
  for (const option of ["--help", "-h"]) {
    const { code, stdout, errors } = await run(["--", option], { permissions: [] });
    assertEquals([code, errors], [0, []]);
    assert(stdout.startsWith("Usage: miniredis [redis.conf] [--directive value ...]\n"));
  }
});

Deno.test("the version is that of the package", async () => {
  const { version }: { version: string } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  assert((await run(["--version"])).stdout.includes(` ${version} `));
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`with --allow-net alone it serves until ${signal}, and logs in Redis' format`, async () => {
    await using server = await serve([]);
    await using conn = await RawConnection.connect(server.port);
    assertEquals(await conn.send("PING"), "+PONG");
    server.kill(signal);
    const { code, stdout, errors } = await server.ended();
    assertEquals([code, errors], [0, []]);
    assertEquals(await conn.readReply(), CLOSED);
    const lines = stdout.trimEnd().split("\n");
    for (const line of lines) assertMatch(line, LOG_LINE);
    for (const line of lines) assert(line.startsWith(`${server.pid}:`), line);
    assertEquals(lines.map((line) => line.slice(line.indexOf(".") + 5)).slice(1), [
      "# Configuration loaded",
      `* Running mode=standalone, port=${server.port}.`,
      "# Server initialized",
      "* Ready to accept connections",
      `# Received ${signal} scheduling shutdown...`,
      "# User requested shutdown...",
      "# miniredis is now ready to exit, bye bye...",
    ]);
  });
}

Deno.test("--cluster-enabled yes makes it a node of a cluster, and its log says so", async () => {
  await using server = await serve(["--cluster-enabled", "yes", "--cluster-config-file", "nodes-7000.conf"]);
  await using conn = await RawConnection.connect(server.port);
  const id = (await conn.send("CLUSTER", "MYID")).slice("$40 ".length);
  assertEquals(await conn.send("CLUSTER", "KEYSLOT", "foo"), ":12182");
  assertEquals(
    await conn.send("CONFIG", "GET", "cluster-config-file"),
    "*2[$19 cluster-config-file, $15 nodes-7000.conf]",
  );
  server.kill("SIGTERM");
  const { stdout } = await server.ended();
  assert(stdout.includes(` * No cluster configuration found, I'm ${id}\n`), stdout);
  assert(stdout.includes(` * Running mode=cluster, port=${server.port}.\n`), stdout);
});

Deno.test("a value on the command line is text: --requirepass 0123", async () => {
  await using server = await serve(["--requirepass", "0123", "--bind", "127.0.0.1", "-::1"]);
  await using conn = await RawConnection.connect(server.port);
  assertEquals(await conn.send("PING"), "-NOAUTH Authentication required.");
  assertEquals(await conn.send("AUTH", "123"), "-WRONGPASS invalid username-password pair or user is disabled.");
  assertEquals(await conn.send("AUTH", "0123"), "+OK");
  assertEquals(await conn.send("CONFIG", "GET", "bind"), "*2[$4 bind, $14 127.0.0.1 -::1]");
});

Deno.test("what keeps it from starting is one line, and status 1", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  const socket = `Could not create server TCP listening socket`;
  const rows: [args: string[], line: string, permissions?: string[]][] = [
    [
      ["--port", "x"],
      "*** FATAL CONFIG FILE ERROR *** command line: '--port x': argument couldn't be parsed into an integer",
    ],
    [
      ["--nope", "1"],
      "*** FATAL CONFIG FILE ERROR *** command line: '--nope 1': Bad directive or wrong number of arguments",
    ],
    [
      ["--syslog-enabled", "yes"],
      "*** FATAL CONFIG FILE ERROR *** command line: '--syslog-enabled yes': not supported yet, only 'syslog-enabled no' is",
    ],
    [["no/such/file"], "Fatal error, can't open config file 'no/such/file': no permission, run with --allow-read"],
    [["no/such/file"], "Fatal error, can't open config file 'no/such/file': No such file or directory", [
      "--allow-read",
    ]],
    [["--port", `${port}`], `${socket} 127.0.0.1:${port}: bind: Address already in use`],
    [["--port", "7777"], `${socket} 127.0.0.1:7777: no permission, run with --allow-net`, []],
    [["--port", "7777", "--bind", "::1"], `${socket} ::1:7777: no permission, run with --allow-net`, []],
    [["--port", "7777", "--bind", "*"], `${socket} *:7777: no permission, run with --allow-net`, [
      "--allow-net=127.0.0.1",
    ]],
    [["--port", "0"], "Configured to not listen anywhere, exiting."],
    [["--bind", ""], "Configured to not listen anywhere, exiting."],
    [["--port", "0", "--unixsocket", "s"], "Failed opening Unix socket: s: no permission, run with --allow-read"],
    [
      ["--port", "0", "--unixsocket", "s"],
      "Failed opening Unix socket: s: no permission, run with --allow-net",
      ["--allow-read", "--allow-write"],
    ],
    [["--logfile", "log"], "Can't open the logfile 'log': no permission, run with --allow-write"],
    [["--logfile", "no/such/log"], "Can't open the logfile 'no/such/log': No such file or directory", [
      "--allow-write",
    ]],
    [["--pidfile", "pid"], "Can't open the pidfile 'pid': no permission, run with --allow-write"],
  ];
  for (const [args, line, permissions] of rows) {
    const { code, errors, stdout } = await run(args, permissions === undefined ? {} : { permissions });
    assertEquals([code, errors], [1, [line]]);
    assert(!stdout.includes(STARTED));
  }
});

Deno.test("an address of another machine is refused, unless marked optional", async () => {
  // 192.0.2.0/24 is set aside for documentation
  const { code, errors } = await run(["--bind", "192.0.2.1", "--port", "7777"]);
  const failure = "Could not create server TCP listening socket 192.0.2.1:7777: bind: Cannot assign requested address";
  assertEquals([code, errors], [1, [failure]]);
  await using server = await serve(["--bind", "-192.0.2.1", "127.0.0.1"]);
  assert(server.stdout.includes(`# Warning: ${failure.replace("7777", `${server.port}`)}`));
});

Deno.test("--bind * takes any address, with the IPv6 wildcard too", async () => {
  for (const bind of [["*"], ["*", "-::*"]]) {
    await using server = await serve(["--bind", ...bind]);
    await using conn = await RawConnection.connect(server.port);
    assertEquals(await conn.send("PING"), "+PONG");
  }
});

Deno.test("redis.conf comes from a file or from standard input, and arguments have the last word", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/r.conf`, `timeout 1\nmaxclients 11\ninclude ${folder}/more/*.conf\n`);
    await Deno.mkdir(`${folder}/more`);
    await Deno.writeTextFile(`${folder}/more/1.conf`, "hz 33\n");
    const permissions = ["--allow-net", `--allow-read=${folder}`];
    await using server = await serve([`${folder}/r.conf`, "--timeout", "3"], { permissions });
    await using conn = await RawConnection.connect(server.port);
    assertEquals(await conn.send("CONFIG", "GET", "timeout"), "*2[$7 timeout, $1 3]");
    assertEquals(await conn.send("CONFIG", "GET", "maxclients"), "*2[$10 maxclients, $2 11]");
    assertEquals(await conn.send("CONFIG", "GET", "hz"), "*2[$2 hz, $2 33]");
  });
  await using server = await serve(["-", "--timeout", "3"], { stdin: "timeout 1\nmaxclients 11" });
  await using conn = await RawConnection.connect(server.port);
  assertEquals(await conn.send("CONFIG", "GET", "timeout"), "*2[$7 timeout, $1 3]");
  assertEquals(await conn.send("CONFIG", "GET", "maxclients"), "*2[$10 maxclients, $2 11]");
});

Deno.test("logfile takes the log, pidfile the process id while it runs", async () => {
  await inFolder(async (folder) => {
    const port = freePort();
    const args = [
      "--port",
      `${port}`,
      "--logfile",
      `${folder}/log`,
      "--pidfile",
      `${folder}/pid`,
      "--loglevel",
      "debug",
    ];
    const permissions = ["--allow-net", `--allow-write=${folder}`];
    const watcher = Deno.watchFs(folder);
    await using server = new Program(args, { permissions });
    for await (const _ of watcher) {
      const log = await Deno.readTextFile(`${folder}/log`).catch(() => "");
      if (log.includes(STARTED)) break;
    }
    assertEquals(await Deno.readTextFile(`${folder}/pid`), `${server.pid}\n`);
    server.kill("SIGTERM");
    assertEquals(await server.ended(), { code: 0, stdout: "", errors: [] });
    const lines = (await Deno.readTextFile(`${folder}/log`)).trimEnd().split("\n");
    for (const line of lines) assertMatch(line, LOG_LINE);
    assert(lines.at(-1)!.endsWith("bye bye..."));
    assertEquals(Array.from(Deno.readDirSync(folder), ({ name }) => name), ["log"]);
  });
});

Deno.test({
  name: "a unix socket gets its permissions, replaces a dead one, and is removed in the end",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/s`;
      Deno.listen({ transport: "unix", path }).close(); // leaves its file behind
      const permissions = [`--allow-net=unix:${path}`, `--allow-read=${folder}`, `--allow-write=${folder}`];
      const args = ["--port", "0", "--unixsocket", path, "--unixsocketperm", "700"];
      await using server = new Program(args, { permissions });
      await server.printed(`The server is now ready to accept connections at ${path}`);
      assert(!server.stdout.includes(STARTED));
      assertEquals((await Deno.stat(path)).mode! & 0o777, 0o700);
      await using conn = await RawConnection.connect(await Deno.connect({ transport: "unix", path }));
      assertEquals(await conn.send("PING"), "+PONG");
      server.kill("SIGTERM");
      assertEquals((await server.ended()).code, 0);
      assertEquals(Array.from(Deno.readDirSync(folder)), []);
    }),
});

Deno.test("CONFIG SET port and bind move the listener, and leave it where it is when they cannot", async () => {
  await using server = await serve([]);
  await using conn = await RawConnection.connect(server.port);
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  assertEquals(
    await conn.send("CONFIG", "SET", "port", `${taken.addr.port}`),
    "-ERR CONFIG SET failed (possibly related to argument 'port') - Unable to listen on this port. Check server logs.",
  );
  assertEquals(
    await conn.send("CONFIG", "SET", "bind", "127.0.0.1 192.0.2.1"),
    "-ERR CONFIG SET failed (possibly related to argument 'bind') - Failed to bind to specified addresses.",
  );
  await using still = await RawConnection.connect(server.port);
  assertEquals(await still.send("CONFIG", "GET", "port"), `*2[$4 port, $${`${server.port}`.length} ${server.port}]`);
  const moved = freePort();
  assertEquals(await conn.send("CONFIG", "SET", "port", `${moved}`), "+OK");
  await using other = await RawConnection.connect(moved);
  assertEquals(await other.send("CONFIG", "SET", "bind", "127.0.0.1 127.0.0.2", "timeout", "1000"), "+OK");
  assertEquals(await other.send("CONFIG", "SET", "port", "0"), "+OK");
  for (const port of [server.port, moved]) await closed(port);
  assertEquals(await conn.send("PING"), "+PONG"); // connections go on
  server.kill("SIGTERM");
  const { code, stdout } = await server.ended();
  assertEquals(code, 0);
  assert(stdout.includes(`Could not create server TCP listening socket 127.0.0.1:${taken.addr.port}: bind: Address`));
});

/** Waits until nobody listens on a port: a listener ends a moment after it is closed. */
async function closed(port: number): Promise<void> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionRefused) return;
      if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
    }
  }
  throw new Error(`Somebody still listens on port ${port}`);
}

Deno.test("CONFIG SET loglevel decides what is logged from then on", async () => {
  await using server = await serve([]);
  await using conn = await RawConnection.connect(server.port);
  assertEquals(await conn.send("CONFIG", "SET", "loglevel", "warning"), "+OK");
  server.kill("SIGTERM");
  const { stdout } = await server.ended();
  assert(stdout.includes("# User requested shutdown..."));
  assert(stdout.includes(` * ${STARTED}`));
});

Deno.test({
  name: "on a terminal it never prompts for a permission (skipped where util-linux' script is missing)",
  ignore: !hasTerminals,
  fn: async (t) => {
    const deno = `'${Deno.execPath()}' run`;
    const rest = "--import-map=npm.json mod.ts";

    await t.step("a missing permission does prompt on this terminal", async () => {
      await using terminal = new Terminal(`${deno} 'data:text/javascript,Deno.env.toObject()'`, ROOT);
      const prompt = await terminal.shown("Allow?");
      assert(prompt.includes("Allow?"), prompt);
    });

    await t.step("not through start, INFO and shutdown with --allow-net alone", async () => {
      const port = freePort();
      await using terminal = new Terminal(`${deno} --allow-net ${rest} --port ${port}`, ROOT);
      const start = await terminal.shown(STARTED);
      const pid = Number(/^(\d+):/m.exec(start)?.[1]);
      const conn = await RawConnection.connect(port);
      assert((await conn.send("INFO")).includes("redis_version:7.0.15"));
      assert((await conn.send("INFO", "everything")).includes("redis_version:7.0.15"));
      await conn.close();
      Deno.kill(pid, "SIGINT");
      assertEquals(await terminal.ended(), 0);
      for (const line of terminal.all.trimEnd().split("\r\n")) assertMatch(line, LOG_LINE);
    });

    await t.step("not without any permission either", async () => {
      await using terminal = new Terminal(`${deno} ${rest} --port 7777`, ROOT);
      assertEquals(await terminal.ended(), 1);
      const { all } = terminal;
      assert(!all.includes("Allow?"), all);
      assert(all.includes("run with --allow-net"), all);
    });
  },
});
