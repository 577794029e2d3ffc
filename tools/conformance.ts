/**
 * `deno task conformance`: Redis' own test suite, in its mode for servers it has not started itself, against miniredis. Its
 * tests that pass are held against the lists in tests/conformance/ (see `conformance/lists.ts`): one that used to pass and
 * does not any more is named and fails the task.
 *
 * ```sh
 * deno task conformance                                    # every unit that does not wait as a whole
 * deno task conformance --units type/hash,sort --update    # these alone, and write what passes into the lists
 * deno task conformance --server redis-server              # is it the machine? the reference must pass all of its own
 * ```
 *
 * Exit status: 0 nothing lost, 1 tests lost (or a mistake in the options), 2 the suite cannot be run here.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { subject } from "../bench/_servers.ts";
import {
  compare,
  type Comparison,
  type Lists,
  missingTests,
  type MissingUnit,
  readLists,
  type ReferenceUnit,
  sortedRecord,
  UNKNOWN_REASON,
  updateMissing,
  writeList,
} from "./conformance/lists.ts";
import { firstLine, waitsFor } from "./conformance/output.ts";
import { hasCommand } from "./conformance/reasons.ts";
import { allUnits, copySuite, findProgram, obtainSuite, type Suite, UnavailableError } from "./conformance/suite.ts";
import { type Bench, measureUnit, type UnitPlan, type UnitResult } from "./conformance/unit.ts";

const NAME_WIDTH = 40;
const COUNT_WIDTH = 12;
const BASE_PORT = 21_200;
const PORTS = 64; // the suite takes some of those below its base, too
const PORT_RANGES = 100;
const UNKNOWN_SLOWEST = 24; // seconds that the slowest test of a unit is taken to need while the reference is made

const HELP = `Runs Redis' own test suite and compares with the lists in tests/conformance/.
  --suite DIR      an unpacked source tree of Redis (the cache, else Debian's source package)
  --units A,B      these units only: type/list,sort (all that do not wait as a whole)
  --all            also the units that wait as a whole
  --jobs N         units at once, each with a server of its own (2)
  --minutes N      for all runs of a unit (4)
  --update         write the lists anew
  --server COMMAND measure another server: all that the reference passes must pass; with --update, all units
                   are run and the list of the reference is written anew
  --keep DIR       keep what the suite prints
  --fetch          only obtain the suite, and print where it is`;

/** A unit as measured, and as it compares. */
interface Report {
  readonly plan: UnitPlan;
  readonly result: UnitResult;
  readonly comparison: Comparison;
}

interface Options {
  readonly suite: string;
  readonly units: string;
  readonly jobs: number;
  readonly minutes: number;
  readonly server: string;
  readonly keep: string;
  readonly all: boolean;
  readonly update: boolean;
  readonly fetch: boolean;
}

function readOptions(): Options {
  const texts = ["suite", "units", "jobs", "minutes", "server", "keep"];
  const unknown: string[] = [];
  const options: Record<string, unknown> = parseArgs(Deno.args, {
    string: texts,
    boolean: ["all", "update", "fetch", "help"],
    default: { suite: "", units: "", jobs: "2", minutes: "4", server: "", keep: "" },
    unknown: (word: string) => {
      unknown.push(word);
      return false;
    },
  });
  if (options["help"] === true) {
    console.log(HELP);
    Deno.exit(0);
  }
  for (const name of ["jobs", "minutes"]) if (!(Number(options[name]) > 0)) unknown.push(`--${name} ${options[name]}`);
  if (unknown.length > 0) throw new UsageError(`Unknown option: ${unknown.join(" ")} (see --help)`);
  return { ...options, jobs: Number(options["jobs"]), minutes: Number(options["minutes"]) } as unknown as Options;
}

/** The units to run, those that take long first. */
async function plan(lists: Lists, options: Options, suite: Suite, signal: AbortSignal): Promise<UnitPlan[]> {
  const { reference, passing, missing } = lists;
  if (writesReference(options)) {
    const units = await allUnits(await findProgram("tclsh"), suite.folder, signal);
    return units.map((unit) => ({ unit, slowest: UNKNOWN_SLOWEST, reference: null, passing: [], thorough: true }));
  }
  const named = options.units.split(",").filter((name) => name !== "")
    .map((name) => reference.units[name] === undefined ? `unit/${name}` : name);
  const unknown = named.find((name) => reference.units[name] === undefined);
  if (unknown !== undefined) throw new UsageError(`redis-server passes no test of a unit ${unknown}`);
  const waits = (unit: string) => typeof missing[unit] === "string" && options.server === "" && !options.all;
  const units = named.length > 0 ? named : Object.keys(reference.units).filter((unit) => !waits(unit));
  return units.map((unit) => {
    const { slowest, tests } = reference.units[unit]!;
    const expected = options.server === "" ? passing[unit] ?? [] : tests;
    return { unit, slowest, reference: tests, passing: expected, thorough: options.update };
  }).sort((a, b) => b.slowest - a.slowest);
}

function writesReference(options: Options): boolean {
  return options.server !== "" && options.update;
}

/** Runs all plans, several at once; when one fails or the signal fires, none goes on. */
async function measure(suite: Suite, plans: UnitPlan[], options: Options, stop: AbortController): Promise<Report[]> {
  const tclsh = await findProgram("tclsh");
  const programs = [await findProgram("redis-cli"), await findProgram("redis-benchmark")];
  const server = subject(options.server === "" ? undefined : withPort(options.server));
  if (options.keep !== "") await Deno.mkdir(options.keep, { recursive: true });
  const work = await Deno.makeTempDir({ prefix: "miniredis_conformance_" });
  const reports: Report[] = [];
  const queue = [...plans];
  const worker = async (number: number): Promise<void> => {
    const copy = `${work}/${number}`;
    await Deno.mkdir(copy);
    await copySuite(suite, copy, programs);
    // the suite looks for a free port of its range by itself; two that look at once had better not meet
    const basePort = BASE_PORT + ((Deno.pid + number) % PORT_RANGES) * PORTS;
    const limitMs = options.minutes * 60_000;
    const bench: Bench = { server, tclsh, copy, basePort, limitMs, keep: options.keep, signal: stop.signal };
    for (let plan = queue.shift(); plan !== undefined; plan = queue.shift()) {
      const result = await measureUnit(bench, plan);
      const report = {
        plan,
        result,
        comparison: compare(plan.reference ?? result.passed, plan.passing, result.passed),
      };
      reports.push(report);
      printUnit(report);
    }
  };
  try {
    const workers = Array.from({ length: Math.min(options.jobs, plans.length) }, (_, i) => worker(i));
    for (const running of workers) running.catch((error) => stop.abort(error));
    await Promise.allSettled(workers);
    stop.signal.throwIfAborted();
  } finally {
    await Deno.remove(work, { recursive: true });
  }
  return reports;
}

function withPort(command: string): string {
  return command.includes("{port}") ? command : `${command} --port {port}`;
}

function printUnit({ plan, result, comparison }: Report): void {
  const { runs, seconds, notes } = result;
  const counts = `${comparison.passed.length} of ${plan.reference?.length ?? "?"}`;
  const more = [...(runs > 1 ? [`${runs} runs`] : []), ...notes];
  console.log(row(plan.unit, counts, `${seconds.toFixed(1).padStart(7)} s  ${more.join("; ")}`));
}

function row(unit: string, counts: string, rest: string): string {
  return `${unit.padEnd(NAME_WIDTH)}${counts.padStart(COUNT_WIDTH)} ${rest}`.trimEnd();
}

function printTests(title: string, reports: readonly Report[], which: (report: Report) => readonly string[]): void {
  const lines = reports.flatMap((report) =>
    which(report).map((test) => {
      const why = report.result.failures.get(test);
      return `  ${report.plan.unit}: ${test}${why === undefined ? "" : `\n      ${firstLine(why)}`}`;
    })
  );
  if (lines.length > 0) console.log([`${title}:`, ...lines].join("\n"));
}

/** What a test that does not pass waits for, as far as its failure, or that of the block it is in, says so. */
function guess({ failures, broken }: UnitResult, test: string): string | null {
  return waitsFor(failures.get(test) ?? broken.join("\n"));
}

/** Writes what was measured into the lists, and tells which tests need a reason by hand. */
async function update({ passing, missing }: Lists, reports: readonly Report[]): Promise<void> {
  const newPassing = { ...passing };
  const newMissing: Record<string, MissingUnit> = { ...missing };
  for (const { plan: { unit, reference }, result, comparison: { passed, lacking } } of reports) {
    const all = lacking.length === reference!.length;
    const holds = (reason: string) => !hasCommand(reason);
    const entry = updateMissing(missing[unit], lacking, all, holds, (test) => guess(result, test));
    delete newPassing[unit];
    delete newMissing[unit];
    if (passed.length > 0) newPassing[unit] = passed;
    if (entry !== undefined) newMissing[unit] = entry;
  }
  await writeList("passing", sortedRecord(newPassing));
  await writeList("missing", sortedRecord(newMissing));
  printTests("In missing.json without a reason", reports, ({ plan: { unit } }) => {
    const entry = newMissing[unit];
    return typeof entry === "object" ? entry[UNKNOWN_REASON] ?? [] : [];
  });
}

async function updateReference(suite: string, reports: readonly Report[]): Promise<void> {
  const units: Record<string, ReferenceUnit> = {};
  for (const { plan: { unit }, result: { slowestMs }, comparison: { passed: tests } } of reports) {
    if (tests.length > 0) units[unit] = { slowest: Math.ceil(slowestMs / 1_000), tests };
  }
  await writeList("reference", { suite, units: sortedRecord(units) });
}

/** The last line has the shape of `deno test`'s. */
function summary(lists: Lists, reports: readonly Report[], options: Options, seconds: number): string {
  const count = (which: (report: Report) => number) => reports.reduce((sum, report) => sum + which(report), 0);
  const passed = count(({ comparison }) => comparison.passed.length);
  const lost = count(({ comparison }) => comparison.lost.length);
  let missing = count(({ comparison }) => comparison.lacking.length) - lost;
  if (options.units === "" && options.server === "" && !options.all) missing += printWaiting(lists);
  const verdict = lost === 0 ? "ok" : "FAILED";
  const all = passed + lost + missing;
  return `${verdict} | ${passed} passed | ${lost} failed | ${missing} missing of ${all} (${seconds.toFixed(0)}s)`;
}

/** Tells of the units that are not run; returns how many tests they have. */
function printWaiting({ reference, missing }: Lists): number {
  let count = 0;
  for (const [unit, reason] of Object.entries(missing)) {
    if (typeof reason !== "string") continue;
    const tests = missingTests(reference.units[unit]?.tests ?? [], reason).length;
    console.log(row(unit, `0 of ${tests}`, `           waits for ${reason}`));
    count += tests;
  }
  return count;
}

async function main(options: Options, stop: AbortController): Promise<number> {
  const started = Date.now();
  const lists = await readLists();
  for (const program of ["tclsh", "redis-cli", "redis-benchmark"]) await findProgram(program);
  const suite = await obtainSuite(options.suite, lists.reference.suite, stop.signal);
  if (options.fetch) {
    console.log(suite.folder);
    return 0;
  }
  const plans = await plan(lists, options, suite, stop.signal);
  console.log(`The test suite of Redis ${suite.version}, ${plans.length} units, ${options.server || "miniredis"}`);
  const reports = await measure(suite, plans, options, stop);
  reports.sort((a, b) => a.plan.unit < b.plan.unit ? -1 : 1);
  if (writesReference(options)) await updateReference(suite.version, reports);
  else if (options.update) await update(lists, reports);
  const line = summary(lists, reports, options, (Date.now() - started) / 1_000);
  if (options.server === "" && !options.update) {
    printTests("Passing now, and not in the list", reports, ({ comparison }) => comparison.gained);
  }
  printTests("Lost", reports, ({ comparison }) => comparison.lost);
  console.log(line);
  return reports.some(({ comparison }) => comparison.lost.length > 0) ? 1 : 0;
}

class UsageError extends Error {
  override name = "UsageError";
}

class InterruptedError extends Error {
  override name = "InterruptedError";
}

if (import.meta.main) {
  const stop = new AbortController();
  const interrupt = () => stop.abort(new InterruptedError());
  Deno.addSignalListener("SIGINT", interrupt);
  Deno.addSignalListener("SIGTERM", interrupt);
  try {
    Deno.exitCode = await main(readOptions(), stop);
  } catch (error) {
    if (error instanceof UnavailableError) {
      console.error(`The conformance suite cannot be run here: ${error.message}`);
      Deno.exitCode = 2;
    } else if (error instanceof UsageError) {
      console.error(error.message);
      Deno.exitCode = 1;
    } else if (error instanceof InterruptedError) {
      Deno.exitCode = 130;
    } else {
      throw error;
    }
  } finally {
    Deno.removeSignalListener("SIGINT", interrupt);
    Deno.removeSignalListener("SIGTERM", interrupt);
  }
}
