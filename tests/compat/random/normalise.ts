/**
 * When two replies say the same. Most must be equal to the byte; sets and hashes come in any order, random choices are
 * compared by their shape, times may be some seconds apart, as the two servers are asked one after the other, and distances
 * on the globe are as near as two libraries' sines.
 *
 * @module
 */
import { latin1, parseReplies, printReply, type Reply } from "./reply.ts";
import type { Command, Word } from "./words.ts";

/** How far apart times may be, in their unit. */
const TIMES: Readonly<Record<string, number>> = { TTL: 60, EXPIRETIME: 60, PTTL: 60_000, PEXPIRETIME: 60_000 };

/** Keys of which a generator knows the one element, so that even a random choice is determined. */
const SINGLE = /^one_/;

/** Keys whose elements have an order, whatever commands were sent. */
const ORDERED = /^num_(list|zset)$/;

/** Commands that reply distances: with four decimals, of which the last is rounded the other way once in a while. */
const GEO = /^GEO(DIST|RADIUS|SEARCH)/i;
const DISTANCE = /^\d+\.\d{4}$/;
const LAST_DECIMAL = 0.00015;

/** Keys whose scores are distances, with all their digits; so many of them settle. */
const DISTANCES = /^dist/;
const SETTLED_DIGITS = 12;

/** A count from which all there is is taken. */
const ALL = 100_000;

/**
 * Compares two replies.
 *
 * @param command The command they answer.
 * @param ours The bytes of one.
 * @param theirs The bytes of the other.
 * @returns Whether a client could tell the servers apart by them.
 */
export function isSameReply(command: Command, ours: Uint8Array, theirs: Uint8Array): boolean {
  if (isEqual(ours, theirs)) return true;
  const [mine, other] = [parseReplies(ours), parseReplies(theirs)];
  return isNear(command, mine[0]!, other[0]!) || canonical(command, mine[0]!) === canonical(command, other[0]!);
}

/** Whether two byte arrays are equal. */
export function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** A word as text, one character per byte where it is not ASCII already. */
export function textOf(word: Word | undefined): string {
  return word === undefined || typeof word === "string" ? word ?? "" : latin1(word);
}

/** Whether a command is one on stored distances. */
export function isDistances(command: Command): boolean {
  return DISTANCES.test(textOf(command[1]));
}

/** Whether two replies are times or distances that are about the same. */
function isNear(command: Command, ours: Reply, theirs: Reply): boolean {
  if (isDistances(command)) return isNearLeaf(ours, theirs, areNearScores);
  if (GEO.test(textOf(command[0]))) return isNearLeaf(ours, theirs, areNearDistances);
  const distance = TIMES[textOf(command[0]).toUpperCase()];
  if (distance === undefined || ours.type !== ":" || theirs.type !== ":") return false;
  const [mine, other] = [Number((ours as { text: string }).text), Number((theirs as { text: string }).text)];
  return mine >= 0 && other >= 0 && Math.abs(mine - other) <= distance;
}

/** Whether two replies differ only in texts that are near to each other. */
function isNearLeaf(ours: Reply, theirs: Reply, areNear: (a: string, b: string) => boolean): boolean {
  if (ours.type !== theirs.type) return false;
  if (ours.items !== undefined && theirs.items !== undefined) {
    const other = theirs.items;
    return ours.items.length === other.length && ours.items.every((item, i) => isNearLeaf(item, other[i]!, areNear));
  }
  if (ours.items !== undefined || theirs.items !== undefined) return false;
  return ours.text === theirs.text || ours.text !== null && theirs.text !== null && areNear(ours.text, theirs.text);
}

function areNearDistances(a: string, b: string): boolean {
  return DISTANCE.test(a) && DISTANCE.test(b) && Math.abs(Number(a) - Number(b)) < LAST_DECIMAL;
}

function areNearScores(a: string, b: string): boolean {
  const [one, other] = [Number(a || "x"), Number(b || "x")];
  return Math.abs(one - other) <= Math.abs(one) / 10 ** SETTLED_DIGITS;
}

/** The reply as text, the same for all replies that Redis might give. */
function canonical(command: Command, reply: Reply): string {
  if (reply.items === undefined) return isAnyLeaf(command, reply) ? shape(reply) : printReply(reply);
  switch (textOf(command[0]).toUpperCase()) {
    case "SMEMBERS":
    case "SUNION":
    case "SINTER":
    case "SDIFF":
    case "SPOP":
    case "KEYS":
    case "HKEYS":
    case "HVALS":
      return inOrder(reply, 1);
    case "HGETALL":
      return inOrder(reply, 2);
    case "SCAN":
    case "SSCAN":
      return `${printReply(reply.items[0]!)} ${inOrder(reply.items[1]!, 1)}`;
    case "HSCAN":
    case "ZSCAN":
      return `${printReply(reply.items[0]!)} ${inOrder(reply.items[1]!, 2)}`;
    case "SRANDMEMBER":
    case "HRANDFIELD":
    case "ZRANDMEMBER":
      return randomChoice(command, reply);
    case "SORT":
    case "SORT_RO":
      return sorted(command, reply);
  }
  return printReply(reply);
}

/** Whether of a reply that is no aggregate only the type counts. */
function isAnyLeaf(command: Command, reply: Reply): boolean {
  switch (textOf(command[0]).toUpperCase()) {
    case "SPOP":
    case "SRANDMEMBER":
    case "HRANDFIELD":
    case "ZRANDMEMBER":
      return reply.type !== "-" && !SINGLE.test(textOf(command[1]));
    case "RANDOMKEY":
    case "DUMP":
      return reply.type !== "-";
    case "OBJECT": // Redis shares the objects of small integers
      return reply.type === ":" && textOf(command[1]).toUpperCase() === "REFCOUNT";
  }
  return false;
}

/** Elements in groups of a size (a field and its value …), the groups in one order. */
function inOrder(reply: Reply, size: number): string {
  if (reply.items === undefined) return printReply(reply);
  return `${reply.type}${reply.items.length}[${groups(reply.items, size).toSorted().join(", ")}]`;
}

function groups(items: readonly Reply[], size: number): string[] {
  const texts: string[] = [];
  for (let i = 0; i < items.length; i += size) texts.push(items.slice(i, i + size).map(printReply).join(" "));
  return texts;
}

/** Types, without what is in the strings. */
function shape(reply: Reply): string {
  if (reply.items === undefined) return reply.type + (reply.text === null ? "-1" : "");
  return `${reply.type}[${reply.items.map(shape).join(", ")}]`;
}

/** A positive count takes no element twice. */
function randomChoice(command: Command, reply: Reply & { items: readonly Reply[] }): string {
  if (SINGLE.test(textOf(command[1]))) return printReply(reply);
  const count = Number(textOf(command[2]));
  const isFlat = reply.items[0]?.items === undefined;
  const size = command.length > 3 && isFlat ? 2 : 1;
  if (count >= ALL) return inOrder(reply, size);
  const different = new Set(groups(reply.items, size)).size;
  return count < 0 ? shape(reply) : `${different} different of ${shape(reply)}`;
}

/** SORT leaves two things open: the order of a set that is not sorted, and that of equal weights compared as text. */
function sorted(command: Command, reply: Reply & { items: readonly Reply[] }): string {
  const words = command.map((word) => textOf(word));
  const after = (option: string) =>
    words.flatMap((word, i) => i > 1 && word.toUpperCase() === option ? [words[i + 1] ?? ""] : []);
  const by = after("BY").at(-1);
  const gets = after("GET");
  const isText = words.some((word, i) => i > 1 && word.toUpperCase() === "ALPHA");
  if (by === undefined || ORDERED.test(words[1]!) && !by.includes("*")) return printReply(reply);
  const elements = groups(reply.items, Math.max(1, gets.length));
  if (!by.includes("*")) {
    return after("LIMIT").length > 0 ? `${reply.type}${reply.items.length}` : elements.toSorted().join(", ");
  }
  if (!isText) return printReply(reply);
  if (gets[0] !== by) return elements.toSorted().join(", ");
  return elementsInOrder(reply.items, gets.length).join(", ");
}

/** Groups in the order they came in, but those in one order that begin alike. */
function elementsInOrder(items: readonly Reply[], size: number): string[] {
  const texts = groups(items, size);
  const weights = texts.map((_, i) => printReply(items[i * size]!));
  const ordered: string[] = [];
  for (let start = 0; start < texts.length;) {
    let end = start + 1;
    while (end < texts.length && weights[end] === weights[start]) end++;
    ordered.push(...texts.slice(start, end).toSorted());
    start = end;
  }
  return ordered;
}
