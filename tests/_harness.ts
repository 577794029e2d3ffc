/**
 * What tests share to talk to a server and to compare it with the original.
 *
 * {@linkcode RawConnection} is a RESP reader of its own: it shares no line with resp/, so that it can disagree with it.
 * {@linkcode compareTranscript} sends the same commands to an embedded {@linkcode Server} and to a real `redis-server`
 * and asserts the same replies, byte for byte, in RESP2 and RESP3.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Server } from "../server.ts";
import { hasReference, startRedis } from "./_redis.ts";

/** What {@linkcode RawConnection.readReply} answers at the end of the connection. */
export const CLOSED = "(closed)";

const CR = 13;
const LF = 10;
const REPLY_TIMEOUT_MS = 20_000; // a reply that never comes fails its test instead of holding up the run
const encoder = new TextEncoder();
const latin1 = new TextDecoder("latin1");

/** Two byte streams, as a `Deno.Conn` or an in-memory connection has them. */
export interface Duplex {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/**
 * Encodes a command as Redis clients send it: an array of bulk strings.
 *
 * @param args The command's name and its arguments; strings travel as UTF-8.
 * @returns The bytes of the request.
 */
export function encodeCommand(args: readonly (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const parts = [encoder.encode(`*${args.length}\r\n`)];
  for (const arg of args) {
    const bytes = typeof arg === "string" ? encoder.encode(arg) : arg;
    parts.push(encoder.encode(`$${bytes.length}\r\n`), Uint8Array.from(bytes), encoder.encode("\r\n"));
  }
  const request = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let end = 0;
  for (const part of parts) {
    request.set(part, end);
    end += part.length;
  }
  return request;
}

/** A connection that sends any bytes and reads replies as text that keeps their type: `+OK`, `$3 abc`, `*2[:1, _]`. */
export class RawConnection implements AsyncDisposable {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #buffer = new Uint8Array(4096);
  #pos = 0; // read so far
  #filled = 0;

  private constructor(duplex: Duplex) {
    this.#reader = duplex.readable.getReader();
    this.#writer = duplex.writable.getWriter();
    // a peer that goes away shows in the next write; the promise of the whole stream may then fail unseen
    this.#writer.closed.catch(() => {});
  }

  /**
   * Connects to a port of 127.0.0.1, or takes over a pair of streams.
   *
   * @param target The port or the streams.
   * @returns The open connection.
   */
  static async connect(target: number | Duplex): Promise<RawConnection> {
    if (typeof target !== "number") return new RawConnection(target);
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: target });
    conn.setNoDelay();
    return new RawConnection(conn);
  }

  /**
   * Sends one command and reads one reply.
   *
   * @param args The command's name and its arguments.
   * @returns The reply, as {@linkcode readReply} prints it.
   */
  async send(...args: (string | Uint8Array)[]): Promise<string> {
    await this.write(encodeCommand(args));
    return await this.readReply();
  }

  /**
   * Writes bytes as they are.
   *
   * @param raw The bytes, or text that travels as UTF-8.
   * @returns Settles when the connection has taken them; with a peer that does not read this can take for ever.
   */
  async write(raw: string | Uint8Array): Promise<void> {
    await this.#writer.write(typeof raw === "string" ? encoder.encode(raw) : raw);
  }

  /**
   * Reads the next reply.
   *
   * Simple types print as on the wire; strings with their length, `$5 a\nb\x00\\`; aggregates as `*2[:1, :2]`, `~1[:1]`,
   * `>1[:1]`, `%1{+a: :1}`; an attribute stands before its reply, `|1{+a: :1} :2`. Bytes outside printable ASCII are escaped.
   *
   * @returns The reply as text, or {@linkcode CLOSED} where the connection ends before one begins.
   * @throws {Error} When the bytes are no RESP, when the connection ends inside a reply, and when none comes for 20 seconds.
   */
  async readReply(): Promise<string> {
    while (this.#pos === this.#filled) { // a chunk may be empty
      if (!await this.#fill()) return CLOSED;
    }
    return await this.#reply();
  }

  /** Ends the requests, of which the last may be incomplete; replies can still be read. */
  async end(): Promise<void> {
    await this.#writer.close();
  }

  /** Closes both directions; replies not read yet are dropped. */
  async close(): Promise<void> {
    // The peer may have closed first, which is not this connection's failure.
    await this.#writer.close().catch(() => {});
    await this.#reader.cancel().catch(() => {});
  }

  /** The same as {@linkcode close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #reply(): Promise<string> {
    const line = await this.#line();
    const type = line.charAt(0);
    const rest = line.slice(1);
    switch (type) {
      case "+":
      case "-":
      case ":":
      case ",":
      case "(":
        return line;
      case "#":
        if (rest === "t" || rest === "f") return line;
        break;
      case "_":
        if (rest === "") return line;
        break;
      case "$":
      case "=":
      case "!": {
        const size = length(line);
        return size < 0 ? line : `${type}${size} ${printable(await this.#body(size))}`;
      }
      case "*":
      case "~":
      case ">": {
        const count = length(line);
        return count < 0 ? line : `${line}[${(await this.#replies(count)).join(", ")}]`;
      }
      case "%":
        return await this.#map(line);
      case "|":
        return `${await this.#map(line)} ${await this.#reply()}`;
    }
    throw new Error(`Cannot read a reply: no RESP type begins like this: ${line}`);
  }

  async #map(line: string): Promise<string> {
    const flat = await this.#replies(2 * length(line));
    const pairs: string[] = [];
    for (let i = 0; i < flat.length; i += 2) pairs.push(`${flat[i]}: ${flat[i + 1]}`);
    return `${line}{${pairs.join(", ")}}`;
  }

  async #replies(count: number): Promise<string[]> {
    const replies: string[] = [];
    while (replies.length < count) replies.push(await this.#reply());
    return replies;
  }

  /** The text up to CRLF, which is read too. */
  async #line(): Promise<string> {
    let end = this.#pos;
    for (;;) {
      end = this.#buffer.subarray(0, this.#filled).indexOf(CR, end);
      if (end !== -1 && end + 1 < this.#filled) break;
      const scanned = (end === -1 ? this.#filled : end) - this.#pos;
      await this.#more();
      end = this.#pos + scanned;
    }
    const line = printable(this.#buffer.subarray(this.#pos, end));
    this.#pos = end;
    this.#newline();
    return line;
  }

  async #body(size: number): Promise<Uint8Array> {
    while (this.#filled - this.#pos < size + 2) await this.#more();
    const body = this.#buffer.subarray(this.#pos, this.#pos + size);
    this.#pos += size;
    this.#newline();
    return body;
  }

  #newline(): void {
    if (this.#buffer[this.#pos] !== CR || this.#buffer[this.#pos + 1] !== LF) {
      throw new Error("Cannot read a reply: CRLF expected at its end");
    }
    this.#pos += 2;
  }

  async #more(): Promise<void> {
    if (!await this.#fill()) throw new Error("Cannot read a reply: the connection was closed inside it");
  }

  /** Waits for more bytes; false at the end of the connection. */
  async #fill(): Promise<boolean> {
    const chunk = await this.#read();
    if (chunk === undefined) return false;
    const rest = this.#filled - this.#pos;
    if (this.#filled + chunk.length > this.#buffer.length) {
      const needed = rest + chunk.length;
      const room = needed > this.#buffer.length / 2 ? new Uint8Array(2 * needed) : this.#buffer;
      room.set(this.#buffer.subarray(this.#pos, this.#filled));
      this.#buffer = room;
      this.#pos = 0;
      this.#filled = rest;
    }
    this.#buffer.set(chunk, this.#filled);
    this.#filled += chunk.length;
    return true;
  }

  async #read(): Promise<Uint8Array | undefined> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error("Cannot read a reply: none came for 20 seconds")), REPLY_TIMEOUT_MS);
    });
    try {
      return (await Promise.race([this.#reader.read(), late])).value;
    } catch (error) {
      // a connection reset by its peer is closed as well, and so is one that a write has found broken
      if (error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BadResource) return undefined;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The count in a header like `*3`; -1 for the nulls of RESP2. */
function length(header: string): number {
  if (!/^.(-1|0|[1-9]\d*)$/.test(header)) throw new Error(`Cannot read a reply: bad length: ${header}`);
  return Number(header.slice(1));
}

/** Bytes as text, escaped where they are not printable ASCII. */
function printable(bytes: Uint8Array): string {
  const text = latin1.decode(bytes);
  if (/^[\x20-\x5b\x5d-\x7e]*$/.test(text)) return text;
  let escaped = "";
  for (const byte of bytes) {
    if (byte === 0x5c) escaped += "\\\\";
    else if (byte === CR) escaped += "\\r";
    else if (byte === LF) escaped += "\\n";
    else if (byte >= 0x20 && byte < 0x7f) escaped += String.fromCharCode(byte);
    else escaped += `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return escaped;
}

/** Whether a reply of ours may stand for the reply of `redis-server`, both as {@linkcode RawConnection.readReply} prints them. */
export type Tolerance = (ours: string, theirs: string) => boolean;

/** What {@linkcode compareTranscript} lets differ, and where. */
export interface TranscriptOptions {
  /** The protocols to compare in; both by default. */
  readonly protocols?: readonly (2 | 3)[];
  /** By the words a command starts with, `{ "PTTL": numbersWithin(50), "KEYS": inAnyOrder }`; upper or lower case. */
  readonly tolerate?: Readonly<Record<string, Tolerance>>;
}

/** A command as its words; text is cut at its spaces. */
export type TranscriptLine = string | readonly (string | Uint8Array)[];

interface Transcript {
  readonly name: string;
  readonly lines: readonly (readonly (string | Uint8Array)[])[];
  readonly options: TranscriptOptions;
}

/** Filled while the test file is being loaded, replayed by its one test, so that one `redis-server` serves them all. */
const transcripts: Transcript[] = [];

/**
 * Has the same commands answered by miniredis and by a real `redis-server` 7.0, and asserts the same replies.
 *
 * All transcripts of a test file are steps of one test, which is skipped where that server is not installed. Each runs on
 * new connections to emptied servers, once in RESP2 and once in RESP3. Whoever changes the configuration sets it back.
 *
 * @param name What the transcript shows, as a sentence.
 * @param lines The commands, in their order: `"SET a 1"` or `["SET", "a", "two words"]`.
 * @param options Which replies may differ.
 */
export function compareTranscript(
  name: string,
  lines: readonly TranscriptLine[],
  options: TranscriptOptions = {},
): void {
  transcripts.push({ name, lines: lines.map((line) => typeof line === "string" ? line.split(" ") : line), options });
  if (transcripts.length > 1) return;
  Deno.test({
    name: "replies are those of redis-server 7.0 (skipped where it is not installed)",
    ignore: !hasReference,
    fn: async (t) => {
      await using redis = await startRedis();
      await using server = await Server.start({ port: 0 });
      for (const transcript of transcripts) {
        for (const protocol of transcript.options.protocols ?? [2, 3] as const) {
          await t.step(`${transcript.name} (RESP${protocol})`, async () => {
            assertSame(
              transcript,
              await replay(server.port, transcript, protocol),
              await replay(redis.port, transcript, protocol),
            );
          });
        }
      }
    },
  });
}

/** The reply to each line, on an emptied server. */
async function replay(port: number, transcript: Transcript, protocol: 2 | 3): Promise<string[]> {
  await using conn = await RawConnection.connect(port);
  assertEquals(await conn.send("FLUSHALL"), "+OK");
  assertEquals(await conn.send("CONFIG", "RESETSTAT"), "+OK");
  if (protocol === 3) assert((await conn.send("HELLO", "3")).startsWith("%"), "HELLO 3 answers a map");
  const replies: string[] = [];
  for (const line of transcript.lines) replies.push(await conn.send(...line));
  return replies;
}

/** Asserts equal replies; the whole transcript is shown where they are not. */
function assertSame({ lines, options }: Transcript, ours: readonly string[], theirs: readonly string[]): void {
  const shown = lines.map((line) => line.map((word) => typeof word === "string" ? word : printable(word)).join(" "));
  const settled = shown.map((line, i) => {
    const tolerance = findTolerance(line, options);
    return tolerance?.(ours[i]!, theirs[i]!) ? theirs[i]! : ours[i]!;
  });
  const print = (replies: readonly string[]) => shown.map((line, i) => `> ${line}\n${replies[i]}`).join("\n");
  assertEquals(print(settled), print(theirs), "miniredis (actual) and redis-server (expected) answer differently");
}

function findTolerance(line: string, { tolerate = {} }: TranscriptOptions): Tolerance | undefined {
  for (const [words, tolerance] of Object.entries(tolerate)) {
    if (`${line} `.toLowerCase().startsWith(`${words} `.toLowerCase())) return tolerance;
  }
}

/**
 * Lets numbers differ a little: `PTTL`, `TIME`.
 *
 * @param distance How far apart each pair of numbers may be.
 * @returns A tolerance that asks the same of all text around the numbers, and of their count.
 */
export function numbersWithin(distance: number): Tolerance {
  const number = /(?<=[: ])-?\d+/g; // not the length of an aggregate or a string
  // a string that is a number loses its length, since 999 may stand for 1000
  const unsized = (reply: string) => reply.replace(/\$\d+ (?=-?\d+(?:[,:\]}]|$))/g, "$ ");
  return (ours, theirs) => {
    const [mine, other] = [unsized(ours), unsized(theirs)];
    const found = (mine.match(number) ?? []).map(Number);
    const wanted = (other.match(number) ?? []).map(Number);
    return mine.replace(number, "n") === other.replace(number, "n") &&
      found.every((value, i) => Math.abs(value - wanted[i]!) <= distance);
  };
}

/**
 * Lets the elements of an array or set come in another order: `KEYS`, `SMEMBERS`.
 *
 * @param ours Our reply.
 * @param theirs The reply of `redis-server`.
 * @returns Whether both hold the same elements, each as often.
 */
export function inAnyOrder(ours: string, theirs: string): boolean {
  const sorted = (reply: string) => {
    const open = reply.indexOf("[");
    return reply.slice(0, open) + reply.slice(open + 1, -1).split(", ").toSorted().join(", ");
  };
  return sorted(ours) === sorted(theirs);
}

/**
 * Lets anything differ but the type of the reply: `RANDOMKEY`, `CLIENT ID`.
 *
 * @param ours Our reply.
 * @param theirs The reply of `redis-server`.
 * @returns Whether both are of one RESP type, and both null or neither.
 */
export function sameType(ours: string, theirs: string): boolean {
  const type = (reply: string) => /^[$*]-1/.test(reply) ? "null" : reply.charAt(0);
  return type(ours) === type(theirs);
}
