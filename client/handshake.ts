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
 * Subscriptions are confirmed by messages, and refused by an error that answers nothing else; so a PING follows them.
 */
import type { CommandArgument } from "../resp/encode.ts";
import { type Reply, RespError } from "../resp/reply.ts";
import { RedisError } from "./errors.ts";
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
  /** Commands that are answered by a reply each, of which errors are reported to {@linkcode refused}. */
  readonly commands: readonly (readonly CommandArgument[])[];
  /** Commands that are confirmed by messages. */
  readonly subscriptions: readonly (readonly CommandArgument[])[];
  /** Whether a connection is not made for it alone: it is told to those that others need. */
  readonly isPassive?: boolean;
  /** The server refuses one of them. */
  refused(error: RedisError): void;
}

/** Sends commands in one write and waits for all of their replies, or for that to the last where some have none. */
export type Exchange = (commands: readonly (readonly CommandArgument[])[], isCounted: boolean) => Promise<Reply[]>;

/** Follows commands without replies. */
const FENCE: readonly CommandArgument[] = ["PING", "miniredis"];

/** How servers say that they do not know HELLO, or not this protocol. */
const UNKNOWN = /^(NOPROTO|ERR (unknown|unsupported) command)/i;

/**
 * Greets the server.
 *
 * @param settings Whom to log in as, what to select.
 * @param exchange Talks to the server.
 * @param replay What to tell it besides, or null.
 * @returns What the server turned out to be.
 * @throws {RedisError} The server refused the password, the name or the database. The password is not in the message.
 */
export async function greet(settings: Settings, exchange: Exchange, replay: Replay | null): Promise<Greeting> {
  const { username, password, name, db, protocol } = settings;
  const hello: CommandArgument[] = ["HELLO", protocol];
  if (password !== "") hello.push("AUTH", username, password);
  if (name !== "") hello.push("SETNAME", name);
  const select: CommandArgument[][] = db === 0 ? [] : [["SELECT", db]];

  const greeting = [hello, ...select];
  const again = replay === null ? [] : [...replay.commands, ...replay.subscriptions];
  if (replay !== null && replay.subscriptions.length > 0) again.push(FENCE);
  const replies = await exchange([...greeting, ...again], again.at(-1) !== FENCE);
  const [answer, selected] = replies;
  if (!(answer instanceof RespError && UNKNOWN.test(answer.message))) {
    check(answer, "HELLO", password);
    check(select.length === 0 ? undefined : selected, "SELECT", password);
    if (replay !== null) checkReplay(replay, replies.slice(greeting.length), again);
    return { protocol, isMiniredis: hasField(answer, "miniredis") };
  }
  // an older server: one that demands a password has refused all else too, so that it is sent again
  const commands = [...select];
  if (name !== "") commands.unshift(["CLIENT", "SETNAME", name]);
  if (password !== "") commands.unshift(username === "default" ? ["AUTH", password] : ["AUTH", username, password]);
  const isRefusedToo = password !== "";
  const late = isRefusedToo ? again : [];
  const answers = commands.length + late.length === 0
    ? []
    : await exchange([...commands, ...late], late.at(-1) !== FENCE);
  commands.forEach((command, i) => check(answers[i], String(command[0]), password));
  if (replay !== null) {
    checkReplay(replay, isRefusedToo ? answers.slice(commands.length) : replies.slice(greeting.length), again);
  }
  return { protocol: 2, isMiniredis: false };
}

/** Reports what the server refuses of what it was told again. */
function checkReplay(replay: Replay, replies: Reply[], commands: readonly (readonly CommandArgument[])[]): void {
  const last = commands.at(-1) === FENCE ? replies.length - 1 : replies.length;
  for (let i = 0; i < last; i++) {
    const reply = replies[i];
    const command = i < replay.commands.length ? replay.commands[i]! : replay.subscriptions[0]!;
    if (reply instanceof RespError) replay.refused(new RedisError(reply.message, String(command[0])));
  }
}

function check(reply: Reply | undefined, command: string, password: string): void {
  if (!(reply instanceof RespError)) return;
  // servers like to repeat the arguments of a command they do not understand
  const message = password === "" ? reply.message : reply.message.replaceAll(password, "***");
  throw new RedisError(message, command);
}

/** Whether the reply to HELLO, a map in RESP3 and a flat array in RESP2, has this field. */
function hasField(reply: Reply | undefined, field: string): boolean {
  if (Array.isArray(reply)) return reply.some((item, i) => i % 2 === 0 && item === field);
  if (reply instanceof Map) return reply.has(field);
  return typeof reply === "object" && reply !== null && Object.hasOwn(reply, field);
}
