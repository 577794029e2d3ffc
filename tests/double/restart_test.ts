/** What is there after a restart, and what a test may ask of a server while it restarts. */
import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { Client, ConnectionError, Server, TimeoutError } from "../../mod.ts";
import { RawConnection } from "../_harness.ts";
import { inFolder } from "../_program.ts";

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

Deno.test("reset during a restart happens after it: no file brings keys back", () =>
  inFolder(async (dir) => {
    for (const config of [{ dir, appendonly: "yes" }, { dir, save: "60 1000" }, { dir }]) {
      await using server = await Server.start({ config });
      for (let i = 0; i < 3; i++) {
        await using client = server.client();
        await client.set("k", "v");
        const restarted = server.restart();
        for (let turns = 0; turns < i; turns++) await null;
        await server.reset();
        await restarted;
        assertEquals(server.db(0).keys(), []);
      }
    }
  }));

Deno.test("a restart ends a pause; one that begins meanwhile holds the new server", async () => {
  await using server = await Server.start();
  await using client = server.client();
  server.pause();
  await server.restart();
  assertEquals(await client.incr("n"), 1);
  const restarted = server.restart();
  server.pause();
  await restarted;
  await assertRejects(() => client.incr("n", { timeoutMs: 20 }), TimeoutError);
  server.resume();
  assertEquals(await client.incr("n"), 2, "nobody has executed the other one");
});

Deno.test("a manual clock moves when a restart under way is over", async () => {
  await using server = await Server.start({ clock: "manual" });
  const db = server.db(0);
  db.set("k", "v", { ttlMs: 1000 });
  const restarted = server.restart();
  await server.clock.tick(1000);
  await restarted;
  assertEquals([db.has("k"), server.stats().expiredKeys], [false, 1]);
});

Deno.test("a closed server refuses reset, restart and direct access in their own words", async () => {
  const server = await Server.start();
  const db = server.db(0);
  await server.close();
  await assertRejects(() => server.reset(), TypeError, "Cannot reset: the server is closed");
  await assertRejects(() => server.restart(), TypeError, "Cannot restart: the server is closed");
  assertEquals(
    (await assertRejects(async () => await db.get("k"), TypeError)).message,
    "Cannot send GET: the server is closed",
  );
});

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
