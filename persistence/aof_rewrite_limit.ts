/**
 * Keeps rewrites that fail from being begun again and again: each leaves a file behind. After three failures in a row the next
 * one has to wait for a minute, then two, four, up to an hour. BGREWRITEAOF does not ask here.
 */
import type { Log } from "../engine/log.ts";

const FREE_FAILURES = 3;
const MAX_MINUTES = 60;

export class RewriteLimit {
  /** Failures in a row. */
  failures = 0;
  readonly #log: Log;
  #minutes = 0;
  /** The second from which on the next rewrite may begin; 0: none has been set. */
  #nextAt = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  failed(): void {
    this.failures++;
  }

  reset(): void {
    this.failures = 0;
  }

  /** May no rewrite begin in this second? */
  forbids(now: number): boolean {
    if (this.failures < FREE_FAILURES) {
      this.#minutes = this.#nextAt = 0;
      return false;
    }
    if (this.#nextAt !== 0) {
      if (now < this.#nextAt) return true;
      this.#nextAt = 0;
      return false;
    }
    this.#minutes = Math.min(MAX_MINUTES, this.#minutes === 0 ? 1 : this.#minutes * 2);
    this.#nextAt = now + this.#minutes * 60;
    this.#log.log(
      "warning",
      `Background AOF rewrite has repeatedly failed and triggered the limit, will retry in ${this.#minutes} minutes`,
    );
    return true;
  }
}
