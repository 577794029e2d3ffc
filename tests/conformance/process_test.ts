/** Programs that the conformance suite runs, and what they leave running (tools/conformance/process.ts). */
import { assertEquals, assertRejects } from "@std/assert";
import { runToEnd } from "../../tools/conformance/process.ts";

const cwd = import.meta.dirname!;
/** Without an end of its own: until the last process has let go of it, the output has none either. */
const FOREVER = ["-c", "sleep 600 & echo begun; sleep 600"];

Deno.test("runToEnd() gives what a program prints, and how it ended", async () => {
  const { signal } = new AbortController();
  const run = (script: string) => runToEnd("sh", ["-c", script], { cwd, limitMs: 60_000, signal });
  assertEquals(await run("echo out; echo err >&2"), { success: true, late: false, output: "out\nerr\n" });
  assertEquals(await run("exit 3"), { success: false, late: false, output: "" });
});

Deno.test("runToEnd() ends what the program has left running", async () => {
  const { signal } = new AbortController();
  const ended = await runToEnd("sh", ["-c", "sleep 600 & echo begun"], { cwd, limitMs: 60_000, signal });
  assertEquals(ended, { success: true, late: false, output: "begun\n" });
});

Deno.test("runToEnd() kills the program and its children at the limit", async () => {
  const { signal } = new AbortController();
  const { success, late } = await runToEnd("sh", FOREVER, { cwd, limitMs: 20, signal });
  assertEquals({ success, late }, { success: false, late: true });
});

Deno.test("runToEnd() kills them when the signal fires, and rejects with its reason", async () => {
  const stop = new AbortController();
  const running = runToEnd("sh", FOREVER, { cwd, limitMs: 60_000, signal: stop.signal });
  stop.abort(new Error("enough"));
  await assertRejects(() => running, Error, "enough");
  await assertRejects(() => runToEnd("sh", FOREVER, { cwd, limitMs: 60_000, signal: stop.signal }), Error, "enough");
});
