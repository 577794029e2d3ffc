/**
 * The way of a command without a network: decoder, dispatch, replies, in this process.
 *
 * @module
 */
import { ClientState, NO_CONNECTION } from "../engine/client_state.ts";
import { Dispatcher } from "../engine/dispatch.ts";
import type { CommandBatch } from "../resp/command_batch.ts";
import { CommandDecoder } from "../resp/command_decoder.ts";
import { createEngine } from "../server/engine.ts";
import { Pipeline, Replies, Requests } from "../server/stage.ts";

/** The server's own parts, called one after the other. */
export class Core {
  readonly decoder: CommandDecoder = new CommandDecoder();
  readonly #dispatcher: Dispatcher;
  readonly client: ClientState;
  readonly #pipeline: Pipeline = new Pipeline();
  readonly #requests: Requests;
  readonly #replies: Replies;

  constructor() {
    const engine = createEngine({ seed: 1 });
    this.#dispatcher = new Dispatcher(engine);
    this.client = new ClientState(1, NO_CONNECTION, engine.clock.now());
    this.#requests = new Requests(this.decoder);
    this.#replies = new Replies(this.client.out);
  }

  /** As bytes come from a socket: into the decoder's buffer, as many as there is room for. */
  read(bytes: Uint8Array, from: number): Uint8Array {
    const room = this.decoder.room();
    const read = Math.min(room.length, bytes.length - from);
    room.set(read === bytes.length ? bytes : bytes.subarray(from, from + read));
    return room.subarray(0, read);
  }

  execute(batch: CommandBatch): void {
    for (let at = 0; at < batch.size;) at = this.#dispatcher.execute(this.client, batch, at);
  }

  /** The length of the replies. */
  answer(bytes: Uint8Array): number {
    for (let at = 0; at < bytes.length;) {
      const read = this.read(bytes, at);
      at += read.length;
      this.execute(this.decoder.decode(read));
    }
    const { length } = this.client.out.take();
    this.client.out.sent();
    return length;
  }

  /** The same through the streams of a server. */
  async answerByStreams(bytes: Uint8Array): Promise<number> {
    for (let at = 0; at < bytes.length;) {
      const read = this.read(bytes, at);
      at += read.length;
      this.#requests.bytes = read;
      await this.#pipeline.requests.pass(this.#requests);
      this.execute(this.#requests.batch);
    }
    await this.#pipeline.replies.pass(this.#replies);
    this.client.out.sent();
    return this.#replies.bytes.length;
  }
}
