/** What DEBUG tells of values and tables: OBJECT, SDSLEN, LISTPACK, QUICKLIST, HTSTATS. */
import type { Args } from "../engine/args.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, NO_SUCH_KEY } from "../engine/errors.ts";
import { RdbWriter } from "../persistence/rdb_writer.ts";
import { writeValue } from "../persistence/rdb_value.ts";
import { ENTRIES_PER_BUCKET } from "../store/buckets.ts";
import { type Database, type Entry, NONE } from "../store/database.ts";
import { Dictionary, HEADER_BYTES } from "../store/dictionary.ts";
import { Element } from "../store/element.ts";
import type { LargeSortedSet } from "../store/large_sorted_set.ts";
import { firstElement, isEnd, listpackBytes, listpackCount, nextElement, readElement } from "../store/listpack.ts";
import { ListValue } from "../store/list_value.ts";
import { EMBSTR, encodingName, LIST, RAW, SORTED_SET, STRING } from "../store/types.ts";
import { referenceCount } from "./generic.ts";

/** The entry of a key, NONE where there is none. One that has expired and is not deleted yet is there to DEBUG. */
export function findStored(ctx: Context, args: Args, i: number): Entry {
  const { keyspace } = ctx;
  const wasPaused = keyspace.expiryPaused;
  keyspace.expiryPaused = true;
  try {
    return ctx.db.peek(args, i);
  } finally {
    keyspace.expiryPaused = wasPaused;
  }
}

function existing(entry: Entry): Entry {
  if (entry === NONE) throw NO_SUCH_KEY;
  return entry;
}

// ---- Values ----

/** DEBUG OBJECT: one line of fields, with some more for lists. */
export function debugObject(ctx: Context, args: Args): void {
  const { db } = ctx;
  const entry = existing(findStored(ctx, args, 2));
  const fields = [
    `at:0x${(entry * 8).toString(16)}`,
    `refcount:${referenceCount(db, entry)}`,
    `encoding:${encodingName(db.type(entry), db.encoding(entry))}`,
    `serializedlength:${serializedLength(ctx, entry)}`,
    `lru:${(ctx.keyspace.lruClock - db.idleSeconds(entry)) & 0xffffff}`,
    `lru_seconds_idle:${db.idleSeconds(entry)}`,
  ];
  if (db.type(entry) === LIST) fields.push(...quicklistFields(new ListValue().open(db, entry)));
  ctx.out.simple(`Value ${fields.join(" ")}`);
}

/** Bytes of the value in an RDB file, without its type. */
function serializedLength(ctx: Context, entry: Entry): number {
  const writer = new RdbWriter(ctx.engine.config.flag("rdbcompression"));
  writeValue(writer, ctx.db, entry);
  return writer.size - 1;
}

/** Nodes are never compressed here. */
function quicklistFields(list: ListValue): string[] {
  let bytes = 0;
  for (let n = 0; n < list.nodeCount; n++) bytes += list.nodeEnd(n) - list.nodeStart(n);
  return [
    `ql_nodes:${list.nodeCount}`,
    `ql_avg_node:${twoDecimals(list.size / list.nodeCount)}`,
    `ql_listpack_max:${list.db.keyspace.limits.listSize}`,
    "ql_compressed:0",
    `ql_uncompressed_size:${bytes}`,
  ];
}

/** As C's `%.2f`: what lies in the middle goes to the even digit, where toFixed takes the larger. */
function twoDecimals(value: number): string {
  const isMiddle = (value * 8) % 2 === 1; // an odd number of eighths
  const hundredths = Math.floor(value * 100);
  return isMiddle && hundredths % 2 === 0 ? (hundredths / 100).toFixed(2) : value.toFixed(2);
}

const NOT_TEXT = new CommandError("ERR", "Not an sds encoded string.");
/** Bytes of a block before its text. */
const BLOCK_HEADER_BYTES = 8;

/** DEBUG SDSLEN: the room that key and text have, and what is left of it. A short text shares the block of its key. */
export function debugSdslen(ctx: Context, args: Args): void {
  const { db } = ctx;
  const entry = existing(findStored(ctx, args, 2));
  const encoding = db.encoding(entry);
  if (db.type(entry) !== STRING || (encoding !== EMBSTR && encoding !== RAW)) throw NOT_TEXT;
  const keyLength = db.keyEnd(entry) - db.keyStart(entry), length = db.valueLength(entry);
  const start = db.valueStart(entry);
  const isInline = start === db.keyEnd(entry);
  const entryBytes = db.arena.blockBytes(entry);
  const keyBytes = isInline ? HEADER_BYTES + keyLength : entryBytes;
  const textBytes = isInline ? entryBytes - keyBytes : db.arena.blockBytes((start - BLOCK_HEADER_BYTES) / 8);
  const room = isInline ? textBytes : textBytes - BLOCK_HEADER_BYTES;
  ctx.out.simple(
    `key_sds_len:${keyLength}, key_sds_avail:${keyBytes - HEADER_BYTES - keyLength}, key_zmalloc: ${keyBytes}, ` +
      `val_sds_len:${length}, val_sds_avail:${room - length}, val_zmalloc: ${textBytes}`,
  );
}

// ---- Structures, written to the log ----

const NOT_A_LISTPACK = new CommandError("ERR", "Not a listpack encoded object.");
const NOT_A_QUICKLIST = new CommandError("ERR", "Not a quicklist encoded object.");

/** DEBUG LISTPACK. */
export function debugListpack(ctx: Context, args: Args): void {
  const { db } = ctx;
  const entry = existing(db.findUnseen(args, 2));
  if (encodingName(db.type(entry), db.encoding(entry)) !== "listpack") throw NOT_A_LISTPACK;
  logListpack(ctx, db.bytes, db.valueStart(entry), true);
  ctx.out.simple("Listpack structure printed on stdout");
}

/** DEBUG QUICKLIST. */
export function debugQuicklist(ctx: Context, args: Args): void {
  const { db } = ctx;
  const entry = existing(db.findUnseen(args, 2));
  if (db.type(entry) !== LIST) throw NOT_A_QUICKLIST;
  const withElements = args.count === 4 && Number.parseInt(args.text(3)) > 0;
  const list = new ListValue().open(db, entry);
  write(ctx, `quicklist: ${list.nodeCount} nodes, ${list.size} elements`);
  for (let n = 0; n < list.nodeCount; n++) {
    if (!list.isPlainNode(n)) logListpack(ctx, db.bytes, list.nodeStart(n), withElements);
    else {
      write(ctx, `plain node: ${list.nodeEnd(n) - list.nodeStart(n)} bytes`);
      if (withElements) write(ctx, `  ${shown(db.bytes, list.nodeStart(n), list.nodeEnd(n))}`);
    }
  }
  ctx.out.simple("Quicklist structure printed on stdout");
}

function logListpack(ctx: Context, bytes: Uint8Array, at: number, withElements: boolean): void {
  write(ctx, `listpack: ${listpackBytes(bytes, at)} bytes, ${listpackCount(bytes, at)} elements`);
  if (!withElements) return;
  const element = new Element();
  for (let p = firstElement(at); !isEnd(bytes, p); p = nextElement(bytes, p)) {
    readElement(bytes, p, element);
    write(ctx, `  ${shown(element.bytes, element.start, element.end)}`);
  }
}

/** The log is what goes to stdout, unless a file was named for it. */
function write(ctx: Context, line: string): void {
  ctx.engine.log.log("warning", line);
}

/** Shown up to here. */
const LONGEST_SHOWN_BYTES = 128;

function shown(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let i = start; i < Math.min(end, start + LONGEST_SHOWN_BYTES); i++) text += String.fromCharCode(bytes[i]!);
  return `${JSON.stringify(text)}${end - start > LONGEST_SHOWN_BYTES ? ` ... ${end - start} bytes` : ""}`;
}

// ---- Tables ----

const OUT_OF_RANGE = new CommandError("ERR", "Out of range database");
const NO_TABLE = new CommandError(
  "ERR",
  "The value stored at the specified key is not represented using an hash table",
);

/** DEBUG HTSTATS: of the table of keys, and of the index of those that expire, which is no hash table here. */
export function debugHtstats(ctx: Context, args: Args): void {
  const db: Database | undefined = ctx.keyspace.databases[args.int(2)];
  if (db === undefined) throw OUT_OF_RANGE;
  const expires = db.expires === 0 ? NOTHING_TO_TELL : ` number of elements: ${db.expires}\n`;
  ctx.out.verbatim("txt", `[Dictionary HT]\n${statistics(db.keys)}[Expires HT]\n${heading(0)}${expires}`);
}

/** DEBUG HTSTATS-KEY. */
export function debugHtstatsKey(ctx: Context, args: Args): void {
  const { db } = ctx;
  const entry = existing(db.findUnseen(args, 2));
  const value = db.isLarge(entry) ? db.large(entry) : null;
  const table = db.type(entry) === SORTED_SET && value !== null
    ? (value as LargeSortedSet).members.dictionary
    : value instanceof Dictionary
    ? value
    : null;
  if (table === null) throw NO_TABLE;
  ctx.out.verbatim("txt", statistics(table));
}

const NOTHING_TO_TELL = "No stats available for empty dictionaries\n";

function heading(table: number): string {
  return `Hash table ${table} stats (${table === 0 ? "main hash table" : "rehashing target"}):\n`;
}

/** Of a table being resized, the one to come has a part of its own. A size is the number of entries it is made for. */
function statistics(dictionary: Dictionary): string {
  if (dictionary.size === 0) return `${heading(0)}${NOTHING_TO_TELL}`;
  const parts = dictionary.tables.map((table, i) =>
    `${heading(i)} table size: ${(table.mask + 1) * ENTRIES_PER_BUCKET}\n`
  );
  parts[0] += ` number of elements: ${dictionary.size}\n`;
  return parts.join("");
}
