/**
 * LCS: the longest common subsequence of two strings.
 *
 * The table of the textbook has a number for each pair of prefixes. Its rows are needed one at a time to fill it, and of the
 * rest only one bit a cell to walk back: whether the way leads to the shorter prefix of the first string (up) or of
 * the second. That is a thirty-second of the memory; the limit, and the choice between ways of the same length, are
 * Redis'. O(N*M).
 */
import type { Args } from "../engine/args.ts";
import { READONLY } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, SYNTAX_ERROR } from "../engine/errors.ts";
import type { ReplyWriter } from "../resp/reply_writer.ts";
import { type Database, type Entry, NONE } from "../store/database.ts";
import { STRING } from "../store/types.ts";

/** The row of LCS. */
export const lcsCommands = {
  lcs: {
    arity: -3,
    flags: READONLY,
    keys: [{ flags: "RO access", begin: 1, find: { last: 1, step: 1, limit: 0 } }],
    usage: "key1 key2 [LEN] [IDX] [MINMATCHLEN len] [WITHMATCHLEN]",
    since: "7.0.0",
    complexity: "O(N*M) where N and M are the lengths of s1 and s2, respectively",
    summary: "Finds the longest sequence of bytes that two strings have in common",
    run: lcs,
  },
} satisfies CommandGroup;

const NOT_STRINGS = new CommandError("ERR", "The specified keys must contain string values");
const LEN_AND_IDX = new CommandError("ERR", "If you want both the length and indexes, please just use IDX.");
const TABLE_TOO_LARGE = new CommandError(
  "ERR",
  "Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len",
);
const NO_MEMORY = new CommandError("ERR", "Insufficient memory, failed allocating transient memory for LCS");

/** What Redis takes for one cell of its table; decides what is too large. */
const CELL_BYTES = 4;
/** Cells whose index fits in 32 bits. */
const MAX_CELLS = 2 ** 32;

function lcs(ctx: Context, args: Args): void {
  const { db, out } = ctx;
  const first = db.find(args, 1), second = db.find(args, 2);
  if (!isStringOrNone(db, first) || !isStringOrNone(db, second)) throw NOT_STRINGS;
  let wantsLength = false, wantsRanges = false, withLengths = false, minLength = 0;
  args.from(3);
  while (args.more()) {
    if (args.option("IDX")) wantsRanges = true;
    else if (args.option("LEN")) wantsLength = true;
    else if (args.option("WITHMATCHLEN")) withLengths = true;
    else if (args.option("MINMATCHLEN")) minLength = args.nextInt();
    else throw SYNTAX_ERROR;
  }
  if (wantsLength && wantsRanges) throw LEN_AND_IDX;

  const a = copyText(db, first), b = copyText(db, second);
  if ((a.length + 1) * (b.length + 1) * CELL_BYTES > ctx.engine.inputLimits.maxBulkBytes) throw TABLE_TOO_LARGE;
  if (wantsLength) return out.int(fillTable(a, b, null));
  const ways = newWays(a.length * b.length);
  const length = fillTable(a, b, ways);
  if (wantsRanges) replyRanges(out, a, b, ways, length, minLength, withLengths);
  else out.bulkBytes(sequence(a, b, ways, length));
}

function isStringOrNone(db: Database, entry: Entry): boolean {
  return entry === NONE || db.type(entry) === STRING;
}

function copyText(db: Database, entry: Entry): Uint8Array {
  if (entry === NONE) return new Uint8Array(0);
  if (db.isInt(entry)) return new TextEncoder().encode(String(db.intValue(entry)));
  return db.bytes.slice(db.valueStart(entry), db.valueEnd(entry));
}

/** One bit for each pair of bytes; set: the way back leads up. */
function newWays(cells: number): Uint8Array {
  if (cells >= MAX_CELLS) throw NO_MEMORY;
  try {
    return new Uint8Array((cells >>> 3) + 1);
  } catch (error) {
    if (error instanceof RangeError) throw NO_MEMORY;
    throw error;
  }
}

/** The length of the longest common subsequence; notes the ways back when asked to. */
function fillTable(a: Uint8Array, b: Uint8Array, ways: Uint8Array | null): number {
  const width = b.length;
  const row = new Uint32Array(width + 1); // of the row above, until it is overwritten from the left
  for (let i = 0; i < a.length; i++) {
    const byte = a[i]!;
    let aboveLeft = 0, left = 0;
    for (let j = 0; j < width; j++) {
      const above = row[j + 1]!;
      if (byte === b[j]) left = aboveLeft + 1;
      else if (above > left) {
        left = above;
        if (ways !== null) setBit(ways, i * width + j);
      }
      row[j + 1] = left;
      aboveLeft = above;
    }
  }
  return row[width]!;
}

function setBit(bits: Uint8Array, i: number): void {
  bits[i >>> 3]! |= 1 << (i & 7);
}

function hasBit(bits: Uint8Array, i: number): boolean {
  return (bits[i >>> 3]! & (1 << (i & 7))) !== 0;
}

function sequence(a: Uint8Array, b: Uint8Array, ways: Uint8Array, length: number): Uint8Array {
  const common = new Uint8Array(length);
  let i = a.length, j = b.length;
  while (i > 0 && j > 0) {
    if (a[i - 1] === b[j - 1]) {
      common[--length] = a[--i]!;
      j--;
    } else if (hasBit(ways, (i - 1) * b.length + j - 1)) i--;
    else j--;
  }
  return common;
}

/** Replies the stretches that match without a gap, from the last to the first, then the whole length. */
function replyRanges(
  out: ReplyWriter,
  a: Uint8Array,
  b: Uint8Array,
  ways: Uint8Array,
  length: number,
  minLength: number,
  withLengths: boolean,
): void {
  out.map(2);
  out.bulkText("matches");
  const mark = out.openArray();
  let ranges = 0;
  let i = a.length, j = b.length;
  while (i > 0 && j > 0) {
    let matched = 0;
    while (i > 0 && j > 0 && a[i - 1] === b[j - 1]) {
      i--;
      j--;
      matched++;
    }
    if (matched > 0 && matched >= minLength) {
      out.array(withLengths ? 3 : 2);
      replyRange(out, i, matched);
      replyRange(out, j, matched);
      if (withLengths) out.int(matched);
      ranges++;
    }
    if (i === 0 || j === 0) break;
    if (hasBit(ways, (i - 1) * b.length + j - 1)) i--;
    else j--;
  }
  out.closeArray(mark, ranges);
  out.bulkText("len");
  out.int(length);
}

/** First and last index of a stretch. */
function replyRange(out: ReplyWriter, first: number, length: number): void {
  out.array(2);
  out.int(first);
  out.int(first + length - 1);
}
