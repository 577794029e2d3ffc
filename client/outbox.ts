/**
 * Commands on their way out: encoded, in order, and not yet handed to a connection.
 *
 * A command is encoded when it is given, so whoever gave it may change its bytes afterwards. What waits here outlives the
 * connection that was to send it: the next one takes it. Until it is taken a command can be withdrawn, and some may have
 * to be written in another way once the server is known; where those stand in the buffer is noted.
 */
import { ByteWriter, encodeCommand, encodeStructuredCommand, type StructuredValue } from "../resp/encode.ts";
import { Fifo } from "./fifo.ts";
import type { Greeting } from "./handshake.ts";
import type { Holder, Pending } from "./pending.ts";

/** A buffer up to this size is kept; a larger one only up to the second figure, while what is sent fills much of it. */
const KEPT_BYTES = 64 * 1024;
const MAX_KEPT_BYTES = 16 * 1024 * 1024;
const KEPT_SHARE = 8;

/** FLUSH for servers that do not know it. */
const FLUSH_ELSEWHERE: readonly string[][] = [["MULTI"], ["DBSIZE"], ["FLUSHDB"], ["EXEC"]];

/** So few withdrawn commands may stay until the others are sent. */
const MANY_ABANDONED = 64;

/** Why a command's place is noted. */
const GUARDED = 0, STRUCTURED = 1, FLUSH = 2;

/** A command in the buffer, at `[start, end)`, that may be withdrawn or changed. */
interface Noted {
  readonly start: number;
  readonly end: number;
  readonly pending: Pending;
  readonly kind: number;
}

/** Commands that no connection has taken yet. */
export class Outbox implements Holder {
  /** Hears of commands that were withdrawn; null: nobody has to. */
  onAbandon: (() => void) | null = null;
  /** Where the commands are to go, for messages. */
  readonly #address: string;
  #writer = new ByteWriter();
  /** Takes the place of #writer while that is being sent; null while it does. */
  #spare: ByteWriter | null = null;
  readonly #pending = new Fifo<Pending>();
  #noted: Noted[] = [];
  #abandoned = 0;

  /** @param address Where the commands are to go, for messages. */
  constructor(address: string) {
    this.#address = address;
  }

  /** How many commands wait. */
  get length(): number {
    return this.#pending.length - this.#abandoned;
  }

  /** How many bytes wait. */
  get bytes(): number {
    return this.#writer.length;
  }

  /**
   * Adds a command.
   *
   * @param pending What its reply settles; rejected where an argument is none that a command can have.
   * @param args The name and its arguments.
   * @param isStructured Whether there may be typed values among them, which only miniredis takes.
   */
  add(pending: Pending, args: readonly StructuredValue[], isStructured: boolean): void {
    const start = this.#writer.length;
    try {
      if (isStructured) encodeStructuredCommand(this.#writer, args);
      else encodeCommand(this.#writer, args as string[]); // it checks them itself
    } catch (error) {
      return pending.fail(error);
    }
    if (isStructured) this.#note(start, pending, STRUCTURED);
    else if (pending.isGuarded) this.#note(start, pending, GUARDED);
    this.#pending.push(pending);
  }

  /** Adds several commands that belong together; `pending.replies` says how many replies it takes. */
  addAll(pending: Pending, commands: readonly (readonly StructuredValue[])[], isStructured: boolean): void {
    const start = this.#writer.length;
    try {
      for (const command of commands) {
        if (isStructured) encodeStructuredCommand(this.#writer, command);
        else encodeCommand(this.#writer, command as string[]);
      }
    } catch (error) {
      this.#writer.length = start;
      return pending.fail(error);
    }
    if (isStructured) this.#note(start, pending, STRUCTURED);
    else if (pending.isGuarded) this.#note(start, pending, GUARDED);
    this.#pending.push(pending);
  }

  /** Adds the command that empties the database; `greeting` is null while the server is not known. */
  addFlush(pending: Pending, greeting: Greeting | null): void {
    const start = this.#writer.length;
    if (greeting === null || greeting.isMiniredis) encodeCommand(this.#writer, ["FLUSH"]);
    else flushElsewhere(this.#writer, pending);
    this.#note(start, pending, FLUSH);
    this.#pending.push(pending);
  }

  /** Whoever sends next is this server: on one that is not miniredis some commands change, and some may not go. */
  meet(greeting: Greeting): void {
    if (greeting.isMiniredis || this.#noted.every(({ kind }) => kind === GUARDED)) return;
    this.#rewrite((noted, to) => {
      if (noted.kind === STRUCTURED) this.refuse(noted.pending);
      else if (noted.kind === FLUSH && noted.pending.replies === 1) flushElsewhere(to, noted.pending);
      else return false;
      return true;
    });
  }

  /** Rejects a command whose typed values the server cannot store. */
  refuse(pending: Pending): void {
    const reason = `the server at ${this.#address} is not miniredis`;
    pending.fail(new TypeError(`Cannot send an array, object, boolean or null: ${reason}`));
    pending.holder = REFUSED;
  }

  /** A command that nobody waits for any more: it goes before the rest is sent, or when such commands are the most. */
  abandon(): void {
    this.#abandoned++;
    if (this.#abandoned >= MANY_ABANDONED && this.#abandoned * 2 > this.#pending.length) this.compact();
    this.onAbandon?.();
  }

  /** Lets go of the bytes of withdrawn commands. */
  compact(): void {
    if (this.#abandoned > 0) this.#rewrite(() => false);
  }

  /**
   * Hands over all that waits.
   *
   * @param sent Gets the commands, in order.
   * @param holder Hears of those that are abandoned from now on.
   * @returns Their bytes, to be given back by {@linkcode giveBack}.
   */
  take(sent: Fifo<Pending>, holder: Holder | null): ByteWriter {
    this.compact();
    const full = this.#writer;
    this.#writer = this.#spare ?? new ByteWriter();
    this.#spare = null;
    if (this.#noted.length > 0) {
      for (const { pending } of this.#noted) pending.holder = holder;
      this.#noted = [];
    }
    for (let left = this.#pending.length; left > 0; left--) sent.push(this.#pending.shift()!);
    return full;
  }

  /** The bytes have been sent, or will never be: their buffer serves again. */
  giveBack(writer: ByteWriter): void {
    const size = writer.bytes.length;
    const isKept = size <= KEPT_BYTES || (size <= MAX_KEPT_BYTES && writer.length * KEPT_SHARE >= size);
    writer.length = 0;
    this.#spare = isKept ? writer : null;
  }

  /** Rejects all that waits. */
  failAll(reason: unknown): void {
    this.#writer.length = 0;
    this.#noted = [];
    this.#abandoned = 0;
    while (this.#pending.length > 0) {
      const pending = this.#pending.shift()!;
      pending.holder = null;
      pending.fail(reason);
    }
  }

  #note(start: number, pending: Pending, kind: number): void {
    pending.holder = this;
    this.#noted.push({ start, end: this.#writer.length, pending, kind });
  }

  /** Copies the buffer without what was withdrawn; `replace` may write something else for a command, or answers false. */
  #rewrite(replace: (noted: Noted, to: ByteWriter) => boolean): void {
    const from = this.#writer, to = new ByteWriter(), kept: Noted[] = [];
    let end = 0;
    for (const noted of this.#noted) {
      to.raw(from.bytes.subarray(end, noted.start));
      end = noted.end;
      const start = to.length;
      if (noted.pending.isAbandoned) continue;
      if (!replace(noted, to)) to.raw(from.bytes.subarray(noted.start, noted.end));
      if (to.length > start) kept.push({ ...noted, start, end: to.length });
    }
    to.raw(from.bytes.subarray(end, from.length));
    this.#writer = to;
    this.#noted = kept;
    this.#abandoned = 0;
    for (let left = this.#pending.length; left > 0; left--) {
      const pending = this.#pending.shift()!;
      if (!pending.isAbandoned && pending.holder !== REFUSED) this.#pending.push(pending);
    }
  }
}

/** Marks commands that were refused, until they are out of the queue. */
const REFUSED: Holder = { abandon: () => {} };

function flushElsewhere(writer: ByteWriter, pending: Pending): void {
  for (const command of FLUSH_ELSEWHERE) encodeCommand(writer, command);
  pending.replies = FLUSH_ELSEWHERE.length;
}
