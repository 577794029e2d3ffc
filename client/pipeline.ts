/**
 * Commands given together: recorded first, then issued at once, and all answered before the caller hears of any.
 */
import type { StructuredValue } from "../resp/encode.ts";
import type { Decode } from "../resp/reply_decoder.ts";
import type { Reply } from "../resp/reply.ts";
import type { ClientCache } from "./cache.ts";
import type { CommandArguments } from "./command_arguments.ts";
import type { CommandInfo } from "./command_info.ts";
import { CommandMethods } from "./command_methods.ts";
import type { Commands } from "./commands.ts";
import { NOT_BLOCKING } from "./deadlines.ts";
import { ConnectionError, PipelineError } from "./errors.ts";
import { type Entry, newPending } from "./issue.ts";
import type { Convert } from "./pending.ts";
import { runWhole, type Script } from "./script.ts";
import type { CallOptions, SendOptions } from "./vocabulary.ts";

/**
 * What the entries of a pipeline resolve with, in order.
 *
 * @example Each with its own type
 * ```ts
 * import { type PipelineReplies, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * type Replies = PipelineReplies<[Promise<string | null>, Promise<number>]>; // [string | null, number]
 * const [name, visits]: Replies = await client.pipeline((p) => [p.get("name"), p.incr("visits")]);
 * assertEquals([name, visits + 1], [null, 2]);
 * ```
 */
export type PipelineReplies<T extends readonly unknown[]> = { -readonly [K in keyof T]: Awaited<T[K]> };

/**
 * The same, where each may have failed instead.
 *
 * @example A number, or an error
 * ```ts
 * import { Server, type SettledReplies } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.set("name", "Alice");
 * type Replies = SettledReplies<[Promise<number>]>; // [number | Error]
 * const [visits]: Replies = await client.pipeline((p) => [p.incr("name")], { settle: true });
 * assertEquals(typeof visits === "number" ? visits : -1, -1);
 * ```
 */
export type SettledReplies<T extends readonly unknown[]> = { -readonly [K in keyof T]: Awaited<T[K]> | Error };

/**
 * How a pipeline is waited for.
 *
 * @example Half a second for all
 * ```ts
 * import { type PipelineOptions, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const options: PipelineOptions = { timeoutMs: 500 };
 * assertEquals(await client.pipeline((p) => [p.incr("n"), p.incr("n")], options), [1, 2]);
 * ```
 */
export interface PipelineOptions extends CallOptions {
  /** Gives errors as values, in their places, in place of rejecting with a {@linkcode PipelineError}. */
  settle?: boolean;
}

/**
 * {@linkcode PipelineOptions} for a call that wants errors as values.
 *
 * @example Errors as values
 * ```ts
 * import { Server, type SettleOptions } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const options: SettleOptions = { settle: true };
 * const [error, n] = await client.pipeline([["LPOP", "n", "x"], ["INCR", "n"]], options);
 * assertEquals([error instanceof Error, n], [true, 1]);
 * ```
 */
export interface SettleOptions extends PipelineOptions {
  /** Errors are values. */
  settle: true;
}

/** Takes commands and sends none. */
export class Recorder extends CommandMethods {
  /** What was recorded, in order. */
  readonly entries: Entry[] = [];
  readonly #what: string;
  readonly #cache: ClientCache | null;
  #isOver = false;
  /** Why the first command that cannot be sent was refused. */
  #refusal: TypeError | null = null;

  /**
   * @param what What the commands become part of, for errors.
   * @param cache What may keep the replies.
   */
  constructor(what: string, cache: ClientCache | null = null) {
    super();
    this.#what = what;
    this.#cache = cache;
  }

  override execute(
    info: CommandInfo,
    args: readonly StructuredValue[],
    decode: Decode | undefined,
    options: CallOptions | undefined,
    convert: Convert | null,
  ): Promise<Reply> {
    if (this.#isOver) {
      return Promise.reject(new TypeError(`Cannot add ${info.name}: the ${this.#what} has been sent already`));
    }
    const pending = newPending(info, args, decode, convert, this.#cache);
    pending.promise.catch(() => {}); // whoever waits for the whole hears of it, whether or not for this one
    if (this.#what === "transaction" && (options?.signal !== undefined || options?.timeoutMs !== undefined)) {
      return this.refuse(
        new TypeError(`Cannot wait for ${info.name} alone: signal and timeoutMs are the transaction's`),
      );
    }
    this.entries.push({ info, args, pending, options });
    return pending.promise;
  }

  /** Whoever waits for the whole hears of it, as of a command that was recorded. */
  protected override refuse(error: TypeError): Promise<never> {
    this.#refusal ??= error;
    const refused = Promise.reject(error);
    refused.catch(() => {});
    return refused;
  }

  /** A scan asks again and again. */
  override scan(): never {
    throw this.#noScan("SCAN");
  }

  override hscan(): never {
    throw this.#noScan("HSCAN");
  }

  override sscan(): never {
    throw this.#noScan("SSCAN");
  }

  override zscan(): never {
    throw this.#noScan("ZSCAN");
  }

  /** The whole script: an answer that the server does not know it could not be asked again about. */
  override run(
    script: Script,
    keys: CommandArguments,
    args: CommandArguments = [],
    options?: SendOptions,
  ): Promise<Reply> {
    try {
      return runWhole(this, script, keys, args, options);
    } catch (error) {
      return this.refuse(error as TypeError);
    }
  }

  #noScan(name: string): TypeError {
    return new TypeError(`Cannot add ${name}: the ${this.#what} is sent at once, and a scan asks again and again`);
  }

  /**
   * Has commands recorded.
   *
   * @param build Gives the commands, and returns the promises whose values the caller wants.
   * @returns What it returned.
   * @throws {TypeError} It waits for something, but nothing is sent before it has returned. Or a command of a transaction
   *   cannot be sent, so that none is.
   */
  record<T extends readonly unknown[]>(build: (commands: Commands) => readonly [...T]): readonly [...T] {
    try {
      const wanted: unknown = build(this);
      if (!Array.isArray(wanted)) {
        Promise.resolve(wanted).catch(() => {}); // an async function fails for the reason that is given here
        throw new TypeError(`Cannot build a ${this.#what}: the function must return an array, and must not be async`);
      }
      // what is made of a reply may reject long before gather() looks, or where it never does
      wanted.forEach((each, i) => {
        if (each instanceof Promise && each !== this.entries[i]?.pending.promise) each.catch(() => {});
      });
      if (this.#refusal !== null && this.#what === "transaction") throw this.#refusal;
      return wanted as unknown as readonly [...T];
    } catch (error) {
      throw this.fail(error);
    } finally {
      this.#isOver = true;
    }
  }

  /**
   * Has no command that would block.
   *
   * @throws {TypeError} There is one; then all are rejected.
   */
  refuseBlocking(): void {
    const blocking = this.entries.find(({ info, args }) => info.blockingMs(args) !== NOT_BLOCKING);
    if (blocking === undefined) return;
    const reason = "it would keep those behind it waiting";
    throw this.fail(new TypeError(`Cannot send ${blocking.info.name} in a ${this.#what}: ${reason}`));
  }

  /**
   * Rejects all commands: they will not be sent.
   *
   * @param reason Why.
   * @returns The same.
   */
  fail(reason: unknown): unknown {
    for (const { pending } of this.entries) pending.fail(reason);
    return reason;
  }
}

/** Commands in either form, as the function that gives them to a recorder. */
export function recording(
  commands: ((p: Commands) => readonly unknown[]) | readonly (readonly StructuredValue[])[],
): (p: Commands) => readonly unknown[] {
  if (typeof commands === "function") return commands;
  return (p) => commands.map((command) => p.send(command));
}

/**
 * Waits for every command, then gives what the caller wants of them.
 *
 * @param wanted Promises, and other values.
 * @param entries All commands.
 * @param options Whether errors are values.
 * @returns Their values in order.
 * @throws {PipelineError} Some of them failed.
 * @throws {ConnectionError} All of them failed for want of a connection.
 */
export async function gather(
  wanted: readonly unknown[],
  entries: readonly Entry[],
  options: PipelineOptions | undefined,
): Promise<unknown[]> {
  const outcomes = await Promise.allSettled(wanted);
  await Promise.allSettled(entries.map((entry) => entry.pending.promise));
  const errors: unknown[] = [], results: unknown[] = [];
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") errors.push(outcome.reason);
    results.push(outcome.status === "rejected" ? outcome.reason : outcome.value);
  }
  if (errors.length === 0 || options?.settle) return results;
  if (options?.signal?.aborted && errors.includes(options.signal.reason)) throw options.signal.reason;
  const isAllLost = errors.length === results.length && errors.every((error) => error instanceof ConnectionError);
  throw isAllLost ? errors[0] : new PipelineError(results, errors);
}
