/** How long a server in memory takes to start, and that it asks for no permission and prints nothing. */
import { assertEquals, fail } from "@std/assert";

const HERE = new URL("./", import.meta.url);
const IMPORT_MAP = decodeURIComponent(new URL("../../npm.json", import.meta.url).pathname);

/** Runs a program of this folder, without any permission, and returns what it prints. */
async function run(name: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const program = decodeURIComponent(new URL(name, HERE).pathname);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-check", "--quiet", `--import-map=${IMPORT_MAP}`, program, ...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const printed = { stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
  assertEquals(code, 0, printed.stderr);
  return printed;
}

/** Some runs are slow because the machine is busy with other things: the quickest counts. */
const RUNS = 15;
/** What loading the module takes where the bounds below hold: on a machine that is slower they are longer. */
const LOAD_MS = 100;

for (const [count, mostMs] of [[1, 20], [100, 1000]] as const) {
  const what = count === 1 ? "a server gives its first reply" : `${count} servers in one process give theirs`;
  Deno.test(`${what} within ${mostMs} ms of the module being loaded`, async () => {
    const seen: string[] = [];
    for (let i = 0; i < RUNS; i++) {
      const { stdout } = await run("_start_program.ts", String(count));
      const { loadMs, startMs } = JSON.parse(stdout) as { loadMs: number; startMs: number };
      if (startMs > 0 && startMs <= mostMs * Math.max(1, loadMs / LOAD_MS)) return;
      seen.push(stdout);
    }
    fail(seen.join(""));
  });
}

Deno.test("a hundred servers print nothing, whatever they are asked for", async () => {
  assertEquals(await run("_silent_program.ts"), { stdout: "", stderr: "" });
});
