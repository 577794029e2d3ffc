/** What SCAN and its kind (HSCAN, SSCAN, ZSCAN) have in common: the cursor, and the options behind it. */
import type { Args } from "../engine/args.ts";
import { INVALID_CURSOR, SYNTAX_ERROR } from "../engine/errors.ts";

/** Index of no argument: there is no such option. */
export const ABSENT = -1;

/** Redis' default for COUNT. */
const DEFAULT_COUNT = 10;

/** What was asked for. */
export interface ScanOptions {
  /** How many elements to look at, at least. */
  count: number;
  /** The argument that is MATCH's pattern; {@linkcode ABSENT} also for a pattern that everything matches. */
  pattern: number;
  /** The argument that is TYPE's name. */
  type: number;
}

/** Reads `[MATCH pattern] [COUNT count]` from argument `from` to the last, and `[TYPE type]` where the command has it. */
export function readScanOptions(args: Args, from: number, takesType: boolean): ScanOptions {
  const options: ScanOptions = { count: DEFAULT_COUNT, pattern: ABSENT, type: ABSENT };
  args.from(from);
  while (args.more()) {
    if (args.option("COUNT")) {
      options.count = args.nextInt();
      if (options.count < 1) throw SYNTAX_ERROR;
    } else if (args.option("MATCH")) {
      options.pattern = args.nextIndex();
      if (args.is(options.pattern, "*")) options.pattern = ABSENT; // it would not take the empty element
    } else if (takesType && args.option("TYPE")) options.type = args.nextIndex();
    else throw SYNTAX_ERROR;
  }
  return options;
}

const CURSOR = /^([+-]?)(\d+)$/;
const CURSOR_MAX = 2n ** 64n - 1n;

/**
 * A cursor: what C's strtoul takes. Nothing at all is 0, and a minus counts down from 2^64. No table is so large that it
 * would need more than the low 32 bits.
 */
export function readCursor(args: Args, i: number): number {
  if (args.length(i) === 0) return 0;
  const [, sign, digits] = CURSOR.exec(args.text(i)) ?? [];
  const n = digits === undefined ? CURSOR_MAX + 1n : BigInt(digits);
  if (n > CURSOR_MAX) throw INVALID_CURSOR;
  return Number(BigInt.asUintN(32, sign === "-" ? -n : n));
}
