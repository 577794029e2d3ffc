/**
 * The chart of the comparison, as SVG: a panel for each pipeline depth, a horizontal bar for each test, a line at 1.0.
 *
 * ```
 *          no pipeline   pipeline of 16   pipeline of 64
 *   get    ██ │ 0.86     ███│██ 1.43      ███│████ 1.81
 *   set    ███│█ 1.12    ███│█ 1.30       ███│███ 1.74
 *            1.0           1.0              1.0
 * ```
 *
 * The same rows give the same bytes.
 *
 * @module
 */
import type { Row } from "./_results.ts";

const WIDTH = 800, MARGIN = 12, LABELS = 112, GAP = 16;
const HEAD = 64, LINE = 18, BAR = 12, BASELINE = 10, FOOT = 24;
/** Right of the longest bar, for its figure. */
const FIGURE = 34;
/** The scale goes as far as the largest ratio, but a chart of small ones is not blown up. */
const LEAST_SCALE = 1.25;

/** Colours that stand out from white and from black; text follows the reader's scheme. */
const STYLE = [
  "text{font:12px system-ui,sans-serif;fill:#57606a}.title{font-size:15px;font-weight:600;fill:#24292f}",
  ".ahead{fill:#3b82c4}.behind{fill:#d08a2e}.one{stroke:#8b949e;stroke-dasharray:3 2}",
  "@media(prefers-color-scheme:dark){text{fill:#9da7b1}.title{fill:#e6edf3}}",
].join("");

/**
 * Draws the chart.
 *
 * @param rows What was measured, in the order in which it is shown.
 * @returns The SVG, a line for each bar.
 */
export function chart(rows: readonly Row[]): string {
  const tests = [...new Set(rows.map((row) => row.test))];
  const depths = [...new Set(rows.map((row) => row.pipeline))];
  const panel = (WIDTH - MARGIN - LABELS - GAP * (depths.length - 1) - MARGIN) / Math.max(depths.length, 1);
  const unit = (panel - FIGURE) / Math.max(LEAST_SCALE, ...rows.map((row) => row.ratio));
  const height = HEAD + tests.length * LINE + FOOT;
  const title = "Throughput, as a ratio to redis-server: right of the line is faster";
  const left = (depth: number): number => MARGIN + LABELS + depths.indexOf(depth) * (panel + GAP);
  const top = (test: string): number => HEAD + tests.indexOf(test) * LINE;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${title}</title>`,
    `<style>${STYLE}</style>`,
    text(MARGIN, 24, title, ' class="title"'),
    ...depths.map((depth) => text(left(depth), HEAD - 14, depth === 1 ? "no pipeline" : `pipeline of ${depth}`)),
    ...tests.map((test) => text(MARGIN, top(test) + BASELINE, test)),
    ...rows.map((row) => bar(row, left(row.pipeline), top(row.test), unit)),
    ...depths.map((depth) => {
      const x = number(left(depth) + unit);
      const label = text(left(depth) + unit, height - FOOT + 14, "1.0", ' text-anchor="middle"');
      return `<line class="one" x1="${x}" x2="${x}" y1="${HEAD - 6}" y2="${height - FOOT}"/>${label}`;
    }),
    "</svg>\n",
  ].join("\n");
}

function bar(row: Row, x: number, y: number, unit: number): string {
  const shown = row.ratio.toFixed(2);
  const kind = Number(shown) < 1 ? "behind" : "ahead";
  const width = row.ratio * unit;
  // right of the line, which would cross it out
  const figure = text(x + Math.max(width, unit) + 5, y + BASELINE, row.error === undefined ? shown : "failed");
  return `<rect class="${kind}" x="${number(x)}" y="${y}" width="${number(width)}" height="${BAR}"/>${figure}`;
}

function text(x: number, y: number, content: string, attributes = ""): string {
  return `<text${attributes} x="${number(x)}" y="${y}">${escape(content)}</text>`;
}

/** A tenth of a pixel is as exact as anybody sees, and as the file should change by. */
function number(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escape(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
