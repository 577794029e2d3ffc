/**
 * The greeting of a new connection: protocol, login, name and database, in one write.
 *
 * ```text
 *   HELLO 3 AUTH user password SETNAME name, SELECT 2 ──► %7 …, +OK            RESP3
 *                                                     ──► -NOPROTO | -ERR unknown command
 *   AUTH user password, CLIENT SETNAME name, SELECT 2 ──► +OK, +OK, +OK        RESP2
 * ```
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

/** Sends commands in one write and waits for all of their replies. */
export type Exchange = (commands: readonly (readonly CommandArgument[])[]) => Promise<Reply[]>;

/** How servers say that they do not know HELLO, or not this protocol. */
const UNKNOWN = /^(NOPROTO|ERR (unknown|unsupported) command)/i;

/**
 * Greets the server.
 *
 * @param settings Whom to log in as, what to select.
 * @param exchange Talks to the server.
 * @returns What the server turned out to be.
 * @throws {RedisError} The server refused the password, the name or the database. The password is not in the message.
 */
export async function greet(settings: Settings, exchange: Exchange): Promise<Greeting> {
  const { username, password, name, db, protocol } = settings;
  const hello: CommandArgument[] = ["HELLO", protocol];
  if (password !== "") hello.push("AUTH", username, password);
  if (name !== "") hello.push("SETNAME", name);
  const select: CommandArgument[][] = db === 0 ? [] : [["SELECT", db]];

  const [answer, selected] = await exchange([hello, ...select]);
  if (answer instanceof RespError && UNKNOWN.test(answer.message)) {
    // an older server: one that demands a password has refused SELECT too, so that it is sent again
    const commands = [...select];
    if (name !== "") commands.unshift(["CLIENT", "SETNAME", name]);
    if (password !== "") commands.unshift(username === "default" ? ["AUTH", password] : ["AUTH", username, password]);
    const replies = commands.length === 0 ? [] : await exchange(commands);
    commands.forEach((command, i) => check(replies[i], String(command[0]), password));
    return { protocol: 2, isMiniredis: false };
  }
  check(answer, "HELLO", password);
  check(selected, "SELECT", password);
  return { protocol, isMiniredis: hasField(answer, "miniredis") };
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
