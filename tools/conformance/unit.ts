/**
 * One unit of the suite against one server. A unit is run as a whole, on a server of its own; where that leaves something to
 * find out it is run again:
 *
 * - A test that failed may be the victim of one before it, which hung, ended the server or left a client blocked. So the next
 *   run leaves out the tests that cannot pass (`hopeless()`), further ones those that seem to be to blame (`suspects()`).
 *   A test counts as passed when it did in any run.
 * - A test that used to pass and does not any more is given two further runs, in case the machine was busy.
 *
 * @module
 */
import type { Contestant } from "../../bench/_servers.ts";
import { ask } from "../../bench/_wire.ts";
import { without } from "./lists.ts";
import { firstLine, hopeless, parseRun, suspects, type UnitRun } from "./output.ts";
import { runToEnd } from "./process.ts";

const MAX_RUNS = 12;
const RETRIES = 2;
const FRUITLESS_RUNS = 3;
const MIN_TEST_SECONDS = 10;
const SLOWNESS = 5; // a test may take this many times what it takes on redis-server
const HOST = "127.0.0.1";

/** What a server is started with, beyond its port and folder. */
const DIRECTIVES = ["--bind", HOST, "--save", "", "--appendonly", "no", "--enable-debug-command", "yes"];
/** What the suite's own configuration file says besides; a server that refuses will fail the tests that need it. */
const SETTINGS = ["notify-keyspace-events KEA", "latency-monitor-threshold 1", "repl-diskless-sync-delay 0"];

/** Where and how units are run. */
export interface Bench {
  readonly server: Contestant;
  readonly tclsh: string;
  /** A copy of the suite that nothing else uses. */
  readonly copy: string;
  /** The first of the ports on which the suite's own processes meet. */
  readonly basePort: number;
  /** Milliseconds for all runs of a unit. */
  readonly limitMs: number;
  /** A folder for what the suite prints; "" to forget it. */
  readonly keep: string;
  readonly signal: AbortSignal;
}

/** A unit, and what is known of it. */
export interface UnitPlan {
  readonly unit: string;
  /** Seconds of its slowest test on redis-server. */
  readonly slowest: number;
  /** The tests that pass on redis-server; null when that is to be found out. */
  readonly reference: readonly string[] | null;
  /** The tests that are expected to pass. */
  readonly passing: readonly string[];
  /** Look for every test that can pass, not only for those that are expected to. */
  readonly thorough: boolean;
}

/** What was found. */
export interface UnitResult {
  readonly unit: string;
  /** The tests that passed in any run; a name as often as it did in one run. */
  readonly passed: readonly string[];
  /** What the suite said of tests that failed, by name. */
  readonly failures: ReadonlyMap<string, string>;
  /** Errors outside of any test. */
  readonly broken: readonly string[];
  readonly runs: number;
  readonly seconds: number;
  readonly slowestMs: number;
  /** What else is worth telling: that the server ended, that time ran out. */
  readonly notes: readonly string[];
}

/** What several runs of a unit have shown together. */
class Findings {
  readonly failures: Map<string, string> = new Map();
  readonly broken: Set<string> = new Set();
  readonly notes: Set<string> = new Set();
  slowestMs = 0;
  readonly #passed = new Map<string, number>();

  /** Adds a run; false when no test passed that had not before. */
  add(run: UnitRun): boolean {
    const counts = new Map<string, number>();
    for (const { name, outcome, message } of run.tests) {
      if (outcome === "passed") counts.set(name, (counts.get(name) ?? 0) + 1);
      else if (!this.failures.has(name)) this.failures.set(name, outcome === "hung" ? "hung" : message);
    }
    let gained = false;
    for (const [name, count] of counts) {
      if (count <= (this.#passed.get(name) ?? 0)) continue;
      this.#passed.set(name, count);
      gained = true;
    }
    for (const error of run.broken) this.broken.add(error);
    this.slowestMs = Math.max(this.slowestMs, run.slowestMs);
    return gained;
  }

  get passed(): string[] {
    return [...this.#passed].flatMap(([name, count]) => Array<string>(count).fill(name));
  }
}

/**
 * Measures a unit.
 *
 * @param bench Where and how.
 * @param plan Which, and what to look for.
 * @returns What passes.
 */
export async function measureUnit(bench: Bench, plan: UnitPlan): Promise<UnitResult> {
  const started = Date.now();
  const findings = new Findings();
  let skipped: string[] = [];
  let [runs, fruitless, retries] = [0, 0, 0];
  for (;;) {
    const left = bench.limitMs - (Date.now() - started);
    if (left <= 0) {
      findings.notes.add("out of time");
      break;
    }
    const run = await runOnce(bench, plan, skipped, left, `${++runs}`, findings.notes);
    if (!findings.add(run) && runs > 1) fruitless++;
    const passed = findings.passed;
    const lost = without(plan.passing, passed);
    const wanted = !plan.thorough ? lost : plan.reference === null ? null : without(plan.reference, passed);
    if (wanted?.length === 0) break;
    const blamed = [hopeless(run), suspects(run, fruitless > 1)]
      .map((names) => names.filter((name) => !skipped.includes(name)))
      .find((names) => names.length > 0) ?? [];
    if (blamed.length > 0 && runs < MAX_RUNS && fruitless < FRUITLESS_RUNS) {
      skipped.push(...blamed);
    } else if (lost.length > 0 && retries < RETRIES) {
      retries++;
      skipped = skipped.filter((name) => !lost.includes(name));
    } else {
      break;
    }
  }
  return {
    unit: plan.unit,
    passed: findings.passed,
    failures: findings.failures,
    broken: [...findings.broken],
    runs,
    seconds: (Date.now() - started) / 1_000,
    slowestMs: findings.slowestMs,
    notes: [...findings.notes],
  };
}

/** One run on a server of its own, which is gone afterwards. */
async function runOnce(
  bench: Bench,
  plan: UnitPlan,
  skipped: readonly string[],
  limitMs: number,
  label: string,
  notes: Set<string>,
): Promise<UnitRun> {
  const dir = await Deno.makeTempDir({ dir: bench.copy, prefix: "server_" });
  let done = false;
  await using server = await bench.server.start("--dir", dir, ...DIRECTIVES);
  server.ended.then((stderr) => {
    if (!done) notes.add(`the server ended: ${firstLine(stderr.trim()) || "without a word"}`);
  });
  await configure(server.port);
  const testSeconds = Math.min(Math.max(MIN_TEST_SECONDS, SLOWNESS * plan.slowest), bench.limitMs / 2_000);
  // deno-fmt-ignore
  const args = [
    "tests/test_helper.tcl", "--host", HOST, "--port", server.port, "--single", plan.unit, "--clients", 1, "--durable",
    "--timeout", Math.ceil(testSeconds), "--baseport", bench.basePort,
    ...skipped.flatMap((name) => ["--skiptest", name]),
  ];
  const { output, late } = await runToEnd(bench.tclsh, args.map(String), { ...bench, cwd: bench.copy, limitMs });
  if (late) notes.add("out of time");
  done = true;
  if (bench.keep !== "") {
    await Deno.writeTextFile(`${bench.keep}/${plan.unit.replaceAll("/", ".")}.${label}.txt`, output);
  }
  return parseRun(output);
}

async function configure(port: number): Promise<void> {
  using conn = await Deno.connect({ hostname: HOST, port });
  for (const setting of SETTINGS) {
    try {
      await ask(conn, `CONFIG SET ${setting}`);
    } catch (error) {
      if (!(error instanceof Error && error.message.includes(": -"))) throw error;
    }
  }
}
