/**
 * Has many clients use a server for a long time in every way there is, going away at any moment, and looks whether
 * something of them stays behind:
 *
 * ```sh
 * deno run -A --import-map=npm.json tools/soak.ts --minutes 10 --clients 200
 * ```
 *
 * Prints the server's figures once a minute and what they were before and after. Ends with 1 if a figure is not back where
 * it was, or if memory has grown by more than 5 % between the third minute and the last.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import type { Figures } from "./soak/figures.ts";
import { soak, type SoakResult } from "./soak/run.ts";
import { startEmbedded, startProcess } from "./soak/target.ts";

const HELP = `Usage: deno task soak [--minutes 10] [--clients 200] [--seed N] [--embedded]

  --minutes N   how long, fractions allowed
  --clients N   how many at a time
  --seed N      makes the choices of the clients repeatable
  --embedded    the server in this process, in place of one of its own`;

function fail(message: string): never {
  console.error(message);
  Deno.exit(1);
}

function numberOf(words: Record<string, unknown>, name: string): number {
  const value = Number(words[name]);
  if (!(value > 0)) fail(`--${name} needs a number above 0`);
  return value;
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}

function shown(name: string, value: number): string {
  return name === "rss" || name === "heap" ? megabytes(value) : `${value}`;
}

function printMinute(minute: number, figures: Figures): void {
  const some = ["clients", "blocked", "waiting keys", "watched keys", "channels", "timers", "keys", "commands", "rss"];
  console.log(`minute ${minute}: ${some.map((name) => `${name} ${shown(name, figures[name]!)}`).join(", ")}`);
}

function printResult(
  { before, most, after, connections, stories, dropped, rssByMinute, failures }: SoakResult,
): void {
  console.log(`\n${connections} connections, ${stories} stories, ${dropped} connections ended by the server\n`);
  const row = (cells: readonly string[]) =>
    console.log(cells.map((cell, i) => cell.padEnd(i === 0 ? 26 : 14)).join(""));
  row(["", "before", "most", "after"]);
  for (const name of Object.keys(after)) {
    row([name, ...[before, most, after].map((figures) => shown(name, figures[name] ?? 0))]);
  }
  if (rssByMinute.length > 0) console.log(`\nrss by minute: ${rssByMinute.map(megabytes).join(", ")}`);
  console.log(failures.length === 0 ? "\nNothing stayed behind." : `\nFAILED\n${failures.join("\n")}`);
}

if (import.meta.main) {
  const words: Record<string, unknown> = parseArgs(Deno.args, {
    string: ["minutes", "clients", "seed"],
    boolean: ["embedded", "help"],
    default: { minutes: "10", clients: "200", seed: String(1 + Date.now() % 1_000_000_000) },
    unknown: (word: string) => fail(`Unknown option: ${word} (see --help)`),
  });
  if (words["help"] === true) {
    console.log(HELP);
    Deno.exit(0);
  }
  const [seconds, clients, seed] = [
    60 * numberOf(words, "minutes"),
    numberOf(words, "clients"),
    numberOf(words, "seed"),
  ];
  console.log(`${clients} clients for ${seconds} seconds, seed ${seed}`);
  await using target = words["embedded"] === true ? startEmbedded() : await startProcess();
  const result = await soak(target, { seconds, clients, seed, onMinute: printMinute });
  printResult(result);
  if (result.failures.length > 0) Deno.exitCode = 1;
}
