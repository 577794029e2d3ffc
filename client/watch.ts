/**
 * Transactions that watch keys: WATCH, reads, MULTI … EXEC, on a connection that nobody else uses, tried again while
 * others change the keys.
 */
import type { CommandArgument, StructuredValue } from "../resp/encode.ts";
import type { Decode } from "../resp/reply_decoder.ts";
import type { Reply } from "../resp/reply.ts";
import { commandInfo } from "./command_table.ts";
import { traceAll, type TraceCommand } from "./diagnostics.ts";
import type { CommandInfo } from "./command_info.ts";
import { CommandMethods } from "./command_methods.ts";
import type { Commands } from "./commands.ts";
import { RedisError, WatchError } from "./errors.ts";
import { issue, newPending } from "./issue.ts";
import type { Line } from "./line.ts";
import { milliseconds } from "./options.ts";
import type { Convert, Pending } from "./pending.ts";
import { gather, type PipelineReplies, Recorder } from "./pipeline.ts";
import { CHANGED, sendTransaction, TransactionPending } from "./transaction.ts";
import type { CallOptions } from "./vocabulary.ts";

/**
 * How often a transaction is tried, and how long it is waited for.
 *
 * @example Once, and not again
 * ```ts
 * import { Server, WatchError, type WatchOptions } from "@x/miniredis";
 * import { assertRejects } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const options: WatchOptions = { attempts: 1 };
 * const increment = client.watch(["n"], async (tx) => {
 *   await client.incr("n"); // somebody else
 *   return await tx.commit((t) => [t.incr("n")]);
 * }, options);
 * await assertRejects(() => increment, WatchError);
 * ```
 */
export interface WatchOptions extends CallOptions {
  /** How often the transaction is tried before it rejects with a {@linkcode WatchError}; by default 100. */
  attempts?: number;
}

/**
 * The commands of a connection that watches keys.
 *
 * @example Doubles a number
 * ```ts
 * import { Server, type WatchedCommands } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * async function double(tx: WatchedCommands): Promise<number> {
 *   const n = Number(await tx.get("n"));
 *   const [sum] = await tx.commit((t) => [t.incrby("n", n)]);
 *   return sum;
 * }
 * await client.set("n", 21);
 * assertEquals(await client.watch(["n"], double), 42);
 * ```
 */
export interface WatchedCommands extends Commands {
  /**
   * Executes commands as a transaction, unless a watched key has been changed: then the whole attempt is repeated.
   *
   * @param build Gives the commands, and returns the promises whose values are wanted.
   * @returns The values.
   * @throws {PipelineError} Some of the commands failed when they were executed; the others were executed.
   * @throws {RedisError} The server would not queue one of them: nothing was executed.
   * @throws {ConnectionError} The connection was lost.
   */
  commit<T extends readonly unknown[]>(build: (t: Commands) => readonly [...T]): Promise<PipelineReplies<T>>;
}

/** The client, as far as its transactions are concerned. */
export interface WatchHost {
  /** How strings in replies are read where a command does not say. */
  readonly decode: Decode;
  /** Gives what is sent its deadline. */
  guard(pending: Pending, options: CallOptions | undefined): void;
  /** A command is about to be sent, or has been answered: what this client knows of its keys may be wrong. */
  touched(info: CommandInfo, args: readonly StructuredValue[]): void;
  /** Does it, and tells those who listen. */
  readonly traced: TraceCommand;
}

const DEFAULT_ATTEMPTS = 100;
const WATCH: CommandInfo = commandInfo("WATCH")!;
const UNWATCH: CommandInfo = commandInfo("UNWATCH")!;

/**
 * Runs a transaction until nobody has changed its keys.
 *
 * @param line A connection that ends when it is lost: what it watches is forgotten with it.
 * @param keys What to watch.
 * @param body Reads, decides, and commits.
 * @param options How often, and how long.
 * @param host The client.
 * @returns What the body returned.
 * @throws {WatchError} The keys were changed in every attempt.
 */
export async function watch<T>(
  line: Line,
  keys: readonly CommandArgument[],
  body: (tx: WatchedCommands) => Promise<T>,
  options: WatchOptions,
  host: WatchHost,
): Promise<T> {
  const attempts = options.attempts ?? DEFAULT_ATTEMPTS;
  if (attempts !== Infinity && milliseconds("attempts", attempts) === 0) {
    throw new RangeError("Cannot use attempts: must be at least 1");
  }
  for (let attempt = 1;; attempt++) {
    const tx = new WatchTransaction(line, options, host);
    try {
      await tx.execute(WATCH, ["WATCH", ...keys], undefined, undefined, null);
      const result = await body(tx);
      if (!tx.isChanged) return result;
    } catch (error) {
      if (!tx.isChanged) throw error;
    } finally {
      if (!await tx.end()) line.drop("it may still watch keys"); // which is not for whoever uses it next
    }
    if (attempt >= attempts) throw new WatchError(attempts);
  }
}

class WatchTransaction extends CommandMethods implements WatchedCommands {
  /** EXEC found that a watched key was changed. */
  isChanged = false;
  /** EXEC has been given, and nothing is to be sent any more. */
  #isCommitted = false;
  /** EXEC has been answered: nothing is watched any more. */
  #isAnswered = false;
  readonly #line: Line;
  readonly #options: WatchOptions;
  readonly #host: WatchHost;
  #isOver = false;

  constructor(line: Line, options: WatchOptions, host: WatchHost) {
    super();
    this.#line = line;
    this.#options = options;
    this.#host = host;
  }

  override execute(
    info: CommandInfo,
    args: readonly StructuredValue[],
    decode: Decode | undefined,
    options: CallOptions | undefined,
    convert: Convert | null,
  ): Promise<Reply> {
    const pending = newPending(info, args, decode, convert);
    if (this.#isOver) {
      pending.fail(new TypeError(`Cannot send ${info.name}: the transaction has ended`));
      return pending.promise;
    }
    const host = this.#host;
    host.guard(pending, { ...this.#options, ...options });
    return host.traced(info, args, null, () => {
      host.touched(info, args);
      if (!pending.isAbandoned) issue(this.#line, info, args, pending);
      return pending.promise.finally(() => host.touched(info, args));
    });
  }

  async commit<T extends readonly unknown[]>(build: (t: Commands) => readonly [...T]): Promise<PipelineReplies<T>> {
    if (this.#isOver || this.#isCommitted) throw new TypeError("Cannot commit: the transaction has ended");
    const recorder = new Recorder("transaction");
    const wanted = recorder.record(build);
    this.#isCommitted = true;
    const { entries } = recorder, host = this.#host;
    const touch = (): void => entries.forEach(({ info, args }) => host.touched(info, args));
    const transaction = new TransactionPending(entries, host.decode);
    transaction.onSettle = touch;
    host.guard(transaction, this.#options);
    traceAll(entries, "MULTI", host.traced);
    touch();
    if (!transaction.isAbandoned) sendTransaction(this.#line, transaction, entries);
    try {
      this.isChanged = await transaction.promise === CHANGED;
      this.#isAnswered = true;
    } catch (error) {
      this.#isAnswered = error instanceof RedisError;
      throw error;
    }
    if (this.isChanged) throw new WatchError(1);
    return await gather(wanted, recorder.entries, undefined) as PipelineReplies<T>;
  }

  /**
   * Watches nothing any more; what is given from now on is refused.
   *
   * @returns Whether that is certain.
   */
  async end(): Promise<boolean> {
    let isCertain = this.#isAnswered;
    if (!this.#isCommitted && !this.#line.isOver) {
      const unwatched = this.execute(UNWATCH, ["UNWATCH"], undefined, undefined, null);
      isCertain = await unwatched.then(() => true, () => false);
    }
    this.#isOver = true;
    return isCertain;
  }
}
