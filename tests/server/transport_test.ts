/** Sessions on connections that take little at a time, fail, or end at a bad moment; and what listeners make of them. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { memoryPair, StreamTransport, type Transport } from "../../server/transport.ts";
import { TestHost } from "../_host.ts";
import { CLOSED, RawConnection } from "../_harness.ts";
import { TimerClock } from "../_clock.ts";

/** A connection made of what a test says: requests to read, then whatever `read` and `write` do. */
class FakeTransport implements Transport {
  readonly address = "127.0.0.1:1";
  readonly localAddress = "127.0.0.1:2";
  readonly isLocal = true;
  readonly written: number[] = [];
  closes = 0;
  readonly #closed = Promise.withResolvers<null>();
  #requests: Uint8Array;
  readonly #bytesPerRead: number;

  constructor(requests: string, bytesPerRead = Infinity) {
    this.#requests = new TextEncoder().encode(requests);
    this.#bytesPerRead = bytesPerRead;
  }

  /** Resolves when the session has closed it. */
  get closed(): Promise<null> {
    return this.#closed.promise;
  }

  get text(): string {
    return new TextDecoder().decode(Uint8Array.from(this.written));
  }

  async read(into: Uint8Array): Promise<number | null> {
    await null;
    if (this.#requests.length === 0) return await this.atEnd();
    const count = Math.min(into.length, this.#bytesPerRead, this.#requests.length);
    into.set(this.#requests.subarray(0, count));
    this.#requests = this.#requests.subarray(count);
    return count;
  }

  /** What the read after the last request does: it waits until the connection is closed. */
  atEnd(): Promise<number | null> {
    return this.closed;
  }

  async write(bytes: Uint8Array): Promise<number> {
    await null;
    this.written.push(...bytes);
    return bytes.length;
  }

  close(): void {
    this.closes++;
    this.#closed.resolve(null);
  }
}

const REPLIES = "+OK\r\n$5\r\nhello\r\n+PONG\r\n+OK\r\n";
const REQUESTS = "SET k hello\r\nGET k\r\n*1\r\n$4\r\nPING\r\nQUIT\r\n";

for (const bytesPerRead of [1, 3, Infinity]) {
  for (const bytesPerWrite of [1, 2, Infinity]) {
    Deno.test(`a connection that gives ${bytesPerRead} and takes ${bytesPerWrite} bytes at a time is served`, async () => {
      await using server = new TestHost();
      const transport = new FakeTransport(REQUESTS, bytesPerRead);
      transport.write = async (bytes) => {
        await null;
        const count = Math.min(bytes.length, bytesPerWrite);
        transport.written.push(...bytes.subarray(0, count));
        return count;
      };
      server.host.serve(transport);
      await transport.closed;
      assertEquals(transport.text, REPLIES);
      assertEquals(server.lines, []);
    });
  }
}

Deno.test("replies that come while a write is under way follow it, one write at a time", async () => {
  await using server = new TestHost();
  const transport = new FakeTransport(REQUESTS, 1);
  let writing = 0, most = 0;
  const gates: (() => void)[] = [];
  transport.write = async (bytes) => {
    most = Math.max(most, ++writing);
    const text = [...bytes];
    await new Promise<void>((resolve) => gates.push(resolve));
    writing--;
    transport.written.push(...text);
    return bytes.length;
  };
  server.host.serve(transport);
  while (transport.closes === 0) {
    gates.shift()?.();
    await null;
  }
  assertEquals([transport.text, most], [REPLIES, 1]);
});

/** Ways a connection can fail, with what is said of it in the log. */
const FAILURES: Record<string, [error: Error, line: string | null]> = {
  "is reset": [new Deno.errors.ConnectionReset("reset"), null],
  "breaks": [new Deno.errors.BrokenPipe("broken"), null],
  "has a route no more": [new Error("No route to host (os error 113)"), "No route to host"],
  "sends no TLS": [new Deno.errors.InvalidData("received corrupt message"), "corrupt message"],
};

for (const [how, [error, line]] of Object.entries(FAILURES)) {
  for (const way of ["read", "write"] as const) {
    Deno.test(`a connection that ${how} in a ${way} ends alone`, async () => {
      await using server = new TestHost();
      await using bystander = await RawConnection.connect(server.host.dial());
      assertEquals(await bystander.send("PING"), "+PONG");
      const transport = new FakeTransport("SET k v\r\nGET k\r\n");
      if (way === "read") transport.atEnd = () => Promise.reject(error);
      else transport.write = () => Promise.reject(error);
      server.host.serve(transport);
      await transport.closed;
      while (server.host.engine.clients.size > 1) assertEquals(await bystander.send("PING"), "+PONG");
      assertEquals(await bystander.send("GET", "k"), "$1 v");
      assertEquals(server.host.engine.statistics.unexpectedErrors, 0);
      assertEquals(server.lines.length, line === null ? 0 : 1);
      if (line !== null) {
        assertStringIncludes(server.lines[0]!, way === "read" ? "Reading from client" : "Error writing to client");
        assert(server.lines[0]!.startsWith("verbose: ") && server.lines[0]!.includes(line));
      }
    });
  }
}

Deno.test("a read that fails while output is waiting ends the session, though the write never does", async () => {
  await using server = new TestHost();
  const transport = new FakeTransport(`SET k ${"x".repeat(60_000)}\r\n${"GET k\r\n".repeat(100)}`);
  transport.write = () => transport.closed.then(() => Promise.reject(new Deno.errors.BadResource("closed")));
  transport.atEnd = () => Promise.reject(new Deno.errors.ConnectionReset("reset"));
  server.host.serve(transport);
  await transport.closed;
  while (server.host.engine.clients.size > 0) await null;
  assertEquals(server.lines, []);
});

Deno.test("a protocol error is not told to a client that wants no replies", async () => {
  await using server = new TestHost();
  const transport = new FakeTransport("PING\r\nCLIENT REPLY OFF\r\nPING\r\n*1\r\n!\r\n");
  server.host.serve(transport);
  await transport.closed;
  assertEquals(transport.text, "+PONG\r\n");
});

Deno.test("a client over the soft limit of its output is dropped in time, though it does nothing", async () => {
  const clock = new TimerClock();
  await using server = new TestHost({ "client-output-buffer-limit": "normal 0 1mb 5" }, clock);
  const transport = new FakeTransport(`SET k ${"x".repeat(60_000)}\r\n${"GET k\r\n".repeat(30)}`);
  transport.write = () => transport.closed.then(() => Promise.reject(new Deno.errors.BadResource("closed")));
  server.host.serve(transport);
  const [client] = server.host.engine.clients.values();
  while (client!.connection.pendingOutputBytes < 1_800_000) await new Promise((resolve) => setTimeout(resolve, 0));
  clock.advance(4_900);
  assertEquals(transport.closes, 0);
  clock.advance(300);
  await transport.closed;
  assertEquals(server.host.engine.statistics.outputBufferLimitDisconnections, 1);
});

Deno.test("a unix socket serves as a port does", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/redis.sock`;
  {
    await using server = new TestHost({ "protected-mode": "yes" });
    server.host.listenUnix(path);
    await using connection = await RawConnection.connect(await Deno.connect({ transport: "unix", path }));
    assertEquals(await connection.send("SET", "k", "v"), "+OK");
    const info = await connection.send("CLIENT", "INFO");
    assertStringIncludes(info, `addr=${path}:0 laddr=${path}:0 `);
    assertStringIncludes(info, " flags=U ");
    assertEquals([await connection.send("QUIT"), await connection.readReply()], ["+OK", CLOSED]);
    assertEquals(server.host.engine.tcpPort, 0);
  }
  await Deno.remove(directory, { recursive: true });
});

// ---- Streams ----

Deno.test("a stream's chunk may be larger than the buffer, or empty", async () => {
  const [ours, theirs] = memoryPair();
  const transport = new StreamTransport(theirs, 1);
  const writer = ours.writable.getWriter();
  writer.write(Uint8Array.of(1, 2, 3, 4, 5));
  writer.write(new Uint8Array(0));
  writer.write(Uint8Array.of(6));
  writer.close();
  const into = new Uint8Array(2);
  const counts: (number | null)[] = [], bytes: number[] = [];
  for (let count: number | null = 0; count !== null;) {
    count = await transport.read(into);
    counts.push(count);
    bytes.push(...into.subarray(0, count ?? 0));
  }
  assertEquals([counts, bytes], [[2, 2, 1, 1, null], [1, 2, 3, 4, 5, 6]]);
  transport.close();
  transport.close();
});

Deno.test("closing a stream ends a write that nobody reads", async () => {
  const [ours, theirs] = memoryPair();
  const transport = new StreamTransport(theirs, 1);
  let written = 0;
  const writes = (async () => {
    while (true) written += await transport.write(new Uint8Array(50_000));
  })();
  while (written < 50_000) await null;
  transport.close();
  await assertRejects(() => writes, Deno.errors.ConnectionReset);
  await assertRejects(() => ours.readable.getReader().read());
});

Deno.test("a client in the same process that never stops lets timers run", async () => {
  await using server = new TestHost();
  const { readable, writable } = server.host.dial();
  const writer = writable.getWriter(), reader = readable.getReader();
  let hasRun = false;
  const timer = setTimeout(() => hasRun = true, 0);
  const ping = new TextEncoder().encode("PING\r\n");
  let count = 0;
  for (; !hasRun && count < 200_000; count++) {
    await writer.write(ping);
    await reader.read();
  }
  clearTimeout(timer);
  assert(hasRun, `no timer has run in ${count} round trips`);
  await writer.close();
});

// ---- Listeners and ends ----

/** A listener whose connections are what a test says. */
function fakeListener(accept: () => Promise<Deno.Conn>): Deno.Listener & { closes: number } {
  const fake = {
    accept,
    closes: 0,
    addr: { transport: "tcp", hostname: "127.0.0.1", port: 7 },
    close: () => fake.closes++,
  };
  return fake as unknown as Deno.Listener & { closes: number };
}

Deno.test("a listener that cannot accept is tried again after a while, not at once", async () => {
  const clock = new TimerClock();
  const { host, lines } = new TestHost({}, clock);
  let tries = 0;
  const listener = fakeListener(() => {
    tries++;
    return Promise.reject(new Error("Too many open files (os error 24)"));
  });
  host.serveListener(listener);
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
  await settle();
  assertEquals([tries, lines], [1, ["warning: Accepting client connection: Error: Too many open files (os error 24)"]]);
  clock.advance(99);
  await settle();
  assertEquals(tries, 1);
  clock.advance(1);
  await settle();
  assertEquals(tries, 2);
  await host.close(); // which does not wait for the next try
  assertEquals([tries, listener.closes, clock.delays], [2, 1, []]);
});

Deno.test("a listener that is closed is not tried again", async () => {
  await using server = new TestHost();
  const refused = Promise.withResolvers<Deno.Conn>();
  const listener = fakeListener(() => refused.promise);
  server.host.serveListener(listener);
  assertEquals(server.host.engine.tcpPort, 7);
  server.host.stopListening(listener);
  refused.reject(new Deno.errors.BadResource("Listener has been closed"));
  await refused.promise.catch(() => {});
  assertEquals([listener.closes, server.host.engine.tcpPort, server.lines], [1, 0, []]);
});

Deno.test("the port told is that of the first listener there is", async () => {
  await using server = new TestHost();
  const { host } = server;
  const first = Deno.listen({ hostname: "127.0.0.1", port: 0 }),
    second = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  host.serveListener(first);
  host.serveListener(second);
  assertEquals(host.engine.tcpPort, first.addr.port);
  host.stopListening(first);
  assertEquals(host.engine.tcpPort, second.addr.port);
});

Deno.test("a connection that comes while the server closes is closed too", async () => {
  const { host } = new TestHost();
  const late = new FakeTransport("PING\r\n");
  const closing = host.close();
  host.serve(late);
  await closing;
  assertEquals([late.closes, late.text, host.engine.clients.size], [1, "", 0]);
});

Deno.test("a server closes though a client that was turned away never reads why", async () => {
  const { host, lines } = new TestHost({ maxclients: "1" });
  const served = await RawConnection.connect(host.dial());
  assertEquals(await served.send("PING"), "+PONG");
  const unread = new FakeTransport("");
  unread.write = () => unread.closed.then(() => Promise.reject(new Deno.errors.BadResource("closed")));
  host.serve(unread);
  await host.close();
  assert(unread.closes > 0 && host.engine.statistics.rejectedConnections === 1);
  assertEquals(lines.length, 1);
  await served.close();
});

Deno.test("a transport that cannot even be closed ends its session only, and is logged", async () => {
  const { host, lines } = new TestHost();
  const broken = new FakeTransport("PING\r\n");
  broken.close = () => {
    throw new Error("cannot close");
  };
  broken.atEnd = () => Promise.resolve(null);
  host.serve(broken);
  while (host.engine.clients.size > 0) await null;
  await host.close();
  assertEquals(lines.length, 1);
  assertStringIncludes(lines[0]!, "Error: cannot close");
});
