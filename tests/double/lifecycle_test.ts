/** What a test may do to a server as a whole: freeze it, cut it off, start it again, make it new. */
import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { Client, ConnectionError, Server, TimeoutError } from "../../mod.ts";
import { RawConnection } from "../_harness.ts";
import { inFolder } from "../_program.ts";

Deno.test("a paused server answers nothing, connects, and goes on where it was", async () => {
  await using server = await Server.start({ port: 0 });
  await using client = new Client(server.url);
  await using listener = new Client(server.url);
  const messages = await listener.subscribe("news");
  assertEquals(await client.incr("n"), 1);
  server.pause();
  const late = client.incr("n");
  await assertRejects(() => client.incr("n", { timeoutMs: 20 }), TimeoutError);
  const raw = await RawConnection.connect(server.port);
  await raw.write("INCR n\r\nPUBLISH news hi\r\n");
  server.db(0).send(["PUBLISH", "news", "directly"]);
  assertEquals([server.db(0).get("n"), server.stats().connections >= 2], ["1", true]);
  server.resume();
  assertEquals([await late, await raw.readReply(), await raw.readReply()], [2, ":4", ":1"]);
  const heard: string[] = [];
  for await (const { message } of messages) if (heard.push(message) === 2) break;
  assertEquals(heard, ["directly", "hi"]);
  await raw.close();
});

Deno.test("a paused server can be closed, and clients can go away from it", async () => {
  await using server = await Server.start();
  const client = server.client();
  await client.ping();
  server.pause();
  const lost = assertRejects(() => client.ping(), ConnectionError);
  const raw = await RawConnection.connect(server.dial());
  await raw.write("PING\r\n");
  await raw.close();
  await server.close();
  await lost;
  await client.close();
});

Deno.test("dropConnections ends all of them, and clients come back with what they had", async () => {
  await using server = await Server.start({ port: 0 });
  await using tcp = new Client({ url: server.url, name: "tcp" });
  await using memory = server.client({ db: 2 });
  const messages = (await tcp.subscribe("news"))[Symbol.asyncIterator]();
  await memory.set("k", "v");
  assert(await server.dropConnections() >= 2);
  assertEquals([await tcp.clientGetname(), await memory.get("k")], ["tcp", "v"]);
  while (server.stats().subscribers === 0) await tcp.ping();
  await memory.publish("news", "again");
  assertEquals((await messages.next()).value?.message, "again");
  await messages.return?.(undefined);
});

Deno.test("restart keeps keys of every type with their expiry, and forgets all else", async () => {
  await using server = await Server.start({ port: 0, clock: "manual", seed: 7, record: true });
  await using client = new Client(server.url);
  const { port } = server;
  const db = server.db(0);
  db.set("string", "v", { ttlMs: 5000 });
  db.setHash("hash", { a: 1 });
  db.setSortedSet("zset", { a: 1.25 });
  db.setStream("stream", [["1-1", [["f", "v"]]]]);
  db.setStructure("structure", [null, { a: 1 }]);
  server.db(5).setList("list", ["a", "b"]);
  const before = server.dump();
  await client.configSet({ maxclients: "77" });
  await client.set("more", "1");
  await client.delete("more");
  const info = await client.info("server");
  await server.restart();
  assertEquals([server.dump(), server.port], [before, port]);
  assertEquals(await client.configGet("maxclients"), { maxclients: "10000" });
  assertEquals([server.stats().calls["CONFIG SET"], await client.dbsize()], [undefined, 5]);
  assertEquals(server.commands.map(({ name }) => name).slice(-2), ["CONFIG GET", "DBSIZE"]);
  assertNotEquals(info, "");
  await server.clock.tick(5000);
  assertEquals([db.has("string"), await client.get("string")], [false, null]);
});

Deno.test("restart ends what was waiting, and faults stay", async () => {
  await using server = await Server.start();
  await using client = server.client();
  await using other = server.client();
  server.failNext("GET", "LOADING not yet");
  const blocked = assertRejects(() => client.blpop("q", 0), ConnectionError);
  while (server.stats().blockedClients === 0) await other.ping();
  await Promise.all([server.restart(), server.restart(), blocked]);
  await assertRejects(() => client.get("k"), Error, "LOADING not yet");
  assertEquals([await client.get("k"), server.stats().blockedClients], [null, 0]);
});

Deno.test("who connects while the server restarts is served afterwards", async () => {
  await using server = await Server.start({ port: 0 });
  server.db(0).set("k", "v");
  const restarted = server.restart();
  const raw = await RawConnection.connect(server.port);
  await using client = server.client();
  assertEquals([await client.get("k"), await raw.send("GET", "k")], ["v", "$1 v"]);
  await restarted;
  await raw.close();
});

Deno.test("a server with files restarts from them", () =>
  inFolder(async (folder) => {
    const config = { dir: folder, appendonly: "yes" };
    await using server = await Server.start({ config });
    server.db(0).set("k", "v");
    await server.restart();
    assertEquals(server.db(0).get("k"), "v");
    server.db(0).set("k", "w");
    await server.close();
    await using again = await Server.start({ config });
    assertEquals(again.db(0).get("k"), "w");
  }));

Deno.test("a server that saves restarts from its dump.rdb, one with only a folder keeps what it has", () =>
  inFolder(async (folder) => {
    for (const config of [{ dir: folder, save: "60 1000" }, { dir: folder }]) {
      await using server = await Server.start({ config });
      const value = `with ${Object.keys(config).length}`;
      server.db(0).set("k", value);
      await server.restart();
      assertEquals(server.db(0).get("k"), value);
    }
  }));

Deno.test("restart of a server whose files cannot be read ends it, and says so", () =>
  inFolder(async (folder) => {
    const server = await Server.start({ config: { dir: folder, save: "60 1000" } });
    await using client = server.client();
    await client.set("k", "v");
    const restarting = assertRejects(() => server.restart(), Error, "Fatal error loading the DB");
    for (let i = 0; i < 3; i++) await null; // it has saved, and waits for its connections to end
    assertEquals(Deno.readFileSync(`${folder}/dump.rdb`).length > 0, true);
    Deno.writeTextFileSync(`${folder}/dump.rdb`, "REDIS0009 no keys here");
    await restarting;
    await server.closed;
  }));

Deno.test("reset makes the server as it was at the start, and connections stay", async () => {
  await using server = await Server.start({ clock: "manual", seed: 3, record: true, config: { maxclients: "500" } });
  await using client = server.client({ name: "stays" });
  const id = await client.clientId();
  const first = await rolls(client);
  server.db(4).set("k", "v");
  await client.configSet({ maxclients: "5", "notify-keyspace-events": "KEA" });
  server.failNext("PING", "ERR left behind");
  await client.clientPause(1000);
  await server.reset();
  assertEquals([server.db(4).keys(), server.db(0).keys(), server.commands, server.dump()], [[], [], [], ""]);
  assertEquals(await client.configGet("maxclients", "notify-keyspace-events"), {
    maxclients: "500",
    "notify-keyspace-events": "",
  });
  assertEquals([await client.ping(), await client.clientId(), await client.clientGetname()], ["PONG", id, "stays"]);
  assertEquals(server.stats().commands, 4);
  assertEquals(await rolls(client), first, "the dice fall as they did at the start");
});

Deno.test("reset executes what was sent before, ends pauses, and closes those who wait for an interceptor", async () => {
  await using server = await Server.start();
  await using client = server.client();
  await using hung = server.client();
  await client.ping();
  let asked = 0;
  server.intercept(({ name }) => name === "GET" && ++asked > 0 ? { hang: true } : undefined);
  const lost = assertRejects(() => hung.get("k"), ConnectionError);
  while (asked === 0) await client.ping();
  server.pause();
  const written = client.set("k", "v");
  await server.reset();
  assertEquals([await written, server.db(0).keys()], [1, []]);
  await lost;
  assertEquals(await hung.get("k"), null);
});

Deno.test("reset leaves clients waiting, and subscribers subscribed", async () => {
  await using server = await Server.start();
  await using client = server.client();
  const messages = (await client.subscribe("news"))[Symbol.asyncIterator]();
  const job = client.blpop("jobs", 0);
  await server.reset();
  server.db(0).setList("jobs", ["a"]);
  server.db(0).send(["PUBLISH", "news", "hi"]);
  assertEquals([await job, (await messages.next()).value?.message], [["jobs", "a"], "hi"]);
  await messages.return?.(undefined);
});

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

/** What dice decide. */
async function rolls(client: Client): Promise<unknown> {
  const members = Array.from({ length: 100 }, (_, i) => `m${i}`);
  await client.sadd("dice", ...members);
  const rolled = [await client.srandmember("dice", 10), await client.spop("dice", 10), await client.randomkey()];
  await client.delete("dice");
  return rolled;
}
