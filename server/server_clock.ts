/** The clock of a server, as its owner sees it: to be read, and to be moved where it is moved by hand. */
import type { Clock } from "../store/clock.ts";
import { ManualClock } from "../store/manual_clock.ts";
import type { Host } from "./host.ts";

/**
 * What a server takes for the time: it decides when keys expire and blocked clients give up, what TIME answers, the ids of
 * stream entries, idle times and use frequencies.
 *
 * It runs by itself, unless the server was started with `clock: "manual"`: then it begins at the present time, stands
 * still, and is moved by {@linkcode ServerClock.tick} and {@linkcode ServerClock.set}.
 *
 * @example An hour in no time
 * ```ts
 * import { Server, type ServerClock } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start({ clock: "manual" });
 * await using client = server.client();
 * const clock: ServerClock = server.clock;
 * await client.set("session", "Alice", { ex: 3600 });
 * await clock.tick(3_599_000);
 * assertEquals(await client.ttl("session"), 1);
 * await clock.tick(1000);
 * assertEquals(await client.get("session"), null);
 * ```
 */
export interface ServerClock {
  /**
   * The time.
   *
   * @returns Milliseconds since 1970-01-01 UTC, as `Date.now()` gives them.
   */
  now(): number;

  /**
   * Moves a manual clock on. What becomes due on the way happens at its own time and in that order: keys expire with their
   * events, blocked clients give up, pauses and delays end, idle clients are dropped, save points are kept. A client that is
   * woken by that has its reply, and may act on it, before the clock moves any further; so does what clients have sent before
   * the call. Clients in other processes and in workers are not waited for, nor are timers of a client or a program, such as
   * the pause before it connects again.
   *
   * @param ms How far, in milliseconds.
   * @returns Resolves when the clock is there, and all that was due has been done.
   * @throws {TypeError} The clock runs by itself, or `ms` is no whole number from 0 on.
   * @example A client that waits
   * ```ts
   * import { Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start({ clock: "manual" });
   * await using client = server.client();
   * const job = client.blpop("jobs", 30);
   * await server.clock.tick(30_000);
   * assertEquals(await job, null);
   * ```
   */
  tick(ms: number): Promise<void>;

  /**
   * Sets a manual clock. Forward, everything happens that does in {@linkcode ServerClock.tick}. Backward, nothing does: what
   * is to happen at some time still happens then.
   *
   * @param time A date, what `Date.parse` takes, or milliseconds since 1970-01-01 UTC.
   * @returns Resolves when the clock is there, and all that was due has been done.
   * @throws {TypeError} The clock runs by itself, or this is no time from 1970 on.
   * @example A certain day
   * ```ts
   * import { Server } from "@x/miniredis";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await Server.start({ clock: "manual" });
   * await using client = server.client();
   * await server.clock.set("2030-01-01T00:00:00Z");
   * assertEquals(await client.xadd("log", "*", { event: "happy new year" }), "1893456000000-0");
   * ```
   */
  set(time: Date | string | number): Promise<void>;
}

/** The clock of a host. */
export class HostClock implements ServerClock {
  readonly #host: Host;
  readonly #clock: Clock;
  /** Resolves when the last move so far has been made. */
  #moved: Promise<void> = Promise.resolve();

  constructor(host: Host, clock: Clock) {
    this.#host = host;
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  async tick(ms: number): Promise<void> {
    const clock = this.#manual("tick");
    if (!Number.isSafeInteger(ms) || ms < 0) throw new TypeError(`Cannot move the clock by ${ms} milliseconds`);
    await this.#move(clock, () => clock.now() + ms);
  }

  async set(time: Date | string | number): Promise<void> {
    const clock = this.#manual("set");
    const ms = typeof time === "string" ? Date.parse(time) : Number(time);
    if (!Number.isSafeInteger(ms) || ms < 0) throw new TypeError(`Cannot set the clock to ${time}: it is no time`);
    await this.#move(clock, () => ms);
  }

  #manual(method: string): ManualClock {
    if (this.#clock instanceof ManualClock) return this.#clock;
    throw new TypeError(
      `Cannot call clock.${method}(): the clock runs by itself; start the server with clock: "manual"`,
    );
  }

  /** One move after the other. */
  #move(clock: ManualClock, target: () => number): Promise<void> {
    const moved = this.#moved.then(() => advance(this.#host, clock, target()));
    this.#moved = moved.catch(() => {}); // whoever asked for it is told
    return moved;
  }
}

async function advance(host: Host, clock: ManualClock, untilMs: number): Promise<void> {
  await settle(host); // what was sent before belongs to the time before
  let turnedAtMs = -1;
  while (!host.isClosing) {
    const { nextTurnMs } = host;
    const isLeft = nextTurnMs <= turnedAtMs && turnedAtMs === clock.now(); // a turn has not done it, nor would another
    const turnMs = isLeft ? Infinity : nextTurnMs;
    const atMs = Math.min(clock.nextAtMs, host.nextExpiryMs, turnMs);
    if (atMs > untilMs) break;
    clock.moveTo(Math.max(atMs, clock.now()));
    if (turnMs <= clock.now()) {
      turnedAtMs = clock.now();
      host.turn();
    }
    host.expireDue();
    clock.runDue();
    await settle(host);
  }
  clock.moveTo(untilMs);
  if (host.isClosing) return;
  host.turn();
  const { clients, saver } = host.engine;
  if (saver.isSaving || clients.values().some(({ isGone }) => isGone)) await settle(host); // it has dropped idle ones
}

/** Resolves when nothing happens any more, and what is being saved is saved. */
async function settle(host: Host): Promise<void> {
  await host.settle();
  const { saver } = host.engine;
  if (saver.isSaving) await saver.complete();
}
