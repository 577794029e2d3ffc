/**
 * Ranges of sorted sets, as arguments say them and as they turn out in a set: by rank (`0 -1`), by score (`(1.5 +inf`), by
 * member (`[a (c`, `- +`).
 *
 * Three classes with one way to be used, so that ZRANGE, ZRANGESTORE, ZCOUNT, ZREMRANGEBYLEX … need not care which it is:
 *
 * ```ts ignore
 * range.read(args, 2, 3); // before anybody looks at the key
 * range.locate(set, isReverse, offset);
 * for (let left = range.count, more = set.seek(range.from); left > 0 && more; left--) …
 * ```
 *
 * Commands run one at a time, so there is one {@linkcode RANKS}, one {@linkcode SCORES} and one {@linkcode MEMBERS}.
 */
import type { Args } from "../engine/args.ts";
import { CommandError } from "../engine/errors.ts";
import { readDouble } from "../store/doubles.ts";
import type { Element } from "../store/element.ts";
import { compareBytes } from "../store/score_tree.ts";
import type { SortedSetValue } from "../store/sorted_set_value.ts";

/** A part of a sorted set. */
export abstract class SortedSetRange {
  /** Where {@linkcode locate} has found it: the rank it begins at, which is the highest one when it is walked backwards. */
  from = 0;
  /** How many members it has. */
  count = 0;

  /**
   * Reads the bounds, which stand at these arguments.
   *
   * @throws {CommandError} One of them is no bound.
   */
  abstract read(args: Args, min: number, max: number): void;

  /**
   * Finds the range in a set that is not empty; `offset` members are left out at the side where it begins, all of them
   * when it is negative.
   */
  abstract locate(set: SortedSetValue, isReverse: boolean, offset: number): void;

  /** Takes the ranks from `first` to before `end`. */
  protected take(first: number, end: number, isReverse: boolean, offset: number): void {
    this.count = offset < 0 ? 0 : Math.max(end - first - offset, 0);
    this.from = isReverse ? end - 1 - offset : first + offset;
  }
}

// ---- By rank ----

/** Ranks from `start` to `stop`, both included; negative ones count from the end. Walked backwards, 0 is the last member. */
export class RankRange extends SortedSetRange {
  #start = 0;
  #stop = 0;

  read(args: Args, start: number, stop: number): void {
    this.#start = args.int(start);
    this.#stop = args.int(stop);
  }

  locate(set: SortedSetValue, isReverse: boolean): void {
    const { size } = set;
    const first = Math.max(this.#start < 0 ? size + this.#start : this.#start, 0);
    const last = Math.min(this.#stop < 0 ? size + this.#stop : this.#stop, size - 1);
    this.count = Math.max(last - first + 1, 0);
    this.from = isReverse ? size - 1 - first : first;
  }
}

// ---- By score ----

const NOT_A_BOUND_OF_SCORES = new CommandError("ERR", "min or max is not a float");
const PARENTHESIS = 0x28, BRACKET = 0x5b, MINUS = 0x2d, PLUS = 0x2b;

/** Scores between two bounds, which belong to it unless they begin with a parenthesis. */
export class ScoreRange extends SortedSetRange {
  min = 0;
  max = 0;
  isMinExclusive = false;
  isMaxExclusive = false;

  read(args: Args, min: number, max: number): void {
    this.min = this.#bound(args, min);
    this.isMinExclusive = isExclusive(args, min);
    this.max = this.#bound(args, max);
    this.isMaxExclusive = isExclusive(args, max);
  }

  #bound(args: Args, i: number): number {
    const start = args.start(i) + (isExclusive(args, i) ? 1 : 0), end = args.end(i);
    const value = readDouble(args.bytes, start, end);
    return value === value ? value : unusualNumber(args.bytes.subarray(start, end));
  }

  locate(set: SortedSetValue, isReverse: boolean, offset: number): void {
    const first = set.firstRankByScore(this.min, this.isMinExclusive);
    const end = set.firstRankByScore(this.max, !this.isMaxExclusive);
    this.take(first, end, isReverse, offset);
  }
}

function isExclusive(args: Args, i: number): boolean {
  return args.length(i) > 0 && args.bytes[args.start(i)] === PARENTHESIS;
}

const LATIN1 = new TextDecoder("latin1");
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const HEXADECIMAL = /^([+-]?)0x(?=\.?[0-9a-f])[0-9a-f]*\.?[0-9a-f]*(?:p([+-]?)\d+)?$/i;

/**
 * Bounds are read with less care than scores are: C's strtod takes what it can of a text that ends at the first zero byte.
 * So nothing at all is 0, white space may stand before a number, and one beyond all doubles is infinite or zero.
 */
function unusualNumber(bytes: Uint8Array): number {
  const zero = bytes.indexOf(0);
  const text = LATIN1.decode(zero < 0 ? bytes : bytes.subarray(0, zero));
  if (text === "") return 0;
  const trimmed = text.replace(/^[ \t\n\v\f\r]+/, "");
  const digits = Uint8Array.from(trimmed, (c) => c.charCodeAt(0));
  const value = readDouble(digits, 0, digits.length);
  if (value === value) return value;
  if (DECIMAL.test(trimmed)) return Number(trimmed);
  const hexadecimal = HEXADECIMAL.exec(trimmed);
  if (hexadecimal === null) throw NOT_A_BOUND_OF_SCORES;
  if (hexadecimal[2] === "-") return 0;
  return hexadecimal[1] === "-" ? -Infinity : Infinity;
}

// ---- By member ----

const NOT_A_BOUND_OF_MEMBERS = new CommandError("ERR", "min or max not valid string range item");
/** What a bound of members is: `-`, before all of them; `+`, behind them; `[x`; `(x`. */
const LOWEST = 0, HIGHEST = 1, INCLUSIVE = 2, EXCLUSIVE = 3;

/** One end of a {@linkcode MemberRange}: bytes in the batch. */
class MemberBound {
  kind = LOWEST;
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;

  read(args: Args, i: number): void {
    this.bytes = args.bytes;
    this.start = args.start(i) + 1;
    this.end = args.end(i);
    this.kind = this.#kind(args.length(i) > 0 ? args.bytes[args.start(i)]! : 0);
  }

  #kind(first: number): number {
    if (first === BRACKET) return INCLUSIVE;
    if (first === PARENTHESIS) return EXCLUSIVE;
    // a zero byte ends the text for Redis here
    const isAlone = this.start === this.end || this.bytes[this.start] === 0;
    if (isAlone && first === MINUS) return LOWEST;
    if (isAlone && first === PLUS) return HIGHEST;
    throw NOT_A_BOUND_OF_MEMBERS;
  }

  /** Is a member behind this bound, or, where the bound belongs to the range, at it? Below 0: before it. */
  compare(member: Element): number {
    if (this.kind === LOWEST) return 1;
    if (this.kind === HIGHEST) return -1;
    return compareBytes(member.bytes, member.start, member.end, this.bytes, this.start, this.end);
  }
}

/** Members between two bounds. All scores are meant to be the same. */
export class MemberRange extends SortedSetRange {
  readonly #min: MemberBound = new MemberBound();
  readonly #max: MemberBound = new MemberBound();

  read(args: Args, min: number, max: number): void {
    this.#min.read(args, min);
    this.#max.read(args, max);
  }

  /**
   * Where scores differ, a range is what Redis comes upon: it looks whether the ends of the set may have a part in the
   * range, searches where it begins, leaves out the offset, and only then looks for the end.
   */
  locate(set: SortedSetValue, isReverse: boolean, offset: number): void {
    this.count = 0;
    const last = set.size - 1;
    if (offset < 0 || !this.#isInside(set, last, 0)) return;
    const min = this.#min, max = this.#max;
    if (isReverse) {
      const from = this.#lastRank(set, max, max.kind === EXCLUSIVE, last);
      if (from < 0 || !this.#isInside(set, from, from)) return;
      this.from = from - offset;
      this.count = this.from < 0 ? 0 : this.from - this.#lastRank(set, min, min.kind !== EXCLUSIVE, this.from);
    } else {
      const from = this.#firstRank(set, min, min.kind === EXCLUSIVE, 0);
      if (from > last || !this.#isInside(set, from, from)) return;
      this.from = from + offset;
      this.count = this.from > last ? 0 : this.#firstRank(set, max, max.kind !== EXCLUSIVE, this.from) - this.from;
    }
  }

  /** Is the member at rank `high` not below the range, and the one at rank `low` not above it? */
  #isInside(set: SortedSetValue, high: number, low: number): boolean {
    set.seek(high);
    if (this.#min.compare(set.member) < (this.#min.kind === EXCLUSIVE ? 1 : 0)) return false;
    if (low !== high) set.seek(low);
    return this.#max.compare(set.member) <= (this.#max.kind === EXCLUSIVE ? -1 : 0);
  }

  #firstRank(set: SortedSetValue, bound: MemberBound, isExclusive: boolean, from: number): number {
    if (bound.kind === LOWEST) return from;
    if (bound.kind === HIGHEST) return set.size;
    return set.firstRankByLex(bound.bytes, bound.start, bound.end, isExclusive, from);
  }

  #lastRank(set: SortedSetValue, bound: MemberBound, isExclusive: boolean, from: number): number {
    if (bound.kind === LOWEST) return -1;
    if (bound.kind === HIGHEST) return from;
    return set.lastRankByLex(bound.bytes, bound.start, bound.end, isExclusive, from);
  }
}

export const RANKS: RankRange = new RankRange();
export const SCORES: ScoreRange = new ScoreRange();
export const MEMBERS: MemberRange = new MemberRange();
