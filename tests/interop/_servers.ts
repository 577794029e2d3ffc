/**
 * Servers for tests with real clients and tools: one in this process that fails its test when it had anything to warn of,
 * and one that is a process of its own, started by the command line.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { Server, type ServerOptions } from "../../server.ts";
import { freePort, type ServerProcess, startServer } from "../_redis.ts";

const ROOT = `${import.meta.dirname}/../../`;

/** An embedded server; at the end of its scope it is closed, and must have logged no warning. */
export interface QuietServer extends AsyncDisposable {
  readonly server: Server;
}

/**
 * Starts a server in this process.
 *
 * @param options As for {@linkcode Server.start}; a free port unless they say otherwise.
 * @returns The server.
 */
export async function startQuiet(options: Omit<ServerOptions, "log"> = { port: 0 }): Promise<QuietServer> {
  const warnings: string[] = [];
  const log = {
    log(level: string, text: string): void {
      if (level === "warning") warnings.push(text);
    },
  };
  const server = await Server.start({ ...options, log });
  return {
    server,
    async [Symbol.asyncDispose](): Promise<void> {
      await server.close();
      assertEquals(warnings, []);
    },
  };
}

/**
 * Starts a server as its users do, on a free port.
 *
 * @param directives Further directives of the command line.
 * @returns The running process.
 */
export function startProgram(...directives: string[]): Promise<ServerProcess> {
  const port = freePort();
  const args = ["run", "-A", `--import-map=${ROOT}npm.json`, `${ROOT}mod.ts`, "--port", `${port}`, ...directives];
  return startServer(port, Deno.execPath(), args);
}
