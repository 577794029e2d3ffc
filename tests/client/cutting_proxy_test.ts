/** The proxy that cuts connections (_cutting_proxy.ts). */
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { type Cut, type CutManner, type CuttingProxy, cuttingProxy, randomRules } from "./_cutting_proxy.ts";

const HOST = "127.0.0.1";
const UTF8 = new TextEncoder();
const TEXT = new TextDecoder();

/** A server that answers what it is sent, in capital letters, and keeps it. */
function upperCaseServer(): AsyncDisposable & { readonly port: number; readonly received: string[] } {
  const listener = Deno.listen({ hostname: HOST, port: 0 });
  const received: string[] = [];
  const answer = async (conn: Deno.TcpConn, index: number): Promise<void> => {
    using open = conn;
    const buffer = new Uint8Array(1024);
    try {
      for (let size; (size = await open.read(buffer)) !== null;) {
        const text = TEXT.decode(buffer.subarray(0, size));
        received[index] += text;
        await writeAll(open, text.toUpperCase());
      }
    } catch (error) {
      if (!isLost(error)) throw error;
    }
  };
  const serving = (async () => {
    const answers: Promise<void>[] = [];
    for await (const conn of listener) answers.push(answer(conn, received.push("") - 1));
    await Promise.all(answers);
  })();
  return {
    port: listener.addr.port,
    received,
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
    },
  };
}

function isLost(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe;
}

async function writeAll(conn: Deno.Conn, text: string): Promise<void> {
  const bytes = UTF8.encode(text);
  for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
}

function dial({ port }: CuttingProxy): Promise<Deno.TcpConn> {
  return Deno.connect({ hostname: HOST, port });
}

/** Reads to the end, which it names. */
async function readToEnd(conn: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(1024);
  let text = "";
  try {
    for (let size; (size = await conn.read(buffer)) !== null;) text += TEXT.decode(buffer.subarray(0, size));
    return `${text}(end)`;
  } catch (error) {
    if (!isLost(error)) throw error;
    return `${text}(reset)`;
  }
}

/** A reset may come before the connection is the caller's. */
async function dialAndRead(proxy: CuttingProxy, request = ""): Promise<string> {
  try {
    using conn = await dial(proxy);
    await writeAll(conn, request);
    return await readToEnd(conn);
  } catch (error) {
    if (!isLost(error)) throw error;
    return "(reset)";
  }
}

async function exchange(conn: Deno.Conn, text: string): Promise<string> {
  await writeAll(conn, text);
  const buffer = new Uint8Array(text.length);
  for (let filled = 0; filled < buffer.length;) {
    const size = await conn.read(buffer.subarray(filled));
    if (size === null) return `${TEXT.decode(buffer.subarray(0, filled))}(end)`;
    filled += size;
  }
  return TEXT.decode(buffer);
}

const ENDS: readonly (readonly [CutManner, string])[] = [
  ["close", "(end)"],
  ["reset", "(reset)"],
  ["half-close", "(end)"],
];

Deno.test("A proxy without a rule carries everything, both ways and both ends", async () => {
  await using server = upperCaseServer();
  await using proxy = await cuttingProxy(server.port, { record: true });
  const long = "a long text, ".repeat(100_000);
  {
    using conn = await dial(proxy);
    const [, reply] = await Promise.all([
      writeAll(conn, long).then(() => conn.closeWrite()),
      readToEnd(conn),
    ]);
    assertEquals(reply.length, long.length + "(end)".length);
    assert(reply === `${long.toUpperCase()}(end)`);
  }
  assert(proxy.received[0] === long);
  assertEquals([proxy.connections, proxy.cuts], [1, 0]);
});

for (const [how, end] of ENDS) {
  Deno.test(`A rule for a reply lets exactly so many bytes of it through: ${how}`, async () => {
    await using server = upperCaseServer();
    await using proxy = await cuttingProxy(server.port);
    const cut = proxy.cutNext({ when: "reply", bytes: 8, how });
    using conn = await dial(proxy);
    assertEquals(await exchange(conn, "hello"), "HELLO");
    await writeAll(conn, " world");
    assertEquals(await readToEnd(conn), `HELLO WO${end}`.slice(5));
    assertEquals(await cut, { requestBytes: 11, replyBytes: 8 });
    assertEquals(server.received, ["hello world"]);
    assertEquals([proxy.connections, proxy.cuts], [1, 1]);
  });

  Deno.test(`A rule for a request lets exactly so many bytes of it through: ${how}`, async () => {
    await using server = upperCaseServer();
    await using proxy = await cuttingProxy(server.port, { record: true });
    const cuts = [
      proxy.cutNext({ when: "request", bytes: 5, how }),
      proxy.cutNext({ when: "request", bytes: 5, passed: 3, how }),
      proxy.cutNext({ when: "request", bytes: 5, passed: 0, how }),
    ];
    for (const cut of cuts) {
      using conn = await dial(proxy);
      await writeAll(conn, "abc");
      await writeAll(conn, "defg");
      assert((await readToEnd(conn)).endsWith(end));
      await cut;
    }
    assertEquals(server.received, ["abcde", "abc", ""]);
    assertEquals(proxy.received, ["abcde", "abc", ""]);
    assertEquals((await Promise.all(cuts)).map((cut) => cut?.requestBytes), [5, 3, 0]);
    assertEquals([proxy.connections, proxy.cuts], [3, 3]);
  });

  Deno.test(`A rule for accepting ends a connection before the server is dialled: ${how}`, async () => {
    await using server = upperCaseServer();
    await using proxy = await cuttingProxy(server.port);
    const cut = proxy.cutNext({ when: "accept", how });
    assertEquals(await dialAndRead(proxy), end);
    assertEquals(await cut, { requestBytes: 0, replyBytes: 0 });
    using next = await dial(proxy);
    assertEquals(await exchange(next, "next"), "NEXT");
    assertEquals(server.received, ["next"]);
  });
}

Deno.test("A half-closed connection still takes what is written to it, and passes nothing on", async () => {
  await using server = upperCaseServer();
  await using proxy = await cuttingProxy(server.port);
  const cut = proxy.cutNext({ when: "reply", bytes: 1, how: "half-close" });
  using conn = await dial(proxy);
  await writeAll(conn, "a");
  assertEquals(await readToEnd(conn), "A(end)");
  await cut;
  for (let i = 0; i < 20; i++) await writeAll(conn, "x".repeat(100_000)); // more than any buffer takes
  assertEquals(server.received, ["a"]);
  assertEquals(proxy.open, 1);
});

Deno.test("cutOpen() counts from now, and for each connection by itself", async () => {
  await using server = upperCaseServer();
  await using proxy = await cuttingProxy(server.port);
  using a = await dial(proxy);
  using b = await dial(proxy);
  assertEquals([await exchange(a, "long before"), await exchange(b, "b")], ["LONG BEFORE", "B"]);
  const cuts = proxy.cutOpen({ when: "reply", bytes: 2 });
  using later = await dial(proxy);
  assertEquals(await exchange(later, "not meant"), "NOT MEANT");
  await writeAll(b, "xyz");
  assertEquals(await readToEnd(b), "XY(end)");
  assertEquals(await exchange(a, "1"), "1");
  await writeAll(a, "234");
  assertEquals(await readToEnd(a), "2(end)");
  assertEquals(await exchange(later, "still"), "STILL");
  assertEquals((await cuts).map((cut) => cut?.replyBytes), [2, 2]);
});

Deno.test("A rule that is replaced, or never met, or left at the end, resolves to null", async () => {
  await using server = upperCaseServer();
  const ends: Promise<Cut | null>[] = [];
  {
    await using proxy = await cuttingProxy(server.port);
    ends.push(proxy.cutNext({ when: "reply", bytes: 1_000 }));
    ends.push(proxy.cutNext({ when: "reply", bytes: 1_000 }));
    ends.push(proxy.cutNext({ when: "accept" }));
    using replaced = await dial(proxy);
    assertEquals(await exchange(replaced, "a"), "A");
    const cut = proxy.cutOpen({ when: "request", bytes: 1 });
    assertEquals(await ends[0], null);
    await writeAll(replaced, "b");
    assertEquals((await cut).length, 1);
    {
      using unmet = await dial(proxy);
      assertEquals(await exchange(unmet, "a"), "A");
    }
    assertEquals(await ends[1], null);
    assertEquals(proxy.cuts, 1);
  }
  assertEquals(await Promise.all(ends), [null, null, null]);
});

Deno.test("cutAll() ends what is open, and settles when the server knows", async () => {
  await using server = upperCaseServer();
  await using proxy = await cuttingProxy(server.port);
  for (const [how, end] of ENDS) {
    using a = await dial(proxy);
    using b = await dial(proxy);
    assertEquals([await exchange(a, "a"), await exchange(b, "b")], ["A", "B"]);
    await proxy.cutAll(how);
    assertEquals([await readToEnd(a), await readToEnd(b)], [end, end]);
  }
  assertEquals([proxy.connections, proxy.cuts], [6, 6]);
});

Deno.test("refuse() has connections refused until accept(), and leaves open ones alone", async () => {
  await using server = upperCaseServer();
  await using proxy = await cuttingProxy(server.port);
  using open = await dial(proxy);
  assertEquals(await exchange(open, "a"), "A");
  const { port } = proxy;
  proxy.refuse();
  await assertRejects(() => dial(proxy), Deno.errors.ConnectionRefused);
  assertEquals(await exchange(open, "b"), "B");
  await proxy.accept();
  assertEquals(proxy.port, port);
  using next = await dial(proxy);
  assertEquals(await exchange(next, "c"), "C");
});

Deno.test("A server that is not there ends the connection", async () => {
  let port: number;
  {
    await using server = upperCaseServer();
    port = server.port;
  }
  await using proxy = await cuttingProxy(port);
  using conn = await dial(proxy);
  assertEquals((await readToEnd(conn)).replace("reset", "end"), "(end)");
});

Deno.test("randomRules() gives the same rules for the same seed, of all kinds", () => {
  const take = (seed: number) => {
    const next = randomRules(seed, 40);
    return Array.from({ length: 500 }, () => next());
  };
  const rules = take(1);
  assertEquals(take(1), rules);
  assertNotEquals(take(2), rules);
  const kinds = new Set(rules.map((rule) => `${rule.when} ${rule.how}`));
  assertEquals(kinds.size, 9);
  const bytes = rules.flatMap((rule) => "bytes" in rule ? [rule.bytes] : []);
  assertEquals([Math.min(...bytes), Math.max(...bytes)], [0, 40]);
});

Deno.test("A hundred connections are cut as random rules say, to the byte", async () => {
  await using server = upperCaseServer();
  await using proxy = await cuttingProxy(server.port, { record: true });
  const next = randomRules(42, 30);
  const text = "abcdefghijklmnopqrstuvwxyz0123456789";
  for (let i = 0; i < 100; i++) {
    const rule = next();
    const cut = proxy.cutNext(rule);
    const reply = (await dialAndRead(proxy, text)).replace(/\(\w+\)/, "");
    const { requestBytes, replyBytes } = (await cut)!;
    const passed = rule.when === "request" ? rule.bytes : requestBytes;
    assertEquals([requestBytes, proxy.received[i]], [passed, text.slice(0, passed)], JSON.stringify(rule));
    if (rule.when === "reply") assertEquals(reply, text.toUpperCase().slice(0, rule.bytes), JSON.stringify(rule));
    assert(reply.length <= replyBytes, JSON.stringify(rule));
  }
  assertEquals([proxy.connections, proxy.cuts], [100, 100]);
  const notEmpty = (texts: readonly string[]) => texts.filter((text) => text !== "");
  assertEquals(notEmpty(server.received), notEmpty(proxy.received));
});
