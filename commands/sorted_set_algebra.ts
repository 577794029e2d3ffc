/**
 * What combines several sorted sets: ZUNION, ZINTER, ZDIFF, their STORE forms, ZINTERCARD. Plain sets take part as well:
 * all of their members have the score 1.
 */
import type { Args } from "../engine/args.ts";
import { DENYOOM, keyAt, type KeySpec, READONLY, WRITE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, NEGATIVE_LIMIT, SYNTAX_ERROR, WRONG_TYPE } from "../engine/errors.ts";
import { EVENT_SORTED_SET } from "../engine/hooks.ts";
import { type Database, type Entry, NONE } from "../store/database.ts";
import type { Element } from "../store/element.ts";
import { SetValue } from "../store/set_value.ts";
import { SortedSetBuilder } from "../store/sorted_set_builder.ts";
import { SortedSetValue } from "../store/sorted_set_value.ts";
import { SET, SORTED_SET } from "../store/types.ts";
import { replyMembers } from "./scored_members.ts";

const INTERSECTION_COST =
  "O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being the number of input sorted sets and M being the number of elements in the resulting sorted set.";
const DIFFERENCE_COST =
  "O(L + (N-K)log(N)) worst case where L is the total number of elements in all the sets, N is the size of the first set, and K is the size of the result set.";

const SOURCE_KEYS: readonly KeySpec[] = [{ flags: "RO access", begin: 1, find: { keynum: 0, first: 1, step: 1 } }];
const STORE_KEYS: readonly KeySpec[] = [
  keyAt(1, "OW update"),
  { flags: "RO access", begin: 2, find: { keynum: 0, first: 1, step: 1 } },
];
const WEIGHTED = "[WEIGHTS weight:integer [weight:integer ...]] [AGGREGATE <SUM | MIN | MAX>]";

/** Rows of the commands on several sorted sets. */
export const sortedSetAlgebraCommands: CommandGroup = {
  zunion: {
    arity: -3,
    flags: READONLY,
    keys: SOURCE_KEYS,
    usage: `numkeys key [key ...] ${WEIGHTED} [WITHSCORES]`,
    since: "6.2.0",
    complexity:
      "O(N)+O(M*log(M)) with N being the sum of the sizes of the input sorted sets, and M being the number of elements in the resulting sorted set.",
    summary: "Answers the members that any of the sorted sets has",
    run: (ctx, args) => reply(ctx, args, unite),
  },
  zinter: {
    arity: -3,
    flags: READONLY,
    keys: SOURCE_KEYS,
    usage: `numkeys key [key ...] ${WEIGHTED} [WITHSCORES]`,
    since: "6.2.0",
    complexity: INTERSECTION_COST,
    summary: "Answers the members that all sorted sets have",
    run: (ctx, args) => reply(ctx, args, intersect),
  },
  zdiff: {
    arity: -3,
    flags: READONLY,
    keys: SOURCE_KEYS,
    usage: "numkeys key [key ...] [WITHSCORES]",
    since: "6.2.0",
    complexity: DIFFERENCE_COST,
    summary: "Answers the members of the first sorted set that no other has",
    run: (ctx, args) => reply(ctx, args, subtract),
  },
  zunionstore: {
    arity: -4,
    flags: WRITE | DENYOOM,
    keys: STORE_KEYS,
    usage: `destination numkeys key [key ...] ${WEIGHTED}`,
    since: "2.0.0",
    complexity:
      "O(N)+O(M log(M)) with N being the sum of the sizes of the input sorted sets, and M being the number of elements in the resulting sorted set.",
    summary: "Stores the members that any of the sorted sets has",
    run: (ctx, args) => store(ctx, args, unite, "zunionstore"),
  },
  zinterstore: {
    arity: -4,
    flags: WRITE | DENYOOM,
    keys: STORE_KEYS,
    usage: `destination numkeys key [key ...] ${WEIGHTED}`,
    since: "2.0.0",
    complexity: INTERSECTION_COST,
    summary: "Stores the members that all sorted sets have",
    run: (ctx, args) => store(ctx, args, intersect, "zinterstore"),
  },
  zdiffstore: {
    arity: -4,
    flags: WRITE | DENYOOM,
    keys: STORE_KEYS,
    usage: "destination numkeys key [key ...]",
    since: "6.2.0",
    complexity: DIFFERENCE_COST,
    summary: "Stores the members of the first sorted set that no other has",
    run: (ctx, args) => store(ctx, args, subtract, "zdiffstore"),
  },
  zintercard: {
    arity: -3,
    flags: READONLY,
    keys: SOURCE_KEYS,
    usage: "numkeys key [key ...] [LIMIT limit]",
    since: "7.0.0",
    complexity:
      "O(N*K) worst case with N being the smallest input sorted set, K being the number of input sorted sets.",
    summary: "Counts the members that all sorted sets have",
    run: zintercard,
  },
};

// ---- Sources ----

/** What a key has to offer: a sorted set, a set, or nothing. */
class Source {
  readonly entry: Entry;
  weight = 1;
  readonly #sorted: SortedSetValue | null;
  readonly #set: SetValue | null;
  #isAtStart = true;

  /** @throws {CommandError} The entry is neither. */
  constructor(db: Database, entry: Entry) {
    this.entry = entry;
    const type = entry === NONE ? -1 : db.type(entry);
    if (entry !== NONE && type !== SORTED_SET && type !== SET) throw WRONG_TYPE;
    this.#sorted = type === SORTED_SET ? new SortedSetValue().open(db, entry) : null;
    this.#set = type === SET ? new SetValue().open(db, entry) : null;
  }

  get size(): number {
    return this.#sorted?.size ?? this.#set?.size ?? 0;
  }

  /** The member that {@linkcode next} has come to; there is one. */
  get member(): Element {
    return this.#sorted !== null ? this.#sorted.member : this.#set!.element;
  }

  /** Its score. */
  get currentScore(): number {
    return this.#sorted !== null ? this.#sorted.currentScore : 1;
  }

  /** Its score times the weight, where no number comes out of it 0. */
  get weightedScore(): number {
    const score = this.currentScore * this.weight;
    return Number.isNaN(score) ? 0 : score;
  }

  rewind(): void {
    this.#isAtStart = true;
    this.#set?.rewind();
  }

  next(): boolean {
    if (this.#sorted === null) return this.#set !== null && this.#set.next();
    const more = this.#isAtStart ? this.#sorted.seek(0) : this.#sorted.next();
    this.#isAtStart = false;
    return more;
  }

  /** The score of the member that another source has come to; NaN when it is not there. */
  scoreOf(other: Source): number {
    if (other.entry === this.entry) return other.currentScore;
    const { bytes, start, end } = other.member;
    if (this.#sorted !== null) return this.#sorted.score(bytes, start, end);
    return this.#set !== null && this.#set.has(bytes, start, end) ? 1 : NaN;
  }
}

/** The sources of arguments `numkeys key [key ...]`, which begin at argument `i`; the cursor is left behind them. */
function readSources(ctx: Context, args: Args, i: number): Source[] {
  const count = args.int(i);
  if (count < 1) throw new CommandError("ERR", `at least 1 input key is needed for '${ctx.command.name}' command`);
  if (count > args.count - i - 1) throw SYNTAX_ERROR;
  args.from(i + 1 + count);
  return Array.from({ length: count }, (_, k) => new Source(ctx.db, ctx.db.find(args, i + 1 + k)));
}

function bySize(a: Source, b: Source): number {
  return a.size - b.size;
}

// ---- Scores of members that several sources have ----

/** Makes one score of two. The second may be NaN where an infinite score has the weight 0. */
type Aggregate = (a: number, b: number) => number;

function sum(a: number, b: number): number {
  const sum = a + b;
  return Number.isNaN(sum) ? 0 : sum;
}

function min(a: number, b: number): number {
  return b < a ? b : a;
}

function max(a: number, b: number): number {
  return b > a ? b : a;
}

const NOT_A_WEIGHT = new CommandError("ERR", "weight value is not a float");

/** Reads `[WEIGHTS weight ...]`, with one for each source; false when there is no such option. */
function readWeights(args: Args, sources: readonly Source[]): boolean {
  if (args.count - args.at <= sources.length || !args.option("WEIGHTS")) return false;
  for (const source of sources) source.weight = args.double(args.nextIndex(), NOT_A_WEIGHT);
  return true;
}

/** Reads `[AGGREGATE SUM | MIN | MAX]`; null when there is no such option. */
function readAggregate(args: Args): Aggregate | null {
  if (!args.option("AGGREGATE")) return null;
  if (args.option("SUM")) return sum;
  if (args.option("MIN")) return min;
  if (args.option("MAX")) return max;
  throw SYNTAX_ERROR;
}

// ---- Results ----

/** Puts the result for these sources into a builder. */
type Combine = (sources: readonly Source[], aggregate: Aggregate, into: SortedSetBuilder) => void;

function unite(sources: readonly Source[], aggregate: Aggregate, into: SortedSetBuilder): void {
  for (const source of sources.toSorted(bySize)) {
    source.rewind();
    while (source.next()) {
      const { bytes, start, end } = source.member;
      const had = into.score(bytes, start, end), score = source.weightedScore;
      into.set(bytes, start, end, Number.isNaN(had) ? score : aggregate(had, score));
    }
  }
}

function intersect(sources: readonly Source[], aggregate: Aggregate, into: SortedSetBuilder): void {
  eachCommon(sources, aggregate, ({ bytes, start, end }, score) => {
    into.set(bytes, start, end, score);
    return true;
  });
}

/** Has `found` called for each member of all sources, until it answers false. */
function eachCommon(
  sources: readonly Source[],
  aggregate: Aggregate,
  found: (member: Element, score: number) => boolean,
): void {
  const [smallest, ...others] = sources.toSorted(bySize) as [Source, ...Source[]];
  smallest.rewind();
  while (smallest.next()) {
    let score = smallest.weightedScore, isCommon = true;
    for (const other of others) {
      const value = other.scoreOf(smallest);
      isCommon = !Number.isNaN(value);
      if (!isCommon) break;
      score = aggregate(score, value * other.weight);
    }
    if (isCommon && !found(smallest.member, score)) return;
  }
}

/**
 * Two ways, as in Redis: ask all other sources about each member of the first, or take the members of all others out of a
 * copy of the first. What is less work is done, with some preference for the former.
 */
function subtract(sources: readonly Source[], _aggregate: Aggregate, into: SortedSetBuilder): void {
  const [first, ...rest] = sources as [Source, ...Source[]];
  const others = rest.filter(({ entry }) => entry !== NONE);
  if (others.some(({ entry }) => entry === first.entry)) return;
  const total = others.reduce((total, { size }) => total + size, first.size);
  const isAsking = first.size * sources.length / 2 <= total;
  if (isAsking) others.sort((a, b) => bySize(b, a));
  first.rewind();
  while (first.next()) {
    if (isAsking && others.some((other) => !Number.isNaN(other.scoreOf(first)))) continue;
    const { bytes, start, end } = first.member;
    into.set(bytes, start, end, first.currentScore);
  }
  if (isAsking) return;
  for (const other of others) {
    other.rewind();
    while (into.size > 0 && other.next()) into.remove(other.member.bytes, other.member.start, other.member.end);
  }
}

function reply(ctx: Context, args: Args, combine: Combine): void {
  const sources = readSources(ctx, args, 1);
  let aggregate: Aggregate = sum, withScores = false;
  while (args.more()) {
    if (args.option("WITHSCORES")) {
      withScores = true;
      continue;
    }
    aggregate = readCombination(args, sources, combine) ?? aggregate;
  }
  const result = new SortedSetBuilder(ctx.db);
  try {
    combine(sources, aggregate, result);
    replyMembers(ctx, result, 0, result.size, false, withScores);
  } finally {
    result.release();
  }
}

/** Reads one of the options WEIGHTS and AGGREGATE, of which ZDIFF has none; the aggregate when it was that. */
function readCombination(args: Args, sources: readonly Source[], combine: Combine): Aggregate | null {
  if (combine === subtract) throw SYNTAX_ERROR;
  if (readWeights(args, sources)) return null;
  const aggregate = readAggregate(args);
  if (aggregate === null) throw SYNTAX_ERROR;
  return aggregate;
}

function store(ctx: Context, args: Args, combine: Combine, event: string): void {
  const { db, out } = ctx;
  const sources = readSources(ctx, args, 2);
  let aggregate: Aggregate = sum;
  while (args.more()) aggregate = readCombination(args, sources, combine) ?? aggregate;
  const result = new SortedSetBuilder(db);
  try {
    combine(sources, aggregate, result);
    const { size } = result;
    if (size > 0) result.store(args, 1);
    out.int(size);
    if (size > 0) ctx.touched(args, 1, EVENT_SORTED_SET, event);
    else ctx.deleteInstead(args, 1);
  } finally {
    result.release();
  }
}

function zintercard(ctx: Context, args: Args): void {
  const sources = readSources(ctx, args, 1);
  let limit = 0;
  while (args.more()) {
    if (!args.option("LIMIT")) throw SYNTAX_ERROR;
    limit = args.nextInt(NEGATIVE_LIMIT);
    if (limit < 0) throw NEGATIVE_LIMIT;
  }
  let count = 0;
  eachCommon(sources, sum, () => ++count !== limit);
  ctx.out.int(count);
}
