/** The command line, or another program for Deno, as a process of its own. */
import { toText } from "@std/streams";
import { freePort } from "./_redis.ts";

export const ROOT = new URL("../", import.meta.url);
export const STARTED = "Ready to accept connections";

export interface RunOptions {
  readonly permissions?: readonly string[];
  /** Standard input; none by default. */
  readonly stdin?: string;
  /** The folder it is started in; that of the project by default. */
  readonly cwd?: string;
  /** What Deno runs in place of the project's `mod.ts`; it gets no import map of the project's. */
  readonly module?: string;
  /** Variables added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  /** The lines on standard error. */
  readonly errors: string[];
}

function denoArgs(permissions: readonly string[], args: readonly string[], module?: string): string[] {
  if (module !== undefined) return ["run", ...permissions, module, ...args];
  const [map, program] = ["npm.json", "mod.ts"].map((name) => decodeURIComponent(new URL(name, ROOT).pathname));
  return ["run", ...permissions, `--import-map=${map}`, program!, ...args];
}

/** A run of the program. */
export class Program implements AsyncDisposable {
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #reader: ReadableStreamDefaultReader<string>;
  readonly #stderr: Promise<string>;
  #stdout = "";
  #ended: Promise<Ended> | null = null;

  constructor(args: readonly string[], options: RunOptions = {}) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: denoArgs(options.permissions ?? ["--allow-net"], args, options.module),
      cwd: options.cwd ?? ROOT,
      env: { ...options.env, NO_COLOR: "1" },
      stdin: options.stdin === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.pid = this.#child.pid;
    this.#reader = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#stderr = toText(this.#child.stderr);
    if (options.stdin !== undefined) {
      new Blob([options.stdin]).stream().pipeTo(this.#child.stdin);
    }
  }

  /** What it wrote to standard output so far. */
  get stdout(): string {
    return this.#stdout;
  }

  /** Waits until it has printed a text; throws when it ends without. */
  async printed(text: string): Promise<this> {
    while (!this.#stdout.includes(text)) {
      const { done, value } = await this.#reader.read();
      if (done) {
        const { stdout, errors } = await this.ended();
        throw new Error(`It ended without printing '${text}': ${stdout}${errors.join("\n")}`);
      }
      this.#stdout += value;
    }
    return this;
  }

  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Waits for its end. */
  ended(): Promise<Ended> {
    return this.#ended ??= this.#end();
  }

  async #end(): Promise<Ended> {
    for (let read = await this.#reader.read(); !read.done; read = await this.#reader.read()) this.#stdout += read.value;
    const { code } = await this.#child.status;
    const errors = (await this.#stderr).split("\n").filter((line) => line !== "");
    return { code, stdout: this.#stdout, errors };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended === null) this.#child.kill("SIGKILL");
    await this.ended();
  }
}

/** Runs the program to its end. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  await using program = new Program(args, options);
  return await program.ended();
}

/** A server on a free port, once it listens. */
export async function serve(
  args: readonly string[],
  options: RunOptions = {},
): Promise<Program & { readonly port: number }> {
  const port = freePort();
  const program = new Program([...args, "--port", `${port}`], options);
  try {
    return Object.assign(await program.printed(STARTED), { port });
  } catch (error) {
    await program[Symbol.asyncDispose]();
    throw error;
  }
}

export async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "miniredis_cli_" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
