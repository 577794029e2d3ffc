/**
 * Who waits for which signal. A signal has one listener here, however many commands it may end: adding a listener to a
 * signal, or taking it away, takes time in proportion to how many it has.
 */

/** What a signal ends. */
export interface Abortable {
  /** Rejects it with the signal's reason. */
  abandon(reason: unknown): void;
}

/** All that one signal ends. */
interface Watch {
  readonly waiting: Set<Abortable>;
  readonly onAbort: () => void;
}

/** A signal is here while something waits for it. */
const WATCHES = new WeakMap<AbortSignal, Watch>();

/** Has a signal end something. */
export function watchSignal(signal: AbortSignal, abortable: Abortable): void {
  let watch = WATCHES.get(signal);
  if (watch === undefined) {
    const waiting = new Set<Abortable>();
    const onAbort = (): void => {
      for (const each of waiting) each.abandon(signal.reason); // which is taken out of the set by that
    };
    watch = { waiting, onAbort };
    WATCHES.set(signal, watch);
    signal.addEventListener("abort", onAbort);
  }
  watch.waiting.add(abortable);
}

/** It has ended by itself. */
export function unwatchSignal(signal: AbortSignal, abortable: Abortable): void {
  const watch = WATCHES.get(signal);
  if (watch === undefined || !watch.waiting.delete(abortable) || watch.waiting.size > 0) return;
  WATCHES.delete(signal);
  signal.removeEventListener("abort", watch.onAbort);
}
