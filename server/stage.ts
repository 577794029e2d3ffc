/**
 * The two TransformStreams a connection's bytes pass: requests in, replies out. They are driven by hand, one chunk in, one
 * chunk out: `pipeTo` costs several promises a chunk and halves the speed (ARCHITECTURE.md, "The pipeline").
 */
import type { CommandBatch } from "../resp/command_batch.ts";
import type { CommandDecoder } from "../resp/command_decoder.ts";
import type { ReplyWriter } from "../resp/reply_writer.ts";

/** A TransformStream that makes exactly one chunk of each. */
export class Stage<I, O> {
  readonly #writer: WritableStreamDefaultWriter<I>;
  readonly #reader: ReadableStreamDefaultReader<O>;

  constructor(stream: TransformStream<I, O>) {
    this.#writer = stream.writable.getWriter();
    this.#reader = stream.readable.getReader();
  }

  /** Passes a chunk through. */
  async push(chunk: I): Promise<O> {
    const read = this.#reader.read(); // before the write, so that the chunk never waits in a queue
    const written = this.#writer.write(chunk);
    written.catch(ignore); // what a transform throws arrives at the read as well, which is awaited
    const { value } = await read;
    return value!;
  }

  /** Lets go of the stream. */
  async close(): Promise<void> {
    await Promise.allSettled([this.#writer.close(), this.#reader.cancel()]);
  }
}

function ignore(): void {}

/** Requests: bytes to the batch of commands complete with them, borrowed from the decoder. */
export function requestStream(decoder: CommandDecoder): TransformStream<Uint8Array, CommandBatch> {
  return new TransformStream({
    transform(chunk, controller): void {
      controller.enqueue(decoder.decode(chunk));
    },
  });
}

/** Replies: what commands have written to what goes on the wire. */
export function replyStream(): TransformStream<ReplyWriter, Uint8Array> {
  return new TransformStream({
    transform(replies, controller): void {
      controller.enqueue(replies.take());
    },
  });
}
