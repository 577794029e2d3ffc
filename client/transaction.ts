/**
 * MULTI … EXEC: one write, one place in the queue, and as many replies as there are commands and two more.
 *
 * ```text
 *   MULTI  SET a 1  INCR n  EXEC ──► +OK  +QUEUED  +QUEUED  *2 +OK :1
 * ```
 *
 * A command that the server will not queue makes EXEC fail, and nothing is executed. A command that fails when it is
 * executed fails alone.
 */
import type { StructuredValue } from "../resp/encode.ts";
import type { Decode } from "../resp/reply_decoder.ts";
import { type Reply, RespError } from "../resp/reply.ts";
import { asText } from "./argument_text.ts";
import { RedisError, redisError } from "./errors.ts";
import type { Entry } from "./issue.ts";
import type { Line } from "./line.ts";
import { Pending } from "./pending.ts";
import { FLUSH, hasStructure, misplacedStructure } from "./vocabulary.ts";

/** What a transaction resolves with: it was executed, or a watched key was changed. */
export const EXECUTED = "EXECUTED", CHANGED = null;

/** All of a transaction. Its promise resolves with {@linkcode EXECUTED} or {@linkcode CHANGED}. */
export class TransactionPending extends Pending {
  /** What is to be done before anybody hears what has become of it. */
  onSettle: (() => void) | null = null;
  readonly #entries: readonly Entry[];
  /** The first command that was not queued, -1 for MULTI itself: its error is why EXEC fails. */
  #refusedAt = -1;
  #refused: RespError | null = null;

  /** How strings are read for commands that do not say. */
  readonly #default: Decode;

  /**
   * @param entries Its commands.
   * @param decode How strings are read for those that do not say.
   */
  constructor(entries: readonly Entry[], decode: Decode) {
    // the reply to EXEC is decoded as a whole: as bytes, if one of them is to be
    super("EXEC", entries.some(({ pending }) => (pending.decode ?? decode) === "bytes") ? "bytes" : "string");
    this.#entries = entries;
    this.#default = decode;
  }

  override take(reply: Reply, protocol: 2 | 3, asMap: boolean): boolean {
    this.replies--;
    if (this.replies > 0) {
      if (reply instanceof RespError) this.#refuse(reply);
      return false;
    }
    this.onSettle?.();
    if (reply instanceof RespError) {
      if (this.isRescued(this.#refused ?? reply)) return true;
      const refused = this.#entries[this.#refusedAt]?.info.name ?? "MULTI";
      const cause = this.#refused === null ? undefined : redisError(this.#refused.message, refused);
      this.fail(new RedisError(reply.message, "EXEC", { cause }));
    } else if (reply === null) {
      this.#failEntries(new RedisError("EXECABORT A watched key was changed by others", "EXEC"));
      this.settle(CHANGED, protocol, asMap);
    } else if (!Array.isArray(reply) || reply.length !== this.#entries.length) {
      this.fail(this.#unexpected());
    } else {
      for (let i = 0; i < reply.length; i++) {
        const { pending } = this.#entries[i]!;
        const isText = (pending.decode ?? this.#default) === "string";
        const value = this.decode === "bytes" && isText ? withText(reply[i]!) : reply[i]!;
        pending.settle(value, protocol, asMap);
      }
      this.settle(EXECUTED, protocol, asMap);
    }
    return true;
  }

  protected override reject(reason: unknown): void {
    this.onSettle?.();
    if (this.#refused !== null) this.#entries[this.#refusedAt]?.pending.settle(this.#refused, 3, false);
    this.#failEntries(reason);
    super.reject(reason);
  }

  override again(replies: number): void {
    super.again(replies);
    this.#refused = null;
  }

  #refuse(error: RespError): void {
    if (this.#refused !== null) return;
    this.#refused = error;
    this.#refusedAt = this.#entries.length - this.replies;
  }

  #failEntries(reason: unknown): void {
    for (const { pending } of this.#entries) pending.fail(reason); // those that are settled stay so
  }

  /** MULTI was refused and the commands were executed one by one, say: their replies are gone. */
  #unexpected(): Error {
    const cause = this.#refused === null ? "" : `: ${this.#refused.message}`;
    return new RedisError(`EXECABORT The server did not answer as to a transaction${cause}`, "EXEC");
  }
}

/** Sends the commands of a transaction, MULTI and EXEC around them. */
export function sendTransaction(line: Line, pending: TransactionPending, entries: readonly Entry[]): void {
  const commands: (readonly StructuredValue[])[] = [["MULTI"]];
  let isStructured = false;
  pending.again(entries.length + 2);
  for (const { info, args } of entries) {
    if (info === FLUSH) {
      return pending.fail(new TypeError("Cannot use flush in a transaction: not every server has it; use flushdb"));
    }
    const misplaced = misplacedStructure(info, args);
    if (misplaced !== null) return pending.fail(misplaced);
    isStructured ||= hasStructure(info, args);
    commands.push(args);
  }
  commands.push(["EXEC"]);
  line.requestAll(pending, commands, isStructured);
}

/** Bytes anywhere in a reply become text. */
function withText(reply: Reply): Reply {
  if (reply instanceof Uint8Array) return asText(reply);
  if (Array.isArray(reply)) return reply.map(withText);
  if (reply instanceof Map) return new Map([...reply].map(([key, value]) => [withText(key), withText(value)]));
  if (typeof reply !== "object" || reply === null || Object.getPrototypeOf(reply) !== Object.prototype) return reply;
  return Object.fromEntries(Object.entries(reply).map(([key, value]) => [key, withText(value)]));
}
