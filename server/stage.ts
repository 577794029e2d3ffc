/**
 * The two TransformStreams a connection's bytes pass: requests in, replies out. They are driven by hand, one chunk in, one
 * chunk out: `pipeTo` costs several promises a chunk and halves the speed (ARCHITECTURE.md, "The pipeline").
 *
 * A stream takes 4.6 KB, and a connection needs one only while a chunk passes it. So they are shared: a session takes one
 * that is free, pushes, and gives it back. Ten thousand idle connections hold none.
 */
import type { CommandBatch } from "../resp/command_batch.ts";
import type { CommandDecoder } from "../resp/command_decoder.ts";
import type { ReplyWriter } from "../resp/reply_writer.ts";

/** Never reached, a chunk being taken at once: spares the streams the promises of backpressure, a third of a push. */
const QUEUE: QueuingStrategy = { highWaterMark: 16 };
/** Free ones that are kept. */
const MOST_FREE = 64;

/** A TransformStream that makes exactly one chunk of each, by means of an object that the pusher brings along. */
export class Stage<T, I, O> {
  readonly #writer: WritableStreamDefaultWriter<I>;
  readonly #reader: ReadableStreamDefaultReader<O>;
  #by: T | null = null;

  /** @param transform Makes the chunk. What it throws is thrown by {@linkcode push}, and the stage is of no more use. */
  constructor(transform: (by: T, chunk: I) => O) {
    const stream = new TransformStream<I, O>(
      {
        transform: (chunk, controller): void => {
          const by = this.#by!;
          this.#by = null;
          try {
            controller.enqueue(transform(by, chunk));
          } catch (error) {
            controller.error(error); // arrives at the read; thrown, it would also reject the write, which nobody awaits
          }
        },
      },
      QUEUE,
      QUEUE,
    );
    this.#writer = stream.writable.getWriter();
    this.#reader = stream.readable.getReader();
    this.#writer.closed.catch(ignore);
    this.#reader.closed.catch(ignore);
  }

  /** Passes a chunk through, one at a time; the result's `value` is what became of it. */
  push(by: T, chunk: I): Promise<ReadableStreamReadResult<O>> {
    this.#by = by;
    const read = this.#reader.read(); // before the write, so that the chunk never waits in a queue
    this.#writer.write(chunk);
    return read;
  }
}

function ignore(): void {}

/** Stages of one kind, for all connections of the process. */
export class Stages<T, I, O> {
  readonly #transform: (by: T, chunk: I) => O;
  readonly #free: Stage<T, I, O>[] = [];

  constructor(transform: (by: T, chunk: I) => O) {
    this.#transform = transform;
  }

  /** A stage that nobody else has. */
  take(): Stage<T, I, O> {
    return this.#free.pop() ?? new Stage(this.#transform);
  }

  /** Gives it back, the chunk having passed; not after an error. */
  give(stage: Stage<T, I, O>): void {
    if (this.#free.length < MOST_FREE) this.#free.push(stage);
  }
}

/** Requests: bytes to the batch of commands complete with them, borrowed from the decoder. */
export const requestStages: Stages<CommandDecoder, Uint8Array, CommandBatch> = new Stages(
  (decoder: CommandDecoder, bytes: Uint8Array) => decoder.decode(bytes),
);

/** Replies: what commands have written to what goes on the wire. */
export const replyStages: Stages<ReplyWriter, ReplyWriter, Uint8Array> = new Stages(
  (replies: ReplyWriter) => replies.take(),
);
