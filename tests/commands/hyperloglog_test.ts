/** HyperLogLogs, without sockets: what replies alone do not show, too (changes, events, propagation, expiry, memory). */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { DENSE_BYTES } from "../../store/hyperloglog.ts";
import { newKeysCaller } from "./_keys.ts";

const CORRUPTED = "-INVALIDOBJ Corrupted HLL object detected";
const NO_HYPERLOGLOG = "-WRONGTYPE Key is not a valid HyperLogLog string value.";

function words(count: number, prefix = "e"): string {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`).join(" ");
}

for (const protocol of [2, 3] as const) {
  Deno.test(`PFADD says whether anything changed, PFCOUNT how many there are (RESP${protocol})`, () => {
    const { send } = newKeysCaller(protocol);
    assertEquals(send("PFCOUNT k"), ":0");
    assertEquals(send("PFADD k"), ":1");
    assertEquals(send("PFADD k"), ":0");
    assertEquals(send("PFCOUNT k"), ":0");
    assertEquals(send("PFADD k a b c"), ":1");
    assertEquals(send("PFADD k c b a"), ":0");
    assertEquals(send("PFCOUNT k"), ":3");
    assertEquals(send("PFADD j c d"), ":1");
    assertEquals(send("PFCOUNT k j missing"), ":4");
    assertEquals(send("PFMERGE new k j missing"), "+OK");
    assertEquals(send("PFCOUNT new"), ":4");
    assertEquals(send("EXISTS missing"), ":0");
  });

  Deno.test(`PFDEBUG shows registers, runs and encoding (RESP${protocol})`, () => {
    const { send } = newKeysCaller(protocol);
    send("PFADD k a b c foo bar");
    const runs = "Z:7348 v:5,1 Z:1087 v:1,1 Z:1570 v:1,1 Z:2703 v:2,1 Z:3068 v:1,1 Z:603";
    assertEquals(send("PFDEBUG DECODE k"), `$${runs.length} ${runs}`);
    assertEquals(send("PFDEBUG ENCODING k"), "+sparse");
    const [header, ...registers] = send("PFDEBUG getreg k").split(" ");
    assertEquals([header, registers.length, registers[7348], registers[16383]], ["*16384", 16384, ":5", ":0"]);
    assertEquals(registers.filter((rank) => rank !== ":0"), [":5", ":1", ":1", ":2", ":1"]);
    assertEquals(send("PFDEBUG ENCODING k"), "+dense"); // GETREG has changed it
    assertEquals(send("PFDEBUG DECODE k"), "-ERR HLL encoding is not sparse");
    assertEquals(send("PFDEBUG TODENSE k"), ":0");
    assertEquals(send("PFDEBUG WHAT k"), "-ERR Unknown PFDEBUG subcommand 'WHAT'");
    assertEquals(send("PFDEBUG WHAT missing"), "-ERR The specified key does not exist");
  });

  Deno.test(`an estimate in the header beyond 2^53 is answered exactly (RESP${protocol})`, () => {
    const { raw, send } = newKeysCaller(protocol);
    send("PFADD k a");
    raw("SETRANGE", "k", "8", Uint8Array.of(1, 0, 0, 0, 0, 0, 0x20, 0));
    assertEquals(send("PFCOUNT k"), ":9007199254740993");
    raw("SETRANGE", "k", "8", new Uint8Array([255, 255, 255, 255, 255, 255, 255, 127]));
    assertEquals(send("PFCOUNT k"), ":9223372036854775807");
  });
}

Deno.test("PFADD counts each change, tells of one event, and is propagated when it changed something", () => {
  const { changes, heard, send } = newKeysCaller();
  assertEquals(changes("PFADD k"), 1);
  assertEquals(changes("PFADD k a b c"), 3);
  assertEquals(changes("PFADD k a b c"), 0);
  assertEquals(changes("PFADD new a b c"), 4);
  assertEquals(heard("PFADD k a"), { events: [], writes: [] });
  assertEquals(heard("PFADD k a d e"), { events: ["0: pfadd k"], writes: ["0: PFADD k a d e"] });
  assertEquals(heard("PFMERGE k"), { events: ["0: pfadd k"], writes: ["0: PFMERGE k"] });
  assertEquals(changes("PFMERGE k new"), 1);
  assertEquals(send("PFCOUNT k"), ":5");
});

Deno.test("PFCOUNT of one key keeps its estimate in the value, as a change that no event tells of", () => {
  const { changes, heard, send } = newKeysCaller();
  const lastByte = () => send("GETRANGE k 15 15");
  send("PFADD k a b");
  assertEquals(lastByte(), "$1 \x80");
  const { events, writes } = heard("PFCOUNT k");
  assertEquals([events, writes], [["0:  k"], ["0: PFCOUNT k"]]); // of no class, so that no subscriber hears of it
  assertEquals(lastByte(), "$1 \0");
  assertEquals(changes("PFCOUNT k"), 0);
  assertEquals(heard("PFCOUNT k"), { events: [], writes: [] });
  send("PFADD k a");
  assertEquals(lastByte(), "$1 \0");
  send("PFADD k c");
  assertEquals(lastByte(), "$1 \x80");
  assertEquals(changes("PFCOUNT k k"), 0);
  assertEquals(lastByte(), "$1 \x80");
  assertEquals(changes("PFCOUNT k"), 1);
});

Deno.test("PFDEBUG counts a changed encoding, tells nobody of it but who repeats writes", () => {
  const { changes, heard, send } = newKeysCaller();
  send("PFADD k a");
  send("PFADD j a");
  assertEquals(changes("PFDEBUG ENCODING k"), 0);
  assertEquals(heard("PFDEBUG TODENSE k"), { events: [], writes: ["0: PFDEBUG TODENSE k"] });
  assertEquals(changes("PFDEBUG GETREG j"), 1);
  assertEquals(changes("PFDEBUG GETREG j"), 0);
});

Deno.test("a value becomes dense above hll-sparse-max-bytes, whatever the length of its key, and keeps its expiry", () => {
  for (const key of ["k", "k".repeat(60), "k".repeat(2_000)]) {
    for (const limit of [18, 100, 3_000]) {
      const { send } = newKeysCaller();
      send(`CONFIG SET hll-sparse-max-bytes ${limit}`);
      send(`PFADD ${key}`);
      send(`PEXPIREAT ${key} 33177117420000`);
      for (let i = 0; i < 2_500; i += 10) {
        assertEquals(send(`PFADD ${key} ${words(10, `${i}-`)}`), ":1");
        const length = Number(send(`STRLEN ${key}`).slice(1));
        const isDense = send(`PFDEBUG ENCODING ${key}`) === "+dense";
        assert(isDense ? length === DENSE_BYTES : length <= limit, `${length} bytes`);
      }
      assertEquals(send(`PFDEBUG ENCODING ${key}`), "+dense");
      assertEquals(send(`PEXPIRETIME ${key}`), ":33177117420000");
      assertEquals(send(`OBJECT ENCODING ${key}`), "$3 raw");
      const count = Number(send(`PFCOUNT ${key}`).slice(1));
      assert(Math.abs(count - 2_500) < 125, `${count}`);
    }
  }
});

Deno.test("a dense value takes no more memory than its bytes", () => {
  const { keyspace, send } = newKeysCaller();
  send("PFADD k a");
  send("PFDEBUG TODENSE k");
  const before = keyspace.databases[0]!.usedBytes;
  send("PFADD j a");
  send("PFDEBUG TODENSE j");
  assert(keyspace.databases[0]!.usedBytes - before < DENSE_BYTES * 1.25);
});

Deno.test("what is no HyperLogLog is refused, and stays as it is", () => {
  const { send, sendWire } = newKeysCaller();
  send("SET text bar");
  send("SET int 12345");
  sendWire("*3 $3 SET $4 list *2 :1 :2");
  send("PFADD k a");
  for (const [key, error] of [["text", NO_HYPERLOGLOG], ["int", NO_HYPERLOGLOG]] as const) {
    const value = send(`GET ${key}`), encoding = send(`OBJECT ENCODING ${key}`);
    for (const sub of ["PFADD", "PFADD x", "PFCOUNT", "PFCOUNT k", "PFMERGE", "PFMERGE k", "PFDEBUG GETREG"]) {
      const [name, ...rest] = sub.split(" ");
      const line = name === "PFDEBUG" || rest[0] === "k" ? `${sub} ${key}` : `${name} ${key} ${rest.join(" ")}`.trim();
      assertEquals(send(line), error, line);
    }
    assertEquals([send(`GET ${key}`), send(`OBJECT ENCODING ${key}`)], [value, encoding]);
  }
  const wrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value";
  for (const line of ["PFADD list a", "PFCOUNT list", "PFCOUNT k list", "PFMERGE k list", "PFDEBUG ENCODING list"]) {
    assertEquals(send(line), wrongType, line);
  }
  assertEquals(send("PFCOUNT k"), ":1");
});

Deno.test("runs that make no sense are an error of whoever reads them; what PFADD did before stays, and is told", () => {
  const { heard, send } = newKeysCaller();
  send("PFADD good a");
  send("PFADD bad a b c");
  send("APPEND bad hello");
  for (
    const line of [
      "PFCOUNT bad",
      "PFCOUNT good bad",
      "PFMERGE good bad",
      "PFMERGE bad good",
      "PFMERGE new bad",
      "PFDEBUG GETREG bad",
      "PFDEBUG TODENSE bad",
    ]
  ) assertEquals(send(line), CORRUPTED, line);
  assertEquals(send("EXISTS new"), ":0");
  assertEquals(send("PFADD bad d"), ":1"); // the register is before the end
  assertMatch(send("PFDEBUG DECODE bad"), /v:\d+,\d+/);

  // runs for the first 8057 registers only, of which b's is none
  const half = "HYLL\x01" + "\0".repeat(11) + "\x5fx";
  const within = "c d e f g h".split(" ").find((element) => {
    send(`SET bad ${half}`);
    return send(`PFADD bad ${element}`) === ":1";
  });
  send(`SET bad ${half}`);
  assertEquals(heard("PFADD bad b"), { events: [], writes: [] });
  assertEquals(heard(`PFADD bad ${within} b`), { events: ["0: pfadd bad"], writes: [`0: PFADD bad ${within}`] });
});

Deno.test("PFDEBUG DECODE of a value much longer than any sound one is an error", () => {
  const { send } = newKeysCaller();
  send("PFADD k");
  send("SETRANGE k 40000 x");
  assertEquals(send("PFDEBUG DECODE k"), CORRUPTED);
  send("SET k x");
  assertEquals(send("PFDEBUG DECODE k"), NO_HYPERLOGLOG);
});

Deno.test("PFMERGE into a key that is one of its sources, or dense, or new", () => {
  const { send } = newKeysCaller();
  send(`PFADD a ${words(50, "a")}`);
  send(`PFADD b ${words(50, "b")}`);
  send(`PFADD dense ${words(50, "c")}`);
  send("PFDEBUG TODENSE dense");
  const union = send("PFCOUNT a b");
  assertEquals(send("PFMERGE a a b a"), "+OK");
  assertEquals([send("PFCOUNT a"), send("PFDEBUG ENCODING a")], [union, "+sparse"]);
  const all = send("PFCOUNT a dense");
  assertEquals(send("PFMERGE a dense"), "+OK");
  assertEquals([send("PFCOUNT a"), send("PFDEBUG ENCODING a")], [all, "+dense"]);
  assertEquals(send("PFMERGE dense b"), "+OK");
  assertEquals(send("PFMERGE empty"), "+OK");
  assertEquals([send("PFCOUNT empty"), send("PFDEBUG ENCODING empty")], [":0", "+sparse"]);
});

Deno.test("PFSELFTEST finds nothing wrong", () => {
  assertEquals(newKeysCaller().send("PFSELFTEST"), "+OK");
});
