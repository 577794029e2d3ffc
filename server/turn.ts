/**
 * Giving way to others.
 *
 * Deno looks at its sockets when it has nothing to run, or after 61 turns of its loop. `setImmediate` is a turn: it lets
 * everything run that is known to be ready, and that is all; a connection on which something arrives would be noticed 61
 * turns later. Only waiting for another thread leaves the loop with nothing to run, so now and then that is what is
 * waited for: the smallest task that is done by one.
 */
import { randomFill } from "node:crypto";
import { setImmediate } from "node:timers"; // as it is now: fake timers must not stop a server

/** A turn takes 2 us, a look at the sockets 14. */
const TURNS_PER_LOOK = 4;

const BYTE = new Uint8Array(1);
let turns = 0;

/** Lets everything else run that is ready: other connections, timers. */
export function turn(): Promise<void> {
  return new Promise((resolve, reject) => {
    if (++turns % TURNS_PER_LOOK !== 0) setImmediate(resolve);
    else randomFill(BYTE, (error) => error === null ? resolve() : reject(error));
  });
}
