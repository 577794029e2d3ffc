/**
 * Commands that are confirmed by messages: SUBSCRIBE and its like, with a PING behind them.
 *
 * ```text
 *   SUBSCRIBE a b  PSUBSCRIBE c*  PING ──► >3 subscribe a 1  >3 subscribe b 2  -NOPERM …  +PONG
 * ```
 *
 * The server says nothing in their places in the queue of replies, unless it refuses: then an error stands there. Errors
 * are told apart from the reply to PING, which may be one too, by counting the confirmations.
 */
import type { CommandArgument } from "../resp/encode.ts";
import { type Push, type Reply, RespError } from "../resp/reply.ts";
import { RedisError } from "./errors.ts";
import { Pending } from "./pending.ts";

/** SUBSCRIBE or one of its like, and names, at least one. */
export type Naming = readonly [command: string, ...names: CommandArgument[]];

/** Ends the wait for what is said elsewhere. */
const PING: readonly string[] = ["PING"];

/** What waits until commands are confirmed. Its promise resolves when all are, and rejects when one was refused. */
export class Confirmation extends Pending {
  /** What to send. */
  readonly requests: readonly (readonly CommandArgument[])[];
  readonly #commands: readonly Naming[];
  #onEnd: ((isConfirmed: boolean) => void) | null;
  #at = 0;
  #missing: number;
  #refused: RedisError | null = null;

  /**
   * @param commands The commands, at least one.
   * @param onEnd Called once, when all of them are confirmed (before anything else is heard of the server), or some will not be.
   */
  constructor(commands: readonly Naming[], onEnd: (isConfirmed: boolean) => void) {
    super(commands[0]![0], "bytes"); // in RESP2 messages are decoded as replies are
    this.requests = [...commands, PING];
    this.#commands = commands;
    this.#onEnd = onEnd;
    this.#missing = commands[0]!.length - 1;
  }

  override hear(push: Push): void {
    const command = this.#commands[this.#at];
    if (command !== undefined && push.kind === command[0].toLowerCase() && --this.#missing === 0) this.#next();
  }

  override take(reply: Reply): boolean {
    const command = this.#commands[this.#at];
    if (command !== undefined && reply instanceof RespError) {
      this.#refused ??= new RedisError(reply.message, command[0]);
      this.#next();
      return false;
    }
    // the reply to PING
    if (command !== undefined) this.#refused ??= new RedisError("ERR The server did not confirm", command[0]);
    if (this.#refused !== null) this.fail(this.#refused);
    else {
      this.#end(!this.isAbandoned);
      this.settle(null, 3, false);
    }
    return true;
  }

  override fail(reason: unknown): void {
    this.#end(false);
    super.fail(reason);
  }

  #end(isConfirmed: boolean): void {
    this.#onEnd?.(isConfirmed);
    this.#onEnd = null;
  }

  #next(): void {
    this.#missing = (this.#commands[++this.#at]?.length ?? 0) - 1;
  }
}
