/**
 * The checked-in lists of tests/conformance/, and how they are compared with what was measured.
 *
 * - `reference.json`: per unit the tests that redis-server itself passes in this mode. What it does not pass (tests that need
 *   the server's files, say) counts nowhere.
 * - `passing.json`: those of them that miniredis passes. Losing one fails the task.
 * - `missing.json`: the others, under what they wait for. A unit that waits as a whole is not run by default.
 *
 * Together the last two are the first, test by test; a name that a unit uses twice is listed twice. Names are sorted, one a
 * line.
 *
 * @module
 */

/** A unit as redis-server passes it. */
export interface ReferenceUnit {
  /** Seconds that its slowest test took, rounded up: how long a test may take before it counts as hung follows from it. */
  readonly slowest: number;
  readonly tests: readonly string[];
}

/** The contents of `reference.json`. */
export interface Reference {
  /** The version of the suite. */
  readonly suite: string;
  readonly units: Readonly<Record<string, ReferenceUnit>>;
}

/** The contents of `passing.json`: tests by unit. */
export type Passing = Readonly<Record<string, readonly string[]>>;

/** What a unit lacks: a reason for all of it, or the tests by reason. */
export type MissingUnit = string | Readonly<Record<string, readonly string[]>>;

/** The contents of `missing.json`. */
export type Missing = Readonly<Record<string, MissingUnit>>;

/** All lists. */
export interface Lists {
  readonly reference: Reference;
  readonly passing: Passing;
  readonly missing: Missing;
}

/** What was measured of a unit, held against the lists. */
export interface Comparison {
  /** Tests of the reference that pass. */
  readonly passed: readonly string[];
  /** Tests of the reference that do not. */
  readonly lacking: readonly string[];
  /** Tests of `passing.json` that do not pass. */
  readonly lost: readonly string[];
  /** Tests that pass and are not in `passing.json`. */
  readonly gained: readonly string[];
}

/** The reason of tests whose reason nobody has given. */
export const UNKNOWN_REASON = "?";

const FOLDER = new URL("../../tests/conformance/", import.meta.url);

/**
 * Reads the lists.
 *
 * @returns What the three files hold.
 */
export async function readLists(): Promise<Lists> {
  const read = async (name: string): Promise<unknown> => JSON.parse(await Deno.readTextFile(new URL(name, FOLDER)));
  return {
    reference: await read("reference.json") as Reference,
    passing: await read("passing.json") as Passing,
    missing: await read("missing.json") as Missing,
  };
}

/**
 * Writes one of the lists.
 *
 * @param name Which.
 * @param list Its new contents.
 */
export async function writeList(name: keyof Lists, list: Lists[keyof Lists]): Promise<void> {
  await Deno.writeTextFile(new URL(`${name}.json`, FOLDER), JSON.stringify(list, null, 2) + "\n");
}

/**
 * Takes one list off another; a name that stands there twice is taken off once for each time.
 *
 * @param names The longer list.
 * @param less What to take off.
 * @returns What is left, in order.
 */
export function without(names: readonly string[], less: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of less) counts.set(name, (counts.get(name) ?? 0) + 1);
  return names.filter((name) => {
    const count = counts.get(name) ?? 0;
    if (count > 0) counts.set(name, count - 1);
    return count === 0;
  });
}

/**
 * Holds what passed in a unit against the lists.
 *
 * @param reference The tests that redis-server passes.
 * @param passing The tests that used to pass.
 * @param passed The tests that passed now; those that the reference does not pass do not count.
 * @returns The differences, sorted.
 */
export function compare(
  reference: readonly string[],
  passing: readonly string[],
  passed: readonly string[],
): Comparison {
  const lacking = without(reference, passed);
  const counted = without(reference, lacking);
  return {
    passed: counted.sort(),
    lacking: lacking.sort(),
    lost: without(passing, counted).sort(),
    gained: without(counted, passing).sort(),
  };
}

/**
 * The names of a unit's missing tests.
 *
 * @param reference The tests that redis-server passes.
 * @param missing The unit's entry of `missing.json`, if it has one.
 * @returns Their names.
 */
export function missingTests(reference: readonly string[], missing: MissingUnit | undefined): readonly string[] {
  return typeof missing === "string" ? reference : Object.values(missing ?? {}).flat();
}

/**
 * A unit's new entry of `missing.json`. A test waits for what its failure names; where that names nothing, for what it did
 * before, as long as that holds.
 *
 * @param before The old entry.
 * @param lacking The tests that do not pass now.
 * @param all Whether these are all tests of the unit: then a unit that waited as a whole goes on waiting.
 * @param holds Whether a reason still can be one.
 * @param guess The reason that a failure itself gives, if it does.
 * @returns The new entry; undefined where nothing is missing.
 */
export function updateMissing(
  before: MissingUnit | undefined,
  lacking: readonly string[],
  all: boolean,
  holds: (reason: string) => boolean,
  guess: (test: string) => string | null,
): MissingUnit | undefined {
  if (lacking.length === 0) return undefined;
  if (typeof before === "string" && all) return before;
  const known: Record<string, string> = {};
  for (const [reason, tests] of Object.entries(typeof before === "object" ? before : {})) {
    if (holds(reason)) { for (const test of tests) known[test] = reason; }
  }
  const entry: Record<string, string[]> = {};
  for (const test of lacking) (entry[guess(test) ?? known[test] ?? UNKNOWN_REASON] ??= []).push(test);
  return sortedRecord(entry);
}

/**
 * What is wrong with the lists by themselves.
 *
 * @param lists The lists.
 * @returns One line for each mistake.
 */
export function listProblems({ reference, passing, missing }: Lists): string[] {
  const problems: string[] = [];
  const tell = (unit: string, names: readonly string[], what: string): void => {
    for (const name of names) problems.push(`${unit}: ${what}: ${name}`);
  };
  for (const unit of new Set([...Object.keys(passing), ...Object.keys(missing)])) {
    if (reference.units[unit] === undefined) problems.push(`${unit}: the reference has no such unit`);
  }
  for (const [unit, { tests }] of Object.entries(reference.units)) {
    const [passes, lacks] = [passing[unit] ?? [], missingTests(tests, missing[unit])];
    tell(unit, without([...passes, ...lacks], tests), "listed more often than the reference passes it");
    tell(unit, without(tests, [...passes, ...lacks]), "neither passing nor missing");
  }
  for (const [unit, entry] of Object.entries(missing)) {
    if (typeof entry === "string" ? isBlank(entry) : Object.keys(entry).some(isBlank)) {
      problems.push(`${unit}: says not what ${typeof entry === "string" ? "it waits" : "all missing tests wait"} for`);
    }
  }
  return problems;
}

function isBlank(reason: string): boolean {
  return reason.trim() === "" || reason === UNKNOWN_REASON;
}

/**
 * A record with its keys in order, so that files written anew differ only where something changed.
 *
 * @param record Any record.
 * @returns The same, sorted.
 */
export function sortedRecord<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => a < b ? -1 : 1));
}
