/**
 * The server under test: in this process, or in one of its own, which is this file run as a program. That one prints its
 * port, then its figures for each line it reads, and ends with its input.
 */
import { TextLineStream } from "@std/streams";
import { configOf } from "../../engine/config.ts";
import { Host } from "../../server/host.ts";
import { SystemClock } from "../../store/clock.ts";
import { type Figures, figuresOf } from "./figures.ts";

/** A server with its figures. */
export interface Target extends AsyncDisposable {
  readonly port: number;
  figures(): Promise<Figures>;
}

/** Events reach subscribers of the soak; a client that does not read is dropped soon. */
const DIRECTIVES = {
  "notify-keyspace-events": "KEA",
  "client-output-buffer-limit": "pubsub 1048576 0 0",
};

/** Starts a server in this process. */
export function startEmbedded(): Target {
  const clock = new SystemClock();
  const host = new Host({ clock, config: configOf(DIRECTIVES), log: { log: report } });
  const { port } = host.listen("127.0.0.1", 0);
  return {
    port,
    figures: () => Promise.resolve(figuresOf(host, clock)),
    [Symbol.asyncDispose]: () => host.close(),
  };
}

/** What a server warns of may be what the soak is for. */
function report(level: string, text: string): void {
  if (level === "warning") console.error(`server: ${text}`);
}

/** Starts a server in a process of its own. */
export async function startProcess(): Promise<Target> {
  const root = new URL("../../", import.meta.url);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `--import-map=${new URL("npm.json", root).pathname}`, new URL(import.meta.url).pathname],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines: ReadableStream<string> = child.stdout.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  const reader = lines.getReader();
  const writer = child.stdin.getWriter();
  const answer = async (): Promise<unknown> => {
    const { done, value } = await reader.read();
    if (done) throw new Error("The server has ended");
    return JSON.parse(value);
  };
  return {
    port: Number(await answer()),
    figures: async () => {
      await writer.write(new TextEncoder().encode("figures\n"));
      return await answer() as Figures;
    },
    [Symbol.asyncDispose]: async () => {
      await writer.close();
      await child.status;
      await reader.cancel();
    },
  };
}

if (import.meta.main) {
  await using target = startEmbedded();
  console.log(JSON.stringify(target.port));
  for await (const _ of Deno.stdin.readable) console.log(JSON.stringify(await target.figures()));
}
