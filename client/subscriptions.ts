/**
 * The subscriptions of one line: who listens to what, so that each message finds its readers, a channel is left when
 * nobody listens to it any more, and a new connection is told what the one before was.
 *
 * ```text
 *   attach ─► SUBSCRIBE … PING ─► confirmed ─► messages ─► detach ─► UNSUBSCRIBE, for what nobody else listens to
 *                                 │    ▲
 *                  connection lost▼    │told again, in the greeting
 *                                 a gap
 * ```
 *
 * Names are compared by their bytes.
 */
import type { CommandArgument } from "../resp/encode.ts";
import type { Push, Reply } from "../resp/reply.ts";
import { asText } from "./argument_text.ts";
import { Confirmation, type Naming } from "./confirmation.ts";
import { ConnectionError, RedisError } from "./errors.ts";
import type { Replay } from "./handshake.ts";
import type { Line, LineUser } from "./line.ts";
import type { GuardCommand } from "./pending.ts";
import { COMMANDS, type Kind, type LiveSubscription, type Message, type Names } from "./subscription.ts";
import type { CallOptions } from "./vocabulary.ts";

/** What to do with a subscription that the server no longer serves on this line. */
export type OnDropped = (subscription: LiveSubscription, reason: Error) => void;

/** Those who listen to one name. */
interface Route {
  /** The name as text, for messages. */
  readonly text: string;
  /** The name as it is sent. */
  readonly name: CommandArgument;
  readonly listeners: Set<LiveSubscription>;
}

/** Gives each byte a character of its own (though not the one of the standard it is named after). */
const BYTES_AS_TEXT = new TextDecoder("latin1");
const ENCODER = new TextEncoder();

/** Who listens to what on one line. */
export class Subscriptions implements LineUser {
  readonly #line: () => Line;
  readonly #guard: GuardCommand;
  readonly #onDropped: OnDropped;
  readonly #routes: Readonly<Record<Kind, Map<string, Route>>> = {
    channel: new Map(),
    pattern: new Map(),
    shard: new Map(),
  };
  /** Those that the server has confirmed. */
  readonly #confirmed = new Set<LiveSubscription>();
  /** Shard channels that are being left: how often. Others that the server says are left have moved. */
  readonly #leaving = new Map<string, number>();
  /** What the connection that is being made was told. */
  #told: Names[] = [];
  #isUp = false;
  #isClosed = false;

  /**
   * @param line The line that serves them; asked when it is needed, since the line is made with its user.
   * @param guard Gives what is sent its deadline and its signal.
   * @param onDropped What to do with a subscription that the server no longer serves here, and that is still to be
   *   detached: it was refused after a reconnect, its shard channel has moved, or the line has given up. By default it
   *   fails.
   */
  constructor(
    line: () => Line,
    guard: GuardCommand,
    onDropped: OnDropped = (subscription, reason) => subscription.fail(reason),
  ) {
    this.#line = line;
    this.#guard = guard;
    this.#onDropped = onDropped;
  }

  /**
   * Subscribes.
   *
   * @param subscription Gets the messages from now on.
   * @param options How long to wait for the server's confirmation.
   * @throws {RedisError} The server refused one of the names: none is subscribed to.
   * @throws {ConnectionError} The connection could not be made, or was lost.
   */
  async attach(subscription: LiveSubscription, options: CallOptions): Promise<void> {
    this.#listen(subscription);
    const confirmation = new Confirmation(subscription.commands, (isConfirmed) => {
      if (isConfirmed) this.#confirmed.add(subscription);
    });
    this.#guard(confirmation, options);
    if (confirmation.isAbandoned) this.#ignore(subscription);
    else this.#line().requestAll(confirmation, confirmation.requests, false);
    try {
      await confirmation.promise;
    } catch (error) {
      const unwanted = this.#ignore(subscription);
      const isUndone = error instanceof RedisError && subscription.wanted.length === 1;
      if (!isUndone) this.#leave(unwanted).catch(() => {}); // what went wrong first is what counts
      throw error;
    }
  }

  /**
   * Ends the messages of a subscription; leaves the names that nobody else listens to.
   *
   * @throws {RedisError} The server refused.
   * @throws {TimeoutError} The server did not confirm in the time that commands have.
   */
  async detach(subscription: LiveSubscription): Promise<void> {
    this.#confirmed.delete(subscription);
    await this.#leave(this.#ignore(subscription));
  }

  /** Ends all subscriptions, without a word to the server: the line is being closed. */
  close(): void {
    this.#isClosed = true;
    for (const subscription of [...this.#confirmed]) subscription.end();
  }

  /** Whether no more can be attached. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** For the line: what to tell its next connection. */
  replay(_protocol: 2 | 3 | null): Replay | null {
    if (this.#confirmed.size === 0) return null;
    const owners = new Map<readonly CommandArgument[], LiveSubscription>();
    for (const subscription of this.#confirmed) {
      for (const command of subscription.commands) owners.set(command, subscription);
    }
    this.#told = [...this.#confirmed].flatMap(({ wanted }) => wanted);
    return {
      commands: [],
      subscriptions: [...owners.keys()],
      refused: (error, command) => this.#drop(owners.get(command)!, error),
    };
  }

  /** For the line: leaves what the new connection was told to listen to, and nobody does any more. */
  greeted(): void {
    const commands = this.#told.flatMap(({ kind, names }) => this.#unwanted(kind, names));
    this.#told = [];
    this.#isUp = true;
    this.#leave(commands).catch(() => {}); // whoever listened has long ended
  }

  /** For the line: a message. */
  pushed({ kind, items }: Push): void {
    if (kind === "message") this.#give("channel", items[0]!, null, items[1]!);
    else if (kind === "pmessage") this.#give("pattern", items[0]!, items[1]!, items[2]!);
    else if (kind === "smessage") this.#give("shard", items[0]!, null, items[1]!);
    else if (kind === "sunsubscribe") this.#onLeft(items[0]!);
  }

  /** For the line: what is published now is missed. */
  lost(): void {
    if (this.#isUp) { for (const subscription of this.#confirmed) subscription.gap(); }
    this.#isUp = false; // attempts that fail are not counted
  }

  /** For the line: it will not come back by itself. */
  gaveUp(reason: ConnectionError): void {
    for (const subscription of [...this.#confirmed]) this.#drop(subscription, reason);
  }

  #listen(subscription: LiveSubscription): void {
    for (const { kind, names } of subscription.wanted) {
      const routes = this.#routes[kind];
      for (const name of names) {
        const key = keyOf(name), route = routes.get(key);
        if (route !== undefined) route.listeners.add(subscription);
        else routes.set(key, { name, text: asText(bytesOf(name)), listeners: new Set([subscription]) });
      }
    }
  }

  /** Gives a subscription no more messages; returns how to leave the names that nobody else listens to. */
  #ignore(subscription: LiveSubscription): Naming[] {
    const commands: Naming[] = [];
    for (const { kind, names } of subscription.wanted) {
      const routes = this.#routes[kind], left = new Set<CommandArgument>();
      for (const name of names) {
        const key = keyOf(name), route = routes.get(key);
        if (route === undefined || !route.listeners.delete(subscription) || route.listeners.size > 0) continue;
        routes.delete(key);
        left.add(route.name);
      }
      commands.push(...this.#unwanted(kind, [...left]));
    }
    return commands;
  }

  /** How to leave those of these names that nobody listens to. */
  #unwanted(kind: Kind, names: readonly CommandArgument[]): Naming[] {
    const unwanted = names.filter((name) => !this.#routes[kind].has(keyOf(name)));
    return unwanted.length === 0 ? [] : [[COMMANDS[kind][1], ...unwanted]];
  }

  /** Leaves names, if there is a connection to say it on. */
  async #leave(commands: readonly Naming[]): Promise<void> {
    const line = this.#line();
    if (commands.length === 0 || this.#isClosed || !line.isReady) return; // the next connection is not told of it
    const shards = commands.flatMap(([command, ...names]) => command === COMMANDS.shard[1] ? names.map(keyOf) : []);
    for (const key of shards) this.#leaving.set(key, (this.#leaving.get(key) ?? 0) + 1);
    const confirmation = new Confirmation(commands, () => shards.forEach((key) => this.#left(key)));
    this.#guard(confirmation, undefined);
    line.requestAll(confirmation, confirmation.requests, false);
    try {
      await confirmation.promise;
    } catch (error) {
      if (error instanceof ConnectionError) return; // what was subscribed is gone with it
      if (!(error instanceof RedisError && error.code === "MOVED")) throw error; // or with the slot
    }
  }

  #give(kind: Kind, name: Reply, channel: Reply | null, message: Reply): void {
    const route = this.#routes[kind].get(keyOf(name));
    if (route === undefined) return; // it was on its way when the name was left
    const base = channel === null
      ? { channel: route.text, pattern: null }
      : { channel: asText(bytesOf(channel)), pattern: route.text };
    const bytes = bytesOf(message), isAlone = route.listeners.size === 1;
    let text: Message | null = null;
    for (const listener of route.listeners) {
      if (listener.isBytes) listener.push({ ...base, message: isAlone ? bytes : bytes.slice() });
      else listener.push(text ??= { ...base, message: asText(bytes) });
    }
  }

  /** The server says that a shard channel is left. */
  #onLeft(name: Reply): void {
    const key = keyOf(name), route = this.#routes.shard.get(key);
    if (route === undefined || this.#leaving.has(key)) return;
    const reason = new ConnectionError(`Lost the shard channel "${route.text}": the server no longer serves its slot`);
    for (const listener of [...route.listeners]) this.#drop(listener, reason);
  }

  #left(key: string): void {
    const count = this.#leaving.get(key)! - 1;
    if (count > 0) this.#leaving.set(key, count);
    else this.#leaving.delete(key);
  }

  #drop(subscription: LiveSubscription, reason: Error): void {
    if (this.#confirmed.delete(subscription)) this.#onDropped(subscription, reason);
  }
}

/** A name by its bytes, as a key: every byte a character. */
function keyOf(name: unknown): string {
  return BYTES_AS_TEXT.decode(bytesOf(name));
}

function bytesOf(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : ENCODER.encode(String(value));
}
