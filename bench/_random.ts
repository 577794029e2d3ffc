/**
 * Repeatable random numbers: a linear congruential generator, good enough to spread a load.
 *
 * @returns A function that gives numbers from 0 up to 1, the same ones in every run.
 *
 * @module
 */
export function seededRandom(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
