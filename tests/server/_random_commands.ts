/**
 * Random commands, made from the rows of the table: by their usage, with arguments that suit and arguments that do not.
 * A command added to the table is fuzzed without a word here.
 *
 * @module
 */
import { BLOCKING } from "../../engine/command.ts";
import { COMMANDS } from "../../commands/mod.ts";
import { type Argument, parseUsage } from "../../commands/usage.ts";
import { DIRECTIVES } from "../../engine/config_directives.ts";
import { encoded, joined, type Random, randomValue, wire } from "../resp/_frames.ts";

/** An argument: text, one byte per character up to U+00FF, or a RESP value as its bytes. */
export type Word = string | Uint8Array;

/** What would stop the server for good or for long, silence a connection, have it queue, or close one of a lane. */
const EXCLUDED = [
  "shutdown",
  "debug",
  "client|kill",
  "client|reply",
  "multi",
  "pfselftest",
  "monitor",
  "client|pause",
  "wait",
];

/** Directives that change what a connection may send or whether it may stay. */
const EXCLUDED_DIRECTIVES = [
  "client-output-buffer-limit",
  "client-query-buffer-limit",
  "enable-debug-command",
  "maxclients",
  "proto-max-bulk-len",
  "requirepass",
  "timeout",
];

/** With a negative count these reply that many times, be it two thousand million times, and so does Redis. */
const RANDOM_CHOICES = /^(s|z)randmember$|^hrandfield$/;
const MOST_CHOSEN = 100_000;

interface Template {
  readonly group: string;
  readonly words: readonly string[];
  readonly usage: readonly Argument[];
}

/**
 * Commands that wait are left out: behind one of them nothing is answered for as long as it likes; and those of subscribers,
 * which have several replies.
 */
const TEMPLATES: readonly Template[] = Object.entries(COMMANDS).flatMap(([group, rows]) =>
  Object.entries(rows).filter(([, { flags }]) => (flags & BLOCKING) === 0).flatMap(([name, row]) => [
    ...Object.entries(row.sub ?? {}).map(([sub, { usage }]) => ({
      group,
      words: [name, sub],
      usage: parseUsage(usage),
    })),
    { group, words: [name], usage: parseUsage(row.usage) },
  ])
).filter(({ group, words }) => group !== "pubsub" && !EXCLUDED.includes(words.join("|")));

/** Those on keys and connections; the others, about the server, have replies of many pages. */
const SHORT = TEMPLATES.filter(({ group }) => group !== "server");

/** Every word that is an option somewhere. */
const TOKENS = [...new Set(TEMPLATES.flatMap(({ usage }) => tokensOf(usage)))];

function tokensOf(list: readonly Argument[]): string[] {
  return list.flatMap(({ token, parts }) => [...token === null || token === "" ? [] : [token], ...tokensOf(parts)]);
}

const INTEGERS = [
  ...["0", "1", "2", "-1", "-2", "7", "10", "15", "16", "100", "1000", "65536", "1048575", "1048576", "1048577"],
  ...["2147483647", "2147483648", "-2147483648", "-2147483649", "4294967295", "4294967296", "9007199254740993"],
  ...["9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809"],
  ...["18446744073709551615", "18446744073709551616", "99999999999999999999999999999", "9223372036854775"],
  ...["", " ", "-", "+1", "01", "-0", "1 ", " 1", "0x10", "1e3", "1.0", "one", "1\0", "\u00b2"],
];
const DOUBLES = [
  ...["0.1", "-1.5", "3.0e17", "1e308", "-1e308", "1.7976931348623157e308", "1e309", "1e4932", "1e5000", "5e-324"],
  ...["1e-4950", "1e-5000", "inf", "-inf", "+inf", "Infinity", "nan", "-nan", "NaN", ".5", "5.", ".", "e5", "0x1p3"],
  ...["9".repeat(400), `0.${"3".repeat(400)}`, "17179869184.00000000001", "--1", "1,5"],
];
const TIMES = ["1", "4102444800", "4102444800000", "1000000000", "-1", "9223372036854775", "9223372036854775807"];
const PATTERNS = [
  ...["*", "?", "k*", "k?", "[k]*", "[^k]*", "[a-", "[", "\\", "k\\", "[]", "[z-a]0", "*\\*", "", "**********k", "*[*"],
  ...["*a*a*a*a*a*a*a*a*a*a*a*a*b", "[\\]]", "maxmemory*", "*-*"],
];
const TEXTS = ["", "a", "abc", "caf\u00e9", "\r\n", "\0", "*", "$-1\r\n", "1", "10", "-7", "1.5", "true", "secret"];

/**
 * The words of a random command.
 *
 * @param random Decides.
 * @returns Its name, in any case, and its arguments.
 */
export function randomCommand(random: Random): Word[] {
  const { words, usage } = random.pick(random.int(4) === 0 ? TEMPLATES : SHORT);
  const command: Word[] = words.map((word) => random.int(4) === 0 ? word.toUpperCase() : word);
  if (words.join(" ") === "config set") {
    for (let i = 1 + random.int(3); i > 0; i--) command.push(directive(random), value(random));
  } else if (random.int(8) === 0) {
    for (let i = random.int(8); i > 0; i--) command.push(hostile(random));
  } else {
    for (const argument of usage) fill(random, argument, command);
  }
  if ((words[0] === "set" || words[0] === "mset") && command.length > 2 && random.int(3) === 0) {
    command[2] = encoded(randomValue(random, random.int(4)));
  }
  while (random.int(5) === 0) disturb(random, command);
  return command;
}

/** A directive that may be set, or none. */
function directive(random: Random): string {
  const { name } = random.pick(DIRECTIVES);
  return EXCLUDED_DIRECTIVES.includes(name) ? "nosuch" : name;
}

/** Appends what an argument of a usage asks for. */
function fill(random: Random, argument: Argument, command: Word[]): void {
  const { type, token, isOptional, isMultiple, repeatsToken, parts } = argument;
  if (isOptional && random.int(2) === 0) return;
  for (let i = 0, times = isMultiple ? 1 + random.int(4) : 1; i < times; i++) {
    if (token !== null && (i === 0 || repeatsToken)) command.push(random.int(2) === 0 ? token : token.toLowerCase());
    if (type === "pure-token") continue;
    else if (type === "oneof") fill(random, { ...random.pick(parts), isOptional: false }, command);
    else if (type === "block") { for (const part of parts) fill(random, part, command); }
    else command.push(random.int(10) === 0 ? hostile(random) : suitable(random, type));
  }
}

function suitable(random: Random, type: Argument["type"]): string {
  switch (type) {
    case "key":
      return key(random);
    case "integer":
      return random.int(2) === 0 ? String(random.int(40) - 10) : random.pick(INTEGERS);
    case "double":
      return random.pick(random.int(2) === 0 ? DOUBLES : INTEGERS);
    case "unix-time":
      return random.pick(TIMES);
    case "pattern":
      return random.pick(PATTERNS);
    default:
      return value(random);
  }
}

/** Few keys, so that commands meet; one of them empty, one binary. */
function key(random: Random): string {
  return random.pick(["k0", "k1", "k2", "k3", "k4", "k5", "n0", "n1", "s0", "", "\0\xff\r\n", `k${random.int(500)}`]);
}

function value(random: Random): string {
  switch (random.int(8)) {
    case 0:
      return random.pick(INTEGERS);
    case 1:
      return random.pick(DOUBLES);
    case 2:
      return "x".repeat(random.int(random.int(8) === 0 ? 5_000 : 100));
    case 3:
      return String.fromCharCode(...random.bytes(random.int(40)));
    default:
      return random.pick(TEXTS);
  }
}

/** Anything, where anything may be wrong. */
function hostile(random: Random): string {
  switch (random.int(6)) {
    case 0:
      return random.pick(TOKENS);
    case 1:
      return random.pick(INTEGERS);
    case 2:
      return random.pick(DOUBLES);
    case 3:
      return random.pick(PATTERNS);
    case 4:
      return key(random);
    default:
      return value(random);
  }
}

/** Takes out, doubles, replaces, exchanges or adds an argument; the name stays. */
function disturb(random: Random, command: Word[]): void {
  const at = 1 + random.int(command.length);
  switch (random.int(5)) {
    case 0:
      command.splice(at, 1);
      break;
    case 1:
      command.splice(at, 0, command[at] ?? hostile(random));
      break;
    case 2:
      if (at < command.length) command[at] = hostile(random);
      break;
    case 3:
      command.splice(at, 0, ...command.splice(1 + random.int(command.length), 1));
      break;
    default:
      command.splice(at, 0, hostile(random));
  }
}

/**
 * A command as it is sent: an array of bulk strings and typed values, now and then an inline command.
 *
 * @param random Decides which.
 * @param command The words.
 * @returns The frame.
 */
export function frameOf(random: Random, command: readonly Word[]): Uint8Array {
  const isPlain = command.every((word) => typeof word === "string" && /^[!-~]+$/.test(word) && !/["'*$]/.test(word));
  if (isPlain && random.int(4) === 0) return wire(`${command.join(" ")}${random.pick(["\r\n", "\n"])}`);
  const arguments_ = command.map((word) => typeof word === "string" ? wire(`$${word.length}\r\n${word}\r\n`) : word);
  return joined(wire(`*${command.length}\r\n`), ...arguments_);
}

/**
 * Whether the fuzzer may send a command: a mutation may have made one of those that are left out.
 *
 * @param words The words, as a decoder reads them.
 * @returns False for a command that would end or stop the server, keep it busy for minutes, or silence a connection.
 */
export function isHarmless(words: readonly unknown[]): boolean {
  const [name, sub, ...rest] = words.map((word) => String(word).toLowerCase());
  if (EXCLUDED.includes(name!) || EXCLUDED.includes(`${name}|${sub}`)) return false;
  if (RANDOM_CHOICES.test(name!) && Number(rest[0]) < -MOST_CHOSEN) return false;
  return name !== "config" || sub !== "set" || !rest.some((word) => EXCLUDED_DIRECTIVES.includes(word));
}
