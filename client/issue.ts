/**
 * From a command to a line: what a command's reply will settle, and which way it is sent.
 */
import type { StructuredValue } from "../resp/encode.ts";
import type { Decode } from "../resp/reply_decoder.ts";
import { RespError } from "../resp/reply.ts";
import type { Reply } from "../resp/reply.ts";
import type { ClientCache } from "./cache.ts";
import type { CommandInfo } from "./command_info.ts";
import type { Line } from "./line.ts";
import { type Convert, Pending } from "./pending.ts";
import { type CallOptions, FLUSH, hasStructure } from "./vocabulary.ts";
import { shapeOf } from "./resp2_shapes.ts";

/** A command and what waits for its reply. */
export interface Entry {
  /** What is known of it. */
  readonly info: CommandInfo;
  /** Its name and arguments. */
  readonly args: readonly StructuredValue[];
  /** What its reply is to settle. */
  readonly pending: Pending;
  /** How long it is waited for, where that is said of it alone. */
  readonly options?: CallOptions | undefined;
}

/** How long a command is waited for that is given with others: what is said of it alone goes before what is said of all. */
export function callOptions({ options }: Entry, ofAll: CallOptions | undefined): CallOptions | undefined {
  return options === undefined ? ofAll : { ...ofAll, ...options };
}

/** Makes what waits for the reply to a command; a cache may want the reply too. */
export function newPending(
  info: CommandInfo,
  args: readonly StructuredValue[],
  decode: Decode | undefined,
  convert: Convert | null,
  cache: ClientCache | null = null,
): Pending {
  const cached = cache === null ? null : cache.newPending(info, decode, convert);
  const pending = cached ?? new Pending(info.name, decode, convertOf(info, convert));
  pending.shape = shapeOf(info.name, args);
  return pending;
}

/** What becomes of the reply to a command; `convert` is what the caller wants. */
export function convertOf(info: CommandInfo, convert: Convert | null): Convert | null {
  return info === FLUSH ? flushed : convert;
}

/** Sends a command over a line. */
export function issue(line: Line, info: CommandInfo, args: readonly StructuredValue[], pending: Pending): void {
  if (info === FLUSH) line.requestFlush(pending);
  else line.request(pending, args, hasStructure(info, args));
}

/** FLUSH answers a count; EXEC, which stands for it elsewhere, the replies to DBSIZE and FLUSHDB. */
function flushed(reply: Reply): Reply {
  if (reply === null) return new RespError("EXECABORT Transaction discarded because a watched key was changed");
  return Array.isArray(reply) ? reply.find((item) => item instanceof RespError) ?? reply[0]! : reply;
}
