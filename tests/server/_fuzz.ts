/**
 * Random and mutated frames through the connections of a running server. Run by hand with more of them:
 *
 * ```sh
 * deno run -A --import-map=npm.json tests/server/_fuzz.ts 1000000
 * ```
 *
 * What a frame must lead to is known beforehand from the decoder, which has a fuzzer of its own (tests/resp/_fuzz.ts): a
 * reply to each of its complete commands, in order; then the reply to an ECHO behind it, or, where it is malformed, an
 * error and the end of the connection. Replies are read by the tests' own reader.
 *
 * @module
 */
import { Config } from "../../engine/config.ts";
import { Host } from "../../server/host.ts";
import { CLOSED, encodeCommand, RawConnection } from "../_harness.ts";
import {
  cutRandomly,
  decodeCommands,
  encoded,
  joined,
  mutated,
  type Outcome,
  Random,
  randomValue,
  shown,
} from "../resp/_frames.ts";
import { frameOf, isHarmless, randomCommand } from "./_random_commands.ts";

/** The smallest that Redis allows: values stay small. */
const MAX_BULK_BYTES = 1024 * 1024;
/** Keys are flushed after so many frames; then they may take so much. */
const FRAMES_PER_FLUSH = 1_000;
const MAX_DATASET_BYTES = 64 * 1024 * 1024;
/** So many connections are in use at a time. */
const LANES = 8;
/** Frames larger than this are sent whole: some are cut into single bytes. */
const MOST_TO_CUT = 4_000;
const PASSWORD = "secret";
/** Ways to be told of keys that change. */
const TRACKING_MODES = [[], ["NOLOOP"], ["OPTOUT"], ["BCAST"], ["BCAST", "PREFIX", "k", "NOLOOP"]];
/** A dozen of these are more than a server sends to who does not read. */
const LARGE = "x".repeat(200_000);

/** How many frames came to which end. */
export interface ServerFuzzCounts {
  /** Frames in all. */
  frames: number;
  /** All of it was answered, and the connection went on. */
  answered: number;
  /** Its complete commands were answered, then the connection was closed after an error. */
  refused: number;
  /** Its complete commands were answered, and it ended in the middle of one. */
  incomplete: number;
  /** The connection was closed by what it asked for: QUIT, or a request of HTTP. */
  ended: number;
  /** The client went away without waiting for the replies. */
  abandoned: number;
  /** The connection had not given its password. */
  unauthenticated: number;
  /** The connection was killed by another, or silenced, or asked for more than it read. */
  disturbed: number;
  connections: number;
  replies: number;
  /** Pushes that keys have changed. */
  messages: number;
  errorReplies: number;
}

/** A server and what its log had to say. */
class Target implements AsyncDisposable {
  readonly host: Host;
  readonly port: number;
  /** Does it ask for a password? */
  readonly isLocked: boolean;
  /** Lines that tell of a bug. */
  readonly bugs: string[] = [];

  constructor(seed: number, isLocked: boolean) {
    this.isLocked = isLocked;
    const config = new Config();
    config.set([["proto-max-bulk-len", `${MAX_BULK_BYTES}`], ["requirepass", isLocked ? PASSWORD : ""]], "start");
    const log = {
      log: (_level: string, text: string): void => {
        if (/unexpected|internal/i.test(text)) this.bugs.push(text);
      },
    };
    this.host = new Host({ config, seed, log });
    this.port = this.host.listen("127.0.0.1", 0).port;
  }

  /** @throws {Error} The server met with a bug, or keeps too much. */
  check(): void {
    if (this.bugs.length > 0) throw new Error(this.bugs.join("\n"));
    const bytes = this.host.engine.keyspace.databases.reduce((sum, db) => sum + db.usedBytes, 0);
    if (bytes > MAX_DATASET_BYTES) throw new Error(`${bytes} bytes of keys and values`);
    const clients = this.host.engine.clients.size;
    if (clients > 4 * LANES) throw new Error(`${clients} clients, of ${LANES} at a time`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.close();
  }
}

/**
 * Sends frames to a server: commands with arguments of every kind, and frames broken at random.
 *
 * @param frames How many.
 * @param seed Of the randomness: the same seed, the same frames.
 * @param progress Called now and then with what there is so far.
 * @returns What became of them.
 * @throws {Error} A reply was missing, superfluous or malformed; a connection that should have been closed was not, or the
 * reverse; the server's log tells of a bug; or it keeps too much.
 */
export async function fuzzServer(
  frames: number,
  seed: number,
  progress: (counts: ServerFuzzCounts) => void = () => {},
): Promise<ServerFuzzCounts> {
  const counts: ServerFuzzCounts = {
    frames: 0,
    answered: 0,
    refused: 0,
    incomplete: 0,
    ended: 0,
    abandoned: 0,
    unauthenticated: 0,
    disturbed: 0,
    connections: 0,
    replies: 0,
    messages: 0,
    errorReplies: 0,
  };
  await using open = new Target(seed, false);
  await using locked = new Target(seed, true);
  const lane = async (n: number): Promise<void> => {
    const random = new Random(seed * 31 + n);
    while (counts.frames < frames) {
      const before = counts.frames;
      const connection = new Lane(random, random.int(12) === 0 ? locked : open, counts);
      if (connection.target === locked) await connection.runLocked();
      else if (random.int(12) === 0) await connection.runDisturbed();
      else await connection.run(frames);
      if (Math.floor(before / FRAMES_PER_FLUSH) === Math.floor(counts.frames / FRAMES_PER_FLUSH)) continue;
      for (const target of [open, locked]) await flush(target);
      progress(counts);
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, n) => lane(n)));
  for (const target of [open, locked]) await checkAtEnd(target);
  return counts;
}

/** A connection past its password, for the fuzzer's own purposes. */
async function overseer(target: Target, isTcp = false): Promise<RawConnection> {
  const connection = await RawConnection.connect(isTcp ? target.port : target.host.dial());
  if (target.isLocked) expect(await connection.send("AUTH", PASSWORD), "+OK");
  return connection;
}

async function flush(target: Target): Promise<void> {
  target.check();
  await using connection = await overseer(target);
  expect(await connection.send("FLUSHALL"), "+OK");
}

/** All connections are gone, and a new one is served. */
async function checkAtEnd(target: Target): Promise<void> {
  await using connection = await overseer(target, true);
  while (target.host.engine.clients.size > 1) expect(await connection.send("PING"), "+PONG");
  target.check();
}

function expect(reply: string, expected: string): void {
  if (reply !== expected) throw new Error(`expected ${expected}, got ${reply}`);
}

/** One connection, from its first frame to its end. */
class Lane {
  readonly #random: Random;
  readonly target: Target;
  readonly #counts: ServerFuzzCounts;
  readonly #isTcp: boolean;
  #connection!: RawConnection;

  constructor(random: Random, target: Target, counts: ServerFuzzCounts) {
    this.#random = random;
    this.target = target;
    this.#counts = counts;
    this.#isTcp = random.int(20) === 0;
  }

  async #connect(): Promise<void> {
    const { host, port } = this.target;
    this.#counts.connections++;
    this.#connection = await RawConnection.connect(this.#isTcp ? port : host.dial());
  }

  /** Frames until one of them ends the connection. */
  async run(frames: number): Promise<void> {
    await this.#connect();
    await using _ = this.#connection;
    expect(await this.#connection.send("PING"), "+PONG");
    if (this.#random.int(4) === 0) await this.#track();
    for (let goesOn = true; goesOn && this.#counts.frames < frames;) {
      const [frame, outcome] = this.#harmlessFrame();
      this.#counts.frames++;
      goesOn = await this.#told(frame, () => this.#frame(frame, outcome));
    }
  }

  /** Has the connection told of keys that change, in one way or another. */
  async #track(): Promise<void> {
    await this.#connection.send("HELLO", "3");
    expect(await this.#connection.send("CLIENT", "TRACKING", "ON", ...this.#random.pick(TRACKING_MODES)), "+OK");
  }

  /** One frame to a server that asks for a password; which of its commands are let pass is not foreseen. */
  async runLocked(): Promise<void> {
    const [frame, { entries }] = this.#harmlessFrame();
    this.#counts.frames++;
    this.#counts.unauthenticated++;
    await this.#connect();
    await using _ = this.#connection;
    await this.#told(frame, async () => {
      if (this.#random.int(4) === 0) expect(await this.#connection.send("AUTH", PASSWORD), "+OK");
      const wasSent = await this.#sent(frame) && await this.#ended();
      let replies = 0;
      while (await this.#reply() !== CLOSED) replies++;
      if (replies > entries.length + 1) throw new Error(`${replies} replies to ${entries.length} commands`);
      if (wasSent) this.target.check();
    });
  }

  /**
   * A connection whose end comes in the middle of something: killed by another or by itself, with replies switched off, or
   * gone while more is on its way to it than it will ever read. All that is foreseen is that it ends.
   */
  async runDisturbed(): Promise<void> {
    const random = this.#random;
    const [frame] = this.#harmlessFrame();
    this.#counts.frames++;
    this.#counts.disturbed++;
    await this.#connect();
    await using _ = this.#connection;
    const id = (await this.#connection.send("CLIENT", "ID")).slice(1);
    const silence = encodeCommand(["CLIENT", "REPLY", random.pick(["OFF", "SKIP", "ON"])]);
    const much = joined(encodeCommand(["SET", "large", LARGE]), ...repeated(["GET", "large"], random.int(16)));
    const suicide = encodeCommand(["CLIENT", "KILL", "ID", id, "SKIPME", "no"]);
    const bytes = joined(random.int(3) === 0 ? silence : new Uint8Array(), random.int(4) === 0 ? much : frame, frame);
    await this.#told(bytes.subarray(0, 2_000), async () => {
      switch (random.int(4)) {
        case 0: {
          await using killer = await overseer(this.target, this.#isTcp);
          await Promise.all([this.#sent(bytes), killer.send("CLIENT", "KILL", "ID", id)]);
          break;
        }
        case 1:
          await this.#sent(joined(bytes, suicide, frame));
          await this.#ended(); // the frame may have swallowed the command
          break;
        case 2:
          await this.#sent(bytes);
          await this.#ended();
          break;
        default:
          await this.#sent(bytes);
          return;
      }
      while (await this.#reply() !== CLOSED);
    });
  }

  /** Adds the frame to whatever goes wrong. */
  async #told<T>(frame: Uint8Array, fn: () => Promise<T>): Promise<T> {
    try {
      return await fn();
    } catch (cause) {
      throw new Error(`Frame ${JSON.stringify(shown(frame))} (${this.#isTcp ? "TCP" : "memory"}): ${cause}`, { cause });
    }
  }

  /** A frame, and what it holds. */
  #harmlessFrame(): [frame: Uint8Array, outcome: Outcome] {
    while (true) {
      const frame = this.#randomFrame();
      const outcome = decodeCommands([frame], { maxBulkBytes: MAX_BULK_BYTES });
      if (outcome.entries.every((command) => isHarmless(command as unknown[]))) return [frame, outcome];
    }
  }

  #randomFrame(): Uint8Array {
    const random = this.#random;
    const frame = random.int(10) === 0
      ? encoded(randomValue(random, 4)) // what only a server sends
      : joined(...Array.from({ length: 1 + random.int(4) }, () => frameOf(random, randomCommand(random))));
    return random.int(3) === 0 ? mutated(random, frame) : frame;
  }

  /** Sends a frame and reads what it must lead to; false when that is the end of the connection. */
  async #frame(frame: Uint8Array, { entries, error, isInside }: Outcome): Promise<boolean> {
    const random = this.#random, counts = this.#counts;
    if (random.int(40) === 0) {
      await this.#sent(frame);
      counts.abandoned++;
      return false;
    }
    const last = entries.findIndex((command) => endsConnection(command as unknown[]));
    if (last >= 0) {
      await this.#sent(frame);
      let replies = 0;
      while (await this.#reply() !== CLOSED) replies++;
      if (replies > last + 1) throw new Error(`${replies} replies, the connection ends with command ${last + 1}`);
      counts.ended++;
      return false;
    }
    if (error === null && !isInside) {
      const mark = `mark ${random.int(2 ** 31)}`;
      await this.#sent(joined(frame, encodeCommand(["ECHO", mark])));
      await this.#replies(entries);
      expect(await this.#reply(), `$${mark.length} ${mark}`);
      counts.answered++;
      return true;
    }
    const wasSent = await this.#sent(frame);
    // a socket closed with bytes still unread is reset, which may overtake the last replies
    const mayBeReset = this.#isTcp && error !== null;
    if (error !== null) {
      await this.#replies(entries, mayBeReset);
      const reply = await this.#reply();
      // the byte it complains of may not be printable
      if (!(mayBeReset && reply === CLOSED)) expect(upToByte(reply), upToByte(`-ERR Protocol error: ${error}`));
      if (reply !== CLOSED) expect(await this.#reply(), CLOSED);
      counts.refused++;
    } else {
      await this.#replies(entries);
      if (wasSent && random.int(2) === 0) {
        await this.#ended();
        expect(await this.#reply(), CLOSED);
      }
      counts.incomplete++;
    }
    return false;
  }

  /** Reads a reply to each command. */
  async #replies(commands: readonly unknown[], mayBeReset = false): Promise<void> {
    for (const [i, command] of commands.entries()) {
      const reply = await this.#reply();
      if (reply !== CLOSED) continue;
      if (mayBeReset) return;
      throw new Error(`closed before the reply to command ${i}, ${JSON.stringify(command)}`);
    }
  }

  /** The next reply; messages to a client that tracks keys (CLIENT TRACKING) may come between. */
  async #reply(): Promise<string> {
    const reply = await this.#connection.readReply();
    if (reply.startsWith(">")) {
      this.#counts.messages++;
      return await this.#reply();
    }
    if (reply === CLOSED) return reply;
    this.#counts.replies++;
    if (!reply.startsWith("-")) return reply;
    this.#counts.errorReplies++;
    if (/internal error/.test(reply)) throw new Error(`${reply}: ${this.target.bugs.join("\n")}`);
    return reply;
  }

  /** Sends bytes, most of the time whole; false when the server has closed the connection before it took them all. */
  async #sent(bytes: Uint8Array): Promise<boolean> {
    const isCut = bytes.length < MOST_TO_CUT && this.#random.int(3) === 0;
    const chunks = isCut ? cutRandomly(this.#random, bytes) : [bytes];
    try {
      for (const chunk of chunks) await this.#connection.write(chunk);
      return true;
    } catch {
      return false; // whether it was right to close shows in what it has answered
    }
  }

  /** Ends the requests; false when the server has closed the connection. */
  async #ended(): Promise<boolean> {
    try {
      await this.#connection.end();
      return true;
    } catch {
      return false;
    }
  }
}

function repeated(command: readonly string[], times: number): Uint8Array[] {
  return Array.from({ length: times }, () => encodeCommand(command));
}

function upToByte(reply: string): string {
  return reply.replace(/(?<=, got ').+$/s, "");
}

/** QUIT, and what looks like a browser's request. */
function endsConnection(command: readonly unknown[]): boolean {
  return ["quit", "post", "host:"].includes(String(command[0]).toLowerCase());
}

if (import.meta.main) {
  const frames = Number(Deno.args[0] ?? 1_000_000);
  const seed = Number(Deno.args[1] ?? Date.now() % 2 ** 31);
  const began = performance.now();
  const megabytes = (): number => Math.round(Deno.memoryUsage().rss / 2 ** 20);
  let peak = 0, shownAt = 0;
  const counts = await fuzzServer(frames, seed, ({ frames: done }) => {
    peak = Math.max(peak, megabytes());
    if (done - shownAt < 50_000) return;
    shownAt = done;
    console.log(`${done} frames, ${megabytes()} MB resident`);
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`seed ${seed}: ${JSON.stringify(counts)} in ${seconds} s, at most ${peak} MB resident`);
}
