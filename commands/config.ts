/** CONFIG: reads and changes the configuration of the running server. What a directive means is engine/config_directives.ts. */
import type { Args } from "../engine/args.ts";
import { ADMIN, LOADING, NOSCRIPT, STALE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import { bytesToByteString, byteStringToBytes, ConfigError, type ConfigPair, isSensitive } from "../engine/config.ts";
import { rewrittenConfig } from "../engine/config_rewrite.ts";
import type { Context, Engine } from "../engine/context.ts";
import { CommandError, SYNTAX_ERROR } from "../engine/errors.ts";
import { helpRow } from "./help.ts";

/** The row of CONFIG, a container of subcommands. */
export const configCommands: CommandGroup = {
  config: {
    arity: -2,
    flags: 0,
    usage: "",
    since: "2.0.0",
    complexity: "Depends on subcommand.",
    summary: "Reads and changes the configuration",
    group: "server",
    sub: {
      get: {
        arity: -3,
        flags: ADMIN | NOSCRIPT | LOADING | STALE,
        usage: "parameter [parameter ...]",
        since: "2.0.0",
        complexity: "O(N) when N is the number of configuration parameters provided",
        summary: "Answers directives and their values, by name or glob-style pattern",
        history: [["7.0.0", "Takes several patterns."]],
        run: configGet,
      },
      set: {
        arity: -4,
        flags: ADMIN | NOSCRIPT | LOADING | STALE,
        usage: "parameter value [parameter value ...]",
        since: "2.0.0",
        complexity: "O(N) when N is the number of configuration parameters provided",
        summary: "Sets directives: all of them, or none when one is refused",
        history: [["7.0.0", "Takes several directives."]],
        tips: ["request_policy:all_nodes", "response_policy:all_succeeded"],
        secrets: configSetSecrets,
        run: configSet,
      },
      resetstat: {
        arity: 2,
        flags: ADMIN | NOSCRIPT | LOADING | STALE,
        usage: "",
        since: "2.0.0",
        complexity: "O(1)",
        summary: "Sets the counters that INFO shows back to zero",
        run: configResetStat,
      },
      rewrite: {
        arity: 2,
        flags: ADMIN | NOSCRIPT | LOADING | STALE,
        usage: "",
        since: "2.8.0",
        complexity: "O(1)",
        summary: "Writes the configuration back to its file",
        run: configRewrite,
      },
      help: helpRow("5.0.0"),
    },
  },
};

/** A name counts once, whichever pattern finds it. */
function configGet(ctx: Context, args: Args): void {
  const found = new Map<string, [name: string, value: string]>();
  for (let i = 2; i < args.count; i++) {
    for (const [name, value] of ctx.engine.config.match(args.text(i))) {
      const key = name.toLowerCase();
      if (!found.has(key)) found.set(key, [name, value]);
    }
  }
  ctx.out.map(found.size);
  for (const [name, value] of found.values()) {
    ctx.out.bulkText(name);
    ctx.out.bulkBytes(byteStringToBytes(value));
  }
}

function configSet(ctx: Context, args: Args): void {
  if (args.count % 2 !== 0) throw SYNTAX_ERROR; // name and subcommand, then pairs
  const pairs: ConfigPair[] = [];
  for (let i = 2; i < args.count; i += 2) {
    // names are for messages; values are kept byte for byte
    pairs.push([args.text(i), bytesToByteString(args.bytes.subarray(args.start(i + 1), args.end(i + 1)))]);
  }
  ctx.engine.config.set(pairs, "runtime", ctx.client.connection.isLocal);
  ctx.out.ok();
}

/** The values of sensitive directives. */
function configSetSecrets(args: Args): number[] {
  const secrets: number[] = [];
  for (let i = 2; i + 1 < args.count; i += 2) if (isSensitive(args.text(i))) secrets.push(i + 1);
  return secrets;
}

function configResetStat(ctx: Context): void {
  resetStatistics(ctx.engine);
  ctx.out.ok();
}

/** Sets all counters back to zero. */
export function resetStatistics({ keyspace, statistics, table }: Engine): void {
  statistics.reset();
  for (const command of table.all()) command.resetStatistics();
  keyspace.hits =
    keyspace.misses =
    keyspace.expired =
    keyspace.lazyFreed =
      0;
}

function configRewrite(ctx: Context): void {
  const { config, configStore, log } = ctx.engine;
  if (config.file === "") throw new CommandError("ERR", "The server is running without a config file");
  try {
    const text = bytesToByteString(configStore.read(config.file));
    configStore.write(config.file, byteStringToBytes(rewrittenConfig(text, config)));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    log.log("warning", `CONFIG REWRITE failed: ${error.message}`);
    throw new CommandError("ERR", `Rewriting config file: ${error.message}`);
  }
  log.log("warning", "CONFIG REWRITE executed with success.");
  ctx.out.ok();
}
