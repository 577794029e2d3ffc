/**
 * Replies as JavaScript values, and the classes for those RESP kinds that JavaScript has no value for.
 */

/**
 * A decoded reply.
 *
 * | RESP | value |
 * |---|---|
 * | simple string, bulk string, verbatim string | `string` (bulk and verbatim: `Uint8Array` on request) |
 * | simple error, bulk error | {@linkcode RespError} |
 * | integer | `number`; `bigint` beyond `Number.MAX_SAFE_INTEGER` |
 * | double | `number`, with `Infinity`, `-Infinity`, `NaN` and `-0` |
 * | big number | `bigint` |
 * | boolean, null (`_`, `$-1`, `*-1`) | `boolean`, `null` |
 * | array, set | array |
 * | map | plain object; a `Map` when asked for, or when a key is not a string |
 * | push | {@linkcode Push} |
 * | attribute | skipped; {@linkcode Attributed} when asked for |
 *
 * @example A reply whose kind is not known before
 * ```ts
 * import { type Reply, RespError } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * function describe(reply: Reply): string {
 *   if (reply instanceof RespError) return `failed: ${reply.code}`;
 *   return Array.isArray(reply) ? reply.map(describe).join(", ") : String(reply);
 * }
 * assertEquals(describe(["OK", 1, null, new RespError("ERR no")]), "OK, 1, null, failed: ERR");
 * ```
 */
export type Reply =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | RespError
  | Reply[]
  | Map<Reply, Reply>
  | ReplyObject
  | Push
  | Attributed;

/**
 * A map reply whose keys are all strings. Any key is safe, `__proto__` too: each is an own property.
 *
 * @example A map whose values are not known before
 * ```ts
 * import { type ReplyObject, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const settings = await client.send(["CONFIG", "GET", "maxmemory"]) as ReplyObject;
 * assertEquals(settings, { maxmemory: "0" });
 * ```
 */
export interface ReplyObject {
  /** The value of a field. */
  [key: string]: Reply;
}

/**
 * An error reply as a value: it may stand inside an array, as in the reply to EXEC, and is not thrown by the decoder.
 *
 * @example Reading an error reply
 * ```ts
 * import { RespError } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new RespError("WRONGTYPE Operation against a key holding the wrong kind of value");
 * assertEquals(error.code, "WRONGTYPE");
 * ```
 */
export class RespError extends Error {
  /** Always `"RespError"`. */
  override readonly name = "RespError";
  /** The first word of the message: `ERR`, `WRONGTYPE`, `NOAUTH`, `MOVED` … */
  readonly code: string;

  /**
   * Makes an error reply.
   *
   * @param message The whole text, its code included.
   */
  constructor(message: string) {
    super(message);
    const space = message.indexOf(" ");
    this.code = space < 0 ? message : message.slice(0, space);
  }
}

/**
 * A string to be encoded as a simple string (`+OK`) where a plain one would be a bulk string. Decoders give plain
 * strings for both.
 *
 * @example Answering OK
 * ```ts
 * import { RespEncoderStream, SimpleString } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = ReadableStream.from([new SimpleString("OK"), "OK"]).pipeThrough(new RespEncoderStream());
 * assertEquals(await new Response(bytes).text(), "+OK\r\n$2\r\nOK\r\n");
 * ```
 */
export class SimpleString {
  /** The text. */
  readonly value: string;

  /**
   * Makes a simple string.
   *
   * @param value Text without CR and LF.
   * @throws {TypeError} The text holds CR or LF: a simple string ends at the first.
   */
  constructor(value: string) {
    if (/[\r\n]/.test(value)) throw new TypeError("Cannot make a simple string: it contains CR or LF");
    this.value = value;
  }
}

/**
 * Text to be encoded as a verbatim string (RESP3 `=`), which says what it is. Decoders give its text.
 *
 * @example Answering with text for people
 * ```ts
 * import { RespEncoderStream, Verbatim } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = ReadableStream.from([new Verbatim("txt", "two\nlines")]).pipeThrough(new RespEncoderStream());
 * assertEquals(await new Response(bytes).text(), "=13\r\ntxt:two\nlines\r\n");
 * ```
 */
export class Verbatim {
  /** Three characters: `txt` for plain text, `mkd` for Markdown. */
  readonly format: string;
  /** The text. */
  readonly text: string;

  /**
   * Makes a verbatim string.
   *
   * @param format Three printable ASCII characters.
   * @param text The text.
   * @throws {TypeError} The format is anything else.
   */
  constructor(format: string, text: string) {
    if (!/^[!-9;-~]{3}$/.test(format)) {
      throw new TypeError(`Cannot make a verbatim string: format must be three printable characters, got "${format}"`);
    }
    this.format = format;
    this.text = text;
  }
}

/**
 * A message that answers no command (RESP3 `>`): pub/sub, invalidation, MONITOR. A class, so it is never an array.
 *
 * @example Telling messages from replies
 * ```ts
 * import { Push, RespDecoderStream } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = new Blob([">3\r\n+message\r\n+news\r\n$2\r\nhi\r\n+PONG\r\n"]).stream();
 * const messages = [];
 * for await (const batch of bytes.pipeThrough(new RespDecoderStream())) {
 *   for (const entry of batch) if (entry instanceof Push) messages.push([entry.kind, ...entry.items]);
 * }
 * assertEquals(messages, [["message", "news", "hi"]]);
 * ```
 */
export class Push {
  /** Its first element: `message`, `subscribe`, `invalidate` … */
  readonly kind: string;
  /** The elements after the kind. */
  readonly items: Reply[];

  /**
   * Makes a push message.
   *
   * @param kind What it is about.
   * @param items What follows the kind.
   */
  constructor(kind: string, items: Reply[]) {
    this.kind = kind;
    this.items = items;
  }
}

/**
 * A reply with the attributes (RESP3 `|`) that came before it, for decoders told to keep attributes.
 *
 * @example Keeping attributes
 * ```ts
 * import { Attributed, RespDecoderStream } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = new Blob(["|1\r\n+ttl\r\n:60\r\n$5\r\nhello\r\n"]).stream();
 * for await (const batch of bytes.pipeThrough(new RespDecoderStream({ attributes: true }))) {
 *   assertEquals(batch.entries, [new Attributed({ ttl: 60 }, "hello")]);
 * }
 * ```
 */
export class Attributed {
  /** The attributes, made like any other map reply. */
  readonly attributes: ReplyObject | Map<Reply, Reply>;
  /** The reply itself. */
  readonly value: Reply;

  /**
   * Attaches attributes to a reply.
   *
   * @param attributes What to say about the reply.
   * @param value The reply.
   */
  constructor(attributes: ReplyObject | Map<Reply, Reply>, value: Reply) {
    this.attributes = attributes;
    this.value = value;
  }
}

/**
 * Makes the value of a map reply.
 *
 * @param items Keys and values in turn.
 * @param asMap Make a `Map` even if all keys are strings.
 * @returns A plain object, or a `Map` if asked for or if a key is not a string. Of equal keys the last counts.
 */
export function mapOf(items: readonly Reply[], asMap: boolean): ReplyObject | Map<Reply, Reply> {
  for (let i = 0; i < items.length && !asMap; i += 2) asMap = typeof items[i] !== "string";
  if (asMap) {
    const map = new Map<Reply, Reply>();
    for (let i = 0; i < items.length; i += 2) map.set(items[i]!, items[i + 1]!);
    return map;
  }
  const object: ReplyObject = {};
  for (let i = 0; i < items.length; i += 2) {
    const key = items[i] as string;
    if (key === "__proto__") { // assigning it would change the object's prototype
      Object.defineProperty(object, key, { value: items[i + 1], enumerable: true, configurable: true, writable: true });
    } else {
      object[key] = items[i + 1]!;
    }
  }
  return object;
}
