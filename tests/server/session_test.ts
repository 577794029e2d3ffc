import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { toText } from "@std/streams";
import type { Transport } from "../../server/transport.ts";
import { TestHost } from "../_host.ts";
import { CLOSED, encodeCommand } from "../_harness.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

function repeated(command: readonly string[], times: number): Uint8Array {
  const one = encodeCommand(command);
  const all = new Uint8Array(one.length * times);
  for (let i = 0; i < times; i++) all.set(one, i * one.length);
  return all;
}

Deno.test("a session answers the commands of one write in order and in one write", async () => {
  await using server = new TestHost();
  const { readable, writable } = server.host.dial();
  const writer = writable.getWriter();
  const reader = readable.getReader();
  await writer.write(new TextEncoder().encode("PING\r\n*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\nSET k v\r\nGET k\r\n"));
  const { value } = await reader.read();
  assertEquals(new TextDecoder().decode(value), "+PONG\r\n$2\r\nhi\r\n+OK\r\n$1\r\nv\r\n");
  await writer.close();
  assertEquals((await reader.read()).done, true);
});

for (const way of ["TCP", "memory"] as const) {
  const open = (server: TestHost) => server.open(way);

  Deno.test(`a session takes a command that arrives byte by byte (${way})`, async () => {
    await using server = new TestHost();
    await using connection = await open(server);
    for (const byte of encodeCommand(["SET", "key", "a\r\nb"])) await connection.write(Uint8Array.of(byte));
    assertEquals(await connection.readReply(), "+OK");
    assertEquals(await connection.send("GET", "key"), "$4 a\\r\\nb");
  });

  Deno.test(`malformed input is answered after the commands before it, then the connection ends (${way})`, async () => {
    await using server = new TestHost();
    await using connection = await open(server);
    await connection.write("SET k 1\r\nGET k\r\n*1\r\n!3\r\n");
    assertEquals(await connection.readReply(), "+OK");
    assertEquals(await connection.readReply(), "$1 1");
    assertEquals(await connection.readReply(), "-ERR Protocol error: expected '$', got '!'");
    assertEquals(await connection.readReply(), CLOSED);
  });

  Deno.test(`QUIT is answered and closes the connection; what follows it is not executed (${way})`, async () => {
    await using server = new TestHost();
    await using connection = await open(server);
    await connection.write("SET k before\r\nQUIT\r\nSET k after\r\n");
    assertEquals([await connection.readReply(), await connection.readReply()], ["+OK", "+OK"]);
    assertEquals(await connection.readReply(), CLOSED);
    await using other = await open(server);
    assertEquals(await other.send("GET", "k"), "$6 before");
  });

  Deno.test(`200,000 pipelined GETs of 1 KB sent before the first reply is read are served (${way})`, async () => {
    await using server = new TestHost();
    await using connection = await open(server);
    await connection.send("SET", "k", "x".repeat(KIB));
    const requests = repeated(["GET", "k"], 200_000);
    for (let at = 0; at < requests.length; at += 64 * KIB) await connection.write(requests.subarray(at, at + 64 * KIB));
    const expected = await connection.readReply();
    assertEquals(expected.length, "$1024 ".length + KIB);
    for (let i = 1; i < 200_000; i++) {
      if (await connection.readReply() !== expected) throw new Error(`reply ${i} differs`);
    }
    assertEquals(await connection.send("PING"), "+PONG");
  });

  Deno.test(`3,000 pipelined GETs of 1 MB keep little in memory while nobody reads (${way})`, async () => {
    await using server = new TestHost();
    await using connection = await open(server);
    await using other = await open(server);
    await connection.send("SET", "k", "x".repeat(MIB));
    await connection.write(repeated(["GET", "k"], 3_000));
    for (let i = 0; i < 20; i++) assertEquals(await other.send("PING"), "+PONG");
    const [client] = server.host.engine.clients.values();
    assert(client!.connection.pendingOutputBytes <= 4 * MIB, `${client!.connection.pendingOutputBytes} bytes wait`);
    const expected = await connection.readReply();
    for (let i = 1; i < 50; i++) assertEquals((await connection.readReply()).length, expected.length);
  });

  Deno.test(`a client that ends its requests still gets the replies to them (${way})`, async () => {
    await using server = new TestHost();
    const requests = new TextEncoder().encode("SET k v\r\nGET k\r\n");
    let readable: ReadableStream<Uint8Array>;
    if (way === "TCP") {
      const conn = await Deno.connect({ port: server.port });
      await conn.write(requests);
      await conn.closeWrite();
      readable = conn.readable;
    } else {
      const streams = server.host.dial();
      const writer = streams.writable.getWriter();
      await writer.write(requests);
      await writer.close();
      readable = streams.readable;
    }
    assertEquals(await toText(readable), "+OK\r\n$1\r\nv\r\n");
  });

  Deno.test(`a connection lost in the middle of a command leaves nothing behind (${way})`, async () => {
    await using server = new TestHost();
    const connection = await open(server);
    assertEquals(await connection.send("PING"), "+PONG");
    await connection.write("*2\r\n$3\r\nGET\r\n$100\r\nabc");
    await connection.close();
    await using other = await open(server);
    while (server.host.engine.clients.size > 1) assertEquals(await other.send("PING"), "+PONG");
    assertEquals(server.lines, []);
  });
}

Deno.test("a bug in a handler is logged with its stack and costs its connection only", async () => {
  await using server = new TestHost();
  await using bystander = await server.open("TCP");
  assertEquals(await bystander.send("PING"), "+PONG");
  const echo = server.host.engine.table.get("echo")!;
  Object.assign(echo, {
    run: () => {
      throw new Error("boom");
    },
  });
  await using connection = await server.open("TCP");
  assertStringIncludes(await connection.send("ECHO", "hello"), "-ERR internal error");
  assertEquals(await connection.readReply(), CLOSED);
  assertEquals(server.lines.length, 1);
  assertStringIncludes(server.lines[0]!, "Error: boom");
  assertStringIncludes(server.lines[0]!, "session_test.ts");
  assertEquals(await bystander.send("GET", "k"), "$-1");
});

Deno.test("a client past the hard limit of its output buffer is dropped", async () => {
  await using server = new TestHost({ "client-output-buffer-limit": "normal 2mb 0 0" });
  await using connection = await server.open("TCP");
  await connection.send("SET", "k", "x".repeat(MIB));
  await connection.write(repeated(["GET", "k"], 100));
  await using other = await server.open("TCP");
  while (server.host.engine.clients.size > 1) await other.send("PING");
  assertEquals(server.host.engine.statistics.outputBufferLimitDisconnections, 1);
  assertStringIncludes(server.lines[0]!, "output buffer limits");
});

Deno.test("a client past the limit of its query buffer is dropped without a reply", async () => {
  await using server = new TestHost({ "client-query-buffer-limit": "1mb" });
  await using connection = await server.open("TCP");
  await connection.write(`*2\r\n$3\r\nGET\r\n$${100 * MIB}\r\n`);
  const junk = new Uint8Array(64 * KIB);
  let dropped: unknown;
  for (let i = 0; i < 200 && dropped === undefined; i++) await connection.write(junk).catch((error) => dropped = error);
  await using other = await server.open("TCP");
  while (server.host.engine.clients.size > 1) await other.send("PING");
  assertEquals(server.host.engine.statistics.queryBufferLimitDisconnections, 1);
});

Deno.test("a command announced but not sent takes no memory", async () => {
  await using server = new TestHost();
  await using connection = await server.open("TCP");
  await connection.write(`*1000000\r\n$${512 * MIB}\r\nabc`);
  await using other = await server.open("TCP");
  for (let i = 0; i < 3; i++) assertEquals(await other.send("PING"), "+PONG");
  const [client] = server.host.engine.clients.values();
  assert(client!.connection.queryBufferFreeBytes + client!.connection.queryBufferBytes <= 128 * KIB);
});

for (const [mode, limit] of [["no", "clients"], ["yes", "clients + cluster connections"]] as const) {
  Deno.test(`one client more than maxclients is turned away (cluster mode: ${mode})`, async () => {
    await using server = new TestHost({ maxclients: "2", "cluster-enabled": mode });
    await using first = await server.open("TCP");
    await using second = await server.open("TCP");
    assertEquals([await first.send("PING"), await second.send("PING")], ["+PONG", "+PONG"]);
    await using third = await server.open("TCP");
    assertEquals(await third.readReply(), `-ERR max number of ${limit} reached`);
    assertEquals(await third.readReply(), CLOSED);
    assertEquals(await first.send("PING"), "+PONG");
  });
}

Deno.test("protected mode turns away who comes from outside, as long as there is no password", async () => {
  const written: string[] = [];
  const outside: Transport = {
    address: "192.0.2.7:1234",
    localAddress: "192.0.2.1:6379",
    isLocal: false,
    read: () => Promise.resolve(null),
    write(bytes) {
      written.push(new TextDecoder().decode(bytes));
      return Promise.resolve(bytes.length);
    },
    close() {},
  };
  {
    await using server = new TestHost();
    server.host.serve(outside);
    assertEquals(server.host.engine.clients.size, 0);
  }
  assertStringIncludes(written.join(""), "-DENIED Redis is running in protected mode");
  await using open = new TestHost({ "protected-mode": "no" });
  open.host.serve(outside);
  assertEquals(open.host.engine.clients.size, 1);
});

Deno.test("before its password a client may not announce much", async () => {
  await using server = new TestHost({ requirepass: "secret" });
  await using many = await server.open("TCP");
  await many.write("*11\r\n");
  assertEquals(await many.readReply(), "-ERR Protocol error: unauthenticated multibulk length");
  assertEquals(await many.readReply(), CLOSED);
  await using long = await server.open("TCP");
  await long.write("*2\r\n$4\r\nECHO\r\n$16385\r\n");
  assertEquals(await long.readReply(), "-ERR Protocol error: unauthenticated bulk length");
  assertEquals(await long.readReply(), CLOSED);
  await using early = await server.open("TCP");
  assertEquals(await early.send("GET", "k"), "-NOAUTH Authentication required.");
});

Deno.test("what follows AUTH in the same write may be long", async () => {
  await using server = new TestHost({ requirepass: "secret" });
  await using connection = await server.open("TCP");
  const value = "x".repeat(20_000);
  await connection.write(encodeCommand(["AUTH", "secret"]));
  await connection.write(encodeCommand(["SET", "k", value]));
  await using other = await server.open("TCP");
  const both = [...encodeCommand(["AUTH", "secret"]), ...encodeCommand(["MGET", ..."abcdefghijklmnop", "k"])];
  await other.write(Uint8Array.from(both));
  assertEquals([await connection.readReply(), await connection.readReply()], ["+OK", "+OK"]);
  assertEquals(await other.readReply(), "+OK");
  assert((await other.readReply()).startsWith("*17"));
});

Deno.test("64 clients at once are served evenly", async () => {
  await using server = new TestHost();
  const connections = await Promise.all(Array.from({ length: 64 }, () => server.open("TCP")));
  const requests = repeated(["INCR", "n"], 200);
  const finished: number[] = [];
  await Promise.all(connections.map(async (connection, i) => {
    await connection.write(requests);
    for (let k = 0; k < 200; k++) await connection.readReply();
    finished.push(i);
    await connection.close();
  }));
  assertEquals(finished.length, 64);
  await using check = await server.open("TCP");
  assertEquals(await check.send("GET", "n"), `$5 ${64 * 200}`);
});

Deno.test("a client idle for longer than timeout is dropped, one that is not stays", async () => {
  await using server = new TestHost({ timeout: "10" });
  await using idle = await server.open("TCP");
  await using busy = await server.open("TCP");
  assertEquals([await idle.send("PING"), await busy.send("PING")], ["+PONG", "+PONG"]);
  const [idleClient] = server.host.engine.clients.values();
  idleClient!.lastInteractionMs -= 20_000;
  server.host.turn();
  assertEquals(await idle.readReply(), CLOSED);
  assertEquals(await busy.send("PING"), "+PONG");
});

Deno.test("closing the server ends every connection", async () => {
  const server = new TestHost();
  await using connection = await server.open("TCP");
  await using inMemory = await server.open("memory");
  assertEquals([await connection.send("PING"), await inMemory.send("PING")], ["+PONG", "+PONG"]);
  await server.host.close();
  assertEquals([await connection.readReply(), await inMemory.readReply()], [CLOSED, CLOSED]);
  assertEquals(server.host.engine.clients.size, 0);
  await server.host.closed;
});
