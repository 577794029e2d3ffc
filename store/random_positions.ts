/** Elements of a collection, chosen at random: for SPOP, SRANDMEMBER, HRANDFIELD and ZRANDMEMBER. */

/** A collection whose elements have positions, good until it changes. */
export interface Positioned {
  readonly size: number;
  /** Is {@linkcode randomPosition} O(1)? */
  readonly hasFastPicks: boolean;
  /** The position of any element, each as likely as any other. There must be one. */
  randomPosition(): number;
  /** The positions of all elements. */
  positions(): Int32Array;
}

/** Positions of `count` elements, any, the same one as often as chance has it; O(count), and O(size) once where picks are slow. */
export function* anyPositions(from: Positioned, count: number, random: () => number): Iterable<number> {
  const listed = from.hasFastPicks ? null : from.positions();
  while (count-- > 0) yield listed === null ? from.randomPosition() : listed[Math.floor(random() * listed.length)]!;
}

/** Where more than one in so many elements are wanted, all are listed: picking them would hit too many twice. */
const SPARSE = 3;

/** Positions of `count` different elements, any, or of all when there are fewer; O(count), or O(size) when it is not much more. */
export function differentPositions(from: Positioned, count: number, random: () => number): Int32Array {
  const { size } = from;
  if (from.hasFastPicks && count * SPARSE <= size) return picked(from, count);
  const positions = from.positions();
  if (count >= size) return positions;
  for (let i = 0; i < count; i++) { // a shuffle that ends when the first `count` are in their places
    const other = i + Math.floor(random() * (size - i));
    const position = positions[other]!;
    positions[other] = positions[i]!;
    positions[i] = position;
  }
  return positions.subarray(0, count);
}

/** At most every third pick is one already made. */
function picked(from: Positioned, count: number): Int32Array {
  const positions = new Set<number>();
  while (positions.size < count) positions.add(from.randomPosition());
  return Int32Array.from(positions);
}
