/** All keys as text that people can read, the same for the same keys: for snapshots. */
import { quotedText } from "../engine/quoted_text.ts";
import type { Reply, ReplyObject } from "../resp/reply.ts";
import { HostDatabase } from "./direct_database.ts";
import type { Host } from "./host.ts";

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

interface ShownKey {
  readonly key: Uint8Array;
  readonly shown: string;
}

/**
 * The keys of all databases that have any. Keys, hash fields and members of sets are sorted by their text; lists, sorted sets
 * and streams are in their own order. A key whose time comes meanwhile is shown to its end.
 */
export function dumpOf(host: Host): string {
  const { keyspace } = host.engine;
  const found = keyspace.databases.filter(({ size }) => size > 0).map(({ index }) => {
    const db = new HostDatabase(host, index);
    return { db, keys: sortedKeys(db) };
  });
  const { expiryPaused } = keyspace;
  keyspace.expiryPaused = true;
  try {
    return found.map(({ db, keys }) => keys.length === 0 ? "" : databaseText(db, keys)).join("");
  } finally {
    keyspace.expiryPaused = expiryPaused;
  }
}

function sortedKeys(db: HostDatabase): ShownKey[] {
  const keys = db.send(["KEYS", "*"], { decode: "bytes" }) as Uint8Array[];
  return keys.map((key) => ({ key, shown: quoted(key) })).sort((a, b) => a.shown < b.shown ? -1 : 1);
}

function databaseText(db: HostDatabase, keys: readonly ShownKey[]): string {
  let text = `# db ${db.index}\n`;
  for (const { key, shown } of keys) {
    const ttlMs = db.ttlMs(key), type = db.type(key);
    text += `${shown} ${type}${ttlMs === null ? "" : `, expires in ${ttlMs} ms`}\n`;
    for (const line of linesOf(db, key, type)) text += `  ${line}\n`;
  }
  return text;
}

function linesOf(db: HostDatabase, key: Uint8Array, type: string): string[] {
  const read = (...words: (string | Uint8Array)[]) => db.run(words, "bytes", 2) as Uint8Array[];
  switch (type) {
    case "list":
      return read("LRANGE", key, "0", "-1").map(quoted);
    case "hash":
      return pairLines(read("HGETALL", key)).sort();
    case "set":
      return read("SMEMBERS", key).map(quoted).sort();
    case "zset":
      return pairLines(read("ZRANGE", key, "0", "-1", "WITHSCORES"), UTF8.decode.bind(UTF8));
    case "stream":
      return [...entryLines(db, key), ...groupLines(db, key)];
    case "structure":
      return [shown(db.getStructure(key))];
    default:
      return [quoted(db.run(["GET", key], "bytes", 2) as Uint8Array)];
  }
}

/** A line for each two of the words. */
function pairLines(words: readonly Uint8Array[], second: (word: Uint8Array) => string = quoted): string[] {
  return Array.from({ length: words.length / 2 }, (_, i) => `${quoted(words[2 * i]!)} ${second(words[2 * i + 1]!)}`);
}

function entryLines(db: HostDatabase, key: Uint8Array): string[] {
  const entries = db.run(["XRANGE", key, "-", "+"], "bytes", 2) as [id: Uint8Array, words: Uint8Array[]][];
  return entries.map(([id, words]) => [UTF8.decode(id), ...words.map(quoted)].join(" "));
}

/** Groups, with what their consumers have been given and have not acknowledged. */
function groupLines(db: HostDatabase, key: Uint8Array): string[] {
  const { groups } = db.send(["XINFO", "STREAM", key, "FULL", "COUNT", 0]) as { groups: ReplyObject[] };
  return groups.flatMap((group) => [
    `group ${shown(group["name"]!)} last ${group["last-delivered-id"]}`,
    ...(group["consumers"] as ReplyObject[]).flatMap((consumer) => [
      `  consumer ${shown(consumer["name"]!)}`,
      ...(consumer["pending"] as [id: string, atMs: number, deliveries: number][]).map(([id, , deliveries]) =>
        `    pending ${id}, deliveries ${deliveries}`
      ),
    ]),
  ]);
}

/** Text in quotes, as JSON has it; bytes that are none, as redis-cli shows them. */
function quoted(bytes: Uint8Array): string {
  try {
    return JSON.stringify(UTF8.decode(bytes));
  } catch {
    return quotedText(bytes, 0, bytes.length); // no UTF-8
  }
}

/** A value as JSON has it, bytes as redis-cli shows them, and as text the numbers that JSON does not know. */
function shown(value: Reply): string {
  return JSON.stringify(value, (_, item) => {
    if (typeof item === "number" && !Number.isFinite(item)) return String(item);
    if (typeof item === "bigint") return `${item}n`;
    if (item instanceof Map) return Object.fromEntries(item);
    if (item instanceof Error) return item.message;
    return item instanceof Uint8Array ? quotedText(item, 0, item.length) : item;
  });
}
