/** What a server is started with: a version, a recorder, and what makes no sense. */
import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { RedisError, Server, type ServerOptions } from "../../mod.ts";
import { RawConnection } from "../_harness.ts";

Deno.test("version decides what HELLO and INFO say, and which commands there are", async () => {
  const rows = [
    ["6.2", "6.2.0", false, false],
    ["6.2.14", "6.2.14", false, false],
    ["7.0", "7.0.0", true, false],
    ["7.4.1", "7.4.1", true, true],
    [undefined, "7.0.15", true, true],
  ] as const;
  for (const [version, shown, hasLmpop, hasSetInfo] of rows) {
    await using server = await Server.start(version === undefined ? {} : { version });
    const raw = await RawConnection.connect(server.dial());
    assert((await raw.send("HELLO")).includes(`$${shown.length} ${shown}`), shown);
    assert((await raw.send("INFO", "server")).includes(`redis_version:${shown}`));
    assertEquals((await raw.send("LMPOP", "1", "k", "LEFT")).startsWith("-ERR unknown command"), !hasLmpop);
    const setInfo = await raw.send("CLIENT", "SETINFO", "LIB-NAME", "x");
    assertEquals(setInfo.startsWith("-ERR unknown subcommand"), !hasSetInfo);
    await using client = server.client();
    assertEquals([await client.set("k", "v"), await client.get("k")], [1, "v"]);
    await raw.close();
  }
  for (const version of ["7", "latest", "", "7.0.15-rc1", "v7.0"]) {
    await assertRejects(() => Server.start({ version }), TypeError, "for a version of Redis");
  }
});

Deno.test("commands are recorded on request, greetings only with all", async () => {
  for (const [record, names] of [[true, ["SET", "NOPE", "CONFIG GET", "GET"]], ["all", null]] as const) {
    await using server = await Server.start({ record, clock: "manual" });
    await using client = server.client();
    await client.set("k", Uint8Array.of(255));
    await client.send(["nope", "x"]).catch(() => {});
    await client.configGet("hz");
    server.failNext("GET", "ERR no");
    await client.get("k").catch(() => {});
    if (names !== null) assertEquals(server.commands.map(({ name }) => name), names);
    else assertEquals(server.commands[0]!.name, "HELLO");
    const set = server.commands.find(({ name }) => name === "SET")!;
    assertEquals([set.args, set.bytes[1], set.atMs], [["k", "\ufffd"], Uint8Array.of(255), server.clock.now()]);
    assertEquals(set.connection.db, 0);
  }
  await using recording = await Server.start({ record: true });
  await using client = recording.client();
  await client.set("a", "1");
  recording.commands.length = 0;
  await client.set("b", "2");
  assertEquals([recording.commands.map(({ args }) => args[0]), recording.db(0).keys()], [["b"], ["a", "b"]]);
  await using server = await Server.start();
  assertThrows(() => server.commands, TypeError, "the server was started without record: true");
});

Deno.test("options that make no sense are refused before anything is started", async () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ clock: "manuel" }, "Cannot take manuel for a clock"],
    [{ seed: Math.PI }, "Cannot take 3.14159"], // every fraction would be the same seed as 0
    [{ seed: NaN }, "Cannot take NaN for a seed"],
    [{ seed: "7" }, "Cannot take 7 for a seed"],
    [{ record: "everything" }, "Cannot record everything"],
    // directives of the program, which would do nothing
    [{ config: { port: "7000" } }, "Cannot set directive port of an embedded server: the option port says"],
    [{ config: { bind: "0.0.0.0" } }, "Cannot set directive bind of an embedded server: the option hostname says"],
    [{ config: { unixsocket: "redis.sock" } }, "Cannot set directive unixsocket of an embedded server"],
    [{ config: { logfile: "redis.log" } }, "Cannot set directive logfile of an embedded server: the option log takes"],
  ];
  for (const [options, text] of cases) {
    await assertRejects(() => Server.start({ port: 0, ...options } as ServerOptions), TypeError, text);
  }
});

Deno.test("directives of the program may be set to nothing", async () => {
  await using server = await Server.start({ config: { port: "0", unixsocket: "", logfile: "" } });
  assertThrows(() => server.port, TypeError, "without a port");
});

Deno.test("CONFIG SET of what only the program can do is refused, and nothing has changed", async () => {
  await using server = await Server.start();
  await using client = server.client();
  for (const name of ["port", "bind"]) {
    const before = await client.configGet(name);
    const error = await assertRejects(
      () => client.send(["CONFIG", "SET", name, name === "port" ? "7000" : "0.0.0.0"]),
      RedisError,
    );
    assertMatch(
      (error as Error).message,
      /CONFIG SET failed .*this server is embedded: the option \w+ says where it listens/,
    );
    assertEquals(await client.configGet(name), before);
  }
  await server.reset();
});
