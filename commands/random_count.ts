/** The count of SRANDMEMBER, HRANDFIELD and ZRANDMEMBER: how many to choose; negative when one may be chosen several times. */
import type { Args } from "../engine/args.ts";
import { CommandError } from "../engine/errors.ts";
import { MAX_INT64 } from "../store/integers.ts";

const OUT_OF_RANGE = new CommandError(
  "ERR",
  `value is out of range, value must between -${MAX_INT64} and ${MAX_INT64}`,
);
const PAIRS_OUT_OF_RANGE = new CommandError("ERR", "value is out of range");

/** Argument 2 as a count. */
export function randomCount(args: Args): number {
  const count = args.int(2);
  if (!Number.isSafeInteger(count) && args.bigint(2) < -MAX_INT64) throw OUT_OF_RANGE;
  return count;
}

/** Checks argument 2 as a count of pairs, in which case twice as many must be a number too. */
export function checkPairCount(args: Args): void {
  if (Number.isSafeInteger(args.int(2))) return;
  const count = args.bigint(2), most = MAX_INT64 / 2n;
  if (count > most || count < -most) throw PAIRS_OUT_OF_RANGE;
}
