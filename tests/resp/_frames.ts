/**
 * Material for the codec's tests: seeded random values, what they should be decoded as, frames broken at random, and
 * decoders driven chunk by chunk.
 *
 * @module
 */
import { ARGC_MASK, type CommandBatch } from "../../resp/command_batch.ts";
import { CommandDecoder, type CommandLimits } from "../../resp/command_decoder.ts";
import { ByteWriter, encodeValue, type ReplyValue } from "../../resp/encode.ts";
import { ProtocolError } from "../../resp/errors.ts";
import { Attributed, Push, type Reply, RespError, SimpleString, Verbatim } from "../../resp/reply.ts";
import { INCOMPLETE, ReplyDecoder, type ReplyDecoderOptions } from "../../resp/reply_decoder.ts";

const UTF8 = new TextEncoder();

/** Bytes of text, each character up to U+00FF one byte: what is read in the tests is what is on the wire. */
export function wire(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** The reverse of {@linkcode wire}. */
export function shown(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** Joins chunks. */
export function joined(...chunks: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** A value as it is sent. */
export function encoded(value: ReplyValue, protocol: 2 | 3 = 3): Uint8Array {
  const writer = new ByteWriter();
  encodeValue(writer, value, protocol);
  return writer.take();
}

/** A seeded source of randomness (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer of `[0, below)`. */
  int(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  }

  /** One of the items. */
  pick<T>(items: ArrayLike<T>): T {
    return items[this.int(items.length)]!;
  }

  /** Random bytes. */
  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.int(256));
  }

  /** Text of up to `maxLength` characters, some of them outside ASCII. */
  text(maxLength: number): string {
    const alphabet = this.int(3) === 0 ? "aé\u{1f600}\ufeff\u4e16" : "abcXYZ 019_";
    return Array.from({ length: this.int(maxLength + 1) }, () => this.pick([...alphabet])).join("");
  }
}

/** A random value of any kind, nested at most `depth` levels. */
export function randomValue(random: Random, depth: number): ReplyValue {
  const values = <T>(make: () => T): T[] => Array.from({ length: random.int(5) }, make);
  const value = () => randomValue(random, depth - 1);
  switch (random.int(depth > 0 ? 20 : 12)) {
    case 0:
      return random.text(80);
    case 1:
      return random.bytes(random.int(50));
    case 2:
      return random.int(2 ** 32) - 2 ** 31;
    case 3:
      return random.pick([0, -0, 1.5, -1e300, 5e-324, Infinity, -Infinity, NaN, Number.MAX_SAFE_INTEGER, 2 ** 60]);
    case 4:
      return random.pick([2n ** 63n - 1n, -(2n ** 63n), 2n ** 63n, -(10n ** 40n), 2n ** 53n]);
    case 5:
      return random.int(2) === 0;
    case 6:
      return null;
    case 7:
      return new RespError(random.pick(["ERR no", "WRONGTYPE", "", "ERR two\r\nlines", "ERR \u00e9"]));
    case 8:
      return new SimpleString(random.text(40));
    case 9:
      return new Verbatim(random.pick(["txt", "mkd"]), random.text(40) + "\r\n");
    case 10:
      return `${random.text(10)}\r\n${random.text(40)}`;
    case 11:
      return random.text(12);
    case 12:
    case 13:
      return values(value);
    case 14:
      return new Set(values(value));
    case 15:
      return Object.fromEntries(values(() => [random.pick(["__proto__", "a", "toString", "é"]), value()]));
    case 16:
      return new Map(values(() => [value(), value()]));
    case 17:
      return new Push(random.text(10), values(value).map(decodedOf));
    case 18:
      return new Attributed({ ttl: random.int(100) }, decodedOf(value()));
    default:
      return values(() => random.int(1000));
  }
}

/** What a value should be decoded as, by an independent reading of the rules. Attributes are kept. */
export function decodedOf(value: ReplyValue): Reply {
  if (value instanceof Uint8Array) return new TextDecoder("utf-8", { ignoreBOM: true }).decode(value);
  if (value instanceof SimpleString) return value.value;
  if (value instanceof Verbatim) return value.text;
  if (value instanceof RespError) return value;
  if (value instanceof Push) return new Push(value.kind, value.items.map(decodedOf));
  if (value instanceof Attributed) {
    return new Attributed(decodedOf(value.attributes) as { ttl: number }, decodedOf(value.value));
  }
  if (Array.isArray(value)) return value.map(decodedOf);
  if (value instanceof Set) return [...value].map(decodedOf);
  if (value instanceof Map) {
    const pairs = [...value].map(([key, item]) => [decodedOf(key), decodedOf(item)] as const);
    return pairs.every(([key]) => typeof key === "string") ? Object.fromEntries(pairs) : new Map(pairs);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decodedOf(item)]));
  }
  if (typeof value === "bigint" && Number.isSafeInteger(Number(value))) return Number(value);
  return value as Reply;
}

/** A reply in a form that `assertEquals` tells apart completely: messages, classes, -0 and own `__proto__` included. */
export function comparable(value: unknown): unknown {
  if (Object.is(value, -0)) return "-0";
  if (value instanceof Uint8Array) return ["bytes", ...value];
  if (value instanceof Error) return [value.name, value.message];
  if (value instanceof Push) return ["push", value.kind, ...value.items.map(comparable)];
  if (value instanceof Attributed) return ["attributed", comparable(value.attributes), comparable(value.value)];
  if (Array.isArray(value)) return ["array", ...value.map(comparable)];
  if (value instanceof Map) return ["Map", ...[...value].map(([key, item]) => [comparable(key), comparable(item)])];
  if (typeof value === "object" && value !== null) {
    return ["object", ...Object.entries(value).map(([key, item]) => [key, comparable(item)])];
  }
  return value;
}

/** Takes all replies that are complete, and how it ended: null for {@linkcode INCOMPLETE}. */
export function drain(decoder: ReplyDecoder, replies: Reply[]): ProtocolError | null {
  try {
    while (true) {
      const reply = decoder.next();
      if (reply === INCOMPLETE) return null;
      replies.push(reply);
    }
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}

/** What came out of a decoder. */
export interface Outcome {
  /** Replies or commands, see {@linkcode comparable}. */
  entries: unknown[];
  /** The message of a ProtocolError. */
  error: string | null;
  /** Whether something is begun and not complete. */
  isInside: boolean;
}

/** Decodes replies from chunks. Each chunk lies in one reused buffer and is wiped once its replies are taken. */
export function decodeReplies(chunks: Iterable<Uint8Array>, options: ReplyDecoderOptions = {}): Outcome {
  const decoder = new ReplyDecoder(options);
  const replies: Reply[] = [];
  let error: ProtocolError | null = null;
  let scratch = new Uint8Array(64);
  for (const chunk of chunks) {
    if (chunk.length > scratch.length) scratch = new Uint8Array(chunk.length);
    scratch.set(chunk);
    decoder.push(scratch.subarray(0, chunk.length));
    error = drain(decoder, replies);
    scratch.fill(0xff, 0, chunk.length);
  }
  return { entries: replies.map(comparable), error: error && error.message, isInside: decoder.isInsideReply };
}

/** Decodes commands from chunks, as a server does: by reading into the decoder's room, or by handing it a chunk. */
export function decodeCommands(
  chunks: Iterable<Uint8Array>,
  limits?: CommandLimits,
  usesRoom = false,
): Outcome {
  const decoder = new CommandDecoder(limits);
  const entries: unknown[] = [];
  let error: string | null = null;
  const take = (chunk: Uint8Array) => {
    const batch = decoder.decode(chunk);
    entries.push(...commandsOf(batch));
    error = batch.error && batch.error.message;
  };
  for (let chunk of chunks) {
    while (usesRoom && chunk.length > 0) {
      const room = decoder.room();
      const size = Math.min(room.length, chunk.length);
      decoder.trim(size % 2 === 0); // as may happen while a read is under way
      room.set(chunk.subarray(0, size));
      take(room.subarray(0, size));
      decoder.trim(size % 3 === 0);
      chunk = chunk.subarray(size);
    }
    if (!usesRoom) take(chunk);
  }
  const isInside = error === null && decoder.pendingBytes > 0;
  decoder.release();
  return { entries, error, isInside };
}

/** The commands of a batch: an array of arguments each, what is no bulk string as `["typed", text]`. */
export function commandsOf(batch: CommandBatch): unknown[] {
  const commands = [];
  let at = 0;
  for (let i = 0; i < batch.count; i++) {
    const command: unknown[] = [];
    const argc = batch.words[at++]! & ARGC_MASK;
    for (let j = 0; j < argc; j++) {
      const start = batch.words[at++]!, end = batch.words[at++]!;
      if (start > Math.abs(end) || Math.abs(end) > batch.bytes.length) throw new Error(`bad offsets ${start}, ${end}`);
      const text = shown(batch.bytes.subarray(start, Math.abs(end)));
      command.push(end < 0 ? ["typed", text] : text);
    }
    commands.push(command);
  }
  if (at !== batch.size) throw new Error(`${batch.size} words, but the commands take ${at}`);
  return commands;
}

/** The chunks made by cutting at the given places. */
export function cutAt(bytes: Uint8Array, ...places: number[]): Uint8Array[] {
  return [0, ...places].map((from, i) => bytes.subarray(from, places[i] ?? bytes.length));
}

/** The chunks made by cutting at random. */
export function cutRandomly(random: Random, bytes: Uint8Array): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  const longest = random.pick([1, 3, 20, 200]);
  for (let at = 0; at < bytes.length;) {
    const size = 1 + random.int(longest);
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

/** Every piece of syntax a broken frame may be broken with. */
const SYNTAX = [
  ...[
    "\r\n",
    "\r",
    "\n",
    "*",
    "$",
    "+",
    "-",
    ":",
    "_",
    "#",
    ",",
    "(",
    "!",
    "=",
    "%",
    "~",
    ">",
    "|",
    "?",
    "0",
    "'",
    '"',
  ],
  ...[
    "*-1\r\n",
    "$-1\r\n",
    "$0\r\n\r\n",
    "*1000000000\r\n",
    "$999999999999\r\n",
    "%2147483647\r\n",
    ":1\r\n",
    "|1\r\n",
  ],
  ...["*1\r\n".repeat(40), "%1\r\n".repeat(20), "$?\r\n", "*?\r\n", ">0\r\n", "=3\r\nabc\r\n", ",inf\r\n", ",-nan\r\n"],
  ...["$18446744073709551616\r\n", ":9223372036854775808\r\n", "*00000000000000000000001\r\n", "#t\r\n", "_\r\n", "\0"],
].map((text) => UTF8.encode(text));

/** A frame with one or two of its places changed: bytes flipped, taken out, doubled, cut off, or syntax put in. */
export function mutated(random: Random, frame: Uint8Array): Uint8Array {
  for (let i = 1 + random.int(2); i > 0; i--) {
    const at = random.int(frame.length + 1);
    const before = frame.subarray(0, at), after = frame.subarray(at);
    switch (random.int(5)) {
      case 0:
        frame = joined(before, random.pick(SYNTAX), after);
        break;
      case 1:
        frame = joined(before, random.pick(SYNTAX), after.subarray(random.int(4)));
        break;
      case 2:
        frame = joined(before, after.subarray(random.int(8)));
        break;
      case 3:
        frame = joined(before, after.subarray(0, random.int(12)), after);
        break;
      default:
        frame = joined(before, random.bytes(1 + random.int(3)), after.subarray(1));
    }
  }
  return frame;
}
