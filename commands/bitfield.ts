/**
 * BITFIELD and BITFIELD_RO: integers of 1 to 64 bits, with or without sign, at any bit of a string.
 *
 * A command is a list of operations: all are read before the first is carried out, so one mistake keeps the whole list
 * from being done. Values are bigints: they have up to 64 bits, and sums one more.
 */
import type { Args } from "../engine/args.ts";
import { DENYOOM, FAST, oneKey, READONLY, WRITE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, SYNTAX_ERROR } from "../engine/errors.ts";
import { EVENT_STRING } from "../engine/hooks.ts";
import { textOf } from "../resp/text.ts";
import { readField, writeField } from "../store/bits.ts";
import { isInt64, MAX_INT64, NOT_INT32, parseInt32 } from "../store/integers.ts";
import { bitOffset, checkedOffset, INVALID_OFFSET, lengthOrZero, TextView, withRoomForBit } from "./bitmap.ts";

/** Rows of the commands on integers within a string. */
export const bitfieldCommands = {
  bitfield: {
    arity: -2,
    flags: WRITE | DENYOOM,
    keys: [{
      ...oneKey("RW access update variable_flags")[0]!,
      notes: "This command allows both access and modification of the key",
    }],
    keyFlags: bitfieldKeyFlags,
    usage: "key [GET encoding offset | [OVERFLOW <WRAP | SAT | FAIL>] " +
      "<SET encoding offset value:integer | INCRBY encoding offset increment>] [...]",
    since: "3.2.0",
    complexity: "O(1) for each subcommand specified",
    summary: "Reads, sets and increments integers of any width at any bit of a string",
    run: bitfield,
  },
  bitfield_ro: {
    arity: -2,
    flags: READONLY | FAST,
    keys: oneKey("RO access"),
    usage: "key [GET encoding offset [GET encoding offset ...]]",
    since: "6.0.0",
    complexity: "O(1) for each subcommand specified",
    summary: "Reads integers of any width at any bit of a string",
    run: bitfieldRo,
  },
} satisfies CommandGroup;

const INVALID_TYPE = new CommandError(
  "ERR",
  "Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.",
);
const INVALID_OVERFLOW = new CommandError("ERR", "Invalid OVERFLOW type specified");
const GET_ONLY = new CommandError("ERR", "BITFIELD_RO only supports the GET subcommand");

const HASH_SIGN = 0x23, LETTER_I = 0x69, LETTER_U = 0x75;

/** What becomes of a value that does not fit: its lowest bits, the nearest that does, or nothing is written. */
type Overflow = "WRAP" | "SAT" | "FAIL";
const OVERFLOWS: readonly Overflow[] = ["WRAP", "SAT", "FAIL"];

/** An integer's place in a string. */
interface Field {
  readonly isSigned: boolean;
  readonly bits: number;
  /** Of its first bit. */
  readonly offset: number;
}

interface Operation {
  readonly kind: "GET" | "SET" | "INCRBY";
  readonly field: Field;
  /** What is set or added; 0 for GET. */
  readonly operand: bigint;
  readonly overflow: Overflow;
}

function bitfield(ctx: Context, args: Args): void {
  const operations = parseOperations(ctx, args);
  const lastBit = lastWrittenBit(operations);
  if (lastBit < 0) reply(ctx, args, operations);
  else write(ctx, args, operations, lastBit);
}

function bitfieldRo(ctx: Context, args: Args): void {
  const operations = parseOperations(ctx, args);
  if (lastWrittenBit(operations) >= 0) throw GET_ONLY;
  reply(ctx, args, operations);
}

// ---- Reading the command ----

function parseOperations(ctx: Context, args: Args): Operation[] {
  const operations: Operation[] = [];
  let overflow: Overflow = "WRAP"; // until OVERFLOW says otherwise for those after it
  for (let i = 2; i < args.count;) {
    const left = args.count - i - 1;
    const kind = kindAt(args, i);
    if (kind === "OVERFLOW" && left >= 1) {
      overflow = OVERFLOWS.find((name) => args.is(i + 1, name)) ?? refuse(INVALID_OVERFLOW);
      i += 2;
    } else if (kind === "GET" && left >= 2) {
      operations.push({ kind, field: parseField(ctx, args, i + 1), operand: 0n, overflow });
      i += 3;
    } else if ((kind === "SET" || kind === "INCRBY") && left >= 3) {
      operations.push({ kind, field: parseField(ctx, args, i + 1), operand: args.bigint(i + 3), overflow });
      i += 4;
    } else throw SYNTAX_ERROR;
  }
  return operations;
}

function kindAt(args: Args, i: number): "GET" | "SET" | "INCRBY" | "OVERFLOW" | null {
  if (args.is(i, "GET")) return "GET";
  if (args.is(i, "SET")) return "SET";
  if (args.is(i, "INCRBY")) return "INCRBY";
  return args.is(i, "OVERFLOW") ? "OVERFLOW" : null;
}

function refuse(error: CommandError): never {
  throw error;
}

/** A type and an offset, arguments `i` and `i + 1`. */
function parseField(ctx: Context, args: Args, i: number): Field {
  const letter = args.bytes[args.start(i)];
  const bits = parseInt32(args.bytes, args.start(i) + 1, args.end(i));
  const isSigned = letter === LETTER_I;
  if ((!isSigned && letter !== LETTER_U) || bits < 1 || bits > (isSigned ? 64 : 63)) throw INVALID_TYPE;
  return { isSigned, bits, offset: fieldOffset(ctx, args, i + 1, bits) };
}

/** The offset of a field: in bits, or `#` and how many fields of its width come before. */
function fieldOffset(ctx: Context, args: Args, i: number, bits: number): number {
  const { bytes } = args;
  const start = args.start(i) + 1, end = args.end(i);
  if (bytes[start - 1] !== HASH_SIGN) return bitOffset(ctx, args, i);
  const index = parseInt32(bytes, start, end);
  if (index !== NOT_INT32) return checkedOffset(ctx, index * bits);
  if (!isInt64(bytes, start, end)) throw INVALID_OFFSET;
  // The product keeps its lowest 64 bits in Redis, so that #2305843009213693953 of u8 is bit 8.
  return checkedOffset(ctx, Number(BigInt.asIntN(64, BigInt(textOf(bytes, start, end)) * BigInt(bits))));
}

/** The last bit that operations write to; -1 when they only read. */
function lastWrittenBit(operations: readonly Operation[]): number {
  let last = -1;
  for (const { kind, field } of operations) {
    if (kind !== "GET") last = Math.max(last, field.offset + field.bits - 1);
  }
  return last;
}

/** A list of GETs only reads. One that is wrong may be anything, as in Redis. */
function bitfieldKeyFlags(args: Args): string {
  for (let i = 2; i < args.count;) {
    const kind = kindAt(args, i);
    const count = kind === "GET" ? 3 : kind === "OVERFLOW" ? 2 : 0;
    if (count === 0 || i + count > args.count) return "RW access update";
    i += count;
  }
  return "RO access";
}

// ---- Carrying it out ----

/** Replies to a list of GETs. */
function reply(ctx: Context, args: Args, operations: readonly Operation[]): void {
  const text = new TextView(ctx.db, ctx.db.findString(args, 1));
  ctx.out.array(operations.length);
  for (const { field } of operations) ctx.out.bigint(get(text, field));
}

/** Carries out operations of which some write, in a string that is long enough for all of them. */
function write(ctx: Context, args: Args, operations: readonly Operation[], lastBit: number): void {
  const { db, out } = ctx;
  const entry = db.findStringForWrite(args, 1);
  const isLonger = Math.floor(lastBit / 8) >= lengthOrZero(db, entry);
  const text = new TextView(db, withRoomForBit(db, args, entry, lastBit));
  let changes = 0;
  out.array(operations.length);
  for (const { kind, field, operand, overflow } of operations) {
    const had = get(text, field);
    if (kind === "GET") {
      out.bigint(had);
      continue;
    }
    const value = fitted(kind === "SET" ? settable(operand, field) : had + operand, field, overflow);
    if (value === null) {
      out.null();
      continue;
    }
    writeField(text.bytes, text.start, field.offset, field.bits, value);
    if (isLonger || value !== had) changes++;
    out.bigint(kind === "SET" ? had : value);
  }
  if (changes === 0) {
    // A string that became longer before every write failed counts as unchanged in Redis; but then replicas would differ.
    if (isLonger) ctx.propagateAlways();
    return;
  }
  ctx.touched(args, 1, EVENT_STRING, "setbit", changes);
}

function get(text: TextView, { isSigned, bits, offset }: Field): bigint {
  const value = readField(text.bytes, text.start, text.end, offset, bits);
  return isSigned ? BigInt.asIntN(bits, value) : value;
}

/**
 * What SET is to write, 2^64 more where Redis takes it for too large: a negative number to a field without sign, and one
 * so far below a signed field that their distance has more than 64 bits. SAT then ends at the other limit.
 */
function settable(operand: bigint, field: Field): bigint {
  if (!field.isSigned) return BigInt.asUintN(64, operand);
  const isTooFar = field.bits < 64 && largestOf(field) - operand > MAX_INT64;
  return isTooFar ? operand + 2n ** 64n : operand;
}

function largestOf({ isSigned, bits }: Field): bigint {
  return (1n << BigInt(isSigned ? bits - 1 : bits)) - 1n;
}

/** A value as a field can hold it; null when it cannot and is not to be written. */
function fitted(value: bigint, field: Field, overflow: Overflow): bigint | null {
  const { isSigned, bits } = field;
  const wrapped = isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
  if (wrapped === value || overflow === "WRAP") return wrapped;
  if (overflow === "FAIL") return null;
  const largest = largestOf(field);
  if (value > largest) return largest;
  return isSigned ? -largest - 1n : 0n;
}
