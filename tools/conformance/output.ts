/**
 * What one run of the suite printed, read line by line. The suite prints a line when a test has ended; that it begins is
 * told by the `[testing]` lines which the scratch copy adds (`suite.ts`). So a test that was begun and not ended hung:
 *
 * ```
 * [testing]: SET and GET an item                      begun
 * [ok]: SET and GET an item (1 ms)                    ended
 * [err]: Very big payload in tests/unit/x.tcl         failed; what follows up to the next [word] is its message
 * [err]: …, not naming a test                         code between the tests threw; the rest of its block is lost
 * [exception]: Executing test client: …               the same at the top level; the rest of the unit is lost
 * [1/1 done]: unit/x (3 seconds)                      the end of the unit
 * ```
 *
 * @module
 */

/** How a test ended: `threw` is a failure by an unexpected error, which may have left clients or keys behind. */
export type Outcome = "passed" | "failed" | "threw" | "hung";

/** One test of a run. A unit may hold several of the same name. */
export interface TestResult {
  readonly name: string;
  readonly outcome: Outcome;
  /** What the suite said about a failure; the first line is cut where it threw, the whole follows. */
  readonly message: string;
}

/** One run of a unit. */
export interface UnitRun {
  /** In the order they began. */
  readonly tests: readonly TestResult[];
  /** Errors outside of any test. */
  readonly broken: readonly string[];
  /** False where the unit did not reach its end. */
  readonly complete: boolean;
  /** The longest time that a test which passed took. */
  readonly slowestMs: number;
}

interface Begun {
  readonly name: string;
  outcome: Outcome;
  readonly message: string[];
}

const LINE = /^\[(testing|ok|err|exception|ignore|skip|ready|TIMEOUT|\d+\/\d+ done)\]: ?(.*)$/;
const PASSED = /^(.*) \((\d+) ms\)$/;
const FAILED = /^(.*) in tests\/\S+\.tcl$/;
const STACK = /^\s+(while executing|invoked from within)$/;
const UNKNOWN =
  /unknown (?:command|subcommand|subcommand or wrong number of arguments for) '([^' ]+)'(?:\. Try ([A-Z]+) HELP)?/i;
const REFUSED = /possibly related to argument '([^']+)'/;

/**
 * Reads the output of a run.
 *
 * @param text All of it.
 * @returns The tests it tells of.
 */
export function parseRun(text: string): UnitRun {
  const tests: Begun[] = [];
  const open: Begun[] = []; // tests may be nested
  const broken: string[][] = [];
  let message: string[] | null = null; // where lines without a [word] belong
  let complete = false;
  let slowestMs = 0;

  const begin = (name: string): Begun => {
    const test: Begun = { name, outcome: "hung", message: [] };
    tests.push(test);
    open.push(test);
    return test;
  };
  const end = (name: string, outcome: Outcome): Begun | null => {
    const at = open.findLastIndex((test) => test.name === name);
    if (at === -1) return null;
    const test = open.splice(at, 1)[0]!;
    test.outcome = outcome;
    return test;
  };
  const outside = (first: string): string[] => {
    broken.push([first]);
    return broken.at(-1)!;
  };

  for (const line of text.split("\n")) {
    const [, kind, rest = ""] = LINE.exec(line) ?? [];
    if (kind === undefined) {
      if (!line.startsWith("*** [")) message?.push(line); // the list of failures at the end says nothing new
      continue;
    }
    message = null;
    if (kind === "testing") {
      begin(rest);
    } else if (kind === "ok") {
      const [, name = rest, ms = "0"] = PASSED.exec(rest) ?? [];
      end(name, "passed");
      slowestMs = Math.max(slowestMs, Number(ms));
    } else if (kind === "err") {
      const failed = end(FAILED.exec(rest)?.[1] ?? "", "failed");
      message = failed?.message ?? outside(rest);
    } else if (kind === "exception") {
      const test = open.pop();
      if (test !== undefined) test.outcome = "threw";
      message = outside(rest);
    } else if (kind.endsWith("done")) {
      complete = true;
    }
  }
  for (const test of tests) {
    if (test.outcome === "failed" && test.message.some((l) => STACK.test(l))) test.outcome = "threw";
  }
  return {
    tests: tests.map(({ name, outcome, message }) => ({ name, outcome, message: message.join("\n").trim() })),
    broken: broken.map((lines) => lines.join("\n").trim()),
    complete,
    slowestMs,
  };
}

/**
 * The tests that cannot pass, whatever came before them: what they need is missing. They may leave blocked clients behind.
 *
 * @param run A run.
 * @returns Their names.
 */
export function hopeless(run: UnitRun): string[] {
  const names = run.tests.filter(({ outcome, message }) => outcome !== "passed" && waitsFor(message) !== null);
  return [...new Set(names.map(({ name }) => name))];
}

/**
 * The tests to leave out of the next run when none is hopeless, so that later ones are not judged by what an earlier one left behind: those that
 * hung, and the first of every row of failures, unless it is a single failed comparison in a run that reached its end.
 *
 * @param run The run before.
 * @param all Leave out every test that threw, not only the first of a row.
 * @returns Their names.
 */
export function suspects(run: UnitRun, all: boolean): string[] {
  const names: string[] = [];
  run.tests.forEach(({ name, outcome }, i) => {
    if (outcome === "passed") return;
    const first = i === 0 || run.tests[i - 1]!.outcome === "passed";
    const alone = first && (i + 1 === run.tests.length || run.tests[i + 1]!.outcome === "passed");
    const harmless = outcome === "failed" && alone && run.complete;
    if (outcome === "hung" || (first && !harmless) || (all && outcome === "threw")) names.push(name);
  });
  return [...new Set(names)];
}

/**
 * What a test waits for, where its failure says so: a command that is unknown, or a directive that is refused.
 *
 * @param message What the suite said.
 * @returns The command or directive; null where it cannot be told.
 */
export function waitsFor(message: string): string | null {
  const unknown = UNKNOWN.exec(message);
  if (unknown !== null) return [unknown[2], unknown[1]].filter((word) => word !== undefined).join(" ").toUpperCase();
  return REFUSED.exec(message)?.[1] ?? null;
}

/**
 * A failure in one line.
 *
 * @param message What the suite said; of an unexpected error it cuts off the start, and repeats it whole.
 * @returns Its first whole line, at most 160 characters.
 */
export function firstLine(message: string): string {
  const [cut = "", whole = ""] = message.split("\n");
  return (whole.endsWith(cut) ? whole : cut).slice(0, 160);
}
