/**
 * The keys that are to go first, as far as looking at a few at random tells: Redis' approximation of an exact order. Each
 * eviction looks at a few more keys of every database and takes the best candidate found so far; those not taken stay for
 * the next time, so that the pool becomes better than the few.
 *
 * ```text
 *   candidates, 16 at most:   | worst | ... | ... | best |      ◄─ taken from here
 *                               ▲ leaves when a better one comes
 * ```
 *
 * A candidate is the address of an entry, which may since have become free, or another key's; and its key may have been used
 * since. Both are found out when it is taken. A sample costs about as much as a lookup.
 */
import type { Database, Entry } from "../store/database.ts";
import { DictionaryIterator } from "../store/dictionary.ts";
import { NONE } from "../store/database.ts";

/** How well a key may be spared, the higher the better. Must stay the same until the key is used, or become higher. */
export type Score = (db: Database, entry: Entry) => number;

const POOL_SIZE = 16;

interface Candidate {
  readonly db: Database;
  readonly entry: Entry;
  readonly hash: number;
  readonly score: number;
}

/** A key that was chosen. */
export type Victim = Pick<Candidate, "db" | "entry">;

export class EvictionPool {
  /** In the order of their scores. */
  readonly #candidates: Candidate[] = [];
  readonly #score: Score;
  /** Only keys that have an expiry. */
  readonly #isVolatile: boolean;

  constructor(score: Score, isVolatile: boolean) {
    this.#score = score;
    this.#isVolatile = isVolatile;
  }

  /** The key to go next, after a look at `samples` keys of each database; null when there is none left. */
  next(databases: readonly Database[], samples: number): Victim | null {
    let isAnyLeft = true;
    while (isAnyLeft) {
      isAnyLeft = false;
      for (const db of databases) if (this.#sample(db, samples)) isAnyLeft = true;
      for (let best = this.#candidates.pop(); best !== undefined; best = this.#candidates.pop()) {
        if (this.#isStill(best)) return best;
      }
    }
    return null;
  }

  /** Looks at some keys of a database, at all if there are no more; false when it has none to look at. */
  #sample(db: Database, samples: number): boolean {
    const size = this.#isVolatile ? db.expires : db.size;
    if (size === 0) return false;
    if (size <= samples) this.#lookAtAll(db);
    else for (let i = 0; i < samples; i++) this.#lookAt(db, randomKey(db, this.#isVolatile));
    return true;
  }

  #lookAtAll(db: Database): void {
    if (this.#isVolatile) {
      for (const entry of db.expiryIndex.entries()) this.#lookAt(db, entry);
      return;
    }
    const entries = new DictionaryIterator(db.keys);
    for (let entry = entries.next(); entry !== NONE; entry = entries.next()) this.#lookAt(db, entry);
  }

  #lookAt(db: Database, entry: Entry): void {
    const candidates = this.#candidates;
    const score = this.#score(db, entry);
    const isFull = candidates.length === POOL_SIZE;
    if (isFull && score <= candidates[0]!.score) return;
    let at = candidates.length;
    for (let i = 0; i < candidates.length; i++) {
      const other = candidates[i]!;
      if (other.entry === entry && other.db === db && other.score === score) return; // it is one already
      if (other.score >= score && at > i) at = i;
    }
    candidates.splice(at, 0, { db, entry, hash: db.keys.hashOf(entry), score });
    if (isFull) candidates.shift();
  }

  /** Is the entry there, still open to eviction, and not used since? */
  #isStill({ db, entry, hash, score }: Candidate): boolean {
    if (!db.keys.hasEntry(hash, entry) || (this.#isVolatile && db.expireAt(entry) < 0)) return false;
    return this.#score(db, entry) >= score;
  }
}

/** Any key of a database, or of those with an expiry; there must be one. It may have expired. */
export function randomKey(db: Database, isVolatile: boolean): Entry {
  const { random } = db.keyspace;
  return isVolatile ? db.expiryIndex.randomEntry(random) : db.keys.randomEntry(random);
}
