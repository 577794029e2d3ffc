/**
 * How often a command took how long, from a nanosecond to a second, with two significant digits: the layout of an HDR
 * histogram, so that LATENCY HISTOGRAM and INFO latencystats show the figures that Redis would.
 *
 * Values up to 255 have a count each. From there on every power of two is divided into 128 equal parts:
 *
 * ```text
 *   0 … 255     256, 258 … 510     512, 516 … 1020     1024, 1032 …
 *   counts of 1     of 2                of 4                of 8        (nanoseconds)
 * ```
 *
 * Recording costs a few integer operations; a histogram takes 24 KB.
 */

const PARTS = 128;
const MAX_NANOSECONDS = 1_000_000_000;
const COUNTS = 24 * PARTS;
/** The first step of the distribution, in nanoseconds; each one after it is twice as wide. */
const FIRST_STEP = 1024;

export class LatencyHistogram {
  readonly #counts: Float64Array = new Float64Array(COUNTS);
  /** Of all calls. */
  total = 0;

  record(microseconds: number, calls: number): void {
    const ns = Math.min(Math.max(Math.round(microseconds * 1000), 1), MAX_NANOSECONDS);
    this.#counts[indexOf(ns)]! += calls;
    this.total += calls;
  }

  /**
   * How many calls took at most so many microseconds, for steps of twice the width each; those that add nothing are left out.
   */
  distribution(): [microseconds: number, calls: number][] {
    const steps: [number, number][] = [];
    let sum = 0, told = 0, index = 0;
    for (let step = FIRST_STEP; told < this.total; step *= 2) {
      const last = Math.min(indexOf(step), COUNTS - 1);
      while (index <= last) sum += this.#counts[index++]!;
      if (sum > told) steps.push([Math.floor(highestAt(last) / 1000), sum]);
      told = sum;
    }
    return steps;
  }

  /** Microseconds that so many percent of the calls took at most. */
  percentile(percent: number): number {
    const wanted = Math.max(1, Math.floor(Math.min(percent, 100) / 100 * this.total + 0.5));
    let sum = 0;
    for (let i = 0; i < COUNTS; i++) {
      sum += this.#counts[i]!;
      if (sum >= wanted) return (percent === 0 ? lowestAt(i) : highestAt(i)) / 1000;
    }
    return 0;
  }
}

/** Where a number of nanoseconds is counted. */
function indexOf(ns: number): number {
  const shift = 24 - Math.clz32(ns | 255);
  return shift * PARTS + (ns >>> shift);
}

/** The least number of nanoseconds counted at an index. */
function lowestAt(index: number): number {
  return index < 2 * PARTS ? index : (PARTS + index % PARTS) * widthAt(index);
}

function highestAt(index: number): number {
  return lowestAt(index) + widthAt(index) - 1;
}

/** How many numbers share an index. */
function widthAt(index: number): number {
  return index < 2 * PARTS ? 1 : 2 ** (Math.floor(index / PARTS) - 1);
}
