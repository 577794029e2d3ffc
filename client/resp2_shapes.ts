/**
 * RESP2 has no maps, doubles or pairs: a server that speaks nothing newer answers HGETALL as a flat array and ZSCORE as
 * text. Here such replies get the shapes they have in RESP3, so that a program need not know what it talks to.
 *
 * What does not look as expected stays as it comes.
 */
import { mapOf, type Reply, type ReplyObject } from "../resp/reply.ts";
import { asText } from "./argument_text.ts";

/** Brings a RESP2 reply into its RESP3 shape; `asMap` as in the client's option `map`. */
export type Shape = (reply: Reply, asMap: boolean) => Reply;

/** A command's name and arguments. */
type Arguments = readonly unknown[];

/** The shape of each command whose RESP2 reply differs; some differ with certain arguments only. */
const SHAPES: ReadonlyMap<string, (args: Arguments) => Shape | null> = new Map(Object.entries({
  "ACL GETUSER": () => record({ selectors: each(map) }),
  "ACL LOG": () => each(record({ "age-seconds": double })),
  BZMPOP: () => popped,
  BZPOPMAX: () => lastDouble,
  BZPOPMIN: () => lastDouble,
  "CLIENT TRACKINGINFO": () => map,
  "CLUSTER LINKS": () => each(map),
  "CLUSTER SHARDS": () => each(record({ nodes: each(map) })),
  "CLUSTER SLOTS": () => each(each(withMetadata)),
  COMMAND: () => commands,
  "COMMAND DOCS": () => documented,
  "COMMAND INFO": () => commands,
  "CONFIG GET": () => map,
  "FUNCTION LIST": () => each(record({ functions: each(map) })),
  "FUNCTION STATS": () => record({ running_script: map, engines: mapOfMaps }),
  GEOPOS: () => each(each(double)),
  GEORADIUS: () => each(lastEach(double)),
  GEORADIUSBYMEMBER: () => each(lastEach(double)),
  GEORADIUSBYMEMBER_RO: () => each(lastEach(double)),
  GEORADIUS_RO: () => each(lastEach(double)),
  GEOSEARCH: () => each(lastEach(double)),
  HELLO: () => map,
  HGETALL: () => map,
  HRANDFIELD: (args: Arguments) => has(args, 3, "WITHVALUES") ? pairs : null,
  "LATENCY HISTOGRAM": () => eachValue(record({ histogram_usec: map })),
  LCS: () => map, // an array only with IDX
  "MEMORY STATS": () => memoryStats,
  "MODULE LIST": () => each(map),
  "XINFO CONSUMERS": () => each(map),
  "XINFO GROUPS": () => each(map),
  "XINFO STREAM": () => record({ groups: each(record({ consumers: each(map) })) }), // a number, but with FULL
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
  ZRANK: () => lastDouble, // an array only with WITHSCORE
  ZREVRANGE: scoredAfterRange,
  ZREVRANGEBYSCORE: scoredAfterRange,
  ZREVRANK: () => lastDouble,
  ZSCORE: () => double,
  ZUNION: scoredAfterKeys,
}));

/**
 * Finds what a RESP2 reply has to become.
 *
 * @param name The command's name, in upper case, with the subcommand: `CONFIG GET`.
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
    if (asText(arg).toUpperCase() === word) return true;
  }
  return false;
}

/** A score, or another double, that travels as text in RESP2 (and in the pages of ZSCAN always). */
export function double(reply: Reply): Reply {
  if (typeof reply !== "string" && !(reply instanceof Uint8Array)) return reply;
  const text = asText(reply);
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

/** A map, some of whose values have shapes of their own. */
function record(shapes: Readonly<Record<string, Shape>>): Shape {
  return (reply, asMap) => withValues(map(reply, asMap), asMap, (key) => shapes[key] ?? null);
}

/** A map whose values have all the same shape. */
function eachValue(shape: Shape): Shape {
  return (reply, asMap) => withValues(map(reply, asMap), asMap, () => shape);
}

function withValues(reply: Reply, asMap: boolean, shapeOfValue: (key: string) => Shape | null): Reply {
  const isMap = reply instanceof Map;
  if (!isMap && !isPlain(reply)) return reply;
  const items: Reply[] = [];
  for (const [key, value] of isMap ? reply : Object.entries(reply)) {
    const shape = isText(key) ? shapeOfValue(asText(key)) : null;
    items.push(key, shape === null ? value : shape(value, asMap));
  }
  return mapOf(items, isMap);
}

function mapOfMaps(reply: Reply, asMap: boolean): Reply {
  return eachValue(map)(reply, asMap);
}

/** COMMAND's rows: the ninth item is a list of maps with maps in them, the tenth the subcommands. */
function commands(reply: Reply, asMap: boolean): Reply {
  return each((row) => {
    if (!Array.isArray(row) || row.length < 10) return row;
    return row.with(8, keySpecifications(row[8]!, asMap)).with(9, commands(row[9]!, asMap));
  })(reply, asMap);
}

function keySpecifications(reply: Reply, asMap: boolean): Reply {
  const search = record({ spec: map });
  return each(record({ begin_search: search, find_keys: search }))(reply, asMap);
}

function documented(reply: Reply, asMap: boolean): Reply {
  return eachValue(record({ arguments: each(describedArgument), subcommands: documented }))(reply, asMap);
}

function describedArgument(reply: Reply, asMap: boolean): Reply {
  return record({ arguments: each(describedArgument) })(reply, asMap);
}

/** A node of CLUSTER SLOTS: `[endpoint, port, id, metadata]`, before Redis 7 without the last. */
function withMetadata(node: Reply, asMap: boolean): Reply {
  return Array.isArray(node) && node.length >= 4 ? node.with(3, map(node[3]!, asMap)) : node;
}

/** Databases have maps of their own, ratios and percentages are doubles. */
function memoryStats(reply: Reply, asMap: boolean): Reply {
  return withValues(map(reply, asMap), asMap, (key) => {
    if (key.startsWith("db.")) return map;
    return /(?:\.ratio|\.percentage|^fragmentation)$/.test(key) ? double : null;
  });
}

function isText(value: Reply): value is string | Uint8Array {
  return typeof value === "string" || value instanceof Uint8Array;
}

function isPlain(value: Reply): value is ReplyObject {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function mapOfPairs(reply: Reply, asMap: boolean): Reply {
  return Array.isArray(reply) ? map(reply.flat(1) as Reply[], asMap) : reply;
}

/** Keys of plain objects are text even where strings are read as bytes. */
function withTextKeys(items: Reply[], asMap: boolean): Reply[] {
  if (asMap) return items;
  return items.map((item, i) => i % 2 === 0 && item instanceof Uint8Array ? asText(item) : item);
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
