/**
 * A connection that comes back: what a client holds for each server it talks to.
 *
 * ```text
 *            command                     greeted
 *    idle ───────────► connecting ───────────────────► ready
 *     ▲                 ▲     │ failed                   │ lost
 *     │ nothing waits   │     ▼                          ▼
 *     └──────────── waiting ◄────────────────────────────┘     a back-off with jitter
 * ```
 *
 * Commands wait in the outbox until a connection takes them. What was sent when a connection is lost is rejected and
 * never sent again; what was not waits for the next, within bounds. The greeting of the next connection tells the server
 * what the one before had: name, database, tracking, subscriptions.
 */
import type { StructuredValue } from "../resp/encode.ts";
import type { Push } from "../resp/reply.ts";
import { Connection, type ConnectionOwner } from "./connection.ts";
import { connectionContext, LOST, READY, RETRY } from "./diagnostics.ts";
import { ConnectionError, RedisError } from "./errors.ts";
import type { Greeting, Replay } from "./handshake.ts";
import { closeUnused } from "./link.ts";
import type { Settings } from "./options.ts";
import { Outbox } from "./outbox.ts";
import type { Pending } from "./pending.ts";
import { backOffMs, holdTimer, jittered, startTimer, stopTimer, type Timer } from "./timers.ts";

/** Errors in answer to the greeting that a server may think better of: it is loading, full, or busy. */
const PASSING = /^(LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN)\b|max number of clients/;

/** What belongs to a line and outlives its connections. */
export interface LineUser {
  /** What to tell each new connection, or null. */
  replay(protocol: 2 | 3 | null): Replay | null;
  /** A connection stands. */
  greeted(greeting: Greeting): void;
  /** A message that answers no command. Strings in it are bytes. */
  pushed(push: Push): void;
  /** The connection was lost; what was sent has been rejected. */
  lost(reason: ConnectionError): void;
  /** The line has given up: there will be no connection until another command is given. */
  gaveUp(reason: ConnectionError): void;
}

/** How a line differs from the first of its client. */
export interface LineOptions {
  /** It serves messages only: in RESP2, arrays are messages. */
  readonly isSubscriber?: boolean;
  /** Whether it keeps the process alive. */
  readonly isHeld?: boolean;
  /** A connection of this client has stood before: the server is known to be there, so that the first is tried again too. */
  readonly hasStood?: boolean;
  /** It ends with the first connection that stands, to which what is done on it belongs: keys that are watched, say. */
  readonly isSingle?: boolean;
}

/** A connection to one server that is made when it is needed, and made anew when it was lost. */
export class Line implements ConnectionOwner {
  readonly isSubscriber: boolean;
  readonly #user: LineUser | null;
  readonly #isSingle: boolean;
  readonly #outbox: Outbox;
  #settings: Settings;
  #connection: Connection | null = null;
  #retryTimer: Timer | undefined;
  /** Attempts in a row that came to nothing. */
  #attempts = 0;
  #hasStood: boolean;
  #protocol: 2 | 3 | null = null;
  #isReady = false;
  #isHeld: boolean;
  /** Why nothing can be sent any more; null while it can. */
  #end: string | null = null;
  /** Resolves when all of the connection that was lost last is gone. */
  #ending: Promise<void> = Promise.resolve();

  /**
   * Makes a line. Nothing is sent yet.
   *
   * @param settings Where to, and how.
   * @param user Hears of what happens; null: nobody has to.
   * @param options How it differs from a client's first.
   */
  constructor(settings: Settings, user: LineUser | null, options: LineOptions = {}) {
    this.#settings = settings;
    this.#user = user;
    this.#isSingle = options.isSingle ?? false;
    this.isSubscriber = options.isSubscriber ?? false;
    this.#isHeld = options.isHeld ?? true;
    this.#hasStood = options.hasStood ?? false;
    this.#outbox = new Outbox(settings.address);
  }

  /** What both sides speak; null until a connection has stood. */
  get protocol(): 2 | 3 | null {
    return this.#protocol;
  }

  /** Whether a connection has stood at any time. */
  get hasStood(): boolean {
    return this.#hasStood;
  }

  /** Whether a connection stands now, and takes commands. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** How many commands have not been answered, sent or not. */
  get unanswered(): number {
    return this.#outbox.length + (this.#connection?.unanswered ?? 0);
  }

  /** Whether nothing can be sent any more. */
  get isOver(): boolean {
    return this.#end !== null;
  }

  /** The number of the database that each connection selects. */
  get db(): number {
    return this.#settings.db;
  }

  /** The server has selected another database: the next connection goes on there. */
  set db(db: number) {
    this.#settings = { ...this.#settings, db };
  }

  /** The server has given the connection another name. */
  set name(name: string) {
    this.#settings = { ...this.#settings, name };
  }

  /** Sends a command; its reply, or the failure, settles `pending`. */
  request(pending: Pending, args: readonly StructuredValue[], isStructured: boolean): void {
    if (!this.#isReady && !this.#mayWait(pending)) return;
    const greeting = isStructured ? this.#connection?.greeting : undefined;
    if (greeting && !greeting.isMiniredis) return this.#outbox.refuse(pending);
    this.#outbox.add(pending, args, isStructured);
    this.#send();
  }

  /** Sends commands that belong together; `pending.replies` says how many replies it takes. */
  requestAll(pending: Pending, commands: readonly (readonly StructuredValue[])[], isStructured: boolean): void {
    if (!this.#isReady && !this.#mayWait(pending)) return;
    const greeting = isStructured ? this.#connection?.greeting : undefined;
    if (greeting && !greeting.isMiniredis) return this.#outbox.refuse(pending);
    this.#outbox.addAll(pending, commands, isStructured);
    this.#send();
  }

  /** Empties the database; `pending` gets the reply to FLUSH, or where the server does not know it, to EXEC. */
  requestFlush(pending: Pending): void {
    if (!this.#isReady && !this.#mayWait(pending)) return;
    this.#outbox.addFlush(pending, this.#connection?.greeting ?? null);
    this.#send();
  }

  /** Connects, if there is no connection: for those who wait for messages. */
  wake(): void {
    if (this.#end === null && this.#connection === null && this.#retryTimer === undefined) this.#connect();
  }

  /** Waits for the replies to all commands, then lets go. Commands given later are rejected. */
  async close(): Promise<void> {
    if (this.#end === null) this.#finish("the client is closed");
    const { target } = this.#settings;
    if (this.#connection !== null) await this.#connection.close();
    else await closeUnused(target);
    await this.#ending;
  }

  /** Lets go at once: what waits for a reply or to be sent is rejected. */
  drop(why: string): void {
    if (this.#end === null) this.#finish("the client is closed");
    if (this.#connection !== null) this.#connection.drop(why);
    else closeUnused(this.#settings.target);
  }

  /** Whether the line is to keep the process alive. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#connection?.hold(isHeld);
    if (this.#retryTimer !== undefined) holdTimer(this.#retryTimer, isHeld);
  }

  /** For the connection: what to tell the server behind the greeting. */
  replay(): Replay | null {
    return this.#user?.replay(this.#protocol) ?? null;
  }

  /** For the connection: it stands. */
  greeted(greeting: Greeting): void {
    const isReconnect = this.#hasStood;
    this.#hasStood = true;
    this.#protocol = greeting.protocol;
    this.#isReady = this.#end === null; // what is given while it is closing is rejected
    this.#user?.greeted(greeting);
    if (READY.hasSubscribers) {
      READY.publish({ ...connectionContext(this.#settings), protocol: greeting.protocol, isReconnect });
    }
  }

  /** For the connection: a message. */
  pushed(push: Push): void {
    this.#user?.pushed(push);
  }

  /** For the connection: it has ended. */
  lost(reason: ConnectionError, greeting: Greeting | null): void {
    this.#ending = this.#connection!.ended;
    if (this.#connection!.isSound) this.#attempts = 0;
    this.#connection = null;
    this.#isReady = false;
    this.#user?.lost(reason);
    if (LOST.hasSubscribers) {
      LOST.publish({ ...connectionContext(this.#settings), error: reason, wasReady: greeting !== null });
    }
    const { target, retry } = this.#settings;
    if (this.#end === null && target.kind === "transport") this.#end = "it has ended, and can be used only once";
    if (this.#end === null && this.#isSingle && greeting !== null) this.#end = "the connection was lost";
    this.#attempts++;
    const isOver = this.#end !== null || retry === null || !this.#hasStood || isFinal(reason) ||
      this.#attempts > retry.attempts || this.#settings.signal?.aborted;
    if (isOver) return this.#giveUp(reason);
    if (this.#outbox.length > 0 || this.#isNeeded()) this.#wait();
    else this.#attempts = 0;
  }

  /** Whether somebody wants a connection though no command waits for it. */
  #isNeeded(): boolean {
    const replay = this.#user?.replay(this.#protocol) ?? null;
    return replay !== null && !replay.isPassive;
  }

  #send(): void {
    if (this.#connection !== null) this.#connection.schedule();
    else this.wake();
  }

  #connect(): void {
    this.#retryTimer = undefined;
    this.#connection = new Connection(this.#settings, this.#outbox, this, this.#isHeld);
  }

  /** Whether a command may wait for a connection; rejects it otherwise. */
  #mayWait(pending: Pending): boolean {
    const { address, offlineQueue } = this.#settings;
    if (this.#end === null && (!this.#hasStood || this.#outbox.length < offlineQueue)) return true;
    const reason = this.#end ?? `${offlineQueue} commands wait for the connection already`;
    pending.fail(new ConnectionError(`Cannot send to ${address}: ${reason}`));
    this.wake(); // where none may wait at all, a later one is to find a connection
    return false;
  }

  #wait(): void {
    const retry = this.#settings.retry!, waitMs = jittered(backOffMs(retry, this.#attempts), retry);
    this.#retryTimer = startTimer(() => this.#connect(), waitMs, this.#isHeld);
    if (RETRY.hasSubscribers) {
      RETRY.publish({ ...connectionContext(this.#settings), attempt: this.#attempts, waitMs });
    }
  }

  #giveUp(reason: ConnectionError): void {
    this.#attempts = 0;
    this.#outbox.failAll(reason);
    this.#user?.gaveUp(reason);
  }

  /** Nothing more may be sent. */
  #finish(why: string): void {
    this.#end = why;
    this.#isReady = false;
    if (this.#retryTimer === undefined) return;
    stopTimer(this.#retryTimer);
    this.#retryTimer = undefined;
    this.#giveUp(new ConnectionError(`Cannot send to ${this.#settings.address}: ${why}`));
  }
}

/** Whether trying again is of no use: the server knows who asks, and says no. */
export function isFinal(reason: ConnectionError): boolean {
  return reason.cause instanceof RedisError && !PASSING.test(reason.cause.message);
}
