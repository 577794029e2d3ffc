/**
 * All complete commands of one read, as the bytes they came in and a table of offsets: no array, string or view is made
 * per argument. That decodes twice as fast as `Uint8Array[]` (`bench/codec_bench.ts`); with a store that takes bytes as
 * well, a GET or SET of a batch is decoded, executed and answered in about a seventh of the time (`bench/pipeline_bench.ts`).
 *
 * `words` holds, command after command,
 *
 * ```text
 *   argc | start end | start end | ...        argc carries TYPED when an argument is not a plain bulk string;
 *          argument 0  argument 1             the end of such an argument is stored negated
 * ```
 *
 * A batch is borrowed: bytes and offsets are good until the decoder is given its next chunk.
 */
import type { ProtocolError } from "./errors.ts";

/** Marks, in the first word of a command, that one of its arguments is a typed RESP value (`SET k *2…`). */
export const TYPED = 0x4000_0000;

/** Masks the number of arguments out of the first word of a command. */
export const ARGC_MASK = 0x3fff_ffff;

/** So few are kept in the object itself; enough for a command without a pipeline. */
const FIRST_WORDS = 16;

export class CommandBatch {
  /** The bytes the offsets point into. */
  bytes: Uint8Array = EMPTY;
  /** Offsets, see above; grows, never shrinks below what is in use. */
  words: Int32Array = new Int32Array(FIRST_WORDS);
  /** How many words the complete commands take. */
  size = 0;
  /** How many complete commands there are. */
  count = 0;
  /** What made the rest of the input unreadable; the commands before it are good. */
  error: ProtocolError | null = null;

  /** Gives the words back, none of which is in use. */
  release(): void {
    if (this.words.length > FIRST_WORDS) this.words = new Int32Array(FIRST_WORDS);
  }

  /** Makes room for `more` words behind `used`. */
  reserve(used: number, more: number): void {
    if (used + more <= this.words.length) return;
    const grown = new Int32Array(Math.max(this.words.length * 2, used + more));
    grown.set(this.words.subarray(0, used));
    this.words = grown;
  }
}

const EMPTY: Uint8Array = new Uint8Array(0);

/** An argument that is a typed RESP value, not a bulk string: the value of `SET k *2…`, as the bytes it came in. */
export class TypedArgument {
  /** The whole value, type byte and all. */
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** Builds a batch of one command from its arguments, for callers that have no wire: replays, scripts, tests. */
export function batchOf(args: readonly (string | Uint8Array | TypedArgument)[]): CommandBatch {
  const batch = new CommandBatch();
  const encoded = args.map((arg) =>
    typeof arg === "string" ? new TextEncoder().encode(arg) : arg instanceof TypedArgument ? arg.bytes : arg
  );
  batch.bytes = new Uint8Array(encoded.reduce((sum, arg) => sum + arg.length, 0));
  batch.reserve(0, 1 + 2 * args.length);
  batch.words[batch.size++] = args.length | (args.some((arg) => arg instanceof TypedArgument) ? TYPED : 0);
  let at = 0;
  encoded.forEach((bytes, i) => {
    batch.bytes.set(bytes, at);
    batch.words[batch.size++] = at;
    at += bytes.length;
    batch.words[batch.size++] = args[i] instanceof TypedArgument ? -at : at;
  });
  batch.count = 1;
  return batch;
}
