/**
 * The greeting of a new connection: protocol, login, name and database, in one write; and what the connection before had
 * beyond that, tracking and subscriptions.
 *
 * ```text
 *   HELLO 3 AUTH user password SETNAME name, SELECT 2 ──► %7 …, +OK            RESP3
 *                                                     ──► -NOPROTO | -ERR unknown command
 *   AUTH user password, CLIENT SETNAME name, SELECT 2 ──► +OK, +OK, +OK        RESP2
 * ```
 *
 * Where a connection is for messages alone, its subscriptions come last and in a write of their own: in RESP2 a server
 * listens to little else after them.
 */
import type { CommandArgument } from "../resp/encode.ts";
import { type Reply, RespError } from "../resp/reply.ts";
import { type RedisError, redisError } from "./errors.ts";
import type { Settings } from "./options.ts";

/** What a connection knows of its server. */
export interface Greeting {
  /** What both sides speak. */
  readonly protocol: 2 | 3;
  /** Whether the server's HELLO says so: it stores structured values and knows FLUSH. */
  readonly isMiniredis: boolean;
}

/** What a connection has to be told again after the greeting. */
export interface Replay {
  /** Commands that are answered by a reply each. */
  readonly commands: readonly (readonly CommandArgument[])[];
  /** SUBSCRIBE and its like, with at least one name each: confirmed by messages. */
  readonly subscriptions: readonly (readonly CommandArgument[])[];
  /** Whether a connection is not made for it alone: it is told to those that others need. */
  readonly isPassive?: boolean;
  /** The server refuses one of them. */
  refused(error: RedisError, command: readonly CommandArgument[]): void;
}

/**
 * Sends commands in one write and waits for all of their replies, in order; that to the last `confirmed` of them is null
 * where the server confirms them by messages.
 */
export type Exchange = (commands: readonly (readonly CommandArgument[])[], confirmed: number) => Promise<Reply[]>;

/** How servers say that they do not know HELLO, or not this protocol. */
const UNKNOWN = /^(NOPROTO|ERR (unknown|unsupported) command)/i;

/**
 * Greets the server.
 *
 * @param settings Whom to log in as, what to select.
 * @param exchange Talks to the server.
 * @param replay What to tell it besides, or null.
 * @param isSubscriber Whether the connection is for messages alone.
 * @returns What the server turned out to be.
 * @throws {RedisError} The server refused the password, the name or the database. The password is not in the message.
 */
export async function greet(
  settings: Settings,
  exchange: Exchange,
  replay: Replay | null,
  isSubscriber: boolean,
): Promise<Greeting> {
  const { username, password, name, db, protocol } = settings;
  const hello: CommandArgument[] = ["HELLO", protocol];
  if (password !== "") hello.push("AUTH", username, password);
  if (name !== "") hello.push("SETNAME", name);
  const select: CommandArgument[][] = db === 0 ? [] : [["SELECT", db]];
  const greeting = [hello, ...select];
  const { commands: again, subscriptions } = replay ?? NOTHING;
  const late = isSubscriber ? subscriptions : [], early = isSubscriber ? [] : subscriptions;

  const replies = await exchange([...greeting, ...again, ...early], early.length);
  const [answer, selected] = replies;
  const isKnown = !(answer instanceof RespError && UNKNOWN.test(answer.message));
  if (isKnown) {
    check(answer, "HELLO", password);
    check(select.length === 0 ? undefined : selected, "SELECT", password);
    report(replay, [...again, ...early], replies.slice(greeting.length));
  } else {
    // only who has met RESP3 here asks for messages among the replies
    if (early.length > 0) throw new Error("the server no longer speaks RESP3");
    // an older server: one that demands a password has refused all else too, so that it is sent again
    const commands = [...select];
    if (name !== "") commands.unshift(["CLIENT", "SETNAME", name]);
    if (password !== "") commands.unshift(username === "default" ? ["AUTH", password] : ["AUTH", username, password]);
    const isRefusedToo = password !== "";
    const repeated = isRefusedToo ? [...commands, ...again] : commands;
    const answers = repeated.length === 0 ? [] : await exchange(repeated, 0);
    commands.forEach((command, i) => check(answers[i], String(command[0]), password));
    report(replay, again, isRefusedToo ? answers.slice(commands.length) : replies.slice(greeting.length));
  }
  if (late.length > 0) report(replay, late, await exchange(late, late.length));
  return isKnown ? { protocol, isMiniredis: hasField(answer, "miniredis") } : { protocol: 2, isMiniredis: false };
}

const NOTHING = { commands: [], subscriptions: [] };

/** Reports what the server refuses of what it was told again. */
function report(replay: Replay | null, commands: readonly (readonly CommandArgument[])[], replies: Reply[]): void {
  commands.forEach((command, i) => {
    const reply = replies[i];
    if (reply instanceof RespError) replay!.refused(redisError(reply.message, String(command[0])), command);
  });
}

function check(reply: Reply | undefined, command: string, password: string): void {
  if (!(reply instanceof RespError)) return;
  // servers like to repeat the arguments of a command they do not understand
  const message = password === "" ? reply.message : reply.message.replaceAll(password, "***");
  throw redisError(message, command);
}

/** Whether the reply to HELLO, a map in RESP3 and a flat array in RESP2, has this field. */
function hasField(reply: Reply | undefined, field: string): boolean {
  if (Array.isArray(reply)) return reply.some((item, i) => i % 2 === 0 && item === field);
  if (reply instanceof Map) return reply.has(field);
  return typeof reply === "object" && reply !== null && Object.hasOwn(reply, field);
}
