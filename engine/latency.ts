/**
 * The latency monitor: what took at least `latency-monitor-threshold` milliseconds, by the name of the event. Of each
 * second only the longest counts, and of each event the latest 160 are kept.
 *
 * - `command`, `fast-command`: a command ran
 * - `command-unblocking`: a client that waited was served
 * - `expire-cycle`: the periodic work deleted keys whose time had come
 * - `eviction-cycle`: keys were deleted because of `maxmemory`; `eviction-del`: one of them; `eviction-lazyfree`: some of the
 *   values deleted before were freed instead
 * - `aof-write`, and by what else was going on `aof-write-alone`, `-pending-fsync`, `-active-child`; `aof-fsync-always`: the
 *   append-only file was written, and synchronised while everything waited
 */
import type { Clock } from "../store/clock.ts";
import type { Config } from "./config.ts";

/** The worst of one second. */
export interface LatencySample {
  /** Seconds since the epoch. */
  readonly atSeconds: number;
  readonly ms: number;
}

/** What is known of one event; samples are oldest first. */
export interface LatencyEvent {
  readonly name: string;
  readonly samples: LatencySample[];
  /** The worst ever, also of those not kept any more. */
  worstMs: number;
}

const KEPT_SAMPLES = 160;

export class LatencyMonitor {
  readonly #clock: Clock;
  readonly #events: Map<string, LatencyEvent> = new Map();
  /** Milliseconds from which on something is noted; 0: nothing ever is. */
  thresholdMs = 0;

  constructor(config: Config, clock: Clock) {
    this.#clock = clock;
    config.follow(["latency-monitor-threshold"], () => {
      this.thresholdMs = config.number("latency-monitor-threshold");
    });
  }

  /** Notes that something took so long, if that is long enough. */
  add(name: string, milliseconds: number): void {
    const ms = Math.floor(milliseconds);
    if (this.thresholdMs === 0 || ms < this.thresholdMs) return;
    let event = this.#events.get(name);
    if (event === undefined) this.#events.set(name, event = { name, samples: [], worstMs: 0 });
    const { samples } = event;
    const atSeconds = Math.floor(this.#clock.now() / 1000);
    event.worstMs = Math.max(event.worstMs, ms);
    const latest = samples.at(-1);
    if (latest?.atSeconds === atSeconds) {
      if (ms > latest.ms) samples[samples.length - 1] = { atSeconds, ms };
      return;
    }
    samples.push({ atSeconds, ms });
    if (samples.length > KEPT_SAMPLES) samples.shift();
  }

  /** All events that anything is known of. */
  events(): IterableIterator<LatencyEvent> {
    return this.#events.values();
  }

  find(name: string): LatencyEvent | undefined {
    return this.#events.get(name);
  }

  /** Forgets an event, by its name in any case, or all; returns how many were known. */
  reset(name?: string): number {
    let count = 0;
    for (const known of [...this.#events.keys()]) {
      if (name !== undefined && known.toLowerCase() !== name.toLowerCase()) continue;
      this.#events.delete(known);
      count++;
    }
    return count;
  }
}
