/**
 * What the methods of a client rest on: options that all calls take, and the one function that sends.
 */
import type { StructuredValue } from "../resp/encode.ts";
import type { Decode } from "../resp/reply_decoder.ts";
import type { Reply } from "../resp/reply.ts";
import type { CommandInfo } from "./command_info.ts";
import type { Convert } from "./pending.ts";

/** Options of every call. */
export interface CallOptions {
  /** Gives the call up. */
  signal?: AbortSignal;
  /** Gives the call up after so many milliseconds. */
  timeoutMs?: number;
}

/** How the reply to one command is read. */
export interface SendOptions extends CallOptions {
  /** Bulk strings as text or as bytes; by default what the client's options say. */
  decode?: Decode;
}

/** What the methods of a client rest on. */
export abstract class Vocabulary {
  /** Sends a command of which everything is known. */
  abstract execute(
    info: CommandInfo,
    args: readonly StructuredValue[],
    decode: Decode | undefined,
    options: CallOptions | undefined,
    convert: Convert | null,
  ): Promise<Reply>;
}
