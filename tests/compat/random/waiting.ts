/**
 * Random commands where clients wait for keys: several connections send blocking commands with no time-out, one more changes
 * keys. Who is served, in which order and with what must be the same on two servers.
 *
 * Each step is over when a server has as many blocked clients as there are connections without a reply, which both are asked
 * until it is so. So nothing depends on time.
 *
 * @module
 */
import { isSameReply } from "./normalise.ts";
import { NO_REPLY, PortPeer } from "./peer.ts";
import { latin1 } from "./reply.ts";
import { printCommand } from "./rounds.ts";
import { type Command, maybe, type Random, times } from "./words.ts";

/** A list and a sorted set, as redis-server 7.0 dumps them. */
const DUMPS = [
  "EgQCDw8AAAACAIJlMAOCZTED/wIPDwAAAAIAgmUyA4JlMwP/Ag8PAAAAAgCCZTQDgmU1A/8CCwsAAAABAIJlNgP/CgAb7LLInIVBXg==",
  "EcMxOR85AAAACACBYwKELWluZgWBYQIBAYFiAoMyLjUEgWQClwIxLjDgBQAHMWUrMzAwGP8KALHVhGFrP51b",
].map((text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));

/** Connections that may wait. */
const WAITERS = 4;
const STEPS = 60;
const SETTLE_MS = 5_000;

/** Commands sent at once, by the connection of this number; the last one never waits. */
export interface Step {
  readonly who: number;
  readonly commands: readonly Command[];
}

/** A step after which the servers differ, and how. */
export interface WaitingMismatch {
  readonly at: number;
  readonly ours: string;
  readonly theirs: string;
}

/** Makes the steps of a round. */
export function waitingSteps(random: Random): Step[] {
  return times(STEPS, () => {
    const who = random.int(2 * WAITERS);
    if (who >= WAITERS) return { who: WAITERS, commands: changes(random) };
    if (random.int(12) === 0) return { who, commands: [["SELECT", database(random)]] };
    // what is sent along with a blocking command has to wait as well
    return { who, commands: [blocking(random), ...random.int(5) === 0 ? [change(random), blocking(random)] : []] };
  });
}

/** Few keys, of any type. */
function key(random: Random): string {
  return `k${random.int(4)}`;
}

function keys(random: Random): string[] {
  return times(1 + random.int(3), () => key(random));
}

function database(random: Random): string {
  return random.int(3) === 0 ? "1" : "0";
}

function end(random: Random): string {
  return random.pick(["LEFT", "RIGHT"]);
}

function blocking(random: Random): Command {
  const count = maybe(random, 2, "COUNT", String(1 + random.int(3)));
  const counted = keys(random);
  switch (random.int(6)) {
    case 0:
      return [random.pick(["BLPOP", "BRPOP"]), ...counted, "0"];
    case 1:
      return ["BLMOVE", key(random), key(random), end(random), end(random), "0"];
    case 2:
      return ["BRPOPLPUSH", key(random), key(random), "0"];
    case 3:
      return ["BLMPOP", "0", String(counted.length), ...counted, end(random), ...count];
    case 4:
      return [random.pick(["BZPOPMIN", "BZPOPMAX"]), ...counted, "0"];
    default:
      return ["BZMPOP", "0", String(counted.length), ...counted, random.pick(["MIN", "MAX"]), ...count];
  }
}

/** One command, or a few at once; some of them as a transaction, in which what would block is answered instead. */
function changes(random: Random): Command[] {
  switch (random.int(6)) {
    case 0:
      return times(2 + random.int(3), () => change(random));
    case 1: {
      const commands = times(1 + random.int(4), () => random.int(6) === 0 ? blocking(random) : change(random));
      return [["MULTI"], ...commands, [random.int(8) === 0 ? "DISCARD" : "EXEC"]];
    }
    default:
      return [change(random)];
  }
}

function change(random: Random): Command {
  const one = key(random), other = key(random);
  const names = times(1 + random.int(4), () => random.pick(["a", "b", "c", "1", "2"]));
  switch (random.int(28)) {
    case 0:
      return ["DEL", one];
    case 1:
      return [random.pick(["RENAME", "RENAMENX"]), one, other];
    case 2:
      return ["COPY", one, other, ...maybe(random, 2, "REPLACE"), ...maybe(random, 3, "DB", database(random))];
    case 3:
      return ["MOVE", one, "1"];
    case 4:
      return ["SORT", one, "ALPHA", "STORE", other];
    case 5:
      return ["LMOVE", one, other, end(random), end(random)];
    case 6:
      return ["LINSERT", one, "BEFORE", names[0]!, "x"];
    case 7:
      return [random.pick(["ZUNIONSTORE", "ZINTERSTORE", "ZDIFFSTORE"]), one, "2", one, other];
    case 8:
      return ["ZRANGESTORE", one, other, "0", "-1"];
    case 9: // no SWAPDB: the keys it makes ready are served in the order of a hash table with a random seed
      return ["RESTORE", one, "0", random.pick(DUMPS), ...maybe(random, 2, "REPLACE")];
    case 10:
      return ["SELECT", database(random)];
    case 11:
      return random.int(4) === 0 ? ["FLUSHALL"] : ["EXPIRE", one, random.pick(["-1", "1000"])];
    case 12:
      return [random.pick(["LPOP", "ZPOPMIN"]), one];
    case 13:
      return random.pick([["SET", one, "x"], ["SADD", one, ...names], ["HSET", one, "f", "v"]]);
    case 14:
      return ["ZINCRBY", one, "1", names[0]!];
    case 15:
      return [random.pick(["LPUSHX", "RPUSHX"]), one, ...names];
    case 16:
    case 17:
    case 18:
    case 19:
    case 20:
      return ["ZADD", one, ...names.flatMap((name) => [String(random.int(5)), name])];
    default:
      return [random.pick(["LPUSH", "RPUSH"]), one, ...names];
  }
}

/** All connections to one server. */
class Party implements Disposable {
  readonly #conns: readonly PortPeer[];
  /** What each connection sent last, and its replies; null while there are none. */
  readonly #last: { readonly commands: readonly Command[]; replies: Uint8Array[] | null }[];

  constructor(name: string, port: number) {
    this.#conns = times(WAITERS + 2, () => new PortPeer(name, port)); // the last one asks
    this.#last = times(WAITERS + 1, () => ({ commands: [], replies: [] }));
  }

  isWaiting(who: number): boolean {
    return this.#last[who]!.replies === null;
  }

  /** Sends commands, and waits until it is known who waits. */
  async take({ who, commands }: Step): Promise<void> {
    const sent: { commands: readonly Command[]; replies: Uint8Array[] | null } = { commands, replies: null };
    this.#last[who] = sent;
    this.#conns[who]!.exchange(commands).then((replies) => sent.replies = replies);
    await this.#settle();
  }

  async begin(protocol: 2 | 3): Promise<void> {
    for (const conn of this.#conns) await conn.exchange([["HELLO", `${protocol}`], ["FLUSHALL"]]);
    await this.#settle(); // those who waited in the last round are gone
  }

  /** The commands of each connection and their replies. */
  state(): { commands: readonly Command[]; replies: readonly Uint8Array[] }[] {
    return this.#last.map(({ commands, replies }) => ({ commands, replies: replies ?? commands.map(() => NO_REPLY) }));
  }

  /** What both databases hold. */
  async contents(): Promise<string> {
    const asker = this.#conns.at(-1)!;
    const [digest] = await asker.exchange([["DEBUG", "DIGEST"]]);
    return latin1(digest!);
  }

  async #settle(): Promise<void> {
    const asker = this.#conns.at(-1)!;
    for (const start = performance.now(); performance.now() - start < SETTLE_MS;) {
      const [info] = await asker.exchange([["INFO", "clients"]]);
      const blocked = Number(/blocked_clients:(\d+)/.exec(latin1(info!))?.[1]);
      if (blocked === this.#last.filter(({ replies }) => replies === null).length) return;
    }
    throw new Error(`${asker.name} has not as many blocked clients as there are connections without a reply`);
  }

  [Symbol.dispose](): void {
    for (const conn of this.#conns) conn[Symbol.dispose]();
  }
}

/** A server: what it is called, and its port of 127.0.0.1. */
export interface Address {
  readonly name: string;
  readonly port: number;
}

/**
 * Runs steps on two servers.
 *
 * @param our The server under test.
 * @param their The reference.
 * @param protocol RESP2 or RESP3.
 * @param steps The steps; those of a connection that waits are passed over.
 * @returns The first difference, if there is one.
 */
export async function runWaiting(
  our: Address,
  their: Address,
  protocol: 2 | 3,
  steps: readonly Step[],
): Promise<WaitingMismatch | null> {
  using ours = new Party(our.name, our.port);
  using theirs = new Party(their.name, their.port);
  await Promise.all([ours.begin(protocol), theirs.begin(protocol)]);
  for (const [at, step] of steps.entries()) {
    if (theirs.isWaiting(step.who)) continue;
    await Promise.all([ours.take(step), theirs.take(step)]);
    const [mine, other] = [ours.state(), theirs.state()];
    for (const [who, { commands, replies }] of mine.entries()) {
      const expected = other[who]!.replies;
      const i = commands.findIndex((command, i) => !isSameReply(command, replies[i]!, expected[i]!));
      if (i === -1) continue;
      const print = (bytes: Uint8Array) =>
        `connection ${who}, ${printCommand(commands[i]!)}: ${JSON.stringify(latin1(bytes))}`;
      return { at, ours: print(replies[i]!), theirs: print(expected[i]!) };
    }
    const [held, expected] = await Promise.all([ours.contents(), theirs.contents()]);
    if (held !== expected) return { at, ours: held, theirs: expected };
  }
  return null;
}
