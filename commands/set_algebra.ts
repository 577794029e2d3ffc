/** What combines several sets: SINTER, SUNION, SDIFF, their STORE forms, SINTERCARD. */
import type { Args } from "../engine/args.ts";
import { allKeys, DENYOOM, keyAt, type KeySpec, READONLY, WRITE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, NEGATIVE_LIMIT, NO_KEYS, SYNTAX_ERROR } from "../engine/errors.ts";
import { EVENT_SET } from "../engine/hooks.ts";
import { SetBuilder, SetValue } from "../store/set_value.ts";

const INTERSECTION_COST =
  "O(N*M) worst case where N is the cardinality of the smallest set and M is the number of sets.";
const SUM_COST = "O(N) where N is the total number of elements in all given sets.";
const UNORDERED = ["nondeterministic_output_order"] as const;

/** The destination, then the sets. */
function storeKeys(destination: string): readonly KeySpec[] {
  return [
    keyAt(1, destination),
    { flags: "RO access", begin: 2, find: { last: -1, step: 1, limit: 0 } },
  ];
}

/** Rows of the commands on several sets. */
export const setAlgebraCommands: CommandGroup = {
  sinter: {
    arity: -2,
    flags: READONLY,
    keys: allKeys("RO access"),
    usage: "key [key ...]",
    since: "1.0.0",
    complexity: INTERSECTION_COST,
    summary: "Answers the members that all sets have",
    tips: UNORDERED,
    run: sinter,
  },
  sintercard: {
    arity: -3,
    flags: READONLY,
    keys: [{ flags: "RO access", begin: 1, find: { keynum: 0, first: 1, step: 1 } }],
    usage: "numkeys key [key ...] [LIMIT limit]",
    since: "7.0.0",
    complexity: INTERSECTION_COST,
    summary: "Counts the members that all sets have",
    run: sintercard,
  },
  sinterstore: {
    arity: -3,
    flags: WRITE | DENYOOM,
    keys: storeKeys("RW update"),
    usage: "destination key [key ...]",
    since: "1.0.0",
    complexity: INTERSECTION_COST,
    summary: "Stores the members that all sets have",
    run: (ctx, args) => store(ctx, args, "sinterstore", intersect),
  },
  sunion: {
    arity: -2,
    flags: READONLY,
    keys: allKeys("RO access"),
    usage: "key [key ...]",
    since: "1.0.0",
    complexity: SUM_COST,
    summary: "Answers the members that any of the sets has",
    tips: UNORDERED,
    run: (ctx, args) => reply(ctx, args, unite),
  },
  sunionstore: {
    arity: -3,
    flags: WRITE | DENYOOM,
    keys: storeKeys("OW update"),
    usage: "destination key [key ...]",
    since: "1.0.0",
    complexity: SUM_COST,
    summary: "Stores the members that any of the sets has",
    run: (ctx, args) => store(ctx, args, "sunionstore", unite),
  },
  sdiff: {
    arity: -2,
    flags: READONLY,
    keys: allKeys("RO access"),
    usage: "key [key ...]",
    since: "1.0.0",
    complexity: SUM_COST,
    summary: "Answers the members of the first set that no other has",
    tips: UNORDERED,
    run: (ctx, args) => reply(ctx, args, subtract),
  },
  sdiffstore: {
    arity: -3,
    flags: WRITE | DENYOOM,
    keys: storeKeys("OW update"),
    usage: "destination key [key ...]",
    since: "1.0.0",
    complexity: SUM_COST,
    summary: "Stores the members of the first set that no other has",
    run: (ctx, args) => store(ctx, args, "sdiffstore", subtract),
  },
};

/** The sets of arguments `first` to `end`; null stands for one that is not there. All are looked at for their type. */
function openSets(ctx: Context, args: Args, first: number, end: number): (SetValue | null)[] {
  const sets: (SetValue | null)[] = [];
  for (let i = first; i < end; i++) {
    const set = new SetValue();
    sets.push(set.find(ctx.db, args, i) ? set : null);
  }
  return sets;
}

function isMember(set: SetValue, of: SetValue): boolean {
  const { bytes, start, end } = of.element;
  return set.has(bytes, start, end);
}

// ---- Intersection ----

/** Has `found` called for each member of all sets, which `smallest` has come to, until it answers false. */
function eachCommon(sets: readonly (SetValue | null)[], found: (smallest: SetValue) => boolean): void {
  const there = sets.filter((set) => set !== null);
  if (there.length < sets.length) return;
  const [smallest, ...others] = there.toSorted((a, b) => a.size - b.size) as [SetValue, ...SetValue[]];
  smallest.rewind();
  while (smallest.next()) {
    if (others.every((set) => set.entry === smallest.entry || isMember(set, smallest)) && !found(smallest)) return;
  }
}

function sinter(ctx: Context, args: Args): void {
  const { out } = ctx;
  const sets = openSets(ctx, args, 1, args.count);
  const mark = out.openArray();
  let count = 0;
  eachCommon(sets, ({ element }) => {
    out.bulk(element.bytes, element.start, element.end);
    count++;
    return true;
  });
  out.closeSet(mark, count);
}

const TOO_MANY_KEYS = new CommandError("ERR", "Number of keys can't be greater than number of args");

function sintercard(ctx: Context, args: Args): void {
  const numkeys = args.int(1, NO_KEYS);
  if (numkeys < 1) throw NO_KEYS;
  if (numkeys > args.count - 2) throw TOO_MANY_KEYS;
  let limit = 0;
  args.from(2 + numkeys);
  while (args.more()) {
    if (!args.option("LIMIT")) throw SYNTAX_ERROR;
    limit = args.nextInt(NEGATIVE_LIMIT);
    if (limit < 0) throw NEGATIVE_LIMIT;
  }
  let count = 0;
  eachCommon(openSets(ctx, args, 2, 2 + numkeys), () => ++count !== limit);
  ctx.out.int(count);
}

// ---- Results as a whole ----

/** Puts the result for these sets into a builder. */
type Combine = (sets: readonly (SetValue | null)[], into: SetBuilder) => void;

function intersect(sets: readonly (SetValue | null)[], into: SetBuilder): void {
  eachCommon(sets, ({ element }) => {
    into.add(element.bytes, element.start, element.end);
    return true;
  });
}

function unite(sets: readonly (SetValue | null)[], into: SetBuilder): void {
  for (const set of sets) if (set !== null) addAll(set, into);
}

function addAll(set: SetValue, into: SetBuilder): void {
  set.rewind();
  while (set.next()) into.add(set.element.bytes, set.element.start, set.element.end);
}

/**
 * Two ways, as in Redis: ask all other sets about each member of the first, or take the members of all others out of a copy of
 * the first. What is less work is done, with some preference for the former.
 */
function subtract(sets: readonly (SetValue | null)[], into: SetBuilder): void {
  const [first, ...rest] = sets;
  if (first === null || first === undefined) return;
  const others = rest.filter((set) => set !== null);
  if (others.some((set) => set.entry === first.entry)) return;
  const sum = others.reduce((sum, set) => sum + set.size, first.size);
  if (first.size * (others.length + 1) / 2 <= sum) {
    others.sort((a, b) => b.size - a.size);
    first.rewind();
    while (first.next()) {
      const { bytes, start, end } = first.element;
      if (!others.some((set) => set.has(bytes, start, end))) into.add(bytes, start, end);
    }
    return;
  }
  addAll(first, into);
  for (const set of others) {
    set.rewind();
    while (into.size > 0 && set.next()) into.remove(set.element.bytes, set.element.start, set.element.end);
  }
}

function reply(ctx: Context, args: Args, combine: Combine): void {
  const { out } = ctx;
  const sets = openSets(ctx, args, 1, args.count);
  const result = new SetBuilder(ctx.db);
  try {
    combine(sets, result);
    out.set(result.size);
    result.rewind();
    while (result.next()) out.bulk(result.element.bytes, result.element.start, result.element.end);
  } finally {
    result.release();
  }
}

function store(ctx: Context, args: Args, event: string, combine: Combine): void {
  const { db, out } = ctx;
  const sets = openSets(ctx, args, 2, args.count);
  const result = new SetBuilder(db);
  try {
    combine(sets, result);
    const { size } = result;
    if (size > 0) result.store(args, 1);
    out.int(size);
    if (size > 0) ctx.touched(args, 1, EVENT_SET, event);
    else ctx.deleteInstead(args, 1);
  } finally {
    result.release();
  }
}
