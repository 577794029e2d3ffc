/** Compares all that two servers hold. */
import { isDistances, isEqual, isSameReply } from "./normalise.ts";
import { NO_REPLY, type Peer } from "./peer.ts";
import { latin1, parseReplies, printReply } from "./reply.ts";
import type { Command, Word } from "./words.ts";

const DATABASES = ["0", "1"];
const DISTANCES = ["dist0", "dist1"];
/** Where the dump of another key is restored to. */
const SIDE_KEY = "side";

/** Two servers that should be alike. */
export interface Pair {
  readonly ours: Peer;
  readonly theirs: Peer;
  /** Names of the commands that both have, in upper case. */
  readonly commands: ReadonlySet<string>;
  /** Whether both answer DEBUG DIGEST. */
  readonly hasDigest: boolean;
  /** Whether both answer DEBUG RELOAD. */
  readonly hasReload: boolean;
}

/** A command that was answered differently. */
export interface Mismatch {
  readonly command: Command;
  readonly ours: Uint8Array;
  readonly theirs: Uint8Array;
}

/**
 * Has both servers answer the same commands.
 *
 * @param pair The servers.
 * @param commands The commands.
 * @param isSame What makes two replies alike.
 * @returns The replies of the reference, up to the first that differs, and that one.
 */
export async function ask(
  pair: Pair,
  commands: readonly Command[],
  isSame: (command: Command, ours: Uint8Array, theirs: Uint8Array) => boolean = isSameReply,
): Promise<{ replies: Uint8Array[]; mismatch: Mismatch | null }> {
  const [ours, theirs] = await Promise.all([pair.ours.exchange(commands), pair.theirs.exchange(commands)]);
  const at = commands.findIndex((command, i) => theirs[i] === NO_REPLY || !isSame(command, ours[i]!, theirs[i]!));
  if (at === -1) return { replies: theirs, mismatch: null };
  return { replies: theirs.slice(0, at), mismatch: { command: commands[at]!, ours: ours[at]!, theirs: theirs[at]! } };
}

/**
 * Compares every key of both databases: its type, encoding, expiry and value; then the digest of all.
 *
 * @param pair The servers.
 * @param withDumps Whether each value is dumped by each server and restored by both as well, and all of them reloaded.
 * @returns The first difference, if there is one.
 */
export async function compareContents(pair: Pair, withDumps: boolean): Promise<Mismatch | null> {
  const mismatch = await compareDatabases(pair, withDumps, true);
  if (mismatch !== null || !withDumps || !pair.hasReload) return mismatch;
  // what was large may be packed now, in any order
  return (await ask(pair, [["DEBUG", "RELOAD"]])).mismatch ?? await compareDatabases(pair, false, false);
}

async function compareDatabases(pair: Pair, withDumps: boolean, inOrder: boolean): Promise<Mismatch | null> {
  for (const database of DATABASES) {
    const { replies, mismatch } = await ask(pair, [["SELECT", database], ["DBSIZE"], ["KEYS", "*"]]);
    if (mismatch !== null) return mismatch;
    const keys = bodies(replies[2]!);
    const difference = await compareValues(pair, keys, inOrder) ?? (withDumps ? await compareDumps(pair, keys) : null);
    if (difference !== null) return difference;
    await ask(pair, [["DEL", ...DISTANCES]]); // the digest minds every digit
  }
  return pair.hasDigest ? (await ask(pair, [["DEBUG", "DIGEST"]])).mismatch : null;
}

async function compareValues(pair: Pair, keys: readonly Word[], inOrder: boolean): Promise<Mismatch | null> {
  const about = keys.flatMap((key) => [["TYPE", key], ["OBJECT", "ENCODING", key], ["PEXPIRETIME", key]]);
  const { replies, mismatch } = await ask(pair, about);
  if (mismatch !== null) return mismatch;
  const values = keys.map((key, i) => valueCommand(key, replies[3 * i]!));
  // what is packed has an order, which must be the same
  const packed = new Set(values.filter((_, i) => !latin1(replies[3 * i + 1]!).includes("hashtable")));
  return (await ask(pair, values, (command, ours, theirs) => {
    return inOrder && packed.has(command) && !isDistances(command)
      ? isEqual(ours, theirs)
      : isSameReply(command, ours, theirs);
  })).mismatch;
}

/** Restores what either server dumped in both, and compares that with the original and with each other. */
async function compareDumps(pair: Pair, keys: readonly Word[]): Promise<Mismatch | null> {
  if (!pair.commands.has("DUMP") || !pair.commands.has("RESTORE")) return null;
  const dumps = keys.map((key) => ["DUMP", key]);
  const types = await pair.theirs.exchange(keys.map((key) => ["TYPE", key]));
  const originals = await pair.theirs.exchange(keys.map((key, i) => valueCommand(key, types[i]!)));
  const [ours, theirs] = await Promise.all([pair.ours.exchange(dumps), pair.theirs.exchange(dumps)]);
  for (const [i, type] of types.entries()) {
    for (const dump of [ours[i]!, theirs[i]!]) {
      const payload = bodies(dump)[0];
      if (payload === undefined) return { command: dumps[i]!, ours: ours[i]!, theirs: theirs[i]! };
      const side = isDistances(dumps[i]!) ? DISTANCES[0]! : SIDE_KEY;
      const value = valueCommand(side, type);
      const restore = ["RESTORE", side, "0", payload, "REPLACE"];
      const { replies, mismatch } = await ask(pair, [restore, ["OBJECT", "ENCODING", side], value]);
      if (mismatch !== null) return mismatch;
      if (!isSameReply(value, withoutMinusZero(replies[2]!), withoutMinusZero(originals[i]!))) {
        return { command: restore, ours: replies[2]!, theirs: originals[i]! };
      }
    }
  }
  return (await ask(pair, [["DEL", SIDE_KEY]])).mismatch;
}

/** What was large may be packed when it is restored, where a score of minus zero becomes the integer 0. */
function withoutMinusZero(reply: Uint8Array): Uint8Array {
  const text = latin1(reply).replaceAll("$2\r\n-0\r\n", "$1\r\n0\r\n").replaceAll(",-0\r\n", ",0\r\n");
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** The command that shows all of a value. */
function valueCommand(key: Word, type: Uint8Array): Command {
  switch (latin1(type)) {
    case "+list\r\n":
      return ["LRANGE", key, "0", "-1"];
    case "+hash\r\n":
      return ["HGETALL", key];
    case "+set\r\n":
      return ["SMEMBERS", key];
    case "+zset\r\n":
      return ["ZRANGE", key, "0", "-1", "WITHSCORES"];
    case "+stream\r\n":
      return ["XRANGE", key, "-", "+"];
    default:
      return ["GET", key];
  }
}

/** The strings of a reply. */
function bodies(reply: Uint8Array): Uint8Array[] {
  return parseReplies(reply).flatMap((one) => one.items ?? [one]).flatMap((leaf) => {
    if (leaf.type !== "$" || leaf.items !== undefined || leaf.text === null) return [];
    return [Uint8Array.from(leaf.text, (character) => character.charCodeAt(0))];
  });
}

/** The bytes of replies as text. */
export function printBytes(replies: Uint8Array): string {
  return parseReplies(replies).map(printReply).join(" ");
}
