/** Waiting at each key, for tests of what happens while a data set is being saved or loaded. */
import type { Config } from "../engine/config.ts";

const NOBODY_WAKES_IT = new Int32Array(new SharedArrayBuffer(4));

/** Milliseconds that a directive asks for at each key, on average: its microseconds, or one at every so many keys. */
export function stallsMs(config: Config, directive: "rdb-key-save-delay" | "key-load-delay"): number {
  const microseconds = config.number(directive);
  return (microseconds < 0 ? 1 / -microseconds : microseconds) / 1000;
}

/** Stops the whole thread for so long. */
export function stall(ms: number): void {
  if (ms > 0) Atomics.wait(NOBODY_WAKES_IT, 0, 0, ms);
}
