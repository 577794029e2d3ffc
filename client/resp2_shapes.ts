/**
 * RESP2 has no maps, doubles or pairs: a server that speaks nothing newer answers HGETALL as a flat array and ZSCORE as
 * text. Here such replies get the shapes they have in RESP3, so that a program need not know what it talks to.
 *
 * Covered are the commands that read data, CONFIG GET and HELLO. What does not look as expected stays as it comes; so do
 * commands that describe the server itself, and replies inside the one of EXEC.
 */
import { mapOf, type Reply } from "../resp/reply.ts";

/** Brings a RESP2 reply into its RESP3 shape; `asMap` as in the client's option `map`. */
export type Shape = (reply: Reply, asMap: boolean) => Reply;

/** A command's name and arguments. */
type Arguments = readonly unknown[];

const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** The shape of each command whose RESP2 reply differs; some differ with certain arguments only. */
const SHAPES: ReadonlyMap<string, (args: Arguments) => Shape | null> = new Map(Object.entries({
  BZMPOP: () => popped,
  BZPOPMAX: () => lastDouble,
  BZPOPMIN: () => lastDouble,
  "CONFIG GET": () => map,
  GEOPOS: () => each(each(double)),
  GEORADIUS: () => each(lastEach(double)),
  GEORADIUSBYMEMBER: () => each(lastEach(double)),
  GEORADIUSBYMEMBER_RO: () => each(lastEach(double)),
  GEORADIUS_RO: () => each(lastEach(double)),
  GEOSEARCH: () => each(lastEach(double)),
  HELLO: () => map,
  HGETALL: () => map,
  HRANDFIELD: (args: Arguments) => has(args, 3, "WITHVALUES") ? pairs : null,
  LCS: () => map, // an array only with IDX
  XREAD: () => mapOfPairs,
  XREADGROUP: () => mapOfPairs,
  ZADD: () => double, // text only with INCR
  ZDIFF: scoredAfterKeys,
  ZINCRBY: () => double,
  ZINTER: scoredAfterKeys,
  ZMPOP: () => popped,
  ZMSCORE: () => each(double),
  ZPOPMAX: (args: Arguments) => args.length > 2 ? scored : lastDouble,
  ZPOPMIN: (args: Arguments) => args.length > 2 ? scored : lastDouble,
  ZRANDMEMBER: (args: Arguments) => has(args, 3, "WITHSCORES") ? scored : null,
  ZRANGE: scoredAfterRange,
  ZRANGEBYSCORE: scoredAfterRange,
  ZREVRANGE: scoredAfterRange,
  ZREVRANGEBYSCORE: scoredAfterRange,
  ZSCORE: () => double,
  ZUNION: scoredAfterKeys,
}));

/**
 * Finds what a RESP2 reply has to become.
 *
 * @param name The command's name, in upper case, with the subcommand.
 * @param args The name again, and the arguments.
 * @returns The shape, or null where RESP2 and RESP3 agree.
 */
export function shapeOf(name: string, args: Arguments): Shape | null {
  return SHAPES.get(name)?.(args) ?? null;
}

function scoredAfterRange(args: Arguments): Shape | null {
  return has(args, 4, "WITHSCORES") ? scored : null;
}

function scoredAfterKeys(args: Arguments): Shape | null {
  return has(args, 2 + Number(args[1]), "WITHSCORES") ? scored : null;
}

/** Is this word among the arguments, from the given one on? */
function has(args: Arguments, from: number, word: string): boolean {
  for (let i = from; i < args.length; i++) {
    const arg = args[i];
    if ((arg instanceof Uint8Array ? UTF8.decode(arg) : String(arg)).toUpperCase() === word) return true;
  }
  return false;
}

function double(reply: Reply): Reply {
  if (typeof reply !== "string" && !(reply instanceof Uint8Array)) return reply;
  const text = textOf(reply);
  if (text === "inf") return Infinity;
  if (text === "-inf") return -Infinity;
  return Number(text); // "nan" too
}

function lastDouble(reply: Reply): Reply {
  if (!Array.isArray(reply) || reply.length === 0) return reply;
  return reply.with(-1, double(reply.at(-1)!));
}

function map(reply: Reply, asMap: boolean): Reply {
  if (!Array.isArray(reply) || reply.length % 2 !== 0) return reply;
  return mapOf(withTextKeys(reply, asMap), asMap);
}

function mapOfPairs(reply: Reply, asMap: boolean): Reply {
  return Array.isArray(reply) ? map(reply.flat(1) as Reply[], asMap) : reply;
}

/** Keys of plain objects are text even where strings are read as bytes. */
function withTextKeys(items: Reply[], asMap: boolean): Reply[] {
  if (asMap) return items;
  return items.map((item, i) => i % 2 === 0 && item instanceof Uint8Array ? textOf(item) : item);
}

function pairs(reply: Reply): Reply {
  if (!Array.isArray(reply) || reply.length % 2 !== 0) return reply;
  const paired: Reply[] = [];
  for (let i = 0; i < reply.length; i += 2) paired.push([reply[i]!, reply[i + 1]!]);
  return paired;
}

function scored(reply: Reply): Reply {
  return each(lastDouble)(pairs(reply), false);
}

/** `[key, [[member, score], …]]` */
function popped(reply: Reply): Reply {
  if (!Array.isArray(reply) || reply.length !== 2) return reply;
  return [reply[0]!, each(lastDouble)(reply[1]!, false)];
}

function each(shape: Shape): Shape {
  return (reply, asMap) => Array.isArray(reply) ? reply.map((item) => shape(item, asMap)) : reply;
}

/** For a last element that is an array itself: the coordinates, behind a place's name, distance and hash. */
function lastEach(shape: Shape): Shape {
  return (reply, asMap) => {
    if (!Array.isArray(reply) || !Array.isArray(reply.at(-1))) return reply;
    return reply.with(-1, each(shape)(reply.at(-1)!, asMap));
  };
}

function textOf(text: string | Uint8Array): string {
  return typeof text === "string" ? text : UTF8.decode(text);
}
