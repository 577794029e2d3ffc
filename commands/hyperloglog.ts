/**
 * HyperLogLogs: strings in which different elements are counted approximately. Format and arithmetic are in
 * store/hyperloglog.ts; here they meet keys. PFSELFTEST is in hyperloglog_selftest.ts.
 *
 * Anyone can write such a string. What cannot be one at all is refused at the door; runs of registers that make no sense are
 * found by whoever reads them.
 */
import type { Args } from "../engine/args.ts";
import {
  ADMIN,
  allKeys,
  DENYOOM,
  FAST,
  FEW_ARGUMENTS,
  MAY_REPLICATE,
  oneKey,
  READONLY,
  subcommandKey,
  WRITE,
} from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError } from "../engine/errors.ts";
import { EVENT_STRING } from "../engine/hooks.ts";
import { type Database, type Entry, NONE } from "../store/database.ts";
import {
  CORRUPTED,
  describeRuns,
  dropEstimate,
  EMPTY,
  estimateRegisters,
  estimateValue,
  getDense,
  type GrowingText,
  hasEstimate,
  hashedIndex,
  hashedRank,
  hashElement,
  HEADER_BYTES,
  isDense,
  isHyperLogLog,
  makeDense,
  mergeInto,
  offer,
  offerAll,
  OwnText,
  REGISTERS,
  storedEstimate,
  storeEstimate,
} from "../store/hyperloglog.ts";
import { pfselftest } from "./hyperloglog_selftest.ts";

/** Rows of the hyperloglog group. */
export const hyperloglogCommands = {
  pfadd: {
    arity: -2,
    flags: WRITE | DENYOOM | FAST,
    keys: oneKey("RW insert"),
    usage: "key [element [element ...]]",
    since: "2.8.9",
    complexity: "O(1) to add every element.",
    summary: "Adds elements to a HyperLogLog; without any, creates an empty one",
    constantUpTo: FEW_ARGUMENTS,
    run: pfadd,
  },
  pfcount: {
    arity: -2,
    flags: READONLY | MAY_REPLICATE,
    keys: [{
      ...allKeys("RW access")[0]!,
      notes: "RW because it may change the internal representation of the key, and propagate to replicas",
    }],
    usage: "key [key ...]",
    since: "2.8.9",
    complexity:
      "O(1) with a very small average constant time when called with a single key. O(N) with N being the number " +
      "of keys, and much bigger constant times, when called with multiple keys.",
    summary: "Estimates how many different elements HyperLogLogs have counted together",
    run: pfcount,
  },
  pfdebug: {
    arity: 3,
    flags: WRITE | DENYOOM | ADMIN,
    keys: subcommandKey("RW access"),
    usage: "subcommand key",
    since: "2.8.9",
    complexity: "N/A",
    summary: "Shows what is in a HyperLogLog: GETREG, DECODE, ENCODING; TODENSE changes its encoding",
    run: pfdebug,
  },
  pfmerge: {
    arity: -2,
    flags: WRITE | DENYOOM,
    keys: [...oneKey("RW access insert"), { flags: "RO access", begin: 2, find: { last: -1, step: 1, limit: 0 } }],
    usage: "destkey sourcekey [sourcekey ...]",
    since: "2.8.9",
    complexity: "O(N) to merge N HyperLogLogs, but with high constant times.",
    summary: "Has a HyperLogLog count what others have counted, too",
    run: pfmerge,
  },
  pfselftest: {
    arity: 1,
    flags: ADMIN,
    usage: "",
    since: "2.8.9",
    complexity: "N/A",
    summary: "Tests registers and estimates of HyperLogLogs; takes seconds",
    run: pfselftest,
  },
} satisfies CommandGroup;

const NOT_A_HYPERLOGLOG = new CommandError("WRONGTYPE", "Key is not a valid HyperLogLog string value.");
const CORRUPTED_VALUE = new CommandError("INVALIDOBJ", "Corrupted HLL object detected");
const NO_KEY_TO_DEBUG = new CommandError("ERR", "The specified key does not exist");

/** Class of a change that no keyspace event tells of. */
const NO_EVENT = 0;

// ---- Keys ----

/** The value of a key being changed. */
class KeyText implements GrowingText {
  #db!: Database;
  #args!: Args;
  #key = 0;
  #entry: Entry = NONE;

  /** Moves to the key at argument `key`; where there is none yet, {@linkcode replace} makes it. */
  moveTo(db: Database, args: Args, key: number, entry: Entry): this {
    this.#db = db;
    this.#args = args;
    this.#key = key;
    this.#entry = entry;
    return this;
  }

  /** Moves to the HyperLogLog at argument `key`; it becomes a raw string, whatever was set. */
  open(db: Database, args: Args, key: number, entry: Entry): this {
    return this.moveTo(db, args, key, db.resizeText(entry, db.valueLength(entry)));
  }

  get bytes(): Uint8Array {
    return this.#db.bytes;
  }

  get start(): number {
    return this.#db.valueStart(this.#entry);
  }

  get length(): number {
    return this.#db.valueLength(this.#entry);
  }

  get end(): number {
    return this.#db.valueEnd(this.#entry);
  }

  resize(length: number): void {
    this.#entry = this.#db.resizeText(this.#entry, length);
  }

  /** A dense value has its final size: unlike after {@linkcode resize}, there is no room to grow. */
  replace(bytes: Uint8Array): void {
    const db = this.#db;
    const expireAtMs = this.#entry === NONE ? -1 : db.expireAt(this.#entry);
    const entry = db.setText(this.#args, this.#key, bytes, 0, bytes.length);
    if (expireAtMs >= 0) db.setExpire(entry, expireAtMs);
    this.#entry = db.resizeText(entry, bytes.length); // raw, however short
  }
}

const TEXT = new KeyText();
/** Scratch registers, a byte each: the highest rank that any of several HyperLogLogs has there. */
const UNION = new Uint8Array(REGISTERS);

/** Refuses what is no HyperLogLog. */
function check(db: Database, entry: Entry): Entry {
  if (entry !== NONE && (db.isInt(entry) || !isHyperLogLog(db.bytes, db.valueStart(entry), db.valueEnd(entry)))) {
    throw NOT_A_HYPERLOGLOG;
  }
  return entry;
}

/** The value of the key, argument 1, for changing it: new when there is none. */
function openOrCreate(db: Database, args: Args, entry: Entry): KeyText {
  if (entry !== NONE) return TEXT.open(db, args, 1, entry);
  TEXT.moveTo(db, args, 1, NONE).replace(EMPTY);
  return TEXT;
}

/** Makes {@linkcode UNION} that of all keys from argument 1 on; returns whether one of them is dense. */
function readUnion(ctx: Context, args: Args): boolean {
  const { db } = ctx;
  let hasDense = false;
  UNION.fill(0);
  for (let i = 1; i < args.count; i++) {
    const entry = check(db, db.findString(args, i));
    if (entry === NONE) continue;
    const start = db.valueStart(entry);
    if (isDense(db.bytes, start)) hasDense = true;
    if (!mergeInto(UNION, db.bytes, start, db.valueEnd(entry))) throw CORRUPTED_VALUE;
  }
  return hasDense;
}

function sparseMaxBytes(ctx: Context): number {
  return ctx.engine.config.number("hll-sparse-max-bytes");
}

// ---- Commands ----

function pfadd(ctx: Context, args: Args): void {
  const { db } = ctx;
  const entry = check(db, db.findStringForWrite(args, 1));
  const text = openOrCreate(db, args, entry);
  const maxBytes = sparseMaxBytes(ctx);
  let changes = entry === NONE ? 1 : 0, i = 2;
  try {
    for (; i < args.count; i++) {
      const hashed = hashElement(args.bytes, args.start(i), args.end(i));
      const result = offer(text, hashedIndex(hashed), hashedRank(hashed), maxBytes);
      if (result === CORRUPTED) throw CORRUPTED_VALUE;
      changes += result;
    }
  } catch (error) {
    ctx.propagateFirst(args, i); // what was added before stays
    throw error;
  } finally {
    if (changes > 0) {
      dropEstimate(text.bytes, text.start);
      ctx.touched(args, 1, EVENT_STRING, "pfadd", changes);
    }
  }
  ctx.out.int(changes > 0 ? 1 : 0);
}

function pfcount(ctx: Context, args: Args): void {
  if (args.count === 2) return pfcountOne(ctx, args);
  readUnion(ctx, args);
  replyEstimate(ctx, estimateRegisters(UNION));
}

/** An estimate just made is kept in the value: a change, though the command only reads. */
function pfcountOne(ctx: Context, args: Args): void {
  const { db } = ctx;
  const entry = check(db, db.findString(args, 1));
  if (entry === NONE) return ctx.out.int(0);
  const { bytes, start, end } = TEXT.open(db, args, 1, entry);
  if (hasEstimate(bytes, start)) return replyEstimate(ctx, storedEstimate(bytes, start));
  const estimate = estimateValue(bytes, start, end);
  if (estimate === CORRUPTED) throw CORRUPTED_VALUE;
  db.willChange(entry);
  storeEstimate(bytes, start, estimate);
  ctx.touched(args, 1, NO_EVENT, "");
  replyEstimate(ctx, estimate);
}

function replyEstimate(ctx: Context, estimate: number | bigint): void {
  if (typeof estimate === "number" && Number.isSafeInteger(estimate)) ctx.out.int(estimate);
  else ctx.out.bigint(BigInt(estimate));
}

function pfmerge(ctx: Context, args: Args): void {
  const { db } = ctx;
  const hasDense = readUnion(ctx, args); // the destination counts as a source, so it is sound from here on
  const entry = db.findForWrite(args, 1);
  const held = entry === NONE ? EMPTY : db.bytes.subarray(db.valueStart(entry), db.valueEnd(entry));
  const merged = new OwnText(held); // outside the store, where memory may end: then nothing is merged
  if (hasDense) makeDense(merged); // at once, rather than when it has grown too long
  offerAll(merged, UNION, sparseMaxBytes(ctx));
  dropEstimate(merged.bytes, merged.start);
  TEXT.moveTo(db, args, 1, entry).replace(merged.bytes.subarray(0, merged.length));
  ctx.touched(args, 1, EVENT_STRING, "pfadd");
  ctx.out.ok();
}

// ---- PFDEBUG ----

/** An encoding that changes counts as a change, so that it is propagated; nobody else is told, as in Redis. */
function pfdebug(ctx: Context, args: Args): void {
  const { db, out } = ctx;
  const entry = check(db, db.findStringForWrite(args, 2));
  if (entry === NONE) throw NO_KEY_TO_DEBUG;
  const text = TEXT.open(db, args, 2, entry);
  if (args.is(1, "GETREG")) {
    turnDense(ctx, text);
    replyRegisters(ctx, text);
  } else if (args.is(1, "DECODE")) out.bulkText(decode(text));
  else if (args.is(1, "ENCODING")) out.simple(isDense(text.bytes, text.start) ? "dense" : "sparse");
  else if (args.is(1, "TODENSE")) out.int(turnDense(ctx, text) ? 1 : 0);
  else throw new CommandError("ERR", `Unknown PFDEBUG subcommand '${args.quoted(1)}'`);
}

/** Makes a value dense; false when it was already. */
function turnDense(ctx: Context, text: KeyText): boolean {
  if (isDense(text.bytes, text.start)) return false;
  if (!makeDense(text)) throw CORRUPTED_VALUE;
  ctx.dirty++;
  return true;
}

function replyRegisters(ctx: Context, text: KeyText): void {
  const { bytes, start } = text;
  ctx.out.array(REGISTERS);
  for (let i = 0; i < REGISTERS; i++) ctx.out.int(getDense(bytes, start + HEADER_BYTES, i));
}

/** No sound value is longer: a run for each register, of two bytes. */
const MAX_DECODED_BYTES = HEADER_BYTES + 2 * REGISTERS;

/** Runs that do not make 16384 registers are shown as well, but not a value of any length: Redis prints gigabytes. */
function decode(text: KeyText): string {
  const { bytes, start, end } = text;
  if (isDense(bytes, start)) throw new CommandError("ERR", "HLL encoding is not sparse");
  if (end - start > MAX_DECODED_BYTES) throw CORRUPTED_VALUE;
  return describeRuns(bytes, start, end);
}
