/**
 * The subscriptions of a cluster's client.
 *
 * Ordinary messages reach every node, so one primary serves all channels and patterns. Shard channels are served by the
 * owner of their slot. Each node that serves some has a connection for nothing else. When it is lost, or the slot has
 * moved, its subscriptions move to whoever serves them now, and their loops go on, behind a gap.
 */
import { slotOfKey } from "../../resp/key_slot.ts";
import type { CommandArguments } from "../command_arguments.ts";
import { ConnectionError, RedisError, TimeoutError } from "../errors.ts";
import { isFinal, Line } from "../line.ts";
import { DEFAULT_RETRY } from "../options.ts";
import { type GuardCommand, Pending } from "../pending.ts";
import { COMMANDS, LiveSubscription, type SubscribeOptions } from "../subscription.ts";
import { Subscriptions } from "../subscriptions.ts";
import { backOffMs, holdTimer, jittered, startTimer, stopTimer, type Timer } from "../timers.ts";
import type { CallOptions } from "../vocabulary.ts";
import { crossSlot } from "./fan_out.ts";
import type { ClusterNode } from "./node.ts";
import { type ClusterSettings, settingsOf } from "./options.ts";
import { ANY } from "./route.ts";
import type { Router } from "./router.ts";

/** Errors of a node that does not serve a shard channel, or not now. */
const PASSING: ReadonlySet<string> = new Set(["MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN", "LOADING", "MASTERDOWN"]);
/** A subscription that has to move again so soon waits first: its node may cut whoever listens. */
const RESTLESS_MS = 1_000;

/** A connection for messages, and who listens on it. */
interface Ear {
  readonly node: ClusterNode;
  readonly line: Line;
  readonly subscriptions: Subscriptions;
  /** Those that are attached, or about to be: without them the connection is closed. */
  readonly users: Set<LiveSubscription>;
}

/** The subscriptions of a cluster's client. */
export class ClusterListening {
  readonly #router: Router;
  readonly #settings: ClusterSettings;
  readonly #guard: GuardCommand;
  /** By node. */
  readonly #ears = new Map<ClusterNode, Ear>();
  /** Connections that nobody uses any more, until they are closed. */
  readonly #closing = new Set<Promise<void>>();
  /** Subscriptions that are being moved. */
  readonly #moving = new Set<LiveSubscription>();
  /** When each subscription was moved last. */
  readonly #movedAt = new WeakMap<LiveSubscription, number>();
  /** Serves all that is no shard channel. */
  #carrier: ClusterNode | null = null;
  /** Ends the waits of those who are being moved. */
  readonly #waits = new Map<Timer, () => void>();
  #isHeld = true;
  #isClosed = false;

  /**
   * @param router Knows who owns what.
   * @param settings How to connect, and how often to try again.
   * @param guard Gives what is sent its deadline and its signal.
   */
  constructor(router: Router, settings: ClusterSettings, guard: GuardCommand) {
    this.#router = router;
    this.#settings = settings;
    this.#guard = guard;
    router.onMap = () => this.#onMap();
  }

  /** As {@linkcode Client.subscribe}. */
  async subscribe(channels: CommandArguments, options: SubscribeOptions): Promise<LiveSubscription> {
    const subscription = new LiveSubscription(channels, options);
    const slot = slotOf(subscription);
    const whole = new Pending(subscription.commands[0]![0], undefined), end = new AbortController();
    this.#guard(whole, options); // the time is for all attempts
    whole.promise.catch((reason) => end.abort(reason));
    if (!whole.isAbandoned) {
      this.#begin(subscription, slot, whole, end.signal)
        .then(() => whole.settle(null, 3, false), (reason) => whole.fail(reason));
    }
    await whole.promise;
    subscription.begin();
    if (this.#isClosed) subscription.end();
    return subscription;
  }

  /** Ends all subscriptions, and lets go of their connections. */
  async close(): Promise<void> {
    this.#end();
    await Promise.all([...[...this.#ears.values()].map(({ line }) => line.close()), ...this.#closing]);
  }

  /** The same at once. */
  drop(why: string): void {
    this.#end();
    for (const { line } of this.#ears.values()) line.drop(why);
  }

  /** Whether connections, and waiting for them, keep the process alive. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    for (const { line } of this.#ears.values()) line.hold(isHeld);
    for (const timer of this.#waits.keys()) holdTimer(timer, isHeld);
  }

  #end(): void {
    this.#isClosed = true;
    for (const { subscriptions } of this.#ears.values()) subscriptions.close();
    for (const subscription of [...this.#moving]) subscription.end();
    for (const done of [...this.#waits.values()]) done();
  }

  /** Nodes may have left the cluster: those whom they serve move, though the connections may stand. */
  #onMap(): void {
    for (const { node, subscriptions } of [...this.#ears.values()]) {
      if (this.#router.has(node)) continue;
      subscriptions.gaveUp(new ConnectionError(`Lost the connection to ${node.address}: it has left the cluster`));
    }
  }

  async #begin(subscription: LiveSubscription, slot: number, whole: Pending, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => this.#router.whenKnown(resolve, reject, whole));
    await this.#attach(subscription, slot, { signal, timeoutMs: 0 });
    if (signal.aborted) subscription.end(); // confirmed just when its time was over
  }

  /** Subscribes wherever that is to be done now, and tries again while the cluster changes. */
  async #attach(subscription: LiveSubscription, slot: number, options: CallOptions): Promise<void> {
    for (let attempt = 1, redirections = 0; !subscription.isOver;) {
      this.#checkOpen();
      options.signal?.throwIfAborted();
      const ear = this.#earFor(slot);
      ear?.users.add(subscription);
      subscription.onEnd = () => ear === undefined ? Promise.resolve() : this.#leave(ear, subscription);
      try {
        if (ear === undefined) throw new RedisError("CLUSTERDOWN Hash slot not served", COMMANDS.shard[0]);
        await ear.subscriptions.attach(subscription, options);
        return;
      } catch (error) {
        if (ear !== undefined) this.#forget(ear, subscription);
        const isMoved = ear !== undefined && error instanceof RedisError && error.code === "MOVED";
        if (isMoved && ++redirections > this.#settings.maxRedirections) throw error;
        if (isMoved && this.#router.moved(error.message, ear.node) !== null) continue;
        if (ear !== undefined && error instanceof TimeoutError) ear.line.drop("it does not answer"); // nor others
        if (ear !== undefined && slot === ANY && ear.node === this.#carrier) this.#carrier = null;
        if (!this.#mayGoOn(error, attempt, options)) throw error;
        await this.#backOff(attempt++, options);
        if (!this.#isClosed) await this.#router.refresh().catch(() => {}); // the next attempt will tell
      }
    }
  }

  /** The server no longer serves a subscription where it was: it moves. */
  async #move(ear: Ear, subscription: LiveSubscription, reason: Error): Promise<void> {
    if (this.#isClosed || (reason instanceof RedisError && !PASSING.has(reason.code))) return subscription.fail(reason);
    const isLost = !ear.line.isReady; // a lost connection has counted its gap
    subscription.onEnd = () => Promise.resolve();
    ear.subscriptions.detach(subscription).catch(() => {}); // whether or not the server still hears of it
    this.#forget(ear, subscription);
    if (isLost && this.#carrier === ear.node) this.#carrier = null;
    if (!isLost) subscription.gap();
    const isRestless = performance.now() < (this.#movedAt.get(subscription) ?? -Infinity) + RESTLESS_MS;
    this.#moving.add(subscription);
    try {
      if (isRestless) await this.#backOff(1, {});
      if (!this.#isClosed) await this.#router.refresh().catch(() => {}); // trying to subscribe will tell
      await this.#attach(subscription, slotOf(subscription), { timeoutMs: this.#settings.node.connectTimeoutMs });
      if (subscription.isOver) await subscription.onEnd(); // it has ended meanwhile
    } catch (error) {
      subscription.fail(error);
    } finally {
      this.#moving.delete(subscription);
      this.#movedAt.set(subscription, performance.now());
    }
  }

  /** Whether it is of use to try again. */
  #mayGoOn(error: unknown, attempt: number, { signal }: CallOptions): boolean {
    const { retry } = this.#settings;
    if (this.#isClosed || retry === null || attempt > retry.attempts || signal?.aborted) return false;
    if (error instanceof ConnectionError) return !isFinal(error);
    return error instanceof TimeoutError || (error instanceof RedisError && PASSING.has(error.code));
  }

  /** Waits before an attempt, until the signal at most. */
  #backOff(attempt: number, { signal }: CallOptions): Promise<void> {
    const retry = this.#settings.retry ?? DEFAULT_RETRY;
    return new Promise((resolve) => {
      const done = (): void => {
        stopTimer(timer);
        this.#waits.delete(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = startTimer(done, jittered(backOffMs(retry, attempt), retry), this.#isHeld);
      signal?.addEventListener("abort", done);
      this.#waits.set(timer, done);
    });
  }

  async #leave(ear: Ear, subscription: LiveSubscription): Promise<void> {
    try {
      await ear.subscriptions.detach(subscription);
    } finally {
      this.#forget(ear, subscription);
    }
  }

  /** Closes a connection that nobody listens on any more. */
  #forget(ear: Ear, subscription: LiveSubscription): void {
    if (!ear.users.delete(subscription) || ear.users.size > 0 || this.#isClosed) return;
    if (this.#ears.get(ear.node) !== ear) return;
    this.#ears.delete(ear.node);
    if (this.#carrier === ear.node) this.#carrier = null;
    if (ear.line.unanswered > 0) ear.line.drop("nobody listens to it"); // it may never answer
    const closing = ear.line.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  #earFor(slot: number): Ear | undefined {
    const node = slot === ANY ? this.#carrierNow() : this.#router.ownerOf(slot);
    if (node === undefined) return undefined;
    const known = this.#ears.get(node);
    if (known !== undefined && !known.line.isOver) return known;
    const onDropped = (subscription: LiveSubscription, reason: Error): void =>
      void this.#move(ear, subscription, reason);
    const subscriptions: Subscriptions = new Subscriptions(() => line, this.#guard, onDropped);
    const line: Line = new Line(settingsOf(this.#settings, node), subscriptions, {
      isSubscriber: true,
      isHeld: this.#isHeld,
      hasStood: true,
    });
    const ear: Ear = { node, line, subscriptions, users: new Set() };
    this.#ears.set(node, ear);
    return ear;
  }

  /** One node for all, while it is there; a primary when it is chosen. */
  #carrierNow(): ClusterNode | undefined {
    const { primaries } = this.#router;
    if (this.#carrier === null || !this.#router.has(this.#carrier)) {
      this.#carrier = primaries[Math.floor(Math.random() * primaries.length)] ?? null;
    }
    return this.#carrier ?? undefined;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new ConnectionError("Cannot send to the cluster: the client is closed");
  }
}

/** The slot of shard channels, {@linkcode ANY} of others. */
function slotOf({ wanted }: LiveSubscription): number {
  const slots = new Set(wanted.flatMap(({ kind, names }) => kind === "shard" ? names.map(slotOfKey) : []));
  if (slots.size > 1) throw crossSlot(COMMANDS.shard[0]);
  return [...slots][0] ?? ANY;
}
