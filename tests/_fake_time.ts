/**
 * Fake timers, as libraries for tests have them: `Date`, `setTimeout`, `clearTimeout`, `setInterval` and `clearInterval` are
 * replaced until {@linkcode FakeTime.restore}, and time moves when it is told to.
 *
 * @module
 */

interface FakeTimer {
  readonly run: () => void;
  /** Between two calls; null: there is one. */
  readonly everyMs: number | null;
  atMs: number;
}

type Handler = (...args: unknown[]) => void;

/** Timers with longer delays ring at once, as those of Deno do. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

const REPLACED = ["Date", "setTimeout", "clearTimeout", "setInterval", "clearInterval"] as const;

/** Time that is moved by {@linkcode FakeTime.tick}. */
export class FakeTime implements Disposable {
  /** What it is now, in milliseconds since the epoch. */
  nowMs: number;
  readonly #timers: Map<number, FakeTimer> = new Map();
  readonly #before: PropertyDescriptorMap = {};
  #lastId = 1_000_000_000; // no real timer has such a number

  /**
   * Installs it.
   *
   * @param nowMs What time it is; by default what it really is.
   */
  constructor(nowMs: number = Date.now()) {
    this.nowMs = nowMs;
    const fakes: Record<typeof REPLACED[number], unknown> = {
      Date: this.#date(),
      setTimeout: (run: Handler, delayMs = 0, ...args: unknown[]) => this.#set(() => run(...args), delayMs, null),
      setInterval: (run: Handler, delayMs = 0, ...args: unknown[]) => this.#set(() => run(...args), delayMs, delayMs),
      clearTimeout: (id: unknown) => this.#clear(id),
      clearInterval: (id: unknown) => this.#clear(id),
    };
    for (const name of REPLACED) {
      this.#before[name] = Object.getOwnPropertyDescriptor(globalThis, name)!;
      Object.defineProperty(globalThis, name, { value: fakes[name], configurable: true, writable: true });
    }
  }

  /** How many timers are set. */
  get timers(): number {
    return this.#timers.size;
  }

  /**
   * Moves on, calling timers at their time and in that order, those that they set too.
   *
   * @returns How many calls that were.
   */
  tick(ms: number): number {
    const untilMs = this.nowMs + ms;
    let calls = 0;
    for (let next = this.#next(untilMs); next !== null; next = this.#next(untilMs)) {
      const [id, timer] = next;
      this.nowMs = Math.max(this.nowMs, timer.atMs);
      if (timer.everyMs === null) this.#timers.delete(id);
      else timer.atMs += Math.max(timer.everyMs, 1);
      calls++;
      timer.run();
    }
    this.nowMs = untilMs;
    return calls;
  }

  /** Puts everything back. Timers that are still set will never be called. */
  restore(): void {
    Object.defineProperties(globalThis, this.#before);
  }

  /** As {@linkcode restore}. */
  [Symbol.dispose](): void {
    this.restore();
  }

  /** The earliest timer that is due by then; of several, the one set first. */
  #next(untilMs: number): [number, FakeTimer] | null {
    let next: [number, FakeTimer] | null = null;
    for (const entry of this.#timers) {
      if (entry[1].atMs <= untilMs && (next === null || entry[1].atMs < next[1].atMs)) next = entry;
    }
    return next;
  }

  #set(run: () => void, delayMs: number, everyMs: number | null): number {
    const atMs = this.nowMs + (delayMs > LONGEST_DELAY_MS ? 1 : Math.max(delayMs, 0));
    this.#timers.set(++this.#lastId, { run, everyMs, atMs });
    return this.#lastId;
  }

  #clear(id: unknown): void {
    this.#timers.delete(id as number);
  }

  #date(): DateConstructor {
    const now = () => this.nowMs;
    return class extends Date {
      constructor(...args: [] | [number]) {
        super(...(args.length === 0 ? [now()] as const : args));
      }

      static override now(): number {
        return now();
      }
    } as DateConstructor;
  }
}
