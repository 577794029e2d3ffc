/** A server without sockets whose data is in an append-only file in memory: started, stopped, and started again. */
import { Config } from "../../engine/config.ts";
import { Periodic } from "../../server/periodic.ts";
import { HandClock, newCaller } from "../_call.ts";
import type { TimerClock } from "../_clock.ts";
import { MemoryFiles } from "./_memory_files.ts";

/** What is chosen of a server. */
export interface ServerOptions {
  readonly files?: MemoryFiles;
  readonly directives?: Readonly<Record<string, string>>;
  readonly clock?: HandClock | TimerClock;
}

/** Makes a server; it is not started yet. */
export function newServer({ files = new MemoryFiles(), directives = {}, clock = new HandClock() }: ServerOptions = {}) {
  const config = new Config();
  config.set(
    Object.entries({ "enable-debug-command": "yes", appendonly: "yes", appendfsync: "always", ...directives }),
    "start",
  );
  const lines: string[] = [];
  let aborts = 0;
  const caller = newCaller({
    config,
    files,
    clock,
    log: { log: (_level, text) => void lines.push(text) },
    abort: () => aborts++,
  });
  const { engine, raw } = caller;
  const appendOnly = engine.appendOnly!;
  const periodic = new Periodic(engine);
  const server = {
    ...caller,
    files,
    lines,
    appendOnly,
    get aborts(): number {
      return aborts;
    },
    digest: (): string => raw("DEBUG", "DIGEST"),
    /** A turn of the periodic work, so much later. */
    turn: (afterMs = 100): void => {
      clock.advance(afterMs);
      periodic.turn();
    },
    /** Turns until nothing is going on in the background. */
    async settle(): Promise<void> {
      for (let i = 0; i < 1000 && (i === 0 || appendOnly.isRewriting); i++) {
        server.turn(0);
        await settled(engine.appendOnly);
      }
    },
    async rewrite(): Promise<void> {
      raw("BGREWRITEAOF");
      await server.settle();
    },
    field(name: string): string | undefined {
      return new RegExp(`^${name}:(.*)\r$`, "m").exec(raw("INFO", "persistence"))?.[1];
    },
    async stop(): Promise<void> {
      appendOnly.prepareEnd(true);
      await appendOnly.close();
    },
  };
  return server;
}

export type TestServer = ReturnType<typeof newServer>;

/** Makes a server and has it load its file. */
export function startServer(options: ServerOptions = {}): TestServer {
  const server = newServer(options);
  server.appendOnly.start();
  return server;
}

async function settled(appendOnly: unknown): Promise<void> {
  await (appendOnly as { settled(): Promise<void> }).settled();
}

/** The requests in a file, as the words they consist of; what is typed is one word. */
export function requestsIn(text: string): string[] {
  const requests: string[] = [];
  for (let at = 0; at < text.length;) {
    const line = /^[^\r]*\r\n/.exec(text.slice(at))![0];
    at += line.length;
    if (line[0] === "#") {
      requests.push(line.trimEnd());
      continue;
    }
    const words: string[] = [];
    for (let left = Number(line.slice(1)); left > 0; left--) {
      const head = /^[^\r]*\r\n/.exec(text.slice(at))![0];
      const size = Number(head.slice(1));
      at += head.length;
      words.push(text.slice(at, at + size));
      at += size + 2;
    }
    requests.push(words.join(" "));
  }
  return requests;
}
