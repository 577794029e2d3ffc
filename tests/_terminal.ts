/**
 * Programs on a terminal of their own, by util-linux' `script`: for what they do only there.
 *
 * @module
 */

const UTF8 = new TextEncoder();
const SHOWN_TIMEOUT_MS = 20_000; // a text that never comes fails its test instead of holding up the run

/** True where `script` is util-linux', whose options these are. */
export const hasTerminals: boolean = isUtilLinux();

function isUtilLinux(): boolean {
  if (Deno.permissions.querySync({ name: "run", command: "script" }).state !== "granted") return false;
  try {
    const { stdout } = new Deno.Command("script", { args: ["--version"] }).outputSync();
    return new TextDecoder().decode(stdout).includes("util-linux");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** A command line on a terminal. Its input is held open: at its end, a prompt would answer itself. */
export class Terminal implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #reader: ReadableStreamDefaultReader<string>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #all = "";

  /**
   * Starts it.
   *
   * @param command As a shell takes it.
   * @param cwd The folder it runs in.
   */
  constructor(command: string, cwd?: URL) {
    this.#child = new Deno.Command("script", {
      args: ["-qefc", command, "/dev/null"],
      ...(cwd === undefined ? {} : { cwd }),
      env: { NO_COLOR: "1", TERM: "xterm" },
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#reader = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#writer = this.#child.stdin.getWriter();
  }

  /** All that it has shown so far. */
  get all(): string {
    return this.#all;
  }

  /** Types keys. */
  async type(keys: string): Promise<void> {
    await this.#writer.write(UTF8.encode(keys));
  }

  /** Reads on until a text is shown that was not there at index `from`; answers what was shown since. */
  async shown(text: string | RegExp, from = 0): Promise<string> {
    const found = (): boolean => {
      const rest = this.#all.slice(from);
      return typeof text === "string" ? rest.includes(text) : text.test(rest);
    };
    const timer = setTimeout(() => this.#kill(), SHOWN_TIMEOUT_MS);
    try {
      while (!found()) {
        const { done, value } = await this.#reader.read();
        if (done) throw new Error(`It ended without showing '${text}': ${this.#all.slice(from)}`);
        this.#all += value;
      }
    } finally {
      clearTimeout(timer);
    }
    return this.#all.slice(from);
  }

  /** Waits for its end and answers its status. */
  async ended(): Promise<number> {
    for (let read = await this.#reader.read(); !read.done; read = await this.#reader.read()) this.#all += read.value;
    const { code } = await this.#child.status;
    await this.#writer.close().catch(ignoreClosed);
    return code;
  }

  #kill(): void {
    this.#child.kill("SIGKILL"); // with its terminal gone the program ends too
  }

  /** Ends it, if it has not ended, and waits for that. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#kill();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // it has ended before
    }
    await this.ended();
  }
}

/** The other end of its input may be gone. */
function ignoreClosed(error: unknown): void {
  if (!(error instanceof Deno.errors.BrokenPipe || error instanceof TypeError)) throw error;
}
