/**
 * MONITOR: a connection that is told every command a server executes, one line each.
 *
 * ```text
 *   +1700000000.123456 [0 127.0.0.1:50312] "SET" "name" "Al\xc3\xafce"
 * ```
 */
import { ProtocolError } from "../resp/errors.ts";
import { type Reply, RespError } from "../resp/reply.ts";
import { asText } from "./argument_text.ts";
import { RedisError } from "./errors.ts";
import type { Line } from "./line.ts";
import { DEFAULT_BUFFER, MessageQueue } from "./message_queue.ts";
import { positive } from "./options.ts";
import { Pending } from "./pending.ts";
import type { CallOptions } from "./vocabulary.ts";

/**
 * A command that a server has executed.
 *
 * @example A line of a log
 * ```ts
 * import { type MonitoredCommand, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const line = ({ db, command }: MonitoredCommand) => `${db}: ${command.join(" ")}`;
 * await using monitor = await client.monitor();
 * await client.set("name", "Alice");
 * for await (const each of monitor) {
 *   if (each.command[0] !== "SET") continue; // the greeting of the client, say
 *   assertEquals(line(each), "0: SET name Alice");
 *   break;
 * }
 * ```
 */
export interface MonitoredCommand {
  /** When, by the server's clock: Unix time in milliseconds, with the microseconds as a fraction. */
  readonly timeMs: number;
  /** The number of the database that was selected. */
  readonly db: number;
  /** Who sent it: `host:port`, `unix:path`, or `lua` for a script. */
  readonly address: string;
  /** Its name and arguments, as text. Passwords are not shown: the server replaces such commands' arguments. */
  readonly command: string[];
}

/**
 * How {@linkcode Client.monitor} listens.
 *
 * @example Until a signal
 * ```ts
 * import { type MonitorOptions, Server } from "@x/miniredis";
 * import { assertRejects } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const end = new AbortController();
 * const options: MonitorOptions = { signal: end.signal, buffer: 100 };
 * await using monitor = await client.monitor(options);
 * end.abort(new Error("seen enough"));
 * await assertRejects(() => Array.fromAsync(monitor), Error, "seen enough");
 * ```
 */
export interface MonitorOptions extends CallOptions {
  /** Ends it: what waits rejects with the signal's reason. */
  signal?: AbortSignal;
  /** The time for the server's confirmation, in milliseconds; by default what the client's options say. */
  timeoutMs?: number;
  /** How many commands are kept for a reader that is slow, before it fails; by default 10,000. */
  buffer?: number;
}

/**
 * The commands a server executes, in order, until it is closed: by {@linkcode close}, by `await using`, by leaving a loop
 * over it, by closing the client.
 *
 * A loop throws a {@linkcode RedisError} when the server refuses, a {@linkcode ConnectionError} when the connection could
 * not be made or was lost, a {@linkcode SlowReaderError} when more commands wait than are kept, or the signal's reason.
 *
 * @example The first command of a kind
 * ```ts
 * import { type Monitor, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * async function next(monitor: Monitor, name: string): Promise<string[] | undefined> {
 *   for await (const { command } of monitor) if (command[0] === name) return command;
 * }
 * await using monitor = await client.monitor();
 * await client.set("name", "Alice");
 * assertEquals(await next(monitor, "SET"), ["SET", "name", "Alice"]);
 * ```
 */
export interface Monitor extends AsyncIterable<MonitoredCommand>, AsyncDisposable {
  /** The commands; leaving a loop over them closes the monitor. */
  [Symbol.asyncIterator](): AsyncIterator<MonitoredCommand, undefined>;

  /**
   * Ends it. Commands that were not read are dropped.
   *
   * @returns A promise that resolves when the connection is closed; it never rejects.
   */
  close(): Promise<void>;

  /** Closes it, as {@linkcode close} does, at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A line that is watched. */
export class LiveMonitor implements Monitor {
  readonly #line: Line;
  readonly #queue: MessageQueue<MonitoredCommand>;
  readonly #signal: AbortSignal | null;
  readonly #onAbort = (): void => this.#queue.abort(this.#signal!.reason);
  readonly #onEnd: (monitor: LiveMonitor) => void;
  #ended: Promise<void> = Promise.resolve();

  /**
   * @param line A line of its own, which ends with its connection.
   * @param options As given to {@linkcode Client.monitor}.
   * @param onEnd Called when it has ended.
   * @throws {RangeError} No room for commands.
   */
  constructor(line: Line, options: MonitorOptions, onEnd: (monitor: LiveMonitor) => void) {
    this.#line = line;
    this.#onEnd = onEnd;
    this.#signal = options.signal ?? null;
    this.#queue = new MessageQueue(positive("buffer", options.buffer ?? DEFAULT_BUFFER), () => this.#finish());
  }

  /**
   * Begins to watch.
   *
   * @param guard Gives the command its deadline and its signal.
   * @throws {RedisError} The server refused.
   * @throws {ConnectionError} The connection could not be made, or was lost.
   */
  async begin(guard: (pending: Pending) => void): Promise<void> {
    const pending = new MonitorPending(this.#queue);
    guard(pending);
    if (!pending.isAbandoned) this.#line.request(pending, ["MONITOR"], false);
    await pending.promise;
    if (this.#queue.isOver) return;
    this.#signal?.addEventListener("abort", this.#onAbort);
    if (this.#signal?.aborted) this.#onAbort();
  }

  /** Whether the connection is to keep the process alive. */
  hold(isHeld: boolean): void {
    this.#line.hold(isHeld);
  }

  close(): Promise<void> {
    this.#queue.end();
    return this.#ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<MonitoredCommand, undefined> {
    return this.#queue.iterator(() => this.close());
  }

  #finish(): void {
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#ended = this.#end();
    this.#onEnd(this);
  }

  async #end(): Promise<void> {
    this.#line.drop("the monitor is closed");
    await this.#line.close();
  }
}

/** A command whose replies do not end. */
class MonitorPending extends Pending {
  readonly #queue: MessageQueue<MonitoredCommand>;
  #hasBegun = false;

  constructor(queue: MessageQueue<MonitoredCommand>) {
    super("MONITOR", "string");
    this.#queue = queue;
  }

  override take(reply: Reply, protocol: 2 | 3, asMap: boolean): boolean {
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      if (reply instanceof RespError) this.fail(new RedisError(reply.message, this.command));
      else this.settle(reply, protocol, asMap);
      return reply instanceof RespError;
    }
    this.#queue.push(parseLine(String(reply)));
    return false;
  }

  override fail(reason: unknown): void {
    super.fail(reason);
    this.#queue.fail(reason);
  }
}

const LINE = /^(\d+)\.(\d{6}) \[(\d+) (.*?)\] (".*")$/s;

/**
 * Reads what MONITOR says of one command.
 *
 * @param line The line, without its end.
 * @returns The command.
 * @throws {ProtocolError} It is none.
 */
export function parseLine(line: string): MonitoredCommand {
  const match = LINE.exec(line);
  if (match === null) throw new ProtocolError("a line of MONITOR that cannot be read");
  const [, seconds, micros, db, address, quoted] = match;
  const command = [...quoted!.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map((argument) => unquote(argument[1]!));
  return { timeMs: Number(seconds) * 1_000 + Number(micros) / 1_000, db: Number(db), address: address!, command };
}

const ENCODER = new TextEncoder();
const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, a: 7, b: 8 };

/** Undoes what Redis does to bytes that cannot be printed: all those beyond ASCII, so that text has to be put together. */
function unquote(text: string): string {
  if (!text.includes("\\")) return text;
  const bytes: number[] = [];
  for (const [part, hex, escape] of text.matchAll(/\\x([0-9a-f]{2})|\\(.)|[^\\]+/gis)) {
    if (hex !== undefined) bytes.push(parseInt(hex, 16));
    else if (escape !== undefined) bytes.push(ESCAPES[escape] ?? escape.charCodeAt(0));
    else for (const byte of ENCODER.encode(part)) bytes.push(byte);
  }
  return asText(Uint8Array.from(bytes));
}
