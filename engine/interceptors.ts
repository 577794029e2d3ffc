/**
 * Functions of a test's own that see each command before it runs, and may have something else happen to it: another reply, a
 * delay, silence, the end of the connection. While there are none, dispatch asks one bit about it.
 *
 * A command that is delayed is postponed as by CLIENT PAUSE: its client is halted before it, and dispatch comes upon it again
 * when that is over. So what its interceptor has said is kept until then.
 */
import { ByteWriter, encodeValue, type ReplyValue } from "../resp/encode.ts";
import type { Clock, TimerId } from "../store/clock.ts";
import type { Args } from "./args.ts";
import { type ClientState, GATE_CUT } from "./client_state.ts";
import { type Command, IMMEDIATE } from "./command.ts";
import { CommandError } from "./errors.ts";
import type { Log } from "./log.ts";
import { SERVER_INTERCEPTED, type ServerGates } from "./server_gates.ts";

/**
 * A command on its way to a {@linkcode Server}, as an {@linkcode Interceptor} and {@linkcode Server.commands} see it.
 *
 * @example What a client has sent
 * ```ts
 * import { type InterceptedCommand, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const seen: string[] = [];
 * using _ = server.intercept((command: InterceptedCommand) => {
 *   if (command.name === "SET") seen.push(command.args.join(" "));
 * });
 * await client.set("name", "Alice");
 * assertEquals(seen, ["name Alice"]);
 * ```
 */
export interface InterceptedCommand {
  /** Its name in capitals, for a subcommand with that of its container: `GET`, `CONFIG SET`. Of a command that there is not, its first word. */
  readonly name: string;
  /** What follows the name, as text; what is no UTF-8 has U+FFFD in its place. */
  readonly args: readonly string[];
  /** The same as bytes; of a structured value, those that stand for it in RESP. */
  readonly bytes: readonly Uint8Array[];
}

/**
 * The connection that a command came by.
 *
 * @example Only one of the clients is refused
 * ```ts
 * import { type InterceptedConnection, RedisError, Server } from "@x/miniredis";
 * import { assertRejects } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using worker = server.client({ name: "worker" });
 * await using other = server.client();
 * using _ = server.intercept((command, from: InterceptedConnection) => {
 *   if (command.name === "GET" && from.name === "worker") return { error: "LOADING Redis is loading the dataset in memory" };
 * });
 * await other.get("k");
 * await assertRejects(() => worker.get("k"), RedisError, "LOADING");
 * ```
 */
export interface InterceptedConnection {
  /** As in CLIENT ID. */
  readonly id: number;
  /** As in CLIENT GETNAME; empty without one. */
  readonly name: string;
  /** `ip:port` of the client; `memory:` and a number for one in memory. */
  readonly address: string;
  /** The selected database. */
  readonly db: number;
  /** What HELLO has agreed on. */
  readonly protocol: 2 | 3;
}

/**
 * What is to happen to a command. At most one of `reply`, `error`, `drop`, `hang` and `cutAfterBytes` may be given; with
 * `delayMs` alone the command runs after that time.
 *
 * @example A slow command, and a reply that is cut off
 * ```ts
 * import { type Interception, Server } from "@x/miniredis";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * await using server = await Server.start({ clock: "manual" });
 * await using client = server.client();
 * const happens: Record<string, Interception> = { GET: { delayMs: 500 }, INCR: { cutAfterBytes: 0 } };
 * using _ = server.intercept((command) => happens[command.name]);
 * const slow = client.get("k");
 * await server.clock.tick(500);
 * assertEquals(await slow, null);
 * await assertRejects(() => client.incr("n")); // executed, but the client cannot know
 * assertEquals(server.db(0).get("n"), "1");
 * ```
 */
export interface Interception {
  /** How long the connection waits before the rest happens, in milliseconds of the server's clock. */
  readonly delayMs?: number;
  /**
   * The command is not run, and this is its reply: text as a bulk string, `new SimpleString("OK")` as a simple one. Commands
   * within a transaction have none of their own, EXEC answers for them: there it is an error.
   */
  readonly reply?: ReplyValue;
  /** The command is not run, and this is its error reply, its code included: `"LOADING Redis is loading …"`. */
  readonly error?: string;
  /** The command is not run, and the connection ends, once the replies before it are sent. */
  readonly drop?: true;
  /**
   * The command is not run, and neither it nor what follows on the connection is ever answered. Who closes a client that still
   * waits for the reply waits with it, until `server.dropConnections()`, `reset()` or `close()` ends the connection.
   */
  readonly hang?: true;
  /** The command is run; the connection ends after so many bytes of its reply. */
  readonly cutAfterBytes?: number;
}

/** What an interceptor may answer: nothing, and the next one is asked, or the command runs. */
type InterceptorResult = Interception | undefined | void;

/**
 * Sees a command before it runs, and may say what is to happen instead; where it says nothing, the next interceptor is asked,
 * or the command runs. It may answer later: until then the connection waits,
 * and others go on.
 *
 * @example Holding a command back until something else has happened
 * ```ts
 * import { type Interceptor, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using slow = server.client({ name: "slow" });
 * await using fast = server.client();
 * const { promise, resolve } = Promise.withResolvers<void>();
 * const hold: Interceptor = async (command, from) => {
 *   if (command.name === "GET" && from.name === "slow") await promise;
 * };
 * using _ = server.intercept(hold);
 * const late = slow.get("k");
 * await fast.set("k", "written meanwhile");
 * resolve();
 * assertEquals(await late, "written meanwhile");
 * ```
 */
export type Interceptor = (
  command: InterceptedCommand,
  connection: InterceptedConnection,
) => Interception | undefined | void | Promise<Interception | undefined | void>;

/** Is told of each command once, when it arrives. */
export type CommandObserver = (command: InterceptedCommand, connection: InterceptedConnection) => void;

/** An error reply that a test has asked for: it stays as it is. */
export class InjectedError extends CommandError {}

/** A client that waits because of an interceptor. */
interface Held {
  /** What happens when dispatch comes upon the command again; undefined while it has to wait. */
  outcome: Interception | undefined;
  timer: TimerId | null;
}

/** The command runs. */
const RUN: Interception = {};
const OUTCOMES = ["reply", "error", "drop", "hang", "cutAfterBytes"] as const;
const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });
const NO_REPLY_IN_TRANSACTION = new InjectedError(
  "ERR",
  "an interceptor cannot reply to a command of a transaction: EXEC does that",
);

/** What interceptors need of a server. */
export interface InterceptorParts {
  readonly gates: ServerGates;
  readonly clock: Clock;
  readonly log: Log;
}

export class Interceptors {
  /** Those of the server that runs now: they are more lasting than its parts. */
  #parts: InterceptorParts | null = null;
  #interceptors: readonly Interceptor[] = [];
  #observer: CommandObserver | null = null;
  readonly #held: Map<ClientState, Held> = new Map();

  /** From now on they are asked by this server. */
  connect(parts: InterceptorParts): void {
    this.#parts = parts;
    this.#setGate();
  }

  /** Asks an interceptor about each command, after those that are there; what it returns takes it away again. */
  add(interceptor: Interceptor): () => void {
    const own: Interceptor = (command, connection) => interceptor(command, connection); // the same may be added twice
    this.#interceptors = [...this.#interceptors, own];
    this.#setGate();
    return () => {
      this.#interceptors = this.#interceptors.filter((other) => other !== own);
      this.#setGate();
    };
  }

  /** Takes all of them away. What they have said of commands that wait already stays. */
  clear(): void {
    this.#interceptors = [];
    this.#setGate();
  }

  /** Ends the connections of those who wait because of an interceptor. */
  drop(): void {
    for (const { connection } of [...this.#held.keys()]) connection.close();
  }

  /** Tells an observer of each command; there is one. */
  observe(observer: CommandObserver): void {
    this.#observer = observer;
    this.#setGate();
  }

  #setGate(): void {
    const isAsked = this.#interceptors.length > 0 || this.#observer !== null || this.#held.size > 0;
    this.#parts?.gates.set(SERVER_INTERCEPTED, isAsked);
  }

  /**
   * May a command be run now? If not, its client waits, or it has its reply.
   *
   * @param command What the request is; null: there is no such command.
   * @throws {InjectedError} It is to be answered with an error.
   */
  admit(client: ClientState, command: Command | null, args: Args): boolean {
    const held = this.#held.get(client);
    if (held === undefined) return this.#decide(client, command, this.#ask(client, command, args));
    if (held.outcome === undefined) { // its connection was resumed for another reason
      this.#postpone(client);
      return false;
    }
    this.forget(client);
    return this.#happen(client, command, held.outcome);
  }

  /** An admitted command has to wait for another reason: when it comes again, it has been admitted. */
  keepAdmitted(client: ClientState): void {
    this.#hold(client, { outcome: RUN, timer: null });
  }

  /** The connection has ended. */
  forget(client: ClientState): void {
    const held = this.#held.get(client);
    if (held === undefined) return;
    if (held.timer !== null) this.#parts!.clock.clearTimeout(held.timer);
    this.#held.delete(client);
    this.#setGate();
  }

  #ask(client: ClientState, command: Command | null, args: Args): InterceptorResult | Promise<InterceptorResult> {
    const seen = commandOf(command, args), connection = connectionOf(client);
    this.#observer?.(seen, connection);
    const interceptors = this.#interceptors;
    for (const [i, interceptor] of interceptors.entries()) {
      if (!this.#interceptors.includes(interceptor)) continue; // one before has taken it away
      try {
        const result = interceptor(seen, connection);
        if (result instanceof Promise) {
          return this.#awaitRest(result, interceptors.slice(i + 1), seen, connection, client);
        }
        if (result !== undefined) return result;
      } catch (error) {
        return this.#failed(error);
      }
    }
  }

  /** The answer of an interceptor that takes its time; then that of those behind it, while the client is there. */
  async #awaitRest(
    first: Promise<InterceptorResult>,
    others: readonly Interceptor[],
    command: InterceptedCommand,
    connection: InterceptedConnection,
    client: ClientState,
  ): Promise<InterceptorResult> {
    try {
      let result = await first;
      for (const interceptor of others) {
        if (result !== undefined || !this.#held.has(client)) break;
        if (this.#interceptors.includes(interceptor)) result = await interceptor(command, connection);
      }
      return result;
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** An interceptor has thrown: the test is to hear of it, where it waits for a reply. */
  #failed(error: unknown): Interception {
    const isError = error instanceof Error;
    this.#parts!.log.log(
      "warning",
      `An interceptor has thrown: ${isError ? error.stack ?? String(error) : String(error)}`,
    );
    const text = (isError ? error.message : String(error)).replaceAll(/\s*[\r\n]+\s*/g, " "); // a reply is one line
    return { error: `ERR an interceptor has thrown: ${text}` };
  }

  #decide(
    client: ClientState,
    command: Command | null,
    result: InterceptorResult | Promise<InterceptorResult>,
  ): boolean {
    if (result === undefined) return true;
    if (result instanceof Promise) {
      const held: Held = { outcome: undefined, timer: null };
      this.#hold(client, held);
      this.#postpone(client);
      result.then((outcome) => this.#decideLater(client, held, outcome ?? RUN));
      return false;
    }
    return this.#happenAfter(client, command, this.#checked(result));
  }

  #decideLater(client: ClientState, held: Held, outcome: Interception): void {
    if (this.#held.get(client) !== held) return; // gone meanwhile
    this.#schedule(client, held, this.#checked(outcome));
  }

  /** Has it happen now, or after its delay. */
  #happenAfter(client: ClientState, command: Command | null, outcome: Interception): boolean {
    if (outcome.delayMs === undefined && outcome.hang !== true) return this.#happen(client, command, outcome);
    const held: Held = { outcome: undefined, timer: null };
    this.#hold(client, held);
    this.#postpone(client);
    if (outcome.hang !== true) this.#schedule(client, held, outcome);
    return false;
  }

  /** The client waits already: it goes on after the delay, if there is one. */
  #schedule(client: ClientState, held: Held, outcome: Interception): void {
    if (outcome.hang === true) return;
    const goOn = () => {
      held.timer = null;
      held.outcome = outcome;
      resume(client);
    };
    if (outcome.delayMs === undefined) goOn();
    else held.timer = this.#parts!.clock.setTimeout(goOn, outcome.delayMs);
  }

  #hold(client: ClientState, held: Held): void {
    this.#held.set(client, held);
    this.#setGate();
  }

  #postpone(client: ClientState): void {
    client.isPostponed = client.isHalted = true;
  }

  #happen(client: ClientState, command: Command | null, outcome: Interception): boolean {
    const { error, reply, cutAfterBytes } = outcome;
    if (error !== undefined) throw injected(error);
    if (reply !== undefined) {
      const isQueued = client.transaction !== null && (command === null || (command.flags & IMMEDIATE) === 0);
      if (isQueued) throw NO_REPLY_IN_TRANSACTION;
      const writer = new ByteWriter();
      encodeValue(writer, reply, client.out.protocol);
      const bytes = writer.take();
      client.out.raw(bytes, 0, bytes.length);
      return false;
    }
    if (outcome.drop === true) {
      client.closeAfterReply();
      return false;
    }
    if (cutAfterBytes !== undefined) {
      client.cutAfterBytes = cutAfterBytes;
      client.gates |= GATE_CUT;
    }
    return true;
  }

  /** What an interceptor has answered, or an error in its place where that makes no sense. */
  #checked(outcome: Interception): Interception {
    try {
      check(outcome);
      return outcome;
    } catch (error) {
      return this.#failed(error);
    }
  }
}

function check(outcome: Interception): void {
  const given = OUTCOMES.filter((name) => outcome[name] !== undefined);
  if (given.length > 1) throw new TypeError(`Cannot have ${given[0]} and ${given[1]} of the same command`);
  if (given.length === 0 && outcome !== RUN && outcome.delayMs === undefined) {
    throw new TypeError(`An interception is one of delayMs, ${OUTCOMES.join(", ")}`);
  }
  for (const name of ["delayMs", "cutAfterBytes"] as const) {
    const value = outcome[name];
    if (value !== undefined && !(value >= 0 && value < Infinity)) {
      throw new TypeError(`Cannot take ${value} for ${name}`);
    }
  }
  if (outcome.reply !== undefined) encodeValue(new ByteWriter(), outcome.reply, 3);
  if (outcome.error !== undefined) injected(outcome.error);
}

/** @throws {TypeError} The text cannot be an error reply: that is one line, and begins with its code. */
export function injected(text: string): InjectedError {
  if (!/^\S[^\r\n]*$/.test(text)) throw new TypeError(`Cannot reply an error of ${JSON.stringify(text)}`);
  const space = text.indexOf(" ");
  return space < 0 ? new InjectedError(text, "") : new InjectedError(text.slice(0, space), text.slice(space + 1));
}

function resume(client: ClientState): void {
  client.isPostponed = false;
  client.isHalted = client.isClosing;
  client.connection.resume();
}

function commandOf(command: Command | null, args: Args): InterceptedCommand {
  const bytes = Array.from({ length: args.count }, (_, i) => args.bytes.slice(args.start(i), args.end(i)));
  const resolved = args.count > 1 ? command?.resolve(args) ?? command : command;
  const name = resolved === null ? UTF8.decode(bytes[0]) : resolved.name.replace("|", " ");
  bytes.splice(0, resolved !== null && resolved.name.includes("|") ? 2 : 1);
  return { name: name.toUpperCase(), bytes, args: bytes.map((arg) => UTF8.decode(arg)) };
}

function connectionOf(
  { id, name, connection: { address }, db, out: { protocol } }: ClientState,
): InterceptedConnection {
  return { id, name, address, db, protocol };
}
