/**
 * A real `redis-server` for tests that compare with it: found on the PATH, started on a free port of 127.0.0.1 with
 * nothing saved, killed when the test lets go of it.
 *
 * ```ts
 * Deno.test({ name: "…", ignore: !hasRedis, fn: async () => {
 *   await using redis = await startRedis("--maxmemory", "2mb");
 *   // … connect to redis.port
 * } });
 * ```
 *
 * @module
 */
import { toText } from "@std/streams";

const HOST = "127.0.0.1";
const START_TIMEOUT_MS = 10_000;
const RETRY_MS = 2;

/** A server in a process of its own, until it is disposed of. */
export interface ServerProcess {
  /** The port of 127.0.0.1 it listens on. */
  readonly port: number;
  /** Its process id, for `/proc/PID`. */
  readonly pid: number;
  /** Resolves when the process has ended, to what it wrote to standard error. */
  readonly ended: Promise<string>;
  /** Kills it and waits for its end. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** The version of the `redis-server` on the PATH, like `"7.0.15"`; null where there is none or it may not be run. */
export const redisVersion: string | null = /\bv=(\S+)/.exec(versionOf("redis-server") ?? "")?.[1] ?? null;

/** True where a `redis-server` is on the PATH and may be run. */
export const hasRedis: boolean = redisVersion !== null;

/** True where that server is a 7.0: the reference, whose replies must be ours to the byte. */
export const hasReference: boolean = redisVersion?.startsWith("7.0.") ?? false;

/** True where `redis-cli` and `redis-benchmark` are on the PATH and may be run. */
export const hasRedisTools: boolean = versionOf("redis-cli") !== null && versionOf("redis-benchmark") !== null;

/**
 * Starts a `redis-server` that saves nothing, in a temporary folder of its own.
 *
 * @param args Further directives, as on its command line: `"--maxmemory", "2mb"`.
 * @returns The running server; disposing of it kills the process and removes the folder.
 * @throws {Error} When it ends before it answers, with what it wrote; or when it does not answer within 10 seconds.
 */
export async function startRedis(...args: string[]): Promise<ServerProcess> {
  const port = freePort();
  const dir = await Deno.makeTempDir({ prefix: "miniredis_redis_" });
  const remove = () => Deno.remove(dir, { recursive: true });
  const own = ["--port", `${port}`, "--bind", HOST, "--dir", dir, "--save", "", "--appendonly", "no"];
  try {
    const server = await startServer(port, "redis-server", [...own, ...args]);
    return { ...server, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * Starts any RESP server and waits until it answers.
 *
 * @param port The port of 127.0.0.1 it is told to listen on.
 * @param program The program, found on the PATH.
 * @param args Its arguments.
 * @returns The running server; disposing of it kills the process.
 * @throws {Error} When it ends before it answers, with what it wrote; or when it does not answer within 10 seconds.
 */
export async function startServer(port: number, program: string, args: readonly string[]): Promise<ServerProcess> {
  const child = new Deno.Command(program, {
    args: [...args],
    env: { LC_ALL: "C" }, // SORT ALPHA goes by the locale's order in Redis
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const stderr: Promise<string> = toText(child.stderr);
  let ended = false;
  const status = child.status.finally(() => ended = true);
  const stop = async (): Promise<void> => {
    if (!ended) child.kill("SIGKILL"); // nothing to save, and it works in the middle of a script too
    await status;
    await stderr;
  };
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!await answers(port) || ended) {
    if (ended || Date.now() > deadline) {
      await stop();
      throw new Error(`Cannot start ${program} on port ${port}: ${(await stderr).trim() || "it does not answer"}`);
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  return { port, pid: child.pid, ended: status.then(() => stderr), [Symbol.asyncDispose]: stop };
}

/**
 * Finds a TCP port of 127.0.0.1 that nobody listens on at the moment.
 *
 * @returns The port; another process may still take it before the caller does.
 */
export function freePort(): number {
  using listener = Deno.listen({ hostname: HOST, port: 0 });
  return listener.addr.port;
}

/** Whether a Redis on this port is past its start: any reply but `-LOADING` (`-NOAUTH` is one too). */
async function answers(port: number): Promise<boolean> {
  let conn: Deno.TcpConn;
  try {
    conn = await Deno.connect({ hostname: HOST, port });
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    throw error;
  }
  using open = conn;
  const reply = new Uint8Array(64);
  try {
    await open.write(new TextEncoder().encode("PING\r\n"));
    const size = await open.read(reply);
    return size !== null && !new TextDecoder().decode(reply.subarray(0, size)).startsWith("-LOADING");
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe) return false;
    throw error;
  }
}

/** What `program --version` prints. Never prompts: without run permission the program counts as missing. */
function versionOf(program: string): string | null {
  if (Deno.permissions.querySync({ name: "run", command: program }).state !== "granted") return null;
  try {
    return new TextDecoder().decode(new Deno.Command(program, { args: ["--version"] }).outputSync().stdout);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
