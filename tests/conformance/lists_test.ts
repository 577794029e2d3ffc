/** The lists of the conformance suite: what they say by themselves, and how they are compared (tools/conformance/lists.ts). */
import { assert, assertEquals } from "@std/assert";
import {
  compare,
  listProblems,
  type Lists,
  type Missing,
  missingTests,
  type Passing,
  readLists,
  updateMissing,
  without,
} from "../../tools/conformance/lists.ts";
import { hasCommand } from "../../tools/conformance/reasons.ts";
import { sourceEntries } from "../../tools/conformance/suite.ts";

function lists(tests: readonly string[], passing: Passing, missing: Missing): Lists {
  return { reference: { suite: "7.0.15", units: { u: { slowest: 1, tests } } }, passing, missing };
}

const noGuess = () => null;
const holds = () => true;

Deno.test("every test that redis-server passes is listed once: as passing, or as missing with what it waits for", async () => {
  const checkedIn = await readLists();
  assert(Object.keys(checkedIn.reference.units).length > 30);
  assertEquals(listProblems(checkedIn).slice(0, 20), []);
});

Deno.test("no test waits for a command that is there", async () => {
  const { missing } = await readLists();
  const stale = Object.entries(missing).flatMap(([unit, entry]) =>
    (typeof entry === "string" ? [entry] : Object.keys(entry)).filter(hasCommand).map((reason) => `${unit}: ${reason}`)
  );
  assertEquals(stale, []);
  assert(hasCommand("GET") && hasCommand("CLIENT LIST") && hasCommand("DEBUG"));
  assert(!hasCommand("SYNC-X") && !hasCommand("CLIENT X") && !hasCommand("replication"));
});

Deno.test("the lists are sorted, one name a line, so that a change shows as such", async () => {
  const { reference, passing, missing } = await readLists();
  for (const record of [reference.units, passing, missing]) assertSorted(Object.keys(record));
  for (const { tests } of Object.values(reference.units)) assertSorted(tests);
  for (const tests of Object.values(passing)) assertSorted(tests);
  for (const entry of Object.values(missing)) {
    if (typeof entry === "string") continue;
    assertSorted(Object.keys(entry));
    for (const tests of Object.values(entry)) assertSorted(tests);
  }
});

function assertSorted(names: readonly string[]): void {
  assertEquals(names, names.toSorted());
}

Deno.test("listProblems() finds what is listed twice, not at all, or without a reason", () => {
  assertEquals(listProblems(lists(["a", "b", "b"], { u: ["a", "b"] }, { u: { MULTI: ["b"] } })), []);
  assertEquals(listProblems(lists(["a", "b"], {}, { u: "streams" })), []);
  assertEquals(listProblems(lists(["a", "b"], { u: ["a", "b"] }, { u: { MULTI: ["b"] } })), [
    "u: listed more often than the reference passes it: b",
  ]);
  assertEquals(listProblems(lists(["a"], { u: ["a"] }, { u: "streams" })), [
    "u: listed more often than the reference passes it: a",
  ]);
  assertEquals(listProblems(lists(["a", "b"], { u: ["a"] }, {})), ["u: neither passing nor missing: b"]);
  assertEquals(listProblems(lists(["a"], {}, { u: { "?": ["a"] } })), ["u: says not what all missing tests wait for"]);
  assertEquals(listProblems(lists(["a"], {}, { u: " " })), ["u: says not what it waits for"]);
  assertEquals(listProblems(lists(["a"], { u: ["a"], v: ["c"] }, {})), ["v: the reference has no such unit"]);
});

Deno.test("without() takes a name off as often as it is given", () => {
  assertEquals(without(["a", "b", "a", "c", "a"], ["a", "c", "a", "x"]), ["b", "a"]);
  assertEquals(without([], ["a"]), []);
});

Deno.test("compare() tells tests lost from tests gained, and counts no test beyond the reference's", () => {
  assertEquals(compare(["d", "a", "b", "b", "c"], ["a", "b", "b"], ["b", "c", "a", "extra"]), {
    passed: ["a", "b", "c"],
    lacking: ["b", "d"],
    lost: ["b"],
    gained: ["c"],
  });
});

Deno.test("missingTests() of a unit that waits as a whole are all of it", () => {
  assertEquals(missingTests(["a", "b"], "streams"), ["a", "b"]);
  assertEquals(missingTests(["a", "b"], { MULTI: ["b"] }), ["b"]);
  assertEquals(missingTests(["a", "b"], undefined), []);
});

Deno.test("updateMissing() keeps reasons, asks for new ones, and lets go of what passes", () => {
  const before = { MULTI: ["a", "b", "b"], "?": ["c"] };
  assertEquals(updateMissing(before, ["b", "b", "b", "c"], false, holds, noGuess), {
    "?": ["c"],
    MULTI: ["b", "b", "b"],
  });
  assertEquals(updateMissing(before, ["c"], false, holds, (test) => test === "c" ? "EVAL" : null), { EVAL: ["c"] });
  assertEquals(updateMissing(before, ["a"], false, (reason) => reason !== "MULTI", noGuess), { "?": ["a"] });
  assertEquals(updateMissing(before, [], false, holds, noGuess), undefined);
});

Deno.test("updateMissing() lets a unit wait as a whole until one of its tests passes", () => {
  assertEquals(updateMissing("streams", ["a", "b"], true, holds, noGuess), "streams");
  assertEquals(updateMissing("streams", ["b"], false, holds, noGuess), { "?": ["b"] });
});

Deno.test("sourceEntries() asks the places of a system's packages for their sources", () => {
  const paragraph = "Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm\n";
  assertEquals(sourceEntries("debian.sources", paragraph), paragraph.replace("Types: deb", "Types: deb-src"));
  const lines = "# all\ndeb [arch=amd64] http://mirror.example/debian bookworm main\n" +
    "deb-src [arch=amd64] http://mirror.example/debian bookworm main\n";
  assertEquals(
    sourceEntries("sources.list", lines),
    "deb-src [arch=amd64] http://mirror.example/debian bookworm main\n",
  );
});
