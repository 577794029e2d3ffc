/**
 * Strings as rows of bits: SETBIT, GETBIT, BITCOUNT, BITPOS and BITOP. Integers within them are in bitfield.ts, which
 * shares what stands below under "Texts and offsets"; the loops over the bits themselves are in store/bits.ts.
 *
 * Offsets of bits go up to 2^32 and beyond: they are divided, not shifted.
 */
import type { Args } from "../engine/args.ts";
import { DENYOOM, FAST, keyAt, oneKey, READONLY, WRITE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, SYNTAX_ERROR } from "../engine/errors.ts";
import { EVENT_STRING } from "../engine/hooks.ts";
import { countBits, findBit, Piece, PIECE_BYTES } from "../store/bits.ts";
import { type Database, type Entry, NONE } from "../store/database.ts";
import { createText, textLength } from "./string.ts";

/** Rows of the commands on single bits and on whole rows of them. */
export const bitmapCommands = {
  setbit: {
    arity: 4,
    flags: WRITE | DENYOOM,
    keys: oneKey("RW access update"),
    usage: "key offset value:integer",
    since: "2.2.0",
    complexity: "O(1)",
    summary: "Sets or clears a bit of a string, made longer with zeros to hold it; returns what the bit was",
    run: setbit,
  },
  getbit: {
    arity: 3,
    flags: READONLY | FAST,
    keys: oneKey("RO access"),
    usage: "key offset",
    since: "2.2.0",
    complexity: "O(1)",
    summary: "Returns a bit of a string; those after its end are 0",
    run: getbit,
  },
  bitcount: {
    arity: -2,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key [start end [BYTE | BIT]]",
    since: "2.6.0",
    complexity: "O(N)",
    summary: "Counts the set bits of a string, or of a range of its bytes or bits",
    history: [["7.0.0", "Takes `BYTE` and `BIT`."]],
    run: bitcount,
  },
  bitpos: {
    arity: -3,
    flags: READONLY,
    keys: oneKey("RO access"),
    usage: "key bit:integer [start [end [BYTE | BIT]]]",
    since: "2.8.7",
    complexity: "O(N)",
    summary: "Finds the first bit that is set, or clear, in a string or a range of its bytes or bits",
    history: [["7.0.0", "Takes `BYTE` and `BIT`."]],
    run: bitpos,
  },
  bitop: {
    arity: -4,
    flags: WRITE | DENYOOM,
    keys: [
      keyAt(2, "OW update"),
      { flags: "RO access", begin: 3, find: { last: -1, step: 1, limit: 0 } },
    ],
    usage: "operation destkey key [key ...]",
    since: "2.6.0",
    complexity: "O(N)",
    summary: "Combines strings bit by bit by AND, OR, XOR or NOT, and stores the result; shorter ones end in zeros",
    run: bitop,
  },
} satisfies CommandGroup;

export const INVALID_OFFSET: CommandError = new CommandError("ERR", "bit offset is not an integer or out of range");
const INVALID_BIT = new CommandError("ERR", "bit is not an integer or out of range");
const NEITHER_0_NOR_1 = new CommandError("ERR", "The bit argument must be 1 or 0.");
const NOT_OF_ONE_KEY = new CommandError("ERR", "BITOP NOT must be called with a single source key.");

// ---- Texts and offsets ----

/**
 * The text of a string, to read from: where it stands in the store, `bytes[start, end)`, or the digits of one held as a
 * number. Empty for a missing key. Good until the string changes.
 */
export class TextView {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;

  constructor(db: Database, entry: Entry) {
    if (entry === NONE) {
      this.bytes = NO_BYTES;
      this.start = this.end = 0;
    } else if (db.isInt(entry)) {
      this.bytes = ASCII.encode(String(db.intValue(entry)));
      this.start = 0;
      this.end = this.bytes.length;
    } else {
      this.bytes = db.bytes;
      this.start = db.valueStart(entry);
      this.end = db.valueEnd(entry);
    }
  }

  get length(): number {
    return this.end - this.start;
  }
}

const NO_BYTES = new Uint8Array(0);
const ASCII = new TextEncoder();

/** Argument `i` as the offset of a bit. */
export function bitOffset(ctx: Context, args: Args, i: number): number {
  return checkedOffset(ctx, args.int(i, INVALID_OFFSET));
}

/** An offset, when the longest string allowed has it. */
export function checkedOffset(ctx: Context, offset: number): number {
  if (offset < 0 || Math.floor(offset / 8) >= ctx.engine.inputLimits.maxBulkBytes) throw INVALID_OFFSET;
  return offset;
}

/** Length in bytes of a string's text, 0 for a missing key. */
export function lengthOrZero(db: Database, entry: Entry): number {
  return entry === NONE ? 0 : textLength(db, entry);
}

/** The string at the key, argument 1, ready to be written to and long enough to have the bit `offset`. */
export function withRoomForBit(db: Database, args: Args, entry: Entry, offset: number): Entry {
  const needed = Math.floor(offset / 8) + 1;
  return entry === NONE ? createText(db, args, needed) : db.resizeText(entry, Math.max(textLength(db, entry), needed));
}

// ---- Single bits ----

function setbit(ctx: Context, args: Args): void {
  const { db } = ctx;
  const offset = bitOffset(ctx, args, 2);
  const bit = args.int(3, INVALID_BIT);
  if (bit !== 0 && bit !== 1) throw INVALID_BIT;
  const entry = db.findStringForWrite(args, 1);
  const index = Math.floor(offset / 8);
  const isLonger = index >= lengthOrZero(db, entry);
  const changed = withRoomForBit(db, args, entry, offset);
  const at = db.valueStart(changed) + index, mask = 0x80 >> (offset % 8);
  const byte = db.bytes[at]!;
  const had = (byte & mask) === 0 ? 0 : 1;
  if (isLonger || had !== bit) {
    db.bytes[at] = bit === 1 ? byte | mask : byte & ~mask;
    ctx.touched(args, 1, EVENT_STRING, "setbit");
  }
  ctx.out.int(had);
}

function getbit(ctx: Context, args: Args): void {
  const offset = bitOffset(ctx, args, 2);
  const text = new TextView(ctx.db, ctx.db.findString(args, 1));
  const index = Math.floor(offset / 8);
  const byte = index < text.length ? text.bytes[text.start + index]! : 0;
  ctx.out.int((byte & (0x80 >> (offset % 8))) === 0 ? 0 : 1);
}

// ---- Counting and searching ----

function bitcount(ctx: Context, args: Args): void {
  const entry = ctx.db.findString(args, 1);
  if (entry === NONE) return ctx.out.int(0); // whatever the range says, as in Redis
  const text = new TextView(ctx.db, entry);
  let from = 0, to = text.length * 8;
  if (args.count > 2) {
    if (args.count !== 4 && args.count !== 5) throw SYNTAX_ERROR;
    const start = args.int(2), end = args.int(3);
    // Both may have been rounded, so they are compared exactly.
    if (start < 0 && end < 0 && (start > end || args.bigint(2) > args.bigint(3))) return ctx.out.int(0);
    const unitBits = args.count === 5 ? bitsOfUnit(args, 4) : 8;
    const count = to / unitBits;
    from = startInside(start, count) * unitBits;
    to = endInside(end, count) * unitBits;
  }
  ctx.out.int(countBits(text.bytes, text.start, from, to));
}

function bitpos(ctx: Context, args: Args): void {
  const { out } = ctx;
  const bit = args.int(2);
  if (bit !== 0 && bit !== 1) throw NEITHER_0_NOR_1;
  const entry = ctx.db.findString(args, 1);
  if (entry === NONE) return out.int(bit === 1 ? -1 : 0);
  const text = new TextView(ctx.db, entry);
  if (args.count > 6) throw SYNTAX_ERROR;
  const size = text.length * 8;
  let from = 0, to = size;
  if (args.count > 3) {
    const start = args.int(3);
    const unitBits = args.count === 6 ? bitsOfUnit(args, 5) : 8;
    const count = size / unitBits;
    if (args.count > 4) to = endInside(args.int(4), count) * unitBits;
    from = startInside(start, count) * unitBits;
  }
  if (from >= to) return out.int(-1);
  const found = findBit(text.bytes, text.start, from, to, bit === 1 ? 1 : 0);
  // Zeros follow a string, unless the caller has said where to end.
  out.int(found < 0 && bit === 0 && args.count < 5 ? size : found);
}

/** How many bits one step of a range is: argument `i` is BYTE or BIT. */
function bitsOfUnit(args: Args, i: number): number {
  if (args.is(i, "BIT")) return 1;
  if (args.is(i, "BYTE")) return 8;
  throw SYNTAX_ERROR;
}

/** Where a range begins; a negative start counts from the end. */
function startInside(start: number, count: number): number {
  return start < 0 ? Math.max(0, count + start) : start;
}

/** Where a range ends whose last element is `end`: one after it, not beyond `count`. */
function endInside(end: number, count: number): number {
  return Math.min(count, (end < 0 ? Math.max(0, count + end) : end) + 1);
}

// ---- Combining ----

type Operation = "AND" | "OR" | "XOR" | "NOT";
const OPERATIONS: readonly Operation[] = ["AND", "OR", "XOR", "NOT"];

/** Where results are worked out, and what is combined with them. */
const RESULT = new Piece(), OPERAND = new Piece();

function bitop(ctx: Context, args: Args): void {
  const { db } = ctx;
  const operation = OPERATIONS.find((name) => args.is(1, name));
  if (operation === undefined) throw SYNTAX_ERROR;
  if (operation === "NOT" && args.count !== 4) throw NOT_OF_ONE_KEY;
  const sources: Entry[] = [];
  let length = 0;
  for (let i = 3; i < args.count; i++) {
    const entry = db.findString(args, i);
    sources.push(entry);
    length = Math.max(length, lengthOrZero(db, entry));
  }
  if (length > 0) {
    if (length <= PIECE_BYTES) storeShort(db, args, operation, sources, length);
    else storeLong(db, args, operation, sources, length);
    ctx.touched(args, 2, EVENT_STRING, "set");
  } else ctx.deleteInstead(args, 2);
  ctx.out.int(length);
}

/** Stores a result of one piece at the key, argument 2. */
function storeShort(db: Database, args: Args, operation: Operation, sources: readonly Entry[], length: number): void {
  combine(operation, sources.map((entry) => new TextView(db, entry)), 0, length);
  db.resizeText(db.setText(args, 2, RESULT.bytes, 0, length), length); // raw, however short
}

/**
 * Stores a longer result piece by piece where it will stand, which may be where a source stands: each piece of it depends on
 * the same piece of the sources alone.
 */
function storeLong(db: Database, args: Args, operation: Operation, sources: Entry[], length: number): void {
  const old = db.peek(args, 2);
  let target: Entry;
  if (old !== NONE && sources.includes(old)) {
    db.willChange(old);
    target = db.resizeText(old, length);
    db.persist(target);
    sources = sources.map((entry) => entry === old ? target : entry);
  } else { // no source is that long and held as a number
    const longest = sources.find((entry) => lengthOrZero(db, entry) === length)!;
    target = db.setText(args, 2, db.bytes, db.valueStart(longest), db.valueEnd(longest));
  }
  const texts = sources.map((entry) => new TextView(db, entry));
  const start = db.valueStart(target);
  for (let at = 0; at < length; at += PIECE_BYTES) {
    const size = Math.min(PIECE_BYTES, length - at);
    combine(operation, texts, at, size);
    db.bytes.set(size === PIECE_BYTES ? RESULT.bytes : RESULT.bytes.subarray(0, size), start + at);
  }
}

/** Works out `size` bytes of the result, from byte `at` on, in RESULT. */
function combine(operation: Operation, texts: readonly TextView[], at: number, size: number): void {
  RESULT.load(texts[0]!.bytes, texts[0]!.start + at, texts[0]!.end, size);
  if (operation === "NOT") return RESULT.invert();
  for (let i = 1; i < texts.length; i++) {
    const { bytes, start, end } = texts[i]!;
    OPERAND.load(bytes, start + at, end, size);
    if (operation === "AND") RESULT.and(OPERAND);
    else if (operation === "OR") RESULT.or(OPERAND);
    else RESULT.xor(OPERAND);
  }
}
