import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { Client, ConnectionError, RedisError } from "../../client.ts";
import { fakeServer, GREETING, HELLO, MINIREDIS_GREETING, request, runScripts, type Script } from "./_fake_server.ts";
import { CA_CERT, CERT, KEY } from "./_certificate.ts";

const UNKNOWN = "-ERR unknown command 'HELLO', with args beginning with: '3' 'AUTH' 'ann' 'secret' \r\n";
const NOPROTO = "-NOPROTO unsupported protocol version\r\n";

/** Plays the script to a client with these settings and one PING; returns the error of that. */
async function failedGreeting(options: object, script: Script): Promise<ConnectionError> {
  await using server = fakeServer(script);
  await using client = new Client({ port: server.port, ...options });
  const error = await assertRejects(() => client.send(["PING"]), ConnectionError);
  assertEquals(error.sent, false);
  assertEquals(error.message.includes("secret"), false);
  return error;
}

Deno.test("A client greets with protocol, login, name and database in one write", async () => {
  await using server = fakeServer(async (peer) => {
    await peer.expect(request("HELLO", "3", "AUTH", "ann", "secret", "SETNAME", "worker"), request("SELECT", "2"));
    await peer.send(GREETING, "+OK\r\n");
    await peer.expect(request("PING"));
    await peer.send("+PONG\r\n");
    await peer.closed();
  });
  const url = `redis://ann:secret@127.0.0.1:${server.port}/2`;
  await using client = new Client({ url, name: "worker" });
  assertEquals(await client.send(["PING"]), "PONG");
});

Deno.test("A client falls back to RESP2 where the server knows no HELLO, or not RESP3", async () => {
  for (
    const refusal of [UNKNOWN, NOPROTO, "-ERR unknown command `hello`\r\n", "-ERR unsupported command 'hello'\r\n"]
  ) {
    await using server = fakeServer(async (peer) => {
      await peer.expect(request("HELLO", "3", "AUTH", "ann", "secret", "SETNAME", "worker"), request("SELECT", "2"));
      await peer.send(refusal, "-NOAUTH Authentication required.\r\n");
      await peer.expect(
        request("AUTH", "ann", "secret"),
        request("CLIENT", "SETNAME", "worker"),
        request("SELECT", "2"),
      );
      await peer.send("+OK\r\n+OK\r\n+OK\r\n");
      await peer.expect(request("HGETALL", "h"), request("GET", "k"), request("ZSCORE", "z", "m"));
      await peer.send("*4\r\n$1\r\na\r\n$1\r\n1\r\n$9\r\n__proto__\r\n$1\r\n2\r\n", "$-1\r\n", "$3\r\n1.5\r\n");
      await peer.closed();
    });
    const url = `redis://ann:secret@127.0.0.1:${server.port}/2`;
    await using client = new Client({ url, name: "worker" });
    const replies = await Promise.all([
      client.send(["HGETALL", "h"]),
      client.get("k"),
      client.send(["ZSCORE", "z", "m"]),
    ]);
    assertEquals(replies, [Object.fromEntries([["a", "1"], ["__proto__", "2"]]), null, 1.5]);
  }
});

Deno.test("A client without a password needs no second write to fall back", async () => {
  await using server = fakeServer(async (peer) => {
    await peer.expect(HELLO);
    await peer.send(NOPROTO);
    await peer.expect(request("PING"));
    await peer.send("+PONG\r\n");
    await peer.closed();
  });
  await using client = new Client({ port: server.port });
  assertEquals(await client.send(["PING"]), "PONG");
});

Deno.test("A client logs in to an old server without naming the default user", async () => {
  await using server = fakeServer(async (peer) => {
    await peer.expect(request("HELLO", "3", "AUTH", "default", "secret"));
    await peer.send("-ERR unknown command `HELLO`\r\n");
    await peer.expect(request("AUTH", "secret"));
    await peer.send("+OK\r\n");
    await peer.expect(request("PING"));
    await peer.send("+PONG\r\n");
    await peer.closed();
  });
  await using client = new Client({ port: server.port, password: "secret" });
  assertEquals(await client.send(["PING"]), "PONG");
});

Deno.test("A client told to speak RESP2 says so, and knows miniredis all the same", async () => {
  await using server = fakeServer(async (peer) => {
    await peer.expect(request("HELLO", "2"));
    await peer.send("*4\r\n$9\r\nminiredis\r\n$5\r\n0.1.0\r\n$5\r\nproto\r\n:2\r\n");
    await peer.expect("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n*1\r\n#t\r\n");
    await peer.send("+OK\r\n");
    await peer.closed();
  });
  await using client = new Client({ port: server.port, protocol: 2 });
  assertEquals(await client.set("k", [true]), 1);
});

Deno.test("A greeting with maps as Map, or after a push message, is understood", async () => {
  await using server = fakeServer(async (peer) => {
    await peer.expect(HELLO);
    await peer.send(">2\r\n$4\r\nnews\r\n:1\r\n", MINIREDIS_GREETING);
    await peer.expect("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n_\r\n");
    await peer.send("+OK\r\n");
    await peer.closed();
  });
  await using client = new Client({ port: server.port, map: "map", decode: "bytes" });
  assertEquals(await client.set("k", null), 1);
});

Deno.test("A refused greeting rejects with the server's reason as cause, and without the password", async () => {
  const login = request("HELLO", "3", "AUTH", "default", "secret");
  const refusals: [object, string, string[], string, string][] = [
    [
      { password: "secret" },
      login,
      ["-WRONGPASS invalid username-password pair or user is disabled.\r\n"],
      "WRONGPASS",
      "HELLO",
    ],
    [{}, HELLO, ["-NOAUTH HELLO must be called with the client already authenticated\r\n"], "NOAUTH", "HELLO"],
    [{}, HELLO, ["-ERR max number of clients reached\r\n"], "ERR", "HELLO"],
    [{ db: 99 }, HELLO + request("SELECT", "99"), [GREETING, "-ERR DB index is out of range\r\n"], "ERR", "SELECT"],
  ];
  for (const [options, greeting, replies, code, command] of refusals) {
    const error = await failedGreeting(options, async (peer) => {
      await peer.expect(greeting);
      await peer.send(...replies);
    });
    assertInstanceOf(error.cause, RedisError);
    const cause = error.cause as RedisError;
    assertEquals([cause.code, cause.command], [code, command]);
    assertEquals(error.message.endsWith(`: ${cause.message}`), true);
  }
  const token = "secret".repeat(50); // of long arguments servers repeat a part
  const repeated: [string, string, string][] = [
    ["secret", "ERR unknown command `AUTH`, with args beginning with: `ann`, `secret`, ", "ERR unknown command `AUTH`"],
    [token, "ERR unknown command `AUTH`, with args beginning with: `ann`, `secretsec", "ERR unknown command `AUTH`"],
    ["secret", "ERR what is 'secret'?", "ERR what is '***'?"],
  ];
  for (const [password, answer, told] of repeated) {
    const error = await failedGreeting({ username: "ann", password }, async (peer) => {
      await peer.expect(request("HELLO", "3", "AUTH", "ann", password));
      await peer.send(UNKNOWN);
      await peer.expect(request("AUTH", "ann", password));
      await peer.send(`-${answer}\r\n`);
    });
    assertEquals(error.message.split(": ").slice(1).join(": "), told);
  }
});

Deno.test("A server that goes away in the middle of the greeting rejects what waits for it", async () => {
  for (const part of ["", "%2\r\n$6\r\nser", GREETING.slice(0, -1)]) {
    const error = await failedGreeting({}, async (peer) => {
      await peer.expect(HELLO);
      await peer.send(part);
    });
    const inside = part === "" ? "" : " in the middle of a reply";
    assertEquals(error.message.replace(/:\d+:/, ":"), `Cannot connect to 127.0.0.1: the server closed it${inside}`);
  }
});

Deno.test("A server that speaks another protocol rejects what waits for it", async () => {
  const error = await failedGreeting({}, async (peer) => {
    await peer.expect(HELLO);
    await peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
  });
  assertEquals((error.cause as Error).name, "ProtocolError");
});

Deno.test("A server that does not answer the greeting runs into the time limit", async () => {
  const error = await failedGreeting({ connectTimeoutMs: 20 }, async (peer) => {
    await peer.expect(HELLO);
    await peer.closed();
  });
  assertEquals(error.message.endsWith(": no answer within 20 ms"), true);
  assertEquals((error.cause as Error).name, "TimeoutError");
});

Deno.test("A signal aborts the greeting, and every attempt after it", async () => {
  const abort = new AbortController();
  const reason = new Error("enough");
  const error = await failedGreeting({ signal: abort.signal }, async (peer) => {
    await peer.expect(HELLO);
    abort.abort(reason);
    await peer.closed();
  });
  assertEquals(error.cause, reason);
  await using client = new Client({ port: 1, signal: abort.signal });
  assertEquals((await assertRejects(() => client.get("k"), ConnectionError)).cause, reason);
});

Deno.test("A port where nobody listens rejects what waits, and the next command tries again", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await using client = new Client({ port });
  const results = await Promise.allSettled([client.get("a"), client.get("b")]);
  assertEquals(results.map((result) => result.status), ["rejected", "rejected"]);
  const error = await assertRejects(() => client.get("c"), ConnectionError, `Cannot connect to 127.0.0.1:${port}: `);
  assertInstanceOf(error.cause, Deno.errors.ConnectionRefused);

  await using _server = runScripts(Deno.listen({ hostname: "127.0.0.1", port }), port, [async (peer) => {
    await peer.greet();
    await peer.expect(request("GET", "d"));
    await peer.send("$1\r\n1\r\n");
    await peer.closed();
  }]);
  assertEquals(await client.get("d"), "1");
  await client.close();
});

Deno.test("A client reaches its server through a Unix domain socket", async () => {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/redis.sock`;
  try {
    await using _server = runScripts(Deno.listen({ transport: "unix", path }), 0, [async (peer) => {
      await peer.expect(HELLO, request("SELECT", "2"));
      await peer.send(GREETING, "+OK\r\n");
      await peer.expect(request("PING"));
      await peer.send("+PONG\r\n");
      await peer.closed();
    }]);
    await using client = new Client(`unix://${path}?db=2`);
    assertEquals(await client.send(["PING"]), "PONG");
    await client.close();
    await using nowhere = new Client({ path: `${dir}/none.sock` });
    await assertRejects(() => nowhere.get("k"), ConnectionError, `Cannot connect to ${dir}/none.sock: `);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("A client reaches its server through TLS, with and without a certificate of its own", async () => {
  for (const own of [{}, { cert: CERT, key: KEY }]) {
    const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert: CERT, key: KEY });
    await using _server = runScripts(listener, listener.addr.port, [async (peer) => {
      await peer.greet();
      await peer.expect(request("PING"));
      await peer.send("+PONG\r\n");
      await peer.closed();
    }]);
    const url = `rediss://localhost:${listener.addr.port}`;
    await using client = new Client({ url, tls: { caCerts: [CA_CERT], ...own } });
    assertEquals(await client.send(["PING"]), "PONG");
    await client.close();
  }
});

Deno.test("A client trusts no certificate of an unknown authority", async () => {
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert: CERT, key: KEY });
  await using _server = runScripts(listener, listener.addr.port, [async (peer) => {
    await assertRejects(() => peer.expect(HELLO));
  }]);
  await using client = new Client(`rediss://localhost:${listener.addr.port}`);
  await assertRejects(() => client.get("k"), ConnectionError, "UnknownIssuer");
});

Deno.test("Certificates that cannot be read reject what waits, and leave nothing open", async () => {
  const malformed = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  for (const tls of [{ caCerts: [malformed] }, { cert: "garbage", key: "garbage" }, { cert: CERT, key: CA_CERT }]) {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await using client = new Client({ port: listener.addr.port, tls });
    const error = await assertRejects(() => client.get("k"), ConnectionError, "Cannot connect to 127.0.0.1:");
    assertEquals((error.cause as Error).name === "TimeoutError", false);
  }
});
