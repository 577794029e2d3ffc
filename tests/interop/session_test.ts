/** The session of the README, and structured values, through every way to a server. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Client, type ClientOptions, RedisError } from "../../client.ts";
import type { StructuredValue } from "../../resp/encode.ts";
import type { Reply } from "../../resp/reply.ts";
import { RawConnection } from "../_harness.ts";
import { hasRedis, startRedis } from "../_redis.ts";
import { startProgram, startQuiet } from "./_servers.ts";

const WRONG_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value";

/** A server, and the ways to it. */
interface Target extends AsyncDisposable {
  client(options?: ClientOptions): Client;
  raw(): Promise<RawConnection>;
}

async function commandLine(): Promise<Target> {
  const program = await startProgram();
  return {
    client: (options) => new Client({ port: program.port, ...options }),
    raw: () => RawConnection.connect(program.port),
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

async function embedded(): Promise<Target> {
  const quiet = await startQuiet();
  return {
    client: (options) => new Client({ url: quiet.server.url, ...options }),
    raw: () => RawConnection.connect(quiet.server.port),
    [Symbol.asyncDispose]: () => quiet[Symbol.asyncDispose](),
  };
}

async function inMemory(): Promise<Target> {
  const quiet = await startQuiet({});
  return {
    client: (options) => quiet.server.client(options),
    raw: () => RawConnection.connect(quiet.server.dial()),
    [Symbol.asyncDispose]: () => quiet[Symbol.asyncDispose](),
  };
}

/** Values and what they are read as, where that is something else. */
const STRUCTURES: readonly (readonly [value: StructuredValue, read?: Reply])[] = [
  [["v2-0", 1, { x: null }]],
  [[]],
  [{}],
  [null],
  [true],
  [false],
  [[1, -1, 1.5, -0.25, -0, 1e300, Number.MAX_SAFE_INTEGER, Infinity, -Infinity, NaN]],
  [["", "two\r\nlines", "caf\u00e9 \u{1f600}", "$3\r\nabc"]],
  [{ a: { b: { c: [{ d: [[], {}, [[null]]] }] } }, "": "empty key", "two\r\nlines": 1 }],
  [[2n ** 63n, -(10n ** 30n), 5n], [2n ** 63n, -(10n ** 30n), 5]],
  [[Uint8Array.of(98, 121, 116, 101, 115)], ["bytes"]],
  [new Map<StructuredValue, StructuredValue>([[1, "one"], [[2], "two"]])],
  [new Map([["all", "text"]]), { all: "text" }],
  [nested(128)],
  [Array.from({ length: 10_000 }, (_, i) => ({ i, text: `item ${i}` }))],
];

function nested(levels: number): StructuredValue[] {
  let value: StructuredValue[] = [];
  for (let i = 1; i < levels; i++) value = [value];
  return value;
}

async function session(c: Client): Promise<void> {
  assertEquals(await c.set("name", "Alice"), 1);
  assertEquals(await c.get("name"), "Alice");
  assertEquals(await c.delete("name"), 1);
  assertEquals(await c.get("name"), null);
  assertEquals(await c.mset("a", "1", "b", "2"), 2);
  assertEquals(await c.mget("a", "b"), ["1", "2"]);
  assertEquals(await c.set("k2", ["v2-0", 1, { x: null }]), 1);
  assertEquals(await c.get("k2"), ["v2-0", 1, { x: null }]);
  assertEquals(await c.flush(), 3);
  assertEquals(await c.flush(), 0);
}

async function roundTrips(c: Client): Promise<void> {
  for (const [value, read = value as Reply] of STRUCTURES) {
    assertEquals(await c.set("k", value), 1);
    assertEquals(await c.get("k"), read);
    assertEquals(await c.mset("k1", value, "k2", "text", "k3", value), 3);
    assertEquals(await c.mget("k1", "k2", "none", "k3"), [read, "text", null, read]);
  }
  await assertRejects(() => c.set("deep", nested(129)), TypeError, "deeper than 128");
  assertEquals(await c.get("deep"), null);
}

/** What the commands that know nothing of structures make of one. */
async function keyCommands(c: Client): Promise<void> {
  const value = { list: [1, [2]] };
  assertEquals(await c.set("s", value, { ex: 100 }), 1);
  assertEquals(await c.send(["TTL", "s"]), 100);
  assertEquals(await c.send(["TYPE", "s"]), "structure");
  assertEquals(await c.send(["OBJECT", "ENCODING", "s"]), "resp");
  assertEquals(await c.send(["EXISTS", "s"]), 1);
  assertEquals(await c.send(["RENAME", "s", "s2"]), "OK");
  assertEquals(await c.send(["COPY", "s2", "s3"]), 1);
  assertEquals(await c.send(["MOVE", "s3", 1]), 1);
  assertEquals(await c.send(["PERSIST", "s2"]), 1);
  assertEquals(await c.send(["SCAN", 0, "TYPE", "structure"]), ["0", ["s2"]]);
  assertEquals(await c.get("s2"), value);
  for (const command of [["INCR"], ["APPEND", "x"], ["STRLEN"], ["GETDEL"], ["GETSET", "x"], ["SETRANGE", 0, "x"]]) {
    const [name, ...rest] = command;
    const error = await assertRejects(() => c.send([name!, "s2", ...rest]), RedisError, WRONG_TYPE);
    assertEquals(error.code, "WRONGTYPE");
  }
  assertEquals(await c.send(["SELECT", 1]), "OK");
  assertEquals(await c.get("s3"), value);
  assertEquals(await c.flush(), 1);
  assertEquals(await c.send(["SELECT", 0]), "OK");
  assertEquals(await c.set("s2", "a string again", { xx: true }), 1);
  assertEquals(await c.send(["TYPE", "s2"]), "string");
  assertEquals(await c.delete("s2"), 1);
}

/** A client without HELLO, as those of the original server, reads and writes the same structures. */
async function bothWays(c: Client, raw: RawConnection): Promise<void> {
  assertEquals(await c.set("ours", ["v2-0", 1, { x: null }]), 1);
  assertEquals(await raw.send("GET", "ours"), `-${WRONG_TYPE}`);
  assertEquals(await raw.send("MGET", "ours", "none"), "*2[$-1, $-1]");
  await raw.write("*3\r\n$3\r\nSET\r\n$6\r\ntheirs\r\n%2\r\n+a\r\n*2\r\n:1\r\n_\r\n$1\r\nb\r\n~1\r\n#t\r\n");
  assertEquals(await raw.readReply(), "+OK");
  assertEquals(await c.get("theirs"), { a: [1, null], b: [true] });
  assertEquals(await raw.send("GET", "theirs"), "%2{+a: *2[:1, _], $1 b: ~1[#t]}");
  assertEquals(await raw.send("GET", "ours"), "*3[$4 v2-0, :1, %1{$1 x: _}]");
  assertEquals(await raw.send("MGET", "ours", "none"), "*2[*3[$4 v2-0, :1, %1{$1 x: _}], $-1]");
  assertEquals(await raw.send("RESET"), "+RESET");
  assertEquals(await raw.send("GET", "ours"), `-${WRONG_TYPE}`);
  assert((await raw.send("HELLO", "3")).startsWith("%8"));
  assertEquals(await raw.send("GET", "ours"), "*3[$4 v2-0, :1, %1{$1 x: _}]");
}

/** A client of RESP2 that sends only strings must not get what it cannot read. */
async function oldClient(target: Target): Promise<void> {
  await using writer = target.client();
  await using old = target.client({ protocol: 2 });
  assertEquals(await writer.send(["FLUSHALL"]), "OK");
  assertEquals(await writer.mset("s", [1], "t", "text"), 2);
  assertEquals(await old.mget("s", "t"), [null, "text"]);
  const error = await assertRejects(() => old.get("s"), RedisError, WRONG_TYPE);
  assertEquals(error.code, "WRONGTYPE");
  assertEquals(await old.send(["TYPE", "s"]), "structure");
  assertEquals(await old.set("mine", [2]), 1);
  assertEquals(await old.mget("s", "mine"), [[1], [2]]);
  assertEquals(await writer.flush(), 3);
}

const WAYS = {
  "through TCP, to the command line": commandLine,
  "through TCP, embedded": embedded,
  "in memory": inMemory,
};

for (const [way, start] of Object.entries(WAYS)) {
  Deno.test(`a session goes as shown ${way}`, async (t) => {
    await using target = await start();
    for (const protocol of [3, 2] as const) {
      const step = (name: string, fn: (client: Client) => Promise<void>) =>
        t.step(`${name} (RESP${protocol})`, async () => {
          await using client = target.client({ protocol });
          assertEquals(await client.send(["FLUSHALL"]), "OK");
          await fn(client);
        });
      await step("the sample session of the README", session);
      await step("structured values come back as they were", roundTrips);
      await step("a structure is a key like any other, and no string", keyCommands);
      await step("a client without HELLO shares structures once it has sent one", async (client) => {
        await using raw = await target.raw();
        await bothWays(client, raw);
        assertEquals(await client.flush(), 2);
      });
    }
    await t.step("a RESP2 client that never sent a typed value gets null or WRONGTYPE", () => oldClient(target));
  });
}

Deno.test({
  name: "a structured value is not sent to a real redis-server (skipped where it is not installed)",
  ignore: !hasRedis,
  fn: async () => {
    await using redis = await startRedis();
    for (const protocol of [3, 2] as const) {
      const conn = await Deno.connect({ hostname: "127.0.0.1", port: redis.port });
      let sent = "";
      const recorder = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller): void {
          sent += new TextDecoder().decode(chunk);
          controller.enqueue(chunk);
        },
      });
      const piped = recorder.readable.pipeTo(conn.writable);
      {
        await using client = new Client({
          transport: { readable: conn.readable, writable: recorder.writable },
          protocol,
        });
        const refused = (value: StructuredValue) =>
          assertRejects(() => client.set("k", value), TypeError, "not miniredis");
        await refused(["v2-0", 1, { x: null }]); // before it knows the server
        const greeting = `*2\r\n$5\r\nHELLO\r\n$1\r\n${protocol}\r\n`;
        assertEquals(sent, greeting);
        for (const value of [{}, [], null, true]) await refused(value); // and after
        await assertRejects(() => client.mset("a", "1", "b", [2]), TypeError, "not miniredis");
        assertEquals(sent, greeting);
        assertEquals(await client.send(["DBSIZE"]), 0);
      }
      await piped;
    }
  },
});
