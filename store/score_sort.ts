/** Putting elements in the order of a {@linkcode ScoreTree}: by score, then by bytes. */
import type { Arena } from "./arena.ts";
import { HEADER_BYTES, KEY_LENGTH } from "./dictionary.ts";
import { compareBytes } from "./score_tree.ts";

/** Runs of this length are sorted by insertion. */
const SHORT_RUN = 12;

/**
 * Sorts the first `count` elements, entries of a dictionary in `arena`, and their scores along with them. A merge sort: both
 * arrays are gone through in order, where a comparing function would fetch each score from its entry. O(n log n), and
 * O(n) for what is sorted already.
 */
export function sortByScore(arena: Arena, scores: Float64Array, elements: Int32Array, count: number): void {
  if (isSorted(arena, scores, elements, count)) return;
  for (let from = 0; from < count; from += SHORT_RUN) {
    sortRun(arena, scores, elements, from, Math.min(from + SHORT_RUN, count));
  }
  let otherScores: Float64Array = new Float64Array(count), otherElements: Int32Array = new Int32Array(count);
  let fromScores = scores, fromElements = elements;
  for (let width = SHORT_RUN; width < count; width *= 2) {
    mergeRuns(arena, fromScores, fromElements, otherScores, otherElements, count, width);
    const swappedScores = fromScores, swappedElements = fromElements;
    fromScores = otherScores;
    fromElements = otherElements;
    otherScores = swappedScores;
    otherElements = swappedElements;
  }
  if (fromScores !== scores) {
    scores.set(fromScores.subarray(0, count));
    elements.set(fromElements.subarray(0, count));
  }
}

function isSorted(arena: Arena, scores: Float64Array, elements: Int32Array, count: number): boolean {
  for (let i = 1; i < count; i++) {
    if (!isInOrder(arena, scores[i - 1]!, elements[i - 1]!, scores[i]!, elements[i]!)) return false;
  }
  return true;
}

function isInOrder(arena: Arena, score: number, element: number, nextScore: number, next: number): boolean {
  return score === nextScore ? compareElements(arena, element, next) <= 0 : score < nextScore;
}

function compareElements(arena: Arena, a: number, b: number): number {
  const { bytes, words } = arena;
  const aStart = a * 8 + HEADER_BYTES, bStart = b * 8 + HEADER_BYTES;
  const aEnd = aStart + words[a * 2 + KEY_LENGTH]!, bEnd = bStart + words[b * 2 + KEY_LENGTH]!;
  return compareBytes(bytes, aStart, aEnd, bytes, bStart, bEnd);
}

function sortRun(arena: Arena, scores: Float64Array, elements: Int32Array, from: number, to: number): void {
  for (let i = from + 1; i < to; i++) {
    const score = scores[i]!, element = elements[i]!;
    let k = i;
    for (; k > from && !isInOrder(arena, scores[k - 1]!, elements[k - 1]!, score, element); k--) {
      scores[k] = scores[k - 1]!;
      elements[k] = elements[k - 1]!;
    }
    scores[k] = score;
    elements[k] = element;
  }
}

/** Merges each two neighbouring runs of `width` into one of the other pair of arrays. */
function mergeRuns(
  arena: Arena,
  scores: Float64Array,
  elements: Int32Array,
  intoScores: Float64Array,
  intoElements: Int32Array,
  count: number,
  width: number,
): void {
  for (let from = 0; from < count; from += width * 2) {
    const middle = Math.min(from + width, count), to = Math.min(from + width * 2, count);
    let left = from, right = middle;
    for (let k = from; k < to; k++) {
      const takesLeft = right === to || (left < middle &&
        isInOrder(arena, scores[left]!, elements[left]!, scores[right]!, elements[right]!));
      const taken = takesLeft ? left++ : right++;
      intoScores[k] = scores[taken]!;
      intoElements[k] = elements[taken]!;
    }
  }
}
