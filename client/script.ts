/**
 * Scripts: sent as a whole the first time, and by their hash from then on.
 */
import type { CommandArgument } from "../resp/encode.ts";
import type { Reply } from "../resp/reply.ts";
import { type CommandArguments, pushCounted, pushMany } from "./command_arguments.ts";
import { EVAL, EVAL_RO, EVALSHA, EVALSHA_RO } from "./command_table.ts";
import { RedisError } from "./errors.ts";
import type { SendOptions, Vocabulary } from "./vocabulary.ts";

/**
 * What {@linkcode defineScript} takes.
 *
 * @example It takes one key, and only reads
 * ```ts
 * import { defineScript, type ScriptDefinition } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const definition: ScriptDefinition = { lua: 'return redis.call("GET", KEYS[1])', keys: 1, readonly: true };
 * assertEquals(defineScript(definition).readonly, true);
 * ```
 */
export interface ScriptDefinition {
  /** The program, in Lua. */
  lua: string;
  /** How many keys it takes; by default any number. */
  keys?: number;
  /** It only reads: sent as EVAL_RO, which Redis knows from version 7 on and allows on replicas. By default false. */
  readonly?: boolean;
}

/**
 * A script that clients can run. It belongs to none of them.
 *
 * @example One for all clients
 * ```ts
 * import { type Client, defineScript, type Script } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const unlock: Script = defineScript({ lua: 'return redis.call("DEL", KEYS[1])', keys: 1 });
 * const release = async (client: Client) => await client.run(unlock, "lock") === 1;
 * assertEquals([unlock.keys, unlock.readonly], [1, false]);
 * ```
 */
export interface Script {
  /** The program, in Lua. */
  readonly lua: string;
  /** How many keys it takes; null: any number. */
  readonly keys: number | null;
  /** Whether it only reads. */
  readonly readonly: boolean;
}

/**
 * Defines a script, to be run by {@linkcode Commands.run}.
 *
 * @param definition The program, and what is known of it.
 * @returns The script. Nothing is sent.
 * @throws {RangeError} The number of keys is none.
 *
 * @example A counter with a limit
 * ```ts
 * import { Client, defineScript } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const take = defineScript({
 *   keys: 1,
 *   lua: `
 *     local n = redis.call("INCR", KEYS[1])
 *     return n <= tonumber(ARGV[1])`,
 * });
 * assertEquals(take.keys, 1);
 * const isAllowed = (client: Client) => client.run(take, "visits", 100); // 1, or null
 * ```
 */
export function defineScript(definition: ScriptDefinition): Script {
  const { lua, keys = null, readonly = false } = definition;
  if (keys !== null && (!Number.isInteger(keys) || keys < 0)) {
    throw new RangeError(`Cannot define a script: keys must be an integer from 0: current value is ${keys}`);
  }
  return Object.freeze({ lua, keys, readonly });
}

/** The hashes of scripts that have been run: known as soon as the promise has resolved. */
const HASHES = new WeakMap<Script, string | Promise<string>>();

/**
 * Runs a script by its hash, where that is known, and as a whole where the server does not know it.
 *
 * The hash is made while the script is sent for the first time: nobody waits for it, so that commands keep their order.
 *
 * @param commands Who sends.
 * @param script The script.
 * @param keys Its keys.
 * @param args Its other arguments.
 * @param options How the reply is read, and how long it is waited for.
 * @returns The reply.
 */
export async function run(
  commands: Vocabulary,
  script: Script,
  keys: CommandArguments,
  args: CommandArguments,
  options: SendOptions | undefined,
): Promise<Reply> {
  const hash = HASHES.get(script);
  if (typeof hash !== "string") {
    const reply = runWhole(commands, script, keys, args, options);
    const [outcome] = await Promise.allSettled([reply, hash ?? learnHash(script)]);
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  }
  const info = script.readonly ? EVALSHA_RO : EVALSHA;
  try {
    return await commands.execute(info, request(info.name, hash, script, keys, args), options?.decode, options, null);
  } catch (error) {
    if (!(error instanceof RedisError && error.code === "NOSCRIPT")) throw error;
    return await runWhole(commands, script, keys, args, options);
  }
}

/**
 * Runs a script as a whole.
 *
 * @param commands Who sends.
 * @param script The script.
 * @param keys Its keys.
 * @param args Its other arguments.
 * @param options How the reply is read, and how long it is waited for.
 * @returns The reply.
 * @throws {TypeError} The script takes another number of keys.
 */
export function runWhole(
  commands: Vocabulary,
  script: Script,
  keys: CommandArguments,
  args: CommandArguments,
  options: SendOptions | undefined,
): Promise<Reply> {
  const info = script.readonly ? EVAL_RO : EVAL;
  const command = request(info.name, script.lua, script, keys, args);
  return commands.execute(info, command, options?.decode, options, null);
}

function request(
  name: string,
  program: string,
  script: Script,
  keys: CommandArguments,
  args: CommandArguments,
): CommandArgument[] {
  const command: CommandArgument[] = [name, program];
  pushCounted(command, keys);
  if (script.keys !== null && script.keys !== command[2]) {
    throw new TypeError(`Cannot run the script: it takes ${script.keys} keys, but ${command[2]} were given`);
  }
  pushMany(command, args);
  return command;
}

function learnHash(script: Script): Promise<string> {
  const hash = hashOf(script.lua).then((hex) => {
    HASHES.set(script, hex);
    return hex;
  });
  HASHES.set(script, hash);
  return hash;
}

/** SHA-1 by Web Crypto: node:crypto would cost every program that imports a client some 30 ms at its start. */
async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}
