/**
 * Replies as they come over the wire: where one ends, what is in it, and how it is printed. Written for these tests, apart
 * from resp/, so that it can disagree with it; and fast, as most replies are only compared byte by byte.
 *
 * @module
 */

/** A reply as a tree; `type` is its first byte as a character. */
export type Reply = Leaf | Aggregate;

/** What is no aggregate. */
export interface Leaf {
  readonly type: string;
  /** The rest of the line, or the body of a string, one character per byte; null for `$-1` and `*-1`. */
  readonly text: string | null;
  readonly items?: undefined;
}

/** An array, set, map or push; the fields and values of a map stand in turn. */
export interface Aggregate {
  readonly type: string;
  readonly items: readonly Reply[];
}

const CR = 13, MINUS = 45, ZERO = 48;
const DOLLAR = 36, EQUALS = 61, BANG = 33, STAR = 42, TILDE = 126, GREATER = 62, PERCENT = 37, BAR = 124;

/**
 * Finds where a reply ends.
 *
 * @param bytes What has arrived.
 * @param start Where the reply begins.
 * @param end Where what has arrived ends.
 * @returns The position behind it, or -1 when more must arrive.
 */
export function endOfReply(bytes: Uint8Array, start: number, end: number): number {
  let open = 1; // replies still to be passed over
  let at = start;
  while (open > 0) {
    const line = bytes.indexOf(CR, at);
    if (line === -1 || line + 2 > end) return -1;
    const type = bytes[at]!;
    open--;
    switch (type) {
      case DOLLAR:
      case EQUALS:
      case BANG: {
        const size = length(bytes, at + 1, line);
        at = size < 0 ? line + 2 : line + 2 + size + 2;
        if (at > end) return -1;
        continue;
      }
      case STAR:
      case TILDE:
      case GREATER:
        open += Math.max(0, length(bytes, at + 1, line));
        break;
      case PERCENT:
        open += 2 * length(bytes, at + 1, line);
        break;
      case BAR: // an attribute stands before its reply
        open += 2 * length(bytes, at + 1, line) + 1;
        break;
    }
    at = line + 2;
  }
  return at;
}

function length(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] === MINUS) return -1;
  let value = 0;
  for (; at < end; at++) value = value * 10 + bytes[at]! - ZERO;
  return value;
}

/**
 * Reads replies that are complete.
 *
 * @param bytes Any number of whole replies.
 * @returns Each of them.
 */
export function parseReplies(bytes: Uint8Array): Reply[] {
  let at = 0;
  const replies: Reply[] = [];
  while (at < bytes.length) replies.push(next());
  return replies;

  function next(): Reply {
    const line = bytes.indexOf(CR, at);
    const type = String.fromCharCode(bytes[at]!);
    const rest = latin1(bytes.subarray(at + 1, line));
    at = line + 2;
    switch (type) {
      case "$":
      case "=":
      case "!": {
        if (rest === "-1") return { type, text: null };
        const body = latin1(bytes.subarray(at, at + Number(rest)));
        at += Number(rest) + 2;
        return { type, text: body };
      }
      case "*":
      case "~":
      case ">":
        if (rest === "-1") return { type, text: null };
        return { type, items: Array.from({ length: Number(rest) }, next) };
      case "%":
        return { type, items: Array.from({ length: 2 * Number(rest) }, next) };
      case "|": // kept as a part of what it stands before
        return { type, items: Array.from({ length: 2 * Number(rest) + 1 }, next) };
    }
    return { type, text: rest };
  }
}

/**
 * Prints a reply so that its type is kept: `+OK`, `:1`, `$"a\r\n"`, `*[:1, _]`.
 *
 * @param reply The reply.
 * @returns Different texts for different replies.
 */
export function printReply(reply: Reply): string {
  if (reply.items !== undefined) return `${reply.type}[${reply.items.map(printReply).join(", ")}]`;
  if (reply.text === null) return `${reply.type}-1`;
  return "$=!".includes(reply.type) ? reply.type + quoted(reply.text) : reply.type + escaped(reply.text);
}

/** Text of one character per byte in quotes, as redis-cli takes it. */
export function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

function escaped(text: string): string {
  return text.replace(/[^\x20-\x7e]|["\\]/g, (character) => {
    if (character === "\r") return "\\r";
    if (character === "\n") return "\\n";
    if (character === '"' || character === "\\") return `\\${character}`;
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}

/** Bytes as text, one character each. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return text;
}
