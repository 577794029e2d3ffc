/**
 * The first few of many in an order, for what has a LIMIT or a COUNT: the others are never sorted. O(n log wanted), whatever
 * order they come in.
 */

/** Compares two indexes: below 0, the first comes before the second; 0, they stay in the order of the indexes. */
export type CompareIndexes = (a: number, b: number) => number;

/** From this share on, sorting all of them takes no longer. */
const LARGE_SHARE = 1 / 8;

/** Of the indexes up to `count`, the first `wanted` in order, or all where there are fewer. */
export function firstInOrder(count: number, wanted: number, compare: CompareIndexes): Int32Array {
  if (wanted > count * LARGE_SHARE) return indexes(count).sort(compare).subarray(0, wanted);
  if (wanted === 0) return new Int32Array(0);
  const stable = (a: number, b: number) => compare(a, b) || a - b;
  const heap = indexes(wanted); // those that come first so far, the last of them at the top
  for (let at = wanted >> 1; at-- > 0;) sink(heap, at, stable);
  for (let i = wanted; i < count; i++) {
    if (stable(i, heap[0]!) > 0) continue;
    heap[0] = i;
    sink(heap, 0, stable);
  }
  return heap.sort(stable);
}

function indexes(count: number): Int32Array {
  return new Int32Array(count).map((_, i) => i);
}

/** Moves what is at a place of the heap down, below all that come behind it. */
function sink(heap: Int32Array, at: number, compare: CompareIndexes): void {
  const moved = heap[at]!;
  for (let child = 2 * at + 1; child < heap.length; child = 2 * at + 1) {
    if (child + 1 < heap.length && compare(heap[child + 1]!, heap[child]!) > 0) child++;
    if (compare(heap[child]!, moved) <= 0) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = moved;
}
