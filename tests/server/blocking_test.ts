/** Clients that wait for keys, over real connections: what they sent besides, and the ways in which they go. */
import { assert, assertEquals } from "@std/assert";
import { TimerClock } from "../_clock.ts";
import { TestHost } from "../_host.ts";
import { CLOSED, encodeCommand, RawConnection } from "../_harness.ts";

/** Commands as the bytes of one write. */
function pipeline(...commands: string[]): Uint8Array {
  return Uint8Array.from(commands.flatMap((command) => [...encodeCommand(command.split(" "))]));
}

async function replies(connection: RawConnection, count: number): Promise<string[]> {
  const read: string[] = [];
  for (let i = 0; i < count; i++) read.push(await connection.readReply());
  return read;
}

for (const way of ["TCP", "memory"] as const) {
  Deno.test(`what stands behind a blocking command, and comes while it waits, is executed after it (${way})`, async () => {
    await using server = new TestHost();
    await using client = await server.open(way);
    await client.write(pipeline("PING", "BLPOP list 0", "ECHO behind", "LLEN list"));
    assertEquals(await client.readReply(), "+PONG");
    await server.blocked(1);
    await client.write(pipeline("ECHO later", "BLPOP list 0", "ECHO last"));
    assertEquals(await server.line("RPUSH list 1"), ":1");
    assertEquals(await replies(client, 4), ["*2[$4 list, $1 1]", "$6 behind", ":0", "$5 later"]);
    await server.blocked(1);
    assertEquals(await server.line("RPUSH list 2 3"), ":2");
    assertEquals(await replies(client, 2), ["*2[$4 list, $1 2]", "$4 last"]);
    assertEquals(await server.line("LRANGE list 0 -1"), "*1[$1 3]");
  });

  Deno.test(`many requests that come while a client waits are kept, byte by byte or all at once (${way})`, async () => {
    await using server = new TestHost();
    await using client = await server.open(way);
    await client.write(pipeline("BLPOP list 0", "PING"));
    await server.blocked(1);
    for (const byte of pipeline("ECHO slowly")) await client.write(Uint8Array.of(byte));
    const count = 20_000;
    await client.write(pipeline(...Array.from({ length: count }, (_, i) => `ECHO ${i}`)));
    await server.line("RPUSH list x");
    assertEquals(await replies(client, 3), ["*2[$4 list, $1 x]", "+PONG", "$6 slowly"]);
    for (let i = 0; i < count; i++) assertEquals(await client.readReply(), `$${`${i}`.length} ${i}`);
  });

  Deno.test(`an element is for who still waits when a client has gone (${way})`, async () => {
    await using server = new TestHost();
    const goes = await server.open(way);
    await goes.write(pipeline("BLPOP list other 0"));
    await server.blocked(1);
    await using stays = await server.open(way);
    await stays.write(pipeline("BLPOP list 0"));
    await server.blocked(2);
    await goes.close();
    await server.blocked(1);
    assertEquals(await server.line("RPUSH list x y"), ":2");
    assertEquals(await stays.readReply(), "*2[$4 list, $1 x]");
    assertEquals(await server.line("RPUSH other z"), ":1");
    assertEquals(await server.line("LRANGE list 0 -1"), "*1[$1 y]");
    assertEquals(await server.line("LLEN other"), ":1");
  });

  Deno.test(`a client that ends its requests waits no more, but gets its earlier replies (${way})`, async () => {
    for (const behind of [[], ["SET key v"]]) {
      await using server = new TestHost();
      await server.line(`SET big ${"x".repeat(500_000)}`);
      const socket = way === "TCP" ? await Deno.connect({ port: server.port }) : null;
      await using client = await RawConnection.connect(socket ?? server.host.dial());
      await client.write(pipeline("GET big"));
      await server.line("PING"); // the first reply is on its way, and the second has to wait for its being read
      await client.write(pipeline("GET big", "BLPOP list 0", ...behind));
      await server.blocked(1);
      await (socket?.closeWrite() ?? client.end()); // the stream of a socket would end both directions
      await server.blocked(0);
      assertEquals((await client.readReply()).length, 500_008);
      assertEquals((await client.readReply()).length, 500_008);
      assertEquals(await client.readReply(), CLOSED);
      assertEquals(await server.line("RPUSH list x"), ":1");
      assertEquals(await server.line("EXISTS list key"), ":1");
    }
  });

  Deno.test(`CLIENT KILL ends a client that waits, and it is served nothing (${way})`, async () => {
    await using server = new TestHost();
    await using client = await server.open(way);
    const id = (await client.send("CLIENT", "ID")).slice(1);
    await client.write(pipeline("BLPOP list 0", "SET key v"));
    await server.blocked(1);
    assertEquals(await server.line(`CLIENT KILL ID ${id}`), ":1");
    assertEquals(server.host.engine.blocking.count, 0);
    assertEquals(await server.line("RPUSH list x"), ":1");
    assertEquals(await client.readReply(), CLOSED);
    assertEquals(await server.line("EXISTS list key"), ":1");
  });

  Deno.test(`CLIENT UNBLOCK has a client go on with what it sent before (${way})`, async () => {
    await using server = new TestHost();
    await using client = await server.open(way);
    const id = (await client.send("CLIENT", "ID")).slice(1);
    await client.write(pipeline("BLPOP list 0", "BLMOVE list other LEFT LEFT 0", "PING"));
    await server.blocked(1);
    assertEquals(await server.line(`CLIENT UNBLOCK ${id}`), ":1");
    assertEquals(await client.readReply(), "*-1");
    await server.blocked(1);
    assertEquals(await server.line(`CLIENT UNBLOCK ${id} ERROR`), ":1");
    assertEquals(await replies(client, 2), ["-UNBLOCKED client unblocked via CLIENT UNBLOCK", "+PONG"]);
  });

  Deno.test(`the end of the server is the end of those who wait (${way})`, async () => {
    const server = new TestHost();
    const client = await server.open(way);
    await client.write(pipeline("BLPOP list 1000", "PING"));
    await server.blocked(1);
    await server[Symbol.asyncDispose]();
    assertEquals(await client.readReply(), CLOSED);
    assertEquals(server.host.engine.blocking.count, 0);
    await client.close();
  });
}

Deno.test("clients are served in the order they came, each once, in the database they have selected", async () => {
  await using server = new TestHost();
  const clients: RawConnection[] = [];
  for (let i = 0; i < 20; i++) {
    const client = await server.open(i % 2 === 0 ? "TCP" : "memory");
    clients.push(client);
    if (i % 4 === 3) assertEquals(await client.send("SELECT", "5"), "+OK");
    await client.write(pipeline(i % 3 === 0 ? "BLPOP one two 0" : "BRPOP two one 100"));
    await server.blocked(i + 1);
  }
  await server.line(`RPUSH two ${Array.from({ length: 15 }, () => "x").join(" ")}`);
  const here = clients.filter((_, i) => i % 4 !== 3);
  for (const client of here) assertEquals(await client.readReply(), "*2[$3 two, $1 x]");
  assertEquals(server.host.engine.blocking.count, 5);
  await server.line("RPUSH one first second third fourth fifth");
  assertEquals(await server.line("SWAPDB 0 5"), "+OK");
  const there = clients.filter((_, i) => i % 4 === 3);
  const served = await Promise.all(there.map((client) => client.readReply()));
  assertEquals(served.map((reply) => /\S+]$/.exec(reply)![0]), ["first]", "fifth]", "fourth]", "second]", "third]"]);
  assertEquals(await server.line("DBSIZE"), ":0");
  for (const client of clients) await client.close();
});

Deno.test("moves that make each other's keys ready pass an element on at once", async () => {
  await using server = new TestHost();
  const count = 30;
  const clients: RawConnection[] = [];
  for (let i = 0; i < count; i++) {
    const client = await server.open("memory");
    clients.push(client);
    await client.write(pipeline(`BLMOVE list:${i} list:${(i + 1) % count} LEFT RIGHT 0`));
  }
  await server.blocked(count);
  assertEquals(await server.line("RPUSH list:7 x"), ":1");
  assertEquals(await server.line("LRANGE list:7 0 -1"), "*1[$1 x]");
  for (const client of clients) {
    assertEquals(await client.readReply(), "$1 x");
    await client.close();
  }
  assertEquals(await server.line("DBSIZE"), ":1");
});

Deno.test("CLIENT REPLY OFF silences a blocking command that is served later", async () => {
  await using server = new TestHost();
  await using client = await server.open("TCP");
  await client.write(pipeline("CLIENT REPLY OFF", "BLPOP list 0", "CLIENT REPLY ON"));
  await server.blocked(1);
  await server.line("RPUSH list x y");
  assertEquals(await client.readReply(), "+OK");
  assertEquals(await client.send("LRANGE", "list", "0", "-1"), "*1[$1 y]");
});

Deno.test("the time a client waits is not time that it is idle", async () => {
  const clock = new TimerClock();
  await using server = new TestHost({ timeout: "10" }, clock);
  await using client = await server.open("memory");
  await client.write(pipeline("BLPOP list 1000"));
  await server.blocked(1);
  clock.advance(60_000); // the connection that pushes has been idle all the time
  await using other = await server.open("memory");
  assertEquals(await other.send("RPUSH", "list", "x"), ":1");
  server.host.turn();
  assertEquals(await client.readReply(), "*2[$4 list, $1 x]");
  clock.advance(9_000);
  assertEquals(await client.send("PING"), "+PONG");
  assertEquals(clock.delays.filter((ms) => ms > 1_000), [], "its timer has gone");
  clock.advance(12_000);
  server.host.turn();
  assertEquals(await client.readReply(), CLOSED);
});

Deno.test("of a thousand clients nothing is left when they have gone, however many keys they waited for", async () => {
  await using server = new TestHost();
  const { blocking, hooks } = server.host.engine;
  const clients = await Promise.all(Array.from({ length: 1_000 }, () => server.open("memory")));
  await Promise.all(clients.map((client) => client.write(pipeline("BLPOP list 0"))));
  await server.blocked(1_000);
  await server.line(`RPUSH list ${clients.map((_, i) => i).join(" ")}`);
  const served = await Promise.all(clients.map((client) => client.readReply()));
  assertEquals(new Set(served).size, 1_000, "each element for one client");
  const keys = clients.map((_, i) => `key:${i}`);
  await Promise.all(clients.map((client, i) => client.write(pipeline(`BLPOP ${i < 10 ? keys.join(" ") : keys[i]} 0`))));
  await server.blocked(1_000);
  await Promise.all(clients.map((client) => client.close()));
  await server.blocked(0);
  assertEquals([blocking.count, hooks.keyAdded.count, hooks.databaseChanges.count], [0, 0, 0]);
  assert(!blocking.hasReady);
});
