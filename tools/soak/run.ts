/** A soak from its beginning to its verdict. */
import { RawConnection } from "../../tests/_harness.ts";
import { beClient, Crowd } from "./client.ts";
import { type Figures, leaks, trackingFigures } from "./figures.ts";
import { Random } from "../../tests/resp/_frames.ts";
import type { Target } from "./target.ts";

/** What a soak is to do. */
export interface SoakOptions {
  readonly seconds: number;
  /**
   * It goes on beyond that until clients have played so many stories, on a machine that is busy with other things.
   *
   * @default {0}
   */
  readonly leastStories?: number;
  readonly clients: number;
  readonly seed: number;
  /**
   * How often the figures are read, in milliseconds.
   *
   * @default {1000}
   */
  readonly sampleMs?: number;
  /** Takes the figures once a minute, with their number. */
  readonly onMinute?: (minute: number, figures: Figures) => void;
}

/** What came of it. */
export interface SoakResult {
  readonly before: Figures;
  /** The most there was at any time that was looked at. */
  readonly most: Figures;
  readonly after: Figures;
  readonly connections: number;
  readonly stories: number;
  readonly dropped: number;
  /** Average RSS of each whole minute. */
  readonly rssByMinute: readonly number[];
  /** What is wrong, a line for each. */
  readonly failures: readonly string[];
}

/** How long figures may take to be back when the last client has gone. */
const SETTLE_MS = 10_000, SETTLE_STEP_MS = 50;
/** The minute that memory of the last one is compared with: by then caches are filled and code is compiled. */
const REFERENCE_MINUTE = 3;
/** By how much memory may have grown since. */
const GROWTH = 1.05;

/** Runs a soak against a server that nobody else uses. */
export async function soak(target: Target, options: SoakOptions): Promise<SoakResult> {
  // one connection that stays, to ask for what only INFO tells
  await using control = await RawConnection.connect(target.port);
  const figures = async (): Promise<Figures> => {
    const info = (await control.send("INFO", "stats", "clients")).replaceAll("\\r\\n", "\n");
    return { ...await target.figures(), ...trackingFigures(info) };
  };
  await figures(); // what is made at first use is there by now
  const before = await figures();
  const crowd = new Crowd(target.port, new Random(options.seed));
  const clients = Array.from({ length: options.clients }, () => beClient(crowd));
  const { sampleMs = 1000 } = options;
  const rssOfMinutes: number[][] = [[]];
  let most = before;
  try {
    const began = performance.now(), endsAt = began + options.seconds * 1000;
    while (performance.now() < endsAt || crowd.stories < (options.leastStories ?? 0)) {
      await wait(sampleMs);
      const now = await figures();
      most = larger(most, now);
      const minute = Math.floor((performance.now() - began) / 60_000);
      if (minute === rssOfMinutes.length) { // the one before is over
        options.onMinute?.(minute, now);
        rssOfMinutes.push([]);
      }
      rssOfMinutes.at(-1)!.push(now["rss"]!);
    }
  } finally {
    crowd.stop();
    await Promise.all(clients);
  }
  // nothing is flushed before: that would make an end of what is still watched
  let after = await figures();
  const settledBy = performance.now() + SETTLE_MS;
  while (leaks(before, after).length > 0 && performance.now() < settledBy) {
    await wait(SETTLE_STEP_MS);
    after = await figures();
  }
  const { connections, stories, dropped } = crowd;
  rssOfMinutes.pop(); // it has hardly begun
  const rssByMinute = rssOfMinutes.map(average);
  const failures = [...leaks(before, after), ...growth(rssByMinute)];
  return { before, most, after, connections, stories, dropped, rssByMinute, failures };
}

/** The larger of each figure. */
function larger(one: Figures, other: Figures): Figures {
  return Object.fromEntries(Object.entries(other).map(([name, value]) => [name, Math.max(value, one[name] ?? 0)]));
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}

function average(samples: readonly number[]): number {
  return samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
}

/** Whether memory has grown since it had settled; says nothing about a soak that ended before. */
function growth(rssByMinute: readonly number[]): string[] {
  const reference = rssByMinute[REFERENCE_MINUTE - 1], last = rssByMinute.at(-1)!;
  if (reference === undefined || last <= reference * GROWTH) return [];
  const percent = ((last / reference - 1) * 100).toFixed(1);
  return [`rss: ${percent} % more in the last minute than in minute ${REFERENCE_MINUTE}`];
}
