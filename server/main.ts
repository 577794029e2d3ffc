/**
 * The command line: `mod.ts [redis.conf] [--directive value ...]`, Redis' own directives.
 *
 * Lines go to the log in Redis' format; what keeps the server from starting goes to standard error, in one line, and
 * ends the process with status 1. No permission is touched before it is known to be granted, so nothing prompts.
 */
import { parseArgs } from "@std/cli/parse-args";
import { AppendOnlyError } from "../engine/append_only.ts";
import { Config, toByteString } from "../engine/config.ts";
import { applySettings, ConfigFileError, readSettings } from "../engine/config_reader.ts";
import type { LogLevel } from "../engine/log.ts";
import { LoadError } from "../persistence/rdb_load.ts";
import { prepareShutdown, shutdownFlags } from "../persistence/shutdown.ts";
import { REDIS_VERSION, VERSION } from "../engine/version.ts";
import { CONFIG_STORE, isGranted, isSystemError, SYSTEM_FILES, systemReason } from "./config_files.ts";
import { DataFolderError, openDataFolder } from "./data_folder.ts";
import { Host } from "./host.ts";
import { ListenError, Listeners } from "./listeners.ts";
import { LineLog, toFile, toStdout } from "./log.ts";

const HELP = `Usage: miniredis [redis.conf] [--directive value ...]
       miniredis - (read the configuration from standard input)
       miniredis --version | --help

Directives are those of Redis ${REDIS_VERSION}, on the command line as in the file:

       miniredis                                        in memory, on 127.0.0.1:6379
       miniredis --port 7000 --requirepass secret
       miniredis --dir data --save "60 1000"            keeps its data in data/dump.rdb
       miniredis --dir data --appendonly yes            keeps every write in data/appendonlydir
       miniredis /etc/redis/redis.conf --port 7000      the command line has the last word
`;

/** The two options that are not directives; the npm copy of std is untyped, so their type is given here. */
interface Options {
  readonly help: boolean;
  readonly version: boolean;
}

/** The server cannot start; the message is the one line that is shown. */
class StartError extends Error {
  override readonly name = "StartError";
}

/** What keeps a server from starting: its message is the one line that is shown. */
const START_ERRORS = [ConfigFileError, ListenError, StartError, DataFolderError, LoadError, AppendOnlyError];

/**
 * Runs a server until it is told to stop.
 *
 * @param args The command line, without the program's name.
 * @returns The status to exit with: 0 after a clean stop, 1 when the server could not start.
 */
export async function main(args: readonly string[]): Promise<number> {
  if (args[0] === "--") args = args.slice(1); // `deno task start -- --port 7000` leaves it there
  // as in Redis, only the first argument can be one of these: `--requirepass --help` sets a password
  const options: Options = parseArgs(args.slice(0, 1), {
    boolean: ["help", "version"],
    alias: { help: "h", version: "v" },
  });
  if (options.help) return print(HELP);
  if (options.version) return print(`miniredis ${VERSION} (compatible with Redis ${REDIS_VERSION})\n`);
  try {
    const config = readConfig(args);
    await serve(config, openLog(config), args.length > 0);
    return 0;
  } catch (error) {
    if (!START_ERRORS.some((kind) => error instanceof kind)) throw error;
    console.error((error as Error).message);
    return 1;
  }
}

function print(text: string): number {
  toStdout(new TextEncoder().encode(text));
  return 0;
}

function readConfig(args: readonly string[]): Config {
  const config = isGranted({ name: "read", path: "." }) ? new Config(toByteString(Deno.cwd())) : new Config();
  applySettings(config, readSettings(args, SYSTEM_FILES));
  return config;
}

/** The log that `logfile` and `loglevel` ask for. */
function openLog(config: Config): LineLog {
  const path = config.path("logfile");
  if (path !== "") requireWritable("logfile", path);
  const log = new LineLog(path === "" ? toStdout : toFile(path));
  config.follow(["loglevel"], () => {
    log.level = config.text("loglevel") as LogLevel; // the table of directives takes no other word
  });
  return log;
}

async function serve(config: Config, log: LineLog, isConfigured: boolean): Promise<void> {
  log.log("warning", `miniredis ${VERSION} is starting, compatible with Redis ${REDIS_VERSION}, pid=${Deno.pid}`);
  log.log("warning", isConfigured ? "Configuration loaded" : "No configuration given, using the default one");
  const pidfile = config.path("pidfile");
  if (pidfile !== "") requireWrite("pidfile", pidfile);
  const host = new Host({
    config,
    log,
    configStore: CONFIG_STORE,
    files: openDataFolder(config),
    abort: () => Deno.exit(1),
  });
  using listeners = new Listeners(host, config, log);
  try {
    listeners.start();
    host.load(); // whoever connects meanwhile is served afterwards
  } catch (error) {
    await host.close();
    throw error;
  }
  const forgetSignals = stopOnSignals(host, log);
  log.role = "M";
  if (pidfile !== "") {
    tryFile(log, "Failed to write the pid file", () => Deno.writeTextFileSync(pidfile, `${Deno.pid}\n`));
  }
  if (host.engine.cluster !== null) {
    log.log("notice", `No cluster configuration found, I'm ${host.engine.cluster.nodeId}`);
  }
  log.log(
    "notice",
    `Running mode=${host.engine.cluster === null ? "standalone" : "cluster"}, port=${config.get("port")}.`,
  );
  log.log("warning", "Server initialized");
  if (listeners.addresses.length > 0) log.log("notice", "Ready to accept connections");
  if (listeners.socketPath !== "") {
    log.log("notice", `The server is now ready to accept connections at ${listeners.socketPath}`);
  }

  await host.closed;
  forgetSignals();
  if (pidfile !== "") {
    log.log("notice", "Removing the pid file.");
    tryFile(log, "Failed to remove the pid file", () => Deno.removeSync(pidfile));
  }
  log.log("warning", "miniredis is now ready to exit, bye bye...");
}

/** Stops the server at SIGINT and SIGTERM; the function returned forgets them again. */
function stopOnSignals(host: Host, log: LineLog): () => void {
  const { engine } = host;
  let isStopping = false;
  const stop = (signal: Deno.Signal): void => {
    if (isStopping) {
      if (signal !== "SIGINT") return;
      log.log("warning", "You insist... exiting now.");
      Deno.exit(1);
    }
    isStopping = true;
    log.log("warning", `Received ${signal} scheduling shutdown...`);
    const flags = shutdownFlags(
      engine.config.words(signal === "SIGINT" ? "shutdown-on-sigint" : "shutdown-on-sigterm"),
    );
    if (prepareShutdown(engine, flags)) host.close();
    else isStopping = false;
  };
  // Windows knows no SIGTERM
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  const listeners = signals.map((signal) => ({ signal, listener: () => stop(signal) }));
  for (const { signal, listener } of listeners) Deno.addSignalListener(signal, listener);
  return () => {
    for (const { signal, listener } of listeners) Deno.removeSignalListener(signal, listener);
  };
}

/** Refuses to start without the permission to write a file. */
function requireWrite(directive: string, path: string): void {
  if (isGranted({ name: "write", path })) return;
  throw new StartError(`Can't open the ${directive} '${path}': no permission, run with --allow-write`);
}

/** Refuses to start with a log file that cannot be written, rather than dropping what belongs in it. */
function requireWritable(directive: string, path: string): void {
  requireWrite(directive, path);
  try {
    Deno.openSync(path, { append: true, create: true }).close();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new StartError(`Can't open the ${directive} '${path}': ${systemReason(error)}`);
  }
}

/** Does what the server can run without; a failure goes to the log. */
function tryFile(log: LineLog, failure: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    log.log("warning", `${failure}: ${systemReason(error)}`);
  }
}
