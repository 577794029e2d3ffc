/**
 * Tables of figures of two servers, with a mark where one misses what is wanted of it.
 *
 * @module
 */

const COLUMNS = { figure: 50, ours: 14, theirs: 14, target: 11 };

/** What is wanted of a figure of the server under test. */
export interface Target {
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly below?: number;
}

/** One line of a table. */
export interface Figure {
  readonly figure: string;
  readonly unit: "" | "/s" | "ms" | "s";
  /** Of the server under test. */
  readonly ours: number;
  /** Of redis-server; null where it has no such figure. */
  readonly theirs: number | null;
  readonly target?: Target;
}

/**
 * Whether a figure is as wanted.
 *
 * @param value The figure.
 * @param target What is wanted: all that is given must hold.
 * @returns False also for what is not a number.
 */
export function isMet(value: number, { atLeast = -Infinity, atMost = Infinity, below = Infinity }: Target): boolean {
  return value >= atLeast && value <= atMost && (below === Infinity || value < below);
}

/** The first line of a table. */
export function heading(ours: string, theirs: string): string {
  return line("", ours, theirs, "wanted");
}

/** A figure as a line of the table. */
export function figureLine({ figure, unit, ours, theirs, target }: Figure): string {
  const mark = target === undefined || isMet(ours, target) ? "" : "  ✗ missed";
  return line(figure, inUnit(ours, unit), theirs === null ? "–" : inUnit(theirs, unit), wanted(target)) + mark;
}

/**
 * Writes figures as JSON, each with a target with `met`.
 *
 * @param file Where to; empty: nowhere.
 * @param figures What to write.
 */
export async function writeFigures(file: string, figures: readonly Figure[]): Promise<void> {
  if (file === "") return;
  const rows = figures.map((row) => row.target === undefined ? row : { ...row, met: isMet(row.ours, row.target) });
  await Deno.writeTextFile(file, JSON.stringify(rows, null, 1) + "\n");
}

function line(figure: string, ours: string, theirs: string, target: string): string {
  const { figure: first, ...others } = COLUMNS;
  const columns = [ours.padStart(others.ours), theirs.padStart(others.theirs), target.padStart(others.target)];
  return figure.padEnd(first) + columns.join("").trimEnd();
}

function wanted({ atLeast, atMost, below }: Target = {}): string {
  if (atLeast !== undefined) return `≥ ${atLeast}`;
  if (atMost !== undefined) return `≤ ${atMost}`;
  return below === undefined ? "" : `< ${below}`;
}

function inUnit(value: number, unit: Figure["unit"]): string {
  if (unit === "/s") return `${value.toFixed(0)}/s`;
  return unit === "" ? value.toFixed(2) : `${value.toFixed(unit === "s" ? 3 : 2)} ${unit}`;
}
