/**
 * The two TransformStreams a connection's bytes pass: requests in, replies out. They are driven by hand, one chunk in, one
 * chunk out: `pipeTo` costs several promises a chunk and halves the speed (ARCHITECTURE.md, "The pipeline").
 */
import type { CommandBatch } from "../resp/command_batch.ts";
import type { CommandDecoder } from "../resp/command_decoder.ts";
import type { ReplyWriter } from "../resp/reply_writer.ts";

/** Never reached, a chunk being taken at once: spares the streams the promises of backpressure, a third of a push. */
const QUEUE: QueuingStrategy = { highWaterMark: 16 };

/** A TransformStream that makes exactly one chunk of each. */
export class Stage<I, O> {
  readonly #writer: WritableStreamDefaultWriter<I>;
  readonly #reader: ReadableStreamDefaultReader<O>;

  /** @param transform Makes the chunk. What it throws is thrown by {@linkcode push}. */
  constructor(transform: (chunk: I) => O) {
    const stream = new TransformStream<I, O>(
      {
        transform(chunk, controller): void {
          try {
            controller.enqueue(transform(chunk));
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

  /** Passes a chunk through; the result's `value` is what became of it. */
  push(chunk: I): Promise<ReadableStreamReadResult<O>> {
    const read = this.#reader.read(); // before the write, so that the chunk never waits in a queue
    this.#writer.write(chunk);
    return read;
  }

  /** Lets go of the stream. */
  async close(): Promise<void> {
    await Promise.allSettled([this.#writer.close(), this.#reader.cancel()]);
  }
}

function ignore(): void {}

/** Requests: bytes to the batch of commands complete with them, borrowed from the decoder. */
export function requestStage(decoder: CommandDecoder): Stage<Uint8Array, CommandBatch> {
  return new Stage((bytes) => decoder.decode(bytes));
}

/** Replies: what commands have written to what goes on the wire. */
export function replyStage(): Stage<ReplyWriter, Uint8Array> {
  return new Stage((replies) => replies.take());
}
