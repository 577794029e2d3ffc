/**
 * A push (`>3…`, or `*3…` in RESP2) that is sent to many: encoded once, for the protocols differ in its first byte alone.
 *
 * A receiver with nothing else to be sent is given bytes that it shares with all others of its kind, so that a message to
 * ten thousand idle connections takes no memory for each of them; whoever has a buffer already gets a copy into it.
 */
import { ReplyWriter } from "./reply_writer.ts";

const PUSH = 0x3e, STAR = 0x2a;

export class PushMessage {
  /** What is being sent. */
  readonly #encoded: ReplyWriter = new ReplyWriter();
  /** The bytes that receivers share. */
  #shared2: Uint8Array | null = null;
  #shared3: Uint8Array | null = null;
  #receivers = 0;

  constructor() {
    this.#encoded.protocol = 3;
  }

  /** Begins a message of so many elements; the caller writes them. */
  begin(count: number): ReplyWriter {
    this.#encoded.push(count);
    return this.#encoded;
  }

  /** Adds the message to what a connection is sent. */
  sendTo(out: ReplyWriter): void {
    const { bytes, length } = this.#encoded;
    const mark = out.length;
    if (this.#receivers++ > 0 && mark === 0) out.share(this.#sharedBytes(out.protocol));
    else {
      bytes[0] = out.protocol === 3 ? PUSH : STAR;
      out.raw(bytes, 0, length);
    }
    out.keep(mark);
  }

  #sharedBytes(protocol: 2 | 3): Uint8Array {
    const shared = protocol === 3 ? this.#shared3 : this.#shared2;
    if (shared !== null) return shared;
    const { bytes, length } = this.#encoded;
    bytes[0] = protocol === 3 ? PUSH : STAR;
    const made = bytes.slice(0, length);
    if (protocol === 3) this.#shared3 = made;
    else this.#shared2 = made;
    return made;
  }

  /** All have it: nothing is held any more. */
  end(): void {
    this.#encoded.cut(0);
    this.#shared2 = this.#shared3 = null;
    this.#receivers = 0;
  }
}
