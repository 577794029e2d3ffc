/**
 * Damaged values in payloads whose checksum is right. Run by hand with more of them:
 *
 * ```sh
 * deno run tests/persistence/_fuzz.ts 1000000
 * ```
 *
 * @module
 */
import { newCaller } from "../_call.ts";
import { Random } from "../resp/_frames.ts";
import { concat, intset, little, payload, ziplist, zipmap } from "./_old_encodings.ts";
import { type Command, READERS, SAMPLES, UNORDERED } from "./_samples.ts";

/** What became of the payloads. */
export interface FuzzCounts {
  payloads: number;
  loaded: number;
  refused: number;
  /** Loaded values by what TYPE and OBJECT ENCODING say. */
  readonly kinds: Map<string, number>;
}

/** Larger values are damaged as well, but there is more to be read of each: most rounds take smaller ones. */
const SMALL_BYTES = 1_000;

/** What a change to a value may be, by its type: none may find anything amiss. */
const CHANGES: Readonly<Record<string, readonly Command[]>> = {
  string: [["APPEND", "k", "x"], ["SETRANGE", "k", "3", "yy"]],
  list: [
    ["RPUSH", "k", "x", "5"],
    ["LPUSH", "k", "y"],
    ["LSET", "k", "1", "z".repeat(100)],
    ["LINSERT", "k", "BEFORE", "x", "w"],
    ["LREM", "k", "0", "5"],
    ["LPOP", "k"],
    ["LTRIM", "k", "1", "-2"],
  ],
  set: [["SADD", "k", "5", "x"], ["SREM", "k", "1", "a"], ["SPOP", "k"]],
  hash: [["HSET", "k", "x", "5", "field", "w".repeat(100)], ["HDEL", "k", "x", "1"], ["HINCRBY", "k", "n", "1"]],
  zset: [["ZADD", "k", "5", "x", "0.25", "y".repeat(70)], ["ZREM", "k", "a", "x"], ["ZPOPMIN", "k"], ["ZPOPMAX", "k"]],
  stream: [
    ["XADD", "k", "*", "f", "v"],
    ["XADD", "k", "MAXLEN", "3", "*", "field", "x"],
    ["XREADGROUP", "GROUP", "g", "one", "STREAMS", "k", ">"],
    ["XREADGROUP", "GROUP", "g", "two", "STREAMS", "k", "0"],
    ["XAUTOCLAIM", "k", "g", "new", "0", "0"],
    ["XGROUP", "DELCONSUMER", "k", "g", "one"],
    ["XDEL", "k", "8-1", "1-0"],
    ["XTRIM", "k", "MINID", "15"],
    ["XINFO", "STREAM", "k", "FULL"],
    ["XTRIM", "k", "MAXLEN", "0"],
  ],
  structure: [],
};

/**
 * Restores damaged payloads. Each is refused, or makes a key of which everything can be read, that can be dumped and restored
 * again, changed and deleted; afterwards the database takes the memory it took before.
 *
 * @param payloads How many.
 * @param seed Of the randomness: the same seed, the same payloads.
 * @returns What became of them.
 * @throws {Error} Anything was otherwise; the payload is shown.
 */
export function fuzz(payloads: number, seed: number): FuzzCounts {
  const caller = newCaller({ protocol: 3 }); // structures are for those who know them
  const counts: FuzzCounts = { payloads, loaded: 0, refused: 0, kinds: new Map() };
  const emptyBytes = usedBytes(caller);
  let i = 0;
  for (const damaged of damagedPayloads(payloads, seed)) {
    try {
      tryPayload(caller, damaged, counts);
      const bytes = usedBytes(caller);
      if (bytes !== emptyBytes) throw new Error(`${bytes} bytes are taken, at first it was ${emptyBytes}`);
    } catch (error) {
      throw new Error(`Payload ${i} of seed ${seed}: ${hex(damaged)}`, { cause: error });
    }
    i++;
  }
  return counts;
}

/** Payloads of damaged values, with good checksums; some of the values are none the worse for it. */
export function* damagedPayloads(count: number, seed: number): Generator<Uint8Array> {
  const random = new Random(seed);
  const values = undamagedValues(newCaller());
  const small = values.filter((value) => value.length < SMALL_BYTES);
  for (let i = 0; i < count; i++) {
    yield payload(damage(random, random.pick(random.int(20) === 0 ? values : small)));
  }
}

type Caller = ReturnType<typeof newCaller>;

function usedBytes({ engine }: Caller): number {
  while (engine.keyspace.releaseDetached(1000));
  return engine.keyspace.databases[0]!.usedBytes;
}

function tryPayload(caller: Caller, damaged: Uint8Array, counts: FuzzCounts): void {
  const restored = send(caller, ["RESTORE", "k", "0", damaged]);
  if (restored === "-ERR Bad data format\r\n") {
    counts.refused++;
    if (send(caller, ["EXISTS", "k"]) !== ":0\r\n") throw new Error("refused, and there is a key");
    return;
  }
  if (restored !== "+OK\r\n") throw new Error(`RESTORE answers ${restored}`);
  counts.loaded++;
  const type = send(caller, ["TYPE", "k"]).slice(1, -2);
  const kind = `${type} ${send(caller, ["OBJECT", "ENCODING", "k"]).split("\r\n")[1]}`;
  counts.kinds.set(kind, (counts.kinds.get(kind) ?? 0) + 1);
  const found = contents(caller, type);
  const again = send(caller, ["DUMP", "k"]);
  send(caller, ["RENAME", "k", "other"]);
  const dumped = Uint8Array.from(again.slice(again.indexOf("\r\n") + 2, -2), (character) => character.charCodeAt(0));
  if (send(caller, ["RESTORE", "k", "0", dumped]) !== "+OK\r\n") throw new Error("its own dump is refused");
  if (contents(caller, type) !== found) throw new Error("another value after DUMP and RESTORE");
  for (const command of CHANGES[type]!) send(caller, command);
  contents(caller, type);
  send(caller, ["DEL", "k", "other"]);
}

function contents(caller: Caller, type: string): string {
  return READERS[type]!.map((command) => {
    const reply = send(caller, command);
    if (reply.startsWith("-")) throw new Error(`${command[0]} answers ${reply}`);
    return UNORDERED.has(String(command[0])) ? [...reply].toSorted().join("") : reply;
  }).join("\n");
}

/** The reply to a command, none of which may come upon a bug. */
function send(caller: Caller, command: Command): string {
  const reply = caller.raw(...command);
  if (caller.engine.statistics.unexpectedErrors > 0) throw new Error(`${command[0]} failed: ${reply}`);
  return reply;
}

/** Values of every type byte, whole. */
function undamagedValues(caller: Caller): Uint8Array[] {
  const values: Uint8Array[] = [];
  for (const compression of ["yes", "no"]) {
    caller.raw("CONFIG", "SET", "rdbcompression", compression);
    for (const { commands } of SAMPLES) {
      caller.raw("FLUSHALL");
      for (const command of commands) caller.raw(...command);
      values.push(valueOf(caller.raw("DUMP", "k")));
    }
    caller.wire("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n%1\r\n+a\r\n*3\r\n:5\r\n_\r\n$3\r\nabc\r\n");
    values.push(valueOf(caller.raw("DUMP", "k")));
  }
  const packed = (type: number, bytes: Uint8Array) => concat([type, 0x80], little(bytes.length, 4).reverse(), bytes);
  const double = (value: number) => new Uint8Array(new Float64Array([value]).buffer);
  values.push(
    concat([1, 3], [1], "a", [0xc0, 5], [3], "xyz"),
    concat([2, 3], [1], "a", [0xc0, 5], [3], "xyz"),
    concat([2, 3], [0xc0, 1], [0xc0, 5], [0xc1, 0, 1]),
    concat([3, 3], [1], "a", [3], "1.5", [1], "b", [254], [1], "c", [255]),
    concat([4, 2], [1], "a", [0xc0, 5], [5], "field", [1], "v"),
    concat([5, 3], [1], "a", double(1.5), [1], "b", double(-Infinity), [0xc0, 7], double(3)),
    packed(9, zipmap(3, "field", "value", "a", "5", "", "")),
    packed(10, ziplist("a", 5, -70_000, "5", "x".repeat(300), 2n ** 62n)),
    packed(11, intset(2, -5, 1, 300)),
    packed(11, intset(8, -5, 1, 300)),
    packed(12, ziplist("a", 1, "b", "1.5", "c", "inf")),
    packed(13, ziplist("field", "value", 5, 6, "", "x".repeat(100))),
    concat([14, 2], [0x80], little(16, 4).reverse(), ziplist("a", 1), [0x80], little(14, 4).reverse(), ziplist("b")),
    oldStream(),
    concat([18, 3, 1, 5], "plain", [2, 9], little(9, 4), [1, 0], [5, 1], [255], [1, 1], "x"),
  );
  return values;
}

/** A stream of Redis 5 or 6: an entry 1-1, pending in a group `g`, with a consumer `c`. */
export function oldStream(): Uint8Array {
  const id = concat(little(0, 7), [1], little(0, 7), [1]);
  const node = concat([1, 1, 0, 1, 1, 1, 0x81], "f", [2, 0, 1, 2, 1, 0, 1, 0, 1, 0x81], "v", [2, 4, 1]);
  const listpack = concat(little(node.length + 7, 4), [10, 0], node, [255]);
  const group = concat([1], "g", [1, 1, 1], id, little(1_700_000_000_000n, 8), [3]);
  const consumer = concat([1, 1], "c", little(1_700_000_000_000n, 8), [1], id);
  return concat([15, 1, 16], id, [listpack.length], listpack, [1, 1, 1], [1], group, consumer);
}

/** The value of a payload as DUMP answers it. */
function valueOf(reply: string): Uint8Array {
  const text = reply.slice(reply.indexOf("\r\n") + 2, -2);
  return Uint8Array.from(text.slice(0, -10), (character) => character.charCodeAt(0));
}

const TYPES = [0, 1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 240];
const EDGES = [0, 1, 2, 0x3f, 0x40, 0x7f, 0x80, 0x81, 0xbf, 0xc0, 0xc3, 0xe0, 0xf0, 0xf1, 0xf4, 0xfd, 0xfe, 0xff];

/** One to three changes: bytes overwritten, cut out, put in, doubled; the type exchanged. */
function damage(random: Random, value: Uint8Array): Uint8Array {
  let bytes: Uint8Array = value.slice();
  for (let changes = random.int(3); changes >= 0; changes--) {
    const at = random.int(bytes.length + 1), size = 1 + random.int(random.pick([2, 8]));
    switch (random.int(8)) {
      case 0:
        bytes = bytes.slice(0, at);
        break;
      case 1:
        bytes = concat(bytes.subarray(0, at), bytes.subarray(at + size));
        break;
      case 2:
        bytes = concat(bytes.subarray(0, at), random.bytes(size), bytes.subarray(at));
        break;
      case 3:
        bytes = concat(bytes.subarray(0, at + size), bytes.subarray(at));
        break;
      case 4:
        if (bytes.length > 0 && random.int(4) === 0) bytes[0] = random.pick(TYPES);
        break;
      default:
        if (at < bytes.length) {
          bytes[at] = random.pick([random.pick(EDGES), random.int(256), bytes[at]! + 1, bytes[at]! ^ 0x80]);
        }
    }
  }
  return bytes;
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

if (import.meta.main) {
  const payloads = Number(Deno.args[0] ?? 100_000);
  const seed = Number(Deno.args[1] ?? Date.now() % 2 ** 31);
  console.log(`seed ${seed}`);
  console.log(fuzz(payloads, seed));
}
