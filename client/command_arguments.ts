/**
 * How the methods of a client take lists and pairs, and how these become arguments of a request.
 */
import type { CommandArgument } from "../resp/encode.ts";
import type { CallOptions } from "./vocabulary.ts";

/**
 * One argument, or several.
 *
 * @example One key, or several
 * ```ts
 * import { type CommandArguments, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.sadd("letters", "a", "b");
 * const common = (keys: CommandArguments) => client.sintercard(keys);
 * assertEquals(await common("letters"), 2);
 * assertEquals(await common(["letters", "digits"]), 0);
 * ```
 */
export type CommandArguments = CommandArgument | readonly CommandArgument[];

/**
 * Names and what belongs to them, as a plain object, a `Map`, or any other collection of pairs: the fields of a hash, the
 * scores of members. Numeric names of a plain object come first and in order, whatever order they were given in.
 *
 * @example An object, and a Map
 * ```ts
 * import { type Pairs, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const fields: Pairs[] = [{ name: "Alice" }, new Map([["visits", 41]])];
 * for (const each of fields) await client.hset("user:1", each);
 * assertEquals(await client.hgetall("user:1"), { name: "Alice", visits: "41" });
 * ```
 */
export type Pairs<V = CommandArgument> =
  | Readonly<Record<string, V>>
  | Iterable<readonly [name: CommandArgument, value: V]>;

/**
 * Which pending entries XPENDING lists.
 *
 * @example The first entry that Alice has not acknowledged
 * ```ts
 * import { type PendingRange, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.xadd("news", "1-0", { title: "Hello" });
 * await client.xgroupCreate("news", "readers", "0");
 * await client.xreadgroup("readers", "alice", { news: ">" });
 * const range: PendingRange = { start: "-", end: "+", count: 1, consumer: "alice" };
 * const [pending] = await client.xpending("news", "readers", range);
 * assertEquals(pending?.[0], "1-0");
 * ```
 */
export interface PendingRange {
  /** Only those that were delivered so many milliseconds ago or earlier. */
  idle?: number;
  /** The smallest id; `-`: no limit. */
  start: CommandArgument;
  /** The greatest id; `+`: no limit. */
  end: CommandArgument;
  /** At most so many. */
  count: number;
  /** Only those of this consumer. */
  consumer?: CommandArgument;
}

/**
 * A type of integer in BITFIELD: signed or unsigned, and how many bits.
 *
 * @example Unsigned, eight bits
 * ```ts
 * import { type BitfieldEncoding, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const byte: BitfieldEncoding = "u8";
 * assertEquals(await client.bitfield("counters", [["INCRBY", byte, "#1", 3]]), [3]);
 * ```
 */
export type BitfieldEncoding = `${"i" | "u"}${number}`;

/**
 * Reads an integer; an offset with `#` counts integers of this size instead of bits.
 *
 * @example The second byte
 * ```ts
 * import { type BitfieldRead, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.set("bytes", "AB");
 * const read: BitfieldRead = ["GET", "u8", "#1"];
 * assertEquals(await client.bitfieldRo("bytes", [read]), [66]);
 * ```
 */
export type BitfieldRead = readonly [operation: "GET", encoding: BitfieldEncoding, offset: number | `#${number}`];

/**
 * One operation of BITFIELD. `OVERFLOW` says what those after it do when a number does not fit.
 *
 * @example A counter that stays at its greatest value
 * ```ts
 * import { type BitfieldOperation, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const add: BitfieldOperation[] = [["OVERFLOW", "SAT"], ["INCRBY", "u8", 0, 200]];
 * assertEquals(await client.bitfield("counter", add), [200]);
 * assertEquals(await client.bitfield("counter", add), [255]);
 * ```
 */
export type BitfieldOperation =
  | BitfieldRead
  | readonly [
    operation: "SET" | "INCRBY",
    encoding: BitfieldEncoding,
    offset: number | `#${number}`,
    value: number | bigint,
  ]
  | readonly [operation: "OVERFLOW", mode: "WRAP" | "SAT" | "FAIL"];

/**
 * A unit of length: metres, kilometres, feet, miles.
 *
 * @example A distance in kilometres
 * ```ts
 * import { type GeoUnit, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * const unit: GeoUnit = "km";
 * await client.geoadd("cities", { Oslo: [10.75, 59.91], Bergen: [5.32, 60.39] });
 * assertEquals(Math.round(await client.geodist("cities", "Oslo", "Bergen", unit) ?? 0), 305);
 * ```
 */
export type GeoUnit = "m" | "km" | "ft" | "mi";

/** Appends one argument or several. */
export function pushMany(args: CommandArgument[], values: CommandArguments | undefined): void {
  if (isList(values)) { for (const value of values) args.push(value); }
  else if (values !== undefined) args.push(values);
}

/** Appends how many there are, and they. */
export function pushCounted(args: CommandArgument[], values: CommandArguments): void {
  args.push(isList(values) ? values.length : 1);
  pushMany(args, values);
}

/** Appends a word before each of them. */
export function pushEach(args: CommandArgument[], word: string, values: CommandArguments): void {
  for (const value of isList(values) ? values : [values]) args.push(word, value);
}

/** Appends them after a word. */
export function pushAfter(args: CommandArgument[], word: string, values: CommandArguments): void {
  args.push(word);
  pushMany(args, values);
}

/** Appends the items of several lists. */
export function pushLists(args: CommandArgument[], lists: Iterable<readonly CommandArgument[]>): void {
  for (const list of lists) args.push(...list);
}

/** Appends names and values in turn. */
export function pushPairs(args: CommandArgument[], pairs: Pairs): void {
  for (const [name, value] of entriesOf(pairs)) args.push(name, value);
}

/** Appends how many pairs there are, and they. */
export function pushCountedPairs(args: CommandArgument[], pairs: Pairs): void {
  const at = args.push(0) - 1;
  pushPairs(args, pairs);
  args[at] = (args.length - at - 1) / 2;
}

/**
 * Appends fields and values that were given as one collection, or one after the other.
 *
 * @returns The options, which may stand behind a collection.
 */
export function pushFields(args: CommandArgument[], given: readonly unknown[]): CallOptions | undefined {
  const [first] = given;
  if (typeof first === "object" && first !== null && !(first instanceof Uint8Array)) {
    pushPairs(args, first as Pairs);
    return given[1] as CallOptions | undefined;
  }
  for (const value of given) args.push(value as CommandArgument);
  return undefined;
}

/** Appends scores and members in turn. */
export function pushScored(args: CommandArgument[], scores: Pairs<number | string>): void {
  for (const [member, score] of entriesOf(scores)) args.push(score, member);
}

/** Appends longitudes, latitudes and members in turn. */
export function pushPlaces(
  args: CommandArgument[],
  places: Pairs<readonly [longitude: number, latitude: number]>,
): void {
  for (const [member, [longitude, latitude]] of entriesOf(places)) args.push(longitude, latitude, member);
}

/** Appends all keys of streams, then all ids. */
export function pushStreams(args: CommandArgument[], streams: Pairs): void {
  const ids: CommandArgument[] = [];
  for (const [key, id] of entriesOf(streams)) {
    args.push(key);
    ids.push(id);
  }
  for (const id of ids) args.push(id);
}

/** Appends what XADD and XTRIM say of entries to delete. */
export function pushTrimming(
  args: CommandArgument[],
  options: { maxlen?: number; minid?: CommandArgument; approximate?: boolean; limit?: number } | undefined,
): void {
  if (options === undefined) return;
  const { maxlen, minid, approximate, limit } = options;
  for (const [word, threshold] of [["MAXLEN", maxlen], ["MINID", minid]] as const) {
    if (threshold === undefined) continue;
    if (approximate) args.push(word, "~", threshold);
    else args.push(word, threshold);
  }
  if (limit !== undefined) args.push("LIMIT", limit);
}

/** Appends which pending entries to list. */
export function pushPendingRange(args: CommandArgument[], range: PendingRange): void {
  if (range.idle !== undefined) args.push("IDLE", range.idle);
  args.push(range.start, range.end, range.count);
  if (range.consumer !== undefined) args.push(range.consumer);
}

/** Appends the parameters of a module. */
export function pushModuleConfig(args: CommandArgument[], parameters: Pairs | undefined): void {
  if (parameters === undefined) return;
  for (const [name, value] of entriesOf(parameters)) args.push("CONFIG", name, value);
}

function entriesOf<V>(pairs: Pairs<V>): Iterable<readonly [CommandArgument, V]> {
  return isIterable(pairs) ? pairs : Object.entries(pairs);
}

function isIterable<V>(pairs: Pairs<V>): pairs is Iterable<readonly [CommandArgument, V]> {
  return Symbol.iterator in pairs;
}

function isList(values: CommandArguments | undefined): values is readonly CommandArgument[] {
  return Array.isArray(values);
}
