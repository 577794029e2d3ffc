/**
 * SORT and SORT_RO: the elements of a list, set or sorted set in order, or what other keys hold for them.
 *
 * Elements are copied out first, once, and only the part that LIMIT asks for where nothing is to be sorted. Texts are
 * compared by their bytes, as Redis does under the locale C.
 */
import type { Args } from "../engine/args.ts";
import { DANGEROUS, DENYOOM, type FoundKey, keyAt, type KeySpec, READONLY, WRITE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, SYNTAX_ERROR, WRONG_TYPE } from "../engine/errors.ts";
import { EVENT_LIST } from "../engine/hooks.ts";
import { ListBuilder } from "../persistence/list_builder.ts";
import { type Database, type Entry, NONE } from "../store/database.ts";
import { Element } from "../store/element.ts";
import { ListCursor, ListValue } from "../store/list_value.ts";
import { SetValue } from "../store/set_value.ts";
import { SortedSetValue } from "../store/sorted_set_value.ts";
import { LIST, SET, SORTED_SET } from "../store/types.ts";
import { SortPattern } from "./sort_pattern.ts";
import { orderByNumber, orderByText, sortingNumber, Texts } from "./sort_vector.ts";

const SORTED_KEY: KeySpec = keyAt(1, "RO access");
const LOOKED_UP_KEYS: KeySpec = {
  flags: "RO access",
  begin: "unknown",
  find: "unknown",
  notes:
    "For the optional BY/GET keyword. It is marked 'unknown' because the key names derive from the content of the key we sort",
};
const STORED_KEY: KeySpec = {
  flags: "OW update",
  begin: "unknown",
  find: "unknown",
  notes:
    "For the optional STORE keyword. It is marked 'unknown' because the keyword can appear anywhere in the argument array",
};
const USAGE = "key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern ...]] [ASC | DESC] [ALPHA]";
const COMPLEXITY =
  "O(N+M*log(M)) where N is the number of elements in the list or set to sort, and M the number of returned elements. When the elements are not sorted, complexity is O(N).";
const CATEGORIES = ["set", "sortedset", "list"] as const;

/** Rows of SORT and SORT_RO. */
export const sortCommands: CommandGroup = {
  sort: {
    arity: -2,
    flags: WRITE | DENYOOM | DANGEROUS,
    keys: [SORTED_KEY, LOOKED_UP_KEYS, STORED_KEY],
    usage: `${USAGE} [STORE destination]`,
    since: "1.0.0",
    complexity: COMPLEXITY,
    summary: "Answers the elements of a list, set or sorted set in order, or stores them",
    isOutsideGroup: true,
    categories: CATEGORIES,
    keyPositions: sortKeyPositions,
    run: (ctx, args) => sort(ctx, args, true),
  },
  sort_ro: {
    arity: -2,
    flags: READONLY | DANGEROUS,
    keys: [SORTED_KEY, LOOKED_UP_KEYS],
    usage: USAGE,
    since: "7.0.0",
    complexity: COMPLEXITY,
    summary: "Answers the elements of a list, set or sorted set in order",
    isOutsideGroup: true,
    categories: CATEGORIES,
    keyPositions: () => [1],
    run: (ctx, args) => sort(ctx, args, false),
  },
};

/** Words that are followed by so many others, which are no words to look at. */
const FOLLOWED: readonly (readonly [word: string, count: number])[] = [["LIMIT", 2], ["GET", 1], ["BY", 1]];

/** The key sorted, and the one behind the last STORE. What comes after STORE is looked at too, as in Redis. */
function sortKeyPositions(args: Args): readonly (number | FoundKey)[] {
  let store = ABSENT;
  for (let i = 2; i < args.count; i++) {
    const followed = FOLLOWED.find(([word]) => args.is(i, word));
    if (followed !== undefined) i += followed[1];
    else if (args.is(i, "STORE") && i + 1 < args.count) store = i + 1;
  }
  return store === ABSENT ? [1] : [1, { index: store, flags: STORED_KEY.flags }];
}

// ---- Options ----

/** Index of no argument. */
const ABSENT = -1;

interface SortOptions {
  by: SortPattern | null;
  /** Was there any BY without a `*`? Then nothing is sorted, whatever another BY says. */
  isUnsorted: boolean;
  readonly gets: SortPattern[];
  offset: number;
  /** Negative: all. */
  count: number;
  isDescending: boolean;
  isAlpha: boolean;
  /** Index of the key to store at. */
  store: number;
}

// the keys that a pattern leads to may be in any slot
const BY_IN_CLUSTER = new CommandError("ERR", "BY option of SORT denied in Cluster mode.");
const GET_IN_CLUSTER = new CommandError("ERR", "GET option of SORT denied in Cluster mode.");

function readOptions(args: Args, mayStore: boolean, isCluster: boolean): SortOptions {
  const options: SortOptions = {
    by: null,
    isUnsorted: false,
    gets: [],
    offset: 0,
    count: -1,
    isDescending: false,
    isAlpha: false,
    store: ABSENT,
  };
  args.from(2);
  while (args.more()) {
    if (args.option("ASC")) options.isDescending = false;
    else if (args.option("DESC")) options.isDescending = true;
    else if (args.option("ALPHA")) options.isAlpha = true;
    else if (args.option("LIMIT")) {
      if (args.count - args.at < 2) throw SYNTAX_ERROR;
      options.offset = args.nextInt();
      options.count = args.nextInt();
    } else if (mayStore && args.option("STORE")) options.store = args.nextIndex();
    else if (args.option("BY")) {
      options.by = nextPattern(args);
      if (isCluster && !options.by.isConstant) throw BY_IN_CLUSTER;
      options.isUnsorted ||= options.by.isConstant;
    } else if (args.option("GET")) {
      options.gets.push(nextPattern(args));
      if (isCluster) throw GET_IN_CLUSTER;
    } else throw SYNTAX_ERROR;
  }
  return options;
}

function nextPattern(args: Args): SortPattern {
  const i = args.nextIndex();
  return new SortPattern(args.bytes, args.start(i), args.end(i));
}

// ---- The command ----

const NOT_DOUBLES = new CommandError("ERR", "One or more scores can't be converted into double");

function sort(ctx: Context, args: Args, mayStore: boolean): void {
  const options = readOptions(args, mayStore, ctx.engine.cluster !== null);
  const source = new Source(ctx.db, ctx.db.find(args, 1));
  const { store } = options;
  const first = Math.min(Math.max(options.offset, 0), source.size);
  const end = options.count < 0 ? source.size : Math.min(first + options.count, source.size);

  let elements: Texts, order: Int32Array;
  if (!options.isUnsorted) {
    elements = source.copy(0, source.size, false);
    order = sorted(ctx.db, elements, options, end).subarray(first);
  } else if (source.type === SET && store !== ABSENT) {
    // a set has no order of its own, and what is stored must not depend on chance
    elements = source.copy(0, source.size, false);
    order = orderByText(elements, options.isDescending, end).subarray(first);
  } else {
    elements = source.copy(first, end, options.isDescending);
    order = new Int32Array(elements.count).map((_, i) => i);
  }
  if (store === ABSENT) reply(ctx, elements, order, options.gets);
  else storeResult(ctx, args, elements, order, options);
}

/** The indexes of the first `wanted` elements in order. */
function sorted(db: Database, elements: Texts, options: SortOptions, wanted: number): Int32Array {
  const { by, isAlpha, isDescending, store } = options;
  if (!isAlpha) return orderByNumber(numbersOf(db, elements, by), elements, isDescending, wanted);
  const texts = by === null ? elements : lookUp(db, elements, by);
  if (store === ABSENT) texts.compareAsStrings(); // Redis has the locale compare what is only shown
  return orderByText(texts, isDescending, wanted);
}

/** What elements, or what is found for them, are as numbers; 0 where nothing is found. */
function numbersOf(db: Database, elements: Texts, by: SortPattern | null): Float64Array {
  const numbers = new Float64Array(elements.count);
  let areNumbers = true;
  for (let i = 0; i < elements.count; i++) {
    const start = elements.start(i), end = elements.end(i);
    if (by === null) numbers[i] = sortingNumber(elements.bytes, start, end);
    else if (by.find(db, elements.bytes, start, end)) {
      numbers[i] = sortingNumber(by.found.bytes, by.found.start, by.found.end);
    }
    if (Number.isNaN(numbers[i])) areNumbers = false; // the others are looked up all the same: it counts as using them
  }
  if (!areNumbers) throw NOT_DOUBLES;
  return numbers;
}

function lookUp(db: Database, elements: Texts, by: SortPattern): Texts {
  const texts = new Texts(elements.count);
  for (let i = 0; i < elements.count; i++) {
    if (!by.find(db, elements.bytes, elements.start(i), elements.end(i))) texts.addMissing();
    else texts.add(by.found.bytes, by.found.start, by.found.end);
  }
  return texts;
}

// ---- The result ----

function reply(ctx: Context, elements: Texts, order: Int32Array, gets: readonly SortPattern[]): void {
  const { db, out } = ctx;
  const { bytes } = elements;
  out.array(order.length * Math.max(gets.length, 1));
  for (const i of order) {
    const start = elements.start(i), end = elements.end(i);
    if (gets.length === 0) out.bulk(bytes, start, end);
    for (const pattern of gets) {
      if (pattern.find(db, bytes, start, end)) out.bulk(pattern.found.bytes, pattern.found.start, pattern.found.end);
      else out.null();
      if (ctx.isCutOff()) return; // GET may make much of little
    }
  }
}

function storeResult(
  ctx: Context,
  args: Args,
  elements: Texts,
  order: Int32Array,
  { gets, store }: SortOptions,
): void {
  const { db } = ctx;
  const count = order.length * Math.max(gets.length, 1);
  if (count > 0) {
    collect(db, elements, order, gets).place(args, store);
    ctx.touched(args, store, EVENT_LIST, "sortstore", count);
  } else ctx.deleteInstead(args, store);
  ctx.out.int(count);
}

/** The list to be, apart from any key: what GET looks up may be the very key that is replaced. */
function collect(db: Database, elements: Texts, order: Int32Array, gets: readonly SortPattern[]): ListBuilder {
  const list = new ListBuilder(db);
  const element = new Element();
  try {
    for (const i of order) {
      const start = elements.start(i), end = elements.end(i);
      element.point(elements.bytes, start, end);
      if (gets.length === 0) list.push(element);
      for (const pattern of gets) list.push(pattern.find(db, elements.bytes, start, end) ? pattern.found : NOTHING);
    }
  } catch (error) {
    list.release();
    throw error;
  }
  return list;
}

/** Stands in a list for what is missing. */
const NOTHING = new Element();

// ---- What is sorted ----

/** A list, set or sorted set; one without elements where there is no such key. */
class Source {
  readonly type: number;
  readonly size: number;
  readonly #db: Database;
  readonly #entry: Entry;

  /** @throws {CommandError} The key holds something else. */
  constructor(db: Database, entry: Entry) {
    this.#db = db;
    this.type = entry === NONE ? LIST : db.type(entry);
    if (this.type === LIST) this.size = entry === NONE ? 0 : LIST_VALUE.open(db, entry).size;
    else if (this.type === SET) this.size = SET_VALUE.open(db, entry).size;
    else if (this.type === SORTED_SET) {
      // Redis sorts no listpacks: it turns them into skiplists, for good, and OBJECT ENCODING tells
      SORTED_SET_VALUE.open(db, entry).enlarge();
      entry = SORTED_SET_VALUE.entry;
      this.size = SORTED_SET_VALUE.size;
    } else throw WRONG_TYPE;
    this.#entry = entry;
  }

  /** Copies the elements from one index up to another, in the order they have, or the opposite; a set has any order. */
  copy(first: number, end: number, isBackwards: boolean): Texts {
    const texts = new Texts(end - first);
    if (first >= end) return texts;
    if (this.type === LIST) this.#copyList(texts, first, end, isBackwards);
    else if (this.type === SET) this.#copySet(texts, first, end);
    else this.#copySortedSet(texts, first, end, isBackwards);
    return texts;
  }

  #copyList(texts: Texts, first: number, end: number, isBackwards: boolean): void {
    const list = LIST_VALUE.open(this.#db, this.#entry);
    const cursor = new ListCursor().set(list, isBackwards ? this.size - 1 - first : first, !isBackwards);
    const element = new Element();
    for (let left = end - first; left > 0 && cursor.next(); left--) {
      cursor.read(element);
      texts.add(element.bytes, element.start, element.end);
    }
  }

  #copySet(texts: Texts, first: number, end: number): void {
    const set = SET_VALUE.open(this.#db, this.#entry);
    set.rewind();
    for (let i = 0; i < end && set.next(); i++) {
      if (i >= first) texts.add(set.element.bytes, set.element.start, set.element.end);
    }
  }

  #copySortedSet(texts: Texts, first: number, end: number, isBackwards: boolean): void {
    const set = SORTED_SET_VALUE.open(this.#db, this.#entry);
    let more = set.seek(isBackwards ? this.size - 1 - first : first);
    for (let left = end - first; left > 0 && more; left--) {
      texts.add(set.member.bytes, set.member.start, set.member.end);
      more = isBackwards ? set.previous() : set.next();
    }
  }
}

// Handlers run one at a time.
const LIST_VALUE = new ListValue();
const SET_VALUE = new SetValue();
const SORTED_SET_VALUE = new SortedSetValue();
