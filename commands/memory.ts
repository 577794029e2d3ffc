/** MEMORY: what a key takes, and what the server does as a whole. */
import type { Args } from "../engine/args.ts";
import { READONLY, subcommandKey } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { SYNTAX_ERROR } from "../engine/errors.ts";
import { NONE } from "../store/database.ts";
import { formatDouble } from "../store/doubles.ts";
import { helpRow } from "./help.ts";
import { allocatorReport, memoryFigures, memoryReport } from "./memory_report.ts";

const TIPS = ["nondeterministic_output", "request_policy:all_shards", "response_policy:special"];

/** The row of MEMORY, a container of subcommands. */
export const memoryCommands: CommandGroup = {
  memory: {
    arity: -2,
    flags: 0,
    usage: "",
    since: "4.0.0",
    complexity: "Depends on subcommand.",
    summary: "A container for commands about the use of memory",
    sub: {
      doctor: {
        arity: 2,
        flags: 0,
        usage: "",
        since: "4.0.0",
        complexity: "O(1)",
        summary: "Describes what is unusual about the server's memory",
        tips: TIPS,
        run: memoryDoctor,
      },
      help: helpRow("4.0.0"),
      "malloc-stats": {
        arity: 2,
        flags: 0,
        usage: "",
        since: "4.0.0",
        complexity: "Depends on how much memory is allocated, could be slow",
        summary: "Describes the memory behind each database, and the rest of the process",
        tips: TIPS,
        run: memoryMallocStats,
      },
      purge: {
        arity: 2,
        flags: 0,
        usage: "",
        since: "4.0.0",
        complexity: "Depends on how much memory is allocated, could be slow",
        summary: "Gives memory back now that deleted keys have left",
        tips: ["request_policy:all_shards", "response_policy:all_succeeded"],
        run: memoryPurge,
      },
      stats: {
        arity: 2,
        flags: 0,
        usage: "",
        since: "4.0.0",
        complexity: "O(1)",
        summary: "Tells what the server's memory is used for",
        tips: TIPS,
        run: memoryStats,
      },
      usage: {
        arity: -3,
        flags: READONLY,
        keys: subcommandKey("RO"),
        usage: "key [SAMPLES count]",
        since: "4.0.0",
        complexity: "O(N) where N is the number of samples.",
        summary: "Estimates the bytes that a key and its value take",
        run: memoryUsage,
      },
    },
  },
};

/** Elements of a large value that are looked at unless SAMPLES says otherwise, as in Redis. */
const DEFAULT_SAMPLES = 5;

function memoryUsage(ctx: Context, args: Args): void {
  let samples = DEFAULT_SAMPLES;
  args.from(3);
  while (args.more()) {
    if (!args.option("SAMPLES")) throw SYNTAX_ERROR;
    samples = args.nextInt();
    if (samples < 0) throw SYNTAX_ERROR;
    if (samples === 0) samples = Infinity;
  }
  const entry = ctx.db.peek(args, 2);
  if (entry === NONE) ctx.out.null();
  else ctx.out.int(ctx.db.memoryBytes(entry, samples));
}

/** Of each database that has keys there is a map of its own. */
function memoryStats(ctx: Context): void {
  const { out, keyspace } = ctx;
  const figures = memoryFigures(ctx.engine);
  const databases = keyspace.databases.filter((db) => db.size > 0);
  out.map(figures.length + databases.length);
  for (const db of databases) {
    out.bulkText(`db.${db.index}`);
    out.map(2);
    out.bulkText("overhead.hashtable.main");
    out.int(db.keys.tableBytes);
    out.bulkText("overhead.hashtable.expires");
    out.int(db.expiryIndex.tableBytes);
  }
  for (const [name, value] of figures) {
    out.bulkText(name);
    if (typeof value === "number") out.int(value);
    else out.double(formatDouble(value.ratio));
  }
}

function memoryDoctor(ctx: Context): void {
  ctx.out.verbatim("txt", memoryReport(ctx.engine));
}

function memoryMallocStats(ctx: Context): void {
  ctx.out.verbatim("txt", allocatorReport(ctx.engine));
}

function memoryPurge(ctx: Context): void {
  const { keyspace } = ctx;
  keyspace.releaseDetached(Infinity);
  for (const db of keyspace.databases) db.dropMemory();
  ctx.out.ok();
}
