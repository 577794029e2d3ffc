/**
 * Percentiles: of latencies that were all kept, and of the distribution that `redis-benchmark` prints.
 *
 * @module
 */

/** Lines like `99.902% <= 1.911 milliseconds (cumulative count 19981)`. */
const ROW = /^[\d.]+% <= ([\d.]+) milliseconds \(cumulative count (\d+)\)/gm;
const SECTION = "Latency by percentile distribution:", NEXT_SECTION = "Cumulative distribution of latencies:";

/**
 * The value that a share of all values does not exceed (nearest rank: always one of the values).
 *
 * @param sorted At least one number, in ascending order.
 * @param share From 0 (the least) to 1 (the greatest).
 * @returns The value.
 */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  const rank = Math.ceil(roundedRank(share, sorted.length));
  return sorted[Math.max(rank, 1) - 1]!;
}

/**
 * Reads a percentile from what `redis-benchmark` prints without `--csv` for one test. It prints some dozen steps: the
 * answer is the first step that reaches the share, never less than the true value.
 *
 * @param output Standard output of the run.
 * @param share From 0 to 1.
 * @returns Milliseconds.
 * @throws {Error} When there is no distribution in it, or it ends before the share is reached.
 */
export function benchmarkPercentile(output: string, share: number): number {
  const start = output.lastIndexOf(SECTION), end = output.indexOf(NEXT_SECTION, start);
  const rows = start < 0 || end < 0 ? [] : Array.from(output.slice(start, end).matchAll(ROW));
  const total = Number(rows.at(-1)?.[2]);
  const row = rows.find(([, , count]) => Number(count) >= roundedRank(share, total));
  if (row === undefined) throw new Error(`No latencies from redis-benchmark: ${output.trim().slice(-200)}`);
  return Number(row[1]);
}

/** How many values a share is, without what binary fractions add: 0.999 of 1000 is 999, not a little more. */
function roundedRank(share: number, total: number): number {
  return Number((share * total).toFixed(6));
}
