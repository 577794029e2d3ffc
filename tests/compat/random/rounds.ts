/**
 * Random commands by the round, on two servers side by side.
 *
 * A round is some hundred commands on emptied servers, in one protocol and with thresholds of its own, most of them of one
 * type. It depends on the seed and its number alone, so that any round can be run again by itself. At its end all keys are
 * compared. A round that differs is run again with fewer and fewer commands, until none can be left out.
 *
 * @module
 */
import { bitmapCommand } from "./bitmap.ts";
import { ask, compareContents, type Mismatch, type Pair, printBytes } from "./contents.ts";
import { genericCommand } from "./generic.ts";
import { geoCommand } from "./geo.ts";
import { hashCommand } from "./hash.ts";
import { hyperloglogCommand } from "./hyperloglog.ts";
import { listCommand } from "./list.ts";
import { textOf } from "./normalise.ts";
import type { Peer } from "./peer.ts";
import { latin1, parseReplies, quoted } from "./reply.ts";
import { setCommand } from "./set.ts";
import { shrink } from "./shrink.ts";
import { sortCommand } from "./sort.ts";
import { lexicalCommand, sortedSetCommand } from "./sorted_set.ts";
import { streamCommand } from "./stream.ts";
import { stringCommand } from "./string.ts";
import { cased, type Command, type Generator, Random, times, type Word } from "./words.ts";

/** The generators, by the name that selects them. */
export const GENERATORS: Readonly<Record<string, Generator>> = {
  string: stringCommand,
  bitmap: bitmapCommand,
  hyperloglog: hyperloglogCommand,
  list: listCommand,
  hash: hashCommand,
  set: setCommand,
  "sorted-set": sortedSetCommand,
  lexical: lexicalCommand,
  geo: geoCommand,
  sort: sortCommand,
  stream: streamCommand,
  generic: genericCommand,
};

const COMMANDS_PER_ROUND = 600;
/** Commands sent at once. */
const CHUNK = 100;
/** Every so many rounds values are dumped and restored as well. */
const DUMP_ROUNDS = 4;

/** Thresholds, as they are and so small that encodings change all the time. */
const THRESHOLDS: Readonly<Record<string, readonly [initial: string, ...others: string[]]>> = {
  "hash-max-listpack-entries": ["128", "8", "8", "2", "0", "512"],
  "hash-max-listpack-value": ["64", "64", "8"],
  "list-max-listpack-size": ["-2", "4", "4", "1", "-1"],
  "list-compress-depth": ["0", "0", "1"],
  "set-max-intset-entries": ["512", "8", "8", "0"],
  "zset-max-listpack-entries": ["128", "8", "8", "2", "0"],
  "zset-max-listpack-value": ["64", "64", "8"],
  "hll-sparse-max-bytes": ["3000", "3000", "100", "0"],
  "stream-node-max-entries": ["100", "4", "4", "1", "0"],
  "stream-node-max-bytes": ["4096", "4096", "128", "0"],
};

const DEFAULTS = Object.fromEntries(Object.entries(THRESHOLDS).map(([name, values]) => [name, values[0]]));

/** One round, ready to be run any number of times. */
export interface Round {
  readonly number: number;
  readonly protocol: 2 | 3;
  /** The thresholds that are not as they are by default. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  readonly commands: readonly Command[];
  readonly withDumps: boolean;
}

/** Where a round went apart. */
export interface Difference extends Mismatch {
  /** The index of the command; the count of all commands where their contents were compared. */
  readonly at: number;
  /** The command's name, and `contents: ` before it where those were compared. */
  readonly label: string;
}

/**
 * Makes a round.
 *
 * @param seed Where its randomness comes from, together with its number.
 * @param number Its number, from 0.
 * @param types Names of {@linkcode GENERATORS}.
 * @param known Names of the commands to make; all others are left out.
 * @returns The round.
 */
export function makeRound(seed: number, number: number, types: readonly string[], known: ReadonlySet<string>): Round {
  const random = new Random(Math.imul(seed, 0x9e3779b1) + Math.imul(number + 1, 0x85ebca6b));
  const generators = types.map((type) => GENERATORS[type]!);
  const focus = generators[number % generators.length]!;
  const share = focus === genericCommand ? 2 : 4; // keys in general need keys
  const hasInitial = random.int(3) === 0;
  const settings = Object.entries(THRESHOLDS).flatMap(([name, values]) => {
    const value = hasInitial ? values[0] : random.pick(values);
    return value === values[0] ? [] : [[name, value] as const];
  });
  const commands: Command[] = [];
  for (let tries = 0; commands.length < COMMANDS_PER_ROUND && tries < 20 * COMMANDS_PER_ROUND; tries++) {
    const command = (random.int(share) === 0 ? random.pick(generators) : focus)(random);
    const name = textOf(command[0]).toUpperCase();
    if (!known.has(name)) continue;
    if (MINDS_ERRNO.test(name)) commands.push(CLEAR_ERRNO);
    commands.push(asked(random, altered(random, command)));
  }
  return {
    number,
    protocol: Math.floor(number / generators.length) % 2 === 0 ? 2 : 3,
    settings,
    commands,
    withDumps: number % DUMP_ROUNDS === 0,
  };
}

/**
 * Redis' SORT and SCAN look at `errno` and do not clear it: after a number out of range in any command before, they refuse
 * good ones.
 */
const MINDS_ERRNO = /^(SORT|[SHZ]?SCAN)/;
/** A command that reads a number, which clears it, and does nothing else. */
const CLEAR_ERRNO: Command = ["ZADD", "no_zset", "XX", "1", "x"];

/** What is left alone, as with other arguments it might take long, take much memory, or be left to chance. */
const AS_MADE =
  /^(SPOP|[SHZ]?SCAN|SETBIT|SETRANGE|BITFIELD|SORT|B[LRZ]|LCS|GEO|RESTORE|HRANDFIELD|[SZ]RANDMEMBER|Z.*LEX|ZRANGE)/i;
/** Pools of which something is known. */
const KNOWN_POOLS = /^(lex|one_|num_)/;

/** The command; rarely with a word too many or too few, or one that means nothing. */
function altered(random: Random, command: Command): Command {
  if (random.int(60) !== 0 || AS_MADE.test(textOf(command[0])) || KNOWN_POOLS.test(textOf(command[1]))) return command;
  const words: Word[] = [...command];
  const at = 1 + random.int(words.length);
  switch (random.int(3)) {
    case 0:
      words.pop();
      break;
    case 1:
      words.splice(at, 0, random.pick<Word>(["", "x", "-1", Uint8Array.of(0xff)]));
      break;
    default:
      if (at < words.length) words[at] = random.pick(["", "x", "-1", "nan", "9223372036854775808", "1e400"]);
  }
  return words.length === 0 ? command : words;
}

/** The command; rarely the question which of its words are keys, which leaves everything as it is. */
function asked(random: Random, command: Command): Command {
  if (random.int(100) !== 0) return command;
  return ["COMMAND", cased(random, random.pick(["GETKEYS", "GETKEYSANDFLAGS"])), ...command];
}

/**
 * Runs commands of a round on both servers, from empty ones, and compares replies and contents.
 *
 * @param pair The servers.
 * @param round The round.
 * @returns The first difference, if there is one.
 * @throws {Error} When a server refuses what stands before the commands.
 */
export async function runRound(pair: Pair, round: Round): Promise<Difference | null> {
  const { commands } = round;
  const settings = { ...DEFAULTS, ...Object.fromEntries(round.settings) };
  const preparation = [
    ["FLUSHALL"],
    ["HELLO", `${round.protocol}`],
    ["SELECT", "0"],
    ...Object.entries(settings).map((setting) => ["CONFIG", "SET", ...setting]),
  ];
  await Promise.all([prepare(pair.ours, preparation), prepare(pair.theirs, preparation)]);
  for (let done = 0; done < commands.length; done += CHUNK) {
    const { replies, mismatch } = await ask(pair, commands.slice(done, done + CHUNK));
    if (mismatch !== null) return { ...mismatch, at: done + replies.length, label: nameOf(mismatch.command) };
  }
  const mismatch = await compareContents(pair, round.withDumps);
  return mismatch && { ...mismatch, at: commands.length, label: `contents: ${nameOf(mismatch.command)}` };
}

async function prepare(peer: Peer, commands: readonly Command[]): Promise<void> {
  const send = async () => (await peer.exchange(commands)).findIndex((reply) => latin1(reply.subarray(0, 1)) === "-");
  // a connection that broke in the last round shows here, and is made anew
  const refused = await send() === -1 ? -1 : await send();
  if (refused !== -1) throw new Error(`Cannot begin a round: ${peer.name} refuses ${printCommand(commands[refused]!)}`);
}

function nameOf(command: Command): string {
  const name = textOf(command[0]).toUpperCase();
  return /^(OBJECT|DEBUG|COMMAND)$/.test(name) ? `${name} ${textOf(command[1]).toUpperCase()}` : name;
}

/** Where a command is cut to shrink it: pairs from the first argument on (MSET) and from the second (HSET), then words. */
const PIECES = [[1, 2], [2, 2], [1, 1]] as const;

/** A failing round, made as short as it gets. */
export interface Failure {
  readonly round: Round;
  readonly difference: Difference;
  /** False when it did not fail again. */
  readonly isRepeatable: boolean;
}

/**
 * Drops commands, and words of long commands, while a round still goes apart in the same way.
 *
 * @param pair The servers.
 * @param round The round.
 * @param difference Where it went apart.
 * @returns What is left of it.
 */
export async function shrinkRound(pair: Pair, round: Round, difference: Difference): Promise<Failure> {
  let found = difference;
  const fails = async (commands: readonly Command[], settings = round.settings) => {
    const again = await runRound(pair, { ...round, settings, commands });
    if (again?.label !== difference.label) return false;
    found = again;
    return true;
  };
  let commands = round.commands.slice(0, difference.at + 1);
  if (!await fails(commands)) return { round: { ...round, commands }, difference, isRepeatable: false };
  commands = [...await shrink(commands, fails)];
  for (let i = 0; i < commands.length; i++) {
    for (const [start, size] of PIECES) {
      const command = commands[i]!;
      if (command.length <= start + size) continue;
      const pieces: Command[] = [];
      for (let at = start; at < command.length; at += size) pieces.push(command.slice(at, at + size));
      const withPieces = (left: readonly Command[]) => {
        return commands.with(i, [...command.slice(0, start), ...left.flat()]);
      };
      commands = withPieces(await shrink(pieces, (left) => fails(withPieces(left))));
    }
  }
  const settings = await shrink(round.settings, (some) => fails(commands, some));
  await fails(commands, settings); // so that the replies are those of what is left
  return { round: { ...round, settings, commands }, difference: found, isRepeatable: true };
}

/** What a reader needs to see a failure for themselves: settings, commands and the two replies. */
export function printFailure(pair: Pair, seed: number, { round, difference, isRepeatable }: Failure): string {
  const lines = [
    `${difference.label} differs (seed ${seed}, round ${round.number}, RESP${round.protocol})`,
    ...isRepeatable ? [] : ["It did not when it was run again; these are the commands before it, as they were sent."],
    "> FLUSHALL",
    ...round.settings.map((setting) => `> CONFIG SET ${setting.join(" ")}`),
    ...round.commands.map((command) => `> ${printCommand(command)}`),
    ...difference.at < round.commands.length ? [] : [`> ${printCommand(difference.command)}`],
    `${pair.ours.name}: ${printBytes(difference.ours)}`,
    `${pair.theirs.name}: ${printBytes(difference.theirs)}`,
  ];
  return lines.join("\n");
}

/** A command as it could be typed into redis-cli. */
export function printCommand(command: Command): string {
  return command.map((word) => {
    const text = textOf(word);
    return /^[\x21\x23-\x26\x28-\x5b\x5d-\x7e]+$/.test(text) ? text : quoted(text);
  }).join(" ");
}

/**
 * Finds out what two servers have in common.
 *
 * @param ours The server under test.
 * @param theirs The reference.
 * @returns The pair.
 */
export async function makePair(ours: Peer, theirs: Peer): Promise<Pair> {
  const [mine, other] = await Promise.all([ours, theirs].map(namesOf));
  const answer = async (command: Command) => {
    const replies = await Promise.all([ours, theirs].map((peer) => peer.exchange([command])));
    return replies.every(([reply]) => latin1(reply!.subarray(0, 1)) !== "-");
  };
  return {
    ours,
    theirs,
    commands: new Set(mine!.filter((name) => other!.includes(name))),
    hasDigest: await answer(["DEBUG", "DIGEST"]),
    hasReload: await answer(["DEBUG", "RELOAD"]),
  };
}

async function namesOf(peer: Peer): Promise<string[]> {
  const [reply] = await peer.exchange([["COMMAND", "LIST"]]);
  return (parseReplies(reply!)[0]?.items ?? []).map((name) =>
    name.items === undefined ? (name.text ?? "").toUpperCase() : ""
  );
}

/** Commands that the generators make and `known` lacks. */
export function unknownCommands(types: readonly string[], known: ReadonlySet<string>): string[] {
  const made = new Set<string>();
  const random = new Random(1);
  for (const type of types) times(4_000, () => made.add(textOf(GENERATORS[type]!(random)[0]).toUpperCase()));
  return [...made].filter((name) => !known.has(name)).toSorted();
}
