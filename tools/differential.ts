/**
 * Sends random commands of all types to miniredis and to the original side by side, until one of them answers differently:
 *
 * ```sh
 * deno run -A --import-map=npm.json tools/differential.ts --commands 5000000 --seed 1 --types list,hash --keep-going
 * ```
 *
 * Ends with 1 on a difference, which is printed as a transcript as short as it gets. With `--keep-going` it tries all there
 * is to try, and prints one transcript for each command that differs and how many rounds each spoiled.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { type Log, Server } from "../server.ts";
import { hasReference, startRedis } from "../tests/_redis.ts";
import type { Pair } from "../tests/compat/random/contents.ts";
import { PortPeer } from "../tests/compat/random/peer.ts";
import {
  GENERATORS,
  makePair,
  makeRound,
  printFailure,
  runRound,
  shrinkRound,
  unknownCommands,
} from "../tests/compat/random/rounds.ts";

const PROGRESS_MS = 5_000;
const DEBUG = "enable-debug-command";
/** For the original: DEBUG, and time-outs that are noticed after a hundredth of a second. */
const DIRECTIVES = [`--${DEBUG}`, "yes", "--hz", "100"];

interface Options {
  readonly commands: number;
  readonly seed: number;
  /** The first round. */
  readonly round: number;
  readonly types: readonly string[];
  /** Commands to leave out, as they are known to differ. */
  readonly without: readonly string[];
  readonly keepGoing: boolean;
  /** Compare the original with itself, which shows what the comparison must not mind. */
  readonly self: boolean;
  /** The port of a server to test in place of one in this process. */
  readonly port: number | null;
}

function readOptions(): Options {
  const words: Record<string, unknown> = parseArgs(Deno.args, {
    string: ["commands", "seed", "round", "types", "without", "port"],
    boolean: ["keep-going", "self", "help"],
    default: {
      commands: "1000000",
      seed: String(Date.now() % 1_000_000_000),
      round: "0",
      types: "",
      without: "",
      port: "",
    },
    unknown: (word: string) => fail(`Unknown option: ${word} (see --help)`),
  });
  if (words["help"] === true) {
    console.log(`Compares random commands with redis-server 7.0.
  --commands N   how many (1000000)
  --seed N       what they are made from (another one each time)
  --round N      the first round, to run a failure again (0)
  --types A,B    of ${Object.keys(GENERATORS).join(", ")} (all)
  --without A,B  leave these commands out (none)
  --keep-going   find all commands that differ
  --port N       test the server on this port of 127.0.0.1 (one in this process)
  --self         compare redis-server with another redis-server`);
    Deno.exit(0);
  }
  const number = (name: string): number => {
    const value = Number(words[name]);
    return Number.isSafeInteger(value) && value >= 0 ? value : fail(`--${name} takes a number, not "${words[name]}"`);
  };
  const types = String(words["types"]).split(",").filter((type) => type !== "");
  for (const type of types) {
    if (!(type in GENERATORS)) fail(`--types knows no ${type}, but ${Object.keys(GENERATORS).join(", ")}`);
  }
  return {
    commands: number("commands"),
    seed: number("seed"),
    round: number("round"),
    types: types.length === 0 ? Object.keys(GENERATORS) : types,
    without: String(words["without"]).toUpperCase().split(","),
    keepGoing: words["keep-going"] === true,
    self: words["self"] === true,
    port: words["port"] === "" ? null : number("port"),
  };
}

function fail(message: string): never {
  console.error(message);
  Deno.exit(1);
}

/** How many rounds each label spoiled. */
async function compare(pair: Pair, options: Options): Promise<Map<string, number>> {
  const failures = new Map<string, number>();
  const start = performance.now();
  let shownAt = start, done = 0, round = options.round;
  const progress = () => {
    const rate = Math.round(1_000 * done / (performance.now() - start));
    console.log(
      `${done} commands in ${round - options.round} rounds, ${rate} per second, ${failures.size} kinds of difference`,
    );
  };
  for (; done < options.commands; round++) {
    const next = makeRound(options.seed, round, options.types, pair.commands);
    if (next.commands.length === 0) continue;
    const difference = await runRound(pair, next);
    done += next.commands.length;
    if (difference !== null) {
      const count = failures.get(difference.label) ?? 0;
      failures.set(difference.label, count + 1);
      if (count === 0) {
        console.log(`\n${printFailure(pair, options.seed, await shrinkRound(pair, next, difference))}\n`);
      }
      if (!options.keepGoing) break;
    }
    if (performance.now() - shownAt > PROGRESS_MS) {
      shownAt = performance.now();
      progress();
    }
  }
  progress();
  return failures;
}

/** What the server has to say of its reloads is of no interest; what goes wrong in it is, once of each kind. */
function newErrorLog(): Log {
  const seen = new Set<string>();
  return {
    log: (_level, text) => {
      const kind = text.replace(/client \d+/, "a client");
      if (!/error/i.test(text) || seen.has(kind)) return;
      seen.add(kind);
      console.error(text);
    },
  };
}

async function main(options: Options): Promise<number> {
  if (!hasReference) fail("This compares with redis-server 7.0, which is not on the PATH (Debian: redis-server).");
  await using redis = await startRedis(...DIRECTIVES);
  await using servers = new AsyncDisposableStack();
  const subject = async (): Promise<{ name: string; port: number }> => {
    if (options.self) {
      return { name: "redis-server too", port: servers.use(await startRedis(...DIRECTIVES)).port };
    }
    if (options.port !== null) return { name: "the server under test", port: options.port };
    const server = servers.use(await Server.start({ port: 0, config: { [DEBUG]: "yes" }, log: newErrorLog() }));
    return { name: "miniredis", port: server.port };
  };
  const { name, port } = await subject();
  using ours = new PortPeer(name, port);
  using theirs = new PortPeer("redis-server", redis.port);
  const pair = await makePair(ours, theirs);
  console.log(`seed ${options.seed}, types ${options.types.join(" ")}`);
  if (!pair.hasDigest || !pair.hasReload) console.log("without DEBUG DIGEST or DEBUG RELOAD, which are refused");
  const unknown = unknownCommands(options.types, pair.commands);
  if (unknown.length > 0) console.log(`left out, as ${name} does not have them: ${unknown.join(" ")}`);
  const commands = new Set([...pair.commands].filter((command) => !options.without.includes(command)));
  const failures = await compare({ ...pair, commands }, options);
  for (const [label, count] of [...failures].toSorted(([, a], [, b]) => b - a)) {
    console.log(`${label}: ${count} rounds`);
  }
  return failures.size === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(readOptions()));
