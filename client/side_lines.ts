/**
 * Connections beside the first, for what must not share it: blocking commands, transactions that watch keys. Opened when
 * they are needed, used by one at a time, kept for a while afterwards, and closed.
 */
import { Line, type LineOptions } from "./line.ts";
import type { Settings } from "./options.ts";
import { startTimer, stopTimer, type Timer } from "./timers.ts";

/** A line that nobody has used for so long is closed. */
const MAX_IDLE_MS = 5_000;

/** Makes lines and keeps those that are free. */
export class SideLines {
  readonly #settings: Settings;
  readonly #isSingle: boolean;
  readonly #lines = new Set<Line>();
  /** Free lines, and the timers that will close them; the one used last is the last. */
  readonly #free = new Map<Line, Timer>();
  #isHeld: boolean;

  /**
   * @param settings Where to.
   * @param isSingle Whether a line ends with its connection.
   * @param isHeld Whether lines in use keep the process alive.
   */
  constructor(settings: Settings, isSingle: boolean, isHeld: boolean) {
    this.#settings = settings;
    this.#isSingle = isSingle;
    this.#isHeld = isHeld;
  }

  /**
   * Takes a line, to be given back by {@linkcode release}.
   *
   * @param db The database it selects.
   * @param options What is known of the server.
   * @returns A line that nobody else uses.
   */
  acquire(db: number, options: LineOptions): Line {
    for (const [line, timer] of [...this.#free].reverse()) {
      if (line.db !== db || line.isOver) continue;
      stopTimer(timer);
      this.#free.delete(line);
      line.hold(this.#isHeld);
      return line;
    }
    const settings = { ...this.#settings, db };
    const line = new Line(settings, null, { ...options, isSingle: this.#isSingle, isHeld: this.#isHeld });
    this.#lines.add(line);
    return line;
  }

  /** Gives a line back, with nothing under way on it. */
  release(line: Line): void {
    if (line.isOver) {
      this.#lines.delete(line);
      return;
    }
    line.hold(false);
    this.#free.set(line, startTimer(() => this.discard(line), MAX_IDLE_MS, false));
  }

  /** Closes a line at once, whatever is under way on it. */
  discard(line: Line): void {
    stopTimer(this.#free.get(line));
    this.#free.delete(line);
    this.#lines.delete(line);
    line.drop("it is not needed any more");
  }

  /** Waits for what is under way, then closes all lines. */
  async close(): Promise<void> {
    for (const timer of this.#free.values()) stopTimer(timer);
    this.#free.clear();
    await Promise.all([...this.#lines].map((line) => line.close()));
    this.#lines.clear();
  }

  /** Closes all lines at once. */
  drop(why: string): void {
    for (const timer of this.#free.values()) stopTimer(timer);
    this.#free.clear();
    for (const line of this.#lines) line.drop(why);
    this.#lines.clear();
  }

  /** Whether lines in use keep the process alive. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    for (const line of this.#lines) if (!this.#free.has(line)) line.hold(isHeld);
  }
}
