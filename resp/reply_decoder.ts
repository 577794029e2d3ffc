/**
 * Replies from bytes: the client's side of the protocol, RESP2 and RESP3.
 *
 * The decoder stops at any byte and goes on from there. Open aggregates are frames on an explicit stack, so nesting
 * costs no call depth. A body that is not all there yet is copied into a buffer of its own as it arrives, so neither
 * its bytes nor a line that has been searched are looked at twice.
 *
 * ```text
 *   push(chunk) ─► #bytes[#pos, #end) ─┬─► line ────────────────► value ─► top frame ─► … ─► reply
 *                  borrowed or own     └─► header, #body by length ──┘     full? closes, and is a value itself
 * ```
 *
 * Nothing is allocated for what is only announced: arrays grow by their elements, bodies as {@linkcode START_BYTES} and
 * {@linkcode GROWTH} say.
 */
import { ProtocolError } from "./errors.ts";
import { Attributed, mapOf, Push, type Reply, type ReplyObject, RespError } from "./reply.ts";
import { MAX_STRING_LENGTH, textOf } from "./text.ts";

/** What {@linkcode ReplyDecoder.next} answers when the next reply is not complete yet. */
export const INCOMPLETE: unique symbol = Symbol("INCOMPLETE");

/**
 * How bulk and verbatim strings are handed out: as UTF-8 text (malformed sequences become U+FFFD) or as bytes.
 *
 * @example Text or bytes, as asked for
 * ```ts
 * import { type Decode, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const echo = (decode: Decode) => client.send(["ECHO", "A"], { decode });
 * assertEquals([await echo("string"), await echo("bytes")], ["A", Uint8Array.of(65)]);
 * ```
 */
export type Decode = "string" | "bytes";

/**
 * What a decoder makes of replies, and what it refuses.
 *
 * @example Maps as Map, and short strings only
 * ```ts
 * import { type ReplyDecoderOptions, RespDecoderStream } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const options: ReplyDecoderOptions = { map: "map", maxBulkBytes: 4 };
 * const bytes = new Blob(["%1\r\n+a\r\n:1\r\n$5\r\nhello\r\n"]).stream();
 * for await (const { entries, error } of bytes.pipeThrough(new RespDecoderStream(options))) {
 *   assertEquals(entries, [new Map([["a", 1]])]);
 *   assertEquals(error?.name, "ProtocolError");
 * }
 * ```
 */
export interface ReplyDecoderOptions {
  /**
   * Bulk and verbatim strings as text or as bytes. Simple strings, errors, the kind of a push and, with
   * `map: "object"`, map keys are text always. Text too long for a JavaScript string (more than 2^29 - 24 bytes) is
   * given as bytes.
   *
   * @default {"string"}
   */
  decode?: Decode;
  /**
   * The same for strings in pushes, which answer no request. By default as `decode` says.
   */
  pushes?: Decode;
  /**
   * Maps as plain objects (as `Map` if a key is not a string) or always as `Map`.
   *
   * @default {"object"}
   */
  map?: "object" | "map";
  /**
   * Give replies that have attributes as {@linkcode Attributed}; otherwise attributes are read and dropped.
   *
   * @default {false}
   */
  attributes?: boolean;
  /**
   * Longest bulk string, verbatim string, error or simple string, in bytes.
   *
   * @default {536_870_912}
   */
  maxBulkBytes?: number;
  /**
   * Most elements of an array, set or push, and most pairs of a map.
   *
   * @default {2_147_483_647}
   */
  maxElements?: number;
  /**
   * How deep arrays, sets, maps and pushes may nest.
   *
   * @default {1_024}
   */
  maxDepth?: number;
}

const CR = 0x0d, LF = 0x0a, ZERO = 0x30, ONE = 0x31, SIGN_PLUS = 0x2b, SIGN_MINUS = 0x2d, COLON = 0x3a, QUESTION = 0x3f;

// The type bytes. Those of aggregates also are the kind of their frame.
const SIMPLE = 0x2b, ERROR = 0x2d, INTEGER = 0x3a, BULK = 0x24, ARRAY = 0x2a, NULL = 0x5f, BOOLEAN = 0x23;
const DOUBLE = 0x2c, BIG_NUMBER = 0x28, BULK_ERROR = 0x21, VERBATIM = 0x3d, MAP = 0x25, SET = 0x7e, PUSH = 0x3e;
const ATTRIBUTE = 0x7c;
/** Kind of the frame that waits for the value its attributes belong to. */
const ATTRIBUTED = 0;

/** A body up to this size gets its buffer at once; a longer one begins with it. */
const START_BYTES = 64 * 1024;
/** Where a body's buffer is full it grows by this factor: never more than four times what was really sent. */
const GROWTH = 4;
/** More digits than any length or integer has. Ends the wait for the end of a line of zeros. */
const MAX_DIGITS = 20;
/** Up to here a sum of digits is exact. */
const EXACT_DIGITS = 15;
/** Longest double or big number in bytes: parsing takes more than linear time. */
const MAX_NUMBER_BYTES = 64 * 1024;

const NO_BYTES: Uint8Array = new Uint8Array(0);

/** An element was begun (or an attribute dropped): there is no value yet. */
const OPENED: unique symbol = Symbol("OPENED");
/** A length: the line is not complete yet. */
const MORE = -2;
/** A length: `-1`, a null. */
const NULL_LENGTH = -1;

/** An aggregate whose elements are not all there yet. */
class Frame {
  kind = 0;
  missing = 0;
  items: Reply[] = NO_ITEMS;
  attributes: ReplyObject | Map<Reply, Reply> | null = null;
}

const NO_ITEMS: Reply[] = [];

/** Decodes a stream of replies, push or pull: give it chunks, take replies until none is complete. */
export class ReplyDecoder {
  readonly #defaultBytes: boolean;
  readonly #pushBytes: boolean;
  readonly #asMap: boolean;
  readonly #keepAttributes: boolean;
  readonly #maxBulkBytes: number;
  readonly #maxElements: number;
  readonly #maxDepth: number;

  #bytes: Uint8Array = NO_BYTES;
  #pos = 0;
  #end = 0;
  /** Is #bytes the decoder's own? Otherwise it is the caller's chunk. */
  #owned = false;
  /** How many bytes from #pos on are known to hold no end of line. */
  #searched = 0;

  /** The body being read: `[0, #bodyFilled)` of it is there, it grows up to #bodySize. Null: none. */
  #body: Uint8Array | null = null;
  #bodyKind = 0;
  #bodySize = 0;
  #bodyFilled = 0;
  #bodyAsBytes = false;

  /** Open aggregates are `#stack[0, #depth)`; frames above are kept for reuse. */
  readonly #stack: Frame[] = [];
  #depth = 0;
  /** Attributes of the reply being read were dropped; nothing else of it may be there yet. */
  #dropped = false;
  /** Are strings of the reply being read given as bytes? */
  #asBytes = false;
  /** Whatever was thrown: after it the place in the stream is lost. */
  #failure: unknown = null;

  /**
   * Makes a decoder.
   *
   * @param options What to make of replies, and limits.
   */
  constructor(options: ReplyDecoderOptions = {}) {
    this.#defaultBytes = options.decode === "bytes";
    this.#pushBytes = (options.pushes ?? options.decode) === "bytes";
    this.#asMap = options.map === "map";
    this.#keepAttributes = options.attributes ?? false;
    this.#maxBulkBytes = options.maxBulkBytes ?? 512 * 1024 * 1024;
    this.#maxElements = options.maxElements ?? 0x7fff_ffff;
    this.#maxDepth = options.maxDepth ?? 1_024;
  }

  /** Is a reply begun and not complete? A connection that ends here was cut off. After a failure it is `false`. */
  get isInsideReply(): boolean {
    return this.#pos < this.#end || this.#isBegun();
  }

  /**
   * Adds bytes. The chunk is borrowed: it must not change until {@linkcode next} has answered
   * {@linkcode INCOMPLETE} (or thrown), by when all that is left of it has been copied. Ignored after a failure.
   *
   * @param chunk Any piece of the stream.
   */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0 || this.#failure !== null) return;
    if (this.#pos === this.#end) {
      this.#bytes = chunk;
      this.#pos = 0;
      this.#end = chunk.length;
      this.#owned = false;
      return;
    }
    const rest = this.#end - this.#pos;
    if (!this.#owned || this.#end + chunk.length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(rest + chunk.length, 2 * rest));
      grown.set(this.#bytes.subarray(this.#pos, this.#end));
      this.#bytes = grown;
      this.#pos = 0;
      this.#end = rest;
      this.#owned = true;
    }
    this.#bytes.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /**
   * Takes the next reply.
   *
   * @param decode For the reply that begins here, in place of the decoder's own setting. Push messages answer nobody's
   * request, so the decoder's own setting stays good for them; a reply begun earlier keeps what it began with.
   * @returns The reply, or {@linkcode INCOMPLETE} if more bytes are needed.
   * @throws {ProtocolError} The bytes are no reply, or exceed a limit. The decoder stays failed: every further call throws
   * the same error.
   */
  next(decode?: Decode): Reply | typeof INCOMPLETE {
    if (this.#failure !== null) throw this.#failure;
    if (!this.#isBegun()) this.#asBytes = decode === undefined ? this.#defaultBytes : decode === "bytes";
    try {
      return this.#reply();
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  #isBegun(): boolean {
    return this.#depth > 0 || this.#body !== null || this.#dropped;
  }

  #reply(): Reply | typeof INCOMPLETE {
    while (true) {
      let value = this.#body === null ? this.#element() : this.#continueBody();
      if (value === INCOMPLETE) {
        this.#keepRest();
        return INCOMPLETE;
      }
      while (value !== OPENED) {
        if (this.#depth === 0) {
          this.#dropped = false;
          return value;
        }
        const frame: Frame = this.#stack[this.#depth - 1]!;
        frame.items.push(value);
        if (--frame.missing > 0) break;
        value = this.#close(frame);
      }
    }
  }

  /** Reads one element, or as much of one as decides what is to come. */
  #element(): Reply | typeof INCOMPLETE | typeof OPENED {
    if (this.#pos === this.#end) return INCOMPLETE;
    const kind = this.#bytes[this.#pos]!;
    switch (kind) {
      case BULK:
        return this.#beginBody(kind);
      case SIMPLE:
      case ERROR: {
        const end = this.#line(this.#maxBulkBytes);
        if (end < 0) return INCOMPLETE;
        const text = this.#takeLine(end);
        return kind === SIMPLE ? text : new RespError(text);
      }
      case INTEGER:
        return this.#integer();
      case ARRAY:
      case SET:
      case MAP:
      case PUSH:
      case ATTRIBUTE:
        return this.#open(kind);
      case BULK_ERROR:
      case VERBATIM:
        return this.#beginBody(kind);
      case NULL:
      case BOOLEAN:
      case DOUBLE:
      case BIG_NUMBER: {
        const end = this.#line(MAX_NUMBER_BYTES);
        if (end < 0) return INCOMPLETE;
        return scalar(kind, this.#takeLine(end));
      }
      default:
        throw new ProtocolError(`expected a reply, got ${printable(kind)}`);
    }
  }

  #integer(): Reply | typeof INCOMPLETE {
    const bytes = this.#bytes, end = this.#end;
    let i = this.#pos + 1;
    const sign = i < end ? bytes[i]! : 0;
    if (sign === SIGN_MINUS || sign === SIGN_PLUS) i++;
    const first = i;
    let n = 0;
    for (; i < end; i++) {
      const digit = bytes[i]! - ZERO;
      if (digit < 0 || digit > 9) break;
      n = n * 10 + digit;
    }
    const digits = i - first;
    if (digits > MAX_DIGITS || (i < end && (digits === 0 || bytes[i] !== CR))) {
      throw new ProtocolError("invalid integer");
    }
    if (i + 1 >= end) return INCOMPLETE; // CR and LF may arrive apart
    if (bytes[i + 1] !== LF) throw new ProtocolError("invalid integer");
    if (digits <= EXACT_DIGITS) {
      this.#pos = i + 2;
      return sign === SIGN_MINUS ? 0 - n : n; // `:-0` is 0: integers have no negative zero
    }
    const exact = BigInt(this.#takeLine(i));
    return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
  }

  /** Reads `<type><digits>CRLF`; moves #pos only once the whole line is there. */
  #length(mayBeNull: boolean): number {
    const bytes = this.#bytes, from = this.#pos, end = this.#end;
    let i = from + 1, n = 0;
    for (; i < end; i++) {
      const digit = bytes[i]! - ZERO;
      if (digit < 0 || digit > 9) break;
      n = n * 10 + digit;
    }
    if (i === from + 1 && i < end) {
      if (bytes[i] === QUESTION) throw new ProtocolError("streamed types are not supported");
      if (bytes[i] !== SIGN_MINUS || !mayBeNull) throw new ProtocolError("invalid length");
      if (i + 1 >= end) return MORE;
      if (bytes[i + 1] !== ONE) throw new ProtocolError("invalid length");
      n = NULL_LENGTH;
      i += 2;
    }
    if (i - from > MAX_DIGITS || (i < end && bytes[i] !== CR)) throw new ProtocolError("invalid length");
    if (i + 1 >= end) return MORE; // CR and LF may arrive apart
    if (bytes[i + 1] !== LF) throw new ProtocolError("invalid length");
    this.#pos = i + 2;
    return n;
  }

  /** Finds the end of the line at #pos: the index of its CR, or -1 when it has not arrived. */
  #line(maxBytes: number): number {
    const bytes = this.#bytes, end = this.#end;
    let i = this.#pos + this.#searched;
    while (i < end && bytes[i] !== CR && bytes[i] !== LF) i++;
    if (i - this.#pos - 1 > maxBytes) throw new ProtocolError("line too long");
    if (i < end && bytes[i] === LF) throw new ProtocolError("line break inside a line");
    if (i + 1 >= end) { // CR and LF may arrive apart
      this.#searched = i - this.#pos;
      return -1;
    }
    if (bytes[i + 1] !== LF) throw new ProtocolError("line break inside a line");
    this.#searched = 0;
    return i;
  }

  /** The text of the line at #pos that ends at `end`, without its type byte; moves past it. */
  #takeLine(end: number): string {
    const text = textOf(this.#bytes, this.#pos + 1, end);
    this.#pos = end + 2;
    return text;
  }

  /** Reads the header of a string with a length, and its body if that is there. */
  #beginBody(kind: number): Reply | typeof INCOMPLETE {
    const size = this.#length(kind === BULK);
    if (size === MORE) return INCOMPLETE;
    if (size === NULL_LENGTH) return null;
    if (size > this.#maxBulkBytes) throw new ProtocolError("invalid bulk length");
    if (kind === VERBATIM && size < 4) throw new ProtocolError("invalid verbatim string");
    const asBytes = this.#asBytes && kind !== BULK_ERROR && !this.#isTextOnly();
    const from = this.#pos, available = this.#end - from;
    if (available >= size + 2) {
      this.#endBody(from + size);
      return bodyOf(kind, this.#bytes, from, from + size, asBytes);
    }
    const capacity = size <= START_BYTES ? size : Math.min(size, Math.max(START_BYTES, available * GROWTH));
    this.#body = new Uint8Array(capacity);
    this.#bodyKind = kind;
    this.#bodySize = size;
    this.#bodyFilled = 0;
    this.#bodyAsBytes = asBytes;
    return this.#continueBody();
  }

  /** Moves what has arrived into the body being read. */
  #continueBody(): Reply | typeof INCOMPLETE {
    let body = this.#body!;
    const size = this.#bodySize;
    const take = Math.min(size - this.#bodyFilled, this.#end - this.#pos);
    if (take > 0) {
      const filled = this.#bodyFilled + take;
      if (filled > body.length) {
        const grown = new Uint8Array(Math.min(size, Math.max(filled, body.length * GROWTH)));
        grown.set(body.subarray(0, this.#bodyFilled));
        this.#body = body = grown;
      }
      body.set(this.#bytes.subarray(this.#pos, this.#pos + take), this.#bodyFilled);
      this.#bodyFilled = filled;
      this.#pos += take;
    }
    if (this.#bodyFilled < size || this.#end - this.#pos < 2) return INCOMPLETE;
    this.#endBody(this.#pos);
    this.#body = null;
    if (this.#bodyKind === BULK && this.#bodyAsBytes) return body;
    return bodyOf(this.#bodyKind, body, 0, size, this.#bodyAsBytes);
  }

  /** Checks the CRLF at `at` and moves past it. */
  #endBody(at: number): void {
    if (this.#bytes[at] !== CR || this.#bytes[at + 1] !== LF) throw new ProtocolError("no CRLF after a body");
    this.#pos = at + 2;
  }

  /** Is a string at this place text even where strings are bytes: the kind of a push, the key of an object? */
  #isTextOnly(): boolean {
    if (this.#depth === 0) return false;
    const frame = this.#stack[this.#depth - 1]!;
    if (frame.kind === PUSH) return frame.items.length === 0;
    return (frame.kind === MAP || frame.kind === ATTRIBUTE) && !this.#asMap && frame.items.length % 2 === 0;
  }

  /** Reads the header of an aggregate. */
  #open(kind: number): Reply | typeof INCOMPLETE | typeof OPENED {
    const count = this.#length(kind === ARRAY);
    if (count === MORE) return INCOMPLETE;
    if (count === NULL_LENGTH) return null;
    if (count > this.#maxElements) throw new ProtocolError("invalid multibulk length");
    if (this.#depth === 0 && kind === PUSH) this.#asBytes = this.#pushBytes;
    if (count === 0 && kind !== ATTRIBUTE) {
      if (kind === PUSH) throw new ProtocolError("push without a kind");
      return kind === MAP ? mapOf(NO_ITEMS, this.#asMap) : [];
    }
    if (this.#depth >= this.#maxDepth) throw new ProtocolError("nesting too deep");
    if (this.#depth === this.#stack.length) this.#stack.push(new Frame());
    const frame = this.#stack[this.#depth++]!;
    frame.kind = kind;
    frame.missing = kind === MAP || kind === ATTRIBUTE ? count * 2 : count;
    frame.items = [];
    return count === 0 ? this.#close(frame) : OPENED;
  }

  /** Makes the value of the top frame, all its elements being there. */
  #close(frame: Frame): Reply | typeof OPENED {
    const items = frame.items;
    if (frame.kind === ATTRIBUTE && this.#keepAttributes) {
      frame.kind = ATTRIBUTED;
      frame.attributes = mapOf(items, this.#asMap);
      frame.items = [];
      frame.missing = 1;
      return OPENED;
    }
    frame.items = NO_ITEMS;
    this.#depth--;
    switch (frame.kind) {
      case MAP:
        return mapOf(items, this.#asMap);
      case PUSH: {
        const kind = items.shift();
        if (typeof kind !== "string") throw new ProtocolError("push without a kind");
        return new Push(kind, items);
      }
      case ATTRIBUTE:
        if (this.#depth === 0) this.#dropped = true;
        return OPENED;
      case ATTRIBUTED: {
        const attributes = frame.attributes!;
        frame.attributes = null;
        return new Attributed(attributes, items[0]!);
      }
      default:
        return items;
    }
  }

  /** Makes what is left of a borrowed chunk the decoder's own: at most a line that is not whole yet. */
  #keepRest(): void {
    if (this.#pos === this.#end) {
      this.#bytes = NO_BYTES;
      this.#pos = this.#end = 0;
    } else if (!this.#owned) {
      this.#bytes = this.#bytes.slice(this.#pos, this.#end);
      this.#end -= this.#pos;
      this.#pos = 0;
      this.#owned = true;
    }
  }

  #fail(error: unknown): void {
    this.#failure = error;
    this.#bytes = NO_BYTES;
    this.#pos =
      this.#end =
      this.#depth =
      this.#stack.length =
        0;
    this.#body = null;
    this.#dropped = false;
  }
}

/** The value of a string with a length that lies in `bytes[from, end)`. */
function bodyOf(kind: number, bytes: Uint8Array, from: number, end: number, asBytes: boolean): Reply {
  if (kind === BULK_ERROR) return new RespError(textOf(bytes, from, end));
  if (kind === VERBATIM) {
    if (bytes[from + 3] !== COLON) throw new ProtocolError("invalid verbatim string");
    from += 4;
  }
  return asBytes || end - from > MAX_STRING_LENGTH ? bytes.slice(from, end) : textOf(bytes, from, end);
}

/** The value of a null, boolean, double or big number from the text of its line. */
function scalar(kind: number, text: string): Reply {
  if (kind === NULL) {
    if (text !== "") throw new ProtocolError("invalid null");
    return null;
  }
  if (kind === BOOLEAN) {
    if (text !== "t" && text !== "f") throw new ProtocolError("invalid boolean");
    return text === "t";
  }
  if (kind === BIG_NUMBER) {
    if (!/^[+-]?\d+$/.test(text)) throw new ProtocolError("invalid big number");
    return BigInt(text);
  }
  const n = /^[\d.eE+-]+$/.test(text) ? Number(text) : namedDouble(text);
  if (n === undefined || (Number.isNaN(n) && !/^-?nan$/i.test(text))) throw new ProtocolError("invalid double");
  return n;
}

/** Redis prints what the C library makes of it, in either case. */
function namedDouble(text: string): number | undefined {
  switch (text.toLowerCase()) {
    case "inf":
    case "+inf":
      return Infinity;
    case "-inf":
      return -Infinity;
    case "nan":
    case "-nan":
      return NaN;
  }
}

function printable(byte: number): string {
  return byte > 0x20 && byte < 0x7f ? `'${String.fromCharCode(byte)}'` : `byte 0x${byte.toString(16).padStart(2, "0")}`;
}
