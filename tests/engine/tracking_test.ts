/** Client-side caching: who is told of which keys, and when (engine/tracking.ts and what it is made of). */
import { assert, assertEquals } from "@std/assert";
import { ClientState } from "../../engine/client_state.ts";
import { Config } from "../../engine/config.ts";
import { Dispatcher } from "../../engine/dispatch.ts";
import { EVENT_EVICTED } from "../../engine/hooks.ts";
import { TrackedKeys } from "../../engine/tracked_keys.ts";
import { Tracking } from "../../engine/tracking.ts";
import { batchOf } from "../../resp/command_batch.ts";
import { CommandDecoder } from "../../resp/command_decoder.ts";
import { createEngine } from "../../server/engine.ts";
import { Periodic } from "../../server/periodic.ts";
import { StoreMemoryError } from "../../store/errors.ts";
import { type Caller, HandClock, newCaller } from "../_call.ts";
import { TimerClock } from "../_clock.ts";
import { Random } from "../resp/_frames.ts";

const ENCODER = new TextEncoder();

function withDirectives(directives: Record<string, string>): Config {
  const config = new Config();
  config.set(Object.entries(directives), "start");
  return config;
}

/** What a client in RESP3 is told of. */
function invalidate(...keys: string[]): string {
  return `>2\r\n$10\r\ninvalidate\r\n*${keys.length}\r\n${keys.map((key) => `$${key.length}\r\n${key}\r\n`).join("")}`;
}

const INVALIDATE_ALL = ">2\r\n$10\r\ninvalidate\r\n_\r\n";

/** What a subscriber in RESP2 is told of, whom others redirect to. */
function published(keys: string): string {
  return `*3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n${keys}`;
}

/** Sends a line; returns the reply, and what was told with it. */
function send(caller: Caller, line: string): string {
  return caller.raw(...line.split(" "));
}

/** Two clients in RESP3, of which the first tracks. */
function newPair(how = "", directives: Record<string, string> = {}) {
  const server = newCaller({ config: withDirectives({ "enable-debug-command": "yes", ...directives }), protocol: 3 });
  const reader: Caller = server, writer = server.connect();
  assertEquals(send(reader, `CLIENT TRACKING ON ${how}`.trimEnd()), "+OK\r\n");
  return { ...server, reader, writer };
}

// ---- Keys that were read ----

Deno.test("a client is told of a key that it has read, once", () => {
  const { reader, writer } = newPair();
  send(reader, "GET k");
  send(writer, "SET k 1");
  assertEquals(reader.received(), invalidate("k"));
  send(writer, "SET k 2");
  assertEquals(reader.received(), "");
});

Deno.test("a command that fails has read its keys too, one that is refused has not", () => {
  const { reader, writer } = newPair();
  send(writer, "RPUSH l x");
  assertEquals(send(reader, "GET l").slice(0, 10), "-WRONGTYPE");
  assertEquals(send(reader, "GET k too many").slice(0, 4), "-ERR");
  send(writer, "DEL l");
  send(writer, "SET k v");
  assertEquals(reader.received(), invalidate("l"));
});

Deno.test("changes by the client itself are told after its reply, and after that of EXEC", () => {
  const { reader } = newPair();
  send(reader, "MGET a b");
  assertEquals(send(reader, "MSET b 1 a 1"), `+OK\r\n${invalidate("b")}${invalidate("a")}`);
  send(reader, "GET a");
  send(reader, "MULTI");
  for (const line of ["INCR a", "GET b", "SET b 2", "FLUSHALL"]) assertEquals(send(reader, line), "+QUEUED\r\n");
  assertEquals(
    send(reader, "EXEC"),
    `*4\r\n:2\r\n$1\r\n1\r\n+OK\r\n+OK\r\n${invalidate("a")}${invalidate("b")}${INVALIDATE_ALL}`,
  );
});

Deno.test("messages are no replies: CLIENT REPLY does not silence them, an error does not take them back", () => {
  const { reader, writer } = newPair();
  send(reader, "GET k");
  send(reader, "CLIENT REPLY OFF");
  assertEquals(send(reader, "SET k 1"), invalidate("k"));
  assertEquals(send(reader, "GET k"), "");
  send(writer, "SET k 2");
  assertEquals(reader.received(), invalidate("k"));
  assertEquals(send(reader, "CLIENT REPLY ON"), "+OK\r\n");
});

Deno.test("with NOLOOP, a client is not told of what it changes itself", () => {
  const { reader, writer } = newPair("NOLOOP");
  send(reader, "MGET a b");
  assertEquals(send(reader, "SET a 1"), "+OK\r\n");
  send(writer, "SET a 2"); // which the client has not read again
  assertEquals(reader.received(), "");
  send(writer, "SET b 2");
  assertEquals(reader.received(), invalidate("b"));
});

Deno.test("what is redirected reaches a subscriber in RESP2, or whoever speaks RESP3", () => {
  const { connect, reader, writer } = newPair();
  const [subscriber, silent] = [connect(2), connect(2)];
  send(subscriber, "SUBSCRIBE x");
  for (const receiver of [subscriber, silent, writer]) {
    send(reader, `CLIENT TRACKING ON REDIRECT ${receiver.client.id}`);
    send(reader, "GET k");
    const reply = send(writer, "SET k v");
    assertEquals(reply, receiver === writer ? `${invalidate("k")}+OK\r\n` : "+OK\r\n");
  }
  assertEquals(subscriber.received(), published("*1\r\n$1\r\nk\r\n"));
  assertEquals([silent.received(), reader.received()], ["", ""]);
});

Deno.test("where the receiver is gone, the client itself is told so, if it can be", () => {
  const { connect, engine, reader, writer } = newPair();
  const old = connect(2), receiver = connect();
  for (const client of [reader, old]) {
    send(client, `CLIENT TRACKING ON REDIRECT ${receiver.client.id}`);
    send(client, "GET k");
  }
  engine.clients.delete(receiver.client.id);
  send(writer, "SET k v");
  const broken = ">2\r\n$21\r\ntracking-redir-broken\r\n:4\r\n";
  assertEquals([reader.received(), old.received()], [broken, ""]);
  assert(send(old, "CLIENT LIST").includes(" flags=tR ") && send(old, "CLIENT INFO").includes(" redir=4 "));
  send(reader, "GET k");
  assertEquals(send(reader, "SET k w"), `+OK\r\n${broken}`);
});

Deno.test("the null that stands for all keys is written in the receiver's protocol", () => {
  const { connect, reader, writer } = newPair();
  const subscriber = connect(2), old = connect(2);
  send(subscriber, "SUBSCRIBE x");
  send(reader, `CLIENT TRACKING ON REDIRECT ${subscriber.client.id}`);
  send(old, `CLIENT TRACKING ON REDIRECT ${reader.client.id}`);
  send(writer, "FLUSHDB");
  assertEquals([subscriber.received(), reader.received()], [published("$-1\r\n"), INVALIDATE_ALL]);
});

Deno.test("a receiver whose last reply has been written is told nothing", () => {
  const { connect, reader, writer } = newPair();
  const receiver = connect();
  send(reader, `CLIENT TRACKING ON REDIRECT ${receiver.client.id}`);
  send(reader, "GET k");
  send(receiver, "QUIT");
  send(writer, "SET k v");
  assertEquals([receiver.received(), reader.received()], ["", ""]);
});

Deno.test("messages are sent when the commands under way have ended", async () => {
  const { reader, writer } = newPair();
  const flushed: number[] = [];
  reader.client.connection.flush = () => flushed.push(reader.client.out.length);
  send(reader, "MGET a b");
  send(writer, "SET a 1");
  send(writer, "SET b 1");
  assertEquals(flushed, []);
  await null;
  assertEquals(flushed, [2 * invalidate("a").length]);
});

Deno.test("keys that expire are told of, whether somebody came upon them or not", () => {
  const { reader, writer, clock, engine } = newPair();
  for (const key of ["a", "b"]) send(writer, `SET ${key} v PX 10`);
  send(reader, "MGET a b");
  clock.advance(20);
  assertEquals(send(reader, "MGET x a"), `*2\r\n_\r\n_\r\n${invalidate("a")}`);
  new Periodic(engine).turn();
  assertEquals(reader.received(), invalidate("b"));
});

Deno.test("keys that are evicted are told of before the reply", () => {
  const { reader, engine } = newPair();
  const { hooks, keyspace, tracking } = engine;
  send(reader, "GET k");
  tracking.current = reader.client;
  hooks.keyTouched.tell(keyspace.databases[0]!, ENCODER.encode("k"), 0, 1, EVENT_EVICTED, "evicted");
  assertEquals(reader.received(), invalidate("k"));
});

Deno.test("a client that has waited is told of what its command changed after the reply to that", () => {
  const { reader, writer } = newPair();
  send(reader, "LRANGE l2 0 -1");
  assertEquals(send(reader, "BLMOVE l1 l2 LEFT LEFT 0"), "");
  send(writer, "RPUSH l1 x");
  assertEquals(reader.received(), `$1\r\nx\r\n${invalidate("l2")}`);
});

Deno.test("SWAPDB tells nobody, and keys of one name are one in all databases", () => {
  const { reader, writer } = newPair();
  send(reader, "GET k");
  send(writer, "SET other v");
  send(writer, "SWAPDB 0 1");
  assertEquals(reader.received(), "");
  send(writer, "SELECT 5");
  send(writer, "SET k v");
  assertEquals(reader.received(), invalidate("k"));
});

// ---- OPTIN and OPTOUT ----

Deno.test("CLIENT CACHING holds for the next command, or for a transaction", () => {
  const { reader, writer } = newPair("OPTIN");
  /** Which of three keys were tracked. */
  const tracked = (...lines: string[]) => {
    for (const line of lines) send(reader, line);
    send(writer, "MSET a 1 b 2 c 3");
    return [...reader.received().matchAll(/\*1\r\n\$1\r\n(.)/g)].map(([, key]) => key).join("");
  };
  assertEquals(tracked("GET a"), "");
  assertEquals(tracked("CLIENT CACHING YES", "GET a", "GET b"), "a");
  assertEquals(tracked("CLIENT CACHING YES", "CLIENT ID", "GET a"), "a");
  assertEquals(tracked("CLIENT CACHING YES", "NOSUCH", "GET a"), "");
  assertEquals(tracked("CLIENT CACHING YES", "MULTI", "GET a", "GET b", "EXEC", "GET c"), "ab");
  assertEquals(tracked("MULTI", "GET a", "CLIENT CACHING YES", "GET b", "EXEC", "GET c"), "b");
  assertEquals(tracked("CLIENT CACHING YES", "MULTI", "DISCARD", "GET a"), "");
  send(reader, "CLIENT TRACKING OFF");
  send(reader, "CLIENT TRACKING ON OPTOUT");
  assertEquals(tracked("GET a", "CLIENT CACHING NO", "GET b", "GET c"), "ac");
  assertEquals(tracked("CLIENT CACHING NO", "MULTI", "GET a", "EXEC", "GET b"), "b");
});

// ---- BCAST ----

Deno.test("in BCAST mode, what a pipeline changes is told together, in the order of the bytes", () => {
  const { reader, writer } = newPair("BCAST PREFIX b PREFIX a");
  writer.wire("SET b2 1\r\nSET a\xff 1\r\nSET b1 1\r\nMSET a1 1 b2 2 x 1\r\nGET a9\r\n");
  assertEquals(reader.received(), invalidate("a1", "a\xff") + invalidate("b1", "b2"));
  assertEquals(reader.wire("SET a1 1\r\nDEL a1\r\n"), `+OK\r\n:1\r\n${invalidate("a1")}`);
  send(writer, "SET x 1");
  assertEquals(reader.received(), "");
});

Deno.test("in BCAST mode, a pipeline that gives way to others is told of at its end, or where it has to wait", () => {
  const { engine, reader, writer } = newPair("BCAST");
  const dispatcher = new Dispatcher(engine);
  const slow = new CommandDecoder().decode(
    ENCODER.encode("SET a 1\r\nDEBUG SLEEP 0.005\r\nSET b 1\r\nBLPOP l 0\r\nSET c 1\r\n"),
  );
  const at = dispatcher.execute(writer.client, slow, 0);
  assertEquals([reader.received(), at < slow.size, writer.client.isHalted], ["", true, false]);
  const waitsAt = dispatcher.execute(writer.client, slow, at);
  assertEquals([reader.received(), writer.client.isHalted], [invalidate("a", "b"), true]);
  send(reader, "RPUSH l x");
  reader.received();
  dispatcher.execute(writer.client, slow, waitsAt);
  assertEquals(reader.received(), invalidate("c"));
});

Deno.test("in BCAST mode with NOLOOP, a key is left out when the client was the last to change it", () => {
  const { connect, reader, writer, clock } = newPair("BCAST NOLOOP");
  const plain = connect();
  send(plain, "CLIENT TRACKING ON BCAST");
  send(writer, "SET e v PX 10");
  assertEquals([reader.received(), plain.received()], [invalidate("e"), invalidate("e")]);
  clock.advance(20);
  assertEquals(reader.wire("SET k 1\r\nGET e\r\n"), `+OK\r\n_\r\n${invalidate("e")}`);
  assertEquals(plain.received(), invalidate("e", "k"));
  assertEquals(send(reader, "SET k 1"), "+OK\r\n");
  assertEquals(plain.received(), invalidate("k"));
});

Deno.test("in BCAST mode, keys that are evicted between commands are told of in the same turn", () => {
  const clock = new TimerClock();
  const server = newCaller({ clock, protocol: 3, config: withDirectives({ "maxmemory-policy": "allkeys-lru" }) });
  const { engine } = server;
  const periodic = new Periodic(engine);
  let ended = 0;
  engine.hooks.batchEnded.add(() => ended++);
  send(server, "CLIENT TRACKING ON BCAST");
  assertEquals(send(server, "SET k v"), "+OK\r\n" + invalidate("k"));
  periodic.start();
  engine.config.set([["maxmemory", "1"]], "runtime");
  ended = 0;
  clock.advance(1);
  periodic.stop();
  assertEquals([server.received(), ended], [invalidate("k"), 1]);
});

Deno.test("in BCAST mode, keys that expire by themselves are told of in the same turn", () => {
  const { reader, writer, clock, engine } = newPair("BCAST");
  send(writer, "MSET a v b v");
  for (const key of ["a", "b"]) send(writer, `PEXPIRE ${key} 10`);
  reader.received();
  clock.advance(20);
  new Periodic(engine).turn();
  assertEquals(reader.received(), invalidate("a", "b"));
});

Deno.test("what a client that waited takes from a list is a change of who put it there", () => {
  const { connect, reader, writer } = newPair("BCAST NOLOOP");
  const other = connect();
  send(other, "CLIENT TRACKING ON BCAST NOLOOP");
  assertEquals(send(reader, "BLPOP l 0"), "");
  assertEquals(send(writer, "RPUSH l a b"), ":2\r\n");
  assertEquals(reader.received(), `*2\r\n$1\r\nl\r\n$1\r\na\r\n${invalidate("l")}`);
  assertEquals(other.received(), invalidate("l"));
  send(reader, "BZPOPMIN z 0");
  assertEquals(send(writer, "ZADD z 1 a 2 b"), ":2\r\n");
  assertEquals(reader.received(), `*3\r\n$1\r\nz\r\n$1\r\na\r\n,1\r\n`);
  assertEquals(other.received(), invalidate("z"));
});

Deno.test("prefixes that overlap are refused wherever they stand, and nothing has changed", () => {
  const { raw } = newCaller();
  const overlaps = "-ERR Prefix 'bb' overlaps with another provided prefix 'b'. " +
    "Prefixes for a single client must not overlap.\r\n";
  assertEquals(raw(..."CLIENT TRACKING ON BCAST PREFIX a PREFIX bb PREFIX b".split(" ")), overlaps);
  assertEquals(raw("CLIENT", "GETREDIR"), ":-1\r\n");
  assertEquals(
    raw("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "a\0b", "PREFIX", "a\0b\r\n"),
    "-ERR Prefix 'a' overlaps with another provided prefix 'a'. Prefixes for a single client must not overlap.\r\n",
  );
});

Deno.test("prefixes and keys may be any bytes", () => {
  const { connect, raw } = newCaller({ protocol: 3 });
  const writer = connect(), prefix = Uint8Array.of(0, 0xff, 13, 10);
  raw("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", prefix);
  assert(raw("CLIENT", "TRACKINGINFO").endsWith("*1\r\n$4\r\n\0\xff\r\n\r\n"));
  writer.raw("SET", Uint8Array.of(0, 0xff, 13, 10, 1), "v");
  writer.raw("SET", Uint8Array.of(0, 0xff, 13), "v");
  writer.raw("CLIENT", "ID");
  assertEquals(raw("PING"), `${invalidate("\0\xff\r\n\x01")}+PONG\r\n`);
});

// ---- Beginning and end ----

Deno.test("while nobody tracks, nothing listens; nor when the last that did is gone", () => {
  const { engine, reader, writer } = newPair();
  const { hooks, tracking } = engine;
  const listening = () => [hooks.keyTouched.count, hooks.databaseChanges.count, hooks.commandRan.count];
  assertEquals(listening(), [1, 1, 1]);
  send(reader, "CLIENT TRACKING OFF");
  assertEquals(listening(), [0, 0, 0]);
  send(reader, "CLIENT TRACKING ON");
  send(reader, "GET k");
  send(reader, "RESET");
  assertEquals(listening(), [1, 1, 1], "it may turn it on again, and hear of what it read before");
  send(writer, "SET k v");
  assertEquals([listening(), tracking.keyCount], [[0, 0, 0], 0]);
  send(reader, "HELLO 3");
  for (const client of [reader, writer]) {
    send(client, "CLIENT TRACKING ON");
    send(client, "GET k");
  }
  for (const client of [reader.client, writer.client]) {
    assertEquals([listening(), tracking.keyCount], [[1, 1, 1], 1]);
    tracking.forget(client);
    tracking.forget(client);
    engine.clients.delete(client.id);
  }
  assertEquals([listening(), tracking.keyCount, tracking.itemCount, tracking.clientCount], [[0, 0, 0], 0, 0, 0]);
});

Deno.test("a client that turns tracking off and on is told of what it read before, but not in BCAST mode", () => {
  const { reader, writer } = newPair();
  send(reader, "MGET a b c");
  send(reader, "CLIENT TRACKING OFF");
  send(writer, "SET a 1");
  send(reader, "CLIENT TRACKING ON");
  send(writer, "SET b 1");
  assertEquals(reader.received(), invalidate("b"));
  send(reader, "CLIENT TRACKING OFF");
  send(reader, "CLIENT TRACKING ON BCAST PREFIX x");
  send(writer, "SET c 1");
  assertEquals(reader.received(), "");
});

Deno.test("CLIENT LIST and INFO tell who tracks, where to, and how much", () => {
  const { connect, reader, writer } = newPair();
  const broadcast = connect();
  send(broadcast, `CLIENT TRACKING ON BCAST PREFIX a PREFIX b REDIRECT ${writer.client.id}`);
  for (const client of [reader, broadcast]) send(client, "MGET k1 k2");
  send(writer, "CLIENT TRACKING ON");
  send(writer, "GET k1");
  const lines = send(writer, "CLIENT LIST").split("\n").filter((line) => line.includes("flags="));
  assertEquals(lines.map((line) => /flags=(\S+).* redir=(\S+)/.exec(line)!.slice(1)), [["t", "0"], ["t", "0"], [
    "tB",
    "2",
  ]]);
  const info = send(writer, "INFO");
  for (
    const field of [
      "tracking_clients:3",
      "tracking_total_keys:2",
      "tracking_total_items:3",
      "tracking_total_prefixes:2",
    ]
  ) assert(info.includes(`\r\n${field}\r\n`), field);
});

Deno.test("RESET turns tracking off", () => {
  const { reader, writer, engine } = newPair("BCAST");
  assertEquals(send(reader, "RESET"), "+RESET\r\n");
  send(reader, "HELLO 3");
  send(writer, "SET k v");
  assertEquals(reader.received(), "");
  assertEquals([engine.tracking.clientCount, engine.tracking.prefixCount, reader.client.gates], [0, 0, 0]);
});

// ---- The limit ----

Deno.test("keys beyond tracking-table-max-keys are given up before the next command, whoever sends it", () => {
  const { reader, writer, engine } = newPair("", { "tracking-table-max-keys": "2" });
  send(reader, "MGET a b c d");
  assertEquals([engine.tracking.keyCount, reader.received()], [4, ""]);
  send(writer, "PING");
  const told = reader.received();
  assertEquals([engine.tracking.keyCount, told.split("invalidate").length - 1], [2, 2]);
  send(writer, "MSET a 1 b 1 c 1 d 1");
  const all = [...(told + reader.received()).matchAll(/\$1\r\n(.)/g)].map(([, key]) => key);
  assertEquals(all.toSorted(), ["a", "b", "c", "d"]);
});

Deno.test("the client's own keys are given up before its reply", () => {
  const { reader } = newPair("", { "tracking-table-max-keys": "1" });
  send(reader, "MULTI");
  send(reader, "MGET a b");
  assertEquals(send(reader, "EXEC"), "*1\r\n*2\r\n_\r\n_\r\n");
  const [, message, reply] = /^(>2[^]*\r\n)(\+PONG\r\n)$/.exec(send(reader, "PING"))!;
  assert(message === invalidate("a") || message === invalidate("b"));
  assertEquals(reply, "+PONG\r\n");
});

Deno.test("keys beyond the limit that have changed since need not be given up", () => {
  const { reader, writer, engine, connect } = newPair("", { "tracking-table-max-keys": "1" });
  send(reader, "MULTI");
  send(reader, "MGET a b c");
  send(reader, "MSET b 1 c 2");
  send(reader, "EXEC");
  assertEquals([engine.tracking.keyCount, send(writer, "PING"), reader.received()], [1, "+PONG\r\n", ""]);
  send(reader, "MULTI");
  send(reader, "MGET a b c");
  send(reader, "MSET a 1 b 2 c 3");
  send(reader, "EXEC");
  assertEquals([engine.tracking.keyCount, send(writer, "PING"), send(connect(), "PING")], [
    0,
    "+PONG\r\n",
    "+PONG\r\n",
  ]);
  assertEquals(engine.statistics.unexpectedErrors, 0);
});

Deno.test("each time that the effort was not enough to reach the limit, it grows", () => {
  const { reader, writer, engine } = newPair();
  const { config, tracking } = engine;
  send(reader, `MGET ${Array.from({ length: 1000 }, (_, i) => `k${i}`).join(" ")}`);
  config.set([["tracking-table-max-keys", "10"]], "runtime");
  const counts = Array.from({ length: 5 }, () => {
    send(writer, "PING");
    return tracking.keyCount;
  });
  assertEquals(counts, [900, 700, 400, 10, 10]);
  send(reader, `MGET ${Array.from({ length: 200 }, (_, i) => `n${i}`).join(" ")}`);
  new Periodic(engine).turn();
  assertEquals(tracking.keyCount, 110, "once it was, it begins anew");
  config.set([["tracking-table-max-keys", "0"]], "runtime");
  send(writer, "PING");
  assertEquals([tracking.keyCount, engine.gates.bits], [110, 0]);
});

Deno.test("what there is no room to note may not be kept either: all keys are invalid", () => {
  const parts = createEngine({ seed: 1, clock: new HandClock() });
  const tracking = new Tracking({ ...parts, maxBytes: 1024 * 1024 });
  const dispatcher = new Dispatcher({ ...parts, tracking });
  const client = new ClientState(1, newCaller().client.connection, 0);
  client.out.protocol = 3;
  parts.clients.set(1, client);
  const call = (...words: string[]) => {
    dispatcher.execute(client, batchOf(words), 0);
    return new TextDecoder().decode(client.out.take());
  };
  call("CLIENT", "TRACKING", "ON");
  const filler = "x".repeat(100_000);
  let told = "";
  for (let i = 0; i < 20 && !told.includes("invalidate"); i++) told = call("GET", `${i}${filler}`);
  assertEquals(told, `_\r\n${INVALIDATE_ALL}`);
  assertEquals([tracking.keyCount, tracking.itemCount], [0, 0]);
});

// ---- The table ----

Deno.test("the table of keys and ids is a map of sets", () => {
  const random = new Random(7);
  const gone = new Set<number>();
  const table = new TrackedKeys({ k0: 1, k1: 2 }, (id) => !gone.has(id));
  const model = new Map<string, Set<number>>();
  const ids = [1, 2, 3, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 40 + 5];
  for (let i = 0; i < 20_000; i++) {
    const key = `key${random.int(200)}`, bytes = ENCODER.encode(`<${key}>`);
    if (random.int(3) > 0) {
      const id = random.pick(ids);
      table.add(bytes, 1, bytes.length - 1, id);
      model.set(key, (model.get(key) ?? new Set()).add(id));
    } else if (random.int(50) === 0) {
      const taken = table.takeRandom(() => random.int(2 ** 31) / 2 ** 31);
      const text = new TextDecoder().decode(taken!.key);
      assertEquals([...taken!.ids].toSorted((a, b) => a - b), [...model.get(text)!].toSorted((a, b) => a - b));
      model.delete(text);
    } else {
      const taken = table.take(bytes, 1, bytes.length - 1);
      assertEquals(taken === null ? null : new Set(taken), model.get(key) ?? null);
      model.delete(key);
    }
    assertEquals(table.size, model.size);
    assertEquals(table.items, model.values().reduce((sum, { size }) => sum + size, 0));
  }
  table.clear();
  assertEquals([table.size, table.items, table.takeRandom(() => 0)], [0, 0, null]);
});

Deno.test("ids of clients that are gone do not pile up behind a key that never changes", () => {
  const connected = new Set<number>();
  const table = new TrackedKeys({ k0: 1, k1: 2 }, (id) => connected.has(id));
  const key = ENCODER.encode("k");
  for (let id = 1; id <= 100_000; id++) {
    connected.add(id);
    connected.delete(id - 10);
    table.add(key, 0, 1, id);
  }
  assert(table.items <= 32, `${table.items} ids`);
  const ids = new Set(table.take(key, 0, 1));
  assert([...connected].every((id) => ids.has(id)));
});

Deno.test("a key that there is no room for leaves the table as it was", () => {
  const table = new TrackedKeys({ k0: 1, k1: 2 }, () => true, 1024 * 1024);
  const key = new Uint8Array(300_000);
  let count = 0;
  try {
    for (; count < 10; count++) table.add(key.fill(count), 0, key.length, 1);
  } catch (error) {
    assert(error instanceof StoreMemoryError);
  }
  assert(count > 0 && count < 10);
  assertEquals([table.size, table.items], [count, count]);
});
