/**
 * One subscription: the names it is for, and what came for them and was not read yet.
 *
 * It knows no connection. Whoever keeps it (`client/subscriptions.ts`) gives it messages, and is told when it ends.
 */
import type { CommandArgument } from "../resp/encode.ts";
import type { Decode } from "../resp/reply_decoder.ts";
import type { CommandArguments } from "./command_arguments.ts";
import type { Naming } from "./confirmation.ts";
import { DEFAULT_BUFFER, MessageQueue } from "./message_queue.ts";
import { positive } from "./options.ts";
import type { CallOptions } from "./vocabulary.ts";

/**
 * A message that was published.
 *
 * @example In a line
 * ```ts
 * import { type Message, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const line = ({ channel, message }: Message) => `${channel}: ${message}`;
 * await using news = await client.subscribe("news");
 * await client.publish("news", "Hello");
 * for await (const each of news) {
 *   assertEquals(line(each), "news: Hello");
 *   break;
 * }
 * ```
 */
export interface Message<T extends string | Uint8Array = string> {
  /** The channel it was published to. */
  readonly channel: string;
  /** The pattern that the channel matches, where it was subscribed to by a pattern; otherwise null. */
  readonly pattern: string | null;
  /** What was published: text, or bytes where the subscription says `decode: "bytes"`. */
  readonly message: T;
}

/**
 * What {@linkcode Client.subscribe} listens to, and how.
 *
 * @example Patterns, until a signal
 * ```ts
 * import { Server, type SubscribeOptions } from "@x/miniredis";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const end = new AbortController();
 * const options: SubscribeOptions = { patterns: true, signal: end.signal };
 * await using users = await client.subscribe("user:*", options);
 * assertEquals(await client.pubsubNumpat(), 1);
 * end.abort(new Error("seen enough"));
 * await assertRejects(() => Array.fromAsync(users), Error, "seen enough");
 * ```
 */
export interface SubscribeOptions extends CallOptions {
  /**
   * Ends the subscription: what waits for a message, or for the server to confirm, rejects with the signal's reason.
   */
  signal?: AbortSignal;
  /** The time for the server's confirmation, in milliseconds; by default what the client's options say. */
  timeoutMs?: number;
  /** Patterns of channels, besides the channels; `true`: what stands in place of channels are patterns. */
  patterns?: boolean | CommandArguments;
  /** The channels are shard channels, which belong to a hash slot of a cluster as keys do. There are no patterns of them. */
  shard?: boolean;
  /** How many messages are kept for a reader that is slow, before it fails; by default 10,000. */
  buffer?: number;
  /** Messages as text (by default, whatever the client's options say) or as bytes. */
  decode?: Decode;
}

/**
 * {@linkcode SubscribeOptions} for messages as bytes.
 *
 * @example Messages that are no text
 * ```ts
 * import { Server, type SubscribeBytesOptions } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const options: SubscribeBytesOptions = { decode: "bytes" };
 * await using images = await client.subscribe("images", options);
 * await client.publish("images", Uint8Array.of(0, 255));
 * for await (const { message } of images) {
 *   assertEquals(message, Uint8Array.of(0, 255));
 *   break;
 * }
 * ```
 */
export interface SubscribeBytesOptions extends SubscribeOptions {
  /** Messages are given as bytes. */
  decode: "bytes";
}

/**
 * The messages of channels, in the order of their coming.
 *
 * `for await` gives them until the subscription is closed: by {@linkcode close}, by `await using`, by leaving the loop, by
 * closing the client. It throws when the subscription ends otherwise: a {@linkcode SlowReaderError}, when more messages
 * wait than are kept; a {@linkcode ConnectionError}, when the connection was lost and the client has given up coming back
 * (the option `retry` says when); a {@linkcode RedisError}, when the server no longer allows it; the signal's reason.
 * Messages that came before are given first, except after a signal.
 *
 * Several loops over one subscription share its messages: each is given to one of them.
 *
 * @example The next message
 * ```ts
 * import { Server, type Subscription } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * async function next(subscription: Subscription): Promise<string | undefined> {
 *   for await (const { message } of subscription) return message; // and closes it
 * }
 * const news = await client.subscribe("news");
 * await client.publish("news", "Hello");
 * assertEquals([await next(news), news.gaps], ["Hello", 0]);
 * ```
 */
export interface Subscription<T extends string | Uint8Array = string>
  extends AsyncIterable<Message<T>>, AsyncDisposable {
  /**
   * How often the connection was lost before the message that was given last. The client subscribes again by itself, but
   * what was published meanwhile is lost: where this has grown, some messages may be missing before that one.
   */
  readonly gaps: number;

  /** The messages; leaving a loop over them closes the subscription. */
  [Symbol.asyncIterator](): AsyncIterator<Message<T>, undefined>;

  /**
   * Ends the subscription. Loops over it end; messages that were not read are dropped.
   *
   * @returns A promise that resolves when the server has confirmed it, where nobody else wants the same channels.
   * @throws {RedisError} The server refused.
   * @throws {TimeoutError} It did not confirm in the time that the client's options give to commands.
   */
  close(): Promise<void>;

  /** Closes it, as {@linkcode close} does, at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** The three ways to listen, each with names of its own. */
export type Kind = "channel" | "pattern" | "shard";

/** How each is begun and ended. */
export const COMMANDS: Readonly<Record<Kind, readonly [begin: string, end: string]>> = {
  channel: ["SUBSCRIBE", "UNSUBSCRIBE"],
  pattern: ["PSUBSCRIBE", "PUNSUBSCRIBE"],
  shard: ["SSUBSCRIBE", "SUNSUBSCRIBE"],
};

/** Names, all of one kind. */
export interface Names {
  readonly kind: Kind;
  readonly names: readonly CommandArgument[];
}

/** A subscription, as those see it that give it messages. */
export class LiveSubscription implements Subscription<string | Uint8Array> {
  /** What it is for: at least one kind, of at least one name each. */
  readonly wanted: readonly Names[];
  /** Whether it takes bytes. */
  readonly isBytes: boolean;
  /** What to do when it ends; the promise says when that is done. */
  onEnd: () => Promise<void> = () => Promise.resolve();
  readonly #queue: MessageQueue<Message<string | Uint8Array>>;
  readonly #signal: AbortSignal | null;
  readonly #onAbort = (): void => this.#queue.abort(this.#signal!.reason);
  #ended: Promise<void> = Promise.resolve();
  /** How many messages had come whenever the connection was lost, where none that came later was given yet. */
  readonly #gapsAhead: number[] = [];
  #gaps = 0;

  /**
   * @param channels As given to {@linkcode Client.subscribe}.
   * @param options As given there.
   * @throws {TypeError} Nothing to listen to, or options that contradict each other.
   * @throws {RangeError} No room for messages.
   */
  constructor(channels: CommandArguments, options: SubscribeOptions) {
    this.wanted = wantedBy(channels, options);
    this.isBytes = options.decode === "bytes";
    this.#signal = options.signal ?? null;
    const buffer = positive("buffer", options.buffer ?? DEFAULT_BUFFER);
    this.#queue = new MessageQueue(buffer, () => this.#finish());
  }

  /** What the server is told. */
  get commands(): Naming[] {
    return this.wanted.map(({ kind, names }) => [COMMANDS[kind][0], ...names]);
  }

  get gaps(): number {
    while (this.#gapsAhead[0] !== undefined && this.#gapsAhead[0] < this.#queue.given) {
      this.#gapsAhead.shift();
      this.#gaps++;
    }
    return this.#gaps;
  }

  /** Whether it takes no more messages. */
  get isOver(): boolean {
    return this.#queue.isOver;
  }

  /** The server has confirmed: from now on the signal ends it. */
  begin(): void {
    this.#signal?.addEventListener("abort", this.#onAbort);
    if (this.#signal?.aborted) this.#onAbort();
  }

  /** Takes a message. */
  push(message: Message<string | Uint8Array>): void {
    this.#queue.push(message);
  }

  /** The connection was lost: what is published now is missed. */
  gap(): void {
    this.#gapsAhead.push(this.#queue.received);
  }

  /** It cannot go on. */
  fail(reason: unknown): void {
    this.#queue.fail(reason);
  }

  /** Ends it, and has nobody wait for what {@linkcode onEnd} does. */
  end(): void {
    this.#queue.end();
  }

  close(): Promise<void> {
    this.#queue.end();
    return this.#ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<Message<string | Uint8Array>, undefined> {
    return this.#queue.iterator(() => this.close());
  }

  #finish(): void {
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#ended = this.onEnd();
    this.#ended.catch(() => {}); // close() tells
  }
}

function wantedBy(channels: CommandArguments, options: SubscribeOptions): Names[] {
  const { patterns = false, shard = false } = options;
  if (shard && patterns !== false) throw new TypeError("Cannot subscribe: there are no patterns of shard channels");
  const names: Names[] = patterns === true
    ? [{ kind: "pattern", names: listOf(channels) }]
    : [{ kind: shard ? "shard" : "channel", names: listOf(channels) }];
  if (typeof patterns !== "boolean") names.push({ kind: "pattern", names: listOf(patterns) });
  const wanted = names.filter(({ names }) => names.length > 0);
  if (wanted.length === 0) throw new TypeError("Cannot subscribe: no channel is named");
  return wanted;
}

function listOf(names: CommandArguments): CommandArgument[] {
  const list = Array.isArray(names) ? names as readonly CommandArgument[] : [names as CommandArgument];
  return list.map((name) => name instanceof Uint8Array ? name.slice() : name); // they are sent again later
}
