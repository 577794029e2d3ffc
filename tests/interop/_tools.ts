/**
 * Runs of redis-cli and redis-benchmark.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { toText } from "@std/streams";

/** What a tool left behind. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A tool run to its end on the server of its test. */
export type Run = (args: readonly string[], stdin?: string) => Promise<Ended>;

/** Runs a tool to its end. */
export async function runTool(program: string, args: readonly string[], stdin: string): Promise<Ended> {
  const child = new Deno.Command(program, { args: [...args], stdin: "piped", stdout: "piped", stderr: "piped" })
    .spawn();
  const output = child.output();
  // a tool that ends without reading all of it closes the pipe
  await new Blob([stdin]).stream().pipeTo(child.stdin).catch((error) => {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  });
  const { code, stdout, stderr } = await output;
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** Asserts that a run ended well, and returns what it printed. */
export async function printed(run: Promise<Ended>): Promise<string> {
  const { code, stdout, stderr } = await run;
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  return stdout;
}

/** A tool that goes on until it is killed, and whose output is read as it comes. */
export class RunningTool implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #reader: ReadableStreamDefaultReader<string>;
  readonly #stderr: Promise<string>;
  #stdout = "";

  /**
   * Starts it.
   *
   * @param program Found on the PATH.
   * @param args Its arguments.
   */
  constructor(program: string, args: readonly string[]) {
    this.#child = new Deno.Command(program, { args: [...args], stdin: "null", stdout: "piped", stderr: "piped" })
      .spawn();
    this.#reader = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#stderr = toText(this.#child.stderr);
  }

  /** Reads on until a text has been printed, and answers all that was. */
  async printed(text: RegExp): Promise<string> {
    while (!text.test(this.#stdout)) {
      const { done, value } = await this.#reader.read();
      if (done) throw new Error(`It ended without printing '${text}': ${this.#stdout}${await this.#stderr}`);
      this.#stdout += value;
    }
    return this.#stdout;
  }

  /** Kills it and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // it has ended before
    }
    while (!(await this.#reader.read()).done);
    await this.#child.status;
    await this.#stderr;
  }
}
