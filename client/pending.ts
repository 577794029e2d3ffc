/**
 * A command that waits for its reply.
 */
import type { Decode } from "../resp/reply_decoder.ts";
import { type Reply, RespError } from "../resp/reply.ts";
import { RedisError } from "./errors.ts";
import type { Shape } from "./resp2_shapes.ts";

/** Turns a reply into what the caller is to see; a {@linkcode RespError} rejects. */
export type Convert = (reply: Reply) => Reply;

let newResolve: (value: Reply) => void;
let newReject: (reason: unknown) => void;

/** One function for all promises: an executor written in place would be a closure for every command. */
function capture(resolve: (value: Reply) => void, reject: (reason: unknown) => void): void {
  newResolve = resolve;
  newReject = reject;
}

export class Pending {
  readonly promise: Promise<Reply>;
  readonly reject: (reason: unknown) => void;
  readonly decode: Decode | undefined;
  /** How many replies it still waits for; all but the last are checked for errors only. */
  replies = 1;
  readonly #command: string;
  readonly #convert: Convert | null;
  readonly #shape: Shape | null;
  readonly #resolve: (value: Reply) => void;
  #error: RespError | null = null;

  /**
   * @param command The name, in upper case, for errors.
   * @param decode How strings in the reply are read, where not by the client's setting.
   * @param convert What becomes of the reply; null: nothing.
   * @param shape What becomes of a RESP2 reply; null: nothing.
   */
  constructor(command: string, decode: Decode | undefined, convert: Convert | null, shape: Shape | null) {
    this.decode = decode;
    this.#command = command;
    this.#convert = convert;
    this.#shape = shape;
    this.promise = new Promise(capture);
    this.#resolve = newResolve;
    this.reject = newReject;
  }

  /**
   * Takes a reply; the last one settles the promise.
   *
   * @returns Whether this was the last.
   */
  take(reply: Reply, protocol: 2 | 3, asMap: boolean): boolean {
    if (--this.replies > 0) {
      if (reply instanceof RespError) this.#error ??= reply;
      return false;
    }
    let value = this.#error ?? reply;
    if (!(value instanceof RespError)) {
      if (protocol === 2 && this.#shape !== null) value = this.#shape(value, asMap);
      if (this.#convert !== null) value = this.#convert(value);
    }
    if (value instanceof RespError) this.reject(new RedisError(value.message, this.#command));
    else this.#resolve(value);
    return true;
  }
}
