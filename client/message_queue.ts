/**
 * What a server sends of its own accord, until somebody reads it: a bounded queue that is an async iterator.
 *
 * ```text
 *   push ─► [ kept, up to a limit ] ─► next          end, abort: at once, what is kept is dropped
 *                                                    fail: what is kept is given, then the reason thrown
 * ```
 *
 * Beyond the limit it fails by itself: messages are given, or the reader learns that it missed some.
 */
import { SlowReaderError } from "./errors.ts";
import { Fifo } from "./fifo.ts";

/** So many messages are kept for a reader that is slow, where nothing else is said. */
export const DEFAULT_BUFFER = 10_000;

/** Why an iteration ends with an error; an object, as a reason may be undefined. */
interface Failure {
  readonly reason: unknown;
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** Messages in the order of their coming. */
export class MessageQueue<T> {
  /** How many messages have come. */
  received = 0;
  /** How many of them have been given to the reader. */
  given = 0;
  readonly #limit: number;
  readonly #onEnd: () => void;
  readonly #kept = new Fifo<T>();
  readonly #readers = new Fifo<PromiseWithResolvers<IteratorResult<T, undefined>>>();
  #isOver = false;
  #failure: Failure | null = null;

  /**
   * @param limit How many messages are kept at most.
   * @param onEnd Called once, when no more messages are taken.
   */
  constructor(limit: number, onEnd: () => void) {
    this.#limit = limit;
    this.#onEnd = onEnd;
  }

  /** Whether no more messages are taken. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Adds a message. */
  push(message: T): void {
    if (this.#isOver) return;
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      this.received++;
      this.given++;
      reader.resolve({ done: false, value: message });
    } else if (this.#kept.length < this.#limit) {
      this.received++;
      this.#kept.push(message);
    } else {
      this.fail(new SlowReaderError(this.#limit));
    }
  }

  /** Waits for the next message. */
  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#kept.length > 0) {
      this.given++;
      return Promise.resolve({ done: false, value: this.#kept.shift()! });
    }
    if (this.#failure !== null) {
      const { reason } = this.#failure;
      this.#failure = null;
      return Promise.reject(reason);
    }
    if (this.#isOver) return Promise.resolve(DONE);
    const reader = Promise.withResolvers<IteratorResult<T, undefined>>();
    this.#readers.push(reader);
    return reader.promise;
  }

  /** An iterator over the messages; leaving a loop over it calls `close`. */
  iterator(close: () => Promise<void>): AsyncIterator<T, undefined> {
    return {
      next: () => this.next(),
      return: async () => {
        await close();
        return DONE;
      },
    };
  }

  /** There will be no more messages: those that are kept are given, then the reason is thrown. */
  fail(reason: unknown): void {
    if (this.#isOver) return;
    const reader = this.#readers.shift();
    if (reader !== undefined) reader.reject(reason);
    else this.#failure = { reason };
    this.#finish();
  }

  /** Throws the reason at once. */
  abort(reason: unknown): void {
    this.#drop();
    this.fail(reason);
  }

  /** Ends the iteration at once. */
  end(): void {
    this.#drop();
    this.#failure = null;
    if (!this.#isOver) this.#finish();
  }

  #drop(): void {
    while (this.#kept.length > 0) this.#kept.shift();
  }

  #finish(): void {
    this.#isOver = true;
    while (this.#readers.length > 0) this.#readers.shift()!.resolve(DONE);
    this.#onEnd();
  }
}
