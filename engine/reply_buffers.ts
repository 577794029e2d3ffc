/** How the sizes of clients' reply buffers follow what they are needed for; DEBUG REPLYBUFFER says otherwise for tests. */
const PEAK_RESET_MS = 5_000;

export class ReplyBuffers {
  /** How long the most that was in use counts, in milliseconds; -1: for ever. */
  peakResetMs: number = PEAK_RESET_MS;
  /** Do sizes change at all? */
  areResized = true;

  /** As it was at the start. */
  resetPeakTime(): void {
    this.peakResetMs = PEAK_RESET_MS;
  }
}
