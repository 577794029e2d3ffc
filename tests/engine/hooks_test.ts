/** The hook points of dispatch and of the store: each is called with the right things, in the right order. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Config } from "../../engine/config.ts";
import {
  ALL_DATABASES,
  EVENT_EXPIRED,
  EVENT_KEY_MISS,
  EVENT_NEW,
  EVENT_STRING,
  Listeners,
} from "../../engine/hooks.ts";
import type { PropagatedArgument } from "../../engine/hooks.ts";
import { batchOf, TypedArgument } from "../../resp/command_batch.ts";
import { CommandDecoder } from "../../resp/command_decoder.ts";
import { Dispatcher } from "../../engine/dispatch.ts";
import { StoreMemoryError } from "../../store/errors.ts";
import { Periodic } from "../../server/periodic.ts";
import { newCaller } from "../_call.ts";

const DECODER = new TextDecoder();

/** A caller, and all that listeners hear while it sends. */
function newListeningCaller(directives: Record<string, string> = {}) {
  const config = new Config();
  config.set(Object.entries(directives), "start");
  const lines: string[] = [];
  const caller = newCaller({ config, log: { log: (_level, text) => void lines.push(text) } });
  const { hooks } = caller.engine;
  let heard: string[] = [];
  const onKey: Parameters<typeof hooks.keyTouched.add>[0] = (db, bytes, start, end, eventClass, event) => {
    heard.push(`${event}(${eventClass}) ${db.index}:${DECODER.decode(bytes.subarray(start, end))}`);
  };
  hooks.keyTouched.add(onKey);
  hooks.keyAdded.add(onKey);
  hooks.keyMissed.add(onKey);
  hooks.propagated.add((db, args) => heard.push(`${db}> ${args.map(shown).join(" ")}`));
  hooks.databaseChanges.add((change, first, second) => heard.push(`${change} ${first} ${second}`));
  /** What is heard while a line is run, or while something is done. */
  const hear = (what: string | (() => unknown)) => {
    heard = [];
    if (typeof what === "string") caller.raw(...what.split(" "));
    else what();
    return heard;
  };
  return { ...caller, hear, lines };
}

function shown(arg: PropagatedArgument): string {
  return arg instanceof TypedArgument ? `<${DECODER.decode(arg.bytes)}>` : DECODER.decode(arg);
}

// ---- Keys ----

Deno.test("a key that expires when it is asked for is told of as expired, and deleted elsewhere before what comes next", () => {
  const { hear, raw, clock, engine } = newListeningCaller();
  raw("SELECT", "3");
  raw("SET", "k", "v", "PX", "10");
  clock.advance(11);
  assertEquals(hear("GET k"), [`expired(${EVENT_EXPIRED}) 3:k`, "3> DEL k", `keymiss(${EVENT_KEY_MISS}) 3:k`]);
  raw("SET", "k", "v", "PX", "10");
  clock.advance(11);
  const { changes } = engine.saves;
  assertEquals(hear("SET k new"), [
    `expired(${EVENT_EXPIRED}) 3:k`,
    "3> DEL k",
    `new(${EVENT_NEW}) 3:k`,
    `set(${EVENT_STRING}) 3:k`,
    "3> SET k new",
  ]);
  assertEquals(engine.saves.changes - changes, 1); // that it has expired counts for nothing
});

Deno.test("keys that expire by themselves are told of too, as UNLINK with lazyfree-lazy-expire", () => {
  const { hear, raw, clock, engine } = newListeningCaller({ "lazyfree-lazy-expire": "yes" });
  raw("SELECT", "5");
  raw("SET", "k", "v", "PX", "10");
  clock.advance(11);
  assertEquals(hear(() => new Periodic(engine).turn()), [`expired(${EVENT_EXPIRED}) 5:k`, "5> UNLINK k"]);
  assertEquals(hear("GET k"), [`keymiss(${EVENT_KEY_MISS}) 5:k`]);
});

Deno.test("an expired key counts as no change of the command that came upon it", () => {
  const { hear, raw, clock } = newListeningCaller();
  raw("SET", "k", "v", "PX", "10");
  const changes = () => /rdb_changes_since_last_save:(\d+)/.exec(raw("INFO", "persistence"))![1];
  clock.advance(11);
  const before = changes();
  assertEquals(hear("DEL k"), [`expired(${EVENT_EXPIRED}) 0:k`, "0> DEL k"]);
  assertEquals(changes(), before);
});

Deno.test("what a listener hears of an expired key is the key as it was, though it is in the store's own memory", () => {
  const { hear, raw, clock } = newListeningCaller();
  const names = Array.from({ length: 50 }, (_, i) => "n".repeat(i + 1));
  for (const name of names) raw("SET", name, "v", "PX", "10");
  clock.advance(11);
  const heard = hear(() => names.forEach((name) => raw("EXISTS", name)));
  assertEquals(heard.filter((line) => line.startsWith("0> ")), names.map((name) => `0> DEL ${name}`));
});

Deno.test("new keys are told of before what made them, misses of reads only, neither as changes", () => {
  const { hear, raw } = newListeningCaller();
  const newKey = (key: string, db = 0) => `new(${EVENT_NEW}) ${db}:${key}`;
  const added = (line: string) => hear(line).filter((text) => text.startsWith("new"));
  const missed = (line: string) => hear(line).filter((text) => text.startsWith("keymiss")).length;
  assertEquals(hear("SET a 1")[0], newKey("a"));
  assertEquals([added("SET a 2"), added("SET b x"), added("APPEND c x"), added("INCR d")], [
    [],
    [newKey("b")],
    [newKey("c")],
    [newKey("d")],
  ]);
  assertEquals(added("SETRANGE e 3 x"), [newKey("e")]);
  assertEquals(added("MSET f 1 a 1 g 1"), [newKey("f"), newKey("g")]);
  assertEquals(added("RENAME f g"), [newKey("g")]);
  assertEquals(added("COPY g h"), [newKey("h")]);
  assertEquals(added("COPY g h REPLACE"), [newKey("h")]);
  assertEquals(added("COPY g h"), []);
  assertEquals(added("MOVE h 2"), [newKey("h", 2)]);
  assertEquals(added("INCRBYFLOAT i 1.5"), [newKey("i")]);
  for (
    const line of [
      "GET z",
      "EXISTS z",
      "TTL z",
      "TYPE z",
      "STRLEN z",
      "GETRANGE z 0 1",
      "TOUCH z",
      "GETDEL z",
      "GETEX z",
      "COPY z y",
    ]
  ) {
    assertEquals(missed(line), 1, line);
  }
  assertEquals([missed("MGET z a z"), missed("LCS z y")], [2, 2]);
  for (
    const line of ["DEL z", "EXPIRE z 10", "PERSIST z", "RENAME z y", "MOVE z 1", "OBJECT ENCODING z", "SETNX z 1"]
  ) {
    assertEquals(missed(line), 0, line);
  }
  raw("DEL", "z");
  assertEquals(hear("SET z 1 GET")[0], `keymiss(${EVENT_KEY_MISS}) 0:z`);
});

Deno.test("the store calls nobody while nobody listens", () => {
  const { engine, raw } = newCaller();
  const { hooks, keyspace } = engine;
  const listener = () => {};
  assertEquals([keyspace.onAdded, keyspace.onMissed], [null, null]);
  hooks.keyAdded.add(listener);
  hooks.keyMissed.add(listener);
  assert(keyspace.onAdded !== null && keyspace.onMissed !== null);
  hooks.keyAdded.remove(listener);
  hooks.keyMissed.remove(listener);
  assertEquals([keyspace.onAdded, keyspace.onMissed], [null, null]);
  const calledForNobody = () => {
    throw new Error("called for nobody");
  };
  hooks.keyTouched.tell = hooks.propagated.tell = hooks.databaseChanges.tell = calledForNobody;
  hooks.commandRan.tell = calledForNobody; // the slow log always listens
  for (const line of ["SET k v", "GET k", "DEL k", "GET k", "FLUSHALL", "SWAPDB 0 1"]) {
    assertEquals(raw(...line.split(" "))[0] === "-", false, line);
  }
});

// ---- Databases ----

Deno.test("databases emptied or exchanged are told of while all is as it was", () => {
  const { hear, raw, engine } = newListeningCaller();
  const sizes: number[][] = [];
  engine.hooks.databaseChanges.add(() => sizes.push(engine.keyspace.databases.slice(0, 2).map((db) => db.size)));
  raw("SET", "k", "v");
  assertEquals(hear("SWAPDB 0 1"), ["swap 0 1", "0> SWAPDB 0 1"]);
  raw("SELECT", "1");
  assertEquals(hear("FLUSHDB"), ["flush 1 1", "1> FLUSHDB"]);
  raw("SET", "k", "v");
  assertEquals(hear("FLUSH"), ["flush 1 1", "1> FLUSHDB"]);
  raw("SET", "k", "v");
  assertEquals(hear("FLUSHALL ASYNC"), [`flush ${ALL_DATABASES} ${ALL_DATABASES}`, "1> FLUSHALL ASYNC"]);
  assertEquals(sizes, [[1, 0], [0, 1], [0, 1], [0, 1]]);
  assertEquals(hear("SWAPDB 1 1"), ["1> SWAPDB 1 1"]);
  assertEquals(hear("FLUSHALL NOW"), []);
});

// ---- Propagation ----

Deno.test("a typed value is propagated as one, so that repeating it makes the same structure", () => {
  const { hear, wire, raw } = newListeningCaller();
  const structure = "*2\r\n:1\r\n+two\r\n";
  const isSet = (lines: string[]) => lines.filter((line) => line.startsWith("0> "));
  assertEquals(isSet(hear(() => wire(`*3\r\n$3\r\nSET\r\n$1\r\nk\r\n${structure}`))), [`0> SET k <${structure}>`]);
  const expiring = hear(() => wire(`*5\r\n$3\r\nSET\r\n$1\r\nk\r\n${structure}$2\r\nPX\r\n$2\r\n99\r\n`));
  assertEquals(isSet(expiring), [`0> SET k <${structure}> PXAT 1700000000099`]);
  const pairs = hear(() => wire(`*5\r\n$4\r\nMSET\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n#t\r\n`));
  assertEquals(isSet(pairs), ["0> MSET a 1 b <#t\r\n>"]);
  raw("DEL", "n");
  const withGet = hear(() => wire(`*4\r\n$3\r\nSET\r\n$1\r\nn\r\n${structure}$3\r\nGET\r\n`));
  assertEquals(isSet(withGet), [`0> SET n <${structure}>`]);
});

Deno.test("a second server that repeats what is propagated holds the same", () => {
  const { engine, wire, raw, clock } = newCaller();
  const copy = newCaller();
  const dispatcher = new Dispatcher(copy.engine);
  engine.hooks.propagated.add((db, args) => {
    copy.client.db = db;
    const batch = batchOf(args);
    assertEquals(dispatcher.execute(copy.client, batch, 0), batch.size);
    const reply = DECODER.decode(copy.client.out.take());
    assert(!reply.startsWith("-"), reply);
  });
  wire("*3\r\n$3\r\nSET\r\n$1\r\ns\r\n%1\r\n+a\r\n*2\r\n$2\r\n\r\n\r\n_\r\n");
  wire("*5\r\n$4\r\nMSET\r\n$1\r\na\r\n,1.5\r\n$1\r\nb\r\n$0\r\n\r\n");
  for (const line of ["SET e 1 PX 50", "SET x 1 EX 1000", "INCRBYFLOAT f 0.1", "SETRANGE r 3 abc", "DELETE b"]) {
    raw(...line.split(" "));
  }
  clock.advance(51);
  copy.clock.advance(51);
  for (const line of ["GET e", "SELECT 4", "SET y 1", "SWAPDB 4 5", "RENAME none z"]) raw(...line.split(" "));
  const all = (caller: Pick<typeof copy, "engine">) => [0, 4, 5].map((db) => contents(caller, db));
  assertEquals(all(copy), all({ engine }));
  assertEquals(contents(copy, 0).s, "%1\r\n+a\r\n*2\r\n$2\r\n\r\n\r\n_\r\n");
});

/** Text and expiry of each key of a database, straight from the store. */
function contents({ engine }: Pick<ReturnType<typeof newCaller>, "engine">, index: number): Record<string, string> {
  const db = engine.keyspace.databases[index]!;
  const found: Record<string, string> = {};
  let cursor = 0;
  do {
    cursor = db.scan(cursor, (entry) => {
      const text = db.isInt(entry)
        ? String(db.intValue(entry))
        : DECODER.decode(db.bytes.slice(db.valueStart(entry), db.valueEnd(entry)));
      const atMs = db.expireAt(entry);
      found[DECODER.decode(db.keyBytes(entry))] = atMs < 0 ? text : `${text} until ${atMs}`;
    });
  } while (cursor !== 0);
  return found;
}

Deno.test("what a command wanted propagated without changing anything is not taken for the next one", () => {
  const { hear, raw, engine } = newListeningCaller();
  const del = engine.table.get("del")!;
  const run = del.run!;
  Object.assign(del, {
    run: (ctx: Parameters<typeof run>[0], args: Parameters<typeof run>[1]) => {
      ctx.propagate("PING");
      run(ctx, args);
    },
  });
  assertEquals(hear("DEL none"), []);
  assertEquals(hear("SET k v").at(-1), "0> SET k v");
  assertEquals(hear("DEL k").at(-1), "0> PING");
  raw("NOSUCH");
});

Deno.test("a failed command is propagated as far as it went", () => {
  const { hear, raw, engine } = newListeningCaller();
  const [db] = engine.keyspace.databases;
  raw("SET", "a", "0");
  const setString = db!.setString.bind(db!);
  db!.setString = (args, key, bytes, start, end) => {
    if (end - start === 3_000) throw new StoreMemoryError("the arena is full");
    return setString(args, key, bytes, start, end);
  };
  const mset = (...words: string[]) => hear(() => assertEquals(raw("MSET", ...words).slice(0, 4), "-OOM")).at(-1);
  const big = "x".repeat(3_000);
  assertEquals(mset("a", "1", "b", "2", "c", big, "d", "4"), "0> MSET a 1 b 2");
  assertEquals(mset("c", big, "d", "4"), undefined);
  assertEquals([raw("GET", "b"), raw("EXISTS", "c", "d")], ["$1\r\n2\r\n", ":0\r\n"]);
  assertEquals(hear(() => assertStringIncludes(raw("INCR", "none", "x"), "-ERR wrong number")), []);
  assertEquals(hear("SET k v").at(-1), "0> SET k v");
});

Deno.test("DELETE of more keys than a call can have arguments is propagated", () => {
  const { engine, raw, wire } = newCaller();
  const writes: number[] = [];
  engine.hooks.propagated.add((_db, args) => void writes.push(args.length));
  raw("SET", "key7", "v");
  const keys = Array.from({ length: 200_000 }, (_, i) => `$${`key${i}`.length}\r\nkey${i}\r\n`);
  assertEquals(wire(`*200001\r\n$6\r\nDELETE\r\n${keys.join("")}`), ":1\r\n");
  assertEquals(writes, [3, 200_001]);
});

// ---- Commands ----

Deno.test("each command is told of when it has run, but for those refused before and those of administrators", () => {
  const { engine, raw, client } = newCaller();
  const seen: string[] = [];
  engine.hooks.commandRan.add((who, _command, args) => {
    assertEquals(who, client);
    const words = Array.from({ length: args.count }, (_, i) => args.text(i));
    seen.push(`${engine.keyspace.databases[who.db]!.size} ${words.join(" ")}`);
  });
  for (const line of ["SET k v", "GET k", "NOSUCH", "GET", "CONFIG GET port", "CLIENT ID", "OBJECT NOSUCH k"]) {
    raw(...line.split(" "));
  }
  assertEquals(seen, ["1 SET k v", "1 GET k", "1 CLIENT ID"]);
});

Deno.test("slow commands are told of, by the threshold of the slow log", () => {
  const { engine, raw } = newCaller();
  const slow: string[] = [];
  engine.hooks.commandWasSlow.add((_who, _command, args, us) => {
    assert(us >= 0);
    slow.push(args.text(0));
  });
  const heard = (threshold: string) => {
    engine.config.set([["slowlog-log-slower-than", threshold]], "runtime");
    for (const line of ["SET k v", "NOSUCH", "MGET k", "SCAN 0"]) raw(...line.split(" "));
    return slow.splice(0);
  };
  assertEquals([heard("0"), heard("-1"), heard("10000000")], [["SET", "MGET", "SCAN"], [], []]);
});

Deno.test("what a listener throws goes to the log with its stack; the command and the other listeners go on", () => {
  const { engine, raw, hear, lines } = newListeningCaller({ "slowlog-log-slower-than": "0" });
  const boom = (): void => {
    throw new Error("boom");
  };
  const { hooks } = engine;
  const points = [
    ...[hooks.keyTouched, hooks.keyAdded, hooks.keyMissed, hooks.databaseChanges],
    ...[hooks.propagated, hooks.commandRan, hooks.commandWasSlow],
  ];
  for (const point of points) point.add(boom);
  const late: string[] = [];
  hooks.propagated.add((_db, args) => void late.push(shown(args[0]!)));
  assertEquals([raw("SET", "k", "v"), raw("GET", "none"), raw("FLUSHALL")], ["+OK\r\n", "$-1\r\n", "+OK\r\n"]);
  assertEquals(late, ["SET", "FLUSHALL"]);
  assertEquals(hear("SET k v").at(-1), "0> SET k v");
  for (const line of lines) assertStringIncludes(line, "hooks_test.ts");
  assertEquals(engine.statistics.unexpectedErrors, lines.length);
  // SET: start, new, set, propagated, slow; GET: start, miss, slow; FLUSHALL: start, flush, propagated, slow; SET
  assertEquals(lines.length, 5 + 3 + 4 + 5);
});

Deno.test("listeners are told in the order they were added, those that were there when it began", () => {
  const errors: unknown[] = [];
  const listeners = new Listeners<[number]>((error) => errors.push(error));
  const told: string[] = [];
  const counts: number[] = [];
  listeners.onCount = (count) => counts.push(count);
  const first = (n: number) => void told.push(`first ${n}`);
  const second = (n: number) => {
    told.push(`second ${n}`);
    listeners.remove(first);
    listeners.add(first);
  };
  listeners.add(first);
  listeners.add(second);
  listeners.tell(1);
  listeners.tell(2);
  assertEquals(told, ["first 1", "second 1", "second 2", "first 2"]);
  assertEquals([counts, listeners.count, errors], [[1, 2, 1, 2, 1, 2], 2, []]);
});

Deno.test("commands of a wire are typed only where they are allowed to be, and batchOf() makes what the wire makes", () => {
  const bytes = new TextEncoder().encode("*5\r\n$4\r\nMSET\r\n$1\r\na\r\n,1.5\r\n$1\r\nb\r\n$0\r\n\r\n");
  const wired = new CommandDecoder().decode(bytes);
  const built = batchOf(["MSET", "a", new TypedArgument(new TextEncoder().encode(",1.5\r\n")), "b", ""]);
  const words = ({ words, bytes: own, size }: typeof wired) => {
    const texts = Array.from({ length: 5 }, (_, i) => {
      const start = words[1 + 2 * i]!, end = words[2 + 2 * i]!;
      return `${end < 0 ? "typed " : ""}${DECODER.decode(own.subarray(start, Math.abs(end)))}`;
    });
    return [words[0], size, ...texts];
  };
  assertEquals(words(built), words(wired));
});
