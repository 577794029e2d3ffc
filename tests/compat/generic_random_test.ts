/** Random commands on keys in three databases, answered alike by miniredis and by redis-server 7.0 where it is installed. */
import { assertEquals } from "@std/assert";
import { exchange, startBoth } from "../_both.ts";
import type { RawConnection } from "../_harness.ts";
import { hasReference } from "../_redis.ts";
import { Random } from "../resp/_frames.ts";

const COMMANDS = 20_000;
/** Commands sent at once; a failure shows this many. */
const CHUNK = 100;
const SEED = 7_001_500;
const KEYS = 10, DATABASES = 3;

/**
 * Makes commands on few keys. Times are so far off that nothing expires by itself, and so far apart that two of them compare
 * alike on both servers, which run the commands some milliseconds apart.
 */
class CommandSource {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  next(): string[] {
    const random = this.#random;
    const key = this.#key();
    switch (random.int(24)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return ["SET", key, this.#value(), ...random.pick([[], [], ["KEEPTTL"], ["EX", this.#seconds()]])];
      case 4:
        return ["APPEND", key, this.#value()];
      case 5:
        return [random.pick(["DEL", "UNLINK"]), ...this.#keys()];
      case 6:
        return [random.pick(["EXISTS", "TOUCH"]), ...this.#keys()];
      case 7:
      case 8:
        return ["EXPIRE", key, this.#seconds(), ...this.#conditions()];
      case 9:
        return ["PEXPIRE", key, `${this.#seconds()}000`, ...this.#conditions()];
      case 10:
        return [
          ...random.pick([["EXPIREAT", key, this.#moment()], ["PEXPIREAT", key, `${this.#moment()}000`]]),
          ...this.#conditions(),
        ];
      case 11:
        return ["PERSIST", key];
      case 12:
        return [random.pick(["TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"]), key];
      case 13:
      case 14:
        return [random.pick(["RENAME", "RENAMENX"]), key, this.#key()];
      case 15:
      case 16:
        return ["COPY", key, this.#key(), ...random.pick([[], ["REPLACE"]]), ...random.pick([[], ["DB", this.#db()]])];
      case 17:
        return ["MOVE", key, this.#db()];
      case 18:
        return ["SELECT", this.#db()];
      case 19:
        return random.int(4) === 0 ? ["SWAPDB", this.#db(), this.#db()] : ["OBJECT", "ENCODING", key];
      case 20:
        return random.int(20) === 0 ? ["FLUSHDB"] : ["DBSIZE"];
      case 21:
        return random.pick([["KEYS", "*"], ["KEYS", "k[0-4]"], ["SCAN", "0", "COUNT", "100"], ["RANDOMKEY"]]);
      case 22:
        return ["TYPE", key];
      default:
        return ["GET", key];
    }
  }

  #key(): string {
    return `k${this.#random.int(KEYS)}`;
  }

  #keys(): string[] {
    return Array.from({ length: 1 + this.#random.int(3) }, () => this.#key());
  }

  #db(): string {
    return this.#random.int(12) === 0 ? this.#random.pick(["16", "-1", "x"]) : String(this.#random.int(DATABASES));
  }

  #value(): string {
    const random = this.#random;
    const long = random.pick([random.int(50), random.int(50), 1_000 + random.int(60), random.int(5_000)]);
    return random.pick([
      String(random.int(2_000) - 1_000),
      "9000000000",
      "xyz".repeat(random.int(20)),
      "l".repeat(long),
    ]);
  }

  #seconds(): string {
    return this.#random.int(10) === 0 ? "-1" : String(1_000 + this.#random.int(2 ** 30));
  }

  #moment(): string {
    return this.#random.int(10) === 0 ? "1" : String(2_000_000_000 + this.#random.int(2 ** 30));
  }

  #conditions(): string[] {
    return this.#random.pick([[], [], [], ["NX"], ["XX"], ["GT"], ["LT"], ["XX", "GT"], ["lt", "xx"], ["GT", "LT"], [
      "NX",
      "XX",
    ]]);
  }
}

/** Replies, keys in one order whatever the server's. */
async function answers(conn: RawConnection, commands: readonly string[][]): Promise<string[]> {
  const replies = await exchange(conn, commands);
  return replies.map((reply, i) => {
    const [name] = commands[i]!;
    if (name === "KEYS" || name === "SCAN") return reply.split(/, |\[|\]/).toSorted().join(" ");
    return name === "RANDOMKEY" ? reply.replace(/k\d/, "key") : reply;
  });
}

const NEARLY: Readonly<Record<string, number>> = { TTL: 60, EXPIRETIME: 60, PTTL: 60_000, PEXPIRETIME: 60_000 };

/** Our replies, but theirs where times differ no more than the two servers' runs do. */
function settled(commands: readonly string[][], ours: readonly string[], theirs: readonly string[]): string[] {
  return ours.map((reply, i) => {
    const apart = Math.abs(Number(reply.slice(1)) - Number(theirs[i]!.slice(1)));
    const areTimes = /^:\d+$/.test(reply) && /^:\d+$/.test(theirs[i]!);
    return areTimes && apart <= (NEARLY[commands[i]![0]!] ?? 0) ? theirs[i]! : reply;
  });
}

/** Commands that show all there is. */
function everything(): string[][] {
  return Array.from({ length: DATABASES }, (_, db) => [
    ["SELECT", `${db}`],
    ["DBSIZE"],
    ...Array.from({ length: KEYS }, (_, i) => [["GET", `k${i}`], ["OBJECT", "ENCODING", `k${i}`], ["TTL", `k${i}`]])
      .flat(),
  ]).flat();
}

for (const protocol of [2, 3] as const) {
  Deno.test({
    name: `${COMMANDS} random commands on keys answer as in redis-server 7.0 (RESP${protocol}; skipped without it)`,
    ignore: !hasReference,
    fn: async () => {
      await using both = await startBoth({ protocol });
      const { ours, theirs } = both;
      const source = new CommandSource(SEED + protocol);
      for (let done = 0; done <= COMMANDS; done += CHUNK) {
        const commands = done === COMMANDS ? everything() : Array.from({ length: CHUNK }, () => source.next());
        const [actual, expected] = await Promise.all([answers(ours, commands), answers(theirs, commands)]);
        assertEquals(
          show(commands, settled(commands, actual, expected)),
          show(commands, expected),
          `commands ${done} to ${done + CHUNK}`,
        );
      }
    },
  });
}

function show(commands: readonly string[][], replies: readonly string[]): string {
  return commands.map((words, i) => `${words.join(" ")} => ${replies[i]}`).join("\n");
}
