/** LATENCY: what took long (engine/latency.ts), and how long commands take (engine/latency_histogram.ts). */
import type { Args } from "../engine/args.ts";
import { ADMIN, type Command, LOADING, NOSCRIPT, STALE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError } from "../engine/errors.ts";
import type { LatencyHistogram } from "../engine/latency_histogram.ts";
import { helpRow } from "./help.ts";
import { latencyGraph, latencyReport } from "./latency_report.ts";

const FLAGS = ADMIN | NOSCRIPT | LOADING | STALE;
const TIPS = ["nondeterministic_output", "request_policy:all_nodes", "response_policy:special"];

/** The row of LATENCY, a container of subcommands. */
export const latencyCommands: CommandGroup = {
  latency: {
    arity: -2,
    flags: 0,
    usage: "",
    since: "2.8.13",
    complexity: "Depends on subcommand.",
    summary: "Tells what took long, and how long commands take",
    sub: {
      doctor: {
        arity: 2,
        flags: FLAGS,
        usage: "",
        since: "2.8.13",
        complexity: "O(1)",
        summary: "Describes what the latency monitor has seen, and what may help",
        tips: TIPS,
        run: latencyDoctor,
      },
      graph: {
        arity: 3,
        flags: FLAGS,
        usage: "event",
        since: "2.8.13",
        complexity: "O(1)",
        summary: "Draws the samples of an event",
        tips: TIPS,
        run: latencyGraphOf,
      },
      help: helpRow("2.8.13"),
      histogram: {
        arity: -2,
        flags: FLAGS,
        usage: "[command [command ...]]",
        since: "7.0.0",
        complexity: "O(N) where N is the number of commands with latency information being retrieved.",
        summary: "Answers how many calls of each command took at most how long",
        tips: TIPS,
        run: latencyHistogram,
      },
      history: {
        arity: 3,
        flags: FLAGS,
        usage: "event",
        since: "2.8.13",
        complexity: "O(1)",
        summary: "Answers the samples of an event: when, and how many milliseconds",
        tips: TIPS,
        run: latencyHistory,
      },
      latest: {
        arity: 2,
        flags: FLAGS,
        usage: "",
        since: "2.8.13",
        complexity: "O(1)",
        summary: "Answers the latest sample of each event, and the worst",
        tips: TIPS,
        run: latencyLatest,
      },
      reset: {
        arity: -2,
        flags: FLAGS,
        usage: "[event [event ...]]",
        since: "2.8.13",
        complexity: "O(1)",
        summary: "Forgets the samples of some events, or of all",
        tips: ["request_policy:all_nodes", "response_policy:all_succeeded"],
        run: latencyReset,
      },
    },
  },
};

function latencyDoctor(ctx: Context): void {
  ctx.out.verbatim("txt", latencyReport(ctx.engine));
}

function latencyGraphOf(ctx: Context, args: Args): void {
  const { latency, clock } = ctx.engine;
  const event = latency.find(args.text(2));
  if (event === undefined) throw new CommandError("ERR", `No samples available for event '${args.quoted(2)}'`);
  ctx.out.verbatim("txt", latencyGraph(event, Math.floor(clock.now() / 1000)));
}

function latencyHistory(ctx: Context, args: Args): void {
  const samples = ctx.engine.latency.find(args.text(2))?.samples ?? [];
  ctx.out.array(samples.length);
  for (const { atSeconds, ms } of samples) {
    ctx.out.array(2);
    ctx.out.int(atSeconds);
    ctx.out.int(ms);
  }
}

function latencyLatest(ctx: Context): void {
  const events = [...ctx.engine.latency.events()];
  ctx.out.array(events.length);
  for (const { name, samples, worstMs } of events) {
    const latest = samples.at(-1)!;
    ctx.out.array(4);
    ctx.out.bulkText(name);
    ctx.out.int(latest.atSeconds);
    ctx.out.int(latest.ms);
    ctx.out.int(worstMs);
  }
}

function latencyReset(ctx: Context, args: Args): void {
  const { latency } = ctx.engine;
  let count = 0;
  if (args.count === 2) count = latency.reset();
  for (let i = 2; i < args.count; i++) count += latency.reset(args.text(i));
  ctx.out.int(count);
}

/** Names that are none are passed over; a container stands for its subcommands. */
function latencyHistogram(ctx: Context, args: Args): void {
  const { out, engine: { table } } = ctx;
  let commands: Command[];
  if (args.count === 2) commands = [...table.all()];
  else {
    const names = Array.from({ length: args.count - 2 }, (_, i) => args.text(i + 2).toLowerCase());
    commands = names.map((name) => table.get(name)).filter((command) => command !== undefined);
  }
  const called = commands.flatMap((command) => [command, ...command.sub?.values() ?? []])
    .filter(({ latency }) => latency !== null);
  out.map(called.length);
  for (const { name, latency } of called) {
    out.bulkText(name);
    replyHistogram(ctx, latency!);
  }
}

function replyHistogram({ out }: Context, histogram: LatencyHistogram): void {
  const steps = histogram.distribution();
  out.map(2);
  out.bulkText("calls");
  out.int(histogram.total);
  out.bulkText("histogram_usec");
  out.map(steps.length);
  for (const [microseconds, calls] of steps) {
    out.int(microseconds);
    out.int(calls);
  }
}
