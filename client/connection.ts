/**
 * One connection to a server, from the dial to its end.
 *
 * ```text
 *   request() ─► #writer ──(microtask, or 64 KiB)──► link.write     one write in flight; what comes
 *            └─► #pending                                           meanwhile goes with the next
 *                   ▲ first in, first out
 *   link.read ─► decoder ─► settles the oldest
 * ```
 *
 * Writing never waits for replies, nor reading for writes. A command's place in the queue is never taken out once the
 * command is written, so that each reply finds its own. While the connection is being made commands collect in the
 * buffer; those that depend on what the server turns out to be are noted, and settled with the greeting.
 */
import { ByteWriter, encodeCommand, encodeStructuredCommand, type StructuredValue } from "../resp/encode.ts";
import { ProtocolError } from "../resp/errors.ts";
import { INCOMPLETE, ReplyDecoder } from "../resp/reply_decoder.ts";
import { Push, type Reply } from "../resp/reply.ts";
import { ConnectionError } from "./errors.ts";
import { Fifo } from "./fifo.ts";
import { type Exchange, greet, type Greeting } from "./handshake.ts";
import { dial, type Link } from "./link.ts";
import type { Settings } from "./options.ts";
import type { Pending } from "./pending.ts";

/** So much is sent without waiting for the microtask. */
const FLUSH_BYTES = 64 * 1024;
/** A larger write buffer is let go of after use. */
const MAX_KEPT_BYTES = 1024 * 1024;

/** FLUSH for servers that do not know it. */
const FLUSH_ELSEWHERE: readonly string[][] = [["MULTI"], ["DBSIZE"], ["FLUSHDB"], ["EXEC"]];

/** A command in the buffer, at `[start, end)`, that may have to be changed once the server is known. */
interface Conditional {
  readonly start: number;
  readonly end: number;
  readonly pending: Pending;
  readonly isFlush: boolean;
}

export class Connection {
  /** Resolves when all of it is gone; never rejects. */
  readonly ended: Promise<void>;
  readonly #settings: Settings;
  readonly #asMap: boolean;
  readonly #decoder: ReplyDecoder;
  readonly #abort = new AbortController();
  readonly #flush: () => void = () => this.#onMicrotask();
  #link: Link | null = null;
  #greeting: Greeting | null = null;
  #isLost = false;
  #isClosing = false;
  #isHeld: boolean;

  readonly #pending = new Fifo<Pending>();
  /** How many of the pending commands, from the oldest on, were handed to the link. */
  #sent = 0;
  #conditionals: Conditional[] = [];
  #writer = new ByteWriter();
  /** Takes the place of #writer while that is being sent. */
  #spare = new ByteWriter();
  #isScheduled = false;
  #isWriting = false;

  /**
   * Begins to connect.
   *
   * @param settings Where to, and how.
   * @param isHeld Whether the connection keeps the process alive.
   */
  constructor(settings: Settings, isHeld: boolean) {
    this.#settings = settings;
    this.#asMap = settings.map === "map";
    this.#isHeld = isHeld;
    this.#decoder = new ReplyDecoder({ decode: settings.decode, map: settings.map });
    this.ended = this.#run();
  }

  /** Whether it is of no more use. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Sends a command; its reply, or the failure, settles `pending`. */
  request(pending: Pending, args: readonly StructuredValue[], isStructured: boolean): void {
    if (isStructured && this.#greeting !== null && !this.#greeting.isMiniredis) return this.#refuse(pending);
    const start = this.#writer.length;
    try {
      if (isStructured) encodeStructuredCommand(this.#writer, args);
      else encodeCommand(this.#writer, args as string[]); // it checks them itself
    } catch (error) {
      return pending.reject(error);
    }
    if (isStructured) this.#note(start, pending, false);
    this.#pending.push(pending);
    this.#schedule();
  }

  /** Empties the database; `pending` gets the reply to FLUSH, or where the server does not know it, to EXEC. */
  requestFlush(pending: Pending): void {
    const start = this.#writer.length;
    if (this.#greeting === null || this.#greeting.isMiniredis) encodeCommand(this.#writer, ["FLUSH"]);
    else flushElsewhere(this.#writer, pending);
    this.#note(start, pending, true);
    this.#pending.push(pending);
    this.#schedule();
  }

  /** Sends what waits, waits for the replies to all that was sent, and lets go. */
  close(): Promise<void> {
    this.#isClosing = true;
    if (this.#pending.length === 0) this.drop("the client was closed");
    return this.ended;
  }

  /** Lets go at once; what still waits for a reply is rejected. */
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
      const link = await this.#connect();
      this.#schedule();
      while (!this.#isLost) {
        const chunk = await link.read();
        if (chunk === null) throw this.#endOfStream();
        this.#decoder.push(chunk);
        this.#settle();
        if (this.#isClosing && this.#pending.length === 0) this.drop("the client was closed");
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
    const timer = connectTimeoutMs === 0 ? undefined : setTimeout(onTimeout, connectTimeoutMs);
    if (timer !== undefined && !this.#isHeld) Deno.unrefTimer(timer);
    try {
      const link = this.#link = await dial(target, abort.signal);
      const onAbortedGreeting = (): void => void link.close();
      abort.signal.addEventListener("abort", onAbortedGreeting);
      if (abort.signal.aborted) onAbortedGreeting();
      link.hold(this.#isHeld);
      this.#greeting = await greet(this.#settings, this.#exchange);
      this.#settleConditionals(this.#greeting);
      return link;
    } catch (error) {
      throw abort.signal.aborted ? abort.signal.reason : error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** For the greeting: nothing else is sent or expected meanwhile. */
  readonly #exchange: Exchange = async (commands) => {
    const link = this.#link!;
    const writer = new ByteWriter();
    for (const command of commands) encodeCommand(writer, command);
    await link.write(writer.take());
    const replies: Reply[] = [];
    while (replies.length < commands.length) {
      const reply = this.#decoder.next("string");
      if (reply === INCOMPLETE) {
        const chunk = await link.read();
        if (chunk === null) throw this.#endOfStream();
        this.#decoder.push(chunk);
      } else if (!(reply instanceof Push)) {
        replies.push(reply);
      }
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
    const pending = this.#pending, decoder = this.#decoder, protocol = this.#greeting!.protocol;
    while (true) {
      const oldest = pending.peek();
      const reply = decoder.next(oldest?.decode);
      if (reply === INCOMPLETE) return;
      if (reply instanceof Push) continue; // answers no command; nobody has subscribed to anything
      if (oldest === undefined) throw new ProtocolError("a reply without a command");
      if (oldest.take(reply, protocol, this.#asMap)) {
        pending.shift();
        this.#sent--;
      }
    }
  }

  #schedule(): void {
    if (this.#isWriting || this.#greeting === null || this.#isLost) return;
    if (this.#writer.length >= FLUSH_BYTES) {
      this.#write();
    } else if (!this.#isScheduled && this.#writer.length > 0) {
      this.#isScheduled = true;
      queueMicrotask(this.#flush);
    }
  }

  #onMicrotask(): void {
    this.#isScheduled = false;
    if (!this.#isWriting && !this.#isLost) this.#write();
  }

  /** Sends what is in the buffer, and what comes into it meanwhile. */
  async #write(): Promise<void> {
    this.#isWriting = true;
    try {
      while (this.#writer.length > 0 && !this.#isLost) {
        const full = this.#writer;
        this.#writer = this.#spare;
        this.#sent = this.#pending.length;
        await this.#link!.write(full.bytes.subarray(0, full.length));
        full.length = 0;
        this.#spare = full.bytes.length > MAX_KEPT_BYTES ? new ByteWriter() : full;
      }
    } catch (error) {
      this.#lose(error);
      this.#abort.abort(); // closes the link, which ends the pending read
    }
    this.#isWriting = false;
  }

  /** Remembers a command that depends on what the server turns out to be. */
  #note(start: number, pending: Pending, isFlush: boolean): void {
    if (this.#greeting === null) this.#conditionals.push({ start, end: this.#writer.length, pending, isFlush });
  }

  /** Goes over the commands that waited for the greeting: on a server that is not miniredis some change, some may not go. */
  #settleConditionals(greeting: Greeting): void {
    const conditionals = this.#conditionals;
    this.#conditionals = [];
    if (conditionals.length === 0 || greeting.isMiniredis) return;
    const from = this.#writer, to = this.#spare;
    const refused = new Set<Pending>();
    let end = 0;
    for (const conditional of conditionals) {
      to.raw(from.bytes.subarray(end, conditional.start));
      end = conditional.end;
      if (conditional.isFlush) flushElsewhere(to, conditional.pending);
      else refused.add(conditional.pending);
    }
    to.raw(from.bytes.subarray(end, from.length));
    from.length = 0;
    this.#writer = to;
    this.#spare = from;
    for (let left = this.#pending.length; left > 0; left--) { // nothing is sent yet: places may still be given up
      const pending = this.#pending.shift()!;
      if (refused.has(pending)) this.#refuse(pending);
      else this.#pending.push(pending);
    }
  }

  #refuse(pending: Pending): void {
    const message =
      `Cannot send an array, object, boolean or null: the server at ${this.#settings.address} is not miniredis`;
    pending.reject(new TypeError(message));
  }

  /** Rejects all that waits; the first reason counts. */
  #lose(reason: unknown): void {
    if (this.#isLost) return;
    this.#isLost = true;
    const what = this.#greeting === null ? "Cannot connect to" : "Lost the connection to";
    const why = reason instanceof Error ? reason.message : String(reason);
    const message = `${what} ${this.#settings.address}: ${why}`;
    for (let i = 0; this.#pending.length > 0; i++) {
      this.#pending.shift()!.reject(new ConnectionError(message, { cause: reason, sent: i < this.#sent }));
    }
  }
}

function flushElsewhere(writer: ByteWriter, pending: Pending): void {
  for (const command of FLUSH_ELSEWHERE) encodeCommand(writer, command);
  pending.replies = FLUSH_ELSEWHERE.length;
}
