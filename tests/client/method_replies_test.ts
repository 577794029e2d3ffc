/** What typed methods send and answer, on this server and on Redis, in both protocols. */
import { assert, assertEquals } from "@std/assert";
import { Client, CommandMethods } from "../../client.ts";
import type { CommandInfo } from "../../client/command_info.ts";
import type { CallOptions } from "../../client/vocabulary.ts";
import type { StructuredValue } from "../../resp/encode.ts";
import type { Decode } from "../../resp/reply_decoder.ts";
import type { Reply } from "../../resp/reply.ts";
import { Server } from "../../server.ts";
import { allMethods } from "../../tools/client_methods.ts";
import { hasReference, startRedis } from "../_redis.ts";
import {
  type Call,
  CLUSTER_CALLS,
  isLike,
  REDIS_CALLS,
  REDIS_CLUSTER_CALLS,
  SENT,
  SHARED_CALLS,
} from "./_method_calls.ts";

/** Remembers what was sent, and sends nothing. */
class Noted extends CommandMethods {
  readonly names: string[] = [];
  last: readonly StructuredValue[] = [];

  override execute(info: CommandInfo, args: readonly StructuredValue[]): Promise<Reply> {
    this.names.push(info.name);
    this.last = args;
    return Promise.resolve(null);
  }
}

/** Remembers the names of the commands that are sent. */
class NotedClient extends Client {
  readonly names: string[] = [];

  override execute(
    info: CommandInfo,
    args: readonly StructuredValue[],
    decode: Decode | undefined,
    options: CallOptions | undefined,
    convert: ((reply: Reply) => Reply) | null,
  ): Promise<Reply> {
    this.names.push(info.name);
    return super.execute(info, args, decode, options, convert);
  }
}

/** The kinds of all values in a reply, so that those of two protocols can be compared where the values cannot. */
function kindsOf(value: unknown): unknown {
  if (value === null) return "null";
  if (Array.isArray(value)) {
    return value.length === 0 ? [] : [...new Set(value.map((item) => JSON.stringify(kindsOf(item))))].sort();
  }
  if (typeof value !== "object") return typeof value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value.constructor.name;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, kindsOf(item)]));
}

/** Makes all calls in one protocol; gives the kinds of the replies, and the names of the commands. */
async function run(
  port: number,
  protocol: 2 | 3,
  calls: readonly Call[],
): Promise<{ kinds: unknown[]; names: string[] }> {
  await using client = new NotedClient({ port, protocol });
  const kinds: unknown[] = [], wrong: string[] = [];
  for (const [call, expected] of calls) {
    const reply = await call(client).catch((error: Error) => String(error));
    if (!isLike(reply, expected)) {
      wrong.push(
        `RESP${protocol} ${call}: ${Deno.inspect(reply, { depth: 9 })}, not ${Deno.inspect(expected, { depth: 9 })}`,
      );
    }
    kinds.push(kindsOf(reply));
  }
  assertEquals(wrong, []);
  return { kinds, names: client.names };
}

/** Replies whose parts come and go with the state of a process. */
const CHANGING = /memoryStats|latencyHistogram/;

function assertSameKinds(calls: readonly Call[], resp2: unknown[], resp3: unknown[]): void {
  calls.forEach(([call], i) => {
    if (!CHANGING.test(`${call}`)) assertEquals(resp2[i], resp3[i], `${call}`);
  });
}

async function compare(
  calls: readonly Call[],
  open: () => Promise<AsyncDisposable & { readonly port: number }>,
): Promise<void> {
  const kinds: unknown[][] = [];
  for (const protocol of [2, 3] as const) {
    await using server = await open();
    kinds.push((await run(server.port, protocol, calls)).kinds);
  }
  assertSameKinds(calls, kinds[0]!, kinds[1]!);
}

function redisTest(name: string, fn: () => Promise<void>): void {
  const skipped = hasReference ? "" : " (skipped: redis-server 7.0 is not installed)";
  Deno.test({ name: name + skipped, ignore: !hasReference, fn });
}

Deno.test("Typed methods answer what their types say, in RESP2 as in RESP3", async () => {
  await compare(SHARED_CALLS, () => Server.start({ port: 0 }));
});

redisTest("Typed methods answer what their types say on Redis", async () => {
  await compare([...SHARED_CALLS, ...REDIS_CALLS], () => startRedis());
});

Deno.test("Methods for clusters answer what their types say", async () => {
  await compare(CLUSTER_CALLS, () => Server.start({ port: 0, config: { "cluster-enabled": "yes" } }));
});

redisTest("Methods for clusters answer what their types say on Redis", async () => {
  await compare(REDIS_CLUSTER_CALLS, () => startRedis("--cluster-enabled", "yes"));
});

Deno.test("Typed methods send their options where Redis wants them", () => {
  const noted = new Noted();
  for (const [call, sent] of SENT) {
    call(noted);
    assertEquals(noted.last, sent);
  }
});

Deno.test("Every typed method is called", async () => {
  const noted = new Noted();
  for (const [call] of SENT) call(noted);
  for (const [call] of [...SHARED_CALLS, ...REDIS_CALLS, ...REDIS_CLUSTER_CALLS]) {
    await call(noted as unknown as Client);
  }
  const called = new Set(noted.names);
  assertEquals(allMethods().map(({ row }) => row.name).filter((name) => !called.has(name)), []);
  assert(called.size > 300, `${called.size}`);
});

Deno.test("Replies are converted inside of maps too", async () => {
  await using server = await Server.start({ port: 0 });
  for (const protocol of [2, 3] as const) {
    await using client = new Client({ port: server.port, protocol, map: "map" });
    await client.flushall();
    await client.xadd("x", "1-1", { f: "v" });
    const streams: unknown = await client.xread({ x: "0" });
    assertEquals(streams, new Map([["x", [["1-1", [["f", "v"]]]]]]));
    const info: unknown = await client.xinfoStream("x", { full: true });
    assertEquals(info instanceof Map && info.get("entries"), [["1-1", [["f", "v"]]]]);
    const docs: unknown = await client.commandDocs("get");
    assert(docs instanceof Map && docs.get("get") instanceof Map, "maps in maps");
    const bytes = await client.send(["XINFO", "STREAM", "x"], { decode: "bytes" });
    assert(bytes instanceof Map && bytes.size > 5);
  }
});
