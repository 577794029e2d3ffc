/** What LATENCY has for people to read: a graph of an event, and the doctor's report. */
import type { Engine } from "../engine/context.ts";
import type { LatencyEvent, LatencySample } from "../engine/latency.ts";

// ---- LATENCY GRAPH ----

const COLUMNS = 80;
const ROWS = 4;
/** The top of a bar in three heights; below it the bar is full. */
const TOPS = "_o#";
const FULL = "|";

/**
 * A bar for each sample, oldest first, between the least and the most of all, and below it how long ago it was:
 *
 * ```text
 *   #
 *  _|
 *  ||
 * _||
 *
 * 321
 * sss
 * ```
 */
export function latencyGraph({ name, samples, worstMs }: LatencyEvent, nowSeconds: number): string {
  const times = samples.map(({ ms }) => ms);
  const high = Math.max(...times), low = Math.min(...times);
  const parts: string[] = [];
  for (let i = 0; i < samples.length; i += COLUMNS) {
    parts.push(bars(samples.slice(i, i + COLUMNS), low, high, nowSeconds));
  }
  const title = `${name} - high ${high} ms, low ${low} ms (all time high ${worstMs} ms)`;
  return `${title}\n${"-".repeat(COLUMNS)}\n${parts.join("\n")}`;
}

function bars(samples: readonly LatencySample[], low: number, high: number, nowSeconds: number): string {
  const steps = ROWS * TOPS.length;
  const heights = samples.map(({ ms }) => Math.min(steps - 1, Math.floor((ms - low) * steps / (high - low || 1))));
  const labels = samples.map(({ atSeconds }) => age(nowSeconds - atSeconds));
  const lines: string[] = [];
  for (let row = ROWS - 1; row >= 0; row--) {
    lines.push(heights.map((height) => barAt(height - row * TOPS.length)).join(""));
  }
  lines.push(" ".repeat(samples.length));
  const longest = Math.max(...labels.map(({ length }) => length));
  for (let i = 0; i < longest; i++) lines.push(labels.map((label) => label[i] ?? " ").join(""));
  return lines.map((line) => `${line}\n`).join("");
}

/** What is seen of a bar in a row above whose floor it ends `height` steps. */
function barAt(height: number): string {
  if (height < 0) return " ";
  return TOPS[height] ?? FULL;
}

const MINUTE = 60, HOUR = 3600, DAY = 86_400;

function age(seconds: number): string {
  if (seconds < MINUTE) return `${seconds}s`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)}m`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)}h`;
  return `${Math.floor(seconds / DAY)}d`;
}

// ---- LATENCY DOCTOR ----

/** What the latency monitor has seen, event by event, and what may help against it. */
export function latencyReport({ latency, config, clock }: Engine): string {
  const events = [...latency.events()];
  if (events.length === 0 && latency.thresholdMs === 0) {
    return "The latency monitor is off. CONFIG SET latency-monitor-threshold <milliseconds> turns it on.\n";
  }
  if (events.length === 0) return "Nothing has taken as long as latency-monitor-threshold so far.\n";
  const nowSeconds = Math.floor(clock.now() / 1000);
  const lines = events.map((event, i) => `${i + 1}. ${summary(event, nowSeconds)}`);
  const slowerThanUs = config.number("slowlog-log-slower-than");
  const advice = adviceFor(new Set(events.map(({ name }) => name)), slowerThanUs, latency.thresholdMs);
  return `Latency spikes so far:\n\n${lines.join("\n")}\n\nWhat may help:\n\n${
    advice.map((text) => `- ${text}\n`).join("")
  }`;
}

function summary({ name, samples, worstMs }: LatencyEvent, nowSeconds: number): string {
  const average = mean(samples.map(({ ms }) => ms));
  const deviation = mean(samples.map(({ ms }) => Math.abs(ms - average)));
  const period = Math.max(1, nowSeconds - samples[0]!.atSeconds) / samples.length;
  return `${name}: ${samples.length} latency spikes (average ${average}ms, mean deviation ${deviation}ms, ` +
    `period ${period.toFixed(2)} sec). Worst all time event ${worstMs}ms.`;
}

/** Whole, rounded down. */
function mean(numbers: readonly number[]): number {
  return Math.floor(numbers.reduce((sum, each) => sum + each, 0) / numbers.length);
}

function adviceFor(names: ReadonlySet<string>, slowerThanUs: number, thresholdMs: number): string[] {
  const advice: string[] = [];
  const isOff = slowerThanUs < 0, isTooLate = slowerThanUs / 1000 > thresholdMs;
  if (names.has("command")) {
    if (isOff || isTooLate) {
      const what = isOff ? "The slow log is off" : "The slow log only begins above the monitor's threshold";
      advice.push(`${what}: CONFIG SET slowlog-log-slower-than ${thresholdMs * 1000} has it name these commands.`);
    }
    advice.push("SLOWLOG GET shows which commands took long, and their arguments.");
    advice.push("Commands that walk through large values block all others: prefer several small values, and SCAN.");
  }
  if (names.has("fast-command")) {
    advice.push(
      "Commands that only take a moment were late: the machine may be busy, or the process collects garbage.",
    );
  }
  if (names.has("command-unblocking")) {
    advice.push("Serving clients that waited took long: many of them wait for the same keys, or move large values.");
  }
  if (names.has("expire-cycle")) {
    advice.push("Many keys expire at the same time: spread their times, or set hz higher for smaller steps.");
  }
  if (names.has("eviction-del")) {
    advice.push("Evicting a large value took long: lazyfree-lazy-eviction yes has its memory freed in small steps.");
  }
  if (names.has("eviction-cycle")) {
    advice.push(
      "Much had to be evicted at once: a lower maxmemory-eviction-tenacity has commands wait for less of it.",
    );
  }
  return advice;
}
