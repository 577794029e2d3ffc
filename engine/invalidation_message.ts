/**
 * What clients that cache are told: that these keys, or all, are not what they were. In RESP3 it is a push, `invalidate`; in
 * RESP2 a message on a channel, which only a client that subscribes to something can be sent.
 *
 * Each form is encoded once, when the first receiver needs it, and shared by all who have nothing else to be sent.
 */
import { PushMessage } from "../resp/push_message.ts";
import type { ReplyWriter } from "../resp/reply_writer.ts";
import { type ClientState, GATE_PUBSUB } from "./client_state.ts";

const CHANNEL = "__redis__:invalidate";
const NULL2 = new TextEncoder().encode("$-1\r\n");

export class InvalidationMessage {
  /** The keys; null: all there are. */
  #keys: readonly Uint8Array[] | null = null;
  readonly #push: PushMessage = new PushMessage();
  readonly #published: PushMessage = new PushMessage();
  #isPushEncoded = false;
  #isPublishedEncoded = false;

  /** Begins a message; it ends with {@linkcode end}. */
  begin(keys: readonly Uint8Array[] | null): void {
    this.#keys = keys;
  }

  /** Gives it to a client; false where that cannot be told. Only a client that others redirect to can in RESP2. */
  sendTo({ out, gates }: ClientState, isRedirected: boolean): boolean {
    if (out.protocol === 3) {
      if (!this.#isPushEncoded) this.#encodePush();
      this.#push.sendTo(out);
      return true;
    }
    if (!isRedirected || (gates & GATE_PUBSUB) === 0) return false;
    if (!this.#isPublishedEncoded) this.#encodePublished();
    this.#published.sendTo(out);
    return true;
  }

  /** All have it. */
  end(): void {
    this.#keys = null;
    this.#push.end();
    this.#published.end();
    this.#isPushEncoded = this.#isPublishedEncoded = false;
  }

  #encodePush(): void {
    const out = this.#push.begin(2);
    out.bulkText("invalidate");
    if (this.#keys === null) out.null();
    else writeKeys(out, this.#keys);
    this.#isPushEncoded = true;
  }

  #encodePublished(): void {
    const out = this.#published.begin(3);
    out.bulkText("message");
    out.bulkText(CHANNEL);
    if (this.#keys === null) out.raw(NULL2, 0, NULL2.length);
    else writeKeys(out, this.#keys);
    this.#isPublishedEncoded = true;
  }
}

function writeKeys(out: ReplyWriter, keys: readonly Uint8Array[]): void {
  out.array(keys.length);
  for (const key of keys) out.bulkBytes(key);
}
