/** Bitmaps and bit fields, compared with redis-server 7.0 where it is installed: by the case, and at random. */
import { assertEquals } from "@std/assert";
import { exchange, startBoth } from "../_both.ts";
import {
  compareTranscript,
  numbersWithin,
  type RawConnection,
  type TranscriptLine,
  type TranscriptOptions,
} from "../_harness.ts";
import { hasReference } from "../_redis.ts";
import { Random } from "../resp/_frames.ts";

/** TTLs may differ by the time between two servers' answers. */
const TTLS: TranscriptOptions = { tolerate: { PTTL: numbersWithin(5_000) } };

const MAX = "9223372036854775807", MIN = "-9223372036854775808";
const LIMITS = [MAX, MIN, "9223372036854775808", "-9223372036854775809", "-9223372036854775807"];
const NO_NUMBERS = ["", "-0", "01", "+1", " 1", "1.0", "x", "1\0", "#1", "#"];

/** Every key of interest after each of these lines: its value, encoding and expiry. */
function withState(lines: readonly TranscriptLine[], key = "k"): TranscriptLine[] {
  return lines.flatMap((line) => [line, ["GET", key], ["OBJECT", "ENCODING", key], ["PTTL", key]]);
}

/** Strings of every kind: numbers small and large, short, long, and longer than what is worked on at once. */
const STRINGS: readonly TranscriptLine[] = [
  "SET n -1234",
  "SET big 12345678901234",
  ["SET", "empty", ""],
  ["SET", "short", Uint8Array.of(0x00, 0xff, 0xf0, 0x07, 0x00)],
  ["SET", "long", Uint8Array.from({ length: 1500 }, (_, i) => i * 37)],
  ["SET", "ones", new Uint8Array(20_000).fill(0xff)],
  "SETRANGE zeros 19999 \0",
];
const KEYS = ["n", "big", "empty", "short", "long", "ones", "zeros", "missing"];

compareTranscript(
  "SETBIT and GETBIT at any offset",
  ["0", "1", "7", "8", "33", "359", "360", "8191", "8192", "100000", "-1", "4294967296", ...LIMITS, ...NO_NUMBERS]
    .flatMap((offset) => [
      ...["0", "1"].flatMap((bit) => [
        "DEL k",
        ...withState([["SETBIT", "k", offset, bit]]),
        "SET k 12 EX 1000",
        ...withState([["SETBIT", "k", offset, bit]]),
        "SET k 12345678901",
        ...withState([["SETBIT", "k", offset, bit], ["SETBIT", "k", offset, "1"]]),
        ["GETBIT", "k", offset],
      ]),
      ["GETBIT", "missing", offset],
    ]),
  TTLS,
);

compareTranscript("the last offset of all can be asked for", [
  "GETBIT missing 4294967295",
  "SET k v",
  "GETBIT k 4294967295",
  "GETBIT k 4294967296",
  "BITFIELD k GET u8 4294967295 GET i64 #67108863",
  "BITFIELD k GET i64 #67108864",
  "BITFIELD k GET u5 #536870912 GET u8 #536870911",
  "BITFIELD k GET u8 #536870912",
]);

compareTranscript(
  "bits are 0 or 1",
  ["2", "-1", "3", "4294967296", ...LIMITS, ...NO_NUMBERS].flatMap((bit) => [
    ["SETBIT", "k", "0", bit],
    ["SETBIT", "k", "x", bit],
    ["BITPOS", "k", bit],
    ["BITPOS", "k", bit, "x"],
  ]),
);

const INDEXES = ["0", "1", "4", "5", "-1", "-2", "-5", "-40", "-41", "9", "39", "40", "100000", ...LIMITS, "x"];

compareTranscript(
  "BITCOUNT and BITPOS between any two indexes",
  [
    ...STRINGS,
    ...["n", "empty", "short"].flatMap((key) =>
      INDEXES.flatMap((start) => [
        ["BITPOS", key, "0", start],
        ["BITPOS", key, "1", start],
        ["BITCOUNT", key, start],
        ...INDEXES.flatMap((end) =>
          [[], ["BIT"], ["byte"]].flatMap((unit) => [
            ["BITCOUNT", key, start, end, ...unit],
            ["BITPOS", key, "0", start, end, ...unit],
            ["BITPOS", key, "1", start, end, ...unit],
          ])
        ),
      ])
    ),
  ],
);

compareTranscript("BITCOUNT and BITPOS look at arguments in the original's order", [
  ...STRINGS,
  ...KEYS.flatMap((key) => [["BITCOUNT", key], ["BITPOS", key, "0"], ["BITPOS", key, "1"]]),
  ...["short", "missing", "nonumber"].flatMap((key) => [
    ["BITCOUNT", key, "x"],
    ["BITCOUNT", key, "x", "y", "z"],
    ["BITCOUNT", key, "0", "y", "z"],
    ["BITCOUNT", key, "0", "1", "z"],
    ["BITCOUNT", key, "-1", "-2", "z"],
    ["BITCOUNT", key, "0", "1", "BIT", "z"],
    ["BITPOS", key, "x", "x", "y", "z"],
    ["BITPOS", key, "1", "x", "y", "z"],
    ["BITPOS", key, "1", "0", "y", "z"],
    ["BITPOS", key, "1", "0", "y", "bit"],
    ["BITPOS", key, "1", "0", "1", "z"],
    ["BITPOS", key, "1", "0", "1", "BIT", "z"],
  ]),
]);

compareTranscript(
  "BITOP on any strings",
  [
    ...STRINGS,
    ...["AND", "or", "XOR"].flatMap((operation) =>
      KEYS.flatMap((a) =>
        KEYS.flatMap((b) => [
          "SET d old EX 1000",
          ...withState([["BITOP", operation, "d", a, b, "short"]], "d").filter(([word]) =>
            a !== "ones" || word !== "GET"
          ),
          ["BITOP", operation, "d", a, b],
          ["BITCOUNT", "d"],
          ["STRLEN", "d"],
          ["OBJECT", "ENCODING", "d"],
        ])
      )
    ),
    ...KEYS.flatMap((key) => [["BITOP", "NOT", "d", key], ["BITCOUNT", "d"], ["OBJECT", "ENCODING", "d"]]),
    "BITOP NOT d short n",
    "BITOP NOT d",
    "BITOP NOPE d short",
    "BITOP AND d",
    ...KEYS.flatMap((key) => [["BITOP", "XOR", key, "long", "ones", key, "n"], ["BITCOUNT", key], ["STRLEN", key]]),
    ...KEYS.flatMap((key) => [["BITOP", "AND", key, "gone", "lost"], ["EXISTS", key]]),
  ],
  TTLS,
);

const TYPES = ["u1", "i1", "u5", "i8", "u32", "i33", "u63", "i64"];
const WRONG_TYPES = [
  "u0",
  "u64",
  "i65",
  "i0",
  "u",
  "i",
  "",
  "8",
  "u08",
  "u-1",
  "I8",
  "u8x",
  "x8",
  "u99999999999999999999",
];
const OFFSETS = ["0", "3", "100", "#0", "#1", "#7", "-1", "#-1", "##1", "#01", "4294967296", "#4294967296"];
OFFSETS.push(
  ...LIMITS,
  ...LIMITS.map((limit) => `#${limit}`),
  "#2305843009213693952",
  "#2305843009213693953",
  "#1537228672809129302",
);

compareTranscript(
  "BITFIELD with types and offsets of every kind",
  [...TYPES, ...WRONG_TYPES].flatMap((type) =>
    (WRONG_TYPES.includes(type) ? ["0", "x"] : [...OFFSETS, ...NO_NUMBERS]).flatMap((offset) => [
      "SET k 12 EX 1000",
      ["BITFIELD", "k", "GET", type, offset],
      ["BITFIELD_RO", "k", "GET", type, offset],
      ["BITFIELD_RO", "missing", "GET", type, offset],
      ...withState([["BITFIELD", "k", "SET", type, offset, "-3", "GET", type, offset]]),
      ["BITFIELD", "k", "INCRBY", type, offset, "7", "INCRBY", type, offset, "x"],
      ["BITFIELD", "k", "INCRBY", type, offset, "7", "INCRBY", type, offset, "-12"],
      "GET k",
    ])
  ),
  TTLS,
);

const VALUES = ["0", "1", "-1", "15", "16", "-16", "-17", "31", "32", "4294967295", "4294967296", MAX, MIN];

compareTranscript(
  "BITFIELD when values do not fit",
  TYPES.flatMap((type) =>
    VALUES.flatMap((had) =>
      VALUES.map((value) => [
        "BITFIELD",
        "k",
        ...["WRAP", "sat", "Fail"].flatMap((overflow) => [
          ...[
            "OVERFLOW",
            "WRAP",
            "SET",
            type,
            "5",
            had,
            "OVERFLOW",
            overflow,
            "SET",
            type,
            "5",
            value,
            "GET",
            type,
            "5",
          ],
          ...[
            "OVERFLOW",
            "WRAP",
            "SET",
            type,
            "5",
            had,
            "OVERFLOW",
            overflow,
            "INCRBY",
            type,
            "5",
            value,
            "GET",
            type,
            "5",
          ],
        ]),
      ])
    )
  ),
);

compareTranscript("BITFIELD reads all before it does anything", [
  ...["BITFIELD k", "BITFIELD_RO k", "BITFIELD missing"].flatMap((start) => [
    "SET k abc",
    ...[
      "",
      "OVERFLOW SAT",
      "OVERFLOW",
      "OVERFLOW NOPE",
      "OVERFLOW SAT OVERFLOW FAIL GET u8 0",
      "GET u8 0",
      "GET u8",
      "GET",
      "GET u8 0 1",
      "SET u8 0",
      "SET u8 0 1",
      "INCRBY u8 0 1",
      "SET u8 0 1 GET u8",
      "SET u8 0 1 NOPE",
      "SET u8 0 1 OVERFLOW NOPE",
      "SET u8 0 1 SET u64 0 1",
      "SET u8 0 1 SET u8 x 1",
      "SET u8 0 1 SET u8 0 x",
      "SET u8 0 x SET u64 0 1",
      "OVERFLOW FAIL SET u8 100 256",
      "OVERFLOW FAIL SET u8 100 256 GET u8 0 SET u8 0 7",
    ].flatMap((rest) => withState([`${start} ${rest}`.trimEnd()], start.split(" ")[1])),
  ]),
]);

compareTranscript(
  "wrong numbers of arguments",
  [
    "SETBIT k 0",
    "SETBIT k 0 1 2",
    "GETBIT k",
    "GETBIT k 0 1",
    "BITCOUNT",
    "BITPOS k",
    "BITOP AND d",
    "BITFIELD",
    "BITFIELD_RO",
  ],
);

compareTranscript(
  "COMMAND GETKEYS and GETKEYSANDFLAGS",
  [
    "BITOP AND d a b",
    "BITOP NOT d a",
    "BITFIELD k",
    "BITFIELD k GET u8 0",
    "BITFIELD k GET u8 0 overflow sat",
    "BITFIELD k GET u8",
    "BITFIELD k GET u8 0 SET u8 0 1",
    "BITFIELD k INCRBY u8 0",
    "BITFIELD k OVERFLOW",
    "BITFIELD k NOPE",
    "BITFIELD_RO k GET u8 0",
    "SETBIT k 0 1",
  ].flatMap((line) => [`COMMAND GETKEYS ${line}`, `COMMAND GETKEYSANDFLAGS ${line}`]),
);

compareTranscript("a lower proto-max-bulk-len", [
  "CONFIG SET proto-max-bulk-len 1048576",
  "SETBIT k 8388607 1",
  "SETBIT k 8388608 1",
  "GETBIT k 8388607",
  "GETBIT k 8388608",
  "BITFIELD k SET i64 8388607 -1",
  "BITFIELD k SET i64 8388608 -1",
  "BITFIELD k GET u8 #1048575 GET u8 #1048576",
  "STRLEN k",
  "BITPOS k 1",
  "BITCOUNT k",
  "CONFIG SET proto-max-bulk-len 536870912",
]);

// ---- At random ----

const COMMANDS = 5_000;
/** Commands sent at once; a failure shows this many. */
const CHUNK = 100;
const SEED = 20_241_122;

type Word = string | Uint8Array;

/** Makes commands on few keys: short strings, long ones, numbers, some that expire. */
class CommandSource {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  next(): Word[] {
    const key = this.#key();
    switch (this.#random.int(16)) {
      case 0:
        return ["SET", key, this.#value(key), ...this.#random.pick([[], ["EX", "1000"]])];
      case 1:
        return this.#random.pick([["SET", key, String(this.#random.int(2000) - 1000)], ["DEL", key]]);
      case 2:
      case 3:
        return ["SETBIT", key, this.#offset(key), this.#random.pick(["0", "1", "1", "1", "2"])];
      case 4:
        return ["GETBIT", key, this.#offset(key)];
      case 5:
      case 6:
        return ["BITCOUNT", key, ...this.#random.pick([[], this.#range(key)])];
      case 7:
      case 8:
        return ["BITPOS", key, this.#random.pick(["0", "1"]), ...this.#range(key).slice(0, this.#random.int(4))];
      case 9:
      case 10: {
        const sources = Array.from({ length: 1 + this.#random.int(4) }, () => this.#key());
        return ["BITOP", this.#random.pick(["AND", "OR", "XOR", "NOT"]), key, ...sources];
      }
      case 11:
      case 12:
        return ["BITFIELD", key, ...this.#operations(key, ["GET", "SET", "INCRBY", "INCRBY", "OVERFLOW"])];
      case 13:
        return [this.#random.pick(["BITFIELD", "BITFIELD_RO"]), key, ...this.#operations(key, ["GET"])];
      case 14:
        return this.#random.pick([["OBJECT", "ENCODING", key], ["PTTL", key], ["STRLEN", key]]);
      default:
        return ["GET", key];
    }
  }

  #key(): string {
    return `k${this.#random.int(7)}`;
  }

  #value(key: string): Uint8Array {
    const bytes = this.#random.bytes(this.#random.int(sizeOf(key)));
    if (this.#random.int(2) === 0) bytes.fill(this.#random.pick([0, 0xff]), 0, this.#random.int(bytes.length + 1));
    return bytes;
  }

  #offset(key: string): string {
    const offset = String(this.#random.int(sizeOf(key) * 10));
    return this.#random.int(20) === 0 ? this.#random.pick(["-1", "x", "4294967296", MAX]) : offset;
  }

  #range(key: string): string[] {
    const unit = this.#random.pick(["BIT", "BYTE"]);
    const bound = sizeOf(key) * (unit === "BIT" ? 9 : 2);
    const index = () =>
      this.#random.int(30) === 0 ? this.#random.pick(LIMITS) : String(this.#random.int(bound) - (bound >> 1));
    return [index(), index(), unit];
  }

  #operations(key: string, kinds: readonly string[]): string[] {
    return Array.from({ length: this.#random.int(5) }, () => this.#random.pick(kinds)).flatMap((kind) => {
      if (kind === "OVERFLOW") return [kind, this.#random.pick(["WRAP", "SAT", "FAIL"])];
      const bits = 1 + this.#random.int(64);
      const type = `${this.#random.pick(["i", bits < 64 ? "u" : "i"])}${bits}`;
      const offset = this.#random.int(3) === 0 ? `#${this.#random.int(20)}` : this.#offset(key);
      return [kind, type, offset, ...(kind === "GET" ? [] : [this.#integer()])];
    });
  }

  /** An integer of any size: one next to a power of two may just fit, or just not. */
  #integer(): string {
    const power = 2n ** BigInt(this.#random.int(64));
    return String(power * this.#random.pick([1n, -1n]) + BigInt(this.#random.int(3) - 1));
  }
}

/** Bytes that the values of a key mostly have at most. */
function sizeOf(key: string): number {
  return key === "k6" ? 40_000 : key === "k5" ? 1500 : 40;
}

/** Replies, but of a time to live only that there is one. */
async function answers(conn: RawConnection, commands: readonly Word[][]): Promise<string[]> {
  const replies = await exchange(conn, commands);
  return replies.map((reply, i) => commands[i]![0] === "PTTL" ? reply.replace(/^:\d+$/, ":ttl") : reply);
}

/** How many changes a server has counted. */
async function changes(conn: RawConnection): Promise<string | undefined> {
  return /rdb_changes_since_last_save:(\d+)/.exec(await conn.send("INFO", "persistence"))?.[1];
}

for (const protocol of [2, 3] as const) {
  Deno.test({
    name: `${COMMANDS} random bitmap commands answer as in redis-server 7.0 (RESP${protocol}; skipped without it)`,
    ignore: !hasReference,
    fn: async () => {
      await using both = await startBoth({ protocol });
      const { ours, theirs } = both;
      const source = new CommandSource(SEED + protocol);
      for (let done = 0; done < COMMANDS; done += CHUNK) {
        const commands = Array.from({ length: CHUNK }, () => source.next());
        const [actual, expected] = await Promise.all([answers(ours, commands), answers(theirs, commands)]);
        assertEquals(show(commands, actual), show(commands, expected), `commands ${done} to ${done + CHUNK}`);
        assertEquals(await changes(ours), await changes(theirs), `changes by commands ${done} to ${done + CHUNK}`);
      }
    },
  });
}

function show(commands: readonly Word[][], replies: readonly string[]): string {
  const words = commands.map((command) => command.map((word) => JSON.stringify(word)).join(" "));
  return words.map((command, i) => `${command} => ${replies[i]}`).join("\n");
}
