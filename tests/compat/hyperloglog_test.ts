/** HyperLogLogs, compared with redis-server 7.0 where it is installed: replies, and values byte for byte. */
import { assertEquals } from "@std/assert";
import { exchange, startBoth } from "../_both.ts";
import { compareTranscript, type RawConnection, type TranscriptLine } from "../_harness.ts";
import { hasReference } from "../_redis.ts";
import { Random } from "../resp/_frames.ts";

/** After each line all that can be seen of a key. */
function withState(lines: readonly TranscriptLine[], key = "k"): TranscriptLine[] {
  return lines.flatMap((line) => [line, ["GET", key], ["OBJECT", "ENCODING", key], ["PFDEBUG", "DECODE", key]]);
}

function elements(count: number, prefix = "e"): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`);
}

/** A header, estimate 0, and bytes after it. */
function value(encoding: number, ...rest: number[]): Uint8Array {
  return Uint8Array.of(0x48, 0x59, 0x4c, 0x4c, encoding, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, ...rest);
}

const ALL_ZERO = [0x7f, 0xff];
const DENSE_BYTES = 12288;

compareTranscript(
  "PFADD makes a value, counts in it and keeps its expiry",
  withState([
    "PFADD k",
    "PFADD k",
    "PFCOUNT k",
    "PFADD k a b c",
    "PFADD k a b c",
    "PFCOUNT k",
    "PFCOUNT k",
    ["PFADD", "k", ""],
    "PFADD k a b c d e f g h",
    "PFCOUNT k",
    "DEL k",
    ["PFADD", "k", "", "x", "x", new Uint8Array([0, 1, 2, 255, 254]), "x".repeat(1000)],
    "PEXPIREAT k 33177117420000",
    ["PFADD", "k", ...elements(3000)],
    "PEXPIRETIME k",
    "PFCOUNT k",
    "PFDEBUG ENCODING k",
  ]),
);

compareTranscript(
  "elements of every length up to 40 bytes",
  Array.from({ length: 41 }, (_, length) => ["PFADD", "k", Uint8Array.from({ length }, (_, i) => i * 37 + length)])
    .flatMap(
      (line) => [line, "GET k"],
    ),
);

compareTranscript("errors and missing keys", [
  "PFADD",
  "PFCOUNT",
  "PFMERGE",
  "PFDEBUG",
  "PFDEBUG GETREG",
  "PFDEBUG GETREG a b",
  "PFSELFTEST now",
  "PFCOUNT missing",
  "PFCOUNT missing another",
  "EXISTS missing another",
  ...["GETREG", "DECODE", "ENCODING", "TODENSE", "NOPE"].map((sub) => `PFDEBUG ${sub} missing`),
  ...["PFADD k", "PFCOUNT a b", "PFMERGE d", "PFMERGE d a", "PFMERGE d a b c", "PFDEBUG x k", "PFSELFTEST"].flatMap(
    (request) => [`COMMAND GETKEYS ${request}`, `COMMAND GETKEYSANDFLAGS ${request}`],
  ),
  "PFADD k a b",
  "PFDEBUG nope k",
  "PFDEBUG encoding k",
  "PFDEBUG Todense k",
  "PFDEBUG TODENSE k",
  "PFDEBUG DECODE k",
  "PFDEBUG ENCODING k",
]);

compareTranscript(
  "strings that are no HyperLogLogs",
  [
    "bar",
    "",
    "12345",
    "12345678901234567",
    "HYLL",
    "HYLL\x01" + "\0".repeat(10),
    "HYLX\x01" + "\0".repeat(13),
    "HYLL\x02" + "\0".repeat(13),
    "HYLL\0" + "\0".repeat(DENSE_BYTES + 10),
    "HYLL\0" + "\0".repeat(DENSE_BYTES + 12),
    "x".repeat(DENSE_BYTES + 16),
  ].flatMap((text) => [
    ["SET", "k", text],
    ...withState([
      "PFADD k",
      "PFADD k a",
      "PFCOUNT k",
      "PFCOUNT k missing",
      "PFCOUNT missing k",
      "PFMERGE dest k",
      "PFMERGE k",
      "PFMERGE k missing",
      "PFDEBUG GETREG k",
      "PFDEBUG ENCODING k",
      "PFDEBUG NOPE k",
    ]),
    "EXISTS dest missing",
  ]),
);

compareTranscript(
  "values whose runs make no sense, or are other than Redis would write them",
  [
    value(1),
    value(1, 0),
    value(1, 0x80),
    value(1, 0x7f, 0xfe),
    value(1, 0x7f, 0xfe, 0),
    value(1, 0x7f, 0xfe, 0xff),
    value(1, ...ALL_ZERO, 0),
    value(1, ...ALL_ZERO, 0xff),
    value(1, ...ALL_ZERO, ...ALL_ZERO),
    value(1, 0xff, ...ALL_ZERO),
    value(1, ...Array.from({ length: 256 }, () => 0x3f)),
    value(1, ...Array.from({ length: 4096 }, () => 0xff)),
    value(1, ...Array.from({ length: 16384 }, () => 0x80)),
    value(1, ...Array.from({ length: 16384 }, () => [0x40, 0x00]).flat()),
    value(0, ...Array.from({ length: DENSE_BYTES }, () => 0xff)),
    value(0, ...Array.from({ length: DENSE_BYTES }, (_, i) => i * 41)),
    // all registers 51: ranks no larger number of elements could reach; then some 50
    value(0, ...Array.from({ length: DENSE_BYTES / 3 }, () => [0xf3, 0x3c, 0xcf]).flat()),
    value(0, ...Array.from({ length: DENSE_BYTES / 3 }, () => [0xb2, 0x2c, 0xcb]).flat()),
  ].flatMap((bytes) => [
    ["SET", "k", bytes],
    ...withState(["PFCOUNT k", "PFCOUNT k", "PFADD k", "PFADD k a b c d e f g h i j", "PFCOUNT k"]),
    ["SET", "k", bytes],
    "PFCOUNT k missing",
    "PFMERGE dest k",
    "GET dest",
    "PFMERGE k missing",
    "GET k",
    ["SET", "k", bytes],
    "PFDEBUG TODENSE k",
    "GET k",
    ["SET", "k", bytes],
    "PFDEBUG GETREG k",
    "DEL dest",
  ]),
);

compareTranscript(
  "estimates in the header are believed",
  [
    [0, 0, 0, 0, 0, 0, 0],
    [255, 255, 255, 255],
    [0, 0, 0, 0, 1],
    [255, 255, 255, 255, 255, 255, 0x1f, 0],
    [0, 0, 0, 0, 0, 0, 0x20, 0],
    [1, 0, 0, 0, 0, 0, 0x20, 0],
    [255, 255, 255, 255, 255, 255, 255, 0x7f],
    [255, 255, 255, 255, 255, 255, 255, 0xff],
  ].flatMap((estimate) => [
    "PFADD k a b c",
    ["SETRANGE", "k", "8", Uint8Array.from(estimate)],
    "PFCOUNT k",
    "GET k",
    "DEL k",
  ]),
);

compareTranscript("PFMERGE and PFCOUNT of several keys", [
  ["PFADD", "a", ...elements(100, "a")],
  ["PFADD", "b", ...elements(200, "b")],
  ["PFADD", "dense", ...elements(50, "a"), ...elements(50, "d")],
  "PFDEBUG TODENSE dense",
  "PFCOUNT a b",
  "PFCOUNT a b dense missing",
  "PFCOUNT b b",
  "GET a", // not written to
  "PFMERGE new",
  "GET new",
  "PFMERGE union a b missing",
  "GET union",
  "PFCOUNT union",
  "GET union",
  "PFMERGE union a",
  "GET union",
  "PFMERGE union missing",
  "GET union",
  "PEXPIREAT union 33177117420000",
  "PFMERGE union b dense",
  "GET union",
  "PEXPIRETIME union",
  "PFMERGE other dense",
  "GET other",
  "PFMERGE dense a",
  "GET dense",
  "PFCOUNT dense",
]);

compareTranscript("hll-sparse-max-bytes is where a value becomes dense", [
  ...["0", "18", "19", "20", "21", "64", "500", "3000", "16000", "1gb"].flatMap((limit): TranscriptLine[] => [
    ["CONFIG", "SET", "hll-sparse-max-bytes", limit],
    "DEL k m",
    "PFADD k",
    "PFDEBUG ENCODING k",
    ...elements(25).flatMap((element): TranscriptLine[] => [["PFADD", "k", element], "GET k"]),
    ["PFADD", "k", ...elements(250)],
    "GET k",
    "PFMERGE m k",
    "GET m",
  ]),
  "CONFIG SET hll-sparse-max-bytes 3000",
]);

// ---- Random commands ----

type Word = string | Uint8Array;

const COMMANDS = 2_000;
/** Commands sent at once; a failure shows this many. */
const CHUNK = 50;

class CommandSource {
  readonly #random: Random;
  readonly #breaks: boolean;

  /** `breaks`: values are damaged as well. */
  constructor(seed: number, breaks: boolean) {
    this.#random = new Random(seed);
    this.#breaks = breaks;
  }

  next(): Word[] {
    const key = this.#key();
    switch (this.#random.int(this.#breaks ? 15 : 12)) {
      case 0:
      case 1:
        return ["PFCOUNT", key];
      case 2:
        return ["PFCOUNT", ...this.#keys()];
      case 3:
        return ["PFMERGE", key, ...this.#keys()];
      case 4:
        return this.#random.int(4) === 0 ? ["DEL", key] : ["PFDEBUG", "DECODE", key];
      case 5:
        return ["PFADD", key, ...this.#elements(600)];
      case 6:
        return this.#random.int(10) === 0 ? ["PFDEBUG", this.#random.pick(["TODENSE", "GETREG"]), key] : ["DEL", key];
      case 7:
      case 8:
        return ["GET", key];
      case 12:
        return ["SETRANGE", key, String(16 + this.#random.int(200)), this.#random.bytes(1)];
      case 13:
        return ["SETRANGE", key, String(this.#random.int(13_000)), this.#random.bytes(1 + this.#random.int(3))];
      case 14:
        return this.#random.int(3) === 0 ? ["APPEND", key, this.#random.bytes(1)] : ["DEL", key];
      default:
        return ["PFADD", key, ...this.#elements(8)];
    }
  }

  #key(): string {
    return `k${this.#random.int(6)}`;
  }

  #keys(): string[] {
    return Array.from({ length: this.#random.int(4) + 1 }, () => this.#key());
  }

  #elements(below: number): Word[] {
    return Array.from(
      { length: this.#random.int(below) },
      () => this.#random.int(4) === 0 ? String(this.#random.int(10_000)) : this.#random.bytes(this.#random.int(24)),
    );
  }
}

async function answers(conn: RawConnection, commands: readonly Word[][]): Promise<string> {
  const replies = await exchange(conn, commands);
  return replies.map((reply, i) => {
    const words = commands[i]!;
    const text = words.slice(0, 6).map((word) => typeof word === "string" ? word : `[${word}]`).join(" ");
    return `${text} (${words.length} words) => ${reply}`;
  }).join("\n");
}

for (const breaks of [false, true]) {
  Deno.test({
    name: `${COMMANDS} random commands${breaks ? " on values that get damaged" : ""} leave the same bytes as in ` +
      "redis-server 7.0 (skipped without it)",
    ignore: !hasReference,
    fn: async () => {
      await using both = await startBoth();
      const { ours, theirs } = both;
      const source = new CommandSource(breaks ? 7 : 6, breaks);
      for (let done = 0; done < COMMANDS; done += CHUNK) {
        const commands = Array.from({ length: CHUNK }, () => source.next());
        const [actual, expected] = await Promise.all([answers(ours, commands), answers(theirs, commands)]);
        assertEquals(actual, expected, `commands ${done} to ${done + CHUNK}`);
      }
    },
  });
}
