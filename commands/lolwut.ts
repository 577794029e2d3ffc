/**
 * LOLWUT: the version, and for `VERSION 5` a picture: rows of squares that turn and shift the more, the further down they
 * are, after Georg Nees' plotter drawing "Schotter" of 1968. It is drawn with braille characters, each of 2 by 4 dots.
 */
import type { Args } from "../engine/args.ts";
import { FAST, READONLY } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";

/** The row of LOLWUT. */
export const lolwutCommands: CommandGroup = {
  lolwut: {
    arity: -1,
    flags: READONLY | FAST,
    usage: "[VERSION version:integer]",
    since: "5.0.0",
    complexity: "",
    summary: "Tells the version, with a picture for some",
    run: lolwut,
  },
};

const DRAWN_VERSION = 5;

function lolwut(ctx: Context, args: Args): void {
  const version = `Redis ver. ${ctx.engine.redisVersion}\n`;
  if (args.count < 3 || !args.is(1, "VERSION") || args.int(2) !== DRAWN_VERSION) {
    return ctx.out.verbatim("txt", version);
  }
  const number = (i: number, otherwise: number, most: number): number =>
    i < args.count ? Math.min(Math.max(args.int(i), 1), most) : otherwise;
  const columns = number(3, 66, 1000), perRow = number(4, 8, 200), perColumn = number(5, 12, 200);
  const picture = gravel(columns, perRow, perColumn, ctx.keyspace.random);
  ctx.out.verbatim("txt", `${picture}\nGeorg Nees - schotter, plotter on paper, 1968. ${version}`);
}

const DOTS_ACROSS = 2, DOTS_DOWN = 4;
const BRAILLE = 0x2800;
/** The bit of a dot within its character: by row, then by column. */
const DOT_BITS = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80];

class Canvas {
  readonly #columns: number;
  readonly #rows: number;
  readonly #cells: Uint8Array;

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#rows = rows;
    this.#cells = new Uint8Array(columns * rows);
  }

  /** Sets a dot; one that is outside is not there. */
  #dot(x: number, y: number): void {
    const column = Math.floor(x / DOTS_ACROSS), row = Math.floor(y / DOTS_DOWN);
    if (column < 0 || row < 0 || column >= this.#columns || row >= this.#rows) return;
    this.#cells[row * this.#columns + column]! |= DOT_BITS[(y % DOTS_DOWN) * DOTS_ACROSS + x % DOTS_ACROSS]!;
  }

  line(fromX: number, fromY: number, toX: number, toY: number): void {
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(toX - fromX), Math.abs(toY - fromY))));
    for (let i = 0; i <= steps; i++) {
      this.#dot(Math.round(fromX + (toX - fromX) * i / steps), Math.round(fromY + (toY - fromY) * i / steps));
    }
  }

  text(): string {
    let text = "";
    for (let at = 0; at < this.#cells.length; at += this.#columns) {
      for (let i = at; i < at + this.#columns; i++) text += String.fromCharCode(BRAILLE + this.#cells[i]!);
      text += "\n";
    }
    return text;
  }
}

/** Squares in order at the top, and less and less so below. */
function gravel(columns: number, perRow: number, perColumn: number, random: () => number): string {
  const width = columns * DOTS_ACROSS;
  const margin = columns > 4 ? 2 : 0;
  const side = (width - 2 * margin) / perRow;
  const canvas = new Canvas(columns, Math.ceil((side * perColumn + 2 * margin) / DOTS_DOWN));
  const within = (most: number): number => (random() * 2 - 1) * most;
  for (let row = 0; row < perColumn; row++) {
    const disorder = perColumn === 1 ? 0 : row / (perColumn - 1);
    for (let column = 0; column < perRow; column++) {
      const x = margin + (column + 0.5) * side + within(disorder * side / 3);
      const y = margin + (row + 0.5) * side + within(disorder * side / 3);
      drawSquare(canvas, x, y, side, Math.PI / 4 + within(disorder));
    }
  }
  return canvas.text();
}

/** A square about a middle; `angle` is where its first corner is. */
function drawSquare(canvas: Canvas, x: number, y: number, side: number, angle: number): void {
  const radius = side / Math.SQRT2;
  for (let corner = 0; corner < 4; corner++) {
    const from = angle + corner * Math.PI / 2, to = from + Math.PI / 2;
    canvas.line(
      x + Math.cos(from) * radius,
      y + Math.sin(from) * radius,
      x + Math.cos(to) * radius,
      y + Math.sin(to) * radius,
    );
  }
}
