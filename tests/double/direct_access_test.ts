/** Direct access at odd moments: in the middle of other commands, in pauses, while the server ends. */
import { assertEquals, assertThrows } from "@std/assert";
import { Server } from "../../mod.ts";

Deno.test("keys can be read, written and dumped while CLIENT PAUSE holds all clients", async () => {
  for (const mode of ["ALL", "WRITE"]) {
    await using server = await Server.start({ clock: "manual" });
    await using client = server.client();
    await client.send(["CLIENT", "PAUSE", 1000, mode]);
    const db = server.db(0);
    const written = client.set("k", "by the client");
    await server.clock.tick(999);
    db.set("k", "directly");
    assertEquals([db.get("k"), server.dump()], ["directly", '# db 0\n"k" string\n  "directly"\n']);
    await server.clock.tick(1);
    assertEquals([await written, db.get("k")], [1, "by the client"]);
  }
});

Deno.test("an interceptor that swaps or empties databases decides where the command finds its keys", async () => {
  await using server = await Server.start();
  await using client = server.client();
  const [zero, one] = [server.db(0), server.db(1)];
  zero.set("k", "zero");
  one.set("k", "one");
  {
    using _ = server.intercept(({ name }) => void (name === "APPEND" && zero.send(["SWAPDB", 0, 1])));
    assertEquals(await client.pipeline((p) => [p.append("k", "!"), p.get("k")]), [4, "one!"]);
  }
  assertEquals([zero.get("k"), one.get("k")], ["one!", "zero"]);
  using _ = server.intercept(({ name }) => void (name === "APPEND" && zero.send(["FLUSHALL"])));
  assertEquals(await client.pipeline((p) => [p.append("k", "!"), p.get("k")]), [1, "!"]);
});

Deno.test("a write that makes no sense is refused before the key has lost its value", async () => {
  await using server = await Server.start();
  const db = server.db(0);
  db.setSortedSet("k", { a: 1 });
  assertThrows(() => db.setSortedSet("k", { a: 2, b: NaN }), TypeError, "Cannot take NaN for a score");
  for (const ttlMs of [1.5, NaN, Infinity]) {
    const text = `Cannot let a key live for ${ttlMs} milliseconds`;
    assertThrows(() => db.set("k", "v", { ttlMs }), TypeError, text);
    assertThrows(() => db.setList("k", ["v"], { ttlMs }), TypeError, text);
    assertThrows(() => db.expire("k", ttlMs), TypeError, text);
  }
  assertEquals([db.getSortedSet("k"), db.ttlMs("k")], [[["a", 1]], null]);
});

Deno.test("a server can be shut down directly; what is about connections is refused however it is written", async () => {
  const server = await Server.start();
  const db = server.db(0);
  for (const name of ["multi", new TextEncoder().encode("Multi")]) {
    assertThrows(() => db.send([name]), TypeError, "Cannot send MULTI: it is about a connection");
  }
  assertEquals(db.send(["SHUTDOWN", "NOSAVE"]), null);
  await server.closed;
});
