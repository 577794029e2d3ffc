/**
 * What tests of other libraries' clients against the double share: looking whether a promise has settled, waiting for what
 * clients do by timers of their own, and counting the ticks that came back too early.
 *
 * @module
 */
import type { Server } from "../../server.ts";

/** Both ways in which a server's time may go on. */
export const CLOCKS = ["manual", "real"] as const;

/** A promise that can be looked at. */
export interface Watched<T> {
  readonly promise: Promise<T>;
  /** Has it been fulfilled or rejected? */
  readonly isSettled: boolean;
}

/**
 * Watches a promise.
 *
 * @param promise Any.
 * @returns What tells whether it has settled.
 */
export function watch<T>(promise: Promise<T>): Watched<T> {
  const watched = { promise, isSettled: false };
  const settle = () => watched.isSettled = true;
  promise.then(settle, settle);
  return watched;
}

/** Nothing here takes so long. */
const PATIENCE_MS = 20_000;

/**
 * Waits for something that takes a client's timers, such as coming back after a drop.
 *
 * @param condition Is it so now?
 * @throws {Error} It is not so after twenty seconds.
 */
export async function until(condition: () => boolean): Promise<void> {
  for (const endMs = performance.now() + PATIENCE_MS; !condition();) {
    if (performance.now() > endMs) throw new Error(`This has not come: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/**
 * Counts the ticks that resolve before a client has its reply. Nothing is awaited between sending a command and the tick that
 * ends it, nor between the tick and the look at the reply.
 *
 * @param server A server whose clock is moved by hand.
 * @param block Sends a command that blocks for a second.
 * @param times How many ticks.
 * @returns How many were too early.
 */
export async function earlyTicks(server: Server, block: () => Promise<unknown>, times: number): Promise<number> {
  let early = 0;
  for (let i = 0; i < times; i++) {
    const reply = watch(block());
    await server.clock.tick(1000);
    if (!reply.isSettled) early++;
    while (!reply.isSettled) await server.clock.tick(1000);
    await reply.promise;
  }
  return early;
}

/**
 * Keeps the event loop and all processors busy while a function runs.
 *
 * @param fn The function.
 * @returns What it returns.
 */
export async function whileBusy<T>(fn: () => Promise<T>): Promise<T> {
  const spin = URL.createObjectURL(new Blob([`(${spinForEver})()`], { type: "text/javascript" }));
  const workers = Array.from({ length: navigator.hardwareConcurrency + 1 }, () => new Worker(spin, { type: "module" }));
  const timer = setInterval(() => work(1), 1);
  try {
    return await fn();
  } finally {
    clearInterval(timer);
    for (const worker of workers) worker.terminate();
    URL.revokeObjectURL(spin);
  }
}

function work(ms: number): void {
  for (const endMs = performance.now() + ms; performance.now() < endMs;);
}

/** In a worker. It can be ended only where it gives way. */
function spinForEver(): void {
  for (const endMs = performance.now() + 10; performance.now() < endMs;);
  setTimeout(spinForEver);
}
