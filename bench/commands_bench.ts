/**
 * What each command costs inside the server, without a network: batches of 16 as redis-benchmark sends them, from their bytes
 * to the bytes of their replies. What takes elements away is measured together with what puts them there.
 *
 * ```sh
 * deno bench -A --import-map=npm.json bench/commands_bench.ts
 * ```
 *
 * @module
 */
import { Core } from "./_core.ts";

const UTF8 = new TextEncoder();
const BATCH = 16;
/** Different batches, one after the other, so that keys and members are far apart. */
const BATCHES = 500;
const KEYS = 100_000;
const WARM_UP_ROUNDS = 20;

/** What benches make goes here, so that it has to be made. */
let sink = 0;

/** Lines of words; `#` is a number of twelve digits, another one each time. */
const TESTS: Readonly<Record<string, readonly string[]>> = {
  "ping": ["PING"],
  "set": ["SET key:# xyz"],
  "get": ["GET key:#"],
  "incr": ["INCR counter:#"],
  "lpush and lpop": ["LPUSH list xyz", "LPOP list"],
  "rpush and rpop": ["RPUSH list xyz", "RPOP list"],
  "rpush and lpop": ["RPUSH list xyz", "LPOP list"],
  "sadd": ["SADD set element:#"],
  "sadd and spop": ["SADD pool element:#", "SPOP pool"],
  "hset": ["HSET hash element:# xyz"],
  "zadd": ["ZADD zset # element:#"],
  "zadd and zpopmin": ["ZADD queue # element:#", "ZPOPMIN queue"],
  "mset of 10": [`MSET${" key:# xyz".repeat(10)}`],
  "lrange 0 99": ["LRANGE long 0 99"],
  "xadd": ["XADD stream MAXLEN ~ 1000 * field xyz"],
};

function requests(lines: readonly string[]): Uint8Array[] {
  let next = 0;
  const number = () => String(next = (next + 61_153) % KEYS).padStart(12, "0");
  const request = (line: string) => {
    const words = line.split(" ").map((word) => word.replace("#", number));
    return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
  };
  const batch = (line: string) => Array.from({ length: BATCH }, () => request(line)).join("");
  return Array.from({ length: BATCHES }, () => UTF8.encode(lines.map(batch).join("")));
}

const core = new Core();
core.answer(UTF8.encode(`*102\r\n$5\r\nRPUSH\r\n$4\r\nlong\r\n${"$3\r\nxyz\r\n".repeat(100)}`));
// lists, sets and sorted sets are as large as redis-benchmark makes them
for (const list of ["LPUSH list xyz", "SADD pool element:#", "ZADD queue # element:#"]) {
  for (let i = 0; i < 10; i++) for (const bytes of requests([list])) core.answer(bytes);
}

for (const [name, lines] of Object.entries(TESTS)) {
  const batches = requests(lines);
  for (let i = 0; i < WARM_UP_ROUNDS; i++) for (const bytes of batches) core.answer(bytes);
  let at = 0;
  Deno.bench({
    name: `${BATCH} ${name}`,
    fn: () => {
      at = (at + 1) % BATCHES;
      sink += core.answer(batches[at]!);
    },
  });
}
