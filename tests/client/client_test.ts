import { assertEquals, assertRejects } from "@std/assert";
import { Client, CommandInfo, ConnectionError, RedisError } from "../../client.ts";
import type { Reply } from "../../resp.ts";
import {
  fakeServer,
  FakeTransport,
  GREETING,
  HELLO,
  MINIREDIS_GREETING,
  request,
  type Script,
} from "./_fake_server.ts";

/** What has become of promises: values as they are, errors as text. */
async function outcomes(promises: Promise<unknown>[]): Promise<unknown[]> {
  return (await Promise.allSettled(promises)).map((result) => {
    return result.status === "fulfilled" ? result.value : String(result.reason);
  });
}

/** A greeting, these requests in, these replies out, and the end. */
function answering(requests: string[], replies: string[], greeting = GREETING): Script {
  return async (peer) => {
    await peer.greet(greeting);
    await peer.expect(...requests);
    await peer.send(...replies);
    await peer.closed();
  };
}

Deno.test("Client speaks the vocabulary of the original server", async () => {
  await using server = fakeServer(answering([
    request("SET", "name", "Alice"),
    request("GET", "name"),
    request("DEL", "name", "other"),
    request("GET", "name"),
    request("MSET", "a", "1", "b", "2"),
    request("MGET", "a", "b", "c"),
  ], ["+OK\r\n", "$5\r\nAlice\r\n", ":1\r\n", "_\r\n", "+OK\r\n", "*3\r\n$1\r\n1\r\n$1\r\n2\r\n$-1\r\n"]));
  await using client = new Client({ port: server.port });
  const replies = await Promise.all([
    client.set("name", "Alice"),
    client.get("name"),
    client.delete("name", "other"),
    client.get("name"),
    client.mset("a", "1", "b", "2"),
    client.mget("a", "b", "c"),
  ]);
  assertEquals(replies, [1, "Alice", 1, null, 2, ["1", "2", null]]);
});

Deno.test("Client.set sends its options, and answers 1, 0 or the old value", async () => {
  await using server = fakeServer(answering([
    request("SET", "k", "v", "EX", "10", "NX"),
    request("SET", "k", "v", "PX", "1500", "XX"),
    request("SET", "k", "v", "EXAT", "4102444800"),
    request("SET", "k", "v", "PXAT", "4102444800000"),
    request("SET", "k", "v", "KEEPTTL"),
    request("SET", "k", "v", "XX", "GET"),
    request("SET", "k", "v", "GET"),
    request("SET", "k", "v"),
  ], ["_\r\n", "+OK\r\n", "+OK\r\n", "+OK\r\n", "+OK\r\n", "$3\r\nold\r\n", "_\r\n", "+QUEUED\r\n"]));
  await using client = new Client({ port: server.port });
  const replies: unknown[] = await Promise.all([
    client.set("k", "v", { ex: 10, nx: true }),
    client.set("k", "v", { px: 1500, xx: true }),
    client.set("k", "v", { exat: 4102444800 }),
    client.set("k", "v", { pxat: 4102444800000 }),
    client.set("k", "v", { keepttl: true, nx: false }),
    client.set("k", "v", { xx: true, get: true, decode: "bytes" }),
    client.set("k", "v", { get: true }),
    client.set("k", "v", {}),
  ]);
  assertEquals(replies, [0, 1, 1, 1, 1, Uint8Array.of(111, 108, 100), null, "QUEUED"]);
});

Deno.test("Client sends strings, bytes, numbers and bigints as strings, and reads bytes on request", async () => {
  const transport = new FakeTransport();
  await using client = new Client({ transport: transport.transport });
  const replies = Promise.all([
    client.send(["ECHO", "é"]),
    client.send(["ECHO", Uint8Array.of(13, 10)], { decode: "bytes" }),
    client.send(["ECHO", 1.5], { decode: "string" }),
    client.send(["ECHO", 2n ** 64n]),
  ]);
  await transport.greet();
  assertEquals(
    await transport.nextWrite(),
    request("ECHO", "é") + request("ECHO", "\r\n") + request("ECHO", "1.5") + request("ECHO", "18446744073709551616"),
  );
  await transport.send("$2\r\né\r\n$2\r\n\r\n\r\n$3\r\n1.5\r\n$1\r\n?\r\n");
  assertEquals(await replies, ["é", Uint8Array.of(13, 10), "1.5", "?"]);
});

Deno.test("Commands of one moment travel in one write, those of the next do not wait for their replies", async () => {
  const transport = new FakeTransport();
  await using client = new Client({ transport: transport.transport });
  const connected = client.send(["PING"]);
  await transport.greet();
  assertEquals(await transport.nextWrite(), request("PING"));
  await transport.send("+PONG\r\n");
  await connected;

  const first = Promise.all([client.get("a"), client.get("b"), client.get("c")]);
  assertEquals(await transport.nextWrite(), request("GET", "a") + request("GET", "b") + request("GET", "c"));
  const second = Promise.all([client.get("d"), client.get("e")]);
  assertEquals(await transport.nextWrite(), request("GET", "d") + request("GET", "e"));
  await transport.send(":1\r\n:2\r\n:3\r\n:4\r\n:5\r\n");
  assertEquals(await first, [1, 2, 3]);
  assertEquals(await second, [4, 5]);
});

Deno.test("One write is in flight at a time; what comes meanwhile goes with the next", async () => {
  const transport = new FakeTransport();
  await using client = new Client({ transport: transport.transport });
  const replies: Promise<unknown>[] = [client.get("first")];
  await transport.greet();
  const value = "x".repeat(70_000); // beyond what is sent without waiting for the end of the turn
  assertEquals(await transport.nextWrite(), request("GET", "first"));
  await transport.send(":1\r\n");
  await replies[0];
  replies.push(client.set("k", value));
  for (let i = 0; i < 1_000; i++) replies.push(client.get(i));
  assertEquals(await transport.nextWrite(), request("SET", "k", value));
  const gets = Array.from({ length: 1_000 }, (_, i) => request("GET", `${i}`));
  assertEquals(await transport.nextWrite(), gets.join(""));
  await transport.send("+OK\r\n", ...gets.map((_, i) => `:${i}\r\n`));
  assertEquals(await Promise.all(replies), [1, 1, ...gets.keys()]);
});

Deno.test("Replies find their commands wherever the stream is cut, and whatever is pushed between them", async () => {
  const push = ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$3\r\n+no\r\n";
  const replies = [
    "$7\r\na\r\nb\r\nc\r\n",
    push,
    "-ERR no\r\n",
    "*2\r\n:1\r\n-WRONGTYPE no\r\n",
    push,
    "%1\r\n+k\r\n#t\r\n",
  ];
  const stream = replies.join("");
  for (let cut = 0; cut <= stream.length; cut++) {
    const transport = new FakeTransport();
    await using client = new Client({ transport: transport.transport });
    const results = outcomes([1, 2, 3, 4].map((n) => client.send(["CMD", n])));
    await transport.greet();
    await transport.nextWrite();
    if (cut > 0) await transport.send(stream.slice(0, cut));
    if (cut < stream.length) await transport.send(stream.slice(cut));
    const [text, error, nested, map] = await results;
    assertEquals([text, error, map], ["a\r\nb\r\nc", "RedisError: ERR no", { k: true }]);
    assertEquals((nested as unknown[]).map(String), ["1", "RespError: WRONGTYPE no"]);
  }
});

Deno.test("An error reply rejects with its code, the command's name and no long argument", async () => {
  const long = "x".repeat(100_000);
  await using server = fakeServer(answering(
    [request("get", "k"), request("NOPE"), request("X")],
    ["-WRONGTYPE Operation\r\n", `-ERR unknown command ${long}\r\n`, "-lower case\r\n"],
  ));
  await using client = new Client({ port: server.port });
  const results = [client.send(["get", "k"]), client.send(["NOPE"]), client.send([new TextEncoder().encode("X")])];
  const errors = await Promise.all(results.map((result) => assertRejects(() => result, RedisError))) as RedisError[];
  assertEquals(errors.map(({ code, command }) => [code, command]), [["WRONGTYPE", "GET"], ["ERR", "NOPE"], ["", "X"]]);
  assertEquals(errors.map(({ message }) => message.length), [19, 513, 10]);
});

Deno.test("A reply that cannot be made what the command answers costs the command, not the connection", async () => {
  await using server = fakeServer(answering([request("TIME"), request("PING")], [":5\r\n", "+PONG\r\n"]));
  await using client = new Client({ port: server.port });
  const convert = (reply: Reply): Reply => (reply as Reply[])[0]!.toString().toUpperCase();
  const [time, ping] = await Promise.allSettled([
    client.execute(new CommandInfo("TIME", 0), ["TIME"], undefined, undefined, convert),
    client.send(["PING"]),
  ]);
  assertEquals(ping, { status: "fulfilled", value: "PONG" });
  assertEquals((time as PromiseRejectedResult).reason instanceof TypeError, true);
  await client.close();
});

Deno.test("The error of an unknown command does not repeat its arguments, which may be secret", async () => {
  await using server = fakeServer(answering(
    [request("AUHT", "secret")],
    ["-ERR unknown command 'AUHT', with args beginning with: 'secret' \r\n"],
  ));
  await using client = new Client({ port: server.port });
  const error = await assertRejects(() => client.send(["AUHT", "secret"]), RedisError);
  assertEquals(error.message, "ERR unknown command 'AUHT'");
  await client.close();
});

Deno.test("Arguments that no command can have reject before a byte is written, and harm no other command", async () => {
  await using server = fakeServer(answering([request("PING")], ["+PONG\r\n"], MINIREDIS_GREETING));
  await using client = new Client({ port: server.port });
  const cycle: unknown[] = [];
  cycle.push(cycle);
  const calls: [() => Promise<unknown>, string][] = [
    [() => client.mset("a"), "keys and values must come in pairs"],
    [() => client.mset(), "keys and values must come in pairs"],
    [() => client.mset(["a"], "1"), "Cannot send MSET: argument 1 is a object"],
    [() => client.get(undefined as unknown as string), "Cannot encode argument 1"],
    [() => client.get(null as unknown as string), "Cannot encode argument 1"],
    [() => client.set("k", undefined as unknown as string), "Cannot encode argument 2"],
    [() => client.set("k", (() => {}) as unknown as string), "Cannot encode argument 2"],
    [() => client.set("k", cycle as []), "it contains itself"],
    [() => client.set([] as unknown as string, "v"), "Cannot encode argument 1"],
    [() => client.send([]), "it has no name"],
    [() => client.send([null]), "argument 0 is null"],
    [() => client.send(["GET", true]), "argument 1 is a boolean"],
    [() => client.send(["SET", "k", "v", null]), "argument 3 is null"],
  ];
  for (const [call, message] of calls) await assertRejects(call, TypeError, message);
  assertEquals(await client.send(["PING"]), "PONG");
});

Deno.test("Commands that change what the connection is for are refused", async () => {
  await using client = new Client({ port: 1 });
  const commands = ["subscribe c", "PSUBSCRIBE p", "SSUBSCRIBE c", "UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE"];
  commands.push("MONITOR", "SYNC", "PSYNC ? -1", "RESET", "HELLO 2", "client reply off", "CLIENT REPLY SKIP");
  for (const command of commands) {
    await assertRejects(() => client.send(command.split(" ")), TypeError, "it changes what the connection is for");
  }
});

Deno.test("Structured values travel typed to miniredis, before and after the greeting", async () => {
  const set = "*3\r\n$3\r\nSET\r\n$2\r\nk2\r\n*3\r\n$4\r\nv2-0\r\n:1\r\n%1\r\n$1\r\nx\r\n_\r\n";
  const mset = "*5\r\n$4\r\nMSET\r\n$1\r\na\r\n#t\r\n$1\r\nb\r\n$1\r\n1\r\n";
  const value = ["v2-0", 1, { x: null }];
  await using server = fakeServer(async (peer) => {
    await peer.greet(MINIREDIS_GREETING);
    await peer.expect(set, request("GET", "k2"), mset, request("FLUSH"));
    await peer.send("+OK\r\n", "*3\r\n$4\r\nv2-0\r\n:1\r\n%1\r\n$1\r\nx\r\n_\r\n", "+OK\r\n", ":3\r\n");
    await peer.expect(set, mset, request("FLUSH"));
    await peer.send("+OK\r\n", "+OK\r\n", ":3\r\n");
    await peer.closed();
  });
  await using client = new Client({ port: server.port });
  const early = [client.set("k2", value), client.get("k2"), client.mset("a", true, "b", 1), client.flush()];
  assertEquals(await Promise.all(early), [1, value, 2, 3]);
  const late = [client.send(["SET", "k2", value]), client.send(["MSET", "a", true, "b", 1]), client.flush()];
  assertEquals(await Promise.all(late).then(([ok, , n]) => [ok, n]), ["OK", 3]);
});

Deno.test("Structured values are refused for any other server, and the commands around them keep their order", async () => {
  const flush = [request("MULTI"), request("DBSIZE"), request("FLUSHDB"), request("EXEC")];
  const flushed = ["+OK\r\n", "+QUEUED\r\n", "+QUEUED\r\n", "*2\r\n:7\r\n+OK\r\n"];
  await using server = fakeServer(async (peer) => {
    await peer.greet();
    await peer.expect(request("SET", "a", "1"), ...flush, request("GET", "a"));
    await peer.send("+OK\r\n", ...flushed, "_\r\n");
    await peer.expect(...flush, request("GET", "b"));
    await peer.send(...flushed, "_\r\n");
    await peer.closed();
  });
  await using client = new Client({ port: server.port });
  const reason = `the server at 127.0.0.1:${server.port} is not miniredis`;
  const refused = `TypeError: Cannot send an array, object, boolean or null: ${reason}`;
  const early = [
    client.set("k", [1]),
    client.set("a", "1"),
    client.mset("k", { x: 1 }),
    client.flush(),
    client.set("k", false),
    client.get("a"),
    client.set("k", null),
  ];
  assertEquals(await outcomes(early), [refused, 1, refused, 7, refused, null, refused]);
  assertEquals(await outcomes([client.set("k", [1]), client.flush(), client.get("b")]), [refused, 7, null]);
});

Deno.test("Client.flush rejects with the first error, wherever in the transaction it is", async () => {
  const cases: [string[], string, string][] = [
    [["+OK\r\n", "+QUEUED\r\n", "-NOPERM no\r\n", "-EXECABORT Transaction discarded\r\n"], "NOPERM", "NOPERM no"],
    [["+OK\r\n", "+QUEUED\r\n", "+QUEUED\r\n", "*2\r\n:7\r\n-ERR no\r\n"], "ERR", "ERR no"],
    [
      ["+OK\r\n", "+QUEUED\r\n", "+QUEUED\r\n", "_\r\n"],
      "EXECABORT",
      "EXECABORT Transaction discarded because a watched",
    ],
  ];
  for (const [replies, code, message] of cases) {
    const flush = [request("MULTI"), request("DBSIZE"), request("FLUSHDB"), request("EXEC")];
    await using server = fakeServer(answering([...flush, request("PING")], [...replies, "+PONG\r\n"]));
    await using client = new Client({ port: server.port });
    const [flushed, ping] = [client.flush(), client.send(["PING"])];
    assertEquals((await assertRejects(() => flushed, RedisError, message)).code, code);
    assertEquals(await ping, "PONG");
  }
});

Deno.test("A lost connection rejects what was sent as sent, what was not as not, and the next command reconnects", async () => {
  const value = "x".repeat(64 * 1024);
  await using server = fakeServer(
    async (peer) => {
      await peer.greet();
      await peer.expect(request("GET", "a"), request("GET", "b"));
      await peer.send(":1\r\n$5\r\nhal");
    },
    answering([request("GET", "c")], [":3\r\n"]),
    async (peer) => {
      await peer.greet();
      await peer.expect(request("SET", "d", value).slice(0, 100));
    },
    answering([request("GET", "e")], [":5\r\n"]),
  );
  await using client = new Client({ port: server.port });
  const [first, second] = [client.get("a"), client.get("b")];
  assertEquals(await first, 1);
  const error = await assertRejects(() => second, ConnectionError, "the server closed it in the middle of a reply");
  assertEquals(error.sent, true);
  assertEquals(await client.get("c"), 3);
  await client.close();

  await using other = new Client({ port: server.port });
  const sent = await assertRejects(() => other.set("d", value), ConnectionError, "Lost the connection to");
  assertEquals(sent.sent, true);
  assertEquals(await other.get("e"), 5);
  await other.close();
});

Deno.test("A command that waits for a write in flight is rejected as not sent", async () => {
  const transport = new FakeTransport();
  await using client = new Client({ transport: transport.transport });
  const connected = client.send(["PING"]);
  await transport.greet();
  await transport.nextWrite();
  await transport.send("+PONG\r\n");
  await connected;
  const value = "x".repeat(64 * 1024);
  const results = Promise.allSettled([client.set("k", value), client.get("k")]);
  await transport.end(); // nobody has read what the client wrote
  const errors = (await results).map((result) => (result as PromiseRejectedResult).reason as ConnectionError);
  assertEquals(errors.map(({ name, sent }) => [name, sent]), [["ConnectionError", true], ["ConnectionError", false]]);
});

Deno.test("A connection that ends while nothing waits is replaced without a word", async () => {
  const closed = Promise.withResolvers<void>();
  await using server = fakeServer(
    async (peer) => {
      await peer.greet();
      await peer.expect(request("QUIT"));
      await peer.send("+OK\r\n");
      closed.resolve();
    },
    answering([request("GET", "k")], [":1\r\n"]),
  );
  await using client = new Client({ port: server.port });
  assertEquals(await client.send(["QUIT"]), "OK");
  await closed.promise;
  let reply: unknown;
  for (let tries = 0; reply !== 1 && tries < 100; tries++) { // until the client has seen the end
    reply = await client.get("k").catch((error) => error);
    if (reply !== 1) assertEquals((reply as ConnectionError).name, "ConnectionError");
  }
  assertEquals(reply, 1);
  await client.close();
});

Deno.test("A new connection goes on in the database selected last", async () => {
  await using server = fakeServer(
    async (peer) => {
      await peer.greet();
      await peer.expect(request("select", "3"), request("SELECT", "99"), request("GET", "k"));
      await peer.send("+OK\r\n", "-ERR DB index is out of range\r\n");
    },
    async (peer) => {
      await peer.expect(HELLO, request("SELECT", "3"));
      await peer.send(GREETING, "+OK\r\n");
      await peer.expect(request("GET", "k"));
      await peer.send(":1\r\n");
      await peer.closed();
    },
  );
  await using client = new Client({ port: server.port });
  const settled = await Promise.allSettled([
    client.send(["select", "3"]),
    client.send(["SELECT", 99]),
    client.get("k"),
  ]);
  assertEquals(settled.map((result) => result.status), ["fulfilled", "rejected", "rejected"]);
  assertEquals(await client.get("k"), 1);
  await client.close();
});

Deno.test("A malformed reply, or one that nobody asked for, ends the connection", async () => {
  for (const [replies, reason] of [[["?1\r\n"], "expected a reply"], [[":1\r\n:2\r\n", ":3\r\n"], ""]] as const) {
    await using server = fakeServer(
      async (peer) => {
        await peer.greet();
        await peer.expect(request("GET", "a"));
        await peer.send(...replies);
        await peer.closed();
      },
      answering([request("GET", "b")], [":1\r\n"]),
    );
    await using client = new Client({ port: server.port });
    if (reason === "") assertEquals(await client.get("a"), 1);
    else await assertRejects(() => client.get("a"), ConnectionError, reason);
    assertEquals(await client.get("b"), 1);
    await client.close();
  }
});

Deno.test("A pair of streams is used once: when it ends, so does the client", async () => {
  const transport = new FakeTransport();
  await using client = new Client({ transport: transport.transport });
  const reply = client.get("k");
  await transport.greet();
  assertEquals(await transport.nextWrite(), request("GET", "k"));
  await transport.end();
  await assertRejects(() => reply, ConnectionError, "Lost the connection to the given transport: the server closed it");
  await assertRejects(() => client.get("k"), ConnectionError, "it has ended, and can be used only once");
});

Deno.test("Streams that fail reject with their reason as cause", async () => {
  const reason = new Error("cable cut");
  const failing = new WritableStream<Uint8Array>({ write: () => Promise.reject(reason) });
  await using client = new Client({ transport: { readable: new ReadableStream(), writable: failing } });
  assertEquals((await assertRejects(() => client.get("k"), ConnectionError, "cable cut")).cause, reason);

  const transport = new FakeTransport();
  const writable = new WritableStream<Uint8Array>({ // fails at the second write, after the greeting
    write: async (_chunk, controller) => {
      await transport.send(GREETING);
      controller.error(reason);
    },
  });
  await using other = new Client({ transport: { readable: transport.transport.readable, writable } });
  assertEquals((await assertRejects(() => other.get("k"), ConnectionError, "cable cut")).cause, reason);
});

Deno.test("Client.close waits for the replies to all that was given before, and rejects all after", async () => {
  await using server = fakeServer(answering([request("GET", "a"), request("GET", "b")], [":1\r\n", ":2\r\n"]));
  const client = new Client({ port: server.port });
  const replies = [client.get("a"), client.get("b")];
  const closed = client.close(); // not even connected yet
  await assertRejects(() => client.get("c"), ConnectionError, "the client is closed");
  await assertRejects(() => client.flush(), ConnectionError, "the client is closed");
  await closed;
  assertEquals(await Promise.all(replies), [1, 2]);
  await client.close();
});

Deno.test("Client.close ends in every state, and leaves nothing open", async () => {
  await new Client({ port: 1 }).close(); // never used
  for (const dispose of [(client: Client) => client.close(), (client: Client) => client[Symbol.dispose]()]) {
    const transport = new FakeTransport();
    dispose(new Client({ transport: transport.transport }));
    assertEquals(await transport.nextWrite(), "");
  }

  const hello = Promise.withResolvers<void>();
  await using server = fakeServer(
    async (peer) => {
      await peer.expect(HELLO);
      hello.resolve();
      await peer.closed();
    },
    answering([request("GET", "a")], [":1\r\n"]),
    async (peer) => {
      await peer.greet();
      await peer.expect(request("GET", "a"));
    },
  );
  const greeting = new Client({ port: server.port });
  await assertRejects(() => greeting.set("k", undefined as unknown as string), TypeError); // connects, sends nothing
  await hello.promise;
  await greeting.close();

  const idle = new Client({ port: server.port });
  assertEquals(await idle.get("a"), 1);
  await idle.close();

  const waiting = new Client({ port: server.port });
  const reply = assertRejects(() => waiting.get("a"), ConnectionError, "the server closed it");
  await waiting.close();
  await reply;
});

Deno.test("Disposing of a client with `using` rejects what waits at once", async () => {
  const ready = Promise.withResolvers<void>();
  await using server = fakeServer(async (peer) => {
    await peer.greet();
    await peer.expect(request("BLPOP", "q", "0"));
    ready.resolve();
    await peer.closed();
  });
  let reply: Promise<unknown>;
  {
    using client = new Client({ port: server.port });
    reply = client.send(["BLPOP", "q", 0]);
    await ready.promise;
  }
  const error = await assertRejects(() => reply, ConnectionError, "the client was disposed of");
  assertEquals(error.sent, true);
});

Deno.test("An open connection of a client that was unref'd does not keep the process alive", async () => {
  const ready = Promise.withResolvers<void>();
  await using server = fakeServer(async (peer) => {
    await peer.greet();
    await peer.expect(request("PING"));
    await peer.send("+PONG\r\n");
    ready.resolve();
    await peer.closed();
  });
  const program = `
    import { Client } from "${new URL("../../client.ts", import.meta.url)}";
    const client = new Client({ port: ${server.port} });
    if (Deno.args[0] === "early") client.unref();
    const reply = client.send(["PING"]);
    if (Deno.args[0] === "early") client.ref();
    console.log(await reply);
    client.unref();
  `;
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(path, program);
    const args = ["run", "--no-check", "--no-config", "--allow-net", "--allow-read", path, "early"];
    const { code, stdout } = await new Deno.Command(Deno.execPath(), { args }).output();
    assertEquals([code, new TextDecoder().decode(stdout)], [0, "PONG\n"]);
    await ready.promise;
  } finally {
    await Deno.remove(path);
  }
});
