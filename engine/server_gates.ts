/**
 * Reasons to look twice at each command, whoever sends it; those about its client are bits of `ClientState.gates`. Parts of
 * the server set them here and take them back, so that dispatch asks one integer about all of them.
 */

/** CLIENT PAUSE is under way. */
export const SERVER_PAUSED = 1 << 0;
/** There is a `maxmemory`: memory may have to be freed. */
export const SERVER_LIMITED = 1 << 1;
/** More keys are noted for clients that cache than `tracking-table-max-keys` allows. */
export const SERVER_OVERTRACKED = 1 << 2;
/** Writes could not be kept, or would not be repeated by enough replicas. */
export const SERVER_GUARDED = 1 << 3;
/** Somebody sees commands before they run, and may have something else happen. */
export const SERVER_INTERCEPTED = 1 << 4;

export class ServerGates {
  /** Bits of SERVER_*. */
  bits = 0;

  set(gate: number, isSet: boolean): void {
    if (isSet) this.bits |= gate;
    else this.bits &= ~gate;
  }

  has(gate: number): boolean {
    return (this.bits & gate) !== 0;
  }
}
