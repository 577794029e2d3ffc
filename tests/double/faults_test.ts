/** Faults that a test asks for: interceptors, and errors of the next calls. */
import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { ConnectionError, type Interception, RedisError, Server, SimpleString } from "../../mod.ts";
import { RawConnection } from "../_harness.ts";

const LOADING = "LOADING Redis is loading the dataset in memory";

/** Sends requests on a connection of their own, and reads all that comes until the server ends it. */
async function exchange(server: Server, requests: string): Promise<string> {
  const { readable, writable } = server.dial();
  const writer = writable.getWriter();
  await writer.write(new TextEncoder().encode(requests));
  const replies = await new Response(readable).text();
  await writer.close().catch(() => {}); // the server was faster
  return replies;
}

Deno.test("failNext has the next calls of a command fail, in the order asked for, and no others", async () => {
  await using server = await Server.start();
  await using client = server.client();
  server.failNext("get", LOADING, { times: 2 });
  server.failNext("GET", "ERR third");
  assertEquals(await client.set("k", "v"), 1);
  for (const text of [LOADING, LOADING, "ERR third"]) await assertRejects(() => client.get("k"), RedisError, text);
  assertEquals(await client.get("k"), "v");
  assertEquals(server.stats().errors, 3);
});

Deno.test("failNext takes subcommands by both words, and its faults back", async () => {
  await using server = await Server.start();
  await using client = server.client();
  {
    using _ = server.failNext("config set", "ERR not now", { times: 5 });
    assertEquals(await client.send(["CONFIG", "GET", "maxclients"]), { maxclients: "10000" });
    await assertRejects(() => client.send(["CONFIG", "SET", "maxclients", "5"]), RedisError, "not now");
  }
  assertEquals(await client.send(["CONFIG", "SET", "maxclients", "5"]), "OK");
});

Deno.test("failNext refuses what cannot be an error or a number of times", async () => {
  await using server = await Server.start();
  assertThrows(() => server.failNext("GET", ""), TypeError, 'Cannot reply an error of ""');
  assertThrows(() => server.failNext("GET", "ERR a\r\n+OK"), TypeError, "Cannot reply an error");
  for (const times of [0, -1, 1.5, NaN]) {
    assertThrows(() => server.failNext("GET", "ERR", { times }), TypeError, `Cannot fail ${times} times`);
  }
});

Deno.test("an interceptor sees name, arguments, bytes and connection, of commands that do not exist too", async () => {
  await using server = await Server.start();
  const raw = await RawConnection.connect(server.dial());
  const seen: unknown[] = [];
  using _ = server.intercept(({ name, args, bytes }, { name: client, db, protocol, address }) => {
    seen.push([name, args, bytes.map((arg) => arg.length), client, db, protocol]);
    assertMatch(address, /^memory:\d+$/);
  });
  await raw.send("set", "ké", "v\xff");
  await raw.send("CLIENT", "SETNAME", "worker");
  await raw.send("SELECT", "3");
  await raw.send("HELLO", "3");
  await raw.send("JSON.Get", "doc");
  await raw.send("CONFIG", "nonsense", "x");
  await raw.send("config");
  await raw.send("GET");
  assertEquals(seen, [
    ["SET", ["ké", "vÿ"], [3, 3], "", 0, 2],
    ["CLIENT SETNAME", ["worker"], [6], "", 0, 2],
    ["SELECT", ["3"], [1], "worker", 0, 2],
    ["HELLO", ["3"], [1], "worker", 3, 2],
    ["JSON.GET", ["doc"], [3], "worker", 3, 3],
    ["CONFIG", ["nonsense", "x"], [8, 1], "worker", 3, 3],
    ["CONFIG", [], [], "worker", 3, 3],
    ["GET", [], [], "worker", 3, 3],
  ]);
  await raw.close();
});

Deno.test("an interceptor's reply takes the place of the command, in the protocol of the client", async () => {
  await using server = await Server.start();
  const raw = await RawConnection.connect(server.dial());
  const replies: Record<string, Interception> = {
    GET: { reply: "text" },
    PING: { reply: new SimpleString("OK") },
    DBSIZE: { reply: 7 },
    HGETALL: { reply: { a: "1" } },
    TIME: { reply: [null, true, 1.5] },
  };
  using _ = server.intercept(({ name }) => replies[name]);
  const ask = async () => {
    const answers: string[] = [];
    for (const name of Object.keys(replies)) answers.push(await raw.send(name, "k"));
    return answers;
  };
  assertEquals(await ask(), ["$4 text", "+OK", ":7", "*2[$1 a, $1 1]", "*3[$-1, :1, $3 1.5]"]);
  await raw.send("HELLO", "3");
  assertEquals(await ask(), ["$4 text", "+OK", ":7", "%1{$1 a: $1 1}", "*3[_, #t, ,1.5]"]);
  assertEquals(server.stats().calls, { HELLO: 1 }, "what was answered has not been run");
  await raw.close();
});

Deno.test("the first interceptor that answers decides; those that are taken away are not asked", async () => {
  await using server = await Server.start();
  await using client = server.client();
  const asked: string[] = [];
  const first = server.intercept(() => void asked.push("first"));
  using _second = server.intercept(({ name }) => name === "GET" ? { reply: "second" } : undefined);
  using _third = server.intercept(() => ({ reply: "third" }));
  assertEquals([await client.get("k"), await client.send(["PING"])], ["second", "third"]);
  assert(asked.length >= 2);
  first[Symbol.dispose]();
  asked.length = 0;
  assertEquals([await client.get("k"), asked], ["second", []]);
});

Deno.test("a delay holds back its connection and no other, by the server's clock", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using slow = server.client({ name: "slow" });
  await using other = server.client();
  const replies: unknown[] = [];
  using _ = server.intercept(({ name }, from) =>
    from.name === "slow" && name === "INCR" ? { delayMs: 100 } : undefined
  );
  const first = slow.incr("n").then((n) => replies.push(n));
  const second = slow.incr("n").then((n) => replies.push(n));
  assertEquals(await other.set("n", 10), 1);
  await server.clock.tick(99);
  assertEquals(replies, []);
  await server.clock.tick(1);
  assertEquals(replies, [11], "the second has a delay of its own");
  await server.clock.tick(100);
  assertEquals(replies, [11, 12]);
  await Promise.all([first, second]);
});

Deno.test("an error, a reply and an end may come after a delay", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  const happens: Record<string, Interception> = {
    GET: { delayMs: 5, error: LOADING },
    PING: { delayMs: 5, reply: "late" },
    INCR: { delayMs: 5, drop: true },
  };
  using _ = server.intercept(({ name }) => happens[name]);
  const failed = assertRejects(() => client.get("k"), RedisError, LOADING);
  const late = client.send(["PING"]);
  const dropped = assertRejects(() => client.incr("n"), ConnectionError);
  await server.clock.tick(15);
  assertEquals(await late, "late");
  await Promise.all([failed, dropped]);
  assertEquals(server.db(0).get("n"), null);
});

Deno.test("drop ends the connection after the replies before it, and the command has not been run", async () => {
  await using server = await Server.start();
  using _ = server.intercept(({ name }) => name === "INCR" ? { drop: true } : undefined);
  assertEquals(await exchange(server, "SET a 1\r\nINCR n\r\nSET b 2\r\n"), "+OK\r\n");
  assertEquals(server.db(0).keys(), ["a"]);
});

Deno.test("cutAfterBytes ends the connection within the reply, and the command has been run", async () => {
  await using server = await Server.start();
  for (const [cutAfterBytes, rest] of [[0, "+OK\r\n"], [3, "+OK\r\n$5\r"], [100, "+OK\r\n$5\r\nhello\r\n"]] as const) {
    using _ = server.intercept(({ name }) => name === "GETSET" ? { cutAfterBytes } : undefined);
    assertEquals(await exchange(server, "SET a hello\r\nGETSET a b\r\nSET c 3\r\n"), rest);
  }
  assertEquals([server.db(0).get("a"), server.db(0).has("c")], ["b", false]);
});

Deno.test("a command that hangs is never answered, nor is what follows on its connection", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  await using other = server.client();
  let isSettled = false;
  {
    using _ = server.intercept(({ name }) => name === "GET" ? { hang: true } : undefined);
    client.get("k").finally(() => isSettled = true).catch(() => {});
    client.set("k", "v").catch(() => {});
    await server.clock.tick(3_600_000);
  }
  await server.clock.tick(3_600_000);
  assertEquals([isSettled, await other.get("k")], [false, null]);
  await server.dropConnections();
});

Deno.test("an interceptor may answer later; meanwhile its connection waits", async () => {
  await using server = await Server.start();
  await using client = server.client();
  await using other = server.client();
  const { promise, resolve } = Promise.withResolvers<Interception | undefined>();
  let asked = 0;
  using _ = server.intercept(({ name, args }) => {
    if (name !== "GET" || args[0] !== "held") return;
    asked++;
    return promise;
  });
  const held = client.get("held"), behind = client.get("k");
  assertEquals(await other.set("held", "v"), 1);
  resolve(undefined);
  assertEquals([await held, await behind, asked], ["v", null, 1]);
  const refusing = server.intercept(async ({ name }) => {
    await null;
    return name === "GET" ? { error: LOADING } : undefined;
  });
  await assertRejects(() => client.get("k"), RedisError, LOADING);
  refusing[Symbol.dispose]();
  assertEquals(await client.get("k"), null);
});

Deno.test("what an interceptor throws, or answers in vain, reaches whoever waits for the reply, and the log", async () => {
  const lines: string[] = [];
  await using server = await Server.start({ log: { log: (_level, text) => void lines.push(text) } });
  await using client = server.client();
  const cases: [Interception | Error, string][] = [
    [new Error("no such user"), "ERR an interceptor has thrown: no such user"],
    [{}, "An interception is one of delayMs, reply, error, drop, hang, cutAfterBytes"],
    [{ reply: 1, error: "ERR" }, "Cannot have reply and error of the same command"],
    [{ delayMs: -1 }, "Cannot take -1 for delayMs"],
    [{ cutAfterBytes: NaN }, "Cannot take NaN for cutAfterBytes"],
    [{ error: "a\nb" }, "Cannot reply an error of"],
    [{ reply: undefined as unknown as null }, "An interception is one of"],
  ];
  for (const [outcome, text] of cases) {
    for (const later of [false, true]) {
      using _ = server.intercept(({ name }) => {
        if (name !== "GET") return;
        if (outcome instanceof Error) {
          if (later) return Promise.reject(outcome);
          throw outcome;
        }
        return later ? Promise.resolve(outcome) : outcome;
      });
      await assertRejects(() => client.get("k"), RedisError, text);
      assertMatch(lines.at(-1)!, /^An interceptor has thrown: .*\n\s+at /);
    }
  }
});

Deno.test("an interceptor may look at keys and write them, in the middle of everybody's commands", async () => {
  await using server = await Server.start();
  await using client = server.client();
  const db = server.db(0);
  using _ = server.intercept(({ name, args }) => {
    if (name === "GET") db.set(args[0]!, `made for ${db.keys().length}`);
    if (name === "EXEC") db.set("watched", "by another");
  });
  await client.set("a", "1");
  const replies = await client.pipeline((p) => [p.set("x", "1"), p.get("y"), p.incr("x"), p.get("z")]);
  assertEquals(replies, [1, "made for 2", 2, "made for 3"]);
  let attempts = 0;
  const error = await assertRejects(() =>
    client.watch(["watched"], async (tx) => {
      attempts++;
      await tx.get("x");
      return await tx.commit((t) => [t.set("x", "committed")]);
    }, { attempts: 3 })
  );
  assertEquals([attempts, (error as Error).name, db.get("x")], [3, "WatchError", "made for 5"]);
});

Deno.test("a command in a transaction that an interceptor fails ends it as Redis does", async () => {
  await using server = await Server.start();
  const raw = await RawConnection.connect(server.dial());
  server.failNext("SET", "OOM command not allowed when used memory > 'maxmemory'.");
  await raw.send("MULTI");
  assertMatch(await raw.send("SET", "k", "v"), /^-OOM/);
  assertMatch(await raw.send("EXEC"), /^-EXECABORT/);
  {
    using _ = server.intercept(({ name }) => name === "GET" ? { reply: "v" } : undefined);
    await raw.send("MULTI");
    assertMatch(await raw.send("GET", "k"), /^-ERR an interceptor cannot reply to a command of a transaction/);
    assertMatch(await raw.send("EXEC"), /^-EXECABORT/);
  }
  server.failNext("EXEC", LOADING);
  await raw.send("MULTI");
  await raw.send("SET", "k", "v");
  assertEquals(await raw.send("EXEC"), `-${LOADING}`);
  assertEquals(await raw.send("EXEC"), "-ERR EXEC without MULTI", "the transaction is over");
  await raw.close();
});

Deno.test("a blocking command can be delayed, and cut off when it is served", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  const once = server.intercept(({ name }) => name === "BLPOP" ? { delayMs: 50 } : undefined);
  const popped = client.blpop("q", 1);
  await server.clock.tick(1049);
  let isOver = false;
  popped.then(() => isOver = true);
  await server.clock.tick(0);
  assertEquals(isOver, false, "its time began when it was run");
  await server.clock.tick(1);
  assertEquals(await popped, null);
  once[Symbol.dispose]();
  using _ = server.intercept(({ name }) => name === "BLPOP" ? { cutAfterBytes: 0 } : undefined);
  const lost = assertRejects(() => client.blpop("q", 0), ConnectionError);
  await server.clock.tick(0);
  assertEquals(server.stats().blockedClients, 1);
  server.db(0).setList("q", ["job", "other"]);
  await lost;
  assertEquals(server.db(0).getList("q"), ["other"], "taken, but nobody has it");
});

Deno.test("the reply of a blocking command is cut wherever it comes from, and however it is cut", async () => {
  await using server = await Server.start({ clock: "manual" });
  using _ = server.intercept(({ name }) => name === "BLPOP" ? { cutAfterBytes: 3 } : undefined);
  const replies = ["BLPOP q 1\r\n", "PING\r\nBLPOP q 0\r\nPING\r\n", "BLPOP q 0\r\n"].map((requests) =>
    exchange(server, requests)
  );
  await server.clock.tick(1000);
  assertEquals(await replies[0], "*-1");
  server.db(0).setList("q", ["a"]);
  assertEquals(await replies[1], "+PONG\r\n*2\r");
  await using client = server.client();
  const [id] = (await client.send(["CLIENT", "LIST"]) as string).match(/(?<=id=)\d+(?=.* cmd=blpop)/) ?? [];
  await client.send(["CLIENT", "UNBLOCK", id!, "ERROR"]);
  assertEquals(await replies[2], "-UN");
});

Deno.test("CLIENT PAUSE and a delay together hold a command back for both, and its interceptor is asked once", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  await using other = server.client();
  await client.send(["PING"]);
  let asked = 0;
  using _ = server.intercept(({ name }) => name === "SET" && ++asked > 0 ? { delayMs: 10 } : undefined);
  await other.send(["CLIENT", "PAUSE", "100", "WRITE"]);
  const written = client.set("k", "v");
  await server.clock.tick(99);
  assertEquals([server.db(0).has("k"), asked], [false, 1]);
  await server.clock.tick(1);
  assertEquals([await written, asked], [1, 1]);
});

Deno.test("the connection of a command that waits for its interceptor may end meanwhile", async () => {
  await using server = await Server.start({ clock: "manual" });
  using _ = server.intercept(({ name }) => name === "GET" ? { delayMs: 1000 } : undefined);
  const client = server.client();
  const lost = assertRejects(() => client.get("k"), ConnectionError);
  await server.clock.tick(0);
  assertEquals(await server.dropConnections(), 1);
  await lost;
  await server.clock.tick(1000);
  await client.close();
});
