/** Scans: every element, a page for each round trip, and none before it is wanted. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Client, RedisError, type Scan } from "../../client.ts";
import { Server } from "../../server.ts";
import { FakeTransport, request } from "./_fake_server.ts";
import { onServers } from "./_servers.ts";

async function all<T>(scan: Scan<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of scan) items.push(item);
  return items;
}

onServers("scan gives every key, as the options say", async (connect) => {
  await using client = connect();
  const keys = Array.from({ length: 1_000 }, (_, i) => `user:${i}`).sort();
  await client.pipeline((p) => keys.map((key) => p.set(key, "v")));
  await client.rpush("list", "a");
  await client.set("é", "v");
  assertEquals((await all(client.scan({ match: "user:*" }))).toSorted(), keys);
  assertEquals(await all(client.scan({ type: "list", count: 5_000 })), ["list"]);
  assertEquals(await all(client.scan({ match: "none*", count: 7 })), []);
  assertEquals(await all(client.scan({ match: "é", decode: "bytes" })), [new TextEncoder().encode("é")]);
  assertEquals(await all(client.with({ timeoutMs: 10_000 }).scan({ match: "l*" })), ["list"]);
  await assertRejects(() => all(client.scan({ count: 0 })), RedisError, "syntax error");
  for await (const key of client.scan()) {
    assert(keys.includes(key) || key === "list" || key === "é");
    break;
  }
  await using unread = client.scan();
  assert(unread !== null); // disposed of, and nothing was sent
});

onServers("hscan, sscan and zscan give every element, large and small", async (connect) => {
  await using client = connect();
  await using bytes = connect({ decode: "bytes" }); // text all the same
  for (const size of [3, 2_000]) {
    const names = Array.from({ length: size }, (_, i) => `n${i}`).sort();
    await client.flush();
    await client.hset("h", names.map((name) => [name, `value of ${name}`] as const));
    await client.sadd("s", ...names);
    await client.zadd("z", names.map((name, i) => [name, i / 2] as const));
    assertEquals(
      (await all(bytes.hscan("h", { count: 100 }))).toSorted(),
      names.map((name) => [name, `value of ${name}`]),
    );
    assertEquals((await all(bytes.sscan("s", { count: 100 }))).toSorted(), names);
    assertEquals(
      (await all(bytes.zscan("z", { count: 100 }))).toSorted((a, b) => a[1] - b[1]),
      names.map((n, i) => [n, i / 2]),
    );
  }
  await client.zadd("odd", { a: Infinity, b: -Infinity });
  assertEquals((await all(client.zscan("odd"))).toSorted(), [["a", Infinity], ["b", -Infinity]]);
  const binary = Uint8Array.of(0xff, 0);
  await client.hset("b", [[binary, binary]]);
  await client.zadd("bz", [[binary, 1.5]]);
  assertEquals(await all(client.hscan("b", { decode: "bytes" })), [[binary, binary]]);
  assertEquals(await all(client.zscan("bz", { decode: "bytes", match: binary })), [[binary, 1.5]]);
  assertEquals(await all(client.sscan("none", { decode: "bytes" })), []);
  await assertRejects(() => all(client.sscan("h")), RedisError, "WRONGTYPE");
});

Deno.test("The next page is asked for when the one before has been read, and never after the loop was left", async () => {
  const transport = new FakeTransport();
  await using client = new Client({ transport: transport.transport });
  const scan = client.scan({ match: "a*", count: 2 });
  const first = scan.next();
  await transport.greet();
  assertEquals(await transport.nextWrite(), request("SCAN", "0", "MATCH", "a*", "COUNT", "2"));
  await transport.send("*2\r\n$20\r\n18446744073709551615\r\n*2\r\n$1\r\na\r\n$1\r\na\r\n");
  assertEquals(await first, { done: false, value: "a" });
  assertEquals(await scan.next(), { done: false, value: "a" }); // twice, as the server gives it
  const other = client.get("k");
  assertEquals(await transport.nextWrite(), request("GET", "k")); // no page before it is wanted
  await transport.send("_\r\n");
  await other;
  const empty = scan.next();
  assertEquals(await transport.nextWrite(), request("SCAN", "18446744073709551615", "MATCH", "a*", "COUNT", "2"));
  await transport.send("*2\r\n$1\r\n7\r\n*0\r\n");
  assertEquals(await transport.nextWrite(), request("SCAN", "7", "MATCH", "a*", "COUNT", "2"));
  await transport.send("*2\r\n$1\r\n8\r\n*1\r\n$1\r\nb\r\n");
  assertEquals(await empty, { done: false, value: "b" });
  await scan[Symbol.asyncDispose]();
  assertEquals(await scan.next(), { done: true, value: undefined });
  const last = client.get("k");
  assertEquals(await transport.nextWrite(), request("GET", "k"));
  await transport.send("_\r\n");
  await last;
});

Deno.test("A signal ends a scan, between pages and while it waits for one", async () => {
  const transport = new FakeTransport();
  await using client = new Client({ transport: transport.transport });
  const abort = new AbortController();
  const scan = client.with({ signal: abort.signal }).hscan("h");
  const first = scan.next();
  await transport.greet();
  assertEquals(await transport.nextWrite(), request("HSCAN", "h", "0"));
  await transport.send("*2\r\n$1\r\n3\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n");
  assertEquals(await first, { done: false, value: ["f", "v"] });
  const waiting = scan.next().catch((error) => error);
  assertEquals(await transport.nextWrite(), request("HSCAN", "h", "3"));
  abort.abort("enough");
  assertEquals(await waiting, "enough");
  assertEquals(await scan.next(), { done: true, value: undefined });
  assertEquals(await client.scan({ signal: abort.signal }).next().catch((error) => error), "enough");
  await transport.send("*2\r\n$1\r\n0\r\n*0\r\n");
});

Deno.test("A pipeline and a transaction take no scans; a connection that watches does", async () => {
  await using server = await Server.start();
  await using client = server.client();
  await client.set("k", "v");
  for (const what of ["pipeline", "transaction"] as const) {
    await assertRejects(
      () =>
        client[what]((p) => {
          assertThrows(() => p.hscan("h"), TypeError, "Cannot add HSCAN");
          assertThrows(() => p.sscan("s"), TypeError, "Cannot add SSCAN");
          assertThrows(() => p.zscan("z"), TypeError, "Cannot add ZSCAN");
          p.scan();
          return [p.get("k")];
        }),
      TypeError,
      `Cannot add SCAN: the ${what} is sent at once`,
    );
  }
  assertEquals(await client.watch(["k"], (tx) => all(tx.scan())), ["k"]);
});
