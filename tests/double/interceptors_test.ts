/** Interceptors that change their own number, fail, or answer when nobody waits any more. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ConnectionError, RedisError, Server } from "../../mod.ts";
import { RawConnection } from "../_harness.ts";

Deno.test("an interceptor that another one has taken away is not asked any more", async () => {
  for (const isLater of [false, true]) {
    await using server = await Server.start();
    await using client = server.client();
    const asked: string[] = [];
    server.intercept(({ name }) => {
      if (name !== "GET") return;
      asked.push("first");
      second[Symbol.dispose]();
      if (isLater) return Promise.resolve();
    });
    const second = server.intercept(({ name }) => void (name === "GET" && asked.push("second")));
    server.intercept(({ name }) => void (name === "GET" && asked.push("third")));
    await client.get("k");
    assertEquals(asked, ["first", "third"]);
  }
});

Deno.test("a fault is not spent on a client that has gone while another interceptor thought about it", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  const answered = Promise.withResolvers<void>();
  let calls = 0;
  using _ = server.intercept(({ name }) => name === "GET" && calls++ === 0 ? answered.promise : undefined);
  server.failNext("GET", "LOADING once");
  const raw = await RawConnection.connect(server.dial());
  await raw.write("GET k\r\n");
  await server.clock.tick(0);
  await raw.close();
  await server.clock.tick(0);
  answered.resolve();
  await assertRejects(() => client.get("k"), RedisError, "LOADING once");
});

Deno.test("after reset nobody is asked about a command of before", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  const answered = Promise.withResolvers<void>();
  let asked = 0;
  server.intercept(({ name }) => name === "GET" ? answered.promise : undefined);
  server.intercept(({ name }) => void (name === "GET" && asked++));
  const lost = assertRejects(() => client.get("k"), ConnectionError);
  await server.clock.tick(0);
  await server.reset();
  answered.resolve();
  await lost;
  assertEquals([await client.get("k"), asked], [null, 0]);
});

Deno.test("what an interceptor throws is told in one line, and once", async () => {
  const lines: string[] = [];
  await using server = await Server.start({ log: { log: (_level, text) => void lines.push(text) } });
  await using client = server.client();
  await client.ping();
  const cases: [unknown, string][] = [
    [new Error("Values are not equal.\n\n    [Diff]\r\n- 1\n+ 2\n"), "Values are not equal. [Diff] - 1 + 2 "],
    ["text\nof two lines", "text of two lines"],
    [Symbol("s"), "Symbol(s)"],
    [null, "null"],
  ];
  for (const [thrown, text] of cases) {
    using _ = server.intercept(() => {
      throw thrown;
    });
    lines.length = 0;
    const error = await assertRejects(() => client.send(["PING"]), RedisError);
    assertEquals([error.message, lines.length], [`ERR an interceptor has thrown: ${text}`, 1]);
  }
});

Deno.test("the text of an error begins with its code", async () => {
  await using server = await Server.start();
  assertThrows(() => server.failNext("GET", " LOADING"), TypeError, 'Cannot reply an error of " LOADING"');
});

Deno.test("failNext takes the names of subcommands as Redis writes them", async () => {
  await using server = await Server.start();
  await using client = server.client();
  for (const name of ["config|get", "CONFIG  GET"]) {
    server.failNext(name, "ERR not now");
    await assertRejects(() => client.configGet("hz"), RedisError, "not now");
  }
});
