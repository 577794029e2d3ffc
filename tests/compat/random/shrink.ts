/**
 * Makes a failing input small, by delta debugging: drops larger, then smaller pieces while the failure remains.
 *
 * @module
 */

/** More tries than this take longer than the reader of the result would. */
const MOST_TRIES = 3_000;

/**
 * Drops as many items as it can.
 *
 * @param items Items with which something fails.
 * @param fails Tells whether it still does with some of them left out.
 * @returns Those that are left, in their order; without any one of them it fails no more, unless there were too many tries.
 */
export async function shrink<T>(
  items: readonly T[],
  fails: (items: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let tries = 0;
  let size = Math.ceil(items.length / 2);
  while (size > 0) {
    let hasDropped = false;
    // from the end, as the last items mostly depend on those before them
    for (let end = items.length; end > 0 && tries < MOST_TRIES;) {
      const start = Math.max(0, end - size);
      const rest = [...items.slice(0, start), ...items.slice(end)];
      tries++;
      if (await fails(rest)) {
        items = rest;
        hasDropped = true;
      }
      end = start;
    }
    if (!hasDropped || size > 1) size = size === 1 ? 0 : Math.ceil(Math.min(size, items.length) / 2);
    if (tries >= MOST_TRIES) break;
  }
  return items;
}
