/** Random commands of the string family, answered alike by miniredis and by redis-server 7.0 where it is installed. */
import { assertEquals } from "@std/assert";
import { exchange, startBoth } from "../_both.ts";
import type { RawConnection } from "../_harness.ts";
import { hasReference } from "../_redis.ts";
import { Random } from "../resp/_frames.ts";

const COMMANDS = 20_000;
/** Commands sent at once; a failure shows this many. */
const CHUNK = 100;
const SEED = 20_240_229;

type Word = string | Uint8Array;

/** Makes commands that mostly mean something: few keys, values that are often numbers, times far off or past. */
class CommandSource {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  next(): Word[] {
    const key = this.#key();
    switch (this.#random.int(26)) {
      case 0:
      case 1:
        return ["SET", key, this.#value(key)];
      case 2:
      case 3:
        return ["SET", key, this.#value(key), ...this.#options(SET_WORDS)];
      case 4:
        return ["GETEX", key, ...this.#options(GETEX_WORDS)];
      case 5:
        return ["SETNX", key, this.#value(key)];
      case 6:
        return this.#random.pick([["SETEX", key, this.#time(), this.#value(key)], ["PSETEX", key, "200000", "1"]]);
      case 7:
        return ["GETSET", key, this.#value(key)];
      case 8:
        return ["GETDEL", key];
      case 9:
        return ["MGET", key, this.#key(), this.#key()];
      case 10:
        return ["MSET", key, this.#value(key), "k0", this.#value("k0")];
      case 11:
        return ["MSETNX", key, this.#value(key), "k1", this.#value("k1")];
      case 12:
        return ["APPEND", key, this.#value(key)];
      case 13:
        return ["STRLEN", key];
      case 14:
        return [this.#random.pick(["GETRANGE", "SUBSTR"]), key, this.#offset(), this.#offset()];
      case 15:
        return ["SETRANGE", key, String(this.#random.int(isLong(key) ? 3000 : 50)), this.#value(key)];
      case 16:
        return ["SETRANGE", key, this.#random.pick(REFUSED_OFFSETS), this.#value(key)];
      case 17:
        return [this.#random.pick(["INCR", "DECR"]), key];
      case 18:
      case 19:
        return [this.#random.pick(["INCRBY", "DECRBY"]), key, this.#integer()];
      case 20:
      case 21:
        return ["INCRBYFLOAT", key, this.#number()];
      case 22:
        return ["LCS", this.#shortKey(), this.#shortKey(), ...this.#options(LCS_WORDS)];
      case 23:
        return ["OBJECT", "ENCODING", key];
      case 24:
        return ["PTTL", key];
      default:
        return ["GET", key];
    }
  }

  #key(): string {
    return `k${this.#random.int(8)}`;
  }

  /** LCS takes the product of two lengths. */
  #shortKey(): string {
    return `k${this.#random.int(6)}`;
  }

  #value(key: string): Word {
    switch (this.#random.int(6)) {
      case 0:
        return this.#random.bytes(this.#random.int(60));
      case 1:
        return Array.from({ length: this.#random.int(60) }, () => this.#random.pick(["a", "b", "c"])).join("");
      case 2:
        return isLong(key) ? this.#random.pick(["x", "yz"]).repeat(this.#random.int(2000)) : "";
      case 3:
        return this.#number();
      default:
        return this.#integer();
    }
  }

  #integer(): string {
    switch (this.#random.int(6)) {
      case 0:
        return this.#random.pick(ODD_INTEGERS);
      case 1:
        return String(
          2n ** BigInt(this.#random.int(65)) * this.#random.pick([1n, -1n]) + BigInt(this.#random.int(3) - 1),
        );
      default:
        return String(this.#random.int(2000) - 1000);
    }
  }

  #number(): string {
    switch (this.#random.int(5)) {
      case 0:
        return this.#random.pick(ODD_FLOATS);
      case 1:
        return `${this.#random.int(1000) - 500}e${this.#random.int(40) - 20}`;
      default:
        return `${this.#random.int(2000) - 1000}.${this.#random.int(100_000)}`;
    }
  }

  #offset(): string {
    return this.#random.int(4) === 0 ? this.#integer() : String(this.#random.int(80) - 40);
  }

  #time(): string {
    return this.#random.pick(["1000", "2000000", "0", "-1", "9223372036854775807", "9000000000000", "x"]);
  }

  #options(words: readonly string[]): string[] {
    const chosen = Array.from({ length: this.#random.int(4) }, () => this.#random.pick(words));
    return chosen.flatMap((word) => word.split(" "));
  }
}

const SET_WORDS = ["NX", "xx", "GET", "KEEPTTL", "EX 1000", "px 200000", "EXAT 33177117420", "PXAT 1", "EX", "PERSIST"];
const GETEX_WORDS = ["PERSIST", "EX 1000", "px 200000", "EXAT 33177117420", "PXAT 1", "EX 0", "PX", "NX"];
const LCS_WORDS = ["LEN", "IDX", "idx", "WITHMATCHLEN", "MINMATCHLEN 2", "MINMATCHLEN 0", "MINMATCHLEN", "nope"];
const ODD_INTEGERS = ["", "-0", "01", "+1", " 1", "1 ", "9223372036854775807", "-9223372036854775808", "1\0"];
/** Other large offsets would make strings of many megabytes. */
const REFUSED_OFFSETS = [
  "-1",
  "536870912",
  "9223372036854775807",
  "9223372036854775808",
  "-9223372036854775808",
  "1.0",
];
const ODD_FLOATS = ["inf", "-inf", "nan", "1e4932", "1e5000", "1e-4951", ".5", "5.", "0x1p-3", "1e", "-.0", "1e-17"];

/** Keys whose values may grow to some kilobytes. */
function isLong(key: string): boolean {
  return key >= "k6";
}

/** Replies, but of a time to live only that there is one. */
async function answers(conn: RawConnection, commands: readonly Word[][]): Promise<string[]> {
  const replies = await exchange(conn, commands);
  return replies.map((reply, i) => commands[i]![0] === "PTTL" ? reply.replace(/^:\d+$/, ":ttl") : reply);
}

for (const protocol of [2, 3] as const) {
  Deno.test({
    name: `${COMMANDS} random string commands answer as in redis-server 7.0 (RESP${protocol}; skipped without it)`,
    ignore: !hasReference,
    fn: async () => {
      await using both = await startBoth({ protocol });
      const { ours, theirs } = both;
      const source = new CommandSource(SEED + protocol);
      for (let done = 0; done < COMMANDS; done += CHUNK) {
        const commands = Array.from({ length: CHUNK }, () => source.next());
        const [actual, expected] = await Promise.all([answers(ours, commands), answers(theirs, commands)]);
        assertEquals(show(commands, actual), show(commands, expected), `commands ${done} to ${done + CHUNK}`);
      }
    },
  });
}

function show(commands: readonly Word[][], replies: readonly string[]): string {
  return commands.map((words, i) => `${words.map((word) => JSON.stringify(word)).join(" ")} => ${replies[i]}`).join(
    "\n",
  );
}
