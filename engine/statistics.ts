/** Samples that a rate is the average of, and how far they are apart at least: Redis' own figures. */
const SAMPLES = 16;
const SAMPLE_MS = 100;

/** How fast a counter grows. */
export class Rate {
  readonly #samples: Float64Array = new Float64Array(SAMPLES);
  #next = 0;
  #lastCount = 0;
  #lastMs = 0;

  /** Average per second over the last samples. */
  get perSecond(): number {
    return this.#samples.reduce((sum, sample) => sum + sample) / SAMPLES;
  }

  /** Takes note of the counter; too soon after the last time it does nothing. */
  sample(count: number, nowMs: number): void {
    const elapsedMs = nowMs - this.#lastMs;
    if (elapsedMs < SAMPLE_MS) return;
    this.#samples[this.#next] = Math.max(0, count - this.#lastCount) * 1000 / elapsedMs;
    this.#next = (this.#next + 1) % SAMPLES;
    this.#lastCount = count;
    this.#lastMs = nowMs;
  }

  /** Forgets all samples; the counter is zero again. */
  reset(): void {
    this.#samples.fill(0);
    this.#lastCount = 0;
  }
}

/** Counters of a server, as INFO shows them and CONFIG RESETSTAT clears them. */
export class Statistics {
  commandsProcessed = 0;
  connectionsReceived = 0;
  rejectedConnections = 0;
  inputBytes = 0;
  outputBytes = 0;
  reads = 0;
  writes = 0;
  totalErrorReplies = 0;
  expiredTimeCapReached = 0;
  queryBufferLimitDisconnections = 0;
  outputBufferLimitDisconnections = 0;
  evictedClients = 0;
  /** Keys deleted because of `maxmemory`. */
  evictedKeys = 0;
  /** How long memory was beyond `maxmemory`, not counting now; and since when it is now, 0: it is not. */
  overMemoryMs = 0;
  overMemorySinceMs = 0;
  /** How often a client's reply buffers were made larger and smaller. */
  replyBufferExpands = 0;
  replyBufferShrinks = 0;
  unexpectedErrors = 0;
  /** Values that came in as bytes (RESTORE) and were checked to the last one. */
  checkedPayloads = 0;
  /** Error replies by code. */
  readonly errors: Map<string, number> = new Map();
  /** Largest gap of the periodic work, in milliseconds beyond its period. */
  longestStallMs = 0;
  /** Most memory that was seen in use, in bytes; never cleared. */
  peakMemoryBytes = 0;
  /** Memory that was in use when the server was made. */
  startupMemoryBytes = 0;
  /** What the periodic work spent on deleting keys whose time had come, in milliseconds. */
  expireMs = 0;
  readonly commandRate: Rate = new Rate();
  readonly inputRate: Rate = new Rate();
  readonly outputRate: Rate = new Rate();

  /** Has the rates and the peak follow what they are measured by; to be called about ten times a second. */
  sample(nowMs: number, usedMemoryBytes: number): void {
    this.commandRate.sample(this.commandsProcessed, nowMs);
    this.inputRate.sample(this.inputBytes, nowMs);
    this.outputRate.sample(this.outputBytes, nowMs);
    this.peakMemoryBytes = Math.max(this.peakMemoryBytes, usedMemoryBytes);
  }

  countError(code: string): void {
    this.totalErrorReplies++;
    this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
  }

  reset(): void {
    this.commandsProcessed = this.connectionsReceived = this.rejectedConnections = 0;
    this.inputBytes =
      this.outputBytes =
      this.reads =
      this.writes =
        0;
    this.totalErrorReplies = this.expiredTimeCapReached = 0;
    this.replyBufferExpands = this.replyBufferShrinks = 0;
    this.queryBufferLimitDisconnections = this.outputBufferLimitDisconnections = 0;
    this.evictedKeys = this.overMemoryMs = this.overMemorySinceMs = 0;
    this.evictedClients =
      this.unexpectedErrors =
      this.checkedPayloads =
      this.longestStallMs =
      this.expireMs =
        0;
    this.commandRate.reset();
    this.inputRate.reset();
    this.outputRate.reset();
    this.errors.clear();
  }
}
