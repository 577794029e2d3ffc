/**
 * What becomes of replies that are clumsy as they come, in RESP3 too: fields and values in turn, numbers as text. Nothing is
 * lost. What does not look as expected stays as it is.
 */
import { mapOf, type Reply, type ReplyObject } from "../resp/reply.ts";
import type { Convert } from "./pending.ts";

/** Text that is a number. */
export function toNumber(reply: Reply): Reply {
  return typeof reply === "string" ? Number(reply) : reply;
}

/** Texts that are numbers. */
export function toNumbers(reply: Reply): Reply {
  return Array.isArray(reply) ? reply.map(toNumber) : reply;
}

/** ZPOPMIN without a count answers an empty array where there is nothing. */
export function emptyToNull(reply: Reply): Reply {
  return Array.isArray(reply) && reply.length === 0 ? null : reply;
}

/** `name, number, name, number …`, in RESP3 too. */
export function counts(reply: Reply): Reply {
  return Array.isArray(reply) ? mapOf(reply, false) : reply;
}

// ---- Streams ----

/** `[[id, [field, value, …]], …]`; the fields of deleted entries are null. */
export function streamEntries(reply: Reply): Reply {
  return Array.isArray(reply) ? reply.map(streamEntry) : reply;
}

function streamEntry(entry: Reply): Reply {
  return Array.isArray(entry) && entry.length === 2 ? [entry[0]!, pairsOf(entry[1]!)] : entry;
}

function pairsOf(reply: Reply): Reply {
  if (!Array.isArray(reply)) return reply;
  const pairs: Reply[] = [];
  for (let i = 0; i + 1 < reply.length; i += 2) pairs.push([reply[i]!, reply[i + 1]!]);
  return pairs;
}

/** Entries by key. */
export function streamsOfEntries(reply: Reply): Reply {
  return valuesOf(reply, streamEntries);
}

/** `[cursor, entries, deleted]`; the last came with Redis 7. */
export function autoclaimed(reply: Reply): Reply {
  return Array.isArray(reply) && reply.length >= 2 ? reply.with(1, streamEntries(reply[1]!)) : reply;
}

/** XINFO STREAM. */
export function streamInfo(reply: Reply): Reply {
  return withProperties(reply, { "first-entry": streamEntry, "last-entry": streamEntry });
}

/** XINFO STREAM FULL. */
export function fullStreamInfo(reply: Reply): Reply {
  return withProperties(reply, { entries: streamEntries });
}

// ---- Places ----

/** Members found near a place, with what was asked for: objects instead of arrays. */
export function geoPlaces(
  options: { withcoord?: boolean; withdist?: boolean; withhash?: boolean } | undefined,
): Convert | null {
  const { withcoord = false, withdist = false, withhash = false } = options ?? {};
  if (!withcoord && !withdist && !withhash) return null;
  return (reply) => {
    if (!Array.isArray(reply)) return reply; // with STORE: how many
    return reply.map((item) => {
      if (!Array.isArray(item)) return item;
      const place: ReplyObject = { member: item[0]! };
      let i = 1; // in this order, whatever that of the options
      if (withdist) place["distance"] = toNumber(item[i++]!);
      if (withhash) place["hash"] = item[i++]!;
      if (withcoord) place["coordinates"] = item[i++]!;
      return place;
    });
  };
}

// ---- The server ----

/** A histogram's keys are numbers, which would make it a `Map`. */
export function latencyHistograms(reply: Reply): Reply {
  return valuesOf(reply, (histogram) => withProperties(histogram, { histogram_usec: textKeys }));
}

function textKeys(reply: Reply): Reply {
  if (!(reply instanceof Map)) return reply;
  return mapOf([...reply].flatMap(([key, value]) => [String(key), value]), false);
}

function valuesOf(reply: Reply, convert: Convert): Reply {
  return withValues(reply, () => convert);
}

function withProperties(reply: Reply, converts: Readonly<Record<string, Convert>>): Reply {
  return withValues(reply, (key) => converts[key] ?? null);
}

/** A map with some of its values converted, whether the client makes objects or a `Map` of maps. */
function withValues(reply: Reply, convertOf: (key: string) => Convert | null): Reply {
  const isMap = reply instanceof Map;
  if (!isMap && !isObject(reply)) return reply;
  const items: Reply[] = [];
  for (const [key, value] of isMap ? reply : Object.entries(reply)) {
    const convert = convertOf(String(key));
    items.push(key, convert === null ? value : convert(value));
  }
  return mapOf(items, isMap);
}

function isObject(reply: Reply): reply is ReplyObject {
  return typeof reply === "object" && reply !== null && Object.getPrototypeOf(reply) === Object.prototype;
}
