/** `maxmemory`: who goes, who stays, and what is refused. Time limits are off, unless a test is about them. */
import { assert, assertEquals } from "@std/assert";
import { configOf } from "../../engine/config.ts";
import type { Engine } from "../../engine/context.ts";
import { EVENT_EVICTED } from "../../engine/hooks.ts";
import { Periodic } from "../../server/periodic.ts";
import { type Caller, newCaller } from "../_call.ts";
import { TimerClock } from "../_clock.ts";

const OOM = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
const NO_TIME_LIMIT = { "maxmemory-eviction-tenacity": "100" };

const POLICIES = [
  "allkeys-lru",
  "allkeys-lfu",
  "allkeys-random",
  "volatile-lru",
  "volatile-lfu",
  "volatile-random",
  "volatile-ttl",
];

function newServer(directives: Record<string, string> = {}) {
  const caller = newCaller({ config: configOf({ ...NO_TIME_LIMIT, ...directives }) });
  const send = (line: string) => caller.raw(...line.split(" "));
  return { ...caller, send, ...helpers(caller, caller.engine) };
}

function helpers({ raw }: Pick<Caller, "raw">, { keyspace }: Pick<Engine, "keyspace">) {
  const set = (directive: string, value: string | number) =>
    assertEquals(raw("CONFIG", "SET", directive, `${value}`), "+OK\r\n");
  return {
    set,
    used: () => keyspace.usedBytes,
    size: () => Number(raw("DBSIZE").slice(1)),
    info: (name: string) => Number(new RegExp(`\\b${name}:(\\d+)`).exec(raw("INFO"))?.[1]),
    /** Allows so many bytes more than are in use. */
    allow: (bytes: number) => set("maxmemory", keyspace.usedBytes + Math.round(bytes)),
    keys: () => raw("KEYS", "*").split("\r\n").filter((line) => /^[^*$]/.test(line)),
  };
}

// ---- Memory is bounded ----

for (const policy of POLICIES) {
  Deno.test(`ten times more than maxmemory is written under ${policy}, and memory stays within it`, () => {
    const { raw, used, set, info, size } = newServer();
    set("maxmemory-policy", policy);
    const limit = 200_000;
    set("maxmemory", limit);
    const value = "x".repeat(400);
    for (let i = 0; i < 5_000; i++) {
      assertEquals(raw("SET", `key:${i}`, value, "EX", "1000"), "+OK\r\n");
      assert(used() <= limit + 1_000, `${used()} after key ${i}`); // what one command adds goes before the next
    }
    raw("PING");
    assert(used() <= limit && used() > limit * 0.9, `${used()} of ${limit}`);
    assertEquals(info("evicted_keys"), 5_000 - size());
    assert(size() > 300, `${size()} keys`);
  });
}

Deno.test("memory stays bounded with values of all types, large ones among them, and in several databases", () => {
  for (const lazy of ["no", "yes"]) {
    const { raw, used, set, engine } = newServer({ "lazyfree-lazy-eviction": lazy });
    set("maxmemory-policy", "allkeys-random");
    const limit = 1_000_000;
    set("maxmemory", limit);
    const elements = Array.from({ length: 600 }, (_, i) => `element:${i}`);
    const pairs = elements.flatMap((element, i) => [`${i}`, element]);
    for (let i = 0; i < 60; i++) {
      raw("SELECT", `${i % 3}`);
      const before = used();
      const replies = [
        raw("RPUSH", `list:${i}`, ...elements),
        raw("SADD", `set:${i}`, ...elements),
        raw("ZADD", `sorted:${i}`, ...pairs),
        raw("HSET", `hash:${i}`, ...pairs),
        raw("XADD", `stream:${i}`, "*", ...pairs),
      ];
      assertEquals(replies.filter((reply) => reply.startsWith("-")), []);
      raw("PING");
      assert(used() <= limit, `${used()}, ${before} before round ${i}, lazy: ${lazy}`);
    }
    assert(engine.keyspace.detached <= 1, "values are freed before more keys go");
    assertEquals(used(), engine.keyspace.databases.reduce((sum, db) => sum + db.usedBytes, 0));
    raw("CONFIG", "SET", "maxmemory", "0");
    raw("FLUSHALL");
    assert(used() < 10_000, `${used()} bytes are left of nothing`);
  }
});

Deno.test("a table of keys does not grow where that would cost keys, until it has to", () => {
  const { raw, engine, set, allow, size } = newServer({ "maxmemory-policy": "allkeys-random" });
  const [db] = engine.keyspace.databases;
  for (let i = 0; i < 4_096; i++) raw("SET", `key:${i}`, "v");
  assertEquals(db!.isResizing, false);
  allow(20_000); // the next table takes 73 KB
  for (let i = 0; i < 10; i++) raw("SET", `more:${i}`, "v");
  assertEquals([size(), db!.isResizing], [4_106, false]);
  set("maxmemory", 0);
  raw("SET", "one more", "v");
  assertEquals(db!.isResizing, true);
});

// ---- Who goes ----

Deno.test("volatile policies spare keys without an expiry, and refuse writes when no others are left", () => {
  for (const policy of POLICIES.filter((policy) => policy.startsWith("volatile-"))) {
    const { raw, set, allow, size, keys } = newServer({ "maxmemory-policy": policy });
    for (let i = 0; i < 200; i++) raw("SET", `stays:${i}`, "v");
    for (let i = 0; i < 200; i++) raw("SET", `goes:${i}`, "v", "EX", "100");
    allow(-2_000);
    raw("PING");
    const left = keys();
    assertEquals(left.filter((key) => key.startsWith("stays:")).length, 200, policy);
    assert(left.length < 400 && left.length > 300, `${left.length} under ${policy}`);
    set("maxmemory", 1);
    assertEquals([raw("SET", "k", "v"), size()], [OOM, 200], policy);
    raw("PERSIST", "stays:1");
    assertEquals(raw("GET", "stays:1"), "$1\r\nv\r\n");
  }
});

Deno.test("volatile-ttl takes those that expire first", () => {
  const { raw, allow, keys } = newServer({ "maxmemory-policy": "volatile-ttl", "maxmemory-samples": "1000" });
  for (let i = 0; i < 100; i++) raw("SET", `${i}`, "v", "EX", `${1 + ((i * 37) % 100)}`);
  allow(-56 * 50); // an entry takes 32 bytes, and its expiry some
  raw("PING");
  const times = keys().map((key) => 1 + ((Number(key) * 37) % 100)).sort((a, b) => a - b);
  assert(times.length > 30 && times.length < 80, `${times.length}`);
  assertEquals(times, Array.from({ length: times.length }, (_, i) => 101 - times.length + i));
});

Deno.test("a key that is used while it waits to be evicted is not", () => {
  const { raw, clock, allow, keys } = newServer({ "maxmemory-policy": "allkeys-lru", "maxmemory-samples": "64" });
  for (let i = 0; i < 20; i++) {
    raw("SET", `${i}`.padStart(2, "0"), "v");
    clock.advance(1_000);
  }
  allow(-1); // one has to go; fifteen others are in the pool from now on
  raw("PING");
  assertEquals(keys().length, 19);
  raw("MGET", "01", "02", "03", "04");
  allow(-1);
  raw("PING");
  assertEquals(["01", "02", "03", "04", "05", "06"].filter((key) => !keys().includes(key)), ["05"]);
});

Deno.test("random policies take databases in turn", () => {
  for (const policy of ["allkeys-random", "volatile-random"]) {
    const { raw, engine, allow, set } = newServer({ "maxmemory-policy": policy });
    for (const db of ["3", "7", "12"]) {
      raw("SELECT", db);
      for (let i = 0; i < 100; i++) raw("SET", `${i}`, "v", "EX", "1000");
    }
    allow(-3_000);
    raw("PING");
    set("maxmemory", 0);
    const sizes = [3, 7, 12].map((db) => engine.keyspace.databases[db]!.size);
    assert(Math.max(...sizes) - Math.min(...sizes) <= 1 && sizes[0]! < 80, `${sizes}`);
  }
});

Deno.test("candidates come from all databases", () => {
  const { raw, clock, engine, allow } = newServer({ "maxmemory-policy": "allkeys-lru" });
  for (const db of [2, 0, 1]) { // from the oldest to the latest
    raw("SELECT", `${db}`);
    for (let i = 0; i < 500; i++) raw("SET", `${i}`, "v");
    clock.advance(10_000);
  }
  allow(-12_000);
  raw("PING");
  const sizes = engine.keyspace.databases.slice(0, 3).map(({ size }) => size);
  assert(sizes[2]! < 300 && sizes[0]! > 470 && sizes[1]! > 490, `${sizes}`);
});

/** Keys with a rank each; half of their memory is taken away: how many of those left are of the better half? */
function shareKept(policy: string, use: (server: ReturnType<typeof newServer>, rank: number) => void): number {
  const server = newServer({ "maxmemory-policy": policy });
  const { raw, allow, used, keys } = server;
  const empty = used(), count = 2_000;
  for (let i = 0; i < count; i++) {
    const rank = (i * 7) % count;
    raw("SET", `${rank}`, "v", "EX", `${10_000 + rank}`);
    use(server, rank);
  }
  allow(-(used() - empty) / 4);
  raw("PING");
  const left = keys();
  assert(left.length > count * 0.35 && left.length < count * 0.65, `${left.length}`);
  return left.filter((key) => Number(key) >= count - left.length).length / left.length;
}

Deno.test("allkeys-lru and volatile-lru keep what was used lately, though they look at few keys", () => {
  const { raw, engine } = newServer();
  assertEquals(engine.config.number("maxmemory-samples"), 5);
  for (const policy of ["allkeys-lru", "volatile-lru"]) {
    const share = shareKept(policy, (server, rank) => {
      const [db] = server.engine.keyspace.databases;
      const key = new TextEncoder().encode(`${rank}`);
      db!.setIdleSeconds(db!.peekBytes(key, 0, key.length), 10_000 - rank);
    });
    assert(share > 0.9, `${policy}: ${share}`);
  }
  assertEquals(raw("PING"), "+PONG\r\n");
});

Deno.test("allkeys-lfu and volatile-lfu keep what is used often", () => {
  for (const policy of ["allkeys-lfu", "volatile-lfu"]) {
    const share = shareKept(policy, (server, rank) => {
      const [db] = server.engine.keyspace.databases;
      const key = new TextEncoder().encode(`${rank}`);
      db!.setFrequency(db!.peekBytes(key, 0, key.length), Math.floor(rank / 8));
    });
    assert(share > 0.9, `${policy}: ${share}`);
  }
});

Deno.test("under allkeys-lfu keys that are read often survive a flood of new ones", () => {
  const { raw, clock, set } = newServer({ "maxmemory-policy": "allkeys-lfu" });
  const value = "x".repeat(100);
  for (let i = 0; i < 50; i++) raw("SET", `often:${i}`, value);
  for (let round = 0; round < 200; round++) for (let i = 0; i < 50; i++) raw("GET", `often:${i}`);
  set("maxmemory", 100_000);
  let hits = 0;
  for (let i = 0; i < 5_000; i++) {
    raw("SET", `flood:${i}`, value);
    if (raw("GET", `often:${i % 50}`) !== "$-1\r\n") hits++;
    if (i % 100 === 0) clock.advance(1_000);
  }
  assert(hits > 4_900, `${hits} of 5000`);
});

// ---- What is refused ----

Deno.test("without eviction, commands that need memory are refused and others are not", () => {
  const { send, set } = newServer();
  send("RPUSH l a b");
  set("maxmemory", 1);
  for (const line of ["SET k v", "RPUSH l c", "INCR n", "LSET l 0 x", "COPY l m"]) assertEquals(send(line), OOM, line);
  for (const line of ["LRANGE l 0 -1", "PING", "EXPIRE l 100", "LPOP l", "DEL l", "MULTI", "DISCARD"]) {
    assert(!send(line).startsWith("-"), line);
  }
  assertEquals(send("SET k"), "-ERR wrong number of arguments for 'set' command\r\n");
  set("maxmemory", 0);
  assertEquals(send("SET k v"), "+OK\r\n");
  assert(send("INFO errorstats").includes("errorstat_OOM:count=5"));
  assert(/cmdstat_rpush:calls=1,.*rejected_calls=1,/.test(send("INFO commandstats")));
});

Deno.test("a transaction cannot be queued without memory, and ends by EXEC, DISCARD or RESET", () => {
  const { send, set, connect } = newServer();
  const other = connect();
  set("maxmemory", 1);
  send("MULTI");
  for (const line of ["GET k", "PING", "MULTI", "WATCH k", "SET k v"]) assertEquals(send(line), OOM, line);
  assertEquals(send("EXEC"), "-EXECABORT Transaction discarded because of previous errors.\r\n");
  for (const end of ["DISCARD", "RESET"]) {
    send("MULTI");
    assert(send(end).startsWith("+"), end);
  }

  set("maxmemory", 0);
  send("MULTI");
  send("SET k v");
  assertEquals(other.raw("CONFIG", "SET", "maxmemory", "1"), "+OK\r\n");
  assertEquals(
    send("EXEC"),
    "-EXECABORT Transaction discarded because of: OOM command not allowed when used memory > 'maxmemory'.\r\n",
  );
  assertEquals(send("EXEC"), "-ERR EXEC without MULTI\r\n");

  set("maxmemory", 0);
  send("MULTI");
  send("GET k");
  other.raw("CONFIG", "SET", "maxmemory", "1");
  assertEquals(send("EXEC"), "*1\r\n$-1\r\n");

  set("maxmemory", 0);
  send("MULTI");
  send("CONFIG SET maxmemory 1");
  send("SET k v"); // checked when it was queued
  assertEquals(send("EXEC"), "*2\r\n+OK\r\n+OK\r\n");
  assertEquals(send("SET k v"), OOM);
});

Deno.test("nothing is evicted while clients are paused", () => {
  const { engine, raw, size, set } = (() => {
    const caller = newCaller({ clock: new TimerClock(), config: configOf(NO_TIME_LIMIT) });
    return { ...caller, ...helpers(caller, caller.engine) };
  })();
  set("maxmemory-policy", "allkeys-random");
  raw("SET", "k", "v");
  raw("CLIENT", "PAUSE", "100", "WRITE");
  set("maxmemory", 1);
  assertEquals(size(), 1);
  engine.pause.end();
  assertEquals(size(), 0);
});

Deno.test("values deleted before are freed before any key is evicted, or a command refused", () => {
  for (const policy of ["noeviction", "allkeys-lru"]) {
    const { raw, engine, set, used, size } = newServer({ "maxmemory-policy": policy });
    raw("SADD", "s", ...Array.from({ length: 20_000 }, (_, i) => `element:${i}`));
    raw("SET", "k", "v");
    set("maxmemory", used());
    raw("UNLINK", "s");
    raw("SET", "blob", "x".repeat(400_000));
    assertEquals(engine.keyspace.detached, 1);
    assertEquals(raw("SET", "l", "w"), "+OK\r\n");
    assertEquals([size(), engine.statistics.evictedKeys], [3, 0], policy);
  }
});

// ---- Who is told ----

Deno.test("an evicted key is told of, and propagated as DEL or UNLINK", () => {
  for (const lazy of [false, true]) {
    const { raw, engine, allow } = newServer({
      "maxmemory-policy": "allkeys-random",
      "lazyfree-lazy-eviction": lazy ? "yes" : "no",
    });
    raw("SELECT", "2");
    raw("SET", "some key", "v");
    const heard: string[] = [];
    const text = (bytes: Uint8Array) => String.fromCharCode(...bytes);
    engine.hooks.keyTouched.add((db, bytes, start, end, eventClass, event) => {
      const key = bytes.subarray(start, end);
      heard.push(`${event}(${eventClass}) ${db.index}:${text(key)}, there: ${db.hasKey(key, 0, key.length)}`);
    });
    engine.hooks.propagated.add((db, args) => {
      heard.push(`${db}> ${args.map((arg) => text(arg as Uint8Array)).join(" ")}`);
    });
    allow(-1);
    raw("GET", "some key");
    assertEquals(heard, [
      `evicted(${EVENT_EVICTED}) 2:some key, there: false`,
      `2> ${lazy ? "UNLINK" : "DEL"} some key`,
    ]);
  }
});

Deno.test("eviction is a change for whoever watches the key", () => {
  const { send, set } = newServer({ "maxmemory-policy": "allkeys-random" });
  send("SET k v");
  send("WATCH k");
  set("maxmemory", 1);
  send("PING");
  set("maxmemory", 0);
  send("MULTI");
  send("PING");
  assertEquals(send("EXEC"), "*-1\r\n");
});

Deno.test("a client that waits for a stream's group is told when the stream is evicted, as when it is deleted", () => {
  const replies = [(send: (line: string) => string, set: (name: string, value: number) => void) => {
    set("maxmemory", 1);
    return send("PING");
  }, (send: (line: string) => string) => send("DEL s")].map((remove) => {
    const { send, set, connect } = newServer({ "maxmemory-policy": "allkeys-lru" });
    const other = connect();
    send("XGROUP CREATE s g $ MKSTREAM");
    assertEquals(other.raw("XREADGROUP", "GROUP", "g", "c", "BLOCK", "0", "STREAMS", "s", ">"), "");
    remove(send, set);
    return other.received();
  });
  assert(replies[0]!.startsWith("-"), replies[0]);
  assertEquals(replies[0], replies[1]);
});

Deno.test("INFO tells how long memory has been over its limit, and RESETSTAT forgets it", () => {
  const { send, set, info, clock } = newServer();
  const times = () => [info("current_eviction_exceeded_time"), info("total_eviction_exceeded_time")];
  set("maxmemory", 1);
  assertEquals(times(), [0, 0]);
  clock.advance(300);
  assertEquals(times(), [300, 300]);
  set("maxmemory", 0);
  clock.advance(300);
  assertEquals(times(), [0, 300]);
  set("maxmemory", 1);
  send("PING");
  clock.advance(50);
  assertEquals(times(), [50, 350]);
  set("maxmemory", 0);
  send("CONFIG RESETSTAT");
  assertEquals([...times(), info("evicted_keys")], [0, 0, 0]);
});

Deno.test("the latency monitor hears of evictions", () => {
  const { send, set, engine, raw } = newServer({ "maxmemory-policy": "allkeys-lru", "latency-monitor-threshold": "1" });
  raw("SADD", "s", ...Array.from({ length: 100_000 }, (_, i) => `element:${i}`));
  engine.latency.reset();
  set("maxmemory", 1);
  send("PING");
  const names = [...engine.latency.events()].map(({ name }) => name);
  assert(names.includes("eviction-cycle") && names.includes("eviction-del"), `${names}`);
  assert(send("LATENCY DOCTOR").includes("lazyfree-lazy-eviction"));
});

Deno.test("used_memory is what maxmemory is compared with", () => {
  const { raw, set, info, used } = newServer();
  raw("SET", "k", "x".repeat(10_000));
  assertEquals(info("used_memory"), used());
  set("maxmemory", info("used_memory"));
  assertEquals(raw("APPEND", "k", "x"), ":10001\r\n");
  set("maxmemory", info("used_memory") - 1);
  assertEquals(raw("APPEND", "k", "x"), OOM);
});

Deno.test("small integers have no shared object where keys go by their last use", () => {
  const { send, set } = newServer();
  send("SET n 5");
  assertEquals(send("OBJECT REFCOUNT n"), ":2147483647\r\n");
  set("maxmemory", 2 ** 30);
  assertEquals(send("OBJECT REFCOUNT n"), ":2147483647\r\n");
  for (const policy of ["allkeys-lru", "volatile-lru", "allkeys-lfu"]) {
    set("maxmemory-policy", policy);
    assertEquals(send("OBJECT REFCOUNT n"), ":1\r\n", policy);
  }
  set("maxmemory-policy", "volatile-ttl");
  assertEquals(send("OBJECT REFCOUNT n"), ":2147483647\r\n");
});

// ---- Time ----

Deno.test("with a seed a command evicts for as long as it takes: what is left must not depend on the machine", () => {
  const caller = newCaller({ config: configOf({ "maxmemory-policy": "allkeys-random" }) });
  const { raw, engine } = caller;
  for (let i = 0; i < 5_000; i++) raw("SET", `${i}`, "v");
  const { now } = performance;
  let ms = 0;
  performance.now = () => ms++; // a machine that is slow
  try {
    helpers(caller, engine).set("maxmemory", 1);
    assertEquals([raw("SET", "k", "v"), engine.keyspace.databases[0]!.size], [OOM, 0]);
  } finally {
    performance.now = now;
  }
});

Deno.test("a command evicts for a bounded time, and the periodic work goes on", () => {
  const clock = new TimerClock();
  const lines: string[] = [];
  const log = { log: (_level: string, text: string) => void lines.push(text) };
  const config = configOf({ "maxmemory-policy": "allkeys-random" });
  const caller = newCaller({ clock, log, config, seed: undefined });
  const { raw, engine } = caller;
  const { set } = helpers(caller, engine);
  const [db] = engine.keyspace.databases;
  for (let i = 0; i < 5_000; i++) raw("SET", `${i}`, "v");
  // a listener that takes long stands for a machine that is slow
  engine.hooks.keyTouched.add(() => {
    const ends = performance.now() + 0.1;
    while (performance.now() < ends);
  });
  const periodic = new Periodic(engine);
  periodic.start();
  assertEquals(clock.delays, [100]);
  set("maxmemory", 1);
  assertEquals([db!.size, clock.delays, lines.length], [5_000, [100, 1], 1]);
  assert(lines[0]!.startsWith("maxmemory (1) is less than the memory in use ("), lines[0]);
  assertEquals(raw("SET", "k", "v"), "+OK\r\n"); // there are keys left to evict
  assert(db!.size < 5_000 && db!.size > 4_900, `${db!.size}`);
  clock.advance(1);
  assert(db!.size > 4_800, `${db!.size}`);
  clock.advance(1_000);
  assertEquals([db!.size, engine.statistics.unexpectedErrors], [0, 0]);
  assertEquals(clock.delays.length, 1);
  assertEquals(raw("SET", "k", "v"), OOM);
  periodic.stop();
  assertEquals(clock.delays, []);
});
