/** What the runner of the conformance suite reads in its output (tools/conformance/output.ts). */
import { assertEquals } from "@std/assert";
import { firstLine, hopeless, parseRun, suspects, type UnitRun, waitsFor } from "../../tools/conformance/output.ts";

const COMPLETE = `Cleanup: may take some time... OK
Starting test server at port 21079
[ready]: 4242
Testing unit/type/x
[testing]: Numbers are added
[ok]: Numbers are added (3 ms)
[ignore]: Replicas are told: needs:repl
[testing]: Names (all of them) are kept
[err]: Names (all of them) are kept in tests/unit/type/x.tcl
Expected 'a' to be equal to 'b' (context: type eval line 2)
[skip]: Left out
[testing]: Numbers are added
[ok]: Numbers are added (1204 ms)
[1/1 done]: unit/type/x (2 seconds)

                   The End

!!! WARNING The following tests failed:

*** [err]: Names (all of them) are kept in tests/unit/type/x.tcl
Expected 'a' to be equal to 'b' (context: type eval line 2)
Cleanup: may take some time... OK
`;

const THROWN = `[testing]: Queues are kept
[err]: Queues are kept in tests/unit/x.tcl
n command 'multi', with args beginning with: 
ERR unknown command 'multi', with args beginning with: 
    while executing
"$r multi"
[testing]: Queues are dropped
[ok]: Queues are dropped (0 ms)
[err]: ntax error
ERR syntax error
    while executing
"r config set x"
`;

/** A run of tests that are named after how they end. */
function runOf(outcomes: string, complete = true): UnitRun {
  const ends = { p: "passed", f: "failed", t: "threw", h: "hung" } as const;
  const tests = [...outcomes].map((letter, i) => ({
    name: `${letter}${i}`,
    outcome: ends[letter as keyof typeof ends],
    message: "",
  }));
  return { tests, broken: [], complete, slowestMs: 0 };
}

Deno.test("parseRun() reads which tests passed and why others did not", () => {
  assertEquals(parseRun(COMPLETE), {
    tests: [
      { name: "Numbers are added", outcome: "passed", message: "" },
      {
        name: "Names (all of them) are kept",
        outcome: "failed",
        message: "Expected 'a' to be equal to 'b' (context: type eval line 2)",
      },
      { name: "Numbers are added", outcome: "passed", message: "" },
    ],
    broken: [],
    complete: true,
    slowestMs: 1204,
  });
});

Deno.test("parseRun() tells errors in a test from errors outside of any, and misses the end", () => {
  const { tests, broken, complete } = parseRun(THROWN);
  assertEquals(tests.map(({ outcome }) => outcome), ["threw", "passed"]);
  assertEquals(broken.map(firstLine), ["ERR syntax error"]);
  assertEquals(complete, false);
});

Deno.test("parseRun() takes a test that began and did not end for hung, one cut short by the client's end for thrown", () => {
  const outcomes = (text: string) => parseRun(text).tests.map(({ name, outcome }) => `${name} ${outcome}`);
  assertEquals(outcomes("[testing]: a\n[TIMEOUT]: clients state report follows.\nsock5 => (IN PROGRESS) a\n"), [
    "a hung",
  ]);
  const cut = "[testing]: a\n[exception]: Executing test client: I/O error reading reply.\n    while executing\n";
  assertEquals(outcomes(cut), ["a threw"]);
  assertEquals(parseRun(cut).broken.map(firstLine), ["Executing test client: I/O error reading reply."]);
});

Deno.test("parseRun() closes the innermost of nested tests", () => {
  const text = "[testing]: a\n[testing]: b\n[ok]: b (1 ms)\n[err]: a in tests/unit/x.tcl\nno\n";
  assertEquals(parseRun(text).tests.map(({ name, outcome }) => `${name} ${outcome}`), ["a failed", "b passed"]);
});

Deno.test("hopeless() are the tests that failed for a command that is missing", () => {
  assertEquals(hopeless(parseRun(THROWN)), ["Queues are kept"]);
  assertEquals(hopeless(parseRun(COMPLETE)), []);
});

Deno.test("suspects() are tests that hung and the first of a row of failures, not a failure by itself", () => {
  assertEquals(suspects(runOf("pfp"), false), []);
  assertEquals(suspects(runOf("ptp"), false), ["t1"]);
  assertEquals(suspects(runOf("pffftp"), false), ["f1"]);
  assertEquals(suspects(runOf("pfthp"), false), ["f1", "h3"]);
  assertEquals(suspects(runOf("fpff"), false), ["f2"]);
});

Deno.test("suspects() includes every failure by itself where the unit did not reach its end", () => {
  assertEquals(suspects(runOf("pfpf", false), false), ["f1", "f3"]);
});

Deno.test("suspects() of all tests adds those later in a row that threw", () => {
  assertEquals(suspects(runOf("pfttp"), true), ["f1", "t2", "t3"]);
});

Deno.test("waitsFor() finds the command or directive that a failure names", () => {
  assertEquals(waitsFor(parseRun(THROWN).tests[0]!.message), "MULTI");
  assertEquals(waitsFor("ERR unknown subcommand 'reload'. Try DEBUG HELP."), "DEBUG RELOAD");
  const either = "ERR unknown subcommand or wrong number of arguments for 'digest'. Try DEBUG HELP.";
  assertEquals(waitsFor(either), "DEBUG DIGEST");
  const refused = "ERR CONFIG SET failed (possibly related to argument 'appendonly') - not supported yet";
  assertEquals(waitsFor(refused), "appendonly");
  assertEquals(waitsFor("Expected '1' to be equal to '2'"), null);
});

Deno.test("firstLine() prefers the whole text of an error to the one cut at its start", () => {
  assertEquals(firstLine("nknown\nERR unknown\n    while executing"), "ERR unknown");
  assertEquals(firstLine("Expected 'a' to be equal to 'b'\n(context)"), "Expected 'a' to be equal to 'b'");
  assertEquals(firstLine("x".repeat(200)).length, 160);
});
