/**
 * Commands and reply values to bytes: what a client sends, and what importers put into a {@linkcode RespEncoderStream}.
 * (The server writes its replies with `reply_writer.ts`, which starts from bytes instead of values.)
 */
import { Attributed, Push, type Reply, RespError, SimpleString, Verbatim } from "./reply.ts";

/**
 * An argument of a command. All travel as bulk strings: text in UTF-8, numbers in decimal.
 *
 * @example Text, bytes and numbers
 * ```ts
 * import { type CommandArgument, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const values: CommandArgument[] = ["a", Uint8Array.of(98), 1.5, 10n];
 * await client.rpush("list", ...values);
 * assertEquals(await client.lrange("list", 0, -1), ["a", "b", "1.5", "10"]);
 * ```
 */
export type CommandArgument = string | Uint8Array | number | bigint;

/**
 * A value that RESP can express and miniredis can store (`SET key value`): scalars, and arrays, maps, plain objects and
 * sets of them.
 *
 * @example A value with parts
 * ```ts
 * import { type Reply, Server, type StructuredValue } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const user: StructuredValue = { name: "Alice", visits: 41, tags: ["a", "b"], isNew: false };
 * await client.set("user:1", user);
 * assertEquals(await client.get<Reply>("user:1"), user);
 * ```
 */
export type StructuredValue =
  | CommandArgument
  | boolean
  | null
  | RespError
  | SimpleString
  | Verbatim
  | readonly StructuredValue[]
  | ReadonlyMap<StructuredValue, StructuredValue>
  | ReadonlySet<StructuredValue>
  | { readonly [key: string]: StructuredValue };

/**
 * Everything that can be encoded as a reply: every {@linkcode Reply}, and every {@linkcode StructuredValue}.
 *
 * @example A message and a reply
 * ```ts
 * import { Push, type ReplyValue, RespEncoderStream } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const values: ReplyValue[] = [new Push("message", ["news", "hi"]), [1, true]];
 * const bytes = ReadableStream.from(values).pipeThrough(new RespEncoderStream());
 * assertEquals(await new Response(bytes).text(), ">3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n*2\r\n:1\r\n#t\r\n");
 * ```
 */
export type ReplyValue =
  | StructuredValue
  | Reply
  | Push
  | Attributed
  | readonly ReplyValue[]
  | ReadonlyMap<ReplyValue, ReplyValue>
  | ReadonlySet<ReplyValue>
  | { readonly [key: string]: ReplyValue };

/** How deep a value given to {@linkcode encodeValue} may nest; what {@linkcode ReplyDecoder} accepts by default. */
export const MAX_VALUE_DEPTH = 1_024;

/** How deep a value given to {@linkcode encodeStructure} may nest: what miniredis stores. */
export const MAX_STRUCTURE_DEPTH = 128;

const CR = 0x0d, LF = 0x0a, ZERO = 0x30;
const SIMPLE = 0x2b, ERROR = 0x2d, INTEGER = 0x3a, BULK = 0x24, ARRAY = 0x2a, NULL = 0x5f, BOOLEAN = 0x23;
const DOUBLE = 0x2c, BIG_NUMBER = 0x28, BULK_ERROR = 0x21, VERBATIM = 0x3d, MAP = 0x25, SET = 0x7e, PUSH = 0x3e;
const ATTRIBUTE = 0x7c;

const FIRST_BUFFER_BYTES = 1_024;
/** A type byte, the longest length and CRLF. */
const HEADER_BYTES = 24;
/** Up to here a loop beats a view and TextEncoder: about 2 ns a letter against 100 (bench/codec_bench.ts). */
const LOOP_TEXT_LENGTH = 48;
/** Up to here room is made for the worst case, three bytes per UTF-16 unit; longer text gets more when it turns out to need it. */
const ROOM_TEXT_LENGTH = 16 * 1024;
/** Below it a loop over bytes beats `set`. */
const LOOP_COPY_BYTES = 32;
/** What is taken of a buffer filled less than this part of it is copied out, and the buffer stays in use. */
const COPY_OUT_SHARE = 4;

const UTF8 = new TextEncoder();
const NO_BYTES: Uint8Array = new Uint8Array(0);

/** A growing buffer of bytes. */
export class ByteWriter {
  /** The buffer; `bytes[0, length)` is written. Replaced when it grows. */
  bytes: Uint8Array = NO_BYTES;
  /** How much is written. Setting it back forgets what came after. */
  length = 0;

  /** Makes room for `more` bytes. */
  ensure(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.bytes.length, FIRST_BUFFER_BYTES));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  /** Writes one byte. */
  byte(byte: number): void {
    this.ensure(1);
    this.bytes[this.length++] = byte;
  }

  /** Writes text known to be ASCII. */
  ascii(text: string): void {
    this.ensure(text.length);
    const bytes = this.bytes, at = this.length;
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
    this.length = at + text.length;
  }

  /** Writes text in UTF-8; lone surrogates become U+FFFD. */
  utf8(text: string): void {
    if (text.length <= LOOP_TEXT_LENGTH && this.#ifAscii(text)) return;
    this.ensure(text.length > ROOM_TEXT_LENGTH ? text.length : 3 * text.length);
    this.#encode(text);
  }

  /** Writes bytes as they are. */
  raw(from: Uint8Array): void {
    const size = from.length;
    this.ensure(size);
    const bytes = this.bytes, at = this.length;
    if (size <= LOOP_COPY_BYTES) { for (let i = 0; i < size; i++) bytes[at + i] = from[i]!; }
    else bytes.set(from, at);
    this.length = at + size;
  }

  /** Writes an integer in decimal. */
  decimal(n: number): void {
    if (n < 0 || n > 0x7fff_ffff) return this.ascii(Number.isSafeInteger(n) ? String(n) : BigInt(n).toString());
    let size = 1;
    for (let limit = 10; n >= limit; limit *= 10) size++;
    this.ensure(size);
    const bytes = this.bytes;
    let rest = n | 0;
    for (let i = this.length + size - 1; i >= this.length; i--) {
      const tenth = (rest / 10) | 0;
      bytes[i] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
    this.length += size;
  }

  /** Writes the end of a line. */
  crlf(): void {
    this.ensure(2);
    this.bytes[this.length++] = CR;
    this.bytes[this.length++] = LF;
  }

  /** Writes a type byte, an integer and CRLF. */
  header(type: number, n: number): void {
    this.ensure(HEADER_BYTES);
    this.bytes[this.length++] = type;
    this.decimal(n);
    this.crlf();
  }

  /** Writes a bulk string of bytes. */
  bulkBytes(body: Uint8Array): void {
    this.header(BULK, body.length);
    this.raw(body);
    this.crlf();
  }

  /** Writes a bulk string of text in UTF-8. */
  bulkText(text: string): void {
    const size = text.length;
    const mark = this.length;
    // a byte a letter is right for ASCII, which most text is; short text has room for the worst case at once
    this.ensure((size <= ROOM_TEXT_LENGTH ? 3 * size : size) + HEADER_BYTES + 2);
    this.header(BULK, size);
    if (size > LOOP_TEXT_LENGTH || !this.#ifAscii(text)) {
      const at = this.length;
      this.#encode(text);
      const written = this.length - at;
      if (written !== size) {
        const headerSize = at - mark, digits = String(written).length;
        if (digits > headerSize - 3) {
          this.ensure(digits);
          this.bytes.copyWithin(mark + digits + 3, at, at + written);
        }
        this.length = mark;
        this.header(BULK, written);
        this.length += written;
      }
    }
    this.crlf();
  }

  /**
   * Hands over what was written, and starts anew.
   *
   * @returns The written bytes. Nothing else uses their buffer.
   */
  take(): Uint8Array {
    const { bytes, length } = this;
    this.length = 0;
    if (length * COPY_OUT_SHARE < bytes.length) return bytes.slice(0, length);
    this.bytes = NO_BYTES;
    return bytes.subarray(0, length);
  }

  /** Writes text in UTF-8 into the room there is, and makes more where that is not enough. */
  #encode(text: string): void {
    const { read, written } = UTF8.encodeInto(text, this.bytes.subarray(this.length));
    this.length += written;
    if (read === text.length) return;
    const rest = text.slice(read);
    this.ensure(3 * rest.length);
    this.length += UTF8.encodeInto(rest, this.bytes.subarray(this.length)).written;
  }

  /** Writes text if it is ASCII; otherwise writes nothing and answers false. */
  #ifAscii(text: string): boolean {
    const size = text.length;
    this.ensure(size);
    const bytes = this.bytes, at = this.length;
    let bits = 0;
    for (let i = 0; i < size; i++) {
      const code = text.charCodeAt(i);
      bytes[at + i] = code;
      bits |= code;
    }
    if (bits > 0x7f) return false;
    this.length = at + size;
    return true;
  }
}

/**
 * Writes a command: an array of bulk strings.
 *
 * @param writer Where to.
 * @param args The name and its arguments.
 * @throws {TypeError} An argument is no {@linkcode CommandArgument}, or there is none. Nothing is written then.
 */
export function encodeCommand(writer: ByteWriter, args: readonly CommandArgument[]): void {
  const mark = beginCommand(writer, args.length);
  try {
    for (let i = 0; i < args.length; i++) {
      if (encodeArgument(writer, args[i]!)) continue;
      throw new TypeError(`Cannot encode argument ${i} of a command: ${described(args[i])} is no bulk string`);
    }
  } catch (error) { // there may be no memory for it, too
    writer.length = mark;
    throw error;
  }
}

/**
 * Writes a command whose arguments may be structured values, which only miniredis reads, and only in SET and MSET.
 *
 * @param writer Where to.
 * @param args The name and its arguments: strings, bytes, numbers and bigints become bulk strings, all else is written
 * by {@linkcode encodeStructure}.
 * @throws {TypeError} As {@linkcode encodeStructure}, or there is no argument. Nothing is written then.
 */
export function encodeStructuredCommand(writer: ByteWriter, args: readonly StructuredValue[]): void {
  const mark = beginCommand(writer, args.length);
  try {
    for (let i = 0; i < args.length; i++) {
      if (!encodeArgument(writer, args[i]!)) encodeStructure(writer, args[i]!);
    }
  } catch (error) {
    writer.length = mark;
    throw error;
  }
}

/**
 * Writes a value as a typed RESP3 argument: `*2…`, `%1…`, `~1…`, `_`, `#t`, `:5`, `,0.5`, `$3…`.
 *
 * @param writer Where to.
 * @param value The value.
 * @throws {TypeError} It is or contains something RESP has no type for, a push or an attribute, it contains itself, or
 * it nests deeper than {@linkcode MAX_STRUCTURE_DEPTH}. Nothing is written then.
 */
export function encodeStructure(writer: ByteWriter, value: StructuredValue): void {
  encode(writer, value, 3, MAX_STRUCTURE_DEPTH, true);
}

/**
 * Writes a value as a reply.
 *
 * | value | RESP3 | RESP2, where different |
 * |---|---|---|
 * | `string`, `Uint8Array` | bulk string | |
 * | safe integer, 64-bit `bigint` | integer | |
 * | other `number` (`-0`, `NaN`, infinities too) | double | bulk string |
 * | other `bigint` | big number | bulk string |
 * | `null` | null | `$-1` |
 * | `boolean` | boolean | integer 1 or 0 |
 * | array | array | |
 * | `Map`, plain object | map | array of keys and values in turn |
 * | `Set` | set | array |
 * | {@linkcode RespError} | simple error; bulk error if it holds CR or LF | simple error, CR and LF as spaces |
 * | {@linkcode SimpleString} | simple string | |
 * | {@linkcode Verbatim} | verbatim string | bulk string |
 * | {@linkcode Push} | push | array |
 * | {@linkcode Attributed} | attribute, then the value | the value |
 *
 * @param writer Where to.
 * @param value The value.
 * @param protocol Of the peer.
 * @throws {TypeError} The value is or contains something RESP has no type for (`undefined`, a function, an instance of
 * another class), contains itself, or nests deeper than {@linkcode MAX_VALUE_DEPTH}. Nothing is written then.
 */
export function encodeValue(writer: ByteWriter, value: ReplyValue, protocol: 2 | 3): void {
  encode(writer, value, protocol, MAX_VALUE_DEPTH, false);
}

/** Writes the header of a command; returns where it begins. */
function beginCommand(writer: ByteWriter, argc: number): number {
  if (argc === 0) throw new TypeError("Cannot encode a command: it has no name");
  const mark = writer.length;
  writer.header(ARRAY, argc);
  return mark;
}

/** Writes an argument if it is one that travels as a bulk string. */
function encodeArgument(writer: ByteWriter, arg: StructuredValue): boolean {
  if (typeof arg === "string") writer.bulkText(arg);
  else if (typeof arg === "number") writer.bulkText(numberText(arg));
  else if (typeof arg === "bigint") writer.bulkText(arg.toString());
  else if (arg instanceof Uint8Array) writer.bulkBytes(arg);
  else return false;
  return true;
}

/** How a value is to be written, and where in it the encoder is. */
interface Encoding {
  readonly protocol: 2 | 3;
  readonly maxDepth: number;
  /** Refuse what is no value but a message: pushes and attributes. */
  readonly isStructure: boolean;
  /** The aggregates around the present value, outermost first: finds cycles. */
  readonly path: object[];
}

function encode(writer: ByteWriter, value: unknown, protocol: 2 | 3, maxDepth: number, isStructure: boolean): void {
  const mark = writer.length;
  try {
    if (!encodeScalar(writer, value, protocol)) {
      encodeAggregate(writer, value as object, { protocol, maxDepth, isStructure, path: [] });
    }
  } catch (error) {
    writer.length = mark;
    throw error;
  }
}

function encodeAny(writer: ByteWriter, value: unknown, encoding: Encoding): void {
  if (!encodeScalar(writer, value, encoding.protocol)) encodeAggregate(writer, value as object, encoding);
}

/** Writes a value that contains no others; false if it is some other object. */
function encodeScalar(writer: ByteWriter, value: unknown, protocol: 2 | 3): boolean {
  switch (typeof value) {
    case "string":
      writer.bulkText(value);
      return true;
    case "number":
      if (Number.isSafeInteger(value) && !Object.is(value, -0)) writer.header(INTEGER, value);
      else encodeText(writer, DOUBLE, doubleText(value), protocol);
      return true;
    case "bigint":
      if (BigInt.asIntN(64, value) === value) encodeText(writer, INTEGER, value.toString(), 3);
      else encodeText(writer, BIG_NUMBER, value.toString(), protocol);
      return true;
    case "boolean":
      if (protocol === 3) encodeText(writer, BOOLEAN, value ? "t" : "f", 3);
      else writer.header(INTEGER, value ? 1 : 0);
      return true;
    case "object":
      break;
    default:
      throw new TypeError(`Cannot encode a value: RESP has no type for ${described(value)}`);
  }
  if (value === null) {
    if (protocol === 3) encodeText(writer, NULL, "", 3);
    else writer.header(BULK, -1);
  } else if (value instanceof Uint8Array) {
    writer.bulkBytes(value);
  } else if (value instanceof RespError) {
    encodeError(writer, value.message, protocol);
  } else if (value instanceof SimpleString) {
    writer.byte(SIMPLE);
    writer.utf8(value.value);
    writer.crlf();
  } else if (value instanceof Verbatim) {
    if (protocol === 3) encodeBody(writer, VERBATIM, `${value.format}:${value.text}`);
    else writer.bulkText(value.text);
  } else {
    return false;
  }
  return true;
}

/** Writes ASCII text as a line of the given type, or as a bulk string in RESP2. */
function encodeText(writer: ByteWriter, type: number, text: string, protocol: 2 | 3): void {
  if (protocol === 2) return writer.bulkText(text);
  writer.byte(type);
  writer.ascii(text);
  writer.crlf();
}

function encodeError(writer: ByteWriter, message: string, protocol: 2 | 3): void {
  const isOneLine = !/[\r\n]/.test(message);
  if (protocol === 3 && !isOneLine) return encodeBody(writer, BULK_ERROR, message);
  writer.byte(ERROR);
  writer.utf8(isOneLine ? message : message.replace(/[\r\n]/g, " "));
  writer.crlf();
}

/** Writes a string with a length, of a type other than bulk. */
function encodeBody(writer: ByteWriter, type: number, text: string): void {
  const at = writer.length;
  writer.bulkText(text);
  writer.bytes[at] = type;
}

function encodeAggregate(writer: ByteWriter, value: object, encoding: Encoding): void {
  const { path, protocol } = encoding;
  if (path.includes(value)) throw new TypeError("Cannot encode a value: it contains itself");
  if (path.length >= encoding.maxDepth) {
    throw new TypeError(`Cannot encode a value: it nests deeper than ${encoding.maxDepth}`);
  }
  path.push(value);
  if (Array.isArray(value)) {
    writer.header(ARRAY, value.length);
    for (let i = 0; i < value.length; i++) encodeAny(writer, value[i], encoding);
  } else if (value instanceof Set) {
    writer.header(protocol === 3 ? SET : ARRAY, value.size);
    for (const item of value) encodeAny(writer, item, encoding);
  } else if (value instanceof Map || isPlainObject(value)) {
    encodePairs(writer, MAP, value, encoding);
  } else if (value instanceof Push && !encoding.isStructure) {
    writer.header(protocol === 3 ? PUSH : ARRAY, value.items.length + 1);
    writer.bulkText(value.kind);
    for (const item of value.items) encodeAny(writer, item, encoding);
  } else if (value instanceof Attributed && !encoding.isStructure) {
    if (protocol === 3) encodePairs(writer, ATTRIBUTE, value.attributes, encoding);
    encodeAny(writer, value.value, encoding);
  } else {
    throw new TypeError(`Cannot encode a value: RESP has no type for ${described(value)}`);
  }
  path.pop();
}

/** Writes the pairs of a map or attribute; in RESP2 as an array. */
function encodePairs(writer: ByteWriter, type: number, pairs: object, encoding: Encoding): void {
  const entries: [unknown, unknown][] = pairs instanceof Map ? [...pairs] : Object.entries(pairs);
  if (encoding.protocol === 3) writer.header(type, entries.length);
  else writer.header(ARRAY, 2 * entries.length);
  for (const [key, item] of entries) {
    encodeAny(writer, key, encoding);
    encodeAny(writer, item, encoding);
  }
}

function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** What a value is, for an error message; its content may be long or secret. */
function described(value: unknown): string {
  if (value === null || value === undefined || typeof value === "boolean") return String(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  const name: unknown = value.constructor?.name;
  return typeof name === "string" && name !== "" ? `an instance of ${name}` : "an object";
}

/** A number as the argument of a command. */
export function numberText(n: number): string {
  return Number.isFinite(n) ? String(n) : doubleText(n);
}

/** A double as Redis spells it. */
function doubleText(n: number): string {
  if (n === Infinity) return "inf";
  if (n === -Infinity) return "-inf";
  if (Number.isNaN(n)) return "nan";
  return Object.is(n, -0) ? "-0" : String(n);
}
