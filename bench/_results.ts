/**
 * The rows of the comparison, and the files they go to.
 *
 * @module
 */
import { chart } from "./_chart.ts";

/** What one test has shown at one pipeline depth. */
export interface Row {
  readonly test: string;
  readonly pipeline: number;
  /** Median requests per second of the server under test. */
  readonly ours: number;
  /** The same of redis-server. */
  readonly theirs: number;
  /** Median of the ratios of each pair of runs; 0 for a test that has failed. */
  readonly ratio: number;
  readonly error?: string;
}

/**
 * Writes the files that were asked for, and the folders they are in.
 *
 * @param rows What they hold.
 * @param json The file for the rows; empty for none.
 * @param svg The file for the chart; empty for none.
 */
export async function writeResults(rows: readonly Row[], json: string, svg: string): Promise<void> {
  if (json !== "") await write(json, JSON.stringify(rows, null, 1) + "\n");
  if (svg !== "") await write(svg, chart(rows));
}

async function write(file: string, text: string): Promise<void> {
  const end = file.lastIndexOf("/");
  if (end > 0) await Deno.mkdir(file.slice(0, end), { recursive: true });
  await Deno.writeTextFile(file, text);
}

/**
 * Reads rows back.
 *
 * @param json The file that they were written to.
 * @returns The rows.
 */
export async function readRows(json: string): Promise<Row[]> {
  return JSON.parse(await Deno.readTextFile(json));
}
