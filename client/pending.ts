/**
 * A command that waits for its reply.
 *
 * It is answered by one reply, or by several of which the last counts (`replies`). Once the command is on its way its
 * place in the queue is never given up: when it is abandoned, by a signal or a deadline, its promise rejects at once and
 * the reply is swallowed when it comes.
 */
import type { Decode } from "../resp/reply_decoder.ts";
import { type Push, type Reply, RespError } from "../resp/reply.ts";
import { addDeadline, type DeadlineQueue, type Expiring } from "./deadline_queue.ts";
import { redisError, TimeoutError } from "./errors.ts";
import type { Shape } from "./resp2_shapes.ts";
import { unwatchSignal, watchSignal } from "./signals.ts";
import type { CallOptions } from "./vocabulary.ts";

/**
 * Turns a reply into what the caller is to see; a {@linkcode RespError} rejects.
 *
 * @example A boolean in place of a number
 * ```ts
 * import { CommandInfo, type Convert, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const EXISTS = new CommandInfo("EXISTS", 0);
 * const isOne: Convert = (reply) => reply === 1;
 * assertEquals(await client.execute(EXISTS, ["EXISTS", "name"], undefined, undefined, isOne), false);
 * ```
 */
export type Convert = (reply: Reply) => Reply;

/** Gives a command its deadline and its signal, as the call or the client's options say. */
export type GuardCommand = (pending: Pending, options: CallOptions | undefined) => void;

/** Who keeps a command that may be abandoned. */
export interface Holder {
  /** The command's promise has been rejected: nobody waits for its reply any more. */
  abandon(pending: Pending): void;
}

/** Who may send a command again elsewhere in place of having it fail. */
export interface Rescuer {
  /**
   * The server has refused the command, and has not executed it.
   *
   * @returns Whether it has been taken care of: another reply will come, or another failure.
   */
  refused(error: RespError): boolean;
  /**
   * There is no reply, and there will be none.
   *
   * @returns Whether it has been taken care of.
   */
  failed(reason: unknown): boolean;
}

let newResolve: (value: Reply) => void;
let newReject: (reason: unknown) => void;

/** One function for all promises: an executor written in place would be a closure for every command. */
function capture(resolve: (value: Reply) => void, reject: (reason: unknown) => void): void {
  newResolve = resolve;
  newReject = reject;
}

/** A command without its reply. */
export class Pending {
  readonly promise: Promise<Reply>;
  readonly decode: Decode | undefined;
  /** The name, in upper case. */
  readonly command: string;
  /** How many replies it still waits for; all but the last are checked for errors only. */
  replies = 1;
  /** Who is to know when it is abandoned: who is to send it, then who waits for the reply. */
  holder: Holder | null = null;
  /** What is to be done besides when it is abandoned, sent or not. */
  onAbandon: (() => void) | null = null;
  /** Hears of the reply, also where nobody waits for it any more. */
  onReply: ((reply: Reply) => void) | null = null;
  /** Brings a RESP2 reply into the shape of RESP3. */
  shape: Shape | null = null;
  /** Who hears of errors first; null: nobody. */
  rescuer: Rescuer | null = null;
  protected error: RespError | null = null;
  readonly #convert: Convert | null;
  readonly #resolve: (value: Reply) => void;
  readonly #reject: (reason: unknown) => void;
  #guard: Guard | null = null;
  #isAbandoned = false;

  /**
   * @param command The name, in upper case, for errors.
   * @param decode How strings in the reply are read, where not by the client's setting.
   * @param convert What becomes of the reply; null: nothing.
   */
  constructor(command: string, decode: Decode | undefined, convert: Convert | null = null) {
    this.command = command;
    this.decode = decode;
    this.#convert = convert;
    this.promise = new Promise(capture);
    this.#resolve = newResolve;
    this.#reject = newReject;
  }

  /** Whether a signal or a deadline has rejected it before its reply came. */
  get isAbandoned(): boolean {
    return this.#isAbandoned;
  }

  /** Whether a signal or a deadline may still reject it. */
  get isGuarded(): boolean {
    return this.#guard !== null;
  }

  /**
   * Gives it a deadline, and a signal that ends the wait.
   *
   * @param signal Rejects it with its reason; null: none.
   * @param timeoutMs Rejects it after so many milliseconds, from now on; 0: never.
   * @param isHeld Whether the wait keeps the process alive.
   */
  guard(signal: AbortSignal | null, timeoutMs: number, isHeld: boolean): void {
    if (signal?.aborted) this.abandon(signal.reason);
    else this.#guard = new Guard(this, signal, timeoutMs, isHeld);
  }

  /**
   * Takes a reply; the last one settles the promise.
   *
   * @returns Whether this was the last.
   */
  take(reply: Reply, protocol: 2 | 3, asMap: boolean): boolean {
    if (--this.replies > 0) {
      if (reply instanceof RespError) this.error ??= reply;
      return false;
    }
    this.settle(this.error ?? reply, protocol, asMap);
    return true;
  }

  /** A message came while this was the oldest command without its reply. */
  hear(_push: Push): void {}

  /** Settles the promise by a reply. */
  settle(reply: Reply, protocol: 2 | 3, asMap: boolean): void {
    if (this.rescuer !== null && reply instanceof RespError && this.isRescued(reply)) return;
    this.onReply?.(reply);
    if (this.#guard !== null) this.#release();
    if (this.#isAbandoned) return;
    let value = reply;
    if (!(value instanceof RespError)) {
      try {
        if (protocol === 2 && this.shape !== null) value = this.shape(value, asMap);
        if (this.#convert !== null) value = this.#convert(value);
      } catch (error) { // a reply that looks like none of this command: costs the command, not the connection
        return this.#reject(error);
      }
    }
    if (value instanceof RespError) this.#reject(redisError(value.message, this.command));
    else this.#resolve(value);
  }

  /** Rejects it: there will be no reply. */
  fail(reason: unknown): void {
    if (this.rescuer !== null && !this.#isAbandoned && this.rescuer.failed(reason)) return;
    this.reject(reason);
  }

  /** Rejects it, whoever might still help. */
  protected reject(reason: unknown): void {
    this.#release();
    this.#reject(reason);
  }

  /** It is sent once more, and is to be answered by so many replies. */
  again(replies: number): void {
    this.replies = replies;
    this.error = null;
  }

  /** Whether another reply, or failure, will come in place of an error. */
  protected isRescued(error: RespError): boolean {
    return this.rescuer !== null && !this.#isAbandoned && this.rescuer.refused(error);
  }

  /** Rejects it before its reply has come, if it has not been settled. */
  abandon(reason: unknown): void {
    this.#isAbandoned = true;
    this.fail(reason);
    this.holder?.abandon(this);
    this.onAbandon?.();
  }

  #release(): void {
    this.#guard?.release();
    this.#guard = null;
  }
}

/** A command's signal and deadline, until it is released. */
class Guard implements Expiring {
  readonly #pending: Pending;
  readonly #signal: AbortSignal | null;
  readonly #timeoutMs: number;
  readonly #deadlines: DeadlineQueue | null;

  constructor(pending: Pending, signal: AbortSignal | null, timeoutMs: number, isHeld: boolean) {
    this.#pending = pending;
    this.#signal = signal;
    this.#timeoutMs = timeoutMs;
    if (signal !== null) watchSignal(signal, pending);
    this.#deadlines = timeoutMs > 0 ? addDeadline(this, timeoutMs, isHeld) : null;
  }

  expire(): void {
    this.#pending.abandon(new TimeoutError(this.#pending.command, this.#timeoutMs));
  }

  release(): void {
    this.#deadlines?.delete(this);
    if (this.#signal !== null) unwatchSignal(this.#signal, this.#pending);
  }
}
