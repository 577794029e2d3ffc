/**
 * A program that is run to its end, with all the processes it starts: it leads a process group, which is ended with it, be
 * it by itself, by a time-out, or because the whole is stopped.
 *
 * @module
 */
import { toText } from "@std/streams";

/** How to run it. */
export interface RunOptions {
  readonly cwd: string;
  /** Milliseconds after which it is killed. */
  readonly limitMs: number;
  /** Kills it at once. */
  readonly signal: AbortSignal;
}

/** How it ended. */
export interface Ended {
  readonly success: boolean;
  /** It was killed at the limit. */
  readonly late: boolean;
  /** Standard output, then standard error. */
  readonly output: string;
}

/**
 * Runs a program.
 *
 * @param program Its name or path.
 * @param args Its arguments.
 * @param options How to run it.
 * @returns What it printed.
 * @throws When the signal fires, with its reason; the processes have ended then.
 */
export async function runToEnd(program: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  const { cwd, limitMs, signal } = options;
  signal.throwIfAborted();
  const child = new Deno.Command(program, {
    args: [...args],
    cwd,
    env: { TERM: "dumb", LC_ALL: "C.UTF-8" }, // plain text, however the terminal is
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true, // the leader of a group of its own
  }).spawn();
  const texts: Promise<string>[] = [toText(child.stdout), toText(child.stderr)];
  let late = false;
  const stop = () => killGroup(child.pid);
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, limitMs);
  signal.addEventListener("abort", stop);
  const { success } = await child.status;
  clearTimeout(timer);
  signal.removeEventListener("abort", stop);
  stop(); // what it has left running; only then do its pipes end
  const output = (await Promise.all(texts)).join("");
  signal.throwIfAborted();
  return { success, late, output };
}

function killGroup(leader: number): void {
  try {
    Deno.kill(-leader, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
