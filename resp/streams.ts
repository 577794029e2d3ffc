/**
 * RESP as TransformStreams, for both sides of a connection.
 *
 * What a stream does with a chunk is a {@linkcode BatchDecoder} or a function, apart from the stream around it.
 */
import { ARGC_MASK, type CommandBatch } from "./command_batch.ts";
import { CommandDecoder } from "./command_decoder.ts";
import { ByteWriter, encodeStructuredCommand, encodeValue, type ReplyValue, type StructuredValue } from "./encode.ts";
import { ProtocolError } from "./errors.ts";
import type { Reply } from "./reply.ts";
import { INCOMPLETE, ReplyDecoder, type ReplyDecoderOptions } from "./reply_decoder.ts";
import { MAX_STRING_LENGTH, textOf } from "./text.ts";

/**
 * What travels in a stream: commands (client to server) or replies (server to client).
 *
 * @example One chunk, read as what it is
 * ```ts
 * import { RespDecoderStream, type RespRole } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * async function countOf(text: string, role: RespRole): Promise<number> {
 *   const batches = await Array.fromAsync(new Blob([text]).stream().pipeThrough(new RespDecoderStream({ role })));
 *   return batches.reduce((sum, { entries }) => sum + entries.length, 0);
 * }
 * assertEquals(await countOf("PING\r\nPING\r\n", "commands"), 2);
 * assertEquals(await countOf("+PONG\r\n", "replies"), 1);
 * ```
 */
export type RespRole = "commands" | "replies";

/**
 * A command: its name and arguments, as bytes (as text with `decode: "string"`). Only the values of SET and MSET may be
 * something else, a structured value as miniredis' client sends it.
 *
 * @example Its name and how many arguments it has
 * ```ts
 * import { type RespCommand, RespDecoderStream } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const describe = ([name, ...args]: RespCommand) => `${name}/${args.length}`;
 * const bytes = new Blob(["GET name\r\nSET name Alice\r\n"]).stream();
 * for await (const { entries } of bytes.pipeThrough(new RespDecoderStream({ role: "commands", decode: "string" }))) {
 *   assertEquals(entries.map(describe), ["GET/1", "SET/2"]);
 * }
 * ```
 */
export type RespCommand = StructuredValue[];

/**
 * What a stream of a role consists of.
 *
 * @example A command and a reply
 * ```ts
 * import { type RespEntry } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const command: RespEntry<"commands"> = ["GET", "name"];
 * const reply: RespEntry = "Alice";
 * assertEquals([command.length, typeof reply], [2, "string"]);
 * ```
 */
export type RespEntry<Role extends RespRole = "replies"> = Role extends "commands" ? RespCommand : Reply;

/**
 * Options of {@linkcode RespDecoderStream}.
 *
 * @example Commands, as text
 * ```ts
 * import { type RespDecoderOptions, RespDecoderStream } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const options: RespDecoderOptions<"commands"> = { role: "commands", decode: "string" };
 * const bytes = new Blob(["*1\r\n$4\r\nPING\r\n"]).stream();
 * for await (const { entries } of bytes.pipeThrough(new RespDecoderStream(options))) assertEquals(entries, [["PING"]]);
 * ```
 */
export interface RespDecoderOptions<Role extends RespRole = RespRole> extends ReplyDecoderOptions {
  /**
   * What the bytes are. Commands may be inline commands too; their `decode` is `"bytes"` unless given, `maxBulkBytes`
   * limits each argument, and the other options matter to structured values only.
   *
   * @default {"replies"}
   */
  role?: Role;
}

/**
 * Options of {@linkcode RespEncoderStream}.
 *
 * @example Replies for those who speak RESP2
 * ```ts
 * import { type RespEncoderOptions, RespEncoderStream } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const options: RespEncoderOptions<"replies"> = { protocol: 2 };
 * const bytes = ReadableStream.from([null, true]).pipeThrough(new RespEncoderStream(options));
 * assertEquals(await new Response(bytes).text(), "$-1\r\n:1\r\n");
 * ```
 */
export interface RespEncoderOptions<Role extends RespRole = RespRole> {
  /**
   * What is encoded.
   *
   * @default {"replies"}
   */
  role?: Role;
  /**
   * The protocol of replies, as agreed on by HELLO. Commands are the same in both.
   *
   * @default {3}
   */
  protocol?: 2 | 3;
}

/**
 * What a {@linkcode RespEncoderStream} takes: commands, or values to be sent as replies.
 *
 * @example Commands to send
 * ```ts
 * import { type RespEncoderInput, RespEncoderStream } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const commands: RespEncoderInput<"commands">[] = [["PING"]];
 * const bytes = ReadableStream.from(commands).pipeThrough(new RespEncoderStream({ role: "commands" }));
 * assertEquals(await new Response(bytes).text(), "*1\r\n$4\r\nPING\r\n");
 * ```
 */
export type RespEncoderInput<Role extends RespRole = "replies"> = Role extends "commands" ? readonly StructuredValue[]
  : ReplyValue;

/**
 * All commands or replies that became complete with one chunk. It owns its values; iterate it as often as you like.
 *
 * Malformed input does not break the stream: it is the last entry of its batch, a {@linkcode ProtocolError}, so that
 * what came before is not lost. Nothing can be read after it, and the batches of later chunks are empty.
 *
 * @example Looking at the good entries and the error apart
 * ```ts
 * import { RespDecoderStream } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = new Blob([":1\r\n:2\r\n:x\r\n"]).stream();
 * for await (const batch of bytes.pipeThrough(new RespDecoderStream())) {
 *   assertEquals(batch.entries, [1, 2]);
 *   assertEquals(batch.error?.message, "invalid integer");
 * }
 * ```
 */
export class RespBatch<Role extends RespRole = "replies"> implements Iterable<RespEntry<Role> | ProtocolError> {
  /** The good entries, oldest first. */
  readonly entries: readonly RespEntry<Role>[];
  /** What made the rest of the input unreadable; also the last entry when iterating. */
  readonly error: ProtocolError | null;

  /**
   * Makes a batch.
   *
   * @param entries Commands or replies.
   * @param error What followed them, if it was no protocol.
   */
  constructor(entries: readonly RespEntry<Role>[], error: ProtocolError | null = null) {
    this.entries = entries;
    this.error = error;
  }

  /**
   * The good entries, then the error if there is one.
   *
   * @returns An iterator that begins anew.
   */
  *[Symbol.iterator](): Generator<RespEntry<Role> | ProtocolError> {
    yield* this.entries;
    if (this.error !== null) yield this.error;
  }
}

/**
 * Bytes to commands or replies: exactly one {@linkcode RespBatch} per chunk, an empty one if nothing is complete.
 *
 * If the input ends inside a command or reply, one more batch follows, whose only entry is a {@linkcode ProtocolError}.
 *
 * @example Reading replies
 * ```ts
 * import { RespDecoderStream } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = new Blob(["+OK\r\n:42\r\n$5\r\nhello\r\n%1\r\n+a\r\n*2\r\n#t\r\n_\r\n"]).stream();
 * const replies = [];
 * for await (const batch of bytes.pipeThrough(new RespDecoderStream())) {
 *   for (const reply of batch) replies.push(reply);
 * }
 * assertEquals(replies, ["OK", 42, "hello", { a: [true, null] }]);
 * ```
 *
 * @example Reading commands, and what follows malformed ones
 * ```ts
 * import { ProtocolError, RespDecoderStream } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = new Blob(["*2\r\n$3\r\nGET\r\n$1\r\nk\r\nSET k 'a b'\r\n*1\r\n!\r\n"]).stream();
 * const seen = [];
 * for await (const batch of bytes.pipeThrough(new RespDecoderStream({ role: "commands", decode: "string" }))) {
 *   for (const entry of batch) seen.push(entry instanceof ProtocolError ? entry.message : entry);
 * }
 * assertEquals(seen, [["GET", "k"], ["SET", "k", "a b"], "expected '$', got '!'"]);
 * ```
 */
export class RespDecoderStream<Role extends RespRole = "replies"> extends TransformStream<Uint8Array, RespBatch<Role>> {
  /**
   * Makes a stream.
   *
   * @param options The role, what to make of strings and maps, and limits.
   * @throws {TypeError} There is no such role.
   */
  constructor(options: RespDecoderOptions<Role> = {}) {
    super(decodingTransformer(batchDecoder(options)));
  }
}

/**
 * Commands or reply values to bytes: one `Uint8Array` for each, with a buffer of its own.
 *
 * A value that RESP cannot express (`undefined`, a cycle, an instance of an unknown class …) is an error of the stream,
 * a `TypeError`: the readable side reports it, and no more can be written.
 *
 * @example Sending a command
 * ```ts
 * import { RespEncoderStream } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const commands = ReadableStream.from([["SET", "k", 1], ["GET", "k"]]);
 * const bytes = commands.pipeThrough(new RespEncoderStream({ role: "commands" }));
 * assertEquals(
 *   await new Response(bytes).text(),
 *   "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\n1\r\n" + "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n",
 * );
 * ```
 *
 * @example Answering in RESP2
 * ```ts
 * import { RespEncoderStream, SimpleString } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const replies = ReadableStream.from([new SimpleString("OK"), null, { a: true }]);
 * const bytes = replies.pipeThrough(new RespEncoderStream({ protocol: 2 }));
 * assertEquals(await new Response(bytes).text(), "+OK\r\n$-1\r\n*2\r\n$1\r\na\r\n:1\r\n");
 * ```
 */
export class RespEncoderStream<Role extends RespRole = "replies">
  extends TransformStream<RespEncoderInput<Role>, Uint8Array> {
  /**
   * Makes a stream.
   *
   * @param options The role, and the protocol of replies.
   * @throws {TypeError} There is no such role or protocol.
   */
  constructor(options: RespEncoderOptions<Role> = {}) {
    super(encodingTransformer(valueEncoder(options)));
  }
}

/** Makes batches of chunks. */
export interface BatchDecoder<Role extends RespRole> {
  /** Takes a chunk, which may be reused afterwards; returns what is complete with it. Never throws ProtocolError. */
  decode(chunk: Uint8Array): RespBatch<Role>;
  /** Did the input so far end inside an entry? */
  readonly isInsideEntry: boolean;
}

/** Makes batches of replies. */
export class ReplyBatchDecoder implements BatchDecoder<"replies"> {
  readonly #decoder: ReplyDecoder;
  #failed = false;

  constructor(options: ReplyDecoderOptions = {}) {
    this.#decoder = new ReplyDecoder(options);
  }

  get isInsideEntry(): boolean {
    return this.#decoder.isInsideReply;
  }

  decode(chunk: Uint8Array): RespBatch<"replies"> {
    const replies: Reply[] = [];
    if (this.#failed) return new RespBatch(replies);
    this.#decoder.push(chunk);
    try {
      while (true) {
        const reply = this.#decoder.next();
        if (reply === INCOMPLETE) return new RespBatch(replies);
        replies.push(reply);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#failed = true;
      return new RespBatch(replies, error);
    }
  }
}

/** Makes batches of commands that, unlike those of {@linkcode CommandDecoder}, own what they hold. */
export class CommandBatchDecoder implements BatchDecoder<"commands"> {
  readonly #decoder: CommandDecoder;
  readonly #options: ReplyDecoderOptions;
  #failed = false;

  constructor(options: ReplyDecoderOptions = {}) {
    this.#options = { decode: "bytes", ...options };
    const { maxBulkBytes } = options;
    this.#decoder = new CommandDecoder(maxBulkBytes === undefined ? undefined : { maxBulkBytes });
  }

  get isInsideEntry(): boolean {
    return !this.#failed && this.#decoder.pendingBytes > 0;
  }

  decode(chunk: Uint8Array): RespBatch<"commands"> {
    const commands: RespCommand[] = [];
    if (this.#failed) return new RespBatch<"commands">(commands);
    const batch = this.#decoder.decode(chunk);
    let error = batch.error;
    try {
      let at = 0;
      for (let i = 0; i < batch.count; i++) {
        commands.push(commandAt(batch, at, this.#options));
        at += 1 + 2 * (batch.words[at]! & ARGC_MASK);
      }
    } catch (thrown) {
      if (!(thrown instanceof ProtocolError)) throw thrown;
      error = thrown; // options of ours refuse what the command decoder let pass
    }
    this.#failed = error !== null;
    return new RespBatch<"commands">(commands, error);
  }
}

/** Copies out the command whose first word is `batch.words[at]`. */
function commandAt(batch: CommandBatch, at: number, options: ReplyDecoderOptions): RespCommand {
  const { bytes, words } = batch;
  const argc = words[at]! & ARGC_MASK;
  const command: RespCommand = [];
  for (let i = 0; i < argc; i++) {
    const start = words[at + 1 + 2 * i]!, end = words[at + 2 + 2 * i]!;
    if (end < 0) command.push(structureAt(bytes, start, -end, options));
    else if (options.decode === "string" && end - start <= MAX_STRING_LENGTH) command.push(textOf(bytes, start, end));
    else command.push(bytes.slice(start, end));
  }
  return command;
}

/** Copies out a typed argument. The command decoder has found its end, and neither pushes nor attributes in it. */
function structureAt(bytes: Uint8Array, start: number, end: number, options: ReplyDecoderOptions): StructuredValue {
  const decoder = new ReplyDecoder(options);
  decoder.push(bytes.subarray(start, end));
  return decoder.next() as StructuredValue;
}

function batchDecoder<Role extends RespRole>(options: RespDecoderOptions<Role>): BatchDecoder<Role> {
  const role: RespRole = options.role ?? "replies";
  if (role === "commands") return new CommandBatchDecoder(options) as BatchDecoder<RespRole> as BatchDecoder<Role>;
  if (role === "replies") return new ReplyBatchDecoder(options) as BatchDecoder<RespRole> as BatchDecoder<Role>;
  throw new TypeError(`Cannot make a RespDecoderStream: role must be "commands" or "replies", got "${role}"`);
}

/** Returns what writes one chunk of an encoder stream. */
function valueEncoder<Role extends RespRole>(
  options: RespEncoderOptions<Role>,
): (writer: ByteWriter, value: RespEncoderInput<Role>) => void {
  const { protocol = 3 } = options;
  const role: RespRole = options.role ?? "replies";
  if (protocol !== 2 && protocol !== 3) {
    throw new TypeError(`Cannot make a RespEncoderStream: protocol must be 2 or 3, got ${protocol}`);
  }
  if (role === "commands") {
    return (writer, value) => {
      if (!Array.isArray(value)) throw new TypeError("Cannot encode a command: it is no array");
      encodeStructuredCommand(writer, value as RespCommand);
    };
  }
  if (role === "replies") return (writer, value) => encodeValue(writer, value as ReplyValue, protocol);
  throw new TypeError(`Cannot make a RespEncoderStream: role must be "commands" or "replies", got "${role}"`);
}

/*
 * What goes wrong in a chunk is reported with `controller.error`, not by throwing: a throw would also reject the promise
 * of that write, and end the process of a caller that reads the other side and does not look at it.
 */

/**
 * What a TransformStream does to decode.
 *
 * @param decoder Makes the batches.
 * @returns A transformer for one stream.
 */
export function decodingTransformer<Role extends RespRole>(
  decoder: BatchDecoder<Role>,
): Transformer<Uint8Array, RespBatch<Role>> {
  return {
    transform(chunk, controller): void {
      try {
        if (!(chunk instanceof Uint8Array)) throw new TypeError("Cannot decode a chunk: it is no Uint8Array");
        controller.enqueue(decoder.decode(chunk));
      } catch (error) {
        controller.error(error);
      }
    },
    flush(controller): void {
      if (decoder.isInsideEntry) {
        controller.enqueue(new RespBatch<Role>([], new ProtocolError("unexpected end of input")));
      }
    },
  };
}

/**
 * What a TransformStream does to encode.
 *
 * @param encode Writes one chunk.
 * @returns A transformer for one stream.
 */
export function encodingTransformer<Input>(
  encode: (writer: ByteWriter, value: Input) => void,
): Transformer<Input, Uint8Array> {
  const writer = new ByteWriter();
  return {
    transform(value, controller): void {
      try {
        encode(writer, value);
        controller.enqueue(writer.take());
      } catch (error) {
        controller.error(error);
      }
    },
  };
}
