/**
 * One connection to a server, from the dial to its end.
 *
 * ```text
 *   Outbox ──(microtask, or 64 KiB)──► link.write      one write in flight; what comes
 *     │                                                meanwhile goes with the next
 *     └─► #sent, first in first out ─┐
 *   link.read ─► decoder ────────────┴─► settles the oldest; messages of the server go to the owner
 * ```
 *
 * Writing never waits for replies, nor reading for writes. A command's place in the queue is never taken out once the
 * command is written, so that each reply finds its own. When the connection ends, what was sent is rejected; what was not
 * stays in the outbox, which belongs to the owner and outlives the connection.
 */
import { ByteWriter, encodeCommand } from "../resp/encode.ts";
import { ProtocolError } from "../resp/errors.ts";
import { INCOMPLETE, ReplyDecoder } from "../resp/reply_decoder.ts";
import { Push, type Reply } from "../resp/reply.ts";
import { asText } from "./argument_text.ts";
import { CONNECT, connectionContext, trace } from "./diagnostics.ts";
import { ConnectionError } from "./errors.ts";
import { Fifo } from "./fifo.ts";
import { type Exchange, greet, type Greeting, type Replay } from "./handshake.ts";
import { dial, type Link } from "./link.ts";
import type { Settings } from "./options.ts";
import type { Outbox } from "./outbox.ts";
import type { Holder, Pending } from "./pending.ts";
import { startTimer, stopTimer } from "./timers.ts";

/** So much is sent without waiting for the microtask. */
const FLUSH_BYTES = 64 * 1024;

/** RESP2 sends messages as arrays that begin with one of these words. */
const MESSAGE_KINDS: ReadonlySet<unknown> = new Set([
  "message",
  "pmessage",
  "smessage",
  "subscribe",
  "psubscribe",
  "ssubscribe",
  "unsubscribe",
  "punsubscribe",
  "sunsubscribe",
]);

/** What the owner of a connection hears of it. */
export interface ConnectionOwner {
  /** Whether arrays that look like messages are messages: RESP2 has no other form. */
  readonly isSubscriber: boolean;
  /** What to tell the server behind the greeting. */
  replay(): Replay | null;
  /** The server has answered the greeting. */
  greeted(greeting: Greeting): void;
  /** A message that answers no command. Strings in it are bytes: a name or a key must not be mistaken for another. */
  pushed(push: Push): void;
  /** The connection has ended and is of no more use; `reason` says why. What was sent has been rejected. */
  lost(reason: ConnectionError, greeting: Greeting | null): void;
}

/** A connection, from the dial to its end. */
export class Connection implements Holder {
  /** Resolves when all of it is gone; never rejects. */
  readonly ended: Promise<void>;
  readonly #settings: Settings;
  readonly #asMap: boolean;
  readonly #outbox: Outbox;
  readonly #owner: ConnectionOwner;
  readonly #decoder: ReplyDecoder;
  readonly #abort = new AbortController();
  readonly #flush: () => void = () => this.#onMicrotask();
  #link: Link | null = null;
  #greeting: Greeting | null = null;
  #isSound = false;
  #isLost = false;
  #isClosing = false;
  #isHeld: boolean;

  /** Commands that were handed to the link, and not answered. */
  readonly #sent = new Fifo<Pending>();
  /** How many of them nobody waits for any more. */
  #abandoned = 0;
  #isScheduled = false;
  #isWriting = false;

  /**
   * Begins to connect.
   *
   * @param settings Where to, and how.
   * @param outbox What is to be sent.
   * @param owner Hears of what happens.
   * @param isHeld Whether the connection keeps the process alive.
   */
  constructor(settings: Settings, outbox: Outbox, owner: ConnectionOwner, isHeld: boolean) {
    this.#settings = settings;
    this.#asMap = settings.map === "map";
    this.#outbox = outbox;
    this.#owner = owner;
    this.#isHeld = isHeld;
    this.#decoder = new ReplyDecoder({ decode: settings.decode, map: settings.map, pushes: "bytes" });
    this.ended = this.#run();
  }

  /** What the server turned out to be; null until it has answered the greeting. */
  get greeting(): Greeting | null {
    return this.#greeting;
  }

  /** Whether the server was greeted, and did not talk nonsense right away. */
  get isSound(): boolean {
    return this.#isSound;
  }

  /** How many commands were sent and not answered. */
  get unanswered(): number {
    return this.#sent.length;
  }

  /** Sends what is in the outbox, together with what else comes into it in this turn. */
  schedule(): void {
    if (this.#isWriting || this.#greeting === null || this.#isLost) return;
    if (this.#outbox.bytes >= FLUSH_BYTES) {
      this.#write();
    } else if (!this.#isScheduled && this.#outbox.bytes > 0) {
      this.#isScheduled = true;
      queueMicrotask(this.#flush);
    }
  }

  /** Sends what waits, waits for the replies to all that was sent (and not abandoned), and lets go. */
  close(): Promise<void> {
    this.#isClosing = true;
    this.#outbox.onAbandon = () => this.#endIfIdle();
    this.#endIfIdle();
    return this.ended;
  }

  /** For commands that were sent: nobody waits for this one any more. */
  abandon(): void {
    this.#abandoned++;
    this.#endIfIdle();
  }

  /** Lets go at once; what was sent is rejected. */
  drop(why: string): void {
    this.#lose(new Error(why));
    this.#abort.abort();
  }

  /** Whether the connection is to keep the process alive. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#link?.hold(isHeld);
  }

  async #run(): Promise<void> {
    try {
      const link = await (CONNECT.hasSubscribers
        ? trace(CONNECT, connectionContext(this.#settings), () =>
          this.#connect())
        : this.#connect());
      this.#outbox.meet(this.#greeting!);
      this.#owner.greeted(this.#greeting!);
      this.#settle(); // messages that came with the end of the greeting
      this.#isSound = true;
      this.schedule();
      this.#endIfIdle();
      while (!this.#isLost) {
        const chunk = await link.read();
        if (chunk === null) throw this.#endOfStream();
        this.#decoder.push(chunk);
        this.#settle();
        this.#endIfIdle();
      }
    } catch (error) {
      this.#lose(error); // no effect where the loss came first and the error is its consequence
    }
    await this.#link?.close();
  }

  async #connect(): Promise<Link> {
    const { target, connectTimeoutMs, signal } = this.#settings;
    const abort = this.#abort;
    const onAbort = (): void => abort.abort(signal?.reason);
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort);
    const onTimeout = (): void =>
      abort.abort(new DOMException(`no answer within ${connectTimeoutMs} ms`, "TimeoutError"));
    const timer = connectTimeoutMs === 0 ? undefined : startTimer(onTimeout, connectTimeoutMs, this.#isHeld);
    try {
      const link = this.#link = await dial(target, abort.signal);
      const onAbortedGreeting = (): void => void link.close();
      abort.signal.addEventListener("abort", onAbortedGreeting);
      if (abort.signal.aborted) onAbortedGreeting();
      link.hold(this.#isHeld);
      this.#greeting = await greet(this.#settings, this.#exchange, this.#owner.replay(), this.#owner.isSubscriber);
      return link;
    } catch (error) {
      throw abort.signal.aborted ? abort.signal.reason : error;
    } finally {
      stopTimer(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** For the greeting: no other command is sent meanwhile. */
  readonly #exchange: Exchange = async (commands, confirmed) => {
    const link = this.#link!, decoder = this.#decoder;
    const writer = new ByteWriter();
    for (const command of commands) encodeCommand(writer, command);
    await link.write(writer.take());
    const first = commands.length - confirmed;
    const replies: Reply[] = [];
    let confirmations = 0;
    while (replies.length < commands.length) {
      const command = commands[replies.length]!, isConfirmed = replies.length >= first;
      const reply = decoder.next(isConfirmed ? "bytes" : "string"); // in RESP2 it may be a message
      if (reply === INCOMPLETE) {
        const chunk = await link.read();
        if (chunk === null) throw this.#endOfStream();
        decoder.push(chunk);
        continue;
      }
      const push = this.#asPush(reply);
      if (push === null) {
        replies.push(reply);
        continue;
      }
      if (isConfirmed && push.kind === String(command[0]).toLowerCase() && ++confirmations === command.length - 1) {
        replies.push(null);
        confirmations = 0;
      }
      this.#owner.pushed(push);
    }
    return replies;
  };

  #endOfStream(): Error {
    return new Error(
      this.#decoder.isInsideReply ? "the server closed it in the middle of a reply" : "the server closed it",
    );
  }

  /** Gives every complete reply to the command it answers. */
  #settle(): void {
    const sent = this.#sent, decoder = this.#decoder, protocol = this.#greeting!.protocol;
    while (true) {
      const oldest = sent.peek();
      const reply = decoder.next(oldest?.decode);
      if (reply === INCOMPLETE) return;
      if (typeof reply === "object" && reply !== null) {
        const push = this.#asPush(reply);
        if (push !== null) {
          oldest?.hear(push);
          this.#owner.pushed(push);
          continue;
        }
      }
      if (oldest === undefined) throw new ProtocolError("a reply without a command");
      if (!oldest.take(reply, protocol, this.#asMap)) continue;
      sent.shift();
      if (oldest.isAbandoned && oldest.holder === this) this.#abandoned--;
    }
  }

  #asPush(reply: Reply): Push | null {
    if (reply instanceof Push) return reply;
    if (!this.#owner.isSubscriber || !Array.isArray(reply)) return null;
    const kind = asText(reply[0]);
    return MESSAGE_KINDS.has(kind) ? new Push(kind, reply.slice(1)) : null;
  }

  #endIfIdle(): void {
    if (!this.#isClosing || this.#sent.length > this.#abandoned || this.#outbox.length > 0) return;
    this.drop("the client was closed");
  }

  #onMicrotask(): void {
    this.#isScheduled = false;
    if (!this.#isWriting && !this.#isLost) this.#write();
  }

  /** Sends what is in the outbox, and what comes into it meanwhile. */
  async #write(): Promise<void> {
    this.#isWriting = true;
    try {
      while (this.#outbox.bytes > 0 && !this.#isLost) {
        const full = this.#outbox.take(this.#sent, this);
        try {
          if (full.length > 0) await this.#link!.write(full.bytes.subarray(0, full.length));
        } finally {
          this.#outbox.giveBack(full);
        }
      }
    } catch (error) {
      this.#lose(error);
      this.#abort.abort(); // closes the link, which ends the pending read
    }
    this.#isWriting = false;
  }

  /** Rejects all that was sent; the first reason counts. */
  #lose(cause: unknown): void {
    if (this.#isLost) return;
    this.#isLost = true;
    const what = this.#greeting === null ? "Cannot connect to" : "Lost the connection to";
    const message = `${what} ${this.#settings.address}: ${cause instanceof Error ? cause.message : String(cause)}`;
    const unsent = new ConnectionError(message, { cause });
    while (this.#sent.length > 0) this.#sent.shift()!.fail(new ConnectionError(message, { cause, sent: true }));
    this.#owner.lost(unsent, this.#greeting);
  }
}
