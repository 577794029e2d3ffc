/**
 * Large values that no key leads to any more, whose memory comes back by and by: UNLINK, expiry and others detach a value at
 * once, and the periodic work frees a thousandth of a second's worth of blocks at a time.
 */
import type { LargeValue } from "./large_value.ts";

/** Freeing fewer elements than this takes no time worth deferring (Redis' LAZYFREE_THRESHOLD). */
const LAZY_MIN_ELEMENTS = 64;
/** Blocks that a value frees in one go when all of them are to be freed now. */
const RELEASED_BLOCKS = 1 << 20;

/** Counts of a keyspace, of all its databases together. */
export interface DetachedCounts {
  /** Values whose memory is still to be freed, and those whose has been. */
  detached: number;
  lazyFreed: number;
}

/** Frees all that a value takes. */
export function releaseNow(value: LargeValue): void {
  while (!value.release(RELEASED_BLOCKS));
}

/** The detached values of a database. */
export class DetachedValues {
  readonly #counts: DetachedCounts;
  #values: LargeValue[] = [];

  constructor(counts: DetachedCounts) {
    this.#counts = counts;
  }

  /** Takes a value to be freed later; a small one is freed now. */
  add(value: LargeValue): void {
    if (value.size <= LAZY_MIN_ELEMENTS) return releaseNow(value);
    this.#values.push(value);
    this.#counts.detached++;
  }

  /**
   * Frees up to about so many blocks (1,000 take about 0.1 ms).
   *
   * @returns How many more it could have freed; 0 unless no value is left.
   */
  release(blocks: number): number {
    for (let left = blocks; left > 0;) {
      const value = this.#values.at(-1);
      if (value === undefined) return left;
      if (!value.release(left)) return 0;
      left -= value.size + 1; // at most: some may have been freed before
      this.#values.pop();
      this.#counts.detached--;
      this.#counts.lazyFreed++;
    }
    return 0;
  }

  /** What they held is gone with the arena. */
  forget(): void {
    this.#counts.detached -= this.#values.length;
    this.#counts.lazyFreed += this.#values.length;
    this.#values = [];
  }
}
