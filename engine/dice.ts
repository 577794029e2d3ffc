/** Where a server's random choices come from. */

/** Numbers from 0 up to 1. */
export interface Dice {
  /** The next number. */
  readonly roll: () => number;
  /** Are the rolls the same every time? Then what is rolled must not depend on how fast the machine is. */
  readonly isSeeded: boolean;
  /** Takes note of where it is; {@linkcode rewind} goes back there. What is truly random does neither. */
  note(): void;
  rewind(): void;
}

/** Dice whose rolls are the same every time. */
export class SeededDice implements Dice {
  readonly isSeeded = true;
  #state: number;
  #noted: number;

  constructor(seed: number) {
    this.#state = this.#noted = seed >>> 0;
  }

  /** Mulberry32: small, and good enough for choices that are meant to repeat. */
  readonly roll = (): number => {
    const state = this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };

  note(): void {
    this.#noted = this.#state;
  }

  rewind(): void {
    this.#state = this.#noted;
  }
}

/** Many at a time: one costs as much as all of them. */
const RANDOM_WORDS = new Uint32Array(256);
let randomWordsUsed = RANDOM_WORDS.length;

function trulyRandom(): number {
  if (randomWordsUsed === RANDOM_WORDS.length) {
    crypto.getRandomValues(RANDOM_WORDS);
    randomWordsUsed = 0;
  }
  return RANDOM_WORDS[randomWordsUsed++]! / 2 ** 32;
}

/** Dice that nobody knows the rolls of before. */
export const TRUE_DICE: Dice = { roll: trulyRandom, isSeeded: false, note() {}, rewind() {} };
